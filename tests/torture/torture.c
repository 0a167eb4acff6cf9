/* SPDX-License-Identifier: MIT */
/*
 * torture.c: old or new, never between, by brute force.
 *
 * Each scenario is run again and again on a disk in memory (disk.h), each time
 * with another thing going wrong (attack.h), and what is left is judged
 * (judge.h).
 *
 *	tests/torture/torture [--long] [--seed N] [--rounds N] [--seconds N]
 *			      [--pairs N] [--strategy S] [--totals FILE] [--attack NAME]
 *			      [SCENARIO]...
 *
 * Without --long a sample is taken, for make check.  With it everything is
 * tried, round after round with another seed, which sizes and rows follow;
 * --pairs cuts the power on so many invented pairs of schemas, and there are
 * no rounds then but those asked for; --totals goes on where an earlier run
 * stopped, and adds up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <libxml/xmlversion.h>

#include "attack.h"
#include "invented.h"
#include "memory.h"

static const char *const tried_names[TRIED] = {
	"cuts",	  "states-after-cuts", "states-known", "states-settled",  "pairs",
	"faults", "full-disks",	       "allocations",  "xml-allocations", "interrupts",
};

struct series {
	struct torture t;
	int rounds;
	int pairs;
	int seconds;
	const char *totals;
	const char *strategy; /* of the pairs; NULL: their own */
	const char *attack;   /* NULL: all */
	char *const *only;    /* names of scenarios; NULL: all */
	int only_count;
	time_t started;
	int tests;
	int failures;
	long long next_pair;
	long long total_seed; /* of earlier runs: */
	long long total_seconds;
	long long total_failures;
};

/* Of the real clock; time() is the disk's. */
static time_t now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* ---- tests ---- */

/* The seed says how large things are; the first one is plain. */
static struct stage stage_for(const struct scenario *scenario, const char *mode, uint64_t seed)
{
	static const int page_sizes[] = {1024, 512, 4096};
	static const int caches[] = {8, 5, 200};
	uint64_t dice = seed;
	struct stage stage = {.scenario = scenario,
			      .mode = mode,
			      .seed = seed,
			      .rows = 60,
			      .page_size = 1024,
			      .cache = 8};

	if (seed == 1)
		return stage;
	stage.rows = 5 + (int)(disk_random(&dice) % 200);
	stage.page_size = page_sizes[disk_random(&dice) % 3];
	stage.cache = caches[disk_random(&dice) % 3];
	return stage;
}

static bool is_asked_for(const struct series *s, const struct scenario *scenario,
			 const struct attack *attack)
{
	if (scenario->needs && !sqlite3_compileoption_used(scenario->needs))
		return false;
	if (attack->scenario && strcmp(attack->scenario, scenario->name) != 0)
		return false;
	if (s->attack && strcmp(s->attack, attack->name) != 0)
		return false;
	for (int i = 0; i < s->only_count; i++)
		if (!strcmp(s->only[i], scenario->name))
			return true;
	return !s->only_count && (s->t.all || !scenario->is_for_long);
}

static void tell(const struct series *s, const long long before[TRIED], const char *scenario,
		 const char *attack)
{
	const char *finding = s->t.finding.text;
	const char *comma = ": ";

	printf("%sok %d - %s: %s", *finding ? "not " : "", s->tests, scenario, attack);
	for (int i = 0; i < TRIED; i++) {
		if (s->t.tried[i] == before[i])
			continue;
		printf("%s%lld %s", comma, s->t.tried[i] - before[i], tried_names[i]);
		comma = ", ";
	}
	puts("");
	if (*finding)
		printf("# %s\n", finding);
	fflush(stdout);
}

/* One attack on one scenario, in every mode. */
static void test(struct series *s, const struct scenario *scenario, const struct attack *attack)
{
	struct torture *t = &s->t;
	const char *only = t->all || scenario->mode ? scenario->mode : scenario->short_mode;
	long long before[TRIED];

	memcpy(before, t->tried, sizeof(before));
	t->finding.text[0] = '\0';
	for (int mode = 0; mode < mode_count && !t->finding.text[0]; mode++) {
		struct stage stage = stage_for(scenario, modes[mode], t->seed);

		if (only && strcmp(only, modes[mode]) != 0)
			continue;
		torture_forget(t);
		if (stage_open(&stage))
			attack->run(t, &stage);
		else
			torture_find(t, &stage, "preparation", "failed");
		stage_close(&stage);
	}
	s->tests++;
	s->failures += t->finding.text[0] != '\0';
	tell(s, before, scenario->name, attack->name);
}

/* The power cut at every change, on one pair of invented schemas, in every mode. */
static void test_pair(struct series *s)
{
	struct invented *pair = invented_new((uint64_t)s->next_pair, s->strategy);
	const struct attack power = {"power cuts", attack_power, NULL};
	const uint64_t seed = s->t.seed;

	s->t.seed = (uint64_t)s->next_pair++;
	if (pair) {
		s->t.tried[PAIRS]++;
		test(s, invented_scenario(pair), &power);
	}
	invented_free(pair);
	s->t.seed = seed;
}

static bool is_over(const struct series *s)
{
	return s->seconds && now() - s->started >= s->seconds;
}

static void round_of_tests(struct series *s)
{
	for (int i = 0; i < attack_count; i++)
		for (int j = 0; j < scenario_count && !is_over(s); j++)
			if (is_asked_for(s, &scenarios[j], &attacks[i]))
				test(s, &scenarios[j], &attacks[i]);
}

/* ---- totals: "next-seed 7", "seconds 812", "cuts 1234", ... ---- */

static long long *total_of(struct series *s, const char *name)
{
	if (!strcmp(name, "next-seed"))
		return &s->total_seed;
	if (!strcmp(name, "next-pair"))
		return &s->next_pair;
	if (!strcmp(name, "seconds"))
		return &s->total_seconds;
	if (!strcmp(name, "failed-tests"))
		return &s->total_failures;
	for (int i = 0; i < TRIED; i++)
		if (!strcmp(name, tried_names[i]))
			return &s->t.tried[i];
	return NULL;
}

static void read_totals(struct series *s)
{
	FILE *file = s->totals ? fopen(s->totals, "r") : NULL;
	long long value, *total;
	char name[40];

	while (file && fscanf(file, "%39s %lld", name, &value) == 2) {
		total = total_of(s, name);
		if (total)
			*total = value;
	}
	if (file)
		fclose(file);
	if (s->total_seed)
		s->t.seed = (uint64_t)s->total_seed;
}

static void write_lines(const struct series *s, FILE *file, const char *prefix)
{
	fprintf(file, "%snext-seed %lld\n", prefix, (long long)s->t.seed);
	fprintf(file, "%snext-pair %lld\n", prefix, s->next_pair);
	fprintf(file, "%sseconds %lld\n", prefix,
		s->total_seconds + (long long)(now() - s->started));
	fprintf(file, "%sfailed-tests %lld\n", prefix, s->total_failures + s->failures);
	for (int i = 0; i < TRIED; i++)
		fprintf(file, "%s%s %lld\n", prefix, tried_names[i], s->t.tried[i]);
}

static void write_totals(const struct series *s)
{
	FILE *file = s->totals ? fopen(s->totals, "w") : NULL;

	if (!file)
		return;
	write_lines(s, file, "");
	fclose(file);
}

static void tell_totals(const struct series *s)
{
	write_lines(s, stdout, "# ");
	if (s->t.told_wrong)
		printf("# %lld calls said that they failed, and it was done\n", s->t.told_wrong);
	if (s->t.foreign)
		printf("# %lld times libxml2 %s itself crashed or lost memory\n", s->t.foreign,
		       LIBXML_DOTTED_VERSION);
}

/* ---- the program ---- */

static int usage(void)
{
	fputs("usage: torture [--short|--long] [--seed N] [--rounds N] [--seconds N]"
	      " [--pairs N] [--strategy S] [--totals FILE] [--attack NAME] [SCENARIO]...\n",
	      stderr);
	return 99;
}

/* The first argument that is no option; negative where one is wrong. */
static int read_options(struct series *s, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : NULL;

		if (!strcmp(argv[i], "--short") || !strcmp(argv[i], "--long")) {
			s->t.all = argv[i][2] == 'l';
			continue;
		}
		if (!value)
			return -1;
		if (!strcmp(argv[i], "--seed"))
			s->t.seed = strtoull(value, NULL, 10);
		else if (!strcmp(argv[i], "--pairs"))
			s->pairs = atoi(value);
		else if (!strcmp(argv[i], "--rounds"))
			s->rounds = atoi(value);
		else if (!strcmp(argv[i], "--seconds"))
			s->seconds = atoi(value);
		else if (!strcmp(argv[i], "--strategy"))
			s->strategy = value;
		else if (!strcmp(argv[i], "--totals"))
			s->totals = value;
		else if (!strcmp(argv[i], "--attack"))
			s->attack = value;
		else
			return -1;
		i++;
	}
	return i;
}

int main(int argc, char **argv)
{
	struct series s = {.t = {.seed = 1}, .rounds = -1, .next_pair = 1, .started = now()};
	const int first = read_options(&s, argc, argv);

	if (first < 0)
		return usage();
	s.only = argv + first;
	s.only_count = argc - first;
	if (s.rounds < 0)
		s.rounds = s.pairs ? 0 : 1;
	/* Where no allocation is to fail, nothing need count them. */
	if (s.rounds)
		memory_install();
	/* One thread needs no mutex, and a copy of the process cannot take one that it had. */
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	disk_register();
	read_totals(&s);
	for (int i = 0; i < s.rounds && !is_over(&s); i++) {
		round_of_tests(&s);
		s.t.seed++;
		write_totals(&s);
	}
	for (int i = 0; i < s.pairs && !is_over(&s); i++) {
		test_pair(&s);
		write_totals(&s);
	}
	torture_forget(&s.t);
	printf("1..%d\n", s.tests);
	tell_totals(&s);
	return s.failures > 0;
}
