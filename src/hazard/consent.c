/* SPDX-License-Identifier: MIT */
/*
 * consent.c: --allow ID[:OBJECT],... or "all".
 *
 * An OBJECT is named as refusals name it: t, t.a; one with a comma in it, or a
 * quote in front, stands in double quotes.  Names are compared as SQLite compares
 * them.  An ID that moult does not have is a mistake, not a wish that happens
 * to fit nothing.
 */
#include <string.h>

#include "base/text.h"
#include "hazard/assess.h"
#include "hazard/hazards.h"

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
	return mo_same_name(mo_diag_kinds[hazard->id].id, id) &&
	       (!object || mo_same_name(hazard->target, object));
}

static int allow_one(struct plan *plan, const char *id, const char *object, struct diags *diags)
{
	if (!mo_same_name(id, "all") && !is_known(id)) {
		mo_diag(diags, DIAG_RUN022, NULL, "--allow", "there is no hazard %s", id);
		mo_diag_hint(diags,
			     "write IDs as refusals show them, such as MD102 or MD102:t.a, or all");
		return MOULT_TROUBLE;
	}
	EACH (struct hazard, hazard, &plan->hazards)
		hazard->consented |= fits(hazard, id, object);
	return MOULT_OK;
}

/* The text in double quotes that begins at from, doubled ones inside; *end is behind it. */
static char *read_quoted(struct arena *arena, const char *from, const char **end)
{
	char *text = mo_arena_text(arena, from + 1);
	char *to = text;

	for (from++; text && *from && (*from != '"' || from[1] == '"'); from++) {
		from += *from == '"';
		*to++ = *from;
	}
	if (text)
		*to = '\0';
	*end = *from ? from + 1 : from;
	return text;
}

static char *read_object(struct arena *arena, const char *from, const char **end)
{
	const size_t length = strcspn(from, ",");

	if (*from == '"')
		return read_quoted(arena, from, end);
	*end = from + length;
	return mo_arena_slice(arena, from, length);
}

int mo_plan_consent(struct plan *plan, const char *allow, struct diags *diags)
{
	const char *at = allow ? allow : "";
	int rc = MOULT_OK;

	while (rc == MOULT_OK && *at) {
		const size_t length = strcspn(at, ":,");
		const char *id = mo_arena_slice(plan->arena, at, length);
		const char *object = NULL;

		if (at[length] == ':')
			object = read_object(plan->arena, at + length + 1, &at);
		else
			at += length;
		if (mo_arena_rc(plan->arena))
			return mo_diag_memory(diags);
		if (*id)
			rc = allow_one(plan, id, object, diags);
		while (*at == ',' || mo_is_space(*at))
			at++;
	}
	return rc;
}

char *mo_hazard_consent_words(struct arena *arena, const struct hazard *hazard)
{
	const bool odd = strchr(hazard->target, ',') || *hazard->target == '"';

	return mo_arena_format(arena, odd ? "%s:\"%w\"" : "%s:%s", mo_diag_kinds[hazard->id].id,
			       hazard->target);
}
