/* SPDX-License-Identifier: MIT */
/*
 * attempt.h: everything that one try at a migration has, for the files that make it.
 *
 *	migrate.c	from the connection to COMMIT
 *	question.c	what the rows say, before somebody is asked and again under the lock
 *	leg.c		one leg: its proof, its steps, its row of the history
 *	parking.c	rows that go out of the way of a leg, and come back
 */
#ifndef MOULT_RUN_ATTEMPT_H
#define MOULT_RUN_ATTEMPT_H

#include "back/unpark_rows.h"
#include "backup/backup.h"
#include "proof/proof.h"
#include "run/migrate.h"
#include "session/session.h"

struct attempt {
	const struct migration *migration;
	struct moult *m;
	sqlite3 *db;
	struct session session;
	struct list wants;    /* of struct wanted: what is to be gone through */
	long long migrations; /* of the history; -1: there is none */
	struct schema *have;  /* of the file, before the first leg */
	struct route route;
	struct leg *leg;     /* whose turn it is */
	int at;		     /* its number, from 0 */
	struct proof *proof; /* of the leg */
	struct backup *backup;
	struct arena *arena;
	long long rows;		    /* copied, by all legs */
	struct list parked;	    /* of struct parked_table */
	long long unparked;	    /* rows that were parked and are back */
	struct unparked_rows still; /* what stays, behind the last leg that asked */
	bool has_moved;		    /* rows went, or came, outside of a plan */
	bool is_new;		    /* nothing was ever written to the file */
	bool is_locked;		    /* so nobody else writes */
	/* of struct hazard: the plan's, as they were before the rows were asked */
	struct list unasked;
	struct list agreed;	/* of char *: what held when the question was answered */
	long long data_version; /* of the file then */
	bool committing;
	bool stale;   /* the schema moved on, or the way was refuted: try again */
	bool refuted; /* an edit or exchange did not stand the proof: try again without */
};

/* migrate.c: whether the file is still the one that was planned for; else stale, or RUN006. */
int mo_attempt_is_current(struct attempt *a);

/* question.c: asks the rows of the leg whether its hazards hold. */
int mo_attempt_ask_hazards(struct attempt *a);
/* The same, and for names and room. */
int mo_attempt_ask(struct attempt *a);
/* Asks the rows, and then whoever is to agree, while nothing is locked. */
int mo_attempt_confirm(struct attempt *a);
/* Under the lock, of the first leg: refuses what holds, and is stale where nobody agreed to that. */
int mo_attempt_probe(struct attempt *a);

/* What is said once they are asked: MOULT_REFUSED, or nothing yet where steps run before that. */
int mo_attempt_judge(struct attempt *a);

/*
 * parking.c: where rows that hazards of the leg find are to be parked, makes the table for them, before the
 * leg begins.  Then the rows themselves go: MOULT_REFUSED where some are left in the way.
 */
int mo_attempt_make_room(bool *makes, struct attempt *a);
int mo_attempt_park(struct attempt *a);
/* Behind the proof of a leg that is no way back: what was parked comes back as far as it fits. */
int mo_attempt_unpark(struct attempt *a);
/* Once it is committed. */
void mo_attempt_say_parked(struct attempt *a);

/* leg.c: the leg whose turn it is, from its proof to its row of the history. */
int mo_leg_run(struct attempt *a);

#endif
