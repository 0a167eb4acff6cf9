/* SPDX-License-Identifier: MIT */
/*
 * fuzz.c: old and new code on one file, statement by statement.
 *
 *	file		apply --side-by-side, then statements of old and of new code, in any order
 *	reference	the same file as it was, and old code alone: what new code writes is put there
 *			as old code would write it
 *
 * After each statement both say the same: whether it failed, how many rows it changed, the last
 * rowid.  The old columns have the same rows, what triggers wrote is the same, and both sides of
 * each row agree.  In the end finish leaves what apply makes of what downgrade leaves, and downgrade
 * leaves what the reference has.
 *
 *	tests/side_by_side/fuzz [STATEMENTS [SEED]]	for each shape; 150 and 1
 *
 * Speaks TAP.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "code.h"

#define IDS 16
#define HEAD "<database xmlns='urn:moult:schema:1'>"

struct run {
	const struct shape *shape;
	struct chance chance;
	char path[512];
	sqlite3 *file, *reference;
	moult_schema *want;
	moult *m;
	bool is_recursive;
	int count;
};

/* ---- statements ---------------------------------------------------------------------------- */

/* $L columns, $V values, $S a = 'x', $E a = excluded.a, # and @ ids, % a number */
static const char *const templates[] = {
	"INSERT INTO t(id, $L, v) VALUES(#, $V, %)",
	"INSERT INTO t($L, v) VALUES($V, %)",
	"INSERT INTO t(v, $L) VALUES(%, $V), (%, $V)",
	"REPLACE INTO t(id, $L, v) VALUES(#, $V, %)",
	"INSERT OR IGNORE INTO t(id, $L, v) VALUES(#, $V, %)",
	"INSERT INTO t(id, $L) VALUES(#, $V) ON CONFLICT(id) DO UPDATE SET $E",
	"INSERT INTO t(id, $L) VALUES(#, $V) ON CONFLICT DO NOTHING",
	"UPDATE OR REPLACE t SET $S WHERE id = #",
	"INSERT OR IGNORE INTO t($L, v) VALUES($V, %)",
	"REPLACE INTO t($L, v) VALUES($V, %)",
	"UPDATE t SET $S WHERE id = #",
	"UPDATE t SET $S WHERE id = #",
	"UPDATE t SET $S WHERE id BETWEEN # AND @",
	"UPDATE OR IGNORE t SET $S WHERE id = #",
	"UPDATE OR REPLACE t SET id = @ WHERE id = #",
	"UPDATE t SET id = @ WHERE id = #",
	"UPDATE t SET v = % WHERE id = #",
	"UPDATE t SET $S, v = % WHERE id = #",
	"UPDATE t SET v = %, $S WHERE id > #",
	"DELETE FROM t WHERE id = #",
	"DELETE FROM t WHERE v < % - 900",
	"INSERT INTO t($L, v) SELECT $L, v + 1 FROM t WHERE id = #",
	"INSERT INTO t(id, v) VALUES(#, %)",
	"REPLACE INTO t(id, v) VALUES(#, %)",
	"INSERT INTO t($L) VALUES($V) RETURNING id",
};

/* SQLite has RETURNING, which is the last, from 3.35 on. */
static const char *template_of(struct run *run)
{
	const int count = sizeof(templates) / sizeof(*templates);

	return templates[roll(&run->chance, count - (sqlite3_libversion_number() < 3035000))];
}

static void compare(struct run *run, char *one, char *other, const char *what)
{
	if (!one || !other || strcmp(one, other) != 0)
		fail(&run->chance, "%s:\n%s-- and\n%s", what, one, other);
	sqlite3_free(one);
	sqlite3_free(other);
}

static void compare_all(struct run *run)
{
	const struct shape *shape = run->shape;
	char *columns = sqlite3_mprintf("id, %s, v", shape->old_code.columns[0]);
	char *sql = sqlite3_mprintf("SELECT * FROM t WHERE NOT (%s) OR typeof(%s) = 'blob' OR "
				    "typeof(%s) = 'blob'",
				    shape->agree, shape->old_code.columns[0],
				    shape->new_code.columns[0]);

	if (shape->back[0])
		compare(run, code_rows(run->file, columns), code_rows(run->reference, columns),
			"the old columns");
	if (shape->also)
		compare(run, code_ask(run->file, shape->also),
			code_ask(run->reference, shape->also), "what triggers wrote");
	compare(run, code_ask(run->file, sql), sqlite3_mprintf(""), "rows out of step");
	if (shape->check && sqlite3_exec(run->file, shape->check, NULL, NULL, NULL))
		fail(&run->chance, "%s: %s", shape->check, sqlite3_errmsg(run->file));
	sqlite3_free(sql);
	sqlite3_free(columns);
}

/* What an INSERT that fails leaves of it is nobody's business. */
static long long rowid_of(sqlite3 *db, const char *sql)
{
	return strncmp(sql, "UPDATE", 6) != 0 && strncmp(sql, "DELETE", 6) != 0 &&
			       sqlite3_changes(db)
		       ? sqlite3_last_insert_rowid(db)
		       : 0;
}

/* Without recursive_triggers the rows that REPLACE deletes stay in a full-text index. */
static const char *choose_template(struct run *run)
{
	const char *template = template_of(run);

	while (run->shape->check && !run->is_recursive && strstr(template, "REPLACE"))
		template = template_of(run);
	return template;
}

/* One that only one of them takes must not have done anything. */
static bool agree_to_fail(struct run *run, int rc, int other)
{
	return !rc == !other || (rc && !sqlite3_changes(run->reference)) ||
	       (other && !sqlite3_changes(run->file));
}

/* Where nothing was given and something must be, OR IGNORE ignores and ours says so. */
static void one_statement(struct run *run)
{
	struct choice choice = {0};
	const char *template = choose_template(run);
	char *sql, *as_old;
	int rc, other = SQLITE_OK;

	code_choose(&choice, &run->chance, run->shape, IDS, roll(&run->chance, 2));
	sql = code_spell(run->shape, template, &choice, false);
	as_old = run->shape->back[0] ? code_spell(run->shape, template, &choice, true) : NULL;
	rc = sqlite3_exec(run->file, sql, NULL, NULL, NULL);
	if (as_old)
		other = sqlite3_exec(run->reference, as_old, NULL, NULL, NULL);
	run->count++;
	if (rc && rc != SQLITE_CONSTRAINT)
		fail(&run->chance, "%s: %s", sql, sqlite3_errmsg(run->file));
	else if (as_old && !agree_to_fail(run, rc, other))
		fail(&run->chance, "%s: %s; alone: %s", sql, sqlite3_errmsg(run->file),
		     sqlite3_errmsg(run->reference));
	else if (as_old && !rc && !other &&
		 (sqlite3_changes(run->file) != sqlite3_changes(run->reference) ||
		  rowid_of(run->file, sql) != rowid_of(run->reference, sql)))
		fail(&run->chance, "%s: %d rows, rowid %lld; alone %d and %lld", sql,
		     sqlite3_changes(run->file), sqlite3_last_insert_rowid(run->file),
		     sqlite3_changes(run->reference), sqlite3_last_insert_rowid(run->reference));
	if (!run->chance.failed)
		compare_all(run);
	sqlite3_set_last_insert_rowid(run->file, sqlite3_last_insert_rowid(run->reference));
	if (run->chance.failed)
		run->chance.failed = sqlite3_mprintf("statement %d, %s: %z", run->count, sql,
						     run->chance.failed);
	sqlite3_free(sql);
	sqlite3_free(as_old);
}

/* ---- the file ------------------------------------------------------------------------------ */

static void open_both(struct run *run)
{
	const char *pragma = run->is_recursive ? "PRAGMA recursive_triggers = 1" : "SELECT 1";

	if (sqlite3_open(run->path, &run->file) ||
	    sqlite3_exec(run->file, pragma, NULL, NULL, NULL) ||
	    sqlite3_exec(run->file, "PRAGMA synchronous = 0", NULL, NULL, NULL) ||
	    sqlite3_exec(run->reference, pragma, NULL, NULL, NULL))
		fail(&run->chance, "open: %s", sqlite3_errmsg(run->file));
	sqlite3_set_last_insert_rowid(run->reference, 0);
}

static void make_file(struct run *run)
{
	unlink(run->path);
	if (sqlite3_open(run->path, &run->file) || sqlite3_open(":memory:", &run->reference) ||
	    sqlite3_exec(run->file, run->shape->have, NULL, NULL, NULL) ||
	    sqlite3_exec(run->reference, run->shape->have, NULL, NULL, NULL))
		fail(&run->chance, "make: %s", sqlite3_errmsg(run->file));
	sqlite3_close(run->file);
	run->file = NULL;
}

static void read_want(struct run *run)
{
	char *text = sqlite3_mprintf(HEAD "%s</database>", run->shape->want);

	say(&run->chance, run->m,
	    moult_schema_parse(&run->want, run->m, text, text ? strlen(text) : 0, "want.xml"),
	    "parse");
	sqlite3_free(text);
}

static void apply(struct run *run, const char *path, int side_by_side)
{
	moult_options options = MOULT_OPTIONS_INIT;

	options.side_by_side = side_by_side;
	options.no_backup = 1;
	options.allow = "all";
	if (!run->chance.failed)
		say(&run->chance, run->m,
		    moult_migrate_file(run->m, path, run->want, &options, NULL),
		    side_by_side ? "side by side" : "apply");
}

static char *copy(struct run *run, const char *ending)
{
	char *path = sqlite3_mprintf("%s-%s", run->path, ending);
	char *sql = sqlite3_mprintf("VACUUM INTO %Q", path);

	unlink(path);
	if (sqlite3_exec(run->file, sql, NULL, NULL, NULL))
		fail(&run->chance, "copy: %s", sqlite3_errmsg(run->file));
	sqlite3_free(sql);
	return path;
}

static char *rows_in(const char *path, const char *columns)
{
	sqlite3 *db = NULL;
	char *rows = sqlite3_open(path, &db) ? NULL : code_rows(db, columns);

	sqlite3_close(db);
	return rows;
}

/* ---- the ends ------------------------------------------------------------------------------ */

static void check_ends(struct run *run)
{
	moult_options options = MOULT_OPTIONS_INIT;
	char *finished = copy(run, "finished"), *back = copy(run, "back");
	char *columns = sqlite3_mprintf("id, %s, v", run->shape->old_code.columns[0]);

	options.no_backup = 1;
	if (!run->chance.failed)
		say(&run->chance, run->m, moult_finish_file(run->m, finished, &options, NULL),
		    "finish");
	if (!run->chance.failed)
		say(&run->chance, run->m, moult_downgrade_file(run->m, back, NULL, &options, NULL),
		    "downgrade");
	if (!run->chance.failed && run->shape->back[0])
		compare(run, rows_in(back, columns), code_rows(run->reference, columns),
			"what downgrade leaves");
	apply(run, back, 0);
	if (!run->chance.failed && !run->shape->is_lossy)
		compare(run, rows_in(finished, run->shape->columns),
			rows_in(back, run->shape->columns), "finish and apply");
	unlink(finished);
	unlink(back);
	sqlite3_free(finished);
	sqlite3_free(back);
	sqlite3_free(columns);
}

static void run_shape(struct run *run, int statements)
{
	make_file(run);
	read_want(run);
	apply(run, run->path, 1);
	open_both(run);
	for (int i = 0; i < statements && !run->chance.failed; i++)
		one_statement(run);
	if (!run->chance.failed)
		check_ends(run);
	sqlite3_close(run->file);
	sqlite3_close(run->reference);
	moult_schema_free(run->want);
	unlink(run->path);
}

int main(int argc, char **argv)
{
	const int statements = argc > 1 ? atoi(argv[1]) : 150;
	const unsigned long long seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	const char *directory = getenv("TMPDIR");
	int failed = 0;

	printf("1..%d\n", 2 * shape_count);
	for (int i = 0; i < 2 * shape_count; i++) {
		struct run run = {.shape = &shapes[i / 2],
				  .chance = {.dice = seed * 7919 + (unsigned)i},
				  .is_recursive = i % 2};

		sqlite3_snprintf(sizeof(run.path), run.path, "%s/moult-side-%d.db",
				 directory ? directory : "/tmp", (int)getpid());
		if (moult_new(&run.m) != MOULT_OK)
			return 1;
		run_shape(&run, statements);
		moult_free(run.m);
		printf("%sok %d - %s%s: %d statements\n", run.chance.failed ? "not " : "", i + 1,
		       run.shape->name, i % 2 ? ", recursive_triggers" : "", run.count);
		if (run.chance.failed)
			printf("# seed %llu: %s\n", seed, run.chance.failed);
		failed += run.chance.failed != NULL;
		sqlite3_free(run.chance.failed);
		fflush(stdout);
	}
	return failed != 0;
}
