/* SPDX-License-Identifier: MIT */
/* sql_words.h: what to write where a text of SQL is not what its clause must be. */
#ifndef MOULT_XML_SQL_WORDS_H
#define MOULT_XML_SQL_WORDS_H

#include "sql/token.h"
#include "xml/clause.h"

/*
 * The hint for a text that repeats what its attribute says already: CHECK (a > 1), CREATE VIEW v AS;
 * NULL where it does not.
 */
const char *mo_sql_word_repeated(struct reader *r, const struct clause *clause,
				 enum value_kind kind, const struct tokens *tokens);

/* The hint for what is not a type, and for what is not a default. */
const char *mo_sql_word_type(struct reader *r, const struct tokens *tokens);
const char *mo_sql_word_default(struct reader *r, const struct clause *clause,
				const struct tokens *tokens);
/* The hint for what is no list of names. */
const char *mo_sql_word_names(struct reader *r, const struct clause *clause);

/* Whether a word begins a clause of a column, which cannot stand in its type. */
bool mo_sql_word_is_clause(const struct token *token);

#endif
