/* SPDX-License-Identifier: MIT */
/*
 * terminal.c: what the library asks the program while it works: whether to
 * stop (stop.c), whether to go on, what to load.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

/* ---- questions ---- */

bool mo_cli_can_ask(const struct call *call)
{
	return !call->yes && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

bool mo_cli_agree(struct call *call, const char *question)
{
	sqlite3_str *shown;
	char answer[16], *text;

	if (!mo_cli_can_ask(call))
		return true;
	shown = sqlite3_str_new(NULL);
	moult_show_line(shown, question);
	text = sqlite3_str_finish(shown);
	fprintf(stderr, "%s [y/N] ", text ? text : "?");
	fflush(stderr);
	sqlite3_free(text);
	if (!fgets(answer, sizeof(answer), stdin)) {
		fputc('\n', stderr);
		return false;
	}
	return answer[0] == 'y' || answer[0] == 'Y';
}

static int write_stderr(void *context, const char *text, size_t size)
{
	(void)context;
	return fwrite(text, 1, size, stderr) != size;
}

static int on_confirm(void *context, const moult_plan *plan)
{
	struct call *call = context;
	int rc;

	mo_cli_wipe(call);
	if (call->asked)
		fputs("That plan holds no longer. This is what stands now:\n", stderr);
	call->asked = true;
	rc = moult_plan_report(call->m, plan, mo_cli_format(call, STDERR_FILENO), write_stderr,
			       NULL);
	if (rc)
		return rc;
	return !mo_cli_agree(call, "Go ahead?");
}

/* ---- connections ---- */

static bool is_entry(const char *text)
{
	return *text && !strchr(text, '/') && !strchr(text, '.') && !strchr(text, '\\');
}

/* FILE[:ENTRY]; a colon inside a path is no entry. */
static int load(struct call *call, sqlite3 *db, const char *extension)
{
	const char *colon = strrchr(extension, ':');
	const char *entry = colon && is_entry(colon + 1) ? colon + 1 : NULL;
	char *file = sqlite3_mprintf(
		"%.*s", entry ? (int)(colon - extension) : (int)strlen(extension), extension);
	char *error = NULL;
	int rc = file ? sqlite3_load_extension(db, file, entry, &error) : SQLITE_NOMEM;

	if (rc)
		mo_cli_fail(call, "RUN022", NULL, "--load-extension %s: %s", extension,
			    error ? error : sqlite3_errstr(rc));
	call->has_refused = call->has_refused || rc;
	sqlite3_free(error);
	sqlite3_free(file);
	return rc;
}

static int on_open(void *context, sqlite3 *db)
{
	struct call *call = context;
	int i, rc = SQLITE_OK;

	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL);
	for (i = 0; i < call->extensions.count && !rc; i++)
		rc = load(call, db, call->extensions.items[i]);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	return rc;
}

static int on_progress(void *context, const moult_progress *progress)
{
	if (mo_cli_must_stop(context, progress->phase))
		return 1;
	mo_cli_show(context, progress);
	return 0;
}

void mo_cli_watch(struct call *call)
{
	if (!call->is_fleet) /* whose processes are stopped each by itself */
		mo_cli_stop_begin(call);
	mo_cli_show_begin(call);
	moult_set_progress(call->m, on_progress, call);
	moult_set_confirm(call->m, mo_cli_can_ask(call) || call->verbose ? on_confirm : NULL, call);
	if (call->extensions.count)
		moult_set_open(call->m, on_open, call);
}
