/* SPDX-License-Identifier: MIT */
/*
 * pair.c: any bytes as two scripts, with a line of "==" between them; the
 * first may put rows into its tables.
 *
 *	have --> want	done or refused; refused, nothing has changed; done, it
 *			looks like want, and there is nothing more to do
 *	want --> have	the same
 *	have --> have	nothing to do
 */
#include <stdlib.h>
#include <string.h>

#include "evidence.h"
#include "fuzz.h"

static moult_schema *document_of(moult *m, sqlite3 *db)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	moult_schema *schema = NULL, *document = NULL;
	char *text;
	int rc;

	fuzz_must(m, moult_schema_from_db(&schema, m, db), "reading it");
	rc = moult_schema_dump(m, schema, fuzz_append, out);
	text = sqlite3_str_finish(out);
	if (!rc && text)
		fuzz_must(m, moult_schema_parse(&document, m, text, strlen(text), "want.xml"),
			  text);
	sqlite3_free(text);
	moult_schema_free(schema);
	moult_diagnostics_clear(m);
	return document;
}

/* What a schema is in a new file: virtual tables and odd texts may fail there, and nothing is compared then. */
static sqlite3 *fresh_of(moult *m, const moult_schema *want)
{
	moult_options options = MOULT_OPTIONS_INIT;
	sqlite3 *db;

	options.no_backup = 1;
	if (sqlite3_open(":memory:", &db))
		abort();
	if (moult_migrate(m, db, want, &options, NULL)) {
		sqlite3_close(db);
		db = NULL;
	}
	moult_diagnostics_clear(m);
	return db;
}

static bool is_sound(sqlite3 *db)
{
	return evidence_number(
		       db,
		       "SELECT count(*) FROM pragma_integrity_check WHERE"
		       " integrity_check <> 'ok' AND integrity_check NOT LIKE '% value in %'") == 0;
}

/* Whether it was done. */
static bool pass(moult *m, sqlite3 *db, const moult_schema *want, bool is_own)
{
	moult_options options = MOULT_OPTIONS_INIT;
	moult_outcome outcome = {.size = sizeof(outcome)};
	const uint64_t before = evidence_content(db);
	const bool was_sound = is_sound(db);
	sqlite3 *fresh;
	int rc;

	options.no_backup = 1;
	options.prune = 1;
	options.column_order = 1;
	options.allow = "all";
	rc = moult_migrate(m, db, want, &options, &outcome);
	if (is_own && (rc || outcome.steps))
		fuzz_must(m, 1, "a schema differs from itself");
	moult_outcome_done(&outcome);
	if (rc && evidence_content(db) != before)
		fuzz_must(m, rc, "refused, and changed");
	if (rc)
		return false;
	fuzz_must(m, moult_migrate(m, db, want, &options, &outcome), "again");
	fuzz_must(m, outcome.steps, "there is always something to do");
	moult_outcome_done(&outcome);
	if (was_sound && !is_sound(db))
		fuzz_must(m, 1, "integrity_check");
	fresh = is_own ? NULL : fresh_of(m, want);
	if (fresh)
		fuzz_must_look_same(db, fresh, "migrated and fresh");
	sqlite3_close(fresh);
	return true;
}

/* Tables of others are kept, prune or not: then nothing can be compared. */
static bool has_strangers(sqlite3 *db)
{
	return evidence_number(
		       db,
		       "SELECT count(*) FROM sqlite_master WHERE name LIKE 'android\\_%' ESCAPE '\\'"
		       " OR name LIKE 'room\\_%' ESCAPE '\\' OR name LIKE '\\_%' ESCAPE '\\'"
		       " OR name LIKE 'sqlean\\_%' ESCAPE '\\'") != 0;
}

static void passages(moult *m, sqlite3 *have, sqlite3 *want)
{
	moult_schema *have_document = has_strangers(have) ? NULL : document_of(m, have);
	moult_schema *want_document = have_document ? document_of(m, want) : NULL;

	if (want_document) {
		pass(m, have, have_document, true);
		moult_diagnostics_clear(m);
		if (pass(m, have, want_document, false))
			pass(m, have, have_document, false);
	}
	moult_schema_free(want_document);
	moult_schema_free(have_document);
}

int fuzz_pair(const uint8_t *data, size_t size)
{
	static const char line[] = "\n==\n";
	moult *m = fuzz_handle();
	char *script = fuzz_text(data, size), *middle = strstr(script, line);
	sqlite3 *have, *want;

	if (middle && !fuzz_takes_own_names(script)) {
		*middle = '\0';
		have = fuzz_database();
		want = NULL;
		if (fuzz_execute(have, script)) {
			want = fuzz_database();
			if (fuzz_execute(want, middle + strlen(line)))
				passages(m, have, want);
		}
		sqlite3_close(want);
		sqlite3_close(have);
	}
	free(script);
	return 0;
}
