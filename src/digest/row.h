/* SPDX-License-Identifier: MIT */
/*
 * row.h: the hash of one row, and the sum over many.
 *
 *	mo_row_begin(&row);
 *	for each value
 *		mo_row_value(&row, &value);
 *	mo_row_add(&sum, mo_row_end(&row));
 */
#ifndef MOULT_DIGEST_ROW_H
#define MOULT_DIGEST_ROW_H

#include "base/hash.h"
#include "digest/affinity.h"
#include "digest/digest.h"

struct row_hash {
	struct hasher hasher;
	size_t used;
	uint64_t words[64];
};

void mo_row_begin(struct row_hash *row);
void mo_row_value(struct row_hash *row, const struct value *value);
void mo_row_values(struct row_hash *row, const struct value *values, size_t count);
/* The same for an argument of a function, as it is; MOULT_TROUBLE without memory. */
int mo_row_take(struct row_hash *row, sqlite3_value *value);
struct hash128 mo_row_end(struct row_hash *row);

void mo_row_add(struct hash128 *sum, struct hash128 hash); /* modulo 2^128 */
/* As _moult_digest() says it. */
void mo_row_write(char text[MO_DIGEST_TEXT], struct hash128 sum, sqlite3_int64 rows);
/* The hash of a row as _moult_row() gives it. */
void mo_row_pack(unsigned char bytes[16], struct hash128 hash);

#endif
