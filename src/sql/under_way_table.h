/* SPDX-License-Identifier: MIT */
/*
 * under_way_table.h: _moult_under_way, a change that is made in many short transactions.
 *
 *	_moult_under_way(number, what, name, format, at, version, phase, cursor, text, former)
 *	  'run', kind, ...	the change: what it leads to (text) and what was (former)
 *	  'table', its name	a table that is gone through: its phase, how many rows were copied (cursor),
 *				and the number that the schema had when it was begun (text)
 *	  'index', its name	the same of an index that is made: how many entries were written; and the
 *				text of what the one of that name becomes, to be swept (former)
 *	  'made', its name	an object of moult's that stands in the file meanwhile: its text; of an
 *				index that has not all entries, its text when it has (former), and the
 *				place up to which (phase)
 *
 * The table is there as long as the change is, and goes with it.  moult-formats(5) describes it.
 */
#ifndef MOULT_SQL_UNDER_WAY_TABLE_H
#define MOULT_SQL_UNDER_WAY_TABLE_H

#include "sql/own_table.h"

#define MO_UNDER_WAY_FORMAT 1
/* What is under way: the name of a row 'run'. */
#define MO_ONLINE "online"
#define MO_SIDE_BY_SIDE "side by side"
/* The phase of a table whose copy is whole, proven, and kept in step by the log. */
#define MO_READY "ready"
/* What the names of objects begin with that moult makes for the time. */
#define MO_MADE_PREFIX "_moult_"

/* Binds 1 what, name, format, version, phase, cursor, text, former; at is the clock. */
extern const char mo_sql_under_way_add[];
/* Number, what, name, format, at, version, phase, cursor, text, former, in their order. */
extern const char mo_sql_under_way_rows[];
/* Name and text of the rows 'made'. */
extern const char mo_sql_under_way_made[];
/* Binds 1 phase, cursor, number, text; NULL leaves the text as it is. */
extern const char mo_sql_under_way_move[];
/* A row goes: binds 1 what, name. */
extern const char mo_sql_under_way_forget[];
extern const char mo_sql_under_way_drop[];
/* The phase of the row 'run', as a statement without parameters. */
char *mo_sql_under_way_enter(struct arena *arena, const char *phase);
/* The row 'run' of what a plan begins, as a statement without parameters; in the arena. */
char *mo_sql_under_way_begin(struct arena *arena, const char *kind, const char *phase,
			     const char *former, const char *text);

/* What was noted under one schema_version holds under another. */
char *mo_sql_under_way_follow(struct arena *arena, long long before, long long now);

/* "_moult_WHAT_TABLE": what is made for a table. */
char *mo_made_name(struct arena *arena, const char *what, const char *table);
/* Notes what was made, and the text that it has or will have, for a database in memory. */
char *mo_sql_under_way_note(struct arena *arena, const char *name, const char *sql);

#endif
