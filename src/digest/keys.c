/* SPDX-License-Identifier: MIT */
/*
 * keys.c: see keys.h. What the entries of an index are like:
 * https://sqlite.org/fileformat2.html#index_b_trees
 */
#include "digest/keys.h"

#include <string.h>

#include "base/text.h"
#include "digest/digest.h"
#include "digest/on_pages.h"
#include "digest/row.h"
#include "live/connect.h"
#include "pages/pages.h"

enum collation { COLLATION_BINARY, COLLATION_NOCASE, COLLATION_RTRIM, COLLATION_COUNT };

static const char *const collations[COLLATION_COUNT] = {"BINARY", "NOCASE", "RTRIM"};

struct key_column {
	const char *sql; /* its name, or the rowid's */
	enum collation collation;
	bool descends;
};

struct index_keys {
	const char *name;
	bool unique;
	int terms; /* those before the rowid, which is the last column */
	int count;
	struct key_column columns[MO_MOST_KEYS];
	char letters[MO_MOST_KEYS + 1];
	const char *expected; /* digest */
};

/* ---- reading --------------------------------------------------------------------------------- */

static char *quote(struct arena *arena, const char *name)
{
	return mo_arena_format(arena, "\"%w\"", name);
}

static const char *rowid_name(struct arena *arena, const struct table *table)
{
	const struct column *column = mo_table_rowid_column(table);

	return column ? quote(arena, column->object.name) : mo_table_rowid_name(table);
}

static enum collation find_collation(const char *name)
{
	int i = 0;

	while (i < COLLATION_COUNT && !mo_same_name(collations[i], name))
		i++;
	return i;
}

/*
 * A row of index_xinfo: cid, name, desc, coll. False for an expression, or an order that nobody
 * here knows.
 */
static bool read_column(struct index_keys *index, struct arena *arena, const struct table *table,
			sqlite3_stmt *stmt)
{
	struct key_column *column = &index->columns[index->count];
	const char *name = (const char *)sqlite3_column_text(stmt, MO_INDEX_XINFO_NAME);
	const struct column *of_table = name ? mo_table_column(table, name) : NULL;
	const bool is_rowid = sqlite3_column_int(stmt, MO_INDEX_XINFO_CID) == -1;

	/*
	 * Asked for the rowid by another name SQLite answers with the entry's rowid, not with what
	 * stands in its place.
	 */
	if (index->count == MO_MOST_KEYS ||
	    (!is_rowid && (!of_table || of_table == mo_table_rowid_column(table))))
		return false;
	column->sql = is_rowid ? rowid_name(arena, table) : quote(arena, name);
	column->descends = sqlite3_column_int(stmt, MO_INDEX_XINFO_DESC) != 0;
	column->collation =
		find_collation((const char *)sqlite3_column_text(stmt, MO_INDEX_XINFO_COLL));
	/*
	 * Minus zero is 0 in a row and may be itself in an entry; as a column of reals stores it,
	 * it is 0.
	 */
	index->letters[index->count++] = !is_rowid && of_table->affinity == 'R' ? 'R' : '-';
	return column->sql && column->collation < COLLATION_COUNT;
}

static int read_columns(struct table_keys *keys, struct index_keys *index, struct arena *arena,
			sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	int rc = index->name ? mo_pragma_prepare(&stmt, db, "index_xinfo", index->name)
			     : SQLITE_NOMEM;

	while (!rc && keys->is_provable && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		keys->is_provable = read_column(index, arena, keys->table, stmt);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	index->terms = index->count - 1;
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int add_index(struct table_keys *keys, struct arena *arena, sqlite3 *db, sqlite3_stmt *stmt)
{
	struct index_keys *index = mo_arena_make(arena, struct index_keys);

	if (!index)
		return SQLITE_NOMEM;
	index->name =
		mo_arena_text(arena, (const char *)sqlite3_column_text(stmt, MO_INDEX_LIST_NAME));
	index->unique = sqlite3_column_int(stmt, MO_INDEX_LIST_UNIQUE) != 0;
	/* Of a partial index the walk would see those entries only that belong there. */
	keys->is_provable = !sqlite3_column_int(stmt, MO_INDEX_LIST_PARTIAL);
	mo_list_add(arena, &keys->indexes, index);
	return keys->is_provable ? read_columns(keys, index, arena, db) : SQLITE_OK;
}

static bool is_left_out(const struct list *left_out, sqlite3_stmt *stmt)
{
	const char *name = (const char *)sqlite3_column_text(stmt, MO_INDEX_LIST_NAME);

	return left_out && name && mo_names_have(left_out, name);
}

int mo_keys_read(struct table_keys *keys, struct arena *arena, sqlite3 *db,
		 const struct table *table, const struct list *left_out)
{
	sqlite3_stmt *stmt = NULL;
	int rc = SQLITE_OK;

	*keys = (struct table_keys){.table = table};
	keys->is_provable = !table->without_rowid &&
			    mo_same(mo_query_text(arena, db, "PRAGMA main.encoding", &rc), "UTF-8");
	if (!rc)
		rc = mo_pragma_prepare(&stmt, db, "index_list", table->object.name);
	while (!rc && keys->is_provable && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
		rc = is_left_out(left_out, stmt) ? SQLITE_OK : add_index(keys, arena, db, stmt);
	sqlite3_finalize(stmt);
	if (mo_arena_rc(arena))
		return SQLITE_NOMEM;
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* ---- what the rows call for ---------------------------------------------------------------- */

void mo_keys_write(sqlite3_str *sql, const struct table_keys *keys)
{
	for (int i = 0; keys->is_provable && i < keys->indexes.count; i++) {
		const struct index_keys *index = keys->indexes.items[i];

		sqlite3_str_appendf(sql, ", _moult_digest('%s'", index->letters);
		for (int j = 0; j < index->count; j++)
			sqlite3_str_appendf(sql, ", %s", index->columns[j].sql);
		sqlite3_str_appendchar(sql, 1, ')');
	}
}

void mo_keys_take(struct table_keys *keys, struct arena *arena, sqlite3_stmt *stmt, int column)
{
	for (int i = 0; keys->is_provable && i < keys->indexes.count; i++)
		((struct index_keys *)keys->indexes.items[i])->expected =
			mo_arena_text(arena, (const char *)sqlite3_column_text(stmt, column + i));
}

/* ---- order --------------------------------------------------------------------------------- */

/* An entry, with copies of its texts: SQLite keeps its own until the next step only. */
struct entry {
	struct value values[MO_MOST_KEYS];
	unsigned char *bytes;
	size_t room;
};

static int compare_sizes(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int compare_bytes(const unsigned char *a, size_t a_size, const unsigned char *b,
			 size_t b_size)
{
	const size_t size = a_size < b_size ? a_size : b_size;
	const int order = size ? memcmp(a, b, size) : 0;

	return order ? order : compare_sizes(a_size, b_size);
}

/* As nocaseCollatingFunc() in SQLite's main.c: a NUL ends what is compared letter by letter. */
static int compare_nocase(const unsigned char *a, size_t a_size, const unsigned char *b,
			  size_t b_size)
{
	const size_t size = a_size < b_size ? a_size : b_size;

	for (size_t i = 0; i < size; i++) {
		const int order =
			(unsigned char)mo_fold((char)a[i]) - (unsigned char)mo_fold((char)b[i]);

		if (order)
			return order;
		if (!a[i])
			break;
	}
	return compare_sizes(a_size, b_size);
}

static size_t without_spaces(const unsigned char *bytes, size_t size)
{
	while (size && bytes[size - 1] == ' ')
		size--;
	return size;
}

static int compare_texts(const struct value *a, const struct value *b, enum collation collation)
{
	if (collation == COLLATION_NOCASE)
		return compare_nocase(a->bytes, a->size, b->bytes, b->size);
	if (collation == COLLATION_RTRIM)
		return compare_bytes(a->bytes, without_spaces(a->bytes, a->size), b->bytes,
				     without_spaces(b->bytes, b->size));
	return compare_bytes(a->bytes, a->size, b->bytes, b->size);
}

/* An integer and a real, exactly: a real has 53 bits, an integer 63. */
static int compare_mixed(sqlite3_int64 integer, double real)
{
	const double beyond = 9223372036854775808.0;

	if (real < -beyond)
		return 1;
	if (real >= beyond)
		return -1;
	if (integer != (sqlite3_int64)real)
		return integer < (sqlite3_int64)real ? -1 : 1;
	return ((double)integer > real) - ((double)integer < real);
}

static int compare_numbers(const struct value *a, const struct value *b)
{
	if (a->type == SQLITE_INTEGER && b->type == SQLITE_INTEGER)
		return (a->integer > b->integer) - (a->integer < b->integer);
	if (a->type == SQLITE_INTEGER)
		return compare_mixed(a->integer, b->real);
	if (b->type == SQLITE_INTEGER)
		return -compare_mixed(b->integer, a->real);
	return (a->real > b->real) - (a->real < b->real);
}

/* NULL, numbers, texts, blobs: https://sqlite.org/datatype3.html#sort_order */
static int rank(const struct value *value)
{
	static const int ranks[] = {[SQLITE_NULL] = 0,
				    [SQLITE_INTEGER] = 1,
				    [SQLITE_FLOAT] = 1,
				    [SQLITE_TEXT] = 2,
				    [SQLITE_BLOB] = 3};

	return ranks[value->type];
}

static int compare_values(const struct value *a, const struct value *b, enum collation collation)
{
	if (rank(a) != rank(b))
		return rank(a) - rank(b);
	switch (a->type) {
	case SQLITE_NULL:
		return 0;
	case SQLITE_TEXT:
		return compare_texts(a, b, collation);
	case SQLITE_BLOB:
		return compare_bytes(a->bytes, a->size, b->bytes, b->size);
	default:
		return compare_numbers(a, b);
	}
}

/* Whether b may stand behind a. */
static bool is_in_order(const struct index_keys *index, const struct entry *a,
			const struct entry *b)
{
	bool has_null = false;

	for (int i = 0; i < index->count; i++) {
		const struct key_column *column = &index->columns[i];
		const int order = compare_values(&a->values[i], &b->values[i], column->collation);

		if (i == index->terms && index->unique && !has_null)
			return false;
		if (order)
			return column->descends ? order > 0 : order < 0;
		has_null |= a->values[i].type == SQLITE_NULL;
	}
	return false;
}

/* ---- the walk ------------------------------------------------------------------------------ */

struct walk {
	const struct index_keys *index;
	struct entry entries[2]; /* this one and the one before it, by turns */
	struct hash128 sum;
	sqlite3_int64 count;
};

static int read_value(struct value *value, sqlite3_stmt *stmt, int column)
{
	*value = (struct value){.type = sqlite3_column_type(stmt, column)};
	if (value->type == SQLITE_INTEGER)
		value->integer = sqlite3_column_int64(stmt, column);
	else if (value->type == SQLITE_FLOAT)
		value->real = sqlite3_column_double(stmt, column);
	else if (value->type == SQLITE_TEXT)
		value->bytes = sqlite3_column_text(stmt, column);
	else if (value->type == SQLITE_BLOB)
		value->bytes = sqlite3_column_blob(stmt, column);
	if (value->type == SQLITE_TEXT || value->type == SQLITE_BLOB)
		value->size = (size_t)sqlite3_column_bytes(stmt, column);
	return value->size && !value->bytes ? SQLITE_NOMEM : SQLITE_OK;
}

static int keep_bytes(struct entry *entry, int count)
{
	size_t size = 0;
	unsigned char *at;

	for (int i = 0; i < count; i++)
		size += entry->values[i].size;
	if (size > entry->room) {
		sqlite3_free(entry->bytes);
		entry->room = 0;
		entry->bytes = sqlite3_malloc64(size * 2);
		if (!entry->bytes)
			return SQLITE_NOMEM;
		entry->room = size * 2;
	}
	at = entry->bytes;
	for (int i = 0; i < count; i++) {
		struct value *value = &entry->values[i];

		if (!value->size)
			continue;
		memcpy(at, value->bytes, value->size);
		value->bytes = at;
		at += value->size;
	}
	return SQLITE_OK;
}

/* Puts the values of an entry under the digest, and keeps them. */
static int take_entry(struct walk *walk, struct entry *entry)
{
	const struct index_keys *index = walk->index;
	struct row row;

	mo_row_begin(&row);
	for (int i = 0; i < index->count; i++) {
		if (index->letters[i] == 'R')
			entry->values[i].real += 0.0; /* minus zero becomes zero */
		mo_row_value(&row, &entry->values[i]);
	}
	mo_row_add(&walk->sum, mo_row_end(&row));
	return keep_bytes(entry, index->count);
}

/* Whether the newest entry may stand behind the one before it. */
static bool is_next(const struct walk *walk)
{
	return walk->count < 2 ||
	       is_in_order(walk->index, &walk->entries[walk->count % 2],
			   &walk->entries[(walk->count - 1) % 2]);
}

static int walk_entries(bool *is_right, struct walk *walk, sqlite3_stmt *stmt)
{
	int rc = SQLITE_OK;

	*is_right = true;
	while (!rc && *is_right && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		struct entry *entry = &walk->entries[walk->count++ % 2];

		rc = SQLITE_OK;
		for (int i = 0; !rc && i < walk->index->count; i++)
			rc = read_value(&entry->values[i], stmt, i);
		if (!rc)
			rc = take_entry(walk, entry);
		*is_right = !rc && is_next(walk);
	}
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* The same of an entry on the pages. */
static int walk_on(void *context, const struct value *values, int count)
{
	struct walk *walk = context;
	struct entry *entry = &walk->entries[walk->count++ % 2];
	int rc;

	if (count != walk->index->count)
		return MO_ODD;
	memcpy(entry->values, values, (size_t)count * sizeof(*values));
	rc = take_entry(walk, entry);
	return rc || is_next(walk) ? rc : MO_ODD;
}

static bool is_expected(const struct walk *walk)
{
	char digest[MO_DIGEST_TEXT];

	mo_row_write(digest, walk->sum, walk->count);
	return mo_same(digest, walk->index->expected);
}

/* An index is right by its pages, or it is SQLite that says what it is. */
static int walk_index(bool *is_right, struct walk *walk, sqlite3 *db, const char *sql)
{
	static const struct page_function none = {NULL, NULL, NULL};
	const struct page_query query = {db, sql, MO_PAGES_WORTH, &none, walk_on, walk};
	sqlite3_stmt *stmt = NULL;
	int rc = mo_pages_query(&query);

	*is_right = !rc && is_expected(walk);
	if (*is_right || (rc && rc != MO_ODD))
		return rc;
	walk->sum = (struct hash128){0, 0};
	walk->count = 0;
	rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
	if (!rc)
		rc = walk_entries(is_right, walk, stmt);
	*is_right = *is_right && !rc && is_expected(walk);
	sqlite3_finalize(stmt);
	return rc;
}

/* Whether a statement reads the index and nothing else. */
static bool is_covered(struct arena *arena, sqlite3 *db, const char *sql,
		       const struct index_keys *index, int *rc)
{
	const char *find = mo_arena_format(
		arena, "SELECT rootpage FROM main.sqlite_master WHERE type = 'index' AND name = %Q",
		index->name);
	const char *explain = mo_arena_format(arena, "EXPLAIN %s", sql);
	const long long root = find ? mo_query_integer(db, find, -1, rc) : -1;
	sqlite3_stmt *stmt = NULL;
	bool is_alone = true;
	int opened = 0;

	if (!*rc)
		*rc = explain ? sqlite3_prepare_v2(db, explain, -1, &stmt, NULL) : SQLITE_NOMEM;
	while (!*rc && (*rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *opcode = (const char *)sqlite3_column_text(stmt, 1);

		*rc = opcode ? SQLITE_OK : SQLITE_NOMEM;
		if (!mo_name_has_prefix(opcode ? opcode : "", "Open"))
			continue;
		opened++;
		is_alone = is_alone && mo_same(opcode, "OpenRead") &&
			   sqlite3_column_int64(stmt, 3) == root;
	}
	sqlite3_finalize(stmt);
	*rc = *rc == SQLITE_DONE ? SQLITE_OK : *rc;
	return !*rc && opened == 1 && is_alone;
}

static const char *walk_query(struct arena *arena, const struct table_keys *keys,
			      const struct index_keys *index)
{
	sqlite3_str *sql = sqlite3_str_new(NULL);

	for (int i = 0; i < index->count; i++)
		sqlite3_str_appendf(sql, "%s%s", i ? ", " : "SELECT ", index->columns[i].sql);
	sqlite3_str_appendf(sql, " FROM main.\"%w\" INDEXED BY \"%w\"", keys->table->object.name,
			    index->name);
	return mo_arena_take(arena, sql);
}

static int prove_index(bool *is_right, const struct table_keys *keys,
		       const struct index_keys *index, struct arena *arena, sqlite3 *db)
{
	const char *sql = walk_query(arena, keys, index);
	struct walk *walk = mo_arena_make(arena, struct walk);
	int rc = SQLITE_OK;

	*is_right = false;
	if (!walk || !sql)
		return SQLITE_NOMEM;
	walk->index = index;
	if (is_covered(arena, db, sql, index, &rc))
		rc = walk_index(is_right, walk, db, sql);
	sqlite3_free(walk->entries[0].bytes);
	sqlite3_free(walk->entries[1].bytes);
	return rc;
}

int mo_keys_prove(bool *is_right, const struct table_keys *keys, struct arena *arena, sqlite3 *db)
{
	int rc = SQLITE_OK;

	*is_right = keys->is_provable;
	for (int i = 0; !rc && *is_right && i < keys->indexes.count; i++)
		rc = prove_index(is_right, keys, keys->indexes.items[i], arena, db);
	/* What it makes of that, integrity_check says. */
	if ((rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_ERROR) {
		*is_right = false;
		rc = SQLITE_OK;
	}
	return rc;
}
