/* SPDX-License-Identifier: MIT */
/* on_pages.c: see on_pages.h. */
#include "digest/on_pages.h"

#include <string.h>

#include "base/text.h"
#include "digest/digest.h"
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

static int ask_affinity(struct digest_pages *digest, struct value *value, char letter, char *room)
{
	int rc = SQLITE_OK;

	if (!digest->affinity)
		rc = sqlite3_prepare_v2(digest->db, "SELECT _moult_affinity(?1, ?2)", -1,
					&digest->affinity, NULL);
	if (!rc && value->type == SQLITE_FLOAT)
		rc = sqlite3_bind_double(digest->affinity, 1, value->real);
	else if (!rc)
		rc = sqlite3_bind_text64(digest->affinity, 1, value->bytes, value->size,
					 SQLITE_STATIC, SQLITE_UTF8);
	if (!rc)
		rc = sqlite3_bind_text(digest->affinity, 2, &letter, 1, SQLITE_STATIC);
	if (!rc && (rc = sqlite3_step(digest->affinity)) == SQLITE_ROW)
		rc = take_answer(value, room, digest->affinity);
	sqlite3_reset(digest->affinity);
	return rc;
}

static int change(struct digest_pages *digest, struct value *value, char letter, char *room)
{
	if (!letter || !strchr("TNIRB", letter))
		return MO_ODD;
	if (mo_affinity_change(value, letter, room))
		return SQLITE_OK;
	return ask_affinity(digest, value, letter, room);
}

static int affinity_call(void *context, struct value *result, void *room,
			 const struct value *arguments, int most)
{
	if (most < 2 || arguments[1].type != SQLITE_TEXT || arguments[1].size != 1)
		return MO_ODD;
	*result = arguments[0];
	return change(context, result, *(const char *)arguments[1].bytes, room);
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
	for (size_t i = 0; !rc && i < arguments[0].size; i++) {
		struct value value;

		if (letters[i] == '-') {
			mo_row_value(&row, &arguments[i + 1]);
			continue;
		}
		value = arguments[i + 1];
		rc = change(context, &value, letters[i], room);
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

const struct page_function mo_digest_functions[] = {
	{"_moult_affinity(2)", affinity_call, NULL},
	{"_moult_row(-1)", row_call, NULL},
	{"_moult_digest(-1)", digest_call, digest_end},
	{NULL, NULL, NULL},
};

/* ---- queries ------------------------------------------------------------------------------- */

struct answer {
	struct digest_pages pages;
	struct arena *arena;
	const char *wanted;
	const char *sql; /* SELECT 'digest', NULL, ... */
};

static int take_digests(void *context, const struct value *values, int count)
{
	struct answer *answer = context;
	sqlite3_str *out = sqlite3_str_new(NULL);

	for (int i = 0; i < count; i++) {
		const bool is_text = values[i].type == SQLITE_TEXT;

		sqlite3_str_appendf(out, i ? ", %Q" : "SELECT %Q",
				    is_text ? (const char *)values[i].bytes : NULL);
	}
	answer->sql = mo_arena_take(answer->arena, out);
	if (!answer->sql)
		return SQLITE_NOMEM;
	if (answer->wanted &&
	    (values[0].type != SQLITE_TEXT || !mo_same(values[0].bytes, answer->wanted)))
		return MO_ODD;
	return SQLITE_OK;
}

int mo_digest_prepare(sqlite3_stmt **stmt, struct arena *arena, sqlite3 *db, const char *sql,
		      const char *wanted)
{
	struct answer answer = {.pages = {.db = db}, .arena = arena, .wanted = wanted};
	const struct page_query query = {db,	       sql,    MO_PAGES_WORTH, mo_digest_functions,
					 take_digests, &answer};
	const int rc = mo_pages_query(&query);

	sqlite3_finalize(answer.pages.affinity);
	if (rc && rc != MO_ODD)
		return rc;
	return sqlite3_prepare_v2(db, rc || !answer.sql ? sql : answer.sql, -1, stmt, NULL);
}

char *mo_digest_query(struct arena *arena, sqlite3 *db, const char *sql, int *rc)
{
	sqlite3_stmt *stmt = NULL;
	char *text = NULL;

	*rc = mo_digest_prepare(&stmt, arena, db, sql, NULL);
	if (!*rc)
		*rc = sqlite3_step(stmt);
	if (*rc == SQLITE_ROW) {
		text = mo_arena_text(arena, (const char *)sqlite3_column_text(stmt, 0));
		*rc = text ? SQLITE_OK : SQLITE_NOMEM;
	}
	sqlite3_finalize(stmt);
	return text;
}
