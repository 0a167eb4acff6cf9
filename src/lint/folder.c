/* SPDX-License-Identifier: MIT */
/*
 * folder.c: the scripts of a folder, in the order in which a runner takes them.
 *
 *	0007_add_mail.sql		a number
 *	20240131120000_add_mail.sql	a time
 *	0007_add_mail.up.sql		with 0007_add_mail.down.sql beside it
 *	V7__add_mail.sql		with a letter before the number
 *	0007_add_mail/up.sql		with down.sql beside it; migration.sql too
 *
 * Numbers are compared by value, then names.  Numbers of five digits and less
 * count up, and a gap is a finding; longer ones are times.  Those that begin with
 * a day go by that, whatever follows, and of one day, as in 2024-01-15-mail.sql,
 * there can be several: runners of such folders go by names.
 */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "backup/file.h"
#include "base/text.h"
#include "lint/folder.h"

#define LONGEST_COUNT 5 /* digits */
#define DAY 8		/* digits of a date */

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool ends(const char *text, size_t length, const char *end)
{
	const size_t size = strlen(end);

	return length >= size && sqlite3_strnicmp(text + length - size, end, (int)size) == 0;
}

/* ---- names ------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The digits, with - and _ between, that a name begins with, behind one letter at most. */
static const char *number_of(struct arena *arena, const char *name)
{
	const char *from = name + (!is_digit(*name) && is_digit(name[*name != '\0']));
	char *number = mo_arena_text(arena, from);
	size_t count = 0;

	for (size_t i = 0; number && (is_digit(from[i]) || ((from[i] == '-' || from[i] == '_') &&
							    is_digit(from[i + 1])));
	     i++)
		if (is_digit(from[i]))
			number[count++] = from[i];
	if (!number || !count)
		return NULL;
	number[count] = '\0';
	return number + strspn(number, "0");
}

/* What an up and its down share: the path without .up.sql, or the folder of up.sql. */
static void read_name(struct entry *entry, struct arena *arena)
{
	const char *base = base_of(entry->path);
	const size_t length = strlen(entry->path);
	const bool alone = mo_same_name(base, "down.sql") || mo_same_name(base, "up.sql");
	const char *owner = base;

	entry->is_down = mo_same_name(base, "down.sql") || ends(entry->path, length, ".down.sql");
	if (alone || mo_same_name(base, "migration.sql")) {
		entry->stem = mo_arena_slice(arena, entry->path, (size_t)(base - entry->path));
		owner = entry->stem && *entry->stem
				? mo_arena_slice(arena, entry->stem, strlen(entry->stem) - 1)
				: NULL;
		owner = owner ? base_of(owner) : base;
	} else {
		const size_t end = ends(entry->path, length, ".down.sql") ? 9
				   : ends(entry->path, length, ".up.sql") ? 7
				   : ends(entry->path, length, ".sql")	  ? 4
									  : 0;

		entry->stem = mo_arena_slice(arena, entry->path, length - end);
	}
	entry->number = number_of(arena, owner);
}

/* ---- reading --------------------------------------------------------------------------------- */

static void add(struct list *entries, struct arena *arena, const char *path, bool from_folder)
{
	struct entry *entry = mo_arena_make(arena, struct entry);

	if (!entry)
		return;
	entry->path = mo_arena_text(arena, path);
	entry->from_folder = from_folder;
	if (!entry->path)
		return;
	read_name(entry, arena);
	mo_list_add(arena, entries, entry);
}

/* name/up.sql and name/down.sql, or what Prisma calls migration.sql */
static void add_inner(struct list *entries, struct arena *arena, const char *path)
{
	static const char *const names[] = {"up.sql", "down.sql", "migration.sql"};
	struct stat status;

	for (int i = 0; i < 3; i++) {
		const char *inner = mo_arena_format(arena, "%s/%s", path, names[i]);

		if (inner && stat(inner, &status) == 0 && S_ISREG(status.st_mode))
			add(entries, arena, inner, true);
	}
}

static long long value_of(const char *digits, size_t count)
{
	long long value = 0;

	for (size_t i = 0; i < count && digits[i]; i++)
		value = value * 10 + (digits[i] - '0');
	return value;
}

/* 20240115, with a time or a count behind it or without. */
static bool begins_with_day(const char *number)
{
	const long long value = number && strlen(number) >= DAY ? value_of(number, DAY) : 0;
	const int month = (int)(value / 100 % 100), day = (int)(value % 100);

	return value >= 19700101 && value <= 29991231 && month >= 1 && month <= 12 && day >= 1 &&
	       day <= 31;
}

/* Of digits without zeros in front; NULL is none. */
static int compare_values(const char *a, const char *b)
{
	const size_t length_a = a ? strlen(a) : 0;
	const size_t length_b = b ? strlen(b) : 0;

	if (length_a != length_b)
		return length_a < length_b ? -1 : 1;
	return a && b ? strcmp(a, b) : 0;
}

/* Whatever stands behind the day: a folder may have some with a count, and some without. */
static int compare_days(const char *a, const char *b)
{
	const int order = strncmp(a, b, DAY);

	a += DAY;
	b += DAY;
	return order ? order : compare_values(a + strspn(a, "0"), b + strspn(b, "0"));
}

static int compare_numbers(const char *a, const char *b)
{
	return begins_with_day(a) && begins_with_day(b) ? compare_days(a, b) : compare_values(a, b);
}

static bool is_before(const struct entry *a, const struct entry *b)
{
	const int order = compare_numbers(a->number, b->number);

	return order ? order < 0 : strcmp(a->path, b->path) < 0;
}

/* By insertion, from an index on: those of one folder. */
static void sort(struct list *entries, int first)
{
	struct entry **items = (struct entry **)entries->items;

	for (int i = first + 1; i < entries->count; i++) {
		struct entry *one = items[i];
		int at = i;

		for (; at > first && is_before(one, items[at - 1]); at--)
			items[at] = items[at - 1];
		items[at] = one;
	}
}

int mo_folder_read(struct list *entries, struct arena *arena, struct moult *m, const char *path)
{
	const int first = entries->count;
	struct dirent *file;
	DIR *folder;

	if (!mo_file_is_folder(path)) {
		add(entries, arena, path, false);
		return MOULT_OK;
	}
	folder = opendir(path);
	if (!folder)
		return mo_diag_errno(&m->diags, DIAG_RUN001, path, "open");
	while ((file = readdir(folder))) {
		const char *inner =
			mo_arena_format(arena, "%s%s%s", path,
					path[strlen(path) - 1] == '/' ? "" : "/", file->d_name);

		if (!inner || *file->d_name == '.')
			continue;
		if (mo_file_is_folder(inner))
			add_inner(entries, arena, inner);
		else if (ends(inner, strlen(inner), ".sql"))
			add(entries, arena, inner, true);
	}
	closedir(folder);
	sort(entries, first);
	return entries->count > first ? MOULT_OK
				      : mo_diag(&m->diags, DIAG_RUN001, NULL, path,
						"there is no script in %s", path);
}

/* ---- judging ------------------------------------------------------------------------------- */

static void say(struct lint *lint, enum diag_id id, const struct entry *entry, const char *message,
		const char *hint)
{
	const struct moult_place place = {entry->path, 1, 1, 1, NULL};

	if (lint->is_off[id])
		return;
	mo_diag(&lint->findings, id, &place, NULL, "%s", message);
	mo_diag_hint(&lint->findings, "%s", hint);
}

static bool is_count(const struct entry *entry)
{
	return entry->number && strlen(entry->number) <= LONGEST_COUNT;
}

static bool is_day(const char *number)
{
	return begins_with_day(number) && strlen(number) == DAY;
}

static void judge_number(struct lint *lint, const struct entry *before, const struct entry *entry)
{
	const bool is_same = mo_same(before->number, entry->number);

	if (!before->number || !entry->number || (is_same && is_day(entry->number)))
		return;
	if (is_same)
		say(lint, DIAG_LN132, entry,
		    mo_arena_format(lint->arena,
				    "%s has the same number: which of the two runs first is chance",
				    base_of(before->path)),
		    "give it a number of its own");
	else if (is_count(before) && is_count(entry) && before->from_folder && entry->from_folder &&
		 value_of(entry->number, LONGEST_COUNT) >
			 value_of(before->number, LONGEST_COUNT) + 1)
		say(lint, DIAG_LN131, entry,
		    mo_arena_format(
			    lint->arena,
			    "%lld is missing before it: a script was lost, or one that comes later will be passed over",
			    value_of(before->number, LONGEST_COUNT) + 1),
		    "number the scripts without gaps");
}

/* A down leaves the list for its up, where there is one. */
static bool tie(const struct list *entries, struct entry *down)
{
	EACH (struct entry, up, entries) {
		if (up != down && !up->is_down && mo_same(up->stem, down->stem)) {
			up->back = down;
			return true;
		}
	}
	return false;
}

void mo_folder_judge(struct lint *lint, struct list *entries)
{
	for (int i = 0; i < entries->count;) {
		struct entry *entry = entries->items[i];

		if (entry->is_down && tie(entries, entry))
			mo_list_remove(entries, i);
		else
			i++;
	}
	for (int i = 1; i < entries->count; i++)
		judge_number(lint, entries->items[i - 1], entries->items[i]);
}
