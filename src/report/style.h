/* SPDX-License-Identifier: MIT */
/*
 * style.h: how reports write: colour, places, lines that fit.
 *
 * What is reported was written by others: names, values, lines of documents.
 * Nothing of it may move the cursor, hide a part of a line or end a comment
 * of SQL, so everything but our own words goes through these functions.
 * How a control character and the like is shown, base/show.h says.
 */
#ifndef MOULT_REPORT_STYLE_H
#define MOULT_REPORT_STYLE_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/json.h"
#include "moult.h"

enum paint {
	PAINT_NONE,
	PAINT_HEAD,
	PAINT_DIM,
	PAINT_ERROR,
	PAINT_WARNING,
	PAINT_NOTE,
	PAINT_GOOD,
	PAINT_ADD,
	PAINT_DROP,
	PAINT_CHANGE,
	PAINT_RENAME,
	PAINT_COUNT
};

/* What a report is written as; width: the columns of a line of text. */
struct page {
	enum moult_format format;
	int width;
};

/* A report under way. */
struct style {
	sqlite3_str *out;
	/* for what is put together on the way; its failure becomes that of out */
	struct arena *arena;
	bool color;
	int width;
};

/* False without memory; out has failed then, and nothing is to be ended. */
bool mo_style_begin(struct style *style, sqlite3_str *out, struct page page);
void mo_style_end(struct style *style);

/* A text on one line, line ends and tabs as spaces.  NULL is nothing. */
void mo_say(const struct style *style, enum paint paint, const char *text);
/* The same as a text in the arena; NULL without memory. */
const char *mo_said_line(struct arena *arena, const char *text);
/* Said as by mo_say(), and made as by sqlite3_mprintf. */
void mo_sayf(const struct style *style, enum paint paint, const char *format, ...);

/* A text of several lines, with a prefix before each and a line end after each. */
void mo_say_lines(const struct style *style, const char *prefix, const char *text);

/* A text broken at spaces; at columns are taken, and the prefix goes before further lines. */
void mo_say_wrapped(const struct style *style, enum paint paint, int at, const char *prefix,
		    const char *text);

/* A line, made as by mo_sayf. */
void mo_say_line(const struct style *style, const char *format, ...);
void mo_say_head(const struct style *style, const char *text); /* a line that stands out */

/* "  name           " before its value; a line with a value (NULL: no line), and with a number. */
void mo_say_field(const struct style *style, const char *name);
void mo_say_text(const struct style *style, const char *name, const char *value);
void mo_say_number(const struct style *style, const char *name, long long value);

/* "1 row", "12,345 rows" */
void mo_say_count(const struct style *style, long long count, const char *one, const char *many);

/* "app.xml:12:5" */
void mo_say_place(const struct style *style, const struct moult_place *place);
/* The source line of a place, with what is meant underlined; nothing where it is not known. */
void mo_say_excerpt(const struct style *style, const struct moult_place *place, enum paint paint);

int mo_code_points(const char *text, size_t bytes);

/* "3.40.1" for 3040001. */
#define MO_VERSION_TEXT 32
void mo_version_text(char text[MO_VERSION_TEXT], int version);

/* { "file", "line", "column" }, or null where there is no place. */
void mo_json_place(struct json *json, const char *name, const struct moult_place *place);
/* The same with its width and its source line. */
void mo_json_excerpt(struct json *json, const char *name, const struct moult_place *place);
/* What a diagnostic says, without its places: members of an object that is open. */
void mo_json_diagnostic_words(struct json *json, const moult_diagnostic *diagnostic);
/* "diagnostics": [...], as diagnostics.c says. */
void mo_json_diagnostics(struct json *json, const struct diags *diags);
/* The same, and how many are errors and warnings. */
void mo_json_all_diagnostics(struct json *json, const struct diags *diags);
int mo_count_severity(const struct diags *diags, enum moult_severity severity);
/* An array of texts. */
void mo_json_texts(struct json *json, const char *name, const struct list *texts);
/* An integer, or null where it is negative: not known. */
void mo_json_count(struct json *json, const char *name, long long count);

#endif
