/* SPDX-License-Identifier: MIT */
/* page_map.h: what is known of pages, by their numbers. */
#ifndef MOULT_PAGES_PAGE_MAP_H
#define MOULT_PAGES_PAGE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct page_known {
	uint32_t page; /* 0: nothing */
	uint32_t turn; /* the owner's: when that became so */
	bool is_first, is_last, is_due;
	uint32_t above; /* the page that tells of it */
	uint32_t read;	/* the turn in which what it tells of others was read */
	int64_t from, to;
};

/* Zeroed it is empty. */
struct page_map {
	struct page_known *known; /* room for so many */
	size_t room, count;
};

/* NULL where nothing is known of it. */
struct page_known *mo_page_find(const struct page_map *map, uint32_t page);
/* The same, made where there was none; NULL without memory.  Others move. */
struct page_known *mo_page_make(struct page_map *map, uint32_t page);
void mo_page_map_done(struct page_map *map);

#endif
