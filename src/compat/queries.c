/* SPDX-License-Identifier: MIT */
/* queries.c: see queries.h. */
#include "compat/queries.h"

#include <string.h>

#include "base/text.h"
#include "compat/saying.h"
#include "live/connect.h"
#include "sql/script.h"

/* One statement, compiled on a shape. */
struct compiled {
	sqlite3_stmt *stmt;
	const char *message;
};

/* ---- searches and scans -------------------------------------------------------------------- */

#define DETAIL 3 /* the column of EXPLAIN QUERY PLAN that says it */

/* The lines of a plan. */
static struct list explain(struct compat *compat, struct shape *shape, const char *sql,
			   bool takes_strings)
{
	struct list lines = {0};
	const char *message;
	sqlite3_stmt *stmt =
		mo_tryout_compile(&compat->tryout, shape, compat->arena,
				  mo_arena_format(compat->arena, "EXPLAIN QUERY PLAN %s", sql),
				  takes_strings, &message);

	while (stmt && sqlite3_step(stmt) == SQLITE_ROW)
		mo_list_add(compat->arena, &lines,
			    mo_arena_text(compat->arena,
					  (const char *)sqlite3_column_text(stmt, DETAIL)));
	sqlite3_finalize(stmt);
	return lines;
}

/* "t" of "SCAN t USING INDEX i" and, before SQLite 3.36, of "SCAN TABLE t"; NULL: another verb. */
static const char *walked(struct arena *arena, const char *line, const char *verb)
{
	const size_t length = strlen(verb);
	const char *end;

	if (!line || strncmp(line, verb, length) != 0)
		return NULL;
	line += length;
	if (!strncmp(line, "TABLE ", 6))
		line += 6;
	end = strstr(line, " USING ");
	if (!end)
		end = strstr(line, " VIRTUAL TABLE ");
	return mo_arena_slice(arena, line, end ? (size_t)(end - line) : strlen(line));
}

static int count_walks(struct arena *arena, const struct list *lines, const char *verb,
		       const char *table)
{
	int count = 0;

	EACH (const char, line, lines)
		count += mo_same_name(walked(arena, line, verb), table);
	return count;
}

/* The first table that is scanned more often than it was, and searched less; NULL: none. */
static const char *new_scan(struct arena *arena, const struct list *have, const struct list *want)
{
	EACH (const char, line, want) {
		const char *table = walked(arena, line, "SCAN ");

		if (table &&
		    count_walks(arena, want, "SCAN ", table) >
			    count_walks(arena, have, "SCAN ", table) &&
		    count_walks(arena, want, "SEARCH ", table) <
			    count_walks(arena, have, "SEARCH ", table))
			return line;
	}
	return NULL;
}

/* ---- one statement ------------------------------------------------------------------------- */

static struct compiled compile(struct compat *compat, enum side side, const char *sql,
			       bool takes_strings)
{
	struct compiled compiled;

	compiled.stmt = mo_tryout_compile(&compat->tryout, &compat->tryout.of[side], compat->arena,
					  sql, takes_strings, &compiled.message);
	return compiled;
}

static void compare(struct compat *compat, struct query *query, const struct compiled *old,
		    const struct compiled *new, bool takes_strings)
{
	struct list have, want;

	query->message = mo_saying_columns(compat, old->stmt, new->stmt);
	have = explain(compat, &compat->tryout.of[SIDE_OLD], query->sql, takes_strings);
	want = explain(compat, &compat->tryout.of[SIDE_NEW], query->sql, takes_strings);
	query->scan = new_scan(compat->arena, &have, &want);
	if (query->message)
		query->outcome = OUTCOME_CHANGED;
	else if (query->scan)
		query->outcome = OUTCOME_SCANS;
}

static void judge(struct compat *compat, struct query *query, bool takes_strings)
{
	const struct compiled old = compile(compat, SIDE_OLD, query->sql, takes_strings);
	const struct compiled new = compile(compat, SIDE_NEW, query->sql, takes_strings);

	query->outcome = OUTCOME_SAME;
	query->message = new.message ? new.message : old.message;
	if (old.message)
		query->outcome = new.message ? OUTCOME_BROKEN : OUTCOME_NEW;
	else if (new.message)
		query->outcome = OUTCOME_FAILS;
	else if (old.stmt && new.stmt)
		compare(compat, query, &old, &new, takes_strings);
	sqlite3_finalize(old.stmt);
	sqlite3_finalize(new.stmt);
}

/*
 * Names in double quotes are names; a statement that compiles on neither side then has a text in
 * them.
 */
static void add(struct compat *compat, const struct statement *statement, const char *text,
		const char *name)
{
	struct query *query = mo_arena_make(compat->arena, struct query);

	if (!query)
		return;
	query->sql = statement->sql;
	query->place =
		mo_script_place(compat->arena, name, text, statement->text, statement->length);
	judge(compat, query, false);
	if (query->outcome == OUTCOME_BROKEN)
		judge(compat, query, true);
	mo_list_add(compat->arena, &compat->queries, query);
}

/*
 * PRAGMAs may act when they are compiled; the schema and transactions are no business of queries.
 */
static bool is_query(const struct statement *statement)
{
	const struct token *first = statement->tokens.items;

	return (statement->act >= ACT_INSERT && statement->act <= ACT_SELECT) ||
	       (statement->tokens.count &&
		(mo_token_is(first, "WITH") || mo_token_is(first, "VALUES")));
}

int mo_compat_queries(struct compat *compat, const char *text, const char *name)
{
	struct list statements = {0}, remarks = {0};

	compat->has_queries = true;
	mo_script_read(compat->arena, &statements, &remarks, text);
	EACH (const struct statement, statement, &statements) {
		if (compat->tryout.rc)
			break;
		if (is_query(statement))
			add(compat, statement, text, name);
		else
			compat->passed_over++;
	}
	if (compat->tryout.rc)
		return compat->tryout.rc;
	return mo_arena_rc(compat->arena) ? mo_diag_memory(&compat->m->diags) : MOULT_OK;
}
