/* SPDX-License-Identifier: MIT */
/*
 * in_step.h: columns of a table that are kept in step by triggers, for old and new code on one file.
 *
 *	old code writes a  --F(a)-->  b  <--- new code writes b
 *	                   <--B(b)--
 *
 * A group has the columns that old code knows and those that new code knows, each with an expression
 * over the other side.  "Not given" is told from NULL by a value that nobody stores, a BLOB that is
 * the DEFAULT for as long as both are there.  A row is in step where the new columns are what the
 * old ones become, or the old ones are what the new ones become: a conversion may lose something, and
 * then what was written counts.
 *
 * Each guard in the texts has its reason:
 *
 *	the row as it is	conditions ask the row in the table, not new.*: a trigger of the
 *				application may have changed it since
 *	COLLATE BINARY		under NOCASE 'x' becoming 'X' is no change
 *	old.b is given		the backfill wakes no trigger
 *	b was not written	where one statement writes both sides, the new one counts
 *	hidden			an INSERT is completed by way of a second such value, and the
 *				application's UPDATE triggers do not see that (online/both.h)
 *	RAISE at the end	OR IGNORE of the outer statement would ignore our UPDATE, too
 *	RAISE at the beginning	OR REPLACE of it puts the DEFAULT where a NULL may not be
 */
#ifndef MOULT_SQL_IN_STEP_H
#define MOULT_SQL_IN_STEP_H

#include <stdbool.h>

#include "model/schema.h"

/* "\0moult:unset": affinity leaves a BLOB as it is. */
#define MO_UNSET "x'006d6f756c743a756e736574'"
/* "\0moult:hidden": what an old column has while an INSERT is completed. */
#define MO_HIDDEN "x'006d6f756c743a68696464656e'"

struct stepped {
	const char *name;
	const char *value; /* from the row of the other side: an expression over bare names */
	/* where neither side is given: what stands after DEFAULT, or NULL; NULL: it is required */
	const char *fallback;
	bool is_unset; /* its DEFAULT is MO_UNSET */
	bool is_copy;  /* value is the name of a column with the same affinity */
};

struct in_step {
	const char *table;
	const char *rowid; /* a name of the rowid that is no column's */
	int number;	   /* among those of its table, from 1 */
	struct list olds;  /* of struct stepped; may be none */
	struct list news;  /* of struct stepped; may be none */
	bool hides;	   /* the application has UPDATE triggers on the table */
};

/* Which of the three triggers of a group. */
enum step_trigger { STEP_INSERTED, STEP_OLD_WRITTEN, STEP_NEW_WRITTEN, STEP_TRIGGERS };

/* Whether a group needs it; its name; and its text between WHEN and BEGIN, and BEGIN and END. */
bool mo_in_step_needs(const struct in_step *group, enum step_trigger which);
char *mo_in_step_name(struct arena *arena, const struct in_step *group, enum step_trigger which);
/* NULL for STEP_INSERTED. */
char *mo_in_step_when(struct arena *arena, const struct in_step *group, enum step_trigger which);
char *mo_in_step_body(struct arena *arena, const struct in_step *group, enum step_trigger which);

/* Fills the new columns of the rows ?1 to ?2 that have none yet. */
char *mo_in_step_fill(struct arena *arena, const struct in_step *group);
/* Counts the rows ?1 to ?2 that are out of step. */
char *mo_in_step_count(struct arena *arena, const struct in_step *group);
/* The rowid of the last of ?2 rows of a table from ?1 on; NULL: there are none. */
char *mo_in_step_bound(struct arena *arena, const struct in_step *group);

/* A table with the columns of one, and an index on an expression: for an empty database. */
char *mo_in_step_trial(struct arena *arena, const struct table *table, const char *expression);

/*
 * A condition on a row, and what it is where one of the columns (of struct stepped), with before in
 * front of it, has a value that nobody stores.
 */
char *mo_sql_unless_unset(struct arena *arena, const struct list *stepped, const char *before,
			  const char *condition, int otherwise);

#endif
