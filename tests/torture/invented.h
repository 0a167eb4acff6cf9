/* SPDX-License-Identifier: MIT */
/* invented.h: scenarios out of the invented schemas of tests/random. */
#ifndef MOULT_TESTS_TORTURE_INVENTED_H
#define MOULT_TESTS_TORTURE_INVENTED_H

#include "scenario.h"

/*
 * A number always gives the same pair; every fourth goes back.  With a strategy
 * it is migrated so, else as the pair itself says.  NULL where it is none that migrates.
 */
struct invented *invented_new(uint64_t number, const char *strategy);
const struct scenario *invented_scenario(const struct invented *pair);
void invented_free(struct invented *pair);

#endif
