/* SPDX-License-Identifier: MIT */
/*
 * unit.c: moult plan HAVE... WANT --format c -o NAME.c: the C unit and its
 * header, NAME.h, beside it.  The unit includes its header by the name that it
 * has in C, so that is what the header is called.
 */
#include <ctype.h>
#include <string.h>

#include "cli/cli.h"

/* All versions, the last of which is wanted, and a plan from each of the others. */
struct unit {
	moult_schema **schemas;
	moult_plan **plans;
	int count; /* of plans */
	char *name;
	char *header; /* its path */
};

static int no_memory(struct call *call)
{
	return mo_cli_fail(call, "RUN023", NULL, "out of memory");
}

/* The unit is called as its file is; what C does not take in a name becomes an underline. */
static int name_unit(struct unit *unit, struct call *call)
{
	const char *slash = call->output ? strrchr(call->output, '/') : NULL;
	const char *file = slash ? slash + 1 : call->output;
	size_t length = file ? strlen(file) : 0;

	if (length < 3 || strcmp(file + length - 2, ".c") != 0)
		return mo_cli_fail(call, "RUN022",
				   "moult plan v1.xml v2.xml app.xml --format c -o upgrade.c",
				   "a C unit needs -o NAME.c");
	unit->name = sqlite3_mprintf("%s%.*s", isdigit((unsigned char)*file) ? "_" : "",
				     (int)length - 2, file);
	if (!unit->name)
		return no_memory(call);
	for (char *c = unit->name; *c; c++)
		if (!isalnum((unsigned char)*c) || (unsigned char)*c > 0x7f)
			*c = '_';
	unit->header =
		sqlite3_mprintf("%.*s%s.h", (int)(file - call->output), call->output, unit->name);
	return unit->header ? MOULT_OK : no_memory(call);
}

static int make_plans(struct unit *unit, struct call *call)
{
	const size_t size = sizeof(void *) * (size_t)call->operand_count;
	int rc = MOULT_OK, i;

	unit->count = call->operand_count - 1;
	unit->schemas = sqlite3_malloc64(size);
	unit->plans = sqlite3_malloc64(size);
	if (!unit->schemas || !unit->plans)
		return no_memory(call);
	memset(unit->schemas, 0, size);
	memset(unit->plans, 0, size);
	for (i = unit->count; i >= 0 && !rc; i--) {
		rc = moult_schema_read(&unit->schemas[i], call->m, call->operands[i]);
		if (!rc && i < unit->count)
			rc = moult_plan_new(&unit->plans[i], call->m, unit->schemas[i],
					    unit->schemas[unit->count], &call->options);
	}
	return rc;
}

static void free_unit(struct unit *unit)
{
	int i;

	for (i = 0; i < unit->count && unit->plans && unit->schemas; i++) {
		moult_plan_free(unit->plans[i]);
		moult_schema_free(unit->schemas[i]);
	}
	if (unit->plans && unit->schemas)
		moult_schema_free(unit->schemas[unit->count]);
	sqlite3_free(unit->schemas);
	sqlite3_free(unit->plans);
	sqlite3_free(unit->name);
	sqlite3_free(unit->header);
}

static int write_part(struct unit *unit, struct call *call, enum moult_unit part)
{
	return moult_unit_report(call->m, (const moult_plan *const *)unit->plans,
				 (size_t)unit->count, unit->name, part, mo_cli_write, call);
}

/* The header goes to its file at once, the source as the output of every command does. */
static int write_unit(struct unit *unit, struct call *call)
{
	int rc = moult_output_check(call->m, unit->header);

	if (!rc)
		rc = moult_output_check(call->m, call->output);
	if (!rc)
		rc = write_part(unit, call, MOULT_UNIT_HEADER);
	if (!rc)
		rc = mo_cli_save(call, unit->header, sqlite3_str_value(call->out),
				 (size_t)sqlite3_str_length(call->out));
	sqlite3_str_reset(call->out);
	return rc ? rc : write_part(unit, call, MOULT_UNIT_SOURCE);
}

int mo_cli_unit(struct call *call)
{
	struct unit unit = {NULL, NULL, 0, NULL, NULL};
	int rc = name_unit(&unit, call), i;

	call->options.script = 1;
	call->exact = true;
	if (!rc)
		rc = make_plans(&unit, call);
	if (!rc)
		rc = write_unit(&unit, call);
	for (i = 0; !rc && call->check && i < unit.count; i++)
		if (moult_plan_step_count(unit.plans[i]))
			rc = MOULT_FINDINGS;
	free_unit(&unit);
	return rc;
}
