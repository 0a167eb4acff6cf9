/* SPDX-License-Identifier: MIT */
/*
 * row_plan.h: what happens to the rows that a document declares for a table.
 *
 *	work table	filled with the declared rows
 *	DELETE		those that go
 *	UPDATE		those that have a unique value which another is to get
 *	UPDATE		those that are there, and are another
 *	INSERT		those that are not
 *	_moult_done	what was declared
 *
 * The steps are the last that write rows, behind the triggers: these are the application's, and
 * fire.  Every statement compares for itself, so the rows may have changed since they were asked;
 * and a table whose rows are as declared has no steps (facts.settled).
 */
#ifndef MOULT_PLAN_ROW_PLAN_H
#define MOULT_PLAN_ROW_PLAN_H

#include "plan/add_step.h"
#include "sql/declared.h"

struct row_plan {
	const struct rows *rows;
	const struct table *table; /* of the goal */
	struct declared *declared;
	const char *work; /* name of the work table */
	/* nothing is written: the rows are as declared, and so remembered, if anything is */
	bool is_settled;
	bool is_asked; /* the counts are known */
	long long inserts;
	long long updates;
	long long drops;
	long long same;
};

/* A row_plan for each table that has declared rows, when the moves are known. */
void mo_plan_rows_make(struct plan *plan);
/* That of a table which writes rows; or NULL. */
const struct row_plan *mo_plan_row_plan(const struct plan *plan, const char *table);
/* Whether it is known that rows were declared: by a mark, or by the release at which the file is. */
bool mo_row_plan_has_mark(const struct plan *plan, const struct row_plan *row_plan);
/* Whether what the file remembers as declared is this, or nothing. */
bool mo_row_plan_is_remembered(const struct plan *plan, const struct row_plan *row_plan);
/* Whether a column gets another type: the marks have its values as they were, and are made again. */
bool mo_row_plan_retypes(const struct row_plan *row_plan);
/* Whether a plan writes declared rows; and a condition: what it writes has been, by the marks. */
bool mo_plan_writes_rows(const struct plan *plan);
char *mo_plan_rows_are_remembered(struct arena *arena, const struct plan *plan);
/* Whether it is so in the file that was planned for: rows were changed since, or went. */
bool mo_plan_rows_were_remembered(const struct plan *plan);
/* The query of the counts, over the file as it is; and over the table after the steps. */
char *mo_row_plan_state(const struct plan *plan, const struct row_plan *row_plan);
/* Where all are as declared: the query of those that the file remembers otherwise; NULL: none. */
char *mo_row_plan_stale(const struct plan *plan, const struct row_plan *row_plan);
char *mo_row_plan_outcome(const struct plan *plan, const struct row_plan *row_plan);

void mo_steps_of_rows(struct steps *s);
/* The marks that a script lacks, and those of tables and columns that get another name, or go. */
void mo_steps_of_row_marks(struct steps *s);

#endif
