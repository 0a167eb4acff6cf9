/* SPDX-License-Identifier: MIT */
/*
 * hazard.h: a danger, and the question that tells whether it holds.
 *
 * A plan has no rows of its own; hazards that depend on rows carry the query that counts them,
 * and run/probe.c asks it.
 */
#ifndef MOULT_PLAN_HAZARD_H
#define MOULT_PLAN_HAZARD_H

#include "base/diag.h"
#include "model/schema.h"

#define MO_HINT_REQUIRE "correct these rows first; nothing is changed"

/* What a hazard is about, by names after the renames. */
struct subject {
	enum kind kind;	  /* KIND_COUNT: no object of the schema */
	const char *name; /* of the object */
	/* the table or view itself, or the one that an index or trigger is on; else NULL */
	const char *relation;
	const char *column; /* of a table, or NULL */
};

/* A danger, and the question that tells whether it holds. */
struct hazard {
	enum diag_id id;
	struct subject subject;
	const char *object; /* "column t.a" */
	/*
	 * "t.a", as --allow names it: mo_hazard_target() of the subject; or of its relation, where
	 * rows in the way of an index are meant.
	 */
	const char *target;
	const char *message;
	const char *hint; /* or NULL */
	struct moult_place place;
	const char *count_sql; /* rows in the way; NULL: it holds whatever the rows */
	const char *none_sql;  /* 1 where there are surely none, sooner said; or NULL */
	/*
	 * Where that is no more than to count rows on a condition: what stands behind FROM; and the
	 * table, where the rows are those of a table of the goal as it will be.
	 */
	const char *rows;
	const char *condition;
	const struct table *table;
	/* Or the move whose rows of the file they are; and the condition with source->once, or NULL. */
	const struct move *move;
	const char *condition_once;
	/* Where it counts the rows too many under a key: its terms, and the WHERE of a partial index or NULL. */
	const struct list *terms;
	const char *where;
	const char *sample_sql; /* the first keys and values of them, one text a row; or NULL */
	bool is_trial;		/* it tries one row that is not there: no rows are counted, and
				   it can stay without an answer */
	/* an error of the query on a row is a finding (MF112), said so; or NULL */
	const char *raises;
	/* count_sql is a query of many rows, and asked is whether each can be computed */
	bool by_rows;
	const struct column *column; /* MF112: whose values they are; or NULL */
	/* MF112: the same in the file: who raised before is not blamed */
	const char *raised_before;
	bool consented;		       /* by a tombstone, an <allow> or an option */
	const struct consent *consent; /* the <allow>; or NULL */
	bool parks; /* the rows that it finds are parked (back/park_rows.h), and refuse nothing */
	bool asked; /* the rows have been asked */
	/* why they could not be: a function or collation is missing; or NULL */
	const char *lacks;
	bool failed; /* or something else; an error says why in its message */
	/*
	 * The table of the file whose rows, or values, are counted whatever they are, so that no
	 * answer hangs on how a collation sorts; or NULL.
	 */
	const char *counted;
	long long count;     /* of rows in the way; -1 where not asked */
	const char *samples; /* or NULL */
};

/*
 * The text that names an object, or a column of it where column is not NULL: t, t.a, "a.b".c.  A
 * name is in double quotes where it holds a dot, a comma, a quote or space, so no two objects
 * have one text.
 */
char *mo_hazard_target(struct arena *arena, const char *name, const char *column);
/* Whether it is about a table or view as a whole: not a column of it, nor an index on it. */
bool mo_hazard_is_of_relation(const struct hazard *hazard, const char *relation);

/* Also where the question failed: what nobody could look at may be lost. */
bool mo_hazard_holds(const struct hazard *hazard);
/*
 * Whether a hazard stops the plan: an error that holds, has no consent, and could be consented to
 * or not.
 */
bool mo_hazard_refuses(const struct hazard *hazard);
/*
 * Whether its hint is worth saying though nothing is refused: a rule that goes with a column can
 * be declared anew, what is left out of a document may have been meant to go, and a name that is
 * not there may be a slip.
 */
bool mo_hazard_shows_hint(const struct hazard *hazard);
/* How many rows are in the way; -1 where none were counted. */
long long mo_hazard_rows(const struct hazard *hazard);
/* Whether consent can lift it: what SQLite itself would refuse cannot be allowed. */
bool mo_hazard_can_be_allowed(const struct hazard *hazard);
bool mo_id_can_be_allowed(enum diag_id id);

#endif
