/* SPDX-License-Identifier: MIT */
/* hint.h: what hints tell to write in a document, with names as they must stand there. */
#ifndef MOULT_HAZARD_HINT_H
#define MOULT_HAZARD_HINT_H

#include "plan/plan.h"

/* A text as the value of an attribute, between double quotes that are the caller's. */
void mo_hint_value(sqlite3_str *out, const char *text);
/* name="t", and was="t", which is a list of names as SQL has them. */
char *mo_hint_attribute(struct arena *arena, const char *attribute, const char *text);
char *mo_hint_was(struct arena *arena, const char *name);
/* The tombstone of an object, or of a column of a table. */
char *mo_hint_dropped(struct arena *arena, enum kind kind, const char *name);
char *mo_hint_dropped_column(struct arena *arena, const char *name);
/* <ignore name="t"/>, which is a pattern and fits this name. */
char *mo_hint_ignore(struct arena *arena, const char *name);
/* What can be said of an object that is undeclared, or of a column of it. */
char *mo_hint_undeclared(struct arena *arena, const struct object *object,
			 const struct column *column);
/*
 * Where SQL or a database is wanted, the hints that have words to write say first how to get a
 * document, in which they can stand.  When all hazards of the plan are there.
 */
void mo_hint_at_document(struct plan *plan);

/*
 * What to write for a foreign key whose table, which is in the goal, has not the column of that
 * name; NULL where nothing is near.
 */
char *mo_hint_parent_column(const struct plan *plan, const struct constraint *key,
			    const char *name);

#endif
