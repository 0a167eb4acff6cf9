/* SPDX-License-Identifier: MIT */
/*
 * comment.h: what a CREATE TABLE says about itself in comments.
 *
 *	CREATE TABLE t (   -- of the table: on the line of its parenthesis
 *	  a INTEGER,       -- of a: behind it, on its line
 *	  -- of b: on lines of its own before it
 *	  b TEXT           -- of b: before what ends it
 *	)
 */
#ifndef MOULT_SQL_COMMENT_H
#define MOULT_SQL_COMMENT_H

#include "base/arena.h"

/*
 * The text of the comments in a gap, without their signs; NULL where there is
 * none.  Those on the first line of the gap belong to what stands before it,
 * the rest to what comes after.
 */
char *mo_comment_before(struct arena *arena, const char *gap, const char *end);
char *mo_comment_after(struct arena *arena, const char *gap, const char *end);

/* Two pieces of documentation as one; either may be NULL. */
const char *mo_comment_join(struct arena *arena, const char *first, const char *second);

#endif
