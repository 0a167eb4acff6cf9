/* SPDX-License-Identifier: MIT */
/* plan_words.h: what the three reports of a plan say in the same way. */
#ifndef MOULT_REPORT_PLAN_WORDS_H
#define MOULT_REPORT_PLAN_WORDS_H

#include "plan/plan.h"
#include "report/style.h"
#include "run/route.h"

/* "rebuild", "exchange", "edit", "alter", "create", "drop", "rename" */
const char *mo_way_word(const struct move *move);
/* The name of the table: the one it will have, or had. */
const char *mo_move_table(const struct move *move);
/* The rows of a table that is copied or dropped; -1 where they were not counted. */
long long mo_move_rows(const struct plan *plan, const struct move *move);

/* Whether the rows were asked and had nothing against it: there is nothing to say then. */
bool mo_hazard_is_over(const struct hazard *hazard);
/* Whether a report of a plan lists it: not one that is over, nor what the head of its table says. */
bool mo_hazard_is_listed(const struct hazard *hazard);
/* Whether it depends on rows that nobody asked. */
bool mo_hazard_is_open(const struct hazard *hazard);
/* "MD102:t.a", or NULL where consent is not needed or does not help. */
const char *mo_hazard_consent(struct arena *arena, const struct hazard *hazard);
/* "refused", "allowed", "warning", "open" */
const char *mo_hazard_word(const struct hazard *hazard);

/* Those that could still refuse, depending on rows. */
int mo_plan_open_hazards(const struct plan *plan);

/* What a step is done for, and why; NULL where the one before (or NULL) has said all of it. */
const char *mo_step_words(struct arena *arena, const struct step *step, const struct step *last);
/* The statement of a step with its semicolon, where no comment at its end can swallow it. */
const char *mo_step_statement(struct arena *arena, const struct step *step);

/* The pieces of the report in text, each with the end of its last line (plan_text.c). */
#define MO_MOST_REASONS 4 /* that are shown of a table */
void mo_say_move_head(const struct style *style, const struct plan *plan, const struct move *move);
void mo_say_declared_rows(const struct style *style, const struct plan *plan);
void mo_say_what_happens(const struct style *style, const struct plan *plan);
void mo_say_steps(const struct style *style, const struct plan *plan);
void mo_say_open(const struct style *style, const struct plan *plan);
void mo_say_verdict(const struct style *style, const struct plan *plan);
void mo_say_estimate(const struct style *style, const struct plan *plan);
/* Of a route through several releases: how many, and the estimate of all of them. */
void mo_say_whole(const struct style *style, const struct route *route);

/* The other formats; mo_report_plan() chooses. */
void mo_plan_script(const struct style *style, const struct plan *plan, bool for_shell);
void mo_plan_statements(const struct style *style, const struct plan *plan);
void mo_plan_json(const struct style *style, const struct route *route);

/* The hazards that refuse, as in the report of a plan, after an empty line. */
void mo_say_refusals(const struct style *style, const struct plan *plan);
/* "hazards": [...], as plan_json.c says; a plan that is NULL has none. */
void mo_json_hazards(struct json *json, struct arena *arena, const struct plan *plan);

/* The same of all legs. */
void mo_json_hazards_of_route(struct json *json, struct arena *arena, const struct route *route);

/* Comments for the linter: what the script of a plan does on purpose (plan_allow.c). */
void mo_plan_allowances(const struct style *style, const struct plan *plan);

#endif
