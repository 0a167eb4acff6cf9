/* SPDX-License-Identifier: MIT */
/*
 * fleet_names.c: which files: operands, then the names in a list.
 *
 * A list has a name a line, or, with --null, names that a NUL ends, for there
 * is no other byte that a name cannot have.  Lines may end as on Windows, and a
 * mark of UTF-8 at the beginning is none of the first name.
 *
 * A file is known by its device and its number, so that one that is named
 * twice, or by a link, is worked on once: two processes on it would wait for
 * each other.
 */
#define _XOPEN_SOURCE 700 /* realpath */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/fleet.h"

#define LIST_LIMIT ((size_t)256 << 20) /* bytes */

static int out_of_memory(struct fleet *fleet)
{
	return mo_cli_fail(fleet->call, "RUN023", NULL, "out of memory");
}

static int add_name(struct fleet *fleet, const char *name, size_t length)
{
	struct item *item;

	if (fleet->count == fleet->room) {
		const int room = fleet->room ? fleet->room * 2 : 64;
		struct item *items =
			sqlite3_realloc64(fleet->items, (sqlite3_uint64)room * sizeof(*items));

		if (!items)
			return out_of_memory(fleet);
		fleet->items = items;
		fleet->room = room;
	}
	item = &fleet->items[fleet->count];
	memset(item, 0, sizeof(*item));
	item->status = FLEET_NOT_STARTED;
	item->name = sqlite3_mprintf("%.*s", (int)length, name);
	if (!item->name)
		return out_of_memory(fleet);
	fleet->count++;
	return MOULT_OK;
}

/* ---- the list ---- */

static int read_all(sqlite3_str *text, int fd)
{
	char part[65536];
	ssize_t size;

	while ((size = read(fd, part, sizeof(part))) != 0) {
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return errno;
		sqlite3_str_append(text, part, (int)size);
		if (sqlite3_str_errcode(text) || (size_t)sqlite3_str_length(text) > LIST_LIMIT)
			return ENOMEM;
	}
	return 0;
}

static int fail_list(struct fleet *fleet, const char *why)
{
	return mo_cli_fail(fleet->call, "RUN067", "name a file with a name of a database a line",
			   "the list %s cannot be read: %s", fleet->call->files, why);
}

static int split(struct fleet *fleet, const char *text, size_t size)
{
	const bool is_null = fleet->call->is_null;
	const char *const end = text + size;
	int rc = MOULT_OK;

	if (!is_null && memchr(text, '\0', size))
		return mo_cli_fail(fleet->call, "RUN067", "say --null (-0), as after find -print0",
				   "the list %s has names that end with a NUL", fleet->call->files);
	if (!is_null && size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		text += 3;
	while (!rc && text < end) {
		const char *stop = memchr(text, is_null ? '\0' : '\n', (size_t)(end - text));
		const char *next = stop ? stop + 1 : end;
		size_t length = (size_t)((stop ? stop : end) - text);

		if (!is_null && length && text[length - 1] == '\r')
			length--;
		if (length)
			rc = add_name(fleet, text, length);
		text = next;
	}
	return rc;
}

static int read_list(struct fleet *fleet)
{
	const char *path = fleet->call->files;
	const bool is_stdin = !strcmp(path, "-");
	const int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY);
	sqlite3_str *text;
	int error, rc;

	if (fd < 0)
		return fail_list(fleet, strerror(errno));
	text = sqlite3_str_new(NULL);
	error = read_all(text, fd);
	if (!is_stdin)
		close(fd);
	if (error)
		rc = fail_list(fleet, strerror(error));
	else
		rc = sqlite3_str_length(text) ? split(fleet, sqlite3_str_value(text),
						      (size_t)sqlite3_str_length(text))
					      : MOULT_OK;
	sqlite3_free(sqlite3_str_finish(text));
	return rc;
}

/* ---- the same file twice ---- */

static int compare(const void *a, const void *b)
{
	const struct item *left = *(const struct item *const *)a;
	const struct item *right = *(const struct item *const *)b;

	if (left->file.st_dev != right->file.st_dev)
		return left->file.st_dev < right->file.st_dev ? -1 : 1;
	if (left->file.st_ino != right->file.st_ino)
		return left->file.st_ino < right->file.st_ino ? -1 : 1;
	return left < right ? -1 : left > right; /* both are of one array */
}

static bool is_same(const struct item *left, const struct item *right)
{
	return left->file.st_dev == right->file.st_dev && left->file.st_ino == right->file.st_ino;
}

static int find_twins(struct fleet *fleet)
{
	struct item **sorted =
		sqlite3_malloc64(sizeof(*sorted) * ((sqlite3_uint64)fleet->count + 1));
	int i, count = 0;

	if (!sorted)
		return out_of_memory(fleet);
	for (i = 0; i < fleet->count; i++)
		if (fleet->items[i].path)
			sorted[count++] = &fleet->items[i];
	qsort(sorted, (size_t)count, sizeof(struct item *), compare);
	for (i = 1; i < count; i++)
		if (is_same(sorted[i - 1], sorted[i]))
			sorted[i]->twin =
				sorted[i - 1]->twin ? sorted[i - 1]->twin : sorted[i - 1]->name;
	sqlite3_free(sorted);
	return MOULT_OK;
}

static int follow(struct fleet *fleet, struct item *item)
{
	char *real = realpath(item->name, NULL);

	if (real && !stat(real, &item->file)) {
		item->path = sqlite3_mprintf("%s", real);
		if (!item->path) {
			free(real);
			return out_of_memory(fleet);
		}
	}
	free(real);
	return MOULT_OK;
}

int mo_fleet_read_names(struct fleet *fleet)
{
	struct call *call = fleet->call;
	int i, rc = MOULT_OK;

	for (i = 0; !rc && i < call->operand_count; i++)
		rc = add_name(fleet, call->operands[i], strlen(call->operands[i]));
	if (!rc && call->files)
		rc = read_list(fleet);
	for (i = 0; !rc && i < fleet->count; i++)
		rc = follow(fleet, &fleet->items[i]);
	return rc ? rc : find_twins(fleet);
}

void mo_fleet_free_names(struct fleet *fleet)
{
	int i;

	for (i = 0; i < fleet->count; i++) {
		sqlite3_free(fleet->items[i].name);
		sqlite3_free(fleet->items[i].path);
		sqlite3_free(fleet->items[i].why);
		sqlite3_free(fleet->items[i].report);
	}
	sqlite3_free(fleet->items);
}
