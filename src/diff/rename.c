/* SPDX-License-Identifier: MIT */
/*
 * rename.c: the schema of have after its renames, as SQLite makes it.
 *
 * RENAME resolves every view, trigger and index of the schema and fails where one is
 * broken, however unrelated.  Then it is tried again without views and triggers, and
 * without the indexes in which a text in double quotes stands, which RENAME takes for
 * the name of a column; they come back as they were.
 */
#include "base/text.h"
#include "diff/diff.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "live/reference.h"
#include "sql/token.h"
#include "sql/write.h"

static char *rename_sql(struct arena *arena, const struct rename *rename)
{
	if (rename->table)
		return mo_sql_rename_column(arena, rename->table, rename->have, rename->want);
	return mo_sql_rename_table(arena, rename->have, rename->want);
}

static int run_renames(const struct diff *diff, sqlite3 *db, const struct rename **failed)
{
	int rc = SQLITE_OK;

	for (int i = 0; rc == SQLITE_OK && i < diff->renames.count; i++) {
		const char *sql = rename_sql(diff->arena, diff->renames.items[i]);

		rc = mo_reference_exec(db, sql);
		*failed = diff->renames.items[i];
	}
	return rc;
}

/* An object that was dropped with its table already is an error of SQLite, which callers ignore. */
static int drop(const struct diff *diff, sqlite3 *db, const struct object *object)
{
	const char *sql = mo_sql_drop(diff->arena, object->kind, object->name);

	return sql ? mo_exec(db, sql) : SQLITE_NOMEM;
}

/* Views and indexes that a table takes its new name from. */
static int clear_the_way(const struct diff *diff, sqlite3 *db)
{
	static const enum kind kinds[] = {KIND_VIEW, KIND_INDEX};
	int rc = SQLITE_OK;

	for (int k = 0; k < 2; k++)
		EACH (const struct object, object, &diff->have->objects[kinds[k]])
			if (!mo_is_trouble(rc) && mo_diff_is_in_the_way(diff, object))
				rc = drop(diff, db, object);
	return rc;
}

static int drop_all(const struct diff *diff, sqlite3 *db, enum kind kind)
{
	int rc = SQLITE_OK;

	for (int i = 0; !mo_is_trouble(rc) && i < diff->have->objects[kind].count; i++)
		rc = drop(diff, db, diff->have->objects[kind].items[i]);
	return rc;
}

/* As it was, but that a trigger or an index stands on its table under the present name. */
static const char *text_again(const struct diff *diff, const struct object *object)
{
	struct trigger trigger;
	struct index index;
	const char *table;

	if (object->kind == KIND_INDEX) {
		index = *(const struct index *)object;
		table = mo_diff_present_table(diff, index.table);
		if (table != index.table) {
			index.table = table;
			return mo_sql_create(diff->arena, &index.object);
		}
	}
	if (object->kind == KIND_TRIGGER) {
		trigger = *(const struct trigger *)object;
		table = mo_diff_present_table(diff, trigger.table);
		if (table != trigger.table) {
			trigger.table = table;
			return mo_sql_create(diff->arena, &trigger.object);
		}
	}
	return object->sql ? object->sql : mo_sql_create(diff->arena, object);
}

/* A trigger goes with its view. */
static bool comes_back(const struct diff *diff, const struct object *object)
{
	const struct trigger *trigger = (const struct trigger *)object;
	const struct object *ground =
		object->kind == KIND_TRIGGER ? mo_schema_find(diff->have, KIND_VIEW, trigger->table)
					     : object;

	return !ground || !mo_diff_is_in_the_way(diff, ground);
}

static int make_again(const struct diff *diff, sqlite3 *db, const struct list *objects)
{
	int rc = SQLITE_OK;

	EACH (const struct object, object, objects)
		if (rc == SQLITE_OK && comes_back(diff, object))
			rc = mo_reference_exec(db, text_again(diff, object));
	return rc;
}

/* Whether a text names, in double quotes, what is no column of a table. */
static bool quotes(const struct diff *diff, const struct table *table, const char *sql)
{
	struct token token = mo_token_next(sql ? sql : "");

	for (; token.kind != TOKEN_END; token = mo_token_next(token.text + token.length))
		if (token.kind == TOKEN_NAME && *token.text == '"' &&
		    !mo_table_column(table, mo_token_unquote(diff->arena, &token)))
			return true;
	return false;
}

static void set_aside(struct diff *diff)
{
	EACH (const struct index, index, &diff->have->objects[KIND_INDEX]) {
		const struct table *table = mo_schema_table(diff->have, index->table);
		bool is_odd = table && quotes(diff, table, index->where.text);

		for (int i = 0; table && !is_odd && i < index->terms.count; i++)
			is_odd = quotes(diff, table,
					((const struct term *)index->terms.items[i])->expr.text);
		if (is_odd)
			mo_list_add(diff->arena, &diff->aside, index);
	}
}

/* Without views, triggers and such indexes, which come back as they were. */
static int run_bare(struct diff *diff, sqlite3 *db, const struct rename **failed)
{
	int rc = mo_exec(db, "ROLLBACK TO renames");

	diff->bare = true;
	if (!mo_is_trouble(rc))
		rc = drop_all(diff, db, KIND_TRIGGER);
	if (!mo_is_trouble(rc))
		rc = drop_all(diff, db, KIND_VIEW);
	set_aside(diff);
	EACH (const struct object, index, &diff->aside)
		if (!mo_is_trouble(rc))
			rc = drop(diff, db, index);
	if (!mo_is_trouble(rc))
		rc = clear_the_way(diff, db);
	if (!mo_is_trouble(rc))
		rc = run_renames(diff, db, failed);
	if (rc == SQLITE_OK)
		rc = make_again(diff, db, &diff->aside);
	if (rc == SQLITE_OK)
		rc = make_again(diff, db, &diff->have->objects[KIND_VIEW]);
	return rc == SQLITE_OK ? make_again(diff, db, &diff->have->objects[KIND_TRIGGER]) : rc;
}

static int rename_in(struct diff *diff, struct moult *m, sqlite3 *db)
{
	const struct rename *failed = NULL;
	int rc = mo_exec(db, "SAVEPOINT renames");

	if (rc == SQLITE_OK)
		rc = clear_the_way(diff, db);
	if (!mo_is_trouble(rc))
		rc = run_renames(diff, db, &failed);
	if (rc != SQLITE_OK && !mo_is_trouble(rc))
		rc = run_bare(diff, db, &failed);
	if (mo_is_trouble(rc))
		return mo_diag_sqlite(&m->diags, db, rc, DIAG_DOC017, NULL,
				      "try the renames in memory");
	if (rc != SQLITE_OK) {
		mo_diag(&m->diags, DIAG_DOC017, &failed->place, failed->want,
			"%s cannot be renamed to %s: %s", failed->have, failed->want,
			sqlite3_errmsg(db));
		if (mo_lacks_module(sqlite3_errmsg(db)))
			mo_diag_hint(&m->diags, MO_LOAD_EXTENSION);
		return MOULT_TROUBLE;
	}
	mo_exec(db, "RELEASE renames");
	return mo_catalogue_read(&diff->renamed, m, db);
}

int mo_rename(struct diff *diff, struct moult *m)
{
	sqlite3 *db = NULL;
	int rc;

	diff->renamed = (struct schema *)diff->have;
	if (!diff->renames.count)
		return MOULT_OK;
	rc = mo_reference_build(&db, m, diff->have);
	if (rc == MOULT_OK)
		rc = rename_in(diff, m, db);
	mo_disconnect(db);
	if (rc == MOULT_OK)
		diff->renamed->pragmas = diff->have->pragmas;
	return rc;
}
