/* SPDX-License-Identifier: MIT */
/*
 * commands.c: a short function for each command of the table.
 *
 * A function returns a result of the library, or an exit status of 0 or 1.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/commands.h"

/* A call's two schemas, have and want; want is not read where there is one operand. */
struct pair {
	moult_schema *have;
	moult_schema *want;
};

/* Where there are many files, it was read for all before this process was made. */
static int read_want(moult_schema **want, struct call *call)
{
	if (!call->want)
		return moult_schema_read(want, call->m, call->operands[1]);
	*want = call->want;
	return MOULT_OK;
}

static void free_want(const struct call *call, moult_schema *want)
{
	if (want != call->want)
		moult_schema_free(want);
}

static int read_pair(struct pair *pair, struct call *call)
{
	int rc = moult_schema_read(&pair->have, call->m, call->operands[0]);

	if (!rc && call->operand_count == 1 && call->options.from)
		pair->want = pair->have; /* from one of its releases to another */
	if (!rc && call->operand_count > 1)
		rc = read_want(&pair->want, call);
	return rc;
}

static void free_pair(const struct call *call, struct pair *pair)
{
	if (pair->want != pair->have)
		free_want(call, pair->want);
	moult_schema_free(pair->have);
}

/* The format of a report that goes where the call says. */
static enum moult_format report_format(const struct call *call)
{
	return mo_cli_format(call, call->output ? -1 : STDOUT_FILENO);
}

/* The same of a plan or a rehearsal, which may be a page. */
static enum moult_format page_format(const struct call *call)
{
	if (call->format == FORMAT_HTML)
		return MOULT_HTML;
	return call->format == FORMAT_MARKDOWN ? MOULT_MARKDOWN : report_format(call);
}

/* ---- looking ---- */

typedef int write_schema(moult *m, const moult_schema *schema, moult_write *write, void *context);

/* A text is a value in JSON; in a file it is itself. */
static void enclose(struct call *call, const char *name)
{
	if (call->json && !call->output)
		mo_cli_enclose(call, name);
}

static int show_schema(struct call *call, const char *name, write_schema *write)
{
	struct pair pair = {NULL, NULL};
	int rc = read_pair(&pair, call);

	if (!rc && call->back)
		rc = moult_schema_way_back(&pair.want, call->m, pair.have);
	if (!rc && call->rows)
		rc = moult_schema_take_rows(call->m, pair.have, call->rows);
	if (!rc)
		rc = write(call->m, pair.want ? pair.want : pair.have, mo_cli_write, call);
	call->exact = true;
	if (!rc)
		enclose(call, name);
	free_pair(call, &pair);
	return rc;
}

/* How a schema is looked at, and what the library writes for it. */
struct look {
	enum format format;
	const char *name;
	enum moult_format report;
	bool is_drawn; /* by Graphviz, into that */
};

static const struct look looks[] = {
	{FORMAT_MERMAID, "mermaid", MOULT_MERMAID, false},
	{FORMAT_DOT, "dot", MOULT_DOT, false},
	{FORMAT_SVG, "svg", MOULT_DOT, true},
	{FORMAT_PNG, "png", MOULT_DOT, true},
	{FORMAT_HTML, "html", MOULT_HTML, false},
};

static int show_look(struct call *call, const struct look *look)
{
	struct pair pair = {NULL, NULL};
	int rc;

	if (call->rows)
		return mo_cli_fail(call, "RUN022", NULL, "--rows is for documents and SQL");
	if (look->format == FORMAT_PNG && !call->output && (call->json || isatty(STDOUT_FILENO)))
		return mo_cli_fail(call, "RUN022", "moult dump DB --format png -o FILE.png",
				   "a picture in PNG is no text");
	moult_set_draw(call->m, mo_cli_on_draw, call);
	rc = read_pair(&pair, call);
	if (!rc)
		rc = moult_schema_report(call->m, pair.have, &call->picture, look->report,
					 mo_cli_write, call);
	free_pair(call, &pair);
	if (!rc && look->is_drawn)
		rc = mo_cli_draw(call, look->name);
	call->exact = true;
	if (!rc)
		enclose(call, look->name);
	return rc;
}

int mo_cli_run_dump(struct call *call)
{
	size_t i;

	for (i = 0; i < sizeof(looks) / sizeof(*looks); i++)
		if (call->format == (int)looks[i].format)
			return show_look(call, &looks[i]);
	if (call->format == FORMAT_SQL)
		return show_schema(call, "sql", moult_schema_sql);
	return show_schema(call, "document", moult_schema_dump);
}

static bool has_warnings(const struct call *call)
{
	size_t i;

	for (i = 0; i < moult_diagnostic_count(call->m); i++)
		if (moult_diagnostic_at(call->m, i)->severity == MOULT_WARNING)
			return true;
	return false;
}

static int check_one(struct call *call, const char *path)
{
	moult_schema *schema = NULL;
	int rc = moult_schema_read(&schema, call->m, path);

	if (!rc)
		rc = moult_schema_check(call->m, schema);
	if (!rc && !call->quiet && !call->json && !(call->options.strict && has_warnings(call)))
		mo_cli_print(call, "%s: good\n", path);
	moult_schema_free(schema);
	return rc;
}

static bool is_folder(const char *path)
{
	struct stat status;

	return !stat(path, &status) && S_ISDIR(status.st_mode);
}

static int show_compat(struct call *call, const struct pair *pair)
{
	moult_compat *compat = NULL;
	int rc = moult_compat_new(&compat, call->m, pair->have, pair->want, &call->options);

	if (!rc && call->queries)
		rc = moult_compat_queries(call->m, compat, call->queries);
	if (!rc)
		rc = moult_compat_report(call->m, compat, report_format(call), mo_cli_write, call);
	if (!rc && !moult_compat_fits(compat))
		rc = MOULT_FINDINGS;
	moult_compat_free(compat);
	return rc;
}

/* What code of a release sees in a file of the one before; *misfits counts where not all works. */
static int check_pair(struct call *call, const moult_schema *have, const char *have_name,
		      const moult_schema *want, const char *want_name, int *misfits)
{
	const struct pair pair = {(moult_schema *)have, (moult_schema *)want};
	int rc;

	if (call->json)
		mo_cli_print(call, ",\n");
	else
		mo_cli_print(call, "\n%s to %s\n", have_name, want_name);
	rc = show_compat(call, &pair);
	*misfits += rc == MOULT_FINDINGS;
	return rc == MOULT_FINDINGS ? MOULT_OK : rc;
}

/* The releases of a folder, each with the next, and the newest with the document, where one is given. */
static int check_compat(struct call *call, const char *document, int *misfits)
{
	moult_schema *folder = NULL, *last = NULL;
	const moult_schema *have, *want;
	int at = 0, rc = moult_schema_read(&folder, call->m, call->operands[0]);

	if (!rc && document)
		rc = moult_schema_read(&last, call->m, document);
	for (have = rc ? NULL : moult_schema_release_at(folder, 0); !rc && have; have = want) {
		want = moult_schema_release_at(folder, at + 1);
		if (want)
			rc = check_pair(call, have, moult_schema_release_name(folder, at), want,
					moult_schema_release_name(folder, at + 1), misfits);
		else if (last)
			rc = check_pair(call, have, moult_schema_release_name(folder, at), last,
					document, misfits);
		at++;
	}
	moult_schema_free(last);
	moult_schema_free(folder);
	return rc;
}

/* DIR [DOC]: the gate that a folder of releases passes before it is shipped. */
static int check_releases(struct call *call)
{
	const char *document = call->operand_count > 1 ? call->operands[1] : NULL;
	int findings = 0, rc;

	if (call->operand_count > 2)
		return mo_cli_fail(call, "RUN022", "moult check DIR [DOC]",
				   "a folder of releases is checked with one document");
	if (call->compat && call->json)
		mo_cli_print(call, "[\n");
	rc = moult_releases_check(call->m, call->operands[0], document, call->files, &call->options,
				  &findings, report_format(call), mo_cli_write, call);
	if (!rc && call->compat)
		rc = check_compat(call, document, &findings);
	if (call->compat && call->json)
		mo_cli_print(call, "]\n");
	if (call->quiet && !call->json)
		sqlite3_str_reset(call->out);
	return !rc && findings ? MOULT_FINDINGS : rc;
}

/*
 * All documents are read, so that one run says all there is to say; the first failure is the
 * result.
 */
int mo_cli_run_check(struct call *call)
{
	int i, rc = MOULT_OK;

	if (is_folder(call->operands[0]))
		return check_releases(call);
	if (call->compat)
		return mo_cli_fail(call, "RUN022", "moult check DIR --compat",
				   "--compat compares the releases of a folder");
	for (i = 0; i < call->operand_count; i++) {
		int one = check_one(call, call->operands[i]);

		rc = rc ? rc : one;
	}
	if (!rc && call->options.strict && has_warnings(call))
		rc = MOULT_FINDINGS;
	if (rc >= 0 && call->json)
		moult_report_diagnostics(call->m, MOULT_JSON, mo_cli_write, call);
	return rc;
}

static int run_compat(struct call *call)
{
	struct pair pair = {NULL, NULL};
	int rc = read_pair(&pair, call);

	if (!rc)
		rc = show_compat(call, &pair);
	free_pair(call, &pair);
	return rc;
}

int mo_cli_run_diff(struct call *call)
{
	struct pair pair = {NULL, NULL};
	moult_diff *diff = NULL;
	int rc;

	if (call->compat)
		return run_compat(call);
	if (call->queries)
		return mo_cli_fail(call, "RUN022", "moult diff HAVE WANT --compat --queries FILE",
				   "--queries is for --compat");
	rc = read_pair(&pair, call);
	if (!rc)
		rc = moult_diff_new(&diff, call->m, pair.have, pair.want, &call->options);
	if (!rc)
		rc = moult_diff_report(call->m, diff, report_format(call), mo_cli_write, call);
	if (!rc && moult_diff_count(diff))
		rc = MOULT_FINDINGS;
	moult_diff_free(diff);
	free_pair(call, &pair);
	return rc;
}

/* Scripts are planned otherwise than what moult runs itself. */
static enum moult_format plan_format(struct call *call)
{
	call->options.statements = call->format == FORMAT_STATEMENTS;
	call->options.script = call->format == FORMAT_SQL || call->format == FORMAT_SHELL ||
			       call->options.statements;
	if (!call->options.script)
		return page_format(call);
	if (call->options.statements)
		return MOULT_STATEMENTS;
	return call->format == FORMAT_SQL ? MOULT_SQL : MOULT_SHELL;
}

/*
 * What --check finds: something to do, or that refuses even so, or, with --strict, something that
 * no step touches.
 */
static int check_plan(struct call *call, const struct pair *pair, const moult_plan *plan)
{
	moult_diff *diff = NULL;
	int rc, count = moult_plan_step_count(plan) + moult_plan_refused(plan);

	if (!count && call->options.strict) {
		rc = moult_diff_new(&diff, call->m, pair->have, pair->want, &call->options);
		if (rc)
			return rc;
		count = moult_diff_count(diff);
		moult_diff_free(diff);
	}
	return count ? MOULT_FINDINGS : MOULT_OK;
}

/* Whoever has the operands the wrong way round would take the way back for the way. */
static void say_direction(const struct call *call, const struct pair *pair)
{
	if (!call->json && !call->quiet && moult_schema_source(pair->have) == MOULT_DOCUMENT &&
	    moult_schema_source(pair->want) == MOULT_DATABASE)
		mo_cli_note("this leads from document %s to what database %s is; the other "
			    "way is: moult plan %s %s",
			    call->operands[0], call->operands[1], call->operands[1],
			    call->operands[0]);
}

int mo_cli_run_plan(struct call *call)
{
	const enum moult_format format = plan_format(call);
	struct pair pair = {NULL, NULL};
	moult_plan *plan = NULL;
	int rc;

	if (call->options.strict && !call->check)
		return mo_cli_fail(call, "RUN022", "moult plan HAVE WANT --check --strict",
				   "--strict is for --check here: a plan drops nothing for it");
	if (call->format == FORMAT_C)
		return mo_cli_unit(call);
	if (call->operand_count == 1 && !call->back && !call->options.from)
		return mo_cli_fail(
			call, "RUN022",
			"moult plan HAVE WANT, moult plan DB --back, or moult plan DIR --from RELEASE",
			"plan needs two schemas");
	moult_set_draw(call->m, mo_cli_on_draw, call);
	rc = read_pair(&pair, call);
	if (!rc && !call->back)
		say_direction(call, &pair);
	if (!rc)
		rc = (call->back ? moult_plan_back : moult_plan_new)(&plan, call->m, pair.have,
								     pair.want, &call->options);
	if (!rc)
		rc = moult_plan_report(call->m, plan, format, mo_cli_write, call);
	call->exact = call->options.script;
	if (!rc && call->exact)
		enclose(call, "script");
	if (!rc && call->format >= FORMAT_HTML)
		enclose(call, call->format == FORMAT_HTML ? "html" : "markdown");
	if (!rc && call->check)
		rc = check_plan(call, &pair, plan);
	moult_plan_free(plan);
	free_pair(call, &pair);
	return rc;
}

int mo_cli_run_rehearse(struct call *call)
{
	moult_schema *want = NULL;
	int rc = read_want(&want, call);

	moult_set_draw(call->m, mo_cli_on_draw, call);
	if (!rc)
		rc = moult_rehearse_file(call->m, call->operands[0], want, call->dir,
					 &call->options, page_format(call), mo_cli_write, call);
	call->judged = sqlite3_str_length(call->out) > 0;
	if (call->judged && call->format == FORMAT_HTML)
		enclose(call, "html");
	free_want(call, want);
	return rc;
}

/* ---- changing ---- */

/* Texts say no more than the outcome; JSON has the diagnostics too. */
static int report_outcome(struct call *call, const moult_outcome *outcome)
{
	int rc;

	if (call->quiet && !call->json)
		return MOULT_OK;
	rc = moult_outcome_report(call->m, call->operands[0], outcome, report_format(call),
				  mo_cli_write, call);
	if (!rc && call->verbose && !call->json && outcome->deed == MOULT_MIGRATED)
		mo_cli_print(call, "  plan    %s\n", outcome->plan_id);
	return rc;
}

int mo_cli_run_apply(struct call *call)
{
	moult_outcome outcome = MOULT_OUTCOME_INIT;
	moult_schema *want = NULL;
	int rc = read_want(&want, call);

	if (!rc)
		rc = moult_migrate_file(call->m, call->operands[0], want, &call->options, &outcome);
	if (!rc)
		rc = report_outcome(call, &outcome);
	moult_outcome_done(&outcome);
	free_want(call, want);
	return rc;
}

int mo_cli_run_downgrade(struct call *call)
{
	moult_outcome outcome = MOULT_OUTCOME_INIT;
	moult_schema *want = NULL;
	int rc = MOULT_OK;

	if (call->operand_count > 1)
		rc = moult_schema_read(&want, call->m, call->operands[1]);
	if (!rc)
		rc = moult_downgrade_file(call->m, call->operands[0], want, &call->options,
					  &outcome);
	if (!rc)
		rc = report_outcome(call, &outcome);
	moult_outcome_done(&outcome);
	moult_schema_free(want);
	return rc;
}

static int ask_rollback(struct call *call, const char *backup)
{
	char *question = sqlite3_mprintf("Put %s back into %s?",
					 backup ? backup : "the newest backup", call->operands[0]);
	bool agreed = question && mo_cli_agree(call, question);

	sqlite3_free(question);
	if (agreed)
		return MOULT_OK;
	mo_cli_fail(call, "RUN018", NULL, "not confirmed; nothing changed");
	return MOULT_REFUSED;
}

int mo_cli_run_rollback(struct call *call)
{
	moult_outcome outcome = MOULT_OUTCOME_INIT;
	const char *backup = call->operand_count > 1 ? call->operands[1] : NULL;
	int rc = ask_rollback(call, backup);

	if (!rc)
		rc = moult_rollback(call->m, call->operands[0], backup, &call->options, &outcome);
	if (!rc)
		rc = report_outcome(call, &outcome);
	moult_outcome_done(&outcome);
	return rc;
}

int mo_cli_run_finish(struct call *call)
{
	moult_outcome outcome = MOULT_OUTCOME_INIT;
	int rc = moult_finish_file(call->m, call->operands[0], &call->options, &outcome);

	if (!rc)
		rc = report_outcome(call, &outcome);
	moult_outcome_done(&outcome);
	return rc;
}

/* ---- looking after ---- */

int mo_cli_run_history(struct call *call)
{
	moult_schema *folder = NULL;
	int rc = call->operand_count > 1 ? read_want(&folder, call) : MOULT_OK;

	call->options.check = call->check;
	call->options.folder = folder;
	if (!rc)
		rc = moult_history_report(call->m, call->operands[0], &call->options,
					  report_format(call), mo_cli_write, call);
	call->options.folder = NULL;
	free_want(call, folder);
	return rc;
}

typedef int write_findings(moult *m, const char *path, const moult_schema *want,
			   const moult_options *options, int *findings, enum moult_format format,
			   moult_write *write, void *context);

static int show_findings(struct call *call, write_findings *report)
{
	moult_schema *want = NULL;
	int rc = MOULT_OK, findings = 0;

	if (call->operand_count > 1)
		rc = read_want(&want, call);
	if (!rc)
		rc = report(call->m, call->operands[0], want, &call->options, &findings,
			    report_format(call), mo_cli_write, call);
	free_want(call, want);
	return !rc && findings ? MOULT_FINDINGS : rc;
}

int mo_cli_run_status(struct call *call)
{
	return show_findings(call, moult_status_report);
}

int mo_cli_run_verify(struct call *call)
{
	return show_findings(call, moult_verify_report);
}

/* "LN106" and "LN114,LN122" given apart are one list. */
static char *join(const struct texts *texts)
{
	sqlite3_str *text = sqlite3_str_new(NULL);
	int i;

	for (i = 0; i < texts->count; i++)
		sqlite3_str_appendf(text, "%s%s", i ? "," : "", texts->items[i]);
	return sqlite3_str_finish(text);
}

static int report_lint(struct call *call, const moult_lint *lint)
{
	const bool is_read = !call->sarif && !call->json;

	if (is_read && call->quiet && !moult_lint_count(lint))
		return MOULT_OK;
	return moult_lint_report(call->m, lint, call->sarif ? MOULT_SARIF : report_format(call),
				 mo_cli_write, call);
}

int mo_cli_run_lint(struct call *call)
{
	char *disable = join(&call->disable), *enable = join(&call->enable);
	moult_lint *lint = NULL;
	int rc;

	call->lint.size = sizeof(call->lint);
	call->lint.sqlite = call->options.sqlite;
	call->lint.disable = disable;
	call->lint.enable = enable;
	rc = moult_lint_paths(&lint, call->m, (const char *const *)call->operands,
			      call->operand_count, &call->lint);
	if (!rc)
		rc = report_lint(call, lint);
	if (!rc && moult_lint_count(lint))
		rc = MOULT_FINDINGS;
	moult_lint_free(lint);
	sqlite3_free(disable);
	sqlite3_free(enable);
	return rc;
}

/* Letters, then digits; no command is called so. */
static bool is_id(const char *name)
{
	const size_t letters = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
	const size_t digits = strspn(name + letters, "0123456789");

	return letters && digits && !name[letters + digits];
}

int mo_cli_run_release(struct call *call)
{
	int rc;

	call->release.size = sizeof(call->release);
	rc = moult_release(call->m, call->operands[0],
			   call->operand_count > 1 ? call->operands[1] : NULL, &call->release,
			   report_format(call), mo_cli_write, call);
	if (call->quiet && !call->json)
		sqlite3_str_reset(call->out);
	return rc;
}

int mo_cli_run_help(struct call *call)
{
	const struct command *command = NULL;
	int rc = MOULT_OK;

	if (call->completion) {
		mo_cli_completion(call->out, call->completion);
		return MOULT_OK;
	}
	if (call->operand_count && mo_cli_help_id(call, call->operands[0]))
		return MOULT_OK;
	if (call->operand_count && is_id(call->operands[0]))
		return mo_cli_fail(call, "RUN022", "moult-hazards(7) has all of them",
				   "there is no ID %s", call->operands[0]);
	if (call->operand_count)
		rc = mo_cli_find_command(&command, call, call->operands[0]);
	return rc ? rc : mo_cli_help(call, command);
}
