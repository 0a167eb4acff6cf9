/* SPDX-License-Identifier: MIT */
/* clone.c: see clone.h. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE /* syscall(2); not all that have the call have a function for it */
#endif

#include "backup/clone.h"

#ifdef __linux__

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "backup/file.h"
#include "base/handle.h"
#include "live/watch.h"

#define CLONE_FILE _IOW(0x94, 9, int) /* FICLONE of linux/fs.h, which not every libc brings */
#define PIECE (32LL << 20)	      /* bytes between looks at the progress callback */

static bool is_same_file(int fd, const struct stat *file)
{
	struct stat status;

	return fstat(fd, &status) == 0 && status.st_dev == file->st_dev &&
	       status.st_ino == file->st_ino;
}

/*
 * The system call has its own offset in the source: SQLite's stays where it is.  Android before 14
 * ends a process that makes this call: its filter of system calls knows those of its libc alone.
 */
static long long copy_piece(int from, long long at, int to, long long size)
{
#if defined(SYS_copy_file_range) && !defined(__ANDROID__)
	long long offset = at;
	long copied;

	do
		copied = syscall(SYS_copy_file_range, from, &offset, to, NULL, (size_t)size, 0U);
	while (copied < 0 && errno == EINTR);
	return copied;
#else
	(void)from, (void)at, (void)to, (void)size;
	return -1;
#endif
}

static bool copy_bytes(struct moult *m, int from, int to, long long size)
{
	moult_progress progress = {.phase = "backup", .unit = "bytes", .total = size};
	long long piece = 1;

	while (progress.done < size && piece > 0 && mo_goes_on(m, &progress)) {
		const long long left = size - progress.done;

		piece = copy_piece(from, progress.done, to, left < PIECE ? left : PIECE);
		progress.done += piece > 0 ? piece : 0;
	}
	return progress.done == size;
}

static bool fill(struct moult *m, int from, int to, long long size, bool at_once)
{
	struct stat status;

	if (ioctl(to, CLONE_FILE, from) && (at_once || !copy_bytes(m, from, to, size)))
		return false;
	return fstat(to, &status) == 0 && status.st_size == size;
}

bool mo_clone(struct moult *m, const char *database, int to, bool at_once)
{
	struct stat status;
	const int from = stat(database, &status) == 0 ? mo_file_descriptor(&status, to) : -1;

	if (from < 0)
		return false;
	if (fill(m, from, to, status.st_size, at_once) && is_same_file(from, &status))
		return true;
	/* Where that fails SQLite writes over what is there, and cuts the file to its size. */
	if (ftruncate(to, 0) == 0)
		lseek(to, 0, SEEK_SET);
	return false;
}

#else

bool mo_clone(struct moult *m, const char *database, int to, bool at_once)
{
	(void)m, (void)database, (void)to, (void)at_once;
	return false;
}

#endif
