/* SPDX-License-Identifier: MIT */
/* life.h: which table holds whose rows. */
#ifndef MOULT_LINT_LIFE_H
#define MOULT_LINT_LIFE_H

#include "lint/work.h"

void mo_lives_begin(struct work *work);
void mo_lives_follow(struct work *work, const struct statement *statement);
struct life *mo_life_of(const struct work *work, const char *name);
void mo_lives_fold(struct work *work);
/* By its name in after, and in before. */
const struct rebuild *mo_rebuild_of(const struct work *work, const char *table);
const struct rebuild *mo_rebuild_from(const struct work *work, const char *table);

#endif
