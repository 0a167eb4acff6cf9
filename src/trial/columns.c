/* SPDX-License-Identifier: MIT */
/* columns.c: see columns.h. */
#include "trial/columns.h"

#include <string.h>

#include "base/text.h"
#include "diff/describe.h"
#include "hazard/hint.h"
#include "live/connect.h"
#include "live/reference.h"
#include "sql/elsewhere.h"
#include "sql/mention.h"
#include "sql/write.h"

#define CIRCLE_NAME \
	"_moult_circle" /* nobody keeps a table of that name here, and it is gone at once */

/* ---- generated columns in a circle --------------------------------------------------------- */

/* What SQLite says of a table that it has made and cannot read, NULL where nothing; or SQLITE_NOMEM. */
static int circle_of(const char **said, struct arena *arena, sqlite3 *db, const struct table *table)
{
	const char *create = mo_sql_create_table_as(arena, table, CIRCLE_NAME);
	sqlite3_stmt *stmt = NULL;
	int rc = create ? mo_exec(db, "SAVEPOINT circle") : SQLITE_NOMEM;

	*said = NULL;
	if (rc)
		return rc == SQLITE_NOMEM ? rc : SQLITE_OK;
	rc = mo_reference_exec(db, create);
	if (!rc) {
		rc = sqlite3_prepare_v2(db, "SELECT * FROM " CIRCLE_NAME, -1, &stmt, NULL);
		if (rc == SQLITE_ERROR)
			*said = mo_arena_text(arena, sqlite3_errmsg(db));
	}
	sqlite3_finalize(stmt);
	mo_exec(db, "ROLLBACK TO circle");
	mo_exec(db, "RELEASE circle");
	return rc == SQLITE_NOMEM ? rc : SQLITE_OK;
}

/* The column that a message has in quotes; NULL where it has none. */
static const struct column *column_of(struct arena *arena, const struct table *table,
				      const char *said)
{
	const char *name = mo_error_quoted(arena, said);

	return name ? mo_table_column(table, name) : NULL;
}

/* Another generated column that one is made of. */
static const struct column *made_of(const struct table *table, const struct column *column)
{
	EACH (const struct column, other, &table->columns)
		if (other != column && other->generated.text &&
		    mo_names_column(column->generated.text, other->object.name))
			return other;
	return NULL;
}

static int refuse_circle(const struct plan *plan, struct moult *m, const struct table *table,
			 const char *said)
{
	const struct column *column = column_of(plan->arena, table, said);
	const struct column *other = column ? made_of(table, column) : NULL;
	const int rc = mo_diag(
		&m->diags, DIAG_MF112, column ? &column->object.place : &table->object.place,
		column ? mo_label_column(plan->arena, table->object.name, column->object.name)
		       : mo_label_object(plan->arena, &table->object),
		"no row of the table could be read: %s", said);

	if (other)
		mo_diag_hint(&m->diags,
			     "%s is made of %s, and that of it: take one of them out of the "
			     "expression of the other",
			     column->object.name, other->object.name);
	else if (column)
		mo_diag_hint(&m->diags, "take %s out of its own expression", column->object.name);
	return rc;
}

/*
 * SQLite takes generated columns that need each other, and then answers no question about the
 * table.
 */
static int judge_circles(const struct plan *plan, struct moult *m, sqlite3 *db)
{
	int rc = MOULT_OK;

	EACH (const struct move, move, &plan->moves) {
		const struct table *want = move->want;
		const char *said = NULL;

		if (want && mo_table_has_generated(want) && circle_of(&said, plan->arena, db, want))
			return mo_diag_memory(&m->diags);
		if (said)
			rc = refuse_circle(plan, m, want, said);
	}
	return rc;
}

/* ---- generated columns that are kept, without what they are made of ------------------------ */

/*
 * A column of have that goes, and that the expression of a kept one speaks of; NULL where there is
 * none.
 */
static const char *lacks_source(const struct move *move, const struct column *column)
{
	EACH (const struct column, other, &move->have->columns) {
		const char *name = other->object.name;

		if (!mo_table_column(move->want, name) && mo_mentions(column->generated.text, name))
			return name;
	}
	return NULL;
}

static int without_source(const struct plan *plan, struct moult *m, const struct move *move,
			  const struct column *column, const char *gone)
{
	const int rc = mo_diag(
		&m->diags, DIAG_MF114, &move->want->object.place,
		mo_label_column(plan->arena, move->want->object.name, column->object.name),
		"it is generated from %s, which goes, and the document does not declare it", gone);

	mo_diag_hint(&m->diags, "drop it too, with %s, or declare it with another expression",
		     mo_hint_dropped_column(plan->arena, column->object.name));
	return rc;
}

/* A table that becomes STRICT takes six types, and a column that is kept has its own. */
static int of_another_type(const struct plan *plan, struct moult *m, const struct move *move,
			   const struct column *column)
{
	const char *type = column->type.text;
	const int rc =
		mo_diag(&m->diags, DIAG_MF108, &move->want->object.place,
			mo_label_column(plan->arena, move->want->object.name, column->object.name),
			"it is kept, and a STRICT table has no column %s%s",
			type ? "of the type " : "without a type", type ? type : "");

	mo_diag_hint(&m->diags, "declare it with type=\"%s\", or drop it with %s",
		     mo_sql_strict_type(type),
		     mo_hint_dropped_column(plan->arena, column->object.name));
	return rc;
}

static int judge_kept(const struct plan *plan, struct moult *m, const struct move *move)
{
	const struct table *declared = mo_schema_table(plan->diff->want, move->want->object.name);
	int rc = MOULT_OK;

	for (int i = 0; declared && i < move->want->columns.count; i++) {
		const struct column *column = move->want->columns.items[i];
		const char *gone;

		if (mo_table_column(declared, column->object.name))
			continue;
		gone = column->generated.text ? lacks_source(move, column) : NULL;
		if (gone)
			rc = without_source(plan, m, move, column, gone);
		else if (move->want->strict && !mo_sql_is_strict_type(column->type.text))
			rc = of_another_type(plan, m, move, column);
	}
	return rc;
}

int mo_columns_judge(const struct plan *plan, struct moult *m, sqlite3 *db)
{
	int rc = judge_circles(plan, m, db);

	for (int i = 0; !rc && i < plan->moves.count; i++) {
		const struct move *move = plan->moves.items[i];

		if (move->have && move->want)
			rc = judge_kept(plan, m, move);
	}
	return rc;
}
