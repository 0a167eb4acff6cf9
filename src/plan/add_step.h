/* SPDX-License-Identifier: MIT */
/* add_step.h: what the writers of a plan's steps share. */
#ifndef MOULT_PLAN_ADD_STEP_H
#define MOULT_PLAN_ADD_STEP_H

#include "plan/plan.h"

struct steps {
	struct plan *plan;
	struct arena *arena;
	const struct schema *have; /* after the renames */
	const struct schema *goal;
	/* of struct object: triggers and views that go, to stay away or to come back */
	struct list dropped;
	bool has_done;	  /* the table of what has been done is there */
	struct list keys; /* of struct key_index */
};

/* A UNIQUE index under another name, for as long as its own is not free (children.c). */
struct key_index {
	const struct index *index;
	const char *name;
};

struct step *mo_step_add(struct steps *s, enum step_kind kind, const char *object, const char *why,
			 const char *sql);

/* A step that changes the schema of what is named. */
struct step *mo_step_add_schema(struct steps *s, const char *object, const char *why,
				const char *sql, const char *name);
/* A step that changes the text of a table, and no row. */
struct step *mo_step_add_alter(struct steps *s, const char *object, const char *why,
			       const char *sql, const char *table);
void mo_step_may_write(struct steps *s, struct step *step, const char *table);

/* The table of what has been done, where no step has made it; done.c. */
void mo_step_make_done(struct steps *s);

/* A step that makes an index, or makes it again. */
struct step *mo_step_add_index(struct steps *s, const struct index *index, const char *why,
			       const char *sql);

/* Whether two objects are the same in normal form; false where there is no first. */
bool mo_step_same_form(struct steps *s, const struct object *have, const struct object *want);

/* The statistics of an object under its name after the renames. */
void mo_step_move_statistics(struct steps *s, const char *object, const char *have,
			     const char *want);

#endif
