/* SPDX-License-Identifier: MIT */
/* test_outcome.c: structs that say their size: of an older caller, of a newer one, of one that forgot. */
#include "scratch.h"

#include "moult.h"

static const char document[] = "<database xmlns=\"urn:moult:schema:1\"><table name=\"t\">"
			       "<column name=\"a\" type=\"INTEGER\" primary-key=\"true\"/>"
			       "</table></database>";

/* What the library must not touch stays 0x55. */
struct room {
	union {
		moult_outcome outcome;
		unsigned char bytes[2 * sizeof(moult_outcome)];
	} u;
};

static struct room room_of(size_t size)
{
	struct room room;

	memset(&room, 0x55, sizeof(room));
	memset(&room, 0, size < sizeof(room) ? size : sizeof(room));
	room.u.outcome.size = size;
	return room;
}

static bool is_untouched(const struct room *room, size_t from)
{
	for (size_t i = from; i < sizeof(room->u.bytes); i++)
		if (room->u.bytes[i] != 0x55)
			return false;
	return true;
}

static void migrates(struct scratch *scratch, size_t size)
{
	struct room room = room_of(size);
	const size_t known = size > sizeof(size) ? size : sizeof(size);
	moult_schema *want = NULL;
	moult *m = NULL;
	const char *path = scratch_path(scratch, "app.db");

	unlink(path);
	assert_int_equal(moult_new(&m), 0);
	assert_int_equal(moult_schema_parse(&want, m, document, strlen(document), "app.xml"), 0);
	assert_int_equal(moult_migrate_file(m, path, want, NULL, &room.u.outcome), 0);
	assert_int_equal(room.u.outcome.size, size);
	assert_true(is_untouched(&room, known));
	if (size >= sizeof(moult_outcome))
		assert_int_equal(room.u.outcome.steps, 1);
	moult_outcome_done(&room.u.outcome);
	assert_true(is_untouched(&room, known));
	moult_schema_free(want);
	moult_free(m);
}

static void outcomes_of_every_size(void **state)
{
	for (size_t size = 0; size <= sizeof(moult_outcome) + 8; size++)
		migrates(*state, size);
}

static void goes_back(struct scratch *scratch, size_t size)
{
	struct room room = room_of(size);
	const size_t known = size > sizeof(size) ? size : sizeof(size);
	const char *path = scratch_path(scratch, "back.db");
	moult_schema *want = NULL;
	moult *m = NULL;
	sqlite3 *db = scratch_open(scratch, "back.db");

	run_sql(db, "DROP TABLE IF EXISTS t; CREATE TABLE old(a)");
	sqlite3_close(db);
	assert_int_equal(moult_new(&m), 0);
	assert_int_equal(moult_schema_parse(&want, m, document, strlen(document), "app.xml"), 0);
	assert_int_equal(moult_migrate_file(m, path, want, NULL, NULL), 0);
	assert_int_equal(moult_rollback(m, path, NULL, NULL, &room.u.outcome), 0);
	assert_true(is_untouched(&room, known));
	moult_outcome_done(&room.u.outcome);
	moult_schema_free(want);
	moult_free(m);
	unlink(path);
}

static void a_way_back_of_every_size(void **state)
{
	for (size_t size = 0; size <= sizeof(moult_outcome) + 8; size += 4)
		goes_back(*state, size);
}

/* An older caller's options end earlier; what lies behind them is not read. */
static void options_of_every_size(void **state)
{
	for (size_t size = 0; size <= sizeof(moult_options) + 8; size += sizeof(void *)) {
		static const moult_options defaults = MOULT_OPTIONS_INIT;
		unsigned char bytes[2 * sizeof(moult_options)];
		moult_schema *want = NULL;
		moult_plan *plan = NULL;
		moult *m = NULL;

		(void)state;
		memset(bytes, 0x55, sizeof(bytes));
		memcpy(bytes, &defaults, size < sizeof(defaults) ? size : sizeof(defaults));
		memcpy(bytes, &size, sizeof(size));
		assert_int_equal(moult_new(&m), 0);
		assert_int_equal(moult_schema_parse(&want, m, document, strlen(document), "a"), 0);
		assert_int_equal(moult_plan_new(&plan, m, want, want, (void *)bytes), 0);
		moult_plan_free(plan);
		moult_schema_free(want);
		moult_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(outcomes_of_every_size, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_way_back_of_every_size, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test(options_of_every_size),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
