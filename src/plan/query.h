/* SPDX-License-Identifier: MIT */
/*
 * query.h: questions put to the rows before anything is written.
 *
 * They are asked of the expected rows: what a table will hold, as a query over
 * the file as it is (source.c).  All return texts in the plan's arena.
 */
#ifndef MOULT_PLAN_QUERY_H
#define MOULT_PLAN_QUERY_H

#include "plan/plan.h"

/*
 * What to write after FROM to see a table of the goal as it will be, under its name; for a table
 * that is not there, no rows.
 */
char *mo_query_expected(const struct plan *plan, const struct table *table);
/* The same with the rows that the document declares for a table that the plan makes. */
char *mo_query_parents(const struct plan *plan, const struct table *table);

/* The same of a table that is there, for all rows: not out of an index, which may be wrong. */
char *mo_query_stored(const struct plan *plan, const struct move *move);

/* Has a hazard count the expected rows for which a condition holds. */
void mo_query_ask(struct hazard *hazard, const struct plan *plan, const struct table *table,
		  const char *condition);
/* What hazards about one table ask, in one pass: a row with a number for each. */
char *mo_query_together(const struct plan *plan, const struct list *hazards);
/*
 * What hazards ask of the rows of one move, of the file (hazard->move) and of those to expect, in one
 * pass: a digest of the latter, and a number for each.
 */
char *mo_query_move(struct plan *plan, const struct move *move, const struct list *hazards,
		    const char *digest);

/* SELECT count(*) FROM expected WHERE condition */
char *mo_query_count(const struct plan *plan, const struct table *table, const char *condition);
/* The keys of the first such rows, and of each the value of an expression (NULL: none). */
char *mo_query_sample(const struct plan *plan, const struct table *table, const char *condition,
		      const char *value);
/* The same with the values of columns (char *): with their names, where they are several. */
char *mo_query_sample_of(const struct plan *plan, const struct table *table, const char *condition,
			 const struct list *columns);

/* Row by row, for questions that fail on one. */
struct row_query {
	const char *keys; /* a label of each row, and its key; NULL where the rows have none */
	/*
	 * a condition, for the row of a key (?1, ?2, ...); or for all, where there is
	 * none
	 */
	const char *row;
	const char *before; /* an expression over the file as it is, for such a row; or NULL */
};
struct row_query mo_query_rows(struct plan *plan, const struct table *table, const char *condition,
			       const char *before);

/* Rows too many under a key: terms, and the WHERE of a partial index or NULL. */
char *mo_query_duplicates(const struct plan *plan, const struct table *table,
			  const struct list *terms, const char *where);
/* 1 where there are surely none (digest/distinct.h); NULL where that cannot be told by hashes. */
char *mo_query_distinct(const struct plan *plan, const struct table *table,
			const struct list *terms, const char *where);
char *mo_query_duplicate_sample(const struct plan *plan, const struct table *table,
				const struct list *terms, const char *where);

/* A query that compares the terms of all rows, for SQLite to compile: one row for each key. */
char *mo_query_groups(const struct plan *plan, const struct table *table, const struct list *terms,
		      const char *where);

/*
 * " WHERE (where) AND term IS NOT NULL ...": the rows that have a key; and " GROUP BY term, ..."
 * as it compares.
 */
void mo_query_write_keyed(sqlite3_str *out, const struct list *terms, const char *where);
void mo_query_write_grouped(sqlite3_str *out, const struct list *terms);

/* "a IS NOT NULL AND b IS NOT NULL" of columns (char *). */
void mo_query_write_given(sqlite3_str *out, const struct list *columns);

/* What typeof() must be of a value, but NULL, in a column of a STRICT table; NULL: anything. */
const char *mo_query_strict_type(const struct column *column);
/* The condition that a value is none of those. */
const char *mo_query_is_misfit(struct arena *arena, const struct column *column, const char *value);

/* The columns of the parent (char *) that a reference means: those named, or the primary key's. */
void mo_query_parent_columns(struct arena *arena, struct list *columns,
			     const struct reference *reference, const struct table *parent);
/*
 * " AND NOT (a row of child, by columns of it, refers to a row that the document declares for the
 * parent)", where there are such rows that mo_query_parents() does not have.
 */
void mo_query_write_undeclared(sqlite3_str *out, const struct plan *plan,
			       const struct table *parent, const struct list *parent_columns,
			       const char *child, const struct list *columns);

/* What to write after FROM to see a table of the file, by its former name, as old. */
char *mo_query_file(struct arena *arena, const char *table);
/*
 * SELECT count(*) FROM a table of the file AS old WHERE condition (NULL: all rows), by its former
 * name.
 */
char *mo_query_count_file(struct arena *arena, const char *table, const char *condition);
/* The same of all rows, without any index. */
char *mo_query_count_rows(struct arena *arena, const char *table);
/* Has a hazard count all rows of a table of the file, by its former name. */
void mo_query_ask_rows(struct hazard *hazard, const struct plan *plan, const char *table);
/* Has a hazard count, and show, the values of a column of the file, by its former name. */
void mo_query_values(struct hazard *hazard, const struct plan *plan, const struct move *move,
		     const struct column *column);

char *mo_query_name(struct arena *arena, const char *name); /* quoted where it must be */
/* What a column of a table that changes is called in the file. */
char *mo_query_former(struct arena *arena, const struct plan *plan, const struct move *move,
		      const struct column *column);

#endif
