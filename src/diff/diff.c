/* SPDX-License-Identifier: MIT */
/* diff.c: the passes in their order; see diff.h. */
#include "diff/diff.h"

static int run_passes(struct diff *diff, struct moult *m, const struct moult_options *options)
{
	int rc = mo_match(&diff->renames, diff->arena, diff->have, diff->want, &m->diags);

	if (rc == MOULT_OK)
		rc = mo_rename(diff, m);
	if (rc == MOULT_OK)
		rc = mo_goal(diff, options, &m->diags);
	if (rc == MOULT_OK && mo_compare(&diff->changes, diff->arena, diff->renamed, diff->goal,
					 options->column_order) != MOULT_OK)
		rc = mo_diag_memory(&m->diags);
	return rc;
}

int mo_diff(struct diff **out, struct moult *m, const struct schema *have,
	    const struct schema *want, const struct moult_options *options)
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
	rc = run_passes(diff, m, options);
	if (rc == MOULT_OK)
		*out = diff;
	else
		mo_diff_free(diff);
	return rc;
}

void mo_diff_free(struct diff *diff)
{
	if (!diff)
		return;
	if (diff->renamed != diff->have)
		mo_schema_free(diff->renamed);
	mo_schema_free(diff->goal);
	mo_arena_free(diff->arena);
}

bool mo_diff_is_empty(const struct diff *diff)
{
	return !diff->renames.count && !diff->changes.count;
}
