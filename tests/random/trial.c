/* SPDX-License-Identifier: MIT */
/* trial.c: what a seed comes to, made smaller, and printed; see trial.h. */
#include "trial.h"

#include <stdio.h>
#include <string.h>

static const char *choose_begin(struct dice *dice)
{
	static const char *const encodings[] = {"UTF-16le", "UTF-16be"};
	const char *begin = "";

	if (dice_chance(dice, 8))
		begin = dice_format(dice, "PRAGMA encoding = '%s';", PICK(dice, encodings));
	if (dice_chance(dice, 8))
		begin = dice_format(dice, "%sPRAGMA page_size = 1024;", begin);
	if (dice_chance(dice, 8))
		begin = dice_format(dice, "%sPRAGMA auto_vacuum = full;", begin);
	return begin;
}

static const char *choose_strategy(struct dice *dice)
{
	static const char *const strategies[] = {"rebuild",    "edit",	   "alter",
						 "alter,edit", "exchange", "exchange"};

	return dice_chance(dice, 40) ? PICK(dice, strategies) : NULL;
}

static void choose_options(struct trial *trial)
{
	moult_options *options = &trial->options;

	*options = (moult_options)MOULT_OPTIONS_INIT;
	options->no_backup = 1;
	options->column_order = dice_chance(trial->dice, 30);
	options->quick = dice_chance(trial->dice, 30);
	options->strategy = choose_strategy(trial->dice);
	options->steps = "run";
	trial->careful = dice_chance(trial->dice, 25);
	options->prune = !trial->careful;
	options->allow = trial->careful ? NULL : "all";
	trial->there_and_back = dice_chance(trial->dice, 60);
}

/* Now and then one is forgotten: then the one goes, and the other is new. */
static void forget_formers(struct trial *trial)
{
	int i, kept = 0;

	for (i = 0; i < trial->former_count; i++)
		if (dice_chance(trial->dice, 90))
			trial->formers[kept++] = trial->formers[i];
	trial->former_count = kept;
}

void trial_make(struct trial *trial, struct dice *dice, const char *folder, bool data)
{
	struct shape *have, *want;

	*trial = (struct trial){.dice = dice, .folder = folder};
	trial->begin = choose_begin(dice);
	choose_options(trial);
	have = shape_make(dice, 1);
	if (dice_chance(dice, 15))
		want = shape_make(dice, 1000);
	else
		want = shape_mutate(dice, have,
				    1 + dice_roll(dice, dice_chance(dice, 20) ? 12 : 4));
	trial->former_count = shape_formers(dice, &trial->formers, have, want);
	forget_formers(trial);
	shape_spell(dice, &trial->have, have, true);
	shape_spell(dice, &trial->plain, have, false);
	shape_spell(dice, &trial->again, have, false);
	shape_spell(dice, &trial->want, want, false);
	shape_spell(dice, &trial->back, have, false);
	if (dice_chance(dice, data ? 100 : 40))
		data_make(trial, have, want);
	if (dice_chance(dice, 70))
		fill_make(trial, have, want);
}

/* ---- smaller ---- */

/* What must stay the same while a trial is made smaller: the law, and the error that was said. */
static bool same_crime(const struct verdict *a, const struct verdict *b)
{
	const char *x = a->law ? strstr(a->text, "error: ") : NULL, *y;

	if (a->law != b->law)
		return false;
	y = b->law ? strstr(b->text, "error: ") : NULL;
	return !x || (y && !strncmp(x, y, strlen("error: MD101")));
}

static bool try_without(struct trial *trial, const struct verdict *verdict, bool *skip)
{
	struct verdict found;

	if (*skip)
		return false;
	*skip = true;
	found = trial_judge(trial);
	if (same_crime(verdict, &found))
		return true;
	*skip = false;
	return false;
}

static bool reduce_script(struct trial *trial, const struct verdict *verdict, struct script *script)
{
	bool smaller = false;
	int i;

	for (i = script->count - 1; i >= 0; i--)
		smaller |= try_without(trial, verdict, &script->skip[i]);
	return smaller;
}

static bool reduce_formers(struct trial *trial, const struct verdict *verdict)
{
	bool smaller = false;
	int i;

	for (i = trial->former_count - 1; i >= 0; i--) {
		struct former former = trial->formers[i];
		struct verdict found;

		trial->formers[i] = trial->formers[--trial->former_count];
		found = trial_judge(trial);
		if (same_crime(verdict, &found)) {
			smaller = true;
			continue;
		}
		trial->formers[trial->former_count++] = trial->formers[i];
		trial->formers[i] = former;
	}
	return smaller;
}

static bool reduce_fillings(struct trial *trial, const struct verdict *verdict)
{
	bool smaller = false;
	int i;

	for (i = trial->filling_count - 1; i >= 0; i--) {
		struct filling filling = trial->fillings[i];
		struct verdict found;

		trial->fillings[i] = trial->fillings[--trial->filling_count];
		found = trial_judge(trial);
		if (same_crime(verdict, &found)) {
			smaller = true;
			continue;
		}
		trial->fillings[trial->filling_count++] = trial->fillings[i];
		trial->fillings[i] = filling;
	}
	return smaller;
}

static bool reduce_data(struct trial *trial, const struct verdict *verdict)
{
	bool smaller = false;
	int i, k;

	for (i = trial->data_count - 1; i >= 0; i--) {
		struct datum datum = trial->data[i];
		struct verdict found;

		trial->data_count--;
		for (k = i; k < trial->data_count; k++)
			trial->data[k] = trial->data[k + 1];
		found = trial_judge(trial);
		if (same_crime(verdict, &found)) {
			smaller = true;
			continue;
		}
		for (k = trial->data_count++; k > i; k--)
			trial->data[k] = trial->data[k - 1];
		trial->data[i] = datum;
	}
	return smaller;
}

static void reduce_options(struct trial *trial, const struct verdict *verdict)
{
	struct trial before = *trial;
	struct verdict found;

	trial->begin = "";
	trial->options.column_order = 0;
	trial->options.quick = 0;
	trial->options.strategy = NULL;
	trial->there_and_back = false;
	found = trial_judge(trial);
	if (same_crime(verdict, &found))
		return;
	*trial = before;
	trial->there_and_back = false;
	found = trial_judge(trial);
	if (!same_crime(verdict, &found))
		*trial = before;
}

void trial_reduce(struct trial *trial, const struct verdict *verdict)
{
	bool smaller;

	reduce_options(trial, verdict);
	do {
		smaller = reduce_script(trial, verdict, &trial->have);
		smaller |= reduce_script(trial, verdict, &trial->want);
		smaller |= reduce_script(trial, verdict, &trial->plain);
		smaller |= reduce_script(trial, verdict, &trial->again);
		smaller |= reduce_script(trial, verdict, &trial->back);
		smaller |= reduce_formers(trial, verdict);
		smaller |= reduce_fillings(trial, verdict);
		smaller |= reduce_data(trial, verdict);
	} while (smaller);
}

/* ---- to read ---- */

static void print_block(const char *title, const char *text)
{
	printf("# ---- %s\n# ", title);
	for (; text && *text; text++)
		if (*text == '\n')
			fputs(text[1] ? "\n# " : "", stdout);
		else
			putchar(*text);
	putchar('\n');
}

static void print_script(struct dice *dice, const char *title, const struct script *script)
{
	char *text = dice_format(dice, "");
	int i;

	for (i = 0; i < script->count; i++)
		if (!script->failed[i])
			text = dice_format(dice, "%s%s;\n", text, script->statements[i]);
	print_block(title, text);
}

void trial_print(const struct trial *trial, const struct verdict *verdict)
{
	const moult_options *options = &trial->options;
	int i;

	print_block(verdict->law, verdict->text);
	print_block("options", dice_format(trial->dice, "%s%s%s%s%s%s", trial->begin,
					   trial->careful ? " careful" : " prune, allow all",
					   options->column_order ? " column-order" : "",
					   options->quick ? " quick" : "",
					   options->strategy ? dice_format(trial->dice, " %s",
									   options->strategy)
							     : "",
					   trial->there_and_back ? " and back" : ""));
	print_script(trial->dice, "have", &trial->have);
	if (verdict->law == law_names[3]) {
		print_script(trial->dice, "one spelling", &trial->plain);
		print_script(trial->dice, "another", &trial->again);
	}
	print_script(trial->dice, "want", &trial->want);
	if (trial->there_and_back)
		print_script(trial->dice, "back", &trial->back);
	for (i = 0; i < trial->former_count; i++)
		printf("# %s%s%s was %s\n", trial->formers[i].table ? trial->formers[i].table : "",
		       trial->formers[i].table ? "." : "", trial->formers[i].want,
		       trial->formers[i].have);
	print_block("document", verdict->document);
}
