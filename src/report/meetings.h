/* SPDX-License-Identifier: MIT */
/* meetings.h: what old code sees in the new file, and new code in the old one, as it is said. */
#ifndef MOULT_REPORT_MEETINGS_H
#define MOULT_REPORT_MEETINGS_H

#include "compat/compat.h"
#include "report/style.h"

void mo_report_compat(sqlite3_str *out, const struct compat *compat, struct page page);

#endif
