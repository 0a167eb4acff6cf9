/* SPDX-License-Identifier: MIT */
/*
 * way_forth_note.h: what a generation of parked values says of itself, where they wait for whoever
 * goes to the newer shape again.
 *
 * The note is a row of _moult_parked at the first place of the generation, which no column has.  So it
 * comes and goes with what it speaks of.  Its value is lines:
 *
 *	forth NUMBER GENERATION 'shape_from' 'shape_to'
 *	value PLACE 'table' 'column' 'type'		of a table that both shapes have
 *	became PLACE 'table' 'column' 'type' 'older'	the same, of a value that was converted
 *	row PLACE 'table' 'column' 'type'		of a table that only the newer one has
 *	trigger 'name' 'text'				as in a way back (way_back_table.h)
 *
 * Nothing in it is SQL that is ever run: names are quoted, and a trigger is made from what it says.
 */
#ifndef MOULT_SQL_WAY_FORTH_NOTE_H
#define MOULT_SQL_WAY_FORTH_NOTE_H

#include "model/way.h"

char *mo_way_forth_text(struct arena *arena, const struct way_forth *forth);
/* Adds the note, which has its text, whatever was there. */
char *mo_sql_way_forth_write(struct arena *arena, const struct way_forth *forth);
/* All notes: the generation, and a text of a bounded size. */
extern const char mo_sql_way_forth_read[];

/*
 * Beside the note stands what AUTOINCREMENT remembers of a table that goes: a statement that parks
 * that, and the expression that finds it again, NULL where there is none.
 */
char *mo_sql_sequence_park(struct arena *arena, int generation, const char *table);
char *mo_sql_sequence_parked(struct arena *arena, int generation, const char *table);

/* Reads one; false where it is not as moult writes it. */
bool mo_read_way_forth(struct way_forth *forth, struct arena *arena, const char *text);

#endif
