/* SPDX-License-Identifier: MIT */
/*
 * mutation.c: what verification is worth.
 *
 *	lock - probe - steps - SPOIL - verify - commit
 *
 * Between a migration's last step and its verification something is spoilt
 * (mutant.h), on invented pairs of schemas with rows.  The migration must fail
 * and roll back.  A mutant that leaves the file no different from one without
 * it (a value that its column's affinity turns back) is none.
 *
 *	tests/mutation/mutation [--seed N] [--count N] [--verbose]
 *
 * count is of mutants.  One line a kind: how many there were, all caught.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evidence.h"
#include "mutant.h"
#include "random/trial.h"

#define USUAL_COUNT 2000
#define TRIES_A_PAIR 60

/* ---- one pair of schemas ---- */

/* What a file comes to, as far as it can be seen. */
struct sight {
	uint64_t content;
	uint64_t check;
	long long user_version;
	long long application_id;
};

static struct sight sight_of(struct dice *dice, sqlite3 *db)
{
	const struct lines check = look_texts(dice, db, "PRAGMA integrity_check");
	struct sight sight = {.content = evidence_content(db)};

	for (int i = 0; i < check.count; i++)
		for (const char *c = check.items[i]; *c; c++)
			sight.check = sight.check * 31 + (unsigned char)*c;
	sight.user_version = evidence_number(db, "PRAGMA user_version");
	sight.application_id = evidence_number(db, "PRAGMA application_id");
	return sight;
}

struct bench {
	struct trial trial;
	moult *m;
	moult_schema *want;
	sqlite3 *have;
	struct sight clean; /* what it comes to unspoilt */
};

static sqlite3 *copy_of(const struct bench *bench)
{
	sqlite3 *db = file_open(":memory:");
	sqlite3_backup *backup = sqlite3_backup_init(db, "main", bench->have, "main");

	if (!backup || sqlite3_backup_step(backup, -1) != SQLITE_DONE)
		exit(99);
	sqlite3_backup_finish(backup);
	return db;
}

/* Whether it was caught, and done again by another way: that is as good as a refusal. */
static bool was_refuted(const struct bench *bench)
{
	for (size_t i = 0; i < moult_diagnostic_count(bench->m); i++)
		if (!strcmp(moult_diagnostic_at(bench->m, i)->id, "RUN033"))
			return true;
	return false;
}

static int migrate(struct bench *bench, struct dice *dice, struct sight *sight)
{
	sqlite3 *db = copy_of(bench);
	moult_options options = bench->trial.options;
	int rc;

	options.every_row = order.every_row;
	moult_diagnostics_clear(bench->m);
	rc = moult_migrate(bench->m, db, bench->want, &options, NULL);
	*sight = sight_of(dice, db);
	sqlite3_close(db);
	return !rc && was_refuted(bench) ? MOULT_FAILED : rc;
}

static int append(void *context, const char *text, size_t size)
{
	sqlite3_str_append(context, text, (int)size);
	return 0;
}

static bool read_want(struct bench *bench, struct dice *dice)
{
	sqlite3 *db = file_memory(&bench->trial, &bench->trial.want);
	sqlite3_str *out = sqlite3_str_new(NULL);
	moult_schema *schema = NULL;
	char *text;
	int rc = moult_schema_from_db(&schema, bench->m, db);

	(void)dice;
	if (!rc)
		rc = moult_schema_dump(bench->m, schema, append, out);
	text = sqlite3_str_finish(out);
	if (!rc && text) {
		const char *document = document_with_more(&bench->trial, text);

		rc = moult_schema_parse(&bench->want, bench->m, document, strlen(document),
					"want.xml");
	}
	sqlite3_free(text);
	moult_schema_free(schema);
	sqlite3_close(db);
	return !rc && bench->want;
}

/* False where the pair does not migrate, or not the same way each time. */
static bool set_up(struct bench *bench, struct dice *dice, uint64_t seed)
{
	struct sight again, before;

	*bench = (struct bench){.m = NULL};
	dice_seed(dice, seed);
	trial_make(&bench->trial, dice, "/nowhere", false);
	if (moult_new(&bench->m))
		exit(99);
	if (!read_want(bench, dice))
		return false;
	bench->have = file_memory(&bench->trial, &bench->trial.have);
	before = sight_of(dice, bench->have);
	order.mutant = NULL;
	return !migrate(bench, dice, &bench->clean) && !migrate(bench, dice, &again) &&
	       again.content == bench->clean.content && before.content != again.content;
}

static void tear_down(struct bench *bench, struct dice *dice)
{
	moult_schema_free(bench->want);
	moult_free(bench->m);
	sqlite3_close(bench->have);
	dice_done(dice);
}

/* ---- all of them ---- */

struct tally {
	long long made;
	long long missed;
	long long equal;
	char first[200]; /* that was missed */
};

static bool is_clean(const struct bench *bench, const struct sight *sight)
{
	return sight->content == bench->clean.content && sight->check == bench->clean.check &&
	       sight->user_version == bench->clean.user_version &&
	       sight->application_id == bench->clean.application_id;
}

/* How many mutants came of it. */
static long long try_pair(struct tally *tallies, uint64_t seed)
{
	struct bench bench;
	struct dice dice;
	struct sight sight;
	long long made = 0;

	if (!set_up(&bench, &dice, seed)) {
		tear_down(&bench, &dice);
		return 0;
	}
	order.dice = &dice;
	if (order.verbose)
		trial_print(&bench.trial, &(struct verdict){.law = "seed"});
	for (int i = 0; i < TRIES_A_PAIR; i++) {
		const int kind = dice_roll(&dice, mutant_count);
		int rc;

		order.mutant = &mutants[kind];
		order.every_row = dice_chance(&dice, 50);
		order.quick = bench.trial.options.quick;
		rc = migrate(&bench, &dice, &sight);
		if (!order.done)
			continue;
		if (!rc && is_clean(&bench, &sight)) {
			tallies[kind].equal++;
			continue;
		}
		made++;
		tallies[kind].made++;
		if (rc)
			continue;
		if (order.verbose)
			printf("# missed: %s, try %d%s%s\n", mutants[kind].name, i,
			       order.every_row ? ", every row" : "",
			       bench.trial.options.quick ? ", quick" : "");
		if (!tallies[kind].missed++)
			snprintf(tallies[kind].first, sizeof(tallies[kind].first),
				 "seed %llu, try %d%s%s", (unsigned long long)seed, i,
				 order.every_row ? ", every row" : "",
				 bench.trial.options.quick ? ", quick" : "");
	}
	tear_down(&bench, &dice);
	return made;
}

int main(int argc, char **argv)
{
	struct tally *tallies = calloc((size_t)mutant_count, sizeof(*tallies));
	unsigned long long seed = 1, first, count = USUAL_COUNT, made = 0, missed = 0;

	if (argc > 1 && !strcmp(argv[argc - 1], "--verbose")) {
		order.verbose = true;
		argc--;
	}
	for (int i = 1; i + 1 < argc; i += 2) {
		if (!strcmp(argv[i], "--seed"))
			seed = strtoull(argv[i + 1], NULL, 10);
		else if (!strcmp(argv[i], "--count"))
			count = strtoull(argv[i + 1], NULL, 10);
	}
	if (!tallies || argc % 2 == 0) {
		fputs("usage: mutation [--seed N] [--count N] [--verbose]\n", stderr);
		return 99;
	}
	file_keep_still();
	for (first = seed; made < count && seed - first <= count; seed++)
		made += (unsigned long long)try_pair(tallies, seed);
	printf("1..%d\n", mutant_count);
	for (int i = 0; i < mutant_count; i++) {
		const struct tally *tally = &tallies[i];

		printf("%sok %d - %s: %lld mutants, %lld missed", tally->missed ? "not " : "",
		       i + 1, mutants[i].name, tally->made, tally->missed);
		printf(" (%lld were no different)\n", tally->equal);
		if (tally->missed)
			printf("# %s\n", tally->first);
		missed += (unsigned long long)tally->missed;
	}
	printf("# seeds %llu to %llu, %llu mutants, %llu missed\n", first, seed - 1, made, missed);
	free(tallies);
	return missed > 0;
}
