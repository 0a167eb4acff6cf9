/* SPDX-License-Identifier: MIT */
/* weaker.c: see weaker.h. */
#include "base/text.h"
#include "diff/describe.h"
#include "lint/find.h"
#include "lint/foreseen.h"
#include "lint/life.h"
#include "lint/weaker.h"
#include "model/form.h"
#include "sql/mention.h"

static bool shares_a_column(const struct table *want, const struct constraint *a,
			    const struct constraint *b)
{
	for (int i = 0; a->kind == CONSTRAINT_CHECK && i < want->columns.count; i++) {
		const char *name = ((struct column *)want->columns.items[i])->object.name;

		if (mo_mentions(a->check.text, name) && mo_mentions(b->check.text, name))
			return true;
	}
	for (int i = 0; i < a->columns.count; i++)
		if (mo_names_have(&b->columns, a->columns.items[i]))
			return true;
	EACH (const struct term, term, &a->terms)
		EACH (const struct term, theirs, &b->terms)
			if (mo_same(term->expr.norm, theirs->expr.norm))
				return true;
	return a->kind == CONSTRAINT_PRIMARY_KEY;
}

static bool names_a_lost_column(const struct table *want, const struct constraint *constraint)
{
	for (int i = 0; i < constraint->columns.count; i++)
		if (!mo_table_column(want, constraint->columns.items[i]))
			return true;
	EACH (const struct term, term, &constraint->terms)
		if (term->column && !mo_table_column(want, term->column))
			return true;
	return constraint->owner && !mo_table_column(want, constraint->owner->object.name);
}

/* UNIQUE may have become a unique index. */
static bool is_indexed(const struct table *want, const struct constraint *constraint)
{
	for (int i = 0; constraint->kind == CONSTRAINT_UNIQUE && i < want->object.indexes.count;
	     i++) {
		const struct index *index = want->object.indexes.items[i];
		bool same = index->unique && !index->where.text &&
			    index->terms.count == constraint->terms.count;

		for (int t = 0; same && t < index->terms.count; t++)
			same = mo_same(((struct term *)index->terms.items[t])->expr.norm,
				       ((struct term *)constraint->terms.items[t])->expr.norm);
		if (same)
			return true;
	}
	return false;
}

/* The one that says something else of the same columns and has come instead; or NULL. */
static const struct constraint *replacement_of(const struct diff *diff, const struct change *lost)
{
	EACH (const struct change, change, &diff->changes) {
		if (change->part == PART_CONSTRAINT && change->want_constraint &&
		    change->want == lost->want &&
		    change->want_constraint->kind == lost->have_constraint->kind &&
		    shares_a_column((const struct table *)lost->want, lost->have_constraint,
				    change->want_constraint))
			return change->want_constraint;
	}
	return NULL;
}

static bool is_about_key(const struct change *change)
{
	const struct constraint *one =
		change->have_constraint ? change->have_constraint : change->want_constraint;

	return change->part == PART_CONSTRAINT && one->kind == CONSTRAINT_PRIMARY_KEY;
}

/* DEFAULT NULL comes or goes. */
static bool is_idle(const struct change *change)
{
	const struct column *have = change->have_column, *want = change->want_column;

	return change->part == PART_COLUMN && change->verb == VERB_CHANGE &&
	       mo_is_null_default(have->value.text) && mo_is_null_default(want->value.text) &&
	       mo_same(have->type.norm, want->type.norm) &&
	       mo_same_name(have->collate, want->collate) &&
	       mo_same(have->generated.norm, want->generated.norm);
}

/*
 * To take NOT NULL away a table has to be rebuilt: where nothing else changes, that is what it is
 * rebuilt for.  That its AUTOINCREMENT is forgotten on the way is said apart.
 */
static bool is_the_purpose(const struct diff *diff, const struct change *lost)
{
	EACH (const struct change, change, &diff->changes) {
		if (change->part == PART_OBJECT || change->part == PART_USER_VERSION ||
		    change->part == PART_APPLICATION_ID || change->want != lost->want ||
		    is_about_key(change) || is_idle(change))
			continue;
		if (change->part != PART_CONSTRAINT || change->verb != VERB_DROP ||
		    change->have_constraint->kind != CONSTRAINT_NOT_NULL)
			return false;
	}
	return true;
}

/*
 * UNIQUE with a column that is gone, and one that stays: as of an index, its rule on that one is
 * lost.
 */
static void lost_unique(struct work *work, const struct rebuild *rebuild,
			const struct constraint *lost, const char *text)
{
	const struct sql everywhere = {NULL, NULL};
	bool stays = false;

	EACH (const struct term, term, &lost->terms)
		stays |= term->column && mo_table_column(rebuild->want, term->column);
	if (lost->kind != CONSTRAINT_UNIQUE || !stays ||
	    mo_keeps_apart(rebuild->want, &lost->terms, &everywhere))
		return;
	if (mo_find(work, DIAG_MD114, mo_spot(rebuild->life->made),
		    mo_label_object(work->arena, &rebuild->want->object),
		    "%s is dropped with a column that it speaks of", text))
		mo_find_hint(work, "%s", mo_foreseen_hint(DIAG_MD114));
}

/* Whether the table gets nothing but other foreign keys. */
static bool is_about_references(const struct diff *diff, const struct object *table)
{
	EACH (const struct change, change, &diff->changes) {
		const struct constraint *one =
			change->have_constraint ? change->have_constraint : change->want_constraint;

		if (change->want == table && change->part != PART_OBJECT && !is_idle(change) &&
		    (change->part != PART_CONSTRAINT || one->kind != CONSTRAINT_FOREIGN_KEY))
			return false;
	}
	return true;
}

/* ON DELETE CASCADE of a key that stays, in a rebuild that is for something else. */
static void lost_action(struct work *work, const struct diff *diff, const struct rebuild *rebuild,
			const struct change *change, const struct constraint *instead)
{
	const struct reference *had = &change->have_constraint->reference;
	const struct reference *has = &instead->reference;

	if (had->on_delete == ACTION_NO_ACTION || has->on_delete != ACTION_NO_ACTION ||
	    !mo_same_name(had->table, has->table) || is_about_references(diff, change->want))
		return;
	if (mo_find(work, DIAG_LN118, mo_spot(rebuild->life->made),
		    mo_label_object(work->arena, &rebuild->want->object),
		    "the foreign key to %s had an action ON DELETE, and in the table that is made instead it has none",
		    had->table))
		mo_find_hint(
			work,
			"write it there too; if it is meant to go: -- moult:allow LN118 and why");
}

static void lost_constraint(struct work *work, const struct diff *diff,
			    const struct rebuild *rebuild, const struct change *change)
{
	const struct constraint *lost = change->have_constraint;
	const struct constraint *instead = replacement_of(diff, change);
	const char *text = mo_constraint_text(work->arena, lost);

	if (names_a_lost_column(rebuild->want, lost))
		lost_unique(work, rebuild, lost, text);
	if (instead && lost->kind == CONSTRAINT_FOREIGN_KEY)
		lost_action(work, diff, rebuild, change, instead);
	if (names_a_lost_column(rebuild->want, lost) || is_indexed(rebuild->want, lost) ||
	    instead || (lost->kind == CONSTRAINT_NOT_NULL && is_the_purpose(diff, change)))
		return;
	if (mo_find(work, DIAG_LN118, mo_spot(rebuild->life->made),
		    mo_label_object(work->arena, &rebuild->want->object),
		    "the table had %s, and the one that is made instead has not", text))
		mo_find_hint(
			work,
			"write it there too; if it is meant to go: -- moult:allow LN118 and why");
}

static void lost_of_column(struct work *work, const struct rebuild *rebuild,
			   const struct change *change)
{
	const struct column *have = change->have_column;
	const struct column *want = change->want_column;
	const char *label =
		mo_label_column(work->arena, rebuild->want->object.name, want->object.name);
	const struct lint_spot spot = mo_spot_name(rebuild->life->made, want->object.name);

	if (have->collate && !want->collate && !mo_same_name(have->collate, "BINARY") &&
	    mo_find(work, DIAG_LN117, spot, label,
		    "the column compared by COLLATE %s, and the one that is made instead does not",
		    have->collate))
		mo_find_hint(work, "write COLLATE %s there too", have->collate);
	if (!mo_is_null_default(have->value.text) && !want->value.text && !want->generated.text &&
	    mo_find(work, DIAG_LN119, spot, label,
		    "the column had DEFAULT %s, and the one that is made instead has none",
		    have->value.text))
		mo_find_hint(
			work,
			"write DEFAULT %s there too; if it is meant to go: -- moult:allow LN119 and why",
			have->value.text);
}

void mo_weaker_judge(struct work *work, const struct diff *diff)
{
	EACH (const struct change, change, &diff->changes) {
		const struct rebuild *rebuild =
			change->want ? mo_rebuild_of(work, change->want->name) : NULL;

		if (!rebuild)
			continue;
		if (change->part == PART_CONSTRAINT && change->verb == VERB_DROP)
			lost_constraint(work, diff, rebuild, change);
		else if (change->part == PART_COLUMN && change->verb == VERB_CHANGE)
			lost_of_column(work, rebuild, change);
	}
}
