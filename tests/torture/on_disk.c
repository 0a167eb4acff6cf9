/* SPDX-License-Identifier: MIT */
/*
 * on_disk.c: the two sources of the library that call POSIX, compiled once
 * more with the calls of disk_posix.h.  The linker takes these functions and
 * leaves those of the library in their archive.
 */
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#endif
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "disk_posix.h"

/* Those with arguments, so that struct stat stays what it is. */
#define open(path, flags, mode) posix_open(path, flags, mode)
#define close(fd) posix_close(fd)
#define read(fd, bytes, size) posix_read(fd, bytes, size)
#define write(fd, bytes, size) posix_write(fd, bytes, size)
#define lseek(fd, offset, from) posix_lseek(fd, offset)
#define fsync(fd) posix_fsync(fd)
#define stat(path, status) posix_stat(path, status)
#define lstat(path, status) posix_stat(path, status)
#define fstat(fd, status) posix_fstat(fd, status)
#define fchmod(fd, mode) posix_fchmod(fd, mode)
#define fchown(fd, owner, group) posix_fchown(fd, owner, group)
#define statvfs(path, status) posix_statvfs(path, status)
#define rename(from, to) posix_rename(from, to)
#define link(from, to) posix_link(from, to)
#define unlink(path) posix_unlink(path)
#define realpath(path, resolved) posix_realpath(path, resolved)
#define opendir(path) posix_opendir(path)
#define readdir(folder) posix_readdir(folder)
#define closedir(folder) posix_closedir(folder)
#define DIR struct posix_folder

#include "backup/file.c"
#include "live/input.c"
