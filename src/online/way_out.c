/* SPDX-License-Identifier: MIT */
/* way_out.c: see online/course.h. */
#include "online/course.h"

#include "base/text.h"
#include "online/nulls.h"
#include "sql/under_way_table.h"

/* ---- the end of it, and the way out ---------------------------------------------------------- */

static int sweep(void *context, long long most, long long *done)
{
	struct online *o = context;
	int rc = mo_course_read(o);

	const struct made *made = rc ? NULL : mo_course_made(o, o->work);

	*done = 0;
	if (!made || !mo_made_is_there(o->batches.session, made))
		return rc;
	return made->whole ? mo_nulls_go(o->batches.session, made, most, done)
			   : mo_piece_sweep(o->batches.session, o->work, most, done);
}

static int drop_swept(void *context, long long most, long long *done)
{
	struct online *o = context;
	int rc = mo_course_read(o);

	(void)most;
	*done = 0;
	return rc || !o->run ? rc : mo_made_drop(o->batches.session, o->run, o->work);
}

static int end_run(void *context, long long most, long long *done)
{
	struct online *o = context;
	int rc = mo_course_read(o);

	(void)most;
	*done = 0;
	return rc || !o->run ? rc : mo_under_way_end(o->batches.session);
}

/* Needed until the tree that was lent to it is swept. */
static bool is_lent_to(const struct made *made)
{
	return mo_name_has_prefix(made->name, MO_MADE_PREFIX "lent_") ||
	       mo_name_has_prefix(made->name, MO_MADE_PREFIX "left_");
}

/* What is made now are tables alone, and indexes that become such; one DROP TABLE of a full one would be a long lock. */
int mo_sweep_all(struct online *o)
{
	struct list names = {0}; /* each batch reads anew what is under way */
	int rc = MOULT_OK;

	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; o->run && i < o->run->made.count; i++) {
			const struct made *made = o->run->made.items[i];

			if (is_lent_to(made) == (pass == 1))
				mo_list_add(o->arena, &names, mo_arena_text(o->arena, made->name));
		}
	if (mo_arena_rc(o->arena))
		return mo_diag_memory(&o->m->diags);
	o->batches.check = NULL; /* what somebody else took away need not be swept */
	EACH (const char, name, &names) {
		if (rc)
			break;
		o->work = name;
		mo_batches_begin_small(&o->batches);
		rc = mo_course_run(o, SWEEP, name, -1, sweep);
		if (!rc)
			rc = mo_course_once(o, SWEEP, drop_swept);
	}
	if (!rc)
		rc = mo_course_once(o, SWEEP, end_run);
	o->run = NULL;
	o->batches.check = mo_course_check;
	return rc;
}

/* What goes in batches: copies, and the entries of indexes. */
static bool is_copy(const struct made *made)
{
	return mo_name_has_prefix(made->name, MO_MADE_PREFIX "new_") ||
	       mo_name_has_prefix(made->name, MO_MADE_PREFIX "entries_") || is_lent_to(made);
}

static bool is_log(const struct made *made)
{
	return mo_name_has_prefix(made->name, MO_MADE_PREFIX "log_");
}

/* Triggers first, then what they write: from then on no writer meets anything of moult's. */
static int let_go(void *context, long long most, long long *done)
{
	struct online *o = context;
	int rc = mo_course_read(o);

	(void)most;
	*done = 0;
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; !rc && o->run && i < o->run->made.count; i++) {
			const struct made *made = o->run->made.items[i];

			if (!is_copy(made) && is_log(made) == (pass == 1))
				rc = mo_made_drop(o->batches.session, o->run, made->name);
		}
	if (rc || !o->run)
		return rc;
	o->run->phase = ABANDON;
	return mo_under_way_move(o->batches.session, o->run);
}

int mo_way_out(struct online *o)
{
	int rc = MOULT_OK;

	o->batches.check = NULL;
	if (!mo_same(o->run->phase, SWEEP))
		rc = mo_course_once(o, ABANDON, let_go);
	if (!rc)
		rc = mo_course_read(o);
	return rc ? rc : mo_sweep_all(o);
}
