/* SPDX-License-Identifier: MIT */
/*
 * runner.c: a program that runs scripts, as an application on a device would.
 *
 *	runner stop DB SCRIPT	as sqlite3_exec does: up to the first error
 *	runner on DB SCRIPT	statement by statement, going on after errors
 *	runner fill DB		a few rows for each table
 *	runner rows DB		all rows, in an order of their own, for comparison
 *	runner abuse DB SCRIPT	what attack.c does to a script; TAP
 *	runner cut DB SCRIPT	the script cut off at every byte; TAP
 *	runner fail DB SCRIPT	each statement failing in turn; TAP
 *	runner unit DB		runs the C unit that was compiled into it
 *	runner abuse-unit DB	what attack.c does to that unit; TAP
 *
 * It needs sqlite3 and nothing else, and compiles with every release that a
 * script is meant for (tests/matrix).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner.h"

#ifdef UNIT
int up_upgrade(sqlite3 *db); /* gives an enum of its own, whose first two are good */
#endif

void die(const char *what, const char *why)
{
	fprintf(stderr, "runner: %s: %s\n", what, why);
	exit(2);
}

sqlite3 *open_file(const char *path)
{
	sqlite3 *db;

	if (sqlite3_open(path, &db) != SQLITE_OK)
		die(path, sqlite3_errmsg(db));
	return db;
}

char *read_text(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = NULL;
	long size;

	if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0 ||
	    fseek(file, 0, SEEK_SET))
		die(path, "cannot be read");
	else if ((text = malloc((size_t)size + 1)) &&
		 fread(text, 1, (size_t)size, file) == (size_t)size)
		text[size] = '\0';
	if (!file || !text)
		die(path, "cannot be read");
	else
		fclose(file);
	return text;
}

/* ---- running ---- */

int run_stop(sqlite3 *db, const char *script, char *why, size_t size)
{
	int rc = sqlite3_exec(db, script, NULL, NULL, NULL);

	if (rc)
		snprintf(why, size, "%s", sqlite3_errmsg(db));
	return rc;
}

/* The first of a text's bytes; not by SQLite, whose memory may be failing. */
static char *beginning(const char *text, size_t length)
{
	char *copy = malloc(length + 1);

	if (!copy)
		die("memory", "there is none");
	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

/* The length of the first statement: as the sqlite3 program cuts its input. */
static size_t statement_length(const char *script)
{
	const char *end = script;

	while ((end = strchr(end, ';'))) {
		char *text = beginning(script, (size_t)(++end - script));
		const int is_whole = sqlite3_complete(text);

		free(text);
		if (is_whole)
			return (size_t)(end - script);
	}
	return strlen(script);
}

static int run_one(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	if (rc == SQLITE_OK)
		while (sqlite3_step(stmt) == SQLITE_ROW)
			;
	return rc == SQLITE_OK ? sqlite3_finalize(stmt) : rc;
}

int is_savepoint(const char *sql)
{
	const size_t blanks = strspn(sql, "\n");

	while (sql[blanks] == '-' && (sql = strchr(sql + blanks, '\n')))
		return is_savepoint(sql);
	return !strncmp(sql + blanks, "SAVEPOINT", 9);
}

/*
 * The result is that of the last statement that failed.  A savepoint that ends the transaction, for want
 * of the memory for itself, is the end: what a script cannot help (moult(1)).
 */
int run_on(sqlite3 *db, const char *script, before_statement *before, char *why, size_t size)
{
	int result = SQLITE_OK;
	int is_over = 0;

	for (int i = 0; *script && !is_over; i++) {
		const size_t length = statement_length(script);
		char *sql = beginning(script, length);
		int rc = before && before(db, i, sql) ? SQLITE_OK : run_one(db, sql);

		if (rc) {
			result = rc;
			snprintf(why, size, "%s", sqlite3_errmsg(db));
			is_over = rc == SQLITE_NOMEM && is_savepoint(sql) &&
				  sqlite3_get_autocommit(db);
		}
		free(sql);
		script += length;
	}
	return result;
}

static int run(const char *path, const char *file, int goes_on)
{
	sqlite3 *db = open_file(path);
	char *script = read_text(file);
	char why[512] = "";
	int rc = goes_on ? run_on(db, script, NULL, why, sizeof(why))
			 : run_stop(db, script, why, sizeof(why));

	if (rc)
		fprintf(stderr, "%s\n", why);
	free(script);
	sqlite3_close(db);
	return rc != 0;
}

/* ---- rows ---- */

static sqlite3_stmt *prepare(sqlite3 *db, char *sql)
{
	sqlite3_stmt *stmt = NULL;

	if (!sql || sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		stmt = NULL;
	sqlite3_free(sql);
	return stmt;
}

/* The columns of a table by name, each as FORMAT makes it of the name. */
static char *columns(sqlite3 *db, const char *table, const char *format)
{
	sqlite3_stmt *stmt = prepare(db, sqlite3_mprintf("PRAGMA table_info(%Q)", table));
	char *names[200], *list = sqlite3_mprintf("");
	int count = 0;

	while (stmt && sqlite3_step(stmt) == SQLITE_ROW && count < 200)
		names[count++] = sqlite3_mprintf("%s", sqlite3_column_text(stmt, 1));
	sqlite3_finalize(stmt);
	for (int i = 1; i < count; i++)
		for (int j = i; j > 0 && sqlite3_stricmp(names[j - 1], names[j]) > 0; j--) {
			char *other = names[j];

			names[j] = names[j - 1];
			names[j - 1] = other;
		}
	for (int i = 0; i < count; i++) {
		char *one = sqlite3_mprintf("%w", names[i]);
		char *item = sqlite3_mprintf(format, one);
		char *longer = sqlite3_mprintf("%s%s%s", list, i ? ", " : "", item);

		sqlite3_free(item);
		sqlite3_free(one);
		sqlite3_free(list);
		sqlite3_free(names[i]);
		list = longer;
	}
	return list;
}

static void print_rows(sqlite3 *db, const char *table, const char *list, const char *rowid)
{
	sqlite3_stmt *stmt = prepare(db, sqlite3_mprintf("SELECT %s%s FROM \"%w\" ORDER BY %s%s",
							 rowid, list, table, rowid, list));

	if (!stmt && *rowid) {
		print_rows(db, table, list, "");
		return;
	}
	while (stmt && sqlite3_step(stmt) == SQLITE_ROW) {
		printf("%s", table);
		for (int i = 0; i < sqlite3_column_count(stmt); i++)
			printf("|%s", (const char *)sqlite3_column_text(stmt, i));
		printf("\n");
	}
	sqlite3_finalize(stmt);
}

/* Calls for every table that is no shadow and none of SQLite's own, but for its marks. */
static void each_table(sqlite3 *db, void (*act)(sqlite3 *db, const char *table))
{
	sqlite3_stmt *stmt = prepare(
		db,
		sqlite3_mprintf(
			"SELECT name FROM sqlite_master AS m WHERE type = 'table' AND name NOT LIKE '\\_moult%%' ESCAPE '\\'"
			" AND (name NOT LIKE 'sqlite\\_%%' ESCAPE '\\' OR name = 'sqlite_sequence') AND NOT EXISTS (SELECT 1"
			" FROM sqlite_master AS v WHERE v.sql LIKE 'create virtual%%' AND m.name LIKE v.name || '\\_%%' ESCAPE '\\')"
			" ORDER BY name"));

	while (stmt && sqlite3_step(stmt) == SQLITE_ROW)
		act(db, (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
}

static void print_table(sqlite3 *db, const char *table)
{
	char *list = columns(db, table, "quote(\"%s\")");

	print_rows(db, table, list, strcmp(table, "sqlite_sequence") ? "rowid, " : "");
	sqlite3_free(list);
}

/* ---- filling ---- */

/* Values of every class, some of them not what their column says; what a constraint does not take is left out. */
static void fill_table(sqlite3 *db, const char *table)
{
	static const char *const values[] = {"1",   "'text %d'",   "NULL", "%d",
					     "2.5", "x'00ff%02d'", "'%d'", "-%d"};
	char *list = columns(db, table, "\"%s\"");
	sqlite3_stmt *stmt =
		prepare(db, sqlite3_mprintf("SELECT %s FROM \"%w\" LIMIT 0", list, table));
	const int count = stmt ? sqlite3_column_count(stmt) : 0;

	sqlite3_finalize(stmt);
	for (int row = 1; strcmp(table, "sqlite_sequence") != 0 && row <= 8; row++) {
		char *sql =
			sqlite3_mprintf("INSERT OR IGNORE INTO \"%w\" (%s) VALUES (", table, list);

		for (int i = 0; i < count; i++) {
			char *value = sqlite3_mprintf(
				row < 5 ? "%d" : values[(unsigned)(row * 5 + i) % 8], row + 10 * i);
			char *longer = sqlite3_mprintf("%s%s%s", sql, i ? ", " : "", value);

			sqlite3_free(sql);
			sqlite3_free(value);
			sql = longer;
		}
		stmt = prepare(db, sqlite3_mprintf("%s)", sql));
		sqlite3_free(sql);
		while (stmt && sqlite3_step(stmt) == SQLITE_ROW)
			;
		sqlite3_finalize(stmt);
	}
	sqlite3_free(list);
}

static int each(const char *path, void (*act)(sqlite3 *db, const char *table))
{
	sqlite3 *db = open_file(path);

	sqlite3_exec(db, "PRAGMA foreign_keys = OFF; BEGIN", NULL, NULL, NULL);
	each_table(db, act);
	sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	sqlite3_close(db);
	return 0;
}

/* ---- a C unit ---- */

static void hear(void *context, int rc, const char *message)
{
	(void)context;
	if (strstr(message, "_upgrade: "))
		fprintf(stderr, "%d %s\n", rc, message);
}

static int run_unit(const char *path, int is_abused)
{
#ifdef UNIT
	int result;
	sqlite3 *db;

	if (is_abused)
		return abuse_unit(path, up_upgrade);
	sqlite3_config(SQLITE_CONFIG_LOG, hear, NULL);
	db = open_file(path);
	sqlite3_exec(db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	result = up_upgrade(db);
	sqlite3_close(db);
	printf("%d\n", result);
	return result > 1;
#else
	(void)hear;
	(void)is_abused;
	die(path, "no unit was compiled in");
	return 2;
#endif
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (argc == 4 && !strcmp(what, "stop"))
		return run(argv[2], argv[3], 0);
	if (argc == 4 && !strcmp(what, "on"))
		return run(argv[2], argv[3], 1);
	if (argc == 4 && !strcmp(what, "abuse"))
		return abuse(argv[2], argv[3]);
	if (argc == 4 && !strcmp(what, "cut"))
		return abuse_by_cuts(argv[2], argv[3]);
	if (argc == 4 && !strcmp(what, "fail"))
		return abuse_by_failures(argv[2], argv[3]);
	if (argc == 3 && !strcmp(what, "fill"))
		return each(argv[2], fill_table);
	if (argc == 3 && !strcmp(what, "rows"))
		return each(argv[2], print_table);
	if (argc == 3 && (!strcmp(what, "unit") || !strcmp(what, "abuse-unit")))
		return run_unit(argv[2], *what == 'a');
	die("usage",
	    "runner stop|on|abuse|cut|fail DB SCRIPT, runner fill|rows|unit|abuse-unit DB");
	return 2;
}
