/* SPDX-License-Identifier: MIT */
/*
 * backup.h: the state before a change, in a file beside the database.
 *
 *	app.db
 *	app.db.moult-0004-20261121T014521Z.backup	a database like any other
 *	app.db.moult-0004-20261121T014521Z.json		its manifest, see backup/manifest.h
 *
 * In the course of a run:
 *
 *	BEGIN IMMEDIATE on db
 *	  mo_backup_begin()		the state before the first write
 *	  ... what is to be read before it ...
 *	  mo_backup_settle()		verified, and under its name
 *	  ... the steps, the checks, the history row ...
 *	  mo_backup_after()		what the change left, into the manifest
 *	COMMIT				    ROLLBACK
 *	  mo_backup_finish()		      mo_backup_discard()
 *
 * All of them take a NULL backup, which is what mo_backup_make() gives where
 * none is wanted: options->no_backup, or a database in memory (or without a
 * name) and no options->backup_dir.  A database in memory has no second
 * connection that could see it; its backup is made on db itself, and for that
 * its transaction, in which nothing was written yet, is ended and begun again.
 *
 * What a crash leaves are files named like "....DEVICE-INODE.backup.tmp".  The
 * device and inode are those of the database, and all work on such files is
 * done under its write lock; so whoever has that lock knows that nobody else
 * is using them, and the next mo_backup_make() removes them.
 */
#ifndef MOULT_BACKUP_BACKUP_H
#define MOULT_BACKUP_BACKUP_H

#include "backup/manifest.h"
#include "base/handle.h"

/*
 * Whether the file system may copy (backup/clone.h), where the library opened db; or must share its blocks,
 * so that it takes no time, else RUN083.
 */
enum cloning { MO_NO_CLONE, MO_MAY_CLONE, MO_MUST_CLONE };

/* What is to be made. */
struct backup_order {
	const char *kind;	    /* MO_KIND_BEFORE_APPLY or MO_KIND_BEFORE_ROLLBACK */
	const char *plan;	    /* ID; may be NULL */
	struct fingerprints before; /* the texts need not outlive the call */
	sqlite3 *source;	    /* reads the database; NULL: a connection is opened */
	enum cloning clone;
};

struct backup {
	struct arena *arena;
	struct manifest manifest;
	const char *path;	  /* of the backup; its base is the name for the history */
	const char *record;	  /* of the manifest */
	const char *temporary;	  /* through which the manifest is replaced */
	const char *model;	  /* whose permission bits new files get */
	struct list neighbours;	  /* names of the database and of what was beside it, as char * */
	struct backup_work *work; /* until it is settled */
};

/*
 * Makes a backup of main; db has the write lock and nothing written.  The copy
 * is whole when this returns, and is read through beside what the caller does
 * next (backup/beside.h), which must not be a write.  On failure (RUN007,
 * RUN014) nothing is left behind.
 */
int mo_backup_begin(struct backup **backup, struct moult *m, sqlite3 *db,
		    const struct backup_order *order, const moult_options *options);
/*
 * Waits until it is found good, and gives it its name. After a failure there is only
 * mo_backup_discard().
 */
int mo_backup_settle(struct backup *backup, struct moult *m);
/* Both, one after the other; the backup is verified. */
int mo_backup_make(struct backup **backup, struct moult *m, sqlite3 *db,
		   const struct backup_order *order, const moult_options *options);

/*
 * Reads the state of db, but of tables in known (digest/state.h), and writes it
 * into the manifest.  Before COMMIT; db has the functions of digest/digest.h.
 */
int mo_backup_after(struct backup *backup, struct moult *m, sqlite3 *db,
		    const struct fingerprints *after, const struct list *known);
/* The same with a state that is known already. */
int mo_backup_set_after(struct backup *backup, struct moult *m, const struct state *state,
			const struct fingerprints *after);

/*
 * After COMMIT: removes all but the newest options->keep backups, never this
 * one; then frees.  Failures are RUN026.
 */
void mo_backup_finish(struct backup *backup, struct moult *m, const moult_options *options);
/* After ROLLBACK: removes the backup and frees. */
void mo_backup_discard(struct backup *backup, struct moult *m);
/* Frees, and leaves the files alone. */
void mo_backup_free(struct backup *backup);

/* ---- those that are there ---- */

struct backup_entry {
	const char *path;	  /* of the backup */
	const char *record;	  /* of the manifest */
	struct manifest manifest; /* number is set at least */
	const char *fault;	  /* why it cannot be trusted; NULL: it can */
};

/*
 * The backups of the database at path, in options->backup_dir or its own
 * directory, as struct backup_entry, newest first.  Each is checked: its
 * manifest, size and checksum, and with quick_check.  In a directory that is
 * not the database's own, those of a database of the same name elsewhere are
 * left out.
 */
int mo_backup_list(struct list *entries, struct arena *arena, struct moult *m, const char *path,
		   const moult_options *options);

/* The same with a look at the manifests only, for any database that is called as the one at path. */
int mo_backup_list_records(struct list *entries, struct arena *arena, struct moult *m,
			   const char *directory, const char *path);
/* The same where the names in the directory are known. */
int mo_backup_read_records(struct list *entries, struct arena *arena, struct moult *m,
			   const char *directory, const char *base, const struct list *names);

/* One backup by its path, wherever it is, checked; where it cannot be trusted RUN020 says why. */
int mo_backup_find(struct backup_entry **entry, struct arena *arena, struct moult *m,
		   const char *backup);

/* ---- for back/rollback.c too ---- */

/* Opens a backup to read, as a file that nobody changes.  vfs may be NULL. */
int mo_backup_open(sqlite3 **db, struct moult *m, const char *path, const char *vfs);

/*
 * SQLite opens by name: refuses, with id, a connection that has another file
 * than the one that was made, whose descriptor is fd.
 */
int mo_backup_check_opened(struct moult *m, sqlite3 *db, int fd, const char *path, enum diag_id id);

/* The name of the VFS under main, or NULL. */
const char *mo_backup_vfs(sqlite3 *db);

/*
 * Runs a copy to its end and finishes it; target is the connection that it
 * writes.  Nothing is changed in target unless MOULT_OK is returned.
 */
int mo_backup_copy(struct moult *m, sqlite3_backup *copy, sqlite3 *target, int timeout_ms,
		   const char *phase, enum diag_id id);

/*
 * Makes a connection of our own fit for mo_backup_verdict(): CHECK constraints
 * are not the copy's fault, and unknown collations get stand-ins, which a
 * quick_check never uses.
 */
int mo_backup_prepare(sqlite3 *db);

/*
 * What quick_check says of main: "ok", its lines, or why it could not be run.
 * "unknown" where the application's functions would be needed.  In the arena.
 */
const char *mo_backup_verdict(struct arena *arena, sqlite3 *db);
/* The same on a connection of our own, seen and broken off by the progress callback (RUN014). */
int mo_backup_judge(const char **verdict, struct arena *arena, struct moult *m, sqlite3 *db);
bool mo_backup_is_sound(const char *verdict); /* "ok" or "unknown" */

#endif
