/* SPDX-License-Identifier: MIT */
/* attribute.c: see attribute.h. */
#include "model/attribute.h"

#include "base/text.h"
#include "model/expression.h"

#define AT(member) offsetof(struct column, member)

/* clang-format off */
const struct column_attribute mo_column_attributes[] = {
	{"type", NULL, "type", FORM_TOKENS, AT(type), ATTRIBUTE_TYPE, NULL},
	{"collate", "collation", "collation", FORM_NAME, AT(collate), ATTRIBUTE_COLLATE, "BINARY"},
	{"default", NULL, "default", FORM_EXPRESSION, AT(value), ATTRIBUTE_DEFAULT, NULL},
	{"generated", NULL, "the generating expression", FORM_EXPRESSION, AT(generated),
	 ATTRIBUTE_GENERATED, NULL},
	{"stored", NULL, "the generated value", FORM_FLAG, AT(stored), ATTRIBUTE_GENERATED, NULL},
	{"using", NULL, NULL, FORM_EXPRESSION, AT(using), 0, NULL},
	{"back", NULL, NULL, FORM_EXPRESSION, AT(back), 0, NULL},
	{NULL, NULL, NULL, FORM_TOKENS, 0, 0, NULL}
};
/* clang-format on */

static const void *member(const struct column_attribute *attribute, const struct column *column)
{
	return (const char *)column + attribute->member;
}

static const struct sql *sql(const struct column_attribute *attribute, const struct column *column)
{
	return member(attribute, column);
}

const char *mo_attribute_text(const struct column_attribute *attribute, const struct column *column)
{
	return attribute->form == FORM_NAME ? *(const char *const *)member(attribute, column)
					    : sql(attribute, column)->text;
}

bool mo_attribute_flag(const struct column_attribute *attribute, const struct column *column)
{
	return *(const bool *)member(attribute, column);
}

bool mo_attribute_is_same(const struct column_attribute *attribute, const struct column *a,
			  const struct column *b)
{
	switch (attribute->form) {
	case FORM_TOKENS:
		return mo_same(sql(attribute, a)->norm, sql(attribute, b)->norm);
	case FORM_EXPRESSION:
		return mo_same_expression(sql(attribute, a)->norm, sql(attribute, b)->norm);
	case FORM_NAME:
		return mo_same_name(mo_attribute_text(attribute, a),
				    mo_attribute_text(attribute, b));
	case FORM_FLAG:
		break;
	}
	return mo_attribute_flag(attribute, a) == mo_attribute_flag(attribute, b);
}

const char *mo_attribute_word(enum attribute difference)
{
	const struct column_attribute *attribute = mo_column_attributes;

	if (difference == ATTRIBUTE_STRICT)
		return "strict";
	if (difference == ATTRIBUTE_WITHOUT_ROWID)
		return "without-rowid";
	if (difference == ATTRIBUTE_COLUMN_ORDER)
		return "column-order";
	while (attribute->difference != difference)
		attribute++;
	return attribute->json ? attribute->json : attribute->name;
}
