/* SPDX-License-Identifier: MIT */
/*
 * way.c: any bytes as the way back that a file carries, with lines of "==" between its document, its
 * marks and a value that is kept for it; what is left out is as the migration left it.
 *
 *	there --downgrade--> back	whatever the bytes say: the shape before, or nothing has changed;
 *				no other database, and no table that neither shape has, was written
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
	" AND (SELECT group_concat(s) FROM stays) = '1,two'";

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

static void forge(sqlite3 *db, char *text)
{
	put(db, "UPDATE _moult_way_back SET document = ?", next_part(&text));
	put(db, "UPDATE _moult_way_back SET marks = ?", next_part(&text));
	put(db, "UPDATE _moult_parked SET _moult_value = ?", next_part(&text));
}

static void go_there(moult *m, sqlite3 *db, moult_options *options)
{
	moult_schema *want = NULL;

	fuzz_must(m, moult_schema_parse(&want, m, after, strlen(after), "after.xml"), after);
	fuzz_must(m, moult_migrate(m, db, want, options, NULL), "there");
	moult_schema_free(want);
	moult_diagnostics_clear(m);
}

static void go_back(moult *m, sqlite3 *db, moult_options *options, const moult_schema *want)
{
	const uint64_t content = evidence_content(db);
	const int rc = moult_downgrade(m, db, options, NULL);
	moult_schema *have = NULL;

	if (rc && evidence_content(db) != content)
		fuzz_must(m, rc, "not gone back, and changed");
	if (evidence_number(db, others) != 1)
		fuzz_must(m, 1, "it wrote elsewhere");
	if (rc)
		return;
	fuzz_must(m, moult_schema_from_db(&have, m, db), "reading it");
	fuzz_must_agree(m, have, want, "another shape");
	moult_schema_free(have);
}

int fuzz_way(const uint8_t *data, size_t size)
{
	moult *m = fuzz_handle();
	moult_options options = MOULT_OPTIONS_INIT;
	moult_schema *want = NULL;
	sqlite3 *db = NULL;
	char *text = fuzz_text(data, size);

	options.no_backup = 1;
	options.allow = "all";
	options.deadline_ms = 2000;
	if (sqlite3_open(":memory:", &db) || sqlite3_exec(db, elsewhere, NULL, NULL, NULL) ||
	    sqlite3_exec(db, before, NULL, NULL, NULL))
		abort();
	fuzz_must(m, moult_schema_parse(&want, m, before, strlen(before), "before.sql"), "before");
	go_there(m, db, &options);
	forge(db, text);
	go_back(m, db, &options, want);
	moult_diagnostics_clear(m);
	moult_schema_free(want);
	sqlite3_close(db);
	free(text);
	return 0;
}
