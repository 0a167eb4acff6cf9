/* SPDX-License-Identifier: MIT */
/* tree.c: see tree.h. */
#include "pages/tree.h"

#include <string.h>

enum page_type { INNER_INDEX = 2, INNER_TABLE = 5, LEAF_INDEX = 10, LEAF_TABLE = 13 };

#define LEAF_HEADER 8
#define INNER_HEADER 12 /* the last child, too */

/* ---- cells ---------------------------------------------------------------------------------- */

/* Where a cell begins; NULL where that is not on the page. */
static inline const unsigned char *find_cell(const struct tree *tree, const struct level *level,
					     uint32_t number)
{
	const uint32_t offset = mo_read_16(level->page + level->header + 2 * number);

	if (offset < level->first || offset > tree->pages->usable - 4)
		return NULL;
	return level->page + offset;
}

/* How much of a payload lies in its cell: https://sqlite.org/fileformat2.html#cell_payload */
static size_t local_size(const struct tree *tree, size_t size)
{
	size_t local;

	if (size <= tree->most)
		return size;
	local = tree->least + (size - tree->least) % (tree->pages->usable - 4);
	return local <= tree->most ? local : tree->least;
}

/* ---- what quick_check looks at --------------------------------------------------------------- */

/* A page that comes twice. */
static void see_page(struct tree *tree, uint32_t number)
{
	struct tree_check *check = &tree->check;
	const unsigned char bit = (unsigned char)(1 << number % 8);

	if (!check->pages)
		return;
	check->found |= (check->pages->seen[number / 8] & bit) != 0;
	check->pages->seen[number / 8] |= bit;
}

/* Rowids ascend, and keys on inner pages are those of the last row before them or greater. */
static void see_rowid(struct tree_check *check, sqlite3_int64 rowid, bool is_row)
{
	if (check->has_last)
		check->found |= is_row ? rowid <= check->last : rowid < check->last;
	check->last = rowid;
	check->has_last = true;
}

/* How much of its page a cell takes; 0 where it does not fit. */
static uint32_t measure_cell(const struct tree *tree, const struct level *level,
			     const unsigned char *cell)
{
	const unsigned char *end = level->page + tree->pages->usable;
	const unsigned char *at = cell;
	sqlite3_uint64 number = 0;
	size_t read = 1, local = 0;

	at += level->is_leaf ? 0 : 4;
	if (level->is_leaf || tree->is_index) {
		at += read = mo_read_varint(&number, at, end);
		local = local_size(tree, (size_t)number);
		local += local < number ? 4 : 0;
	}
	if (!read || number > tree->pages->longest)
		return 0;
	if (!tree->is_index)
		at += read = mo_read_varint(&number, at, end);
	if (!read || (size_t)(end - at) < local)
		return 0;
	local += (size_t)(at - cell);
	return local < 4 ? 4 : (uint32_t)local;
}

/* Bits first to last of a word. */
static uint64_t bits_of(uint32_t first, uint32_t last)
{
	return UINT64_MAX >> (63 - last) & UINT64_MAX << first;
}

/* Bytes that nothing else on the page has.  *left are those that nobody has yet. */
static bool claim(struct tree *tree, uint32_t at, uint32_t size, uint32_t *left)
{
	const uint32_t end = at + size;
	uint64_t taken = 0;

	if (!size || end > tree->pages->usable)
		return false;
	while (at < end) {
		const uint32_t first = at % 64;
		const uint32_t count = end - at < 64 - first ? end - at : 64 - first;
		const uint64_t bits = bits_of(first, first + count - 1);

		taken |= tree->check.claimed[at / 64] & bits;
		tree->check.claimed[at / 64] |= bits;
		at += count;
	}
	*left -= size;
	return !taken;
}

static bool claim_cells(struct tree *tree, const struct level *level, uint32_t *left)
{
	for (uint32_t i = 0; i < level->cells; i++) {
		const unsigned char *cell = find_cell(tree, level, i);

		if (!cell || !claim(tree, (uint32_t)(cell - level->page),
				    measure_cell(tree, level, cell), left))
			return false;
	}
	return true;
}

/* Freed blocks are a chain, upwards, with more than three bytes between. */
static bool claim_free(struct tree *tree, const struct level *level, uint32_t *left)
{
	uint32_t next;

	for (uint32_t at = mo_read_16(level->page + 1); at; at = next) {
		const uint32_t size =
			at <= tree->pages->usable - 4 ? mo_read_16(level->page + at + 2) : 0;

		if (size < 4 || !claim(tree, at, size, left))
			return false;
		next = mo_read_16(level->page + at);
		if (next && next <= at + size + 3)
			return false;
	}
	return true;
}

/* From where its content begins to its end a page has cells, free blocks, and so many bytes between. */
static bool is_filled(struct tree *tree, const struct level *level)
{
	const uint32_t usable = tree->pages->usable;
	const uint32_t said = mo_read_16(level->page + 5);
	const uint32_t content = said ? said : 65536;
	uint32_t before = content, left = usable - content;

	if (content > usable || content < level->first)
		return false;
	/* What lies before that is nobody's to claim. */
	memset(tree->check.claimed, 0, tree->pages->size / 8);
	if (!claim(tree, 0, content, &before))
		return false;
	return claim_cells(tree, level, &left) && claim_free(tree, level, &left) &&
	       left == level->page[7];
}

static int begin_check(struct tree *tree, struct page_check *pages)
{
	struct tree_check *check = &tree->check;
	const size_t bits = tree->pages->count / 8 + 1;

	check->claimed = sqlite3_malloc64(tree->pages->size / 8);
	if (!pages->seen) {
		pages->count = tree->pages->count;
		pages->seen = sqlite3_malloc64(bits);
		if (pages->seen)
			memset(pages->seen, 0, bits);
	}
	if (!pages->seen || !check->claimed)
		return SQLITE_NOMEM;
	/* Who moves pages keeps a map of them, which is not looked at here. */
	if (!tree->pages->moves && pages->count == tree->pages->count)
		check->pages = pages;
	return SQLITE_OK;
}

bool mo_tree_is_sound(const struct tree *tree)
{
	return tree->check.pages && !tree->check.found && !tree->depth;
}

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
	level->number = number;
	level->is_leaf = level->page[0] == (tree->is_index ? LEAF_INDEX : LEAF_TABLE);
	if (!level->is_leaf && level->page[0] != (tree->is_index ? INNER_INDEX : INNER_TABLE))
		return MO_ODD;
	level->cells = mo_read_16(level->page + 3);
	level->header = level->is_leaf ? LEAF_HEADER : INNER_HEADER;
	level->first = level->header + 2 * level->cells;
	level->at = 0;
	tree->depth++;
	/* Only a tree that is one leaf may have nothing on a page; all leaves are equally deep. */
	if ((!level->cells && !(level->is_leaf && tree->depth == 1)) ||
	    level->first > tree->pages->usable)
		return MO_ODD;
	if (level->is_leaf && !tree->leaf_depth)
		tree->leaf_depth = tree->depth;
	if (level->is_leaf != (tree->leaf_depth == tree->depth) && tree->leaf_depth)
		return MO_ODD;
	see_page(tree, number);
	if (tree->check.pages && !tree->check.found)
		tree->check.found = !is_filled(tree, level);
	return level->is_leaf ? SQLITE_OK : keep_page(level, tree->pages);
}

int mo_tree_open(struct tree *tree, struct pages *pages, uint32_t root, bool is_index,
		 struct page_check *check)
{
	const size_t usable = pages->usable;
	int rc;

	*tree = (struct tree){.pages = pages, .is_index = is_index};
	tree->most = is_index ? (usable - 12) * 64 / 255 - 23 : usable - 35;
	tree->least = (usable - 12) * 32 / 255 - 23;
	rc = check ? begin_check(tree, check) : SQLITE_OK;
	return rc ? rc : open_page(tree, root);
}

void mo_tree_close(struct tree *tree)
{
	for (int i = 0; i < MO_TREE_DEPTH; i++)
		sqlite3_free(tree->levels[i].copy);
	sqlite3_free(tree->whole);
	sqlite3_free(tree->check.claimed);
}

/* ---- payloads ------------------------------------------------------------------------------ */

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
		see_page(tree, next);
		memcpy(tree->whole + at, page + 4, left < most ? left : most);
		at += left < most ? left : most;
		next = mo_read_32(page);
	}
	cell->payload = tree->whole;
	return next ? MO_ODD : SQLITE_OK;
}

/* What of it lies in the cell: all, or so much that the number of the next page follows. */
static int find_payload(struct tree_cell *cell, size_t *local, struct tree *tree,
			const struct level *level, uint32_t number)
{
	const unsigned char *end = level->page + tree->pages->usable;
	const unsigned char *at = find_cell(tree, level, number);
	sqlite3_uint64 size, rowid = 0;
	size_t read;

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
	*local = local_size(tree, (size_t)size);
	if (!read || (size_t)(end - at) < *local + (*local < size ? 4 : 0))
		return MO_ODD;
	*cell = (struct tree_cell){(sqlite3_int64)rowid, at, (size_t)size};
	return SQLITE_OK;
}

static int read_cell(struct tree_cell *cell, struct tree *tree, const struct level *level,
		     uint32_t number)
{
	size_t local;
	const int rc = find_payload(cell, &local, tree, level, number);

	if (rc)
		return rc;
	if (tree->check.pages && !tree->is_index)
		see_rowid(&tree->check, cell->rowid, true);
	return local < cell->size ? gather(cell, tree, local) : SQLITE_OK;
}

/* ---- the order ----------------------------------------------------------------------------- */

/* That of the cell between the child that was left and the one that is next. */
static void see_key(struct tree *tree, const struct level *level, uint32_t number)
{
	const unsigned char *cell = find_cell(tree, level, number);
	sqlite3_uint64 key = 0;

	if (!cell || !mo_read_varint(&key, cell + 4, level->page + tree->pages->usable))
		tree->check.found = true;
	see_rowid(&tree->check, (sqlite3_int64)key, false);
}

static int descend(struct tree *tree, const struct level *level, uint32_t number)
{
	const unsigned char *at = level->page + LEAF_HEADER;

	if (number < level->cells)
		at = find_cell(tree, level, number);
	if (at && number && tree->check.pages && !tree->is_index)
		see_key(tree, level, number - 1);
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
			tree->cells++;
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

/* ---- leaves, and what is behind them --------------------------------------------------------- */

/* The number of the child that was left last. */
static uint32_t child_of(const struct level *level)
{
	return level->at - 1;
}

static int read_key(struct tree_cell *cell, const struct tree *tree, const struct level *level,
		    uint32_t number)
{
	const unsigned char *at = find_cell(tree, level, number);
	sqlite3_uint64 rowid;

	if (!at || !mo_read_varint(&rowid, at + 4, level->page + tree->pages->usable))
		return MO_ODD;
	*cell = (struct tree_cell){.rowid = (sqlite3_int64)rowid};
	return SQLITE_OK;
}

/* It ends where the lowest page above it has another child. */
static int give_leaf(struct tree_leaf *leaf, struct tree *tree, uint32_t page)
{
	int at = tree->depth - 1, rc;

	while (at >= 0 && child_of(&tree->levels[at]) == tree->levels[at].cells)
		at--;
	*leaf = (struct tree_leaf){.page = page,
				   .above = tree->depth ? tree->levels[tree->depth - 1].number : 0,
				   .has_leaves = tree->leaf_depth > tree->depth + 1,
				   .is_last = at < 0};
	if (at < 0)
		return SQLITE_ROW;
	rc = tree->is_index
		     ? read_cell(&leaf->end, tree, &tree->levels[at], child_of(&tree->levels[at]))
		     : read_key(&leaf->end, tree, &tree->levels[at], child_of(&tree->levels[at]));
	return rc ? rc : SQLITE_ROW;
}

int mo_tree_next_leaf(struct tree_leaf *leaf, struct tree *tree)
{
	while (tree->depth) {
		struct level *level = &tree->levels[tree->depth - 1];
		const unsigned char *at = level->page + LEAF_HEADER;
		uint32_t child;
		int rc;

		if (level->is_leaf || level->at > level->cells)
			tree->depth--;
		if (level->is_leaf)
			return give_leaf(leaf, tree, level->number);
		if (level->at > level->cells)
			continue;
		if (level->at < level->cells)
			at = find_cell(tree, level, level->at);
		level->at++;
		if (!at)
			return MO_ODD;
		child = mo_read_32(at);
		if (tree->leaf_depth && tree->leaf_depth <= tree->depth + 2)
			return give_leaf(leaf, tree, child);
		rc = open_page(tree, child);
		if (rc)
			return rc;
	}
	return SQLITE_DONE;
}

int mo_tree_enter(struct tree *tree, const struct tree_leaf *leaf)
{
	return open_page(tree, leaf->page);
}

static int follow(struct tree *tree, const struct tree_cell *cell, size_t local,
		  int (*on_page)(void *context, uint32_t page), void *context)
{
	const uint32_t most = tree->pages->usable - 4;
	uint32_t next = mo_read_32(cell->payload + local);
	int rc = SQLITE_OK;

	for (size_t at = local; !rc && at < cell->size; at += most) {
		const unsigned char *page;

		rc = on_page(context, next);
		if (!rc)
			rc = mo_pages_read(&page, tree->pages, next, PAGE_OVERFLOW);
		if (!rc)
			next = mo_read_32(page);
	}
	return rc;
}

int mo_tree_overflow(struct tree *tree, int (*on_page)(void *context, uint32_t page), void *context)
{
	const struct level *level = &tree->levels[0];
	struct tree_cell cell;
	size_t local;
	int rc = level->is_leaf ? SQLITE_OK : MO_ODD;

	for (uint32_t i = 0; !rc && i < level->cells; i++) {
		rc = find_payload(&cell, &local, tree, level, i);
		if (!rc && local < cell.size)
			rc = follow(tree, &cell, local, on_page, context);
	}
	return rc;
}
