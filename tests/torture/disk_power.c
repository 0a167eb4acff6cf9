/* SPDX-License-Identifier: MIT */
/*
 * disk_power.c: what a power cut leaves, and disks put aside.
 *
 * For each change that was not synced the policy decides: it reached the disk,
 * in part, or not.  Then what is durable is all there is.
 */
#include "disk_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECTOR 512

const char *const disk_policy_names[POLICIES] = {"keep",   "drop", "prefix",
						 "random", "torn", "garbage"};

/* ---- power ---- */

/* A write reaches the disk in sectors, each of them or not. */
static void tear(struct image *image, const struct change *change, bool garbage, uint64_t *seed)
{
	size_t done = 0;

	while (done < change->size) {
		const long long offset = change->offset + (long long)done;
		size_t size = SECTOR - (size_t)(offset % SECTOR);
		const uint64_t die = disk_random(seed) % (garbage ? 3 : 2);
		unsigned char noise[SECTOR];

		if (size > change->size - done)
			size = change->size - done;
		for (size_t i = 0; die == 2 && i < size; i++)
			noise[i] = (unsigned char)disk_random(seed);
		if (die)
			disk_image_write(image, offset, die == 2 ? noise : change->bytes + done,
					 size);
		done += size;
	}
}

static void reach_disk(const struct change *change, enum policy policy, uint64_t *seed)
{
	struct image *image = &the_disk.files[change->file].durable;

	switch (change->kind) {
	case CHANGE_WRITE:
		if (policy == POLICY_TORN || policy == POLICY_GARBAGE)
			tear(image, change, policy == POLICY_GARBAGE, seed);
		else
			disk_image_write(image, change->offset, change->bytes, change->size);
		break;
	case CHANGE_RESIZE:
		disk_image_resize(image, (size_t)change->offset);
		break;
	case CHANGE_LINK:
		disk_names_set(&the_disk.durable, change->name, change->file);
		break;
	case CHANGE_UNLINK:
		disk_names_remove(&the_disk.durable, change->name);
		break;
	case CHANGE_RENAME:
		disk_names_remove(&the_disk.durable, change->name);
		disk_names_set(&the_disk.durable, change->to, change->file);
		break;
	}
}

static bool survives(enum policy policy, int i, int moment, uint64_t *seed)
{
	switch (policy) {
	case POLICY_KEEP:
		return true;
	case POLICY_DROP:
		return false;
	case POLICY_PREFIX:
		return i < moment;
	case POLICY_RANDOM:
		return disk_random(seed) % 2;
	case POLICY_TORN:
	case POLICY_GARBAGE:
	case POLICIES:
		break;
	}
	return disk_random(seed) % 4 != 0;
}

void disk_cycle(enum policy policy, uint64_t seed)
{
	const int moment = (int)(disk_random(&seed) % (uint64_t)(the_disk.change_count + 1));

	for (int i = 0; i < the_disk.change_count; i++)
		if (survives(policy, i, moment, &seed))
			reach_disk(&the_disk.changes[i], policy, &seed);
	while (the_disk.change_count)
		disk_forget_change(the_disk.change_count - 1);
	the_disk.now = the_disk.durable;
	disk_collect();
	for (int i = 0; i < FILES_MAX; i++)
		if (the_disk.files[i].used)
			disk_image_copy(&the_disk.files[i].now, &the_disk.files[i].durable);
	the_state.dead = false;
	the_state.cut = 0;
}

void disk_settle(void)
{
	disk_cycle(POLICY_KEEP, 0);
}

/* ---- put aside ---- */

static void empty(struct disk *d)
{
	for (int i = 0; i < FILES_MAX; i++) {
		disk_image_free(&d->files[i].now);
		disk_image_free(&d->files[i].durable);
	}
	for (int i = 0; i < d->change_count; i++)
		free(d->changes[i].bytes);
	free(d->changes);
	*d = (struct disk){.change_count = 0};
}

/* to is empty. */
static void copy(struct disk *to, const struct disk *from)
{
	to->now = from->now;
	to->durable = from->durable;
	for (int i = 0; i < FILES_MAX; i++) {
		to->files[i].used = from->files[i].used;
		to->files[i].nameless = from->files[i].nameless;
		disk_image_copy(&to->files[i].now, &from->files[i].now);
		disk_image_copy(&to->files[i].durable, &from->files[i].durable);
	}
	to->change_count = to->change_room = from->change_count;
	if (!from->change_count)
		return;
	to->changes = disk_must(malloc((size_t)to->change_room * sizeof(*to->changes)));
	for (int i = 0; i < from->change_count; i++) {
		to->changes[i] = from->changes[i];
		if (!from->changes[i].bytes)
			continue;
		to->changes[i].bytes = disk_must(malloc(from->changes[i].size));
		memcpy(to->changes[i].bytes, from->changes[i].bytes, from->changes[i].size);
	}
}

/* Eight bytes at a time; what is left at the end is filled up with zeros. */
static uint64_t hash(uint64_t sum, const unsigned char *bytes, size_t size)
{
	uint64_t word;

	for (sum ^= size; size; size -= size < 8 ? size : 8, bytes += 8) {
		word = 0;
		memcpy(&word, bytes, size < 8 ? size : 8);
		sum = (sum ^ word) * 0x9e3779b97f4a7c15ULL;
		sum ^= sum >> 32;
	}
	return sum;
}

static bool ends_with(const char *text, const char *end)
{
	const size_t length = strlen(text), tail = strlen(end);

	return length >= tail && !strcmp(text + length - tail, end);
}

/* A copy that was not finished, or a journal whose header is gone: its name counts, and no byte. */
static bool is_over(const char *name, const struct image *image)
{
	static const unsigned char zeros[8] = {0};

	if (ends_with(name, "-journal"))
		return image->size < sizeof(zeros) || !memcmp(image->bytes, zeros, sizeof(zeros));
	return ends_with(name, ".tmp");
}

uint64_t disk_fingerprint(bool without_what_is_over)
{
	uint64_t sum = 0;

	for (int i = 0; i < the_disk.now.count; i++) {
		const char *name = the_disk.now.list[i].text;
		const struct image *image = &the_disk.files[the_disk.now.list[i].file].now;
		uint64_t one = hash(1, (const unsigned char *)name, strlen(name));

		if (!without_what_is_over || !is_over(name, image))
			one = hash(one, image->bytes, image->size);
		sum += one;
	}
	return sum;
}

struct disk *disk_save(void)
{
	struct disk *saved = disk_must(calloc(1, sizeof(*saved)));

	copy(saved, &the_disk);
	return saved;
}

void disk_load(const struct disk *saved)
{
	disk_format();
	copy(&the_disk, saved);
}

void disk_free(struct disk *saved)
{
	empty(saved);
	free(saved);
}

void disk_format(void)
{
	if (disk_open_handles()) {
		fputs("the disk is in use\n", stderr);
		exit(99);
	}
	empty(&the_disk);
	disk_begin(0, NULL);
	the_state.dead = false;
	the_state.limit = 0;
}
