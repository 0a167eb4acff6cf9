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
#include "digest/order.h"
#include "digest/row.h"
#include "live/connect.h"
#include "pages/pages.h"

struct key_column {
	const char *sql; /* its name, the rowid's, or an expression */
	enum collation collation;
	bool descends;
};

struct index_keys {
	const char *name;
	const struct index *made; /* by a CREATE INDEX; NULL: by a constraint */
	bool unique;
	bool partial;
	/* Only the pages tell what stands behind its key, or in the place of the rowid in it. */
	bool needs_pages;
	/* Those of its key; behind them stands what finds the row: the rowid, or columns of the key. */
	int terms;
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

static const char *expression_of(const struct index_keys *index, struct arena *arena)
{
	const struct term *term = index->made && index->count < index->made->terms.count
					  ? index->made->terms.items[index->count]
					  : NULL;

	if (!term || term->column)
		return NULL;
	/* SQLite finds it in the index by all that it says there. */
	return term->collate ? mo_arena_format(arena, "(%s) COLLATE \"%w\"", term->expr.text,
					       term->collate)
			     : mo_arena_format(arena, "(%s)", term->expr.text);
}

enum { CID_ROWID = -1, CID_EXPRESSION = -2 };

/* A row of index_xinfo: cid, name, desc, coll.  False for an order that nobody here knows. */
static bool read_column(struct index_keys *index, struct arena *arena,
			const struct table_keys *keys, sqlite3_stmt *stmt)
{
	struct key_column *column = &index->columns[index->count];
	const char *name = (const char *)sqlite3_column_text(stmt, MO_INDEX_XINFO_NAME);
	const int cid = sqlite3_column_int(stmt, MO_INDEX_XINFO_CID);
	const struct column *of_table =
		cid < 0 || !name ? NULL : mo_table_column(keys->table, name);

	if (index->count == MO_MOST_KEYS)
		return false;
	if (cid == CID_ROWID)
		column->sql = rowid_name(arena, keys->table);
	else
		column->sql = cid == CID_EXPRESSION ? expression_of(index, arena)
			      : of_table	    ? quote(arena, name)
						    : NULL;
	column->descends = sqlite3_column_int(stmt, MO_INDEX_XINFO_DESC) != 0;
	column->collation = mo_find_collation(
		(const char *)sqlite3_column_text(stmt, MO_INDEX_XINFO_COLL), keys->binary);
	index->terms += sqlite3_column_int(stmt, MO_INDEX_XINFO_KEY);
	index->needs_pages |= of_table && of_table == mo_table_rowid_column(keys->table);
	/*
	 * Minus zero is 0 in a row and may be itself in an entry; as a column of reals stores it,
	 * it is 0.
	 */
	index->letters[index->count++] = of_table && of_table->affinity == 'R' ? 'R' : '-';
	return column->sql && column->collation != COLLATION_COUNT;
}

/* Of the index that a table WITHOUT ROWID is, all but the key is in no order. */
static bool is_read(const struct table_keys *keys, const struct index_keys *index,
		    sqlite3_stmt *stmt)
{
	return sqlite3_column_int(stmt, MO_INDEX_XINFO_KEY) || index->name != keys->itself;
}

static int read_columns(struct table_keys *keys, struct index_keys *index, struct arena *arena,
			sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	int rc = index->name ? mo_pragma_prepare(&stmt, db, "index_xinfo", index->name)
			     : SQLITE_NOMEM;

	while (!rc && keys->is_provable && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		keys->is_provable =
			!is_read(keys, index, stmt) || read_column(index, arena, keys, stmt);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static const struct index *find_made(const struct table *table, const char *name)
{
	EACH (const struct index, index, &table->object.indexes)
		if (mo_same_name(index->object.name, name))
			return index;
	return NULL;
}

static int add_index(struct table_keys *keys, struct arena *arena, sqlite3 *db, sqlite3_stmt *stmt)
{
	struct index_keys *index = mo_arena_make(arena, struct index_keys);

	if (!index)
		return SQLITE_NOMEM;
	index->name =
		mo_arena_text(arena, (const char *)sqlite3_column_text(stmt, MO_INDEX_LIST_NAME));
	index->made = find_made(keys->table, index->name);
	index->unique = sqlite3_column_int(stmt, MO_INDEX_LIST_UNIQUE) != 0;
	index->partial = sqlite3_column_int(stmt, MO_INDEX_LIST_PARTIAL) != 0;
	if (keys->table->without_rowid &&
	    mo_same((const char *)sqlite3_column_text(stmt, MO_INDEX_LIST_ORIGIN), "pk"))
		keys->itself = index->name;
	keys->is_provable = !index->partial || index->made;
	mo_list_add(arena, &keys->indexes, index);
	return keys->is_provable ? read_columns(keys, index, arena, db) : SQLITE_OK;
}

static bool is_left_out(const struct list *left_out, sqlite3_stmt *stmt)
{
	const char *name = (const char *)sqlite3_column_text(stmt, MO_INDEX_LIST_NAME);

	return left_out && name && mo_names_have(left_out, name);
}

/* ---- the walk, as a query ----------------------------------------------------------------- */

static const char *walk_query(struct arena *arena, const struct table_keys *keys,
			      const struct index_keys *index)
{
	const int count = index->needs_pages ? index->terms : index->count;
	sqlite3_str *sql = sqlite3_str_new(NULL);

	for (int i = 0; i < count; i++)
		sqlite3_str_appendf(sql, "%s%s", i ? ", " : "SELECT ", index->columns[i].sql);
	sqlite3_str_appendf(sql, " FROM main.\"%w\" INDEXED BY \"%w\"", keys->table->object.name,
			    index->name);
	if (index->partial)
		sqlite3_str_appendf(sql, " WHERE (%s)", index->made->where.text);
	return mo_arena_take(arena, sql);
}

/* Where the index begins; where it is its table, that one does. */
static long long root_of(struct arena *arena, sqlite3 *db, const struct table_keys *keys,
			 const struct index_keys *index, int *rc)
{
	const char *sql = mo_arena_format(
		arena, "SELECT rootpage FROM main.sqlite_master WHERE type = %Q AND name = %Q",
		index->name == keys->itself ? "table" : "index",
		index->name == keys->itself ? keys->table->object.name : index->name);

	return sql ? mo_query_integer(db, sql, -1, rc) : -1;
}

/*
 * Whether an instruction may be one of a walk that takes each entry from the index, and nothing from
 * elsewhere.  A table may be opened that is not read.  https://sqlite.org/opcode.html
 */
static bool is_of_walk(sqlite3_stmt *explained, sqlite3_int64 root, sqlite3_int64 *cursor)
{
	static const char *const free[] = {"Init",	   "Transaction", "Goto",
					   "DeferredSeek", "ResultRow",	  "Halt",
					   "Noop",	   "Explain",	  "RealAffinity"};
	static const char *const bound[] = {"Rewind", "Column", "IdxRowid", "Next"};
	const char *opcode = (const char *)sqlite3_column_text(explained, 1);
	const sqlite3_int64 p1 = sqlite3_column_int64(explained, 2);

	if (mo_same(opcode, "OpenRead")) {
		if (sqlite3_column_int64(explained, 3) == root)
			*cursor = p1;
		return true;
	}
	for (size_t i = 0; i < sizeof(free) / sizeof(*free); i++)
		if (mo_same(opcode, free[i]))
			return true;
	for (size_t i = 0; i < sizeof(bound) / sizeof(*bound); i++)
		if (mo_same(opcode, bound[i]))
			return p1 == *cursor;
	return false;
}

/*
 * Whether a walk through an index reads all of it.  Of a partial one SQLite may know that the
 * condition holds for each entry, and then does not ask it.
 */
static bool can_walk(struct arena *arena, sqlite3 *db, const struct table_keys *keys,
		     const struct index_keys *index, int *rc)
{
	const char *sql = walk_query(arena, keys, index);
	const char *explain = sql ? mo_arena_format(arena, "EXPLAIN %s", sql) : NULL;
	const sqlite3_int64 root = root_of(arena, db, keys, index, rc);
	sqlite3_int64 cursor = -1;
	sqlite3_stmt *stmt = NULL;
	bool is_walk = true;

	if (!*rc)
		*rc = explain ? sqlite3_prepare_v2(db, explain, -1, &stmt, NULL) : SQLITE_NOMEM;
	while (!*rc && is_walk && (*rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		is_walk = is_of_walk(stmt, root, &cursor);
		*rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	*rc = *rc == SQLITE_DONE || (*rc & 0xff) == SQLITE_ERROR ? SQLITE_OK : *rc;
	return is_walk && cursor >= 0;
}

/* Whether the condition of a partial index can be asked of a row, which the walk need not do. */
static bool can_ask(struct arena *arena, sqlite3 *db, const struct table_keys *keys,
		    const struct index_keys *index, int *rc)
{
	sqlite3_stmt *stmt = NULL;
	const char *sql;
	int found;

	if (*rc || !index->partial)
		return true;
	sql = mo_arena_format(arena, "SELECT (%s) FROM main.\"%w\"", index->made->where.text,
			      keys->table->object.name);
	found = sql ? sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) : SQLITE_NOMEM;
	sqlite3_finalize(stmt);
	*rc = (found & 0xff) == SQLITE_ERROR ? SQLITE_OK : found;
	return !found;
}

static int can_walk_all(struct table_keys *keys, struct arena *arena, sqlite3 *db)
{
	int rc = SQLITE_OK;

	for (int i = 0; !rc && keys->is_provable && i < keys->indexes.count; i++) {
		struct index_keys *index = keys->indexes.items[i];
		bool can = can_walk(arena, db, keys, index, &rc);

		/* Of a UNIQUE of a table WITHOUT ROWID SQLite may not know that it ends with the key of the row. */
		if (!can && !index->needs_pages) {
			index->needs_pages = true;
			can = can_walk(arena, db, keys, index, &rc);
		}
		keys->is_provable = can && can_ask(arena, db, keys, index, &rc);
	}
	return rc;
}

int mo_keys_read(struct table_keys *keys, struct arena *arena, sqlite3 *db,
		 const struct table *table, const struct list *left_out)
{
	sqlite3_stmt *stmt = NULL;
	int rc = SQLITE_OK;

	*keys = (struct table_keys){.table = table};
	keys->is_provable =
		mo_binary_of(&keys->binary, mo_query_text(arena, db, "PRAGMA main.encoding", &rc));
	if (!rc)
		rc = mo_pragma_prepare(&stmt, db, "index_list", table->object.name);
	while (!rc && keys->is_provable && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
		rc = is_left_out(left_out, stmt) ? SQLITE_OK : add_index(keys, arena, db, stmt);
	sqlite3_finalize(stmt);
	if (mo_arena_rc(arena))
		return SQLITE_NOMEM;
	return rc == SQLITE_DONE ? can_walk_all(keys, arena, db) : rc;
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
		if (index->partial)
			sqlite3_str_appendf(sql, " FILTER (WHERE (%s))", index->made->where.text);
	}
}

/* An index that has all that is asked for would be read instead, and held against itself. */
void mo_keys_write_from(sqlite3_str *sql, const struct table_keys *keys)
{
	sqlite3_str_appendf(sql, " FROM main.\"%w\"", keys->table->object.name);
	if (keys->itself)
		sqlite3_str_appendf(sql, " INDEXED BY \"%w\"", keys->itself);
	else
		sqlite3_str_appendall(sql, " NOT INDEXED");
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

/* Whether b may stand behind a. */
static bool is_in_order(const struct index_keys *index, const struct entry *a,
			const struct entry *b)
{
	bool has_null = false;

	for (int i = 0; i < index->count; i++) {
		const struct key_column *column = &index->columns[i];
		const int order =
			mo_compare_values(&a->values[i], &b->values[i], column->collation);

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
	bool is_wrong; /* an entry does not stand behind the one before it */
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

/* Only then its size says something. */
static bool has_bytes(const struct value *value)
{
	return value->size && (value->type == SQLITE_TEXT || value->type == SQLITE_BLOB);
}

static int keep_bytes(struct entry *entry, int count)
{
	size_t size = 0;
	unsigned char *at;

	for (int i = 0; i < count; i++)
		size += has_bytes(&entry->values[i]) ? entry->values[i].size : 0;
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

		if (!has_bytes(value))
			continue;
		memcpy(at, value->bytes, value->size);
		value->bytes = at;
		at += value->size;
	}
	return SQLITE_OK;
}

/* A real may be stored as an integer, and minus zero becomes zero. */
static void make_real(struct value *value)
{
	if (value->type == SQLITE_INTEGER)
		*value = (struct value){.type = SQLITE_FLOAT, .real = (double)value->integer};
	else if (value->type == SQLITE_FLOAT)
		value->real += 0.0;
}

/* Puts the values of an entry under the digest, and keeps them. */
static int take_entry(struct walk *walk, struct entry *entry)
{
	const struct index_keys *index = walk->index;
	struct row_hash row;

	mo_row_begin(&row);
	for (int i = 0; i < index->count; i++) {
		if (index->letters[i] == 'R')
			make_real(&entry->values[i]);
		mo_row_value(&row, &entry->values[i]);
	}
	mo_row_add(&walk->sum, mo_row_end(&row));
	return keep_bytes(entry, index->count);
}

/* Whether the newest entry may stand behind the one before it. */
static bool is_next(const struct walk *walk)
{
	return walk->count < 2 || is_in_order(walk->index, &walk->entries[walk->count % 2],
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
	walk->is_wrong = !rc && !is_next(walk);
	return walk->is_wrong ? MO_ODD : rc;
}

static bool is_expected(const struct walk *walk)
{
	char digest[MO_DIGEST_TEXT];

	mo_row_write(digest, walk->sum, walk->count);
	return mo_same(digest, walk->index->expected);
}

/*
 * An index is right by its pages, or it is SQLite that says what it is; MO_ODD where that cannot, and
 * the pages don't either.
 */
static int walk_index(bool *is_right, struct walk *walk, sqlite3 *db, const char *sql,
		      struct page_check *check)
{
	static const struct page_function none = {NULL, NULL, NULL};
	const bool needs_pages = walk->index->needs_pages;
	const struct page_query query = {.db = db,
					 .sql = sql,
					 .least = MO_PAGES_WORTH,
					 .functions = &none,
					 .on_row = walk_on,
					 .context = walk,
					 .stored = needs_pages ? walk->index->count : 0,
					 .check = check};
	sqlite3_stmt *stmt = NULL;
	int rc = mo_pages_query(&query);

	*is_right = !rc && is_expected(walk);
	if (*is_right || (rc && rc != MO_ODD))
		return rc;
	if (needs_pages)
		return walk->is_wrong ? SQLITE_OK : rc;
	walk->sum = (struct hash128){0, 0};
	walk->count = 0;
	rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
	if (!rc)
		rc = walk_entries(is_right, walk, stmt);
	*is_right = *is_right && !rc && is_expected(walk);
	sqlite3_finalize(stmt);
	return rc;
}

static int prove_index(bool *is_right, const struct table_keys *keys,
		       const struct index_keys *index, struct arena *arena, sqlite3 *db,
		       struct page_check *check)
{
	const char *sql = walk_query(arena, keys, index);
	struct walk *walk = mo_arena_make(arena, struct walk);
	int rc = SQLITE_OK;

	*is_right = false;
	if (!walk || !sql)
		return SQLITE_NOMEM;
	walk->index = index;
	rc = walk_index(is_right, walk, db, sql, check);
	sqlite3_free(walk->entries[0].bytes);
	sqlite3_free(walk->entries[1].bytes);
	return rc;
}

int mo_keys_prove(bool *is_right, struct table_keys *keys, struct arena *arena, sqlite3 *db,
		  struct page_check *check)
{
	bool are_sound = true;
	int rc = SQLITE_OK;

	*is_right = keys->is_provable;
	for (int i = 0; !rc && *is_right && i < keys->indexes.count; i++) {
		rc = prove_index(is_right, keys, keys->indexes.items[i], arena, db, check);
		are_sound &= check->is_sound;
	}
	check->is_sound = are_sound;
	if (rc == MO_ODD) {
		*is_right = keys->is_provable = false;
		rc = SQLITE_OK;
	}
	/* What it makes of that, integrity_check says. */
	if ((rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_ERROR) {
		*is_right = false;
		rc = SQLITE_OK;
	}
	return rc;
}
