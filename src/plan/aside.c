/* SPDX-License-Identifier: MIT */
/*
 * aside.c: what a document's expressions read before anything changes.
 *
 * `using` and <populate> are over the old tables, in their old names, whatever
 * else the plan does to those.  Steps run one after the other, so whatever reads
 * tables is evaluated before the first of them, and kept in a work table until
 * its step comes:
 *
 *	CREATE TABLE _moult_old_t (_moult_key_0 INTEGER PRIMARY KEY, a)
 *	INSERT INTO _moult_old_t SELECT old.rowid, (SELECT ... WHERE u.id = old.u) FROM t AS old
 *	...					renames, drops, copies of other tables
 *	INSERT INTO _moult_new_t (rowid, a) SELECT rowid, (SELECT a FROM _moult_old_t ...) FROM t
 *	DROP TABLE _moult_old_t
 *
 * A plain expression needs none of that: it reads the row that is copied.
 *
 * The old schema, in memory, says of each expression whether it compiles there,
 * and whether a bare name in a subquery is the old row's, as it may have been
 * meant, or a column of what the subquery reads.
 *
 *	<populate> compiles on		it is
 *	the old schema			set aside
 *	the new one alone		run when its table is made
 *	neither				a mistake; but in a new file there is nothing to read
 */
#include "base/text.h"
#include "diff/describe.h"
#include "live/advice.h"
#include "live/connect.h"
#include "live/reference.h"
#include "plan/aside.h"
#include "plan/filling.h"
#include "plan/full_text_fill.h"
#include "plan/query.h"
#include "plan/source.h"
#include "sql/aside_table.h"
#include "sql/done_table.h"
#include "sql/full_text.h"
#include "sql/old_row.h"
#include "sql/parse.h"
#include "sql/rebuild.h"
#include "sql/statement.h"
#include "sql/write.h"

#define ROW_NAME \
	"_moult_row" /* a table like the one at hand, under a name that no expression has */

struct asides {
	struct plan *plan;
	struct arena *arena;
	struct moult *m;
	sqlite3 *have; /* the old schema in memory; NULL until somebody asks */
	sqlite3 *goal;
};

static int need(sqlite3 **db, const struct asides *a, const struct schema *schema)
{
	return *db ? MOULT_OK : mo_reference_build(db, a->m, schema);
}

/* The old schema, and beside it the tables that the document fills. */
static int need_have(struct asides *a)
{
	const bool is_there = a->have != NULL;
	int rc = need(&a->have, a, a->plan->diff->have);

	return rc || is_there ? rc : mo_fillings_declare(a->plan, a->m, a->have);
}

static int compile(sqlite3 *db, const char *sql, int *columns)
{
	sqlite3_stmt *stmt = NULL;
	const int rc = mo_reference_compile(db, sql, &stmt);

	*columns = !rc ? sqlite3_column_count(stmt) : 0;
	sqlite3_finalize(stmt);
	return rc;
}

/* ---- expressions --------------------------------------------------------------------------- */

static void say_expression(const struct asides *a, const struct move *move,
			   const struct source *source, const char *why)
{
	const char *label =
		mo_label_column(a->arena, move->want->object.name, source->want->object.name);

	mo_diag(&a->m->diags, DIAG_DOC015, &source->want->object.place, label,
		"its using cannot be evaluated over the table as it is: %s", why);
}

static int refuse_expression(const struct asides *a, const struct move *move,
			     const struct source *source, const char *why)
{
	const struct table *had = mo_schema_table(a->plan->diff->have, move->former);
	const char *hint = had ? mo_advice(a->arena, a->plan->diff->have, &had->object, why) : NULL;

	say_expression(a, move, source, why);
	if (hint)
		mo_diag_hint(&a->m->diags, "%s", hint);
	else
		mo_diag_hint(&a->m->diags,
			     "it speaks of the old row, which it may call old, and of the "
			     "tables of the file, all by the names that they have there");
	return MOULT_TROUBLE;
}

static int refuse_aggregate(const struct asides *a, const struct move *move,
			    const struct source *source)
{
	say_expression(a, move, source, "an aggregate in it makes one row of all old ones");
	mo_diag_hint(&a->m->diags,
		     "an aggregate is over the table that has its columns: write it as a query "
		     "of that table, (SELECT max(x) FROM %s)",
		     mo_query_name(a->arena, move->former));
	return MOULT_TROUBLE;
}

/*
 * Whether a query over a table without rows has one: what an aggregate makes of all of them.  In
 * a subquery, too, an aggregate whose columns are the outer query's is that one's.
 */
static bool has_aggregate(const struct asides *a, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	bool has = false;

	if (sql && mo_reference_prepare(a->have, sql, &stmt, NULL) == SQLITE_OK)
		has = sqlite3_step(stmt) == SQLITE_ROW;
	sqlite3_finalize(stmt);
	return has;
}

/*
 * Whether the file remembers an expression for the very column that another becomes, and has no
 * such column: somebody else has given it another name, or dropped it.
 */
static bool is_doubtful(const struct asides *a, const struct move *move,
			const struct source *source)
{
	const struct schema *have = a->plan->diff->have;
	const char *table = move->want->object.name;
	const char *column = source->want->object.name;
	const struct table *file = mo_schema_table(have, table);

	return source->have && (!file || !mo_table_column(file, column)) &&
	       mo_done_has(have, table, column, source->want);
}

static int refuse_doubtful(const struct asides *a, const struct move *move,
			   const struct source *source)
{
	const char *object =
		mo_done_object(a->arena, move->want->object.name, source->want->object.name);

	say_expression(a, move, source,
		       mo_arena_format(a->arena,
				       "by " MO_DONE_TABLE
				       " it has run on a column %s, which is not there",
				       object));
	mo_diag_hint(&a->m->diags,
		     "if that column is this one, whose name was changed without moult, leave the "
		     "using out; if not, DELETE FROM " MO_DONE_TABLE " WHERE object = '%s'",
		     mo_arena_format(a->arena, "%q", object));
	return MOULT_TROUBLE;
}

struct reading {
	const struct plan *plan;
	bool schema;		       /* sqlite_master is read */
	const struct filling *filling; /* whose rowid is read, where that is not what it will be */
};

static const struct filling *filling_of(const struct plan *plan, const char *table)
{
	EACH (const struct filling, filling, &plan->fillings)
		if (mo_same_name(filling->lookup, table))
			return filling;
	return NULL;
}

static int note_reading(void *context, int action, const char *table, const char *column,
			const char *database, const char *cause)
{
	struct reading *reading = context;
	const struct filling *filling =
		action == SQLITE_READ && mo_same_name(database, "temp") && mo_same(column, "ROWID")
			? filling_of(reading->plan, table)
			: NULL;

	(void)cause;
	reading->schema |= action == SQLITE_READ && mo_same_name(table, "sqlite_master");
	if (filling && mo_table_rowid_column(filling->move->want))
		reading->filling = filling;
	return SQLITE_OK;
}

/* Of one that compiles: to make a stand-in for a function, the reference reads the schema itself. */
static struct reading reading_of(const struct asides *a, const char *sql)
{
	struct reading reading = {a->plan, false, NULL};
	int columns;

	sqlite3_set_authorizer(a->have, note_reading, &reading);
	compile(a->have, sql, &columns);
	sqlite3_set_authorizer(a->have, NULL, NULL);
	return reading;
}

/* An expression that compiles must read what it will read. */
static int judge_reading(const struct asides *a, const struct move *move,
			 const struct source *source, const char *sql)
{
	const struct reading reading = reading_of(a, sql);

	if (reading.schema)
		return refuse_expression(
			a, move, source,
			"it reads sqlite_master, which the migration itself writes");
	if (reading.filling)
		return refuse_expression(
			a, move, source,
			mo_arena_format(
				a->arena, "it reads the rowid of table %s, which is column %s",
				reading.filling->lookup,
				mo_table_rowid_column(reading.filling->move->want)->object.name));
	return MOULT_OK;
}

static int judge_expression(struct asides *a, const struct move *move, const struct source *source)
{
	const char *sql = mo_arena_format(a->arena, "SELECT %s FROM %s AS " MO_OLD_ROW, source->raw,
					  mo_query_name(a->arena, move->former));
	int columns;
	int rc = need_have(a);

	if (rc)
		return rc;
	if (source->is_aside && !move->key.count)
		return refuse_expression(
			a, move, source,
			"rowid, _rowid_ and oid are columns of the table, so "
			"nothing tells its rows apart while the expression reads tables");
	if (is_doubtful(a, move, source))
		return refuse_doubtful(a, move, source);
	if (!source->is_aside && mo_plan_lacks_rowid(a->plan, move, source->raw))
		return refuse_expression(a, move, source,
					 "rowid, _rowid_ and oid are columns of the table by then, "
					 "so nothing reads its rowid");
	rc = compile(a->have, sql, &columns);
	if (mo_is_trouble(rc))
		return mo_diag_sqlite(&a->m->diags, a->have, rc, DIAG_RUN017, NULL,
				      "try the expressions in memory");
	if (!rc && judge_reading(a, move, source, sql))
		return MOULT_TROUBLE;
	if (rc && !mo_lacks_name(sqlite3_errmsg(a->have)))
		return refuse_expression(a, move, source, sqlite3_errmsg(a->have));
	return has_aggregate(a, sql) ? refuse_aggregate(a, move, source) : MOULT_OK;
}

/* ---- names that a subquery takes for its own ---- */

struct captured {
	struct asides *a;
	const struct table *file;
	struct list names; /* of char * */
	int reads;	   /* of the old row, by the expression as it is */
};

static int count_reads(void *context, int action, const char *table, const char *column,
		       const char *database, const char *cause)
{
	int *reads = context;

	(void)database;
	(void)cause;
	/* A table of which no column is read is said to be read with an empty name. */
	*reads += action == SQLITE_READ && mo_same(table, ROW_NAME) && *column;
	return SQLITE_OK;
}

/* How many columns of the old row an expression reads; -1 where it does not compile. */
static int reads_of(const struct asides *a, const char *expression)
{
	int reads = 0;
	int columns;
	int rc;

	sqlite3_set_authorizer(a->have, count_reads, &reads);
	rc = compile(a->have,
		     mo_arena_format(a->arena, "SELECT (%s) FROM " ROW_NAME " AS " MO_OLD_ROW,
				     expression),
		     &columns);
	sqlite3_set_authorizer(a->have, NULL, NULL);
	return !rc ? reads : -1;
}

/*
 * With old. in front the expression reads the old row once more: so the bare name was another
 * column.
 */
static void take_bare_name(void *context, const char *name, const char *qualified)
{
	struct captured *c = context;

	if (name && mo_table_column(c->file, name) && !mo_names_have(&c->names, name) &&
	    reads_of(c->a, qualified) > c->reads)
		mo_list_add(c->a->arena, &c->names, name);
}

static const char *join(struct arena *arena, const struct list *names)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	for (int i = 0; i < names->count; i++)
		sqlite3_str_appendf(out, "%s%s", i ? ", " : "", (const char *)names->items[i]);
	return mo_arena_take(arena, out);
}

static void warn_of_captured(const struct asides *a, const struct move *move,
			     const struct source *source, const struct list *names)
{
	const char *table = move->want->object.name;
	const char *column = source->want->object.name;
	struct hazard *hazard;

	if (!names->count)
		return;
	hazard = mo_hazard_of_column(
		a->plan, DIAG_MS104, table, column,
		mo_arena_format(a->arena,
				"a subquery of its using takes %s from a table that it reads, "
				"though the old row has %s too",
				join(a->arena, names), names->count > 1 ? "these" : "it"));
	if (!hazard)
		return;
	hazard->place = source->want->object.place;
	hazard->hint = mo_arena_format(
		a->arena,
		"say which is meant: old.%s, or the name of the other table in front of it",
		(const char *)names->items[0]);
}

static int find_captured(struct asides *a, const struct move *move, const struct source *source)
{
	const char *using = source->want->using.text;
	struct captured c = {a, mo_schema_table(a->plan->diff->have, move->former), {0}, 0};
	int rc = mo_reference_exec(a->have, mo_sql_aside_like(a->arena, ROW_NAME, move->former));

	if (!rc) {
		c.reads = reads_of(a, using);
		if (c.reads >= 0)
			mo_each_bare_name(a->arena, using, take_bare_name, &c);
		rc = mo_reference_exec(a->have, mo_sql_drop(a->arena, KIND_TABLE, ROW_NAME));
	}
	warn_of_captured(a, move, source, &c.names);
	return mo_is_trouble(rc) ? mo_diag_memory(&a->m->diags) : MOULT_OK;
}

/* ---- the values of a table ---- */

/* The key of the row that is copied, under the name that the copy has for it. */
static void list_copied_key(struct list *keys, const struct asides *a, const struct move *move)
{
	const bool is_former = move->has_old_names || a->plan->by_copy;
	const char *alias = mo_query_name(a->arena, mo_plan_copy_alias(a->plan, move));
	const struct constraint *key = mo_table_primary_key(move->have);

	for (int i = 0; i < move->key.count; i++) {
		const char *name = move->key.items[i];

		if (!is_former && !move->rowid_name)
			name = mo_query_name(a->arena,
					     ((struct term *)key->terms.items[i])->column);
		mo_list_add(a->arena, keys, mo_arena_format(a->arena, "%s.%s", alias, name));
	}
}

static void set_aside(const struct asides *a, struct move *move)
{
	struct list keys = {0};

	list_copied_key(&keys, a, move);
	move->aside = mo_plan_work_name(a->plan, "old", move->former);
	EACH (struct source, source, &move->sources) {
		if (source->is_aside)
			source->copy =
				mo_sql_aside_value(a->arena, move->aside, source->want->object.name,
						   move->key_stem, &keys, move->key_is_rowid);
	}
}

static int read_sources(struct asides *a, struct move *move)
{
	bool any = false;
	int rc = MOULT_OK;

	if (!move->have || !mo_move_copies(move))
		return MOULT_OK;
	for (int i = 0; !rc && i < move->sources.count; i++) {
		const struct source *source = move->sources.items[i];

		if (source->is_using)
			rc = judge_expression(a, move, source);
		if (!rc && source->runs && mo_reads_tables(source->want->using.text))
			rc = find_captured(a, move, source);
		any |= source->is_aside;
	}
	if (any)
		set_aside(a, move);
	return rc;
}

/* ---- virtual tables ------------------------------------------------------------------------ */

static struct fill *add_fill(const struct asides *a, const struct virtual_table *table,
			     const char *sql, const char *why)
{
	struct fill *fill = mo_arena_make(a->arena, struct fill);

	if (!fill)
		return NULL;
	fill->table = table;
	fill->sql = sql;
	fill->why = why;
	mo_list_add(a->arena, &a->plan->fills, fill);
	return fill;
}

/* The rows of a query are kept in a table, and inserted out of it. */
static void keep_rows(const struct asides *a, struct fill *fill, const char *head,
		      const char *query, int columns)
{
	if (!fill)
		return;
	for (int i = 0; i < columns; i++)
		mo_list_add(a->arena, &fill->names,
			    mo_arena_format(a->arena, "_moult_value_%d", i));
	fill->query = query;
	fill->work = mo_plan_work_name(a->plan, "old", fill->table->object.name);
	fill->sql = mo_arena_format(a->arena, "%s\n%s", head,
				    mo_sql_aside_rows(a->arena, fill->work, &fill->names));
}

static struct fill *add_populate(const struct asides *a, const struct virtual_table *table,
				 const char *sql, const char *rows, int width)
{
	struct fill *fill = add_fill(a, table, sql, "filled as its <populate> says");
	struct statement statement = {.sql = sql};

	if (!fill)
		return NULL;
	mo_statement_read(&statement, a->arena);
	fill->rows = rows;
	fill->width = width;
	fill->into = statement.columns;
	return fill;
}

static bool is_empty(const struct schema *schema)
{
	return !schema->objects[KIND_TABLE].count && !schema->objects[KIND_VIRTUAL].count;
}

static int refuse_populate(const struct asides *a, const struct virtual_table *table,
			   const char *on_old, const char *on_new)
{
	mo_diag(&a->m->diags, DIAG_DOC015, &table->object.place,
		mo_label_object(a->arena, &table->object),
		"its populate reads neither the old tables (%s) nor the new ones (%s)", on_old,
		on_new);
	mo_diag_hint(&a->m->diags, "it speaks of the tables of the file, by the names that they "
				   "have there; or of those that this document makes");
	return MOULT_TROUBLE;
}

/*
 * One that the old schema does not know may read what the plan makes; a new file has nothing to
 * read.
 */
static int read_new(struct asides *a, const struct virtual_table *table, const char *sql,
		    const char *query)
{
	const char *on_old = mo_arena_text(a->arena, sqlite3_errmsg(a->have));
	int columns;
	int rc = need(&a->goal, a, a->plan->diff->goal);

	if (rc)
		return rc;
	rc = compile(a->goal, query, &columns);
	if (mo_is_trouble(rc) || !on_old)
		return mo_diag_memory(&a->m->diags);
	if (!rc || mo_lacks_name(on_old)) {
		add_populate(a, table, sql, NULL, 0);
		return MOULT_OK;
	}
	return is_empty(a->plan->diff->have)
		       ? MOULT_OK
		       : refuse_populate(a, table, on_old, sqlite3_errmsg(a->goal));
}

static int read_statement(struct asides *a, const struct virtual_table *table, const char *sql)
{
	char *head = NULL;
	char *query = NULL;
	int columns;
	int rc;

	if (!mo_sql_split_insert(a->arena, sql, &head, &query)) {
		add_populate(a, table, sql, NULL, 0);
		return MOULT_OK;
	}
	/* Without RETURNING, which older ones do not know. */
	sql = mo_arena_format(a->arena, "%s%s", head, query);
	rc = need_have(a);
	if (rc)
		return rc;
	rc = compile(a->have, query, &columns);
	if (mo_is_trouble(rc))
		return mo_diag_memory(&a->m->diags);
	if (!mo_reads_tables(query))
		add_populate(a, table, sql, !rc ? query : NULL, columns);
	else if (rc)
		return read_new(a, table, sql, query);
	else
		keep_rows(a, add_populate(a, table, sql, query, columns), head, query, columns);
	return MOULT_OK;
}

/*
 * What a full-text table has itself goes along where its columns stay; but not where its
 * tokenizer is not loaded, and nobody can read it.
 */
static int carry_content(struct asides *a, const struct virtual_table *table,
			 const struct list *columns)
{
	const char *former = mo_diff_former_table(a->plan->diff, table->object.name);
	const char *query = mo_sql_full_text_give(a->arena, former, columns);
	int count;
	int rc = need_have(a);

	if (rc)
		return rc;
	rc = compile(a->have, query, &count);
	if (!rc)
		keep_rows(a, add_fill(a, table, NULL, "its content is carried over"),
			  mo_sql_full_text_take(a->arena, table, columns), query, count);
	return mo_is_trouble(rc) ? mo_diag_memory(&a->m->diags) : MOULT_OK;
}

static int read_virtual(struct asides *a, const struct virtual_table *table)
{
	struct list statements = {0};
	struct list columns = {0};
	int rc = MOULT_OK;

	if (!mo_plan_makes(a->plan, table))
		return MOULT_OK;
	if (mo_plan_carried(&columns, NULL, a->plan, table))
		rc = carry_content(a, table, &columns);
	if (table->populate.text)
		mo_read_statements(a->arena, &statements, table->populate.text);
	for (int i = 0; !rc && i < statements.count; i++)
		rc = read_statement(a, table, statements.items[i]);
	return rc;
}

int mo_plan_aside(struct plan *plan, struct moult *m)
{
	struct asides a = {.plan = plan, .arena = plan->arena, .m = m};
	const struct list *virtuals = &plan->diff->goal->objects[KIND_VIRTUAL];
	int rc = MOULT_OK;

	for (int i = 0; !rc && i < plan->moves.count; i++)
		rc = read_sources(&a, plan->moves.items[i]);
	for (int i = 0; !rc && i < virtuals->count; i++)
		rc = read_virtual(&a, virtuals->items[i]);
	mo_disconnect(a.have);
	mo_disconnect(a.goal);
	return rc;
}

/* ---- steps --------------------------------------------------------------------------------- */

static void make_work_table(struct steps *s, const char *label, const char *sql, const char *work)
{
	mo_step_add_schema(s, label,
			   "what its expressions read is set aside before anything changes", sql,
			   work);
}

static void set_values_aside(struct steps *s, const struct move *move)
{
	const char *label = mo_label_object(s->arena, &move->want->object);
	const char *from = mo_arena_format(s->arena, "%s AS " MO_OLD_ROW,
					   mo_query_name(s->arena, move->former));
	struct list keys = {0};
	struct list columns = {0};
	struct list names = {0};
	struct list expressions = {0};
	struct step *step;

	for (int i = 0; i < move->key.count; i++) {
		char *key = mo_sql_aside_key(s->arena, move->key_stem, i);

		mo_list_add(s->arena, &keys, key);
		mo_list_add(s->arena, &columns, key);
		mo_list_add(s->arena, &expressions, move->key.items[i]);
	}
	EACH (const struct source, source, &move->sources) {
		if (!source->is_aside)
			continue;
		mo_list_add(s->arena, &names, source->want->object.name);
		mo_list_add(s->arena, &columns, source->want->object.name);
		mo_list_add(s->arena, &expressions, source->raw);
	}
	make_work_table(
		s, label,
		mo_sql_aside_create(s->arena, move->aside, &keys, move->key_is_rowid, &names),
		move->aside);
	step = mo_step_add(s, STEP_ASIDE, label, NULL,
			   mo_sql_copy(s->arena, move->aside, &columns, &expressions, from));
	if (step)
		step->move = move;
	mo_step_may_write(s, step, move->aside);
}

static void set_rows_aside(struct steps *s, const struct fill *fill)
{
	const char *label = mo_label_object(s->arena, &fill->table->object);
	struct step *step;

	make_work_table(s, label,
			mo_sql_aside_create(s->arena, fill->work, NULL, false, &fill->names),
			fill->work);
	step = mo_step_add(s, STEP_ASIDE, label, NULL,
			   mo_sql_aside_take(s->arena, fill->work, &fill->names, fill->query));
	if (step)
		step->fill = fill;
	mo_step_may_write(s, step, fill->work);
}

void mo_steps_of_asides(struct steps *s)
{
	mo_steps_of_fillings(s);
	EACH (const struct move, move, &s->plan->moves)
		if (move->aside)
			set_values_aside(s, move);
	for (int i = 0; i < s->plan->fills.count; i++)
		if (((struct fill *)s->plan->fills.items[i])->work)
			set_rows_aside(s, s->plan->fills.items[i]);
	mo_steps_of_lookups(s);
}

void mo_step_drop_aside(struct steps *s, const char *label, const char *work)
{
	if (work)
		mo_step_add_schema(s, label, "what was set aside has come to its place",
				   mo_sql_drop(s->arena, KIND_TABLE, work), work);
}
