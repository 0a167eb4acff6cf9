/* SPDX-License-Identifier: MIT */
/*
 * tree.h: the cells of a b-tree, in its order.
 *
 *	table			inner page: keys only		leaf: rowid, record
 *	index, WITHOUT ROWID	inner page: a record too	leaf: record
 *
 * Every number that a page gives is checked before it is used, and every page is
 * visited once, so no damage leads astray: it is MO_ODD.
 * https://sqlite.org/fileformat2.html#b_tree_pages
 */
#ifndef MOULT_PAGES_TREE_H
#define MOULT_PAGES_TREE_H

#include <stdbool.h>

#include "pages/pages.h"

#define MO_TREE_DEPTH 20 /* as deep as SQLite goes */

struct tree_cell {
	sqlite3_int64 rowid; /* of a table's */
	const unsigned char *payload;
	size_t size;
};

struct level {
	unsigned char *copy; /* of an inner page */
	const unsigned char *page;
	uint32_t number; /* of the page */
	bool is_leaf;
	uint32_t header; /* bytes; where the cells lie is said behind it */
	uint32_t cells;
	uint32_t first; /* byte that may be a cell's */
	/* the next cell; on an inner page children and cells take turns, 0 is the first child */
	uint32_t at;
};

/*
 * What quick_check looks at, and a reader need not: that no byte of a page and no page is of two
 * things, and none of nothing; and that rowids ascend.
 */
struct tree_check {
	struct page_check *pages; /* NULL: not asked for */
	uint64_t *claimed;	  /* a bit for each byte of the page that is looked at */
	sqlite3_int64 last;	  /* rowid or key */
	bool has_last;
	bool found; /* something */
};

struct tree {
	struct pages *pages;
	bool is_index;
	size_t most, least;  /* of a payload that lie in its cell, if it is longer than most */
	int depth;	     /* levels that are open; 0: all cells were read */
	sqlite3_int64 cells; /* that were read */
	int leaf_depth;	     /* 0: not yet known */
	struct level levels[MO_TREE_DEPTH];
	unsigned char *whole; /* a payload that lies on several pages */
	size_t room;
	struct tree_check check;
};

/* A leaf, as the pages above it tell of it. */
struct tree_leaf {
	uint32_t page;
	uint32_t above; /* the page that tells of it; 0: it is the root */
	bool has_leaves; /* it is a page that tells of leaves: mo_tree_enter(), or it is passed over */
	bool is_last;
	/*
	 * Else, of a table, the rowid that none of its rows is behind; of an index, the record that comes
	 * between this leaf and the next one.
	 */
	struct tree_cell end;
};

/* To be closed in any case.  It is checked while it is read, unless check is NULL. */
int mo_tree_open(struct tree *tree, struct pages *pages, uint32_t root, bool is_index,
		 struct page_check *check);
void mo_tree_close(struct tree *tree);

/* SQLITE_ROW, SQLITE_DONE, or what is in the way.  The cell stands until the next call. */
int mo_tree_next(struct tree_cell *cell, struct tree *tree);
/*
 * In place of the cells: one leaf after the other, of which only the first is read; before those that a page
 * tells of, but for the first of these, that page.  The end stands until the next call.
 */
int mo_tree_next_leaf(struct tree_leaf *leaf, struct tree *tree);
int mo_tree_enter(struct tree *tree, const struct tree_leaf *leaf);
/*
 * Calls with each page that payloads of the current leaf have beside it, before the page is read: of a
 * tree that was opened with that leaf as its root.  Any code but SQLITE_OK ends it.
 */
int mo_tree_overflow(struct tree *tree, int (*on_page)(void *context, uint32_t page),
		     void *context);
/* Whether it was checked, to its end, and quick_check of its pages would find nothing. */
bool mo_tree_is_sound(const struct tree *tree);

/* Reads a number of 1 to 9 bytes; how many, or 0 where the end comes first. */
static inline size_t mo_read_long_varint(sqlite3_uint64 *value, const unsigned char *at,
					 const unsigned char *end)
{
	sqlite3_uint64 read = 0;

	for (size_t i = 0; i < 8 && at + i < end; i++) {
		read = read << 7 | (at[i] & 0x7f);
		if (at[i] < 0x80) {
			*value = read;
			return i + 1;
		}
	}
	if (end - at < 9)
		return 0;
	*value = read << 8 | at[8];
	return 9;
}

/* The same; most are of one byte. */
static inline size_t mo_read_varint(sqlite3_uint64 *value, const unsigned char *at,
				    const unsigned char *end)
{
	if (at >= end || *at >= 0x80)
		return mo_read_long_varint(value, at, end);
	*value = *at;
	return 1;
}

#endif
