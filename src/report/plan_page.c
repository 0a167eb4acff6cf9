/* SPDX-License-Identifier: MIT */
/*
 * plan_page.c: a plan, and a rehearsal of it, as a page for whoever decides.
 *
 *	verdict		may it run, and what it costs
 *	hazards		those that refuse first, with their rows and what to write
 *	pictures	what changes and what is next to it, before and after
 *	changes		a table each, before and after side by side; then other objects
 *	statements	as they would run
 *
 * Sentences are those of the report in text: a piece of that is written to a text of its own and
 * taken over from there, so the two never differ.
 */
#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "base/text.h"
#include "diff/describe.h"
#include "report/changes.h"
#include "report/html.h"
#include "report/plan_page.h"
#include "report/plan_words.h"
#include "sql/write.h"

struct plan_page {
	sqlite3_str *out;
	const struct style *style; /* of the page */
	const struct moult *m;
	const struct plan *plan;
};

/* ---- pieces of the report in text ---- */

struct style mo_said_begin(const struct style *style)
{
	struct style inner = *style;

	inner.out = sqlite3_str_new(NULL);
	inner.color = false;
	inner.width = INT_MAX / 2;
	return inner;
}

const char *mo_said_end(const struct style *style, struct style *inner)
{
	char *text = mo_arena_take(style->arena, inner->out);
	size_t length = text ? strlen(text) : 0;

	while (length && (text[length - 1] == '\n' || text[length - 1] == ' '))
		text[--length] = '\0';
	while (text && (*text == ' ' || *text == '\n'))
		text++;
	return text ? text : "";
}

const char *mo_plan_said(const struct style *style, say_plan_piece *say, const struct plan *plan)
{
	struct style inner = mo_said_begin(style);

	say(&inner, plan);
	return mo_said_end(style, &inner);
}

const char *mo_said_of_whole(const struct style *style, const struct route *route)
{
	struct style inner;

	if (route->legs.count < 2)
		return NULL;
	inner = mo_said_begin(style);
	mo_say_whole(&inner, route);
	return mo_said_end(style, &inner);
}

static void put_note(const struct plan_page *page, const char *text)
{
	if (*text)
		mo_html_element(page->out, "p class=\"more\"", text);
}

/* ---- the verdict ---- */

void mo_html_verdict(sqlite3_str *out, bool is_good, const char *verdict)
{
	sqlite3_str_appendf(out, "<div class=\"verdict %s\">\n", is_good ? "good" : "bad");
	mo_html_element(out, "p", verdict);
}

static void put_verdict(const struct plan_page *page)
{
	const struct plan *plan = page->plan;

	mo_html_verdict(page->out, !mo_plan_refusals(plan),
			mo_plan_said(page->style, mo_say_verdict, plan));
	put_note(page, mo_plan_said(page->style, mo_say_open, plan));
	if (plan->estimate.is_known && plan->steps.count)
		put_note(page, mo_plan_said(page->style, mo_say_estimate, plan));
	sqlite3_str_appendall(page->out, "</div>\n");
}

/* ---- hazards ---- */

static void put_term(const struct plan_page *page, const char *term, const char *text)
{
	if (!text || !*text)
		return;
	mo_html_element(page->out, "dt", term);
	mo_html_element(page->out, "dd", text);
	sqlite3_str_appendall(page->out, "\n");
}

static const char *rows_of(const struct plan_page *page, const struct hazard *hazard)
{
	const long long rows = mo_hazard_rows(hazard);

	return rows > 0 ? mo_arena_format(page->style->arena, "%,lld%s%s", rows,
					  hazard->samples ? ": " : "",
					  hazard->samples ? hazard->samples : "")
			: NULL;
}

static const char *place_of(const struct plan_page *page, const struct moult_place *place)
{
	struct style inner = mo_said_begin(page->style);

	mo_say_place(&inner, place);
	return mo_said_end(page->style, &inner);
}

static const char *allowed_by(const struct plan_page *page, const struct consent *consent)
{
	return consent ? mo_arena_format(page->style->arena, "%s%s%s",
					 place_of(page, &consent->place), consent->doc ? ": " : "",
					 consent->doc ? consent->doc : "")
		       : NULL;
}

/* A list without a term would be none in HTML. */
static void put_details(const struct plan_page *page, const struct hazard *hazard, bool refuses)
{
	const char *consent = refuses ? mo_hazard_consent(page->style->arena, hazard) : NULL;
	struct plan_page inner = *page;
	const char *terms;

	inner.out = sqlite3_str_new(NULL);
	put_term(&inner, "rows", rows_of(page, hazard));
	put_term(&inner, "at", place_of(page, &hazard->place));
	if (refuses || mo_hazard_shows_hint(hazard))
		put_term(&inner, "hint", hazard->hint);
	put_term(&inner, "allowed at", allowed_by(page, hazard->consent));
	if (consent)
		put_term(&inner, hazard->hint ? "or consent" : "consent",
			 mo_arena_format(page->style->arena, "--allow %s", consent));
	terms = mo_arena_take(page->style->arena, inner.out);
	if (terms && *terms)
		sqlite3_str_appendf(page->out, "<dl>\n%s</dl>\n", terms);
}

static void put_hazard(const struct plan_page *page, const struct hazard *hazard)
{
	const bool refuses = mo_hazard_refuses(hazard);
	const char *paint = refuses ? "bad" : mo_hazard_is_open(hazard) ? "note" : "warn";
	sqlite3_str *out = page->out;

	sqlite3_str_appendf(out,
			    "<section class=\"hazard %s\">\n<p><span class=\"word\">%s %s</span> ",
			    paint, mo_hazard_word(hazard), mo_diag_kinds[hazard->id].id);
	mo_html_element(out, "b", hazard->object);
	sqlite3_str_appendall(out, ": ");
	mo_html_text(out, hazard->message);
	sqlite3_str_appendall(out, "</p>\n");
	put_details(page, hazard, refuses);
	sqlite3_str_appendall(out, "</section>\n");
}

static void put_hazards(const struct plan_page *page)
{
	int said = 0;

	for (int refusing = 1; refusing >= 0; refusing--)
		EACH (const struct hazard, hazard, &page->plan->hazards) {
			if (!mo_hazard_is_listed(hazard) ||
			    mo_hazard_refuses(hazard) != (refusing == 1))
				continue;
			if (!said++)
				mo_html_element(page->out, "h2", "Hazards");
			put_hazard(page, hazard);
		}
}

/* ---- pictures ---- */

static void put_pictures(const struct plan_page *page)
{
	const struct diff *diff = page->plan->diff;
	struct picture before, after;

	mo_picture_of_side(&before, page->style->arena, diff, true);
	mo_picture_of_side(&after, page->style->arena, diff, false);
	if (!before.boxes.count && !after.boxes.count)
		return;
	sqlite3_str_appendall(page->out, "<div class=\"pictures\">\n");
	mo_html_picture(page->out, page->m, &before,
			"Before: what changes, and what is next to it");
	mo_html_picture(page->out, page->m, &after, "After");
	sqlite3_str_appendall(page->out, "</div>\n");
}

/* ---- changes of a table ---- */

/* A column as its line of CREATE TABLE says it, without the constraints that have lines of their own. */
static const char *column_words(const struct plan_page *page, const struct table *table,
				const struct column *column, const char *name)
{
	sqlite3_str *words = sqlite3_str_new(NULL);

	mo_write_name(words, name);
	if (column->type.text)
		sqlite3_str_appendf(words, " %s", column->type.text);
	mo_write_collation(words, column);
	if (mo_column_not_null(table, column))
		sqlite3_str_appendall(words, " NOT NULL");
	if (column->value.text)
		sqlite3_str_appendf(words, " DEFAULT %s", column->value.text);
	if (column->generated.text)
		sqlite3_str_appendf(words, " AS (%s)%s", column->generated.text,
				    column->stored ? " STORED" : "");
	return mo_arena_take(page->style->arena, words);
}

static void put_side(sqlite3_str *out, const char *paint, const char *text)
{
	sqlite3_str_appendf(out, text && *paint ? "<td class=\"%s\">" : "<td>", paint);
	mo_html_element(out, "code", text);
	sqlite3_str_appendall(out, "</td>");
}

/* A line before and after; either is NULL where there is none. */
static void put_pair(const struct plan_page *page, const char *have, const char *want)
{
	const bool is_same = mo_same(have, want);
	sqlite3_str *out = page->out;

	sqlite3_str_appendall(out, is_same ? "<tr class=\"same\">" : "<tr>");
	put_side(out, is_same ? "" : want ? "change" : "drop", have);
	put_side(out, is_same ? "" : have ? "change" : "add", want);
	sqlite3_str_appendall(out, "</tr>\n");
}

static const struct column *source_of(const struct move *move, const struct column *want)
{
	if (!move->have)
		return NULL;
	EACH (const struct source, source, &move->sources)
		if (source->want == want)
			return source->have;
	return mo_table_column(move->have, want->object.name);
}

static const char *have_words(const struct plan_page *page, const struct move *move,
			      const struct column *have)
{
	const char *name =
		mo_diff_former_column(page->plan->diff, move->have->object.name, have->object.name);

	return column_words(page, move->have, have, name);
}

static void put_columns(const struct plan_page *page, const struct move *move)
{
	struct list taken = {0};

	for (int i = 0; move->want && i < move->want->columns.count; i++) {
		const struct column *want = move->want->columns.items[i];
		const struct column *have = source_of(move, want);

		if (have)
			mo_list_add(page->style->arena, &taken, have);
		put_pair(page, have ? have_words(page, move, have) : NULL,
			 column_words(page, move->want, want, want->object.name));
	}
	for (int i = 0; move->have && i < move->have->columns.count; i++) {
		const struct column *have = move->have->columns.items[i];

		if (!mo_list_has(&taken, have))
			put_pair(page, have_words(page, move, have), NULL);
	}
}

/* What is no column: constraints, and what the table is; NOT NULL stands at its column. */
static void put_rest(const struct plan_page *page, const struct move *move)
{
	EACH (const struct change, change, &move->changes) {
		const struct constraint *have = change->have_constraint;
		const struct constraint *want = change->want_constraint;

		if (change->part == PART_OBJECT && change->verb == VERB_CHANGE)
			put_pair(page, NULL,
				 mo_change_text(page->style->arena, page->plan->diff, change));
		if (change->part != PART_CONSTRAINT ||
		    (have ? have : want)->kind == CONSTRAINT_NOT_NULL)
			continue;
		put_pair(page, have ? mo_constraint_text(page->style->arena, have) : NULL,
			 want ? mo_constraint_text(page->style->arena, want) : NULL);
	}
}

/* Of a table that comes or goes nothing is said of its constraints but this. */
static void put_constraints(const struct plan_page *page, const struct table *table, bool comes)
{
	EACH (const struct constraint, constraint, &table->constraints) {
		const char *text = mo_constraint_text(page->style->arena, constraint);

		if (constraint->kind != CONSTRAINT_NOT_NULL)
			put_pair(page, comes ? NULL : text, comes ? text : NULL);
	}
}

static void put_move(const struct plan_page *page, const struct move *move)
{
	struct style inner = mo_said_begin(page->style);
	sqlite3_str *out = page->out;

	mo_say_move_head(&inner, page->plan, move);
	mo_html_element(out, "h3", mo_said_end(page->style, &inner));
	sqlite3_str_appendall(out, "\n<table class=\"changes\">\n<thead><tr><th>Before</th>"
				   "<th>After</th></tr></thead>\n<tbody>\n");
	put_columns(page, move);
	put_rest(page, move);
	if (!move->have || !move->want)
		put_constraints(page, move->want ? move->want : move->have, move->want);
	sqlite3_str_appendall(out, "</tbody>\n</table>\n");
	for (int i = 0; i < move->reasons.count && i < MO_MOST_REASONS; i++)
		mo_html_element(out, "p class=\"none\"",
				mo_arena_format(page->style->arena, "because %s",
						(const char *)move->reasons.items[i]));
}

/* ---- changes of other objects ---- */

static void put_statement(const struct plan_page *page, const struct object *object)
{
	sqlite3_str_appendall(page->out, "<div>");
	if (!object)
		mo_html_element(page->out, "p class=\"none\"", "none");
	else
		mo_html_sql(page->out,
			    object->sql ? object->sql : mo_sql_create(page->style->arena, object));
	sqlite3_str_appendall(page->out, "</div>\n");
}

static void put_other(const struct plan_page *page, const struct change *change)
{
	struct style inner = mo_said_begin(page->style);

	mo_say_change(&inner, "", page->plan->diff, change);
	mo_html_element(page->out, "h3", mo_said_end(page->style, &inner));
	if (!change->have && !change->want)
		return;
	sqlite3_str_appendall(page->out, "\n<div class=\"sides\">\n");
	put_statement(page, change->verb == VERB_ADD ? NULL : change->have);
	put_statement(page, change->verb == VERB_DROP ? NULL : change->want);
	sqlite3_str_appendall(page->out, "</div>\n");
}

static void put_changes(const struct plan_page *page)
{
	const struct plan *plan = page->plan;
	const char *declared = mo_plan_said(page->style, mo_say_declared_rows, plan);
	struct style kept = mo_said_begin(page->style);

	if (plan->moves.count || plan->diff->changes.count)
		mo_html_element(page->out, "h2", "Changes");
	EACH (const struct move, move, &plan->moves)
		put_move(page, move);
	EACH (const struct change, change, &plan->diff->changes) {
		const struct object *object = mo_change_object(change);

		if (!object || object->kind != KIND_TABLE)
			put_other(page, change);
	}
	if (*declared) {
		mo_html_element(page->out, "h3", "Declared rows");
		sqlite3_str_appendall(page->out, "<p class=\"doc\">");
		mo_html_lines(page->out, declared);
		sqlite3_str_appendall(page->out, "</p>\n");
	}
	mo_say_kept(&kept, "", plan->diff);
	put_note(page, mo_said_end(page->style, &kept));
}

/* ---- statements ---- */

static void put_steps(const struct plan_page *page)
{
	const struct plan *plan = page->plan;

	if (!plan->steps.count)
		return;
	mo_html_element(page->out, "h2", "Statements");
	sqlite3_str_appendf(page->out, "\n<details%s><summary>%,d, in this order</summary>\n",
			    plan->steps.count > MO_MOST_OPEN ? "" : " open", plan->steps.count);
	mo_html_sql(page->out, mo_plan_said(page->style, mo_say_steps, plan));
	sqlite3_str_appendall(page->out, "</details>\n");
}

void mo_html_plan(sqlite3_str *out, const struct style *style, const struct moult *m,
		  const struct plan *plan)
{
	const struct plan_page page = {out, style, m, plan};

	put_hazards(&page);
	put_pictures(&page);
	put_changes(&page);
	put_steps(&page);
}

void mo_html_release(const struct style *style, const struct route *route, const struct leg *leg)
{
	char *title = route->legs.count > 1 ? mo_leg_title(style->arena, leg) : NULL;

	if (!title)
		return;
	*title = (char)toupper((unsigned char)*title);
	mo_html_element(style->out, "h2", title);
}

void mo_plan_page(const struct style *style, const struct moult *m, const struct route *route)
{
	const struct plan *first = mo_route_first(route);
	char version[MO_VERSION_TEXT];
	const char *title = first->have ? mo_arena_format(style->arena, "%s to %s", first->have,
							  mo_route_last(route)->want)
					: "Plan";
	const char *whole = mo_said_of_whole(style, route);

	mo_version_text(version, first->facts.sqlite);
	mo_html_begin(style->out, mo_arena_format(style->arena, "%s: plan", title));
	sqlite3_str_appendall(style->out, "<header>\n<p class=\"kind\">Plan</p>\n");
	mo_html_element(style->out, "h1", title);
	sqlite3_str_appendall(style->out, "\n");
	if (whole)
		mo_html_element(style->out, "p class=\"more\"", whole);
	sqlite3_str_appendall(style->out, "</header>\n<main>\n");
	EACH (const struct leg, leg, &route->legs) {
		const struct plan_page page = {style->out, style, m, leg->plan};

		mo_html_release(style, route, leg);
		put_verdict(&page);
		mo_html_plan(style->out, style, m, leg->plan);
	}
	sqlite3_str_appendf(style->out,
			    "</main>\n<footer>plan <code>%s</code>, for SQLite %s; "
			    "<code>apply --expect</code> takes it</footer>\n",
			    *route->id ? route->id : first->id, version);
	mo_html_end(style->out);
}
