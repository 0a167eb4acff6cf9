/* SPDX-License-Identifier: MIT */
/*
 * under_way.h: what the file says of a change that is made in many short transactions.
 *
 * Whoever finds one begins nothing else (RUN080): its triggers stand on the application's tables,
 * and its tables hold rows that are counted on.  Objects that it made are told by the name and the
 * text that it noted, and are nobody's to declare, compare or carry.
 */
#ifndef MOULT_LIVE_UNDER_WAY_H
#define MOULT_LIVE_UNDER_WAY_H

#include "base/handle.h"

/* A table that is gone through, or an index that is made. */
struct under_way_table {
	long long number; /* of its row */
	bool is_index;
	const char *name;
	const char *phase;
	bool has_begun;	      /* a row has been copied: */
	sqlite3_int64 cursor; /* how many */
	/* the text of what an index that it replaces, or what goes, becomes, to be swept; or NULL */
	const char *leaves;
	/* schema_version when the first row was gone through, and later when it was proven; or NULL */
	const char *begun_at;
};

/* An object of moult's that stands in the file meanwhile. */
struct made {
	const char *name;
	const char *sql; /* as sqlite_master has it */
	/* of an index that has not all of its entries: its text when it has, and the place up to which */
	const char *whole;
	const char *place; /* or NULL; see sql/entry.h */
};

struct under_way {
	long long number; /* of its row */
	const char *kind; /* MO_ONLINE or MO_SIDE_BY_SIDE */
	const char *at;
	const char *version; /* of moult */
	const char *phase;
	const char *document; /* what it leads to, in the words of whoever began it; or NULL */
	const char *former;   /* what was there, likewise; or NULL */
	struct list tables;   /* of struct under_way_table */
	struct list made;     /* of struct made */
};

/*
 * Reads it into the arena; *under_way is NULL where nothing is under way.  RUN081 where the rows
 * are not those that moult writes, or a later version wrote them.
 */
int mo_under_way_read(struct under_way **under_way, struct arena *arena, sqlite3 *db,
		      struct diags *diags);
/* RUN080 where something is under way. */
int mo_under_way_refuse(sqlite3 *db, struct diags *diags);

/*
 * The objects that it made (struct made), whatever the other rows are; SQLite's code.  An object is
 * one of them by its name, which begins with MO_MADE_PREFIX, and its text.
 */
int mo_made_read(struct list *made, struct arena *arena, sqlite3 *db);
bool mo_made_has(const struct list *made, const char *name, const char *sql);

#endif
