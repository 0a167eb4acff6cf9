/* SPDX-License-Identifier: MIT */
/* facts.h: what is known of the place where a plan will run. */
#ifndef MOULT_PLAN_FACTS_H
#define MOULT_PLAN_FACTS_H

#include "base/arena.h"
#include "model/schema.h"
#include "model/way.h"

/* An index whose tree becomes a table of that text for the time. */
struct leaving {
	const char *index;
	const char *text;
};

struct facts {
	int sqlite;	/* version number of the SQLite that runs it */
	bool has_stat1; /* sqlite_stat1 is there */
	bool has_stat4;
	bool has_file;	 /* there are rows to ask */
	bool has_done;	 /* and _moult_done is in it */
	bool parks;	 /* values that the newer shape has no place for are kept (plan/park.h) */
	bool leaves_way; /* a way back is left in the file */
	/* the generation (sql/park_group.h) of each way back in the file, the newest first; 0: none */
	int ways[MO_WAYS_BACK_KEPT + 1];
	int way_count;
	struct list forths; /* of char *: notes of what ways back have parked (plan/way_forth.h) */
	bool script;	    /* moult will not be there: see plan->shapes */
	bool statements;    /* and foreign keys are in force: children first (plan/children.c) */
	bool in_order;	    /* the order of columns is a difference */
	/*
	 * only statements that any SQLite of that version runs for anybody: no text
	 * edits of the stored schema, no exchange of root pages, whatever the SQLite at
	 * hand can do
	 */
	bool classic;
	/*
	 * the stored text of a table: by moult itself, in a file, with SQLite 3.33 or
	 * later
	 */
	bool can_edit;
	long long schema_version; /* of the file, where it can be edited */
	const char *data_steps;	  /* what --steps says: "run", "done"; or NULL */
	/*
	 * the release at which the file stands; what that says is behind the file, though another
	 * tool may have brought it there, and no mark tells.  NULL: none is known
	 */
	const struct schema *stands;
	const char *exact; /* exact fingerprint of the file; "" where have is no file */
	/* why the file is newer than the document, a clause; NULL: it is not known to be */
	const char *newer;
	/* of char *: tables for which a native way was tried in memory and failed */
	struct list rebuilds;
	bool online; /* tables are copied beside those who write them, and then exchanged */
	/* of char *: tables whose copy is there, under mo_made_name(), proven and kept in step */
	/* and indexes whose entries are, likewise (sql/entry.h) */
	struct list ready;
	/* and of these indexes (struct leaving) the trees that they had are swept afterwards */
	struct list leaving;
	/* of char *: tables whose declared rows are in the file, and so remembered if at all */
	struct list settled;
	struct list reasons; /* of char *: what it said, one for each */
};

#endif
