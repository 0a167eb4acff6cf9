/* SPDX-License-Identifier: MIT */
/* hash.c: see hash.h; tests/unit/test_hash.c has vectors. */
#include "base/hash.h"

#include <sqlite3.h>
#include <string.h>

/* The key of the authors' test vectors, 00 01 02 .. 0f.  It keeps nothing secret here. */
#define KEY_LOW 0x0706050403020100ULL
#define KEY_HIGH 0x0f0e0d0c0b0a0908ULL

static inline uint64_t rotate(uint64_t x, int bits)
{
	return (x << bits) | (x >> (64 - bits));
}

static inline void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

static inline void mix(struct hasher *h, uint64_t word)
{
	h->v[3] ^= word;
	sip_round(h->v);
	if (!h->is_quick)
		sip_round(h->v);
	h->v[0] ^= word;
}

static inline void begin(struct hasher *h)
{
	h->v[0] = KEY_LOW ^ 0x736f6d6570736575ULL;
	h->v[1] = KEY_HIGH ^ 0x646f72616e646f6dULL ^ 0xee;
	h->v[2] = KEY_LOW ^ 0x6c7967656e657261ULL;
	h->v[3] = KEY_HIGH ^ 0x7465646279746573ULL;
	h->tail = 0;
	h->length = 0;
	h->is_quick = false;
}

void mo_hash_begin(struct hasher *h)
{
	begin(h);
}

void mo_hash_begin_quick(struct hasher *h)
{
	mo_hash_begin(h);
	h->is_quick = true;
}

static void mix_byte(struct hasher *h, unsigned char byte)
{
	h->tail |= (uint64_t)byte << (h->length % 8 * 8);
	if (++h->length % 8 == 0) {
		mix(h, h->tail);
		h->tail = 0;
	}
}

/* What a file is made of, with the state in registers. */
static const unsigned char *mix_words(struct hasher *h, const unsigned char *at,
				      const unsigned char *end)
{
	uint64_t v[4] = {h->v[0], h->v[1], h->v[2], h->v[3]};
	const unsigned char *begin = at;

	for (; end - at >= 8; at += 8) {
		const uint64_t word = mo_read_word(at);

		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
	}
	for (int i = 0; i < 4; i++)
		h->v[i] = v[i];
	h->length += (uint64_t)(at - begin);
	return at;
}

void mo_hash_words(struct hasher *h, const uint64_t *words, size_t count)
{
	struct hasher state = *h; /* in registers */

	for (size_t i = 0; i < count; i++)
		mix(&state, words[i]);
	*h = state;
	h->length += 8 * count;
}

void mo_hash_bytes(struct hasher *h, const void *bytes, size_t size)
{
	const unsigned char *at = bytes;
	const unsigned char *end = at + size;

	while (at < end && h->length % 8)
		mix_byte(h, *at++);
	if (h->is_quick)
		at = mix_words(h, at, end);
	for (; end - at >= 8; at += 8, h->length += 8)
		mix(h, mo_read_word(at));
	while (at < end)
		mix_byte(h, *at++);
}

void mo_hash_integer(struct hasher *h, int64_t value)
{
	unsigned char bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)((uint64_t)value >> (i * 8));
	mo_hash_bytes(h, bytes, sizeof(bytes));
}

void mo_hash_piece(struct hasher *h, const void *bytes, size_t size)
{
	mo_hash_integer(h, (int64_t)size);
	mo_hash_bytes(h, bytes, size);
}

void mo_hash_text(struct hasher *h, const char *text)
{
	if (text)
		mo_hash_piece(h, text, strlen(text));
	else
		mo_hash_integer(h, -1);
}

static inline struct hash128 finish(struct hasher *h, int rounds)
{
	struct hash128 hash;

	mix(h, h->tail | h->length << 56);
	h->v[2] ^= 0xee;
	for (int i = 0; i < rounds; i++)
		sip_round(h->v);
	hash.low = h->v[0] ^ h->v[1] ^ h->v[2] ^ h->v[3];
	h->v[1] ^= 0xdd;
	for (int i = 0; i < rounds; i++)
		sip_round(h->v);
	hash.high = h->v[0] ^ h->v[1] ^ h->v[2] ^ h->v[3];
	return hash;
}

struct hash128 mo_hash_end(struct hasher *h)
{
	return finish(h, h->is_quick ? 3 : 4);
}

struct hash128 mo_hash_quick(const uint64_t *words, size_t count)
{
	struct hasher state; /* in registers */

	begin(&state);
	state.is_quick = true;
	for (size_t i = 0; i < count; i++)
		mix(&state, words[i]);
	state.length = 8 * count;
	return finish(&state, 3);
}

void mo_hash_write(char text[MO_HASH_TEXT], struct hash128 hash)
{
	sqlite3_snprintf(MO_HASH_TEXT, text, "%016llx%016llx", (unsigned long long)hash.high,
			 (unsigned long long)hash.low);
}
