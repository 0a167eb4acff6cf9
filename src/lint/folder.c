/* SPDX-License-Identifier: MIT */
/*
 * folder.c: the scripts of a folder, in the order in which a runner takes them.
 *
 *	0007_add_mail.sql		a number
 *	20240131120000_add_mail.sql	a time
 *	0007_add_mail.up.sql		with 0007_add_mail.down.sql beside it
 *	V7__add_mail.sql		with a letter before the number
 *	V7.1__add_mail.sql, V7_1__...	of several parts
 *	0007_add_mail/up.sql		with down.sql beside it; migration.sql too
 *
 * Numbers are compared part by part, by value, then names.  A day is one part, however it is
 * written: 2024-01-15 and the beginning of 20240115120000.  Numbers of five digits and less count
 * up, and a gap is a finding; longer ones are times.  Of one day, as in 2024-01-15-mail.sql, there
 * can be several: runners of such folders go by names.
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
#define BETWEEN "-_."	/* parts of a number */

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

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static long long value_of(const char *digits, size_t count)
{
	long long value = 0;

	for (size_t i = 0; i < count && is_digit(digits[i]); i++)
		value = value * 10 + (digits[i] - '0');
	return value;
}

static bool is_day(const char *digits, size_t count)
{
	const long long value = count == DAY ? value_of(digits, DAY) : 0;
	const int month = (int)(value / 100 % 100), day = (int)(value % 100);

	return value >= 19700101 && value <= 29991231 && month >= 1 && month <= 12 && day >= 1 &&
	       day <= 31;
}

/* The digits of a part; 0 where there is none, as in the 2fa of 7_2fa. */
static size_t part_at(const char *text)
{
	const size_t count = strspn(text, "0123456789");

	return is_letter(text[count]) && text[count] != 'T' ? 0 : count;
}

/* 2024-01-15, its digits in day. */
static bool read_day(char day[DAY], const char *text)
{
	static const char form[] = "0000-00-00";
	size_t count = 0;

	for (size_t i = 0; form[i]; i++) {
		if (is_digit(form[i]) ? !is_digit(text[i]) : !text[i] || !strchr(BETWEEN, text[i]))
			return false;
		if (is_digit(form[i]))
			day[count++] = text[i];
	}
	return !is_digit(text[sizeof(form) - 1]) && is_day(day, DAY);
}

static void write_part(sqlite3_str *out, const char *digits, size_t count)
{
	for (; count > 1 && *digits == '0'; count--)
		digits++;
	sqlite3_str_appendf(out, "%s%.*s", sqlite3_str_length(out) ? "." : "", (int)count, digits);
}

/* Where the next part would be. */
static const char *behind(const char *part)
{
	return *part && strchr(BETWEEN, *part) ? part + 1 : "";
}

/* "7.1": the number that a name begins with, behind one letter at most; NULL where there is none. */
static const char *number_of(struct arena *arena, const char *name)
{
	const char *from = name + (!is_digit(*name) && is_digit(name[*name != '\0']));
	sqlite3_str *out = sqlite3_str_new(NULL);
	char day[DAY];
	const char *number;
	size_t count;

	if (read_day(day, from)) {
		write_part(out, day, DAY);
		from = behind(from + DAY + 2);
	}
	while ((count = part_at(from)) > 0) {
		const size_t first = count > DAY && is_day(from, DAY) ? DAY : count;

		write_part(out, from, first);
		if (first < count)
			write_part(out, from + first, count - first);
		from = behind(from + count);
	}
	number = mo_arena_take(arena, out);
	return number && *number ? number : NULL;
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

/* Of parts without zeros in front; NULL is none. */
static int compare_numbers(const char *a, const char *b)
{
	while (a && b && *a && *b) {
		const size_t count_a = strcspn(a, "."), count_b = strcspn(b, ".");
		const int order =
			count_a != count_b ? (count_a < count_b ? -1 : 1) : strncmp(a, b, count_a);

		if (order)
			return order;
		a += count_a + (a[count_a] == '.');
		b += count_b + (b[count_b] == '.');
	}
	return (a && *a) - (b && *b);
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
	if (entries->count > first)
		return MOULT_OK;
	mo_diag(&m->diags, DIAG_RUN001, NULL, path, "there is no script in %s", path);
	mo_folder_hint_at_program(m, path);
	return MOULT_TROUBLE;
}

static bool is_program(const char *name)
{
	static const char *const ends_of[] = {
		".cjs", ".cs",	".dart", ".go", ".groovy", ".java", ".js",   ".json", ".kt",
		".mjs", ".php", ".py",	 ".rb", ".swift",  ".ts",   ".yaml", ".yml"};

	for (size_t i = 0; i < sizeof(ends_of) / sizeof(*ends_of); i++)
		if (ends(name, strlen(name), ends_of[i]))
			return true;
	return false;
}

void mo_folder_hint_at_program(struct moult *m, const char *path)
{
	DIR *folder = opendir(path);
	const char *first = NULL;
	struct dirent *file;

	while (folder && (file = readdir(folder)))
		if (is_program(file->d_name) && (!first || strcmp(file->d_name, first) < 0))
			first = mo_arena_text(m->diags.arena, file->d_name);
	if (folder)
		closedir(folder);
	if (first)
		mo_diag_hint(&m->diags,
			     "%s is no SQL, and its own tool runs it: let that bring a file to its "
			     "newest a last time, then begin with moult dump FILE -o DOC",
			     first);
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
	return entry->number && strlen(entry->number) <= LONGEST_COUNT &&
	       !strchr(entry->number, '.');
}

static void judge_number(struct lint *lint, const struct entry *before, const struct entry *entry)
{
	const bool is_same = mo_same(before->number, entry->number);

	if (!before->number || !entry->number ||
	    (is_same && is_day(entry->number, strlen(entry->number))))
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
