/* SPDX-License-Identifier: MIT */
/* look.c: see look.h. */
#include "look.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

const char look_bag[] = "words of ";

#define NO_SHADOWS                                                                                      \
	" AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND m.tbl_name NOT LIKE '\\_moult%' ESCAPE '\\'" \
	" AND NOT EXISTS (SELECT 1 FROM main.sqlite_master v WHERE v.sql LIKE 'CREATE VIRTUAL%'"        \
	" AND m.type IN ('table', 'index') AND length(m.tbl_name) > length(v.name) + 1"                 \
	" AND substr(m.tbl_name, 1, length(v.name) + 1) = v.name || '_')"

const char look_tables[] = "SELECT name FROM main.sqlite_master m WHERE type = 'table'"
			   " AND sql NOT LIKE 'CREATE VIRTUAL%'" NO_SHADOWS;

/* ---- lines ---- */

void lines_add(struct dice *dice, struct lines *lines, char *line)
{
	if (lines->count == lines->room) {
		int room = lines->room ? lines->room * 2 : 16;
		char **grown = dice_memory(dice, (size_t)room * sizeof(*grown));

		if (lines->count)
			memcpy(grown, lines->items, (size_t)lines->count * sizeof(*grown));
		lines->items = grown;
		lines->room = room;
	}
	lines->items[lines->count++] = line;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void lines_sort(struct lines *lines)
{
	if (lines->count > 1)
		qsort(lines->items, (size_t)lines->count, sizeof(*lines->items), compare);
}

int lines_times(const struct lines *lines, const char *line)
{
	int i, times = 0;

	for (i = 0; i < lines->count; i++)
		times += !strcmp(lines->items[i], line);
	return times;
}

bool lines_have(const struct lines *lines, const char *line)
{
	return lines_times(lines, line) > 0;
}

char *lines_difference(struct dice *dice, const struct lines *a, const struct lines *b)
{
	int i = 0;
	char *text;

	while (i < a->count && i < b->count && !strcmp(a->items[i], b->items[i]))
		i++;
	if (i == a->count && i == b->count)
		return NULL;
	text = dice_format(dice, "< %s\n> %s", i < a->count ? a->items[i] : "(nothing)",
			   i < b->count ? b->items[i] : "(nothing)");
	return text;
}

/* ---- rows ---- */

static char *value_text(struct dice *dice, sqlite3_stmt *stmt, int column)
{
	const unsigned char *bytes;
	sqlite3_str *out;
	char *text, *copy;
	int i, size;

	switch (sqlite3_column_type(stmt, column)) {
	case SQLITE_NULL:
		return dice_format(dice, "NULL");
	case SQLITE_INTEGER:
		return dice_format(dice, "%lld", sqlite3_column_int64(stmt, column));
	case SQLITE_FLOAT:
		return dice_format(dice, "real %!.17g", sqlite3_column_double(stmt, column));
	default:
		break;
	}
	out = sqlite3_str_new(NULL);
	sqlite3_str_appendall(out, sqlite3_column_type(stmt, column) == SQLITE_TEXT ? "'" : "x'");
	bytes = sqlite3_column_type(stmt, column) == SQLITE_TEXT
			? sqlite3_column_text(stmt, column)
			: sqlite3_column_blob(stmt, column);
	size = sqlite3_column_bytes(stmt, column);
	for (i = 0; i < size; i++)
		sqlite3_str_appendf(out, bytes[i] >= ' ' && bytes[i] < 0x7f ? "%c" : "\\%02x",
				    bytes[i]);
	text = sqlite3_str_finish(out);
	copy = dice_format(dice, "%s'", text);
	sqlite3_free(text);
	return copy;
}

struct lines look_rows(struct dice *dice, sqlite3 *db, const char *sql)
{
	struct lines lines = {0};
	sqlite3_stmt *stmt = NULL;
	int i, rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	while (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		char *line = dice_format(dice, "");

		for (i = 0; i < sqlite3_column_count(stmt); i++)
			line = dice_format(dice, "%s%s%s", line, i ? ", " : "",
					   value_text(dice, stmt, i));
		lines_add(dice, &lines, line);
		rc = SQLITE_OK;
	}
	if (rc != SQLITE_DONE)
		lines_add(dice, &lines, dice_format(dice, "error: %s", sqlite3_errmsg(db)));
	sqlite3_finalize(stmt);
	lines_sort(&lines);
	return lines;
}

struct lines look_texts(struct dice *dice, sqlite3 *db, const char *sql)
{
	struct lines lines = {0};
	sqlite3_stmt *stmt = NULL;

	if (!sqlite3_prepare_v2(db, sql, -1, &stmt, NULL))
		while (sqlite3_step(stmt) == SQLITE_ROW) {
			const char *text = (const char *)sqlite3_column_text(stmt, 0);

			lines_add(dice, &lines, dice_format(dice, "%s", text ? text : ""));
		}
	sqlite3_finalize(stmt);
	return lines;
}

char *look_text(struct dice *dice, sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	char *text = NULL;

	if (!sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) && sqlite3_step(stmt) == SQLITE_ROW &&
	    sqlite3_column_type(stmt, 0) != SQLITE_NULL)
		text = dice_format(dice, "%s", (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	return text;
}

/* ---- tokens ---- */

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static const char *skip_gap(const char *sql)
{
	for (;;) {
		const char *end;

		if (isspace((unsigned char)*sql)) {
			sql++;
		} else if (!strncmp(sql, "\xef\xbb\xbf", 3)) { /* a byte order mark */
			sql += 3;
		} else if (sql[0] == '-' && sql[1] == '-') {
			end = strchr(sql, '\n');
			sql = end ? end : sql + strlen(sql);
		} else if (sql[0] == '/' && sql[1] == '*') {
			end = strstr(sql + 2, "*/");
			sql = end ? end + 2 : sql + strlen(sql);
		} else {
			return sql;
		}
	}
}

/*
 * One token in lower case, without quotes, a number with \1 before it; NULL at
 * the end.  Strings keep their case if asked.
 */
static char *next_token(struct dice *dice, const char **sql, bool exact)
{
	const char *at = skip_gap(*sql), *end = at + 1;
	char close = *at == '[' ? ']' : *at, *token;
	size_t length = 0;
	bool string = *at == '\'';

	if (!*at)
		return NULL;
	if (*at == '\'' || *at == '"' || *at == '`' || *at == '[') {
		token = dice_memory(dice, strlen(at) + 1);
		for (; *end && (*end != close || (close != ']' && end[1] == close)); end++) {
			token[length++] = *end;
			end += *end == close;
		}
		end += *end != '\0';
	} else {
		while (is_word(*at) && is_word(*end))
			end++;
		token = dice_format(dice, "%s%.*s", isdigit((unsigned char)*at) ? "\001" : "",
				    (int)(end - at), at);
		length = strlen(token);
	}
	*sql = end;
	while (length-- && !(exact && string))
		if ((unsigned char)token[length] < 0x80)
			token[length] = (char)tolower((unsigned char)token[length]);
	return token;
}

/* The tokens but for the words that are left out. */
static char *join_tokens(struct dice *dice, const char *sql, bool exact, const char *without)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	char *token, *text, *copy;

	while (sql && (token = next_token(dice, &sql, exact)))
		if (!*token || !strstr(without, dice_format(dice, " %s ", token)))
			sqlite3_str_appendf(out, "%s\x1f", token);
	text = sqlite3_str_finish(out);
	copy = dice_format(dice, "%s", text ? text : "");
	sqlite3_free(text);
	return copy;
}

/* SQLite leaves the last bracket of [a b] where a comment stands between it and GENERATED ALWAYS. */
static char *type_tokens(struct dice *dice, const char *type)
{
	return join_tokens(dice, type, false, " generated always ] ");
}

char *look_tokens(struct dice *dice, const char *sql)
{
	return join_tokens(dice, sql, false, "");
}

/* A text after DEFAULT: the parentheses around it mean nothing. */
static char *value_tokens(struct dice *dice, const char *sql)
{
	char *tokens = join_tokens(dice, sql, true, "");
	size_t length = strlen(tokens);

	while (length > 4 && tokens[0] == '(' && tokens[length - 2] == ')') {
		int depth = 0;
		size_t i;

		for (i = 0; i < length; i++) {
			depth += (tokens[i] == '(') - (tokens[i] == ')');
			if (!depth)
				break;
		}
		if (i != length - 2)
			break;
		tokens[length - 2] = '\0';
		tokens += 2;
		length -= 4;
	}
	return tokens;
}

/* Words that may be said or not, or in another place, and mean the same; pragmas tell of the rest. */
static bool is_noise(const char *token)
{
	static const char *const noise[] = {
		"(",	    ")",       ",",	     "constraint", "foreign",	"key",	"generated",
		"always",   "virtual", "asc",	     "null",	   "match",	"full", "simple",
		"partial",  "not",     "deferrable", "initially",  "immediate", "no",	"action",
		"on",	    "update",  "delete",     "cascade",	   "restrict",	"set",	"default",
		"conflict", "abort",   "collate",    "binary",
	};
	size_t i;

	for (i = 0; i < sizeof(noise) / sizeof(noise[0]); i++)
		if (!strcmp(noise[i], token))
			return true;
	return false;
}

/* The words of a CREATE TABLE as a set, its numbers as they come. */
static char *bag_of(struct dice *dice, const char *sql)
{
	struct lines bag = {0};
	char *token, *before = NULL, *first = NULL, *further = NULL, *furthest = NULL;
	char *text = dice_format(dice, "");
	int i;

	while ((token = next_token(dice, &sql, false))) {
		bool refused =
			before && first && !strcmp(token, "deferred") && !strcmp(first, "not");

		if (!is_noise(token) && !refused && (*token == 1 || !lines_have(&bag, token)))
			lines_add(dice, &bag, token);
		/* REFERENCES "not" DEFERRABLE, and not REFERENCES "references" NOT DEFERRABLE */
		if (!strcmp(token, "deferrable"))
			first = further && !strcmp(further, "references") &&
						(!furthest || strcmp(furthest, "references"))
					? NULL
					: before;
		furthest = further;
		further = before;
		before = token;
	}
	lines_sort(&bag);
	for (i = 0; i < bag.count; i++)
		text = dice_format(dice, "%s %s", text, bag.items[i]);
	return text;
}

/* ---- schema ---- */

static char *lower(struct dice *dice, const char *text)
{
	char *copy = dice_format(dice, "%s", text ? text : ""), *p;

	for (p = copy; *p; p++)
		if ((unsigned char)*p < 0x80)
			*p = (char)tolower((unsigned char)*p);
	return copy;
}

static const char *column_text(sqlite3_stmt *stmt, int column)
{
	const unsigned char *text = sqlite3_column_text(stmt, column);

	return text ? (const char *)text : "";
}

static sqlite3_stmt *prepare(struct dice *dice, sqlite3 *db, const char *format, const char *name)
{
	sqlite3_stmt *stmt = NULL;

	sqlite3_prepare_v2(db, dice_format(dice, format, name), -1, &stmt, NULL);
	return stmt;
}

static void look_columns(struct dice *dice, struct lines *lines, sqlite3 *db, const char *table)
{
	static const char query[] = "SELECT name, type, \"notnull\", dflt_value, pk, hidden"
				    " FROM pragma_table_xinfo(%Q)";
	sqlite3_stmt *stmt = prepare(dice, db, query, table);

	while (stmt && sqlite3_step(stmt) == SQLITE_ROW) {
		const char *name = column_text(stmt, 0), *collation = "";
		int increments = 0;

		sqlite3_table_column_metadata(db, "main", table, name, NULL, &collation, NULL, NULL,
					      &increments);
		lines_add(dice, lines,
			  dice_format(dice, "column %s.%s: %s, hidden %s, %s, %d, %s%s",
				      lower(dice, table), lower(dice, name),
				      type_tokens(dice, column_text(stmt, 1)), column_text(stmt, 5),
				      lower(dice, collation), increments,
				      sqlite3_column_type(stmt, 3) == SQLITE_NULL ? "" : "default ",
				      value_tokens(dice, column_text(stmt, 3))));
	}
	sqlite3_finalize(stmt);
}

/* The primary key, and with it what is NOT NULL. */
static void look_primary_key(struct dice *dice, struct lines *lines, sqlite3 *db, const char *table)
{
	static const char key[] = "SELECT group_concat(lower(name), ', ') FROM (SELECT name FROM"
				  " pragma_table_xinfo(%Q) WHERE pk ORDER BY pk)";
	static const char not_null[] =
		"SELECT group_concat(lower(name), ', ') FROM (SELECT name FROM"
		" pragma_table_xinfo(%Q) WHERE \"notnull\" ORDER BY lower(name))";

	lines_add(dice, lines,
		  dice_format(dice, "%s%s: key %s, not null %s", look_bag, lower(dice, table),
			      look_text(dice, db, dice_format(dice, key, table)),
			      look_text(dice, db, dice_format(dice, not_null, table))));
}

static void look_keys(struct dice *dice, struct lines *lines, sqlite3 *db, const char *table)
{
	static const char query[] =
		"SELECT max(lower(\"table\")), group_concat(lower(\"from\") || '>' || ifnull(lower(\"to\"), '?'), '|'),"
		" max(on_update), max(on_delete) FROM"
		" (SELECT * FROM pragma_foreign_key_list(%Q) ORDER BY id, seq) GROUP BY id";
	sqlite3_stmt *stmt = prepare(dice, db, query, table);

	while (stmt && sqlite3_step(stmt) == SQLITE_ROW)
		lines_add(dice, lines,
			  dice_format(dice, "foreign key of %s to %s: %s, %s, %s",
				      lower(dice, table), column_text(stmt, 0),
				      column_text(stmt, 1), column_text(stmt, 2),
				      column_text(stmt, 3)));
	sqlite3_finalize(stmt);
}

/* Of two constraints on the same columns SQLite takes the order of the first for its index. */
static char *index_terms(struct dice *dice, sqlite3 *db, const char *index, bool own)
{
	char *sql = dice_format(
		dice,
		"SELECT group_concat(ifnull(lower(name), '?') || ' ' || (\"desc\" AND %d)"
		" || ' ' || lower(coll), ', ') FROM (SELECT * FROM"
		" pragma_index_xinfo(%Q) WHERE key ORDER BY seqno)",
		own, index);

	return look_text(dice, db, sql);
}

static void look_indexes(struct dice *dice, struct lines *lines, sqlite3 *db, const char *table)
{
	sqlite3_stmt *stmt = prepare(dice, db,
				     "SELECT name, \"unique\", origin, partial"
				     " FROM pragma_index_list(%Q)",
				     table);

	while (stmt && sqlite3_step(stmt) == SQLITE_ROW) {
		const char *name = column_text(stmt, 0), *origin = column_text(stmt, 2);

		lines_add(dice, lines,
			  dice_format(dice, "index of %s: %s %s %s %s (%s)", lower(dice, table),
				      origin, *origin == 'c' ? lower(dice, name) : "",
				      column_text(stmt, 1), column_text(stmt, 3),
				      index_terms(dice, db, name, *origin == 'c')));
	}
	sqlite3_finalize(stmt);
}

static void look_table(struct dice *dice, struct lines *lines, sqlite3 *db, const char *table,
		       const char *sql, bool column_order)
{
	static const char order[] =
		"SELECT group_concat(lower(name), ', ') FROM pragma_table_xinfo(%Q)";
	static const char options[] =
		"SELECT wr || strict FROM pragma_table_list WHERE schema = 'main'"
		" AND name = %Q";

	look_columns(dice, lines, db, table);
	look_primary_key(dice, lines, db, table);
	look_keys(dice, lines, db, table);
	look_indexes(dice, lines, db, table);
	lines_add(dice, lines,
		  dice_format(dice, "options of %s: %s", lower(dice, table),
			      look_text(dice, db, dice_format(dice, options, table))));
	lines_add(dice, lines,
		  dice_format(dice, "%s%s: %s", look_bag, lower(dice, table), bag_of(dice, sql)));
	if (column_order)
		lines_add(dice, lines,
			  dice_format(dice, "order of %s: %s", lower(dice, table),
				      look_text(dice, db, dice_format(dice, order, table))));
}

/* What may be said of an object or not, and means the same. */
static const char *idle_words(const char *type)
{
	return *type == 'i' ? " asc " : *type == 't' ? " for each row before main . " : "";
}

struct lines look_schema(struct dice *dice, sqlite3 *db, bool column_order)
{
	static const char query[] =
		"SELECT type, name, sql FROM main.sqlite_master m"
		" WHERE sql IS NOT NULL AND name NOT LIKE '!_moult!_parked!_%' ESCAPE '!'" NO_SHADOWS;
	sqlite3_stmt *stmt = NULL;
	struct lines lines = {0};

	sqlite3_prepare_v2(db, query, -1, &stmt, NULL);
	while (stmt && sqlite3_step(stmt) == SQLITE_ROW) {
		const char *type = column_text(stmt, 0), *sql = column_text(stmt, 2);
		char *name = dice_format(dice, "%s", column_text(stmt, 1));

		if (!strcmp(type, "table") && sqlite3_strnicmp(sql, "CREATE VIRTUAL", 14) != 0)
			look_table(dice, &lines, db, name, sql, column_order);
		else
			lines_add(dice, &lines,
				  dice_format(dice, "%s %s: %s", type, lower(dice, name),
					      join_tokens(dice, sql, false, idle_words(type))));
	}
	sqlite3_finalize(stmt);
	lines_sort(&lines);
	return lines;
}

/* ---- content ---- */

struct lines look_content(struct dice *dice, sqlite3 *db)
{
	struct lines tables = look_texts(dice, db,
					 "SELECT name FROM sqlite_master WHERE type = 'table'"
					 " AND sql NOT LIKE 'CREATE VIRTUAL%'");
	struct lines all =
		look_rows(dice, db, "SELECT type, name, tbl_name, sql FROM sqlite_master");
	int i, j;

	for (i = 0; i < tables.count; i++) {
		struct lines rows = look_rows(
			dice, db, dice_format(dice, "SELECT * FROM main.\"%w\"", tables.items[i]));

		for (j = 0; j < rows.count; j++)
			lines_add(dice, &all,
				  dice_format(dice, "%s: %s", tables.items[i], rows.items[j]));
	}
	lines_sort(&all);
	return all;
}
