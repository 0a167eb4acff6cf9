/* SPDX-License-Identifier: MIT */
/*
 * plan_script.c: a plan as a script for any runner that stops at the first
 * error, without moult.
 *
 *	.bail on	for the sqlite3 program
 *	head		comments: which plan, for what, and its hazards
 *	settings	pragmas, which must stand before BEGIN
 *	BEGIN		which is never busy
 *	lines		guards and steps (script.h)
 *	COMMIT		and nothing after it
 *
 * A plan that is refused is a script of comments: whoever runs it unread
 * changes nothing.  Every text of others in a comment is on lines of its own
 * with the mark before each, so that no name can end the comment and begin a
 * statement.
 */
#include "base/text.h"
#include "report/plan_words.h"
#include "report/script_lines.h"

static void say_comment(const struct style *style, const char *text)
{
	sqlite3_str_appendall(style->out, "-- ");
	mo_say_wrapped(style, PAINT_NONE, 3, "--   ", text);
	sqlite3_str_appendchar(style->out, 1, '\n');
}

/* ---- head ---- */

static void say_hazard(const struct style *style, const struct hazard *hazard)
{
	const long long count = mo_hazard_rows(hazard);
	const char *rows = "";

	if (mo_hazard_is_over(hazard))
		return;
	if (count > 0)
		rows = mo_arena_format(style->arena, " (%,lld row%s%s%s)", count,
				       count == 1 ? "" : "s", hazard->samples ? ": " : "",
				       hazard->samples ? hazard->samples : "");
	say_comment(style, mo_arena_format(style->arena, "%s %s %s: %s%s", mo_hazard_word(hazard),
					   mo_diag_kinds[hazard->id].id, hazard->object,
					   hazard->message, rows));
}

static void say_head(const struct style *style, const struct plan *plan)
{
	const int refusals = mo_plan_refusals(plan);
	char version[MO_VERSION_TEXT];

	mo_version_text(version, plan->facts.sqlite);
	say_comment(style, mo_arena_format(style->arena, "moult %s, plan %s, for SQLite %s",
					   MOULT_VERSION, plan->id, version));
	if (*plan->facts.exact)
		say_comment(style,
			    mo_arena_format(style->arena, "for the file with the fingerprint %s",
					    plan->facts.exact));
	for (int i = 0; i < plan->hazards.count; i++)
		say_hazard(style, plan->hazards.items[i]);
	mo_plan_allowances(style, plan);
	if (refusals)
		say_comment(
			style,
			mo_arena_format(
				style->arena,
				"REFUSED: %d of these stand%s, so what follows is for reading only",
				refusals, refusals == 1 ? "s" : ""));
	else if (plan->steps.count)
		say_comment(
			style,
			"Run it on a connection without a transaction, and stop at the first error;"
			" then send ROLLBACK. It leaves foreign_keys off on that connection. Where SQLite itself"
			" ends the transaction, the next savepoint begins one, which the last guard rolls back.");
	if (!plan->steps.count)
		say_comment(style, "nothing to do");
}

/* ---- statements ---- */

/*
 * foreign_keys cannot be switched in a transaction; the legacy RENAME leaves views behind; guards
 * are CHECK constraints.  legacy_alter_table is unknown, and passed over, before SQLite 3.25.
 */
static void say_settings(sqlite3_str *out)
{
	sqlite3_str_appendall(out, "\nPRAGMA foreign_keys = OFF;\n"
				   "PRAGMA ignore_check_constraints = OFF;\n"
				   "PRAGMA legacy_alter_table = OFF;\n"
				   "PRAGMA synchronous = EXTRA;\n");
}

static void say_lines(const struct style *style, const struct plan *plan)
{
	struct list lines = {0};

	mo_script_lines(&lines, style->arena, plan, RUNNER_OF_SCRIPTS);
	EACH (const struct script_line, line, &lines) {
		if (line->words) {
			sqlite3_str_appendchar(style->out, 1, '\n');
			say_comment(style, line->words);
		}
		sqlite3_str_appendf(style->out, "%s\n", line->sql ? line->sql : "");
	}
}

static void say_body(const struct style *style, const struct plan *plan)
{
	say_settings(style->out);
	sqlite3_str_appendall(style->out, "\nBEGIN;\n");
	say_lines(style, plan);
	sqlite3_str_appendall(style->out, "\nCOMMIT;\n");
}

/* The body with every line a comment. */
static void say_for_reading(const struct style *style, const struct plan *plan)
{
	struct style aside = *style;
	char *body;

	aside.out = sqlite3_str_new(NULL);
	say_body(&aside, plan);
	body = mo_arena_take(style->arena, aside.out);
	mo_say_lines(style, "-- ", body);
}

void mo_plan_script(const struct style *style, const struct plan *plan, bool for_shell)
{
	if (for_shell)
		sqlite3_str_appendall(style->out, ".bail on\n");
	say_head(style, plan);
	if (!plan->steps.count)
		return;
	if (mo_plan_refusals(plan))
		say_for_reading(style, plan);
	else
		say_body(style, plan);
}
