/* SPDX-License-Identifier: MIT */
/* layout.c: see layout.h. */
#include "run/layout.h"

#include "base/text.h"
#include "live/connect.h"

struct layout {
	const struct move *move;
	const char *text;
};

#define COLUMNS "lower(name), cid, hidden"
#define OF_COLUMNS " FROM pragma_table_xinfo(?1, 'main') ORDER BY cid"

/* cid: what is to be known of the place of a column */
#define INDEXES(cid)                                                                                 \
	"SELECT lower(list.name), list.\"unique\", list.origin, list.partial, each.seqno, " cid      \
	", lower(each.name), each.\"desc\", upper(each.coll), each.key"                              \
	" FROM pragma_index_list(?1, 'main') AS list, pragma_index_xinfo(list.name, 'main') AS each" \
	" ORDER BY 1, each.seqno"

static const char columns_sql[] = "SELECT " COLUMNS ", pk" OF_COLUMNS;
static const char indexes_sql[] = INDEXES("each.cid");

/* Of a table whose columns may move; the one under way has no key but an INTEGER PRIMARY KEY. */
static const char copied_columns_sql[] = "SELECT " COLUMNS OF_COLUMNS;
static const char kept_indexes_sql[] = INDEXES("min(each.cid, 0)");

/* The rows but those whose first column is a name to be left out. */
static int write_rows(sqlite3_str *out, sqlite3 *db, const char *sql, const char *table,
		      const struct list *left_out)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
	while (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(stmt, 0);
		const bool counts = name && !mo_names_have(left_out, name);

		for (int i = 0; counts && i < sqlite3_column_count(stmt); i++)
			sqlite3_str_appendf(out, "%Q ", (const char *)sqlite3_column_text(stmt, i));
		sqlite3_str_appendall(out, counts ? "\n" : "");
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* As it is with the columns of a table: its own, or those of the one under way. */
static int read_layout(const char **text, struct arena *arena, sqlite3 *db, const struct move *move,
		       const char *columns_of)
{
	const bool copies = mo_move_copies(move);
	struct list come = {0};
	sqlite3_str *out = sqlite3_str_new(NULL);
	int rc;

	/* Columns that come with the text come last, or the places of the others would change. */
	for (int i = 0; move->text && i < move->want->columns.count; i++) {
		const char *column = ((struct object *)move->want->columns.items[i])->name;

		if (!mo_table_column(move->have, column))
			mo_list_add(arena, &come, column);
	}
	rc = write_rows(out, db, copies ? copied_columns_sql : columns_sql, columns_of, &come);

	if (rc == SQLITE_OK)
		rc = write_rows(out, db, copies ? kept_indexes_sql : indexes_sql,
				move->want->object.name, &move->remade);
	*text = mo_arena_take(arena, out);
	return rc == SQLITE_OK && !*text ? SQLITE_NOMEM : rc;
}

bool mo_layout_begins(const struct step *step)
{
	return mo_same(step->writes.pragma, "writable_schema");
}

bool mo_layout_ends(const struct step *step)
{
	return mo_same(step->writes.pragma, "schema_version");
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
	int rc = SQLITE_OK;

	if (step->move->way == WAY_EXCHANGE)
		return note(layouts, arena, db, step->move);
	for (int i = 0; rc == SQLITE_OK && i < plan->moves.count; i++) {
		const struct move *move = plan->moves.items[i];

		if (move->way == WAY_EDIT)
			rc = note(layouts, arena, db, move);
	}
	return rc;
}

int mo_layout_compare(const char **table, const char **why, const struct list *layouts,
		      struct arena *arena, sqlite3 *db)
{
	*table = NULL;
	for (int i = 0; i < layouts->count; i++) {
		const struct layout *layout = layouts->items[i];
		const char *name = layout->move->want->object.name;
		const char *text = NULL;
		const int rc = read_layout(&text, arena, db, layout->move, name);

		if (rc != SQLITE_OK && mo_is_trouble(rc))
			return rc;
		if (rc == SQLITE_OK && mo_same(text, layout->text))
			continue;
		*table = name;
		*why = rc == SQLITE_OK
			       ? "the edited text means other columns or indexes than are stored"
			       : mo_arena_text(arena, sqlite3_errmsg(db));
		return SQLITE_OK;
	}
	return SQLITE_OK;
}
