/* SPDX-License-Identifier: MIT */
/* done_table.c: see done_table.h. */
#include "sql/done_table.h"

#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "sql/token.h"
#include "sql/write.h"

const char mo_sql_done_read[] = "SELECT kind, object, digest FROM main." MO_DONE_TABLE
				" WHERE kind IN ('using', 'from', 'rows', 'step')";

char *mo_done_object(struct arena *arena, const char *table, const char *column)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_write_name(out, table);
	if (column) {
		sqlite3_str_appendchar(out, 1, '.');
		mo_write_name(out, column);
	}
	return mo_arena_take(arena, out);
}

/* Of the expression in normal form: how it is spelled does not matter. */
static char *digest_of(struct arena *arena, const struct sql *sql)
{
	char text[MO_HASH_TEXT];
	struct hasher hasher;

	mo_hash_begin(&hasher);
	mo_hash_text(&hasher, sql->norm);
	mo_hash_write(text, mo_hash_end(&hasher));
	return mo_arena_text(arena, text);
}

void mo_done_take(struct schema *schema, struct list *marks, const char *object, const char *digest)
{
	struct done *done = mo_arena_make(schema->arena, struct done);

	if (!done)
		return;
	done->object = mo_arena_text(schema->arena, object);
	done->digest = mo_arena_text(schema->arena, digest);
	mo_list_add(schema->arena, marks, done);
}

void mo_done_add_step(struct schema *schema, const char *name)
{
	mo_list_add(schema->arena, &schema->steps_done, mo_arena_text(schema->arena, name));
}

bool mo_done_has_step(const struct schema *schema, const struct data_step *step)
{
	return mo_names_have(&schema->steps_done, step->name);
}

char *mo_sql_done_write_step(struct arena *arena, const struct data_step *step)
{
	return mo_arena_format(arena,
			       "INSERT INTO main." MO_DONE_TABLE " (kind, object, digest, at)\n"
			       "VALUES ('step', %Q, %Q, %s)",
			       step->name, digest_of(arena, &step->body), MO_SQL_CLOCK);
}

static char *write_row(struct arena *arena, const char *kind, const char *object,
		       const char *digest, bool again)
{
	return mo_arena_format(arena,
			       "INSERT OR %s INTO main." MO_DONE_TABLE
			       " (kind, object, digest, at)\n"
			       "VALUES (%Q, %Q, %Q, %s)",
			       again ? "REPLACE" : "ABORT", kind, object, digest, MO_SQL_CLOCK);
}

void mo_sql_done_copy(struct list *statements, struct arena *arena, const struct schema *schema)
{
	mo_list_add(arena, statements, mo_sql_done_create);
	EACH (const struct done, done, &schema->done)
		mo_list_add(arena, statements,
			    write_row(arena, "using", done->object, done->digest, true));
	EACH (const struct done, done, &schema->row_marks)
		mo_list_add(arena, statements,
			    write_row(arena, "rows", done->object, done->digest, true));
	EACH (const char, name, &schema->steps_done)
		mo_list_add(arena, statements, write_row(arena, "step", name, "", true));
}

char *mo_sql_done_counts_step(struct arena *arena, const struct data_step *step, int count)
{
	return mo_arena_format(arena,
			       "SELECT count(*) = %d FROM main." MO_DONE_TABLE
			       " WHERE kind = 'step' AND object = %Q COLLATE NOCASE",
			       count, step->name);
}

char *mo_sql_done_count_steps(struct arena *arena, const struct list *steps)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT count(DISTINCT lower(object)) FROM main." MO_DONE_TABLE
				   " WHERE kind = 'step' AND lower(object) IN (");
	for (int i = 0; i < steps->count; i++)
		sqlite3_str_appendf(out, "%slower(%Q)", i ? ", " : "",
				    ((const struct data_step *)steps->items[i])->name);
	sqlite3_str_appendchar(out, 1, ')');
	return mo_arena_take(arena, out);
}

char *mo_sql_done_without_clock(struct arena *arena, const char *sql)
{
	const size_t length = sizeof(MO_SQL_CLOCK) - 1;
	sqlite3_str *out = sqlite3_str_new(NULL);
	const char *done = sql;

	for (struct token token = mo_token_next(sql); token.kind != TOKEN_END;
	     token = mo_token_next(token.text + token.length)) {
		if (token.text < done || strncmp(token.text, MO_SQL_CLOCK, length) != 0)
			continue;
		sqlite3_str_append(out, done, (int)(token.text - done));
		sqlite3_str_appendall(out, "''");
		done = token.text + length;
	}
	sqlite3_str_appendall(out, done);
	return mo_arena_take(arena, out);
}

void mo_done_add(struct schema *schema, const char *table, const struct column *column)
{
	mo_done_take(schema, &schema->done,
		     mo_done_object(schema->arena, table, column->object.name),
		     digest_of(schema->arena, &column->using));
}

static bool has(const struct schema *schema, const char *table, const char *column,
		const struct sql *sql)
{
	struct arena *arena = schema->done.count ? mo_arena_new() : NULL;
	const char *object = arena ? mo_done_object(arena, table, column) : NULL;
	const char *digest = arena ? digest_of(arena, sql) : NULL;
	bool found = false;

	for (int i = 0; object && digest && !found && i < schema->done.count; i++) {
		const struct done *done = schema->done.items[i];

		found = mo_same_name(done->object, object) && mo_same(done->digest, digest);
	}
	mo_arena_free(arena);
	return found;
}

bool mo_done_has(const struct schema *schema, const char *table, const char *column,
		 const struct column *want)
{
	return has(schema, table, column, &want->using);
}

char *mo_sql_done_write(struct arena *arena, const char *table, const struct column *column,
			bool again)
{
	return write_row(arena, "using", mo_done_object(arena, table, column->object.name),
			 digest_of(arena, &column->using), again);
}

static char *counts(struct arena *arena, const char *kind, const char *object, const char *digest,
		    int count)
{
	return mo_arena_format(arena,
			       "SELECT count(*) = %d FROM main." MO_DONE_TABLE
			       " WHERE kind = %Q AND object = %Q COLLATE NOCASE AND digest = %Q",
			       count, kind, object, digest);
}

char *mo_sql_done_counts(struct arena *arena, const char *table, const struct column *column,
			 int count)
{
	return counts(arena, "using", mo_done_object(arena, table, column->object.name),
		      digest_of(arena, &column->using), count);
}

void mo_done_add_from(struct schema *schema, const struct table *table)
{
	mo_done_take(schema, &schema->done, mo_done_object(schema->arena, table->object.name, NULL),
		     digest_of(schema->arena, &table->from));
}

bool mo_done_has_from(const struct schema *schema, const char *name, const struct table *table)
{
	return has(schema, name, NULL, &table->from);
}

char *mo_sql_done_write_from(struct arena *arena, const struct table *table)
{
	return write_row(arena, "from", mo_done_object(arena, table->object.name, NULL),
			 digest_of(arena, &table->from), true);
}

char *mo_sql_done_has_from(struct arena *arena, const struct table *table)
{
	return counts(arena, "from", mo_done_object(arena, table->object.name, NULL),
		      digest_of(arena, &table->from), 1);
}

char *mo_sql_done_is_renamed(struct arena *arena, const char *have)
{
	return mo_arena_format(arena,
			       "SELECT count(*) = 0 FROM main." MO_DONE_TABLE
			       " WHERE kind <> 'step' AND object = %Q COLLATE NOCASE",
			       have);
}

char *mo_sql_done_rename(struct arena *arena, const char *have, const char *want)
{
	return mo_arena_format(
		arena,
		"UPDATE OR REPLACE main." MO_DONE_TABLE
		" SET object = %Q WHERE kind <> 'step' AND object = %Q COLLATE NOCASE",
		want, have);
}

char *mo_sql_done_forget(struct arena *arena, const char *object)
{
	return mo_arena_format(arena,
			       "DELETE FROM main." MO_DONE_TABLE
			       " WHERE kind <> 'step' AND object = %Q COLLATE NOCASE",
			       object);
}

/* No name of a column begins so: an odd one is in double quotes. */
#define WAITING "> "

char *mo_sql_done_waiting(struct arena *arena, const char *object)
{
	return mo_arena_format(arena, WAITING "%s", object);
}

const char mo_sql_done_arrive[] =
	"UPDATE OR REPLACE main." MO_DONE_TABLE " SET object = substr(object, 3)"
	" WHERE kind <> 'step' AND substr(object, 1, 2) = '" WAITING "'";

const char mo_sql_done_has_arrived[] =
	"SELECT count(*) = 0 FROM main." MO_DONE_TABLE
	" WHERE kind <> 'step' AND substr(object, 1, 2) = '" WAITING "'";
