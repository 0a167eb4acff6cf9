/* SPDX-License-Identifier: MIT */
/* disk_posix.c: see disk_posix.h. */
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#endif
#include "disk_posix.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk.h"

#define DESCRIPTORS_MAX 16
#define FOLDER (-1) /* as a file: the directory */

static struct descriptor {
	bool used;
	int file;
	long long offset;
} descriptors[DESCRIPTORS_MAX];

struct posix_folder {
	int next;
	struct dirent entry;
};

static int folders;

static int result(int rc)
{
	if (rc >= 0)
		return rc;
	errno = -rc;
	return -1;
}

static bool is_folder(const char *path)
{
	return !strcmp(path, DISK_FOLDER) || !strcmp(path, "/");
}

bool posix_is_open(void)
{
	for (int i = 0; i < DESCRIPTORS_MAX; i++)
		if (descriptors[i].used)
			return true;
	return folders;
}

/* ---- descriptors ---- */

static int find_file(const char *path, int flags)
{
	int file;

	if (is_folder(path))
		return FOLDER;
	file = disk_lookup(path);
	if (file >= 0 && flags & O_EXCL)
		return result(-EEXIST) - 1;
	if (file < 0 && flags & O_CREAT)
		file = disk_create(path);
	if (file >= 0 && flags & O_TRUNC && disk_resize(file, 0))
		file = -EIO;
	return file >= 0 ? file : result(file) - 1;
}

int posix_open(const char *path, int flags, mode_t mode)
{
	int fd = 0, file;

	(void)mode;
	if (result(disk_admit(CALL_NAME)))
		return -1;
	file = find_file(path, flags);
	if (file < FOLDER)
		return -1;
	while (descriptors[fd].used)
		if (++fd == DESCRIPTORS_MAX)
			return result(-EMFILE);
	descriptors[fd] = (struct descriptor){true, file, 0};
	if (file != FOLDER)
		disk_hold(file, 1);
	return fd;
}

int posix_close(int fd)
{
	descriptors[fd].used = false;
	if (descriptors[fd].file != FOLDER)
		disk_hold(descriptors[fd].file, -1);
	return 0;
}

ssize_t posix_read(int fd, void *bytes, size_t size)
{
	struct descriptor *from = &descriptors[fd];
	long long got;

	if (result(disk_admit(CALL_READ)))
		return -1;
	got = disk_read(from->file, from->offset, bytes, size);
	from->offset += got;
	return (ssize_t)got;
}

off_t posix_lseek(int fd, off_t offset)
{
	descriptors[fd].offset = offset;
	return offset;
}

ssize_t posix_write(int fd, const void *bytes, size_t size)
{
	struct descriptor *to = &descriptors[fd];

	if (result(disk_write(to->file, to->offset, bytes, size)))
		return -1;
	to->offset += (long long)size;
	return (ssize_t)size;
}

int posix_fsync(int fd)
{
	const int file = descriptors[fd].file;

	if (result(disk_admit(CALL_SYNC)))
		return -1;
	return result(file == FOLDER ? disk_sync_names() : disk_sync(file));
}

int posix_fchmod(int fd, mode_t mode)
{
	(void)fd;
	(void)mode;
	return result(disk_admit(CALL_NAME));
}

int posix_fchown(int fd, uid_t owner, gid_t group)
{
	(void)owner;
	(void)group;
	return posix_fchmod(fd, 0);
}

/* ---- questions ---- */

static void tell(struct stat *status, int file)
{
	memset(status, 0, sizeof(*status));
	status->st_dev = 77;
	status->st_ino = (ino_t)(file + 2);
	status->st_mode = file == FOLDER ? S_IFDIR | S_IRWXU : S_IFREG | S_IRUSR | S_IWUSR;
	status->st_size = file == FOLDER ? 0 : (off_t)disk_size(file);
}

int posix_stat(const char *path, struct stat *status)
{
	int file = disk_admit(CALL_NAME);

	if (!file)
		file = is_folder(path) ? FOLDER : disk_lookup(path);
	if (file < FOLDER || (file < 0 && !is_folder(path)))
		return result(file);
	tell(status, file);
	return 0;
}

int posix_fstat(int fd, struct stat *status)
{
	if (result(disk_admit(CALL_READ)))
		return -1;
	tell(status, descriptors[fd].file);
	return 0;
}

int posix_statvfs(const char *path, struct statvfs *status)
{
	(void)path;
	if (result(disk_admit(CALL_NAME)))
		return -1;
	memset(status, 0, sizeof(*status));
	status->f_frsize = 1;
	status->f_bavail = (fsblkcnt_t)disk_space();
	return 0;
}

char *posix_realpath(const char *path, char *resolved)
{
	int rc = disk_admit(CALL_NAME);

	(void)resolved;
	if (!rc && !is_folder(path))
		rc = disk_lookup(path);
	return result(rc) < 0 ? NULL : strdup(path);
}

/* ---- names ---- */

int posix_rename(const char *from, const char *to)
{
	int rc = disk_admit(CALL_NAME);

	return result(rc ? rc : disk_rename(from, to));
}

int posix_link(const char *from, const char *to)
{
	int rc = disk_admit(CALL_NAME);

	return result(rc ? rc : disk_link(from, to));
}

int posix_unlink(const char *path)
{
	int rc = disk_admit(CALL_NAME);

	return result(rc ? rc : disk_unlink(path));
}

/* ---- directories ---- */

struct posix_folder *posix_opendir(const char *path)
{
	struct posix_folder *folder;

	(void)path;
	if (result(disk_admit(CALL_NAME)))
		return NULL;
	folder = calloc(1, sizeof(*folder));
	if (folder)
		folders++;
	return folder;
}

struct dirent *posix_readdir(struct posix_folder *folder)
{
	const char *name = disk_name(folder->next);

	if (result(disk_admit(CALL_READ)) || !name)
		return NULL;
	folder->next++;
	snprintf(folder->entry.d_name, sizeof(folder->entry.d_name), "%s", name);
	return &folder->entry;
}

int posix_closedir(struct posix_folder *folder)
{
	free(folder);
	folders--;
	return 0;
}
