/* SPDX-License-Identifier: MIT */
/*
 * form.c: see form.h.
 *
 * A form is fields with '|' between, each written with its length in front, so
 * that no name or expression can run into the next field.
 */
#include "model/form.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "model/attribute.h"
#include "model/expression.h"

/* "12:" and "-1:"; the builder's own format takes five times as long. */
static void number(sqlite3_str *out, int value, char end)
{
	char digits[16];
	int at = (int)sizeof(digits);
	unsigned rest = value < 0 ? 1 : (unsigned)value;

	digits[--at] = end;
	do
		digits[--at] = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value < 0)
		digits[--at] = '-';
	sqlite3_str_append(out, digits + at, (int)sizeof(digits) - at);
}

static void length_field(sqlite3_str *out, int length)
{
	number(out, length, ':');
}

static void number_field(sqlite3_str *out, int value)
{
	number(out, value, '|');
}

static void word_field(sqlite3_str *out, const char *word)
{
	sqlite3_str_appendall(out, word);
	sqlite3_str_append(out, "|", 1);
}

static void bytes_field(sqlite3_str *out, const char *text, int length)
{
	length_field(out, length);
	if (length > 0)
		sqlite3_str_append(out, text, length);
	sqlite3_str_append(out, "|", 1);
}

static void field(sqlite3_str *out, const char *text)
{
	bytes_field(out, text, text ? (int)strlen(text) : -1);
}

/* Piece by piece: a name is mostly shorter than one. */
static void name_field(sqlite3_str *out, const char *name)
{
	char piece[64];
	int count = 0;

	length_field(out, name ? (int)strlen(name) : -1);
	for (; name && *name; name++) {
		piece[count++] = mo_fold(*name);
		if (count == (int)sizeof(piece)) {
			sqlite3_str_append(out, piece, count);
			count = 0;
		}
	}
	sqlite3_str_append(out, piece, count);
	sqlite3_str_append(out, "|", 1);
}

/* ---- expressions ------------------------------------------------------------------------ */

static void expression_field(sqlite3_str *out, const char *norm)
{
	size_t length;

	norm = mo_expression_peel(norm, &length);
	bytes_field(out, norm, norm ? (int)length : -1);
}

/* ---- constraints --------------------------------------------------------------- */

/* Whether a name without its quotes could be an expression: "a + b", "5". */
static bool is_odd(const char *name)
{
	if (*name >= '0' && *name <= '9')
		return true;
	for (; *name; name++) {
		const char c = mo_fold(*name);

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
		      (unsigned char)c > 0x7f))
			return true;
	}
	return false;
}

static void term_fields(sqlite3_str *out, const struct list *terms)
{
	EACH (const struct term, term, terms) {
		if (term->column && is_odd(term->column))
			sqlite3_str_appendall(out, "name|");
		if (term->column)
			name_field(out, term->column);
		else
			field(out, term->expr.norm);
		name_field(out, term->collate);
		sqlite3_str_appendall(out, term->descending ? "desc|" : "");
	}
}

static void name_fields(sqlite3_str *out, const struct list *names)
{
	for (int i = 0; i < names->count; i++)
		name_field(out, names->items[i]);
}

static void reference_fields(sqlite3_str *out, const struct reference *reference)
{
	name_field(out, reference->table);
	name_fields(out, &reference->columns);
	number_field(out, reference->on_delete);
	number_field(out, reference->on_update);
	number_field(out, reference->defer == DEFER_INITIALLY_DEFERRED);
}

char *mo_form_constraint(struct arena *arena, const struct constraint *constraint)
{
	static const char *const words[CONSTRAINT_COUNT] = {
		[CONSTRAINT_NOT_NULL] = "not-null",	  [CONSTRAINT_PRIMARY_KEY] = "primary-key",
		[CONSTRAINT_UNIQUE] = "unique",		  [CONSTRAINT_CHECK] = "check",
		[CONSTRAINT_FOREIGN_KEY] = "foreign-key",
	};
	const bool is_key = constraint->kind == CONSTRAINT_PRIMARY_KEY;
	const struct term *first = constraint->terms.count ? constraint->terms.items[0] : NULL;
	sqlite3_str *out = sqlite3_str_new(NULL);

	word_field(out, words[constraint->kind]);
	term_fields(out, &constraint->terms);
	name_fields(out, &constraint->columns);
	if (constraint->kind == CONSTRAINT_CHECK)
		expression_field(out, constraint->check.norm);
	if (constraint->kind == CONSTRAINT_FOREIGN_KEY)
		reference_fields(out, &constraint->reference);
	if (is_key && constraint->owner && first && first->descending)
		sqlite3_str_appendall(out, "own|");
	if (constraint->autoincrement)
		sqlite3_str_appendall(out, "autoincrement|");
	if (constraint->conflict != CONFLICT_NONE && constraint->conflict != CONFLICT_ABORT)
		sqlite3_str_appendf(out, "on-conflict %d|", constraint->conflict);
	name_field(out, constraint->name);
	return mo_arena_take(arena, out);
}

/* ---- columns and objects ---------------------------------------------------------- */

static void attribute_field(sqlite3_str *out, const struct column_attribute *row,
			    const struct column *column)
{
	const struct sql *sql = (const void *)((const char *)column + row->member);

	switch (row->form) {
	case FORM_TOKENS:
		field(out, sql->norm);
		break;
	case FORM_EXPRESSION:
		expression_field(out, sql->norm);
		break;
	case FORM_NAME:
		name_field(out, mo_attribute_text(row, column));
		break;
	case FORM_FLAG:
		number_field(out, mo_attribute_flag(row, column));
		break;
	}
}

char *mo_form_column(struct arena *arena, const struct column *column)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	name_field(out, column->object.name);
	for (const struct column_attribute *row = mo_column_attributes; row->difference; row++)
		attribute_field(out, row, column);
	return mo_arena_take(arena, out);
}

static int compare_texts(const void *a, const void *b)
{
	const char *const *x = a;
	const char *const *y = b;

	return strcmp(*x, *y);
}

static void sort_forms(struct arena *arena, struct list *forms)
{
	if (forms->count > 1 && !mo_arena_rc(arena))
		qsort(forms->items, (size_t)forms->count, sizeof(*forms->items), compare_texts);
}

void mo_form_columns(struct arena *arena, struct list *forms, const struct table *table)
{
	for (int i = 0; i < table->columns.count; i++)
		mo_list_add(arena, forms, mo_form_column(arena, table->columns.items[i]));
	sort_forms(arena, forms);
}

void mo_form_constraints(struct arena *arena, struct list *forms, const struct table *table)
{
	for (int i = 0; i < table->constraints.count; i++)
		mo_list_add(arena, forms, mo_form_constraint(arena, table->constraints.items[i]));
	sort_forms(arena, forms);
}

static void table_fields(struct arena *arena, sqlite3_str *out, const struct table *table)
{
	struct list forms = {0};

	mo_form_columns(arena, &forms, table);
	mo_form_constraints(arena, &forms, table);
	for (int i = 0; i < forms.count && !mo_arena_rc(arena); i++)
		field(out, forms.items[i]);
	number_field(out, table->strict);
	number_field(out, table->without_rowid);
}

static void trigger_fields(sqlite3_str *out, const struct trigger *trigger)
{
	name_field(out, trigger->table);
	number_field(out, trigger->timing);
	number_field(out, trigger->event);
	name_fields(out, &trigger->columns);
	field(out, trigger->when.norm);
	field(out, trigger->body.norm);
}

static void index_fields(sqlite3_str *out, const struct index *index)
{
	name_field(out, index->table);
	number_field(out, index->unique);
	term_fields(out, &index->terms);
	field(out, index->where.norm);
}

char *mo_form_object(struct arena *arena, const struct object *object)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	const struct view *view = (const struct view *)object;
	const struct virtual_table *table = (const struct virtual_table *)object;

	word_field(out, mo_kind_names[object->kind]);
	name_field(out, object->name);
	switch (object->kind) {
	case KIND_TABLE:
		table_fields(arena, out, (const struct table *)object);
		break;
	case KIND_VIRTUAL:
		name_field(out, table->module);
		field(out, table->args.norm ? table->args.norm : "");
		break;
	case KIND_INDEX:
		index_fields(out, (const struct index *)object);
		break;
	case KIND_VIEW:
		name_fields(out, &view->columns);
		field(out, view->select.norm);
		break;
	case KIND_TRIGGER:
		trigger_fields(out, (const struct trigger *)object);
		break;
	case KIND_COUNT:
		break;
	}
	return mo_arena_take(arena, out);
}

char *mo_shape(struct arena *arena, const struct schema *schema)
{
	struct hasher hasher;
	char text[MO_HASH_TEXT];

	mo_hash_begin(&hasher);
	for (int kind = 0; kind < KIND_COUNT; kind++)
		for (int i = 0; i < schema->sorted[kind].count; i++)
			mo_hash_text(&hasher, mo_form_object(arena, schema->sorted[kind].items[i]));
	mo_hash_write(text, mo_hash_end(&hasher));
	return mo_arena_rc(arena) ? NULL : mo_arena_format(arena, "moult1:%s", text);
}

/* ---- unique terms -------------------------------------------------------------------------- */

static const char *collation_of(const struct table *table, const struct term *term)
{
	const struct column *column = term->column ? mo_table_column(table, term->column) : NULL;
	const char *collate = term->collate ? term->collate : column ? column->collate : NULL;

	return collate ? collate : "BINARY";
}

/* What differs by its bytes may be the same by another collation, never the other way round. */
static bool is_among(const struct table *table, const struct term *term, const struct list *terms)
{
	EACH (const struct term, other, terms) {
		const char *collate = collation_of(table, other);

		if (mo_same(term->expr.norm, other->expr.norm) &&
		    (mo_same_name(collate, "BINARY") ||
		     mo_same_name(collate, collation_of(table, term))))
			return true;
	}
	return false;
}

static bool are_among(const struct table *table, const struct list *some, const struct list *terms)
{
	for (int i = 0; i < some->count; i++)
		if (!is_among(table, some->items[i], terms))
			return false;
	return true;
}

bool mo_keeps_apart(const struct table *table, const struct list *terms, const struct sql *where)
{
	EACH (const struct index, index, &table->object.indexes) {
		if (index->unique && are_among(table, &index->terms, terms) &&
		    (!index->where.text || mo_same(index->where.norm, where->norm)))
			return true;
	}
	EACH (const struct constraint, constraint, &table->constraints) {
		if ((constraint->kind == CONSTRAINT_PRIMARY_KEY ||
		     constraint->kind == CONSTRAINT_UNIQUE) &&
		    are_among(table, &constraint->terms, terms))
			return true;
	}
	return false;
}
