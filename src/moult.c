/* SPDX-License-Identifier: MIT */
/*
 * moult.c: the public functions: the pipeline from top to bottom.
 *
 *	path or text --schema_load--> moult_schema
 *	(have, want) --mo_diff------> moult_diff
 *	             --mo_plan_for--> moult_plan
 *	(file, want) --mo_migrate---> the file changed, or not
 *
 * A schema has up to two models.  A document's own has what only documents can
 * say (former names, expressions, tombstones, places); SQLite's is what a
 * database in memory gave back after it was made of it.  As want the first
 * counts, as have the second.  SQLite is asked only when it matters: a document
 * that differs in nothing from a file is one that SQLite has accepted.
 */
#include "moult.h"

#include <string.h>

#include "base/handle.h"
#include "base/text.h"
#include "diff/describe.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "live/reference.h"
#include "live/source.h"
#include "model/form.h"
#include "report/rehearsal.h"
#include "report/report.h"
#include "run/backup.h"
#include "run/history.h"
#include "run/inspect.h"
#include "run/migrate.h"
#include "run/probe.h"
#include "run/rehearse_file.h"
#include "run/rollback.h"
#include "run/space.h"
#include "sql/write.h"
#include "xml/document.h"

#define READ_TIMEOUT_MS 5000 /* for a schema that is only read */

struct moult_schema {
	enum moult_source source;
	struct schema *document;
	struct schema *stored;
	sqlite3 *db; /* of a database; NULL for the others */
	bool owns_db;
	char *name;
};

/* A document that SQLite may still have to judge. */
struct judged {
	moult *m;
	struct moult_schema *schema;
};

struct moult_diff {
	struct diff *diff;
};

struct moult_plan {
	struct diff *diff;
	struct plan *plan;
	moult_options options;
};

const char *moult_version(void)
{
	return MOULT_VERSION;
}

/* ---- handle ------------------------------------------------------------------------------- */

int moult_new(moult **out)
{
	struct moult *m;

	if (sqlite3_initialize() != SQLITE_OK)
		return MOULT_TROUBLE;
	m = sqlite3_malloc64(sizeof(*m));
	if (!m)
		return MOULT_TROUBLE;
	*m = (struct moult){ 0 };
	if (mo_diags_init(&m->diags) != MOULT_OK) {
		sqlite3_free(m);
		return MOULT_TROUBLE;
	}
	*out = m;
	return MOULT_OK;
}

void moult_free(moult *m)
{
	if (!m)
		return;
	mo_diags_done(&m->diags);
	sqlite3_free(m);
}

size_t moult_diagnostic_count(const moult *m)
{
	return (size_t)m->diags.list.count;
}

const moult_diagnostic *moult_diagnostic_at(const moult *m, size_t i)
{
	return i < (size_t)m->diags.list.count ? m->diags.list.items[i] : NULL;
}

void moult_diagnostics_clear(moult *m)
{
	mo_diags_clear(&m->diags);
}

void moult_set_progress(moult *m, moult_on_progress *callback, void *context)
{
	m->on_progress = callback;
	m->progress_context = context;
}

void moult_set_open(moult *m, moult_on_open *callback, void *context)
{
	m->on_open = callback;
	m->open_context = context;
}

void moult_set_confirm(moult *m, moult_on_confirm *callback, void *context)
{
	m->on_confirm = callback;
	m->confirm_context = context;
}

/* Options of an older caller end earlier; what it does not know has its default. */
static moult_options with_defaults(const moult_options *given)
{
	moult_options options = MOULT_OPTIONS_INIT;

	if (given)
		memcpy(&options, given, given->size < sizeof(options) ? given->size : sizeof(options));
	options.size = sizeof(options);
	return options;
}

static int check_options(moult *m, const moult_options *options)
{
	if (!options->strategy || mo_same(options->strategy, "auto") || mo_same(options->strategy, "rebuild"))
		return MOULT_OK;
	mo_diag(&m->diags, DIAG_RUN022, NULL, "strategy", "there is no strategy \"%s\"", options->strategy);
	mo_diag_mend(&m->diags, "use auto or rebuild");
	return MOULT_TROUBLE;
}

/* Hands a text to the caller and frees it. */
static int deliver(moult *m, sqlite3_str *text, moult_write *write, void *context)
{
	int rc = sqlite3_str_errcode(text) ? mo_diag_memory(&m->diags) : MOULT_OK;

	if (rc == MOULT_OK && sqlite3_str_length(text) &&
	    write(context, sqlite3_str_value(text), (size_t)sqlite3_str_length(text)) != 0)
		rc = mo_diag(&m->diags, DIAG_RUN028, NULL, NULL, "the output cannot be written");
	sqlite3_free(sqlite3_str_finish(text));
	return rc;
}

/* ---- schemas --------------------------------------------------------------------------------- */

/* What SQLite made of the document must be what the document says: no text in it may have meant more than its clause. */
static int check_read_back(moult *m, const struct moult_schema *schema)
{
	struct arena *arena = mo_arena_new();
	struct list changes = { 0 };
	int rc = MOULT_OK;

	if (!arena || mo_compare(&changes, arena, schema->stored, schema->document, false) != MOULT_OK)
		rc = mo_diag_memory(&m->diags);
	for (int i = 0; rc == MOULT_OK && i < changes.count; i++) {
		const struct change *change = changes.items[i];
		const struct object *object = change->want ? change->want : change->have;
		const struct diff names = { .renamed = schema->stored, .goal = schema->document };

		if (change->part == PART_USER_VERSION || change->part == PART_APPLICATION_ID)
			continue;
		rc = mo_diag(&m->diags, DIAG_DOC020, change->want ? &change->want->place : NULL,
			     mo_change_label(arena, change),
			     "SQLite understands %s %s otherwise than it is declared: %s", mo_kind_names[object->kind],
			     object->name, mo_change_text(arena, &names, change));
		mo_diag_mend(&m->diags, "look for SQL in a type, default or expression that ends its clause and begins another");
	}
	mo_arena_free(arena);
	return rc;
}

static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return sqlite3_mprintf(".");
	return slash == path ? sqlite3_mprintf("/") : sqlite3_mprintf("%.*s", (int)(slash - path), path);
}

static int load_document(struct moult_schema *schema, moult *m, const struct content *content, const char *path)
{
	struct document_source source = { schema->name, content->text, content->size, NULL };
	char *directory = path ? directory_of(path) : NULL;
	int rc;

	source.directory = directory;
	rc = mo_document_read(&schema->document, &source, &m->diags);
	sqlite3_free(directory);
	return rc;
}

/* Has SQLite build a document in memory, once, and compares what came of it. */
static int judge(void *context)
{
	const struct judged *judged = context;
	struct moult_schema *schema = judged->schema;
	moult *m = judged->m;
	sqlite3 *db = NULL;
	int rc;

	if (schema->stored)
		return MOULT_OK;
	rc = mo_reference_build(&db, m, schema->document);
	if (rc == MOULT_OK)
		rc = mo_catalogue_read(&schema->stored, db, &m->diags);
	mo_disconnect(db);
	if (rc == MOULT_OK)
		rc = check_read_back(m, schema);
	if (rc != MOULT_OK) {
		mo_schema_free(schema->stored);
		schema->stored = NULL;
	}
	return rc;
}

int moult_schema_check(moult *m, const moult_schema *schema)
{
	/* What is kept of the judgement changes nothing that the caller can see. */
	struct judged judged = { m, (struct moult_schema *)schema };

	return judge(&judged);
}

static int load_script(struct moult_schema *schema, moult *m, const struct content *content)
{
	int rc = mo_reference_script(&schema->stored, m, schema->name, content->text);

	if (rc != MOULT_OK)
		return rc;
	/* A script that does not set them does not ask for 0. */
	schema->stored->pragmas.has_user_version = schema->stored->pragmas.user_version != 0;
	schema->stored->pragmas.has_application_id = schema->stored->pragmas.application_id != 0;
	schema->stored->pragmas.encoding = schema->stored->pragmas.auto_vacuum = NULL;
	schema->stored->pragmas.journal_mode = NULL;
	schema->stored->pragmas.page_size = 0;
	return MOULT_OK;
}

static int load_database(struct moult_schema *schema, moult *m, const char *path)
{
	int rc = mo_connect(&schema->db, m, path, SQLITE_OPEN_READWRITE);

	if (rc != MOULT_OK)
		return rc;
	schema->owns_db = true;
	sqlite3_busy_timeout(schema->db, READ_TIMEOUT_MS);
	return mo_catalogue_read(&schema->stored, schema->db, &m->diags);
}

static int load(struct moult_schema *schema, moult *m, const struct content *content, const char *path)
{
	switch (content->source) {
	case MOULT_DOCUMENT:
		return load_document(schema, m, content, path);
	case MOULT_SCRIPT:
		return load_script(schema, m, content);
	case MOULT_DATABASE:
		break;
	}
	return load_database(schema, m, path);
}

static struct moult_schema *schema_new(moult *m, const char *name, enum moult_source source)
{
	struct moult_schema *schema = sqlite3_malloc64(sizeof(*schema));

	if (schema) {
		*schema = (struct moult_schema){ .source = source, .name = sqlite3_mprintf("%s", name) };
		if (schema->name)
			return schema;
		sqlite3_free(schema);
	}
	mo_diag_memory(&m->diags);
	return NULL;
}

static int schema_load(moult_schema **out, moult *m, struct content *content, const char *name, const char *path)
{
	struct moult_schema *schema = schema_new(m, name, content->source);
	int rc = schema ? load(schema, m, content, path) : MOULT_TROUBLE;

	if (rc == MOULT_OK)
		*out = schema;
	else
		moult_schema_free(schema);
	mo_content_done(content);
	return rc;
}

int moult_schema_read(moult_schema **out, moult *m, const char *path)
{
	struct content content;
	int rc = mo_content_read(&content, m, path);
	const bool is_stdin = mo_same(path, "-");

	return rc == MOULT_OK ? schema_load(out, m, &content, is_stdin ? "<stdin>" : path, is_stdin ? NULL : path) : rc;
}

int moult_schema_parse(moult_schema **out, moult *m, const char *text, size_t size, const char *name)
{
	struct content content;
	int rc = mo_content_copy(&content, m, text, size, name);

	return rc == MOULT_OK ? schema_load(out, m, &content, name, NULL) : rc;
}

int moult_schema_from_db(moult_schema **out, moult *m, sqlite3 *db)
{
	struct moult_schema *schema = schema_new(m, "main", MOULT_DATABASE);
	int rc;

	if (!schema)
		return MOULT_TROUBLE;
	schema->db = db;
	rc = mo_catalogue_read(&schema->stored, db, &m->diags);
	if (rc == MOULT_OK)
		*out = schema;
	else
		moult_schema_free(schema);
	return rc;
}

void moult_schema_free(moult_schema *schema)
{
	if (!schema)
		return;
	mo_schema_free(schema->document);
	mo_schema_free(schema->stored);
	if (schema->owns_db)
		mo_disconnect(schema->db);
	sqlite3_free(schema->name);
	sqlite3_free(schema);
}

enum moult_source moult_schema_source(const moult_schema *schema)
{
	return schema->source;
}

static const struct schema *as_have(const moult_schema *schema)
{
	return schema->stored;
}

static const struct schema *as_want(const moult_schema *schema)
{
	return schema->document ? schema->document : schema->stored;
}

/* A document says only what is not so without it. */
static void leave_out_defaults(struct pragmas *pragmas)
{
	pragmas->has_user_version = pragmas->user_version != 0;
	pragmas->has_application_id = pragmas->application_id != 0;
	if (pragmas->page_size == 4096)
		pragmas->page_size = 0;
	if (mo_same_name(pragmas->encoding, "UTF-8"))
		pragmas->encoding = NULL;
	if (mo_same_name(pragmas->auto_vacuum, "none"))
		pragmas->auto_vacuum = NULL;
	if (!mo_same_name(pragmas->journal_mode, "wal"))
		pragmas->journal_mode = NULL;
}

int moult_schema_dump(moult *m, const moult_schema *schema, moult_write *write, void *context)
{
	struct schema dumped = *as_want(schema);
	sqlite3_str *out = sqlite3_str_new(NULL);
	int rc;

	if (!schema->document)
		leave_out_defaults(&dumped.pragmas);
	rc = mo_document_write(out, &dumped, &m->diags);
	if (rc == MOULT_OK)
		return deliver(m, out, write, context);
	sqlite3_free(sqlite3_str_finish(out));
	return rc;
}

int moult_schema_sql(moult *m, const moult_schema *schema, moult_write *write, void *context)
{
	static const enum kind order[] = { KIND_TABLE, KIND_INDEX, KIND_VIRTUAL, KIND_VIEW, KIND_TRIGGER };
	const struct schema *model = as_want(schema);
	struct arena *arena;
	sqlite3_str *out;
	int rc = moult_schema_check(m, schema);

	if (rc != MOULT_OK)
		return rc;
	arena = mo_arena_new();
	out = sqlite3_str_new(NULL);
	for (size_t k = 0; arena && k < sizeof(order) / sizeof(*order); k++)
		for (int i = 0; i < model->objects[order[k]].count; i++)
			sqlite3_str_appendf(out, "%s;\n", mo_sql_create(arena, model->objects[order[k]].items[i]));
	if (model->pragmas.has_user_version && model->pragmas.user_version)
		sqlite3_str_appendf(out, "PRAGMA user_version = %d;\n", model->pragmas.user_version);
	if (model->pragmas.has_application_id && model->pragmas.application_id)
		sqlite3_str_appendf(out, "PRAGMA application_id = %d;\n", model->pragmas.application_id);
	if (!arena || mo_arena_rc(arena)) {
		mo_arena_free(arena);
		sqlite3_free(sqlite3_str_finish(out));
		return mo_diag_memory(&m->diags);
	}
	mo_arena_free(arena);
	return deliver(m, out, write, context);
}

/* ---- differences and plans ------------------------------------------------------------------------ */

int moult_diff_new(moult_diff **out, moult *m, const moult_schema *have, const moult_schema *want,
		   const moult_options *given)
{
	const moult_options options = with_defaults(given);
	struct moult_diff *diff = sqlite3_malloc64(sizeof(*diff));
	int rc = diff ? moult_schema_check(m, have) : mo_diag_memory(&m->diags);

	if (diff)
		diff->diff = NULL;
	if (rc == MOULT_OK)
		rc = mo_diff(&diff->diff, m, as_have(have), as_want(want), &options);
	if (rc == MOULT_OK && !mo_diff_is_empty(diff->diff))
		rc = moult_schema_check(m, want);
	if (rc == MOULT_OK)
		*out = diff;
	else
		moult_diff_free(diff);
	return rc;
}

void moult_diff_free(moult_diff *diff)
{
	if (!diff)
		return;
	mo_diff_free(diff->diff);
	sqlite3_free(diff);
}

int moult_diff_count(const moult_diff *diff)
{
	return diff->diff->renames.count + diff->diff->changes.count;
}

int moult_diff_report(moult *m, const moult_diff *diff, enum moult_format format, moult_write *write, void *context)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_report_diff(out, diff->diff, format);
	return deliver(m, out, write, context);
}

static int plan_for(struct moult_plan *plan, moult *m, const moult_schema *have, const moult_schema *want)
{
	struct judged judged = { m, (struct moult_schema *)want };
	const struct wanted wanted = { as_want(want), want->name, judge, &judged };
	int rc = check_options(m, &plan->options);

	if (rc == MOULT_OK)
		rc = moult_schema_check(m, have);
	if (rc == MOULT_OK)
		rc = mo_plan_for(&plan->plan, &plan->diff, m, have->db, as_have(have), &wanted, &plan->options);
	if (rc == MOULT_OK)
		mo_plan_notes(plan->plan, m);
	if (rc == MOULT_OK && have->db)
		rc = mo_probe(plan->plan, m, have->db);
	if (rc == MOULT_OK && have->db)
		rc = mo_space_judge(plan->plan, m, have->db, &plan->options);
	return rc;
}

int moult_plan_new(moult_plan **out, moult *m, const moult_schema *have, const moult_schema *want,
		   const moult_options *given)
{
	struct moult_plan *plan = sqlite3_malloc64(sizeof(*plan));
	int rc;

	if (!plan)
		return mo_diag_memory(&m->diags);
	*plan = (struct moult_plan){ .options = with_defaults(given) };
	rc = plan_for(plan, m, have, want);
	if (rc == MOULT_OK)
		*out = plan;
	else
		moult_plan_free(plan);
	return rc;
}

void moult_plan_free(moult_plan *plan)
{
	if (!plan)
		return;
	mo_plan_free(plan->plan);
	mo_diff_free(plan->diff);
	sqlite3_free(plan);
}

int moult_plan_step_count(const moult_plan *plan)
{
	return plan->plan->steps.count;
}

const char *moult_plan_step_sql(const moult_plan *plan, int step)
{
	if (step < 0 || step >= plan->plan->steps.count)
		return NULL;
	return ((struct step *)plan->plan->steps.items[step])->sql;
}

int moult_plan_refused(const moult_plan *plan)
{
	int refused = 0;

	for (int i = 0; i < plan->plan->hazards.count; i++)
		refused += mo_hazard_refuses(plan->plan->hazards.items[i]);
	return refused;
}

const char *moult_plan_id(const moult_plan *plan)
{
	return plan->plan->id;
}

int moult_plan_report(moult *m, const moult_plan *plan, enum moult_format format, moult_write *write, void *context)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_report_plan(out, plan->plan, &plan->options, format);
	return deliver(m, out, write, context);
}

/* ---- the run ------------------------------------------------------------------------------------------ */

void moult_outcome_done(moult_outcome *outcome)
{
	sqlite3_free(outcome->plan_id);
	sqlite3_free(outcome->backup);
	outcome->plan_id = outcome->backup = NULL;
}

/* The public face of a plan that is under way. */
static const moult_plan *wrap(void *context, struct plan *plan)
{
	struct moult_plan *face = context;

	face->plan = plan;
	return face;
}

/* Copies as much of an outcome as the caller has room for. */
static void give_outcome(moult_outcome *out, const moult_outcome *outcome)
{
	const size_t size = out->size < sizeof(*outcome) ? out->size : sizeof(*outcome);

	memcpy((char *)out + sizeof(out->size), (const char *)outcome + sizeof(out->size), size - sizeof(out->size));
}

int moult_migrate(moult *m, sqlite3 *db, const moult_schema *want, const moult_options *given, moult_outcome *out)
{
	struct moult_plan face = { .options = with_defaults(given) };
	struct judged judged = { m, (struct moult_schema *)want };
	const struct wanted wanted = { as_want(want), want->name, judge, &judged };
	const struct migration migration = { m, db, &wanted, &face.options, wrap, &face, NULL };
	moult_outcome outcome = { .size = sizeof(outcome) };
	int rc = check_options(m, &face.options);

	if (rc == MOULT_OK)
		rc = mo_migrate(&migration, &outcome);
	if (rc == MOULT_OK && out)
		give_outcome(out, &outcome);
	else
		moult_outcome_done(&outcome);
	return rc;
}

int moult_migrate_file(moult *m, const char *path, const moult_schema *want, const moult_options *options,
		       moult_outcome *outcome)
{
	const bool existed = mo_source_exists(path);
	sqlite3 *db = NULL;
	int rc = mo_connect(&db, m, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);

	if (rc == MOULT_OK)
		rc = moult_migrate(m, db, want, options, outcome);
	mo_disconnect(db);
	if (rc != MOULT_OK && !existed)
		mo_source_remove(path);
	return rc;
}

int moult_rehearse_file(moult *m, const char *path, const moult_schema *want, const char *directory,
			const moult_options *given, enum moult_format format, moult_write *write, void *context)
{
	const moult_options options = with_defaults(given);
	struct judged judged = { m, (struct moult_schema *)want };
	const struct wanted wanted = { as_want(want), want->name, judge, &judged };
	struct rehearsal rehearsal = { .arena = NULL };
	sqlite3_str *out;
	int rc = check_options(m, &options);
	int delivered = MOULT_OK;

	if (rc == MOULT_OK)
		rc = mo_rehearse_file(&rehearsal, m, path, &wanted, directory, &options);
	if (rehearsal.has_verdict) {
		out = sqlite3_str_new(NULL);
		mo_report_rehearsal(out, &rehearsal, &m->diags, format);
		delivered = deliver(m, out, write, context);
	}
	mo_rehearsal_done(&rehearsal);
	return delivered != MOULT_OK ? delivered : rc;
}

/* ---- the way back ---------------------------------------------------------------------------------------- */

int moult_rollback(moult *m, const char *path, const char *backup, const moult_options *given, moult_outcome *outcome)
{
	const moult_options options = with_defaults(given);

	return mo_rollback(m, path, backup, &options, outcome);
}

int moult_backups_report(moult *m, const char *path, const moult_options *given, enum moult_format format,
			 moult_write *write, void *context)
{
	const moult_options options = with_defaults(given);
	struct arena *arena = mo_arena_new();
	struct list entries = { 0 };
	sqlite3_str *out;
	int rc = arena ? mo_backup_list(&entries, arena, m, path, &options) : mo_diag_memory(&m->diags);

	if (rc == MOULT_OK) {
		out = sqlite3_str_new(NULL);
		mo_report_backups(out, path, &entries, format);
		rc = deliver(m, out, write, context);
	}
	mo_arena_free(arena);
	return rc;
}

/* ---- where a file stands ------------------------------------------------------------------------------------ */

/* A file that is only read, its schema, and the difference from what is wanted. */
struct reading {
	struct arena *arena;
	sqlite3 *db;
	struct schema *schema;
	struct diff *diff; /* NULL where nothing is wanted */
};

static int read_begin(struct reading *reading, moult *m, const char *path, const moult_schema *want,
		      const moult_options *options)
{
	struct content content;
	int rc;

	*reading = (struct reading){ .arena = mo_arena_new() };
	if (!reading->arena)
		return mo_diag_memory(&m->diags);
	rc = mo_content_read(&content, m, path);
	if (rc == MOULT_OK && content.source != MOULT_DATABASE)
		rc = mo_diag(&m->diags, DIAG_RUN002, NULL, path, "%s is not a SQLite database", path);
	mo_content_done(&content);
	if (rc == MOULT_OK)
		rc = mo_connect(&reading->db, m, path, SQLITE_OPEN_READWRITE);
	if (rc != MOULT_OK)
		return rc;
	sqlite3_busy_timeout(reading->db, READ_TIMEOUT_MS);
	rc = mo_catalogue_read(&reading->schema, reading->db, &m->diags);
	return rc == MOULT_OK && want ? mo_diff(&reading->diff, m, reading->schema, as_want(want), options) : rc;
}

static void read_end(struct reading *reading)
{
	mo_diff_free(reading->diff);
	mo_schema_free(reading->schema);
	mo_disconnect(reading->db);
	mo_arena_free(reading->arena);
}

static int drift_of(const struct reading *reading)
{
	return reading->diff ? reading->diff->renames.count + reading->diff->changes.count : -1;
}

static int gather_status(struct status *status, struct reading *reading, moult *m, const char *path,
			 const moult_options *options)
{
	const struct pragmas *pragmas = &reading->schema->pragmas;
	struct history *last = NULL;
	int rc = mo_history_last(&last, reading->arena, reading->db, &m->diags);

	*status = (struct status){ .path = path,
				   .sqlite = sqlite3_libversion(),
				   .page_size = pragmas->page_size,
				   .page_count = mo_query_integer(reading->db, "PRAGMA page_count", 0, NULL),
				   .journal_mode = pragmas->journal_mode,
				   .encoding = pragmas->encoding,
				   .user_version = pragmas->user_version,
				   .application_id = pragmas->application_id,
				   .shape = mo_shape(reading->arena, reading->schema),
				   .last = last,
				   .drift = drift_of(reading),
				   .diff = reading->diff };
	return rc == MOULT_OK ? mo_backup_list(&status->backups, reading->arena, m, path, options) : rc;
}

int moult_status_report(moult *m, const char *path, const moult_schema *want, const moult_options *given, int *findings,
			enum moult_format format, moult_write *write, void *context)
{
	const moult_options options = with_defaults(given);
	struct reading reading;
	struct status status;
	sqlite3_str *out;
	int rc = read_begin(&reading, m, path, want, &options);

	if (rc == MOULT_OK)
		rc = gather_status(&status, &reading, m, path, &options);
	if (rc == MOULT_OK) {
		out = sqlite3_str_new(NULL);
		mo_report_status(out, &status, format);
		rc = deliver(m, out, write, context);
		if (findings)
			*findings = status.drift > 0 ? status.drift : 0;
	}
	read_end(&reading);
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
	*finding = (struct finding){ what, object, message };
	mo_list_add(gathering->arena, &gathering->verification->findings, finding);
}

static void note_drift(struct gathering *gathering, const struct diff *diff)
{
	struct arena *arena = gathering->arena;

	for (int i = 0; i < diff->renames.count; i++) {
		const struct rename *rename = diff->renames.items[i];

		note_fault(gathering, "schema", mo_label_rename(arena, rename),
			   mo_arena_format(arena, "is still named %s", rename->have));
	}
	for (int i = 0; i < diff->changes.count; i++) {
		const struct change *change = diff->changes.items[i];

		note_fault(gathering, "schema", mo_change_label(arena, change),
			   mo_arena_format(arena, "differs from the document: %s", mo_change_text(arena, diff, change)));
	}
}

int moult_verify_report(moult *m, const char *path, const moult_schema *want, const moult_options *given, int *findings,
			enum moult_format format, moult_write *write, void *context)
{
	const moult_options options = with_defaults(given);
	struct verification verification = { .path = path };
	struct reading reading;
	struct gathering gathering;
	sqlite3_str *out;
	int rc = read_begin(&reading, m, path, want, &options);

	gathering = (struct gathering){ reading.arena, &verification };
	if (rc == MOULT_OK)
		rc = mo_inspect(m, reading.arena, reading.db, reading.schema, options.quick, note_fault, &gathering);
	if (rc == MOULT_OK) {
		mo_list_add(reading.arena, &verification.checked, "integrity");
		mo_list_add(reading.arena, &verification.checked, "foreign keys");
		if (reading.diff) {
			mo_list_add(reading.arena, &verification.checked, "schema");
			note_drift(&gathering, reading.diff);
		}
		out = sqlite3_str_new(NULL);
		mo_report_verify(out, &verification, format);
		rc = deliver(m, out, write, context);
		if (findings)
			*findings = verification.findings.count;
	}
	read_end(&reading);
	return rc;
}

int moult_report_diagnostics(const moult *m, enum moult_format format, moult_write *write, void *context)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	int rc = MOULT_OK;

	mo_report_diagnostics(out, &m->diags, format);
	if (sqlite3_str_errcode(out))
		rc = MOULT_TROUBLE;
	else if (sqlite3_str_length(out) && write(context, sqlite3_str_value(out), (size_t)sqlite3_str_length(out)) != 0)
		rc = MOULT_TROUBLE;
	sqlite3_free(sqlite3_str_finish(out));
	return rc;
}
