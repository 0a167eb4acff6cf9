/* SPDX-License-Identifier: MIT */
/*
 * consent.c: --allow ID[:OBJECT],... or "all".
 *
 * An OBJECT is named as refusals name it (mo_hazard_target): t, t.a, "a.b".c.  Names are compared
 * as SQLite compares them.  An ID that moult does not have is a mistake, not a wish that happens
 * to fit nothing; so is an OBJECT of three names, which would fit two objects.
 */
#include <string.h>

#include "base/text.h"
#include "hazard/assess.h"
#include "hazard/hazards.h"

/* DIAG_COUNT where there is none of that ID. */
static enum diag_id find_id(const char *id)
{
	int i = 0;

	while (i < DIAG_COUNT && !mo_same_name(mo_diag_kinds[i].id, id))
		i++;
	return (enum diag_id)i;
}

static bool fits(const struct hazard *hazard, const char *id, const char *target)
{
	if (mo_same_name(id, "all"))
		return true;
	return mo_same_name(mo_diag_kinds[hazard->id].id, id) &&
	       (!target || mo_same_name(hazard->target, target));
}

static int allow_one(struct plan *plan, const char *id, const char *target, struct diags *diags)
{
	const enum diag_id known = find_id(id);

	if (!mo_same_name(id, "all") && known == DIAG_COUNT) {
		mo_diag(diags, DIAG_RUN022, NULL, "--allow", "there is no hazard %s", id);
		mo_diag_hint(diags,
			     "write IDs as refusals show them, such as MD102 or MD102:t.a, or all");
		return MOULT_TROUBLE;
	}
	if (known != DIAG_COUNT && mo_diag_kinds[known].severity == MOULT_ERROR &&
	    !mo_id_can_be_allowed(known)) {
		mo_diag(diags, DIAG_RUN022, NULL, "--allow", "%s cannot be consented to: %s",
			mo_diag_kinds[known].id, mo_diag_kinds[known].title);
		mo_diag_hint(diags, "leave it out, and do what the hint of the refusal says");
		return MOULT_TROUBLE;
	}
	EACH (struct hazard, hazard, &plan->hazards)
		hazard->consented |= fits(hazard, id, target);
	return MOULT_OK;
}

/* The text in double quotes that begins at *at, doubled ones inside; *at moves behind it. */
static char *read_quoted(struct arena *arena, const char **at)
{
	const char *from = *at;
	char *text = mo_arena_text(arena, from + 1);
	char *to = text;

	for (from++; text && *from && (*from != '"' || from[1] == '"'); from++) {
		from += *from == '"';
		*to++ = *from;
	}
	if (text)
		*to = '\0';
	*at = *from ? from + 1 : from;
	return text;
}

static char *read_name(struct arena *arena, const char **at)
{
	const char *from = *at;

	if (*from == '"')
		return read_quoted(arena, at);
	*at += strcspn(from, ".,");
	return mo_arena_slice(arena, from, (size_t)(*at - from));
}

/* The target that is written at *at, which moves behind it; NULL where it is none. */
static char *read_target(struct arena *arena, const char **at)
{
	const char *name = read_name(arena, at);
	const char *column = NULL;

	if (**at == '.') {
		++*at;
		column = read_name(arena, at);
	}
	*at += strspn(*at, " \t\r\n");
	return name && (!**at || **at == ',') ? mo_hazard_target(arena, name, column) : NULL;
}

static int refuse_object(const char *id, const char *object, struct diags *diags)
{
	const int length = (int)strcspn(object, ",");

	mo_diag(diags, DIAG_RUN022, NULL, "--allow",
		"%.*s is not one object: a name, or two with a dot", length, object);
	mo_diag_hint(diags, "put a name with a dot or a comma in double quotes, as in %s:\"a.b\".c",
		     id);
	return MOULT_TROUBLE;
}

int mo_plan_consent(struct plan *plan, const char *allow, struct diags *diags)
{
	const char *at = allow ? allow : "";
	int rc = MOULT_OK;

	while (!rc && *at) {
		const size_t length = strcspn(at, ":,");
		const char *id = mo_arena_slice(plan->arena, at, length);
		const char *object = at[length] == ':' ? at + length + 1 : NULL;
		const char *target = NULL;

		at += length + (object ? 1 : 0);
		if (object)
			target = read_target(plan->arena, &at);
		if (mo_arena_rc(plan->arena))
			return mo_diag_memory(diags);
		if (object && !target)
			return refuse_object(id, object, diags);
		if (*id)
			rc = allow_one(plan, id, target, diags);
		at += strspn(at, ", \t\r\n");
	}
	return rc;
}

char *mo_hazard_consent_words(struct arena *arena, const struct hazard *hazard)
{
	return mo_arena_format(arena, "%s:%s", mo_diag_kinds[hazard->id].id, hazard->target);
}
