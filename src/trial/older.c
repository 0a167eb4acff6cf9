/* SPDX-License-Identifier: MIT */
/*
 * older.c: see older.h.
 *
 * An older program that is started on a newer file must not take it back: what the newer one
 * renamed would come again, empty, under its former name.  Two things tell.
 *
 *	user_version	the document's is lower than the file's.  0 is what a file has that nobody
 *			numbered.  A document that counts on is never older.
 *	history		without such numbers, or with equal ones: the document's schema is one that
 *			an earlier migration made or found, and left, and that was there before the
 *			file's.  A file that went back is older than what it went back from.
 *
 * A document can go back to such a schema on purpose.  Where it does so by a tombstone or a former
 * name that takes effect, it knows what the later migration brought, and is not older.
 */
#include "trial/older.h"

#include "base/text.h"
#include "model/form.h"
#include "session/history.h"

static bool has_objects(const struct schema *schema)
{
	for (int kind = 0; kind < KIND_COUNT; kind++)
		if (schema->objects[kind].count)
			return true;
	return false;
}

/* Where there is nothing to do, the file may still have what the document does not know. */
static bool differs(const struct diff *diff)
{
	return diff->leftovers.count || !mo_diff_is_empty(diff);
}

static bool knows_the_present(const struct diff *diff)
{
	EACH (const struct leftover, leftover, &diff->leftovers)
		if (leftover->fate == FATE_CONSENTED)
			return true;
	return diff->renames.count > 0;
}

static int ask_history(const char **why, struct arena *arena, sqlite3 *db, const struct diff *diff,
		       struct diags *diags)
{
	const char *have;
	const char *want;
	struct history *last = NULL;
	struct history *left = NULL;
	bool is_older = false;
	int rc = mo_history_last(&last, arena, db, diags);

	if (rc || !last)
		return rc;
	have = mo_shape(arena, diff->have);
	want = mo_shape(arena, diff->want);
	if (!have || !want)
		return mo_diag_memory(diags);
	if (mo_same(have, want))
		return MOULT_OK;
	rc = mo_history_was_first(&is_older, db, want, have, diags);
	if (!rc && is_older)
		rc = mo_history_left(&left, arena, db, want, diags);
	if (!rc && left)
		*why = mo_arena_format(
			arena, "migration %lld of it, at %s, went on from the document's schema",
			left->number, left->at);
	return rc;
}

int mo_older(const char **why, struct arena *arena, sqlite3 *db, const struct diff *diff,
	     struct diags *diags)
{
	const struct pragmas *have = &diff->have->pragmas;
	const struct pragmas *want = &diff->want->pragmas;
	int rc = MOULT_OK;

	*why = NULL;
	if (want->has_user_version && have->user_version && want->user_version < have->user_version)
		*why = mo_arena_format(arena, "its user_version is %d, and the document's is %d",
				       have->user_version, want->user_version);
	else if (db && differs(diff) && !knows_the_present(diff) && has_objects(diff->want) &&
		 (!want->has_user_version || want->user_version == have->user_version))
		rc = ask_history(why, arena, db, diff, diags);
	return !rc && mo_arena_rc(arena) ? mo_diag_memory(diags) : rc;
}
