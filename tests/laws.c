/* SPDX-License-Identifier: MIT */
/*
 * laws.c: every case obeys every law.
 *
 * What nobody says is gone must be there afterwards, byte for byte.  The laws
 * are seen to by evidence.c, which does not ask moult.
 *
 *	tests/laws [CASE]...	one TAP line for each case and law
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evidence.h"
#include "moult.h"
#include "trial.h"

#define INTERRUPTS_MAX 500

/* ---- TAP ---- */

struct score {
	int count;
	int failed;
};

static void judge(struct score *score, const struct trial *trial, const char *law,
		  const struct finding *finding)
{
	bool failed = finding->text[0] != '\0';

	score->count++;
	score->failed += failed;
	printf("%sok %d - %s: %s\n", failed ? "not " : "", score->count, trial->name, law);
	if (failed) {
		const char *p;

		fputs("# ", stdout);
		for (p = finding->text; *p; p++)
			fputs(*p == '\n' ? "\n# " : (char[]){*p, '\0'}, stdout);
		putchar('\n');
	}
	fflush(stdout);
}

/* ---- what moult says ---- */

static int append(void *context, const char *text, size_t size)
{
	sqlite3_str_append(context, text, (int)size);
	return 0;
}

/* Fails the law with all that moult had to say. */
static void find_said(struct finding *finding, moult *m, const char *what, int rc)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	char *said;

	moult_report_diagnostics(m, MOULT_TEXT, append, out);
	said = sqlite3_str_finish(out);
	evidence_find(finding, "%s: %d\n%s", what, rc, said ? said : "(nothing was said)");
	sqlite3_free(said);
}

static bool was_said(moult *m, const char *id)
{
	size_t i;

	for (i = 0; i < moult_diagnostic_count(m); i++)
		if (!strcmp(moult_diagnostic_at(m, i)->id, id))
			return true;
	return false;
}

static moult *new_handle(void)
{
	moult *m;

	if (moult_new(&m))
		exit(99);
	return m;
}

static bool excused(void *context, const char *name)
{
	const struct trial *trial = context;
	int i;

	for (i = 0; i < trial->gone_count; i++)
		if (!sqlite3_stricmp(trial->gone[i], name))
			return true;
	return false;
}

/* ---- the laws ---- */

/* The steps from one schema to another; findings where there is no plan. */
static int count_steps(const char *have_path, const char *want_path, const moult_options *options,
		       struct finding *finding)
{
	moult *m = new_handle();
	moult_schema *have = NULL, *want = NULL;
	moult_plan *plan = NULL;
	int steps = -1, rc;

	rc = moult_schema_read(&have, m, have_path);
	if (!rc)
		rc = moult_schema_read(&want, m, want_path);
	if (!rc)
		rc = moult_plan_new(&plan, m, have, want, options);
	if (rc)
		find_said(finding, m, "no plan", rc);
	else
		steps = moult_plan_step_count(plan);
	moult_plan_free(plan);
	moult_schema_free(want);
	moult_schema_free(have);
	moult_free(m);
	return steps;
}

static void law_self(struct finding *finding, const struct trial *trial, const char *path)
{
	int steps = count_steps(path, path, &trial->options, finding);

	if (steps > 0)
		evidence_find(finding, "%d steps", steps);
}

/* The document that moult writes for a file has no difference from it. */
static void law_dump(struct finding *finding, const struct trial *trial, const char *path)
{
	moult *m = new_handle();
	moult_schema *have = NULL, *want = NULL;
	moult_diff *diff = NULL;
	sqlite3_str *out = sqlite3_str_new(NULL);
	int rc = moult_schema_read(&have, m, path);

	if (!rc)
		rc = moult_schema_dump(m, have, append, out);
	if (!rc)
		rc = moult_schema_parse(&want, m, sqlite3_str_value(out),
					(size_t)sqlite3_str_length(out), "dump.xml");
	if (!rc)
		rc = moult_diff_new(&diff, m, have, want, &trial->options);
	if (rc)
		find_said(finding, m, sqlite3_str_length(out) ? sqlite3_str_value(out) : "dump",
			  rc);
	else if (moult_diff_count(diff)) {
		moult_diff_report(m, diff, MOULT_TEXT, append, out);
		evidence_find(finding, "%s", sqlite3_str_value(out));
	}
	moult_diff_free(diff);
	moult_schema_free(want);
	moult_schema_free(have);
	sqlite3_free(sqlite3_str_finish(out));
	moult_free(m);
}

/* What was to be said was, and what was not to be was not. */
static void check_said(struct finding *finding, const struct trial *trial, moult *m)
{
	int i;

	for (i = 0; i < trial->says_count; i++)
		if (!was_said(m, trial->says[i]))
			find_said(finding, m, trial->says[i], 0);
	for (i = 0; i < trial->silent_count; i++)
		if (was_said(m, trial->silent[i]))
			find_said(finding, m, trial->silent[i], 1);
}

static bool is_rejected(const struct trial *trial)
{
	return trial->expected == EXPECT_REFUSED || trial->expected == EXPECT_WRONG;
}

/* Applies the document to a borrowed connection; the result must be the expected one. */
static void law_expected(struct finding *finding, const struct trial *trial, const char *path)
{
	static const int results[] = {[EXPECT_DONE] = MOULT_OK,
				      [EXPECT_NOTHING] = MOULT_OK,
				      [EXPECT_REFUSED] = MOULT_REFUSED,
				      [EXPECT_WRONG] = MOULT_TROUBLE};
	moult *m = new_handle();
	moult_schema *want = NULL;
	moult_outcome outcome = MOULT_OUTCOME_INIT;
	sqlite3 *db = trial_open_file(path);
	char before[1024], after[1024];
	int rc;

	sqlite3_exec(db, "PRAGMA foreign_keys=ON; PRAGMA synchronous=NORMAL; PRAGMA cache_size=77",
		     NULL, NULL, NULL);
	evidence_connection(db, before, sizeof(before));
	rc = moult_schema_read(&want, m, trial->want);
	if (!rc)
		rc = moult_migrate(m, db, want, &trial->options, &outcome);
	evidence_connection(db, after, sizeof(after));
	if (rc != results[trial->expected])
		find_said(finding, m, "result", rc);
	if (is_rejected(trial) && !was_said(m, trial->refusal))
		find_said(finding, m, trial->refusal, rc);
	check_said(finding, trial, m);
	if ((outcome.steps > 0) != (trial->expected == EXPECT_DONE))
		evidence_find(finding, "%d steps were run", outcome.steps);
	if (strcmp(before, after) != 0)
		evidence_find(finding, "the connection was\n%s and is\n%s", before, after);
	moult_outcome_done(&outcome);
	moult_schema_free(want);
	sqlite3_close(db);
	moult_free(m);
}

static void law_rest(struct finding *finding, const struct trial *trial, const char *path)
{
	int steps = count_steps(path, trial->want, &trial->options, finding);
	char *before = trial_path(trial, "before.db");

	if (steps > 0)
		evidence_find(finding, "%d steps remain", steps);
	trial_copy_file(path, before);
	if (!finding->text[0] && trial->expected == EXPECT_DONE) {
		struct trial again = *trial;

		again.expected = EXPECT_NOTHING;
		again.says_count = again.silent_count = 0;
		law_expected(finding, &again, path);
	}
	if (!trial_same_bytes(path, before))
		evidence_find(finding, "a run with nothing to do wrote to the file");
	sqlite3_free(before);
}

/* Migrates a file by its path with its backup, or makes one that does not exist. */
static void migrate_file(struct finding *finding, const struct trial *trial, const char *path)
{
	moult *m = new_handle();
	moult_schema *want = NULL;
	int rc = moult_schema_read(&want, m, trial->want);

	if (!rc)
		rc = moult_migrate_file(m, path, want, &trial->options, NULL);
	if (rc)
		find_said(finding, m, path, rc);
	moult_schema_free(want);
	moult_free(m);
}

static void law_fresh(struct finding *finding, const struct trial *trial, const char *path)
{
	char *fresh = trial_path(trial, "fresh.db"), *have = trial_path(trial, "have.db");
	sqlite3 *db;

	migrate_file(finding, trial, fresh);
	db = trial_open_file(path);
	trial_attach(db, fresh, "fresh");
	trial_attach(db, have, "have");
	evidence_schema(db, finding);
	sqlite3_close(db);
	sqlite3_free(have);
	sqlite3_free(fresh);
}

/* Makes a file of what the document is as SQL, by SQLite alone. */
static void make_by_sql(struct finding *finding, const struct trial *trial, const char *path)
{
	moult *m = new_handle();
	moult_schema *want = NULL;
	sqlite3_str *out = sqlite3_str_new(NULL);
	int rc = moult_schema_read(&want, m, trial->want);
	sqlite3 *db = trial_open_file(path);

	if (!rc)
		rc = moult_schema_sql(m, want, append, out);
	if (rc)
		find_said(finding, m, "as SQL", rc);
	else if (sqlite3_exec(db, sqlite3_str_value(out), NULL, NULL, NULL) != SQLITE_OK)
		evidence_find(finding, "%s", sqlite3_errmsg(db));
	sqlite3_close(db);
	sqlite3_free(sqlite3_str_finish(out));
	moult_schema_free(want);
	moult_free(m);
}

/* The new file that the document's SQL makes has the rows and marks of that which apply makes. */
static void law_sql(struct finding *finding, const struct trial *trial)
{
	static const char tables[] =
		"SELECT count(*) FROM (SELECT name FROM main.sqlite_master UNION ALL"
		" SELECT name FROM fresh.sqlite_master) WHERE name = '_moult_done'";
	static const char marks[] =
		"SELECT count(*) FROM (SELECT kind, object, digest FROM main._moult_done EXCEPT"
		" SELECT kind, object, digest FROM fresh._moult_done UNION ALL SELECT 1, 2, 3 FROM"
		" (SELECT kind, object, digest FROM fresh._moult_done EXCEPT"
		" SELECT kind, object, digest FROM main._moult_done))";
	char *fresh = trial_path(trial, "fresh.db"), *made = trial_path(trial, "made.db");
	long long marked;
	sqlite3 *db;

	make_by_sql(finding, trial, made);
	if (trial_content(made) != trial_content(fresh))
		evidence_find(finding, "the files differ");
	db = trial_open_file(made);
	trial_attach(db, fresh, "fresh");
	marked = evidence_number(db, tables);
	if (marked == 1 || (marked == 2 && evidence_number(db, marks) != 0))
		evidence_find(finding, "the marks differ");
	sqlite3_close(db);
	sqlite3_free(made);
	sqlite3_free(fresh);
}

static void law_kept(struct finding *finding, const struct trial *trial, const char *path)
{
	char *have = trial_path(trial, "have.db");
	sqlite3 *db = trial_open_file(path);

	trial_attach(db, have, "have");
	evidence_objects(db, excused, (void *)trial, finding);
	evidence_rows(db, excused, (void *)trial, finding);
	evidence_integrity(db, finding);
	sqlite3_close(db);
	sqlite3_free(have);
}

/* The case's own SELECTs. */
static void law_checks(struct finding *finding, const struct trial *trial, const char *path)
{
	char *checks = sqlite3_mprintf("%s/check.sql", trial->folder),
	     *text = trial_read_file(checks, NULL);
	sqlite3 *db = trial_open_file(path);
	char *start = text, *p;

	for (p = text; p && *p; p++) {
		char kept = p[1];

		if (*p != ';')
			continue;
		p[1] = '\0';
		if (sqlite3_complete(start)) {
			evidence_is_true(db, start, finding);
			start = p + 1;
		}
		p[1] = kept;
	}
	sqlite3_close(db);
	sqlite3_free(text);
	sqlite3_free(checks);
}

/* The program makes of the file what the library makes of it. */
static void law_program(struct finding *finding, const struct trial *trial, const char *path)
{
	static const int statuses[] = {
		[EXPECT_DONE] = 0, [EXPECT_NOTHING] = 0, [EXPECT_REFUSED] = 3, [EXPECT_WRONG] = 2};
	char *copy = trial_copy(trial, "program.db"), *log = trial_path(trial, "log");
	char *command =
		sqlite3_mprintf("'%s' apply --yes%s '%s' '%s' >'%s' 2>&1 </dev/null",
				getenv("MOULT"), trial->program_options, copy, trial->want, log);
	int status = system(command);
	char *said = trial_read_file(log, NULL);

	if (status != statuses[trial->expected] << 8)
		evidence_find(finding, "exit status %d\n%s", status >> 8, said);
	else if (trial_content(copy) != trial_content(path))
		evidence_find(finding, "the files differ\n%s", said);
	sqlite3_free(said);
	sqlite3_free(command);
	sqlite3_free(log);
	sqlite3_free(copy);
}

/* An empty file, whose content is 0, has no backup: there is nothing to go back to. */
static void law_rollback(struct finding *finding, const struct trial *trial)
{
	char *copy = trial_copy(trial, "rollback.db");
	uint64_t before = trial_content(copy);
	moult *m = new_handle();
	int rc;

	migrate_file(finding, trial, copy);
	rc = before ? moult_rollback(m, copy, NULL, &trial->options, NULL) : MOULT_OK;
	if (rc)
		find_said(finding, m, "rollback", rc);
	else if (before && trial_content(copy) != before)
		evidence_find(finding, "the file is not what it was");
	moult_free(m);
	sqlite3_free(copy);
}

static int go_back(bool *all, struct finding *finding, const struct trial *trial, const char *path)
{
	static const int results[] = {
		[BACK_WHOLE] = MOULT_OK, [BACK_LOSSY] = MOULT_OK, [BACK_REFUSED] = MOULT_REFUSED};
	moult_options options = trial->options;
	moult *m = new_handle();
	int rc;

	options.allow = "all";
	options.no_backup = 1;
	rc = moult_downgrade_file(m, path, NULL, &options, NULL);
	*all = !was_said(m, "MD136");
	if (rc != results[trial->back])
		find_said(finding, m, "downgrade", rc);
	moult_free(m);
	return rc;
}

/* What is in a file is what is in another, but for what is excused. */
static void find_same(struct finding *finding, const struct trial *trial, const char *path,
		      const char *other)
{
	sqlite3 *db = trial_open_file(path);

	trial_attach(db, other, "have");
	trial_attach(db, other, "fresh");
	evidence_objects(db, excused, (void *)trial, finding);
	if (trial->back == BACK_WHOLE)
		evidence_rows(db, excused, (void *)trial, finding);
	evidence_schema(db, finding);
	evidence_integrity(db, finding);
	sqlite3_close(db);
}

/*
 * There and back: schema, rows, rowids and sequences of what the document does not say is gone;
 * and there again, where nothing is gone.
 */
static void law_back(struct finding *finding, const struct trial *trial)
{
	char *copy = trial_copy(trial, "back.db"), *have = trial_path(trial, "have.db");
	char *there = trial_path(trial, "there.db");
	struct trial forth = *trial;
	bool all;

	forth.options.no_backup = 1;
	migrate_file(finding, &forth, copy);
	trial_copy_file(copy, there);
	if (!finding->text[0] && trial_content(have) && !go_back(&all, finding, trial, copy)) {
		find_same(finding, trial, copy, have);
		if (trial->back == BACK_WHOLE && !trial->gone_count && !finding->text[0]) {
			migrate_file(finding, &forth, copy);
			find_same(finding, trial, copy, there);
		}
	}
	sqlite3_free(there);
	sqlite3_free(have);
	sqlite3_free(copy);
}

/* What steps and declared rows write is theirs to undo, and not kept. */
static bool writes_rows(const struct trial *trial)
{
	size_t size;
	char *want = trial_read_file(trial->want, &size);
	const bool does = !want || strstr(want, "<step") || strstr(want, "<rows");

	sqlite3_free(want);
	return does;
}

/* Migrates with the values kept; true where all of them are. */
static bool migrate_with_data(struct finding *finding, const struct trial *trial, const char *path)
{
	moult_options options = trial->options;
	moult_schema *want = NULL;
	moult *m = new_handle();
	bool all;
	int rc = moult_schema_read(&want, m, trial->want);

	options.no_backup = 1;
	options.way_back = "data";
	options.allow = "all";
	if (!rc)
		rc = moult_migrate_file(m, path, want, &options, NULL);
	if (rc)
		find_said(finding, m, "with data", rc);
	all = !was_said(m, "MD132");
	moult_schema_free(want);
	moult_free(m);
	return all;
}

/*
 * The same with the values kept, so that nothing is excused: not a byte of a row is another.  And there
 * again, where going back kept all of the newer shape.
 */
static void law_back_with_data(struct finding *finding, const struct trial *trial)
{
	char *copy = trial_copy(trial, "data.db"), *have = trial_path(trial, "have.db");
	char *there = trial_path(trial, "there.db");
	struct trial forth = *trial;
	bool all = migrate_with_data(finding, trial, copy);
	int rc = MOULT_OK;

	forth.gone_count = 0;
	forth.back = all && !trial->loses_data ? BACK_WHOLE : BACK_LOSSY;
	trial_copy_file(copy, there);
	if (!finding->text[0] && trial_content(have))
		rc = go_back(&all, finding, &forth, copy);
	/* What refuses a way back by its shape may refuse this one, and need not. */
	if (rc == MOULT_REFUSED && trial->back == BACK_REFUSED)
		*finding = (struct finding){""};
	else if (!rc && !finding->text[0] && trial_content(have))
		find_same(finding, &forth, copy, have);
	if (!rc && all && !finding->text[0] && trial_content(have)) {
		migrate_with_data(finding, trial, copy);
		find_same(finding, &forth, copy, there);
	}
	sqlite3_free(there);
	sqlite3_free(have);
	sqlite3_free(copy);
}

/* Whatever way is taken, the same comes of it; a case that asks for one is held to that alone. */
static void law_strategies(struct finding *finding, const struct trial *trial)
{
	static const char *const strategies[] = {"rebuild", "alter", "edit", "exchange"};
	size_t i;

	if (trial->options.strategy)
		return;
	for (i = 0; i < sizeof(strategies) / sizeof(*strategies) && !finding->text[0]; i++) {
		struct trial other = *trial;
		char *copy = trial_copy(trial, "strategy.db");

		other.options.strategy = strategies[i];
		other.options.no_backup = 1;
		migrate_file(finding, &other, copy);
		if (!finding->text[0]) {
			law_rest(finding, trial, copy);
			law_fresh(finding, trial, copy);
			law_kept(finding, trial, copy);
			law_checks(finding, trial, copy);
		}
		if (finding->text[0])
			evidence_find(finding, "with --strategy %s", strategies[i]);
		sqlite3_free(copy);
	}
}

/* ---- interrupts ---- */

static int count_down(void *context, const moult_progress *progress)
{
	int *left = context;

	(void)progress;
	return --*left == 0;
}

/* One run that is interrupted at the n-th call of progress; false when it was not. */
static bool interrupt(struct finding *finding, const struct trial *trial, const char *path, int n)
{
	moult *m = new_handle();
	moult_schema *want = NULL;
	moult_options options = trial->options;
	int left = n, rc;

	options.no_backup = 1;
	rc = moult_schema_read(&want, m, trial->want);
	moult_set_progress(m, count_down, &left);
	if (!rc)
		rc = moult_migrate_file(m, path, want, &options, NULL);
	if (rc && rc != MOULT_FAILED)
		find_said(finding, m, "interrupted", rc);
	moult_schema_free(want);
	moult_free(m);
	return left <= 0 && rc;
}

static void law_interrupt(struct finding *finding, const struct trial *trial)
{
	char *copy = trial_copy(trial, "interrupt.db");
	uint64_t before = trial_content(copy);
	int n = 1;

	while (n < INTERRUPTS_MAX && interrupt(finding, trial, copy, n) && !finding->text[0]) {
		if (trial_content(copy) != before)
			evidence_find(finding,
				      "interrupted at call %d, the file is not what it was", n);
		n++;
	}
	if (!finding->text[0] && trial_content(copy) == before)
		evidence_find(finding, "not interrupted at call %d, and nothing was done", n);
	sqlite3_free(copy);
}

/* ---- a case under all laws ---- */

static void try_migration(struct score *score, const struct trial *trial, const char *path)
{
	struct finding rest = {""}, fresh = {""}, sql = {""}, kept = {""}, dump = {""};

	law_rest(&rest, trial, path);
	judge(score, trial, "afterwards there is nothing to do", &rest);
	law_fresh(&fresh, trial, path);
	judge(score, trial, "migrated equals fresh", &fresh);
	law_sql(&sql, trial);
	judge(score, trial, "its SQL makes the same new file", &sql);
	law_kept(&kept, trial, path);
	judge(score, trial, "what stays is the same bytes", &kept);
	law_dump(&dump, trial, path);
	judge(score, trial, "no difference from its own document", &dump);
}

static void try_ways(struct score *score, const struct trial *trial, const char *path)
{
	struct finding checks = {""}, program = {""}, rollback = {""}, stopped = {""},
		       others = {""}, back = {""}, data = {""};

	law_checks(&checks, trial, path);
	judge(score, trial, "the case's own checks hold", &checks);
	if (getenv("MOULT")) {
		law_program(&program, trial, path);
		judge(score, trial, "the program does the same", &program);
	}
	if (trial->expected != EXPECT_DONE)
		return;
	law_strategies(&others, trial);
	judge(score, trial, "by any strategy the same comes of it", &others);
	law_rollback(&rollback, trial);
	judge(score, trial, "rollback brings back what was", &rollback);
	law_back(&back, trial);
	judge(score, trial, "there and back it is what it was", &back);
	if (!writes_rows(trial)) {
		law_back_with_data(&data, trial);
		judge(score, trial, "there and back with data, all of it", &data);
	}
	law_interrupt(&stopped, trial);
	judge(score, trial, "interrupted anywhere, it is what it was", &stopped);
}

static void try_trial(struct score *score, const struct trial *trial)
{
	struct finding self = {""}, own = {""}, expected = {""}, unchanged = {""};
	char *have = trial_path(trial, "have.db"), *path = trial_copy(trial, "app.db");

	law_self(&self, trial, have);
	judge(score, trial, "nothing to do against itself", &self);
	law_dump(&own, trial, have);
	judge(score, trial, "no difference from the document of what was", &own);
	law_expected(&expected, trial, path);
	judge(score, trial, is_rejected(trial) ? "refused, with the reason" : "as expected",
	      &expected);
	if (is_rejected(trial)) {
		if (!trial_same_bytes(path, have))
			evidence_find(&unchanged, "refused, yet the file changed");
		judge(score, trial, "a refusal changes nothing", &unchanged);
	} else if (!expected.text[0]) {
		try_migration(score, trial, path);
	}
	if (!expected.text[0])
		try_ways(score, trial, path);
	sqlite3_free(path);
	sqlite3_free(have);
}

static void run_case(struct score *score, const char *cases, const char *name)
{
	struct finding leak = {""};
	struct trial trial;

	trial_open(&trial, cases, name);
	if (trial_lacks(&trial))
		printf("ok %d - %s # SKIP SQLite %s is too old\n", ++score->count, name,
		       sqlite3_libversion());
	else
		try_trial(score, &trial);
	trial_close(&trial);
	trial.name = (char *)name;
	if (sqlite3_memory_used())
		evidence_find(&leak, "%lld bytes", sqlite3_memory_used());
	judge(score, &trial, "no memory is left over", &leak);
}

/* ---- all cases ---- */

static int is_case(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void run_all(struct score *score, const char *cases)
{
	struct dirent **entries = NULL;
	int i, count = scandir(cases, &entries, is_case, alphasort);

	if (count < 0) {
		perror(cases);
		exit(99);
	}
	for (i = 0; i < count; i++) {
		char *name = sqlite3_mprintf("%s", entries[i]->d_name);
		char copy[256];

		sqlite3_snprintf(sizeof(copy), copy, "%s", name);
		sqlite3_free(name); /* before the case counts what is left over */
		run_case(score, cases, copy);
		free(entries[i]);
	}
	free(entries);
}

int main(int argc, char **argv)
{
	const char *source = getenv("MOULT_SOURCE");
	struct score score = {0, 0};
	char cases[1024];
	int i;

	snprintf(cases, sizeof(cases), "%s/tests/cases", source ? source : ".");
	for (i = 1; i < argc; i++)
		run_case(&score, cases, argv[i]);
	if (argc == 1)
		run_all(&score, cases);
	printf("1..%d\n", score.count);
	return score.failed > 0;
}
