/* SPDX-License-Identifier: MIT */
/*
 * test_xml.c: documents read: what is in a right one, and what is said of those
 * with mistakes (documents.h).
 */
#include "documents.h"

static void everything_is_read(void **state)
{
	struct scratch *scratch = *state;
	const char *path =
		mo_arena_format(scratch->arena, "%s/everything.xml", documents(scratch, "right"));
	const struct trigger *trigger;
	const struct table *table;
	struct schema *schema;
	size_t size;
	const char *text = read_file(scratch, path, &size);

	schema = read_text(scratch, path, text, size, documents(scratch, "right"));
	assert_non_null(schema);
	assert_string_equal(schema->doc,
			    "Nights, targets and frames of a small observatory.\n"
			    "  (An indented second line.)\n\nAnd a third, after an empty one.");
	assert_int_equal(schema->undeclared, UNDECLARED_ERROR);
	assert_int_equal(schema->pragmas.application_id, (int)0xFFFF0001);
	assert_int_equal(schema->tombstones.count, 7);
	assert_non_null(mo_schema_table(schema, "wind"));
	table = mo_schema_table(schema, "TARGET");
	assert_string_equal(table->object.was.items[1], "star list");
	assert_int_equal(table->object.place.line, 22);
	assert_int_equal(table->object.place.column, 3);
	assert_true(mo_table_autoincrement(table));
	assert_int_equal(mo_table_column(table, "ra")->affinity, 'R');
	assert_int_equal(table->object.indexes.count, 1);
	table = mo_schema_table(schema, "night");
	assert_string_equal(mo_table_column(table, "seeing")->using.text, "seeing_tenths / 10.0");
	trigger = (const struct trigger *)mo_schema_find(schema, KIND_TRIGGER, "frame_moved");
	assert_string_equal(trigger->body.text,
			    "INSERT INTO trace VALUES (old.path, new.path);\nUPDATE night\n"
			    "   SET seeing = seeing\n WHERE site = new.site;");
	assert_string_equal(trigger->columns.items[1], "site");
	mo_schema_free(schema);
}

/* ---- wrong documents ------------------------------------------------------- */

static void check_wrong(struct scratch *scratch, const char *name)
{
	const int base = (int)strlen(name) - 4;
	const char *expected_name = mo_arena_format(scratch->arena, "%.*s.expect", base, name);
	size_t size, ignored;
	const char *text = read_file(scratch, name, &size);
	const char *expected = read_file(scratch, expected_name, &ignored);
	const char *got;

	assert_null(read_text(scratch, name, text, size, "."));
	got = said_text(scratch, name);
	if (strcmp(got, expected) != 0)
		fail_msg("%s says\n%sand not\n%s", name, got, expected);
}

static void wrong_documents_are_refused(void **state)
{
	assert_true(each_document(*state, "wrong", check_wrong) >= 60);
}

static void second_places_are_given(void **state)
{
	struct scratch *scratch = *state;
	const moult_diagnostic *diagnostic;

	assert_null(read_string(
		scratch, ROOT "\n<table name=\"t\">\n <column name=\"a\"/>\n <column name=\"A\"/>\n"
			      "</table>\n</database>"));
	diagnostic = mo_diag_last(&scratch->m.diags);
	assert_string_equal(diagnostic->id, "DOC013");
	assert_string_equal(diagnostic->object, "column t.A");
	assert_string_equal(diagnostic->want.source, " <column name=\"A\"/>");
	assert_int_equal(diagnostic->want.line, 4);
	assert_int_equal(diagnostic->have.line, 3);
	assert_string_equal(diagnostic->have.source, " <column name=\"a\"/>");
}

static void guesses_are_made(void **state)
{
	static const struct {
		const char *attributes;
		const char *hint;
	} cases[] = {
		{"nullable=\"false\"", "write not-null=\"true\""},
		{"Type=\"TEXT\"", "did you mean type?"},
		{"primary_key=\"true\"", "did you mean primary-key?"},
		{"not-null=\"TRUE\"", "did you mean \"true\"?"},
		{"not-null=\"1\"", "did you mean \"true\"?"},
		{"references=\"u\" on-delete=\"SET NULL\"", "did you mean \"set-null\"?"},
		{"references=\"u\" on-delete=\"nothing\"",
		 "write one of: no-action, restrict, set-null, set-default, cascade"},
	};
	struct scratch *scratch = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		mo_diags_clear(&scratch->m.diags);
		assert_null(read_string(
			scratch,
			mo_arena_format(scratch->arena,
					ROOT "<table name=\"t\"><column name=\"a\" %s/></table>"
					     "</database>",
					cases[i].attributes)));
		assert_int_equal(scratch->m.diags.list.count, 1);
		assert_string_equal(mo_diag_last(&scratch->m.diags)->hint, cases[i].hint);
	}
}

/* What other tools and languages call it. */
static void words_of_others_are_known(void **state)
{
	static const struct {
		const char *element;
		const char *hint;
	} cases[] = {
		{"<include file=\"more.xml\"/>", "did you mean href?"},
		{"<table name=\"t\" formerly=\"s\"><column name=\"a\"/></table>",
		 "did you mean was?"},
		{"<index name=\"i\" table=\"t\" columns=\"a\"/>", "did you mean on?"},
		{"<index name=\"i\" on=\"t\" fields=\"a\"/>", "did you mean columns?"},
		{"<index name=\"i\" on=\"t\" columns=\"a\" filter=\"a\"/>", "did you mean where?"},
		{"<virtual-table name=\"f\" module=\"fts5\" args=\"a\"/>", "did you mean using?"},
	};
	struct scratch *scratch = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		mo_diags_clear(&scratch->m.diags);
		assert_null(read_string(scratch,
					mo_arena_format(scratch->arena, ROOT "%s</database>",
							cases[i].element)));
		assert_string_equal(
			((struct moult_diagnostic *)scratch->m.diags.list.items[0])->hint,
			cases[i].hint);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(everything_is_read, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(wrong_documents_are_refused, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(second_places_are_given, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(words_of_others_are_known, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(guesses_are_made, scratch_set_up,
						scratch_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
