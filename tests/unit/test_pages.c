/* SPDX-License-Identifier: MIT */
/*
 * test_pages.c: what the pages give, against what SQLite gives.
 *
 *	test_pages [FIRST [LAST]]	files of those seeds only
 *
 * Each query is run on the pages and by SQLite, and all rows must be the same, in order and to the
 * bit, or MO_ODD must be said where that may be: for whatever is no plain column, and for damage.
 */
#include <sys/wait.h>
#include <unistd.h>

#include "random/dice.h"
#include "unit/scratch.h"

#include "base/hash.h"
#include "digest/digest.h"
#include "digest/loss.h"
#include "digest/on_pages.h"
#include "digest/row.h"
#include "live/buffered.h"
#include "live/connect.h"
#include "pages/pages.h"

#define SEEDS 40
#define DAMAGES 60 /* of each file that is damaged */

/* ---- one query, twice ---------------------------------------------------------------------- */

struct rows {
	struct digest_pages pages;
	struct hasher hasher;
	long long count;
};

static int add_row(void *context, const struct value *values, int count)
{
	struct rows *rows = context;
	unsigned char bytes[16];
	struct row_hash row;

	mo_row_begin(&row);
	for (int i = 0; i < count; i++)
		mo_row_value(&row, &values[i]);
	mo_row_pack(bytes, mo_row_end(&row));
	mo_hash_bytes(&rows->hasher, bytes, sizeof(bytes));
	rows->count++;
	return SQLITE_OK;
}

static struct page_check
	check; /* what queries say of their tables and indexes, while that is asked */
static bool is_checked;

static int run_pages(struct hash128 *hash, sqlite3 *db, const char *sql)
{
	struct rows rows = {.pages = {.db = db}};
	const struct page_query query = {.db = db,
					 .sql = sql,
					 .functions = mo_digest_functions,
					 .on_row = add_row,
					 .context = &rows,
					 .check = is_checked ? &check : NULL};
	int rc;

	mo_hash_begin(&rows.hasher);
	rc = mo_pages_query(&query);
	mo_digest_pages_done(&rows.pages);
	mo_hash_integer(&rows.hasher, rows.count);
	*hash = mo_hash_end(&rows.hasher);
	return rc;
}

static void take_column(struct value *value, sqlite3_stmt *stmt, int i)
{
	*value = (struct value){.type = sqlite3_column_type(stmt, i)};
	if (value->type == SQLITE_INTEGER)
		value->integer = sqlite3_column_int64(stmt, i);
	else if (value->type == SQLITE_FLOAT)
		value->real = sqlite3_column_double(stmt, i);
	else if (value->type == SQLITE_TEXT)
		value->bytes = sqlite3_column_text(stmt, i);
	else if (value->type == SQLITE_BLOB)
		value->bytes = sqlite3_column_blob(stmt, i);
	if (value->type == SQLITE_TEXT || value->type == SQLITE_BLOB)
		value->size = (size_t)sqlite3_column_bytes(stmt, i);
}

static int run_sqlite(struct hash128 *hash, sqlite3 *db, const char *sql)
{
	struct rows rows = {0};
	struct value values[100];
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	mo_hash_begin(&rows.hasher);
	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const int count = sqlite3_column_count(stmt);

		assert_true(count <= 100);
		for (int i = 0; i < count; i++)
			take_column(&values[i], stmt, i);
		rc = add_row(&rows, values, count);
	}
	sqlite3_finalize(stmt);
	mo_hash_integer(&rows.hasher, rows.count);
	*hash = mo_hash_end(&rows.hasher);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* Whether the pages were read. */
static bool agree(sqlite3 *db, const char *sql)
{
	struct hash128 pages, sqlite;
	const int rc = run_pages(&pages, db, sql);
	const int result = rc == MO_ODD ? SQLITE_OK : run_sqlite(&sqlite, db, sql);

	if (rc == MO_ODD)
		return false;
	if (rc || result || pages.low != sqlite.low || pages.high != sqlite.high)
		fail_msg("%s: %d, SQLite %d, and other rows", sql, rc, result);
	return true;
}

static void must_agree(sqlite3 *db, const char *sql)
{
	if (!agree(db, sql))
		fail_msg("%s: the pages were not read", sql);
}

static void must_be_odd(sqlite3 *db, const char *sql)
{
	struct hash128 hash;

	assert_int_equal(run_pages(&hash, db, sql), MO_ODD);
}

/* ---- random files -------------------------------------------------------------------------- */

static const char *const types[] = {"INTEGER", "TEXT", "REAL", "NUMERIC", "BLOB", "", "INT"};
static const char letters[] = "TNIRB-";

static char *random_text(struct dice *dice)
{
	static const char *const texts[] = {"''",
					    "'5'",
					    "' -12 '",
					    "'1e3'",
					    "'0.1'",
					    "'9223372036854775807'",
					    "'9223372036854775808'",
					    "'-9223372036854775808'",
					    "'+7'",
					    "'0x10'",
					    "'a' || char(0) || 'b'",
					    "'5' || char(0)",
					    "'\xc3\xa4\xe2\x82\xac\xf0\x9f\x8c\xb3'",
					    "char(65533, 55295, 57344, 65536, 1114111)",
					    "' '"};

	if (dice_chance(dice, 50))
		return dice_format(dice, "%s", PICK(dice, texts));
	return dice_format(dice, "substr(hex(randomblob(%d)), %d)", 1 + dice_roll(dice, 40),
			   1 + dice_roll(dice, 3));
}

static char *random_value(struct dice *dice, int page_size)
{
	static const char *const reals[] = {"0.0",
					    "-0.0",
					    "1.5",
					    "1e300",
					    "-2.0",
					    "9e999",
					    "-9e999",
					    "1e15",
					    "0.1",
					    "9007199254740993.0",
					    "9223372036854775807.0",
					    "-9223372036854775808.0",
					    "3e-320"};

	switch (dice_roll(dice, 7)) {
	case 0:
		return dice_format(dice, "NULL");
	case 1:
		return dice_format(dice, "(%d << %d) %s %d", 1 - 2 * dice_roll(dice, 2),
				   dice_roll(dice, 64), dice_chance(dice, 50) ? "+" : "-",
				   dice_roll(dice, 3));
	case 2:
		return dice_format(dice, "%d", dice_roll(dice, 3));
	case 3:
		return dice_format(dice, "%s", PICK(dice, reals));
	case 4:
		return dice_format(dice, "randomblob(%d)", dice_roll(dice, 30));
	case 5:
		if (dice_chance(dice, 80))
			return random_text(dice);
		return dice_format(dice,
				   dice_chance(dice, 50) ? "randomblob(%d)" : "hex(zeroblob(%d))",
				   dice_roll(dice, page_size * 4));
	default:
		return random_text(dice);
	}
}

struct table {
	const char *name;
	int columns;
	bool without_rowid;
	bool has_key;	/* INTEGER PRIMARY KEY, c0 */
	bool has_short; /* records that lack a column with a DEFAULT */
	const char *indexes[3];
	const char *keys[3]; /* the columns of each */
	int index_count;
};

static void insert_rows(struct dice *dice, sqlite3 *db, const struct table *table, int rows,
			int page_size)
{
	for (int i = 0; i < rows; i++) {
		char *values = dice_format(dice, "%s",
					   table->has_key ? dice_format(dice, "NULL")
							  : random_value(dice, page_size));

		if (table->has_key && dice_chance(dice, 20))
			values = dice_format(dice, "(%d << %d)", 1 - 2 * dice_roll(dice, 2),
					     dice_roll(dice, 62));
		for (int j = 1; j < table->columns; j++)
			values = dice_format(dice, "%s, %s", values, random_value(dice, page_size));
		run_sql(db, dice_format(dice, "INSERT OR IGNORE INTO %s VALUES (%s)", table->name,
					values));
	}
}

static void make_index(struct dice *dice, sqlite3 *db, struct table *table)
{
	const int at = table->index_count++;
	const int first = dice_roll(dice, table->columns);
	const int second = (first + 1) % table->columns;

	table->indexes[at] = dice_format(dice, "%s_%d", table->name, at);
	table->keys[at] = table->columns > 1 && dice_chance(dice, 60)
				  ? dice_format(dice, "c%d, c%d", first, second)
				  : dice_format(dice, "c%d", first);
	run_sql(db,
		dice_format(dice, "CREATE INDEX %s ON %s(%s%s)", table->indexes[at], table->name,
			    table->keys[at], dice_chance(dice, 40) ? " DESC" : ""));
}

static void make_table(struct dice *dice, sqlite3 *db, struct table *table, int number,
		       int page_size)
{
	char *columns;

	*table = (struct table){.name = dice_format(dice, "t%d", number),
				.columns = 1 + dice_roll(dice, 9)};
	table->without_rowid = dice_chance(dice, 25);
	table->has_key = !table->without_rowid && dice_chance(dice, 40);
	columns = dice_format(dice, "c0 %s",
			      table->has_key ? "INTEGER PRIMARY KEY" : PICK(dice, types));
	for (int i = 1; i < table->columns; i++)
		columns = dice_format(dice, "%s, c%d %s%s", columns, i, PICK(dice, types),
				      dice_chance(dice, 20) ? " COLLATE NOCASE" : "");
	if (table->without_rowid)
		columns = dice_format(dice, "%s, PRIMARY KEY(c%d%s)", columns,
				      dice_roll(dice, table->columns),
				      dice_chance(dice, 30) ? " DESC" : "");
	run_sql(db, dice_format(dice, "CREATE TABLE %s(%s)%s", table->name, columns,
				table->without_rowid ? " WITHOUT ROWID" : ""));
	insert_rows(dice, db, table, dice_roll(dice, 120), page_size);
	for (int i = dice_roll(dice, 4); i > 0; i--)
		make_index(dice, db, table);
	if (dice_chance(dice, 40)) {
		table->has_short = dice_chance(dice, 60);
		run_sql(db, dice_format(dice, "ALTER TABLE %s ADD COLUMN c%d %s%s", table->name,
					table->columns++, PICK(dice, types),
					table->has_short ? " DEFAULT ''" : ""));
	}
	insert_rows(dice, db, table, dice_roll(dice, 60), page_size);
	if (dice_chance(dice, 50))
		run_sql(db, dice_format(dice, "DELETE FROM %s WHERE random() %% %d = 0",
					table->name, 1 + dice_roll(dice, 4)));
}

struct file {
	struct table tables[4];
	int count;
	int page_size;
};

static sqlite3 *make_file(struct file *file, struct dice *dice, struct scratch *scratch,
			  int most_pages)
{
	static const char *const encodings[] = {"UTF-8", "UTF-8", "UTF-16le", "UTF-16be"};
	sqlite3 *db = scratch_open(scratch, "file");
	int reserved = dice_chance(dice, 30) ? dice_roll(dice, 33) : 0;

	file->page_size = 512 << dice_roll(dice, most_pages);
	file->count = 1 + dice_roll(dice, 4);
	sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, (int)(dice->state | 1), db);
	sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
	run_sql(db,
		dice_format(
			dice,
			"PRAGMA synchronous = OFF; PRAGMA page_size = %d; PRAGMA encoding = '%s'; PRAGMA auto_vacuum = %d",
			file->page_size, PICK(dice, encodings), dice_roll(dice, 3)));
	assert_int_equal(mo_digest_register(db), 0);
	run_sql(db, "BEGIN");
	for (int i = 0; i < file->count; i++)
		make_table(dice, db, &file->tables[i], i, file->page_size);
	run_sql(db, "COMMIT");
	return db;
}

/* ---- random queries ------------------------------------------------------------------------ */

/* _moult_digest() over all columns, by a letter for each; with affinities inside of it, too. */
static char *digest_query(struct dice *dice, const struct table *table)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	struct arena *arena = mo_arena_new();
	struct list expressions = {0};
	char *text, *all = dice_memory(dice, 40), *sql;

	for (int i = 0; i < table->columns; i++) {
		all[i] = letters[dice_chance(dice, 60) ? 5 : dice_roll(dice, 6)];
		mo_list_add(arena, &expressions,
			    dice_chance(dice, 70) ? dice_format(dice, "c%d", i)
						  : dice_format(dice, "_moult_affinity(c%d, '%c')",
								i, letters[dice_roll(dice, 5)]));
	}
	mo_digest_write(out, all, &expressions);
	text = sqlite3_str_finish(out);
	sql = dice_format(dice, "SELECT %s, NULL, _moult_digest('-', c0) FROM main.%s", text,
			  table->name);
	sqlite3_free(text);
	mo_arena_free(arena);
	return sql;
}

/* What hashes say of keys is what SQLite says of them. */
static char *distinct_query(struct dice *dice, sqlite3 *db, const struct table *table)
{
	const int second = dice_roll(dice, table->columns);
	const char *of =
		dice_format(dice, "FROM %s NOT INDEXED WHERE c0 IS NOT NULL AND c%d IS NOT NULL",
			    table->name, second);
	char *hashes = dice_format(dice, "SELECT _moult_distinct('--', c0, c%d) %s", second, of);
	const char *groups =
		dice_format(dice,
			    "SELECT count(*) FROM (SELECT 1 %s GROUP BY c0 COLLATE BINARY,"
			    " c%d COLLATE BINARY HAVING count(*) > 1)",
			    of, second);
	int rc = SQLITE_OK;

	assert_int_equal(mo_query_integer(db, hashes, 0, &rc) == 1,
			 mo_query_integer(db, groups, -1, &rc) == 0);
	assert_int_equal(rc, SQLITE_OK);
	return hashes;
}

/* How many queries the pages answered, of how many. */
static void compare_table(int counts[2], struct dice *dice, sqlite3 *db, const struct table *table)
{
	const char *sql[8];
	int count = 0;

	counts[0] += agree(db, distinct_query(dice, db, table));
	counts[1]++;
	sql[count++] = dice_format(dice, "SELECT * FROM %s", table->name);
	if (!table->without_rowid)
		sql[count++] =
			dice_format(dice, "SELECT rowid, c0 FROM %s NOT INDEXED", table->name);
	sql[count++] = digest_query(dice, table);
	sql[count++] = digest_query(dice, table);
	for (int i = 0; i < table->index_count; i++)
		sql[count++] = dice_format(dice, "SELECT %s%s FROM %s INDEXED BY %s",
					   table->keys[i], table->without_rowid ? "" : ", rowid",
					   table->name, table->indexes[i]);
	for (int i = 0; i < count; i++) {
		const bool read = agree(db, sql[i]);

		counts[0] += read;
		counts[1]++;
		if (!read && !table->has_short)
			fail_msg("%s: the pages were not read", sql[i]);
	}
}

/* Conditions of the questions to the rows; those of the document may be what SQLite alone knows. */
static char *question(struct dice *dice, const struct table *table, bool is_known)
{
	static const char *const known[] = {
		"_moult_loses(c%d, '%c') = 1",
		"typeof(c%d) = 'integer' AND _moult_loses(c0, '%c') = 2",
		"+c%d IS NULL OR _moult_loses(c0, '%c') > 0",
		"typeof(c%d) <> 'null' AND _moult_loses(c0, '%c') < 1",
	};
	static const char *const others[] = {
		"NOT (c%d > 0) AND 'a' <> '%c'",
		"c%d <= c0 AND 'a' <> '%c'",
		"(c%d = c0) IS NULL AND 'a' <> '%c'",
		"c%d IS NOT c0 AND 'a' <> '%c'",
		"c%d NOT IN (1, 2) AND typeof(c0) >= '%c'",
		"c%d = 1 OR +c0 > '%c'",
		"c%d * 3 - c0 + 1 > 7 AND 'a' <> '%c'",
		"1 + c%d * c0 IS NULL OR 'a' = '%c'",
		"c%d %% 3 = 1 AND 'a' <> '%c'",
		"(c%d + c0) %% c0 > 0 AND 'a' <> '%c'",
	};

	return dice_format(dice, is_known ? PICK(dice, known) : PICK(dice, others),
			   dice_roll(dice, table->columns), letters[dice_roll(dice, 5)]);
}

static void compare_questions(int counts[2], struct dice *dice, sqlite3 *db,
			      const struct table *table)
{
	sqlite3_stmt *reader = NULL;

	assert_int_equal(mo_loss_register(&reader, db), SQLITE_OK);
	for (int i = 0; i < 6; i++) {
		const bool is_known = i < 3;
		const char *condition = question(dice, table, is_known);
		const char *sql = dice_format(
			dice,
			i % 2 ? "SELECT count(CASE WHEN %s THEN 1 END), count(*), 'a' FROM %s NOT INDEXED"
			      : "SELECT count(*) FROM %s NOT INDEXED WHERE %s",
			i % 2 ? condition : table->name, i % 2 ? table->name : condition);
		const bool read = agree(db, sql);

		counts[0] += is_known && read;
		counts[1] += is_known;
		if (!read && is_known && !table->has_short)
			fail_msg("%s: the pages were not read", sql);
	}
	mo_loss_unregister(reader, db);
}

/* ---- soundness ----------------------------------------------------------------------------- */

/* All that is wrong with pages, but how many entries there are; rows have no constraints here but NOT NULL. */
static void must_be_sound(sqlite3 *db, const char *table)
{
	char *sql = sqlite3_mprintf("PRAGMA quick_check(%Q)", table);
	sqlite3_stmt *stmt = NULL;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *line = (const char *)sqlite3_column_text(stmt, 0);

		if (strcmp(line, "ok") != 0 && strncmp(line, "wrong # of entries", 18) != 0)
			fail_msg("%s is not sound: %s", table, line);
	}
	sqlite3_finalize(stmt);
	sqlite3_free(sql);
}

/*
 * Whether it has no index but those that were made here, or is one and has no other: SQLite may read
 * another one than it is asked for, and a tree that is read twice is not sound.
 */
static bool has_known_indexes(sqlite3 *db, const struct table *table)
{
	char *sql = sqlite3_mprintf("SELECT count(*) FROM pragma_index_list(%Q)%s", table->name,
				    table->without_rowid ? " WHERE origin <> 'pk'" : "");
	int rc = SQLITE_OK;
	const bool are_known = mo_query_integer(db, sql, -1, &rc) == table->index_count && !rc;

	sqlite3_free(sql);
	return are_known && !(table->without_rowid && table->index_count);
}

/* A table and its indexes, one after the other, as a proof does; MO_ODD where SQLite has to. */
static int read_trees(bool *are_sound, sqlite3 *db, const struct table *table)
{
	char *sql = sqlite3_mprintf("SELECT count(c0) FROM %s NOT INDEXED", table->name);
	struct hash128 hash;
	int rc = run_pages(&hash, db, sql);

	*are_sound = check.is_sound;
	sqlite3_free(sql);
	for (int i = 0; !rc && i < table->index_count; i++) {
		sql = sqlite3_mprintf("SELECT %s FROM %s INDEXED BY %s", table->keys[i],
				      table->name, table->indexes[i]);
		rc = run_pages(&hash, db, sql);
		*are_sound &= check.is_sound;
		sqlite3_free(sql);
	}
	return rc;
}

/* What is said to be sound is so to SQLite. */
static bool compare_soundness(int counts[2], sqlite3 *db, const struct table *table)
{
	bool are_sound = false;
	int rc = MO_ODD;

	check = (struct page_check){0};
	is_checked = true;
	if (has_known_indexes(db, table))
		rc = read_trees(&are_sound, db, table);
	is_checked = false;
	sqlite3_free(check.seen);
	if (!rc && are_sound)
		must_be_sound(db, table->name);
	counts[0] += !rc && are_sound;
	counts[1] += !rc;
	return rc || are_sound;
}

static int soundness[2], soundness_of_damaged[2];

static void compare_file(int counts[2], struct dice *dice, sqlite3 *db, const struct file *file)
{
	for (int i = 0; i < file->count; i++)
		compare_table(counts, dice, db, &file->tables[i]);
	for (int i = 0; i < file->count; i++)
		compare_questions(counts, dice, db, &file->tables[i]);
	for (int i = 0; i < file->count; i++)
		if (!compare_soundness(soundness, db, &file->tables[i]) &&
		    !mo_query_integer(db, "PRAGMA auto_vacuum", 0, NULL))
			fail_msg("%s is sound", file->tables[i].name);
}

/* What the transaction wrote, in the cache or not, is on the pages; so is what it took back. */
static void write_and_compare(int counts[2], struct dice *dice, sqlite3 *db, struct file *file)
{
	struct table *table = &file->tables[dice_roll(dice, file->count)];

	run_sql(db, dice_format(dice, "PRAGMA cache_size = %d", 1 + dice_roll(dice, 100)));
	run_sql(db, "SAVEPOINT s");
	insert_rows(dice, db, table, dice_roll(dice, 50), file->page_size);
	run_sql(db, dice_format(dice, "DELETE FROM %s WHERE random() %% 3 = 0", table->name));
	compare_file(counts, dice, db, file);
	run_sql(db, dice_chance(dice, 50) ? "RELEASE s" : "ROLLBACK TO s; RELEASE s");
	run_sql(db, dice_format(dice, "UPDATE OR IGNORE %s SET c0 = random() WHERE random() %% 2",
				table->name));
	compare_file(counts, dice, db, file);
}

/* In WAL mode, by the connections of moult's own, which know what they write of it. */
static sqlite3 *open_wal(struct scratch *scratch)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open_v2(scratch_path(scratch, "file"), &db, SQLITE_OPEN_READWRITE,
					 mo_buffered_name(&scratch->m.buffered)),
			 SQLITE_OK);
	run_sql(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
	assert_int_equal(mo_digest_register(db), 0);
	return db;
}

/* Somebody else writes, reads on, or copies frames into the file. */
static void go_on_beside(struct dice *dice, sqlite3 *other, struct file *file)
{
	struct table *table = &file->tables[dice_roll(dice, file->count)];

	if (!sqlite3_get_autocommit(other))
		run_sql(other, "COMMIT");
	if (dice_chance(dice, 40))
		run_sql(other, "PRAGMA wal_checkpoint(TRUNCATE)");
	insert_rows(dice, other, table, dice_roll(dice, 30), file->page_size);
	run_sql(other,
		dice_format(dice, "UPDATE OR IGNORE %s SET c0 = random() WHERE random() %% 2",
			    table->name));
	if (dice_chance(dice, 50))
		run_sql(other, "BEGIN; SELECT count(*) FROM sqlite_master");
}

static void rows_are_those_of_sqlite(struct scratch *scratch, uint64_t seed, int counts[2],
				     bool has_wal)
{
	sqlite3 *db, *other = NULL;
	struct dice dice;
	struct file file;

	dice_seed(&dice, seed);
	db = make_file(&file, &dice, scratch, 8);
	if (has_wal) {
		sqlite3_close(db);
		db = open_wal(scratch);
		other = open_wal(scratch);
	}
	for (int i = 0; i < (has_wal ? 4 : 1); i++) {
		if (other)
			go_on_beside(&dice, other, &file);
		run_sql(db, "BEGIN IMMEDIATE");
		if (other && sqlite3_get_autocommit(other))
			run_sql(other, "PRAGMA wal_checkpoint");
		compare_file(counts, &dice, db, &file);
		write_and_compare(counts, &dice, db, &file);
		run_sql(db, dice_chance(&dice, 50) ? "ROLLBACK" : "COMMIT");
	}
	run_sql(db, "BEGIN IMMEDIATE");
	compare_file(counts, &dice, db, &file);
	sqlite3_close(other);
	sqlite3_close(db);
	unlink(scratch_path(scratch, "file"));
	dice_done(&dice);
}

static int first_seed = 1, last_seed = SEEDS;

/* With a WAL each takes four times as long. */
static void compare_files(struct scratch *scratch, bool has_wal)
{
	const int last = has_wal && last_seed == SEEDS ? SEEDS / 4 : last_seed;
	int counts[2] = {0, 0};

	for (int seed = first_seed; seed <= last; seed++) {
		if (getenv("VERBOSE"))
			print_message("seed %d\n", seed);
		rows_are_those_of_sqlite(scratch, (uint64_t)seed, counts, has_wal);
	}
	print_message("%d of %d queries on the pages, %d of %d tables sound\n", counts[0],
		      counts[1], soundness[0], soundness[1]);
	assert_true(counts[0] * 10 > counts[1] * 8 || first_seed == last_seed);
}

static void random_files(void **state)
{
	compare_files(*state, false);
}

static void random_files_with_a_wal(void **state)
{
	compare_files(*state, true);
}

/* ---- damage -------------------------------------------------------------------------------- */

/* Bytes near the begin of a page say where the others are. */
static void damage(struct dice *dice, FILE *file, long size, int page_size)
{
	for (int i = 1 + dice_roll(dice, 4); i > 0; i--) {
		const int page = dice_roll(dice, (int)(size / page_size));
		const int at = dice_roll(dice, dice_chance(dice, 50) ? 24 : page_size);
		int byte = dice_chance(dice, 30) ? 0 : dice_roll(dice, 256);

		if (!page && at < 100)
			continue;
		fseek(file, (long)page * page_size + at, SEEK_SET);
		if (dice_chance(dice, 40)) {
			byte = fgetc(file) + 1 - 2 * dice_roll(dice, 2);
			fseek(file, (long)page * page_size + at, SEEK_SET);
		}
		fputc(byte & 0xff, file);
	}
}

static void copy_damaged(struct dice *dice, struct scratch *scratch, int page_size)
{
	FILE *from = fopen(scratch_path(scratch, "file"), "rb");
	FILE *to = fopen(scratch_path(scratch, "damaged"), "wb+");
	char bytes[4096];
	size_t read;
	long size = 0;

	assert_true(from && to);
	while ((read = fread(bytes, 1, sizeof(bytes), from)) > 0) {
		assert_int_equal(fwrite(bytes, 1, read, to), read);
		size += (long)read;
	}
	damage(dice, to, size, page_size);
	fclose(from);
	fclose(to);
}

static void query_damaged(int counts[2], struct dice *dice, sqlite3 *db, const struct table *table)
{
	const char *sql[6];
	int count = 0;

	sql[count++] = dice_format(dice, "SELECT * FROM %s", table->name);
	sql[count++] = digest_query(dice, table);
	for (int i = 0; i < table->index_count; i++)
		sql[count++] = dice_format(dice, "SELECT %s FROM %s INDEXED BY %s", table->keys[i],
					   table->name, table->indexes[i]);
	for (int i = 0; i < count; i++) {
		counts[0] += agree(db, sql[i]);
		counts[1]++;
	}
	compare_soundness(soundness_of_damaged, db, table);
}

static void damaged_files(void **state)
{
	struct scratch *scratch = *state;
	int counts[2] = {0, 0};

	for (int seed = first_seed; seed <= last_seed; seed++) {
		struct dice dice;
		struct file file;

		if (getenv("VERBOSE"))
			print_message("seed %d\n", seed);
		dice_seed(&dice, (uint64_t)seed + 1000000);
		sqlite3_close(make_file(&file, &dice, scratch, 3));
		for (int i = 0; i < DAMAGES; i++) {
			sqlite3 *db;

			copy_damaged(&dice, scratch, file.page_size);
			db = scratch_open(scratch, "damaged");
			mo_digest_register(db);
			if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK)
				for (int j = 0; j < file.count; j++)
					query_damaged(counts, &dice, db, &file.tables[j]);
			sqlite3_close(db);
		}
		unlink(scratch_path(scratch, "file"));
		unlink(scratch_path(scratch, "damaged"));
		dice_done(&dice);
	}
	print_message("%d of %d queries on damaged pages, %d of %d tables sound\n", counts[0],
		      counts[1], soundness_of_damaged[0], soundness_of_damaged[1]);
}

/* ---- what is not for this reader ----------------------------------------------------------- */

static sqlite3 *open_rows(struct scratch *scratch, const char *before)
{
	sqlite3 *db = scratch_open(scratch, "rows");

	run_sql(db, before);
	run_sql(db, "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, r REAL);"
		    "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
		    " INSERT INTO t SELECT i, 'row ' || i, i / 2.0 FROM n;");
	assert_int_equal(mo_digest_register(db), 0);
	return db;
}

#define ROWS "SELECT _moult_digest('---', id, a, r) FROM t"

static void close_rows(struct scratch *scratch, sqlite3 *db)
{
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	unlink(scratch_path(scratch, "rows"));
}

static void other_files_are_for_sqlite(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = open_rows(scratch, "");

	must_be_odd(db, ROWS);
	run_sql(db, "BEGIN IMMEDIATE");
	must_agree(db, ROWS);
	run_sql(db, "UPDATE t SET a = 'other' WHERE id % 7 = 0");
	must_agree(db, ROWS);
	run_sql(db, "PRAGMA cache_spill = OFF; UPDATE t SET a = 'third' WHERE id % 5 = 0");
	must_be_odd(db, ROWS);
	run_sql(db, "PRAGMA cache_spill = ON");
	must_agree(db, ROWS);
	must_be_odd(db, "SELECT name FROM sqlite_master");
	run_sql(db, "COMMIT; PRAGMA journal_mode = WAL; BEGIN IMMEDIATE");
	must_be_odd(db, ROWS);
	run_sql(db, "COMMIT; PRAGMA journal_mode = PERSIST; BEGIN IMMEDIATE");
	must_agree(db, ROWS);
	close_rows(scratch, db);
}

/* Of rows of a page each, in WAL mode: so many pages are more than a region of the wal-index has frames. */
static sqlite3 *open_many_pages(struct scratch *scratch)
{
	sqlite3 *db = scratch_open(scratch, "file");

	run_sql(db, "PRAGMA page_size = 512; CREATE TABLE t(id INTEGER PRIMARY KEY, a, r REAL);"
		    "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
		    " INSERT INTO t SELECT i, zeroblob(400), i FROM n;");
	sqlite3_close(db);
	return open_wal(scratch);
}

static void frames_of_many_regions(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = open_many_pages(scratch);

	run_sql(db, "PRAGMA cache_size = 20; BEGIN IMMEDIATE");
	for (int i = 0; i < 3; i++) {
		run_sql(db, "SAVEPOINT s; UPDATE t SET r = r + 1");
		must_agree(db, ROWS);
		run_sql(db, "ROLLBACK TO s");
		must_agree(db, ROWS);
		run_sql(db, "UPDATE t SET r = r + 1 WHERE id % 3; RELEASE s");
		must_agree(db, ROWS);
	}
	run_sql(db, "COMMIT; BEGIN IMMEDIATE");
	must_agree(db, ROWS);
	run_sql(db, "ROLLBACK");
	sqlite3_close(db);
	unlink(scratch_path(scratch, "file"));
}

/* A transaction that is never ended. */
static void write_and_die(struct scratch *scratch, int rows)
{
	const pid_t child = fork();
	int status = 0;

	if (!child) {
		sqlite3 *db = NULL;
		char *sql = sqlite3_mprintf("PRAGMA cache_size = 5; BEGIN IMMEDIATE;"
					    " UPDATE t SET r = -1 WHERE id <= %d",
					    rows);

		_exit(sqlite3_open(scratch_path(scratch, "file"), &db) ||
		      sqlite3_exec(db, sql, NULL, NULL, NULL));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* The frames of a process that was killed stand behind the last commit, as if they were ours. */
static void frames_of_the_dead_are_not_read(void **state)
{
	static const int rows[] = {100, 4000, 5000};
	struct scratch *scratch = *state;
	sqlite3 *db = open_many_pages(scratch);

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		write_and_die(scratch, rows[i]);
		run_sql(db, "BEGIN IMMEDIATE");
		must_agree(db, ROWS);
		run_sql(db, "UPDATE t SET r = r + 1 WHERE id % 50 = 0");
		must_agree(db, ROWS);
		run_sql(db, "COMMIT");
	}
	sqlite3_close(db);
	unlink(scratch_path(scratch, "file"));
}

/* Nothing tells what the connection itself wrote, or that it is alone. */
static void some_wals_are_for_sqlite(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *plain, *db = open_many_pages(scratch);

	run_sql(db, "BEGIN");
	must_be_odd(db, ROWS);
	run_sql(db, "DELETE FROM t WHERE id = 7");
	must_agree(db, ROWS);
	run_sql(db, "COMMIT");
	plain = scratch_open(scratch, "file");
	assert_int_equal(mo_digest_register(plain), 0);
	run_sql(plain, "BEGIN IMMEDIATE");
	must_be_odd(plain, ROWS);
	sqlite3_close(plain);
	sqlite3_close(db);
	unlink(scratch_path(scratch, "file"));
}

/* A page that a statement has in its hands would not be flushed. */
static void running_statements_are_seen(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = open_rows(scratch, "");
	sqlite3_stmt *stmt = NULL;

	run_sql(db, "BEGIN IMMEDIATE");
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT * FROM t", -1, &stmt, NULL), SQLITE_OK);
	must_agree(db, ROWS);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	must_be_odd(db, ROWS);
	sqlite3_finalize(stmt);
	close_rows(scratch, db);
}

static int count_waits(void *context, int count)
{
	++*(int *)context;
	return count < 3;
}

/* Who reads keeps the changes from the file; they are waited for once, and not for each query. */
static void readers_are_waited_for_once(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = open_rows(scratch, ""), *other = scratch_open(scratch, "rows");
	sqlite3_stmt *stmt = NULL;
	int waits = 0;

	sqlite3_busy_handler(db, count_waits, &waits);
	run_sql(db, "BEGIN IMMEDIATE");
	assert_int_equal(sqlite3_prepare_v2(other, "SELECT * FROM t", -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	must_agree(db, ROWS);
	assert_int_equal(waits, 0);
	run_sql(db, "UPDATE t SET a = 'other' WHERE id = 7");
	must_be_odd(db, ROWS);
	assert_int_equal(waits, 4);
	must_be_odd(db, ROWS);
	assert_int_equal(waits, 4);
	sqlite3_finalize(stmt);
	sqlite3_close(other);
	run_sql(db, "COMMIT");
	close_rows(scratch, db);
}

static void memory_and_other_systems_are_for_sqlite(void **state)
{
	struct scratch *scratch = *state;
	sqlite3_vfs other = *sqlite3_vfs_find(NULL);
	sqlite3 *db;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	run_sql(db, "CREATE TABLE t(a); INSERT INTO t VALUES (1); BEGIN IMMEDIATE");
	must_be_odd(db, "SELECT a FROM t");
	sqlite3_close(db);
	close_rows(scratch, open_rows(scratch, ""));
	other.zName = "ciphered";
	assert_int_equal(sqlite3_vfs_register(&other, 0), SQLITE_OK);
	assert_int_equal(sqlite3_open_v2(scratch_path(scratch, "rows"), &db,
					 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "ciphered"),
			 SQLITE_OK);
	run_sql(db, "CREATE TABLE t(a); INSERT INTO t VALUES (1); BEGIN IMMEDIATE");
	must_be_odd(db, "SELECT a FROM t");
	close_rows(scratch, db);
	sqlite3_vfs_unregister(&other);
}

static void other_queries_are_for_sqlite(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = open_rows(scratch, "");

	run_sql(db,
		"CREATE TABLE g(a, b AS (a || 'x'), c AS (a + 1) STORED, d);"
		"INSERT INTO g(a, d) VALUES (1, 2), (3, 4); CREATE TEMP TABLE t2(a); BEGIN IMMEDIATE");
	must_agree(db, "SELECT a, c, d FROM g");
	must_agree(db, "SELECT id * 3 - 1, id % 7 + id, 5 - id, id - NULL FROM t");
	must_agree(db, "SELECT count(*) FROM t WHERE id % 3 = 1 AND id * 2 >= 8");
	must_agree(db, "SELECT _moult_distinct('-', a) FROM t");
	must_agree(db, "SELECT _moult_distinct('--', id % 7, id % 100) FROM t");
	must_be_odd(db, "SELECT id * 9223372036854775807 FROM t");
	must_be_odd(db, "SELECT id % 0 FROM t");
	must_be_odd(db, "SELECT id + 1.5 FROM t");
	must_be_odd(db, "SELECT a, b FROM g");
	must_be_odd(db, "SELECT a || 'x' FROM t");
	must_be_odd(db, "SELECT a FROM t WHERE id > 5");
	must_be_odd(db, "SELECT a FROM t ORDER BY a");
	must_be_odd(db, "SELECT max(a) FROM t");
	must_be_odd(db, "SELECT length(a), typeof(r) FROM t");
	must_be_odd(db, "SELECT t.a FROM t, t2");
	must_be_odd(db, "SELECT a FROM t2");
	close_rows(scratch, db);
}

/* Keys are equal by their worth, as SQLite has it. */
static void keys_are_told_by_hashes(void **state)
{
	static const char *const keys[] = {"(1), (1.0)",
					   "('a'), ('A')",
					   "(0.0), (-0.0)",
					   "('a'), ('a')",
					   "(NULL), (NULL)",
					   "(9007199254740993), (9007199254740992.0)",
					   "('1'), (1)",
					   "(9223372036854775807), (9223372036854775808.0)",
					   "(x'31'), ('1')",
					   "(-9223372036854775807 - 1), (-9223372036854775808.0)",
					   "(1e300), (1e300), (1)",
					   "(''), (x''), (NULL)",
					   "(0.1), (0.1000000000000001)"};
	struct scratch *scratch = *state;
	sqlite3 *db = open_rows(scratch, "CREATE TABLE k(a);");

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		char *sql = sqlite3_mprintf("DELETE FROM k; INSERT INTO k VALUES %s;", keys[i]);
		int rc = SQLITE_OK;

		run_sql(db, sql);
		sqlite3_free(sql);
		assert_int_equal(
			mo_query_integer(db,
					 "SELECT _moult_distinct('-', a) FROM k WHERE a NOTNULL", 0,
					 &rc),
			mo_query_integer(db, "SELECT count(a) = count(DISTINCT a) FROM k", 0, &rc));
		assert_int_equal(rc, SQLITE_OK);
	}
	close_rows(scratch, db);
}

/* What the pages say of the keys of k, which are put behind 5,000 that go up. */
static void hold_ascent(sqlite3 *db, const char *behind, const char *answer)
{
	struct arena *arena = mo_arena_new();
	const char *found = NULL;
	char *sql = sqlite3_mprintf(
		"DELETE FROM k; INSERT INTO k SELECT value * 3 - 9, zeroblob(100) FROM n; INSERT INTO"
		" k(a) VALUES %s; BEGIN IMMEDIATE",
		behind);

	run_sql(db, sql);
	sqlite3_free(sql);
	assert_int_equal(mo_digest_find(&found, arena, db,
					"SELECT _moult_distinct('-', a) FROM k WHERE a NOTNULL",
					NULL),
			 SQLITE_OK);
	if (strcmp(found, answer) != 0)
		fail_msg("%s: %s, not %s", behind, found, answer);
	run_sql(db, "ROLLBACK");
	mo_arena_free(arena);
}

/* The cells of a table are counted whatever a query makes of its rows; those of an index are not. */
static void rows_are_counted(void **state)
{
	static const struct {
		const char *sql;
		long long rows;
	} cases[] = {
		{"SELECT count(*) FROM t NOT INDEXED WHERE 1", 3000},
		{"SELECT count(*) FROM t NOT INDEXED WHERE a IS NULL", 3000},
		{"SELECT _moult_digest('-', r) FROM t NOT INDEXED WHERE a IS NULL", 3000},
		{"SELECT _moult_digest('-', a) FROM t INDEXED BY t_a", -1},
		{"SELECT max(abs(r)) FROM t", -1},
	};
	struct scratch *scratch = *state;
	sqlite3 *db = open_rows(scratch, "PRAGMA page_size = 512;");
	struct arena *arena = mo_arena_new();

	run_sql(db, "CREATE INDEX t_a ON t(a); BEGIN IMMEDIATE");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *found = NULL;
		sqlite3_int64 rows = 0;

		assert_int_equal(mo_digest_find(&found, arena, db, cases[i].sql, &rows), SQLITE_OK);
		if (rows != cases[i].rows)
			fail_msg("%s: %lld rows", cases[i].sql, rows);
	}
	run_sql(db, "ROLLBACK");
	mo_arena_free(arena);
	close_rows(scratch, db);
}

/* Keys that go up need no hashes, and where one does not they are all hashed after all. */
static void keys_may_go_up(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = open_rows(
		scratch, "CREATE TABLE k(a, b); CREATE TABLE n(value);"
			 "WITH RECURSIVE i(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM i WHERE"
			 " v < 5000) INSERT INTO n SELECT v FROM i;");

	hold_ascent(db, "(15000)", "SELECT 1");
	hold_ascent(db, "(14991)", "SELECT NULL");
	hold_ascent(db, "(15000), (15000)", "SELECT NULL");
	hold_ascent(db, "(15000), (-5)", "SELECT 1");
	hold_ascent(db, "(15000), (-6)", "SELECT NULL");
	hold_ascent(db, "(15000), (NULL), (NULL)", "SELECT 1");
	hold_ascent(db, "(15000), (15000.0)", "SELECT NULL");
	hold_ascent(db, "('15000'), (15000)", "SELECT 1");
	close_rows(scratch, db);
}

/* The DEFAULT of a column that came is no NULL, whatever it looks like. */
static void short_records_are_for_sqlite(void **state)
{
	static const char *const values[] = {"''",  "'NULL'", "NULL", "5",
					     "'5'", "x''",    "1.5",  "(1)"};
	struct scratch *scratch = *state;

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		sqlite3 *db = open_rows(scratch, "");
		char *sql = sqlite3_mprintf(
			"ALTER TABLE t ADD COLUMN c DEFAULT %s; BEGIN IMMEDIATE", values[i]);

		run_sql(db, sql);
		sqlite3_free(sql);
		agree(db, "SELECT c FROM t");
		agree(db, "SELECT _moult_digest('--', a, c) FROM t");
		close_rows(scratch, db);
	}
}

static int stop(void *context)
{
	return ++*(int *)context > 3;
}

static void it_stops_when_asked(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = open_rows(scratch, "PRAGMA page_size = 65536");
	struct hash128 hash;
	int calls = 0;

	run_sql(db,
		"INSERT INTO t(a) SELECT hex(zeroblob(1000)) FROM t; INSERT INTO t(a) SELECT a FROM t WHERE id > 3000;"
		"INSERT INTO t(a) SELECT a FROM t WHERE id > 3000; BEGIN IMMEDIATE");
	must_agree(db, ROWS);
	sqlite3_progress_handler(db, 1000, stop, &calls);
	assert_int_equal(run_pages(&hash, db, ROWS), SQLITE_INTERRUPT);
	sqlite3_progress_handler(db, 0, NULL, NULL);
	close_rows(scratch, db);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(other_files_are_for_sqlite),
		cmocka_unit_test(frames_of_many_regions),
		cmocka_unit_test(frames_of_the_dead_are_not_read),
		cmocka_unit_test(some_wals_are_for_sqlite),
		cmocka_unit_test(running_statements_are_seen),
		cmocka_unit_test(readers_are_waited_for_once),
		cmocka_unit_test(memory_and_other_systems_are_for_sqlite),
		cmocka_unit_test(other_queries_are_for_sqlite),
		cmocka_unit_test(keys_are_told_by_hashes),
		cmocka_unit_test(rows_are_counted),
		cmocka_unit_test(keys_may_go_up),
		cmocka_unit_test(short_records_are_for_sqlite),
		cmocka_unit_test(it_stops_when_asked),
		cmocka_unit_test(random_files),
		cmocka_unit_test(random_files_with_a_wal),
		cmocka_unit_test(damaged_files),
	};

	if (argc > 1)
		first_seed = last_seed = atoi(argv[1]);
	if (argc > 2)
		last_seed = atoi(argv[2]);
	return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
