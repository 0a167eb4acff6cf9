/* SPDX-License-Identifier: MIT */
/*
 * evidence.h: what can be seen of a database without asking moult.
 *
 * Rows are compared by digests that do not care for their order: the sum over
 * all rows of a hash of their typed values, byte for byte.  So 1 is not 1.0,
 * 'a' is not x'61', and a row that is there twice counts twice.
 */
#ifndef MOULT_TESTS_EVIDENCE_H
#define MOULT_TESTS_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sqlite3.h>

#define EVIDENCE_MAX 512

/* What was found wrong, first finding only; empty: nothing. */
struct finding {
	char text[EVIDENCE_MAX];
};

void evidence_find(struct finding *finding, const char *format, ...);

/* The first column of the first row of a query, as a number; -1 where it fails. */
long long evidence_number(sqlite3 *db, const char *sql);
bool evidence_is_true(sqlite3 *db, const char *select, struct finding *finding);

/* A digest of everything that the file says: schema, rows, rowids, sequences, statistics. */
uint64_t evidence_content(sqlite3 *db);

/* The same of the rows of a query. */
uint64_t evidence_digest(sqlite3 *db, const char *sql);

/* A name of an object or "table.column" that is meant to go or to change. */
typedef bool evidence_excused(void *context, const char *name);

/* main has all objects and columns of "have", which is attached. */
void evidence_objects(sqlite3 *db, evidence_excused *excused, void *context,
		      struct finding *finding);
/* Rows, rowids and sequences of what stayed are the same bytes in main and "have". */
void evidence_rows(sqlite3 *db, evidence_excused *excused, void *context, struct finding *finding);
/* Every object of "fresh" is in main, and pragmas say the same of both. */
void evidence_schema(sqlite3 *db, struct finding *finding);
/* integrity_check is content, and foreign_key_check finds no more in main than in "have". */
void evidence_integrity(sqlite3 *db, struct finding *finding);

/* The settings of a connection that a migration gives back as they were, as one text. */
void evidence_connection(sqlite3 *db, char *text, size_t size);

#endif
