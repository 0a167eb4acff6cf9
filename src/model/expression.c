/* SPDX-License-Identifier: MIT */
/* expression.c: see expression.h. */
#include "model/expression.h"

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
