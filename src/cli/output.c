/* SPDX-License-Identifier: MIT */
/*
 * output.c: what leaves the program, and what happens when it cannot.
 *
 * A report is gathered in memory and sent when the command has succeeded.  A
 * file is written beside its place and renamed into it, so that a full disk
 * leaves the file that was there.
 */
#define _XOPEN_SOURCE 700 /* realpath */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

int mo_cli_write(void *context, const char *text, size_t size)
{
	struct call *call = context;

	while (size > 0) {
		int part = size > 1 << 20 ? 1 << 20 : (int)size;

		sqlite3_str_append(call->out, text, part);
		text += part;
		size -= (size_t)part;
	}
	return sqlite3_str_errcode(call->out);
}

void mo_cli_print(struct call *call, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = sqlite3_vmprintf(format, args);
	va_end(args);
	if (text)
		moult_show_text(call->out, text);
	else /* more than it can hold: the builder fails */
		sqlite3_str_appendchar(call->out, INT_MAX - 1, ' ');
	sqlite3_free(text);
}

/* ---- JSON ---- */

void mo_cli_json_text(sqlite3_str *out, const char *name, const char *value)
{
	sqlite3_str_appendf(out, ",\"%s\":", name);
	if (value)
		moult_json_string(out, value);
	else
		sqlite3_str_appendall(out, "null");
}

void mo_cli_enclose(struct call *call, const char *name)
{
	char *text = sqlite3_str_finish(call->out);

	call->out = sqlite3_str_new(NULL);
	mo_cli_print(call, "{\"moult\":1");
	mo_cli_json_text(call->out, name, text ? text : "");
	mo_cli_print(call, "}\n");
	sqlite3_free(text);
}

/* ---- writing ---- */

static int write_all(int fd, const char *text, size_t size)
{
	while (size > 0) {
		ssize_t part = write(fd, text, size);

		if (part < 0 && errno == EINTR)
			continue;
		if (part <= 0)
			return part ? errno : ENOSPC;
		text += part;
		size -= (size_t)part;
	}
	return 0;
}

/* What fails on stderr has nowhere to be said. */
int mo_cli_send(int fd, sqlite3_str *text)
{
	int length = sqlite3_str_length(text), error = 0;
	char *all = sqlite3_str_finish(text);

	if (all)
		error = write_all(fd, all, (size_t)length);
	sqlite3_free(all);
	return error;
}

int mo_cli_fail(struct call *call, const char *id, const char *hint, const char *format, ...)
{
	sqlite3_str *text = sqlite3_str_new(NULL);
	va_list args;
	char *message;

	va_start(args, format);
	message = sqlite3_vmprintf(format, args);
	va_end(args);
	if (call->json) {
		sqlite3_str_appendall(text,
				      "{\"moult\":1,\"diagnostics\":[{\"severity\":\"error\"");
		mo_cli_json_text(text, "id", id);
		mo_cli_json_text(text, "message", message);
		mo_cli_json_text(text, "hint", hint);
		sqlite3_str_appendall(text, "}]}\n");
		mo_cli_send(STDOUT_FILENO, text);
	} else {
		sqlite3_str_appendall(text, "moult: ");
		moult_show_line(text, message ? message : "out of memory");
		sqlite3_str_appendall(text, hint ? "\n  " : "\n");
		if (hint)
			moult_show_line(text, hint);
		sqlite3_str_appendall(text, hint ? "\n" : "");
		mo_cli_send(STDERR_FILENO, text);
	}
	sqlite3_free(message);
	call->failed = true;
	return MOULT_TROUBLE;
}

void mo_cli_note(const char *format, ...)
{
	sqlite3_str *text = sqlite3_str_new(NULL);
	va_list args;
	char *message;

	va_start(args, format);
	message = sqlite3_vmprintf(format, args);
	va_end(args);
	sqlite3_str_appendall(text, "moult: ");
	moult_show_line(text, message ? message : "out of memory");
	sqlite3_str_appendall(text, "\n");
	mo_cli_send(STDERR_FILENO, text);
	sqlite3_free(message);
}

/* ---- files ---- */

/* Makes the rename itself last.  A file system that cannot sync a directory has done so. */
static void sync_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	int length = slash == path ? 1 : slash ? (int)(slash - path) : 0;
	char *directory = sqlite3_mprintf("%.*s", length, path);
	int fd = directory ? open(*directory ? directory : ".", O_RDONLY) : -1;

	sqlite3_free(directory);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

/* A new file has the rights that the umask gives, one that is replaced keeps its own. */
static mode_t rights(const char *path)
{
	struct stat present;
	mode_t mask;

	if (!stat(path, &present))
		return present.st_mode & 07777;
	mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

static int fill_file(int fd, const char *path, const char *text, size_t size)
{
	int error = write_all(fd, text, size);

	if (!error && (fchmod(fd, rights(path)) || fsync(fd)))
		error = errno;
	if (close(fd) && !error)
		error = errno;
	return error;
}

static int replace_file(const char *path, const char *text, size_t size)
{
	char *beside = sqlite3_mprintf("%s-XXXXXX", path);
	int fd, error;

	if (!beside)
		return ENOMEM;
	fd = mkstemp(beside);
	error = fd < 0 ? errno : fill_file(fd, path, text, size);
	if (!error && rename(beside, path))
		error = errno;
	if (!error)
		sync_directory(path);
	else if (fd >= 0)
		unlink(beside);
	sqlite3_free(beside);
	return error;
}

/* What is exact in a file and in a pipe is shown on a terminal, which would obey it. */
static int send_output_to(const struct call *call, int fd, const char *text, size_t size)
{
	sqlite3_str *shown;
	int error;

	if (!call->exact || !isatty(fd))
		return write_all(fd, text, size);
	shown = sqlite3_str_new(NULL);
	moult_show_text(shown, text);
	error = sqlite3_str_errcode(shown) ? ENOMEM
					   : write_all(fd, sqlite3_str_value(shown),
						       (size_t)sqlite3_str_length(shown));
	sqlite3_free(sqlite3_str_finish(shown));
	return error;
}

/* By any name: /dev/stdout may be a file that the caller appends to. */
static bool is_stdout(const struct stat *file)
{
	struct stat ours;

	return fstat(STDOUT_FILENO, &ours) == 0 && ours.st_dev == file->st_dev &&
	       ours.st_ino == file->st_ino;
}

/* A device or a pipe cannot be replaced. */
static int write_device(const struct call *call, const char *path, const char *text, size_t size)
{
	int fd = open(path, O_WRONLY), error;

	if (fd < 0)
		return errno;
	error = send_output_to(call, fd, text, size);
	if (close(fd) && !error)
		error = errno;
	return error;
}

int mo_cli_save(struct call *call, const char *path, const char *text, size_t size)
{
	struct stat present;
	int error;
	const bool exists = stat(path, &present) == 0;

	if (exists && !S_ISREG(present.st_mode)) {
		error = write_device(call, path, text, size);
	} else if (exists && is_stdout(&present)) {
		error = write_all(STDOUT_FILENO, text, size);
	} else {
		/* What a symbolic link leads to is replaced, not the link. */
		char *real = realpath(path, NULL);

		error = replace_file(real ? real : path, text, size);
		free(real);
	}
	if (error)
		return mo_cli_fail(call, "RUN028", NULL, "%s: %s", path, strerror(error));
	return MOULT_OK;
}

/* ---- the end ---- */

static bool has_color(const struct call *call, int descriptor)
{
	const char *plain = getenv("NO_COLOR"), *terminal = getenv("TERM");

	if (call->color)
		return call->color == 1;
	if (descriptor < 0 || (plain && *plain) || (terminal && !strcmp(terminal, "dumb")))
		return false;
	return isatty(descriptor);
}

enum moult_format mo_cli_format(const struct call *call, int descriptor)
{
	if (call->json && descriptor != STDERR_FILENO)
		return MOULT_JSON;
	return has_color(call, descriptor) ? MOULT_COLOR : MOULT_TEXT;
}

static int write_text(void *context, const char *text, size_t size)
{
	sqlite3_str_append(context, text, (int)size);
	return sqlite3_str_errcode(context);
}

/* -q leaves only what made the command fail. */
static bool is_worth_saying(const struct call *call)
{
	size_t i;

	for (i = 0; i < moult_diagnostic_count(call->m); i++)
		if (!call->quiet || moult_diagnostic_at(call->m, i)->severity == MOULT_ERROR)
			return true;
	return false;
}

static void say_diagnostics(struct call *call, int descriptor)
{
	sqlite3_str *text;

	if (!call->m || !is_worth_saying(call))
		return;
	text = sqlite3_str_new(NULL);
	moult_report_diagnostics(call->m, mo_cli_format(call, descriptor), write_text, text);
	mo_cli_send(descriptor, text);
}

static int write_stdout(const struct call *call, const char *text, size_t size)
{
	int error = send_output_to(call, STDOUT_FILENO, text, size);

	if (!error && close(STDOUT_FILENO))
		error = errno;
	return error;
}

static int fail_stdout(struct call *call, int error)
{
	const char *hint = NULL;

	call->json = 0; /* standard output is past use */
	if (call->command && call->command->changes && !call->judged && !call->help)
		hint = "the database was changed all the same";
	return mo_cli_fail(call, "RUN028", hint, "standard output: %s", strerror(error));
}

/* The file has what there is to say; JSON has its name. */
static int say_where(struct call *call)
{
	sqlite3_str *text;
	int error;

	if (!call->json)
		return MOULT_OK;
	text = sqlite3_str_new(NULL);
	sqlite3_str_appendall(text, "{\"moult\":1");
	mo_cli_json_text(text, "output", call->output);
	sqlite3_str_appendall(text, "}\n");
	error = sqlite3_str_errcode(text) ? ENOMEM
					  : write_stdout(call, sqlite3_str_value(text),
							 (size_t)sqlite3_str_length(text));
	sqlite3_free(sqlite3_str_finish(text));
	return error ? fail_stdout(call, error) : MOULT_OK;
}

static int send_output(struct call *call)
{
	int length = sqlite3_str_length(call->out), error;
	const char *text = sqlite3_str_value(call->out);

	if (sqlite3_str_errcode(call->out))
		return mo_cli_fail(call, "RUN023", NULL, "out of memory");
	if (call->output) {
		error = mo_cli_save(call, call->output, length ? text : "", (size_t)length);
		return error ? error : say_where(call);
	}
	if (!length)
		return MOULT_OK;
	error = write_stdout(call, text, (size_t)length);
	return error ? fail_stdout(call, error) : MOULT_OK;
}

int mo_cli_finish(struct call *call, int rc)
{
	const bool leaves = rc >= 0 || call->judged;

	if (!leaves && call->json && !call->failed)
		say_diagnostics(call, STDOUT_FILENO);
	else if ((!call->json || rc >= 0) && !call->has_refused)
		say_diagnostics(call, STDERR_FILENO);
	if (leaves && send_output(call))
		rc = MOULT_TROUBLE;
	return rc < 0 ? -rc : rc;
}
