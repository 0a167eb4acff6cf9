/* SPDX-License-Identifier: MIT */
/* code.h: what old and new code write, each by the columns that it knows. */
#ifndef MOULT_TESTS_SIDE_BY_SIDE_CODE_H
#define MOULT_TESTS_SIDE_BY_SIDE_CODE_H

#include "chance.h"
#include "shapes.h"

struct choice {
	bool by_new;
	int ids[2], number;
	const char *values[MOST_COLUMNS]; /* of whoever writes */
};

/* What one of them writes; ids are 1 to so many. */
void code_choose(struct choice *choice, struct chance *chance, const struct shape *shape, int ids,
		 bool by_new);
/*
 * $L columns, $V values, $S a = 'x', $E a = excluded.a, # and @ ids, % a number; translate: as old
 * code would write what new code writes.  To be freed, as are the others.
 */
char *code_spell(const struct shape *shape, const char *template, const struct choice *choice,
		 bool translate);

/* What a query answers, or its error; all rows of t, each column as a literal, so that types count. */
char *code_ask(sqlite3 *db, const char *sql);
char *code_rows(sqlite3 *db, const char *columns);

#endif
