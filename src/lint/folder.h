/* SPDX-License-Identifier: MIT */
/* folder.h: the scripts of a folder in their order, each down beside its up. */
#ifndef MOULT_LINT_FOLDER_H
#define MOULT_LINT_FOLDER_H

#include "lint/work.h"

/* ---- folders: folder.c ---- */

struct entry {
	const char *path;
	const char *number; /* that its name begins with, as in "7.1"; NULL: none */
	bool is_down;
	const char *stem;   /* what an up and its down share */
	struct entry *back; /* its way back; or NULL */
	bool from_folder;
};

/* Adds a struct entry for a file, or for each script of a folder, in order. */
int mo_folder_read(struct list *entries, struct arena *arena, struct moult *m, const char *path);
/* Migrations that are programs, as Alembic's and Knex's are: what to do, as the hint of what was said last. */
void mo_folder_hint_at_program(struct moult *m, const char *path);
/* Ties each down to its up; findings about numbers. */
void mo_folder_judge(struct lint *lint, struct list *entries);

#endif
