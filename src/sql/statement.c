/* SPDX-License-Identifier: MIT */
/*
 * statement.c: what a statement does: its verb, its names, and of a copy what
 * goes where.  Whether it is right is SQLite's to say.
 */
#include "sql/statement.h"

#include "base/text.h"
#include "sql/cursor.h"

/* [schema .] name */
static void read_name(struct statement *statement, struct cursor *cursor)
{
	const char *name = mo_expect_name(cursor);

	if (mo_accept(cursor, ".")) {
		statement->is_temp |= mo_same_name(name, "temp");
		name = mo_expect_name(cursor);
	}
	statement->name = name;
}

/* ---- SELECT ------------------------------------------------------------------------- */

static bool at_any(const struct cursor *cursor, const char *const *words)
{
	for (; *words; words++)
		if (mo_peek(cursor, *words))
			return true;
	return false;
}

/* To the next of the words outside parentheses, or the end. */
static void skip_to(struct cursor *cursor, const char *const *words)
{
	int depth = 0;

	for (; !mo_at_end(cursor); cursor->at++) {
		if (depth <= 0 && at_any(cursor, words))
			return;
		depth += mo_peek(cursor, "(") - mo_peek(cursor, ")");
	}
}

static bool is_column(const struct token *token)
{
	if (token->kind == TOKEN_NAME)
		return true;
	return token->kind == TOKEN_WORD && !mo_is_keyword(token->text, token->length);
}

/* [t .] column [[AS] alias], t.* or *; anything else is an expression. */
static void read_given(struct statement *statement, struct cursor *cursor, int count)
{
	struct given *given = mo_arena_make(cursor->arena, struct given);
	const struct token *at = cursor->at;
	const struct token *end = at + count;

	if (!given)
		return;
	*given = (struct given){.first = at, .count = count};
	if (count > 2 && mo_token_is(&at[1], "."))
		at += 2;
	given->is_star = end - at == 1 && mo_token_is(at, "*");
	if (end > at && is_column(at) &&
	    (end - at == 1 || (end - at == 2 && is_column(&at[1])) ||
	     (end - at == 3 && mo_token_is(&at[1], "AS"))))
		given->column = mo_token_unquote(cursor->arena, at);
	mo_list_add(cursor->arena, &statement->given, given);
	cursor->at = end;
}

/* FROM t, or the first table of a subquery. */
static void read_from(struct statement *statement, struct cursor *cursor)
{
	static const char *const from[] = {"FROM", NULL};
	const char *name;

	while (mo_accept(cursor, "(")) {
		statement->is_nested = true;
		skip_to(cursor, from);
		mo_accept(cursor, "FROM");
	}
	if (mo_at_end(cursor) || !mo_token_is_name(cursor->at))
		return;
	name = mo_expect_name(cursor);
	if (mo_accept(cursor, "."))
		name = mo_expect_name(cursor);
	if (!mo_peek(cursor, "("))
		statement->from = name;
}

/* SELECT [DISTINCT | ALL] results [FROM ...] */
static void read_select(struct statement *statement, struct cursor *cursor)
{
	static const char *const ends[] = {"FROM",  "WHERE", "UNION", "EXCEPT", "INTERSECT",
					   "ORDER", "LIMIT", "GROUP", NULL};
	struct cursor results = *cursor;

	statement->selects = true;
	if (!mo_accept(&results, "DISTINCT"))
		mo_accept(&results, "ALL");
	cursor->at = results.at;
	skip_to(cursor, ends);
	results.end = cursor->at;
	while (!mo_at_end(&results)) {
		read_given(statement, &results, mo_run_to_comma(&results));
		if (!mo_accept(&results, ","))
			break;
	}
	if (mo_accept(cursor, "FROM"))
		read_from(statement, cursor);
}

/* [WITH ...] SELECT, or the same in parentheses */
static void read_query(struct statement *statement, struct cursor *cursor)
{
	static const char *const verbs[] = {"SELECT", "VALUES", NULL};

	if (mo_accept(cursor, "WITH"))
		skip_to(cursor, verbs);
	if (mo_accept(cursor, "SELECT"))
		read_select(statement, cursor);
}

/* ---- rows --------------------------------------------------------------------------------- */

static enum conflict read_conflict(struct cursor *cursor)
{
	static const char *const words[CONFLICT_COUNT] = {NULL,	  "ROLLBACK", "ABORT",
							  "FAIL", "IGNORE",   "REPLACE"};

	if (!mo_accept(cursor, "OR"))
		return CONFLICT_NONE;
	for (int i = 1; i < CONFLICT_COUNT; i++)
		if (mo_accept(cursor, words[i]))
			return (enum conflict)i;
	cursor->failed = true;
	return CONFLICT_NONE;
}

static void find_upsert(struct statement *statement)
{
	for (int i = 0; i + 1 < statement->tokens.count; i++)
		statement->upserts |= mo_token_is(&statement->tokens.items[i], "ON") &&
				      mo_token_is(&statement->tokens.items[i + 1], "CONFLICT");
}

/* INTO t [AS alias] [(columns)] rows */
static void read_insert(struct statement *statement, struct cursor *cursor)
{
	statement->act = ACT_INSERT;
	mo_expect(cursor, "INTO");
	read_name(statement, cursor);
	if (mo_accept(cursor, "AS"))
		mo_expect_name(cursor);
	if (mo_peek(cursor, "(") && !mo_peek_after(cursor, "SELECT") &&
	    !mo_peek_after(cursor, "WITH")) {
		struct cursor group = mo_cursor_group(cursor);

		mo_read_name_list(&group, &statement->columns);
		cursor->failed |= group.failed;
	}
	read_query(statement, cursor);
	find_upsert(statement);
}

/* SET a = x, (b, c) = y */
static void read_set(struct statement *statement, struct cursor *cursor)
{
	static const char *const ends[] = {"FROM", "WHERE", "RETURNING", "ORDER", "LIMIT", NULL};
	struct cursor list = *cursor;

	skip_to(cursor, ends);
	list.end = cursor->at;
	while (!mo_at_end(&list) && !list.failed) {
		if (mo_peek(&list, "(")) {
			struct cursor group = mo_cursor_group(&list);

			mo_read_name_list(&group, &statement->columns);
		} else {
			mo_list_add(cursor->arena, &statement->columns, mo_expect_name(&list));
		}
		list.at += mo_run_to_comma(&list);
		mo_accept(&list, ",");
	}
}

static void read_update(struct statement *statement, struct cursor *cursor)
{
	static const char *const set[] = {"SET", NULL};

	statement->act = ACT_UPDATE;
	statement->conflict = read_conflict(cursor);
	read_name(statement, cursor);
	skip_to(cursor, set);
	mo_expect(cursor, "SET");
	read_set(statement, cursor);
}

/* INSERT, REPLACE, UPDATE, DELETE, SELECT or VALUES; false where it is none */
static bool read_rows(struct statement *statement, struct cursor *cursor)
{
	static const char *const verbs[] = {"INSERT", "REPLACE", "UPDATE", "DELETE",
					    "SELECT", "VALUES",	 NULL};

	if (mo_accept(cursor, "WITH"))
		skip_to(cursor, verbs);
	if (mo_accept(cursor, "INSERT")) {
		statement->conflict = read_conflict(cursor);
		read_insert(statement, cursor);
	} else if (mo_accept(cursor, "REPLACE")) {
		statement->conflict = CONFLICT_REPLACE;
		read_insert(statement, cursor);
	} else if (mo_accept(cursor, "UPDATE")) {
		read_update(statement, cursor);
	} else if (mo_accept(cursor, "DELETE")) {
		statement->act = ACT_DELETE;
		mo_expect(cursor, "FROM");
		read_name(statement, cursor);
	} else if (mo_accept(cursor, "SELECT")) {
		statement->act = ACT_SELECT;
		read_select(statement, cursor);
	} else if (mo_accept(cursor, "VALUES")) {
		statement->act = ACT_SELECT;
	} else {
		return false;
	}
	return true;
}

/* ---- schema --------------------------------------------------------------------------------- */

static enum kind read_kind(struct statement *statement, struct cursor *cursor)
{
	static const struct {
		const char *word;
		enum kind kind;
	} kinds[] = {{"TABLE", KIND_TABLE},
		     {"INDEX", KIND_INDEX},
		     {"VIEW", KIND_VIEW},
		     {"TRIGGER", KIND_TRIGGER}};

	statement->is_virtual = mo_accept(cursor, "VIRTUAL");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (mo_accept(cursor, kinds[i].word))
			return statement->is_virtual ? KIND_VIRTUAL : kinds[i].kind;
	cursor->failed = true;
	return KIND_TABLE;
}

static void read_create(struct statement *statement, struct cursor *cursor)
{
	static const char *const on[] = {"ON", NULL};

	statement->act = ACT_CREATE;
	statement->is_temp = mo_accept(cursor, "TEMP") || mo_accept(cursor, "TEMPORARY");
	mo_accept(cursor, "UNIQUE");
	statement->kind = read_kind(statement, cursor);
	mo_skip_if_not_exists(cursor);
	read_name(statement, cursor);
	if (statement->kind == KIND_TABLE && mo_accept(cursor, "AS"))
		read_query(statement, cursor);
	if (statement->kind != KIND_INDEX && statement->kind != KIND_TRIGGER)
		return;
	skip_to(cursor, on);
	mo_expect(cursor, "ON");
	statement->other = mo_expect_qualified(cursor);
}

static void read_drop(struct statement *statement, struct cursor *cursor)
{
	statement->act = ACT_DROP;
	statement->kind = read_kind(statement, cursor);
	if (mo_accept(cursor, "IF"))
		mo_expect(cursor, "EXISTS");
	read_name(statement, cursor);
}

/* RENAME TO t, RENAME [COLUMN] a TO b, ADD [COLUMN] c, DROP [COLUMN] c, or what is newer */
static void read_alter(struct statement *statement, struct cursor *cursor)
{
	mo_expect(cursor, "TABLE");
	read_name(statement, cursor);
	statement->act = ACT_ALTER;
	if (mo_accept_two(cursor, "RENAME", "TO")) {
		statement->act = ACT_RENAME;
		statement->other = mo_expect_name(cursor);
	} else if (mo_accept(cursor, "RENAME")) {
		mo_accept(cursor, "COLUMN");
		statement->act = ACT_RENAME_COLUMN;
		statement->column = mo_expect_name(cursor);
		mo_expect(cursor, "TO");
		statement->other = mo_expect_name(cursor);
	} else if (mo_peek(cursor, "ADD") || mo_peek(cursor, "DROP")) {
		const bool adds = mo_accept(cursor, "ADD");

		if (!adds)
			mo_accept(cursor, "DROP");
		if (mo_peek(cursor, "CONSTRAINT") || mo_peek(cursor, "CHECK"))
			return;
		mo_accept(cursor, "COLUMN");
		statement->act = adds ? ACT_ADD_COLUMN : ACT_DROP_COLUMN;
		statement->column = mo_expect_name(cursor);
	}
}

/* PRAGMA [schema .] name [= value | (value)] */
static void read_pragma(struct statement *statement, struct cursor *cursor)
{
	const struct token *first;
	const struct token *last;

	statement->act = ACT_PRAGMA;
	read_name(statement, cursor);
	if (!mo_accept(cursor, "=") && !mo_accept(cursor, "("))
		return;
	first = cursor->at;
	last = cursor->end - (mo_token_is(cursor->end - 1, ")") ? 2 : 1);
	if (last < first)
		return;
	statement->other =
		first == last && mo_token_is_name(first)
			? mo_token_unquote(cursor->arena, first)
			: mo_arena_slice(cursor->arena, first->text,
					 (size_t)(last->text + last->length - first->text));
}

/* ---- all of them --------------------------------------------------------------------------- */

static bool read_transaction(struct statement *statement, struct cursor *cursor)
{
	static const char *const to[] = {"TO", NULL};

	if (mo_accept(cursor, "BEGIN")) {
		statement->act = ACT_BEGIN;
	} else if (mo_accept(cursor, "COMMIT") || mo_accept(cursor, "END")) {
		statement->act = ACT_COMMIT;
	} else if (mo_accept(cursor, "SAVEPOINT")) {
		statement->act = ACT_SAVEPOINT;
	} else if (mo_accept(cursor, "RELEASE")) {
		statement->act = ACT_RELEASE;
	} else if (mo_accept(cursor, "ROLLBACK")) {
		skip_to(cursor, to);
		statement->act = mo_at_end(cursor) ? ACT_ROLLBACK : ACT_ROLLBACK_TO;
	} else {
		return false;
	}
	return true;
}

static void read_any(struct statement *statement, struct cursor *cursor)
{
	statement->act = ACT_OTHER;
	if (*statement->sql == '.')
		statement->act = ACT_DOT;
	else if (mo_accept(cursor, "CREATE"))
		read_create(statement, cursor);
	else if (mo_accept(cursor, "DROP"))
		read_drop(statement, cursor);
	else if (mo_accept(cursor, "ALTER"))
		read_alter(statement, cursor);
	else if (mo_accept(cursor, "PRAGMA"))
		read_pragma(statement, cursor);
	else if (mo_accept(cursor, "ANALYZE"))
		statement->act = ACT_ANALYZE;
	else if (mo_accept(cursor, "VACUUM"))
		statement->act = ACT_VACUUM;
	else if (mo_accept(cursor, "ATTACH") || mo_accept(cursor, "DETACH"))
		statement->act = ACT_ATTACH;
	else if (!read_transaction(statement, cursor))
		read_rows(statement, cursor);
}

void mo_statement_read(struct statement *statement, struct arena *arena)
{
	struct cursor cursor;

	statement->tokens = mo_tokens(arena, statement->sql);
	cursor = mo_cursor(arena, statement->tokens);
	read_any(statement, &cursor);
	/* SQLite will say what is wrong with it. */
	if (cursor.failed && !mo_arena_rc(arena) && statement->act != ACT_PRAGMA)
		statement->act = ACT_OTHER;
}
