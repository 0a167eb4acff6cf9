/* SPDX-License-Identifier: MIT */
/*
 * document.c: any bytes as a document.
 *
 * What is accepted must survive the way through moult's own writing: written
 * and read again it is written the same, and where SQLite accepts it too there
 * is no difference.
 */
#include <stdbool.h>
#include <string.h>

#include "fuzz.h"

static void again(moult *m, const moult_schema *schema, const char *text, size_t size)
{
	moult_schema *other = NULL;
	sqlite3_str *out = sqlite3_str_new(NULL);
	const bool is_good = !moult_schema_check(m, schema);

	moult_diagnostics_clear(m);
	fuzz_must(m, moult_schema_parse(&other, m, text, size, "dump.xml"), text);
	fuzz_must(m, moult_schema_dump(m, other, fuzz_append, out), text);
	if ((size_t)sqlite3_str_length(out) != size ||
	    memcmp(sqlite3_str_value(out), text, size) != 0)
		fuzz_must(m, 1, sqlite3_str_value(out));
	if (is_good)
		fuzz_must_agree(m, schema, other, text);
	sqlite3_free(sqlite3_str_finish(out));
	moult_schema_free(other);
}

int fuzz_document(const uint8_t *data, size_t size)
{
	moult *m = fuzz_handle();
	moult_schema *schema = NULL;
	sqlite3_str *out;

	if (moult_schema_parse(&schema, m, (const char *)data, size, "input"))
		return 0;
	out = sqlite3_str_new(NULL);
	if (moult_schema_source(schema) == MOULT_DOCUMENT &&
	    !moult_schema_dump(m, schema, fuzz_append, out) && sqlite3_str_length(out))
		again(m, schema, sqlite3_str_value(out), (size_t)sqlite3_str_length(out));
	sqlite3_free(sqlite3_str_finish(out));
	moult_schema_free(schema);
	return 0;
}
