/* SPDX-License-Identifier: MIT */
/* parent_key.c: see parent_key.h. */
#include "plan/parent_key.h"

#include <string.h>

#include "base/text.h"
#include "plan/query.h"

/* SQLite takes ((a)) in an index for the column. */
static const struct column *column_of(const struct plan *plan, const struct term *term,
				      const struct table *table)
{
	const char *text = term->expr.norm;
	size_t length = text ? strlen(text) : 0;

	if (term->column)
		return mo_table_column(table, term->column);
	while (length > 4 && strncmp(text, "( ", 2) == 0 &&
	       strncmp(text + length - 2, " )", 2) == 0) {
		text += 2;
		length -= 4;
	}
	return text ? mo_table_column(table, mo_arena_slice(plan->arena, text, length)) : NULL;
}

bool mo_terms_cover(const struct plan *plan, const struct list *terms, const struct list *columns,
		    const struct table *parent)
{
	if (terms->count != columns->count)
		return false;
	EACH (const struct term, term, terms) {
		const struct column *column = column_of(plan, term, parent);

		if (!column || !mo_names_have(columns, column->object.name))
			return false;
		if (term->collate &&
		    !mo_same_name(term->collate, column->collate ? column->collate : "BINARY"))
			return false;
	}
	return true;
}

bool mo_parent_has_key(const struct plan *plan, const struct table *parent,
		       const struct list *columns)
{
	const struct column *integer = mo_table_integer_key(parent);

	if (integer && columns->count == 1 && mo_names_have(columns, integer->object.name))
		return true;
	EACH (const struct constraint, constraint, &parent->constraints) {
		if ((constraint->kind == CONSTRAINT_PRIMARY_KEY ||
		     constraint->kind == CONSTRAINT_UNIQUE) &&
		    mo_terms_cover(plan, &constraint->terms, columns, parent))
			return true;
	}
	EACH (const struct index, index, &parent->object.indexes)
		if (index->unique && !index->where.text &&
		    mo_terms_cover(plan, &index->terms, columns, parent))
			return true;
	return false;
}

bool mo_key_is_mismatched(const struct plan *plan, const struct schema *schema,
			  const struct constraint *key)
{
	const struct table *parent = mo_schema_table(schema, key->reference.table);
	struct list columns = {0};

	if (!parent)
		return mo_schema_find_relation(schema, key->reference.table) != NULL;
	mo_query_parent_columns(plan->arena, &columns, &key->reference, parent);
	if (columns.count != key->columns.count)
		return true;
	/* Of a primary key that is not named SQLite asks no collation. */
	return key->reference.columns.count && !mo_parent_has_key(plan, parent, &columns);
}
