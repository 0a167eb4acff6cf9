/* SPDX-License-Identifier: MIT */
/* course.c: see online/course.h. */
#include "online/course.h"

#include "base/text.h"
#include "digest/digest.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "online/touched.h"
#include "sql/under_way_table.h"

/* ---- a session ----------------------------------------------------------------------------- */

/* What the batches may write: moult's own, and no row of the application's. */
void mo_course_allow(struct guard_allowed *allowed, struct arena *arena, void *context)
{
	const struct online *o = context;

	mo_list_add(arena, &allowed->tables, MO_UNDER_WAY_TABLE);
	/* Copies: the batch reads what is under way anew. */
	for (int i = 0; o->run && i < o->run->made.count; i++)
		mo_list_add(
			arena, &allowed->tables,
			mo_arena_text(arena, ((const struct made *)o->run->made.items[i])->name));
	EACH (const struct piece, piece, &o->pieces)
		if (piece->touched && piece->index)
			mo_list_add(arena, &allowed->temp,
				    mo_made_name(arena, "known", piece->name));
}

/* What moult itself did to the schema needs no check. */
/* What is known of the trees of other pieces stands. */
void mo_course_follow(struct online *o)
{
	const long long before = o->batches.schema_version;

	o->batches.schema_version = mo_query_integer(o->db, "PRAGMA main.schema_version", -1, NULL);
	EACH (struct piece, piece, &o->pieces)
		if (piece->touched && piece->touched->schema_version == before)
			piece->touched->schema_version = o->batches.schema_version;
}

/* A trigger of the application's that came since could keep ours from firing, too. */
int mo_course_check(void *context)
{
	struct online *o = context;
	struct session *session = o->batches.session;
	char *exact = NULL;
	int rc = o->run ? mo_course_read(o) : MOULT_OK;

	if (!rc && o->run && (mo_same(o->run->phase, SWEEP) || mo_same(o->run->phase, ABANDON)))
		return mo_course_gone(o);
	if (!rc && o->run)
		rc = mo_made_check(session, o->run);
	if (!rc && o->run)
		rc = mo_catalogue_exact(&exact, session->arena, session->db, &o->m->diags);
	if (rc || !o->run || mo_same(exact, o->run->former))
		return rc;
	mo_diag(&o->m->diags, DIAG_RUN006, NULL, NULL,
		"the schema was changed by somebody else since it was begun");
	mo_diag_hint(&o->m->diags, "moult downgrade abandons what is under way; begin again when "
				   "nobody changes the schema");
	return mo_diag_kinds[DIAG_RUN006].result;
}

static void mark(void *context, bool goes_back)
{
	struct online *o = context;

	if (goes_back) {
		o->sum.rows = o->marked.rows;
		if (o->piece)
			o->piece->appended = o->marked.appended;
	}
	o->marked.rows = o->sum.rows;
	o->marked.appended = o->piece ? o->piece->appended : 0;
}

/* What was read before goes, since each batch reads it. */
int mo_course_read(struct online *o)
{
	struct arena *arena = mo_arena_new();
	struct under_way *run = NULL;
	int rc = arena ? mo_under_way_read(&run, arena, o->db, &o->m->diags)
		       : mo_diag_memory(&o->m->diags);

	if (rc) {
		mo_arena_free(arena);
		return rc;
	}
	mo_arena_free(o->run_arena);
	o->run_arena = arena;
	o->run = run;
	return MOULT_OK;
}

int mo_course_begin(struct online *o)
{
	int rc = mo_session_begin(&o->session, o->m, o->db, o->options, o->migration->is_ours);

	mo_batches_init(&o->batches, &o->session);
	o->batches.check = mo_course_check;
	o->batches.allow = mo_course_allow;
	o->batches.mark = mark;
	o->batches.context = o;
	o->batches.wal.pins = &o->pins;
	if (!rc && mo_digest_register(o->db))
		rc = mo_diag_memory(&o->m->diags);
	return rc ? rc : mo_course_read(o);
}

void mo_course_add_lock(struct online *o, long long locks, long long ms, long long longest_ms)
{
	o->sum.locks += locks;
	o->sum.locked_ms += ms;
	if (longest_ms > o->sum.longest_ms)
		o->sum.longest_ms = longest_ms;
}

void mo_course_end(struct online *o)
{
	mo_course_add_lock(o, o->batches.count, o->batches.locked_ms, o->batches.longest_ms);
	o->sum.paused_ms += o->batches.wal.paused_ms;
	mo_batches_init(&o->batches, &o->session);
	mo_digest_unregister(o->db);
	mo_session_end(&o->session);
}

/* Batches of one kind, and what is said of them meanwhile. */
int mo_course_run(struct online *o, const char *phase, const char *object, long long rows,
		  batch_work *work)
{
	o->batches.phase = phase;
	o->batches.object = object;
	mo_session_phase(&o->session, phase, object, rows);
	return mo_batches_run(&o->batches, work);
}

int mo_course_once(struct online *o, const char *phase, batch_work *work)
{
	long long done;

	o->batches.phase = phase;
	return mo_batch(&o->batches, work, &done);
}

int mo_course_begin_reading(struct online *o)
{
	const int rc = mo_exec(o->db, "BEGIN");

	return rc ? mo_session_diag(&o->session, rc, DIAG_RUN001, NULL, "read the file") : MOULT_OK;
}

/* ---- the rows of what is under way ---------------------------------------------------------- */

struct under_way_table *mo_course_row(const struct under_way *run, const char *name)
{
	for (int i = 0; run && i < run->tables.count; i++) {
		struct under_way_table *table = run->tables.items[i];

		if (mo_same_name(table->name, name))
			return table;
	}
	return NULL;
}

const struct made *mo_course_made(const struct online *o, const char *name)
{
	for (int i = 0; o->run && i < o->run->made.count; i++) {
		const struct made *made = o->run->made.items[i];

		if (mo_same(made->name, name))
			return made;
	}
	return NULL;
}

bool mo_course_is_attached(const struct online *o)
{
	const struct made *made = mo_course_made(o, o->piece->work);

	return made && made->whole;
}

int mo_course_gone(struct online *o)
{
	return mo_piece_gone(o->m, o->piece ? o->piece->name : NULL);
}

/* Under the lock: another process may have gone on with the same. */
int mo_course_refresh(struct online *o)
{
	int rc = mo_course_read(o);

	if (rc)
		return rc;
	o->piece->row = mo_course_row(o->run, o->piece->name);
	return o->piece->row && !mo_same(o->run->phase, ABANDON) ? MOULT_OK : mo_course_gone(o);
}

bool mo_course_is_in(const struct online *o, const char *phase)
{
	return mo_same(o->piece->row->phase, phase);
}
