/* SPDX-License-Identifier: MIT */
/*
 * digest.c: rows as bytes, and bytes as a hash.
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
#include "digest/digest.h"

#include <string.h>

#include "base/hash.h"
#include "digest/affinity.h"
#include "moult.h"

/* Values in one _moult_row(): with the letters, fewer than any build of SQLite takes by default. */
#define GROUP 64

#define HOW (SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY)

enum tag { TAG_NULL = 1, TAG_INTEGER, TAG_SMALL, TAG_REAL, TAG_TEXT, TAG_BLOB };

struct row {
	struct hasher hasher;
	size_t used;
	unsigned char bytes[512];
};

struct digest {
	struct hash128 sum;
	sqlite3_int64 rows;
};

static void row_begin(struct row *row)
{
	mo_hash_begin(&row->hasher);
	row->used = 0;
}

static void row_flush(struct row *row)
{
	mo_hash_bytes(&row->hasher, row->bytes, row->used);
	row->used = 0;
}

static struct hash128 row_end(struct row *row)
{
	row_flush(row);
	return mo_hash_end(&row->hasher);
}

static unsigned char *row_room(struct row *row, size_t size)
{
	unsigned char *room;

	if (sizeof(row->bytes) - row->used < size)
		row_flush(row);
	room = row->bytes + row->used;
	row->used += size;
	return room;
}

/* Written out, because compilers make one store of this and not of a loop. */
static void put_word(unsigned char *at, sqlite3_uint64 word)
{
	at[0] = (unsigned char)word;
	at[1] = (unsigned char)(word >> 8);
	at[2] = (unsigned char)(word >> 16);
	at[3] = (unsigned char)(word >> 24);
	at[4] = (unsigned char)(word >> 32);
	at[5] = (unsigned char)(word >> 40);
	at[6] = (unsigned char)(word >> 48);
	at[7] = (unsigned char)(word >> 56);
}

static void row_word(struct row *row, sqlite3_uint64 word)
{
	put_word(row_room(row, 8), word);
}

static void row_tail(struct row *row, const unsigned char *bytes, size_t size)
{
	const size_t padded = (size + 7) / 8 * 8;
	unsigned char *room;

	if (!size)
		return;
	room = row_room(row, padded);
	memset(room + padded - 8, 0, 8);
	memcpy(room, bytes, size);
}

/* What does not fit the buffer goes past it, in whole words. */
static void row_bytes(struct row *row, enum tag tag, const unsigned char *bytes, size_t size)
{
	row_word(row, (sqlite3_uint64)size << 8 | tag);
	if (size > sizeof(row->bytes)) {
		row_flush(row);
		mo_hash_bytes(&row->hasher, bytes, size / 8 * 8);
		bytes += size / 8 * 8;
		size %= 8;
	}
	row_tail(row, bytes, size);
}

static void row_integer(struct row *row, sqlite3_int64 value)
{
	if (value >= 0 && value < (sqlite3_int64)1 << 55) {
		row_word(row, (sqlite3_uint64)value << 8 | TAG_SMALL);
		return;
	}
	row_word(row, TAG_INTEGER);
	row_word(row, (sqlite3_uint64)value);
}

static void row_real(struct row *row, double value)
{
	sqlite3_uint64 bits;

	memcpy(&bits, &value, sizeof(bits));
	row_word(row, TAG_REAL);
	row_word(row, bits);
}

static void row_value(struct row *row, const struct value *value)
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

/* The letter for mo_affinity_apply(), or 0 where it is none. */
static char affinity_of(char letter)
{
	switch (letter) {
	case '-':
		return 'B';
	case 'T':
	case 'N':
	case 'I':
	case 'R':
	case 'B':
		return letter;
	default:
		return 0;
	}
}

/* Hashes the arguments after the first; where it cannot, sets the error and returns false. */
static bool row_hash(struct hash128 *hash, sqlite3_context *context, int count,
		     sqlite3_value **values)
{
	const char *letters = count ? (const char *)sqlite3_value_text(values[0]) : NULL;
	struct value value;
	struct row row;

	if (!letters || sqlite3_value_bytes(values[0]) != count - 1) {
		sqlite3_result_error(context, "one letter of affinity is needed for each value",
				     -1);
		return false;
	}
	row_begin(&row);
	for (int i = 1; i < count; i++) {
		const char affinity = affinity_of(letters[i - 1]);

		if (!affinity) {
			sqlite3_result_error(context, "an affinity is one of T N I R B -", -1);
			return false;
		}
		if (mo_affinity_apply(&value, values[i], affinity)) {
			sqlite3_result_error_nomem(context);
			return false;
		}
		row_value(&row, &value);
	}
	*hash = row_end(&row);
	return true;
}

static void sum_add(struct hash128 *sum, struct hash128 hash)
{
	sum->low += hash.low;
	sum->high += hash.high + (sum->low < hash.low);
}

static void digest_step(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct digest *digest = sqlite3_aggregate_context(context, sizeof(*digest));
	struct hash128 hash;

	if (!digest) {
		sqlite3_result_error_nomem(context);
		return;
	}
	if (!row_hash(&hash, context, count, values))
		return;
	sum_add(&digest->sum, hash);
	digest->rows++;
}

static void digest_final(sqlite3_context *context)
{
	const struct digest *digest = sqlite3_aggregate_context(context, 0);
	const struct digest none = {{0, 0}, 0};
	char text[MO_DIGEST_TEXT];

	if (!digest)
		digest = &none;
	mo_hash_write(text, digest->sum);
	sqlite3_snprintf((int)(sizeof(text) - strlen(text)), text + strlen(text), ":%lld",
			 digest->rows);
	sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

static void row_function(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct hash128 hash;
	unsigned char bytes[16];

	if (!row_hash(&hash, context, count, values))
		return;
	put_word(bytes, hash.low);
	put_word(bytes + 8, hash.high);
	sqlite3_result_blob(context, bytes, sizeof(bytes), SQLITE_TRANSIENT);
}

static void give(sqlite3_context *context, const struct value *value)
{
	if (value->type == SQLITE_INTEGER)
		sqlite3_result_int64(context, value->integer);
	else if (value->type == SQLITE_FLOAT)
		sqlite3_result_double(context, value->real);
	else
		sqlite3_result_text64(context, value->bytes, value->size, SQLITE_TRANSIENT,
				      SQLITE_UTF8);
}

static void affinity_function(sqlite3_context *context, int count, sqlite3_value **values)
{
	const char *letter = (const char *)sqlite3_value_text(values[1]);
	struct value value;

	(void)count;
	if (!letter || !affinity_of(letter[0]) || letter[1]) {
		sqlite3_result_error(context, "an affinity is one of T N I R B -", -1);
		return;
	}
	if (mo_affinity_apply(&value, values[0], affinity_of(letter[0])))
		sqlite3_result_error_nomem(context);
	else if (value.type == SQLITE_NULL || value.type == SQLITE_BLOB)
		sqlite3_result_value(context, values[0]);
	else
		give(context, &value);
}

int mo_digest_register(sqlite3 *db)
{
	int rc = sqlite3_create_function_v2(db, "_moult_affinity", 2, HOW, NULL, affinity_function,
					    NULL, NULL, NULL);

	if (!rc)
		rc = sqlite3_create_function_v2(db, "_moult_row", -1, HOW, NULL, row_function, NULL,
						NULL, NULL);
	if (!rc)
		rc = sqlite3_create_function_v2(db, "_moult_digest", -1, HOW, NULL, NULL,
						digest_step, digest_final, NULL);
	return rc ? MOULT_TROUBLE : MOULT_OK;
}

void mo_digest_unregister(sqlite3 *db)
{
	sqlite3_create_function_v2(db, "_moult_affinity", 2, SQLITE_UTF8, NULL, NULL, NULL, NULL,
				   NULL);
	sqlite3_create_function_v2(db, "_moult_row", -1, SQLITE_UTF8, NULL, NULL, NULL, NULL, NULL);
	sqlite3_create_function_v2(db, "_moult_digest", -1, SQLITE_UTF8, NULL, NULL, NULL, NULL,
				   NULL);
}

static void write_call(sqlite3_str *out, const char *function, const char *letters,
		       char *const *items, int count)
{
	sqlite3_str_appendf(out, "%s('%.*s'", function, count, letters);
	for (int i = 0; i < count; i++)
		sqlite3_str_appendf(out, ", %s", items[i]);
	sqlite3_str_appendchar(out, 1, ')');
}

static void write_groups(sqlite3_str *out, const char *affinities, char *const *items, int count)
{
	const int groups = (count + GROUP - 1) / GROUP;

	sqlite3_str_appendall(out, "_moult_digest('");
	sqlite3_str_appendchar(out, groups, '-');
	sqlite3_str_appendchar(out, 1, '\'');
	for (int at = 0; at < count; at += GROUP) {
		sqlite3_str_appendall(out, ", ");
		write_call(out, "_moult_row", affinities + at, items + at,
			   count - at < GROUP ? count - at : GROUP);
	}
	sqlite3_str_appendchar(out, 1, ')');
}

void mo_digest_write(sqlite3_str *out, const char *affinities, const struct list *expressions)
{
	if (expressions->count <= GROUP)
		write_call(out, "_moult_digest", affinities, (char *const *)expressions->items,
			   expressions->count);
	else
		write_groups(out, affinities, (char *const *)expressions->items,
			     expressions->count);
}
