/* SPDX-License-Identifier: MIT */
/*
 * parse.h: CREATE statements into the model.
 *
 * The reader goes as deep as comparison needs: columns, constraints and terms
 * become structs; expressions and bodies stay runs of tokens.  It reads what
 * SQLite stores and what people write, and leaves judgement to SQLite: every
 * text that it gets was accepted by a database first, or will be.
 */
#ifndef MOULT_SQL_PARSE_H
#define MOULT_SQL_PARSE_H

#include "base/diag.h"
#include "model/schema.h"
#include "sql/token.h"

/* Reads one CREATE TABLE, INDEX, VIEW, TRIGGER or VIRTUAL TABLE and adds it to the schema. */
int mo_read_create(struct object **object, struct schema *schema, const char *sql,
		   struct diags *diags);

/* Statements with semicolons between: adds the text of each, without its semicolon. */
void mo_read_statements(struct arena *arena, struct list *statements, const char *text);

/* "a, lower(b) COLLATE NOCASE DESC": adds a struct term for each.  False where the text is none. */
bool mo_read_terms(struct arena *arena, struct list *terms, const char *text);
/* "a, b": adds a name for each, unquoted. */
bool mo_read_names(struct arena *arena, struct list *names, const char *text);
/* "t" or "t(a, b)". */
bool mo_read_reference(struct arena *arena, struct reference *reference, const char *text);

#endif
