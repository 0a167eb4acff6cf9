/* SPDX-License-Identifier: MIT */
/*
 * chance.h: what programs have that make up statements: dice, and the first thing that was wrong.
 */
#ifndef MOULT_TESTS_CHANCE_H
#define MOULT_TESTS_CHANCE_H

#include <stdarg.h>

#include <sqlite3.h>

#include "moult.h"

struct chance {
	unsigned long long dice;
	char *failed; /* what was wrong; NULL: nothing */
};

static inline int roll(struct chance *chance, int sides)
{
	chance->dice = chance->dice * 6364136223846793005ULL + 1442695040888963407ULL;
	return (int)((chance->dice >> 33) % (unsigned long long)sides);
}

static inline void fail(struct chance *chance, const char *format, ...)
{
	va_list args;

	if (chance->failed)
		return;
	va_start(args, format);
	chance->failed = sqlite3_vmprintf(format, args);
	va_end(args);
}

/* Whether moult did it; the diagnostics go. */
static inline void say(struct chance *chance, moult *m, int rc, const char *what)
{
	const size_t count = moult_diagnostic_count(m);
	const moult_diagnostic *last = moult_diagnostic_at(m, count ? count - 1 : 0);

	if (rc != MOULT_OK)
		fail(chance, "%s: %d %s %s", what, rc, last ? last->id : "",
		     last ? last->message : "?");
	moult_diagnostics_clear(m);
}

#endif
