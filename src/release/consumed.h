/* SPDX-License-Identifier: MIT */
/*
 * consumed.h: what a document still says of the way and an earlier release has gone already.
 *
 * A former name, a using, a step: each does its work on the way from one release to the next, and
 * nothing on the ways behind it, since files go through all releases.  It can go from the document
 * once the next release is there.
 */
#ifndef MOULT_RELEASE_CONSUMED_H
#define MOULT_RELEASE_CONSUMED_H

#include "plan/plan.h"

struct consumed {
	/* the attribute, or the element inside, that goes; NULL: the element at place itself */
	const char *part;
	const char *what;	  /* "using of column person.name" */
	struct moult_place place; /* of the start tag */
};

/*
 * Adds a struct consumed for all of that kind.  The plan is the one from the release before to the
 * document; had is that release as it was written.
 */
void mo_consumed(struct list *list, struct arena *arena, const struct plan *plan,
		 const struct schema *had);

/*
 * The text of a document without what is consumed in it, and otherwise byte for byte the same;
 * what stands in other files, which it includes, stays. *count says how many went.
 */
int mo_consumed_cut(sqlite3_str *out, int *count, const struct list *list, const char *name,
		    const char *text, size_t size, struct diags *diags);

#endif
