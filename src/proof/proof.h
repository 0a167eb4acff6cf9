/* SPDX-License-Identifier: MIT */
/*
 * proof.h: that a migration did what it was to do, and nothing else.
 *
 * Before the first write: how many rows each table has, what the rows of the
 * tables that change will be (as a digest), which foreign keys are violated,
 * what quick_check says.  Before COMMIT the same is read again and compared:
 *
 *	rows of each table	the same number
 *	tables that changed	the digest that was expected
 *	declared rows		all of them, and of all others the digest (others.h)
 *	AUTOINCREMENT		marks as they were, or of the highest row written
 *	statistics		said of what they were said of, or gone with it
 *	all others		with options->every_row: the digest they had
 *	virtual tables		what they find in themselves, where they were written
 *	foreign keys		no violation that was not there
 *	integrity_check		nothing that was not there
 *	the schema		the one wanted
 *	user_version, ...	what the document says, else what they were
 *
 * Checked is what the steps could touch; the write guard (session/guard.h) holds
 * them to that.
 *
 * Steps of the document that run before the change are behind the file that is read first, those
 * that run after it come when the rows are proven.  Of the tables that these write the keys,
 * the structure and the indexes are proven after them.
 */
#ifndef MOULT_PROOF_PROOF_H
#define MOULT_PROOF_PROOF_H

#include "plan/plan.h"
#include "session/session.h"

struct proof;

struct proof_use {
	/*
	 * a copy of this very state is being checked: mo_proof_structure() is called if
	 * it finds faults
	 */
	bool has_copy;
	bool is_recorded; /* mo_proof_known() will be asked */
};

/*
 * Before the first write, inside the transaction.  A file whose structure
 * quick_check faults is refused (RUN003).
 */
int mo_proof_begin(struct proof **proof, struct session *session, const struct plan *plan,
		   struct proof_use use);
/* The check of the structure alone, before the first write too. */
int mo_proof_structure(struct proof *proof, struct session *session);
/* What the rows must be: before the first step that reads old. */
int mo_proof_expect(struct proof *proof, struct session *session);
/* Whether they are: after the schema is as wanted, before the steps that run after that. */
int mo_proof_check(struct proof *proof, struct session *session);
/* All else, after the last step, before COMMIT. */
int mo_proof_finish(struct proof *proof, struct session *session);
/* The pragma that will be asked of a table of the goal, before or after the change; NULL: none. */
const char *mo_proof_pragma(const struct plan *plan, const moult_options *options,
			    const struct object *table);
/*
 * After that: what need not be read again. Adds a struct table_state for each table, in the arena.
 */
int mo_proof_known(struct list *known, struct arena *arena, const struct proof *proof,
		   struct session *session);
/* Whether mo_proof_expect() takes a digest of the rows that a move leads to. */
bool mo_proof_foretells(const struct plan *plan, const struct move *move,
			const moult_options *options);
/* A digest over all of a table's row that can be foretold, under the names that it will have. */
const char *mo_proof_columns(struct arena *arena, const struct move *move);
void mo_proof_free(struct proof *proof);

#endif
