/* SPDX-License-Identifier: MIT */
/* judge.c: see judge.h. */
#include "judge.h"

#include <stdlib.h>
#include <string.h>

const char *const law_names[] = {
	[LAW_DOCUMENT] = "no difference from its own document",
	[LAW_NOTHING] = "its own document writes nothing",
	[LAW_FRESH] = "a file made of its document is the same",
	[LAW_SPELLING] = "spelling is no difference",
	[LAW_SCRIPT] = "a file made of its SQL is the same",
	[LAW_FIELD] = "a script from its document runs on it",
	[LAW_DONE] = "a migration is done or refused",
	[LAW_REFUSED] = "a refusal changes nothing",
	[LAW_REST] = "afterwards there is nothing to do",
	[LAW_SCHEMA] = "migrated equals fresh",
	[LAW_ROWS] = "rows are those of a plain copy",
	[LAW_NEED] = "nothing is refused without need",
	[LAW_SOUND] = "sound afterwards",
	[LAW_KEPT] = "what is undeclared is kept",
	[LAW_MEMORY] = "no memory is left over",
};
const int law_count = LAW_COUNT;

void judge_find(struct judge *j, enum law law, char *text)
{
	if (j->verdict->law)
		return;
	j->verdict->law = law_names[law];
	j->verdict->text = text;
}

bool judge_is_done(const struct judge *j)
{
	return j->verdict->law != NULL;
}

char *judge_path(struct judge *j, const char *name)
{
	return dice_format(j->dice, "%s/%s", j->trial->folder, name);
}

/* ---- moult ---- */

int judge_append(void *context, const char *text, size_t size)
{
	sqlite3_str_append(context, text, (int)size);
	return 0;
}

char *judge_take(struct judge *j, sqlite3_str *out)
{
	char *text = sqlite3_str_finish(out), *copy = dice_format(j->dice, "%s", text ? text : "");

	sqlite3_free(text);
	return copy;
}

char *judge_said(struct judge *j, moult *m, const char *what, int rc)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "%s: %d\n", what, rc);
	moult_report_diagnostics(m, MOULT_TEXT, judge_append, out);
	return judge_take(j, out);
}

moult *judge_handle(void)
{
	moult *m;

	if (moult_new(&m))
		exit(99);
	return m;
}

bool judge_was_said(moult *m, const char *id)
{
	size_t i;

	for (i = 0; i < moult_diagnostic_count(m); i++)
		if (!strcmp(moult_diagnostic_at(m, i)->id, id))
			return true;
	return false;
}

char *judge_dump(struct judge *j, const char *file, enum law law)
{
	moult *m = judge_handle();
	moult_schema *have = NULL;
	sqlite3_str *out = sqlite3_str_new(NULL);
	int rc = moult_schema_read(&have, m, file);

	if (!rc)
		rc = moult_schema_dump(m, have, judge_append, out);
	if (rc)
		judge_find(j, law, judge_said(j, m, "dump", rc));
	moult_schema_free(have);
	moult_free(m);
	return judge_take(j, out);
}

void judge_same(struct judge *j, enum law law, moult *m, moult_schema *have, moult_schema *want)
{
	moult_diff *diff = NULL;
	moult_plan *plan = NULL;
	sqlite3_str *out = sqlite3_str_new(NULL);
	int rc = moult_diff_new(&diff, m, have, want, &j->trial->options);

	if (!rc)
		rc = moult_plan_new(&plan, m, have, want, &j->trial->options);
	if (rc) {
		judge_find(j, law, judge_said(j, m, "diff", rc));
	} else if (moult_diff_count(diff) || moult_plan_step_count(plan)) {
		moult_diff_report(m, diff, MOULT_TEXT, judge_append, out);
		moult_plan_report(m, plan, MOULT_TEXT, judge_append, out);
		judge_find(j, law, judge_take(j, out));
		out = sqlite3_str_new(NULL);
	}
	sqlite3_free(sqlite3_str_finish(out));
	moult_plan_free(plan);
	moult_diff_free(diff);
}

int judge_apply(moult *m, const char *file, const char *document, const moult_options *options,
		moult_outcome *outcome)
{
	moult_schema *want = NULL;
	int rc = moult_schema_parse(&want, m, document, strlen(document), "want.xml");

	if (!rc)
		rc = moult_migrate_file(m, file, want, options, outcome);
	moult_schema_free(want);
	return rc;
}

void judge_same_look(struct judge *j, enum law law, sqlite3 *a, sqlite3 *b, bool order)
{
	struct lines x = look_schema(j->dice, a, order), y = look_schema(j->dice, b, order);
	char *text = lines_difference(j->dice, &x, &y);

	if (text)
		judge_find(j, law, text);
}
