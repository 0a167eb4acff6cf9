/* SPDX-License-Identifier: MIT */
/*
 * ways.h: what each way of changing a table can do, for strategy.c.
 *
 * A function that is called mo_cannot_... says why a change cannot be made
 * that way, in words for the plan; NULL where it can.
 */
#ifndef MOULT_PLAN_WAYS_H
#define MOULT_PLAN_WAYS_H

#include "plan/plan.h"

#define MO_NO_ALTER "SQLite has no ALTER for this"

/* The ways that may be taken beside the rebuild, which always may. */
enum {
	MAY_ALTER = 1,
	MAY_EDIT = 2,
	MAY_EXCHANGE = 4,
	MAY_ALL = MAY_ALTER | MAY_EDIT | MAY_EXCHANGE
};

/* Reads what --strategy says; false where it is none. */
bool mo_ways_read(unsigned *ways, const char *strategy);

/* Whether a constraint comes or goes with its column. */
bool mo_goes_with_column(const struct move *move, const struct change *change);

/* SQLite's ALTER: native.c.  Renames are all made by it, or none. */
const char *mo_cannot_rename(const struct plan *plan);
const char *mo_cannot_add_column(const struct plan *plan, const struct move *move,
				 const struct change *change);
const char *mo_cannot_drop_column(const struct plan *plan, const struct move *move,
				  const struct change *change);
const char *mo_cannot_add_constraint(const struct plan *plan, const struct move *move,
				     const struct change *change);
const char *mo_cannot_drop_constraint(const struct plan *plan, const struct move *move,
				      const struct change *change);

/* An edit of the stored text: edit.c */
const char *mo_cannot_edit_type(const struct plan *plan, const struct move *move,
				const struct change *change);
const char *mo_cannot_edit_collation(const struct plan *plan, const struct move *move,
				     const struct change *change);
const char *mo_cannot_edit_default(const struct plan *plan, const struct move *move,
				   const struct change *change);
const char *mo_cannot_edit_generated(const struct plan *plan, const struct move *move,
				     const struct change *change);
const char *mo_cannot_edit_key(const struct plan *plan, const struct move *move,
			       const struct change *change);
const char *mo_cannot_edit_strict(const struct plan *plan, const struct move *move,
				  const struct change *change);

/* The text that an edit stores, and that of the table after an exchange: edit.c. */
char *mo_plan_edited_text(struct plan *plan, const struct move *move);
char *mo_plan_exchanged_text(struct plan *plan, const struct move *move);

/*
 * Where only columns come, and to many tables, the edit stores what ALTER would; and where many
 * tables are copied, or lose columns, they are exchanged together: many.c
 */
int mo_plan_many(struct plan *plan, struct moult *m, const struct moult_options *options);

/*
 * An exchange of root pages: exchange.c. Where it can be, the indexes are sorted: move->stays and
 * move->remade.
 */
const char *mo_cannot_exchange(struct plan *plan, struct move *move);
/* The same, and whether it was tried in memory in vain: strategy.c. */
const char *mo_should_not_exchange(struct plan *plan, struct move *move);
/* The statement of the table under way: exchange.c. */
char *mo_plan_bare_table(struct plan *plan, const struct move *move);
/* How many indexes it keeps from being built again, those of keys too. */
int mo_exchange_keeps(const struct move *move);

#endif
