/* SPDX-License-Identifier: MIT */
/*
 * layout.h: what SQLite takes a table and its indexes to be made of, so that
 * an edit of the stored text can be held against the records, which stay.
 *
 * The columns in their order, the keys, and each index with its columns, order
 * and collations: if these are the same before and after, every record and
 * every index entry means what it meant.
 */
#ifndef MOULT_RUN_LAYOUT_H
#define MOULT_RUN_LAYOUT_H

#include "plan/plan.h"

/* What a step that edits begins and ends with. */
bool mo_layout_begins(const struct step *step);
bool mo_layout_ends(const struct step *step);

/* Adds the layouts of all tables whose text a plan edits; before the edit.  SQLite's result code. */
int mo_layout_note(struct list *layouts, struct arena *arena, sqlite3 *db, const struct plan *plan);

/*
 * After the edit: *table is the first whose layout is another one, or that
 * SQLite cannot read any more, and *why says so; NULL where there is none.
 */
int mo_layout_compare(const char **table, const char **why, const struct list *layouts,
		      struct arena *arena, sqlite3 *db);

#endif
