/* SPDX-License-Identifier: MIT */
/*
 * graphviz.c: pictures drawn by dot, the program of Graphviz, where it is installed.
 *
 *	graph --pipe--> dot -Tsvg --pipe--> picture
 *
 * No shell is in between.  Both pipes are served at once, so that neither side waits for the other
 * whatever dot reads before it writes.  What dot says on standard error is about the graph, which
 * the user did not write, and goes nowhere.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"

extern char **environ;

/* dot at work. */
struct drawing {
	pid_t pid;
	int in;	 /* what it reads; -1: all is written */
	int out; /* what it writes */
};

static int open_pipe(int ends[2])
{
	if (pipe(ends))
		return errno;
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	return 0;
}

static int spawn(pid_t *pid, char *type, int in, int out)
{
	char program[] = "dot";
	char *argv[] = {program, type, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t usual;
	int error;

	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	sigaddset(&usual, SIGXFSZ);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &usual);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	error = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	if (!error)
		error = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (!error)
		error = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
							 O_WRONLY, 0);
	if (!error)
		error = posix_spawnp(pid, program, &actions, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

static int start(struct drawing *drawing, char *type)
{
	int in[2], out[2], error = open_pipe(in);

	if (error)
		return error;
	error = open_pipe(out);
	if (error) {
		close(in[0]);
		close(in[1]);
		return error;
	}
	error = spawn(&drawing->pid, type, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	drawing->in = in[1];
	drawing->out = out[0];
	fcntl(drawing->in, F_SETFL, O_NONBLOCK);
	if (!error)
		return 0;
	close(drawing->in);
	close(drawing->out);
	return error;
}

/* Some of the graph; after its end, or where nobody reads it any more, dot is told that this is all. */
static void feed(struct drawing *drawing, const char **graph, size_t *left)
{
	const ssize_t part = write(drawing->in, *graph, *left);

	if (part < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	*graph += part > 0 ? part : 0;
	*left -= part > 0 ? (size_t)part : *left;
	if (*left)
		return;
	close(drawing->in);
	drawing->in = -1;
}

static int serve(struct drawing *drawing, const char *graph, moult_write *take, void *to)
{
	size_t left = strlen(graph);
	char part[16384];

	for (;;) {
		struct pollfd ends[] = {{drawing->out, POLLIN, 0}, {drawing->in, POLLOUT, 0}};
		ssize_t size;

		if (poll(ends, 2, -1) < 0 && errno != EINTR)
			return errno;
		if (drawing->in >= 0 && ends[1].revents)
			feed(drawing, &graph, &left);
		if (!ends[0].revents)
			continue;
		size = read(drawing->out, part, sizeof(part));
		if (size < 0 && errno == EINTR)
			continue;
		if (size <= 0)
			return size ? errno : 0;
		if (take(to, part, (size_t)size))
			return ENOMEM;
	}
}

/* 0, or an error: ENOENT where there is no dot, EILSEQ where it did not take the graph. */
static int draw(char *type, const char *graph, moult_write *take, void *to)
{
	struct drawing drawing;
	int status = 0, error = start(&drawing, type);

	if (error)
		return error;
	error = serve(&drawing, graph, take, to);
	if (drawing.in >= 0)
		close(drawing.in);
	close(drawing.out);
	while (waitpid(drawing.pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (!error && WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return ENOENT;
	return !error && status ? EILSEQ : error;
}

int mo_cli_on_draw(void *context, const char *graph, moult_write *take, void *to)
{
	char type[] = "-Tsvg";

	(void)context;
	return draw(type, graph, take, to);
}

int mo_cli_draw(struct call *call, const char *type)
{
	char *graph = sqlite3_str_finish(call->out);
	char *option = sqlite3_mprintf("-T%s", type);
	int error;

	call->out = sqlite3_str_new(NULL);
	error = graph && option ? draw(option, graph, mo_cli_write, call) : ENOMEM;
	sqlite3_free(option);
	sqlite3_free(graph);
	if (error == ENOENT)
		return mo_cli_fail(
			call, "RUN022", "install graphviz, or take --format mermaid, dot or html",
			"--format %s needs the program dot of Graphviz, which is not there", type);
	if (error == EILSEQ)
		return mo_cli_fail(call, "RUN028", "--format dot shows what it was given",
				   "Graphviz' dot gave no picture");
	return error ? mo_cli_fail(call, "RUN028", NULL, "dot: %s", strerror(error)) : MOULT_OK;
}
