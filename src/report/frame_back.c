/* SPDX-License-Identifier: MIT */
/*
 * frame_back.c: what a C unit with a way back has behind frame.c: the way back by statements that
 * are in the file.  Embedded and changed as that is; before it stand own_ways, park_triggers
 * and kept, too.
 *
 * Whoever could write the file could write the statements.  They run under an authorizer that knows
 * tables of the file, and functions that SQLite itself has, and nothing else; in defensive mode, for so
 * many instructions and pages as the file explains; and they count for nothing unless the file is then
 * at a version that this unit knows.
 */

/* ---- what is in the file ---- */

#define WAYS 16 /* that are gone at once */
#define TICK 65536 /* instructions */
#define MOST_TEXT (1 << 24) /* bytes of the statements of one way */

static int has_way(sqlite3 *db, int *has)
{
	const char *const *pieces = own_ways;
	char *sql = next(&pieces);
	int rc = sql ? ask(db, sql, has, 0) : SQLITE_NOMEM;

	sqlite3_free(sql);
	if (!rc && *has)
		rc = ask(db, "SELECT typeof(statements) = 'text' FROM main._moult_way_back ORDER BY number DESC LIMIT 1",
			 has, 0);
	return rc;
}

/* Runs the statements that a question answers. */
static int run_answers(sqlite3 *db, const char *const *question)
{
	char *sql = next(&question);
	char **answers = 0;
	int count = 0;
	int i;
	int rc = sql ? sqlite3_get_table(db, sql, &answers, &count, 0, 0) : SQLITE_NOMEM;

	sqlite3_free(sql);
	for (i = 1; !rc && i <= count; i++)
		rc = sqlite3_exec(db, answers[i], 0, 0, 0);
	sqlite3_free_table(answers);
	return rc;
}

static int drop_park_triggers(sqlite3 *db)
{
	return run_answers(db, park_triggers);
}

/* ---- what its statements may do ---- */

/* Tables and views of the file before a statement, and the table that the statement makes. */
struct court {
	char **names; /* the first is a title */
	int count;
	char *made;
};

static int is_one_of(const char *const *list, const char *name)
{
	while (*list && sqlite3_stricmp(*list, name) != 0)
		list++;
	return *list != 0;
}

static int is_own(const char *name)
{
	return sqlite3_strnicmp(name, "_moult_", 7) == 0;
}

/* A virtual table has no page of its own, so it is not among the names. */
static int is_table(const struct court *court, const char *name)
{
	int i;

	for (i = 1; i <= court->count; i++)
		if (sqlite3_stricmp(court->names[i], name) == 0)
			return 1;
	return court->made && sqlite3_stricmp(court->made, name) == 0;
}

static int may_touch(const struct court *court, const char *name, const char *database)
{
	static const char *const schemas[] = { "sqlite_master", "sqlite_temp_master", "sqlite_schema",
					       "sqlite_temp_schema", 0 };

	if (!name || !database)
		return 0;
	if (sqlite3_stricmp(database, "temp") == 0)
		return is_own(name) || is_one_of(schemas, name);
	return sqlite3_stricmp(database, "main") == 0 && (is_table(court, name) || is_one_of(schemas, name));
}

/*
 * Of a table of which no column is read SQLite says the schema as the statement does, which may be
 * not at all; and of the rowid of one in an outer query that it is in temp.
 */
static int is_read_bare(const struct court *court, const char *name, const char *column, const char *database)
{
	if (database && (!column || sqlite3_stricmp(column, "ROWID") != 0))
		return 0;
	return name && (is_table(court, name) || is_own(name));
}

static int may_read(const struct court *court, const char *name, const char *column, const char *database)
{
	static const char *const pragmas[] = { "pragma_application_id", "pragma_foreign_key_check",
					       "pragma_foreign_key_list", "pragma_index_info",
					       "pragma_index_list", "pragma_index_xinfo", "pragma_table_info",
					       "pragma_table_xinfo", "pragma_user_version", 0 };

	return may_touch(court, name, database) || (name && is_one_of(pragmas, name)) ||
	       is_read_bare(court, name, column, database);
}

static int may_ask(const char *pragma, const char *database)
{
	static const char *const pragmas[] = { "application_id", "foreign_key_check", "foreign_key_list",
					       "index_info", "index_list", "index_xinfo", "legacy_alter_table",
					       "table_info", "table_xinfo", "user_version", 0 };

	return pragma && is_one_of(pragmas, pragma) && (!database || sqlite3_stricmp(database, "main") == 0);
}

/* What SQLite itself has; ALTER calls some that begin with sqlite_, which nobody else can. */
static int may_call(const char *name)
{
	static const char *const functions[] = {
		"abs", "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "avg", "ceil", "ceiling",
		"changes", "char", "coalesce", "concat", "concat_ws", "cos", "cosh", "count", "cume_dist",
		"current_date", "current_time", "current_timestamp", "date", "datetime", "degrees",
		"dense_rank", "exp", "first_value", "floor", "format", "glob", "group_concat", "hex", "if",
		"ifnull", "iif", "instr", "json", "json_array", "json_array_length", "json_error_position",
		"json_extract", "json_group_array", "json_group_object", "json_insert", "json_object",
		"json_patch", "json_pretty", "json_quote", "json_remove", "json_replace", "json_set",
		"json_type", "json_valid", "jsonb", "jsonb_array", "jsonb_extract", "jsonb_group_array",
		"jsonb_group_object", "jsonb_insert", "jsonb_object", "jsonb_patch", "jsonb_remove",
		"jsonb_replace", "jsonb_set", "julianday", "lag", "last_insert_rowid", "last_value", "lead",
		"length", "like", "likelihood", "likely", "ln", "log", "log10", "log2", "lower", "ltrim", "max",
		"min", "mod", "nth_value", "ntile", "nullif", "octet_length", "percent_rank", "pi", "pow",
		"power", "printf", "quote", "radians", "random", "randomblob", "rank", "replace", "round",
		"row_number", "rtrim", "sign", "sin", "sinh", "soundex", "sqrt", "strftime", "string_agg",
		"substr", "substring", "subtype", "sum", "tan", "tanh", "time", "timediff", "total",
		"total_changes", "trim", "trunc", "typeof", "unhex", "unicode", "unistr", "unistr_quote",
		"unixepoch", "unlikely", "upper", "zeroblob", "->", "->>", 0
	};

	return name && (sqlite3_strnicmp(name, "sqlite_", 7) == 0 || is_one_of(functions, name));
}

static int may_make(struct court *court, const char *name, const char *database)
{
	if (!name || !database || sqlite3_stricmp(database, "main") != 0)
		return 0;
	sqlite3_free(court->made);
	court->made = sqlite3_mprintf("%s", name);
	return court->made != 0;
}

static int authorize(void *context, int action, const char *first, const char *second,
		     const char *database, const char *cause)
{
	struct court *court = (struct court *)context;
	int may = 0;

	(void)cause;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_RECURSIVE:
		may = 1;
		break;
	case SQLITE_READ:
		may = may_read(court, first, second, database);
		break;
	case SQLITE_FUNCTION:
		may = may_call(second);
		break;
	case SQLITE_PRAGMA:
		may = may_ask(first, database);
		break;
	case SQLITE_INSERT:
	case SQLITE_UPDATE:
	case SQLITE_DELETE:
	case SQLITE_DROP_TABLE:
	case SQLITE_DROP_VIEW:
		may = may_touch(court, first, database);
		break;
	case SQLITE_CREATE_TABLE:
		may = may_make(court, first, database);
		break;
	case SQLITE_CREATE_INDEX:
	case SQLITE_CREATE_TRIGGER:
	case SQLITE_DROP_INDEX:
	case SQLITE_DROP_TRIGGER:
		may = may_touch(court, second, database);
		break;
	case SQLITE_ALTER_TABLE:
		may = may_touch(court, second, first);
		break;
	case SQLITE_CREATE_VIEW:
	case SQLITE_REINDEX:
		may = database && sqlite3_stricmp(database, "main") == 0;
		break;
	case SQLITE_CREATE_TEMP_TABLE:
	case SQLITE_CREATE_TEMP_VIEW:
	case SQLITE_DROP_TEMP_TABLE:
	case SQLITE_DROP_TEMP_VIEW:
		may = first && is_own(first);
		break;
	case SQLITE_CREATE_TEMP_INDEX:
	case SQLITE_DROP_TEMP_INDEX:
		may = second && is_own(second);
		break;
	}
	if (!may)
		sqlite3_log(SQLITE_AUTH, "unit_downgrade: the way back may not do action %d to %s %s", action,
			    first ? first : "", second ? second : "");
	return may ? SQLITE_OK : SQLITE_DENY;
}

/* ---- how much they may take ---- */

static int spend(void *ticks)
{
	return --*(sqlite3_int64 *)ticks < 0;
}

static sqlite3_int64 number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = 0;
	sqlite3_int64 value = 0;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, 0) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW)
		value = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return value;
}

static int limit_pages(sqlite3 *db, sqlite3_int64 pages)
{
	char *sql = sqlite3_mprintf("PRAGMA main.max_page_count = %lld", pages);
	int rc = sql ? sqlite3_exec(db, sql, 0, 0, 0) : SQLITE_NOMEM;

	sqlite3_free(sql);
	return rc;
}

/* ---- running them ---- */

static int run_one(sqlite3 *db, const char **text)
{
	sqlite3_stmt *stmt = 0;
	int rc = sqlite3_prepare_v2(db, *text, -1, &stmt, text);

	while (!rc && stmt && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
		rc = SQLITE_OK;
	rc = rc == SQLITE_DONE ? SQLITE_OK : rc;
	if (rc)
		say(db, rc);
	sqlite3_finalize(stmt);
	return rc;
}

static int run_all(sqlite3 *db, const char *text)
{
	int rc = SQLITE_OK;

	while (!rc && *text) {
		struct court court = { 0, 0, 0 };

		rc = sqlite3_get_table(db,
				       "SELECT name FROM main.sqlite_master WHERE type = 'view' OR (type = 'table' AND rootpage > 0)",
				       &court.names, &court.count, 0, 0);
		if (!rc)
			rc = sqlite3_set_authorizer(db, authorize, &court);
		if (!rc)
			rc = run_one(db, &text);
		sqlite3_set_authorizer(db, 0, 0);
		sqlite3_free(court.made);
		sqlite3_free_table(court.names);
	}
	return rc;
}

static int run_within(sqlite3 *db, const char *text)
{
	const sqlite3_int64 pages = number(db, "PRAGMA main.page_count");
	const sqlite3_int64 size = pages * number(db, "PRAGMA main.page_size");
	const sqlite3_int64 most = number(db, "PRAGMA main.max_page_count");
	sqlite3_int64 ticks = 4096 + size / 256;
	const int length = sqlite3_limit(db, SQLITE_LIMIT_LENGTH, -1);
	int rc = limit_pages(db, 4 * pages + 16384);

	if (length > MOST_TEXT && size < length)
		sqlite3_limit(db, SQLITE_LIMIT_LENGTH, size > MOST_TEXT ? (int)size : MOST_TEXT);
	sqlite3_progress_handler(db, TICK, spend, &ticks);
	if (!rc)
		rc = run_all(db, text);
	sqlite3_progress_handler(db, 0, 0, 0);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, length);
	limit_pages(db, most);
	return rc;
}

/* The statements of the newest row; sqlite3_free() takes them. */
static int read_way(sqlite3 *db, char **text)
{
	const int length = sqlite3_limit(db, SQLITE_LIMIT_LENGTH, MOST_TEXT);
	sqlite3_stmt *stmt = 0;
	int rc = sqlite3_prepare_v2(db, "SELECT statements FROM main._moult_way_back ORDER BY number DESC LIMIT 1",
				    -1, &stmt, 0);

	if (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		*text = sqlite3_mprintf("%s", sqlite3_column_text(stmt, 0));
		rc = *text ? SQLITE_OK : SQLITE_NOMEM;
	}
	if (rc)
		say(db, rc);
	sqlite3_finalize(stmt);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, length);
	return rc;
}

static const struct guard {
	int option;
	int wanted;
} guards[] = {
#ifdef SQLITE_DBCONFIG_DEFENSIVE
	{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
#endif
#ifdef SQLITE_DBCONFIG_TRUSTED_SCHEMA
	{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
#endif
	{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 1 }
};
#define GUARDS (sizeof(guards) / sizeof(*guards))

static int run_way(sqlite3 *db)
{
	char *text = 0;
	int was[GUARDS];
	int is_writable = 0;
	size_t i;
	int rc = ask(db, "PRAGMA writable_schema", &is_writable, 0);

	if (!rc && is_writable)
		rc = sqlite3_exec(db, "PRAGMA writable_schema = 0", 0, 0, 0);
	for (i = 0; i < GUARDS; i++) {
		was[i] = guards[i].wanted;
		sqlite3_db_config(db, guards[i].option, -1, &was[i]);
		sqlite3_db_config(db, guards[i].option, guards[i].wanted, (int *)0);
	}
	if (!rc)
		rc = read_way(db, &text);
	if (!rc)
		rc = run_within(db, text);
	sqlite3_free(text);
	while (i-- > 0)
		sqlite3_db_config(db, guards[i].option, was[i], (int *)0);
	if (is_writable)
		sqlite3_exec(db, "PRAGMA writable_schema = 1", 0, 0, 0);
	return rc;
}

/* ---- from there to here ---- */

/* Whether the file is at a version that this one knows, the present one or a start. */
static int find_version(sqlite3 *db, int *done, size_t *start)
{
	struct state state;
	int rc = look(db, &state);

	if (!rc)
		rc = is_done(db, &state, done);
	return rc ? rc : find_start(db, &state, start);
}

/* From one shape to the one before, until it is one that is known; from a start on as ever. */
static enum unit_result go_back(sqlite3 *db)
{
	enum unit_result result;
	size_t start = STARTS;
	int ways;
	int done = 0;
	int has = 0;

	for (ways = 0; ways < WAYS; ways++) {
		int rc = find_version(db, &done, &start);

		if (!rc && !done && start == STARTS)
			rc = has_way(db, &has);
		if (rc)
			return failed(db, rc);
		if (done)
			return ways ? UNIT_DOWNGRADED : UNIT_PRESENT;
		if (start < STARTS) {
			result = go(db, start);
			return ways && result == UNIT_UPGRADED ? UNIT_DOWNGRADED : result;
		}
		if (!has)
			return refuse(UNIT_UNKNOWN, "no way back in the file leads to this version");
		/* What is wrong with a statement is said there. */
		rc = run_way(db);
		if (rc)
			return result_of(rc);
	}
	return refuse(UNIT_FAILED, "the ways back in the file lead nowhere");
}

enum unit_result unit_downgrade(sqlite3 *db)
{
	const enum unit_result result = fit(db);

	return result == UNIT_PRESENT ? upgrade(db, go_back) : result;
}

/* ---- the end of it ---- */

static enum unit_result finish(sqlite3 *db)
{
	const int rc = run_answers(db, kept);

	return rc ? failed(db, rc) : UNIT_FINISHED;
}

enum unit_result unit_finish(sqlite3 *db)
{
	const enum unit_result result = fit(db);

	return result == UNIT_PRESENT ? upgrade(db, finish) : result;
}
