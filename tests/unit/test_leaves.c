/* SPDX-License-Identifier: MIT */
/*
 * test_leaves.c: what leaves.h says of where rows were written, against the rows.
 *
 *	test_leaves [FIRST [LAST]]	files of those seeds only
 *
 * A connection writes whatever comes up; after a while each row that is another than before must be in one
 * of the ranges that changed, whatever was checkpointed, freed, moved or used again meanwhile.
 */
#include "random/dice.h"
#include "unit/scratch.h"

#include "live/connect.h"
#include "pages/leaves.h"
#include "pages/record.h"

#define SEEDS 36
#define ROUNDS 6
#define KEYS 4000

struct file {
	struct dice dice;
	sqlite3 *db;
	sqlite3 *both[2]; /* that have a snapshot in turn */
	int held;
	struct frames frames;
	struct leaves leaves;
	bool is_index, moves;
	long long missed, ranges;
};

/* ---- the file ------------------------------------------------------------------------------ */

static const char *const sizes[] = {"512", "1024", "4096", "65536"};
static const char *const shapes[] = {
	"CREATE TABLE t(k INTEGER PRIMARY KEY, v)",
	"CREATE TABLE t(v, k INT PRIMARY KEY) WITHOUT ROWID",
	"CREATE TABLE t(k INTEGER PRIMARY KEY, v UNIQUE)",
};

static void fill(struct file *f, int from, int to)
{
	run_sql(f->db,
		dice_format(&f->dice,
			    "WITH RECURSIVE s(i) AS (SELECT %d UNION ALL SELECT i + 1 FROM s"
			    " WHERE i < %d) INSERT OR REPLACE INTO t(k, v) SELECT i,"
			    " hex(randomblob(abs(random()) %% 60 + CASE abs(random()) %% %d WHEN"
			    " 0 THEN abs(random()) %% 9000 ELSE 0 END)) FROM s",
			    from, to, dice_chance(&f->dice, 50) ? 20 : 1000));
}

static void open_file(struct file *f, struct scratch *scratch, uint64_t seed)
{
	const char *name = mo_arena_format(scratch->arena, "%d.db", (int)seed);
	const char *shape;

	*f = (struct file){.held = 0};
	dice_seed(&f->dice, seed);
	shape = shapes[seed % 3];
	f->is_index = seed % 3 == 1;
	f->db = scratch_open(scratch, name);
	run_sql(f->db, dice_format(&f->dice, "PRAGMA page_size = %s; PRAGMA auto_vacuum = %d",
				   sizes[seed / 3 % 4], (int)(seed / 12 % 3)));
	run_sql(f->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
	run_sql(f->db, dice_format(&f->dice,
				   "%s; CREATE TABLE o(x); CREATE INDEX o_x ON o(x);"
				   " ATTACH ':memory:' AS m",
				   shape));
	fill(f, 1, KEYS / 2);
	run_sql(f->db, "INSERT INTO o SELECT v FROM t");
	for (int i = 0; i < 2; i++)
		f->both[i] = scratch_open(scratch, name);
}

static void close_file(struct file *f)
{
	mo_leaves_done(&f->leaves);
	mo_frames_done(&f->frames);
	for (int i = 0; i < 2; i++)
		sqlite3_close(f->both[i]);
	sqlite3_close(f->db);
	dice_done(&f->dice);
}

static void turn(struct file *f)
{
	run_sql(f->both[1 - f->held], "BEGIN; SELECT count(*) FROM sqlite_master");
	if (!sqlite3_get_autocommit(f->both[f->held]))
		run_sql(f->both[f->held], "ROLLBACK");
	f->held = 1 - f->held;
	assert_int_equal(mo_frames_read(&f->frames, f->both[f->held]), SQLITE_OK);
}

static void read_leaves(struct file *f, int most)
{
	struct pages pages;

	assert_int_equal(mo_pages_open_frames(&pages, f->both[f->held], &f->frames), SQLITE_OK);
	assert_int_equal(mo_leaves_read(&f->leaves, &pages), SQLITE_OK);
	assert_int_equal(mo_leaves_look(&f->leaves, &pages, (size_t)most), SQLITE_OK);
	mo_pages_close(&pages);
}

static void look_more(struct file *f)
{
	struct pages pages;

	assert_int_equal(mo_pages_open_frames(&pages, f->both[f->held], &f->frames), SQLITE_OK);
	assert_int_equal(mo_leaves_look(&f->leaves, &pages, 1000000), SQLITE_OK);
	assert_int_equal(f->leaves.fresh_count, 0);
	mo_pages_close(&pages);
}

/* ---- what is written ----------------------------------------------------------------------- */

static const char *const statements[] = {
	"UPDATE t SET v = 'n' || hex(randomblob(12)) WHERE k = #",
	"UPDATE OR IGNORE t SET v = substr(v, 1, length(v) - 1) || 'x' WHERE k BETWEEN # AND # + 9",
	"UPDATE t SET v = hex(randomblob(length(v) / 2)) WHERE k = #",
	"DELETE FROM t WHERE k = #",
	"DELETE FROM t WHERE k BETWEEN # AND # + 200",
	"REPLACE INTO t(k, v) VALUES(#, hex(randomblob(3000)))",
	"REPLACE INTO t(k, v) SELECT # + 1, v FROM t WHERE k = #",
	"UPDATE OR REPLACE t SET k = # WHERE k = #",
	"INSERT OR IGNORE INTO t(k, v) VALUES(#, hex(randomblob(20)))",
	"INSERT INTO o VALUES(hex(randomblob(2000)))",
	"DELETE FROM o WHERE rowid % 7 = 3",
	"PRAGMA incremental_vacuum(5)",
	"PRAGMA wal_checkpoint(PASSIVE)",
	"BEGIN; UPDATE t SET v = v || 'r'; ROLLBACK",
};

static void write_blob(struct file *f)
{
	sqlite3_blob *blob = NULL;
	const long long key = dice_roll(&f->dice, KEYS);

	if (!f->is_index && !sqlite3_blob_open(f->db, "main", "t", "v", key, 1, &blob)) {
		const int size = sqlite3_blob_bytes(blob);

		if (size)
			sqlite3_blob_write(blob, "B", 1, dice_roll(&f->dice, size));
	}
	sqlite3_blob_close(blob);
}

static void write_once(struct file *f)
{
	const char *at = PICK(&f->dice, statements);
	sqlite3_str *out = sqlite3_str_new(NULL);
	char *sql;

	for (; *at; at++) {
		if (*at == '#')
			sqlite3_str_appendf(out, "%d", 1 + dice_roll(&f->dice, KEYS));
		else
			sqlite3_str_appendchar(out, 1, *at);
	}
	sql = sqlite3_str_finish(out);
	sqlite3_exec(f->db, sql, NULL, NULL, NULL);
	sqlite3_free(sql);
}

/* Now and then much at once, and all of it. */
static void write_some(struct file *f)
{
	for (int i = dice_roll(&f->dice, dice_chance(&f->dice, 20) ? 200 : 8); i > 0; i--) {
		if (dice_chance(&f->dice, 15))
			write_blob(f);
		else
			write_once(f);
		if (dice_chance(&f->dice, 15))
			turn(f);
	}
	if (dice_chance(&f->dice, 5))
		run_sql(f->db, "DELETE FROM t");
	if (dice_chance(&f->dice, 10))
		fill(f, dice_roll(&f->dice, KEYS), KEYS);
	if (dice_chance(&f->dice, 10))
		sqlite3_wal_checkpoint_v2(f->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

/* ---- the judgement -------------------------------------------------------------------------- */

static long long key_of(const struct tree_end *end, bool is_index)
{
	struct field field;
	struct record record = {.fields = &field, .most = 1};
	const struct tree_cell cell = {.payload = end->record, .size = end->size};
	struct value value;

	if (!is_index)
		return end->rowid;
	assert_int_equal(mo_record_read(&record, &cell, SQLITE_UTF8), SQLITE_OK);
	assert_int_equal(mo_record_values(&value, &record, &field, 1, SQLITE_UTF8), SQLITE_OK);
	mo_record_done(&record);
	return value.integer;
}

static bool is_in(const struct file *f, long long key)
{
	for (size_t i = 0; i < f->leaves.changed_count; i++) {
		const struct tree_range *range = &f->leaves.changed[i];

		if ((range->behind.is_none || key > key_of(&range->behind, f->is_index)) &&
		    (range->end.is_none || key <= key_of(&range->end, f->is_index)))
			return true;
	}
	return false;
}

static void judge(struct file *f, uint64_t seed)
{
	sqlite3_stmt *stmt = NULL;

	assert_int_equal(sqlite3_prepare_v2(
				 f->db,
				 "SELECT k FROM (SELECT k, v FROM m.was EXCEPT SELECT k, v FROM t)"
				 " UNION SELECT k FROM (SELECT k, v FROM t EXCEPT SELECT k, v FROM"
				 " m.was)",
				 -1, &stmt, NULL),
			 SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		if (!is_in(f, sqlite3_column_int64(stmt, 0)))
			fail_msg("seed %d: row %lld was written, and no range has it", (int)seed,
				 sqlite3_column_int64(stmt, 0));
	sqlite3_finalize(stmt);
	for (size_t i = 0; i < f->leaves.changed_count; i++)
		mo_tree_range_done(&f->leaves.changed[i]);
	f->leaves.changed_count = 0;
}

static void remember(struct file *f)
{
	run_sql(f->db, "DROP TABLE IF EXISTS m.was; CREATE TABLE m.was AS SELECT k, v FROM t");
}

static void run_seed(struct scratch *scratch, uint64_t seed)
{
	struct file f;

	open_file(&f, scratch, seed);
	f.leaves.root =
		(uint32_t)atoi(ask(f.db, "SELECT rootpage FROM sqlite_master WHERE name = 't'"));
	f.leaves.is_index = f.is_index;
	turn(&f);
	read_leaves(&f, 1000000);
	remember(&f);
	for (int i = 0; i < ROUNDS; i++) {
		write_some(&f);
		turn(&f);
		read_leaves(&f, dice_chance(&f.dice, 30) ? 3 : 1000000);
		judge(&f, seed);
		remember(&f);
		/* Later than they were read, and maybe never. */
		if (dice_chance(&f.dice, 70)) {
			write_once(&f);
			turn(&f);
			look_more(&f);
		}
	}
	close_file(&f);
}

static uint64_t first = 0, last = SEEDS - 1;

static void what_changed_is_in_a_range(void **state)
{
	for (uint64_t seed = first; seed <= last; seed++)
		run_seed(*state, seed);
}

static size_t changed(struct file *f)
{
	size_t count;

	turn(f);
	read_leaves(f, 1000000);
	count = f->leaves.changed_count;
	judge(f, 0);
	remember(f);
	return count;
}

/* Nobody, one row, one row of many pages of which one is written, and another table. */
static void little_is_said_of_little(void **state)
{
	struct file f;
	sqlite3_blob *blob = NULL;

	open_file(&f, *state, 6);
	f.leaves.root =
		(uint32_t)atoi(ask(f.db, "SELECT rootpage FROM sqlite_master WHERE name = 't'"));
	/* A page that a row does not go on on any more may be said once too often. */
	run_sql(f.db, "UPDATE t SET v = 'short' WHERE k = 77");
	run_sql(f.db, "INSERT INTO t VALUES(100000, zeroblob(100000))");
	turn(&f);
	read_leaves(&f, 1000000);
	remember(&f);
	assert_int_equal(changed(&f), 0);
	run_sql(f.db, "UPDATE t SET v = v || 'x' WHERE k = 77");
	assert_in_range(changed(&f), 1, 3);
	assert_int_equal(sqlite3_blob_open(f.db, "main", "t", "v", 100000, 1, &blob), SQLITE_OK);
	assert_int_equal(sqlite3_blob_write(blob, "B", 1, 50000), SQLITE_OK);
	sqlite3_blob_close(blob);
	assert_int_equal(changed(&f), 1);
	run_sql(f.db, "DELETE FROM o");
	assert_int_equal(changed(&f), 0);
	run_sql(f.db, "DELETE FROM t WHERE k <> 77");
	assert_in_range(changed(&f), 1, 1);
	assert_int_equal(changed(&f), 0);
	close_file(&f);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_changed_is_in_a_range, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(little_is_said_of_little, scratch_set_up,
						scratch_tear_down),
	};

	if (argc > 1)
		first = last = strtoull(argv[1], NULL, 10);
	if (argc > 2)
		last = strtoull(argv[2], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
