/* SPDX-License-Identifier: MIT */
/*
 * entry.h: an index that is made beside those who write its table.
 *
 *	_moult_entries_i	a table WITHOUT ROWID, whose key is all of an entry: what the index will be,
 *				page by page
 *	temp._moult_gathered	the entries of the rows, chunk by chunk
 *	temp._moult_touched	what tells the rows that the log had behind the last chunk
 *	temp._moult_sorted	the entries of all other rows, in the order of the index
 *	temp._moult_written	those that the tree has, chunk by chunk, to be held against them
 *
 * An entry has the values of the index's terms, and behind them what tells its row.  SQLite itself
 * says which columns these are, with their order and collations (PRAGMA index_xinfo).  SQLite stores a
 * table WITHOUT ROWID as it stores an index (https://sqlite.org/withoutrowid.html), so in the end four
 * words of its row in sqlite_master are others, and it is one.  Until then it is a table like
 * others, for VACUUM and integrity_check, too.
 *
 * Its key cannot be NULL, so an index whose terms are NULL in some row is not made so.
 */
#ifndef MOULT_SQL_ENTRY_H
#define MOULT_SQL_ENTRY_H

#include "model/schema.h"

struct entry_column {
	const char *name;  /* c1, c2, ... */
	const char *value; /* an expression over a row; NULL: its rowid, or not known */
	const char *type;  /* what gives it the affinity that the column has: " TEXT" */
	const char *collate;
	bool descending;
	bool is_term; /* of the index; else it tells rows apart that are equal */
};

struct entries {
	const char *index;
	const char *tree;  /* the table of its entries */
	const char *table; /* whose rows have them */
	const char *where; /* of a partial index; or NULL */
	bool unique;
	struct list columns; /* of struct entry_column */
	struct list key;     /* of char *: those that tell a row, in the order of its key */
};

/* For a database in memory: the table without any constraint but its key, and the index on it. */
char *mo_sql_entries_twin(struct arena *arena, const struct table *table);
char *mo_sql_entries_index(struct arena *arena, const struct index *index);
#define MO_ENTRIES_INDEX "i"
/* Any table WITHOUT ROWID. */
char *mo_sql_entries_blank(struct arena *arena, const char *name);
/* That becomes an index of the table; only under writable_schema. */
char *mo_sql_take_index(struct arena *arena, const char *work, const char *name, const char *table,
			const char *text);

/* And an index that becomes a table of that text. */
char *mo_sql_leave_index(struct arena *arena, const char *name, const char *work, const char *text);

char *mo_sql_entries_create(struct arena *arena, const struct entries *entries);
/*
 * The entries of the rows of a table where a condition holds, or of another that has its columns, and its
 * rowid by that name.
 */
char *mo_sql_entries_of(struct arena *arena, const struct entries *entries, const char *from,
			const char *rowid, const char *condition);
/* Those are written, in the place of what is there already. */
char *mo_sql_entries_put(struct arena *arena, const struct entries *entries, const char *condition);
/* One goes: binds its values. */
char *mo_sql_entries_take(struct arena *arena, const struct entries *entries);
/* 1 where a row has a term that is NULL, and the condition holds. */
char *mo_sql_entries_null(struct arena *arena, const struct entries *entries,
			  const char *condition);
/*
 * 1 where a row for which the condition holds has an entry that another row has, too, in the tree
 * and in the table: of a UNIQUE index.
 */
char *mo_sql_entries_twice(struct arena *arena, const struct entries *entries,
			   const char *condition);
/* The names of all columns: of char *. */
struct list mo_sql_entries_names(struct arena *arena, const struct entries *entries);

#define MO_GATHERED "temp._moult_gathered"
#define MO_SORTED "temp._moult_sorted"
#define MO_WRITTEN "temp._moult_written"
#define MO_TOUCHED "temp._moult_touched"

/* Of these. */
char *mo_sql_list_drop(struct arena *arena, const char *list);
char *mo_sql_list_create(struct arena *arena, const char *list, const struct entries *entries);
/* The entries of the rows for which a condition holds come. */
char *mo_sql_gathered_add(struct arena *arena, const struct entries *entries,
			  const char *condition);
/*
 * So many of the tree come, in its order: the first, or those behind an entry, whose values are bound.
 * The last of a list, to go on behind it.
 */
char *mo_sql_written_add(struct arena *arena, const struct entries *entries, bool is_behind,
			 long long most);
char *mo_sql_list_last(struct arena *arena, const char *list);
/* What a query gives is noted; and the entries of the rows that it tells go from a list. */
char *mo_sql_touched_create(struct arena *arena, const char *query);
char *mo_sql_touched_forget(struct arena *arena, const char *list, const struct entries *entries);
char *mo_sql_sorted_fill(struct arena *arena, const struct entries *entries);
/* 1 where a term is NULL; and where two neighbours are equal in all terms. */
char *mo_sql_sorted_null(struct arena *arena, const struct entries *entries);
char *mo_sql_sorted_twice(struct arena *arena, const struct entries *entries);
/* So many behind a number are written into the tree. */
char *mo_sql_sorted_put(struct arena *arena, const struct entries *entries, long long behind,
			long long most);

#endif
