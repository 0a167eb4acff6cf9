/* SPDX-License-Identifier: MIT */
/* read_data.c: what a document says beside the schema: <allow>, <require>, <step>. */
#include <string.h>

#include "base/text.h"
#include "sql/script.h"
#include "xml/clause.h"

void mo_read_allow_element(struct reader *r, const xmlNode *node)
{
	struct arena *arena = r->schema->arena;
	const char *id = mo_node_value(node, "id");
	const char *object = mo_node_value(node, "object");
	struct consent *consent = id ? mo_arena_make(arena, struct consent) : NULL;

	if (!consent)
		return;
	consent->id = mo_trim(arena, id);
	consent->object = object ? mo_trim(arena, object) : NULL;
	consent->place = mo_reader_place(r, node);
	mo_fill(r, node, E_ALLOW, consent);
	mo_list_add(arena, &r->schema->consents, consent);
}

static enum moment moment_of(struct reader *r, const xmlNode *node)
{
	const char *at = mo_node_value(node, "at");

	return at && mo_same(mo_trim(r->scratch, at), mo_moment_words[MOMENT_AFTER])
		       ? MOMENT_AFTER
		       : MOMENT_BEFORE;
}

/* ---- requirements -------------------------------------------------------------------------- */

/* A query, and nothing that writes. */
static bool is_query(struct reader *r, const struct clause *clause)
{
	const struct token first = mo_token_next(clause->text);
	struct moult_place place;

	if (mo_token_is(&first, "SELECT") || mo_token_is(&first, "VALUES") ||
	    mo_token_is(&first, "WITH"))
		return true;
	place = mo_clause_place(r, clause, (size_t)(first.text - clause->text),
				(size_t)first.length);
	mo_diag(r->diags, DIAG_DOC012, &place, mo_reader_path(r, clause->node),
		"require is not a SELECT");
	mo_diag_hint(r->diags, "write the SELECT of the rows that must not be there");
	return false;
}

void mo_read_require_element(struct reader *r, const xmlNode *node)
{
	struct arena *arena = r->schema->arena;
	const struct clause clause = mo_clause_text(r, node);
	const char *name = mo_node_value(node, "name");
	struct requirement *requirement = name ? mo_arena_make(arena, struct requirement) : NULL;

	if (!requirement)
		return;
	requirement->place = mo_reader_place(r, node);
	requirement->at = moment_of(r, node);
	mo_fill(r, node, E_REQUIRE, requirement);
	requirement->select = mo_clause_sql(r, &clause, VALUE_SELECT);
	mo_clause_check_calls(r, &clause);
	if (requirement->select.text && is_query(r, &clause))
		mo_list_add(arena, &r->schema->requirements, requirement);
}

/* ---- steps --------------------------------------------------------------------------------- */

static const char *deed_of(enum act act)
{
	switch ((int)act) {
	case ACT_INSERT:
		return "inserted";
	case ACT_UPDATE:
		return "updated";
	case ACT_DELETE:
		return "deleted";
	}
	return NULL;
}

/* Whether the table that is written has the name of its database before it. */
static bool is_qualified(const struct statement *statement)
{
	static const char *const before[] = {"INTO", "UPDATE", "FROM"};
	int depth = 0;

	for (int i = 0; i + 2 < statement->tokens.count; i++) {
		const struct token *token = &statement->tokens.items[i];

		depth += mo_token_is(token, "(") - mo_token_is(token, ")");
		for (size_t j = 0; !depth && j < sizeof(before) / sizeof(*before); j++)
			if (mo_token_is(token, before[j]))
				return mo_token_is(token + 2, ".");
	}
	return false;
}

static void refuse_statement(struct reader *r, const struct clause *clause,
			     const struct statement *statement, const char *why, const char *hint)
{
	const struct moult_place place = mo_clause_place(
		r, clause, (size_t)(statement->text - clause->text), statement->length);

	mo_diag(r->diags, DIAG_DOC012, &place, mo_reader_path(r, clause->node), "%s: %s",
		clause->name, why);
	mo_diag_hint(r->diags, "%s", hint);
}

/* Nothing but semicolons and comments. */
static void refuse_nothing(struct reader *r, const struct clause *clause)
{
	const struct moult_place place = mo_clause_place(r, clause, 0, strlen(clause->text));

	mo_diag(r->diags, DIAG_DOC012, &place, mo_reader_path(r, clause->node),
		"%s: there is no statement in it", clause->name);
	mo_diag_hint(r->diags, "write one, or leave the element out");
}

/* sql: the statement as it runs, without the indentation of the document. */
static void read_statement(struct reader *r, const struct clause *clause, struct data_step *step,
			   const struct statement *statement, const char *sql)
{
	struct arena *arena = r->schema->arena;
	struct data_statement *data;

	if (!deed_of(statement->act) || statement->is_temp || !statement->name) {
		refuse_statement(
			r, clause, statement, "this is no INSERT, UPDATE or DELETE",
			"write only statements that write rows; the schema is declared, and "
			"the whole migration is one transaction");
		return;
	}
	if (is_qualified(statement)) {
		refuse_statement(r, clause, statement,
				 "the table that is written has the name of its database before it",
				 "write the name of the table alone");
		return;
	}
	data = mo_arena_make(arena, struct data_statement);
	if (!data)
		return;
	data->sql = mo_arena_text(arena, sql);
	data->table = mo_arena_text(arena, statement->name);
	data->deed = deed_of(statement->act);
	data->place = mo_clause_place(r, clause, (size_t)(statement->text - clause->text),
				      statement->length);
	mo_list_add(arena, &step->statements, data);
}

/* The statements of a step, or of its way back, which stay one text. */
static struct sql read_statements(struct reader *r, const struct clause *clause,
				  struct data_step *step)
{
	const struct sql body = mo_clause_sql(r, clause, VALUE_BODY);
	struct list statements = {0}; /* where they stand in the document */
	struct list arranged = {0};
	struct list remarks = {0};

	if (!body.text)
		return body;
	mo_clause_check_calls(r, clause);
	mo_script_read(r->scratch, &statements, &remarks, clause->text);
	mo_script_read(r->scratch, &arranged, &remarks, body.text);
	if (!statements.count)
		refuse_nothing(r, clause);
	for (int i = 0; i < statements.count && i < arranged.count; i++) {
		const struct statement *alike = arranged.items[i];

		read_statement(r, clause, step, statements.items[i], alike->sql);
	}
	return body;
}

void mo_read_step_element(struct reader *r, const xmlNode *node)
{
	struct arena *arena = r->schema->arena;
	const struct clause clause = mo_clause_text(r, node);
	const struct clause back = mo_clause(r, node, "back");
	const char *name = mo_node_value(node, "name");
	struct data_step *step = name ? mo_arena_make(arena, struct data_step) : NULL;
	struct data_step aside = {0};

	if (!step)
		return;
	step->place = mo_reader_place(r, node);
	step->at = moment_of(r, node);
	mo_fill(r, node, E_STEP, step);
	if (!mo_is_blank(clause.text))
		step->body = read_statements(r, &clause, step);
	if (back.text)
		step->back = read_statements(r, &back, &aside);
	mo_list_add(arena, &r->schema->data_steps, step);
}
