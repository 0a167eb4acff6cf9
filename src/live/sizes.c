/* SPDX-License-Identifier: MIT */
/*
 * sizes.c: see sizes.h.
 *
 *	rowids    1 ......... 4711 ......... 9000 ......... 12000
 *	          |||        |||            |||             |||
 *	          PLACES times NEIGHBOURS rows are read
 *
 * The neighbours' distances say how dense the rowids are, and their lengths how
 * long the rows.  length() of a blob reads none of it.  A record is its values
 * behind a header: https://sqlite.org/fileformat2.html#record_format
 */
#include "live/sizes.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "live/connect.h"

#define PLACES 24
#define NEIGHBOURS 4
#define UNKNOWN_WIDTH 12 /* bytes of a value that nobody looked at */
#define CELL_HEAD 8	 /* bytes beside the values: lengths, rowid, pointer */
#define PAGE_HEAD 12
#define FILL 94 /* percent of a page, in one that grew at its end or was made from sorted keys */

/* What is known of a table. */
struct sample {
	const struct table *table;
	double *widths; /* bytes of a value, for each column */
	long long rows;
	long long seen; /* rows that were read */
	long long gaps; /* between neighbours */
	double distance;
};

/*
 * What is damaged is found by those who look for it; a table that cannot be read is one of no
 * size.
 */
static void note(struct sizes *sizes, int rc)
{
	if (!sizes->rc && mo_is_trouble(rc) && (rc & 0xff) != SQLITE_CORRUPT)
		sizes->rc = rc;
}

long long mo_sizes_ask(struct sizes *sizes, const char *sql, long long fallback)
{
	int rc = SQLITE_NOMEM;
	const long long number = sql ? mo_query_integer(sizes->db, sql, fallback, &rc) : fallback;

	note(sizes, rc);
	return number;
}

/* ---- one row ---- */

/* By the number of its digits, sign and all; 0 and 1 take no byte of their own. */
static int integer_width(int digits)
{
	static const int widths[] = {0, 1, 2, 3, 4, 6};
	static const int most[] = {1, 2, 4, 6, 9, 14};

	for (size_t i = 0; i < sizeof(widths) / sizeof(*widths); i++)
		if (digits <= most[i])
			return widths[i];
	return 8;
}

static long long width_of(const char *type, long long length)
{
	if (mo_same(type, "integer"))
		return integer_width((int)length);
	if (mo_same(type, "real"))
		return 8;
	return length > 57 ? length + 1 : length;
}

/* Columns 1, 3, ... of the row are types, 2, 4, ... lengths; 0 is the rowid. */
static void add_row(struct sample *sample, sqlite3_stmt *stmt)
{
	const struct column *rowid = mo_table_rowid_column(sample->table);

	for (int i = 0; i < sample->table->columns.count; i++) {
		const char *type = (const char *)sqlite3_column_text(stmt, 1 + 2 * i);
		const long long length = sqlite3_column_int64(stmt, 2 + 2 * i);

		if (sample->table->columns.items[i] != rowid)
			sample->widths[i] += (double)width_of(type, length);
	}
	sample->seen++;
}

/* ---- many ---- */

static const char *select_of(struct sizes *sizes, const struct table *table, const char *rowid)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	if (rowid)
		sqlite3_str_appendf(out, "SELECT \"%w\"", rowid);
	else
		sqlite3_str_appendall(out, "SELECT NULL");
	EACH (const struct column, column, &table->columns) {
		if (column->generated.text && !column->stored)
			sqlite3_str_appendall(out, ", 'null', 0");
		else
			sqlite3_str_appendf(out, ", typeof(\"%w\"), length(\"%w\")",
					    column->object.name, column->object.name);
	}
	sqlite3_str_appendf(out, " FROM main.\"%w\"", table->object.name);
	if (rowid)
		sqlite3_str_appendf(out, " WHERE \"%w\" >= ?1 ORDER BY \"%w\"", rowid, rowid);
	sqlite3_str_appendf(out, " LIMIT %d", rowid ? NEIGHBOURS : PLACES * NEIGHBOURS);
	return mo_arena_take(sizes->arena, out);
}

static void read_neighbours(struct sizes *sizes, struct sample *sample, sqlite3_stmt *stmt)
{
	long long last = 0;
	bool is_first = true;

	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const long long rowid = sqlite3_column_int64(stmt, 0);

		add_row(sample, stmt);
		if (!is_first) {
			sample->gaps++;
			sample->distance += (double)rowid - (double)last;
		}
		is_first = false;
		last = rowid;
	}
	note(sizes, sqlite3_reset(stmt));
}

static long long ask_end(struct sizes *sizes, const struct table *table, const char *end,
			 const char *rowid)
{
	const char *sql = mo_arena_format(sizes->arena, "SELECT %s(\"%w\") FROM main.\"%w\"", end,
					  rowid, table->object.name);

	return mo_sizes_ask(sizes, sql, 0);
}

/* The first rowid of a place; rowids may be as far apart as no integer can say. */
static long long begin_of(int place, long long low, double span)
{
	const double at = (double)low + span / PLACES * place;

	if (!place)
		return low;
	return at < 9.2e18 ? (long long)at : INT64_MAX;
}

/* Rows from all over the rowids, and how many there must be: at most one for every byte. */
static void look_around(struct sizes *sizes, struct sample *sample, sqlite3_stmt *stmt,
			const char *rowid)
{
	const long long low = ask_end(sizes, sample->table, "min", rowid);
	const long long high = ask_end(sizes, sample->table, "max", rowid);
	const double span = (double)high - (double)low;
	const double most = (double)sizes->used * (double)sizes->page_size;
	double rows = 0;

	for (int i = 0; i < PLACES; i++) {
		sqlite3_bind_int64(stmt, 1, begin_of(i, low, span));
		read_neighbours(sizes, sample, stmt);
	}
	sample->rows = sample->seen > 0;
	if (sample->distance > 0)
		rows = span * (double)sample->gaps / sample->distance;
	sample->rows += rows < most ? (long long)rows : (long long)most;
}

/* ANALYZE counted the rows, at some time. */
static long long analyzed_rows(struct sizes *sizes, const struct table *table)
{
	const char *sql = mo_arena_format(
		sizes->arena, "SELECT CAST(stat AS INTEGER) FROM main.sqlite_stat1 WHERE tbl = %Q",
		table->object.name);

	return mo_sizes_ask(sizes, sql, -1);
}

static double row_width(const struct sample *sample)
{
	double width = CELL_HEAD + sample->table->columns.count;

	for (int i = 0; i < sample->table->columns.count; i++)
		width += sample->widths[i];
	return width;
}

static long long pages_for(const struct sizes *sizes, double rows, double width)
{
	const double room = (double)(sizes->page_size - PAGE_HEAD) * FILL / 100;
	const double pages = rows * width / room + 1;

	return pages < (double)sizes->used ? (long long)pages : sizes->used;
}

/* Without rowids nothing tells how many rows there are, but that they fit into the file. */
static void count_keyed(struct sizes *sizes, struct sample *sample)
{
	const double most = (double)sizes->used * (double)sizes->page_size / row_width(sample);

	sample->rows = analyzed_rows(sizes, sample->table);
	if (sample->rows < 0)
		sample->rows = sample->seen < (long long)PLACES * NEIGHBOURS ? sample->seen
									     : (long long)most;
}

/* How to name the rowid of a table; NULL where it has none. */
static const char *rowid_of(const struct table *table)
{
	const struct column *key = mo_table_rowid_column(table);

	return key ? key->object.name : mo_table_rowid_name(table);
}

static void take_sample(struct sizes *sizes, struct sample *sample)
{
	const char *rowid = rowid_of(sample->table);
	const char *sql = select_of(sizes, sample->table, rowid);
	sqlite3_stmt *stmt = NULL;
	const int rc = sql ? sqlite3_prepare_v2(sizes->db, sql, -1, &stmt, NULL) : SQLITE_NOMEM;

	note(sizes, rc);
	if (rc)
		return;
	if (rowid)
		look_around(sizes, sample, stmt, rowid);
	else
		read_neighbours(sizes, sample, stmt);
	sqlite3_finalize(stmt);
	for (int i = 0; sample->seen && i < sample->table->columns.count; i++)
		sample->widths[i] /= (double)sample->seen;
	if (!rowid)
		count_keyed(sizes, sample);
}

static struct sample *new_sample(struct sizes *sizes, const struct table *table)
{
	struct sample *sample = mo_arena_make(sizes->arena, struct sample);

	if (!sample)
		return NULL;
	sample->table = table;
	sample->widths = mo_arena_alloc(sizes->arena,
					(size_t)table->columns.count * sizeof(*sample->widths));
	if (!sample->widths)
		return NULL;
	take_sample(sizes, sample);
	return sample;
}

/* The sample of a table, taken once; NULL where it is not there. */
static struct sample *sample_of(struct sizes *sizes, const char *name)
{
	const struct list *tables = &sizes->schema->sorted[KIND_TABLE];
	const int at = mo_schema_place(sizes->schema, KIND_TABLE, name);

	if (!sizes->samples)
		sizes->samples =
			mo_arena_alloc(sizes->arena, ((size_t)tables->count + 1) * sizeof(void *));
	if (at < 0 || !sizes->samples)
		return NULL;
	if (!sizes->samples[at])
		sizes->samples[at] = new_sample(sizes, tables->items[at]);
	return sizes->samples[at];
}

static double term_width(const struct sample *sample, const struct term *term)
{
	for (int i = 0; term->column && i < sample->table->columns.count; i++) {
		const struct column *column = sample->table->columns.items[i];

		if (mo_same_name(column->object.name, term->column))
			return sample->widths[i] + 1;
	}
	return UNKNOWN_WIDTH;
}

static double terms_width(const struct sample *sample, const struct list *terms)
{
	double width = 0;

	for (int i = 0; i < terms->count; i++)
		width += term_width(sample, terms->items[i]);
	return width;
}

/* An entry ends with the rowid, or with the key where there is none. */
static double entry_width(const struct sample *sample, const struct list *terms)
{
	const struct constraint *key =
		sample->table->without_rowid ? mo_table_primary_key(sample->table) : NULL;

	return CELL_HEAD + terms_width(sample, terms) +
	       (key ? terms_width(sample, &key->terms) : 0);
}

/* ---- exactly ---- */

static long long exact_pages(struct sizes *sizes, const char *name)
{
	long long pages = 0;

	if (!sizes->dbstat) {
		pages = sizes->has_counted ? 0 : sizes->used;
		sizes->has_counted = true;
		return pages;
	}
	sqlite3_bind_text(sizes->dbstat, 1, name, -1, SQLITE_STATIC);
	if (sqlite3_step(sizes->dbstat) == SQLITE_ROW)
		pages = sqlite3_column_int64(sizes->dbstat, 0);
	note(sizes, sqlite3_reset(sizes->dbstat));
	return pages;
}

/* The indexes that stand for constraints: sqlite_autoindex_t_1, ... */
static long long exact_keys(struct sizes *sizes, const struct table *table)
{
	long long pages = 0;

	for (int i = 1; sizes->dbstat && i <= table->constraints.count; i++) {
		const char *name = mo_arena_format(sizes->arena, "sqlite_autoindex_%s_%d",
						   table->object.name, i);

		pages += name ? exact_pages(sizes, name) : 0;
	}
	return pages;
}

/* ---- what is asked ---- */

void mo_sizes_begin(struct sizes *sizes, struct arena *arena, sqlite3 *db,
		    const struct schema *schema, bool exact)
{
	*sizes = (struct sizes){.arena = arena, .db = db, .schema = schema, .exact = exact};
	sizes->page_size = mo_sizes_ask(sizes, "PRAGMA main.page_size", 0);
	sizes->free = mo_sizes_ask(sizes, "PRAGMA main.freelist_count", 0);
	sizes->used = mo_sizes_ask(sizes, "PRAGMA main.page_count", 0) - sizes->free;
	if (exact)
		note(sizes,
		     sqlite3_prepare_v2(db, "SELECT pageno FROM dbstat('main', 1) WHERE name = ?1",
					-1, &sizes->dbstat, NULL));
}

void mo_sizes_end(struct sizes *sizes)
{
	sqlite3_finalize(sizes->dbstat);
	sizes->dbstat = NULL;
}

const char *mo_sizes_name(const struct sizes *sizes, const char *table)
{
	EACH (const struct size_name, name, &sizes->names)
		if (mo_same_name(name->name, table))
			return name->file;
	return table;
}

long long mo_sizes_table(struct sizes *sizes, const char *table)
{
	const struct sample *sample;

	table = mo_sizes_name(sizes, table);
	if (!table)
		return 0;
	if (sizes->exact)
		return exact_pages(sizes, table);
	sample = sample_of(sizes, table);
	return sample ? pages_for(sizes, (double)sample->rows, row_width(sample)) : 0;
}

/* Whether a constraint of a table has an index of its own. */
static bool has_index(const struct table *table, const struct constraint *constraint)
{
	return constraint->kind == CONSTRAINT_UNIQUE ||
	       (constraint->kind == CONSTRAINT_PRIMARY_KEY && !table->without_rowid &&
		!mo_table_rowid_column(table));
}

static const struct table *table_of(const struct sizes *sizes, const char *name)
{
	name = mo_sizes_name(sizes, name);
	return name ? mo_schema_table(sizes->schema, name) : NULL;
}

/* Exactly, what is not there yet has its share of the table's columns. */
static long long terms_of(struct sizes *sizes, const struct table *have, const struct list *terms)
{
	const char *table = have->object.name;
	const struct sample *sample;

	if (sizes->exact && !sizes->dbstat)
		return exact_pages(sizes, table);
	if (sizes->exact)
		return exact_pages(sizes, table) * (terms->count + 1) / (have->columns.count + 1) +
		       1;
	sample = sample_of(sizes, table);
	return sample ? pages_for(sizes, (double)sample->rows, entry_width(sample, terms)) : 0;
}

long long mo_sizes_keys(struct sizes *sizes, const char *table)
{
	const struct table *have = table_of(sizes, table);
	long long pages = 0;

	if (have && sizes->exact)
		return exact_keys(sizes, have);
	for (int i = 0; have && i < have->constraints.count; i++) {
		const struct constraint *constraint = have->constraints.items[i];

		if (has_index(have, constraint))
			pages += terms_of(sizes, have, &constraint->terms);
	}
	return pages;
}

long long mo_sizes_index(struct sizes *sizes, const char *index)
{
	const struct index *have =
		(const struct index *)mo_schema_find(sizes->schema, KIND_INDEX, index);
	const struct table *table = have ? mo_schema_table(sizes->schema, have->table) : NULL;

	if (sizes->exact)
		return have && sizes->dbstat ? exact_pages(sizes, index) : 0;
	return table ? terms_of(sizes, table, &have->terms) : 0;
}

long long mo_sizes_terms(struct sizes *sizes, const char *table, const struct list *terms)
{
	const struct table *have = table_of(sizes, table);

	return have ? terms_of(sizes, have, terms) : 0;
}

void mo_sizes_know(struct sizes *sizes, const char *table, long long rows)
{
	struct sample *sample = sample_of(sizes, table);

	if (sample)
		sample->rows = rows;
}

long long mo_sizes_rows(struct sizes *sizes, const char *table)
{
	const struct table *have = table_of(sizes, table);
	const struct sample *sample = have ? sample_of(sizes, have->object.name) : NULL;

	return sample ? sample->rows : 0;
}

/* ---- the order of values ---- */

static void write_values(sqlite3_str *out, const char *before, int count)
{
	for (int i = 0; i < count; i++)
		sqlite3_str_appendf(out, "%s%s.v%d", i ? ", " : "", before, i);
}

/* 1 where of the neighbours at ?1 one has less than one before it. */
static const char *fall_of(struct sizes *sizes, const struct table *table, const char *rowid,
			   const struct list *values)
{
	sqlite3_str *rows = sqlite3_str_new(NULL);
	sqlite3_str *out = sqlite3_str_new(NULL);
	const char *neighbours;

	sqlite3_str_appendf(rows, "(SELECT \"%w\" AS r", rowid);
	for (int i = 0; i < values->count; i++)
		sqlite3_str_appendf(rows, ", %s AS v%d", (const char *)values->items[i], i);
	sqlite3_str_appendf(rows, " FROM main.\"%w\" WHERE \"%w\" >= ?1 ORDER BY \"%w\" LIMIT %d)",
			    table->object.name, rowid, rowid, NEIGHBOURS);
	neighbours = mo_arena_take(sizes->arena, rows);
	sqlite3_str_appendf(out,
			    "SELECT EXISTS (SELECT 1 FROM %s AS a, %s AS b WHERE b.r > a.r AND (",
			    neighbours, neighbours);
	write_values(out, "b", values->count);
	sqlite3_str_appendall(out, ") < (");
	write_values(out, "a", values->count);
	sqlite3_str_appendall(out, "))");
	return mo_arena_take(sizes->arena, out);
}

static bool falls(struct sizes *sizes, sqlite3_stmt *stmt, long long begin)
{
	bool found;

	sqlite3_bind_int64(stmt, 1, begin);
	found = sqlite3_step(stmt) != SQLITE_ROW || sqlite3_column_int(stmt, 0);
	note(sizes, sqlite3_reset(stmt));
	return found;
}

bool mo_sizes_rise(struct sizes *sizes, const char *table, const struct list *values)
{
	const struct table *have = table_of(sizes, table);
	const char *rowid = have ? rowid_of(have) : NULL;
	const char *sql = rowid ? fall_of(sizes, have, rowid, values) : NULL;
	long long low;
	double span;
	sqlite3_stmt *stmt = NULL;
	bool rise;

	if (!sql || sqlite3_prepare_v2(sizes->db, sql, -1, &stmt, NULL))
		return false; /* whoever asks is not told what is wrong with them */
	low = ask_end(sizes, have, "min", rowid);
	span = (double)ask_end(sizes, have, "max", rowid) - (double)low;
	rise = true;
	for (int i = 0; rise && i < PLACES; i++)
		rise = !falls(sizes, stmt, begin_of(i, low, span));
	sqlite3_finalize(stmt);
	return rise;
}
