/* SPDX-License-Identifier: MIT */
/*
 * state.c: one SELECT for each table:
 *
 *	SELECT _moult_digest('---', "a", "b", "c") FROM main."t"
 *
 * Generated columns are left out: they follow from the others, and an
 * expression may need functions that only the application has.
 */
#include "digest/state.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "digest/digest.h"
#include "live/connect.h"

#define TABLES                                                                      \
	"SELECT name FROM main.sqlite_master WHERE type = 'table' AND rootpage > 0" \
	" AND lower(substr(name, 1, 7)) <> '_moult_' AND substr(name, 1, 11) <> 'sqlite_stat'"

#define SCHEMA                                                                            \
	"SELECT _moult_digest('----', type, name, tbl_name, sql) FROM main.sqlite_master" \
	" WHERE lower(substr(tbl_name, 1, 7)) <> '_moult_'"                               \
	" AND substr(tbl_name, 1, 11) <> 'sqlite_stat'"

struct reader {
	struct arena *arena;
	struct moult *m;
	sqlite3 *db;
	enum diag_id id;
};

static int failed(struct reader *reader, int rc, const char *table)
{
	return mo_diag_sqlite(&reader->m->diags, reader->db, rc, reader->id, table,
			      "read all rows");
}

/* Adds the first column of each row of a query to a list; SQLite's own result code. */
static int add_texts(struct list *texts, struct reader *reader, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(reader->db, sql, -1, &stmt, NULL);

	while (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		char *text =
			mo_arena_text(reader->arena, (const char *)sqlite3_column_text(stmt, 0));

		if (text)
			mo_list_add(reader->arena, texts, text);
		rc = text ? SQLITE_OK : SQLITE_NOMEM;
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int add_columns(struct list *columns, struct reader *reader, const char *table)
{
	char *sql = mo_arena_format(reader->arena,
				    "SELECT '\"' || replace(name, '\"', '\"\"') || '\"' FROM"
				    " pragma_table_xinfo(%Q, 'main') WHERE hidden = 0",
				    table);

	return sql ? add_texts(columns, reader, sql) : SQLITE_NOMEM;
}

static char *table_query(struct reader *reader, const char *table, const struct list *columns)
{
	sqlite3_str *sql = sqlite3_str_new(NULL);
	char *letters = mo_arena_alloc(reader->arena, (size_t)columns->count + 1);

	if (letters)
		memset(letters, '-', (size_t)columns->count);
	sqlite3_str_appendall(sql, "SELECT ");
	if (letters)
		mo_digest_write(sql, letters, columns);
	sqlite3_str_appendf(sql, " FROM main.\"%w\"", table);
	return mo_arena_take(reader->arena, sql);
}

/* Cuts "digits:rows" in two. */
static int split(struct table_state *state, struct reader *reader, const char *digest)
{
	const char *colon = digest ? strchr(digest, ':') : NULL;

	if (!colon)
		return SQLITE_NOMEM;
	state->digest = mo_arena_slice(reader->arena, digest, (size_t)(colon - digest));
	state->rows = strtoll(colon + 1, NULL, 10);
	return state->digest ? SQLITE_OK : SQLITE_NOMEM;
}

static int read_table(struct table_state *state, struct reader *reader, const char *table)
{
	struct list columns = {0};
	const char *digest = NULL;
	char *sql;
	int rc = add_columns(&columns, reader, table);

	if (rc)
		return rc;
	sql = table_query(reader, table, &columns);
	if (!sql)
		return SQLITE_NOMEM;
	digest = mo_query_text(reader->arena, reader->db, sql, &rc);
	state->name = table;
	return rc ? rc : split(state, reader, digest);
}

static int tell(struct reader *reader, const char *table, int done, int total)
{
	const moult_progress progress = {"digest", table, "tables", done, total};
	struct moult *m = reader->m;

	if (!m->on_progress || m->on_progress(m->progress_context, &progress) == 0)
		return MOULT_OK;
	return mo_diag(&m->diags, DIAG_RUN014, NULL, table, "interrupted while reading the rows");
}

static int read_tables(struct state *state, struct reader *reader, const struct list *names)
{
	for (int i = 0; i < names->count; i++) {
		struct table_state *table = mo_arena_make(reader->arena, struct table_state);
		int rc = tell(reader, names->items[i], i, names->count);

		if (rc)
			return rc;
		rc = table ? read_table(table, reader, names->items[i]) : SQLITE_NOMEM;
		if (rc)
			return failed(reader, rc, names->items[i]);
		mo_list_add(reader->arena, &state->tables, table);
	}
	return MOULT_OK;
}

static int by_name(const void *a, const void *b)
{
	const struct table_state *const *first = a;
	const struct table_state *const *second = b;

	return mo_compare_names((*first)->name, (*second)->name);
}

int mo_state_read(struct state *state, struct arena *arena, struct moult *m, sqlite3 *db,
		  enum diag_id id)
{
	struct reader reader = {arena, m, db, id};
	struct table_state schema = {0};
	struct list names = {0};
	const char *digest;
	int rc;

	*state = (struct state){0};
	digest = mo_query_text(arena, db, SCHEMA, &rc);
	if (!rc)
		rc = split(&schema, &reader, digest);
	if (!rc)
		rc = add_texts(&names, &reader, TABLES);
	if (rc)
		return failed(&reader, rc, NULL);
	rc = read_tables(state, &reader, &names);
	if (rc)
		return rc;
	if (mo_arena_rc(arena))
		return mo_diag_memory(&m->diags);
	if (state->tables.count)
		qsort(state->tables.items, (size_t)state->tables.count, sizeof(void *), by_name);
	state->schema = schema.digest;
	return MOULT_OK;
}

static void add_change(struct list *changes, struct arena *arena, const struct table_state *before,
		       const struct table_state *after)
{
	struct state_change *change;

	if (before && after && before->rows == after->rows &&
	    mo_same(before->digest, after->digest))
		return;
	change = mo_arena_make(arena, struct state_change);
	if (!change)
		return;
	change->before = before;
	change->after = after;
	mo_list_add(arena, changes, change);
}

void mo_state_compare(struct list *changes, struct arena *arena, const struct state *before,
		      const struct state *after)
{
	int i = 0, j = 0;

	while (i < before->tables.count || j < after->tables.count) {
		const struct table_state *first =
			i < before->tables.count ? before->tables.items[i] : NULL;
		const struct table_state *second =
			j < after->tables.count ? after->tables.items[j] : NULL;
		const int order = !first    ? 1
				  : !second ? -1
					    : mo_compare_names(first->name, second->name);

		add_change(changes, arena, order <= 0 ? first : NULL, order >= 0 ? second : NULL);
		i += order <= 0;
		j += order >= 0;
	}
}
