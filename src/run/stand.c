/* SPDX-License-Identifier: MIT */
/* stand.c: see stand.h. */
#include "run/stand.h"

#include "base/text.h"
#include "diff/describe.h"
#include "plan/data_steps.h"
#include "plan/row_plan.h"
#include "session/history.h"
#include "sql/done_table.h"

#define SHOWN 5 /* differences to the nearest */

/* What is known while it is found out. */
struct search {
	const struct destination *destination;
	struct moult *m; /* says nothing: a release that cannot be compared does not fit */
	sqlite3 *db;
	const struct schema *have;
	struct arena *arena;
	const struct history *last; /* or NULL */
	struct list fits;	    /* of struct wanted, the oldest first */
	struct list nearest;	    /* of char *: what is different to the nearest */
	int nearest_at;
};

static const struct wanted *release_at(const struct search *s, int at)
{
	return s->destination->wants.items[at];
}

/* ---- one release --------------------------------------------------------------------------- */

static bool is_declared(const struct schema *schema, const struct leftover *leftover)
{
	const struct object *object =
		mo_schema_find(schema, leftover->object->kind, leftover->object->name);

	return object && (!leftover->column || mo_table_column((const struct table *)object,
							       leftover->column->object.name));
}

static bool is_of_another(const struct search *s, const struct leftover *leftover)
{
	EACH (const struct wanted, wanted, &s->destination->wants)
		if (is_declared(wanted->schema, leftover))
			return true;
	return false;
}

/* What is different, in words. */
static void find_differences(struct list *found, struct search *s, const struct diff *diff)
{
	EACH (const struct rename, rename, &diff->renames)
		mo_list_add(s->arena, found,
			    mo_arena_format(s->arena, "%s is still named %s",
					    mo_label_rename(s->arena, rename), rename->have));
	EACH (const struct change, change, &diff->changes)
		mo_list_add(s->arena, found,
			    mo_arena_format(s->arena, "%s %s", mo_change_label(s->arena, change),
					    mo_change_text(s->arena, diff, change)));
	EACH (const struct leftover, leftover, &diff->leftovers)
		if (mo_leftover_stays(diff->goal, leftover) && is_of_another(s, leftover))
			mo_list_add(
				s->arena, found,
				mo_arena_format(
					s->arena, "%s is there, and not declared",
					leftover->column
						? mo_label_column(s->arena, leftover->object->name,
								  leftover->column->object.name)
						: mo_label_object(s->arena, leftover->object)));
}

static int compare(bool *fits, struct search *s, int at)
{
	const moult_options options = MOULT_OPTIONS_INIT;
	struct list found = {0};
	struct diff *diff = NULL;
	int rc = mo_diff(&diff, s->m, s->have, release_at(s, at)->schema, &options);

	*fits = false;
	if (!rc) {
		find_differences(&found, s, diff);
		*fits = !found.count;
	}
	if (!rc && (s->nearest_at < 0 || found.count <= s->nearest.count)) {
		s->nearest = found;
		s->nearest_at = at;
	}
	mo_diff_free(diff);
	return mo_arena_rc(s->arena) || s->m->diags.starved ? MOULT_TROUBLE : MOULT_OK;
}

/* ---- several that fit ---------------------------------------------------------------------- */

enum left {
	LEFT_NOTHING,
	LEFT_ROWS, /* declared rows alone, which tell by themselves whether they were written */
	LEFT_WORK
};

static enum left left_of(const struct plan *plan, struct moult *m)
{
	struct list due = {0};

	mo_data_due(&due, plan->arena, plan);
	if (mo_arena_rc(plan->arena))
		mo_diag_memory(&m->diags);
	if (!plan->steps.count && !mo_plan_refusals(plan))
		return LEFT_NOTHING;
	return !due.count && !plan->moves.count && mo_plan_writes_rows(plan) ? LEFT_ROWS
									     : LEFT_WORK;
}

/* What would be done on the file for one release. */
static enum left what_is_left(struct search *s, int at)
{
	const moult_options options = MOULT_OPTIONS_INIT;
	struct planned planned = {NULL, NULL, NULL, NULL};
	const int rc =
		mo_plan_for(&planned, s->m, s->db, s->have, NULL, release_at(s, at), &options);
	const enum left left = rc ? LEFT_WORK : left_of(planned.plan, s->m);

	mo_plan_free(planned.plan);
	mo_diff_free(planned.diff);
	return left;
}

static int refuse_several(struct search *s, struct moult *m, const bool *fits)
{
	sqlite3_str *names = sqlite3_str_new(NULL);
	const char *first = NULL, *list;

	for (int i = 0; i < s->destination->wants.count; i++) {
		if (!fits[i])
			continue;
		sqlite3_str_appendf(names, "%s%s", first ? ", " : "", release_at(s, i)->release);
		first = first ? first : release_at(s, i)->release;
	}
	list = mo_arena_take(s->arena, names);
	mo_diag(&m->diags, DIAG_RUN054, NULL, s->destination->folder,
		"the file could stand at %s, and nothing tells what has been done of the work "
		"between them",
		list);
	mo_diag_hint(&m->diags, "say where it stands, as in --from %s", first);
	return MOULT_REFUSED;
}

static bool is_known(const struct search *s)
{
	return s->have->has_marks || s->last;
}

/*
 * One that is left out between two that fit was gone through, or not: nobody knows.  From one to
 * the next that does nothing on this file it is the same to stand at either.
 */
static int choose(int *at, struct search *s, struct moult *m, const bool *fits, int first, int last)
{
	bool is_gapless = true, is_clear = true;
	int idle = -1;

	for (int i = first; i <= last; i++) {
		const enum left left = fits[i] ? what_is_left(s, i) : LEFT_WORK;

		is_gapless &= fits[i];
		is_clear = left == LEFT_NOTHING || (is_clear && left == LEFT_ROWS);
		idle = left == LEFT_NOTHING ? i : idle;
	}
	if (mo_diag_is_starved(&s->m->diags))
		return mo_diag_memory(&m->diags);
	if (!is_gapless || idle < 0 || !(is_clear || is_known(s)))
		return refuse_several(s, m, fits);
	*at = idle;
	return MOULT_OK;
}

/* ---- one that fits --------------------------------------------------------------------------- */

static int refuse_unmarked(struct search *s, struct moult *m, const char *step, int at)
{
	const char *release = release_at(s, at)->release;

	mo_diag(&m->diags, DIAG_RUN054, NULL, s->destination->folder,
		"the file could stand at %s, or before it: nothing tells whether step %s of it has "
		"run",
		release, step);
	if (at)
		mo_diag_hint(&m->diags, "if it has, say --from %s; if not, --from %s --steps run",
			     release, release_at(s, at - 1)->release);
	else
		mo_diag_hint(&m->diags,
			     "if it has, say --from %s; if not, bring the file there first: --to "
			     "%s --steps run",
			     release, release);
	return MOULT_REFUSED;
}

/*
 * What is not marked as done on a file that moult knows is not done: so it stands before that
 * release, whoever gave it its shape.  The last release to go to says itself what is not clear.
 */
static int judge_steps(int *at, struct search *s, struct moult *m, int only)
{
	*at = only;
	if (only >= s->destination->to)
		return MOULT_OK;
	EACH (const struct data_step, step, &release_at(s, only)->schema->data_steps) {
		if (mo_done_has_step(s->have, step))
			continue;
		if (!is_known(s) || s->have->lost_marks)
			return refuse_unmarked(s, m, step->name, only);
		*at = only - 1;
	}
	return MOULT_OK;
}

/* ---- none ---------------------------------------------------------------------------------- */

static int refuse_none(struct search *s, struct moult *m)
{
	const char *nearest = s->nearest_at < 0 ? NULL : release_at(s, s->nearest_at)->release;

	mo_diag(&m->diags, DIAG_RUN052, NULL, s->destination->folder,
		"the file stands at no release of %s%s%s", s->destination->folder,
		nearest ? "; the nearest is " : "", nearest ? nearest : "");
	for (int i = 0; i < s->nearest.count && i < SHOWN; i++)
		mo_diag(&m->diags, DIAG_RUN052, NULL, nearest, "different from %s: %s", nearest,
			(const char *)s->nearest.items[i]);
	if (s->nearest.count > SHOWN)
		mo_diag(&m->diags, DIAG_RUN052, NULL, nearest, "and %d differences more",
			s->nearest.count - SHOWN);
	if (nearest)
		mo_diag_hint(&m->diags,
			     "if it was changed by hand, go on from there with --from %s", nearest);
	return MOULT_REFUSED;
}

static int refuse_unknown(struct search *s, struct moult *m)
{
	mo_diag(&m->diags, DIAG_RUN053, NULL, s->destination->folder,
		"the history of the file names release %s, which is not in %s: the folder is older "
		"than the file, or another",
		s->last->release, s->destination->folder);
	mo_diag_hint(&m->diags,
		     "take the folder that has it; or say with --from where the file stands");
	return MOULT_REFUSED;
}

/* ---- all ----------------------------------------------------------------------------------- */

/* The release that the history names; -1: it names none, -2: one that is not there. */
static int named(const struct search *s)
{
	if (!s->last || !s->last->release)
		return -1;
	for (int i = 0; i < s->destination->wants.count; i++)
		if (mo_same(release_at(s, i)->release, s->last->release))
			return i;
	return -2;
}

static int search(int *at, struct search *s, struct moult *m)
{
	const int count = s->destination->wants.count, name = named(s);
	bool *fits = mo_arena_alloc(s->arena, (size_t)count * sizeof(*fits));
	int first = -1, last = -1, rc = fits ? MOULT_OK : MOULT_TROUBLE;

	if (name == -2)
		return refuse_unknown(s, m);
	if (!rc && name >= 0)
		rc = compare(&fits[name], s, name);
	if (!rc && name >= 0 && fits[name]) {
		*at = name;
		return MOULT_OK;
	}
	for (int i = 0; !rc && i < count; i++) {
		rc = compare(&fits[i], s, i);
		first = first < 0 && fits[i] ? i : first;
		last = fits[i] ? i : last;
	}
	if (rc)
		return mo_diag_memory(&m->diags);
	if (first < 0)
		return refuse_none(s, m);
	return first == last ? judge_steps(at, s, m, first) : choose(at, s, m, fits, first, last);
}

int mo_stand(int *at, struct moult *m, sqlite3 *db, const struct schema *have,
	     const struct destination *destination)
{
	struct moult quiet = *m;
	struct search s = {
		.destination = destination, .m = &quiet, .db = db, .have = have, .nearest_at = -1};
	struct history *last = NULL;
	int rc;

	*at = destination->from;
	if (destination->from >= 0)
		return MOULT_OK;
	*at = MO_STANDS_BEFORE;
	if (!destination->folder || mo_is_new_file(have))
		return MOULT_OK;
	if (mo_diags_init(&quiet.diags))
		return mo_diag_memory(&m->diags);
	s.arena = mo_arena_new();
	rc = !s.arena ? mo_diag_memory(&m->diags)
	     : db     ? mo_history_last(&last, s.arena, db, &m->diags)
		      : MOULT_OK;
	s.last = last;
	if (!rc)
		rc = search(at, &s, m);
	mo_arena_free(s.arena);
	mo_diags_done(&quiet.diags);
	return rc;
}

static int refuse_ahead(struct moult *m, const struct destination *destination, int at)
{
	const struct wanted *is = destination->wants.items[at];
	const struct wanted *to = destination->wants.items[destination->to];

	mo_diag(&m->diags, DIAG_RUN053, NULL, destination->folder,
		"the file stands at release %s, which is newer than %s", is->release, to->release);
	mo_diag_hint(&m->diags, "downgrade goes back and keeps the rows that came since; rollback "
				"puts a backup back");
	return MOULT_REFUSED;
}

int mo_stand_next(int at, const struct schema *have, const struct destination *destination)
{
	return at < 0 && mo_is_new_file(have) ? destination->to : at + 1;
}

/*
 * The first one behind a release is told which.  A file that is only said to stand there may be another,
 * and has no name.
 */
static void add_want(struct list *wants, struct arena *arena, const struct destination *destination,
		     int i, int at, bool is_said)
{
	const struct wanted *from = at < 0 || i == at ? NULL : destination->wants.items[i - 1];
	const bool is_first = i == at + 1;
	struct wanted *want = mo_arena_make(arena, struct wanted);

	if (!want)
		return;
	*want = *(const struct wanted *)destination->wants.items[i];
	want->before = from && is_first ? from->schema : NULL;
	if (from && !(is_first && is_said))
		want->from = from->release;
	mo_list_add(arena, wants, want);
}

int mo_stand_way(struct list *wants, struct arena *arena, struct moult *m, sqlite3 *db,
		 const struct schema *have, const struct destination *destination)
{
	const int to = destination->to;
	int at = MO_STANDS_BEFORE, rc;

	if (destination->is_back) {
		for (int i = 0; i <= to; i++)
			mo_list_add(arena, wants, destination->wants.items[i]);
		return mo_arena_rc(arena) ? mo_diag_memory(&m->diags) : MOULT_OK;
	}
	rc = mo_stand(&at, m, db, have, destination);
	if (rc)
		return rc;
	if (at > to)
		return refuse_ahead(m, destination, at);
	for (int i = at == to ? to : mo_stand_next(at, have, destination); i <= to; i++)
		add_want(wants, arena, destination, i, at, db && destination->from >= 0);
	return mo_arena_rc(arena) ? mo_diag_memory(&m->diags) : MOULT_OK;
}
