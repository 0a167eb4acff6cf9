/* SPDX-License-Identifier: MIT */
/*
 * lookup_table.h: the statements about a table that the plan makes and fills, as expressions over
 * the old tables read it before it is there: under its own name, in the temp schema.
 *
 *	CREATE TEMP TABLE address (id INTEGER PRIMARY KEY, street TEXT, city TEXT)
 *	INSERT INTO address (id, street, city) SELECT rowid, street, city FROM _moult_old_address
 *	CREATE INDEX temp._moult_key_0_address ON address (street, city)
 *	... (SELECT a.id FROM address AS a WHERE a.street = old.street) ...
 *	DROP TABLE temp.address
 *
 * It compares as the table will: by the affinities and collations of its columns.  Keys are indexes
 * that are not unique, and nothing else is asked of a row, so that what the rows have against their
 * constraints can be told from it, too.
 */
#ifndef MOULT_SQL_LOOKUP_TABLE_H
#define MOULT_SQL_LOOKUP_TABLE_H

#include "model/schema.h"

/*
 * numbered: its INTEGER PRIMARY KEY is the number of each row; without_key: it is left out;
 * otherwise it is a column like any.
 */
char *mo_sql_lookup_create(struct arena *arena, const struct table *table, const char *name,
			   bool is_numbered, bool without_key);
/* For a key or an index of plain columns; NULL where a term is something else. */
char *mo_sql_lookup_index(struct arena *arena, const char *name, int number,
			  const struct list *terms);
char *mo_sql_lookup_drop(struct arena *arena, const char *name);

/* One of these statements for main, where there is no temp schema. */
char *mo_sql_lookup_in_main(struct arena *arena, const char *sql);

/* A CREATE TABLE as one of the temp schema. */
char *mo_sql_in_temp(struct arena *arena, const char *create);
/* DROP TABLE of the temp schema, whether it is there or not. */
char *mo_sql_leave_temp(struct arena *arena, const char *name);

#endif
