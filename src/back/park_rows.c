/* SPDX-License-Identifier: MIT */
/* park_rows.c: see park_rows.h. */
#include "back/park_rows.h"

#include "base/text.h"
#include "digest/digest.h"
#include "digest/loss.h"
#include "live/connect.h"
#include "plan/in_the_way.h"
#include "plan/query.h"
#include "sql/own_table.h"
#include "sql/parked_rows.h"

#define HINT "mend or delete these rows, as the application would, or go back with rollback"

struct parker {
	struct session *session;
	struct arena *arena;
	const struct schema *have;
	const struct list *forths; /* of struct way_forth: what is kept for newer shapes */
	long long parking;
	struct list *parked;
};

/* ---- statements ---------------------------------------------------------------------------- */

static void allow(struct parker *parker, const char *table)
{
	mo_list_add(parker->arena, &parker->session->guard.allowed.tables, table);
}

/* What may be written: what is parked; and rows of a table, with the virtual ones that follow it. */
static void allow_only(struct parker *parker, const char *table)
{
	struct guard *guard = &parker->session->guard;

	mo_guard_clear(guard);
	allow(parker, MO_PARKED_ROWS_TABLE);
	if (!table)
		return;
	mo_list_add(parker->arena, &guard->allowed.direct, table);
	allow(parker, MO_PARKED_TABLE);
	EACH (const struct object, object, &parker->have->objects[KIND_VIRTUAL])
		mo_list_add(parker->arena, &guard->allowed.virtuals, object->name);
	guard->strangers = (struct list){0};
	EACH (const struct object, object, &parker->have->objects[KIND_TABLE])
		mo_list_add(parker->arena, &guard->strangers, object->name);
}

static int cannot(struct parker *parker, const struct table *table, const char *why)
{
	const int rc = mo_diag(&parker->session->m->diags, DIAG_RUN122, NULL, table->object.name,
			       "rows of table %s cannot be parked: %s", table->object.name, why);

	mo_diag_hint(&parker->session->m->diags, HINT);
	return rc;
}

static int failed(struct parker *parker, const struct table *table, int rc)
{
	const struct guard *guard = &parker->session->guard;

	if (rc == SQLITE_NOMEM || mo_arena_rc(parker->arena))
		return mo_diag_memory(&parker->session->m->diags);
	if (guard->denied && *guard->cause)
		return cannot(parker, table,
			      mo_arena_format(parker->arena, "trigger %s would write table %s",
					      guard->cause, guard->object));
	if (guard->denied)
		return mo_guard_diag(guard, &parker->session->m->diags);
	if (!mo_is_trouble(rc))
		return cannot(parker, table, sqlite3_errmsg(parker->session->db));
	return mo_session_diag(parker->session, rc, DIAG_RUN008, table->object.name,
			       "park the rows");
}

/* Runs a statement, or none where there is no memory for it; *rows is what it wrote itself. */
static int run(struct parker *parker, const struct table *table, const char *sql, long long *rows)
{
	const int rc = mo_exec(parker->session->db, sql);

	if (rc || parker->session->guard.denied)
		return failed(parker, table, rc);
	*rows = sqlite3_changes(parker->session->db);
	return MOULT_OK;
}

static int ask(struct parker *parker, const struct table *table, const char *sql, long long *answer)
{
	int rc = SQLITE_NOMEM;

	*answer = sql ? mo_query_integer(parker->session->db, sql, 0, &rc) : 0;
	return rc ? failed(parker, table, rc) : MOULT_OK;
}

static struct parked_rows rows_of(struct parker *parker, const struct table *table)
{
	return mo_parked_rows(parker->arena, parker->parking, table);
}

/* ---- which rows ---------------------------------------------------------------------------- */

static int mark(struct parker *parker, const struct list *keys)
{
	int rc = MOULT_OK;

	EACH (const struct keys_in_the_way, one, keys) {
		const struct parked_rows rows = rows_of(parker, one->table);
		long long count;

		if (!rc)
			rc = run(parker, one->table,
				 mo_sql_rows_mark(parker->arena, &rows, one->query, &one->names),
				 &count);
	}
	return rc;
}

/* Of a table whose rows nothing tells, none may refer to a parked one. */
static int refuse_children(struct parker *parker, const struct table *table,
			   const struct constraint *key, const struct parked_rows *parents,
			   const struct list *columns)
{
	long long count;
	const int rc = ask(
		parker, table,
		mo_sql_rows_count_children(parker->arena, table, &key->columns, parents, columns),
		&count);

	return rc || !count ? rc
			    : cannot(parker, table,
				     "they refer to others that are parked, and no name of a rowid "
				     "tells which they are");
}

/* What refers to parked rows by one key; *found: some did that were not parked yet. */
static int mark_children(struct parker *parker, const struct table *table,
			 const struct constraint *key, bool *found)
{
	const struct table *parent = mo_schema_table(parker->have, key->reference.table);
	const struct parked_rows child = rows_of(parker, table);
	struct parked_rows parents;
	struct list columns = {0};
	long long count = 0;
	int rc;

	if (!parent)
		return MOULT_OK;
	parents = rows_of(parker, parent);
	mo_query_parent_columns(parker->arena, &columns, &key->reference, parent);
	if (!parents.key.count || columns.count != key->columns.count)
		return MOULT_OK;
	rc = ask(parker, parent, mo_sql_rows_count(parker->arena, &parents), &count);
	if (rc || !count)
		return rc;
	if (!child.key.count)
		return refuse_children(parker, table, key, &parents, &columns);
	rc = run(
		parker, table,
		mo_sql_rows_mark_children(parker->arena, &child, &key->columns, &parents, &columns),
		&count);
	*found |= !rc && count > 0;
	return rc;
}

/* Until nothing refers to a parked row. */
static int mark_descendants(struct parker *parker)
{
	bool found = true;
	int rc = MOULT_OK;

	while (!rc && found) {
		found = false;
		EACH (const struct table, table, &parker->have->objects[KIND_TABLE])
			EACH (const struct constraint, key, &table->constraints)
				if (!rc && key->kind == CONSTRAINT_FOREIGN_KEY)
					rc = mark_children(parker, table, key, &found);
	}
	return rc;
}

/* ---- one table ----------------------------------------------------------------------------- */

static int refute(struct parker *parker, const struct table *table, const char *what)
{
	return mo_session_refute(parker->session, DIAG_RUN010, table->object.name,
				 "%s of table %s are not what they must be; rolled back", what,
				 table->object.name);
}

/* All that a row stores; a generated column is computed again. */
static int park_columns(struct parker *parker, const struct parked_rows *rows, long long count)
{
	const struct table *table = rows->table;
	int rc = MOULT_OK;

	for (int i = 0; !rc && i < table->columns.count; i++) {
		const struct column *column = table->columns.items[i];
		const char *name = column->object.name;
		long long parked = 0, same = 0;

		if (column->generated.text)
			continue;
		rc = run(parker, table, mo_sql_rows_park(parker->arena, rows, i + 1, name),
			 &parked);
		if (!rc)
			rc = ask(parker, table,
				 mo_sql_rows_parked(parker->arena, rows, i + 1, name), &same);
		if (!rc && (parked != count || same != count))
			rc = refute(parker, table, "parked rows");
	}
	return rc;
}

/* What is kept in places of a group for columns that the table has not, of newer shapes. */
static int park_kept(struct parker *parker, const struct parked_rows *rows,
		     const struct park_group *group)
{
	int rc = MOULT_OK;

	EACH (const struct way_forth, forth, parker->forths)
		EACH (const struct kept_column, kept, &forth->columns) {
			long long count;

			if (rc || kept->place < group->first || kept->place > group->last ||
			    mo_table_column(rows->table, kept->column))
				continue;
			rc = run(parker, rows->table,
				 mo_sql_rows_park_kept(parker->arena, rows, group, kept->place,
						       kept->column),
				 &count);
		}
	return rc;
}

/*
 * What is kept of the rows is theirs until they are back: in the shape after the next, where they are
 * then with it, or in the next, where it waits for them.
 */
static int keep_kept(struct parker *parker, const struct parked_rows *rows)
{
	int rc = MOULT_OK;

	EACH (const struct park_trigger, trigger, &parker->have->park_triggers) {
		struct park_group group;
		long long hidden;

		if (rc || !mo_park_group_read(&group, parker->arena, trigger->sql) ||
		    !mo_same_name(group.table, rows->table->object.name))
			continue;
		rc = park_kept(parker, rows, &group);
		if (!rc)
			rc = run(parker, rows->table, mo_sql_kept_hide(parker->arena, rows, &group),
				 &hidden);
	}
	return rc;
}

static int take_out(struct parker *parker, const struct parked_rows *rows, long long count)
{
	const bool has_kept = parker->have->park_triggers.count > 0;
	long long deleted = 0, shown;
	int rc;

	allow_only(parker, rows->table->object.name);
	rc = keep_kept(parker, rows);
	if (!rc)
		rc = run(parker, rows->table, mo_sql_rows_delete(parker->arena, rows), &deleted);
	if (!rc && has_kept)
		rc = run(parker, rows->table, mo_sql_kept_show, &shown);
	allow_only(parker, NULL);
	return rc || deleted == count ? rc : cannot(parker, rows->table, "a trigger keeps them");
}

static int park_table(struct parker *parker, const struct table *table)
{
	const struct parked_rows rows = rows_of(parker, table);
	struct parked_table *parked;
	long long count = 0;
	int rc = rows.key.count
			 ? ask(parker, table, mo_sql_rows_count(parker->arena, &rows), &count)
			 : MOULT_OK;

	if (rc || !count)
		return rc;
	mo_session_phase(parker->session, "park", table->object.name, count);
	rc = park_columns(parker, &rows, count);
	if (!rc)
		rc = take_out(parker, &rows, count);
	parked = rc ? NULL : mo_arena_make(parker->arena, struct parked_table);
	if (!parked)
		return rc ? rc : mo_diag_memory(&parker->session->m->diags);
	*parked = (struct parked_table){mo_arena_text(parker->arena, table->object.name), count};
	mo_list_add(parker->arena, parker->parked, parked);
	return MOULT_OK;
}

/* ---- all of them --------------------------------------------------------------------------- */

static int park_all(struct parker *parker, const struct list *keys)
{
	int rc = SQLITE_OK;

	allow_only(parker, NULL);
	parker->parking = mo_query_integer(parker->session->db, mo_sql_parked_rows_next, 0, &rc);
	if (rc)
		return mo_session_diag(parker->session, rc, DIAG_RUN008, NULL, "park the rows");
	rc = mark(parker, keys);
	if (!rc)
		rc = mark_descendants(parker);
	EACH (const struct table, table, &parker->have->objects[KIND_TABLE])
		if (!rc)
			rc = park_table(parker, table);
	return rc;
}

/* The guard stands from the first step on; before it, for this alone. */
static int guarded(struct parker *parker, const struct list *keys,
		   int (*work)(struct parker *parker, const struct list *keys))
{
	struct guard *guard = &parker->session->guard;
	const bool stands = guard->db != NULL;
	sqlite3_stmt *reader = NULL;
	int rc;

	if (!stands && mo_guard_begin(guard, parker->session->db))
		return mo_diag_memory(&parker->session->m->diags);
	/* The functions that hazards ask with. */
	rc = mo_digest_register(parker->session->db) ||
			     mo_loss_register(&reader, parker->session->db)
		     ? mo_diag_memory(&parker->session->m->diags)
		     : work(parker, keys);
	mo_loss_unregister(reader, parker->session->db);
	mo_guard_clear(guard);
	guard->strangers = (struct list){0};
	if (!stands)
		mo_guard_end(guard);
	return !rc && mo_arena_rc(parker->arena) ? mo_diag_memory(&parker->session->m->diags) : rc;
}

int mo_rows_park(struct list *parked, struct session *session, const struct plan *plan,
		 const struct list *keys)
{
	struct parker parker = {.session = session,
				.arena = session->arena,
				.have = plan->diff->have,
				.forths = &plan->forths,
				.parked = parked};

	return guarded(&parker, keys, park_all);
}

static int make_table(struct parker *parker, const struct list *keys)
{
	int rc;

	(void)keys;
	allow_only(parker, NULL);
	parker->session->guard.allowed.schema = true;
	rc = mo_exec(parker->session->db, mo_sql_parked_rows_create);
	if (parker->session->guard.denied)
		return mo_guard_diag(&parker->session->guard, &parker->session->m->diags);
	return rc ? mo_session_diag(parker->session, rc, DIAG_RUN008, "table " MO_PARKED_ROWS_TABLE,
				    "make room for rows")
		  : MOULT_OK;
}

int mo_rows_make_room(struct session *session)
{
	struct parker parker = {.session = session, .arena = session->arena};

	return guarded(&parker, NULL, make_table);
}
