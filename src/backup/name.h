/* SPDX-License-Identifier: MIT */
/*
 * name.h: how backups and their manifests are called.
 *
 *	app.db.moult-0004-20261121T014521Z.backup
 *	|base|       |num| |  UTC         |
 *	|------------- stem -------------|
 *
 * Sorted by name they are sorted by age.  A number is never used again while
 * one as high is in the directory.
 */
#ifndef MOULT_BACKUP_NAME_H
#define MOULT_BACKUP_NAME_H

#include <stdbool.h>
#include <time.h>

#include "base/arena.h"

#define MO_BACKUP_SUFFIX ".backup"
#define MO_RECORD_SUFFIX ".json"

/* What a file name says. */
struct backup_name {
	long long number;
	size_t stem;	    /* its length */
	const char *suffix; /* what follows the stem; a part of the name */
};

/* Whether name is one of the files of a database whose file is called base. */
bool mo_backup_name_read(struct backup_name *parts, const char *name, const char *base);

/*
 * Whether it is one of the files of any database: a backup, its manifest, or one of them under
 * way.
 */
bool mo_backup_name_is_any(const char *name);

/* The stem, in the arena. */
char *mo_backup_name_stem(struct arena *arena, const char *base, long long number, time_t now);

/*
 * One more than the highest number among the names (char *) of a directory that has one after it.
 */
long long mo_backup_name_next(const struct list *names, const char *base);

/* "2026-11-21T01:45:21Z", in the arena. */
char *mo_backup_time(struct arena *arena, time_t now);

#endif
