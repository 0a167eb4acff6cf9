/* SPDX-License-Identifier: MIT */
/*
 * text.h: texts and names as SQLite sees them.
 *
 * SQLite folds the case of the 26 ASCII letters and of nothing else, whatever
 * the locale (sqlite3_stricmp).  All names are compared so.
 */
#ifndef MOULT_BASE_TEXT_H
#define MOULT_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Byte for byte; NULL equals only NULL. */
static inline bool mo_same(const char *a, const char *b)
{
	return a == b || (a && b && *a == *b && strcmp(a, b) == 0);
}

bool mo_same_name(const char *a,
		  const char *b); /* as SQLite compares names; NULL equals only NULL */
int mo_compare_names(const char *a, const char *b);
bool mo_name_has_prefix(const char *name, const char *prefix); /* case folded */

static inline char mo_fold(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* As SQLite's tokenizer: tab, line feed, form feed, return, space. */
static inline bool mo_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

bool mo_is_blank(const char *text);

/*
 * The length of the UTF-8 character at text, or 0 where the bytes are none (RFC 3629, section 4).
 */
int mo_utf8_length(const char *text);
bool mo_utf8_is_valid(const char *text);

/*
 * The nearest of count candidates by edits, if it is near enough for a "did you mean"; else NULL.
 */
const char *mo_nearest(const char *name, const char *const *candidates, int count);

/* Whether text matches a glob of * ? [...], case folded. */
bool mo_glob(const char *glob, const char *text);

#endif
