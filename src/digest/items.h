/* SPDX-License-Identifier: MIT */
/*
 * items.h: many values as one text, which SQLite compiles at once; a VALUES of as many rows takes
 * it a hundred times as long.
 *
 *	_moult_item('5:Ghana-4:Chad', 2)	'Chad'
 *
 * An item is its length in bytes, a colon, and the text; NULL is "-".  Items are numbered from 0,
 * and are asked for in their order: the function remembers where it stands.
 */
#ifndef MOULT_DIGEST_ITEMS_H
#define MOULT_DIGEST_ITEMS_H

#include <sqlite3.h>

void mo_item_function(sqlite3_context *context, int count, sqlite3_value **values);

#endif
