/* SPDX-License-Identifier: MIT */
/* move.c: see move.h. */
#include "plan/move.h"

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
