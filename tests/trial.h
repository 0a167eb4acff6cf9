/* SPDX-License-Identifier: MIT */
/*
 * trial.h: a case of tests/cases, and copies of its file to try things on.
 *
 * A case is a folder below tests/cases:
 *
 *	have.sql	makes the file, with rows
 *	want.xml	the document
 *	check.sql	SELECTs, one a line or more, that give 1 afterwards (may be missing)
 *	expect		what must come of it, a word or two a line (may be missing):
 *
 *		done			it migrates (where no other of these four is said)
 *		nothing			there is nothing to do
 *		refused MD102		it is refused, and this is said
 *		wrong DOC015		the document is in error, and this is said
 *		says MC105		this is said on the way (done and refused alike)
 *		silent MD105		this is not said
 *		gone NAME		an object, or table.column, that goes or is rewritten
 *		back lossy		the way back gives back the schema, and not all values
 *		back refused		there is none, or rows are in its way
 *		prune			options of the plan, as moult(1) names them
 *		column-order
 *		allow MD102:t.a
 *		strategy rebuild
 *		sqlite 3.22.0
 *		needs 3.37.0		skipped where the linked SQLite is older
 *		from 3.44.0 wrong DOC015	a line that holds from that SQLite on
 */
#ifndef MOULT_TESTS_TRIAL_H
#define MOULT_TESTS_TRIAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sqlite3.h>

#include "moult.h"

#define NAMES_MAX 64

enum expected { EXPECT_DONE, EXPECT_NOTHING, EXPECT_REFUSED, EXPECT_WRONG };

enum way_back { BACK_WHOLE, BACK_LOSSY, BACK_REFUSED };

struct trial {
	char *name;
	char *folder;
	char *work; /* a directory of its own */
	char *have; /* the text of have.sql */
	char *want; /* the path of want.xml */
	char *expect;
	enum expected expected;
	enum way_back back;
	bool loses_data;     /* also where values are kept: what is no value goes */
	const char *refusal; /* ID of the hazard */
	const char *gone[NAMES_MAX];
	int gone_count;
	const char *says[NAMES_MAX];
	int says_count;
	const char *silent[NAMES_MAX];
	int silent_count;
	int needs; /* a SQLite, as a number */
	char *allow;
	char program_options[1024];
	moult_options options;
};

/* What cannot be set up ends the program: exit status 99 is an error to the TAP driver. */
void trial_open(struct trial *trial, const char *cases, const char *name);
void trial_close(struct trial *trial);
/* Whether the linked SQLite is too old for the case, whose file is then not made. */
bool trial_lacks(const struct trial *trial);

/* Paths in the work directory, freed by the caller; the second is a new copy of have.db. */
char *trial_path(const struct trial *trial, const char *name);
char *trial_copy(const struct trial *trial, const char *name);

sqlite3 *trial_open_file(const char *path);
void trial_attach(sqlite3 *db, const char *path, const char *name);
/* A whole file, ended by a zero; NULL where it cannot be read. */
char *trial_read_file(const char *path, size_t *size);
void trial_copy_file(const char *from, const char *to);
bool trial_same_bytes(const char *a, const char *b);
uint64_t trial_content(const char *path); /* evidence_content of a file */

#endif
