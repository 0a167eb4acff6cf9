/* SPDX-License-Identifier: MIT */
/* down.h: the way back, played behind the way there, and compared. */
#ifndef MOULT_LINT_DOWN_H
#define MOULT_LINT_DOWN_H

#include "lint/work.h"

/* Plays the way back on a copy and compares. */
int mo_down(struct lint *lint, const struct scene *scene, const struct script *script,
	    const struct schema *before);

#endif
