/* SPDX-License-Identifier: MIT */
/*
 * moult_script.c: plans written: for people, and for what runs them elsewhere, as a script, an array
 * of statements or a C unit.  What these cannot hold is refused here, before anything is written.
 */
#include <string.h>

#include "base/text.h"
#include "moult_private.h"
#include "plan/row_plan.h"
#include "report/plan_c.h"
#include "report/report.h"
#include "run/probe.h"
#include "sql/token.h"
#include "trial/chain.h"
#include "trial/shapes.h"

/* SQLite's shell ends a line at CR LF, and reads it as LF, inside a string or a name too. */
static bool has_line_end(const struct token *token)
{
	for (int i = 0; i + 1 < token->length; i++)
		if (token->text[i] == '\r' && token->text[i + 1] == '\n')
			return true;
	return false;
}

/* And it takes a line that is only / or go for the end of a statement, as other shells do. */
static bool ends_statement(const struct token *token, const char *gap)
{
	const char *end = token->text + token->length;
	const struct token next = mo_token_next(end);

	return (mo_token_is(token, "/") || mo_token_is(token, "go")) && next.kind != TOKEN_END &&
	       memchr(gap, '\n', (size_t)(token->text - gap)) &&
	       memchr(end, '\n', (size_t)(next.text - end));
}

static int refuse_text(moult *m, const char *what, const char *hint)
{
	mo_diag(&m->diags, DIAG_RUN022, NULL, "script", "%s", what);
	mo_diag_hint(&m->diags, "%s; or take --format c, or apply", hint);
	return mo_diag_kinds[DIAG_RUN022].result;
}

/* What the shell would read otherwise than SQLite does. */
static int check_text(moult *m, const char *sql)
{
	const char *gap = sql;
	struct token token = mo_token_next(gap);

	for (; token.kind != TOKEN_END; token = mo_token_next(gap)) {
		if (has_line_end(&token))
			return refuse_text(
				m,
				"a string or a name of the schema has a line end of CR LF in it, and "
				"SQLite's shell makes LF of that",
				"write LF there");
		if (ends_statement(&token, gap))
			return refuse_text(
				m,
				"a line of the schema is / or go and nothing else, and SQLite's shell "
				"takes that for the end of a statement",
				"write it on the line of what stands before it");
		gap = token.text + token.length;
	}
	return MOULT_OK;
}

static int check_texts(moult *m, const struct plan *plan)
{
	for (int i = 0; plan && i < plan->steps.count; i++)
		if (check_text(m, ((const struct step *)plan->steps.items[i])->sql))
			return MOULT_TROUBLE;
	return MOULT_OK;
}

/*
 * What a trigger does not take: a WITH at the begin, RETURNING, DEFAULT VALUES, another name for the
 * table that is written, INDEXED, and ORDER BY or LIMIT of an UPDATE or DELETE.
 */
static bool takes_trigger(const char *sql)
{
	struct token token = mo_token_next(sql);
	const bool is_insert = mo_token_is(&token, "INSERT") || mo_token_is(&token, "REPLACE");
	bool is_taken = !mo_token_is(&token, "WITH"), is_target = true;
	int depth = 0;

	for (; is_taken && token.kind != TOKEN_END;
	     token = mo_token_next(token.text + token.length)) {
		depth += mo_token_is(&token, "(") - mo_token_is(&token, ")");
		is_target &= !depth && !mo_token_is(&token, "SET") &&
			     !mo_token_is(&token, "SELECT") && !mo_token_is(&token, "WHERE");
		is_taken = depth ||
			   !(mo_token_is(&token, "RETURNING") || mo_token_is(&token, "INDEXED") ||
			     (is_target &&
			      (mo_token_is(&token, "AS") || mo_token_is(&token, "DEFAULT"))) ||
			     (!is_insert &&
			      (mo_token_is(&token, "ORDER") || mo_token_is(&token, "LIMIT"))));
	}
	return is_taken;
}

static int check_steps(moult *m, const struct plan *plan)
{
	EACH (const struct step, step, &plan->steps) {
		if (step->kind != STEP_DATA || takes_trigger(step->sql))
			continue;
		mo_diag(&m->diags, DIAG_RUN022, &step->statement->place, "script",
			"%s has what a trigger does not take, and a script runs it in one: a WITH "
			"at the begin, RETURNING, DEFAULT VALUES, AS for the table, INDEXED, "
			"ORDER BY or LIMIT",
			step->object);
		mo_diag_hint(&m->diags,
			     "write the WITH into the query that reads it, behind INTO or inside "
			     "the parentheses; or take --format c, or apply");
		return mo_diag_kinds[DIAG_RUN022].result;
	}
	return MOULT_OK;
}

/* What triggers make of a row is proven by apply alone. */
static int check_rows(moult *m, const struct plan *plan)
{
	EACH (const struct row_plan, row_plan, &plan->rows) {
		const struct object *table = &row_plan->table->object;

		if (row_plan->is_settled || !table->triggers.count)
			continue;
		mo_diag(&m->diags, DIAG_RUN022, &row_plan->rows->place, "script",
			"table %s has triggers, which could change more than the rows that are "
			"declared for it",
			table->name);
		mo_diag_hint(&m->diags, "take apply, or the library");
		return mo_diag_kinds[DIAG_RUN022].result;
	}
	return MOULT_OK;
}

/* A script asks at its begin for the shape that it finds, and at its end for the one it leaves. */
static int refuse_route(moult *m, const struct route *route)
{
	const bool is_back = mo_route_leg(route, 0)->want.schema->way_back;

	mo_diag(&m->diags, DIAG_RUN022, NULL, "script",
		"a script leads from one %s to the next, and here are %d on the way",
		is_back ? "shape" : "release", route->legs.count);
	mo_diag_hint(
		&m->diags, "%s",
		is_back ? "ask for one at a time, without WANT; or take downgrade, which goes them all"
			: "ask for one at a time: --from NAME --to the next; or take apply, or a C unit "
			  "of the folder alone: moult plan DIR --format c");
	return mo_diag_kinds[DIAG_RUN022].result;
}

static int check_script(moult *m, const struct route *route)
{
	const struct plan *plan = mo_route_first(route);

	if (route->legs.count > 1)
		return refuse_route(m, route);
	if (!plan->facts.script)
		return mo_diag(&m->diags, DIAG_RUN022, NULL, "script",
			       "the plan was not made for a script");
	if (check_texts(m, plan) || (plan->stored && check_texts(m, plan->stored->plan)))
		return MOULT_TROUBLE;
	return check_steps(m, plan) ? MOULT_TROUBLE : check_rows(m, plan);
}

/* JSON has no other encoding, and half a plan is none. */
static int check_statements(moult *m, const struct route *route)
{
	const struct plan *plan = mo_route_first(route);
	int rc;

	if (route->legs.count > 1)
		return refuse_route(m, route);
	if (!plan->facts.statements)
		return mo_diag(&m->diags, DIAG_RUN022, NULL, "statements",
			       "the plan was not made for statements");
	rc = mo_probe_verdict(plan, &m->diags);
	if (!rc)
		rc = check_rows(m, plan);
	if (rc)
		return rc;
	EACH (const struct step, step, &plan->steps)
		if (!mo_utf8_is_valid(step->sql))
			return mo_diag(
				&m->diags, DIAG_RUN022, NULL, step->object,
				"bytes of the schema are no UTF-8, in which JSON is written");
	return MOULT_OK;
}

int moult_plan_report(moult *m, const moult_plan *plan, enum moult_format format,
		      moult_write *write, void *context)
{
	const bool is_script = format == MOULT_SQL || format == MOULT_SHELL;
	sqlite3_str *out;
	int rc;

	if (is_script && (rc = check_script(m, &plan->route)) != MOULT_OK)
		return rc;
	if (format == MOULT_STATEMENTS && (rc = check_statements(m, &plan->route)) != MOULT_OK)
		return rc;
	out = sqlite3_str_new(NULL);
	mo_report_plan(out, m, &plan->route, mo_page(m, format));
	return mo_deliver(m, out, write, context);
}

/* ---- C units ------------------------------------------------------------------------------- */

static bool is_name_in_c(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";

	return *name && strchr(letters, *name) &&
	       !name[strspn(name,
			    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")];
}

/* Why plans make no unit, if they make none. */
static int check_unit(moult *m, const moult_plan *const *plans, size_t count, const char *name)
{
	int rc = MOULT_OK;

	if (!is_name_in_c(name))
		return mo_diag(&m->diags, DIAG_RUN022, NULL, "name", "\"%s\" is no name in C",
			       name);
	if (!count)
		return mo_diag(&m->diags, DIAG_RUN022, NULL, "plans",
			       "a unit needs a version to start from");
	for (size_t i = 0; i < count; i++) {
		if (plans[i]->route.legs.count > 1)
			return refuse_route(m, &plans[i]->route);
		if (!mo_route_first(&plans[i]->route)->facts.script)
			return mo_diag(&m->diags, DIAG_RUN022, NULL, "script",
				       "the plan was not made for a script");
		if (moult_plan_refused(plans[i]))
			rc = mo_probe_verdict(mo_route_first(&plans[i]->route), &m->diags);
		rc = rc ? rc : check_rows(m, mo_route_first(&plans[i]->route));
	}
	return rc;
}

/* Whether the files of each plan can be told from those that it leaves. */
static int check_each(moult *m, const struct list *plans)
{
	int rc = MOULT_OK;

	for (int i = 0; !rc && i < plans->count; i++) {
		struct plan *plan = plans->items[i];
		struct list one = {0};

		mo_list_add(plan->arena, &one, plan);
		rc = mo_arena_rc(plan->arena) ? mo_diag_memory(&m->diags) : mo_chain_check(&one, m);
	}
	return rc;
}

/* Whether each leads to where the next begins. */
static bool is_chain(const moult_plan *const *plans, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (plans[i - 1]->want != plans[i]->have)
			return false;
	return true;
}

int moult_unit_report(moult *m, const moult_plan *const *plans, size_t count, const char *name,
		      enum moult_unit part, moult_write *write, void *context)
{
	int rc = check_unit(m, plans, count, name);
	const bool chain = !rc && count > 1 && is_chain(plans, count);
	struct list list = {0};
	sqlite3_str *out;

	if (rc)
		return rc;
	for (size_t i = 0; i < count; i++)
		mo_list_add(plans[0]->route.arena, &list, mo_route_leg(&plans[i]->route, 0)->plan);
	if (mo_arena_rc(plans[0]->route.arena))
		return mo_diag_memory(&m->diags);
	rc = mo_shapes_join(&list, m);
	if (!rc)
		rc = chain ? mo_chain_check(&list, m) : check_each(m, &list);
	if (rc)
		return rc;
	out = sqlite3_str_new(NULL);
	if (part == MOULT_UNIT_HEADER)
		mo_report_unit_header(out, &list, name);
	else
		mo_report_unit_source(out, &list, chain, name);
	return mo_deliver(m, out, write, context);
}
