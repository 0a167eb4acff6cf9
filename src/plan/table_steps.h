/* SPDX-License-Identifier: MIT */
/* table_steps.h: tables that are altered, rebuilt, replaced or new; then those whose text is edited. */
#ifndef MOULT_PLAN_TABLE_STEPS_H
#define MOULT_PLAN_TABLE_STEPS_H

#include "plan/add_step.h"

void mo_steps_of_tables(struct steps *s);
void mo_steps_of_edits(struct steps *s);
/* Around what changes the rows of sqlite_master themselves; move may be NULL. */
/* One that goes, with its rows. */
void mo_step_drop_table(struct steps *s, const struct move *move, const char *why);
void mo_steps_set_writable(struct steps *s, const char *label, const struct move *move, bool on);
void mo_steps_count_schema(struct steps *s, const char *label, const struct move *move);

/*
 * One rebuild in its parts: the table under its work name, in the shape of another where references
 * differ; its rows; what was copied goes; its name.
 */
void mo_step_make_table(struct steps *s, struct move *move, const struct table *as);
void mo_step_fill_copy(struct steps *s, struct move *move);
void mo_step_drop_copied(struct steps *s, struct move *move);
void mo_step_name_copy(struct steps *s, struct move *move);

#endif
