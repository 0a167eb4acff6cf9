/* SPDX-License-Identifier: MIT */
/*
 * fuzz.c: apply --online, and an application that writes whenever moult lets go of the lock.
 *
 *	file		apply --online; in each call of the progress callback the application writes,
 *			through a connection of its own, whatever comes up; where moult has the lock
 *			it is refused, and has written nothing
 *	reference	the same file as it was; the same statements, where the lock was to be had
 *
 * Both say the same of each statement.  Now and then the run is stopped and begun again, or
 * abandoned, or the file is vacuumed.  In the end the file is what apply makes of the reference:
 * rows with their types, what triggers wrote, and the schema; and nothing of moult's is left.
 *
 *	tests/online/fuzz [RUNS [SEED [SHAPE]]]	for each shape, or those that are called so; 2 and 1
 *
 * The lowest seven bits of a seed are its configuration: 128 seeds in a row have all of them.  Every third
 * has a rollback journal, and a reader who is now and then in the way of a COMMIT: 384 have all with both.
 *
 * Speaks TAP.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chance.h"

#define ROWS 1500
#define IDS 60	  /* rows that statements name: few, so that they meet; past triggers all */
#define TRIES 60  /* calls for one change */
#define VACUUMS 8 /* some begin again at each */
#define BLINDS 5  /* writes past the triggers: each is the end of what is under way */
#define READERS 3
#define MIDDLE "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 1500)"

struct shape {
	const char *name;
	const char *have;      /* SQL, rows included: t has id, a and b */
	const char *from, *to; /* what is another in the document */
	const char *also;      /* a query about what else is there; or NULL */
};

static const struct shape shapes[] = {
	{"unique",
	 "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT UNIQUE COLLATE NOCASE, b TEXT);"
	 "CREATE INDEX t_a ON t(a);" MIDDLE "INSERT INTO t SELECT i, 'k' || i, i FROM s",
	 "name=\"b\" type=\"TEXT\"", "name=\"b\" type=\"INTEGER\"", NULL},
	{"not null and on conflict replace",
	 "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT NOT NULL DEFAULT 'k7' UNIQUE ON CONFLICT"
	 " REPLACE, b TEXT);" MIDDLE "INSERT INTO t SELECT i, 'k' || i, i FROM s",
	 "name=\"b\" type=\"TEXT\"", "name=\"b\" type=\"INTEGER\"", NULL},
	/* No index on id: an UPDATE by it would go through the rows in another order beside triggers. */
	{"rows that VACUUM numbers anew",
	 "CREATE TABLE t(id INT, a TEXT PRIMARY KEY, b TEXT); CREATE INDEX t_b ON t(b, a);" MIDDLE
	 "INSERT INTO t SELECT 1501 - i, 'k' || i, i FROM s; DELETE FROM t WHERE id % 3 = 1",
	 "name=\"b\" type=\"TEXT\"", "name=\"b\" type=\"INTEGER\"", NULL},
	{"unique over two",
	 "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b TEXT, v TEXT,"
	 " UNIQUE(a, b));" MIDDLE "INSERT INTO t(id, a, b, v) SELECT i, 'k' || i, i, i FROM s",
	 "name=\"v\" type=\"TEXT\"", "name=\"v\" type=\"INTEGER\"", NULL},
	{"unique by expressions, in part, and a column that may not be NULL",
	 "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT NOT NULL DEFAULT 'k7' COLLATE NOCASE, b TEXT,"
	 " v INT DEFAULT 1);"
	 "CREATE UNIQUE INDEX t_a ON t (upper(a) || v, v % 2); CREATE INDEX t_v ON t (abs(v), a) WHERE v > 0;"
	 "CREATE UNIQUE INDEX t_part ON t (lower(a)) WHERE v = 1;" MIDDLE
	 "INSERT INTO t(id, a, b) SELECT i, 'k' || i, i FROM s",
	 "name=\"b\" type=\"TEXT\"", "name=\"b\" type=\"INTEGER\"", NULL},
	{"triggers",
	 "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT UNIQUE, b TEXT); CREATE TABLE l(what, id);"
	 "CREATE TRIGGER ti AFTER INSERT ON t BEGIN INSERT INTO l VALUES('i', new.id); END;"
	 "CREATE TRIGGER td BEFORE DELETE ON t BEGIN INSERT INTO l VALUES('d', old.id); END;"
	 "CREATE TRIGGER tu AFTER UPDATE OF b ON t BEGIN INSERT INTO l VALUES('u', new.id);"
	 " UPDATE t SET a = a || '+' WHERE id = new.id - 1 AND length(a) < 9; END;" MIDDLE
	 "INSERT INTO t SELECT i, 'k' || i, i FROM s",
	 "name=\"b\" type=\"TEXT\"", "name=\"b\" type=\"INTEGER\"",
	 "SELECT group_concat(what || id, ',') FROM (SELECT * FROM l ORDER BY rowid)"},
	{"a parent of itself, and a child that cascades",
	 "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT UNIQUE, b TEXT, up INT REFERENCES t(id) ON"
	 " DELETE CASCADE ON UPDATE CASCADE);"
	 "CREATE TABLE c(id INTEGER PRIMARY KEY, t REFERENCES t(id) ON DELETE CASCADE ON UPDATE SET"
	 " NULL);" MIDDLE
	 "INSERT INTO t SELECT i, 'k' || i, i, CASE WHEN i % 7 = 0 THEN i / 7 END FROM s;"
	 "CREATE TRIGGER td AFTER DELETE ON t BEGIN SELECT 1; END;" /* see log_table.h */
	 "CREATE INDEX t_up ON t(up); INSERT INTO c SELECT id, id FROM t WHERE id % 3 = 0",
	 "name=\"b\" type=\"TEXT\"", "name=\"b\" type=\"INTEGER\"",
	 "SELECT group_concat(id || ':' || ifnull(t, '-'), ',') FROM (SELECT * FROM c ORDER BY id)"},
	{"without rowid",
	 "CREATE TABLE t(v TEXT, id INT PRIMARY KEY, a TEXT UNIQUE, b TEXT) WITHOUT ROWID;"
	 "CREATE INDEX t_b ON t (b, a); CREATE INDEX t_a ON t (lower(a)) WHERE a > 'k2';" MIDDLE
	 "INSERT INTO t(id, a, b, v) SELECT i, 'k' || i, i, i FROM s",
	 "name=\"v\" type=\"TEXT\"", "name=\"v\" type=\"INTEGER\"", NULL},
	{"without rowid, by a key of two that has another collation",
	 "CREATE TABLE t(id, a TEXT, b TEXT UNIQUE ON CONFLICT REPLACE, v TEXT,"
	 " PRIMARY KEY(a COLLATE NOCASE, id)) WITHOUT ROWID; CREATE UNIQUE INDEX t_i ON t (id, b);" MIDDLE
	 "INSERT INTO t(id, a, b, v) SELECT i, 'k' || i % 9, i, i FROM s",
	 "name=\"v\" type=\"TEXT\"", "name=\"v\" type=\"INTEGER\"", NULL},
	{"indexes that come: UNIQUE, of expressions, in part",
	 "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE UNIQUE, b, v REAL DEFAULT 5.0,"
	 " g AS (a || b)); CREATE INDEX t_a ON t(a);" MIDDLE
	 "INSERT INTO t(id, a, b) SELECT i, 'k' || i, CASE WHEN i % 9 THEN i % 50 END FROM s",
	 "</table>",
	 "<index name=\"t_b\" columns=\"b DESC, v\" where=\"b IS NOT NULL\"/>"
	 "<index name=\"t_i\" columns=\"a COLLATE BINARY, id DESC, b\" unique=\"true\""
	 " where=\"a IS NOT NULL AND b IS NOT NULL\"/>"
	 "<index name=\"t_u\" columns=\"upper(a) || v, g DESC\" where=\"b > 20 AND a NOTNULL\"/>"
	 "</table>",
	 NULL},
	{"an index that comes, on rows that VACUUM numbers anew",
	 "CREATE TABLE t(id INT, a TEXT PRIMARY KEY, b TEXT);" MIDDLE
	 "INSERT INTO t SELECT 1501 - i, 'k' || i, i % 7 FROM s; DELETE FROM t WHERE id % 3 = 1",
	 "</table>",
	 "<index name=\"t_b\" columns=\"b, id\" where=\"b NOTNULL AND id NOTNULL\"/></table>",
	 NULL},
	{"indexes that come, without rowid",
	 "CREATE TABLE t(id, a TEXT COLLATE NOCASE, b TEXT UNIQUE ON CONFLICT REPLACE, v TEXT,"
	 " PRIMARY KEY(a COLLATE BINARY, id DESC)) WITHOUT ROWID;" MIDDLE
	 "INSERT INTO t(id, a, b, v) SELECT i, 'k' || i % 9, i, i % 5 FROM s",
	 "</table>",
	 "<index name=\"t_v\" columns=\"v, a DESC\" where=\"v IS NOT NULL\"/>"
	 "<index name=\"t_a\" columns=\"a COLLATE NOCASE, b\" where=\"id > 7 AND b IS NOT NULL\"/></table>",
	 NULL},
	{"indexes with NULL that come, and one that becomes another",
	 "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE UNIQUE, b, v REAL DEFAULT 5.0,"
	 " g AS (a || b)); CREATE INDEX t_b ON t(b, v DESC);" MIDDLE
	 "INSERT INTO t(id, a, b, v) SELECT i, CASE WHEN i % 5 THEN 'k' || i END,"
	 " CASE WHEN i % 3 THEN i % 50 END, CASE WHEN i % 7 THEN i END FROM s",
	 "<index name=\"t_b\" columns=\"b, v DESC\"/>",
	 "<index name=\"t_b\" columns=\"b DESC, a\" where=\"v &gt; 4\"/>"
	 "<index name=\"t_i\" columns=\"b, id DESC\" unique=\"true\"/>"
	 "<index name=\"t_g\" columns=\"upper(a), g DESC, v\"/>"
	 "<index name=\"t_v\" columns=\"v DESC\" where=\"b IS NULL OR a IS NULL\"/>",
	 NULL},
	{"an index with NULL that comes, on rows that VACUUM numbers anew",
	 "CREATE TABLE t(id INT, a TEXT PRIMARY KEY, b TEXT); CREATE INDEX t_b ON t(b);" MIDDLE
	 "INSERT INTO t SELECT 1501 - i, 'k' || i, CASE WHEN i % 2 THEN i % 7 END FROM s;"
	 "DELETE FROM t WHERE id % 3 = 1",
	 "columns=\"b\"", "columns=\"length(b), a COLLATE NOCASE\"", NULL},
	{"indexes with NULL that come, without rowid",
	 "CREATE TABLE t(id, a TEXT COLLATE NOCASE, b TEXT UNIQUE ON CONFLICT REPLACE, v TEXT,"
	 " PRIMARY KEY(a COLLATE BINARY, id)) WITHOUT ROWID; CREATE UNIQUE INDEX t_v ON t(v, id, a);" MIDDLE
	 "INSERT INTO t(id, a, b, v) SELECT i, 'k' || i % 9, CASE WHEN i % 4 THEN i END,"
	 " CASE WHEN i % 3 THEN i % 5 END FROM s",
	 "unique=\"true\" columns=\"v, id, a\"",
	 "columns=\"v DESC, a\"/><index name=\"t_a\" columns=\"a COLLATE NOCASE, b\" where=\"id > 7\"",
	 NULL},
	{"indexes with NULL that only go",
	 "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT UNIQUE, b TEXT);"
	 "CREATE INDEX t_b ON t(b DESC, a) WHERE id > 9;" MIDDLE
	 "INSERT INTO t SELECT i, CASE WHEN i % 5 THEN 'k' || i END, CASE WHEN i % 3 THEN i % 50 END"
	 " FROM s",
	 "<index name=\"t_b\" columns=\"b DESC, a\" where=\"id > 9\"/>", "<dropped index=\"t_b\"/>",
	 NULL},
	{"an index that becomes another, beside triggers",
	 "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT UNIQUE, b TEXT); CREATE TABLE l(what, id);"
	 "CREATE INDEX t_b ON t (b);"
	 "CREATE TRIGGER ti BEFORE INSERT ON t BEGIN UPDATE t SET b = b || '.' WHERE id = new.id + 1; END;"
	 "CREATE TRIGGER tu AFTER UPDATE OF b ON t BEGIN INSERT INTO l VALUES('u', new.id);"
	 " UPDATE t SET a = a || '+' WHERE id = new.id - 1 AND length(a) < 9; END;" MIDDLE
	 "INSERT INTO t SELECT i, 'k' || i, i FROM s",
	 "columns=\"b\"", "columns=\"b, length(a)\" where=\"b NOTNULL AND a NOTNULL\"",
	 "SELECT group_concat(what || id, ',') FROM (SELECT * FROM l ORDER BY rowid)"},
	{"full text beside it",
	 "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT UNIQUE, b TEXT);"
	 "CREATE VIRTUAL TABLE f USING fts5(a, content = 't', content_rowid = 'id');"
	 "CREATE TRIGGER fi AFTER INSERT ON t BEGIN INSERT INTO f(rowid, a) VALUES(new.id, new.a);"
	 " END;"
	 "CREATE TRIGGER fd AFTER DELETE ON t BEGIN INSERT INTO f(f, rowid, a) VALUES('delete',"
	 " old.id, old.a); END;"
	 "CREATE TRIGGER fu AFTER UPDATE ON t BEGIN INSERT INTO f(f, rowid, a) VALUES('delete',"
	 " old.id, old.a); INSERT INTO f(rowid, a) VALUES(new.id, new.a); END;" MIDDLE
	 "INSERT INTO t SELECT i, 'k' || i, i FROM s",
	 "name=\"b\" type=\"TEXT\"", "name=\"b\" type=\"INTEGER\"",
	 "SELECT count(*) FROM f WHERE f MATCH 'k1*'"},
};
#define SHAPES ((int)(sizeof(shapes) / sizeof(*shapes)))

/* A bit of the seed each. */
enum {
	RECURSIVE = 1,	  /* triggers */
	NO_KEYS = 2,	  /* foreign_keys = OFF */
	OWN_TRIGGERS = 4, /* that write a ledger, and leave some rows out; where a shape has none */
	TRANSACTIONS = 8, /* of several statements, some rolled back */
	SMALL_PAGES = 16, /* and UTF-16 */
	SCHEMA = 32,	  /* objects that come and go, and triggers that keep others from firing */
	BLIND = 64, /* writes past all triggers: the copy is right, or it is said that it is not */
	JOURNAL = 128 /* that is no WAL: not a bit of the seed */
};

#define OWN                                                                     \
	"CREATE TABLE own(n INTEGER PRIMARY KEY, what, x);"                     \
	"CREATE TRIGGER own_b BEFORE INSERT ON t WHEN new.a = 'k13' BEGIN"      \
	" SELECT RAISE(IGNORE); END;"                                           \
	"CREATE TRIGGER own_i AFTER INSERT ON t BEGIN"                          \
	" INSERT INTO own(what, x) VALUES('i', new.a); END;"                    \
	"CREATE TRIGGER own_u BEFORE UPDATE ON t WHEN new.a IS NOT old.a BEGIN" \
	" INSERT INTO own(what, x) VALUES('u', old.a); END;"                    \
	"CREATE TRIGGER own_d AFTER DELETE ON t BEGIN"                          \
	" INSERT INTO own(what, x) VALUES('d', old.id); END"

struct run {
	const struct shape *shape;
	int config;
	struct chance chance;
	char path[512];
	sqlite3 *file, *reference;
	sqlite3 *reader; /* has a transaction open; or NULL */
	moult_schema *want;
	moult *m;
	int ids; /* rows that statements name */
	int count, stops, vacuums, readers, blinds, found;
};

/* ---- what the application writes ----------------------------------------------------------- */

/* # is the ID of a row, % the number of a key. */
static const char *const statements[] = {
	"INSERT INTO t(id, a, b) VALUES(#, 'k%', %)",
	"INSERT INTO t(a, b) VALUES('k%', '5')",
	"REPLACE INTO t(id, a, b) VALUES(#, 'K%', %)",
	"REPLACE INTO t(a, b) VALUES('k%', %)",
	"REPLACE INTO t(id, a) VALUES(#, NULL)",
	"INSERT OR IGNORE INTO t(id, a, b) VALUES(#, 'k%', %)",
	"INSERT INTO t(id, a, b) VALUES(#, 'k%', 1) ON CONFLICT(id) DO UPDATE SET a = excluded.a",
	"UPDATE t SET b = % WHERE id = #",
	"UPDATE t SET b = b + 1 WHERE id BETWEEN # AND # + 5",
	"UPDATE OR REPLACE t SET a = 'k%' WHERE id = #",
	"UPDATE OR IGNORE t SET a = 'k%' WHERE id > # AND id < # + 9",
	"UPDATE OR REPLACE t SET id = # WHERE id = #",
	"UPDATE t SET id = id + 1500 WHERE id = #",
	"UPDATE OR FAIL t SET a = 'k%' WHERE id BETWEEN # AND 40",
	"DELETE FROM t WHERE id = #",
	"DELETE FROM t WHERE id > # AND id < # + 2",
};
#define STATEMENTS ((int)(sizeof(statements) / sizeof(*statements)))

static char *next_statement(struct run *run)
{
	const char *at = statements[roll(&run->chance, STATEMENTS)];
	sqlite3_str *out = sqlite3_str_new(NULL);

	for (; *at; at++) {
		if (*at == '#' || *at == '%')
			sqlite3_str_appendf(out, "%d", 1 + roll(&run->chance, run->ids));
		else
			sqlite3_str_appendchar(out, 1, *at);
	}
	return sqlite3_str_finish(out);
}

/* What changes() speaks of: it stays what it was behind all else. */
static int is_dml(const char *sql)
{
	return strchr("IRU", sql[0]) || !strncmp(sql, "DELETE", 6);
}

/* On both; false where the lock was not to be had. */
static int on_both(struct run *run, const char *sql)
{
	const int rc = sqlite3_exec(run->file, sql, NULL, NULL, NULL);
	int other, changes[2];

	if ((rc & 0xff) == SQLITE_BUSY)
		return 0;
	changes[0] = sqlite3_changes(run->file);
	other = sqlite3_exec(run->reference, sql, NULL, NULL, NULL);
	changes[1] = sqlite3_changes(run->reference);
	if (rc != other || (!rc && changes[0] != changes[1] && is_dml(sql)))
		fail(&run->chance, "%s: %d rows and %d (%s), alone %d and %d", sql, changes[0], rc,
		     sqlite3_errmsg(run->file), changes[1], other);
	run->count++;
	return 1;
}

static void write_once(struct run *run)
{
	char *sql = next_statement(run);

	on_both(run, sql);
	sqlite3_free(sql);
}

/* Where somebody reads, the rollback journal lets nobody write. */
static void end_transaction(struct run *run, const char *sql)
{
	if (!on_both(run, sql))
		on_both(run, "ROLLBACK");
}

static void write_transaction(struct run *run)
{
	if (!on_both(run, "BEGIN IMMEDIATE"))
		return;
	for (int i = 1 + roll(&run->chance, 5); i > 0; i--)
		write_once(run);
	end_transaction(run, roll(&run->chance, 4) ? "COMMIT" : "ROLLBACK");
}

/* In one transaction or in several; in the end nothing of it is there. */
static void change_schema(struct run *run)
{
	static const char *const pairs[][2] = {
		{"CREATE TABLE scratch(x)", "DROP TABLE scratch"},
		{"CREATE TRIGGER late AFTER INSERT ON t BEGIN SELECT RAISE(IGNORE); END",
		 "DROP TRIGGER late"},
		{"CREATE TRIGGER late AFTER UPDATE ON t BEGIN SELECT RAISE(IGNORE); END",
		 "DROP TRIGGER late"},
		{"CREATE TRIGGER late BEFORE DELETE ON t BEGIN SELECT RAISE(IGNORE); END",
		 "DROP TRIGGER late"},
	};
	const char *const *pair = pairs[roll(&run->chance, 4)];
	const int at_once = roll(&run->chance, 2);

	if (at_once && !on_both(run, "BEGIN IMMEDIATE"))
		return;
	if (!on_both(run, pair[0]))
		return;
	for (int i = roll(&run->chance, 4); i > 0; i--)
		write_once(run);
	on_both(run, pair[1]);
	if (at_once)
		end_transaction(run, "COMMIT");
}

/* Without a WAL there is no way to find it, nor are there places in a key that has DESC; full text needs its triggers. */
static int can_be_blind(const struct run *run)
{
	return run->config & BLIND && !(run->config & JOURNAL) &&
	       !strstr(run->shape->have, "id DESC)") && !strstr(run->shape->have, "VIRTUAL");
}

/* A byte of a text, in its place. */
static void write_blob(struct run *run, long long row)
{
	sqlite3 *const both[] = {run->file, run->reference};

	for (int i = 0; i < 2; i++) {
		sqlite3_blob *blob = NULL;
		int rc = sqlite3_blob_open(both[i], "main", "t", "b", row, 1, &blob);

		if (!rc && sqlite3_blob_bytes(blob) > 1)
			rc = sqlite3_blob_write(blob, "7", 1, 0);
		/* It may be locked; where readers are waited for, as late as by the COMMIT of this. */
		if (sqlite3_blob_close(blob) || rc)
			break;
	}
}

static void write_past_triggers(struct run *run)
{
	run->blinds++;
	if (!roll(&run->chance, 3)) {
		write_blob(run, 1 + roll(&run->chance, ROWS));
		return;
	}
	sqlite3_db_config(run->file, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(run->reference, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	run->ids = ROWS;
	write_once(run);
	run->ids = IDS;
	sqlite3_db_config(run->file, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, NULL);
	sqlite3_db_config(run->reference, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, NULL);
}

static void vacuum(struct run *run)
{
	run->vacuums++;
	sqlite3_exec(run->file, run->vacuums % 3 ? "VACUUM" : "REINDEX", NULL, NULL,
		     NULL); /* or it is locked */
}

/* From one call to the next: a COMMIT that falls between them waits for it. */
static void read_for_a_while(struct run *run, const char *phase)
{
	const int sides = strcmp(phase, "backfill") ? 16 : 2;

	if (run->reader) {
		sqlite3_close(run->reader);
		run->reader = NULL;
	} else if (run->readers < READERS && !roll(&run->chance, sides) &&
		   !sqlite3_open(run->path, &run->reader)) {
		run->readers++;
		sqlite3_exec(run->reader, "BEGIN; SELECT count(*) FROM t", NULL, NULL, NULL);
	}
}

/* Now and then it is a wish to stop, too. */
static int on_progress(void *context, const moult_progress *progress)
{
	struct run *run = context;

	for (int i = roll(&run->chance, 20); i > 0 && !run->chance.failed; i--) {
		if (run->config & SCHEMA && !roll(&run->chance, 300))
			change_schema(run);
		else if (run->config & TRANSACTIONS && !roll(&run->chance, 4))
			write_transaction(run);
		else
			write_once(run);
	}
	if (run->config & JOURNAL)
		read_for_a_while(run, progress->phase);
	if (can_be_blind(run) && run->blinds < BLINDS && !roll(&run->chance, 25))
		write_past_triggers(run);
	if (run->vacuums < VACUUMS && !roll(&run->chance, 15))
		vacuum(run);
	if (run->stops < TRIES && !roll(&run->chance, 10)) {
		run->stops++;
		return 1;
	}
	return 0;
}

/* ---- the files ----------------------------------------------------------------------------- */

static void execute(struct run *run, sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL))
		fail(&run->chance, "%s: %s", sql, sqlite3_errmsg(db));
}

static int has_own(const struct run *run)
{
	return run->config & OWN_TRIGGERS && !strstr(run->shape->have, "CREATE TRIGGER");
}

static void make_files(struct run *run)
{
	unlink(run->path);
	if (sqlite3_open(run->path, &run->file) || sqlite3_open(":memory:", &run->reference))
		fail(&run->chance, "open: %s", sqlite3_errmsg(run->file));
	if (run->config & SMALL_PAGES)
		execute(run, run->file, "PRAGMA page_size = 512");
	for (int i = 0; i < 2; i++) {
		sqlite3 *db = i ? run->reference : run->file;

		if (run->config & SMALL_PAGES)
			execute(run, db, "PRAGMA encoding = 'UTF-16'");
		if (!(run->config & JOURNAL))
			execute(run, db, "PRAGMA journal_mode = WAL");
		execute(run, db, "PRAGMA synchronous = OFF");
		execute(run, db,
			run->config & NO_KEYS ? "PRAGMA foreign_keys = OFF"
					      : "PRAGMA foreign_keys = ON");
		if (run->config & RECURSIVE)
			execute(run, db, "PRAGMA recursive_triggers = ON");
		execute(run, db, run->shape->have);
		if (has_own(run))
			execute(run, db, OWN);
	}
}

/* Each row begins a line, and so does what ends them. */
static char *text_of(sqlite3 *db, const char *sql)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(stmt); i++) {
			char *value = sqlite3_mprintf("%Q/%d ", sqlite3_column_text(stmt, i),
						      sqlite3_column_type(stmt, i));

			sqlite3_str_appendall(out, value ? value : "");
			sqlite3_free(value);
		}
		sqlite3_str_appendall(out, "\n");
		rc = SQLITE_OK;
	}
	sqlite3_str_appendf(out, "%s", rc == SQLITE_DONE ? "." : sqlite3_errmsg(db));
	sqlite3_finalize(stmt);
	return sqlite3_str_finish(out);
}

static void compare(struct run *run, sqlite3 *other, const char *sql)
{
	char *here = text_of(run->file, sql), *there = text_of(other, sql);
	size_t at = 0;

	while (here[at] && here[at] == there[at])
		at++;
	if (here[at] || there[at])
		fail(&run->chance, "%s: ...%.60s, and by apply alone ...%.60s", sql, here + at,
		     there + at);
	sqlite3_free(here);
	sqlite3_free(there);
}

/* ---- the change ---------------------------------------------------------------------------- */

static int migrate(struct run *run, const char *path, int online)
{
	moult_options options = MOULT_OPTIONS_INIT;

	options.no_backup = 1;
	options.allow = "all";
	options.online = online;
	options.max_lock_ms = online;
	options.duty = 90;
	options.timeout_ms = run->config & JOURNAL ? 30000 : 0; /* for the reader */
	return moult_migrate_file(run->m, path, run->want, &options, NULL);
}

static int has_said(const struct run *run, const char *id)
{
	for (size_t i = 0; i < moult_diagnostic_count(run->m); i++)
		if (!strcmp(moult_diagnostic_at(run->m, i)->id, id))
			return 1;
	return 0;
}

/* Whether it cannot go on with what is under way: for a schema that is another, or by its proof. */
static int is_over(struct run *run, int rc)
{
	const int is_refuted = has_said(run, "RUN010");

	run->found += is_refuted;
	if (is_refuted && !(run->config & SCHEMA) && !run->blinds)
		fail(&run->chance, "the proof says that the copy is wrong");
	return rc && (is_refuted || has_said(run, "RUN006") || has_said(run, "RUN082"));
}

static void change_online(struct run *run)
{
	moult_options options = MOULT_OPTIONS_INIT;
	int tries = 0, rc = MOULT_FAILED;

	moult_set_progress(run->m, on_progress, run);
	while (!run->chance.failed && rc && rc != MOULT_TROUBLE && tries++ < 2 * TRIES) {
		int over;

		moult_diagnostics_clear(run->m);
		rc = migrate(run, run->path, 1);
		over = is_over(run, rc);
		if (rc && rc != MOULT_FAILED && !over)
			break;
		if (rc && (over || !roll(&run->chance, 8)))
			moult_downgrade_file(run->m, run->path, NULL, &options, NULL);
	}
	moult_set_progress(run->m, NULL, NULL);
	sqlite3_close(run->reader);
	say(&run->chance, run->m, rc, "apply --online");
}

static void judge(struct run *run)
{
	static const char *const queries[] = {
		"SELECT * FROM t ORDER BY 1, 2, 3",
		"PRAGMA integrity_check",
		"PRAGMA foreign_key_check",
		/* A rebuild writes the name in quotes, and triggers in lines. */
		("SELECT name, tbl_name, replace(replace(replace(sql, '\"', ''), ' ', ''),"
		 " char(10), '') FROM sqlite_master"
		 " WHERE name NOT GLOB '_moult_[hw]*' ORDER BY name"),
	};
	char *path = sqlite3_mprintf("%s-alone", run->path);
	char *sql = sqlite3_mprintf("VACUUM INTO %Q", path);
	sqlite3 *alone = NULL;

	unlink(path);
	execute(run, run->reference, sql);
	if (!run->chance.failed)
		say(&run->chance, run->m, migrate(run, path, 0), "apply");
	if (sqlite3_open(path, &alone))
		fail(&run->chance, "open: %s", path);
	for (size_t i = 0; i < sizeof(queries) / sizeof(*queries); i++)
		compare(run, alone, queries[i]);
	if (run->shape->also)
		compare(run, alone, run->shape->also);
	if (has_own(run))
		compare(run, alone, "SELECT group_concat(what || ifnull(x, '-'), ',') FROM own");
	sqlite3_close(alone);
	unlink(path);
	sqlite3_free(path);
	sqlite3_free(sql);
}

static void run_shape(struct run *run)
{
	make_files(run);
	if (!run->chance.failed)
		run->want =
			want_of(&run->chance, run->m, run->path, run->shape->from, run->shape->to);
	if (!run->chance.failed)
		change_online(run);
	if (!run->chance.failed)
		judge(run);
	if (!run->chance.failed && run->count < 10)
		fail(&run->chance, "the application hardly wrote");
	sqlite3_close(run->file);
	sqlite3_close(run->reference);
	moult_schema_free(run->want);
	unlink(run->path);
}

int main(int argc, char **argv)
{
	const int runs = argc > 1 ? atoi(argv[1]) : 2;
	const unsigned long long seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	const char *directory = getenv("TMPDIR");
	int failed = 0;

	printf("1..%d\n", runs * SHAPES);
	for (int i = 0; i < runs * SHAPES; i++) {
		const unsigned long long dice = seed + (unsigned)(i / SHAPES);
		struct run run = {.shape = &shapes[i % SHAPES],
				  .config = (int)(dice % 128) | (dice % 3 == 2 ? JOURNAL : 0),
				  .ids = IDS,
				  .chance = {.dice = dice}};

		if (argc > 3 && !strstr(run.shape->name, argv[3])) {
			printf("ok %d # SKIP %s\n", i + 1, run.shape->name);
			continue;
		}
		sqlite3_snprintf(sizeof(run.path), run.path, "%s/moult-online-%d.db",
				 directory ? directory : "/tmp", (int)getpid());
		if (moult_new(&run.m) != MOULT_OK)
			return 1;
		run_shape(&run);
		moult_free(run.m);
		printf("%sok %d - %s, seed %llu\n", run.chance.failed ? "not " : "", i + 1,
		       run.shape->name, dice);
		printf("# %d statements, %d stops, %d readers, %d past triggers, %d times found\n",
		       run.count, run.stops, run.readers, run.blinds, run.found);
		if (run.chance.failed)
			printf("# %s\n", run.chance.failed);
		failed += run.chance.failed != NULL;
		sqlite3_free(run.chance.failed);
		fflush(stdout);
	}
	return failed != 0;
}
