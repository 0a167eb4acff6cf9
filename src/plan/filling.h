/* SPDX-License-Identifier: MIT */
/* filling.h: the rows of tables that the plan makes, where the document says them. */
#ifndef MOULT_PLAN_FILLING_H
#define MOULT_PLAN_FILLING_H

#include "plan/add_step.h"

/* What fills each table that is made; once the moves are there. */
int mo_plan_fillings(struct plan *plan, struct moult *m);

/* The rows are set aside; and those that an expression reads are there under the table's name. */
void mo_steps_of_fillings(struct steps *s);
/* The names are free again, behind the last expression. */
void mo_steps_of_lookups(struct steps *s);
/* The rows come to their table, which has just been made. */
void mo_step_fill_table(struct steps *s, const struct move *move);

/*
 * Outside of the steps, for whoever asks what the rows will be: all of it in the temp schema of a
 * connection to the file as it is; and away again.
 */
int mo_fillings_show(const struct plan *plan, struct moult *m, sqlite3 *db);
void mo_fillings_hide(const struct plan *plan, sqlite3 *db);
/* The same without rows, for what is compiled on the old schema in memory. */
int mo_fillings_declare(const struct plan *plan, struct moult *m, sqlite3 *db);

#endif
