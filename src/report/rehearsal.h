/* SPDX-License-Identifier: MIT */
/* rehearsal.h: what a rehearsal came to, as src/moult.c gathers it. */
#ifndef MOULT_REPORT_REHEARSAL_H
#define MOULT_REPORT_REHEARSAL_H

#include "report/style.h"
#include "base/diag.h"
#include "run/rehearse.h"

void mo_report_rehearsal(sqlite3_str *out, const struct rehearsal *rehearsal,
			 const struct diags *diags, struct page page);

#endif
