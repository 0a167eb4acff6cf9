/* SPDX-License-Identifier: MIT */
/*
 * releases.h: a folder of frozen documents, oldest first.
 *
 *	releases/20261128153000_split_name.xml	frozen: never edited again
 *	releases/releases.sum			holds that against the files (sum.h)
 *
 * A folder is read whole or not at all: what is edited, gone, renamed, not
 * listed or merged is said of each file, and then there is no folder to go by.
 * Files that do not end in .xml are nobody's business.
 */
#ifndef MOULT_RELEASE_RELEASES_H
#define MOULT_RELEASE_RELEASES_H

#include "base/handle.h"
#include "live/input.h"

struct release {
	const char *name; /* of the file, without .xml */
	const char *path;
	struct content content;	     /* of the file, until the schema was read */
	bool is_unread;		     /* it could not be, which was said */
	struct moult_schema *schema; /* NULL until it was read (moult_schema.c) */
};

struct releases {
	struct arena *arena;
	const char *path;     /* of the folder */
	const char *sum_path; /* of releases.sum */
	bool has_sum;
	bool is_sum_unread; /* which was said */
	struct list list;  /* of struct release, oldest first */
	struct list lines; /* of struct sum_line */
};

/* Whether a directory is one of releases: it has a releases.sum, or a file with a release's name. */
bool mo_is_releases(const char *path);

/*
 * Reads the names, the files and the sum of a folder, which need not exist.  What is wrong with
 * them is asked by mo_releases_judge(), what is in them by whoever needs it.  A file that cannot be
 * read is said and fails there, so that the others are judged as well.
 */
int mo_releases_read(struct releases **out, struct moult *m, const char *path);
void mo_releases_free(
	struct releases *releases); /* NULL is allowed; the schemas are the caller's */

/* Says what is not as it was frozen; MOULT_TROUBLE where anything is.  Files are unread still. */
int mo_releases_judge(const struct releases *releases, struct moult *m);

/* The newest; NULL where there is none. */
struct release *mo_releases_newest(const struct releases *releases);
/*
 * Takes the newest out, with its line, so that it can be frozen again; and what a merge has left in
 * the sum.  NULL where there is none; it lives as long as the folder.
 */
struct release *mo_releases_take_newest(struct releases *releases);
/*
 * The one of that name: the whole name, or a beginning of it, with its time or without, that only
 * one has.  REL010 where there is none, REL011 where there are several.
 */
int mo_releases_find(struct release **out, struct moult *m, const struct releases *releases,
		     const char *name);

#endif
