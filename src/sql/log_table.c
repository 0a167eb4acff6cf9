/* SPDX-License-Identifier: MIT */
/* log_table.c: see log_table.h. */
#include "sql/log_table.h"

#include "sql/write.h"

char *mo_sql_log_create(struct arena *arena, const char *log)
{
	return mo_arena_format(arena, "CREATE TABLE main.\"%w\"(k)", log);
}

/* ---- triggers ------------------------------------------------------------------------------ */

static void begin(sqlite3_str *out, const char *name, const char *timing, enum event event,
		  const struct logged *logged)
{
	static const char *const words[EVENT_COUNT] = {"INSERT", "DELETE", "UPDATE"};

	sqlite3_str_appendf(out, "CREATE TRIGGER main.\"%w\" %s %s ON \"%w\" BEGIN\n", name, timing,
			    words[event], logged->table->object.name);
}

char *mo_sql_log_trigger(struct arena *arena, const char *name, enum event event,
			 const struct logged *logged)
{
	const char *key = logged->rowid;
	sqlite3_str *out = sqlite3_str_new(NULL);

	begin(out, name, "AFTER", event, logged);
	if (event != EVENT_INSERT)
		sqlite3_str_appendf(out, "  INSERT INTO \"%w\" VALUES(old.%s);\n", logged->log,
				    key);
	if (event == EVENT_INSERT)
		sqlite3_str_appendf(out, "  INSERT INTO \"%w\" VALUES(new.%s);\n", logged->log,
				    key);
	if (event == EVENT_UPDATE)
		sqlite3_str_appendf(out,
				    "  INSERT INTO \"%w\" SELECT new.%s WHERE new.%s <> old.%s;\n",
				    logged->log, key, key, key);
	sqlite3_str_appendall(out, "END");
	return mo_arena_take(arena, out);
}

static const char *default_of(const struct table *table, const char *name)
{
	const struct column *column = mo_table_column(table, name);

	EACH (const struct constraint, constraint, &table->constraints)
		if (constraint->kind == CONSTRAINT_NOT_NULL && constraint->owner == column)
			return column ? column->value.text : NULL;
	return NULL;
}

/* REPLACE puts the DEFAULT in the place of a NULL that may not be, after the trigger has seen it. */
static void write_value(sqlite3_str *out, const struct table *table, const char *name)
{
	const char *value = default_of(table, name);

	if (value)
		sqlite3_str_appendf(out, "ifnull(new.\"%w\", (%s))", name, value);
	else
		sqlite3_str_appendf(out, "new.\"%w\"", name);
}

/* The new row as one that an expression of the table can be read from. */
static void write_row(sqlite3_str *out, const struct table *table, bool with_defaults)
{
	const char *between = "(SELECT ";

	EACH (const struct column, column, &table->columns) {
		const char *name = column->object.name;
		const bool is_cast = with_defaults && default_of(table, name) != NULL;

		sqlite3_str_appendall(out, between);
		/* Comparisons within the expression see the column's affinity. */
		if (is_cast && column->affinity != 'B') {
			sqlite3_str_appendall(out, "CAST(");
			write_value(out, table, name);
			sqlite3_str_appendf(out, " AS%s)", mo_sql_type_of(column->affinity));
		} else if (is_cast) {
			write_value(out, table, name);
		} else {
			sqlite3_str_appendf(out, "new.\"%w\"", name);
		}
		if (is_cast && column->collate)
			sqlite3_str_appendf(out, " COLLATE \"%w\"", column->collate);
		sqlite3_str_appendf(out, " AS \"%w\"", name);
		between = ", ";
	}
	sqlite3_str_appendall(out, ")");
}

static void write_term(sqlite3_str *out, const struct table *table, const struct term *term,
		       bool with_defaults)
{
	if (term->column)
		sqlite3_str_appendf(out, "\"%w\"", term->column);
	else
		sqlite3_str_appendf(out, "(%s)", term->expr.text);
	if (term->collate)
		sqlite3_str_appendf(out, " COLLATE \"%w\"", term->collate);
	sqlite3_str_appendall(out, " = ");
	if (term->column) {
		write_value(out, table, term->column);
	} else {
		sqlite3_str_appendf(out, "(SELECT %s FROM ", term->expr.text);
		write_row(out, table, with_defaults);
		sqlite3_str_appendall(out, ")");
	}
}

static void write_victims(sqlite3_str *out, const struct logged *logged, const struct list *terms,
			  const char *where, bool with_defaults)
{
	const char *between = "";

	sqlite3_str_appendf(out, "  INSERT INTO \"%w\" SELECT %s FROM \"%w\" WHERE ", logged->log,
			    logged->rowid, logged->table->object.name);
	EACH (const struct term, term, terms) {
		sqlite3_str_appendall(out, between);
		write_term(out, logged->table, term, with_defaults);
		between = " AND ";
	}
	if (where)
		sqlite3_str_appendf(out, " AND (%s)", where);
	sqlite3_str_appendall(out, ";\n");
}

/* Whether a key is an expression that may be read from a DEFAULT which is not given. */
static bool may_read_defaults(const struct table *table, const struct list *terms)
{
	bool is_expression = false, has_default = false;

	EACH (const struct term, term, terms)
		is_expression |= !term->column;
	EACH (const struct column, column, &table->columns)
		has_default |= default_of(table, column->object.name) != NULL;
	return is_expression && has_default;
}

char *mo_sql_log_victims(struct arena *arena, const char *name, enum event event,
			 const struct logged *logged, const struct list *terms, const char *where)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	begin(out, name, "BEFORE", event, logged);
	write_victims(out, logged, terms, where, false);
	if (may_read_defaults(logged->table, terms))
		write_victims(out, logged, terms, where, true);
	sqlite3_str_appendall(out, "END");
	return mo_arena_take(arena, out);
}

/* ---- what is in it ------------------------------------------------------------------------- */

char *mo_sql_log_first(struct arena *arena, const char *table, const char *key,
		       const sqlite3_int64 *behind, long long most)
{
	const char *where = behind ? mo_arena_format(arena, " WHERE %s > %lld", key, *behind) : "";

	return mo_arena_format(arena,
			       "SELECT max(n), count(*) FROM"
			       " (SELECT %s AS n FROM main.\"%w\"%s ORDER BY %s LIMIT %lld)",
			       key, table, where, key, most);
}

char *mo_sql_log_count(struct arena *arena, const char *log)
{
	return mo_arena_format(arena, "SELECT count(*) FROM main.\"%w\"", log);
}

char *mo_sql_log_forget(struct arena *arena, const char *log, sqlite3_int64 top)
{
	return mo_arena_format(arena, "DELETE FROM main.\"%w\" WHERE rowid <= %lld", log, top);
}

char *mo_sql_log_touched(struct arena *arena, const char *key, const char *log, sqlite3_int64 top,
			 sqlite3_int64 most)
{
	return mo_arena_format(
		arena, "%s IN (SELECT k FROM main.\"%w\" WHERE rowid <= %lld AND k <= %lld)", key,
		log, top, most);
}

char *mo_sql_log_untouched(struct arena *arena, const char *key, const char *log)
{
	return mo_arena_format(arena, "%s NOT IN (SELECT k FROM main.\"%w\")", key, log);
}

char *mo_sql_copy_where(struct arena *arena, const char *copy, const char *condition)
{
	return mo_arena_format(arena, "%s\n WHERE %s", copy, condition);
}

char *mo_sql_delete_where(struct arena *arena, const char *table, const char *condition)
{
	return mo_arena_format(arena, "DELETE FROM main.\"%w\" WHERE %s", table, condition);
}
