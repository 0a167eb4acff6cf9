/* SPDX-License-Identifier: MIT */
/*
 * test_xml.c: documents read and written.
 *
 * tests/documents/right holds documents that come back the same after reading,
 * writing and reading; tests/documents/wrong holds documents with mistakes, and
 * beside each, in NAME.expect, what is said of it, in that order:
 *
 *	DOC005 3:22			ID, line and column in the document itself
 *	DOC005 3:22 parts/mistake.xml	the same in a file that it includes
 */
#include "scratch.h"

#include <libxml/parser.h>

#include "sql/read.h"
#include "xml/body.h"
#include "xml/document.h"

#define ROOT "<database xmlns=\"urn:moult:schema:1\">"

/* ---- allocators that can fail ---------------------------------------------- */

static sqlite3_mem_methods real;
static long long calls;
static long long failing;      /* the one that fails, counted from 1; 0: none */
static size_t room = SIZE_MAX; /* the largest piece that libxml2 gets */

static bool fails(void)
{
	return ++calls == failing;
}

static void *sqlite_malloc(int size)
{
	return fails() ? NULL : real.xMalloc(size);
}

static void *sqlite_realloc(void *memory, int size)
{
	return fails() ? NULL : real.xRealloc(memory, size);
}

/*
 * libxml2 itself does not outlive every failure (2.9.14 crashes in compiling a
 * schema), so it is only made to find too little room before it is called.
 */
static void *xml_malloc(size_t size)
{
	return size > room ? NULL : malloc(size);
}

static char *xml_strdup(const char *text)
{
	char *copy = malloc(strlen(text) + 1);

	return copy ? strcpy(copy, text) : NULL;
}

static void install(void)
{
	sqlite3_mem_methods methods;

	sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real);
	methods = real;
	methods.xMalloc = sqlite_malloc;
	methods.xRealloc = sqlite_realloc;
	sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
	xmlMemSetup(free, xml_malloc, realloc, xml_strdup);
	xmlInitParser();
}

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
	for (int i = 0; i < terms->count; i++) {
		const struct term *term = terms->items[i];

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
	sqlite3_str_appendf(out, " %d %c\n", column->stored, column->affinity);
}

static void put_dependents(struct arena *arena, sqlite3_str *out, const struct object *object)
{
	for (int i = 0; i < object->indexes.count; i++) {
		const struct index *index = object->indexes.items[i];

		put_object(out, "  index", &index->object);
		put_terms(out, &index->terms);
		put_sql(out, "where", &index->where);
		sqlite3_str_appendf(out, " %d\n", index->unique);
	}
	for (int i = 0; i < object->triggers.count; i++) {
		const struct trigger *trigger = object->triggers.items[i];

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
	put_dependents(arena, out, &table->object);
}

static void put_others(struct arena *arena, sqlite3_str *out, const struct schema *schema)
{
	for (int i = 0; i < schema->objects[KIND_VIEW].count; i++) {
		const struct view *view = schema->objects[KIND_VIEW].items[i];

		put_object(out, "view", &view->object);
		put_names(out, "column", &view->columns);
		put_body(arena, out, "select", &view->select);
		sqlite3_str_appendall(out, "\n");
		put_dependents(arena, out, &view->object);
	}
	for (int i = 0; i < schema->objects[KIND_VIRTUAL].count; i++) {
		const struct virtual_table *table = schema->objects[KIND_VIRTUAL].items[i];

		put_object(out, "virtual table", &table->object);
		put_text(out, "module", table->module);
		put_sql(out, "args", &table->args);
		put_sql(out, "populate", &table->populate);
		sqlite3_str_appendall(out, "\n");
	}
	for (int i = 0; i < schema->sorted[KIND_INDEX].count; i++) {
		const struct index *index = schema->sorted[KIND_INDEX].items[i];

		sqlite3_str_appendf(out, "index [%s] on [%s]\n", index->object.name, index->table);
	}
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
	for (int i = 0; i < schema->tombstones.count; i++) {
		const struct tombstone *tombstone = schema->tombstones.items[i];

		sqlite3_str_appendf(out, "dropped %d", tombstone->kind);
		put_text(out, "table", tombstone->table);
		put_text(out, "name", tombstone->name);
		put_text(out, "column", tombstone->column);
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
	return mo_arena_take(arena, out);
}

/* ---- reading and writing --------------------------------------------------- */

static struct schema *read_text(struct scratch *scratch, const char *name, const char *text,
				size_t size, const char *directory)
{
	const struct document_source source = {name, text, size, directory};
	struct schema *schema = NULL;
	const int rc = mo_document_read(&schema, &source, &scratch->m.diags);

	assert_true(rc == MOULT_OK || rc == MOULT_TROUBLE);
	assert_int_equal(rc == MOULT_OK, schema != NULL);
	assert_int_equal(rc == MOULT_OK, mo_diag_errors(&scratch->m.diags, 0) == 0);
	return schema;
}

static struct schema *read_string(struct scratch *scratch, const char *text)
{
	return read_text(scratch, "test.xml", text, strlen(text), NULL);
}

static char *write_text(struct scratch *scratch, const struct schema *schema)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	assert_int_equal(mo_document_write(out, schema, &scratch->m.diags), MOULT_OK);
	return mo_arena_take(scratch->arena, out);
}

static char *read_file(struct scratch *scratch, const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *text;

	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	*size = (size_t)ftell(file);
	rewind(file);
	text = mo_arena_alloc(scratch->arena, *size + 1);
	assert_non_null(text);
	assert_int_equal(fread(text, 1, *size, file), *size);
	fclose(file);
	return text;
}

static void write_file(struct scratch *scratch, const char *name, const char *text)
{
	FILE *file = fopen(scratch_path(scratch, name), "wb");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* What was said, a line each: ID line:column [file]. */
static char *said_text(struct scratch *scratch, const char *name)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	for (int i = 0; i < scratch->m.diags.list.count; i++) {
		const moult_diagnostic *diagnostic = scratch->m.diags.list.items[i];
		const moult_place *place = &diagnostic->want;

		sqlite3_str_appendf(out, "%s %d:%d", diagnostic->id, place->line, place->column);
		if (place->file && strcmp(place->file, name) != 0)
			sqlite3_str_appendf(out, " %s", place->file);
		sqlite3_str_appendall(out, "\n");
		assert_true(place->width >= 1);
		assert_true(!place->source || place->column - 1 <= (int)strlen(place->source));
	}
	return mo_arena_take(scratch->arena, out);
}

/* One document whose mistakes are those. */
static void expect(struct scratch *scratch, const char *text, size_t size, const char *mistakes)
{
	struct schema *schema;

	mo_diags_clear(&scratch->m.diags);
	schema = read_text(scratch, "test.xml", text, size, NULL);
	assert_string_equal(said_text(scratch, "test.xml"), mistakes);
	mo_schema_free(schema);
	mo_diags_clear(&scratch->m.diags);
}

static const char *documents(struct scratch *scratch, const char *folder)
{
	const char *source = getenv("MOULT_SOURCE");

	return mo_arena_format(scratch->arena, "%s/tests/documents/%s", source ? source : ".",
			       folder);
}

/* Calls check for each NAME.xml of a folder of documents. */
static int each_document(struct scratch *scratch, const char *folder,
			 void (*check)(struct scratch *, const char *))
{
	char here[1000];
	DIR *stream;
	struct dirent *entry;
	int count = 0;

	assert_non_null(getcwd(here, sizeof(here)));
	assert_int_equal(chdir(documents(scratch, folder)), 0);
	stream = opendir(".");
	assert_non_null(stream);
	while ((entry = readdir(stream)) != NULL) {
		const size_t length = strlen(entry->d_name);

		if (length < 4 || strcmp(entry->d_name + length - 4, ".xml") != 0)
			continue;
		mo_diags_clear(&scratch->m.diags);
		check(scratch, mo_arena_text(scratch->arena, entry->d_name));
		count++;
	}
	closedir(stream);
	assert_int_equal(chdir(here), 0);
	return count;
}

/* ---- right documents ------------------------------------------------------- */

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

static void everything_is_read(void **state)
{
	struct scratch *scratch = *state;
	const char *path =
		mo_arena_format(scratch->arena, "%s/everything.xml", documents(scratch, "right"));
	const struct trigger *trigger;
	const struct table *table;
	struct schema *schema;
	size_t size;
	const char *text = read_file(scratch, path, &size);

	schema = read_text(scratch, path, text, size, documents(scratch, "right"));
	assert_non_null(schema);
	assert_string_equal(schema->doc,
			    "Nights, targets and frames of a small observatory.\n"
			    "  (An indented second line.)\n\nAnd a third, after an empty one.");
	assert_int_equal(schema->undeclared, UNDECLARED_ERROR);
	assert_int_equal(schema->pragmas.application_id, (int)0xFFFF0001);
	assert_int_equal(schema->tombstones.count, 7);
	assert_non_null(mo_schema_table(schema, "wind"));
	table = mo_schema_table(schema, "TARGET");
	assert_string_equal(table->object.was.items[1], "star list");
	assert_int_equal(table->object.place.line, 22);
	assert_int_equal(table->object.place.column, 3);
	assert_true(mo_table_autoincrement(table));
	assert_int_equal(mo_table_column(table, "ra")->affinity, 'R');
	assert_int_equal(table->object.indexes.count, 1);
	table = mo_schema_table(schema, "night");
	assert_string_equal(mo_table_column(table, "seeing")->using.text, "seeing_tenths / 10.0");
	trigger = (const struct trigger *)mo_schema_find(schema, KIND_TRIGGER, "frame_moved");
	assert_string_equal(trigger->body.text,
			    "INSERT INTO trace VALUES (old.path, new.path);\nUPDATE night\n"
			    "   SET seeing = seeing\n WHERE site = new.site;");
	assert_string_equal(trigger->columns.items[1], "site");
	mo_schema_free(schema);
}

/* ---- wrong documents ------------------------------------------------------- */

static void check_wrong(struct scratch *scratch, const char *name)
{
	const int base = (int)strlen(name) - 4;
	const char *expected_name = mo_arena_format(scratch->arena, "%.*s.expect", base, name);
	size_t size, ignored;
	const char *text = read_file(scratch, name, &size);
	const char *expected = read_file(scratch, expected_name, &ignored);
	const char *got;

	assert_null(read_text(scratch, name, text, size, "."));
	got = said_text(scratch, name);
	if (strcmp(got, expected) != 0)
		fail_msg("%s says\n%sand not\n%s", name, got, expected);
}

static void wrong_documents_are_refused(void **state)
{
	assert_true(each_document(*state, "wrong", check_wrong) >= 60);
}

static void second_places_are_given(void **state)
{
	struct scratch *scratch = *state;
	const moult_diagnostic *diagnostic;

	assert_null(read_string(
		scratch, ROOT "\n<table name=\"t\">\n <column name=\"a\"/>\n <column name=\"A\"/>\n"
			      "</table>\n</database>"));
	diagnostic = mo_diag_last(&scratch->m.diags);
	assert_string_equal(diagnostic->id, "DOC013");
	assert_string_equal(diagnostic->object, "column t.A");
	assert_string_equal(diagnostic->want.source, " <column name=\"A\"/>");
	assert_int_equal(diagnostic->want.line, 4);
	assert_int_equal(diagnostic->have.line, 3);
	assert_string_equal(diagnostic->have.source, " <column name=\"a\"/>");
}

static void guesses_are_made(void **state)
{
	static const struct {
		const char *attributes;
		const char *mend;
	} cases[] = {
		{"nullable=\"false\"", "did you mean not-null?"},
		{"Type=\"TEXT\"", "did you mean type?"},
		{"primary_key=\"true\"", "did you mean primary-key?"},
		{"not-null=\"TRUE\"", "did you mean \"true\"?"},
		{"not-null=\"1\"", "did you mean \"true\"?"},
		{"references=\"u\" on-delete=\"SET NULL\"", "did you mean \"set-null\"?"},
		{"references=\"u\" on-delete=\"nothing\"",
		 "write one of: no-action, restrict, set-null, set-default, cascade"},
	};
	struct scratch *scratch = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		mo_diags_clear(&scratch->m.diags);
		assert_null(read_string(
			scratch,
			mo_arena_format(scratch->arena,
					ROOT "<table name=\"t\"><column name=\"a\" %s/></table>"
					     "</database>",
					cases[i].attributes)));
		assert_int_equal(scratch->m.diags.list.count, 1);
		assert_string_equal(mo_diag_last(&scratch->m.diags)->mend, cases[i].mend);
	}
}

/* ---- limits ---------------------------------------------------------------- */

static char *repeat(struct scratch *scratch, const char *before, const char *part, int times,
		    const char *after)
{
	const size_t length = strlen(part);
	char *text = mo_arena_alloc(scratch->arena,
				    strlen(before) + length * (size_t)times + strlen(after) + 1);
	char *to = text;

	assert_non_null(text);
	to += strlen(strcpy(to, before));
	for (int i = 0; i < times; i++, to += length)
		memcpy(to, part, length);
	strcpy(to, after);
	return text;
}

static void limits_hold(void **state)
{
	struct scratch *scratch = *state;
	char *text = repeat(scratch, ROOT "<!--", "x", 16 << 20, "--></database>");

	expect(scratch, text, strlen(text), "DOC003 1:1\n");
	text = repeat(scratch, ROOT "\n<table name=\"", "x", 64 << 10, "\"/></database>");
	expect(scratch, text, strlen(text), "DOC003 2:1\n");
	text = repeat(scratch, ROOT "<x", " a=''", 3, "/></database>");
	expect(scratch, text, strlen(text), "DOC002 1:46\n");
	text = repeat(scratch, ROOT, "<x:y xmlns:x='u'>", 64, "");
	expect(scratch, text, strlen(text), "DOC003 1:1109\n");
	expect(scratch, "", 0, "DOC002 1:1\n");
	expect(scratch, ROOT "<!-- \0 --></database>", sizeof(ROOT "<!-- \0 --></database>") - 1,
	       "DOC002 1:43\n");
}

static void attributes_are_counted(void **state)
{
	struct scratch *scratch = *state;
	sqlite3_str *text = sqlite3_str_new(NULL);
	const char *done;

	sqlite3_str_appendall(text, ROOT "<table");
	for (int i = 0; i < 65; i++)
		sqlite3_str_appendf(text, " a%d=''", i);
	sqlite3_str_appendall(text, "/></database>");
	done = mo_arena_take(scratch->arena, text);
	expect(scratch, done, strlen(done), "DOC003 1:38\n");
}

/* libxml2's line numbers end at 65,535. */
static void lines_are_counted(void **state)
{
	struct scratch *scratch = *state;
	const char *text = repeat(scratch, ROOT, "\n", 70000, "  <tabel/></database>");

	expect(scratch, text, strlen(text), "DOC004 70001:3\n");
	text = repeat(scratch, ROOT, "  ", 3000, "<tabel/></database>");
	assert_null(read_string(scratch, text));
	assert_int_equal(mo_diag_last(&scratch->m.diags)->want.column, 6038);
	assert_null(mo_diag_last(&scratch->m.diags)->want.source);
}

static void mistakes_end(void **state)
{
	struct scratch *scratch = *state;
	const char *text = repeat(scratch, ROOT, "<tabel/>\n", 5000, "</database>");

	assert_null(read_string(scratch, text));
	assert_int_equal(scratch->m.diags.list.count, 100);
	assert_non_null(mo_diag_last(&scratch->m.diags)->mend);
}

/* ---- includes -------------------------------------------------------------- */

static void includes_stay_inside(void **state)
{
	struct scratch *scratch = *state;
	const char *text = ROOT "<include href=\"out.xml\"/></database>";
	struct schema *schema;

	expect(scratch, text, strlen(text), "DOC014 1:53\n");
	assert_int_equal(mkdir(scratch_path(scratch, "in"), 0700), 0);
	write_file(scratch, "secret.xml",
		   ROOT "<table name=\"t\"><column name=\"a\"/></table></database>");
	assert_int_equal(symlink("../secret.xml", scratch_path(scratch, "in/out.xml")), 0);
	assert_null(
		read_text(scratch, "test.xml", text, strlen(text), scratch_path(scratch, "in")));
	assert_string_equal(said_text(scratch, "test.xml"), "DOC014 1:53\n");
	assert_true(said(scratch, "DOC014", "leads out"));
	mo_diags_clear(&scratch->m.diags);
	assert_int_equal(symlink("in", scratch_path(scratch, "link")), 0);
	assert_int_equal(symlink("other.xml", scratch_path(scratch, "in/alias.xml")), 0);
	write_file(scratch, "in/other.xml",
		   ROOT "<table name=\"t\"><column name=\"a\"/></table></database>");
	text = ROOT "<include href=\"alias.xml\"/></database>";
	schema = read_text(scratch, "test.xml", text, strlen(text), scratch_path(scratch, "link"));
	assert_non_null(schema);
	mo_schema_free(schema);
}

static void includes_are_files(void **state)
{
	struct scratch *scratch = *state;
	const char *text = ROOT "<include href=\"pipe\"/></database>";

	assert_int_equal(mkfifo(scratch_path(scratch, "pipe"), 0600), 0);
	assert_null(read_text(scratch, "test.xml", text, strlen(text), scratch->directory));
	assert_true(said(scratch, "DOC014", "not a file"));
}

static void includes_share_the_limit(void **state)
{
	struct scratch *scratch = *state;
	const char *text = ROOT "<include href=\"a.xml\"/><include href=\"b.xml\"/></database>";

	write_file(scratch, "a.xml", repeat(scratch, ROOT "<!--", "x", 9 << 20, "--></database>"));
	write_file(scratch, "b.xml", repeat(scratch, ROOT "<!--", "x", 9 << 20, "--></database>"));
	assert_null(read_text(scratch, "test.xml", text, strlen(text), scratch->directory));
	assert_string_equal(said_text(scratch, "test.xml"), "DOC003 1:76\n");
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

/* ---- memory ---------------------------------------------------------------- */

/* With an attribute of another namespace, for which the XML Schema is asked. */
static const char memory_text[] =
	ROOT "<table xmlns:x=\"urn:x\" x:y=\"\" name=\"t\" was=\"s\"><doc>x\n  y</doc>"
	     "<column name=\"a\" type=\"TEXT\" check=\"a &lt; 1\"/>"
	     "<primary-key columns=\"a DESC\"/><foreign-key columns=\"a\" references=\"t(a)\"/>"
	     "<trigger name=\"r\" after=\"update of a\">SELECT 1;</trigger></table>"
	     "<view name=\"v\">SELECT 1</view></database>";

/* Reads and writes once; whatever failed, nothing is half done. */
static bool read_and_write(struct scratch *scratch)
{
	const struct document_source source = {"test.xml", memory_text, sizeof(memory_text) - 1,
					       NULL};
	struct schema *schema = NULL;
	sqlite3_str *out;
	int rc = mo_document_read(&schema, &source, &scratch->m.diags);

	if (rc) {
		assert_null(schema);
		return false;
	}
	out = sqlite3_str_new(NULL);
	rc = mo_document_write(out, schema, &scratch->m.diags);
	assert_int_equal(rc || sqlite3_str_errcode(out), sqlite3_str_length(out) == 0);
	rc = rc || sqlite3_str_errcode(out);
	sqlite3_free(sqlite3_str_finish(out));
	mo_schema_free(schema);
	return !rc;
}

static void memory_may_fail(void **state)
{
	struct scratch *scratch = *state;
	bool done = false;
	int failures = 0;

	assert_true(read_and_write(scratch));
	for (long long n = 1; !done; n++) {
		calls = 0;
		failing = n;
		done = read_and_write(scratch) && calls < n;
		failing = 0;
		failures += !done;
		mo_diags_clear(&scratch->m.diags);
	}
	assert_true(failures > 10);
}

static void libxml2_may_find_no_room(void **state)
{
	static const size_t rooms[] = {10000, (size_t)300 << 10};
	struct scratch *scratch = *state;

	for (size_t i = 0; i < sizeof(rooms) / sizeof(*rooms); i++) {
		mo_diags_clear(&scratch->m.diags);
		room = rooms[i];
		assert_false(read_and_write(scratch));
		room = SIZE_MAX;
		assert_string_equal(mo_diag_last(&scratch->m.diags)->id, "RUN023");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(right_documents_come_back, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(everything_is_read, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(wrong_documents_are_refused, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(second_places_are_given, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(guesses_are_made, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(limits_hold, scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(attributes_are_counted, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(lines_are_counted, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(mistakes_end, scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(includes_stay_inside, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(includes_are_files, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(includes_share_the_limit, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(odd_characters_are_refused, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(bodies_are_arranged, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(sql_comes_back, scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(memory_may_fail, scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(libxml2_may_find_no_room, scratch_set_up,
						scratch_tear_down),
	};

	install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
