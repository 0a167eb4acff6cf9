/* SPDX-License-Identifier: MIT */
/*
 * body.h: the indentation of texts that have lines.
 *
 * A document indents the body of a view or a trigger; the database should not
 * keep that indentation, and a body that comes back from there gets it again.
 * Lines may only be moved where no string, name or comment runs over their
 * end: such a text is taken and given to the letter.
 */
#ifndef MOULT_XML_BODY_H
#define MOULT_XML_BODY_H

#include "base/arena.h"

/* Whether the space at the start of each line is nothing but space. */
bool mo_lines_are_free(const char *sql);

/*
 * A text without the indentation that all its lines have.  hanging: a first
 * line that follows the tag at once does not count.
 */
char *mo_dedent(struct arena *arena, const char *text, bool hanging);

/*
 * A body ready to be indented: lines that begin a statement stand at the
 * margin, those far away from it come nearer.  To the letter where its lines
 * are not free.
 */
char *mo_arrange(struct arena *arena, const char *sql);

/* Writes text with depth spaces before each line but empty ones. */
void mo_indent(sqlite3_str *out, const char *text, int depth);

#endif
