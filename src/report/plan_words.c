/* SPDX-License-Identifier: MIT */
/* plan_words.c: see plan_words.h. */
#include "report/plan_words.h"

#include <string.h>

#include "base/text.h"
#include "diff/describe.h"
#include "hazard/assess.h"
#include "sql/token.h"

/* ---- tables ---- */

const char *mo_way_word(const struct move *move)
{
	switch (move->way) {
	case WAY_NATIVE:
		return "alter";
	case WAY_EDIT:
		return "edit";
	case WAY_EXCHANGE:
		return "exchange";
	case WAY_REBUILD:
		return "rebuild";
	case WAY_CREATE:
		return "create";
	case WAY_DROP:
		return "drop";
	case WAY_NOTHING:
		break;
	}
	return "rename";
}

const char *mo_move_table(const struct move *move)
{
	return move->want ? move->want->object.name : move->have->object.name;
}

long long mo_move_rows(const struct plan *plan, const struct move *move)
{
	const enum diag_id id = mo_move_copies(move) ? DIAG_ML101 : DIAG_MD101;

	if (!mo_move_copies(move) && move->way != WAY_DROP)
		return -1;
	EACH (const struct hazard, hazard, &plan->hazards) {
		if ((hazard->id == id || (move->way == WAY_DROP && hazard->id == DIAG_MD103)) &&
		    hazard->asked && mo_hazard_is_of_relation(hazard, mo_move_table(move)))
			return hazard->count;
	}
	return -1;
}

/* ---- hazards ---- */

bool mo_hazard_is_open(const struct hazard *hazard)
{
	return !mo_hazard_holds(hazard) && !hazard->asked;
}

bool mo_hazard_is_over(const struct hazard *hazard)
{
	return !mo_hazard_holds(hazard) && hazard->asked;
}

bool mo_hazard_is_listed(const struct hazard *hazard)
{
	return !mo_hazard_is_over(hazard) && hazard->id != DIAG_ML101;
}

const char *mo_hazard_consent(struct arena *arena, const struct hazard *hazard)
{
	const struct diag_kind *kind = &mo_diag_kinds[hazard->id];

	if (kind->severity != MOULT_ERROR || !mo_hazard_can_be_allowed(hazard))
		return NULL;
	return mo_hazard_consent_words(arena, hazard);
}

static bool is_allowed(const struct hazard *hazard)
{
	return mo_diag_kinds[hazard->id].severity == MOULT_ERROR && hazard->consented &&
	       mo_hazard_can_be_allowed(hazard);
}

const char *mo_hazard_word(const struct hazard *hazard)
{
	if (mo_hazard_refuses(hazard))
		return "refused";
	if (hazard->parks && mo_hazard_holds(hazard))
		return "parked";
	if (is_allowed(hazard))
		return "allowed";
	return mo_hazard_is_open(hazard) ? "open" : "warning";
}

int mo_plan_open_hazards(const struct plan *plan)
{
	int count = 0;

	EACH (const struct hazard, hazard, &plan->hazards) {
		count += mo_diag_kinds[hazard->id].severity == MOULT_ERROR &&
			 mo_hazard_is_open(hazard) && !is_allowed(hazard);
	}
	return count;
}

/* ---- statements ---- */

const char *mo_step_words(struct arena *arena, const struct step *step, const struct step *last)
{
	if (!last || !mo_same(step->object, last->object))
		return step->why ? mo_arena_format(arena, "%s: %s", step->object, step->why)
				 : step->object;
	return mo_same(step->why, last->why) ? NULL : step->why;
}

/*
 * What ends the comments after the last token, so that more can follow; at the
 * end of a statement SQLite takes one that is never closed.
 */
static const char *end_of_comments(const char *text)
{
	while (*text) {
		const bool line = text[0] == '-' && text[1] == '-';
		const char *end = line		   ? strchr(text, '\n')
				  : text[0] == '/' ? strstr(text + 2, "*/")
						   : text;

		if (!end)
			return line ? "\n" : " */";
		text = end + (text[0] == '/' ? 2 : 1);
	}
	return "";
}

const char *mo_step_statement(struct arena *arena, const struct step *step)
{
	const char *end = step->sql;
	bool ended = false;

	for (struct token token = mo_token_next(end); token.kind != TOKEN_END;
	     token = mo_token_next(end)) {
		end = token.text + token.length;
		ended = mo_token_is(&token, ";");
	}
	return mo_arena_format(arena, "%s%s%s", step->sql, end_of_comments(end), ended ? "" : ";");
}
