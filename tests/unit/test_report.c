/* SPDX-License-Identifier: MIT */
/*
 * test_report.c: what is said of mistakes: the place, the line and the caret, and
 * nothing of theirs that moves a cursor.
 */
#include "reports.h"

static const char *diagnostics(struct world *world, enum moult_format format)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_report_diagnostics(out, &world->m.diags, (struct page){format, 100});
	return take(world, out);
}

static void the_caret_stands_right(void **state)
{
	struct world *world = *state;
	const struct moult_place place = {"app.xml", 12, 21, 11,
					  "\t<column name=\"n\xC3\xA4\" primary_key=\"true\"/>"};
	const struct moult_place other = {"app.sql", 3, 1, 40, "CREATE"};

	mo_diag(&world->m.diags, DIAG_DOC005, &place, "table person",
		"<column> has no attribute primary_key");
	mo_diag_hint(&world->m.diags, "did you mean primary-key?");
	mo_diag_last(&world->m.diags)->have = other;
	mo_diag_last(&world->m.diags)->count = 1234;
	assert_string_equal(
		diagnostics(world, MOULT_TEXT),
		"app.xml:12:21: error: DOC005: table person: <column> has no attribute primary_key\n"
		"   12 | \t<column name=\"n\xC3\xA4\" primary_key=\"true\"/>\n"
		"      | \t                  ^~~~~~~~~~~\n"
		"      = rows: 1,234\n"
		"      = hint: did you mean primary-key?\n"
		"app.sql:3:1: note: the other place is here\n"
		"    3 | CREATE\n"
		"      | ^~~~~~\n");
	has(diagnostics(world, MOULT_COLOR), ESC "1;31merror:" ESC "0m");
	has(diagnostics(world, MOULT_COLOR), ESC "1;31m^~~~~~~~~~~" ESC "0m\n");
}

static void odd_places_are_survived(void **state)
{
	struct world *world = *state;
	const struct moult_place past = {"a", 1, 900, 900, "ab"};
	const struct moult_place inside = {"b", 2, 3, 1, "\xC3\xA4\xC3\xA4z"};
	const struct moult_place broken = {"c", 3, 2, 2, "\xFF\xC3("};
	const struct moult_place empty = {"d", 4, 1, 1, ""};
	const struct moult_place bare = {"e", 0, 0, 0, NULL};

	mo_diag(&world->m.diags, DIAG_DOC002, &past, NULL, "past");
	mo_diag(&world->m.diags, DIAG_DOC002, &inside, NULL, "inside");
	mo_diag(&world->m.diags, DIAG_DOC002, &broken, NULL, "broken");
	mo_diag(&world->m.diags, DIAG_DOC002, &empty, NULL, "empty");
	mo_diag(&world->m.diags, DIAG_RUN024, &bare, NULL, "bare");
	assert_string_equal(diagnostics(world, MOULT_TEXT), "a:1:900: error: DOC002: past\n"
							    "    1 | ab\n"
							    "      |   ^\n"
							    "b:2:3: error: DOC002: inside\n"
							    "    2 | \xC3\xA4\xC3\xA4z\n"
							    "      |  ^\n"
							    "c:3:2: error: DOC002: broken\n"
							    "    3 | \xEF\xBF\xBD\xEF\xBF\xBD(\n"
							    "      |  ^~\n"
							    "d:4:1: error: DOC002: empty\n"
							    "    4 | \n"
							    "      | ^\n"
							    "e: warning: RUN024: bare\n"
							    "4 errors, 1 warning\n");
}

static void long_lines_are_cut_around_the_place(void **state)
{
	struct world *world = *state;
	char line[4001];
	struct moult_place place = {"long.xml", 1, 2001, 3, line};
	const char *text;

	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	memcpy(line + 2000, "bad", 3);
	mo_diag(&world->m.diags, DIAG_DOC007, &place, NULL, "wrong");
	text = diagnostics(world, MOULT_TEXT);
	assert_true(strlen(text) < 300);
	has(text, "    1 | ...xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxbadxxx");
	has(text, "      |                                            ^~~\n");
}

static void what_is_said_already_is_not_said_again(void **state)
{
	struct world *world = *state;

	mo_diag(&world->m.diags, DIAG_RUN021, NULL, "table t",
		"table t held 2 rows, and holds 5 now");
	mo_diag_last(&world->m.diags)->count = 5;
	assert_string_equal(diagnostics(world, MOULT_TEXT),
			    "error: RUN021: table t held 2 rows, and holds 5 now\n");
}

static void nothing_moves_the_cursor(void **state)
{
	struct world *world = *state;
	const struct moult_place place = {"evil\033[2J.xml", 1, 1, 1,
					  "\033]0;x\a\xC2\x9B"
					  "31m\xE2\x80\xAE"};

	mo_diag(&world->m.diags, DIAG_DOC004, &place, "table \r\033[1A", "a\nb\tc\b");
	mo_diag_hint(&world->m.diags, "\x7F");
	has_not(diagnostics(world, MOULT_TEXT), "\033");
	has_not(diagnostics(world, MOULT_TEXT), "\a");
	has_not(diagnostics(world, MOULT_TEXT), "\xC2\x9B");
	has_not(diagnostics(world, MOULT_TEXT), "\xE2\x80\xAE");
	has_not(diagnostics(world, MOULT_TEXT), "\r");
	has(diagnostics(world, MOULT_TEXT), "a b c<U+0008>");
	has(diagnostics(world, MOULT_TEXT), "<U+202E>");
	has_not(diagnostics(world, MOULT_JSON), "\xE2\x80\xAE");
	has_not(diagnostics(world, MOULT_JSON), "\xC2\x9B");
	assert_at(world, diagnostics(world, MOULT_JSON), "$.diagnostics[0].message", "a\nb\tc\b");
}

static void diagnostics_are_json(void **state)
{
	struct world *world = *state;
	const struct moult_place place = {"app.xml", 12, 5, 3, "<a \"\\\xFF/>"};
	const char *json = diagnostics(world, MOULT_JSON);

	assert_at(world, json, "$.moult", "1");
	assert_at(world, json, "$.diagnostics", "[]");
	mo_diag(&world->m.diags, DIAG_DOC005, &place, NULL, "no");
	mo_diag(&world->m.diags, DIAG_MC101, NULL, "table t", "hm");
	mo_diag_last(&world->m.diags)->count = 3;
	json = diagnostics(world, MOULT_JSON);
	assert_at(world, json, "$.diagnostics[0].severity", "error");
	assert_at(world, json, "$.diagnostics[0].object", "null");
	assert_at(world, json, "$.diagnostics[0].count", "null");
	assert_at(world, json, "$.diagnostics[0].want.column", "5");
	assert_at(world, json, "$.diagnostics[0].want.source", "<a \"\\\xEF\xBF\xBD/>");
	assert_at(world, json, "$.diagnostics[0].have", "null");
	assert_at(world, json, "$.diagnostics[1].want", "null");
	assert_at(world, json, "$.diagnostics[1].count", "3");
	assert_at(world, json, "$.errors", "1");
	assert_at(world, json, "$.warnings", "1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_caret_stands_right, world_set_up,
						world_tear_down),
		cmocka_unit_test_setup_teardown(odd_places_are_survived, world_set_up,
						world_tear_down),
		cmocka_unit_test_setup_teardown(long_lines_are_cut_around_the_place, world_set_up,
						world_tear_down),
		cmocka_unit_test_setup_teardown(what_is_said_already_is_not_said_again,
						world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(nothing_moves_the_cursor, world_set_up,
						world_tear_down),
		cmocka_unit_test_setup_teardown(diagnostics_are_json, world_set_up,
						world_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
