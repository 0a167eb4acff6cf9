/* SPDX-License-Identifier: MIT */
/*
 * statements.c: plan --format statements against apply, on every case.
 *
 * The array runs as those run it for whom it is made: in one transaction, with foreign
 * keys in force, up to the first error.  What apply makes of a file the array must make,
 * or be refused with a reason of its own (RUN070 to RUN072); what apply refuses it must
 * refuse, or leave as it was.  On a file that it was not made for, and on what it has made itself,
 * it fails, and nothing has changed.
 *
 *	tests/statements [CASE]...	one TAP line for each case, and how many are taken
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evidence.h"
#include "moult.h"
#include "trial.h"

struct score {
	int count;
	int failed;
	int taken;
	int empty;
	int refused; /* as by apply */
	int own;     /* for a reason of its own */
};

static int append(void *context, const char *text, size_t size)
{
	sqlite3_str_append(context, text, (int)size);
	return 0;
}

/* ---- the array ---- */

/* What must not be in it, but for the pragma that begins it. */
static void check_words(struct finding *finding, const char *sql, int number)
{
	static const char *const words[] = {
		"BEGIN",  "COMMIT", "END",    "ROLLBACK", "SAVEPOINT", "ATTACH",     "RELEASE",
		"DETACH", "VACUUM", "PRAGMA", "REINDEX",  "ANALYZE",   "CREATE TEMP"};

	if (number == 0)
		return;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!sqlite3_strnicmp(sql, words[i], (int)strlen(words[i])))
			evidence_find(finding, "a statement that is not for an array: %.60s", sql);
	if (strstr(sql, "temp."))
		evidence_find(finding, "a statement that needs a TEMP table: %.200s", sql);
}

/* SQLite's own JSON reads it; the result is that of the first statement that fails. */
static int run(struct finding *finding, sqlite3 *db, const char *array, char **why)
{
	sqlite3_stmt *each = NULL;
	sqlite3 *reader = NULL;
	int rc = sqlite3_open(":memory:", &reader), number = 0;

	if (!rc)
		rc = sqlite3_prepare_v2(reader, "SELECT value, type FROM json_each(?)", -1, &each,
					NULL);
	if (!rc)
		rc = sqlite3_bind_text(each, 1, array, -1, SQLITE_STATIC);
	if (!rc)
		rc = sqlite3_exec(db, "PRAGMA foreign_keys = ON; BEGIN", NULL, NULL, why);
	while (!rc && sqlite3_step(each) == SQLITE_ROW) {
		const char *sql = (const char *)sqlite3_column_text(each, 0);

		if (strcmp((const char *)sqlite3_column_text(each, 1), "text") != 0)
			evidence_find(finding, "no array of strings");
		check_words(finding, sql, number++);
		rc = sqlite3_exec(db, sql, NULL, NULL, why);
	}
	if (sqlite3_finalize(each) || sqlite3_close(reader))
		evidence_find(finding, "no JSON");
	if (!rc)
		rc = sqlite3_exec(db, "COMMIT", NULL, NULL, why);
	if (rc)
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

/* Fails on a file, and leaves it as it was. */
static void must_fail(struct finding *finding, const char *path, const char *array,
		      const char *what)
{
	const uint64_t before = trial_content(path);
	sqlite3 *db = trial_open_file(path);
	char *why = NULL;

	if (!run(finding, db, array, &why))
		evidence_find(finding, "it runs on %s", what);
	sqlite3_free(why);
	sqlite3_close(db);
	if (trial_content(path) != before)
		evidence_find(finding, "it changes %s", what);
}

/* ---- the plan ---- */

/* The array; NULL where moult refuses it, and says so in said. */
static char *plan(const struct trial *trial, const char *path, char **said)
{
	moult_options options = trial->options;
	moult_schema *have = NULL, *want = NULL;
	moult_plan *plan = NULL;
	sqlite3_str *out = sqlite3_str_new(NULL), *words = sqlite3_str_new(NULL);
	moult *m;
	int rc;

	if (moult_new(&m))
		exit(99);
	options.statements = 1;
	rc = moult_schema_read(&have, m, path);
	if (!rc)
		rc = moult_schema_read(&want, m, trial->want);
	if (!rc)
		rc = moult_plan_new(&plan, m, have, want, &options);
	if (!rc)
		rc = moult_plan_report(m, plan, MOULT_STATEMENTS, append, out);
	moult_report_diagnostics(m, MOULT_TEXT, append, words);
	moult_plan_free(plan);
	moult_schema_free(want);
	moult_schema_free(have);
	moult_free(m);
	*said = sqlite3_str_finish(words);
	if (rc) {
		sqlite3_free(sqlite3_str_finish(out));
		return NULL;
	}
	return sqlite3_str_finish(out);
}

static int apply(const struct trial *trial, const char *path)
{
	moult_options options = trial->options;
	moult_schema *want = NULL;
	moult *m;
	int rc;

	if (moult_new(&m))
		exit(99);
	options.no_backup = 1;
	rc = moult_schema_read(&want, m, trial->want);
	if (!rc)
		rc = moult_migrate_file(m, path, want, &options, NULL);
	moult_schema_free(want);
	moult_free(m);
	return rc;
}

/* ---- one case ---- */

static void write_document(const char *path, const char *to)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	moult_schema *schema = NULL;
	FILE *file = fopen(to, "w");
	char *text;
	moult *m;

	if (!file || moult_new(&m))
		exit(99);
	if (!moult_schema_read(&schema, m, path))
		moult_schema_dump(m, schema, append, out);
	text = sqlite3_str_finish(out);
	fputs(text ? text : "", file);
	fclose(file);
	sqlite3_free(text);
	moult_schema_free(schema);
	moult_free(m);
}

static bool nobody(void *context, const char *name)
{
	(void)context;
	(void)name;
	return false;
}

/* Rows, rowids, marks and schema of what apply has made. */
static void compare(struct finding *finding, const struct trial *trial, const char *path,
		    const char *applied)
{
	sqlite3 *db = trial_open_file(path);

	trial_attach(db, applied, "have");
	trial_attach(db, applied, "fresh");
	sqlite3_exec(db, "DROP TABLE IF EXISTS main._moult_history", NULL, NULL, NULL);
	evidence_objects(db, nobody, (void *)trial, finding);
	evidence_rows(db, nobody, (void *)trial, finding);
	evidence_schema(db, finding);
	evidence_integrity(db, finding);
	sqlite3_close(db);
}

static void spoil(const char *path)
{
	sqlite3 *db = trial_open_file(path);

	sqlite3_exec(db, "CREATE TABLE nobody_planned_for(this)", NULL, NULL, NULL);
	sqlite3_close(db);
}

static void try_array(struct score *score, struct finding *finding, const struct trial *trial,
		      const char *array, const char *applied)
{
	char *path = trial_copy(trial, "array.db"), *other = trial_copy(trial, "other.db");
	sqlite3 *db = trial_open_file(path);
	char *why = NULL;

	if (run(finding, db, array, &why))
		evidence_find(finding, "it fails: %s", why);
	sqlite3_close(db);
	sqlite3_free(why);
	if (!finding->text[0])
		compare(finding, trial, path, applied);
	if (!strcmp(array, "[]\n")) {
		score->empty++;
	} else if (!finding->text[0]) {
		score->taken++;
		must_fail(finding, path, array, "what it has made");
		spoil(other);
		must_fail(finding, other, array, "another file");
	}
	sqlite3_free(other);
	sqlite3_free(path);
}

static bool is_own_reason(const char *said)
{
	return strstr(said, "RUN070") || strstr(said, "RUN071") || strstr(said, "RUN072");
}

/*
 * HAVE is the file itself, the script that made it, or its document; of declared rows, which only
 * the file knows, the file.
 */
static char *have_of(const struct trial *trial)
{
	char *path = trial_path(trial, "have.db"), *to = trial_path(trial, "have.xml");
	char *want = trial_read_file(trial->want, NULL);
	int turn = 0;

	for (const char *p = trial->name; !strstr(want ? want : "", "<rows") && *p; p++)
		turn = (turn + *p) % 3;
	sqlite3_free(want);
	if (turn == 2)
		write_document(path, to);
	else
		sqlite3_free(to);
	if (turn == 0)
		return path;
	sqlite3_free(path);
	return turn == 1 ? sqlite3_mprintf("%s/have.sql", trial->folder) : to;
}

static void try_case(struct score *score, struct finding *finding, const struct trial *trial)
{
	char *have = have_of(trial), *applied = trial_copy(trial, "applied.db");
	char *said = NULL, *array = plan(trial, have, &said);
	const int rc = apply(trial, applied);

	if (rc && array && strcmp(array, "[]\n") != 0)
		must_fail(finding, applied, array, "what apply refuses");
	else if (rc)
		score->refused++;
	else if (array)
		try_array(score, finding, trial, array, applied);
	else if (is_own_reason(said))
		score->own++;
	else
		evidence_find(finding, "refused, and not by apply:\n%.400s", said);
	if (!rc && !array && getenv("MOULT_REASONS"))
		printf("# %s: %s\n", trial->name, said);
	sqlite3_free(array);
	sqlite3_free(said);
	sqlite3_free(applied);
	sqlite3_free(have);
}

static void run_case(struct score *score, const char *cases, const char *name)
{
	struct finding finding = {""};
	struct trial trial;
	char *p;

	trial_open(&trial, cases, name);
	if (!trial_lacks(&trial))
		try_case(score, &finding, &trial);
	score->count++;
	if (finding.text[0]) {
		score->failed++;
		for (p = finding.text; (p = strchr(p, '\n')); p++)
			*p = ' ';
	}
	printf("%sok %d - %s\n", finding.text[0] ? "not " : "", score->count, name);
	if (finding.text[0])
		printf("# %s\n", finding.text);
	fflush(stdout);
	trial_close(&trial);
}

static int is_case(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
	const char *source = getenv("MOULT_SOURCE");
	char *cases = sqlite3_mprintf("%s/tests/cases", source ? source : ".");
	struct score score = {0};
	struct dirent **entries;
	int count = argc > 1 ? 0 : scandir(cases, &entries, is_case, alphasort);

	for (int i = 1; i < argc; i++)
		run_case(&score, cases, argv[i]);
	for (int i = 0; i < count; i++) {
		run_case(&score, cases, entries[i]->d_name);
		free(entries[i]);
	}
	if (argc == 1 && count > 0)
		free(entries);
	printf("# %d as apply, %d with nothing to do, %d refused as by apply, %d for foreign keys, TEMP or the clock\n",
	       score.taken, score.empty, score.refused, score.own);
	printf("1..%d\n", score.count);
	sqlite3_free(cases);
	return score.failed || !score.count;
}
