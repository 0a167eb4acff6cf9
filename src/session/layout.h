/* SPDX-License-Identifier: MIT */
/*
 * layout.h: what SQLite takes a table and its indexes to be made of, so that
 * an edit of the stored schema can be held against what is stored.
 *
 * The columns in their order, the keys, and each index with its columns, order
 * and collations: if these are the same before and after, every record and
 * every index entry means what it meant.  Where root pages are exchanged, the
 * columns must be those of the table under way, whose records the table gets;
 * the indexes that stay must be those of the table, by the names of their columns.
 */
#ifndef MOULT_SESSION_LAYOUT_H
#define MOULT_SESSION_LAYOUT_H

#include "plan/plan.h"

/* What a step that edits begins and ends with. */
bool mo_layout_begins(const struct step *step);
bool mo_layout_ends(const struct step *step);

/*
 * Adds the layouts of all tables that the plan edits or exchanges between a step and the next that
 * ends it; before that.  SQLite's result code.
 */
int mo_layout_note(struct list *layouts, struct arena *arena, sqlite3 *db, const struct plan *plan,
		   const struct step *step);

/*
 * After the edit: *table is the first whose layout is another one, or that
 * SQLite cannot read any more, and *why says so; NULL where there is none.
 */
int mo_layout_compare(const char **table, const char **why, const struct list *layouts,
		      struct arena *arena, sqlite3 *db);

#endif
