/* SPDX-License-Identifier: MIT */
/* rehearsal.h: what a rehearsal came to, as src/moult.c gathers it. */
#ifndef MOULT_REPORT_REHEARSAL_H
#define MOULT_REPORT_REHEARSAL_H

#include "report/style.h"
#include "base/diag.h"
#include "run/rehearse.h"

/* m has the diagnostics, which are in JSON, and draws the pictures of a page. */
void mo_report_rehearsal(sqlite3_str *out, const struct moult *m, const struct rehearsal *rehearsal,
			 struct page page);

#endif
