/* SPDX-License-Identifier: MIT */
/*
 * plan.h: from changes to statements.
 *
 *	diff --strategy--> moves --steps--> steps	what runs, in order
 *	             |
 *	             `-----------> hazards		what could go wrong, and the question to ask the rows
 *
 * planner.c makes a plan, and hazard/assess.c adds its hazards; this is what both leave behind.
 * From then on a plan is const but for what only the file can tell: the answers to its hazards
 * (run/probe.c), the disk that is too small (run/space.c), and the costs (run/cost.c).
 */
#ifndef MOULT_PLAN_PLAN_H
#define MOULT_PLAN_PLAN_H

#include "base/handle.h"
#include "plan/facts.h"
#include "plan/hazard.h"
#include "plan/move.h"
#include "plan/step.h"
#include "sql/shape.h"

/*
 * What fills a virtual table that is made: a statement of its <populate>, or moult itself where
 * its content is carried over.
 */
struct fill {
	const struct virtual_table *table;
	const char *sql; /* as it runs */
	const char *why;
	/*
	 * the table with the rows that it inserts, set aside before the first step; or
	 * NULL
	 */
	const char *work;
	struct list names; /* of char *: columns of that */
	const char *query; /* the rows, over the file as it is */
	/*
	 * of a <populate>: its rows, where they can be told before, how many columns they have, and
	 * which of the table they are for (of char *; none: all)
	 */
	const char *rows;
	int width;
	struct list into;
};

struct estimate {
	bool is_known; /* there was a file to ask */
	struct cost all;
	long long disk; /* the most that is taken while it runs, with the backup */
};

/* What a script asks a file for, to know where it stands (sql/shape.h). */
struct shapes {
	struct nobodys nobodys; /* what it does not ask for */
	const char *query;
	const char *have;  /* before the steps */
	const char *want;  /* after them */
	const char *fresh; /* of a new file: what is kept though undeclared is not in it */
};

/* What the way back does to rows (back/way_back.h): what is not said stays or comes back as it was. */
struct way_note {
	const char *label; /* "column t.a" */
	const char *words;
	bool is_lossy;
};

/*
 * What a script stores in the file for going back (back/way_stored.h), as apply would, and for
 * whoever has no moult.
 */
struct stored_way {
	const char *document;
	const char *shape_from; /* fingerprints (model/form.h) */
	const char *shape_to;
	const char *release_from; /* or NULL, as release_to */
	const char *release_to;
	const struct plan *plan; /* back, whose statements are stored; NULL: none can be */
};

struct plan {
	struct arena *arena;
	const struct diff *diff;
	const char *have; /* as they were named, for who reads about it; or NULL */
	const char *want;
	struct facts facts;
	struct list moves;	  /* of struct move: every table that changes, is made or dropped */
	struct list sorted_moves; /* those that have a want, by its name */
	struct list fillings;	  /* of struct filling: one may read those before it */
	struct list fills;	  /* of struct fill, in the order in which they run */
	struct list rows;	  /* of struct row_plan */
	struct list parkings;	  /* of struct parking: values that are kept for the way back */
	struct list unparked;	  /* of struct unparked: tables that lose some all the same */
	struct list carried; /* of struct park_group: of earlier migrations, by names afterwards */
	struct list frozen;  /* of struct park_trigger: those of tables that go */
	struct list lost;    /* of struct park_group: that cannot be kept */
	struct list forths;  /* of struct way_forth: that the file keeps, the newest first */
	bool takes_forth;    /* and gives back from */
	const struct way_forth *forth; /* what this plan keeps, on a way back; or NULL */
	struct list work;	       /* of char *: names of work tables that are taken */
	struct list steps;	       /* of struct step */
	int clears;  /* steps about what earlier migrations parked, and no more (generations.h) */
	int begins;  /* the first after the steps that run before: it and the next read old */
	int ends;    /* the first of those that run after the schema is as wanted */
	bool is_old; /* the steps before have run: what is asked is old */
	struct list hazards; /* of struct hazard */
	const char *by_copy; /* why renames are made by rebuilds; NULL where SQLite makes them */
	bool together;	     /* all exchanges share one change of the stored schema (many.c) */
	/* foreign keys cannot be judged: one of have's cannot work, or have is empty */
	bool is_blind;
	struct shapes shapes; /* where facts.script */
	struct estimate estimate;
	struct list way_back;		 /* of struct way_note, where somebody reviews it */
	bool stores_way;		 /* it is for whoever goes back by what is in the file, */
	const struct stored_way *stored; /* and stores this; NULL: nothing is to go back from */
	char id[33];
};

void mo_plan_free(struct plan *plan);

/*
 * Whether a step of the document may write rows of a table, by its name after the renames: any, or one
 * that runs after the change alone.
 */
bool mo_plan_data_writes(const struct plan *plan, const char *table, bool after);
/* Whether a step writes rows of a table, or makes an index on it. */
bool mo_plan_writes(const struct plan *plan, const char *table);
/* Whether a step changes the text of a table by ALTER, and no row. */
bool mo_plan_alters(const struct plan *plan, const char *table);
/* Whether a step of the document runs. */
bool mo_plan_has_data(const struct plan *plan);
/*
 * Whether the file has no table and the plan writes rows: the orphans among them are its doing, though
 * no foreign key could be judged before (is_blind).
 */
bool mo_plan_brings_first_rows(const struct plan *plan);
/* Whether a plan edits the stored schema: an edit or an exchange is in it. */
bool mo_plan_edits_schema(const struct plan *plan);
/* Whether the copy of a table of the goal is there and proven, and will take its place. */
bool mo_plan_is_ready(const struct plan *plan, const char *table);
/* Whether all entries of an index of the goal are there, and it will become that of its table. */
bool mo_plan_has_entries(const struct plan *plan, const char *index);
/* The text of what an index becomes, to be swept; NULL: it is dropped. */
const char *mo_plan_leaves(const struct plan *plan, const char *index);
/* Whether a table that goes is swept afterwards. */
bool mo_plan_table_leaves(const struct plan *plan, const char *table);
/* The move of a table of the goal, or NULL where nothing happens to it. */
const struct move *mo_plan_move(const struct plan *plan, const char *table);
/* What happens to an object, by its name after the renames; NULL where nothing does. */
const struct change *mo_plan_change(const struct plan *plan, enum kind kind, const char *name);
/*
 * The rows of a table of the goal that is written anew, once the hazards have asked them; else -1.
 */
long long mo_plan_rows(const struct plan *plan, const char *table);
/* Whether a plan has a hazard of that kind. */
bool mo_plan_says(const struct plan *plan, enum diag_id id);
/* How many hazards of a plan stop it; none where there is no plan. */
int mo_plan_refusals(const struct plan *plan);

/*
 * A name for a table under way ("new") or of what is set aside ("old"): nothing is ever dropped
 * for its name.
 */
const char *mo_plan_work_name(struct plan *plan, const char *what, const char *table);
/* Adds a hazard; NULL without memory.  The message is the caller's, in the plan's arena. */
struct hazard *mo_hazard_of(struct plan *plan, enum diag_id id, const struct object *object,
			    const char *message);
struct hazard *mo_hazard_of_column(struct plan *plan, enum diag_id id, const char *table,
				   const char *column, const char *message);
/* Of something else: what it is called, and as --allow names it. */
struct hazard *mo_hazard_of_other(struct plan *plan, enum diag_id id, const char *object,
				  const char *target, const char *message);

#endif
