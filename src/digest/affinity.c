/* SPDX-License-Identifier: MIT */
/*
 * affinity.c: https://sqlite.org/datatype3.html#type_affinity in code.
 *
 *	            NULL   integer        real               text                    blob
 *	 T text       -    its text       its text           -                       -
 *	 N, I         -    -              integer if whole   number if it looks so   -
 *	 R real       -    nearest real   no minus zero      real if it looks so     -
 *	 B none       -    -              -                  -                       -
 *
 * Whether a text looks like a number is found out here, with the grammar of
 * sqlite3AtoF(), to which since 3.52 a NUL ends the text; what it then is,
 * SQLite's own sqlite3_value_int64() and sqlite3_value_double() say.  sqlite3_value_numeric_type()
 * would say both, but it changes its argument for good, which may be a register that the statement
 * uses again, and of a copy it must not be asked: 3.53 crashes.
 */
#include "digest/affinity.h"

#include <string.h>

#include "moult.h"

#define VERSION_NUL_ENDS 3052000
#define VERSION_17_DIGITS 3052000
#define SAFE_INTEGER \
	2251799813685248 /* 2^51: up to it a real of that value counts as the integer */

static int take_bytes(struct value *value, sqlite3_value *from)
{
	if (value->type == SQLITE_TEXT)
		value->bytes = sqlite3_value_text(from);
	else
		value->bytes = sqlite3_value_blob(from);
	value->size = (size_t)sqlite3_value_bytes(from);
	if (!value->bytes && (value->type == SQLITE_TEXT || value->size))
		return MOULT_TROUBLE;
	return MOULT_OK;
}

static int take(struct value *value, sqlite3_value *from)
{
	value->type = sqlite3_value_type(from);
	if (value->type == SQLITE_INTEGER)
		value->integer = sqlite3_value_int64(from);
	else if (value->type == SQLITE_FLOAT)
		value->real = sqlite3_value_double(from);
	else if (value->type != SQLITE_NULL)
		return take_bytes(value, from);
	return MOULT_OK;
}

enum look { LOOK_TEXT, LOOK_INTEGER, LOOK_REAL };

static const char *skip_space(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || (*at >= '\t' && *at <= '\r')))
		at++;
	return at;
}

static const char *skip_sign(const char *at, const char *end)
{
	return at < end && (*at == '-' || *at == '+') ? at + 1 : at;
}

static const char *skip_digits(const char *at, const char *end)
{
	while (at < end && *at >= '0' && *at <= '9')
		at++;
	return at;
}

/* Whether digits, after a sign, are an integer of 64 bits. */
static bool fits(const char *digits, const char *end, bool is_negative)
{
	while (digits < end && *digits == '0')
		digits++;
	if (end - digits != 19)
		return end - digits < 19;
	return memcmp(digits, is_negative ? "9223372036854775808" : "9223372036854775807", 19) <= 0;
}

/* Space, sign, digits, point, digits, exponent, space; a digit at least before the exponent. */
static enum look look_at(const char *text, size_t size)
{
	const char *end = text + size;
	const char *sign = skip_space(text, end);
	const char *first = skip_sign(sign, end);
	const char *at = skip_digits(first, end);
	const char *point = at;
	bool has_digits = at > first;

	if (at < end && *at == '.') {
		at = skip_digits(at + 1, end);
		has_digits |= at > point + 1;
	}
	if (has_digits && at < end && (*at == 'e' || *at == 'E')) {
		const char *exponent = skip_sign(at + 1, end);

		at = skip_digits(exponent, end);
		has_digits = at > exponent;
	}
	if (!has_digits || skip_space(at, end) != end)
		return LOOK_TEXT;
	return at == point && fits(first, point, *sign == '-') ? LOOK_INTEGER : LOOK_REAL;
}

static void take_number(struct value *value, sqlite3_value *from)
{
	const char *nul = value->size ? memchr(value->bytes, '\0', value->size) : NULL;
	const bool is_cut = nul && sqlite3_libversion_number() >= VERSION_NUL_ENDS;
	const size_t size = is_cut ? (size_t)(nul - (const char *)value->bytes) : value->size;
	const enum look look = look_at(value->bytes, size);
	sqlite3_int64 integer;

	if (look == LOOK_TEXT)
		return;
	integer = sqlite3_value_int64(from);
	if (look == LOOK_INTEGER &&
	    (!is_cut || (integer >= -SAFE_INTEGER && integer < SAFE_INTEGER))) {
		value->integer = integer;
		value->type = SQLITE_INTEGER;
	} else {
		value->real = sqlite3_value_double(from);
		value->type = SQLITE_FLOAT;
	}
}

/* The integer that a text looks like, as far as it goes. */
static void read_integer(struct value *value)
{
	const char *end = (const char *)value->bytes + value->size;
	const char *sign = skip_space(value->bytes, end);
	sqlite3_uint64 read = 0;

	for (const char *at = skip_sign(sign, end); at < end && *at >= '0' && *at <= '9'; at++)
		read = read * 10 + (sqlite3_uint64)(*at - '0');
	value->integer = (sqlite3_int64)(*sign == '-' ? 0 - read : read);
	value->type = SQLITE_INTEGER;
}

/* A text that look_at() found to be a real. */
static bool read_decimal(struct value *value)
{
	if (!mo_decimal_read(&value->real, value->bytes, value->size))
		return false;
	value->type = SQLITE_FLOAT;
	return true;
}

static void make_whole(struct value *value)
{
	/* -2^63, too, is left alone, as SQLite does. */
	if (value->real <= -MO_BEYOND_INTEGERS || value->real >= MO_BEYOND_INTEGERS)
		return;
	if ((double)(sqlite3_int64)value->real != value->real)
		return;
	value->integer = (sqlite3_int64)value->real;
	value->type = SQLITE_INTEGER;
}

/* Every numeric column stores whole reals as integers; so minus zero loses its sign. */
static void make_numeric(struct value *value, char affinity)
{
	if (value->type == SQLITE_FLOAT)
		make_whole(value);
	if (value->type == SQLITE_INTEGER && affinity == 'R') {
		value->real = (double)value->integer;
		value->type = SQLITE_FLOAT;
	}
}

static int make_text(struct value *value, sqlite3_value *from)
{
	if (value->type != SQLITE_INTEGER && value->type != SQLITE_FLOAT)
		return MOULT_OK;
	value->type = SQLITE_TEXT;
	return take_bytes(value, from);
}

int mo_affinity_apply(struct value *value, sqlite3_value *from, char affinity)
{
	int rc;

	*value = (struct value){.type = SQLITE_NULL};
	rc = take(value, from);
	if (rc || affinity == 'B')
		return rc;
	if (affinity == 'T')
		return make_text(value, from);
	if (value->type == SQLITE_TEXT)
		take_number(value, from);
	make_numeric(value, affinity);
	return MOULT_OK;
}

static bool change_text(struct value *value)
{
	const enum look look = look_at(value->bytes, value->size);

	/* Of SQLite's version it depends what a NUL is. */
	if (value->size && memchr(value->bytes, '\0', value->size))
		return false;
	if (look == LOOK_REAL)
		return read_decimal(value);
	if (look == LOOK_INTEGER)
		read_integer(value);
	return true;
}

/* A real as SQLite writes it: with 15 digits, until 3.52. */
static size_t write_real(char text[MO_NUMBER_TEXT], double real)
{
	struct decimal decimal;

	if (mo_decimal_find(&decimal, real))
		return mo_decimal_write(text, &decimal);
	sqlite3_snprintf(MO_NUMBER_TEXT, text, "%!.15g", real);
	return strlen(text);
}

static bool change_to_text(struct value *value, char text[MO_NUMBER_TEXT])
{
	size_t size;

	if (value->type == SQLITE_TEXT)
		return true;
	if (value->type == SQLITE_INTEGER)
		size = mo_integer_write(text, value->integer);
	else if (sqlite3_libversion_number() < VERSION_17_DIGITS)
		size = write_real(text, value->real);
	else
		return false;
	*value = (struct value){.type = SQLITE_TEXT, .bytes = text, .size = size};
	return true;
}

bool mo_affinity_change(struct value *value, char affinity, char text[MO_NUMBER_TEXT])
{
	if (affinity == 'B' || value->type == SQLITE_NULL || value->type == SQLITE_BLOB)
		return true;
	if (affinity == 'T')
		return change_to_text(value, text);
	if (value->type == SQLITE_TEXT && !change_text(value))
		return false;
	make_numeric(value, affinity);
	return true;
}
