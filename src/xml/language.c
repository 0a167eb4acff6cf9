/* SPDX-License-Identifier: MIT */
/* language.c: see language.h; schemas/moult.rnc says the same in another way. */
#include "xml/language.h"

#include "base/text.h"
#include "model/rows.h"
#include "model/way.h"

static const char *const orders[] = {"asc", "desc"};
static const char *const keys[] = {"true", "false", "asc", "desc"};
static const char *const page_sizes[] = {"512",	 "1024",  "2048",  "4096",
					 "8192", "16384", "32768", "65536"};
static const char *const encodings[] = {"UTF-8", "UTF-16le", "UTF-16be"};
static const char *const vacuums[] = {"none", "full", "incremental"};
static const char *const journals[] = {"delete", "wal"};

/* The table reads by columns of its own. */
/* clang-format off */
#define LENGTH(array) ((int)(sizeof(array) / sizeof(*(array))))

#define END_OF_LIST { NULL, VALUE_TEXT, false, NOWHERE, NULL, 0 }
#define ATTRIBUTES(...) (const struct attribute_rule[]){ __VA_ARGS__, END_OF_LIST }
#define NO_ATTRIBUTES (const struct attribute_rule[]){ END_OF_LIST }
#define CHILDREN(...) (const enum element[]){ __VA_ARGS__, E_NONE }
#define NO_CHILDREN (const enum element[]){ E_NONE }

/* Into a member, required or not; read by hand; one of a list of words. */
#define INTO(name, value, type, member) \
	{ name, VALUE_##value, false, offsetof(struct type, member), NULL, 0 }
#define MUST(name, value, type, member) \
	{ name, VALUE_##value, true, offsetof(struct type, member), NULL, 0 }
#define HAND(name, value) { name, VALUE_##value, false, NOWHERE, NULL, 0 }
#define MUST_HAND(name, value) { name, VALUE_##value, true, NOWHERE, NULL, 0 }
#define MUST_WORD(name, list) { name, VALUE_WORD, true, NOWHERE, list, LENGTH(list) }
#define WORD(name, list) { name, VALUE_WORD, false, NOWHERE, list, LENGTH(list) }
#define ONE_OF(name, value, list, type, member) \
	{ name, VALUE_##value, false, offsetof(struct type, member), list, LENGTH(list) }

#define CONSTRAINT_ATTRIBUTES \
	INTO("name", NAME, constraint, name), INTO("doc", DOC, constraint, doc)
#define CONFLICT ONE_OF("on-conflict", CONFLICT, mo_conflict_words, constraint, conflict)
#define AUTOINCREMENT INTO("autoincrement", FLAG, constraint, autoincrement)
#define REFERENCE_ATTRIBUTES \
	ONE_OF("on-delete", ACTION, mo_action_words, constraint, reference.on_delete), \
	ONE_OF("on-update", ACTION, mo_action_words, constraint, reference.on_update), \
	INTO("match", NAME, constraint, reference.match), \
	ONE_OF("deferrable", DEFER, mo_defer_words, constraint, reference.defer)

/* A trigger and an index say in which table they stand, or what they are on. */
#define INDEX_ATTRIBUTES \
	MUST_HAND("name", NAME), INTO("unique", FLAG, index, unique), \
	MUST("columns", TERMS, index, terms), INTO("where", EXPRESSION, index, where), \
	INTO("doc", DOC, object, doc)
#define TRIGGER_ATTRIBUTES \
	MUST_HAND("name", NAME), HAND("before", EVENT), HAND("after", EVENT), \
	HAND("instead-of", EVENT), INTO("when", EXPRESSION, trigger, when), \
	INTO("doc", DOC, object, doc)
#define ROWS_ATTRIBUTES \
	INTO("key", NAMES, rows, key), HAND("href", FILLED), INTO("update", FLAG, rows, update)
#define DROPPED_ATTRIBUTES HAND("index", NAME), HAND("trigger", NAME), HAND("doc", TEXT)

#define TEXT_ELEMENT(name) { name, CONTENT_TEXT, true, NO_ATTRIBUTES, NO_CHILDREN }

const struct element_rule mo_language[E_COUNT] = {
	[E_DATABASE] = { "database", CONTENT_NONE, true,
		ATTRIBUTES(INTO("name", NAME, schema, name), HAND("version", VERSION),
			ONE_OF("undeclared", UNDECLARED, mo_undeclared_words, schema, undeclared),
			ONE_OF("way-back", CHOICE, mo_way_back_words, schema, keeps_back),
			INTO("doc", DOC, schema, doc)),
		CHILDREN(E_DOC, E_PRAGMA, E_INCLUDE, E_IGNORE, E_DROPPED_OBJECT, E_ALLOW, E_REQUIRE,
			E_STEP, E_TABLE, E_VIEW, E_VIRTUAL_TABLE, E_TOP_INDEX, E_TOP_TRIGGER,
			E_TOP_ROWS) },
	[E_DOC] = TEXT_ELEMENT("doc"),
	[E_PRAGMA] = { "pragma", CONTENT_NONE, false,
		ATTRIBUTES(INTO("user-version", INTEGER, pragmas, user_version),
			INTO("application-id", APPLICATION, pragmas, application_id),
			ONE_OF("page-size", PAGE_SIZE, page_sizes, pragmas, page_size),
			ONE_OF("encoding", CHOICE, encodings, pragmas, encoding),
			ONE_OF("auto-vacuum", CHOICE, vacuums, pragmas, auto_vacuum),
			ONE_OF("journal-mode", CHOICE, journals, pragmas, journal_mode),
			INTO("foreign-keys", FLAG, pragmas, foreign_keys)),
		NO_CHILDREN },
	[E_INCLUDE] = { "include", CONTENT_NONE, false,
		ATTRIBUTES(MUST_HAND("href", FILLED)),
		NO_CHILDREN },
	[E_IGNORE] = { "ignore", CONTENT_NONE, false,
		ATTRIBUTES(MUST_HAND("name", FILLED), HAND("doc", TEXT)),
		NO_CHILDREN },
	[E_DROPPED_OBJECT] = { "dropped", CONTENT_NONE, false,
		ATTRIBUTES(HAND("table", NAME), HAND("view", NAME), DROPPED_ATTRIBUTES),
		NO_CHILDREN },
	[E_ALLOW] = { "allow", CONTENT_NONE, false,
		ATTRIBUTES(MUST_HAND("id", FILLED), HAND("object", FILLED),
			INTO("doc", DOC, consent, doc)),
		NO_CHILDREN },

	[E_REQUIRE] = { "require", CONTENT_TEXT, false,
		ATTRIBUTES(MUST("name", NAME, requirement, name), MUST_WORD("at", mo_moment_words),
			INTO("message", DOC, requirement, message)),
		NO_CHILDREN },

	[E_STEP] = { "step", CONTENT_MIXED, false,
		ATTRIBUTES(MUST("name", NAME, data_step, name), MUST_WORD("at", mo_moment_words),
			INTO("writes", NAMES, data_step, writes), INTO("doc", DOC, data_step, doc)),
		CHILDREN(E_DOC, E_STEP_BACK) },
	[E_STEP_BACK] = TEXT_ELEMENT("back"),

	[E_TABLE] = { "table", CONTENT_NONE, false,
		ATTRIBUTES(MUST_HAND("name", NAME), INTO("was", NAMES, object, was),
			INTO("strict", FLAG, table, strict),
			INTO("without-rowid", FLAG, table, without_rowid),
			INTO("doc", DOC, object, doc)),
		CHILDREN(E_DOC, E_COLUMN, E_FROM, E_TABLE_PRIMARY_KEY, E_TABLE_UNIQUE, E_CHECK,
			E_TABLE_FOREIGN_KEY, E_INDEX, E_TRIGGER, E_DROPPED_PART, E_ROWS) },
	[E_FROM] = TEXT_ELEMENT("from"),
	[E_DROPPED_PART] = { "dropped", CONTENT_NONE, false,
		ATTRIBUTES(HAND("column", NAME), INTO("back", EXPRESSION, tombstone, back),
			DROPPED_ATTRIBUTES),
		NO_CHILDREN },
	[E_ROWS] = { "rows", CONTENT_NONE, false,
		ATTRIBUTES(ROWS_ATTRIBUTES),
		CHILDREN(E_ROW, E_DROPPED_ROW) },
	[E_TOP_ROWS] = { "rows", CONTENT_NONE, false,
		ATTRIBUTES(MUST("on", NAME, rows, table), ROWS_ATTRIBUTES),
		CHILDREN(E_ROW, E_DROPPED_ROW) },
	[E_ROW] = { "row", CONTENT_NONE, false,
		ATTRIBUTES(INTO("update", FLAG, row, update)),
		CHILDREN(E_VALUE) },
	[E_VALUE] = { "value", CONTENT_TEXT, false,
		ATTRIBUTES(MUST("column", NAME, cell, column), INTO("sql", EXPRESSION, cell, sql),
			HAND("null", FLAG)),
		NO_CHILDREN },
	[E_DROPPED_ROW] = { "dropped", CONTENT_NONE, false,
		ATTRIBUTES(HAND("row", TEXT), HAND("doc", TEXT)),
		CHILDREN(E_VALUE) },
	[E_TABLE_PRIMARY_KEY] = { "primary-key", CONTENT_NONE, true,
		ATTRIBUTES(MUST("columns", TERMS, constraint, terms), AUTOINCREMENT, CONFLICT,
			CONSTRAINT_ATTRIBUTES),
		NO_CHILDREN },
	[E_TABLE_UNIQUE] = { "unique", CONTENT_NONE, false,
		ATTRIBUTES(MUST("columns", TERMS, constraint, terms), CONFLICT,
			CONSTRAINT_ATTRIBUTES),
		NO_CHILDREN },
	[E_TABLE_FOREIGN_KEY] = { "foreign-key", CONTENT_NONE, false,
		ATTRIBUTES(MUST("columns", NAMES, constraint, columns),
			MUST("references", REFERENCE, constraint, reference), REFERENCE_ATTRIBUTES,
			CONSTRAINT_ATTRIBUTES),
		NO_CHILDREN },
	[E_CHECK] = { "check", CONTENT_TEXT, false,
		ATTRIBUTES(CONFLICT, CONSTRAINT_ATTRIBUTES),
		NO_CHILDREN },

	[E_COLUMN] = { "column", CONTENT_NONE, false,
		ATTRIBUTES(MUST_HAND("name", NAME), INTO("type", TYPE, column, type),
			INTO("was", NAMES, column, object.was), WORD("primary-key", keys),
			HAND("autoincrement", FLAG), HAND("not-null", FLAG), HAND("unique", FLAG),
			INTO("collate", NAME, column, collate),
			INTO("default", DEFAULT, column, value),
			INTO("generated", EXPRESSION, column, generated),
			INTO("stored", FLAG, column, stored), HAND("check", EXPRESSION),
			HAND("references", REFERENCE), WORD("on-delete", mo_action_words),
			WORD("on-update", mo_action_words), HAND("match", NAME),
			WORD("deferrable", mo_defer_words),
			INTO("using", EXPRESSION, column, using),
			INTO("back", EXPRESSION, column, back),
			INTO("doc", DOC, column, object.doc)),
		CHILDREN(E_DOC, E_USING, E_BACK, E_DEFAULT, E_GENERATED, E_COLUMN_NOT_NULL,
			E_COLUMN_PRIMARY_KEY, E_COLUMN_UNIQUE, E_CHECK, E_COLUMN_FOREIGN_KEY) },
	[E_COLUMN_NOT_NULL] = { "not-null", CONTENT_NONE, true,
		ATTRIBUTES(CONFLICT, CONSTRAINT_ATTRIBUTES),
		NO_CHILDREN },
	[E_COLUMN_PRIMARY_KEY] = { "primary-key", CONTENT_NONE, true,
		ATTRIBUTES(WORD("order", orders), AUTOINCREMENT, CONFLICT, CONSTRAINT_ATTRIBUTES),
		NO_CHILDREN },
	[E_COLUMN_UNIQUE] = { "unique", CONTENT_NONE, false,
		ATTRIBUTES(CONFLICT, CONSTRAINT_ATTRIBUTES),
		NO_CHILDREN },
	[E_COLUMN_FOREIGN_KEY] = { "foreign-key", CONTENT_NONE, false,
		ATTRIBUTES(MUST("references", REFERENCE, constraint, reference),
			REFERENCE_ATTRIBUTES, CONSTRAINT_ATTRIBUTES),
		NO_CHILDREN },
	[E_REFERENCE] = { "", CONTENT_NONE, false,
		ATTRIBUTES(INTO("references", REFERENCE, constraint, reference),
			REFERENCE_ATTRIBUTES),
		NO_CHILDREN },
	[E_USING] = TEXT_ELEMENT("using"),
	[E_BACK] = TEXT_ELEMENT("back"),
	[E_DEFAULT] = TEXT_ELEMENT("default"),
	[E_GENERATED] = { "generated", CONTENT_TEXT, true,
		ATTRIBUTES(INTO("stored", FLAG, column, stored)),
		NO_CHILDREN },

	[E_INDEX] = { "index", CONTENT_NONE, false,
		ATTRIBUTES(INDEX_ATTRIBUTES),
		CHILDREN(E_DOC, E_COLUMNS, E_WHERE) },
	[E_TOP_INDEX] = { "index", CONTENT_NONE, false,
		ATTRIBUTES(MUST("on", NAME, index, table), INDEX_ATTRIBUTES),
		CHILDREN(E_DOC, E_COLUMNS, E_WHERE) },
	[E_COLUMNS] = TEXT_ELEMENT("columns"),
	[E_WHERE] = TEXT_ELEMENT("where"),
	[E_TRIGGER] = { "trigger", CONTENT_MIXED, false,
		ATTRIBUTES(TRIGGER_ATTRIBUTES),
		CHILDREN(E_DOC, E_WHEN) },
	[E_TOP_TRIGGER] = { "trigger", CONTENT_MIXED, false,
		ATTRIBUTES(MUST("on", NAME, trigger, table), TRIGGER_ATTRIBUTES),
		CHILDREN(E_DOC, E_WHEN) },
	[E_WHEN] = TEXT_ELEMENT("when"),
	[E_VIEW] = { "view", CONTENT_MIXED, false,
		ATTRIBUTES(MUST_HAND("name", NAME), INTO("columns", NAMES, view, columns),
			INTO("doc", DOC, object, doc)),
		CHILDREN(E_DOC, E_TRIGGER) },
	[E_VIRTUAL_TABLE] = { "virtual-table", CONTENT_NONE, false,
		ATTRIBUTES(MUST_HAND("name", NAME), INTO("was", NAMES, object, was),
			MUST("using", NAME, virtual_table, module),
			INTO("args", ARGS, virtual_table, args), INTO("doc", DOC, object, doc)),
		CHILDREN(E_DOC, E_ARGS, E_POPULATE) },
	[E_ARGS] = TEXT_ELEMENT("args"),
	[E_POPULATE] = TEXT_ELEMENT("populate"),
};
/* clang-format on */

bool mo_language_is_open(enum element element)
{
	return element == E_ROW;
}

enum element mo_language_child(enum element parent, const char *name)
{
	for (const enum element *child = mo_language[parent].children; *child; child++)
		if (mo_same(mo_language[*child].name, name))
			return *child;
	return E_NONE;
}

enum element mo_language_parent(const char *child, const char *attribute)
{
	for (enum element parent = E_NONE + 1; parent < E_COUNT; parent++) {
		const enum element element =
			mo_language[parent].children ? mo_language_child(parent, child) : E_NONE;

		if (element && (!attribute || mo_language_attribute(element, attribute)))
			return parent;
	}
	return E_NONE;
}

const struct attribute_rule *mo_language_attribute(enum element element, const char *name)
{
	for (const struct attribute_rule *rule = mo_language[element].attributes; rule->name;
	     rule++)
		if (mo_same(rule->name, name))
			return rule;
	return NULL;
}

static bool is_among(const char *name, const char *const *names, int count)
{
	for (int i = 0; i < count; i++)
		if (mo_same(name, names[i]))
			return true;
	return false;
}

bool mo_language_element_is_reserved(const char *name)
{
	static const char *const names[] = {"extend"};

	return is_among(name, names, LENGTH(names));
}

bool mo_language_attribute_is_reserved(const char *name)
{
	static const char *const names[] = {"if", "unless", "since", "until", "deprecated"};

	return is_among(name, names, LENGTH(names));
}

bool mo_language_knows(const char *name)
{
	for (int i = E_NONE + 1; i < E_COUNT; i++)
		if (*name && mo_same(mo_language[i].name, name))
			return true;
	return false;
}

const char *const *mo_language_one_of(enum element element)
{
	static const char *const times[] = {"before", "after", "instead-of", NULL};
	static const char *const objects[] = {"table", "view", "index", "trigger", NULL};
	static const char *const parts[] = {"column", "index", "trigger", NULL};

	if (element == E_TRIGGER || element == E_TOP_TRIGGER)
		return times;
	if (element == E_DROPPED_OBJECT)
		return objects;
	return element == E_DROPPED_PART ? parts : NULL;
}

const char *mo_language_needs(enum element element, const char *attribute)
{
	static const char *const needs[][2] = {
		{"on-delete", "references"},	  {"on-update", "references"},
		{"match", "references"},	  {"deferrable", "references"},
		{"autoincrement", "primary-key"}, {"stored", "generated"},
	};

	if (element == E_DROPPED_PART && mo_same(attribute, "back"))
		return "column";
	for (int i = 0; element == E_COLUMN && i < LENGTH(needs); i++)
		if (mo_same(needs[i][0], attribute))
			return needs[i][1];
	return NULL;
}

const char *mo_language_other_form(enum element element, const char *attribute)
{
	if (element == E_COLUMN && mo_same(attribute, "references"))
		return "foreign-key";
	if (element == E_COLUMN && mo_same(attribute, "check"))
		return NULL;
	return mo_language_child(element, attribute) ? attribute : NULL;
}
