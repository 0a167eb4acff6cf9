/* SPDX-License-Identifier: MIT */
/* dice.c: see dice.h.  The generator is splitmix64. */
#include "dice.h"

#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

struct chunk {
	struct chunk *next;
};

void dice_done(struct dice *dice)
{
	while (dice->chunks) {
		struct chunk *next = dice->chunks->next;

		free(dice->chunks);
		dice->chunks = next;
	}
}

static uint64_t next(struct dice *dice)
{
	uint64_t z = dice->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/* Not a state that throwing the dice of another seed comes to: seeds that follow each other are to differ. */
void dice_seed(struct dice *dice, uint64_t seed)
{
	dice->state = seed;
	dice->state = next(dice);
	dice->chunks = NULL;
}

int dice_roll(struct dice *dice, int sides)
{
	return sides > 1 ? (int)(next(dice) % (uint64_t)sides) : 0;
}

bool dice_chance(struct dice *dice, int percent)
{
	return dice_roll(dice, 100) < percent;
}

void *dice_memory(struct dice *dice, size_t size)
{
	struct chunk *chunk = calloc(1, sizeof(*chunk) + size + 8);

	if (!chunk)
		exit(99);
	chunk->next = dice->chunks;
	dice->chunks = chunk;
	return chunk + 1;
}

char *dice_format(struct dice *dice, const char *format, ...)
{
	va_list args;
	char *text;
	char *copy;

	va_start(args, format);
	text = sqlite3_vmprintf(format, args);
	va_end(args);
	if (!text)
		exit(99);
	copy = dice_memory(dice, strlen(text) + 1);
	memcpy(copy, text, strlen(text) + 1);
	sqlite3_free(text);
	return copy;
}
