/* SPDX-License-Identifier: MIT */
/*
 * work.c: one script, from its first statement to its last, and then the
 * judgement of what came of it.  See lint.h for the passes.
 */
#include <string.h>

#include "base/text.h"
#include "lint/add.h"
#include "lint/carry.h"
#include "lint/copy.h"
#include "lint/find.h"
#include "lint/gone.h"
#include "lint/life.h"
#include "lint/lost.h"
#include "lint/marks.h"
#include "lint/replan.h"
#include "lint/runner.h"
#include "lint/scene.h"
#include "lint/words.h"
#include "lint/work.h"
#include "live/catalogue.h"
#include "live/connect.h"

/* ---- one statement ------------------------------------------------------------------- */

static void say_refused(struct work *work, const struct statement *statement, const char *why)
{
	const bool unknown = mo_lacks_module(why);
	const bool missing = strstr(why, "no such table") || strstr(why, "no such column");

	if (unknown) {
		if (mo_find(work, DIAG_LN102, mo_spot(statement), NULL, "not tried: %s", why))
			mo_find_hint(work, MO_LOAD_EXTENSION);
		return;
	}
	if (!mo_find(work, DIAG_LN101, mo_spot(statement), NULL, "SQLite refuses this: %s", why))
		return;
	if (strstr(why, "error in view") || strstr(why, "error in trigger"))
		mo_find_hint(
			work,
			"drop it before the table goes, and make it again behind the rename; or put PRAGMA legacy_alter_table = ON and OFF around the rename");
	else if (strstr(why, "within a transaction"))
		mo_find_hint(
			work,
			"take BEGIN and COMMIT out, or have the runner begin no transaction for this script");
	else if (missing)
		mo_find_hint(
			work,
			"if the script is for a database that has it, name that, or its document, behind the scripts");
}

/* A rename that a broken view stops would leave all that follows without its table. */
static void go_on(struct work *work, const struct statement *statement)
{
	const char *why = NULL;
	const char *string = NULL;

	if (statement->act != ACT_RENAME)
		return;
	mo_scene_exec(work->scene, "PRAGMA legacy_alter_table = ON");
	mo_scene_play(work->scene, work->arena, statement, &why, &string);
	mo_scene_exec(work->scene, "PRAGMA legacy_alter_table = OFF");
}

/* Rows of the copy in memory are none, so nothing that rows would say is believed. */
static bool is_about_rows(const struct statement *statement, const char *why)
{
	return statement->is_temp || strstr(why, "constraint failed");
}

static void say_string(struct work *work, const struct statement *statement, const char *name)
{
	if (name &&
	    mo_find(work, DIAG_LN126, mo_spot_name(statement, name), NULL,
		    "there is no column \"%s\": SQLite takes it for the text '%s', in every row",
		    name, name))
		mo_find_hint(
			work,
			"if it is text, write '%s'; if it is a column, spell it as the table does",
			name);
}

static int play_one(struct work *work, const struct statement *statement)
{
	const char *why = NULL;
	const char *string = NULL;

	switch (mo_scene_play(work->scene, work->arena, statement, &why, &string)) {
	case PLAYED_TROUBLE:
		return MOULT_TROUBLE;
	case PLAYED_REFUSED:
		if (why && !is_about_rows(statement, why)) {
			say_refused(work, statement, why);
			go_on(work, statement);
		}
		break;
	case PLAYED_NOT:
		if (mo_find(work, DIAG_LN102, mo_spot(statement), NULL, "not tried, since %s", why))
			mo_find_hint(work, "a migration changes one file, and its schema quickly; "
					   "do the rest elsewhere");
		break;
	case PLAYED_WELL:
		if (statement->act == ACT_CREATE && !string)
			string = mo_scene_string_in(work->scene, work->arena, statement);
		break;
	}
	say_string(work, statement, string);
	return MOULT_OK;
}

/* ---- what goes with a virtual table -------------------------------------------------------- */

static void say_prey(struct work *work, const struct statement *statement, const struct prey *prey)
{
	const bool is_drop = statement->act == ACT_DROP;

	if (!mo_same_name(prey->owner, statement->name) ||
	    !(is_drop ? prey->by_drop : prey->by_rename))
		return;
	if (mo_find(work, DIAG_MD122, mo_spot(statement),
		    mo_arena_format(work->arena, "table %s", prey->table),
		    "table %s is none of virtual table %s, and yet %s with it", prey->table,
		    prey->owner, is_drop ? "is dropped" : "gets another name"))
		mo_find_hint(work, "give the table another name first");
}

/* Before the statement runs. */
static int look_at_virtual(struct work *work, const struct statement *statement)
{
	static const char count[] =
		"SELECT count(*) FROM main.sqlite_master WHERE sql LIKE 'CREATE VIRTUAL %'";
	struct schema *schema = NULL;
	bool has_any;
	int rc = MOULT_OK;

	if (statement->act != ACT_DROP && statement->act != ACT_RENAME)
		return MOULT_OK;
	has_any = mo_query_integer(work->scene->db, count, 0, &rc);
	if (rc == SQLITE_NOMEM)
		return mo_diag_memory(&work->m->diags);
	rc = has_any ? mo_catalogue_read(&schema, work->m, work->scene->db) : MOULT_OK;
	for (int i = 0; schema && i < schema->prey.count; i++)
		say_prey(work, statement, schema->prey.items[i]);
	mo_schema_free(schema);
	return rc;
}

/* ---- dots ------------------------------------------------------------------------------------ */

/* Commands of SQLite's shell that change how it reads and prints, and nothing else. */
static void look_at_dot(struct work *work, const struct statement *statement)
{
	static const char *const harmless[] = {".bail",	     ".echo",  ".headers", ".mode",
					       ".nullvalue", ".print", ".quit",	   ".timeout",
					       ".timer",     ".width", ".changes", ".dbconfig"};

	for (size_t i = 0; i < sizeof(harmless) / sizeof(*harmless); i++)
		if (sqlite3_strnicmp(statement->sql, harmless[i], (int)strlen(harmless[i])) == 0)
			return;
	if (mo_find(work, DIAG_LN102, mo_spot(statement), NULL,
		    "not tried, since it is a command of SQLite's shell"))
		mo_find_hint(work, "keep to SQL, which every runner takes");
}

/* ---- the statements ------------------------------------------------------------------------ */

static int play(struct work *work)
{
	int rc = MOULT_OK;

	for (int i = work->from; !rc && i < work->to; i++) {
		const struct statement *statement = work->script->statements.items[i];

		if (statement->act == ACT_DOT)
			look_at_dot(work, statement);
		rc = look_at_virtual(work, statement);
		if (!rc)
			rc = mo_add_look(work, statement);
		if (!rc)
			rc = play_one(work, statement);
		if (!rc)
			rc = mo_runner_look(work, statement);
		if (rc)
			break;
		mo_words_look(work, statement);
		mo_lives_follow(work, statement);
		mo_carry_follow(work, statement);
	}
	return rc;
}

static int judge(struct work *work)
{
	int rc;

	mo_lives_fold(work);
	mo_words_end(work);
	mo_copy_judge(work);
	mo_gone_judge(work);
	rc = mo_lost_judge(work);
	return rc ? rc : mo_replan_judge(work);
}

static void mark_rebuilds(struct work *work, int first)
{
	const struct list *findings = &work->lint->findings.list;

	EACH (const struct rebuild, rebuild, &work->rebuilds)
		rebuild->report->has_findings = findings->count > first;
}

/* By place; a list is short, and nearly in order. */
static void sort_findings(struct lint *lint, int first)
{
	moult_diagnostic **items = (moult_diagnostic **)lint->findings.list.items;

	for (int i = first + 1; i < lint->findings.list.count; i++) {
		moult_diagnostic *one = items[i];
		int at = i;

		for (; at > first; at--) {
			const struct moult_place *before = &items[at - 1]->want;

			if (before->line < one->want.line ||
			    (before->line == one->want.line && before->column <= one->want.column))
				break;
			items[at] = items[at - 1];
		}
		items[at] = one;
	}
}

static int run(struct work *work, bool down)
{
	int rc = mo_catalogue_read(&work->before, work->m, work->scene->db);

	if (!rc && !down)
		rc = mo_lost_compile(work, &work->broken, work->before);
	if (rc)
		return rc;
	mo_marks_judge(work);
	mo_lives_begin(work);
	mo_runner_begin(work);
	rc = play(work);
	if (rc)
		return rc;
	if (down) {
		mo_scene_exec(work->scene, "COMMIT");
		return MOULT_OK;
	}
	rc = mo_catalogue_read(&work->after, work->m, work->scene->db);
	if (!rc)
		rc = judge(work);
	mo_runner_end(work);
	return rc;
}

int mo_work(struct lint *lint, struct scene *scene, const struct script *script, sqlite3 *live,
	    bool down)
{
	const int first = lint->findings.list.count;
	const bool parted = script->down >= 0;
	struct work work = {.lint = lint,
			    .m = lint->m,
			    .arena = mo_arena_new(),
			    .script = script,
			    .scene = scene,
			    .live = live,
			    .from = down && parted ? script->down : 0,
			    .to = parted && !down ? script->down : script->statements.count};
	int rc;

	if (!work.arena)
		return mo_diag_memory(&lint->m->diags);
	rc = run(&work, down);
	mark_rebuilds(&work, first);
	sort_findings(lint, first);
	if (!rc && (mo_arena_rc(work.arena) || mo_arena_rc(lint->arena) || lint->findings.starved ||
		    scene->starved))
		rc = mo_diag_memory(&lint->m->diags);
	mo_scene_close(&work.trial);
	mo_schema_free(work.before);
	mo_schema_free(work.after);
	mo_arena_free(work.arena);
	return rc;
}
