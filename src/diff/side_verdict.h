/* SPDX-License-Identifier: MIT */
/*
 * side_verdict.h: what becomes of a change where old and new code share a file for a while.
 *
 * Beside diff/verdict.h, which says what the change means once it is made, this says when it can be
 * made while code of both releases writes: at once, since old code does not see it; by columns that
 * are kept in step; only when the old code is gone; or not in this way at all.
 */
#ifndef MOULT_DIFF_SIDE_VERDICT_H
#define MOULT_DIFF_SIDE_VERDICT_H

#include "diff/verdict.h"

enum side_when { SIDE_AT_ONCE, SIDE_IN_STEP, SIDE_AT_THE_END, SIDE_REFUSED, SIDE_WHENS };

struct side_verdict {
	enum side_when when;
	const char *words; /* until the end, what new code finds; why it is refused; or NULL */
	const char *hint;  /* where it is refused: what does instead */
};

/* One for each kind of change. */
extern const struct side_verdict mo_side_verdicts[];

/* "at once", "in step", "at the end", "refused" */
extern const char *const mo_side_whens[SIDE_WHENS];

#endif
