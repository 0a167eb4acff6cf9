/* SPDX-License-Identifier: MIT */
/* standing.c: see standing.h. */
#include "report/standing.h"

static void say_pending(const struct style *style, const struct pending *pending)
{
	mo_sayf(style, PAINT_NONE, "  %s", pending->release);
	EACH (const char, step, &pending->steps)
		mo_sayf(style, PAINT_NONE, "%s%s", step_at ? ", " : ", with step ", step);
	sqlite3_str_appendchar(style->out, 1, '\n');
}

void mo_say_standing(const struct style *style, const struct standing *standing)
{
	if (!standing->folder)
		return;
	mo_say_head(style, standing->folder);
	if (!standing->is_found) {
		mo_say_text(style, "stands at", "not known; the errors say why");
		return;
	}
	mo_say_text(style, "stands at", standing->release ? standing->release : "none yet");
	mo_say_field(style, "pending");
	if (standing->pending.count)
		mo_say_count(style, standing->pending.count, "release", "releases");
	else
		sqlite3_str_appendall(style->out, "nothing");
	sqlite3_str_appendchar(style->out, 1, '\n');
	EACH (const struct pending, pending, &standing->pending)
		say_pending(style, pending);
}

void mo_json_standing(struct json *json, const struct standing *standing)
{
	if (!standing->folder) {
		mo_json_text(json, "folder", NULL);
		return;
	}
	mo_json_open(json, "folder", '{');
	mo_json_text(json, "path", standing->folder);
	mo_json_bool(json, "found", standing->is_found);
	mo_json_text(json, "release", standing->release);
	mo_json_open(json, "pending", '[');
	EACH (const struct pending, pending, &standing->pending) {
		mo_json_open(json, NULL, '{');
		mo_json_text(json, "release", pending->release);
		mo_json_open(json, "steps", '[');
		EACH (const char, step, &pending->steps)
			mo_json_text(json, NULL, step);
		mo_json_close(json, ']');
		mo_json_close(json, '}');
	}
	mo_json_close(json, ']');
	mo_json_close(json, '}');
}
