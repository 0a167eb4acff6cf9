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
 *	temp._moult_known_i	whatever entry the tree can have, by what tells its row: all that were proven, and
 *				those that came since
 *
 * An entry has the values of the index's terms, and behind them what tells its row.  SQLite itself
 * says which columns these are, with their order and collations (PRAGMA index_xinfo).  SQLite stores a
 * table WITHOUT ROWID as it stores an index (https://sqlite.org/withoutrowid.html), so in the end four
 * words of its row in sqlite_master are others, and it is one.  Until then it is a table like
 * others, for VACUUM and integrity_check, too.
 *
 * Its key cannot be NULL.  So where a term may be, the entries with a NULL come last, when the tree is an
 * index of the table already:
 *
 *	CREATE INDEX _moult_entries_i ON t(a) WHERE a IS NOT NULL OR rowid <= 5000
 *
 * SQLite keeps it true from then on.  A batch of rows more is put into it by way of a table of moult's:
 *
 *	_moult_lent_i		empty; as an index of this table, the tree takes the entries that are
 *				inserted here.  Then it is one of the application's table again, of which
 *				the condition says that it has them, and the rows here go
 *
 * All of that is one transaction, so to everybody else the index is what it says.  The entries with NULL of
 * an index that goes are taken out the same way (_moult_left_i), the last rows first, until what is left
 * can be a table WITHOUT ROWID.
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
	const char *full;  /* holds where no term is NULL; NULL: none can be */
	bool unique;
	struct list columns; /* of struct entry_column */
	struct list key;     /* of char *: those that tell a row, in the order of its key */
};

/* An index that has all entries without NULL, and those with one of the rows up to a place. */
struct partly {
	const struct entries *entries;
	const struct index *index; /* the whole */
	const struct list *key;	   /* of its table: sql/log_table.h */
	const char *lent;	   /* the table that its tree is lent to */
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

/* An index of that name, which has another text and may stand on another table: under writable_schema. */
char *mo_sql_edit_index(struct arena *arena, const char *name, const char *table, const char *text);
/* One that gets another name, behind all others of the schema. */
char *mo_sql_rename_index(struct arena *arena, const char *name, const char *work,
			  const char *text);

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

#define MO_GATHERED_NAME "_moult_gathered" /* as the write guard is told it */
#define MO_GATHERED "temp._moult_gathered"
#define MO_SORTED "temp._moult_sorted"
#define MO_WRITTEN "temp._moult_written"
#define MO_TOUCHED "temp._moult_touched"

/* Of these. */
char *mo_sql_list_drop(struct arena *arena, const char *list);
char *mo_sql_list_create(struct arena *arena, const char *list, const struct entries *entries);
char *mo_sql_list_empty(struct arena *arena, const char *list);
/* The entries of the rows for which a condition holds come. */
char *mo_sql_list_add(struct arena *arena, const char *list, const struct entries *entries,
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
/* Of the entries of a list: whether their rows are touched. */
char *mo_sql_touched_are(struct arena *arena, const struct entries *entries);

/* The list of all that the tree can have. */
char *mo_sql_known_list(struct arena *arena, const struct entries *entries);
char *mo_sql_known_create(struct arena *arena, const struct entries *entries);
/* Those come that a table with the columns of the tree has where a condition holds. */
char *mo_sql_known_take(struct arena *arena, const struct entries *entries, const char *from,
			const char *condition);
char *mo_sql_known_of(struct arena *arena, const struct entries *entries, const char *condition);
/* As mo_sql_list_add(); those that are known stay. */
char *mo_sql_known_add(struct arena *arena, const struct entries *entries, const char *condition);
/* The entries that the tree does have, of rows for which conditions on the table and on the list hold. */
char *mo_sql_known_written(struct arena *arena, const struct entries *entries, const char *of_rows,
			   const char *of_known);

char *mo_sql_sorted_fill(struct arena *arena, const struct entries *entries);
/* 1 where a term is NULL; and where two neighbours are equal in all terms. */
char *mo_sql_sorted_null(struct arena *arena, const struct entries *entries);
char *mo_sql_sorted_twice(struct arena *arena, const struct entries *entries);
/* So many behind a number are written into the tree. */
char *mo_sql_sorted_put(struct arena *arena, const struct entries *entries, long long behind,
			long long most);

/*
 * Its text up to a place, which is a list of literals: "5", "'k2', 5"; NULL: without any NULL.  And that
 * of the whole.
 */
char *mo_sql_partly_text(struct arena *arena, const struct partly *partly, const char *place);
char *mo_sql_partly_whole(struct arena *arena, const struct partly *partly);
/* The place so many rows behind another or before it; no row where there are not so many. */
char *mo_sql_partly_next(struct arena *arena, const struct partly *partly, const char *place,
			 long long most);
char *mo_sql_partly_last(struct arena *arena, const struct partly *partly, const char *place,
			 long long most);
/* The table that it is lent to, and its text there. */
char *mo_sql_lent_create(struct arena *arena, const struct partly *partly);
char *mo_sql_lent_text(struct arena *arena, const struct partly *partly);
/* The entries with NULL of the rows between two places (NULL: no bound) come to a table. */
char *mo_sql_lent_gather(struct arena *arena, const struct partly *partly, const char *into,
			 const char *behind, const char *end);
char *mo_sql_lent_put(struct arena *arena, const struct partly *partly);
char *mo_sql_lent_empty(struct arena *arena, const char *table);
/* How many rows with NULL between two places have no entry in the index, whose text is that up to the end. */
char *mo_sql_partly_missing(struct arena *arena, const struct partly *partly, const char *behind,
			    const char *end);

#endif
