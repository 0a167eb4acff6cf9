/* SPDX-License-Identifier: MIT */
/* chain.c: see chain.h. */
#include "trial/chain.h"

#include "base/text.h"
#include "diff/describe.h"
#include "plan/done.h"

/* What is known of a version: the one before a plan, or behind the last. */
struct version {
	const char *name;
	const char *shape;
	const struct pragmas *pragmas;
	bool is_numbered;
};

static struct version version_of(const struct list *plans, int at)
{
	const bool is_end = at == plans->count;
	const struct plan *plan = plans->items[is_end ? at - 1 : at];
	const struct pragmas *have = &plan->diff->have->pragmas;
	const struct pragmas *want = &plan->diff->want->pragmas;

	if (is_end)
		return (struct version){plan->want, plan->shapes.want, want,
					want->has_user_version};
	return (struct version){plan->have, plan->shapes.have, have,
				have->has_user_version && want->has_user_version};
}

bool mo_chain_alike(const struct list *plans, int older, int newer)
{
	const struct version old = version_of(plans, older);
	const struct version new = version_of(plans, newer);

	if (!mo_same(old.shape, new.shape))
		return false;
	return !new.is_numbered ||
	       (old.is_numbered && old.pragmas->user_version == new.pragmas->user_version);
}

/* A shape comes again, or what was done in between leaves no mark. */
static bool is_confusable(const struct list *plans, int older, int newer)
{
	const struct plan *plan = plans->items[older];

	if (!mo_chain_alike(plans, older, newer))
		return false;
	for (int i = older + 1; i < newer; i++)
		if (!mo_chain_alike(plans, i, newer))
			return true;
	return newer == older + 1 && plan->steps.count && !mo_plan_is_marked(plan->arena, plan);
}

static int check_apart(const struct list *plans, struct moult *m, int older, int newer)
{
	const char *name = version_of(plans, newer).name;

	if (!is_confusable(plans, older, newer))
		return MOULT_OK;
	if (mo_arena_rc(((struct plan *)plans->items[older])->arena))
		return mo_diag_memory(&m->diags);
	mo_diag(&m->diags, DIAG_RUN022, NULL, name,
		"a unit cannot tell a file of %s from one of %s: they have the same shape",
		version_of(plans, older).name, name);
	mo_diag_hint(&m->diags,
		     plans->count > 1
			     ? "give each release a user-version of its own, or begin later "
			       "with --from NAME"
			     : "give each of them a user-version of its own, or take apply");
	return mo_diag_kinds[DIAG_RUN022].result;
}

/* The first thing that a file keeps though the release does not declare it; or NULL. */
static const char *kept_by(const struct plan *plan)
{
	EACH (const struct leftover, leftover, &plan->diff->leftovers)
		if (mo_leftover_stays(plan->diff->goal, leftover))
			return leftover->column
				       ? mo_label_column(plan->arena, leftover->object->name,
							 leftover->column->object.name)
				       : mo_label_object(plan->arena, leftover->object);
	return NULL;
}

/* What a release keeps without declaring it the next hop would not know. */
static int check_link(const struct plan *plan, const struct plan *next, struct moult *m)
{
	const char *kept;

	if (mo_same(plan->shapes.want, next->shapes.have))
		return MOULT_OK;
	kept = kept_by(plan);
	mo_diag(&m->diags, DIAG_RUN022, NULL, plan->want,
		"a file that comes from %s is not as a new one of %s, and a unit cannot go on from "
		"it%s%s",
		plan->have, plan->want, kept ? ": it keeps " : "", kept ? kept : "");
	mo_diag_hint(
		&m->diags,
		"what is not declared any more is kept where it is not <dropped>: begin behind "
		"it, with --from %s, and migrate older files with apply",
		plan->want);
	return mo_diag_kinds[DIAG_RUN022].result;
}

static bool are_same(const struct list *names, const struct list *others)
{
	for (int i = 0; i < names->count && i < others->count; i++)
		if (!mo_same(names->items[i], others->items[i]))
			return false;
	return names->count == others->count;
}

/* The one question leaves out what all of them leave out. */
static int check_ignored(const struct plan *first, const struct plan *plan, struct moult *m)
{
	const struct nobodys *one = &first->shapes.nobodys;
	const struct nobodys *other = &plan->shapes.nobodys;

	if (are_same(&one->ignored, &other->ignored) && are_same(&one->declared, &other->declared))
		return MOULT_OK;
	mo_diag(&m->diags, DIAG_RUN022, NULL, plan->want,
		"%s and %s ignore other objects, and a unit asks all files the same", first->want,
		plan->want);
	mo_diag_hint(&m->diags, "begin later with --from NAME, or migrate with apply");
	return mo_diag_kinds[DIAG_RUN022].result;
}

int mo_chain_check(const struct list *plans, struct moult *m)
{
	int rc = MOULT_OK;

	for (int i = 1; !rc && i < plans->count; i++) {
		rc = check_link(plans->items[i - 1], plans->items[i], m);
		if (!rc)
			rc = check_ignored(plans->items[0], plans->items[i], m);
	}
	for (int older = 0; !rc && older < plans->count; older++)
		for (int newer = older + 1; !rc && newer <= plans->count; newer++)
			rc = check_apart(plans, m, older, newer);
	return rc;
}
