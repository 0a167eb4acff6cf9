/* SPDX-License-Identifier: MIT */
/* diff.c: the passes in their order; see diff.h. */
#include "diff/diff.h"

#include "base/text.h"

typedef int passes(struct diff *diff, struct moult *m, const struct moult_options *options);

static int compare(struct diff *diff, struct moult *m, const struct moult_options *options)
{
	if (mo_compare(&diff->changes, diff->arena, diff->renamed, diff->goal,
		       options->column_order) != MOULT_OK)
		return mo_diag_memory(&m->diags);
	return MOULT_OK;
}

static int run_passes(struct diff *diff, struct moult *m, const struct moult_options *options)
{
	int rc = mo_match(&diff->renames, diff->arena, diff->have, diff->want, &m->diags);

	if (!rc)
		rc = mo_rename(diff, m);
	if (!rc)
		rc = mo_goal(diff, options, &m->diags);
	return rc ? rc : compare(diff, m, options);
}

/* A number that a script does not set is no difference from either side. */
static int run_exact(struct diff *diff, struct moult *m, const struct moult_options *options)
{
	const struct pragmas *have = &diff->have->pragmas;
	struct schema *goal = mo_arena_make(diff->arena, struct schema);

	if (!goal)
		return mo_diag_memory(&m->diags);
	*goal = *diff->want;
	goal->pragmas.has_user_version &= have->has_user_version;
	goal->pragmas.has_application_id &= have->has_application_id;
	diff->renamed = (struct schema *)diff->have;
	diff->goal = goal;
	return compare(diff, m, options);
}

static int make(struct diff **out, struct moult *m, const struct schema *have,
		const struct schema *want, const struct moult_options *options, passes *run)
{
	struct arena *arena = mo_arena_new();
	struct diff *diff = arena ? mo_arena_make(arena, struct diff) : NULL;
	int rc;

	if (!diff) {
		mo_arena_free(arena);
		return mo_diag_memory(&m->diags);
	}
	diff->arena = arena;
	diff->have = have;
	diff->want = want;
	rc = run(diff, m, options);
	if (!rc)
		*out = diff;
	else
		mo_diff_free(diff);
	return rc;
}

int mo_diff(struct diff **diff, struct moult *m, const struct schema *have,
	    const struct schema *want, const struct moult_options *options)
{
	return make(diff, m, have, want, options, run_passes);
}

int mo_diff_exact(struct diff **diff, struct moult *m, const struct schema *have,
		  const struct schema *want, const struct moult_options *options)
{
	return make(diff, m, have, want, options, run_exact);
}

void mo_diff_free(struct diff *diff)
{
	if (!diff)
		return;
	if (diff->renamed != diff->have)
		mo_schema_free(diff->renamed);
	if (diff->goal && diff->goal->arena != diff->want->arena)
		mo_schema_free(diff->goal);
	mo_arena_free(diff->arena);
}

bool mo_diff_is_aside(const struct diff *diff, enum kind kind, const char *name)
{
	EACH (const struct object, aside, &diff->aside)
		if (aside->kind == kind && mo_same_name(aside->name, name))
			return true;
	return false;
}

const char *mo_diff_broken_by_rename(const struct diff *diff, const struct object *object)
{
	for (int i = 0; i < diff->aside.count && i < diff->reasons.count; i++) {
		const struct object *aside = diff->aside.items[i];
		const char *reason = diff->reasons.items[i];

		if (aside->kind == object->kind && mo_same_name(aside->name, object->name))
			return *reason ? reason : NULL;
	}
	return NULL;
}

const struct object *mo_change_object(const struct change *change)
{
	return change->want ? change->want : change->have;
}

bool mo_diff_is_empty(const struct diff *diff)
{
	return !diff->renames.count && !diff->changes.count;
}
