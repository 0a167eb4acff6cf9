/* SPDX-License-Identifier: MIT */
/*
 * back.c: there with --way-back data, writes of new code, and back.
 *
 *	have --apply--> there --writes, VACUUM--> written --downgrade--> back --apply--> again
 *
 * The rows of back are looked at without asking moult, key by key:
 *
 *	a table that went	has all its rows, with their rowids
 *	a row nobody wrote	is what it was, to the byte
 *	any other		is there if new code has it, with what new code wrote into columns that
 *				both shapes have
 *
 *	tests/random/back [--seed N] [--count N] [DIR...]
 *
 * for as many invented pairs, and then for each DIR, which has the versions of one schema as SQL:
 * each version to the next, and the first to the last.  Speaks TAP.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "judge.h"

#define USUAL_COUNT 40
#define MOST_WRITES 24
#define MOST_ROWS 8

struct journey {
	struct trial trial;
	struct dice dice;
	sqlite3 *db; /* back, with have, there and written attached */
	char *lost;  /* a table of which nothing was kept: "MD132" was said */
	char *left;  /* the same on the way back: "MD136"; or its rows get numbers: "MD109" */
	char *found; /* what is wrong; NULL: nothing */
};

static unsigned long long went, refused, refused_back, unkept;

static void find(struct journey *j, char *text)
{
	if (!j->found)
		j->found = text;
}

static char *path(struct journey *j, const char *name)
{
	return dice_format(&j->dice, "%s/%s.db", j->trial.folder, name);
}

/* ---- writes -------------------------------------------------------------------------------- */

static const char own_tables[] =
	"SELECT name FROM sqlite_master AS m WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
	" AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_moult\\_%' ESCAPE '\\'"
	" AND NOT EXISTS (SELECT 1 FROM sqlite_master AS v WHERE v.sql LIKE 'CREATE VIRTUAL%'"
	" AND substr(m.name, 1, length(v.name) + 1) = v.name || '_')";

static const char *value(struct dice *dice, const char *type)
{
	static const char *const odd[] = {"NULL", "x'00ff'", "'1.50'", "1.5", "''", "9e999", "-1"};
	const char affinity = fill_affinity(type);

	if (dice_chance(dice, 20))
		return PICK(dice, odd);
	if (affinity == 'T' || (affinity != 'I' && dice_chance(dice, 50)))
		return dice_format(dice, "'v%d'", dice_roll(dice, 1000000));
	return dice_format(dice, affinity == 'R' ? "%d.25" : "%d", dice_roll(dice, 1000000));
}

static struct lines columns_of(struct dice *dice, sqlite3 *db, const char *table, const char *what)
{
	return look_texts(dice, db,
			  dice_format(dice,
				      "SELECT %s FROM pragma_table_xinfo(%Q) WHERE hidden = 0",
				      what, table));
}

static char *insert(struct dice *dice, sqlite3 *db, const char *table, const char *verb)
{
	struct lines names = columns_of(dice, db, table, "name"),
		     types = columns_of(dice, db, table, "type");
	char *columns = dice_format(dice, ""), *values = dice_format(dice, "");

	for (int i = 0; i < names.count; i++) {
		columns = dice_format(dice, "%s%s\"%w\"", columns, i ? ", " : "", names.items[i]);
		values = dice_format(dice, "%s%s%s", values, i ? ", " : "",
				     value(dice, types.items[i]));
	}
	return dice_format(dice, "%s INTO \"%w\" (%s) VALUES (%s)", verb, table, columns, values);
}

/* One that hits a row, or two; a key that is set is a new one, so no row takes another's place. */
static char *write_one(struct dice *dice, sqlite3 *db, const char *table)
{
	struct lines names = columns_of(dice, db, table, "name"),
		     types = columns_of(dice, db, table, "type");
	const int at = names.count ? dice_roll(dice, names.count) : 0;
	const int row = dice_roll(dice, MOST_ROWS);
	const char *where;

	if (!names.count)
		return NULL;
	where = dice_format(dice, "WHERE \"%w\" IS (SELECT \"%w\" FROM \"%w\" LIMIT 1 OFFSET %d)",
			    names.items[at], names.items[at], table, row);
	switch (dice_roll(dice, 6)) {
	case 0:
		return dice_format(dice, "DELETE FROM \"%w\" %s", table, where);
	case 1:
		return insert(dice, db, table, "REPLACE");
	case 2:
	case 3:
		return insert(dice, db, table, "INSERT OR IGNORE");
	default:
		return dice_format(dice, "UPDATE OR %s \"%w\" SET \"%w\" = %s %s",
				   dice_chance(dice, 50) ? "IGNORE" : "REPLACE", table,
				   names.items[at], value(dice, types.items[at]), where);
	}
}

/* What fails, fails; VACUUM gives rows new rowids where it may. */
static void write_all(struct journey *j, const char *file, int most, bool fill)
{
	struct dice *dice = &j->dice;
	sqlite3 *db = file_open(path(j, file));
	struct lines tables = look_texts(dice, db, own_tables);
	const int count = fill ? most : dice_roll(dice, most);

	if (dice_chance(dice, 50))
		sqlite3_exec(db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL);
	if (dice_chance(dice, 30))
		sqlite3_exec(db, "PRAGMA recursive_triggers = ON", NULL, NULL, NULL);
	for (int i = 0; tables.count && i < count; i++) {
		const char *table =
			tables.items[fill ? i % tables.count : dice_roll(dice, tables.count)];
		const char *sql =
			fill ? insert(dice, db, table, "INSERT") : write_one(dice, db, table);

		if (sql)
			sqlite3_exec(db, sql, NULL, NULL, NULL);
	}
	if (!fill && dice_chance(dice, 30))
		sqlite3_exec(db, "VACUUM", NULL, NULL, NULL);
	sqlite3_close(db);
}

/* ---- what came back ------------------------------------------------------------------------ */

/* The values of some columns of a row as one text, exact. */
static char *row_of(struct dice *dice, const struct lines *columns)
{
	char *text = dice_format(dice, "''");

	for (int i = 0; i < columns->count; i++)
		text = dice_format(dice, "%s || quote(\"%w\") || ','", text, columns->items[i]);
	return text;
}

static long long count(struct journey *j, char *query)
{
	const char *text = look_text(&j->dice, j->db, query);

	if (!text)
		find(j, dice_format(&j->dice, "%s: %s", sqlite3_errmsg(j->db), query));
	return text ? strtoll(text, NULL, 10) : 0;
}

/* Rows of one query that another lacks are found. */
static void within(struct journey *j, const char *what, const char *table, char *rows, char *others)
{
	char *query = dice_format(&j->dice, "SELECT count(*) FROM (%s EXCEPT %s)", rows, others);

	if (!j->found && count(j, query))
		find(j, dice_format(&j->dice, "table %s: %s, by %s: %s", table, what, query,
				    look_text(&j->dice, j->db,
					      dice_format(&j->dice, "SELECT * FROM (%s EXCEPT %s)",
							  rows, others))));
}

static void both_ways(struct journey *j, const char *what, const char *table, char *rows,
		      char *others)
{
	within(j, what, table, rows, others);
	within(j, what, table, others, rows);
}

static char *select_rows(struct dice *dice, const char *schema, const char *table,
			 const char *expression)
{
	return dice_format(dice, "SELECT %s AS r FROM %s.\"%w\"", expression, schema, table);
}

static void compare_gone(struct journey *j, const char *table)
{
	struct dice *dice = &j->dice;
	struct lines names = columns_of(dice, j->db, table, "name");
	const bool has_rowid = look_text(dice, j->db,
					 dice_format(dice,
						     "SELECT 1 FROM pragma_table_list WHERE name"
						     " = %Q AND schema = 'main' AND wr = 0",
						     table)) &&
			       !lines_have(&names, "rowid");
	char *row = row_of(dice, &names);

	row = has_rowid ? dice_format(dice, "rowid || ':' || %s", row) : row;
	both_ways(j, "it had gone, and is another", table, select_rows(dice, "have", table, row),
		  select_rows(dice, "main", table, row));
}

static const char *want_of(const struct pair *pair, const char *have)
{
	for (int i = 0; i < pair->count; i++)
		if (pair->columns[i].have && !sqlite3_stricmp(pair->columns[i].have, have))
			return pair->columns[i].want;
	return NULL;
}

/* ANY means NUMERIC where the table is not STRICT. */
static char *type_of(struct journey *j, const char *schema, const char *table, const char *column)
{
	char *type =
		look_text(&j->dice, j->db,
			  dice_format(&j->dice,
				      "SELECT upper(type) || hidden || iif(upper(type) = 'ANY',"
				      " (SELECT strict FROM pragma_table_list WHERE name = %Q"
				      " AND schema = %Q), '') FROM"
				      " pragma_table_xinfo(%Q, %Q) WHERE name = %Q",
				      table, schema, table, schema, column));

	return type ? type : dice_format(&j->dice, "");
}

/* Columns of a table that both shapes have alike, which no expression fills: under both names. */
static void find_plain(struct journey *j, const struct pair *pair, struct lines *have,
		       struct lines *want)
{
	struct lines names = columns_of(&j->dice, j->db, pair->have, "name");

	for (int i = 0; i < names.count; i++) {
		const char *name = want_of(pair, names.items[i]);

		if (!name || fill_of(&j->trial, pair->want, name) ||
		    strcmp(type_of(j, "have", pair->have, names.items[i]),
			   type_of(j, "written", pair->want, name)) != 0)
			continue;
		lines_add(&j->dice, have, names.items[i]);
		lines_add(&j->dice, want, dice_format(&j->dice, "%s", name));
	}
}

/* The key by which moult may park, under both names; none where it is none of plain columns. */
static bool find_key(struct journey *j, const struct pair *pair, const struct lines *plain,
		     const struct lines *also, struct lines *have, struct lines *want)
{
	struct lines key = look_texts(&j->dice, j->db,
				      dice_format(&j->dice,
						  "SELECT name FROM pragma_table_xinfo(%Q)"
						  " WHERE pk ORDER BY pk",
						  pair->have));

	for (int i = 0; i < key.count; i++)
		for (int k = 0; k < plain->count; k++)
			if (!strcmp(plain->items[k], key.items[i])) {
				lines_add(&j->dice, have, plain->items[k]);
				lines_add(&j->dice, want, also->items[k]);
			}
	return key.count && have->count == key.count;
}

/*
 * Rows that new code wrote, by their key.  One without gets a number of SQLite's where the key is the
 * rowid in the older shape, and is there under that.
 */
static void compare_written(struct journey *j, const struct pair *pair, const struct lines *key,
			    const struct lines *plain, const struct lines *new_key,
			    const struct lines *also)
{
	struct dice *dice = &j->dice;
	const char *table = pair->have, *known = "";
	const bool is_number =
		key->count == 1 && !strcmp(type_of(j, "have", table, key->items[0]), "INTEGER0");

	if (is_number)
		known = dice_format(dice, " WHERE \"%w\" IS NOT NULL", new_key->items[0]);
	within(j, "what new code wrote is not there", table,
	       dice_format(dice, "%s%s",
			   select_rows(dice, "written", pair->want, row_of(dice, also)), known),
	       select_rows(dice, "main", table, row_of(dice, plain)));
	if (!is_number)
		within(j, "nobody wrote this", table,
		       select_rows(dice, "main", table, row_of(dice, plain)),
		       select_rows(dice, "written", pair->want, row_of(dice, also)));
	if (count(j, dice_format(dice,
				 "SELECT (SELECT count(*) FROM main.\"%w\") <> (SELECT count(*)"
				 " FROM written.\"%w\")",
				 table, pair->want)))
		find(j, dice_format(dice, "table %s: it has another number of rows", table));
}

static void compare_kept(struct journey *j, const struct pair *pair)
{
	struct dice *dice = &j->dice;
	const char *table = pair->have;
	struct lines all = columns_of(dice, j->db, table, "name"), plain = {0}, also = {0};
	struct lines key = {0}, new_key = {0};
	struct lines new_all = look_texts(dice, j->db,
					  dice_format(dice,
						      "SELECT name FROM pragma_table_xinfo(%Q,"
						      " 'written')",
						      pair->want));
	char *key_row, *new_key_row, *untouched, *twice;

	find_plain(j, pair, &plain, &also);
	if (!find_key(j, pair, &plain, &also, &key, &new_key))
		return;
	key_row = row_of(dice, &key);
	new_key_row = row_of(dice, &new_key);
	/* A key of NULLs says of no row which it is. */
	twice = dice_format(dice, "SELECT count(*) - count(DISTINCT %s) FROM have.\"%w\"", key_row,
			    table);
	if (count(j, twice))
		return;
	compare_written(j, pair, &key, &plain, &new_key, &also);
	untouched = dice_format(dice,
				"(SELECT k FROM (SELECT %s AS k, %s FROM there.\"%w\" INTERSECT"
				" SELECT %s, %s FROM written.\"%w\"))",
				new_key_row, row_of(dice, &new_all), pair->want, new_key_row,
				row_of(dice, &new_all), pair->want);
	if (!j->lost || (!strstr(j->lost, table) && !strstr(j->lost, pair->want)))
		within(j, "what nobody wrote is another", table,
		       dice_format(dice, "SELECT %s FROM have.\"%w\" WHERE %s IN %s",
				   row_of(dice, &all), table, key_row, untouched),
		       select_rows(dice, "main", table, row_of(dice, &all)));
}

static void compare(struct journey *j)
{
	struct dice *dice = &j->dice;
	sqlite3 *have = file_open(path(j, "have")), *there = file_open(path(j, "there"));
	struct match match = match_files(&j->trial, have, there);
	struct lines tables = look_texts(dice, have, own_tables);
	struct lines shape, was = look_schema(dice, have, false);
	char *text;

	j->db = file_open(path(j, "back"));
	for (int i = 0; i < 3; i++) {
		static const char *const names[] = {"have", "there", "written"};

		sqlite3_exec(j->db,
			     dice_format(dice, "ATTACH %Q AS %s", path(j, names[i]), names[i]),
			     NULL, NULL, NULL);
	}
	shape = look_schema(dice, j->db, false);
	text = lines_difference(dice, &was, &shape);
	if (text)
		find(j, dice_format(dice, "the schema is another: %s", text));
	for (int i = 0; i < tables.count; i++) {
		const struct pair *pair = match_have(&match, tables.items[i]);

		if (pair && pair->want)
			compare_kept(j, pair);
		else
			compare_gone(j, tables.items[i]);
	}
	sqlite3_close(j->db);
	sqlite3_close(there);
	sqlite3_close(have);
}

/* ---- there and back ------------------------------------------------------------------------ */

static char *said(struct journey *j, moult *m, const char *what, int rc)
{
	char *text = dice_format(&j->dice, "%s: %d", what, rc);

	for (size_t i = 0; i < moult_diagnostic_count(m); i++)
		text = dice_format(
			&j->dice, "%s\n#   %s %s: %s", text, moult_diagnostic_at(m, i)->id,
			moult_diagnostic_at(m, i)->object ? moult_diagnostic_at(m, i)->object : "",
			moult_diagnostic_at(m, i)->message);
	return text;
}

/* The tables of which nothing could be kept. */
static char *unparked(struct journey *j, moult *m, const char *id, const char *other)
{
	char *text = NULL;

	for (size_t i = 0; i < moult_diagnostic_count(m); i++)
		if (!strcmp(moult_diagnostic_at(m, i)->id, id) ||
		    !strcmp(moult_diagnostic_at(m, i)->id, other))
			text = dice_format(&j->dice, "%s %s", text ? text : "",
					   moult_diagnostic_at(m, i)->object);
	return text;
}

static bool go(struct journey *j, const char *document)
{
	moult_options options = MOULT_OPTIONS_INIT;
	moult_outcome outcome = MOULT_OUTCOME_INIT;
	moult *m = judge_handle();
	bool is_gone;
	int rc;

	options.no_backup = 1;
	options.allow = "all";
	options.way_back = "data";
	rc = judge_apply(m, path(j, "back"), document, &options, &outcome);
	is_gone = !rc && outcome.deed == MOULT_MIGRATED && !judge_was_said(m, "RUN055");
	if (rc && rc != MOULT_REFUSED && rc != MOULT_TROUBLE)
		find(j, said(j, m, "there", rc));
	refused += rc != 0;
	j->lost = unparked(j, m, "MD132", "");
	unkept += j->lost != NULL;
	moult_outcome_done(&outcome);
	moult_free(m);
	return is_gone;
}

/* From a file without anything there is no way back. */
static bool is_empty(struct journey *j)
{
	sqlite3 *db = file_open(path(j, "have"));
	const bool is = !look_text(
		&j->dice, db,
		"SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'");

	sqlite3_close(db);
	return is;
}

/*
 * What SQLite was not asked is asked of rows that come back: foreign keys that were off, and the type
 * of a virtual column of a STRICT table.
 */
static bool has_faults(struct journey *j, const char *file)
{
	sqlite3 *db = file_open(path(j, file));
	const char *check = look_text(&j->dice, db, "PRAGMA quick_check");
	const bool has = look_text(&j->dice, db, "PRAGMA foreign_key_check") || !check ||
			 strcmp(check, "ok") != 0;

	sqlite3_close(db);
	return has;
}

/* Rows that new code wrote may be in the way; without any nothing is. */
static bool come_back(struct journey *j, bool is_written)
{
	moult_options options = MOULT_OPTIONS_INIT;
	moult *m = judge_handle();
	int rc;

	options.no_backup = 1;
	options.allow = "all";
	rc = moult_downgrade_file(m, path(j, "back"), NULL, &options, NULL);
	if (rc && (rc != MOULT_REFUSED || (!is_written && !j->lost && !has_faults(j, "have"))))
		find(j, said(j, m, "back", rc));
	refused_back += rc == MOULT_REFUSED;
	j->left = unparked(j, m, "MD136", "MD109");
	moult_free(m);
	return !rc;
}

static bool says(const char *list, const char *table)
{
	return list && table && strstr(list, table);
}

/*
 * Whether it was said of a table, by either name, that it cannot be kept: then an expression runs on what
 * it made the first time, too.
 */
static bool is_left(const struct journey *j, const struct match *match, const char *table)
{
	const struct pair *pair = match_want(match, table);
	const char *have = pair ? pair->have : NULL;

	return says(j->left, table) || says(j->left, have) || says(j->lost, table) ||
	       says(j->lost, have);
}

/* Nobody wrote since, so whatever the newer shape had is there again. */
static void compare_again(struct journey *j)
{
	struct dice *dice = &j->dice;
	sqlite3 *have = file_open(path(j, "have")), *there = file_open(path(j, "there"));
	const struct match match = match_files(&j->trial, have, there);
	struct lines tables;

	j->db = file_open(path(j, "again"));
	sqlite3_exec(j->db, dice_format(dice, "ATTACH %Q AS written", path(j, "written")), NULL,
		     NULL, NULL);
	tables = look_texts(dice, j->db, own_tables);
	for (int i = 0; i < tables.count; i++) {
		struct lines names = columns_of(dice, j->db, tables.items[i], "name");
		char *row = row_of(dice, &names);

		if (!is_left(j, &match, tables.items[i]))
			both_ways(j, "there again it is another", tables.items[i],
				  select_rows(dice, "main", tables.items[i], row),
				  select_rows(dice, "written", tables.items[i], row));
	}
	sqlite3_close(j->db);
	sqlite3_close(there);
	sqlite3_close(have);
}

static void go_again(struct journey *j, const char *document)
{
	moult_options options = MOULT_OPTIONS_INIT;
	moult *m = judge_handle();
	int rc;

	file_copy(&j->dice, path(j, "back"), path(j, "again"));
	options.no_backup = 1;
	options.allow = "all";
	options.way_back = "data";
	rc = judge_apply(m, path(j, "again"), document, &options, NULL);
	if (!rc)
		compare_again(j);
	else if (rc != MOULT_REFUSED || (!j->left && !j->lost && !has_faults(j, "written")))
		find(j, said(j, m, "there again", rc));
	moult_free(m);
}

static void travel(struct journey *j, const char *document, bool writes)
{
	file_copy(&j->dice, path(j, "have"), path(j, "back"));
	if (is_empty(j) || !go(j, document))
		return;
	went++;
	file_copy(&j->dice, path(j, "back"), path(j, "there"));
	if (writes)
		write_all(j, "back", MOST_WRITES, false);
	file_copy(&j->dice, path(j, "back"), path(j, "written"));
	if (come_back(j, writes) && !j->found)
		compare(j);
	else
		return;
	if (!j->found)
		go_again(j, document);
}

static void report(struct journey *j, const char *name)
{
	if (j->found)
		printf("# ======== %s: %s\n", name, j->found);
	fflush(stdout);
}

/* ---- invented pairs ------------------------------------------------------------------------ */

static char *dump(struct journey *j, const char *file)
{
	moult_schema *schema = NULL;
	sqlite3_str *out = sqlite3_str_new(NULL);
	moult *m = judge_handle();
	char *text, *copy;

	if (!moult_schema_read(&schema, m, file))
		moult_schema_dump(m, schema, judge_append, out);
	moult_schema_free(schema);
	moult_free(m);
	text = sqlite3_str_finish(out);
	copy = text ? dice_format(&j->dice, "%s", text) : NULL;
	sqlite3_free(text);
	return copy;
}

static bool try_seed(unsigned long long seed, const char *folder)
{
	struct journey j = {.found = NULL};
	char *document;

	dice_seed(&j.dice, seed);
	trial_make(&j.trial, &j.dice, folder, false);
	file_build(&j.trial, path(&j, "have"), &j.trial.have);
	file_build(&j.trial, path(&j, "want"), &j.trial.want);
	document = dump(&j, path(&j, "want"));
	if (document)
		travel(&j, document_with_more(&j.trial, document), dice_chance(&j.dice, 80));
	report(&j, dice_format(&j.dice, "--seed %d --count 1", (int)seed));
	if (j.found)
		trial_print(&j.trial, &(struct verdict){"there, writes, back", j.found, document});
	dice_done(&j.dice);
	return !j.found;
}

/* ---- histories ----------------------------------------------------------------------------- */

static int is_sql(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && !strcmp(dot, ".sql");
}

static bool try_versions(const char *folder, const char *from, const char *to)
{
	struct journey j = {.found = NULL};
	size_t size;
	sqlite3 *db;
	char *document;

	dice_seed(&j.dice, (uint64_t)strlen(from) * 31 + strlen(to));
	j.trial = (struct trial){.dice = &j.dice, .folder = folder};
	file_remove(&j.dice, path(&j, "have"));
	db = file_open(path(&j, "have"));
	sqlite3_exec(db, file_read(&j.dice, from, &size), NULL, NULL, NULL);
	sqlite3_close(db);
	write_all(&j, "have", 20 * MOST_ROWS, true);
	document = dump(&j, to);
	if (document)
		document = dice_format(&j.dice, "%.*s undeclared=\"drop\"%s",
				       (int)(strstr(document, "<database") + 9 - document),
				       document, strstr(document, "<database") + 9);
	for (int writes = 0; document && writes < 2 && !j.found; writes++)
		travel(&j, document, writes);
	report(&j, dice_format(&j.dice, "%s to %s", from, to));
	dice_done(&j.dice);
	return !j.found;
}

static bool try_history(const char *folder, const char *dir)
{
	struct dirent **entries = NULL;
	const int versions = scandir(dir, &entries, is_sql, alphasort);
	char before[1024], now[1024], first[1024];
	bool is_good = true;

	for (int i = 0; i < versions; i++) {
		snprintf(now, sizeof(now), "%s/%s", dir, entries[i]->d_name);
		if (i)
			is_good &= try_versions(folder, before, now);
		else
			memcpy(first, now, sizeof(first));
		if (i > 1 && i == versions - 1)
			is_good &= try_versions(folder, first, now);
		memcpy(before, now, sizeof(before));
		free(entries[i]);
	}
	free(entries);
	return is_good;
}

/* ---- all of it ----------------------------------------------------------------------------- */

static void remove_folder(const char *folder)
{
	static const char *const files[] = {"have", "want", "there", "written", "back", "again"};
	struct dice dice;

	dice_seed(&dice, 0);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		file_remove(&dice, dice_format(&dice, "%s/%s.db", folder, files[i]));
	dice_done(&dice);
	rmdir(folder);
}

static void result(int number, const char *name, unsigned long long tries,
		   unsigned long long broken)
{
	printf("%sok %d - %s: %llu went, %llu of %llu broken\n", broken ? "not " : "", number, name,
	       went, broken, tries);
	printf("# %llu were refused, %llu on the way back; %llu kept not all\n", refused,
	       refused_back, unkept);
	went = refused = refused_back = unkept = 0;
}

int main(int argc, char **argv)
{
	unsigned long long seed = 1, tries = USUAL_COUNT, broken = 0, all = 0;
	const char *temporary = getenv("TMPDIR");
	char folder[512];
	int at = 1;

	snprintf(folder, sizeof(folder), "%s/moult-back-XXXXXX", temporary ? temporary : "/tmp");
	if (!mkdtemp(folder)) {
		perror(folder);
		return 99;
	}
	for (; at + 1 < argc && !strncmp(argv[at], "--", 2); at += 2)
		*(strcmp(argv[at], "--seed") ? &tries : &seed) = strtoull(argv[at + 1], NULL, 10);
	file_keep_still();
	printf("1..%d\n", 1 + argc - at);
	for (unsigned long long i = 0; i < tries; i++)
		broken += !try_seed(seed + i, folder);
	result(1, "there, writes, back", tries, broken);
	all = broken;
	for (int i = at; i < argc; i++) {
		broken = !try_history(folder, argv[i]);
		result(2 + i - at, argv[i], 1, broken);
		all += broken;
	}
	remove_folder(folder);
	return all > 0;
}
