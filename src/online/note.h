/* SPDX-License-Identifier: MIT */
/*
 * note.h: what is under way, noted into the file (live/under_way.h reads it).
 *
 * All of these run inside a transaction of the session, under its guard: a phase and a cursor are
 * in the transaction of the work that they speak of, so whatever ends the process, the file says
 * what is done.
 */
#ifndef MOULT_ONLINE_NOTE_H
#define MOULT_ONLINE_NOTE_H

#include "live/under_way.h"
#include "session/session.h"

/* Has the guard allow what these functions write into their own table. */
void mo_under_way_allow(struct session *session);

/* Makes the table, and the row of what begins: kind, phase, document, former.  Sets number. */
int mo_under_way_begin(struct session *session, struct under_way *run);
/* A table that is gone through, with its phase.  Sets number; it is added to the run. */
int mo_under_way_add_table(struct session *session, struct under_way *run,
			   struct under_way_table *table);
/* The phase of the whole, and phase and cursor of a table, as the structs have them. */
int mo_under_way_move(struct session *session, const struct under_way *run);
int mo_under_way_move_table(struct session *session, const struct under_way_table *table);
/* It is over: the table goes. */
int mo_under_way_end(struct session *session);

/*
 * Makes a table or trigger for the time, by a statement with that name in it, which begins with
 * MO_MADE_PREFIX; and notes it with the text that sqlite_master has.  The name lives as long as
 * the run.
 */
int mo_made_create(struct session *session, struct under_way *run, const char *name,
		   const char *sql);
/*
 * Whether each of them is still there with its text; else RUN006: somebody changed the schema, and
 * what was counted on may not have happened.
 */
int mo_made_check(struct session *session, const struct under_way *run);
/* Whether one is there with its text. */
bool mo_made_is_there(struct session *session, const struct made *made);
/* It will have another text by the end of the transaction. */
int mo_made_becomes(struct session *session, const char *name, const char *sql);
/* An index that has not all of its entries: it has another text, by a whole and a place (struct made). */
int mo_made_moves(struct session *session, const struct made *made);
/* schema_version is another by moult's own doing: whatever was found under the one before holds. */
int mo_under_way_follow(struct session *session, long long before, long long now);
/* It will be the application's, under another name. */
int mo_made_leaves(struct session *session, const char *name);
/*
 * Drops one that is there with its text, and forgets it.  Nothing else is dropped for its name, but a
 * trigger that writes what was made.
 */
int mo_made_drop(struct session *session, struct under_way *run, const char *name);

#endif
