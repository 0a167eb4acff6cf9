/* SPDX-License-Identifier: MIT */
/*
 * consent.c: --allow ID[:OBJECT],... or "all".
 *
 * An OBJECT is named as refusals name it: t, t.a.  Names are compared as
 * SQLite compares them.  An ID that moult does not have is a mistake, not a
 * wish that happens to fit nothing.
 */
#include <string.h>

#include "base/text.h"
#include "plan/plan.h"

static bool is_known(const char *id)
{
	for (int i = 0; i < DIAG_COUNT; i++)
		if (mo_same_name(mo_diag_kinds[i].id, id))
			return true;
	return false;
}

static bool fits(const struct hazard *hazard, const char *id, const char *object)
{
	if (mo_same_name(id, "all"))
		return true;
	return mo_same_name(mo_diag_kinds[hazard->id].id, id) && (!object || mo_same_name(hazard->target, object));
}

static int allow_one(struct plan *plan, char *word, struct diags *diags)
{
	char *object = strchr(word, ':');

	if (object)
		*object++ = '\0';
	if (!mo_same_name(word, "all") && !is_known(word)) {
		mo_diag(diags, DIAG_RUN022, NULL, "--allow", "there is no hazard %s", word);
		mo_diag_mend(diags, "write IDs as refusals show them, such as MD102 or MD102:t.a, or all");
		return MOULT_TROUBLE;
	}
	for (int i = 0; i < plan->hazards.count; i++) {
		struct hazard *hazard = plan->hazards.items[i];

		hazard->consented |= fits(hazard, word, object);
	}
	return MOULT_OK;
}

int mo_plan_consent(struct plan *plan, const char *allow, struct diags *diags)
{
	char *text = mo_arena_text(plan->arena, allow ? allow : "");
	int rc = text ? MOULT_OK : mo_diag_memory(diags);

	while (rc == MOULT_OK && *text) {
		char *end = strchr(text, ',');
		char *next = end ? end + 1 : text + strlen(text);

		if (end)
			*end = '\0';
		while (mo_is_space(*text))
			text++;
		if (*text)
			rc = allow_one(plan, text, diags);
		text = next;
	}
	return rc;
}
