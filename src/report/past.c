/* SPDX-License-Identifier: MIT */
/*
 * past.c: what a file has been through, and what a run came to.
 *
 *	{
 *	  "moult": 1,
 *	  "database": "app.db",
 *	  "history": [                  rows of _moult_history, the newest first
 *	    {
 *	      "number": 4, "at": "2026-11-21T01:45:21Z", "version": "0.1.0", "plan": "6f1c...",
 *	      "document": "app.xml", "shape_before": "moult1:...", "shape_after": "moult1:...",
 *	      "user_version_before": 2, "user_version_after": 3, "statements": 12,
 *	      "rows_copied": 3400, "elapsed_ms": 520, "backup": "app.db.moult-0004-....backup",
 *	      "kind": "migration",      or "rollback"
 *	      "release": "1_first",     where the file stands after it; null: of no folder
 *	      "undone": null            or the number of the rollback that took it back
 *	    }
 *	  ],
 *	  "checked": false,             whether each backup was read through
 *	  "backups": [...],             as in backups.c
 *	  "folder": {...}               as in standing.h
 *	}
 *
 *	{
 *	  "moult": 1,
 *	  "diagnostics": [...],         as in diagnostics.c
 *	  "errors": 0,
 *	  "warnings": 1,
 *	  "database": "app.db",
 *	  "result": "migrated",         or "created", "nothing", "put back", "finished", "side by side"
 *	  "plan": "6f1c...",
 *	  "steps": 12,
 *	  "rows": 3400,                 that were copied
 *	  "inserted": 3, "updated": 1, "deleted": 0,    of rows that the document declares
 *	  "ways": 0,                    back, that finish took out of the file
 *	  "parked": 0,                  rows, by downgrade --park-rows
 *	  "unparked": 0,                rows that were parked and are back
 *	  "still_parked": 0,            rows that do not fit
 *	  "elapsed_ms": 520,
 *	  "backup": "/var/lib/app/..."  or null
 *	}
 */
#include "report/past.h"

#include "backup/file.h"
#include "base/show.h"
#include "base/text.h"
#include "report/backups.h"
#include "report/plan_words.h"
#include "report/report.h"

/* ---- a migration that was ---- */

void mo_say_migration(const struct style *style, const struct history *migration)
{
	mo_say_number(style, "number", migration->number);
	mo_say_text(style, "at", migration->at);
	if (migration->kind)
		mo_say_text(style, "kind", migration->kind);
	if (migration->release)
		mo_say_text(style, "release", migration->release);
	if (migration->document)
		mo_say_text(style, "document", migration->document);
	mo_say_text(style, "plan", migration->plan);
	mo_say_text(style, "by moult", migration->version);
	mo_say_field(style, "work");
	mo_say_count(style, migration->statements, "statement", "statements");
	if (migration->rows_copied) {
		sqlite3_str_appendall(style->out, ", ");
		mo_say_count(style, migration->rows_copied, "row copied", "rows copied");
	}
	sqlite3_str_appendf(style->out, ", %.2f s\n", (double)migration->elapsed_ms / 1000);
	if (migration->user_version_before != migration->user_version_after) {
		mo_say_field(style, "user_version");
		sqlite3_str_appendf(style->out, "%lld became %lld\n",
				    migration->user_version_before, migration->user_version_after);
	}
	mo_say_text(style, "backup", migration->backup ? migration->backup : "none");
	if (migration->undone)
		mo_say_number(style, "undone by", migration->undone);
}

void mo_json_migration(struct json *json, const char *name, const struct history *migration)
{
	if (!migration) {
		mo_json_text(json, name, NULL);
		return;
	}
	mo_json_open(json, name, '{');
	mo_json_integer(json, "number", migration->number);
	mo_json_text(json, "at", migration->at);
	mo_json_text(json, "version", migration->version);
	mo_json_text(json, "plan", migration->plan);
	mo_json_text(json, "document", migration->document);
	mo_json_text(json, "shape_before", migration->shape_before);
	mo_json_text(json, "shape_after", migration->shape_after);
	mo_json_integer(json, "user_version_before", migration->user_version_before);
	mo_json_integer(json, "user_version_after", migration->user_version_after);
	mo_json_integer(json, "statements", migration->statements);
	mo_json_integer(json, "rows_copied", migration->rows_copied);
	mo_json_integer(json, "elapsed_ms", migration->elapsed_ms);
	mo_json_text(json, "backup", migration->backup);
	mo_json_text(json, "kind", migration->kind ? migration->kind : "migration");
	mo_json_text(json, "release", migration->release);
	mo_json_count(json, "undone", migration->undone ? migration->undone : -1);
	mo_json_close(json, '}');
}

/* ---- all of them, and the backups ---- */

static void say_history(const struct style *style, const struct past *past)
{
	mo_say_head(style, past->path);
	sqlite3_str_appendall(style->out, past->migrations.count ? "" : "no migration yet\n");
	EACH (const struct history, migration, &past->migrations) {
		mo_say_head(style, "migration");
		mo_say_migration(style, migration);
	}
	mo_say_head(style, !past->backups.count ? "no backups"
			   : past->is_checked	? "backups, each read through"
						: "backups");
	mo_say_backups(style, "  ", &past->backups);
	if (past->standing.folder)
		sqlite3_str_appendchar(style->out, 1, '\n');
	mo_say_standing(style, &past->standing);
}

static void write_history(sqlite3_str *out, const struct past *past)
{
	struct json json = {.out = out};

	mo_json_open(&json, NULL, '{');
	mo_json_integer(&json, "moult", 1);
	mo_json_text(&json, "database", past->path);
	mo_json_open(&json, "history", '[');
	EACH (const struct history, migration, &past->migrations)
		mo_json_migration(&json, NULL, migration);
	mo_json_close(&json, ']');
	mo_json_bool(&json, "checked", past->is_checked);
	mo_json_backups(&json, "backups", &past->backups);
	mo_json_standing(&json, &past->standing);
	mo_json_close(&json, '}');
}

void mo_report_history(sqlite3_str *out, const struct past *past, struct page page)
{
	struct style style;

	if (!mo_style_begin(&style, out, page))
		return;
	if (page.format == MOULT_JSON)
		write_history(out, past);
	else
		say_history(&style, past);
	mo_style_end(&style);
}

/* ---- what a run came to ---- */

static const char *const result_words[] = {
	[MOULT_NOTHING] = "nothing",	[MOULT_CREATED] = "created",
	[MOULT_MIGRATED] = "migrated",	[MOULT_PUT_BACK] = "put back",
	[MOULT_FINISHED] = "finished",	[MOULT_ABANDONED] = "abandoned",
	[MOULT_SHARED] = "side by side"};

/* What rollback is called with: it looks for backups beside the database unless it is told where. */
static const char *way_back(const struct style *style, const char *path, const char *backup)
{
	struct diags unheard = {.arena = style->arena};
	const char *name = mo_shell_word(style->arena, path);
	const char *directory = mo_file_directory(style->arena, backup);
	char *absolute = NULL;

	if (mo_file_absolute(&absolute, style->arena, path, &unheard, DIAG_RUN001) != MOULT_OK ||
	    !directory || mo_same(mo_file_directory(style->arena, absolute), directory))
		return name;
	return mo_arena_format(style->arena, "%s --backup-dir %s", name,
			       mo_shell_word(style->arena, directory));
}

void mo_say_declared(const struct style *style, const moult_outcome *outcome)
{
	if (outcome->inserted)
		mo_say_count(style, outcome->inserted, "row inserted, ", "rows inserted, ");
	if (outcome->updated)
		mo_say_count(style, outcome->updated, "row updated, ", "rows updated, ");
	if (outcome->deleted)
		mo_say_count(style, outcome->deleted, "row deleted, ", "rows deleted, ");
}

static void say_parked(const struct style *style, const moult_outcome *outcome)
{
	if (outcome->parked)
		mo_say_count(style, outcome->parked, "row parked, ", "rows parked, ");
	if (outcome->unparked)
		mo_say_count(style, outcome->unparked, "parked row is back, ",
			     "parked rows are back, ");
	if (outcome->still_parked)
		mo_say_count(style, outcome->still_parked, "row stays parked, ",
			     "rows stay parked, ");
}

static void say_outcome(const struct style *style, const char *path, const moult_outcome *outcome)
{
	sqlite3_str *out = style->out;

	mo_say(style, PAINT_NONE, path);
	if (outcome->deed == MOULT_NOTHING) {
		sqlite3_str_appendall(out, ": nothing to do\n");
		return;
	}
	if (outcome->deed == MOULT_ABANDONED) {
		sqlite3_str_appendall(
			out,
			": what was under way is abandoned, and every row as it was written\n");
		return;
	}
	sqlite3_str_appendf(out, ": %s, ", result_words[outcome->deed]);
	if (outcome->deed == MOULT_FINISHED) {
		mo_say_count(style, outcome->ways, "way back is gone, ", "ways back are gone, ");
	} else if (outcome->deed != MOULT_PUT_BACK) {
		mo_say_count(style, outcome->steps, "step", "steps");
		sqlite3_str_appendall(out, ", ");
		if (outcome->rows)
			mo_say_count(style, outcome->rows, "row copied, ", "rows copied, ");
	}
	mo_say_declared(style, outcome);
	say_parked(style, outcome);
	if (outcome->locks) {
		mo_say_count(style, outcome->locks, "short lock", "short locks");
		sqlite3_str_appendf(out, " of at most %lld ms, %.2f s in all, ",
				    outcome->longest_lock_ms, (double)outcome->locked_ms / 1000);
	}
	if (outcome->paused_ms)
		sqlite3_str_appendf(out, "paused %.2f s for a reader that kept the WAL, ",
				    (double)outcome->paused_ms / 1000);
	sqlite3_str_appendf(out, "%.2f s\n", (double)outcome->elapsed_ms / 1000);
	if (outcome->deed == MOULT_SHARED) {
		const char *name = mo_shell_word(style->arena, path);

		mo_say_line(style, "%s", "  now     old and new code can run on it");
		mo_say_line(style, "  next    moult finish %s, when no old code runs", name);
		mo_say_line(style, "  back    moult downgrade %s, as long as old code runs", name);
	} else if (outcome->deed == MOULT_PUT_BACK) {
		mo_say_line(style, "  what was there is in %s", outcome->backup);
	} else if (outcome->backup) {
		mo_say_line(style, "  backup  %s", outcome->backup);
		/* Beside writers nobody knows which rows are newer than the backup. */
		mo_say_line(style, "  back    moult rollback %s%s",
			    way_back(style, path, outcome->backup),
			    outcome->locks ? " --discard-newer, without what was written since"
					   : "");
	} else if (outcome->deed == MOULT_MIGRATED) {
		mo_say_line(style, "%s", "  there is no backup to go back to");
	}
}

static void write_outcome(sqlite3_str *out, const char *path, const moult_outcome *outcome,
			  const struct diags *diags)
{
	struct json json = {.out = out};

	mo_json_open(&json, NULL, '{');
	mo_json_integer(&json, "moult", 1);
	mo_json_all_diagnostics(&json, diags);
	mo_json_text(&json, "database", path);
	mo_json_text(&json, "result", result_words[outcome->deed]);
	mo_json_text(&json, "plan", outcome->plan_id);
	mo_json_integer(&json, "steps", outcome->steps);
	mo_json_integer(&json, "rows", outcome->rows);
	mo_json_integer(&json, "inserted", outcome->inserted);
	mo_json_integer(&json, "updated", outcome->updated);
	mo_json_integer(&json, "deleted", outcome->deleted);
	mo_json_integer(&json, "ways", outcome->ways);
	mo_json_integer(&json, "parked", outcome->parked);
	mo_json_integer(&json, "unparked", outcome->unparked);
	mo_json_integer(&json, "still_parked", outcome->still_parked);
	mo_json_integer(&json, "locks", outcome->locks);
	mo_json_integer(&json, "longest_lock_ms", outcome->longest_lock_ms);
	mo_json_integer(&json, "locked_ms", outcome->locked_ms);
	mo_json_integer(&json, "paused_ms", outcome->paused_ms);
	mo_json_integer(&json, "elapsed_ms", outcome->elapsed_ms);
	mo_json_text(&json, "backup", outcome->backup);
	mo_json_close(&json, '}');
}

void mo_report_outcome(sqlite3_str *out, const char *path, const moult_outcome *outcome,
		       const struct diags *diags, struct page page)
{
	struct style style;

	if (!mo_style_begin(&style, out, page))
		return;
	if (page.format == MOULT_JSON)
		write_outcome(out, path, outcome, diags);
	else
		say_outcome(&style, path, outcome);
	mo_style_end(&style);
}
