/* SPDX-License-Identifier: MIT */
/*
 * planned.c: a plan that works: made, rehearsed, and made again where one of
 * SQLite's own ALTERs turned out not to do.
 */
#include "base/text.h"
#include "diff/describe.h"
#include "hazard/assess.h"
#include "hazard/hint.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "live/under_way.h"
#include "model/form.h"
#include "model/way.h"
#include "plan/planner.h"
#include "plan/row_plan.h"
#include "sql/done_table.h"
#include "sql/own_table.h"
#include "trial/older.h"
#include "sql/under_way_table.h"
#include "sql/way_back_table.h"
#include "sql/way_forth_note.h"
#include "trial/planned.h"
#include "trial/row_state.h"
#include "trial/trial.h"

/* Whether the connection lets go of defensive mode, in which nobody writes sqlite_master. */
static bool can_be_undefended(sqlite3 *db)
{
	int was = 0;
	int is = 1;

	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, -1, &was);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 0, &is);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, was, NULL);
	return !is;
}

static int read_edit_facts(struct facts *facts, struct moult *m, sqlite3 *db)
{
	int rc = SQLITE_OK;

	facts->can_edit = !facts->classic && can_be_undefended(db);
	facts->schema_version = mo_query_integer(db, "PRAGMA main.schema_version", 0, &rc);
	return !rc ? MOULT_OK
		   : mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN001, NULL, "read the file");
}

static void add_leaving(struct list *leaving, struct arena *arena, const char *index,
			const char *text)
{
	struct leaving *one = mo_arena_make(arena, struct leaving);

	if (one)
		*one = (struct leaving){mo_arena_text(arena, index), mo_arena_text(arena, text)};
	mo_list_add(arena, leaving, one);
}

/* What apply --online has copied and proven. */
static int read_ready(struct facts *facts, struct arena *arena, struct moult *m, sqlite3 *db)
{
	struct under_way *run;
	const int rc = mo_under_way_read(&run, arena, db, &m->diags);

	if (rc || !run || !mo_same(run->kind, MO_ONLINE))
		return rc;
	facts->online = true;
	EACH (const struct under_way_table, table, &run->tables)
		if (mo_same(table->phase, MO_READY)) {
			mo_list_add(arena, &facts->ready, table->name);
			if (table->leaves)
				add_leaving(&facts->leaving, arena, table->name, table->leaves);
		}
	return MOULT_OK;
}

const char *mo_way_back_asked(const struct schema *want, const moult_options *options)
{
	return options->way_back ? options->way_back : want->keeps_back;
}

/*
 * Whoever runs an array of statements does not go back by what is in the file, and whoever goes back
 * without moult does not go there again with it.
 */
static bool parks(const struct schema *want, const moult_options *options)
{
	return !(want->way_back && options->script) && !options->statements &&
	       mo_same(mo_way_back_asked(want, options), "data");
}

static bool leaves_way(const struct schema *want, const moult_options *options)
{
	return !want->way_back && !want->under_way.count && !options->script &&
	       !mo_same(mo_way_back_asked(want, options), "none");
}

/* The ways back in the file, as far as they are a plan's business. */
static int read_ways(struct facts *facts, struct moult *m, sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	bool has = false;
	int rc = mo_catalogue_has(&has, db, MO_WAY_BACK_TABLE, &m->diags);

	if (rc || !has)
		return rc;
	rc = sqlite3_prepare_v2(db, mo_sql_way_back_generations, -1, &stmt, NULL);
	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		facts->ways[facts->way_count++] =
			mo_read_generation((const char *)sqlite3_column_text(stmt, 0));
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? MOULT_OK
				 : mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN001,
						  "table " MO_WAY_BACK_TABLE, "read the ways back");
}

/* What ways back have parked. */
static int read_forths(struct facts *facts, struct arena *arena, struct moult *m, sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	bool has = false;
	int rc = mo_catalogue_has(&has, db, MO_PARKED_TABLE, &m->diags);

	if (rc || !has)
		return rc;
	rc = sqlite3_prepare_v2(db, mo_sql_way_forth_read, -1, &stmt, NULL);
	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *text = mo_arena_text(arena, (const char *)sqlite3_column_text(stmt, 1));
		struct way_forth forth;

		if (mo_read_way_forth(&forth, arena, text) &&
		    forth.generation == sqlite3_column_int(stmt, 0))
			mo_list_add(arena, &facts->forths, text);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? MOULT_OK
				 : mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN001,
						  "table " MO_PARKED_TABLE, "read what is kept");
}

static int read_facts(struct facts *facts, struct arena *arena, struct moult *m, sqlite3 *db,
		      const char *exact, const struct wanted *wanted, const moult_options *options)
{
	const struct schema *want = wanted->schema;
	char *now = NULL;
	int rc = MOULT_OK;

	*facts = (struct facts){.sqlite = sqlite3_libversion_number(), .exact = ""};
	if (options->sqlite && options->sqlite < facts->sqlite)
		facts->sqlite = options->sqlite;
	facts->script = options->script;
	facts->statements = options->statements;
	facts->data_steps = options->steps;
	facts->stands = wanted->before;
	facts->in_order = options->column_order;
	facts->online = options->online;
	facts->parks = parks(want, options);
	facts->leaves_way = leaves_way(want, options);
	facts->classic = facts->script || facts->sqlite != sqlite3_libversion_number();
	if (!db)
		return MOULT_OK;
	facts->has_file = true;
	rc = mo_catalogue_has(&facts->has_done, db, MO_DONE_TABLE, &m->diags);
	if (rc)
		return rc;
	/* What a device has of statistics and ways back is not known: the former are left to ANALYZE. */
	if (facts->script)
		return mo_catalogue_exact((char **)&facts->exact, arena, db, &m->diags);
	rc = read_ways(facts, m, db);
	if (!rc)
		rc = read_forths(facts, arena, m, db);
	if (!rc)
		rc = mo_catalogue_has(&facts->has_stat1, db, "sqlite_stat1", &m->diags);
	if (!rc)
		rc = mo_catalogue_has(&facts->has_stat4, db, "sqlite_stat4", &m->diags);
	if (!rc && !exact)
		rc = mo_catalogue_exact(&now, arena, db, &m->diags);
	facts->exact = exact ? exact : now;
	if (!rc)
		rc = read_edit_facts(facts, m, db);
	return rc ? rc : read_ready(facts, arena, m, db);
}

/* A plan that leaves alone the tables whose declared rows are there. */
static int plan_rows(struct plan **out, struct arena *arena, struct moult *m, sqlite3 *db,
		     const struct diff *diff, struct facts *facts, const moult_options *options)
{
	const int before = facts->settled.count;
	int rc = mo_plan(out, m, diff, facts, options);

	if (!rc && db)
		rc = mo_rows_ask(*out, m, db, arena, &facts->settled);
	if (!rc && facts->settled.count == before)
		return MOULT_OK;
	mo_plan_free(*out);
	*out = NULL;
	return !rc ? plan_rows(out, arena, m, db, diff, facts, options) : rc;
}

/* Plans until the rehearsal has nothing to send back; each time one table more is rebuilt. */
static int plan_until_it_works(struct planned *planned, struct arena *arena, struct moult *m,
			       sqlite3 *db, struct facts *facts, const struct wanted *want,
			       const moult_options *options)
{
	const struct diff *diff = planned->diff;

	for (;;) {
		struct plan *plan = NULL;
		const char *table = NULL;
		const char *reason = NULL;
		int rc = plan_rows(&plan, arena, m, db, diff, facts, options);

		if (!rc && mo_diff_is_empty(diff) && mo_plan_writes_rows(plan))
			rc = want->judge(want->context, diff->have);
		if (!rc)
			rc = mo_assess(plan, options, &m->diags);
		if (!rc)
			rc = mo_trial(&table, &reason, planned->after, planned->made, plan, m);
		if (!rc && !table) {
			mo_hint_at_document(plan);
			planned->plan = plan;
			return MOULT_OK;
		}
		if (table) {
			mo_list_add(arena, &facts->rebuilds, mo_arena_text(arena, table));
			mo_list_add(arena, &facts->reasons, mo_arena_text(arena, reason));
		}
		mo_plan_free(plan);
		if (rc)
			return rc;
		if (mo_arena_rc(arena))
			return mo_diag_memory(&m->diags);
	}
}

/* Whether any row gets a value by the expression of a column. */
static bool is_used(const struct plan *plan, const struct table *table, const struct column *column)
{
	const struct move *move = mo_plan_move(plan, table->object.name);

	if (move && move->way == WAY_CREATE)
		return true;
	for (int i = 0; move && i < move->sources.count; i++) {
		const struct source *source = move->sources.items[i];

		if (mo_same_name(source->want->object.name, column->object.name))
			return source->runs;
	}
	return false;
}

static void note_unused(const struct plan *plan, struct moult *m, const struct table *table,
			const struct column *column)
{
	const struct diff *diff = plan->diff;
	const char *name = table->object.name;
	const bool is_done =
		mo_done_has(diff->have, mo_diff_former_table(diff, name),
			    mo_diff_former_column(diff, name, column->object.name), column);

	mo_diag(&m->diags, DIAG_DOC021, &column->object.place, column->object.name,
		is_done ? "using has done its work on this file, and can go when every file has been migrated"
			: "using is not needed on this file, where the column is as the document says");
}

/* A table that is there gets no rows from its query. */
static void note_unused_from(const struct plan *plan, struct moult *m, const struct table *table)
{
	const struct move *move = mo_plan_move(plan, table->object.name);

	if (!table->from.text || (move && move->way == WAY_CREATE))
		return;
	mo_diag(&m->diags, DIAG_DOC021, &table->from_place,
		mo_label_object(plan->arena, &table->object),
		mo_done_has_from(plan->diff->have,
				 mo_diff_former_table(plan->diff, table->object.name), table)
			? "from has done its work on this file, and can go when every file has been migrated"
			: "from is not needed on this file, where the table is there");
}

void mo_plan_notes(const struct plan *plan, struct moult *m)
{
	const struct list *tables = &plan->diff->goal->objects[KIND_TABLE];

	EACH (const struct table, table, tables) {
		note_unused_from(plan, m, table);
		EACH (const struct column, column, &table->columns)
			if (column->using.text && !is_used(plan, table, column))
				note_unused(plan, m, table, column);
	}
}

static int refuse_encoding(struct moult *m, const char *is, const char *wish)
{
	const int rc = mo_diag(&m->diags, DIAG_RUN025, NULL, "encoding",
			       "the file is %s, and the document wants %s; "
			       "the encoding of a file cannot be changed",
			       is, wish);

	mo_diag_hint(&m->diags, "write encoding=\"%s\", or name a new file", is);
	return rc;
}

/* Encoding is for ever; and what only a new file can have is noted. */
static int check_pragmas(struct moult *m, const struct schema *have, const struct schema *want)
{
	const struct pragmas *is = &have->pragmas;
	const struct pragmas *wish = &want->pragmas;

	if (wish->encoding && is->encoding && !mo_same_name(wish->encoding, is->encoding))
		return refuse_encoding(m, is->encoding, wish->encoding);
	if (wish->page_size && is->page_size && wish->page_size != is->page_size)
		mo_diag(&m->diags, DIAG_RUN029, NULL, "page-size",
			"page-size %d takes effect only in a new file, or after VACUUM; this one has %d",
			wish->page_size, is->page_size);
	if (wish->auto_vacuum && is->auto_vacuum &&
	    !mo_same_name(wish->auto_vacuum, is->auto_vacuum))
		mo_diag(&m->diags, DIAG_RUN029, NULL, "auto-vacuum",
			"auto-vacuum %s takes effect only in a new file, or after VACUUM; this one has %s",
			wish->auto_vacuum, is->auto_vacuum);
	return MOULT_OK;
}

static bool is_empty(const struct schema *schema)
{
	for (int kind = 0; kind < KIND_COUNT; kind++)
		if (schema->objects[kind].count)
			return false;
	return true;
}

static struct list copied(const struct list *names, struct arena *arena)
{
	struct list copy = {0};

	EACH (const char, name, names)
		mo_list_add(arena, &copy, mo_arena_text(arena, name));
	return copy;
}

/* Nobody takes anything back; but the file is not what whoever names the older document may think. */
static void note_newer(const struct plan *plan, const struct facts *facts, struct moult *m)
{
	if (!facts->newer || !mo_diff_is_empty(plan->diff) || plan->steps.count)
		return;
	mo_diag(&m->diags, DIAG_RUN074, NULL, "file",
		"the file is newer than this document, and keeps what came since: %s",
		facts->newer);
	mo_diag_hint(&m->diags, "moult downgrade goes back, with the rows that came since");
}

/* With the facts, which are the plan's from then on; but for what lives in another arena. */
static int plan_with(struct planned *planned, struct arena *arena, struct moult *m, sqlite3 *db,
		     struct facts *facts, const struct wanted *want, const moult_options *options)
{
	struct list leaving;
	const bool is_back = want->schema->way_back || want->schema->under_way.count;
	int rc = is_back ? MOULT_OK : mo_older(&facts->newer, arena, db, planned->diff, &m->diags);

	if (!rc)
		rc = plan_until_it_works(planned, arena, m, db, facts, want, options);
	if (rc)
		return rc;
	note_newer(planned->plan, facts, m);
	facts = &planned->plan->facts;
	facts->exact = mo_arena_text(planned->plan->arena, facts->exact);
	facts->newer = NULL;
	facts->settled = (struct list){0};
	facts->rebuilds = facts->reasons = (struct list){0};
	facts->ready = copied(&facts->ready, planned->plan->arena);
	leaving = facts->leaving;
	facts->leaving = (struct list){0};
	EACH (const struct leaving, one, &leaving)
		add_leaving(&facts->leaving, planned->plan->arena, one->index, one->text);
	facts->forths = copied(&facts->forths, planned->plan->arena);
	return MOULT_OK;
}

/* A way back leads from one shape, and knows nothing of what others made of that. */
static int check_way_back(struct moult *m, struct arena *arena, const struct schema *have,
			  const struct way_back *way)
{
	if (!way || mo_same(mo_shape(arena, have), way->shape_to))
		return MOULT_OK;
	mo_diag(&m->diags, DIAG_RUN056, NULL, "table " MO_WAY_BACK_TABLE,
		"the way back in the file does not lead from here: the schema was changed since the "
		"migration that left it");
	mo_diag_hint(&m->diags,
		     "moult dump DB --back writes what was left, to be reviewed and applied");
	return mo_diag_kinds[DIAG_RUN056].result;
}

int mo_plan_for(struct planned *planned, struct moult *m, sqlite3 *db, const struct schema *have,
		const char *exact, const struct wanted *want, const moult_options *options)
{
	struct arena *arena = mo_arena_new();
	struct facts facts;
	int rc = arena ? read_facts(&facts, arena, m, db, exact, want, options)
		       : mo_diag_memory(&m->diags);

	if (!rc && db && !is_empty(have))
		rc = check_pragmas(m, have, want->schema);
	if (!rc)
		rc = check_way_back(m, arena, have, want->schema->way_back);
	if (!rc)
		rc = mo_diff(&planned->diff, m, have, want->schema, options);
	if (!rc && !mo_diff_is_empty(planned->diff))
		rc = want->judge(want->context, have);
	if (!rc)
		rc = plan_with(planned, arena, m, db, &facts, want, options);
	mo_arena_free(arena);
	return rc;
}

int mo_plan_on(struct planned *planned, struct moult *m, const struct facts *before,
	       const struct schema *have, const struct wanted *want, const moult_options *options)
{
	struct arena *arena = mo_arena_new();
	struct facts facts = *before;
	int rc = arena ? want->judge(want->context, have) : mo_diag_memory(&m->diags);

	facts.exact = "";
	facts.stands = NULL;
	facts.has_done = have->has_done;
	facts.parks = parks(want->schema, options);
	facts.leaves_way = leaves_way(want->schema, options);
	if (!rc)
		rc = check_way_back(m, arena, have, want->schema->way_back);
	if (!rc)
		rc = mo_diff(&planned->diff, m, have, want->schema, options);
	if (!rc)
		rc = plan_with(planned, arena, m, NULL, &facts, want, options);
	mo_arena_free(arena);
	return rc;
}
