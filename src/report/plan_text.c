/* SPDX-License-Identifier: MIT */
/*
 * plan_text.c: a plan as a reviewer reads it, from the top: which it is, what
 * happens to each table and why, what could go wrong, the statements, and the
 * verdict.
 *
 *	plan 0f3c..., for SQLite 3.40.1
 *	estimate: 12,345 rows copied, 9.0 MiB written, 7.0 MiB of disk at most, 0.1 s
 *
 *	table person: rebuild, 12,345 rows
 *	  ~ column name: type TEXT becomes INTEGER
 *	  because column person.name type TEXT becomes INTEGER: SQLite has no ALTER for this
 *	- index person_name
 *
 *	refused   MD105 column person.name: values do not survive as INTEGER
 *	          2 rows: rowid 3: '007', rowid 4: '1e3'
 *	          at app.xml:12:5
 *	          hint: keep type="TEXT", or convert the values with using="..."
 *	          or consent: --allow MD105:person.name
 *
 *	way back
 *	  lossy   column person.nick: its values are gone, and it gets NULL
 *
 *	  -- table person: ...
 *	  CREATE TABLE ...;
 *
 *	refused: 1 hazard stands, nothing would be run
 *
 * Whatever the rows were asked and answered with none is not mentioned.
 */
#include <string.h>

#include "base/show.h"
#include "base/text.h"
#include "diff/describe.h"
#include "plan/row_plan.h"
#include "report/changes.h"
#include "report/plan_page.h"
#include "report/plan_words.h"
#include "report/report.h"
#include "run/space.h"

#define MOST_NOTES 20 /* of the way back */
#define MARGIN "          "

/* ---- what happens ---- */

void mo_say_move_head(const struct style *style, const struct plan *plan, const struct move *move)
{
	const long long rows = mo_move_rows(plan, move);

	mo_sayf(style, PAINT_HEAD, "table %s", mo_move_table(move));
	mo_sayf(style, PAINT_NONE, ": %s", mo_way_word(move));
	if (rows >= 0) {
		sqlite3_str_appendall(style->out, ", ");
		mo_say_count(style, rows, "row", "rows");
	}
	if (move->former && !mo_same(move->former, mo_move_table(move)))
		mo_sayf(style, PAINT_NONE, ", was %s", move->former);
	sqlite3_str_appendchar(style->out, 1, '\n');
}

static void say_move(const struct style *style, const struct plan *plan, const struct move *move)
{
	mo_say_move_head(style, plan, move);
	mo_say_column_renames(style, "  ", plan->diff, mo_move_table(move));
	for (int i = 0; i < move->changes.count; i++)
		mo_say_change(style, "  ", plan->diff, move->changes.items[i]);
	for (int i = 0; i < move->reasons.count && i < MO_MOST_REASONS; i++) {
		sqlite3_str_appendall(style->out, "  because ");
		mo_say_wrapped(style, PAINT_NONE, 10, MARGIN, move->reasons.items[i]);
		sqlite3_str_appendchar(style->out, 1, '\n');
	}
	if (move->reasons.count > MO_MOST_REASONS)
		sqlite3_str_appendf(style->out, MARGIN "and %d reasons more\n",
				    move->reasons.count - MO_MOST_REASONS);
}

/* Renamed virtual tables have no move. */
static void say_virtual_renames(const struct style *style, const struct diff *diff)
{
	EACH (const struct rename, rename, &diff->renames) {
		if (rename->kind != KIND_VIRTUAL)
			continue;
		mo_say(style, PAINT_HEAD, mo_label_rename(style->arena, rename));
		mo_sayf(style, PAINT_NONE, ": rename, was %s", rename->have);
		sqlite3_str_appendchar(style->out, 1, '\n');
	}
}

/* Of virtual tables, indexes, views, triggers and pragmas. */
static void say_others(const struct style *style, const struct diff *diff)
{
	EACH (const struct change, change, &diff->changes) {
		const struct object *object = mo_change_object(change);

		if (object && object->kind == KIND_TABLE)
			continue;
		if (object && object->kind == KIND_VIRTUAL && change->verb == VERB_CHANGE) {
			mo_say(style, PAINT_HEAD, mo_change_label(style->arena, change));
			sqlite3_str_appendall(style->out, ": drop and create\n");
		} else {
			mo_say_change(style, "", diff, change);
		}
	}
}

/* ---- declared rows ---- */

static void say_declared(const struct style *style, const struct row_plan *row_plan)
{
	mo_sayf(style, PAINT_HEAD, "rows of table %s", row_plan->table->object.name);
	sqlite3_str_appendall(style->out, ": ");
	if (!row_plan->is_asked) {
		mo_say_count(style, row_plan->rows->rows.count, "declared", "declared");
		sqlite3_str_appendchar(style->out, 1, '\n');
		return;
	}
	sqlite3_str_appendf(style->out, "%,lld to insert, %,lld to update, ", row_plan->inserts,
			    row_plan->updates);
	if (row_plan->drops)
		sqlite3_str_appendf(style->out, "%,lld to delete, ", row_plan->drops);
	sqlite3_str_appendf(style->out, "%,lld as declared\n", row_plan->same);
}

void mo_say_declared_rows(const struct style *style, const struct plan *plan)
{
	EACH (const struct row_plan, row_plan, &plan->rows)
		if (!row_plan->is_settled)
			say_declared(style, row_plan);
}

void mo_say_what_happens(const struct style *style, const struct plan *plan)
{
	for (int i = 0; i < plan->moves.count; i++)
		say_move(style, plan, plan->moves.items[i]);
	say_virtual_renames(style, plan->diff);
	say_others(style, plan->diff);
	mo_say_declared_rows(style, plan);
}

/* ---- hazards ---- */

static enum paint paint_of(const struct hazard *hazard)
{
	return mo_hazard_refuses(hazard)   ? PAINT_ERROR
	       : mo_hazard_is_open(hazard) ? PAINT_NOTE
					   : PAINT_WARNING;
}

static void say_rows(const struct style *style, const struct hazard *hazard)
{
	const long long rows = mo_hazard_rows(hazard);
	char taken[64];

	if (rows <= 0)
		return;
	sqlite3_snprintf(sizeof(taken), taken, MARGIN "%,lld %s%s", rows,
			 rows == 1 ? "row" : "rows", hazard->samples ? ": " : "");
	sqlite3_str_appendall(style->out, taken);
	mo_say_wrapped(style, PAINT_NONE, (int)strlen(taken), MARGIN, hazard->samples);
	sqlite3_str_appendchar(style->out, 1, '\n');
}

static void say_hint(const struct style *style, const struct hazard *hazard)
{
	const char *consent =
		mo_hazard_refuses(hazard) ? mo_hazard_consent(style->arena, hazard) : NULL;

	if (mo_hazard_shows_hint(hazard)) {
		sqlite3_str_appendall(style->out, MARGIN "hint: ");
		mo_say_wrapped(style, PAINT_NONE, 16, MARGIN "      ", hazard->hint);
		sqlite3_str_appendchar(style->out, 1, '\n');
	}
	if (consent) {
		mo_sayf(style, PAINT_NONE, MARGIN "%s: --allow %s",
			hazard->hint ? "or consent" : "consent",
			mo_shell_word(style->arena, consent));
		sqlite3_str_appendchar(style->out, 1, '\n');
	}
}

/* Who allowed it in the document, and why. */
static void say_consent(const struct style *style, const struct consent *consent)
{
	if (!consent)
		return;
	sqlite3_str_appendall(style->out, MARGIN "allowed at ");
	mo_say_place(style, &consent->place);
	if (consent->doc) {
		sqlite3_str_appendall(style->out, ": ");
		mo_say_wrapped(style, PAINT_NONE, 30, MARGIN, consent->doc);
	}
	sqlite3_str_appendchar(style->out, 1, '\n');
}

static void say_hazard(const struct style *style, const struct hazard *hazard)
{
	const char *id = mo_diag_kinds[hazard->id].id;
	const char *text = mo_arena_format(style->arena, "%s: %s", hazard->object, hazard->message);

	mo_sayf(style, paint_of(hazard), "%-9s", mo_hazard_word(hazard));
	sqlite3_str_appendf(style->out, " %s ", id);
	mo_say_wrapped(style, PAINT_NONE, 11 + (int)strlen(id), MARGIN, text);
	sqlite3_str_appendchar(style->out, 1, '\n');
	say_rows(style, hazard);
	say_consent(style, hazard->consent);
	if (!mo_hazard_refuses(hazard) && !mo_hazard_shows_hint(hazard))
		return;
	if (hazard->place.file) {
		sqlite3_str_appendall(style->out, MARGIN "at ");
		mo_say_place(style, &hazard->place);
		sqlite3_str_appendchar(style->out, 1, '\n');
	}
	say_hint(style, hazard);
}

/* Those that refuse come first. */
static int say_hazards(const struct style *style, const struct plan *plan, bool refusing, int said)
{
	EACH (const struct hazard, hazard, &plan->hazards) {
		if (!mo_hazard_is_listed(hazard) || mo_hazard_refuses(hazard) != refusing)
			continue;
		if (!said++)
			sqlite3_str_appendchar(style->out, 1, '\n');
		say_hazard(style, hazard);
	}
	return said;
}

void mo_say_refusals(const struct style *style, const struct plan *plan)
{
	say_hazards(style, plan, true, 0);
}

/* ---- the way back ---- */

/* Nothing where all comes back as it was. */
static void say_way_back(const struct style *style, const struct plan *plan)
{
	if (plan->way_back.count)
		mo_say(style, PAINT_HEAD, "\nway back\n");
	for (int i = 0; i < plan->way_back.count && i < MOST_NOTES; i++) {
		const struct way_note *note = plan->way_back.items[i];

		mo_sayf(style, note->is_lossy ? PAINT_WARNING : PAINT_NONE, "  %-8s",
			note->is_lossy ? "lossy" : "");
		mo_say_wrapped(style, PAINT_NONE, 10, MARGIN,
			       mo_arena_format(style->arena, "%s: %s", note->label, note->words));
		sqlite3_str_appendchar(style->out, 1, '\n');
	}
	if (plan->way_back.count > MOST_NOTES)
		sqlite3_str_appendf(style->out, MARGIN "and %d more\n",
				    plan->way_back.count - MOST_NOTES);
}

/* ---- statements ---- */

void mo_say_steps(const struct style *style, const struct plan *plan)
{
	const struct step *last = NULL;

	EACH (const struct step, step, &plan->steps) {
		const char *words = mo_step_words(style->arena, step, last);

		if (!last || !mo_same(step->object, last->object))
			sqlite3_str_appendchar(style->out, 1, '\n');
		if (words) {
			mo_say(style, PAINT_DIM, "  -- ");
			mo_say_wrapped(style, PAINT_DIM, 5, "  --   ", words);
			sqlite3_str_appendchar(style->out, 1, '\n');
		}
		mo_say_lines(style, "  ", mo_step_statement(style->arena, step));
		last = step;
	}
}

void mo_say_open(const struct style *style, const struct plan *plan)
{
	const int open = mo_plan_open_hazards(plan);

	if (!open)
		return;
	mo_say(style, PAINT_NOTE, "note: ");
	mo_say_count(style, open, "hazard depends", "hazards depend");
	sqlite3_str_appendall(style->out,
			      plan->begins ? " on rows that steps leave; rehearse asks them\n"
					   : " on rows, which have not been asked\n");
}

void mo_say_verdict(const struct style *style, const struct plan *plan)
{
	const int refusals = mo_plan_refusals(plan);

	if (refusals) {
		mo_say(style, PAINT_ERROR, "refused: ");
		mo_say_count(style, refusals, "hazard stands", "hazards stand");
		sqlite3_str_appendall(style->out, ", nothing would be run\n");
	} else if (plan->steps.count) {
		mo_sayf(style, PAINT_GOOD, "would run %,d statement%s", plan->steps.count,
			plan->steps.count == 1 ? "" : "s");
		sqlite3_str_appendchar(style->out, 1, '\n');
	} else {
		sqlite3_str_appendall(style->out, "nothing to do\n");
	}
}

/* "under 0.1 s", "about 2.5 s", "about 12 min" */
static void say_time(const struct style *style, long long ms)
{
	if (ms < 100)
		sqlite3_str_appendall(style->out, "under 0.1 s");
	else if (ms < 100000)
		sqlite3_str_appendf(style->out, "about %.*f s", ms < 10000, (double)ms / 1000);
	else
		sqlite3_str_appendf(style->out, "about %lld min", (ms + 30000) / 60000);
}

static void say_estimate(const struct style *style, const struct estimate *estimate)
{
	sqlite3_str_appendall(style->out, "estimate: ");
	if (estimate->all.rows) {
		mo_say_count(style, estimate->all.rows, "row copied", "rows copied");
		sqlite3_str_appendall(style->out, ", ");
	}
	sqlite3_str_appendf(style->out, "%s written, %s of disk at most, ",
			    mo_space_text(style->arena, estimate->all.bytes),
			    mo_space_text(style->arena, estimate->disk));
	say_time(style, estimate->all.ms);
	sqlite3_str_appendchar(style->out, 1, '\n');
}

void mo_say_estimate(const struct style *style, const struct plan *plan)
{
	say_estimate(style, &plan->estimate);
}

static void say_head(const struct style *style, const struct plan *plan)
{
	char version[MO_VERSION_TEXT];

	mo_version_text(version, plan->facts.sqlite);
	mo_sayf(style, PAINT_HEAD, "plan %s", plan->id);
	mo_sayf(style, PAINT_DIM, ", for SQLite %s", version);
	sqlite3_str_appendall(style->out, "\n");
	if (plan->estimate.is_known)
		mo_say_estimate(style, plan);
	sqlite3_str_appendall(style->out, "\n");
}

static void say_body(const struct style *style, const struct plan *plan)
{
	int said = !plan->steps.count;

	mo_say_what_happens(style, plan);
	said = say_hazards(style, plan, true, said);
	said = say_hazards(style, plan, false, said);
	say_way_back(style, plan);
	mo_say_steps(style, plan);
	if (plan->steps.count || said > 1)
		sqlite3_str_appendchar(style->out, 1, '\n');
	mo_say_open(style, plan);
	mo_say_verdict(style, plan);
}

static void say_plan(const struct style *style, const struct plan *plan)
{
	if (plan->steps.count)
		say_head(style, plan);
	say_body(style, plan);
}

void mo_say_whole(const struct style *style, const struct route *route)
{
	mo_sayf(style, PAINT_DIM, "through %d %s in one transaction", route->legs.count,
		mo_route_leg(route, 0)->want.release ? "releases" : "shapes");
	sqlite3_str_appendall(style->out, "\n");
	if (route->estimate.is_known)
		say_estimate(style, &route->estimate);
}

/* Each leg under its release, with its part of the estimate. */
static void say_route(const struct style *style, const struct route *route)
{
	mo_sayf(style, PAINT_HEAD, "plan %s", route->id);
	mo_sayf(style, PAINT_DIM, ", ");
	mo_say_whole(style, route);
	EACH (const struct leg, leg, &route->legs) {
		sqlite3_str_appendchar(style->out, 1, '\n');
		mo_say(style, PAINT_HEAD, mo_leg_title(style->arena, leg));
		sqlite3_str_appendall(style->out, "\n");
		if (leg->plan->estimate.is_known && leg->plan->steps.count)
			mo_say_estimate(style, leg->plan);
		sqlite3_str_appendall(style->out, "\n");
		say_body(style, leg->plan);
	}
}

void mo_report_plan(sqlite3_str *out, const struct moult *m, const struct route *route,
		    struct page page)
{
	struct style style;

	if (!mo_style_begin(&style, out, page))
		return;
	if (page.format == MOULT_JSON)
		mo_plan_json(&style, route);
	else if (page.format == MOULT_HTML)
		mo_plan_page(&style, m, route);
	else if (page.format == MOULT_MARKDOWN)
		mo_plan_markdown(&style, route);
	else if (page.format == MOULT_SQL || page.format == MOULT_SHELL)
		mo_plan_script(&style, mo_route_first(route), page.format == MOULT_SHELL);
	else if (page.format == MOULT_STATEMENTS)
		mo_plan_statements(&style, mo_route_first(route));
	else if (route->legs.count > 1)
		say_route(&style, route);
	else
		say_plan(&style, mo_route_first(route));
	mo_style_end(&style);
}
