/* SPDX-License-Identifier: MIT */
/*
 * blame.c: which part of a refused table it is that SQLite does not accept.
 *
 * SQLite says what is wrong with a CREATE TABLE, not where, and stops at the
 * first mistake.  So the table is tried again, bare, with one of its parts at a
 * time:
 *
 *	t(a, b, c)				stands, always
 *	t(a, b INT DEFAULT (x), c)		a column's own: refused, and blamed
 *	t(a, b, c, CHECK (a >))			a constraint: refused, and blamed
 *
 * Other columns have no type then, or ANY in a STRICT table; the column that a
 * constraint is written at keeps its own, which AUTOINCREMENT looks at.
 *
 * At last the bare table takes the place of the refused one, so that what
 * stands on it is judged for its own mistakes.
 */
#include "live/blame.h"

#include <string.h>

#include "live/advice.h"
#include "live/stand_in.h"
#include "sql/rebuild.h"
#include "sql/write.h"

/* A table of more parts than these is not tried part by part: it would take its time. */
#define MOST_PARTS 500

struct trial {
	struct moult *m;
	sqlite3 *db;
	struct arena *arena;
	const struct schema *schema;
	const struct table *table;
	int found;
};

static struct column *add_bare(struct trial *t, struct table *bare, const struct column *column)
{
	struct column *copy = mo_arena_make(t->arena, struct column);

	if (!copy)
		return NULL;
	copy->object.name = column->object.name;
	if (t->table->strict)
		copy->type = (struct sql){"ANY", "any"};
	mo_list_add(t->arena, &bare->columns, copy);
	return copy;
}

/*
 * The table with nothing but the names of its columns; *one is the copy of a column, if it has
 * that.
 */
static struct table make_bare(struct trial *t, const struct column *whose, struct column **one)
{
	struct table bare = {.object = {.kind = KIND_TABLE, .name = t->table->object.name},
			     .strict = t->table->strict};

	EACH (const struct column, column, &t->table->columns) {
		struct column *copy = add_bare(t, &bare, column);

		if (column == whose)
			*one = copy;
	}
	return bare;
}

static bool make(struct trial *t, const struct table *table)
{
	const char *sql = mo_sql_create(t->arena, &table->object);

	return !mo_arena_rc(t->arena) && sql && mo_reference_exec(t->db, sql) == SQLITE_OK;
}

/* Whether SQLite takes it; where it does, it is not there afterwards. */
static bool stands(struct trial *t, const struct table *table)
{
	const char *drop = mo_sql_drop(t->arena, KIND_TABLE, table->object.name);

	if (make(t, table))
		return mo_reference_exec(t->db, drop) == SQLITE_OK;
	return mo_arena_rc(t->arena) != 0;
}

static void blame(struct trial *t, const struct column *column, const struct moult_place *place)
{
	struct diags *diags = &t->m->diags;
	const char *message = mo_arena_text(diags->arena, sqlite3_errmsg(t->db));
	const char *table = t->table->object.name;
	const char *hint;
	char *label =
		column ? mo_arena_format(diags->arena, "column %s.%s", table, column->object.name)
		       : mo_arena_format(diags->arena, "table %s", table);

	mo_diag(diags, DIAG_DOC015, place, label, "SQLite %s does not accept this: %s",
		sqlite3_libversion(), message);
	hint = mo_advice(t->arena, t->schema, &t->table->object, message);
	if (hint)
		mo_diag_hint(diags, "%s", hint);
	t->found++;
}

static bool try_column(struct trial *t, const struct column *column)
{
	struct column *one = NULL;
	const struct table bare = make_bare(t, column, &one);

	if (!one)
		return false;
	one->type = column->type;
	one->value = column->value;
	one->collate = column->collate;
	one->generated = column->generated;
	one->stored = column->stored;
	if (stands(t, &bare))
		return true;
	blame(t, column, &column->object.place);
	return false;
}

static void try_constraint(struct trial *t, const struct constraint *constraint)
{
	struct constraint alone = *constraint;
	struct column *one = NULL;
	struct table bare = make_bare(t, constraint->owner, &one);

	if (one)
		one->type = constraint->owner->type;
	alone.owner = one;
	alone.doc = NULL;
	mo_list_add(t->arena, &bare.constraints, &alone);
	if (!stands(t, &bare))
		blame(t, constraint->owner, &constraint->place);
}

static void try_parts(struct trial *t)
{
	const struct list *columns = &t->table->columns;
	const struct list *constraints = &t->table->constraints;

	EACH (const struct column, column, columns) {
		const bool good = try_column(t, column);

		for (int j = 0; good && j < constraints->count; j++)
			if (((struct constraint *)constraints->items[j])->owner == column)
				try_constraint(t, constraints->items[j]);
	}
	for (int j = 0; j < constraints->count; j++)
		if (!((struct constraint *)constraints->items[j])->owner)
			try_constraint(t, constraints->items[j]);
}

int mo_blame(struct moult *m, sqlite3 *db, const struct schema *schema, const struct table *table)
{
	struct trial t = {m, db, mo_arena_new(), schema, table, 0};
	struct table bare;

	if (!t.arena)
		return 0;
	bare = make_bare(&t, NULL, NULL);
	if (stands(&t, &bare)) {
		if (table->columns.count + table->constraints.count <= MOST_PARTS)
			try_parts(&t);
		make(&t, &bare);
	}
	mo_arena_free(t.arena);
	return t.found;
}
