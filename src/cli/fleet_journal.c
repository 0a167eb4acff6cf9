/* SPDX-License-Identifier: MIT */
/*
 * fleet_journal.c: what has been done, so that the same command run again does
 * what is missing.
 *
 *	{"moult":1,"command":"apply","target":"9f...","file":"/srv/a.db","status":0,"result":"migrated","at":"..."}
 *
 * A line is added, in one write, when a file's process has ended.  A kill
 * between the two costs a second look at a file, which finds nothing to do; a
 * kill within the write leaves the beginning of a line, which counts for nothing.
 * A file is known by its real path, what it was to become by target: the digest
 * of WANT, and those options that lead to another outcome.
 *
 * The whole file is locked, since two runs would each do all of it.
 */
#define _XOPEN_SOURCE 700
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/fleet.h"

#define BEGINNING "{\"moult\":1,\"command\":"

static int fail(struct fleet *fleet, const char *why)
{
	return mo_cli_fail(fleet->call, "RUN068", "name another file: a new one is made",
			   "the journal %s cannot be used: %s", fleet->journal.name, why);
}

/* ---- reading ---- */

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add_done(struct journal *journal, const char *path)
{
	char **done = journal->done;

	if (!(journal->done_count & (journal->done_count - 1))) /* full: 0, 1, 2, 4, 8... */
		done = sqlite3_realloc64(done, sizeof(*done) * 2 *
						       ((sqlite3_uint64)journal->done_count + 1));
	if (!done)
		return MOULT_TROUBLE;
	journal->done = done;
	done[journal->done_count] = sqlite3_mprintf("%s", path);
	return done[journal->done_count] ? journal->done_count++, MOULT_OK : MOULT_TROUBLE;
}

/* A line, or what a kill has left of one. */
static bool is_ours(const char *line, size_t length)
{
	const size_t most = strlen(BEGINNING);

	return !memcmp(line, BEGINNING, length < most ? length : most);
}

static int read_lines(struct fleet *fleet, sqlite3_stmt *stmt, const char *text, size_t size)
{
	const char *const end = text + size;
	int rc = MOULT_OK;

	while (!rc && text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		const size_t length = (size_t)((stop ? stop : end) - text);

		if (!is_ours(text, length))
			return fail(fleet, "it is a file of something else");
		sqlite3_bind_text64(stmt, 1, text, length, SQLITE_STATIC, SQLITE_UTF8);
		if (sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_text(stmt, 0))
			rc = add_done(&fleet->journal, (const char *)sqlite3_column_text(stmt, 0));
		sqlite3_reset(stmt);
		text = stop ? stop + 1 : end;
	}
	return rc ? fail(fleet, "out of memory") : MOULT_OK;
}

static int read_text(struct fleet *fleet, const char *text, size_t size)
{
	struct journal *journal = &fleet->journal;
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(fleet->json,
				    "SELECT json_extract(?1, '$.file') WHERE json_valid(?1)"
				    " AND json_extract(?1, '$.status') = 0"
				    " AND json_extract(?1, '$.command') = ?2"
				    " AND json_extract(?1, '$.target') = ?3",
				    -1, &stmt, NULL);

	if (rc)
		return fail(fleet, sqlite3_errmsg(fleet->json));
	sqlite3_bind_text(stmt, 2, fleet->call->command->name, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 3, journal->target, -1, SQLITE_STATIC);
	rc = read_lines(fleet, stmt, text, size);
	sqlite3_finalize(stmt);
	if (!rc && journal->done_count)
		qsort(journal->done, (size_t)journal->done_count, sizeof(char *), compare);
	return rc;
}

/* What a kill has cut off is ended, so that the next line is one. */
static int end_last_line(struct fleet *fleet, const char *text, size_t size)
{
	if (!size || text[size - 1] == '\n')
		return MOULT_OK;
	return write(fleet->journal.fd, "\n", 1) == 1 ? MOULT_OK : fail(fleet, strerror(errno));
}

static int read_file(struct fleet *fleet, size_t size)
{
	char *text = sqlite3_malloc64(size + 1);
	size_t read_so_far = 0;
	ssize_t part = 1;
	int rc;

	while (text && read_so_far < size && part > 0) {
		part = pread(fleet->journal.fd, text + read_so_far, size - read_so_far,
			     (off_t)read_so_far);
		read_so_far += part > 0 ? (size_t)part : 0;
	}
	if (!text || part < 0)
		rc = fail(fleet, text ? strerror(errno) : "out of memory");
	else
		rc = read_text(fleet, text, read_so_far);
	if (!rc)
		rc = end_last_line(fleet, text, read_so_far);
	sqlite3_free(text);
	return rc;
}

/* The lock goes with the process, however that ends; those that are forked do not have it. */
static int lock(struct fleet *fleet)
{
	struct flock whole;

	memset(&whole, 0, sizeof(whole));
	whole.l_type = F_WRLCK;
	whole.l_whence = SEEK_SET;
	if (!fcntl(fleet->journal.fd, F_SETLK, &whole))
		return MOULT_OK;
	if (errno != EACCES && errno != EAGAIN)
		return fail(fleet, strerror(errno));
	mo_cli_fail(fleet->call, "RUN069", "wait for it, or name another journal",
		    "another moult works by the journal %s", fleet->journal.name);
	return MOULT_BUSY;
}

int mo_journal_open(struct fleet *fleet, const char *name, char *target)
{
	struct journal *journal = &fleet->journal;
	struct stat status;
	int rc;

	journal->name = name;
	journal->target = target;
	if (!target)
		return fail(fleet, "out of memory");
	journal->fd = open(name, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (journal->fd < 0)
		return fail(fleet, strerror(errno));
	if (fstat(journal->fd, &status) || !S_ISREG(status.st_mode))
		return fail(fleet, "it is no regular file");
	rc = lock(fleet);
	if (!rc && !fstat(journal->fd, &status)) /* by now the other may have written */
		rc = read_file(fleet, (size_t)status.st_size);
	return rc;
}

bool mo_journal_has(const struct journal *journal, const char *path)
{
	return path && journal->done_count &&
	       bsearch(&path, journal->done, (size_t)journal->done_count, sizeof(char *), compare);
}

/* ---- writing ---- */

static void append_time(sqlite3_str *line, sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	const char *now = NULL;

	if (!sqlite3_prepare_v2(db, "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now')", -1, &stmt,
				NULL) &&
	    sqlite3_step(stmt) == SQLITE_ROW)
		now = (const char *)sqlite3_column_text(stmt, 0);
	mo_cli_json_text(line, "at", now);
	sqlite3_finalize(stmt);
}

int mo_journal_add(struct fleet *fleet, const struct item *item)
{
	struct journal *journal = &fleet->journal;
	sqlite3_str *line;
	int length, rc = MOULT_OK;
	ssize_t written;

	if (!journal->name || !item->path)
		return MOULT_OK;
	line = sqlite3_str_new(NULL);
	sqlite3_str_appendf(line, BEGINNING "\"%s\"", fleet->call->command->name);
	mo_cli_json_text(line, "target", journal->target);
	mo_cli_json_text(line, "file", item->path);
	sqlite3_str_appendf(line, ",\"status\":%d", item->status);
	mo_cli_json_text(line, "result", item->result);
	append_time(line, fleet->json);
	sqlite3_str_appendall(line, "}\n");
	length = sqlite3_str_length(line);
	if (sqlite3_str_errcode(line)) {
		rc = fail(fleet, "out of memory");
	} else {
		written = write(journal->fd, sqlite3_str_value(line), (size_t)length);
		if (written != length)
			rc = fail(fleet, strerror(written < 0 ? errno : ENOSPC));
	}
	sqlite3_free(sqlite3_str_finish(line));
	return rc;
}

void mo_journal_close(struct journal *journal)
{
	int i;

	for (i = 0; i < journal->done_count; i++)
		sqlite3_free(journal->done[i]);
	sqlite3_free(journal->done);
	sqlite3_free(journal->target);
	if (journal->name && journal->fd >= 0)
		close(journal->fd);
}
