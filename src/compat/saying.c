/* SPDX-License-Identifier: MIT */
/*
 * saying.c: see saying.h.
 *
 *	compile on both	    refused by the other: no value can help
 *	run on both	    for each sample that the own shape takes: how many does the other refuse?
 *
 * UPDATE, UPSERT, REPLACE and DELETE meet a row that is there: the first sample
 * that the shape takes, its own where it does not take the other's.
 */
#include "compat/saying.h"

#include "base/text.h"
#include "compat/sample.h"

/* A table or view under trial. */
struct ground {
	struct compat *compat;
	enum side side;
	struct shape *own;
	struct shape *other;
	const char *name;
	const struct table *table; /* NULL for views and virtual tables */
	struct list columns;	   /* of char *: all that a SELECT sees */
	struct list writable;	   /* of char *: without what is generated */
	const char *row;	   /* an INSERT that the own shape takes; NULL: none is known */
	const char *other_row;	   /* the same of the other */
	bool is_endless;	   /* a trigger was broken off: it would be again, each time */
	bool is_tried[TRAFFIC_COUNT];
};

/* ---- result columns -------------------------------------------------------------------------- */

static bool lacks_name(sqlite3_stmt *stmt)
{
	for (int i = 0; i < sqlite3_column_count(stmt); i++)
		if (!sqlite3_column_name(stmt, i))
			return true;
	return false;
}

static const char *names_of(struct arena *arena, sqlite3_stmt *stmt)
{
	const char *names = NULL;

	for (int i = 0; i < sqlite3_column_count(stmt); i++) {
		const char *name = sqlite3_column_name(stmt, i);

		if (names)
			names = mo_arena_format(arena, "%s, %s", names, name);
		else
			names = mo_arena_text(arena, name);
	}
	return names;
}

static bool has_same_names(sqlite3_stmt *have, sqlite3_stmt *want)
{
	const int count = sqlite3_column_count(have);

	if (count != sqlite3_column_count(want))
		return false;
	for (int i = 0; i < count; i++)
		if (!mo_same_name(sqlite3_column_name(have, i), sqlite3_column_name(want, i)))
			return false;
	return true;
}

/* The type of a result column; an expression has none. */
static const char *type_of(sqlite3_stmt *stmt, int i)
{
	const char *type = sqlite3_column_decltype(stmt, i);

	return type ? type : "";
}

static const char *types_differ(struct arena *arena, sqlite3_stmt *have, sqlite3_stmt *want)
{
	for (int i = 0; i < sqlite3_column_count(have); i++) {
		const char *was = type_of(have, i), *is = type_of(want, i);

		if (mo_same_affinity(mo_affinity(was, false), mo_affinity(is, false)))
			continue;
		return mo_arena_format(arena, "column %s is %s and not %s",
				       sqlite3_column_name(have, i), *is ? is : "without a type",
				       *was ? was : "without a type");
	}
	return NULL;
}

const char *mo_saying_columns(struct compat *compat, sqlite3_stmt *have, sqlite3_stmt *want)
{
	struct arena *arena = compat->arena;

	if (lacks_name(have) || lacks_name(want))
		return mo_tryout_starve(&compat->tryout);
	if (has_same_names(have, want))
		return types_differ(arena, have, want);
	return mo_arena_format(arena, "its columns are %s, and not %s", names_of(arena, want),
			       names_of(arena, have));
}

/* ---- one statement ------------------------------------------------------------------------- */

static enum traffic traffic_of(enum statement_form deed)
{
	return deed == DEED_SELECT || deed == DEED_SELECT_ALL ? TRAFFIC_READS : TRAFFIC_WRITES;
}

static struct saying *note(struct ground *ground, const struct code *code, enum fit fit,
			   const char *message)
{
	struct arena *arena = ground->compat->arena;
	struct saying *saying = mo_arena_make(arena, struct saying);

	if (!saying)
		return NULL;
	*saying = (struct saying){.deed = code->deed,
				  .traffic = traffic_of(code->deed),
				  .fit = fit,
				  .relation = ground->name,
				  .sql = mo_sql_code(arena, code, NULL),
				  .message = message,
				  .decides = code->deed != DEED_SELECT_ALL &&
					     code->deed != DEED_INSERT_ALL};
	mo_list_add(arena, &ground->compat->findings[ground->side].failed, saying);
	return saying;
}

static void count(struct ground *ground, enum statement_form deed)
{
	ground->compat->findings[ground->side].tried++;
	ground->is_tried[traffic_of(deed)] = true;
}

static void read(struct ground *ground, enum statement_form deed)
{
	struct compat *compat = ground->compat;
	const struct code code = {
		.deed = deed, .relation = ground->name, .columns = &ground->columns};
	const char *sql = mo_sql_code(compat->arena, &code, NULL);
	const char *broken, *message;
	sqlite3_stmt *own =
		mo_tryout_compile(&compat->tryout, ground->own, compat->arena, sql, false, &broken);
	sqlite3_stmt *other = broken ? NULL
				     : mo_tryout_compile(&compat->tryout, ground->other,
							 compat->arena, sql, false, &message);

	if (!broken)
		count(ground, deed);
	if (!broken && message)
		note(ground, &code, FIT_NO, message);
	else if (own && other && (message = mo_saying_columns(compat, own, other)) != NULL)
		note(ground, &code, FIT_MAYBE, message);
	sqlite3_finalize(own);
	sqlite3_finalize(other);
}

/* Whether it compiles on the own shape; what the other says of it is noted. */
static bool compiles(struct ground *ground, const struct code *code, bool *fails)
{
	struct compat *compat = ground->compat;
	const char *sql = mo_sql_code(compat->arena, code, NULL);
	const char *broken, *message = NULL;

	sqlite3_finalize(
		mo_tryout_compile(&compat->tryout, ground->own, compat->arena, sql, true, &broken));
	if (broken)
		return false;
	count(ground, code->deed);
	sqlite3_finalize(mo_tryout_compile(&compat->tryout, ground->other, compat->arena, sql, true,
					   &message));
	*fails = message;
	if (message)
		note(ground, code, FIT_NO, message);
	return true;
}

#define REASONS 4 /* that are told of one statement */

/* What came of running a statement with one value after the other. */
struct trials {
	bool is_taken; /* at least once by both */
	int count;     /* reasons for which the other refused what the own shape took */
	struct {
		const char *message;
		const char *example;
	} reasons[REASONS];
};

static void add_reason(struct trials *trials, const char *message, const char *example)
{
	for (int i = 0; i < trials->count; i++)
		if (mo_same(trials->reasons[i].message, message))
			return;
	if (trials->count == REASONS)
		return;
	trials->reasons[trials->count].message = message;
	trials->reasons[trials->count++].example = example;
}

static void run(struct ground *ground, struct trials *trials, const char *before,
		const char *other_before, const char *sql)
{
	struct compat *compat = ground->compat;
	const char *message;

	if (ground->is_endless)
		return;
	message = mo_tryout_run(&compat->tryout, ground->own, compat->arena, before, sql);
	ground->is_endless = ground->own->bounds.over;
	if (message)
		return;
	message = mo_tryout_run(&compat->tryout, ground->other, compat->arena, other_before, sql);
	ground->is_endless = ground->other->bounds.over;
	if (message)
		add_reason(trials, message, sql);
	else
		trials->is_taken = true;
}

static void conclude(struct ground *ground, const struct code *code, const struct trials *trials)
{
	for (int i = 0; i < trials->count; i++) {
		struct saying *saying = note(ground, code, trials->is_taken ? FIT_MAYBE : FIT_NO,
					     trials->reasons[i].message);

		if (saying && (trials->is_taken || trials->count > 1))
			saying->example = trials->reasons[i].example;
	}
}

/* ---- the statements that write ------------------------------------------------------------- */

static struct list sample(struct ground *ground, const struct table *table,
			  const struct list *columns, int i)
{
	struct arena *arena = ground->compat->arena;
	struct list values = {0};

	for (int c = 0; c < columns->count; c++)
		mo_list_add(arena, &values, mo_sample(arena, table, columns->items[c], i));
	return values;
}

static void insert(struct ground *ground, enum statement_form deed)
{
	struct arena *arena = ground->compat->arena;
	const struct code code = {
		.deed = deed, .relation = ground->name, .columns = &ground->writable};
	struct trials trials = {0};
	bool fails = false;

	if (!compiles(ground, &code, &fails) || fails)
		return;
	for (int i = 0; i < MO_SAMPLES; i++) {
		const struct list values = sample(ground, ground->table, code.columns, i);

		run(ground, &trials, NULL, NULL, mo_sql_code(arena, &code, &values));
	}
	conclude(ground, &code, &trials);
}

/* The first sample that a shape takes, as an INSERT; NULL: none, or the table is not there. */
static const char *find_row(struct ground *ground, struct shape *shape, const struct table *table,
			    const struct list *columns)
{
	struct compat *compat = ground->compat;
	const struct code code = {
		.deed = DEED_INSERT, .relation = ground->name, .columns = columns};

	for (int i = 0; i < MO_SAMPLES && columns->count && !ground->is_endless; i++) {
		const struct list values = sample(ground, table, columns, i);
		const char *sql = mo_sql_code(compat->arena, &code, &values);

		if (!mo_tryout_run(&compat->tryout, shape, compat->arena, NULL, sql))
			return sql;
		ground->is_endless = shape->bounds.over;
	}
	return NULL;
}

static void add_writable(struct arena *arena, struct list *names, const struct table *table)
{
	EACH (const struct column, column, &table->columns)
		if (!column->generated.text)
			mo_list_add(arena, names, column->object.name);
}

static void find_rows(struct ground *ground)
{
	struct compat *compat = ground->compat;
	const struct table *table = mo_schema_table(ground->other->schema, ground->name);
	struct list columns = {0};

	ground->row = find_row(ground, ground->own, ground->table, &ground->writable);
	if (ground->row &&
	    !mo_tryout_run(&compat->tryout, ground->other, compat->arena, NULL, ground->row))
		ground->other_row = ground->row;
	if (ground->other_row || !table)
		return;
	add_writable(compat->arena, &columns, table);
	ground->other_row = find_row(ground, ground->other, table, &columns);
}

/* One statement, with some values for its columns, on the row that is there. */
static void change(struct ground *ground, const struct code *code, const int *samples, int count)
{
	struct arena *arena = ground->compat->arena;
	struct trials trials = {0};
	bool fails = false;

	if (!compiles(ground, code, &fails) || fails)
		return;
	for (int i = 0; i < count; i++) {
		const struct list values = sample(ground, ground->table, code->columns, samples[i]);

		run(ground, &trials, ground->row, ground->other_row,
		    mo_sql_code(arena, code, &values));
	}
	conclude(ground, code, &trials);
}

static void update(struct ground *ground)
{
	static const int samples[] = {0, 1, 2, 4, 5, 7, 8, 9};

	for (int i = 0; i < ground->writable.count; i++) {
		struct list column = {0};
		const struct code code = {
			.deed = DEED_UPDATE, .relation = ground->name, .columns = &column};

		mo_list_add(ground->compat->arena, &column, ground->writable.items[i]);
		if (column.count)
			change(ground, &code, samples, sizeof(samples) / sizeof(*samples));
	}
}

/* Plain columns alone can stand behind ON CONFLICT. */
static bool take_key(struct arena *arena, struct list *key, const struct list *terms)
{
	EACH (const struct term, term, terms) {
		if (!term->column || term->collate)
			return false;
		mo_list_add(arena, key, term->column);
	}
	return key->count;
}

static const char *set_of(const struct ground *ground, const struct list *key)
{
	EACH (const char, column, &ground->writable)
		if (!mo_names_have(key, column))
			return column;
	return key->items[0];
}

static void upsert(struct ground *ground, const struct list *terms)
{
	static const int samples[] = {0, 1, 2, 7, 8, 9};
	struct list key = {0};
	struct code code = {.deed = DEED_UPSERT,
			    .relation = ground->name,
			    .columns = &ground->writable,
			    .key = &key};

	if (!take_key(ground->compat->arena, &key, terms))
		return;
	code.set = set_of(ground, &key);
	change(ground, &code, samples, sizeof(samples) / sizeof(*samples));
}

static void upsert_all(struct ground *ground)
{
	EACH (const struct constraint, constraint, &ground->table->constraints)
		if (constraint->kind == CONSTRAINT_PRIMARY_KEY ||
		    constraint->kind == CONSTRAINT_UNIQUE)
			upsert(ground, &constraint->terms);
	EACH (const struct index, index, &ground->table->object.indexes)
		if (index->unique && !index->where.text)
			upsert(ground, &index->terms);
}

static void replace(struct ground *ground)
{
	static const int samples[] = {0, 1, 2, 7, 8, 9};
	const struct code code = {
		.deed = DEED_REPLACE, .relation = ground->name, .columns = &ground->writable};

	change(ground, &code, samples, sizeof(samples) / sizeof(*samples));
}

static void delete (struct ground *ground)
{
	static const struct list none = {0};
	static const int sample = 0;
	const struct code code = {.deed = DEED_DELETE, .relation = ground->name, .columns = &none};

	change(ground, &code, &sample, 1);
}

static void write(struct ground *ground)
{
	/* Of what is not there one statement is enough. */
	if (!mo_schema_find_relation(ground->other->schema, ground->name)) {
		insert(ground, DEED_INSERT);
		return;
	}
	insert(ground, DEED_INSERT);
	insert(ground, DEED_INSERT_ALL);
	find_rows(ground);
	update(ground);
	if (ground->table)
		upsert_all(ground);
	replace(ground);
	delete (ground);
}

/* ---- tables and views ---------------------------------------------------------------------- */

/* The columns of a view or virtual table, as SQLite has them. */
static void ask_columns(struct ground *ground)
{
	struct compat *compat = ground->compat;
	const struct code code = {.deed = DEED_SELECT_ALL, .relation = ground->name};
	const char *message;
	sqlite3_stmt *stmt =
		mo_tryout_compile(&compat->tryout, ground->own, compat->arena,
				  mo_sql_code(compat->arena, &code, NULL), false, &message);

	for (int i = 0; stmt && i < sqlite3_column_count(stmt); i++)
		mo_list_add(compat->arena, &ground->columns,
			    mo_arena_text(compat->arena, sqlite3_column_name(stmt, i)));
	ground->writable = ground->columns;
	sqlite3_finalize(stmt);
}

static void try_object(struct compat *compat, enum side side, const struct object *object)
{
	struct ground ground = {.compat = compat,
				.side = side,
				.own = &compat->tryout.of[side],
				.other = &compat->tryout.of[!side],
				.name = object->name};

	if (object->kind == KIND_TABLE) {
		ground.table = (const struct table *)object;
		EACH (const struct column, column, &ground.table->columns)
			mo_list_add(compat->arena, &ground.columns, column->object.name);
		add_writable(compat->arena, &ground.writable, ground.table);
	} else {
		ask_columns(&ground);
	}
	if (!ground.columns.count)
		return;
	read(&ground, DEED_SELECT);
	if (mo_schema_find_relation(ground.other->schema, ground.name))
		read(&ground, DEED_SELECT_ALL);
	/* A view without INSTEAD OF triggers takes no statement, and so counts for none. */
	if (ground.writable.count)
		write(&ground);
	for (int traffic = 0; traffic < TRAFFIC_COUNT; traffic++)
		if (ground.is_tried[traffic])
			mo_list_add(compat->arena, &compat->findings[side].tried_on[traffic],
				    object->name);
}

void mo_saying_all(struct compat *compat, enum side side)
{
	static const enum kind kinds[] = {KIND_TABLE, KIND_VIRTUAL, KIND_VIEW};
	const struct schema *schema = compat->tryout.of[side].schema;

	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
		EACH (const struct object, object, &schema->objects[kinds[k]]) {
			if (!compat->tryout.rc)
				try_object(compat, side, object);
		}
}

/* Of UPSERTs and REPLACE code may have none. */
enum fit mo_saying_weight(const struct saying *saying)
{
	const bool is_rare = saying->deed == DEED_UPSERT || saying->deed == DEED_REPLACE;

	if (!saying->decides)
		return FIT_YES;
	return is_rare && saying->fit == FIT_NO ? FIT_MAYBE : saying->fit;
}

bool mo_saying_tried(const struct compat *compat, enum side side, enum traffic traffic,
		     const char *relation, enum fit *worst)
{
	const struct findings *findings = &compat->findings[side];

	*worst = FIT_YES;
	if (!mo_names_have(&findings->tried_on[traffic], relation))
		return false;
	EACH (const struct saying, saying, &findings->failed)
		if (saying->traffic == traffic && mo_saying_weight(saying) > *worst &&
		    mo_same_name(saying->relation, relation))
			*worst = mo_saying_weight(saying);
	return true;
}
