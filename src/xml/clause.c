/* SPDX-License-Identifier: MIT */
/*
 * clause.c: see clause.h.
 *
 * SQL in a document is held to what it may be before it becomes part of a
 * statement: one balanced piece of its kind.  A check that closes its own
 * parenthesis, a default that brings a second clause or a type that brings a
 * constraint are found here, at their byte.
 */
#include "xml/clause.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sql/mention.h"
#include "sql/normal.h"
#include "sql/parse.h"
#include "xml/body.h"
#include "xml/sql_words.h"

/* ---- finding clauses ------------------------------------------------------- */

struct clause mo_clause_text(struct reader *r, const xmlNode *node)
{
	return (struct clause){.name = (const char *)node->name,
			       .text = mo_node_text(r->scratch, node),
			       .node = node,
			       .tag = mo_node_tag(node)};
}

struct clause mo_clause(struct reader *r, const xmlNode *node, const char *name)
{
	const xmlAttr *attribute = mo_node_attribute(node, name);

	if (attribute)
		return (struct clause){.name = name,
				       .text = mo_attribute_spot(attribute)->text,
				       .node = node,
				       .spot = mo_attribute_spot(attribute)};
	for (const xmlNode *child = node->children; child; child = child->next)
		if (mo_node_is_ours(child) && mo_same((const char *)child->name, name) &&
		    mo_language[mo_node_tag(child)->rule].content == CONTENT_TEXT)
			return mo_clause_text(r, child);
	return (struct clause){.name = name, .node = node};
}

struct moult_place mo_clause_place(const struct reader *r, const struct clause *clause, size_t at,
				   size_t width)
{
	const struct scan *scan = &r->file->scan;

	if (clause->spot && !clause->spot->value_length)
		return mo_scan_place(scan, clause->spot->name, clause->spot->name_length);
	if (clause->spot)
		return mo_scan_place(scan, mo_scan_value_offset(scan, clause->spot, at), width);
	if (mo_is_blank(clause->text))
		return mo_scan_tag_place(scan, clause->tag);
	return mo_scan_place(scan, mo_scan_text_offset(scan, clause->tag, at), width);
}

/* ---- mistakes -------------------------------------------------------------- */

static const char *const kinds[] = {
	[VALUE_NAMES] = "a list of names",
	[VALUE_TERMS] = "a list of columns",
	[VALUE_REFERENCE] = "a table, or a table with columns",
	[VALUE_TYPE] = "a type",
	[VALUE_EXPRESSION] = "an expression",
	[VALUE_DEFAULT] = "a default",
	[VALUE_ARGS] = "a list of arguments",
	[VALUE_SELECT] = "a SELECT",
	[VALUE_BODY] = "statements",
};

static bool wrong(struct reader *r, const struct clause *clause, size_t at, const char *why)
{
	const size_t length = strlen(clause->text);
	size_t end = length;
	struct moult_place place;

	while (end && mo_is_space(clause->text[end - 1]))
		end--;
	place = mo_clause_place(r, clause, at < end ? at : end, 1);
	mo_diag(r->diags, DIAG_DOC012, &place, mo_reader_path(r, clause->node), "%s: %s",
		clause->name, why);
	return false;
}

/* The whole text is not of its kind. */
static bool misfit(struct reader *r, const struct clause *clause, enum value_kind kind,
		   const char *hint)
{
	const size_t blank = strspn(clause->text, " \t\r\n");
	const struct moult_place place =
		mo_clause_place(r, clause, blank, strlen(clause->text + blank));

	if (mo_arena_rc(r->schema->arena) || mo_arena_rc(r->scratch))
		return false;
	mo_diag(r->diags, DIAG_DOC012, &place, mo_reader_path(r, clause->node),
		clause->text[blank] ? "%s is not %s" : "%s is blank: it must be %s", clause->name,
		kinds[kind]);
	if (hint)
		mo_diag_hint(r->diags, "%s", hint);
	return false;
}

/* ---- kinds of SQL ---------------------------------------------------------- */

/* Whether the parenthesis that opens the run is closed by its last token. */
static bool is_group(const struct token *first, int count)
{
	int depth = 0;

	for (int i = 0; i < count; i++) {
		depth += mo_token_is(&first[i], "(") - mo_token_is(&first[i], ")");
		if (!depth)
			return i == count - 1 && i > 1;
	}
	return false;
}

/* {word} [( ... )], where no word begins a clause of the column */
static bool is_type(const struct tokens *tokens)
{
	int i = 0;

	for (; i < tokens->count && mo_token_is_name(&tokens->items[i]); i++)
		if (mo_sql_word_is_clause(&tokens->items[i]))
			return false;
	return i == tokens->count || (i && is_group(&tokens->items[i], tokens->count - i));
}

/* literal | [+ | -] number | ( expr ) */
static bool is_default(const struct tokens *tokens)
{
	const struct token *first = tokens->items;

	if (mo_token_is(first, "("))
		return is_group(first, tokens->count);
	if (mo_token_is(first, "+") || mo_token_is(first, "-"))
		return tokens->count == 2 && first[1].kind != TOKEN_SIGN;
	return tokens->count == 1 && first->kind != TOKEN_SIGN && first->kind != TOKEN_VARIABLE;
}

/* No statement begins with BEGIN or END: who writes them means the trigger's own. */
static bool check_body(struct reader *r, const struct clause *clause, const struct tokens *tokens)
{
	for (int i = 0; i < tokens->count; i++) {
		const struct token *token = &tokens->items[i];

		if ((i && !mo_token_is(token - 1, ";")) ||
		    !(mo_token_is(token, "BEGIN") || mo_token_is(token, "END")))
			continue;
		wrong(r, clause, (size_t)(token->text - clause->text),
		      "BEGIN and END are not written");
		mo_diag_hint(r->diags, "write only the statements that stand between them");
		return false;
	}
	return true;
}

/* SQLite takes a parameter that nobody binds for NULL. */
static bool check_parameters(struct reader *r, const struct clause *clause,
			     const struct tokens *tokens)
{
	for (int i = 0; i < tokens->count; i++) {
		const struct token *token = &tokens->items[i];

		if (token->kind != TOKEN_VARIABLE)
			continue;
		wrong(r, clause, (size_t)(token->text - clause->text),
		      "a parameter, for which nobody has a value");
		mo_diag_hint(r->diags, "write the value itself");
		return false;
	}
	return true;
}

static bool check_kind(struct reader *r, const struct clause *clause, enum value_kind kind)
{
	struct token_room room;
	const struct tokens tokens = mo_tokens_in(&room, r->scratch, clause->text);
	const char *hint = NULL;
	const char *repeated;

	if (!tokens.items || (kind != VALUE_ARGS && !check_parameters(r, clause, &tokens)))
		return false;
	if (kind == VALUE_DEFAULT && (!tokens.count || !is_default(&tokens)))
		hint = mo_sql_word_default(r, clause, &tokens);
	else if (!tokens.count)
		return kind == VALUE_TYPE || kind == VALUE_ARGS || misfit(r, clause, kind, NULL);
	else if (kind == VALUE_TYPE && !is_type(&tokens))
		hint = mo_sql_word_type(r, &tokens);
	repeated = mo_sql_word_repeated(r, clause, kind, &tokens);
	if (hint || repeated)
		return misfit(r, clause, kind, repeated ? repeated : hint);
	return kind != VALUE_BODY || check_body(r, clause, &tokens);
}

static void tell_break(struct reader *r, const struct clause *clause, size_t at, char byte)
{
	const struct moult_place place = mo_clause_place(r, clause, at, 1);
	const bool is_tab = byte == '\t';

	mo_diag(r->diags, DIAG_DOC022, &place, mo_reader_path(r, clause->node),
		"%s: this %s is a space: XML makes one of it in the value of an attribute",
		clause->name, is_tab ? "tab" : "line break");
	mo_diag_hint(r->diags, "write %s for the %s, or a space", is_tab ? "&#9;" : "&#10;",
		     is_tab ? "tab" : "line break");
}

/* A string or name of an attribute that has lost a line break; the first is told. */
static void look_for_breaks(struct reader *r, const struct clause *clause)
{
	const struct scan *scan = &r->file->scan;
	const char *raw = scan->text + clause->spot->value;
	struct token_room room;
	struct tokens tokens;

	if (!memchr(raw, '\n', clause->spot->value_length) &&
	    !memchr(raw, '\t', clause->spot->value_length))
		return;
	tokens = mo_tokens_in(&room, r->scratch, clause->text);
	for (int i = 0; i < tokens.count; i++) {
		const struct token *token = &tokens.items[i];
		const size_t from = (size_t)(token->text - clause->text);

		if (token->kind != TOKEN_STRING && token->kind != TOKEN_NAME)
			continue;
		for (size_t at = from; at < from + (size_t)token->length; at++) {
			const char byte = scan->text[mo_scan_value_offset(scan, clause->spot, at)];

			if (clause->text[at] == ' ' &&
			    (byte == '\n' || byte == '\r' || byte == '\t')) {
				tell_break(r, clause, at, byte);
				return;
			}
		}
	}
}

static bool check_sql(struct reader *r, const struct clause *clause, enum value_kind kind)
{
	const char *why = "";
	size_t at = 0;
	bool whole;

	whole = kind == VALUE_BODY ? mo_sql_is_body(clause->text, &why, &at)
				   : mo_sql_is_whole(clause->text, &why, &at);
	if (whole && clause->spot)
		look_for_breaks(r, clause);
	if (whole)
		return check_kind(r, clause, kind);
	wrong(r, clause, at, why);
	if (clause->text[at] == ';' && kind != VALUE_BODY)
		mo_diag_hint(r->diags, "leave it out");
	else if (clause->text[at] == '-')
		mo_diag_hint(r->diags, "end the line behind it, or write the comment as /* ... */");
	return false;
}

/* Without the document's indentation, where lines may move. */
static const char *body_text(struct reader *r, const struct clause *clause)
{
	if (clause->spot || !mo_lines_are_free(clause->text))
		return clause->text;
	return mo_dedent(r->scratch, clause->text, false);
}

/* The last statement gets the semicolon that it may lack. */
static const char *end_body(struct reader *r, const char *text)
{
	struct token_room room;
	const struct tokens tokens = mo_tokens_in(&room, r->scratch, text);
	const struct token *last = tokens.count ? &tokens.items[tokens.count - 1] : NULL;

	if (!last || mo_token_is(last, ";"))
		return text;
	return mo_arena_format(r->scratch, "%.*s;", (int)(last->text + last->length - text), text);
}

struct sql mo_clause_sql(struct reader *r, const struct clause *clause, enum value_kind kind)
{
	const struct sql none = {NULL, NULL};
	const char *text = clause->text;
	struct sql type;

	if (!text || !check_sql(r, clause, kind))
		return none;
	if (kind == VALUE_TYPE) {
		type = mo_sql_piece_type(r->schema->arena, text);
		return type.text && *type.text ? type : none; /* comments and spaces are no type */
	}
	if (kind != VALUE_SELECT && kind != VALUE_BODY && kind != VALUE_ARGS)
		return mo_sql_piece(r->schema->arena, text);
	text = body_text(r, clause);
	if (text && kind == VALUE_BODY)
		text = end_body(r, text);
	if (text && kind != VALUE_ARGS && !clause->spot)
		text = mo_arrange(r->scratch, text + strspn(text, " \t\r\n"));
	return text ? mo_sql_piece_body(r->schema->arena, text) : none;
}

void mo_clause_check_calls(struct reader *r, const struct clause *clause)
{
	const struct token call = mo_asks_connection(clause->text ? clause->text : "");
	struct moult_place place;

	if (call.kind == TOKEN_END)
		return;
	place = mo_clause_place(r, clause, (size_t)(call.text - clause->text), call.length);
	mo_diag(r->diags, DIAG_DOC012, &place, mo_reader_path(r, clause->node),
		"%s: it asks the connection what was written last, which a script would answer "
		"otherwise",
		clause->name);
	mo_diag_hint(r->diags, "look the row up by its values");
}

/* ---- lists ----------------------------------------------------------------- */

static bool has_autoincrement(struct reader *r, const char *text)
{
	struct token_room room;
	const struct tokens tokens = mo_tokens_in(&room, r->scratch, text);

	return tokens.count > 1 && mo_token_is(&tokens.items[tokens.count - 1], "AUTOINCREMENT");
}

static void fill_names(struct reader *r, const struct clause *clause,
		       const struct attribute_rule *rule, void *member)
{
	if (check_sql(r, clause, rule->value) &&
	    !mo_read_names(r->schema->arena, member, clause->text))
		misfit(r, clause, rule->value, mo_sql_word_names(r, clause));
}

static void fill_terms(struct reader *r, const struct clause *clause,
		       const struct attribute_rule *rule, void *member)
{
	if (!check_sql(r, clause, rule->value))
		return;
	if (has_autoincrement(r, clause->text))
		misfit(r, clause, rule->value, "write autoincrement=\"true\" beside it");
	else if (!mo_read_terms(r->schema->arena, member, clause->text))
		misfit(r, clause, rule->value, NULL);
}

static void fill_reference(struct reader *r, const struct clause *clause,
			   const struct attribute_rule *rule, void *member)
{
	if (check_sql(r, clause, rule->value) &&
	    !mo_read_reference(r->schema->arena, member, clause->text))
		misfit(r, clause, rule->value, "write references=\"t\" or references=\"t(a, b)\"");
}

/* ---- plain values ---------------------------------------------------------- */

static void fill_name(struct reader *r, const struct clause *clause,
		      const struct attribute_rule *rule, void *member)
{
	(void)rule;
	*(const char **)member = mo_arena_text(r->schema->arena, clause->text);
}

static void fill_doc(struct reader *r, const struct clause *clause,
		     const struct attribute_rule *rule, void *member)
{
	const char *text = clause->spot ? clause->text : mo_dedent(r->scratch, clause->text, true);

	(void)rule;
	*(const char **)member = text ? mo_trim(r->schema->arena, text) : NULL;
}

static void fill_sql(struct reader *r, const struct clause *clause,
		     const struct attribute_rule *rule, void *member)
{
	*(struct sql *)member = mo_clause_sql(r, clause, rule->value);
}

static int word_index(struct reader *r, const struct clause *clause,
		      const struct attribute_rule *rule)
{
	const char *text = mo_trim(r->scratch, clause->text);

	for (int i = 0; i < rule->word_count; i++)
		if (rule->words[i] && mo_same(text, rule->words[i]))
			return i;
	return 0;
}

static void fill_flag(struct reader *r, const struct clause *clause,
		      const struct attribute_rule *rule, void *member)
{
	(void)rule;
	*(bool *)member = mo_same(mo_trim(r->scratch, clause->text), "true");
}

static void fill_conflict(struct reader *r, const struct clause *clause,
			  const struct attribute_rule *rule, void *member)
{
	*(enum conflict *)member = (enum conflict)word_index(r, clause, rule);
}

static void fill_action(struct reader *r, const struct clause *clause,
			const struct attribute_rule *rule, void *member)
{
	*(enum action *)member = (enum action)word_index(r, clause, rule);
}

static void fill_defer(struct reader *r, const struct clause *clause,
		       const struct attribute_rule *rule, void *member)
{
	*(enum defer *)member = (enum defer)word_index(r, clause, rule);
}

static void fill_undeclared(struct reader *r, const struct clause *clause,
			    const struct attribute_rule *rule, void *member)
{
	*(enum undeclared *)member = (enum undeclared)word_index(r, clause, rule);
}

static void fill_choice(struct reader *r, const struct clause *clause,
			const struct attribute_rule *rule, void *member)
{
	(void)r;
	*(const char **)member = rule->words[word_index(r, clause, rule)];
}

/* Hexadecimal too; what is beyond an int is the same 32 bits. */
static void fill_integer(struct reader *r, const struct clause *clause,
			 const struct attribute_rule *rule, void *member)
{
	const char *text = mo_trim(r->scratch, clause->text);
	const bool hex = text && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const long long number = text ? strtoll(text, NULL, hex ? 16 : 10) : 0;

	(void)rule;
	*(int *)member = (int)(number > 2147483647LL ? number - 4294967296LL : number);
}

typedef void fill_function(struct reader *, const struct clause *, const struct attribute_rule *,
			   void *);

static fill_function *const fills[] = {
	[VALUE_NAME] = fill_name,
	[VALUE_DOC] = fill_doc,
	[VALUE_FLAG] = fill_flag,
	[VALUE_CONFLICT] = fill_conflict,
	[VALUE_ACTION] = fill_action,
	[VALUE_DEFER] = fill_defer,
	[VALUE_UNDECLARED] = fill_undeclared,
	[VALUE_INTEGER] = fill_integer,
	[VALUE_APPLICATION] = fill_integer,
	[VALUE_PAGE_SIZE] = fill_integer,
	[VALUE_CHOICE] = fill_choice,
	[VALUE_NAMES] = fill_names,
	[VALUE_TERMS] = fill_terms,
	[VALUE_REFERENCE] = fill_reference,
	[VALUE_TYPE] = fill_sql,
	[VALUE_EXPRESSION] = fill_sql,
	[VALUE_DEFAULT] = fill_sql,
	[VALUE_ARGS] = fill_sql,
	[VALUE_SELECT] = fill_sql,
	[VALUE_BODY] = fill_sql,
};

void mo_fill(struct reader *r, const xmlNode *node, enum element element, void *base)
{
	for (const struct attribute_rule *rule = mo_language[element].attributes; rule->name;
	     rule++) {
		struct clause clause;

		if (rule->member == NOWHERE)
			continue;
		clause = mo_clause(r, node, rule->name);
		if (clause.text)
			fills[rule->value](r, &clause, rule, (char *)base + rule->member);
	}
}
