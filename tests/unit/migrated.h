/* SPDX-License-Identifier: MIT */
/* migrated.h: a migration in small, with a backup before it and a row of history, for tests of both. */
#ifndef MOULT_TESTS_MIGRATED_H
#define MOULT_TESTS_MIGRATED_H

#include "scratch.h"

#include "backup/backup.h"
#include "backup/file.h"
#include "digest/digest.h"
#include "session/history.h"

static const struct backup_order plan_order = {
	MO_KIND_BEFORE_APPLY, "plan", {"exact", "moult1:before"}, NULL, false};

static inline moult_options options_of(void)
{
	moult_options options = MOULT_OPTIONS_INIT;

	options.timeout_ms = 100;
	options.check = 1;
	return options;
}

/* Gives the path of the backup; "none" where the file is none, NULL where it could not be made. */
static inline const char *migrate(struct scratch *scratch, sqlite3 *db, const char *sql,
				  const moult_options *options)
{
	const struct fingerprints after = {"exact2", "moult1:after"};
	struct backup *backup = NULL;
	struct history row = {.plan = "plan"};
	const char *path;

	run_sql(db, "BEGIN IMMEDIATE");
	if (mo_backup_make(&backup, &scratch->m, db, &plan_order, options)) {
		run_sql(db, "ROLLBACK");
		return NULL;
	}
	path = backup ? mo_arena_text(scratch->arena, backup->path) : "none";
	row.backup = backup ? mo_file_base(path) : NULL;
	run_sql(db, sql);
	assert_int_equal(mo_history_add(db, &row, &scratch->m.diags), 0);
	assert_int_equal(mo_digest_register(db), 0);
	assert_int_equal(mo_backup_after(backup, &scratch->m, db, &after, NULL), 0);
	mo_digest_unregister(db);
	run_sql(db, "COMMIT");
	mo_backup_finish(backup, &scratch->m, options);
	return path;
}

#endif
