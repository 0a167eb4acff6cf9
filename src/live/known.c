/* SPDX-License-Identifier: MIT */
/* known.c: see known.h. */
#include "live/known.h"

#include <string.h>

#include "base/text.h"

/* What may stand before a parenthesis and is no function; in a norm, words are small letters. */
static bool is_operator(const char *word, size_t length)
{
	static const char *const words[] = {"in", "and", "or", "not"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strlen(words[i]) == length && strncmp(word, words[i], length) == 0)
			return true;
	return false;
}

/*
 * Whether an expression calls nothing: no parenthesis stands behind what may be a name, and
 * nowhere does REGEXP, which is a function that SQLite itself does not have.
 */
static bool calls_nothing(const struct sql *sql)
{
	if (sql->norm && strstr(sql->norm, "regexp"))
		return false;
	for (const char *at = sql->norm; at && (at = strchr(at, '(')) != NULL; at++) {
		const char *end = at;
		const char *word;

		while (end > sql->norm && end[-1] == ' ')
			end--;
		word = end;
		while (word > sql->norm && !strchr(" (,=<>+-*/%|&~", word[-1]))
			word--;
		if (word < end && !is_operator(word, (size_t)(end - word)))
			return false;
	}
	return true;
}

static bool is_simple_constraint(const struct table *table, const struct constraint *constraint)
{
	switch (constraint->kind) {
	case CONSTRAINT_PRIMARY_KEY:
		return mo_table_rowid_column(table) && !constraint->autoincrement;
	case CONSTRAINT_UNIQUE:
		return false; /* an index more, or none where another serves */
	case CONSTRAINT_CHECK:
		return calls_nothing(&constraint->check);
	case CONSTRAINT_NOT_NULL:
	case CONSTRAINT_FOREIGN_KEY:
	case CONSTRAINT_COUNT:
		break;
	}
	return true;
}

static bool is_simple_table(const struct table *table)
{
	EACH (const struct column, column, &table->columns)
		if (column->generated.text || !calls_nothing(&column->value))
			return false;
	EACH (const struct constraint, constraint, &table->constraints)
		if (!is_simple_constraint(table, constraint))
			return false;
	return !table->without_rowid && !table->object.triggers.count;
}

static bool is_simple_index(const struct index *index)
{
	EACH (const struct term, term, &index->terms)
		if (!term->column)
			return false;
	return calls_nothing(&index->where);
}

static bool has_flag(const bool *flags, const struct schema *schema, const struct object *object)
{
	return !flags || flags[mo_schema_place(schema, object->kind, object->name)];
}

bool mo_known_whole(const struct known *known, const struct schema *schema,
		    const struct table *table)
{
	if (!has_flag(known->tables, schema, &table->object) || !is_simple_table(table))
		return false;
	EACH (const struct index, index, &table->object.indexes)
		if (!has_flag(known->indexes, schema, &index->object) || !is_simple_index(index))
			return false;
	return true;
}
