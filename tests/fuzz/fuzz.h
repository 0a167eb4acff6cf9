/* SPDX-License-Identifier: MIT */
/*
 * fuzz.h: any bytes, and what must hold whatever they are.
 *
 *	document.c	bytes are a document
 *	sql.c		bytes are a script: what SQLite accepts we read, and write again
 *	file.c		bytes are a database
 *	pair.c		bytes are two scripts: from the one to the other and back
 *	way.c		bytes are the way back that a file carries
 *
 * Each is built twice: with libFuzzer as a program of its own
 * (--enable-fuzzing), and into replay, which feeds it the corpus in make check.
 * A finding is an abort, with what was found on the standard error.
 */
#ifndef MOULT_TESTS_FUZZ_H
#define MOULT_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sqlite3.h>

#include "moult.h"

int fuzz_document(const uint8_t *data, size_t size);
int fuzz_sql(const uint8_t *data, size_t size);
int fuzz_file(const uint8_t *data, size_t size);
int fuzz_pair(const uint8_t *data, size_t size);
int fuzz_way(const uint8_t *data, size_t size);

/*
 * Whether each input takes every way there is, as in replay.  libFuzzer tries
 * the same again and again with little changes; there the dearest ways are
 * for some inputs, which their own bytes choose.
 */
extern bool fuzz_is_thorough;
bool fuzz_is_chosen(const uint8_t *data, size_t size, unsigned one_of);

/* A handle without diagnostics; the same one each time, for speed. */
moult *fuzz_handle(void);

/*
 * Databases in memory in which no input takes long, takes much, or reaches out
 * of it.  A slate is one that is kept, within a transaction that wiping it
 * rolls back: opening costs more than all that is done with it.
 */
sqlite3 *fuzz_database(void);
enum { FUZZ_SLATES = 2 };
sqlite3 *fuzz_slate(int i);
void fuzz_wipe(void);
/* Runs what it can of a script; how many statements did something. */
int fuzz_execute(sqlite3 *db, const char *script);

/*
 * Whether a script speaks of moult's own names: such tables are no part of a schema, and are refused
 * where they are not what moult makes.
 */
bool fuzz_takes_own_names(const char *script);

/* A copy with a zero behind it; freed by the caller. */
char *fuzz_text(const uint8_t *data, size_t size);

/* moult_write into the sqlite3_str that is the context. */
int fuzz_append(void *context, const char *text, size_t size);

/* Where rc is not 0: what the handle says, then the end. */
void fuzz_must(moult *m, int rc, const char *what);
/* The end, unless moult finds no difference, or unless the tests' own eyes find none. */
void fuzz_must_agree(moult *m, const moult_schema *have, const moult_schema *want,
		     const char *text);
void fuzz_must_look_same(sqlite3 *have, sqlite3 *want, const char *text);

#endif
