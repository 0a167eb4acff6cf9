/* SPDX-License-Identifier: MIT */
/*
 * evidence.c: see evidence.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "evidence.h"

void evidence_find(struct finding *finding, const char *format, ...)
{
	va_list args;

	if (finding->text[0])
		return;
	va_start(args, format);
	sqlite3_vsnprintf(sizeof(finding->text), finding->text, format, args);
	va_end(args);
}

static sqlite3_stmt *vprepare(sqlite3 *db, const char *format, va_list args)
{
	sqlite3_stmt *stmt = NULL;
	char *sql = sqlite3_vmprintf(format, args);

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL))
		fprintf(stderr, "# %s: %s\n", sql, sqlite3_errmsg(db));
	sqlite3_free(sql);
	return stmt;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *format, ...)
{
	sqlite3_stmt *stmt;
	va_list args;

	va_start(args, format);
	stmt = vprepare(db, format, args);
	va_end(args);
	return stmt;
}

static const char *text(sqlite3_stmt *stmt, int column)
{
	const unsigned char *value = sqlite3_column_text(stmt, column);

	return value ? (const char *)value : "";
}

static long long number(sqlite3 *db, const char *format, ...)
{
	long long value = -1;
	sqlite3_stmt *stmt;
	va_list args;

	va_start(args, format);
	stmt = vprepare(db, format, args);
	va_end(args);
	if (stmt && sqlite3_step(stmt) == SQLITE_ROW)
		value = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return value;
}

long long evidence_number(sqlite3 *db, const char *sql)
{
	return number(db, "%s", sql);
}

bool evidence_is_true(sqlite3 *db, const char *select, struct finding *finding)
{
	sqlite3_stmt *stmt = prepare(db, "%s", select);
	bool is_true = stmt && sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_int(stmt, 0) == 1;

	if (!is_true)
		evidence_find(finding, "%s gives %s", select,
			      stmt && sqlite3_column_count(stmt) && sqlite3_data_count(stmt)
				      ? text(stmt, 0)
				      : sqlite3_errmsg(db));
	sqlite3_finalize(stmt);
	return is_true;
}

/* ---- digests ---- */

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t size)
{
	const unsigned char *p = bytes;
	size_t i;

	for (i = 0; i < size; i++)
		hash = (hash ^ p[i]) * 0x100000001b3ULL;
	return hash;
}

static uint64_t hash_value(uint64_t hash, sqlite3_stmt *stmt, int column)
{
	int type = sqlite3_column_type(stmt, column);
	sqlite3_int64 integer;
	double real;

	hash = hash_bytes(hash, &type, sizeof(type));
	switch (type) {
	case SQLITE_INTEGER:
		integer = sqlite3_column_int64(stmt, column);
		return hash_bytes(hash, &integer, sizeof(integer));
	case SQLITE_FLOAT:
		real = sqlite3_column_double(stmt, column);
		return hash_bytes(hash, &real, sizeof(real));
	case SQLITE_NULL:
		return hash;
	default:
		return hash_bytes(hash, sqlite3_column_blob(stmt, column),
				  (size_t)sqlite3_column_bytes(stmt, column)) *
		       31;
	}
}

/* A query that fails has the digest 1. */
uint64_t evidence_digest(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = prepare(db, "%s", sql);
	uint64_t sum = stmt ? 0 : 1;

	while (stmt && sqlite3_step(stmt) == SQLITE_ROW) {
		uint64_t hash = 0xcbf29ce484222325ULL;
		int i;

		for (i = 0; i < sqlite3_column_count(stmt); i++)
			hash = hash_value(hash, stmt, i);
		hash ^= hash >> 29;
		hash *= 0xbf58476d1ce4e5b9ULL;
		sum += hash ^ hash >> 32;
	}
	sqlite3_finalize(stmt);
	return sum;
}

#define NOT_MOULTS                                   \
	"tbl_name NOT LIKE '\\_moult%%' ESCAPE '\\'" \
	" AND name NOT LIKE '\\_moult\\_parked\\_%%' ESCAPE '\\'"
/* A table with rows of its own: no virtual table. */
#define OWN_TABLES "type='table' AND sql NOT LIKE 'CREATE VIRTUAL%%' AND " NOT_MOULTS
/* m is none of SQLite's own tables, and none of a virtual table's. */
#define NO_SHADOWS                                                               \
	" AND name NOT LIKE 'sqlite\\_%%' ESCAPE '\\' AND NOT EXISTS"            \
	" (SELECT 1 FROM %s.sqlite_master v WHERE v.sql LIKE 'CREATE VIRTUAL%%'" \
	" AND substr(m.name, 1, length(v.name) + 1) = v.name || '_')"

static const char count_object[] = "SELECT count(*) FROM main.sqlite_master"
				   " WHERE type=%Q AND lower(name)=lower(%Q)";

static bool has_rowid(sqlite3 *db, const char *database, const char *table)
{
	sqlite3_stmt *stmt = NULL;
	char *sql = sqlite3_mprintf("SELECT rowid FROM %s.\"%w\" LIMIT 0", database, table);
	bool has = !sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	sqlite3_finalize(stmt);
	sqlite3_free(sql);
	return has;
}

uint64_t evidence_content(sqlite3 *db)
{
	sqlite3_stmt *tables = prepare(db, "SELECT name FROM sqlite_master WHERE " OWN_TABLES);
	char *sql = sqlite3_mprintf("SELECT type, name, tbl_name, sql FROM sqlite_master"
				    " WHERE " NOT_MOULTS);
	uint64_t sum = evidence_digest(db, sql);

	sqlite3_free(sql);
	while (tables && sqlite3_step(tables) == SQLITE_ROW) {
		const char *name = text(tables, 0);
		const char *rowid = has_rowid(db, "main", name) ? "rowid, " : "";

		if (!strcmp(name, "sqlite_sequence"))
			sql = sqlite3_mprintf(
				"SELECT * FROM sqlite_sequence WHERE name <> '_moult_history'");
		else
			sql = sqlite3_mprintf("SELECT %s* FROM main.\"%w\"", rowid, name);
		sum = sum * 31 + evidence_digest(db, sql);
		sqlite3_free(sql);
	}
	sqlite3_finalize(tables);
	return sum + (uint64_t)number(db, "PRAGMA user_version") * 7919;
}

/* ---- nothing is lost ---- */

static const char lost_columns[] =
	"SELECT name FROM pragma_table_xinfo(%Q,'have') WHERE lower(name) NOT IN"
	" (SELECT lower(name) FROM pragma_table_xinfo(%Q,'main'))";

static void find_lost_columns(sqlite3 *db, const char *table, evidence_excused *excused,
			      void *context, struct finding *finding)
{
	sqlite3_stmt *stmt = prepare(db, lost_columns, table, table);

	while (stmt && sqlite3_step(stmt) == SQLITE_ROW) {
		char *name = sqlite3_mprintf("%s.%s", table, text(stmt, 0));

		if (!excused(context, name))
			evidence_find(finding, "column %s is gone", name);
		sqlite3_free(name);
	}
	sqlite3_finalize(stmt);
}

static const char all_objects[] =
	"SELECT type, name FROM %s.sqlite_master m WHERE sql IS NOT NULL AND " NOT_MOULTS
		NO_SHADOWS;

void evidence_objects(sqlite3 *db, evidence_excused *excused, void *context,
		      struct finding *finding)
{
	sqlite3_stmt *stmt = prepare(db, all_objects, "have", "have");

	while (stmt && sqlite3_step(stmt) == SQLITE_ROW) {
		const char *type = text(stmt, 0), *name = text(stmt, 1);

		if (excused(context, name))
			continue;
		if (number(db, count_object, type, name) != 1)
			evidence_find(finding, "%s %s is gone", type, name);
		else if (!strcmp(type, "table"))
			find_lost_columns(db, name, excused, context, finding);
	}
	sqlite3_finalize(stmt);
}

/* https://sqlite.org/datatype3.html#determination_of_column_affinity */
#define AFFINITY(type)                                                                      \
	"CASE WHEN " type " LIKE '%%INT%%' THEN 'I' WHEN " type " LIKE '%%CHAR%%' OR " type \
	" LIKE '%%CLOB%%' OR " type " LIKE '%%TEXT%%' THEN 'T' WHEN " type                  \
	" LIKE '%%BLOB%%' OR " type " = '' THEN 'B' WHEN " type " LIKE '%%REAL%%' OR " type \
	" LIKE '%%FLOA%%' OR " type " LIKE '%%DOUB%%' THEN 'R' ELSE 'N' END"

static const char common_columns[] =
	"SELECT h.name FROM pragma_table_xinfo(%Q,'have') h, pragma_table_xinfo(%Q,'main') w"
	" WHERE lower(h.name)=lower(w.name) AND h.hidden=0 AND w.hidden=0"
	" AND " AFFINITY("h.type") " = " AFFINITY("w.type");

/* The columns of a table in both files with one affinity, ready for SELECT; freed by the caller. */
static char *list_columns(sqlite3 *db, const char *table, evidence_excused *excused, void *context)
{
	sqlite3_str *out = sqlite3_str_new(db);
	sqlite3_stmt *stmt = prepare(db, common_columns, table, table);

	while (stmt && sqlite3_step(stmt) == SQLITE_ROW) {
		char *name = sqlite3_mprintf("%s.%s", table, text(stmt, 0));

		if (!excused(context, name))
			sqlite3_str_appendf(out, ", \"%w\"", text(stmt, 0));
		sqlite3_free(name);
	}
	sqlite3_finalize(stmt);
	return sqlite3_str_finish(out);
}

/* Whether the rowid is nobody's column, in both files, so that it must stay as it was. */
static bool keeps_rowid(sqlite3 *db, const char *table)
{
	const char *aliases = "SELECT count(*) FROM pragma_table_xinfo(%Q,%Q)"
			      " WHERE lower(name)='rowid' OR (pk=1 AND upper(type)='INTEGER')";

	return has_rowid(db, "main", table) && has_rowid(db, "have", table) &&
	       !number(db, aliases, table, "main") && !number(db, aliases, table, "have");
}

static void compare_table(sqlite3 *db, const char *table, evidence_excused *excused, void *context,
			  struct finding *finding)
{
	char *columns = list_columns(db, table, excused, context);
	const char *rowid = keeps_rowid(db, table) ? "rowid" : "0";
	char *want = sqlite3_mprintf("SELECT %s%s FROM main.\"%w\"", rowid, columns, table);
	char *have = sqlite3_mprintf("SELECT %s%s FROM have.\"%w\"", rowid, columns, table);

	if (evidence_digest(db, want) != evidence_digest(db, have))
		evidence_find(finding, "rows of %s changed (%s%s)", table, rowid, columns);
	sqlite3_free(have);
	sqlite3_free(want);
	sqlite3_free(columns);
}

static void compare_sequence(sqlite3 *db, const char *table, struct finding *finding)
{
	const char *mark = "SELECT coalesce((SELECT seq FROM %s.sqlite_sequence"
			   " WHERE lower(name)=lower(%Q)), -1)";
	const char *has_mark = "SELECT count(*) FROM %s.sqlite_master WHERE lower(name)=lower(%Q)"
			       " AND sql LIKE '%%AUTOINCREMENT%%'";

	if (number(db, has_mark, "have", table) != 1 || number(db, has_mark, "main", table) != 1)
		return;
	if (number(db, mark, "have", table) != number(db, mark, "main", table))
		evidence_find(finding, "the sequence of %s changed", table);
}

static const char common_tables[] =
	"SELECT name FROM have.sqlite_master m WHERE " OWN_TABLES NO_SHADOWS
	" AND EXISTS (SELECT 1 FROM main.sqlite_master w WHERE w.type='table'"
	" AND lower(w.name)=lower(m.name))";

void evidence_rows(sqlite3 *db, evidence_excused *excused, void *context, struct finding *finding)
{
	sqlite3_stmt *stmt = prepare(db, common_tables, "have");

	while (stmt && sqlite3_step(stmt) == SQLITE_ROW) {
		if (excused(context, text(stmt, 0)))
			continue;
		compare_table(db, text(stmt, 0), excused, context, finding);
		compare_sequence(db, text(stmt, 0), finding);
	}
	sqlite3_finalize(stmt);
}

/* ---- migrated equals fresh ---- */

/* Columns of a fresh file; main may have others, which nobody declared. */
#define IN_FRESH " IN (SELECT lower(name) FROM pragma_table_xinfo(%Q,'fresh'))"

/*
 * What pragmas must say the same of a table, without what depends on the order of columns.  Before 3.37
 * GENERATED and ALWAYS are words of a type.
 */
static const char *const table_queries[] = {
	"SELECT lower(name), trim(replace(replace(upper(type), 'GENERATED', ''), 'ALWAYS', '')),"
	" \"notnull\","
	" trim(dflt_value, '()'), pk, hidden"
	" FROM pragma_table_xinfo(%Q,%Q) WHERE lower(name)" IN_FRESH,
	"SELECT lower(\"table\"), lower(\"from\"), lower(\"to\"), on_update, on_delete, seq"
	" FROM pragma_foreign_key_list(%Q,%Q) WHERE lower(\"from\")" IN_FRESH,
	"SELECT \"unique\", origin FROM pragma_index_list(%Q,%Q) WHERE origin <> 'c'",
};

static const char index_query[] = "SELECT seqno, lower(name), \"desc\", coll, key, min(cid, 0)"
				  " FROM pragma_index_xinfo(%Q,%Q) WHERE key";

static void compare_query(sqlite3 *db, const char *query, const char *name, struct finding *finding)
{
	char *want = sqlite3_mprintf(query, name, "main", name);
	char *fresh = sqlite3_mprintf(query, name, "fresh", name);

	if (evidence_digest(db, want) != evidence_digest(db, fresh))
		evidence_find(finding, "%s is not as in a fresh file: %s", name, want);
	sqlite3_free(fresh);
	sqlite3_free(want);
}

static void compare_object(sqlite3 *db, const char *type, const char *name, struct finding *finding)
{
	size_t i;

	if (number(db, count_object, type, name) != 1)
		evidence_find(finding, "%s %s is in a fresh file only", type, name);
	if (!strcmp(type, "index"))
		compare_query(db, index_query, name, finding);
	if (strcmp(type, "table") != 0)
		return;
	for (i = 0; i < sizeof(table_queries) / sizeof(table_queries[0]); i++)
		compare_query(db, table_queries[i], name, finding);
}

static const char invented[] =
	"SELECT name FROM main.sqlite_master m WHERE sql IS NOT NULL AND " NOT_MOULTS NO_SHADOWS
	" AND lower(name) NOT IN (SELECT lower(name) FROM have.sqlite_master"
	" UNION ALL SELECT lower(name) FROM fresh.sqlite_master)";

/* Nothing is there that neither the document declares nor the file had. */
static void find_invented(sqlite3 *db, struct finding *finding)
{
	sqlite3_stmt *stmt = prepare(db, invented, "main");

	while (stmt && sqlite3_step(stmt) == SQLITE_ROW)
		evidence_find(finding, "%s was not asked for", text(stmt, 0));
	sqlite3_finalize(stmt);
}

void evidence_schema(sqlite3 *db, struct finding *finding)
{
	sqlite3_stmt *stmt = prepare(db, all_objects, "fresh", "fresh");

	while (stmt && sqlite3_step(stmt) == SQLITE_ROW)
		compare_object(db, text(stmt, 0), text(stmt, 1), finding);
	sqlite3_finalize(stmt);
	find_invented(db, finding);
}

/* ---- integrity ---- */

static long long count_orphans(sqlite3 *db, const char *database)
{
	sqlite3_stmt *stmt = prepare(db, "PRAGMA %s.foreign_key_check", database);
	long long count = 0;
	int rc;

	while (stmt && (rc = sqlite3_step(stmt)) != SQLITE_DONE) {
		count++;
		if (rc != SQLITE_ROW)
			break;
	}
	sqlite3_finalize(stmt);
	return count;
}

/* The faults of integrity_check, and the first of them where there is room for it. */
static long long count_faults(sqlite3 *db, const char *database, struct finding *first)
{
	sqlite3_stmt *stmt = prepare(db, "PRAGMA %s.integrity_check", database);
	long long count = 0;
	int rc = SQLITE_ERROR;

	while (stmt && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (!strcmp(text(stmt, 0), "ok"))
			continue;
		count++;
		evidence_find(first, "integrity_check: %s", text(stmt, 0));
	}
	if (rc != SQLITE_DONE) {
		count++;
		evidence_find(first, "integrity_check: %s", sqlite3_errmsg(db));
	}
	sqlite3_finalize(stmt);
	return count;
}

void evidence_integrity(sqlite3 *db, struct finding *finding)
{
	struct finding before = {""}, after = {""};

	if (count_faults(db, "main", &after) > count_faults(db, "have", &before))
		evidence_find(finding, "%s", after.text);
	if (count_orphans(db, "main") > count_orphans(db, "have"))
		evidence_find(finding, "foreign_key_check finds more than before");
}

void evidence_connection(sqlite3 *db, char *all, size_t size)
{
	static const char *const pragmas[] = {
		"foreign_keys",	      "synchronous",
		"legacy_alter_table", "defer_foreign_keys",
		"cache_size",	      "temp_store",
		"writable_schema",    "recursive_triggers",
		"locking_mode",	      "journal_mode",
		"query_only",	      "secure_delete",
		"busy_timeout",	      "ignore_check_constraints",
		"trusted_schema",
	};
	size_t i;

	all[0] = '\0';
	for (i = 0; i < sizeof(pragmas) / sizeof(pragmas[0]); i++) {
		sqlite3_stmt *stmt = prepare(db, "PRAGMA %s", pragmas[i]);

		if (stmt && sqlite3_step(stmt) == SQLITE_ROW)
			sqlite3_snprintf((int)(size - strlen(all)), all + strlen(all), "%s=%s ",
					 pragmas[i], text(stmt, 0));
		sqlite3_finalize(stmt);
	}
	sqlite3_snprintf((int)(size - strlen(all)), all + strlen(all), "autocommit=%d temp=%lld",
			 sqlite3_get_autocommit(db),
			 number(db, "SELECT count(*) FROM sqlite_temp_master"));
}
