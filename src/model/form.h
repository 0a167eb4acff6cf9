/* SPDX-License-Identifier: MIT */
/*
 * form.h: the normal form of objects, in which they are compared and hashed.
 *
 * Two objects have the same form if SQLite treats them the same way and their
 * constraints have the same names.  What a form leaves out is no difference:
 * spelling, comments, the order of columns and constraints, whether a
 * constraint stands at its column or at the table, MATCH, and clauses that say
 * what is so without them (ON CONFLICT ABORT, NOT DEFERRABLE, COLLATE BINARY).
 *
 * Parentheses around the whole of a CHECK, DEFAULT or generating expression
 * are none either.  Those of an index or a trigger are: it is made again
 * without touching a row, and then says what the document says.
 *
 * The one place where the standing of a clause means something is kept: DESC
 * in the clause of an INTEGER PRIMARY KEY column, which then is not the rowid.
 */
#ifndef MOULT_MODEL_FORM_H
#define MOULT_MODEL_FORM_H

#include "model/expression.h"
#include "model/schema.h"

/* All are texts in the arena; NULL without memory. */
char *mo_form_constraint(struct arena *arena, const struct constraint *constraint);
char *mo_form_column(struct arena *arena,
		     const struct column *column); /* without its constraints */
char *mo_form_object(struct arena *arena, const struct object *object);

/* Forms of columns and constraints, sorted bytewise. */
void mo_form_columns(struct arena *arena, struct list *forms, const struct table *table);
void mo_form_constraints(struct arena *arena, struct list *forms, const struct table *table);

/*
 * Whether a table still keeps rows apart by some or all of the terms of a unique index or
 * constraint, and on the same condition or none: then no two rows can agree in all of them.
 */
bool mo_keeps_apart(const struct table *table, const struct list *terms, const struct sql *where);

/* "moult1:" and 32 hexadecimal digits: a fresh and an altered file of one schema have the same. */
char *mo_shape(struct arena *arena, const struct schema *schema);

#endif
