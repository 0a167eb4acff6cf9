/* SPDX-License-Identifier: MIT */
/*
 * parent_key.h: what a foreign key refers to: a primary key, a UNIQUE constraint, or a UNIQUE index
 * without WHERE.  https://sqlite.org/foreignkeys.html#fk_indexes
 */
#ifndef MOULT_PLAN_PARENT_KEY_H
#define MOULT_PLAN_PARENT_KEY_H

#include "plan/plan.h"

/* Whether terms of a table are these columns (of char *), in whatever order. */
bool mo_terms_cover(const struct plan *plan, const struct list *terms, const struct list *columns,
		    const struct table *table);
/* Whether a table has a key of these columns that SQLite takes for a reference. */
bool mo_parent_has_key(const struct plan *plan, const struct table *parent,
		       const struct list *columns);
/*
 * Whether a foreign key cannot work: parent columns that are missing or not unique.  A missing
 * table is no such fault.
 */
bool mo_key_is_mismatched(const struct plan *plan, const struct schema *schema,
			  const struct constraint *key);

#endif
