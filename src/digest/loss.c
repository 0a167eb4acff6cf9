/* SPDX-License-Identifier: MIT */
/* loss.c: see loss.h. */
#include "digest/loss.h"

#include <string.h>

#include "digest/affinity.h"
#include "moult.h"

#define HOW (SQLITE_UTF8 | SQLITE_DETERMINISTIC)
#define ALL_REALS 9007199254740992 /* 2^53: up to it each integer is a real */

enum loss { LOSS_NONE, LOSS_VALUE, LOSS_DIGITS, LOSS_UNKNOWN /* no memory */ };

/* Whether a text is how its integer is spelled: '007', '+7', ' 7' and '-0' are not. */
static bool is_own_integer(const char *text, size_t size)
{
	const size_t sign = size && text[0] == '-';

	if (size == sign || text[sign] == '0')
		return size == 1 && !sign;
	for (size_t i = sign; i < size; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	return true;
}

/* Behind the digits from '0' to last. */
static size_t skip_digits(const char *text, size_t at, size_t size, char last)
{
	while (at < size && text[at] >= '0' && text[at] <= last)
		at++;
	return at;
}

/*
 * Whether a text is a number as "%!.15g" spells it: no zero too many, and at most 15 digits, which a
 * real of that value gives back.
 */
static bool is_short_decimal(const char *text, size_t size)
{
	const size_t sign = size && text[0] == '-';
	const size_t whole = skip_digits(text, sign, size, '9');
	size_t digits = whole + 1; /* that count */

	if (size - sign > 16 || whole == sign || digits >= size || text[whole] != '.')
		return false;
	if (text[sign] == '0')
		digits = skip_digits(text, digits, size, '0');
	if ((text[sign] == '0' && whole > sign + 1) || digits > whole + 4)
		return false;
	return digits < size && text[size - 1] != '0' &&
	       skip_digits(text, digits, size, '9') == size;
}

/* With 15 digits up to SQLite 3.51, with 17 since. */
static bool is_own_real(const char *text, size_t size, double real)
{
	static const char *const formats[] = {"%!.15g", "%!.17g"};
	char spelled[64];

	for (int i = 0; i < 2; i++) {
		sqlite3_snprintf(sizeof(spelled), spelled, formats[i], real);
		if (size == strlen(spelled) && memcmp(text, spelled, size) == 0)
			return true;
	}
	return false;
}

/* A text that became a number must be that number's own spelling. */
static enum loss text_loss(sqlite3_value *from, const struct value *to)
{
	const char *text = (const char *)sqlite3_value_text(from);
	const size_t size = (size_t)sqlite3_value_bytes(from);
	bool is_own;

	if (!text)
		return LOSS_UNKNOWN;
	is_own = to->type == SQLITE_INTEGER ? is_own_integer(text, size)
					    : is_own_real(text, size, to->real);
	return is_own ? LOSS_NONE : LOSS_VALUE;
}

/* A real that became a text must come back from it.  SQLite reads it, whatever the locale. */
static enum loss real_loss(sqlite3_stmt *stmt, double from, const struct value *to)
{
	enum loss loss = LOSS_UNKNOWN;

	if (sqlite3_bind_text(stmt, 1, to->bytes, (int)to->size, SQLITE_STATIC) == SQLITE_OK &&
	    sqlite3_bind_double(stmt, 2, from) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW)
		loss = sqlite3_column_int(stmt, 0) ? LOSS_NONE : LOSS_VALUE;
	sqlite3_reset(stmt);
	return loss;
}

/* An integer that became a real: 2^63 itself does not fit back, and no integer reaches it. */
static enum loss integer_loss(sqlite3_int64 integer, double real)
{
	return real < MO_BEYOND_INTEGERS && (sqlite3_int64)real == integer ? LOSS_NONE
									   : LOSS_DIGITS;
}

/* Whether a text is so plainly the spelling of its number that nobody need read that. */
static bool is_plain_number(const char *text, size_t size, char affinity)
{
	return is_short_decimal(text, size) ||
	       (affinity != 'R' && size < 19 && is_own_integer(text, size));
}

bool mo_loss_is_none(const struct value *value, char affinity)
{
	struct decimal decimal;

	if (value->type == SQLITE_NULL || value->type == SQLITE_BLOB || affinity == 'B')
		return true;
	if (affinity == 'T')
		return value->type != SQLITE_FLOAT || mo_decimal_find(&decimal, value->real);
	if (value->type == SQLITE_TEXT)
		return is_plain_number(value->bytes, value->size, affinity);
	return value->type == SQLITE_FLOAT || affinity != 'R' ||
	       (value->integer >= -ALL_REALS && value->integer <= ALL_REALS);
}

static enum loss loss_of(sqlite3_stmt *reader, sqlite3_value *from, char affinity)
{
	struct value value, to;

	if (mo_affinity_apply(&value, from, 'B') != MOULT_OK)
		return LOSS_UNKNOWN;
	if (mo_loss_is_none(&value, affinity))
		return LOSS_NONE;
	if (mo_affinity_apply(&to, from, affinity) != MOULT_OK)
		return LOSS_UNKNOWN;
	if (to.type == value.type)
		return LOSS_NONE;
	if (value.type == SQLITE_TEXT)
		return text_loss(from, &to);
	return value.type == SQLITE_FLOAT ? real_loss(reader, value.real, &to)
					  : integer_loss(value.integer, to.real);
}

static void loses(sqlite3_context *context, int count, sqlite3_value **values)
{
	const unsigned char *affinity = sqlite3_value_text(values[1]);
	const enum loss loss =
		affinity ? loss_of(sqlite3_user_data(context), values[0], (char)affinity[0])
			 : LOSS_UNKNOWN;

	(void)count;
	if (loss == LOSS_UNKNOWN)
		sqlite3_result_error_nomem(context);
	else
		sqlite3_result_int(context, (int)loss);
}

int mo_loss_register(sqlite3_stmt **reader, sqlite3 *db)
{
	const int rc = sqlite3_prepare_v2(db, "SELECT CAST(?1 AS REAL) = ?2", -1, reader, NULL);

	return !rc ? sqlite3_create_function_v2(db, "_moult_loses", 2, HOW, *reader, loses, NULL,
						NULL, NULL)
		   : rc;
}

void mo_loss_unregister(sqlite3_stmt *reader, sqlite3 *db)
{
	sqlite3_create_function_v2(db, "_moult_loses", 2, HOW, NULL, NULL, NULL, NULL, NULL);
	sqlite3_finalize(reader);
}
