/* SPDX-License-Identifier: MIT */
/* steps.h: what the writers of a plan's steps share; see steps.c. */
#ifndef MOULT_PLAN_STEPS_H
#define MOULT_PLAN_STEPS_H

#include "plan/plan.h"

struct steps {
	struct plan *plan;
	struct arena *arena;
	const struct schema *have; /* after the renames */
	const struct schema *goal;
	/* of struct object: triggers and views that go, to stay away or to come back */
	struct list dropped;
	bool has_done; /* the table of what has been done is there */
};

/* step.c */
struct step *mo_step_add(struct steps *s, enum step_kind kind, const char *object, const char *why,
			 const char *sql);

/* A step that changes the schema of what is named. */
struct step *mo_step_add_schema(struct steps *s, const char *object, const char *why,
				const char *sql, const char *name);
/* A step that changes the text of a table, and no row. */
struct step *mo_step_add_alter(struct steps *s, const char *object, const char *why,
			       const char *sql, const char *table);
void mo_step_may_write(struct steps *s, struct step *step, const char *table);

/* A step that makes an index, or makes it again. */
struct step *mo_step_add_index(struct steps *s, const struct index *index, const char *why,
			       const char *sql);

/* Whether two objects are the same in normal form; false where there is no first. */
bool mo_step_same_form(struct steps *s, const struct object *have, const struct object *want);

/* The statistics of an object under its name after the renames. */
void mo_step_move_statistics(struct steps *s, const char *object, const char *have,
			     const char *want);

/*
 * aside.c: what is set aside before anything else, and a table of that which is not needed any
 * more (NULL: none).
 */
void mo_steps_of_asides(struct steps *s);
void mo_step_drop_aside(struct steps *s, const char *label, const char *work);

/* done.c: which expressions run, for the file to remember. */
void mo_steps_of_done(struct steps *s);

/*
 * full_text_fill.c: whether a full-text table that stays has an index of values that the plan
 * changes.
 */
bool mo_plan_outdates(const struct plan *plan, const struct virtual_table *table);

/*
 * table_steps.c: tables that are altered, rebuilt, replaced or new; then those whose text is
 * edited.
 */
void mo_steps_of_tables(struct steps *s);
void mo_steps_of_edits(struct steps *s);

#endif
