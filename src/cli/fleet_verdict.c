/* SPDX-License-Identifier: MIT */
/*
 * fleet_verdict.c: what each file came to, and all of them.
 *
 * A process reports as JSON; SQLite reads it, one query for each command.  The
 * query gives a word, why, and the report in a line.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/fleet.h"

#define NAME_MOST 60 /* the widest column of names; longer ones push their line */

#define ERROR_SAID                                                                        \
	"(SELECT json_extract(value, '$.id') || ': ' || json_extract(value, '$.message')" \
	" FROM json_each(r, '$.diagnostics') WHERE json_extract(value, '$.severity') = 'error' LIMIT 1)"

/* clang-format off */
static const char *const queries[COMMAND_COUNT] = {
	[COMMAND_APPLY] =
		"json_extract(r, '$.result'), coalesce(" ERROR_SAID ", CASE json_extract(r, '$.result')"
		" WHEN 'nothing' THEN 'as the document says'"
		" ELSE printf('%d statements, %d rows copied, %.3f s', json_extract(r, '$.steps'),"
		" json_extract(r, '$.rows'), json_extract(r, '$.elapsed_ms') / 1000.0) END)",
	[COMMAND_REHEARSE] =
		"json_extract(r, '$.verdict'), coalesce(" ERROR_SAID ","
		" printf('%d statements, %.3f s', json_extract(r, '$.steps'),"
		" json_extract(r, '$.elapsed_ms') / 1000.0))",
	[COMMAND_FINISH] =
		"json_extract(r, '$.result'), coalesce(" ERROR_SAID ", CASE json_extract(r, '$.result')"
		" WHEN 'nothing' THEN 'keeps no way back'"
		" ELSE printf('ways back that are gone: %d', json_extract(r, '$.ways')) END)",
	[COMMAND_PLAN] =
		"CASE WHEN json_extract(r, '$.refused') THEN 'refused'"
		" WHEN json_array_length(r, '$.steps') THEN 'planned' ELSE 'nothing' END,"
		" coalesce(" ERROR_SAID ","
		" (SELECT json_extract(value, '$.id') || ': ' || json_extract(value, '$.message')"
		" FROM json_each(r, '$.hazards') WHERE json_extract(value, '$.refuses') LIMIT 1),"
		" CASE json_array_length(r, '$.steps') WHEN 0 THEN 'as the document says'"
		" ELSE printf('%d statements, plan %s', json_array_length(r, '$.steps'),"
		" json_extract(r, '$.plan')) END)",
	[COMMAND_STATUS] =
		"CASE WHEN json_extract(r, '$.drift') THEN 'differs'"
		" WHEN json_extract(r, '$.drift') = 0 THEN 'in shape' ELSE 'looked at' END,"
		" coalesce(" ERROR_SAID ","
		" coalesce('migration ' || json_extract(r, '$.last.number') || ' of '"
		" || json_extract(r, '$.last.at'), 'no migration')"
		" || printf(', user_version %d, backups: %d', json_extract(r, '$.user_version'),"
		" json_array_length(r, '$.backups'))"
		" || coalesce((SELECT ', differences: ' || json_extract(r, '$.drift') || ', the first: '"
		" || json_extract(value, '$.object') || ' ' || json_extract(value, '$.message')"
		" FROM json_each(r, '$.differences') LIMIT 1), '')"
		" || coalesce((SELECT ', ' || json_extract(value, '$.id') || ': '"
		" || json_extract(value, '$.message') FROM json_each(r, '$.hazards') LIMIT 1), ''))",
	[COMMAND_VERIFY] =
		"iif(json_extract(r, '$.ok'), 'good', 'wrong'), coalesce(" ERROR_SAID ","
		" (SELECT 'findings: ' || json_array_length(r, '$.findings') || ', the first: '"
		" || coalesce(json_extract(value, '$.object') || ' ', '') || json_extract(value, '$.message')"
		" FROM json_each(r, '$.findings') LIMIT 1), 'nothing is wrong')",
};
/* clang-format on */

/* How bad an exit status is: 5 says that trying again may be all it takes. */
static const int badness[] = {0, 1, 4, 3, 5, 2};

int mo_verdict_begin(struct fleet *fleet)
{
	char *sql = sqlite3_mprintf("WITH report(r) AS (SELECT ?1) SELECT %s, json(r) FROM report",
				    queries[fleet->call->command - mo_cli_commands]);
	int rc = sql ? sqlite3_open(":memory:", &fleet->json) : SQLITE_NOMEM;

	if (!rc)
		rc = sqlite3_prepare_v2(fleet->json, sql, -1, &fleet->read, NULL);
	sqlite3_free(sql);
	if (rc)
		return mo_cli_fail(fleet->call, "RUN023", NULL, "JSON cannot be read: %s",
				   fleet->json ? sqlite3_errmsg(fleet->json) : "out of memory");
	return MOULT_OK;
}

void mo_verdict_end(struct fleet *fleet)
{
	sqlite3_finalize(fleet->read);
	sqlite3_close(fleet->json);
}

/* ---- one file ---- */

void mo_verdict_say(struct item *item, int status, const char *result, const char *why, ...)
{
	va_list args;

	va_start(args, why);
	sqlite3_free(item->why);
	item->why = sqlite3_vmprintf(why, args);
	va_end(args);
	item->status = status;
	item->result = result;
}

bool mo_fleet_is_failure(int status)
{
	return status > MOULT_FINDINGS;
}

/* The words of results are few, and live longer than the report that they are read from. */
static const char *word_of(int status, const char *read)
{
	static const char *const failures[] = {NULL, NULL, "trouble", "refused", "failed", "busy"};
	static const char *const words[] = {"nothing", "created",  "migrated", "good",
					    "wrong",   "in shape", "differs",  "looked at",
					    "planned", "refused",  "finished", "side by side"};
	size_t i;

	if (mo_fleet_is_failure(status))
		return failures[status];
	for (i = 0; read && i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(words[i], read))
			return words[i];
	return "done";
}

void mo_verdict_report(struct fleet *fleet, struct item *item, int status, const char *report)
{
	const char *word = NULL, *why = NULL, *line = NULL;

	sqlite3_bind_text(fleet->read, 1, report, -1, SQLITE_STATIC);
	if (sqlite3_step(fleet->read) == SQLITE_ROW) {
		word = (const char *)sqlite3_column_text(fleet->read, 0);
		why = (const char *)sqlite3_column_text(fleet->read, 1);
		line = (const char *)sqlite3_column_text(fleet->read, 2);
	}
	mo_verdict_say(item, status, word_of(status, word), "%s", why ? why : "no report came");
	sqlite3_free(item->report);
	item->report = line ? sqlite3_mprintf("%s", line) : NULL;
	sqlite3_reset(fleet->read);
}

void mo_verdict_take(struct fleet *fleet, struct item *item, int wait_status, const char *report)
{
	const int number = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
	const int status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : -MOULT_FAILED;

	if (number)
		mo_verdict_say(
			item, -MOULT_FAILED, word_of(-MOULT_FAILED, NULL),
			"RUN065: signal %d (%s) ended it; the next that opens the file rolls "
			"back what was not committed",
			number, strsignal(number));
	else if (!status || status > -MOULT_BUSY)
		mo_verdict_say(item, -MOULT_FAILED, word_of(-MOULT_FAILED, NULL),
			       "RUN065: it ended with status %d", status);
	else
		mo_verdict_report(fleet, item, status, report);
}

/* ---- all of them ---- */

int mo_verdict_result(const struct fleet *fleet)
{
	int i, worst = 0;

	for (i = 0; i < fleet->count; i++) {
		const int status = fleet->items[i].status;

		if (status > 0 && badness[status] > badness[worst])
			worst = status;
	}
	if (fleet->is_interrupted)
		return MOULT_FAILED;
	return worst > MOULT_FINDINGS ? -worst : worst;
}

void mo_verdict_line(struct fleet *fleet, struct item *item)
{
	sqlite3_str *line;

	if (!fleet->call->json)
		return;
	line = sqlite3_str_new(NULL);
	sqlite3_str_appendall(line, "{\"moult\":1");
	mo_cli_json_text(line, "file", item->name);
	if (item->status == FLEET_NOT_STARTED)
		sqlite3_str_appendall(line, ",\"status\":null");
	else
		sqlite3_str_appendf(line, ",\"status\":%d", item->status);
	mo_cli_json_text(line, "result", item->result);
	mo_cli_json_text(line, "why", item->why);
	sqlite3_str_appendf(line, ",\"report\":%s}\n", item->report ? item->report : "null");
	sqlite3_free(item->report);
	item->report = NULL;
	if (!fleet->output_error)
		fleet->output_error = mo_cli_send(STDOUT_FILENO, line);
	else
		sqlite3_free(sqlite3_str_finish(line));
	if (fleet->output_error)
		fleet->stopped_by = "standard output cannot be written";
}

/* Letters of UTF-8, each taken for one column. */
static int width_of(const char *text)
{
	int width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

static int widest_name(const struct fleet *fleet)
{
	int i, widest = 4;

	for (i = 0; i < fleet->count; i++) {
		const int width = width_of(fleet->items[i].name);

		if (width > widest && width <= NAME_MOST)
			widest = width;
	}
	return widest;
}

static void append_row(sqlite3_str *out, int widest, const char *name, const char *result,
		       const char *why)
{
	const int pad = widest - width_of(name);

	moult_show_line(out, name);
	sqlite3_str_appendchar(out, (pad > 0 ? pad : 0) + 2, ' ');
	sqlite3_str_appendf(out, "%-13s", result);
	moult_show_line(out, why);
	sqlite3_str_appendchar(out, 1, '\n');
}

/* "38 migrated, 1 refused": each word once, in the order in which the files have it. */
static void append_sums(sqlite3_str *out, const struct fleet *fleet)
{
	int i, other, count;

	for (i = 0; i < fleet->count; i++) {
		const char *word = fleet->items[i].result;

		for (other = 0; other < i && strcmp(fleet->items[other].result, word); other++)
			;
		if (other < i)
			continue;
		for (count = 0; other < fleet->count; other++)
			count += !strcmp(fleet->items[other].result, word);
		sqlite3_str_appendf(out, "%s%d %s", i ? ", " : "", count, word);
	}
}

void mo_verdict_table(struct fleet *fleet)
{
	const struct call *call = fleet->call;
	const int widest = widest_name(fleet);
	int i;

	if (call->json)
		return;
	if (!call->quiet && fleet->count)
		append_row(call->out, widest, "FILE", "RESULT", "WHY");
	for (i = 0; i < fleet->count; i++) {
		const struct item *item = &fleet->items[i];

		if (!call->quiet || mo_fleet_is_failure(item->status))
			append_row(call->out, widest, item->name, item->result,
				   item->why ? item->why : "");
	}
	if (call->quiet)
		return;
	sqlite3_str_appendf(call->out, "%s%d files", fleet->count ? "\n" : "", fleet->count);
	sqlite3_str_appendall(call->out, fleet->count ? ": " : "");
	append_sums(call->out, fleet);
	sqlite3_str_appendchar(call->out, 1, '\n');
}
