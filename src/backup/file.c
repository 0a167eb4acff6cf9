/* SPDX-License-Identifier: MIT */
/* file.c: see file.h.  POSIX.1-2008 with its XSI part, for realpath(3), and nothing else. */
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#endif
#include "backup/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MOST_DESCRIPTORS (1 << 20)
#define BYTES_APART (4LL << 20) /* between two looks up from a checksum */

/* ---- names ---- */

const char *mo_file_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *mo_file_directory(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return mo_arena_text(arena, ".");
	return mo_arena_slice(arena, path, slash == path ? 1 : (size_t)(slash - path));
}

char *mo_file_join(struct arena *arena, const char *directory, const char *name)
{
	const size_t length = strlen(directory);

	if (length && directory[length - 1] == '/')
		return mo_arena_format(arena, "%s%s", directory, name);
	return mo_arena_format(arena, "%s/%s", directory, name);
}

bool mo_file_is_plain(const char *name)
{
	return *name && !strchr(name, '/') && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static void write_escaped(sqlite3_str *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("%?#&=\" ", *text))
			sqlite3_str_appendf(out, "%%%02X", (unsigned char)*text);
		else
			sqlite3_str_appendchar(out, 1, *text);
	}
}

char *mo_file_uri(struct arena *arena, const char *path, const char *vfs, const char *query)
{
	sqlite3_str *uri = sqlite3_str_new(NULL);

	sqlite3_str_appendall(uri, "file://");
	write_escaped(uri, path);
	if (vfs) {
		sqlite3_str_appendall(uri, "?vfs=");
		write_escaped(uri, vfs);
	}
	if (query)
		sqlite3_str_appendf(uri, "%s%s", vfs ? "&" : "?", query);
	return mo_arena_take(arena, uri);
}

/* ---- questions ---- */

/* realpath(3) allocates with malloc. */
static char *resolve(struct arena *arena, const char *path)
{
	char *resolved = realpath(path, NULL);
	char *copy = mo_arena_text(arena, resolved);

	free(resolved);
	return copy;
}

int mo_file_absolute(char **absolute, struct arena *arena, const char *path, struct diags *diags,
		     enum diag_id id)
{
	char *resolved = resolve(arena, path);
	char *directory;

	if (!resolved && errno == ENOENT) {
		directory = mo_file_directory(arena, path);
		directory = directory ? resolve(arena, directory) : NULL;
		resolved = directory ? mo_file_join(arena, directory, mo_file_base(path)) : NULL;
	}
	if (mo_arena_rc(arena))
		return mo_diag_memory(diags);
	if (!resolved)
		return mo_diag_errno(diags, id, path, "find");
	*absolute = resolved;
	return MOULT_OK;
}

long long mo_file_names(const char *path)
{
	struct stat status;

	return path && stat(path, &status) == 0 ? (long long)status.st_nlink : 0;
}

bool mo_file_exists(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0;
}

bool mo_file_is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool mo_file_is_special(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && !S_ISDIR(status.st_mode) && !S_ISREG(status.st_mode);
}

bool mo_file_is_regular(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0 && S_ISREG(status.st_mode);
}

int mo_file_size(long long *size, const char *path, struct diags *diags, enum diag_id id)
{
	struct stat status;

	if (stat(path, &status))
		return mo_diag_errno(diags, id, path, "look at");
	*size = status.st_size;
	return MOULT_OK;
}

int mo_file_free(long long *bytes, const char *path, struct diags *diags, enum diag_id id)
{
	struct statvfs status;
	int rc;

	do
		rc = statvfs(path, &status);
	while (rc && errno == EINTR);
	if (rc)
		return mo_diag_errno(diags, id, path, "ask for the free space of");
	*bytes = (long long)status.f_bavail * (long long)status.f_frsize;
	return MOULT_OK;
}

char *mo_file_identity(struct arena *arena, const char *path, struct diags *diags, enum diag_id id)
{
	struct stat status;
	char *text;

	if (stat(path, &status)) {
		mo_diag_errno(diags, id, path, "look at");
		return NULL;
	}
	text = mo_arena_format(arena, "%llx-%llx", (unsigned long long)status.st_dev,
			       (unsigned long long)status.st_ino);
	if (!text)
		mo_diag_memory(diags);
	return text;
}

int mo_file_list(struct list *names, struct arena *arena, const char *directory, const char *prefix,
		 struct diags *diags, enum diag_id id)
{
	DIR *stream = opendir(directory);
	const size_t length = strlen(prefix);
	const struct dirent *entry;

	if (!stream)
		return mo_diag_errno(diags, id, directory, "read the directory");
	for (errno = 0; (entry = readdir(stream)) != NULL; errno = 0) {
		char *name = strncmp(entry->d_name, prefix, length) == 0
				     ? mo_arena_text(arena, entry->d_name)
				     : NULL;

		if (name)
			mo_list_add(arena, names, name);
	}
	if (errno) {
		mo_diag_errno(diags, id, directory, "read the directory");
		closedir(stream);
		return mo_diag_kinds[id].result;
	}
	closedir(stream);
	return mo_arena_rc(arena) ? mo_diag_memory(diags) : MOULT_OK;
}

/* ---- changes of names ---- */

int mo_file_rename(const char *from, const char *to, struct diags *diags, enum diag_id id)
{
	return rename(from, to) ? mo_diag_errno(diags, id, from, "rename") : MOULT_OK;
}

int mo_file_publish(bool *taken, const char *from, const char *to, struct diags *diags,
		    enum diag_id id)
{
	*taken = mo_file_exists(to);
	if (*taken)
		return MOULT_OK;
	if (link(from, to) == 0)
		return mo_file_remove(from, diags, id);
	*taken = errno == EEXIST;
	if (*taken)
		return MOULT_OK;
	return mo_file_rename(from, to, diags, id);
}

int mo_file_remove(const char *path, struct diags *diags, enum diag_id id)
{
	return unlink(path) && errno != ENOENT ? mo_diag_errno(diags, id, path, "remove")
					       : MOULT_OK;
}

/* ---- contents ---- */

static int open_file(const char *path, int flags, mode_t mode)
{
	int fd;

	do
		fd = open(path, flags | O_CLOEXEC, mode);
	while (fd < 0 && errno == EINTR);
	return fd;
}

static int sync_file(int fd)
{
	int rc;

	do
		rc = fsync(fd);
	while (rc && errno == EINTR);
	return rc;
}

/*
 * As SQLite does for journals: what root makes for another user must be that
 * user's.  Anybody else may have another group than the model, whose people are
 * not meant.
 */
static int be_like(int fd, const struct stat *model)
{
	mode_t bits = model->st_mode & (S_IRWXU | S_IRWXG | S_IRWXO);
	struct stat status;

	if (geteuid() == 0 && fchown(fd, model->st_uid, model->st_gid))
		return -1;
	if (fstat(fd, &status))
		return -1;
	if (status.st_gid != model->st_gid && fchown(fd, (uid_t)-1, model->st_gid))
		bits &= ~(mode_t)S_IRWXG;
	return fchmod(fd, bits);
}

int mo_file_create(int *fd, const char *path, const char *model, struct diags *diags,
		   enum diag_id id)
{
	struct stat status;
	int made, rc = MOULT_OK;

	if (model && stat(model, &status))
		return mo_diag_errno(diags, id, model, "look at");
	made = open_file(path, O_RDWR | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);
	if (made < 0)
		return mo_diag_errno(diags, id, path, "create");
	if (model && be_like(made, &status)) {
		rc = mo_diag_errno(diags, id, path, "set the permissions of");
		unlink(path);
		close(made);
	} else {
		*fd = made;
	}
	return rc;
}

void mo_file_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int write_all(int fd, const char *bytes, size_t size)
{
	while (size) {
		ssize_t written = write(fd, bytes, size);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -1;
		bytes += written;
		size -= (size_t)written;
	}
	return 0;
}

int mo_file_write(int fd, const char *path, const char *bytes, size_t size, struct diags *diags,
		  enum diag_id id)
{
	return write_all(fd, bytes, size) || sync_file(fd) ? mo_diag_errno(diags, id, path, "write")
							   : MOULT_OK;
}

int mo_file_length(long long *size, int fd, const char *path, struct diags *diags, enum diag_id id)
{
	struct stat status;

	if (fstat(fd, &status))
		return mo_diag_errno(diags, id, path, "look at");
	*size = status.st_size;
	return MOULT_OK;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static int replaced(const char *path, struct diags *diags, enum diag_id id)
{
	mo_diag(diags, id, NULL, path, "somebody else put another file in the place of %s", path);
	mo_diag_hint(diags, "use a directory in which nobody else may write");
	return mo_diag_kinds[id].result;
}

int mo_file_check_name(int fd, const char *path, struct diags *diags, enum diag_id id)
{
	struct stat file, named;

	if (fstat(fd, &file) || lstat(path, &named) || !is_same(&file, &named))
		return replaced(path, diags, id);
	return MOULT_OK;
}

int mo_file_check_opened(int fd, const char *path, struct diags *diags, enum diag_id id)
{
	struct stat file;

	if (fstat(fd, &file) || mo_file_descriptor(&file, fd) < 0)
		return replaced(path, diags, id);
	return MOULT_OK;
}

/* A new descriptor is the lowest that is free, so one that is there is found early. */
int mo_file_descriptor(const struct stat *model, int except)
{
	const long limit = sysconf(_SC_OPEN_MAX);
	const int most = limit > 0 && limit < MOST_DESCRIPTORS ? (int)limit : MOST_DESCRIPTORS;
	struct stat status;

	for (int fd = 0; fd < most; fd++)
		if (fd != except && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
		    is_same(&status, model) && (fcntl(fd, F_GETFL) & O_ACCMODE) != O_WRONLY)
			return fd;
	return -1;
}

/* Up to size bytes, less only at the end of the file; negative on failure. */
static ssize_t read_some(int fd, char *bytes, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t got = read(fd, bytes + done, size - done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (!got)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

static int open_regular(int *fd, long long *size, const char *path, struct diags *diags,
			enum diag_id id)
{
	struct stat status;
	int opened = open_file(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, 0);

	if (opened < 0)
		return mo_diag_errno(diags, id, path, "open");
	if (fstat(opened, &status) || !S_ISREG(status.st_mode)) {
		close(opened);
		return mo_diag(diags, id, NULL, path, "%s is not a regular file", path);
	}
	*fd = opened;
	*size = status.st_size;
	return MOULT_OK;
}

int mo_file_read(char **bytes, size_t *size, struct arena *arena, const char *path, size_t limit,
		 struct diags *diags, enum diag_id id)
{
	long long length = 0;
	ssize_t got = -1;
	char *buffer;
	int fd = -1, rc = open_regular(&fd, &length, path, diags, id);

	if (rc)
		return rc;
	if (length > (long long)limit) {
		close(fd);
		return mo_diag(diags, id, NULL, path, "%s is larger than %lld bytes", path,
			       (long long)limit);
	}
	buffer = mo_arena_alloc(arena, (size_t)length + 1);
	if (buffer)
		got = read_some(fd, buffer, (size_t)length);
	if (!buffer)
		rc = mo_diag_memory(diags);
	else if (got < 0)
		rc = mo_diag_errno(diags, id, path, "read");
	close(fd);
	if (rc)
		return rc;
	*bytes = buffer;
	*size = (size_t)got;
	return MOULT_OK;
}

int mo_file_checksum_of(char text[MO_HASH_TEXT], int fd, const char *path,
			const struct file_watcher *watcher, struct diags *diags, enum diag_id id)
{
	char block[64 * 1024];
	struct hasher hasher;
	long long size = 0, done = 0;
	ssize_t got = 0;
	int rc = mo_file_length(&size, fd, path, diags, id);

	if (!rc && lseek(fd, 0, SEEK_SET) != 0)
		rc = mo_diag_errno(diags, id, path, "read");
	mo_hash_begin_quick(&hasher);
	while (!rc && (got = read_some(fd, block, sizeof(block))) > 0) {
		mo_hash_bytes(&hasher, block, (size_t)got);
		done += got;
		if (watcher && done % BYTES_APART == 0 &&
		    !watcher->goes_on(watcher->context, done, size))
			rc = mo_diag(diags, DIAG_RUN014, NULL, path, "interrupted while reading %s",
				     path);
	}
	if (!rc && got < 0)
		rc = mo_diag_errno(diags, id, path, "read");
	else if (!rc)
		mo_hash_write(text, mo_hash_end(&hasher));
	return rc;
}

int mo_file_checksum(char text[MO_HASH_TEXT], const char *path, const struct file_watcher *watcher,
		     struct diags *diags, enum diag_id id)
{
	long long size = 0;
	int fd = -1, rc = open_regular(&fd, &size, path, diags, id);

	if (!rc)
		rc = mo_file_checksum_of(text, fd, path, watcher, diags, id);
	mo_file_close(&fd);
	return rc;
}

/* A file system that cannot sync says EINVAL; then there is nothing more to be had. */
int mo_file_sync(int fd, const char *path, struct diags *diags, enum diag_id id)
{
	return sync_file(fd) && errno != EINVAL ? mo_diag_errno(diags, id, path, "sync") : MOULT_OK;
}

static int sync_directory(const char *directory, struct diags *diags, enum diag_id id)
{
	int fd = open_file(directory, O_RDONLY | O_DIRECTORY, 0);
	int rc;

	if (fd < 0)
		return mo_diag_errno(diags, id, directory, "open");
	rc = mo_file_sync(fd, directory, diags, id);
	close(fd);
	return rc;
}

int mo_file_sync_directory(const char *path, struct diags *diags, enum diag_id id)
{
	struct arena *arena = mo_arena_new();
	const char *directory = arena ? mo_file_directory(arena, path) : NULL;
	int rc = directory ? sync_directory(directory, diags, id) : mo_diag_memory(diags);

	mo_arena_free(arena);
	return rc;
}

int mo_file_replace(const char *path, const char *temporary, const char *model, const char *bytes,
		    size_t size, struct diags *diags, enum diag_id id)
{
	int fd = -1, rc = mo_file_remove(temporary, diags, id);

	if (!rc)
		rc = mo_file_create(&fd, temporary, model, diags, id);
	if (rc)
		return rc;
	rc = mo_file_write(fd, temporary, bytes, size, diags, id);
	if (!rc)
		rc = mo_file_rename(temporary, path, diags, id);
	if (!rc)
		rc = mo_file_check_name(fd, path, diags, id);
	mo_file_close(&fd);
	if (rc) {
		mo_file_remove(temporary, diags, DIAG_RUN026);
		return rc;
	}
	return mo_file_sync_directory(path, diags, id);
}
