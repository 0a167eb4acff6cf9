/* SPDX-License-Identifier: MIT */
/* move.c: see move.h. */
#include "plan/move.h"

#include "base/text.h"
#include "sql/mention.h"

/* The type that an edit makes another reads each record as before; a DEFAULT is what short ones read. */
static bool keeps_rows(const struct change *change)
{
	const unsigned words = ATTRIBUTE_TYPE | ATTRIBUTE_COLLATE;

	return change->part == PART_CONSTRAINT ||
	       (change->part == PART_COLUMN && change->verb == VERB_CHANGE &&
		!(change->attributes & ~words));
}

bool mo_move_keeps_rows(const struct move *move)
{
	for (int i = 0; move->way == WAY_EDIT && i < move->changes.count; i++)
		if (!keeps_rows(move->changes.items[i]))
			return false;
	return move->way == WAY_NOTHING || move->way == WAY_EDIT;
}

static bool keeps_records(const struct change *change)
{
	return keeps_rows(change) || (change->part == PART_COLUMN && change->verb == VERB_ADD);
}

bool mo_move_keeps_records(const struct move *move)
{
	for (int i = 0; i < move->changes.count; i++)
		if (!keeps_records(move->changes.items[i]))
			return false;
	return move->way == WAY_NOTHING || move->way == WAY_NATIVE || move->way == WAY_EDIT;
}

bool mo_move_copies(const struct move *move)
{
	return move->way == WAY_REBUILD || move->way == WAY_EXCHANGE;
}

/* Under a name of before it is another column's that a copy reads. */
static bool is_read(const struct move *move, const char *column)
{
	EACH (const struct source, source, &move->sources)
		if (move->has_old_names || mo_mentions(source->copy, column))
			return true;
	return false;
}

static bool has_term(const struct list *terms, const char *column)
{
	EACH (const struct term, term, terms)
		if (mo_same_name(term->column, column))
			return true;
	return false;
}

static bool has_all(const struct move *move, const struct list *terms)
{
	const struct column *rowid = mo_table_rowid_column(move->have);

	EACH (const struct column, column, &move->have->columns) {
		const char *name = column->object.name;

		if (column != rowid && is_read(move, name) && !has_term(terms, name))
			return false;
	}
	return true;
}

/* INTEGER PRIMARY KEY is the table itself. */
static bool has_index(const struct table *table, const struct constraint *key)
{
	return key->kind == CONSTRAINT_UNIQUE ||
	       (key->kind == CONSTRAINT_PRIMARY_KEY && !mo_table_rowid_column(table));
}

/* Of a table WITHOUT ROWID NOT INDEXED leaves SQLite the choice. */
bool mo_move_is_covered(const struct move *move)
{
	if (!move->have || move->have->without_rowid)
		return false;
	EACH (const struct index, index, &move->have->object.indexes)
		if (has_all(move, &index->terms))
			return true;
	EACH (const struct constraint, key, &move->have->constraints)
		if (has_index(move->have, key) && has_all(move, &key->terms))
			return true;
	return false;
}

bool mo_move_adds(const struct move *move, const struct constraint *constraint)
{
	EACH (const struct change, change, &move->changes)
		if (change->want_constraint == constraint)
			return true;
	return false;
}

bool mo_source_is_new(const struct source *source)
{
	return !source->have || source->is_using || source->is_recomputed ||
	       !mo_same_affinity(source->have->affinity, source->want->affinity);
}

bool mo_move_is_new(const struct move *move, const struct source *source)
{
	return mo_source_is_new(source) && (move->way != WAY_EDIT || !source->have ||
					    source->is_using || source->is_recomputed);
}

const struct source *mo_move_source(const struct move *move, const char *column)
{
	EACH (const struct source, source, &move->sources)
		if (mo_same_name(source->want->object.name, column))
			return source;
	return NULL;
}

bool mo_move_keeps_values(const struct move *move, const char *column)
{
	const struct source *source = mo_move_source(move, column);

	return source && source->have && !source->is_using && !source->is_generated &&
	       !source->is_unpredictable && !source->have->generated.text &&
	       mo_same_affinity(source->have->affinity, source->want->affinity) &&
	       mo_same_name(source->have->collate, source->want->collate);
}

bool mo_move_keeps_rowids(const struct move *move)
{
	const struct column *have = mo_table_rowid_column(move->have);
	const struct column *want = mo_table_rowid_column(move->want);

	if (!have && !want)
		return move->rowid_have && move->rowid_want;
	return have && want && mo_same_name(have->object.name, want->object.name) &&
	       mo_move_keeps_values(move, want->object.name);
}
