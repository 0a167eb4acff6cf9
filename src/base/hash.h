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
/* The same as their bytes, lowest first, behind whole words. */
void mo_hash_words(struct hasher *hasher, const uint64_t *words, size_t count);
void mo_hash_piece(struct hasher *hasher, const void *bytes, size_t size); /* with its length */
void mo_hash_text(
	struct hasher *hasher,
	const char *text); /* with its length, so that "a","b" is not "ab"; NULL differs from "" */
void mo_hash_integer(struct hasher *hasher, int64_t value);
struct hash128 mo_hash_end(struct hasher *hasher);
/* SipHash-1-3 of words that are all there. */
struct hash128 mo_hash_quick(const uint64_t *words, size_t count);

/* 8 bytes, lowest first.  Written out, because compilers make one load of this and not of a loop. */
static inline uint64_t mo_read_word(const unsigned char *at)
{
	return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 |
	       (uint64_t)at[3] << 24 | (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 |
	       (uint64_t)at[6] << 48 | (uint64_t)at[7] << 56;
}

void mo_hash_write(char text[MO_HASH_TEXT], struct hash128 hash);

#endif
