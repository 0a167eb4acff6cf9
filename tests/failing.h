/* SPDX-License-Identifier: MIT */
/*
 * failing.h: SQLite's allocator, which fails when a test says so.  Everything is
 * static, so that each test stays one program and counts in its own way.
 */
#ifndef MOULT_TESTS_FAILING_H
#define MOULT_TESTS_FAILING_H

#include <stdbool.h>
#include <stddef.h>

#include <sqlite3.h>

static sqlite3_mem_methods failing_usual;
static bool (*failing_now)(void);

static inline void *failing_malloc(int size)
{
	return failing_now() ? NULL : failing_usual.xMalloc(size);
}

static inline void *failing_realloc(void *memory, int size)
{
	return failing_now() ? NULL : failing_usual.xRealloc(memory, size);
}

/* Before anything else of SQLite; now() is asked once for each allocation. */
static inline void failing_install(bool (*now)(void))
{
	sqlite3_mem_methods methods;

	failing_now = now;
	sqlite3_config(SQLITE_CONFIG_GETMALLOC, &failing_usual);
	methods = failing_usual;
	methods.xMalloc = failing_malloc;
	methods.xRealloc = failing_realloc;
	sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
	sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0); /* it would hide allocations */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 1);
}

#endif
