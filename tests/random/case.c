/* SPDX-License-Identifier: MIT */
/*
 * case.c: a trial as a folder like those of tests/cases, for whoever tries it elsewhere:
 *
 *	have.sql	what SQLite took of the schema and its rows
 *	want.xml	the document
 *	expect		the options
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "judge.h"

static void write_text(struct dice *dice, const char *folder, const char *name, const char *text)
{
	const char *path = dice_format(dice, "%s/%s", folder, name);
	FILE *file = fopen(path, "w");

	if (!file || fputs(text, file) < 0 || fclose(file)) {
		perror(path);
		exit(99);
	}
}

/* A statement may end in a comment. */
static const char *text_of(struct trial *trial, const struct script *script)
{
	const char *text = dice_format(trial->dice, "%s;\n", trial->begin);
	int i;

	for (i = 0; i < script->count; i++)
		if (!script->failed[i])
			text = dice_format(trial->dice, "%s%s\n;\n", text, script->statements[i]);
	return text;
}

static const char *options_of(const struct trial *trial)
{
	const moult_options *options = &trial->options;
	const char *strategy = options->strategy ? options->strategy : "auto";

	return dice_format(trial->dice, "%s%sstrategy %s\n",
			   trial->careful ? "" : "prune\nallow all\n",
			   options->column_order ? "column-order\n" : "", strategy);
}

void trial_write(struct trial *trial, const char *folder)
{
	struct verdict verdict = {NULL, NULL, NULL};
	struct judge j = {trial, trial->dice, &verdict};
	const char *document;

	file_build(trial, judge_path(&j, "have.db"), &trial->have);
	document = judge_wanted(&j, &trial->want);
	if (!document || verdict.law)
		return;
	mkdir(folder, 0777);
	write_text(trial->dice, folder, "have.sql", text_of(trial, &trial->have));
	write_text(trial->dice, folder, "want.xml", document);
	write_text(trial->dice, folder, "expect", options_of(trial));
}
