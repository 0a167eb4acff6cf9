/* SPDX-License-Identifier: MIT */
/* memory.h: allocators of SQLite and libxml2 that can fail. */
#ifndef MOULT_TESTS_TORTURE_MEMORY_H
#define MOULT_TESTS_TORTURE_MEMORY_H

#include <stdbool.h>

/* Before anything else of either library. */
void memory_install(void);

enum heap { HEAP_SQLITE, HEAP_XML };

/* Counts allocations from 0; the n-th fails, and all after it if it lasts; 0: none. */
void memory_begin(enum heap heap, long long n, bool lasting);
long long memory_end(enum heap heap); /* how many there were; none fails any more */

long long memory_held(enum heap heap); /* bytes, or blocks of libxml2 */

#endif
