/* SPDX-License-Identifier: MIT */
/*
 * piece.h: one table that is copied beside those who write it; or an index that is made of it
 * (online/entries.h), whose functions these are, too.
 *
 *	setup		its copy, its log and the triggers on it		one short transaction
 *	backfill	rows behind the last of the copy, in their order	batches
 *	drain		what was touched since is copied once more, proven	batches
 *	proof		what is not in the log: digests of both sides		chunks that only read
 *	ready		the copy is the table, but for what is in the log
 *
 * A table WITHOUT ROWID is gone through by its key.  One without INTEGER PRIMARY KEY is copied with
 * its rowids.  VACUUM numbers them anew, and
 * schema_version is another then: the copy begins again.
 *
 * By induction each row is either proven and untouched since, or in the log; and the drain proves
 * what it copies.  The statement of the copy and the query of the rows to expect come from the plan,
 * which writes each value twice (plan/source.c).
 */
#ifndef MOULT_ONLINE_PIECE_H
#define MOULT_ONLINE_PIECE_H

#include "online/batch.h"
#include "online/note.h"
#include "plan/plan.h"
#include "sql/entry.h"
#include "sql/log_table.h"

struct piece {
	struct plan *plan;
	const struct move *move;
	const char *name; /* of the table in the goal, or of the index */
	const char *work; /* its copy, or what has the entries */
	const char *log;
	const char *make; /* the statement that makes the copy */
	const char *copy; /* that fills it, without a condition, from the file as it is */
	struct list key;  /* what tells a row of the table, as the file calls it: sql/log_table.h */
	struct list want_key; /* and of the copy */
	const char *columns;  /* a digest over all of a row */
	const char *before;   /* the table, as the file calls it */
	long long rows;	      /* by estimate */
	bool can_move;	      /* VACUUM numbers its rows anew: there is no INTEGER PRIMARY KEY */
	struct under_way_table *row;
	const struct index
		*index; /* that is made or goes; NULL: the table is copied, and no more of these */
	bool only_leaves; /* the index: nothing comes in its place */
	struct entries *entries;
	const char *leaves; /* the text of what the one that it replaces becomes; or NULL */
	const char *left;   /* and of the table that this is lent to (sql/entry.h); or NULL */
	const char *known;  /* the list of all that its tree can have (sql/entry.h) */
	struct list values; /* of struct column: what the log notes beside the key */
	struct touched *
		touched; /* where it was written since its proof began (online/touched.h); or NULL */
	long long sorted_at; /* schema_version of the snapshot; -1: nothing is sorted */
	long long appended;  /* of what is sorted */
};

/* RUN083 where the table cannot be copied beside its writers. */
int mo_piece_make(struct piece **piece, struct session *session, struct plan *plan,
		  const struct move *move);

/* Within a transaction and under the guard: makes all that it needs, and notes it. */
int mo_piece_set_up(struct session *session, struct under_way *run, struct piece *piece);
/* Whatever was touched is copied. */
int mo_piece_drain_all(struct session *session, struct piece *piece);
/* Takes the log and the triggers away; the copy stays. */
int mo_piece_let_go(struct session *session, struct under_way *run, const struct piece *piece);

/* A batch each; the cursor is where the file says. */
int mo_piece_fill(struct session *session, struct piece *piece, long long most, long long *done);
/* RUN084 where a row is in the way of the new shape: nothing is lost, and it can be corrected. */
int mo_piece_drain(struct session *session, struct piece *piece, long long most, long long *done);
/* A place in the order of rows: the values of a key (sqlite3_value *); none: before the first. */
struct place {
	struct list values;
	struct arena *arena; /* of the list: a place outlives the chunk that ends there */
};

void mo_place_done(struct place *place);
bool mo_is_place(const struct place *place);
/* By a query whose row is one; behind may be NULL. */
int mo_place_read(struct place *place, struct session *session, const struct piece *piece,
		  const char *sql, const struct place *behind);
/* Binds two places, either of which may be none, as sql/log_table.h says.  SQLite's code. */
int mo_place_bind(sqlite3_stmt *stmt, const struct place *behind, const struct place *end);
/* Runs a statement about the rows between two places. */
int mo_place_run(struct session *session, const struct piece *piece, const char *sql,
		 const struct place *behind, const struct place *end, const char *doing);

/*
 * Of a table: one chunk behind *from, in a transaction that only reads.  *from becomes its end, or no
 * place behind the last row; mo_place_done() also after a failure.
 */
int mo_piece_prove(struct session *session, const struct piece *piece, struct place *from,
		   long long most);
/* Rows that are not in the log, compiled for many places: what they must be, and what the copy has. */
struct sides {
	sqlite3_stmt *must, *is;
};
/* Places are to be bound as sql/log_table.h says.  SQLite's code. */
int mo_sides_prepare(struct sides *sides, struct session *session, const struct piece *piece,
		     bool is_behind, bool has_end);
int mo_sides_agree(bool *agree, const struct sides *sides);
void mo_sides_done(struct sides *sides);
/* The hint where the proof finds what nobody noted. */
void mo_piece_hint_past(struct session *session);
/* Of the table of old rows after the exchange. */
int mo_piece_sweep(struct session *session, const char *work, long long most, long long *done);

/* Whether the key of a table WITHOUT ROWID has DESC: places are in the order of one that has none. */
bool mo_piece_goes_down(const struct table *table);

/* Whether the schema was written since the piece was proven, or its first row copied. */
bool mo_piece_has_changed(const struct piece *piece, long long schema_version);
/* Whether VACUUM has numbered its rows anew since the first one was copied. */
bool mo_piece_has_moved(const struct piece *piece, long long schema_version);

/* RUN082: another process has gone on with it, to its end. */
int mo_piece_gone(struct moult *m, const char *name);

/* For entries.c: what stands in the log; and what is said of a failure, and of a row in the way. */
struct logged mo_piece_logged(const struct piece *piece);
int mo_piece_failed(struct session *session, const struct piece *piece, int rc, const char *doing);
int mo_piece_refuse(struct session *session, const struct piece *piece, const char *why);

#endif
