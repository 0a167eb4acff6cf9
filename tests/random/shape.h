/* SPDX-License-Identifier: MIT */
/*
 * shape.h: an invented schema, before it is spelled as SQL.
 *
 *	make.c --> struct shape --mutate.c--> struct shape
 *	                |                          |
 *	             spell.c                    spell.c	      the same shape in another spelling
 *	                v                          v	      each time
 *	           CREATE ...;                CREATE ...;
 *
 * Columns and relations have numbers, and expressions, SELECTs and bodies
 * speak of them by number, so that a rename is a change of one name:
 *
 *	"\1" 5 "\2 > 3"		column 5
 *	"\3" 7 "\2"		relation 7
 *	"\4" 7 "\2"		the name of relation 7 as a string literal
 *
 * with the number in decimal digits.  Texts are constants or in the dice's
 * memory; a shape is copied by assignment.
 */
#ifndef MOULT_TESTS_RANDOM_SHAPE_H
#define MOULT_TESTS_RANDOM_SHAPE_H

#include "dice.h"

#define MOST_COLUMNS 10
#define MOST_RULES 14
#define MOST_TERMS 4
#define MOST_THINGS 20

struct field {
	int id;
	const char *name;
	const char *type;    /* or NULL */
	const char *collate; /* or NULL */
	const char *value;   /* after DEFAULT; or NULL */
	const char *expr;    /* generated; or NULL */
	bool stored;
	bool late; /* added by ALTER TABLE when there are rows */
};

struct term {
	int column; /* or 0 */
	const char *expr;
	const char *collate;
	bool descending;
};

enum rule_kind { RULE_NOT_NULL, RULE_PRIMARY_KEY, RULE_UNIQUE, RULE_CHECK, RULE_FOREIGN_KEY };

struct rule {
	enum rule_kind kind;
	const char *name; /* or NULL */
	bool inlined;	  /* stands at the column of its only term */
	struct term terms[MOST_TERMS];
	int count;
	const char *check;
	const char *conflict; /* or NULL */
	bool autoincrement;
	int parent;
	int parent_columns[MOST_TERMS]; /* 0 first: none are named */
	const char *on_delete;
	const char *on_update;
	const char *match;
	const char *defer;
};

enum thing_kind { THING_TABLE, THING_INDEX, THING_VIEW, THING_VIRTUAL, THING_TRIGGER, THING_KINDS };

struct thing {
	enum thing_kind kind;
	int id;
	const char *name;
	struct field
		fields[MOST_COLUMNS]; /* of tables, views (what it yields) and virtual tables */
	int field_count;
	struct rule rules[MOST_RULES];
	int rule_count;
	bool strict;
	bool without_rowid;
	int on; /* relation of an index or trigger */
	bool unique;
	struct term terms[MOST_TERMS]; /* of an index */
	int term_count;
	const char *where;
	bool lists;	  /* a view with a list of columns */
	const char *text; /* SELECT of a view, body of a trigger, arguments of a virtual table */
	const char *module;
	const char *timing;
	const char *event;
	int of[MOST_TERMS]; /* UPDATE OF, 0 ends */
	const char *when;
};

struct shape {
	struct thing things[MOST_THINGS];
	int count;
	int next_id;
	int user_version;
	int application_id;
};

/* ---- shape.c ---- */

struct thing *shape_find(struct shape *shape, int id);	/* or NULL */
struct field *shape_field(struct shape *shape, int id); /* of any relation; or NULL */
struct field *thing_field(struct thing *thing, int id);
struct thing *shape_random(struct dice *dice, struct shape *shape,
			   enum thing_kind kind); /* or NULL */
int shape_count(const struct shape *shape, enum thing_kind kind);
void shape_remove(struct shape *shape, struct thing *thing); /* and what stands on it */
bool text_speaks_of(const char *text, char mark, int id);
bool rule_speaks_of(const struct rule *rule, int column);
/* Whether a name is free among relations and indexes, or among triggers. */
bool name_is_free(const struct shape *shape, enum thing_kind kind, const char *name);
bool field_name_is_free(const struct thing *thing, const char *name);
const char *new_name(struct dice *dice, const struct shape *shape, enum thing_kind kind);
const char *new_field_name(struct dice *dice, const struct thing *thing);

/* ---- make.c ---- */

struct shape *shape_make(struct dice *dice, int first_id);
void make_field(struct dice *dice, struct shape *shape, struct thing *table);
void make_rule(struct dice *dice, struct shape *shape, struct thing *table);
void make_table(struct dice *dice, struct shape *shape);
void make_index(struct dice *dice, struct shape *shape);
void make_index_on(struct dice *dice, struct shape *shape, struct thing *index);
void make_view(struct dice *dice, struct shape *shape);
void make_select(struct dice *dice, struct shape *shape, struct thing *view);
void make_trigger(struct dice *dice, struct shape *shape);
void make_virtual(struct dice *dice, struct shape *shape);
const char *make_type(struct dice *dice, bool strict);
const char *make_value(struct dice *dice);
const char *make_collation(struct dice *dice);
const char *make_conflict(struct dice *dice);
const char *make_check(struct dice *dice, const struct thing *table);
const char *make_generated(struct dice *dice, const struct thing *table);

/* ---- mutate.c ---- */

/* What the document says of former names. */
struct former {
	const char *table; /* as it is wanted; NULL for a table itself */
	const char *have;
	const char *want;
};

struct shape *shape_mutate(struct dice *dice, const struct shape *shape, int times);
/* The renames between two shapes: the same numbers under other names. */
int shape_formers(struct dice *dice, struct former **formers, struct shape *have,
		  struct shape *want);

/* ---- spell.c ---- */

struct script {
	char **statements;
	bool *skip;   /* by number: left out by the reduction */
	bool *failed; /* refused by SQLite, the last time it was run */
	int count;
	int room;
};

void script_add(struct dice *dice, struct script *script, char *statement);
/* The statements of a shape; with rows, and late columns added after them. */
void shape_spell(struct dice *dice, struct script *script, struct shape *shape, bool rows);
char *spell_name(struct dice *dice, const char *name);

#endif
