/* SPDX-License-Identifier: MIT */
/*
 * frame.c: the code of a C unit, which is the same in all.  It is embedded as text (plan_c.c),
 * from the line after this comment on; unit_ and UNIT_ become the name of the unit, and what stands
 * under UNIT_WAY_BACK is left out where the unit has none.  Before it stand struct state, shape,
 * rows, starts, present, marks, cleaning, LEAST, FIRES and IS_CHAIN; behind it, with a way back,
 * frame_back.c.
 */

/* ---- where the file stands ---- */

static void say(sqlite3 *db, int rc)
{
	sqlite3_log(rc, "unit_upgrade: %s", rc == SQLITE_NOMEM ? "out of memory" : sqlite3_errmsg(db));
}

/* What was found before SQLite could fail. */
static enum unit_result refuse(enum unit_result result, const char *why)
{
	sqlite3_log(SQLITE_ERROR, "unit_upgrade: %s", why);
	return result;
}

/* The next statement, whole; sqlite3_free() takes it. */
static char *next(const char *const **pieces)
{
	char *text = sqlite3_mprintf("");
	int more = 1;

	while (text && more) {
		const char *piece = *(*pieces)++;
		char *longer;

		more = *piece == '+';
		longer = sqlite3_mprintf("%s%s", text, piece + more);
		sqlite3_free(text);
		text = longer;
	}
	return text;
}

/* FNV-1a, 64 bits. */
static sqlite3_uint64 hash(const unsigned char *text)
{
	sqlite3_uint64 value = 0xcbf29ce484222325ULL;

	for (; *text; text++)
		value = (value ^ *text) * 0x100000001b3ULL;
	return value;
}

/* The first column of the first row; fallback where there is none. */
static int ask(sqlite3 *db, const char *sql, int *value, int fallback)
{
	sqlite3_stmt *stmt = 0;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, 0);

	*value = fallback;
	if (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		*value = sqlite3_column_int(stmt, 0);
		rc = SQLITE_DONE;
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE || !rc ? SQLITE_OK : rc;
}

/* What the marks of a file say to a question; 0 where it has none. */
static int ask_marks(sqlite3 *db, const char *const *pieces, int *value)
{
	int rc = ask(db, "SELECT count(*) FROM main.sqlite_master WHERE name = '_moult_done'", value, 0);

	if (!rc && *value) {
		char *sql = next(&pieces);

		rc = sql ? ask(db, sql, value, 0) : SQLITE_NOMEM;
		sqlite3_free(sql);
	}
	return rc;
}

/* Whether declared rows, or the last work of a chain, are due still, where the shape does not tell. */
static int look_for_rows(sqlite3 *db, int *lacks_rows)
{
	int is_marked = 1;
	int rc = *rows ? ask_marks(db, rows, &is_marked) : SQLITE_OK;

	*lacks_rows = !is_marked;
	return rc;
}

/* The sum of the hashes of all lines, so that their order does not matter. */
static int look(sqlite3 *db, struct state *state)
{
	const char *const *pieces = shape;
	char *sql = next(&pieces);
	sqlite3_stmt *stmt = 0;
	int rc = sql ? sqlite3_prepare_v2(db, sql, -1, &stmt, 0) : SQLITE_NOMEM;

	sqlite3_free(sql);
	state->shape = 0;
	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const unsigned char *line = sqlite3_column_text(stmt, 0);

		rc = line ? SQLITE_OK : SQLITE_NOMEM;
		if (line)
			state->shape += hash(line);
	}
	sqlite3_finalize(stmt);
	rc = rc == SQLITE_DONE ? ask(db, "PRAGMA main.user_version", &state->version, 0) : rc;
	return rc ? rc : look_for_rows(db, &state->lacks_rows);
}

static int is(const struct state *state, const struct state *known)
{
	return state->shape == known->shape && (!known->has_version || state->version == known->version);
}

static int is_present(const struct state *state)
{
	size_t i;

	for (i = 0; i < sizeof(present) / sizeof(*present); i++)
		if (!state->lacks_rows && is(state, &present[i]))
			return 1;
	return 0;
}

#define STARTS (sizeof(starts) / sizeof(*starts))

/* Where that state is among the starts; their number where it is none. */
static int find_start(sqlite3 *db, const struct state *state, size_t *start)
{
	int is_there = 0;
	int rc = SQLITE_OK;

	for (*start = 0; *start < STARTS; ++*start) {
		const char *const *since = starts[*start].since;

		if (!is(state, &starts[*start].state))
			continue;
		if (since)
			rc = ask_marks(db, since, &is_there);
		if (rc || !since || is_there)
			break;
	}
	return rc;
}

/* Whether the file has a mark of every step. */
static int has_marks(sqlite3 *db, int *has)
{
	int rc = SQLITE_OK;

	*has = 1;
	if (MARKS)
		rc = ask_marks(db, marks, has);
	*has = *has >= MARKS;
	return rc;
}

/* A file of the present schema is done, unless steps are due that a version with that schema lacks. */
static int is_done(sqlite3 *db, const struct state *state, int *done)
{
	size_t start;
	int rc = SQLITE_OK;

	*done = is_present(state);
	if (*done)
		rc = find_start(db, state, &start);
	if (*done && !rc && start < STARTS)
		rc = has_marks(db, done);
	return rc;
}

/* ---- from there to the present ---- */

#ifdef UNIT_WAY_BACK
static int has_way(sqlite3 *db, int *has);
static int drop_park_triggers(sqlite3 *db);

#endif /* UNIT_WAY_BACK */
static enum unit_result result_of(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
		return UNIT_REFUSED;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return UNIT_BUSY;
	}
	return UNIT_FAILED;
}

static enum unit_result failed(sqlite3 *db, int rc)
{
	say(db, rc);
	return result_of(rc);
}

static int run(sqlite3 *db, const char *const *lines)
{
	int rc = SQLITE_OK;

	while (!rc && *lines) {
		char *sql = next(&lines);

		rc = sql ? sqlite3_exec(db, sql, 0, 0, 0) : SQLITE_NOMEM;
		sqlite3_free(sql);
	}
	return rc;
}

static enum unit_result hop(sqlite3 *db, size_t start, int is_last)
{
	struct state state;
	int rc = SQLITE_OK;

#ifdef UNIT_WAY_BACK
	rc = drop_park_triggers(db);
#endif /* UNIT_WAY_BACK */
	rc = !rc ? run(db, starts[start].lines) : rc;
	if (!rc)
		rc = look(db, &state);
	if (!rc && !(is_last ? is_present(&state) : is(&state, &starts[start - 1].state)))
		return refuse(UNIT_FAILED, "the schema did not become the one wanted");
	return !rc ? UNIT_UPGRADED : failed(db, rc);
}

/* In one hop, or through every version since, none left out. */
static enum unit_result go(sqlite3 *db, size_t start)
{
	const size_t last = IS_CHAIN ? 0 : start;
	enum unit_result result;

	do
		result = hop(db, start, start == last);
	while (result == UNIT_UPGRADED && start-- > last);
	return result;
}

/* Inside the transaction, which the caller ends. */
static enum unit_result change(sqlite3 *db)
{
	struct state state;
	size_t start = 0;
	int done = 0;
#ifdef UNIT_WAY_BACK
	int is_newer = 0;
#endif /* UNIT_WAY_BACK */
	int rc = look(db, &state);

	if (!rc)
		rc = is_done(db, &state, &done);
	if (!rc && done)
		return UNIT_PRESENT;
	if (!rc)
		rc = find_start(db, &state, &start);
#ifdef UNIT_WAY_BACK
	if (!rc && start == STARTS)
		rc = has_way(db, &is_newer);
	if (!rc && is_newer)
		return refuse(UNIT_NEWER, "the file is newer than this version, and a way back is in it");
#endif /* UNIT_WAY_BACK */
	if (!rc && start == STARTS)
		return refuse(UNIT_UNKNOWN, "the file is at none of the versions that this upgrades from");
	return !rc ? go(db, start) : failed(db, rc);
}

static enum unit_result transact(sqlite3 *db, enum unit_result (*work)(sqlite3 *))
{
	enum unit_result result;
	int is_over;
	int rc = sqlite3_exec(db, "BEGIN IMMEDIATE", 0, 0, 0);

	if (rc)
		return failed(db, rc);
	result = work(db);
	is_over = result == UNIT_UPGRADED;
#ifdef UNIT_WAY_BACK
	is_over |= result == UNIT_DOWNGRADED || result == UNIT_FINISHED;
#endif /* UNIT_WAY_BACK */
	if (is_over) {
		rc = sqlite3_exec(db, "COMMIT", 0, 0, 0);
		if (!rc)
			run(db, cleaning);
		else
			result = failed(db, rc);
	}
	/* SQLite may have ended the transaction itself. */
	if (!sqlite3_get_autocommit(db) && sqlite3_exec(db, "ROLLBACK", 0, 0, 0) != SQLITE_OK)
		say(db, sqlite3_errcode(db));
	return result;
}

/* ---- the connection ---- */

static const struct setting {
	const char *ask;
	int wanted;
	const char *set[4]; /* by value */
} settings[] = {
	{"PRAGMA foreign_keys", 0, {"PRAGMA foreign_keys = 0", "PRAGMA foreign_keys = 1", 0, 0}},
	{"PRAGMA ignore_check_constraints",
	 0,
	 {"PRAGMA ignore_check_constraints = 0", "PRAGMA ignore_check_constraints = 1", 0, 0}},
	{"PRAGMA legacy_alter_table",
	 0,
	 {"PRAGMA legacy_alter_table = 0", "PRAGMA legacy_alter_table = 1", 0, 0}},
	{"PRAGMA main.synchronous",
	 3,
	 {"PRAGMA main.synchronous = 0", "PRAGMA main.synchronous = 1",
	  "PRAGMA main.synchronous = 2", "PRAGMA main.synchronous = 3"}},
	/* The pragma itself cannot be asked. */
	{"SELECT 'a' NOT LIKE 'A'",
	 0,
	 {"PRAGMA case_sensitive_like = 0", "PRAGMA case_sensitive_like = 1", 0, 0}},
};
#define SETTINGS (sizeof(settings) / sizeof(*settings))

static int put(sqlite3 *db, const struct setting *setting, int value)
{
	return value >= 0 && value < 4 && setting->set[value] ? sqlite3_exec(db, setting->set[value], 0, 0, 0) : SQLITE_OK;
}

/* Twice, for an allocation that fails once. */
static void give_back(sqlite3 *db, const struct setting *setting, int value)
{
	if (put(db, setting, value) != SQLITE_OK)
		put(db, setting, value);
}

static enum unit_result upgrade(sqlite3 *db, enum unit_result (*work)(sqlite3 *))
{
	enum unit_result result = UNIT_FAILED;
	int was[SETTINGS] = { 0 };
	int fires = 0;
	int is_off = 0;
	int is_bare = 0;
	size_t i;
	/* Without a journal nothing that fails can be undone. */
	int rc = ask(db, "SELECT journal_mode = 'off' FROM main.pragma_journal_mode", &is_bare, 0);

	if (!rc && is_bare)
		return refuse(UNIT_MISUSE, "journal_mode is off");
	for (i = 0; !rc && i < SETTINGS; i++) {
		rc = ask(db, settings[i].ask, &was[i], -1);
		if (!rc && was[i] >= 0 && was[i] != settings[i].wanted)
			rc = put(db, &settings[i], settings[i].wanted);
	}
	if (!rc)
		rc = ask(db, settings[0].ask, &is_off, -1);
	/* Steps fire triggers. */
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, -1, &fires);
	if (FIRES)
		sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, (int *)0);
	if (!rc && is_off == 0)
		result = transact(db, work);
	else if (rc)
		result = failed(db, rc);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, fires, (int *)0);
	while (i-- > 0)
		if (was[i] != settings[i].wanted)
			give_back(db, &settings[i], was[i]);
	/* A failure between its two switches leaves the last one on. */
	if (was[2] == settings[2].wanted)
		give_back(db, &settings[2], was[2]);
	return result;
}

static int is_running(sqlite3 *db)
{
	sqlite3_stmt *stmt;

	for (stmt = sqlite3_next_stmt(db, 0); stmt; stmt = sqlite3_next_stmt(db, stmt))
		if (sqlite3_stmt_busy(stmt))
			return 1;
	return 0;
}

/* Whether the connection can be worked with: UNIT_PRESENT. */
static enum unit_result fit(sqlite3 *db)
{
	if (sqlite3_libversion_number() < LEAST)
		return refuse(UNIT_TOO_OLD, "this SQLite is older than the upgrade was made for");
	if (!sqlite3_get_autocommit(db) || is_running(db))
		return refuse(UNIT_MISUSE, "the connection has an open transaction or a running statement");
	return UNIT_PRESENT;
}

enum unit_result unit_upgrade(sqlite3 *db)
{
	const enum unit_result result = fit(db);
	struct state state;
	int done = 0;
	int rc;

	if (result != UNIT_PRESENT)
		return result;
	rc = look(db, &state);
	if (!rc)
		rc = is_done(db, &state, &done);
	if (rc)
		return failed(db, rc);
	return done ? UNIT_PRESENT : upgrade(db, change);
}
