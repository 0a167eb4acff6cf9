/* SPDX-License-Identifier: MIT */
/* query.c: see query.h. */
#include "plan/query.h"

#include "base/text.h"
#include "plan/expected.h"
#include "sql/declared.h"
#include "sql/old_row.h"
#include "sql/write.h"

#define MOST_SAMPLES 5

char *mo_query_name(struct arena *arena, const char *name)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_write_name(out, name);
	return mo_arena_take(arena, out);
}

char *mo_query_former(struct arena *arena, const struct plan *plan, const struct move *move,
		      const struct column *column)
{
	return mo_query_name(arena, mo_diff_former_column(plan->diff, move->have->object.name,
							  column->object.name));
}

char *mo_query_expected(const struct plan *plan, const struct table *table)
{
	const struct move *move = mo_plan_move(plan, table->object.name);
	const char *name = mo_query_name(plan->arena, table->object.name);

	if (!move)
		return (char *)name;
	return mo_arena_format(plan->arena, "(%s) AS %s", move->expected, name);
}

char *mo_query_stored(const struct plan *plan, const struct move *move)
{
	return mo_arena_format(plan->arena, "(%s) AS %s",
			       move->stored ? move->stored : move->expected,
			       mo_query_name(plan->arena, move->want->object.name));
}

/* The rows that the document declares for a table that the plan makes; NULL where there are none. */
static const char *declared_rows(const struct plan *plan, const struct table *table)
{
	EACH (const struct filling, filling, &plan->fillings)
		if (filling->is_declared && filling->move->want == table)
			return filling->declared;
	return NULL;
}

char *mo_query_parents(const struct plan *plan, const struct table *table)
{
	const char *declared = declared_rows(plan, table);

	return declared ? mo_arena_format(plan->arena, "(%s) AS %s", declared,
					  mo_query_name(plan->arena, table->object.name))
			: mo_query_expected(plan, table);
}

char *mo_query_count(const struct plan *plan, const struct table *table, const char *condition)
{
	return mo_arena_format(plan->arena, "SELECT count(*) FROM %s WHERE %s",
			       mo_query_expected(plan, table), condition);
}

void mo_query_ask(struct hazard *hazard, const struct plan *plan, const struct table *table,
		  const char *condition)
{
	hazard->table = table;
	hazard->rows = mo_query_expected(plan, table);
	hazard->condition = condition;
	hazard->count_sql = mo_query_count(plan, table, condition);
}

char *mo_query_together(const struct plan *plan, const struct list *hazards)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	for (int i = 0; i < hazards->count; i++)
		sqlite3_str_appendf(out, "%scount(CASE WHEN %s THEN 1 END)", i ? ", " : "SELECT ",
				    ((const struct hazard *)hazards->items[i])->condition);
	sqlite3_str_appendf(out, " FROM %s", ((const struct hazard *)hazards->items[0])->rows);
	return mo_arena_take(plan->arena, out);
}

char *mo_query_move(struct plan *plan, const struct move *move, const struct list *hazards,
		    const char *digest)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "SELECT %s", digest);
	for (int i = 0; i < hazards->count; i++) {
		const struct hazard *hazard = hazards->items[i];

		if (hazard->move)
			sqlite3_str_appendf(out, ", count(%s)", mo_plan_asked(plan->arena, i));
		else
			sqlite3_str_appendf(out, ", count(CASE WHEN %s THEN 1 END)",
					    hazard->condition);
	}
	sqlite3_str_appendf(out, " FROM (%s) AS ", mo_plan_expected_asked(plan, move, hazards));
	mo_write_name(out, move->want->object.name);
	return mo_arena_take(plan->arena, out);
}

/* 'id 5' or 'rowid 5', or the key of a WITHOUT ROWID table: how a person finds the row. */
static void write_label(sqlite3_str *out, struct arena *arena, const struct list *names)
{
	for (int i = 0; i < names->count; i++)
		sqlite3_str_appendf(out, "%s%Q || quote(%s)", i ? " || ', ' || " : "",
				    mo_arena_format(arena, "%s ", names->items[i]),
				    mo_query_name(arena, names->items[i]));
	if (!names->count)
		sqlite3_str_appendall(out, "'a row'");
}

/*
 * What tells a row of a table: the name of its rowid, or of the columns of its key; none where it
 * has no name.
 */
static struct list key_names(struct arena *arena, const struct table *table, const char *rowid)
{
	const struct column *column = mo_table_rowid_column(table);
	const struct constraint *key = table->without_rowid ? mo_table_primary_key(table) : NULL;
	struct list names = {0};

	if (column || rowid)
		mo_list_add(arena, &names, (void *)(column ? column->object.name : rowid));
	for (int i = 0; key && i < key->terms.count; i++)
		mo_list_add(arena, &names, (void *)((struct term *)key->terms.items[i])->column);
	return names;
}

static void write_key(sqlite3_str *out, const struct plan *plan, const struct table *table)
{
	const struct move *move = mo_plan_move(plan, table->object.name);
	const struct list names =
		key_names(plan->arena, table, move ? move->rowid_want : mo_table_rowid_name(table));

	write_label(out, plan->arena, &names);
}

/* Text: an expression that is a text, behind the key; or nothing. */
static char *sample(const struct plan *plan, const struct table *table, const char *condition,
		    const char *text)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT ");
	write_key(out, plan, table);
	sqlite3_str_appendall(out, text);
	sqlite3_str_appendf(out, " FROM %s WHERE %s LIMIT %d", mo_query_expected(plan, table),
			    condition, MOST_SAMPLES);
	return mo_arena_take(plan->arena, out);
}

char *mo_query_sample(const struct plan *plan, const struct table *table, const char *condition,
		      const char *value)
{
	return sample(plan, table, condition,
		      value ? mo_arena_format(plan->arena, " || ': ' || quote(%s)", value) : "");
}

char *mo_query_sample_of(const struct plan *plan, const struct table *table, const char *condition,
			 const struct list *columns)
{
	sqlite3_str *out;

	if (columns->count < 2)
		return mo_query_sample(
			plan, table, condition,
			columns->count ? mo_query_name(plan->arena, columns->items[0]) : NULL);
	out = sqlite3_str_new(NULL);
	for (int i = 0; i < columns->count; i++) {
		const char *name = columns->items[i];

		sqlite3_str_appendf(out, " || '%s%q = ' || quote(%s)", i ? ", " : ": ", name,
				    mo_query_name(plan->arena, name));
	}
	return sample(plan, table, condition, mo_arena_take(plan->arena, out));
}

struct row_query mo_query_rows(struct plan *plan, const struct table *table, const char *condition,
			       const char *before)
{
	struct arena *arena = plan->arena;
	const struct move *move = mo_plan_move(plan, table->object.name);
	const char *former = mo_diff_former_table(plan->diff, table->object.name);
	const struct table *file =
		move && move->filling ? NULL : mo_schema_table(plan->diff->have, former);
	const char *name = mo_query_name(arena, former);
	struct list keys = {0};
	sqlite3_str *label = sqlite3_str_new(NULL);
	sqlite3_str *where = sqlite3_str_new(NULL);
	struct row_query rows = {0};
	const char *key;

	if (file)
		keys = key_names(arena, file, mo_table_rowid_name(file));
	write_label(label, arena, &keys);
	for (int i = 0; i < keys.count; i++) {
		const char *column = mo_query_name(arena, keys.items[i]);

		sqlite3_str_appendf(label, ", %s", column);
		sqlite3_str_appendf(where, "%s%s = ?%d", i ? " AND " : "", column, i + 1);
	}
	rows.keys = mo_arena_format(arena, "SELECT %s FROM %s NOT INDEXED",
				    mo_arena_take(arena, label), name);
	key = mo_arena_take(arena, where);
	if (!keys.count) {
		rows.keys = NULL;
		rows.row = mo_arena_format(arena, "SELECT %s FROM %s", condition,
					   mo_query_expected(plan, table));
		return rows;
	}
	rows.row =
		move ? mo_arena_format(arena, "SELECT %s FROM (%s) AS %s", condition,
				       mo_plan_expected_where(arena, plan, move, key),
				       mo_query_name(arena, table->object.name))
		     : mo_arena_format(arena, "SELECT %s FROM %s WHERE %s", condition, name, key);
	rows.before = before ? mo_arena_format(arena, "SELECT typeof(%s) FROM %s WHERE %s", before,
					       name, key)
			     : NULL;
	return rows;
}

/* As a key compares it. */
static void write_term(sqlite3_str *out, const struct term *term)
{
	if (term->column)
		mo_write_name(out, term->column);
	else
		sqlite3_str_appendf(out, "(%s)", term->expr.text);
	if (term->collate) {
		sqlite3_str_appendall(out, " COLLATE ");
		mo_write_name(out, term->collate);
	}
}

/* NULLs are distinct under UNIQUE. */
void mo_query_write_keyed(sqlite3_str *out, const struct list *terms, const char *where)
{
	sqlite3_str_appendf(out, " WHERE (%s)", where ? where : "1");
	for (int i = 0; i < terms->count; i++) {
		sqlite3_str_appendall(out, " AND ");
		write_term(out, terms->items[i]);
		sqlite3_str_appendall(out, " IS NOT NULL");
	}
}

void mo_query_write_grouped(sqlite3_str *out, const struct list *terms)
{
	for (int i = 0; i < terms->count; i++) {
		sqlite3_str_appendall(out, i ? ", " : " GROUP BY ");
		write_term(out, terms->items[i]);
	}
}

static void write_groups(sqlite3_str *out, const struct plan *plan, const struct table *table,
			 const struct list *terms, const char *where)
{
	sqlite3_str_appendf(out, " FROM %s", mo_query_expected(plan, table));
	mo_query_write_keyed(out, terms, where);
	mo_query_write_grouped(out, terms);
	sqlite3_str_appendall(out, " HAVING count(*) > 1");
}

char *mo_query_duplicates(const struct plan *plan, const struct table *table,
			  const struct list *terms, const char *where)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out,
			      "SELECT coalesce(sum(extra), 0) FROM (SELECT count(*) - 1 AS extra");
	write_groups(out, plan, table, terms, where);
	sqlite3_str_appendchar(out, 1, ')');
	return mo_arena_take(plan->arena, out);
}

/* A column whose values are equal only where their bytes are, or as numbers. */
static bool is_binary(const struct table *table, const struct term *term)
{
	const struct column *column = term->column ? mo_table_column(table, term->column) : NULL;
	const char *collate = term->collate || !column ? term->collate : column->collate;

	return column && (!collate || mo_same_name(collate, "BINARY"));
}

char *mo_query_distinct(const struct plan *plan, const struct table *table,
			const struct list *terms, const char *where)
{
	sqlite3_str *out;

	EACH (const struct term, term, terms)
		if (!is_binary(table, term))
			return NULL;
	out = sqlite3_str_new(NULL);
	sqlite3_str_appendall(out, "SELECT _moult_distinct('");
	sqlite3_str_appendchar(out, terms->count, '-');
	sqlite3_str_appendchar(out, 1, '\'');
	EACH (const struct term, term, terms) {
		sqlite3_str_appendall(out, ", ");
		mo_write_name(out, term->column);
	}
	sqlite3_str_appendf(out, ") FROM %s", mo_query_expected(plan, table));
	mo_query_write_keyed(out, terms, where);
	return mo_arena_take(plan->arena, out);
}

/* || ' (id ' || ... || ')': the first and the last row of a group, where one name tells rows. */
static void write_which(sqlite3_str *out, const struct plan *plan, const struct table *table,
			const struct list *terms)
{
	const struct move *move = mo_plan_move(plan, table->object.name);
	const struct list names =
		key_names(plan->arena, table, move ? move->rowid_want : mo_table_rowid_name(table));
	const char *name;

	if (names.count != 1 || mo_terms_have(terms, names.items[0]))
		return;
	name = mo_query_name(plan->arena, names.items[0]);
	sqlite3_str_appendf(out, " || ' (' || %Q || ' ' || quote(min(%s))", names.items[0], name);
	sqlite3_str_appendf(
		out,
		" || CASE WHEN count(*) > 2 THEN ' ... ' ELSE ', ' END || quote(max(%s)) || ')'",
		name);
}

char *mo_query_duplicate_sample(const struct plan *plan, const struct table *table,
				const struct list *terms, const char *where)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT count(*) || ' times '");
	for (int i = 0; i < terms->count; i++) {
		sqlite3_str_appendall(out, i ? " || ', ' || quote(" : " || quote(");
		write_term(out, terms->items[i]);
		sqlite3_str_appendchar(out, 1, ')');
	}
	write_which(out, plan, table, terms);
	write_groups(out, plan, table, terms, where);
	sqlite3_str_appendf(out, " LIMIT %d", MOST_SAMPLES);
	return mo_arena_take(plan->arena, out);
}

char *mo_query_groups(const struct plan *plan, const struct table *table, const struct list *terms,
		      const char *where)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT 1");
	write_groups(out, plan, table, terms, where);
	return mo_arena_take(plan->arena, out);
}

char *mo_query_count_rows(struct arena *arena, const char *table)
{
	return mo_arena_format(arena, "SELECT count(*) FROM %s NOT INDEXED",
			       mo_query_name(arena, table));
}

char *mo_query_file(struct arena *arena, const char *table)
{
	return mo_arena_format(arena, "%s AS " MO_OLD_ROW, mo_query_name(arena, table));
}

char *mo_query_count_file(struct arena *arena, const char *table, const char *condition)
{
	/* WHERE 1, since a count without a condition asks for the collations of a key. */
	return mo_arena_format(arena, "SELECT count(*) FROM %s WHERE %s",
			       mo_query_file(arena, table), condition ? condition : "1");
}

void mo_query_ask_rows(struct hazard *hazard, const struct plan *plan, const char *table)
{
	hazard->count_sql = mo_query_count_file(plan->arena, table, NULL);
	hazard->counted = table;
}

void mo_query_write_given(sqlite3_str *out, const struct list *columns)
{
	for (int i = 0; i < columns->count; i++) {
		sqlite3_str_appendall(out, i ? " AND " : "");
		mo_write_name(out, columns->items[i]);
		sqlite3_str_appendall(out, " IS NOT NULL");
	}
}

const char *mo_query_strict_type(const struct column *column)
{
	static const struct {
		const char *declared;
		const char *stored;
	} types[] = {{"INT", "integer"},
		     {"INTEGER", "integer"},
		     {"REAL", "real"},
		     {"TEXT", "text"},
		     {"BLOB", "blob"}};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (mo_same_name(column->type.text, types[i].declared))
			return types[i].stored;
	return NULL;
}

/* Without IN, which the reader of pages does not know (pages/program.h). */
const char *mo_query_is_misfit(struct arena *arena, const struct column *column, const char *value)
{
	return mo_arena_format(arena, "typeof(%s) <> '%s' AND %s IS NOT NULL", value,
			       mo_query_strict_type(column), value);
}

void mo_query_parent_columns(struct arena *arena, struct list *columns,
			     const struct reference *reference, const struct table *parent)
{
	const struct constraint *key = mo_table_primary_key(parent);

	for (int i = 0; i < reference->columns.count; i++)
		mo_list_add(arena, columns, reference->columns.items[i]);
	for (int i = 0; !reference->columns.count && key && i < key->terms.count; i++)
		mo_list_add(arena, columns, ((struct term *)key->terms.items[i])->column);
}

void mo_query_values(struct hazard *hazard, const struct plan *plan, const struct move *move,
		     const struct column *column)
{
	const char *former = mo_query_name(
		plan->arena,
		mo_diff_former_column(plan->diff, move->have->object.name, column->object.name));

	hazard->move = move;
	hazard->rows = mo_query_file(plan->arena, move->former);
	hazard->condition = mo_arena_format(plan->arena, "%s IS NOT NULL", former);
	hazard->count_sql = mo_query_count_file(plan->arena, move->former, hazard->condition);
	hazard->counted = move->former;
	hazard->sample_sql = mo_arena_format(
		plan->arena, "SELECT quote(%s) FROM %s WHERE %s IS NOT NULL LIMIT 5", former,
		mo_query_name(plan->arena, move->former), former);
}

void mo_query_write_undeclared(sqlite3_str *out, const struct plan *plan,
			       const struct table *parent, const struct list *parent_columns,
			       const char *child, const struct list *columns)
{
	const struct rows *rows = mo_rows_of(plan->diff->want, parent->object.name);
	struct list keys = {0};
	const char *is_parent;

	if (!rows || declared_rows(plan, parent))
		return;
	for (int i = 0; i < columns->count; i++)
		mo_list_add(plan->arena, &keys,
			    mo_arena_format(plan->arena, "%s.%s", mo_query_name(plan->arena, child),
					    mo_query_name(plan->arena, columns->items[i])));
	is_parent = mo_sql_declared_is_parent(plan->arena, rows, parent, parent_columns, &keys);
	if (is_parent)
		sqlite3_str_appendf(out, " AND NOT (%s)", is_parent);
}
