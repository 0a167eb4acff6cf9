/* SPDX-License-Identifier: MIT */
/*
 * main.c: from argv to the exit status, which is the result without its sign.
 *
 * The order matters: SQLite reads SQLITE_TMPDIR at the first of its calls, and
 * that includes every allocation; so nothing before set_tmpdir() makes one.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

/*
 * A descriptor 0, 1 or 2 that the caller closed would be given to the next file
 * that is opened: to the database.  They are filled so that writing still fails.
 */
static void fill_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= 2);
	if (fd > 2)
		close(fd);
}

/* Sorting spills to the database's own directory, whose space is looked at, and not to /tmp. */
static void set_tmpdir(const struct call *call)
{
	char *path, *slash;

	if (!call->command || !call->command->database || !call->operand_count || call->is_fleet)
		return;
	path = call->operands[0];
	slash = strrchr(path, '/');
	if (!slash) {
		setenv("SQLITE_TMPDIR", ".", 0);
	} else if (slash == path) {
		setenv("SQLITE_TMPDIR", "/", 0);
	} else {
		*slash = '\0';
		setenv("SQLITE_TMPDIR", path, 0);
		*slash = '/';
	}
}

/* The same where SQLite is at work already. */
static void set_own_tmpdir(const struct call *call)
{
	const char *path = call->operands[0], *slash = strrchr(path, '/');
	const int length = slash == path ? 1 : (int)(slash - path);

	if (getenv("SQLITE_TMPDIR"))
		return;
	sqlite3_free(sqlite3_temp_directory);
	sqlite3_temp_directory =
		slash ? sqlite3_mprintf("%.*s", length, path) : sqlite3_mprintf(".");
}

/* "MD101:a" and "MD102" given apart are the same as one "MD101:a,MD102". */
static int join_allow(struct call *call, char **joined)
{
	sqlite3_str *text = sqlite3_str_new(NULL);
	int i;

	for (i = 0; i < call->allow.count; i++)
		sqlite3_str_appendf(text, "%s%s", i ? "," : "", call->allow.items[i]);
	*joined = sqlite3_str_finish(text);
	call->options.allow = *joined;
	return call->allow.count && !*joined ? MOULT_TROUBLE : MOULT_OK;
}

static int show_version(struct call *call)
{
	if (call->json)
		mo_cli_print(call, "{\"moult\":1,\"version\":\"%s\",\"sqlite\":\"%s\"}\n",
			     moult_version(), sqlite3_libversion());
	else
		mo_cli_print(call, "moult %s (SQLite %s)\n", moult_version(), sqlite3_libversion());
	return MOULT_OK;
}

static int run(struct call *call)
{
	char *allow = NULL;
	int rc;

	if (call->version)
		return show_version(call);
	if (call->help)
		return mo_cli_help(call, call->command);
	if (moult_new(&call->m) || join_allow(call, &allow))
		return mo_cli_fail(call, "RUN023", NULL, "out of memory");
	moult_set_quiet(call->m, call->quiet);
	if (isatty(STDOUT_FILENO))
		moult_set_width(call->m, mo_cli_width(STDOUT_FILENO));
	mo_cli_watch(call);
	rc = call->is_fleet ? mo_cli_fleet(call) : call->command->run(call);
	if ((rc >= 0 || call->judged) && call->output &&
	    moult_output_check(call->m, call->output)) {
		call->judged = false;
		rc = MOULT_TROUBLE;
	}
	mo_cli_wipe(call);
	sqlite3_free(allow);
	return rc;
}

int mo_cli_work(const struct call *fleet, char *name)
{
	char *operands[] = {name, fleet->operand_count > 1 ? fleet->operands[1] : NULL};
	struct call call = *fleet;
	int rc;

	call.operands = operands;
	call.is_fleet = false;
	call.json = call.quiet = call.yes = 1;
	call.verbose = 0;
	call.out = sqlite3_str_new(NULL);
	set_own_tmpdir(&call);
	moult_diagnostics_clear(call.m);
	moult_set_quiet(call.m, 1);
	mo_cli_watch(&call);
	rc = mo_cli_finish(&call, call.command->run(&call));
	mo_cli_stop_end();
	sqlite3_free(sqlite3_str_finish(call.out));
	return rc;
}

int main(int argc, char **argv)
{
	struct call call = {0};
	int rc;

	fill_descriptors();
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS,
		       0); /* nobody asks for it, and each allocation would take a mutex */
	/* A reader that went away, and a file that may not grow, are errors like a full disk. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	rc = mo_cli_parse(&call, argc, argv);
	if (rc)
		return -rc;
	set_tmpdir(&call);
	call.out = sqlite3_str_new(NULL);
	rc = mo_cli_finish(&call, run(&call));
	moult_free(call.m);
	sqlite3_free(sqlite3_str_finish(call.out));
	return rc;
}
