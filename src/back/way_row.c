/* SPDX-License-Identifier: MIT */
/* way_row.c: see way_row.h. */
#include "back/way_row.h"

#include <stdlib.h>
#include <string.h>

#include "back/way_back.h"
#include "base/text.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "live/own.h"
#include "live/reference.h"
#include "model/form.h"
#include "plan/generations.h"
#include "plan/data_steps.h"
#include "sql/old_row.h"
#include "sql/way_back_table.h"
#include "xml/document.h"

#define LABEL "table " MO_WAY_BACK_TABLE
#define MOST_BYTES (16 << 20) /* of a document, and of marks */

static int failed(struct diags *diags, sqlite3 *db, int rc)
{
	return mo_diag_sqlite(diags, db, rc, DIAG_RUN001, LABEL, "read the ways back");
}

/* ---- reading rows -------------------------------------------------------------------------- */

static const char *text_at(sqlite3_stmt *stmt, struct arena *arena, int column)
{
	return mo_arena_text(arena, (const char *)sqlite3_column_text(stmt, column));
}

static void take_row(struct list *rows, struct arena *arena, sqlite3_stmt *stmt)
{
	struct way_row *row = mo_arena_make(arena, struct way_row);

	if (!row)
		return;
	*row = (struct way_row){.number = sqlite3_column_int64(stmt, 0),
				.format = sqlite3_column_int64(stmt, 1),
				.at = text_at(stmt, arena, 2),
				.shape_from = text_at(stmt, arena, 3),
				.shape_to = text_at(stmt, arena, 4),
				.document = sqlite3_column_int64(stmt, 5),
				.marks = sqlite3_column_int64(stmt, 6),
				.release_from = text_at(stmt, arena, 7),
				.release_to = text_at(stmt, arena, 8)};
	mo_list_add(arena, rows, row);
}

int mo_way_rows_read(struct list *rows, struct arena *arena, sqlite3 *db, struct diags *diags)
{
	sqlite3_stmt *stmt = NULL;
	bool has = false;
	int rc = mo_own_judge(db, diags);

	if (!rc)
		rc = mo_catalogue_has(&has, db, MO_WAY_BACK_TABLE, diags);
	if (rc || !has)
		return rc;
	rc = sqlite3_prepare_v2(db, mo_sql_way_back_rows, -1, &stmt, NULL);
	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		take_row(rows, arena, stmt);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	if (rc != SQLITE_DONE)
		return failed(diags, db, rc);
	return mo_arena_rc(arena) ? mo_diag_memory(diags) : MOULT_OK;
}

static int refuse_row(struct diags *diags, const char *why)
{
	mo_diag(diags, DIAG_RUN057, NULL, LABEL, "the way back in the file is not used: %s", why);
	mo_diag_hint(diags,
		     "moult dump DB --back writes it; review it, and apply it as a document");
	return mo_diag_kinds[DIAG_RUN057].result;
}

/* Both are NULL where they are no texts. */
static int read_texts(const char **document, const char **marks, long long number,
		      struct arena *arena, sqlite3 *db, struct diags *diags)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, mo_sql_way_back_texts, -1, &stmt, NULL);

	if (!rc)
		rc = sqlite3_bind_int64(stmt, 1, number);
	if (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		*document = text_at(stmt, arena, 0);
		*marks = text_at(stmt, arena, 1);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	if (rc)
		return failed(diags, db, rc);
	return mo_arena_rc(arena) ? mo_diag_memory(diags) : MOULT_OK;
}

/* ---- what it may not do -------------------------------------------------------------------- */

/* The functions of a connection on which nobody has made any. */
static int read_built_in(struct list *names, struct arena *arena, struct diags *diags)
{
	static const char query[] = "SELECT DISTINCT name FROM pragma_function_list WHERE builtin"
				    " AND name NOT IN ('load_extension', 'fts3_tokenizer')";
	sqlite3 *db = NULL;
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, NULL);

	if (!rc)
		rc = sqlite3_prepare_v2(db, query, -1, &stmt, NULL);
	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		mo_list_add(arena, names, text_at(stmt, arena, 0));
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	if (rc != SQLITE_DONE)
		rc = failed(diags, db, rc);
	else
		rc = mo_arena_rc(arena) ? mo_diag_memory(diags) : MOULT_OK;
	sqlite3_close(db);
	return rc;
}

/* What the expressions of a document may do, on a database with the schema that they read. */
struct court {
	struct arena *arena;
	const struct schema *schema;
	struct list built_in; /* of char *: functions */
	const char *denied;   /* what one of them would have done; or NULL */
};

static bool is_in_file(const struct court *court, const char *name)
{
	return name && (mo_schema_find_relation(court->schema, name) ||
			mo_schema_is_shadow(court->schema, name));
}

static bool may(const struct court *court, int action, const char *first, const char *second)
{
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_RECURSIVE:
		return true;
	case SQLITE_FUNCTION:
		return second && mo_names_have(&court->built_in, second);
	case SQLITE_READ:
		return is_in_file(court, first) || mo_same_name(first, MO_PARKED_TABLE);
	case SQLITE_INSERT:
	case SQLITE_UPDATE:
	case SQLITE_DELETE:
		return is_in_file(court, first);
	default:
		return false;
	}
}

/* What happens in the name of a view or a trigger is the schema's, and not the expression's. */
static int authorize(void *context, int action, const char *first, const char *second,
		     const char *database, const char *cause)
{
	struct court *court = context;

	(void)database;
	if (cause || may(court, action, first, second))
		return SQLITE_OK;
	if (!court->denied)
		court->denied = mo_arena_format(
			court->arena,
			action == SQLITE_FUNCTION
				? "it calls %s(), which is not SQLite's own"
				: "it reads or writes %s, which is no table of the file",
			action == SQLITE_FUNCTION ? second
			: first			  ? first
						  : "what it does not say");
	return SQLITE_DENY;
}

/* Whether SQLite takes it otherwise is for the plan to find out. */
static void try_one(struct court *court, sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int rc = SQLITE_OK;

	if (sql && !court->denied)
		rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
	sqlite3_finalize(stmt);
	if (rc && !court->denied && mo_lacks_name(sqlite3_errmsg(db)))
		court->denied = mo_arena_format(court->arena, "it needs what SQLite lacks: %s",
						sqlite3_errmsg(db));
}

static const char *name_in(const struct schema *have, const struct object *table)
{
	for (int i = 0; i < table->was.count; i++)
		if (mo_schema_table(have, table->was.items[i]))
			return table->was.items[i];
	return table->name;
}

static void try_columns(struct court *court, sqlite3 *db, const struct schema *document)
{
	EACH (const struct table, table, &document->objects[KIND_TABLE]) {
		try_one(court, db, table->from.text);
		EACH (const struct column, column, &table->columns)
			if (column->using.text)
				try_one(court, db,
					mo_arena_format(
						court->arena,
						"SELECT (\n%s\n) FROM main.\"%w\" AS " MO_OLD_ROW,
						column->using.text,
						name_in(court->schema, &table->object)));
	}
}

static void try_steps(struct court *court, sqlite3 *db, const struct schema *document,
		      enum moment at)
{
	EACH (const struct data_step, step, &document->data_steps)
		if (step->at == at)
			EACH (const struct data_statement, statement, &step->statements)
				try_one(court, db, statement->sql);
	EACH (const struct requirement, requirement, &document->requirements)
		if (requirement->at == at)
			try_one(court, db, requirement->select.text);
}

/* What reads the file as it is, and what runs on what becomes of it. */
static int hold_court(struct court *court, struct moult *m, const struct schema *document,
		      enum moment at)
{
	sqlite3 *db = NULL;
	int rc = mo_reference_build(&db, m, court->schema);

	if (!rc && !sqlite3_set_authorizer(db, authorize, court)) {
		if (at == MOMENT_BEFORE)
			try_columns(court, db, document);
		try_steps(court, db, document, at);
		sqlite3_set_authorizer(db, NULL, NULL);
	}
	mo_disconnect(db);
	return rc ? rc : court->denied ? refuse_row(&m->diags, court->denied) : MOULT_OK;
}

static int check_deeds(const struct schema *document, const struct schema *have,
		       struct arena *arena, struct moult *m)
{
	struct court court = {.arena = arena, .schema = have};
	int rc = read_built_in(&court.built_in, arena, &m->diags);

	if (!rc)
		rc = hold_court(&court, m, document, MOMENT_BEFORE);
	court.schema = document;
	if (!rc && document->data_steps.count + document->requirements.count)
		rc = hold_court(&court, m, document, MOMENT_AFTER);
	return rc;
}

/* The virtual table of the file that one of the document is. */
static const struct virtual_table *virtual_in_file(const struct schema *have,
						   const struct virtual_table *wanted)
{
	const struct object *found = mo_schema_find(have, KIND_VIRTUAL, wanted->object.name);

	for (int i = 0; !found && i < wanted->object.was.count; i++)
		found = mo_schema_find(have, KIND_VIRTUAL, wanted->object.was.items[i]);
	return (const struct virtual_table *)found;
}

/* A module that SQLite brings itself, and that keeps to the file. */
static bool is_of_sqlite(const char *module)
{
	static const char *const names[] = {"fts3",  "fts4",	  "fts5",
					    "rtree", "rtree_i32", "geopoly"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (mo_same_name(module, names[i]))
			return true;
	return false;
}

static int check_virtuals(const struct schema *document, const struct schema *have,
			  struct diags *diags)
{
	EACH (const struct virtual_table, table, &document->objects[KIND_VIRTUAL]) {
		const struct virtual_table *is = virtual_in_file(have, table);

		const bool is_there = is && mo_same_name(is->module, table->module) &&
				      mo_same(is->args.norm, table->args.norm);

		if (table->populate.text || (!is_there && !is_of_sqlite(table->module)))
			return refuse_row(diags, mo_arena_format(diags->arena,
								 "it makes the virtual table %s",
								 table->object.name));
	}
	return MOULT_OK;
}

int mo_way_back_check(struct moult *m, const struct schema *document, const struct schema *have)
{
	struct diags *diags = &m->diags;
	struct arena *arena = mo_arena_new();
	int rc = arena ? check_virtuals(document, have, diags) : mo_diag_memory(diags);

	if (!rc && document->rows.count)
		rc = refuse_row(diags, "it declares rows");
	if (!rc && !mo_same(mo_shape(arena, document), document->way_back->shape_from))
		rc = refuse_row(diags, "it does not declare the shape that it is said to lead to");
	if (!rc)
		rc = check_deeds(document, have, arena, m);
	mo_arena_free(arena);
	return rc;
}

/* ---- reading the newest -------------------------------------------------------------------- */

static int refuse_none(struct diags *diags, const char *why)
{
	mo_diag(diags, DIAG_RUN056, NULL, LABEL, "%s", why);
	mo_diag_hint(diags, "moult rollback puts a backup back, and rows written since go");
	return mo_diag_kinds[DIAG_RUN056].result;
}

static int check_row(const struct way_row *row, struct diags *diags)
{
	if (row->format != MO_WAY_BACK_FORMAT)
		return refuse_row(diags, "a later version of moult wrote it");
	if (row->document > MOST_BYTES || row->marks > MOST_BYTES)
		return refuse_row(diags, "it is larger than any that moult writes");
	return MOULT_OK;
}

/* What the document says of where it stands lives as long as it. */
static int take_way(struct schema *document, const struct way_row *row, const char *marks,
		    struct diags *diags)
{
	struct arena *arena = document->arena;
	struct way_back *way = mo_arena_make(arena, struct way_back);

	if (!way)
		return mo_diag_memory(diags);
	way->number = row->number;
	way->shape_from = mo_arena_text(arena, row->shape_from);
	way->shape_to = mo_arena_text(arena, row->shape_to);
	document->way_back = way;
	if (!mo_read_way_marks(way, arena, marks))
		return refuse_row(diags, "its marks are not those that moult writes");
	return mo_arena_rc(arena) ? mo_diag_memory(diags) : MOULT_OK;
}

static int read_row(struct schema **out, const struct way_row *row, struct arena *arena,
		    struct moult *m, sqlite3 *db)
{
	struct document_source source = {.name = MO_WAY_BACK_NAME};
	const char *marks = NULL;
	int rc = check_row(row, &m->diags);

	if (!rc)
		rc = read_texts(&source.text, &marks, row->number, arena, db, &m->diags);
	if (rc)
		return rc;
	if (!source.text || !marks)
		return refuse_row(&m->diags, "it is no text");
	source.size = strlen(source.text);
	rc = mo_document_read(out, &source, &m->diags);
	return rc ? rc : take_way(*out, row, marks, &m->diags);
}

int mo_way_back_read(struct schema **out, struct moult *m, sqlite3 *db, int number)
{
	struct arena *arena = mo_arena_new();
	struct schema *document = NULL;
	struct list rows = {0};
	int rc = arena ? mo_way_rows_read(&rows, arena, db, &m->diags) : mo_diag_memory(&m->diags);

	if (!rc && number >= rows.count)
		rc = refuse_none(
			&m->diags,
			number ? "no way back in the file leads to what is wanted: none is left, or "
				 "they lead elsewhere"
			       : "there is no way back in the file: no migration left one, "
				 "or moult finish let go of it");
	if (!rc)
		rc = read_row(&document, rows.items[number], arena, m, db);
	mo_arena_free(arena);
	if (!rc)
		*out = document;
	else
		mo_schema_free(document);
	return rc;
}

int mo_way_back_judge(void *context, const struct schema *have)
{
	const struct way_judged *judged = context;
	sqlite3 *db = NULL;
	const int rc = mo_reference_build(&db, judged->m, judged->document);

	(void)have; /* what a document out of a file says is judged, whatever it is like */
	mo_disconnect(db);
	return rc;
}

/* ---- marks --------------------------------------------------------------------------------- */

/* A damaged file may have NULL where none can be. */
static int compare_texts(const char *one, const char *other)
{
	return strcmp(one ? one : "", other ? other : "");
}

static int compare_marks(const void *a, const void *b)
{
	const struct done_mark *one = *(void *const *)a;
	const struct done_mark *other = *(void *const *)b;
	int order = compare_texts(one->kind, other->kind);

	if (!order)
		order = compare_texts(one->object, other->object);
	if (!order)
		order = compare_texts(one->digest, other->digest);
	return order ? order : compare_texts(one->at, other->at);
}

int mo_way_marks_read(struct list *marks, struct arena *arena, sqlite3 *db, struct diags *diags)
{
	sqlite3_stmt *stmt = NULL;
	bool has = false;
	int rc = mo_catalogue_has(&has, db, MO_DONE_TABLE, diags);

	if (rc || !has)
		return rc;
	rc = sqlite3_prepare_v2(db, mo_sql_done_marks, -1, &stmt, NULL);
	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		struct done_mark *mark = mo_arena_make(arena, struct done_mark);

		if (mark)
			*mark = (struct done_mark){text_at(stmt, arena, 0), text_at(stmt, arena, 1),
						   text_at(stmt, arena, 2),
						   text_at(stmt, arena, 3)};
		mo_list_add(arena, marks, mark);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	if (rc != SQLITE_DONE)
		return failed(diags, db, rc);
	if (mo_arena_rc(arena))
		return mo_diag_memory(diags);
	if (marks->count)
		qsort(marks->items, (size_t)marks->count, sizeof(*marks->items), compare_marks);
	return MOULT_OK;
}

/* The marks of one list that another lacks; both are sorted. */
static struct list without(struct arena *arena, const struct list *marks, const struct list *others)
{
	struct list left = {0};
	int at = 0;

	for (int i = 0; i < marks->count; i++) {
		while (at < others->count &&
		       compare_marks(&others->items[at], &marks->items[i]) < 0)
			at++;
		if (at == others->count || compare_marks(&others->items[at], &marks->items[i]))
			mo_list_add(arena, &left, marks->items[i]);
	}
	return left;
}

/* ---- adding a row -------------------------------------------------------------------------- */

static int marks_text(const char **text, const struct way_order *order, struct arena *arena,
		      struct session *session)
{
	const struct plan *plan = order->plan;
	struct way_back way = {.generation = plan->parkings.count ? mo_plan_generation(plan) : 0,
			       .sequences = *order->sequences,
			       .triggers = plan->frozen};
	struct list now = {0};
	sqlite3_str *out;
	int rc = mo_way_marks_read(&now, arena, session->db, &session->m->diags);

	if (rc)
		return rc;
	way.left = without(arena, &now, order->marks);
	way.taken = without(arena, order->marks, &now);
	out = sqlite3_str_new(NULL);
	mo_write_way_marks(out, &way);
	*text = mo_arena_take(arena, out);
	return *text ? MOULT_OK : mo_diag_memory(&session->m->diags);
}

static int bind(sqlite3_stmt *stmt, const struct way_order *order, const char *document,
		const char *marks)
{
	const char *const texts[] = {MOULT_VERSION, order->shape_from,	 order->shape_to,  document,
				     marks,	    order->release_from, order->release_to};
	const int count = sizeof(texts) / sizeof(*texts);
	int rc = sqlite3_bind_int64(stmt, 1, MO_WAY_BACK_FORMAT);

	for (int i = 0; !rc && i < count; i++)
		rc = sqlite3_bind_text(stmt, i + 2, texts[i], -1, SQLITE_STATIC);
	return rc;
}

static int insert(sqlite3 *db, const struct way_order *order, const char *document,
		  const char *marks)
{
	sqlite3_stmt *stmt = NULL;
	int rc = mo_exec(db, mo_sql_way_back_create);

	if (!rc)
		rc = sqlite3_prepare_v2(db, mo_sql_way_back_add, -1, &stmt, NULL);
	if (!rc)
		rc = bind(stmt, order, document, marks);
	if (!rc)
		rc = sqlite3_step(stmt);
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? mo_exec(db, mo_sql_way_back_trim) : rc;
}

/* The row is the newest, and says what was written. */
static int check_added(sqlite3 *db, const struct way_order *order, const char *document,
		       struct arena *arena, struct diags *diags)
{
	struct list rows = {0};
	const struct way_row *row;
	const char *is = NULL, *marks = NULL;
	int rc = mo_way_rows_read(&rows, arena, db, diags);

	row = rows.count ? rows.items[0] : NULL;
	if (!rc && row)
		rc = read_texts(&is, &marks, row->number, arena, db, diags);
	if (rc || (row && rows.count <= MO_WAYS_BACK_KEPT && mo_same(is, document) &&
		   mo_same(row->shape_to, order->shape_to)))
		return rc;
	return mo_diag(diags, DIAG_RUN010, NULL, LABEL,
		       "the row of " MO_WAY_BACK_TABLE " is not what was written; rolled back");
}

static int add(struct session *session, const struct way_order *order, const char *document,
	       struct arena *arena)
{
	struct diags *diags = &session->m->diags;
	const char *marks = NULL;
	int rc = marks_text(&marks, order, arena, session);

	if (rc)
		return rc;
	mo_list_add(arena, &session->guard.allowed.tables, MO_WAY_BACK_TABLE);
	session->guard.allowed.schema = true;
	rc = insert(session->db, order, document, marks);
	mo_guard_clear(&session->guard);
	if (rc)
		return mo_session_diag(session, rc, DIAG_RUN008, LABEL, "record the way back");
	return check_added(session->db, order, document, arena, diags);
}

/* What the document is not good for is no mistake of the migration's. */
int mo_way_document(const char **document, const struct plan *plan, struct arena *arena,
		    struct diags *diags)
{
	struct diags aside;
	const char *reason = NULL;
	int rc = mo_diags_init(&aside) ? mo_diag_memory(diags) : MOULT_OK;

	if (rc)
		return rc;
	rc = mo_way_back_write(document, &reason, plan, arena, &aside);
	if (mo_arena_rc(arena) || aside.starved)
		rc = mo_diag_memory(diags);
	else if (rc)
		reason = ((const moult_diagnostic *)aside.list.items[0])->message;
	if (!mo_arena_rc(arena) && !aside.starved && reason) {
		rc = mo_diag(diags, DIAG_RUN055, NULL, LABEL,
			     "no way back is stored with this migration: %s", reason);
		mo_diag_hint(diags, "what is left is moult rollback, and the backup");
	}
	mo_diags_done(&aside);
	return rc;
}

int mo_way_row_add(struct session *session, const struct way_order *order)
{
	struct arena *arena;
	const char *document = NULL;
	int rc;

	if (!order->plan->facts.leaves_way || mo_is_new_file(order->plan->diff->have))
		return MOULT_OK;
	arena = mo_arena_new();
	rc = arena ? mo_way_document(&document, order->plan, arena, &session->m->diags)
		   : mo_diag_memory(&session->m->diags);
	if (!rc && document)
		rc = add(session, order, document, arena);
	mo_arena_free(arena);
	return rc;
}
