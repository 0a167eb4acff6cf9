/* SPDX-License-Identifier: MIT */
/*
 * measure.c: measure FILE SECONDS COMMAND [ARGUMENT...]: what a command cost.
 *
 * Adds a line to FILE: CPU seconds (user and system), seconds of wall time,
 * the most memory that was resident at once in KiB, and bytes handed to write
 * calls, separated by tabs.  The command and whatever it waited for count.
 * The exit status is the command's, or 128 and the number of the signal that
 * ended it: SIGXCPU where it took more than so many seconds of CPU time.
 *
 * The bytes are those of /proc/PID/io, which Linux still has after the end of
 * a process and before anybody waits for it; elsewhere they are 0.
 */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE /* wait4(2) */
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds_of(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static double now(void)
{
	struct timespec time = {0, 0};

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static long long bytes_written(pid_t child)
{
	char path[64];
	char line[128];
	long long bytes = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/io", (long)child);
	file = fopen(path, "r");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "wchar: %lld", &bytes) == 1)
			break;
	fclose(file);
	return bytes;
}

static void run(const char *seconds, char **command)
{
	const rlim_t most = (rlim_t)strtoul(seconds, NULL, 10);
	const struct rlimit limit = {most, most + 1};
	const struct rlimit no_core = {0, 0};

	if (setrlimit(RLIMIT_CPU, &limit) || setrlimit(RLIMIT_CORE, &no_core))
		perror("measure");
	else if (execvp(command[0], command))
		perror(command[0]);
	_exit(127);
}

int main(int count, char **arguments)
{
	const double begin = now();
	struct rusage usage;
	siginfo_t info;
	long long bytes;
	double wall;
	int status;
	pid_t child;
	FILE *file = count > 3 ? fopen(arguments[1], "a") : NULL;

	if (!file) {
		fprintf(stderr, "usage: measure FILE SECONDS COMMAND [ARGUMENT...]\n");
		return 2;
	}
	child = fork();
	if (child == 0)
		run(arguments[2], arguments + 3);
	if (child < 0 || waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT)) {
		perror("measure");
		return 2;
	}
	wall = now() - begin;
	bytes = bytes_written(child);
	if (wait4(child, &status, 0, &usage) < 0) {
		perror("measure");
		return 2;
	}
	fprintf(file, "%.4f\t%.4f\t%ld\t%lld\n",
		seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime), wall, usage.ru_maxrss,
		bytes);
	if (fclose(file)) {
		perror(arguments[1]);
		return 2;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
