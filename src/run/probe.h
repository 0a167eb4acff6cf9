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
 * failure.
 */
int mo_probe(struct plan *plan, struct moult *m, sqlite3 *db);

/* Adds a diagnostic for each hazard that holds; MOULT_REFUSED if any refuses. */
int mo_probe_verdict(const struct plan *plan, struct diags *diags);

#endif
