/* SPDX-License-Identifier: MIT */
/* test_hash.c: SipHash against the vectors of its authors, and in pieces of every length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"

/* The key of the vectors is ours, 00 01 02 ...; the messages are 00 01 02 ... too. */
static void message(unsigned char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] = (unsigned char)i;
}

static struct hash128 hash_of(const unsigned char *bytes, size_t size, bool is_quick, size_t piece)
{
	struct hasher hasher;

	if (is_quick)
		mo_hash_begin_quick(&hasher);
	else
		mo_hash_begin(&hasher);
	for (size_t at = 0; at < size; at += piece)
		mo_hash_bytes(&hasher, bytes + at, size - at < piece ? size - at : piece);
	return mo_hash_end(&hasher);
}

static void authors_vectors(void **state)
{
	unsigned char bytes[2];
	struct hash128 hash;

	(void)state;
	message(bytes, sizeof(bytes));
	hash = hash_of(bytes, 0, false, 1);
	assert_true(hash.low == 0xe6a825ba047f81a3ULL && hash.high == 0x930255c71472f66dULL);
	hash = hash_of(bytes, 1, false, 1);
	assert_true(hash.low == 0x44af996bd8c187daULL && hash.high == 0x45fc229b11597634ULL);
}

static void pieces_make_no_difference(void **state)
{
	unsigned char bytes[600];

	(void)state;
	message(bytes, sizeof(bytes));
	for (int quick = 0; quick < 2; quick++) {
		for (size_t size = 0; size <= sizeof(bytes); size += size < 40 ? 1 : 97) {
			const struct hash128 whole = hash_of(bytes, size, quick, sizeof(bytes));

			for (size_t piece = 1; piece < 40; piece += 3) {
				const struct hash128 hash = hash_of(bytes, size, quick, piece);

				assert_true(hash.low == whole.low && hash.high == whole.high);
			}
		}
	}
}

static void every_bit_counts(void **state)
{
	unsigned char bytes[40];
	struct hash128 whole;

	(void)state;
	message(bytes, sizeof(bytes));
	whole = hash_of(bytes, sizeof(bytes), true, sizeof(bytes));
	for (size_t bit = 0; bit < 8 * sizeof(bytes); bit++) {
		struct hash128 hash;

		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
		hash = hash_of(bytes, sizeof(bytes), true, sizeof(bytes));
		assert_true(hash.low != whole.low && hash.high != whole.high);
		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(authors_vectors),
		cmocka_unit_test(pieces_make_no_difference),
		cmocka_unit_test(every_bit_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
