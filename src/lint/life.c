/* SPDX-License-Identifier: MIT */
/*
 * life.c: which table holds whose rows, statement by statement.
 *
 *	CREATE TABLE n		n is made, and holds nothing
 *	INSERT INTO n ... FROM t	n holds the rows of t, column by column
 *	DROP TABLE t		t goes
 *	ALTER TABLE n RENAME TO t	n is called t
 *
 * Whatever the order and the number of tables on the way: a table that holds
 * at the end the rows of one that was dropped is that table, rebuilt.
 */
#include "base/text.h"
#include "lint/find.h"
#include "lint/life.h"
#include "lint/scene.h"
#include "sql/normal.h"

struct life *mo_life_of(const struct work *work, const char *name)
{
	for (int i = 0; name && i < work->lives.count; i++) {
		struct life *life = work->lives.items[i];

		if (mo_same_name(life->name, name))
			return life;
	}
	return NULL;
}

static struct holding *add_holding(struct work *work, struct life *life, const char *name,
				   const char *origin)
{
	struct holding *holding = mo_arena_make(work->arena, struct holding);

	if (!holding)
		return NULL;
	holding->name = name;
	holding->origin = origin;
	holding->is_void = !origin;
	mo_list_add(work->arena, &life->columns, holding);
	return holding;
}

static struct holding *holding_of(const struct life *life, const char *name)
{
	for (int i = 0; life && name && i < life->columns.count; i++) {
		struct holding *holding = life->columns.items[i];

		if (mo_same_name(holding->name, name))
			return holding;
	}
	return NULL;
}

static struct life *add_life(struct work *work, const char *name)
{
	struct life *life = mo_arena_make(work->arena, struct life);

	if (!life)
		return NULL;
	life->name = name;
	mo_list_add(work->arena, &work->lives, life);
	return life;
}

void mo_lives_begin(struct work *work)
{
	EACH (const struct table, table, &work->before->objects[KIND_TABLE]) {
		struct life *life = add_life(work, table->object.name);

		if (!life)
			return;
		life->origin = table->object.name;
		life->is_original = true;
		EACH (const struct column, column, &table->columns) {
			const char *name = column->object.name;

			add_holding(work, life, name, name);
		}
	}
}

/* ---- copies ------------------------------------------------------------------------------- */

/* One value of a copy into one column; column is NULL where it is an expression. */
static struct holding *fill(struct work *work, struct life *into, const char *target,
			    const struct life *from, const char *column)
{
	struct holding *holding = holding_of(into, target);
	const struct holding *source = holding_of(from, column);

	if (!holding && mo_is_rowid_name(target))
		holding = add_holding(work, into, target, NULL);
	if (!holding)
		return NULL;
	holding->is_filled = true;
	holding->is_void = source && source->is_void;
	holding->origin = source			       ? source->origin
			  : column && mo_is_rowid_name(column) ? "rowid"
							       : NULL;
	return holding;
}

static void fill_given(struct work *work, struct life *into, const char *target,
		       const struct life *from, const struct statement *copy,
		       const struct given *given)
{
	struct holding *holding =
		fill(work, into, target, from, copy->is_nested ? NULL : given->column);

	if (holding && !given->column && !copy->is_nested && from->is_original)
		holding->given = mo_sql_run(work->arena, given->first, given->count);
}

/* By position: the columns that are named, or those of the table, one after the other. */
static const char *target_at(const struct statement *copy, const struct life *into, int at)
{
	const struct list *names = copy->act == ACT_INSERT ? &copy->columns : NULL;

	if (names && names->count)
		return at < names->count ? names->items[at] : NULL;
	return at < into->columns.count ? ((struct holding *)into->columns.items[at])->name : NULL;
}

static void follow_copy(struct work *work, struct life *into, const struct statement *copy)
{
	const struct life *from = mo_life_of(work, copy->from);
	int at = 0;

	if (!from || !from->origin || from == into)
		return;
	into->is_copied_more = into->copied != NULL;
	if (into->origin)
		return;
	into->origin = from->origin;
	into->source = from;
	into->copied = copy;
	EACH (const struct given, given, &copy->given) {
		if (!given->is_star) {
			fill_given(work, into, target_at(copy, into, at++), from, copy, given);
			continue;
		}
		EACH (const struct holding, column, &from->columns)
			fill(work, into, target_at(copy, into, at++), from, column->name);
	}
}

/* ---- statements ------------------------------------------------------------------------------ */

static void follow_create(struct work *work, const struct statement *statement)
{
	struct list names = {0};
	struct life *life;

	if (statement->kind != KIND_TABLE || mo_life_of(work, statement->name))
		return;
	life = add_life(work, statement->name);
	if (!life)
		return;
	life->made = statement;
	life->is_temp = statement->is_temp;
	mo_scene_columns(work->scene, work->arena, &names, statement->name);
	for (int i = 0; i < names.count; i++)
		add_holding(work, life, names.items[i], NULL);
	if (statement->selects)
		follow_copy(work, life, statement);
}

static void remove_holding(struct work *work, struct life *life, struct holding *holding)
{
	for (int i = 0; i < life->columns.count; i++)
		if (life->columns.items[i] == holding) {
			mo_list_remove(&life->columns, i);
			mo_list_add(work->arena, &life->gone, holding);
			return;
		}
}

static void follow_alter(struct work *work, struct life *life, const struct statement *statement)
{
	struct holding *holding = holding_of(life, statement->column);

	if (holding)
		holding->changed = statement;
	if (statement->act == ACT_RENAME) {
		life->name = statement->other;
		life->renamed = statement;
	} else if (statement->act == ACT_RENAME_COLUMN && holding) {
		holding->name = statement->other;
	} else if (statement->act == ACT_ADD_COLUMN) {
		holding = add_holding(work, life, statement->column, NULL);
		if (holding)
			holding->changed = statement;
	} else if (statement->act == ACT_DROP_COLUMN && holding) {
		remove_holding(work, life, holding);
	}
}

/* DELETE FROM t, of all rows. */
static bool empties(const struct statement *statement)
{
	if (statement->act != ACT_DELETE)
		return false;
	return !mo_tokens_have(&statement->tokens, "WHERE") &&
	       !mo_tokens_have(&statement->tokens, "LIMIT");
}

static void follow_rows(struct life *life, const struct statement *statement)
{
	for (int i = 0; statement->act == ACT_UPDATE && i < statement->columns.count; i++) {
		struct holding *holding = holding_of(life, statement->columns.items[i]);

		if (holding)
			holding->is_void = false;
	}
	if (empties(statement)) {
		life->is_empty = true;
		life->is_fed = false;
	} else if (statement->act == ACT_INSERT && life->copied != statement) {
		life->is_empty = false;
		life->is_fed = true;
	}
}

void mo_lives_follow(struct work *work, const struct statement *statement)
{
	struct life *life = mo_life_of(work, statement->name);

	if (statement->act == ACT_CREATE) {
		follow_create(work, statement);
	} else if (!life) {
		return;
	} else if (statement->act == ACT_INSERT && statement->selects && !life->is_original) {
		follow_copy(work, life, statement);
	} else if (statement->act == ACT_DROP && statement->kind == KIND_TABLE) {
		life->name = NULL;
		life->dropped = statement;
	} else {
		follow_alter(work, life, statement);
	}
	if (life)
		follow_rows(life, statement);
}

/* ---- folding ------------------------------------------------------------------------------- */

/* The table of before that a life ended, or that was renamed away for good. */
static const struct life *former_of(const struct work *work, const char *origin)
{
	EACH (const struct life, life, &work->lives)
		if (life->is_original && mo_same_name(life->origin, origin))
			return life->dropped ? life : NULL;
	return NULL;
}

static int line_of(const struct work *work, const struct statement *statement)
{
	return statement ? mo_spot_place(work->script, mo_spot(statement), work->arena).line : 0;
}

static void report(struct work *work, struct rebuild *rebuild)
{
	const struct statement *const parts[] = {rebuild->life->made, rebuild->life->copied,
						 rebuild->former->dropped, rebuild->life->renamed,
						 rebuild->former->renamed};
	struct rebuilt *rebuilt = mo_arena_make(work->lint->arena, struct rebuilt);
	const struct statement *first = rebuild->life->made;

	if (!rebuilt)
		return;
	for (int i = 0; i < 5; i++) {
		const int line = line_of(work, parts[i]);

		if (parts[i] && parts[i]->text < first->text)
			first = parts[i];
		rebuilt->last_line = line > rebuilt->last_line ? line : rebuilt->last_line;
	}
	rebuilt->table = mo_arena_text(work->lint->arena, rebuild->want->object.name);
	rebuilt->place = mo_spot_place(work->script, mo_spot(first), work->lint->arena);
	mo_list_add(work->lint->arena, &work->lint->rebuilds, rebuilt);
	rebuild->report = rebuilt;
}

/*
 * One that takes rows along under another name, and leaves most of each behind, is another table.
 */
static bool is_same_table(const struct life *life, const struct table *have)
{
	int kept = 0;

	EACH (const struct holding, column, &life->columns)
		kept += mo_table_column(have, column->origin) ||
			(life->copied && life->copied->is_nested && column->is_filled);
	return mo_same_name(life->name, life->origin) || kept * 2 > have->columns.count;
}

void mo_lives_fold(struct work *work)
{
	EACH (const struct life, life, &work->lives) {
		const struct life *former =
			life->origin && !life->is_original ? former_of(work, life->origin) : NULL;
		struct rebuild *rebuild;

		if (!former || !life->name || !life->made || mo_rebuild_from(work, life->origin))
			continue;
		rebuild = mo_arena_make(work->arena, struct rebuild);
		if (!rebuild)
			return;
		*rebuild =
			(struct rebuild){life, former, mo_schema_table(work->before, life->origin),
					 mo_schema_table(work->after, life->name), NULL};
		if (!rebuild->have || !rebuild->want || !is_same_table(life, rebuild->have))
			continue;
		mo_list_add(work->arena, &work->rebuilds, rebuild);
		report(work, rebuild);
	}
}

const struct rebuild *mo_rebuild_of(const struct work *work, const char *table)
{
	EACH (const struct rebuild, rebuild, &work->rebuilds)
		if (mo_same_name(rebuild->want->object.name, table))
			return rebuild;
	return NULL;
}

const struct rebuild *mo_rebuild_from(const struct work *work, const char *table)
{
	EACH (const struct rebuild, rebuild, &work->rebuilds)
		if (mo_same_name(rebuild->have->object.name, table))
			return rebuild;
	return NULL;
}
