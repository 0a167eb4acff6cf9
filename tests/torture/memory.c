/* SPDX-License-Identifier: MIT */
/* memory.c: see memory.h. */
#include "memory.h"

#include <stdlib.h>
#include <string.h>
#include <libxml/parser.h>
#include <libxml/xmlmemory.h>
#include <sqlite3.h>

#include "failing.h"

struct counter {
	long long count;
	long long failing;
	bool lasting;
};

static struct counter counters[2];
static long long xml_blocks;

static bool fails(enum heap heap)
{
	struct counter *counter = &counters[heap];

	counter->count++;
	if (!counter->failing)
		return false;
	return counter->lasting ? counter->count >= counter->failing
				: counter->count == counter->failing;
}

void memory_begin(enum heap heap, long long n, bool lasting)
{
	counters[heap] = (struct counter){0, n, lasting};
}

long long memory_end(enum heap heap)
{
	counters[heap].failing = 0;
	return counters[heap].count;
}

/* libxml2 keeps the text of its last error. */
long long memory_held(enum heap heap)
{
	xmlResetLastError();
	return heap == HEAP_SQLITE ? sqlite3_memory_used() : xml_blocks;
}

/* ---- SQLite ---- */

static bool sqlite_fails(void)
{
	return fails(HEAP_SQLITE);
}

/* ---- libxml2 ---- */

static void *xml_malloc(size_t size)
{
	void *memory = fails(HEAP_XML) ? NULL : malloc(size);

	xml_blocks += memory != NULL;
	return memory;
}

static void *xml_realloc(void *memory, size_t size)
{
	void *moved = fails(HEAP_XML) ? NULL : realloc(memory, size);

	xml_blocks += moved && !memory;
	return moved;
}

static void xml_release(void *memory)
{
	xml_blocks -= memory != NULL;
	free(memory);
}

static char *xml_copy(const char *text)
{
	const size_t size = strlen(text) + 1;
	char *copy = xml_malloc(size);

	return copy ? memcpy(copy, text, size) : NULL;
}

void memory_install(void)
{
	failing_install(sqlite_fails);
	xmlMemSetup(xml_release, xml_malloc, xml_realloc, xml_copy);
}
