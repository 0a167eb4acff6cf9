/* SPDX-License-Identifier: MIT */
/* hazard.c: see hazard.h. */
#include "plan/hazard.h"

#include <string.h>

bool mo_hazard_holds(const struct hazard *hazard)
{
	return !hazard->count_sql || hazard->count > 0 || hazard->failed;
}

long long mo_hazard_rows(const struct hazard *hazard)
{
	return hazard->is_trial ? -1 : hazard->count;
}

/*
 * Consent lifts the hazards of the group MD.  It cannot lift what SQLite would refuse (MF), nor what
 * an older SQLite could not read (MP), nor the loss of a table that the document keeps (MD122).
 */
bool mo_id_can_be_allowed(enum diag_id id)
{
	return id != DIAG_MD122 && (id == DIAG_ML106 || id == DIAG_MC106 ||
				    strncmp(mo_diag_kinds[id].id, "MD", 2) == 0);
}

bool mo_hazard_can_be_allowed(const struct hazard *hazard)
{
	return mo_id_can_be_allowed(hazard->id);
}

bool mo_hazard_shows_hint(const struct hazard *hazard)
{
	static const enum diag_id told[] = {DIAG_MD114, DIAG_MD112, DIAG_MD117,
					    DIAG_MD118, DIAG_MS101, DIAG_MS102};

	if (hazard->hint && mo_hazard_refuses(hazard))
		return true;
	for (size_t i = 0; hazard->hint && i < sizeof(told) / sizeof(*told); i++)
		if (hazard->id == told[i])
			return true;
	return false;
}

bool mo_hazard_refuses(const struct hazard *hazard)
{
	return mo_diag_kinds[hazard->id].severity == MOULT_ERROR && mo_hazard_holds(hazard) &&
	       !(hazard->parks && !hazard->failed) &&
	       !(hazard->consented && mo_hazard_can_be_allowed(hazard));
}
