/* SPDX-License-Identifier: MIT */
/* shapes.c: see shapes.h. */
#include "shapes.h"

#include <stddef.h>

#define ROWS "WITH n(i) AS (VALUES (1), (2), (3), (5), (8), (13)) "
#define LOG                                                                                       \
	"CREATE TABLE log(at INTEGER PRIMARY KEY, what);"                                         \
	"CREATE TRIGGER li AFTER INSERT ON t BEGIN INSERT INTO log(what)"                         \
	" VALUES('i ' || new.id || ' ' || quote(new.a)); END;"                                    \
	"CREATE TRIGGER lu AFTER UPDATE ON t WHEN old.a IS NOT new.a BEGIN INSERT INTO log(what)" \
	" VALUES('u ' || old.id || quote(old.a) || quote(new.a)); END;"                           \
	"CREATE TRIGGER ld AFTER DELETE ON t BEGIN INSERT INTO log(what)"                         \
	" VALUES('d ' || old.id || quote(old.a)); END;"
#define ID "<column name='id' type='INTEGER' primary-key='true'/>"
#define V "<column name='v' type='INT'/>"

const struct shape shapes[] = {
	{.name = "renamed",
	 .have = "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, v INT);" ROWS
		 "INSERT INTO t SELECT i, CASE WHEN i % 2 THEN 'r' || i END, i FROM n",
	 .want = "<table name='t'>" ID "<column name='b' was='a' type='TEXT'/>" V "</table>",
	 .old_code = {{"a"}, {{"'x'", "'X'", "'y'", "NULL", "5", "''"}}},
	 .new_code = {{"b"}, {{"'x'", "'X'", "'z'", "NULL", "7.5", "''"}}},
	 .back = {"{0}"},
	 .agree = "a IS b",
	 .columns = "id, b, v"},
	{.name = "renamed, NOT NULL, NOCASE, CHECK",
	 .have = "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE NOT NULL "
		 "CHECK (length(a) < 4), v INT); CREATE INDEX ta ON t(a, v);" ROWS
		 "INSERT INTO t SELECT i, 'r' || i, i FROM n",
	 .want = "<table name='t'>" ID
		 "<column name='b' was='a' type='TEXT' collate='NOCASE' not-null='true' "
		 "check='length(b) &lt; 4'/>" V "<index name='ta' columns='b, v'/></table>",
	 .old_code = {{"a"}, {{"'x'", "'X'", "'y'", "NULL", "'long'"}}},
	 .new_code = {{"b"}, {{"'x'", "'X'", "'z'", "NULL", "'long'"}}},
	 .back = {"{0}"},
	 .agree = "a COLLATE BINARY IS b",
	 .columns = "id, b, v"},
	{.name = "renamed, UNIQUE, with a log",
	 .have = "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT UNIQUE, v INT);" LOG ROWS
		 "INSERT INTO t SELECT i, 'r' || i, i FROM n",
	 .want = "<table name='t'>" ID "<column name='b' was='a' type='TEXT' unique='true'/>" V
		 "</table>",
	 .old_code = {{"a"}, {{"'x'", "'X'", "'y'", "NULL", "'r1'"}}},
	 .new_code = {{"b"}, {{"'x'", "'X'", "'z'", "NULL", "'r2'"}}},
	 .back = {"{0}"},
	 .agree = "a IS b",
	 .columns = "id, b, v",
	 .also = "SELECT group_concat(what, ';') FROM (SELECT what FROM log ORDER BY at)"},
	{.name = "renamed, with a DEFAULT, a log and BLOB affinity",
	 .have = "CREATE TABLE t(id INTEGER PRIMARY KEY, a NOT NULL DEFAULT 'd', v INT);" LOG ROWS
		 "INSERT INTO t SELECT i, i * 1.5, i FROM n",
	 .want = "<table name='t'>" ID
		 "<column name='b' was='a' not-null='true' default=\"'d'\"/>" V "</table>",
	 .old_code = {{"a"}, {{"'x'", "1", "1.0", "NULL", "'X'"}}},
	 .new_code = {{"b"}, {{"'x'", "2", "2.0", "NULL", "'Y'"}}},
	 .back = {"{0}"},
	 .agree = "a IS b AND typeof(a) = typeof(b)",
	 .columns = "id, b, v",
	 .also = "SELECT group_concat(what, ';') FROM (SELECT what FROM log ORDER BY at)"},
	{.name = "renamed, required, with a log",
	 .have = "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT NOT NULL, v INT);" LOG ROWS
		 "INSERT INTO t SELECT i, 'r' || i, i FROM n",
	 .want = "<table name='t'>" ID "<column name='b' was='a' type='TEXT' not-null='true'/>" V
		 "</table>",
	 .old_code = {{"a"}, {{"'x'", "'X'", "'y'", "NULL"}}},
	 .new_code = {{"b"}, {{"'x'", "'X'", "'z'", "NULL"}}},
	 .back = {"{0}"},
	 .agree = "a IS b",
	 .columns = "id, b, v",
	 .also = "SELECT group_concat(what, ';') FROM (SELECT what FROM log ORDER BY at)"},
	{.name = "renamed, under a full-text index",
	 .have = "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT NOT NULL, v INT);"
		 "CREATE VIRTUAL TABLE f USING fts5(a, content='t', content_rowid='id');"
		 "CREATE TRIGGER fi AFTER INSERT ON t BEGIN INSERT INTO f(rowid, a) "
		 "VALUES(new.id, new.a); END;"
		 "CREATE TRIGGER fd AFTER DELETE ON t BEGIN INSERT INTO f(f, rowid, a) "
		 "VALUES('delete', old.id, old.a); END;"
		 "CREATE TRIGGER fu AFTER UPDATE ON t BEGIN INSERT INTO f(f, rowid, a) "
		 "VALUES('delete', old.id, old.a); INSERT INTO f(rowid, a) VALUES(new.id, new.a); "
		 "END;" ROWS "INSERT INTO t SELECT i, 'word' || i, i FROM n",
	 .want = "<table name='t'>" ID "<column name='b' was='a' type='TEXT' not-null='true'/>" V
		 "<dropped trigger='fi'/><dropped trigger='fu'/><dropped trigger='fd'/></table>"
		 "<dropped table='f'/>",
	 .old_code = {{"a"}, {{"'x one'", "'X two'", "'y'", "''"}}},
	 .new_code = {{"b"}, {{"'x one'", "'X six'", "'z'", "''"}}},
	 .back = {"{0}"},
	 .agree = "a IS b",
	 .columns = "id, b, v",
	 .check = "INSERT INTO f(f, rank) VALUES('integrity-check', 1)"},
	{.name = "cents become an amount",
	 .have = "CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER NOT NULL, v INT);" LOG ROWS
		 "INSERT INTO t SELECT i, i * 101, i FROM n",
	 .want = "<table name='t'>" ID
		 "<column name='b' was='a' type='REAL' not-null='true' using='old.a / 100.0' "
		 "back='CAST(round(new.b * 100) AS INTEGER)'/>" V "</table>",
	 .old_code = {{"a"}, {{"1234", "0", "99", "NULL"}}},
	 .new_code = {{"b"}, {{"12.34", "0.5", "7.0", "12.344", "NULL"}}},
	 .back = {"CAST(round({0} * 100) AS INTEGER)"},
	 .agree = "b IS a / 100.0 OR a IS CAST(round(b * 100) AS INTEGER)",
	 .columns = "id, b, v",
	 .also = "SELECT group_concat(what, ';') FROM (SELECT what FROM log ORDER BY at)",
	 .is_lossy = true},
	{.name = "a name is split",
	 .have = "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, v INT);" LOG ROWS
		 "INSERT INTO t SELECT i, 'Last' || i || ', First', i FROM n",
	 .want = "<table name='t'>" ID
		 "<column name='f' type='TEXT' using=\"CASE WHEN instr(a, ', ') > 0 THEN "
		 "substr(a, instr(a, ', ') + 2) END\"/>"
		 "<column name='l' type='TEXT' using=\"CASE WHEN instr(a, ', ') > 0 THEN "
		 "substr(a, 1, instr(a, ', ') - 1) ELSE a END\"/>" V
		 "<dropped column='a' back=\"CASE WHEN new.f IS NULL THEN new.l ELSE new.l || ', ' || "
		 "new.f END\"/><dropped trigger='li'/><dropped trigger='lu'/>"
		 "<dropped trigger='ld'/></table>",
	 .old_code = {{"a"}, {{"'Guin, Ursula'", "'Plato'", "NULL", "'X, Y'"}}},
	 .new_code = {{"f", "l"},
		      {{"'Ursula'", "'Iain'", "NULL"}, {"'Guin'", "'Banks'", "'Plato'"}}},
	 .back = {"CASE WHEN {0} IS NULL THEN {1} ELSE {1} || ', ' || {0} END"},
	 .agree = "a IS CASE WHEN f IS NULL THEN l ELSE l || ', ' || f END",
	 .columns = "id, f, l, v",
	 .also = "SELECT group_concat(what, ';') FROM (SELECT what FROM log ORDER BY at)"},
	{.name = "lower case, which loses something",
	 .have = "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, v INT);" ROWS
		 "INSERT INTO t SELECT i, 'Ab' || i, i FROM n",
	 .want = "<table name='t'>" ID
		 "<column name='b' was='a' type='TEXT' using='lower(old.a)' back='new.b'/>" V
		 "</table>",
	 .old_code = {{"a"}, {{"'Ab'", "'AB'", "NULL", "'c'"}}},
	 .new_code = {{"b"}, {{"'Ab'", "'ab'", "NULL", "'D'"}}},
	 .back = {NULL},
	 .agree = "b IS lower(a) OR a IS b",
	 .columns = "id, b, v",
	 .is_lossy = true},
};
const int shape_count = sizeof(shapes) / sizeof(*shapes);
