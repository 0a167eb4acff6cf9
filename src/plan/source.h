/* SPDX-License-Identifier: MIT */
/* source.h: where each column of a table that changes gets its values. */
#ifndef MOULT_PLAN_SOURCE_H
#define MOULT_PLAN_SOURCE_H

#include "plan/plan.h"

void mo_plan_sources(struct plan *plan, struct move *move);
/* Expressions that repair rows in the way of a constraint, once all sources are there. */
void mo_plan_repair(struct plan *plan);
char *mo_plan_copy_from(struct plan *plan, const struct move *move);
/* What the copy calls the row that it reads. */
const char *mo_plan_copy_alias(const struct plan *plan, const struct move *move);
/*
 * Whether a plain expression reads the rowid of a table in which rowid, _rowid_ and oid are columns
 * by the time that it is evaluated.
 */
bool mo_plan_lacks_rowid(struct plan *plan, const struct move *move, const char *expression);
/* Whether an expression, or a query, gives the same twice, and whatever it reads does. */
bool mo_plan_foretells(const struct plan *plan, const char *sql);
/* How to name the rowid of a table beside all its columns in one query; NULL: not at all. */
const char *mo_plan_rowid_name(const struct table *table);

#endif
