/* SPDX-License-Identifier: MIT */
/* code.c: see code.h. */
#include "code.h"

#include <string.h>

/* ---- statements ---------------------------------------------------------------------------- */

void code_choose(struct choice *choice, struct chance *chance, const struct shape *shape, int ids,
		 bool by_new)
{
	const struct known *known = by_new ? &shape->new_code : &shape->old_code;

	choice->by_new = by_new;
	choice->ids[0] = 1 + roll(chance, ids);
	choice->ids[1] = 1 + roll(chance, ids);
	choice->number = roll(chance, 1000);
	for (int i = 0; known->columns[i]; i++) {
		int count = 0;

		while (known->values[i][count])
			count++;
		choice->values[i] = known->values[i][roll(chance, count)];
	}
}

/* What an old column of the reference gets for the literals of new code. */
static void write_back(sqlite3_str *out, const char *back, const struct choice *choice)
{
	for (; *back; back++) {
		if (back[0] == '{' && back[2] == '}') {
			sqlite3_str_appendall(out, choice->values[back[1] - '0']);
			back += 2;
		} else {
			sqlite3_str_appendchar(out, 1, *back);
		}
	}
}

static void write_value(sqlite3_str *out, const struct shape *shape, const struct choice *choice,
			int i, bool translate)
{
	if (translate)
		write_back(out, shape->back[i], choice);
	else
		sqlite3_str_appendall(out, choice->values[i]);
}

static void write_columns(sqlite3_str *out, const struct shape *shape, const struct choice *choice,
			  bool translate, char what)
{
	const struct known *known =
		choice->by_new && !translate ? &shape->new_code : &shape->old_code;

	for (int i = 0; known->columns[i]; i++) {
		if (i)
			sqlite3_str_appendall(out, ", ");
		if (what != 'V')
			sqlite3_str_appendall(out, known->columns[i]);
		if (what == 'S')
			sqlite3_str_appendall(out, " = ");
		if (what == 'V' || what == 'S')
			write_value(out, shape, choice, i, translate);
		if (what == 'E')
			sqlite3_str_appendf(out, " = excluded.%s", known->columns[i]);
	}
}

char *code_spell(const struct shape *shape, const char *template, const struct choice *choice,
		 bool translate)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	translate = translate && choice->by_new;
	for (; *template; template ++) {
		if (*template == '$')
			write_columns(out, shape, choice, translate, *++template);
		else if (*template == '#' || *template == '@')
			sqlite3_str_appendf(out, "%d", choice->ids[*template == '@']);
		else if (*template == '%')
			sqlite3_str_appendf(out, "%d", choice->number);
		else
			sqlite3_str_appendchar(out, 1, *template);
	}
	return sqlite3_str_finish(out);
}

/* ---- what is there ------------------------------------------------------------------------- */

char *code_ask(sqlite3 *db, const char *sql)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL))
		sqlite3_str_appendf(out, "%s", sqlite3_errmsg(db));
	while (stmt && sqlite3_step(stmt) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(stmt); i++)
			sqlite3_str_appendf(out, "%s|", (const char *)sqlite3_column_text(stmt, i));
		sqlite3_str_appendall(out, "\n");
	}
	sqlite3_finalize(stmt);
	sqlite3_str_appendall(out, "");
	return sqlite3_str_finish(out);
}

char *code_rows(sqlite3 *db, const char *columns)
{
	char *list = sqlite3_mprintf("%s", columns), *sql, *answer, *rest = list, *name;
	sqlite3_str *out = sqlite3_str_new(NULL);

	while ((name = strtok_r(rest, ", ", &rest)) != NULL)
		sqlite3_str_appendf(out, "%squote(%s)", sqlite3_str_length(out) ? ", " : "", name);
	name = sqlite3_str_finish(out);
	sql = sqlite3_mprintf("SELECT %s FROM t ORDER BY id", name);
	answer = code_ask(db, sql);
	sqlite3_free(sql);
	sqlite3_free(name);
	sqlite3_free(list);
	return answer;
}
