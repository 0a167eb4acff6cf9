# SPDX-License-Identifier: MIT
#
# Backups that are not what they say, and places that are odd: what is put back is
# what was backed up, or nothing is.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
	document '<column name="b"/>' >one.xml
	document '<column name="b"/><column name="c"/>' >two.xml
}

document() {
	echo '<database xmlns="urn:moult:schema:1"><table name="t"><column name="a" type="INT"/>'
	echo "$1</table></database>"
}

# A file that went through two migrations, the second with options, and the names of its two backups.
migrated() {
	rm -rf place
	mkdir place
	sqlite3 place/app.db "CREATE TABLE t(a INT); INSERT INTO t VALUES (1), (2)"
	"$MOULT" apply -q place/app.db one.xml 2>/dev/null
	"$MOULT" apply -q place/app.db two.xml "$@" 2>/dev/null
	first=$(ls place/*-0001-*.backup)
	first=${first%.backup}
	last=$(ls place/*-0002-*.backup)
	last=${last%.backup}
}

columns() {
	sqlite3 "$1" "SELECT group_concat(name) FROM pragma_table_info('t')"
}

swap() {
	mv "$1" swapped
	mv "$2" "$1"
	mv swapped "$2"
}

tried=0

# The fault that was planted is found, for rollback, for rollback --discard-newer and in the list.
found() {
	local before
	before=$(cksum <place/app.db)
	expect 2 rollback place/app.db
	[[ $stderr == *"RUN020: "* || $stderr == *"RUN019: "* ]]
	expect 2 rollback place/app.db --discard-newer
	[ "$before" = "$(cksum <place/app.db)" ]
	expect 0 history place/app.db --check
	[[ $output == *"not to be used"* || ! -e $last.backup ]]
	[ -z "$(ls place | grep tmp)" ]
	tried=$((tried + 1))
}

@test "23 backups that are not what was written" {
	migrated; truncate -s 4096 "$last.backup"; found
	migrated; : >"$last.backup"; found
	migrated; echo more >>"$last.backup"; found
	migrated; printf X | dd of="$last.backup" bs=1 seek=5000 conv=notrunc 2>/dev/null; found
	migrated; swap "$first.backup" "$last.backup"; found
	migrated; swap "$first.backup" "$last.backup"; swap "$first.json" "$last.json"; found
	migrated; sqlite3 other.db "CREATE TABLE t(a INT)"; cp other.db "$last.backup"; found
	migrated; rm "$last.backup"; found
	migrated; rm "$last.backup"; mkdir "$last.backup"; found
	migrated; rm "$last.backup"; mkfifo "$last.backup"; found
	migrated; rm "$last.json"; found
	migrated; : >"$last.json"; found
	migrated; head -c 300 "$last.json" >cut; cp cut "$last.json"; found
	migrated; rm "$last.json"; mkfifo "$last.json"; found
	migrated; sed -i 's/"moult": 1/"moult": 2/' "$last.json"; found
	migrated; sed -i 's/"size": [0-9]*/"size": 8192/' "$last.json"; found
	migrated; sed -i 's/"checksum": "./"checksum": "0/; s/"checksum": "\(.\)./"checksum": "\1f/' "$last.json"; found
	migrated; sed -i 's/"kind": "before-apply"/"kind": "something"/' "$last.json"; found
	migrated; sed -i 's#"backup": "#"backup": "../#' "$last.json"; found
	migrated; mv "$last.backup" elsewhere; ln -s "$PWD/elsewhere" "$last.backup"; found
	migrated; mv "$last.json" elsewhere; ln -s "$PWD/elsewhere" "$last.json"; found
	migrated; sed -i 's/"number": 2/"number": 92233720368547758079/' "$last.json"; found
	migrated; printf '{"moult": 1, "a": %0200000d}' 0 | sed 's/0/[/g' >"$last.json"; found
	[ $tried = 23 ]
}

@test "a history whose backup is a path, or another's, or no name at all" {
	local name before tried=0
	for name in "'../precious.db'" "'$PWD/precious.db'" "'app.db'" "'..'" "''" "x'00ff'" "NULL" "'x'||char(0)" \
		"'other.db.moult-0001-20200101T000000Z.backup'" "printf('%.5000c', 'x')"; do
		migrated
		cp place/app.db precious.db
		sqlite3 place/app.db "UPDATE _moult_history SET backup = $name"
		before=$(cat place/app.db precious.db | cksum)
		expect 2 rollback place/app.db --discard-newer
		[[ $stderr == *"RUN020: "* || $stderr == *"RUN019: "* ]]
		[ "$before" = "$(cat place/app.db precious.db | cksum)" ]
		expect 0 status place/app.db
		tried=$((tried + 1))
	done
	[ $tried = 10 ]
}

@test "links where temporary files and backups would be, and the last number there is" {
	migrated
	echo precious >precious
	local name id
	id=$(printf '%x-%x' $(stat -c '%d %i' place/app.db))
	for name in "0001-20200101T000000Z.$id.backup.tmp" "0003-20200101T000000Z.$id.json.tmp" \
		0001-20200101T000000Z.backup 999999999-20200101T000000Z.backup 999999999-20200101T000000Z.json; do
		ln -s "$PWD/precious" "place/app.db.moult-$name"
	done
	document '<column name="b"/><column name="c"/><column name="d"/>' >three.xml
	expect 0 apply -q place/app.db three.xml
	[ -f place/app.db.moult-0004-*Z.backup ]
	[ -z "$(ls place | grep tmp)" ]
	expect 0 rollback place/app.db
	[ "$(columns place/app.db)" = a,b,c ]
	expect 0 history place/app.db --check
	[ "$(cat precious)" = precious ]
}

@test "a history without room for a row: a rollback is refused before it writes" {
	migrated
	sqlite3 place/app.db "UPDATE _moult_history SET number = 9223372036854775807 WHERE number = 2"
	cp place/app.db full.db
	expect 2 rollback place/app.db
	[[ $stderr == *"RUN037: "*"none is left for another"*"hint: give that row the number"* ]]
	cmp place/app.db full.db
	sqlite3 place/app.db "UPDATE _moult_history SET number = 2 WHERE number > 1"
	expect 0 rollback place/app.db
	[ "$(sqlite3 place/app.db "SELECT group_concat(number || ifnull(kind, '')) FROM (SELECT * FROM _moult_history ORDER BY number)")" = 1,2,3rollback ]
}

@test "a manifest that says what the migration did not leave: refused as newer rows" {
	local added
	migrated --strategy rebuild
	sed -i 's/"rows": 2/"rows": 9/' "$last.json"
	expect 3 rollback place/app.db
	[[ $stderr == *"RUN021"*"held 9 rows"* ]]
	migrated --strategy rebuild
	sed -i 's/"digest": "../"digest": "00/' "$last.json"
	expect 3 rollback place/app.db
	for added in '[0]' '[]' '[null,null]' '["x"]' '[[null]]' '[{"a": 1}]' '{}' 7 '"null"' 'null'; do
		migrated
		grep -q '"added": \[null\]' "$last.json"
		sed -i "s/\"added\": \[null\]/\"added\": $added/" "$last.json"
		expect 3 rollback place/app.db
		[[ $stderr == *"RUN021"* ]]
	done
	migrated
	sed -i "s/\"added\": .*/\"added\": [$(seq -s, 3000)]/" "$last.json"
	expect 2 rollback place/app.db
	[[ $stderr == *"RUN020"* ]]
	migrated
	sed -i '/"schema": /d' "$last.json"
	expect 3 rollback place/app.db
	[ "$(columns place/app.db)" = a,b,c ]
}

@test "members that nobody knows are passed over" {
	migrated
	sed -i 's/"moult": 1,/"moult": 1, "later": {"deep": [1, {}]},/' "$last.json"
	expect 0 rollback place/app.db
	[ "$(columns place/app.db)" = a,b ]
}

@test "the backup of another database is not put into this one" {
	migrated
	sqlite3 other.db "CREATE TABLE t(x)"
	"$MOULT" apply -q other.db one.xml 2>/dev/null
	local before
	before=$(cksum <place/app.db)
	expect 2 rollback place/app.db other.db.moult-0001-*.backup --discard-newer
	[[ $stderr == *"RUN020"*"is a backup of other.db, and the database is called app.db"* ]]
	[ "$before" = "$(cksum <place/app.db)" ]
}

@test "a database that was given another name goes back to what its history names" {
	migrated
	mv place/app.db place/renamed.db
	expect 0 rollback place/renamed.db
	[ "$(columns place/renamed.db)" = a,b ]
}

@test "names with anything in them: applied, listed, put back, and that undone" {
	local name
	for name in "a b.db" "a'b.db" 'a"b.db' $'a\nb.db' $'a\xff\xfe.db' 'a%20b.db' 'a?mode=ro.db' 'a#b.db' \
		'-x.db' 'a*.db' '[x].db' 'a\b.db' 'ünï.db' "$(printf '%0200d' 1)"; do
		rm -rf odd
		mkdir odd
		cd odd
		echo "CREATE TABLE t(a INT); INSERT INTO t VALUES (1), (2)" >make.sql
		sqlite3 new.db <make.sql
		mv new.db "./$name"
		expect 0 apply -q -- "./$name" ../one.xml
		expect 0 history --check -- "./$name"
		[[ $output != *"not to be used"* && $output != *"no backups"* ]]
		expect 0 rollback -- "./$name"
		cp -- "./$name" plain
		[ "$(columns plain)" = a ]
		expect 0 history --json --check -- "./$name"
		[ "$(sqlite3 :memory: "SELECT json_array_length('${output//\'/\'\'}', '\$.backups')")" = 2 ]
		cd ..
	done
}

@test "a directory whose name is not UTF-8, for many databases" {
	local shared=$'sh\xffred'
	mkdir "$shared" here there
	for place in here there; do
		sqlite3 $place/app.db "CREATE TABLE t(a INT); INSERT INTO t VALUES (1), (2)"
		for document in one two; do
			expect 0 apply -q $place/app.db $document.xml --backup-dir "$shared" --keep 1
		done
	done
	[ "$(ls "$shared" | grep -c 'backup$')" = 2 ]
	for place in here there; do
		expect 0 history $place/app.db --check --backup-dir "$shared" --json
		[ "$(sqlite3 :memory: "SELECT json_array_length('${output//\'/\'\'}', '\$.backups')")" = 1 ]
		expect 0 rollback $place/app.db --backup-dir "$shared"
		[ "$(columns $place/app.db)" = a,b ]
	done
}

@test "retention leaves alone what is not a backup of this database" {
	migrated
	local name i columns=
	for name in app.db.moult-0001.backup app.db.moult-0001-20200101T000000Z.backup app.db.moult-x.json \
		app.db.moult-0002-20200101T000000Z.backup.tmp app.db2.moult-0001-20200101T000000Z.backup \
		app.db.moult-9999-20200101T000000Z.json; do
		echo mine >"place/$name"
	done
	for i in 1 2 3 4 5; do
		columns="$columns<column name=\"c$i\"/>"
		document "<column name=\"b\"/><column name=\"c\"/>$columns" >more.xml
		expect 0 apply -q place/app.db more.xml --keep 2
	done
	[ "$(grep -l '^mine$' place/* | wc -l)" = 6 ]
	[ "$(ls place/*.backup | wc -l)" = 5 ] # two, and three that are nobody's
}

@test "a rollback of a rollback of a rollback" {
	migrated
	local i
	for i in 1 2 3 4; do
		expect 0 rollback place/app.db
		[ "$(columns place/app.db)" = a,b ]
		expect 0 rollback place/app.db "$(cd place && ls -- *.backup | tail -n 1)"
		[ "$(columns place/app.db)" = a,b,c ]
	done
	expect 0 rollback place/app.db
	expect 0 rollback place/app.db
	[ "$(columns place/app.db)" = a ]
	expect 2 rollback place/app.db
	[[ $stderr == *RUN019* ]]
}

@test "pages of 64 KiB: applied and put back in 60 MiB of data" {
	(ulimit -d 61440 && "$MOULT" --version) >said 2>&1 || skip "not a program starts here with 60 MiB"
	sqlite3 large.db "PRAGMA page_size = 65536; CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER, b BLOB);
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
		INSERT INTO t SELECT i, i, zeroblob(1000) FROM n"
	expect 0 dump large.db -o large.xml
	sed -i 's/name="a" type="INTEGER"/name="a" type="TEXT"/' large.xml
	for command in "apply large.db large.xml" "rollback large.db"; do
		# shellcheck disable=SC2086
		run -0 bash -c 'ulimit -d 61440; exec "$@"' - "$MOULT" $command --yes --quiet
	done
	[ "$(sqlite3 large.db "SELECT count(*) FROM t WHERE typeof(a) = 'integer'")" = 60000 ]
}

@test "a user_version that goes back is said" {
	sqlite3 u.db "CREATE TABLE t(a); PRAGMA user_version = 3"
	echo '<database xmlns="urn:moult:schema:1"><table name="t"><column name="a"/><column name="b"/></table></database>' >u.xml
	"$MOULT" apply u.db u.xml --yes -q
	sqlite3 u.db "PRAGMA user_version = 4"
	expect 0 rollback u.db --yes
	[[ "$stderr" == *"RUN048: "*"set to 4 since the migration, and goes back to 3"* ]]
	[ "$(sqlite3 u.db "PRAGMA user_version")" = 3 ]
	"$MOULT" apply u.db u.xml --yes -q
	expect 0 rollback u.db --yes
	[[ "$stderr" != *RUN048* ]]
}
