/* SPDX-License-Identifier: MIT */
/*
 * fleet.c: one command on many files, from the names to the exit status.
 *
 * WANT is read once, and the canaries come first, one after the other.  Whatever
 * ends the work early (a canary, too many failures, a signal) lets what has begun
 * end, and each file that was not begun says so.
 *
 * rollback is not for many: run again it would take a file back a second time,
 * and which backup a file goes back to is a question for that file.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/fleet.h"

#define PROCESSES_MOST 512

static bool is_apply(const struct call *call)
{
	return call->command == &mo_cli_commands[COMMAND_APPLY];
}

/* ---- what is wanted ---- */

static int discard(void *context, const char *text, size_t size)
{
	(void)context, (void)text, (void)size;
	return 0;
}

/* Options that lead to another outcome are another target. */
static char *target_of(const struct call *call, const char *digest)
{
	return sqlite3_mprintf("%s%s%s%s%s", digest, call->options.prune ? " prune" : "",
			       call->options.column_order ? " column-order" : "",
			       call->options.steps ? " steps " : "",
			       call->options.steps ? call->options.steps : "");
}

/*
 * Reads WANT for all.  SQLite judges a document here, once, when it is written as SQL.  A
 * database is closed again, and each process reads it by itself.
 */
static int read_want(struct fleet *fleet, const char *path, char **target)
{
	struct call *call = fleet->call;
	char digest[MOULT_DIGEST_SIZE];
	moult_schema *want = NULL;
	int rc = moult_schema_read(&want, call->m, path);

	if (!rc)
		rc = moult_schema_digest(digest, call->m, want);
	if (!rc)
		rc = moult_schema_sql(call->m, want, discard, NULL);
	if (!rc)
		*target = target_of(call, digest);
	if (!rc && moult_schema_source(want) != MOULT_DATABASE)
		call->want = want;
	else
		moult_schema_free(want);
	return rc;
}

/* The last operand is WANT, as with cp: with --files always, else where there are two or more. */
static bool has_want(const struct call *call)
{
	return mo_cli_has_want(call->command) && call->operand_count > (call->files ? 0 : 1);
}

static int read_call(struct fleet *fleet)
{
	struct call *call = fleet->call;
	const char *want = has_want(call) ? call->operands[--call->operand_count] : NULL;
	char *target = NULL;
	int rc = mo_fleet_read_names(fleet);

	if (!rc && want)
		rc = read_want(fleet, want, &target);
	if (!rc)
		rc = mo_verdict_begin(fleet);
	if (!rc && call->journal) /* takes the target over */
		return mo_journal_open(fleet, call->journal, target);
	sqlite3_free(target);
	return rc;
}

/* From here on the operands are those of a process. */
static void set_operands(struct call *call, char *want)
{
	call->operands[1] = want;
	call->operand_count = want ? 2 : 1;
}

/* ---- files for which no process is made ---- */

static void judge_name(struct fleet *fleet, struct item *item)
{
	const bool has_been = mo_journal_has(&fleet->journal, item->path);

	if (item->twin)
		mo_verdict_say(item, 0, "named twice", "is the file %s", item->twin);
	else if (has_been)
		mo_verdict_say(item, 0, "done before", "says the journal");
	else if (!item->path && is_apply(fleet->call))
		mo_verdict_say(
			item, -MOULT_TROUBLE, "trouble",
			"RUN066: there is no such file; apply makes one where it is the only one");
	else
		return;
	item->is_settled = true;
	fleet->settled++;
	fleet->failed += mo_fleet_is_failure(item->status);
	mo_verdict_line(fleet, item);
}

static void judge_names(struct fleet *fleet)
{
	int i;

	for (i = 0; i < fleet->count; i++)
		judge_name(fleet, &fleet->items[i]);
}

static void end_rest(struct fleet *fleet)
{
	int i;

	for (i = 0; i < fleet->count; i++) {
		struct item *item = &fleet->items[i];

		if (item->is_settled)
			continue;
		mo_verdict_say(item, FLEET_NOT_STARTED, "not started", "%s", fleet->stopped_by);
		mo_verdict_line(fleet, item);
	}
}

/* ---- the question ---- */

static int write_stderr(void *context, const char *text, size_t size)
{
	(void)context;
	return fwrite(text, 1, size, stderr) != size;
}

/* The plan of the first file that is to be changed; where it has none, why. */
static void show_plan(struct call *call, const char *path)
{
	moult_schema *have = NULL, *want = NULL;
	moult_plan *plan = NULL;
	int rc = moult_schema_read(&have, call->m, path);

	if (!rc && !call->want)
		rc = moult_schema_read(&want, call->m, call->operands[1]);
	if (!rc)
		rc = moult_plan_new(&plan, call->m, have, call->want ? call->want : want,
				    &call->options);
	if (!rc)
		moult_plan_report(call->m, plan, mo_cli_format(call, STDERR_FILENO), write_stderr,
				  NULL);
	else
		moult_report_diagnostics(call->m, mo_cli_format(call, STDERR_FILENO), write_stderr,
					 NULL);
	moult_diagnostics_clear(call->m);
	moult_plan_free(plan);
	moult_schema_free(want);
	moult_schema_free(have);
}

/* One question for all of them. */
static int ask(struct fleet *fleet)
{
	struct call *call = fleet->call;
	const struct item *first = NULL;
	char *question;
	bool agreed;
	int i;

	for (i = 0; i < fleet->count && !first; i++)
		if (!fleet->items[i].is_settled)
			first = &fleet->items[i];
	if (!first || !is_apply(call) || !mo_cli_can_ask(call))
		return MOULT_OK;
	mo_cli_note("the plan of the first file, %s:", first->name);
	show_plan(call, first->name);
	question = sqlite3_mprintf("Go ahead with %d files?", fleet->count - fleet->settled);
	agreed = question && mo_cli_agree(call, question);
	sqlite3_free(question);
	if (agreed)
		return MOULT_OK;
	mo_cli_fail(call, "RUN018", NULL, "not confirmed; nothing changed");
	return MOULT_REFUSED;
}

/* ---- the work ---- */

static int at_once(const struct call *call)
{
	const long processors = call->jobs ? call->jobs : sysconf(_SC_NPROCESSORS_ONLN);

	return processors < 1 ? 1 : processors > PROCESSES_MOST ? PROCESSES_MOST : (int)processors;
}

static int most_failures(const struct fleet *fleet)
{
	const struct limit *limit = &fleet->call->most_failures;

	if (!limit->is_set)
		return fleet->count;
	if (!limit->is_percent)
		return limit->count;
	return (int)((long long)limit->count * fleet->count / 100);
}

/* Canaries that an earlier run has done have proven themselves. */
static int run_all(struct fleet *fleet)
{
	const int canaries =
		fleet->call->canary < fleet->count ? fleet->call->canary : fleet->count;
	int rc = MOULT_OK;

	if (canaries)
		rc = mo_pool_run(fleet, 0, canaries, 1, 0, "a canary failed");
	if (!rc)
		rc = mo_pool_run(fleet, canaries, fleet->count, at_once(fleet->call),
				 most_failures(fleet), "too many failed");
	return rc;
}

static int work(struct fleet *fleet)
{
	int rc = mo_pool_begin(fleet);

	if (!rc)
		rc = run_all(fleet);
	mo_pool_end(fleet);
	mo_cli_wipe(fleet->call);
	end_rest(fleet);
	mo_verdict_table(fleet);
	fleet->call->judged = true; /* the table leaves whatever has become of the files */
	if (fleet->output_error) {
		fleet->call->json = 0;
		return mo_cli_fail(fleet->call, "RUN028", "the files were worked on all the same",
				   "standard output: %s", strerror(fleet->output_error));
	}
	return rc ? rc : mo_verdict_result(fleet);
}

int mo_cli_fleet(struct call *call)
{
	struct fleet fleet = {.call = call, .journal = {.fd = -1}};
	char *want = has_want(call) ? call->operands[call->operand_count - 1] : NULL;
	int rc = read_call(&fleet);

	if (!rc && !fleet.count)
		mo_cli_note("%s names no file", call->files);
	if (!rc) {
		set_operands(call, want);
		judge_names(&fleet);
		rc = ask(&fleet);
	}
	if (!rc)
		rc = work(&fleet);
	moult_schema_free(call->want);
	call->want = NULL;
	mo_journal_close(&fleet.journal);
	mo_verdict_end(&fleet);
	mo_fleet_free_names(&fleet);
	return rc;
}
