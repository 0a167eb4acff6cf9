/* SPDX-License-Identifier: MIT */
/*
 * cost.c: see cost.h.
 *
 * The prices are what docs/performance.md has of each step of a run, as so much
 * a row and so much a byte of it.  They were measured on rows of 150 bytes, which
 * cannot tell the two apart: how each price divides is judgement.
 */
#include "run/cost.h"

#include "base/text.h"
#include "session/session.h"
#include "sql/mention.h"

/* Nanoseconds. */
struct price {
	double row;
	double byte; /* of the row */
};

static const struct price scanning = {80, 0.8};	  /* one question to the rows */
static const struct price copying = {180, 3.3};	  /* INSERT ... SELECT */
static const struct price rewriting = {300, 3.0}; /* in place, by DROP COLUMN */
static const struct price indexing = {250, 5.0};  /* sorted, of an entry */
static const struct price freeing = {0, 1.5};	  /* DROP TABLE that overwrites */
static const struct price letting_go = {0,
					5.0}; /* DROP INDEX that does, and of a table that goes */
static const struct price digesting = {150, 3.0}; /* expected or actual rows */
static const struct price checking = {0, 1.0};	  /* quick_check */
static const struct price walking = {240, 0};	  /* through an index, entry by entry */
static const struct price saving = {0, 0.5};	  /* the backup; what checks it runs beside */

#define LEAST_MS 20 /* a run with one statement, and its commits */

static double time_of(const struct price *price, const struct cost *cost)
{
	return (double)cost->rows * price->row + (double)cost->bytes * price->byte;
}

long long mo_cost_of_backup(long long bytes)
{
	const struct cost cost = {.bytes = bytes};

	return (long long)(time_of(&saving, &cost) / 1e6);
}

/* ---- steps ---- */

/* The rows of a move's table, with all their bytes. */
static struct cost rows_of(const struct move *move, struct sizes *sizes)
{
	if (!move->have)
		return (struct cost){0};
	return (struct cost){.rows = mo_sizes_rows(sizes, move->former),
			     .bytes = mo_sizes_table(sizes, move->former) * sizes->page_size};
}

void mo_cost_rows(const struct plan *plan, struct sizes *sizes)
{
	EACH (const struct hazard, hazard, &plan->hazards) {
		if (hazard->id == DIAG_ML101 && hazard->asked)
			mo_sizes_know(sizes, mo_diff_former_table(plan->diff, hazard->subject.name),
				      hazard->count);
	}
}

static struct cost cost_of_index(const struct plan *plan, struct sizes *sizes,
				 const struct step *step)
{
	const struct index *index = step->index;
	const char *former = mo_diff_former_table(plan->diff, index->table);
	struct cost cost = {0};

	cost.rows = mo_sizes_rows(sizes, former);
	cost.bytes = mo_sizes_index(sizes, index->object.name);
	if (!cost.bytes)
		cost.bytes = mo_sizes_terms(sizes, former, &index->terms);
	cost.bytes *= sizes->page_size;
	return cost;
}

/* Of a table by its name at that step. */
static struct cost rows_by_name(const struct plan *plan, struct sizes *sizes, const char *name,
				bool is_old)
{
	const struct move *move = is_old ? NULL : mo_plan_move(plan, name);
	const char *former = is_old ? name : mo_diff_former_table(plan->diff, name);

	if (move && move->filling)
		return (struct cost){.rows = move->filling->rows, .bytes = move->filling->bytes};
	if (move && !move->have)
		return (struct cost){0};
	return (struct cost){.rows = mo_sizes_rows(sizes, former),
			     .bytes = mo_sizes_table(sizes, former) * sizes->page_size};
}

/*
 * A statement of the document goes through no more rows than the largest table has that it names;
 * how many of them it writes nobody knows beforehand.
 */
static struct cost cost_of_statement(const struct plan *plan, struct sizes *sizes,
				     const struct step *step)
{
	const bool is_old = step->data && step->data->at == MOMENT_BEFORE;
	const struct schema *schema = is_old ? plan->diff->have : plan->diff->goal;
	struct cost most = {0};

	EACH (const struct object, table, &schema->objects[KIND_TABLE]) {
		struct cost cost;

		if (!mo_mentions(step->sql, table->name))
			continue;
		cost = rows_by_name(plan, sizes, table->name, is_old);
		if (cost.rows > most.rows)
			most = cost;
	}
	return most;
}

/* Of the rows that fill a table: they are set aside, and then they come. */
static const struct filling *filling_of(const struct step *step)
{
	if (step->kind == STEP_ASIDE)
		return step->filling;
	return step->kind == STEP_COPY && step->move ? step->move->filling : NULL;
}

/* ---- what a copy jumps about in ---- */

/* What the terms of a key are in the file; false where they are not stored there so. */
static bool find_values(struct list *values, struct arena *arena, const struct move *move,
			const struct list *terms)
{
	EACH (const struct term, term, terms) {
		const struct source *source =
			term->column ? mo_move_source(move, term->column) : NULL;

		if (!source || !source->have || source->is_using ||
		    !mo_same(source->raw, source->expected))
			return false;
		mo_list_add(arena, values, source->raw);
	}
	return true;
}

/* Whether a key begins with what the rows of the file are in the order of. */
static bool is_in_order(const struct move *move, const struct list *terms)
{
	const struct constraint *key =
		move->have->without_rowid ? mo_table_primary_key(move->have) : NULL;
	const struct column *rowid = mo_table_rowid_column(move->have);
	const int count = key ? key->terms.count : rowid != NULL;

	for (int i = 0; i < count; i++) {
		const char *had =
			key ? ((struct term *)key->terms.items[i])->column : rowid->object.name;
		const struct term *term = i < terms->count ? terms->items[i] : NULL;
		const struct source *source =
			term && term->column ? mo_move_source(move, term->column) : NULL;

		if (!source || !source->have || !mo_same_name(source->have->object.name, had))
			return false;
	}
	return count > 0;
}

/* Whether the tree of a key is filled from its beginning to its end, as far as is known. */
static bool is_filled_in_order(struct sizes *sizes, const struct move *move,
			       const struct list *terms)
{
	struct list values = {0};

	return is_in_order(move, terms) || (find_values(&values, sizes->arena, move, terms) &&
					    mo_sizes_rise(sizes, move->former, &values));
}

/*
 * Bytes of the trees that a copy fills in another order than it reads.  Memory for more than these
 * is only cleared, page by page, and never looked at again.
 */
static long long scattered_by(struct sizes *sizes, const struct move *move)
{
	long long pages = 0;

	EACH (const struct constraint, constraint, &move->want->constraints) {
		const bool is_key = constraint->kind == CONSTRAINT_PRIMARY_KEY;
		const bool is_table =
			is_key && (move->want->without_rowid || mo_table_rowid_column(move->want));

		if ((!is_key && constraint->kind != CONSTRAINT_UNIQUE) ||
		    is_filled_in_order(sizes, move, &constraint->terms))
			continue;
		pages += is_table ? mo_sizes_table(sizes, move->former)
				  : mo_sizes_terms(sizes, move->former, &constraint->terms);
	}
	return pages * sizes->page_size;
}

/* ---- a step ---- */

static struct cost cost_of(const struct plan *plan, struct sizes *sizes, const struct step *step)
{
	struct cost cost = {.bytes = sizes->page_size};
	const struct price *price = NULL;

	if (filling_of(step)) {
		cost = (struct cost){.rows = filling_of(step)->rows,
				     .bytes = filling_of(step)->bytes};
		cost.scattered = 2 * cost.bytes; /* with its keys */
		price = &copying;
	} else if ((step->kind == STEP_COPY || step->kind == STEP_ASIDE) && step->move) {
		cost = rows_of(step->move, sizes);
		price = &copying;
		if (step->kind == STEP_COPY && cost.bytes > MO_SMALL_CACHE)
			cost.scattered = scattered_by(sizes, step->move);
	} else if (step->kind == STEP_DATA) {
		cost = cost_of_statement(plan, sizes, step);
		price = &rewriting;
	} else if (step->kind == STEP_REQUIRE) {
		cost = cost_of_statement(plan, sizes, step);
		price = &scanning;
	} else if (step->index) {
		cost = cost_of_index(plan, sizes, step);
		price = &indexing;
	} else if (step->toll != TOLL_NONE) {
		cost = rows_of(step->move, sizes);
		price = step->toll == TOLL_REWRITE ? &rewriting
			: step->move->want	   ? &freeing
						   : &letting_go;
	} else if (step->drops) {
		cost.bytes = mo_sizes_index(sizes, step->drops->object.name) * sizes->page_size;
		price = &letting_go;
	}
	if (price)
		cost.ms = (long long)(time_of(price, &cost) / 1e6);
	/* The journal has what is overwritten; and a question writes nothing. */
	if (price == &freeing || price == &letting_go || price == &scanning)
		cost.bytes = price == &scanning ? 0 : sizes->page_size;
	return cost;
}

/* ---- all else that a run does ---- */

static double proof_of_copy(const struct move *move, const struct cost *rows)
{
	double ns = 2 * time_of(&digesting, rows) + time_of(&checking, rows);

	for (int i = 0; i < move->want->object.indexes.count; i++)
		ns += time_of(&walking, rows);
	return ns;
}

/* The questions before, the digests before and after, and the checks. */
static long long around(const struct plan *plan, struct sizes *sizes)
{
	double ns = 0;

	EACH (const struct move, move, &plan->moves) {
		struct cost rows;

		if (!move->have || !move->want || move->way == WAY_NOTHING)
			continue;
		rows = rows_of(move, sizes);
		ns += time_of(&scanning, &rows);
		if (mo_move_keeps_records(move))
			ns += time_of(&checking, &rows);
		else
			ns += proof_of_copy(move, &rows);
	}
	return (long long)(ns / 1e6);
}

void mo_cost_steps(struct plan *plan, struct sizes *sizes)
{
	struct cost all = {.ms = LEAST_MS + around(plan, sizes)};

	EACH (struct step, step, &plan->steps) {
		step->cost = cost_of(plan, sizes, step);
		all.rows += step->kind == STEP_COPY ? step->cost.rows : 0;
		all.bytes += step->cost.bytes;
		all.ms += step->cost.ms;
	}
	plan->estimate = (struct estimate){.is_known = true, .all = all};
}
