/* SPDX-License-Identifier: MIT */
/*
 * test_stand.c: moult_stand() on files at each place of a folder of releases, and at none.
 */
#include "scratch.h"

#include "moult.h"

static const char *const documents[] = {
	"<table name='t'><column name='a'/></table>",
	"<table name='t'><column name='a'/><column name='b'/></table>",
	("<table name='t'><column name='a'/><column name='b'/></table>"
	 "<step name='s' at='after'>UPDATE t SET b = a</step>"),
};

static void write_document(const char *path, const char *body)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fprintf(file, "<database xmlns='urn:moult:schema:1'>%s</database>", body);
	assert_int_equal(fclose(file), 0);
}

static int nowhere(void *context, const char *text, size_t size)
{
	(void)context;
	(void)text;
	(void)size;
	return 0;
}

/* A folder of the three. */
static moult_schema *make_folder(moult *m, struct scratch *scratch, const char *folder)
{
	char *path = scratch_path(scratch, "app.xml");
	moult_schema *schema = NULL;

	for (size_t i = 0; i < 3; i++) {
		moult_release_options options = MOULT_RELEASE_OPTIONS_INIT;
		char name[] = {(char)('a' + i), '\0'};

		options.name = name;
		write_document(path, documents[i]);
		assert_int_equal(
			moult_release(m, path, folder, &options, MOULT_TEXT, nowhere, NULL), 0);
	}
	assert_int_equal(moult_schema_read(&schema, m, folder), 0);
	return schema;
}

static void is_found_wherever_it_is(void **state)
{
	struct scratch *scratch = *state;
	char *folder = scratch_path(scratch, "releases"), *file = scratch_path(scratch, "app.db");
	moult_options options = MOULT_OPTIONS_INIT;
	moult_schema *schema;
	moult *m;
	int at = 7;

	assert_int_equal(moult_new(&m), 0);
	schema = make_folder(m, scratch, folder);
	options.no_backup = 1;
	assert_int_equal(moult_stand(&at, m, file, schema), MOULT_TROUBLE);
	assert_int_equal(at, 7);
	assert_int_equal(fclose(fopen(file, "w")), 0);
	assert_int_equal(moult_stand(&at, m, file, schema), 0);
	assert_int_equal(at, -1);
	for (int i = 0; i < 3; i++) {
		options.to = moult_schema_release_name(schema, i);
		assert_non_null(options.to);
		assert_int_equal(moult_migrate_file(m, file, schema, &options, NULL), 0);
		assert_int_equal(moult_stand(&at, m, file, schema), 0);
		assert_int_equal(at, i);
	}
	assert_null(moult_schema_release_name(schema, 3));
	assert_null(moult_schema_release_name(schema, -1));
	moult_schema_free(schema);
	moult_free(m);
}

static void is_refused_where_it_stands_nowhere(void **state)
{
	struct scratch *scratch = *state;
	char *folder = scratch_path(scratch, "releases"), *file = scratch_path(scratch, "app.db");
	char *document = scratch_path(scratch, "app.xml");
	moult_schema *schema, *alone = NULL;
	sqlite3 *db;
	moult *m;
	int at = 7;

	assert_int_equal(moult_new(&m), 0);
	schema = make_folder(m, scratch, folder);
	assert_int_equal(sqlite3_open(file, &db), 0);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE t(a, b, c)", NULL, NULL, NULL), 0);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE u(a)", NULL, NULL, NULL), 0);
	/* What nobody declares is nobody's: b and c could still have been made without the step. */
	assert_int_equal(moult_stand(&at, m, file, schema), MOULT_REFUSED);
	assert_string_equal(moult_diagnostic_at(m, moult_diagnostic_count(m) - 1)->id, "RUN054");
	moult_diagnostics_clear(m);
	assert_int_equal(sqlite3_exec(db, "DROP TABLE t", NULL, NULL, NULL), 0);
	assert_int_equal(moult_stand(&at, m, file, schema), MOULT_REFUSED);
	assert_string_equal(moult_diagnostic_at(m, 0)->id, "RUN052");
	assert_int_equal(at, 7);
	assert_int_equal(moult_schema_read(&alone, m, document), 0);
	assert_int_equal(moult_stand(&at, m, file, alone), MOULT_TROUBLE);
	assert_null(moult_schema_release_name(alone, 0));
	sqlite3_close(db);
	moult_schema_free(alone);
	moult_schema_free(schema);
	moult_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(is_found_wherever_it_is, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(is_refused_where_it_stands_nowhere, scratch_set_up,
						scratch_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
