/* SPDX-License-Identifier: MIT */
/* down.c: the way back, on a copy of what the way there left. */
#include "base/text.h"
#include "diff/describe.h"
#include "lint/down.h"
#include "lint/find.h"
#include "lint/scene.h"
#include "lint/work.h"
#include "live/catalogue.h"

/* The first thing that is not as it was. */
static const struct change *first_change(struct arena *arena, const struct schema *is,
					 const struct schema *before)
{
	struct list changes = {0};

	if (mo_compare(&changes, arena, is, before, false) != MOULT_OK)
		return NULL;
	EACH (const struct change, change, &changes)
		if (change->part != PART_USER_VERSION && change->part != PART_APPLICATION_ID)
			return change;
	return NULL;
}

static void compare(struct work *work, const struct schema *before)
{
	const struct diff names = {.renamed = work->after, .goal = (struct schema *)before};
	const struct change *change = first_change(work->arena, work->after, before);
	const struct list *statements = &work->script->statements;
	const int at = work->script->down >= 0 ? work->script->down : 0;
	const struct statement *first = at < statements->count ? statements->items[at] : NULL;
	const char *label = change ? mo_change_label(work->arena, change) : NULL;

	if (!change)
		return;
	if (!first &&
	    mo_find(work, DIAG_LN133, (struct lint_spot){NULL, NULL, 1}, label,
		    "the way back is empty, and does not take back what the way there does: %s",
		    label))
		mo_find_hint(work, "write the statements that take it back");
	else if (
		first &&
		mo_find(work, DIAG_LN133, mo_spot(first), label,
			"the way back does not give the schema back: it would still take that %s %s",
			label, mo_change_text(work->arena, &names, change)))
		mo_find_hint(work, "take back all that the way there does");
}

int mo_down(struct lint *lint, const struct scene *scene, const struct script *script,
	    const struct schema *before)
{
	struct work work = {.lint = lint, .m = lint->m, .script = script};
	struct scene copy = {.db = NULL};
	int rc = mo_scene_copy(&copy, scene);

	if (!rc)
		rc = mo_work(lint, &copy, script, NULL, true);
	if (!rc)
		rc = mo_catalogue_read(&work.after, lint->m, copy.db);
	work.arena = mo_arena_new();
	if (!rc && work.arena)
		compare(&work, before);
	if (!rc && (!work.arena || mo_arena_rc(work.arena) || lint->findings.starved))
		rc = mo_diag_memory(&lint->m->diags);
	mo_schema_free(work.after);
	mo_arena_free(work.arena);
	mo_scene_close(&copy);
	return rc;
}
