/* SPDX-License-Identifier: MIT */
/* moult_stand.c: where a file stands in a folder of releases, and what apply would go through from there. */
#include "moult_private.h"
#include "plan/data_steps.h"
#include "sql/done_table.h"

/* A new file needs no step: it is made as the step leaves it. */
static struct pending *pending_at(struct arena *arena, const struct schema *have,
				  const struct wanted *wanted)
{
	struct pending *pending = mo_arena_make(arena, struct pending);

	if (!pending)
		return NULL;
	*pending = (struct pending){.release = wanted->release};
	EACH (const struct data_step, step, &wanted->schema->data_steps)
		if (!mo_is_new_file(have) && !mo_done_has_step(have, step))
			mo_list_add(arena, &pending->steps, step->name);
	return pending;
}

static void find_pending(struct standing *standing, struct arena *arena, const struct schema *have,
			 const struct destination *destination)
{
	const int to = destination->to;

	for (int i = mo_stand_next(standing->at, have, destination); i <= to; i++)
		mo_list_add(arena, &standing->pending,
			    pending_at(arena, have, destination->wants.items[i]));
}

int mo_standing_find(struct standing *standing, struct arena *arena, moult *m, sqlite3 *db,
		     const struct schema *have, const moult_schema *folder,
		     const moult_options *options)
{
	const struct release *release;
	struct aim aim;
	int rc = mo_aim(&aim, m, folder, options);

	if (!rc)
		rc = mo_stand(&standing->at, m, db, have, &aim.destination);
	standing->folder = folder->releases->path;
	standing->is_found = !rc;
	if (!rc && standing->at >= 0) {
		release = folder->releases->list.items[standing->at];
		standing->release = release->name;
	}
	if (!rc)
		find_pending(standing, arena, have, &aim.destination);
	mo_aim_done(&aim);
	return rc == MOULT_REFUSED ? MOULT_OK : rc;
}

int mo_folder_require(moult *m, const moult_schema *folder)
{
	if (folder->releases)
		return MOULT_OK;
	mo_diag(&m->diags, DIAG_RUN022, NULL, folder->name, "%s is no folder of releases",
		folder->name);
	mo_diag_hint(&m->diags, "give the folder that moult release has made");
	return mo_diag_kinds[DIAG_RUN022].result;
}

const char *moult_schema_release_name(const moult_schema *folder, int at)
{
	const struct list *list = folder->releases ? &folder->releases->list : NULL;
	const struct release *release =
		list && at >= 0 && at < list->count ? list->items[at] : NULL;

	return release ? release->name : NULL;
}
