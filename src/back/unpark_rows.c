/* SPDX-License-Identifier: MIT */
/* unpark_rows.c: see unpark_rows.h. */
#include "back/unpark_rows.h"

#include "base/text.h"
#include "digest/digest.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "plan/query.h"
#include "sql/parked_rows.h"

#define SAVEPOINT "_moult_unpark"

/* A parked row: the entry at place 0. */
struct row {
	long long parking;
	const char *table;
	sqlite3_value *key;
	const char *rowid; /* what its key is a name of; "": none */
	const struct table *to;
	sqlite3_value *now; /* its key there; NULL: it is not */
	bool stays;
};

struct unparker {
	struct session *session;
	struct arena *arena;
	const struct schema *schema;
	struct list rows;    /* of struct row, those that were parked last first */
	sqlite3_stmt *entry; /* the columns of a row, and their values */
	sqlite3_stmt *insert;
	sqlite3_stmt *check; /* whether the row is as it was */
	/* What both were made for: the row before, which mostly is of the same kind. */
	const struct table *to;
	const char *rowid;
	struct list names;	      /* of char *: its columns */
	struct list next;	      /* those of the row that is tried */
	struct guard_allowed allowed; /* what rows of a table may write */
	const struct table *allowed_to;
	bool again; /* a row that was tried does not fit */
	struct unparked_rows *answer;
};

/* ---- what is parked ------------------------------------------------------------------------ */

static int trouble(struct unparker *u, int rc)
{
	return mo_session_diag(u->session, rc, DIAG_RUN008, "table " MO_PARKED_ROWS_TABLE,
			       "put parked rows back");
}

/* Rows of one table have one text. */
static const char *text_of(struct unparker *u, sqlite3_stmt *stmt, int column, const char *last)
{
	const char *text = (const char *)sqlite3_column_text(stmt, column);

	return last && mo_same(text, last) ? last : mo_arena_text(u->arena, text ? text : "");
}

static int add_row(struct unparker *u, sqlite3_stmt *stmt)
{
	const struct row *last = u->rows.count ? u->rows.items[u->rows.count - 1] : NULL;
	struct row *row = mo_arena_make(u->arena, struct row);

	if (!row)
		return SQLITE_NOMEM;
	mo_list_add(u->arena, &u->rows, row);
	row->parking = sqlite3_column_int64(stmt, 0);
	row->table = text_of(u, stmt, 1, last ? last->table : NULL);
	row->key = sqlite3_value_dup(sqlite3_column_value(stmt, 2));
	row->rowid = text_of(u, stmt, 3, last ? last->rowid : NULL);
	row->to = row->table ? mo_schema_table(u->schema, row->table) : NULL;
	return row->key && row->rowid ? SQLITE_OK : SQLITE_NOMEM;
}

static int read_rows(struct unparker *u)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(u->session->db, mo_sql_parked_rows_all, -1, &stmt, NULL);

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
		rc = add_row(u, stmt);
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* ---- one row ------------------------------------------------------------------------------- */

static void stay(struct unparker *u, struct row *row, const char *why)
{
	row->stays = true;
	if (u->answer->why)
		return;
	u->answer->why = mo_arena_text(u->arena, why);
	u->answer->table = row->table;
}

static int bind_row(sqlite3_stmt *stmt, const struct row *row)
{
	int rc;

	sqlite3_reset(stmt);
	rc = sqlite3_bind_int64(stmt, 1, row->parking);
	if (!rc)
		rc = sqlite3_bind_text(stmt, 2, row->table, -1, SQLITE_STATIC);
	return rc ? rc : sqlite3_bind_value(stmt, 3, row->key);
}

/* The column of an entry; NULL where the table has none of that name that takes a value. */
static const struct column *column_of(const struct unparker *u, const struct row *row)
{
	const char *name = (const char *)sqlite3_column_text(u->entry, 0);
	const struct column *column = row->to && name ? mo_table_column(row->to, name) : NULL;

	return column && !column->generated.text ? column : NULL;
}

/* NULL is no loss where there is no place for it, and what was kept for another shape waits for that. */
static bool is_missed(const struct unparker *u)
{
	return sqlite3_column_type(u->entry, 1) != SQLITE_NULL &&
	       sqlite3_column_int64(u->entry, 2) < MO_PLACES;
}

/* The names of its columns, and whether they have all that it has. */
static int read_names(struct unparker *u, const struct row *row, bool *fits)
{
	int rc = bind_row(u->entry, row);

	u->next.count = 0;
	*fits = row->to && mo_parked_rows(u->arena, 0, row->to).key.count;
	while (!rc && (rc = sqlite3_step(u->entry)) == SQLITE_ROW) {
		const struct column *column = column_of(u, row);

		if (column)
			mo_list_add(u->arena, &u->next, column->object.name);
		*fits &= column || !is_missed(u);
		rc = mo_arena_rc(u->arena);
	}
	*fits &= u->next.count > 0;
	sqlite3_reset(u->entry);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* The rowid of a row comes back where it is no column. */
static const char *rowid_to(const struct row *row)
{
	return *row->rowid && !row->to->without_rowid && !mo_table_rowid_column(row->to)
		       ? mo_table_rowid_name(row->to)
		       : NULL;
}

static bool is_prepared(const struct unparker *u, const struct row *row, const char *rowid)
{
	bool same = u->check && u->to == row->to && mo_same(u->rowid, rowid) &&
		    u->names.count == u->next.count;

	for (int i = 0; same && i < u->next.count; i++)
		same = mo_same(u->names.items[i], u->next.items[i]);
	return same;
}

static int prepare(struct unparker *u, const struct row *row)
{
	const char *rowid = rowid_to(row), *insert, *check;
	sqlite3 *db = u->session->db;
	int rc;

	if (is_prepared(u, row, rowid))
		return SQLITE_OK;
	sqlite3_finalize(u->insert);
	sqlite3_finalize(u->check);
	u->insert = u->check = NULL;
	u->to = row->to;
	u->rowid = rowid;
	u->names.count = 0;
	EACH (const char, name, &u->next)
		mo_list_add(u->arena, &u->names, name);
	insert = mo_sql_row_insert(u->arena, row->to, rowid, &u->names);
	check = mo_sql_row_check(u->arena, row->to, &u->names);
	if (!insert || !check)
		return SQLITE_NOMEM;
	rc = sqlite3_prepare_v2(db, insert, -1, &u->insert, NULL);
	return rc ? rc : sqlite3_prepare_v2(db, check, -1, &u->check, NULL);
}

/* The values are parameters from 2 on, and the first is the rowid. */
static int bind_values(struct unparker *u, const struct row *row)
{
	int rc = bind_row(u->entry, row);

	sqlite3_reset(u->insert);
	sqlite3_reset(u->check);
	sqlite3_clear_bindings(u->insert);
	if (!rc && rowid_to(row))
		rc = sqlite3_bind_value(u->insert, 1, row->key);
	for (int i = 2; !rc && (rc = sqlite3_step(u->entry)) == SQLITE_ROW;) {
		sqlite3_value *value = sqlite3_column_value(u->entry, 1);

		rc = SQLITE_OK;
		if (!column_of(u, row))
			continue;
		rc = sqlite3_bind_value(u->insert, i, value);
		if (!rc)
			rc = sqlite3_bind_value(u->check, i++, value);
	}
	sqlite3_reset(u->entry);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* A trigger that may not write what it would; the application's INSERT would be the same. */
static bool is_denied(struct unparker *u)
{
	struct guard *guard = &u->session->guard;
	const bool denied = guard->denied;

	guard->denied = false;
	return denied;
}

static void allow(struct unparker *u, const struct row *row)
{
	struct guard *guard = &u->session->guard;

	if (u->allowed_to != row->to) {
		u->allowed_to = row->to;
		u->allowed = (struct guard_allowed){.sequence = true};
		mo_list_add(u->arena, &u->allowed.direct, row->to->object.name);
		mo_list_add(u->arena, &u->allowed.tables, MO_PARKED_TABLE);
		EACH (const struct object, object, &u->schema->objects[KIND_VIRTUAL])
			mo_list_add(u->arena, &u->allowed.virtuals, object->name);
	}
	mo_guard_clear(guard);
	guard->allowed = u->allowed;
}

/* Whether it is there as it was, and under which key. */
static int check(struct unparker *u, struct row *row)
{
	int rc = sqlite3_bind_int64(u->check, 1, sqlite3_last_insert_rowid(u->session->db));

	if (!rc)
		rc = sqlite3_step(u->check);
	if (rc == SQLITE_ROW) {
		sqlite3_value_free(row->now);
		row->now = sqlite3_value_dup(sqlite3_column_value(u->check, 0));
		rc = row->now ? SQLITE_OK : SQLITE_NOMEM;
	}
	sqlite3_reset(u->check);
	if (rc != SQLITE_DONE)
		return rc;
	u->again = true;
	stay(u, row, "it would not be stored as it was");
	return SQLITE_OK;
}

/* A rowid that is no column names a row to nobody: where another row has got it, this one gets another. */
static bool is_rowid_taken(struct unparker *u, const struct row *row, int rc)
{
	return rc == SQLITE_CONSTRAINT && rowid_to(row) &&
	       sqlite3_extended_errcode(u->session->db) == SQLITE_CONSTRAINT_ROWID;
}

static int insert(struct unparker *u, struct row *row)
{
	int rc = sqlite3_step(u->insert);
	const bool is_taken = is_rowid_taken(u, row, rc & 0xff);

	sqlite3_reset(u->insert);
	if (is_taken) {
		rc = sqlite3_bind_null(u->insert, 1);
		if (!rc)
			rc = sqlite3_step(u->insert);
		sqlite3_reset(u->insert);
	}
	return rc == SQLITE_DONE ? check(u, row) : rc;
}

static int try_row(struct unparker *u, struct row *row)
{
	bool fits;
	int rc = read_names(u, row, &fits);

	if (rc)
		return rc;
	if (!fits) {
		stay(u, row,
		     row->to ? "the table has not all that it had" : "there is no such table");
		return SQLITE_OK;
	}
	allow(u, row);
	rc = prepare(u, row);
	if (!rc)
		rc = bind_values(u, row);
	if (!rc)
		rc = insert(u, row);
	if (is_denied(u)) {
		stay(u, row, "a trigger on the table would write rows");
		return SQLITE_OK;
	}
	if (!rc || mo_is_trouble(rc))
		return rc;
	stay(u, row, sqlite3_errmsg(u->session->db));
	return SQLITE_OK;
}

/* ---- parents ------------------------------------------------------------------------------- */

/* The rows of a table that came back, by a number, and have no parent under a key. */
static int leave_orphans(struct unparker *u, const struct table *table, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sql ? sqlite3_prepare_v2(u->session->db, sql, -1, &stmt, NULL) : SQLITE_NOMEM;

	for (int i = 0; !rc && i < u->rows.count; i++) {
		struct row *row = u->rows.items[i];

		if (row->stays || row->to != table)
			continue;
		rc = sqlite3_bind_value(stmt, 1, row->now);
		if (!rc)
			rc = sqlite3_step(stmt);
		sqlite3_reset(stmt);
		if (rc == SQLITE_ROW) {
			u->again = true;
			stay(u, row, "what it refers to is not there");
		}
		rc = rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
	}
	sqlite3_finalize(stmt);
	return rc;
}

static bool comes_back(const struct unparker *u, const struct table *table)
{
	EACH (const struct row, row, &u->rows)
		if (!row->stays && row->to == table)
			return true;
	return false;
}

static int judge_key(struct unparker *u, const struct table *table, const struct constraint *key)
{
	const struct table *parent = mo_schema_table(u->schema, key->reference.table);
	struct list columns = {0};

	if (!parent)
		return SQLITE_OK;
	mo_query_parent_columns(u->arena, &columns, &key->reference, parent);
	if (columns.count != key->columns.count)
		return SQLITE_OK;
	return leave_orphans(
		u, table, mo_sql_row_is_orphan(u->arena, table, &key->columns, parent, &columns));
}

static int judge_keys(struct unparker *u)
{
	int rc = SQLITE_OK;

	EACH (const struct table, table, &u->schema->objects[KIND_TABLE]) {
		if (!comes_back(u, table))
			continue;
		EACH (const struct constraint, key, &table->constraints)
			if (!rc && key->kind == CONSTRAINT_FOREIGN_KEY)
				rc = judge_key(u, table, key);
	}
	return rc;
}

/* ---- all of them --------------------------------------------------------------------------- */

static int savepoint(struct unparker *u, const char *verb)
{
	const char *sql = mo_arena_format(u->arena, "%s " SAVEPOINT, verb);

	mo_guard_clear(&u->session->guard);
	return mo_exec(u->session->db, sql);
}

static int try_all(struct unparker *u)
{
	int rc = SQLITE_OK;

	u->again = false;
	EACH (struct row, row, &u->rows)
		if (!rc && !row->stays)
			rc = try_row(u, row);
	return rc ? rc : judge_keys(u);
}

/* Each round leaves out at least one more row. */
static int try_until_all_fit(struct unparker *u)
{
	int rc;

	do {
		rc = savepoint(u, "SAVEPOINT");
		if (!rc)
			rc = try_all(u);
		if (!rc && u->again)
			rc = savepoint(u, "ROLLBACK TO");
		if (!rc)
			rc = savepoint(u, "RELEASE");
	} while (!rc && u->again);
	return rc;
}

/* What is kept of the rows for other shapes is no other row's, so no trigger is to drop it. */
static int hide_kept(struct unparker *u, bool *has_kept)
{
	struct guard *guard = &u->session->guard;
	struct list groups = {0};
	int rc = mo_catalogue_park_groups(&groups, u->arena, u->session->db);

	*has_kept = groups.count > 0;
	mo_guard_clear(guard);
	mo_list_add(u->arena, &guard->allowed.tables, MO_PARKED_TABLE);
	EACH (const struct park_group, group, &groups) {
		const char *sql = rc ? NULL : mo_sql_kept_hide_parked(u->arena, group);

		if (!rc)
			rc = mo_exec(u->session->db, sql);
	}
	return rc;
}

static int show_kept(struct unparker *u)
{
	struct guard *guard = &u->session->guard;

	mo_guard_clear(guard);
	mo_list_add(u->arena, &guard->allowed.tables, MO_PARKED_TABLE);
	return mo_exec(u->session->db, mo_sql_kept_show);
}

/* What is back is not parked any more. */
static int forget(struct unparker *u)
{
	sqlite3_stmt *stmt = NULL;
	int rc;

	mo_guard_clear(&u->session->guard);
	mo_list_add(u->arena, &u->session->guard.allowed.tables, MO_PARKED_ROWS_TABLE);
	rc = sqlite3_prepare_v2(u->session->db, mo_sql_parked_row_forget, -1, &stmt, NULL);
	EACH (const struct row, row, &u->rows) {
		u->answer->parked += row->stays;
		u->answer->back += !row->stays;
		if (rc || row->stays)
			continue;
		rc = bind_row(stmt, row);
		if (!rc)
			rc = sqlite3_step(stmt);
		rc = rc == SQLITE_DONE ? SQLITE_OK : rc;
	}
	sqlite3_finalize(stmt);
	return rc;
}

static int unpark(struct unparker *u)
{
	bool has_kept = false;
	int rc = sqlite3_prepare_v2(u->session->db, mo_sql_parked_row_entry, -1, &u->entry, NULL);

	if (!rc)
		rc = read_rows(u);
	if (!rc)
		rc = hide_kept(u, &has_kept);
	if (!rc)
		rc = try_until_all_fit(u);
	if (!rc && has_kept)
		rc = show_kept(u);
	return rc ? rc : forget(u);
}

static void done(struct unparker *u)
{
	sqlite3_finalize(u->entry);
	sqlite3_finalize(u->insert);
	sqlite3_finalize(u->check);
	EACH (const struct row, row, &u->rows) {
		sqlite3_value_free(row->key);
		sqlite3_value_free(row->now);
	}
	mo_guard_clear(&u->session->guard);
}

int mo_rows_unpark(struct unparked_rows *rows, struct session *session, const struct schema *schema)
{
	struct unparker u = {
		.session = session, .arena = session->arena, .schema = schema, .answer = rows};
	bool has = false;
	int rc = mo_catalogue_has(&has, session->db, MO_PARKED_ROWS_TABLE, &session->m->diags);

	if (rc || !has)
		return rc;
	/* A full-text table that was read holds a statement open, and no function is registered beside one. */
	rc = mo_session_flush(session);
	if (rc)
		return mo_session_diag(session, rc, DIAG_RUN008, NULL, "write the rows");
	if (mo_digest_register(session->db))
		return mo_diag_memory(&session->m->diags);
	mo_session_phase(session, "unpark", NULL, -1);
	rc = unpark(&u);
	done(&u);
	return rc ? trouble(&u, rc) : MOULT_OK;
}
