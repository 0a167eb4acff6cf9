/* SPDX-License-Identifier: MIT */
/* fuzz.c: see fuzz.h. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random/look.h"

#define STEPS_A_TICK 1000
#define MOST_TICKS 100 /* for all statements on one database */
#define MOST_STATEMENTS 64

bool fuzz_is_thorough;

bool fuzz_is_chosen(const uint8_t *data, size_t size, unsigned one_of)
{
	unsigned sum = one_of;

	for (size_t i = 0; i < size; i++)
		sum = sum * 31 + data[i];
	return fuzz_is_thorough || (sum >> 7) % one_of == 0;
}

moult *fuzz_handle(void)
{
	static moult *m;

	/* Fails where SQLite is running already, as in replay. */
	if (!m) {
		sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
		sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	}
	if (!m && moult_new(&m))
		abort();
	moult_diagnostics_clear(m);
	return m;
}

char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		abort();
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

int fuzz_append(void *context, const char *text, size_t size)
{
	sqlite3_str_append(context, text, (int)size);
	return 0;
}

/* ---- a database that keeps within bounds ---- */

static int tick(void *context)
{
	static int ticks;

	if (context) {
		ticks = 0;
		return 0;
	}
	return ++ticks > MOST_TICKS;
}

/* Nothing but its own tables; pragmas change what is compared, and modules may open files. */
static int authorize(void *context, int action, const char *a, const char *b, const char *database,
		     const char *trigger)
{
	(void)context;
	(void)database;
	(void)trigger;
	switch (action) {
	case SQLITE_ATTACH:
	case SQLITE_DETACH:
	case SQLITE_PRAGMA:
	case SQLITE_TRANSACTION:
	case SQLITE_SAVEPOINT:
	case SQLITE_CREATE_TEMP_TABLE:
	case SQLITE_CREATE_TEMP_VIEW:
	case SQLITE_CREATE_TEMP_TRIGGER:
	case SQLITE_CREATE_TEMP_INDEX:
		return SQLITE_DENY;
	case SQLITE_CREATE_VTABLE:
		return b && (!strcmp(b, "fts5") || !strcmp(b, "rtree")) ? SQLITE_OK : SQLITE_DENY;
	default:
		(void)a;
		return SQLITE_OK;
	}
}

static void bound(sqlite3 *db)
{
	tick(db);
	sqlite3_progress_handler(db, STEPS_A_TICK, tick, NULL);
}

sqlite3 *fuzz_database(void)
{
	sqlite3 *db;

	if (sqlite3_open(":memory:", &db))
		abort();
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 100000);
	sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 100);
	bound(db);
	return db;
}

static sqlite3 *slates[FUZZ_SLATES];

sqlite3 *fuzz_slate(int i)
{
	if (!slates[i])
		slates[i] = fuzz_database();
	bound(slates[i]);
	if (sqlite3_get_autocommit(slates[i]) && sqlite3_exec(slates[i], "BEGIN", NULL, NULL, NULL))
		abort();
	return slates[i];
}

void fuzz_wipe(void)
{
	for (int i = 0; i < FUZZ_SLATES; i++)
		if (slates[i] && !sqlite3_get_autocommit(slates[i]) &&
		    sqlite3_exec(slates[i], "ROLLBACK", NULL, NULL, NULL))
			abort();
}

int fuzz_execute(sqlite3 *db, const char *script)
{
	int done = 0;

	sqlite3_set_authorizer(db, authorize, NULL);
	for (int i = 0; *script && i < MOST_STATEMENTS; i++) {
		sqlite3_stmt *stmt = NULL;
		const char *tail = script;

		if (sqlite3_prepare_v2(db, script, -1, &stmt, &tail))
			break;
		while (stmt && sqlite3_step(stmt) == SQLITE_ROW)
			;
		if (stmt && !sqlite3_finalize(stmt))
			done++;
		script = tail;
	}
	sqlite3_set_authorizer(db, NULL, NULL);
	sqlite3_progress_handler(db, 0, NULL, NULL);
	return done;
}

/* ---- verdicts ---- */

static int write_stderr(void *context, const char *text, size_t size)
{
	(void)context;
	return fwrite(text, 1, size, stderr) != size;
}

void fuzz_must(moult *m, int rc, const char *what)
{
	if (!rc)
		return;
	fprintf(stderr, "%s: %d\n", what, rc);
	moult_report_diagnostics(m, MOULT_TEXT, write_stderr, NULL);
	abort();
}

void fuzz_must_agree(moult *m, const moult_schema *have, const moult_schema *want, const char *text)
{
	moult_diff *diff = NULL;

	fuzz_must(m, moult_diff_new(&diff, m, have, want, NULL), text);
	if (moult_diff_count(diff)) {
		moult_diff_report(m, diff, MOULT_TEXT, write_stderr, NULL);
		fuzz_must(m, 1, text);
	}
	moult_diff_free(diff);
}

static int count_of(const char *text, const char *word)
{
	const size_t length = strlen(word);
	int count = 0;

	for (; *text; text++)
		count += !sqlite3_strnicmp(text, word, (int)length);
	return count;
}

bool fuzz_takes_own_names(const char *script)
{
	return count_of(script, "_moult") > 0;
}

/* SQLite takes some clauses twice, and the last one holds: then the words of a text cannot be compared. */
static bool repeats_itself(sqlite3 *have, const char *text)
{
	static const char *const words[] = {"default",	 "collate", "constraint",
					    "on ",	 "match",   "deferrable",
					    "initially", "as",	    "conflict"};
	struct dice dice;
	const char *own;
	bool repeats = false;

	dice_seed(&dice, 0);
	own = look_text(&dice, have, "SELECT group_concat(sql, ' ') FROM sqlite_master");
	for (size_t i = 0; own && i < sizeof(words) / sizeof(words[0]); i++)
		repeats |= count_of(own, words[i]) > count_of(text, words[i]);
	/* SQLite cuts it off a type, as letters. */
	if (own)
		repeats |= count_of(own, "always") != count_of(own, " generated always ");
	dice_done(&dice);
	return repeats;
}

static void leave_out_bags(struct lines *lines)
{
	int kept = 0;

	for (int i = 0; i < lines->count; i++)
		if (strncmp(lines->items[i], look_bag, strlen(look_bag)) != 0)
			lines->items[kept++] = lines->items[i];
	lines->count = kept;
}

void fuzz_must_look_same(sqlite3 *have, sqlite3 *want, const char *text)
{
	struct dice dice;
	struct lines a, b;
	char *difference;

	dice_seed(&dice, 0);
	a = look_schema(&dice, have, true);
	b = look_schema(&dice, want, true);
	if (repeats_itself(have, text)) {
		leave_out_bags(&a);
		leave_out_bags(&b);
	}
	difference = lines_difference(&dice, &a, &b);
	if (difference) {
		fprintf(stderr, "%s\n----\n%s\n", difference, text);
		abort();
	}
	dice_done(&dice);
}
