/* SPDX-License-Identifier: MIT */
/*
 * sum.h: releases.sum, which tells whether a folder of releases is what was frozen.
 *
 *	9c0f...32 digits  20261128153000_split_name.xml
 *
 * One line for each release, oldest first.  Its digest is that of the line before, without its
 * end, and of the bytes of the file.  So a file that is edited is seen, a line that is taken out
 * or moved is, and two branches that each add a line conflict where they are merged: they have
 * written two lines behind the same one.
 *
 * CR LF counts as LF, in the files as in the sum: version control may write either, and XML reads
 * both as LF.  An editor may put a byte order mark before the sum.
 */
#ifndef MOULT_RELEASE_SUM_H
#define MOULT_RELEASE_SUM_H

#include "base/arena.h"
#include "base/hash.h"

#define MO_SUM_NAME "releases.sum"

enum sum_kind {
	SUM_RELEASE,
	SUM_MARKER, /* <<<<<<< and the like, which version control leaves where it cannot merge */
	SUM_OTHER   /* what is no line of a sum */
};

struct sum_line {
	enum sum_kind kind;
	const char *text; /* the whole line, without its end */
	int number;	  /* from 1 */
	/* of SUM_RELEASE: */
	const char *digest;
	const char *name; /* of the file */
};

/* Adds a struct sum_line for each line of a text that is not blank. */
void mo_sum_read(struct list *lines, struct arena *arena, const char *text);

/* What the line of a release must have; before is the text of the line before, NULL for none. */
void mo_sum_digest(char digest[MO_HASH_TEXT], const char *before, const char *bytes, size_t size);

/* The line itself, without its end; in the arena. */
char *mo_sum_line(struct arena *arena, const char *digest, const char *name);

/* Whether a file is named as a release is: 14 digits, an underline, a name without space, .xml. */
bool mo_sum_is_name(const char *name);

#endif
