/* SPDX-License-Identifier: MIT */
/* lines.c: see lines.h. */
#include "live/lines.h"

#include <limits.h>
#include <string.h>

#include "base/text.h"
#include "live/connect.h"

#define MOST_OF_A_TABLE 100 /* lines that a pragma gives which is asked about one table */
#define MORE 100	    /* times as many, once lines that are not so took the place of others */

/*
 * Faults of rows, in the words of pragma.c in SQLite, and the question to a value v that
 * tells whether it is one.  SQLite would not look for v IS NULL where a column is NOT NULL.
 */
static const struct fault {
	const char *words;
	const char *question; /* NULL: SQLite is believed */
} faults[] = {
	{"NULL value in ", "typeof(v) = 'null'"},
	{"NUMERIC value in ", "typeof(v) IN ('integer', 'real')"},
	{"TEXT value in ", "typeof(v) = 'text' AND +v = CAST(v AS NUMERIC)"},
	{"non-INT value in ", "typeof(v) NOT IN ('null', 'integer')"},
	{"non-INTEGER value in ", "typeof(v) NOT IN ('null', 'integer')"},
	{"non-REAL value in ", "typeof(v) NOT IN ('null', 'real')"},
	{"non-TEXT value in ", "typeof(v) NOT IN ('null', 'text')"},
	{"non-BLOB value in ", "typeof(v) NOT IN ('null', 'blob')"},
	{"CHECK constraint failed", NULL},
	{"non-unique entry in", NULL},
};

static const struct fault *fault_of(const char *line)
{
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		if (mo_name_has_prefix(line, faults[i].words))
			return &faults[i];
	return NULL;
}

bool mo_line_is_logical(const char *line)
{
	return fault_of(line);
}

/* ---- asking the rows ---- */

enum answer { ANSWER_NO_SUCH_COLUMN, ANSWER_IS_NOT_SO, ANSWER_IS_SO };

static enum answer failed(sqlite3 *db)
{
	const char *message = sqlite3_errmsg(db);

	return mo_name_has_prefix(message, "no such table") ||
			       mo_name_has_prefix(message, "no such column")
		       ? ANSWER_NO_SUCH_COLUMN
		       : ANSWER_IS_SO;
}

/* The rows themselves are read, and no index that may say otherwise. */
static enum answer ask_rows(struct arena *arena, sqlite3 *db, const char *table, const char *column,
			    const char *question)
{
	const char *sql =
		mo_arena_format(arena,
				"SELECT 1 FROM (SELECT t.\"%w\" AS v FROM main.\"%w\" AS t"
				" NOT INDEXED) WHERE %s LIMIT 1",
				column, table, question);
	sqlite3_stmt *stmt = NULL;
	enum answer answer = ANSWER_IS_SO;

	if (!sql)
		return answer;
	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		answer = failed(db);
	else if (sqlite3_step(stmt) == SQLITE_DONE)
		answer = ANSWER_IS_NOT_SO;
	sqlite3_finalize(stmt);
	return answer;
}

/*
 * A line ends with "table.column", and either may have a dot in it.  What names no column of
 * any table, or one that cannot be asked, is believed.
 */
static bool is_so(struct arena *arena, sqlite3 *db, const char *line)
{
	const struct fault *fault = fault_of(line);
	const char *names = fault && fault->question ? line + strlen(fault->words) : NULL;
	bool is_denied = false;

	for (const char *dot = names ? strchr(names, '.') : NULL; dot; dot = strchr(dot + 1, '.')) {
		const char *table = mo_arena_slice(arena, names, (size_t)(dot - names));
		const enum answer answer =
			table ? ask_rows(arena, db, table, dot + 1, fault->question) : ANSWER_IS_SO;

		if (answer == ANSWER_IS_SO)
			return true;
		is_denied = is_denied || answer == ANSWER_IS_NOT_SO;
	}
	return !is_denied;
}

static bool has(const struct list *lines, const char *line)
{
	for (int i = 0; i < lines->count; i++)
		if (mo_same(lines->items[i], line))
			return true;
	return false;
}

/* ---- reading ---- */

struct reading {
	struct list *lines;
	struct arena *arena;
	sqlite3 *db;
	struct list denied; /* of char *: what the rows say is not so */
	int count;	    /* lines that SQLite gave */
};

static int take(struct reading *reading, const char *line)
{
	const char *text;

	if (!line || (mo_unread_code(line) & 0xff) == SQLITE_NOMEM)
		return SQLITE_NOMEM;
	reading->count++;
	if (!mo_is_complaint(line) || has(&reading->denied, line))
		return SQLITE_OK;
	text = mo_arena_text(reading->arena, line);
	if (!text)
		return SQLITE_NOMEM;
	mo_list_add(reading->arena,
		    has(reading->lines, line) || is_so(reading->arena, reading->db, line)
			    ? reading->lines
			    : &reading->denied,
		    (void *)text);
	return SQLITE_OK;
}

/*
 * All but the last argument are those of mo_lines_read(); *cut: SQLite had more to say but for
 * lines that are not so.
 */
static int read_some(struct list *lines, struct arena *arena, sqlite3 *db, const char *pragma,
		     const char *table, int most, int limit, bool *cut)
{
	struct reading reading = {.lines = lines, .arena = arena, .db = db};
	const char *sql = table ? mo_arena_format(arena, "PRAGMA main.%s(\"%w\")", pragma, table)
				: mo_arena_format(arena, "PRAGMA main.%s(%d)", pragma, limit);
	const int end = lines->count + most;
	sqlite3_stmt *stmt = NULL;
	int rc = sql ? sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) : SQLITE_NOMEM;

	while (!rc && lines->count < end && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
		rc = take(&reading, (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	*cut = rc == SQLITE_DONE && reading.denied.count && reading.count >= limit;
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int mo_lines_read(struct list *lines, struct arena *arena, sqlite3 *db, const char *pragma,
		  const char *table, int most)
{
	const int before = lines->count;
	int limit = table ? MOST_OF_A_TABLE : most;
	bool cut = false;
	int rc = read_some(lines, arena, db, pragma, table, most, limit, &cut);

	while (!rc && cut && limit < INT_MAX / MORE) {
		lines->count = before;
		limit *= MORE;
		rc = read_some(lines, arena, db, pragma, NULL, most, limit, &cut);
	}
	return rc;
}
