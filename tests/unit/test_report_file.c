/* SPDX-License-Identifier: MIT */
/*
 * test_report_file.c: what is said of a file that is there: its backups, where it
 * stands, and whether it is sound.
 */
#include "reports.h"

static void add_backups(struct world *world, struct list *list)
{
	static const struct backup_entry good = {.path = "/d/app.db.moult-0004.backup",
						 .manifest = {.kind = "before-apply",
							      .number = 4,
							      .created = "2026-11-21T01:45:21Z",
							      .plan = "6f1c",
							      .size = 49152}};
	static const struct backup_entry bad = {.path = "/d/app.db.moult-0003.backup",
						.manifest = {.number = 3},
						.fault = "it has no manifest beside it"};

	mo_list_add(world->arena, list, &good);
	mo_list_add(world->arena, list, &bad);
}

static const char *history_report(struct world *world, const struct past *past,
				  enum moult_format format)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_report_history(out, past, (struct page){format, 100});
	return take(world, out);
}

static void history_and_backups_are_listed(void **state)
{
	struct world *world = *state;
	struct past past = {.path = "app.db"};
	static const struct history first = {
		.number = 1, .at = "2026-11-21T01:45:21Z", .plan = "6f1c", .statements = 2};
	const char *json;

	assert_string_equal(history_report(world, &past, MOULT_TEXT),
			    "app.db\nno migration yet\nno backups\n");
	assert_at(world, history_report(world, &past, MOULT_JSON), "$.backups", "[]");
	add_backups(world, &past.backups);
	mo_list_add(world->arena, &past.migrations, &first);
	assert_string_equal(history_report(world, &past, MOULT_TEXT),
			    "app.db\n"
			    "migration\n"
			    "  number         1\n"
			    "  at             2026-11-21T01:45:21Z\n"
			    "  plan           6f1c\n"
			    "  work           2 statements, 0.00 s\n"
			    "  backup         none\n"
			    "backups\n"
			    "     4  2026-11-21T01:45:21Z  before-apply, 48.0 KiB\n"
			    "        /d/app.db.moult-0004.backup\n"
			    "        plan 6f1c\n"
			    "     3  not to be used\n"
			    "        /d/app.db.moult-0003.backup\n"
			    "        it has no manifest beside it\n");
	json = history_report(world, &past, MOULT_JSON);
	assert_at(world, json, "$.database", "app.db");
	assert_at(world, json, "$.history[0].plan", "6f1c");
	assert_at(world, json, "$.backups[0].size", "49152");
	assert_at(world, json, "$.backups[0].undone", "null");
	assert_at(world, json, "$.backups[1].size", "null");
	assert_at(world, json, "$.backups[1].fault", "it has no manifest beside it");
}

static const char *status_report(struct world *world, const struct status *status,
				 enum moult_format format)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_report_status(out, status, (struct page){format, 100});
	return take(world, out);
}

static void a_status_says_where_the_file_stands(void **state)
{
	struct world *world = *state;
	struct status status = {.path = "app.db",
				.sqlite = "3.40.1",
				.page_size = 4096,
				.page_count = 1,
				.drift = -1};
	const struct history last = {.number = 4,
				     .at = "2026-11-21T01:45:21Z",
				     .version = "0.1.0",
				     .plan = "6f1c",
				     .shape_after = "moult1:aa",
				     .user_version_after = 3,
				     .statements = 1,
				     .rows_copied = 3400,
				     .elapsed_ms = 520,
				     .backup = "app.db.moult-0004.backup"};
	const char *text = status_report(world, &status, MOULT_TEXT);

	has(text, "app.db\n  size           4.0 KiB, 1 page of 4096 bytes\n");
	has(text, "\nno migration yet\n");
	has(text, "\nno backups\n");
	has_not(text, "document");
	assert_at(world, status_report(world, &status, MOULT_JSON), "$.drift", "null");
	assert_at(world, status_report(world, &status, MOULT_JSON), "$.last", "null");
	change_people(world);
	make_diff(world);
	add_backups(world, &status.backups);
	status.last = &last;
	status.shape = "moult1:bb";
	status.application_id = 0x4d4f554c;
	status.drift = 11;
	status.diff = world->diff;
	text = status_report(world, &status, MOULT_TEXT);
	has(text, "\n  application_id 1297044812 (0x4d4f554c)\n");
	has(text, "\n  work           1 statement, 3,400 rows copied, 0.52 s\n");
	has(text, "\n  user_version   0 became 3\n");
	has(text, "\n  the schema was changed since, and not by moult\n");
	has(text, "\nthe file is not what the document says: 11 differences\n  + table fresh\n");
	assert_at(world, status_report(world, &status, MOULT_JSON), "$.last.rows_copied", "3400");
	assert_at(world, status_report(world, &status, MOULT_JSON), "$.differences[0].was",
		  "people");
	assert_at(world, status_report(world, &status, MOULT_JSON), "$.backups[1].number", "3");
}

static const char *verify_report(struct world *world, const struct verification *verification,
				 enum moult_format format)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_report_verify(out, verification, (struct page){format, 100});
	return take(world, out);
}

static void a_verification_says_what_was_checked(void **state)
{
	struct world *world = *state;
	struct verification verification = {.path = "app.db"};
	const struct finding finding = {"foreign keys", "table t", "2 rows are orphans"};

	mo_list_add(world->arena, &verification.checked, "integrity");
	mo_list_add(world->arena, &verification.checked, "foreign keys");
	assert_string_equal(verify_report(world, &verification, MOULT_TEXT),
			    "app.db: ok (integrity, foreign keys)\n");
	assert_at(world, verify_report(world, &verification, MOULT_JSON), "$.ok", "1");
	mo_list_add(world->arena, &verification.findings, &finding);
	assert_string_equal(verify_report(world, &verification, MOULT_TEXT),
			    "foreign keys: table t: 2 rows are orphans\n"
			    "app.db: 1 finding (integrity, foreign keys)\n");
	assert_at(world, verify_report(world, &verification, MOULT_JSON), "$.findings[0].object",
		  "table t");
	assert_at(world, verify_report(world, &verification, MOULT_JSON), "$.checked[1]",
		  "foreign keys");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(history_and_backups_are_listed, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(a_status_says_where_the_file_stands, world_set_up,
						world_tear_down),
		cmocka_unit_test_setup_teardown(a_verification_says_what_was_checked, world_set_up,
						world_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
