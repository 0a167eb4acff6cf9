/* SPDX-License-Identifier: MIT */
/*
 * probe.h: asks the rows whether the hazards of a plan hold.
 *
 * Nothing is written.  The connection has, for as long as it takes, the
 * functions that the questions use: those of digest/digest.h and digest/loss.h.
 */
#ifndef MOULT_RUN_PROBE_H
#define MOULT_RUN_PROBE_H

#include "plan/plan.h"

/*
 * Fills counts and samples. RUN014 when interrupted; a question that cannot be asked is no
 * failure.  Where digests are wanted, for a migration with these options that begins with the rows as
 * they are, those that can be had on the way are taken (move->digest); nobody may write in between.
 */
int mo_probe(struct plan *plan, struct moult *m, sqlite3 *db, const moult_options *digests);

/*
 * Asks the expected rows of a table, where a condition holds in the file as it is, whether any is in
 * the way that nobody consented to; says so.  The connection has the functions of digest/digest.h.
 * What is asked is written in the arena.
 */
int mo_probe_some(struct plan *plan, struct arena *arena, struct moult *m, sqlite3 *db,
		  const struct move *move, const char *condition);
/*
 * A hazard of a table that refuses where it holds, and can be asked of all rows at once only; NULL
 * where there is none.
 */
const struct hazard *mo_probe_not_some(const struct plan *plan, const struct move *move);

/* Adds a diagnostic for each hazard that holds; MOULT_REFUSED if any refuses. */
int mo_probe_verdict(const struct plan *plan, struct diags *diags);

#endif
