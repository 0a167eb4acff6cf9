/* SPDX-License-Identifier: MIT */
/*
 * write.c: names, lists, and the CREATE statements of the model.
 *
 * A column's clauses come in one order, whatever the source had: type, PRIMARY
 * KEY, NOT NULL, UNIQUE, CHECK, REFERENCES, DEFAULT, COLLATE, GENERATED.  A
 * CHECK with ON CONFLICT, which SQLite takes among the table's constraints only
 * (and ignores), is written there.
 */
#include "sql/write.h"

#include <string.h>

#include "base/text.h"
#include "sql/comment.h"
#include "sql/normal.h"
#include "sql/token.h"

/* ---- names and lists -------------------------------------------------------- */

static bool can_be_bare(const char *name)
{
	const struct token token = mo_token_next(name);

	return token.kind == TOKEN_WORD && token.text == name && !name[token.length] &&
	       !mo_is_keyword(name, token.length) && !mo_same_name(name, "true") &&
	       !mo_same_name(name, "false");
}

void mo_write_name(sqlite3_str *out, const char *name)
{
	if (name) /* without memory there is none, and the arena knows */
		sqlite3_str_appendf(out, can_be_bare(name) ? "%s" : "\"%w\"", name);
}

void mo_write_collation(sqlite3_str *out, const struct column *column)
{
	if (!column->collate)
		return;
	sqlite3_str_appendall(out, " COLLATE ");
	mo_write_name(out, column->collate);
}

const char *mo_sql_type_of(char affinity)
{
	switch (affinity) {
	case 'T':
		return " TEXT";
	case 'N':
		return " NUMERIC";
	case 'I':
		return " INTEGER";
	case 'R':
		return " REAL";
	default:
		return "";
	}
}

void mo_write_names(sqlite3_str *out, const struct list *names)
{
	for (int i = 0; i < names->count; i++) {
		sqlite3_str_appendall(out, i ? ", " : "");
		mo_write_name(out, names->items[i]);
	}
}

void mo_write_terms(sqlite3_str *out, const struct list *terms)
{
	for (int i = 0; i < terms->count; i++) {
		const struct term *term = terms->items[i];

		sqlite3_str_appendall(out, i ? ", " : "");
		if (term->column)
			mo_write_name(out, term->column);
		else
			sqlite3_str_appendall(out, term->expr.text);
		if (term->collate) {
			sqlite3_str_appendall(out, " COLLATE ");
			mo_write_name(out, term->collate);
		}
		sqlite3_str_appendall(out, term->descending ? " DESC" : "");
	}
}

/* The SQL of a word that documents write in lower case with hyphens. */
static void write_keyword(sqlite3_str *out, const char *word)
{
	for (; *word; word++)
		sqlite3_str_appendchar(
			out, 1,
			*word == '-' ? ' '
				     : (char)(*word >= 'a' && *word <= 'z' ? *word - 32 : *word));
}

/* ---- constraints -------------------------------------------------------------- */

static void write_reference(sqlite3_str *out, const struct reference *reference)
{
	sqlite3_str_appendall(out, "REFERENCES ");
	mo_write_name(out, reference->table);
	if (reference->columns.count) {
		sqlite3_str_appendchar(out, 1, '(');
		mo_write_names(out, &reference->columns);
		sqlite3_str_appendchar(out, 1, ')');
	}
	if (reference->on_delete) {
		sqlite3_str_appendall(out, " ON DELETE ");
		write_keyword(out, mo_action_words[reference->on_delete]);
	}
	if (reference->on_update) {
		sqlite3_str_appendall(out, " ON UPDATE ");
		write_keyword(out, mo_action_words[reference->on_update]);
	}
	if (reference->match) {
		sqlite3_str_appendall(out, " MATCH ");
		mo_write_name(out, reference->match);
	}
	if (reference->defer == DEFER_NO)
		sqlite3_str_appendall(out, " NOT DEFERRABLE");
	else if (reference->defer) {
		sqlite3_str_appendall(out, " DEFERRABLE ");
		write_keyword(out, mo_defer_words[reference->defer]);
	}
}

static void write_key(sqlite3_str *out, const struct constraint *constraint, const char *words)
{
	sqlite3_str_appendall(out, words);
	if (constraint->owner) {
		const struct term *own = constraint->terms.items[0];

		sqlite3_str_appendall(out, own->descending ? " DESC" : "");
		return;
	}
	sqlite3_str_appendall(out, " (");
	mo_write_terms(out, &constraint->terms);
	sqlite3_str_appendall(out, constraint->autoincrement ? " AUTOINCREMENT)" : ")");
}

static void write_foreign_key(sqlite3_str *out, const struct constraint *constraint)
{
	if (!constraint->owner) {
		sqlite3_str_appendall(out, "FOREIGN KEY (");
		mo_write_names(out, &constraint->columns);
		sqlite3_str_appendall(out, ") ");
	}
	write_reference(out, &constraint->reference);
}

static void write_constraint(sqlite3_str *out, const struct constraint *constraint)
{
	if (constraint->name) {
		sqlite3_str_appendall(out, "CONSTRAINT ");
		mo_write_name(out, constraint->name);
		sqlite3_str_appendchar(out, 1, ' ');
	}
	switch (constraint->kind) {
	case CONSTRAINT_PRIMARY_KEY:
		write_key(out, constraint, "PRIMARY KEY");
		break;
	case CONSTRAINT_UNIQUE:
		write_key(out, constraint, "UNIQUE");
		break;
	case CONSTRAINT_NOT_NULL:
		sqlite3_str_appendall(out, "NOT NULL");
		break;
	case CONSTRAINT_CHECK:
		sqlite3_str_appendf(out, "CHECK (%s)", constraint->check.text);
		break;
	case CONSTRAINT_FOREIGN_KEY:
		write_foreign_key(out, constraint);
		break;
	case CONSTRAINT_COUNT:
		break;
	}
	if (constraint->conflict) {
		sqlite3_str_appendall(out, " ON CONFLICT ");
		write_keyword(out, mo_conflict_words[constraint->conflict]);
	}
	if (constraint->autoincrement && constraint->owner)
		sqlite3_str_appendall(out, " AUTOINCREMENT");
}

/* ---- tables ------------------------------------------------------------------- */

static bool belongs_to_table(const struct constraint *constraint)
{
	return !constraint->owner || (constraint->kind == CONSTRAINT_CHECK && constraint->conflict);
}

static void write_column_constraints(sqlite3_str *out, const struct table *table,
				     const struct column *column)
{
	static const enum constraint_kind order[] = {CONSTRAINT_PRIMARY_KEY, CONSTRAINT_NOT_NULL,
						     CONSTRAINT_UNIQUE, CONSTRAINT_CHECK,
						     CONSTRAINT_FOREIGN_KEY};

	for (size_t k = 0; k < sizeof(order) / sizeof(*order); k++)
		EACH (const struct constraint, constraint, &table->constraints) {
			if (constraint->owner != column || constraint->kind != order[k] ||
			    belongs_to_table(constraint))
				continue;
			sqlite3_str_appendchar(out, 1, ' ');
			write_constraint(out, constraint);
			mo_comment_write(out, constraint->doc);
		}
}

static void write_column(sqlite3_str *out, const struct table *table, const struct column *column)
{
	const char *type = column->type.text;

	mo_write_name(out, column->object.name);
	if (type)
		sqlite3_str_appendf(out, " %s", type);
	/* Words that SQLite cuts off in the place of the type's own. */
	if (type && mo_sql_type_is_cut(type, strlen(type)))
		sqlite3_str_appendall(out, " GENERATED ALWAYS");
	write_column_constraints(out, table, column);
	if (column->value.text)
		sqlite3_str_appendf(out, " DEFAULT %s", column->value.text);
	if (column->collate) {
		sqlite3_str_appendall(out, " COLLATE ");
		mo_write_name(out, column->collate);
	}
	/* Before 3.37 GENERATED ALWAYS behind the name would be a type, whose affinity is NUMERIC. */
	if (column->generated.text)
		sqlite3_str_appendf(out, " AS (%s) %s", column->generated.text,
				    column->stored ? "STORED" : "VIRTUAL");
	mo_comment_write(out, column->object.doc);
}

static void write_table_constraints(sqlite3_str *out, const struct table *table)
{
	EACH (const struct constraint, constraint, &table->constraints) {
		if (!belongs_to_table(constraint))
			continue;
		sqlite3_str_appendall(out, ",\n  ");
		write_constraint(out, constraint);
		mo_comment_write(out, constraint->doc);
	}
}

static void write_table(sqlite3_str *out, const struct table *table, const char *name)
{
	sqlite3_str_appendall(out, "CREATE TABLE ");
	mo_write_name(out, name);
	sqlite3_str_appendall(out, " (");
	mo_comment_write(out, table->object.doc);
	for (int i = 0; i < table->columns.count; i++) {
		sqlite3_str_appendall(out, i ? ",\n  " : "\n  ");
		write_column(out, table, table->columns.items[i]);
	}
	write_table_constraints(out, table);
	sqlite3_str_appendall(out, "\n)");
	sqlite3_str_appendall(out, table->without_rowid ? " WITHOUT ROWID" : "");
	sqlite3_str_appendall(out, table->without_rowid && table->strict ? "," : "");
	sqlite3_str_appendall(out, table->strict ? " STRICT" : "");
}

/* ---- the other kinds ------------------------------------------------------------ */

static void write_index(sqlite3_str *out, const struct index *index)
{
	sqlite3_str_appendall(out, index->unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
	mo_write_name(out, index->object.name);
	sqlite3_str_appendall(out, " ON ");
	mo_write_name(out, index->table);
	sqlite3_str_appendall(out, " (");
	mo_write_terms(out, &index->terms);
	sqlite3_str_appendchar(out, 1, ')');
	if (index->where.text)
		sqlite3_str_appendf(out, " WHERE %s", index->where.text);
}

static void write_view(sqlite3_str *out, const struct view *view)
{
	sqlite3_str_appendall(out, "CREATE VIEW ");
	mo_write_name(out, view->object.name);
	if (view->columns.count) {
		sqlite3_str_appendall(out, " (");
		mo_write_names(out, &view->columns);
		sqlite3_str_appendchar(out, 1, ')');
	}
	sqlite3_str_appendf(out, " AS\n%s", view->select.text);
}

static void write_trigger(sqlite3_str *out, const struct trigger *trigger)
{
	sqlite3_str_appendall(out, "CREATE TRIGGER ");
	mo_write_name(out, trigger->object.name);
	sqlite3_str_appendchar(out, 1, ' ');
	write_keyword(out, mo_timing_words[trigger->timing]);
	sqlite3_str_appendchar(out, 1, ' ');
	write_keyword(out, mo_event_words[trigger->event]);
	if (trigger->columns.count) {
		sqlite3_str_appendall(out, " OF ");
		mo_write_names(out, &trigger->columns);
	}
	sqlite3_str_appendall(out, " ON ");
	mo_write_name(out, trigger->table);
	if (trigger->when.text)
		sqlite3_str_appendf(out, " WHEN %s", trigger->when.text);
	sqlite3_str_appendf(out, "\nBEGIN\n%s\nEND", trigger->body.text);
}

static void write_virtual(sqlite3_str *out, const struct virtual_table *table)
{
	sqlite3_str_appendall(out, "CREATE VIRTUAL TABLE ");
	mo_write_name(out, table->object.name);
	sqlite3_str_appendall(out, " USING ");
	mo_write_name(out, table->module);
	if (table->args.text)
		sqlite3_str_appendf(out, "(%s)", table->args.text);
}

char *mo_sql_create(struct arena *arena, const struct object *object)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	switch (object->kind) {
	case KIND_TABLE:
		write_table(out, (const struct table *)object, object->name);
		break;
	case KIND_VIRTUAL:
		write_virtual(out, (const struct virtual_table *)object);
		break;
	case KIND_INDEX:
		write_index(out, (const struct index *)object);
		break;
	case KIND_VIEW:
		write_view(out, (const struct view *)object);
		break;
	case KIND_TRIGGER:
		write_trigger(out, (const struct trigger *)object);
		break;
	case KIND_COUNT:
		break;
	}
	return mo_arena_take(arena, out);
}

static bool is_qualifier(struct arena *arena, const struct token *token, const char *table)
{
	return mo_token_is_name(token) && mo_token_is(&token[1], ".") &&
	       mo_same_name(mo_token_unquote(arena, token), table);
}

/* CHECK (t.a > 0) of a table that is called otherwise for a while. */
static char *with_qualifiers(struct arena *arena, const char *sql, const char *from, const char *to)
{
	const struct tokens tokens = mo_tokens(arena, sql);
	sqlite3_str *out = sqlite3_str_new(NULL);
	const char *at = sql;

	for (int i = 0; i + 1 < tokens.count; i++) {
		const struct token *token = &tokens.items[i];

		if (!is_qualifier(arena, token, from))
			continue;
		sqlite3_str_append(out, at, (int)(token->text - at));
		mo_write_name(out, to);
		at = token->text + token->length;
	}
	sqlite3_str_appendall(out, at);
	return mo_arena_take(arena, out);
}

static bool has_qualifier(struct arena *arena, const char *expression, const char *table)
{
	const struct tokens tokens = mo_tokens(arena, expression ? expression : "");

	for (int i = 0; i + 1 < tokens.count; i++)
		if (is_qualifier(arena, &tokens.items[i], table))
			return true;
	return false;
}

bool mo_sql_names_itself(struct arena *arena, const struct table *table)
{
	EACH (const struct constraint, constraint, &table->constraints)
		if (has_qualifier(arena, constraint->check.text, table->object.name))
			return true;
	return false;
}

char *mo_sql_create_table_as(struct arena *arena, const struct table *table, const char *name)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	char *sql;

	write_table(out, table, name);
	sql = mo_arena_take(arena, out);
	return sql && mo_sql_names_itself(arena, table)
		       ? with_qualifiers(arena, sql, table->object.name, name)
		       : sql;
}

/* ---- changes ---------------------------------------------------------------------- */

/* Names in front of ON are quoted where they are such a word. */
char *mo_sql_create_on(struct arena *arena, const char *sql, const char *table)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	struct token token = mo_token_next(sql);
	struct token first, last, next;

	while (token.kind != TOKEN_END && !mo_token_is(&token, "on"))
		token = mo_token_next(token.text + token.length);
	first = last = mo_token_next(token.text + token.length);
	next = mo_token_next(first.text + first.length);
	if (mo_token_is(&next, "."))
		last = mo_token_next(next.text + next.length);
	sqlite3_str_append(out, sql, (int)(first.text - sql));
	mo_write_name(out, table);
	sqlite3_str_appendall(out, last.text + last.length);
	return mo_arena_take(arena, out);
}

char *mo_sql_drop(struct arena *arena, enum kind kind, const char *name)
{
	static const char *const words[] = {[KIND_TABLE] = "TABLE",
					    [KIND_VIRTUAL] = "TABLE",
					    [KIND_INDEX] = "INDEX",
					    [KIND_VIEW] = "VIEW",
					    [KIND_TRIGGER] = "TRIGGER"};
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "DROP %s ", words[kind]);
	mo_write_name(out, name);
	return mo_arena_take(arena, out);
}

static sqlite3_str *begin_alter(const char *table, const char *words)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "ALTER TABLE ");
	mo_write_name(out, table);
	sqlite3_str_appendall(out, words);
	return out;
}

char *mo_sql_rename_table(struct arena *arena, const char *have, const char *want)
{
	sqlite3_str *out = begin_alter(have, " RENAME TO ");

	mo_write_name(out, want);
	return mo_arena_take(arena, out);
}

char *mo_sql_rename_column(struct arena *arena, const char *table, const char *have,
			   const char *want)
{
	sqlite3_str *out = begin_alter(table, " RENAME COLUMN ");

	mo_write_name(out, have);
	sqlite3_str_appendall(out, " TO ");
	mo_write_name(out, want);
	return mo_arena_take(arena, out);
}

char *mo_sql_add_column(struct arena *arena, const struct table *table, const struct column *column)
{
	sqlite3_str *out = begin_alter(table->object.name, " ADD COLUMN ");

	write_column(out, table, column);
	return mo_arena_take(arena, out);
}

char *mo_sql_drop_column(struct arena *arena, const char *table, const char *column)
{
	sqlite3_str *out = begin_alter(table, " DROP COLUMN ");

	mo_write_name(out, column);
	return mo_arena_take(arena, out);
}

char *mo_sql_set_not_null(struct arena *arena, const char *table,
			  const struct constraint *constraint)
{
	sqlite3_str *out = begin_alter(table, " ALTER COLUMN ");

	mo_write_name(out, constraint->owner->object.name);
	sqlite3_str_appendall(out, " SET ");
	write_constraint(out, constraint);
	return mo_arena_take(arena, out);
}

char *mo_sql_drop_not_null(struct arena *arena, const char *table, const char *column)
{
	sqlite3_str *out = begin_alter(table, " ALTER COLUMN ");

	mo_write_name(out, column);
	sqlite3_str_appendall(out, " DROP NOT NULL");
	return mo_arena_take(arena, out);
}

char *mo_sql_add_check(struct arena *arena, const char *table, const struct constraint *constraint)
{
	sqlite3_str *out = begin_alter(table, " ADD ");

	write_constraint(out, constraint);
	return mo_arena_take(arena, out);
}

char *mo_sql_drop_constraint(struct arena *arena, const char *table, const char *name)
{
	sqlite3_str *out = begin_alter(table, " DROP CONSTRAINT ");

	mo_write_name(out, name);
	return mo_arena_take(arena, out);
}

char *mo_sql_touch(struct arena *arena, const char *name, enum event event,
		   const struct list *columns)
{
	static const char *const words[EVENT_COUNT] = {[EVENT_INSERT] = "INSERT INTO ",
						       [EVENT_UPDATE] = "UPDATE ",
						       [EVENT_DELETE] = "DELETE FROM "};
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, words[event]);
	mo_write_name(out, name);
	if (event == EVENT_INSERT)
		sqlite3_str_appendall(out, " DEFAULT VALUES");
	for (int i = 0; event == EVENT_UPDATE && i < columns->count; i++) {
		sqlite3_str_appendall(out, i ? ", " : " SET ");
		mo_write_name(out, columns->items[i]);
		sqlite3_str_appendall(out, " = NULL");
	}
	return mo_arena_take(arena, out);
}
