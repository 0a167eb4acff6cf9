/* SPDX-License-Identifier: MIT */
/*
 * chance.h: what programs have that make up statements: dice, and the first thing that was wrong.
 */
#ifndef MOULT_TESTS_CHANCE_H
#define MOULT_TESTS_CHANCE_H

#include <stdarg.h>
#include <string.h>

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

static inline int keep_text(void *context, const char *text, size_t size)
{
	sqlite3_str_append(context, text, (int)size);
	return 0;
}

/* The document of a file, with one place changed; NULL where that failed. */
static inline moult_schema *want_of(struct chance *chance, moult *m, const char *path,
				    const char *from, const char *to)
{
	moult_schema *have = NULL, *want = NULL;
	sqlite3_str *text = sqlite3_str_new(NULL);
	char *document, *wanted = NULL, *place;

	say(chance, m, moult_schema_read(&have, m, path), "read");
	if (!chance->failed)
		say(chance, m, moult_schema_dump(m, have, keep_text, text), "dump");
	document = sqlite3_str_finish(text);
	place = document ? strstr(document, from) : NULL;
	if (place)
		wanted = sqlite3_mprintf("%.*s%s%s", (int)(place - document), document, to,
					 place + strlen(from));
	if (wanted)
		say(chance, m, moult_schema_parse(&want, m, wanted, strlen(wanted), "want.xml"),
		    "parse");
	else
		fail(chance, "the document has no %s", from);
	moult_schema_free(have);
	sqlite3_free(document);
	sqlite3_free(wanted);
	return want;
}

#endif
