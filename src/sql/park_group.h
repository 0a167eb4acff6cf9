/* SPDX-License-Identifier: MIT */
/*
 * park_group.h: what a trigger of sql/parked_table.h says of the values that it keeps true.
 *
 * The values of several migrations may wait in a file, each for its own way back.  A generation is
 * those of one migration; their places begin at a multiple of MO_PLACES, and a group is those of one
 * table.  Where a group's table has gone with a later migration the values stay, and their triggers are
 * made again when the table is back.
 */
#ifndef MOULT_SQL_PARK_GROUP_H
#define MOULT_SQL_PARK_GROUP_H

#include <stdbool.h>

#include "base/arena.h"

#define MO_PLACES 1048576 /* of a generation; the first is none (way_forth_note.h) */
#define MO_GENERATIONS 16 /* they are fewer */

/* A trigger, as the file has it. */
struct park_trigger {
	const char *name;
	const char *sql;
};

struct park_group {
	const char *table; /* in the file */
	struct list key;   /* of char *: its columns */
	int first;	   /* places */
	int last;
};

static inline int mo_generation(const struct park_group *group)
{
	return group->first / MO_PLACES;
}

/*
 * Reads a trigger that mo_is_park_trigger() takes for one; false where it is not that of INSERT, or
 * not as moult writes it.
 */
bool mo_park_group_read(struct park_group *group, struct arena *arena, const char *sql);

/* As a line of a text that keeps it for later: the word trigger, its name and its text. */
void mo_write_park_triggers(sqlite3_str *out, const struct list *triggers);
/*
 * Reads what follows the word; false where it is none.  What would do more than moult's own triggers is
 * none.
 */
bool mo_read_park_trigger(struct list *triggers, struct arena *arena, const char **text);

/* Drops what is parked, but for some generations (of count). */
char *mo_sql_parked_keep(struct arena *arena, const int *generations, int count);
/* Drops what is parked of a group. */
char *mo_sql_parked_drop(struct arena *arena, const struct park_group *group);

#endif
