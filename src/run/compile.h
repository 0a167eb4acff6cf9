/* SPDX-License-Identifier: MIT */
/*
 * compile.h: which views and triggers SQLite cannot compile.
 *
 * CREATE VIEW and CREATE TRIGGER look at little; what a view or a trigger's
 * body speaks of is first resolved when it is used.  So each view is asked
 * for, and each table's INSERT, UPDATE and DELETE, which take its triggers in,
 * are prepared; nothing is run.
 */
#ifndef MOULT_RUN_COMPILE_H
#define MOULT_RUN_COMPILE_H

#include "base/handle.h"
#include "model/schema.h"

/* What does not compile: a view, or the triggers of one event on a table or view. */
struct broken {
	const struct object *object; /* of the schema given */
	enum event event;	     /* where the object is no view, or its triggers are meant */
	bool by_trigger;
	const char *message;
};

/* Adds a struct broken for each, in the arena.  What only lacks a function, collation or module is not broken. */
void mo_compile(struct list *broken, struct arena *arena, sqlite3 *db, const struct schema *schema);

/* Whether the list has the same fault of the object of the same name. */
bool mo_was_broken(const struct list *broken, const struct broken *one);

#endif
