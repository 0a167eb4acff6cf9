/* SPDX-License-Identifier: MIT */
/*
 * normal.h: the form in which pieces of SQL are compared.
 *
 * Tokens with one space between, without comments; words and names folded to
 * lower case and unquoted.  A quoted name keeps its quotes only where the bare
 * word would mean something else (a keyword, true, false), or where it could
 * not stand bare.  Parentheses around the whole are kept: where they mean
 * nothing, mo_same_expression() of model/form.h looks past them.
 */
#ifndef MOULT_SQL_NORMAL_H
#define MOULT_SQL_NORMAL_H

#include "model/schema.h"
#include "sql/token.h"

/*
 * A run of tokens as text and normal form. Text: without comments, other gaps folded to one space
 * outside strings.
 */
struct sql mo_sql_run(struct arena *arena, const struct token *first, int count);

/* The same with the text kept to the letter, for the bodies of views and triggers. */
struct sql mo_sql_body(struct arena *arena, const struct token *first, int count);

/*
 * The type that SQLite makes of these tokens.  An application can read it back
 * (sqlite3_column_decltype), so several spaces stay several.  Words GENERATED ALWAYS at the
 * end of a long one are cut off, as letters, whatever stands before them
 * (sqlite3AddColumn, since 3.31).  What is left may be nothing.
 */
struct sql mo_sql_type(struct arena *arena, const struct token *first, int count);
/* Whether a type would lose its end that way. */
bool mo_sql_type_is_cut(const char *text, size_t size);

/* The same for a whole text of its own. */
struct sql mo_sql_piece(struct arena *arena, const char *text);
struct sql mo_sql_piece_type(struct arena *arena, const char *text);
struct sql mo_sql_piece_body(struct arena *arena, const char *text);

#endif
