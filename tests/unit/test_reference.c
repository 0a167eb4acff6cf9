/* SPDX-License-Identifier: MIT */
/*
 * test_reference.c: a database in memory of many objects, which is made in shards, is the one that
 * CREATE after CREATE makes, and says the same of what is wrong.
 */
#include "documents.h"

#include "diff/diff.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "live/reference.h"
#include "live/shards.h"
#include "live/trees.h"
#include "sql/parse.h"

#define TABLES 150

static void know(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	sqlite3_result_value(context, values[0]);
}

/* Dependents come in another order than their tables, and not beside them. */
static void make_many(sqlite3 *db)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	char *sql;

	sqlite3_create_function(db, "known_here", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, know,
				NULL, NULL);
	for (int i = 1; i <= TABLES; i++)
		sqlite3_str_appendf(out,
				    "CREATE TABLE t%d(id INTEGER PRIMARY KEY%s, a UNIQUE, b, "
				    "c CHECK (%s(c)), UNIQUE (b, a))%s;",
				    i, i % 7 == 3 ? " AUTOINCREMENT" : "",
				    i % 10 == 9 ? "known_here" : "abs",
				    i % 7 == 5 ? " WITHOUT ROWID" : "");
	for (int i = TABLES; i > 0; i--)
		sqlite3_str_appendf(out, "CREATE VIEW v%d AS SELECT a FROM t%d;", i, i);
	for (int i = TABLES; i > 0; i--) {
		sqlite3_str_appendf(out, "CREATE INDEX i%d ON t%d(b) WHERE a > %d;", i, i, i);
		sqlite3_str_appendf(out,
				    "CREATE TRIGGER x%d AFTER INSERT ON t%d BEGIN SELECT 1; END;",
				    i, 1 + i % 4);
		sqlite3_str_appendf(
			out, "CREATE TRIGGER y%d INSTEAD OF INSERT ON v%d BEGIN SELECT 2; END;", i,
			1 + (i + 100) % TABLES);
	}
	sqlite3_str_appendall(out, "CREATE VIRTUAL TABLE found USING fts5(a)");
	sql = sqlite3_str_finish(out);
	assert_non_null(sql);
	run_sql(db, sql);
	sqlite3_free(sql);
}

static void agree(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	(void)values;
	sqlite3_result_int(context, 1);
}

/* Tables that are known whole, each with the like that is not. */
static void make_simple(sqlite3 *db)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	char *sql;

	sqlite3_create_function(db, "regexp", 2, SQLITE_UTF8, NULL, agree, NULL, NULL);
	for (int i = 1; i <= TABLES; i++)
		sqlite3_str_appendf(
			out,
			"CREATE TABLE \"s %d\"(id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE NOT NULL "
			"DEFAULT (1 + 2), b INT REFERENCES t1(id), c INT CHECK (c IN (1, 2) or(c = 3)))%s;"
			"CREATE UNIQUE INDEX \"S%d\"\"\" ON \"S %d\"(b DESC, a) WHERE b > 0 AND NOT (c = 2);"
			"CREATE INDEX d%d ON \"s %d\"(c DESC);"
			"CREATE TABLE o%d(a%s);",
			i, i % 3 ? "" : " STRICT", i, i, i, i, i,
			i % 3 == 1   ? " CHECK (upper(a) <> '')"
			: i % 3 == 2 ? " CHECK (a REGEXP 'x')"
			: i % 2	     ? ", b DEFAULT(random())"
				     : ", b AS (a)");
	sql = sqlite3_str_finish(out);
	assert_non_null(sql);
	run_sql(db, sql);
	sqlite3_free(sql);
}

/* The objects of main with a text in the order of their rows, one kind after the other. */
static char *objects_of(struct scratch *scratch, sqlite3 *db, const char *type)
{
	int rc;
	const char *query = mo_arena_format(
		scratch->arena,
		"SELECT group_concat(line, char(10)) FROM (SELECT name || tbl_name || sql AS line "
		"FROM sqlite_master WHERE type = %Q AND name NOT GLOB '*sqlite_*' ORDER BY rowid)",
		type);
	char *text = mo_query_text(scratch->arena, db, query, &rc);

	assert_int_equal(rc, SQLITE_OK);
	assert_non_null(text);
	return text;
}

static void is_the_same(struct scratch *scratch, sqlite3 *made, sqlite3 *reference)
{
	static const char *const types[] = {"table", "index", "view", "trigger"};
	static const char keys[] = "SELECT count(*) || group_concat(name) FROM (SELECT name FROM "
				   "sqlite_master WHERE sql IS NULL ORDER BY name)";

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		assert_string_equal(objects_of(scratch, made, types[i]),
				    objects_of(scratch, reference, types[i]));
	assert_string_equal(ask(made, keys), ask(reference, keys));
	assert_string_equal(ask(made, "SELECT count(*) FROM sqlite_master"),
			    ask(reference, "SELECT count(*) FROM sqlite_master"));
	assert_string_equal(ask(reference, "PRAGMA integrity_check"), "ok");
}

static void many_objects_are_as_if_made_one_by_one(void **state)
{
	struct scratch *scratch = *state;
	struct schema *schema = NULL;
	sqlite3 *made = scratch_open(scratch, "made.db");
	sqlite3 *reference = NULL;

	make_many(made);
	assert_int_equal(mo_catalogue_read(&schema, &scratch->m, made), MOULT_OK);
	assert_true(mo_shards_do(schema));
	assert_int_equal(mo_reference_build(&reference, &scratch->m, schema), MOULT_OK);
	is_the_same(scratch, made, reference);
	run_sql(reference,
		"INSERT INTO t3(a, b, c) VALUES (1, 2, 3); INSERT INTO v9 VALUES (4);"
		"INSERT INTO t129(a, b, c) VALUES (1, 2, 3); DROP VIEW v77; DROP TABLE t77;"
		"INSERT INTO t5(id, a, b, c) VALUES (1, 2, 3, 4);"
		"ALTER TABLE t80 RENAME TO t77; INSERT INTO found VALUES ('word')");
	assert_string_equal(ask(reference, "SELECT group_concat(name || seq) FROM sqlite_sequence"),
			    "t31,t1291");
	assert_string_equal(ask(reference, "PRAGMA integrity_check"), "ok");
	mo_disconnect(reference);
	mo_schema_free(schema);
	sqlite3_close(made);
}

static void what_is_known_is_as_if_made(void **state)
{
	struct scratch *scratch = *state;
	const struct known all = {NULL, NULL};
	struct schema *schema = NULL;
	sqlite3 *made = scratch_open(scratch, "made.db");
	sqlite3 *reference = NULL;
	int known = 0;

	make_simple(made);
	make_many(made);
	assert_int_equal(mo_catalogue_read(&schema, &scratch->m, made), MOULT_OK);
	EACH (const struct table, table, &schema->objects[KIND_TABLE]) {
		const bool is_known = mo_known_whole(&all, schema, table);

		assert_int_equal(is_known, *table->object.name == 's');
		known += is_known;
	}
	assert_int_equal(known, TABLES);
	assert_int_equal(mo_reference_build_known(&reference, &scratch->m, schema, &all), MOULT_OK);
	is_the_same(scratch, made, reference);
	run_sql(reference,
		"INSERT INTO \"s 1\"(b, c) VALUES (1, 1), (NULL, 3), (3, 2), (2, 3);"
		"INSERT INTO \"s 150\"(b, c) SELECT b, c FROM \"s 1\"; DROP TABLE \"s 2\";"
		"ALTER TABLE \"s 3\" RENAME COLUMN c TO e; CREATE TABLE \"s 2\"(a UNIQUE)");
	assert_string_equal(ask(reference, "SELECT group_concat(c) FROM (SELECT c FROM \"s 150\" "
					   "INDEXED BY d150 ORDER BY c DESC)"),
			    "3,3,2,1");
	assert_string_equal(ask(reference, "PRAGMA integrity_check"), "ok");
	mo_disconnect(reference);
	mo_schema_free(schema);
	sqlite3_close(made);
}

/* What a SQLite of another make has by default: the trees would stand where something else belongs. */
static void pages_of_another_kind_get_no_trees(void **state)
{
	static const char *const pragmas[] = {"PRAGMA auto_vacuum = FULL",
					      "PRAGMA page_size = 65536"};
	struct scratch *scratch = *state;

	for (size_t i = 0; i < sizeof(pragmas) / sizeof(*pragmas); i++) {
		sqlite3 *db = NULL;
		int first = 1;

		assert_int_equal(mo_reference_open(&db, &scratch->m), MOULT_OK);
		run_sql(db, pragmas[i]);
		assert_int_equal(mo_trees_add(db, 2, 2, &first), SQLITE_OK);
		assert_int_equal(first, 0);
		assert_string_equal(ask(db, "PRAGMA page_count"), "1");
		run_sql(db, "CREATE TABLE t(a UNIQUE)");
		assert_string_equal(ask(db, "PRAGMA integrity_check"), "ok");
		mo_disconnect(db);
	}
}

/* A document of many tables, with something at the end of some. */
static char *document(struct scratch *scratch, const char *in_t9, const char *in_t140)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, ROOT "\n");
	for (int i = 1; i <= TABLES; i++)
		sqlite3_str_appendf(out, "<table name=\"t%d\"><column name=\"a\"/>%s</table>\n", i,
				    i == 9     ? in_t9
				    : i == 140 ? in_t140
					       : "");
	sqlite3_str_appendall(out, "</database>\n");
	return mo_arena_take(scratch->arena, out);
}

/* Where a file has what the document of no mistakes says, only the mistakes are to be judged. */
static const moult_diagnostic *refused(struct scratch *scratch, const char *text)
{
	struct schema *schema = read_string(scratch, text);
	struct schema *have = read_string(scratch, document(scratch, "", ""));
	struct known known;
	sqlite3 *reference = NULL;

	assert_non_null(schema);
	assert_int_equal(mo_compare_known(&known, scratch->arena, have, schema), 0);
	assert_false(known.tables[mo_schema_place(schema, KIND_TABLE, "t140")]);
	assert_true(known.tables[mo_schema_place(schema, KIND_TABLE, "t141")]);
	assert_int_equal(mo_reference_build(&reference, &scratch->m, schema), MOULT_TROUBLE);
	assert_null(reference);
	assert_int_equal(scratch->m.diags.list.count, 2);
	assert_int_equal(mo_reference_build_known(&reference, &scratch->m, schema, &known),
			 MOULT_TROUBLE);
	assert_null(reference);
	assert_int_equal(scratch->m.diags.list.count, 4);
	for (int i = 0; i < 2; i++)
		assert_string_equal(
			((moult_diagnostic *)scratch->m.diags.list.items[i])->message,
			((moult_diagnostic *)scratch->m.diags.list.items[i + 2])->message);
	mo_schema_free(have);
	mo_schema_free(schema);
	return scratch->m.diags.list.items[0];
}

static void each_mistake_has_its_place(void **state)
{
	struct scratch *scratch = *state;
	const moult_diagnostic *first =
		refused(scratch, document(scratch, "<index name=\"i\" columns=\"none\"/>",
					  "<check>nothing.a</check>"));
	const moult_diagnostic *second = scratch->m.diags.list.items[1];

	assert_string_equal(first->id, "DOC015");
	assert_int_equal(first->want.line, 10);
	assert_int_equal(second->want.line, 141);
}

/* Documents cannot say so, but what is left of a file beside a document can. */
static void one_name_for_two_is_seen(void **state)
{
	struct scratch *scratch = *state;
	struct schema *schema = mo_schema_new();
	struct object *object = NULL;
	sqlite3 *reference = NULL;

	for (int i = 1; i <= TABLES; i++)
		assert_int_equal(
			mo_read_create(&object, schema,
				       mo_arena_format(schema->arena, "CREATE TABLE t%d(a)", i),
				       &scratch->m.diags),
			MOULT_OK);
	assert_int_equal(
		mo_read_create(&object, schema, "CREATE INDEX T140 ON t9(a)", &scratch->m.diags),
		MOULT_OK);
	assert_int_equal(mo_schema_seal(schema), MOULT_OK);
	assert_int_equal(mo_reference_build(&reference, &scratch->m, schema), MOULT_TROUBLE);
	assert_true(said(scratch, "SQL002", "there is already a table named T140"));
	mo_schema_free(schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(many_objects_are_as_if_made_one_by_one,
						scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(what_is_known_is_as_if_made, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(pages_of_another_kind_get_no_trees, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(each_mistake_has_its_place, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(one_name_for_two_is_seen, scratch_set_up,
						scratch_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
