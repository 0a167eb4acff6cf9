/* SPDX-License-Identifier: MIT */
/*
 * disk.h: a disk in memory, whose power can be cut.
 *
 *	names (now) ----> file ---> now	      what the program reads
 *	names (durable) -'   `----> durable   what a power cut cannot take
 *
 *	changes: write, resize, link, unlink, rename	in order, not yet synced
 *
 * Whatever changes the disk is done to `now` and noted in the list of changes.
 * A sync of a file makes the file durable and takes its changes off the list;
 * a sync of the directory does the same for the names.  A power cut ends
 * everything at once, and for each change on the list the policy decides
 * whether it reached the disk, in part, or not.
 *
 * There are two ways in: disk_vfs.c for SQLite, disk_posix.c for the calls that
 * src/backup/file.c makes.  Both lead through the functions of the second half,
 * where calls are counted and faults happen.  All of it lies in the one
 * directory DISK_FOLDER.  Memory is malloc's, so that failing allocations of
 * SQLite's are no fault of the disk.
 */
#ifndef MOULT_TESTS_TORTURE_DISK_H
#define MOULT_TESTS_TORTURE_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISK_FOLDER "/disk"

/* ---- what the tests do with it ---- */

enum policy {
	POLICY_KEEP,	/* all changes reached the disk: what SIGKILL leaves */
	POLICY_DROP,	/* none did */
	POLICY_PREFIX,	/* those up to some moment */
	POLICY_RANDOM,	/* any of them */
	POLICY_TORN,	/* any sectors of any of them */
	POLICY_GARBAGE, /* the same, and some sectors are noise where something was to be written */
	POLICIES
};
extern const char *const disk_policy_names[POLICIES];

/* Kinds of calls, as bits. */
enum {
	CALL_READ = 1,
	CALL_WRITE = 2, /* also of a file's size */
	CALL_SYNC = 4,
	CALL_NAME = 8, /* open, delete, rename, ask */
	CALL_LOCK = 16,
	CALL_SHARE = 32, /* the shared memory of a WAL */
	CALL_ALL = 63
};

struct fault {
	int calls;    /* bits of those that are counted */
	long long at; /* this one fails, counted from 1; 0: none */
	bool lasting; /* and all that follow */
	int error;    /* EIO or ENOSPC; 0: only act is called */
	bool halfway; /* a write is done to its half */
	void (*act)(void *context);
	void *context;
};

void disk_register(void); /* as SQLite's default VFS */
void disk_format(void);	  /* nothing is on it, nothing is armed */

/* What follows is counted from 0; a power cut comes with the cut-th change, no fault where 0. */
void disk_begin(long long cut, const struct fault *fault);
/* Is told of each change of what follows; where it says so, the power is cut with that change. */
void disk_watch(bool (*at_change)(void *context, long long n), void *context);
long long disk_changes(void); /* made since then */
long long disk_calls(void);   /* of the kinds that the fault counts */
bool disk_is_dead(void);      /* the power is cut */
void disk_end(void);	      /* no more faults; whoever was cut stays so */

void disk_limit(long long bytes, bool tell); /* its size, 0: endless; whether statvfs(3) knows it */
long long disk_used(void);
void disk_ignore_syncs(bool ignore); /* a disk that lies */
void disk_seed(uint64_t seed);	     /* of SQLite's random numbers */

void disk_settle(void);				    /* syncs everything */
void disk_cycle(enum policy policy, uint64_t seed); /* power off and on */

struct disk;
struct disk *disk_save(void); /* a copy of everything on the disk, freed with disk_free() */
void disk_load(const struct disk *saved);
void disk_free(struct disk *saved);
/* Of all names and what they hold now, or without what is in files that nobody will read again. */
uint64_t disk_fingerprint(bool without_what_is_over);

int disk_open_handles(void);
int disk_count_names(const char *part); /* how many names hold it */
const char *
disk_find_name(const char *part,
	       const char *end); /* the first that holds part and has that end, or NULL */
uint64_t disk_random(uint64_t *state);

/* ---- what is on it; negative results are -errno ---- */

/* Each counts as a call, and fails as is due. */
int disk_admit(int call);
/* The file of a path or name; -ENOENT. */
int disk_lookup(const char *path);
int disk_create(const char *path); /* -EEXIST */
int disk_create_nameless(void);
int disk_link(const char *from, const char *to);
int disk_rename(const char *from, const char *to);
int disk_unlink(const char *path);
int disk_sync_names(void);
bool disk_has_name(int file);
const char *disk_name(int i); /* of the i-th entry, NULL past the last */

/* A handle keeps a file that has no name. */
void disk_hold(int file, int handles);

long long disk_size(int file);
long long disk_read(int file, long long offset, void *bytes, size_t size); /* how many there were */
int disk_write(int file, long long offset, const void *bytes, size_t size);
int disk_resize(int file, long long size);
int disk_sync(int file);
long long disk_space(void); /* that statvfs(3) is to tell */

/* Room for the VFS's locks; they are gone with the last handle. */
struct disk_locks;
struct disk_locks **disk_locks_of(int file);

#endif
