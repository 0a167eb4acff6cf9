/* SPDX-License-Identifier: MIT */
/*
 * manifest.h: what a backup is, in a file beside it.
 *
 * Beside NAME.backup stands NAME.json:
 *
 *	{
 *	  "moult": 1,                     the format; a higher one is refused by name
 *	  "kind": "before-apply",         or "before-rollback"
 *	  "database": "app.db",           the file's name, and below the directory it was in
 *	  "directory": "/var/lib/app",
 *	  "number": 4,                    rises with every backup of a database
 *	  "created": "2026-11-21T01:45:21Z",
 *	  "version": "0.1.0",             of moult
 *	  "sqlite": "3.40.1",
 *	  "plan": "6f1c...",              the ID of the plan that was run; null: none
 *	  "backup": "NAME.backup",        a plain name in the same directory
 *	  "size": 40960,                  of the backup, in bytes
 *	  "checksum": "90ab...",          of all its bytes
 *	  "quick_check": "ok",            what it said of the backup; what it finds was there before
 *	  "fingerprints": {
 *	    "before": { "exact": "...", "shape": "moult1:..." },
 *	    "after": { "exact": "...", "shape": "moult1:..." }
 *	  },
 *	  "schema": "77e0...",            digest of sqlite_master after the change; null: not known
 *	  "digests": [                    of every table after the change
 *	    { "name": "t", "rows": 42, "digest": "..." },
 *	    { "name": "u", "as": "u" },   what table u of the backup holds
 *	    { "name": "v", "as": "v", "added": [null, 0, "x"] }	and in columns behind those
 *	  ],
 *	  "undone": null                  or the number of the rollback's backup that undid it
 *	}
 *
 * Checksum and digests are SipHash-1-3 of 128 bits as 32 hexadecimal digits;
 * digest/row.c has the bytes of a row.  "schema", "digests" and the
 * fingerprints after are written before COMMIT, under the lock.  Whether the
 * COMMIT came about is not in here: the row of _moult_history that names the
 * backup says so, and is part of the same transaction.
 *
 * A manifest is read as data from a stranger.  Members that are not known are
 * passed over, and kept when a member is changed.
 */
#ifndef MOULT_BACKUP_MANIFEST_H
#define MOULT_BACKUP_MANIFEST_H

#include "base/handle.h"
#include "digest/state.h"

#define MO_MANIFEST_FORMAT 1
#define MO_KIND_BEFORE_APPLY "before-apply"
#define MO_KIND_BEFORE_ROLLBACK "before-rollback"

/* Each may be NULL: not known. */
struct fingerprints {
	const char *exact;
	const char *shape;
};

struct manifest {
	long long format;
	const char *kind;
	const char *database;
	const char *directory;
	long long number;
	const char *created;
	const char *version;
	const char *sqlite;
	const char *plan;
	const char *backup;
	long long size;
	const char *checksum;
	const char *quick_check;
	struct fingerprints before;
	struct fingerprints after;
	struct state state; /* after the change */
	long long undone;   /* 0: not undone */
};

/*
 * Writes a manifest whole or not at all, through the file temporary, with the
 * permission bits of model.  What goes wrong is RUN007.
 */
int mo_manifest_write(const struct manifest *manifest, const char *path, const char *temporary,
		      const char *model, struct moult *m);

/* Reads one, in the arena.  What goes wrong is RUN020. */
int mo_manifest_read(struct manifest *manifest, struct arena *arena, struct moult *m,
		     const char *path);

/* Changes "undone" in a manifest and nothing else; 0 makes it null. */
int mo_manifest_set_undone(const char *path, long long undone, const char *temporary,
			   const char *model, struct moult *m);

#endif
