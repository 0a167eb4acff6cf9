/* SPDX-License-Identifier: MIT */
/* compile.c: see compile.h. */
#include "trial/compile.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "live/connect.h"
#include "live/stand_in.h"
#include "sql/write.h"

/* Where what is found goes, and the first trouble on the way. */
struct compiler {
	struct arena *arena;
	sqlite3 *db;
	struct list *broken;
	struct list *readings; /* or NULL */
	const char *lacks;     /* what the last statement lacked a module for; or NULL */
	int rc;
};

/* SQLite names the view or trigger whose text it resolves; what it reads for itself has none. */
static int note_reading(void *context, int action, const char *table, const char *column,
			const char *schema, const char *object)
{
	struct compiler *compiler = context;
	struct reading *reading;

	(void)schema;
	if (action != SQLITE_READ || !object || !table || !column || !*column)
		return SQLITE_OK;
	reading = mo_arena_make(compiler->arena, struct reading);
	if (!reading)
		return SQLITE_OK;
	*reading = (struct reading){mo_arena_text(compiler->arena, object),
				    mo_arena_text(compiler->arena, table),
				    mo_arena_text(compiler->arena, column)};
	mo_list_add(compiler->arena, compiler->readings, reading);
	return SQLITE_OK;
}

static void note_trouble(struct compiler *compiler, int rc)
{
	if (!compiler->rc && mo_is_trouble(rc))
		compiler->rc = rc;
}

/*
 * NULL where the statement compiles, and runs to its first row if it is to, or only lacks a
 * module.
 */
static const char *fault_in(struct compiler *compiler, const char *sql, bool runs)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sql ? mo_reference_prepare(compiler->db, sql, &stmt, NULL) : SQLITE_OK;
	const char *message;

	if (stmt && runs)
		rc = sqlite3_step(stmt);
	message = rc == SQLITE_ERROR ? sqlite3_errmsg(compiler->db) : NULL;
	compiler->lacks = message && mo_lacks_module(message)
				  ? mo_arena_text(compiler->arena, message)
				  : NULL;
	message = message && !mo_lacks_module(message) ? mo_arena_text(compiler->arena, message)
						       : NULL;
	sqlite3_finalize(stmt);
	note_trouble(compiler, rc);
	return message;
}

static const char *fault(struct compiler *compiler, const char *sql)
{
	return fault_in(compiler, sql, false);
}

static void note_column(struct compiler *compiler, const struct object *object, const char *column,
			const char *message)
{
	const bool is_unknown = !message && !column && compiler->lacks && compiler->readings;
	struct broken *one =
		message || is_unknown ? mo_arena_make(compiler->arena, struct broken) : NULL;

	if (!one)
		return;
	*one = (struct broken){object, is_unknown ? compiler->lacks : message, column, is_unknown};
	mo_list_add(compiler->arena, compiler->broken, one);
}

static void note(struct compiler *compiler, const struct object *object, const char *message)
{
	note_column(compiler, object, NULL, message);
}

static void compile_views(struct compiler *compiler, const struct schema *schema)
{
	EACH (const struct object, view, &schema->objects[KIND_VIEW]) {
		sqlite3_str *sql = sqlite3_str_new(NULL);

		sqlite3_str_appendall(sql, "SELECT 1 FROM ");
		mo_write_name(sql, view->name);
		note(compiler, view, fault(compiler, mo_arena_take(compiler->arena, sql)));
	}
}

/*
 * A full-text table looks for its content, or for the index whose words it lists, when it is
 * read; here there is no row to find.
 */
static void read_full_text(struct compiler *compiler, const struct schema *schema)
{
	EACH (const struct virtual_table, table, &schema->objects[KIND_VIRTUAL]) {
		const char *sql = mo_arena_format(compiler->arena, "SELECT * FROM \"%w\"",
						  table->object.name);

		if (mo_name_has_prefix(table->module, "fts"))
			note(compiler, &table->object, fault_in(compiler, sql, true));
	}
}

/* The columns that an UPDATE may name: a view's are known to SQLite only. */
static void updatable_columns(struct list *columns, struct compiler *compiler,
			      const struct object *object)
{
	struct arena *arena = compiler->arena;
	const struct table *table =
		object->kind == KIND_TABLE ? (const struct table *)object : NULL;
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
	if (table || !text)
		return;
	if (mo_reference_prepare(compiler->db, text, &stmt, NULL) != SQLITE_OK) {
		note_trouble(compiler, sqlite3_errcode(compiler->db));
		return;
	}
	for (int i = 0; i < sqlite3_column_count(stmt); i++)
		mo_list_add(arena, columns, mo_arena_text(arena, sqlite3_column_name(stmt, i)));
	sqlite3_finalize(stmt);
}

/* A text that compiles all triggers of an event, or NULL where there are none. */
static const char *touch(struct compiler *compiler, const struct object *object, enum event event)
{
	struct list columns = {0};
	int triggers = 0;

	EACH (const struct trigger, trigger, &object->triggers)
		triggers += trigger->event == event;
	if (!triggers)
		return NULL;
	if (event == EVENT_UPDATE)
		updatable_columns(&columns, compiler, object);
	/* A view that does not compile has no columns to name; it is noted itself. */
	if (event == EVENT_UPDATE && !columns.count)
		return NULL;
	return mo_sql_touch(compiler->arena, object->name, event, &columns);
}

/* What is wrong with one trigger when it is alone. */
static const char *fault_of(struct compiler *compiler, const struct object *object,
			    const struct trigger *trigger, const char *sql)
{
	sqlite3 *db = compiler->db;
	const char *message;

	mo_exec(db, "SAVEPOINT alone");
	EACH (const struct object, other, &object->triggers) {
		const char *drop = mo_sql_drop(compiler->arena, KIND_TRIGGER, other->name);

		if (other != &trigger->object && drop)
			mo_exec(db, drop);
	}
	message = fault(compiler, sql);
	mo_exec(db, "ROLLBACK TO alone");
	mo_exec(db, "RELEASE alone");
	return message;
}

static void compile_triggers(struct compiler *compiler, const struct object *object)
{
	for (int event = 0; event < EVENT_COUNT; event++) {
		const char *sql = touch(compiler, object, (enum event)event);

		if (!sql || (!fault(compiler, sql) && !compiler->lacks))
			continue;
		EACH (const struct trigger, trigger, &object->triggers) {
			if (trigger->event == (enum event)event)
				note(compiler, &trigger->object,
				     fault_of(compiler, object, trigger, sql));
		}
	}
}

/*
 * Why an UPDATE can never set a column of a name; NULL where it can, and where a view does not say
 * what it has.  A generated column is there, though no UPDATE sets it: files have such triggers.
 */
static const char *why_never(struct compiler *compiler, const struct object *object,
			     const struct list *columns, const char *name)
{
	const struct table *table =
		object->kind == KIND_TABLE ? (const struct table *)object : NULL;
	const char *what = mo_kind_names[object->kind];

	if (!columns->count || mo_names_have(columns, name) ||
	    (table &&
	     (mo_table_column(table, name) || (!table->without_rowid && mo_is_rowid_name(name)))))
		return NULL;
	return mo_arena_format(compiler->arena, "UPDATE OF names %s, and %s %s has no such column",
			       name, what, object->name);
}

static void find_silent_triggers(struct compiler *compiler, const struct object *object)
{
	struct list columns = {0};

	EACH (const struct trigger, trigger, &object->triggers) {
		if (trigger->columns.count && !columns.count)
			updatable_columns(&columns, compiler, object);
		EACH (const char, name, &trigger->columns) {
			note_column(compiler, &trigger->object, name,
				    why_never(compiler, object, &columns, name));
		}
	}
}

int mo_compile(struct list *broken, struct list *readings, struct arena *arena, struct moult *m,
	       sqlite3 *db, const struct schema *schema)
{
	struct compiler compiler = {arena, db, broken, readings, NULL, SQLITE_OK};
	static const enum kind kinds[] = {KIND_TABLE, KIND_VIEW, KIND_VIRTUAL};

	if (readings)
		sqlite3_set_authorizer(db, note_reading, &compiler);
	compile_views(&compiler, schema);
	read_full_text(&compiler, schema);
	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
		for (int i = 0; i < schema->objects[kinds[k]].count; i++) {
			compile_triggers(&compiler, schema->objects[kinds[k]].items[i]);
			find_silent_triggers(&compiler, schema->objects[kinds[k]].items[i]);
		}
	if (readings)
		sqlite3_set_authorizer(db, NULL, NULL);
	if (!compiler.rc)
		return MOULT_OK;
	return mo_diag_sqlite(&m->diags, db, compiler.rc, DIAG_RUN017, NULL,
			      "compile the views and triggers");
}

bool mo_was_broken(const struct list *broken, const struct broken *one)
{
	EACH (const struct broken, other, broken) {
		if (!other->is_unknown && other->object->kind == one->object->kind &&
		    mo_same_name(other->object->name, one->object->name) &&
		    mo_same_name(other->column, one->column))
			return true;
	}
	return false;
}

static int compare_readings(const void *a, const void *b)
{
	return mo_compare_names((*(const struct reading *const *)a)->object,
				(*(const struct reading *const *)b)->object);
}

void mo_sort_readings(struct list *readings)
{
	if (readings->count)
		qsort(readings->items, (size_t)readings->count, sizeof(*readings->items),
		      compare_readings);
}

int mo_readings_of(int *first, const struct list *readings, const char *object)
{
	int low = 0;
	int high = readings->count;
	int end;

	while (low < high) {
		const int middle = low + (high - low) / 2;
		const struct reading *one = readings->items[middle];

		if (mo_compare_names(one->object, object) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	end = *first = low;
	while (end < readings->count &&
	       mo_same_name(((struct reading *)readings->items[end])->object, object))
		end++;
	return end - low;
}
