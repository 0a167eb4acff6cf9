/* SPDX-License-Identifier: MIT */
/*
 * affinity.c: https://sqlite.org/datatype3.html#type_affinity in code.
 *
 *	            NULL   integer        real               text                    blob
 *	 T text       -    its text       its text           -                       -
 *	 N, I         -    -              integer if whole   number if it looks so   -
 *	 R real       -    nearest real   no minus zero      real if it looks so     -
 *	 B none       -    -              -                  -                       -
 *
 * What a number looks like, and how a number is written, has changed between
 * releases of SQLite; so both conversions are left to the SQLite that runs.
 * Ours are only the rules that have not changed since 3.0: a whole real
 * becomes an integer, and a REAL column gives back reals.
 *
 * sqlite3_value_numeric_type() changes its argument for good, and the argument
 * may be a register that the statement uses again.  So a copy is asked; only
 * texts that begin like a number cost one.
 */
#include "run/affinity.h"

#include "moult.h"

/* 2^63.  Reals between the two ends fit an integer; the ends are left alone, as SQLite does. */
#define BEYOND_INTEGERS 9223372036854775808.0

static int take_bytes(struct value *value, sqlite3_value *from)
{
	if (value->type == SQLITE_TEXT)
		value->bytes = sqlite3_value_text(from);
	else
		value->bytes = sqlite3_value_blob(from);
	value->size = (size_t)sqlite3_value_bytes(from);
	if (!value->bytes && (value->type == SQLITE_TEXT || value->size))
		return MOULT_TROUBLE;
	return MOULT_OK;
}

static int take(struct value *value, sqlite3_value *from)
{
	value->type = sqlite3_value_type(from);
	if (value->type == SQLITE_INTEGER)
		value->integer = sqlite3_value_int64(from);
	else if (value->type == SQLITE_FLOAT)
		value->real = sqlite3_value_double(from);
	else if (value->type != SQLITE_NULL)
		return take_bytes(value, from);
	return MOULT_OK;
}

/* Space, sign, point and digits are all up to '9', and no other text is a number to SQLite. */
static int take_number(struct value *value, sqlite3_value *from)
{
	const unsigned char *text = value->bytes;
	sqlite3_value *copy;

	if (!value->size || text[0] > '9')
		return MOULT_OK;
	copy = sqlite3_value_dup(from);
	if (!copy)
		return MOULT_TROUBLE;
	if (sqlite3_value_numeric_type(copy) != SQLITE_TEXT)
		take(value, copy);
	sqlite3_value_free(copy);
	return MOULT_OK;
}

static void make_whole(struct value *value)
{
	if (value->real <= -BEYOND_INTEGERS || value->real >= BEYOND_INTEGERS)
		return;
	if ((double)(sqlite3_int64)value->real != value->real)
		return;
	value->integer = (sqlite3_int64)value->real;
	value->type = SQLITE_INTEGER;
}

/* Every numeric column stores whole reals as integers; so minus zero loses its sign. */
static void make_numeric(struct value *value, char affinity)
{
	if (value->type == SQLITE_FLOAT)
		make_whole(value);
	if (value->type == SQLITE_INTEGER && affinity == 'R') {
		value->real = (double)value->integer;
		value->type = SQLITE_FLOAT;
	}
}

static int make_text(struct value *value, sqlite3_value *from)
{
	if (value->type != SQLITE_INTEGER && value->type != SQLITE_FLOAT)
		return MOULT_OK;
	value->type = SQLITE_TEXT;
	return take_bytes(value, from);
}

int mo_affinity_apply(struct value *value, sqlite3_value *from, char affinity)
{
	int rc;

	*value = (struct value){.type = SQLITE_NULL};
	rc = take(value, from);
	if (rc || affinity == 'B')
		return rc;
	if (affinity == 'T')
		return make_text(value, from);
	if (value->type == SQLITE_TEXT)
		rc = take_number(value, from);
	if (!rc)
		make_numeric(value, affinity);
	return rc;
}
