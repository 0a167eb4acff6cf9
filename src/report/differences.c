/* SPDX-License-Identifier: MIT */
/*
 * differences.c: what differs.
 *
 *	{
 *	  "moult": 1,
 *	  "differences": [...],         renames first; the elements are in changes.c
 *	  "count": 3,
 *	  "kept": [...]                 likewise
 *	}
 *
 * The order of columns is a difference only where it was asked for; else it is
 * a note at the end, in text only.
 */
#include "report/changes.h"
#include "report/report.h"

static int count_verb(const struct diff *diff, enum verb verb)
{
	int count = 0;

	EACH (const struct change, change, &diff->changes)
		count += change->verb == verb;
	return count;
}

static void say_total(const struct style *style, const struct diff *diff)
{
	const struct {
		int count;
		const char *word;
	} parts[] = {{diff->renames.count, "renamed"},
		     {count_verb(diff, VERB_ADD), "added"},
		     {count_verb(diff, VERB_CHANGE), "changed"},
		     {count_verb(diff, VERB_DROP), "dropped"}};
	const char *before = ": ";

	mo_say_count(style, diff->renames.count + diff->changes.count, "difference", "differences");
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (!parts[i].count)
			continue;
		sqlite3_str_appendf(style->out, "%s%,d %s", before, parts[i].count, parts[i].word);
		before = ", ";
	}
	sqlite3_str_appendchar(style->out, 1, '\n');
}

/* ---- order of columns ---- */

static int place_of(const struct table *table, const struct column *column)
{
	for (int i = 0; i < table->columns.count; i++)
		if (table->columns.items[i] == column)
			return i;
	return -1;
}

/* Whether the columns that both declare come in another order. */
static bool is_reordered(const struct table *have, const struct table *want)
{
	int last = -1;

	EACH (const struct column, column, &want->columns) {
		const int at = place_of(have, mo_table_column(have, column->object.name));

		if (at >= 0 && at < last)
			return true;
		last = at >= 0 ? at : last;
	}
	return false;
}

static bool is_said(const struct diff *diff, const struct table *have)
{
	EACH (const struct change, change, &diff->changes) {
		if (change->have == &have->object && change->part == PART_OBJECT &&
		    (change->attributes & ATTRIBUTE_COLUMN_ORDER))
			return true;
	}
	return false;
}

static void say_orders(const struct style *style, const struct diff *diff)
{
	EACH (const struct table, want, &diff->want->objects[KIND_TABLE]) {
		const struct table *have = mo_schema_table(diff->renamed, want->object.name);

		if (!have || !is_reordered(have, want) || is_said(diff, have))
			continue;
		mo_say(style, PAINT_NOTE, "note: ");
		mo_sayf(style, PAINT_NONE,
			"the columns of table %s come in another order, which is no difference",
			want->object.name);
		sqlite3_str_appendchar(style->out, 1, '\n');
	}
}

/* ---- the report ---- */

static void say_diff(const struct style *style, const struct diff *diff)
{
	mo_say_changes(style, "", diff);
	mo_say_kept(style, "", diff);
	say_orders(style, diff);
	if (mo_diff_is_empty(diff))
		sqlite3_str_appendall(style->out, "no difference\n");
	else
		say_total(style, diff);
}

static void write_diff(const struct style *style, const struct diff *diff)
{
	struct json json = {.out = style->out};

	mo_json_open(&json, NULL, '{');
	mo_json_integer(&json, "moult", 1);
	mo_json_changes(&json, style, "differences", diff, true);
	mo_json_integer(&json, "count", diff->renames.count + diff->changes.count);
	mo_json_kept(&json, style, "kept", diff);
	mo_json_close(&json, '}');
}

void mo_report_diff(sqlite3_str *out, const struct diff *diff, struct page page)
{
	struct style style;

	if (!mo_style_begin(&style, out, page))
		return;
	if (page.format == MOULT_JSON)
		write_diff(&style, diff);
	else
		say_diff(&style, diff);
	mo_style_end(&style);
}
