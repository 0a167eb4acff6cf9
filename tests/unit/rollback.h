/* SPDX-License-Identifier: MIT */
/*
 * rollback.h: a file that went through a small migration, with its backup, and
 * the ways to ask where it stands, for tests of the way back.
 */
#ifndef MOULT_TESTS_ROLLBACK_H
#define MOULT_TESTS_ROLLBACK_H

#include "scratch.h"

#include "backup/backup.h"
#include "backup/file.h"
#include "digest/digest.h"
#include "run/history.h"
#include "run/rollback.h"

#define DB "app.db"

static inline moult_options options_of(void)
{
	moult_options options = MOULT_OPTIONS_INIT;

	options.timeout_ms = 100;
	return options;
}

/* A migration in small; gives the name of the backup. */
static inline const char *migrate(struct scratch *scratch, sqlite3 *db, const char *sql)
{
	const struct backup_order order = {
		MO_KIND_BEFORE_APPLY, "plan", {"exact", "moult1:before"}, NULL, false};
	const struct fingerprints after = {"exact2", "moult1:after"};
	const moult_options options = options_of();
	struct backup *backup = NULL;
	struct history row = {.plan = "plan"};

	run_sql(db, "BEGIN IMMEDIATE");
	assert_int_equal(mo_backup_make(&backup, &scratch->m, db, &order, &options), 0);
	row.backup = mo_arena_text(scratch->arena, mo_file_base(backup->path));
	run_sql(db, sql);
	assert_int_equal(mo_history_add(db, &row, &scratch->m.diags), 0);
	assert_int_equal(mo_digest_register(db), 0);
	assert_int_equal(mo_backup_after(backup, &scratch->m, db, &after, NULL), 0);
	mo_digest_unregister(db);
	run_sql(db, "COMMIT");
	mo_backup_finish(backup, &scratch->m, &options);
	return row.backup;
}

static inline const char *start(struct scratch *scratch, const char *setting)
{
	sqlite3 *db = scratch_open(scratch, DB);
	const char *backup;

	run_sql(db, setting);
	run_sql(db,
		"CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t(a) VALUES ('one'), ('two');"
		"CREATE TABLE plain(x); INSERT INTO plain VALUES (1); CREATE INDEX t_a ON t(a)");
	backup = migrate(scratch, db,
			 "ALTER TABLE t RENAME COLUMN a TO b; UPDATE t SET b = upper(b);"
			 "CREATE TABLE extra(y)");
	sqlite3_close(db);
	return backup;
}

static inline int go_back(struct scratch *scratch, const char *backup, const moult_options *options)
{
	return mo_rollback(&scratch->m, scratch_path(scratch, DB), backup, options, NULL);
}

static inline void is_before(sqlite3 *db)
{
	assert_string_equal(ask(db, "SELECT group_concat(a) FROM t"), "one,two");
	assert_string_equal(
		ask(db,
		    "SELECT count(*) FROM sqlite_master WHERE name IN ('extra', '_moult_history')"),
		"0");
	assert_string_equal(ask(db, "PRAGMA integrity_check"), "ok");
}

static inline void is_after(sqlite3 *db)
{
	assert_string_equal(ask(db, "SELECT group_concat(b) FROM t"), "ONE,TWO");
	assert_string_equal(ask(db, "SELECT count(*) FROM _moult_history"), "1");
	assert_string_equal(ask(db, "PRAGMA integrity_check"), "ok");
}

static inline void ok(struct scratch *scratch, int rc)
{
	if (rc)
		all_said(scratch);
	assert_int_equal(rc, 0);
}

#endif
