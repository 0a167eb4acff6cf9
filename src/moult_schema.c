/* SPDX-License-Identifier: MIT */
/*
 * moult_schema.c: schemas from documents, scripts and databases, and out again.
 *
 *	content --+-- document --xml--> model --SQLite--> model as it is stored
 *	          +-- script ----SQLite--------------------'
 *	          `-- database --live----------------------'
 */
#include <string.h>

#include "back/way_back.h"
#include "back/way_row.h"
#include "backup/file.h"
#include "base/show.h"
#include "base/text.h"
#include "diff/describe.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "live/dump_rows.h"
#include "live/input.h"
#include "live/reference.h"
#include "model/form.h"
#include "moult_private.h"
#include "report/report.h"
#include "run/migrate.h"
#include "run/probe.h"
#include "live/judge_rows.h"
#include "sql/declared.h"
#include "sql/done_table.h"
#include "xml/document.h"

_Static_assert(MOULT_DIGEST_SIZE == MO_HASH_TEXT, "a digest is written as a hash is");

static void diag_otherwise(moult *m, struct arena *arena, const struct moult_schema *schema,
			   const struct change *change)
{
	const struct object *object = mo_change_object(change);
	const struct moult_place *place = change->want ? &change->want->place : NULL;
	const struct diff names = {.renamed = schema->stored, .goal = schema->document};
	const char *label = mo_change_label(arena, change);

	if (change->want && mo_schema_is_shadow(schema->stored, object->name)) {
		mo_diag(&m->diags, DIAG_DOC013, place, label,
			"%s has the name of a table that a virtual table keeps its content in",
			object->name);
		mo_diag_hint(&m->diags, "give it another name; where the module has no table of "
					"that name, " MO_LOAD_EXTENSION);
		return;
	}
	mo_diag(&m->diags, DIAG_DOC020, place, label,
		"SQLite understands %s %s otherwise than it is declared: %s",
		mo_kind_names[object->kind], object->name, mo_change_text(arena, &names, change));
	mo_diag_hint(
		&m->diags,
		"look for SQL in a type, default or expression that ends its clause and begins another");
}

/*
 * What SQLite made of the document must be what the document says: no text in it may have meant
 * more than its clause.
 */
static int check_read_back(moult *m, const struct moult_schema *schema)
{
	struct arena *arena = mo_arena_new();
	struct list changes = {0};
	int rc = MOULT_OK;

	if (!arena ||
	    mo_compare(&changes, arena, schema->stored, schema->document, false) != MOULT_OK)
		rc = mo_diag_memory(&m->diags);
	for (int i = 0; !rc && i < changes.count; i++) {
		const struct change *change = changes.items[i];

		if (change->part == PART_USER_VERSION || change->part == PART_APPLICATION_ID)
			continue;
		diag_otherwise(m, arena, schema, change);
		rc = MOULT_TROUBLE;
	}
	mo_arena_free(arena);
	return rc;
}

static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return sqlite3_mprintf(".");
	return slash == path ? sqlite3_mprintf("/")
			     : sqlite3_mprintf("%.*s", (int)(slash - path), path);
}

static int load_document(struct moult_schema *schema, moult *m, const struct content *content,
			 const char *path)
{
	struct document_source source = {schema->name, content->text, content->size, NULL};
	char *directory = path ? directory_of(path) : NULL;
	int rc;

	source.directory = directory;
	rc = mo_document_read(&schema->document, &source, &m->diags);
	if (!rc) {
		mo_hash_piece(&schema->document->read, content->text, content->size);
		rc = mo_source_note_included(m, schema->document);
	}
	sqlite3_free(directory);
	return rc;
}

/*
 * A file that is as the document says has had its expressions run, or was made without need of
 * them, and has its rows.
 */
static void add_done(struct schema *stored, const struct schema *document)
{
	EACH (const struct table, table, &document->objects[KIND_TABLE]) {
		if (table->from.text)
			mo_done_add_from(stored, table);
		EACH (const struct column, column, &table->columns)
			if (column->using.text)
				mo_done_add(stored, table->object.name, column);
	}
	EACH (const struct rows, rows, &document->rows)
		if (rows->rows.count)
			mo_done_take(stored, &stored->row_marks,
				     mo_declared_name(stored->arena, rows->table),
				     mo_declared_digest(stored->arena, rows));
	EACH (const struct data_step, step, &document->data_steps)
		mo_done_add_step(stored, step->name);
	stored->rows = document->rows;
}

/*
 * Without tables SQLite says of a query whether its grammar is right; which tables and columns it
 * reads is a file's to say, or a plan's.
 */
static int check_query(moult *m, sqlite3 *db, const struct table *table)
{
	sqlite3_stmt *stmt = NULL;
	const char *message;
	int rc = mo_reference_compile(db, table->from.text, &stmt);

	sqlite3_finalize(stmt);
	if (mo_is_trouble(rc))
		return mo_diag_memory(&m->diags);
	message = sqlite3_errmsg(db);
	if (!rc || (sqlite3_strglob("near *", message) && sqlite3_strglob("incomplete *", message)))
		return MOULT_OK;
	mo_diag(&m->diags, DIAG_DOC015, &table->from_place,
		mo_label_object(m->diags.arena, &table->object),
		"SQLite %s does not accept its from: %s", sqlite3_libversion(), message);
	mo_diag_hint(&m->diags,
		     "write one SELECT; a name that is a word of SQL, or no word at all, "
		     "stands in double quotes");
	return MOULT_TROUBLE;
}

static int check_queries(moult *m, const struct schema *document)
{
	sqlite3 *db = NULL;
	int rc = MOULT_OK;

	EACH (const struct table, table, &document->objects[KIND_TABLE]) {
		if (!table->from.text)
			continue;
		if (!db && (rc = mo_reference_open(&db, m)) != MOULT_OK)
			break;
		rc = check_query(m, db, table);
		if (rc)
			break;
	}
	mo_disconnect(db);
	return rc;
}

/*
 * The way back of a value reads the row as it is, which it may call new; "none" is no expression.
 * Over the table, which is empty here, only an aggregate yields a row: one, for all that there are.
 */
static int check_back(moult *m, sqlite3 *db, const char *table, const struct sql *back,
		      const struct moult_place *place)
{
	sqlite3_stmt *stmt = NULL;
	bool is_aggregate = false;
	char *sql;
	int rc;

	if (!back->text || mo_same_name(back->text, "none"))
		return MOULT_OK;
	sql = sqlite3_mprintf("SELECT (\n%s\n) FROM main.\"%w\" AS new", back->text, table);
	rc = sql ? mo_reference_compile(db, sql, &stmt) : SQLITE_NOMEM;
	if (!rc)
		is_aggregate = sqlite3_step(stmt) == SQLITE_ROW;
	sqlite3_finalize(stmt);
	sqlite3_free(sql);
	if (!rc && !is_aggregate)
		return MOULT_OK;
	if (mo_is_trouble(rc))
		return mo_diag_memory(&m->diags);
	if (is_aggregate) {
		mo_diag(&m->diags, DIAG_DOC015, place, table,
			"its back makes one row of all: an aggregate stands in it");
		mo_diag_hint(&m->diags,
			     "an aggregate is over the table that has its columns: write it "
			     "as a query of that table, (SELECT max(x) FROM t)");
		return MOULT_TROUBLE;
	}
	mo_diag(&m->diags, DIAG_DOC015, place, table, "SQLite %s does not accept its back: %s",
		sqlite3_libversion(), sqlite3_errmsg(db));
	mo_diag_hint(&m->diags,
		     "write an expression over the columns of the table, as in new.a, or none");
	return MOULT_TROUBLE;
}

static int check_backs(moult *m, sqlite3 *db, const struct schema *document)
{
	int rc = MOULT_OK;

	EACH (const struct table, table, &document->objects[KIND_TABLE]) {
		EACH (const struct column, column, &table->columns)
			if (!rc)
				rc = check_back(m, db, table->object.name, &column->back,
						&column->object.place);
	}
	EACH (const struct tombstone, tombstone, &document->tombstones)
		if (!rc && tombstone->table)
			rc = check_back(m, db, tombstone->table, &tombstone->back,
					&tombstone->place);
	return rc;
}

static int build(sqlite3 **built, moult *m, const struct schema *document,
		 const struct schema *have)
{
	struct arena *arena = mo_arena_new();
	struct known known;
	int rc = MOULT_OK;

	if (!arena || (have && mo_compare_known(&known, arena, have, document)))
		rc = mo_diag_memory(&m->diags);
	if (!rc)
		rc = mo_reference_build_known(built, m, document, have ? &known : NULL);
	mo_arena_free(arena);
	return rc;
}

/*
 * Builds a document in memory, and compares what came of it.  *built is that database, or NULL; in
 * any case the caller disconnects it.  have, or NULL, is what SQLite has read out of a file.
 */
static int judge(sqlite3 **built, moult *m, struct moult_schema *schema, const struct schema *have)
{
	sqlite3 *db;
	int rc;

	if (schema->stored)
		return MOULT_OK;
	rc = build(built, m, schema->document, have);
	db = *built;
	if (!rc)
		rc = mo_catalogue_read(&schema->stored, m, db);
	if (!rc)
		rc = check_read_back(m, schema);
	if (!rc)
		rc = check_backs(m, db, schema->document);
	if (!rc)
		rc = check_queries(m, schema->document);
	if (!rc)
		rc = mo_rows_judge(m, schema->document);
	if (!rc) {
		add_done(schema->stored, schema->document);
		/* That in memory has pages of a size of its own. */
		schema->stored->pragmas.page_size = schema->document->pragmas.page_size;
	}
	if (!rc && mo_arena_rc(schema->stored->arena))
		rc = mo_diag_memory(&m->diags);
	if (rc) {
		mo_schema_free(schema->stored);
		schema->stored = NULL;
	}
	return rc;
}

static int judge_beside(moult *m, const moult_schema *schema, const struct schema *have)
{
	sqlite3 *db = NULL;
	/* What is kept of the judgement changes nothing that the caller can see. */
	const int rc = judge(&db, m, (struct moult_schema *)schema, have);

	mo_disconnect(db);
	return rc;
}

int mo_schema_judge(moult *m, const moult_schema *schema)
{
	return judge_beside(m, schema, NULL);
}

static bool declares_nothing(const struct schema *schema)
{
	for (int kind = 0; kind < KIND_COUNT; kind++)
		if (schema->objects[kind].count)
			return false;
	return !schema->pragmas.user_version && !schema->pragmas.application_id;
}

/*
 * A generator that failed leaves an empty file, or nothing on standard input,
 * which is a script of no statements or a database of no tables: not what
 * anybody wants of a file that has some.  A document can say it in so many words.
 */
int mo_judge(void *context, const struct schema *have)
{
	const struct judged *judged = context;
	const struct moult_schema *schema = judged->schema;
	int rc;

	if (schema->document || !declares_nothing(schema->stored))
		return judge_beside(judged->m, schema, have);
	rc = mo_diag(&judged->m->diags, DIAG_RUN034, NULL, schema->name,
		     "%s declares nothing at all, and the database has something", schema->name);
	mo_diag_hint(&judged->m->diags, "if that is meant, want the document "
					"<database xmlns=\"urn:moult:schema:1\"/>");
	return rc;
}

/* What a new file would be warned of: views that do not compile, foreign keys that cannot work. */
static int warn(moult *m, const moult_schema *schema, sqlite3 **made)
{
	struct hop hop = {NULL, NULL, NULL};
	int rc = mo_hop_from_nothing(&hop, m, schema, made);

	if (!rc)
		rc = mo_probe_verdict(hop.plan, &m->diags);
	mo_hop_done(&hop);
	return rc;
}

int moult_schema_check(moult *m, const moult_schema *schema)
{
	sqlite3 *made = NULL;
	/* What is kept of the judgement changes nothing that the caller can see. */
	int rc = judge(&made, m, (struct moult_schema *)schema, NULL);

	if (!rc && schema->document)
		rc = warn(m, schema, &made);
	mo_disconnect(made);
	return rc;
}

void mo_schema_leave_unsaid(struct moult_schema *schema)
{
	struct pragmas *pragmas = &schema->stored->pragmas;

	/* A script that does not set them does not ask for 0. */
	pragmas->has_user_version = pragmas->user_version != 0;
	pragmas->has_application_id = pragmas->application_id != 0;
	if (mo_same_name(pragmas->encoding, "UTF-8"))
		pragmas->encoding = NULL;
	pragmas->auto_vacuum = pragmas->journal_mode = NULL;
	pragmas->page_size = 0;
}

static int load_script(struct moult_schema *schema, moult *m, const struct content *content)
{
	const int rc = mo_reference_script(&schema->stored, &schema->played, m, schema->name,
					   content->text);

	if (rc)
		return rc;
	mo_hash_piece(&schema->stored->read, content->text, content->size);
	mo_schema_leave_unsaid(schema);
	return MOULT_OK;
}

static int load_database(struct moult_schema *schema, moult *m, const char *path)
{
	int rc = mo_connect(&schema->db, m, path, SQLITE_OPEN_READWRITE);

	if (rc)
		return rc;
	schema->owns_db = true;
	sqlite3_busy_timeout(schema->db, READ_TIMEOUT_MS);
	return mo_catalogue_read(&schema->stored, m, schema->db);
}

static int load(struct moult_schema *schema, moult *m, const struct content *content,
		const char *path)
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

struct moult_schema *mo_schema_begin(moult *m, const char *name, enum moult_source source)
{
	struct moult_schema *schema = sqlite3_malloc64(sizeof(*schema));

	if (schema) {
		*schema = (struct moult_schema){.source = source,
						.name = sqlite3_mprintf("%s", name)};
		if (schema->name)
			return schema;
		sqlite3_free(schema);
	}
	mo_diag_memory(&m->diags);
	return NULL;
}

int mo_schema_load(moult_schema **out, moult *m, struct content *content, const char *name,
		   const char *path)
{
	struct moult_schema *schema = mo_schema_begin(m, name, content->source);
	int rc = schema ? load(schema, m, content, path) : MOULT_TROUBLE;

	if (!rc)
		*out = schema;
	else
		moult_schema_free(schema);
	mo_content_done(content);
	return rc;
}

int mo_schema_load_text(moult_schema **out, moult *m, sqlite3_str *text, const char *name,
			const char *path)
{
	struct content content;
	int rc = sqlite3_str_errcode(text)
			 ? mo_diag_memory(&m->diags)
			 : mo_content_copy(&content, m, sqlite3_str_value(text),
					   (size_t)sqlite3_str_length(text), name);

	return rc ? rc : mo_schema_load(out, m, &content, name, path);
}

int moult_schema_read(moult_schema **out, moult *m, const char *path)
{
	const bool is_stdin = mo_same(path, "-");
	struct content content;
	int rc;

	if (mo_file_is_folder(path))
		return mo_folder_load(out, m, path);
	rc = mo_content_read(&content, m, path);
	return !rc ? mo_schema_load(out, m, &content, is_stdin ? "<stdin>" : path,
				    is_stdin ? NULL : path)
		   : rc;
}

int moult_schema_parse(moult_schema **out, moult *m, const char *text, size_t size,
		       const char *name)
{
	struct content content;
	int rc = mo_content_copy(&content, m, text, size, name);

	return rc ? rc : mo_schema_load(out, m, &content, name, NULL);
}

int moult_schema_from_db(moult_schema **out, moult *m, sqlite3 *db)
{
	struct moult_schema *schema = mo_schema_begin(m, "main", MOULT_DATABASE);
	int rc;

	if (!schema)
		return MOULT_TROUBLE;
	schema->db = db;
	rc = mo_catalogue_read(&schema->stored, m, db);
	if (!rc)
		*out = schema;
	else
		moult_schema_free(schema);
	return rc;
}

int mo_schema_way_back(moult_schema **out, moult *m, const moult_schema *have, int number)
{
	struct moult_schema *schema;
	int rc;

	if (!have->db)
		return mo_diag(&m->diags, DIAG_RUN022, NULL, have->name,
			       "%s is no database, and carries no way back", have->name);
	schema = mo_schema_begin(m, MO_WAY_BACK_NAME, MOULT_DOCUMENT);
	if (!schema)
		return MOULT_TROUBLE;
	rc = mo_way_back_read(&schema->document, m, have->db, number);
	if (!rc)
		*out = schema;
	else
		moult_schema_free(schema);
	return rc;
}

int moult_schema_way_back(moult_schema **out, moult *m, const moult_schema *have)
{
	return mo_schema_way_back(out, m, have, 0);
}

void moult_schema_free(moult_schema *schema)
{
	if (!schema)
		return;
	mo_folder_unload(schema);
	mo_schema_free(schema->document);
	mo_schema_free(schema->stored);
	if (schema->owns_db)
		mo_disconnect(schema->db);
	mo_disconnect(schema->played);
	sqlite3_free(schema->name);
	sqlite3_free(schema);
}

enum moult_source moult_schema_source(const moult_schema *schema)
{
	return schema->source;
}

const struct schema *mo_as_have(const moult_schema *schema)
{
	return schema->stored;
}

const struct schema *mo_as_want(const moult_schema *schema)
{
	return schema->document ? schema->document : schema->stored;
}

int moult_schema_take_rows(moult *m, moult_schema *schema, const char *tables)
{
	sqlite3 *db = schema->db ? schema->db : schema->played;

	if (db)
		return mo_rows_dump(schema->stored, m, db, tables);
	return mo_diag(&m->diags, DIAG_RUN022, NULL, schema->name,
		       "--rows: %s is a document, and has no rows of its own", schema->name);
}

static int hash_shape(struct hasher *hasher, moult *m, const struct schema *schema)
{
	struct arena *arena = mo_arena_new();
	const char *shape = arena ? mo_shape(arena, schema) : NULL;

	mo_hash_begin(hasher);
	if (shape)
		mo_hash_text(hasher, shape);
	mo_arena_free(arena);
	return shape ? MOULT_OK : mo_diag_memory(&m->diags);
}

int moult_schema_digest(char digest[MOULT_DIGEST_SIZE], moult *m, const moult_schema *schema)
{
	struct hasher hasher = mo_as_want(schema)->read;
	int rc = MOULT_OK;

	if (schema->source == MOULT_DATABASE)
		rc = hash_shape(&hasher, m, schema->stored);
	if (!rc)
		mo_hash_write(digest, mo_hash_end(&hasher));
	return rc;
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
	struct schema dumped = *mo_as_want(schema);
	sqlite3_str *out = sqlite3_str_new(NULL);
	int rc;

	if (!schema->document)
		leave_out_defaults(&dumped.pragmas);
	rc = mo_document_write(out, &dumped, &m->diags);
	if (!rc)
		return mo_deliver(m, out, write, context);
	sqlite3_free(sqlite3_str_finish(out));
	return rc;
}

static int no_such_table(moult *m, const moult_schema *schema, const char *name)
{
	mo_diag(&m->diags, DIAG_RUN022, NULL, "around", "%s has no table or view %s", schema->name,
		name);
	mo_diag_hint(&m->diags, "its tables are in: moult dump %s",
		     mo_shell_word(m->diags.arena, schema->name));
	return MOULT_TROUBLE;
}

/* A document may have a name of its own; a file is called as it is. */
static const char *title_of(const moult_schema *schema, const struct schema *model)
{
	return model->name ? model->name : schema->name;
}

int moult_schema_report(moult *m, const moult_schema *schema, const moult_picture *given,
			enum moult_format format, moult_write *write, void *context)
{
	moult_picture picture = MOULT_PICTURE_INIT;
	const struct schema *model;
	sqlite3_str *out;
	int rc;

	mo_take_options(&picture, sizeof(picture), given);
	rc = mo_schema_judge(m, schema);
	if (rc)
		return rc;
	model = mo_as_want(schema);
	if (picture.around && !mo_schema_find_relation(model, picture.around))
		return no_such_table(m, schema, picture.around);
	out = sqlite3_str_new(NULL);
	mo_report_schema(out, m, model, title_of(schema, model), &picture, mo_page(m, format));
	return mo_deliver(m, out, write, context);
}
