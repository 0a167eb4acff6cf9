/* SPDX-License-Identifier: MIT */
/*
 * manifest.c: written with base/json.h, read with SQLite's JSON functions in a
 * connection to nothing, whose limits hold whatever the text says.
 *
 * Reading is one walk over the members of each object, against a table of
 * those that are known.  A member of the wrong type counts as absent.
 */
#include "backup/manifest.h"

#include <string.h>

#include "backup/file.h"
#include "base/json.h"
#include "base/text.h"
#include "live/connect.h"

#define LIMIT ((size_t)16 << 20) /* bytes; about 150,000 tables */
#define MOST_COLUMNS 2000	 /* of a table, where SQLite is built as usual */

/* ---- writing ---- */

static void write_fingerprints(struct json *json, const char *name,
			       const struct fingerprints *prints)
{
	mo_json_open(json, name, '{');
	mo_json_text(json, "exact", prints->exact);
	mo_json_text(json, "shape", prints->shape);
	mo_json_close(json, '}');
}

static void write_digests(struct json *json, const struct state *state)
{
	mo_json_open(json, "digests", '[');
	EACH (const struct table_state, table, &state->tables) {
		mo_json_open(json, NULL, '{');
		mo_json_text(json, "name", table->name);
		if (table->as) {
			mo_json_text(json, "as", table->as);
			if (table->added)
				mo_json_raw(json, "added", table->added);
		} else {
			mo_json_integer(json, "rows", table->rows);
			mo_json_text(json, "digest", table->digest);
		}
		mo_json_close(json, '}');
	}
	mo_json_close(json, ']');
}

static void write_undone(struct json *json, long long undone)
{
	if (undone)
		mo_json_integer(json, "undone", undone);
	else
		mo_json_text(json, "undone", NULL);
}

static void write_members(struct json *json, const struct manifest *manifest)
{
	mo_json_integer(json, "moult", manifest->format);
	mo_json_text(json, "kind", manifest->kind);
	mo_json_text(json, "database", manifest->database);
	mo_json_text(json, "directory", manifest->directory);
	mo_json_integer(json, "number", manifest->number);
	mo_json_text(json, "created", manifest->created);
	mo_json_text(json, "version", manifest->version);
	mo_json_text(json, "sqlite", manifest->sqlite);
	mo_json_text(json, "plan", manifest->plan);
	mo_json_text(json, "backup", manifest->backup);
	mo_json_integer(json, "size", manifest->size);
	mo_json_text(json, "checksum", manifest->checksum);
	mo_json_text(json, "quick_check", manifest->quick_check);
	mo_json_open(json, "fingerprints", '{');
	write_fingerprints(json, "before", &manifest->before);
	write_fingerprints(json, "after", &manifest->after);
	mo_json_close(json, '}');
	mo_json_text(json, "schema", manifest->state.schema);
	write_digests(json, &manifest->state);
	write_undone(json, manifest->undone);
}

int mo_manifest_write(const struct manifest *manifest, const char *path, const char *temporary,
		      const char *model, struct moult *m)
{
	struct json json = {.out = sqlite3_str_new(NULL)};
	char *text;
	int rc;

	mo_json_open(&json, NULL, '{');
	write_members(&json, manifest);
	mo_json_close(&json, '}');
	rc = sqlite3_str_errcode(json.out);
	text = sqlite3_str_finish(json.out);
	rc = rc || !text ? mo_diag_memory(&m->diags)
			 : mo_file_replace(path, temporary, model, text, strlen(text), &m->diags,
					   DIAG_RUN007);
	sqlite3_free(text);
	return rc;
}

/* ---- reading ---- */

enum field_type { FIELD_TEXT, FIELD_INTEGER };

struct field {
	const char *name;
	enum field_type type;
	size_t offset;
};

static const struct field manifest_fields[] = {
	{"moult", FIELD_INTEGER, offsetof(struct manifest, format)},
	{"kind", FIELD_TEXT, offsetof(struct manifest, kind)},
	{"database", FIELD_TEXT, offsetof(struct manifest, database)},
	{"directory", FIELD_TEXT, offsetof(struct manifest, directory)},
	{"number", FIELD_INTEGER, offsetof(struct manifest, number)},
	{"created", FIELD_TEXT, offsetof(struct manifest, created)},
	{"version", FIELD_TEXT, offsetof(struct manifest, version)},
	{"sqlite", FIELD_TEXT, offsetof(struct manifest, sqlite)},
	{"plan", FIELD_TEXT, offsetof(struct manifest, plan)},
	{"backup", FIELD_TEXT, offsetof(struct manifest, backup)},
	{"size", FIELD_INTEGER, offsetof(struct manifest, size)},
	{"checksum", FIELD_TEXT, offsetof(struct manifest, checksum)},
	{"quick_check", FIELD_TEXT, offsetof(struct manifest, quick_check)},
	{"schema", FIELD_TEXT, offsetof(struct manifest, state.schema)},
	{"undone", FIELD_INTEGER, offsetof(struct manifest, undone)},
	{NULL, FIELD_TEXT, 0},
};

static const struct field fingerprint_fields[] = {
	{"exact", FIELD_TEXT, offsetof(struct fingerprints, exact)},
	{"shape", FIELD_TEXT, offsetof(struct fingerprints, shape)},
	{NULL, FIELD_TEXT, 0},
};

struct reader {
	struct arena *arena;
	struct moult *m;
	sqlite3 *db;
	const char *path; /* of the manifest */
	const char *text;
	size_t size;
};

static int distrust(struct reader *reader, const char *why)
{
	return mo_diag(&reader->m->diags, DIAG_RUN020, NULL, reader->path,
		       "%s is no manifest of a backup: %s", reader->path, why);
}

static int failed(struct reader *reader, int rc)
{
	return mo_diag_sqlite(&reader->m->diags, reader->db, rc, DIAG_RUN020, reader->path,
			      "read the manifest");
}

/* A text of a column, without a NUL inside; else NULL. */
static const char *column_text(struct reader *reader, sqlite3_stmt *stmt, int column)
{
	const char *text = (const char *)sqlite3_column_text(stmt, column);

	if (!text || strlen(text) != (size_t)sqlite3_column_bytes(stmt, column))
		return NULL;
	return mo_arena_text(reader->arena, text);
}

/* The row is (key, type, atom) of json_each(). */
static void take_member(struct reader *reader, sqlite3_stmt *stmt, const struct field *fields,
			void *object)
{
	const char *key = (const char *)sqlite3_column_text(stmt, 0);
	const char *type = (const char *)sqlite3_column_text(stmt, 1);
	char *at;

	while (fields->name && !mo_same(fields->name, key))
		fields++;
	if (!fields->name)
		return;
	at = (char *)object + fields->offset;
	/* A number beyond 64 bits is an "integer" too, and comes as a real. */
	if (fields->type == FIELD_INTEGER && mo_same(type, "integer") &&
	    sqlite3_column_type(stmt, 2) == SQLITE_INTEGER)
		*(long long *)(void *)at = sqlite3_column_int64(stmt, 2);
	else if (fields->type == FIELD_TEXT && mo_same(type, "text"))
		*(const char **)(void *)at = column_text(reader, stmt, 2);
}

static sqlite3_stmt *prepare(struct reader *reader, const char *sql, const char *path, int *rc)
{
	sqlite3_stmt *stmt = NULL;

	*rc = sqlite3_prepare_v2(reader->db, sql, -1, &stmt, NULL);
	if (!*rc)
		*rc = sqlite3_bind_text(stmt, 1, reader->text, (int)reader->size, SQLITE_STATIC);
	if (!*rc && path)
		*rc = sqlite3_bind_text(stmt, 2, path, -1, SQLITE_STATIC);
	return stmt;
}

static int read_object(struct reader *reader, const char *path, const struct field *fields,
		       void *object)
{
	int rc;
	sqlite3_stmt *stmt =
		prepare(reader, "SELECT key, type, atom FROM json_each(?1, ?2)", path, &rc);

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		take_member(reader, stmt, fields, object);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? MOULT_OK : failed(reader, rc);
}

static bool is_digest(const char *text)
{
	return text && strlen(text) == 32 && strspn(text, "0123456789abcdef") == 32;
}

static bool take_table(struct reader *reader, sqlite3_stmt *stmt, struct state *state)
{
	struct table_state *table = mo_arena_make(reader->arena, struct table_state);

	if (!table)
		return false;
	table->name = column_text(reader, stmt, 0);
	table->rows = sqlite3_column_int64(stmt, 1);
	table->digest = column_text(reader, stmt, 2);
	table->as = column_text(reader, stmt, 3);
	table->added = column_text(reader, stmt, 4);
	if (!table->name || sqlite3_column_int64(stmt, 5) > MOST_COLUMNS ||
	    (!table->as && !(is_digest(table->digest) &&
			     sqlite3_column_type(stmt, 1) == SQLITE_INTEGER && table->rows >= 0)))
		return false;
	mo_list_add(reader->arena, &state->tables, table);
	return true;
}

/* Sorted as mo_state_compare() wants them; a table that is named twice is a trick. */
static int read_digests(struct reader *reader, struct state *state)
{
	int rc;
	bool good = true;
	sqlite3_stmt *stmt = prepare(
		reader,
		"SELECT json_extract(value, '$.name') AS name, json_extract(value, '$.rows'),"
		" json_extract(value, '$.digest'), CASE json_type(value, '$.as') WHEN 'text'"
		" THEN json_extract(value, '$.as') END, CASE json_type(value, '$.added') WHEN 'array'"
		" THEN json_extract(value, '$.added') END, json_array_length(value, '$.added')"
		" FROM json_each(?1, '$.digests')"
		" WHERE type = 'object' ORDER BY name COLLATE NOCASE",
		NULL, &rc);

	while (!rc && good && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		good = take_table(reader, stmt, state);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	if (rc != SQLITE_DONE && good)
		return failed(reader, rc);
	for (int i = 1; good && i < state->tables.count; i++) {
		const struct table_state *last = state->tables.items[i - 1];
		const struct table_state *table = state->tables.items[i];

		good = mo_compare_names(last->name, table->name) < 0;
	}
	return good ? MOULT_OK : distrust(reader, "its digests cannot be used");
}

static int check(struct reader *reader, const struct manifest *manifest)
{
	const char *kind = manifest->kind;

	if (!mo_same(kind, MO_KIND_BEFORE_APPLY) && !mo_same(kind, MO_KIND_BEFORE_ROLLBACK))
		return distrust(reader, "its kind is not known");
	if (!manifest->database || !manifest->created || manifest->number <= 0 ||
	    manifest->size <= 0)
		return distrust(reader, "a member is missing");
	if (!manifest->backup || !mo_file_is_plain(manifest->backup))
		return distrust(reader, "the backup that it names is not a file beside it");
	if (!is_digest(manifest->checksum))
		return distrust(reader, "its checksum cannot be used");
	if (manifest->state.schema && !is_digest(manifest->state.schema))
		return distrust(reader, "its digests cannot be used");
	return MOULT_OK;
}

static int check_format(struct reader *reader)
{
	long long format = 0;
	int rc;
	sqlite3_stmt *stmt = prepare(reader,
				     "SELECT json_valid(?1), CASE WHEN json_valid(?1) THEN"
				     " CASE json_type(?1, '$.moult') WHEN 'integer' THEN"
				     " json_extract(?1, '$.moult') END END",
				     NULL, &rc);

	if (!rc)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW && sqlite3_column_int(stmt, 0))
		format = sqlite3_column_int64(stmt, 1);
	sqlite3_finalize(stmt);
	if (rc != SQLITE_ROW)
		return failed(reader, rc);
	if (format > MO_MANIFEST_FORMAT)
		return distrust(reader, "it is of a newer moult");
	return format == MO_MANIFEST_FORMAT ? MOULT_OK : distrust(reader, "it has no format");
}

static int read_members(struct manifest *manifest, struct reader *reader)
{
	int rc = check_format(reader);

	if (!rc)
		rc = read_object(reader, "$", manifest_fields, manifest);
	if (!rc)
		rc = read_object(reader, "$.fingerprints.before", fingerprint_fields,
				 &manifest->before);
	if (!rc)
		rc = read_object(reader, "$.fingerprints.after", fingerprint_fields,
				 &manifest->after);
	if (!rc)
		rc = read_digests(reader, &manifest->state);
	if (!rc)
		rc = check(reader, manifest);
	if (mo_arena_rc(reader->arena))
		return mo_diag_memory(&reader->m->diags);
	return rc;
}

static int reader_open(struct reader *reader, struct arena *arena, struct moult *m,
		       const char *path)
{
	char *text;
	int rc;

	*reader = (struct reader){.arena = arena, .m = m, .path = path};
	rc = mo_file_read(&text, &reader->size, arena, path, LIMIT, &m->diags, DIAG_RUN020);
	if (rc)
		return rc;
	reader->text = text;
	return mo_connect(&reader->db, m, ":memory:",
			  SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_PRIVATECACHE);
}

int mo_manifest_read(struct manifest *manifest, struct arena *arena, struct moult *m,
		     const char *path)
{
	struct manifest have = {0};
	struct reader reader;
	int rc = reader_open(&reader, arena, m, path);

	if (!rc)
		rc = read_members(&have, &reader);
	mo_disconnect(reader.db);
	if (!rc)
		*manifest = have;
	return rc;
}

/* Members of later versions live on, since only the one is set. */
static int set_undone(struct reader *reader, long long undone, const char **changed)
{
	int rc;
	sqlite3_stmt *stmt =
		prepare(reader, "SELECT json_set(?1, '$.undone', nullif(?2, 0))", NULL, &rc);

	if (!rc)
		rc = sqlite3_bind_int64(stmt, 2, undone);
	if (!rc)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		*changed = column_text(reader, stmt, 0);
	sqlite3_finalize(stmt);
	return rc == SQLITE_ROW && *changed ? MOULT_OK : failed(reader, rc);
}

int mo_manifest_set_undone(const char *path, long long undone, const char *temporary,
			   const char *model, struct moult *m)
{
	struct arena *arena = mo_arena_new();
	struct reader reader = {.db = NULL};
	const char *changed = NULL;
	int rc = arena ? reader_open(&reader, arena, m, path) : mo_diag_memory(&m->diags);

	if (!rc)
		rc = set_undone(&reader, undone, &changed);
	if (!rc && changed)
		rc = mo_file_replace(path, temporary, model, changed, strlen(changed), &m->diags,
				     DIAG_RUN007);
	mo_disconnect(reader.db);
	mo_arena_free(arena);
	return rc;
}
