/* SPDX-License-Identifier: MIT */
/* code.c: see code.h. */
#include "sql/code.h"

#include "sql/write.h"

static const char *value_at(const struct list *values, int i)
{
	if (!values)
		return "?";
	return i < values->count ? values->items[i] : "NULL"; /* memory ran out */
}

static void write_values(sqlite3_str *out, const struct code *code, const struct list *values)
{
	sqlite3_str_appendall(out, " VALUES (");
	for (int i = 0; i < code->columns->count; i++)
		sqlite3_str_appendf(out, "%s%s", i ? ", " : "", value_at(values, i));
	sqlite3_str_appendchar(out, 1, ')');
}

static void write_insert(sqlite3_str *out, const struct code *code, const struct list *values)
{
	sqlite3_str_appendall(out, code->deed == DEED_REPLACE ? "REPLACE INTO " : "INSERT INTO ");
	mo_write_name(out, code->relation);
	if (code->deed != DEED_INSERT_ALL) {
		sqlite3_str_appendchar(out, 1, '(');
		mo_write_names(out, code->columns);
		sqlite3_str_appendchar(out, 1, ')');
	}
	write_values(out, code, values);
	if (code->deed != DEED_UPSERT)
		return;
	sqlite3_str_appendall(out, " ON CONFLICT(");
	mo_write_names(out, code->key);
	sqlite3_str_appendall(out, ") DO UPDATE SET ");
	mo_write_name(out, code->set);
	sqlite3_str_appendall(out, " = excluded.");
	mo_write_name(out, code->set);
}

static void write_rest(sqlite3_str *out, const struct code *code, const struct list *values)
{
	const bool is_select = code->deed == DEED_SELECT || code->deed == DEED_SELECT_ALL;

	sqlite3_str_appendall(out, is_select		       ? "SELECT "
				   : code->deed == DEED_UPDATE ? "UPDATE "
							       : "DELETE FROM ");
	if (code->deed == DEED_SELECT)
		mo_write_names(out, code->columns);
	if (is_select)
		sqlite3_str_appendall(out, code->deed == DEED_SELECT ? " FROM " : "* FROM ");
	mo_write_name(out, code->relation);
	if (code->deed != DEED_UPDATE)
		return;
	sqlite3_str_appendall(out, " SET ");
	mo_write_name(out, code->columns->items[0]);
	sqlite3_str_appendf(out, " = %s", value_at(values, 0));
}

char *mo_sql_code(struct arena *arena, const struct code *code, const struct list *values)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	switch (code->deed) {
	case DEED_INSERT:
	case DEED_INSERT_ALL:
	case DEED_UPSERT:
	case DEED_REPLACE:
		write_insert(out, code, values);
		break;
	case DEED_SELECT:
	case DEED_SELECT_ALL:
	case DEED_UPDATE:
	case DEED_DELETE:
	case DEED_COUNT:
		write_rest(out, code, values);
		break;
	}
	return mo_arena_take(arena, out);
}
