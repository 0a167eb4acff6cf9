/* SPDX-License-Identifier: MIT */
/*
 * show.h: texts of others, as a person may be shown them.
 *
 * A name, a value or a line of a document can hold what a terminal obeys
 * instead of showing it: escape sequences (control characters of ECMA-48, also
 * those beyond ASCII), and the characters that turn the direction of writing,
 * with which a line reads otherwise than it is.  Each is shown by its number,
 * "<U+202E>", and a byte that is none of UTF-8 as U+FFFD.
 */
#ifndef MOULT_BASE_SHOW_H
#define MOULT_BASE_SHOW_H

#include <stdbool.h>
#include <stddef.h>
#include <sqlite3.h>

#include "base/arena.h"

/*
 * The character at text and its length; a byte that is none of UTF-8 (RFC 3629) is U+FFFD, and one
 * long.
 */
unsigned mo_utf8_read(const char *text, int *length);

/* Whether a terminal would obey it; line ends and tabs too. */
bool mo_is_steering(unsigned code);

/* Adds the character at text, whatever it is, and returns its length in the text. */
int mo_show(sqlite3_str *out, const char *text);
/* Adds bytes as one line: line ends and tabs are spaces. */
void mo_show_line(sqlite3_str *out, const char *text, size_t bytes);
/* Adds lines up to the end of the text; line ends and tabs stay. */
void mo_show_lines(sqlite3_str *out, const char *text);

/*
 * The columns that so many bytes of text take when they are shown; a character that is no other is
 * one.
 */
int mo_shown_width(const char *text, size_t bytes);

/* A word as a POSIX shell takes it: in single quotes where it has more than plain characters. */
const char *mo_shell_word(struct arena *arena, const char *word);

#endif
