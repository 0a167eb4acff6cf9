/* SPDX-License-Identifier: MIT */
/* holder.c: see holder.h. */
#include "live/holder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME_SIZE 32 /* of a program, as the system keeps it */

struct range {
	bool in_log; /* of the shared memory of a write-ahead log, else of the file */
	off_t at;
	off_t size;
	const char *doing;
};

/*
 * Writers first.  With a write-ahead log each connection has the shared lock of the file all the
 * time, which says nothing.
 * https://sqlite.org/lockingv3.html, https://sqlite.org/walformat.html#wal_locks
 */
static const struct range ranges[] = {
	{false, 0x40000001, 1, "writing"}, /* RESERVED */
	{false, 0x40000000, 1, "writing"}, /* PENDING */
	{true, 120, 1, "writing"},	     {true, 121, 2, "writing the log back"},
	{false, 0x40000002, 510, "reading"}, /* SHARED */
	{true, 123, 5, "reading"},
};
#define RANGES (sizeof(ranges) / sizeof(*ranges))

struct holder {
	pid_t pid; /* 0: there is none */
	const char *doing;
};

/* ---- in the child --------------------------------------------------------------------------- */

static struct holder look(int file, int log)
{
	const pid_t parent = getppid();

	for (size_t i = 0; i < RANGES; i++) {
		const struct range *range = &ranges[i];
		struct flock lock = {.l_type = F_WRLCK,
				     .l_whence = SEEK_SET,
				     .l_start = range->at,
				     .l_len = range->size};
		const int fd = range->in_log ? log : file;
		const bool is_idle = !range->in_log && log >= 0 && range->size > 1;

		if (fd < 0 || is_idle || fcntl(fd, F_GETLK, &lock) || lock.l_type == F_UNLCK)
			continue;
		if (lock.l_pid > 0 && lock.l_pid != parent)
			return (struct holder){lock.l_pid, range->doing};
	}
	return (struct holder){0, NULL};
}

/* Calls only what may be called between fork() and exec() in a program with threads. */
static void tell(int out, const char *path, const char *log)
{
	const struct holder holder =
		look(open(path, O_RDONLY | O_CLOEXEC), open(log, O_RDONLY | O_CLOEXEC));
	const ssize_t written = write(out, &holder, sizeof(holder));

	_exit(written != (ssize_t)sizeof(holder));
}

/* ---- here ----------------------------------------------------------------------------------- */

static bool ask_child(struct holder *holder, const char *path, const char *log)
{
	ssize_t got;
	int ends[2];
	pid_t child;

	if (pipe(ends))
		return false;
	child = fork();
	if (!child)
		tell(ends[1], path, log);
	close(ends[1]);
	do
		got = child > 0 ? read(ends[0], holder, sizeof(*holder)) : -1;
	while (got < 0 && child > 0 && errno == EINTR);
	close(ends[0]);
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	return got == (ssize_t)sizeof(*holder) && holder->pid;
}

static const char *name_of(char *name, pid_t pid)
{
	char path[40];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/comm", (long)pid);
	file = fopen(path, "r");
	if (!file)
		return NULL;
	if (!fgets(name, NAME_SIZE, file))
		*name = '\0';
	fclose(file);
	name[strcspn(name, "\n")] = '\0';
	return *name ? name : NULL;
}

const char *mo_lock_holder(struct arena *arena, const char *path)
{
	const char *log = mo_arena_format(arena, "%s-shm", path);
	struct holder holder;
	char room[NAME_SIZE];
	const char *name;

	if (!log || !ask_child(&holder, path, log))
		return NULL;
	name = name_of(room, holder.pid);
	return mo_arena_format(arena, "process %lld%s%s%s is %s", (long long)holder.pid,
			       name ? " (" : "", name ? name : "", name ? ")" : "", holder.doing);
}
