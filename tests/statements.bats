# SPDX-License-Identifier: MIT
#
# plan --format statements: an array for whoever has a transaction of their own.  That it makes what
# apply makes, of every case, is held by tests/statements.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
}

# doc ELEMENTS: want.xml.
doc() {
	echo "<database xmlns=\"urn:moult:schema:1\">$1</database>" >want.xml
}

# array STATUS OPTION...: up.json, from app.db to want.xml.
array() {
	local status=$1
	shift
	run -"$status" --separate-stderr "$MOULT" plan app.db want.xml --format statements -o up.json "$@"
}

# runs FILE: up.json in one transaction, foreign keys in force, up to the first error.
runs() {
	{
		echo "PRAGMA foreign_keys = ON; BEGIN;"
		sqlite3 :memory: "SELECT value || ';' FROM json_each(readfile('up.json'))"
		echo "COMMIT;"
	} | sqlite3 -bail "$1"
}

# The tables of family(): a parent and its children, who go with it.
family='<table name="p"><column name="id" type="INTEGER" primary-key="true"/><column name="name" type="TEXT" not-null="true"/></table>
<table name="c"><column name="id" type="INTEGER" primary-key="true"/>
<column name="p" type="INTEGER" references="p" on-delete="cascade"/></table>'

family() {
	sqlite3 app.db "CREATE TABLE p(id INTEGER PRIMARY KEY, name TEXT);
		CREATE TABLE c(id INTEGER PRIMARY KEY, p INTEGER REFERENCES p ON DELETE CASCADE);
		INSERT INTO p VALUES (1, 'a'), (2, 'b'); INSERT INTO c VALUES (1, 1), (2, 2);"
	doc "$family"
}

@test "children come along, and no row of theirs goes" {
	family
	array 0
	run -0 runs app.db
	[ "$(sqlite3 app.db "SELECT count(*) FROM c")" = 2 ]
	"$MOULT" plan app.db want.xml --check
	run -0 sqlite3 app.db "SELECT name FROM sqlite_master WHERE name LIKE '\\_moult%' ESCAPE '\\'"
	[ -z "$output" ]
}

@test "rows in the way, another file and a second run fail by name, and nothing has changed" {
	family
	"$MOULT" dump app.db >have.xml
	run -0 "$MOULT" plan have.xml want.xml --format statements -o up.json
	cp app.db filled.db
	sqlite3 filled.db "INSERT INTO p VALUES (3, NULL)"
	cp app.db other.db
	sqlite3 other.db "ALTER TABLE c ADD COLUMN more"
	runs app.db
	for file in filled other app; do
		sqlite3 $file.db .dump >before
		run -1 runs $file.db
		echo "$output" >>said
		sqlite3 $file.db .dump | diff before -
	done
	grep -q 'NULL' said
	grep -q 'the schema is not the one that this upgrade starts from' said
	grep -q 'already at the wanted schema: nothing to do' said
}

@test "nothing to do is an empty array" {
	family
	array 0
	runs app.db
	run -0 "$MOULT" plan app.db want.xml --format statements
	[ "$output" = "[]" ]
}

@test "a parent key that is an index is there before its children" {
	sqlite3 app.db "CREATE TABLE p(code TEXT, n TEXT); CREATE UNIQUE INDEX p_code ON p(code);
		CREATE TABLE c(p TEXT REFERENCES p(code)); INSERT INTO p VALUES ('x', '1'); INSERT INTO c VALUES ('x');"
	doc '<table name="p"><column name="code" type="TEXT"/><column name="n" type="INTEGER"/>
<index name="p_code" columns="code" unique="true"/></table>
<table name="c"><column name="p" type="TEXT" references="p(code)"/></table>'
	array 0
	grep -q _moult_key_p_code up.json
	run -0 runs app.db
	[ "$(sqlite3 app.db "SELECT c.p, p.n FROM c JOIN p ON p.code = c.p")" = "x|1" ]
	[ "$(sqlite3 app.db "SELECT group_concat(name) FROM sqlite_master WHERE type = 'index'")" = p_code ]
}

@test "circles, references to oneself and old orphans stay" {
	sqlite3 app.db "CREATE TABLE a(id INTEGER PRIMARY KEY, b INTEGER REFERENCES b ON DELETE SET NULL,
			up INTEGER REFERENCES a ON DELETE RESTRICT, n TEXT);
		CREATE TABLE b(id INTEGER PRIMARY KEY, a INTEGER REFERENCES a ON DELETE CASCADE);
		INSERT INTO a VALUES (1, 1, NULL, '5'), (2, 9, 1, '6'); INSERT INTO b VALUES (1, 1), (2, 8);"
	"$MOULT" dump app.db | sed '/name="n"/s/TEXT/INTEGER/' >want.xml
	array 0
	run -0 runs app.db
	[ "$(sqlite3 app.db "SELECT group_concat(quote(b) || ifnull(up, '-') || quote(n)) FROM a")" = "1-5,916" ]
	[ "$(sqlite3 app.db "SELECT group_concat(id || a) FROM b")" = "11,28" ]
}

@test "what needs a TEMP table is refused" {
	sqlite3 app.db "CREATE TABLE p(kind TEXT); CREATE INDEX kind ON p(kind)"
	doc '<table name="kind"><column name="id" type="INTEGER" primary-key="true"/><column name="name" type="TEXT"/>
<from>SELECT DISTINCT kind AS name FROM p WHERE kind IS NOT NULL</from></table>
<table name="p"><column name="kind" type="INTEGER" using="(SELECT id FROM kind WHERE name = old.kind)"/></table>
<dropped index="kind"/>'
	array 3
	[[ $stderr == *RUN070* ]]
	[ ! -e up.json ]
	sqlite3 app.db "DROP INDEX kind"
	sed -i '/dropped/d' want.xml
	echo "</database>" >>want.xml
	array 0
}

@test "what every node would store otherwise is refused" {
	sqlite3 app.db "CREATE TABLE t(\"date\" TEXT, random TEXT)"
	doc '<table name="t"><column name="date" type="INTEGER"/><column name="random" type="TEXT"/>
<column name="at" type="TEXT" using="datetime(&apos;now&apos;)"/></table>'
	array 3
	[[ $stderr == *RUN071* ]]
	sed -i "s/datetime([^)]*)/datetime(date)/" want.xml
	array 0
}

@test "what foreign keys would take along is refused" {
	family
	sed -i 's|</database>|<step name="s" at="after">DELETE FROM p WHERE id = 1</step>&|' want.xml
	array 3
	[[ $stderr == *RUN072*"table c"* ]]
	sed -i 's/ on-delete="cascade"//' want.xml
	array 0
}

@test "pragmas are left to whoever runs the statements" {
	family
	sqlite3 app.db "PRAGMA user_version = 7"
	doc "<pragma user-version='8'/>$family"
	array 0
	[[ $stderr == *RUN073*"user_version to 8"* ]]
	run -0 runs app.db
	[ "$(sqlite3 app.db "PRAGMA user_version")" = 7 ]
}

@test "no time is in it, and the same plan is the same array" {
	family
	sed -i 's|</database>|<step name="s" at="after">DELETE FROM c WHERE p = 1</step>&|' want.xml
	array 0
	cp up.json one.json
	array 0
	cmp one.json up.json
	run -1 grep -qF "'now'" up.json
	runs app.db
	[ "$(sqlite3 app.db "SELECT quote(at) FROM _moult_done")" = "''" ]
}
