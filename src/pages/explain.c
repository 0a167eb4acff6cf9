/* SPDX-License-Identifier: MIT */
/* explain.c: see machine.h. */
#include <string.h>

#include "base/text.h"
#include "pages/machine.h"

#define MOST_REGISTERS 32000 /* more than a table can have columns */

static enum opcode_kind kind_of(const struct instruction *instruction)
{
	return instruction->opcode->kind;
}

/* ---- registers ----------------------------------------------------------------------------- */

static void need_registers(struct machine *machine, int last)
{
	if (last >= machine->registers)
		machine->registers = last + 1;
}

/* The registers that an instruction names; those of a function are seen by its arguments. */
static void count_registers(struct machine *machine, const struct instruction *instruction)
{
	const int p1 = instruction->p1, p2 = instruction->p2, p3 = instruction->p3;
	const enum opcode_kind kind = kind_of(instruction);

	if (kind == OPCODE_COPY)
		need_registers(machine, (p1 > p2 ? p1 : p2) + p3);
	else if (kind == OPCODE_RESULT)
		need_registers(machine, p1 + p2 - 1);
	else if (kind != OPCODE_OPEN)
		need_registers(machine, p1 > p2 ? (p1 > p3 ? p1 : p3) : (p2 > p3 ? p2 : p3));
	if (kind == OPCODE_COLUMN && p2 >= machine->record.most)
		machine->record.most = p2 + 1;
}

/* ---- instructions -------------------------------------------------------------------------- */

static const struct page_function *find_function(const struct page_function *functions,
						 const char *name)
{
	while (functions->name && !mo_same(functions->name, name))
		functions++;
	return functions->name ? functions : NULL;
}

static bool has_known_operands(const struct instruction *instruction)
{
	const int p1 = instruction->p1, p2 = instruction->p2, p3 = instruction->p3;
	const int p5 = instruction->p5;

	if (p1 < 0 || p2 < 0 || p3 < 0 || p1 > MOST_REGISTERS || p3 > MOST_REGISTERS ||
	    (p2 > MOST_REGISTERS && kind_of(instruction) != OPCODE_OPEN))
		return false;
	switch ((int)kind_of(instruction)) {
	case OPCODE_OPEN:
		return p5 == 0;
	case OPCODE_COLUMN:
		return (p5 & ~IS_TYPE_ASKED) == 0;
	case OPCODE_COMPARE: /* or NULL may be a value like others, or the result is kept */
		return (p5 & ~(AFFINITY | JUMP_IF_NULL)) == 0;
	default:
		return true;
	}
}

/* Whether a line of EXPLAIN (address, opcode, p1, p2, p3, p4, p5) says what is known here. */
static bool understand(struct instruction *instruction, const struct machine *machine,
		       sqlite3_stmt *stmt)
{
	const char *p4 = (const char *)sqlite3_column_text(stmt, 5);

	instruction->opcode = mo_opcode_find((const char *)sqlite3_column_text(stmt, 1));
	if (!instruction->opcode)
		return false;
	instruction->run = instruction->opcode->run;
	instruction->p1 = sqlite3_column_int(stmt, 2);
	instruction->p2 = sqlite3_column_int(stmt, 3);
	instruction->p3 = sqlite3_column_int(stmt, 4);
	instruction->p4 = mo_arena_text(machine->arena, p4);
	instruction->size = instruction->p4 ? strlen(instruction->p4) : 0;
	instruction->p5 = sqlite3_column_int(stmt, 6);
	if (!has_known_operands(instruction))
		return false;
	if (kind_of(instruction) != OPCODE_CALL && kind_of(instruction) != OPCODE_STEP &&
	    kind_of(instruction) != OPCODE_FINAL)
		return true;
	instruction->function = find_function(machine->query->functions, instruction->p4);
	return instruction->function &&
	       (kind_of(instruction) == OPCODE_CALL) == !instruction->function->end;
}

/* ---- the program --------------------------------------------------------------------------- */

/* Whether an instruction reads the column behind that of the one before, into the register behind. */
static bool follows(const struct instruction *instruction, const struct instruction *before)
{
	return kind_of(before) == OPCODE_COLUMN && kind_of(instruction) == OPCODE_COLUMN &&
	       instruction->p1 == before->p1 && instruction->p2 == before->p2 + 1 &&
	       instruction->p3 == before->p3 + 1;
}

static int keep_program(struct machine *machine, const struct list *program)
{
	machine->size = program->count;
	machine->program =
		mo_arena_alloc(machine->arena, (size_t)program->count * sizeof(struct instruction));
	if (mo_arena_rc(machine->arena))
		return SQLITE_NOMEM;
	for (int i = 0; i < program->count; i++)
		machine->program[i] = *(const struct instruction *)program->items[i];
	for (int i = program->count - 1; i >= 0; i--)
		machine->program[i].columns =
			i + 1 < program->count &&
					follows(&machine->program[i + 1], &machine->program[i])
				? machine->program[i + 1].columns + 1
				: 1;
	return SQLITE_OK;
}

int mo_program_load(struct machine *machine)
{
	const char *explain = mo_arena_format(machine->arena, "EXPLAIN %s", machine->query->sql);
	struct list program = {0}; /* of struct instruction */
	sqlite3_stmt *stmt = NULL;
	int rc = explain ? sqlite3_prepare_v2(machine->query->db, explain, -1, &stmt, NULL)
			 : SQLITE_NOMEM;

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		struct instruction *instruction = mo_arena_make(machine->arena, struct instruction);

		rc = !instruction			      ? SQLITE_NOMEM
		     : understand(instruction, machine, stmt) ? SQLITE_OK
							      : MO_ODD;
		if (rc)
			break;
		count_registers(machine, instruction);
		mo_list_add(machine->arena, &program, instruction);
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? keep_program(machine, &program) : rc;
}
