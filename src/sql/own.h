/* SPDX-License-Identifier: MIT */
/*
 * own.h: the statements about moult's own tables.  Values are bound.
 */
#ifndef MOULT_SQL_OWN_H
#define MOULT_SQL_OWN_H

#define MO_HISTORY_TABLE "_moult_history"

extern const char mo_sql_history_create[]; /* does nothing where the table exists */
extern const char
	mo_sql_history_add[]; /* binds 1 format .. 13 backup, in the order of the columns */
extern const char
	mo_sql_history_last[]; /* all columns of the newest row, in the order of the table */

#endif
