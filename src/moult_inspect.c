/* SPDX-License-Identifier: MIT */
/* moult_inspect.c: where a file stands, what it has been through, and what is wrong with it; nothing is changed. */
#include "back/way_row.h"
#include "backup/backup.h"
#include "base/text.h"
#include "diff/describe.h"
#include "hazard/assess.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "live/input.h"
#include "live/watch.h"
#include "model/form.h"
#include "moult_private.h"
#include "plan/data_steps.h"
#include "plan/planner.h"
#include "proof/inspect.h"
#include "sql/parked_rows.h"
#include "sql/parked_table.h"
#include "report/plan_words.h"
#include "report/report.h"
#include "run/probe.h"
#include "session/history.h"
#include "trial/older.h"

/* A file that is only read, its schema, and the difference from what is wanted. */
struct reading {
	struct arena *arena;
	sqlite3 *db;
	struct schema *schema;
	/* All are NULL where nothing is wanted. */
	struct diff *diff;  /* as those see it who only look */
	struct diff *merge; /* as a migration sees it, which keeps what is undeclared */
	struct plan *plan;  /* of that, with the hazards alone that stand whatever the steps */
};

static int judge(struct reading *reading, moult *m, const moult_schema *want,
		 const moult_options *options)
{
	struct facts facts = {.sqlite = sqlite3_libversion_number(), .exact = ""};
	int rc = mo_diff(&reading->merge, m, reading->schema, mo_as_want(want), options);

	if (!rc && !mo_diff_is_empty(reading->merge))
		rc = mo_schema_judge(m, want);
	if (!rc && !mo_diff_is_empty(reading->merge))
		rc = mo_older(&facts.newer, reading->arena, reading->db, reading->merge, &m->diags);
	if (!rc)
		rc = mo_plan(&reading->plan, m, reading->merge, &facts, options);
	if (!rc)
		rc = mo_assess_standing(reading->plan, options, &m->diags);
	if (rc)
		return rc;
	return mo_probe(reading->plan, m, reading->db, NULL);
}

static int read_begin(struct reading *reading, moult *m, const char *path, const moult_schema *want,
		      const moult_options *options)
{
	struct content content;
	int rc;

	*reading = (struct reading){.arena = mo_arena_new()};
	if (!reading->arena) {
		mo_diag_memory(&m->diags);
		return MOULT_TROUBLE;
	}
	rc = mo_path_check_regular(m, path);
	if (!rc)
		rc = mo_source_refuse_document(m, path);
	if (rc)
		return rc;
	rc = mo_content_read(&content, m, path);
	if (!rc && content.source != MOULT_DATABASE)
		rc = mo_diag(&m->diags, DIAG_RUN002, NULL, path, "%s is not a SQLite database",
			     path);
	mo_content_done(&content);
	if (!rc)
		rc = mo_connect(&reading->db, m, path, SQLITE_OPEN_READWRITE);
	if (rc)
		return rc;
	sqlite3_busy_timeout(reading->db, READ_TIMEOUT_MS);
	rc = mo_catalogue_read(&reading->schema, m, reading->db);
	if (!rc && want)
		rc = mo_look(&reading->diff, m, reading->schema, want, options);
	return !rc && want ? judge(reading, m, want, options) : rc;
}

static void read_end(struct reading *reading)
{
	mo_plan_free(reading->plan);
	mo_diff_free(reading->merge);
	mo_diff_free(reading->diff);
	mo_schema_free(reading->schema);
	mo_disconnect(reading->db);
	mo_arena_free(reading->arena);
}

static int drift_of(const struct reading *reading)
{
	return reading->diff ? reading->diff->renames.count + reading->diff->changes.count : -1;
}

static void list_due(struct list *due, const struct reading *reading)
{
	if (reading->plan)
		mo_data_due(due, reading->arena, reading->plan);
}

static int refusals_of(const struct reading *reading)
{
	return reading->plan ? mo_plan_refusals(reading->plan) : 0;
}

/* What the ways back keep of values, which has no index to be told by: all of it is read. */
static int measure_parked(struct status *status, struct reading *reading, moult *m)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(reading->db, mo_sql_parked_size, -1, &stmt, NULL);

	if (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		status->parked = sqlite3_column_int64(stmt, 0);
		status->parked_bytes = sqlite3_column_int64(stmt, 1);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return rc ? mo_diag_sqlite(&m->diags, reading->db, rc, DIAG_RUN003,
				   "table " MO_PARKED_TABLE, "read what is kept")
		  : MOULT_OK;
}

static int count_parked_rows(struct status *status, const struct reading *reading, moult *m)
{
	bool has = false;
	int rc = mo_catalogue_has(&has, reading->db, MO_PARKED_ROWS_TABLE, &m->diags), code;

	if (rc || !has)
		return rc;
	status->parked_rows = mo_query_integer(reading->db, mo_sql_parked_rows_count, 0, &code);
	return code ? mo_diag_sqlite(&m->diags, reading->db, code, DIAG_RUN003,
				     "table " MO_PARKED_ROWS_TABLE, "read what is kept")
		    : MOULT_OK;
}

static int gather_status(struct status *status, struct reading *reading, moult *m, const char *path,
			 const moult_options *options)
{
	const struct pragmas *pragmas = &reading->schema->pragmas;
	struct history *last = NULL;
	struct under_way *under_way = NULL;
	int pages = SQLITE_OK;
	int rc = mo_history_last(&last, reading->arena, reading->db, &m->diags);

	*status = (struct status){
		.path = path,
		.sqlite = sqlite3_libversion(),
		.page_size = pragmas->page_size,
		.page_count = mo_query_integer(reading->db, "PRAGMA page_count", 0, &pages),
		.journal_mode = pragmas->journal_mode,
		.encoding = pragmas->encoding,
		.user_version = pragmas->user_version,
		.application_id = pragmas->application_id,
		.shape = mo_shape(reading->arena, reading->schema),
		.last = last,
		.drift = drift_of(reading),
		.diff = reading->diff,
		.plan = reading->plan};
	list_due(&status->due, reading);
	if (!rc && pages != SQLITE_OK)
		rc = mo_diag_sqlite(&m->diags, reading->db, pages, DIAG_RUN003, NULL,
				    "read the file");
	if (!rc)
		rc = mo_tools_find(&status->tools, reading->arena, m, reading->db, reading->schema);
	if (!rc)
		rc = mo_under_way_read(&under_way, reading->arena, reading->db, &m->diags);
	status->under_way = under_way;
	if (!rc)
		rc = mo_way_rows_read(&status->ways, reading->arena, reading->db, &m->diags);
	if (!rc && reading->schema->has_parked)
		rc = measure_parked(status, reading, m);
	if (!rc)
		rc = count_parked_rows(status, reading, m);
	if (!rc)
		rc = mo_backup_list(&status->backups, reading->arena, m, path, options);
	return !rc && mo_arena_rc(reading->arena) ? mo_diag_memory(&m->diags) : rc;
}

static int find_standing(struct standing *standing, const struct reading *reading, moult *m,
			 const moult_schema *folder, const moult_options *options)
{
	const int rc = mo_standing_find(standing, reading->arena, m, reading->db, reading->schema,
					folder, options);

	return !rc && mo_arena_rc(reading->arena) ? mo_diag_memory(&m->diags) : rc;
}

int moult_status_report(moult *m, const char *path, const moult_schema *want,
			const moult_options *given, int *findings, enum moult_format format,
			moult_write *write, void *context)
{
	const moult_options options = mo_with_defaults(given);
	const moult_schema *folder = want && want->releases ? want : NULL;
	struct reading reading = {.arena = NULL};
	struct status status;
	sqlite3_str *out;
	int rc;

	mo_deadline_begin(m, options.deadline_ms);
	rc = mo_wanted_release(&want, m, want, &options);
	if (!rc)
		rc = read_begin(&reading, m, path, want, &options);
	if (!rc)
		rc = gather_status(&status, &reading, m, path, &options);
	if (!rc && folder)
		rc = find_standing(&status.standing, &reading, m, folder, &options);
	mo_deadline_end(m);
	if (!rc) {
		out = sqlite3_str_new(NULL);
		mo_report_status(out, &status, mo_page(m, format));
		rc = mo_deliver(m, out, write, context);
		if (findings)
			*findings = (status.drift > 0 ? status.drift : 0) + status.due.count +
				    status.standing.pending.count +
				    (folder && !status.standing.is_found) + refusals_of(&reading);
	}
	read_end(&reading);
	return rc;
}

int moult_stand(int *at, moult *m, const char *path, const moult_schema *folder)
{
	const moult_options options = MOULT_OPTIONS_INIT;
	struct standing standing = {.folder = NULL};
	struct reading reading = {.arena = NULL};
	int rc = mo_folder_require(m, folder);

	if (!rc)
		rc = read_begin(&reading, m, path, NULL, &options);
	if (!rc)
		rc = find_standing(&standing, &reading, m, folder, &options);
	read_end(&reading);
	if (!rc && !standing.is_found)
		return MOULT_REFUSED;
	if (!rc)
		*at = standing.at;
	return rc;
}

int moult_history_report(moult *m, const char *path, const moult_options *given,
			 enum moult_format format, moult_write *write, void *context)
{
	const moult_options options = mo_with_defaults(given);
	struct arena *arena = mo_arena_new();
	struct past past = {.path = path, .is_checked = options.check};
	struct reading reading = {.arena = NULL};
	int rc;

	if (!arena)
		return mo_diag_memory(&m->diags);
	mo_deadline_begin(m, options.deadline_ms);
	rc = options.folder ? mo_folder_require(m, options.folder) : MOULT_OK;
	/* A file that is gone has its backups still. */
	if (!rc)
		rc = mo_backup_list(&past.backups, arena, m, path, &options);
	if (!rc && (mo_source_exists(path) || !past.backups.count)) {
		rc = read_begin(&reading, m, path, NULL, &options);
		if (!rc)
			rc = mo_history_read(&past.migrations, arena, reading.db, &m->diags);
		if (!rc && options.folder)
			rc = find_standing(&past.standing, &reading, m, options.folder, &options);
	}
	mo_deadline_end(m);
	if (!rc) {
		sqlite3_str *out = sqlite3_str_new(NULL);

		mo_report_history(out, &past, mo_page(m, format));
		rc = mo_deliver(m, out, write, context);
	}
	read_end(&reading);
	mo_arena_free(arena);
	return rc;
}

struct gathering {
	struct arena *arena;
	struct verification *verification;
};

static void note_fault(void *context, const char *what, const char *object, const char *message)
{
	struct gathering *gathering = context;
	struct finding *finding = mo_arena_make(gathering->arena, struct finding);

	if (!finding)
		return;
	*finding = (struct finding){what, object, message};
	mo_list_add(gathering->arena, &gathering->verification->findings, finding);
}

static void note_hazards(struct gathering *gathering, const struct plan *plan)
{
	EACH (const struct hazard, hazard, &plan->hazards)
		if (mo_hazard_refuses(hazard))
			note_fault(gathering, "schema", hazard->object, hazard->message);
}

static void note_due(struct gathering *gathering, const struct reading *reading)
{
	struct list due = {0};

	if (!reading->plan || !reading->plan->diff->want->data_steps.count)
		return;
	mo_list_add(gathering->arena, &gathering->verification->checked, "steps");
	list_due(&due, reading);
	EACH (const struct data_step, step, &due)
		note_fault(gathering, "steps", mo_data_label(gathering->arena, step),
			   "is due: the file has no mark of it");
}

static void note_drift(struct gathering *gathering, const struct diff *diff)
{
	struct arena *arena = gathering->arena;

	mo_list_add(arena, &gathering->verification->checked, "schema");
	EACH (const struct rename, rename, &diff->renames) {
		note_fault(gathering, "schema", mo_label_rename(arena, rename),
			   mo_arena_format(arena, "is still named %s", rename->have));
	}
	EACH (const struct change, change, &diff->changes) {
		note_fault(gathering, "schema", mo_change_label(arena, change),
			   mo_arena_format(arena, "differs from the document: %s",
					   mo_change_text(arena, diff, change)));
	}
}

int moult_verify_report(moult *m, const char *path, const moult_schema *want,
			const moult_options *given, int *findings, enum moult_format format,
			moult_write *write, void *context)
{
	const moult_options options = mo_with_defaults(given);
	struct verification verification = {.path = path};
	struct reading reading = {.arena = NULL};
	struct gathering gathering;
	sqlite3_str *out;
	int rc;

	mo_deadline_begin(m, options.deadline_ms);
	rc = mo_wanted_release(&want, m, want, &options);
	if (!rc)
		rc = read_begin(&reading, m, path, want, &options);
	gathering = (struct gathering){reading.arena, &verification};
	if (!rc)
		rc = mo_inspect(m, reading.arena, reading.db, reading.schema, options.quick,
				note_fault, &gathering);
	mo_deadline_end(m);
	if (!rc) {
		mo_list_add(reading.arena, &verification.checked, "integrity");
		mo_list_add(reading.arena, &verification.checked, "foreign keys");
		if (reading.diff)
			note_drift(&gathering, reading.diff);
		if (reading.plan)
			note_hazards(&gathering, reading.plan);
		note_due(&gathering, &reading);
		verification.diff = reading.diff;
		/* A finding that found no memory must not be missed in silence. */
		if (mo_arena_rc(reading.arena))
			rc = mo_diag_memory(&m->diags);
	}
	if (!rc) {
		out = sqlite3_str_new(NULL);
		mo_report_verify(out, &verification, mo_page(m, format));
		rc = mo_deliver(m, out, write, context);
		if (findings)
			*findings = verification.findings.count;
	}
	read_end(&reading);
	return rc;
}
