/* SPDX-License-Identifier: MIT */
/* brought.c: see brought.h. */
#include "xml/brought.h"

#include <string.h>

#include "sql/token.h"

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))
#define LONGEST_SHOWN 60 /* bytes of a value that a hint repeats */

/* ---- comparing ------------------------------------------------------------- */

/* Whether a word is the name; maxLength, max_length and max-length are one. */
static bool spells(const char *word, size_t length, const char *name)
{
	size_t at = 0;

	for (; *name; name++) {
		if (*name == '-' || *name == '_')
			continue;
		while (at < length && word[at] == '-')
			at++;
		if (at == length || mo_fold(*name) != word[at++])
			return false;
	}
	return at == length;
}

/* Whether the name is one of words, which have spaces between. */
static bool is_one_of(const char *words, const char *name)
{
	for (const char *word = words; *word;) {
		const size_t length = strcspn(word, " ");

		if (length && spells(word, length, name))
			return true;
		word += length + strspn(word + length, " ");
	}
	return false;
}

bool mo_word_is_flag(const char *text, bool *value)
{
	*value = is_one_of("true yes 1 on y", text);
	return *value || is_one_of("false no 0 off n", text);
}

const char *mo_word_means(enum element element, const char *word)
{
	/* A word counts where the element has the attribute. */
	static const char *const meanings[][2] = {
		{"not-null", "required mandatory"},
		{"primary-key", "pk key primary is-primary-key"},
		{"references", "fk foreign-key refs ref references-table parent"},
		{"autoincrement", "identity auto serial"},
		{"type", "data-type datatype column-type sql-type db-type"},
		{"default", "default-value initial"},
		{"generated", "as computed formula generated-as"},
		{"collate", "collation"},
		{"doc", "comment description note remark documentation"},
		{"on", "table view on-table"},
		{"references", "table target to"},
		{"columns", "expression expressions fields keys on-columns"},
		{"where", "condition filter"},
		{"when", "condition"},
		{"using", "module convert transform"},
		{"args", "columns arguments options"},
		{"was", "formerly renamed-from rename-from previous-name old-name former-name "
			"original-name from"},
		{"href", "file path src"},
	};

	for (size_t i = 0; i < LENGTH(meanings); i++)
		if (mo_language_attribute(element, meanings[i][0]) &&
		    is_one_of(meanings[i][1], word))
			return meanings[i][0];
	return NULL;
}

/* ---- attributes ------------------------------------------------------------ */

enum flag { ANY_VALUE, IF_TRUE, IF_FALSE };

/*
 * In a hint $value is that of the attribute, $name that of the element, $column the same in an
 * expression, and $table the name of the element around.
 */
struct saying {
	enum element element; /* E_NONE: any */
	enum flag flag;
	const char *words;
	const char *hint;
	const char *stands_for; /* what is not missing then; or NULL */
};

#define NULLABLE "nullable null allow-null allows-null is-nullable optional"
#define GOES "drop dropped delete deleted remove removed"
#define ON_ITS_TABLE "leave it out: it is on the table that it stands in"
#define EVENTS "event events time timing operation for on-event"
#define EVENT_HINT \
	"write what brings it about as one: after=\"insert\", or before=\"update of a, b\""
#define BODIES "sql body statements statement do"

static const struct saying sayings[] = {
	{E_COLUMN, IF_FALSE, NULLABLE, "write not-null=\"true\"", NULL},
	{E_COLUMN, IF_TRUE, NULLABLE,
	 "leave it out: NULL may stand in any column without not-null=\"true\"", NULL},
	{E_COLUMN, ANY_VALUE, "length size width max-length max-size char-length",
	 "leave it out, and write check=\"length($column) &lt;= $value\", which SQLite holds to",
	 NULL},
	{E_COLUMN, ANY_VALUE, "precision scale digits decimals",
	 "leave it out, or write it for people in the type, as in type=\"NUMERIC(10, 2)\"", NULL},
	{E_COLUMN, ANY_VALUE, "unsigned", "leave it out, and write check=\"$column &gt;= 0\"",
	 NULL},
	{E_COLUMN, ANY_VALUE, "enum values choices allowed",
	 "write check=\"$column IN ('one', 'two')\", with the values", NULL},
	{E_COLUMN, IF_FALSE, "index indexed", "leave it out", NULL},
	{E_COLUMN, ANY_VALUE, "index indexed",
	 "leave it out, and write <index name=\"$table_by_$name\" columns=\"$column\"/> in the table",
	 NULL},
	{E_COLUMN, ANY_VALUE, GOES, "write <dropped column=\"$name\"/> in its place", NULL},
	{E_TABLE, ANY_VALUE, GOES, "write <dropped table=\"$name\"/> in its place", NULL},
	{E_VIRTUAL_TABLE, ANY_VALUE, GOES, "write <dropped table=\"$name\"/> in its place", NULL},
	{E_VIEW, ANY_VALUE, GOES, "write <dropped view=\"$name\"/> in its place", "text"},
	{E_INDEX, ANY_VALUE, GOES, "write <dropped index=\"$name\"/> in its place", "columns"},
	{E_TOP_INDEX, ANY_VALUE, GOES, "write <dropped index=\"$name\"/> in its place",
	 "columns on"},
	{E_TRIGGER, ANY_VALUE, GOES, "write <dropped trigger=\"$name\"/> in its place",
	 "before after instead-of text"},
	{E_TOP_TRIGGER, ANY_VALUE, GOES, "write <dropped trigger=\"$name\"/> in its place",
	 "before after instead-of text on"},
	{E_COLUMN, ANY_VALUE, "rename-to new-name renamed-to rename becomes",
	 "write name=\"$value\" was=\"$name\"", NULL},
	{E_TABLE, ANY_VALUE, "rename-to new-name renamed-to rename becomes",
	 "write name=\"$value\" was=\"$name\"", NULL},
	{E_TABLE, ANY_VALUE, "from select query source",
	 "write it as an element in the table: <from>$value</from>", NULL},
	{E_TABLE, IF_FALSE, "rowid with-rowid", "write without-rowid=\"true\"", NULL},
	{E_TABLE, IF_TRUE, "rowid with-rowid", "leave it out", NULL},
	{E_TABLE, ANY_VALUE, "temporary temp",
	 "leave the table out: a document is about what stays in the file", NULL},
	{E_NONE, ANY_VALUE, "if-not-exists if-exists",
	 "leave it out: a document says what shall be", NULL},
	{E_TRIGGER, ANY_VALUE, EVENTS, EVENT_HINT, "before after instead-of"},
	{E_TOP_TRIGGER, ANY_VALUE, EVENTS, EVENT_HINT, "before after instead-of"},
	{E_TRIGGER, ANY_VALUE, BODIES, "write it as the text: <trigger ...>$value</trigger>",
	 "text"},
	{E_TOP_TRIGGER, ANY_VALUE, BODIES, "write it as the text: <trigger ...>$value</trigger>",
	 "text"},
	{E_VIEW, ANY_VALUE, "sql body query select as definition statement",
	 "write it as the text: <view name=\"$name\">$value</view>", "text"},
	{E_CHECK, ANY_VALUE, "expression condition sql",
	 "write it as the text: <check>$value</check>", NULL},
	{E_DROPPED_OBJECT, ANY_VALUE, "name",
	 "say what it is: table=\"$value\", view=\"$value\", index=\"$value\" or trigger=\"$value\"",
	 "table view index trigger"},
	{E_DROPPED_OBJECT, ANY_VALUE, "column",
	 "write it in its table: <table name=\"...\"> ... <dropped column=\"$value\"/></table>",
	 "table view index trigger"},
	{E_DROPPED_PART, ANY_VALUE, "name",
	 "say what it is: column=\"$value\", index=\"$value\" or trigger=\"$value\"",
	 "column index trigger"},
	{E_DROPPED_PART, ANY_VALUE, "table view", "<dropped> with $attribute stands in <database>",
	 "column index trigger"},
	{E_DATABASE, ANY_VALUE,
	 "user-version application-id page-size encoding auto-vacuum journal-mode foreign-keys",
	 "write <pragma $attribute=\"$value\"/> in it", NULL},
};

static enum element rule_of(const xmlNode *node)
{
	return (enum element)mo_node_tag(node)->rule;
}

static const struct saying *find_saying(enum element element, const char *name, const char *value)
{
	for (size_t i = 0; i < LENGTH(sayings); i++) {
		const struct saying *saying = &sayings[i];
		bool flag;

		if ((saying->element && saying->element != element) ||
		    !is_one_of(saying->words, name))
			continue;
		if (saying->flag == ANY_VALUE ||
		    (mo_word_is_flag(value, &flag) && flag == (saying->flag == IF_TRUE)))
			return saying;
	}
	return NULL;
}

void mo_word_append(sqlite3_str *out, const char *raw, size_t length)
{
	if (length > LONGEST_SHOWN) {
		sqlite3_str_appendall(out, "...");
		return;
	}
	for (size_t i = 0; i < length; i++)
		if (raw[i] == '"')
			sqlite3_str_appendall(out, "&quot;");
		else
			sqlite3_str_append(out, mo_is_space(raw[i]) ? " " : raw + i, 1);
}

static void append_value(sqlite3_str *out, const struct reader *r, const xmlAttr *attribute)
{
	const struct spot *spot = attribute ? mo_attribute_spot(attribute) : NULL;

	if (spot)
		mo_word_append(out, r->file->scan.text + spot->value, spot->value_length);
	else
		sqlite3_str_appendall(out, "...");
}

static bool is_plain(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	const size_t first = strspn(name, letters);

	return first &&
	       !name[first + strspn(name + first, "abcdefghijklmnopqrstuvwxyz"
						  "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")] &&
	       !mo_is_keyword(name, (int)strlen(name));
}

/* A name in SQL, in the value of an attribute. */
static void append_sql_name(sqlite3_str *out, const struct reader *r, const xmlAttr *attribute)
{
	const bool plain = attribute && is_plain(mo_attribute_spot(attribute)->text);

	sqlite3_str_appendall(out, plain || !attribute ? "" : "&quot;");
	append_value(out, r, attribute);
	sqlite3_str_appendall(out, plain || !attribute ? "" : "&quot;");
}

static char *fill(struct reader *r, const char *hint, const xmlNode *node, const xmlAttr *attribute)
{
	static const char *const places[] = {"$value", "$name", "$column", "$table", "$attribute"};
	sqlite3_str *out = sqlite3_str_new(NULL);
	const xmlAttr *name = mo_node_attribute(node, "name");

	while (*hint) {
		const size_t plain = strcspn(hint, "$");
		size_t place = 0;

		sqlite3_str_append(out, hint, (int)plain);
		hint += plain;
		if (!*hint)
			break;
		while (strncmp(hint, places[place], strlen(places[place])) != 0)
			place++;
		hint += strlen(places[place]);
		if (place == 2)
			append_sql_name(out, r, name);
		else if (place == 4)
			sqlite3_str_appendall(out, (const char *)attribute->name);
		else
			append_value(out, r,
				     place == 0	  ? attribute
				     : place == 1 ? name
						  : mo_node_attribute(node->parent, "name"));
	}
	return mo_arena_take(r->scratch, out);
}

const char *mo_word_attribute(struct reader *r, const xmlNode *node, const xmlAttr *attribute)
{
	const char *name = (const char *)attribute->name;
	const char *value = mo_attribute_spot(attribute)->text;
	const struct saying *saying = value ? find_saying(rule_of(node), name, value) : NULL;
	const bool is_part = rule_of(node) == E_INDEX || rule_of(node) == E_TRIGGER;

	if (saying)
		return fill(r, saying->hint, node, attribute);
	if (is_part && is_one_of("on table", name) &&
	    mo_same_name(value, mo_node_value(node->parent, "name")))
		return ON_ITS_TABLE;
	return NULL;
}

/* ---- elements -------------------------------------------------------------- */

static const char *const tombs[] = {"column", "table", "view", "index", "trigger"};

/* <drop table="t"/>, <drop-table name="t"/>, and in a table <remove name="a"/> */
static char *tombstone(struct reader *r, const xmlNode *parent, const xmlNode *node)
{
	const char *name = (const char *)node->name;
	const char *rest = name + strcspn(name, "-_");
	const char *verb = mo_arena_slice(r->scratch, name, (size_t)(rest - name));
	const char *kind = rule_of(parent) == E_TABLE ? "column" : "table";
	const xmlAttr *which = mo_node_attribute(node, "name");
	sqlite3_str *out;

	if (!verb || !is_one_of(GOES " rm", verb) || mo_same(name, "dropped"))
		return NULL;
	for (size_t i = LENGTH(tombs); i-- > 0;) {
		const xmlAttr *said = mo_node_attribute(node, tombs[i]);

		if (*rest ? mo_same_name(rest + 1, tombs[i]) : said != NULL) {
			kind = tombs[i];
			which = said ? said : which;
		}
	}
	out = sqlite3_str_new(NULL);
	sqlite3_str_appendf(out, "write <dropped %s=\"", kind);
	append_value(out, r, which);
	sqlite3_str_appendall(out, "\"/>");
	if (rule_of(parent) != E_TABLE && mo_same(kind, "column"))
		sqlite3_str_appendall(out, " in its table");
	if (rule_of(parent) == E_TABLE && (mo_same(kind, "table") || mo_same(kind, "view")))
		sqlite3_str_appendall(out, " outside of the table");
	return mo_arena_take(r->scratch, out);
}

/* <columns> around columns, which stand in <table> without it */
static bool is_wrapper(const xmlNode *parent, const xmlNode *node)
{
	bool any = false;

	if (node->properties || mo_language_attribute(rule_of(parent), (const char *)node->name))
		return false;
	for (const xmlNode *child = node->children; child; child = child->next) {
		if (child->type != XML_ELEMENT_NODE)
			continue;
		if (!mo_language_child(rule_of(parent), (const char *)child->name))
			return false;
		any = true;
	}
	return any;
}

static bool is_column(const xmlNode *node)
{
	return node->type == XML_ELEMENT_NODE &&
	       is_one_of("column col field", (const char *)node->name);
}

bool mo_word_is_said(const xmlNode *node)
{
	if (!is_column(node) || !mo_language_attribute(rule_of(node->parent), "columns"))
		return false;
	for (const xmlNode *before = node->prev; before; before = before->prev)
		if (is_column(before))
			return true;
	return false;
}

/* Its own text as the document has it, where no element is in it. */
static void append_text(sqlite3_str *out, const struct reader *r, const xmlNode *node)
{
	const struct tag *tag = mo_node_tag(node);
	const char *text = r->file->scan.text + tag->content;
	size_t length = tag->close - tag->content;

	while (length && mo_is_space(*text)) {
		text++;
		length--;
	}
	while (length && mo_is_space(text[length - 1]))
		length--;
	mo_word_append(out, memchr(text, '<', length) ? "..." : text,
		       memchr(text, '<', length) ? 3 : length);
}

/* <index><column name="a"/><column name="b"/></index> */
static char *columns_of(struct reader *r, const xmlNode *parent)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	const char *between = "";

	sqlite3_str_appendall(out, "leave it out, and write columns=\"");
	for (const xmlNode *child = parent->children; child; child = child->next) {
		const xmlAttr *name = is_column(child) ? mo_node_attribute(child, "name") : NULL;

		if (!is_column(child))
			continue;
		sqlite3_str_appendall(out, between);
		if (name)
			append_sql_name(out, r, name);
		else
			append_text(out, r, child);
		between = ", ";
	}
	sqlite3_str_appendf(out, "\" in <%s>", (const char *)parent->name);
	return mo_arena_take(r->scratch, out);
}

/* <column><type>TEXT</type></column> */
static char *as_attribute(struct reader *r, const xmlNode *parent, const xmlNode *node)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "write it as an attribute: <%s %s=\"", (const char *)parent->name,
			    (const char *)node->name);
	append_text(out, r, node);
	sqlite3_str_appendall(out, "\">");
	return mo_arena_take(r->scratch, out);
}

/* The element that is meant, of those that the parent takes; else NULL. */
static const char *element_meant(enum element parent, const char *name)
{
	static const char *const meanings[][2] = {
		{"column", "field col property attribute member"},
		{"table", "entity class model relation"},
		{"primary-key", "pk primary"},
		{"foreign-key", "fk reference references belongs-to"},
		{"unique", "unique-key unique-constraint"},
		{"index", "idx key"},
		{"doc", "comment description note remark documentation"},
		{"virtual-table", "virtual fts"},
		{"from", "select query populate fill source"},
		{"populate", "from fill"},
	};
	static const char *const verbs[] = {"add", "create", "new", "alter", "modify", "change"};

	for (size_t i = 0; i < LENGTH(meanings); i++)
		if (mo_language_child(parent, meanings[i][0]) && is_one_of(meanings[i][1], name))
			return meanings[i][0];
	for (size_t i = 0; i < LENGTH(verbs); i++) {
		const size_t length = strlen(verbs[i]);

		if (sqlite3_strnicmp(name, verbs[i], (int)length) == 0 &&
		    (name[length] == '-' || name[length] == '_') &&
		    mo_language_child(parent, name + length + 1))
			return name + length + 1;
	}
	return NULL;
}

static bool is_its_text(enum element parent, const char *name)
{
	const bool has_text = parent == E_VIEW || parent == E_TRIGGER || parent == E_TOP_TRIGGER;

	return has_text && is_one_of("sql body query select as definition " BODIES, name);
}

const char *mo_word_element(struct reader *r, const xmlNode *parent, const xmlNode *node)
{
	const char *name = (const char *)node->name;
	const enum element element = rule_of(parent);
	const char *hint = tombstone(r, parent, node);
	const char *meant = element_meant(element, name);

	if (hint)
		return hint;
	if (is_wrapper(parent, node))
		return mo_arena_format(
			r->scratch,
			"leave <%s> and </%s> out: what is in them stands in <%s> itself", name,
			name, (const char *)parent->name);
	if (is_column(node) && mo_language_attribute(element, "columns"))
		return columns_of(r, parent);
	if (mo_language_attribute(element, name))
		return as_attribute(r, parent, node);
	if (is_its_text(element, name))
		return mo_arena_format(r->scratch, "write it as the text of <%s>",
				       (const char *)parent->name);
	if (element == E_TABLE && is_one_of("constraint", name))
		return "did you mean <primary-key>, <unique>, <check> or <foreign-key>?";
	return meant ? mo_arena_format(r->scratch, "did you mean <%s>?", meant) : NULL;
}

bool mo_word_stands_for(const xmlNode *node, const char *missing)
{
	for (const xmlAttr *attribute = node->properties; attribute; attribute = attribute->next) {
		const char *name = (const char *)attribute->name;
		const char *value = attribute->ns ? NULL : mo_attribute_spot(attribute)->text;
		const struct saying *saying = value && !mo_language_attribute(rule_of(node), name)
						      ? find_saying(rule_of(node), name, value)
						      : NULL;

		if (saying && saying->stands_for && is_one_of(saying->stands_for, missing))
			return true;
	}
	for (const xmlNode *child = node->children; child; child = child->next) {
		if (child->type != XML_ELEMENT_NODE ||
		    mo_language_child(rule_of(node), (const char *)child->name))
			continue;
		if (mo_same((const char *)child->name, missing) ||
		    (mo_same(missing, "columns") && is_column(child)) ||
		    (mo_same(missing, "text") &&
		     is_its_text(rule_of(node), (const char *)child->name)))
			return true;
	}
	return false;
}
