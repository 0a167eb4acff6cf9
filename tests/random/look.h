/* SPDX-License-Identifier: MIT */
/*
 * look.h: what can be seen of a database without asking moult.
 *
 * A sight is a list of lines, sorted, that two databases are compared by: what
 * the pragmas say of a table, the tokens of a stored text, the values of a row.
 */
#ifndef MOULT_TESTS_RANDOM_LOOK_H
#define MOULT_TESTS_RANDOM_LOOK_H

#include <sqlite3.h>

#include "dice.h"

struct lines {
	char **items;
	int count;
	int room;
};

void lines_add(struct dice *dice, struct lines *lines, char *line);
void lines_sort(struct lines *lines);
bool lines_have(const struct lines *lines, const char *line);
int lines_times(const struct lines *lines, const char *line);
/* The first line that is in one only, with < or > before it; NULL where they are the same. */
char *lines_difference(struct dice *dice, const struct lines *a, const struct lines *b);

/* The rows of a query, each a line of its typed values; an error is a line too.  Sorted. */
struct lines look_rows(struct dice *dice, sqlite3 *db, const char *sql);
/* The first column of the rows as text, in their order. */
struct lines look_texts(struct dice *dice, sqlite3 *db, const char *sql);
/* The same of the first row; NULL where there is none, or NULL in it. */
char *look_text(struct dice *dice, sqlite3 *db, const char *sql);

/* The schema, without SQLite's own tables, shadow tables and moult's. */
struct lines look_schema(struct dice *dice, sqlite3 *db, bool column_order);
/* Everything that the file holds. */
struct lines look_content(struct dice *dice, sqlite3 *db);

/* A text of SQL as tokens, without quotes, comments and case. */
char *look_tokens(struct dice *dice, const char *sql);

/* Names of the tables with rows of their own; shadows and virtual ones are none. */
extern const char look_tables[];
/* A line beginning with this is not sure where columns are kept that nobody wants. */
extern const char look_bag[];

#endif
