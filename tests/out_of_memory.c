/* SPDX-License-Identifier: MIT */
/*
 * out_of_memory.c: every allocation fails in turn.
 *
 * All of moult's memory comes from SQLite's allocator, so one hook reaches
 * everything.  Whatever fails, the call says so, nothing leaks, and the file
 * is what it was or, where the call succeeded, what was wanted.  What is only
 * asked is answered in the same words as ever, or not at all: a plan that is
 * another one because a rehearsal found no memory would be a wrong answer.
 *
 *	tests/out_of_memory [WAY [CASE]]
 *
 * make check takes a sample of the allocations of some cases in each way;
 * MOULT_OUT_OF_MEMORY=all takes each.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "evidence.h"
#include "failing.h"
#include "moult.h"
#include "trial.h"

#define SAMPLES 40

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

/* ---- what is done -------------------------------------------------------------------------- */

struct call {
	const struct trial *trial;
	const char *source; /* the directory that has tests/ */
	const char *name;   /* of the case */
	const char *path;   /* of a file that is the case's */
	long long failing;  /* 0: none */
	moult *m;
	moult_schema *have;
	moult_schema *want;
	moult_options options;
	uint64_t said;
};

/* FNV-1a: it needs no memory. */
static int listen(void *context, const char *text, size_t size)
{
	struct call *call = context;

	for (size_t i = 0; i < size; i++)
		call->said = (call->said ^ (unsigned char)text[i]) * 0x100000001b3;
	return 0;
}

static int apply(struct call *call)
{
	return moult_migrate_file(call->m, call->path, call->want, &call->options, NULL);
}

static int apply_alone(struct call *call)
{
	call->options.no_backup = 1;
	return apply(call);
}

/* Whether a statement about the file yields something else than 0; it is made WAL by one, too. */
static bool ask(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *stmt = NULL;
	bool answer = false;

	if (!sqlite3_open(path, &db) && !sqlite3_prepare_v2(db, sql, -1, &stmt, NULL))
		answer = sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_int(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return answer;
}

/*
 * A change in many transactions may stop between them.  With memory again every other one goes on,
 * and is then done; the others are abandoned, and what was under way leaves no trace.  Tables that have
 * been exchanged already stay so.
 */
static int go_on_or_back(struct call *call, int rc)
{
	if (!rc)
		return rc;
	arm(0);
	moult_diagnostics_clear(call->m);
	if (call->failing / 7 % 2) /* the stride may be even */
		return apply(call);
	moult_downgrade_file(call->m, call->path, NULL, &call->options, NULL);
	if (call->options.online &&
	    ask(call->path, "SELECT count(*) FROM sqlite_master WHERE name = '_moult_history'"))
		return MOULT_OK;
	return rc;
}

static int apply_online(struct call *call)
{
	call->options.online = call->options.no_backup = 1;
	call->options.duty = 100;
	arm(0);
	ask(call->path, "PRAGMA journal_mode = WAL");
	arm(call->failing);
	return go_on_or_back(call, apply(call));
}

static int apply_side_by_side(struct call *call)
{
	call->options.side_by_side = call->options.no_backup = 1;
	call->options.duty = 100;
	return go_on_or_back(call, apply(call));
}

/* There in peace; the way back is what is tried. */
static int go_back(struct call *call)
{
	int rc;

	arm(0);
	rc = apply(call);
	if (rc)
		return rc;
	arm(call->failing);
	return moult_rollback(call->m, call->path, NULL, &call->options, NULL);
}

/* There in peace; what is tried is that it stays. */
static int confirm(struct call *call)
{
	int rc;

	arm(0);
	rc = apply(call);
	if (rc)
		return rc;
	arm(call->failing);
	return moult_finish_file(call->m, call->path, &call->options, NULL);
}

/* There, with rows that the older shape does not take. */
static int apply_and_write(struct call *call)
{
	const int rc = apply(call);

	if (!rc)
		ask(call->path, "INSERT INTO t VALUES (2, 0, 'b', NULL), (3, 5, 'a', 1), "
				"(4, 4, 'd', 9), (5, 5, 'e', 2), (6, 6, 'f', 3)");
	return rc;
}

static int downgrade_parking(struct call *call)
{
	moult_options options = call->options;

	options.park_rows = 1;
	return moult_downgrade_file(call->m, call->path, NULL, &options, NULL);
}

/* The way back parks them; and what is parked comes back. */
static int park(struct call *call)
{
	int rc;

	arm(0);
	rc = apply_and_write(call);
	arm(call->failing);
	return rc ? rc : downgrade_parking(call);
}

static int apply_and_park(struct call *call)
{
	const int rc = apply_and_write(call);

	return rc ? rc : downgrade_parking(call);
}

static int unpark(struct call *call)
{
	int rc;

	arm(0);
	rc = apply_and_park(call);
	arm(call->failing);
	return rc ? rc : apply(call);
}

static int plan(struct call *call)
{
	const bool is_script = call->options.script;
	moult_plan *plan = NULL;
	int rc = moult_plan_new(&plan, call->m, call->have, call->want, &call->options);

	if (!rc)
		rc = moult_plan_report(call->m, plan, is_script ? MOULT_SQL : MOULT_TEXT, listen,
				       call);
	if (!rc && is_script)
		rc = moult_unit_report(call->m, (const moult_plan *[]){plan}, 1, "unit",
				       MOULT_UNIT_SOURCE, listen, call);
	if (!rc && !is_script)
		rc = moult_plan_report(call->m, plan, MOULT_JSON, listen, call);
	moult_plan_free(plan);
	return rc;
}

static int script(struct call *call)
{
	call->options.script = 1;
	return plan(call);
}

static int share(struct call *call)
{
	call->options.side_by_side = 1;
	return plan(call);
}

static int diff(struct call *call)
{
	moult_diff *diff = NULL;
	int rc = moult_diff_new(&diff, call->m, call->have, call->want, &call->options);

	if (!rc)
		rc = moult_diff_report(call->m, diff, MOULT_TEXT, listen, call);
	if (!rc)
		rc = moult_diff_report(call->m, diff, MOULT_JSON, listen, call);
	moult_diff_free(diff);
	return rc;
}

static int compat(struct call *call)
{
	moult_compat *compat = NULL;
	int rc = moult_compat_new(&compat, call->m, call->have, call->want, &call->options);

	if (!rc)
		rc = moult_compat_report(call->m, compat, MOULT_TEXT, listen, call);
	if (!rc)
		rc = moult_compat_report(call->m, compat, MOULT_JSON, listen, call);
	moult_compat_free(compat);
	return rc;
}

static int dump(struct call *call)
{
	int rc = moult_schema_dump(call->m, call->have, listen, call);

	if (!rc)
		rc = moult_schema_check(call->m, call->want);
	return rc ? rc : moult_schema_sql(call->m, call->want, listen, call);
}

static int inspect(struct call *call)
{
	int rc = moult_verify_report(call->m, call->path, call->want, NULL, NULL, MOULT_TEXT,
				     listen, call);

	return rc ? rc
		  : moult_status_report(call->m, call->path, call->want, NULL, NULL, MOULT_JSON,
					listen, call);
}

/* What it says is how long it took, too. */
static int rehearse(struct call *call)
{
	const int rc = moult_rehearse_file(call->m, call->path, call->want, NULL, &call->options,
					   MOULT_JSON, listen, call);

	call->said = 0;
	return rc;
}

/* The case is one of tests/lint. */
static int lint(struct call *call)
{
	char path[1200];
	moult_schema *have = NULL;
	moult_lint *lint = NULL;
	size_t size = 0;
	char *text;
	int rc;

	snprintf(path, sizeof(path), "%s/tests/lint/%s/1.sql", call->source, call->name);
	arm(0);
	text = trial_read_file(path, &size);
	snprintf(path, sizeof(path), "%s/tests/lint/%s/have.sql", call->source, call->name);
	arm(call->failing);
	rc = moult_schema_read(&have, call->m, path);
	if (!rc)
		rc = moult_lint_text(&lint, call->m, text, size, "1.sql", have, NULL);
	if (!rc)
		rc = moult_lint_report(call->m, lint, MOULT_TEXT, listen, call);
	moult_lint_free(lint);
	moult_schema_free(have);
	sqlite3_free(text);
	return rc;
}

/* From the first release of a folder to the newest, read and planned; the case has no part in it. */
static int route(struct call *call)
{
	moult_schema *folder = NULL;
	const moult_schema *have = NULL;
	moult_plan *made = NULL;
	char path[1024];
	int rc;

	snprintf(path, sizeof(path), "%s/examples/releases/releases", call->source);
	arm(call->failing);
	rc = moult_schema_read(&folder, call->m, path);
	if (!rc)
		rc = moult_schema_release(&have, call->m, folder, "begin");
	if (!rc)
		rc = moult_plan_new(&made, call->m, have, folder, NULL);
	if (!rc)
		rc = moult_plan_report(call->m, made, MOULT_MARKDOWN, listen, call);
	moult_plan_free(made);
	moult_schema_free(folder);
	return rc;
}

/* The case's file to what a folder of scripts makes, with rows, of which is said that they stay behind. */
static int play(struct call *call)
{
	moult_schema *have = NULL, *scripts = NULL;
	moult_plan *made = NULL;
	char path[1024];
	int rc = moult_schema_read(&have, call->m, call->path);

	snprintf(path, sizeof(path), "%s/examples/releases/kept", call->source);
	arm(call->failing);
	if (!rc)
		rc = moult_schema_read(&scripts, call->m, path);
	if (!rc)
		rc = moult_plan_new(&made, call->m, have, scripts, NULL);
	if (!rc)
		rc = moult_report_diagnostics(call->m, MOULT_TEXT, listen, call);
	moult_plan_free(made);
	moult_schema_free(scripts);
	moult_schema_free(have);
	return rc;
}

/* Ways, and a case for each way in which a table can change. */
static const struct way {
	const char *name;
	int (*go)(struct call *call);
	bool arms; /* by itself, once all is made ready */
	bool reads_have;
	const char *cases[10];
} ways[] = {
	{"apply without backup",
	 apply_alone,
	 false,
	 false,
	 {"cascades-cycles-self", "indexes-of-every-kind", "renames", "rowids-without-key",
	  "split-with-using", "triggers-and-views-elsewhere"}},
	{"apply",
	 apply,
	 false,
	 false,
	 {"native-add-column", "text-edits", "exchange", "autoincrement-mark", "full-text-rebuilt",
	  "everything-new", "tombstones", "without-rowid", "utf16-file"}},
	{"apply online", apply_online, true, false, {"exchange"}},
	{"apply side by side", apply_side_by_side, false, false, {"rename-beside-generated"}},
	{"rollback", go_back, true, false, {"renames", "full-text-rebuilt"}},
	{"finish", confirm, true, false, {"renames"}},
	{"downgrade that parks", park, true, false, {"constraint-dropped"}},
	{"apply with parked rows", unpark, true, false, {"constraint-dropped"}},
	{"plan",
	 plan,
	 false,
	 true,
	 {"native-add-column", "text-edits", "exchange", "split-with-using", "affinity-refused",
	  "view-compiles-no-more", "full-text-rebuilt"}},
	{"plan a route", route, true, false, {"native-add-column"}},
	{"plan scripts", play, true, false, {"native-add-column"}},
	{"script",
	 script,
	 false,
	 true,
	 {"native-add-column", "renames", "autoincrement-mark", "full-text-rebuilt"}},
	{"plan side by side", share, false, true, {"rename-beside-generated"}},
	{"diff", diff, false, true, {"everything-is-declared", "views-and-triggers-change"}},
	{"compat", compat, false, true, {"views-and-triggers-change"}},
	{"dump", dump, false, true, {"everything-is-declared", "options-of-a-table-survive"}},
	{"inspect", inspect, false, false, {"exchange", "orphans-of-before"}},
	{"rehearse", rehearse, false, false, {"rowids-without-key"}},
	{"lint",
	 lint,
	 true,
	 false,
	 {"renamed-first", "copy-crosses-columns", "cascade-pragma-inside"}},
};
enum { WAYS = sizeof(ways) / sizeof(*ways), CASES = sizeof(ways->cases) / sizeof(char *) };

/* ---- one run ------------------------------------------------------------------------------------ */

static int run(const struct way *way, struct call *call)
{
	int rc;

	call->options = call->trial->options;
	call->said = 0xcbf29ce484222325;
	arm(way->arms ? 0 : call->failing);
	rc = moult_new(&call->m);
	if (!rc)
		rc = moult_schema_read(&call->want, call->m, call->trial->want);
	if (!rc && way->reads_have)
		rc = moult_schema_read(&call->have, call->m, call->path);
	if (!rc)
		rc = way->go(call);
	moult_schema_free(call->have);
	moult_schema_free(call->want);
	moult_free(call->m);
	call->have = call->want = NULL;
	call->m = NULL;
	failing = 0;
	return rc;
}

/* Of the files whose names are such; with_them: they go. */
static size_t count_files(const struct trial *trial, const char *pattern, bool with_them)
{
	char whole[1200];
	glob_t found;
	size_t count = 0;

	snprintf(whole, sizeof(whole), "%s/%s", trial->work, pattern);
	if (!glob(whole, 0, NULL, &found)) {
		count = found.gl_pathc;
		for (size_t i = 0; with_them && i < count; i++)
			unlink(found.gl_pathv[i]);
		globfree(&found);
	}
	return count;
}

/* What it comes to where nothing fails, and what may be on the way. */
struct outcome {
	uint64_t before;
	uint64_t between; /* there, where it is the way back that is tried */
	uint64_t after;
	uint64_t said;
};

static bool is_one_of(const struct outcome *outcome, uint64_t now, int rc)
{
	if (!rc || outcome->after == now)
		return outcome->after == now;
	return now == outcome->before || now == outcome->between;
}

/* Whether the failure was felt: the run did not come to its end. */
static bool try_failure(struct finding *finding, const struct way *way, struct call *call,
			const struct outcome *due)
{
	const long long used = sqlite3_memory_used();
	const long long n = call->failing;
	const int rc = run(way, call);
	const uint64_t now = trial_content(call->path);

	if (sqlite3_memory_used() != used)
		evidence_find(finding, "allocation %lld fails: %lld bytes are lost", n,
			      sqlite3_memory_used() - used);
	if (!is_one_of(due, now, rc))
		evidence_find(finding, "allocation %lld fails: result %d, and the file is neither",
			      n, rc);
	if (rc && now == due->after && now != due->before && now != due->between)
		evidence_find(finding, "allocation %lld fails: result %d, and yet it was done", n,
			      rc);
	if (!rc && call->said != due->said)
		evidence_find(finding, "allocation %lld fails, and it says something else", n);
	if (count_files(call->trial, "*.tmp", false))
		evidence_find(finding, "allocation %lld fails: temporary files stay", n);
	return rc != MOULT_OK;
}

static char *fresh(const struct trial *trial)
{
	count_files(trial, "memory.db*", true);
	return trial_copy(trial, "memory.db");
}

/* Twice: what a process does once is done then, and what it says must be the same each time. */
static bool without_failure(struct outcome *due, const struct way *way, struct call *call)
{
	bool done = true;

	for (int i = 0; i < 2; i++) {
		char *path = fresh(call->trial);

		call->path = path;
		call->failing = 0;
		due->before = due->between = trial_content(path);
		done = done && (!run(way, call) || call->trial->expected == EXPECT_REFUSED) &&
		       (!i || due->said == call->said);
		due->said = call->said;
		due->after = trial_content(path);
		sqlite3_free(path);
	}
	return done;
}

/* Whether it begins there, as a way back and its end do. */
static bool begins_there(const struct way *way)
{
	return way->go == go_back || way->go == confirm || way->go == park || way->go == unpark;
}

/* The state that such a way begins with. */
static void go_there(struct outcome *due, const struct way *way, struct call *call)
{
	const struct way there = {.go = way->go == park	    ? apply_and_write
					: way->go == unpark ? apply_and_park
							    : apply};
	char *path = fresh(call->trial);

	call->path = path;
	run(&there, call);
	due->between = trial_content(path);
	sqlite3_free(path);
}

static bool fail_each(struct call *call, const struct way *way, int number)
{
	const char *all = getenv("MOULT_OUT_OF_MEMORY");
	struct finding finding = {""};
	struct outcome due = {0};
	long long count, stride, felt = 0;

	if (!without_failure(&due, way, call))
		evidence_find(&finding, "it does not even work");
	count = allocations;
	if (begins_there(way))
		go_there(&due, way, call);
	stride = all && !strcmp(all, "all") ? 1 : count / SAMPLES + 1;
	for (long long n = 1; n <= count && !finding.text[0]; n += stride) {
		char *path = fresh(call->trial);

		call->path = path;
		call->failing = n;
		felt += try_failure(&finding, way, call, &due);
		sqlite3_free(path);
	}
	if (!finding.text[0] && !felt)
		evidence_find(&finding, "no run noticed that an allocation failed");
	printf("%sok %d - %s, %s: %lld allocations, every %lld. fails\n",
	       finding.text[0] ? "not " : "", number, way->name, call->name, count, stride);
	if (finding.text[0])
		printf("# %s\n", finding.text);
	fflush(stdout);
	return !finding.text[0];
}

static bool fail_case(const struct way *way, const char *name, int number)
{
	const char *source = getenv("MOULT_SOURCE");
	struct trial trial;
	struct call call = {.trial = &trial, .source = source ? source : ".", .name = name};
	char cases[1024];
	bool done;

	snprintf(cases, sizeof(cases), "%s/tests/cases", call.source);
	trial_open(&trial, cases, way->go == lint ? "renames" : name);
	done = fail_each(&call, way, number);
	trial_close(&trial);
	return done;
}

int main(int argc, char **argv)
{
	int failed = 0, count = 0;

	failing_install(fails);
	for (int i = 0; i < WAYS; i++) {
		const bool is_asked = argc > 1 && !strcmp(argv[1], ways[i].name);

		if (argc > 2 && is_asked)
			failed += !fail_case(&ways[i], argv[2], ++count);
		for (int j = 0; j < CASES && ways[i].cases[j]; j++)
			if (argc == 1 || (argc == 2 && is_asked))
				failed += !fail_case(&ways[i], ways[i].cases[j], ++count);
	}
	printf("1..%d\n", count);
	return failed > 0;
}
