/* SPDX-License-Identifier: MIT */
/* test_guard.c: what the write guard lets through, and what it catches before a row moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "session/guard.h"

struct world {
	sqlite3 *db;
	struct guard guard;
	struct diags diags;
};

static const char schema[] =
	"PRAGMA foreign_keys=ON;"
	"CREATE TABLE parent(id INTEGER PRIMARY KEY AUTOINCREMENT, a);"
	"CREATE TABLE child(id INTEGER PRIMARY KEY, p REFERENCES parent ON DELETE CASCADE);"
	"CREATE TABLE plain(id INTEGER PRIMARY KEY AUTOINCREMENT, a, b);"
	"CREATE TABLE log(x);"
	"CREATE INDEX plain_a ON plain(a);"
	"CREATE TRIGGER plain_log AFTER UPDATE ON plain BEGIN INSERT INTO log VALUES (new.id); END;"
	"CREATE TEMP TRIGGER plain_temp AFTER DELETE ON plain BEGIN SELECT 1; END;"
	"CREATE VIEW seen AS SELECT a FROM plain;"
	"CREATE TRIGGER seen_in INSTEAD OF INSERT ON seen BEGIN INSERT INTO log VALUES (new.a); END;"
	"INSERT INTO parent VALUES (1, 'x'); INSERT INTO child VALUES (1, 1); INSERT INTO plain VALUES (1, 2, 3);"
	"ANALYZE; CREATE TEMP TABLE aside(x);";

static int set_up(void **state)
{
	static struct world world;

	memset(&world, 0, sizeof(world));
	assert_int_equal(sqlite3_open(":memory:", &world.db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(world.db, schema, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(mo_diags_init(&world.diags), 0);
	assert_int_equal(mo_guard_begin(&world.guard, world.db), 0);
	*state = &world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	mo_guard_end(&world->guard);
	mo_diags_done(&world->diags);
	assert_int_equal(sqlite3_close(world->db), SQLITE_OK);
	return 0;
}

/* Names in one text, separated by single spaces. */
static void declare(struct world *world, struct list *list, const char *names)
{
	while (*names) {
		const size_t length = strcspn(names, " ");

		mo_list_add(world->diags.arena, list,
			    mo_arena_slice(world->diags.arena, names, length));
		names += length + (names[length] == ' ');
	}
}

static void step(struct world *world, const char *tables)
{
	assert_int_equal(mo_guard_begin(&world->guard, world->db), 0);
	declare(world, &world->guard.allowed.tables, tables);
	world->guard.allowed.schema = world->guard.allowed.sequence =
		world->guard.allowed.statistics = true;
}

static void passes(struct world *world, const char *sql)
{
	char *message = NULL;

	if (sqlite3_exec(world->db, sql, NULL, NULL, &message))
		fail_msg("%s: %s (action %d on %s)", sql, message, world->guard.action,
			 world->guard.object);
	assert_false(world->guard.denied);
}

static void is_caught(struct world *world, const char *sql, int action, const char *object,
		      const char *cause)
{
	sqlite3_stmt *stmt = NULL;

	const int rc = sqlite3_prepare_v2(world->db, sql, -1, &stmt, NULL);

	assert_int_equal(rc, action == SQLITE_FUNCTION ? SQLITE_ERROR : SQLITE_AUTH);
	assert_null(stmt);
	assert_true(world->guard.denied);
	assert_int_equal(world->guard.action, action);
	assert_string_equal(world->guard.object, object);
	assert_string_equal(world->guard.cause, cause);
	assert_int_equal(mo_guard_diag(&world->guard, &world->diags), MOULT_FAILED);
	assert_string_equal(mo_diag_last(&world->diags)->id, "RUN009");
	world->guard.denied = false;
}

static int number(struct world *world, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int value;

	assert_int_equal(sqlite3_prepare_v2(world->db, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	value = sqlite3_column_int(stmt, 0);
	sqlite3_finalize(stmt);
	return value;
}

static void cascade_is_caught_at_prepare(void **state)
{
	struct world *world = *state;

	step(world, "parent");
	is_caught(world, "DROP TABLE parent", SQLITE_DELETE, "child", "");
	is_caught(world, "DELETE FROM parent", SQLITE_DELETE, "child", "");
	assert_int_equal(number(world, "SELECT count(*) FROM child"), 1);
	declare(world, &world->guard.allowed.tables, "child");
	passes(world, "DROP TABLE parent");
}

static void triggers_are_caught(void **state)
{
	struct world *world = *state;

	step(world, "plain seen");
	is_caught(world, "UPDATE plain SET a=5", SQLITE_INSERT, "log", "plain_log");
	is_caught(world, "INSERT INTO seen VALUES (1)", SQLITE_INSERT, "log", "seen_in");
	assert_non_null(strstr(mo_diag_last(&world->diags)->message, "through \"seen_in\""));
	passes(world, "DELETE FROM plain");
	world->guard.relaxed = true;
	passes(world, "EXPLAIN UPDATE plain SET a=5");
	passes(world, "EXPLAIN INSERT INTO child VALUES (1, 2)");
	is_caught(world, "DROP TABLE log", SQLITE_DROP_TABLE, "log", "");
	is_caught(world, "EXPLAIN PRAGMA user_version=4", SQLITE_PRAGMA, "user_version", "");
	assert_int_equal(number(world, "PRAGMA user_version"), 0);
}

/* What an edit may: the texts of the stored schema, and nothing of it beside them. */
static void an_edit_is_of_texts(void **state)
{
	struct world *world = *state;

	mo_guard_clear(&world->guard);
	sqlite3_db_config(world->db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
	sqlite3_db_config(world->db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, NULL);
	is_caught(world, "UPDATE sqlite_master SET sql = sql", SQLITE_UPDATE, "sqlite_master", "");
	world->guard.allowed.text = true;
	passes(world, "UPDATE sqlite_master SET sql = sql WHERE name = 'plain'");
	is_caught(world, "UPDATE sqlite_master SET rootpage = 2", SQLITE_UPDATE, "sqlite_master",
		  "");
	is_caught(world, "UPDATE sqlite_master SET sql = sql, name = 'x'", SQLITE_UPDATE,
		  "sqlite_master", "");
	is_caught(world, "UPDATE sqlite_temp_master SET sql = sql", SQLITE_UPDATE,
		  "sqlite_temp_master", "");
	is_caught(world, "DELETE FROM sqlite_master", SQLITE_DELETE, "sqlite_master", "");
	is_caught(world, "INSERT INTO sqlite_master DEFAULT VALUES", SQLITE_INSERT, "sqlite_master",
		  "");
	is_caught(world, "UPDATE plain SET a = 5", SQLITE_UPDATE, "plain", "");
	is_caught(world, "CREATE TABLE other(x)", SQLITE_INSERT, "sqlite_master", "");
	is_caught(world, "PRAGMA writable_schema = ON", SQLITE_PRAGMA, "writable_schema", "");
}

static void other_things_are_caught(void **state)
{
	struct world *world = *state;

	step(world, "plain");
	is_caught(world, "ATTACH ':memory:' AS x", SQLITE_ATTACH, ":memory:", "");
	is_caught(world, "DETACH x", SQLITE_DETACH, "x", "");
	is_caught(world, "SELECT load_extension('x')", SQLITE_FUNCTION, "load_extension", "");
	is_caught(world, "PRAGMA user_version=1", SQLITE_PRAGMA, "user_version", "");
	is_caught(world, "PRAGMA writable_schema=1", SQLITE_PRAGMA, "writable_schema", "");
	is_caught(world, "PRAGMA incremental_vacuum", SQLITE_PRAGMA, "incremental_vacuum", "");
	is_caught(world, "INSERT INTO log VALUES (1)", SQLITE_INSERT, "log", "");
	is_caught(world, "INSERT INTO aside VALUES (1)", SQLITE_INSERT, "aside", "");
	is_caught(world, "CREATE TABLE other(x)", SQLITE_CREATE_TABLE, "other", "");
	is_caught(world, "CREATE TEMP TABLE plain(x)", SQLITE_CREATE_TEMP_TABLE, "plain", "");
	is_caught(world, "ALTER TABLE log RENAME TO log2", SQLITE_ALTER_TABLE, "log", "");
	is_caught(world, "CREATE INDEX i ON log(x)", SQLITE_CREATE_INDEX, "i", "");
	is_caught(world, "CREATE TRIGGER g AFTER INSERT ON log BEGIN SELECT 1; END",
		  SQLITE_CREATE_TRIGGER, "g", "");
	world->guard.allowed.schema = false;
	is_caught(world, "CREATE TABLE plain2(x)", SQLITE_INSERT, "sqlite_master", "");
	world->guard.allowed.sequence = world->guard.allowed.statistics = false;
	is_caught(world, "UPDATE sqlite_sequence SET seq=1", SQLITE_UPDATE, "sqlite_sequence", "");
	is_caught(world, "UPDATE sqlite_stat1 SET stat='1'", SQLITE_UPDATE, "sqlite_stat1", "");
	is_caught(world, "ANALYZE plain", SQLITE_DELETE, "sqlite_stat1", "");
}

static void temp_does_not_stand_in(void **state)
{
	struct world *world = *state;

	mo_guard_end(&world->guard);
	assert_int_equal(
		sqlite3_exec(world->db, "CREATE TEMP TABLE plain(id, a, b)", NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_equal(mo_guard_begin(&world->guard, world->db), 0);
	step(world, "plain");
	is_caught(world, "INSERT INTO plain VALUES (1, 2, 3)", SQLITE_INSERT, "plain", "");
	passes(world, "INSERT INTO main.plain VALUES (7, 2, 3)");
	declare(world, &world->guard.allowed.temp, "aside plain");
	passes(world,
	       "INSERT INTO plain SELECT 1, 2, 3; INSERT INTO aside VALUES (1); DROP TABLE aside");
}

static void writable_schema_is_no_way_in(void **state)
{
	struct world *world = *state;

	step(world, "plain");
	world->guard.allowed.schema = false;
	passes(world, "SELECT * FROM pragma_table_info('plain')");
	assert_int_equal(
		sqlite3_exec(world->db, "UPDATE sqlite_master SET sql='x'", NULL, NULL, NULL),
		SQLITE_ERROR);
	sqlite3_db_config(world->db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, NULL);
	is_caught(world, "UPDATE sqlite_master SET sql='x'", SQLITE_UPDATE, "sqlite_master", "");
}

static void a_rebuild_passes(void **state)
{
	struct world *world = *state;

	step(world, "plain _moult_new_plain seen");
	declare(world, &world->guard.allowed.pragmas,
		"legacy_alter_table user_version application_id");
	is_caught(world, "BEGIN IMMEDIATE", SQLITE_TRANSACTION, "BEGIN", "");
	passes(world, "SAVEPOINT s");
	passes(world, "DROP VIEW seen; DROP TRIGGER plain_log");
	passes(world,
	       "CREATE TABLE _moult_new_plain(id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, b TEXT UNIQUE)");
	passes(world, "INSERT OR ABORT INTO _moult_new_plain(id, a, b) SELECT id, a, b FROM plain");
	passes(world, "DELETE FROM sqlite_sequence WHERE name='_moult_new_plain'");
	passes(world,
	       "INSERT INTO sqlite_sequence(name, seq) SELECT '_moult_new_plain', seq FROM sqlite_sequence "
	       "WHERE name='plain'");
	passes(world, "DROP TABLE plain");
	passes(world, "PRAGMA legacy_alter_table=ON; ALTER TABLE _moult_new_plain RENAME TO plain; "
		      "PRAGMA legacy_alter_table=OFF");
	passes(world,
	       "CREATE UNIQUE INDEX plain_a ON plain(a); DROP INDEX plain_a; CREATE INDEX plain_a ON plain(a)");
	passes(world, "UPDATE sqlite_stat1 SET stat='1 1' WHERE tbl='plain'; ANALYZE plain");
	passes(world, "ALTER TABLE plain ADD COLUMN c; ALTER TABLE plain RENAME COLUMN c TO d");
	if (sqlite3_libversion_number() >= 3035005)
		passes(world, "ALTER TABLE plain DROP COLUMN d");
	passes(world,
	       "CREATE TRIGGER plain_log AFTER UPDATE ON plain BEGIN INSERT INTO log VALUES (new.id); END");
	passes(world, "CREATE VIEW seen AS SELECT a FROM plain");
	passes(world, "PRAGMA user_version=3; PRAGMA application_id=7; PRAGMA integrity_check; "
		      "PRAGMA foreign_key_check; REINDEX plain; RELEASE s");
}

static void virtual_tables_pass(void **state)
{
	struct world *world = *state;

	if (!sqlite3_compileoption_used("ENABLE_FTS5"))
		skip();
	step(world, "");
	declare(world, &world->guard.allowed.virtuals, "search found");
	passes(world,
	       "CREATE VIRTUAL TABLE search USING fts5(a, b, content=plain, content_rowid=id)");
	passes(world, "INSERT INTO search(search) VALUES ('rebuild')");
	passes(world, "ALTER TABLE search RENAME TO found");
	passes(world, "INSERT INTO found(rowid, a, b) VALUES (9, 'x', 'y')");
	step(world, "");
	is_caught(world, "INSERT INTO found(found) VALUES ('optimize')", SQLITE_INSERT, "found",
		  "");
	is_caught(world, "DELETE FROM found_data", SQLITE_DELETE, "found_data", "");
	declare(world, &world->guard.allowed.virtuals, "foun");
	is_caught(world, "DROP TABLE found", SQLITE_DROP_VTABLE, "found", "");
	declare(world, &world->guard.allowed.virtuals, "found");
	passes(world, "DROP TABLE found");
}

static void schema_changes_do_not_open_it(void **state)
{
	struct world *world = *state;
	sqlite3_stmt *stmt = NULL;

	step(world, "plain log");
	assert_int_equal(sqlite3_prepare_v2(world->db, "UPDATE plain SET a=9", -1, &stmt, NULL),
			 SQLITE_OK);
	step(world, "plain");
	passes(world, "CREATE INDEX plain_b ON plain(b)");
	assert_int_equal(sqlite3_step(stmt), SQLITE_AUTH);
	assert_true(world->guard.denied);
	sqlite3_finalize(stmt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(cascade_is_caught_at_prepare, set_up, tear_down),
		cmocka_unit_test_setup_teardown(triggers_are_caught, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_edit_is_of_texts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(other_things_are_caught, set_up, tear_down),
		cmocka_unit_test_setup_teardown(temp_does_not_stand_in, set_up, tear_down),
		cmocka_unit_test_setup_teardown(writable_schema_is_no_way_in, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_rebuild_passes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(virtual_tables_pass, set_up, tear_down),
		cmocka_unit_test_setup_teardown(schema_changes_do_not_open_it, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
