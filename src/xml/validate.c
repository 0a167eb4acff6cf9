/* SPDX-License-Identifier: MIT */
/*
 * validate.c: a tree held against the table of the language: is every name
 * known, every value one of those it may be, nothing missing, nothing said in
 * two ways.
 */
#include <string.h>

#include "base/text.h"
#include "xml/brought.h"
#include "xml/reader.h"

#define LONGEST_LIST 32 /* attributes or children of an element */
#define BLANKS " \t\r\n"

static const char *name_of(const xmlNode *node)
{
	return (const char *)node->name;
}

static enum element rule_of(const xmlNode *node)
{
	return (enum element)mo_node_tag(node)->rule;
}

/* ---- guesses --------------------------------------------------------------- */

static const char *nearest_attribute(enum element element, const char *name)
{
	const char *names[LONGEST_LIST];
	int count = 0;
	const char *known = mo_word_means(element, name);

	if (known)
		return known;
	for (const struct attribute_rule *rule = mo_language[element].attributes; rule->name;
	     rule++)
		names[count++] = rule->name;
	return mo_nearest(name, names, count);
}

static const char *nearest_child(enum element element, const char *name)
{
	const char *names[LONGEST_LIST];
	int count = 0;

	for (const enum element *child = mo_language[element].children; *child; child++)
		names[count++] = mo_language[*child].name;
	return mo_nearest(name, names, count);
}

/* a, b, c */
static char *list_words(struct arena *arena, const char *const *words, int count)
{
	sqlite3_str *text = sqlite3_str_new(NULL);

	for (int i = 0; i < count; i++)
		if (words[i])
			sqlite3_str_appendf(text, "%s%s", sqlite3_str_length(text) ? ", " : "",
					    words[i]);
	return mo_arena_take(arena, text);
}

/* ---- values ---------------------------------------------------------------- */

static const char *const flags[] = {"true", "false"};

static const char *guess_word(const char *text, const char *const *words, int count)
{
	const char *given[LONGEST_LIST];
	int known = 0;
	bool flag;

	if (words == flags && mo_word_is_flag(text, &flag))
		return flags[flag ? 0 : 1];
	for (int i = 0; i < count; i++) {
		if (!words[i])
			continue;
		/* Who left off the end meant a word that begins so. */
		if (*text && strncmp(words[i], text, strlen(text)) == 0)
			return NULL;
		given[known++] = words[i];
	}
	return mo_nearest(text, given, known);
}

static bool is_word(const char *text, const char *const *words, int count)
{
	for (int i = 0; i < count; i++)
		if (words[i] && mo_same(text, words[i]))
			return true;
	return false;
}

/* An integer of 32 bits, as a header field of the file holds it. */
static bool is_integer(const char *text)
{
	const char *digits = text + (*text == '-' || *text == '+');
	long long number = 0;

	if (!*digits)
		return false;
	for (const char *c = digits; *c; c++) {
		if (*c < '0' || *c > '9')
			return false;
		number = number > 4294967296LL ? number : number * 10 + (*c - '0');
	}
	return *text == '-' ? number <= 2147483648LL : number <= 2147483647LL;
}

static bool is_application(const char *text)
{
	const size_t length = strlen(text);

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		return length > 2 && length <= 10 &&
		       strspn(text + 2, "0123456789abcdefABCDEF") == length - 2;
	return *text != '+' && length <= (*text == '-' ? 11 : 10) && is_integer(text);
}

static bool is_version(const char *text)
{
	return strncmp(text, "1.", 2) == 0 && text[2] &&
	       strspn(text + 2, "0123456789") == strlen(text + 2);
}

/* insert | delete | update | update of names; the names are read.c's */
static bool is_event(const char *text)
{
	const char *rest = text + strlen("update");

	if (is_word(text, mo_event_words, EVENT_COUNT))
		return true;
	if (strncmp(text, "update", strlen("update")) != 0 || !mo_is_space(*rest))
		return false;
	rest += strspn(rest, BLANKS);
	return strncmp(rest, "of", 2) == 0 && mo_is_space(rest[2]);
}

static const char *wanted(const struct attribute_rule *rule)
{
	switch ((int)rule->value) {
	case VALUE_INTEGER:
		return "write an integer of 32 bits";
	case VALUE_APPLICATION:
		return "write an integer of 32 bits, or as 0x4D4F4C54";
	case VALUE_VERSION:
		return "write version=\"1.0\"";
	case VALUE_EVENT:
		return "write insert, delete, update, or update of a, b";
	default:
		return "write something there";
	}
}

static bool is_right(const struct attribute_rule *rule, const char *text)
{
	switch ((int)rule->value) {
	case VALUE_INTEGER:
		return is_integer(text);
	case VALUE_APPLICATION:
		return is_application(text);
	case VALUE_VERSION:
		return is_version(text);
	case VALUE_EVENT:
		return is_event(text);
	case VALUE_FILLED:
		return *text != '\0';
	default:
		return true;
	}
}

static void check_value(struct reader *r, const xmlNode *node, const xmlAttr *attribute,
			const struct attribute_rule *rule)
{
	const char *text = mo_trim(r->scratch, mo_attribute_spot(attribute)->text);
	const char *const *words = rule->value == VALUE_FLAG ? flags : rule->words;
	const int count = rule->value == VALUE_FLAG ? 2 : rule->word_count;
	struct moult_place place;
	const char *guess;

	if (!text || (words ? is_word(text, words, count) : is_right(rule, text)))
		return;
	place = mo_reader_value_place(r, attribute);
	mo_diag(r->diags, DIAG_DOC007, &place, mo_reader_path(r, node), "%s cannot be \"%.60s\"",
		rule->name, text);
	guess = words ? guess_word(text, words, count) : NULL;
	if (guess)
		mo_diag_hint(r->diags, "did you mean \"%s\"?", guess);
	else if (words)
		mo_diag_hint(r->diags, "write one of: %s", list_words(r->scratch, words, count));
	else
		mo_diag_hint(r->diags, "%s", wanted(rule));
}

/* ---- attributes ------------------------------------------------------------ */

/* The attribute that is meant, with its value too where that is another word for one of its own. */
static void hint_guess(struct reader *r, const struct attribute_rule *rule,
		       const xmlAttr *attribute)
{
	const char *text = mo_trim(r->scratch, mo_attribute_spot(attribute)->text);
	const bool is_flag = rule->value == VALUE_FLAG;
	const char *const *words = is_flag ? flags : rule->words;
	const int count = is_flag ? 2 : rule->word_count;
	const char *value = text && words && !is_word(text, words, count)
				    ? guess_word(text, words, count)
				    : NULL;

	if (value)
		mo_diag_hint(r->diags, "did you mean %s=\"%s\"?", rule->name, value);
	else
		mo_diag_hint(r->diags, "did you mean %s?", rule->name);
}

static void unknown_attribute(struct reader *r, const xmlNode *node, const xmlAttr *attribute)
{
	const enum element element = rule_of(node);
	const char *name = (const char *)attribute->name;
	const struct moult_place place = mo_reader_attribute_place(r, attribute);
	const char *guess = nearest_attribute(element, name);
	const char *saying = mo_word_attribute(r, node, attribute);

	if (mo_language_attribute_is_reserved(name)) {
		mo_diag(r->diags, DIAG_DOC009, &place, mo_reader_path(r, node),
			"%s is not in this edition of the schema language", name);
		return;
	}
	mo_diag(r->diags, DIAG_DOC005, &place, mo_reader_path(r, node), "<%s> has no attribute %s",
		name_of(node), name);
	if (saying)
		mo_diag_hint(r->diags, "%s", saying);
	else if (guess)
		hint_guess(r, mo_language_attribute(element, guess), attribute);
	else if (mo_language_child(element, name))
		mo_diag_hint(r->diags, "%s is an element in <%s>", name, name_of(node));
	else if (mo_language_parent(name_of(node), name))
		mo_diag_hint(r->diags, "<%s> with %s stands in <%s>", name_of(node), name,
			     mo_language[mo_language_parent(name_of(node), name)].name);
}

/* An attribute is there, as the hint has said. */
static bool is_misspelt(const xmlNode *node, const char *name)
{
	const enum element element = rule_of(node);

	if (mo_word_stands_for(node, name))
		return true;
	for (const xmlAttr *other = node->properties; other; other = other->next) {
		const char *written = (const char *)other->name;

		if (!other->ns && !mo_language_attribute(element, written) &&
		    mo_same(nearest_attribute(element, written), name))
			return true;
	}
	return false;
}

/* Those of other namespaces are theirs; but xml:base would say where included files are. */
static void foreign_attribute(struct reader *r, const xmlNode *node, const xmlAttr *attribute)
{
	const struct moult_place place = mo_reader_attribute_place(r, attribute);

	if (mo_same((const char *)attribute->ns->href, MO_NAMESPACE)) {
		mo_diag(r->diags, DIAG_DOC005, &place, mo_reader_path(r, node),
			"attributes of the schema language have no prefix");
		mo_diag_hint(r->diags, "write %s", (const char *)attribute->name);
	} else if (mo_same((const char *)attribute->ns->href,
			   "http://www.w3.org/XML/1998/namespace") &&
		   mo_same((const char *)attribute->name, "base")) {
		mo_diag(r->diags, DIAG_DOC005, &place, mo_reader_path(r, node),
			"xml:base is not allowed");
		mo_diag_hint(r->diags,
			     "paths of <include> are relative to the file that they stand in");
	} else if (mo_same((const char *)attribute->ns->href,
			   "http://www.w3.org/2001/XMLSchema-instance") &&
		   !mo_same((const char *)attribute->name, "schemaLocation")) {
		mo_diag(r->diags, DIAG_DOC005, &place, mo_reader_path(r, node),
			"%s of the XML Schema says nothing here", (const char *)attribute->name);
		mo_diag_hint(r->diags, "leave it out; xsi:schemaLocation may stay");
	}
}

static const xmlNode *find_child(const xmlNode *node, const char *name)
{
	for (const xmlNode *child = node->children; child; child = child->next)
		if (mo_node_is_ours(child) && mo_same(name_of(child), name))
			return child;
	return NULL;
}

static void check_two_forms(struct reader *r, const xmlNode *node, const xmlAttr *attribute)
{
	const char *name = (const char *)attribute->name;
	const char *other = node->children ? mo_language_other_form(rule_of(node), name) : NULL;
	const xmlNode *child = other ? find_child(node, other) : NULL;
	struct moult_place place, have;

	if (!child)
		return;
	place = mo_reader_place(r, child);
	have = mo_reader_attribute_place(r, attribute);
	mo_diag(r->diags, DIAG_DOC008, &place, mo_reader_path(r, node),
		"the element <%s> stands beside the attribute %s", other, name);
	mo_diag_have(r->diags, &have);
	mo_diag_hint(r->diags, "keep one of the two");
}

static void check_needs(struct reader *r, const xmlNode *node, const xmlAttr *attribute)
{
	const char *name = (const char *)attribute->name;
	const char *needs = mo_language_needs(rule_of(node), name);
	const char *other = needs ? mo_language_other_form(rule_of(node), needs) : NULL;
	struct moult_place place;

	if (!needs || mo_node_attribute(node, needs) || is_misspelt(node, needs))
		return;
	place = mo_reader_attribute_place(r, attribute);
	mo_diag(r->diags, DIAG_DOC016, &place, mo_reader_path(r, node),
		"%s says nothing without %s", name, needs);
	if (other && find_child(node, other))
		mo_diag_hint(r->diags, "write it on <%s>", other);
	else
		mo_diag_hint(r->diags, "add %s, or leave out %s", needs, name);
}

static void check_attribute(struct reader *r, const xmlNode *node, const xmlAttr *attribute)
{
	const struct attribute_rule *rule;

	if (attribute->ns) {
		foreign_attribute(r, node, attribute);
		return;
	}
	rule = mo_language_attribute(rule_of(node), (const char *)attribute->name);
	if (!rule && mo_language_is_open(rule_of(node)))
		return;
	if (!rule) {
		unknown_attribute(r, node, attribute);
		return;
	}
	check_value(r, node, attribute, rule);
	check_two_forms(r, node, attribute);
	check_needs(r, node, attribute);
}

static void check_required(struct reader *r, const xmlNode *node)
{
	const enum element element = rule_of(node);

	for (const struct attribute_rule *rule = mo_language[element].attributes; rule->name;
	     rule++) {
		const char *other =
			rule->required ? mo_language_other_form(element, rule->name) : NULL;
		struct moult_place place;

		if (!rule->required || mo_node_attribute(node, rule->name) ||
		    (other && find_child(node, other)) || is_misspelt(node, rule->name))
			continue;
		place = mo_reader_place(r, node);
		mo_diag(r->diags, DIAG_DOC006, &place, mo_reader_path(r, node), "<%s> must have %s",
			name_of(node), rule->name);
		if (mo_same(rule->name, "on"))
			mo_diag_hint(r->diags,
				     "write on=\"...\" with the name of its table, or put it into "
				     "that table");
		else if (rule->words)
			mo_diag_hint(r->diags, "write %s=\"...\" with one of: %s", rule->name,
				     list_words(r->scratch, rule->words, rule->word_count));
	}
}

/* Exactly one of before, after, instead-of; one thing to a tombstone. */
static void check_one_of(struct reader *r, const xmlNode *node)
{
	const char *const *names = mo_language_one_of(rule_of(node));
	const xmlAttr *first = NULL;
	struct moult_place place, have;
	bool misspelt = false;
	int count = 0;

	for (const char *const *name = names; name && *name; name++, count++) {
		const xmlAttr *attribute = mo_node_attribute(node, *name);

		if (!attribute)
			continue;
		if (!first) {
			first = attribute;
			continue;
		}
		place = mo_reader_attribute_place(r, attribute);
		have = mo_reader_attribute_place(r, first);
		mo_diag(r->diags, DIAG_DOC016, &place, mo_reader_path(r, node),
			"%s and %s do not go together", (const char *)first->name, *name);
		mo_diag_have(r->diags, &have);
		return;
	}
	for (const char *const *name = names; name && *name && !misspelt; name++)
		misspelt = is_misspelt(node, *name);
	if (first || !names || misspelt)
		return;
	place = mo_reader_place(r, node);
	mo_diag(r->diags, DIAG_DOC006, &place, mo_reader_path(r, node), "<%s> must have one of: %s",
		name_of(node), list_words(r->scratch, names, count));
}

/* SQLite refuses DEFAULT on a generated column, and no using fills it. */
static void check_beside_generated(struct reader *r, const xmlNode *node, const char *name)
{
	const xmlNode *child = find_child(node, name);
	const xmlAttr *attribute = mo_node_attribute(node, name);
	struct moult_place place;

	if (!child && !attribute)
		return;
	place = attribute ? mo_reader_attribute_place(r, attribute) : mo_reader_place(r, child);
	mo_diag(r->diags, DIAG_DOC016, &place, mo_reader_path(r, node),
		"a generated column cannot have a %s", name);
}

static void check_generated(struct reader *r, const xmlNode *node)
{
	if (rule_of(node) != E_COLUMN ||
	    !(find_child(node, "generated") || mo_node_attribute(node, "generated")))
		return;
	check_beside_generated(r, node, "default");
	check_beside_generated(r, node, "using");
}

/* ---- children -------------------------------------------------------------- */

static void unknown_child(struct reader *r, const xmlNode *parent, const xmlNode *node)
{
	const char *name = name_of(node);
	const struct moult_place place = mo_reader_place(r, node);
	const char *guess = nearest_child(rule_of(parent), name);
	const char *path = mo_reader_path(r, parent);
	const char *saying = mo_word_element(r, parent, node);

	if (mo_language_element_is_reserved(name) && node->ns) {
		mo_diag(r->diags, DIAG_DOC009, &place, path,
			"<%s> is not in this edition of the schema language", name);
		return;
	}
	if (!node->ns)
		mo_diag(r->diags, DIAG_DOC004, &place, path, "<%s> is in no namespace", name);
	else if (mo_language_knows(name) || mo_language[rule_of(parent)].content == CONTENT_TEXT)
		mo_diag(r->diags, DIAG_DOC004, &place, path, "<%s> does not belong in <%s>", name,
			name_of(parent));
	else
		mo_diag(r->diags, DIAG_DOC004, &place, path, "there is no element <%s>", name);
	if (!node->ns)
		mo_diag_hint(r->diags,
			     "leave its xmlns out, and begin with <database xmlns=\"" MO_NAMESPACE
			     "\">");
	else if (saying)
		mo_diag_hint(r->diags, "%s", saying);
	else if (guess)
		mo_diag_hint(r->diags, "did you mean <%s>?", guess);
	else if (mo_language_parent(name, NULL))
		mo_diag_hint(r->diags, "it stands in <%s>",
			     mo_language[mo_language_parent(name, NULL)].name);
}

static void check_once(struct reader *r, const xmlNode *node)
{
	const xmlNode *first =
		mo_language[rule_of(node)].once ? find_child(node->parent, name_of(node)) : node;
	struct moult_place place, have;

	if (first == node)
		return;
	place = mo_reader_place(r, node);
	have = mo_reader_place(r, first);
	mo_diag(r->diags, DIAG_DOC013, &place, mo_reader_path(r, node), "<%s> stands here twice",
		name_of(node));
	mo_diag_have(r->diags, &have);
}

static bool is_foreign(const xmlNode *node)
{
	return node->ns && !mo_node_is_ours(node);
}

static void check_element(struct reader *r, const xmlNode *node);

static void check_child(struct reader *r, const xmlNode *parent, const xmlNode *node)
{
	const bool text_only = mo_language[rule_of(parent)].content == CONTENT_TEXT;
	const bool leaf = !mo_language[rule_of(parent)].children[0];

	if (is_foreign(node) && !text_only && !leaf)
		return;
	mo_node_tag(node)->rule = mo_node_is_ours(node)
					  ? (int)mo_language_child(rule_of(parent), name_of(node))
					  : E_NONE;
	if (mo_node_tag(node)->rule == E_NONE) {
		if (!mo_word_is_said(node))
			unknown_child(r, parent, node);
		return;
	}
	check_once(r, node);
	check_element(r, node);
}

/* ---- text ------------------------------------------------------------------ */

static void stray_text(struct reader *r, const xmlNode *node, size_t at, size_t width)
{
	const struct scan *scan = &r->file->scan;
	const struct moult_place place =
		mo_scan_place(scan, mo_scan_text_offset(scan, mo_node_tag(node), at), width);

	mo_diag(r->diags, DIAG_DOC018, &place, mo_reader_path(r, node),
		mo_language[rule_of(node)].content == CONTENT_MIXED
			? "the text of <%s> must stand in one piece"
			: "text does not belong in <%s>",
		name_of(node));
}

/* Where text has no place none stands; beside elements it stands in one piece. */
static void check_text(struct reader *r, const xmlNode *node)
{
	const enum content_kind content = mo_language[rule_of(node)].content;
	const bool leaf = !mo_language[rule_of(node)].children[0];
	bool over = content == CONTENT_NONE;
	bool found = false;
	size_t at = 0;

	for (const xmlNode *child = node->children; child && content != CONTENT_TEXT;
	     child = child->next) {
		const char *text = (const char *)child->content;

		if (child->type == XML_ELEMENT_NODE)
			over |= found;
		if ((child->type != XML_TEXT_NODE && child->type != XML_CDATA_SECTION_NODE) ||
		    !text)
			continue;
		if (!mo_is_blank(text)) {
			const size_t blank = strspn(text, BLANKS);

			if (over) {
				stray_text(r, node, at + blank, strcspn(text + blank, BLANKS));
				return;
			}
			found = true;
		} else if (over && leaf) { /* XML Schema lets no space stand in what is empty */
			stray_text(r, node, at, strlen(text));
			return;
		}
		at += strlen(text);
	}
	if (!found && content == CONTENT_MIXED && !mo_word_stands_for(node, "text")) {
		const struct moult_place place = mo_reader_place(r, node);

		mo_diag(r->diags, DIAG_DOC006, &place, mo_reader_path(r, node),
			"a %s must have its %s as text", name_of(node),
			rule_of(node) == E_VIEW ? "SELECT" : "statements");
	}
}

/* ---- elements -------------------------------------------------------------- */

/* A table without columns; what is spelled wrong may have been one. */
static void check_table(struct reader *r, const xmlNode *node)
{
	struct moult_place place;

	if (rule_of(node) != E_TABLE || find_child(node, "column"))
		return;
	for (const xmlNode *child = node->children; child; child = child->next)
		if (mo_node_is_ours(child) && rule_of(child) == E_NONE)
			return;
	place = mo_reader_place(r, node);
	mo_diag(r->diags, DIAG_DOC006, &place, mo_reader_path(r, node),
		"a table must have a <column>");
}

static void check_element(struct reader *r, const xmlNode *node)
{
	if (mo_reader_is_full(r))
		return;
	for (const xmlAttr *attribute = node->properties; attribute; attribute = attribute->next)
		check_attribute(r, node, attribute);
	check_required(r, node);
	check_one_of(r, node);
	check_generated(r, node);
	check_text(r, node);
	for (const xmlNode *child = node->children; child && !mo_reader_is_full(r);
	     child = child->next)
		if (child->type == XML_ELEMENT_NODE)
			check_child(r, node, child);
	check_table(r, node);
}

bool mo_check_tree(struct reader *r)
{
	const xmlNode *root = xmlDocGetRootElement(r->file->doc);
	const struct moult_place place = mo_reader_place(r, root);

	if (mo_node_is_ours(root) && mo_same(name_of(root), "database")) {
		mo_node_tag(root)->rule = E_DATABASE;
		check_element(r, root);
		return true;
	}
	if (mo_node_is_ours(root))
		mo_diag(r->diags, DIAG_DOC011, &place, NULL,
			"the root element must be <database>, not <%s>", name_of(root));
	else if (root->ns)
		mo_diag(r->diags, DIAG_DOC011, &place, NULL,
			"the namespace \"%.80s\" is not that of a moult document",
			(const char *)root->ns->href);
	else
		mo_diag(r->diags, DIAG_DOC011, &place, NULL, "<%s> is in no namespace",
			name_of(root));
	mo_diag_hint(r->diags, "begin with <database xmlns=\"" MO_NAMESPACE "\">");
	return false;
}
