/* SPDX-License-Identifier: MIT */
/*
 * test_sizes.c: samples held against dbstat, and against what they may read.
 */
#include "scratch.h"

#include "live/catalogue.h"
#include "live/connect.h"
#include "live/sizes.h"

#define N "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) "

static const struct shape {
	const char *name;
	const char *sql;
	int within; /* how many times too large or too small at most, in percent */
} shapes[] = {
	{"rows that are alike",
	 "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b INTEGER, UNIQUE(b));"
	 "CREATE INDEX i ON t(a);" N
	 "INSERT INTO t SELECT i, 'a value of some length, ' || i, i FROM n",
	 140},
	{"rowids far apart",
	 "CREATE TABLE t(a TEXT, b REAL); CREATE INDEX i ON t(b, a);" N
	 "INSERT INTO t(rowid, a, b) SELECT i * 1000003 + i % 7, 'value ' || i, i / 8.0 FROM n",
	 140},
	{"rowids below zero and at both ends",
	 "CREATE TABLE t(a, b); CREATE INDEX i ON t(a);" N
	 "INSERT INTO t(rowid, a, b) SELECT i - 30000, i, zeroblob(40) FROM n;"
	 "INSERT INTO t(rowid) VALUES (-9223372036854775808), (9223372036854775807);"
	 "DELETE FROM t WHERE abs(rowid / 2) > 1000000",
	 140},
	{"two lengths",
	 "CREATE TABLE t(id INTEGER PRIMARY KEY, a); CREATE INDEX i ON t(id, a) WHERE a < 'x';" N
	 "INSERT INTO t SELECT i, CASE i % 3 WHEN 0 THEN printf('%0300d', i) ELSE NULL END FROM n",
	 180},
	{"blobs that overflow",
	 "CREATE TABLE t(id INTEGER PRIMARY KEY, a BLOB); CREATE INDEX i ON t(id);" N
	 "INSERT INTO t SELECT i, zeroblob(9000) FROM n WHERE i < 3000",
	 150},
	{"names that ask for quotes",
	 "CREATE TABLE \"t\"(\"a \"\"b\" TEXT, rowid, _rowid_, oid);"
	 "CREATE INDEX i ON t(\"a \"\"b\");" N "INSERT INTO t SELECT 'x' || i, 1, 2, 3 FROM n;"
	 "ANALYZE",
	 140},
	{"no rowid, analyzed",
	 "CREATE TABLE t(a TEXT PRIMARY KEY, b) WITHOUT ROWID; CREATE INDEX i ON t(b);" N
	 "INSERT INTO t SELECT printf('%08d', i), i FROM n; ANALYZE",
	 150},
	{"few rows",
	 "CREATE TABLE t(a PRIMARY KEY, b) WITHOUT ROWID; CREATE INDEX i ON t(b);"
	 "INSERT INTO t VALUES (1, 2), (3, 4)",
	 200},
	{"no rows", "CREATE TABLE t(a, b UNIQUE); CREATE INDEX i ON t(b)", 200},
};

/* One page is one page, however much is on it. */
static void hold(const struct shape *shape, const char *what, long long guess, long long is)
{
	if (guess > is * shape->within / 100 + 1 || guess * shape->within / 100 + 1 < is)
		fail_msg("%s: %s has %lld pages, and is taken to have %lld", shape->name, what, is,
			 guess);
}

static struct schema *read_schema(struct scratch *scratch, sqlite3 *db)
{
	struct schema *schema = NULL;

	assert_int_equal(mo_catalogue_read(&schema, &scratch->m, db), 0);
	return schema;
}

static void hold_shape(struct scratch *scratch, const struct shape *shape)
{
	sqlite3 *db = scratch_open(scratch, shape->name);
	struct schema *schema;
	struct sizes guess, is;

	run_sql(db, shape->sql);
	schema = read_schema(scratch, db);
	mo_sizes_begin(&guess, schema->arena, db, schema, false);
	mo_sizes_begin(&is, schema->arena, db, schema, true);
	if (is.dbstat) {
		hold(shape, "the table", mo_sizes_table(&guess, "t"), mo_sizes_table(&is, "t"));
		hold(shape, "its keys", mo_sizes_keys(&guess, "t"), mo_sizes_keys(&is, "t"));
		hold(shape, "the index", mo_sizes_index(&guess, "i"), mo_sizes_index(&is, "i"));
	}
	assert_true(mo_sizes_table(&guess, "t") <= guess.used);
	assert_int_equal(mo_sizes_table(&guess, "nobody"), 0);
	assert_int_equal(mo_sizes_index(&guess, "nobody"), 0);
	mo_sizes_end(&guess);
	mo_sizes_end(&is);
	mo_schema_free(schema);
	sqlite3_close(db);
}

static void samples_are_near(void **state)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
		hold_shape(*state, &shapes[i]);
}

/* Where dbstat is missing, nothing is taken for smaller than it may be. */
static void without_dbstat_it_is_the_file(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = scratch_open(scratch, "app.db");
	struct schema *schema;
	struct sizes sizes;

	run_sql(db, shapes[0].sql);
	schema = read_schema(scratch, db);
	mo_sizes_begin(&sizes, schema->arena, db, schema, true);
	sqlite3_finalize(sizes.dbstat);
	sizes.dbstat = NULL;
	assert_int_equal(mo_sizes_table(&sizes, "t"), sizes.used);
	assert_int_equal(mo_sizes_keys(&sizes, "t") + mo_sizes_index(&sizes, "i"), 0);
	mo_sizes_end(&sizes);
	mo_schema_free(schema);
	sqlite3_close(db);
}

static int pages_read(sqlite3 *db)
{
	int count = 0;
	int highest = 0;

	sqlite3_db_status(db, SQLITE_DBSTATUS_CACHE_MISS, &count, &highest, 0);
	return count;
}

/* Twice the rows: the same number of pages, but for the depth of the tree. */
static void a_sample_is_no_scan(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = scratch_open(scratch, "app.db");
	struct schema *schema;
	struct sizes sizes;
	int before;

	run_sql(db, "CREATE TABLE t(a, b); CREATE INDEX i ON t(b);" N
		    "INSERT INTO t SELECT zeroblob(900), i FROM n;"
		    "CREATE TABLE u(a, b, PRIMARY KEY(a, b)) WITHOUT ROWID;" N
		    "INSERT INTO u SELECT i, zeroblob(300) FROM n;"
		    "CREATE TABLE v(a); INSERT INTO v VALUES (zeroblob(30000000))");
	sqlite3_close(db);
	db = scratch_open(scratch, "app.db");
	schema = read_schema(scratch, db);
	mo_sizes_begin(&sizes, schema->arena, db, schema, false);
	before = pages_read(db);
	assert_true(mo_sizes_table(&sizes, "t") > 10000);
	assert_true(mo_sizes_index(&sizes, "i") > 100);
	assert_true(mo_sizes_rows(&sizes, "t") > 50000 && mo_sizes_rows(&sizes, "t") < 70000);
	assert_true(mo_sizes_table(&sizes, "u") > 0);
	assert_true(mo_sizes_table(&sizes, "v") > 7000);
	assert_true(pages_read(db) - before < 200);
	mo_sizes_end(&sizes);
	mo_schema_free(schema);
	sqlite3_close(db);
}

/* A number of rows that could be, whatever the rowids. */
static void rowids_may_be_far_apart(void **state)
{
	static const char *const inserts[] = {
		"INSERT INTO t(id) SELECT i FROM n LIMIT 500;"
		" INSERT INTO t(id) VALUES (-9223372036854775808), (9223372036854775807)",
		"INSERT INTO t(id) VALUES (9223372036854775806), (9223372036854775807)",
		"INSERT INTO t(id) VALUES (-9223372036854775808), (-9223372036854775807),"
		" (9223372036854775807)",
	};
	static const char *const names[] = {"0.db", "1.db", "2.db"};

	for (size_t i = 0; i < sizeof(inserts) / sizeof(*inserts); i++) {
		char *sql = sqlite3_mprintf("CREATE TABLE t(id INTEGER PRIMARY KEY, a); %s %s",
					    i ? "" : N, inserts[i]);
		sqlite3 *db = scratch_open(*state, names[i]);
		struct schema *schema;
		struct sizes sizes;

		run_sql(db, sql);
		schema = read_schema(*state, db);
		mo_sizes_begin(&sizes, schema->arena, db, schema, false);
		assert_in_range(mo_sizes_rows(&sizes, "t"), 1, sizes.used * sizes.page_size);
		assert_in_range(mo_sizes_table(&sizes, "t"), 1, sizes.used);
		mo_sizes_end(&sizes);
		mo_schema_free(schema);
		sqlite3_close(db);
		sqlite3_free(sql);
	}
}

struct order {
	const char *table;
	const char *values[2];
	bool rise;
};

static void hold_order(struct sizes *sizes, const struct order *order)
{
	struct list values = {0};

	for (int i = 0; i < 2 && order->values[i]; i++)
		mo_list_add(sizes->arena, &values, order->values[i]);
	if (mo_sizes_rise(sizes, order->table, &values) != order->rise)
		fail_msg("%s, %s: they %s", order->table, order->values[0],
			 order->rise ? "rise" : "do not rise");
}

static void an_order_is_seen(void **state)
{
	static const struct order orders[] = {
		{"t", {"id"}, true},	    {"t", {"\"at \"\"x\""}, true},  {"t", {"mixed"}, false},
		{"t", {"few", "id"}, true}, {"t", {"few", "mixed"}, false}, {"t", {"none"}, true},
		{"t", {"text"}, true},	    {"t", {"nobody"}, false},	    {"keyed", {"a"}, false},
		{"empty", {"a"}, true},    {"nobody", {"a"}, false},
	};
	sqlite3 *db = scratch_open(*state, "app.db");
	struct schema *schema;
	struct sizes sizes;

	run_sql(db, "CREATE TABLE t(id INTEGER PRIMARY KEY, \"at \"\"x\", mixed, few, none, text);"
		    "CREATE TABLE keyed(a PRIMARY KEY) WITHOUT ROWID; CREATE TABLE empty(a);" N
		    "INSERT INTO t SELECT i * 3, i * 1.5, i * 7919 % 60013, i / 9000, NULL,"
		    " printf('%08d', i) FROM n");
	schema = read_schema(*state, db);
	mo_sizes_begin(&sizes, schema->arena, db, schema, false);
	for (size_t i = 0; i < sizeof(orders) / sizeof(*orders); i++)
		hold_order(&sizes, &orders[i]);
	assert_int_equal(sizes.rc, 0);
	mo_sizes_end(&sizes);
	mo_schema_free(schema);
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(samples_are_near, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(without_dbstat_it_is_the_file, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(rowids_may_be_far_apart, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_sample_is_no_scan, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(an_order_is_seen, scratch_set_up,
						scratch_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
