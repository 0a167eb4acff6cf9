/* SPDX-License-Identifier: MIT */
/* judge.c: see judge.h. */
#include "judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk_posix.h"

void torture_find(struct torture *t, const struct stage *stage, const char *how, const char *what)
{
	char place[160];

	snprintf(place, sizeof(place), "seed %lld, %s, %s", (long long)stage->seed,
		 stage->scenario->name, stage->mode);
	if (!t->counts_only)
		evidence_find(&t->finding, "%s, %s: %s", place, how, what);
}

static bool is_before(const struct stage *stage, const struct content *content)
{
	return content->digest == stage->before && content->history == stage->history_before;
}

/* A rollback is recorded in a transaction of its own, behind the one that brings the rows back. */
static bool is_after(const struct stage *stage, const struct content *content)
{
	return content->digest == stage->after && (content->history == stage->history_after ||
						   (stage->scenario->deed == DEED_ROLLBACK &&
						    content->history == stage->history_made));
}

/* The history keeps the migration, and has the rollback beside it. */
static bool is_back(const struct stage *stage, const struct content *content)
{
	return content->digest == stage->before && content->history == stage->history_after + 1;
}

bool torture_is_lost(void)
{
	return disk_open_handles() || posix_is_open();
}

void torture_check_lost(struct torture *t, const struct stage *stage, const char *how)
{
	if (torture_is_lost())
		torture_find(t, stage, how, "a file was left open");
}

/* What a finished migration owes: its backup brings back what was before, and that may go on again. */
static void check_way_back(struct torture *t, struct stage *stage, const char *how)
{
	struct disk *saved = disk_save();
	struct outcome outcome;
	struct content content;

	outcome = stage_roll_back(stage);
	content = content_of(stage);
	if (outcome.rc)
		torture_find(t, stage, how, outcome.said);
	else if (!is_back(stage, &content))
		torture_find(t, stage, how, "the backup does not bring back what was");
	else if (stage->scenario->has_steps &&
		 (stage_run(stage).rc || content_of(stage).digest != stage->after))
		torture_find(t, stage, how, "once more from what was, it comes to something else");
	disk_load(saved);
	disk_free(saved);
}

/* The same call again, and once more. */
static void check_again(struct torture *t, struct stage *stage, const char *how, bool done)
{
	const enum deed deed = stage->scenario->deed;
	const int again = deed == DEED_ROLLBACK	   ? MOULT_TROUBLE
			  : deed == DEED_DOWNGRADE ? MOULT_REFUSED /* the way back is gone */
						   : MOULT_OK;
	struct outcome outcome = stage_run(stage);
	struct content content = content_of(stage);

	if (outcome.rc && !(done && outcome.rc == again))
		torture_find(t, stage, how, outcome.said);
	if (!is_after(stage, &content))
		torture_find(t, stage, how, "the same call again does not converge");
	if (!done && disk_count_names(".tmp"))
		torture_find(t, stage, how, "temporary files stay");
	disk_begin(0, NULL);
	outcome = stage_run(stage);
	if (again == MOULT_OK && (outcome.rc || outcome.steps))
		torture_find(t, stage, how, "there is always something to do");
	if (disk_changes() && strcmp(stage->mode, "wal") != 0)
		torture_find(t, stage, how, "a run with nothing to do writes");
	torture_check_lost(t, stage, how);
}

/* Between two of many transactions: what was there comes back, or what came since is ended. */
static void check_way_out(struct torture *t, struct stage *stage, const char *how)
{
	struct disk *saved = disk_save();
	const struct outcome outcome = stage_abandon(stage);
	const struct content content = content_of(stage);

	if (outcome.rc)
		torture_find(t, stage, how, outcome.said);
	else if (content.digest != stage->before && content.digest != stage->after)
		torture_find(t, stage, how, "given up, it is neither what was nor what shall be");
	disk_load(saved);
	disk_free(saved);
}

void torture_judge(struct torture *t, struct stage *stage, const char *how, int rc)
{
	const struct content content = content_of(stage);
	const bool after = is_after(stage, &content);
	const bool between = !after && !is_before(stage, &content);

	if (!content.sound) {
		t->broken++;
		torture_find(t, stage, how, "the file is corrupt");
	} else if (between && !stage->scenario->is_gradual) {
		t->between++;
		torture_find(t, stage, how, "it is neither the old state nor the new one");
	} else if (!rc && !after) {
		torture_find(t, stage, how, "it reported success, and did not last");
	}
	if (t->counts_only || !content.sound)
		return;
	if (after && stage->scenario->deed == DEED_ROLLBACK &&
	    !disk_find_name(".moult-0002-", ".backup"))
		torture_find(t, stage, how, "what was there before the way back is not saved");
	if (t->is_light)
		return;
	if (torture_is_known(t, ~disk_fingerprint(true))) {
		t->tried[SETTLED_STATES]++;
		return;
	}
	if (after && stage->scenario->deed != DEED_ROLLBACK && stage->makes_backup)
		check_way_back(t, stage, how);
	if (between)
		check_way_out(t, stage, how);
	check_again(t, stage, how, after);
}

void torture_judge_call(struct torture *t, struct stage *stage, const char *how, int rc)
{
	struct content content;

	torture_check_lost(t, stage, how);
	if (rc) {
		content = content_of(stage);
		t->told_wrong += is_after(stage, &content);
	} else {
		disk_cycle(POLICY_DROP, 0);
	}
	torture_judge(t, stage, how, rc);
}

/* ---- disks that were judged ---- */

static uint64_t *slot_of(uint64_t *slots, size_t room, uint64_t fingerprint)
{
	size_t i = (size_t)(fingerprint % room);

	while (slots[i] && slots[i] != fingerprint)
		i = (i + 1) % room;
	return &slots[i];
}

static void grow_known(struct torture *t)
{
	const size_t room = t->known_room ? 2 * t->known_room : 1024;
	uint64_t *slots = calloc(room, sizeof(*slots));

	if (!slots)
		exit(99);
	for (size_t i = 0; i < t->known_room; i++)
		if (t->known[i])
			*slot_of(slots, room, t->known[i]) = t->known[i];
	free(t->known);
	t->known = slots;
	t->known_room = room;
}

bool torture_is_known(struct torture *t, uint64_t fingerprint)
{
	uint64_t *slot;

	if (t->known_count * 2 >= t->known_room)
		grow_known(t);
	slot = slot_of(t->known, t->known_room, fingerprint);
	if (*slot)
		return true;
	*slot = fingerprint;
	t->known_count++;
	return false;
}

void torture_forget(struct torture *t)
{
	free(t->known);
	t->known = NULL;
	t->known_count = t->known_room = 0;
}

/* ---- samples ---- */

struct walk torture_walk(const struct torture *t, long long count, int samples)
{
	const long long stride = t->all || count <= samples ? 1 : (count + samples - 1) / samples;

	return (struct walk){1 + (long long)(t->seed % (uint64_t)stride), stride, count};
}

bool walk_on(struct walk *walk, long long *n)
{
	*n = walk->next;
	walk->next += walk->stride;
	return *n <= walk->count;
}
