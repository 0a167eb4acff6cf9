/* SPDX-License-Identifier: MIT */
/*
 * clause.h: a piece of a document that means something: the value of an
 * attribute, or the text of the element that is its long form.
 */
#ifndef MOULT_XML_CLAUSE_H
#define MOULT_XML_CLAUSE_H

#include "xml/reader.h"

struct clause {
	const char *name; /* as messages call it */
	const char *text; /* NULL: the clause is absent */
	const xmlNode *node;
	const struct tag *tag;	 /* of the element whose text it is */
	const struct spot *spot; /* or of the attribute */
};

/* The clause of an element, in whichever form it stands there. */
struct clause mo_clause(struct reader *r, const xmlNode *node, const char *name);
/* The text of an element itself. */
struct clause mo_clause_text(struct reader *r, const xmlNode *node);

/* Where the bytes from at on stand; the whole clause, if it is empty. */
struct moult_place mo_clause_place(const struct reader *r, const struct clause *clause, size_t at,
				   size_t width);

/* The clause as a piece of SQL of that kind; what is not, is DOC012, and both members are NULL. */
struct sql mo_clause_sql(struct reader *r, const struct clause *clause, enum value_kind kind);

/*
 * Of a clause that is evaluated while a plan runs: it must not ask the connection what was written
 * last, which a script would answer otherwise (DOC012).
 */
void mo_clause_check_calls(struct reader *r, const struct clause *clause);

/* Fills the members of base that the table of the language names for this element. */
void mo_fill(struct reader *r, const xmlNode *node, enum element element, void *base);

#endif
