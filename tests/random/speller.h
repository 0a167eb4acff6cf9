/* SPDX-License-Identifier: MIT */
/* speller.h: who writes SQL, a token at a time, and never twice in the same way. */
#ifndef MOULT_TESTS_RANDOM_SPELLER_H
#define MOULT_TESTS_RANDOM_SPELLER_H

#include "shape.h"

#include <sqlite3.h>

struct speller {
	struct dice *dice;
	struct shape *shape;
	sqlite3_str *out;
};

/* As it stands. */
void spell_put(struct speller *s, const char *text);
/* Space, or a comment; maybe_gap where there need be none. */
void spell_gap(struct speller *s);
void spell_maybe_gap(struct speller *s);
/* Keywords, each with a gap behind it. */
void spell_words(struct speller *s, const char *text);
/* A name with a gap behind it. */
void spell_called(struct speller *s, const char *text);
/* A character in style 0 (small), 1 (large) or as it is. */
void spell_folded(struct speller *s, char c, int style);
/* A name where only a name can stand, and SQLite takes a string for one. */
const char *spell_defined(struct speller *s, const char *name);
/* The name of the field (mark 1) or thing with that number. */
const char *spell_referred(struct speller *s, char mark, int id);
/* What a reference in a text means; gives where it ends. */
const char *spell_reference(struct speller *s, const char *text);
/* A text with its references; what is not in quotes may change its case and its gaps. */
void spell_expression(struct speller *s, const char *text);

#endif
