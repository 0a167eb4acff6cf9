/* SPDX-License-Identifier: MIT */
/* layout.c: see layout.h. */
#include "session/layout.h"

#include <stdlib.h>

#include "base/text.h"
#include "live/connect.h"

struct layout {
	const struct move *move;
	const char *text;
};

/*
 * What is asked of a table: of one whose columns may move, or one under way that has no key but an
 * INTEGER PRIMARY KEY, less.
 */
struct question {
	const char *columns_of;
	const char *indexes_of;
	const struct list *columns_left_out;
	const struct list *indexes_left_out;
	bool is_of_places; /* of the columns in keys and indexes */
};

static const char *text_of(sqlite3_stmt *stmt, int column)
{
	return (const char *)sqlite3_column_text(stmt, column);
}

static void append_name(sqlite3_str *out, const char *name)
{
	for (; name && *name; name++)
		sqlite3_str_appendchar(out, 1, mo_fold(*name));
	sqlite3_str_appendchar(out, 1, '\n');
}

static int write_columns(sqlite3_str *out, sqlite3 *db, const struct question *question)
{
	sqlite3_stmt *stmt = NULL;
	int rc = mo_pragma_prepare(&stmt, db, "table_xinfo", question->columns_of);

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *name = text_of(stmt, MO_TABLE_XINFO_NAME);

		rc = name ? SQLITE_OK : SQLITE_NOMEM;
		if (!name || mo_names_have(question->columns_left_out, name))
			continue;
		sqlite3_str_appendf(
			out, "column %d %d %d ", sqlite3_column_int(stmt, MO_TABLE_XINFO_CID),
			sqlite3_column_int(stmt, MO_TABLE_XINFO_HIDDEN),
			question->is_of_places ? sqlite3_column_int(stmt, MO_TABLE_XINFO_PK) : 0);
		append_name(out, name);
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int write_terms(sqlite3_str *out, sqlite3 *db, const char *index, bool is_of_places)
{
	sqlite3_stmt *stmt = NULL;
	int rc = mo_pragma_prepare(&stmt, db, "index_xinfo", index);

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const int cid = sqlite3_column_int(stmt, MO_INDEX_XINFO_CID);

		sqlite3_str_appendf(out, "term %d %d %d %d ",
				    sqlite3_column_int(stmt, MO_INDEX_XINFO_SEQNO),
				    is_of_places || cid < 0 ? cid : 0,
				    sqlite3_column_int(stmt, MO_INDEX_XINFO_DESC),
				    sqlite3_column_int(stmt, MO_INDEX_XINFO_KEY));
		append_name(out, text_of(stmt, MO_INDEX_XINFO_COLL));
		append_name(out, text_of(stmt, MO_INDEX_XINFO_NAME));
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* The text of one index begins with its name. */
static int note_index(struct list *texts, struct arena *arena, sqlite3_stmt *stmt,
		      bool is_of_places)
{
	const char *name = text_of(stmt, MO_INDEX_LIST_NAME);
	sqlite3_str *out = sqlite3_str_new(NULL);
	char *text;
	int rc;

	append_name(out, name);
	sqlite3_str_appendf(out, "index %d %s %d\n", sqlite3_column_int(stmt, MO_INDEX_LIST_UNIQUE),
			    text_of(stmt, MO_INDEX_LIST_ORIGIN),
			    sqlite3_column_int(stmt, MO_INDEX_LIST_PARTIAL));
	rc = write_terms(out, sqlite3_db_handle(stmt), name, is_of_places);
	text = mo_arena_take(arena, out);
	mo_list_add(arena, texts, text);
	return !rc && !text ? SQLITE_NOMEM : rc;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* By name: SQLite lists the newest first. */
static int write_indexes(sqlite3_str *out, struct arena *arena, sqlite3 *db,
			 const struct question *question)
{
	struct list texts = {0};
	sqlite3_stmt *stmt = NULL;
	int rc = mo_pragma_prepare(&stmt, db, "index_list", question->indexes_of);

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *name = text_of(stmt, MO_INDEX_LIST_NAME);

		rc = name ? SQLITE_OK : SQLITE_NOMEM;
		if (name && !mo_names_have(question->indexes_left_out, name))
			rc = note_index(&texts, arena, stmt, question->is_of_places);
	}
	sqlite3_finalize(stmt);
	if (rc != SQLITE_DONE || mo_arena_rc(arena))
		return rc != SQLITE_DONE ? rc : SQLITE_NOMEM;
	if (texts.count)
		qsort(texts.items, (size_t)texts.count, sizeof(void *), compare_texts);
	for (int i = 0; i < texts.count; i++)
		sqlite3_str_appendall(out, texts.items[i]);
	return SQLITE_OK;
}

/* The layout of a move's table; columns_of is the table whose columns are read: that one, or the work table. */
static int read_layout(const char **text, struct arena *arena, sqlite3 *db, const struct move *move,
		       const char *columns_of)
{
	struct list come = {0};
	const struct question question = {columns_of, move->want->object.name, &come, &move->remade,
					  !mo_move_copies(move)};
	sqlite3_str *out = sqlite3_str_new(NULL);
	int rc;

	/* Columns that come with the text come last, or the places of the others would change. */
	for (int i = 0; move->text && i < move->want->columns.count; i++) {
		const char *column = ((struct object *)move->want->columns.items[i])->name;

		if (!mo_table_column(move->have, column))
			mo_list_add(arena, &come, column);
	}
	rc = write_columns(out, db, &question);
	if (!rc)
		rc = write_indexes(out, arena, db, &question);
	*text = mo_arena_take(arena, out);
	return !rc && !*text ? SQLITE_NOMEM : rc;
}

bool mo_layout_begins(const struct step *step)
{
	return step->kind == STEP_WRITABLE;
}

bool mo_layout_ends(const struct step *step)
{
	return step->kind == STEP_RELOAD;
}

static int note(struct list *layouts, struct arena *arena, sqlite3 *db, const struct move *move)
{
	struct layout *layout = mo_arena_make(arena, struct layout);
	const bool copies = mo_move_copies(move);

	if (!layout)
		return SQLITE_NOMEM;
	layout->move = move;
	mo_list_add(arena, layouts, layout);
	return read_layout(&layout->text, arena, db, move,
			   copies ? move->work : move->want->object.name);
}

int mo_layout_note(struct list *layouts, struct arena *arena, sqlite3 *db, const struct plan *plan,
		   const struct step *step)
{
	const struct list *steps = &plan->steps;
	int rc = SQLITE_OK;
	int i = 0;

	while (i < steps->count && steps->items[i] != step)
		i++;
	for (; !rc && i < steps->count && !mo_layout_ends(steps->items[i]); i++) {
		const struct step *edit = steps->items[i];

		if (edit->kind == STEP_EDIT)
			rc = note(layouts, arena, db, edit->move);
	}
	return rc;
}

int mo_layout_compare(const char **table, const char **why, const struct list *layouts,
		      struct arena *arena, sqlite3 *db)
{
	*table = NULL;
	EACH (const struct layout, layout, layouts) {
		const char *name = layout->move->want->object.name;
		const char *text = NULL;
		const int rc = read_layout(&text, arena, db, layout->move, name);

		if (rc && mo_is_trouble(rc))
			return rc;
		if (!rc && mo_same(text, layout->text))
			continue;
		*table = name;
		*why = !rc ? "the edited text means other columns or indexes than are stored"
			   : mo_arena_text(arena, sqlite3_errmsg(db));
		return SQLITE_OK;
	}
	return SQLITE_OK;
}
