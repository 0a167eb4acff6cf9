/* SPDX-License-Identifier: MIT */
/*
 * sarif.c: findings in the Static Analysis Results Interchange Format, 2.1.0:
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 *
 *	runs[0].tool.driver.rules	each rule that was found, once
 *	runs[0].results			each finding; ruleIndex is its rule's place in rules
 *
 * Columns are code points here, bytes everywhere else.
 */
#include <string.h>

#include "base/text.h"
#include "report/findings.h"
#include "report/style.h"

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

static const char *const levels[] = {
	[MOULT_NOTE] = "note", [MOULT_WARNING] = "warning", [MOULT_ERROR] = "error"};

static const struct diag_kind *kind_of(const moult_diagnostic *finding)
{
	for (int i = 0; i < DIAG_COUNT; i++)
		if (mo_same(mo_diag_kinds[i].id, finding->id))
			return &mo_diag_kinds[i];
	return NULL;
}

/* The rules that were found, in the order in which they were. */
static struct list rules_of(struct arena *arena, const struct lint *lint)
{
	struct list rules = {0};

	for (int i = 0; i < lint->findings.list.count; i++) {
		const struct diag_kind *kind = kind_of(lint->findings.list.items[i]);
		int at = 0;

		while (at < rules.count && rules.items[at] != kind)
			at++;
		if (kind && at == rules.count)
			mo_list_add(arena, &rules, kind);
	}
	return rules;
}

static int index_of(const struct list *rules, const moult_diagnostic *finding)
{
	int at = 0;

	while (at < rules->count && rules->items[at] != kind_of(finding))
		at++;
	return at;
}

static void write_text(struct json *json, const char *name, const char *text)
{
	mo_json_open(json, name, '{');
	mo_json_text(json, "text", text);
	mo_json_close(json, '}');
}

static void write_rule(struct json *json, const struct diag_kind *kind)
{
	mo_json_open(json, NULL, '{');
	mo_json_text(json, "id", kind->id);
	write_text(json, "shortDescription", kind->title);
	mo_json_open(json, "defaultConfiguration", '{');
	mo_json_text(json, "level", levels[kind->severity]);
	mo_json_close(json, '}');
	mo_json_close(json, '}');
}

/* A path as a reference of RFC 3986; an absolute one has its scheme. */
static char *uri_of(struct arena *arena, const char *path)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, *path == '/' ? "file://" : "");
	for (; *path; path++) {
		const bool plain = (*path >= 'a' && *path <= 'z') ||
				   (*path >= 'A' && *path <= 'Z') ||
				   (*path >= '0' && *path <= '9') || strchr("-._~/", *path);

		if (plain)
			sqlite3_str_appendchar(out, 1, *path);
		else
			sqlite3_str_appendf(out, "%%%02X", (unsigned char)*path);
	}
	return mo_arena_take(arena, out);
}

static void write_region(struct json *json, const struct moult_place *place)
{
	const char *source = place->source ? place->source : "";
	const size_t length = strlen(source);
	const size_t from = (size_t)place->column - 1 < length ? (size_t)place->column - 1 : length;
	const size_t to =
		from + (size_t)place->width < length ? from + (size_t)place->width : length;
	const int start = mo_code_points(source, from) + 1;

	mo_json_open(json, "region", '{');
	mo_json_integer(json, "startLine", place->line);
	mo_json_integer(json, "startColumn", start);
	mo_json_integer(json, "endColumn", start + mo_code_points(source + from, to - from));
	mo_json_close(json, '}');
}

static void write_location(struct json *json, struct arena *arena, const struct moult_place *place)
{
	mo_json_open(json, "locations", '[');
	mo_json_open(json, NULL, '{');
	mo_json_open(json, "physicalLocation", '{');
	mo_json_open(json, "artifactLocation", '{');
	mo_json_text(json, "uri", uri_of(arena, place->file));
	mo_json_close(json, '}');
	write_region(json, place);
	mo_json_close(json, '}');
	mo_json_close(json, '}');
	mo_json_close(json, ']');
}

static void write_result(struct json *json, struct arena *arena, const struct list *rules,
			 const moult_diagnostic *finding)
{
	mo_json_open(json, NULL, '{');
	mo_json_text(json, "ruleId", finding->id);
	mo_json_integer(json, "ruleIndex", index_of(rules, finding));
	mo_json_text(json, "level", levels[finding->severity]);
	write_text(json, "message",
		   finding->hint
			   ? mo_arena_format(arena, "%s. Hint: %s", finding->message, finding->hint)
			   : finding->message);
	write_location(json, arena, &finding->want);
	mo_json_close(json, '}');
}

static void write_run(struct json *json, struct arena *arena, const struct lint *lint)
{
	const struct list rules = rules_of(arena, lint);

	mo_json_open(json, NULL, '{');
	mo_json_open(json, "tool", '{');
	mo_json_open(json, "driver", '{');
	mo_json_text(json, "name", "moult");
	mo_json_text(json, "version", MOULT_VERSION);
	mo_json_open(json, "rules", '[');
	for (int i = 0; i < rules.count; i++)
		write_rule(json, rules.items[i]);
	mo_json_close(json, ']');
	mo_json_close(json, '}');
	mo_json_close(json, '}');
	mo_json_text(json, "columnKind", "unicodeCodePoints");
	mo_json_open(json, "results", '[');
	for (int i = 0; i < lint->findings.list.count; i++)
		write_result(json, arena, &rules, lint->findings.list.items[i]);
	mo_json_close(json, ']');
	mo_json_close(json, '}');
}

void mo_report_sarif(sqlite3_str *out, const struct lint *lint)
{
	struct json json = {.out = out};
	struct style style;

	if (!mo_style_begin(&style, out, (struct page){MOULT_JSON, 0}))
		return;
	mo_json_open(&json, NULL, '{');
	mo_json_text(&json, "$schema", SCHEMA);
	mo_json_text(&json, "version", "2.1.0");
	mo_json_open(&json, "runs", '[');
	write_run(&json, style.arena, lint);
	mo_json_close(&json, ']');
	mo_json_close(&json, '}');
	mo_style_end(&style);
}
