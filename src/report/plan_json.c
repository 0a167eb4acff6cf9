/* SPDX-License-Identifier: MIT */
/*
 * plan_json.c: a plan as JSON.
 *
 *	{
 *	  "moult": 1,
 *	  "release": "1_first",         that is wanted; null: a document is
 *	  "plan": "0f3c...",            the ID: 32 hexadecimal digits, what --expect takes
 *	  "fingerprint": "77e0...",     exact, of the file planned for; null where have is no file
 *	  "sqlite": "3.40.1",           that must run the plan
 *	  "estimate": {                 or null, where there was no file to ask
 *	    "rows": 12345,              that are copied
 *	    "bytes": 9437184,           that are written, with journal, backup and sorting
 *	    "disk": 7340032,            that are taken at most while it runs, beyond the file
 *	    "ms": 120                   on the machine of docs/performance.md
 *	  },
 *	  "renames": [...],             elements as changes.c describes them
 *	  "changes": [...],             the same; without the renames
 *	  "kept": [...],                likewise
 *	  "tables": [                   every table that changes, is made or dropped
 *	    {
 *	      "name": "person",
 *	      "was": "people",          its name in the file, where that is another; or null
 *	      "way": "rebuild",         or "exchange", "alter", "edit", "create", "drop", "rename"
 *	      "rows": 12345,            of a table that is rebuilt or dropped; null: not counted
 *	      "reasons": ["..."]        why ALTER does not do; of "edit" and "rebuild"
 *	    }
 *	  ],
 *	  "rows": [                     of tables whose declared rows are written
 *	    {
 *	      "table": "country",
 *	      "declared": 250,
 *	      "insert": 3,              null, with the next three, where there are no rows to ask
 *	      "update": 1,
 *	      "delete": 0,
 *	      "same": 246               as declared
 *	    }
 *	  ],
 *	  "steps": [                    in the order in which they run
 *	    {
 *	      "sql": "...",             one statement, without its semicolon
 *	      "kind": "schema",         or "copy", "rows", "index", "edit", "data", "require", "other"
 *	      "object": "table person", what it is done for
 *	      "why": "...",             or null where the object says it
 *	      "estimate": { "rows": 12345, "bytes": 4194304, "ms": 50 },   or null
 *	      "lock": "batches",        with --online or --side-by-side: or "once", in one transaction; else null
 *	      "lock_ms": 50,            the longest, by estimate; or null
 *	      "writes": {               what it may write; the run holds it to that
 *	        "tables": ["person"],
 *	        "virtuals": [],         virtual tables, with their shadow tables
 *	        "schema": true,         sqlite_master
 *	        "sequence": true,       sqlite_sequence
 *	        "statistics": true,     sqlite_stat1 and sqlite_stat4
 *	        "text": false,          texts of sqlite_master themselves
 *	        "pragma": null          the pragma that it sets
 *	      }
 *	    }
 *	  ],
 *	  "hazards": [                  without those that the rows were asked about and deny
 *	    {
 *	      "id": "MD105",            never renumbered
 *	      "severity": "error",      or "warning"
 *	      "object": "column person.name",
 *	      "target": "person.name",  the object as --allow names it
 *	      "message": "...",
 *	      "count": 2,               rows in the way; null: not asked, or no matter of rows
 *	      "samples": "rowid 3: '007'",  some of them, or null
 *	      "open": false,            true where it depends on rows that nobody asked
 *	      "consented": false,       by a tombstone, an <allow> or an option
 *	      "parks": false,           the rows that it finds are parked, and refuse nothing
 *	      "consent": {              the <allow>; or null
 *	        "place": { "file": "app.xml", "line": 4, "column": 3 },
 *	        "doc": "..."            or null
 *	      },
 *	      "refuses": true,          it stops the plan
 *	      "hint": "...",            or null
 *	      "place": { "file": "app.xml", "line": 12, "column": 5 },   or null
 *	      "allow": "MD105:person.name"   what consents; null where nothing does, or nothing must
 *	    }
 *	  ],
 *	  "way_back": [                 what it does to rows
 *	    {
 *	      "object": "column t.a",
 *	      "message": "its values are gone, and it gets NULL",
 *	      "lossy": true
 *	    }
 *	  ],
 *	  "refused": 1                  how many hazards refuse; with any, apply runs nothing
 *	}
 *
 * Through several releases:
 *
 *	{
 *	  "moult": 1,
 *	  "plan": "0f3c...",            the ID of all of it
 *	  "estimate": {...},            of all of it, or null
 *	  "releases": [...],            the same as above for each release, in their order; a later one
 *	                                has no fingerprint, and its rows are not asked
 *	  "refused": 1
 *	}
 *
 * Back by several shapes it is "shapes", and each has "back_to", the fingerprint of its shape, for its release.
 */
#include "base/text.h"
#include "plan/row_plan.h"
#include "report/changes.h"
#include "report/plan_words.h"

static void write_table(struct json *json, const struct plan *plan, const struct move *move)
{
	const char *name = mo_move_table(move);

	mo_json_open(json, NULL, '{');
	mo_json_text(json, "name", name);
	mo_json_text(json, "was", mo_same(move->former, name) ? NULL : move->former);
	mo_json_text(json, "way", mo_way_word(move));
	mo_json_count(json, "rows", mo_move_rows(plan, move));
	mo_json_texts(json, "reasons", &move->reasons);
	mo_json_close(json, '}');
}

static void write_cost(struct json *json, const struct cost *cost, const long long *disk)
{
	if (!cost) {
		mo_json_text(json, "estimate", NULL);
		return;
	}
	mo_json_open(json, "estimate", '{');
	mo_json_integer(json, "rows", cost->rows);
	mo_json_integer(json, "bytes", cost->bytes);
	mo_json_integer(json, "ms", cost->ms);
	if (disk)
		mo_json_integer(json, "disk", *disk);
	mo_json_close(json, '}');
}

static void write_estimate(struct json *json, const struct estimate *estimate)
{
	write_cost(json, estimate->is_known ? &estimate->all : NULL, &estimate->disk);
}

static void write_step(struct json *json, const struct plan *plan, const struct step *step)
{
	static const char *const kinds[] = {
		[STEP_SCHEMA] = "schema", [STEP_MARK] = "mark",	      [STEP_ASIDE] = "aside",
		[STEP_COPY] = "copy",	  [STEP_ROWS] = "rows",	      [STEP_INDEX] = "index",
		[STEP_EDIT] = "edit",	  [STEP_PRAGMA] = "other",    [STEP_WRITABLE] = "other",
		[STEP_RELOAD] = "other",  [STEP_REQUIRE] = "require", [STEP_DATA] = "data",
		[STEP_OTHER] = "other"};

	mo_json_open(json, NULL, '{');
	mo_json_text(json, "sql", step->sql);
	mo_json_text(json, "kind", kinds[step->kind]);
	mo_json_text(json, "object", step->object);
	mo_json_text(json, "why", step->why);
	write_cost(json, plan->estimate.is_known ? &step->cost : NULL, NULL);
	mo_json_text(json, "lock", step->lock);
	mo_json_count(json, "lock_ms", step->lock ? step->lock_ms : -1);
	mo_json_open(json, "writes", '{');
	mo_json_texts(json, "tables", &step->writes.tables);
	mo_json_texts(json, "altered", &step->writes.altered);
	mo_json_texts(json, "virtuals", &step->writes.virtuals);
	mo_json_bool(json, "schema", step->writes.schema);
	mo_json_bool(json, "sequence", step->writes.sequence);
	mo_json_bool(json, "statistics", step->writes.statistics);
	mo_json_bool(json, "text", step->writes.text);
	mo_json_text(json, "pragma", step->writes.pragma);
	mo_json_close(json, '}');
	mo_json_close(json, '}');
}

static void write_consent(struct json *json, const struct consent *consent)
{
	if (!consent) {
		mo_json_text(json, "consent", NULL);
		return;
	}
	mo_json_open(json, "consent", '{');
	mo_json_place(json, "place", &consent->place);
	mo_json_text(json, "doc", consent->doc);
	mo_json_close(json, '}');
}

static void write_hazard(struct json *json, struct arena *arena, const struct hazard *hazard)
{
	const struct diag_kind *kind = &mo_diag_kinds[hazard->id];

	mo_json_open(json, NULL, '{');
	mo_json_text(json, "id", kind->id);
	mo_json_text(json, "severity", kind->severity == MOULT_ERROR ? "error" : "warning");
	mo_json_text(json, "object", hazard->object);
	mo_json_text(json, "target", hazard->target);
	mo_json_text(json, "message", hazard->message);
	mo_json_count(json, "count", mo_hazard_rows(hazard));
	mo_json_text(json, "samples", hazard->samples);
	mo_json_bool(json, "open", mo_hazard_is_open(hazard));
	mo_json_bool(json, "consented", hazard->consented);
	mo_json_bool(json, "parks", hazard->parks);
	write_consent(json, hazard->consent);
	mo_json_bool(json, "refuses", mo_hazard_refuses(hazard));
	mo_json_text(json, "hint", hazard->hint);
	mo_json_place(json, "place", &hazard->place);
	mo_json_text(json, "allow", mo_hazard_consent(arena, hazard));
	mo_json_close(json, '}');
}

static void write_hazards(struct json *json, struct arena *arena, const struct plan *plan)
{
	for (int i = 0; plan && i < plan->hazards.count; i++) {
		const struct hazard *hazard = plan->hazards.items[i];

		if (!mo_hazard_is_over(hazard))
			write_hazard(json, arena, hazard);
	}
}

void mo_json_hazards(struct json *json, struct arena *arena, const struct plan *plan)
{
	mo_json_open(json, "hazards", '[');
	write_hazards(json, arena, plan);
	mo_json_close(json, ']');
}

void mo_json_hazards_of_route(struct json *json, struct arena *arena, const struct route *route)
{
	mo_json_open(json, "hazards", '[');
	EACH (const struct leg, leg, &route->legs)
		write_hazards(json, arena, leg->plan);
	mo_json_close(json, ']');
}

static void write_rows(struct json *json, const struct plan *plan)
{
	mo_json_open(json, "rows", '[');
	EACH (const struct row_plan, row_plan, &plan->rows) {
		const bool is_asked = row_plan->is_asked;

		if (row_plan->is_settled)
			continue;
		mo_json_open(json, NULL, '{');
		mo_json_text(json, "table", row_plan->table->object.name);
		mo_json_integer(json, "declared", row_plan->rows->rows.count);
		mo_json_count(json, "insert", is_asked ? row_plan->inserts : -1);
		mo_json_count(json, "update", is_asked ? row_plan->updates : -1);
		mo_json_count(json, "delete", is_asked ? row_plan->drops : -1);
		mo_json_count(json, "same", is_asked ? row_plan->same : -1);
		mo_json_close(json, '}');
	}
	mo_json_close(json, ']');
}

static void write_way_back(struct json *json, const struct plan *plan)
{
	mo_json_open(json, "way_back", '[');
	EACH (const struct way_note, note, &plan->way_back) {
		mo_json_open(json, NULL, '{');
		mo_json_text(json, "object", note->label);
		mo_json_text(json, "message", note->words);
		mo_json_bool(json, "lossy", note->is_lossy);
		mo_json_close(json, '}');
	}
	mo_json_close(json, ']');
}

static void write_plan(struct json *json, const struct style *style, const struct plan *plan)
{
	char version[MO_VERSION_TEXT];

	mo_version_text(version, plan->facts.sqlite);
	mo_json_text(json, "plan", plan->id);
	mo_json_text(json, "fingerprint", *plan->facts.exact ? plan->facts.exact : NULL);
	mo_json_text(json, "sqlite", version);
	write_estimate(json, &plan->estimate);
	mo_json_renames(json, style, "renames", plan->diff);
	mo_json_changes(json, style, "changes", plan->diff, false);
	mo_json_kept(json, style, "kept", plan->diff);
	mo_json_open(json, "tables", '[');
	for (int i = 0; i < plan->moves.count; i++)
		write_table(json, plan, plan->moves.items[i]);
	mo_json_close(json, ']');
	write_rows(json, plan);
	mo_json_open(json, "steps", '[');
	for (int i = 0; i < plan->steps.count; i++)
		write_step(json, plan, plan->steps.items[i]);
	mo_json_close(json, ']');
	mo_json_hazards(json, style->arena, plan);
	write_way_back(json, plan);
	mo_json_integer(json, "refused", mo_plan_refusals(plan));
}

static void write_leg(struct json *json, const struct style *style, const struct leg *leg)
{
	mo_json_open(json, NULL, '{');
	if (leg->want.schema->way_back)
		mo_json_text(json, "back_to", leg->want.schema->way_back->shape_from);
	else
		mo_json_text(json, "release", leg->want.release);
	write_plan(json, style, leg->plan);
	mo_json_close(json, '}');
}

void mo_plan_json(const struct style *style, const struct route *route)
{
	struct json json = {.out = style->out};

	mo_json_open(&json, NULL, '{');
	mo_json_integer(&json, "moult", 1);
	if (route->legs.count == 1) {
		const struct leg *leg = mo_route_leg(route, 0);

		mo_json_text(&json, "release", leg->want.release);
		write_plan(&json, style, leg->plan);
	} else {
		mo_json_text(&json, "plan", route->id);
		write_estimate(&json, &route->estimate);
		mo_json_open(&json, mo_route_leg(route, 0)->want.release ? "releases" : "shapes",
			     '[');
		EACH (const struct leg, leg, &route->legs)
			write_leg(&json, style, leg);
		mo_json_close(&json, ']');
		mo_json_integer(&json, "refused", mo_route_refusals(route));
	}
	mo_json_close(&json, '}');
}
