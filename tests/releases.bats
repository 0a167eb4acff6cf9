# SPDX-License-Identifier: MIT
#
# Folders of releases: freezing, what is wrong with a folder, and what can go from a document.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
}

# doc FILE ELEMENTS: a document with these in it.
doc() {
	echo "<database xmlns=\"urn:moult:schema:1\">$2</database>" >"$1"
}

id='<column name="id" type="INTEGER" primary-key="true"/>'

# Releases a, b and c of app.xml, each with a column more.
three() {
	local name columns=$id
	for name in a b c; do
		columns="$columns<column name=\"$name\"/>"
		doc app.xml "<table name=\"t\">$columns</table>"
		"$MOULT" release app.xml --name $name
	done
	a=$(echo releases/*_a.xml) b=$(echo releases/*_b.xml) c=$(echo releases/*_c.xml)
}

# wrong ID WORDS: check says so of the folder, and nothing else; nobody goes by it.
wrong() {
	run -1 "$MOULT" check releases
	[[ $output == *"$1: "*"$2"* ]] || { echo "$output"; return 1; }
	[ "$(grep -c 'error: ' <<<"$output")" = 1 ] || { echo "$output"; return 1; }
	run -2 "$MOULT" dump releases
	[[ $output == *"$1: "* ]]
}

@test "a release holds all that the document includes, and is read without it" {
	mkdir parts
	doc parts/b.xml '<table name="b"><column name="code" type="TEXT" primary-key="true" not-null="true"/><column name="n"/>
<rows href="b.csv"/></table>'
	printf 'code,n\nx,1\ny,\n' >parts/b.csv
	doc app.xml '<include href="parts/b.xml"/><table name="a"><column name="id" was="code"/></table>
<step name="s" at="after">DELETE FROM a WHERE id IS NULL</step><allow id="MD102" object="a.z" doc="none"/>'
	"$MOULT" release app.xml --name begin
	rm -r parts app.xml
	"$MOULT" dump releases >dumped.xml
	cmp dumped.xml releases/*_begin.xml
	grep -q 'was="code"' dumped.xml
	grep -q '<row code="x" n="1"/>' dumped.xml
	"$MOULT" apply app.db releases/*_begin.xml --yes -q
	[ "$(sqlite3 app.db "SELECT group_concat(code || ifnull(n, '-')) FROM b")" = x1,y- ]
}

@test "however a document indents what has lines, it can be frozen" {
	local body name=0
	doc app.xml "<table name=\"t\">$id</table>"
	"$MOULT" release app.xml --name begin
	for body in 'UPDATE t\n SET id = 1' '\n\t\tUPDATE t\n\t\tSET id = 1\n\t' '\n        UPDATE t\n          SET id = 1' \
		'DELETE FROM t;\r\n        UPDATE t\r\n          SET id = 1;\r\n  ' \
		'UPDATE t\n                    SET id = 1\n                      WHERE id > 0; DELETE FROM t' \
		"UPDATE t SET id = '\n  1';\n     DELETE FROM t" ' DELETE FROM t; -- all\n\n    /* and\n more */ DELETE FROM t'; do
		name=$((name + 1))
		doc app.xml "<table name=\"t\">$id<trigger name=\"g$name\" after=\"delete\">$(printf "${body//%/%%}")</trigger></table>
<step name=\"s$name\" at=\"after\">$(printf "${body//%/%%}")</step>"
		"$MOULT" release app.xml --name "n$name" -q
		"$MOULT" diff releases app.xml
	done
	"$MOULT" apply app.db releases --yes -q
}

@test "a folder is its newest release, by any spelling of its path" {
	three
	"$MOULT" check releases
	"$MOULT" check releases/
	"$MOULT" check ./releases//
	"$MOULT" diff releases app.xml
	ln -s releases link
	"$MOULT" diff app.xml link
}

@test "line ends of another system are no edit" {
	three
	sed -i.old 's/$/\r/' "$a" "$b" releases/releases.sum
	"$MOULT" check releases
}

@test "edited, gone, renamed, not listed: each is one finding, with its place" {
	three
	cp -R releases good
	echo '<!-- -->' >>"$b"
	wrong REL005 "releases/releases.sum:2:1: error" || wrong REL005 "$b is not what was frozen"
	rm -r releases && cp -R good releases
	rm "$a"
	wrong REL006 "${a#*/} is listed"
	rm -r releases && cp -R good releases
	mv "$b" releases/20200101000000_x.xml
	wrong REL007 "was frozen as ${b#*/}"
	rm -r releases && cp -R good releases
	cp "$b" releases/21000101000000_x.xml
	wrong REL008 "21000101000000_x.xml is in the folder"
	rm releases/2100* releases/releases.sum
	wrong REL001 "no releases.sum"
	: >releases/releases.sum
	wrong REL001 "releases.sum is empty"
}

@test "what cannot be read is said of each file, and what else is wrong with the folder, too" {
	three
	cp -R releases good
	for make in "mkdir $b" "mkfifo $b" "ln -s nowhere $b" "printf a\\0b"; do
		rm -r releases && cp -R good releases
		rm "$b"
		$make >"$work/bytes" && [ ! -s "$work/bytes" ] || cp "$work/bytes" "$b"
		run -1 timeout 10 "$MOULT" check releases
		[[ $output == *"error: RUN00"[12]": "*"$b"*"git checkout -- $b"* ]] || { echo "$output"; return 1; }
		[ "$(grep -c 'error: ' <<<"$output")" = 1 ]
		run -2 "$MOULT" release app.xml --name d
		echo >>"$a"
		run -1 "$MOULT" check releases
		[[ $output == *RUN00[12]*REL005*"2 errors"* ]]
	done
	for make in mkdir mkfifo; do
		rm -r releases && cp -R good releases
		rm releases/releases.sum
		$make releases/releases.sum
		wrong RUN001 "releases/releases.sum is "
	done
	rm -r releases && mv good releases
	{ printf '\357\273\277'; sed 's/$/\r/' releases/releases.sum; } >sum
	cp sum releases/releases.sum
	"$MOULT" check releases
	# What stands above a line that is none is judged.
	echo >>"$a"
	sed -i.old 3s/.xml// releases/releases.sum
	run -1 "$MOULT" check releases
	[[ $output == *":3:1: "*REL002*":1:1: "*REL005*"2 errors"* ]]
}

@test "a line that is gone is written out, and a frozen document that nobody can read is no finding to mend" {
	three
	cp releases/releases.sum good
	sed 1,2d good >releases/releases.sum
	run -1 "$MOULT" check releases
	[[ $output == *REL021*"$a"*"$(sed -n 1p good)"*REL021*"$b"*"$(sed -n 2p good)"*"2 errors"* ]] || { echo "$output"; return 1; }
	rm releases/*
	# As the digest says: it was frozen so, by a moult that knows more.
	echo '<database xmlns="urn:moult:schema:1"><future/></database>' >releases/20000101000000_later.xml
	echo 'af13263620d9249d94bf6309ae53002a  20000101000000_later.xml' >releases/releases.sum
	run -2 "$MOULT" check releases
	[[ $output == *"_later.xml:1:38: error: DOC004: "*REL022*"or a newer one"* ]] || { echo "$output"; return 1; }
}

@test "a line that is gone with its file is not missed" {
	three
	rm "$b"
	sed -i.old 2d releases/releases.sum
	wrong REL005 "$c is not what was frozen, or the line before it"
}

@test "lines in another order, twice, or none at all" {
	three
	cp releases/releases.sum good
	{ sed -n 1p good; sed -n 3p good; sed -n 2p good; } >releases/releases.sum
	run -1 "$MOULT" check releases
	[[ $output == *REL009* ]]
	sed -n '1p;1p;2p;3p' good >releases/releases.sum
	run -1 "$MOULT" check releases
	[[ $output == *"REL009: "*"stands there twice"* ]]
	sed 's/^./g/' good >releases/releases.sum
	wrong REL002 "no line of a sum"
	{ sed -n 1p good; echo '<<<<<<< HEAD'; sed -n 2p good; echo =======; sed -n 3p good; echo '>>>>>>> x'; } >releases/releases.sum
	wrong REL003 "could not merge"
}

@test "two branches that were merged line by line are told, and amend joins them" {
	doc app.xml "<table name=\"t\">$id</table>"
	"$MOULT" release app.xml --name begin
	cp -R releases theirs
	doc app.xml "<table name=\"t\">$id<column name=\"a\"/></table>"
	"$MOULT" release app.xml --name mine
	sleep 1
	doc theirs.xml "<table name=\"t\">$id<column name=\"b\"/></table>"
	"$MOULT" release theirs.xml theirs --name theirs
	cp theirs/*_theirs.xml releases
	for sum in "$(cat releases/releases.sum; tail -n 1 theirs/releases.sum)" \
		"$(cat theirs/releases.sum; tail -n 1 releases/releases.sum)"; do
		echo "$sum" >releases/releases.sum
		wrong REL004 "were both frozen behind"
	done
	doc app.xml "<table name=\"t\">$id<column name=\"a\"/><column name=\"b\"/></table>"
	"$MOULT" release app.xml --amend
	"$MOULT" check releases
	"$MOULT" diff releases app.xml
	[ "$(wc -l <releases/releases.sum)" -eq 3 ]
	sed -n 3p releases/releases.sum | grep -q _theirs.xml
}

@test "nothing is released where nothing differs, or what cannot be reached" {
	three
	find releases -type f | sort | xargs cksum >before
	run -3 "$MOULT" release app.xml --name d
	[[ $output == *"REL012: from ${c:9:16}"*"nothing to do"* ]]
	doc app.xml "<table name=\"t\" strict=\"true\">$id<column name=\"a\" type=\"INTEGER\" not-null=\"true\"/></table>"
	run -3 "$MOULT" release app.xml --name d
	[[ $output == *MF108*"REL015: the way from ${c:9:16}"* ]] || { echo "$output"; false; }
	doc app.xml "<table name=\"t\">$id<column name=\"d\"/><dropped column=\"c\"/>"
	run -2 "$MOULT" release app.xml --name d
	run -2 "$MOULT" release app.xml --name 'd e'
	run -2 "$MOULT" release app.xml --name d/e
	run -2 "$MOULT" release app.xml
	run -2 "$MOULT" release - --name d
	find releases -type f | sort | xargs cksum | cmp - before
}

@test "user-version rises, or is not used" {
	doc app.xml "<pragma user-version=\"7\"/><table name=\"t\">$id</table>"
	"$MOULT" release app.xml --name a
	doc app.xml "<pragma user-version=\"7\"/><table name=\"t\">$id<column name=\"b\"/></table>"
	run -3 "$MOULT" release app.xml --name b
	[[ $output == *"REL016: user-version is 7 in "*'<pragma user-version="8"/>'* ]]
	doc app.xml "<pragma user-version=\"7\"/><table name=\"t\">$id</table><step name=\"s\" at=\"after\">DELETE FROM t</step>"
	run -3 "$MOULT" release app.xml --name b
	[[ $output == *REL016* ]]
	doc app.xml "<table name=\"t\">$id<column name=\"b\"/></table>"
	run -3 "$MOULT" release app.xml --name b
	[[ $output == *"not said"* ]]
}

@test "times rise whatever the clock says" {
	doc app.xml "<table name=\"t\">$id</table>"
	"$MOULT" release app.xml --name a
	mv releases/*_a.xml releases/29990101000059_a.xml
	sed -i.old 's/  .*/  29990101000059_a.xml/' releases/releases.sum
	doc app.xml "<table name=\"t\">$id<column name=\"b\"/></table>"
	"$MOULT" release app.xml --name b
	[ -f releases/29990101000060_b.xml ]
	"$MOULT" check releases
}

@test "amend freezes the newest again, under its name or another" {
	three
	doc app.xml "<table name=\"t\">$id<column name=\"a\"/><column name=\"b\"/><column name=\"z\"/></table>"
	"$MOULT" release app.xml --amend
	[ -f "$c" ]
	"$MOULT" diff releases app.xml
	"$MOULT" release app.xml --amend --name z
	[ ! -e "$c" ]
	[ -f "${c%_c.xml}_z.xml" ]
	"$MOULT" check releases
	rm releases/*
	run -3 "$MOULT" release app.xml --amend
	[[ $output == *"no release in releases to freeze again"* ]]
}

@test "a release has a name of its own" {
	three
	doc app.xml "<table name=\"t\">$id<column name=\"a\"/><column name=\"b\"/><column name=\"c\"/><column name=\"z\"/></table>"
	run -3 "$MOULT" release app.xml --name B
	[[ $output == *REL019*"has a release B already"*_b* ]]
	run -3 "$MOULT" release app.xml --amend --name a
	[[ $output == *REL019*_a* ]]
	[ -f "$c" ]
	"$MOULT" release app.xml --amend --name c
	# none that a file cannot have, here or where else the folder is checked out
	for name in "a b" a/b 'a:b' 'a"b' $'a\nb' $'\377' "$(printf '%0201d' 1)"; do
		run -2 "$MOULT" release app.xml --name "$name"
		[[ $output == *"cannot be the name of a release"* ]] || { echo "$output"; return 1; }
	done
	"$MOULT" release app.xml --amend --name "$(printf '%0200d' 1)"
	"$MOULT" release app.xml --amend --name ü-.x
}

@test "tidy takes out what an earlier release has done, and nothing else of the text" {
	cat >app.xml <<-END
		<database xmlns="urn:moult:schema:1">
		  <!-- one -->
		  <table name="t">$id
		    <column name="a" type="TEXT"/>   <!-- two -->
		    <column name="b" type="TEXT"/>
		  </table>
		</database>
	END
	"$MOULT" release app.xml --name begin
	cat >app.xml <<-END
		<database xmlns="urn:moult:schema:1">
		  <!-- one -->
		  <allow id="MD105" object="u.c"/>
		  <step name="s" at="after" doc="x > y">
		    DELETE FROM u WHERE id IS NULL
		  </step>
		  <table name='u' was='t'>$id
		    <column name="c"
		            was="a"
		            type='TEXT'/>   <!-- two -->
		    <dropped column="b"/>
		    <column name="d" type="TEXT"><using> upper(a) </using></column><column using='1' name="e"/>
		  </table>
		  <table name="v"><column name="w"/>
		    <from>SELECT DISTINCT a AS w FROM t</from>
		  </table>
		</database>
	END
	"$MOULT" release app.xml --name second
	cp app.xml before.xml
	sed -i.old 's|<column name="w"/>|<column name="w"/><column name="x" using="2"/>|' app.xml
	run -0 --separate-stderr "$MOULT" release app.xml --name third --tidy
	[[ $output == *"app.xml: 8 places tidied"* ]] || { echo "$output"; echo "$stderr"; false; }
	cat >expected.xml <<-END
		<database xmlns="urn:moult:schema:1">
		  <!-- one -->
		  <table name='u'>$id
		    <column name="c"
		            type='TEXT'/>   <!-- two -->
		    <column name="d" type="TEXT"></column><column name="e"/>
		  </table>
		  <table name="v"><column name="w"/><column name="x" using="2"/>
		  </table>
		</database>
	END
	diff expected.xml app.xml
	"$MOULT" diff releases app.xml
	run -0 "$MOULT" release app.xml --amend
	[[ $output != *REL017* ]]
}

@test "tidy leaves what another file says, and what is due" {
	mkdir parts
	doc parts/p.xml "<table name=\"t\">$id<column name=\"b\" was=\"a\"/></table>"
	doc app.xml '<include href="parts/p.xml"/>'
	doc old.xml "<table name=\"t\">$id<column name=\"a\"/></table>"
	"$MOULT" release old.xml --name begin
	"$MOULT" release app.xml --name b
	cp parts/p.xml before.xml
	doc app.xml '<include href="parts/p.xml"/><table name="n"><column name="x"/></table>'
	run -0 "$MOULT" release app.xml --name n --tidy
	[[ $output == *"REL017: was of column t.b"* ]]
	[[ $output != *tidied* ]]
	cmp before.xml parts/p.xml
}

@test "a release that cannot be written leaves the folder as it was" {
	[ "$(id -u)" != 0 ] || skip "root may write anywhere"
	three
	doc app.xml "<table name=\"t\">$id<column name=\"z\"/></table>"
	chmod a-w releases
	run -2 "$MOULT" release app.xml --name d
	chmod u+w releases
	"$MOULT" check releases
	[ "$(ls releases | wc -l)" -eq 4 ]
}

@test "a release whose line cannot be written is taken away" {
	three
	doc app.xml "<table name=\"t\">$id<column name=\"z\"/></table>"
	mkdir -p releases/releases.sum-new/in_the_way
	run -2 "$MOULT" release app.xml --name d
	[[ $output == *"RUN028: could not"*"releases.sum-new"* ]]
	[ "$(echo releases/*.xml)" = "$a $b $c" ]
	"$MOULT" check releases
	rm -r releases/releases.sum-new
	"$MOULT" release app.xml --name d
}

@test "of several that freeze at once none is lost: each is in the sum, or was refused" {
	local n round
	doc app.xml "<table name=\"t\">$id</table>"
	"$MOULT" release app.xml releases --name first -q
	for round in 1 2; do
		for n in 1 2 3 4; do
			doc $n.xml "<table name=\"t\">$id<column name=\"r$round$n\"/></table>"
			{ "$MOULT" release $n.xml releases --name r$round$n >/dev/null 2>$n.said; echo $? >$n.status; } &
		done
		wait
		for n in 1 2 3 4; do
			case $(cat $n.status) in
			0) grep -q "_r$round$n.xml" releases/releases.sum && [ -f releases/*_r$round$n.xml ] ;;
			3) grep -q REL018 $n.said && ! grep -q "_r$round$n.xml" releases/releases.sum ;;
			*) cat $n.said && false ;;
			esac
		done
	done
	"$MOULT" check releases
	[ ! -e releases/releases.sum-lock ]
	[ "$(ls releases | wc -l)" -eq $(($(wc -l <releases/releases.sum) + 1)) ]
}

@test "what is no folder of releases is told" {
	mkdir empty
	run -2 "$MOULT" dump empty
	[[ $output == *"there is no script in empty"*"moult release DOC empty --name begin"* ]]
	run -2 "$MOULT" check empty
	[[ $output == *"there is no release in empty"*"moult release DOC empty --name begin"* ]]
	# Migrations that are programs.
	mkdir versions
	touch versions/b2_mail.py versions/a1_create.py versions/README
	for command in check lint dump; do
		run -2 "$MOULT" $command versions
		[[ $output == *"hint: a1_create.py is no SQL, and its own tool runs it"*"moult dump FILE -o DOC"* ]]
	done
	doc app.xml "<table name=\"t\">$id</table>"
	run -2 "$MOULT" release app.xml app.xml --name a
	run -2 "$MOULT" release nowhere.xml --name a
	sqlite3 app.db "CREATE TABLE t(a)"
	run -2 "$MOULT" release app.db --name a
	[[ $output == *"app.db is no document"* ]]
	[ ! -e releases ]
}

@test "a release by a part of its name" {
	three
	for name in a "${a:9:16}" "${a#*/}" "${a:9:14}"; do
		run -1 "$MOULT" diff releases app.xml --from "$name"
		[[ $output == *"column b"*"column c"* ]] || { echo "$name: $output"; false; }
	done
	run -0 "$MOULT" plan releases app.xml --from b
	[[ $output == *"ADD COLUMN c"* ]]
	"$MOULT" plan releases app.xml --check
	run -2 "$MOULT" plan releases app.xml --from bb
	[[ $output == *"REL010: "*"did you mean b?"* ]]
	run -2 "$MOULT" plan releases app.xml --from "${a:9:4}"
	[[ $output == *"REL011: several releases begin with ${a:9:4}"* ]]
	run -2 "$MOULT" plan app.xml app.xml --from a
	[[ $output == *"--from a names a release, and app.xml has none"* ]]
	sqlite3 app.db "CREATE TABLE t(a)"
	for command in status verify; do
		run -2 "$MOULT" "$command" app.db --to a
		[[ $output == *"--to a names a release, and no folder is named"* ]]
	done
}

@test "the gate finds a document that is ahead, and is silent where there is nothing" {
	three
	run -0 "$MOULT" check releases app.xml
	[[ $output == *"releases: 3 releases"*"${b:9:16}  1 step"*good* ]]
	sed -i.old 's|</table>|<column name="z"/></table>|' app.xml
	run -1 "$MOULT" check releases app.xml
	[[ $output == *"REL014: app.xml is ahead of ${c:9:16}: 1 step that no release has"* ]]
	run -1 --separate-stderr "$MOULT" check releases app.xml --json
	[ "$(sqlite3 :memory: "SELECT json_extract('$output', '$.findings'), json_extract('$output', '$.releases[1].steps'),
		json_extract('$output', '$.diagnostics[0].id')")" = "1|1|REL014" ]
	[ -z "$("$MOULT" check releases -q)" ]
	run -2 "$MOULT" check releases app.xml app.xml
	run -2 "$MOULT" check releases nowhere.xml
}

@test "the gate holds a folder against a document, and against nothing else" {
	three
	mkdir scripts
	echo "CREATE TABLE t(id INTEGER PRIMARY KEY);" | tee scripts/1.sql | sqlite3 app.db
	for what in scripts scripts/1.sql app.db; do
		run -2 "$MOULT" check releases $what
		[[ $output == *"RUN002: $what is no document"*"moult diff $what releases"* ]] || { echo "$output"; return 1; }
		run -1 "$MOULT" diff $what releases
	done
}

@test "the gate finds a way that is refused, and a user-version that does not rise" {
	three
	doc app.xml "<table name=\"t\" strict=\"true\">$id<column name=\"c\" type=\"ANY\"/><dropped column=\"a\"/><dropped column=\"b\"/></table>"
	"$MOULT" release app.xml --name d
	"$MOULT" check releases
	# A release whose foundation is another now: it was made from the release before that.
	rm "$b" "$c"
	doc b.xml "<table name=\"t\">$id<column name=\"a\"/><column name=\"b\"/><column name=\"kept\"/></table>"
	mv releases/*_d.xml d.xml
	sed -i.old '2,$d' releases/releases.sum
	"$MOULT" release b.xml --name b
	run -3 "$MOULT" release d.xml --name d
	[[ $output == *REL015* ]]
}

@test "kept files are rehearsed, and stay as they are" {
	three
	mkdir kept
	"$MOULT" apply kept/a.db "$a" --yes -q
	"$MOULT" apply kept/c.db "$c" --yes -q
	sqlite3 kept/a.db "INSERT INTO t VALUES (1, 'x')"
	echo text >kept/README
	cksum kept/* >before
	run -0 "$MOULT" check releases --files kept
	[[ $output == *"kept/a.db: rehearsed"*"kept/c.db: rehearsed"*good* ]]
	cksum kept/* | cmp - before
	doc app.xml "<table name=\"t\">$id<column name=\"a\" not-null=\"true\"/><column name=\"b\"/><column name=\"c\"/></table>"
	"$MOULT" release app.xml --name d
	sqlite3 kept/a.db "INSERT INTO t VALUES (2, NULL)"
	run -1 "$MOULT" check releases --files kept
	[[ $output == *"kept/a.db: cannot be brought up"*"kept/c.db: rehearsed"* ]] || { echo "$output"; false; }
}

@test "examples/releases: the script for CI finds nothing, and what is spoiled" {
	cp -R "$MOULT_SOURCE/examples/releases" shop
	MOULT=$MOULT run -0 shop/ci
	[[ $output == *"releases: 6 releases"*"begin.db: rehearsed"*good* ]]
	sed -i.old 's|unique="true"||' shop/releases/*_products.xml
	MOULT=$MOULT run -1 shop/ci
	[[ $output == *REL005* ]]
}

@test "a folder of scripts is what they make, in the order of their numbers" {
	mkdir -p up/10_c
	echo 'CREATE TABLE t(a); INSERT INTO t VALUES (1);' >up/2_a.sql
	echo 'ALTER TABLE t ADD COLUMN b; UPDATE t SET b = a;' >up/9_b.up.sql
	echo 'ALTER TABLE t DROP COLUMN b;' >up/9_b.down.sql
	printf -- '-- +goose Up\nCREATE INDEX i ON t(b);\n-- +goose Down\nDROP TABLE t;\n' >up/10_c/up.sql
	echo 'ALTER TABLE t RENAME COLUMN a TO c;' >up/11_d.sql
	doc app.xml '<table name="t"><column name="c"/><column name="b"/><index name="i" columns="b"/></table>'
	run -0 "$MOULT" diff up app.xml
	[[ $output == *"LN131: 3 is missing before it"* ]]
	run -1 "$MOULT" diff app.xml up/2_a.sql
	expect 0 apply app.db up --yes
	[[ $stderr == *"SQL003: up: the scripts leave rows in 1 table"*"moult dump up --rows t -o DOC"* ]]
	"$MOULT" plan app.db app.xml --check
	expect 2 check up app.xml
	[[ $stderr == *REL020*"moult diff up DOC"* ]]
	echo 'DELETE FROM t;' >up/13_f.sql
	expect 0 plan app.db up
	[[ $stderr != *SQL003* ]]
	rm up/13_f.sql
	echo 'CREATE TABLE t(a);' >up/12_e.sql
	run -2 "$MOULT" diff up app.xml
	[[ $output == *"up/12_e.sql:1:"*"SQL002"* ]]
	echo 'SELECT 1;' >up/11_again.sql
	run -2 "$MOULT" diff up app.xml
	[[ $output == *LN132* ]]
}

@test "what could go from a document is no advice about a release" {
	printf '<database xmlns="urn:moult:schema:1"><table name="t"><column name="id" type="INTEGER" primary-key="true"/>%s</table></database>' \
		'<column name="up" type="TEXT" using="'"'up'"'"/>' >spent.xml
	"$MOULT" release spent.xml frozen --name up --quiet
	"$MOULT" apply spent.db frozen --yes --quiet
	run -0 --separate-stderr "$MOULT" plan spent.db spent.xml --check
	[[ $stderr == *DOC021* ]]
	run -0 --separate-stderr "$MOULT" plan spent.db frozen --check
	[[ $stderr != *DOC021* ]]
	sed 's|</table>|<column name="more"/></table>|' spent.xml >more.xml
	"$MOULT" release more.xml frozen --name more --quiet
	run -0 --separate-stderr "$MOULT" plan frozen --format c -o up.c
	[[ $stderr != *DOC021* ]]
}
