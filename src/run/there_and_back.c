/* SPDX-License-Identifier: MIT */
/* there_and_back.c: see there_and_back.h. */
#include "run/there_and_back.h"

#include "back/way_back.h"
#include "back/way_row.h"
#include "base/show.h"
#include "base/text.h"
#include "digest/digest.h"
#include "hazard/assess.h"
#include "live/catalogue.h"
#include "model/form.h"
#include "sql/way_back_table.h"

#define SHOWN 20 /* tables named one by one */

/* Everything that it is done with. */
struct journey {
	struct there_and_back *there;
	struct arena *arena;
	struct moult *m;
	sqlite3 *db;
	const moult_options *options;
};

static int read_content(struct inventory *content, const struct journey *j)
{
	struct schema *schema = NULL;
	int rc = mo_catalogue_read(&schema, j->m, j->db);

	if (!rc)
		content->shape = mo_shape(j->arena, schema);
	mo_schema_free(schema);
	if (!rc && mo_digest_register(j->db))
		rc = mo_diag_memory(&j->m->diags);
	if (!rc)
		rc = mo_state_read_in_any_order(&content->state, j->arena, j->m, j->db,
						DIAG_RUN001);
	mo_digest_unregister(j->db);
	return rc;
}

/* The ways back that came since the beginning. */
static int count_ways(int *count, const struct journey *j)
{
	struct list rows = {0};
	int rc = mo_way_rows_read(&rows, j->arena, j->db, &j->m->diags);

	*count = 0;
	EACH (const struct way_row, row, &rows)
		*count += row->number > j->there->newest;
	return rc;
}

int mo_there_begin(struct there_and_back *there, struct arena *arena, struct moult *m, sqlite3 *db)
{
	const struct journey journey = {there, arena, m, db, NULL};
	struct list rows = {0};
	int rc = mo_way_rows_read(&rows, arena, db, &m->diags);

	if (!rc && rows.count)
		there->newest = ((const struct way_row *)rows.items[0])->number;
	return rc ? rc : read_content(&there->before, &journey);
}

/* ---- one way back -------------------------------------------------------------------------- */

static void note_losses(const struct journey *j, const struct plan *plan)
{
	EACH (const struct hazard, hazard, &plan->hazards)
		if (hazard->consented && mo_hazard_holds(hazard) &&
		    mo_diag_kinds[hazard->id].severity == MOULT_ERROR)
			mo_list_add(j->arena, &j->there->losses,
				    mo_hazard_consent_words(j->arena, hazard));
}

static int migrate_back(const struct journey *j, const struct schema *document)
{
	struct way_judged judged = {j->m, document};
	struct wanted wanted = {.schema = document,
				.name = MO_WAY_BACK_NAME,
				.judge = mo_way_back_judge,
				.context = &judged};
	struct destination destination = {.from = -1};
	moult_options options = *j->options;
	moult_outcome outcome = {.size = sizeof(outcome)};
	struct kept kept = {.have = NULL};
	const struct migration migration = {.m = j->m,
					    .db = j->db,
					    .destination = &destination,
					    .options = &options,
					    .is_ours = true,
					    .kept = &kept};
	int rc;

	options.allow = "all";
	options.expect = NULL;
	mo_list_add(j->arena, &destination.wants, &wanted);
	rc = mo_arena_rc(j->arena) ? mo_diag_memory(&j->m->diags)
				   : mo_migrate(&migration, &outcome);
	if (!rc)
		note_losses(j, mo_route_first(&kept.route));
	j->there->rows += outcome.rows;
	mo_kept_done(&kept);
	mo_outcome_done(&outcome);
	return rc;
}

static int go_back_once(const struct journey *j)
{
	struct schema *document = NULL;
	int rc = mo_way_back_read(&document, j->m, j->db, 0);

	if (!rc)
		rc = migrate_back(j, document);
	mo_schema_free(document);
	return rc;
}

/* ---- what is said of it -------------------------------------------------------------------- */

static int refuse(const struct journey *j, const char *object, const char *why)
{
	mo_diag(&j->m->diags, DIAG_RUN058, NULL, object, "there and back: %s", why);
	return mo_diag_kinds[DIAG_RUN058].result;
}

static const char *rows_words(struct arena *arena, long long rows)
{
	return mo_arena_format(arena, rows == 1 ? "%lld row" : "%lld rows", rows);
}

static const char *change_words(struct arena *arena, const struct state_change *change)
{
	const struct table_state *before = change->before, *after = change->after;

	if (!before)
		return mo_arena_format(arena, "it was not there, and now has %s",
				       rows_words(arena, after->rows));
	if (!after)
		return mo_arena_format(arena, "it had %s, and is gone",
				       rows_words(arena, before->rows));
	if (before->rows != after->rows)
		return mo_arena_format(arena, "it had %s, and now has %s",
				       rows_words(arena, before->rows),
				       rows_words(arena, after->rows));
	return mo_arena_format(arena, "it has %s as before, but not the same",
			       rows_words(arena, after->rows));
}

static int say_changes(const struct journey *j)
{
	const struct list *changes = &j->there->changes;

	for (int i = 0; i < changes->count && i < SHOWN; i++) {
		const struct state_change *change = changes->items[i];
		const struct table_state *named = change->after ? change->after : change->before;

		refuse(j, mo_arena_format(j->arena, "table %s", named->name),
		       change_words(j->arena, change));
	}
	if (changes->count > SHOWN)
		refuse(j, NULL,
		       mo_arena_format(j->arena, "%d tables more hold something else",
				       changes->count - SHOWN));
	mo_diag_hint(&j->m->diags, "moult plan says under \"way back\" what is lossy; write back "
				   "where a value can be told from the new row");
	return mo_diag_kinds[DIAG_RUN058].result;
}

static int say_none(const struct journey *j)
{
	const int rc = refuse(j, NULL, "the migration leaves no way back in the file");

	mo_diag_hint(&j->m->diags, "what is left is moult rollback, and the backup");
	return rc;
}

static int say_other_shape(const struct journey *j)
{
	const int rc = refuse(j, NULL,
			      j->there->ways < MO_WAYS_BACK_KEPT
				      ? "the shape that comes back is not the one that was"
				      : "the ways back that are kept do not lead to the beginning");

	mo_diag_hint(&j->m->diags, "migrate by fewer releases at once: --to");
	return rc;
}

static int compare(const struct journey *j)
{
	struct there_and_back *there = j->there;
	struct inventory after;
	int rc = read_content(&after, j);

	if (rc)
		return rc;
	there->is_other_shape = !mo_same(there->before.shape, after.shape);
	if (!there->is_other_shape)
		mo_state_compare(&there->changes, j->arena, &there->before.state, &after.state);
	if (mo_arena_rc(j->arena))
		return mo_diag_memory(&j->m->diags);
	if (there->is_other_shape)
		return say_other_shape(j);
	return there->changes.count ? say_changes(j) : MOULT_OK;
}

static int go_back(const struct journey *j)
{
	struct there_and_back *there = j->there;

	while (!there->result && there->ways < there->left) {
		there->result = go_back_once(j);
		there->ways += !there->result;
	}
	if (there->result == MOULT_REFUSED)
		refuse(j, NULL, "downgrade would be refused");
	return there->result;
}

int mo_there_and_back(struct there_and_back *there, struct arena *arena, struct moult *m,
		      sqlite3 *db, int steps, const moult_options *options)
{
	const struct journey journey = {there, arena, m, db, options};
	int rc = steps ? count_ways(&there->left, &journey) : MOULT_OK;

	if (rc || !steps)
		return rc;
	there->is_over = true;
	if (!there->left)
		return there->result = say_none(&journey);
	rc = go_back(&journey);
	return rc ? rc : compare(&journey);
}
