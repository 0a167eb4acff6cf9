/* SPDX-License-Identifier: MIT */
/* entries.c: see online/entries.h. */
#include "online/entries.h"

#include <string.h>

#include "base/text.h"
#include "digest/digest.h"
#include "digest/keys.h"
#include "live/connect.h"
#include "online/gather.h"
#include "online/nulls.h"
#include "plan/query.h"
#include "sql/log_table.h"
#include "sql/mention.h"
#include "sql/under_way_table.h"
#include "sql/write.h"

/* ---- what an entry is made of -------------------------------------------------------------- */

/* The terms first, and then what is behind them in the order of SQLite; -1 is the rowid. */
static void describe(struct entry_column *column, struct arena *arena, const struct table *table,
		     const struct term *term, int cid, const char *name)
{
	const struct column *of = name ? mo_table_column(table, name) : NULL;

	if (term)
		column->value = term->column ? mo_query_name(arena, term->column)
					     : mo_arena_format(arena, "(%s)", term->expr.text);
	else
		column->value = name ? mo_query_name(arena, name) : NULL;
	column->type = of ? mo_sql_type_of(of->affinity) : cid == -1 ? " INTEGER" : "";
}

/* From PRAGMA index_xinfo. */
static int read_columns(struct entries *entries, struct arena *arena, sqlite3 *db,
			const struct table *table, const struct index *index)
{
	sqlite3_stmt *stmt = NULL;
	int rc = mo_pragma_prepare(&stmt, db, "index_xinfo", MO_ENTRIES_INDEX);

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		struct entry_column *column = mo_arena_make(arena, struct entry_column);
		const int at = entries->columns.count;

		rc = column ? SQLITE_OK : SQLITE_NOMEM;
		if (!column)
			break;
		*column = (struct entry_column){
			.name = mo_arena_format(arena, "c%d", at + 1),
			.collate = mo_arena_text(arena, (const char *)sqlite3_column_text(
								stmt, MO_INDEX_XINFO_COLL)),
			.descending = sqlite3_column_int(stmt, MO_INDEX_XINFO_DESC) != 0,
			.is_term = sqlite3_column_int(stmt, MO_INDEX_XINFO_KEY) != 0};
		describe(column, arena, table,
			 at < index->terms.count ? index->terms.items[at] : NULL,
			 sqlite3_column_int(stmt, MO_INDEX_XINFO_CID),
			 (const char *)sqlite3_column_text(stmt, MO_INDEX_XINFO_NAME));
		mo_list_add(arena, &entries->columns, column);
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE && !mo_arena_rc(arena) ? SQLITE_OK : rc ? rc : SQLITE_NOMEM;
}

/* What tells the row: behind the terms, if it is there twice; name is NULL for the rowid. */
static void find_key(struct entries *entries, struct arena *arena, const char *name)
{
	const char *found = NULL;

	EACH (const struct entry_column, column, &entries->columns)
		if (name ? mo_same(column->value, name) : !column->value)
			found = column->name;
	if (found)
		mo_list_add(arena, &entries->key, (void *)found);
}

/* A collation that the key has for itself is one of the entry, too.  How many it should have. */
static int find_keys(struct entries *entries, struct arena *arena, const struct table *table)
{
	const struct constraint *key = table->without_rowid ? mo_table_primary_key(table) : NULL;

	if (!key)
		find_key(entries, arena, NULL);
	for (int i = 0; key && i < key->terms.count; i++)
		find_key(entries, arena,
			 mo_query_name(arena, ((const struct term *)key->terms.items[i])->column));
	return key ? key->terms.count : 1;
}

/* An empty one in memory says what it is made of. */
static int ask_memory(struct entries *entries, const char **why, struct arena *arena,
		      const struct table *table, const struct index *index)
{
	const char *twin = mo_sql_entries_twin(arena, table);
	const char *sql = mo_sql_entries_index(arena, index);
	sqlite3 *db = NULL;
	int rc = sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, NULL);

	if (!rc)
		rc = twin && sql ? mo_exec(db, twin) : SQLITE_NOMEM;
	if (!rc)
		rc = mo_exec(db, sql);
	if (!rc)
		rc = read_columns(entries, arena, db, table, index);
	if (rc && !mo_is_trouble(rc)) {
		*why = mo_arena_format(arena, "SQLite alone does not make it: %s",
				       sqlite3_errmsg(db));
		rc = SQLITE_OK;
	}
	sqlite3_close(db);
	return rc;
}

int mo_entries_read(struct entries *entries, const char **why, struct arena *arena, struct moult *m,
		    const struct table *table, const struct index *index)
{
	int rc, keys;

	*why = NULL;
	*entries = (struct entries){.index = index->object.name,
				    .tree = mo_made_name(arena, "entries", index->object.name),
				    .table = table->object.name,
				    .where = index->where.text,
				    .unique = index->unique};
	rc = mo_arena_rc(arena) ? SQLITE_NOMEM : ask_memory(entries, why, arena, table, index);
	keys = find_keys(entries, arena, table);
	if (rc || mo_arena_rc(arena))
		return mo_diag_memory(&m->diags);
	if (!*why && entries->key.count != keys)
		*why = "its entries do not tell rows apart";
	if (!*why && entries->columns.count >= MO_MOST_KEYS)
		*why = "it has too many columns";
	if (!*why)
		mo_nulls_read(entries, arena, table, index);
	return MOULT_OK;
}

char *mo_entries_leave(struct arena *arena, const struct table *table, const struct index *index,
		       const struct entries *entries)
{
	struct entries old = *entries;

	if (old.full)
		return mo_nulls_leave(arena, table, index, &old);
	old.tree = mo_made_name(arena, "old", old.index);
	return mo_sql_entries_create(arena, &old);
}

/* ---- the piece ----------------------------------------------------------------------------- */

/* What it is read from, as the log notes it beside the key. */
static struct list values_of(struct arena *arena, const struct table *table, const char *sql)
{
	const struct constraint *key = table->without_rowid ? mo_table_primary_key(table) : NULL;
	struct list values = {0};

	EACH (struct column, column, &table->columns)
		if (mo_mentions(sql, column->object.name) ||
		    (key && mo_terms_have(&key->terms, column->object.name)))
			mo_list_add(arena, &values, column);
	return values;
}

int mo_entries_make(struct piece **out, struct session *session, struct plan *plan,
		    const struct index *index)
{
	struct arena *arena = plan->arena;
	const struct table *table = mo_schema_table(plan->diff->have, index->table);
	struct piece *piece = mo_arena_make(arena, struct piece);
	struct entries *entries = mo_arena_make(arena, struct entries);
	const char *why;
	int rc;

	if (!piece || !entries)
		return mo_diag_memory(&session->m->diags);
	*piece = (struct piece){.plan = plan,
				.name = index->object.name,
				.before = table->object.name,
				.index = index,
				.entries = entries,
				.can_move = !table->without_rowid && !mo_table_rowid_column(table),
				.sorted_at = -1};
	rc = mo_entries_read(entries, &why, arena, session->m, table, index);
	piece->work = entries->tree;
	piece->known = mo_sql_known_list(arena, entries);
	piece->log = mo_made_name(arena, "log", piece->name);
	piece->make = mo_sql_entries_create(arena, entries);
	piece->copy = mo_sql_create(arena, &index->object);
	piece->key = mo_sql_key_names(arena, table, table->without_rowid ? NULL : "rowid");
	piece->values = values_of(arena, table, piece->copy);
	*out = piece;
	return !rc && mo_arena_rc(arena) ? mo_diag_memory(&session->m->diags) : rc;
}

/* ---- entries ------------------------------------------------------------------------------- */

/* The entries that a query gives go, if they are there. */
static int take(struct session *session, const struct entries *entries, const char *query)
{
	const char *sql = mo_sql_entries_take(session->arena, entries);
	sqlite3_stmt *from = NULL, *entry = NULL;
	int rc = sql && query ? sqlite3_prepare_v2(session->db, query, -1, &from, NULL)
			      : SQLITE_NOMEM;

	if (!rc)
		rc = sqlite3_prepare_v2(session->db, sql, -1, &entry, NULL);
	while (!rc && (rc = sqlite3_step(from)) == SQLITE_ROW) {
		rc = SQLITE_OK;
		for (int i = 0; !rc && i < entries->columns.count; i++)
			rc = sqlite3_bind_value(entry, i + 1, sqlite3_column_value(from, i));
		if (!rc && (rc = sqlite3_step(entry)) == SQLITE_DONE)
			rc = sqlite3_reset(entry);
	}
	sqlite3_finalize(entry);
	sqlite3_finalize(from);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* ---- sort and backfill --------------------------------------------------------------------- */

static int refuse_twice(struct session *session, const struct piece *piece)
{
	return mo_piece_refuse(session, piece, "two rows have the same values, and it is UNIQUE");
}

static int refuse_null(struct session *session, const struct piece *piece)
{
	return mo_piece_refuse(session, piece, "it has NULL there, which " MO_NO_NULL);
}

/* Whether a query has a row. */
static bool holds(struct session *session, const char *sql, int *rc)
{
	*rc = SQLITE_NOMEM;
	return sql && mo_query_integer(session->db, sql, 0, rc) && !*rc;
}

/* Of what was gathered; nothing of the file is read. */
static int sort(struct session *session, struct piece *piece)
{
	struct arena *arena = session->arena;
	int code = SQLITE_OK;
	int rc = mo_exec(session->db, mo_sql_list_drop(arena, MO_SORTED));

	if (!rc)
		rc = mo_exec(session->db, mo_sql_list_create(arena, MO_SORTED, piece->entries));
	if (!rc)
		rc = mo_exec(session->db, mo_sql_sorted_fill(arena, piece->entries));
	if (!rc)
		rc = mo_exec(session->db, mo_sql_list_drop(arena, MO_GATHERED));
	if (rc)
		return mo_piece_failed(session, piece, rc, "sort its entries");
	if (holds(session, mo_sql_sorted_null(arena, piece->entries), &code))
		return refuse_null(session, piece);
	if (piece->entries->unique &&
	    holds(session, mo_sql_sorted_twice(arena, piece->entries), &code))
		return refuse_twice(session, piece);
	return code ? mo_piece_failed(session, piece, code, "compare its entries") : MOULT_OK;
}

int mo_entries_sort(struct session *session, struct piece *piece, struct pins *pins)
{
	const struct gathering all = {
		.list = MO_GATHERED,
		.create = mo_sql_list_create(session->arena, MO_GATHERED, piece->entries),
		.phase = "sort",
		.pins = pins,
		.version = &piece->sorted_at};
	int rc = mo_gather_rows(session, piece, &all);

	piece->appended = 0;
	if (!rc)
		rc = mo_gather_settle(session, piece, MO_GATHERED);
	return rc ? rc : sort(session, piece);
}

static int drop_lists(sqlite3 *db, struct arena *arena, const struct piece *piece)
{
	const char *const lists[] = {MO_GATHERED, MO_SORTED, MO_WRITTEN, MO_TOUCHED, piece->known};
	const int count = piece->touched ? 4 : 5;
	int rc = SQLITE_OK;

	for (int i = 0; !rc && i < count; i++)
		rc = mo_exec(db, mo_sql_list_drop(arena, lists[i]));
	return rc;
}

int mo_entries_forget(struct session *session, struct piece *piece)
{
	const int rc = drop_lists(session->db, session->arena, piece);

	piece->sorted_at = -1;
	return rc ? mo_piece_failed(session, piece, rc, "forget what was sorted") : MOULT_OK;
}

void mo_entries_done(sqlite3 *db, struct arena *arena, const struct piece *piece)
{
	drop_lists(db, arena, piece);
}

int mo_entries_fill(struct session *session, struct piece *piece, long long most, long long *done)
{
	struct under_way_table *row = piece->row;
	const int rc = mo_exec(session->db, mo_sql_sorted_put(session->arena, piece->entries,
							      piece->appended, most));

	if (rc)
		return mo_piece_failed(session, piece, rc, "write its entries");
	*done = sqlite3_changes(session->db);
	piece->appended += *done;
	row->cursor = piece->appended;
	row->has_begun = true;
	if (!*done)
		row->phase = "drain"; /* whatever comes now is in the log */
	return mo_under_way_move_table(session, row);
}

/* ---- what was touched ---------------------------------------------------------------------- */

/*
 * Of a row that was written past the triggers and then by a write that is noted, the log has what stood
 * between the two.  The entry that the tree still has, of before both, is found by its row.
 */
static int take_known(struct session *session, const struct piece *piece,
		      const struct logged *logged, sqlite3_int64 top)
{
	struct arena *arena = session->arena;
	const struct entries *entries = piece->entries;
	const char *touched =
		mo_sql_log_touched(arena, mo_sql_key(arena, NULL, &entries->key), logged, top);

	return take(session, entries, mo_sql_known_of(arena, entries, touched));
}

int mo_entries_drain(struct session *session, struct piece *piece, sqlite3_int64 top)
{
	struct arena *arena = session->arena;
	const struct entries *entries = piece->entries;
	const struct logged logged = mo_piece_logged(piece);
	const char *noted = mo_arena_format(arena, "main.\"%w\".rowid <= %lld", piece->log, top);
	const char *touched =
		mo_sql_log_touched(arena, mo_sql_key(arena, NULL, &piece->key), &logged, top);
	int code = SQLITE_OK;
	int rc = take(session, entries,
		      mo_sql_entries_of(arena, entries, piece->log, MO_LOG_ROWID, noted));

	if (!rc && piece->touched)
		rc = take_known(session, piece, &logged, top);
	if (!rc && !entries->full &&
	    holds(session, mo_sql_entries_null(arena, entries, touched), &code))
		return refuse_null(session, piece);
	if (!rc)
		rc = code ? code
			  : mo_exec(session->db, mo_sql_entries_put(arena, entries, touched));
	if (!rc && piece->touched)
		rc = mo_exec(session->db, mo_sql_known_add(arena, entries, touched));
	if (rc)
		return mo_piece_failed(session, piece, rc, "write its entries");
	if (entries->unique && holds(session, mo_sql_entries_twice(arena, entries, touched), &code))
		return refuse_twice(session, piece);
	return code ? mo_piece_failed(session, piece, code, "compare its entries") : MOULT_OK;
}

/* ---- proof --------------------------------------------------------------------------------- */

/* By SQLite itself, which alone knows whose tree that is. */
static int prepare_digest(sqlite3_stmt **stmt, struct session *session, const struct piece *piece,
			  const char *from)
{
	const struct list names = mo_sql_entries_names(session->arena, piece->entries);
	char letters[MO_MOST_KEYS + 1] = "";
	sqlite3_str *out = sqlite3_str_new(NULL);
	const char *sql;

	memset(letters, '-', (size_t)names.count);
	sqlite3_str_appendall(out, "SELECT ");
	mo_digest_write(out, letters, &names);
	sqlite3_str_appendf(out, " FROM %s", from ? from : "");
	sql = mo_arena_take(session->arena, out);
	return sql && from ? sqlite3_prepare_v2(session->db, sql, -1, stmt, NULL) : SQLITE_NOMEM;
}

static char *digest(struct session *session, const struct piece *piece, const char *from, int *rc)
{
	sqlite3_stmt *stmt = NULL;
	char *text = NULL;

	*rc = prepare_digest(&stmt, session, piece, from);
	if (!*rc && (*rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		text = mo_arena_text(session->arena, (const char *)sqlite3_column_text(stmt, 0));
		*rc = text ? SQLITE_OK : SQLITE_NOMEM;
	}
	sqlite3_finalize(stmt);
	return text;
}

static int refute(struct session *session, const struct piece *piece, const char *is,
		  const char *must)
{
	return mo_session_refute(
		session, DIAG_RUN010, piece->name,
		"the entries of index %s are not what they must be (digest %s, expected %s); "
		"the index is not taken over",
		piece->name, is, must);
}

/*
 * What is known of rows that the log has not is held against what a list has that has all of the tree; then the
 * entries of all other rows are known as well.  The digests are of what must be, and of what is.
 */
static int prove_known(const char *digests[2], struct session *session, const struct piece *piece,
		       const char *from, const char *touched)
{
	const char *others = mo_arena_format(session->arena, "%s WHERE NOT (%s)", from, touched);
	int rc;

	digests[0] = digest(session, piece, piece->known, &rc);
	digests[1] = rc ? NULL : digest(session, piece, others, &rc);
	if (!rc)
		rc = mo_exec(session->db,
			     mo_sql_known_take(session->arena, piece->entries, from, touched));
	return rc ? mo_piece_failed(session, piece, rc, "compare its entries") : MOULT_OK;
}

/* Of one snapshot, and so whatever another process does with the tree meanwhile. */
static int prove_at_once(struct session *session, const struct piece *piece)
{
	struct arena *arena = session->arena;
	const struct entries *entries = piece->entries;
	const struct logged logged = mo_piece_logged(piece);
	const char *of_rows =
		mo_sql_log_untouched(arena, mo_sql_key(arena, NULL, &piece->key), &logged);
	const char *of_entries =
		mo_sql_log_untouched(arena, mo_sql_key(arena, NULL, &entries->key), &logged);
	const char *digests[2];
	int rc = mo_exec(session->db, mo_sql_list_empty(arena, piece->known));

	if (!rc)
		rc = mo_exec(session->db, mo_sql_list_add(arena, piece->known, entries, of_rows));
	if (rc)
		return mo_piece_failed(session, piece, rc, "read its entries");
	rc = prove_known(digests, session, piece,
			 mo_arena_format(arena, "main.\"%w\"", entries->tree),
			 mo_arena_format(arena, "NOT (%s)", of_entries));
	return rc || mo_same(digests[0], digests[1])
		       ? rc
		       : refute(session, piece, digests[1], digests[0]);
}

static int prove_again(struct session *session, const struct piece *piece, long long *version)
{
	int rc = mo_exec(session->db, "BEGIN");

	if (!rc)
		*version = mo_query_integer(session->db, "PRAGMA main.schema_version", -1, &rc);
	if (rc)
		return mo_session_diag(session, rc, DIAG_RUN001, piece->name, "read the rows");
	if (mo_piece_has_moved(piece, *version))
		*version = -1;
	else
		rc = prove_at_once(session, piece);
	if (!rc && mo_exec(session->db, "COMMIT"))
		rc = mo_piece_failed(session, piece, SQLITE_ERROR, "read its entries");
	if (rc)
		mo_session_rollback(session);
	return rc;
}

/* Into a list each: what rows have, and what the tree has. */
static int gather(struct session *session, const struct piece *piece, struct pins *pins,
		  long long *version)
{
	struct arena *arena = session->arena;
	long long later = -1;
	struct gathering gathering = {.list = piece->known,
				      .create = mo_sql_known_create(arena, piece->entries),
				      .phase = "proof",
				      .pins = pins,
				      .version = version};
	int rc = mo_gather_rows(session, piece, &gathering);

	gathering.list = MO_WRITTEN;
	gathering.create = mo_sql_list_create(arena, MO_WRITTEN, piece->entries);
	gathering.version = &later;
	if (!rc)
		rc = mo_gather_written(session, piece, &gathering);
	if (*version != later || mo_piece_has_moved(piece, *version))
		*version = -1;
	return rc;
}

int mo_entries_prove(struct session *session, struct piece *piece, struct pins *pins,
		     long long *version)
{
	const char *digests[2];
	int rc = gather(session, piece, pins, version);

	if (!rc && *version >= 0)
		rc = mo_gather_settle(session, piece, piece->known);
	if (!rc && *version >= 0)
		rc = prove_known(digests, session, piece, MO_WRITTEN,
				 mo_sql_touched_are(session->arena, piece->entries));
	if (!rc && *version >= 0 && !mo_same(digests[0], digests[1]))
		rc = prove_again(session, piece, version);
	return rc ? rc : mo_entries_forget(session, piece);
}

/* What the tree has is found by what is known: by rows it cannot be looked for. */
int mo_entries_sides(struct sides *sides, struct session *session, const struct piece *piece,
		     const char *of_rows, const char *of_known)
{
	struct arena *arena = session->arena;
	const char *must =
		mo_sql_entries_of(arena, piece->entries, piece->before, "rowid", of_rows);
	const char *is = mo_sql_known_written(arena, piece->entries, of_rows, of_known);
	const int rc = prepare_digest(&sides->must, session, piece,
				      mo_arena_format(arena, "(%s)", must ? must : ""));

	return rc ? rc
		  : prepare_digest(&sides->is, session, piece,
				   mo_arena_format(arena, "(%s)", is ? is : ""));
}
