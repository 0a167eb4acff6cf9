/* SPDX-License-Identifier: MIT */
/* mutant.h: ways to spoil what a migration wrote. */
#ifndef MOULT_TESTS_MUTATION_MUTANT_H
#define MOULT_TESTS_MUTATION_MUTANT_H

#include <stdbool.h>
#include <sqlite3.h>

#include "random/dice.h"

struct plan;

/* Where it is done: a connection inside the migration's transaction, after the last step. */
struct site {
	sqlite3 *db;
	const struct plan *plan;
	struct dice *dice;
	bool every_row; /* tables that the plan does not touch are compared too */
	bool quick;
};

struct mutant {
	const char *name;
	bool (*spoil)(struct site *site); /* false where there is nothing to spoil */
};

extern const struct mutant mutants[];
extern const int mutant_count;

/* What the next migration is to suffer; mutant NULL: nothing. */
struct order {
	const struct mutant *mutant;
	struct dice *dice;
	bool every_row;
	bool quick;
	bool done; /* it was spoilt */
	bool verbose;
};

extern struct order order;

#endif
