/* SPDX-License-Identifier: MIT */
/*
 * values.c: what the text of an option means.
 *
 * The whole text must be used; "5 s", "1e3", "-1" and "" are no values.
 */
#include <limits.h>
#include <string.h>

#include "cli/cli.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads digits; false where there is none or the number passes limit. */
static bool read_digits(const char **text, long long limit, long long *value)
{
	const char *p = *text;

	if (!is_digit(*p))
		return false;
	for (*value = 0; is_digit(*p); p++) {
		int digit = *p - '0';

		if (*value > (limit - digit) / 10)
			return false;
		*value = *value * 10 + digit;
	}
	*text = p;
	return true;
}

bool mo_cli_count(int *value, const char *text)
{
	long long number;

	if (!read_digits(&text, INT_MAX, &number) || *text)
		return false;
	*value = (int)number;
	return true;
}

bool mo_cli_limit(struct limit *limit, const char *text)
{
	long long number;

	if (!read_digits(&text, INT_MAX, &number))
		return false;
	limit->is_percent = *text == '%';
	limit->count = (int)number;
	limit->is_set = true;
	return limit->is_percent ? !text[1] && number <= 100 : !*text;
}

/* The part after the point, in millionths; further digits are cut off. */
static long long read_fraction(const char **text)
{
	long long value = 0, unit = 100000;

	for (; is_digit(**text); (*text)++, unit /= 10)
		value += unit * (**text - '0');
	return value;
}

bool mo_cli_time(int *milliseconds, const char *text)
{
	static const struct {
		const char *name;
		long long microseconds;
	} units[] = {{"", 1000000}, {"s", 1000000}, {"ms", 1000}, {"m", 60000000}};
	long long whole, part = 0, time;
	size_t i;

	if (!read_digits(&text, INT_MAX, &whole))
		return false;
	if (*text == '.') {
		text++;
		if (!is_digit(*text))
			return false;
		part = read_fraction(&text);
	}
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(text, units[i].name) != 0)
			continue;
		time = whole * units[i].microseconds + part * units[i].microseconds / 1000000;
		*milliseconds = (int)(time / 1000);
		return time / 1000 <= INT_MAX;
	}
	return false;
}

bool mo_cli_size(long long *bytes, const char *text)
{
	static const char units[] = "KkMmGg";
	long long number;
	int shift = 0;

	if (!read_digits(&text, LLONG_MAX >> 30, &number))
		return false;
	if (*text) {
		const char *unit = strchr(units, *text);

		if (!unit || text[1])
			return false;
		shift = 10 * (int)((unit - units) / 2 + 1);
	}
	*bytes = number << shift;
	return true;
}

bool mo_cli_release(int *number, const char *text)
{
	long long part[3] = {0, 0, 0};
	int i;

	for (i = 0; i < 3; i++) {
		if (!read_digits(&text, 999, &part[i]))
			return false;
		if (*text != '.')
			break;
		text++;
	}
	*number = (int)(part[0] * 1000000 + part[1] * 1000 + part[2]);
	return !*text && i > 0 && i < 3 && part[0] == 3;
}
