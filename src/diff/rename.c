/* SPDX-License-Identifier: MIT */
/*
 * rename.c: the schema of have after its renames, as SQLite makes it.
 *
 * RENAME resolves every view, trigger and index of the schema and fails where one is
 * broken, however unrelated, and names it.  Then it is tried again without that one, until
 * none is left that it cannot read; these come back as they were, and SQLite rewrites the
 * others.
 */
#include <string.h>

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

/* A table by way of a third name, where only the case changes. */
static int run_rename(const struct diff *diff, sqlite3 *db, const struct rename *rename)
{
	const char *third;
	int rc;

	if (rename->table || !mo_rename_is_of_case(rename))
		return mo_reference_exec(db, rename_sql(diff->arena, rename));
	third = mo_arena_format(diff->arena, "_moult_case_%s", rename->want);
	rc = mo_reference_exec(db, mo_sql_rename_table(diff->arena, rename->have, third));
	return rc ? rc
		  : mo_reference_exec(db, mo_sql_rename_table(diff->arena, third, rename->want));
}

static int run_renames(const struct diff *diff, sqlite3 *db, const struct rename **failed)
{
	int rc = SQLITE_OK;

	for (int i = 0; !rc && i < diff->renames.count; i++) {
		rc = run_rename(diff, db, diff->renames.items[i]);
		*failed = diff->renames.items[i];
	}
	return rc;
}

/* An object that was dropped with its table already is an error of SQLite, which callers ignore. */
static int drop(const struct diff *diff, sqlite3 *db, const struct object *object)
{
	const char *sql = mo_sql_drop(diff->arena, object->kind, object->name);

	return mo_exec(db, sql);
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

/* As it was, but that a trigger or an index stands on its table under the present name. */
static const char *text_again(const struct diff *diff, const struct object *object)
{
	const char *sql = object->sql ? object->sql : mo_sql_create(diff->arena, object);
	const char *table = mo_object_ground(object);

	if (!sql || !table || mo_diff_present_table(diff, table) == table)
		return sql;
	return mo_sql_create_on(diff->arena, sql, mo_diff_present_table(diff, table));
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

static bool is_odd(const struct diff *diff, const struct index *index)
{
	const struct table *table = mo_schema_table(diff->have, index->table);

	if (!table)
		return false;
	EACH (const struct term, term, &index->terms)
		if (quotes(diff, table, term->expr.text))
			return true;
	return quotes(diff, table, index->where.text);
}

/* ---- what RENAME cannot read ----------------------------------------------------------------- */

static const enum kind readable[] = {KIND_INDEX, KIND_VIEW, KIND_TRIGGER};

static bool set_aside(struct diff *diff, const struct object *object, const char *reason)
{
	if (mo_diff_is_aside(diff, object->kind, object->name) || !comes_back(diff, object))
		return false;
	mo_list_add(diff->arena, &diff->aside, object);
	mo_list_add(diff->arena, &diff->reasons, reason);
	return true;
}

/* "error in view v after rename: ..." is of a view that was whole before. */
static const char *reason_of(const struct diff *diff, const char *message)
{
	static const char words[] = " after rename: ";
	const char *at = strstr(message, words);
	const char *reason = at ? mo_arena_text(diff->arena, at + strlen(words)) : "";

	return reason ? reason : "";
}

/* Whether a message of SQLite is about an object: "error in view v: ...". */
static bool blames(const struct diff *diff, const char *message, const struct object *object)
{
	const char *words = mo_arena_format(diff->arena, "error in %s %s",
					    mo_kind_names[object->kind], object->name);
	const size_t length = words ? strlen(words) : 0;

	return words && strncmp(message, words, length) == 0 &&
	       (message[length] == ':' || message[length] == ' ');
}

/* Names may hold what follows a name in a message: of two that fit, the longer one goes first. */
static const struct object *culprit(const struct diff *diff, const char *message)
{
	const struct object *found = NULL;

	for (int k = 0; k < 3; k++)
		EACH (const struct object, object, &diff->have->objects[readable[k]])
			if (blames(diff, message, object) &&
			    !mo_diff_is_aside(diff, object->kind, object->name) &&
			    (!found || strlen(object->name) > strlen(found->name)))
				found = object;
	return found;
}

/* RENAME writes such a text into the others in single quotes, and older releases do not. */
static void set_odd_aside(struct diff *diff)
{
	EACH (const struct index, index, &diff->have->objects[KIND_INDEX])
		if (is_odd(diff, index))
			set_aside(diff, &index->object, "");
}

/* A view takes its triggers along, and an index with a text in double quotes all of its kind. */
static bool set_culprit_aside(struct diff *diff, const char *message)
{
	const struct object *object = culprit(diff, message);

	if (!object || !set_aside(diff, object, reason_of(diff, message)))
		return false;
	if (object->kind == KIND_INDEX)
		set_odd_aside(diff);
	EACH (const struct trigger, trigger, &diff->have->objects[KIND_TRIGGER])
		if (object->kind == KIND_VIEW && mo_same_name(trigger->table, object->name))
			set_aside(diff, &trigger->object, "");
	return true;
}

/* Where SQLite names nobody: all views and triggers, and the indexes that it may stumble over. */
static bool set_all_aside(struct diff *diff)
{
	const int before = diff->aside.count;

	set_odd_aside(diff);
	for (int k = 1; k < 3; k++)
		EACH (const struct object, object, &diff->have->objects[readable[k]])
			set_aside(diff, object, "");
	return diff->aside.count > before;
}

static int make_again(const struct diff *diff, sqlite3 *db)
{
	int rc = SQLITE_OK;

	for (int k = 0; k < 3; k++)
		EACH (const struct object, object, &diff->aside)
			if (!rc && object->kind == readable[k])
				rc = mo_reference_exec(db, text_again(diff, object));
	return rc;
}

static int run_without(const struct diff *diff, sqlite3 *db, const struct rename **failed)
{
	int rc = clear_the_way(diff, db);

	EACH (const struct object, object, &diff->aside)
		if (!mo_is_trouble(rc))
			rc = drop(diff, db, object);
	return mo_is_trouble(rc) ? rc : run_renames(diff, db, failed);
}

static int run_all(struct diff *diff, sqlite3 *db, const struct rename **failed)
{
	int rc = mo_exec(db, "SAVEPOINT renames");

	while (!rc) {
		bool goes_on;

		rc = run_without(diff, db, failed);
		if (!rc)
			return make_again(diff, db);
		if (mo_is_trouble(rc))
			break;
		goes_on = set_culprit_aside(diff, sqlite3_errmsg(db)) || set_all_aside(diff);
		if (!goes_on)
			break;
		rc = mo_exec(db, "ROLLBACK TO renames");
	}
	return rc;
}

static int rename_in(struct diff *diff, struct moult *m, sqlite3 *db)
{
	const struct rename *failed = NULL;
	int rc = run_all(diff, db, &failed);

	if (mo_is_trouble(rc))
		return mo_diag_sqlite(&m->diags, db, rc, DIAG_DOC017, NULL,
				      "try the renames in memory");
	if (rc) {
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
	if (!rc)
		rc = rename_in(diff, m, db);
	mo_disconnect(db);
	if (!rc)
		diff->renamed->pragmas = diff->have->pragmas;
	return rc;
}
