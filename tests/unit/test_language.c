/* SPDX-License-Identifier: MIT */
/*
 * test_language.c: what reads without a mistake is valid by the XML Schema.
 *
 * The reader does not ask the schema, which is for editors and other programs.
 * No rule of moult.xsd joins two attributes or two children, so it is enough that no
 * single one of them is right by the table of the language (xml/language.h) and wrong
 * by the schema.
 * So each attribute of each element gets each of a list of odd values, each
 * element each odd text, and each child each parent, in the smallest document
 * that has them:
 *
 *	<database><table name="x"><column name="x" ATTRIBUTE="VALUE"/></table></database>
 */
#include "scratch.h"

#include <libxml/xmlschemas.h>

#include "xml/document.h"
#include "xml/reader.h"

#define DEEPEST 5

static const char *const values[] = {
	"",
	" ",
	"a",
	" a ",
	"a, b",
	"a b",
	"1",
	"-1",
	"+1",
	"-0",
	"007",
	"2147483647",
	"2147483648",
	"-2147483648",
	"-2147483649",
	"4294967295",
	"00000000001",
	"0x1",
	"0X123abcde",
	"0x",
	"0x123456789",
	"-0x1",
	"1.0",
	"1.",
	"1.12",
	" 1.0",
	"2.0",
	"true",
	"false",
	"TRUE",
	" true ",
	"true false",
	"asc",
	"desc",
	"insert",
	" update",
	"update of a",
	"update  of\n a, b",
	"update of",
	"update ofa",
	"rollback",
	"set-null",
	"set null",
	"no",
	"warn",
	"4096",
	"04096",
	"UTF-8",
	"utf-8",
	"incremental",
	"wal",
	"t(a)",
	"t",
	"(a)",
	"*",
	"&#9;",
	"&#10;a",
	"&#160;",
	"\xC3\xA9",
	"'x'",
	"INTEGER",
	"CURRENT_TIME",
	"<![CDATA[a]]>",
	"<!--c-->",
	"<!--c-->a",
};

struct trial {
	struct scratch *scratch;
	xmlSchema *schema; /* schemas/moult.xsd */
	int accepted;
	int refused;
};

/* Where in a document a trial stands, and what it puts there. */
struct change {
	enum element path[DEEPEST]; /* from the root to the element */
	int depth;
	const char *attribute;
	const char *value;
	const char *text;   /* instead of the element's own */
	enum element child; /* one more */
};

/* ---- the smallest documents ------------------------------------------------------------- */

static const char *least_value(enum element element, const char *attribute)
{
	static const struct {
		const char *attribute, *value;
	} values_of[] = {
		{"after", "insert"}, {"columns", "x"}, {"references", "x"}, {"at", "before"}};

	(void)element;
	for (size_t i = 0; i < sizeof(values_of) / sizeof(*values_of); i++)
		if (strcmp(values_of[i].attribute, attribute) == 0)
			return values_of[i].value;
	return "x";
}

static bool is_needed(enum element element, const struct attribute_rule *rule)
{
	const char *const *one_of = mo_language_one_of(element);

	if (rule->required)
		return true;
	return one_of &&
	       strcmp(one_of[element == E_TRIGGER || element == E_TOP_TRIGGER], rule->name) == 0;
}

static bool is_in(const char *const *names, const char *name)
{
	for (; names && *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

/* An attribute that is tried takes the place of those that do not go with it, and brings what it needs. */
static void append_attributes(sqlite3_str *out, enum element element, const struct change *change)
{
	const char *const *one_of = mo_language_one_of(element);
	const char *needs =
		change && change->attribute ? mo_language_needs(element, change->attribute) : NULL;

	for (const struct attribute_rule *rule = mo_language[element].attributes; rule->name;
	     rule++) {
		if (change && change->attribute && strcmp(change->attribute, rule->name) == 0) {
			sqlite3_str_appendf(out, " %s=\"%s\"", rule->name, change->value);
			continue;
		}
		if (change && change->attribute && is_in(one_of, rule->name) &&
		    is_in(one_of, change->attribute))
			continue;
		if (change && change->child &&
		    strcmp(mo_language[change->child].name, rule->name) == 0)
			continue;
		if (needs && strcmp(needs, rule->name) == 0)
			sqlite3_str_appendf(out, " %s=\"%s\"", needs,
					    strcmp(needs, "primary-key") == 0 ? "true" : "x");
		else if (is_needed(element, rule))
			sqlite3_str_appendf(out, " %s=\"%s\"", rule->name,
					    least_value(element, rule->name));
	}
}

static const char *least_text(enum element element)
{
	if (element == E_VIEW || element == E_TRIGGER || element == E_TOP_TRIGGER)
		return "SELECT 1;";
	if (element == E_STEP || element == E_STEP_BACK)
		return "DELETE FROM x;";
	if (element == E_REQUIRE)
		return "SELECT 1";
	return mo_language[element].content == CONTENT_TEXT ? "x" : "";
}

static void append_least(sqlite3_str *out, enum element element)
{
	sqlite3_str_appendf(out, "<%s", mo_language[element].name);
	append_attributes(out, element, NULL);
	sqlite3_str_appendf(out, ">%s%s</%s>", least_text(element),
			    element == E_TABLE ? "<column name=\"y\"/>" : "",
			    mo_language[element].name);
}

/* What rows need: a table with a key; and of that a value. */
static void append_ground(sqlite3_str *out, const struct change *change, int at)
{
	static const char column[] =
		"<column name=\"x\" type=\"TEXT\" not-null=\"true\" primary-key=\"true\"/>";
	const enum element next = at + 1 < change->depth ? change->path[at + 1] : change->child;

	if (change->path[at] == E_TABLE)
		sqlite3_str_appendall(out, next == E_ROWS ? column : "<column name=\"y\"/>");
	if (change->path[at] == E_DATABASE && next == E_TOP_ROWS)
		sqlite3_str_appendf(out, "<table name=\"x\">%s</table>", column);
}

static void append_path(sqlite3_str *out, const struct change *change, int at)
{
	const enum element element = change->path[at];
	const bool last = at + 1 == change->depth;

	sqlite3_str_appendf(out, "<%s%s", mo_language[element].name,
			    at ? "" : " xmlns=\"" MO_NAMESPACE "\"");
	append_attributes(out, element, last ? change : NULL);
	if (last && !change->child && (element == E_ROW || element == E_DROPPED_ROW) &&
	    !(change->attribute && strcmp(change->attribute, "row") == 0))
		sqlite3_str_appendall(out, element == E_ROW ? " x=\"x\"" : " row=\"x\"");
	sqlite3_str_appendall(out, ">");
	append_ground(out, change, at);
	if (last && change->child)
		append_least(out, change->child);
	sqlite3_str_appendall(out, last && change->text ? change->text : least_text(element));
	if (!last)
		append_path(out, change, at + 1);
	sqlite3_str_appendf(out, "</%s>", mo_language[element].name);
}

/* ---- the two judges --------------------------------------------------------------------- */

static bool is_read(struct trial *trial, const char *text)
{
	const struct document_source source = {"d.xml", text, strlen(text), NULL};
	struct schema *schema = NULL;
	const int rc = mo_document_read(&schema, &source, &trial->scratch->m.diags);

	if (!rc)
		mo_schema_free(schema);
	return !rc;
}

static void ignore_error(void *context, const char *format, ...)
{
	(void)context;
	(void)format;
}

static bool is_valid(struct trial *trial, const char *text)
{
	struct arena *arena = mo_arena_new();
	struct file file = {.doc = NULL};
	xmlSchemaValidCtxt *judge;
	bool valid;

	assert_int_equal(
		mo_load(&file, arena, arena, "d.xml", text, strlen(text), &trial->scratch->m.diags),
		0);
	judge = xmlSchemaNewValidCtxt(trial->schema);
	assert_non_null(judge);
	xmlSchemaSetValidErrors(judge, ignore_error, ignore_error, NULL);
	valid = xmlSchemaValidateDoc(judge, file.doc) == 0;
	xmlSchemaFreeValidCtxt(judge);
	mo_unload(&file);
	mo_arena_free(arena);
	return valid;
}

static void try_change(struct trial *trial, const struct change *change)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	char *text;

	append_path(out, change, 0);
	text = sqlite3_str_finish(out);
	assert_non_null(text);
	if (!is_read(trial, text)) {
		trial->refused++;
	} else {
		trial->accepted++;
		if (!is_valid(trial, text))
			fail_msg("read, and yet not valid: %s", text);
	}
	mo_diags_clear(&trial->scratch->m.diags);
	sqlite3_free(text);
}

static void try_element(struct trial *trial, struct change change)
{
	const enum element element = change.path[change.depth - 1];

	try_change(trial, &change);
	for (size_t v = 0; v < sizeof(values) / sizeof(*values); v++) {
		change.text = values[v];
		try_change(trial, &change);
		change.text = NULL;
		change.value = values[v];
		for (const struct attribute_rule *rule = mo_language[element].attributes;
		     rule->name; rule++) {
			change.attribute = rule->name;
			try_change(trial, &change);
		}
		change.attribute = NULL;
	}
	for (int child = E_NONE + 1; child < E_COUNT; child++) {
		change.child = (enum element)child;
		if (*mo_language[child].name)
			try_change(trial, &change);
	}
}

static void try_below(struct trial *trial, const struct change *change)
{
	const enum element element = change->path[change->depth - 1];

	try_element(trial, *change);
	for (const enum element *child = mo_language[element].children; *child; child++) {
		struct change below = *change;

		assert_true(below.depth < DEEPEST);
		below.path[below.depth++] = *child;
		try_below(trial, &below);
	}
}

static void what_is_read_is_valid(void **state)
{
	struct trial trial = {.scratch = *state};
	const struct change root = {.path = {E_DATABASE}, .depth = 1};
	const char *source = getenv("MOULT_SOURCE");
	char *path = sqlite3_mprintf("%s/schemas/moult.xsd", source ? source : ".");
	xmlSchemaParserCtxt *parser = xmlSchemaNewParserCtxt(path);

	trial.schema = xmlSchemaParse(parser);
	xmlSchemaFreeParserCtxt(parser);
	sqlite3_free(path);
	assert_non_null(trial.schema);
	try_below(&trial, &root);
	xmlSchemaFree(trial.schema);
	print_message("%d documents read, %d refused\n", trial.accepted, trial.refused);
	assert_true(trial.accepted > 4000);
	assert_true(trial.refused > 4000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_read_is_valid, scratch_set_up,
						scratch_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
