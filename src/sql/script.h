/* SPDX-License-Identifier: MIT */
/*
 * script.h: a script cut into statements, and what each of them does.
 *
 *	text --> pieces (with what stands in the comments before and inside them)
 *	piece --> struct statement: the verb, the names, the parts of a copy
 *
 * It reads as deep as is needed to follow rows from table to table, and no
 * deeper: expressions stay tokens, and what it does not know is ACT_OTHER.
 */
#ifndef MOULT_SQL_SCRIPT_H
#define MOULT_SQL_SCRIPT_H

#include "model/schema.h"
#include "sql/token.h"

/* What changes the schema comes first, then what changes rows. */
enum act {
	ACT_CREATE,
	ACT_DROP,
	ACT_RENAME, /* of a table */
	ACT_RENAME_COLUMN,
	ACT_ADD_COLUMN,
	ACT_DROP_COLUMN,
	ACT_ALTER, /* what ALTER TABLE does since 3.53 */
	ACT_INSERT,
	ACT_UPDATE,
	ACT_DELETE,
	ACT_SELECT,
	ACT_PRAGMA,
	ACT_BEGIN,
	ACT_COMMIT,
	ACT_ROLLBACK,
	ACT_SAVEPOINT,
	ACT_RELEASE,
	ACT_ROLLBACK_TO,
	ACT_ANALYZE,
	ACT_VACUUM,
	ACT_ATTACH, /* DETACH too */
	ACT_DOT,    /* a command of SQLite's shell: a line that begins with a dot */
	ACT_OTHER
};

/* What a copy puts into one column. */
struct given {
	const struct token *first;
	int count;
	const char *column; /* where it is a column and nothing else; or NULL */
	bool is_star;	    /* t.* or * */
};

struct statement {
	enum act act;
	const char *sql;  /* without its semicolon */
	const char *text; /* where it begins in the script, which is kept */
	size_t length;
	struct tokens tokens; /* of the script's own text */
	enum kind kind;	      /* of what is created or dropped */
	bool is_temp;
	bool is_virtual;
	const char *name;   /* of the object; of the pragma; NULL where there is none */
	const char *other;  /* new name; table of an index or trigger; value of the pragma */
	const char *column; /* that is renamed, added or dropped */
	/* of INSERT, UPDATE and CREATE TABLE AS */
	enum conflict conflict;
	bool upserts;	     /* ON CONFLICT DO */
	bool selects;	     /* rows come from a SELECT */
	const char *from;    /* the first table that they come from */
	bool is_nested;	     /* which is inside a subquery */
	struct list columns; /* of char *: named before VALUES or SELECT, or after SET */
	struct list given;   /* of struct given */
};

/* A comment; text is without its marks and the space around. */
struct remark {
	const char *text;
	const char *at; /* in the script */
	int statement;	/* the one that it stands before or inside */
};

/*
 * Adds a struct statement for each statement, and a struct remark for each comment. text must
 * stay.
 */
void mo_script_read(struct arena *arena, struct list *statements, struct list *remarks,
		    const char *text);

/*
 * Where something begins in a script, which messages call path; width is in bytes, and ends with
 * the line.
 */
struct moult_place mo_script_place(struct arena *arena, const char *path, const char *text,
				   const char *at, size_t width);

/* Of what lasts: a temporary table is neither schema nor rows to anybody. */
bool mo_changes_schema(const struct statement *statement);
bool mo_changes_rows(const struct statement *statement);

#endif
