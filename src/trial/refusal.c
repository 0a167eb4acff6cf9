/* SPDX-License-Identifier: MIT */
/* refusal.c: see refusal.h. */
#include "trial/refusal.h"

#include "base/text.h"
#include "diff/describe.h"
#include "hazard/hint.h"
#include "live/advice.h"
#include "live/connect.h"
#include "plan/row_plan.h"
#include "sql/write.h"
#include "trial/broken.h"
#include "trial/compile.h"

const struct moult_place *mo_step_place(const struct step *step)
{
	if (step->requirement)
		return &step->requirement->place;
	if (step->statement)
		return &step->statement->place;
	if (step->rows)
		return &step->rows->rows->place;
	return step->move && step->move->want ? &step->move->want->object.place : NULL;
}

/* A document declares a virtual table anew whose module or tokenizer is not loaded. */
static bool lacks_module(const struct plan *plan, struct moult *m, const struct step *step,
			 const char *message)
{
	const char *name = step->writes.virtuals.count ? step->writes.virtuals.items[0] : NULL;
	const struct object *object =
		name ? mo_schema_find(plan->diff->goal, KIND_VIRTUAL, name) : NULL;

	if (!mo_lacks_module(message) || !object || !object->place.file)
		return false;
	mo_diag(&m->diags, DIAG_DOC015, &object->place, step->object,
		"SQLite %s does not accept this: %s", sqlite3_libversion(), message);
	return true;
}

/* What has the name of a table that the module of a virtual table makes; NULL where nothing has. */
static const struct object *in_place_of_shadow(const struct plan *plan, const char *virtual_table)
{
	static const char *const ends[] = {"data",   "idx",	 "content", "docsize",
					   "config", "segments", "segdir",  "stat",
					   "node",   "rowid",	 "parent"};

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		const char *name = mo_arena_format(plan->arena, "%s_%s", virtual_table, ends[i]);
		const struct object *object =
			name ? mo_schema_find_relation(plan->diff->goal, name) : NULL;

		if (!object && name)
			object = mo_schema_find(plan->diff->goal, KIND_INDEX, name);
		if (object)
			return object;
	}
	return NULL;
}

/* A virtual table that is new cannot be made where one of its own tables has no place. */
static bool lacks_place(const struct plan *plan, struct moult *m, const struct step *step)
{
	const char *name = step->writes.virtuals.count ? step->writes.virtuals.items[0] : NULL;
	const struct object *wanted =
		name ? mo_schema_find(plan->diff->goal, KIND_VIRTUAL, name) : NULL;
	const struct object *other = wanted ? in_place_of_shadow(plan, name) : NULL;
	const bool is_table = other && other->kind == KIND_TABLE;

	if (!other)
		return false;
	mo_diag(&m->diags, DIAG_MD122, &wanted->place, mo_label_object(plan->arena, other),
		"it has the name of a table that virtual table %s keeps its content in", name);
	mo_diag_hint(&m->diags, "give the virtual table another name%s%s%s",
		     is_table ? "; or this one first, with " : "",
		     is_table ? mo_hint_was(plan->arena, other->name) : "",
		     is_table ? " beside that, in a migration of its own" : "");
	return true;
}

/* What to write instead: a step or requirement reads the file or the document, by its moment. */
static const char *advice_of(const struct plan *plan, const struct step *step, const char *message)
{
	const bool is_timed = step->statement || step->requirement;
	const enum moment at = step->requirement ? step->requirement->at
			       : step->data	 ? step->data->at
						 : MOMENT_AFTER;
	const struct schema *schema =
		is_timed && at == MOMENT_BEFORE ? plan->diff->have : plan->diff->goal;
	const char *hint = mo_advice(plan->arena, schema, NULL, message);

	if (hint)
		return hint;
	if (mo_lacks_module(message))
		return MO_LOAD_EXTENSION;
	if (!is_timed || sqlite3_strglob("no such [tc][ao][bl]*", message))
		return NULL;
	return at == MOMENT_BEFORE
		       ? "at=\"before\" speaks of what the file has, by its names there; for "
			 "what the document makes, write at=\"after\""
		       : "at=\"after\" speaks of what the document declares; for what goes or "
			 "is renamed, write at=\"before\"";
}

/* What the file or the document says then, for a step before the change or behind it. */
static const struct schema *schema_of(const struct plan *plan, const struct step *step)
{
	return step->data && step->data->at == MOMENT_BEFORE ? plan->diff->have : plan->diff->goal;
}

/* The trigger that does not compile, for what SQLite says; NULL where it is none. */
static int find_trigger(const struct object **trigger, struct plan *plan, struct moult *m,
			sqlite3 *db, const struct step *step, const char *message)
{
	struct list broken = {0};
	const int rc = mo_compile(&broken, NULL, plan->arena, m, db, schema_of(plan, step));

	*trigger = NULL;
	EACH (const struct broken, one, &broken)
		if (!*trigger && one->object->kind == KIND_TRIGGER &&
		    mo_same(one->message, message))
			*trigger = one->object;
	return rc;
}

/* A file may have triggers that never worked; what a document writes does not pass them by. */
static int refuse_trigger(struct plan *plan, struct moult *m, const struct step *step,
			  const struct object *trigger, const char *message)
{
	mo_diag(&m->diags, DIAG_RUN112, mo_step_place(step), step->object,
		"trigger %s would fire, and does not work: %s", trigger->name, message);
	mo_diag_have(&m->diags, &trigger->place);
	if (step->data && step->data->at == MOMENT_BEFORE)
		mo_diag_hint(
			&m->diags,
			"write at=\"after\" on the step, and mend the trigger in the document: %s",
			mo_broken_hint(plan, trigger));
	else
		mo_diag_hint(&m->diags, "%s", mo_broken_hint(plan, trigger));
	return mo_diag_kinds[DIAG_RUN112].result;
}

int mo_trial_failed(struct plan *plan, struct moult *m, sqlite3 *db, const struct step *step,
		    int rc)
{
	const char *message = mo_arena_text(plan->arena, sqlite3_errmsg(db));
	const struct object *trigger = NULL;
	const char *hint;

	if (!message)
		return mo_diag_memory(&m->diags);
	if (mo_is_trouble(rc))
		return mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN017, step->object,
				      "try the plan in memory");
	if (lacks_place(plan, m, step))
		return MOULT_REFUSED;
	if ((step->data || step->rows) &&
	    find_trigger(&trigger, plan, m, db, step, message) != MOULT_OK)
		return MOULT_TROUBLE;
	if (trigger)
		return refuse_trigger(plan, m, step, trigger, message);
	hint = advice_of(plan, step, message);
	if (lacks_module(plan, m, step, message)) {
		mo_diag_hint(&m->diags, "%s", hint);
		return MOULT_TROUBLE;
	}
	mo_diag(&m->diags, DIAG_RUN017, mo_step_place(step), step->object,
		"SQLite %s, tried on an empty copy of the schema, refuses: %s, in: %.300s",
		sqlite3_libversion(), message, step->sql);
	if (hint)
		mo_diag_hint(&m->diags, "%s", hint);
	return MOULT_TROUBLE;
}

int mo_trial_endless(struct moult *m, const struct step *step, int seconds)
{
	mo_diag(&m->diags, DIAG_RUN017, NULL, step->object,
		"tried on an empty copy of the schema it does not come to an end in %d seconds: %.300s",
		seconds, step->sql);
	mo_diag_hint(&m->diags, "a query that makes its own rows needs an end, such as LIMIT");
	return mo_diag_kinds[DIAG_RUN017].result;
}

static const char *through(struct plan *plan, const struct guard *guard)
{
	return *guard->cause ? mo_arena_format(plan->arena, " through \"%w\"", guard->cause) : "";
}

/* Declared rows are written, and known afterwards, in their own table alone. */
static int refuse_row_write(struct plan *plan, struct moult *m, const struct step *step,
			    const struct guard *guard)
{
	mo_diag(&m->diags, DIAG_DOC025, &step->rows->rows->place, step->object,
		"they would write %s%s, and rows are declared of their own table alone",
		guard->object, through(plan, guard));
	mo_diag_hint(&m->diags,
		     "write the rows in a <step>, whose writes says what its triggers write");
	return mo_diag_kinds[DIAG_DOC025].result;
}

/* What a step may write is for its document to say. */
static int refuse_write(struct plan *plan, struct moult *m, const struct step *step,
			const struct guard *guard)
{
	sqlite3_str *out;

	if (guard->action == SQLITE_FUNCTION) {
		mo_diag(&m->diags, DIAG_DOC025, mo_step_place(step), step->object,
			"it would call %s()", guard->object);
		mo_diag_hint(&m->diags, "leave it out; " MO_LOAD_EXTENSION);
		return mo_diag_kinds[DIAG_DOC025].result;
	}
	out = sqlite3_str_new(NULL);
	mo_diag(&m->diags, DIAG_DOC025, mo_step_place(step), step->object,
		"it would write %s%s, and does not say so", guard->object, through(plan, guard));
	mo_write_names(out, &step->data->writes);
	if (step->data->writes.count)
		sqlite3_str_appendall(out, ", ");
	mo_write_name(out, guard->object);
	mo_diag_hint(&m->diags, "write %s on the step",
		     mo_hint_attribute(plan->arena, "writes", mo_arena_take(plan->arena, out)));
	return mo_diag_kinds[DIAG_DOC025].result;
}

int mo_trial_denied(struct plan *plan, struct moult *m, const struct step *step,
		    const struct guard *guard)
{
	return step->data ? refuse_write(plan, m, step, guard)
			  : refuse_row_write(plan, m, step, guard);
}

int mo_trial_judge_writes(struct plan *plan, struct moult *m, const struct step *step)
{
	const struct schema *schema = schema_of(plan, step);
	int rc = MOULT_OK;

	EACH (const char, name, &step->data->writes) {
		const char *near;

		if (mo_schema_find_relation(schema, name) || mo_schema_is_shadow(schema, name) ||
		    mo_name_has_prefix(name, "sqlite_"))
			continue;
		near = mo_advice_relation(plan->arena, schema, name);
		rc = mo_diag(&m->diags, DIAG_DOC030, &step->data->place, step->object,
			     "it says that it writes %s, and there is no such table", name);
		if (near)
			mo_diag_hint(&m->diags, "did you mean %s?", near);
		else
			mo_diag_hint(&m->diags,
				     "leave it out of writes, which names the tables that "
				     "triggers write when the step runs");
	}
	return rc;
}
