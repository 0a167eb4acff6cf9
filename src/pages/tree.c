/* SPDX-License-Identifier: MIT */
/* tree.c: see tree.h. */
#include "pages/tree.h"

#include <string.h>

enum page_type { INNER_INDEX = 2, INNER_TABLE = 5, LEAF_INDEX = 10, LEAF_TABLE = 13 };

#define LEAF_HEADER 8
#define INNER_HEADER 12 /* the last child, too */

/* ---- pages --------------------------------------------------------------------------------- */

/* An inner page is needed again when its children are done, and gets a place of its own. */
static int keep_page(struct level *level, const struct pages *pages)
{
	if (!level->copy)
		level->copy = sqlite3_malloc64(pages->size);
	if (!level->copy)
		return SQLITE_NOMEM;
	memcpy(level->copy, level->page, pages->size);
	level->page = level->copy;
	return SQLITE_OK;
}

static int open_page(struct tree *tree, uint32_t number)
{
	struct level *level = &tree->levels[tree->depth];
	const bool may_be_leaf = tree->leaf_depth == tree->depth + 1;
	int rc;

	if (tree->depth == MO_TREE_DEPTH)
		return MO_ODD;
	rc = mo_pages_read(&level->page, tree->pages, number, may_be_leaf ? PAGE_LEAF : PAGE_INNER);
	if (rc)
		return rc;
	level->is_leaf = level->page[0] == (tree->is_index ? LEAF_INDEX : LEAF_TABLE);
	if (!level->is_leaf && level->page[0] != (tree->is_index ? INNER_INDEX : INNER_TABLE))
		return MO_ODD;
	level->cells = mo_read_16(level->page + 3);
	level->at = 0;
	tree->depth++;
	/* Only a tree that is one leaf may have nothing on a page; all leaves are equally deep. */
	if ((!level->cells && !(level->is_leaf && tree->depth == 1)) ||
	    (level->is_leaf ? LEAF_HEADER : INNER_HEADER) + 2 * level->cells > tree->pages->usable)
		return MO_ODD;
	if (level->is_leaf && !tree->leaf_depth)
		tree->leaf_depth = tree->depth;
	if (level->is_leaf != (tree->leaf_depth == tree->depth) && tree->leaf_depth)
		return MO_ODD;
	return level->is_leaf ? SQLITE_OK : keep_page(level, tree->pages);
}

int mo_tree_open(struct tree *tree, struct pages *pages, uint32_t root, bool is_index)
{
	*tree = (struct tree){.pages = pages, .is_index = is_index};
	return open_page(tree, root);
}

void mo_tree_close(struct tree *tree)
{
	for (int i = 0; i < MO_TREE_DEPTH; i++)
		sqlite3_free(tree->levels[i].copy);
	sqlite3_free(tree->whole);
}

/* Where a cell begins; NULL where that is not on the page. */
static const unsigned char *find_cell(const struct tree *tree, const struct level *level,
				      uint32_t number)
{
	const uint32_t header = level->is_leaf ? LEAF_HEADER : INNER_HEADER;
	const uint32_t offset = mo_read_16(level->page + header + 2 * number);

	if (offset < header + 2 * level->cells || offset > tree->pages->usable - 4)
		return NULL;
	return level->page + offset;
}

/* ---- payloads ------------------------------------------------------------------------------ */

/* How much of a payload lies in its cell: https://sqlite.org/fileformat2.html#cell_payload */
static size_t local_size(const struct tree *tree, size_t size)
{
	const size_t usable = tree->pages->usable;
	const size_t most = tree->is_index ? (usable - 12) * 64 / 255 - 23 : usable - 35;
	const size_t least = (usable - 12) * 32 / 255 - 23;
	size_t local;

	if (size <= most)
		return size;
	local = least + (size - least) % (usable - 4);
	return local <= most ? local : least;
}

static int make_room(struct tree *tree, size_t size)
{
	if (size <= tree->room)
		return SQLITE_OK;
	sqlite3_free(tree->whole);
	tree->room = 0;
	tree->whole = sqlite3_malloc64(size + size / 8);
	if (!tree->whole)
		return SQLITE_NOMEM;
	tree->room = size + size / 8;
	return SQLITE_OK;
}

/* Puts the pieces together: the one in the cell, behind which the first page of the others is. */
static int gather(struct tree_cell *cell, struct tree *tree, size_t local)
{
	const uint32_t most = tree->pages->usable - 4;
	uint32_t next = mo_read_32(cell->payload + local);
	int rc = make_room(tree, cell->size);

	if (rc)
		return rc;
	memcpy(tree->whole, cell->payload, local);
	for (size_t at = local; at < cell->size;) {
		const size_t left = cell->size - at;
		const unsigned char *page;

		rc = mo_pages_read(&page, tree->pages, next, PAGE_OVERFLOW);
		if (rc)
			return rc;
		memcpy(tree->whole + at, page + 4, left < most ? left : most);
		at += left < most ? left : most;
		next = mo_read_32(page);
	}
	cell->payload = tree->whole;
	return next ? MO_ODD : SQLITE_OK;
}

static int read_cell(struct tree_cell *cell, struct tree *tree, const struct level *level,
		     uint32_t number)
{
	const unsigned char *end = level->page + tree->pages->usable;
	const unsigned char *at = find_cell(tree, level, number);
	sqlite3_uint64 size, rowid = 0;
	size_t read, local;

	if (!at)
		return MO_ODD;
	at += level->is_leaf ? 0 : 4;
	at += read = mo_read_varint(&size, at, end);
	/* A longer number would be more than SQLite takes. */
	if (!read || read > 5 || size > tree->pages->longest ||
	    size / tree->pages->usable > tree->pages->count)
		return MO_ODD;
	if (!tree->is_index)
		at += read = mo_read_varint(&rowid, at, end);
	local = local_size(tree, (size_t)size);
	if (!read || (size_t)(end - at) < local + (local < size ? 4 : 0))
		return MO_ODD;
	*cell = (struct tree_cell){(sqlite3_int64)rowid, at, (size_t)size};
	return local < size ? gather(cell, tree, local) : SQLITE_OK;
}

/* ---- the order ----------------------------------------------------------------------------- */

static int descend(struct tree *tree, const struct level *level, uint32_t number)
{
	const unsigned char *at = level->page + LEAF_HEADER;

	if (number < level->cells)
		at = find_cell(tree, level, number);
	return at ? open_page(tree, mo_read_32(at)) : MO_ODD;
}

/* An index has a cell between two children; what an inner page of a table has there is a key. */
static bool is_at_cell(const struct tree *tree, const struct level *level)
{
	if (level->is_leaf)
		return level->at < level->cells;
	return tree->is_index && level->at % 2 && level->at < 2 * level->cells;
}

int mo_tree_next(struct tree_cell *cell, struct tree *tree)
{
	int rc = SQLITE_OK;

	while (!rc && tree->depth) {
		struct level *level = &tree->levels[tree->depth - 1];
		const uint32_t number = level->is_leaf ? level->at : level->at / 2;
		const bool is_cell = is_at_cell(tree, level);

		level->at++;
		if (is_cell) {
			rc = read_cell(cell, tree, level, number);
			return rc ? rc : SQLITE_ROW;
		}
		if (level->is_leaf || level->at > 2 * level->cells + 1)
			tree->depth--;
		else if (level->at % 2)
			rc = descend(tree, level, number);
	}
	return rc ? rc : SQLITE_DONE;
}
