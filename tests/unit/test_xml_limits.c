/* SPDX-License-Identifier: MIT */
/*
 * test_xml_limits.c: documents that are too large, includes that lead where they
 * must not, and reading and writing with too little memory.
 */
#include "documents.h"

#include <libxml/parser.h>

#include "../failing.h"

/* ---- allocators that can fail ---------------------------------------------- */

static long long calls;
static long long failing;      /* the one that fails, counted from 1; 0: none */
static size_t room = SIZE_MAX; /* the largest piece that libxml2 gets */

static bool fails(void)
{
	return ++calls == failing;
}

/*
 * libxml2 itself does not outlive every failure (2.9.14 crashes in compiling a
 * schema), so it is only made to find too little room before it is called.
 */
static void *xml_malloc(size_t size)
{
	return size > room ? NULL : malloc(size);
}

static char *xml_strdup(const char *text)
{
	char *copy = malloc(strlen(text) + 1);

	return copy ? strcpy(copy, text) : NULL;
}

static void install(void)
{
	failing_install(fails);
	xmlMemSetup(free, xml_malloc, realloc, xml_strdup);
	xmlInitParser();
}

/* ---- sizes ----------------------------------------------------------------- */

/* One document whose mistakes are those. */
static void expect(struct scratch *scratch, const char *text, size_t size, const char *mistakes)
{
	struct schema *schema;

	mo_diags_clear(&scratch->m.diags);
	schema = read_text(scratch, "test.xml", text, size, NULL);
	assert_string_equal(said_text(scratch, "test.xml"), mistakes);
	mo_schema_free(schema);
	mo_diags_clear(&scratch->m.diags);
}

static char *repeat(struct scratch *scratch, const char *before, const char *part, int times,
		    const char *after)
{
	const size_t length = strlen(part);
	char *text = mo_arena_alloc(scratch->arena,
				    strlen(before) + length * (size_t)times + strlen(after) + 1);
	char *to = text;

	assert_non_null(text);
	to += strlen(strcpy(to, before));
	for (int i = 0; i < times; i++, to += length)
		memcpy(to, part, length);
	strcpy(to, after);
	return text;
}

static void limits_hold(void **state)
{
	struct scratch *scratch = *state;
	char *text = repeat(scratch, ROOT "<!--", "x", 16 << 20, "--></database>");

	expect(scratch, text, strlen(text), "DOC003 1:1\n");
	text = repeat(scratch, ROOT "\n<table name=\"", "x", 64 << 10, "\"/></database>");
	expect(scratch, text, strlen(text), "DOC003 2:1\n");
	text = repeat(scratch, ROOT "<x", " a=''", 3, "/></database>");
	expect(scratch, text, strlen(text), "DOC002 1:46\n");
	text = repeat(scratch, ROOT, "<x:y xmlns:x='u'>", 64, "");
	expect(scratch, text, strlen(text), "DOC003 1:1109\n");
	expect(scratch, "", 0, "DOC002 1:1\n");
	expect(scratch, ROOT "<!-- \0 --></database>", sizeof(ROOT "<!-- \0 --></database>") - 1,
	       "DOC002 1:43\n");
}

static void attributes_are_counted(void **state)
{
	struct scratch *scratch = *state;
	sqlite3_str *text = sqlite3_str_new(NULL);
	const char *done;

	sqlite3_str_appendall(text, ROOT "<table");
	for (int i = 0; i < 65; i++)
		sqlite3_str_appendf(text, " a%d=''", i);
	sqlite3_str_appendall(text, "/></database>");
	done = mo_arena_take(scratch->arena, text);
	expect(scratch, done, strlen(done), "DOC003 1:38\n");
}

/* libxml2's line numbers end at 65,535. */
static void lines_are_counted(void **state)
{
	struct scratch *scratch = *state;
	const char *text = repeat(scratch, ROOT, "\n", 70000, "  <tabel/></database>");

	expect(scratch, text, strlen(text), "DOC004 70001:3\n");
	text = repeat(scratch, ROOT, "  ", 3000, "<tabel/></database>");
	assert_null(read_string(scratch, text));
	assert_int_equal(mo_diag_last(&scratch->m.diags)->want.column, 6038);
	assert_null(mo_diag_last(&scratch->m.diags)->want.source);
}

static void mistakes_end(void **state)
{
	struct scratch *scratch = *state;
	const char *text = repeat(scratch, ROOT, "<tabel/>\n", 5000, "</database>");

	assert_null(read_string(scratch, text));
	assert_int_equal(scratch->m.diags.list.count, 100);
	assert_non_null(mo_diag_last(&scratch->m.diags)->hint);
}

/* ---- includes -------------------------------------------------------------- */

static void write_file(struct scratch *scratch, const char *name, const char *text)
{
	FILE *file = fopen(scratch_path(scratch, name), "wb");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void includes_stay_inside(void **state)
{
	struct scratch *scratch = *state;
	const char *text = ROOT "<include href=\"out.xml\"/></database>";
	struct schema *schema;

	expect(scratch, text, strlen(text), "DOC014 1:53\n");
	assert_int_equal(mkdir(scratch_path(scratch, "in"), 0700), 0);
	write_file(scratch, "secret.xml",
		   ROOT "<table name=\"t\"><column name=\"a\"/></table></database>");
	assert_int_equal(symlink("../secret.xml", scratch_path(scratch, "in/out.xml")), 0);
	assert_null(
		read_text(scratch, "test.xml", text, strlen(text), scratch_path(scratch, "in")));
	assert_string_equal(said_text(scratch, "test.xml"), "DOC014 1:53\n");
	assert_true(said(scratch, "DOC014", "leads out"));
	mo_diags_clear(&scratch->m.diags);
	assert_int_equal(symlink("in", scratch_path(scratch, "link")), 0);
	assert_int_equal(symlink("other.xml", scratch_path(scratch, "in/alias.xml")), 0);
	write_file(scratch, "in/other.xml",
		   ROOT "<table name=\"t\"><column name=\"a\"/></table></database>");
	text = ROOT "<include href=\"alias.xml\"/></database>";
	schema = read_text(scratch, "test.xml", text, strlen(text), scratch_path(scratch, "link"));
	assert_non_null(schema);
	mo_schema_free(schema);
}

static void includes_are_files(void **state)
{
	struct scratch *scratch = *state;
	const char *text = ROOT "<include href=\"pipe\"/></database>";

	assert_int_equal(mkfifo(scratch_path(scratch, "pipe"), 0600), 0);
	assert_null(read_text(scratch, "test.xml", text, strlen(text), scratch->directory));
	assert_true(said(scratch, "DOC014", "not a file"));
}

static void includes_share_the_limit(void **state)
{
	struct scratch *scratch = *state;
	const char *text = ROOT "<include href=\"a.xml\"/><include href=\"b.xml\"/></database>";

	write_file(scratch, "a.xml", repeat(scratch, ROOT "<!--", "x", 9 << 20, "--></database>"));
	write_file(scratch, "b.xml", repeat(scratch, ROOT "<!--", "x", 9 << 20, "--></database>"));
	assert_null(read_text(scratch, "test.xml", text, strlen(text), scratch->directory));
	assert_string_equal(said_text(scratch, "test.xml"), "DOC003 1:76\n");
}

/* ---- memory ---------------------------------------------------------------- */

/* With an attribute of another namespace. */
static const char memory_text[] =
	ROOT "<table xmlns:x=\"urn:x\" x:y=\"\" name=\"t\" was=\"s\"><doc>x\n  y</doc>"
	     "<column name=\"a\" type=\"TEXT\" check=\"a &lt; 1\"/>"
	     "<primary-key columns=\"a DESC\"/><foreign-key columns=\"a\" references=\"t(a)\"/>"
	     "<trigger name=\"r\" after=\"update of a\">SELECT 1;</trigger></table>"
	     "<view name=\"v\">SELECT 1</view></database>";

/* Reads and writes once; whatever failed, nothing is half done. */
static bool read_and_write(struct scratch *scratch)
{
	const struct document_source source = {"test.xml", memory_text, sizeof(memory_text) - 1,
					       NULL};
	struct schema *schema = NULL;
	sqlite3_str *out;
	int rc = mo_document_read(&schema, &source, &scratch->m.diags);

	if (rc) {
		assert_null(schema);
		return false;
	}
	out = sqlite3_str_new(NULL);
	rc = mo_document_write(out, schema, &scratch->m.diags);
	assert_int_equal(rc || sqlite3_str_errcode(out), sqlite3_str_length(out) == 0);
	rc = rc || sqlite3_str_errcode(out);
	sqlite3_free(sqlite3_str_finish(out));
	mo_schema_free(schema);
	return !rc;
}

static void memory_may_fail(void **state)
{
	struct scratch *scratch = *state;
	bool done = false;
	int failures = 0;

	assert_true(read_and_write(scratch));
	for (long long n = 1; !done; n++) {
		calls = 0;
		failing = n;
		done = read_and_write(scratch) && calls < n;
		failing = 0;
		failures += !done;
		mo_diags_clear(&scratch->m.diags);
	}
	assert_true(failures > 10);
}

static void libxml2_may_find_no_room(void **state)
{
	struct scratch *scratch = *state;

	room = 10000;
	assert_false(read_and_write(scratch));
	room = SIZE_MAX;
	assert_string_equal(mo_diag_last(&scratch->m.diags)->id, "RUN023");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(limits_hold, scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(attributes_are_counted, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(lines_are_counted, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(mistakes_end, scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(includes_stay_inside, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(includes_are_files, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(includes_share_the_limit, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(memory_may_fail, scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(libxml2_may_find_no_room, scratch_set_up,
						scratch_tear_down),
	};

	install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
