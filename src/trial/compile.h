/* SPDX-License-Identifier: MIT */
/*
 * compile.h: which views and triggers SQLite cannot compile.
 *
 * CREATE VIEW and CREATE TRIGGER look at little; what a view or a trigger's
 * body speaks of is first resolved when it is used.  So each view is asked
 * for, and each table's INSERT, UPDATE and DELETE, which take its triggers in,
 * are prepared; nothing is run.  A full-text table finds out whether its content
 * is there when it is read.  The columns of UPDATE OF SQLite never resolves: it
 * compares their spelling with the names that an UPDATE sets, and a trigger
 * whose column has gone is silent ever after.
 */
#ifndef MOULT_TRIAL_COMPILE_H
#define MOULT_TRIAL_COMPILE_H

#include "base/handle.h"
#include "model/schema.h"

/* A view or trigger that does not compile; a full-text table that cannot be read. */
struct broken {
	const struct object *object; /* of the schema given */
	const char *message;
	const char *column; /* of UPDATE OF, in a trigger that never fires for it; else NULL */
	bool is_unknown;    /* it is not broken: it lacks a module, and nobody can tell */
};

/* A view or trigger reads a column, which may be one of a view too. */
struct reading {
	const char *object;
	const char *table;
	const char *column;
};

/* Puts readings in the order in which mo_readings_of() finds them. */
void mo_sort_readings(struct list *readings);
/*
 * The readings of an object: how many, and *first of them; of a view and a trigger of one name,
 * those of both.
 */
int mo_readings_of(int *first, const struct list *readings, const char *object);

/*
 * Adds a struct broken for each, in the arena.  What only lacks a
 * module is not broken.  db is a reference: functions and collations that only
 * the application has get stand-ins, so that they hide nothing, and triggers are
 * taken away in a savepoint to find out which of several is at fault.
 * readings may be NULL; else what lacks a module is added too, as unknown, and what a view or
 * trigger that compiles reads is added, more than once maybe.
 */
int mo_compile(struct list *broken, struct list *readings, struct arena *arena, struct moult *m,
	       sqlite3 *db, const struct schema *schema);

/* Whether the list has the object of the same kind and name, for the same column if for any. */
bool mo_was_broken(const struct list *broken, const struct broken *one);

#endif
