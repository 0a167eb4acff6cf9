/* SPDX-License-Identifier: MIT */
/* layout.c: see layout.h. */
#include "run/layout.h"

#include "base/text.h"
#include "live/connect.h"

struct layout {
	const char *table;
	const char *text;
};

static const char columns_sql[] =
	"SELECT cid, lower(name), hidden, pk FROM pragma_table_xinfo(?1, 'main') ORDER BY cid";

static const char indexes_sql[] =
	"SELECT lower(list.name), list.\"unique\", list.origin, list.partial, each.seqno, each.cid, lower(each.name),"
	" each.\"desc\", upper(each.coll), each.key"
	" FROM pragma_index_list(?1, 'main') AS list, pragma_index_xinfo(list.name, 'main') AS each"
	" ORDER BY 1, each.seqno";

static int write_rows(sqlite3_str *out, sqlite3 *db, const char *sql, const char *table)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
	while (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(stmt); i++)
			sqlite3_str_appendf(out, "%Q ", (const char *)sqlite3_column_text(stmt, i));
		sqlite3_str_appendchar(out, 1, '\n');
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int read_layout(const char **text, struct arena *arena, sqlite3 *db, const char *table)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	int rc = write_rows(out, db, columns_sql, table);

	if (rc == SQLITE_OK)
		rc = write_rows(out, db, indexes_sql, table);
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

int mo_layout_note(struct list *layouts, struct arena *arena, sqlite3 *db, const struct plan *plan)
{
	int rc = SQLITE_OK;

	for (int i = 0; rc == SQLITE_OK && i < plan->moves.count; i++) {
		const struct move *move = plan->moves.items[i];
		struct layout *layout =
			move->way == WAY_EDIT ? mo_arena_make(arena, struct layout) : NULL;

		if (move->way != WAY_EDIT)
			continue;
		if (!layout)
			return SQLITE_NOMEM;
		layout->table = move->want->object.name;
		rc = read_layout(&layout->text, arena, db, layout->table);
		mo_list_add(arena, layouts, layout);
	}
	return rc;
}

int mo_layout_compare(const char **table, const char **why, const struct list *layouts,
		      struct arena *arena, sqlite3 *db)
{
	*table = NULL;
	for (int i = 0; i < layouts->count; i++) {
		const struct layout *layout = layouts->items[i];
		const char *text = NULL;
		const int rc = read_layout(&text, arena, db, layout->table);

		if (rc != SQLITE_OK && mo_is_trouble(rc))
			return rc;
		if (rc == SQLITE_OK && mo_same(text, layout->text))
			continue;
		*table = layout->table;
		*why = rc == SQLITE_OK
			       ? "the edited text means other columns or indexes than are stored"
			       : mo_arena_text(arena, sqlite3_errmsg(db));
		return SQLITE_OK;
	}
	return SQLITE_OK;
}
