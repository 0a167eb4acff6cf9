/* SPDX-License-Identifier: MIT */
/*
 * test_xml_write.c: what is written can be read, and is then what it was: of the
 * documents of tests/documents/right (documents.h), and of what SQL says.
 */
#include "documents.h"

#include "model/rows.h"
#include "sql/parse.h"
#include "xml/body.h"

/* ---- a model as text, every field of it ------------------------------------ */

static void put_text(sqlite3_str *out, const char *label, const char *text)
{
	if (text)
		sqlite3_str_appendf(out, " %s=[%s]", label, text);
}

static void put_sql(sqlite3_str *out, const char *label, const struct sql *sql)
{
	put_text(out, label, sql->text);
	put_text(out, "norm", sql->norm);
}

/* Bodies are written arranged. */
static void put_body(struct arena *arena, sqlite3_str *out, const char *label,
		     const struct sql *sql)
{
	put_text(out, label, sql->text ? mo_arrange(arena, sql->text) : NULL);
	put_text(out, "norm", sql->norm);
}

static void put_names(sqlite3_str *out, const char *label, const struct list *names)
{
	for (int i = 0; i < names->count; i++)
		put_text(out, label, names->items[i]);
}

static void put_terms(sqlite3_str *out, const struct list *terms)
{
	EACH (const struct term, term, terms) {
		put_text(out, "term", term->column ? term->column : "-");
		put_sql(out, "expr", &term->expr);
		put_text(out, "collate", term->collate);
		sqlite3_str_appendall(out, term->descending ? " desc" : "");
	}
}

static void put_object(sqlite3_str *out, const char *kind, const struct object *object)
{
	sqlite3_str_appendf(out, "%s [%s]", kind, object->name);
	put_text(out, "doc", object->doc);
	put_names(out, "was", &object->was);
}

static void put_constraint(sqlite3_str *out, const struct constraint *constraint)
{
	const struct reference *reference = &constraint->reference;

	sqlite3_str_appendf(out, "  constraint %d", constraint->kind);
	put_text(out, "owner", constraint->owner ? constraint->owner->object.name : NULL);
	put_text(out, "name", constraint->name);
	put_text(out, "doc", constraint->doc);
	put_terms(out, &constraint->terms);
	put_names(out, "column", &constraint->columns);
	put_sql(out, "check", &constraint->check);
	put_text(out, "references", reference->table);
	put_names(out, "key", &reference->columns);
	put_text(out, "match", reference->match);
	sqlite3_str_appendf(out, " %d %d %d %d %d\n", reference->on_delete, reference->on_update,
			    reference->defer, constraint->conflict, constraint->autoincrement);
}

static void put_column(sqlite3_str *out, const struct column *column)
{
	put_object(out, "  column", &column->object);
	put_sql(out, "type", &column->type);
	put_text(out, "collate", column->collate);
	put_sql(out, "default", &column->value);
	put_sql(out, "generated", &column->generated);
	put_sql(out, "using", &column->using);
	put_sql(out, "back", &column->back);
	sqlite3_str_appendf(out, " %d %c\n", column->stored, column->affinity);
}

static void put_dependents(struct arena *arena, sqlite3_str *out, const struct object *object)
{
	EACH (const struct index, index, &object->indexes) {
		put_object(out, "  index", &index->object);
		put_terms(out, &index->terms);
		put_sql(out, "where", &index->where);
		sqlite3_str_appendf(out, " %d\n", index->unique);
	}
	EACH (const struct trigger, trigger, &object->triggers) {
		put_object(out, "  trigger", &trigger->object);
		put_names(out, "of", &trigger->columns);
		put_sql(out, "when", &trigger->when);
		put_body(arena, out, "body", &trigger->body);
		sqlite3_str_appendf(out, " %d %d\n", trigger->timing, trigger->event);
	}
}

static void put_table(struct arena *arena, sqlite3_str *out, const struct table *table)
{
	put_object(out, "table", &table->object);
	sqlite3_str_appendf(out, " %d %d\n", table->strict, table->without_rowid);
	for (int i = 0; i < table->columns.count; i++)
		put_column(out, table->columns.items[i]);
	for (int i = 0; i < table->constraints.count; i++)
		put_constraint(out, table->constraints.items[i]);
	put_body(arena, out, "from", &table->from);
	put_dependents(arena, out, &table->object);
}

/* A text may be written as the expression that is the same text. */
static void put_rows(struct arena *arena, sqlite3_str *out, const struct rows *rows)
{
	const char *last = NULL;

	sqlite3_str_appendf(out, "rows %s %d", rows->table, rows->update);
	put_names(out, "key", &rows->key);
	EACH (const struct row, row, &rows->rows) {
		sqlite3_str_appendf(out, "\n  row %d %d", row->update, row->is_dropped);
		for (;;) {
			const struct cell *next = NULL;

			EACH (const struct cell, cell, &row->cells)
				if ((!last || strcmp(cell->column, last) > 0) &&
				    (!next || strcmp(cell->column, next->column) < 0))
					next = cell;
			last = next ? next->column : NULL;
			if (!next)
				break;
			put_text(out, next->column,
				 next->text	 ? mo_arena_format(arena, "%Q", next->text)
				 : next->sql.text ? next->sql.text
						  : "NULL");
		}
	}
	sqlite3_str_appendall(out, "\n");
}

static void put_others(struct arena *arena, sqlite3_str *out, const struct schema *schema)
{
	EACH (const struct view, view, &schema->objects[KIND_VIEW]) {
		put_object(out, "view", &view->object);
		put_names(out, "column", &view->columns);
		put_body(arena, out, "select", &view->select);
		sqlite3_str_appendall(out, "\n");
		put_dependents(arena, out, &view->object);
	}
	EACH (const struct virtual_table, table, &schema->objects[KIND_VIRTUAL]) {
		put_object(out, "virtual table", &table->object);
		put_text(out, "module", table->module);
		put_sql(out, "args", &table->args);
		put_sql(out, "populate", &table->populate);
		sqlite3_str_appendall(out, "\n");
	}
	EACH (const struct index, index, &schema->sorted[KIND_INDEX])
		sqlite3_str_appendf(out, "index [%s] on [%s]\n", index->object.name, index->table);
}

static void put_head(sqlite3_str *out, const struct schema *schema)
{
	const struct pragmas *p = &schema->pragmas;

	put_text(out, "name", schema->name);
	put_text(out, "doc", schema->doc);
	put_names(out, "ignored", &schema->ignored);
	put_text(out, "encoding", p->encoding);
	put_text(out, "vacuum", p->auto_vacuum);
	put_text(out, "journal", p->journal_mode);
	sqlite3_str_appendf(out, " %d | %d %d %d %d %d %d %d\n", schema->undeclared,
			    p->has_user_version, p->user_version, p->has_application_id,
			    p->application_id, p->has_foreign_keys, p->foreign_keys, p->page_size);
	EACH (const struct tombstone, tombstone, &schema->tombstones) {
		sqlite3_str_appendf(out, "dropped %d", tombstone->kind);
		put_text(out, "table", tombstone->table);
		put_text(out, "name", tombstone->name);
		put_text(out, "column", tombstone->column);
		put_sql(out, "back", &tombstone->back);
		sqlite3_str_appendall(out, "\n");
	}
}

static char *model_text(struct arena *arena, const struct schema *schema)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	put_head(out, schema);
	for (int i = 0; i < schema->objects[KIND_TABLE].count; i++)
		put_table(arena, out, schema->objects[KIND_TABLE].items[i]);
	put_others(arena, out, schema);
	for (int i = 0; i < schema->rows.count; i++)
		put_rows(arena, out, schema->rows.items[i]);
	return mo_arena_take(arena, out);
}

/* ---- right documents ------------------------------------------------------- */

static char *write_text(struct scratch *scratch, const struct schema *schema)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	assert_int_equal(mo_document_write(out, schema, &scratch->m.diags), MOULT_OK);
	return mo_arena_take(scratch->arena, out);
}

static void check_right(struct scratch *scratch, const char *name)
{
	size_t size;
	const char *text = read_file(scratch, name, &size);
	struct schema *first = read_text(scratch, name, text, size, ".");
	struct schema *second;
	const char *written;

	if (!first)
		fail_msg("%s: %s", name, said_text(scratch, name));
	written = write_text(scratch, first);
	second = read_string(scratch, written);
	if (!second)
		fail_msg("%s, written: %s\n%s", name, said_text(scratch, name), written);
	assert_string_equal(model_text(scratch->arena, second), model_text(scratch->arena, first));
	assert_string_equal(write_text(scratch, second), written);
	mo_schema_free(first);
	mo_schema_free(second);
}

static void right_documents_come_back(void **state)
{
	assert_true(each_document(*state, "right", check_right) >= 5);
}

/* ---- writing --------------------------------------------------------------- */

static void odd_characters_are_refused(void **state)
{
	static const char *const names[] = {"a\x01", "b\xff", "c\xed\xa0\x80", "d\xef\xbf\xbf"};
	struct scratch *scratch = *state;
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "before");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct schema *schema = mo_schema_new();
		struct table *table = (struct table *)mo_schema_add(schema, KIND_TABLE, "t");

		mo_diags_clear(&scratch->m.diags);
		mo_table_add_column(schema, table, names[i]);
		mo_table_add_column(schema, table, names[i]);
		assert_int_equal(mo_schema_seal(schema), 0);
		assert_int_equal(mo_document_write(out, schema, &scratch->m.diags), MOULT_TROUBLE);
		assert_int_equal(scratch->m.diags.list.count, 1);
		assert_string_equal(mo_diag_last(&scratch->m.diags)->id, "DOC019");
		assert_string_equal(mo_diag_last(&scratch->m.diags)->object, "table t");
		mo_schema_free(schema);
	}
	assert_string_equal(sqlite3_str_value(out), "before");
	sqlite3_free(sqlite3_str_finish(out));
}

static void bodies_are_arranged(void **state)
{
	static const struct {
		const char *have;
		const char *want;
	} cases[] = {
		{"SELECT a\n  FROM t", "SELECT a\n  FROM t"},
		{"SELECT a\n\t\tFROM t\n\t\t\tWHERE b", "SELECT a\n  FROM t\n  \tWHERE b"},
		{"SELECT 1;\n  SELECT 2;\n    SELECT 3;", "SELECT 1;\nSELECT 2;\n  SELECT 3;"},
		{"SELECT 1; -- c\n      SELECT 2\n        FROM t;",
		 "SELECT 1; -- c\nSELECT 2\n  FROM t;"},
		{"SELECT 1;\r\n  \r\nSELECT 2;", "SELECT 1;\n\nSELECT 2;"},
		{"SELECT 'a\n          b'\n          FROM t",
		 "SELECT 'a\n          b'\n          FROM t"},
		{"SELECT 1 /*\n */\n          FROM t", "SELECT 1 /*\n */\n          FROM t"},
	};
	struct scratch *scratch = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *arranged = mo_arrange(scratch->arena, cases[i].have);

		assert_string_equal(arranged, cases[i].want);
		assert_string_equal(mo_arrange(scratch->arena, arranged), arranged);
	}
}

/* What SQL says comes back from a document, whatever its spelling was. */
static void sql_comes_back(void **state)
{
	static const char *const statements[] = {
		"CREATE TABLE \"a b\"(x, y INT CONSTRAINT c NOT NULL ON CONFLICT IGNORE"
		" DEFAULT -1 COLLATE rtrim,"
		" z TEXT UNIQUE UNIQUE ON CONFLICT FAIL REFERENCES p"
		" REFERENCES q(r) ON UPDATE SET NULL,"
		" CHECK (x > 1), CONSTRAINT d CHECK (y <> '\"' || 'it''s'),"
		" PRIMARY KEY (x, y DESC)) WITHOUT ROWID",
		"CREATE TABLE k(i INTEGER PRIMARY KEY DESC AUTOINCREMENT,"
		" j CHECK (j) CHECK (j + 1) CONSTRAINT l CHECK (2))",
		"CREATE UNIQUE INDEX u ON \"a b\"(x COLLATE \"my own\" DESC, lower(y))"
		" WHERE z IS NOT NULL",
		"CREATE VIEW v(a, \"b c\") AS SELECT 1,\n  'x\n  y'",
		"CREATE TRIGGER w INSTEAD OF UPDATE OF a ON v WHEN new.a > 1"
		" BEGIN\n    SELECT 1;\n    SELECT 2; END",
		"CREATE VIRTUAL TABLE f USING fts5(a, tokenize = 'porter ascii')",
	};
	struct scratch *scratch = *state;
	struct schema *have = mo_schema_new();
	struct schema *want;
	struct object *object;

	for (size_t i = 0; i < sizeof(statements) / sizeof(*statements); i++)
		assert_int_equal(mo_read_create(&object, have, statements[i], &scratch->m.diags),
				 0);
	assert_int_equal(mo_schema_seal(have), 0);
	want = read_string(scratch, write_text(scratch, have));
	assert_non_null(want);
	assert_string_equal(write_text(scratch, want), write_text(scratch, have));
	assert_int_equal(
		((struct table *)mo_schema_find(want, KIND_TABLE, "a b"))->constraints.count, 8);
	mo_schema_free(have);
	mo_schema_free(want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(right_documents_come_back, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(odd_characters_are_refused, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(bodies_are_arranged, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(sql_comes_back, scratch_set_up, scratch_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
