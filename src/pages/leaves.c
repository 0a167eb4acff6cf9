/* SPDX-License-Identifier: MIT */
/* leaves.c: see leaves.h. */
#include "pages/leaves.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

/* Room for one more of an array. */
static bool has_room(void **array, size_t *room, size_t count, size_t size)
{
	const size_t wanted = *room ? *room * 2 : 64;
	void *larger;

	if (count < *room)
		return true;
	larger = sqlite3_realloc64(*array, wanted * size);
	if (!larger)
		return false;
	*array = larger;
	*room = wanted;
	return true;
}

void mo_tree_range_done(struct tree_range *range)
{
	sqlite3_free(range->behind.record);
	sqlite3_free(range->end.record);
	*range = (struct tree_range){0};
}

void mo_leaves_done(struct leaves *leaves)
{
	for (size_t i = 0; i < leaves->changed_count; i++)
		mo_tree_range_done(&leaves->changed[i]);
	sqlite3_free(leaves->changed);
	sqlite3_free(leaves->behind);
	sqlite3_free(leaves->fresh);
	mo_page_map_done(&leaves->map);
	*leaves = (struct leaves){0};
}

/* ---- ends ----------------------------------------------------------------------------------- */

static int copy_record(struct tree_end *to, const unsigned char *record, size_t size)
{
	to->record = sqlite3_malloc64(size + 1);
	if (!to->record)
		return SQLITE_NOMEM;
	memcpy(to->record, record, size);
	to->size = size;
	return SQLITE_OK;
}

static int copy_end(struct tree_end *to, const struct tree_end *end)
{
	*to = *end;
	to->record = NULL;
	return end->record ? copy_record(to, end->record, end->size) : SQLITE_OK;
}

static int take_end(struct tree_end *end, const struct tree_leaf *leaf, bool is_index)
{
	*end = (struct tree_end){.is_none = leaf->is_last, .rowid = leaf->end.rowid};
	return is_index && !leaf->is_last ? copy_record(end, leaf->end.payload, leaf->end.size)
					  : SQLITE_OK;
}

/* Of a record a number of 64 bits does as well. */
static int64_t number_of(const struct tree_end *end)
{
	struct hasher hasher;

	if (!end->record)
		return end->rowid;
	mo_hash_begin(&hasher);
	mo_hash_bytes(&hasher, end->record, end->size);
	return (int64_t)mo_hash_end(&hasher).low;
}

/* ---- one leaf ------------------------------------------------------------------------------- */

static struct page_known describe(uint32_t page, const struct tree_range *range, uint32_t turn)
{
	return (struct page_known){.page = page,
				   .turn = turn,
				   .is_first = range->behind.is_none,
				   .is_last = range->end.is_none,
				   .from = number_of(&range->behind),
				   .to = number_of(&range->end)};
}

/* One walk over all of them. */
struct walk {
	struct leaves *leaves;
	const struct frames *frames;
	struct tree_range range;
	uint32_t above; /* the page that is read, and what was known of it before */
	struct page_known was;
};

static bool has_same_ends(const struct page_known *was, const struct page_known *is)
{
	return was->is_first == is->is_first && was->is_last == is->is_last &&
	       was->from == is->from && was->to == is->to;
}

/* Whether the last walk found it there: then the page above told of it when that was read last. */
static bool was_there(const struct walk *walk, const struct page_known *was)
{
	const uint32_t turn = walk->leaves->turn;

	if (!turn || was->above != walk->above)
		return false;
	return walk->above ? walk->was.turn == turn && walk->was.read == was->turn
			   : was->turn == turn;
}

static bool is_written(const struct walk *walk, uint32_t page)
{
	return mo_frames_has_since(walk->frames, page, walk->leaves->turn);
}

static int add_fresh(struct leaves *leaves, uint32_t page)
{
	if (!has_room((void **)&leaves->fresh, &leaves->fresh_room, leaves->fresh_count,
		      sizeof(*leaves->fresh)))
		return SQLITE_NOMEM;
	leaves->fresh[leaves->fresh_count++] = page;
	return SQLITE_OK;
}

static int add_changed(struct leaves *leaves, const struct tree_range *range)
{
	struct tree_range *to;
	int rc;

	if (!has_room((void **)&leaves->changed, &leaves->changed_room, leaves->changed_count,
		      sizeof(*leaves->changed)))
		return SQLITE_NOMEM;
	to = &leaves->changed[leaves->changed_count++];
	*to = (struct tree_range){0};
	rc = copy_end(&to->behind, &range->behind);
	return rc ? rc : copy_end(&to->end, &range->end);
}

static int take_leaf(struct walk *walk, uint32_t page)
{
	struct leaves *leaves = walk->leaves;
	struct page_known is = describe(page, &walk->range, walk->frames->turn);
	struct page_known *was = page ? mo_page_make(&leaves->map, page) : NULL;
	bool stays;
	int rc;

	if (!was)
		return page ? SQLITE_NOMEM : MO_ODD;
	is.above = walk->above;
	stays = was_there(walk, was) && has_same_ends(was, &is) && !is_written(walk, page);
	*was = is;
	if (stays)
		return SQLITE_OK;
	rc = add_fresh(leaves, page);
	return rc || !leaves->turn ? rc : add_changed(leaves, &walk->range);
}

/* A page above leaves begins. */
static int begin_above(struct walk *walk, uint32_t page, const struct page_known *is)
{
	struct page_known *known = mo_page_make(&walk->leaves->map, page);

	if (!known)
		return SQLITE_NOMEM;
	walk->above = page;
	walk->was = *known;
	*known = *is;
	known->read = walk->frames->turn;
	return SQLITE_OK;
}

/* Where neither it nor one of its leaves was written, and it is where it was, all of these are as they were. */
static bool can_pass(const struct walk *walk, const struct page_known *is)
{
	struct page_known *was = mo_page_find(&walk->leaves->map, is->page);

	if (!was || !walk->leaves->turn || was->turn != walk->leaves->turn || !was->read ||
	    was->is_due || !has_same_ends(was, is) || is_written(walk, is->page))
		return false;
	was->turn = is->turn;
	return true;
}

/* Of the first page above leaves nothing was said. */
static int take(struct walk *walk, struct tree *tree, const struct tree_leaf *leaf, bool *is_behind)
{
	const struct page_known is = describe(leaf->page, &walk->range, walk->frames->turn);
	const struct page_known nothing = {.page = leaf->above, .turn = walk->frames->turn};
	int rc = SQLITE_OK;

	*is_behind = !leaf->has_leaves || can_pass(walk, &is);
	if (!*is_behind) {
		rc = leaf->page ? begin_above(walk, leaf->page, &is) : MO_ODD;
		return rc ? rc : mo_tree_enter(tree, leaf);
	}
	if (leaf->has_leaves)
		return SQLITE_OK;
	if (leaf->above != walk->above)
		rc = begin_above(walk, leaf->above, &nothing);
	return rc ? rc : take_leaf(walk, leaf->page);
}

/* ---- all of them ---------------------------------------------------------------------------- */

/* The page above it is to be read. */
static struct page_known *make_due(struct leaves *leaves, uint32_t page)
{
	struct page_known *known = mo_page_find(&leaves->map, page);
	struct page_known *above = known ? mo_page_find(&leaves->map, known->above) : NULL;

	if (above)
		above->is_due = true;
	return known;
}

static void forget(struct leaves *leaves, uint32_t page)
{
	struct page_known *known = make_due(leaves, page);

	if (known)
		known->turn = 0;
}

static int by_page(const void *a, const void *b)
{
	const struct page_behind *x = a, *y = b;

	return x->page != y->page ? (x->page > y->page ? 1 : -1)
				  : (x->leaf > y->leaf) - (x->leaf < y->leaf);
}

static void sort(struct leaves *leaves)
{
	size_t count = 0;

	if (leaves->behind_count)
		qsort(leaves->behind, leaves->behind_count, sizeof(*leaves->behind), by_page);
	for (size_t i = 0; i < leaves->behind_count; i++)
		if (!count || by_page(&leaves->behind[count - 1], &leaves->behind[i]) != 0)
			leaves->behind[count++] = leaves->behind[i];
	leaves->behind_count = count;
	leaves->is_unsorted = false;
}

/* The first that is behind of that page, or of a higher one. */
static size_t find_behind(const struct leaves *leaves, uint32_t page)
{
	size_t first = 0, end = leaves->behind_count;

	while (first < end) {
		const size_t middle = first + (end - first) / 2;

		if (leaves->behind[middle].page < page)
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

/* Leaves with a row that goes on on a page that was written; and those that nobody looked through. */
static void forget_written(struct leaves *leaves, const struct frames *frames)
{
	for (size_t i = 0; i < frames->map.room; i++) {
		const struct page_known *known = &frames->map.known[i];

		if (!known->page || known->turn <= leaves->turn)
			continue;
		make_due(leaves, known->page);
		for (size_t at = find_behind(leaves, known->page);
		     at < leaves->behind_count && leaves->behind[at].page == known->page; at++)
			forget(leaves, leaves->behind[at].leaf);
	}
	for (size_t i = 0; i < leaves->fresh_count; i++)
		forget(leaves, leaves->fresh[i]);
	leaves->fresh_count = 0;
}

static int walk_tree(struct walk *walk, struct tree *tree)
{
	struct tree_leaf leaf;
	bool is_behind = false;
	int rc = SQLITE_OK;

	while (!rc && (rc = mo_tree_next_leaf(&leaf, tree)) == SQLITE_ROW) {
		rc = take_end(&walk->range.end, &leaf, walk->leaves->is_index);
		if (!rc)
			rc = take(walk, tree, &leaf, &is_behind);
		sqlite3_free(is_behind ? walk->range.behind.record : walk->range.end.record);
		if (is_behind)
			walk->range.behind = walk->range.end;
		walk->range.end.record = NULL;
	}
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int mo_leaves_read(struct leaves *leaves, struct pages *pages)
{
	struct walk walk = {
		.leaves = leaves, .frames = pages->frames, .range = {.behind = {.is_none = true}}};
	struct tree tree;
	int rc;

	if (leaves->turn && pages->frames->newest <= leaves->turn)
		return SQLITE_OK;
	if (leaves->is_unsorted)
		sort(leaves);
	forget_written(leaves, pages->frames);
	pages->asked = 0;
	rc = mo_tree_open(&tree, pages, leaves->root, leaves->is_index, NULL);
	if (!rc)
		rc = walk_tree(&walk, &tree);
	mo_tree_range_done(&walk.range);
	mo_tree_close(&tree);
	if (!rc)
		leaves->turn = pages->frames->turn;
	return rc;
}

/* ---- what rows go on on --------------------------------------------------------------------- */

struct look {
	struct leaves *leaves;
	uint32_t leaf;
};

static int add_behind(void *context, uint32_t page)
{
	const struct look *look = context;
	struct leaves *leaves = look->leaves;

	if (!has_room((void **)&leaves->behind, &leaves->behind_room, leaves->behind_count,
		      sizeof(*leaves->behind)))
		return SQLITE_NOMEM;
	leaves->behind[leaves->behind_count++] = (struct page_behind){page, look->leaf};
	leaves->is_unsorted = true;
	return SQLITE_OK;
}

int mo_leaves_look(struct leaves *leaves, struct pages *pages, size_t most)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; !rc && i < most && leaves->fresh_count; i++) {
		struct look look = {leaves, leaves->fresh[leaves->fresh_count - 1]};
		struct tree tree;

		pages->asked = 0;
		rc = mo_tree_open(&tree, pages, look.leaf, leaves->is_index, NULL);
		if (!rc)
			rc = mo_tree_overflow(&tree, add_behind, &look);
		mo_tree_close(&tree);
		if (rc == MO_ODD) {
			forget(leaves, look.leaf);
			rc = SQLITE_OK;
		}
		leaves->fresh_count -= !rc;
	}
	if (!rc && !leaves->fresh_count && leaves->is_unsorted)
		sort(leaves);
	return rc;
}
