/* SPDX-License-Identifier: MIT */
/* read_data.c: what a document says beside the schema: <allow>, <require>. */
#include <string.h>

#include "base/text.h"
#include "sql/token.h"
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
	if (requirement->select.text && is_query(r, &clause))
		mo_list_add(arena, &r->schema->requirements, requirement);
}
