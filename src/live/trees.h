/* SPDX-License-Identifier: MIT */
/*
 * trees.h: empty b-trees by the thousand.
 *
 * An empty tree is a page that says so.  A CREATE that makes one has its text
 * parsed, looks for its name and writes its row; where all of that is done
 * already, the pages alone are wanted:
 *
 *	page 1, ...	what a new database has
 *	first, ...	an empty table on each page
 *	...		an empty index on each page
 *
 * https://sqlite.org/fileformat2.html#b_tree_pages
 */
#ifndef MOULT_LIVE_TREES_H
#define MOULT_LIVE_TREES_H

#include <sqlite3.h>

/*
 * Adds empty trees to a database in memory that has nothing in it, and is in no transaction.
 * *first is the page of the first; 0 where this SQLite, or one with pages of this kind, cannot, and
 * nothing is added.  SQLite's code.
 */
int mo_trees_add(sqlite3 *db, int tables, int indexes, int *first);

#endif
