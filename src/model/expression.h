/* SPDX-License-Identifier: MIT */
/* expression.h: norms of expressions (sql/normal.h), whatever parentheses stand around them. */
#ifndef MOULT_MODEL_EXPRESSION_H
#define MOULT_MODEL_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The part of a norm inside the parentheses around the whole; the norm itself where there are
 * none.
 */
const char *mo_expression_peel(const char *norm, size_t *length);

/*
 * Whether two norms are the same when parentheses around the whole of either are looked past. NULL
 * equals only NULL.
 */
bool mo_same_expression(const char *a, const char *b);

/* Whether two DEFAULTs are one value, though written otherwise: TRUE is 1, +5 is 5, 0x10 is 16. */
bool mo_same_default(const char *a, const char *b);

#endif
