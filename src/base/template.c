/* SPDX-License-Identifier: MIT */
/* template.c: see template.h. */
#include "base/template.h"

#include <string.h>

static const char *value_of(const struct template_value *values, const char *name, size_t length)
{
	for (; values->name; values++)
		if (strlen(values->name) == length && strncmp(values->name, name, length) == 0)
			return values->value;
	return NULL;
}

char *mo_template_fill(struct arena *arena, const char *text, const struct template_value *values)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	const char *mark, *end;

	for (; (mark = strstr(text, "/*")); text = mark) {
		const char kind = mark[2];
		const char *name = mark + 3;
		const char *value;

		end = strstr(mark + 2, "*/");
		if (!end || (kind != '=' && kind != '?')) {
			mark += 2;
			sqlite3_str_append(out, text, (int)(mark - text));
			continue;
		}
		sqlite3_str_append(out, text, (int)(mark - text));
		mark = end + 2;
		if (end == name) /* the end of a part that is there */
			continue;
		value = value_of(values, name, (size_t)(end - name));
		if (kind == '=' || !value)
			mark = strstr(mark, kind == '=' ? "/*=*/" : "/*?*/") + strlen("/*=*/");
		if (kind == '=' && value)
			sqlite3_str_appendall(out, value);
	}
	end = strrchr(text, '\n');
	sqlite3_str_append(out, text, end && !end[1] ? (int)(end - text) : (int)strlen(text));
	return mo_arena_take(arena, out);
}
