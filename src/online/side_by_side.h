/* SPDX-License-Identifier: MIT */
/*
 * side_by_side.h: old and new code on one file, and the end of that.
 *
 *	apply --side-by-side	have --> both shapes (online/both.h), in one short transaction
 *				the new columns of the rows that were there, batch by batch
 *				from now on new code may start
 *	finish			every row is asked whether both sides of it agree, chunk by chunk
 *				both shapes --> want
 *	downgrade		both shapes --> have, at any time before
 *
 * The three ways are migrations like any other (run/migrate.h), to documents that are made of the
 * file's schema and of what is wanted.  These two texts stand in _moult_under_way, and whatever goes
 * on makes the same of them again.  The row comes and goes in the transaction of the migration.
 */
#ifndef MOULT_ONLINE_SIDE_BY_SIDE_H
#define MOULT_ONLINE_SIDE_BY_SIDE_H

#include "live/under_way.h"
#include "run/migrate.h"

struct side_order {
	struct moult *m;
	sqlite3 *db;
	const moult_options *options;
	bool is_ours; /* the library opened db */
	/* of the migration to both shapes: see struct migration */
	const moult_plan *(*wrap)(void *context, const struct route *route);
	void *wrap_context;
};

/*
 * The document of both shapes, freed by the caller, for who wants to see the way there; db may be
 * NULL.  Says what becomes of each part of the change (RUN104), or refuses it.
 */
int mo_side_plan(struct schema **both, const struct side_order *order, const struct schema *have,
		 const struct schema *want, const char *name);
/* Begins it, or goes on with what was broken off; name is what messages call the document. */
int mo_side_begin(const struct side_order *order, const struct schema *want, const char *name,
		  moult_outcome *outcome);
/* Whether it is what is under way in the file. */
int mo_side_is_under_way(bool *is, sqlite3 *db, struct diags *diags);
int mo_side_finish(const struct side_order *order, moult_outcome *outcome);
int mo_side_downgrade(const struct side_order *order, moult_outcome *outcome);

#endif
