/* SPDX-License-Identifier: MIT */
/* findings.h: findings of the linter as text, JSON and SARIF. */
#ifndef MOULT_REPORT_FINDINGS_H
#define MOULT_REPORT_FINDINGS_H

#include "report/style.h"
#include "lint/lint.h"

void mo_report_lint(sqlite3_str *out, const struct lint *lint, struct page page);
void mo_report_sarif(sqlite3_str *out, const struct lint *lint); /* sarif.c */

#endif
