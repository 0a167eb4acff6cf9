/* SPDX-License-Identifier: MIT */
/*
 * attack.c: the power is cut with the n-th change of the disk, the n-th call
 * fails, the disk is full, an interrupt comes, somebody else is there; and the
 * control, which must be found out.
 */
#include "attack.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

const char *const modes[] = {"delete", "truncate", "persist", "wal"};
const int mode_count = sizeof(modes) / sizeof(modes[0]);

/* ---- power cuts ---- */

enum { MOMENTS = 64 };

/* What a call came to whose power was cut. */
struct last_words {
	int rc;
	bool lost; /* something was left open */
};

struct moment {
	long long n;
	struct last_words words;
	struct disk *remains;
};

/*
 * One run gathers many moments: at each the process is copied, and it is the copy whose power is cut, which finds
 * its way out and says what it came to.  What it leaves is what is on the disk now.
 */
struct cuts {
	struct walk walk;
	long long next; /* the change that is cut next; 0: none is left */
	struct moment moments[MOMENTS];
	int count;
	int teller; /* where the copy writes its words; negative in the process that gathers */
};

static void go_on(struct cuts *c)
{
	if (!walk_on(&c->walk, &c->next))
		c->next = 0;
}

/* Whether this process is the copy; in the other one the words are there. */
static bool copy_process(struct cuts *c, struct last_words *words)
{
	int ends[2], status = -1;
	pid_t child;

	fflush(stdout);
	if (pipe(ends) || (child = fork()) < 0) {
		fputs("no process\n", stderr);
		exit(99);
	}
	if (!child) {
		close(ends[0]);
		c->teller = ends[1];
		return true;
	}
	close(ends[1]);
	if (read(ends[0], words, sizeof(*words)) != sizeof(*words) ||
	    waitpid(child, &status, 0) != child || status)
		*words = (struct last_words){.rc = -1, .lost = true};
	close(ends[0]);
	return false;
}

/* Where there is no room for more moments the gathering run ends by a cut, too, and another one goes on. */
static bool at_change(void *context, long long n)
{
	struct cuts *c = context;
	struct moment *moment = &c->moments[c->count];

	if (c->teller >= 0 || n != c->next)
		return false;
	if (c->count == MOMENTS || copy_process(c, &moment->words))
		return true;
	moment->n = n;
	moment->remains = disk_save();
	c->count++;
	go_on(c);
	return false;
}

static void gather(struct cuts *c, struct stage *stage)
{
	struct last_words words;

	disk_load(stage->disk);
	disk_begin(0, NULL);
	disk_watch(at_change, c);
	words.rc = stage_run(stage).rc;
	if (c->teller >= 0) {
		words.lost = torture_is_lost();
		_exit(write(c->teller, &words, sizeof(words)) != sizeof(words));
	}
	disk_end();
}

/* One moment, and what each policy makes of it. */
static void cut(struct torture *t, struct stage *stage, struct moment *moment, int from, int step)
{
	char how[80];

	t->tried[CUTS]++;
	snprintf(how, sizeof(how), "power cut with change %lld", moment->n);
	if (moment->words.lost)
		torture_find(t, stage, how, "a file was left open, or it crashed");
	for (int policy = from; policy < POLICIES; policy += step) {
		snprintf(how, sizeof(how), "power cut with change %lld, %s", moment->n,
			 disk_policy_names[policy]);
		disk_load(moment->remains);
		disk_cycle((enum policy)policy,
			   stage->seed * 1000003 + (uint64_t)moment->n * 31 + (uint64_t)policy);
		t->tried[STATES]++;
		if (torture_is_known(t, disk_fingerprint(false) + !moment->words.rc))
			t->tried[KNOWN_STATES]++;
		else
			torture_judge(t, stage, how, moment->words.rc);
	}
}

/* from: the first policy; negative: each moment begins with another one. */
static void cut_all(struct torture *t, struct stage *stage, struct walk walk, int from, int step)
{
	struct cuts c = {.walk = walk, .teller = -1};
	int turn = 0;

	for (go_on(&c); c.next;) {
		const long long first = c.next;

		gather(&c, stage);
		for (int i = 0; i < c.count; i++) {
			if (!t->finding.text[0])
				cut(t, stage, &c.moments[i], from < 0 ? turn++ % step : from, step);
			disk_free(c.moments[i].remains);
		}
		c.count = 0;
		if (t->finding.text[0])
			return;
		if (c.next == first) {
			torture_find(t, stage, "power cuts", "a change does not come again");
			return;
		}
	}
}

void attack_power(struct torture *t, struct stage *stage)
{
	cut_all(t, stage, torture_walk(t, stage->changes, SAMPLES), t->all ? 0 : -1,
		t->all ? 1 : 3);
}

/* ---- calls that fail ---- */

static const struct kind {
	const char *name;
	struct fault fault;
} kinds[] = {
	{"read", {.calls = CALL_READ, .error = EIO}},
	{"write", {.calls = CALL_WRITE, .error = EIO}},
	{"write without room", {.calls = CALL_WRITE, .error = ENOSPC}},
	{"short write", {.calls = CALL_WRITE, .error = ENOSPC, .halfway = true}},
	{"sync", {.calls = CALL_SYNC, .error = EIO}},
	{"open, delete or rename", {.calls = CALL_NAME, .error = EIO}},
	{"lock", {.calls = CALL_LOCK, .error = EIO}},
	{"shared memory", {.calls = CALL_SHARE, .error = EIO}},
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static long long count_calls(struct stage *stage, const struct fault *fault)
{
	disk_load(stage->disk);
	disk_begin(0, fault);
	stage_run(stage);
	return disk_calls();
}

/*
 * Syncs are few, and what a commit stands on.  Behind each read may be a
 * question of the proof, and an answer that was not had must not pass for one.
 */
static int samples_of(const struct stage *stage, const struct fault *fault, bool lasting)
{
	if (fault->calls == CALL_READ && !lasting && !strcmp(stage->mode, modes[0]))
		return INT_MAX;
	return fault->calls == CALL_SYNC ? 3 * SAMPLES : SAMPLES / 2;
}

static void fail_calls(struct torture *t, struct stage *stage, const struct kind *kind,
		       bool lasting)
{
	struct fault fault = kind->fault;
	struct walk w =
		torture_walk(t, count_calls(stage, &fault), samples_of(stage, &fault, lasting));
	struct outcome outcome;
	char how[80];

	fault.lasting = lasting;
	while (walk_on(&w, &fault.at) && !t->finding.text[0]) {
		snprintf(how, sizeof(how), "%s %lld fails%s", kind->name, fault.at,
			 lasting ? " for good" : "");
		disk_load(stage->disk);
		disk_begin(0, &fault);
		outcome = stage_run(stage);
		disk_end();
		torture_judge_call(t, stage, how, outcome.rc);
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
	w = torture_walk(t, need / 512, SAMPLES);
	while (walk_on(&w, &n) && !t->finding.text[0]) {
		const bool tell = n % 2;

		snprintf(how, sizeof(how), "%lld bytes are free%s", n * 512,
			 tell ? "" : ", and nobody says so");
		disk_load(stage->disk);
		disk_begin(0, NULL);
		disk_limit(used + n * 512, tell);
		outcome = stage_run(stage);
		disk_limit(0, false);
		torture_judge_call(t, stage, how, outcome.rc);
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
	w = torture_walk(t, stage->calls, SAMPLES);
	while (walk_on(&w, &n) && !t->finding.text[0]) {
		snprintf(how, sizeof(how), "progress call %lld interrupts", n);
		disk_load(stage->disk);
		stage->stop_at = (int)n;
		outcome = stage_run(stage);
		stage->stop_at = 0;
		torture_judge_call(t, stage, how, outcome.rc);
		t->tried[INTERRUPTS]++;
	}
}

static void attack_interrupts(struct torture *t, struct stage *stage)
{
	struct fault fault = {.calls = CALL_ALL, .act = interrupt, .context = stage};
	struct walk w = torture_walk(t, count_calls(stage, &fault), SAMPLES);
	struct outcome outcome;
	char how[80];

	stop_at_progress(t, stage);
	while (walk_on(&w, &fault.at) && !t->finding.text[0]) {
		snprintf(how, sizeof(how), "interrupted at call %lld", fault.at);
		disk_load(stage->disk);
		disk_begin(0, &fault);
		outcome = stage_run(stage);
		disk_end();
		torture_judge_call(t, stage, how, outcome.rc);
		t->tried[INTERRUPTS]++;
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
			torture_find(t, stage, how, "it is not refused");
		sqlite3_close(other);
		sqlite3_open(DATABASE, &other);
		if (evidence_number(other, "SELECT count(*) FROM theirs") != 1)
			torture_find(t, stage, how, "what others wrote is gone");
		sqlite3_close(other);
	}
}

/* ---- the control ---- */

/* A disk that lies about its syncs must be found out. */
static void attack_lying_disk(struct torture *t, struct stage *stage)
{
	const long long broken = t->broken, between = t->between, cuts = t->tried[CUTS],
			states = t->tried[STATES];

	torture_forget(t);
	t->counts_only = true;
	disk_ignore_syncs(true);
	cut_all(t, stage, torture_walk(t, stage->changes, 4 * SAMPLES), POLICY_RANDOM, 1);
	disk_ignore_syncs(false);
	t->counts_only = false;
	printf("# %s, %s: %lld of %lld corrupt, %lld between\n", stage->scenario->name, stage->mode,
	       t->broken - broken, t->tried[STATES] - states, t->between - between);
	if (t->broken == broken)
		torture_find(t, stage, "a disk that does not sync", "nothing was found corrupt");
	t->broken = broken;
	t->between = between;
	t->tried[CUTS] = cuts;
	t->tried[STATES] = states;
}

/* ---- all of them ---- */

const struct attack attacks[] = {
	{"power cuts", attack_power, NULL},
	{"failing calls", attack_calls, NULL},
	{"a full disk", attack_room, NULL},
	{"interrupts", attack_interrupts, NULL},
	{"failing allocations", attack_memory, NULL},
	{"failing allocations in the document", attack_document, NULL},
	{"others make the same file", attack_as_others, "new-file"},
	{"control: a disk that does not sync", attack_lying_disk, "rebuild"},
};
const int attack_count = sizeof(attacks) / sizeof(attacks[0]);
