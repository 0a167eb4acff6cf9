/* SPDX-License-Identifier: MIT */
/* plan_c.h: plans as a C unit, a source and a header that need nothing but sqlite3. */
#ifndef MOULT_REPORT_PLAN_C_H
#define MOULT_REPORT_PLAN_C_H

#include "plan/plan.h"

/*
 * plans: of struct plan, all to the same schema; or a chain, the oldest first, each to where the
 * next begins (trial/chain.h).  name: a name in C.
 */
void mo_report_unit_header(sqlite3_str *out, const struct list *plans, const char *name);
void mo_report_unit_source(sqlite3_str *out, const struct list *plans, bool is_chain,
			   const char *name);

/* What is the same in all units, by src/embed.sh: frame.h, frame.c and frame_back.c. */
extern const char mo_unit_header[];
extern const char mo_unit_source[];
extern const char mo_unit_way_back[];

#endif
