/* SPDX-License-Identifier: MIT */
/*
 * row.c: rows as bytes, and bytes as a hash.
 *
 * A row is put into a buffer as words of 8 bytes, lowest byte first, and the
 * full buffer into the hash; so the common row costs one call of the hash.
 *
 *	NULL      | tag     |
 *	integer   | tag     | value      |
 *	          | tag and value |        from 0 to 2^55 - 1
 *	real      | tag     | its bits   |
 *	text      | tag and size | bytes and zeros up to a whole word |
 *	blob      | tag and size | bytes and zeros up to a whole word |
 *
 * The tag and the size come first, so no two rows have the same words.  The
 * digests of manifests are made of this: it may change only with the format
 * of the manifest.
 */
#include "digest/row.h"

#include <string.h>

#include "moult.h"

enum tag { TAG_NULL = 1, TAG_INTEGER, TAG_SMALL, TAG_REAL, TAG_TEXT, TAG_BLOB };

#define MOST_WORDS (sizeof(((struct row_hash *)0)->words) / sizeof(uint64_t))

void mo_row_begin(struct row_hash *row)
{
	mo_hash_begin_quick(&row->hasher);
	row->used = 0;
}

static void row_flush(struct row_hash *row)
{
	mo_hash_words(&row->hasher, row->words, row->used);
	row->used = 0;
}

struct hash128 mo_row_end(struct row_hash *row)
{
	if (!row->hasher.length)
		return mo_hash_quick(row->words, row->used);
	row_flush(row);
	return mo_hash_end(&row->hasher);
}

static inline uint64_t *row_room(struct row_hash *row, size_t words)
{
	uint64_t *room;

	if (MOST_WORDS - row->used < words)
		row_flush(row);
	room = row->words + row->used;
	row->used += words;
	return room;
}

static inline void row_word(struct row_hash *row, uint64_t word)
{
	*row_room(row, 1) = word;
}

static inline uint64_t get_half(const unsigned char *at)
{
	return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 |
	       (uint64_t)at[3] << 24;
}

/* Of 1 to 7 bytes, with zeros up to 8; both halves may have some of them. */
static inline uint64_t get_part(const unsigned char *at, size_t size)
{
	if (size >= 4)
		return get_half(at) | get_half(at + size - 4) << (8 * (size - 4));
	return (uint64_t)at[0] | (uint64_t)at[size / 2] << (8 * (size / 2)) |
	       (uint64_t)at[size - 1] << (8 * (size - 1));
}

static void row_tail(struct row_hash *row, const unsigned char *bytes, size_t size)
{
	uint64_t *room = row_room(row, (size + 7) / 8);

	for (; size >= 8; size -= 8, bytes += 8)
		*room++ = mo_read_word(bytes);
	if (size)
		*room = get_part(bytes, size);
}

/* What does not fit the buffer goes past it, in whole words. */
static void row_bytes(struct row_hash *row, enum tag tag, const unsigned char *bytes, size_t size)
{
	row_word(row, (uint64_t)size << 8 | tag);
	if (size > 8 * MOST_WORDS) {
		row_flush(row);
		mo_hash_bytes(&row->hasher, bytes, size / 8 * 8);
		bytes += size / 8 * 8;
		size %= 8;
	}
	row_tail(row, bytes, size);
}

static inline void row_integer(struct row_hash *row, sqlite3_int64 value)
{
	if (value >= 0 && value < (sqlite3_int64)1 << 55) {
		row_word(row, (uint64_t)value << 8 | TAG_SMALL);
		return;
	}
	row_word(row, TAG_INTEGER);
	row_word(row, (uint64_t)value);
}

static inline void row_real(struct row_hash *row, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	row_word(row, TAG_REAL);
	row_word(row, bits);
}

static inline void add_value(struct row_hash *row, const struct value *value)
{
	switch (value->type) {
	case SQLITE_INTEGER:
		row_integer(row, value->integer);
		break;
	case SQLITE_FLOAT:
		row_real(row, value->real);
		break;
	case SQLITE_TEXT:
		row_bytes(row, TAG_TEXT, value->bytes, value->size);
		break;
	case SQLITE_BLOB:
		row_bytes(row, TAG_BLOB, value->bytes, value->size);
		break;
	default:
		row_word(row, TAG_NULL);
	}
}

void mo_row_value(struct row_hash *row, const struct value *value)
{
	add_value(row, value);
}

void mo_row_values(struct row_hash *row, const struct value *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_value(row, &values[i]);
}

int mo_row_take(struct row_hash *row, sqlite3_value *value)
{
	const int type = sqlite3_value_type(value);
	const void *bytes;
	size_t size;

	switch (type) {
	case SQLITE_INTEGER:
		row_integer(row, sqlite3_value_int64(value));
		break;
	case SQLITE_FLOAT:
		row_real(row, sqlite3_value_double(value));
		break;
	case SQLITE_TEXT:
	case SQLITE_BLOB:
		bytes = type == SQLITE_TEXT ? sqlite3_value_text(value) : sqlite3_value_blob(value);
		size = (size_t)sqlite3_value_bytes(value);
		if (!bytes && (type == SQLITE_TEXT || size))
			return MOULT_TROUBLE;
		row_bytes(row, type == SQLITE_TEXT ? TAG_TEXT : TAG_BLOB, bytes, size);
		break;
	default:
		row_word(row, TAG_NULL);
	}
	return MOULT_OK;
}

void mo_row_add(struct hash128 *sum, struct hash128 hash)
{
	sum->low += hash.low;
	sum->high += hash.high + (sum->low < hash.low);
}

void mo_row_write(char text[MO_DIGEST_TEXT], struct hash128 sum, sqlite3_int64 rows)
{
	mo_hash_write(text, sum);
	sqlite3_snprintf((int)(MO_DIGEST_TEXT - strlen(text)), text + strlen(text), ":%lld", rows);
}

static void put_word(unsigned char *at, uint64_t word)
{
	for (int i = 0; i < 8; i++)
		at[i] = (unsigned char)(word >> 8 * i);
}

void mo_row_pack(unsigned char bytes[16], struct hash128 hash)
{
	put_word(bytes, hash.low);
	put_word(bytes + 8, hash.high);
}
