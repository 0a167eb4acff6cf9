/* SPDX-License-Identifier: MIT */
/*
 * columns.h: columns with which SQLite could not have, or not read, the table.
 *
 * Generated ones that need each other (MF112), and undeclared ones that are kept: without what
 * they are generated from (MF114), or of a type that a table which becomes STRICT has not (MF108).
 */
#ifndef MOULT_TRIAL_COLUMNS_H
#define MOULT_TRIAL_COLUMNS_H

#include "plan/plan.h"

/* db is a reference of the schema before the steps. */
int mo_columns_judge(const struct plan *plan, struct moult *m, sqlite3 *db);

#endif
