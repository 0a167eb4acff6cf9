/* SPDX-License-Identifier: MIT */
/*
 * mutant.c: see mutant.h.
 *
 * Values, rows and indexes are changed by SQL, with triggers off; an entry of
 * an index through a table that SQLite's test control lays over its tree.
 *
 * What verification does not claim to see is not among them: comments, and
 * rowids that no column holds in a table that the plan does not touch (the write
 * guard keeps steps from it).
 */
#include "mutant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "plan/plan.h"
#include "random/look.h"

/* ---- where ---- */

struct spot {
	const char *table;
	const char *key;    /* its columns; the rowid where there is one */
	const char *column; /* one that is stored */
	long long rows;
};

static bool run(struct site *site, const char *sql)
{
	if (order.verbose)
		printf("# %s\n", sql);
	return !sqlite3_exec(site->db, sql, NULL, NULL, NULL) && sqlite3_changes(site->db) > 0;
}

static long long number(struct site *site, const char *sql)
{
	const char *text = look_text(site->dice, site->db, sql);

	return text ? strtoll(text, NULL, 10) : 0;
}

/* One of the texts that a query gives, or NULL. */
static const char *any(struct site *site, const char *sql)
{
	const struct lines lines = look_texts(site->dice, site->db, sql);

	return lines.count ? lines.items[dice_roll(site->dice, lines.count)] : NULL;
}

static const char *key_of(struct site *site, const char *table)
{
	static const char *const names[] = {"rowid", "_rowid_", "oid"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		sqlite3_stmt *stmt = NULL;
		const int rc = sqlite3_prepare_v2(
			site->db,
			dice_format(site->dice, "SELECT %s FROM main.\"%w\"", names[i], table), -1,
			&stmt, NULL);

		sqlite3_finalize(stmt);
		if (!rc && !any(site, dice_format(site->dice,
						  "SELECT name FROM pragma_table_xinfo(%Q)"
						  " WHERE name = %Q COLLATE NOCASE",
						  table, names[i])))
			return names[i];
	}
	return look_text(
		site->dice, site->db,
		dice_format(site->dice,
			    "SELECT group_concat('\"' || replace(name, '\"', '\"\"') || '\"')"
			    " FROM pragma_table_info(%Q) WHERE pk",
			    table));
}

/* random() and the clock cannot be foretold: what they come to is not compared. */
static bool is_foretold(const struct move *move, const char *column)
{
	for (int i = 0; column && move && i < move->sources.count; i++) {
		const struct source *source = move->sources.items[i];

		if (source->is_unpredictable && mo_same_name(source->want->object.name, column))
			return false;
	}
	return column;
}

static long long count_rows(struct site *site, const char *table)
{
	return number(site, dice_format(site->dice, "SELECT count(*) FROM main.\"%w\"", table));
}

/* A table of the goal with rows; where not every row is compared, one that the plan writes. */
static bool find_spot(struct site *site, struct spot *spot, bool by_rows)
{
	const struct list *tables = &site->plan->diff->goal->objects[KIND_TABLE];
	const int first = tables->count ? dice_roll(site->dice, tables->count) : 0;

	for (int i = 0; i < tables->count; i++) {
		const struct object *table = tables->items[(first + i) % tables->count];
		const struct move *move = mo_plan_move(site->plan, table->name);

		if (by_rows && !site->every_row && (!move || mo_move_keeps_records(move)))
			continue;
		spot->table = table->name;
		spot->rows = count_rows(site, table->name);
		spot->key = key_of(site, table->name);
		spot->column = any(site, dice_format(site->dice,
						     "SELECT name FROM pragma_table_xinfo(%Q)"
						     " WHERE hidden = 0",
						     table->name));
		if (spot->rows && spot->key && is_foretold(move, spot->column))
			return true;
	}
	return false;
}

/* Whether the rows are compared with their rowids, or have none. */
static bool holds_rowids(struct site *site, const struct spot *spot)
{
	const struct move *move = mo_plan_move(site->plan, spot->table);

	return strchr(spot->key, '"') || (move && !mo_move_keeps_rows(move) && move->rowid_want);
}

static const char *a_row(struct site *site, const struct spot *spot)
{
	return dice_format(site->dice, "(%s) IN (SELECT %s FROM main.\"%w\" LIMIT 1 OFFSET %d)",
			   spot->key, spot->key, spot->table,
			   dice_roll(site->dice, (int)spot->rows));
}

/* ---- values ---- */

static bool set_value(struct site *site, const char *expression)
{
	struct spot spot;

	return find_spot(site, &spot, true) &&
	       run(site, dice_format(site->dice, "UPDATE main.\"%w\" SET \"%w\" = (%s) WHERE %s",
				     spot.table, spot.column,
				     dice_format(site->dice, expression, spot.column, spot.column,
						 spot.column, spot.column, spot.column, spot.column,
						 spot.column, spot.column),
				     a_row(site, &spot)));
}

static bool change_byte(struct site *site)
{
	return set_value(
		site,
		"CASE typeof(\"%w\") WHEN 'integer' THEN \"%w\" + 1 WHEN 'real' THEN \"%w\" * 1.0000001"
		" WHEN 'text' THEN substr(\"%w\", 1, length(\"%w\") - 1) || char(coalesce("
		"unicode(substr(\"%w\", -1)), 31) + 1) ELSE CAST(\"%w\" || x'00' AS BLOB) END");
}

static bool change_type(struct site *site)
{
	return set_value(
		site,
		"CASE typeof(\"%w\") WHEN 'integer' THEN CAST(\"%w\" AS TEXT) WHEN 'real' THEN"
		" CAST(\"%w\" AS BLOB) WHEN 'text' THEN CAST(\"%w\" AS BLOB) WHEN 'blob' THEN"
		" CAST(\"%w\" AS TEXT) ELSE '' END");
}

static bool set_null(struct site *site)
{
	return set_value(site, "NULL");
}

static bool add_space(struct site *site)
{
	return set_value(site, "\"%w\" || ' '");
}

static bool swap_cells(struct site *site)
{
	struct spot spot;
	const char *a, *b, *sql;

	if (!find_spot(site, &spot, true) || !holds_rowids(site, &spot))
		return false;
	a = a_row(site, &spot);
	b = a_row(site, &spot);
	sql = dice_format(
		site->dice,
		"CREATE TEMP TABLE cell AS SELECT (SELECT \"%w\" FROM main.\"%w\" WHERE %s) AS a,"
		" (SELECT \"%w\" FROM main.\"%w\" WHERE %s) AS b",
		spot.column, spot.table, a, spot.column, spot.table, b);
	if (sqlite3_exec(site->db, sql, NULL, NULL, NULL))
		return false;
	/* The rows are found by their place, which the first change may move. */
	run(site,
	    dice_format(
		    site->dice,
		    "UPDATE main.\"%w\" SET \"%w\" = (SELECT CASE WHEN \"%w\" IS a THEN b ELSE a END"
		    " FROM cell) WHERE %s OR %s",
		    spot.table, spot.column, spot.column, a, b));
	return !sqlite3_exec(site->db, "DROP TABLE temp.cell", NULL, NULL, NULL);
}

static bool swap_columns(struct site *site)
{
	struct spot spot;
	const char *other;

	if (!find_spot(site, &spot, true))
		return false;
	other = any(site, dice_format(site->dice,
				      "SELECT name FROM pragma_table_xinfo(%Q) WHERE hidden = 0 AND"
				      " name <> %Q",
				      spot.table, spot.column));
	return is_foretold(mo_plan_move(site->plan, spot.table), other) &&
	       run(site, dice_format(site->dice,
				     "UPDATE main.\"%w\" SET \"%w\" = \"%w\", \"%w\" = \"%w\"",
				     spot.table, spot.column, other, other, spot.column));
}

/* ---- rows ---- */

static bool lose_row(struct site *site)
{
	struct spot spot;

	return find_spot(site, &spot, false) &&
	       run(site, dice_format(site->dice, "DELETE FROM main.\"%w\" WHERE %s", spot.table,
				     a_row(site, &spot)));
}

static bool lose_all_rows(struct site *site)
{
	struct spot spot;

	return find_spot(site, &spot, false) &&
	       run(site, dice_format(site->dice, "DELETE FROM main.\"%w\"", spot.table));
}

/* A row twice: its primary key is SQLite's to choose. */
static bool add_row(struct site *site)
{
	struct spot spot;
	const char *columns;

	if (!find_spot(site, &spot, false))
		return false;
	columns = look_text(
		site->dice, site->db,
		dice_format(site->dice,
			    "SELECT group_concat('\"' || replace(name, '\"', '\"\"') || '\"')"
			    " FROM pragma_table_xinfo(%Q) WHERE hidden = 0 AND NOT pk",
			    spot.table));
	/* ON CONFLICT REPLACE may put it in the place of another. */
	return columns &&
	       run(site,
		   dice_format(site->dice,
			       "INSERT INTO main.\"%w\"(%s) SELECT %s FROM main.\"%w\" WHERE %s",
			       spot.table, columns, columns, spot.table, a_row(site, &spot))) &&
	       count_rows(site, spot.table) > spot.rows;
}

static bool move_row(struct site *site)
{
	struct spot spot;

	return find_spot(site, &spot, true) && !strchr(spot.key, '"') &&
	       holds_rowids(site, &spot) &&
	       run(site,
		   dice_format(
			   site->dice,
			   "UPDATE main.\"%w\" SET %s = (SELECT max(%s) + 7 FROM main.\"%w\") WHERE %s",
			   spot.table, spot.key, spot.key, spot.table, a_row(site, &spot)));
}

/* ---- trees of indexes ---- */

/*
 * Where it need only be quick, indexes that are not of plain columns go
 * unproven (digest/keys.h); so none is spoilt then.  Nor one of a table whose
 * rows and indexes no step writes, unless every row is compared.
 */
static bool lay_over(struct site *site, const char **index)
{
	const struct move *move;
	const char *columns = "";
	struct spot spot;
	long long root;
	int count;
	bool laid;

	if (site->quick || !find_spot(site, &spot, true))
		return false;
	move = mo_plan_move(site->plan, spot.table);
	if (!site->every_row && !mo_move_copies(move))
		return false;
	*index = any(site, dice_format(site->dice,
				       "SELECT name FROM pragma_index_list(%Q) WHERE name IN"
				       " (SELECT name FROM sqlite_master WHERE rootpage)",
				       spot.table));
	if (!*index)
		return false;
	root = number(site,
		      dice_format(site->dice,
				  "SELECT rootpage FROM sqlite_master WHERE name = %Q AND type ="
				  " 'index'",
				  *index));
	count = (int)number(
		site,
		dice_format(site->dice, "SELECT count(*) FROM pragma_index_xinfo(%Q)", *index));
	for (int i = 0; i < count; i++)
		columns = dice_format(site->dice, "%sc%d, ", columns, i);
	sqlite3_test_control(SQLITE_TESTCTRL_IMPOSTER, site->db, "main", 1, (int)root);
	if (order.verbose)
		printf("# index %s on %s%s\n", *index, spot.table,
		       mo_plan_move(site->plan, spot.table) ? "" : ", which stays");
	laid = !sqlite3_exec(
		site->db,
		dice_format(site->dice, "CREATE TABLE laid_over(%sPRIMARY KEY(%.*s)) WITHOUT ROWID",
			    columns, (int)strlen(columns) - 2, columns),
		NULL, NULL, NULL);
	sqlite3_test_control(SQLITE_TESTCTRL_IMPOSTER, site->db, "main", 0, 0);
	return laid;
}

/* The schema is read again: what was laid over is gone. */
static bool take_off(struct site *site, bool done)
{
	sqlite3_test_control(SQLITE_TESTCTRL_IMPOSTER, site->db, "main", 0, 1);
	return done;
}

static bool lose_entry(struct site *site)
{
	const char *index;
	bool done = false;

	if (lay_over(site, &index)) {
		const long long count = number(site, "SELECT count(*) FROM laid_over");

		done = count &&
		       run(site, dice_format(site->dice,
					     "DELETE FROM laid_over WHERE c0 IS (SELECT c0 FROM"
					     " laid_over LIMIT 1 OFFSET %d)",
					     dice_roll(site->dice, (int)count)));
	}
	return take_off(site, done);
}

static bool change_entry(struct site *site)
{
	const char *index;

	return take_off(site,
			lay_over(site, &index) &&
				run(site,
				    "UPDATE laid_over SET c0 = coalesce(c0, 0) || 'x' WHERE c0 IS"
				    " (SELECT max(c0) FROM laid_over)"));
}

/* ---- the schema ---- */

/* moult's own, SQLite's and a virtual table's tables are not the document's. */
#define THEIRS                                                                                   \
	" AND NOT EXISTS (SELECT 1 FROM sqlite_master v WHERE v.sql LIKE 'CREATE VIRTUAL%%' AND" \
	" substr(sqlite_master.tbl_name, 1, length(v.name) + 1) = v.name || '_')"                \
	" AND name NOT LIKE '\\_moult%%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%%' ESCAPE '\\'"

static bool drop(struct site *site, const char *type)
{
	const char *name =
		any(site, dice_format(site->dice,
				      "SELECT name FROM sqlite_master WHERE type = %Q AND sql IS"
				      " NOT NULL" THEIRS,
				      type));

	if (order.verbose)
		printf("# %s %s\n", type, name ? name : "");
	return name &&
	       !sqlite3_exec(site->db, dice_format(site->dice, "DROP %s main.\"%w\"", type, name),
			     NULL, NULL, NULL);
}

static bool forget_trigger(struct site *site)
{
	return drop(site, "trigger");
}

static bool forget_index(struct site *site)
{
	return drop(site, "index");
}

static bool forget_view(struct site *site)
{
	return drop(site, "view");
}

static bool forget_table(struct site *site)
{
	return drop(site, "table");
}

static bool add_table(struct site *site)
{
	return !sqlite3_exec(site->db, "CREATE TABLE main.left_over(a)", NULL, NULL, NULL);
}

static bool add_on(struct site *site, const char *sql)
{
	struct spot spot;

	return find_spot(site, &spot, false) &&
	       !sqlite3_exec(site->db, dice_format(site->dice, sql, spot.table, spot.column), NULL,
			     NULL, NULL);
}

static bool add_index(struct site *site)
{
	return add_on(site, "CREATE INDEX main.left_over ON \"%w\"(\"%w\")");
}

static bool add_trigger(struct site *site)
{
	return add_on(site,
		      "CREATE TRIGGER main.left_over AFTER INSERT ON \"%w\" BEGIN SELECT 1; END");
}

static bool add_column(struct site *site)
{
	return add_on(site, "ALTER TABLE main.\"%w\" ADD COLUMN left_over");
}

/* A stored text becomes another, which the connection reads anew. */
static bool edit(struct site *site, const char *type, const char *from, const char *to)
{
	const char *name =
		any(site, dice_format(site->dice,
				      "SELECT name FROM sqlite_master WHERE type = %Q AND"
				      " instr(sql, %Q)" THEIRS,
				      type, from));

	return name &&
	       run(site, dice_format(site->dice,
				     "UPDATE sqlite_master SET sql = replace(sql, %Q, %Q) WHERE"
				     " type = %Q AND name = %Q",
				     from, to, type, name)) &&
	       !sqlite3_exec(site->db,
			     dice_format(site->dice, "PRAGMA schema_version = %lld",
					 number(site, "PRAGMA schema_version") + 1),
			     NULL, NULL, NULL);
}

static bool edit_not_null(struct site *site)
{
	return edit(site, "table", " NOT NULL", "");
}

static bool edit_check(struct site *site)
{
	return edit(site, "table", ",CHECK (", ",CHECK (1 OR ");
}

static bool edit_default(struct site *site)
{
	return edit(site, "table", "DEFAULT '", "DEFAULT 'x");
}

static bool edit_reference(struct site *site)
{
	return edit(site, "table", "CASCADE", "RESTRICT");
}

static bool edit_view(struct site *site)
{
	return edit(site, "view", "SELECT", "SELECT DISTINCT");
}

static bool edit_trigger(struct site *site)
{
	return edit(site, "trigger", "BEGIN", "BEGIN SELECT 1;");
}

static bool edit_index(struct site *site)
{
	return edit(site, "index", "UNIQUE", "");
}

/* ---- what stands beside ---- */

static const char *a_counter(struct site *site)
{
	const struct list *tables = &site->plan->diff->goal->objects[KIND_TABLE];
	const int first = tables->count ? dice_roll(site->dice, tables->count) : 0;

	for (int i = 0; i < tables->count; i++) {
		const struct table *table = tables->items[(first + i) % tables->count];

		if (mo_table_autoincrement(table))
			return table->object.name;
	}
	return NULL;
}

static bool change_mark(struct site *site, const char *sql)
{
	const char *name = a_counter(site);

	return name &&
	       run(site, dice_format(site->dice, "%s WHERE seq > 0 AND name = %Q", sql, name));
}

static bool lower_mark(struct site *site)
{
	return change_mark(site, "UPDATE sqlite_sequence SET seq = seq - 1");
}

static bool raise_mark(struct site *site)
{
	return change_mark(site, "UPDATE sqlite_sequence SET seq = seq + 1");
}

static bool lose_mark(struct site *site)
{
	return change_mark(site, "DELETE FROM sqlite_sequence");
}

static bool change_statistics(struct site *site)
{
	return run(site,
		   "UPDATE sqlite_stat1 SET stat = stat || ' 1' WHERE rowid = (SELECT max(rowid)"
		   " FROM sqlite_stat1)");
}

static bool make_up_statistics(struct site *site)
{
	return run(site,
		   "INSERT INTO sqlite_stat1(tbl, idx, stat) SELECT tbl, 'left_over', stat FROM"
		   " sqlite_stat1 LIMIT 1");
}

static bool change_version(struct site *site)
{
	return !sqlite3_exec(site->db,
			     dice_format(site->dice, "PRAGMA user_version = %lld",
					 number(site, "PRAGMA user_version") + 1),
			     NULL, NULL, NULL);
}

static bool change_application(struct site *site)
{
	return !sqlite3_exec(site->db,
			     dice_format(site->dice, "PRAGMA application_id = %lld",
					 number(site, "PRAGMA application_id") + 1),
			     NULL, NULL, NULL);
}

const struct mutant mutants[] = {
	{"a value is another", change_byte},
	{"a value has another type", change_type},
	{"a value is NULL", set_null},
	{"a value is longer", add_space},
	{"two cells change places", swap_cells},
	{"two columns change places", swap_columns},
	{"a row is lost", lose_row},
	{"all rows are lost", lose_all_rows},
	{"a row is there twice", add_row},
	{"a row has another rowid", move_row},
	{"an index lacks an entry", lose_entry},
	{"an entry of an index is wrong", change_entry},
	{"a trigger is forgotten", forget_trigger},
	{"an index is forgotten", forget_index},
	{"a view is forgotten", forget_view},
	{"a table is forgotten", forget_table},
	{"a table is left over", add_table},
	{"an index is left over", add_index},
	{"a trigger is left over", add_trigger},
	{"a column is left over", add_column},
	{"a NOT NULL is lost", edit_not_null},
	{"a CHECK holds nothing", edit_check},
	{"a default is another", edit_default},
	{"a foreign key acts otherwise", edit_reference},
	{"a view says something else", edit_view},
	{"a trigger does something else", edit_trigger},
	{"an index is not unique", edit_index},
	{"a mark of AUTOINCREMENT is lower", lower_mark},
	{"a mark of AUTOINCREMENT is higher", raise_mark},
	{"a mark of AUTOINCREMENT is lost", lose_mark},
	{"statistics are others", change_statistics},
	{"statistics are made up", make_up_statistics},
	{"user_version is another", change_version},
	{"application_id is another", change_application},
};
const int mutant_count = sizeof(mutants) / sizeof(mutants[0]);
