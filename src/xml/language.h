/* SPDX-License-Identifier: MIT */
/*
 * language.h: the schema language as one table.
 *
 * For each element: the attributes and children it takes, and for each
 * attribute what its value is and into which member of the model it goes.
 * validate.c holds documents against the table, read.c fills structs by it, and
 * the guesses of messages come from it, so that the three cannot disagree.
 */
#ifndef MOULT_XML_LANGUAGE_H
#define MOULT_XML_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

/* An element in its place: primary-key is one thing in a column and another in a table. */
enum element {
	E_NONE, /* not ours, and the end of lists */
	E_DATABASE,
	E_DOC,
	E_PRAGMA,
	E_INCLUDE,
	E_IGNORE,
	E_DROPPED_OBJECT,
	E_ALLOW,
	E_REQUIRE,
	E_STEP,
	E_STEP_BACK,
	E_TABLE,
	E_FROM,
	E_DROPPED_PART,
	E_ROWS,
	E_TOP_ROWS,
	E_ROW,
	E_VALUE,
	E_DROPPED_ROW,
	E_TABLE_PRIMARY_KEY,
	E_TABLE_UNIQUE,
	E_TABLE_FOREIGN_KEY,
	E_CHECK,
	E_COLUMN,
	E_COLUMN_NOT_NULL,
	E_COLUMN_PRIMARY_KEY,
	E_COLUMN_UNIQUE,
	E_COLUMN_FOREIGN_KEY,
	E_REFERENCE, /* no element: the attributes of a foreign key that may stand on its column */
	E_USING,
	E_BACK,
	E_DEFAULT,
	E_GENERATED,
	E_INDEX,
	E_TOP_INDEX,
	E_COLUMNS,
	E_WHERE,
	E_TRIGGER,
	E_TOP_TRIGGER,
	E_WHEN,
	E_VIEW,
	E_VIRTUAL_TABLE,
	E_ARGS,
	E_POPULATE,
	E_COUNT
};

/* What a value is, and the type of the member that it goes into. */
enum value_kind {
	VALUE_TEXT,	/* anything; no member */
	VALUE_NAME,	/* const char *, to the letter */
	VALUE_FILLED,	/* const char *, not blank */
	VALUE_DOC,	/* const char *, without indentation */
	VALUE_FLAG,	/* bool */
	VALUE_WORD,	/* one of words; no member */
	VALUE_CONFLICT, /* enum conflict, and so on */
	VALUE_ACTION,
	VALUE_DEFER,
	VALUE_UNDECLARED,
	VALUE_INTEGER,	   /* int */
	VALUE_APPLICATION, /* int, hexadecimal too */
	VALUE_PAGE_SIZE,   /* int, one of words */
	VALUE_CHOICE,	   /* const char *, one of words */
	VALUE_VERSION,	   /* 1.x; no member */
	VALUE_EVENT,	   /* insert, delete, update, update of a, b; no member */
	VALUE_NAMES,	   /* struct list of char * */
	VALUE_TERMS,	   /* struct list of struct term */
	VALUE_REFERENCE,   /* struct reference */
	VALUE_TYPE,	   /* struct sql: a type, and so on */
	VALUE_EXPRESSION,
	VALUE_DEFAULT,
	VALUE_ARGS,
	VALUE_SELECT,
	VALUE_BODY /* statements */
};

#define NOWHERE ((size_t)-1)

struct attribute_rule {
	const char *name; /* NULL ends a list */
	enum value_kind value;
	bool required;
	size_t member; /* its offset; NOWHERE: read by hand */
	const char *const *words;
	int word_count;
};

enum content_kind { CONTENT_NONE, CONTENT_TEXT, CONTENT_MIXED };

struct element_rule {
	const char *name;
	enum content_kind content;
	bool once; /* at most one in its parent */
	const struct attribute_rule *attributes;
	const enum element *children;
};

extern const struct element_rule mo_language[E_COUNT];

/* Whether attributes of other names are columns, and their values texts. */
bool mo_language_is_open(enum element element);

/* The child element of that name; E_NONE where the parent takes none. */
enum element mo_language_child(enum element parent, const char *name);
/* An element that takes a child of that name, with that attribute where it is not NULL; or E_NONE. */
enum element mo_language_parent(const char *child, const char *attribute);
const struct attribute_rule *mo_language_attribute(enum element element, const char *name);

/* Elements and attributes whose names are kept for later editions. */
bool mo_language_element_is_reserved(const char *name);
bool mo_language_attribute_is_reserved(const char *name);

/* Whether any element has that name. */
bool mo_language_knows(const char *name);

/* Of a trigger or a tombstone exactly one of these stands, up to NULL; NULL for other elements. */
const char *const *mo_language_one_of(enum element element);
/* The attribute without which this one means nothing; else NULL. */
const char *mo_language_needs(enum element element, const char *attribute);
/* What a clause's other form is called: "foreign-key" for references; NULL where there is none. */
const char *mo_language_other_form(enum element element, const char *attribute);

#endif
