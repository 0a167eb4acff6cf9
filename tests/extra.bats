# SPDX-License-Identifier: MIT
#
# What a script has that is no part of a schema is told at its place, once for
# each kind, and what serves to make the schema is not.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
	cat >schema.sql <<-'END'
		PRAGMA user_version = 3;
		CREATE TABLE color(id INTEGER PRIMARY KEY, name TEXT);
		  INSERT INTO color VALUES (1, 'red; green'),
		   (2, 'INSERT');
		INSERT OR REPLACE INTO color(name) VALUES ('blue');
		UPDATE "color" SET name = upper(name);
		DELETE FROM color WHERE id = 1;
		CREATE TEMP TABLE scratch(x);
		CREATE TABLE "big" AS SELECT * FROM color;
		PRAGMA journal_mode = WAL;
		CREATE TRIGGER g AFTER INSERT ON color BEGIN INSERT INTO big VALUES (1, 'x'); DELETE FROM big; END;
	END
}

@test "each kind is told once, at its first place, with a count" {
	sqlite3 app.db "CREATE TABLE t(a)"
	for command in "dump schema.sql" "diff schema.sql schema.sql" "plan app.db schema.sql" "dump schema.sql --format sql" \
		"apply new.db schema.sql" "plan schema.sql app.db"; do
		expect 0 $command
		[ "$(grep -c SQL003 <<<"$stderr")" -ge 6 ]
		[[ $stderr == *"schema.sql:3:3: warning: SQL003: INSERT into color: rows are no part of a schema, and are left out (2 statements like it)"* ]]
		[[ $stderr == *"schema.sql:6:1: warning: SQL003: UPDATE of color: "* ]]
		[[ $stderr == *"schema.sql:7:1: warning: SQL003: DELETE from color: "* ]]
		[[ $stderr == *"schema.sql:8:1: warning: SQL003: scratch is temporary"* ]]
		[[ $stderr == *"schema.sql:9:1: warning: SQL003: table big is made by SELECT: "* ]]
		[[ $stderr == *"schema.sql:10:1: warning: SQL003: PRAGMA journal_mode "* ]]
	done
	expect 0 apply other.db schema.sql --json
	[[ $output == *SQL003* ]]
	[ "$(sqlite3 other.db "SELECT count(*) FROM color")" = 0 ]
}

@test "an encoding is wanted, and what dump writes of it is read again" {
	sqlite3 app.db "PRAGMA encoding = 'UTF-16be'; CREATE TABLE t(a); INSERT INTO t VALUES ('ü')"
	"$MOULT" dump app.db --format sql >app.sql
	expect 0 dump app.sql --format sql
	[ -z "$stderr" ]
	[ "$output" = "$(cat app.sql)" ]
	expect 0 plan app.db app.sql --check
	expect 0 apply new.db app.sql
	[ "$(sqlite3 new.db "PRAGMA encoding")" = UTF-16be ]
	sed -i s/16be/16le/ app.sql
	expect 2 plan app.db app.sql
	[[ $stderr == *RUN025* ]]
}

@test "what serves to make the schema is not told" {
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a); CREATE VIRTUAL TABLE f USING fts5(x);
		INSERT INTO t(a) VALUES (1); DELETE FROM t; ANALYZE; CREATE VIEW v AS SELECT 1 AS x"
	sqlite3 app.db .dump >dump.sql
	echo "PRAGMA foreign_keys = ON; ANALYZE; VACUUM; SELECT count(*) FROM t; SAVEPOINT s; RELEASE s;" >>dump.sql
	grep -q sqlite_sequence dump.sql
	expect 0 dump dump.sql
	[ -z "$stderr" ]
	expect 0 diff app.db dump.sql
}

@test "a script opens no other file while it is read" {
	for sql in "ATTACH 'made.db' AS x; CREATE TABLE x.t(a);" "VACUUM INTO 'made.db';" "ATTACH 'made' || '.db' AS x;"; do
		echo "CREATE TABLE t(a); $sql" >attach.sql
		expect 2 dump attach.sql
		[[ $stderr == *"SQL002"*"opens another file"* ]]
		[ ! -e made.db ]
	done
	echo "CREATE TABLE t(a); ATTACH ':memory:' AS x; VACUUM;" >attach.sql
	expect 0 dump attach.sql
}
