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
#include "digest/on_pages.h"
#include "live/connect.h"
#include "live/under_way.h"
#include "live/watch.h"
#include "sql/own_table.h"

/*
 * Neither says anything of moult's tables and triggers, whose condition stands in the place of %s, nor of
 * statistics.
 */
#define TABLES                                                                      \
	"SELECT name FROM main.sqlite_master WHERE type = 'table' AND rootpage > 0" \
	" AND substr(name, 1, 11) <> 'sqlite_stat' AND %s"

#define SCHEMA                                                                            \
	"SELECT _moult_digest('----', type, name, tbl_name, sql) FROM main.sqlite_master" \
	" WHERE substr(tbl_name, 1, 11) <> 'sqlite_stat' AND %s"

#define MOST_JSON 100000 /* bytes of values; what is longer would fill manifests and statements */

struct reader {
	struct arena *arena;
	struct moult *m;
	sqlite3 *db;
	enum diag_id id;
	const struct list *known;
	bool is_sorted; /* the columns of a table, by their names */
};

static int failed(struct reader *reader, int rc, const char *table)
{
	return mo_diag_sqlite(&reader->m->diags, reader->db, rc, reader->id, table,
			      "read all rows");
}

/* Adds the first column of each row of a query to a list; SQLite's own result code. */
static int add_texts(struct list *texts, struct arena *arena, sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		char *text = mo_arena_text(arena, (const char *)sqlite3_column_text(stmt, 0));

		if (text)
			mo_list_add(arena, texts, text);
		rc = text ? SQLITE_OK : SQLITE_NOMEM;
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int mo_state_columns(struct list *columns, struct arena *arena, sqlite3 *db, const char *table)
{
	sqlite3_stmt *stmt = NULL;
	int rc = mo_pragma_prepare(&stmt, db, "table_xinfo", table);

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(stmt, MO_TABLE_XINFO_NAME);

		if (!sqlite3_column_int(stmt, MO_TABLE_XINFO_HIDDEN))
			mo_list_add(arena, columns, mo_arena_format(arena, "\"%w\"", name));
		rc = name && !mo_arena_rc(arena) ? SQLITE_OK : SQLITE_NOMEM;
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

char *mo_state_expression(struct arena *arena, const struct list *columns)
{
	sqlite3_str *sql = sqlite3_str_new(NULL);
	char *letters = mo_arena_alloc(arena, (size_t)columns->count + 1);

	if (letters) {
		memset(letters, '-', (size_t)columns->count);
		mo_digest_write(sql, letters, columns);
	}
	return mo_arena_take(arena, sql);
}

/* Cuts "digits:rows" in two. */
bool mo_state_take(struct table_state *state, struct arena *arena, const char *digest)
{
	const char *colon = digest ? strchr(digest, ':') : NULL;

	if (!colon)
		return false;
	state->digest = mo_arena_slice(arena, digest, (size_t)(colon - digest));
	state->rows = strtoll(colon + 1, NULL, 10);
	return state->digest != NULL;
}

/* Of what JSON holds exactly; NULL where it does not. */
static char *array_query(struct arena *arena, const struct list *values, int first)
{
	sqlite3_str *sql = sqlite3_str_new(NULL);

	sqlite3_str_appendall(sql, "SELECT CASE WHEN 1");
	for (int i = first; i < values->count; i++)
		sqlite3_str_appendf(sql, " AND typeof(%s) IN ('null', 'integer', 'text')",
				    (const char *)values->items[i]);
	sqlite3_str_appendall(sql, " THEN json_array(");
	for (int i = first; i < values->count; i++)
		sqlite3_str_appendf(sql, "%s%s", i > first ? ", " : "",
				    (const char *)values->items[i]);
	sqlite3_str_appendall(sql, ") END");
	return mo_arena_take(arena, sql);
}

/* A SQLite without JSON has nothing to say. */
static int take_array(const char **values, struct arena *arena, sqlite3 *db, const char *sql)
{
	int rc = sql ? SQLITE_OK : SQLITE_NOMEM;
	const char *json = sql ? mo_query_text(arena, db, sql, &rc) : NULL;

	*values = json && strlen(json) <= MOST_JSON && mo_utf8_is_valid(json) ? json : NULL;
	return (rc & 0xff) == SQLITE_ERROR ? SQLITE_OK : rc;
}

/* The first row speaks for all. */
int mo_state_added(const char **values, struct arena *arena, sqlite3 *db, const char *table,
		   int count)
{
	struct list columns = {0};
	const char *query;
	int rc = mo_state_columns(&columns, arena, db, table);

	*values = NULL;
	if (rc || columns.count < count)
		return rc;
	query = array_query(arena, &columns, columns.count - count);
	return take_array(
		values, arena, db,
		query ? mo_arena_format(arena, "%s FROM main.\"%w\" LIMIT 1", query, table) : NULL);
}

int mo_state_given(const char **values, struct arena *arena, sqlite3 *db,
		   const struct list *expressions)
{
	return take_array(values, arena, db, array_query(arena, expressions, 0));
}

/* The rows and the digest of columns, or other expressions, of a table. */
static int read_digest(struct table_state *state, struct arena *arena, sqlite3 *db,
		       const char *table, const struct list *columns)
{
	const char *expression = mo_state_expression(arena, columns);
	const char *sql = mo_arena_format(arena, "SELECT %s FROM main.\"%w\"", expression, table);
	const char *digest;
	int rc;

	if (!expression || !sql)
		return SQLITE_NOMEM;
	digest = mo_digest_query(arena, db, sql, &rc);
	if (!rc && !mo_state_take(state, arena, digest))
		rc = SQLITE_NOMEM;
	return rc;
}

/*
 * Adds the elements of an array as literals. A table of the file could be called json_each: the
 * file is not asked.
 */
static int add_values(struct list *literals, struct arena *arena, const char *values)
{
	const char *sql = mo_arena_format(arena, "SELECT quote(value) FROM json_each(%Q)", values);
	sqlite3 *memory = NULL;
	int rc = sql ? sqlite3_open_v2(":memory:", &memory,
				       SQLITE_OPEN_READWRITE | SQLITE_OPEN_PRIVATECACHE, NULL)
		     : SQLITE_NOMEM;

	if (!rc)
		rc = add_texts(literals, arena, memory, sql);
	sqlite3_close_v2(memory);
	return rc;
}

int mo_state_with(struct table_state *state, struct arena *arena, sqlite3 *db, const char *table,
		  const char *values)
{
	struct list columns = {0};
	int rc = mo_state_columns(&columns, arena, db, table);

	if (!rc)
		rc = add_values(&columns, arena, values);
	return rc ? rc : read_digest(state, arena, db, table, &columns);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int read_table(struct table_state *state, struct reader *reader, const char *table)
{
	struct list columns = {0};
	const int rc = mo_state_columns(&columns, reader->arena, reader->db, table);

	if (reader->is_sorted && columns.count)
		qsort(columns.items, (size_t)columns.count, sizeof(*columns.items), by_text);
	state->name = table;
	return rc ? rc : read_digest(state, reader->arena, reader->db, table, &columns);
}

static int take_known(struct table_state *state, struct reader *reader,
		      const struct table_state *known)
{
	*state = *known;
	state->name = mo_arena_text(reader->arena, known->name);
	state->digest = mo_arena_text(reader->arena, known->digest);
	state->as = mo_arena_text(reader->arena, known->as);
	state->added = mo_arena_text(reader->arena, known->added);
	return mo_arena_rc(reader->arena) ? SQLITE_NOMEM : SQLITE_OK;
}

static int tell(struct reader *reader, const char *table, int done, int total)
{
	const moult_progress progress = {"digest", table, "tables", done, total, 0, 0};
	struct moult *m = reader->m;

	if (mo_goes_on(m, &progress))
		return MOULT_OK;
	return mo_diag(&m->diags, DIAG_RUN014, NULL, table, "interrupted while reading the rows");
}

static int by_name(const void *a, const void *b)
{
	const struct table_state *const *x = a;
	const struct table_state *const *y = b;

	return mo_compare_names((*x)->name, (*y)->name);
}

/* Of thousands of tables nearly all are known. */
static struct list sorted(struct arena *arena, const struct list *known)
{
	struct list copy = {0};

	for (int i = 0; known && i < known->count; i++)
		mo_list_add(arena, &copy, known->items[i]);
	if (copy.count > 1)
		qsort(copy.items, (size_t)copy.count, sizeof(*copy.items), by_name);
	return copy;
}

static const struct table_state *find_known(const struct list *known, const char *name)
{
	const struct table_state wanted = {.name = name};
	const struct table_state *key = &wanted;
	struct table_state *const *found =
		known->count ? bsearch(&key, known->items, (size_t)known->count,
				       sizeof(*known->items), by_name)
			     : NULL;

	return found ? *found : NULL;
}

static int read_tables(struct state *state, struct reader *reader, const struct list *names)
{
	const struct list all_known = sorted(reader->arena, reader->known);

	for (int i = 0; i < names->count; i++) {
		struct table_state *table = mo_arena_make(reader->arena, struct table_state);
		const struct table_state *known;
		int rc = tell(reader, names->items[i], i, names->count);

		if (rc)
			return rc;
		known = find_known(&all_known, names->items[i]);
		if (!table)
			rc = SQLITE_NOMEM;
		else if (known)
			rc = take_known(table, reader, known);
		else
			rc = read_table(table, reader, names->items[i]);
		if (rc)
			return failed(reader, rc, names->items[i]);
		mo_list_add(reader->arena, &state->tables, table);
	}
	return MOULT_OK;
}

/* A condition on rows of sqlite_master: neither moult's for good, nor for the time (under_way.h). */
static char *not_of_moult(struct arena *arena, sqlite3 *db)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	struct list made = {0};

	if (mo_made_read(&made, arena, db)) {
		sqlite3_free(sqlite3_str_finish(out));
		return NULL;
	}
	sqlite3_str_appendall(out, mo_sql_is_not_own(arena));
	EACH (const struct made, one, &made)
		sqlite3_str_appendf(out, " AND NOT (name = %Q AND sql IS %Q)", one->name, one->sql);
	return mo_arena_take(arena, out);
}

static int read_state(struct state *state, struct reader *reader)
{
	struct arena *arena = reader->arena;
	struct moult *m = reader->m;
	struct table_state schema = {0};
	struct list names = {0};
	const char *not_own = not_of_moult(arena, reader->db);
	const char *tables = not_own ? mo_arena_format(arena, TABLES, not_own) : NULL;
	const char *schema_sql = not_own ? mo_arena_format(arena, SCHEMA, not_own) : NULL;
	const char *digest;
	int rc;

	*state = (struct state){0};
	if (!tables || !schema_sql)
		return mo_diag_memory(&m->diags);
	digest = mo_query_text(arena, reader->db, schema_sql, &rc);
	if (!rc && !mo_state_take(&schema, arena, digest))
		rc = SQLITE_NOMEM;
	if (!rc)
		rc = add_texts(&names, arena, reader->db, tables);
	if (rc)
		return failed(reader, rc, NULL);
	rc = read_tables(state, reader, &names);
	if (rc)
		return rc;
	if (mo_arena_rc(arena))
		return mo_diag_memory(&m->diags);
	if (state->tables.count)
		qsort(state->tables.items, (size_t)state->tables.count, sizeof(void *), by_name);
	state->schema = schema.digest;
	return MOULT_OK;
}

int mo_state_read(struct state *state, struct arena *arena, struct moult *m, sqlite3 *db,
		  enum diag_id id, const struct list *known)
{
	struct reader reader = {arena, m, db, id, known, false};

	return read_state(state, &reader);
}

int mo_state_read_in_any_order(struct state *state, struct arena *arena, struct moult *m,
			       sqlite3 *db, enum diag_id id)
{
	struct reader reader = {arena, m, db, id, NULL, true};

	return read_state(state, &reader);
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

const struct table_state *mo_state_find(const struct list *tables, const char *name)
{
	EACH (const struct table_state, table, tables)
		if (mo_same_name(table->name, name))
			return table;
	return NULL;
}
