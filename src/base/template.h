/* SPDX-License-Identifier: MIT */
/*
 * template.h: a text with places for values, which are comments, so that the text can be
 * read and run as it stands.
 *
 *	[=name] ... [=]		the value of that name; what stands between is an example
 *	[?name] ... [?]		a part that is left out where the value is NULL
 *
 * where [...] is a comment of C.  Parts may hold values, and neither holds its own kind.  The
 * last line end is left out.
 */
#ifndef MOULT_BASE_TEMPLATE_H
#define MOULT_BASE_TEMPLATE_H

#include "base/arena.h"

struct template_value {
	const char *name;
	const char *value;
};

/* NULL without memory.  Every name of the text is among the values, of which {NULL} is the last. */
char *mo_template_fill(struct arena *arena, const char *text, const struct template_value *values);

#endif
