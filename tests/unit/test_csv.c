/* SPDX-License-Identifier: MIT */
/*
 * test_csv.c: what is written as CSV is read as it was, and whatever else stands in a file is read or
 * refused, with a place within it.
 */
#include "scratch.h"

#include "xml/csv.h"

#define TRIES 3000
#define MOST_COLUMNS 4
#define MOST_LINES 6

/* The same on every machine. */
static unsigned random_below(unsigned *seed, unsigned limit)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % limit;
}

static struct rows *read_csv(struct scratch *scratch, const char *text, size_t size)
{
	struct rows *rows = mo_arena_make(scratch->arena, struct rows);
	/* to the byte, so that a tool sees who reads beyond */
	char *exact = malloc(size + 1);

	assert_non_null(rows);
	assert_non_null(exact);
	memcpy(exact, text, size);
	exact[size] = '\0';
	rows->table = "t";
	mo_diags_clear(&scratch->m.diags);
	mo_csv_read(rows, scratch->arena, "t.csv", exact, size, &scratch->m.diags);
	free(exact);
	return rows;
}

/* ---- there and back ------------------------------------------------------------------------ */

/* Of characters that mean something in the form, and some that do not; or nothing, NULL. */
static const char *random_field(struct scratch *scratch, unsigned *seed)
{
	static const char *const pieces[] = {"a", "\"", ",", "\n", "\r\n", " ", "\xC3\xA9", "'"};
	sqlite3_str *out = sqlite3_str_new(NULL);

	if (random_below(seed, 6) == 0) {
		sqlite3_free(sqlite3_str_finish(out));
		return NULL;
	}
	for (unsigned i = random_below(seed, 5); i > 0; i--)
		sqlite3_str_appendall(out, pieces[random_below(seed, 8)]);
	return mo_arena_take(scratch->arena, out);
}

static void append_field(sqlite3_str *out, const char *text, unsigned *seed)
{
	if (!text)
		return;
	if (*text && !strpbrk(text, "\",\r\n") && random_below(seed, 2)) {
		sqlite3_str_appendall(out, text);
		return;
	}
	sqlite3_str_appendchar(out, 1, '"');
	for (; *text; text++)
		sqlite3_str_appendchar(out, *text == '"' ? 2 : 1, *text);
	sqlite3_str_appendchar(out, 1, '"');
}

static void append_end(sqlite3_str *out, unsigned *seed, bool is_last)
{
	static const char *const ends[] = {"\n", "\r\n", "\n\n", ""};

	sqlite3_str_appendall(out, ends[random_below(seed, is_last ? 4 : 3)]);
}

static void try_table(struct scratch *scratch, unsigned *seed)
{
	const char *fields[MOST_LINES][MOST_COLUMNS];
	const int lines = (int)random_below(seed, MOST_LINES);
	const int columns = 2 + (int)random_below(seed, MOST_COLUMNS - 1);
	sqlite3_str *out = sqlite3_str_new(NULL);
	struct rows *rows;
	char *text;

	for (int i = 0; i < columns; i++)
		sqlite3_str_appendf(out, "%sc%d", i ? "," : "", i);
	append_end(out, seed, !lines);
	for (int i = 0; i < lines; i++) {
		for (int j = 0; j < columns; j++) {
			fields[i][j] = random_field(scratch, seed);
			sqlite3_str_appendall(out, j ? "," : "");
			append_field(out, fields[i][j], seed);
		}
		append_end(out, seed, i + 1 == lines);
	}
	text = mo_arena_take(scratch->arena, out);
	rows = read_csv(scratch, text, strlen(text));
	if (scratch->m.diags.list.count)
		fail_msg("%s: %s", text, mo_diag_last(&scratch->m.diags)->message);
	assert_int_equal(rows->rows.count, lines);
	for (int i = 0; i < lines; i++)
		for (int j = 0; j < columns; j++) {
			const struct row *row = rows->rows.items[i];
			const struct cell *cell = row->cells.items[j];

			if (!fields[i][j])
				assert_null(cell->text);
			else
				assert_string_equal(cell->text, fields[i][j]);
		}
}

static void what_is_written_is_read(void **state)
{
	unsigned seed = 1;

	for (int i = 0; i < TRIES; i++)
		try_table(*state, &seed);
}

/* ---- anything ------------------------------------------------------------------------------ */

static int count_lines(const char *text, size_t size)
{
	int count = 1;

	for (size_t i = 0; i < size; i++)
		count += text[i] == '\n';
	return count;
}

static void anything_is_read_or_refused(void **state)
{
	static const char bytes[] = "ab,,\"\"\n\n\r \0\xC3\xA9\xFF\xE2\x82";
	struct scratch *scratch = *state;
	unsigned seed = 2;
	int refused = 0;

	for (int i = 0; i < TRIES; i++) {
		char text[24];
		const size_t size = random_below(&seed, sizeof(text));
		const struct rows *rows;

		for (size_t at = 0; at < size; at++)
			text[at] = bytes[random_below(&seed, sizeof(bytes) - 1)];
		rows = read_csv(scratch, text, size);
		EACH (const moult_diagnostic, diagnostic, &scratch->m.diags.list) {
			assert_string_equal(diagnostic->id, "DOC023");
			assert_in_range(diagnostic->want.line, 1, count_lines(text, size) + 1);
			assert_in_range(diagnostic->want.column, 1, size + 1);
		}
		refused += scratch->m.diags.list.count > 0;
		assert_true(!scratch->m.diags.list.count || !rows->rows.count);
	}
	assert_in_range(refused, TRIES / 2, TRIES - 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_written_is_read, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(anything_is_read_or_refused, scratch_set_up,
						scratch_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
