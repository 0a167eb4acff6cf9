/* SPDX-License-Identifier: MIT */
/*
 * rehearsal.c: what a rehearsal came to.
 *
 *	rehearsed /srv/app.db on a copy in /srv
 *	plan 0f3c...
 *	  table person: rebuild, 12,345 rows
 *	  time     1.52 s, and 0.31 s for the copy, as for a backup
 *	  rows     12,345 rows copied, 9 steps
 *	  space    12.0 MiB before, 15.1 MiB after, at most 27.3 MiB (15.1 MiB file, 12.2 MiB journal)
 *	  apply    needs about 39.3 MiB in /srv, where 100.0 GiB are free
 *	  hazards  ML101 person
 *	  back     by 1 way back, 12,345 rows copied, 1.20 s    with --there-and-back
 *	  consent  to MD116:"step a", for downgrade
 *	apply would succeed
 *	there and back it is what it was
 *
 *	{
 *	  "moult": 1,
 *	  "database": "/srv/app.db",
 *	  "directory": "/srv",          where the copy was
 *	  "verdict": "done",            or "nothing", "refused", "failed", "busy", "trouble"
 *	  "status": 0,                  the exit status that apply would have
 *	  "plan": "0f3c...",            its ID, for --expect; null: there is none
 *	  "steps": 9,
 *	  "tables": [                   those that are altered, rebuilt, made, dropped or renamed
 *	    { "release": null, "name": "person", "way": "rebuild", "rows": 12345 }
 *	  ],
 *	  "rows": 12345,                copied; null: the run did not come to its end
 *	  "inserted": 3,                rows that the document declares; null: likewise
 *	  "updated": 1,
 *	  "deleted": 0,
 *	  "elapsed_ms": 1520,           of the run on the copy, with its proof
 *	  "copy_ms": 310,               to copy the file, as a backup does
 *	  "bytes": {
 *	    "before": 12582912,         of the database file
 *	    "after": 15833497,
 *	    "peak": 28626124,           at most, of file and journal or WAL together
 *	    "peak_file": 15833497,
 *	    "peak_journal": 12792627
 *	  },
 *	  "needs": [                    what apply would take, a file system each; estimates
 *	    {
 *	      "directory": "/srv",
 *	      "bytes": 41209036,
 *	      "growth": 3250585, "journal": 12792627, "backup": 12582912, "sorting": 0,
 *	      "free": 107374182400
 *	    }
 *	  ],
 *	  "back": {                     null: it was not gone back
 *	    "verdict": "same",          or "differs", "none", and as above
 *	    "ways": 1,
 *	    "rows": 12345,
 *	    "elapsed_ms": 1200,
 *	    "needs_allow": ["MD116:\"step a\""],  what downgrade would have to be consented to
 *	    "tables": [                 that hold something else
 *	      { "name": "person", "rows_before": 12345, "rows_after": 12345 }
 *	    ]                           a count is null where there is no such table
 *	  },
 *	  "hazards": [...],             as in a plan
 *	  "diagnostics": [...]          as elsewhere
 *	}
 */
#include "report/rehearsal.h"

#include <string.h>

#include "report/html.h"
#include "report/past.h"
#include "report/plan_page.h"
#include "report/plan_words.h"
#include "report/report.h"

static const char *verdict_word(int result, const char *good)
{
	switch (result) {
	case MOULT_OK:
		return good;
	case MOULT_REFUSED:
		return "refused";
	case MOULT_FAILED:
		return "failed";
	case MOULT_BUSY:
		return "busy";
	default:
		return "trouble";
	}
}

static const char *verdict_of(const struct rehearsal *r)
{
	return verdict_word(r->result, r->outcome.steps ? "done" : "nothing");
}

static bool is_what_it_was(const struct there_and_back *back)
{
	return !back->result && !back->is_other_shape && !back->changes.count;
}

static const char *verdict_of_back(const struct there_and_back *back)
{
	if (!back->left)
		return "none";
	return verdict_word(back->result, is_what_it_was(back) ? "same" : "differs");
}

static bool came_to_an_end(const struct rehearsal *r)
{
	return r->result == MOULT_OK;
}

static const struct route *route_of(const struct rehearsal *r)
{
	return mo_route_steps(&r->kept.route) ? &r->kept.route : NULL;
}

/* ---- text ---- */

static void say_label(const struct style *style, const char *label)
{
	sqlite3_str_appendf(style->out, "  %-9s", label);
}

static void say_tables(const struct style *style, const struct plan *plan)
{
	EACH (const struct move, move, &plan->moves) {
		const long long rows = mo_move_rows(plan, move);

		mo_sayf(style, PAINT_NONE, "  table %s: %s", mo_move_table(move),
			mo_way_word(move));
		if (rows >= 0) {
			sqlite3_str_appendall(style->out, ", ");
			mo_say_count(style, rows, "row", "rows");
		}
		sqlite3_str_appendchar(style->out, 1, '\n');
	}
}

static void say_leg(const struct style *style, const struct leg *leg)
{
	if (leg->want.release) {
		mo_sayf(style, PAINT_NONE, "release %s", leg->want.release);
		sqlite3_str_appendchar(style->out, 1, '\n');
	}
	say_tables(style, leg->plan);
}

static void say_time(const struct style *style, const struct rehearsal *r)
{
	say_label(style, "time");
	sqlite3_str_appendf(style->out, "%.2f s", (double)r->run_ms / 1000);
	if (r->size_before)
		sqlite3_str_appendf(style->out, ", and %.2f s for the copy, as for a backup",
				    (double)r->copy_ms / 1000);
	sqlite3_str_appendchar(style->out, 1, '\n');
}

static void say_rows(const struct style *style, const struct rehearsal *r)
{
	if (!came_to_an_end(r))
		return;
	say_label(style, "rows");
	mo_say_count(style, r->outcome.rows, "row copied, ", "rows copied, ");
	mo_say_declared(style, &r->outcome);
	mo_say_count(style, r->outcome.steps, "step", "steps");
	sqlite3_str_appendchar(style->out, 1, '\n');
}

static void say_space(const struct style *style, const struct rehearsal *r)
{
	struct arena *arena = style->arena;

	say_label(style, "space");
	mo_sayf(style, PAINT_NONE, "%s before, %s after, at most %s (%s file, %s journal)",
		mo_space_text(arena, r->size_before), mo_space_text(arena, r->size_after),
		mo_space_text(arena, r->most_file + r->most_journal),
		mo_space_text(arena, r->most_file), mo_space_text(arena, r->most_journal));
	sqlite3_str_appendchar(style->out, 1, '\n');
	EACH (const struct space_need, need, &r->space.needs) {
		say_label(style, "apply");
		mo_sayf(style, PAINT_NONE, "needs about %s in %s, where %s are free",
			mo_space_text(arena, mo_space_total(need)), need->directory,
			mo_space_text(arena, need->free));
		sqlite3_str_appendchar(style->out, 1, '\n');
	}
}

static void say_hazards(const struct style *style, const struct plan *plan)
{
	int said = 0;

	EACH (const struct hazard, hazard, &plan->hazards) {
		if (!mo_hazard_holds(hazard))
			continue;
		if (!said++)
			say_label(style, "hazards");
		else
			sqlite3_str_appendall(style->out, ", ");
		mo_sayf(style, mo_hazard_refuses(hazard) ? PAINT_ERROR : PAINT_NONE, "%s %s",
			mo_diag_kinds[hazard->id].id, hazard->target);
	}
	if (said)
		sqlite3_str_appendchar(style->out, 1, '\n');
}

static void say_verdict(const struct style *style, const struct rehearsal *r)
{
	static const char *const words[] = {
		[-MOULT_OK] = "apply would succeed",
		[-MOULT_TROUBLE] = "apply would end in trouble; nothing would be changed",
		[-MOULT_REFUSED] = "apply would be refused; nothing would be changed",
		[-MOULT_FAILED] = "apply would fail and roll back; nothing would be changed",
		[-MOULT_BUSY] = "apply would not come to its end in time; nothing would be changed",
	};

	if (came_to_an_end(r) && !r->outcome.steps)
		mo_say(style, PAINT_GOOD, "there is nothing to do");
	else
		mo_say(style, r->result ? PAINT_ERROR : PAINT_GOOD, words[-r->result]);
	sqlite3_str_appendchar(style->out, 1, '\n');
}

static bool is_good(const struct rehearsal *r)
{
	return r->result == MOULT_OK && (!r->back.is_over || is_what_it_was(&r->back));
}

static void say_back(const struct style *style, const struct there_and_back *back)
{
	if (!back->left)
		return;
	say_label(style, "back");
	sqlite3_str_appendall(style->out, "by ");
	mo_say_count(style, back->ways, "way back, ", "ways back, ");
	mo_say_count(style, back->rows, "row copied, ", "rows copied, ");
	sqlite3_str_appendf(style->out, "%.2f s\n", (double)back->elapsed_ms / 1000);
	EACH (const char, loss, &back->losses) {
		say_label(style, "consent");
		mo_sayf(style, PAINT_NONE, "to %s, for downgrade", loss);
		sqlite3_str_appendchar(style->out, 1, '\n');
	}
}

/* Why it is not stands in the diagnostics. */
static void say_verdict_of_back(const struct style *style, const struct there_and_back *back)
{
	const bool is_same = is_what_it_was(back);

	if (!back->is_over)
		return;
	mo_say(style, is_same ? PAINT_GOOD : PAINT_ERROR,
	       is_same ? "there and back it is what it was"
		       : "there and back it is not what it was");
	sqlite3_str_appendchar(style->out, 1, '\n');
}

static void say_all(const struct style *style, const struct rehearsal *r)
{
	const struct route *route = route_of(r);

	mo_sayf(style, PAINT_HEAD, "rehearsed %s", r->path);
	mo_sayf(style, PAINT_NONE, " on a copy in %s", r->directory);
	sqlite3_str_appendchar(style->out, 1, '\n');
	if (route) {
		mo_sayf(style, PAINT_NONE, "plan %s", route->id);
		sqlite3_str_appendchar(style->out, 1, '\n');
		EACH (const struct leg, leg, &route->legs)
			say_leg(style, leg);
		say_time(style, r);
		say_rows(style, r);
		say_space(style, r);
		EACH (const struct leg, leg, &route->legs)
			say_hazards(style, leg->plan);
		say_back(style, &r->back);
	}
	say_verdict(style, r);
	say_verdict_of_back(style, &r->back);
}

/* ---- JSON ---- */

static void write_tables_of(struct json *json, const struct leg *leg)
{
	for (int i = 0; i < leg->plan->moves.count; i++) {
		const struct move *move = leg->plan->moves.items[i];

		mo_json_open(json, NULL, '{');
		mo_json_text(json, "release", leg->want.release);
		mo_json_text(json, "name", mo_move_table(move));
		mo_json_text(json, "way", mo_way_word(move));
		mo_json_count(json, "rows", mo_move_rows(leg->plan, move));
		mo_json_close(json, '}');
	}
}

static void write_tables(struct json *json, const struct route *route)
{
	mo_json_open(json, "tables", '[');
	for (int i = 0; route && i < route->legs.count; i++)
		write_tables_of(json, mo_route_leg(route, i));
	mo_json_close(json, ']');
}

static void write_bytes(struct json *json, const struct rehearsal *r)
{
	mo_json_open(json, "bytes", '{');
	mo_json_integer(json, "before", r->size_before);
	mo_json_integer(json, "after", r->size_after);
	mo_json_integer(json, "peak", r->most_file + r->most_journal);
	mo_json_integer(json, "peak_file", r->most_file);
	mo_json_integer(json, "peak_journal", r->most_journal);
	mo_json_close(json, '}');
}

static void write_needs(struct json *json, const struct space *space)
{
	mo_json_open(json, "needs", '[');
	EACH (const struct space_need, need, &space->needs) {
		mo_json_open(json, NULL, '{');
		mo_json_text(json, "directory", need->directory);
		mo_json_integer(json, "bytes", mo_space_total(need));
		mo_json_integer(json, "growth", need->growth);
		mo_json_integer(json, "journal", need->journal);
		mo_json_integer(json, "backup", need->backup);
		mo_json_integer(json, "sorting", need->sorting);
		mo_json_integer(json, "free", need->free);
		mo_json_close(json, '}');
	}
	mo_json_close(json, ']');
}

static void write_back(struct json *json, const struct there_and_back *back)
{
	if (!back->is_over) {
		mo_json_text(json, "back", NULL);
		return;
	}
	mo_json_open(json, "back", '{');
	mo_json_text(json, "verdict", verdict_of_back(back));
	mo_json_integer(json, "ways", back->ways);
	mo_json_integer(json, "rows", back->rows);
	mo_json_integer(json, "elapsed_ms", back->elapsed_ms);
	mo_json_open(json, "needs_allow", '[');
	EACH (const char, loss, &back->losses)
		mo_json_text(json, NULL, loss);
	mo_json_close(json, ']');
	mo_json_open(json, "tables", '[');
	EACH (const struct state_change, change, &back->changes) {
		mo_json_open(json, NULL, '{');
		mo_json_text(json, "name",
			     change->before ? change->before->name : change->after->name);
		mo_json_count(json, "rows_before", change->before ? change->before->rows : -1);
		mo_json_count(json, "rows_after", change->after ? change->after->rows : -1);
		mo_json_close(json, '}');
	}
	mo_json_close(json, ']');
	mo_json_close(json, '}');
}

static void write_all(const struct style *style, const struct rehearsal *r,
		      const struct diags *diags)
{
	struct json json = {.out = style->out};
	const struct route *route = route_of(r);

	mo_json_open(&json, NULL, '{');
	mo_json_integer(&json, "moult", 1);
	mo_json_text(&json, "database", r->path);
	mo_json_text(&json, "directory", r->directory);
	mo_json_text(&json, "verdict", verdict_of(r));
	mo_json_integer(&json, "status", -r->result);
	mo_json_text(&json, "plan", route ? route->id : NULL);
	mo_json_integer(&json, "steps", mo_route_steps(&r->kept.route));
	write_tables(&json, route);
	mo_json_count(&json, "rows", came_to_an_end(r) ? r->outcome.rows : -1);
	mo_json_count(&json, "inserted", came_to_an_end(r) ? r->outcome.inserted : -1);
	mo_json_count(&json, "updated", came_to_an_end(r) ? r->outcome.updated : -1);
	mo_json_count(&json, "deleted", came_to_an_end(r) ? r->outcome.deleted : -1);
	mo_json_integer(&json, "elapsed_ms", r->run_ms);
	mo_json_integer(&json, "copy_ms", r->copy_ms);
	write_bytes(&json, r);
	write_needs(&json, &r->space);
	write_back(&json, &r->back);
	mo_json_hazards_of_route(&json, style->arena, &r->kept.route);
	mo_json_diagnostics(&json, diags);
	mo_json_close(&json, '}');
}

/* ---- the page ---- */

/* A line of the report in text: its label, and what it says. */
static const char *put_line(const struct style *style, const char *line)
{
	const size_t length = strcspn(line, "\n"), label = strcspn(line, " ");
	const size_t gap = label < length ? strspn(line + label, " ") : 0;

	mo_html_element(style->out, "dt", mo_arena_slice(style->arena, line, label));
	mo_html_element(style->out, "dd",
			mo_arena_slice(style->arena, line + label + gap, length - label - gap));
	line += length + (line[length] == '\n');
	return line + strspn(line, " ");
}

static void put_measured(const struct style *style, const struct rehearsal *r)
{
	struct style inner = mo_said_begin(style);
	const char *line;

	say_time(&inner, r);
	say_rows(&inner, r);
	say_space(&inner, r);
	say_back(&inner, &r->back);
	sqlite3_str_appendall(style->out, "<h2>Measured on the copy</h2>\n<dl>\n");
	for (line = mo_said_end(style, &inner); *line;)
		line = put_line(style, line);
	sqlite3_str_appendall(style->out, "</dl>\n");
}

/* Why it ended, where no hazard says it. */
static void put_diagnostics(const struct style *style, const struct moult *m)
{
	EACH (const moult_diagnostic, diagnostic, &m->diags.list) {
		if (diagnostic->severity != MOULT_ERROR)
			continue;
		mo_html_element(style->out, "p class=\"more\"",
				mo_arena_format(style->arena, "%s: %s", diagnostic->id,
						diagnostic->message));
	}
}

static void put_page(const struct style *style, const struct moult *m, const struct rehearsal *r)
{
	struct style inner = mo_said_begin(style);
	const struct route *route = route_of(r);

	mo_html_begin(style->out, mo_arena_format(style->arena, "%s: rehearsal", r->path));
	sqlite3_str_appendall(style->out, "<header>\n<p class=\"kind\">Rehearsal</p>\n");
	mo_html_element(style->out, "h1", r->path);
	sqlite3_str_appendall(style->out, "\n</header>\n<main>\n");
	say_verdict(&inner, r);
	say_verdict_of_back(&inner, &r->back);
	mo_html_verdict(style->out, is_good(r), mo_said_end(style, &inner));
	put_diagnostics(style, m);
	sqlite3_str_appendall(style->out, "</div>\n");
	if (route)
		put_measured(style, r);
	for (int i = 0; route && i < route->legs.count; i++) {
		mo_html_release(style, route, mo_route_leg(route, i));
		mo_html_plan(style->out, style, m, mo_route_leg(route, i)->plan);
	}
	sqlite3_str_appendall(style->out, "</main>\n");
	if (route)
		sqlite3_str_appendf(style->out, "<footer>plan <code>%s</code></footer>\n",
				    route->id);
	mo_html_end(style->out);
}

void mo_report_rehearsal(sqlite3_str *out, const struct moult *m, const struct rehearsal *r,
			 struct page page)
{
	struct style style;

	if (!mo_style_begin(&style, out, page))
		return;
	if (page.format == MOULT_JSON)
		write_all(&style, r, &m->diags);
	else if (page.format == MOULT_HTML)
		put_page(&style, m, r);
	else
		say_all(&style, r);
	mo_style_end(&style);
}
