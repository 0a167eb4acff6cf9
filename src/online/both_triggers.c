/* SPDX-License-Identifier: MIT */
/*
 * both_triggers.c: the triggers of the shape between, in the order in which they are made; see both.h.
 *
 *	the application's on INSERT	new.a is read from the row, which ours have completed
 *	ours
 *	the application's on UPDATE	of the columns that there were, blind to what nobody stores
 */
#include "base/text.h"
#include "diff/describe.h"
#include "online/both.h"
#include "sql/mention.h"
#include "sql/normal.h"
#include "sql/token.h"
#include "sql/write.h"

#define OFFLINE "apply it without --side-by-side, when no old code runs"

struct maker {
	struct both *side;
	struct arena *arena; /* of the document */
	struct diags *diags;
	int rc;
};

static void refuse(struct maker *maker, const struct trigger *trigger, const char *why)
{
	maker->rc = mo_side_refuse(maker->diags, NULL,
				   mo_label_object(maker->arena, &trigger->object), why, OFFLINE);
}

static struct list old_columns(struct maker *maker, const struct side_table *table)
{
	struct list found = {0};

	EACH (const struct in_step, group, &table->groups)
		for (int i = 0; i < group->olds.count; i++)
			mo_list_add(maker->arena, &found, group->olds.items[i]);
	return found;
}

static bool reads(const struct trigger *trigger, const struct list *columns)
{
	EACH (const struct stepped, one, columns)
		if (mo_mentions(trigger->body.text, one->name) ||
		    mo_mentions(trigger->when.text, one->name))
			return true;
	return false;
}

static bool raises_ignore(const struct trigger *trigger)
{
	struct token token = mo_token_next(trigger->body.text);

	while (token.kind != TOKEN_END) {
		const struct token open = mo_token_next(token.text + token.length);
		const struct token word = mo_token_next(open.text + open.length);

		if (mo_token_is(&token, "RAISE") && mo_token_is(&open, "(") &&
		    mo_token_is(&word, "IGNORE"))
			return true;
		token = open;
	}
	return false;
}

/* ---- on INSERT ----------------------------------------------------------------------------- */

static const struct stepped *column_at(struct maker *maker, const struct list *columns,
				       const struct token *token)
{
	const char *name = mo_token_is_name(token) ? mo_token_unquote(maker->arena, token) : NULL;

	EACH (const struct stepped, one, columns)
		if (mo_same_name(one->name, name))
			return one;
	return NULL;
}

/* new.a becomes what the row has: it was completed since. */
static const char *read_again(struct maker *maker, const struct side_table *table,
			      const struct list *columns, const char *sql)
{
	const char *rowid = ((struct in_step *)table->groups.items[0])->rowid, *at = sql;
	const struct tokens tokens = mo_tokens(maker->arena, sql);
	sqlite3_str *out = sqlite3_str_new(NULL);

	for (int i = 0; i + 2 < tokens.count; i++) {
		const struct token *token = &tokens.items[i];
		const struct stepped *one =
			mo_token_is_name(token) &&
					mo_same_name(mo_token_unquote(maker->arena, token),
						     "new") &&
					mo_token_is(token + 1, ".")
				? column_at(maker, columns, token + 2)
				: NULL;

		if (!one)
			continue;
		sqlite3_str_append(out, at, (int)(token->text - at));
		sqlite3_str_appendall(out, "(SELECT moult_row.");
		mo_write_name(out, one->name);
		sqlite3_str_appendall(out, " FROM ");
		mo_write_name(out, table->have->object.name);
		sqlite3_str_appendf(out, " AS moult_row WHERE moult_row.%s = new.%s)", rowid,
				    rowid);
		at = token[2].text + token[2].length;
	}
	sqlite3_str_appendall(out, at);
	return mo_arena_take(maker->arena, out);
}

static void take_insert(struct maker *maker, const struct side_table *table,
			struct trigger *trigger)
{
	const struct list olds = old_columns(maker, table);

	if (!reads(trigger, &olds))
		return;
	if (trigger->timing == TIMING_BEFORE) {
		refuse(maker, trigger,
		       "it runs before a row of new code has a value in the former columns");
		return;
	}
	trigger->body = mo_sql_piece_body(maker->arena,
					  read_again(maker, table, &olds, trigger->body.text));
	if (trigger->when.text)
		trigger->when = mo_sql_piece(maker->arena,
					     read_again(maker, table, &olds, trigger->when.text));
}

/* ---- on UPDATE ----------------------------------------------------------------------------- */

static void take_update(struct maker *maker, const struct side_table *table,
			struct trigger *trigger)
{
	const struct list olds = old_columns(maker, table);
	struct list hidden = {0};
	const char *when = trigger->when.text ? trigger->when.text : "1";

	if (trigger->timing == TIMING_AFTER && raises_ignore(trigger))
		refuse(maker, trigger, "its RAISE(IGNORE) would leave out what keeps rows in step");
	if (!trigger->columns.count)
		EACH (const struct column, column, &table->have->columns)
			if (!column->generated.text)
				mo_list_add(maker->arena, &trigger->columns, column->object.name);
	EACH (const struct stepped, one, &olds)
		if (mo_names_have(&trigger->columns, one->name))
			mo_list_add(maker->arena, &hidden, one);
	if (!hidden.count)
		return;
	when = mo_sql_unless_unset(maker->arena, &hidden, "old.", when, 0);
	when = mo_sql_unless_unset(maker->arena, &hidden, "new.", when, 0);
	trigger->when = mo_sql_piece(maker->arena, when);
}

/* ---- ours ---------------------------------------------------------------------------------- */

static void name_columns(struct maker *maker, struct trigger *trigger, const struct list *columns)
{
	EACH (const struct stepped, one, columns)
		mo_list_add(maker->arena, &trigger->columns, one->name);
}

static void add_ours(struct maker *maker, const struct in_step *group, enum step_trigger which)
{
	struct schema *both = maker->side->both;
	const char *name = mo_in_step_name(maker->arena, group, which);
	const char *when = mo_in_step_when(maker->arena, group, which);
	struct trigger *trigger =
		(struct trigger *)mo_schema_add(both, KIND_TRIGGER, name ? name : "");

	if (!trigger)
		return;
	trigger->table = group->table;
	trigger->timing = TIMING_AFTER;
	trigger->event = which == STEP_INSERTED ? EVENT_INSERT : EVENT_UPDATE;
	if (which != STEP_INSERTED)
		name_columns(maker, trigger,
			     which == STEP_OLD_WRITTEN ? &group->olds : &group->news);
	if (when)
		trigger->when = mo_sql_piece(maker->arena, when);
	trigger->body =
		mo_sql_piece_body(maker->arena, mo_in_step_body(maker->arena, group, which));
}

static void add_all_ours(struct maker *maker)
{
	EACH (const struct side_table, table, &maker->side->tables)
		EACH (const struct in_step, group, &table->groups)
			for (enum step_trigger which = 0; which < STEP_TRIGGERS; which++)
				if (mo_in_step_needs(group, which))
					add_ours(maker, group, which);
}

/* ---- all ----------------------------------------------------------------------------------- */

static void take_applications(struct maker *maker, bool of_update)
{
	struct schema *both = maker->side->both;
	const struct schema *have = maker->side->diff->have;

	EACH (const struct trigger, trigger, &have->objects[KIND_TRIGGER]) {
		const struct side_table *table =
			mo_pairs_table(&maker->side->tables, trigger->table);
		struct trigger *copy;

		if ((trigger->event == EVENT_UPDATE) != of_update)
			continue;
		mo_schema_copy(both, &trigger->object);
		if (!table || mo_arena_rc(maker->arena))
			continue;
		copy = both->objects[KIND_TRIGGER].items[both->objects[KIND_TRIGGER].count - 1];
		copy->object.sql = NULL;
		if (trigger->event == EVENT_UPDATE)
			take_update(maker, table, copy);
		else if (trigger->event == EVENT_INSERT)
			take_insert(maker, table, copy);
	}
}

/* Those of tables and views that come. */
static void take_new(struct maker *maker)
{
	const struct schema *have = maker->side->diff->have, *goal = maker->side->diff->goal;

	EACH (const struct trigger, trigger, &goal->objects[KIND_TRIGGER])
		if (!mo_schema_find(have, KIND_TRIGGER, trigger->object.name) &&
		    !mo_schema_find_relation(have, trigger->table))
			mo_schema_copy(maker->side->both, &trigger->object);
}

int mo_both_triggers(struct both *side, struct diags *diags)
{
	struct maker maker = {.side = side, .arena = side->both->arena, .diags = diags};

	take_applications(&maker, false);
	add_all_ours(&maker);
	take_applications(&maker, true);
	take_new(&maker);
	return mo_arena_rc(maker.arena) ? mo_diag_memory(diags) : maker.rc;
}
