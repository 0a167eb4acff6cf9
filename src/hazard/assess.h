/* SPDX-License-Identifier: MIT */
/*
 * assess.h: what could go wrong with a plan: its hazards, each with the question to ask the rows.
 */
#ifndef MOULT_HAZARD_ASSESS_H
#define MOULT_HAZARD_ASSESS_H

#include "plan/plan.h"

#define MO_HINT_RAISING                                                                   \
	"correct these rows first, or have the expression pass over them with CASE WHEN " \
	"... THEN ... END"

/* Adds the hazards of a plan, and marks those that are consented to. */
int mo_assess(struct plan *plan, const struct moult_options *options, struct diags *diags);
/* Only those that stand whatever the steps: MD123, MC106. */
int mo_assess_standing(struct plan *plan, const struct moult_options *options, struct diags *diags);
/*
 * Marks the hazards that the document, or a list of --allow, consents to; DOC007 or RUN022 where one
 * names what can be none.
 */
int mo_plan_consent(struct plan *plan, const char *allow, struct diags *diags);
/* MD122: a table of the application's that a virtual one takes; how is what becomes of it. */
void mo_plan_add_prey(struct plan *plan, const struct prey *prey, const char *how);
/*
 * What --allow takes to consent to a hazard: "MD102:t.a", with an odd name in double quotes; in
 * the arena.
 */
char *mo_hazard_consent_words(struct arena *arena, const struct hazard *hazard);

#endif
