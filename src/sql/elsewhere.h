/* SPDX-License-Identifier: MIT */
/* elsewhere.h: functions and types that other databases have, and what is meant in SQLite. */
#ifndef MOULT_SQL_ELSEWHERE_H
#define MOULT_SQL_ELSEWHERE_H

#include <stdbool.h>

/* The expression that does in SQLite what a function does elsewhere: datetime('now') of now; else NULL. */
const char *mo_sql_function_of_elsewhere(const char *name);
/* The same, called without arguments, as DEFAULT takes it. */
const char *mo_sql_default_of_elsewhere(const char *name);

/* The type of a STRICT table that holds what is meant by another; ANY where nobody can tell. */
const char *mo_sql_strict_type(const char *type);
/* Whether it is one of the types of a STRICT table. */
bool mo_sql_is_strict_type(const char *type);

#endif
