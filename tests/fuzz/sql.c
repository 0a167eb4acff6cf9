/* SPDX-License-Identifier: MIT */
/*
 * sql.c: any bytes as a script: the reader of SQL beside SQLite's.
 *
 *	script --SQLite--> a database --moult reads--> a model
 *	                        |                        |
 *	                  looks the same  <--SQLite-- moult writes SQL
 *
 * What SQLite accepts we read; what we read is written again, SQLite takes it,
 * and moult sees no difference.  The tests' own eyes look at every eighth
 * input, and every sixteenth goes the way through a document too.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "evidence.h"
#include "fuzz.h"

static void through_sql(moult *m, sqlite3 *db, const moult_schema *schema, bool looks)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	moult_schema *other = NULL;
	sqlite3 *again;
	char *error = NULL, *text;

	fuzz_must(m, moult_schema_sql(m, schema, fuzz_append, out), "written as SQL");
	text = sqlite3_str_finish(out);
	again = fuzz_slate(1);
	sqlite3_progress_handler(again, 0, NULL, NULL);
	if (text && sqlite3_exec(again, text, NULL, NULL, &error))
		fuzz_must(m, 1, sqlite3_mprintf("%s\n%s", error, text));
	fuzz_must(m, moult_schema_from_db(&other, m, again), text);
	fuzz_must_agree(m, schema, other, text);
	if (looks)
		fuzz_must_look_same(db, again, text ? text : ""); /* of nothing but statistics */
	sqlite3_free(text);
	moult_schema_free(other);
}

static void through_document(moult *m, const moult_schema *schema)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	moult_schema *other = NULL;
	char *text;
	const int rc = moult_schema_dump(m, schema, fuzz_append, out);

	text = sqlite3_str_finish(out);
	if (!rc && text) {
		fuzz_must(m, moult_schema_parse(&other, m, text, strlen(text), "dump.xml"), text);
		fuzz_must_agree(m, schema, other, text);
	}
	sqlite3_free(text);
	moult_schema_free(other);
}

/*
 * SQLite cuts "generated" and "always" off a long type as letters, in the middle of a word if
 * need be; what is left of the word may be a keyword, which cannot be written as a type again.
 */
static bool cuts_a_word(const char *script)
{
	for (const char *at = script; *at; at++)
		if (at > script && (isalnum((unsigned char)at[-1]) || (at[-1] & 0x80)) &&
		    (!sqlite3_strnicmp(at, "always", 6) || !sqlite3_strnicmp(at, "generated", 9)))
			return true;
	return false;
}

/*
 * SQLite takes the quotes off a type that begins with one and has no other.  One in a comment within
 * the type is another, and where the comment goes, the type reads otherwise.
 */
static bool has_quote_in_comment(const char *script)
{
	const char *at = script;

	while (*at) {
		const bool is_line = at[0] == '-' && at[1] == '-';
		const char *end = is_line			 ? strchr(at, '\n')
				  : at[0] == '/' && at[1] == '*' ? strstr(at + 2, "*/")
								 : at;

		if (at + strcspn(at, "'\"`[") < (end ? end : at + strlen(at)))
			return true;
		if (!end)
			return false;
		at = end + 1;
	}
	return false;
}

/* Without its quotes a type reads as if it had comments; where what follows stands in another line, so does its end. */
static bool has_comment_in_type(sqlite3 *db)
{
	static const char sql[] =
		"SELECT count(*) FROM sqlite_master m, pragma_table_xinfo(m.name) c"
		" WHERE m.type = 'table' AND (instr(c.type, '--') OR instr(c.type, '/*'))";

	return evidence_number(db, sql) > 0;
}

int fuzz_sql(const uint8_t *data, size_t size)
{
	moult *m = fuzz_handle();
	sqlite3 *db = fuzz_slate(0);
	char *script = fuzz_text(data, size);
	moult_schema *schema = NULL;

	if (!cuts_a_word(script) && !fuzz_takes_own_names(script) && fuzz_execute(db, script)) {
		fuzz_must(m, moult_schema_from_db(&schema, m, db), script);
		through_sql(m, db, schema,
			    fuzz_is_chosen(data, size, 8) && !has_quote_in_comment(script) &&
				    !has_comment_in_type(db));
		if (fuzz_is_chosen(data, size, 16))
			through_document(m, schema);
	}
	moult_schema_free(schema);
	free(script);
	fuzz_wipe();
	return 0;
}
