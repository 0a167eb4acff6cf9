/* SPDX-License-Identifier: MIT */
/* newer.c: see newer.h. */
#include "back/newer.h"

#include "base/text.h"
#include "live/connect.h"

#define SHOWN 20 /* tables named when rows were written since */

static const char *change_words(struct arena *arena, const struct table_state *before,
				const struct table_state *after)
{
	if (!before)
		return mo_arena_format(arena,
				       "table %s was made since the migration and holds %lld rows",
				       after->name, after->rows);
	if (!after)
		return mo_arena_format(arena,
				       "table %s held %lld rows after the migration and is gone",
				       before->name, before->rows);
	if (before->rows != after->rows)
		return mo_arena_format(
			arena, "table %s held %lld rows after the migration and holds %lld now",
			after->name, before->rows, after->rows);
	return mo_arena_format(arena,
			       "table %s holds %lld rows as it did after the migration, but not "
			       "the same ones",
			       after->name, after->rows);
}

static void name_change(struct moult *m, struct arena *arena, const struct state_change *change)
{
	const struct table_state *named = change->after ? change->after : change->before;
	const long long more =
		change->after && change->before ? change->after->rows - change->before->rows : 0;
	const char *object = mo_arena_format(arena, "table %s", named->name);
	const char *words = change_words(arena, change->before, change->after);

	if (!words)
		return;
	mo_diag(&m->diags, DIAG_RUN021, NULL, object, "%s", words);
	if (more > 0 && mo_diag_last(&m->diags))
		mo_diag_last(&m->diags)->count = more;
}

static int refuse(struct moult *m, struct arena *arena, const struct list *changes)
{
	struct diags *diags = &m->diags;

	for (int i = 0; i < changes->count && i < SHOWN; i++)
		name_change(m, arena, changes->items[i]);
	if (changes->count > SHOWN)
		mo_diag(diags, DIAG_RUN021, NULL, NULL, "and %d tables more",
			changes->count - SHOWN);
	if (!changes->count)
		mo_diag(diags, DIAG_RUN021, NULL, NULL,
			"the schema was changed since the migration");
	mo_diag_hint(
		diags,
		"to go back without what is newer (it is saved as a backup), say --discard-newer");
	return MOULT_REFUSED;
}

/* Tables that the migration left alone, but for columns that came, held what the backup holds. */
static int resolve(const struct state *after, struct arena *arena, const struct state *backup,
		   sqlite3 *source)
{
	int rc = SQLITE_OK;

	for (int i = 0; !rc && i < after->tables.count; i++) {
		struct table_state *table = after->tables.items[i];
		const struct table_state *before =
			table->as ? mo_state_find(&backup->tables, table->as) : NULL;

		if (!before)
			continue;
		table->rows = before->rows;
		table->digest = before->digest;
		if (table->added)
			rc = mo_state_with(table, arena, source, before->name, table->added);
	}
	return rc;
}

int mo_newer_judge(struct moult *m, struct arena *arena, const struct backup_entry *chosen,
		   sqlite3 *source, const struct state *backup, const struct state *have)
{
	const struct state *after = &chosen->manifest.state;
	struct list changes = {0};
	int rc;

	if (!after->schema) {
		mo_diag(&m->diags, DIAG_RUN021, NULL, chosen->path,
			"the manifest does not say what the migration left, so newer rows "
			"could not be told");
		mo_diag_hint(&m->diags, "to go back all the same, say so with --discard-newer");
		return MOULT_REFUSED;
	}
	rc = resolve(after, arena, backup, source);
	if (rc)
		return mo_diag_sqlite(&m->diags, source, rc, DIAG_RUN020, chosen->path,
				      "read the rows");
	mo_state_compare(&changes, arena, after, have);
	if (mo_arena_rc(arena))
		return mo_diag_memory(&m->diags);
	if (changes.count || !mo_same(after->schema, have->schema))
		return refuse(m, arena, &changes);
	return MOULT_OK;
}
