/* SPDX-License-Identifier: MIT */
/* plan_page.h: a plan as a page and as Markdown, and the pieces of the report in text that are in them. */
#ifndef MOULT_REPORT_PLAN_PAGE_H
#define MOULT_REPORT_PLAN_PAGE_H

#include "base/handle.h"
#include "plan/plan.h"
#include "report/style.h"
#include "run/route.h"

#define MO_MOST_OPEN 40 /* statements that are shown without being asked for */

/* What is said between these two is a text, in the arena, without the space around it. */
struct style mo_said_begin(const struct style *style);
const char *mo_said_end(const struct style *style, struct style *inner);

/* What mo_say_whole() says; NULL where there is one leg. */
const char *mo_said_of_whole(const struct style *style, const struct route *route);

typedef void say_plan_piece(const struct style *style, const struct plan *plan);
const char *mo_plan_said(const struct style *style, say_plan_piece *say, const struct plan *plan);

/* Opens the verdict, which the caller closes with </div>. */
void mo_html_verdict(sqlite3_str *out, bool is_good, const char *verdict);
/* The name of the release that a leg leads to, where there are several. */
void mo_html_release(const struct style *style, const struct route *route, const struct leg *leg);
/* What a page says of a plan behind the verdict. */
void mo_html_plan(sqlite3_str *out, const struct style *style, const struct moult *m,
		  const struct plan *plan);

/* The whole page; and the same for a review, as Markdown.  The route has a leg or more. */
void mo_plan_page(const struct style *style, const struct moult *m, const struct route *route);
void mo_plan_markdown(const struct style *style, const struct route *route);

#endif
