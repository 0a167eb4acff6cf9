/* SPDX-License-Identifier: MIT */
/*
 * stand.h: at which release of a folder a file stands, and which are still before it.
 *
 * That is found out, not believed.
 *
 *	nothing in the file	before all of them; it is made straight as what is wanted
 *	its history names one	that, if the file shows no difference to it
 *	one fits		that; where a step of it has left no mark, before it, if moult knows
 *				the file: then what is not marked as done is not done.  Else nobody
 *				can tell: RUN054
 *	several fit		the newest of them that leaves nothing to do, if moult knows the
 *				file, or if there are declared rows alone behind it, which tell for
 *				themselves.  Else it is not known what has been done: RUN054
 *	none fits		RUN052, with the nearest and what is different there
 *
 * A release fits a file without any difference.  What the file keeps though the release does not
 * declare it is one where another release declares it: a tombstone is still due, or was not reached.
 * Where the history names a release that the folder does not have, the folder is older: RUN053.
 */
#ifndef MOULT_RUN_STAND_H
#define MOULT_RUN_STAND_H

#include "trial/planned.h"

/* What a file is to become: a document, or a release and all before it. */
struct destination {
	struct list wants;  /* of struct wanted: the document; or the releases, the oldest first */
	const char *folder; /* of these; NULL: it is a document */
	int to;		    /* which is wanted */
	int from;	    /* where the file is said to stand; -1: that is found out */
	bool is_back;	    /* wants are ways back, one behind the other, and all are gone */
};

/* Before the first release; or of a document. */
#define MO_STANDS_BEFORE (-1)

/*
 * Finds the release at which a file stands, in *at; have is that of db, or of no file where db is
 * NULL.  Nothing is written.
 */
int mo_stand(int *at, struct moult *m, sqlite3 *db, const struct schema *have,
	     const struct destination *destination);

/*
 * The release that is next from there: the first behind it, and on a new file what is wanted, which
 * it becomes straight.
 */
int mo_stand_next(int at, const struct schema *have, const struct destination *destination);

/*
 * mo_stand(), and what is to be gone through from there, in the arena: at least one struct wanted.
 * RUN053 where the file is ahead of what is wanted.
 */
int mo_stand_way(struct list *wants, struct arena *arena, struct moult *m, sqlite3 *db,
		 const struct schema *have, const struct destination *destination);

#endif
