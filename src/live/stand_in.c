/* SPDX-License-Identifier: MIT */
/* stand_in.c: see stand_in.h. */
#include "live/stand_in.h"

#include <string.h>

#include "live/connect.h"

static int compare_bytes(void *context, int size_a, const void *a, int size_b, const void *b)
{
	int order = memcmp(a, b, (size_t)(size_a < size_b ? size_a : size_b));

	(void)context;
	return order ? order : size_a - size_b;
}

static void stand_in_collation(void *context, sqlite3 *db, int encoding, const char *name)
{
	(void)context;
	(void)encoding;
	sqlite3_create_collation_v2(db, name, SQLITE_UTF8, NULL, compare_bytes, NULL);
}

static void return_null(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	(void)values;
	sqlite3_result_null(context);
}

int mo_reference_open(sqlite3 **out, struct moult *m)
{
	sqlite3 *db;
	int rc = mo_connect(&db, m, ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);

	if (rc != MOULT_OK)
		return rc;
	sqlite3_collation_needed(db, NULL, stand_in_collation);
	/* Files hold "text" in double quotes from the time when all SQLites took it; they must be read. */
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
	mo_exec(db, "PRAGMA foreign_keys = OFF");
	*out = db;
	return MOULT_OK;
}

char *mo_reference_lacks(sqlite3 *db)
{
	static const char prefix[] = "no such function: ";
	const char *message = strstr(sqlite3_errmsg(db), prefix);

	return message ? sqlite3_mprintf("%s", message + strlen(prefix)) : NULL;
}

bool mo_reference_stand_in(sqlite3 *db, const char *function)
{
	return sqlite3_create_function_v2(db, function, -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
					  NULL, return_null, NULL, NULL, NULL) == SQLITE_OK;
}

/* A stand-in for what the last error complains of. */
static bool add_stand_in(sqlite3 *db)
{
	char *name = mo_reference_lacks(db);
	const bool added = name && mo_reference_stand_in(db, name);

	sqlite3_free(name);
	return added;
}

int mo_reference_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **stmt, const char **tail)
{
	int rc = sqlite3_prepare_v2(db, sql, -1, stmt, tail);

	for (int i = 0; rc == SQLITE_ERROR && i < MO_MOST_STAND_INS && add_stand_in(db); i++)
		rc = sqlite3_prepare_v2(db, sql, -1, stmt, tail);
	return rc;
}

int mo_reference_exec(sqlite3 *db, const char *sql)
{
	int rc = SQLITE_OK;

	while (rc == SQLITE_OK && *sql) {
		sqlite3_stmt *stmt = NULL;

		rc = mo_reference_prepare(db, sql, &stmt, &sql);
		while (rc == SQLITE_OK && stmt && sqlite3_step(stmt) == SQLITE_ROW)
			;
		if (rc == SQLITE_OK)
			rc = sqlite3_finalize(stmt);
	}
	return rc;
}
