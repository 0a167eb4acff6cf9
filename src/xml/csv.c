/* SPDX-License-Identifier: MIT */
/*
 * csv.c: see csv.h.
 *
 *	file   = header { line }
 *	line   = field { "," field } ( LF | CRLF | end )
 *	field  = plain | '"' { character | '""' } '"'
 *
 * Columns of places are bytes.  After a mistake in the form of a field nothing more is read: where the next one begins is not
 * known.
 */
#include "xml/csv.h"

#include <string.h>

#include "base/text.h"

#define MOST_MISTAKES 20
#define LONGEST_LINE 400 /* of a file, as it is shown with a mistake */

struct csv {
	struct rows *rows;
	struct arena *arena;
	struct diags *diags;
	const char *name;
	const char *at;
	const char *end;
	const char *line_begins;
	int line;
	int mistakes;
	bool is_over;	    /* nothing more can be read */
	struct list header; /* of struct cell: column and place */
};

struct field {
	const char *text; /* NULL: nothing stands there */
	const char *begin;
};

/* ---- places ---------------------------------------------------------------- */

/* The line as it is shown: not one that holds what is no text. */
static const char *source_line(const struct csv *csv)
{
	const size_t room = (size_t)(csv->end - csv->line_begins);
	const char *end = memchr(csv->line_begins, '\n', room);
	size_t length = end ? (size_t)(end - csv->line_begins) : room;
	const char *line;

	if (length && csv->line_begins[length - 1] == '\r')
		length--;
	if (length > LONGEST_LINE)
		return NULL;
	line = mo_arena_slice(csv->arena, csv->line_begins, length);
	return line && strlen(line) == length && mo_utf8_is_valid(line) ? line : NULL;
}

static struct moult_place place_of(const struct csv *csv, const char *at, int width)
{
	return (struct moult_place){.file = csv->name,
				    .line = csv->line,
				    .column = 1 + (int)(at - csv->line_begins),
				    .width = width,
				    .source = source_line(csv)};
}

static void wrong(struct csv *csv, const char *at, const char *why, const char *hint)
{
	const struct moult_place place = place_of(csv, at, 1);

	if (csv->mistakes++ >= MOST_MISTAKES)
		return;
	mo_diag(csv->diags, DIAG_DOC023, &place, csv->rows->table, "%s", why);
	if (hint)
		mo_diag_hint(csv->diags, "%s", hint);
}

static void broken(struct csv *csv, const char *at, const char *why, const char *hint)
{
	wrong(csv, at, why, hint);
	csv->is_over = true;
}

/* ---- fields ---------------------------------------------------------------- */

static bool ends_line(const struct csv *csv, const char *at)
{
	return at == csv->end || *at == '\n' || (*at == '\r' && at + 1 < csv->end && at[1] == '\n');
}

static void take_plain(struct csv *csv, struct field *field)
{
	while (!ends_line(csv, csv->at) && *csv->at != ',') {
		if (*csv->at == '"' || *csv->at == '\r') {
			broken(csv, csv->at,
			       *csv->at == '"' ? "a quote in a field that does not begin with one"
					       : "a carriage return without a line feed",
			       *csv->at == '"'
				       ? "put the whole field in quotes, and double the quotes in it"
				       : "end lines with a line feed, or put the whole field in quotes");
			return;
		}
		csv->at++;
	}
	if (csv->at > field->begin)
		field->text =
			mo_arena_slice(csv->arena, field->begin, (size_t)(csv->at - field->begin));
}

/* Moves behind the quote that ends a field; the length of what it holds. */
static size_t skip_quoted(struct csv *csv)
{
	size_t length = 0;

	for (csv->at++; csv->at < csv->end; csv->at++, length++) {
		if (*csv->at == '"') {
			csv->at++;
			if (csv->at == csv->end || *csv->at != '"')
				return length;
		}
		if (*csv->at == '\n') {
			csv->line++;
			csv->line_begins = csv->at + 1;
		}
	}
	csv->is_over = true;
	return length;
}

static void take_quoted(struct csv *csv, struct field *field)
{
	const struct csv before = *csv;
	const size_t length = skip_quoted(csv);
	char *text;

	if (csv->is_over) {
		*csv = before;
		broken(csv, field->begin, "the quotes of this field do not end",
		       "a quote within a field is written twice");
		return;
	}
	if (!ends_line(csv, csv->at) && *csv->at != ',') {
		broken(csv, csv->at, "something stands behind the quote that ends the field",
		       "a quote within a field is written twice");
		return;
	}
	text = mo_arena_alloc(csv->arena, length + 1);
	field->text = text;
	for (const char *from = field->begin + 1; text && from < csv->at - 1; from++) {
		*text++ = *from;
		from += *from == '"';
	}
}

static struct field next_field(struct csv *csv)
{
	struct field field = {NULL, csv->at};

	if (csv->at < csv->end && *csv->at == '"')
		take_quoted(csv, &field);
	else
		take_plain(csv, &field);
	return field;
}

/* Whether another field follows in the line. */
static bool skip_comma(struct csv *csv)
{
	if (csv->is_over || csv->at == csv->end || *csv->at != ',')
		return false;
	csv->at++;
	return true;
}

static void end_line(struct csv *csv)
{
	if (csv->at < csv->end && *csv->at == '\r')
		csv->at++;
	if (csv->at < csv->end)
		csv->at++;
	csv->line++;
	csv->line_begins = csv->at;
}

/* ---- lines ----------------------------------------------------------------- */

static bool is_named(const struct csv *csv, const char *name)
{
	EACH (const struct cell, cell, &csv->header)
		if (mo_same_name(cell->column, name))
			return true;
	return false;
}

static void add_name(struct csv *csv, const struct field *field)
{
	struct cell *cell = mo_arena_make(csv->arena, struct cell);
	struct moult_place *place = mo_arena_make(csv->arena, struct moult_place);

	if (!cell || !place)
		return;
	*place = place_of(csv, field->begin, (int)(csv->at - field->begin));
	cell->column = field->text ? field->text : "";
	cell->place = place;
	if (!field->text)
		wrong(csv, field->begin, "the header must name every column",
		      "name it, or take its comma out of every line");
	else if (is_named(csv, field->text))
		wrong(csv, field->begin,
		      mo_arena_format(csv->arena, "column %s stands in the header twice",
				      field->text),
		      "take one of them out, with its field in every line");
	mo_list_add(csv->arena, &csv->header, cell);
}

static void read_header(struct csv *csv)
{
	do {
		const struct field field = next_field(csv);

		if (!csv->is_over)
			add_name(csv, &field);
	} while (skip_comma(csv));
	end_line(csv);
}

static void add_cell(struct csv *csv, struct row *row, const struct field *field)
{
	const struct cell *name = csv->header.items[row->cells.count];
	struct cell *cell = mo_arena_make(csv->arena, struct cell);

	if (!cell)
		return;
	*cell = *name;
	cell->text = field->text;
	mo_list_add(csv->arena, &row->cells, cell);
}

static void read_line(struct csv *csv)
{
	struct row *row = mo_arena_make(csv->arena, struct row);
	const char *begin = csv->at;
	int count = 0;

	if (!row)
		return;
	row->place = place_of(csv, begin, 1);
	do {
		const struct field field = next_field(csv);

		if (!csv->is_over && count < csv->header.count)
			add_cell(csv, row, &field);
		if (!csv->is_over && count++ == csv->header.count)
			wrong(csv, field.begin, "the header has no column for this field",
			      "put a field that has a comma into quotes");
	} while (skip_comma(csv));
	if (!csv->is_over && count < csv->header.count)
		wrong(csv, csv->at,
		      mo_arena_format(csv->arena, "%d field%s, and the header has %d", count,
				      count == 1 ? "" : "s", csv->header.count),
		      "write a comma for each field that is NULL");
	mo_list_add(csv->arena, &csv->rows->rows, row);
	end_line(csv);
}

/* ---- the file -------------------------------------------------------------- */

/* Whether all of it is text: no NUL, and valid UTF-8. */
static bool check_text(struct csv *csv, const char *text, size_t size)
{
	const char *nul = memchr(text, 0, size);
	const char *copy = mo_arena_slice(csv->arena, text, size);

	if (!copy || (!nul && mo_utf8_is_valid(copy)))
		return copy != NULL;
	for (csv->at = text; csv->at < csv->end && *csv->at; csv->at++) {
		const int length = mo_utf8_length(csv->at);

		if (!length || length > csv->end - csv->at)
			break;
		if (*csv->at == '\n') {
			csv->line++;
			csv->line_begins = csv->at + 1;
		}
		csv->at += length - 1;
	}
	if (csv->at < csv->end && !*csv->at)
		broken(csv, csv->at, "a NUL byte",
		       "save the file as UTF-8; a value that has one is written in the document, "
		       "as <value column=\"...\" sql=\"...\"/>");
	else
		broken(csv, csv->at, "this is no UTF-8", "save the file as UTF-8");
	return false;
}

void mo_csv_read(struct rows *rows, struct arena *arena, const char *name, const char *text,
		 size_t size, struct diags *diags)
{
	const int before = rows->rows.count;
	struct csv csv = {.rows = rows,
			  .arena = arena,
			  .diags = diags,
			  .name = mo_arena_text(arena, name),
			  .end = text + size,
			  .line = 1};

	if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
		text += 3;
		size -= 3;
	}
	csv.at = csv.line_begins = text;
	if (!check_text(&csv, text, size))
		return;
	if (!size) {
		broken(&csv, text, "the file has no header",
		       "write the names of the columns first");
		return;
	}
	read_header(&csv);
	while (!csv.is_over && !mo_arena_rc(arena) && csv.mistakes < MOST_MISTAKES &&
	       csv.at < csv.end) {
		if (ends_line(&csv, csv.at))
			end_line(&csv);
		else
			read_line(&csv);
	}
	if (csv.mistakes) /* what was read may be of other columns than it seems */
		rows->rows.count = before;
	else if (rows->rows.count == before)
		rows->header = csv.header;
}
