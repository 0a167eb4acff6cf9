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

static bool is_as_it_was(const struct leaves *leaves, const struct frames *frames,
			 const struct page_known *was, const struct page_known *is)
{
	return leaves->turn && was->turn == leaves->turn && was->is_first == is->is_first &&
	       was->is_last == is->is_last && was->from == is->from && was->to == is->to &&
	       !mo_frames_has_since(frames, is->page, leaves->turn);
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

static int take_leaf(struct leaves *leaves, const struct frames *frames, uint32_t page,
		     const struct tree_range *range)
{
	const struct page_known is = describe(page, range, frames->turn);
	struct page_known *was = page ? mo_page_make(&leaves->map, page) : NULL;
	bool stays;
	int rc;

	if (!was)
		return page ? SQLITE_NOMEM : MO_ODD;
	stays = is_as_it_was(leaves, frames, was, &is);
	*was = is;
	if (stays)
		return SQLITE_OK;
	rc = add_fresh(leaves, page);
	return rc || !leaves->turn ? rc : add_changed(leaves, range);
}

/* ---- all of them ---------------------------------------------------------------------------- */

static void forget(struct leaves *leaves, uint32_t page)
{
	struct page_known *known = mo_page_find(&leaves->map, page);

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
		for (size_t at = find_behind(leaves, known->page);
		     at < leaves->behind_count && leaves->behind[at].page == known->page; at++)
			forget(leaves, leaves->behind[at].leaf);
	}
	for (size_t i = 0; i < leaves->fresh_count; i++)
		forget(leaves, leaves->fresh[i]);
	leaves->fresh_count = 0;
}

int mo_leaves_read(struct leaves *leaves, struct pages *pages)
{
	struct tree_range range = {.behind = {.is_none = true}};
	struct tree_leaf leaf;
	struct tree tree;
	int rc;

	if (leaves->is_unsorted)
		sort(leaves);
	forget_written(leaves, pages->frames);
	pages->asked = 0;
	rc = mo_tree_open(&tree, pages, leaves->root, leaves->is_index, NULL);
	while (!rc && (rc = mo_tree_next_leaf(&leaf, &tree)) == SQLITE_ROW) {
		rc = take_end(&range.end, &leaf, leaves->is_index);
		if (!rc)
			rc = take_leaf(leaves, pages->frames, leaf.page, &range);
		sqlite3_free(range.behind.record);
		range.behind = range.end;
		range.end.record = NULL;
	}
	mo_tree_range_done(&range);
	mo_tree_close(&tree);
	if (rc != SQLITE_DONE)
		return rc;
	leaves->turn = pages->frames->turn;
	return SQLITE_OK;
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
