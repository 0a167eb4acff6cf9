/* SPDX-License-Identifier: MIT */
/*
 * work.h: one script under way, and what its passes leave for each other.
 */
#ifndef MOULT_LINT_WORK_H
#define MOULT_LINT_WORK_H

#include "base/handle.h"
#include "lint/scene.h"
#include "model/schema.h"
#include "sql/script.h"

struct lint {
	struct moult *m;
	struct arena *arena;
	moult_lint_options options;
	bool is_off[DIAG_COUNT];
	struct diags findings;
	struct list files;    /* of char *: as they were played */
	struct list rebuilds; /* of struct rebuilt */
};

/* A table that a script makes anew, for the reports. */
struct rebuilt {
	const char *table;
	struct moult_place place; /* of the first of its statements */
	int last_line;
	const char *instead; /* what moult would have written; NULL where it cannot say */
	bool has_findings;
};

/* Whether the script runs inside a transaction that its runner began. */
enum wrap { WRAP_UNKNOWN, WRAP_YES, WRAP_NO };

struct allow {
	const char *ids; /* "LN112:i,LN113", or "all" */
	int statement;	 /* index; -1: the whole script */
};

/* A text of statements. */
struct script {
	const char *path;
	const char *text;
	struct list statements; /* of struct statement */
	struct list remarks;
	struct list allows;
	int down;	/* index of the first statement of the way back, or -1 */
	enum wrap wrap; /* as marks of a tool say */
};

/* What a column of a table on the way holds. */
struct holding {
	const char *name;
	const char *origin; /* the column of before whose values it has unchanged; NULL: none */
	bool is_filled;	    /* the copy named it */
	bool is_void;	    /* nothing has put a value there */
	struct sql given;   /* with an expression, over one table; else NULL */
	const struct statement *changed; /* that added, renamed or dropped it; or NULL */
};

/* A table, from when it is made or found to when it is dropped. */
struct life {
	const char *name;	   /* NULL when it is dropped */
	const char *origin;	   /* the table of before whose rows it has; NULL: none */
	const struct life *source; /* of which it is a copy; NULL: none */
	bool is_original;	   /* it is that table itself */
	bool is_temp;
	bool is_empty;	     /* all its rows were deleted, and none has come since */
	bool is_fed;	     /* rows came that no copy brought */
	struct list columns; /* of struct holding */
	struct list gone;    /* the same, of columns that were dropped */
	const struct statement *made;
	const struct statement *copied;
	bool is_copied_more; /* by several statements */
	const struct statement *renamed;
	const struct statement *dropped;
};

/* Values of a column of before that a statement reads, and puts elsewhere. */
struct carried {
	const char *table, *column;
	const struct life *into; /* NULL: a table that is not followed */
};

/* Create, copy, drop, rename: folded. */
struct rebuild {
	const struct life *life;
	const struct life *former; /* of the table that was dropped */
	const struct table *have;  /* in before */
	const struct table *want;  /* in after */
	struct rebuilt *report;
};

enum setting { SETTING_UNKNOWN, SETTING_ON, SETTING_OFF };

/* DROP TABLE of a table whose children act. */
struct drop {
	const struct statement *statement;
	const char *origin;
	struct list children; /* of char * */
	enum action action;   /* of the first */
	bool is_deferred;     /* the children's keys waited for COMMIT */
	bool is_forgiven;     /* and then nobody counted any more */
};

/* One script under way. */
struct work {
	struct lint *lint;
	struct moult *m;
	struct arena *arena;
	const struct script *script;
	struct scene *scene;
	sqlite3 *live; /* the file that holds the rows of before; or NULL */
	int from, to;  /* statements: the way there, or the way back */
	struct schema *before;
	struct schema *after;
	struct list lives;    /* of struct life */
	struct list carried;  /* of struct carried */
	int findings;	      /* how many there were */
	struct list rebuilds; /* of struct rebuild */
	struct list lost;     /* of struct object: of before, and not in after */
	struct list broken;   /* of struct broken: what did not compile before */
	struct scene trial;   /* for tables with a row; its db is NULL until there is need of one */

	/* runner.c */
	enum setting foreign_keys;
	bool is_doubtful;     /* it was set where a runner may have begun a transaction */
	bool in_transaction;  /* its own */
	bool has_transaction; /* it began one at some time */
	const struct statement *opened;
	const struct statement *loose; /* the first change outside a transaction */
	int loose_changes;
	struct list drops;
	bool defers;			    /* PRAGMA defer_foreign_keys is on */
	bool minds_keys;		    /* rows change that foreign keys speak of */
	const struct statement *unheard[2]; /* PRAGMA foreign_keys in a transaction: ON, OFF */
	/* words.c */
	const struct statement *data;	/* the first statement that changes rows */
	const struct statement *schema; /* the first that changes the schema */
	bool writes_statistics;
	bool analyzes;
};

/* Plays statements of a script on a scene; the findings of a way back are few. */
int mo_work(struct lint *lint, struct scene *scene, const struct script *script, sqlite3 *live,
	    bool down);

#endif
