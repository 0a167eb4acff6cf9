/* SPDX-License-Identifier: MIT */
/*
 * hash.h: SipHash-2-4 with a result of 128 bits (Aumasson and Bernstein, 2012;
 * the 128-bit form is that of the authors' reference implementation).
 *
 * Used for fingerprints, the IDs of plans, and the digests of rows.  The key
 * is fixed where the result is compared across runs.
 */
#ifndef MOULT_BASE_HASH_H
#define MOULT_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct hash128 {
	uint64_t low;
	uint64_t high;
};

#define MO_HASH_TEXT 33 /* 32 hexadecimal digits and the end */

/* A hash that is fed piece by piece. */
struct hasher {
	uint64_t v[4];
	uint64_t tail; /* bytes not yet mixed in, lowest first */
	uint64_t length;
};

void mo_hash_begin(struct hasher *hasher);
void mo_hash_bytes(struct hasher *hasher, const void *bytes, size_t size);
void mo_hash_text(struct hasher *hasher, const char *text); /* with its length, so that "a","b" is not "ab"; NULL differs from "" */
void mo_hash_integer(struct hasher *hasher, int64_t value);
struct hash128 mo_hash_end(struct hasher *hasher);

void mo_hash_write(char text[MO_HASH_TEXT], struct hash128 hash);

#endif
