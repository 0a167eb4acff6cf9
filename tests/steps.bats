# SPDX-License-Identifier: MIT
#
# What a document says beside the schema: consent (<allow>), requirements (<require>), steps (<step>).

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
}

# doc FILE ELEMENTS: a document with these in it.
doc() {
	echo "<database xmlns=\"urn:moult:schema:1\">$2</database>" >"$1"
}

# refused STATUS ID LINE:COLUMN WORDS COMMAND...: this is said, at this place.
refused() {
	local status=$1 id=$2 place=$3 words=$4
	shift 4
	run -"$status" "$MOULT" "$@"
	[[ $output == *"$place: error: $id"*"$words"* ]] || { echo "$output"; return 1; }
}

@test "allow: the document consents, and the plan says where and why" {
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, '007')"
	doc want.xml '<allow id="MD105" object="t.a" doc="zeros do not count"/>
<table name="t"><column name="id" type="INTEGER" primary-key="true"/><column name="a" type="INTEGER"/></table>'
	run -0 "$MOULT" plan app.db want.xml
	[[ $output == *"allowed   MD105"*"allowed at want.xml:1:38: zeros do not count"* ]]
	"$MOULT" plan app.db want.xml --json >plan.json
	grep -q '"doc": "zeros do not count"' plan.json
	"$MOULT" plan app.db want.xml --format sql >up.sql
	cp app.db script.db
	sqlite3 script.db <up.sql
	"$MOULT" apply app.db want.xml --yes --no-backup -q
	[ "$(sqlite3 app.db "SELECT quote(a) FROM t")" = 7 ]
	[ "$(sqlite3 script.db "SELECT quote(a) FROM t")" = 7 ]
	"$MOULT" plan app.db want.xml --check
}

@test "allow: what can never be allowed is said" {
	for wrong in 'id="MD15"' 'id="MF104"' 'id="ML101"' 'id="all"' 'id="MD105" object="a.b.c"' 'id="MD105" object="a,b"'; do
		doc want.xml "<allow $wrong/><table name='t'><column name='a'/></table>"
		refused 2 DOC007 want.xml:1:38 allow check want.xml
	done
	doc want.xml '<allow object="a"/>'
	refused 2 DOC006 want.xml:1:38 "must have id" check want.xml
	doc want.xml '<alow id="MD105"/>'
	refused 2 DOC004 want.xml:1:38 "did you mean <allow>" check want.xml
	doc want.xml '<allow id="MD105" object="nobody.x"/><table name="t"><column name="a"/></table>'
	"$MOULT" check want.xml
}

people='<table name="person"><column name="id" type="INTEGER" primary-key="true"/><column name="mail" type="TEXT"/><column name="age"/></table>'

@test "require: a mistake is said at its place" {
	doc want.xml "<require name=\"a\" at=\"before\">
  DELETE FROM person</require>$people"
	refused 2 DOC012 want.xml:2:3 "require is not a SELECT" check want.xml
	doc want.xml "<require name=\"a\" at=\"before\">SELECT 1 WHERE (</require>$people"
	refused 2 DOC012 want.xml:1:84 "require" check want.xml
	doc want.xml "<require name=\"a\" at=\"later\">SELECT 1</require>$people"
	refused 2 DOC007 want.xml:1:60 "at cannot be" check want.xml
	doc want.xml "<require name=\"a\" at=\"after\">SELECT nick FROM person</require>$people"
	refused 2 RUN017 want.xml:1:38 "no such column: nick" check want.xml
	doc want.xml "<require name=\"a\" at=\"after\">SELECT 1</require><require name=\"A\" at=\"before\">SELECT 1</require>$people"
	refused 2 DOC013 want.xml:1:85 "declared already" check want.xml
	doc want.xml "<require at=\"after\">SELECT 1</require>$people"
	refused 2 DOC006 want.xml:1:38 "must have name" check want.xml
}

@test "require: what is asked of the file is compiled by plan" {
	sqlite3 app.db "CREATE TABLE person(id INTEGER PRIMARY KEY, mail TEXT)"
	doc want.xml "<require name=\"a\" at=\"before\">SELECT nick FROM person</require>$people"
	"$MOULT" check want.xml
	refused 2 RUN017 want.xml:1:38 "no such column: nick" plan app.db want.xml
	refused 2 RUN017 want.xml:1:38 "no such column: nick" apply app.db want.xml --yes
}

@test "require: asked only where something is changed, and not of a new file" {
	sqlite3 app.db "CREATE TABLE person(id INTEGER PRIMARY KEY, mail TEXT, age); INSERT INTO person VALUES (1, NULL, 1)"
	doc want.xml "<require name=\"a\" at=\"before\">SELECT * FROM person WHERE mail IS NULL</require>$people"
	"$MOULT" apply app.db want.xml --yes
	"$MOULT" apply new.db want.xml --yes
	doc want.xml "<require name=\"a\" at=\"after\">SELECT 1 AS one, 'x' AS two WHERE NOT EXISTS (SELECT 1 FROM person)</require>$people"
	refused 3 MR101 want.xml:1:38 "1 row: one 1, two 'x'" apply other.db want.xml --yes
	[ ! -e other.db ]
}

@test "require: what speaks of something that went is not asked" {
	sqlite3 app.db "CREATE TABLE person(id INTEGER PRIMARY KEY, mail TEXT)"
	doc want.xml "<require name=\"a\" at=\"before\">SELECT * FROM legacy</require><dropped table=\"legacy\"/>$people"
	"$MOULT" apply app.db want.xml --yes
}

@test "require: a script holds it, and rolls back" {
	sqlite3 app.db "CREATE TABLE person(id INTEGER PRIMARY KEY, mail TEXT)"
	doc want.xml "<require name=\"b\" at=\"before\" message=\"a mail is missing\">SELECT * FROM person WHERE mail IS NULL</require>
<require name=\"a\" at=\"after\" message=\"too many people\">SELECT 1 FROM person LIMIT -1 OFFSET 1 -- more than one
</require>$people"
	"$MOULT" plan app.db want.xml --format sql >up.sql
	for rows in "(1, NULL)" "(1, 'a'), (2, 'b')"; do
		rm -f script.db
		cp app.db script.db
		sqlite3 script.db "INSERT INTO person VALUES $rows"
		run -1 sqlite3 -bail script.db ".read up.sql"
		[[ $output == *MR101* ]]
		sqlite3 script.db ".read up.sql" || true # goes on after errors
		[ -z "$(sqlite3 script.db "SELECT 1 FROM pragma_table_info('person') WHERE name = 'age'")" ]
	done
	sqlite3 app.db "INSERT INTO person VALUES (1, 'a')"
	sqlite3 -bail app.db ".read up.sql"
	"$MOULT" plan app.db want.xml --check
}

t='<table name="t"><column name="id" type="INTEGER" primary-key="true"/><column name="a"/></table>'

has() {
	[ "$(sqlite3 "$1" "$2")" = "$3" ] || { sqlite3 "$1" "$2"; return 1; }
}

@test "step: a mistake is said at its place" {
	for wrong in "CREATE TABLE x(a)" "PRAGMA user_version = 1" "ATTACH 'x' AS x" "COMMIT" "SELECT 1" "ALTER TABLE t ADD COLUMN b" "SAVEPOINT x" "VACUUM"; do
		doc want.xml "<step name=\"s\" at=\"after\">
  DELETE FROM t;
  $wrong;</step>$t"
		refused 2 DOC012 want.xml:3:3 "no INSERT, UPDATE or DELETE" check want.xml
	done
	doc want.xml "<step name=\"s\" at=\"after\">
  DELETE FROM t; BEGIN;</step>$t"
	refused 2 DOC012 want.xml:2:18 "BEGIN" check want.xml
	doc want.xml "<step name=\"s\" at=\"after\">UPDATE main.t SET a = 1</step>$t"
	refused 2 DOC012 want.xml:1:64 "name of its database" check want.xml
	doc want.xml "<step name=\"s\" at=\"after\">UPDATE t SET a = 1;
  UPDATE t SET b = 1</step>$t"
	refused 2 RUN017 want.xml:2:3 "no such column: b" check want.xml
	doc want.xml "<step name=\"s\" at=\"after\"/>$t"
	refused 2 DOC006 want.xml:1:38 "a step must have its statements as text" check want.xml
	doc want.xml "<step name=\"s\" at=\"after\"> </step>$t"
	refused 2 DOC006 want.xml:1:38 "a step must have its statements as text" check want.xml
	[ "$(grep -c error: <<<"$output")" = 1 ]
	doc want.xml "<step name=\"s\" at=\"after\"> ; /* ; */ </step>$t"
	refused 2 DOC012 want.xml:1:64 "there is no statement in it" check want.xml
	doc want.xml "<step name=\"s\" at=\"after\">DELETE FROM t<back>DROP TABLE t</back></step>$t"
	refused 2 DOC012 want.xml:1:83 "no INSERT, UPDATE or DELETE" check want.xml
	doc want.xml "<step name=\"s\" at=\"after\">DELETE FROM t</step><step name=\"S\" at=\"after\">DELETE FROM t</step>$t"
	refused 2 DOC013 want.xml:1:84 "declared already" check want.xml
	doc want.xml "<step name=\"s\" at=\"after\" write=\"log\">DELETE FROM t</step>$t"
	refused 2 DOC005 want.xml:1:64 "did you mean writes" check want.xml
}

@test "what a script would answer otherwise is refused wherever the file is read" {
	for call in 'last_insert_rowid()' 'total_changes ()' '"Changes"( )'; do
		call=${call//\"/\&quot;}
		for doc in "<step name=\"s\" at=\"after\">INSERT INTO t VALUES (1, $call)</step>$t" \
			"<require name=\"r\" at=\"before\" message=\"m\">SELECT $call</require>$t" \
			"${t%</table>}<column name=\"c\" using=\"$call\"/></table>" \
			"${t%</table>}<column name=\"c\" back=\"$call\"/></table>" \
			"${t%</table>}<dropped column=\"c\" back=\"$call\"/></table>" \
			"${t%</table>}<from>SELECT $call</from></table>" \
			"$t<virtual-table name=\"f\" using=\"fts5\" args=\"a\"><populate>INSERT INTO f SELECT $call</populate></virtual-table>"; do
			doc want.xml "$doc"
			run -2 "$MOULT" check want.xml
			[[ $output == *"want.xml:1:"*DOC012*"what was written last"* ]] || { echo "$doc: $output"; return 1; }
		done
		doc want.xml "${t%</table>}<rows key=\"a\"><row><value column=\"a\" sql=\"$call\"/></row></rows></table>"
		run -2 "$MOULT" check want.xml
		[[ $output == *DOC012*"the same each time"* ]]
	done
	doc want.xml "<step name=\"s\" at=\"after\">UPDATE t SET a = 'changes()' WHERE a IN (SELECT changes FROM (SELECT 1 AS changes))</step>$t"
	"$MOULT" check want.xml
}

@test "step: what it writes through a trigger it must say" {
	trigger='<table name="t"><column name="id" type="INTEGER" primary-key="true"/><column name="a"/>
<trigger name="gone" after="delete">INSERT INTO log VALUES (old.id);</trigger></table><table name="log"><column name="a"/></table>'
	doc want.xml "<step name=\"s\" at=\"after\">DELETE FROM t WHERE id = 1</step>$trigger"
	refused 2 DOC025 want.xml:1:64 'write writes="log" on the step' check want.xml
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2)"
	refused 2 DOC025 want.xml:1:64 "write log through" apply app.db want.xml --yes
	doc want.xml "<step name=\"s\" at=\"after\" writes=\"log\">DELETE FROM t WHERE id = 1</step>$trigger"
	"$MOULT" apply app.db want.xml --yes
	has app.db "SELECT (SELECT count(*) FROM t) || (SELECT count(*) FROM log)" 11
}

@test "step: a table in writes that is not there" {
	sqlite3 app.db "CREATE TABLE t(a); CREATE TABLE log(a); INSERT INTO t VALUES (1)"
	for at in before after; do
		doc want.xml "<step name=\"s\" at=\"$at\" writes=\"logg\">DELETE FROM t</step>
<table name=\"t\"><column name=\"a\"/><column name=\"b\"/></table>"
		refused 2 DOC030 want.xml:1:38 "there is no such table" apply app.db want.xml --yes
		[[ $output == *"did you mean log?"* ]]
		sed -i 's/logg/log/' want.xml
		"$MOULT" plan app.db want.xml
	done
	doc want.xml "<step name=\"s\" at=\"after\" writes=\"nobody\">DELETE FROM t</step>
<table name=\"t\"><column name=\"a\"/></table>"
	"$MOULT" check want.xml
	refused 2 DOC030 want.xml:1:38 "leave it out of writes" apply new.db want.xml
}

@test "a trigger that never worked is named where a step or declared rows would fire it" {
	sqlite3 app.db "CREATE TABLE \"a b\"(k TEXT NOT NULL PRIMARY KEY, g AS (k));
		CREATE TRIGGER \"x\"\"y\" AFTER INSERT ON \"a b\" BEGIN UPDATE \"a b\" SET g = 1; END"
	doc want.xml '<table name="a b"><column name="k" type="TEXT" primary-key="true" not-null="true"/>
<rows><row k="1"/></rows></table>'
	refused 3 RUN112 want.xml:2:1 'trigger x"y would fire, and does not work' apply app.db want.xml --yes
	doc want.xml "<table name='a b'><column name='k' type='TEXT' primary-key='true' not-null='true'/></table>
<step name='s' at='after'>INSERT INTO \"a b\"(k) VALUES ('1')</step>"
	refused 3 RUN112 want.xml:2:27 'trigger x"y would fire' apply app.db want.xml --yes --steps run
	sqlite3 app.db 'DROP TRIGGER "x""y"'
	"$MOULT" apply app.db want.xml --yes --no-backup --steps run
	has app.db 'SELECT k FROM "a b"' 1
}

@test "step: it runs on a file once, and says what it wrote" {
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2)"
	doc want.xml "$t"
	"$MOULT" apply app.db want.xml --yes -q
	doc want.xml "<step name=\"s\" at=\"after\">UPDATE t SET a = ifnull(a, 0) + 1</step>$t"
	run -0 "$MOULT" rehearse app.db want.xml
	[[ $output == *"RUN047: step s: 2 rows of t updated"* ]]
	run -0 "$MOULT" apply app.db want.xml --yes
	[[ $output == *"RUN047: step s: 2 rows of t updated"* ]]
	[[ $output != *inserted* ]]
	run -0 "$MOULT" apply app.db want.xml --yes
	[[ $output == *"nothing to do"* ]]
	has app.db "SELECT sum(a) FROM t" 2
	"$MOULT" rollback app.db --yes -q
	has app.db "SELECT count(a) FROM t" 0
	"$MOULT" apply app.db want.xml --yes -q
	"$MOULT" plan app.db want.xml --check
	has app.db "SELECT sum(a) FROM t" 2
	sqlite3 app.db "UPDATE t SET a = 9 WHERE id = 1"
	run -3 "$MOULT" rollback app.db --yes
	[[ $output == *RUN021* ]]
}

@test "step: a new file needs none" {
	doc want.xml "<step name=\"s\" at=\"before\">UPDATE nobody SET a = 1</step><step name=\"r\" at=\"after\">INSERT INTO t(a) VALUES (1)</step>$t"
	"$MOULT" apply app.db want.xml --yes -q
	has app.db "SELECT group_concat(object) FROM (SELECT object FROM _moult_done WHERE kind = 'step' ORDER BY 1)" r,s
	has app.db "SELECT count(*) FROM t" 0
	"$MOULT" dump want.xml --format sql | sqlite3 sql.db
	has sql.db "SELECT group_concat(object) FROM (SELECT object FROM _moult_done WHERE kind = 'step' ORDER BY 1)" r,s
	"$MOULT" plan sql.db want.xml --check
}

@test "step: a file that moult does not know, and that is as it shall be" {
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, 1)"
	doc want.xml "<step name=\"s\" at=\"after\">UPDATE t SET a = a + 1</step>$t"
	refused 3 RUN046 want.xml:1:38 "nobody knows" apply app.db want.xml --yes
	cp app.db run.db
	"$MOULT" apply app.db want.xml --yes -q --steps done
	"$MOULT" apply run.db want.xml --yes -q --steps run
	has app.db "SELECT a FROM t" 1
	has run.db "SELECT a FROM t" 2
	"$MOULT" plan app.db want.xml --check
	"$MOULT" plan run.db want.xml --check
	expect 2 plan app.db want.xml --steps maybe
}

@test "step: status and verify show what is due" {
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a)"
	doc want.xml "$t"
	"$MOULT" apply app.db want.xml --yes -q --no-backup
	run -0 "$MOULT" verify app.db want.xml
	[[ $output == *"(integrity, foreign keys, schema)"* ]]
	doc want.xml "<step name=\"s\" at=\"after\">UPDATE t SET a = 1</step><step name=\"b\" at=\"before\">UPDATE t SET a = 0</step>$t"
	run -1 "$MOULT" status app.db want.xml
	[[ $output == *"but for what its steps do"*"step s is due"*"step b is due"* ]]
	run -1 "$MOULT" status app.db want.xml --json
	[[ $(echo "$output" | tr -d ' \n') == *'"drift":0,'*'"due":["s","b"]'* ]]
	run -1 "$MOULT" verify app.db want.xml
	[[ $output == *"steps: step s: is due: the file has no mark of it"*"2 findings (integrity, foreign keys, schema, steps)"* ]]
	"$MOULT" apply app.db want.xml --yes -q --no-backup --steps run
	run -0 "$MOULT" status app.db want.xml
	[[ $output == *"the file is what the document says"* ]]
	run -0 "$MOULT" verify app.db want.xml
}

@test "step: where the marks are gone, nobody knows" {
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, 1)"
	doc have.xml "${t/\"a\"/\"a\" type=\"INTEGER\"}"
	"$MOULT" apply app.db have.xml --yes -q --no-backup
	cp app.db never.db
	doc want.xml "<step name=\"s\" at=\"after\">UPDATE t SET a = a + 1</step>${t/\"a\"/\"a\" type=\"INTEGER\"}"
	"$MOULT" apply app.db want.xml --yes -q --no-backup
	has app.db "SELECT a FROM t" 2
	sqlite3 app.db "DROP TABLE _moult_done"
	cp app.db other.db
	refused 3 RUN046 want.xml:1:38 "nobody knows" apply app.db want.xml --yes --no-backup
	doc next.xml "<step name=\"s\" at=\"after\">UPDATE t SET a = a + 1</step>${t/\"a\"/\"a\" type=\"TEXT\"}"
	refused 3 RUN046 next.xml:1:38 "nobody knows" apply app.db next.xml --yes --no-backup
	"$MOULT" apply app.db want.xml --yes -q --no-backup --steps done
	has app.db "SELECT a FROM t" 2
	"$MOULT" plan app.db want.xml --check -q
	"$MOULT" apply other.db want.xml --yes -q --no-backup --steps run
	has other.db "SELECT a FROM t" 3
	# a file that never had a mark has lost none
	"$MOULT" apply never.db want.xml --yes -q --no-backup
	has never.db "SELECT a FROM t" 2
}

@test "step: rows that a step before leaves refuse, and nothing is changed" {
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, 'A'), (2, 'a'), (3, 'b')"
	unique='<table name="t"><column name="id" type="INTEGER" primary-key="true"/><column name="a" unique="true"/></table>'
	doc want.xml "<step name=\"s\" at=\"before\">UPDATE t SET a = lower(a)</step>$unique"
	sqlite3 app.db .dump >before
	run -0 "$MOULT" plan app.db want.xml
	[[ $output == *"open"*MF101* ]]
	run -3 "$MOULT" apply app.db want.xml --yes
	[[ $output == *MF101* ]]
	sqlite3 app.db .dump | cmp - before
	run -3 "$MOULT" rehearse app.db want.xml
	[ ! -e app.db.moult-0001* ]
}

@test "step: a script and a unit run it once, and where rows alone change" {
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, 1)"
	doc have.xml "$t"
	doc want.xml "<step name=\"s\" at=\"after\">UPDATE t SET a = a + 1; DELETE FROM t WHERE id = 7</step>$t"
	"$MOULT" plan have.xml want.xml --format sql >up.sql
	sqlite3 -bail app.db ".read up.sql"
	has app.db "SELECT a FROM t" 2
	run -1 sqlite3 -bail app.db ".read up.sql"
	[[ $output == *"already at the wanted schema"* ]]
	sqlite3 app.db ".read up.sql" || true
	has app.db "SELECT a FROM t" 2
	"$MOULT" plan app.db want.xml --check
	doc next.xml "<step name=\"s\" at=\"after\">UPDATE t SET a = a + 1</step><step name=\"r\" at=\"before\">UPDATE t SET a = a * 10</step>$t"
	"$MOULT" plan want.xml next.xml --format sql >up.sql
	sqlite3 -bail app.db ".read up.sql"
	has app.db "SELECT a FROM t" 20
}

@test "step: in a script whose mark or statement is spoilt nothing is changed" {
	doc have.xml "$t"
	doc want.xml "<step name=\"s\" at=\"after\">UPDATE t SET a = a + 1; UPDATE t SET a = json('{')</step>$t"
	"$MOULT" plan have.xml want.xml --format sql >fails.sql
	doc want.xml "<step name=\"s\" at=\"after\">UPDATE t SET a = a + 1</step>$t"
	"$MOULT" plan have.xml want.xml --format sql >up.sql
	grep -v "INSERT INTO temp._moult_step" up.sql >not-run.sql
	grep -v "VALUES ('step', 's'" up.sql | sed 's/^INSERT INTO main._moult_done (kind.*//' >no-mark.sql
	sed "s/SET a = a + 1/SET nobody = 1/" up.sql >broken.sql
	for script in fails not-run no-mark broken; do
		rm -f app.db
		sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, 'x')"
		sqlite3 app.db ".read $script.sql" || true # goes on after errors
		has app.db "SELECT a FROM t" x
		has app.db "SELECT count(*) FROM sqlite_master WHERE name = '_moult_done'" 0
	done
}

@test "step: what no script can hold is said" {
	doc have.xml "$t"
	doc want.xml "<step name=\"s\" at=\"after\">WITH x(b) AS (SELECT 1) UPDATE t SET a = (SELECT b FROM x)</step>$t"
	refused 2 RUN022 want.xml:1:64 "does not take" plan have.xml want.xml --format sql
	"$MOULT" plan have.xml want.xml --format c -o up.c
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, 1)"
	"$MOULT" apply app.db want.xml --yes --steps run
	has app.db "SELECT a FROM t" 1
}

@test "script: a line that is / or go alone ends a statement for a shell, and is refused" {
	local line
	doc have.xml "$t"
	for line in / GO '/ -- x'; do
		doc want.xml "$t<view name=\"v\">SELECT id
$line
FROM t</view>"
		[ "$line" = GO ] || sed -i 's/^FROM/2 FROM/' want.xml
		run -2 "$MOULT" plan have.xml want.xml --format sql
		[[ $output == *RUN022*"hint: write it on the line of what stands before it"* ]]
		"$MOULT" plan have.xml want.xml --format c -o up.c
	done
	doc want.xml "$t<view name=\"v\">SELECT 'a
/
go
', id /
2 FROM t</view>"
	"$MOULT" plan have.xml want.xml --format shell >up.sh
	sqlite3 new.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a)"
	sqlite3 new.db <up.sh
	"$MOULT" diff new.db want.xml
}

@test "back: it is compiled against the row as it is" {
	doc want.xml '<table name="t"><column name="id" type="INTEGER" primary-key="true"/>
<column name="a" back="1 +"/></table>'
	refused 2 DOC015 want.xml:2:1 "does not accept its back" check want.xml
	doc want.xml '<table name="t"><column name="a" back="new.nobody"/></table>'
	refused 2 DOC015 want.xml:1:54 "no such column: new.nobody" check want.xml
	doc want.xml '<table name="t"><column name="a"/>
<dropped column="b" back="old.a"/></table>'
	refused 2 DOC015 want.xml:2:1 "no such column: old.a" check want.xml
	doc want.xml '<table name="t"><column name="a" back="lower(new.a) || a"/><column name="c" back="none"/><dropped column="b" back="(SELECT max(x.a) FROM t AS x WHERE x.rowid &lt;> new.rowid)"/></table>'
	"$MOULT" check want.xml
}

@test "examples/data: one of each in one document" {
	run -0 "$MOULT_SOURCE/examples/data/run" "$MOULT"
	[[ $output != *"NOT SO"* ]]
}

@test "check: a step and a requirement may read tables that the document does not declare" {
	doc want.xml '<step name="s" at="after">UPDATE t SET a = (SELECT max(b) FROM other)</step>
<require name="r" at="after">SELECT a FROM t JOIN other ON b = a WHERE a > 9</require>'"$t"
	"$MOULT" check want.xml
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a); CREATE TABLE other(b); INSERT INTO other VALUES (8); INSERT INTO t VALUES (1, 1)"
	"$MOULT" apply app.db want.xml --yes --steps run
	has app.db "SELECT a FROM t" 8
}
