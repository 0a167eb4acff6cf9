/* SPDX-License-Identifier: MIT */
/* nulls.c: see online/nulls.h. */
#include "online/nulls.h"

#include <string.h>

#include "base/text.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "online/entries.h"
#include "sql/parse.h"
#include "sql/rebuild.h"
#include "sql/under_way_table.h"

static int failed(struct session *session, const char *name, int rc, const char *doing)
{
	return mo_session_diag(session, rc, DIAG_RUN008, name, doing);
}

/* ---- which they are ------------------------------------------------------------------------ */

static bool can_be_null(const struct table *table, const struct term *term)
{
	const struct column *column = term->column ? mo_table_column(table, term->column) : NULL;

	return !column ||
	       (column != mo_table_rowid_column(table) && !mo_column_not_null(table, column));
}

/*
 * Rows in an order that the key has not would be looked for among all, and behind a number that no text
 * is exact of there may be all of them.
 */
static bool has_places(const struct table *table)
{
	const struct constraint *key = table->without_rowid ? mo_table_primary_key(table) : NULL;

	if (mo_piece_goes_down(table))
		return false;
	for (int i = 0; key && i < key->terms.count; i++) {
		const struct term *term = key->terms.items[i];

		if (mo_table_column(table, term->column)->affinity == 'R')
			return false;
	}
	return true;
}

void mo_nulls_read(struct entries *entries, struct arena *arena, const struct table *table,
		   const struct index *index)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	EACH (const struct entry_column, column, &entries->columns)
		if (column_at < index->terms.count &&
		    can_be_null(table, index->terms.items[column_at]))
			sqlite3_str_appendf(out, "%s%s IS NOT NULL",
					    sqlite3_str_length(out) ? " AND " : "", column->value);
	if (sqlite3_str_length(out) && has_places(table))
		entries->full = mo_arena_take(arena, out);
	else
		sqlite3_free(sqlite3_str_finish(out));
}

struct parts {
	struct partly partly;
	struct list key;
};

static void take_apart(struct parts *parts, struct arena *arena, const struct table *table,
		       const struct index *index, const struct entries *entries, const char *lent)
{
	*parts = (struct parts){
		.partly = {.entries = entries, .index = index, .lent = lent},
		.key = mo_sql_key_names(arena, table, table->without_rowid ? NULL : "rowid")};
	parts->partly.key = &parts->key;
}

static void parts_of(struct parts *parts, struct arena *arena, const struct piece *piece)
{
	take_apart(parts, arena, mo_piece_logged(piece).table, piece->index, piece->entries,
		   mo_made_name(arena, "lent", piece->name));
}

char *mo_nulls_lent(struct arena *arena, const struct piece *piece)
{
	struct parts parts;

	parts_of(&parts, arena, piece);
	return mo_sql_lent_create(arena, &parts.partly);
}

/* ---- whose tree it is ---------------------------------------------------------------------- */

/* Edits its row of sqlite_master, and has SQLite read it. */
static int edit(struct session *session, const char *sql)
{
	struct guard_allowed *allowed = &session->guard.allowed;
	int code = SQLITE_OK;
	const long long version =
		mo_query_integer(session->db, "PRAGMA main.schema_version", 0, &code);
	int rc = code ? code : mo_exec(session->db, "PRAGMA writable_schema = ON");

	allowed->text = allowed->names = true;
	if (!rc)
		rc = mo_exec(session->db, sql);
	if (!rc && sqlite3_changes(session->db) != 1)
		rc = SQLITE_SCHEMA;
	allowed->text = allowed->names = false;
	code = mo_exec(session->db, "PRAGMA writable_schema = OFF");
	if (!rc)
		rc = code;
	return rc ? rc
		  : mo_exec(session->db,
			    mo_sql_pragma(session->arena, "schema_version", version + 1));
}

static int be_on(struct session *session, const struct partly *partly, const char *table,
		 const char *text)
{
	return edit(session, mo_sql_edit_index(session->arena, partly->entries->tree, table, text));
}

/* An index of the application's table with the entries up to a place. */
static int come_back(struct session *session, const struct partly *partly, const char *text,
		     const char *place)
{
	struct arena *arena = session->arena;
	const char *name = partly->entries->tree;
	const struct made made = {name, text, mo_sql_partly_whole(arena, partly), place};
	const int rc = be_on(session, partly, partly->entries->table, text);

	return rc ? failed(session, name, rc, "make it an index") : mo_made_moves(session, &made);
}

static void allow(struct session *session)
{
	struct guard_allowed *allowed = &session->guard.allowed;

	mo_list_add(session->arena, &allowed->pragmas, "writable_schema");
	mo_list_add(session->arena, &allowed->pragmas, "schema_version");
	mo_list_add(session->arena, &allowed->temp, MO_GATHERED_NAME);
}

static long long version_of(struct session *session)
{
	return mo_query_integer(session->db, "PRAGMA main.schema_version", -1, NULL);
}

int mo_nulls_attach(struct session *session, const struct piece *piece)
{
	const long long before = version_of(session);
	struct parts parts;
	int rc;

	parts_of(&parts, session->arena, piece);
	allow(session);
	rc = come_back(session, &parts.partly,
		       mo_sql_partly_text(session->arena, &parts.partly, NULL), NULL);
	return rc ? rc : mo_under_way_follow(session, before, version_of(session));
}

/* ---- they come ----------------------------------------------------------------------------- */

bool mo_nulls_are_there(const struct made *made)
{
	return made && mo_same(made->sql, made->whole);
}

int mo_nulls_begin(struct session *session, const struct piece *piece)
{
	int rc = mo_exec(session->db, mo_sql_list_drop(session->arena, MO_GATHERED));

	if (!rc)
		rc = mo_exec(session->db,
			     mo_sql_list_create(session->arena, MO_GATHERED, piece->entries));
	return rc ? mo_piece_failed(session, piece, rc, "read its entries") : MOULT_OK;
}

static char *text_of(struct session *session, const char *sql, int *rc)
{
	*rc = sql ? SQLITE_OK : SQLITE_NOMEM;
	return sql ? (char *)mo_query_text(session->arena, session->db, sql, rc) : NULL;
}

/* What was gathered is put into the tree, by way of the table that it is lent to. */
static int put(struct session *session, const struct partly *partly, int gathered)
{
	struct arena *arena = session->arena;
	int rc = be_on(session, partly, partly->lent, mo_sql_lent_text(arena, partly));

	if (!rc)
		rc = mo_exec(session->db, mo_sql_lent_put(arena, partly));
	return !rc && sqlite3_changes(session->db) != gathered ? SQLITE_CORRUPT : rc;
}

/*
 * Each row up to the end has its entry.  What else the index has, it had before, or SQLite writes it: of
 * as many rows as were gathered.
 */
static int prove(struct session *session, const struct piece *piece, const struct partly *partly,
		 const char *behind, const char *end)
{
	const char *sql = mo_sql_partly_missing(session->arena, partly, behind, end);
	int rc = sql ? SQLITE_OK : SQLITE_NOMEM;
	const long long missing = rc ? 0 : mo_query_integer(session->db, sql, 0, &rc);

	if (rc)
		return failed(session, piece->name, rc, "compare its entries");
	return missing ? mo_session_refute(
				 session, DIAG_RUN010, piece->name,
				 "index %s has no entry of %lld row%s with NULL; it is not "
				 "taken over",
				 piece->name, missing, missing == 1 ? "" : "s")
		       : MOULT_OK;
}

/* What was gathered is written, and the index says so. */
static int bring(struct session *session, const struct partly *partly, const char *behind,
		 const char *end)
{
	struct arena *arena = session->arena;
	const char *text =
		end ? mo_sql_partly_text(arena, partly, end) : mo_sql_partly_whole(arena, partly);
	int rc = mo_exec(session->db, mo_sql_list_empty(arena, MO_GATHERED));
	int gathered;

	if (!rc)
		rc = mo_exec(session->db,
			     mo_sql_lent_gather(arena, partly, MO_GATHERED, behind, end));
	gathered = sqlite3_changes(session->db);
	if (!rc && gathered)
		rc = put(session, partly, gathered);
	if (rc)
		return failed(session, partly->entries->index, rc, "write its entries");
	rc = come_back(session, partly, text, end);
	if (!rc && gathered) {
		const int code = mo_exec(session->db, mo_sql_lent_empty(arena, partly->lent));

		rc = code ? failed(session, partly->lent, code, "empty it") : MOULT_OK;
	}
	return rc;
}

int mo_nulls_come(struct session *session, const struct piece *piece, const struct made *made,
		  long long most, long long *done)
{
	struct arena *arena = session->arena;
	const long long before = version_of(session);
	struct parts parts;
	const char *end;
	int rc;

	*done = 0;
	if (mo_nulls_are_there(made))
		return MOULT_OK;
	parts_of(&parts, arena, piece);
	allow(session);
	end = text_of(session, mo_sql_partly_next(arena, &parts.partly, made->place, most), &rc);
	if (rc)
		return mo_piece_failed(session, piece, rc, "read the rows");
	*done = end ? most : 0;
	rc = bring(session, &parts.partly, made->place, end);
	if (!rc)
		rc = prove(session, piece, &parts.partly, made->place, end);
	return rc ? rc : mo_under_way_follow(session, before, version_of(session));
}

/* ---- they go ------------------------------------------------------------------------------- */

char *mo_nulls_leave(struct arena *arena, const struct table *table, const struct index *index,
		     struct entries *entries)
{
	struct index twin = *index;
	struct parts parts;

	entries->tree = mo_made_name(arena, "old", index->object.name);
	twin.unique = false; /* it holds nobody to anything any more */
	take_apart(&parts, arena, table, &twin, entries, NULL);
	return mo_sql_partly_whole(arena, &parts.partly);
}

char *mo_nulls_left(struct arena *arena, const struct table *table, const struct index *index,
		    struct entries *entries)
{
	struct parts parts;

	entries->tree = mo_made_name(arena, "old", index->object.name);
	take_apart(&parts, arena, table, index, entries,
		   mo_made_name(arena, "left", index->object.name));
	return mo_sql_lent_create(arena, &parts.partly);
}

/* "_moult_entries_i" was lent to "_moult_lent_i", and "_moult_old_i" to "_moult_left_i". */
static const char *lent_of(struct arena *arena, const char *name)
{
	const bool is_old = mo_name_has_prefix(name, MO_MADE_PREFIX "old_");
	const char *of = strchr(name + strlen(MO_MADE_PREFIX), '_') + 1;

	return mo_made_name(arena, is_old ? "left" : "lent", of);
}

/* What is there of the name with that text, and what it is an index of. */
static int read_parts(struct parts *parts, struct entries *entries, struct schema **schema,
		      struct session *session, const struct made *made)
{
	struct arena *arena = session->arena;
	const struct table *table;
	struct object *object;
	const char *why;
	int rc = mo_catalogue_read(schema, session->m, session->db);

	if (!rc)
		rc = mo_read_create(&object, *schema, made->whole, &session->m->diags);
	if (rc)
		return rc;
	table = mo_schema_table(*schema, ((const struct index *)object)->table);
	if (!table)
		return mo_diag_memory(&session->m->diags);
	rc = mo_entries_read(entries, &why, arena, session->m, table, (const struct index *)object);
	entries->tree = made->name;
	take_apart(parts, arena, table, (const struct index *)object, entries,
		   lent_of(arena, made->name));
	return rc;
}

/* They are in the table that it is lent to, and go from there. */
static int take(struct session *session, const struct partly *partly, const char *behind,
		const char *end)
{
	struct arena *arena = session->arena;
	const char *into = mo_arena_format(arena, "main.\"%w\"", partly->lent);
	int rc = mo_exec(session->db, mo_sql_lent_gather(arena, partly, into, behind, end));

	if (rc || !sqlite3_changes(session->db))
		return rc;
	rc = be_on(session, partly, partly->lent, mo_sql_lent_text(arena, partly));
	return rc ? rc : mo_exec(session->db, mo_sql_lent_empty(arena, partly->lent));
}

/* A table that is swept like others. */
static int become_table(struct session *session, const struct partly *partly)
{
	struct arena *arena = session->arena;
	const char *name = partly->entries->tree;
	const char *text = mo_sql_entries_create(arena, partly->entries);
	const int rc = edit(session, mo_sql_leave_index(arena, name, name, text));

	return rc ? failed(session, name, rc, "make it a table")
		  : mo_made_becomes(session, name, text);
}

/* Without a place it has all entries with NULL, or none. */
static int let_go(struct session *session, const struct partly *partly, const struct made *made,
		  long long most, long long *done)
{
	const bool has_some = made->place || mo_nulls_are_there(made);
	struct arena *arena = session->arena;
	const char *behind = NULL;
	int rc = MOULT_OK;

	if (has_some)
		behind =
			text_of(session, mo_sql_partly_last(arena, partly, made->place, most), &rc);
	if (!rc && has_some)
		rc = take(session, partly, behind, made->place);
	if (rc)
		return failed(session, made->name, rc, "take its entries away");
	*done = behind ? most : 1;
	return behind ? come_back(session, partly, mo_sql_partly_text(arena, partly, behind),
				  behind)
		      : become_table(session, partly);
}

int mo_nulls_go(struct session *session, const struct made *made, long long most, long long *done)
{
	struct schema *schema = NULL;
	struct entries entries = {0};
	struct parts parts;
	int rc;

	*done = 0;
	if (!mo_made_is_there(session, made))
		return MOULT_OK;
	rc = read_parts(&parts, &entries, &schema, session, made);
	allow(session);
	if (!rc && entries.full)
		rc = let_go(session, &parts.partly, made, most, done);
	mo_schema_free(schema);
	return rc;
}
