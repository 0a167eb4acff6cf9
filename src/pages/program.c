/* SPDX-License-Identifier: MIT */
/* program.c: see program.h. */
#include "pages/program.h"

#include <string.h>

#include "base/text.h"
#include "pages/machine.h"

#define MOST_JUMPS 10 /* back, besides those of the loop */

/* ---- the cursor ---------------------------------------------------------------------------- */

/* An index has the columns that it compares in p4: "k(2,,)"; a table the number of its columns. */
static int open_cursor(struct machine *machine, const struct instruction *instruction)
{
	const bool is_index = instruction->p4 && instruction->p4[0] == 'k';

	if (machine->cursor >= 0 || instruction->p3 || instruction->p2 < 2)
		return MO_ODD;
	machine->cursor = instruction->p1;
	return mo_tree_open(&machine->tree, &machine->pages, (uint32_t)instruction->p2, is_index,
			    machine->query->check);
}

static int read_record(struct machine *machine, int cursor)
{
	if (cursor != machine->cursor)
		return MO_ODD;
	if (machine->is_read)
		return SQLITE_OK;
	machine->is_read = true;
	return mo_record_read(&machine->record, &machine->cell, machine->pages.encoding);
}

/* Goes to the next cell; and on at another instruction if that gives a certain result. */
static int advance(struct machine *machine, const struct instruction *instruction, int jumps_on)
{
	int rc;

	if (machine->cursor != instruction->p1)
		return MO_ODD;
	rc = mo_tree_next(&machine->cell, &machine->tree);
	machine->is_read = false;
	if (rc == jumps_on)
		machine->at = instruction->p2;
	if (rc == SQLITE_ROW)
		return machine->query->check ? read_record(machine, instruction->p1) : SQLITE_OK;
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int rewind_cursor(struct machine *machine, const struct instruction *instruction)
{
	return advance(machine, instruction, SQLITE_DONE);
}

static int go_on(struct machine *machine, const struct instruction *instruction)
{
	return advance(machine, instruction, SQLITE_ROW);
}

/* And those that follow, where the record has all of them. */
static int read_columns(struct machine *machine, const struct instruction *instruction)
{
	struct value *values = &machine->values[instruction->p3];
	const int rc = read_record(machine, instruction->p1);
	int count = instruction->columns;

	if (rc)
		return rc;
	if (instruction->p2 + count > machine->record.count)
		count = 1;
	machine->at += count - 1;
	if (instruction->p2 < machine->record.count)
		return mo_record_values(values, &machine->record,
					&machine->record.fields[instruction->p2], count,
					machine->pages.encoding);
	values->type = SQLITE_NULL;
	return instruction->p4 ? MO_ODD : SQLITE_OK;
}

/* That of an entry is the last value of its record. */
static int read_rowid(struct machine *machine, const struct instruction *instruction)
{
	struct value *value = &machine->values[instruction->p2];
	int rc;

	*value = (struct value){.type = SQLITE_INTEGER, .integer = machine->cell.rowid};
	if (!machine->tree.is_index)
		return machine->cursor == instruction->p1 ? SQLITE_OK : MO_ODD;
	rc = read_record(machine, instruction->p1);
	if (!rc)
		rc = mo_record_values(value, &machine->record, &machine->record.last, 1,
				      machine->pages.encoding);
	return rc || value->type == SQLITE_INTEGER ? rc : MO_ODD;
}

/* ---- running ------------------------------------------------------------------------------- */

static int put_text(struct machine *machine, const struct instruction *instruction)
{
	struct value *value = &machine->values[instruction->p2];

	value->type = SQLITE_TEXT;
	value->bytes = instruction->p4;
	value->size = instruction->size;
	return instruction->p4 ? SQLITE_OK : MO_ODD;
}

static int make_real(struct machine *machine, const struct instruction *instruction)
{
	struct value *value = &machine->values[instruction->p1];

	if (value->type == SQLITE_INTEGER)
		*value = (struct value){.type = SQLITE_FLOAT, .real = (double)value->integer};
	return SQLITE_OK;
}

static int set_null(struct machine *machine, const struct instruction *instruction)
{
	int at = instruction->p2;

	do {
		machine->values[at] = (struct value){.type = SQLITE_NULL};
		memset(machine->rooms[at], 0, MO_ROOM);
	} while (at++ < instruction->p3);
	return SQLITE_OK;
}

/* A value that lies in the room of another register is moved to its own. */
static void settle(struct machine *machine, int at)
{
	struct value *value = &machine->values[at];
	const size_t offset = (uintptr_t)value->bytes - (uintptr_t)machine->rooms;
	const size_t from = offset / MO_ROOM;

	if ((value->type != SQLITE_TEXT && value->type != SQLITE_BLOB) ||
	    from >= (size_t)machine->registers || from == (size_t)at)
		return;
	memcpy(machine->rooms[at], machine->rooms[from], MO_ROOM);
	value->bytes = machine->rooms[at] + offset % MO_ROOM;
}

static int copy(struct machine *machine, const struct instruction *instruction)
{
	for (int i = 0; i <= instruction->p3; i++) {
		machine->values[instruction->p2 + i] = machine->values[instruction->p1 + i];
		settle(machine, instruction->p2 + i);
	}
	return SQLITE_OK;
}

static int call_step(struct machine *machine, const struct instruction *instruction)
{
	return instruction->function->call(
		machine->query->context, &machine->values[instruction->p3],
		machine->rooms[instruction->p3], &machine->values[instruction->p2],
		machine->registers - instruction->p2);
}

static int call(struct machine *machine, const struct instruction *instruction)
{
	const int rc = call_step(machine, instruction);

	settle(machine, instruction->p3);
	return rc;
}

/* Who only goes forward comes to an end. */
static int jump(struct machine *machine, const struct instruction *instruction)
{
	if (instruction->p2 < machine->at)
		machine->jumps++;
	machine->at = instruction->p2;
	return machine->jumps <= MOST_JUMPS ? SQLITE_OK : MO_ODD;
}

static int put_integer(struct machine *machine, const struct instruction *instruction)
{
	machine->values[instruction->p2] =
		(struct value){.type = SQLITE_INTEGER, .integer = instruction->p1};
	return SQLITE_OK;
}

static int end_aggregate(struct machine *machine, const struct instruction *instruction)
{
	instruction->function->end(&machine->values[instruction->p1],
				   machine->rooms[instruction->p1]);
	return SQLITE_OK;
}

static int read_entry(struct machine *machine, const struct instruction *instruction)
{
	const struct record *record = &machine->record;
	const int rc = machine->tree.is_index ? read_record(machine, machine->cursor) : MO_ODD;

	if (rc)
		return rc;
	if (record->count != machine->query->stored)
		return MO_ODD;
	return mo_record_values(&machine->values[instruction->p1], record, record->fields,
				record->count, machine->pages.encoding);
}

static int give_row(struct machine *machine, const struct instruction *instruction)
{
	const int stored = machine->query->stored;
	const int rc = stored ? read_entry(machine, instruction) : SQLITE_OK;

	return rc ? rc
		  : machine->query->on_row(machine->query->context,
					   &machine->values[instruction->p1],
					   stored ? stored : instruction->p2);
}

static int halt(struct machine *machine, const struct instruction *instruction)
{
	(void)machine;
	(void)instruction;
	return SQLITE_DONE;
}

static int pass(struct machine *machine, const struct instruction *instruction)
{
	(void)machine;
	(void)instruction;
	return SQLITE_OK;
}

/* ---- arithmetic ---------------------------------------------------------------------------- */

#define SAFE_FACTOR 2147483648
#define SAFE_SUMMAND 4611686018427387904

static bool is_within(const struct value *value, sqlite3_int64 most)
{
	return value->type == SQLITE_INTEGER && value->integer >= -most && value->integer <= most;
}

/* Of integers that lead to no overflow.  https://sqlite.org/opcode.html#Subtract has the order. */
static int compute(struct machine *machine, const struct instruction *instruction,
		   sqlite3_int64 most, sqlite3_int64 (*of)(sqlite3_int64 a, sqlite3_int64 b))
{
	const struct value a = machine->values[instruction->p2];
	const struct value b = machine->values[instruction->p1];
	struct value *result = &machine->values[instruction->p3];

	*result = (struct value){.type = SQLITE_NULL};
	if (a.type == SQLITE_NULL || b.type == SQLITE_NULL)
		return SQLITE_OK;
	if (!is_within(&a, most) || !is_within(&b, most))
		return MO_ODD;
	*result = (struct value){.type = SQLITE_INTEGER, .integer = of(a.integer, b.integer)};
	return SQLITE_OK;
}

static sqlite3_int64 sum_of(sqlite3_int64 a, sqlite3_int64 b)
{
	return a + b;
}

static sqlite3_int64 difference_of(sqlite3_int64 a, sqlite3_int64 b)
{
	return a - b;
}

static sqlite3_int64 product_of(sqlite3_int64 a, sqlite3_int64 b)
{
	return a * b;
}

static sqlite3_int64 remainder_of(sqlite3_int64 a, sqlite3_int64 b)
{
	return a % b;
}

static int add(struct machine *machine, const struct instruction *instruction)
{
	return compute(machine, instruction, SAFE_SUMMAND, sum_of);
}

static int subtract(struct machine *machine, const struct instruction *instruction)
{
	return compute(machine, instruction, SAFE_SUMMAND, difference_of);
}

static int multiply(struct machine *machine, const struct instruction *instruction)
{
	return compute(machine, instruction, SAFE_FACTOR, product_of);
}

static int take_remainder(struct machine *machine, const struct instruction *instruction)
{
	const struct value *divisor = &machine->values[instruction->p1];

	if (divisor->type == SQLITE_INTEGER && divisor->integer < 1)
		return MO_ODD;
	return compute(machine, instruction, SAFE_SUMMAND, remainder_of);
}

/* ---- conditions ---------------------------------------------------------------------------- */

enum order { IS_LESS = 1, IS_EQUAL = 2, IS_GREATER = 4 };

/* Without a collation, which p4 would name. Which of two texts is greater hangs on their encoding. */
static bool can_compare_texts(const struct instruction *instruction)
{
	return !instruction->p4 && (instruction->p5 & AFFINITY) <= AFFINITY_TEXT &&
	       (instruction->opcode->jumps_on == IS_EQUAL ||
		instruction->opcode->jumps_on == (IS_LESS | IS_GREATER));
}

static unsigned order_of_texts(const struct value *left, const struct value *right)
{
	return left->size == right->size && memcmp(left->bytes, right->bytes, left->size) == 0
		       ? IS_EQUAL
		       : IS_LESS | IS_GREATER;
}

static unsigned order_of_integers(sqlite3_int64 left, sqlite3_int64 right)
{
	if (left == right)
		return IS_EQUAL;
	return left < right ? IS_LESS : IS_GREATER;
}

/* Values of one kind, which no affinity changes before they are compared. */
static int compare(struct machine *machine, const struct instruction *instruction)
{
	const struct value *left = &machine->values[instruction->p3];
	const struct value *right = &machine->values[instruction->p1];
	unsigned order;

	if (left->type == SQLITE_NULL || right->type == SQLITE_NULL)
		return instruction->p5 & JUMP_IF_NULL ? jump(machine, instruction) : SQLITE_OK;
	if (left->type != right->type)
		return MO_ODD;
	if (left->type == SQLITE_TEXT && can_compare_texts(instruction))
		order = order_of_texts(left, right);
	else if (left->type == SQLITE_INTEGER && (instruction->p5 & AFFINITY) != AFFINITY_TEXT)
		order = order_of_integers(left->integer, right->integer);
	else
		return MO_ODD;
	return order & instruction->opcode->jumps_on ? jump(machine, instruction) : SQLITE_OK;
}

static int jump_if_null(struct machine *machine, const struct instruction *instruction)
{
	const bool is_null = machine->values[instruction->p1].type == SQLITE_NULL;

	return is_null ? jump(machine, instruction) : SQLITE_OK;
}

static int jump_if_not_null(struct machine *machine, const struct instruction *instruction)
{
	const bool is_null = machine->values[instruction->p1].type == SQLITE_NULL;

	return is_null ? SQLITE_OK : jump(machine, instruction);
}

/* SQLite knows of a NOT NULL column, since 3.46, that it IS NULL nowhere, and says 0. */
static int jump_if_true(struct machine *machine, const struct instruction *instruction)
{
	const struct value *value = &machine->values[instruction->p1];

	if (value->type != SQLITE_INTEGER && value->type != SQLITE_NULL)
		return MO_ODD;
	return (value->type == SQLITE_NULL ? instruction->p3 : value->integer != 0)
		       ? jump(machine, instruction)
		       : SQLITE_OK;
}

/* ---- opcodes ------------------------------------------------------------------------------- */

/* Newer and older names. */
static const struct opcode opcodes[] = {
	{"Init", jump, OPCODE_PLAIN, 0},
	{"Goto", jump, OPCODE_PLAIN, 0},
	{"Rewind", rewind_cursor, OPCODE_PLAIN, 0},
	{"Next", go_on, OPCODE_PLAIN, 0},
	{"IsNull", jump_if_null, OPCODE_PLAIN, 0},
	{"NotNull", jump_if_not_null, OPCODE_PLAIN, 0},
	{"If", jump_if_true, OPCODE_PLAIN, 0},
	{"Eq", compare, OPCODE_COMPARE, IS_EQUAL},
	{"Ne", compare, OPCODE_COMPARE, IS_LESS | IS_GREATER},
	{"Lt", compare, OPCODE_COMPARE, IS_LESS},
	{"Le", compare, OPCODE_COMPARE, IS_LESS | IS_EQUAL},
	{"Gt", compare, OPCODE_COMPARE, IS_GREATER},
	{"Ge", compare, OPCODE_COMPARE, IS_GREATER | IS_EQUAL},
	{"Halt", halt, OPCODE_PLAIN, 0},
	{"Transaction", pass, OPCODE_PLAIN, 0},
	{"ClrSubtype", pass, OPCODE_PLAIN, 0},
	{"Noop", pass, OPCODE_PLAIN, 0},
	{"Explain", pass, OPCODE_PLAIN, 0},
	{"Null", set_null, OPCODE_PLAIN, 0},
	{"Integer", put_integer, OPCODE_PLAIN, 0},
	{"String8", put_text, OPCODE_PLAIN, 0},
	{"OpenRead", open_cursor, OPCODE_OPEN, 0},
	{"Column", read_columns, OPCODE_COLUMN, 0},
	{"Rowid", read_rowid, OPCODE_PLAIN, 0},
	{"IdxRowid", read_rowid, OPCODE_PLAIN, 0},
	{"RealAffinity", make_real, OPCODE_PLAIN, 0},
	{"Add", add, OPCODE_PLAIN, 0},
	{"Subtract", subtract, OPCODE_PLAIN, 0},
	{"Multiply", multiply, OPCODE_PLAIN, 0},
	{"Remainder", take_remainder, OPCODE_PLAIN, 0},
	{"Copy", copy, OPCODE_COPY, 0},
	{"SCopy", copy, OPCODE_COPY, 0},
	{"Function", call, OPCODE_CALL, 0},
	{"Function0", call, OPCODE_CALL, 0},
	{"AggStep", call_step, OPCODE_STEP, 0},
	{"AggStep0", call_step, OPCODE_STEP, 0},
	{"AggFinal", end_aggregate, OPCODE_FINAL, 0},
	{"ResultRow", give_row, OPCODE_RESULT, 0},
};

const struct opcode *mo_opcode_find(const char *name)
{
	for (size_t i = 0; i < sizeof(opcodes) / sizeof(*opcodes); i++)
		if (mo_same(opcodes[i].name, name))
			return &opcodes[i];
	return NULL;
}

/* ---- the query ----------------------------------------------------------------------------- */

static int make_registers(struct machine *machine)
{
	const size_t count = (size_t)machine->registers + (size_t)machine->query->stored;

	machine->values = mo_arena_alloc(machine->arena, count * sizeof(struct value));
	machine->rooms = mo_arena_alloc(machine->arena, count * MO_ROOM);
	machine->record.fields = mo_arena_alloc(machine->arena, (size_t)(machine->record.most + 1) *
									sizeof(struct field));
	for (size_t i = 0; machine->values && i < count; i++)
		machine->values[i].type = SQLITE_NULL;
	return mo_arena_rc(machine->arena) ? SQLITE_NOMEM : SQLITE_OK;
}

static int run(struct machine *machine)
{
	int rc = SQLITE_OK;

	while (!rc && machine->at < machine->size) {
		const struct instruction *instruction = &machine->program[machine->at++];

		rc = instruction->run(machine, instruction);
	}
	if (!rc)
		return MO_ODD;
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* The pages first: with them comes the lock under which the program is the right one. */
int mo_pages_query(const struct page_query *query)
{
	/* One value more would be noticed. */
	struct machine machine = {.query = query,
				  .arena = mo_arena_new(),
				  .cursor = -1,
				  .record.most = query->stored ? query->stored + 1 : 0};
	int rc = machine.arena ? mo_pages_open(&machine.pages, query->db, query->least)
			       : SQLITE_NOMEM;

	if (!rc)
		rc = mo_program_load(&machine);
	if (!rc)
		rc = make_registers(&machine);
	if (!rc)
		rc = run(&machine);
	if (query->check)
		query->check->is_sound = !rc && mo_tree_is_sound(&machine.tree);
	if (query->rows)
		*query->rows = !rc && !machine.tree.is_index && !machine.tree.depth
				       ? machine.tree.cells
				       : -1;
	mo_pages_close(&machine.pages);
	mo_tree_close(&machine.tree);
	mo_record_done(&machine.record);
	mo_arena_free(machine.arena);
	/* Of what else is wrong SQLite says more. */
	return !rc || rc == SQLITE_NOMEM || rc == SQLITE_INTERRUPT ? rc : MO_ODD;
}
