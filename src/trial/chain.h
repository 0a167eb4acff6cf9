/* SPDX-License-Identifier: MIT */
/*
 * chain.h: plans that are a chain, for a C unit that goes from version to version.
 *
 *	version 0 --plan 0--> version 1 --plan 1--> ... --last plan--> version plans->count
 *
 * The unit finds out where a file stands, and begins there.  So no two versions may look alike,
 * unless they are neighbours and the work between them leaves marks.
 */
#ifndef MOULT_TRIAL_CHAIN_H
#define MOULT_TRIAL_CHAIN_H

#include "plan/plan.h"

/*
 * Whether each plan ends with the shape in
 * which the next begins, and whether a file tells which of the versions it is, by its shape, its
 * user_version or the marks of the work since; else RUN022.  Behind mo_shapes_join().
 */
int mo_chain_check(const struct list *plans, struct moult *m);
/*
 * Whether a file at the older of two versions could pass for one at the newer, but for its marks;
 * the one that the last plan leads to is number plans->count.
 */
bool mo_chain_alike(const struct list *plans, int older, int newer);

#endif
