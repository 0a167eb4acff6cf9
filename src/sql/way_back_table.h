/* SPDX-License-Identifier: MIT */
/*
 * way_back_table.h: _moult_way_back, how the rows of a file get back to the shape before.
 *
 *	_moult_way_back(number, format, at, version, shape_from, shape_to,
 *		release_from, release_to, document, marks)
 *
 * One row for each migration, the last few; document leads from shape_to to shape_from, and marks
 * says which rows of _moult_done the migration left and took.  moult-formats(5) describes the table.
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
char *mo_sql_way_back_forget(struct arena *arena, long long number);

/*
 * The column marks, lines: the generation of what is parked for it, where any is, first; the marks, +
 * of those that were left, - of those that were taken; then triggers.
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

#endif
