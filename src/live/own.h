/* SPDX-License-Identifier: MIT */
/*
 * own.h: whether what has the name of an own table (sql/own_table.h) is moult's.
 *
 * moult reads and writes its own tables in the middle of a migration.  A view
 * of that name could go on for ever, a trigger on it could write any table, a
 * CHECK or a generated column could compute anything.  So an own table is a
 * table with the text that moult gave it, and nothing stands on it.
 */
#ifndef MOULT_LIVE_OWN_H
#define MOULT_LIVE_OWN_H

#include "base/diag.h"

/*
 * Refuses (RUN037) a file, or a connection with its temp schema, where that is
 * not so.  Where it is, everything with the name of an own table, and
 * everything on one, is moult's.
 */
int mo_own_judge(sqlite3 *db, struct diags *diags);

#endif
