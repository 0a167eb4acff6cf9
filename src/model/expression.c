/* SPDX-License-Identifier: MIT */
/* expression.c: see expression.h. */
#include "model/expression.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The end of the string or quoted name that begins at text. */
static const char *skip_quoted(const char *text)
{
	const char quote = *text++;

	while (*text && (*text != quote || text[1] == quote))
		text += *text == quote ? 2 : 1;
	return *text ? text + 1 : text;
}

/* Whether the parenthesis that opens a norm closes at its very end. */
static bool is_enclosed(const char *norm, size_t length)
{
	const char *at = norm;
	int depth = 0;

	if (length < 3 || norm[0] != '(' || norm[length - 1] != ')')
		return false;
	while (at < norm + length) {
		if (*at == '\'' || *at == '"') {
			at = skip_quoted(at);
			continue;
		}
		depth += (*at == '(') - (*at == ')');
		at++;
		if (!depth)
			return at == norm + length;
	}
	return false;
}

const char *mo_expression_peel(const char *norm, size_t *length)
{
	*length = norm ? strlen(norm) : 0;
	while (norm && is_enclosed(norm, *length)) {
		norm += 1 + (norm[1] == ' ');
		*length -= *length > 3 ? 4 : 2;
	}
	return norm;
}

bool mo_same_expression(const char *a, const char *b)
{
	size_t length_a;
	size_t length_b;

	if (!a || !b)
		return a == b;
	a = mo_expression_peel(a, &length_a);
	b = mo_expression_peel(b, &length_b);
	return length_a == length_b && memcmp(a, b, length_a) == 0;
}

/* ---- defaults ------------------------------------------------------------------------------ */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Of what is more than 31 bits SQLite itself is not sure in an ADD COLUMN. */
static bool is_short_hexadecimal(const char *norm, size_t length)
{
	return length > 2 && length < 10 && norm[0] == '0' && norm[1] == 'x' &&
	       strspn(norm + 2, "0123456789abcdef") == length - 2;
}

#define ROOM 16

/* The text may be in the room. */
static const char *peel_default(char room[ROOM], const char *norm, size_t *length)
{
	norm = mo_expression_peel(norm, length);
	while (norm && *length > 2 && norm[0] == '+' && norm[1] == ' ' && is_digit(norm[2])) {
		norm += 2;
		*length -= 2;
	}
	if (!norm)
		return NULL;
	if (*length == 4 && strncmp(norm, "true", 4) == 0)
		snprintf(room, ROOM, "1");
	else if (*length == 5 && strncmp(norm, "false", 5) == 0)
		snprintf(room, ROOM, "0");
	else if (is_short_hexadecimal(norm, *length))
		snprintf(room, ROOM, "%lu", strtoul(norm, NULL, 16));
	else
		return norm;
	*length = strlen(room);
	return room;
}

bool mo_same_default(const char *a, const char *b)
{
	char room_a[ROOM];
	char room_b[ROOM];
	size_t length_a;
	size_t length_b;

	a = peel_default(room_a, a, &length_a);
	b = peel_default(room_b, b, &length_b);
	if (!a || !b)
		return a == b;
	return length_a == length_b && memcmp(a, b, length_a) == 0;
}
