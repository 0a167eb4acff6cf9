/* SPDX-License-Identifier: MIT */
/*
 * picture.h: what a picture of a schema shows, whatever language draws it.
 *
 *	struct schema --picture.c--> boxes with lines, relations --+-- picture_mermaid.c
 *	struct diff (or NULL): marks ----^                         `-- picture_dot.c
 *
 * A box is a table, a virtual table or a view, a line in it a column.  A relation leads from the
 * parent of a foreign key to its child, or from what a view reads to the view.
 */
#ifndef MOULT_REPORT_PICTURE_H
#define MOULT_REPORT_PICTURE_H

#include "diff/diff.h"
#include "report/style.h"

/* What becomes of something in a plan; none in the picture of a schema alone. */
enum mark { MARK_NONE, MARK_ADD, MARK_DROP, MARK_CHANGE, MARK_COUNT };

struct box_line {
	const char *name;
	const char *type; /* "" where there is none */
	bool is_primary;  /* of the primary key, or all of it */
	bool is_foreign;
	bool is_unique; /* by itself */
	bool is_not_null;
	enum mark mark;
	const char *note; /* "was email"; or NULL */
};

struct box {
	/* NULL: a table that a foreign key names and that is not there */
	const struct object *object;
	const char *name;
	const char *what;  /* "view", "virtual table", "not there"; NULL for a table */
	struct list lines; /* of struct box_line */
	enum mark mark;
	const char *note;      /* "was people"; or NULL */
	int distance;	       /* relations away from where the picture begins; -1: not shown */
	struct list relations; /* of struct relation that are shown; one to itself once */
};

struct relation {
	struct box *parent;	    /* or what a view reads */
	struct box *child;	    /* or the view */
	const struct box_line *key; /* the first column on each side; NULL where there is none */
	const struct box_line *foreign;
	const char *label;		     /* the columns of the child, "a, b" */
	const struct constraint *constraint; /* NULL: a view */
	bool is_single;	  /* a parent has one child at most: its columns are unique */
	bool is_optional; /* a child may have no parent: one of its columns may be NULL */
};

struct picture {
	struct arena *arena;
	const struct schema *schema;
	const struct diff *diff;    /* whose marks are shown; or NULL */
	bool is_have;		    /* and of which side */
	bool has_triggers;	    /* that the boxes show */
	struct list of[KIND_COUNT]; /* of struct box: those of tables, ... in the order of names */
	struct list boxes;	    /* those that are shown */
	struct list relations;	    /* of struct relation, between boxes that are shown */
};

/*
 * The picture of a schema.  Without memory the arena says so.  Where options name a table that is not
 * there, no box is shown.
 */
void mo_picture_make(struct picture *picture, struct arena *arena, const struct schema *schema,
		     const moult_picture *options);
/* Of one side of a difference, have or goal: what changes, and what stands in relation to it. */
void mo_picture_of_side(struct picture *picture, struct arena *arena, const struct diff *diff,
			bool is_have);

/* "AFTER UPDATE OF a, b": when a trigger fires; in the arena. */
const char *mo_trigger_words(struct arena *arena, const struct trigger *trigger);
/* The tables and views that the text of a view names: of const struct object. */
void mo_view_reads(struct list *objects, struct arena *arena, const struct schema *schema,
		   const struct view *view);
/* A name as a picture or a page shows it: "" is seen. */
const char *mo_seen(const char *name);

void mo_draw_mermaid(sqlite3_str *out, const struct picture *picture);
void mo_draw_dot(sqlite3_str *out, const struct picture *picture);

#endif
