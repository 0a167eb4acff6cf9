/* SPDX-License-Identifier: MIT */
/*
 * schema.c: any bytes as a document or a script.
 *
 * What is accepted must survive the way through moult's own document: dumped
 * and read again it shows no difference.  Built with libFuzzer this is a fuzz
 * target; in make check replay.c feeds it the cases and the corpus.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "moult.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int append(void *context, const char *text, size_t size)
{
	sqlite3_str_append(context, text, (int)size);
	return 0;
}

static int write_stderr(void *context, const char *text, size_t size)
{
	(void)context;
	return fwrite(text, 1, size, stderr) != size;
}

/* After something was accepted, nothing may fail. */
static void must(moult *m, int rc, const char *what)
{
	if (!rc)
		return;
	fprintf(stderr, "%s: %d\n", what, rc);
	moult_report_diagnostics(m, MOULT_TEXT, write_stderr, NULL);
	abort();
}

static void compare(moult *m, const moult_schema *have, const char *text, size_t size)
{
	moult_schema *again = NULL;
	moult_diff *diff = NULL;

	must(m, moult_schema_parse(&again, m, text, size, "dump.xml"), text);
	must(m, moult_diff_new(&diff, m, have, again, NULL), "diff");
	if (moult_diff_count(diff)) {
		moult_diff_report(m, diff, MOULT_TEXT, write_stderr, NULL);
		must(m, 1, text);
	}
	moult_diff_free(diff);
	moult_schema_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	moult *m;
	moult_schema *schema = NULL;
	sqlite3_str *out = sqlite3_str_new(NULL);

	if (moult_new(&m))
		abort();
	if (!moult_schema_parse(&schema, m, (const char *)data, size, "input") &&
	    !moult_schema_check(m, schema) && !moult_schema_dump(m, schema, append, out) &&
	    sqlite3_str_length(out))
		compare(m, schema, sqlite3_str_value(out), (size_t)sqlite3_str_length(out));
	sqlite3_free(sqlite3_str_finish(out));
	moult_schema_free(schema);
	moult_free(m);
	return 0;
}
