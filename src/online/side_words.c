/* SPDX-License-Identifier: MIT */
/* side_words.c: what becomes of each part of a change, in words (RUN104); see both.h. */
#include "base/text.h"
#include "diff/describe.h"
#include "diff/verdict.h"
#include "model/form.h"
#include "online/both.h"

static void say(struct diags *diags, const char *label, const char *words, const char *more)
{
	mo_diag(diags, DIAG_RUN104, NULL, label, "%s%s%s", words, more ? ": " : "",
		more ? more : "");
}

static const char *names(struct arena *arena, const struct list *side)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	EACH (const struct stepped, one, side)
		sqlite3_str_appendf(out, "%s%s", one_at ? ", " : "", one->name);
	return mo_arena_take(arena, out);
}

static void say_group(const struct both *side, const struct side_table *table,
		      const struct in_step *group, struct diags *diags)
{
	const struct list *one = group->news.count ? &group->news : &group->olds;
	const char *label =
		mo_arena_format(side->arena, "column%s %s.%s", one->count > 1 ? "s" : "",
				table->have->object.name, names(side->arena, one));
	const char *words;

	if (group->olds.count && group->news.count)
		words = mo_arena_format(side->arena, "kept in step with %s, which goes at the end",
					names(side->arena, &group->olds));
	else if (group->news.count)
		words = "filled by its using where old code writes a row";
	else
		words = "filled by its back where new code writes a row; it goes at the end";
	say(diags, label, words, NULL);
}

static void say_change(const struct both *side, const struct change *change, struct diags *diags)
{
	enum verdict_kind kinds[MO_VERDICTS_AT_ONCE];
	const int count = mo_both_is_in_step(side, change) ? 0 : mo_verdict_kinds(kinds, change);
	const char *label = mo_change_label(side->arena, change);

	for (int i = 0; i < count; i++) {
		const struct side_verdict *verdict = &mo_verdicts[kinds[i]].shared;
		const char *text = mo_change_text(side->arena, side->diff, change);

		say(diags, label,
		    mo_arena_format(side->arena, "%s %s", text ? text : "it changes",
				    mo_side_whens[verdict->when]),
		    verdict->words);
	}
}

/* What speaks of a column by its new name, and has no other change. */
static void say_followers(const struct both *side, enum kind kind, struct diags *diags)
{
	EACH (const struct object, have, &side->diff->have->objects[kind]) {
		const struct object *goal = mo_schema_find(side->diff->goal, kind, have->name);
		const struct object *renamed =
			mo_schema_find(side->diff->renamed, kind, have->name);

		if (goal && renamed &&
		    !mo_same(mo_form_object(side->arena, have),
			     mo_form_object(side->arena, goal)) &&
		    mo_same(mo_form_object(side->arena, renamed),
			    mo_form_object(side->arena, goal)))
			say(diags, mo_label_object(side->arena, have), "follows at the end",
			    "new code finds it as it was");
	}
}

void mo_both_say(const struct both *side, struct diags *diags)
{
	EACH (const struct side_table, table, &side->tables)
		EACH (const struct in_step, group, &table->groups)
			say_group(side, table, group, diags);
	EACH (const struct change, change, &side->diff->changes)
		say_change(side, change, diags);
	say_followers(side, KIND_INDEX, diags);
	say_followers(side, KIND_VIEW, diags);
	say_followers(side, KIND_TRIGGER, diags);
}
