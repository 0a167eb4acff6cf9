/* SPDX-License-Identifier: MIT */
/*
 * test_affinity.c: _moult_affinity() and _moult_digest() against SQLite itself.
 *
 * Each value is stored in a real column of every affinity, in UTF-8 and in
 * UTF-16 files, and must come back as the function said.
 */
#include <float.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "digest/affinity.h"
#include "digest/decimal.h"
#include "digest/digest.h"

#define DECIMALS 200000

static const char letters[] = "TNIRB";

static const char *const texts[] = {
	"",
	" ",
	"0",
	"00",
	"007",
	"-0",
	"+0",
	"-0.0",
	"0.0",
	".5",
	"5.",
	".",
	"-",
	"+",
	"+5",
	"-5",
	"--5",
	"1e3",
	"1E3",
	"1e+3",
	"1e-3",
	"1e",
	"1e+",
	"e3",
	"1e400",
	"-1e400",
	"1e-400",
	"1e15",
	"1e16",
	"1e17",
	"1e18",
	"1e19",
	"123456789012345678",
	"9007199254740991",
	"9007199254740992",
	"9007199254740993",
	"9223372036854775806",
	"9223372036854775807",
	"9223372036854775808",
	"-9223372036854775807",
	"-9223372036854775808",
	"-9223372036854775809",
	"9.3e18",
	"-9.3e18",
	"9223372036854775807.0",
	"9223372036854774784.0",
	"9223372036854775295.0",
	"0x10",
	"0xff",
	"x'31'",
	"inf",
	"Inf",
	"nan",
	"NaN",
	"true",
	"1_000",
	"1,5",
	"5 x",
	"5x",
	" 5",
	"5 ",
	"  5  ",
	"\t5",
	"5\t",
	"\n5\n",
	"\v5",
	"5\v",
	"\f5\r",
	"\xC2\xA0\x35",
	"\xEF\xBC\x95",
	"5\xC2\xA0",
	"1.5",
	" 1.5 ",
	"1.0",
	"100.000",
	"1.10",
	"0.1",
	"0.30000000000000004",
	"2.5e-3",
	"4.9e-324",
	"1.7976931348623157e308",
	"abc",
	"\xC3\xA4",
	"2024-01-31",
	"12:30",
	"1/2",
	"$5",
	"'5'",
	"\"5\"",
	"(5)",
	"5-",
	"1e3 ",
	"18446744073709551616",
	"00000000000000000000000000000000000001",
	"3.0000000000000000000000000000000000001",
	"99999999999999999999e-5",
	"0e999",
	"1e0",
	"1.e1",
	"-.5e1",
};

static const double reals[] = {
	0.0,
	-0.0,
	1.0,
	-1.0,
	5.0,
	1.5,
	-1.5,
	0.1,
	0.1 + 0.2,
	1e3,
	1e15,
	1e16,
	123456789012345678.0,
	1e17,
	1e18,
	9.2e18,
	9223372036854774784.0,
	9223372036854775808.0,
	-9223372036854775808.0,
	-9223372036854774784.0,
	9.3e18,
	-9.3e18,
	1e19,
	1e100,
	1e308,
	4.9e-324,
	2.2250738585072014e-308,
	9007199254740991.0,
	9007199254740992.0,
	9007199254740994.0,
	140737488355327.0,
	140737488355328.0,
	2251799813685247.0,
	2251799813685248.0,
	2251799813685249.0,
	3.14159265358979,
	100.0,
	1e-5,
	1.0 / 3.0,
};

static const sqlite3_int64 integers[] = {
	0,
	1,
	-1,
	7,
	127,
	128,
	-129,
	32768,
	8388608,
	2147483647,
	2147483648LL,
	140737488355327LL,
	140737488355328LL,
	-140737488355329LL,
	2251799813685249LL,
	9007199254740991LL,
	9007199254740992LL,
	9007199254740993LL,
	-9007199254740993LL,
	36028797018963967LL,
	36028797018963968LL,
	INT64_MAX,
	INT64_MIN,
	INT64_MAX - 1,
	INT64_MIN + 1,
};

struct bench {
	sqlite3 *db;
	sqlite3_stmt *insert;
	sqlite3_stmt *stored;
	sqlite3_stmt *expected;
	sqlite3_stmt *digest;
	int count;
};

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL))
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	return stmt;
}

static void bench_open(struct bench *bench, const char *encoding)
{
	char sql[80];

	*bench = (struct bench){0};
	assert_int_equal(sqlite3_open(":memory:", &bench->db), SQLITE_OK);
	sqlite3_snprintf(sizeof(sql), sql, "PRAGMA encoding=%Q", encoding);
	assert_int_equal(sqlite3_exec(bench->db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(mo_digest_register(bench->db), 0);
	assert_int_equal(
		sqlite3_exec(bench->db,
			     "CREATE TABLE v(x);"
			     "CREATE TABLE t(a TEXT, b NUMERIC, c INTEGER, d REAL, e BLOB)",
			     NULL, NULL, NULL),
		SQLITE_OK);
	bench->insert = prepare(bench->db, "INSERT INTO t SELECT x, x, x, x, x FROM v");
	bench->stored = prepare(bench->db, "SELECT a, b, c, d, e FROM t");
	bench->expected = prepare(
		bench->db,
		"SELECT _moult_affinity(x, 'T'), _moult_affinity(x, 'N'), "
		"_moult_affinity(x, 'I'), _moult_affinity(x, 'R'), _moult_affinity(x, 'B') FROM v");
	bench->digest =
		prepare(bench->db, "SELECT (SELECT _moult_digest('TNIRB', x, x, x, x, x) FROM v), "
				   "(SELECT _moult_digest('-----', a, b, c, d, e) FROM t)");
}

static void bench_close(struct bench *bench)
{
	sqlite3_finalize(bench->insert);
	sqlite3_finalize(bench->stored);
	sqlite3_finalize(bench->expected);
	sqlite3_finalize(bench->digest);
	mo_digest_unregister(bench->db);
	assert_int_equal(sqlite3_close(bench->db), SQLITE_OK);
}

static void describe(char *out, int size, sqlite3_stmt *stmt, int column)
{
	const int type = sqlite3_column_type(stmt, column);
	double real = type == SQLITE_FLOAT ? sqlite3_column_double(stmt, column) : 0;
	uint64_t bits;

	memcpy(&bits, &real, sizeof(bits));
	if (type == SQLITE_INTEGER)
		sqlite3_snprintf(size, out, "integer %lld", sqlite3_column_int64(stmt, column));
	else if (type == SQLITE_FLOAT)
		sqlite3_snprintf(size, out, "real %!.17g %llx", real, bits);
	else
		sqlite3_snprintf(size, out, "type %d, %d bytes: %s", type,
				 sqlite3_column_bytes(stmt, column),
				 sqlite3_column_text(stmt, column));
}

static void same(struct bench *bench, int column)
{
	char stored[400], expected[400];

	describe(stored, sizeof(stored), bench->stored, column);
	describe(expected, sizeof(expected), bench->expected, column);
	if (strcmp(stored, expected) != 0 ||
	    sqlite3_column_bytes(bench->stored, column) !=
		    sqlite3_column_bytes(bench->expected, column) ||
	    (sqlite3_column_bytes(bench->stored, column) &&
	     memcmp(sqlite3_column_blob(bench->stored, column),
		    sqlite3_column_blob(bench->expected, column),
		    (size_t)sqlite3_column_bytes(bench->stored, column)) != 0))
		fail_msg("column %c: SQLite stores <%s>, moult expects <%s>", letters[column],
			 stored, expected);
}

static void run(sqlite3_stmt *stmt)
{
	sqlite3_step(stmt);
	assert_int_equal(sqlite3_reset(stmt), SQLITE_OK);
}

static void clear(sqlite3 *db)
{
	assert_int_equal(sqlite3_exec(db, "DELETE FROM t; DELETE FROM v", NULL, NULL, NULL),
			 SQLITE_OK);
}

/* v holds one value. */
static void check(struct bench *bench)
{
	run(bench->insert);
	assert_int_equal(sqlite3_step(bench->stored), SQLITE_ROW);
	assert_int_equal(sqlite3_step(bench->expected), SQLITE_ROW);
	for (int i = 0; i < 5; i++)
		same(bench, i);
	sqlite3_reset(bench->stored);
	sqlite3_reset(bench->expected);
	assert_int_equal(sqlite3_step(bench->digest), SQLITE_ROW);
	assert_string_equal(sqlite3_column_text(bench->digest, 0),
			    sqlite3_column_text(bench->digest, 1));
	sqlite3_reset(bench->digest);
	clear(bench->db);
	bench->count++;
}

static void check_text(struct bench *bench, const char *text, int size)
{
	sqlite3_stmt *put = prepare(bench->db, "INSERT INTO v VALUES (?1)");

	sqlite3_bind_text(put, 1, text, size, SQLITE_TRANSIENT);
	run(put);
	sqlite3_finalize(put);
	check(bench);
}

static void check_blob(struct bench *bench, const char *bytes, int size)
{
	sqlite3_stmt *put = prepare(bench->db, "INSERT INTO v VALUES (?1)");

	sqlite3_bind_blob(put, 1, bytes, size, SQLITE_TRANSIENT);
	run(put);
	sqlite3_finalize(put);
	check(bench);
}

static void check_real(struct bench *bench, double real)
{
	sqlite3_stmt *put = prepare(bench->db, "INSERT INTO v VALUES (?1)");

	sqlite3_bind_double(put, 1, real);
	run(put);
	sqlite3_finalize(put);
	check(bench);
}

static void check_integer(struct bench *bench, sqlite3_int64 integer)
{
	sqlite3_stmt *put = prepare(bench->db, "INSERT INTO v VALUES (?1)");

	sqlite3_bind_int64(put, 1, integer);
	run(put);
	sqlite3_finalize(put);
	check(bench);
}

static uint64_t random_next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Texts of the letters that numbers are made of. */
static void random_text(struct bench *bench, uint64_t *seed)
{
	static const char alphabet[] = "0123456789..ee+- x";
	char text[24];
	const int size = (int)(random_next(seed) % sizeof(text));

	for (int i = 0; i < size; i++)
		text[i] = alphabet[random_next(seed) % (sizeof(alphabet) - 1)];
	check_text(bench, text, size);
}

static void random_number(struct bench *bench, uint64_t *seed)
{
	const uint64_t bits = random_next(seed);
	double real;
	char text[60];

	memcpy(&real, &bits, sizeof(real));
	if (real != real)
		return;
	check_real(bench, real);
	check_real(bench, (double)(int64_t)(bits >> (bits % 60)));
	check_integer(bench, (int64_t)bits >> (bits % 60));
	sqlite3_snprintf(sizeof(text), text, "%!.17g", real);
	check_text(bench, text, -1);
	sqlite3_snprintf(sizeof(text), text, "%lld", (int64_t)bits >> (bits % 60));
	check_text(bench, text, -1);
}

static void all_values(struct bench *bench)
{
	uint64_t seed = 88172645463325252ULL;
	char text[100];

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		check_text(bench, texts[i], -1);
		check_blob(bench, texts[i], (int)strlen(texts[i]));
		check_text(bench, texts[i], (int)strlen(texts[i]) + 1); /* with a NUL in it */
		sqlite3_snprintf(sizeof(text), text, " %s  ", texts[i]);
		check_text(bench, text, -1);
	}
	for (size_t i = 0; i < sizeof(reals) / sizeof(*reals); i++)
		check_real(bench, reals[i]);
	for (size_t i = 0; i < sizeof(integers) / sizeof(*integers); i++)
		check_integer(bench, integers[i]);
	check_text(bench, "5\0006", 3);
	check_text(bench, "a\0b", 3);
	check_text(bench, "12345678901234567\0x", 19);
	check_text(bench, "2251799813685248\0", 17);
	check_text(bench, "-2251799813685248\0", 18);
	check_blob(bench, NULL, 0);
	for (int i = 0; i < 2000; i++)
		random_text(bench, &seed);
	for (int i = 0; i < 400; i++)
		random_number(bench, &seed);
}

static void test_encoding(const char *encoding)
{
	struct bench bench;

	bench_open(&bench, encoding);
	all_values(&bench);
	assert_true(bench.count > 4000);
	bench_close(&bench);
}

static void stores_as_sqlite_utf8(void **state)
{
	(void)state;
	test_encoding("UTF-8");
}

static void stores_as_sqlite_utf16(void **state)
{
	(void)state;
	test_encoding("UTF-16le");
	test_encoding("UTF-16be");
}

static char *one(sqlite3 *db, const char *sql)
{
	static char text[200];
	sqlite3_stmt *stmt = prepare(db, sql);

	if (sqlite3_step(stmt) == SQLITE_ROW)
		sqlite3_snprintf(sizeof(text), text, "%s", sqlite3_column_text(stmt, 0));
	else
		sqlite3_snprintf(sizeof(text), text, "error: %s", sqlite3_errmsg(db));
	sqlite3_finalize(stmt);
	return text;
}

static void keeps_arguments(void **state)
{
	sqlite3 *db;

	(void)state;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(mo_digest_register(db), 0);
	assert_string_equal(
		one(db,
		    "SELECT group_concat(_moult_affinity('007', f), '|') FROM "
		    "(SELECT 'N' f UNION ALL SELECT 'T' UNION ALL SELECT 'B' UNION ALL SELECT 'N')"),
		"7|007|007|7");
	assert_string_equal(one(db, "SELECT _moult_affinity(NULL, 'T') IS NULL"), "1");
	assert_string_equal(one(db, "SELECT typeof(_moult_affinity(zeroblob(3), 'T'))"), "blob");
	mo_digest_unregister(db);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT _moult_digest('-', 1)", -1,
					    &(sqlite3_stmt *){NULL}, NULL),
			 SQLITE_ERROR);
	sqlite3_close(db);
}

static void refuses_wrong_letters(void **state)
{
	sqlite3 *db;

	(void)state;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(mo_digest_register(db), 0);
	assert_string_equal(one(db, "SELECT _moult_affinity(1, 'X')"),
			    "error: an affinity is one of T N I R B -");
	assert_string_equal(one(db, "SELECT _moult_affinity(1, NULL)"),
			    "error: an affinity is one of T N I R B -");
	assert_string_equal(one(db, "SELECT _moult_digest('X', 1)"),
			    "error: an affinity is one of T N I R B -");
	assert_string_equal(one(db, "SELECT _moult_digest('TT', 1)"),
			    "error: one letter of affinity is needed for each value");
	assert_string_equal(one(db, "SELECT _moult_digest()"),
			    "error: one letter of affinity is needed for each value");
	assert_string_equal(one(db, "SELECT _moult_row()"),
			    "error: one letter of affinity is needed for each value");
	assert_string_equal(one(db, "SELECT length(_moult_row('-', 1))"), "16");
	sqlite3_close(db);
}

static void digest_is_a_multiset(void **state)
{
	char first[200];
	sqlite3 *db;

	(void)state;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(mo_digest_register(db), 0);
	assert_string_equal(one(db, "SELECT _moult_digest('-', 1) WHERE 0"),
			    "00000000000000000000000000000000:0");
	sqlite3_snprintf(
		sizeof(first), first, "%s",
		one(db,
		    "SELECT _moult_digest('--', column1, column2) FROM (VALUES (1, 'a'), (2, 'b'), (2, 'b'))"));
	assert_string_equal(first + 32, ":3");
	assert_string_equal(one(db, "SELECT _moult_digest('--', column1, column2) FROM "
				    "(VALUES (2, 'b'), (1, 'a'), (2, 'b'))"),
			    first);
	assert_string_not_equal(one(db, "SELECT _moult_digest('--', column1, column2) FROM "
					"(VALUES (2, 'b'), (1, 'a'), (1, 'a'))"),
				first);
	/* Types, borders between values, and NULs all count. */
	assert_string_equal(
		one(db,
		    "SELECT count(DISTINCT _moult_row('-', column1)) FROM (VALUES (5), (5.0), ('5'), "
		    "(x'35'), (NULL), (''), (x''), (-5), (1 << 55), ((1 << 55) - 1), ('a' || char(0)), "
		    "('a'), ('a' || char(0, 0)), (0.0), (-1e-320), (zeroblob(600)), (zeroblob(601)))"),
		"17");
	assert_string_equal(
		one(db, "SELECT _moult_row('--', 'a', 'bc') = _moult_row('--', 'ab', 'c')"), "0");
	assert_string_equal(
		one(db, "SELECT _moult_row('--', 'a', 'bc') = _moult_row('--', 'a', 'bc')"), "1");
	sqlite3_close(db);
}

/* The hash of a row of a manifest may not change: a later moult must be able to compare. */
static void digest_is_stable(void **state)
{
	sqlite3 *db;

	(void)state;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(mo_digest_register(db), 0);
	assert_string_equal(
		one(db, "SELECT _moult_digest('------', 1, -1, 1.5, 'text', x'00ff', NULL)"),
		"a8918742fca9f4926843ad85f77dc358:1");
	sqlite3_close(db);
}

static void digest_takes_many_columns(void **state)
{
	struct arena *arena = mo_arena_new();
	struct list items = {0};
	char all[1001];
	sqlite3_str *sql = sqlite3_str_new(NULL);
	sqlite3 *db;
	char *text;

	(void)state;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(mo_digest_register(db), 0);
	for (int i = 0; i < 1000; i++)
		mo_list_add(arena, &items, mo_arena_format(arena, "%d", i));
	memset(all, 'N', 1000);
	all[1000] = 0;
	sqlite3_str_appendall(sql, "SELECT ");
	mo_digest_write(sql, all, &items);
	text = mo_arena_take(arena, sql);
	assert_non_null(text);
	assert_string_equal(one(db, text) + 32, ":1");
	items.count = 2;
	sql = sqlite3_str_new(NULL);
	mo_digest_write(sql, "NT", &items);
	assert_string_equal(mo_arena_take(arena, sql), "_moult_digest('NT', 0, 1)");
	mo_arena_free(arena);
	sqlite3_close(db);
}

/* What is read without SQLite is what SQLite reads, to the bit; most of what is short is. */
static void reads_decimals_as_sqlite(void **state)
{
	sqlite3 *db;
	sqlite3_stmt *stmt = NULL;
	unsigned long long random = 1;
	int read = 0;

	(void)state;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT CAST(?1 AS REAL)", -1, &stmt, NULL),
			 SQLITE_OK);
	for (int i = 0; i < DECIMALS; i++) {
		char text[40], room[MO_NUMBER_TEXT];
		struct value value = {.type = SQLITE_TEXT, .bytes = text};
		double real;

		random = random * 6364136223846793005ULL + 1442695040888963407ULL;
		sqlite3_snprintf(sizeof(text), text, "%s%0*llu.%0*llu", i % 3 ? "" : "-",
				 (int)(random >> 60), (random >> 20) % (1 + (random >> 40)),
				 1 + i % 8, (random >> 33) % (1 + (random >> 44)));
		value.size = strlen(text);
		if (!mo_affinity_change(&value, 'R', room))
			continue;
		sqlite3_bind_text(stmt, 1, text, -1, SQLITE_STATIC);
		assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
		real = sqlite3_column_double(stmt, 0) + 0.0;
		assert_int_equal(value.type, SQLITE_FLOAT);
		if (memcmp(&value.real, &real, sizeof(real)) != 0)
			fail_msg("%s: %.17g, SQLite %.17g", text, value.real, real);
		sqlite3_reset(stmt);
		read++;
	}
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	assert_true(FLT_EVAL_METHOD != 0 || read > DECIMALS / 4);
}

/* A number of up to 15 digits, or bits of any real at all. */
static double some_real(sqlite3_uint64 random, int i)
{
	sqlite3_uint64 digits = random >> 8, most = 10;
	double real, power = 1;

	if (i % 5 == 4) {
		memcpy(&real, &random, sizeof(real));
		return real;
	}
	for (int places = (int)(random >> 60); places > 1; places--)
		most *= 10;
	for (int behind = (int)((random >> 40) % 18); behind > 0; behind--)
		power *= 10;
	real = (double)(digits % most) / power;
	return i % 2 ? real : -real;
}

/* What is told without SQLite is what SQLite writes, up to 3.51, and gives the real back to it. */
static void writes_decimals_as_sqlite(void **state)
{
	const bool has_15_digits = sqlite3_libversion_number() < 3052000;
	sqlite3_uint64 random = 2;
	sqlite3_stmt *stmt = NULL;
	sqlite3 *db;
	int found = 0;

	(void)state;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_prepare_v2(db,
				   "SELECT CAST(?1 AS TEXT), CAST(CAST(?1 AS TEXT) AS REAL)"
				   " = ?1 AND CAST(?2 AS REAL) = ?1",
				   -1, &stmt, NULL),
		SQLITE_OK);
	for (int i = 0; i < DECIMALS; i++) {
		char text[MO_NUMBER_TEXT];
		struct decimal decimal;
		double real;
		size_t size;

		random = random * 6364136223846793005ULL + 1442695040888963407ULL;
		real = some_real(random, i);
		if (!mo_decimal_find(&decimal, real))
			continue;
		size = mo_decimal_write(text, &decimal);
		sqlite3_bind_double(stmt, 1, real);
		sqlite3_bind_text(stmt, 2, text, (int)size, SQLITE_STATIC);
		assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
		if ((has_15_digits && ((size_t)sqlite3_column_bytes(stmt, 0) != size ||
				       memcmp(sqlite3_column_text(stmt, 0), text, size) != 0)) ||
		    !sqlite3_column_int(stmt, 1))
			fail_msg("%.17g: %.*s, SQLite %s", real, (int)size, text,
				 sqlite3_column_text(stmt, 0));
		sqlite3_reset(stmt);
		found++;
	}
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	assert_true(FLT_EVAL_METHOD != 0 || LDBL_MANT_DIG == DBL_MANT_DIG || found > DECIMALS / 2);
}

static void writes_integers_as_sqlite(void **state)
{
	static const sqlite3_int64 numbers[] = {
		0, 1, -1, 9, 10, -10, 123456789, INT64_MAX, INT64_MIN, INT64_MIN + 1};

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		char text[MO_NUMBER_TEXT], expected[MO_NUMBER_TEXT];

		text[mo_integer_write(text, numbers[i])] = '\0';
		sqlite3_snprintf(sizeof(expected), expected, "%lld", numbers[i]);
		assert_string_equal(text, expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stores_as_sqlite_utf8),
		cmocka_unit_test(stores_as_sqlite_utf16),
		cmocka_unit_test(keeps_arguments),
		cmocka_unit_test(reads_decimals_as_sqlite),
		cmocka_unit_test(writes_decimals_as_sqlite),
		cmocka_unit_test(writes_integers_as_sqlite),
		cmocka_unit_test(refuses_wrong_letters),
		cmocka_unit_test(digest_is_a_multiset),
		cmocka_unit_test(digest_is_stable),
		cmocka_unit_test(digest_takes_many_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
