/* SPDX-License-Identifier: MIT */
/*
 * catalogue.h: the schema of an open database as a model.
 *
 * What is not the application's is left out: sqlite_*, moult's own tables
 * (sql/own_table.h), and the shadow tables of virtual tables (live/shadows.h) with what stands on
 * them. What only has the name of an own table is refused (RUN037, live/own.h).
 */
#ifndef MOULT_LIVE_CATALOGUE_H
#define MOULT_LIVE_CATALOGUE_H

#include "base/handle.h"
#include "model/schema.h"

/* Reads main; the schema is sealed and freed by the caller. */
int mo_catalogue_read(struct schema **schema, struct moult *m, sqlite3 *db);

/*
 * The exact fingerprint: is this still the file that was planned for? 32 hexadecimal digits, in
 * the arena.
 */
int mo_catalogue_exact(char **fingerprint, struct arena *arena, sqlite3 *db, struct diags *diags);

/* Whether main has a table, sqlite_sequence and the like too.  Returns SQLite's code. */
int mo_catalogue_find(bool *has, sqlite3 *db, const char *table);
/* The same, with a message where it cannot be told. */
int mo_catalogue_has(bool *has, sqlite3 *db, const char *table, struct diags *diags);

/* The groups of values that triggers in the file keep true (struct park_group): sql/park_group.h. */
int mo_catalogue_park_groups(struct list *groups, struct arena *arena, sqlite3 *db);

#endif
