/* SPDX-License-Identifier: MIT */
/*
 * mention.h: whether a text of SQL names something.
 *
 * A mention is a token that spells the name, as a word, quoted, or in single
 * quotes (which SQLite takes for a name in places).  It may mean something
 * else of the same name; what is asked here errs on that side.
 */
#ifndef MOULT_SQL_MENTION_H
#define MOULT_SQL_MENTION_H

#include <stdbool.h>

#include "model/schema.h"
#include "sql/token.h"

bool mo_mentions(const char *sql, const char *name);

/*
 * Whether an expression over the columns of one table names a column: where the name stands for no
 * function, collation or text.
 */
bool mo_names_column(const char *expression, const char *column);
bool mo_term_names(const struct term *term, const char *column);

/*
 * Whether a text calls a function as none but an aggregate or a window function is: with DISTINCT,
 * ORDER BY, FILTER or OVER.
 */
bool mo_aggregates_by(const char *sql, const char *function);

/* Whether an expression calls nothing that may answer otherwise each time: random(), the clock. */
bool mo_is_deterministic(const char *sql);

/* The first call of a function that says what the connection wrote last; TOKEN_END: none. */
struct token mo_asks_connection(const char *sql);

/*
 * Whether an expression, or a query, may raise an error on a row: it calls a function that may, or
 * holds on a pattern or JSON.  Arithmetic, comparison and CAST never do.
 */
bool mo_may_raise(const char *sql);

/*
 * Whether a text after DEFAULT is a constant that ADD COLUMN takes:
 * https://sqlite.org/lang_altertable.html#altertabaddcol
 */
bool mo_is_constant_default(const char *sql);
/*
 * Whether a row that is older than its column, and so reads the DEFAULT, reads
 * what an INSERT would store.  SQLite gives 1 for DEFAULT 1.0 in a column
 * without a type, and the text as it is spelled for 1.50 in a TEXT column.
 */
bool mo_is_default_as_inserted(const char *sql, char affinity);
/* Whether it is the constant NULL (or absent). */
bool mo_is_null_default(const char *sql);
/*
 * Whether a statement or expression has another result each time or on each connection: random(),
 * changes(), the clock.  NULL has none.
 */
bool mo_varies(const char *sql);
/* Whether an INSERT that does not name a column fails: it is NOT NULL, without a default. */
bool mo_column_is_required(const struct table *table, const struct column *column);

#endif
