/* SPDX-License-Identifier: MIT */
/*
 * plan_statements.c: a plan as a JSON array of statements, for whoever has a
 * transaction of their own.
 *
 *	defer_foreign_keys	which ends with the transaction
 *	guards and steps	those of scripts (script_guard.c), in tables of main
 *	the guards go
 *
 * Each string is one statement, without its semicolon.  Whoever runs them sends all in one
 * transaction and stops at the first error.  A file that was not planned for, or rows in
 * the way, are such an error.
 */
#include "base/json.h"
#include "base/text.h"
#include "report/plan_words.h"
#include "report/script_lines.h"

#include <string.h>

static char *without_end(struct arena *arena, const char *sql)
{
	return mo_arena_format(arena, "%.*s", (int)strlen(sql) - 1, sql);
}

void mo_plan_statements(const struct style *style, const struct plan *plan)
{
	struct json json = {.out = style->out};
	struct list lines = {0};

	if (plan->steps.count)
		mo_script_lines(&lines, style->arena, plan, RUNNER_OF_ARRAYS);
	mo_json_open(&json, NULL, '[');
	EACH (const struct script_line, line, &lines)
		if (line->sql)
			mo_json_text(&json, NULL, without_end(style->arena, line->sql));
	mo_json_close(&json, ']');
}
