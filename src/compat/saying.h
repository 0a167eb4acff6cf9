/* SPDX-License-Identifier: MIT */
/* saying.h: the statements of one side's code, tried on the shape of the other. */
#ifndef MOULT_COMPAT_SAYING_H
#define MOULT_COMPAT_SAYING_H

#include "compat/compat.h"
#include "sql/code.h"

/* A statement that works on the shape it was written for, and not, or otherwise, on the other. */
struct saying {
	enum statement_form deed;
	enum traffic traffic;
	enum fit fit;
	const char *relation;
	const char *sql;     /* with parameters */
	const char *example; /* with the values that fail; NULL: any do */
	const char *message;
	bool decides; /* false: of code that counts on all columns and names none */
};

/* Tries everything that code of that side can say of each table and view of its shape. */
void mo_saying_all(struct compat *compat, enum side side);

/* What it means to code of which nothing more is known. */
enum fit mo_saying_weight(const struct saying *saying);

/*
 * Whether statements of that kind were tried on a table or view; *worst is the worst that they
 * met.
 */
bool mo_saying_tried(const struct compat *compat, enum side side, enum traffic traffic,
		     const char *relation, enum fit *worst);

/*
 * How the result columns of two statements differ, in words; NULL where they do not.  have is of
 * the code's own shape.
 */
const char *mo_saying_columns(struct compat *compat, sqlite3_stmt *have, sqlite3_stmt *want);

#endif
