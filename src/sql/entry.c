/* SPDX-License-Identifier: MIT */
/* entry.c: see entry.h. */
#include "sql/entry.h"

#include "base/text.h"
#include "sql/log_table.h"
#include "sql/under_way_table.h"
#include "sql/write.h"

/* ---- the index under way ------------------------------------------------------------------- */

char *mo_sql_entries_twin(struct arena *arena, const struct table *table)
{
	const struct constraint *key = mo_table_primary_key(table);
	struct table twin = *table;
	struct constraint plain;

	twin.object.doc = NULL;
	twin.constraints = (struct list){0};
	if (key && (table->without_rowid || mo_table_rowid_column(table))) {
		plain = *key;
		plain.autoincrement = false;
		mo_list_add(arena, &twin.constraints, &plain);
	}
	return mo_sql_create_table_as(arena, &twin, "t");
}

char *mo_sql_entries_index(struct arena *arena, const struct index *index)
{
	struct index twin = *index;

	twin.object.name = MO_ENTRIES_INDEX;
	twin.object.doc = NULL;
	twin.table = "t";
	return mo_sql_create(arena, &twin.object);
}

char *mo_sql_entries_blank(struct arena *arena, const char *name)
{
	return mo_arena_format(arena, "CREATE TABLE \"%w\"(c1 PRIMARY KEY) WITHOUT ROWID", name);
}

char *mo_sql_take_index(struct arena *arena, const char *work, const char *name, const char *table,
			const char *text)
{
	return text ? mo_arena_format(
			      arena,
			      "UPDATE sqlite_master SET type = 'index', name = %Q, tbl_name = %Q,\n"
			      "  sql = %Q\n"
			      " WHERE type IN ('index', 'table') AND name = %Q",
			      name, table, text, work)
		    : NULL;
}

char *mo_sql_leave_index(struct arena *arena, const char *name, const char *work, const char *text)
{
	return text ? mo_arena_format(
			      arena,
			      "UPDATE sqlite_master SET type = 'table', name = %Q, tbl_name = %Q,\n"
			      "  sql = %Q\n"
			      " WHERE type = 'index' AND name = %Q",
			      work, work, text, name)
		    : NULL;
}

char *mo_sql_edit_index(struct arena *arena, const char *name, const char *table, const char *text)
{
	return text ? mo_arena_format(arena,
				      "UPDATE sqlite_master SET type = 'index', tbl_name = %Q,"
				      " sql = %Q WHERE type IN ('index', 'table') AND name = %Q",
				      table, text, name)
		    : NULL;
}

/* SQLite reads them in this order, and an index is read behind the table that it is lent to. */
char *mo_sql_rename_index(struct arena *arena, const char *name, const char *work, const char *text)
{
	return text ? mo_arena_format(arena,
				      "UPDATE sqlite_master SET name = %Q, sql = %Q,\n"
				      "  rowid = (SELECT max(rowid) + 1 FROM sqlite_master)\n"
				      " WHERE type = 'index' AND name = %Q",
				      work, text, name)
		    : NULL;
}

/* ---- columns ------------------------------------------------------------------------------- */

static void write_names(sqlite3_str *out, const struct entries *entries, const char *before)
{
	EACH (const struct entry_column, column, &entries->columns)
		sqlite3_str_appendf(out, "%s%s%s", column_at ? ", " : "", before, column->name);
}

static void write_values(sqlite3_str *out, const struct entries *entries, const char *rowid)
{
	EACH (const struct entry_column, column, &entries->columns)
		sqlite3_str_appendf(out, "%s%s AS %s", column_at ? ", " : "",
				    column->value ? column->value : rowid, column->name);
}

/* "1 COLLATE NOCASE DESC, 2" */
static void write_order(sqlite3_str *out, const struct entries *entries)
{
	EACH (const struct entry_column, column, &entries->columns)
		sqlite3_str_appendf(out, "%s%d COLLATE \"%w\"%s", column_at ? ", " : "",
				    column_at + 1, column->collate,
				    column->descending ? " DESC" : "");
}

/* " AND a.c1 = b.c1 COLLATE NOCASE": of the terms, so a NULL is like no other. */
static void write_equal(sqlite3_str *out, const struct entries *entries, const char *one,
			const char *other)
{
	EACH (const struct entry_column, column, &entries->columns)
		if (column->is_term)
			sqlite3_str_appendf(out, " AND %s.%s = %s.%s COLLATE \"%w\"", one,
					    column->name, other, column->name, column->collate);
}

struct list mo_sql_entries_names(struct arena *arena, const struct entries *entries)
{
	struct list names = {0};

	EACH (const struct entry_column, column, &entries->columns)
		mo_list_add(arena, &names, (void *)column->name);
	return names;
}

/* ---- the tree ------------------------------------------------------------------------------ */

char *mo_sql_entries_create(struct arena *arena, const struct entries *entries)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "CREATE TABLE \"%w\"(", entries->tree);
	EACH (const struct entry_column, column, &entries->columns)
		sqlite3_str_appendf(out, "%s%s COLLATE \"%w\", ", column->name, column->type,
				    column->collate);
	sqlite3_str_appendall(out, "PRIMARY KEY(");
	EACH (const struct entry_column, column, &entries->columns)
		sqlite3_str_appendf(out, "%s%s%s", column_at ? ", " : "", column->name,
				    column->descending ? " DESC" : "");
	sqlite3_str_appendall(out, ")) WITHOUT ROWID");
	return mo_arena_take(arena, out);
}

/* " FROM main.t WHERE condition AND (where) AND (a IS NOT NULL)" */
static void write_rows(sqlite3_str *out, const struct entries *entries, const char *from,
		       const char *condition)
{
	sqlite3_str_appendf(out, " FROM main.\"%w\" WHERE %s", from, condition);
	if (entries->where)
		sqlite3_str_appendf(out, " AND (%s)", entries->where);
	if (entries->full)
		sqlite3_str_appendf(out, " AND (%s)", entries->full);
}

char *mo_sql_entries_of(struct arena *arena, const struct entries *entries, const char *from,
			const char *rowid, const char *condition)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT ");
	write_values(out, entries, rowid);
	write_rows(out, entries, from, condition);
	return mo_arena_take(arena, out);
}

char *mo_sql_entries_null(struct arena *arena, const struct entries *entries, const char *condition)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT 1");
	write_rows(out, entries, entries->table, condition);
	sqlite3_str_appendall(out, " AND (0");
	EACH (const struct entry_column, column, &entries->columns)
		if (column->is_term)
			sqlite3_str_appendf(out, " OR %s IS NULL", column->value);
	sqlite3_str_appendall(out, ") LIMIT 1");
	return mo_arena_take(arena, out);
}

/* "INSERT OR REPLACE INTO main.tree(c1, c2) " */
static void write_put(sqlite3_str *out, const struct entries *entries)
{
	sqlite3_str_appendf(out, "INSERT OR REPLACE INTO main.\"%w\"(", entries->tree);
	write_names(out, entries, "");
	sqlite3_str_appendall(out, ") ");
}

char *mo_sql_entries_put(struct arena *arena, const struct entries *entries, const char *condition)
{
	const char *rows = mo_sql_entries_of(arena, entries, entries->table, "rowid", condition);
	sqlite3_str *out = sqlite3_str_new(NULL);

	write_put(out, entries);
	sqlite3_str_appendall(out, rows ? rows : "");
	return mo_arena_take(arena, out);
}

char *mo_sql_entries_take(struct arena *arena, const struct entries *entries)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "DELETE FROM main.\"%w\" WHERE ", entries->tree);
	EACH (const struct entry_column, column, &entries->columns)
		sqlite3_str_appendf(out, "%s%s IS ?%d", column_at ? " AND " : "", column->name,
				    column_at + 1);
	return mo_arena_take(arena, out);
}

/*
 * An entry that the tree has of another row may be of before that was written: then the log has that row,
 * and it is asked when its turn comes.
 */
char *mo_sql_entries_twice(struct arena *arena, const struct entries *entries,
			   const char *condition)
{
	const char *touched = mo_sql_entries_of(arena, entries, entries->table, "rowid", condition);
	const char *now = mo_sql_entries_of(arena, entries, entries->table, "rowid", "1");
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "SELECT 1 FROM (%s) AS x CROSS JOIN main.\"%w\" AS y WHERE NOT (",
			    touched ? touched : "", entries->tree);
	EACH (const char, name, &entries->key)
		sqlite3_str_appendf(out, "%sy.%s = x.%s", name_at ? " AND " : "", name, name);
	sqlite3_str_appendall(out, ")");
	write_equal(out, entries, "y", "x");
	sqlite3_str_appendf(out, " AND EXISTS (SELECT 1 FROM (%s) AS z WHERE 1", now ? now : "");
	EACH (const char, name, &entries->key)
		sqlite3_str_appendf(out, " AND z.%s = y.%s", name, name);
	write_equal(out, entries, "z", "x");
	sqlite3_str_appendall(out, ") LIMIT 1");
	return mo_arena_take(arena, out);
}

/* ---- what is sorted ------------------------------------------------------------------------ */

char *mo_sql_list_drop(struct arena *arena, const char *list)
{
	return mo_arena_format(arena, "DROP TABLE IF EXISTS %s", list);
}

/* Without types: a value stays as it is. */
char *mo_sql_list_create(struct arena *arena, const char *list, const struct entries *entries)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "CREATE TABLE %s(", list);
	write_names(out, entries, "");
	sqlite3_str_appendall(out, ")");
	return mo_arena_take(arena, out);
}

char *mo_sql_list_empty(struct arena *arena, const char *list)
{
	return mo_arena_format(arena, "DELETE FROM %s", list);
}

char *mo_sql_list_last(struct arena *arena, const char *list)
{
	return mo_arena_format(arena, "SELECT * FROM %s ORDER BY rowid DESC LIMIT 1", list);
}

char *mo_sql_list_add(struct arena *arena, const char *list, const struct entries *entries,
		      const char *condition)
{
	const char *rows = mo_sql_entries_of(arena, entries, entries->table, "rowid", condition);

	return rows ? mo_arena_format(arena, "INSERT INTO %s %s", list, rows) : NULL;
}

/* "SELECT c1, c2 FROM main.tree WHERE c1 = ?1 AND c2 < ?2 ORDER BY c1, c2 DESC LIMIT 9": equal in the first few. */
static void write_behind(sqlite3_str *out, const struct entries *entries, int equal, long long most)
{
	sqlite3_str_appendall(out, "SELECT ");
	write_names(out, entries, "");
	sqlite3_str_appendf(out, " FROM main.\"%w\" WHERE 1", entries->tree);
	EACH (const struct entry_column, column, &entries->columns)
		if (column_at <= equal)
			sqlite3_str_appendf(out, " AND %s %s ?%d", column->name,
					    column_at < equal	 ? "="
					    : column->descending ? "<"
								 : ">",
					    column_at + 1);
	sqlite3_str_appendall(out, " ORDER BY ");
	EACH (const struct entry_column, column, &entries->columns)
		sqlite3_str_appendf(out, "%s%s%s", column_at ? ", " : "", column->name,
				    column->descending ? " DESC" : "");
	sqlite3_str_appendf(out, " LIMIT %lld", most);
}

/* Behind an entry are first those that begin as it does: a range of the tree each. */
char *mo_sql_written_add(struct arena *arena, const struct entries *entries, bool is_behind,
			 long long most)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "INSERT INTO " MO_WRITTEN " ");
	if (!is_behind)
		write_behind(out, entries, -1, most);
	for (int equal = entries->columns.count; is_behind && equal-- > 0;) {
		sqlite3_str_appendall(out, "SELECT * FROM (");
		write_behind(out, entries, equal, most);
		sqlite3_str_appendall(out, equal ? ") UNION ALL " : ")");
	}
	if (is_behind)
		sqlite3_str_appendf(out, " LIMIT %lld", most);
	return mo_arena_take(arena, out);
}

char *mo_sql_touched_create(struct arena *arena, const char *query)
{
	return query ? mo_arena_format(arena, "CREATE TABLE " MO_TOUCHED " AS %s", query) : NULL;
}

char *mo_sql_touched_are(struct arena *arena, const struct entries *entries)
{
	const char *key = mo_sql_key(arena, NULL, &entries->key);

	return key ? mo_arena_format(arena, "%s IN (SELECT * FROM " MO_TOUCHED ")", key) : NULL;
}

char *mo_sql_touched_forget(struct arena *arena, const char *list, const struct entries *entries)
{
	const char *touched = mo_sql_touched_are(arena, entries);

	return touched ? mo_arena_format(arena, "DELETE FROM %s WHERE %s", list, touched) : NULL;
}

char *mo_sql_sorted_fill(struct arena *arena, const struct entries *entries)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out,
			      "INSERT INTO " MO_SORTED " SELECT * FROM " MO_GATHERED " ORDER BY ");
	write_order(out, entries);
	return mo_arena_take(arena, out);
}

char *mo_sql_sorted_null(struct arena *arena, const struct entries *entries)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT 1 FROM " MO_SORTED " WHERE 0");
	EACH (const struct entry_column, column, &entries->columns)
		if (column->is_term)
			sqlite3_str_appendf(out, " OR %s IS NULL", column->name);
	sqlite3_str_appendall(out, " LIMIT 1");
	return mo_arena_take(arena, out);
}

char *mo_sql_sorted_twice(struct arena *arena, const struct entries *entries)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT 1 FROM " MO_SORTED " AS x CROSS JOIN " MO_SORTED
				   " AS y WHERE y.rowid = x.rowid + 1");
	write_equal(out, entries, "x", "y");
	sqlite3_str_appendall(out, " LIMIT 1");
	return mo_arena_take(arena, out);
}

char *mo_sql_sorted_put(struct arena *arena, const struct entries *entries, long long behind,
			long long most)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	write_put(out, entries);
	sqlite3_str_appendall(out, "SELECT ");
	write_names(out, entries, "");
	sqlite3_str_appendf(
		out, " FROM " MO_SORTED " WHERE rowid > %lld AND rowid <= %lld ORDER BY rowid",
		behind, behind + most);
	return mo_arena_take(arena, out);
}

/* ---- what is known ------------------------------------------------------------------------- */

char *mo_sql_known_list(struct arena *arena, const struct entries *entries)
{
	return mo_arena_format(arena, "temp.\"%w\"", mo_made_name(arena, "known", entries->index));
}

static bool is_of_key(const struct entries *entries, const struct entry_column *column)
{
	EACH (const char, name, &entries->key)
		if (mo_same(name, column->name))
			return true;
	return false;
}

/* What is one entry in the tree is one here. */
char *mo_sql_known_create(struct arena *arena, const struct entries *entries)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "CREATE TABLE %s(", mo_sql_known_list(arena, entries));
	EACH (const struct entry_column, column, &entries->columns)
		sqlite3_str_appendf(out, "%s COLLATE \"%w\", ", column->name, column->collate);
	sqlite3_str_appendall(out, "PRIMARY KEY(");
	EACH (const char, name, &entries->key)
		sqlite3_str_appendf(out, "%s%s", name_at ? ", " : "", name);
	EACH (const struct entry_column, column, &entries->columns)
		if (!is_of_key(entries, column))
			sqlite3_str_appendf(out, ", %s", column->name);
	sqlite3_str_appendall(out, ")) WITHOUT ROWID");
	return mo_arena_take(arena, out);
}

char *mo_sql_known_take(struct arena *arena, const struct entries *entries, const char *from,
			const char *condition)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "INSERT OR IGNORE INTO %s SELECT ",
			    mo_sql_known_list(arena, entries));
	write_names(out, entries, "");
	sqlite3_str_appendf(out, " FROM %s WHERE %s", from, condition);
	return mo_arena_take(arena, out);
}

char *mo_sql_known_of(struct arena *arena, const struct entries *entries, const char *condition)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT ");
	write_names(out, entries, "");
	sqlite3_str_appendf(out, " FROM %s WHERE %s", mo_sql_known_list(arena, entries), condition);
	return mo_arena_take(arena, out);
}

char *mo_sql_known_add(struct arena *arena, const struct entries *entries, const char *condition)
{
	const char *rows = mo_sql_entries_of(arena, entries, entries->table, "rowid", condition);

	return rows ? mo_arena_format(arena, "INSERT OR IGNORE INTO %s %s",
				      mo_sql_known_list(arena, entries), rows)
		    : NULL;
}

/* What the rows have is looked for, too, since another process may have put it there. */
char *mo_sql_known_written(struct arena *arena, const struct entries *entries, const char *of_rows,
			   const char *of_known)
{
	const char *now = mo_sql_entries_of(arena, entries, entries->table, "rowid", of_rows);
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT DISTINCT ");
	write_names(out, entries, "t.");
	sqlite3_str_appendf(out, " FROM (%s UNION ALL %s) AS x CROSS JOIN main.\"%w\" AS t WHERE 1",
			    mo_sql_known_of(arena, entries, of_known), now ? now : "",
			    entries->tree);
	EACH (const struct entry_column, column, &entries->columns)
		sqlite3_str_appendf(out, " AND t.%s = x.%s", column->name, column->name);
	return mo_arena_take(arena, out);
}

/* ---- entries with NULL --------------------------------------------------------------------- */

static char *text_where(struct arena *arena, const struct partly *partly, const char *where)
{
	struct index twin = *partly->index;

	twin.object.name = partly->entries->tree;
	twin.object.doc = NULL;
	twin.where.text = where;
	return mo_sql_create(arena, &twin.object);
}

char *mo_sql_partly_whole(struct arena *arena, const struct partly *partly)
{
	return text_where(arena, partly, partly->index->where.text);
}

/* "(where) AND (a IS NOT NULL OR rowid <= (5))" */
static char *partly_where(struct arena *arena, const struct partly *partly, const char *place)
{
	const struct entries *entries = partly->entries;
	sqlite3_str *out = sqlite3_str_new(NULL);

	if (entries->where)
		sqlite3_str_appendf(out, "(%s) AND ", entries->where);
	sqlite3_str_appendf(out, "(%s", entries->full);
	if (place)
		sqlite3_str_appendf(out, " OR %s <= (%s)", mo_sql_key(arena, NULL, partly->key),
				    place);
	sqlite3_str_appendall(out, ")");
	return mo_arena_take(arena, out);
}

char *mo_sql_partly_text(struct arena *arena, const struct partly *partly, const char *place)
{
	return text_where(arena, partly, partly_where(arena, partly, place));
}

/* Another machine must read the same value from the text: none from a real, nor all from UTF-16. */
static void write_exact(sqlite3_str *out, const char *name)
{
	sqlite3_str_appendf(out,
			    " AND (typeof(%s) IN ('integer', 'blob') OR typeof(%s) = 'text' AND"
			    " (%s NOT GLOB '*[^ -~]*' OR instr(%s, char(0)) = 0 AND"
			    " (SELECT encoding FROM pragma_encoding) = 'UTF-8'))"
			    " AND length(%s) < 2000",
			    name, name, name, name, name);
}

static char *find_place(struct arena *arena, const struct partly *partly, const char *bound,
			const char *place, const char *order, long long offset)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT ");
	EACH (const char, name, partly->key)
		sqlite3_str_appendf(out, "%squote(%s)", name_at ? " || ', ' || " : "", name);
	sqlite3_str_appendf(out, " FROM main.\"%w\" WHERE 1", partly->entries->table);
	if (place)
		sqlite3_str_appendf(out, " AND %s %s (%s)", mo_sql_key(arena, NULL, partly->key),
				    bound, place);
	EACH (const char, name, partly->key)
		if (!mo_same(name, "rowid"))
			write_exact(out, name);
	EACH (const char, name, partly->key)
		sqlite3_str_appendf(out, "%s%s%s", name_at ? ", " : " ORDER BY ", name, order);
	sqlite3_str_appendf(out, " LIMIT 1 OFFSET %lld", offset);
	return mo_arena_take(arena, out);
}

char *mo_sql_partly_next(struct arena *arena, const struct partly *partly, const char *place,
			 long long most)
{
	return find_place(arena, partly, ">", place, "", most - 1);
}

char *mo_sql_partly_last(struct arena *arena, const struct partly *partly, const char *place,
			 long long most)
{
	return find_place(arena, partly, "<=", place, " DESC", most);
}

/* Its columns are those of an entry, and its key is what tells the row. */
char *mo_sql_lent_create(struct arena *arena, const struct partly *partly)
{
	const struct entries *entries = partly->entries;
	const bool has_rowid = mo_same(partly->key->items[0], "rowid");
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "CREATE TABLE \"%w\"(", partly->lent);
	EACH (const struct entry_column, column, &entries->columns)
		sqlite3_str_appendf(out, "%s%s%s COLLATE \"%w\"%s", column_at ? ", " : "",
				    column->name, column->type, column->collate,
				    has_rowid && !column->value ? " PRIMARY KEY" : "");
	EACH (const char, name, &entries->key)
		if (!has_rowid)
			sqlite3_str_appendf(out, "%s%s", name_at ? ", " : ", PRIMARY KEY(", name);
	sqlite3_str_appendall(out, has_rowid ? ")" : ")) WITHOUT ROWID");
	return mo_arena_take(arena, out);
}

char *mo_sql_lent_text(struct arena *arena, const struct partly *partly)
{
	const char *between = "(";
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "CREATE INDEX \"%w\" ON \"%w\"", partly->entries->tree,
			    partly->lent);
	EACH (const struct entry_column, column, &partly->entries->columns) {
		if (!column->is_term)
			continue;
		sqlite3_str_appendf(out, "%s%s%s", between, column->name,
				    column->descending ? " DESC" : "");
		between = ", ";
	}
	sqlite3_str_appendall(out, ")");
	return mo_arena_take(arena, out);
}

/* " FROM main.t WHERE NOT (a IS NOT NULL) AND (where) AND rowid > (5) AND rowid <= (9)" */
static void write_null_rows(sqlite3_str *out, struct arena *arena, const struct partly *partly,
			    const char *behind, const char *end)
{
	const struct entries *entries = partly->entries;
	const char *key = mo_sql_key(arena, NULL, partly->key);

	write_values(out, entries, "rowid");
	sqlite3_str_appendf(out, " FROM main.\"%w\" NOT INDEXED WHERE NOT (%s)", entries->table,
			    entries->full);
	if (entries->where)
		sqlite3_str_appendf(out, " AND (%s)", entries->where);
	if (behind)
		sqlite3_str_appendf(out, " AND %s > (%s)", key, behind);
	if (end)
		sqlite3_str_appendf(out, " AND %s <= (%s)", key, end);
}

char *mo_sql_lent_gather(struct arena *arena, const struct partly *partly, const char *into,
			 const char *behind, const char *end)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "INSERT INTO %s(", into);
	write_names(out, partly->entries, "");
	sqlite3_str_appendall(out, ") SELECT ");
	write_null_rows(out, arena, partly, behind, end);
	return mo_arena_take(arena, out);
}

/* FAIL needs no journal of the statement: whatever fails ends the transaction. */
char *mo_sql_lent_put(struct arena *arena, const struct partly *partly)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "INSERT OR FAIL INTO main.\"%w\"(", partly->lent);
	write_names(out, partly->entries, "");
	sqlite3_str_appendall(out, ") SELECT ");
	write_names(out, partly->entries, "");
	sqlite3_str_appendall(out, " FROM " MO_GATHERED " ORDER BY ");
	write_order(out, partly->entries);
	return mo_arena_take(arena, out);
}

/* Without a condition SQLite would empty the tree of the index whole, with the entries of other rows. */
char *mo_sql_lent_empty(struct arena *arena, const char *table)
{
	return mo_arena_format(arena, "DELETE FROM main.\"%w\" WHERE 1", table);
}

char *mo_sql_partly_missing(struct arena *arena, const struct partly *partly, const char *behind,
			    const char *end)
{
	const struct entries *entries = partly->entries;
	const char *where = end ? partly_where(arena, partly, end) : partly->index->where.text;
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT count(*) FROM (SELECT ");
	write_null_rows(out, arena, partly, behind, end);
	sqlite3_str_appendf(out,
			    ") AS r WHERE NOT EXISTS (SELECT 1 FROM main.\"%w\" INDEXED BY \"%w\""
			    " WHERE (%s)",
			    entries->table, entries->tree, where ? where : "1");
	EACH (const struct entry_column, column, &entries->columns)
		sqlite3_str_appendf(out, " AND (%s) COLLATE \"%w\" IS r.%s",
				    column->value ? column->value : "rowid", column->collate,
				    column->name);
	sqlite3_str_appendall(out, ")");
	return mo_arena_take(arena, out);
}
