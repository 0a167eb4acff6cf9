/* SPDX-License-Identifier: MIT */
/*
 * foreseen.h: which hazards of moult's own plan are mistakes of the script.
 *
 * A hazard with rows in the way is one.  A hazard that nobody has asked is one where the rows could
 * be in the way, and the script does not mend them itself.
 */
#ifndef MOULT_LINT_FORESEEN_H
#define MOULT_LINT_FORESEEN_H

#include "lint/work.h"
#include "plan/hazard.h"

void mo_foresee(struct work *work, const struct hazard *hazard);
/* What a finding of that kind advises; one of the kinds that can be findings. */
const char *mo_foreseen_hint(enum diag_id id);

#endif
