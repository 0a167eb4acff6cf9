/* SPDX-License-Identifier: MIT */
/*
 * status.c: where a file stands.
 *
 *	{
 *	  "moult": 1,
 *	  "database": "app.db",
 *	  "sqlite": "3.40.1",           the library that looked
 *	  "page_size": 4096,
 *	  "page_count": 12,
 *	  "journal_mode": "wal",
 *	  "encoding": "UTF-8",
 *	  "user_version": 3,
 *	  "application_id": 0,
 *	  "shape": "moult1:...",        fingerprint of the schema, whatever its spelling
 *	  "last": {...},                the newest row of _moult_history, or null: past.c
 *	  "tools": [                    other tools that have migrated the file
 *	    {"tool": "Alembic", "table": "alembic_version", "version": "1975ea83b712"}
 *	  ],
 *	  "under_way": {                a change that was begun and not ended, or null
 *	    "kind": "online",           or "side by side"
 *	    "at": "2026-11-29T17:55:21Z", "version": "0.1.0", "phase": "copy",
 *	    "tables": [{"table": "person", "phase": "copy"}, {"index": "person_name", "phase": "drain"}]
 *	  },
 *	  "ways_back": [                that downgrade can go, the newest first
 *	    {"number": 2, "at": "2026-11-29T17:55:21Z", "shape_from": "moult1:...",
 *	     "shape_to": "moult1:...", "release_from": null, "release_to": null, "bytes": 1234}
 *	  ],
 *	  "parked": 24,                 values that are kept for the newest of them
 *	  "parked_bytes": 480,
 *	  "parked_rows": 3,             that the older shape did not take
 *	  "backups": [...],             as in backups.c
 *	  "drift": 2,                   differences from the document; null: none was given
 *	  "differences": [...],         as in diff.c; empty where none was given
 *	  "kept": [...],
 *	  "due": ["fold_mail"],         steps of the document that the file has no mark of
 *	  "folder": {...},              as in standing.h
 *	  "hazards": [...]              as in plan_json.c: those that stand whatever there is to do
 *	}
 */
#include "base/text.h"
#include "report/backups.h"
#include "report/changes.h"
#include "report/past.h"
#include "report/plan_words.h"
#include "report/report.h"

/* ---- text ---- */

static void say_file(const struct style *style, const struct status *status)
{
	mo_say_head(style, status->path);
	mo_say_field(style, "size");
	mo_say_size(style, status->page_size * status->page_count);
	sqlite3_str_appendf(style->out, ", %,lld page%s of %lld bytes\n", status->page_count,
			    status->page_count == 1 ? "" : "s", status->page_size);
	mo_say_text(style, "encoding", status->encoding);
	mo_say_text(style, "journal mode", status->journal_mode);
	mo_say_number(style, "user_version", status->user_version);
	mo_say_field(style, "application_id");
	sqlite3_str_appendf(style->out, "%lld", status->application_id);
	if (status->application_id)
		sqlite3_str_appendf(style->out, " (0x%08x)", (unsigned)status->application_id);
	sqlite3_str_appendchar(style->out, 1, '\n');
	mo_say_text(style, "shape", status->shape);
	mo_say_text(style, "read by SQLite", status->sqlite);
}

static void say_tools(const struct style *style, const struct status *status)
{
	EACH (const struct tool_mark, mark, &status->tools)
		mo_say_line(style, "%s has brought it to %s (table %s, which stays)", mark->tool,
			    mark->version ? mark->version : "nothing yet", mark->table);
}

static void write_tools(struct json *json, const struct list *tools)
{
	mo_json_open(json, "tools", '[');
	EACH (const struct tool_mark, mark, tools) {
		mo_json_open(json, NULL, '{');
		mo_json_text(json, "tool", mark->tool);
		mo_json_text(json, "table", mark->table);
		mo_json_text(json, "version", mark->version);
		mo_json_close(json, '}');
	}
	mo_json_close(json, ']');
}

static void say_last(const struct style *style, const struct status *status)
{
	const struct history *last = status->last;

	if (!last) {
		sqlite3_str_appendall(style->out, "no migration yet\n");
		return;
	}
	mo_say_head(style, "last migration");
	mo_say_migration(style, last);
	if (status->shape && last->shape_after && !mo_same(status->shape, last->shape_after)) {
		mo_say(style, PAINT_WARNING, "  the schema was changed since, and not by moult");
		sqlite3_str_appendchar(style->out, 1, '\n');
	}
}

/* Since when there is which shape to go back to, and what it takes in the file. */
static void say_ways(const struct style *style, const struct status *status)
{
	const struct list *ways = &status->ways;

	if (!ways->count && !status->parked && !status->parked_rows)
		return;
	mo_say_head(style, ways->count ? "ways back" : "the way there again");
	EACH (const struct way_row, way, ways) {
		mo_sayf(style, PAINT_NONE, "  %4lld  %s  to %s, ", way->number, way->at,
			way->release_from ? way->release_from : way->shape_from);
		mo_say_size(style, way->document + way->marks);
		sqlite3_str_appendchar(style->out, 1, '\n');
	}
	if (status->parked) {
		sqlite3_str_appendall(style->out, "  with ");
		mo_say_count(style, status->parked, "value that is kept, ",
			     "values that are kept, ");
		mo_say_size(style, status->parked_bytes);
		sqlite3_str_appendchar(style->out, 1, '\n');
	}
	if (status->parked_rows) {
		sqlite3_str_appendall(style->out, "  with ");
		mo_say_count(style, status->parked_rows,
			     "row that is parked, since the older shape did not take it\n",
			     "rows that are parked, since the older shape did not take them\n");
	}
	sqlite3_str_appendchar(style->out, 1, '\n');
}

static void write_ways(struct json *json, const struct list *ways)
{
	mo_json_open(json, "ways_back", '[');
	EACH (const struct way_row, way, ways) {
		mo_json_open(json, NULL, '{');
		mo_json_integer(json, "number", way->number);
		mo_json_text(json, "at", way->at);
		mo_json_text(json, "shape_from", way->shape_from);
		mo_json_text(json, "shape_to", way->shape_to);
		mo_json_text(json, "release_from", way->release_from);
		mo_json_text(json, "release_to", way->release_to);
		mo_json_integer(json, "bytes", way->document + way->marks);
		mo_json_close(json, '}');
	}
	mo_json_close(json, ']');
}

/* A change that was begun and not ended, and how far it has come. */
static void say_under_way(const struct style *style, const struct under_way *run)
{
	if (!run)
		return;
	mo_say_head(style, "under way");
	mo_say_line(style, "  %s, begun %s: %s", run->kind, run->at, run->phase);
	EACH (const struct under_way_table, table, &run->tables)
		mo_say_line(style, "  %s %s: %s", table->is_index ? "index" : "table", table->name,
			    table->phase);
	sqlite3_str_appendchar(style->out, 1, '\n');
}

static void write_under_way(struct json *json, const struct under_way *run)
{
	if (!run) {
		mo_json_text(json, "under_way", NULL);
		return;
	}
	mo_json_open(json, "under_way", '{');
	mo_json_text(json, "kind", run->kind);
	mo_json_text(json, "at", run->at);
	mo_json_text(json, "version", run->version);
	mo_json_text(json, "phase", run->phase);
	mo_json_open(json, "tables", '[');
	EACH (const struct under_way_table, table, &run->tables) {
		mo_json_open(json, NULL, '{');
		mo_json_text(json, table->is_index ? "index" : "table", table->name);
		mo_json_text(json, "phase", table->phase);
		mo_json_close(json, '}');
	}
	mo_json_close(json, ']');
	mo_json_close(json, '}');
}

static void say_due(const struct style *style, const struct list *due)
{
	EACH (const struct data_step, step, due)
		mo_say_line(style, "  step %s is due", step->name);
}

static void say_judgement(const struct style *style, const struct status *status, int refusals)
{
	if (status->drift) {
		mo_say(style, PAINT_WARNING, "the file is not what the document says: ");
		mo_say_count(style, status->drift, "difference", "differences");
	} else if (refusals) {
		mo_say(style, PAINT_WARNING,
		       "the file has what the document says, and more that is in its way");
	} else if (status->due.count) {
		mo_say(style, PAINT_WARNING,
		       "the file is what the document says, but for what its steps do");
	} else {
		mo_say(style, PAINT_GOOD, "the file is what the document says");
	}
	sqlite3_str_appendchar(style->out, 1, '\n');
}

static void say_drift(const struct style *style, const struct status *status)
{
	if (status->drift < 0)
		return;
	sqlite3_str_appendchar(style->out, 1, '\n');
	say_judgement(style, status, mo_plan_refusals(status->plan));
	mo_say_changes(style, "  ", status->diff);
	say_due(style, &status->due);
	mo_say_kept(style, "  ", status->diff);
	if (status->plan)
		mo_say_refusals(style, status->plan);
}

static void say_status(const struct style *style, const struct status *status)
{
	say_file(style, status);
	sqlite3_str_appendchar(style->out, 1, '\n');
	say_last(style, status);
	say_tools(style, status);
	sqlite3_str_appendchar(style->out, 1, '\n');
	say_under_way(style, status->under_way);
	say_ways(style, status);
	mo_say_head(style, status->backups.count ? "backups" : "no backups");
	mo_say_backups(style, "  ", &status->backups);
	if (status->standing.folder)
		sqlite3_str_appendchar(style->out, 1, '\n');
	mo_say_standing(style, &status->standing);
	say_drift(style, status);
}

/* ---- JSON ---- */

static void write_due(struct json *json, const struct list *due)
{
	mo_json_open(json, "due", '[');
	EACH (const struct data_step, step, due)
		mo_json_text(json, NULL, step->name);
	mo_json_close(json, ']');
}

static void write_status(const struct style *style, const struct status *status)
{
	struct json json = {.out = style->out};

	mo_json_open(&json, NULL, '{');
	mo_json_integer(&json, "moult", 1);
	mo_json_text(&json, "database", status->path);
	mo_json_text(&json, "sqlite", status->sqlite);
	mo_json_integer(&json, "page_size", status->page_size);
	mo_json_integer(&json, "page_count", status->page_count);
	mo_json_text(&json, "journal_mode", status->journal_mode);
	mo_json_text(&json, "encoding", status->encoding);
	mo_json_integer(&json, "user_version", status->user_version);
	mo_json_integer(&json, "application_id", status->application_id);
	mo_json_text(&json, "shape", status->shape);
	mo_json_migration(&json, "last", status->last);
	write_tools(&json, &status->tools);
	write_under_way(&json, status->under_way);
	write_ways(&json, &status->ways);
	mo_json_integer(&json, "parked", status->parked);
	mo_json_integer(&json, "parked_bytes", status->parked_bytes);
	mo_json_integer(&json, "parked_rows", status->parked_rows);
	mo_json_backups(&json, "backups", &status->backups);
	mo_json_count(&json, "drift", status->drift);
	mo_json_changes(&json, style, "differences", status->diff, true);
	mo_json_kept(&json, style, "kept", status->diff);
	write_due(&json, &status->due);
	mo_json_standing(&json, &status->standing);
	mo_json_hazards(&json, style->arena, status->plan);
	mo_json_close(&json, '}');
}

void mo_report_status(sqlite3_str *out, const struct status *status, struct page page)
{
	struct style style;

	if (!mo_style_begin(&style, out, page))
		return;
	if (page.format == MOULT_JSON)
		write_status(&style, status);
	else
		say_status(&style, status);
	mo_style_end(&style);
}
