/* SPDX-License-Identifier: MIT */
/* gather.c: see online/gather.h. */
#include "online/gather.h"

#include "live/connect.h"
#include "online/batch.h"

/* ---- chunks -------------------------------------------------------------------------------- */

/* Goes on behind *from, which becomes its end, or no place behind the last. */
typedef int add_chunk(struct session *session, const struct piece *piece, const char *list,
		      struct place *from, long long most);

struct walk {
	const struct gathering *of;
	add_chunk *add;
};

static int run(struct session *session, const struct piece *piece, const char *sql,
	       const struct place *behind, const struct place *end)
{
	return mo_place_run(session, piece, sql, behind, end, "read its entries");
}

static int add_rows(struct session *session, const struct piece *piece, const char *list,
		    struct place *from, long long most)
{
	struct arena *arena = session->arena;
	const struct table *table = mo_piece_logged(piece).table;
	const bool is_behind = mo_is_place(from);
	struct place end = {.values = {0}};
	int rc = MOULT_OK;

	if (!mo_piece_goes_down(table))
		rc = mo_place_read(
			&end, session, piece,
			mo_sql_key_end(arena, piece->before, &piece->key, is_behind, most), from);
	if (!rc)
		rc = run(session, piece,
			 mo_sql_list_add(arena, list, piece->entries,
					 mo_sql_key_between(arena, NULL, &piece->key, is_behind,
							    mo_is_place(&end))),
			 from, &end);
	mo_place_done(from);
	*from = end;
	return rc;
}

static int add_written(struct session *session, const struct piece *piece, const char *list,
		       struct place *from, long long most)
{
	struct arena *arena = session->arena;
	int rc =
		run(session, piece,
		    mo_sql_written_add(arena, piece->entries, mo_is_place(from), most), from, NULL);
	const bool is_last = rc || sqlite3_changes(session->db) < most;

	mo_place_done(from);
	return is_last ? rc
		       : mo_place_read(from, session, piece, mo_sql_list_last(arena, list), NULL);
}

static int in_chunk(struct session *session, const struct piece *piece, const struct walk *walk,
		    struct place *from, struct chunk *chunk)
{
	const bool is_first = !mo_is_place(from);
	int rc = mo_chunk_begin(chunk, session, piece->name);

	if (rc)
		return rc;
	if (is_first || *walk->of->version != chunk->schema_version)
		*walk->of->version = is_first ? chunk->schema_version : -1;
	rc = walk->add(session, piece, walk->of->list, from, chunk->rows);
	if (!rc && mo_exec(session->db, "COMMIT"))
		rc = mo_piece_failed(session, piece, SQLITE_ERROR, "read its entries");
	mo_chunk_end(chunk);
	return rc;
}

static int in_chunk_apart(struct session *session, const struct piece *piece,
			  const struct walk *walk, struct place *from, struct chunk *chunk)
{
	struct arena *whole;
	int rc = mo_apart_begin(&whole, session);

	if (!rc)
		rc = in_chunk(session, piece, walk, from, chunk);
	mo_apart_end(session, whole);
	return rc;
}

static int make_list(struct session *session, const struct piece *piece,
		     const struct gathering *gathering)
{
	int rc = mo_exec(session->db, mo_sql_list_drop(session->arena, gathering->list));

	if (!rc)
		rc = mo_exec(session->db, gathering->create);
	return rc ? mo_piece_failed(session, piece, rc, "read its entries") : MOULT_OK;
}

static int gather(struct session *session, const struct piece *piece, const struct walk *walk)
{
	struct chunk chunk = MO_CHUNK_INIT;
	struct place from = {.values = {0}};
	long long rows = 0;
	int rc = make_list(session, piece, walk->of);

	mo_session_phase(session, walk->of->phase, piece->name, piece->rows);
	do {
		rows += chunk.rows;
		if (!rc)
			rc = in_chunk_apart(session, piece, walk, &from, &chunk);
		/* What becomes of that, whoever asks them next is told. */
		if (!rc && mo_pins_are_open(walk->of->pins))
			mo_pins_go_on(walk->of->pins);
		if (!rc && from.values.count && !mo_session_batch(session, rows, 0))
			rc = mo_session_diag(session, SQLITE_INTERRUPT, DIAG_RUN014, piece->name,
					     walk->of->phase);
	} while (!rc && from.values.count);
	if (rc)
		mo_session_rollback(session);
	mo_place_done(&from);
	return rc;
}

int mo_gather_rows(struct session *session, const struct piece *piece,
		   const struct gathering *gathering)
{
	return gather(session, piece, &(struct walk){gathering, add_rows});
}

int mo_gather_written(struct session *session, const struct piece *piece,
		      const struct gathering *gathering)
{
	return gather(session, piece, &(struct walk){gathering, add_written});
}

/* ---- what was touched meanwhile ------------------------------------------------------------ */

int mo_gather_settle(struct session *session, const struct piece *piece, const char *list)
{
	struct arena *arena = session->arena;
	const struct logged logged = mo_piece_logged(piece);
	int rc = mo_exec(session->db, mo_sql_list_drop(arena, MO_TOUCHED));

	if (!rc)
		rc = mo_exec(session->db,
			     mo_sql_touched_create(arena, mo_sql_log_keys(arena, &logged)));
	if (!rc)
		rc = mo_exec(session->db, mo_sql_touched_forget(arena, list, piece->entries));
	return rc ? mo_piece_failed(session, piece, rc, "read what was touched") : MOULT_OK;
}
