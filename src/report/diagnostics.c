/* SPDX-License-Identifier: MIT */
/*
 * diagnostics.c: what went wrong, as a good compiler says it.
 *
 *	app.xml:12:21: error: DOC005: database/table person: <column> has no attribute primary_key
 *	   12 |   <column name="id" primary_key="true"/>
 *	      |                     ^~~~~~~~~~~
 *	      = hint: did you mean primary-key?
 *	app.sql:3:1: note: the other place is here
 *	    3 | CREATE TABLE person (
 *	      | ^~~~~~~~~~~~
 *
 * and as JSON:
 *
 *	{
 *	  "moult": 1,
 *	  "diagnostics": [
 *	    {
 *	      "severity": "error",          or "warning", "note"
 *	      "id": "DOC005",               never renumbered
 *	      "object": "table person",     or null
 *	      "message": "...",             one sentence
 *	      "hint": "...",                what to write or do, or null
 *	      "count": 12,                  rows in the way, or null
 *	      "want": {                     the place in the document, or null
 *	        "file": "app.xml", "line": 12, "column": 21,   both from 1, the column in bytes
 *	        "width": 11,                bytes that are meant
 *	        "source": "..."             the line itself, or null
 *	      },
 *	      "have": null                  a second place, in the same shape, or null
 *	    }
 *	  ],
 *	  "errors": 1,
 *	  "warnings": 0
 *	}
 */
#include <string.h>

#include "report/report.h"
#include "report/style.h"

#define GUTTER "      = "

static const char *const severity_words[] = {
	[MOULT_NOTE] = "note", [MOULT_WARNING] = "warning", [MOULT_ERROR] = "error"};

int mo_count_severity(const struct diags *diags, enum moult_severity severity)
{
	int count = 0;

	for (int i = 0; i < diags->list.count; i++)
		count += ((const moult_diagnostic *)diags->list.items[i])->severity == severity;
	return count;
}

/* ---- text ---- */

static enum paint paint_of(enum moult_severity severity)
{
	return severity == MOULT_ERROR	   ? PAINT_ERROR
	       : severity == MOULT_WARNING ? PAINT_WARNING
					   : PAINT_NOTE;
}

/* Many messages name their object or count themselves. */
static bool says_object(const moult_diagnostic *diagnostic)
{
	return !diagnostic->object || strstr(diagnostic->message, diagnostic->object);
}

static bool says_count(const moult_diagnostic *diagnostic)
{
	char digits[32];

	sqlite3_snprintf(sizeof(digits), digits, "%lld", diagnostic->count);
	return diagnostic->count < 0 || strstr(diagnostic->message, digits);
}

static void say_head(const struct style *style, const moult_diagnostic *diagnostic)
{
	if (diagnostic->want.file) {
		mo_say_place(style, &diagnostic->want);
		sqlite3_str_appendall(style->out, ": ");
	}
	mo_sayf(style, paint_of(diagnostic->severity), "%s:", severity_words[diagnostic->severity]);
	sqlite3_str_appendf(style->out, " %s: ", diagnostic->id);
	if (!says_object(diagnostic))
		mo_sayf(style, PAINT_NONE, "%s: ", diagnostic->object);
	mo_say(style, PAINT_HEAD, diagnostic->message);
	sqlite3_str_appendchar(style->out, 1, '\n');
}

static void say_one(const struct style *style, const moult_diagnostic *diagnostic)
{
	say_head(style, diagnostic);
	mo_say_excerpt(style, &diagnostic->want, paint_of(diagnostic->severity));
	if (!says_count(diagnostic))
		sqlite3_str_appendf(style->out, GUTTER "rows: %,lld\n", diagnostic->count);
	if (diagnostic->hint) {
		mo_say(style, PAINT_NOTE, GUTTER "hint: ");
		mo_say(style, PAINT_NONE, diagnostic->hint);
		sqlite3_str_appendchar(style->out, 1, '\n');
	}
	if (!diagnostic->have.file)
		return;
	mo_say_place(style, &diagnostic->have);
	sqlite3_str_appendall(style->out, ": ");
	mo_say(style, PAINT_NOTE, "note:");
	sqlite3_str_appendall(style->out, " the other place is here\n");
	mo_say_excerpt(style, &diagnostic->have, PAINT_NOTE);
}

static void say_all(const struct style *style, const struct diags *diags)
{
	const int errors = mo_count_severity(diags, MOULT_ERROR);
	const int warnings = mo_count_severity(diags, MOULT_WARNING);

	EACH (const moult_diagnostic, diagnostic, &diags->list)
		if (!diags->quiet || diagnostic->severity == MOULT_ERROR)
			say_one(style, diagnostic);
	if (diags->starved)
		sqlite3_str_appendall(style->out,
				      "there is more to say, but not the memory for it\n");
	if (errors < 2)
		return;
	mo_say_count(style, errors, "error", "errors");
	if (warnings && !diags->quiet) {
		sqlite3_str_appendall(style->out, ", ");
		mo_say_count(style, warnings, "warning", "warnings");
	}
	sqlite3_str_appendchar(style->out, 1, '\n');
}

/* ---- JSON ---- */

void mo_json_excerpt(struct json *json, const char *name, const struct moult_place *place)
{
	mo_json_open(json, name, '{');
	mo_json_text(json, "file", place->file);
	mo_json_integer(json, "line", place->line);
	mo_json_integer(json, "column", place->column);
	mo_json_integer(json, "width", place->width);
	mo_json_text(json, "source", place->source);
	mo_json_close(json, '}');
}

static void write_place(struct json *json, const char *name, const struct moult_place *place)
{
	if (place->file)
		mo_json_excerpt(json, name, place);
	else
		mo_json_text(json, name, NULL);
}

void mo_json_diagnostic_words(struct json *json, const moult_diagnostic *diagnostic)
{
	mo_json_text(json, "severity", severity_words[diagnostic->severity]);
	mo_json_text(json, "id", diagnostic->id);
	mo_json_text(json, "object", diagnostic->object);
	mo_json_text(json, "message", diagnostic->message);
	mo_json_text(json, "hint", diagnostic->hint);
	mo_json_count(json, "count", diagnostic->count);
}

static void write_one(struct json *json, const moult_diagnostic *diagnostic)
{
	mo_json_open(json, NULL, '{');
	mo_json_diagnostic_words(json, diagnostic);
	write_place(json, "want", &diagnostic->want);
	write_place(json, "have", &diagnostic->have);
	mo_json_close(json, '}');
}

void mo_json_diagnostics(struct json *json, const struct diags *diags)
{
	mo_json_open(json, "diagnostics", '[');
	for (int i = 0; i < diags->list.count; i++)
		write_one(json, diags->list.items[i]);
	mo_json_close(json, ']');
}

void mo_json_all_diagnostics(struct json *json, const struct diags *diags)
{
	mo_json_diagnostics(json, diags);
	mo_json_integer(json, "errors", mo_count_severity(diags, MOULT_ERROR));
	mo_json_integer(json, "warnings", mo_count_severity(diags, MOULT_WARNING));
}

static void write_all(sqlite3_str *out, const struct diags *diags)
{
	struct json json = {.out = out};

	mo_json_open(&json, NULL, '{');
	mo_json_integer(&json, "moult", 1);
	mo_json_all_diagnostics(&json, diags);
	mo_json_close(&json, '}');
}

void mo_report_diagnostics(sqlite3_str *out, const struct diags *diags, struct page page)
{
	struct style style;

	if (!mo_style_begin(&style, out, page))
		return;
	if (page.format == MOULT_JSON)
		write_all(out, diags);
	else
		say_all(&style, diags);
	mo_style_end(&style);
}
