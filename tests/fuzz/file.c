/* SPDX-License-Identifier: MIT */
/*
 * file.c: any bytes as a database.
 *
 * It is read, written as a document, planned for and migrated in memory, as
 * the bytes allow.  Nothing may crash; what is refused or fails leaves every
 * byte as it was; where it is done, doing it again finds nothing to do.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define MOST_BYTES (256 << 10)

/* Every table that fuzzers like to make is made anew, and something is added. */
static const char want_text[] =
	"<database xmlns=\"urn:moult:schema:1\">"
	"<table name=\"t\"><column name=\"a\" type=\"INTEGER\" primary-key=\"true\"/>"
	"<column name=\"b\" type=\"TEXT\" not-null=\"true\" default=\"''\"/>"
	"<column name=\"fuzz\" type=\"REAL\"/><index name=\"i\" columns=\"b, fuzz\"/></table>"
	"<table name=\"fuzz\"><column name=\"x\" type=\"INTEGER\" references=\"t\"/></table>"
	"<view name=\"v\">SELECT a, fuzz FROM t</view></database>";

/* A file that SQLite deserialized has no journal and is refused; its pages go to one in memory as any other. */
static sqlite3 *copy_pages(sqlite3 *from)
{
	sqlite3 *to = fuzz_database();
	sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
	const bool copied = backup && sqlite3_backup_step(backup, -1) == SQLITE_DONE;

	sqlite3_backup_finish(backup);
	sqlite3_close(from);
	if (copied)
		return to;
	sqlite3_close(to);
	return NULL;
}

/*
 * Where the header has an encoding that is none (and not 0) SQLite takes it
 * for UTF-8, once: when it reads the schema again, on the same connection, it
 * says that it is another than that of main.
 */
static bool has_no_encoding(const uint8_t *data, size_t size)
{
	return size >= 60 && (data[56] || data[57] || data[58] || data[59] > 3);
}

static sqlite3 *open_bytes(const uint8_t *data, size_t size)
{
	unsigned char *copy = sqlite3_malloc64(size ? size : 1);
	sqlite3 *db = fuzz_database();

	if (!copy)
		abort();
	if (size)
		memcpy(copy, data, size);
	if (sqlite3_deserialize(db, "main", copy, (sqlite3_int64)size, (sqlite3_int64)size,
				SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE)) {
		sqlite3_close(db);
		return NULL;
	}
	return copy_pages(db);
}

struct bytes {
	unsigned char *bytes;
	sqlite3_int64 size;
};

static struct bytes bytes_of(sqlite3 *db)
{
	struct bytes bytes = {NULL, 0};

	bytes.bytes = sqlite3_serialize(db, "main", &bytes.size, 0);
	return bytes;
}

static void check_untouched(moult *m, sqlite3 *db, const struct bytes *before)
{
	struct bytes now = bytes_of(db);

	if (now.size != before->size ||
	    (now.bytes && before->bytes && memcmp(now.bytes, before->bytes, (size_t)now.size) != 0))
		fuzz_must(m, 1, "it was refused, and the file is another");
	sqlite3_free(now.bytes);
}

/* The document is the same each time: it is read once. */
static const moult_schema *want(moult *m)
{
	static moult_schema *schema;

	if (!schema)
		fuzz_must(m, moult_schema_parse(&schema, m, want_text, strlen(want_text), "want.xml"),
			  "want");
	return schema;
}

static void migrate(moult *m, sqlite3 *db, bool prune)
{
	struct bytes before = bytes_of(db);
	moult_options options = MOULT_OPTIONS_INIT;
	moult_outcome outcome = {.size = sizeof(outcome)};
	int rc;

	options.no_backup = 1;
	options.allow = "all";
	options.prune = prune;
	rc = moult_migrate(m, db, want(m), &options, &outcome);
	sqlite3_progress_handler(db, 0, NULL, NULL);
	if (rc)
		check_untouched(m, db, &before);
	moult_outcome_done(&outcome);
	if (!rc)
		fuzz_must(m, moult_migrate(m, db, want(m), &options, &outcome), "again");
	if (!rc && outcome.steps)
		fuzz_must(m, outcome.steps, "there is always something to do");
	moult_outcome_done(&outcome);
	sqlite3_free(before.bytes);
}

int fuzz_file(const uint8_t *data, size_t size)
{
	moult *m = fuzz_handle();
	const bool fits = size <= MOST_BYTES && !has_no_encoding(data, size);
	sqlite3 *db = fits ? open_bytes(data, size) : NULL;
	moult_schema *have = NULL;
	sqlite3_str *out;

	if (!db)
		return 0;
	if (!moult_schema_from_db(&have, m, db)) {
		out = sqlite3_str_new(NULL);
		moult_schema_dump(m, have, fuzz_append, out);
		moult_schema_sql(m, have, fuzz_append, out);
		sqlite3_free(sqlite3_str_finish(out));
		moult_schema_free(have);
	}
	moult_diagnostics_clear(m);
	migrate(m, db, size % 2);
	sqlite3_close(db);
	return 0;
}
