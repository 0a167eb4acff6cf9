/* SPDX-License-Identifier: MIT */
/*
 * naive.c: what anybody would do by hand: make the new schema, and fill each
 * table with INSERT ... SELECT from the one it was.
 *
 * Whatever moult does must come to the same rows; and where this works, it has
 * no reason to refuse.
 */
#include <string.h>

#include "trial.h"

static const char xinfo[] = "SELECT name FROM pragma_table_xinfo(%Q)";

/* ---- matching ---- */

static int index_of(const struct lines *names, const char *name)
{
	int i;

	for (i = 0; i < names->count; i++)
		if (!sqlite3_stricmp(names->items[i], name))
			return i;
	return -1;
}

static const char *former_of(struct trial *trial, const char *table, const char *want)
{
	int i;

	for (i = 0; i < trial->former_count; i++) {
		const struct former *former = &trial->formers[i];

		if ((table ? former->table && !sqlite3_stricmp(former->table, table)
			   : !former->table) &&
		    !sqlite3_stricmp(former->want, want))
			return former->have;
	}
	return NULL;
}

/* One round of claims; by[i] is the name that has claimed have's i-th. */
static bool claim(struct trial *trial, const char *table, const struct lines *have,
		  const struct lines *want, const char **by)
{
	bool found = false;
	int i, j;

	for (i = 0; i < want->count; i++) {
		const char *former = former_of(trial, table, want->items[i]);
		int own = index_of(have, want->items[i]),
		    from = former ? index_of(have, former) : -1;

		for (j = 0; j < have->count && by[j] != want->items[i]; j++)
			;
		if (from < 0 || by[from] || j < have->count || (own >= 0 && !by[own]))
			continue;
		by[from] = want->items[i];
		found = true;
	}
	return found;
}

static int match_names(struct trial *trial, struct pair **pairs, const char *table,
		       const struct lines *have, const struct lines *want)
{
	const char **by = dice_memory(trial->dice, sizeof(*by) * (size_t)(have->count + 1));
	int i, at, count = 0;

	*pairs = dice_memory(trial->dice, sizeof(**pairs) * (size_t)(have->count + 1));
	while (claim(trial, table, have, want, by))
		;
	for (i = 0; i < have->count; i++) {
		at = by[i] ? index_of(want, by[i]) : index_of(want, have->items[i]);
		if (at >= 0 && !by[i]) {
			int j;

			for (j = 0; j < have->count; j++)
				if (by[j] && !sqlite3_stricmp(by[j], want->items[at]))
					at = -1;
		}
		if (at >= 0)
			(*pairs)[count++] =
				(struct pair){.have = have->items[i], .want = want->items[at]};
	}
	return count;
}

struct match match_files(struct trial *trial, sqlite3 *have, sqlite3 *want)
{
	struct lines from = look_texts(trial->dice, have, look_tables),
		     to = look_texts(trial->dice, want, look_tables);
	struct match match;
	int i;

	match.count = match_names(trial, &match.tables, NULL, &from, &to);
	for (i = 0; i < match.count; i++) {
		struct pair *pair = &match.tables[i];
		struct lines a = look_texts(trial->dice, have,
					    dice_format(trial->dice, xinfo, pair->have)),
			     b = look_texts(trial->dice, want,
					    dice_format(trial->dice, xinfo, pair->want));

		pair->count = match_names(trial, &pair->columns, pair->want, &a, &b);
	}
	return match;
}

const struct pair *match_want(const struct match *match, const char *table)
{
	int i;

	for (i = 0; i < match->count; i++)
		if (!sqlite3_stricmp(match->tables[i].want, table))
			return &match->tables[i];
	return NULL;
}

const struct pair *match_have(const struct match *match, const char *table)
{
	int i;

	for (i = 0; i < match->count; i++)
		if (!sqlite3_stricmp(match->tables[i].have, table))
			return &match->tables[i];
	return NULL;
}

static const char *column_had(const struct pair *pair, const char *want)
{
	int i;

	for (i = 0; i < pair->count; i++)
		if (!sqlite3_stricmp(pair->columns[i].want, want))
			return pair->columns[i].have;
	return NULL;
}

/* ---- tables ---- */

static bool has(struct trial *trial, sqlite3 *db, const char *format, const char *table,
		const char *column)
{
	return look_text(trial->dice, db, dice_format(trial->dice, format, table, column)) != NULL;
}

static bool is_generated(struct trial *trial, sqlite3 *db, const char *table, const char *column)
{
	return has(trial, db,
		   "SELECT 1 FROM pragma_table_xinfo(%Q) WHERE name = %Q AND hidden IN (2, 3)",
		   table, column);
}

static bool has_rowid(struct trial *trial, sqlite3 *db, const char *table)
{
	return has(trial, db,
		   "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM pragma_index_list(%Q) i WHERE i.origin"
		   " = 'pk' AND NOT EXISTS (SELECT 1 FROM sqlite_master WHERE name = i.name))"
		   " OR %Q IS NULL",
		   table, "");
}

/* The column that is the rowid, or NULL. */
static char *rowid_column(struct trial *trial, sqlite3 *db, const char *table)
{
	static const char query[] =
		"SELECT name FROM pragma_table_xinfo(%Q) WHERE pk = 1 AND type = 'INTEGER' COLLATE NOCASE"
		" AND NOT EXISTS (SELECT 1 FROM pragma_index_list(%Q) WHERE origin = 'pk')"
		" AND (SELECT count(*) FROM pragma_table_xinfo(%Q) WHERE pk) = 1";

	return look_text(trial->dice, db, dice_format(trial->dice, query, table, table, table));
}

static const char *rowid_name(struct trial *trial, sqlite3 *db, const char *table)
{
	static const char *const names[] = {"rowid", "_rowid_", "oid"};
	size_t i;

	for (i = 0; has_rowid(trial, db, table) && i < 3; i++)
		if (!has(trial, db,
			 "SELECT 1 FROM pragma_table_xinfo(%Q) WHERE name = %Q COLLATE NOCASE",
			 table, names[i]))
			return names[i];
	return NULL;
}

static void add_item(struct dice *dice, char **list, const char *item)
{
	*list = dice_format(dice, "%s%s%s", *list, **list ? ", " : "", item);
}

/*
 * Whether any column of the rows finds its way, or is filled from them: a table without is another
 * one of the same name.
 */
bool naive_keeps_anything(struct trial *trial, const struct pair *pair, sqlite3 *have,
			  sqlite3 *want)
{
	int i;

	for (i = 0; i < pair->count; i++)
		if (!is_generated(trial, have, pair->have, pair->columns[i].have) &&
		    !is_generated(trial, want, pair->want, pair->columns[i].want))
			return true;
	for (i = 0; !trial->is_back && i < trial->filling_count; i++)
		if (trial->fillings[i].is_said &&
		    !sqlite3_stricmp(trial->fillings[i].table, pair->want))
			return true;
	return false;
}

/* ---- the copy ---- */

/* Columns that come, where a using expression says what with. */
static void fill_new_columns(struct trial *trial, const struct copy *copy, const struct pair *pair,
			     char **columns, char **values)
{
	static const char query[] =
		"SELECT 1 FROM pragma_table_xinfo(%Q) WHERE name = %Q COLLATE NOCASE";
	int i;

	for (i = 0; !trial->is_back && i < trial->filling_count; i++) {
		const struct filling *filling = &trial->fillings[i];

		if (!filling->is_said || sqlite3_stricmp(filling->table, pair->want) ||
		    column_had(pair, filling->column) ||
		    !has(trial, copy->db, query, pair->want, filling->column))
			continue;
		add_item(trial->dice, columns, dice_format(trial->dice, "\"%w\"", filling->column));
		add_item(trial->dice, values, filling->naive);
	}
}

/* What AUTOINCREMENT counts on from, where both sides have it; else there is no such table or row. */
static void copy_mark(struct dice *dice, sqlite3 *db, const struct pair *pair)
{
	static const char forget[] =
		"DELETE FROM main.sqlite_sequence WHERE name = %Q COLLATE NOCASE";
	static const char take[] =
		"INSERT INTO main.sqlite_sequence SELECT %Q, seq FROM have.sqlite_sequence"
		" WHERE name = %Q COLLATE NOCASE";

	if (!look_text(dice, db, "SELECT 1 FROM have.sqlite_master WHERE name = 'sqlite_sequence'"))
		return;
	sqlite3_exec(db, dice_format(dice, forget, pair->want), NULL, NULL, NULL);
	sqlite3_exec(db, dice_format(dice, take, pair->want, pair->have), NULL, NULL, NULL);
}

static void copy_table(struct trial *trial, struct copy *copy, const struct pair *pair,
		       sqlite3 *have)
{
	struct dice *dice = trial->dice;
	const char *from = rowid_name(trial, have, pair->have),
		   *to = rowid_name(trial, copy->db, pair->want);
	const char *key = rowid_column(trial, copy->db, pair->want);
	char *columns = dice_format(dice, ""), *values = dice_format(dice, "");
	int i;

	if (!naive_keeps_anything(trial, pair, have, copy->db))
		return;
	for (i = 0; i < pair->count; i++) {
		const struct filling *filling = fill_of(trial, pair->want, pair->columns[i].want);

		if (is_generated(trial, copy->db, pair->want, pair->columns[i].want))
			continue;
		add_item(dice, &columns, dice_format(dice, "\"%w\"", pair->columns[i].want));
		add_item(dice, &values,
			 filling ? filling->naive
				 : dice_format(dice, "\"%w\"", pair->columns[i].have));
	}
	fill_new_columns(trial, copy, pair, &columns, &values);
	if (from && key && !column_had(pair, key)) {
		add_item(dice, &columns, dice_format(dice, "\"%w\"", key));
		add_item(dice, &values, from);
	} else if (from && to && !key) {
		add_item(dice, &columns, to);
		add_item(dice, &values, from);
	}
	if (sqlite3_exec(
		    copy->db,
		    dice_format(
			    dice,
			    "INSERT OR ABORT INTO main.\"%w\" (%s) SELECT %s FROM have.\"%w\" AS old",
			    pair->want, columns, values, pair->have),
		    NULL, NULL, NULL))
		copy->error = dice_format(dice, "%s: %s", pair->want, sqlite3_errmsg(copy->db));
	copy_mark(dice, copy->db, pair);
}

static const char creates[] =
	"SELECT sql FROM main.sqlite_master m WHERE type IN ('table', 'index') AND sql IS NOT NULL"
	" AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
	" AND tbl_name NOT LIKE '\\_moult%' ESCAPE '\\' ORDER BY type = 'index'";

/* A step that comes after the change fires them; views are there for what they read. */
static void add_triggers(struct trial *trial, const struct copy *copy, sqlite3 *want)
{
	struct lines made = look_texts(trial->dice, want,
				       "SELECT sql FROM main.sqlite_master WHERE type IN ('view',"
				       " 'trigger') ORDER BY rowid");
	int i;

	for (i = 0; i < made.count; i++)
		sqlite3_exec(copy->db, made.items[i], NULL, NULL, NULL);
}

struct copy naive_copy(struct trial *trial, const struct match *match, const char *path,
		       sqlite3 *want)
{
	struct copy copy = {file_open(":memory:"), NULL, false, {0}};
	struct lines made = look_texts(trial->dice, want, creates);
	sqlite3 *have = file_open(path);
	char *error = NULL;
	int i;

	sqlite3_exec(copy.db, trial->begin, NULL, NULL, NULL);
	for (i = 0; i < made.count; i++)
		if (sqlite3_exec(copy.db, made.items[i], NULL, NULL, NULL))
			copy.error = dice_format(trial->dice, "%s: %s", sqlite3_errmsg(copy.db),
						 made.items[i]);
	sqlite3_exec(copy.db, dice_format(trial->dice, "ATTACH %Q AS have", path), NULL, NULL,
		     &error);
	if (!copy.error)
		copy.error = data_run(trial, copy.db, DATUM_FROM);
	for (i = 0; i < match->count && !copy.error; i++)
		copy_table(trial, &copy, &match->tables[i], have);
	if (!copy.error)
		copy.error = data_run(trial, copy.db, DATUM_ROWS);
	if (!copy.error)
		copy.orphans = naive_orphans(trial, copy.db, match, false);
	/* A new file needs no step. */
	if (!copy.error && data_has(trial, DATUM_AFTER) &&
	    look_text(trial->dice, have, "SELECT 1 FROM sqlite_master")) {
		add_triggers(trial, &copy, want);
		copy.error = data_run(trial, copy.db, DATUM_AFTER);
	}
	if (!copy.error)
		copy.unwanted = data_misses(trial, copy.db, DATUM_MUST_AFTER);
	sqlite3_free(error);
	sqlite3_close(have);
	return copy;
}

/* ---- what to compare ---- */

static bool is_predictable(struct trial *trial, const struct pair *pair, sqlite3 *db,
			   const char *column)
{
	static const char query[] =
		"SELECT 1 FROM pragma_table_xinfo(%Q) WHERE name = %Q AND"
		" (dflt_value LIKE '%%current%%' OR dflt_value LIKE '%%random%%')";

	return (column_had(pair, column) && !data_inserts(trial)) ||
	       !has(trial, db, query, pair->want, column);
}

/* Keys that SQLite gives out may come in another order. */
static bool gives_keys(struct trial *trial, const struct pair *pair, sqlite3 *have, sqlite3 *want)
{
	const char *key = rowid_column(trial, want, pair->want),
		   *had = key ? column_had(pair, key) : NULL;

	if (!key || !pair->have || (!had && rowid_name(trial, have, pair->have)))
		return false;
	return !had ||
	       has(trial, have, "SELECT 1 FROM \"%w\" WHERE \"%w\" IS NULL", pair->have, had);
}

/*
 * Which rows have which rowids: of those that a document declares in no order of its own, the new
 * ones have any.
 */
static const char *rowids(struct trial *trial, const struct pair *pair, sqlite3 *have,
			  const char *name)
{
	const char *last;

	if (!data_has_rows(trial, pair->want))
		return name;
	if (!pair->have)
		return NULL;
	last = look_text(trial->dice, have,
			 dice_format(trial->dice, "SELECT ifnull(max(%s), 0) FROM main.\"%w\"",
				     rowid_name(trial, have, pair->have), pair->have));
	return dice_format(trial->dice, "CASE WHEN %s <= %s THEN %s END", name, last, name);
}

char *naive_query(struct trial *trial, const struct pair *pair, sqlite3 *have, sqlite3 *want)
{
	struct dice *dice = trial->dice;
	struct lines columns = look_texts(dice, want, dice_format(dice, xinfo, pair->want));
	char *list = dice_format(dice, ""), *key = rowid_column(trial, want, pair->want);
	bool given = gives_keys(trial, pair, have, want), certain = true;
	const char *rowid = NULL;
	int i;

	for (i = 0; i < columns.count; i++)
		certain &= is_predictable(trial, pair, want, columns.items[i]);
	if (rowid_name(trial, want, pair->want) && !key &&
	    (!pair->have || rowid_name(trial, have, pair->have)))
		rowid = rowids(trial, pair, have, rowid_name(trial, want, pair->want));
	if (rowid)
		add_item(dice, &list, rowid);
	for (i = 0; i < columns.count; i++) {
		const char *column = columns.items[i];
		bool generated = is_generated(trial, want, pair->want, column);

		if ((given && (generated || !sqlite3_stricmp(key, column))) ||
		    (!certain && generated) || !is_predictable(trial, pair, want, column))
			continue;
		add_item(dice, &list, dice_format(dice, "\"%w\"", column));
	}
	return dice_format(dice, "SELECT %s FROM main.\"%w\"", *list ? list : "1", pair->want);
}

/* ---- foreign keys ---- */

static const char *wanted_column(const struct pair *pair, const char *column)
{
	int i;

	for (i = 0; pair && i < pair->count; i++)
		if (!sqlite3_stricmp(pair->columns[i].have, column))
			return pair->columns[i].want;
	return column;
}

/* Which of two files is looked at, and how they match. */
struct side {
	struct trial *trial;
	sqlite3 *db;
	const struct match *match;
	bool is_have;
};

/*
 * child a b > parent: which columns of the parent a key means is no part of it, since a row that
 * was an orphan of a table is not worse off under another key to that table.
 */
static char *orphan_line(const struct side *side, const char *table, const char *name, int id)
{
	static const char from[] =
		"SELECT \"from\" FROM pragma_foreign_key_list(%Q) WHERE id = %d ORDER BY seq";
	struct dice *dice = side->trial->dice;
	const struct pair *child = side->is_have ? match_have(side->match, table) : NULL,
			  *parent = side->is_have ? match_have(side->match, name) : NULL;
	struct lines columns = look_texts(dice, side->db, dice_format(dice, from, table, id)),
		     wanted = {0};
	char *line = dice_format(dice, "%s", child ? child->want : table);
	int i;

	for (i = 0; i < columns.count; i++)
		lines_add(dice, &wanted,
			  dice_format(dice, "%s", wanted_column(child, columns.items[i])));
	lines_sort(&wanted);
	for (i = 0; i < wanted.count; i++)
		line = dice_format(dice, "%s %s", line, wanted.items[i]);
	line = dice_format(dice, "%s > %s", line, parent ? parent->want : name);
	for (i = 0; line[i]; i++)
		if (line[i] >= 'A' && line[i] <= 'Z')
			line[i] = (char)(line[i] + 'a' - 'A');
	return line;
}

/* Adds a violation; of keys that are said twice one counts. */
static void add_orphan(const struct side *side, struct lines *lines, struct lines *seen,
		       const char *table, sqlite3_stmt *stmt)
{
	struct dice *dice = side->trial->dice;
	int i, id = sqlite3_column_int(stmt, 3);
	char *line = orphan_line(side, table, (const char *)sqlite3_column_text(stmt, 2), id);

	for (i = 0; i < MOST_RULES; i++)
		if (i != id && lines_have(seen, dice_format(dice, "%s %d", line, i)))
			return;
	lines_add(dice, seen, dice_format(dice, "%s %d", line, id));
	lines_add(dice, lines, line);
}

struct lines naive_orphans(struct trial *trial, sqlite3 *db, const struct match *match,
			   bool is_have)
{
	const struct side side = {trial, db, match, is_have};
	struct lines tables = look_texts(trial->dice, db, look_tables), lines = {0}, seen = {0};
	int i;

	for (i = 0; i < tables.count; i++) {
		char *sql = dice_format(trial->dice, "PRAGMA main.foreign_key_check(\"%w\")",
					tables.items[i]);
		sqlite3_stmt *stmt = NULL;
		int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

		while (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
			add_orphan(&side, &lines, &seen, tables.items[i], stmt);
			rc = SQLITE_OK;
		}
		if (rc != SQLITE_DONE)
			lines_add(trial->dice, &lines,
				  dice_format(trial->dice, "error: %s", sqlite3_errmsg(db)));
		sqlite3_finalize(stmt);
	}
	lines_sort(&lines);
	return lines;
}
