/* SPDX-License-Identifier: MIT */
/*
 * shapes.h: what a script asks its file for, and what it must hear before the
 * steps and after them (sql/shape.h).  Only where facts.script.
 *
 * The question names the tables that virtual tables keep their content in, by what each of
 * them is before and after.  One question serves all versions that a C unit begins
 * with, since a shadow table counts as one only while its virtual table is there.
 */
#ifndef MOULT_TRIAL_SHAPES_H
#define MOULT_TRIAL_SHAPES_H

#include "plan/plan.h"

/* The question, and the shapes of a database that is as the file is, and of a new file. */
int mo_shapes_begin(struct plan *plan, struct moult *m, sqlite3 *db);
int mo_shapes_read(const char **shape, struct plan *plan, struct moult *m, sqlite3 *db);

/*
 * One question for all plans (of struct plan), which the first gets; RUN043 where they would need
 * two.
 */
int mo_shapes_join(const struct list *plans, struct moult *m);

#endif
