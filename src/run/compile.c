/* SPDX-License-Identifier: MIT */
/* compile.c: see compile.h. */
#include "run/compile.h"

#include <string.h>

#include "base/text.h"
#include "live/connect.h"
#include "sql/write.h"

static bool is_unknown_name(const char *message)
{
	return strstr(message, "no such function") || strstr(message, "no such collation") ||
	       strstr(message, "no such module");
}

/* NULL where the statement compiles, or only lacks what the application has. */
static const char *fault(struct arena *arena, sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sql ? sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) : SQLITE_OK;
	const char *message = rc == SQLITE_ERROR ? sqlite3_errmsg(db) : NULL;

	message = message && !is_unknown_name(message) ? mo_arena_text(arena, message) : NULL;
	sqlite3_finalize(stmt);
	return message;
}

static void note(struct list *broken, struct arena *arena, const struct object *object, const char *message)
{
	struct broken *one = message ? mo_arena_make(arena, struct broken) : NULL;

	if (!one)
		return;
	*one = (struct broken){ object, message };
	mo_list_add(arena, broken, one);
}

static void compile_views(struct list *broken, struct arena *arena, sqlite3 *db, const struct schema *schema)
{
	for (int i = 0; i < schema->objects[KIND_VIEW].count; i++) {
		const struct object *view = schema->objects[KIND_VIEW].items[i];
		sqlite3_str *sql = sqlite3_str_new(NULL);

		sqlite3_str_appendall(sql, "SELECT 1 FROM ");
		mo_write_name(sql, view->name);
		note(broken, arena, view, fault(arena, db, mo_arena_take(arena, sql)));
	}
}

/* The columns that an UPDATE may name: a view's are known to SQLite only. */
static void updatable_columns(struct list *columns, struct arena *arena, sqlite3 *db, const struct object *object)
{
	const struct table *table = object->kind == KIND_TABLE ? (const struct table *)object : NULL;
	sqlite3_str *sql = sqlite3_str_new(NULL);
	sqlite3_stmt *stmt = NULL;
	const char *text;

	sqlite3_str_appendall(sql, "SELECT * FROM ");
	mo_write_name(sql, object->name);
	text = mo_arena_take(arena, sql);
	for (int i = 0; table && i < table->columns.count; i++) {
		const struct column *column = table->columns.items[i];

		if (!column->generated.text)
			mo_list_add(arena, columns, column->object.name);
	}
	if (table || !text || sqlite3_prepare_v2(db, text, -1, &stmt, NULL) != SQLITE_OK)
		return;
	for (int i = 0; i < sqlite3_column_count(stmt); i++)
		mo_list_add(arena, columns, mo_arena_text(arena, sqlite3_column_name(stmt, i)));
	sqlite3_finalize(stmt);
}

/* A text that compiles all triggers of an event, or NULL where there are none. */
static const char *touch(struct arena *arena, sqlite3 *db, const struct object *object, enum event event)
{
	struct list columns = { 0 };
	int triggers = 0;

	for (int i = 0; i < object->triggers.count; i++)
		triggers += ((struct trigger *)object->triggers.items[i])->event == event;
	if (!triggers)
		return NULL;
	if (event == EVENT_UPDATE)
		updatable_columns(&columns, arena, db, object);
	/* A view that does not compile has no columns to name; it is noted itself. */
	if (event == EVENT_UPDATE && !columns.count)
		return NULL;
	return mo_sql_touch(arena, object->name, event, &columns);
}

/* What is wrong with one trigger when it is alone. */
static const char *fault_of(struct arena *arena, sqlite3 *db, const struct object *object, const struct trigger *trigger,
			    const char *sql)
{
	const char *message;

	mo_exec(db, "SAVEPOINT alone");
	for (int i = 0; i < object->triggers.count; i++) {
		const struct object *other = object->triggers.items[i];
		const char *drop = mo_sql_drop(arena, KIND_TRIGGER, other->name);

		if (other != &trigger->object && drop)
			mo_exec(db, drop);
	}
	message = fault(arena, db, sql);
	mo_exec(db, "ROLLBACK TO alone");
	mo_exec(db, "RELEASE alone");
	return message;
}

static void compile_triggers(struct list *broken, struct arena *arena, sqlite3 *db, const struct object *object)
{
	for (int event = 0; event < EVENT_COUNT; event++) {
		const char *sql = touch(arena, db, object, (enum event)event);

		if (!sql || !fault(arena, db, sql))
			continue;
		for (int i = 0; i < object->triggers.count; i++) {
			const struct trigger *trigger = object->triggers.items[i];

			if (trigger->event == (enum event)event)
				note(broken, arena, &trigger->object, fault_of(arena, db, object, trigger, sql));
		}
	}
}

void mo_compile(struct list *broken, struct arena *arena, sqlite3 *db, const struct schema *schema)
{
	static const enum kind kinds[] = { KIND_TABLE, KIND_VIEW, KIND_VIRTUAL };

	compile_views(broken, arena, db, schema);
	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
		for (int i = 0; i < schema->objects[kinds[k]].count; i++)
			compile_triggers(broken, arena, db, schema->objects[kinds[k]].items[i]);
}

bool mo_was_broken(const struct list *broken, const struct broken *one)
{
	for (int i = 0; i < broken->count; i++) {
		const struct object *other = ((struct broken *)broken->items[i])->object;

		if (other->kind == one->object->kind && mo_same_name(other->name, one->object->name))
			return true;
	}
	return false;
}
