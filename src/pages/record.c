/* SPDX-License-Identifier: MIT */
/* record.c: see record.h. */
#include "pages/record.h"

#include <string.h>

#define LONGEST_HEADER 98307 /* that SQLite reads */

/* Types of values; a blob's and a text's stand for all of their kind, whatever their size. */
enum { SERIAL_REAL = 7, SERIAL_ONE = 9, SERIAL_BLOB = 12, SERIAL_TEXT };

/* ---- numbers ------------------------------------------------------------------------------- */

/* What is no number is NULL to SQLite. */
static inline void take_real(struct value *value, sqlite3_uint64 bits)
{
	memcpy(&value->real, &bits, sizeof(bits));
	value->type = value->real == value->real ? SQLITE_FLOAT : SQLITE_NULL;
}

/* Integers have their highest byte first, whose first bit is the sign. */
static inline void take_number(struct value *value, const struct field *field)
{
	const unsigned char *at = field->at;
	const sqlite3_uint64 sign = field->size ? (sqlite3_uint64)(signed char)at[0] : 0;

	value->type = SQLITE_INTEGER;
	switch (field->serial) {
	case 0:
		value->type = SQLITE_NULL;
		break;
	case 1:
		value->integer = (sqlite3_int64)sign;
		break;
	case 2:
		value->integer = (sqlite3_int64)(sign << 8 | at[1]);
		break;
	case 3:
		value->integer = (sqlite3_int64)(sign << 16 | mo_read_16(at + 1));
		break;
	case 4:
		value->integer = (sqlite3_int64)(sign << 24 | (sqlite3_uint64)at[1] << 16 |
						 mo_read_16(at + 2));
		break;
	case 5:
		value->integer = (sqlite3_int64)(sign << 40 | (sqlite3_uint64)at[1] << 32 |
						 mo_read_32(at + 2));
		break;
	case 6:
		value->integer =
			(sqlite3_int64)((sqlite3_uint64)mo_read_32(at) << 32 | mo_read_32(at + 4));
		break;
	case SERIAL_REAL:
		take_real(value, (sqlite3_uint64)mo_read_32(at) << 32 | mo_read_32(at + 4));
		break;
	default:
		value->integer = field->serial == SERIAL_ONE;
	}
}

/* ---- texts --------------------------------------------------------------------------------- */

static uint32_t read_unit(const unsigned char *at, int encoding)
{
	return encoding == SQLITE_UTF16BE ? mo_read_16(at) : (uint32_t)(at[1] << 8 | at[0]);
}

static unsigned char *put_utf8(unsigned char *to, uint32_t c)
{
	if (c < 0x80) {
		*to++ = (unsigned char)c;
		return to;
	}
	if (c < 0x800) {
		*to++ = (unsigned char)(0xc0 | c >> 6);
	} else if (c < 0x10000) {
		*to++ = (unsigned char)(0xe0 | c >> 12);
		*to++ = (unsigned char)(0x80 | (c >> 6 & 0x3f));
	} else {
		*to++ = (unsigned char)(0xf0 | c >> 18);
		*to++ = (unsigned char)(0x80 | (c >> 12 & 0x3f));
		*to++ = (unsigned char)(0x80 | (c >> 6 & 0x3f));
	}
	*to++ = (unsigned char)(0x80 | (c & 0x3f));
	return to;
}

/*
 * As SQLite gives it as UTF-8.  MO_ODD where SQLite would put U+FFFD for it, now or when a function
 * gives it back: half a character, half a pair, U+FFFE and U+FFFF.
 */
static int convert(struct value *value, unsigned char *to, int encoding)
{
	const unsigned char *at = value->bytes;
	const unsigned char *end = at + value->size;
	const unsigned char *begin = to;

	if (value->size % 2)
		return MO_ODD;
	while (at < end) {
		uint32_t c = read_unit(at, encoding), low;

		at += 2;
		if (c >= 0xfffe)
			return MO_ODD;
		if (c >= 0xd800 && c < 0xe000) {
			low = at < end ? read_unit(at, encoding) : 0;
			if (c >= 0xdc00 || low < 0xdc00 || low >= 0xe000)
				return MO_ODD;
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
			at += 2;
		}
		to = put_utf8(to, c);
	}
	value->bytes = begin;
	value->size = (size_t)(to - begin);
	return SQLITE_OK;
}

/* Two bytes become three at most, so each text has its place. */
static int make_room(struct record *record, size_t payload)
{
	if (record->room >= payload)
		return SQLITE_OK;
	sqlite3_free(record->texts);
	record->room = 0;
	record->texts = sqlite3_malloc64(payload * 3);
	if (!record->texts)
		return SQLITE_NOMEM;
	record->room = payload * 2;
	return SQLITE_OK;
}

/* ---- the record ---------------------------------------------------------------------------- */

/* Takes the type of a value, which says its size; false where there is no such type. */
static bool take_type(struct field *field, sqlite3_uint64 *size, sqlite3_uint64 serial)
{
	static const unsigned char sizes[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0};

	if (serial >= SERIAL_BLOB) {
		*size = (serial - SERIAL_BLOB) / 2;
		field->serial = SERIAL_BLOB + serial % 2;
	} else {
		if (serial >= sizeof(sizes))
			return false;
		*size = sizes[serial];
		field->serial = (uint32_t)serial;
	}
	field->size = (uint32_t)*size;
	return true;
}

int mo_record_read(struct record *record, const struct tree_cell *cell, int encoding)
{
	const unsigned char *at = cell->payload;
	const unsigned char *end = at + cell->size;
	sqlite3_uint64 header = 0, serial = 0, size;
	const size_t begins = mo_read_varint(&header, at, end);
	const struct field *fields_end = record->fields + record->most;
	struct field *to = record->fields;
	struct field field = {.serial = 0};
	const unsigned char *types_end, *body;

	if (!begins || header <= begins || header > cell->size || header > LONGEST_HEADER)
		return MO_ODD;
	types_end = body = at + header;
	for (at += begins; at < types_end; body += size) {
		const size_t read = mo_read_varint(&serial, at, types_end);

		at += read;
		if (!read || !take_type(&field, &size, serial) ||
		    size > (sqlite3_uint64)(end - body))
			return MO_ODD;
		field.at = body;
		if (to < fields_end)
			*to++ = field;
	}
	if (body != end)
		return MO_ODD;
	record->last = field;
	record->count = (int)(to - record->fields);
	record->payload = cell->payload;
	return encoding == SQLITE_UTF8 ? SQLITE_OK : make_room(record, cell->size);
}

static inline int take_value(struct value *value, const struct record *record,
			     const struct field *field, int encoding)
{
	if (field->serial < SERIAL_BLOB) {
		take_number(value, field);
		return SQLITE_OK;
	}
	value->type = field->serial == SERIAL_TEXT ? SQLITE_TEXT : SQLITE_BLOB;
	value->bytes = field->at;
	value->size = field->size;
	if (encoding == SQLITE_UTF8 || value->type == SQLITE_BLOB)
		return SQLITE_OK;
	return convert(value, record->texts + (field->at - record->payload) * 3 / 2, encoding);
}

int mo_record_values(struct value *values, const struct record *record, const struct field *fields,
		     int count, int encoding)
{
	int rc = SQLITE_OK;

	for (int i = 0; !rc && i < count; i++)
		rc = take_value(&values[i], record, &fields[i], encoding);
	return rc;
}

void mo_record_done(struct record *record)
{
	sqlite3_free(record->texts);
}
