/* SPDX-License-Identifier: MIT */
/*
 * online.h: apply --online: tables are copied beside those who write them, and then exchanged.
 *
 *	(nothing) --setup--> backfill --> drain <--> proof --> ready --swap--> sweep --> (nothing)
 *	    ^                    |           |                    |
 *	    '---- abandon: triggers and logs in one short transaction, copies in batches
 *
 * Which tables that are, the plan says: those that it would exchange.  The swap is an ordinary
 * migration (run/migrate.h) that finds their copies made and proven (plan/facts.h), and all else of
 * the plan is done there, in one short transaction.  Everything before it is many.  The phases are in
 * the file, each in the transaction of the work that it ends, so the same command goes on wherever a
 * run was stopped.
 */
#ifndef MOULT_ONLINE_ONLINE_H
#define MOULT_ONLINE_ONLINE_H

#include "run/migrate.h"

/* As mo_migrate(); RUN083 where something of the plan cannot be had so, and why. */
int mo_online_apply(const struct migration *migration, moult_outcome *outcome);

/*
 * Abandons what mo_online_apply() began and did not end; *was says whether there was anything.  The
 * table is as its writers left it.  After the swap there is nothing to go back from: what is left to
 * sweep is swept.
 */
int mo_online_abandon(bool *was, struct moult *m, sqlite3 *db, const moult_options *options,
		      bool is_ours);

#endif
