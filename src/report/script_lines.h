/* SPDX-License-Identifier: MIT */
/*
 * script_lines.h: the steps of a plan with the guards that moult would have been.
 *
 *	lines of a script	guards of the start, the lock, what is counted before,
 *				steps, guards between them, guards of the end
 *
 * They are one transaction: BEGIN goes before, COMMIT after, by whoever writes
 * them down (plan_script.c, plan_c.c).  No line but COMMIT stands after the last
 * guard, so a runner that goes on after an error still commits all or nothing.
 */
#ifndef MOULT_REPORT_SCRIPT_LINES_H
#define MOULT_REPORT_SCRIPT_LINES_H

#include "plan/plan.h"

struct script_line {
	const char *words;  /* for a comment, or NULL */
	const char *sql;    /* with its semicolon */
	bool is_expression; /* that yields statements, where the line is stored: see script_way.c */
};

/* Whose lines they are: whether the runner stops at an error by itself, and what else it takes. */
enum runner {
	RUNNER_OF_SCRIPTS,
	RUNNER_IN_C, /* the program itself looks at the version, the shape and the pragmas */
	RUNNER_IN_FILE, /* a unit, of lines that it has not brought: it knows the shape they end with */
	RUNNER_OF_ARRAYS
};

/* The lines (of struct script_line), in the arena. */
void mo_script_lines(struct list *lines, struct arena *arena, const struct plan *plan,
		     enum runner runner);

/*
 * script_keys.c: whether rows would go by foreign key actions, were they in force: a table is
 * dropped on the way.
 */
bool mo_script_drops_tables(const struct plan *plan);

/* Whether foreign keys are judged, and the queries (of char *) of (what, n) that count what violates them. */
bool mo_script_judges_references(struct arena *arena, const struct plan *plan);
struct list mo_script_orphans(struct arena *arena, const struct plan *plan, bool is_before);

#endif
