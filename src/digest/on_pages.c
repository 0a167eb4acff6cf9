/* SPDX-License-Identifier: MIT */
/* on_pages.c: see on_pages.h. */
#include "digest/on_pages.h"

#include <string.h>

#include "base/text.h"
#include "digest/digest.h"
#include "digest/loss.h"
#include "digest/row.h"
#include "live/connect.h"
#include "pages/pages.h"

/* ---- functions ----------------------------------------------------------------------------- */

/* What SQLite made of a number that became a text, or of a text that may be a number. */
static int take_answer(struct value *value, char *room, sqlite3_stmt *stmt)
{
	const size_t size = (size_t)sqlite3_column_bytes(stmt, 0);
	const int type = sqlite3_column_type(stmt, 0);

	if (type == SQLITE_INTEGER) {
		value->integer = sqlite3_column_int64(stmt, 0);
	} else if (type == SQLITE_FLOAT) {
		value->real = sqlite3_column_double(stmt, 0);
	} else if (type != SQLITE_TEXT || value->type != SQLITE_TEXT) {
		if (type != SQLITE_TEXT || size > MO_ROOM)
			return MO_ODD;
		memcpy(room, sqlite3_column_text(stmt, 0), size);
		value->bytes = room;
		value->size = size;
	}
	value->type = type;
	return SQLITE_OK;
}

static int ask_sqlite(struct digest_pages *digest, enum digest_call call, struct value *value,
		      char letter, char *room)
{
	static const char *const queries[CALLS] = {"SELECT _moult_affinity(?1, ?2)",
						   "SELECT _moult_loses(?1, ?2)"};
	sqlite3_stmt *stmt = digest->calls[call];
	int rc = SQLITE_OK;

	if (!stmt)
		rc = sqlite3_prepare_v2(digest->db, queries[call], -1, &stmt, NULL);
	digest->calls[call] = stmt;
	if (!rc && value->type == SQLITE_FLOAT)
		rc = sqlite3_bind_double(stmt, 1, value->real);
	else if (!rc && value->type == SQLITE_INTEGER)
		rc = sqlite3_bind_int64(stmt, 1, value->integer);
	else if (!rc)
		rc = sqlite3_bind_text64(stmt, 1, value->bytes, value->size, SQLITE_STATIC,
					 SQLITE_UTF8);
	if (!rc)
		rc = sqlite3_bind_text(stmt, 2, &letter, 1, SQLITE_STATIC);
	if (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
		rc = take_answer(value, room, stmt);
	sqlite3_reset(stmt);
	return rc;
}

void mo_digest_pages_done(struct digest_pages *digest)
{
	for (int i = 0; i < CALLS; i++)
		sqlite3_finalize(digest->calls[i]);
	mo_distinct_done(&digest->distinct);
}

static bool is_letter(const struct value *value)
{
	return value->type == SQLITE_TEXT && value->size == 1 &&
	       memchr("TNIRB", *(const char *)value->bytes, 5);
}

static int change(struct digest_pages *digest, struct value *value, char letter, char *room)
{
	if (!letter || !strchr("TNIRB", letter))
		return MO_ODD;
	if (mo_affinity_change(value, letter, room))
		return SQLITE_OK;
	return ask_sqlite(digest, CALL_AFFINITY, value, letter, room);
}

static int affinity_call(void *context, struct value *result, void *room,
			 const struct value *arguments, int most)
{
	if (most < 2 || !is_letter(&arguments[1]))
		return MO_ODD;
	*result = arguments[0];
	return change(context, result, *(const char *)arguments[1].bytes, room);
}

static int loses_call(void *context, struct value *result, void *room,
		      const struct value *arguments, int most)
{
	char letter;

	if (most < 2 || !is_letter(&arguments[1]))
		return MO_ODD;
	letter = *(const char *)arguments[1].bytes;
	if (!mo_loss_is_none(&arguments[0], letter)) {
		*result = arguments[0];
		return ask_sqlite(context, CALL_LOSES, result, letter, room);
	}
	*result = (struct value){.type = SQLITE_INTEGER};
	return SQLITE_OK;
}

static int typeof_call(void *context, struct value *result, void *room,
		       const struct value *arguments, int most)
{
	static const char *const names[] = {[SQLITE_INTEGER] = "integer",
					    [SQLITE_FLOAT] = "real",
					    [SQLITE_TEXT] = "text",
					    [SQLITE_BLOB] = "blob",
					    [SQLITE_NULL] = "null"};
	const char *name;

	(void)context;
	(void)room;
	if (!most)
		return MO_ODD;
	name = names[arguments[0].type];
	*result = (struct value){.type = SQLITE_TEXT, .bytes = name, .size = strlen(name)};
	return SQLITE_OK;
}

static int count_all(void *context, struct value *result, void *room, const struct value *arguments,
		     int most)
{
	(void)context;
	(void)result;
	(void)arguments;
	(void)most;
	++*(sqlite3_int64 *)room;
	return SQLITE_OK;
}

static int count_call(void *context, struct value *result, void *room,
		      const struct value *arguments, int most)
{
	if (!most)
		return MO_ODD;
	return arguments[0].type == SQLITE_NULL ? SQLITE_OK
						: count_all(context, result, room, arguments, most);
}

static void count_end(struct value *result, void *room)
{
	*result = (struct value){.type = SQLITE_INTEGER, .integer = *(sqlite3_int64 *)room};
}

/* How many values are taken as they are before one that is not. */
static size_t count_kept(const char *letters, size_t most)
{
	size_t count = 0;

	while (count < most && letters[count] == '-')
		count++;
	return count;
}

/* The first argument has a letter for each other. */
static int hash_row(struct hash128 *hash, void *context, const struct value *arguments, int most)
{
	const char *letters = arguments[0].bytes;
	char room[MO_ROOM];
	struct row_hash row;
	int rc = SQLITE_OK;

	if (arguments[0].type != SQLITE_TEXT || arguments[0].size >= (size_t)most)
		return MO_ODD;
	mo_row_begin(&row);
	for (size_t i = 0, kept; !rc && i < arguments[0].size; i += kept + 1) {
		struct value value;

		kept = count_kept(letters + i, arguments[0].size - i);
		mo_row_values(&row, &arguments[i + 1], kept);
		if (i + kept == arguments[0].size)
			break;
		value = arguments[i + kept + 1];
		rc = change(context, &value, letters[i + kept], room);
		mo_row_value(&row, &value);
	}
	*hash = mo_row_end(&row);
	return rc;
}

static int row_call(void *context, struct value *result, void *room, const struct value *arguments,
		    int most)
{
	struct hash128 hash;
	const int rc = hash_row(&hash, context, arguments, most);

	if (rc)
		return rc;
	mo_row_pack(room, hash);
	*result = (struct value){.type = SQLITE_BLOB, .bytes = room, .size = 16};
	return SQLITE_OK;
}

struct digest {
	struct hash128 sum;
	sqlite3_int64 rows;
	char text[MO_DIGEST_TEXT];
};
_Static_assert(sizeof(struct digest) <= MO_ROOM, "a digest has room in a register");
_Static_assert(MO_NUMBER_TEXT <= MO_ROOM, "a number has room in a register");

static int digest_call(void *context, struct value *result, void *room,
		       const struct value *arguments, int most)
{
	struct digest *digest = room;
	struct hash128 hash;
	const int rc = hash_row(&hash, context, arguments, most);

	(void)result;
	if (rc)
		return rc;
	mo_row_add(&digest->sum, hash);
	digest->rows++;
	return SQLITE_OK;
}

static void digest_end(struct value *result, void *room)
{
	struct digest *digest = room;

	mo_row_write(digest->text, digest->sum, digest->rows);
	*result = (struct value){
		.type = SQLITE_TEXT, .bytes = digest->text, .size = strlen(digest->text)};
}

static int distinct_call(void *context, struct value *result, void *room,
			 const struct value *arguments, int most)
{
	struct distinct *distinct = &((struct digest_pages *)context)->distinct;

	(void)result;
	memcpy(room, &distinct, sizeof(distinct));
	if (arguments[0].type != SQLITE_TEXT || arguments[0].size >= (size_t)most)
		return MO_ODD;
	return mo_distinct_add(distinct, &arguments[1], arguments[0].size);
}

static void distinct_end(struct value *result, void *room)
{
	struct distinct *distinct;

	memcpy(&distinct, room, sizeof(distinct));
	*result = (struct value){.type = distinct && distinct->is_given_up ? SQLITE_NULL
									   : SQLITE_INTEGER,
				 .integer = 1};
}

const struct page_function mo_digest_functions[] = {
	{"_moult_affinity(2)", affinity_call, NULL},
	{"_moult_loses(2)", loses_call, NULL},
	{"_moult_row(-1)", row_call, NULL},
	{"_moult_digest(-1)", digest_call, digest_end},
	{"_moult_distinct(-1)", distinct_call, distinct_end},
	{"count(0)", count_all, count_end},
	{"count(1)", count_call, count_end},
	{"typeof(1)", typeof_call, NULL},
	{NULL, NULL, NULL},
};

/* ---- queries ------------------------------------------------------------------------------- */

struct answer {
	struct digest_pages pages;
	struct arena *arena;
	const char *wanted;
	const char *sql; /* SELECT 'digest', NULL, 42, ... */
};

static int take_digests(void *context, const struct value *values, int count)
{
	struct answer *answer = context;
	sqlite3_str *out = sqlite3_str_new(NULL);

	for (int i = 0; i < count; i++) {
		sqlite3_str_appendall(out, i ? ", " : "SELECT ");
		if (values[i].type == SQLITE_INTEGER)
			sqlite3_str_appendf(out, "%lld", values[i].integer);
		else
			sqlite3_str_appendf(out, "%Q",
					    values[i].type == SQLITE_TEXT ? values[i].bytes : NULL);
	}
	answer->sql = mo_arena_take(answer->arena, out);
	if (!answer->sql)
		return SQLITE_NOMEM;
	if (answer->wanted &&
	    (values[0].type != SQLITE_TEXT || !mo_same(values[0].bytes, answer->wanted)))
		return MO_ODD;
	return SQLITE_OK;
}

static int answer_on_pages(const char **found, struct arena *arena, sqlite3 *db, const char *sql,
			   const char *wanted, struct page_check *check, sqlite3_int64 *rows)
{
	struct answer answer = {.pages = {.db = db, .distinct = {.is_ascent = true}},
				.arena = arena,
				.wanted = wanted};
	const struct page_query query = {.db = db,
					 .sql = sql,
					 .least = MO_PAGES_WORTH,
					 .functions = mo_digest_functions,
					 .on_row = take_digests,
					 .context = &answer,
					 .check = check,
					 .rows = rows};
	int rc = mo_pages_query(&query);

	if (answer.pages.distinct.has_fallen) {
		answer.pages.distinct = (struct distinct){0};
		rc = mo_pages_query(&query);
	}
	mo_digest_pages_done(&answer.pages);
	*found = rc || !answer.sql ? sql : answer.sql;
	return rc == MO_ODD ? SQLITE_OK : rc;
}

int mo_digest_find(const char **found, struct arena *arena, sqlite3 *db, const char *sql,
		   sqlite3_int64 *rows)
{
	return answer_on_pages(found, arena, db, sql, NULL, NULL, rows);
}

int mo_digest_prepare(sqlite3_stmt **stmt, struct arena *arena, sqlite3 *db, const char *sql,
		      const char *wanted, struct page_check *check)
{
	const int rc = answer_on_pages(&sql, arena, db, sql, wanted, check, NULL);

	return rc ? rc : sqlite3_prepare_v2(db, sql, -1, stmt, NULL);
}

char *mo_digest_query(struct arena *arena, sqlite3 *db, const char *sql, int *rc)
{
	sqlite3_stmt *stmt = NULL;
	char *text = NULL;

	*rc = mo_digest_prepare(&stmt, arena, db, sql, NULL, NULL);
	if (!*rc)
		*rc = sqlite3_step(stmt);
	if (*rc == SQLITE_ROW) {
		text = mo_arena_text(arena, (const char *)sqlite3_column_text(stmt, 0));
		*rc = text ? SQLITE_OK : SQLITE_NOMEM;
	}
	sqlite3_finalize(stmt);
	return text;
}
