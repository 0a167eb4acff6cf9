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
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "moult.h"
#include "shapes.h"

#define IDS 16
#define HEAD "<database xmlns='urn:moult:schema:1'>"

struct run {
	const struct shape *shape;
	unsigned long long dice;
	char path[512];
	sqlite3 *file, *reference;
	moult_schema *want;
	moult *m;
	bool is_recursive;
	char *failed; /* why; NULL: nothing */
	int count;
};

static void fail(struct run *run, const char *format, ...)
{
	va_list args;

	if (run->failed)
		return;
	va_start(args, format);
	run->failed = sqlite3_vmprintf(format, args);
	va_end(args);
}

static int roll(struct run *run, int sides)
{
	run->dice = run->dice * 6364136223846793005ULL + 1442695040888963407ULL;
	return (int)((run->dice >> 33) % (unsigned long long)sides);
}

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
	"INSERT INTO t($L) VALUES($V) RETURNING id",
	"INSERT INTO t(id, v) VALUES(#, %)",
	"REPLACE INTO t(id, v) VALUES(#, %)",
};
#define TEMPLATES ((int)(sizeof(templates) / sizeof(*templates)))

struct choice {
	bool by_new;
	int ids[2], number;
	const char *values[MOST_COLUMNS]; /* of whoever writes */
};

static void choose(struct run *run, struct choice *choice)
{
	const struct known *known;

	choice->by_new = roll(run, 2);
	choice->ids[0] = 1 + roll(run, IDS);
	choice->ids[1] = 1 + roll(run, IDS);
	choice->number = roll(run, 1000);
	known = choice->by_new ? &run->shape->new_code : &run->shape->old_code;
	for (int i = 0; known->columns[i]; i++) {
		int count = 0;

		while (known->values[i][count])
			count++;
		choice->values[i] = known->values[i][roll(run, count)];
	}
}

/* What an old column of the reference gets for the literals of new code. */
static void write_back(sqlite3_str *out, const char *back, const struct choice *choice)
{
	for (; *back; back++) {
		if (back[0] == '{' && back[2] == '}') {
			sqlite3_str_appendall(out, choice->values[back[1] - '0']);
			back += 2;
		} else {
			sqlite3_str_appendchar(out, 1, *back);
		}
	}
}

static void write_value(sqlite3_str *out, const struct run *run, const struct choice *choice, int i,
			bool translate)
{
	if (translate)
		write_back(out, run->shape->back[i], choice);
	else
		sqlite3_str_appendall(out, choice->values[i]);
}

static void write_columns(sqlite3_str *out, const struct run *run, const struct choice *choice,
			  bool translate, char what)
{
	const struct known *known =
		choice->by_new && !translate ? &run->shape->new_code : &run->shape->old_code;

	for (int i = 0; known->columns[i]; i++) {
		if (i)
			sqlite3_str_appendall(out, ", ");
		if (what != 'V')
			sqlite3_str_appendall(out, known->columns[i]);
		if (what == 'S')
			sqlite3_str_appendall(out, " = ");
		if (what == 'V' || what == 'S')
			write_value(out, run, choice, i, translate);
		if (what == 'E')
			sqlite3_str_appendf(out, " = excluded.%s", known->columns[i]);
	}
}

/* translate: as old code would write it. */
static char *spell(const struct run *run, const char *template, const struct choice *choice,
		   bool translate)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	translate = translate && choice->by_new;
	for (; *template; template ++) {
		if (*template == '$')
			write_columns(out, run, choice, translate, *++template);
		else if (*template == '#' || *template == '@')
			sqlite3_str_appendf(out, "%d", choice->ids[*template == '@']);
		else if (*template == '%')
			sqlite3_str_appendf(out, "%d", choice->number);
		else
			sqlite3_str_appendchar(out, 1, *template);
	}
	return sqlite3_str_finish(out);
}

/* ---- what both say ------------------------------------------------------------------------- */

static char *ask(sqlite3 *db, const char *sql)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL))
		sqlite3_str_appendf(out, "%s", sqlite3_errmsg(db));
	while (stmt && sqlite3_step(stmt) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(stmt); i++)
			sqlite3_str_appendf(out, "%s|", (const char *)sqlite3_column_text(stmt, i));
		sqlite3_str_appendall(out, "\n");
	}
	sqlite3_finalize(stmt);
	sqlite3_str_appendall(out, "");
	return sqlite3_str_finish(out);
}

/* Each column as a literal, so that types count. */
static char *rows_of(sqlite3 *db, const char *columns)
{
	char *list = sqlite3_mprintf("%s", columns), *sql, *answer, *rest = list, *name;
	sqlite3_str *out = sqlite3_str_new(NULL);

	while ((name = strtok_r(rest, ", ", &rest)) != NULL)
		sqlite3_str_appendf(out, "%squote(%s)", sqlite3_str_length(out) ? ", " : "", name);
	name = sqlite3_str_finish(out);
	sql = sqlite3_mprintf("SELECT %s FROM t ORDER BY id", name);
	answer = ask(db, sql);
	sqlite3_free(sql);
	sqlite3_free(name);
	sqlite3_free(list);
	return answer;
}

static void compare(struct run *run, char *one, char *other, const char *what)
{
	if (!one || !other || strcmp(one, other) != 0)
		fail(run, "%s:\n%s-- and\n%s", what, one, other);
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
		compare(run, rows_of(run->file, columns), rows_of(run->reference, columns),
			"the old columns");
	if (shape->also)
		compare(run, ask(run->file, shape->also), ask(run->reference, shape->also),
			"what triggers wrote");
	compare(run, ask(run->file, sql), sqlite3_mprintf(""), "rows out of step");
	if (shape->check && sqlite3_exec(run->file, shape->check, NULL, NULL, NULL))
		fail(run, "%s: %s", shape->check, sqlite3_errmsg(run->file));
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
	const char *template = templates[roll(run, TEMPLATES)];

	while (run->shape->check && !run->is_recursive && strstr(template, "REPLACE"))
		template = templates[roll(run, TEMPLATES)];
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

	choose(run, &choice);
	sql = spell(run, template, &choice, false);
	as_old = run->shape->back[0] ? spell(run, template, &choice, true) : NULL;
	rc = sqlite3_exec(run->file, sql, NULL, NULL, NULL);
	if (as_old)
		other = sqlite3_exec(run->reference, as_old, NULL, NULL, NULL);
	run->count++;
	if (rc && rc != SQLITE_CONSTRAINT)
		fail(run, "%s: %s", sql, sqlite3_errmsg(run->file));
	else if (as_old && !agree_to_fail(run, rc, other))
		fail(run, "%s: %s; alone: %s", sql, sqlite3_errmsg(run->file),
		     sqlite3_errmsg(run->reference));
	else if (as_old && !rc && !other &&
		 (sqlite3_changes(run->file) != sqlite3_changes(run->reference) ||
		  rowid_of(run->file, sql) != rowid_of(run->reference, sql)))
		fail(run, "%s: %d rows, rowid %lld; alone %d and %lld", sql,
		     sqlite3_changes(run->file), sqlite3_last_insert_rowid(run->file),
		     sqlite3_changes(run->reference), sqlite3_last_insert_rowid(run->reference));
	if (!run->failed)
		compare_all(run);
	sqlite3_set_last_insert_rowid(run->file, sqlite3_last_insert_rowid(run->reference));
	if (run->failed)
		run->failed = sqlite3_mprintf("statement %d, %s: %z", run->count, sql, run->failed);
	sqlite3_free(sql);
	sqlite3_free(as_old);
}

/* ---- the file ------------------------------------------------------------------------------ */

static void say(struct run *run, int rc, const char *what)
{
	const size_t count = moult_diagnostic_count(run->m);
	const moult_diagnostic *last = moult_diagnostic_at(run->m, count ? count - 1 : 0);

	if (rc != MOULT_OK)
		fail(run, "%s: %s", what, last ? last->message : "?");
	moult_diagnostics_clear(run->m);
}

static void open_both(struct run *run)
{
	const char *pragma = run->is_recursive ? "PRAGMA recursive_triggers = 1" : "SELECT 1";

	if (sqlite3_open(run->path, &run->file) ||
	    sqlite3_exec(run->file, pragma, NULL, NULL, NULL) ||
	    sqlite3_exec(run->file, "PRAGMA synchronous = 0", NULL, NULL, NULL) ||
	    sqlite3_exec(run->reference, pragma, NULL, NULL, NULL))
		fail(run, "open: %s", sqlite3_errmsg(run->file));
	sqlite3_set_last_insert_rowid(run->reference, 0);
}

static void make_file(struct run *run)
{
	unlink(run->path);
	if (sqlite3_open(run->path, &run->file) || sqlite3_open(":memory:", &run->reference) ||
	    sqlite3_exec(run->file, run->shape->have, NULL, NULL, NULL) ||
	    sqlite3_exec(run->reference, run->shape->have, NULL, NULL, NULL))
		fail(run, "make: %s", sqlite3_errmsg(run->file));
	sqlite3_close(run->file);
	run->file = NULL;
}

static void read_want(struct run *run)
{
	char *text = sqlite3_mprintf(HEAD "%s</database>", run->shape->want);

	say(run, moult_schema_parse(&run->want, run->m, text, text ? strlen(text) : 0, "want.xml"),
	    "parse");
	sqlite3_free(text);
}

static void apply(struct run *run, const char *path, int side_by_side)
{
	moult_options options = MOULT_OPTIONS_INIT;

	options.side_by_side = side_by_side;
	options.no_backup = 1;
	options.allow = "all";
	if (!run->failed)
		say(run, moult_migrate_file(run->m, path, run->want, &options, NULL),
		    side_by_side ? "side by side" : "apply");
}

static char *copy(struct run *run, const char *ending)
{
	char *path = sqlite3_mprintf("%s-%s", run->path, ending);
	char *sql = sqlite3_mprintf("VACUUM INTO %Q", path);

	unlink(path);
	if (sqlite3_exec(run->file, sql, NULL, NULL, NULL))
		fail(run, "copy: %s", sqlite3_errmsg(run->file));
	sqlite3_free(sql);
	return path;
}

static char *rows_in(const char *path, const char *columns)
{
	sqlite3 *db = NULL;
	char *rows = sqlite3_open(path, &db) ? NULL : rows_of(db, columns);

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
	if (!run->failed)
		say(run, moult_finish_file(run->m, finished, &options, NULL), "finish");
	if (!run->failed)
		say(run, moult_downgrade_file(run->m, back, NULL, &options, NULL), "downgrade");
	if (!run->failed && run->shape->back[0])
		compare(run, rows_in(back, columns), rows_of(run->reference, columns),
			"what downgrade leaves");
	apply(run, back, 0);
	if (!run->failed && !run->shape->is_lossy)
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
	for (int i = 0; i < statements && !run->failed; i++)
		one_statement(run);
	if (!run->failed)
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
				  .dice = seed * 7919 + (unsigned)i,
				  .is_recursive = i % 2};

		sqlite3_snprintf(sizeof(run.path), run.path, "%s/moult-side-%d.db",
				 directory ? directory : "/tmp", (int)getpid());
		if (moult_new(&run.m) != MOULT_OK)
			return 1;
		run_shape(&run, statements);
		moult_free(run.m);
		printf("%sok %d - %s%s: %d statements\n", run.failed ? "not " : "", i + 1,
		       run.shape->name, i % 2 ? ", recursive_triggers" : "", run.count);
		if (run.failed)
			printf("# seed %llu: %s\n", seed, run.failed);
		failed += run.failed != NULL;
		sqlite3_free(run.failed);
		fflush(stdout);
	}
	return failed != 0;
}
