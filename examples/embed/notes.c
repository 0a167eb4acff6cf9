/* SPDX-License-Identifier: MIT */
/*
 * notes.c: notes FILE [TITLE]: an application that brings its file up to date before it
 * uses it, then adds a note, and lists all.
 *
 *	sqlite3_open --> prepare --> bring_up_to_date --> use
 *
 * Whatever bring_up_to_date() comes to but MOULT_OK, the file is as it was, and the
 * application says so and ends.
 */
#include <moult.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "notes.h"

static volatile sig_atomic_t is_cancelled;

static void cancel(int number)
{
	(void)number;
	is_cancelled = 1;
}

static int print(void *context, const char *text, size_t size)
{
	return fwrite(text, 1, size, (FILE *)context) != size;
}

/* A window would have a bar here, and a button that sets is_cancelled. */
static int on_progress(void *context, const moult_progress *progress)
{
	FILE *out = (FILE *)context;

	fprintf(out, "  %s %s %lld", progress->phase, progress->object ? progress->object : "",
		progress->done);
	if (progress->total > 0)
		fprintf(out, " of %lld", progress->total);
	fprintf(out, " %s\n", progress->unit);
	return is_cancelled;
}

/* Called only if there is something to do, and when nothing stands in its way. */
static int on_confirm(void *context, const moult_plan *plan)
{
	fprintf((FILE *)context, "your notes are brought up to date: %d steps\n",
		moult_plan_step_count(plan));
	return 0;
}

/* Says what a run came to; a user reads the first line, the rest is for the report that is sent. */
static void tell(const moult *m, int result, const moult_outcome *outcome)
{
	switch (result) {
	case MOULT_OK:
		if (outcome->steps)
			fprintf(stderr, "done, %lld notes moved; the file as it was: %s\n",
				outcome->rows,
				outcome->backup ? outcome->backup : "there was none");
		return;
	case MOULT_BUSY:
		fputs("another program uses the notes; close it and try again\n", stderr);
		break;
	case MOULT_REFUSED:
		fputs("some notes do not fit this release; nothing was changed\n", stderr);
		break;
	case MOULT_FAILED:
		fputs("the update was stopped; your notes are as they were\n", stderr);
		break;
	default:
		fputs("the notes cannot be opened by this release\n", stderr);
	}
	moult_report_diagnostics(m, MOULT_TEXT, print, stderr);
}

static int bring_up_to_date(sqlite3 *db)
{
	moult_options options = MOULT_OPTIONS_INIT;
	moult_outcome outcome = MOULT_OUTCOME_INIT;
	moult_schema *want = NULL;
	moult *m;
	int rc = moult_new(&m);

	if (rc)
		return rc;
	moult_set_open(m, prepare, NULL);
	moult_set_progress(m, on_progress, stderr);
	moult_set_confirm(m, on_confirm, stderr);
	options.timeout_ms = 2000;
	rc = moult_schema_parse(&want, m, document, strlen(document), "notes.xml");
	if (!rc)
		rc = moult_migrate(m, db, want, &options, &outcome);
	tell(m, rc, &outcome);
	moult_outcome_done(&outcome);
	moult_schema_free(want);
	moult_free(m);
	return rc;
}

/* Binds the title where there is one, prints the first column of what comes. */
static int each(sqlite3 *db, const char *sql, const char *title)
{
	sqlite3_stmt *statement;
	int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (rc == SQLITE_OK && title)
		rc = sqlite3_bind_text(statement, 1, title, -1, SQLITE_STATIC);
	while (rc == SQLITE_OK && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
		printf("%s\n", (const char *)sqlite3_column_text(statement, 0));
		rc = SQLITE_OK;
	}
	sqlite3_finalize(statement);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int use(sqlite3 *db, const char *title)
{
	int rc = SQLITE_OK;

	if (title)
		rc = each(db, "INSERT INTO note(title, slug) VALUES (?1, slug(?1))", title);
	if (rc == SQLITE_OK)
		rc = each(db, "SELECT title || '  #' || slug FROM note ORDER BY title", NULL);
	return rc;
}

int main(int argc, char **argv)
{
	sqlite3 *db = NULL;
	int rc;

	if (argc < 2) {
		fputs("usage: notes FILE [TITLE]\n", stderr);
		return 2;
	}
	signal(SIGINT, cancel);
	rc = sqlite3_open(argv[1], &db);
	if (rc == SQLITE_OK)
		rc = prepare(NULL, db);
	if (rc == SQLITE_OK)
		rc = bring_up_to_date(db);
	if (rc == SQLITE_OK)
		rc = use(db, argc > 2 ? argv[2] : NULL);
	if (rc > 0)
		fprintf(stderr, "notes: %s: %s\n", argv[1], sqlite3_errmsg(db));
	sqlite3_close(db);
	/* As the program moult does: the result without its sign. */
	return rc < 0 ? -rc : rc != SQLITE_OK;
}
