/* SPDX-License-Identifier: MIT */
/* name.c: see name.h. */
#include "backup/name.h"

#include <stdlib.h>
#include <string.h>

#define MARK ".moult-"
#define DIGITS "0123456789"
#define MAX_DIGITS 9	      /* a longer number is not ours */
#define LAST_NUMBER 999999999 /* nobody counts that far: a file that says so was planted */

/* "20261121T014521Z" */
static bool is_stamp(const char *text)
{
	return strspn(text, DIGITS) == 8 && text[8] == 'T' && strspn(text + 9, DIGITS) == 6 &&
	       text[15] == 'Z';
}

/* at is where the name of the database ends. */
static bool read_from(struct backup_name *parts, const char *name, const char *at)
{
	const char *number = at + strlen(MARK), *stamp;
	size_t digits;

	if (strncmp(at, MARK, strlen(MARK)) != 0)
		return false;
	digits = strspn(number, DIGITS);
	if (digits < 4 || digits > MAX_DIGITS || number[digits] != '-')
		return false;
	stamp = number + digits + 1;
	if (!is_stamp(stamp))
		return false;
	parts->number = strtoll(number, NULL, 10);
	parts->suffix = stamp + 16;
	parts->stem = (size_t)(parts->suffix - name);
	return true;
}

bool mo_backup_name_read(struct backup_name *parts, const char *name, const char *base)
{
	const size_t length = strlen(base);

	return strncmp(name, base, length) == 0 && read_from(parts, name, name + length);
}

bool mo_backup_name_is_any(const char *name)
{
	struct backup_name parts;

	for (name = strstr(name, MARK); name; name = strstr(name + 1, MARK))
		if (read_from(&parts, name, name))
			return true;
	return false;
}

static char *format_time(struct arena *arena, time_t now, const char *format)
{
	char text[40] = "";
	struct tm parts;

	if (!gmtime_r(&now, &parts) || !strftime(text, sizeof(text), format, &parts))
		return NULL;
	return mo_arena_text(arena, text);
}

char *mo_backup_name_stem(struct arena *arena, const char *base, long long number, time_t now)
{
	const char *stamp = format_time(arena, now, "%Y%m%dT%H%M%SZ");

	return stamp ? mo_arena_format(arena, "%s" MARK "%04lld-%s", base, number, stamp) : NULL;
}

char *mo_backup_time(struct arena *arena, time_t now)
{
	return format_time(arena, now, "%Y-%m-%dT%H:%M:%SZ");
}

long long mo_backup_name_next(const struct list *names, const char *base)
{
	struct backup_name parts;
	long long highest = 0;

	for (int i = 0; i < names->count; i++)
		if (mo_backup_name_read(&parts, names->items[i], base) && parts.number > highest &&
		    parts.number < LAST_NUMBER)
			highest = parts.number;
	return highest + 1;
}
