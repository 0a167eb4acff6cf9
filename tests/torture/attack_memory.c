/* SPDX-License-Identifier: MIT */
/* attack_memory.c: the n-th allocation fails, of SQLite and of libxml2. */
#include "attack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <libxml/xmlversion.h>

#include "memory.h"

#define LIGHT 16 /* one of so many failing allocations is judged in full */

static void fail_allocations(struct torture *t, struct stage *stage, bool lasting)
{
	struct outcome outcome;
	struct walk w;
	long long n, held;
	char how[80];

	disk_load(stage->disk);
	memory_begin(HEAP_SQLITE, 0, false);
	stage_run(stage);
	w = torture_walk(t, memory_end(HEAP_SQLITE), 3 * SAMPLES);
	while (walk_on(&w, &n) && !t->finding.text[0]) {
		snprintf(how, sizeof(how), "allocation %lld fails%s", n,
			 lasting ? " for good" : "");
		disk_load(stage->disk);
		held = memory_held(HEAP_SQLITE);
		memory_begin(HEAP_SQLITE, n, lasting);
		outcome = stage_run(stage);
		memory_end(HEAP_SQLITE);
		moult_diagnostics_clear(
			stage->m); /* again: the first time there was no memory to do it */
		if (memory_held(HEAP_SQLITE) != held)
			torture_find(t, stage, how, "memory is lost");
		t->is_light = n % LIGHT;
		torture_judge_call(t, stage, how, outcome.rc);
		t->is_light = false;
		t->tried[ALLOCATIONS]++;
	}
}

/* There are so many that a round takes one mode. */
void attack_memory(struct torture *t, struct stage *stage)
{
	if (t->all && strcmp(stage->mode, modes[t->seed % (uint64_t)mode_count]) != 0)
		return;
	fail_allocations(t, stage, false);
	fail_allocations(t, stage, true);
}

/* ---- the document ---- */

static int add_text(void *context, const char *text, size_t size)
{
	sqlite3_str_append(context, text, (int)size);
	return 0;
}

/* Reads the document, and tells what it is read as; NULL where it is not. */
static char *parse(const struct stage *stage, int *rc)
{
	const char *text = stage->scenario->want;
	moult_schema *schema = NULL;
	sqlite3_str *dump;
	moult *m = NULL;

	*rc = moult_new(&m);
	if (!*rc)
		*rc = moult_schema_parse(&schema, m, text, strlen(text), "want.xml");
	memory_end(HEAP_SQLITE);
	memory_end(HEAP_XML);
	dump = sqlite3_str_new(NULL);
	if (!*rc)
		moult_schema_dump(m, schema, add_text, dump);
	moult_schema_free(schema);
	moult_free(m);
	return sqlite3_str_finish(dump);
}

enum { PARSE_LOSES = 1, PARSE_ODD = 2, PARSE_WRONG = 4 };

/* What is wrong with reading the document while allocations fail, as bits. */
static int parse_failing(const struct stage *stage, const char *right, enum heap heap, long long n,
			 bool lasting)
{
	const long long held[] = {memory_held(HEAP_SQLITE), memory_held(HEAP_XML)};
	char *dump;
	int rc, faults = 0;

	memory_begin(heap, n, lasting);
	dump = parse(stage, &rc);
	if (rc && rc != MOULT_TROUBLE)
		faults |= PARSE_ODD;
	if (!rc && (!dump || strcmp(dump, right) != 0))
		faults |= PARSE_WRONG;
	sqlite3_free(dump);
	if (memory_held(HEAP_SQLITE) != held[0] || memory_held(HEAP_XML) != held[1])
		faults |= PARSE_LOSES;
	return faults;
}

/*
 * The same in a process of its own.  Before 2.14 libxml2 itself crashes, or
 * loses memory, at some of its allocations, above all while it reads a schema
 * language; that is counted and not held against us.
 */
static int parse_apart(struct torture *t, const struct stage *stage, const char *right, long long n,
		       bool lasting)
{
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(PARSE_ODD);
		_exit(parse_failing(stage, right, HEAP_XML, n, lasting));
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return PARSE_ODD;
	if (WIFEXITED(status) && !(WEXITSTATUS(status) & PARSE_LOSES))
		return WEXITSTATUS(status);
	if (LIBXML_VERSION >= 21400)
		return PARSE_LOSES;
	t->foreign++;
	return WIFEXITED(status) ? WEXITSTATUS(status) & ~PARSE_LOSES : 0;
}

/* Every allocation of reading the document. */
static void fail_parse(struct torture *t, struct stage *stage, enum heap heap, bool lasting)
{
	const enum tried tried = heap == HEAP_XML ? XML_ALLOCATIONS : ALLOCATIONS;
	char *right, how[80];
	struct walk w;
	long long n;
	int rc, faults;

	sqlite3_free(parse(stage, &rc)); /* the first time fills caches */
	memory_begin(heap, 0, false);
	right = parse(stage, &rc);
	w = torture_walk(t, memory_end(heap), 5 * SAMPLES);
	while (walk_on(&w, &n) && !t->finding.text[0]) {
		snprintf(how, sizeof(how), "%s allocation %lld of the document fails%s",
			 heap == HEAP_XML ? "libxml2's" : "SQLite's", n,
			 lasting ? " for good" : "");
		faults = heap == HEAP_XML ? parse_apart(t, stage, right, n, lasting)
					  : parse_failing(stage, right, heap, n, lasting);
		if (faults & PARSE_LOSES)
			torture_find(t, stage, how, "memory is lost, or it crashed");
		if (faults & PARSE_ODD)
			torture_find(t, stage, how, "a result that is none");
		if (faults & PARSE_WRONG)
			torture_find(t, stage, how, "it was read as something else");
		t->tried[tried]++;
	}
	sqlite3_free(right);
}

void attack_document(struct torture *t, struct stage *stage)
{
	if (strcmp(stage->mode, modes[0]) != 0)
		return;
	for (int lasting = 0; lasting < 2; lasting++) {
		fail_parse(t, stage, HEAP_XML, lasting);
		fail_parse(t, stage, HEAP_SQLITE, lasting);
	}
}
