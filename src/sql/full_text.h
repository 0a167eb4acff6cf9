/* SPDX-License-Identifier: MIT */
/*
 * full_text.h: what is to know of FTS3, FTS4 and FTS5.
 *
 * Their tables keep the words that they index, or (content='t') look them up
 * in another table or view, or (content='') forget them.
 * https://sqlite.org/fts5.html#external_content_and_contentless_tables
 */
#ifndef MOULT_SQL_FULL_TEXT_H
#define MOULT_SQL_FULL_TEXT_H

#include "model/schema.h"

/*
 * The table or view that has the content, "" where none has; NULL where the table has it itself,
 * or is none of these.
 */
char *mo_full_text_content(struct arena *arena, const struct virtual_table *table);

/*
 * Whether one finds its content by a column of that (content_rowid), and not by the rowid; false for
 * NULL, too.
 */
bool mo_full_text_has_key(const struct virtual_table *table);

/*
 * The columns (char *) of a full-text table that has its content itself; false for any other, and
 * for one that keeps more of a row than these.
 */
bool mo_full_text_columns(struct list *names, struct arena *arena,
			  const struct virtual_table *table);

/* The same, also of one that has its content elsewhere or forgets it. */
bool mo_full_text_indexed(struct list *names, struct arena *arena,
			  const struct virtual_table *table);

/*
 * The text of the table that FTS3 makes once it is told to merge (automerge); another one after
 * the full-text table was renamed.
 */
char *mo_sql_full_text_late(struct arena *arena, const char *name, bool is_renamed);

/*
 * The command with which a full-text table checks itself, and against its
 * content where that is another table; NULL for other modules.  It writes no row.
 */
char *mo_sql_full_text_check(struct arena *arena, const struct virtual_table *table);
/* SELECT rowid, columns FROM name: what a full-text table of these columns (char *) has. */
char *mo_sql_full_text_give(struct arena *arena, const char *name, const struct list *columns);
/* INSERT INTO t (rowid, columns), for such a query to follow. */
char *mo_sql_full_text_take(struct arena *arena, const struct virtual_table *table,
			    const struct list *columns);
/* The command that makes the index anew from the content. */
char *mo_sql_full_text_fill(struct arena *arena, const struct virtual_table *table);

#endif
