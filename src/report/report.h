/* SPDX-License-Identifier: MIT */
/*
 * report.h: everything that moult says, as text, as SQL and as JSON.
 *
 * Each report is appended to a string builder, from which src/moult.c hands it
 * to the caller's callback.  Colour is there only where the format is
 * MOULT_COLOR; MOULT_SQL means a script where there is one and text elsewhere.
 *
 * What goes wrong for want of memory is an error of the builder.
 *
 * JSON is always one object with "moult": 1, the version of the shape.  Shapes
 * only grow: readers pass over members that they do not know.  Each file says
 * its own, and moult-formats(5) has them all.
 */
#ifndef MOULT_REPORT_REPORT_H
#define MOULT_REPORT_REPORT_H

#include "base/diag.h"
#include "diff/diff.h"
#include "plan/plan.h"
#include "report/status.h"
#include "report/style.h"
#include "run/route.h"

void mo_report_diagnostics(sqlite3_str *out, const struct diags *diags, struct page page);
/* A schema to look at: MOULT_MERMAID, MOULT_DOT or MOULT_HTML.  m draws the picture of a page. */
void mo_report_schema(sqlite3_str *out, const struct moult *m, const struct schema *schema,
		      const char *name, const moult_picture *options, struct page page);
void mo_report_diff(sqlite3_str *out, const struct diff *diff, struct page page);
/* m draws the pictures of a page. */
void mo_report_plan(sqlite3_str *out, const struct moult *m, const struct route *route,
		    struct page page);
void mo_report_status(sqlite3_str *out, const struct status *status, struct page page);
void mo_report_verify(sqlite3_str *out, const struct verification *verification, struct page page);
void mo_report_history(sqlite3_str *out, const struct past *past, struct page page);
/* Diagnostics are a part of it in JSON alone. */
void mo_report_outcome(sqlite3_str *out, const char *path, const moult_outcome *outcome,
		       const struct diags *diags, struct page page);

#endif
