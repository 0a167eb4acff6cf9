/* SPDX-License-Identifier: MIT */
/* digest.c: see digest.h. */
#include "digest/digest.h"

#include <string.h>

#include "digest/distinct.h"
#include "digest/items.h"
#include "digest/row.h"
#include "moult.h"

/* Values in one _moult_row(): with the letters, fewer than any build of SQLite takes by default. */
#define GROUP 64

#define HOW (SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY)

struct digest {
	struct hash128 sum;
	sqlite3_int64 rows;
};

/* The letter for mo_affinity_apply(), or 0 where it is none. */
static char affinity_of(char letter)
{
	switch (letter) {
	case '-':
		return 'B';
	case 'T':
	case 'N':
	case 'I':
	case 'R':
	case 'B':
		return letter;
	default:
		return 0;
	}
}

/* What is taken as it is goes by the short way. */
static int row_argument(struct row_hash *row, sqlite3_value *from, char letter)
{
	struct value value;

	if (letter == '-')
		return mo_row_take(row, from);
	if (mo_affinity_apply(&value, from, letter))
		return MOULT_TROUBLE;
	mo_row_value(row, &value);
	return MOULT_OK;
}

/* Hashes the arguments after the first; where it cannot, sets the error and returns false. */
static bool row_hash(struct hash128 *hash, sqlite3_context *context, int count,
		     sqlite3_value **values)
{
	const char *letters = count ? (const char *)sqlite3_value_text(values[0]) : NULL;
	struct row_hash row;

	if (!letters || sqlite3_value_bytes(values[0]) != count - 1) {
		sqlite3_result_error(context, "one letter of affinity is needed for each value",
				     -1);
		return false;
	}
	mo_row_begin(&row);
	for (int i = 1; i < count; i++) {
		if (!affinity_of(letters[i - 1])) {
			sqlite3_result_error(context, "an affinity is one of T N I R B -", -1);
			return false;
		}
		if (row_argument(&row, values[i], letters[i - 1])) {
			sqlite3_result_error_nomem(context);
			return false;
		}
	}
	*hash = mo_row_end(&row);
	return true;
}

static void digest_step(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct digest *digest = sqlite3_aggregate_context(context, sizeof(*digest));
	struct hash128 hash;

	if (!digest) {
		sqlite3_result_error_nomem(context);
		return;
	}
	if (!row_hash(&hash, context, count, values))
		return;
	mo_row_add(&digest->sum, hash);
	digest->rows++;
}

static void digest_final(sqlite3_context *context)
{
	const struct digest *digest = sqlite3_aggregate_context(context, 0);
	const struct digest none = {{0, 0}, 0};
	char text[MO_DIGEST_TEXT];

	if (!digest)
		digest = &none;
	mo_row_write(text, digest->sum, digest->rows);
	sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

static void row_function(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct hash128 hash;
	unsigned char bytes[16];

	if (!row_hash(&hash, context, count, values))
		return;
	mo_row_pack(bytes, hash);
	sqlite3_result_blob(context, bytes, sizeof(bytes), SQLITE_TRANSIENT);
}

static void give(sqlite3_context *context, const struct value *value)
{
	if (value->type == SQLITE_INTEGER)
		sqlite3_result_int64(context, value->integer);
	else if (value->type == SQLITE_FLOAT)
		sqlite3_result_double(context, value->real);
	else
		sqlite3_result_text64(context, value->bytes, value->size, SQLITE_TRANSIENT,
				      SQLITE_UTF8);
}

static void affinity_function(sqlite3_context *context, int count, sqlite3_value **values)
{
	const char *letter = (const char *)sqlite3_value_text(values[1]);
	bool is_kept;
	struct value value;

	(void)count;
	if (!letter || !affinity_of(letter[0]) || letter[1]) {
		sqlite3_result_error(context, "an affinity is one of T N I R B -", -1);
		return;
	}
	/* Not by way of UTF-8, in which half a surrogate of UTF-16 has no place. */
	is_kept = sqlite3_value_type(values[0]) == SQLITE_TEXT && strchr("TB-", letter[0]);
	if (!is_kept && mo_affinity_apply(&value, values[0], affinity_of(letter[0])))
		sqlite3_result_error_nomem(context);
	else if (is_kept || value.type == SQLITE_NULL || value.type == SQLITE_BLOB)
		sqlite3_result_value(context, values[0]);
	else
		give(context, &value);
}

int mo_digest_register(sqlite3 *db)
{
	int rc = sqlite3_create_function_v2(db, "_moult_affinity", 2, HOW, NULL, affinity_function,
					    NULL, NULL, NULL);

	if (!rc)
		rc = sqlite3_create_function_v2(db, "_moult_item", 2, HOW, NULL, mo_item_function,
						NULL, NULL, NULL);
	if (!rc)
		rc = sqlite3_create_function_v2(db, "_moult_row", -1, HOW, NULL, row_function, NULL,
						NULL, NULL);
	if (!rc)
		rc = sqlite3_create_function_v2(db, "_moult_digest", -1, HOW, NULL, NULL,
						digest_step, digest_final, NULL);
	if (!rc)
		rc = mo_distinct_register(db);
	return rc ? MOULT_TROUBLE : MOULT_OK;
}

void mo_digest_unregister(sqlite3 *db)
{
	sqlite3_create_function_v2(db, "_moult_affinity", 2, SQLITE_UTF8, NULL, NULL, NULL, NULL,
				   NULL);
	sqlite3_create_function_v2(db, "_moult_item", 2, SQLITE_UTF8, NULL, NULL, NULL, NULL, NULL);
	sqlite3_create_function_v2(db, "_moult_row", -1, SQLITE_UTF8, NULL, NULL, NULL, NULL, NULL);
	sqlite3_create_function_v2(db, "_moult_digest", -1, SQLITE_UTF8, NULL, NULL, NULL, NULL,
				   NULL);
	mo_distinct_unregister(db);
}

static void write_call(sqlite3_str *out, const char *function, const char *letters,
		       char *const *items, int count)
{
	sqlite3_str_appendf(out, "%s('%.*s'", function, count, letters);
	for (int i = 0; i < count; i++)
		sqlite3_str_appendf(out, ", %s", items[i]);
	sqlite3_str_appendchar(out, 1, ')');
}

static void write_groups(sqlite3_str *out, const char *affinities, char *const *items, int count)
{
	const int groups = (count + GROUP - 1) / GROUP;

	sqlite3_str_appendall(out, "_moult_digest('");
	sqlite3_str_appendchar(out, groups, '-');
	sqlite3_str_appendchar(out, 1, '\'');
	for (int at = 0; at < count; at += GROUP) {
		sqlite3_str_appendall(out, ", ");
		write_call(out, "_moult_row", affinities + at, items + at,
			   count - at < GROUP ? count - at : GROUP);
	}
	sqlite3_str_appendchar(out, 1, ')');
}

void mo_digest_write(sqlite3_str *out, const char *affinities, const struct list *expressions)
{
	if (expressions->count <= GROUP)
		write_call(out, "_moult_digest", affinities, (char *const *)expressions->items,
			   expressions->count);
	else
		write_groups(out, affinities, (char *const *)expressions->items,
			     expressions->count);
}
