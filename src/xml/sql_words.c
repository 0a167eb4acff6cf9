/* SPDX-License-Identifier: MIT */
/* sql_words.c: see sql_words.h. */
#include "xml/sql_words.h"

#include <string.h>

#include "sql/elsewhere.h"
#include "xml/brought.h"

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))

/* What begins a clause of the column, and the attribute that says the same. */
static const char *const column_clauses[][2] = {
	{"CONSTRAINT", NULL},
	{"PRIMARY", "primary-key=\"true\""},
	{"UNIQUE", "unique=\"true\""},
	{"NOT", "not-null=\"true\""},
	{"NULL", NULL},
	{"CHECK", "check=\"...\""},
	{"DEFAULT", "default=\"...\""},
	{"COLLATE", "collate=\"...\""},
	{"REFERENCES", "references=\"...\""},
	{"AS", "generated=\"...\""},
	{"DEFERRABLE", "deferrable=\"...\""},
};

bool mo_sql_word_is_clause(const struct token *token)
{
	for (size_t k = 0; k < LENGTH(column_clauses); k++)
		if (mo_token_is(token, column_clauses[k][0]))
			return true;
	return false;
}

/* What to write for the first clause that a type or default brings along; else NULL. */
static const char *brought_along(struct reader *r, const struct tokens *tokens, int from,
				 const char *by)
{
	for (int i = from; i < tokens->count; i++)
		for (size_t k = 0; k < LENGTH(column_clauses); k++)
			if (column_clauses[k][1] &&
			    mo_token_is(&tokens->items[i], column_clauses[k][0]))
				return mo_arena_format(
					r->scratch,
					"leave %s out of the %s, and write %s beside it",
					column_clauses[k][0], by, column_clauses[k][1]);
	return NULL;
}

const char *mo_sql_word_type(struct reader *r, const struct tokens *tokens)
{
	const char *hint = brought_along(r, tokens, 0, "type");

	return hint ? hint : "constraints and defaults have attributes of their own";
}

/* ---- defaults -------------------------------------------------------------- */

static bool is_words_alone(const struct tokens *tokens)
{
	for (int i = 0; i < tokens->count; i++)
		if (tokens->items[i].kind != TOKEN_WORD)
			return false;
	return true;
}

/* The clause as it is written, with its text within before and after. */
static const char *written(struct reader *r, const struct clause *clause, const char *before,
			   const char *after)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	const char *text = r->file->scan.text;

	sqlite3_str_appendf(out, clause->spot ? "%s=\"%s" : "<%s>%s", clause->name, before);
	if (clause->spot)
		mo_word_append(out, text + clause->spot->value, clause->spot->value_length);
	else
		mo_word_append(out, text + clause->tag->content,
			       clause->tag->close - clause->tag->content);
	if (clause->spot)
		sqlite3_str_appendf(out, "%s\"", after);
	else
		sqlite3_str_appendf(out, "%s</%s>", after, clause->name);
	return mo_arena_take(r->scratch, out);
}

/* Without commas and quotes it is one name, as it is in the file. */
const char *mo_sql_word_names(struct reader *r, const struct clause *clause)
{
	const char *text = clause->text + strspn(clause->text, " \t\r\n");

	if (!*text || strpbrk(text, ",\"`[]'"))
		return "write names with commas between; quote those that are no plain words";
	return mo_arena_format(r->scratch, "a name that is no plain word has quotes: write %s",
			       written(r, clause, "&quot;", "&quot;"));
}

/* A function that SQLite does not have, and what does the same there. */
static const char *of_elsewhere(struct reader *r, const struct tokens *tokens)
{
	const struct token *first = tokens->items;
	const char *name = mo_arena_slice(r->scratch, first->text, (size_t)first->length);
	const char *here = name && mo_token_is(&first[1], "(") && mo_token_is(&first[2], ")")
				   ? mo_sql_default_of_elsewhere(name)
				   : NULL;

	return here ? mo_arena_format(r->scratch, "write default=\"%s\"", here) : NULL;
}

const char *mo_sql_word_default(struct reader *r, const struct clause *clause,
				const struct tokens *tokens)
{
	const char *hint = NULL;

	if (!tokens->count)
		return clause->spot
			       ? "for an empty text write default=\"''\"; for none, leave it out"
			       : "for an empty text write <default>''</default>; for none, leave it out";
	if (tokens->items[0].kind == TOKEN_WORD && tokens->count == 3)
		hint = of_elsewhere(r, tokens);
	if (!hint && is_words_alone(tokens))
		return mo_arena_format(r->scratch, "for a text write %s",
				       written(r, clause, "'", "'"));
	if (!hint)
		hint = brought_along(r, tokens, 1, "default");
	if (!hint && tokens->items[tokens->count - 1].kind != TOKEN_ILLEGAL)
		hint = mo_arena_format(r->scratch, "write %s", written(r, clause, "(", ")"));
	return hint ? hint : "write a literal, or an expression in parentheses";
}

/* ---- what the attribute says already --------------------------------------- */

/* Whether a list is within parentheses: (a, b), but not (a), (b) or (a + b). */
static bool is_list_in_parentheses(const struct tokens *tokens)
{
	int depth = 0;
	bool comma = false;

	for (int i = 0; i < tokens->count; i++) {
		depth += mo_token_is(&tokens->items[i], "(") - mo_token_is(&tokens->items[i], ")");
		comma |= depth == 1 && mo_token_is(&tokens->items[i], ",");
		if (!depth)
			return i == tokens->count - 1 && comma;
	}
	return false;
}

static const char *without_parentheses(struct reader *r, const struct clause *clause)
{
	const char *open = strchr(clause->text, '(');
	const char *close = strrchr(clause->text, ')');
	const size_t length = (size_t)(close - open) - 1;

	if (length > 60 || memchr(open, '"', length) || memchr(open, '&', length) ||
	    memchr(open, '<', length))
		return "leave the parentheses out";
	return mo_arena_format(r->scratch, "leave the parentheses out: %s=\"%.*s\"", clause->name,
			       (int)length, open + 1);
}

const char *mo_sql_word_repeated(struct reader *r, const struct clause *clause,
				 enum value_kind kind, const struct tokens *tokens)
{
	static const char *const first[][2] = {
		{"check", "CHECK"},  {"where", "WHERE"},	   {"when", "WHEN"},
		{"generated", "AS"}, {"references", "REFERENCES"}, {"default", "DEFAULT"},
		{"using", "USING"},
	};
	const struct token *token = tokens->items;

	if (!tokens->count)
		return NULL;
	if (kind == VALUE_SELECT && mo_token_is(token, "CREATE"))
		return "write only the SELECT that stands behind AS";
	if (kind == VALUE_BODY && mo_token_is(token, "CREATE") && mo_same(clause->name, "step"))
		return "declare what it makes, in this document; a step writes rows alone";
	if (kind == VALUE_BODY && mo_token_is(token, "CREATE"))
		return "write only the statements that stand between BEGIN and END";
	if ((kind == VALUE_TERMS || kind == VALUE_NAMES) && is_list_in_parentheses(tokens))
		return without_parentheses(r, clause);
	if (mo_same(clause->name, "generated") && mo_token_is(token, "GENERATED") &&
	    mo_token_is(token + 1, "ALWAYS"))
		return "leave GENERATED ALWAYS AS out";
	for (size_t i = 0; i < LENGTH(first); i++)
		if (mo_same(clause->name, first[i][0]) && mo_token_is(token, first[i][1]))
			return mo_arena_format(r->scratch, "leave %s out", first[i][1]);
	return NULL;
}
