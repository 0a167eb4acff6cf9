/* SPDX-License-Identifier: MIT */
/*
 * schema.h: what a schema is.
 *
 *	schema --> objects by kind --> table --> columns
 *	                  |              `-----> constraints (of the table and of its columns)
 *	                  |-> index, trigger  (linked to what they stand on by mo_schema_seal)
 *	                  `-> view, virtual table
 *
 * Every schema is this model, whether it was a document, a text of SQL or a
 * live file, and all of it lives in one arena.  Pieces of SQL (types,
 * expressions, bodies) stay text, and carry beside it the normal form in which
 * they are compared; src/sql/ makes both.
 *
 * Pointers between objects are NULL where there is nothing.  Names keep the
 * spelling of their source and are compared as SQLite compares them.
 */
#ifndef MOULT_MODEL_SCHEMA_H
#define MOULT_MODEL_SCHEMA_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/hash.h"
#include "moult.h"

/* A piece of SQL.  Both are NULL where the clause is absent. */
struct sql {
	/* as it is written, without comments; bodies of views and triggers keep them */
	const char *text;
	const char *norm; /* tokens folded and unquoted, see sql/normal.h */
};

enum kind { KIND_TABLE, KIND_VIRTUAL, KIND_INDEX, KIND_VIEW, KIND_TRIGGER, KIND_COUNT };

/* What all objects, and columns, have. */
struct object {
	enum kind kind;
	const char *name;
	const char *sql; /* the stored CREATE text, where it comes from a database or a script */
	const char *doc; /* what the document says about it; lines without the indentation */
	struct moult_place place; /* of its declaration; file is NULL where there is none */
	struct list was;	  /* of char *: former names, newest first */
	struct list indexes;	  /* of struct index; on a table, after mo_schema_seal */
	struct list triggers;	  /* of struct trigger; on a table or view, after mo_schema_seal */
};

enum conflict {
	CONFLICT_NONE,
	CONFLICT_ROLLBACK,
	CONFLICT_ABORT,
	CONFLICT_FAIL,
	CONFLICT_IGNORE,
	CONFLICT_REPLACE,
	CONFLICT_COUNT
};
enum action {
	ACTION_NO_ACTION,
	ACTION_RESTRICT,
	ACTION_SET_NULL,
	ACTION_SET_DEFAULT,
	ACTION_CASCADE,
	ACTION_COUNT
};
enum defer {
	DEFER_UNSAID,
	DEFER_INITIALLY_DEFERRED,
	DEFER_INITIALLY_IMMEDIATE,
	DEFER_NO,
	DEFER_COUNT
};

/* An indexed column: of an index, a primary key, a unique constraint. */
struct term {
	const char *column;  /* the name, where the term is a plain column; else NULL */
	struct sql expr;     /* the expression without COLLATE and order; a plain column too */
	const char *collate; /* NULL: the column's own */
	bool descending;
};

enum constraint_kind {
	CONSTRAINT_NOT_NULL,
	CONSTRAINT_PRIMARY_KEY,
	CONSTRAINT_UNIQUE,
	CONSTRAINT_CHECK,
	CONSTRAINT_FOREIGN_KEY,
	CONSTRAINT_COUNT
};

struct reference {
	const char *table;
	struct list columns; /* of char *; empty: the primary key */
	enum action on_delete;
	enum action on_update;
	const char *match; /* parsed and ignored by SQLite */
	enum defer defer;
};

struct column;

struct constraint {
	enum constraint_kind kind;
	const char *name;
	const char *doc;
	struct moult_place place;
	struct column *owner; /* the column it is written at; NULL for one of the table */
	struct list terms;    /* of struct term: primary key, unique; the owner's own term too */
	struct list columns;  /* of char *: not null, foreign key; the owner's own name too */
	struct sql check;
	struct reference reference;
	enum conflict conflict;
	bool autoincrement;
};

struct column {
	struct object object; /* kind is not used */
	struct sql type;      /* NULL: none; without GENERATED ALWAYS */
	const char *collate;  /* NULL: BINARY */
	struct sql value;     /* the text after DEFAULT; an expression keeps its parentheses */
	struct sql generated; /* the expression inside AS (...) */
	bool stored;
	struct sql using; /* document only: fills the column from the old row */
	struct sql back;  /* document only: its value for the shape before, from the row new */
	char affinity;	  /* 'T' text, 'N' numeric, 'I' integer, 'R' real, 'B' blob or none */
};

struct table {
	struct object object;
	struct list columns;	 /* of struct column */
	struct list constraints; /* of struct constraint, in the order in which they are written */
	bool strict;
	bool without_rowid;
	struct sql from; /* document only: the query of its rows, where it is made */
	struct moult_place from_place;
};

struct index {
	struct object object;
	const char *table;
	bool unique;
	struct list terms; /* of struct term */
	struct sql where;
};

struct view {
	struct object object;
	struct list columns; /* of char *; empty: those of the SELECT */
	struct sql select;
};

enum timing { TIMING_BEFORE, TIMING_AFTER, TIMING_INSTEAD_OF, TIMING_COUNT };
enum event { EVENT_INSERT, EVENT_DELETE, EVENT_UPDATE, EVENT_COUNT };

struct trigger {
	struct object object;
	const char *table; /* or view */
	enum timing timing;
	enum event event;
	struct list columns; /* of char *: UPDATE OF */
	struct sql when;
	struct sql body; /* the statements between BEGIN and END, with their semicolons */
};

struct virtual_table {
	struct object object;
	const char *module;
	struct sql args;     /* the text inside the parentheses; NULL: no parentheses */
	struct sql populate; /* document only: fills it after it was made */
};

/* <dropped .../>: consent to drop something. */
struct tombstone {
	enum kind kind; /* of what is dropped; a column has table and column */
	/* where a column, index or trigger is dropped inside a table element; else NULL */
	const char *table;
	const char *name; /* of the object; NULL for a column */
	const char *column;
	struct sql back; /* of a column: its value on the way back, from the row new */
	bool is_in_step; /* of a column: its values are another's, too (online/both.h) */
	struct moult_place place;
};

/* <allow .../>: consent to a danger, for as long as the document says so. */
struct consent {
	const char *id;	    /* MD105 */
	const char *object; /* as --allow names it; NULL: whatever it is about */
	const char *doc;
	struct moult_place place;
};

/* When a requirement is asked, or a step runs: on the file, or on what became of it. */
enum moment { MOMENT_BEFORE, MOMENT_AFTER, MOMENT_COUNT };

/* <require>: a query that must give no row. */
struct requirement {
	const char *name;
	const char *message; /* what it says where rows come; or NULL */
	enum moment at;
	struct sql select;
	struct moult_place place;
};

/* A statement of a step. */
struct data_statement {
	const char *sql;   /* without its semicolon */
	const char *table; /* or view, whose rows it writes */
	const char *deed;  /* "inserted", "updated", "deleted" */
	struct moult_place place;
};

/* <step>: statements that write rows, once in a file. */
struct data_step {
	const char *name;
	enum moment at;
	struct list writes; /* of char *: what they write through triggers */
	const char *doc;
	struct list statements; /* of struct data_statement */
	struct sql body;	/* all of them */
	struct sql back;	/* the way back; or NULL */
	struct moult_place place;
};

/* An expression that has filled a column once, and does not run again (sql/done_table.h). */
struct done {
	const char *object; /* t.a */
	const char *digest; /* of the expression */
};

enum undeclared {
	UNDECLARED_WARN,
	UNDECLARED_KEEP,
	UNDECLARED_ERROR,
	UNDECLARED_DROP,
	UNDECLARED_COUNT
};

/*
 * What a document says under <pragma>, or a file's own values. A number is used only where its
 * flag is set.
 */
struct pragmas {
	bool has_user_version;
	bool has_application_id;
	bool has_foreign_keys;
	bool foreign_keys;
	int user_version;
	int application_id;
	int page_size;		  /* 0: not said */
	const char *encoding;	  /* "UTF-8", "UTF-16le", "UTF-16be"; NULL: not said */
	const char *auto_vacuum;  /* "none", "full", "incremental" */
	const char *journal_mode; /* "delete", "wal": what the file keeps */
};

/*
 * A table that a virtual table keeps its content in.  One that its module makes only when it needs
 * it counts where it has the text which that gives it.
 */
struct shadow {
	const char *owner; /* the virtual table; NULL for moult's own */
	const char *name;
	const char *text;    /* or NULL: whatever its text */
	const char *renamed; /* the text after a rename; or NULL */
};

/*
 * A table of the application that would go, or get another name, with a virtual one: for the sake
 * of its name.
 */
struct prey {
	const char *owner;
	const char *table;
	bool by_rename;
	bool by_drop;
	bool is_shared; /* the module takes it for one of its own, and cannot work with it */
};

/* A trigger or an index of somebody's on a table that a virtual table keeps its content in. */
struct stray {
	const char *owner; /* the virtual table */
	enum kind kind;
	const char *name;
	const char *table;
};

struct schema {
	struct arena *arena;
	const char *name; /* of the application's database; documents only */
	const char *doc;
	struct list objects[KIND_COUNT]; /* in the order of their source */
	struct list sorted[KIND_COUNT];	 /* by name, after mo_schema_seal */
	struct list shadows;		 /* of struct shadow; they are nobody's to declare */
	/*
	 * of char *: virtual tables that nobody here knows: all that is called after them is
	 * theirs
	 */
	struct list closed;
	struct list prey;	  /* of struct prey */
	struct list strays;	  /* of struct stray */
	struct list tombstones;	  /* of struct tombstone */
	struct list consents;	  /* of struct consent */
	struct list requirements; /* of struct requirement */
	struct list data_steps;	  /* of struct data_step */
	struct list
		steps_done; /* of char *: steps that the file, or a document as have, has behind it */
	bool has_done;	    /* of a file: there is a table of marks */
	bool has_marks;	    /* of a file: moult has been here, and would have marked its steps */
	bool lost_marks;    /* of a file: there were marks, and their table is gone */
	bool has_parked;    /* of a file: it has the table of parked values (sql/parked_table.h) */
	struct list park_triggers; /* of struct park_trigger: what keeps those true */
	struct list rows;	   /* of struct rows, see model/rows.h; of documents, as have too */
	struct list
		row_marks;    /* of struct done: whose rows a document declared, as marks call it */
	struct list done;     /* of struct done: of a file; of a document as have, what it says */
	struct list ignored;  /* of char *: globs of names that are not ours */
	struct list included; /* of char *: the files that a document includes */
	/* of a document that a file carries for its way back (model/way.h); else NULL */
	const struct way_back *way_back;
	/*
	 * of char *: what is written of a change that goes on beyond this migration, at the end of it
	 * (sql/under_way_table.h)
	 */
	struct list under_way;
	struct hasher read; /* of all bytes that a document or script was read from */
	enum undeclared undeclared;
	const char *keeps_back; /* a word of mo_way_back_words, for migrations to it; or NULL */
	struct pragmas pragmas;
};

struct schema *mo_schema_new(void); /* with an arena of its own; NULL without memory */
void mo_schema_free(struct schema *schema);

/*
 * New objects, added to the schema; NULL without memory. The size of each kind is known here only.
 */
struct object *mo_schema_add(struct schema *schema, enum kind kind, const char *name);
struct column *mo_table_add_column(struct schema *schema, struct table *table, const char *name);
struct constraint *mo_table_add_constraint(struct schema *schema, struct table *table,
					   enum constraint_kind kind, struct column *owner);
struct term *mo_terms_add(struct arena *arena, struct list *terms, const char *column);

/* Adds a shallow copy of an object of another schema, which must live longer. */
void mo_schema_copy(struct schema *schema, const struct object *object);

/*
 * Sorts the objects, links indexes and triggers to what they stand on, finds affinities. Call
 * again after adding.
 */
int mo_schema_seal(struct schema *schema);

/*
 * Finding by name; on a sealed schema; NULL where there is none. The place is that among the
 * sorted, or -1.
 */
int mo_schema_place(const struct schema *schema, enum kind kind, const char *name);
struct object *mo_schema_find(const struct schema *schema, enum kind kind, const char *name);
struct object *mo_schema_find_relation(const struct schema *schema,
				       const char *name); /* table, virtual table or view */
struct table *mo_schema_table(const struct schema *schema, const char *name);
struct column *mo_table_column(const struct table *table, const char *name);
/* Whether a collation is one of SQLite's own, or NULL: BINARY. */
bool mo_collation_is_built_in(const char *name);
/* Whether one of the terms of a key or an index is that column itself. */
bool mo_terms_have(const struct list *terms, const char *column);
bool mo_names_have(const struct list *names, const char *name);
/* The name of what an index or a trigger stands on; NULL for other kinds. */
const char *mo_object_ground(const struct object *object);
bool mo_schema_is_shadow(const struct schema *schema, const char *name);

/* The primary key constraint, or NULL. */
struct constraint *mo_table_primary_key(const struct table *table);
/*
 * The column of a primary key that is one column of the type INTEGER, spelled so; but not where
 * its own clause says DESC, by a mistake that SQLite keeps for old files.  A COLLATE in such a
 * key is nothing, WITHOUT ROWID or not.
 * https://sqlite.org/lang_createtable.html#rowids_and_the_integer_primary_key
 */
struct column *mo_table_integer_key(const struct table *table);
/*
 * The column that is the rowid (INTEGER PRIMARY KEY), or NULL.
 * https://sqlite.org/lang_createtable.html#rowid
 */
struct column *mo_table_rowid_column(const struct table *table);
#define MO_ROWID_NAMES 3
extern const char *const mo_rowid_names[MO_ROWID_NAMES]; /* "rowid", "_rowid_", "oid" */
/* Whether a name is one of those that every rowid has. */
bool mo_is_rowid_name(const char *name);
/*
 * "rowid", "_rowid_" or "oid", whichever is no column's name; NULL where there is no rowid or no
 * free name.
 */
const char *mo_table_rowid_name(const struct table *table);
bool mo_table_has_generated(const struct table *table);
bool mo_table_autoincrement(const struct table *table);
/*
 * The NOT NULL constraint that is in force, also by a primary key of a WITHOUT ROWID or STRICT
 * table.
 */
bool mo_column_not_null(const struct table *table, const struct column *column);

/*
 * The affinity of a declared type:
 * https://sqlite.org/datatype3.html#determination_of_column_affinity
 */
char mo_affinity(const char *type, bool strict);
/* Whether columns of two affinities store and compare alike; INTEGER is NUMERIC but in a CAST. */
bool mo_same_affinity(char a, char b);

/* "table", "virtual table", "index", ...: as messages and documents call a kind. */
extern const char *const mo_kind_names[KIND_COUNT];
extern const char
	*const mo_conflict_words[CONFLICT_COUNT]; /* as documents write them; NULL for none */
extern const char *const mo_action_words[ACTION_COUNT];
extern const char *const mo_defer_words[DEFER_COUNT];
extern const char *const mo_timing_words[TIMING_COUNT];
extern const char *const mo_event_words[EVENT_COUNT];
extern const char *const mo_moment_words[MOMENT_COUNT];
extern const char *const mo_undeclared_words[UNDECLARED_COUNT];

#endif
