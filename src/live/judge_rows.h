/* SPDX-License-Identifier: MIT */
/*
 * judge_rows.h: declared rows put into tables in memory, for SQLite to say which of them cannot be
 * stored (DOC015), and which have one key (DOC013).
 */
#ifndef MOULT_LIVE_JUDGE_ROWS_H
#define MOULT_LIVE_JUDGE_ROWS_H

#include "base/handle.h"
#include "model/schema.h"

int mo_rows_judge(struct moult *m, const struct schema *document);

#endif
