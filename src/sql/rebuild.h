/* SPDX-License-Identifier: MIT */
/*
 * rebuild.h: the statements of a table's rebuild that are no CREATE, DROP or
 * ALTER, and the ones that fill in what SQLite has no statement for.
 */
#ifndef MOULT_SQL_REBUILD_H
#define MOULT_SQL_REBUILD_H

#include "model/schema.h"

/*
 * INSERT OR ABORT INTO work (columns) SELECT expressions FROM from; OR ABORT overrules the table's
 * own ON CONFLICT.
 */
char *mo_sql_copy(struct arena *arena, const char *work, const struct list *columns,
		  const struct list *expressions, const char *from);

/*
 * The AUTOINCREMENT mark of a table carried over to its successor: two statements.  A mark has
 * the table's name as the file spells it, which a script does not know.
 */
/*
 * A table that goes stays under another name until its rows are swept, without what would hold others
 * to it; its indexes stay on it.  Their texts; and what makes it so, under writable_schema.
 */
char *mo_sql_left_table(struct arena *arena, const struct table *table, const char *work);
char *mo_sql_left_index(struct arena *arena, const struct index *index, const char *work,
			const char *work_table);
char *mo_sql_leave_table(struct arena *arena, const char *table, const char *work,
			 const char *text);
char *mo_sql_leave_table_indexes(struct arena *arena, const char *table, const char *work);
char *mo_sql_statistics_drop(struct arena *arena, const char *stat_table, const char *table);
char *mo_sql_sequence_clear(struct arena *arena, const char *table);
char *mo_sql_sequence_carry(struct arena *arena, const char *have, const char *want,
			    bool is_spelled_so);

/* Another text for a table in the stored schema; only under writable_schema. */
char *mo_sql_edit_table(struct arena *arena, const char *table, const char *text);

/*
 * A table and the one under way take each other's rows: the page where its tree begins; and the
 * table another text; that under way, too, where work_text is not NULL.  Only under writable_schema.  The pages are read before either is written
 * (UPDATE FROM), and LIMIT has SQLite look for the pair once, not once for each row of the schema.
 */
char *mo_sql_exchange_roots(struct arena *arena, const char *table, const char *work,
			    const char *text, const char *work_text);
/*
 * That which old rows have under the name of work, where they stay for a while: their records read
 * by it are sound, whatever types the columns of the table have.
 */
char *mo_sql_old_rows_table(struct arena *arena, const struct table *table, const char *work);
/* An index made again from the rows; one of main, whatever collation has its name. */
char *mo_sql_reindex(struct arena *arena, const char *index);

/*
 * Statistics kept aside under another table's name while DROP TABLE deletes what has the table's
 * own.
 */
char *mo_sql_statistics_move(struct arena *arena, const char *stat_table, const char *have,
			     const char *want);
/* Those of indexes that are not among the kept (names) go. */
char *mo_sql_statistics_trim(struct arena *arena, const char *stat_table, const char *table,
			     const struct list *kept);

/* Those of one index go, as with DROP INDEX. */
char *mo_sql_statistics_forget(struct arena *arena, const char *stat_table, const char *table,
			       const char *index);

char *mo_sql_pragma(struct arena *arena, const char *pragma, long long value);

/* A table of those columns, without constraints, and one row of NULLs in it. */
char *mo_sql_create_row(struct arena *arena, const char *name, const struct list *columns,
			bool strict);
/* A table that has nothing but a name. */
char *mo_sql_create_blank(struct arena *arena, const char *name);
/*
 * A virtual table put into the stored schema without its module being asked; only under
 * writable_schema.
 */
char *mo_sql_plant(struct arena *arena, const struct virtual_table *table);

/*
 * The rows of the stored schema, but for sqlite_sequence: read (type, name, tbl_name, rootpage,
 * sql); deleted; and one put there, with those as parameters.  The latter two only under
 * writable_schema.
 */
extern const char mo_sql_stored_rows[];
extern const char mo_sql_take_stored_rows[];
extern const char mo_sql_put_stored_row[];

/* sqlite_stat4 as SQLite makes it. */
extern const char mo_sql_stat4_create[];

/* The text after DEFAULT as an expression: DEFAULT abc and DEFAULT "abc" are the string 'abc'. */
char *mo_sql_default_value(struct arena *arena, const char *value);

#endif
