/* SPDX-License-Identifier: MIT */
/*
 * declared_marks.c: what the file remembers of declared rows, and what marks of them are called;
 * see declared.h.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "sql/declared_pieces.h"
#include "sql/own_table.h"
#include "sql/write.h"

/* ---- what they are called -------------------------------------------------------------------- */

/* A name as marks have it, in small letters. */
char *mo_declared_name(struct arena *arena, const char *name)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	for (; name && *name; name++) {
		if (*name == '%' || *name == '|' || *name == '>')
			sqlite3_str_appendf(out, "%%%02X", *name);
		else
			sqlite3_str_appendchar(out, 1, mo_fold(*name));
	}
	return mo_arena_take(arena, out);
}

const struct origin *mo_declared_origin(const struct declared *d, const struct column *column)
{
	EACH (const struct origin, origin, &d->origins)
		if (origin->column == column)
			return origin;
	return NULL;
}

/* What a mark calls a column. */
char *mo_declared_mark_column(struct arena *arena, const struct declared *d,
			      const struct column *column)
{
	const struct origin *origin = d->is_before ? mo_declared_origin(d, column) : NULL;

	return mo_declared_name(arena, origin ? origin->name : column->object.name);
}

/* quote() ends a text at a NUL. */
static void write_quoted(sqlite3_str *out, const char *of, const struct column *column)
{
	sqlite3_str_appendall(out, "replace(replace(CASE WHEN typeof(");
	mo_declared_write_column(out, of, column);
	sqlite3_str_appendall(out, ") = 'text' AND instr(");
	mo_declared_write_column(out, of, column);
	sqlite3_str_appendall(out, ", char(0)) > 0 THEN 'hex ' || hex(");
	mo_declared_write_column(out, of, column);
	sqlite3_str_appendall(out, ") ELSE quote(");
	mo_declared_write_column(out, of, column);
	sqlite3_str_appendall(out, ") END, '%', '%25'), '|', '%7C')");
}

/* A value of the table, as it was before the column had another type. */
void mo_declared_write_known(sqlite3_str *out, const struct declared *d,
			     const struct column *column)
{
	const struct origin *origin = mo_declared_origin(d, column);

	if (!origin || origin->affinity == column->affinity || origin->affinity == 'B') {
		write_quoted(out, d->name, column);
		return;
	}
	sqlite3_str_appendall(out, "replace(replace(quote(CAST(");
	mo_declared_write_column(out, d->name, column);
	sqlite3_str_appendf(out, " AS%s)), '%%', '%%25'), '|', '%%7C')",
			    mo_sql_type_of(origin->affinity));
}

/* What a mark calls a declared row, and a row of the table. */
void mo_declared_write_object(sqlite3_str *out, struct arena *arena, const struct declared *d,
			      bool is_known)
{
	sqlite3_str_appendf(out, "%Q",
			    mo_declared_name(arena, d->is_before && d->former
							    ? d->former
							    : d->table->object.name));
	for (int i = 0; i < d->keys; i++) {
		sqlite3_str_appendall(out, " || '|' || ");
		if (is_known)
			mo_declared_write_known(out, d, mo_declared_column(d, i));
		else
			write_quoted(out, d->work, mo_declared_column(d, i));
	}
}

void mo_declared_write_digest(sqlite3_str *out, struct arena *arena, const struct declared *d,
			      int set)
{
	for (int i = 0; i < d->columns.count; i++) {
		if (!mo_declared_is_in_set(d, set, i))
			continue;
		sqlite3_str_appendf(
			out, "%s%Q || ", i ? " || " : "",
			mo_arena_format(
				arena, "|%s=",
				mo_declared_name(arena, mo_declared_column(d, i)->object.name)));
		write_quoted(out, d->work, mo_declared_column(d, i));
	}
	sqlite3_str_appendall(out, " || '|'");
}

char *mo_sql_declared_forget(struct arena *arena, const struct declared *d)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	bool is_spelled_so = true;

	for (int i = 0; i < d->keys; i++)
		is_spelled_so &= !mo_declared_column(d, i)->collate &&
				 !mo_declared_origin(d, mo_declared_column(d, i));
	sqlite3_str_appendall(out, "DELETE FROM main." MO_DONE_TABLE
				   " WHERE kind = 'row' AND object IN (SELECT ");
	mo_declared_write_object(out, arena, d, false);
	sqlite3_str_appendf(out, " FROM main.%s", d->work);
	if (!is_spelled_so) {
		sqlite3_str_appendall(out, " UNION ALL SELECT ");
		mo_declared_write_object(out, arena, d, true);
		sqlite3_str_appendf(out, " FROM main.%s CROSS JOIN main.%s ON ", d->work, d->name);
		mo_declared_write_match(out, d);
	}
	sqlite3_str_appendall(out, ")");
	return mo_arena_take(arena, out);
}

char *mo_sql_declared_remember(struct arena *arena, const struct declared *d, int set)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "INSERT OR REPLACE INTO main." MO_DONE_TABLE
				   " (kind, object, digest, at)\nSELECT 'row', ");
	mo_declared_write_object(out, arena, d, false);
	sqlite3_str_appendall(out, ",\n  ");
	mo_declared_write_digest(out, arena, d, set);
	sqlite3_str_appendf(out, ",\n  %s\nFROM main.%s WHERE %s = %d", MO_SQL_CLOCK, d->work,
			    d->set, set);
	return mo_arena_take(arena, out);
}

char *mo_sql_declared_assume(struct arena *arena, const struct declared *d, int set)
{
	return mo_arena_format(arena,
			       "%s\n  AND NOT EXISTS (SELECT 1 FROM main." MO_DONE_TABLE
			       " WHERE kind = 'rows' AND object = %Q)",
			       mo_sql_declared_remember(arena, d, set),
			       mo_declared_name(arena, d->table->object.name));
}

char *mo_sql_declared_forget_all(struct arena *arena, const struct declared *d)
{
	return mo_arena_format(
		arena, "DELETE FROM main." MO_DONE_TABLE " WHERE kind = 'rows' AND object = %Q",
		mo_declared_name(arena, d->table->object.name));
}

static const char *digest_of(struct arena *arena, const struct declared *d)
{
	return d->digest ? d->digest : mo_declared_digest(arena, d->rows);
}

char *mo_sql_declared_remember_all(struct arena *arena, const struct declared *d)
{
	return mo_arena_format(
		arena,
		"INSERT OR REPLACE INTO main." MO_DONE_TABLE " (kind, object, digest, at)\n"
		"VALUES ('rows', %Q, %Q, %s)",
		mo_declared_name(arena, d->table->object.name), digest_of(arena, d), MO_SQL_CLOCK);
}

char *mo_sql_declared_is_remembered(struct arena *arena, const struct declared *d)
{
	return mo_arena_format(arena,
			       "ifnull((SELECT group_concat(digest) FROM main." MO_DONE_TABLE
			       " WHERE kind = 'rows' AND object = %Q) = %Q, 0)",
			       mo_declared_name(arena, d->table->object.name), digest_of(arena, d));
}

char *mo_sql_declared_are_marked(struct arena *arena, const struct declared *d)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "NOT EXISTS (");
	for (int set = 1; set <= d->sets.count; set++) {
		sqlite3_str_appendf(out, "%sSELECT 1 FROM main.%s WHERE %s = %d AND (",
				    set > 1 ? " UNION ALL " : "", d->work, d->set, set);
		mo_declared_write_object(out, arena, d, false);
		sqlite3_str_appendall(out, ", ");
		mo_declared_write_digest(out, arena, d, set);
		sqlite3_str_appendall(out,
				      ") NOT IN (SELECT object, digest FROM main." MO_DONE_TABLE
				      " WHERE kind = 'row')");
	}
	sqlite3_str_appendf(out,
			    "%s)\n  AND (SELECT count(*) FROM main." MO_DONE_TABLE
			    " WHERE kind = 'row' AND object IN (SELECT ",
			    d->sets.count ? "" : "SELECT 1 WHERE 0");
	mo_declared_write_object(out, arena, d, false);
	sqlite3_str_appendf(out, " FROM main.%s)) = (SELECT count(*) FROM main.%s WHERE %s > 0)",
			    d->work, d->work, d->set);
	return mo_arena_take(arena, out);
}

/* Of marks of that table: all, and those of its rows. */
#define OF_TABLE "(object = %Q OR substr(object, 1, length(%Q) + 1) = %Q || '|')"

char *mo_sql_declared_forget_table(struct arena *arena, const char *table)
{
	const char *name = mo_declared_name(arena, table);

	return mo_arena_format(arena,
			       "DELETE FROM main." MO_DONE_TABLE
			       " WHERE kind IN ('row', 'rows') AND " OF_TABLE,
			       name, name, name);
}

#define WAITING ">"

char *mo_sql_declared_rename_table(struct arena *arena, const char *have, const char *want)
{
	const char *name = mo_declared_name(arena, have);

	return mo_arena_format(arena,
			       "UPDATE main." MO_DONE_TABLE " SET object = '" WAITING
			       "' || %Q || substr(object, length(%Q) + 1)\n"
			       "WHERE kind IN ('row', 'rows') AND " OF_TABLE,
			       mo_declared_name(arena, want), name, name, name, name);
}

char *mo_sql_declared_rename_column(struct arena *arena, const char *table, const char *have,
				    const char *want)
{
	const char *name = mo_declared_name(arena, table);

	return mo_arena_format(
		arena,
		"UPDATE main." MO_DONE_TABLE " SET digest = replace(digest, %Q, %Q)\n"
		"WHERE kind = 'row' AND " OF_TABLE,
		mo_arena_format(arena, "|%s=", mo_declared_name(arena, have)),
		want ? mo_arena_format(arena, "|" WAITING "%s=", mo_declared_name(arena, want))
		     : "|-=",
		name, name, name);
}

const char mo_sql_declared_arrive[] =
	"UPDATE main." MO_DONE_TABLE " SET object = CASE WHEN substr(object, 1, 1) = '" WAITING
	"' THEN substr(object, 2) ELSE object END,\n"
	"  digest = CASE kind WHEN 'row' THEN replace(digest, '|" WAITING
	"', '|') ELSE digest END\n"
	"WHERE kind IN ('row', 'rows')";

/* ---- the digest of a declaration ------------------------------------------------------------- */

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void write_named_cell(sqlite3_str *out, struct arena *arena, const struct cell *cell)
{
	sqlite3_str_appendf(out, "|%s=", mo_declared_name(arena, cell->column));
	if (cell->sql.text && !cell->text) /* 'a' is what the text a is */
		sqlite3_str_appendall(out, cell->sql.text);
	else
		mo_declared_write_cell(out, cell);
}

/* A row as a text; its cells in the order of their names. */
static char *row_text(struct arena *arena, const struct row *row)
{
	const char **cells = mo_arena_alloc(arena, ((size_t)row->cells.count + 1) * sizeof(*cells));
	sqlite3_str *out;

	for (int i = 0; cells && i < row->cells.count; i++) {
		out = sqlite3_str_new(NULL);
		write_named_cell(out, arena, row->cells.items[i]);
		cells[i] = mo_arena_take(arena, out);
	}
	if (mo_arena_rc(arena))
		return NULL;
	qsort(cells, (size_t)row->cells.count, sizeof(*cells), compare_texts);
	out = sqlite3_str_new(NULL);
	sqlite3_str_appendf(out, "%d", row->is_dropped);
	for (int i = 0; i < row->cells.count; i++)
		sqlite3_str_appendall(out, cells[i]);
	return mo_arena_take(arena, out);
}

/* The texts of rows, sorted. */
static const char **texts_of(struct arena *arena, const struct rows *rows)
{
	const size_t count = (size_t)rows->rows.count;
	const char **texts = mo_arena_alloc(arena, (count + 1) * sizeof(*texts));

	for (size_t i = 0; texts && i < count; i++)
		texts[i] = row_text(arena, rows->rows.items[i]);
	if (mo_arena_rc(arena))
		return NULL;
	qsort(texts, count, sizeof(*texts), compare_texts);
	return texts;
}

char *mo_declared_digest(struct arena *arena, const struct rows *rows)
{
	const char **texts = texts_of(arena, rows);
	char text[MO_HASH_TEXT];
	struct hasher hasher;

	if (!texts)
		return NULL;
	mo_hash_begin(&hasher);
	for (int i = 0; i < rows->rows.count; i++)
		mo_hash_text(&hasher, texts[i]);
	mo_hash_write(text, mo_hash_end(&hasher));
	return mo_arena_text(arena, text);
}

struct rows *mo_declared_but(struct arena *arena, const struct rows *rows,
			     const struct rows *others)
{
	const char **texts = texts_of(arena, others);
	struct rows *but = mo_arena_make(arena, struct rows);

	if (!texts || !but)
		return NULL;
	*but = *rows;
	but->rows = (struct list){0};
	EACH (struct row, row, &rows->rows) {
		const char *text = row_text(arena, row);

		if (text && !bsearch(&text, texts, (size_t)others->rows.count, sizeof(*texts),
				     compare_texts))
			mo_list_add(arena, &but->rows, row);
	}
	return but;
}
