/* SPDX-License-Identifier: MIT */
/* touched.c: see online/touched.h. */
#include "online/touched.h"

#include "base/text.h"
#include "live/connect.h"
#include "live/watch.h"
#include "pages/record.h"

#define LEAVES 2000    /* that are looked through at once */
#define MOST_ROWS 1000 /* that are counted */

/* ---- leaves ---------------------------------------------------------------------------------- */

static uint32_t root_of(struct session *session, const char *table, int *rc)
{
	const char *sql = mo_arena_format(
		session->arena,
		"SELECT rootpage FROM main.sqlite_master WHERE type = 'table' AND name = %Q",
		table);

	*rc = SQLITE_NOMEM;
	return sql ? (uint32_t)mo_query_integer(session->db, sql, 0, rc) : 0;
}

/* Before the turn: as long as schema_version is the same, they are where they were. */
static int find_roots(struct touched *touched, struct session *session)
{
	const struct piece *piece = touched->piece;
	int rc = mo_exec(session->db, "BEGIN");

	if (rc)
		return rc;
	touched->schema_version =
		mo_query_integer(session->db, "PRAGMA main.schema_version", -1, &rc);
	if (!rc)
		touched->table.root = root_of(session, piece->before, &rc);
	if (!rc && !piece->index)
		touched->copy.root = root_of(session, piece->work, &rc);
	mo_session_rollback(session);
	return rc;
}

/* A column that a key has twice is in its records once. */
static bool has_twice(const struct list *names)
{
	EACH (const char, name, names)
		for (int i = 0; i < name_at; i++)
			if (mo_same_name(names->items[i], name))
				return true;
	return false;
}

bool mo_touched_can(const struct piece *piece)
{
	return !piece->index || !mo_piece_goes_down(mo_piece_logged(piece).table);
}

int mo_touched_begin(struct touched **out, struct session *session, const struct piece *piece)
{
	const bool is_index = mo_piece_logged(piece).table->without_rowid;
	struct touched *touched = sqlite3_malloc64(sizeof(*touched));

	*out = touched;
	if (!touched)
		return SQLITE_NOMEM;
	*touched = (struct touched){
		.piece = piece, .table = {.is_index = is_index}, .copy = {.is_index = is_index}};
	return is_index && has_twice(&piece->key) ? MO_ODD : find_roots(touched, session);
}

void mo_touched_free(struct touched *touched)
{
	if (!touched)
		return;
	mo_leaves_done(&touched->table);
	mo_leaves_done(&touched->copy);
	sqlite3_free(touched);
}

static sqlite3 *reader(const struct pins *pins)
{
	return pins->both[pins->held];
}

int mo_touched_read(struct touched *touched, const struct pins *pins)
{
	struct pages pages;
	int rc = mo_pages_open_frames(&pages, reader(pins), &pins->frames);

	touched->encoding = pages.encoding;
	if (!rc)
		rc = mo_leaves_read(&touched->table, &pages);
	if (!rc && !touched->piece->index)
		rc = mo_leaves_read(&touched->copy, &pages);
	mo_pages_close(&pages);
	return rc;
}

int mo_touched_look(struct touched *touched, const struct pins *pins, bool *is_done)
{
	struct pages pages;
	int rc = mo_pages_open_frames(&pages, reader(pins), &pins->frames);

	if (!rc)
		rc = mo_leaves_look(&touched->table, &pages, LEAVES);
	if (!rc && !touched->piece->index)
		rc = mo_leaves_look(&touched->copy, &pages, LEAVES);
	mo_pages_close(&pages);
	*is_done = !touched->table.fresh_count && !touched->copy.fresh_count;
	return rc;
}

/* ---- places ---------------------------------------------------------------------------------- */

static int bind_value(sqlite3_stmt *stmt, int number, const struct value *value)
{
	switch (value->type) {
	case SQLITE_INTEGER:
		return sqlite3_bind_int64(stmt, number, value->integer);
	case SQLITE_FLOAT:
		return sqlite3_bind_double(stmt, number, value->real);
	case SQLITE_TEXT:
		return sqlite3_bind_text64(stmt, number, value->bytes, value->size,
					   SQLITE_TRANSIENT, SQLITE_UTF8);
	case SQLITE_BLOB:
		return sqlite3_bind_blob64(stmt, number, value->bytes, value->size,
					   SQLITE_TRANSIENT);
	default:
		return sqlite3_bind_null(stmt, number);
	}
}

/* The key is what a record begins with. */
static int bind_record(sqlite3_stmt *stmt, int first, const struct tree_end *end, int count,
		       int encoding)
{
	struct field *fields = sqlite3_malloc64((size_t)count * sizeof(*fields));
	struct value *values = sqlite3_malloc64((size_t)count * sizeof(*values));
	struct record record = {.fields = fields, .most = count};
	const struct tree_cell cell = {.payload = end->record, .size = end->size};
	int rc = fields && values ? mo_record_read(&record, &cell, encoding) : SQLITE_NOMEM;

	if (!rc && record.count < count)
		rc = MO_ODD;
	if (!rc)
		rc = mo_record_values(values, &record, fields, count, encoding);
	for (int i = 0; !rc && i < count; i++)
		rc = bind_value(stmt, first + i, &values[i]);
	mo_record_done(&record);
	sqlite3_free(fields);
	sqlite3_free(values);
	return rc;
}

/* As sql/log_table.h says: first what rows are behind, then the last. */
static int bind_end(sqlite3_stmt *stmt, const struct touched *touched, const struct tree_end *end,
		    bool is_last)
{
	const int count = touched->piece->key.count;
	const int first = is_last ? 1 + count : 1;

	if (end->is_none)
		return SQLITE_OK;
	return end->record ? bind_record(stmt, first, end, count, touched->encoding)
			   : sqlite3_bind_int64(stmt, first, end->rowid);
}

static int bind_range(sqlite3_stmt *stmt, const struct touched *touched,
		      const struct tree_range *range)
{
	const int rc = bind_end(stmt, touched, &range->behind, false);

	return rc ? rc : bind_end(stmt, touched, &range->end, true);
}

static int bind_row(sqlite3_stmt *stmt, int first, sqlite3_stmt *row)
{
	int rc = SQLITE_OK;

	for (int i = 0; !rc && i < sqlite3_column_count(row); i++)
		rc = sqlite3_bind_value(stmt, first + i, sqlite3_column_value(row, i));
	return rc;
}

/* ---- the proof ------------------------------------------------------------------------------- */

/* Statements for ranges that are open, or not, at either end. */
struct review {
	struct touched *touched;
	struct session *session;
	struct sides sides[2][2];
	long long wrong;
};

static int sides_of(struct sides **out, struct review *review, bool is_behind, bool has_end)
{
	struct sides *sides = *out = &review->sides[is_behind][has_end];

	return sides->is ? SQLITE_OK
			 : mo_sides_prepare(sides, review->session, review->touched->piece,
					    is_behind, has_end);
}

static int agree(bool *is_right, struct review *review, const struct tree_range *range)
{
	struct sides *sides;
	int rc = sides_of(&sides, review, !range->behind.is_none, !range->end.is_none);

	if (!rc)
		rc = bind_range(sides->must, review->touched, range);
	if (!rc)
		rc = bind_range(sides->is, review->touched, range);
	return rc ? rc : mo_sides_agree(is_right, sides);
}

/* From the row before up to this one; the place before the first is the range's, the one behind the last too. */
static int agree_row(struct review *review, const struct tree_range *range, sqlite3_stmt *before,
		     bool has_before, sqlite3_stmt *row, bool has_row)
{
	const bool is_behind = has_before || !range->behind.is_none;
	const bool has_end = has_row || !range->end.is_none;
	const int count = review->touched->piece->key.count;
	struct sides *sides;
	bool is_right = true;
	int rc = sides_of(&sides, review, is_behind, has_end);

	for (int i = 0; !rc && i < 2; i++) {
		sqlite3_stmt *stmt = i ? sides->is : sides->must;

		rc = bind_range(stmt, review->touched, range);
		if (!rc && has_before)
			rc = bind_row(stmt, 1, before);
		if (!rc && has_row)
			rc = bind_row(stmt, 1 + count, row);
	}
	if (!rc)
		rc = mo_sides_agree(&is_right, sides);
	review->wrong += !rc && !is_right;
	return rc;
}

/* Rows of the table, one after the other; of those that only the copy has, as many as lie together are one. */
static int count_wrong(struct review *review, const struct tree_range *range)
{
	const struct piece *piece = review->touched->piece;
	struct session *session = review->session;
	const char *sql = mo_sql_key_all(session->arena, piece->before, &piece->key,
					 !range->behind.is_none, !range->end.is_none);
	sqlite3_stmt *both[2] = {NULL, NULL};
	bool has_row = true;
	int rc = sql ? SQLITE_OK : SQLITE_NOMEM;

	/* The same twice: the one is a row behind the other. */
	for (int i = 0; !rc && i < 2; i++) {
		rc = sqlite3_prepare_v2(session->db, sql, -1, &both[i], NULL);
		if (!rc)
			rc = bind_range(both[i], review->touched, range);
	}
	for (bool has_before = false; !rc && has_row; has_before = true) {
		rc = sqlite3_step(both[0]);
		has_row = rc == SQLITE_ROW;
		if (has_before && (has_row || rc == SQLITE_DONE))
			rc = sqlite3_step(both[1]);
		if (rc == SQLITE_ROW || rc == SQLITE_DONE)
			rc = agree_row(review, range, both[1], has_before, both[0], has_row);
	}
	sqlite3_finalize(both[0]);
	sqlite3_finalize(both[1]);
	return rc;
}

static int refute(const struct review *review)
{
	const struct piece *piece = review->touched->piece;

	mo_session_refute(
		review->session, DIAG_RUN010, piece->name,
		"table %s was written past the triggers that note what is touched: %s%s is not what "
		"it must be in %s%lld row%s; nothing was exchanged",
		piece->index ? piece->before : piece->name, piece->index ? "index " : "its copy",
		piece->index ? piece->name : "", review->wrong >= MOST_ROWS ? "at least " : "",
		review->wrong, review->wrong == 1 ? "" : "s");
	mo_piece_hint_past(review->session);
	return MOULT_FAILED;
}

static int prove_range(struct review *review, const struct tree_range *range)
{
	const long long before = review->wrong;
	bool is_right = true;
	int rc = agree(&is_right, review, range);

	if (!rc && !is_right)
		rc = count_wrong(review, range);
	if (!rc && !is_right && review->wrong == before)
		review->wrong++;
	return rc;
}

static int prove_changed(struct review *review, struct leaves *leaves, sqlite3_int64 until)
{
	int rc = SQLITE_OK;

	while (!rc && leaves->changed_count && review->wrong < MOST_ROWS &&
	       (!until || mo_now_ms() < until)) {
		rc = prove_range(review, &leaves->changed[leaves->changed_count - 1]);
		if (!rc)
			mo_tree_range_done(&leaves->changed[--leaves->changed_count]);
	}
	return rc;
}

int mo_touched_prove(struct touched *touched, struct session *session, sqlite3_int64 until)
{
	struct review review = {.touched = touched, .session = session};
	int rc = prove_changed(&review, &touched->table, until);

	/* What is wrong in both is counted in the table. */
	if (!rc && !review.wrong)
		rc = prove_changed(&review, &touched->copy, until);
	for (int i = 0; i < 4; i++)
		mo_sides_done(&review.sides[i / 2][i % 2]);
	touched->is_odd = rc == MO_ODD;
	if (rc && !touched->is_odd)
		return mo_session_diag(session, rc, DIAG_RUN008, touched->piece->name,
				       "compare the rows");
	return review.wrong ? refute(&review) : MOULT_OK;
}

bool mo_touched_is_proven(const struct touched *touched)
{
	return !touched->table.changed_count && !touched->copy.changed_count;
}
