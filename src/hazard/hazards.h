/* SPDX-License-Identifier: MIT */
/* hazards.h: the passes that add hazards to a plan; assess.c has their order. */
#ifndef MOULT_HAZARD_HAZARDS_H
#define MOULT_HAZARD_HAZARDS_H

#include "plan/plan.h"

void mo_plan_change_hazards(struct plan *plan); /* what the changes show */
void mo_plan_undeclared_hazards(struct plan *plan);
void mo_plan_row_hazards(struct plan *plan, const struct move *move);
void mo_plan_constraint_hazards(struct plan *plan, const struct move *move);
void mo_plan_index_hazards(struct plan *plan);
void mo_plan_lost_hazards(struct plan *plan);
void mo_plan_raise_hazards(struct plan *plan, const struct move *move);
void mo_plan_fill_hazards(struct plan *plan);
/*
 * Adds MD119 where a virtual table that is made anew has rows that nothing makes again, though
 * something fills it.
 */
void mo_plan_refill_hazard(struct plan *plan, const struct virtual_table *have,
			   const struct virtual_table *want);
/* The same of what FTS5 was told by commands. */
void mo_plan_settings_hazard(struct plan *plan, const struct virtual_table *have,
			     const struct virtual_table *want);
/* The same of triggers and indexes on the tables of a virtual one that is made anew, or goes. */
void mo_plan_stray_hazards(struct plan *plan);
void mo_plan_key_hazards(struct plan *plan);
void mo_plan_version_hazards(struct plan *plan);
void mo_plan_kept_hazards(struct plan *plan);
void mo_plan_rename_hazards(struct plan *plan);
void mo_plan_require_hazards(struct plan *plan);
void mo_plan_data_hazards(struct plan *plan);
void mo_plan_way_hazards(struct plan *plan); /* of a way back that the file carries */
/* Has those park the rows that they find which nobody consented to, where that is wanted; or hints at it. */
void mo_plan_park_hazards(struct plan *plan, bool is_wanted);
void mo_plan_statement_hazards(struct plan *plan);
void mo_plan_newer_hazard(struct plan *plan);
void mo_plan_prey_hazards(struct plan *plan);
/*
 * Adds MD103 where something is made that looks like a table or column that goes, or stays
 * undeclared.
 */
bool mo_plan_renamed_table(struct plan *plan, const struct object *former, bool stays);
bool mo_plan_renamed_column(struct plan *plan, const struct move *move, const struct column *former,
			    bool stays);

/*
 * What was decided of something that the document does not declare, or of a column of it; NULL
 * where nothing.
 */
const struct leftover *mo_plan_leftover(const struct plan *plan, const struct object *object,
					const struct column *column);

/* A key whose expressions are computed for the rows of a table. */
struct key_asked {
	const struct object *object; /* the table, or the index */
	const struct list *terms;
	const char *where; /* of a partial index, or NULL */
	const struct moult_place *place;
};
void mo_plan_raise_key(struct plan *plan, const struct table *table, const struct key_asked *key);

/* edit_hazards.c */
void mo_plan_edit_hazards(struct plan *plan);

#endif
