/* SPDX-License-Identifier: MIT */
/*
 * random.c: invented schemas and the laws over as many of them as wanted.
 *
 *	tests/random/random [--seed N] [--count N] [--strategy S] [--data] [--verbose] [--reduce]
 *			    [--cases DIR]
 *
 * Speaks TAP, one line a law.  A seed always means the same; one that fails is
 * printed with all it takes to see it again, and --seed N --count 1 --reduce
 * leaves out what it does not take.  With --data every document says something of
 * rows (data.c), without it two of five; the same seed means another then.  --cases
 * judges nothing and writes each as a case (tests/scripts/scripts.sh --cases DIR).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trial.h"

#define USUAL_COUNT 300

struct wish {
	unsigned long long seed;
	unsigned long long count;
	const char *strategy; /* NULL: what the seed says */
	const char *cases;    /* a folder, or NULL */
	bool data;
	bool verbose;
	bool reduce;
};

static void usage(void)
{
	fputs("usage: random [--seed N] [--count N] [--strategy S] [--data] [--verbose] [--reduce]"
	      " [--cases DIR]\n",
	      stderr);
	exit(99);
}

static struct wish read_wish(int argc, char **argv)
{
	struct wish wish = {.seed = 1, .count = USUAL_COUNT};
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--verbose"))
			wish.verbose = true;
		else if (!strcmp(argv[i], "--data"))
			wish.data = true;
		else if (!strcmp(argv[i], "--reduce"))
			wish.reduce = true;
		else if (!strcmp(argv[i], "--seed") && i + 1 < argc)
			wish.seed = strtoull(argv[++i], NULL, 10);
		else if (!strcmp(argv[i], "--count") && i + 1 < argc)
			wish.count = strtoull(argv[++i], NULL, 10);
		else if (!strcmp(argv[i], "--strategy") && i + 1 < argc)
			wish.strategy = argv[++i];
		else if (!strcmp(argv[i], "--cases") && i + 1 < argc)
			wish.cases = argv[++i];
		else
			usage();
	}
	return wish;
}

static bool speaks_of_rows(const struct trial *trial)
{
	for (int i = 0; i < trial->data_count; i++)
		if (trial->data[i].is_said)
			return true;
	return false;
}

/* The law that a seed breaks, or -1. */
static int try_seed(const struct wish *wish, unsigned long long seed, const char *folder,
		    unsigned long long *with_data)
{
	struct dice dice;
	struct trial trial;
	struct verdict verdict;
	int law = -1, i;

	dice_seed(&dice, seed);
	trial_make(&trial, &dice, folder, wish->data);
	if (wish->strategy)
		trial.options.strategy = wish->strategy;
	if (wish->cases) {
		trial_write(&trial, dice_format(&dice, "%s/%llu", wish->cases, seed));
		dice_done(&dice);
		return -1;
	}
	verdict = trial_judge(&trial);
	*with_data += speaks_of_rows(&trial);
	for (i = 0; i < law_count; i++)
		if (verdict.law == law_names[i])
			law = i;
	if (wish->verbose)
		printf("# seed %llu: %s\n", seed, law < 0 ? "ok" : verdict.law);
	if (law >= 0 && wish->reduce) {
		trial_reduce(&trial, &verdict);
		verdict = trial_judge(&trial);
	}
	if (law >= 0) {
		printf("# ======== seed %llu\n", seed);
		trial_print(&trial, &verdict);
	}
	fflush(stdout);
	dice_done(&dice);
	return law;
}

static void remove_folder(const char *folder)
{
	static const char *const files[] = {"have.db",	"work.db",   "want.db",
					    "fresh.db", "before.db", "old.db"};
	struct dice dice;
	size_t i;

	dice_seed(&dice, 0);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		file_remove(&dice, dice_format(&dice, "%s/%s", folder, files[i]));
	dice_done(&dice);
	rmdir(folder);
}

/* How many seeds break a law, in TAP. */
static unsigned long long tell(const struct wish *wish, const unsigned long long *broken,
			       unsigned long long with_data)
{
	unsigned long long failed = 0;
	int law;

	printf("1..%d\n", law_count);
	for (law = 0; law < law_count; law++) {
		printf("%sok %d - %s (%llu of %llu seeds)\n", broken[law] ? "not " : "", law + 1,
		       law_names[law], wish->count - broken[law], wish->count);
		failed += broken[law];
	}
	printf("# %llu of %llu documents say something of rows\n", with_data, wish->count);
	return failed;
}

int main(int argc, char **argv)
{
	struct wish wish = read_wish(argc, argv);
	const char *temporary = getenv("TMPDIR");
	unsigned long long *broken = calloc((size_t)law_count, sizeof(*broken)), failed, i;
	unsigned long long with_data = 0;
	char folder[512];
	int law;

	snprintf(folder, sizeof(folder), "%s/moult-random-XXXXXX", temporary ? temporary : "/tmp");
	if (!broken || !mkdtemp(folder)) {
		perror(folder);
		return 99;
	}
	file_keep_still();
	for (i = 0; i < wish.count; i++) {
		law = try_seed(&wish, wish.seed + i, folder, &with_data);
		if (law >= 0)
			broken[law]++;
	}
	failed = wish.cases ? 0 : tell(&wish, broken, with_data);
	remove_folder(folder);
	free(broken);
	return failed > 0;
}
