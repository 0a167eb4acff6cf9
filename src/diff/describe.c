/* SPDX-License-Identifier: MIT */
/* describe.c: see describe.h. */
#include "diff/describe.h"

#include "base/text.h"
#include "model/form.h"
#include "sql/write.h"

char *mo_label_object(struct arena *arena, const struct object *object)
{
	return mo_arena_format(arena, "%s %s", mo_kind_names[object->kind], object->name);
}

char *mo_label_column(struct arena *arena, const char *table, const char *column)
{
	return mo_arena_format(arena, "column %s.%s", table, column);
}

char *mo_label_rename(struct arena *arena, const struct rename *rename)
{
	if (rename->table)
		return mo_label_column(arena, rename->table, rename->want);
	return mo_arena_format(arena, "%s %s", mo_kind_names[rename->kind], rename->want);
}

char *mo_constraint_text(struct arena *arena, const struct constraint *constraint)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	if (constraint->name) {
		mo_write_name(out, constraint->name);
		sqlite3_str_appendall(out, ": ");
	}
	switch (constraint->kind) {
	case CONSTRAINT_PRIMARY_KEY:
	case CONSTRAINT_UNIQUE:
		sqlite3_str_appendall(out, constraint->kind == CONSTRAINT_UNIQUE ? "UNIQUE ("
										 : "PRIMARY KEY (");
		mo_write_terms(out, &constraint->terms);
		sqlite3_str_appendall(out, constraint->autoincrement ? " AUTOINCREMENT)" : ")");
		break;
	case CONSTRAINT_NOT_NULL:
		sqlite3_str_appendall(out, "NOT NULL (");
		mo_write_names(out, &constraint->columns);
		sqlite3_str_appendchar(out, 1, ')');
		break;
	case CONSTRAINT_CHECK:
		sqlite3_str_appendf(out, "CHECK (%s)", constraint->check.text);
		break;
	case CONSTRAINT_FOREIGN_KEY:
		sqlite3_str_appendall(out, "FOREIGN KEY (");
		mo_write_names(out, &constraint->columns);
		sqlite3_str_appendall(out, ") REFERENCES ");
		mo_write_name(out, constraint->reference.table);
		if (constraint->reference.columns.count) {
			sqlite3_str_appendchar(out, 1, '(');
			mo_write_names(out, &constraint->reference.columns);
			sqlite3_str_appendchar(out, 1, ')');
		}
		if (constraint->reference.on_delete)
			sqlite3_str_appendf(out, " on delete %s",
					    mo_action_words[constraint->reference.on_delete]);
		if (constraint->reference.on_update)
			sqlite3_str_appendf(out, " on update %s",
					    mo_action_words[constraint->reference.on_update]);
		break;
	case CONSTRAINT_COUNT:
		break;
	}
	if (constraint->conflict)
		sqlite3_str_appendf(out, " on conflict %s",
				    mo_conflict_words[constraint->conflict]);
	return mo_arena_take(arena, out);
}

char *mo_change_label(struct arena *arena, const struct change *change)
{
	const struct object *object = mo_change_object(change);
	const struct column *column =
		change->want_column ? change->want_column : change->have_column;

	switch (change->part) {
	case PART_USER_VERSION:
		return mo_arena_text(arena, "user_version");
	case PART_APPLICATION_ID:
		return mo_arena_text(arena, "application_id");
	case PART_COLUMN:
		return mo_label_column(arena, object->name, column->object.name);
	case PART_OBJECT:
	case PART_CONSTRAINT:
		break;
	}
	return mo_label_object(arena, object);
}

static void both(sqlite3_str *out, const char *what, const char *have, const char *want)
{
	if (sqlite3_str_length(out))
		sqlite3_str_appendall(out, ", ");
	if (!have)
		sqlite3_str_appendf(out, "%s %s is added", what, want);
	else if (!want)
		sqlite3_str_appendf(out, "%s %s is dropped", what, have);
	else
		sqlite3_str_appendf(out, "%s %s becomes %s", what, have, want);
}

static const char *said(const struct column_attribute *row, const struct column *column)
{
	const char *text = mo_attribute_text(row, column);

	return text ? text : row->usual;
}

static void is_or_not(sqlite3_str *out, const char *what, const char *is, bool now)
{
	sqlite3_str_appendf(out, "%s%s is %s%s", sqlite3_str_length(out) ? ", " : "", what,
			    now ? is : "not ", now ? "" : is);
	sqlite3_str_appendall(out, now ? "" : " any more");
}

static char *column_text(struct arena *arena, const struct change *change)
{
	const struct column *have = change->have_column;
	const struct column *want = change->want_column;
	sqlite3_str *out = sqlite3_str_new(NULL);

	for (const struct column_attribute *row = mo_column_attributes; row->words; row++) {
		if (mo_attribute_is_same(row, have, want))
			continue;
		if (row->form != FORM_FLAG)
			both(out, row->words, said(row, have), said(row, want));
		else if (have->generated.text && want->generated.text)
			is_or_not(out, row->words, row->name, mo_attribute_flag(row, want));
	}
	return mo_arena_take(arena, out);
}

static char *table_text(struct arena *arena, const struct change *change)
{
	const struct table *want = (const struct table *)change->want;
	sqlite3_str *out = sqlite3_str_new(NULL);

	if (!change->attributes)
		sqlite3_str_appendall(out, "is changed");
	if (change->attributes & ATTRIBUTE_STRICT)
		sqlite3_str_appendall(out, want->strict ? "becomes STRICT" : "is STRICT no more");
	if (change->attributes & ATTRIBUTE_WITHOUT_ROWID)
		sqlite3_str_appendf(out, "%s%s", sqlite3_str_length(out) ? ", " : "",
				    want->without_rowid ? "becomes WITHOUT ROWID" : "gets rowids");
	if (change->attributes & ATTRIBUTE_COLUMN_ORDER)
		sqlite3_str_appendf(out, "%s%s", sqlite3_str_length(out) ? ", " : "",
				    "its columns get another order");
	return mo_arena_take(arena, out);
}

char *mo_change_text(struct arena *arena, const struct diff *diff, const struct change *change)
{
	const struct pragmas *have = &diff->renamed->pragmas;
	const struct pragmas *want = &diff->goal->pragmas;

	switch (change->part) {
	case PART_USER_VERSION:
		return mo_arena_format(arena, "%d becomes %d", have->user_version,
				       want->user_version);
	case PART_APPLICATION_ID:
		return mo_arena_format(arena, "%d becomes %d", have->application_id,
				       want->application_id);
	case PART_CONSTRAINT:
		if (change->verb == VERB_ADD)
			return mo_arena_format(arena, "%s is added",
					       mo_constraint_text(arena, change->want_constraint));
		return mo_arena_format(arena, "%s is dropped",
				       mo_constraint_text(arena, change->have_constraint));
	case PART_COLUMN:
	case PART_OBJECT:
		break;
	}
	if (change->verb != VERB_CHANGE)
		return mo_arena_text(arena, change->verb == VERB_ADD ? "is added" : "is dropped");
	return change->part == PART_COLUMN ? column_text(arena, change) : table_text(arena, change);
}
