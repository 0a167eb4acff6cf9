/* SPDX-License-Identifier: MIT */
/* route.c: see route.h. */
#include "run/route.h"

#include <string.h>

#include "back/way_row.h"
#include "base/hash.h"
#include "base/text.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "plan/generations.h"

struct leg *mo_route_leg(const struct route *route, int at)
{
	return route->legs.items[at];
}

/* The plan of the only leg speaks for itself: its ID is that of the file, too. */
static void identify(struct route *route)
{
	struct hasher hasher;

	if (route->legs.count == 1) {
		memcpy(route->id, mo_route_first(route)->id, sizeof(route->id));
		return;
	}
	mo_hash_begin(&hasher);
	EACH (const struct leg, leg, &route->legs) {
		mo_hash_text(&hasher, leg->want.release);
		mo_hash_text(&hasher, leg->plan->id);
	}
	mo_hash_write(route->id, mo_hash_end(&hasher));
}

static struct leg *add_leg(struct route *route, const struct wanted *want)
{
	struct leg *leg = mo_arena_make(route->arena, struct leg);

	if (!leg)
		return NULL;
	leg->want = *want;
	mo_list_add(route->arena, &route->legs, leg);
	return mo_arena_rc(route->arena) ? NULL : leg;
}

/* after is NULL where it is the last. */
static int plan_first(struct leg *leg, struct schema **after, struct moult *m, sqlite3 *db,
		      const char *exact, const moult_options *options)
{
	struct planned planned = {NULL, NULL, after, NULL};
	const int rc = mo_plan_for(&planned, m, db, leg->have, exact, &leg->want, options);

	leg->diff = planned.diff;
	leg->plan = planned.plan;
	return rc;
}

static bool is_said(const struct route *route, int legs, const struct hazard *hazard)
{
	for (int i = 0; i < legs; i++)
		EACH (const struct hazard, other, &mo_route_leg(route, i)->plan->hazards)
			if (other->id == hazard->id && mo_same(other->object, hazard->object))
				return true;
	return false;
}

/* What no release declares is kept by all of them, and said once. */
static void leave_out_said(struct plan *plan, const struct route *route, int legs)
{
	for (int i = plan->hazards.count - 1; i >= 0; i--) {
		const struct hazard *hazard = plan->hazards.items[i];

		if ((hazard->id == DIAG_MD117 || hazard->id == DIAG_MD118) &&
		    is_said(route, legs, hazard))
			mo_list_remove(&plan->hazards, i);
	}
}

/* A leg that is not the first, with what those before it leave in the file. */
static int plan_on(struct leg *leg, struct schema **after, struct moult *m,
		   const struct route *route, int at, struct facts facts,
		   const moult_options *options)
{
	struct planned planned = {NULL, NULL, after, NULL};
	int rc;

	for (int i = 0; i < at; i++)
		mo_facts_after(&facts, mo_route_leg(route, i)->plan);
	rc = mo_plan_on(&planned, m, &facts, leg->have, &leg->want, options);

	leg->diff = planned.diff;
	leg->plan = planned.plan;
	if (!rc)
		leave_out_said(leg->plan, route, at);
	return rc;
}

/* What a file carries is judged against the schema that it would run on. */
static int check_way_back(const struct leg *leg, struct moult *m)
{
	return leg->want.schema->way_back ? mo_way_back_check(m, leg->want.schema, leg->have)
					  : MOULT_OK;
}

int mo_route_plan(struct route *route, struct moult *m, sqlite3 *db, const struct schema *have,
		  const char *exact, const struct list *wants, const moult_options *options)
{
	int rc = MOULT_OK;

	*route = (struct route){.arena = mo_arena_new()};
	if (!route->arena)
		return mo_diag_memory(&m->diags);
	for (int i = 0; !rc && i < wants->count && (!i || route->after); i++) {
		struct leg *leg = add_leg(route, wants->items[i]);
		const bool stores = leg && mo_way_is_stored(leg->want.schema, options);
		struct schema **next = i + 1 < wants->count || stores ? &route->after : NULL;

		if (!leg)
			return mo_diag_memory(&m->diags);
		leg->have = i ? route->after : have;
		leg->own = route->after;
		route->after = NULL;
		rc = check_way_back(leg, m);
		if (!rc)
			rc = i ? plan_on(leg, next, m, route, i, mo_route_first(route)->facts,
					 options)
			       : plan_first(leg, next, m, db, exact, options);
		if (!rc && stores && route->after)
			rc = mo_way_stored_make(&leg->stored, m, leg->plan, route->after,
						&leg->want, options);
	}
	if (!rc)
		identify(route);
	return rc;
}

static void free_leg(struct leg *leg)
{
	mo_way_stored_free(leg->stored);
	mo_plan_free(leg->plan);
	mo_diff_free(leg->diff);
	mo_schema_free(leg->own);
	*leg = (struct leg){.want = leg->want};
}

void mo_route_done(struct route *route)
{
	for (int i = 0; i < route->legs.count; i++)
		free_leg(mo_route_leg(route, i));
	mo_schema_free(route->after);
	mo_arena_free(route->arena);
	*route = (struct route){.arena = NULL};
}

/* ---- at its turn --------------------------------------------------------------------------- */

static int other_statements(struct moult *m, const struct leg *leg)
{
	mo_diag(&m->diags, DIAG_RUN050, NULL, leg->want.release,
		"release %s comes to other statements on the file than were planned beforehand; "
		"rolled back",
		leg->want.release);
	mo_diag_hint(&m->diags, "go there one release at a time: --to %s, then --to the next",
		     leg->want.release);
	return mo_diag_kinds[DIAG_RUN050].result;
}

/* From the file as the leg before left it. */
static int replan_later(struct leg *now, const struct route *route, int at, struct moult *m,
			sqlite3 *db, const moult_options *options)
{
	struct facts facts = mo_route_first(route)->facts;
	int rc = mo_catalogue_read(&now->own, m, db);

	now->have = now->own;
	facts.schema_version = mo_query_integer(db, "PRAGMA main.schema_version", 0, NULL);
	if (!rc)
		rc = check_way_back(now, m);
	return rc ? rc : plan_on(now, NULL, m, route, at, facts, options);
}

/* The schema is the one that was planned for, and what is not the application's may be another. */
static int replan_first(struct leg *now, const struct route *route, struct moult *m, sqlite3 *db,
			const moult_options *options)
{
	const char *exact = mo_arena_text(route->arena, mo_route_first(route)->facts.exact);

	if (!exact)
		return mo_diag_memory(&m->diags);
	now->have = mo_route_leg(route, 0)->have;
	return plan_first(now, NULL, m, db, exact, options);
}

int mo_route_replan(const struct route *route, int at, struct moult *m, sqlite3 *db,
		    const moult_options *options)
{
	struct leg *leg = mo_route_leg(route, at);
	struct leg now = {.want = leg->want};
	int rc = at ? replan_later(&now, route, at, m, db, options)
		    : replan_first(&now, route, m, db, options);

	if (!rc && !mo_same(now.plan->id, leg->plan->id))
		rc = other_statements(m, leg);
	if (rc) {
		free_leg(&now);
		return rc;
	}
	free_leg(leg);
	*leg = now;
	return MOULT_OK;
}

/* ---- what is asked of it ------------------------------------------------------------------- */

char *mo_leg_end(struct arena *arena, const struct leg *leg)
{
	const struct way_back *way = leg->want.schema->way_back;
	const char *colon = way && way->shape_from ? strchr(way->shape_from, ':') : NULL;

	return way ? mo_arena_format(arena, "the shape %.8s", colon ? colon + 1 : "before")
		   : mo_arena_format(arena, "release %s", leg->want.release);
}

char *mo_leg_title(struct arena *arena, const struct leg *leg)
{
	char *end = mo_leg_end(arena, leg);

	return end && leg->want.schema->way_back ? mo_arena_format(arena, "back to %s", end) : end;
}

int mo_route_steps(const struct route *route)
{
	int count = 0;

	EACH (const struct leg, leg, &route->legs)
		count += leg->plan ? leg->plan->steps.count : 0;
	return count;
}

int mo_route_refusals(const struct route *route)
{
	int count = 0;

	EACH (const struct leg, leg, &route->legs)
		count += mo_plan_refusals(leg->plan);
	return count;
}

const struct plan *mo_route_first(const struct route *route)
{
	return route->legs.count ? mo_route_leg(route, 0)->plan : NULL;
}

const struct plan *mo_route_last(const struct route *route)
{
	return route->legs.count ? mo_route_leg(route, route->legs.count - 1)->plan : NULL;
}
