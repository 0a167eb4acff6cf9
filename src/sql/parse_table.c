/* SPDX-License-Identifier: MIT */
/*
 * parse_table.c: CREATE TABLE into the model.
 *
 * What SQLite says twice counts as it counts there: the last DEFAULT, COLLATE
 * and NOT NULL of a column win.  A constraint's name belongs to the constraint
 * behind it; one before DEFAULT, COLLATE or NULL names nothing and is not kept.
 */
#include "sql/parse_table.h"

#include "sql/comment.h"
#include "sql/normal.h"

struct reader {
	struct schema *schema;
	struct cursor *cursor;
	struct table *table;
	struct column *column; /* whose clauses are read; NULL among those of the table */
	const char *name;      /* CONSTRAINT name, waiting for its constraint */
};

static struct constraint *add(struct reader *r, enum constraint_kind kind)
{
	struct constraint *constraint =
		mo_table_add_constraint(r->schema, r->table, kind, r->column);

	if (!constraint) {
		r->cursor->failed = true;
		return NULL;
	}
	constraint->name = r->name;
	r->name = NULL;
	return constraint;
}

static struct sql read_parenthesis(struct cursor *cursor)
{
	struct cursor group = mo_cursor_group(cursor);

	if (cursor->failed)
		return (struct sql){NULL, NULL};
	return mo_sql_run(cursor->arena, group.at, (int)(group.end - group.at));
}

/* [ON CONFLICT word] */
static enum conflict read_conflict(struct cursor *cursor)
{
	if (!mo_peek(cursor, "ON") || !mo_peek_after(cursor, "CONFLICT"))
		return CONFLICT_NONE;
	cursor->at += 2;
	for (int i = CONFLICT_NONE + 1; i < CONFLICT_COUNT; i++)
		if (mo_accept(cursor, mo_conflict_words[i]))
			return (enum conflict)i;
	cursor->failed = true;
	return CONFLICT_NONE;
}

/* NO ACTION | RESTRICT | SET NULL | SET DEFAULT | CASCADE */
static enum action read_action(struct cursor *cursor)
{
	if (mo_accept(cursor, "CASCADE"))
		return ACTION_CASCADE;
	if (mo_accept(cursor, "RESTRICT"))
		return ACTION_RESTRICT;
	if (mo_accept_two(cursor, "SET", "NULL"))
		return ACTION_SET_NULL;
	if (mo_accept_two(cursor, "SET", "DEFAULT"))
		return ACTION_SET_DEFAULT;
	if (!mo_accept_two(cursor, "NO", "ACTION"))
		cursor->failed = true;
	return ACTION_NO_ACTION;
}

/* [NOT] DEFERRABLE [INITIALLY DEFERRED | INITIALLY IMMEDIATE] */
static bool read_defer(struct cursor *cursor, enum defer *defer)
{
	const bool negated = mo_accept_two(cursor, "NOT", "DEFERRABLE");

	if (!negated && !mo_accept(cursor, "DEFERRABLE"))
		return false;
	*defer = negated ? DEFER_NO : DEFER_INITIALLY_IMMEDIATE;
	if (mo_accept_two(cursor, "INITIALLY", "DEFERRED"))
		*defer = negated ? DEFER_NO : DEFER_INITIALLY_DEFERRED;
	else
		mo_accept_two(cursor, "INITIALLY", "IMMEDIATE");
	return true;
}

/* REFERENCES table [( names )] {ON DELETE action | ON UPDATE action | MATCH name} [defer] */
static void read_reference(struct cursor *cursor, struct reference *reference)
{
	mo_expect(cursor, "REFERENCES");
	reference->table = mo_expect_name(cursor);
	if (mo_peek(cursor, "(")) {
		struct cursor group = mo_cursor_group(cursor);

		mo_read_name_list(&group, &reference->columns);
		cursor->failed |= group.failed;
	}
	for (;;) {
		if (mo_accept_two(cursor, "ON", "DELETE"))
			reference->on_delete = read_action(cursor);
		else if (mo_accept_two(cursor, "ON", "UPDATE"))
			reference->on_update = read_action(cursor);
		else if (mo_accept_two(cursor, "ON", "INSERT"))
			(void)read_action(cursor);
		else if (mo_accept(cursor, "MATCH"))
			reference->match = mo_expect_name(cursor);
		else
			break;
	}
	read_defer(cursor, &reference->defer);
}

/* The owner's own name as the only term. */
static void add_own_term(struct reader *r, struct constraint *constraint, bool descending)
{
	struct term *term =
		mo_terms_add(r->cursor->arena, &constraint->terms, r->column->object.name);
	sqlite3_str *quoted = sqlite3_str_new(NULL);
	struct sql expr;

	sqlite3_str_appendf(quoted, "\"%w\"", r->column->object.name);
	expr = mo_sql_piece(r->cursor->arena, mo_arena_take(r->cursor->arena, quoted));
	if (!term)
		return;
	term->expr = expr;
	term->descending = descending;
}

/*
 * PRIMARY KEY [ASC | DESC] [ON CONFLICT] [AUTOINCREMENT] or PRIMARY KEY ( terms [AUTOINCREMENT] )
 * [ON CONFLICT]
 */
static void read_primary_key(struct reader *r)
{
	struct constraint *constraint = add(r, CONSTRAINT_PRIMARY_KEY);

	if (!constraint)
		return;
	if (r->column) {
		const bool descending = mo_accept(r->cursor, "DESC");

		if (!descending)
			mo_accept(r->cursor, "ASC");
		add_own_term(r, constraint, descending);
	} else {
		struct cursor group = mo_cursor_group(r->cursor);

		mo_read_term_list(&group, &constraint->terms, &constraint->autoincrement);
		r->cursor->failed |= group.failed;
	}
	constraint->conflict = read_conflict(r->cursor);
	if (r->column)
		constraint->autoincrement = mo_accept(r->cursor, "AUTOINCREMENT");
}

/* UNIQUE [( terms )] [ON CONFLICT] */
static void read_unique(struct reader *r)
{
	struct constraint *constraint = add(r, CONSTRAINT_UNIQUE);

	if (!constraint)
		return;
	if (r->column) {
		add_own_term(r, constraint, false);
	} else {
		struct cursor group = mo_cursor_group(r->cursor);

		mo_read_term_list(&group, &constraint->terms, NULL);
		r->cursor->failed |= group.failed;
	}
	constraint->conflict = read_conflict(r->cursor);
}

/* CHECK ( expr ) [ON CONFLICT], of which SQLite ignores the last */
static void read_check(struct reader *r)
{
	struct constraint *constraint = add(r, CONSTRAINT_CHECK);

	if (!constraint)
		return;
	constraint->check = read_parenthesis(r->cursor);
	constraint->conflict = read_conflict(r->cursor);
}

static void read_foreign_key(struct reader *r)
{
	struct constraint *constraint = add(r, CONSTRAINT_FOREIGN_KEY);

	if (!constraint)
		return;
	if (r->column) {
		mo_list_add(r->cursor->arena, &constraint->columns, (void *)r->column->object.name);
	} else {
		struct cursor group;

		mo_expect(r->cursor, "KEY");
		group = mo_cursor_group(r->cursor);
		mo_read_name_list(&group, &constraint->columns);
		r->cursor->failed |= group.failed;
	}
	read_reference(r->cursor, &constraint->reference);
}

/* NOT NULL [ON CONFLICT] */
static void read_not_null(struct reader *r)
{
	struct list *all = &r->table->constraints;
	struct constraint *constraint;

	for (int i = all->count - 1; i >= 0; i--) {
		constraint = all->items[i];
		if (constraint->kind == CONSTRAINT_NOT_NULL && constraint->owner == r->column)
			mo_list_remove(all, i);
	}
	constraint = add(r, CONSTRAINT_NOT_NULL);
	if (!constraint)
		return;
	mo_list_add(r->cursor->arena, &constraint->columns, (void *)r->column->object.name);
	constraint->conflict = read_conflict(r->cursor);
}

/* DEFAULT ( expr ) | DEFAULT [+ | -] literal | DEFAULT name */
static void read_default(struct reader *r)
{
	const struct token *first = r->cursor->at;

	if (mo_peek(r->cursor, "(")) {
		mo_cursor_group(r->cursor);
	} else {
		if (!mo_accept(r->cursor, "-"))
			mo_accept(r->cursor, "+");
		if (mo_at_end(r->cursor))
			r->cursor->failed = true;
		else
			r->cursor->at++;
	}
	r->column->value = mo_sql_run(r->cursor->arena, first, (int)(r->cursor->at - first));
	r->name = NULL;
}

/* [GENERATED ALWAYS] AS ( expr ) [STORED | VIRTUAL] */
static void read_generated(struct reader *r)
{
	mo_expect(r->cursor, "AS");
	r->column->generated = read_parenthesis(r->cursor);
	r->column->stored = mo_accept(r->cursor, "STORED");
	if (!r->column->stored)
		mo_accept(r->cursor, "VIRTUAL");
	r->name = NULL;
}

/* A deferral that stands apart belongs to the table's last foreign key, as in SQLite. */
static bool read_stray_defer(struct reader *r)
{
	struct list *all = &r->table->constraints;
	enum defer defer;

	if (!read_defer(r->cursor, &defer))
		return false;
	for (int i = all->count - 1; i >= 0; i--) {
		struct constraint *constraint = all->items[i];

		if (constraint->kind == CONSTRAINT_FOREIGN_KEY) {
			constraint->reference.defer = defer;
			break;
		}
	}
	return true;
}

/* One clause of a column; false where none begins. */
static bool read_column_clause(struct reader *r)
{
	struct cursor *cursor = r->cursor;

	if (mo_accept(cursor, "CONSTRAINT"))
		r->name = mo_expect_name(cursor);
	else if (mo_accept_two(cursor, "PRIMARY", "KEY"))
		read_primary_key(r);
	else if (mo_accept(cursor, "UNIQUE"))
		read_unique(r);
	else if (mo_accept_two(cursor, "NOT", "NULL"))
		read_not_null(r);
	else if (mo_accept(cursor, "NULL"))
		(void)read_conflict(cursor);
	else if (mo_accept(cursor, "CHECK"))
		read_check(r);
	else if (mo_peek(cursor, "REFERENCES"))
		read_foreign_key(r);
	else if (mo_accept(cursor, "DEFAULT"))
		read_default(r);
	else if (mo_accept(cursor, "COLLATE"))
		r->column->collate = mo_expect_name(cursor);
	else if (mo_accept_two(cursor, "GENERATED", "ALWAYS") || mo_peek(cursor, "AS"))
		read_generated(r);
	else
		return read_stray_defer(r);
	return !cursor->failed;
}

/* Words that end a type because a clause begins with them. */
static bool ends_type(const struct cursor *cursor)
{
	static const char *const words[] = {"CONSTRAINT", "PRIMARY", "UNIQUE",	  "NOT",
					    "NULL",	  "CHECK",   "DEFAULT",	  "REFERENCES",
					    "COLLATE",	  "AS",	     "DEFERRABLE"};

	if (mo_at_end(cursor) || !mo_token_is_name(cursor->at))
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (mo_peek(cursor, words[i]))
			return true;
	return false;
}

/*
 * {word} [( number [, number] )], of which SQLite cuts GENERATED ALWAYS at the end, whether or not
 * AS follows.
 */
static void read_type(struct reader *r)
{
	const struct token *first = r->cursor->at;

	while (!ends_type(r->cursor))
		r->cursor->at++;
	if (r->cursor->at > first && mo_peek(r->cursor, "("))
		mo_cursor_group(r->cursor);
	if (r->cursor->at > first)
		r->column->type =
			mo_sql_type(r->cursor->arena, first, (int)(r->cursor->at - first));
}

static void read_column(struct reader *r)
{
	const char *name = mo_expect_name(r->cursor);

	r->column = r->cursor->failed ? NULL : mo_table_add_column(r->schema, r->table, name);
	if (!r->column) {
		r->cursor->failed = true;
		return;
	}
	r->name = NULL;
	read_type(r);
	while (!mo_at_end(r->cursor) && read_column_clause(r))
		;
	r->column = NULL;
	r->name = NULL;
}

/*
 * One constraint of the table; false where none begins. SQLite lets the comma between them be left
 * out.
 */
static bool read_table_constraint(struct reader *r)
{
	if (mo_accept(r->cursor, "CONSTRAINT"))
		r->name = mo_expect_name(r->cursor);
	else if (mo_accept_two(r->cursor, "PRIMARY", "KEY"))
		read_primary_key(r);
	else if (mo_accept(r->cursor, "UNIQUE"))
		read_unique(r);
	else if (mo_accept(r->cursor, "CHECK"))
		read_check(r);
	else if (mo_accept(r->cursor, "FOREIGN"))
		read_foreign_key(r);
	else
		return false;
	return !r->cursor->failed;
}

/* ---- comments ------------------------------------------------------------------- */

/*
 * Where the documentation of the item that was read last is kept: a column's, a constraint's, or
 * the table's.
 */
static const char **doc_of_last(struct reader *r, int columns, int constraints)
{
	struct list *of_table = &r->table->constraints;

	if (r->table->columns.count > columns)
		return &((struct column *)r->table->columns.items[r->table->columns.count - 1])
				->object.doc;
	if (of_table->count > constraints)
		return &((struct constraint *)of_table->items[of_table->count - 1])->doc;
	return &r->table->object.doc;
}

static void add_doc(struct reader *r, const char **doc, const char *text)
{
	*doc = mo_comment_join(r->cursor->arena, *doc, text);
}

static const char *end_of(const struct token *token)
{
	return token->text + token->length;
}

/* What stands between tokens, from one to another. */
static const char *comments_between(struct arena *arena, const struct token *from,
				    const struct token *to)
{
	const char *all = NULL;

	for (const struct token *token = from; token < to; token++)
		all = mo_comment_join(arena, all,
				      mo_comment_all(arena, end_of(token), token[1].text));
	return all;
}

/*
 * One column or constraint, with the comments in and around it; *doc is where those behind the
 * last item belong.
 */
static void read_item(struct reader *r, const char ***doc)
{
	struct arena *arena = r->cursor->arena;
	const struct token *first = r->cursor->at;
	const char *gap = end_of(first - 1);
	const int columns = r->table->columns.count;
	const int constraints = r->table->constraints.count;
	const char *before = mo_comment_before(arena, gap, r->cursor->at->text);
	const char *after = mo_comment_after(arena, gap, r->cursor->at->text);

	add_doc(r, *doc, before);
	if (!read_table_constraint(r))
		read_column(r);
	while (!mo_at_end(r->cursor) && read_table_constraint(r))
		;
	if (r->cursor->failed)
		return;
	*doc = doc_of_last(r, columns, constraints);
	add_doc(r, *doc, after);
	add_doc(r, *doc, comments_between(arena, first, r->cursor->at));
}

static void read_body(struct reader *r)
{
	const char **doc = &r->table->object.doc;

	do
		read_item(r, &doc);
	while (!r->cursor->failed && mo_accept(r->cursor, ","));
	if (!mo_at_end(r->cursor))
		r->cursor->failed = true;
}

/* {WITHOUT ROWID | STRICT} with commas between; SQLite takes one before the first too. */
static void read_options(struct reader *r)
{
	if (mo_at_end(r->cursor))
		return;
	mo_accept(r->cursor, ",");
	do {
		if (mo_accept_two(r->cursor, "WITHOUT", "ROWID"))
			r->table->without_rowid = true;
		else if (mo_accept(r->cursor, "STRICT"))
			r->table->strict = true;
		else
			r->cursor->failed = true;
	} while (mo_accept(r->cursor, ","));
}

struct object *mo_read_table(struct schema *schema, struct cursor *cursor)
{
	struct reader reader = {.schema = schema, .cursor = cursor};
	struct reader inside;
	struct cursor group;
	const struct token *before;
	const char *name;

	mo_skip_if_not_exists(cursor);
	name = mo_expect_qualified(cursor);
	if (cursor->failed)
		return NULL;
	reader.table = (struct table *)mo_schema_add(schema, KIND_TABLE, name);
	if (!reader.table)
		return NULL;
	before = cursor->at - 1;
	add_doc(&reader, &reader.table->object.doc,
		comments_between(cursor->arena, before, cursor->at));
	group = mo_cursor_group(cursor);
	inside = reader;
	inside.cursor = &group;
	read_body(&inside);
	cursor->failed |= group.failed;
	if (cursor->failed)
		return NULL;
	before = cursor->at - 1;
	read_options(&reader);
	add_doc(&reader, &reader.table->object.doc,
		comments_between(cursor->arena, before, cursor->at));
	return &reader.table->object;
}
