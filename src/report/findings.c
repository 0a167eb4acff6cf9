/* SPDX-License-Identifier: MIT */
/*
 * findings.c: what the linter found.
 *
 *	7.sql:4:1: error: LN112: index i goes with the table, and is not made again
 *	    4 | DROP TABLE t;
 *	      | ^~~~~~~~~~~~
 *	      = hint: behind the rename write: CREATE INDEX i ON t(a)
 *	7.sql:2:1: note: table t is made anew here, up to line 5; moult would have written:
 *	      PRAGMA foreign_keys = OFF;
 *	      ...
 *	1 finding in 1 script
 *
 * and as JSON:
 *
 *	{
 *	  "moult": 1,
 *	  "scripts": ["7.sql"],
 *	  "findings": [
 *	    { "severity": "error", "id": "LN112", "object": "index i",
 *	      "message": "...", "hint": "...", "count": null,
 *	      "place": { "file": "7.sql", "line": 4, "column": 1, "width": 12, "source": "..." } }
 *	  ],
 *	  "rebuilt": [
 *	    { "table": "t", "place": { ... }, "last_line": 5, "instead": "..." }
 *	  ],
 *	  "errors": 1,
 *	  "warnings": 0
 *	}
 */
#include "report/findings.h"

#include "report/report.h"
#include "report/style.h"

#define MARGIN "      "

/* ---- text ---- */

static void say_rebuilt(const struct style *style, const struct rebuilt *rebuilt)
{
	if (!rebuilt->has_findings || !rebuilt->instead)
		return;
	mo_say_place(style, &rebuilt->place);
	sqlite3_str_appendall(style->out, ": ");
	mo_say(style, PAINT_NOTE, "note:");
	mo_sayf(style, PAINT_NONE,
		" table %s is made anew here, up to line %d; moult would have written:\n",
		rebuilt->table, rebuilt->last_line);
	sqlite3_str_appendchar(style->out, 1, '\n');
	mo_say_lines(style, MARGIN, rebuilt->instead);
}

static void say_all(sqlite3_str *out, const struct lint *lint, struct page page)
{
	const int findings = mo_lint_count(lint);
	struct style style;

	if (lint->findings.list.count)
		mo_report_diagnostics(out, &lint->findings, page);
	if (!mo_style_begin(&style, out, page))
		return;
	for (int i = 0; i < lint->rebuilds.count; i++)
		say_rebuilt(&style, lint->rebuilds.items[i]);
	mo_say_count(&style, findings, "finding", "findings");
	sqlite3_str_appendall(out, " in ");
	mo_say_count(&style, lint->files.count, "script", "scripts");
	sqlite3_str_appendchar(out, 1, '\n');
	mo_style_end(&style);
}

/* ---- JSON ---- */

static void write_finding(struct json *json, const moult_diagnostic *finding)
{
	mo_json_open(json, NULL, '{');
	mo_json_diagnostic_words(json, finding);
	mo_json_excerpt(json, "place", &finding->want);
	mo_json_close(json, '}');
}

static void write_rebuilt(struct json *json, const struct rebuilt *rebuilt)
{
	mo_json_open(json, NULL, '{');
	mo_json_text(json, "table", rebuilt->table);
	mo_json_excerpt(json, "place", &rebuilt->place);
	mo_json_integer(json, "last_line", rebuilt->last_line);
	mo_json_text(json, "instead", rebuilt->instead);
	mo_json_close(json, '}');
}

static void write_all(sqlite3_str *out, const struct lint *lint)
{
	struct json json = {.out = out};

	mo_json_open(&json, NULL, '{');
	mo_json_integer(&json, "moult", 1);
	mo_json_texts(&json, "scripts", &lint->files);
	mo_json_open(&json, "findings", '[');
	for (int i = 0; i < lint->findings.list.count; i++)
		write_finding(&json, lint->findings.list.items[i]);
	mo_json_close(&json, ']');
	mo_json_open(&json, "rebuilt", '[');
	for (int i = 0; i < lint->rebuilds.count; i++)
		write_rebuilt(&json, lint->rebuilds.items[i]);
	mo_json_close(&json, ']');
	mo_json_integer(&json, "errors", mo_count_severity(&lint->findings, MOULT_ERROR));
	mo_json_integer(&json, "warnings", mo_count_severity(&lint->findings, MOULT_WARNING));
	mo_json_close(&json, '}');
}

void mo_report_lint(sqlite3_str *out, const struct lint *lint, struct page page)
{
	if (page.format == MOULT_JSON)
		write_all(out, lint);
	else if (page.format == MOULT_SARIF)
		mo_report_sarif(out, lint);
	else
		say_all(out, lint, page);
}
