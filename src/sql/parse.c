/* SPDX-License-Identifier: MIT */
/*
 * parse.c: CREATE INDEX, VIEW, TRIGGER and VIRTUAL TABLE into the model, and
 * the way to the reader of CREATE TABLE (read_table.c).
 *
 * The rules in the comments are those of SQLite's grammar, parse.y.
 */
#include "sql/parse.h"

#include "base/text.h"
#include "sql/cursor.h"
#include "sql/normal.h"
#include "sql/parse_table.h"

static struct sql run_between(struct cursor *cursor, const struct token *first,
			      const struct token *end)
{
	return mo_sql_run(cursor->arena, first, (int)(end - first));
}

/* INDEX [IF NOT EXISTS] name ON table ( terms ) [WHERE expr] */
static struct object *read_index(struct schema *schema, struct cursor *cursor, bool unique)
{
	struct index *index;
	struct cursor group;
	const char *name;

	mo_skip_if_not_exists(cursor);
	name = mo_expect_qualified(cursor);
	mo_expect(cursor, "ON");
	index = cursor->failed ? NULL : (struct index *)mo_schema_add(schema, KIND_INDEX, name);
	if (!index)
		return NULL;
	index->unique = unique;
	index->table = mo_expect_name(cursor);
	group = mo_cursor_group(cursor);
	mo_read_term_list(&group, &index->terms, NULL);
	cursor->failed |= group.failed;
	if (mo_accept(cursor, "WHERE")) {
		index->where = run_between(cursor, cursor->at, cursor->end);
		cursor->at = cursor->end;
	}
	return &index->object;
}

/* VIEW [IF NOT EXISTS] name [( names )] AS select */
static struct object *read_view(struct schema *schema, struct cursor *cursor)
{
	struct view *view;
	const char *name;

	mo_skip_if_not_exists(cursor);
	name = mo_expect_qualified(cursor);
	view = cursor->failed ? NULL : (struct view *)mo_schema_add(schema, KIND_VIEW, name);
	if (!view)
		return NULL;
	if (mo_peek(cursor, "(")) {
		struct cursor group = mo_cursor_group(cursor);

		mo_read_name_list(&group, &view->columns);
		cursor->failed |= group.failed;
	}
	mo_expect(cursor, "AS");
	if (!cursor->failed)
		view->select =
			mo_sql_body(cursor->arena, cursor->at, (int)(cursor->end - cursor->at));
	cursor->at = cursor->end;
	return &view->object;
}

/* BEFORE | AFTER | INSTEAD OF | nothing, which is BEFORE */
static enum timing read_timing(struct cursor *cursor)
{
	if (mo_accept(cursor, "AFTER"))
		return TIMING_AFTER;
	if (mo_accept_two(cursor, "INSTEAD", "OF"))
		return TIMING_INSTEAD_OF;
	mo_accept(cursor, "BEFORE");
	return TIMING_BEFORE;
}

/* INSERT | DELETE | UPDATE [OF names], up to ON */
static void read_event(struct cursor *cursor, struct trigger *trigger)
{
	if (mo_accept(cursor, "INSERT")) {
		trigger->event = EVENT_INSERT;
	} else if (mo_accept(cursor, "DELETE")) {
		trigger->event = EVENT_DELETE;
	} else {
		mo_expect(cursor, "UPDATE");
		trigger->event = EVENT_UPDATE;
		if (!mo_accept(cursor, "OF"))
			return;
		do
			mo_list_add(cursor->arena, &trigger->columns, mo_expect_name(cursor));
		while (mo_accept(cursor, ","));
	}
}

/* Whether the body begins here: BEGIN is also a name that may stand in WHEN. */
static bool at_body(const struct cursor *cursor)
{
	static const char *const first[] = {"SELECT",  "INSERT", "UPDATE", "DELETE",
					    "REPLACE", "WITH",	 "VALUES"};

	if (!mo_peek(cursor, "BEGIN"))
		return false;
	for (size_t i = 0; i < sizeof(first) / sizeof(*first); i++)
		if (mo_peek_after(cursor, first[i]))
			return true;
	return false;
}

/* [WHEN expr] BEGIN statements END */
static void read_when_and_body(struct cursor *cursor, struct trigger *trigger)
{
	if (mo_accept(cursor, "WHEN")) {
		const struct token *first = cursor->at;

		while (!mo_at_end(cursor) && !at_body(cursor))
			cursor->at++;
		trigger->when = run_between(cursor, first, cursor->at);
	}
	mo_expect(cursor, "BEGIN");
	if (cursor->failed || mo_at_end(cursor) || !mo_token_is(cursor->end - 1, "END")) {
		cursor->failed = true;
		return;
	}
	trigger->body = mo_sql_body(cursor->arena, cursor->at, (int)(cursor->end - 1 - cursor->at));
	cursor->at = cursor->end;
}

/*
 * TRIGGER [IF NOT EXISTS] name timing event ON table [FOR EACH ROW] [WHEN expr] BEGIN statements
 * END
 */
static struct object *read_trigger(struct schema *schema, struct cursor *cursor)
{
	struct trigger *trigger;
	const char *name;

	mo_skip_if_not_exists(cursor);
	name = mo_expect_qualified(cursor);
	trigger =
		cursor->failed ? NULL : (struct trigger *)mo_schema_add(schema, KIND_TRIGGER, name);
	if (!trigger)
		return NULL;
	trigger->timing = read_timing(cursor);
	read_event(cursor, trigger);
	mo_expect(cursor, "ON");
	trigger->table = mo_expect_qualified(cursor);
	if (mo_accept_two(cursor, "FOR", "EACH"))
		mo_expect(cursor, "ROW");
	read_when_and_body(cursor, trigger);
	return &trigger->object;
}

/* VIRTUAL TABLE [IF NOT EXISTS] name USING module [( anything )] */
static struct object *read_virtual(struct schema *schema, struct cursor *cursor)
{
	struct virtual_table *table;
	const char *name;

	mo_expect(cursor, "TABLE");
	mo_skip_if_not_exists(cursor);
	name = mo_expect_qualified(cursor);
	mo_expect(cursor, "USING");
	table = cursor->failed ? NULL
			       : (struct virtual_table *)mo_schema_add(schema, KIND_VIRTUAL, name);
	if (!table)
		return NULL;
	table->module = mo_expect_name(cursor);
	if (mo_peek(cursor, "(")) {
		struct cursor group = mo_cursor_group(cursor);

		if (!group.failed)
			table->args =
				mo_sql_body(cursor->arena, group.at, (int)(group.end - group.at));
	}
	return &table->object;
}

static struct object *read_statement(struct schema *schema, struct cursor *cursor)
{
	mo_expect(cursor, "CREATE");
	if (mo_peek(cursor, "TEMP") || mo_peek(cursor, "TEMPORARY"))
		cursor->at++;
	if (mo_accept_two(cursor, "UNIQUE", "INDEX"))
		return read_index(schema, cursor, true);
	if (mo_accept(cursor, "INDEX"))
		return read_index(schema, cursor, false);
	if (mo_accept(cursor, "VIEW"))
		return read_view(schema, cursor);
	if (mo_accept(cursor, "TRIGGER"))
		return read_trigger(schema, cursor);
	if (mo_accept(cursor, "VIRTUAL"))
		return read_virtual(schema, cursor);
	mo_expect(cursor, "TABLE");
	return mo_read_table(schema, cursor);
}

int mo_read_create(struct object **object, struct schema *schema, const char *sql,
		   struct diags *diags)
{
	struct token_room room;
	struct tokens tokens = mo_tokens_in(&room, schema->arena, sql);
	struct cursor cursor = mo_cursor(schema->arena, tokens);
	struct object *made;

	while (cursor.end > cursor.at && mo_token_is(cursor.end - 1, ";"))
		cursor.end--;
	made = read_statement(schema, &cursor);
	if (mo_arena_rc(schema->arena))
		return mo_diag_memory(diags);
	if (!made || cursor.failed || !mo_at_end(&cursor)) {
		mo_diag(diags, DIAG_SQL001, NULL, made ? made->name : NULL,
			"this statement cannot be read from \"%.40s\" on: %.200s",
			cursor.at < cursor.end ? cursor.at->text : "its end", sql);
		return MOULT_TROUBLE;
	}
	made->sql = mo_arena_text(schema->arena, sql);
	*object = made;
	return mo_arena_rc(schema->arena);
}
