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
 *	                 life.c:   which table holds whose rows
 *	                      |
 *	                      v
 *	          rebuilds: create, copy, drop, rename, as one
 *	                 copy.c:   what the copy leaves behind
 *	                 lost.c:   what went with the table that was dropped
 *	                 replan.c: the plan from before to after, and its hazards
 *	                 down.c:   the way back, played behind it
 *
 * All of it speaks through mo_find(), which knows what is switched off or
 * allowed.  Findings are diagnostics whose place (want) is in the script.
 */
#ifndef MOULT_LINT_LINT_H
#define MOULT_LINT_LINT_H

#include "base/handle.h"
#include "lint/scene.h"
#include "model/schema.h"
#include "sql/script.h"

struct lint {
	struct moult *m;
	struct arena *arena;
	moult_lint_options options;
	bool is_off[DIAG_COUNT];
	struct diags findings;
	struct list files;    /* of char *: as they were played */
	struct list rebuilds; /* of struct rebuilt */
};

/* A table that a script makes anew, for the reports. */
struct rebuilt {
	const char *table;
	struct moult_place place; /* of the first of its statements */
	int last_line;
	const char *instead; /* what moult would have written; NULL where it cannot say */
	bool has_findings;
};

/* Whether the script runs inside a transaction that its runner began. */
enum wrap { WRAP_UNKNOWN, WRAP_YES, WRAP_NO };

struct allow {
	const char *ids; /* "LN112:i,LN113", or "all" */
	int statement;	 /* index; -1: the whole script */
};

/* A text of statements. */
struct script {
	const char *path;
	const char *text;
	struct list statements; /* of struct statement */
	struct list remarks;
	struct list allows;
	int down;	/* index of the first statement of the way back, or -1 */
	enum wrap wrap; /* as marks of a tool say */
};

/* What a column of a table on the way holds. */
struct holding {
	const char *name;
	const char *origin; /* the column of before whose values it has unchanged; NULL: none */
	bool is_filled;	    /* the copy named it */
	struct sql given;   /* with an expression, over one table; else NULL */
};

/* A table, from when it is made or found to when it is dropped. */
struct life {
	const char *name;   /* NULL when it is dropped */
	const char *origin; /* the table of before whose rows it has; NULL: none */
	bool is_original;   /* it is that table itself */
	bool is_temp;
	struct list columns; /* of struct holding */
	const struct statement *made;
	const struct statement *copied;
	const struct statement *renamed;
	const struct statement *dropped;
};

/* Create, copy, drop, rename: folded. */
struct rebuild {
	const struct life *life;
	const struct life *former; /* of the table that was dropped */
	const struct table *have;  /* in before */
	const struct table *want;  /* in after */
	struct rebuilt *report;
};

enum setting { SETTING_UNKNOWN, SETTING_ON, SETTING_OFF };

/* DROP TABLE of a table whose children act. */
struct drop {
	const struct statement *statement;
	const char *origin;
	struct list children; /* of char * */
	enum action action;   /* of the first */
};

/* One script under way. */
struct work {
	struct lint *lint;
	struct moult *m;
	struct arena *arena;
	const struct script *script;
	struct scene *scene;
	sqlite3 *live; /* the file that holds the rows of before; or NULL */
	int from, to;  /* statements: the way there, or the way back */
	struct schema *before;
	struct schema *after;
	struct list lives;    /* of struct life */
	int findings;	      /* how many there were */
	struct list rebuilds; /* of struct rebuild */
	struct list lost;     /* of struct object: of before, and not in after */
	struct list broken;   /* of struct broken: what did not compile before */

	/* runner.c */
	enum setting foreign_keys;
	bool is_doubtful;     /* it was set where a runner may have begun a transaction */
	bool in_transaction;  /* its own */
	bool has_transaction; /* it began one at some time */
	const struct statement *opened;
	const struct statement *loose; /* the first change outside a transaction */
	int loose_changes;
	struct list drops;
	/* words.c */
	const struct statement *data;	/* the first statement that changes rows */
	const struct statement *schema; /* the first that changes the schema */
	bool writes_statistics;
	bool analyzes;
};

/* ---- findings: find.c ---- */

struct spot {
	const struct statement *statement; /* NULL: the head of the script */
	const char *at;			   /* in the script; NULL: where the statement begins */
	int width;			   /* 0: to the end of the line or statement */
};

/*
 * Adds a finding, unless it is off or allowed; object may be NULL. Returns whether it was added.
 */
bool mo_find(struct work *work, enum diag_id id, struct spot spot, const char *object,
	     const char *format, ...);
void mo_find_hint(struct work *work, const char *format,
		  ...); /* of the finding added last, by a call that returned true */
struct spot mo_spot(const struct statement *statement);
/* The place of a token of the statement's own text. */
struct spot mo_spot_token(const struct statement *statement, const struct token *token);
struct spot mo_spot_name(const struct statement *statement,
			 const char *name); /* where it names something, else all of it */
struct moult_place mo_spot_place(const struct script *script, struct spot spot,
				 struct arena *arena);
int mo_lint_switch(struct lint *lint, const char *ids, bool off); /* RUN022 for an unknown ID */
bool mo_lint_is_known(const char *ids, size_t length);

/* ---- the passes ---- */

void mo_marks_read(struct script *script, struct arena *arena); /* marks.c */
void mo_marks_judge(struct work *work);
void mo_lives_begin(struct work *work); /* life.c */
void mo_lives_follow(struct work *work, const struct statement *statement);
struct life *mo_life_of(const struct work *work, const char *name);
void mo_lives_fold(struct work *work);
const struct rebuild *mo_rebuild_of(const struct work *work,
				    const char *table); /* by its name in after */
const struct rebuild *mo_rebuild_from(const struct work *work,
				      const char *table); /* by its name in before */
void mo_runner_begin(struct work *work);		  /* runner.c */
int mo_runner_look(struct work *work, const struct statement *statement);
void mo_runner_end(struct work *work);
void mo_words_look(struct work *work, const struct statement *statement); /* words.c */
void mo_words_end(struct work *work);
void mo_copy_judge(struct work *work); /* copy.c */
int mo_lost_compile(struct work *work, struct list *found,
		    const struct schema *schema); /* lost.c */
const struct statement *mo_lost_rename(const struct work *work,
				       const char *name); /* that renamed a table to it */
int mo_lost_judge(struct work *work);
int mo_hazards_judge(struct work *work); /* replan.c */

/* Plays statements of a script on a scene; the findings of a way back are few. */
int mo_work(struct lint *lint, struct scene *scene, const struct script *script, sqlite3 *live,
	    bool down); /* work.c */
/* Plays the way back on a copy and compares. */
int mo_down(struct lint *lint, const struct scene *scene, const struct script *script,
	    const struct schema *before); /* down.c */

/* ---- from outside: lint.c ---- */

struct lint *mo_lint_new(struct moult *m,
			 const moult_lint_options *options); /* NULL: a diagnostic says why */
void mo_lint_free(struct lint *lint);
/* Files and folders; the last path may be a database or a document. */
int mo_lint_paths(struct lint *lint, const char *const *paths, int count);
int mo_lint_text(struct lint *lint, const char *text, const char *name, sqlite3 *db,
		 const struct schema *schema);
int mo_lint_count(const struct lint *lint); /* of findings that count: notes do not */

/* ---- folders: folder.c ---- */

struct entry {
	const char *path;
	const char *number; /* digits that its name begins with; NULL: none */
	bool is_down;
	const char *stem;   /* what an up and its down share */
	struct entry *back; /* its way back; or NULL */
	bool from_folder;
};

/* Adds a struct entry for a file, or for each script of a folder, in order. */
int mo_folder_read(struct list *entries, struct arena *arena, struct moult *m, const char *path);
/* Ties each down to its up; findings about numbers. */
void mo_folder_judge(struct lint *lint, struct list *entries);

#endif
