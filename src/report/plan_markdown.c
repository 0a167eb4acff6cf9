/* SPDX-License-Identifier: MIT */
/*
 * plan_markdown.c: a plan as Markdown, for the description of a pull request.
 *
 *	verdict, hazards as a list, changes in a fence that colours + and -, a picture that Mermaid draws,
 *	statements folded away
 *
 * What others wrote is text in it: punctuation is escaped, what would call somebody (@) or another
 * request (#) stands in code, and a fence is longer than any that is in it.
 * https://spec.commonmark.org/0.31.2/#backslash-escapes
 */
#include <string.h>

#include "base/show.h"
#include "base/text.h"
#include "report/changes.h"
#include "report/picture.h"
#include "report/plan_page.h"
#include "report/plan_words.h"

#define MOST_BOXES 40 /* of a picture in a review */

/* ---- texts of others ---- */

static void put_text(const struct style *style, const char *text)
{
	const char *at = mo_said_line(style->arena, text);

	for (; at && *at; at++) {
		if (*at == '@' || *at == '#')
			sqlite3_str_appendf(style->out, "`%c`", *at);
		else if (strchr("\\`*_{}[]<>()!|~&$", *at))
			sqlite3_str_appendf(style->out, "\\%c", *at);
		else
			sqlite3_str_appendchar(style->out, 1, *at);
	}
}

/* The longest row of backquotes in a text. */
static int longest_row(const char *text)
{
	int longest = 0;

	for (; *text; text++) {
		const int row = (int)strspn(text, "`");

		longest = row > longest ? row : longest;
		text += row ? row - 1 : 0;
	}
	return longest;
}

static void put_fence(sqlite3_str *out, const char *language, const char *text)
{
	const int row = longest_row(text), ticks = row < 3 ? 3 : row + 1;

	sqlite3_str_appendchar(out, ticks, '`');
	sqlite3_str_appendf(out, "%s\n%s\n", language, text);
	sqlite3_str_appendchar(out, ticks, '`');
	sqlite3_str_appendall(out, "\n");
}

/* In code nothing is escaped; a space at each end is not seen. */
static void put_code(sqlite3_str *out, const char *text)
{
	const int ticks = longest_row(text) + 1;

	sqlite3_str_appendchar(out, ticks, '`');
	sqlite3_str_appendall(out, ticks > 1 ? " " : "");
	mo_show_line(out, text, strlen(text));
	sqlite3_str_appendall(out, ticks > 1 ? " " : "");
	sqlite3_str_appendchar(out, ticks, '`');
}

/* ---- hazards ---- */

static void put_part(const struct style *style, const char *label, const char *text)
{
	if (!text)
		return;
	sqlite3_str_appendf(style->out, "  - %s: ", label);
	put_text(style, text);
	sqlite3_str_appendall(style->out, "\n");
}

static void put_rows(const struct style *style, const struct hazard *hazard)
{
	const long long rows = mo_hazard_rows(hazard);

	if (rows <= 0)
		return;
	sqlite3_str_appendf(style->out, "  - %,lld %s", rows, rows == 1 ? "row" : "rows");
	if (hazard->samples) {
		sqlite3_str_appendall(style->out, ": ");
		put_text(style, hazard->samples);
	}
	sqlite3_str_appendall(style->out, "\n");
}

static void put_place(const struct style *style, const struct moult_place *place)
{
	struct style inner = mo_said_begin(style);
	const char *text;

	mo_say_place(&inner, place);
	text = mo_said_end(style, &inner);
	put_part(style, "at", *text ? text : NULL);
}

static void put_hazard(const struct style *style, const struct hazard *hazard)
{
	const bool refuses = mo_hazard_refuses(hazard);
	const char *consent = refuses ? mo_hazard_consent(style->arena, hazard) : NULL;

	sqlite3_str_appendf(style->out, refuses ? "- **%s %s** " : "- %s %s ",
			    mo_hazard_word(hazard), mo_diag_kinds[hazard->id].id);
	put_text(style, hazard->object);
	sqlite3_str_appendall(style->out, ": ");
	put_text(style, hazard->message);
	sqlite3_str_appendall(style->out, "\n");
	put_rows(style, hazard);
	put_place(style, &hazard->place);
	if (refuses || mo_hazard_shows_hint(hazard))
		put_part(style, "hint", hazard->hint);
	if (hazard->consent)
		put_part(style, "allowed",
			 hazard->consent->doc ? hazard->consent->doc : "in the document");
	if (!consent)
		return;
	sqlite3_str_appendall(style->out, "  - or consent by --allow: ");
	put_code(style->out, consent);
	sqlite3_str_appendall(style->out, "\n");
}

static void put_hazards(const struct style *style, const struct plan *plan)
{
	int said = 0;

	for (int refusing = 1; refusing >= 0; refusing--)
		EACH (const struct hazard, hazard, &plan->hazards) {
			if (!mo_hazard_is_listed(hazard) ||
			    mo_hazard_refuses(hazard) != (refusing == 1))
				continue;
			if (!said++)
				sqlite3_str_appendall(style->out, "\n### Hazards\n\n");
			put_hazard(style, hazard);
		}
}

/* ---- the rest ---- */

/* The signs of changes go to the begin of their lines, where they have colours. */
static const char *undent(struct arena *arena, const char *text)
{
	sqlite3_str *lines = sqlite3_str_new(NULL);

	while (*text) {
		const size_t length = strcspn(text, "\n") + 1;
		const int skip = !strncmp(text, "  ", 2) && strchr("+-~>", text[2]) ? 2 : 0;

		sqlite3_str_append(lines, text + skip,
				   (int)strnlen(text + skip, length - (size_t)skip));
		text += strnlen(text, length);
	}
	return mo_arena_take(arena, lines);
}

static void put_changes(const struct style *style, const struct plan *plan)
{
	const char *text = undent(style->arena, mo_plan_said(style, mo_say_what_happens, plan));

	if (!text || !*text)
		return;
	sqlite3_str_appendall(style->out, "\n### Changes\n\n");
	put_fence(style->out, "diff", text);
}

static void put_picture(const struct style *style, const struct plan *plan)
{
	struct style inner = mo_said_begin(style);
	struct picture picture;

	mo_picture_of_side(&picture, style->arena, plan->diff, false);
	if (!mo_arena_rc(style->arena))
		mo_draw_mermaid(inner.out, &picture);
	if (picture.boxes.count && picture.boxes.count <= MOST_BOXES) {
		sqlite3_str_appendall(style->out,
				      "\nAfter it, what changes and what is next to it:\n\n");
		put_fence(style->out, "mermaid", mo_said_end(style, &inner));
	} else {
		sqlite3_free(sqlite3_str_finish(inner.out));
	}
}

static void put_steps(const struct style *style, const struct plan *plan)
{
	if (!plan->steps.count)
		return;
	sqlite3_str_appendf(style->out, "\n<details><summary>%,d statement%s</summary>\n\n",
			    plan->steps.count, plan->steps.count == 1 ? "" : "s");
	put_fence(style->out, "sql", mo_plan_said(style, mo_say_steps, plan));
	sqlite3_str_appendall(style->out, "\n</details>\n");
}

static void put_plan(const struct style *style, const struct plan *plan)
{
	const char *open = mo_plan_said(style, mo_say_open, plan);

	sqlite3_str_appendall(style->out, "## ");
	if (plan->have) {
		put_text(style, plan->have);
		sqlite3_str_appendall(style->out, " to ");
		put_text(style, plan->want);
	} else {
		sqlite3_str_appendall(style->out, "Plan");
	}
	sqlite3_str_appendall(style->out, "\n\n**");
	put_text(style, mo_plan_said(style, mo_say_verdict, plan));
	sqlite3_str_appendall(style->out, "**\n");
	if (*open) {
		sqlite3_str_appendall(style->out, "\n");
		put_text(style, open);
		sqlite3_str_appendall(style->out, "\n");
	}
	put_hazards(style, plan);
	put_changes(style, plan);
	put_picture(style, plan);
	put_steps(style, plan);
	if (plan->steps.count && plan->estimate.is_known)
		sqlite3_str_appendf(style->out, "\n%s\n",
				    mo_plan_said(style, mo_say_estimate, plan));
}

void mo_plan_markdown(const struct style *style, const struct route *route)
{
	const char *whole = mo_said_of_whole(style, route);

	if (whole) {
		put_text(style, whole);
		sqlite3_str_appendall(style->out, "\n\n");
	}
	EACH (const struct leg, leg, &route->legs) {
		put_plan(style, leg->plan);
		sqlite3_str_appendall(style->out, "\n");
	}
	sqlite3_str_appendf(style->out, "plan `%s`\n",
			    *route->id ? route->id : mo_route_first(route)->id);
}
