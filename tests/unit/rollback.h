/* SPDX-License-Identifier: MIT */
/*
 * rollback.h: a file that went through a small migration, with its backup, and
 * the ways to ask where it stands, for tests of the way back.
 */
#ifndef MOULT_TESTS_ROLLBACK_H
#define MOULT_TESTS_ROLLBACK_H

#include "migrated.h"

#include "back/rollback.h"

#define DB "app.db"

/* Gives the name of the backup. */
static inline const char *step(struct scratch *scratch, sqlite3 *db, const char *sql)
{
	const moult_options options = options_of();

	return mo_file_base(migrate(scratch, db, sql, &options));
}

static inline const char *start(struct scratch *scratch, const char *setting)
{
	sqlite3 *db = scratch_open(scratch, DB);
	const char *backup;

	run_sql(db, setting);
	run_sql(db,
		"CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t(a) VALUES ('one'), ('two');"
		"CREATE TABLE plain(x); INSERT INTO plain VALUES (1); CREATE INDEX t_a ON t(a)");
	backup = step(scratch, db,
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
	assert_string_equal(ask(db, "SELECT count(*) FROM sqlite_master WHERE name = 'extra'"),
			    "0");
	assert_string_equal(ask(db, "PRAGMA integrity_check"), "ok");
}

static inline void is_after(sqlite3 *db)
{
	assert_string_equal(ask(db, "SELECT group_concat(b) FROM t"), "ONE,TWO");
	assert_string_equal(ask(db, "SELECT count(*) FROM _moult_history"
				    " WHERE kind IS NULL AND undone IS NULL"),
			    "1");
	assert_string_equal(ask(db, "PRAGMA integrity_check"), "ok");
}

static inline void ok(struct scratch *scratch, int rc)
{
	if (rc)
		all_said(scratch);
	assert_int_equal(rc, 0);
}

#endif
