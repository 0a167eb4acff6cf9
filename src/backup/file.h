/* SPDX-License-Identifier: MIT */
/*
 * file.h: files beside the database: backups, manifests, and their names.
 *
 * NEVER GIVE THE DATABASE ITSELF, ITS JOURNAL OR ITS WAL TO A FUNCTION THAT
 * OPENS A FILE.  POSIX drops all locks that a process has on a file as soon as
 * the process closes any descriptor of it (https://sqlite.org/howtocorrupt.html,
 * section 2.2), so one open() and close() would take the lock away under which
 * a migration runs.  The functions that do open say so with "Opens"; the others
 * ask by name and may be given the database.
 *
 * Every function that can fail adds a diagnostic with the ID that it is given,
 * and returns its result.  Interrupted calls are begun again.  Descriptors are
 * not inherited by programs that are started meanwhile.
 */
#ifndef MOULT_BACKUP_FILE_H
#define MOULT_BACKUP_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/hash.h"

struct stat;

/* ---- names; in the arena, NULL without memory ---- */

const char *mo_file_base(const char *path); /* what follows the last slash; a part of path */
char *mo_file_directory(struct arena *arena, const char *path); /* "." where there is no slash */
char *mo_file_join(struct arena *arena, const char *directory, const char *name);
bool mo_file_is_plain(
	const char *name); /* a name in a directory: no slash, not empty, not "." or ".." */
/*
 * "file:///a%20b?vfs=unix&query", as sqlite3_open_v2 takes it with
 * SQLITE_OPEN_URI.  path is absolute; vfs and query may be NULL.
 */
char *mo_file_uri(struct arena *arena, const char *path, const char *vfs, const char *query);

/* ---- questions ---- */

/* The path without links and dots.  The file itself need not exist; its directory must. */
int mo_file_absolute(char **absolute, struct arena *arena, const char *path, struct diags *diags,
		     enum diag_id id);
long long mo_file_names(const char *path); /* how many hard links it has; 0: it is not there */
bool mo_file_exists(const char *path);	   /* of any kind, a dangling link too */
bool mo_file_is_regular(const char *path); /* and not a link */
bool mo_file_is_folder(const char *path);  /* a directory, or a link to one */
/* What a reader could wait for, as a pipe: neither file nor directory, nor a link to one. */
bool mo_file_is_special(const char *path);
int mo_file_size(long long *size, const char *path, struct diags *diags, enum diag_id id);
/* Bytes that are free for us on the file system of path. */
int mo_file_free(long long *bytes, const char *path, struct diags *diags, enum diag_id id);
/* A text that no other file of this machine has while this one exists: device and inode. */
char *mo_file_identity(struct arena *arena, const char *path, struct diags *diags, enum diag_id id);
/* The names in a directory that begin with prefix, in no order, as char *. */
int mo_file_list(struct list *names, struct arena *arena, const char *directory, const char *prefix,
		 struct diags *diags, enum diag_id id);

/* ---- changes of names ---- */

int mo_file_rename(const char *from, const char *to, struct diags *diags, enum diag_id id);
/*
 * Renames, but never over another file: *taken tells that there is one, and
 * then nothing was done.  On file systems without hard links a file that
 * appears in the very moment of the call is not seen.
 */
int mo_file_publish(bool *taken, const char *from, const char *to, struct diags *diags,
		    enum diag_id id);
/* Not being there is no failure. */
int mo_file_remove(const char *path, struct diags *diags, enum diag_id id);

/* ---- files that are made ---- */

/*
 * Others may write to the directory too, and put another file or a link under
 * the name of one that was made a moment ago.  So it is held by its descriptor
 * from the beginning, and its name is asked whether it is still that file's.
 */

/*
 * Opens.  Makes an empty file, which must not exist, and gives a descriptor to
 * read and write it.  Nobody may read it who may not read model: it has its
 * permission bits, and its group and owner where we may give them; without the
 * group those bits are left out.  Where model is NULL it is for us alone.
 */
int mo_file_create(int *fd, const char *path, const char *model, struct diags *diags,
		   enum diag_id id);
/*
 * Puts bytes into an empty file and has them on the disk when it returns; path is for messages,
 * here and below.
 */
int mo_file_write(int fd, const char *path, const char *bytes, size_t size, struct diags *diags,
		  enum diag_id id);
/* fsync(2). */
int mo_file_sync(int fd, const char *path, struct diags *diags, enum diag_id id);
int mo_file_length(long long *size, int fd, const char *path, struct diags *diags, enum diag_id id);
/* Says so where path is not, or not any more, the name of the file. */
int mo_file_check_name(int fd, const char *path, struct diags *diags, enum diag_id id);
/*
 * Says so where SQLite, which opens by name, has not opened this file: it is open in the process
 * through no other descriptor.
 */
int mo_file_check_opened(int fd, const char *path, struct diags *diags, enum diag_id id);
void mo_file_close(int *fd); /* -1: it is closed */

/*
 * Puts bytes into the place of path, all of them or none, by way of a temporary file beside it,
 * which may be there from a run that ended early; model as for mo_file_create().
 */
int mo_file_replace(const char *path, const char *temporary, const char *model, const char *bytes,
		    size_t size, struct diags *diags, enum diag_id id);

/*
 * A descriptor of the process on a file, other than except, that can be read
 * through; -1 where there is none.  model is what stat(2) says of the file.
 */
int mo_file_descriptor(const struct stat *model, int except);

/* ---- contents; these open ---- */

/* Opens.  The whole file, in the arena, with a NUL behind it; at most limit bytes. */
int mo_file_read(char **bytes, size_t *size, struct arena *arena, const char *path, size_t limit,
		 struct diags *diags, enum diag_id id);
/*
 * Opens. The hash of all bytes; watcher (may be NULL) is asked every few MiB, and may break it off
 * (RUN014).
 */
struct file_watcher {
	bool (*goes_on)(void *context, long long done, long long total);
	void *context;
};
int mo_file_checksum(char text[MO_HASH_TEXT], const char *path, const struct file_watcher *watcher,
		     struct diags *diags, enum diag_id id);
/* The same of a descriptor, from the beginning of its file. */
int mo_file_checksum_of(char text[MO_HASH_TEXT], int fd, const char *path,
			const struct file_watcher *watcher, struct diags *diags, enum diag_id id);
/* Opens.  fsync(2) of the directory of a path, so that a new name in it survives a power cut. */
int mo_file_sync_directory(const char *path, struct diags *diags, enum diag_id id);

#endif
