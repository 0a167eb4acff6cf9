/* SPDX-License-Identifier: MIT */
/*
 * data_steps.h: which steps of a document run, and where.
 *
 *	plan->steps   [ steps before | what changes the schema | steps after, requirements ]
 *	              0              plan->begins              plan->ends
 *
 * Old is the file after the first part: probes, expected rows and what is set aside read that.
 */
#ifndef MOULT_PLAN_DATA_STEPS_H
#define MOULT_PLAN_DATA_STEPS_H

#include "plan/add_step.h"

#define MO_UNDO "undo " /* in front of the name of a step: the one that is its way back */

enum data_fate {
	DATA_DONE, /* the file has it behind it */
	DATA_RUNS,
	DATA_MARKED,  /* it need not run: a new file, or by --steps done */
	DATA_UNCLEAR, /* the file is as the document says, and nobody knows why */
};

enum data_fate mo_data_fate(const struct plan *plan, const struct data_step *step);
/* Those that the file has no mark of, and that may have to run (struct data_step). */
void mo_data_due(struct list *due, struct arena *arena, const struct plan *plan);
/* The marks and the statements of those that run at a moment. */
void mo_steps_of_data(struct steps *s, enum moment at);
/* The marks of those that need not run. */
void mo_steps_of_marks(struct steps *s);
/* A statement of a step as a step of a plan. */
struct step mo_data_step(struct arena *arena, const struct schema *schema,
			 const struct data_step *data, const struct data_statement *statement);
char *mo_data_label(struct arena *arena, const struct data_step *step);
/* Whether a schema is that of a new file. */
bool mo_is_new_file(const struct schema *have);
/* The first step that a schema does not remember, in words; NULL where there is none. */
const char *mo_data_forgotten(const struct plan *plan, const struct schema *schema);

#endif
