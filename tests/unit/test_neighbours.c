/* SPDX-License-Identifier: MIT */
/*
 * test_neighbours.c: what is kept of a directory says what the directory says, or is not asked.
 *
 * A time of change that lies ahead makes what is kept good for every database: only then can a
 * file that came later go unseen, which shows that the directory was not read.
 */
#include "scratch.h"

#include <fcntl.h>
#include <time.h>

#include "backup/file.h"

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names, sorted, in a line. */
static const char *names_beside(struct scratch *scratch, const char *base, const char *path)
{
	struct list names = {0};
	const char *line = "";

	assert_int_equal(mo_neighbours(&names, scratch->arena, &scratch->m, scratch->directory,
				       base, path, DIAG_RUN019),
			 0);
	if (names.count)
		qsort(names.items, (size_t)names.count, sizeof(void *), by_text);
	EACH (const char, name, &names)
		line = mo_arena_format(scratch->arena, "%s%s ", line, name);
	return line;
}

static const char *beside(struct scratch *scratch, const char *base)
{
	return names_beside(scratch, base, scratch_path(scratch, base));
}

static void make(struct scratch *scratch, const char *name)
{
	put_file(scratch_path(scratch, name), "");
}

/* Sets when the directory was changed: so many seconds from now. */
static void age(struct scratch *scratch, int seconds)
{
	const struct timespec when = {.tv_sec = time(NULL) + seconds};
	const struct timespec both[] = {when, when};

	assert_int_equal(utimensat(AT_FDCWD, scratch->directory, both, 0), 0);
}

/* After this all names are kept, and good. */
static void keep_all(struct scratch *scratch)
{
	age(scratch, 100);
	beside(scratch, "a.db");
	beside(scratch, "b.db");
}

static void each_gets_its_own(void **state)
{
	static const char *const files[] = {
		"a.db", "a.db.moult-0001-x.db", "a.db2", "a.d", "b.db.moult-1", "b.db", "\xff.db",
		"A.db"};
	struct scratch *scratch = *state;

	for (int i = 0; i < (int)(sizeof(files) / sizeof(files[0])); i++)
		make(scratch, files[i]);
	for (int round = 0; round < 2; round++) {
		assert_string_equal(beside(scratch, "a.db"), "a.db a.db.moult-0001-x.db a.db2 ");
		assert_string_equal(beside(scratch, "b.db"), "b.db b.db.moult-1 ");
		assert_string_equal(beside(scratch, "\xff.db"), "\xff.db ");
		assert_string_equal(beside(scratch, "c.db"), "");
		age(scratch, 100);
	}
}

static void what_is_kept_is_used(void **state)
{
	struct scratch *scratch = *state;

	make(scratch, "a.db");
	make(scratch, "b.db");
	keep_all(scratch);
	make(scratch, "b.db.moult-1");
	assert_string_equal(beside(scratch, "b.db"), "b.db ");
	assert_string_equal(beside(scratch, "a.db"), "a.db ");
}

static void one_database_is_always_read(void **state)
{
	struct scratch *scratch = *state;

	make(scratch, "a.db");
	age(scratch, 100);
	assert_string_equal(beside(scratch, "a.db"), "a.db ");
	make(scratch, "a.db.moult-1");
	age(scratch, 100);
	assert_string_equal(beside(scratch, "a.db"), "a.db a.db.moult-1 ");
}

static void a_younger_database_is_read(void **state)
{
	struct scratch *scratch = *state;

	make(scratch, "a.db");
	make(scratch, "b.db");
	age(scratch, -100);
	assert_string_equal(beside(scratch, "a.db"), "a.db ");
	assert_string_equal(beside(scratch, "b.db"), "b.db ");
	make(scratch, "b.db.moult-1");
	assert_string_equal(beside(scratch, "b.db"), "b.db b.db.moult-1 ");
}

static void where_there_is_a_log_it_is_read(void **state)
{
	struct scratch *scratch = *state;

	make(scratch, "a.db");
	make(scratch, "b.db");
	keep_all(scratch);
	make(scratch, "b.db-wal");
	make(scratch, "b.db.moult-1");
	assert_string_equal(beside(scratch, "b.db"), "b.db b.db-wal b.db.moult-1 ");
	assert_string_equal(beside(scratch, "a.db"), "a.db ");
}

static void without_a_file_it_is_read(void **state)
{
	struct scratch *scratch = *state;

	make(scratch, "a.db");
	make(scratch, "b.db");
	keep_all(scratch);
	make(scratch, "memory.moult-1");
	assert_string_equal(names_beside(scratch, "memory", NULL), "memory.moult-1 ");
	make(scratch, "gone.db.moult-1");
	assert_string_equal(beside(scratch, "gone.db"), "gone.db.moult-1 ");
}

static void no_directory_is_told(void **state)
{
	struct scratch *scratch = *state;
	struct list names = {0};

	make(scratch, "a.db");
	for (int i = 0; i < 3; i++)
		assert_int_equal(mo_neighbours(&names, scratch->arena, &scratch->m,
					       scratch_path(scratch, "none"), i ? "b.db" : "a.db",
					       scratch_path(scratch, "a.db"), DIAG_RUN019),
				 MOULT_TROUBLE);
	assert_true(said(scratch, "RUN019", "none"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_gets_its_own, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(what_is_kept_is_used, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(one_database_is_always_read, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_younger_database_is_read, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(where_there_is_a_log_it_is_read, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(without_a_file_it_is_read, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(no_directory_is_told, scratch_set_up,
						scratch_tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
