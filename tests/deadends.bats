# SPDX-License-Identifier: MIT
#
# What must not end in a refusal that nobody can get past, and what a refusal says
# where it must: the true reason, the row, and a way on that works.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
}

# wanted CHILD...: the document app.xml of these; @id stands for the usual key.
wanted() {
	local text=$*

	echo '<database xmlns="urn:moult:schema:1">'"${text//@id/<column name=\"id\" type=\"INTEGER\" primary-key=\"true\"/>}"'</database>' >app.xml
}

@test "a DEFAULT that is written otherwise copies no row" {
	sqlite3 app.db <"$MOULT_SOURCE/tests/cases/default-spelled-otherwise/have.sql"
	expect 0 plan app.db "$MOULT_SOURCE/tests/cases/default-spelled-otherwise/want.xml"
	[[ $output == *"table t: edit"* ]]
	[[ $output != *"INSERT"* ]]
}

# A database whose key is in an order that only its application knows.
unknown_order() {
	rm -f app.db
	by_hand app.db "CREATE TABLE t(k TEXT PRIMARY KEY, v INT) WITHOUT ROWID;
		INSERT INTO t VALUES ('a', 1), ('b', 2);
		UPDATE sqlite_master SET sql = replace(sql, 'k TEXT', 'k TEXT COLLATE known_to_the_app')"
}

@test "a table without rowids in an unknown order gets a column" {
	local column
	for column in 'type="INT"' 'type="INT" not-null="true" default="7"' 'type="TEXT" collate="NOCASE"'; do
		unknown_order
		wanted '<table name="t" without-rowid="true">' \
			'<column name="k" type="TEXT" primary-key="true" collate="known_to_the_app"/>' \
			'<column name="v" type="INT"/>' "<column name=\"w\" $column/></table>"
		expect 0 plan app.db app.xml
		expect 0 apply app.db app.xml
		expect 0 diff app.db app.xml
		expect 0 rollback app.db --yes
		expect 1 diff app.db app.xml
		expect 0 apply app.db app.xml --no-backup
	done

	unknown_order
	sed -i 's/ name="w" / name="w" references="t(k)" /' app.xml
	expect 2 apply app.db app.xml --no-backup
	[[ $stderr == *"RUN032"*"no such collation sequence: known_to_the_app"* ]]
}

@test "an orphan of a table that the plan makes is told how its parent can come first" {
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a INT, b INT); INSERT INTO t VALUES (1, 5, 6)"
	wanted '<table name="p"><column name="x"/><column name="y"/><primary-key columns="x, y"/></table>' \
		'<table name="t">@id<column name="a" type="INT"/><column name="b" type="INT"/>' \
		'<foreign-key columns="a, b" references="p(x, y)"/></table>'
	expect 3 apply app.db app.xml
	[[ $stderr == *"MF106: table t:"*"(1 row: id 1: a = 5, b = 6)"*"this plan makes table p, which has no rows then"* ]]

	sed 's/<foreign-key[^>]*>//' app.xml >first.xml
	expect 0 apply app.db first.xml
	sqlite3 app.db "INSERT INTO p SELECT a, b FROM t"
	expect 0 apply app.db app.xml
}

@test "a CHECK that fails shows the columns that it reads" {
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a INT, b INT); INSERT INTO t VALUES (1, NULL, 7)"
	wanted '<table name="t">@id<column name="a" type="INT" check="b &lt; 5"/>' \
		'<column name="b" type="INT"/><check>a &lt; 100 AND b &lt; 6</check><check>a &lt; 50</check></table>'
	expect 3 apply app.db app.xml
	[[ $stderr == *"rows fail CHECK (b < 5) (1 row: id 1: 7)"* ]]
	[[ $stderr == *"rows fail CHECK (a < 100 AND b < 6) (1 row: id 1: a = NULL, b = 7)"* ]]
	[[ $stderr != *"a < 50"* ]]
}

@test "a NOT NULL column with a DEFAULT is told why it has no value" {
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a INT); INSERT INTO t VALUES (1, NULL)"
	wanted '<table name="t">@id<column name="a" type="INT"/>' \
		'<column name="b" not-null="true" default="(nullif(1, 1))"/>' \
		'<column name="c" not-null="true" default="CURRENT_TIMESTAMP"/>' \
		'<column name="d" not-null="true" default="-1"/>' \
		'<column name="e" not-null="true" generated="a + 1"/>' \
		'<column name="f" not-null="true"/></table>'
	expect 3 apply app.db app.xml
	[[ $stderr == *"column t.b: a NOT NULL column is added to a table with rows, and its DEFAULT gives them NULL"* ]]
	[[ $stderr == *"column t.e: a NOT NULL column is added to a table with rows, and its expression gives them NULL"* ]]
	[[ $stderr == *"column t.f: a NOT NULL column is added to a table with rows, and nothing says what they get"* ]]
	[[ $stderr != *"column t.c"* && $stderr != *"column t.d"* ]]

	wanted '<table name="t">@id<column name="a" type="INT"/>' \
		'<column name="c" not-null="true" default="(known_to_the_app())"/></table>'
	expect 0 plan app.db app.xml
	[[ $output != *"nothing says what they get"* ]]
	expect 2 apply app.db app.xml
	[[ $stderr == *"no such function: known_to_the_app"*"--load-extension"* ]]
}

@test "what stands on a table that is not declared says what to do" {
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY)"
	wanted '<trigger name="g" on="t" after="insert">SELECT 1;</trigger>'
	expect 2 apply app.db app.xml
	[[ $stderr == *"trigger g: SQLite "*"no such table"*"hint: t is not declared here"*"leave the trigger out"* ]]
	wanted '<index name="i" on="t" columns="id"/>'
	expect 2 apply app.db app.xml
	[[ $stderr == *"index i: SQLite "*"no such table"*"hint: t is not declared here"*"leave the index out"* ]]
	wanted '<table name="t">@id</table><trigger name="g" on="t" after="insert">SELECT 1;</trigger>'
	expect 0 apply app.db app.xml
}

@test "names of another case are renamed where that is said" {
	sqlite3 app.db "CREATE TABLE userProfile(id INTEGER PRIMARY KEY, fullName TEXT); INSERT INTO userProfile VALUES (1, 'x')"
	wanted '<table name="UserProfile">@id<column name="FullName" type="TEXT"/></table>'
	expect 0 apply app.db app.xml
	[ "$(sqlite3 app.db "SELECT name FROM sqlite_master WHERE name LIKE 'user%'")" = userProfile ]
	[ "$(sqlite3 app.db "SELECT name FROM pragma_table_info('userprofile') WHERE cid = 1")" = fullName ]

	wanted '<table name="UserProfile" was="userProfile">@id<column name="FullName" was="fullName" type="TEXT"/></table>'
	expect 0 plan app.db app.xml
	[[ $output != *MC10* ]]
	expect 1 diff app.db app.xml
	expect 0 apply app.db app.xml
	expect 0 diff app.db app.xml
	expect 0 apply app.db app.xml
	[[ $stderr$output == *"nothing to do"* ]]
	[ "$(sqlite3 app.db "SELECT name FROM sqlite_master WHERE name LIKE 'user%'")" = UserProfile ]
	[ "$(sqlite3 app.db "SELECT name FROM pragma_table_info('userprofile') WHERE cid = 1")" = FullName ]
}

# Others are rewritten by SQLite, so the one that is broken is the one that is named.
@test "a rename names the view that it would break, beside one that was broken" {
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a INT); CREATE TABLE u(z INT);
		CREATE VIEW stale AS SELECT b FROM gone; CREATE VIEW good AS SELECT a FROM t;
		CREATE VIEW ambiguous AS SELECT a, z FROM t, u"
	wanted '<table name="t">@id<column name="z" type="INT" was="a"/></table>'
	expect 3 apply app.db app.xml
	[[ $stderr == *"MF114: view ambiguous: it would compile no more: ambiguous column name: z"* ]]
	[[ $stderr != *"MF114: view good"* && $stderr != *"MF114: view stale"* ]]
	sed -i 's#</database>#<dropped view="ambiguous"/></database>#' app.xml
	expect 0 apply app.db app.xml
	[ "$(sqlite3 app.db "SELECT sql FROM sqlite_master WHERE name = 'good'")" = "CREATE VIEW good AS SELECT z FROM t" ]
	[ "$(sqlite3 app.db "SELECT sql FROM sqlite_master WHERE name = 'stale'")" = "CREATE VIEW stale AS SELECT b FROM gone" ]
}

@test "a key that is nearly INTEGER is warned of, also by check" {
	wanted '<table name="t"><column name="id" type="INTEGR" primary-key="true"/></table>'
	expect 0 check app.xml
	[[ $stderr == *"MS107: column t.id: INTEGR is not INTEGER: the key is not the rowid"* ]]
	expect 1 check --strict app.xml
	sed -i 's/INTEGR"/INTEGER"/' app.xml
	expect 0 check --strict app.xml
	[[ $stderr != *MS107* ]]
}

@test "editors find the schema of what is dumped" {
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY)"
	expect 0 dump app.db -o app.xml
	[[ "$(sed -n 2p app.xml)" == '<?xml-model href="urn:moult:schema:1" '* ]]
	grep -q 'name="urn:moult:schema:1" uri="moult.xsd"' "$MOULT_SOURCE/schemas/catalog.xml"
	expect 0 check app.xml
}

@test "a script takes its lock beside triggers that are broken" {
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, g INT AS (1));
		CREATE TRIGGER d AFTER DELETE ON t BEGIN DELETE FROM gone; END;
		CREATE TRIGGER u AFTER UPDATE ON t BEGIN DELETE FROM gone; END"
	wanted '<table name="t">@id<column name="g" type="INT" generated="1"/></table><table name="more">@id</table>'
	expect 0 plan app.db app.xml --format sql -o up.sql
	sqlite3 app.db <up.sql
	expect 0 diff app.db app.xml
}
