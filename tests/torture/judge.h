/* SPDX-License-Identifier: MIT */
/*
 * judge.h: what is asked of the disk after each attack.
 *
 *	integrity_check is content
 *	schema and rows are those of before or those of after, and the history fits; between the
 *	transactions of a change that has many, giving it up comes to one of the two
 *	after success they are those of after, also when the power is cut then
 *	where a migration was done, its backup brings the state of before back
 *	the same call again comes to the state of after, leaves no temporary
 *	files, and once more there is nothing to do and nothing is written
 *	no handle and no descriptor was lost
 */
#ifndef MOULT_TESTS_TORTURE_JUDGE_H
#define MOULT_TESTS_TORTURE_JUDGE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "evidence.h"
#include "scenario.h"

/* What was tried, for the totals. */
enum tried {
	CUTS,
	STATES,
	KNOWN_STATES,
	SETTLED_STATES,
	PAIRS,
	FAULTS,
	FULL_DISKS,
	ALLOCATIONS,
	XML_ALLOCATIONS,
	INTERRUPTS,
	TRIED
};

struct torture {
	bool all; /* everything, not a sample */
	uint64_t seed;
	long long tried[TRIED];
	struct finding finding; /* of the test that is under way */
	bool counts_only;	/* findings are expected: the control */
	bool is_light;		/* content is looked at, and nothing is tried again */
	long long broken;	/* by integrity_check */
	long long between;	/* neither before nor after */
	long long told_wrong;	/* failed, it said, and yet it was done */
	long long foreign;	/* crashes and losses of libxml2's own */
	uint64_t *known;	/* fingerprints of disks that were judged, by hash */
	size_t known_count;
	size_t known_room;
};

void torture_find(struct torture *t, const struct stage *stage, const char *how, const char *what);

/* What is on the disk after a call that came to rc. */
void torture_judge(struct torture *t, struct stage *stage, const char *how, int rc);
/* The same after a call under faults which are over now. */
void torture_judge_call(struct torture *t, struct stage *stage, const char *how, int rc);
/* Whether anything was left open. */
bool torture_is_lost(void);
void torture_check_lost(struct torture *t, const struct stage *stage, const char *how);

/*
 * Many cuts leave the same bytes on the disk, and what comes of them is the
 * same: one verdict is enough.  Many others do once SQLite has read the file,
 * and rolled back or checkpointed: then what the same call comes to is the same
 * too.  Time and chance begin at the same point with each call (disk_seed()).
 * Whether this fingerprint was seen since torture_forget(); from now on it was.
 */
bool torture_is_known(struct torture *t, uint64_t fingerprint);
void torture_forget(struct torture *t);

/* From 1 to count: all, or about so many samples that begin where the seed says. */
struct walk {
	long long next;
	long long stride;
	long long count;
};

struct walk torture_walk(const struct torture *t, long long count, int samples);
bool walk_on(struct walk *walk, long long *n);

#endif
