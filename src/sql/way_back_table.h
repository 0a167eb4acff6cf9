/* SPDX-License-Identifier: MIT */
/*
 * way_back_table.h: _moult_way_back, how the rows of a file get back to the shape before.
 *
 *	_moult_way_back(number, format, at, version, shape_from, shape_to,
 *		release_from, release_to, document, marks, statements)
 *
 * One row for each migration, the last few; document leads from shape_to to shape_from, and marks
 * says which rows of _moult_done the migration left and took.  statements, which only a script or a
 * C unit leaves, are the same way for whoever has no moult.  moult-formats(5) describes the table.
 */
#ifndef MOULT_SQL_WAY_BACK_TABLE_H
#define MOULT_SQL_WAY_BACK_TABLE_H

#include "model/way.h"
#include "sql/own_table.h"

#define MO_WAY_BACK_FORMAT 1

/* Binds 1 format, version, shape_from, shape_to, document, marks, release_from, 8 release_to. */
extern const char mo_sql_way_back_add[];
/* Of the rows all but the newest MO_WAYS_BACK_KEPT. */
extern const char mo_sql_way_back_trim[];
extern const char mo_sql_way_back_clear[]; /* all of them */
/*
 * Number, format, at, shape_from, shape_to, the bytes of document and marks, release_from and
 * release_to, the newest first; and the two texts of the row ?1.
 */
extern const char mo_sql_way_back_rows[];
extern const char mo_sql_way_back_texts[];
/* number may be MO_NEWEST_WAY: that of the newest row, whatever it is. */
char *mo_sql_way_back_forget(struct arena *arena, long long number);
#define MO_NEWEST_WAY (-1)

/* A row of a script; marks and statements (or NULL) are expressions. */
struct stored_row {
	const char *shape_from;
	const char *shape_to;
	const char *document;
	const char *marks;
	const char *release_from; /* or NULL, as release_to */
	const char *release_to;
	const char *statements;
};
/* The same as mo_sql_way_back_add, as a statement by itself. */
char *mo_sql_way_back_write(struct arena *arena, const struct stored_row *row);
extern const char mo_sql_way_back_newest[]; /* its number; 0: there is none */
/* A query: whether the table has statements for those without moult, and nothing stands on it. */
char *mo_sql_way_back_is_whole(struct arena *arena);

/*
 * The column marks, lines: the generation of what is parked for it, where any is, first; the marks, +
 * of those that were left, - of those that were taken; then sequences, and triggers.
 */
void mo_write_way_marks(sqlite3_str *out, const struct way_back *way);
/* Reads that into a way back; false where the text is something else. */
bool mo_read_way_marks(struct way_back *way, struct arena *arena, const char *text);
/* The beginning of marks of each row, the newest first; and the generation that it says. */
extern const char mo_sql_way_back_generations[];
int mo_read_generation(const char *marks);

/* All rows of _moult_done: kind, object, digest, at. */
extern const char mo_sql_done_marks[];
char *mo_sql_done_take_away(struct arena *arena, const struct done_mark *mark);
char *mo_sql_done_put_back(struct arena *arena, const struct done_mark *mark);

/* What AUTOINCREMENT remembers of the table ?1. */
extern const char mo_sql_sequence_last[];
/*
 * It remembers no less than last, whether the table has counted yet or not; last is an expression, and
 * nothing happens where that is NULL.
 */
char *mo_sql_sequence_raise(struct arena *arena, const char *table, const char *last);
char *mo_sql_sequence_begin(struct arena *arena, const char *table, const char *last);

/*
 * The same where there is SQL alone.  What _moult_done has before the first step is kept in a
 * temporary table; expressions over both then say the column marks, and the statements that take away
 * what was left and put back what was taken, each with its semicolon.
 */
#define MO_MARKS_TABLE "_moult_marks"
extern const char mo_sql_marks_drop[];
extern const char mo_sql_marks_keep[];
extern const char mo_sql_marks_text[];
extern const char mo_sql_marks_take_away[];
extern const char mo_sql_marks_put_back[];

#endif
