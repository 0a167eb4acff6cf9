/* SPDX-License-Identifier: MIT */
/*
 * reference.h: databases in memory, in which SQLite itself judges a schema.
 *
 * A reference has stand-ins for collations and functions that only the
 * application knows; the live connection never gets them.
 */
#ifndef MOULT_LIVE_REFERENCE_H
#define MOULT_LIVE_REFERENCE_H

#include "base/handle.h"
#include "model/schema.h"

int mo_reference_open(sqlite3 **db, struct moult *m);

/* Runs SQL; a function that is not known gets a stand-in and the statement a second try.  SQLite's own code. */
int mo_reference_exec(sqlite3 *db, const char *sql);

/* Prepares the first statement of a text in the same way; *stmt is NULL where it is blank. */
int mo_reference_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **stmt, const char **tail);

/* The function that the last error complains of, the caller's by sqlite3_free(); NULL where it is another error. */
char *mo_reference_lacks(sqlite3 *db);
bool mo_reference_stand_in(sqlite3 *db, const char *function);
/* A statement that still lacks a function after so many is given up. */
#define MO_MOST_STAND_INS 1000

/* Makes every object of a schema, as it stands in its source or, where it has none, as the writer writes it. */
int mo_reference_build(sqlite3 **db, struct moult *m, const struct schema *schema);

/* sqlite_stat4, which a library without that option would not make. */
void mo_reference_stat4(sqlite3 *db);

/* The schema that a script of SQL makes. */
int mo_reference_script(struct schema **schema, struct moult *m, const char *name,
			const char *script);

#endif
