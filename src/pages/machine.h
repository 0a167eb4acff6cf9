/* SPDX-License-Identifier: MIT */
/*
 * machine.h: a program of SQLite's as it is run here: what explain.c makes of EXPLAIN, and program.c runs.
 */
#ifndef MOULT_PAGES_MACHINE_H
#define MOULT_PAGES_MACHINE_H

#include "base/arena.h"
#include "pages/pages.h"
#include "pages/program.h"
#include "pages/record.h"
#include "pages/tree.h"

struct machine;
struct instruction;

typedef int opcode_run(struct machine *machine, const struct instruction *instruction);

/* What an opcode is to explain.c. */
enum opcode_kind {
	OPCODE_PLAIN,
	OPCODE_COMPARE,
	OPCODE_OPEN,
	OPCODE_COLUMN,
	OPCODE_COPY,
	OPCODE_CALL,
	OPCODE_STEP,
	OPCODE_FINAL,
	OPCODE_RESULT
};

/* https://sqlite.org/opcode.html */
struct opcode {
	const char *name;
	opcode_run *run;
	enum opcode_kind kind;
	unsigned jumps_on; /* of a comparison: on which orders it jumps */
};

/* In the last operand of a comparison, and of a column: https://sqlite.org/opcode.html#Eq */
enum { AFFINITY = 0x47, AFFINITY_TEXT = 0x42, JUMP_IF_NULL = 0x10, IS_TYPE_ASKED = 0x80 };

/* NULL where it is not known. */
const struct opcode *mo_opcode_find(const char *name);

struct instruction {
	opcode_run *run; /* of the opcode */
	const struct opcode *opcode;
	int p1, p2, p3;
	const char *p4; /* or NULL */
	int p5;
	int columns; /* of such a run, from here on, one behind the other */
	size_t size; /* of p4 */
	const struct page_function *function; /* that p4 names */
};

struct machine {
	const struct page_query *query;
	struct arena *arena;
	struct instruction *program; /* size of them */
	int size;
	int registers;
	struct value *values;
	unsigned char (*rooms)[MO_ROOM];
	struct pages pages;
	struct tree tree;
	int cursor; /* -1: not yet open */
	struct tree_cell cell;
	struct record record;
	bool is_read; /* the record of the cell */
	int at;	      /* the next instruction */
	int jumps;    /* back */
};

/* Makes the program, and says how many registers it has; MO_ODD where it is none for this reader. */
int mo_program_load(struct machine *machine);

#endif
