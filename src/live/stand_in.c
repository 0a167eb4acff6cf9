/* SPDX-License-Identifier: MIT */
/* stand_in.c: see stand_in.h. */
#include "live/stand_in.h"

#include <string.h>

#include "live/connect.h"
#include "sql/mention.h"
#include "sql/parse.h"
#include "sql/rebuild.h"
#include "sql/statement.h"

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

static void return_no_value(sqlite3_context *context)
{
	sqlite3_result_null(context);
}

static void take_row(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)context;
	(void)count;
	(void)values;
}

void mo_reference_take_strings(sqlite3 *db, bool take)
{
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, take, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, take, NULL);
}

int mo_reference_open(sqlite3 **out, struct moult *m)
{
	sqlite3 *db;
	int rc = mo_connect(&db, m, ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY);

	if (rc)
		return rc;
	sqlite3_collation_needed(db, NULL, stand_in_collation);
	/*
	 * Files hold "text" in double quotes from the time when all SQLites took it; they must be
	 * read.
	 */
	mo_reference_take_strings(db, true);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
	mo_exec(db, "PRAGMA foreign_keys = OFF");
	*out = db;
	return MOULT_OK;
}

/* What stands behind a beginning, up to the parentheses of a call. */
static char *named(const char *message, const char *beginning)
{
	const char *name = mo_error_itself(message);

	if (strncmp(name, beginning, strlen(beginning)) != 0)
		return NULL;
	name += strlen(beginning);
	return sqlite3_mprintf("%.*s", (int)strcspn(name, "("), name);
}

static char *lacking_collation(sqlite3 *db)
{
	return named(sqlite3_errmsg(db), "no such collation sequence: ");
}

char *mo_reference_lacks(sqlite3 *db)
{
	char *name = named(sqlite3_errmsg(db), "no such function: ");

	return name ? name : named(sqlite3_errmsg(db), "unknown function: ");
}

static bool is_aggregate(sqlite3 *db, const char *function)
{
	static const char texts[] =
		"SELECT sql FROM sqlite_master WHERE type IN ('view', 'trigger')"
		" UNION ALL SELECT sql FROM sqlite_temp_master WHERE type IN ('view', 'trigger')";
	sqlite3_stmt *stmt = NULL;
	bool found = false;

	if (sqlite3_prepare_v2(db, texts, -1, &stmt, NULL) == SQLITE_OK)
		while (!found && sqlite3_step(stmt) == SQLITE_ROW) {
			const char *sql = (const char *)sqlite3_column_text(stmt, 0);

			found = sql && mo_aggregates_by(sql, function);
		}
	sqlite3_finalize(stmt);
	return found;
}

bool mo_reference_stand_in(sqlite3 *db, const char *function, const char *sql)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;

	if (mo_aggregates_by(sql, function) || is_aggregate(db, function))
		return sqlite3_create_window_function(db, function, -1, flags, NULL, take_row,
						      return_no_value, return_no_value, take_row,
						      NULL) == SQLITE_OK;
	return sqlite3_create_function_v2(db, function, -1, flags, NULL, return_null, NULL, NULL,
					  NULL) == SQLITE_OK;
}

static bool stand_in(sqlite3 *db, const char *collation, const char *function, const char *sql)
{
	if (collation)
		return sqlite3_create_collation_v2(db, collation, SQLITE_UTF8, NULL, compare_bytes,
						   NULL) == SQLITE_OK;
	return function && mo_reference_stand_in(db, function, sql);
}

bool mo_reference_supply(sqlite3 *db, const char *sql)
{
	char *collation = lacking_collation(db);
	char *function = mo_reference_lacks(db);
	const bool supplied = stand_in(db, collation, function, sql);

	sqlite3_free(collation);
	sqlite3_free(function);
	return supplied;
}

int mo_reference_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **stmt, const char **tail)
{
	int rc = sqlite3_prepare_v2(db, sql, -1, stmt, tail);

	for (int i = 0; rc == SQLITE_ERROR && i < MO_MOST_STAND_INS; i++) {
		if (!mo_reference_supply(db, sql))
			break;
		rc = sqlite3_prepare_v2(db, sql, -1, stmt, tail);
	}
	return rc;
}

int mo_reference_compile(sqlite3 *db, const char *sql, sqlite3_stmt **stmt)
{
	int before = 0;
	int rc;

	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, -1, &before);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	rc = sql ? mo_reference_prepare(db, sql, stmt, NULL) : SQLITE_NOMEM;
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, before, NULL);
	return rc;
}

static int run_statement(sqlite3 *db, const char **sql)
{
	sqlite3_stmt *stmt = NULL;
	const int rc = mo_reference_prepare(db, *sql, &stmt, sql);

	while (!rc && stmt && sqlite3_step(stmt) == SQLITE_ROW)
		;
	return rc ? rc : sqlite3_finalize(stmt);
}

int mo_reference_exec(sqlite3 *db, const char *sql)
{
	int rc = sql ? SQLITE_OK : SQLITE_NOMEM;

	while (!rc && *sql)
		rc = run_statement(db, &sql);
	return rc;
}

/* ---- virtual tables that cannot be made ---------------------------------------------------- */

static int put_into_schema(sqlite3 *db, const char *insert)
{
	int before, rc;

	sqlite3_db_config(db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, -1, &before);
	sqlite3_db_config(db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, NULL);
	rc = mo_exec(db, insert);
	if (!rc)
		rc = mo_exec(db, "PRAGMA writable_schema = RESET"); /* reads it again */
	sqlite3_db_config(db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, before, NULL);
	return rc;
}

/*
 * SQLite has read the statement and asked for what it lacks; SQLITE_ERROR where it makes no
 * virtual table.
 */
static int plant(struct moult *m, sqlite3 *db, const char *sql, size_t length)
{
	struct schema *schema = mo_schema_new();
	struct statement statement = {0};
	struct object *object = NULL;
	const char *insert = NULL;
	int rc = SQLITE_NOMEM;

	if (!schema)
		return rc;
	statement.sql = mo_arena_format(schema->arena, "%.*s", (int)length, sql);
	if (statement.sql)
		mo_statement_read(&statement, schema->arena);
	if (statement.act != ACT_CREATE || !statement.is_virtual)
		rc = statement.sql ? SQLITE_ERROR : SQLITE_NOMEM;
	else if (mo_read_create(&object, schema, statement.sql, &m->diags) == MOULT_OK)
		insert = mo_sql_plant(schema->arena, (struct virtual_table *)object);
	if (insert)
		rc = put_into_schema(db, insert);
	mo_schema_free(schema);
	return rc;
}

int mo_reference_declare(struct moult *m, sqlite3 *db, const char *sql, const char **at)
{
	int rc = sql ? SQLITE_OK : SQLITE_NOMEM;

	while (!rc && *sql) {
		const char *text = sql;

		if (at)
			*at = text;
		rc = run_statement(db, &sql);
		if (rc == SQLITE_ERROR && mo_lacks_module(sqlite3_errmsg(db)))
			rc = plant(m, db, text, (size_t)(sql - text));
	}
	return rc;
}

/* ---- for the time of a check --------------------------------------------------------------- */

/* A name that stood in is kept, to be taken away again. */
static void keep(struct list *names, struct arena *arena, const char *name)
{
	if (name)
		mo_list_add(arena, names, mo_arena_text(arena, name));
}

bool mo_stand_ins_add(struct stand_ins *all, struct arena *arena, sqlite3 *db)
{
	char *collation = lacking_collation(db);
	char *function = mo_reference_lacks(db);
	const int count = all->collations.count + all->functions.count;
	const bool added = count < MO_MOST_STAND_INS && stand_in(db, collation, function, "");

	if (added) {
		keep(&all->collations, arena, collation);
		keep(&all->functions, arena, collation ? NULL : function);
	}
	if (added && !count) {
		all->checks_ignored =
			mo_query_integer(db, "PRAGMA ignore_check_constraints", 0, NULL);
		mo_exec(db, "PRAGMA ignore_check_constraints = ON");
	}
	sqlite3_free(collation);
	sqlite3_free(function);
	return added;
}

static bool knows_collation(sqlite3 *db, const char *name)
{
	char *sql = sqlite3_mprintf("SELECT '' COLLATE \"%w\" = ''", name);
	sqlite3_stmt *stmt = NULL;
	const int rc = sql ? sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) : SQLITE_OK;

	sqlite3_finalize(stmt);
	sqlite3_free(sql);
	return !rc;
}

bool mo_stand_ins_add_all(struct stand_ins *all, struct arena *arena, sqlite3 *db,
			  const struct list *collations)
{
	bool added = false;
	int before = 0;

	EACH (const char, name, collations)
		if (!knows_collation(db, name))
			added |= mo_stand_ins_add(all, arena, db);
	if (!added)
		return false;
	sqlite3_db_config(db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, -1, &before);
	mo_exec(db, "PRAGMA writable_schema = RESET");
	sqlite3_db_config(db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, before, NULL);
	return true;
}

void mo_stand_ins_remove(const struct stand_ins *all, sqlite3 *db)
{
	for (int i = 0; i < all->collations.count; i++)
		sqlite3_create_collation_v2(db, all->collations.items[i], SQLITE_UTF8, NULL, NULL,
					    NULL);
	for (int i = 0; i < all->functions.count; i++)
		sqlite3_create_function_v2(db, all->functions.items[i], -1,
					   SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, NULL, NULL,
					   NULL, NULL);
	if ((all->collations.count || all->functions.count) && !all->checks_ignored)
		mo_exec(db, "PRAGMA ignore_check_constraints = OFF");
}
