/* SPDX-License-Identifier: MIT */
/*
 * consent.c: --allow ID[:OBJECT],... or "all", and the document's <allow id= object=/>.
 *
 * An OBJECT is named as refusals name it (mo_hazard_target): t, t.a, "a.b".c.  Names are compared
 * as SQLite compares them.  An ID that moult does not have is a mistake, not a wish that happens
 * to fit nothing; so is an OBJECT of three names, which would fit two objects.  An <allow> whose
 * danger is over, or never was, is no mistake: it may stay in the document for ever.
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

/* What is wrong with a consent; by is the document's, or NULL for --allow. */
static int mistake(const struct consent *by, const char *message, const char *hint,
		   struct diags *diags)
{
	const enum diag_id id = by ? DIAG_DOC007 : DIAG_RUN022;

	mo_diag(diags, id, by ? &by->place : NULL, by ? "allow" : "--allow", "%s", message);
	mo_diag_hint(diags, "%s", hint);
	return MOULT_TROUBLE;
}

static int judge_id(struct arena *arena, const char *id, const struct consent *by,
		    struct diags *diags)
{
	const struct diag_kind *kind = mo_diag_kinds + find_id(id);

	if (!by && mo_same_name(id, "all"))
		return MOULT_OK;
	if (kind == mo_diag_kinds + DIAG_COUNT)
		return mistake(
			by, mo_arena_format(arena, "there is no hazard %s", id),
			by ? "write an ID as refusals show them, such as MD102"
			   : "write IDs as refusals show them, such as MD102 or MD102:t.a, or all",
			diags);
	if (kind->severity == MOULT_ERROR && !mo_id_can_be_allowed(find_id(id)))
		return mistake(by,
			       mo_arena_format(arena, "%s cannot be consented to: %s", kind->id,
					       kind->title),
			       "leave it out, and do what the hint of the refusal says", diags);
	if (by && kind->severity != MOULT_ERROR)
		return mistake(by,
			       mo_arena_format(arena, "%s refuses nothing, and needs no consent",
					       kind->id),
			       "leave it out", diags);
	return MOULT_OK;
}

static void allow_one(struct plan *plan, const char *id, const char *target,
		      const struct consent *by)
{
	EACH (struct hazard, hazard, &plan->hazards) {
		if (!fits(hazard, id, target))
			continue;
		hazard->consented = true;
		hazard->consent = hazard->consent ? hazard->consent : by;
	}
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

static int refuse_object(struct arena *arena, const char *id, const char *object,
			 const struct consent *by, struct diags *diags)
{
	const int length = (int)(by ? strlen(object) : strcspn(object, ","));

	return mistake(
		by,
		mo_arena_format(arena, "%.*s is not one object: a name, or two with a dot", length,
				object),
		by ? "put a name with a dot or a comma in double quotes, as in object='\"a.b\".c'"
		   : mo_arena_format(arena,
				     "put a name with a dot or a comma in double quotes, as in "
				     "%s:\"a.b\".c",
				     id),
		diags);
}

static int consent_of_document(struct plan *plan, struct diags *diags)
{
	struct arena *arena = plan->arena;
	int rc = MOULT_OK;

	EACH (const struct consent, consent, &plan->diff->want->consents) {
		const char *at = consent->object;
		const char *target = at ? read_target(arena, &at) : NULL;
		const bool is_one = !consent->object || (target && !*at);
		const int id_rc = judge_id(arena, consent->id, consent, diags);

		if (mo_arena_rc(arena))
			return mo_diag_memory(diags);
		if (!is_one)
			rc = refuse_object(arena, consent->id, consent->object, consent, diags);
		else if (!id_rc)
			allow_one(plan, consent->id, target, consent);
		rc = rc ? rc : id_rc;
	}
	return rc;
}

int mo_plan_consent(struct plan *plan, const char *allow, struct diags *diags)
{
	const char *at = allow ? allow : "";
	int rc = consent_of_document(plan, diags);

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
			return refuse_object(plan->arena, id, object, NULL, diags);
		if (*id)
			rc = judge_id(plan->arena, id, NULL, diags);
		if (!rc && *id)
			allow_one(plan, id, target, NULL);
		at += strspn(at, ", \t\r\n");
	}
	return rc;
}

char *mo_hazard_consent_words(struct arena *arena, const struct hazard *hazard)
{
	return mo_arena_format(arena, "%s:%s", mo_diag_kinds[hazard->id].id, hazard->target);
}
