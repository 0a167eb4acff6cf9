/* SPDX-License-Identifier: MIT */
/*
 * disk_posix.h: the calls of POSIX that the library makes by itself, on the
 * disk in memory.
 *
 * on_disk.c puts these in the place of the real ones and then takes in the
 * library's sources; so it is the library's own code that is cut short.
 */
#ifndef MOULT_TESTS_TORTURE_DISK_POSIX_H
#define MOULT_TESTS_TORTURE_DISK_POSIX_H

#include <dirent.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>

int posix_open(const char *path, int flags, mode_t mode);
int posix_close(int fd);
ssize_t posix_read(int fd, void *bytes, size_t size);
off_t posix_lseek(int fd, off_t offset); /* from the beginning */
ssize_t posix_write(int fd, const void *bytes, size_t size);
int posix_fsync(int fd);
int posix_stat(const char *path, struct stat *status);
int posix_fstat(int fd, struct stat *status);
int posix_fchmod(int fd, mode_t mode);
int posix_fchown(int fd, uid_t owner, gid_t group);
int posix_statvfs(const char *path, struct statvfs *status);
int posix_rename(const char *from, const char *to);
int posix_link(const char *from, const char *to);
int posix_unlink(const char *path);
char *posix_realpath(const char *path, char *resolved);

/* What is read of a directory. */
struct posix_folder;
struct posix_folder *posix_opendir(const char *path);
struct dirent *posix_readdir(struct posix_folder *folder);
int posix_closedir(struct posix_folder *folder);
bool posix_is_open(void); /* any descriptor or directory */

#endif
