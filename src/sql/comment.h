/* SPDX-License-Identifier: MIT */
/*
 * comment.h: what a CREATE TABLE says about itself in comments.
 *
 *	CREATE TABLE t -- of the table: between its name and its parenthesis
 *	(                -- of the table: on the line of its parenthesis
 *	  a INTEGER,     -- of a: behind it, on its line
 *	  -- of b: on lines of its own before it
 *	  b / * of b: * / TEXT DEFAULT 1 -- of b: before what ends it
 *	)                -- of the table: behind it, where options follow
 *	STRICT
 *
 * A text that was written is the text that is read: lines keep their
 * indentation against each other, and blank lines stay.
 */
#ifndef MOULT_SQL_COMMENT_H
#define MOULT_SQL_COMMENT_H

#include "base/arena.h"

/*
 * The text of the comments in a gap between two tokens, without their signs;
 * NULL where there is none.  Those on the first line of the gap belong to what
 * stands before it, the rest to what comes after.
 */
char *mo_comment_before(struct arena *arena, const char *gap, const char *end);
char *mo_comment_after(struct arena *arena, const char *gap, const char *end);
char *mo_comment_all(struct arena *arena, const char *gap, const char *end);

/* Two pieces of documentation as one; either may be NULL. */
const char *mo_comment_join(struct arena *arena, const char *first, const char *second);

/*
 * A comment that nothing in the text can end, with a space before it; nothing where doc is NULL or
 * blank.
 */
void mo_comment_write(sqlite3_str *out, const char *doc);

#endif
