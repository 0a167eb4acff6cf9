/* SPDX-License-Identifier: MIT */
/*
 * way.c: any bytes as the way back that a file carries, with lines of "==" between its document, its
 * marks and a value that is kept for it; what is left out is as the migration left it.  Behind these, a line each with "|"
 * between its values: rows of _moult_parked_rows, and of _moult_parked, that stand there once it went back.
 *
 *	there --downgrade--> back --apply--> there
 *
 * Whatever the bytes say: the shape before, and the one there, or nothing has changed; no other database, and no
 * table that neither shape has, was written; and no row that parked ones find is another by them.
 */
#include <stdlib.h>
#include <string.h>

#include "evidence.h"
#include "fuzz.h"

static const char before[] =
	"CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT DEFAULT 'd', b, c INTEGER NOT NULL);"
	"CREATE TABLE u(k TEXT PRIMARY KEY, x); CREATE INDEX i ON t(a);"
	"CREATE TABLE stays(s); INSERT INTO stays VALUES (1), ('two');"
	"INSERT INTO t VALUES (1, 'one', x'00', 1), (2, NULL, '1.50', 2); INSERT INTO u VALUES ('k', 1)";

static const char after[] =
	"<database xmlns='urn:moult:schema:1' way-back='data'>"
	"<table name='tt' was='t'><column name='id' type='INTEGER' primary-key='true'/>"
	"<column name='b' type='INTEGER' using='CAST(b AS INTEGER)'/><column name='n'/>"
	"<dropped column='a'/><dropped column='c' back='length(new.b)'/><dropped index='i'/></table>"
	"<dropped table='u'/></database>";

static const char elsewhere[] = "ATTACH ':memory:' AS other; CREATE TABLE other.t(a);"
				"CREATE TABLE other.victim(v); INSERT INTO other.victim VALUES (1)";

static const char others[] =
	"SELECT (SELECT count(*) FROM pragma_database_list WHERE name <> 'temp') = 2"
	" AND (SELECT group_concat(v) FROM other.victim) = '1'"
	" AND (SELECT count(*) FROM other.t) = 0"
	" AND (SELECT count(*) FROM other.sqlite_master) = 2"
	" AND (SELECT count(*) FROM sqlite_temp_master) = 0"
	" AND (SELECT count(*) FROM stays WHERE s IN (1, 'two')) = 2";

/* Cuts a part off the text; NULL where there is no more. */
static char *next_part(char **text)
{
	static const char line[] = "\n==\n";
	char *part = *text, *end = part ? strstr(part, line) : NULL;

	*text = end ? end + strlen(line) : NULL;
	if (end)
		*end = '\0';
	return part;
}

static void put(sqlite3 *db, const char *sql, const char *value)
{
	sqlite3_stmt *stmt = NULL;

	if (!value || !*value)
		return;
	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) ||
	    sqlite3_bind_text(stmt, 1, value, -1, SQLITE_STATIC) ||
	    sqlite3_step(stmt) != SQLITE_DONE)
		abort();
	sqlite3_finalize(stmt);
}

static void forge(sqlite3 *db, char **text)
{
	put(db, "UPDATE _moult_way_back SET document = ?", next_part(text));
	put(db, "UPDATE _moult_way_back SET marks = ?", next_part(text));
	put(db, "UPDATE _moult_parked SET _moult_value = ?", next_part(text));
}

/* A line as the parameters of a statement: numbers where they look so, NULL where they are empty. */
static void put_line(sqlite3 *db, const char *sql, char *line)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	for (int i = 1; !rc && line && i <= sqlite3_bind_parameter_count(stmt); i++) {
		char *end = strchr(line, '|');

		if (end)
			*end = '\0';
		if (*line)
			rc = strspn(line, "-0123456789") == strlen(line)
				     ? sqlite3_bind_int64(stmt, i, strtoll(line, NULL, 10))
				     : sqlite3_bind_text(stmt, i, line, -1, SQLITE_STATIC);
		line = end ? end + 1 : NULL;
	}
	if (!rc)
		sqlite3_step(stmt);
	sqlite3_finalize(stmt);
}

static void put_lines(sqlite3 *db, const char *sql, char *text)
{
	while (text && *text) {
		char *end = strchr(text, '\n');

		if (end)
			*end = '\0';
		put_line(db, sql, text);
		text = end ? end + 1 : NULL;
	}
}

static void go_there(moult *m, sqlite3 *db, moult_options *options)
{
	moult_schema *want = NULL;

	fuzz_must(m, moult_schema_parse(&want, m, after, strlen(after), "after.xml"), after);
	fuzz_must(m, moult_migrate(m, db, want, options, NULL), "there");
	moult_schema_free(want);
	moult_diagnostics_clear(m);
}

static void look(moult *m, sqlite3 *db, const moult_schema *want, int rc, bool is_changed)
{
	moult_schema *have = NULL;

	if (rc && is_changed)
		fuzz_must(m, rc, "refused, and changed");
	if (evidence_number(db, others) != 1)
		fuzz_must(m, 1, "it wrote elsewhere");
	if (rc)
		return;
	fuzz_must(m, moult_schema_from_db(&have, m, db), "reading it");
	fuzz_must_agree(m, have, want, "another shape");
	moult_schema_free(have);
}

static int go_back(moult *m, sqlite3 *db, moult_options *options)
{
	const uint64_t content = evidence_content(db);
	const int rc = moult_downgrade(m, db, options, NULL);
	moult_schema *want = NULL;

	fuzz_must(m, moult_schema_parse(&want, m, before, strlen(before), "before.sql"), "before");
	look(m, db, want, rc, evidence_content(db) != content);
	moult_schema_free(want);
	return rc;
}

/* The rows that are there, by all that the migration takes as it is. */
static uint64_t rows_of(sqlite3 *db, const char *table)
{
	char *sql =
		sqlite3_mprintf("SELECT id FROM %s WHERE id IN (SELECT id FROM temp.known)", table);
	const uint64_t rows = evidence_digest(db, sql);

	sqlite3_free(sql);
	return rows;
}

static void go_again(moult *m, sqlite3 *db, moult_options *options, char *text)
{
	moult_schema *want = NULL;
	uint64_t content, rows;
	int rc;

	put_lines(db, "INSERT OR IGNORE INTO _moult_parked_rows VALUES (?, ?, ?, ?, ?, ?)",
		  next_part(&text));
	put_lines(db, "INSERT OR REPLACE INTO _moult_parked VALUES (?, ?, ?, ?)", next_part(&text));
	sqlite3_exec(db, "CREATE TEMP TABLE known AS SELECT id FROM t", NULL, NULL, NULL);
	content = evidence_content(db);
	rows = rows_of(db, "t");
	fuzz_must(m, moult_schema_parse(&want, m, after, strlen(after), "after.xml"), after);
	moult_diagnostics_clear(m);
	rc = moult_migrate(m, db, want, options, NULL);
	if (!rc && rows_of(db, "tt") != rows)
		fuzz_must(m, 1, "a row is gone");
	sqlite3_exec(db, "DROP TABLE temp.known", NULL, NULL, NULL);
	look(m, db, want, rc, evidence_content(db) != content);
	moult_schema_free(want);
}

int fuzz_way(const uint8_t *data, size_t size)
{
	moult *m = fuzz_handle();
	moult_options options = MOULT_OPTIONS_INIT;
	sqlite3 *db = NULL;
	char *text = fuzz_text(data, size), *rest = text;

	options.no_backup = 1;
	options.allow = "all";
	options.deadline_ms = 2000;
	if (sqlite3_open(":memory:", &db) || sqlite3_exec(db, elsewhere, NULL, NULL, NULL) ||
	    sqlite3_exec(db, before, NULL, NULL, NULL))
		abort();
	go_there(m, db, &options);
	if (sqlite3_exec(db, "INSERT INTO tt VALUES (3, NULL, 'parked')", NULL, NULL, NULL))
		abort();
	forge(db, &rest);
	options.park_rows = 1;
	if (!go_back(m, db, &options))
		go_again(m, db, &options, rest);
	moult_diagnostics_clear(m);
	sqlite3_close(db);
	free(text);
	return 0;
}
