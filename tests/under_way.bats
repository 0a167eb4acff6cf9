# SPDX-License-Identifier: MIT
#
# What a file says of a change that is made in many short transactions: other commands begin nothing
# across it, and what it made is nobody's to declare or compare.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES(1, 'x')"
	"$MOULT" dump app.db >app.xml
	sed 's/<column name="a"/<column name="b"\/> &/' app.xml >next.xml
}

# As moult writes it, without the rows.
make_table() {
	sqlite3 app.db "CREATE TABLE _moult_under_way (
  number INTEGER PRIMARY KEY,
  what TEXT NOT NULL,
  name TEXT NOT NULL,
  format INTEGER NOT NULL,
  at TEXT NOT NULL,
  version TEXT NOT NULL,
  phase TEXT NOT NULL,
  cursor,
  text TEXT,
  former TEXT
)"
}

add_run() { # FORMAT [KIND]
	sqlite3 app.db "INSERT INTO _moult_under_way(what, name, format, at, version, phase)
		VALUES('run', '${2:-online}', $1, '2026-01-01T00:00:00Z', '0.1.0', 'backfill')"
}

@test "nothing else is begun across it" {
	make_table
	add_run 1
	expect 3 apply app.db next.xml
	[[ $stderr == *"RUN080"*"apply --online, begun 2026-01-01T00:00:00Z, phase backfill"*"moult downgrade"* ]]
	expect 3 finish app.db
	[ "$(sqlite3 app.db "SELECT count(*) FROM pragma_table_info('t')")" = 2 ]
	expect 0 downgrade app.db
	[[ $output == *abandoned* ]]
	expect 0 apply app.db next.xml
}

@test "rows of another version, and of nobody, are not guessed at" {
	make_table
	expect 2 apply app.db next.xml
	[[ $stderr == *RUN081* ]]
	add_run 2
	expect 2 apply app.db next.xml
	[[ $stderr == *RUN081*"a later version"* ]]
	sqlite3 app.db "UPDATE _moult_under_way SET format = 1, what = 'made'"
	expect 2 apply app.db next.xml
}

@test "what was made is told by name and text, and is not the application's" {
	make_table
	add_run 1
	sqlite3 app.db "CREATE TABLE _moult_log_t(k);
		CREATE TRIGGER _moult_i_t AFTER INSERT ON t BEGIN INSERT INTO _moult_log_t VALUES(new.id); END;
		INSERT INTO _moult_under_way(what, name, format, at, version, phase, text)
		SELECT 'made', name, 1, '', '0.1.0', '', sql FROM sqlite_master WHERE name IN ('_moult_log_t', '_moult_i_t')"
	expect 0 diff app.db app.xml
	expect 0 verify app.db app.xml
	sqlite3 app.db "ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME TO t" # rewrites the trigger
	expect 0 dump app.db
	[[ $output == *_moult_i_t* ]]
}

@test "a table of the application is not hidden by a row" {
	make_table
	add_run 1
	sqlite3 app.db "INSERT INTO _moult_under_way(what, name, format, at, version, phase, text)
		SELECT 'made', name, 1, '', '0.1.0', '', sql FROM sqlite_master WHERE name = 't'"
	expect 0 dump app.db
	[[ $output == *'<table name="t">'* ]]
}
