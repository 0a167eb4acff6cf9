/* SPDX-License-Identifier: MIT */
/*
 * starve.c: every allocation fails in turn.
 *
 * All of moult's memory comes from SQLite's allocator, so one hook reaches
 * everything.  Whatever fails, the call says so, nothing leaks, and the file
 * is what it was or, where the call succeeded, what was wanted.
 *
 *	tests/starve [CASE]...
 *
 * make check takes a sample of the allocations of some cases; MOULT_STARVE=all
 * takes each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evidence.h"
#include "failing.h"
#include "moult.h"
#include "trial.h"

#define SAMPLES 60

/* ---- an allocator that can fail ---- */

static long long allocations; /* since the last reset */
static long long failing;     /* the one that fails, counted from 1; 0: none */

static bool fails(void)
{
	return ++allocations == failing;
}

static void arm(long long n)
{
	allocations = 0;
	failing = n;
}

/* ---- a run ---- */

/* The whole way, with the n-th allocation failing; 0: none. */
static int migrate(const struct trial *trial, const char *path, long long n)
{
	moult *m = NULL;
	moult_schema *want = NULL;
	moult_options options = trial->options;
	int rc;

	options.no_backup = 1;
	arm(n);
	rc = moult_new(&m);
	if (!rc)
		rc = moult_schema_read(&want, m, trial->want);
	if (!rc)
		rc = moult_migrate_file(m, path, want, &options, NULL);
	moult_schema_free(want);
	moult_free(m);
	failing = 0;
	return rc;
}

/* Whether the failure was felt: the run did not come to its end. */
static bool try_failure(struct finding *finding, const struct trial *trial, long long n,
			uint64_t before, uint64_t after)
{
	char *path = trial_copy(trial, "starve.db");
	long long used = sqlite3_memory_used();
	int rc = migrate(trial, path, n);
	uint64_t now;

	if (sqlite3_memory_used() != used)
		evidence_find(finding, "allocation %lld fails: %lld bytes are lost", n,
			      sqlite3_memory_used() - used);
	now = trial_content(path);
	if (rc ? now != before && now != after : now != after)
		evidence_find(finding, "allocation %lld fails: result %d, and the file is neither",
			      n, rc);
	if (rc && now == after && now != before)
		evidence_find(finding, "allocation %lld fails: result %d, and yet it was done", n,
			      rc);
	sqlite3_free(path);
	return rc != MOULT_OK;
}

static bool starve(const char *cases, const char *name, int number)
{
	const char *all = getenv("MOULT_STARVE");
	struct finding finding = {""};
	struct trial trial;
	uint64_t before, after;
	long long n, count, stride, felt = 0;
	char *path;

	trial_open(&trial, cases, name);
	path = trial_copy(&trial, "after.db");
	before = trial_content(path);
	if (migrate(&trial, path, 0))
		evidence_find(&finding, "does not migrate");
	count = allocations;
	after = trial_content(path);
	stride = all && !strcmp(all, "all") ? 1 : count / SAMPLES + 1;
	for (n = 1; n <= count && !finding.text[0]; n += stride)
		felt += try_failure(&finding, &trial, n, before, after);
	if (!finding.text[0] && !felt)
		evidence_find(&finding, "no run noticed that an allocation failed");
	sqlite3_free(path);
	trial_close(&trial);
	printf("%sok %d - %s: %lld allocations, every %lld. fails\n", finding.text[0] ? "not " : "",
	       number, name, count, stride);
	if (finding.text[0])
		printf("# %s\n", finding.text);
	fflush(stdout);
	return !finding.text[0];
}

int main(int argc, char **argv)
{
	static const char *const sample[] = {
		"cascades-cycles-self", "indexes-of-every-kind", "renames",
		"rowids-without-key",	"split-with-using",	 "triggers-and-views-elsewhere",
	};
	const char *source = getenv("MOULT_SOURCE");
	int i, failed = 0, count = argc > 1 ? argc - 1 : (int)(sizeof(sample) / sizeof(sample[0]));
	char cases[1024];

	failing_install(fails);
	snprintf(cases, sizeof(cases), "%s/tests/cases", source ? source : ".");
	printf("1..%d\n", count);
	for (i = 0; i < count; i++)
		failed += !starve(cases, argc > 1 ? argv[i + 1] : sample[i], i + 1);
	return failed > 0;
}
