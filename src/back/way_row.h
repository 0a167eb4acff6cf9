/* SPDX-License-Identifier: MIT */
/*
 * way_row.h: the ways back that a file carries, in _moult_way_back.
 *
 * A migration adds its own in its transaction; going back takes it away, by a step of the plan
 * (plan/way_steps.h).  Whoever could write the file could write the row: what is read is believed
 * only as far as it is a document that a user could have given, and less.  It includes nothing,
 * makes no virtual table, calls only what SQLite has built in, and declares the shape that the row
 * names; and the file must have the shape from which the row leads.
 */
#ifndef MOULT_BACK_WAY_ROW_H
#define MOULT_BACK_WAY_ROW_H

#include "plan/plan.h"
#include "session/session.h"
#include "trial/planned.h"

/* A row, without its texts. */
struct way_row {
	long long number;
	long long format;
	const char *at;
	const char *shape_from;
	const char *shape_to;
	long long document; /* bytes */
	long long marks;
	const char *release_from; /* or NULL, as release_to */
	const char *release_to;
};

/* All rows (struct way_row), the newest first; none where there is no such table. */
int mo_way_rows_read(struct list *rows, struct arena *arena, sqlite3 *db, struct diags *diags);

/*
 * The document of a row, 0 for the newest, freed by the caller; it says of itself what it is
 * (schema->way_back).  RUN056 where there are not so many, RUN057 where the row is not what moult
 * writes.
 */
int mo_way_back_read(struct schema **document, struct moult *m, sqlite3 *db, int number);
/* RUN057 where such a document does on a file of that schema what it may not. */
int mo_way_back_check(struct moult *m, const struct schema *document, const struct schema *have);

/* Whether SQLite takes it, for those that have no moult_schema of it; context is a struct way_judged. */
struct way_judged {
	struct moult *m;
	const struct schema *document;
};
int mo_way_back_judge(void *context, const struct schema *have);

/* Those of _moult_done before the first step, sorted. */
int mo_way_marks_read(struct list *marks, struct arena *arena, sqlite3 *db, struct diags *diags);

/* What a migration was, for its row. */
struct way_order {
	const struct plan *plan;
	const struct list *marks;     /* of struct done_mark: before the first step */
	const struct list *sequences; /* of struct kept_sequence: then, too */
	const char *shape_from;
	const char *shape_to;
	const char *release_from; /* or NULL, as release_to */
	const char *release_to;
};

/*
 * The document that the row of a migration has, in the arena; NULL and RUN055 (MOULT_OK) where there
 * is no way back to be written.
 */
int mo_way_document(const char **document, const struct plan *plan, struct arena *arena,
		    struct diags *diags);

/*
 * Adds the row of a migration, and the table where there is none yet; inside the transaction, under
 * the guard.  RUN055 (MOULT_OK) where there is no way back to be written.
 */
int mo_way_row_add(struct session *session, const struct way_order *order);

#endif
