/* SPDX-License-Identifier: MIT */
/*
 * route.h: the legs that lead a file to what is wanted, planned beforehand.
 *
 *	file --leg--> release --leg--> release --leg--> release
 *
 * To one document it is one leg.  Through a folder of releases it is one for each, and none is
 * left out: the next document was written for what the one before leaves.  So it is with several ways
 * back that a file carries.  The first leg is
 * planned for the file, each other one for the schema that the trial of the leg before ended with
 * (trial/trial.h); so all statements are known, shown and have one ID before the first is run.
 * Only rows can be asked no sooner than it is the leg's turn.  Then the leg is planned once more,
 * from the file as it is by then, and must come to the same statements.
 */
#ifndef MOULT_RUN_ROUTE_H
#define MOULT_RUN_ROUTE_H

#include "back/way_stored.h"
#include "trial/planned.h"

struct leg {
	struct wanted want;
	const struct schema *have;
	struct schema *own; /* that, where it is the leg's to free */
	struct diff *diff;
	struct plan *plan;
	struct way_stored *stored; /* what its script stores for the way back; or NULL */
};

struct route {
	struct arena *arena;
	struct list legs;     /* of struct leg */
	struct schema *after; /* what the last leaves, where that is asked for; or NULL */
	/* of the one plan, or of all in their order with the names of the releases */
	char id[33];
	struct estimate estimate; /* of several legs together */
};

/*
 * Plans a leg for each of wants (struct wanted, at least one), from have, which is that of db, or
 * of no file where db is NULL; have outlives the route.  The legs end at one that is refused
 * whatever its rows are and that nothing can be planned behind.  mo_route_done() also after a failure.
 */
int mo_route_plan(struct route *route, struct moult *m, sqlite3 *db, const struct schema *have,
		  const char *exact, const struct list *wants, const moult_options *options);
void mo_route_done(struct route *route);

/*
 * Plans a leg again for the file as the leg before left it, or as it is where it is the first, inside
 * the run's transaction; RUN050 where other statements come of it than were planned.
 */
int mo_route_replan(const struct route *route, int at, struct moult *m, sqlite3 *db,
		    const moult_options *options);

/* Of several: where it leads, and that it does. */
char *mo_leg_end(struct arena *arena, const struct leg *leg);
char *mo_leg_title(struct arena *arena, const struct leg *leg);
int mo_route_steps(const struct route *route);	  /* statements of all legs */
int mo_route_refusals(const struct route *route); /* hazards that stop it */
struct leg *mo_route_leg(const struct route *route, int at);
const struct plan *mo_route_first(const struct route *route);
const struct plan *mo_route_last(const struct route *route);

#endif
