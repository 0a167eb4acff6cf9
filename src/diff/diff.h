/* SPDX-License-Identifier: MIT */
/*
 * diff.h: what must change so that have becomes want.
 *
 *	have --renames--> renamed --.
 *	                            |--> goal      what the file shall be: want, and what is kept
 *	want -----------------------'
 *	(renamed, goal) --> changes
 *
 * Renames are done first and by SQLite itself, on a copy in memory: it rewrites
 * every index, trigger, view and foreign key that speaks of the renamed thing,
 * and the result is read back.  The goal is the document's schema with whatever
 * it does not mention and does not say goodbye to put back in.  So the
 * comparison itself is simple: everything that differs is a change.
 */
#ifndef MOULT_DIFF_DIFF_H
#define MOULT_DIFF_DIFF_H

#include "base/handle.h"
#include "diff/match.h"
#include "live/known.h"
#include "model/attribute.h"

enum verb { VERB_ADD, VERB_DROP, VERB_CHANGE };
enum part { PART_OBJECT, PART_COLUMN, PART_CONSTRAINT, PART_USER_VERSION, PART_APPLICATION_ID };

struct change {
	enum verb verb;
	enum part part;
	/* the object, or the table whose part it is; NULL where it is added */
	const struct object *have;
	const struct object *want;
	const struct column *have_column;
	const struct column *want_column;
	const struct constraint *have_constraint;
	const struct constraint *want_constraint;
	unsigned attributes; /* of VERB_CHANGE on a table or column */
};

/* As it shall be, or as it was where it goes; NULL where the change is none of an object. */
const struct object *mo_change_object(const struct change *change);

/*
 * What happens to something that the document does not declare.  What is silent is kept by
 * undeclared="keep"; what is ignored is another program's, by <ignore> or by its well-known name;
 * it is gone where what it stands on or speaks of goes.
 */
enum fate {
	FATE_KEPT,
	FATE_SILENT,
	FATE_IGNORED,
	FATE_CONSENTED,
	FATE_PRUNED,
	FATE_GONE,
	FATE_REFUSED
};

struct leftover {
	enum fate fate;
	const struct object *object; /* or the table of the column */
	const struct column *column;
	struct moult_place place; /* of the tombstone */
};

struct diff {
	struct arena *arena;
	const struct schema *have;
	const struct schema *want;
	struct schema *renamed; /* have itself where nothing is renamed */
	struct schema *goal;	/* want itself in an exact difference */
	struct list renames;	/* of struct rename */
	struct list leftovers;	/* of struct leftover */
	/* of struct change: tables by name, then the other kinds, then pragmas */
	struct list changes;
	/*
	 * of struct object of have: indexes, views and triggers that RENAME cannot read; they are
	 * dropped before the renames, and made again after them
	 */
	struct list aside;
	struct list reasons; /* of char *, one for each of these: what it would be after; or "" */
};

int mo_diff(struct diff **diff, struct moult *m, const struct schema *have,
	    const struct schema *want, const struct moult_options *options);
/*
 * The same of two schemas of which neither is a document: nothing is kept, so that what one side
 * has alone is a difference, whichever it is.
 */
int mo_diff_exact(struct diff **diff, struct moult *m, const struct schema *have,
		  const struct schema *want, const struct moult_options *options);
void mo_diff_free(struct diff *diff);
/* Whether an object is dropped before the renames and made again after them. */
bool mo_diff_is_aside(const struct diff *diff, enum kind kind, const char *name);
/* What SQLite says of an object that was whole before and that the renames break; or NULL. */
const char *mo_diff_broken_by_rename(const struct diff *diff, const struct object *object);
bool mo_diff_is_empty(const struct diff *diff);

/* The name that a table, or one of its columns, had before the renames. */
const char *mo_diff_former_table(const struct diff *diff, const char *name);
const char *mo_diff_former_column(const struct diff *diff, const char *table, const char *column);

/* Whether a name changes only its case.  SQLite renames a table to that by way of a third name. */
bool mo_rename_is_of_case(const struct rename *rename);

/* The name that a table of have has after them, or a column of a table that is called so then. */
const char *mo_diff_present_table(const struct diff *diff, const char *name);
const char *mo_diff_present_column(const struct diff *diff, const char *table, const char *column);

/*
 * Whether the goal has it though nobody declares it; what is ignored is another program's, and no
 * matter.
 */
bool mo_leftover_stays(const struct schema *goal, const struct leftover *leftover);

/*
 * Globs of names that a document need not know: those it ignores, and what other programs keep in
 * a file.
 */
void mo_diff_nobodys(struct list *globs, struct arena *arena, const struct schema *want);

/* Whether a view or index has the name that a table is renamed to, and so goes before. */
bool mo_diff_is_in_the_way(const struct diff *diff, const struct object *object);

/* The passes. */
int mo_rename(struct diff *diff, struct moult *m); /* rename.c */
int mo_goal(struct diff *diff, const struct moult_options *options,
	    struct diags *diags); /* goal.c */
int mo_compare(struct list *changes, struct arena *arena, const struct schema *have,
	       const struct schema *want, bool column_order); /* compare.c */

/* Of the tables and indexes of want, those that have has just so; the flags live in the arena. */
int mo_compare_known(struct known *known, struct arena *arena, const struct schema *have,
		     const struct schema *want);

#endif
