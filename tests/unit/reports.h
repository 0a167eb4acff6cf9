/* SPDX-License-Identifier: MIT */
/*
 * reports.h: two schemas, their difference and the plan from the one to the
 * other, and what is said of them, for tests of reports.  Everything is static,
 * so that each test stays one program.
 */
#ifndef MOULT_TESTS_REPORTS_H
#define MOULT_TESTS_REPORTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "live/connect.h"
#include "live/reference.h"
#include "hazard/assess.h"
#include "plan/planner.h"
#include "report/report.h"
#include "trial/trial.h"

#define ESC "\033["

struct world {
	struct moult m;
	struct arena *arena;
	struct schema *have;
	struct schema *want;
	struct diff *diff;
	struct plan *plan;
	moult_options options;
};

static inline int world_set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	assert_int_equal(mo_diags_init(&world->m.diags), 0);
	world->arena = mo_arena_new();
	assert_non_null(world->arena);
	world->options = (moult_options)MOULT_OPTIONS_INIT;
	*state = world;
	return 0;
}

static inline int world_tear_down(void **state)
{
	struct world *world = *state;

	mo_plan_free(world->plan);
	mo_diff_free(world->diff);
	mo_schema_free(world->want);
	mo_schema_free(world->have);
	mo_diags_done(&world->m.diags);
	mo_arena_free(world->arena);
	free(world);
	assert_int_equal(sqlite3_memory_used(), 0);
	return 0;
}

static inline void read_schemas(struct world *world, const char *have, const char *want)
{
	if (mo_reference_script(&world->have, NULL, &world->m, "have.sql", have) ||
	    mo_reference_script(&world->want, NULL, &world->m, "want.sql", want))
		fail_msg("%s", mo_diag_last(&world->m.diags)->message);
}

static inline void make_diff(struct world *world)
{
	if (mo_diff(&world->diff, &world->m, world->have, world->want, &world->options))
		fail_msg("%s", mo_diag_last(&world->m.diags)->message);
}

static inline void make_plan(struct world *world)
{
	const struct facts facts = {.sqlite = sqlite3_libversion_number(),
				    .exact = "",
				    .script = true,
				    .classic = true};
	const char *table = NULL, *reason = NULL;

	make_diff(world);
	if (mo_plan(&world->plan, &world->m, world->diff, &facts, &world->options) ||
	    mo_assess(world->plan, &world->options, &world->m.diags))
		fail_msg("%s", mo_diag_last(&world->m.diags)->message);
	if (mo_trial(&table, &reason, NULL, NULL, world->plan, &world->m) || table)
		fail_msg("%s", table ? reason : mo_diag_last(&world->m.diags)->message);
}

static inline void plan_for(struct world *world, const char *have, const char *want)
{
	read_schemas(world, have, want);
	make_plan(world);
}

/* As if the rows had been asked about every hazard that depends on them, and the same number were in the way of each. */
static inline void answer(struct world *world, long long count, const char *samples)
{
	EACH (struct hazard, hazard, &world->plan->hazards) {
		if (!hazard->count_sql || hazard->is_trial || hazard->id == DIAG_MF112)
			continue;
		hazard->asked = true;
		hazard->count = count;
		hazard->samples = samples;
	}
}

/* ---- a change of everything ---- */

static inline struct table *want_table(struct world *world, const char *name)
{
	struct table *table = mo_schema_table(world->want, name);

	assert_non_null(table);
	return table;
}

static inline void was(struct world *world, struct object *object, const char *name)
{
	assert_non_null(object);
	mo_list_add(world->want->arena, &object->was, name);
}

static const char people[] =
	"CREATE TABLE people(id INTEGER PRIMARY KEY, email TEXT, age TEXT, x, UNIQUE (email));"
	"CREATE TABLE stranger(a); CREATE TABLE gone(a, b); CREATE TABLE same(b, a);"
	"CREATE INDEX people_age ON people(age); CREATE VIEW v AS SELECT 1;";
static const char person[] =
	"CREATE TABLE person(id INTEGER PRIMARY KEY, mail TEXT, age INTEGER DEFAULT 0, born TEXT NOT NULL"
	" DEFAULT '');"
	"CREATE TABLE fresh(a); CREATE TABLE same(a, b);"
	"CREATE INDEX person_born ON person(born); CREATE VIEW v AS SELECT 2; PRAGMA user_version=7";

/* The document that says goodbye to one table and keeps another, and renames. */
static inline void change_people(struct world *world)
{
	struct tombstone *stone;

	read_schemas(world, people, person);
	was(world, &want_table(world, "person")->object, "people");
	was(world, &mo_table_column(want_table(world, "person"), "mail")->object, "email");
	stone = mo_arena_make(world->want->arena, struct tombstone);
	assert_non_null(stone);
	*stone = (struct tombstone){.kind = KIND_TABLE, .name = "gone"};
	mo_list_add(world->want->arena, &world->want->tombstones, stone);
	world->want->pragmas.has_user_version = true;
	world->want->pragmas.user_version = 7;
}

/* ---- reports as texts ---- */

static inline const char *take(struct world *world, sqlite3_str *out)
{
	const char *text = mo_arena_take(world->arena, out);

	assert_non_null(text);
	return text;
}

static inline const char *diff_report(struct world *world, enum moult_format format)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_report_diff(out, world->diff, (struct page){format, 100});
	return take(world, out);
}

/* A route of one leg. */
static inline void report_plan(sqlite3_str *out, struct world *world, enum moult_format format)
{
	struct leg leg = {.plan = world->plan};
	void *items[] = {&leg};
	const struct route route = {.legs = {items, 1, 1}};

	mo_report_plan(out, &world->m, &route, (struct page){format, 100});
}

static inline const char *plan_report(struct world *world, enum moult_format format)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	report_plan(out, world, format);
	return take(world, out);
}

static inline void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("there is no\n%s\nin\n%s", part, text);
}

static inline void has_not(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("there is\n%s\nin\n%s", part, text);
}

/* What a path holds in a JSON text, as a text; "null" for null, "absent" where it is not there. */
static inline const char *at(struct world *world, const char *json, const char *path)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *stmt = NULL;
	const char *text;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_prepare_v2(
			db,
			"SELECT CASE json_valid(?1) WHEN 0 THEN 'invalid' ELSE CASE json_type(?1, ?2) WHEN 'null'"
			" THEN 'null' ELSE coalesce(json_extract(?1, ?2), 'absent') END END",
			-1, &stmt, NULL),
		SQLITE_OK);
	sqlite3_bind_text(stmt, 1, json, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 2, path, -1, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	text = mo_arena_text(world->arena, (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return text;
}

#define assert_at(world, json, path, value) assert_string_equal(at(world, json, path), value)

#endif
