/* SPDX-License-Identifier: MIT */
/*
 * dice.h: numbers that look random and are the same for the same seed, and
 * the memory of one seed, which goes all at once.
 */
#ifndef MOULT_TESTS_RANDOM_DICE_H
#define MOULT_TESTS_RANDOM_DICE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chunk;

struct dice {
	uint64_t state;
	struct chunk *chunks; /* memory that the seed has taken */
};

void dice_seed(struct dice *dice, uint64_t seed);
void dice_done(struct dice *dice); /* frees the memory */

int dice_roll(struct dice *dice, int sides); /* 0 to sides - 1 */
bool dice_chance(struct dice *dice, int percent);

#define PICK(dice, array) ((array)[dice_roll((dice), (int)(sizeof(array) / sizeof(*(array))))])

void *dice_memory(struct dice *dice, size_t size); /* zeroed */
/* printf with SQLite's own conversions (%q, %Q, %w). */
char *dice_format(struct dice *dice, const char *format, ...);

#endif
