/* SPDX-License-Identifier: MIT */
/*
 * leaves.h: where in a table rows were written, by the pages that a WAL was given.
 *
 *	pages above the leaves	which leaves there are, in their order, and the rowid or record that ends each
 *	leaves			which pages their rows go on on
 *
 * A leaf that is where it was in the order, with the same end before it and behind it, and that no
 * frame has, nor a page which its rows go on on, has the rows that it had.  Of all others it is said
 * which part of the order they have.  What they had before is not needed, and no page as it was.
 *
 * A page above leaves that was not written, nor a leaf of it, is passed over: what is read of a large table follows what
 * was written, and not its size.
 *
 * A leaf is looked through for the pages behind it at a later turn than it was found: if it is
 * another by then, a frame has it, and the next time it is one of the others anyway.
 */
#ifndef MOULT_PAGES_LEAVES_H
#define MOULT_PAGES_LEAVES_H

#include "pages/frames.h"
#include "pages/tree.h"

/* A place in the order of a tree. */
struct tree_end {
	bool is_none; /* before the first, or behind the last */
	sqlite3_int64 rowid;
	unsigned char *record; /* of an index; to be freed */
	size_t size;
};

/* What is behind the one place, up to and with the other. */
struct tree_range {
	struct tree_end behind, end;
};

struct leaves {
	uint32_t root;
	bool is_index;	     /* or a table WITHOUT ROWID */
	uint32_t turn;	     /* of the frames, when they were read; 0: never */
	struct page_map map; /* from, to: what ends the leaf before it, and this one */
	struct page_behind {
		uint32_t page, leaf;
	} * behind; /* pages that rows go on on */
	size_t behind_count, behind_room;
	bool is_unsorted; /* they are; else they are in order, each once */
	uint32_t *fresh;  /* leaves that are to be looked through */
	size_t fresh_count, fresh_room;
	struct tree_range *changed; /* to be taken away by whoever asks */
	size_t changed_count, changed_room;
};

/* Root, and what it is, are set; all else is zero.  To be freed in any case. */
void mo_leaves_done(struct leaves *leaves);

/*
 * Adds to changed what is others than the last time, and at first nothing.  SQLite's code, or MO_ODD: then the
 * leaves are of no use any more.
 */
int mo_leaves_read(struct leaves *leaves, struct pages *pages);
/* Looks through so many of the fresh leaves at most. */
int mo_leaves_look(struct leaves *leaves, struct pages *pages, size_t most);
void mo_tree_range_done(struct tree_range *range);

#endif
