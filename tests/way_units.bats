# SPDX-License-Identifier: MIT
#
# Ways back that scripts and C units leave in a file, and old units that go by them; and what others
# may have written there.  tests/scripts/back.sh holds all cases against the program.

bats_require_minimum_version 1.5.0
load common

# unit VERSION HAVE... WANT: the program of that version.
unit() {
	mkdir "$1" && cd "$1" || return
	"$MOULT" plan "${@:2}" --format c --way-back data --allow all -q -o up.c || return
	sed -i 's/^static const struct state present/static struct state present/' up.c
	# shellcheck disable=SC2086
	${CC:-cc} -w -O0 ${SQLITE_CFLAGS-} -I. -o back "$MOULT_SOURCE/tests/scripts/back.c" ${SQLITE_LIBS--lsqlite3}
	cd ..
}

document() {
	echo "<database xmlns=\"urn:moult:schema:1\"><pragma user-version=\"$1\"/>$2</database>"
}

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	echo "-- a new file" >none.sql
	document 1 '<table name="person"><column name="id" type="INTEGER" primary-key="true"/>
		<column name="name" type="TEXT"/><column name="age" type="TEXT"/><index name="by_name" columns="name"/></table>
		<table name="phone"><column name="person" type="INTEGER" references="person(id)" on-delete="cascade"/>
		<column name="number"/></table>' >v1.xml
	document 2 '<table name="person"><column name="id" type="INTEGER" primary-key="true"/>
		<column name="full_name" was="name" type="TEXT"/><column name="years" was="age" type="INTEGER"
		using="CAST(old.age AS INTEGER)"/><column name="mail" type="TEXT" not-null="true" default="'"''"'"/>
		<index name="by_name" columns="full_name"/></table><dropped table="phone"/><step name="greet" at="after">UPDATE person SET mail = coalesce(full_name, '"''"')
		<back>UPDATE person SET mail = '"'back'"'</back></step>' >v2.xml
	document 3 '<table name="people" was="person"><column name="id" type="INTEGER" primary-key="true"/>
		<column name="full_name" was="name" type="TEXT"/><column name="years" was="age" type="INTEGER"/>
		<dropped column="mail"/><index name="by_name" columns="full_name"/></table><dropped table="phone"/>' >v3.xml
	unit v1 ../none.sql ../v1.xml && unit v2 ../v1.xml ../v2.xml && unit v3 ../v2.xml ../v3.xml &&
		unit far ../v1.xml ../v3.xml
	./v1/back first.db upgrade "INSERT INTO person VALUES (1, 'Ada', '036'), (2, NULL, 'x'), (5, 'Bob', NULL);
		INSERT INTO phone VALUES (1, x'00ff'), (1, '07'), (5, 7)"
	cp first.db second.db && ./v2/back second.db upgrade | grep -qx upgraded
}

setup() {
	begin
	units=$BATS_FILE_TMPDIR
	cp "$units"/*.db "$units"/*.xml "$units"/none.sql .
}

# went FILE UNIT: what each word comes to.
went() {
	local file=$1 unit=$2
	shift 2
	"$units/$unit/back" "$file" "$@" 2>said
}

rows() {
	sqlite3 "$1" "SELECT rowid, quote(id), quote(name), quote(age) FROM person ORDER BY id" \
		"SELECT quote(person), quote(number) FROM phone ORDER BY 1, 2" "PRAGMA user_version"
	"$MOULT" diff "$1" v1.xml -q
}

everything() {
	sqlite3 "$1" .dump "PRAGMA user_version"
}

@test "there, rows of the new version, back, and there again" {
	rows first.db >before
	[ "$(went second.db v1 upgrade)" = newer ]
	sqlite3 second.db "UPDATE person SET full_name = 'Eve' WHERE id = 1; UPDATE person SET years = 9 WHERE id = 2;
		DELETE FROM person WHERE id = 5; INSERT INTO person VALUES (5, 'New', 3, 'm'), (9, 'Nine', 99, 'm')"
	[ "$(went second.db v1 downgrade downgrade upgrade)" = "downgraded present present" ]
	cp second.db again.db
	sqlite3 first.db "PRAGMA foreign_keys = OFF; UPDATE person SET name = 'Eve' WHERE id = 1; UPDATE person SET age = '9' WHERE id = 2;
		DELETE FROM person WHERE id = 5; INSERT INTO person VALUES (5, 'New', '3'), (9, 'Nine', '99')"
	[ "$(rows first.db)" = "$(rows second.db)" ]
	[ "$(went again.db v2 upgrade upgrade finish finish)" = "upgraded present finished finished" ]
	[ "$(sqlite3 again.db "SELECT count(*) FROM sqlite_master WHERE name LIKE '\_moult\_parked%' ESCAPE '\'")" = 0 ]
	[ "$(went again.db v1 upgrade downgrade)" = "unknown unknown" ]
}

@test "there and back, and every row is what it was" {
	rows first.db >before
	[ "$(went second.db v1 downgrade)" = downgraded ]
	rows second.db | diff before -
	sqlite3 second.db "SELECT count(*) FROM _moult_done" | grep -qx 0
}

@test "two versions back, at once and one by one, and on from an older one" {
	cp second.db third.db
	[ "$(went third.db v3 upgrade)" = upgraded ]
	cp third.db one.db && cp first.db far.db
	[ "$(went third.db v1 upgrade downgrade)" = "newer downgraded" ]
	[ "$("$MOULT" diff third.db v1.xml)" = "no difference" ]
	[ "$(sqlite3 third.db "SELECT name, age FROM person WHERE id = 1")" = "Ada|36" ]
	[ "$(went one.db v2 upgrade downgrade)" = "newer downgraded" ]
	[ "$("$MOULT" diff one.db v2.xml)" = "no difference" ]
	[ "$(went far.db far upgrade)" = upgraded ]
	[ "$(went far.db v2 upgrade downgrade)" = "newer downgraded" ]
	[ "$("$MOULT" diff far.db v2.xml)" = "no difference" ]
	[ "$(sqlite3 far.db "SELECT full_name, years FROM person WHERE id = 1")" = "Ada|36" ]
}

@test "rows that the old version refuses are in the way, and nothing changes" {
	document 2 '<table name="t"><column name="a" type="INTEGER" not-null="true"/></table>' >old.xml
	document 3 '<table name="t"><column name="a" type="INTEGER"/></table>' >new.xml
	"$MOULT" apply t.db old.xml -q
	"$MOULT" plan old.xml new.xml --format sql --way-back shape -q -o up.sql
	cp t.db old.db
	sqlite3 t.db <up.sql
	sqlite3 t.db "INSERT INTO t VALUES (1), (NULL)"
	everything t.db >before
	[ "$(went t.db v1 like old.db upgrade downgrade)" = "newer refused" ]
	everything t.db | diff before -
	sqlite3 t.db "DELETE FROM t WHERE a IS NULL"
	[ "$(went t.db v1 like old.db downgrade)" = downgraded ]
}

@test "rows that the old version refuses go into a drawer, where the newer document says so" {
	local drawer='<table name="drawer"><column name="id" type="INTEGER" primary-key="true"/><column name="mail"/></table>'
	document 2 "$drawer"'<table name="person"><column name="id" type="INTEGER" primary-key="true"/><column name="name" not-null="true"/><column name="mail"/></table>' >old.xml
	document 3 "$drawer"'<table name="person"><column name="id" type="INTEGER" primary-key="true"/><column name="name"/><column name="mail"/></table>
		<step name="nameless" at="after">INSERT INTO person (id, mail) SELECT id, mail FROM drawer; DELETE FROM drawer;
		<back>INSERT INTO drawer SELECT id, mail FROM person WHERE name IS NULL; DELETE FROM person WHERE name IS NULL;</back></step>' >new.xml
	"$MOULT" apply t.db old.xml -q
	sqlite3 t.db "INSERT INTO person VALUES (1, 'Ada', 'a@b')"
	"$MOULT" plan old.xml new.xml --format sql --way-back data -q -o up.sql
	cp t.db old.db
	sqlite3 -bail t.db <up.sql
	sqlite3 t.db "INSERT INTO person VALUES (2, NULL, x'00ff')"
	cp t.db program.db
	[ "$(went t.db v1 like old.db upgrade downgrade)" = "newer downgraded" ]
	"$MOULT" downgrade program.db --yes --no-backup -q --allow all
	for file in t program; do
		"$MOULT" diff $file.db old.xml
		[ "$(sqlite3 $file.db "SELECT * FROM person; SELECT id, quote(mail) FROM drawer")" = "$(printf "1|Ada|a@b\n2|X'00FF'")" ]
	done
	sqlite3 -bail t.db <up.sql
	[ "$(sqlite3 t.db "SELECT id, quote(name), quote(mail) FROM person; SELECT count(*) FROM drawer")" = "$(printf "1|'Ada'|'a@b'\n2|NULL|X'00FF'\n0")" ]
}

@test "the power is cut, calls of the disk and allocations fail: old or new" {
	local tests=$MOULT_SOURCE/tests unit
	for unit in v1 v2; do
		# shellcheck disable=SC2086
		${CC:-cc} -w -O1 ${SQLITE_CFLAGS-} -I"$units/$unit" -I"$tests" -I"$tests/torture" -o "$unit" "$units/$unit/up.c" "$tests/scripts/power.c" \
			"$tests"/evidence.c "$tests"/torture/disk.c "$tests"/torture/disk_power.c "$tests"/torture/disk_vfs.c ${SQLITE_LIBS--lsqlite3}
	done
	sqlite3 second.db "INSERT INTO person VALUES (9, 'Nine', 99, 'm')"
	./v1 second.db downgrade delete 31
	./v1 second.db downgrade wal 37
	./v2 second.db finish persist 1
	./v2 second.db finish wal 1
	./v2 first.db upgrade truncate 31
}

@test "a script leaves what apply leaves, and a shell and the program go back by it" {
	"$MOULT" plan v1.xml v2.xml --format sql --way-back data --allow all -q -o up.sql
	cp first.db script.db && cp first.db applied.db
	sqlite3 script.db <up.sql
	"$MOULT" apply applied.db v2.xml --way-back data --allow all --no-backup --yes -q
	for file in script applied; do
		# A script, which knows no file, has places from 1, and apply from those of the first generation.
		sqlite3 $file.db "SELECT number, format, version, shape_from, shape_to, release_from, release_to, document,
			substr(marks, instr(marks, '+ '), 40) FROM _moult_way_back; SELECT * FROM _moult_parked; SELECT * FROM person;
			SELECT name, sql FROM sqlite_master WHERE name LIKE '\_moult\_parked%' ESCAPE '\' ORDER BY 1" |
			sed 's/104857\([789]\)/1048576+\1/g; s/1048576+7/1/g; s/1048576+8/2/g; s/1048576+9/3/g' >$file.said
	done
	diff script.said applied.said
	[ "$(went applied.db v1 upgrade)" = unknown ]
	cp script.db other.db
	sqlite3 script.db "SELECT statements FROM _moult_way_back ORDER BY number DESC LIMIT 1" >back.sql
	(echo "PRAGMA foreign_keys = OFF; BEGIN;"; cat back.sql; echo "COMMIT;") | sqlite3 -bail script.db
	[ "$(rows script.db)" = "$(rows first.db)" ]
	"$MOULT" downgrade other.db --no-backup --yes -q
	[ "$(rows other.db)" = "$(rows first.db)" ]
}

@test "a script stops at what an earlier migration keeps" {
	"$MOULT" plan v2.xml v3.xml --format sql --way-back data --allow all -q -o up.sql
	everything second.db >before
	run -1 sqlite3 -bail second.db <up.sql
	[[ $output == *"values of an earlier migration are kept in the file"* ]]
	everything second.db | diff before -
	"$MOULT" finish second.db -q
	sqlite3 -bail second.db <up.sql
	[ "$(went second.db v2 downgrade)" = downgraded ]
}

@test "without --way-back a script and a unit are as they were" {
	"$MOULT" plan v1.xml v2.xml --format c --allow all -q -o up.c
	run ! grep -qE 'way_back|downgrade|NEWER|finish|WAY_BACK' up.h
	[ "$(grep -c "INTO main._moult_way_back" up.c)" = 0 ]
	"$MOULT" plan v1.xml v2.xml --format sql --allow all -q -o up.sql
	[ "$(grep -c "INTO main._moult_way_back" up.sql)" = 0 ]
}

@test "a way back that is a document alone" {
	sqlite3 f.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT); CREATE VIRTUAL TABLE f USING fts5(a, content='t', content_rowid='id')" || skip
	document 0 '<table name="t"><column name="id" type="INTEGER" primary-key="true"/><column name="a" type="INTEGER" using="length(old.a)"/></table>' >new.xml
	run -0 "$MOULT" plan f.db new.xml --format sql --way-back shape --allow all -o up.sql
	[[ $output == *"RUN120: table _moult_way_back: "*"it writes the virtual table f"* ]]
	sqlite3 f.db <up.sql
	[ "$(sqlite3 f.db "SELECT typeof(statements) FROM _moult_way_back")" = null ]
	"$MOULT" downgrade f.db --allow all --no-backup --yes -q
}

# attack RESULT SQL [STATEMENT...]: second.db has that SQL as its way back, and an old unit changes nothing by it.
attack() {
	local result=$1 file=$BATS_TEST_TMPDIR/second.db
	cp "$units/second.db" "$file"
	printf '%s' "$2" >evil.sql
	sqlite3 "$file" "UPDATE _moult_way_back SET statements = CAST(readfile('evil.sql') AS TEXT)"
	everything "$file" >before
	rm -f other.db
	sqlite3 other.db "CREATE TABLE only_there(a)"
	went "$file" v1 "ATTACH 'other.db' AS other" "${@:3}" downgrade "ATTACH ':memory:' AS after" >outcome || true
	[ "$(cat outcome)" = "$result" ] || { echo "$2: $(cat outcome)"; cat said; return 1; }
	everything "$file" | diff before - >/dev/null || { echo "$2 changes the file"; return 1; }
	[ "$(sqlite3 other.db "SELECT count(*) FROM only_there" "SELECT count(*) FROM sqlite_master")" = $'0\n1' ]
	[ ! -e evil.db ]
}

# The same, and it is the authorizer that says so.
denied() {
	attack failed "$@"
	grep -q "the way back may not do action" said
}

@test "what stands in the file cannot reach beyond it" {
	attack failed "ATTACH 'evil.db' AS evil;"
	attack failed "DETACH other;"
	attack failed "INSERT INTO other.only_there VALUES (1);"
	attack failed "INSERT INTO only_there VALUES (1);"
	attack failed "CREATE TABLE other.t(a);"
	attack failed "CREATE TRIGGER other.t AFTER INSERT ON only_there BEGIN SELECT 1; END;"
	attack failed "PRAGMA other.user_version = 7;"
	attack failed "ALTER TABLE other.only_there ADD COLUMN b;"
	attack failed "DROP TABLE other.only_there;"
	attack failed "UPDATE person SET mail = (SELECT count(*) FROM only_there);"
	attack failed "VACUUM INTO 'evil.db';"
	attack failed "CREATE TEMP TABLE mine(a);"
	attack failed "CREATE TEMP TRIGGER _moult_t AFTER INSERT ON person BEGIN SELECT 1; END;"
	attack failed "INSERT INTO temp.theirs VALUES (1);" "CREATE TEMP TABLE theirs(a)"
}

@test "it calls what SQLite has built in" {
	attack failed "SELECT shout();"
	attack failed "SELECT load_extension('evil');"
	attack failed "UPDATE person SET mail = shout(full_name);"
	attack failed "CREATE TABLE t(a CHECK (shout(a)));"
	attack failed "CREATE VIEW v AS SELECT shout(); SELECT * FROM v;"
	attack failed "CREATE TRIGGER t AFTER UPDATE ON person BEGIN SELECT shout(); END; UPDATE person SET mail = 1;"
	attack failed "SELECT fts3_tokenizer('simple');"
}

@test "it reaches no virtual table" {
	denied "CREATE VIRTUAL TABLE v USING fts5(a);"
	denied "SELECT * FROM json_each('[1]');"
	attack failed "SELECT count(*) FROM dbstat;"
	attack failed "INSERT INTO sqlite_dbpage(pgno, data) VALUES (1, zeroblob(4096));"
	denied "SELECT * FROM pragma_function_list;"
	denied "INSERT INTO v VALUES ('a');" "CREATE VIRTUAL TABLE temp.v USING fts5(a)"
	attack failed "DROP TABLE other.v;" "CREATE VIRTUAL TABLE other.v USING fts5(a); DROP TABLE other.v"
}

@test "it leaves the transaction and the connection alone" {
	attack failed "COMMIT; DROP TABLE person;"
	attack failed "ROLLBACK;"
	attack failed "SAVEPOINT a; DROP TABLE person; RELEASE a;"
	attack failed "PRAGMA writable_schema = ON;"
	attack failed "PRAGMA journal_mode = OFF;"
	attack failed "PRAGMA foreign_keys = OFF;"
	attack failed "UPDATE sqlite_master SET sql = 'CREATE TABLE t(a)';" "PRAGMA writable_schema = ON"
	attack refused "INSERT OR ROLLBACK INTO person(id) VALUES (1);"
	attack failed "not SQL at all"
}

@test "it takes so much time and room as the file explains" {
	attack failed "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;"
	attack failed "SELECT length(zeroblob(900000000));"
	attack failed "SELECT length(replace(hex(zeroblob(8000000)), '0', '0123456789'));"
	attack failed "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) INSERT INTO person(mail) SELECT zeroblob(10000000) FROM n;"
	attack failed "$(printf 'SELECT 1;%.0s' $(seq 10))$(head -c 17000000 /dev/zero | tr '\0' ' ')"
}

@test "it ends at a version that the unit knows, or is nothing" {
	attack failed ""
	attack failed "SELECT 1;"
	attack failed "DROP TABLE person; CREATE TABLE person(a);"
	attack unknown "DELETE FROM _moult_way_back;"
	attack unknown "DROP TABLE _moult_way_back; CREATE VIEW _moult_way_back AS SELECT 1 AS number, 'SELECT shout()' AS statements;"
}

@test "a table of ways back that is not moult's is none" {
	sqlite3 second.db "CREATE TRIGGER t AFTER DELETE ON _moult_way_back BEGIN SELECT shout(); END"
	[ "$(went second.db v1 upgrade downgrade)" = "unknown unknown" ]
	for table in "VIEW _moult_way_back AS SELECT 1 AS number, shout() AS statements" \
		"TABLE _moult_way_back(number, statements AS (hex(1)))" "TABLE _moult_way_back(number, statements)"; do
		cp "$units/second.db" second.db
		sqlite3 second.db "DROP TABLE _moult_way_back; CREATE $table"
		[ "$(went second.db v1 upgrade downgrade)" = "unknown unknown" ]
	done
	cp "$units/second.db" second.db
	sqlite3 second.db "UPDATE _moult_way_back SET statements = x'00'"
	[ "$(went second.db v1 upgrade downgrade)" = "unknown unknown" ]
}

@test "the connection is given back as it was" {
	[ "$(went second.db v1 "PRAGMA case_sensitive_like = ON; PRAGMA main.max_page_count = 12345" downgrade)" = downgraded ]
	[ "$(went first.db v1 downgrade)" = present ]
	sqlite3 third.db "CREATE TABLE x(a)"
	[ "$(went third.db v1 downgrade upgrade)" = "unknown unknown" ]
	[ "$(went second.db v1 "BEGIN" downgrade finish "ROLLBACK")" = "misuse misuse" ]
}
