/* SPDX-License-Identifier: MIT */
/* order.c: see order.h. */
#include "digest/order.h"

#include <string.h>

#include "base/text.h"

/* ---- which order -------------------------------------------------------------------------- */

static const char *const collations[COLLATION_COUNT] = {"BINARY", "NOCASE", "RTRIM"};

enum collation mo_find_collation(const char *name, enum collation binary)
{
	int i = 0;

	while (i < COLLATION_COUNT && !mo_same_name(collations[i], name))
		i++;
	return i == COLLATION_BINARY ? binary : (enum collation)i;
}

bool mo_binary_of(enum collation *binary, const char *encoding)
{
	static const struct {
		const char *name;
		enum collation binary;
	} encodings[] = {{"UTF-8", COLLATION_BINARY},
			 {"UTF-16le", COLLATION_UTF16LE},
			 {"UTF-16be", COLLATION_UTF16BE}};

	for (size_t i = 0; i < sizeof(encodings) / sizeof(*encodings); i++) {
		*binary = encodings[i].binary;
		if (mo_same(encoding, encodings[i].name))
			return true;
	}
	return false;
}

/* ---- texts and blobs ---------------------------------------------------------------------- */

static int compare_sizes(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int compare_bytes(const unsigned char *a, size_t a_size, const unsigned char *b,
			 size_t b_size)
{
	const size_t size = a_size < b_size ? a_size : b_size;
	const int order = size ? memcmp(a, b, size) : 0;

	return order ? order : compare_sizes(a_size, b_size);
}

/* As nocaseCollatingFunc() in SQLite's main.c: a NUL ends what is compared letter by letter. */
static int compare_nocase(const unsigned char *a, size_t a_size, const unsigned char *b,
			  size_t b_size)
{
	const size_t size = a_size < b_size ? a_size : b_size;

	for (size_t i = 0; i < size; i++) {
		const int order =
			(unsigned char)mo_fold((char)a[i]) - (unsigned char)mo_fold((char)b[i]);

		if (order)
			return order;
		if (!a[i])
			break;
	}
	return compare_sizes(a_size, b_size);
}

static size_t without_spaces(const unsigned char *bytes, size_t size)
{
	while (size && bytes[size - 1] == ' ')
		size--;
	return size;
}

static const unsigned char *character_of(const unsigned char *bytes, size_t at)
{
	while (at && (bytes[at] & 0xc0) == 0x80)
		at--;
	return bytes + at;
}

static unsigned decode(const unsigned char *at)
{
	if (at[0] < 0x80)
		return at[0];
	if (at[0] < 0xe0)
		return (at[0] & 0x1fU) << 6 | (at[1] & 0x3fU);
	if (at[0] < 0xf0)
		return (at[0] & 0xfU) << 12 | (at[1] & 0x3fU) << 6 | (at[2] & 0x3fU);
	return (at[0] & 7U) << 18 | (at[1] & 0x3fU) << 12 | (at[2] & 0x3fU) << 6 | (at[3] & 0x3fU);
}

/* The two units of UTF-16 that a character has, or the one above 0. */
static unsigned units_of(unsigned character)
{
	if (character < 0x10000)
		return character << 16;
	character -= 0x10000;
	return (0xd800U | character >> 10) << 16 | 0xdc00U | (character & 0x3ffU);
}

static unsigned swap_units(unsigned units)
{
	return (units & 0x00ff00ffU) << 8 | (units >> 8 & 0x00ff00ffU);
}

/* Texts of UTF-8, as SQLite made them of UTF-16, by the bytes that they are stored as. */
static int compare_wide(const unsigned char *a, size_t a_size, const unsigned char *b,
			size_t b_size, bool little_endian)
{
	const size_t size = a_size < b_size ? a_size : b_size;
	size_t at = 0;
	unsigned one, other;

	while (at < size && a[at] == b[at])
		at++;
	if (at == size)
		return compare_sizes(a_size, b_size);
	one = units_of(decode(character_of(a, at)));
	other = units_of(decode(character_of(b, at)));
	if (little_endian) {
		one = swap_units(one);
		other = swap_units(other);
	}
	return (one > other) - (one < other);
}

static int compare_texts(const struct value *a, const struct value *b, enum collation collation)
{
	if (collation == COLLATION_NOCASE)
		return compare_nocase(a->bytes, a->size, b->bytes, b->size);
	if (collation == COLLATION_RTRIM)
		return compare_bytes(a->bytes, without_spaces(a->bytes, a->size), b->bytes,
				     without_spaces(b->bytes, b->size));
	if (collation == COLLATION_UTF16LE || collation == COLLATION_UTF16BE)
		return compare_wide(a->bytes, a->size, b->bytes, b->size,
				    collation == COLLATION_UTF16LE);
	return compare_bytes(a->bytes, a->size, b->bytes, b->size);
}

/* ---- numbers, and all of them ------------------------------------------------------------- */

/* An integer and a real, exactly: a real has 53 bits, an integer 63. */
static int compare_mixed(sqlite3_int64 integer, double real)
{
	if (real < -MO_BEYOND_INTEGERS)
		return 1;
	if (real >= MO_BEYOND_INTEGERS)
		return -1;
	if (integer != (sqlite3_int64)real)
		return integer < (sqlite3_int64)real ? -1 : 1;
	return ((double)integer > real) - ((double)integer < real);
}

static int compare_numbers(const struct value *a, const struct value *b)
{
	if (a->type == SQLITE_INTEGER && b->type == SQLITE_INTEGER)
		return (a->integer > b->integer) - (a->integer < b->integer);
	if (a->type == SQLITE_INTEGER)
		return compare_mixed(a->integer, b->real);
	if (b->type == SQLITE_INTEGER)
		return -compare_mixed(b->integer, a->real);
	return (a->real > b->real) - (a->real < b->real);
}

/* NULL, numbers, texts, blobs: https://sqlite.org/datatype3.html#sort_order */
static int rank(const struct value *value)
{
	static const int ranks[] = {[SQLITE_NULL] = 0,
				    [SQLITE_INTEGER] = 1,
				    [SQLITE_FLOAT] = 1,
				    [SQLITE_TEXT] = 2,
				    [SQLITE_BLOB] = 3};

	return ranks[value->type];
}

int mo_compare_values(const struct value *a, const struct value *b, enum collation collation)
{
	if (rank(a) != rank(b))
		return rank(a) - rank(b);
	switch (a->type) {
	case SQLITE_NULL:
		return 0;
	case SQLITE_TEXT:
		return compare_texts(a, b, collation);
	case SQLITE_BLOB:
		return compare_bytes(a->bytes, a->size, b->bytes, b->size);
	default:
		return compare_numbers(a, b);
	}
}
