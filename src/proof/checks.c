/* SPDX-License-Identifier: MIT */
/* checks.c: see checks.h. */
#include "proof/checks.h"

#include <string.h>

#include "base/text.h"
#include "live/connect.h"
#include "live/lines.h"
#include "live/stand_in.h"
#include "session/execute.h"

#define MOST_LINES 1000

static int ask(struct list *lines, struct arena *arena, sqlite3 *db, const char *pragma,
	       const char *table)
{
	return mo_lines_read(lines, arena, db, pragma, table, MOST_LINES);
}

/* Whether SQLite gave up for want of a function or collation. */
static bool lacks_name(sqlite3 *db, int rc)
{
	return (rc & 0xff) == SQLITE_ERROR && mo_lacks_name(sqlite3_errmsg(db)) &&
	       !mo_lacks_module(sqlite3_errmsg(db));
}

/*
 * Where the last error was that a function or collation is missing: the pages
 * and the number of entries can be checked all the same.
 */
static int ask_blindly(struct list *lines, struct arena *arena, sqlite3 *db, const char *table)
{
	struct stand_ins stand_ins = {0};
	const int count = lines->count;
	int rc = SQLITE_ERROR;

	while (lacks_name(db, rc) && mo_stand_ins_add(&stand_ins, arena, db)) {
		lines->count = count;
		rc = ask(lines, arena, db, "quick_check", table);
	}
	mo_stand_ins_remove(&stand_ins, db);
	/* What SQLite said of it was lost with them. */
	return (rc & 0xff) == SQLITE_ERROR ? ask(lines, arena, db, "quick_check", table) : rc;
}

static bool is_quick(const char *pragma)
{
	return mo_same(pragma, "quick_check");
}

/* quick_check loses nothing but CHECKs; integrity_check the comparison of entries with rows. */
static void note_missing(const char **missing, struct arena *arena, sqlite3 *db, const char *pragma)
{
	if (!is_quick(pragma) && !*missing)
		*missing = mo_arena_text(arena, sqlite3_errmsg(db));
}

static int ask_table(struct list *lines, const char **missing, struct arena *arena, sqlite3 *db,
		     const char *pragma, const char *table)
{
	const int rc = ask(lines, arena, db, pragma, table);

	if (!lacks_name(db, rc))
		return rc;
	note_missing(missing, arena, db, pragma);
	return ask_blindly(lines, arena, db, table);
}

static int name_tables(struct list *names, struct arena *arena, sqlite3 *db)
{
	static const char query[] = "SELECT name FROM main.sqlite_master WHERE type = 'table' AND "
				    "rootpage > 0 UNION ALL SELECT 'sqlite_master'";
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, query, -1, &stmt, NULL);

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		char *name = mo_arena_text(arena, (const char *)sqlite3_column_text(stmt, 0));

		mo_list_add(arena, names, name);
		rc = name ? SQLITE_OK : SQLITE_NOMEM;
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/*
 * Each table that has pages, one after the other: what is in no table, the free pages, is not
 * looked at.
 */
static int ask_each(struct list *lines, const char **missing, struct arena *arena, sqlite3 *db,
		    const char *pragma)
{
	struct list names = {0};
	int rc = name_tables(&names, arena, db);

	for (int i = 0; !rc && i < names.count; i++)
		rc = ask_table(lines, missing, arena, db, pragma, names.items[i]);
	return rc;
}

/*
 * SQLite 3.44 asks virtual tables too, and gives the whole file up where a
 * full-text table's tokenizer is not loaded.
 */
int mo_check_lines(struct list *lines, const char **missing, struct arena *arena, sqlite3 *db,
		   const char *pragma, const char *table)
{
	int rc;

	if (table)
		return ask_table(lines, missing, arena, db, pragma, table);
	rc = ask(lines, arena, db, pragma, NULL);
	if (lacks_name(db, rc) && is_quick(pragma))
		rc = ask_blindly(lines, arena, db, NULL);
	if ((rc & 0xff) != SQLITE_ERROR)
		return rc;
	lines->count = 0;
	return ask_each(lines, missing, arena, db, pragma);
}

void mo_checks_warn(const char *missing, const char *table, struct diags *diags)
{
	if (!missing)
		return;
	mo_diag(diags, DIAG_RUN035, NULL, table,
		"pages and counts were checked, and the entries of indexes that need what the "
		"connection does not know were not compared with the rows: %s",
		missing);
	mo_diag_hint(diags, MO_LOAD_EXTENSION);
}

static bool has_line(const struct list *lines, const char *line)
{
	for (int i = 0; i < lines->count; i++)
		if (mo_same(lines->items[i], line))
			return true;
	return false;
}

/* Virtual tables are left out where they must not be asked. */
static int check_file(struct list *lines, struct arena *arena, struct session *session,
		      const struct schema *have, const char *pragma)
{
	const char *missing = NULL;

	if (mo_virtual_is_touchy(have))
		return ask_each(lines, &missing, arena, session->db, pragma);
	return mo_check_lines(lines, &missing, arena, session->db, pragma, NULL);
}

/*
 * quick_check is quick; where it finds something, integrity_check says what else
 * was there before, which the proof may find too.
 */
static int read_lines(struct list *lines, struct arena *arena, struct session *session,
		      const struct schema *have)
{
	int rc = check_file(lines, arena, session, have, "quick_check");

	if (!rc && lines->count) {
		lines->count = 0;
		rc = check_file(lines, arena, session, have, "integrity_check");
	}
	return !rc ? MOULT_OK : mo_session_diag(session, rc, DIAG_RUN003, NULL, "check the file");
}

/* Adds what the lines are that end in a name, in another's place. */
static void add_in_name(struct list *lines, struct arena *arena, const char *former,
			const char *present)
{
	const size_t size = strlen(former);
	const int count = lines->count;

	for (int i = 0; !mo_same(former, present) && i < count; i++) {
		const char *line = lines->items[i];
		const size_t length = strlen(line);

		if (length >= size && mo_same(line + length - size, former))
			mo_list_add(arena, lines,
				    mo_arena_format(arena, "%.*s%s", (int)(length - size), line,
						    present));
	}
}

/* A fault of rows is named by table and column, and a rename takes it along. */
static void add_renamed(struct list *lines, struct arena *arena, const struct diff *diff)
{
	EACH (const struct table, table, &diff->goal->objects[KIND_TABLE]) {
		const char *name = table->object.name, *former = mo_diff_former_table(diff, name);

		if (!lines->count)
			return;
		add_in_name(lines, arena, mo_arena_format(arena, " in %s", former),
			    mo_arena_format(arena, " in %s", name));
		EACH (const struct column, column, &table->columns)
			add_in_name(lines, arena,
				    mo_arena_format(
					    arena, " in %s.%s", former,
					    mo_diff_former_column(diff, name, column->object.name)),
				    mo_arena_format(arena, " in %s.%s", name, column->object.name));
	}
}

int mo_checks_read(struct list *lines, struct arena *arena, struct session *session,
		   const struct diff *diff)
{
	struct diags *diags = &session->m->diags;
	int rc;

	mo_session_phase(session, "check", NULL, -1);
	rc = read_lines(lines, arena, session, diff->have);
	for (int i = 0; !rc && i < lines->count; i++) {
		const char *line = lines->items[i];

		if (mo_line_is_logical(line))
			continue;
		if (mo_unread_code(line)) {
			rc = mo_diag(diags, DIAG_RUN003, NULL, NULL,
				     "a page of the file could not be read: %s", line);
			mo_diag_hint(diags, "look at the disk; nothing is changed");
			continue;
		}
		rc = mo_diag(diags, DIAG_RUN003, NULL, NULL, "the file is damaged: %s", line);
		mo_diag_hint(
			diags,
			"recover it first: sqlite3 FILE .recover | sqlite3 NEW; nothing is changed");
	}
	if (!rc && lines->count)
		mo_diag(diags, DIAG_RUN024, NULL, NULL,
			"before the migration integrity_check finds %d faults: %s%s", lines->count,
			(const char *)lines->items[0], lines->count > 1 ? ", ..." : "");
	if (!rc)
		add_renamed(lines, arena, diff);
	return rc;
}

static int judge_lines(const struct list *before, const struct list *after, struct session *session,
		       const char *pragma)
{
	EACH (const char, line, after) {
		if (has_line(before, line))
			continue;
		session->troubled = session->troubled || mo_unread_code(line) != SQLITE_OK;
		return mo_session_refute(session, DIAG_RUN011, NULL,
					 mo_unread_code(line)
						 ? "%s could not read the file: %s; rolled back"
						 : "%s says: %s; rolled back",
					 pragma, line);
	}
	return MOULT_OK;
}

int mo_checks_compare(const struct list *lines, struct arena *arena, struct session *session,
		      const char *table, bool quickly)
{
	const char *pragma = quickly ? "quick_check" : "integrity_check";
	const char *missing = NULL;
	struct list now = {0};
	int rc;

	mo_session_phase(session, "verify", table, -1);
	if (!quickly)
		mo_session_cache(session, MO_FULL_CACHE); /* it looks up every row in every index */
	/* Stand-ins leave CHECKs out while they are there (live/stand_in.h). */
	mo_list_add(arena, &session->guard.allowed.pragmas, "ignore_check_constraints");
	rc = mo_check_lines(&now, &missing, arena, session->db, pragma, table);
	if (rc)
		rc = mo_session_diag(session, rc, DIAG_RUN011, table, "check the file");
	mo_session_cache(session, 0);
	if (!rc)
		mo_checks_warn(missing, table, &session->m->diags);
	return rc ? rc : judge_lines(lines, &now, session, pragma);
}
