/* SPDX-License-Identifier: MIT */
/*
 * meetings.c: see meetings.h.
 *
 *	+ column book.price: is added
 *	    old code on the new file: reads (SELECT * sees it); does not write: INSERTs that do not
 *	      name it will fail
 *	    new code on the old file: does not read: the column is not there; does not write: ...
 *	    way back: lossy, its values go
 *	    cost: nothing but the schema is written
 *	    advice: two releases: give it a DEFAULT or ...
 *	old code on the new file: 12 statements tried
 *	    fails: INSERT INTO book(id, title) VALUES (?, ?)
 *	      NOT NULL constraint failed: book.price
 *	...
 *	old code on the new file: reads, does not write
 *	new code on the old file: does not read, does not write
 *
 * and as JSON:
 *
 *	{
 *	  "moult": 1,
 *	  "changes": [
 *	    { ...as in "differences"...,
 *	      "kind": "required-column-added",      a row of the table of verdicts
 *	      "old_on_new": { "reads": "yes", "reads_why": "SELECT * sees it",
 *	                      "writes": "no", "writes_why": "..." },
 *	      "new_on_old": { ... },                "yes", "maybe" (some values, some statements), "no"
 *	      "way_back": "lossy",                  "exact", "expression", "checked", "lossy"
 *	      "way_back_why": "its values go",      or the expression, or null
 *	      "cost": "schema",                     "scan", "rewrite", "copy", "free", "unknown"
 *	      "rows": null, "ms": null,             where OLD is a file
 *	      "advice": "two releases",             or "one step"
 *	      "how": "..." }                        or null
 *	  ],
 *	  "old_on_new": { "reads": "yes", "writes": "no", "tried": 12,
 *	    "failed": [
 *	      { "object": "book", "statement": "INSERT ...", "fit": "no", "decides": true,
 *	        "example": null, "message": "..." } ] },
 *	  "new_on_old": { ... },
 *	  "queries": null,                          or, with --queries:
 *	    [ { "place": { ... }, "statement": "...", "outcome": "same",
 *	        "message": null, "scan": null } ],  "fails", "new", "broken", "changed", "scans"
 *	  "passed_over": 0,                         statements that are no queries
 *	  "locked_ms": null,                        all that the change takes, where OLD is a file
 *	  "fits": false
 *	}
 */
#include "report/meetings.h"

#include "base/text.h"
#include "compat/saying.h"
#include "compat/queries.h"
#include "report/changes.h"

#define INNER "    "
#define DEEPER "      "

static const char *const side_words[] = {
	[SIDE_OLD] = "old code on the new file", [SIDE_NEW] = "new code on the old file"};
static const char *const side_names[] = {[SIDE_OLD] = "old_on_new", [SIDE_NEW] = "new_on_old"};
static const char *const fit_names[] = {[FIT_YES] = "yes", [FIT_MAYBE] = "maybe", [FIT_NO] = "no"};
static const enum paint fit_paints[] = {
	[FIT_YES] = PAINT_GOOD, [FIT_MAYBE] = PAINT_WARNING, [FIT_NO] = PAINT_ERROR};
static const char *const traffic_words[TRAFFIC_COUNT][3] = {
	[TRAFFIC_READS] = {"reads", "may not read", "does not read"},
	[TRAFFIC_WRITES] = {"writes", "may not write", "does not write"}};
static const char *const back_names[] = {[BACK_EXACT] = "exact",
					 [BACK_EXPRESSION] = "expression",
					 [BACK_CHECKED] = "checked",
					 [BACK_LOSSY] = "lossy"};
static const char *const back_words[] = {[BACK_EXACT] = "exact",
					 [BACK_EXPRESSION] = "by the expression",
					 [BACK_CHECKED] = "exact, unless",
					 [BACK_LOSSY] = "lossy"};
static const struct {
	const char *name;
	const char *words;
} prices[] = {[PRICE_UNKNOWN] = {"unknown", NULL},
	      [PRICE_NOTHING] = {"schema", "nothing but the schema is written"},
	      [PRICE_SCAN] = {"scan", "the rows are read"},
	      [PRICE_REWRITE] = {"rewrite", "the rows are written in place"},
	      [PRICE_COPY] = {"copy", "the table is written anew"},
	      [PRICE_FREE] = {"free", "its pages are freed"}};
static const struct {
	const char *name;
	const char *words;
} outcomes[] = {[OUTCOME_SAME] = {"same", NULL},
		[OUTCOME_FAILS] = {"fails", "fails on the new file"},
		[OUTCOME_NEW] = {"new", "fails on the old file"},
		[OUTCOME_BROKEN] = {"broken", "compiles on neither"},
		[OUTCOME_CHANGED] = {"changed", "gives other columns"},
		[OUTCOME_SCANS] = {"scans", "searched by an index, and goes through all rows now"}};

/* What old code needs decides: where it goes on as before, one step does it. */
static const char *releases_of(const struct meeting *meeting)
{
	const struct effect *effects = meeting->effects[SIDE_OLD];

	if (effects[TRAFFIC_READS].fit == FIT_YES && effects[TRAFFIC_WRITES].fit == FIT_YES)
		return NULL;
	return meeting->verdict->releases;
}

/* ---- text ---- */

static const char *effect_text(const struct style *style, enum traffic traffic,
			       const struct effect *effect)
{
	const char *word = traffic_words[traffic][effect->fit];

	if (!effect->words)
		return word;
	return mo_arena_format(style->arena, effect->fit ? "%s: %s" : "%s (%s)", word,
			       effect->words);
}

/* "    name: text", wrapped. */
static void say_part(const struct style *style, const char *name, enum paint paint,
		     const char *text)
{
	const char *head = mo_arena_format(style->arena, INNER "%s: ", name);

	if (!head || !text)
		return;
	sqlite3_str_appendall(style->out, head);
	mo_say_wrapped(style, paint, mo_code_points(head, 80), DEEPER, text);
	sqlite3_str_appendchar(style->out, 1, '\n');
}

static void say_side(const struct style *style, const struct meeting *meeting, enum side side)
{
	const struct effect *effects = meeting->effects[side];
	const enum fit worst = effects[TRAFFIC_READS].fit > effects[TRAFFIC_WRITES].fit
				       ? effects[TRAFFIC_READS].fit
				       : effects[TRAFFIC_WRITES].fit;
	const char *reads = effect_text(style, TRAFFIC_READS, &effects[TRAFFIC_READS]);
	const char *writes = effect_text(style, TRAFFIC_WRITES, &effects[TRAFFIC_WRITES]);

	say_part(style, side_words[side], fit_paints[worst],
		 mo_arena_format(style->arena, "%s; %s", reads, writes));
}

static void say_cost(const struct style *style, const struct meeting *meeting)
{
	const char *text = prices[meeting->price].words;

	if (text && meeting->rows > 0)
		text = mo_arena_format(style->arena, "%s, %,lld rows", text, meeting->rows);
	if (text && meeting->ms > 0)
		text = mo_arena_format(style->arena, "%s, about %,lld ms", text, meeting->ms);
	say_part(style, "cost", PAINT_NONE, text);
}

static void say_meeting(const struct style *style, const struct compat *compat,
			const struct meeting *meeting)
{
	const char *back = back_words[meeting->back], *releases = releases_of(meeting);

	if (meeting->rename)
		mo_say_rename_apart(style, meeting->rename);
	else
		mo_say_change_apart(style, compat->diff, meeting->change);
	for (int side = 0; side < SIDE_COUNT; side++)
		say_side(style, meeting, (enum side)side);
	if (meeting->back_words)
		back = mo_arena_format(style->arena,
				       meeting->back == BACK_LOSSY || meeting->back == BACK_EXACT
					       ? "%s, %s"
					       : "%s %s",
				       back, meeting->back_words);
	say_part(style, "way back", PAINT_NONE, back);
	say_cost(style, meeting);
	say_part(style, "advice", PAINT_NONE,
		 releases ? mo_arena_format(style->arena, "two releases: %s", releases)
			  : "one step");
}

static void say_attempt(const struct style *style, const struct saying *saying)
{
	const char *name = saying->fit == FIT_NO ? "fails"
			   : saying->example	 ? "may fail"
						 : "differs";

	if (!saying->decides && saying->deed == DEED_SELECT_ALL)
		name = "note";
	say_part(style, name, saying->decides ? fit_paints[saying->fit] : PAINT_NOTE, saying->sql);
	sqlite3_str_appendall(style->out, DEEPER);
	mo_say_wrapped(style, PAINT_NONE, mo_code_points(DEEPER, 80), DEEPER, saying->message);
	sqlite3_str_appendchar(style->out, 1, '\n');
	if (!saying->example)
		return;
	sqlite3_str_appendall(style->out, DEEPER);
	mo_say_wrapped(style, PAINT_DIM, mo_code_points(DEEPER, 80), DEEPER, saying->example);
	sqlite3_str_appendchar(style->out, 1, '\n');
}

/* Whether a statement before it failed for the same reason, on the same table. */
static bool is_said(const struct findings *findings, const struct saying *saying)
{
	EACH (const struct saying, before, &findings->failed) {
		if (before == saying)
			return false;
		if (before->traffic == saying->traffic &&
		    mo_same_name(before->relation, saying->relation) &&
		    mo_same(before->message, saying->message))
			return true;
	}
	return false;
}

static void say_findings(const struct style *style, const struct compat *compat, enum side side)
{
	const struct findings *findings = &compat->findings[side];
	int more = 0;

	if (!findings->failed.count)
		return;
	mo_sayf(style, PAINT_HEAD, "%s, of ", side_words[side]);
	mo_say_count(style, findings->tried, "statement that was tried",
		     "statements that were tried");
	sqlite3_str_appendall(style->out, ":\n");
	EACH (const struct saying, saying, &findings->failed) {
		if (!is_said(findings, saying))
			say_attempt(style, saying);
		more += is_said(findings, saying);
	}
	if (!more)
		return;
	sqlite3_str_appendall(style->out, INNER "and ");
	mo_say_count(style, more, "more for one of these reasons", "more for the same reasons");
	sqlite3_str_appendchar(style->out, 1, '\n');
}

static void say_query(const struct style *style, const struct query *query)
{
	if (!query->outcome)
		return;
	mo_say_place(style, &query->place);
	sqlite3_str_appendall(style->out, ": ");
	mo_say(style, query->outcome == OUTCOME_SCANS ? PAINT_WARNING : PAINT_ERROR,
	       outcomes[query->outcome].words);
	mo_sayf(style, PAINT_NONE, ": %s", query->message ? query->message : query->scan);
	sqlite3_str_appendchar(style->out, 1, '\n');
	if (query->message && query->scan)
		mo_say_line(style, INNER "and goes through all rows: %s", query->scan);
	mo_say_excerpt(style, &query->place, PAINT_ERROR);
}

static void say_queries(const struct style *style, const struct compat *compat)
{
	int found = 0;

	if (!compat->has_queries)
		return;
	EACH (const struct query, query, &compat->queries) {
		say_query(style, query);
		found += query->outcome != OUTCOME_SAME;
	}
	mo_say_count(style, compat->queries.count, "query", "queries");
	sqlite3_str_appendf(style->out, ": %,d as before, %,d not", compat->queries.count - found,
			    found);
	if (compat->passed_over)
		sqlite3_str_appendf(style->out, "; %,d other statements passed over",
				    compat->passed_over);
	sqlite3_str_appendchar(style->out, 1, '\n');
}

static void say_verdicts(const struct style *style, const struct compat *compat)
{
	if (compat->ms >= 0)
		mo_say_line(style, "all of it takes about %,lld ms, and %s meanwhile", compat->ms,
			    compat->is_wal ? "nobody else writes" : "nobody else reads or writes");
	for (int side = 0; side < SIDE_COUNT; side++) {
		const enum fit *fits = compat->findings[side].fits;

		mo_sayf(style, PAINT_HEAD, "%s: ", side_words[side]);
		for (int traffic = 0; traffic < TRAFFIC_COUNT; traffic++)
			mo_sayf(style, fit_paints[fits[traffic]], "%s%s", traffic ? ", " : "",
				traffic_words[traffic][fits[traffic]]);
		sqlite3_str_appendchar(style->out, 1, '\n');
	}
}

static void say_compat(const struct style *style, const struct compat *compat)
{
	EACH (const struct meeting, meeting, &compat->meetings)
		say_meeting(style, compat, meeting);
	if (mo_diff_is_empty(compat->diff))
		sqlite3_str_appendall(style->out, "no difference\n");
	for (int side = 0; side < SIDE_COUNT; side++)
		say_findings(style, compat, (enum side)side);
	say_queries(style, compat);
	say_verdicts(style, compat);
}

/* ---- JSON ---- */

static void write_effects(struct json *json, const struct meeting *meeting, enum side side)
{
	const struct effect *effects = meeting->effects[side];

	mo_json_open(json, side_names[side], '{');
	mo_json_text(json, "reads", fit_names[effects[TRAFFIC_READS].fit]);
	mo_json_text(json, "reads_why", effects[TRAFFIC_READS].words);
	mo_json_text(json, "writes", fit_names[effects[TRAFFIC_WRITES].fit]);
	mo_json_text(json, "writes_why", effects[TRAFFIC_WRITES].words);
	mo_json_close(json, '}');
}

static void write_meeting(struct json *json, const struct style *style, const struct compat *compat,
			  const struct meeting *meeting)
{
	const char *releases = releases_of(meeting);

	mo_json_open(json, NULL, '{');
	if (meeting->rename)
		mo_json_rename_words(json, style, meeting->rename);
	else
		mo_json_change_words(json, style, compat->diff, meeting->change);
	mo_json_text(json, "kind", meeting->verdict->name);
	for (int side = 0; side < SIDE_COUNT; side++)
		write_effects(json, meeting, (enum side)side);
	mo_json_text(json, "way_back", back_names[meeting->back]);
	mo_json_text(json, "way_back_why", meeting->back_words);
	mo_json_text(json, "cost", prices[meeting->price].name);
	mo_json_count(json, "rows", meeting->rows);
	mo_json_count(json, "ms", meeting->ms);
	mo_json_text(json, "advice", releases ? "two releases" : "one step");
	mo_json_text(json, "how", releases);
	mo_json_close(json, '}');
}

static void write_attempt(struct json *json, const struct saying *saying)
{
	mo_json_open(json, NULL, '{');
	mo_json_text(json, "object", saying->relation);
	mo_json_text(json, "statement", saying->sql);
	mo_json_text(json, "fit", fit_names[saying->fit]);
	mo_json_bool(json, "decides", saying->decides);
	mo_json_text(json, "example", saying->example);
	mo_json_text(json, "message", saying->message);
	mo_json_close(json, '}');
}

static void write_findings(struct json *json, const struct compat *compat, enum side side)
{
	const struct findings *findings = &compat->findings[side];

	mo_json_open(json, side_names[side], '{');
	mo_json_text(json, "reads", fit_names[findings->fits[TRAFFIC_READS]]);
	mo_json_text(json, "writes", fit_names[findings->fits[TRAFFIC_WRITES]]);
	mo_json_integer(json, "tried", findings->tried);
	mo_json_open(json, "failed", '[');
	EACH (const struct saying, saying, &findings->failed)
		write_attempt(json, saying);
	mo_json_close(json, ']');
	mo_json_close(json, '}');
}

static void write_queries(struct json *json, const struct compat *compat)
{
	if (!compat->has_queries) {
		mo_json_text(json, "queries", NULL);
		return;
	}
	mo_json_open(json, "queries", '[');
	EACH (const struct query, query, &compat->queries) {
		mo_json_open(json, NULL, '{');
		mo_json_place(json, "place", &query->place);
		mo_json_text(json, "statement", query->sql);
		mo_json_text(json, "outcome", outcomes[query->outcome].name);
		mo_json_text(json, "message", query->message);
		mo_json_text(json, "scan", query->scan);
		mo_json_close(json, '}');
	}
	mo_json_close(json, ']');
}

static void write_compat(const struct style *style, const struct compat *compat)
{
	struct json json = {.out = style->out};

	mo_json_open(&json, NULL, '{');
	mo_json_integer(&json, "moult", 1);
	mo_json_open(&json, "changes", '[');
	EACH (const struct meeting, meeting, &compat->meetings)
		write_meeting(&json, style, compat, meeting);
	mo_json_close(&json, ']');
	for (int side = 0; side < SIDE_COUNT; side++)
		write_findings(&json, compat, (enum side)side);
	write_queries(&json, compat);
	mo_json_integer(&json, "passed_over", compat->passed_over);
	mo_json_count(&json, "locked_ms", compat->ms);
	mo_json_bool(&json, "fits", mo_compat_fits(compat));
	mo_json_close(&json, '}');
}

void mo_report_compat(sqlite3_str *out, const struct compat *compat, struct page page)
{
	struct style style;

	if (!mo_style_begin(&style, out, page))
		return;
	if (page.format == MOULT_JSON)
		write_compat(&style, compat);
	else
		say_compat(&style, compat);
	mo_style_end(&style);
}
