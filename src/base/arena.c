/* SPDX-License-Identifier: MIT */
/*
 * arena.c: blocks in a chain, each filled from its start.
 *
 *	arena --> block --> block --> NULL
 *	           |##########....|      # used   . free
 *
 * A request that is larger than a block gets a block of its own behind the
 * first, so that the first can go on being filled.
 */
#include "base/arena.h"

#include <stdint.h>
#include <string.h>

#include "moult.h"

#define BLOCK_SIZE ((size_t)16 * 1024)
#define ALIGNMENT sizeof(union alignment)

union alignment {
	long long integer;
	double real;
	void *pointer;
};

struct block {
	struct block *next;
	size_t size;
	size_t used;
	union alignment data[];
};

struct arena {
	struct block *first;
	bool failed;
};

struct arena *mo_arena_new(void)
{
	struct arena *arena = sqlite3_malloc64(sizeof(*arena));

	if (arena)
		*arena = (struct arena){0};
	return arena;
}

void mo_arena_free(struct arena *arena)
{
	if (!arena)
		return;
	for (struct block *block = arena->first, *next; block; block = next) {
		next = block->next;
		sqlite3_free(block);
	}
	sqlite3_free(arena);
}

int mo_arena_rc(const struct arena *arena)
{
	return arena->failed ? MOULT_TROUBLE : MOULT_OK;
}

static struct block *block_new(struct arena *arena, size_t size)
{
	struct block *block = sqlite3_malloc64(sizeof(*block) + size);

	if (!block) {
		arena->failed = true;
		return NULL;
	}
	block->size = size;
	block->used = 0;
	if (arena->first && size > BLOCK_SIZE) {
		block->next = arena->first->next;
		arena->first->next = block;
	} else {
		block->next = arena->first;
		arena->first = block;
	}
	return block;
}

void *mo_arena_alloc(struct arena *arena, size_t size)
{
	struct block *block = arena->first;
	void *memory;

	if (arena->failed || size > SIZE_MAX / 2)
		return NULL;
	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (!block || block->size - block->used < size)
		block = block_new(arena, size > BLOCK_SIZE ? size : BLOCK_SIZE);
	if (!block)
		return NULL;
	memory = (char *)block->data + block->used;
	block->used += size;
	return memset(memory, 0, size);
}

char *mo_arena_slice(struct arena *arena, const char *text, size_t length)
{
	char *copy = mo_arena_alloc(arena, length + 1);

	if (copy)
		memcpy(copy, text, length);
	return copy;
}

char *mo_arena_text(struct arena *arena, const char *text)
{
	return text ? mo_arena_slice(arena, text, strlen(text)) : NULL;
}

char *mo_arena_take(struct arena *arena, sqlite3_str *text)
{
	char *copy = NULL;

	if (sqlite3_str_errcode(text))
		arena->failed = true;
	else
		copy = mo_arena_slice(arena,
				      sqlite3_str_length(text) ? sqlite3_str_value(text) : "",
				      (size_t)sqlite3_str_length(text));
	sqlite3_free(sqlite3_str_finish(text));
	return copy;
}

char *mo_arena_vformat(struct arena *arena, const char *format, va_list args)
{
	sqlite3_str *text = sqlite3_str_new(NULL);

	sqlite3_str_vappendf(text, format, args);
	return mo_arena_take(arena, text);
}

char *mo_arena_format(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = mo_arena_vformat(arena, format, args);
	va_end(args);
	return text;
}

static bool list_grow(struct arena *arena, struct list *list)
{
	int capacity = list->capacity ? list->capacity * 2 : 4;
	void **items = mo_arena_alloc(arena, (size_t)capacity * sizeof(*items));

	if (!items)
		return false;
	if (list->count)
		memcpy(items, list->items, (size_t)list->count * sizeof(*items));
	list->items = items;
	list->capacity = capacity;
	return true;
}

void mo_list_add(struct arena *arena, struct list *list, const void *item)
{
	if (list->count == list->capacity && !list_grow(arena, list))
		return;
	list->items[list->count++] = (void *)item;
}

bool mo_list_has(const struct list *list, const void *item)
{
	for (int i = 0; i < list->count; i++)
		if (list->items[i] == item)
			return true;
	return false;
}

void mo_list_remove(struct list *list, int index)
{
	list->count--;
	memmove(&list->items[index], &list->items[index + 1],
		(size_t)(list->count - index) * sizeof(*list->items));
}
