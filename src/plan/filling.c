/* SPDX-License-Identifier: MIT */
/*
 * filling.c: the rows of tables that the plan makes, where the document says them (<from>).
 *
 * The query reads the file as it is, in its names, so its rows are set aside before the first step.
 * There they are sorted by all columns, which numbers them: the number is the INTEGER PRIMARY KEY,
 * where the query gives none, and the rowid, where it yields no column of that name.
 *
 *	CREATE TABLE _moult_old_address (street, city)
 *	INSERT INTO _moult_old_address (street, city) SELECT street, city FROM (...) ORDER BY ...
 *	...					what other expressions read is set aside
 *	CREATE TABLE address (id INTEGER PRIMARY KEY, street TEXT, city TEXT)
 *	INSERT OR ABORT INTO address (id, street, city) SELECT rowid, ... FROM _moult_old_address
 *	DROP TABLE _moult_old_address
 *
 * An expression may read such a table by its name, where the file has no other of that.  For it the
 * table stands in the temp schema while things are set aside (sql/lookup_table.h).  There, too,
 * hazards and proof find the rows to expect, before the first step.
 *
 * One query may read what another fills: those that compile are filled first, and so on, until
 * nothing more does.
 */
#include "plan/filling.h"

#include <string.h>

#include "base/text.h"
#include "diff/describe.h"
#include "live/advice.h"
#include "live/connect.h"
#include "live/reference.h"
#include "model/rows.h"
#include "plan/aside.h"
#include "plan/query.h"
#include "plan/source.h"
#include "plan/way_forth.h"
#include "sql/aside_table.h"
#include "sql/declared.h"
#include "sql/lookup_table.h"
#include "sql/mention.h"
#include "sql/old_row.h"
#include "sql/rebuild.h"
#include "sql/write.h"

struct fillings {
	struct plan *plan;
	struct arena *arena;
	struct moult *m;
	sqlite3 *have; /* the old schema in memory, with what is filled so far */
};

/* ---- what cannot be ------------------------------------------------------------------------ */

static int refuse(const struct fillings *f, const struct table *want, const char *why,
		  const char *hint)
{
	mo_diag(&f->m->diags, DIAG_DOC015, &want->from_place,
		mo_label_object(f->arena, &want->object), "its from cannot fill it: %s", why);
	if (hint)
		mo_diag_hint(&f->m->diags, "%s", hint);
	return mo_arena_rc(f->arena) ? mo_diag_memory(&f->m->diags) : MOULT_TROUBLE;
}

/* Whether what a query lacks is a table that another, or itself, would have to fill first. */
static bool must_wait(const struct fillings *f, const char *why)
{
	static const char lacks[] = "no such table: ";
	const struct table *table =
		strncmp(why, lacks, sizeof(lacks) - 1)
			? NULL
			: mo_schema_table(f->plan->diff->goal, why + sizeof(lacks) - 1);

	return table && table->from.text;
}

static int refuse_query(const struct fillings *f, const struct table *want, const char *why)
{
	const char *hint = mo_advice(f->arena, f->plan->diff->have, NULL, why);

	if (must_wait(f, why))
		return refuse(
			f, want, why,
			"that table is not filled before this one: mend its own from, or let this "
			"one read the tables of the file instead");
	return refuse(
		f, want, why,
		hint ? hint
		     : "it speaks of the tables of the file, by the names that they have there, "
		       "and of those that this document fills");
}

static const char *names_of(struct arena *arena, const struct table *table)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	EACH (const struct column, column, &table->columns) {
		if (column->generated.text)
			continue;
		if (sqlite3_str_length(out))
			sqlite3_str_appendall(out, ", ");
		mo_write_name(out, column->object.name);
	}
	return mo_arena_take(arena, out);
}

static int refuse_stranger(const struct fillings *f, const struct table *want, const char *name)
{
	const char *near = mo_advice_column(f->arena, want, name);
	const char *meant =
		near ? mo_arena_format(f->arena, "did you mean %s? ", mo_query_name(f->arena, near))
		     : "";

	return refuse(
		f, want,
		mo_arena_format(f->arena,
				"it yields a column %s, and the table has none of that name", name),
		mo_arena_format(f->arena,
				"%sname what it yields after the table's columns, with AS: %s",
				meant, names_of(f->arena, want)));
}

/* Whether a query may yield it as what numbers the rows of a table that has no column for that. */
static bool is_rowid(const struct table *want, const char *name)
{
	if (want->without_rowid || mo_table_rowid_column(want))
		return false;
	for (int i = 0; i < MO_ROWID_NAMES; i++)
		if (mo_same_name(name, mo_rowid_names[i]))
			return true;
	return false;
}

static int check_column(struct filling *filling, const struct fillings *f, const char *name)
{
	const struct table *want = filling->move->want;
	const struct column *column = mo_table_column(want, name);

	if (!column && !filling->number && is_rowid(want, name)) {
		filling->number = mo_arena_text(f->arena, name);
		mo_list_add(f->arena, &filling->names, filling->number);
		return MOULT_OK;
	}
	if (!column)
		return refuse_stranger(f, want, name);
	if (column->generated.text)
		return refuse(
			f, want,
			mo_arena_format(f->arena, "column %s is generated", column->object.name),
			"leave it out of the query: SQLite computes it");
	if (mo_names_have(&filling->names, name))
		return refuse(
			f, want,
			mo_arena_format(f->arena, "it yields two columns %s", column->object.name),
			"give each another name, with AS, or leave one out");
	mo_list_add(f->arena, &filling->names, column->object.name);
	return MOULT_OK;
}

/* What the rows are must be known before they are there. */
static int check_answers(const struct fillings *f, const struct move *move)
{
	const struct table *want = move->want;
	const char *query = move->from;

	if (query == want->from.text && mo_rows_of(f->plan->diff->want, want->object.name))
		return refuse(
			f, want, "the table has declared rows, too",
			"let the query yield them, with UNION ALL and VALUES; or leave it out, "
			"and the rows are those that are declared");
	if (mo_mentions(query, "sqlite_master") || mo_mentions(query, "sqlite_schema"))
		return refuse(f, want, "it reads sqlite_master, which the migration itself writes",
			      "write the rows into the query: VALUES does, in a WITH");
	if (!mo_plan_foretells(f->plan, query))
		return refuse(
			f, want, "it gives other rows each time that it runs",
			"leave random() and the time out of it; the time when a row comes is a "
			"default: default=\"CURRENT_TIMESTAMP\"");
	return MOULT_OK;
}

static int check_statement(struct filling *filling, const struct fillings *f, sqlite3_stmt *stmt)
{
	const struct table *want = filling->move->want;
	int rc = check_answers(f, filling->move);

	if (!rc && !sqlite3_stmt_readonly(stmt))
		rc = refuse(f, want, "it is no query", "write a SELECT that yields the rows");
	for (int i = 0; !rc && i < sqlite3_column_count(stmt); i++) {
		const char *name = mo_arena_text(f->arena, sqlite3_column_name(stmt, i));

		rc = name ? check_column(filling, f, name) : mo_diag_memory(&f->m->diags);
	}
	return rc;
}

/* ---- where the columns get their values ---------------------------------------------------- */

/* A name for the number of a row that is none of a column. */
static const char *name_number(const struct filling *filling)
{
	for (int i = 0; i < MO_ROWID_NAMES; i++)
		if (!mo_names_have(&filling->names, mo_rowid_names[i]))
			return mo_rowid_names[i];
	return NULL;
}

static bool is_numbered(const struct filling *filling)
{
	const struct column *key = mo_table_rowid_column(filling->move->want);

	return key && !mo_names_have(&filling->names, key->object.name);
}

/* The number that SQLite will give to a declared row is not known before. */
static bool is_unknown(const struct filling *filling, const struct column *column)
{
	return filling->is_declared && is_numbered(filling) &&
	       mo_table_rowid_column(filling->move->want) == column;
}

static void choose_source(const struct fillings *f, const struct filling *filling,
			  struct source *source)
{
	const char *name = source->want->object.name;

	if (mo_names_have(&filling->names, name)) {
		source->copy = source->raw = mo_query_name(f->arena, name);
		source->is_filled = true;
	} else if (mo_table_rowid_column(filling->move->want) == source->want) {
		source->copy = source->raw = filling->rowid;
		source->is_filled = true;
	}
	if (source->is_filled)
		source->is_unpredictable = false;
	if (!source->is_generated)
		source->expected = mo_query_name(f->arena, name);
}

/* The rows to expect, as the temp schema has them. */
static const char *expected_rows(const struct fillings *f, const struct filling *filling)
{
	const struct move *move = filling->move;
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT ");
	if (move->rowid_want)
		sqlite3_str_appendf(out, "%s AS %s, ", move->rowid_want, move->rowid_want);
	for (int i = 0; i < move->want->columns.count; i++) {
		const struct column *column = move->want->columns.items[i];
		const char *name = mo_query_name(f->arena, column->object.name);

		sqlite3_str_appendf(out, "%s%s AS %s", i ? ", " : "",
				    is_unknown(filling, column) ? "NULL" : name, name);
	}
	sqlite3_str_appendall(out, f->plan->facts.statements ? " FROM " : " FROM temp.");
	mo_write_name(out, filling->lookup);
	return mo_arena_take(f->arena, out);
}

/* What a column of the lookup gets; NULL where it has none. */
static const char *value_of(struct arena *arena, const struct filling *filling,
			    const struct source *source)
{
	if (!filling->is_declared || !mo_names_have(&filling->names, source->want->object.name))
		return is_unknown(filling, source->want) ? NULL : source->raw;
	return mo_query_name(arena, source->want->object.name);
}

static void list_copied(struct list *columns, struct list *expressions, struct arena *arena,
			const struct filling *filling, bool with_defaults)
{
	const struct move *move = filling->move;

	if (move->rowid_want) {
		mo_list_add(arena, columns, move->rowid_want);
		mo_list_add(arena, expressions, move->rowid_have);
	}
	EACH (const struct source, source, &move->sources) {
		if (source->is_generated || (!source->copy && !with_defaults))
			continue;
		if (!value_of(arena, filling, source))
			continue;
		mo_list_add(arena, columns, source->want->object.name);
		mo_list_add(arena, expressions, value_of(arena, filling, source));
	}
}

static const char *copy_sql(struct arena *arena, const struct filling *filling, const char *into,
			    bool with_defaults)
{
	struct list columns = {0};
	struct list expressions = {0};
	const char *from = mo_arena_format(arena, "%s ORDER BY %s",
					   mo_query_name(arena, filling->work), filling->rowid);

	list_copied(&columns, &expressions, arena, filling, with_defaults);
	return mo_sql_copy(arena, into, &columns, &expressions, from);
}

/* ---- the table in the temp schema ---------------------------------------------------------- */

/* Whether it was added, and helps to look rows up by the first column of the query. */
static bool add_index(const struct fillings *f, struct filling *filling, const struct list *terms)
{
	const struct column *key = mo_table_rowid_column(filling->move->want);
	const char *sql =
		mo_sql_lookup_index(f->arena, filling->lookup, filling->make.count, terms);

	if (!sql || (key && is_unknown(filling, key) && mo_terms_have(terms, key->object.name)))
		return false;
	mo_list_add(f->arena, &filling->make, sql);
	return mo_term_names(terms->items[0], filling->names.items[0]);
}

/* Where none of its own helps, rows are looked up by what the query yields. */
static void add_index_of_names(const struct fillings *f, struct filling *filling)
{
	struct list terms = {0};

	for (int i = 0; i < filling->names.count; i++)
		if (filling->names.items[i] != filling->number)
			mo_terms_add(f->arena, &terms, filling->names.items[i]);
	if (terms.count)
		add_index(f, filling, &terms);
}

static void make_lookup(const struct fillings *f, struct filling *filling)
{
	const struct table *want = filling->move->want;
	const char *name = want->object.name;
	const struct schema *have = f->plan->diff->have;
	bool helps = false;

	filling->lookup = mo_schema_find_relation(have, name) || mo_schema_is_shadow(have, name)
				  ? mo_plan_work_name(f->plan, "filled", name)
				  : name;
	mo_list_add(f->arena, &filling->make,
		    mo_sql_lookup_create(f->arena, want, filling->lookup,
					 is_numbered(filling) && !filling->is_declared,
					 is_numbered(filling) && filling->is_declared));
	mo_list_add(f->arena, &filling->make, copy_sql(f->arena, filling, filling->lookup, true));
	EACH (const struct constraint, constraint, &want->constraints)
		if (constraint->terms.count &&
		    !(constraint->kind == CONSTRAINT_PRIMARY_KEY && is_numbered(filling)))
			helps |= add_index(f, filling, &constraint->terms);
	EACH (const struct index, index, &want->object.indexes)
		helps |= add_index(f, filling, &index->terms);
	if (!helps)
		add_index_of_names(f, filling);
}

/* ---- one table, and all -------------------------------------------------------------------- */

static void take(struct fillings *f, struct filling *filling)
{
	struct move *move = filling->move;
	const struct table *want = move->want;

	filling->query = move->from;
	filling->work = mo_plan_work_name(f->plan, "old", want->object.name);
	move->filling = filling;
	move->work = want->object.name;
	move->copy_from = mo_query_name(f->arena, filling->work);
	if (!want->without_rowid && !mo_table_rowid_column(want))
		move->rowid_want = mo_plan_rowid_name(want);
	if (move->rowid_want)
		move->rowid_have = filling->number ? filling->number : filling->rowid;
	EACH (struct source, source, &move->sources)
		choose_source(f, filling, source);
	make_lookup(f, filling);
	move->expected = expected_rows(f, filling);
	mo_list_add(f->arena, &f->plan->fillings, filling);
}

static int make_filling(struct fillings *f, struct move *move, sqlite3_stmt *stmt)
{
	struct filling *filling = mo_arena_make(f->arena, struct filling);
	int rc;

	if (!filling)
		return mo_diag_memory(&f->m->diags);
	filling->move = move;
	rc = check_statement(filling, f, stmt);
	if (rc)
		return rc;
	filling->rowid = name_number(filling);
	if (!filling->rowid)
		return refuse(f, move->want,
			      "it has columns rowid, _rowid_ and oid, so nothing "
			      "numbers its rows",
			      "give one of them another name");
	take(f, filling);
	return MOULT_OK;
}

static int declare(const struct filling *filling, struct arena *arena, sqlite3 *db);

/* A query that does not compile waits: it may read what another fills. *why is what SQLite said. */
static int try_filling(const char **why, struct fillings *f, struct move *move)
{
	sqlite3_stmt *stmt = NULL;
	int rc = mo_reference_compile(f->have, move->from, &stmt);

	*why = NULL;
	if (mo_is_trouble(rc))
		return mo_diag_memory(&f->m->diags);
	if (rc) {
		*why = mo_arena_text(f->arena, sqlite3_errmsg(f->have));
		return *why ? MOULT_OK : mo_diag_memory(&f->m->diags);
	}
	rc = make_filling(f, move, stmt);
	sqlite3_finalize(stmt);
	if (rc)
		return rc;
	rc = declare(move->filling, f->arena, f->have);
	return !rc ? MOULT_OK
		   : mo_diag_sqlite(&f->m->diags, f->have, rc, DIAG_RUN017, move->want->object.name,
				    "try the query of its rows in memory");
}

/* ---- tables whose rows are declared -------------------------------------------------------- */

/* Whether an expression of the document may read a table. */
static bool is_mentioned(const struct plan *plan, const char *table)
{
	EACH (const struct table, other, &plan->diff->goal->objects[KIND_TABLE]) {
		if (other->from.text && mo_mentions(other->from.text, table))
			return true;
		EACH (const struct column, column, &other->columns)
			if (column->using.text && mo_mentions(column->using.text, table))
				return true;
	}
	return false;
}

/* Whether anything may ask for rows that are not there before the last steps. */
static bool is_wanted(const struct plan *plan, const char *table)
{
	EACH (const struct table, other, &plan->diff->goal->objects[KIND_TABLE])
		EACH (const struct constraint, constraint, &other->constraints)
			if (constraint->kind == CONSTRAINT_FOREIGN_KEY &&
			    mo_same_name(constraint->reference.table, table))
				return true;
	return is_mentioned(plan, table);
}

static bool reads_tables(const struct rows *rows)
{
	EACH (const struct row, row, &rows->rows)
		for (int i = 0; i < row->cells.count; i++)
			if (mo_reads_tables(((const struct cell *)row->cells.items[i])->sql.text))
				return true;
	return false;
}

/* What the rows will be is known where no expression in them varies, or reads others. */
static void declare_rows(struct fillings *f, struct move *move, const struct rows *rows)
{
	struct filling *filling = mo_arena_make(f->arena, struct filling);

	if (!filling)
		return;
	filling->move = move;
	filling->is_declared = true;
	filling->query = mo_sql_declared_query(f->arena, rows, move->want, &filling->names);
	filling->rowid = name_number(filling);
	if (!filling->query || !filling->names.count || !filling->rowid ||
	    !mo_is_deterministic(filling->query) || reads_tables(rows))
		return;
	filling->work = mo_plan_work_name(f->plan, "old", move->want->object.name);
	make_lookup(f, filling);
	filling->declared = expected_rows(f, filling);
	move->given = mo_arena_format(f->arena, "(%s)", filling->declared);
	mo_list_add(f->arena, &f->plan->fillings, filling);
}

static int declare_all(struct fillings *f)
{
	int rc = SQLITE_OK;

	EACH (struct move, move, &f->plan->moves) {
		const struct rows *rows =
			move->way == WAY_CREATE && !move->from
				? mo_rows_of(f->plan->diff->want, move->want->object.name)
				: NULL;

		if (rows && is_wanted(f->plan, move->want->object.name))
			declare_rows(f, move, rows);
	}
	for (int i = 0; !rc && i < f->plan->fillings.count; i++)
		rc = declare(f->plan->fillings.items[i], f->arena, f->have);
	return !rc ? MOULT_OK : mo_diag_memory(&f->m->diags);
}

/* A new file has no tables, so nothing to read. */
static bool reads_nothing(const struct fillings *f, const char *why)
{
	const struct schema *have = f->plan->diff->have;

	return !have->objects[KIND_TABLE].count && !have->objects[KIND_VIRTUAL].count &&
	       sqlite3_strglob("no such table: *", why) == 0;
}

static int fill_all(struct fillings *f, struct list *waiting)
{
	const char *why = NULL;
	int before;
	int rc = MOULT_OK;

	do {
		struct list later = {0};

		before = waiting->count;
		for (int i = 0; !rc && i < waiting->count; i++) {
			rc = try_filling(&why, f, waiting->items[i]);
			if (why)
				mo_list_add(f->arena, &later, waiting->items[i]);
		}
		*waiting = later;
	} while (!rc && waiting->count && waiting->count < before);
	for (int i = 0; !rc && i < waiting->count; i++) {
		const struct move *move = waiting->items[i];

		rc = try_filling(&why, f, waiting->items[i]);
		if (!rc && !reads_nothing(f, why))
			rc = refuse_query(f, move->want, why);
	}
	return rc;
}

/* Rows that were there before are what the query would only begin with. */
static const char *rows_from(struct plan *plan, const struct move *move)
{
	const char *kept = mo_kept_rows(plan, move);

	return kept ? kept : move->want->from.text;
}

int mo_plan_fillings(struct plan *plan, struct moult *m)
{
	struct fillings f = {.plan = plan, .arena = plan->arena, .m = m};
	struct list waiting = {0};
	int rc;

	EACH (struct move, move, &plan->moves) {
		if (move->way == WAY_CREATE)
			move->from = rows_from(plan, move);
		if (move->from)
			mo_list_add(plan->arena, &waiting, move);
	}
	if (!waiting.count && !plan->diff->want->rows.count)
		return MOULT_OK;
	rc = mo_reference_build(&f.have, m, plan->diff->have);
	if (!rc)
		rc = declare_all(&f);
	if (!rc)
		rc = fill_all(&f, &waiting);
	mo_disconnect(f.have);
	return rc;
}

/* ---- outside of the steps ------------------------------------------------------------------ */

static const char *work_sql(struct arena *arena, const struct filling *filling)
{
	return mo_sql_aside_create(arena, filling->work, NULL, false, &filling->names);
}

static const char *rows_sql(struct arena *arena, const struct filling *filling)
{
	return mo_sql_aside_sorted(arena, filling->work, &filling->names, filling->query);
}

/* A row that raises an error leaves the table empty; a hazard (MF112), or the step, will tell. */
static int insert(sqlite3 *db, const char *sql)
{
	const int rc = mo_exec(db, sql);

	return mo_is_trouble(rc) ? rc : SQLITE_OK;
}

static long long temp_bytes(sqlite3 *db)
{
	return mo_query_integer(db, "PRAGMA temp.page_count", 0, NULL) *
	       mo_query_integer(db, "PRAGMA temp.page_size", 0, NULL);
}

static int show(struct filling *filling, struct arena *arena, sqlite3 *db)
{
	const char *create = mo_sql_in_temp(arena, work_sql(arena, filling));
	const char *rows = rows_sql(arena, filling);
	const long long before = temp_bytes(db);
	int rc = mo_exec(db, create);

	if (!rc)
		rc = rows ? insert(db, rows) : SQLITE_NOMEM;
	filling->rows = sqlite3_changes(db);
	filling->bytes = temp_bytes(db) - before;
	for (int i = 0; !rc && i < filling->make.count; i++) {
		const char *sql = filling->make.items[i];

		rc = i == 1 ? insert(db, sql) : mo_exec(db, sql);
	}
	return rc;
}

int mo_fillings_show(const struct plan *plan, struct moult *m, sqlite3 *db)
{
	int rc = SQLITE_OK;

	for (int i = 0; !rc && i < plan->fillings.count; i++)
		rc = show(plan->fillings.items[i], plan->arena, db);
	return !rc ? MOULT_OK
		   : mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN003, NULL,
				    "set aside the rows of new tables");
}

static int declare(const struct filling *filling, struct arena *arena, sqlite3 *db)
{
	const int rc = mo_reference_exec(db, mo_sql_in_temp(arena, work_sql(arena, filling)));

	return !rc ? mo_reference_exec(db, filling->make.items[0]) : rc;
}

int mo_fillings_declare(const struct plan *plan, struct moult *m, sqlite3 *db)
{
	int rc = SQLITE_OK;

	for (int i = 0; !rc && i < plan->fillings.count; i++)
		rc = declare(plan->fillings.items[i], plan->arena, db);
	return !rc ? MOULT_OK
		   : mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN017, NULL,
				    "make new tables in memory");
}

void mo_fillings_hide(const struct plan *plan, sqlite3 *db)
{
	EACH (const struct filling, filling, &plan->fillings) {
		const char *names[] = {filling->lookup, filling->work};

		for (int i = 0; i < 2; i++) {
			const char *sql = mo_sql_leave_temp(plan->arena, names[i]);

			if (sql)
				mo_exec(db, sql);
		}
	}
}

/* ---- steps --------------------------------------------------------------------------------- */

static bool reads(const struct plan *plan, const struct filling *filling)
{
	const char *name = filling->move->want->object.name;

	EACH (const struct move, move, &plan->moves)
		for (int i = 0; i < move->sources.count; i++) {
			const struct source *source = move->sources.items[i];

			if (source->is_aside && mo_mentions(source->raw, name))
				return true;
		}
	EACH (const struct fill, fill, &plan->fills)
		if (fill->query && mo_mentions(fill->query, name))
			return true;
	EACH (const struct filling, other, &plan->fillings)
		if (other != filling && mo_mentions(other->query, name))
			return true;
	return false;
}

/* Where there is no TEMP table it is one of main, whose name nothing has as yet. */
static const char *where_it_stands(struct steps *s, const char *sql)
{
	return s->plan->facts.statements ? mo_sql_lookup_in_main(s->arena, sql) : sql;
}

/* A step of the table in the temp schema. */
static void may_write_lookup(struct steps *s, struct step *step, const struct filling *filling)
{
	if (step)
		mo_list_add(s->arena,
			    s->plan->facts.statements ? &step->writes.tables : &step->writes.temp,
			    filling->lookup);
}

static void make_lookup_table(struct steps *s, const struct filling *filling, const char *label)
{
	for (int i = 0; i < filling->make.count; i++) {
		const char *sql = where_it_stands(s, filling->make.items[i]);
		struct step *step =
			i == 1 ? mo_step_add(s, STEP_ASIDE, label, NULL, sql)
			       : mo_step_add_schema(s, label,
						    i ? NULL : "expressions of this plan read it",
						    sql, filling->lookup);

		if (step && i == 1)
			step->filling = filling;
		may_write_lookup(s, step, filling);
	}
}

void mo_steps_of_fillings(struct steps *s)
{
	EACH (struct filling, filling, &s->plan->fillings) {
		const char *label = mo_label_object(s->arena, &filling->move->want->object);
		struct step *step;

		filling->is_read = mo_same(filling->lookup, filling->move->want->object.name) &&
				   reads(s->plan, filling);
		if (filling->is_declared && !filling->is_read)
			continue;
		mo_step_add_schema(s, label, "its rows are set aside before anything changes",
				   work_sql(s->arena, filling), filling->work);
		step = mo_step_add(s, STEP_ASIDE, label, NULL, rows_sql(s->arena, filling));
		if (step)
			step->filling = filling;
		mo_step_may_write(s, step, filling->work);
		if (filling->is_read)
			make_lookup_table(s, filling, label);
	}
}

void mo_steps_of_lookups(struct steps *s)
{
	EACH (const struct filling, filling, &s->plan->fillings) {
		struct step *step;

		if (!filling->is_read)
			continue;
		step = mo_step_add_schema(
			s, mo_label_object(s->arena, &filling->move->want->object),
			"every expression has read it",
			where_it_stands(s, mo_sql_lookup_drop(s->arena, filling->lookup)),
			filling->lookup);
		if (step)
			step->filling = filling;
		may_write_lookup(s, step, filling);
		if (filling->is_declared)
			mo_step_drop_aside(s, step ? step->object : NULL, filling->work);
	}
}

void mo_step_fill_table(struct steps *s, const struct move *move)
{
	const char *label = mo_label_object(s->arena, &move->want->object);
	struct step *step;

	if (!move->filling)
		return;
	step = mo_step_add(s, STEP_COPY, label, "filled as its <from> says",
			   copy_sql(s->arena, move->filling, move->work, false));
	if (!step)
		return;
	step->move = move;
	step->writes.sequence = mo_table_autoincrement(move->want);
	mo_step_may_write(s, step, move->work);
	mo_step_drop_aside(s, label, move->filling->work);
}
