/* SPDX-License-Identifier: MIT */
/* rebuild.c: see rebuild.h. */
#include "sql/rebuild.h"

#include "base/text.h"
#include "sql/token.h"
#include "sql/write.h"

static void write_lines(sqlite3_str *out, const struct list *expressions)
{
	for (int i = 0; i < expressions->count; i++) {
		const char *text = expressions->items[i];

		sqlite3_str_appendf(out, "%s%s", i ? ", " : "", text ? text : "NULL");
	}
}

char *mo_sql_copy(struct arena *arena, const char *work, const struct list *columns,
		  const struct list *expressions, const char *from)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "INSERT OR ABORT INTO ");
	mo_write_name(out, work);
	sqlite3_str_appendall(out, " (");
	mo_write_names(out, columns);
	sqlite3_str_appendall(out, ")\nSELECT ");
	write_lines(out, expressions);
	sqlite3_str_appendf(out, "\n  FROM %s", from);
	return mo_arena_take(arena, out);
}

char *mo_sql_sequence_clear(struct arena *arena, const char *table)
{
	return mo_arena_format(arena, "DELETE FROM main.sqlite_sequence WHERE name = %Q", table);
}

char *mo_sql_sequence_carry(struct arena *arena, const char *have, const char *want,
			    bool is_spelled_so)
{
	return mo_arena_format(arena,
			       "INSERT INTO main.sqlite_sequence (name, seq)\n"
			       "SELECT %Q, seq FROM main.sqlite_sequence WHERE name = %Q%s",
			       want, have, is_spelled_so ? "" : " COLLATE NOCASE");
}

char *mo_sql_edit_table(struct arena *arena, const char *table, const char *text)
{
	return text ? mo_arena_format(arena,
				      "UPDATE sqlite_master SET sql = %Q\n"
				      " WHERE type = 'table' AND name = %Q COLLATE NOCASE",
				      text, table)
		    : NULL;
}

char *mo_sql_exchange_roots(struct arena *arena, const char *table, const char *work,
			    const char *text, const char *work_text)
{
	const char *kept =
		work_text ? mo_arena_format(arena, "%Q", work_text) : "sqlite_master.sql";

	return text && kept
		       ? mo_arena_format(
				 arena,
				 "UPDATE sqlite_master SET rootpage = other.rootpage,\n"
				 "  sql = CASE sqlite_master.name WHEN %Q THEN %s ELSE %Q END\n"
				 "  FROM (SELECT name, rootpage FROM sqlite_master\n"
				 "    WHERE type = 'table' AND name COLLATE NOCASE IN (%Q, %Q) LIMIT 2) AS other\n"
				 " WHERE sqlite_master.type = 'table'\n"
				 "   AND sqlite_master.name COLLATE NOCASE IN (%Q, %Q)\n"
				 "   AND sqlite_master.name <> other.name",
				 work, kept, text, table, work, table, work)
		       : NULL;
}

static const char *collation_of(const struct table *table, const struct term *term)
{
	const char *collate =
		term->collate ? term->collate : mo_table_column(table, term->column)->collate;

	return collate ? collate : "BINARY";
}

/* Columns of the key have its collations: else SQLite would look for a row in all of them. */
static void write_collation(sqlite3_str *out, const struct table *table, const char *column)
{
	const struct constraint *key = mo_table_primary_key(table);

	for (int i = 0; key && i < key->terms.count; i++) {
		const struct term *term = key->terms.items[i];

		if (mo_same_name(term->column, column)) {
			sqlite3_str_appendf(out, " COLLATE \"%w\"", collation_of(table, term));
			return;
		}
	}
}

/* The key of a table WITHOUT ROWID, with the order that its rows stand in. */
static void write_order(sqlite3_str *out, const struct table *table)
{
	const struct constraint *key = mo_table_primary_key(table);

	sqlite3_str_appendall(out, ", PRIMARY KEY(");
	for (int i = 0; key && i < key->terms.count; i++) {
		const struct term *term = key->terms.items[i];

		sqlite3_str_appendf(out, "%s\"%w\" COLLATE \"%w\"%s", i ? ", " : "", term->column,
				    collation_of(table, term), term->descending ? " DESC" : "");
	}
	sqlite3_str_appendall(out, ")");
}

char *mo_sql_old_rows_table(struct arena *arena, const struct table *table, const char *work)
{
	const struct column *rowid = mo_table_rowid_column(table);
	sqlite3_str *out = sqlite3_str_new(NULL);
	const char *between = "";

	sqlite3_str_appendf(out, "CREATE TABLE \"%w\"(", work);
	EACH (const struct column, column, &table->columns) {
		if (column->generated.text && !column->stored)
			continue;
		sqlite3_str_appendf(out, "%s\"%w\"%s", between, column->object.name,
				    column == rowid ? " INTEGER PRIMARY KEY" : "");
		if (table->without_rowid)
			write_collation(out, table, column->object.name);
		between = ", ";
	}
	if (table->without_rowid)
		write_order(out, table);
	sqlite3_str_appendall(out, table->without_rowid ? ") WITHOUT ROWID" : ")");
	return mo_arena_take(arena, out);
}

/* Constraints of the rowid's, and those that have an index: a key is UNIQUE, which takes NULL. */
char *mo_sql_left_table(struct arena *arena, const struct table *table, const char *work)
{
	const struct column *rowid = mo_table_rowid_column(table);
	struct table twin = *table;

	twin.object.doc = NULL;
	twin.strict = false;
	twin.constraints = (struct list){0};
	EACH (const struct constraint, constraint, &table->constraints) {
		struct constraint *kept = NULL;

		if (constraint->kind == CONSTRAINT_PRIMARY_KEY ||
		    constraint->kind == CONSTRAINT_UNIQUE)
			kept = mo_arena_make(arena, struct constraint);
		if (!kept)
			continue;
		*kept = *constraint;
		kept->autoincrement = false;
		if (!rowid && !table->without_rowid)
			kept->kind = CONSTRAINT_UNIQUE;
		mo_list_add(arena, &twin.constraints, kept);
	}
	return mo_sql_create_table_as(arena, &twin, work);
}

char *mo_sql_left_index(struct arena *arena, const struct index *index, const char *work,
			const char *work_table)
{
	struct index twin = *index;

	twin.object.name = work;
	twin.object.doc = NULL;
	twin.table = work_table;
	twin.unique = false;
	return mo_sql_create(arena, &twin.object);
}

char *mo_sql_leave_table(struct arena *arena, const char *table, const char *work, const char *text)
{
	return text ? mo_arena_format(arena,
				      "UPDATE sqlite_master SET name = %Q, tbl_name = %Q,\n"
				      "  sql = %Q\n"
				      " WHERE type = 'table' AND name = %Q COLLATE NOCASE",
				      work, work, text, table)
		    : NULL;
}

/* SQLite looks for the index of a constraint by this name. */
char *mo_sql_leave_table_indexes(struct arena *arena, const char *table, const char *work)
{
	return mo_arena_format(
		arena,
		"UPDATE sqlite_master SET tbl_name = %Q, name = CASE WHEN sql IS NULL\n"
		"  THEN 'sqlite_autoindex_' || %Q || substr(name, length('sqlite_autoindex_' || %Q) + 1)\n"
		"  ELSE name END\n"
		" WHERE type = 'index' AND tbl_name = %Q COLLATE NOCASE",
		work, work, table, table);
}

char *mo_sql_reindex(struct arena *arena, const char *index)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "REINDEX main.");
	mo_write_name(out, index);
	return mo_arena_take(arena, out);
}

char *mo_sql_statistics_move(struct arena *arena, const char *stat_table, const char *have,
			     const char *want)
{
	return mo_arena_format(arena, "UPDATE main.%s SET tbl = %Q WHERE tbl = %Q COLLATE NOCASE",
			       stat_table, want, have);
}

char *mo_sql_statistics_trim(struct arena *arena, const char *stat_table, const char *table,
			     const struct list *kept)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out,
			    "DELETE FROM main.%s WHERE tbl = %Q AND idx COLLATE NOCASE NOT IN (",
			    stat_table, table);
	for (int i = 0; i < kept->count; i++)
		sqlite3_str_appendf(out, "%s%Q", i ? ", " : "", (const char *)kept->items[i]);
	sqlite3_str_appendchar(out, 1, ')');
	return mo_arena_take(arena, out);
}

char *mo_sql_statistics_forget(struct arena *arena, const char *stat_table, const char *table,
			       const char *index)
{
	return mo_arena_format(arena,
			       "DELETE FROM main.%s WHERE tbl = %Q COLLATE NOCASE"
			       " AND idx = %Q COLLATE NOCASE",
			       stat_table, table, index);
}

char *mo_sql_statistics_drop(struct arena *arena, const char *stat_table, const char *table)
{
	return mo_arena_format(arena, "DELETE FROM main.%s WHERE tbl = %Q COLLATE NOCASE",
			       stat_table, table);
}

char *mo_sql_create_row(struct arena *arena, const char *name, const struct list *columns,
			bool strict)
{
	const char *type = strict ? " ANY" : "";
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "CREATE TABLE \"%w\" (", name);
	for (int i = 0; i < columns->count; i++)
		sqlite3_str_appendf(out, "\"%w\"%s, ", (const char *)columns->items[i], type);
	sqlite3_str_appendf(out, "\"the row of moult\"%s)%s; INSERT INTO \"%w\" DEFAULT VALUES",
			    type, strict ? " STRICT" : "", name);
	return mo_arena_take(arena, out);
}

char *mo_sql_create_blank(struct arena *arena, const char *name)
{
	return mo_arena_format(arena, "CREATE TABLE \"%w\" (x)", name);
}

char *mo_sql_plant(struct arena *arena, const struct virtual_table *table)
{
	const char *name = table->object.name;
	const char *text = mo_sql_create(arena, &table->object);

	if (!text)
		return NULL;
	return mo_arena_format(arena,
			       "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) "
			       "VALUES ('table', %Q, %Q, 0, %Q)",
			       name, name, text);
}

const char mo_sql_stored_rows[] = "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master"
				  " WHERE name <> 'sqlite_sequence'";
const char mo_sql_take_stored_rows[] = "DELETE FROM sqlite_master WHERE name <> 'sqlite_sequence'";
const char mo_sql_put_stored_row[] =
	"INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES (?, ?, ?, ?, ?)";

const char mo_sql_stat4_create[] = "CREATE TABLE sqlite_stat4 (tbl, idx, neq, nlt, ndlt, sample)";

char *mo_sql_pragma(struct arena *arena, const char *pragma, long long value)
{
	return mo_arena_format(arena, "PRAGMA %s = %lld", pragma, value);
}

char *mo_sql_default_value(struct arena *arena, const char *value)
{
	static const char *const words[] = {"NULL",	    "TRUE",	    "FALSE",
					    "CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP"};
	const struct token token = mo_token_next(value);

	if (token.kind != TOKEN_WORD && token.kind != TOKEN_NAME)
		return mo_arena_text(arena, value);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (mo_token_is(&token, words[i]))
			return mo_arena_text(arena, value);
	return mo_arena_format(arena, "%Q", mo_token_unquote(arena, &token));
}
