/* SPDX-License-Identifier: MIT */
/* log_table.c: see log_table.h. */
#include "sql/log_table.h"

#include "sql/write.h"

/* ---- keys ---------------------------------------------------------------------------------- */

struct list mo_sql_key_names(struct arena *arena, const struct table *table, const char *rowid)
{
	const struct constraint *key = rowid ? NULL : mo_table_primary_key(table);
	struct list names = {0};

	if (rowid)
		mo_list_add(arena, &names, (void *)rowid);
	for (int i = 0; key && i < key->terms.count; i++) {
		const struct term *term = key->terms.items[i];

		mo_list_add(arena, &names,
			    term->collate ? mo_arena_format(arena, "\"%w\" COLLATE \"%w\"",
							    term->column, term->collate)
					  : mo_arena_format(arena, "\"%w\"", term->column));
	}
	return names;
}

/* "old.a, old.b", with what follows each. */
static void write_names(sqlite3_str *out, const char *of, const struct list *names,
			const char *after)
{
	EACH (const char, name, names)
		sqlite3_str_appendf(out, "%s%s%s%s%s", name_at ? ", " : "", of ? of : "",
				    of ? "." : "", name, after);
}

char *mo_sql_key(struct arena *arena, const char *of, const struct list *names)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, names->count > 1 ? "(" : "");
	write_names(out, of, names, "");
	sqlite3_str_appendall(out, names->count > 1 ? ")" : "");
	return mo_arena_take(arena, out);
}

/* "(?1, ?2)": as many as a key has. */
static void write_place(sqlite3_str *out, const struct list *names, int first)
{
	sqlite3_str_appendall(out, names->count > 1 ? "(" : "");
	for (int i = 0; i < names->count; i++)
		sqlite3_str_appendf(out, "%s?%d", i ? ", " : "", first + i);
	sqlite3_str_appendall(out, names->count > 1 ? ")" : "");
}

static void write_select(sqlite3_str *out, const struct list *names, const char *table)
{
	sqlite3_str_appendall(out, "SELECT ");
	write_names(out, NULL, names, "");
	sqlite3_str_appendf(out, " FROM main.\"%w\"", table);
}

char *mo_sql_key_end(struct arena *arena, const char *table, const struct list *names,
		     bool is_behind, long long most)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	write_select(out, names, table);
	sqlite3_str_appendf(out, " WHERE %s OFFSET %lld",
			    mo_sql_key_next(arena, NULL, names, is_behind, 1), most - 1);
	return mo_arena_take(arena, out);
}

char *mo_sql_key_all(struct arena *arena, const char *table, const struct list *names,
		     bool is_behind, bool has_end)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	write_select(out, names, table);
	sqlite3_str_appendf(out, " WHERE %s ORDER BY ",
			    mo_sql_key_between(arena, NULL, names, is_behind, has_end));
	write_names(out, NULL, names, "");
	return mo_arena_take(arena, out);
}

char *mo_sql_key_last(struct arena *arena, const char *copy, const struct list *names)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	write_select(out, names, copy);
	sqlite3_str_appendall(out, " ORDER BY ");
	write_names(out, NULL, names, " DESC");
	sqlite3_str_appendall(out, " LIMIT 1");
	return mo_arena_take(arena, out);
}

char *mo_sql_key_between(struct arena *arena, const char *of, const struct list *names,
			 bool is_behind, bool has_end)
{
	const char *key = mo_sql_key(arena, of, names);
	sqlite3_str *out = sqlite3_str_new(NULL);

	if (is_behind) {
		sqlite3_str_appendf(out, "%s > ", key);
		write_place(out, names, 1);
	}
	if (has_end) {
		sqlite3_str_appendf(out, "%s%s <= ", is_behind ? " AND " : "", key);
		write_place(out, names, 1 + names->count);
	}
	if (!is_behind && !has_end)
		sqlite3_str_appendall(out, "1");
	return mo_arena_take(arena, out);
}

char *mo_sql_key_next(struct arena *arena, const char *of, const struct list *names, bool is_behind,
		      long long most)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "%s ORDER BY ",
			    mo_sql_key_between(arena, of, names, is_behind, false));
	write_names(out, of, names, "");
	sqlite3_str_appendf(out, " LIMIT %lld", most);
	return mo_arena_take(arena, out);
}

/* ---- the log ------------------------------------------------------------------------------- */

/* "k1, k2": without types, as the values are; no column beside them has such a name. */
static void write_logged(sqlite3_str *out, const struct logged *logged)
{
	for (int i = 0; i < logged->key->count; i++)
		sqlite3_str_appendf(out, "%s%sk%d", i ? ", " : "", logged->values ? "_moult_" : "",
				    i + 1);
}

/* As the table has them: expressions read from the log what they would have read from the row. */
static void write_noted(sqlite3_str *out, const struct logged *logged)
{
	if (!logged->values)
		return;
	EACH (const struct column, column, logged->values) {
		sqlite3_str_appendf(out, ", \"%w\"%s", column->object.name,
				    mo_sql_type_of(column->affinity));
		mo_write_collation(out, column);
	}
}

char *mo_sql_log_create(struct arena *arena, const struct logged *logged)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "CREATE TABLE main.\"%w\"(", logged->log);
	write_logged(out, logged);
	write_noted(out, logged);
	sqlite3_str_appendall(out, ")");
	return mo_arena_take(arena, out);
}

/* ---- triggers ------------------------------------------------------------------------------ */

static void begin(sqlite3_str *out, const char *name, const char *timing, enum event event,
		  const struct logged *logged)
{
	static const char *const words[EVENT_COUNT] = {"INSERT", "DELETE", "UPDATE"};

	sqlite3_str_appendf(out, "CREATE TRIGGER main.\"%w\" %s %s ON \"%w\" BEGIN\n", name, timing,
			    words[event], logged->table->object.name);
}

static void write_note(sqlite3_str *out, const struct logged *logged, const char *of)
{
	sqlite3_str_appendf(out, "  INSERT INTO \"%w\" SELECT ", logged->log);
	write_names(out, of, logged->key, "");
	if (!logged->values)
		return;
	EACH (const struct column, column, logged->values)
		sqlite3_str_appendf(out, ", %s%s\"%w\"", of ? of : "", of ? "." : "",
				    column->object.name);
}

/* To another key: one that is written otherwise may be the same to the table, and not here. */
static void write_moved(sqlite3_str *out, const struct logged *logged)
{
	EACH (const char, name, logged->key)
		sqlite3_str_appendf(out, "%snew.%s COLLATE BINARY <> old.%s",
				    name_at ? " OR " : " WHERE ", name, name);
}

char *mo_sql_log_trigger(struct arena *arena, const char *name, enum event event,
			 const struct logged *logged)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	begin(out, name, "AFTER", event, logged);
	write_note(out, logged, event == EVENT_INSERT ? "new" : "old");
	if (event == EVENT_UPDATE) {
		sqlite3_str_appendall(out, ";\n");
		write_note(out, logged, "new");
		write_moved(out, logged);
	}
	sqlite3_str_appendall(out, ";\nEND");
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

	write_note(out, logged, NULL);
	sqlite3_str_appendf(out, " FROM \"%w\" WHERE ", logged->table->object.name);
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

char *mo_sql_log_rowid_victim(struct arena *arena, const char *name, enum event event,
			      const struct logged *logged)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	begin(out, name, "BEFORE", event, logged);
	write_note(out, logged, NULL);
	sqlite3_str_appendf(out, " FROM \"%w\" WHERE rowid = new.rowid;\nEND",
			    logged->table->object.name);
	return mo_arena_take(arena, out);
}

/* ---- what is in it ------------------------------------------------------------------------- */

char *mo_sql_log_first(struct arena *arena, const char *log, long long most)
{
	return mo_arena_format(arena,
			       "SELECT max(n), count(*) FROM"
			       " (SELECT rowid AS n FROM main.\"%w\" ORDER BY rowid LIMIT %lld)",
			       log, most);
}

char *mo_sql_log_count(struct arena *arena, const char *log)
{
	return mo_arena_format(arena, "SELECT count(*) FROM main.\"%w\"", log);
}

char *mo_sql_log_forget(struct arena *arena, const char *log, sqlite3_int64 top)
{
	return mo_arena_format(arena, "DELETE FROM main.\"%w\" WHERE rowid <= %lld", log, top);
}

static void write_keys(sqlite3_str *out, const struct logged *logged)
{
	sqlite3_str_appendall(out, "SELECT ");
	write_logged(out, logged);
	sqlite3_str_appendf(out, " FROM main.\"%w\"", logged->log);
}

char *mo_sql_log_keys(struct arena *arena, const struct logged *logged)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	write_keys(out, logged);
	return mo_arena_take(arena, out);
}

static void write_touched(sqlite3_str *out, const char *key, const struct logged *logged)
{
	sqlite3_str_appendf(out, "%s IN (", key);
	write_keys(out, logged);
}

char *mo_sql_log_touched(struct arena *arena, const char *key, const struct logged *logged,
			 sqlite3_int64 top)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	write_touched(out, key, logged);
	sqlite3_str_appendf(out, " WHERE rowid <= %lld)", top);
	return mo_arena_take(arena, out);
}

/* With NOT IN SQLite would look for NULLs in the whole log, for each row that is not in it. */
char *mo_sql_log_untouched(struct arena *arena, const char *key, const struct logged *logged)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "CASE WHEN ");
	write_touched(out, key, logged);
	sqlite3_str_appendall(out, ") THEN 0 ELSE 1 END");
	return mo_arena_take(arena, out);
}

char *mo_sql_delete_where(struct arena *arena, const char *table, const char *condition)
{
	return mo_arena_format(arena, "DELETE FROM main.\"%w\" WHERE %s", table, condition);
}

char *mo_sql_delete_some(struct arena *arena, const char *table, const struct list *names,
			 long long most)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "DELETE FROM main.\"%w\" WHERE %s IN (SELECT ", table,
			    mo_sql_key(arena, NULL, names));
	write_names(out, NULL, names, "");
	sqlite3_str_appendf(out, " FROM main.\"%w\" LIMIT %lld)", table, most);
	return mo_arena_take(arena, out);
}
