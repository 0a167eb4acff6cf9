/* SPDX-License-Identifier: MIT */
/* match.c: see match.h. */
#include "diff/match.h"

#include "base/text.h"

/* Names on one side (tables of a kind, or columns of a table), and what became of them. */
struct side {
	const struct list *have; /* of struct object */
	const struct list *want;
	struct list claims;	  /* of struct rename, in the order in which they were found */
	const struct side *other; /* that shares the names: virtual tables beside tables; or NULL */
};

static const struct object *find(const struct list *objects, const char *name)
{
	EACH (const struct object, object, objects)
		if (mo_same_name(object->name, name))
			return object;
	return NULL;
}

static const struct rename *claim_on(const struct side *side, const char *former)
{
	EACH (const struct rename, claim, &side->claims)
		if (mo_same_name(claim->have, former))
			return claim;
	return NULL;
}

static bool is_renamed(const struct side *side, const char *name)
{
	EACH (const struct rename, claim, &side->claims)
		if (mo_same_name(claim->want, name))
			return true;
	return false;
}

/* Whether a name is taken, and nobody is renamed away from it. */
static bool is_present(const struct side *side, const char *name)
{
	return (find(side->have, name) && !claim_on(side, name)) ||
	       (side->other && find(side->other->have, name) && !claim_on(side->other, name));
}

/* The newest former name that the file still has and nobody has taken. */
static const struct object *former(const struct side *side, const struct object *want)
{
	for (int i = 0; i < want->was.count; i++) {
		const struct object *have = find(side->have, want->was.items[i]);

		if (have && !claim_on(side, have->name))
			return have;
	}
	return NULL;
}

/* The name that is there in another case, where its present spelling is asked for by a former one. */
static const struct object *respelled(const struct side *side, const struct object *want)
{
	const struct object *have = find(side->have, want->name);

	return have && !claim_on(side, have->name) && !mo_same(have->name, want->name) &&
			       mo_names_have(&want->was, want->name)
		       ? have
		       : NULL;
}

/* Claims what it can; true if it claimed anything, so that a chain is followed by asking again. */
static bool claim_all(struct arena *arena, struct side *side, enum kind kind, const char *table)
{
	bool found = false;

	EACH (const struct object, want, side->want) {
		const struct object *have;
		struct rename *claim;

		if (!want->was.count || is_renamed(side, want->name))
			continue;
		have = respelled(side, want);
		if (!have && is_present(side, want->name))
			continue;
		have = have ? have : former(side, want);
		claim = have ? mo_arena_make(arena, struct rename) : NULL;
		if (!claim)
			continue;
		*claim = (struct rename){kind, table, have->name, want->name, want->place};
		mo_list_add(arena, &side->claims, claim);
		found = true;
	}
	return found;
}

/*
 * A later link of a chain was found after the earlier one that frees its name:
 * in the order of discovery every name is free when it is taken.
 */
static void match_side(struct arena *arena, struct list *renames, struct side *side, enum kind kind,
		       const char *table)
{
	while (claim_all(arena, side, kind, table) && !mo_arena_rc(arena))
		;
	for (int i = 0; i < side->claims.count; i++)
		mo_list_add(arena, renames, side->claims.items[i]);
}

/* Both present, each claiming to have been the other: which is which cannot be told. */
static int refuse_swaps(const struct list *have, const struct list *want, struct diags *diags)
{
	int rc = MOULT_OK;

	for (int i = 0; i < want->count; i++) {
		const struct object *one = want->items[i];

		for (int j = 0; j < i && one->was.count; j++) {
			const struct object *other = want->items[j];

			if (!mo_names_have(&one->was, other->name) ||
			    !mo_names_have(&other->was, one->name) || !find(have, one->name) ||
			    !find(have, other->name))
				continue;
			rc = mo_diag(diags, DIAG_DOC017, &one->place, one->name,
				     "%s and %s are each said to have been the other", one->name,
				     other->name);
			mo_diag_hint(
				diags,
				"swap names in two steps: one document renames %s to a third name, the next goes on",
				one->name);
		}
	}
	return rc;
}

static int match_columns(struct list *renames, struct arena *arena, const struct table *have,
			 const struct table *want, struct diags *diags)
{
	struct side side = {&have->columns, &want->columns, {0}, NULL};

	match_side(arena, renames, &side, KIND_TABLE, want->object.name);
	return refuse_swaps(side.have, side.want, diags);
}

/* The table of have that becomes the one of want. */
static const struct table *counterpart(const struct side *tables, const struct schema *have,
				       const struct table *want)
{
	EACH (const struct rename, claim, &tables->claims)
		if (mo_same_name(claim->want, want->object.name))
			return mo_schema_table(have, claim->have);
	if (claim_on(tables, want->object.name))
		return NULL;
	return mo_schema_table(have, want->object.name);
}

int mo_match(struct list *renames, struct arena *arena, const struct schema *have,
	     const struct schema *want, struct diags *diags)
{
	struct side tables = {&have->objects[KIND_TABLE], &want->objects[KIND_TABLE], {0}, NULL};
	struct side virtuals = {
		&have->objects[KIND_VIRTUAL], &want->objects[KIND_VIRTUAL], {0}, &tables};
	int rc = refuse_swaps(tables.have, tables.want, diags);

	tables.other = &virtuals;
	match_side(arena, renames, &tables, KIND_TABLE, NULL);
	match_side(arena, renames, &virtuals, KIND_VIRTUAL, NULL);
	EACH (const struct table, table, &want->objects[KIND_TABLE]) {
		const struct table *former_table = counterpart(&tables, have, table);

		if (former_table &&
		    match_columns(renames, arena, former_table, table, diags) != MOULT_OK)
			rc = MOULT_TROUBLE;
	}
	return mo_arena_rc(arena) ? mo_diag_memory(diags) : rc;
}
