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

char *mo_sql_log_victims(struct arena *arena, const char *name, enum event event,
			 const struct logged *logged, const struct list *terms, const char *where)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	const char *between = "";

	begin(out, name, "BEFORE", event, logged);
	sqlite3_str_appendf(out, "  INSERT INTO \"%w\" SELECT %s FROM \"%w\" WHERE ", logged->log,
			    logged->rowid, logged->table->object.name);
	EACH (const struct term, term, terms) {
		sqlite3_str_appendf(out, "%s\"%w\"", between, term->column);
		if (term->collate)
			sqlite3_str_appendf(out, " COLLATE \"%w\"", term->collate);
		sqlite3_str_appendall(out, " = ");
		write_value(out, logged->table, term->column);
		between = " AND ";
	}
	if (where)
		sqlite3_str_appendf(out, " AND (%s)", where);
	sqlite3_str_appendall(out, ";\nEND");
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
