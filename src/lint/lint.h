/* SPDX-License-Identifier: MIT */
/*
 * lint.h: what is wrong with migration scripts that people wrote.
 *
 *	paths --folder.c--> scripts in order, each down beside its up
 *	script --sql/script--> statements, comments (marks.c: up and down, what is allowed)
 *
 *	               before                                after
 *	scene.c:  schema ---- statement ---- statement ---- schema
 *	                 runner.c: transactions, foreign_keys
 *	                 words.c:  what one statement says
 *	                 add.c:    ADD COLUMN on a table with a row
 *	                 life.c:   which table holds whose rows
 *	                 carry.c:  values that are read before they go
 *	                      |
 *	                      v
 *	          rebuilds: create, copy, drop, rename, as one
 *	                 copy.c:   what the copy leaves behind
 *	                 gone.c:   tables and columns that go, or get another name
 *	                 lost.c:   what went with the table that was dropped
 *	                 replan.c: the plan from before to after
 *	                 foreseen.c: its hazards
 *	                 weaker.c: constraints that the table made instead lacks
 *	                 down.c:   the way back, played behind it
 *
 * All of it speaks through mo_find(), which knows what is switched off or
 * allowed.  Findings are diagnostics whose place (want) is in the script.
 */
#ifndef MOULT_LINT_LINT_H
#define MOULT_LINT_LINT_H

#include "base/handle.h"
#include "lint/work.h"

struct lint *mo_lint_new(struct moult *m, const moult_lint_options *options);
void mo_lint_free(struct lint *lint);
/* Files and folders; the last path may be a database or a document. */
int mo_lint_paths(struct lint *lint, const char *const *paths, int count);
int mo_lint_text(struct lint *lint, const char *text, const char *name, sqlite3 *db,
		 const struct schema *schema);
int mo_lint_count(const struct lint *lint);

#endif
