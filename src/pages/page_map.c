/* SPDX-License-Identifier: MIT */
/* page_map.c: see page_map.h. */
#include "pages/page_map.h"

#include <string.h>
#include <sqlite3.h>

#define LEAST 1024 /* a power of two */

/* Neighbours are often asked for one after the other, and each has a place of its own. */
static struct page_known *place_of(const struct page_map *map, uint32_t page)
{
	size_t at = page & (map->room - 1);

	while (map->known[at].page && map->known[at].page != page)
		at = (at + 1) & (map->room - 1);
	return &map->known[at];
}

struct page_known *mo_page_find(const struct page_map *map, uint32_t page)
{
	struct page_known *known = map->room ? place_of(map, page) : NULL;

	return known && known->page ? known : NULL;
}

static bool grow(struct page_map *map)
{
	struct page_map larger = {.room = map->room ? 2 * map->room : LEAST};

	larger.known = sqlite3_malloc64(larger.room * sizeof(*larger.known));
	if (!larger.known)
		return false;
	memset(larger.known, 0, larger.room * sizeof(*larger.known));
	for (size_t i = 0; i < map->room; i++)
		if (map->known[i].page)
			*place_of(&larger, map->known[i].page) = map->known[i];
	larger.count = map->count;
	sqlite3_free(map->known);
	*map = larger;
	return true;
}

struct page_known *mo_page_make(struct page_map *map, uint32_t page)
{
	struct page_known *known = mo_page_find(map, page);

	if (known)
		return known;
	if (map->count * 4 >= map->room * 3 && !grow(map))
		return NULL;
	known = place_of(map, page);
	known->page = page;
	map->count++;
	return known;
}

void mo_page_map_done(struct page_map *map)
{
	sqlite3_free(map->known);
	*map = (struct page_map){0};
}
