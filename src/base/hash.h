/* SPDX-License-Identifier: MIT */
/*
 * hash.h: SipHash with a result of 128 bits (Aumasson and Bernstein, 2012; the
 * 128-bit form is that of the authors' reference implementation).
 *
 * SipHash-2-4 for fingerprints and the IDs of plans.  SipHash-1-3, which has
 * half the rounds and no known weakness, for what is long: rows and files.
 * The key is fixed, since results are compared across runs; it is accidents
 * that a hash must tell here, not an adversary.
 */
#ifndef MOULT_BASE_HASH_H
#define MOULT_BASE_HASH_H

#include <stdbool.h>
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
	bool is_quick;
};

void mo_hash_begin(struct hasher *hasher);	 /* SipHash-2-4 */
void mo_hash_begin_quick(struct hasher *hasher); /* SipHash-1-3 */
void mo_hash_bytes(struct hasher *hasher, const void *bytes, size_t size);
void mo_hash_piece(struct hasher *hasher, const void *bytes, size_t size); /* with its length */
void mo_hash_text(
	struct hasher *hasher,
	const char *text); /* with its length, so that "a","b" is not "ab"; NULL differs from "" */
void mo_hash_integer(struct hasher *hasher, int64_t value);
struct hash128 mo_hash_end(struct hasher *hasher);

void mo_hash_write(char text[MO_HASH_TEXT], struct hash128 hash);

#endif
