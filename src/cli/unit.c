/* SPDX-License-Identifier: MIT */
/*
 * unit.c: moult plan HAVE... WANT --format c -o NAME.c: the C unit and its header, NAME.h, beside
 * it; HAVE may be a folder of releases.  The unit includes its header by the name that it has in
 * C, so that is what the header is called.
 */
#include <ctype.h>
#include <string.h>

#include "cli/cli.h"

/* What the operands are, and the plans from each version that is in the field. */
struct unit {
	moult_schema **schemas;
	moult_schema *nothing; /* what a new file has */
	moult_plan **plans;
	int count; /* of plans */
	char *name;
	char *header; /* its path */
};

/* So many pointers, all NULL. */
static void *allocate(int count)
{
	const size_t size = sizeof(void *) * (size_t)count;
	void *pointers = sqlite3_malloc64(size);

	return pointers ? memset(pointers, 0, size) : NULL;
}

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

/* From the last, since what is wanted is what is most often wrong. */
static int read_schemas(struct unit *unit, struct call *call)
{
	int rc = MOULT_OK, i;

	unit->schemas = allocate(call->operand_count);
	if (!unit->schemas)
		return no_memory(call);
	for (i = call->operand_count - 1; i >= 0 && !rc; i--)
		rc = moult_schema_read(&unit->schemas[i], call->m, call->operands[i]);
	return rc;
}

/* From each version straight to the last. */
static int plan_straight(struct unit *unit, struct call *call)
{
	int rc = MOULT_OK, i;

	unit->count = call->operand_count - 1;
	unit->plans = allocate(call->operand_count);
	if (!unit->plans)
		return no_memory(call);
	for (i = unit->count - 1; i >= 0 && !rc; i--)
		rc = moult_plan_new(&unit->plans[i], call->m, unit->schemas[i],
				    unit->schemas[unit->count], &call->options);
	return rc;
}

/* Where in a folder a release is, by the beginning of its name. */
static int find_release(int *at, struct call *call, const moult_schema *folder, const char *name)
{
	const moult_schema *release = NULL;
	int rc = moult_schema_release(&release, call->m, folder, name);

	*at = 0;
	while (!rc && moult_schema_release_at(folder, *at) != release)
		++*at;
	return rc;
}

static int add_plan(struct unit *unit, struct call *call, const moult_schema *have,
		    const moult_schema *want)
{
	moult_options options = call->options;

	options.from = options.to = NULL;
	return moult_plan_new(&unit->plans[unit->count++], call->m, have, want, &options);
}

/* A new file becomes one of the oldest release, and goes on from there as others do. */
static int plan_new_file(struct unit *unit, struct call *call, const moult_schema *oldest)
{
	static const char nothing[] = "-- a new file\n";
	int rc =
		moult_schema_parse(&unit->nothing, call->m, nothing, strlen(nothing), "a new file");

	return rc ? rc : add_plan(unit, call, unit->nothing, oldest);
}

/*
 * From each release to the next, and from the newest to the document, if there is one.  What an
 * older release was told may have been taken out of the later documents since.
 */
static int plan_hops(struct unit *unit, struct call *call, int oldest, int newest)
{
	const moult_schema *folder = unit->schemas[0];
	const moult_schema *want = call->operand_count > 1 ? unit->schemas[1] : NULL;
	int rc = MOULT_OK, i;

	unit->plans = oldest <= newest ? allocate(newest - oldest + 2) : NULL;
	if (!unit->plans)
		return oldest <= newest ? no_memory(call) : MOULT_OK;
	if (!call->options.from)
		rc = plan_new_file(unit, call, moult_schema_release_at(folder, oldest));
	for (i = oldest; !rc && i < newest; i++)
		rc = add_plan(unit, call, moult_schema_release_at(folder, i),
			      moult_schema_release_at(folder, i + 1));
	if (!rc && want)
		rc = add_plan(unit, call, moult_schema_release_at(folder, newest), want);
	return rc;
}

static int plan_chain(struct unit *unit, struct call *call)
{
	const moult_schema *folder = unit->schemas[0];
	int oldest = 0, newest = 0;
	int rc = MOULT_OK;

	if (call->operand_count > 2)
		return mo_cli_fail(call, "RUN022", "moult plan DIR WANT --format c -o upgrade.c",
				   "a folder of releases is the only HAVE of a unit");
	if (call->options.from)
		rc = find_release(&oldest, call, folder, call->options.from);
	if (!rc)
		rc = find_release(&newest, call, folder, call->options.to);
	return rc ? rc : plan_hops(unit, call, oldest, newest);
}

static int make_plans(struct unit *unit, struct call *call)
{
	int rc = call->operand_count ? read_schemas(unit, call) : MOULT_OK;

	if (rc)
		return rc;
	return call->operand_count && moult_schema_release_at(unit->schemas[0], 0)
		       ? plan_chain(unit, call)
		       : plan_straight(unit, call);
}

static void free_unit(struct unit *unit, const struct call *call)
{
	int i;

	for (i = 0; i < unit->count && unit->plans; i++)
		moult_plan_free(unit->plans[i]);
	for (i = 0; i < call->operand_count && unit->schemas; i++)
		moult_schema_free(unit->schemas[i]);
	moult_schema_free(unit->nothing);
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
	struct unit unit = {0};
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
	free_unit(&unit, call);
	return rc;
}
