/* SPDX-License-Identifier: MIT */
/*
 * script_guard.h: a script that is being written, between the files that write its guards.
 *
 *	script_guard.c	the script from its start to its end
 *	script_tables.c	what is asked of each table that stays or is copied
 *	script_filled.c	what is asked of rows that the script itself writes
 *	script_way.c	what is stored in the file for going back
 *
 * What is a text is in the arena of the script.
 */
#ifndef MOULT_REPORT_SCRIPT_GUARD_H
#define MOULT_REPORT_SCRIPT_GUARD_H

#include "plan/row_plan.h"
#include "report/script_lines.h"

struct guarded_script {
	const struct plan *plan;
	struct arena *arena;
	struct list *lines;
	struct list guards; /* of char *: what each says */
	enum runner runner;
	const char *schema; /* that the guards are in */
};

bool mo_script_goes_on(const struct guarded_script *s); /* after an error, too */

/* A statement with its semicolon; and one that gets it.  NULL without memory. */
struct script_line *mo_script_statement(struct guarded_script *s, const char *words,
					const char *sql);
struct script_line *mo_script_add(struct guarded_script *s, const char *words, const char *sql);
/* A condition that must hold, and what is said where it does not. */
void mo_script_guard(struct guarded_script *s, const char *words, const char *condition);
/* Nobody has made a table of moult's own another, or stands on it. */
void mo_script_guard_own(struct guarded_script *s, const char *name);
/* What was kept under a word before the first step. */
char *mo_script_before(struct guarded_script *s, const char *what);

/* ---- script_tables.c ---- */

char *mo_script_count_of(struct guarded_script *s, const char *table); /* a query */
char *mo_script_rows_of(struct guarded_script *s,
			const struct table *table); /* the word that they are kept under */
/* Calls for each table that is there before and after. */
void mo_script_each_table(struct guarded_script *s,
			  void (*act)(struct guarded_script *, const struct table *));
void mo_script_count_table(struct guarded_script *s, const struct table *table);
void mo_script_guard_table(struct guarded_script *s, const struct table *table);
void mo_script_guard_work(struct guarded_script *s);
void mo_script_guard_copy(struct guarded_script *s, const struct step *step);
void mo_script_guard_computed(struct guarded_script *s, const struct move *move);
void mo_script_guard_strict(struct guarded_script *s, const struct move *move);

/* ---- script_filled.c ---- */

void mo_script_guard_aside(struct guarded_script *s, const struct step *step);
/* The statement that fills a virtual table, and whether it did. */
void mo_script_fill(struct guarded_script *s, const struct step *step, const char *words);
/* Has a virtual table that was filled end its reading. */
void mo_script_let_go(struct guarded_script *s, const struct step *step);
/* Behind the work table with the declared rows, and before any is written; and at the end. */
void mo_script_guard_before_rows(struct guarded_script *s, const struct row_plan *row_plan);
void mo_script_guard_rows(struct guarded_script *s, const struct row_plan *row_plan);

/* ---- script_way.c ---- */

/* Before the first step, and behind the last. */
void mo_script_begin_way(struct guarded_script *s);
void mo_script_store_way(struct guarded_script *s);

#endif
