/* SPDX-License-Identifier: MIT */
/*
 * past_triggers.c: apply --online, and one write that no trigger notes, at each moment where there can be one.
 *
 *	before the copy, while it is made, while it is proven, between the proof and the swap
 *
 * A call of the progress callback writes, one after the other of them, until there is none.  Either the table is in the end what
 * it would be without moult, or it is said that rows were written past the triggers: then nothing is
 * exchanged, and after downgrade the same change is made.  A write between the proof and the swap must be
 * found in the WAL.
 *
 * Speaks TAP.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chance.h"

#define STEP 2 /* calls from one that writes to the next */
/* Calls in which what was noted gets into the copy, and where they are too few. */
#define BEFORE 6
#define MOST_BEFORE 48
#define MIDDLE "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 900) "

#define BY_ROWID "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, c TEXT, pad BLOB)"
#define BY_KEY \
	"CREATE TABLE t(a TEXT, id INT, c TEXT, pad BLOB, PRIMARY KEY(a COLLATE NOCASE, id)) WITHOUT ROWID"
#define MOVING "CREATE TABLE t(id INT PRIMARY KEY, a TEXT, c TEXT, pad BLOB)"
#define RETYPE "name=\"c\" type=\"TEXT\"", "name=\"c\" type=\"INTEGER\""

/* A table that is copied, or an index that is made; one whose terms can be NULL is an index long before the swap. */
static const struct change {
	const char *table, *from, *to;
} changes[] = {
	{BY_ROWID, RETYPE},
	{BY_KEY, RETYPE},
	{MOVING, RETYPE},
	{BY_ROWID, "</table>", "<index name=\"i\" columns=\"c DESC\"/></table>"},
	{BY_ROWID, "</table>",
	 "<index name=\"i\" columns=\"c, a\" where=\"c NOTNULL AND a NOTNULL\"/></table>"},
	{BY_KEY, "</table>",
	 "<index name=\"i\" columns=\"lower(c), a, id\" unique=\"true\"/></table>"},
	{BY_KEY, "</table>",
	 "<index name=\"i\" columns=\"a, c DESC\" where=\"c NOTNULL AND id &gt; 3\"/></table>"},
	{MOVING, "</table>", "<index name=\"i\" columns=\"c COLLATE NOCASE\"/></table>"},
};

static const char rows[] = MIDDLE
	"INSERT INTO t(id, a, c, pad) SELECT i, 'K' || i % 7, i, zeroblob(CASE i WHEN 400 THEN"
	" 20000 ELSE 60 END) FROM s";

/* Behind the mark it is a statement that fires no triggers. */
static const struct write {
	const char *name, *sql;
	int has_temporary; /* a trigger that keeps moult's from firing, in place of none */
	const char *noted; /* what the triggers hear of, some calls before; or NULL */
	const char *after; /* or at once behind it: then the log can make it right */
} writes[] = {
	{"an UPDATE", "UPDATE t SET c = 77 WHERE id = 450", 0, NULL, NULL},
	{"an INSERT", "INSERT INTO t(id, a, c) VALUES(5000, 'new', 5)", 0, NULL, NULL},
	{"a DELETE that frees pages", "DELETE FROM t WHERE id BETWEEN 200 AND 500", 0, NULL, NULL},
	{"all rows", "UPDATE t SET c = c + 1, pad = zeroblob(90)", 0, NULL, NULL},
	{"a row, gone and there again", "REPLACE INTO t(id, a, c) VALUES(450, 'K2', 8)", 0, NULL,
	 NULL},
	{"a DELETE beside a TEMP trigger", "DELETE FROM t WHERE id > 890", 1, NULL, NULL},
	{"a DELETE of what was noted", "DELETE FROM t WHERE id = 6000", 0,
	 "INSERT INTO t(id, a, c) VALUES(6000, 'late', 6)", NULL},
	{"an UPDATE of what was noted", "UPDATE t SET c = 'z' WHERE id = 450", 0,
	 "UPDATE t SET c = 'y' WHERE id = 450", NULL},
	{"an UPDATE, and one that is noted", "UPDATE t SET c = 'z' WHERE id = 450", 0, NULL,
	 "UPDATE t SET c = 'y' WHERE id = 450"},
	{"a byte of a blob on a page of its own", NULL, 0, NULL, NULL},
};
#define WRITES ((int)(sizeof(writes) / sizeof(*writes)))
#define CHANGES ((int)(sizeof(changes) / sizeof(*changes)))

struct run {
	const struct write *write;
	const struct change *change;
	struct chance chance;
	char path[512];
	sqlite3 *file, *reference;
	moult *m;
	int call, at; /* the next call, and the one that writes */
	int before;   /* so many calls after what is noted */
	int is_noted, is_written, late;
};

static void execute(struct run *run, sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL))
		fail(&run->chance, "%s: %s", sql, sqlite3_errmsg(db));
}

/* ---- the write ------------------------------------------------------------------------------ */

static int write_blob(sqlite3 *db)
{
	sqlite3_blob *blob = NULL;
	int rc = sqlite3_blob_open(db, "main", "t", "pad", 400, 1, &blob);

	if (!rc)
		rc = sqlite3_blob_write(blob, "B", 1, 15000);
	sqlite3_blob_close(blob);
	return rc;
}

static int write_sql(sqlite3 *db, const struct write *write)
{
	int rc;

	if (write->has_temporary)
		sqlite3_exec(
			db,
			"CREATE TEMP TRIGGER late AFTER DELETE ON t BEGIN SELECT RAISE(IGNORE);"
			" END",
			NULL, NULL, NULL);
	else
		sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	rc = sqlite3_exec(db, write->sql, NULL, NULL, NULL);
	if (write->has_temporary)
		sqlite3_exec(db, "DROP TRIGGER temp.late", NULL, NULL, NULL);
	else
		sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, NULL);
	return rc;
}

static int write_past(sqlite3 *db, const struct write *write)
{
	return write->sql ? write_sql(db, write) : write_blob(db);
}

/* Where the file is locked, the next call does it.  What can be of the WAL gets into the file at once. */
static int on_progress(void *context, const moult_progress *progress)
{
	struct run *run = context;

	(void)progress;
	if (run->call + run->before >= run->at && run->write->noted && !run->is_noted) {
		run->is_noted = !sqlite3_exec(run->file, run->write->noted, NULL, NULL, NULL);
		if (run->is_noted)
			execute(run, run->reference, run->write->noted);
	}
	if (run->call++ < run->at || run->is_written || (run->write->noted && !run->is_noted) ||
	    write_past(run->file, run->write))
		return 0;
	run->is_written = 1;
	if (write_past(run->reference, run->write))
		fail(&run->chance, "the reference: %s", sqlite3_errmsg(run->reference));
	if (run->write->after) {
		execute(run, run->file, run->write->after);
		execute(run, run->reference, run->write->after);
	}
	execute(run, run->file, "PRAGMA wal_checkpoint(PASSIVE)");
	return 0;
}

/* ---- what comes of it ----------------------------------------------------------------------- */

static char *text_of(sqlite3 *db, const char *sql)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	while (!rc && sqlite3_step(stmt) == SQLITE_ROW)
		sqlite3_str_appendf(out, "%s\n", sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	sqlite3_str_appendf(out, "%s.", rc ? sqlite3_errmsg(db) : "");
	return sqlite3_str_finish(out);
}

static void compare(struct run *run, const char *what)
{
	static const char query[] = "SELECT quote(id) || quote(a) || CAST(c AS INT) || hex(pad)"
				    " FROM t ORDER BY id, a";
	char *here = text_of(run->file, query), *there = text_of(run->reference, query);
	char *check = text_of(run->file, "PRAGMA integrity_check");

	if (strcmp(here, there) != 0)
		fail(&run->chance, "%s: the rows are not what they must be", what);
	if (strcmp(check, "ok\n.") != 0)
		fail(&run->chance, "%s: %.60s", what, check);
	sqlite3_free(check);
	sqlite3_free(here);
	sqlite3_free(there);
}

static int has_said(const struct run *run, const char *id, const char *words)
{
	for (size_t i = 0; i < moult_diagnostic_count(run->m); i++) {
		const moult_diagnostic *at = moult_diagnostic_at(run->m, i);

		if (!strcmp(at->id, id) && strstr(at->message, words))
			return 1;
	}
	return 0;
}

static int migrate(struct run *run, const moult_schema *want)
{
	moult_options options = MOULT_OPTIONS_INIT;

	options.no_backup = 1;
	options.allow = "all";
	options.online = 1;
	options.duty = 90;
	if (strstr(run->change->to, "index"))
		options.max_lock_ms = 1; /* in more it is made at once */
	return moult_migrate_file(run->m, run->path, want, &options, NULL);
}

/* Found: nothing is exchanged; and begun again, when nobody writes so, it comes to its end. */
static void begin_again(struct run *run, const moult_schema *want)
{
	moult_options options = MOULT_OPTIONS_INIT;

	run->late += has_said(run, "RUN010", "past the triggers");
	compare(run, "found");
	moult_diagnostics_clear(run->m);
	say(&run->chance, run->m, moult_downgrade_file(run->m, run->path, NULL, &options, NULL),
	    "downgrade");
	say(&run->chance, run->m, migrate(run, want), "again");
}

static void run_change(struct run *run, const moult_schema *want)
{
	int rc;

	moult_set_progress(run->m, on_progress, run);
	rc = migrate(run, want);
	moult_set_progress(run->m, NULL, NULL);
	if (rc == MOULT_FAILED && has_said(run, "RUN010", ""))
		begin_again(run, want);
	else
		say(&run->chance, run->m, rc, "apply --online");
	compare(run, "in the end");
}

static void run_once(struct run *run)
{
	moult_schema *want;

	run->call = run->is_noted = run->is_written = 0;
	unlink(run->path);
	if (sqlite3_open(run->path, &run->file) || sqlite3_open(":memory:", &run->reference))
		fail(&run->chance, "open: %s", sqlite3_errmsg(run->file));
	execute(run, run->file, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
	for (int i = 0; i < 2; i++) {
		execute(run, i ? run->reference : run->file, run->change->table);
		execute(run, i ? run->reference : run->file, rows);
	}
	want = run->chance.failed ? NULL
				  : want_of(&run->chance, run->m, run->path, run->change->from,
					    run->change->to);
	if (!run->chance.failed)
		run_change(run, want);
	moult_schema_free(want);
	sqlite3_close(run->file);
	sqlite3_close(run->reference);
	unlink(run->path);
}

static void write_at_each_call(struct run *run)
{
	run->at = 0;
	do {
		run_once(run);
		run->at += STEP;
	} while (!run->chance.failed && run->is_written);
}

static void run_all(struct run *run)
{
	/* Such a blob cannot be opened, and no index has it. */
	if (!run->write->sql &&
	    (strstr(run->change->table, "WITHOUT") || strstr(run->change->to, "index")))
		return;
	/* Which calls come between the proof and the swap, and what is in the copy by then, the machine's load decides. */
	for (run->before = BEFORE; run->before <= MOST_BEFORE; run->before *= 2) {
		write_at_each_call(run);
		if (run->chance.failed || run->late || !run->write->noted)
			break;
	}
	if (!run->chance.failed && !run->late && !run->write->after)
		fail(&run->chance, "none of them was found in the WAL");
	if (run->chance.failed)
		printf("# write at call %d: %s\n", run->at - STEP, run->chance.failed);
	printf("# %d calls, %d writes found in the WAL\n", run->at - STEP, run->late);
}

int main(void)
{
	const char *directory = getenv("TMPDIR");
	int failed = 0;

	printf("1..%d\n", WRITES * CHANGES);
	for (int i = 0; i < WRITES * CHANGES; i++) {
		struct run run = {.write = &writes[i / CHANGES], .change = &changes[i % CHANGES]};

		sqlite3_snprintf(sizeof(run.path), run.path, "%s/moult-past-%d.db",
				 directory ? directory : "/tmp", (int)getpid());
		if (moult_new(&run.m) != MOULT_OK)
			return 1;
		run_all(&run);
		moult_free(run.m);
		printf("%sok %d - %s of %.40s..., %s\n", run.chance.failed ? "not " : "", i + 1,
		       run.write->name, run.change->table, run.change->to);
		failed += run.chance.failed != NULL;
		sqlite3_free(run.chance.failed);
		fflush(stdout);
	}
	return failed != 0;
}
