/* SPDX-License-Identifier: MIT */
/* step.h: a statement of a plan, and what it may write. */
#ifndef MOULT_PLAN_STEP_H
#define MOULT_PLAN_STEP_H

#include "plan/move.h"

/* What a step may write; the guard holds it to that. */
struct writes {
	struct list tables;
	struct list altered; /* of char *: tables whose text ALTER changes, and no row */
	struct list virtuals;
	struct list temp; /* of char *: tables of the temp schema */
	bool schema;
	bool sequence;
	bool statistics;
	bool text;  /* sqlite_master itself: one row of it for each table that is edited */
	bool many;  /* those of any number of objects */
	bool names; /* and what it is and whose: a tree that becomes an index */
	bool roots; /* and two for each that is exchanged, with the pages where they begin */
	const char *pragma; /* that is set; or NULL */
};

/* What something takes, by estimate: run/cost.h. */
struct cost {
	long long rows;	 /* that are gone through or written */
	long long bytes; /* that are written */
	long long ms;
	/* of the trees that are filled in another order than the rows are read in */
	long long scattered;
};

struct fill;
struct row_plan;

enum step_kind {
	STEP_SCHEMA,
	STEP_MARK,
	STEP_ASIDE,
	STEP_COPY,
	STEP_ROWS, /* of the rows that the document declares */
	STEP_INDEX,
	STEP_EDIT,
	STEP_PRAGMA,   /* legacy_alter_table or ignore_check_constraints, around other steps */
	STEP_WRITABLE, /* writable_schema on or off, around edits */
	STEP_RELOAD,   /* schema_version, after edits: the schema is read again */
	STEP_REQUIRE,  /* a query that must give no row */
	STEP_DATA,     /* a statement of a step of the document */
	STEP_OTHER
};

/* What a statement does to all of its move's table, beyond what its kind says. */
enum toll { TOLL_NONE, TOLL_REWRITE /* its rows, in place */, TOLL_FREE /* its pages */ };

struct step {
	enum step_kind kind;
	enum toll toll;
	const char *sql;	       /* without its semicolon */
	const char *object;	       /* "table t": what it is done for */
	const char *why;	       /* NULL where the object says it */
	const struct move *move;       /* of the table that it serves; NULL for other objects */
	const struct fill *fill;       /* whose rows it sets aside; else NULL */
	const struct filling *filling; /* the same */
	const struct row_plan *rows;   /* declared rows that it serves; else NULL */
	bool fills;		       /* the work table with them */
	/* what it does to rows of the table itself; EVENT_COUNT: nothing */
	enum event event;
	const struct index *index; /* that it makes, or makes again; else NULL */
	const struct index *drops; /* that goes, with its pages; else NULL */
	const struct index *takes; /* that it takes over with its entries; else NULL */
	const struct object
		*goes; /* online: table or index that only goes, and is swept; else NULL */
	const struct data_step *data;		/* whose statement or mark it is; else NULL */
	const struct data_statement *statement; /* that it is; else NULL */
	const struct requirement *requirement;	/* that it asks; else NULL */
	const char *needs;  /* a condition that a script asks before it; or NULL */
	const char *leaves; /* one that it asks after it; or NULL */
	struct writes writes;
	struct cost cost;
	/* online: an index whose entries are made beside those who write its table, or that is swept so */
	bool is_beside;
	const char *leaves_tree; /* online: the text of what the former one becomes; or NULL */
	/* online: "batches" or "once", and the milliseconds of its longest lock; else NULL */
	const char *lock;
	long long lock_ms;
};

#endif
