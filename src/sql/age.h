/* SPDX-License-Identifier: MIT */
/* age.h: since which SQLite there is what a statement says. */
#ifndef MOULT_SQL_AGE_H
#define MOULT_SQL_AGE_H

#include "sql/token.h"

/* Something that an older SQLite does not take. */
struct novelty {
	int since; /* 3035005 for 3.35.5 */
	const char *what;
	const struct token *token;
	bool stored; /* an older SQLite does not read a file whose schema says it */
	bool meant;  /* it does read it, and takes it for something else */
};

/*
 * Adds a struct novelty for each place of one statement, in its order; it errs
 * on the side of silence.  The text of a stored object is a statement, too.
 */
void mo_sql_novelties(struct arena *arena, struct list *novelties, struct tokens tokens);

#endif
