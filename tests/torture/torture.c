/* SPDX-License-Identifier: MIT */
/*
 * torture.c: old or new, never between, by brute force.
 *
 * Each scenario is run again and again on a disk in memory (disk.h), each time
 * with another thing going wrong: the power is cut with the n-th change of the
 * disk, the n-th call fails, the disk is full, the n-th allocation fails, an
 * interrupt comes.  Then a plain SQLite opens what is left, and
 *
 *	integrity_check is content
 *	schema and rows are those of before or those of after, and the history fits
 *	after success they are those of after, also when the power is cut then
 *	where a migration was done, its backup brings the state of before back
 *	the same call again comes to the state of after, leaves no temporary
 *	files, and once more there is nothing to do and nothing is written
 *	no memory, no handle and no descriptor was lost
 *
 *	tests/torture/torture [--long] [--seed N] [--rounds N] [--seconds N]
 *			      [--totals FILE] [SCENARIO]...
 *
 * Without --long a sample is taken, for make check.  With it everything is
 * tried, round after round with another seed, which sizes and rows follow;
 * --totals goes on where an earlier run stopped, and adds up.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <libxml/xmlversion.h>

#include "disk_posix.h"
#include "evidence.h"
#include "memory.h"
#include "scenario.h"

#define LIGHT 16   /* one of so many failing allocations is judged in full */
#define SAMPLES 6  /* of each attack on each scenario in each mode, without --long */

static const char *const modes[] = { "delete", "truncate", "persist", "wal" };
enum { MODES = sizeof(modes) / sizeof(modes[0]) };

/* What was tried, for the totals. */
enum tried { CUTS, STATES, FAULTS, FULL_DISKS, ALLOCATIONS, XML_ALLOCATIONS, INTERRUPTS, TRIED };
static const char *const tried_names[TRIED] = { "cuts",	       "states-after-cuts", "faults",	 "full-disks",
						"allocations", "xml-allocations",   "interrupts" };

struct torture {
	bool all; /* everything, not a sample */
	uint64_t seed;
	int rounds;
	int seconds;
	const char *totals;
	char *const *only; /* names of scenarios; NULL: all */
	int only_count;
	time_t started;
	int tests;
	int failures;
	long long tried[TRIED];
	struct finding finding; /* of the test that is under way */
	bool counts_only;	/* findings are expected: the control */
	long long broken;	/* by integrity_check */
	long long between;	/* neither before nor after */
	bool is_light;		/* content is looked at, and nothing is tried again */
	long long told_wrong;	/* failed, it said, and yet it was done */
	long long foreign;	/* crashes and losses of libxml2's own */
};

/* ---- judgement ---- */

static void find(struct torture *t, const struct stage *stage, const char *how, const char *what)
{
	char place[160];

	snprintf(place, sizeof(place), "seed %lld, %s, %s", (long long)stage->seed, stage->scenario->name, stage->mode);
	if (!t->counts_only)
		evidence_find(&t->finding, "%s, %s: %s", place, how, what);
}

static bool is_before(const struct stage *stage, const struct content *content)
{
	return content->digest == stage->before && content->history == stage->history_before;
}

static bool is_after(const struct stage *stage, const struct content *content)
{
	return content->digest == stage->after && content->history == stage->history_after;
}

static void check_lost(struct torture *t, const struct stage *stage, const char *how)
{
	if (disk_open_handles() || posix_is_open())
		find(t, stage, how, "a file was left open");
}

/* What a finished migration owes: its backup brings back what was before. */
static void check_way_back(struct torture *t, struct stage *stage, const char *how)
{
	struct disk *saved = disk_save();
	struct outcome outcome;
	struct content content;

	outcome = stage_go_back(stage);
	content = content_of(DATABASE);
	if (outcome.rc || !is_before(stage, &content)) {
		find(t, stage, how, "the backup does not bring it back");
		if (t->finding.text[0])
			evidence_find(&t->finding, "%s", outcome.said);
	}
	disk_load(saved);
	disk_free(saved);
}

/* The same call again, and once more. */
static void check_again(struct torture *t, struct stage *stage, const char *how, bool done)
{
	const bool goes_back = stage->scenario->goes_back;
	struct outcome outcome = stage_run(stage);
	struct content content = content_of(DATABASE);

	if (outcome.rc && !(goes_back && done && outcome.rc == MOULT_TROUBLE))
		find(t, stage, how, outcome.said);
	if (!is_after(stage, &content))
		find(t, stage, how, "the same call again does not converge");
	if (!done && disk_count_names(".tmp"))
		find(t, stage, how, "temporary files stay");
	disk_begin(0, NULL);
	outcome = stage_run(stage);
	if (!goes_back && (outcome.rc || outcome.steps))
		find(t, stage, how, "there is always something to do");
	if (disk_changes() && strcmp(stage->mode, "wal") != 0)
		find(t, stage, how, "a run with nothing to do writes");
	check_lost(t, stage, how);
}

/* What is on the disk after a call that came to rc. */
static void judge(struct torture *t, struct stage *stage, const char *how, int rc)
{
	const struct content content = content_of(DATABASE);
	const bool after = is_after(stage, &content);

	if (!content.sound) {
		t->broken++;
		find(t, stage, how, "the file is corrupt");
	} else if (!after && !is_before(stage, &content)) {
		t->between++;
		find(t, stage, how, "it is neither the old state nor the new one");
	} else if (!rc && !after) {
		find(t, stage, how, "it reported success, and did not last");
	}
	if (t->counts_only || !content.sound)
		return;
	if (after && stage->scenario->goes_back && !disk_find_name(".moult-0002-", ".backup"))
		find(t, stage, how, "what was there before the way back is not saved");
	if (t->is_light)
		return;
	if (after && !stage->scenario->goes_back && !stage->scenario->is_new)
		check_way_back(t, stage, how);
	check_again(t, stage, how, after);
}

/* ---- power cuts ---- */

/* One moment, and what each policy makes of it. */
static void cut(struct torture *t, struct stage *stage, long long n, int from, int step)
{
	struct outcome outcome;
	struct disk *remains;
	char how[80];

	disk_load(stage->disk);
	disk_begin(n, NULL);
	outcome = stage_run(stage);
	disk_end();
	t->tried[CUTS]++;
	snprintf(how, sizeof(how), "power cut with change %lld", n);
	check_lost(t, stage, how);
	remains = disk_save();
	for (int policy = from; policy < POLICIES; policy += step) {
		snprintf(how, sizeof(how), "power cut with change %lld, %s", n, disk_policy_names[policy]);
		disk_load(remains);
		disk_cycle((enum policy)policy, stage->seed * 1000003 + (uint64_t)n * 31 + (uint64_t)policy);
		judge(t, stage, how, outcome.rc);
		t->tried[STATES]++;
	}
	disk_free(remains);
}

/* From 1 to count: all, or a sample that begins where the seed says. */
struct walk {
	long long next;
	long long stride;
	long long count;
};

static struct walk walk_of(const struct torture *t, long long count, int samples)
{
	const long long stride = t->all || count <= samples ? 1 : (count + samples - 1) / samples;

	return (struct walk){ 1 + (long long)(t->seed % (uint64_t)stride), stride, count };
}

static bool walk(struct walk *w, long long *n)
{
	*n = w->next;
	w->next += w->stride;
	return *n <= w->count;
}

static void attack_power(struct torture *t, struct stage *stage)
{
	struct walk w = walk_of(t, stage->changes, SAMPLES);
	long long n;
	int turn = 0;

	while (walk(&w, &n) && !t->finding.text[0])
		cut(t, stage, n, t->all ? 0 : turn++ % 3, t->all ? 1 : 3);
}

/* ---- calls that fail ---- */

static const struct kind {
	const char *name;
	struct fault fault;
} kinds[] = {
	{ "read", { .calls = CALL_READ, .error = EIO } },
	{ "write", { .calls = CALL_WRITE, .error = EIO } },
	{ "write without room", { .calls = CALL_WRITE, .error = ENOSPC } },
	{ "short write", { .calls = CALL_WRITE, .error = ENOSPC, .halfway = true } },
	{ "sync", { .calls = CALL_SYNC, .error = EIO } },
	{ "open, delete or rename", { .calls = CALL_NAME, .error = EIO } },
	{ "lock", { .calls = CALL_LOCK, .error = EIO } },
	{ "shared memory", { .calls = CALL_SHARE, .error = EIO } },
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* A call that came to its end under faults which are over now. */
static void judge_call(struct torture *t, struct stage *stage, const char *how, int rc)
{
	struct content content;

	check_lost(t, stage, how);
	if (rc) {
		content = content_of(DATABASE);
		t->told_wrong += is_after(stage, &content);
if (getenv("TELL") && is_after(stage, &content)) printf("# %s %s %s: rc %d\n", stage->scenario->name, stage->mode, how, rc);
	} else {
		disk_cycle(POLICY_DROP, 0);
	}
	judge(t, stage, how, rc);
}

static long long count_calls(struct stage *stage, const struct fault *fault)
{
	disk_load(stage->disk);
	disk_begin(0, fault);
	stage_run(stage);
	return disk_calls();
}

static void fail_calls(struct torture *t, struct stage *stage, const struct kind *kind, bool lasting)
{
	struct fault fault = kind->fault;
	/* Syncs are few, and what a commit stands on. */
	struct walk w = walk_of(t, count_calls(stage, &fault), fault.calls == CALL_SYNC ? 3 * SAMPLES : SAMPLES / 2);
	struct outcome outcome;
	char how[80];

	fault.lasting = lasting;
	while (walk(&w, &fault.at) && !t->finding.text[0]) {
		snprintf(how, sizeof(how), "%s %lld fails%s", kind->name, fault.at, lasting ? " for good" : "");
		disk_load(stage->disk);
		disk_begin(0, &fault);
		outcome = stage_run(stage);
		disk_end();
		judge_call(t, stage, how, outcome.rc);
		t->tried[FAULTS]++;
	}
}

static void attack_calls(struct torture *t, struct stage *stage)
{
	for (int i = 0; i < KINDS; i++) {
		fail_calls(t, stage, &kinds[i], false);
		fail_calls(t, stage, &kinds[i], true);
	}
}

/* ---- a disk without room ---- */

static void attack_room(struct torture *t, struct stage *stage)
{
	struct outcome outcome;
	struct walk w;
	long long n, used, need;
	char how[80];

	disk_load(stage->disk);
	used = disk_used();
	need = 2 * used + 64 * stage->page_size;
	w = walk_of(t, need / 512, SAMPLES);
	while (walk(&w, &n) && !t->finding.text[0]) {
		const bool tell = n % 2;

		snprintf(how, sizeof(how), "%lld bytes are free%s", n * 512, tell ? "" : ", and nobody says so");
		disk_load(stage->disk);
		disk_begin(0, NULL);
		disk_limit(used + n * 512, tell);
		outcome = stage_run(stage);
		disk_limit(0, false);
		judge_call(t, stage, how, outcome.rc);
		t->tried[FULL_DISKS]++;
	}
}

/* ---- interrupts ---- */

static void interrupt(void *context)
{
	struct stage *stage = context;

	if (stage->db)
		sqlite3_interrupt(stage->db);
}

static void stop_at_progress(struct torture *t, struct stage *stage)
{
	struct walk w;
	struct outcome outcome;
	long long n;
	char how[80];

	disk_load(stage->disk);
	stage_run(stage);
	w = walk_of(t, stage->calls, SAMPLES);
	while (walk(&w, &n) && !t->finding.text[0]) {
		snprintf(how, sizeof(how), "progress call %lld interrupts", n);
		disk_load(stage->disk);
		stage->stop_at = (int)n;
		outcome = stage_run(stage);
		stage->stop_at = 0;
		judge_call(t, stage, how, outcome.rc);
		t->tried[INTERRUPTS]++;
	}
}

static void attack_interrupts(struct torture *t, struct stage *stage)
{
	struct fault fault = { .calls = CALL_ALL, .act = interrupt, .context = stage };
	struct walk w = walk_of(t, count_calls(stage, &fault), SAMPLES);
	struct outcome outcome;
	char how[80];

	stop_at_progress(t, stage);
	while (walk(&w, &fault.at) && !t->finding.text[0]) {
		snprintf(how, sizeof(how), "interrupted at call %lld", fault.at);
		disk_load(stage->disk);
		disk_begin(0, &fault);
		outcome = stage_run(stage);
		disk_end();
		judge_call(t, stage, how, outcome.rc);
		t->tried[INTERRUPTS]++;
	}
}

/* ---- memory ---- */

static void fail_allocations(struct torture *t, struct stage *stage, bool lasting)
{
	struct outcome outcome;
	struct walk w;
	long long n, held;
	char how[80];

	disk_load(stage->disk);
	memory_begin(HEAP_SQLITE, 0, false);
	stage_run(stage);
	w = walk_of(t, memory_end(HEAP_SQLITE), 3 * SAMPLES);
	while (walk(&w, &n) && !t->finding.text[0]) {
		snprintf(how, sizeof(how), "allocation %lld fails%s", n, lasting ? " for good" : "");
		disk_load(stage->disk);
		held = memory_held(HEAP_SQLITE);
		memory_begin(HEAP_SQLITE, n, lasting);
		outcome = stage_run(stage);
		memory_end(HEAP_SQLITE);
		moult_diagnostics_clear(stage->m); /* again: the first time there was no memory to do it */
		if (memory_held(HEAP_SQLITE) != held)
			find(t, stage, how, "memory is lost");
		t->is_light = n % LIGHT;
		judge_call(t, stage, how, outcome.rc);
		t->is_light = false;
		t->tried[ALLOCATIONS]++;
	}
}

/* There are so many that a round takes one mode. */
static void attack_memory(struct torture *t, struct stage *stage)
{
	if (t->all && strcmp(stage->mode, modes[t->seed % MODES]) != 0)
		return;
	fail_allocations(t, stage, false);
	fail_allocations(t, stage, true);
}

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
static int parse_failing(const struct stage *stage, const char *right, enum heap heap, long long n, bool lasting)
{
	const long long held[] = { memory_held(HEAP_SQLITE), memory_held(HEAP_XML) };
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
static int parse_apart(struct torture *t, const struct stage *stage, const char *right, long long n, bool lasting)
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
	w = walk_of(t, memory_end(heap), 5 * SAMPLES);
	while (walk(&w, &n) && !t->finding.text[0]) {
		snprintf(how, sizeof(how), "%s allocation %lld of the document fails%s",
			 heap == HEAP_XML ? "libxml2's" : "SQLite's", n, lasting ? " for good" : "");
		faults = heap == HEAP_XML ? parse_apart(t, stage, right, n, lasting)
					  : parse_failing(stage, right, heap, n, lasting);
		if (faults & PARSE_LOSES)
			find(t, stage, how, "memory is lost, or it crashed");
		if (faults & PARSE_ODD)
			find(t, stage, how, "a result that is none");
		if (faults & PARSE_WRONG)
			find(t, stage, how, "it was read as something else");
		t->tried[tried]++;
	}
	sqlite3_free(right);
}

static void attack_document(struct torture *t, struct stage *stage)
{
	if (strcmp(stage->mode, modes[0]) != 0)
		return;
	for (int lasting = 0; lasting < 2; lasting++) {
		fail_parse(t, stage, HEAP_XML, lasting);
		fail_parse(t, stage, HEAP_SQLITE, lasting);
	}
}

/* ---- somebody else ---- */

/* Others make the new file while we do; that we fail must not cost them theirs. */
static void attack_as_others(struct torture *t, struct stage *stage)
{
	sqlite3 *other = NULL;
	struct outcome outcome;

	for (int late = 0; late < 2; late++) {
		const char *how = late ? "they commit after us" : "they commit before us";

		disk_load(stage->disk);
		stage->expect = "another plan";
		stage->intruder = &other;
		stage->intruder_is_late = late;
		outcome = stage_run(stage);
		stage->intruder = NULL;
		stage->expect = NULL;
		if (late)
			sqlite3_exec(other, "COMMIT", NULL, NULL, NULL);
		if (!outcome.rc)
			find(t, stage, how, "it is not refused");
		sqlite3_close(other);
		sqlite3_open(DATABASE, &other);
		if (evidence_number(other, "SELECT count(*) FROM theirs") != 1)
			find(t, stage, how, "what others wrote is gone");
		sqlite3_close(other);
	}
}

/* ---- the control ---- */

/* A disk that lies about its syncs must be found out. */
static void attack_lying_disk(struct torture *t, struct stage *stage)
{
	const long long broken = t->broken, between = t->between, cuts = t->tried[CUTS], states = t->tried[STATES];
	struct walk w = walk_of(t, stage->changes, 4 * SAMPLES);
	long long n;

	t->counts_only = true;
	disk_ignore_syncs(true);
	while (walk(&w, &n))
		cut(t, stage, n, POLICY_RANDOM, 1);
	disk_ignore_syncs(false);
	t->counts_only = false;
	printf("# %s, %s: %lld of %lld corrupt, %lld between\n", stage->scenario->name, stage->mode, t->broken - broken,
	       t->tried[STATES] - states, t->between - between);
	if (t->broken == broken)
		find(t, stage, "a disk that does not sync", "nothing was found corrupt");
	t->broken = broken;
	t->between = between;
	t->tried[CUTS] = cuts;
	t->tried[STATES] = states;
}

/* ---- tests ---- */

static const struct attack {
	const char *name;
	void (*run)(struct torture *t, struct stage *stage);
	const char *scenario; /* NULL: each */
} attacks[] = {
	{ "power cuts", attack_power, NULL },
	{ "failing calls", attack_calls, NULL },
	{ "a full disk", attack_room, NULL },
	{ "interrupts", attack_interrupts, NULL },
	{ "failing allocations", attack_memory, NULL },
	{ "failing allocations in the document", attack_document, NULL },
	{ "others make the same file", attack_as_others, "new-file" },
	{ "control: a disk that does not sync", attack_lying_disk, "rebuild" },
};
enum { ATTACKS = sizeof(attacks) / sizeof(attacks[0]) };

/* The seed says how large things are; the first one is plain. */
static struct stage stage_for(const struct scenario *scenario, const char *mode, uint64_t seed)
{
	static const int page_sizes[] = { 1024, 512, 4096 };
	static const int caches[] = { 8, 5, 200 };
	uint64_t dice = seed;
	struct stage stage = { .scenario = scenario, .mode = mode, .seed = seed, .rows = 60, .page_size = 1024, .cache = 8 };

	if (seed == 1)
		return stage;
	stage.rows = 5 + (int)(disk_random(&dice) % 200);
	stage.page_size = page_sizes[disk_random(&dice) % 3];
	stage.cache = caches[disk_random(&dice) % 3];
	return stage;
}

static bool is_asked_for(const struct torture *t, const struct scenario *scenario, const struct attack *attack)
{
	if (scenario->needs && !sqlite3_compileoption_used(scenario->needs))
		return false;
	if (attack->scenario && strcmp(attack->scenario, scenario->name) != 0)
		return false;
	for (int i = 0; i < t->only_count; i++)
		if (!strcmp(t->only[i], scenario->name))
			return true;
	return !t->only_count;
}

static void test(struct torture *t, const struct scenario *scenario, const struct attack *attack)
{
	long long before[TRIED];
	const char *comma = ": ";

	memcpy(before, t->tried, sizeof(before));
	t->finding.text[0] = '\0';
	for (int mode = 0; mode < MODES && !t->finding.text[0]; mode++) {
		struct stage stage = stage_for(scenario, modes[mode], t->seed);

		if (stage_open(&stage))
			attack->run(t, &stage);
		else
			find(t, &stage, "preparation", "failed");
		stage_close(&stage);
	}
	t->tests++;
	t->failures += t->finding.text[0] != '\0';
	printf("%sok %d - %s: %s", t->finding.text[0] ? "not " : "", t->tests, scenario->name, attack->name);
	for (int i = 0; i < TRIED; i++) {
		if (t->tried[i] == before[i])
			continue;
		printf("%s%lld %s", comma, t->tried[i] - before[i], tried_names[i]);
		comma = ", ";
	}
	puts("");
	if (t->finding.text[0])
		printf("# %s\n", t->finding.text);
	fflush(stdout);
}

static bool is_over(const struct torture *t)
{
	return t->seconds && time(NULL) - t->started >= t->seconds;
}

static void round_of_tests(struct torture *t)
{
	for (int i = 0; i < ATTACKS; i++)
		for (int j = 0; j < scenario_count && !is_over(t); j++)
			if (is_asked_for(t, &scenarios[j], &attacks[i]))
				test(t, &scenarios[j], &attacks[i]);
}

/* ---- totals: "seed 7", "seconds 812", "cuts 1234", ... ---- */

static long long *total_of(struct torture *t, const char *name, long long *seed, long long *seconds)
{
	if (!strcmp(name, "next-seed"))
		return seed;
	if (!strcmp(name, "seconds"))
		return seconds;
	for (int i = 0; i < TRIED; i++)
		if (!strcmp(name, tried_names[i]))
			return &t->tried[i];
	return NULL;
}

static long long read_totals(struct torture *t)
{
	FILE *file = t->totals ? fopen(t->totals, "r") : NULL;
	long long value, *total, seconds = 0, seed = (long long)t->seed;
	char name[40];

	while (file && fscanf(file, "%39s %lld", name, &value) == 2) {
		total = total_of(t, name, &seed, &seconds);
		if (total)
			*total = value;
	}
	if (file)
		fclose(file);
	t->seed = (uint64_t)seed;
	return seconds;
}

static void tell_totals(const struct torture *t, FILE *file, const char *prefix, long long seconds)
{
	fprintf(file, "%snext-seed %lld\n%sseconds %lld\n", prefix, (long long)t->seed, prefix, seconds);
	for (int i = 0; i < TRIED; i++)
		fprintf(file, "%s%s %lld\n", prefix, tried_names[i], t->tried[i]);
}

static void write_totals(const struct torture *t, long long seconds)
{
	FILE *file = t->totals ? fopen(t->totals, "w") : NULL;

	if (file) {
		tell_totals(t, file, "", seconds);
		fclose(file);
	}
	tell_totals(t, stdout, "# ", seconds);
	if (t->told_wrong)
		printf("# %lld calls said that they failed, and were done\n", t->told_wrong);
	if (t->foreign)
		printf("# %lld times libxml2 %s itself crashed or lost memory\n", t->foreign, LIBXML_DOTTED_VERSION);
}

/* ---- the program ---- */

static int usage(void)
{
	fputs("usage: torture [--short|--long] [--seed N] [--rounds N] [--seconds N] [--totals FILE] [SCENARIO]...\n",
	      stderr);
	return 99;
}

/* The first argument that is no option; negative where one is wrong. */
static int read_options(struct torture *t, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : NULL;

		if (!strcmp(argv[i], "--short") || !strcmp(argv[i], "--long")) {
			t->all = argv[i][2] == 'l';
			continue;
		}
		if (!value)
			return -1;
		if (!strcmp(argv[i], "--seed"))
			t->seed = strtoull(value, NULL, 10);
		else if (!strcmp(argv[i], "--rounds"))
			t->rounds = atoi(value);
		else if (!strcmp(argv[i], "--seconds"))
			t->seconds = atoi(value);
		else if (!strcmp(argv[i], "--totals"))
			t->totals = value;
		else
			return -1;
		i++;
	}
	return i;
}

int main(int argc, char **argv)
{
	struct torture t = { .seed = 1, .rounds = 1, .started = time(NULL) };
	int first = read_options(&t, argc, argv);
	long long earlier;

	if (first < 0)
		return usage();
	t.only = argv + first;
	t.only_count = argc - first;
	memory_install();
	disk_register();
	earlier = read_totals(&t);
	for (int i = 0; i < t.rounds && !is_over(&t); i++, t.seed++)
		round_of_tests(&t);
	printf("1..%d\n", t.tests);
	write_totals(&t, earlier + (long long)(time(NULL) - t.started));
	return t.failures > 0;
}
