/* SPDX-License-Identifier: MIT */
/*
 * judge_rows.c: see judge_rows.h.
 *
 * Each table stands alone in a database, with its unique indexes and without its triggers.  What
 * only the application has, functions in a CHECK and collations, has stand-ins there: a CHECK by
 * one passes, and keys are compared by their bytes.
 */
#include "live/judge_rows.h"

#include "base/text.h"
#include "live/connect.h"
#include "live/stand_in.h"
#include "sql/declared.h"
#include "sql/write.h"

#define MOST_MISTAKES 20
#define WORK "_moult_rows"
#define CONSTRAINT_DATATYPE (SQLITE_CONSTRAINT | 12 << 8) /* its name is of 3.37 */

struct judge {
	struct moult *m;
	struct arena *arena;
	sqlite3 *db;
	struct declared *declared;
	const char *label;
	const char *sql[2]; /* of the statements, for the table and for keys alone */
	sqlite3_stmt *stmt[2];
	int mistakes;
};

static const struct row *row_at(const struct judge *judge, int at)
{
	return judge->declared->rows->rows.items[at];
}

/* ---- the table ----------------------------------------------------------------------------- */

/* Whether the table is there: what is wrong with its own text is not said again. */
static bool make_table(struct judge *judge)
{
	const struct table *table = judge->declared->table;
	int rc = mo_reference_exec(judge->db, mo_sql_create(judge->arena, &table->object));

	EACH (const struct index, index, &table->object.indexes)
		if (!rc && index->unique)
			rc = mo_reference_exec(judge->db,
					       mo_sql_create(judge->arena, &index->object));
	if (!rc)
		rc = mo_reference_exec(judge->db,
				       mo_sql_declared_create(judge->arena, judge->declared));
	return !rc;
}

/* ---- rows ---------------------------------------------------------------------------------- */

static int bind(struct judge *judge, sqlite3_stmt *stmt, int at, bool is_key)
{
	const struct declared *declared = judge->declared;
	int rc = SQLITE_OK;

	for (int i = 0; !rc && i < (is_key ? declared->keys : declared->columns.count); i++) {
		const struct column *column = declared->columns.items[i];
		const struct cell *cell = mo_row_cell(row_at(judge, at), column->object.name);

		if (cell && cell->text)
			rc = sqlite3_bind_text(stmt, i + 1, cell->text, -1, SQLITE_STATIC);
		else if (cell && !cell->sql.text && i < sqlite3_bind_parameter_count(stmt))
			rc = sqlite3_bind_null(stmt, i + 1);
	}
	return rc;
}

/* A statement serves all rows that have the same text. */
static int insert(struct judge *judge, int at, bool is_key)
{
	const char *sql = mo_sql_declared_try(judge->arena, judge->declared, at, is_key);
	sqlite3_stmt **stmt = &judge->stmt[is_key];
	int rc = sql ? SQLITE_OK : SQLITE_NOMEM;

	if (!rc && !mo_same(sql, judge->sql[is_key])) {
		sqlite3_finalize(*stmt);
		*stmt = NULL;
		judge->sql[is_key] = NULL;
		rc = mo_reference_prepare(judge->db, sql, stmt, NULL);
		if (!rc)
			judge->sql[is_key] = sql;
	}
	if (!rc)
		rc = bind(judge, *stmt, at, is_key);
	if (!rc)
		rc = sqlite3_step(*stmt);
	if (*stmt && rc != SQLITE_DONE) {
		rc = sqlite3_reset(*stmt);
		return rc ? rc : SQLITE_NOMEM;
	}
	sqlite3_reset(*stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static bool says_null(const struct row *row)
{
	EACH (const struct cell, cell, &row->cells)
		if (!cell->text && !cell->sql.text)
			return true;
	return false;
}

/* What to do about a row that SQLite has refused with this extended code; NULL: it says so. */
static const char *hint_of(const struct row *row, int rc, const char *message)
{
	switch (rc) {
	case SQLITE_MISMATCH:
		return "the INTEGER PRIMARY KEY takes a whole number of 64 bits, and nothing else";
	case SQLITE_CONSTRAINT_NOTNULL:
		return says_null(row)
			       ? "give it a value; the empty text is \"\" in a file of rows, "
				 "and a <value> with nothing in it in the document"
			       : "give it a value in this row, or the column a default";
	case SQLITE_CONSTRAINT_UNIQUE:
		return "a row before it has these values, as the column stores them: change one";
	case CONSTRAINT_DATATYPE:
		return "write a value of that type, or give the column the type ANY";
	case SQLITE_ERROR:
		return sqlite3_strglob("no such column: *", message)
			       ? NULL
			       : "sql is an expression of values alone, which reads no column";
	default:
		return NULL;
	}
}

static int refuse(struct judge *judge, int at, int rc)
{
	const char *hint = hint_of(row_at(judge, at), rc, sqlite3_errmsg(judge->db));
	int result;

	judge->mistakes++;
	result = mo_diag(&judge->m->diags, DIAG_DOC015, &row_at(judge, at)->place, judge->label,
			 "SQLite %s does not accept this row: %s", sqlite3_libversion(),
			 sqlite3_errmsg(judge->db));
	if (hint)
		mo_diag_hint(&judge->m->diags, "%s", hint);
	return result;
}

static bool is_same_row(struct judge *judge, int a, int b)
{
	const char *sql = mo_sql_declared_same(judge->arena, judge->declared, a, b);

	return sql && mo_query_integer(judge->db, sql, 0, NULL) == 1;
}

static int say_twice(struct judge *judge, int at)
{
	int first = 0;
	int rc;

	while (first < at && !is_same_row(judge, first, at))
		first++;
	judge->mistakes++;
	rc = mo_diag(&judge->m->diags, DIAG_DOC013, &row_at(judge, at)->place, judge->label,
		     row_at(judge, first)->is_dropped == row_at(judge, at)->is_dropped
			     ? "a row with this key stands here already"
			     : "a row with this key is declared, and dropped");
	if (first < at)
		mo_diag_have(&judge->m->diags, &row_at(judge, first)->place);
	return rc;
}

static int judge_row(struct judge *judge, int at)
{
	int rc = insert(judge, at, true);

	if ((rc & 0xff) == SQLITE_CONSTRAINT && rc != SQLITE_CONSTRAINT_NOTNULL)
		return say_twice(judge, at);
	if (!rc && !row_at(judge, at)->is_dropped)
		rc = insert(judge, at, false);
	if (mo_is_trouble(rc))
		return mo_diag_memory(&judge->m->diags);
	return rc ? refuse(judge, at, rc) : MOULT_OK;
}

/* ---- the whole ----------------------------------------------------------------------------- */

static int judge_table(struct judge *judge)
{
	int rc = MOULT_OK;

	if (!make_table(judge))
		return MOULT_OK;
	if (mo_exec(judge->db, "BEGIN") != SQLITE_OK)
		return mo_diag_memory(&judge->m->diags);
	for (int i = 0; i < judge->declared->rows->rows.count && judge->mistakes < MOST_MISTAKES;
	     i++) {
		const int result = judge_row(judge, i);

		if (result)
			rc = result;
	}
	for (int i = 0; i < 2; i++)
		sqlite3_finalize(judge->stmt[i]);
	return rc;
}

static int judge_one(struct moult *m, struct arena *arena, const struct rows *rows,
		     const struct table *table)
{
	struct judge judge = {.m = m, .arena = arena};
	int rc = mo_reference_open(&judge.db, m);

	if (rc)
		return rc;
	mo_exec(judge.db, "PRAGMA foreign_keys = OFF");
	mo_reference_take_strings(judge.db, false);
	judge.declared = mo_declared_make(arena, rows, table, WORK);
	judge.label = mo_arena_format(arena, "table %s", rows->table);
	rc = mo_arena_rc(arena) ? mo_diag_memory(&m->diags) : judge_table(&judge);
	mo_disconnect(judge.db);
	return rc;
}

int mo_rows_judge(struct moult *m, const struct schema *document)
{
	struct arena *arena = document->rows.count ? mo_arena_new() : NULL;
	int rc = document->rows.count && !arena ? mo_diag_memory(&m->diags) : MOULT_OK;

	EACH (const struct rows, rows, &document->rows) {
		const struct table *table = mo_schema_table(document, rows->table);
		const int result =
			table && rows->rows.count ? judge_one(m, arena, rows, table) : MOULT_OK;

		if (result)
			rc = result;
	}
	mo_arena_free(arena);
	return rc;
}
