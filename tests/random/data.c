/* SPDX-License-Identifier: MIT */
/*
 * data.c: what a document says of rows: from, rows, steps and requirements.
 *
 * As with using (fill.c) each is written twice: as an element of the document, and as plain SQL
 * for the naive copy, in which the old file is attached as have.  What a step does to the old file
 * is done to it first; so whatever reads have reads what the step has left.
 */
#include <string.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "trial.h"

#define MOST_DATA 12

static struct datum *add(struct trial *trial, enum datum_kind kind, const struct thing *table)
{
	struct datum *datum;

	if (trial->data_count == MOST_DATA)
		return NULL;
	datum = &trial->data[trial->data_count++];
	*datum = (struct datum){.kind = kind, .id = table->id, .table = table->name};
	return datum;
}

/* Whether the rows of a table, or of another with its name, are declared; no step writes it then. */
static bool has_rows(const struct trial *trial, const struct thing *table)
{
	int i;

	for (i = 0; i < trial->data_count; i++)
		if (trial->data[i].kind == DATUM_ROWS &&
		    (trial->data[i].id == table->id ||
		     !sqlite3_stricmp(trial->data[i].table, table->name)))
			return true;
	return false;
}

bool data_has_rows(const struct trial *trial, const char *table)
{
	int i;

	for (i = 0; !trial->is_back && i < trial->data_count; i++)
		if (trial->data[i].kind == DATUM_ROWS && trial->data[i].is_said &&
		    !sqlite3_stricmp(trial->data[i].table, table))
			return true;
	return false;
}

/* A column that is no generated one, or NULL where the dice find none. */
static const char *plain_column(struct dice *dice, const struct thing *table)
{
	const struct field *field = &table->fields[dice_roll(dice, table->field_count)];

	return field->expr ? NULL : field->name;
}

/* ---- rows of a new table ---- */

/* $t is the table that is read, with its schema before it where that is told; $o and $p columns of it. */
static const char *const queries[][2] = {
	{"x.$o", "FROM $t AS x"},
	{"(quote(x.$o) || '')", "FROM $t AS x WHERE x.$o IS NOT NULL GROUP BY 1"},
	{"x.$o",
	 "FROM $t AS x WHERE (quote(x.$o) || '') < (quote(x.$p) || '') AND x.$p IS NOT NULL"},
	{"x.$o", "FROM $t AS x UNION ALL SELECT NULL $, FROM $t AS x"},
	{"length(x.$o)",
	 "FROM $t AS x JOIN (SELECT max((quote($p) || '')) AS m FROM $t) ON m <> (quote(x.$p) || '')"},
};

static const char *say(struct dice *dice, const char *form, const char *table,
		       const struct thing *read, const char *second)
{
	const char *o = read->fields[0].name, *p = read->fields[read->field_count - 1].name;
	const char *text = "";

	for (; *form; form++) {
		if (*form != '$')
			text = dice_format(dice, "%s%c", text, *form);
		else if (*++form == 't')
			text = dice_format(dice, "%s%s", text, table);
		else if (*form == ',')
			text = dice_format(dice, "%s%s", text, second ? ", count(*)" : "");
		else
			text = dice_format(dice, "%s\"%w\"", text, *form == 'o' ? o : p);
	}
	return text;
}

/*
 * The query, of one column or two.  It yields the same rows each time: what it counts is of all rows,
 * or of a group.
 */
static const char *from_query(struct dice *dice, int form, const char *table,
			      const struct thing *read, const char *first, const char *second)
{
	const char *value = say(dice, queries[form][0], table, read, second);

	value = dice_format(dice, "SELECT %s AS \"%w\"", value, first);
	if (second && form != 1 && form != 3)
		value = dice_format(dice, "%s, (quote(x.\"%w\") || '') AS \"%w\"", value,
				    read->fields[0].name, second);
	else if (second)
		value = dice_format(dice, "%s, %s AS \"%w\"", value, form == 1 ? "count(*)" : "7",
				    second);
	return dice_format(dice, "%s %s", value, say(dice, queries[form][1], table, read, second));
}

/* Its rows in the order in which moult(5) numbers them. */
static char *from_naive(struct dice *dice, const char *table, const char *query, const char *first,
			const char *second)
{
	char *names = dice_format(dice, "\"%w\"", first),
	     *order = dice_format(dice, "\"%w\" COLLATE BINARY, typeof(\"%w\")", first, first);

	if (second) {
		names = dice_format(dice, "%s, \"%w\"", names, second);
		order = dice_format(dice, "%s, \"%w\" COLLATE BINARY, typeof(\"%w\")", order,
				    second, second);
	}
	return dice_format(dice,
			   "INSERT OR ABORT INTO main.\"%w\" (%s) SELECT %s FROM (%s) ORDER BY %s",
			   table, names, names, query, order);
}

static void make_from(struct trial *trial, struct shape *have, const struct thing *table)
{
	struct dice *dice = trial->dice;
	const struct thing *read = shape_random(dice, have, THING_TABLE);
	const char *first = plain_column(dice, table), *second = plain_column(dice, table);
	int form = dice_roll(dice, (int)(sizeof(queries) / sizeof(*queries)));
	struct datum *datum;

	if (!first || !read || !name_is_free(have, THING_TABLE, table->name))
		return;
	second = second && strcmp(first, second) != 0 ? second : NULL;
	datum = add(trial, DATUM_FROM, table);
	if (!datum)
		return;
	datum->text = from_query(dice, form, dice_format(dice, "\"%w\"", read->name), read, first,
				 second);
	datum->naive =
		from_naive(dice, table->name,
			   from_query(dice, form, dice_format(dice, "have.\"%w\"", read->name),
				      read, first, second),
			   first, second);
}

/* ---- declared rows ---- */

static const struct field *field_of(const struct thing *table, int column)
{
	int i;

	for (i = 0; i < table->field_count; i++)
		if (table->fields[i].id == column)
			return &table->fields[i];
	return NULL;
}

/* Its primary key, where it can tell rows: plain columns with a type, without NULL. */
static bool tells_rows(const struct thing *table, const struct rule *key, const struct term *term)
{
	const struct field *field = field_of(table, term->column);
	bool given = table->without_rowid;
	int i;

	for (i = 0; i < table->rule_count; i++)
		given |= table->rules[i].kind == RULE_NOT_NULL &&
			 table->rules[i].terms[0].column == term->column;
	if (field && field->type && table->strict && !strcmp(field->type, "ANY"))
		return false;
	return field && field->type && !strchr("B", fill_affinity(field->type)) && !term->collate &&
	       !term->descending && (given || (key->count == 1 && !strcmp(field->type, "INTEGER")));
}

static const struct rule *key_of(const struct thing *table)
{
	const struct rule *key = NULL;
	int i;

	for (i = 0; i < table->rule_count; i++)
		if (table->rules[i].kind == RULE_PRIMARY_KEY)
			key = &table->rules[i];
	for (i = 0; key && i < key->count; i++)
		if (!tells_rows(table, key, &key->terms[i]))
			return NULL;
	return key;
}

/* In an attribute a line's end would be a space. */
static const char *escaped(struct dice *dice, const char *text)
{
	xmlChar *safe = xmlEncodeSpecialChars(NULL, (const xmlChar *)text);
	const char *copy = "", *at;

	for (at = (const char *)safe; at && *at; at++)
		copy = *at == '\n' || *at == '\t' ? dice_format(dice, "%s&#%d;", copy, *at)
						  : dice_format(dice, "%s%.1s", copy, at);
	xmlFree(safe);
	return copy;
}

/* What a row is made of: as XML, and as a list of names, of values and of assignments. */
struct row {
	const char *xml;
	const char *names;
	const char *values;
	const char *sets;
	const char *where;
};

static const char *joined(struct dice *dice, const char *list, const char *between,
			  const char *item)
{
	return dice_format(dice, "%s%s%s", list, *list ? between : "", item);
}

static void add_value(struct dice *dice, struct row *row, const char *column, const char *text,
		      const char *sql, bool is_key)
{
	const char *name = dice_format(dice, "\"%w\"", column);

	row->xml = dice_format(dice, "%s<value column=\"%s\"", row->xml, escaped(dice, column));
	if (sql)
		row->xml = dice_format(dice, "%s sql=\"%s\"/>", row->xml, escaped(dice, sql));
	else if (text)
		row->xml = dice_format(dice, "%s>%s</value>", row->xml, escaped(dice, text));
	else
		row->xml = dice_format(dice, "%s null=\"true\"/>", row->xml);
	sql = sql ? sql : dice_format(dice, "%Q", text);
	row->names = joined(dice, row->names, ", ", name);
	row->values = joined(dice, row->values, ", ", sql);
	if (is_key)
		row->where =
			joined(dice, row->where, " AND ", dice_format(dice, "%s = %s", name, sql));
	else
		row->sets = joined(dice, row->sets, ", ", dice_format(dice, "%s = %s", name, sql));
}

static void add_values(struct dice *dice, struct row *row, const struct thing *table,
		       const struct rule *key, int number)
{
	static const char *const texts[] = {"5", "x", "", "3.0", "it's <&>", NULL};
	static const char *const expressions[] = {"7", "x'00ff'", "1.5", "'a' || char(10)", "NULL"};
	static const char *const keys[] = {"1", "2", "7", "40"};
	int i, k;

	for (i = 0; i < table->field_count; i++) {
		const struct field *field = &table->fields[i];
		bool is_key = false;

		for (k = 0; k < key->count; k++)
			is_key |= key->terms[k].column == field->id;
		if (is_key)
			add_value(dice, row, field->name, keys[number], NULL, true);
		else if (!field->expr && dice_chance(dice, 60))
			add_value(dice, row, field->name, PICK(dice, texts),
				  dice_chance(dice, 40) ? PICK(dice, expressions) : NULL, false);
	}
}

/* A row is brought to what is declared, or comes; which row is meant its key says. */
static char *row_naive(struct dice *dice, const char *table, const struct row *row)
{
	char *update = *row->sets
			       ? dice_format(dice, "UPDATE OR ABORT main.\"%w\" SET %s WHERE %s;",
					     table, row->sets, row->where)
			       : dice_format(dice, "");

	return dice_format(dice,
			   "%sINSERT OR ABORT INTO main.\"%w\" (%s) SELECT %s WHERE NOT EXISTS"
			   " (SELECT 1 FROM main.\"%w\" WHERE %s);",
			   update, table, row->names, row->values, table, row->where);
}

static void make_rows(struct trial *trial, const struct thing *table)
{
	struct dice *dice = trial->dice;
	const struct rule *key = key_of(table);
	struct datum *datum = key ? add(trial, DATUM_ROWS, table) : NULL;
	int i, count = 1 + dice_roll(dice, 3);

	if (!datum)
		return;
	datum->text =
		dice_format(dice, "<rows update=\"%s\">", dice_chance(dice, 50) ? "true" : "false");
	datum->naive = "";
	for (i = 0; i < count; i++) {
		struct row row = {"", "", "", "", ""};

		add_values(dice, &row, table, key, i);
		datum->text = dice_format(dice, "%s<row>%s</row>", datum->text, row.xml);
		datum->naive =
			dice_format(dice, "%s%s", datum->naive, row_naive(dice, table->name, &row));
	}
	datum->text = dice_format(dice, "%s</rows>", datum->text);
}

/* ---- steps and requirements ---- */

/*
 * Before 3.38 quote() of a number is a number: with '' behind it, it is a text with every SQLite.
 * $t is the table, $c a column of it, $r whether the next rowid is the one after the last.
 */
static const char *const statements[] = {
	"UPDATE $t SET $c = (quote($c) || '')",
	"UPDATE $t SET $c = 5 WHERE $c IS NULL",
	"UPDATE $t SET $c = NULL WHERE typeof($c) = 'text'",
	"UPDATE $t SET $c = $c || 'z' WHERE typeof($c) = 'integer'",
	"UPDATE $t SET $c = (SELECT count(*) FROM $t AS x WHERE (quote(x.$c) || '') < (quote($t.$c) || ''))",
	"DELETE FROM $t WHERE $c IS NULL",
	"DELETE FROM $t WHERE typeof($c) = 'text' AND length($c) > 4",
	("INSERT INTO $t ($c) SELECT DISTINCT quote($c) || 'n' FROM $t WHERE typeof($c) = 'text'"
	 " AND $r"),
	"INSERT OR IGNORE INTO $t ($c) SELECT 77 WHERE $r UNION ALL SELECT 'n' WHERE $r",
	"WITH q AS (SELECT max((quote($c) || '')) AS m FROM $t) DELETE FROM $t WHERE (quote($c) || '') IN (SELECT m FROM q)",
};

static const char *const requirements[] = {
	"SELECT $c FROM $t WHERE typeof($c) = 'blob' AND length($c) > 1",
	"SELECT count(*) FROM $t WHERE $c = 'x' GROUP BY $c HAVING count(*) > 1",
	"SELECT 1 WHERE (SELECT count(*) FROM $t WHERE $c IS NULL) > 2",
};

/* Behind the last rowid that there can be SQLite takes one at random. */
static const char *next_is_known(struct dice *dice, const struct thing *table)
{
	const struct field *key = NULL;
	int i;

	for (i = 0; i < table->rule_count && !table->without_rowid; i++)
		if (table->rules[i].kind == RULE_PRIMARY_KEY && table->rules[i].count == 1)
			key = field_of(table, table->rules[i].terms[0].column);
	return key ? dice_format(dice,
				 "NOT EXISTS (SELECT 1 FROM \"%w\" WHERE typeof(\"%w\") = 'integer'"
				 " AND \"%w\" > 9223372036854770000)",
				 table->name, key->name, key->name)
		   : "1";
}

static const char *of_table(struct dice *dice, const char *form, const struct thing *table,
			    const char *column)
{
	const char *text = "";

	for (; *form; form++)
		if (*form != '$')
			text = dice_format(dice, "%s%c", text, *form);
		else if (*++form == 'r')
			text = dice_format(dice, "%s%s", text, next_is_known(dice, table));
		else
			text = dice_format(dice, "%s\"%w\"", text,
					   *form == 't' ? table->name : column);
	return text;
}

static void make_statement(struct trial *trial, enum datum_kind kind, struct shape *shape)
{
	struct dice *dice = trial->dice;
	const struct thing *table = shape_random(dice, shape, THING_TABLE);
	bool asks = kind == DATUM_MUST_BEFORE || kind == DATUM_MUST_AFTER;
	const char *column = table ? plain_column(dice, table) : NULL;
	const char *form = asks ? PICK(dice, requirements) : PICK(dice, statements);
	struct datum *datum;

	if (!column || (!asks && has_rows(trial, table)))
		return;
	datum = add(trial, kind, table);
	if (!datum)
		return;
	datum->shape = shape;
	datum->naive = datum->text = of_table(dice, form, table, column);
}

void data_make(struct trial *trial, struct shape *have, struct shape *want)
{
	struct dice *dice = trial->dice;
	int i;

	trial->data = dice_memory(dice, sizeof(*trial->data) * MOST_DATA);
	for (i = 0; i < want->count; i++)
		if (want->things[i].kind != THING_TABLE)
			continue;
		else if (!shape_find(have, want->things[i].id) && dice_chance(dice, 70))
			make_from(trial, have, &want->things[i]);
		else if (dice_chance(dice, 35))
			make_rows(trial, &want->things[i]);
	while (dice_chance(dice, 45))
		make_statement(trial, DATUM_BEFORE, have);
	while (dice_chance(dice, 45))
		make_statement(trial, DATUM_AFTER, want);
	if (dice_chance(dice, 30))
		make_statement(trial, DATUM_MUST_BEFORE, have);
	if (dice_chance(dice, 30))
		make_statement(trial, DATUM_MUST_AFTER, want);
}

/* ---- into the document ---- */

static xmlNode *find_table(xmlNode *root, const char *name)
{
	xmlNode *node;

	for (node = root->children; node; node = node->next) {
		xmlChar *own = node->type == XML_ELEMENT_NODE
				       ? xmlGetNoNsProp(node, (const xmlChar *)"name")
				       : NULL;
		bool same = own && !strcmp((const char *)node->name, "table") &&
			    !sqlite3_stricmp((const char *)own, name);

		xmlFree(own);
		if (same)
			return node;
	}
	return NULL;
}

static bool compiles(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	/* A column that was not to be made is no text. */
	bool fine = !sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL) &&
		    !sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	sqlite3_finalize(stmt);
	return fine;
}

/* All tables that triggers could write, but for those whose rows are declared. */
static const char *written(struct trial *trial, sqlite3 *db, const struct shape *shape)
{
	const char *list = "";
	int i;

	for (i = 0; i < shape->count; i++) {
		const struct thing *table = &shape->things[i];
		const char *name = dice_format(trial->dice, "\"%w\"", table->name);

		if (table->kind == THING_TABLE && !has_rows(trial, table) &&
		    compiles(db, dice_format(trial->dice, "SELECT 1 FROM %s", name)))
			list = joined(trial->dice, list, ", ", name);
	}
	return list;
}

static char *element(struct trial *trial, const struct datum *datum, sqlite3 *db, int number)
{
	struct dice *dice = trial->dice;
	const char *text = escaped(dice, datum->text);

	switch (datum->kind) {
	case DATUM_FROM:
		return dice_format(dice, "<from>%s</from>", text);
	case DATUM_ROWS:
		return dice_format(dice, "%s", datum->text);
	case DATUM_BEFORE:
	case DATUM_AFTER:
		return dice_format(dice, "<step name=\"s%d\" at=\"%s\" writes=\"%s\">%s</step>",
				   number, datum->kind == DATUM_BEFORE ? "before" : "after",
				   escaped(dice, written(trial, db, datum->shape)), text);
	case DATUM_MUST_BEFORE:
	case DATUM_MUST_AFTER:
		return dice_format(dice, "<require name=\"r%d\" at=\"%s\">%s</require>", number,
				   datum->kind == DATUM_MUST_BEFORE ? "before" : "after", text);
	}
	return NULL;
}

/* A table or column that was not to be made is in no document: SQLite took no such statement. */
static xmlNode *place_of(const struct datum *datum, xmlNode *root, sqlite3 *db)
{
	if (datum->kind == DATUM_ROWS)
		return find_table(root, datum->table);
	if (!compiles(db, datum->text))
		return NULL;
	return datum->kind == DATUM_FROM ? find_table(root, datum->table) : root;
}

char *document_with_data(struct trial *trial, const char *document)
{
	sqlite3 *have = file_open(dice_format(trial->dice, "%s/have.db", trial->folder)),
		*want = file_open(dice_format(trial->dice, "%s/want.db", trial->folder));
	xmlDoc *doc =
		xmlReadMemory(document, (int)strlen(document), "want.xml", NULL, XML_PARSE_NONET);
	xmlNode *root = xmlDocGetRootElement(doc), *node, *made;
	xmlChar *text = NULL;
	char *copy;
	int i, size;

	for (i = 0; i < trial->data_count; i++) {
		struct datum *datum = &trial->data[i];
		bool after = datum->kind == DATUM_AFTER || datum->kind == DATUM_MUST_AFTER;
		sqlite3 *db = after ? want : have;

		node = place_of(datum, root, db);
		copy = node ? element(trial, datum, db, i) : NULL;
		made = NULL;
		datum->is_said =
			copy && !xmlParseInNodeContext(node, copy, (int)strlen(copy), 0, &made);
		if (datum->is_said)
			xmlAddChildList(node, made);
	}
	xmlDocDumpMemoryEnc(doc, &text, &size, "UTF-8");
	copy = dice_format(trial->dice, "%s", (char *)text);
	xmlFree(text);
	xmlFreeDoc(doc);
	sqlite3_close(have);
	sqlite3_close(want);
	return copy;
}

/* ---- done by hand ---- */

char *data_run(struct trial *trial, sqlite3 *db, enum datum_kind kind)
{
	int i;

	for (i = 0; !trial->is_back && i < trial->data_count; i++) {
		const struct datum *datum = &trial->data[i];

		if (datum->is_said && datum->kind == kind &&
		    sqlite3_exec(db, datum->naive, NULL, NULL, NULL))
			return dice_format(trial->dice, "%s: %s", datum->naive, sqlite3_errmsg(db));
	}
	return NULL;
}

bool data_misses(struct trial *trial, sqlite3 *db, enum datum_kind kind)
{
	int i;

	for (i = 0; !trial->is_back && i < trial->data_count; i++)
		if (trial->data[i].is_said && trial->data[i].kind == kind &&
		    look_rows(trial->dice, db, trial->data[i].naive).count)
			return true;
	return false;
}

bool data_inserts(const struct trial *trial)
{
	return data_has(trial, DATUM_ROWS) || data_has(trial, DATUM_BEFORE) ||
	       data_has(trial, DATUM_AFTER);
}

bool data_has(const struct trial *trial, enum datum_kind kind)
{
	int i;

	for (i = 0; !trial->is_back && i < trial->data_count; i++)
		if (trial->data[i].is_said && trial->data[i].kind == kind)
			return true;
	return false;
}
