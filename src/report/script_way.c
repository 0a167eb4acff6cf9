/* SPDX-License-Identifier: MIT */
/*
 * script_way.c: the row of _moult_way_back that a script leaves in the file, as apply does.
 *
 *	before the steps	the table is there; what _moult_done has is kept
 *	behind them		the row: shapes, document, marks, and as statements the lines of the
 *				plan back, of which the whole is one text
 *
 * Which marks a migration leaves on a file is known on the file alone.  So the statements that take
 * them away are written by an expression in the script, between those that are known already:
 *
 *	'DROP VIEW ...;' || (SELECT group_concat('DELETE FROM main._moult_done ...') ...) || 'ALTER ...;'
 */
#include "base/text.h"
#include "report/script_guard.h"
#include "sql/guard_statements.h"
#include "sql/own_table.h"
#include "sql/parked_table.h"
#include "sql/way_back_table.h"

#define NUMBER "way back" /* the word under which that of the newest row before is kept */

static bool leaves_marks(const struct plan *plan)
{
	EACH (const struct step, step, &plan->steps)
		if (mo_names_have(&step->writes.tables, MO_DONE_TABLE))
			return true;
	return false;
}

/* In the file are the lines of the plan back, which know nothing of marks. */
static void add_expression(struct guarded_script *s, const char *expression)
{
	struct script_line *line = mo_script_statement(s, NULL, expression);

	if (line)
		line->is_expression = true;
}

static void go_on(struct guarded_script *s)
{
	if (mo_script_goes_on(s))
		mo_script_add(s, NULL, mo_sql_guard_savepoint);
}

/* No SQL drops triggers whose names are not known; a unit does. */
static void guard_triggers(struct guarded_script *s)
{
	mo_script_guard(
		s,
		"values of an earlier migration are kept in the file: moult finish takes them out",
		mo_arena_format(s->arena, "SELECT count(*) = %d FROM main.sqlite_master WHERE %s",
				s->plan->diff->have->park_triggers.count, mo_sql_is_park_trigger));
}

void mo_script_begin_way(struct guarded_script *s)
{
	if (s->runner == RUNNER_IN_FILE) {
		mo_script_guard_own(s, MO_DONE_TABLE);
		add_expression(s, mo_sql_marks_take_away);
	}
	if (!s->plan->stored)
		return;
	mo_script_guard_own(s, MO_WAY_BACK_TABLE);
	if (s->runner == RUNNER_OF_SCRIPTS)
		guard_triggers(s);
	go_on(s);
	mo_script_add(s, "for the way back", mo_sql_way_back_create);
	mo_script_add(s, NULL,
		      mo_sql_guard_count(s->arena, s->schema, NUMBER, mo_sql_way_back_newest));
	if (!leaves_marks(s->plan))
		return;
	mo_script_add(s, NULL, mo_sql_done_create);
	mo_script_add(s, NULL, mo_sql_marks_drop);
	mo_script_add(s, NULL, mo_sql_marks_keep);
}

/* The text in one expression; what the lines are joined to is literal. */
static char *statements_of(struct guarded_script *s, const struct plan *back)
{
	sqlite3_str *out = sqlite3_str_new(NULL), *text = sqlite3_str_new(NULL);
	const bool has_marks = leaves_marks(s->plan);
	struct list lines = {0};

	mo_script_lines(&lines, s->arena, back, RUNNER_IN_FILE);
	EACH (const struct script_line, line, &lines) {
		if (!line->is_expression) {
			sqlite3_str_appendf(text, "%s\n", line->sql);
		} else if (has_marks) {
			sqlite3_str_appendf(out, "%Q\n|| %s\n|| ", sqlite3_str_value(text),
					    line->sql);
			sqlite3_str_reset(text);
		}
	}
	sqlite3_str_appendf(out, "%Q", mo_arena_take(s->arena, text));
	return mo_arena_take(s->arena, out);
}

static void guard_row(struct guarded_script *s)
{
	const struct stored_way *way = s->plan->stored;

	mo_script_guard(
		s, "the way back is not stored",
		mo_arena_format(
			s->arena,
			"SELECT number > %s AND shape_from = %Q AND shape_to = %Q FROM main."
			"%s ORDER BY number DESC LIMIT 1",
			mo_script_before(s, NUMBER), way->shape_from, way->shape_to,
			MO_WAY_BACK_TABLE));
}

void mo_script_store_way(struct guarded_script *s)
{
	const struct stored_way *way = s->plan->stored;
	struct stored_row row;

	if (s->runner == RUNNER_IN_FILE)
		add_expression(s, mo_sql_marks_put_back);
	if (!way)
		return;
	row = (struct stored_row){.shape_from = way->shape_from,
				  .shape_to = way->shape_to,
				  .document = way->document,
				  .marks = leaves_marks(s->plan) ? mo_sql_marks_text : "''",
				  .release_from = way->release_from,
				  .release_to = way->release_to};
	if (way->plan)
		row.statements = statements_of(s, way->plan);
	go_on(s);
	mo_script_add(s, "the way back", mo_sql_way_back_write(s->arena, &row));
	mo_script_add(s, NULL, mo_sql_way_back_trim);
	guard_row(s);
	if (leaves_marks(s->plan))
		mo_script_add(s, NULL, mo_sql_marks_drop);
}
