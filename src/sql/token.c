/* SPDX-License-Identifier: MIT */
/*
 * token.c: SQLite's tokenizer over again (sqlite3GetToken in tokenize.c,
 * https://sqlite.org/lang_keywords.html for the words).
 *
 * A comment that is not closed runs to the end, as in SQLite.  Digit
 * separators (3.46) are read whatever the version: they are no error in older
 * ones that a reader must find.
 */
#include "sql/token.h"

#include <string.h>

static bool is_word_byte(char c)
{
	return (unsigned)((c | 0x20) - 'a') < 26 || (unsigned)(c - '0') < 10 || c == '_' ||
	       c == '$' || (c & 0x80);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (mo_fold(c) >= 'a' && mo_fold(c) <= 'f');
}

/*
 * A vertical tab is illegal, but not within a run of space that begins with another: so has it
 * SQLite.
 */
static const char *skip_space(const char *sql)
{
	for (sql++; mo_is_space(*sql) || *sql == '\v'; sql++)
		;
	return sql;
}

/* A byte order mark where a token could begin, wherever in the text that is. */
static bool is_mark(const char *sql)
{
	return !strncmp(sql, "\xef\xbb\xbf", 3);
}

/*
 * The end of a comment, a run of space or a byte order mark at sql; sql itself where there is
 * none.
 */
static const char *skip_one(const char *sql)
{
	const char *end;

	if (mo_is_space(*sql))
		return skip_space(sql);
	if (is_mark(sql))
		return sql + 3;
	if (sql[0] == '-' && sql[1] == '-') {
		end = strchr(sql, '\n');
		return end ? skip_space(end) : sql + strlen(sql);
	}
	if (sql[0] == '/' && sql[1] == '*' && sql[2]) {
		end = strstr(sql + 2, "*/");
		return end ? end + 2 : sql + strlen(sql);
	}
	return sql;
}

static const char *skip_gap(const char *sql)
{
	const char *next;

	while ((next = skip_one(sql)) != sql)
		sql = next;
	return sql;
}

/* The length of a quoted text with its quotes, doubled ones inside; 0 where it does not end. */
static int quoted_length(const char *text, char close)
{
	for (int i = 1; text[i]; i++) {
		if (text[i] != close)
			continue;
		if (close == ']' || text[i + 1] != close)
			return i + 1;
		i++;
	}
	return 0;
}

static int digits_length(const char *text)
{
	int i = 0;

	while (is_digit(text[i]) || (i && text[i] == '_' && is_digit(text[i + 1])))
		i++;
	return i;
}

static int number_length(const char *text)
{
	int i;

	if (text[0] == '0' && mo_fold(text[1]) == 'x' && is_hex(text[2])) {
		for (i = 3; is_hex(text[i]) || (text[i] == '_' && is_hex(text[i + 1])); i++)
			;
		return i;
	}
	i = digits_length(text);
	if (text[i] == '.')
		i += 1 + digits_length(text + i + 1);
	if (mo_fold(text[i]) == 'e') {
		int sign = text[i + 1] == '+' || text[i + 1] == '-';

		if (is_digit(text[i + 1 + sign]))
			i += 1 + sign + digits_length(text + i + 1 + sign);
	}
	return i;
}

static int word_length(const char *text)
{
	int i = 0;

	while (is_word_byte(text[i]))
		i++;
	return i;
}

static int variable_length(const char *text)
{
	int i = 1;

	if (text[0] == '?')
		return 1 + digits_length(text + 1);
	while (is_word_byte(text[i]) || (text[i] == ':' && text[i + 1] == ':'))
		i += text[i] == ':' ? 2 : 1;
	return i;
}

static int sign_length(const char *text)
{
	const char first = text[0];
	const char second = text[1];

	if (first == '-' && second == '>')
		return text[2] == '>' ? 3 : 2;
	if (second == '=' && strchr("<>=!", first))
		return 2;
	if (second == first && strchr("|<>", first))
		return 2;
	if (first == '<' && second == '>')
		return 2;
	return strchr("-+*/%=<>(),;|&~.", first) ? 1 : 0;
}

static struct token make(enum token_kind kind, const char *text, int length)
{
	/* What does not end is one illegal token up to the end of the text. */
	if (length <= 0)
		return (struct token){TOKEN_ILLEGAL, text, (int)strlen(text)};
	return (struct token){kind, text, length};
}

struct token mo_token_next(const char *sql)
{
	const char *text = skip_gap(sql ? sql : "");
	const char c = *text;
	int length;

	if (!c)
		return (struct token){TOKEN_END, text, 0};
	if (c == '\'')
		return make(TOKEN_STRING, text, quoted_length(text, '\''));
	if (c == '"' || c == '`' || c == '[')
		return make(TOKEN_NAME, text, quoted_length(text, (char)(c == '[' ? ']' : c)));
	if (mo_fold(c) == 'x' && text[1] == '\'') {
		length = quoted_length(text + 1, '\'');
		return make(TOKEN_BLOB, text, length ? length + 1 : 0);
	}
	if (is_digit(c) || (c == '.' && is_digit(text[1])))
		return make(TOKEN_NUMBER, text, number_length(text));
	if (is_word_byte(c) && c != '$')
		return make(TOKEN_WORD, text, word_length(text));
	if (strchr("?:@$#", c))
		return make(TOKEN_VARIABLE, text, variable_length(text));
	length = sign_length(text);
	return (struct token){length ? TOKEN_SIGN : TOKEN_ILLEGAL, text, length ? length : 1};
}

/* Up to room tokens from *at on, and *at behind them. */
static int read_tokens(struct token *items, int room, const char **at)
{
	int count = 0;

	while (count < room && (items[count] = mo_token_next(*at)).kind != TOKEN_END) {
		*at = items[count].text + items[count].length;
		count++;
	}
	return count;
}

static int count_tokens(const char *at)
{
	int count = 0;

	for (struct token t = mo_token_next(at); t.kind != TOKEN_END;
	     t = mo_token_next(t.text + t.length))
		count++;
	return count;
}

struct tokens mo_tokens_in(struct token_room *room, struct arena *arena, const char *sql)
{
	struct tokens tokens = {sql, room->items, 0};
	const char *at = sql ? sql : "";
	int count, more;

	count = read_tokens(room->items, MO_TOKENS_AT_ONCE, &at);
	more = count == MO_TOKENS_AT_ONCE ? count_tokens(at) : 0;
	if (more)
		tokens.items = mo_arena_alloc(arena, ((size_t)count + (size_t)more + 1) *
							     sizeof(*tokens.items));
	if (!tokens.items || !sql) /* without memory, and the arena knows */
		return (struct tokens){sql, NULL, 0};
	if (more)
		memcpy(tokens.items, room->items, (size_t)count * sizeof(*tokens.items));
	tokens.count = count + read_tokens(tokens.items + count, more, &at);
	tokens.items[tokens.count] = (struct token){TOKEN_END, at + strlen(at), 0};
	return tokens;
}

struct tokens mo_tokens(struct arena *arena, const char *sql)
{
	struct token_room room;
	struct tokens tokens = mo_tokens_in(&room, arena, sql);
	const size_t size = ((size_t)tokens.count + 1) * sizeof(*tokens.items);

	if (tokens.items != room.items)
		return tokens;
	tokens.items = mo_arena_alloc(arena, size);
	if (tokens.items)
		memcpy(tokens.items, room.items, size);
	else
		tokens.count = 0;
	return tokens;
}

bool mo_token_spells(const struct token *token, const char *word)
{
	int i = 0;

	while (i < token->length && mo_fold(token->text[i]) == mo_fold(word[i]))
		i++;
	return i == token->length && !word[i];
}

bool mo_token_is_name(const struct token *token)
{
	return token->kind == TOKEN_WORD || token->kind == TOKEN_NAME ||
	       token->kind == TOKEN_STRING;
}

char *mo_token_unquote(struct arena *arena, const struct token *token)
{
	const char first = token->text[0];
	const bool quoted = token->kind == TOKEN_NAME || token->kind == TOKEN_STRING;
	char *name =
		mo_arena_slice(arena, token->text + quoted, (size_t)(token->length - 2 * quoted));
	char *to = name;

	if (!name || !quoted || first == '[')
		return name;
	for (const char *from = name; *from; from++) {
		*to++ = *from;
		if (from[0] == first && from[1] == first)
			from++;
	}
	*to = '\0';
	return name;
}

char *mo_token_next_string(struct arena *arena, const char **at)
{
	const struct token token = mo_token_next(*at);

	*at = token.text + token.length;
	return token.kind == TOKEN_STRING ? mo_token_unquote(arena, &token) : NULL;
}

/*
 * SQLite 3.54's keywords, sorted. All are quoted when they are names, whatever the version that
 * reads them.
 */
static const char *const keywords[] = {
	"ABORT",
	"ACTION",
	"ADD",
	"AFTER",
	"ALL",
	"ALTER",
	"ALWAYS",
	"ANALYZE",
	"AND",
	"AS",
	"ASC",
	"ATTACH",
	"AUTOINCREMENT",
	"BEFORE",
	"BEGIN",
	"BETWEEN",
	"BY",
	"CASCADE",
	"CASE",
	"CAST",
	"CHECK",
	"COLLATE",
	"COLUMN",
	"COMMIT",
	"CONFLICT",
	"CONSTRAINT",
	"CREATE",
	"CROSS",
	"CURRENT",
	"CURRENT_DATE",
	"CURRENT_TIME",
	"CURRENT_TIMESTAMP",
	"DATABASE",
	"DEFAULT",
	"DEFERRABLE",
	"DEFERRED",
	"DELETE",
	"DESC",
	"DETACH",
	"DISTINCT",
	"DO",
	"DROP",
	"EACH",
	"ELSE",
	"END",
	"ESCAPE",
	"EXCEPT",
	"EXCLUDE",
	"EXCLUSIVE",
	"EXISTS",
	"EXPLAIN",
	"FAIL",
	"FILTER",
	"FIRST",
	"FOLLOWING",
	"FOR",
	"FOREIGN",
	"FROM",
	"FULL",
	"GENERATED",
	"GLOB",
	"GROUP",
	"GROUPS",
	"HAVING",
	"IF",
	"IGNORE",
	"IMMEDIATE",
	"IN",
	"INDEX",
	"INDEXED",
	"INITIALLY",
	"INNER",
	"INSERT",
	"INSTEAD",
	"INTERSECT",
	"INTO",
	"IS",
	"ISNULL",
	"JOIN",
	"KEY",
	"LAST",
	"LEFT",
	"LIKE",
	"LIMIT",
	"MATCH",
	"MATERIALIZED",
	"NATURAL",
	"NO",
	"NOT",
	"NOTHING",
	"NOTNULL",
	"NULL",
	"NULLS",
	"OF",
	"OFFSET",
	"ON",
	"OR",
	"ORDER",
	"OTHERS",
	"OUTER",
	"OVER",
	"PARTITION",
	"PLAN",
	"PRAGMA",
	"PRECEDING",
	"PRIMARY",
	"QUERY",
	"RAISE",
	"RANGE",
	"RECURSIVE",
	"REFERENCES",
	"REGEXP",
	"REINDEX",
	"RELEASE",
	"RENAME",
	"REPLACE",
	"RESTRICT",
	"RETURNING",
	"RIGHT",
	"ROLLBACK",
	"ROW",
	"ROWS",
	"SAVEPOINT",
	"SELECT",
	"SET",
	"TABLE",
	"TEMP",
	"TEMPORARY",
	"THEN",
	"TIES",
	"TO",
	"TRANSACTION",
	"TRIGGER",
	"UNBOUNDED",
	"UNION",
	"UNIQUE",
	"UPDATE",
	"USING",
	"VACUUM",
	"VALUES",
	"VIEW",
	"VIRTUAL",
	"WHEN",
	"WHERE",
	"WINDOW",
	"WITH",
	"WITHIN",
	"WITHOUT",
};

/* Orders a slice against a keyword. */
static int compare_keyword(const char *word, int length, const char *keyword)
{
	int order = sqlite3_strnicmp(word, keyword, length);

	return order ? order : -(keyword[length] != '\0');
}

bool mo_tokens_have(const struct tokens *tokens, const char *word)
{
	for (int i = 0; i < tokens->count; i++)
		if (mo_token_is(&tokens->items[i], word))
			return true;
	return false;
}

bool mo_is_keyword(const char *word, int length)
{
	int low = 0;
	int high = (int)(sizeof(keywords) / sizeof(*keywords));

	while (low < high) {
		int middle = low + (high - low) / 2;
		int order = compare_keyword(word, length, keywords[middle]);

		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

/* ---- texts that come from outside ---------------------------------------- */

/*
 * The comment between gap and end that the text does not close itself, and so would swallow what
 * is written behind.
 */
static const char *open_comment(const char *gap, const char *end)
{
	while (gap < end) {
		const char *next = skip_one(gap);

		if (gap[0] == '-' && !memchr(gap, '\n', (size_t)(next - gap)))
			return gap;
		if (gap[0] == '/' && (next - gap < 4 || next[-1] != '/' || next[-2] != '*'))
			return gap;
		gap = next;
	}
	return gap[0] == '/' && gap[1] == '*' ? gap : NULL;
}

/* What is wrong with a token, or NULL; keeps count of the open parentheses. */
static const char *fault(const struct token *token, bool semicolons, int *depth)
{
	if (token->kind == TOKEN_ILLEGAL)
		return strchr("'\"`[xX", *token->text) ? "a string or name that does not end"
						       : "a character that SQL does not have";
	if (mo_token_is(token, ")") && (*depth)-- == 0)
		return "a parenthesis that nothing opens";
	if (mo_token_is(token, ";") && (!semicolons || *depth))
		return "a semicolon";
	if (token->kind == TOKEN_END && *depth)
		return "a parenthesis that is not closed";
	*depth += mo_token_is(token, "(");
	return NULL;
}

static bool is_whole(const char *text, bool semicolons, const char **why, size_t *at)
{
	struct token token = {TOKEN_END, text, 0};
	int depth = 0;

	do {
		const char *gap = token.text + token.length;
		const char *comment;

		token = mo_token_next(gap);
		comment = open_comment(gap, token.text);
		*at = (size_t)((comment ? comment : token.text) - text);
		*why = comment ? "a comment that does not end" : fault(&token, semicolons, &depth);
	} while (!*why && token.kind != TOKEN_END);
	return !*why;
}

bool mo_sql_is_whole(const char *text, const char **why, size_t *at)
{
	return is_whole(text, false, why, at);
}

bool mo_sql_is_body(const char *text, const char **why, size_t *at)
{
	return is_whole(text, true, why, at);
}
