/* SPDX-License-Identifier: MIT */
/*
 * changes.h: the changes of a difference, for the reports of differences,
 * plans and status.
 */
#ifndef MOULT_REPORT_CHANGES_H
#define MOULT_REPORT_CHANGES_H

#include "diff/diff.h"
#include "report/style.h"

/* Whether a change is told in the group of the table that it belongs to. */
bool mo_change_is_part(const struct change *change);

/* One line each: "  + column mail TEXT", "  > column mail, was email". */
void mo_say_change(const struct style *style, const char *indent, const struct diff *diff,
		   const struct change *change);
/* The renames of a table's columns. */
void mo_say_column_renames(const struct style *style, const char *indent, const struct diff *diff,
			   const char *table);

/* All that differs, each line after an indent; then what is kept though undeclared. */
void mo_say_changes(const struct style *style, const char *indent, const struct diff *diff);
void mo_say_kept(const struct style *style, const char *indent, const struct diff *diff);

/*
 * "renames": the array.  The elements of all arrays are described in changes.c.  Where diff is NULL
 * the other two are empty.
 */
void mo_json_renames(struct json *json, const struct style *style, const char *name,
		     const struct diff *diff);
void mo_json_changes(struct json *json, const struct style *style, const char *name,
		     const struct diff *diff, bool with_renames);
void mo_json_kept(struct json *json, const struct style *style, const char *name,
		  const struct diff *diff);

/* A change, or a rename, on a line of its own, with all of its label. */
void mo_say_change_apart(const struct style *style, const struct diff *diff,
			 const struct change *change);
void mo_say_rename_apart(const struct style *style, const struct rename *rename);
/* The members of their objects, for one that is open. */
void mo_json_change_words(struct json *json, const struct style *style, const struct diff *diff,
			  const struct change *change);
void mo_json_rename_words(struct json *json, const struct style *style,
			  const struct rename *rename);

#endif
