/* SPDX-License-Identifier: MIT */
/* way_stored.c: see way_stored.h. */
#include "back/way_stored.h"

#include <string.h>

#include "back/way_back.h"
#include "back/way_row.h"
#include "base/text.h"
#include "model/form.h"
#include "plan/data_steps.h"
#include "sql/way_back_table.h"
#include "xml/document.h"

#define LABEL "table " MO_WAY_BACK_TABLE

struct way_stored {
	struct stored_way way;
	struct schema *document;
	struct diff *diff;
	struct plan *plan;
};

/* ---- what statements cannot be ------------------------------------------------------------- */

/* Who runs them knows tables alone: a module is code that SQL out of a file is not to reach. */
static const char *virtual_of(const struct plan *plan)
{
	EACH (const struct step, step, &plan->steps)
		if (step->writes.virtuals.count)
			return mo_arena_format(plan->arena, "it writes the virtual table %s",
					       (const char *)step->writes.virtuals.items[0]);
	return NULL;
}

static const char *refused_of(const struct plan *plan)
{
	EACH (const struct hazard, hazard, &plan->hazards)
		if (mo_hazard_refuses(hazard))
			return mo_arena_format(plan->arena, "%s %s: %s",
					       mo_diag_kinds[hazard->id].id, hazard->object,
					       hazard->message);
	return NULL;
}

static int say_none(struct diags *diags, const char *why)
{
	const int rc = mo_diag(diags, DIAG_RUN120, NULL, LABEL,
			       "the way back is stored as a document alone: %s", why);

	mo_diag_hint(diags, "an older unit will not go back by itself; moult downgrade does");
	return rc;
}

/* ---- the plan back ------------------------------------------------------------------------- */

static int read_document(struct way_stored *stored, struct diags *diags)
{
	const struct document_source source = {.name = MO_WAY_BACK_NAME,
					       .text = stored->way.document,
					       .size = strlen(stored->way.document)};
	struct way_back *way;
	int rc = mo_document_read(&stored->document, &source, diags);

	if (rc)
		return rc;
	way = mo_arena_make(stored->document->arena, struct way_back);
	if (!way)
		return mo_diag_memory(diags);
	*way = (struct way_back){.number = MO_NEWEST_WAY,
				 .shape_from = stored->way.shape_from,
				 .shape_to = stored->way.shape_to};
	stored->document->way_back = way;
	return MOULT_OK;
}

static int plan_back(struct way_stored *stored, struct moult *m, const struct plan *plan,
		     const struct schema *after, const moult_options *given)
{
	struct way_judged judged = {m, stored->document};
	const struct wanted wanted = {.schema = stored->document,
				      .name = MO_WAY_BACK_NAME,
				      .judge = mo_way_back_judge,
				      .context = &judged};
	struct planned planned = {NULL, NULL, NULL, NULL};
	moult_options options = *given;
	struct facts facts = plan->facts;
	int rc;

	facts.way_count = 0; /* a script has cleared what waited for them */
	options.allow = "all";
	options.steps = options.strategy = NULL;
	rc = mo_plan_on(&planned, m, &facts, after, &wanted, &options);
	stored->diff = planned.diff;
	stored->plan = planned.plan;
	return rc;
}

/* What is said of the attempt is the reason why there are no statements, and no more. */
static const char *take_back(struct moult *m, struct arena *arena, int from)
{
	struct list *said = &m->diags.list;
	const char *first = NULL;

	while (said->count > from) {
		const moult_diagnostic *last = said->items[said->count - 1];

		first = last->message;
		mo_diag_withdraw(&m->diags, last);
	}
	return mo_arena_text(arena, first);
}

static int try_back(struct way_stored *stored, struct moult *m, struct plan *plan,
		    const struct schema *after, const moult_options *options)
{
	const int said = m->diags.list.count;
	const char *why = NULL;
	int rc = read_document(stored, &m->diags);

	if (!rc)
		rc = plan_back(stored, m, plan, after, options);
	if (rc && (mo_diag_is_starved(&m->diags) || m->diags.stop != STOP_NOTHING))
		return rc;
	why = take_back(m, plan->arena, said);
	if (!rc)
		why = refused_of(stored->plan);
	if (!rc && !why)
		why = virtual_of(stored->plan);
	if (mo_arena_rc(plan->arena) || (stored->plan && mo_arena_rc(stored->plan->arena)))
		return mo_diag_memory(&m->diags);
	stored->way.plan = why ? NULL : stored->plan;
	return why ? say_none(&m->diags, why) : MOULT_OK;
}

/* ---- the whole ----------------------------------------------------------------------------- */

bool mo_way_is_stored(const struct schema *want, const moult_options *options)
{
	const char *word = mo_way_back_asked(want, options);

	return options->script && !options->statements && word && !mo_same(word, "none") &&
	       !want->way_back && !want->under_way.count;
}

static int fill(struct way_stored *stored, struct moult *m, struct plan *plan,
		const struct schema *after, const moult_options *options)
{
	int rc = mo_way_document(&stored->way.document, plan, plan->arena, &m->diags);

	if (rc || !stored->way.document)
		return rc;
	stored->way.shape_from = mo_shape(plan->arena, plan->diff->have);
	stored->way.shape_to = mo_shape(plan->arena, plan->diff->goal);
	rc = try_back(stored, m, plan, after, options);
	if (!rc)
		plan->stored = &stored->way;
	return rc;
}

int mo_way_stored_make(struct way_stored **out, struct moult *m, struct plan *plan,
		       const struct schema *after, const struct wanted *want,
		       const moult_options *options)
{
	struct way_stored *stored;
	int rc;

	plan->stores_way = true;
	if (!plan->steps.count || mo_is_new_file(plan->diff->have))
		return MOULT_OK;
	stored = sqlite3_malloc64(sizeof(*stored));
	if (!stored)
		return mo_diag_memory(&m->diags);
	*stored = (struct way_stored){
		.way = {.release_from = want->from, .release_to = want->release}};
	rc = fill(stored, m, plan, after, options);
	if (!rc && plan->stored)
		*out = stored;
	else
		mo_way_stored_free(stored);
	return rc;
}

void mo_way_stored_free(struct way_stored *stored)
{
	if (!stored)
		return;
	mo_plan_free(stored->plan);
	mo_diff_free(stored->diff);
	mo_schema_free(stored->document);
	sqlite3_free(stored);
}
