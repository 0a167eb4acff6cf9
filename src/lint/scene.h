/* SPDX-License-Identifier: MIT */
/*
 * scene.h: the copy of a schema in memory on which scripts are played.
 *
 * What changes the schema is run.  What only changes or reads rows is
 * compiled and no more: there are no rows, and a script that is looked at has
 * no business in files, with extensions, or in a loop without end.
 */
#ifndef MOULT_LINT_SCENE_H
#define MOULT_LINT_SCENE_H

#include "base/handle.h"
#include "live/bounds.h"
#include "model/schema.h"
#include "sql/script.h"

struct scene {
	struct moult *m;
	sqlite3 *db;
	struct bounds bounds;
	const char *denied; /* what the last statement was kept from; or NULL */
	bool starved;	    /* an answer was lost for want of memory, and silence says nothing */
};

enum played {
	PLAYED_WELL,
	PLAYED_NOT,	/* left out, since it reaches outside; *why says what */
	PLAYED_REFUSED, /* SQLite does not take it; *why is its message */
	PLAYED_TROUBLE	/* memory and the like; a diagnostic says it */
};

/* From a live file (db), or from a model where db is NULL. */
int mo_scene_open(struct scene *scene, struct moult *m, sqlite3 *db, const struct schema *schema);
/* A second scene with what is on the first. */
int mo_scene_copy(struct scene *copy, const struct scene *scene);
void mo_scene_close(struct scene *scene);

/*
 * *string is the "name" in double quotes that SQLite would take for a string, or NULL; texts are
 * in the arena.
 */
enum played mo_scene_play(struct scene *scene, struct arena *arena,
			  const struct statement *statement, const char **why, const char **string);

/*
 * Whether a view, or a trigger, compiles only with a "name" in double quotes taken for a string:
 * that name, or NULL.
 */
const char *mo_scene_string_in(struct scene *scene, struct arena *arena,
			       const struct statement *created);

/* The columns of a table or view, as names. */
void mo_scene_columns(struct scene *scene, struct arena *arena, struct list *names,
		      const char *table);

int mo_scene_exec(struct scene *scene, const char *sql); /* SQLite's own code; nothing is denied */

#endif
