/* SPDX-License-Identifier: MIT */
/* describe.h: changes in words, one line each, for reports and for the reasons in a plan. */
#ifndef MOULT_DIFF_DESCRIBE_H
#define MOULT_DIFF_DESCRIBE_H

#include "diff/diff.h"

/* "table t", "column t.a": in the arena. */
char *mo_label_object(struct arena *arena, const struct object *object);
char *mo_label_column(struct arena *arena, const char *table, const char *column);
char *mo_label_rename(struct arena *arena, const struct rename *rename); /* of what it becomes */

/* What a change is about ("column t.a"), and what changes ("type TEXT becomes INTEGER"). */
char *mo_change_label(struct arena *arena, const struct change *change);
char *mo_change_text(struct arena *arena, const struct diff *diff, const struct change *change);

/* A constraint as one reads it: "UNIQUE (a, b)". */
char *mo_constraint_text(struct arena *arena, const struct constraint *constraint);

#endif
