/* SPDX-License-Identifier: MIT */
/*
 * declared_pieces.h: pieces of the statements about declared rows, for declared.c,
 * declared_marks.c and declared_questions.c.  at is the place of a column among declared->columns.
 */
#ifndef MOULT_SQL_DECLARED_PIECES_H
#define MOULT_SQL_DECLARED_PIECES_H

#include "sql/declared.h"

const struct column *mo_declared_column(const struct declared *declared, int at);
bool mo_declared_is_in_set(const struct declared *declared, int set, int at);
/* Whether a row of the table may have another value than the declared row that it is. */
bool mo_declared_may_differ(const struct declared *declared, int at);

/* of.column; of is the table or the work table. */
void mo_declared_write_column(sqlite3_str *out, const char *of, const struct column *column);
/* The table's row that a declared one is. */
void mo_declared_write_match(sqlite3_str *out, const struct declared *declared);
/* The key of a row, for IN, as the table compares it; and its columns. */
void mo_declared_write_key(sqlite3_str *out, const struct declared *declared, const char *of,
			   bool collates);
void mo_declared_write_keys(sqlite3_str *out, const struct declared *declared, const char *of);
/* A value of the table is another than the declared: in its type, or its bytes. */
void mo_declared_write_differs(sqlite3_str *out, const struct declared *declared, int at);
/* A condition on a column, for each that may differ in a set, 0 where none may; of any set. */
void mo_declared_write_each(sqlite3_str *out, const struct declared *declared, int set,
			    void (*write)(sqlite3_str *, const struct declared *, int));
void mo_declared_write_any(sqlite3_str *out, const struct declared *declared,
			   void (*write)(sqlite3_str *, const struct declared *, int));

/* A cell, a row of VALUES, and the columns of the work table. */
void mo_declared_write_cell(sqlite3_str *out, const struct cell *cell);
void mo_declared_write_row(sqlite3_str *out, const struct declared *declared, int at);
void mo_declared_write_names(sqlite3_str *out, const struct declared *declared);

/* declared_marks.c: what a column was in the file, where it is another; else NULL. */
const struct origin *mo_declared_origin(const struct declared *declared,
					const struct column *column);
/* What marks call a column; a value of the table; and a row, by the table or by the work table. */
char *mo_declared_mark_column(struct arena *arena, const struct declared *declared,
			      const struct column *column);
void mo_declared_write_known(sqlite3_str *out, const struct declared *declared,
			     const struct column *column);
void mo_declared_write_object(sqlite3_str *out, struct arena *arena,
			      const struct declared *declared, bool is_known);
/* And what they say of a row of the work table, that is of a set. */
void mo_declared_write_digest(sqlite3_str *out, struct arena *arena,
			      const struct declared *declared, int set);

#endif
