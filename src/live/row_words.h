/* SPDX-License-Identifier: MIT */
/* row_words.h: the row of a query in words: id 2, mail NULL. */
#ifndef MOULT_LIVE_ROW_WORDS_H
#define MOULT_LIVE_ROW_WORDS_H

#include <sqlite3.h>

/* The row that a statement stands on, from its column first on; long values are cut. */
void mo_row_words(sqlite3_str *out, sqlite3_stmt *stmt, int first);

#endif
