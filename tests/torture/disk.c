/* SPDX-License-Identifier: MIT */
/*
 * disk.c: see disk.h.
 *
 * A power cut with the n-th change: that change is noted, and from then on
 * every call fails, so that the library finds its way out.  A sync counts as a
 * change too: cut there, it has done nothing.
 */
#include "disk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk_vfs.h"

#define FILES_MAX 64
#define NAMES_MAX 64
#define NAME_SIZE 96
#define SECTOR 512
#define ENDLESS (1LL << 40)

const char *const disk_policy_names[POLICIES] = {"keep",   "drop", "prefix",
						 "random", "torn", "garbage"};

struct image {
	unsigned char *bytes;
	size_t size;
	size_t room;
};

struct file {
	bool used;
	bool nameless; /* from the start: a temporary file */
	struct image now;
	struct image durable;
	int handles;
	struct disk_locks *locks;
};

struct name {
	char text[NAME_SIZE];
	int file;
};

struct names {
	struct name list[NAMES_MAX];
	int count;
};

enum change_kind { CHANGE_WRITE, CHANGE_RESIZE, CHANGE_LINK, CHANGE_UNLINK, CHANGE_RENAME };

struct change {
	enum change_kind kind;
	int file;
	long long offset; /* or the size */
	unsigned char *bytes;
	size_t size;
	char name[NAME_SIZE];
	char to[NAME_SIZE];
};

struct disk {
	struct file files[FILES_MAX];
	struct names now;
	struct names durable;
	struct change *changes;
	int change_count;
	int change_room;
};

static struct disk disk;

static struct {
	struct fault fault;
	long long cut;
	long long changes;
	long long calls;
	bool dead;
	bool ignores_syncs;
	bool tells_limit;
	long long limit;
} state;

/* ---- small things ---- */

static void *must(void *memory)
{
	if (!memory) {
		fputs("no memory\n", stderr);
		exit(99);
	}
	return memory;
}

/* splitmix64, by Sebastiano Vigna, public domain. */
uint64_t disk_random(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

static const char *plain(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void image_resize(struct image *image, size_t size)
{
	if (size > image->room) {
		image->room = size + size / 2 + 4096;
		image->bytes = must(realloc(image->bytes, image->room));
	}
	if (size > image->size)
		memset(image->bytes + image->size, 0, size - image->size);
	image->size = size;
}

static void image_write(struct image *image, long long offset, const void *bytes, size_t size)
{
	if ((size_t)offset + size > image->size)
		image_resize(image, (size_t)offset + size);
	memcpy(image->bytes + offset, bytes, size);
}

static void image_copy(struct image *to, const struct image *from)
{
	image_resize(to, 0);
	if (from->size)
		image_write(to, 0, from->bytes, from->size);
}

static void image_free(struct image *image)
{
	free(image->bytes);
	*image = (struct image){0};
}

/* ---- names ---- */

static struct name *find(struct names *names, const char *text)
{
	for (int i = 0; i < names->count; i++)
		if (!strcmp(names->list[i].text, text))
			return &names->list[i];
	return NULL;
}

static void names_set(struct names *names, const char *text, int file)
{
	struct name *name = find(names, text);

	if (!name) {
		if (names->count == NAMES_MAX || strlen(text) >= NAME_SIZE) {
			fputs("the disk has no room for a name\n", stderr);
			exit(99);
		}
		name = &names->list[names->count++];
		strcpy(name->text, text);
	}
	name->file = file;
}

static void names_remove(struct names *names, const char *text)
{
	struct name *name = find(names, text);

	if (name)
		*name = names->list[--names->count];
}

static bool names_hold(const struct names *names, int file)
{
	for (int i = 0; i < names->count; i++)
		if (names->list[i].file == file)
			return true;
	return false;
}

/* ---- changes ---- */

static void forget_change(int i)
{
	free(disk.changes[i].bytes);
	memmove(&disk.changes[i], &disk.changes[i + 1],
		(size_t)(--disk.change_count - i) * sizeof(*disk.changes));
}

static struct change *note(enum change_kind kind, int file)
{
	if (disk.change_count == disk.change_room) {
		disk.change_room = disk.change_room * 2 + 64;
		disk.changes = must(
			realloc(disk.changes, (size_t)disk.change_room * sizeof(*disk.changes)));
	}
	disk.changes[disk.change_count] = (struct change){.kind = kind, .file = file};
	return &disk.changes[disk.change_count++];
}

/* Counts a change that was made; a power cut may come with it. */
static int changed(void)
{
	state.changes++;
	if (state.cut && state.changes == state.cut)
		state.dead = true;
	return state.dead ? -EIO : 0;
}

static bool is_of_names(const struct change *change)
{
	return change->kind >= CHANGE_LINK;
}

static bool is_in_use(int file)
{
	if (disk.files[file].handles || names_hold(&disk.now, file) ||
	    names_hold(&disk.durable, file))
		return true;
	for (int i = 0; i < disk.change_count; i++)
		if (disk.changes[i].file == file && is_of_names(&disk.changes[i]))
			return true;
	return false;
}

static void release(int file)
{
	for (int i = disk.change_count - 1; i >= 0; i--)
		if (disk.changes[i].file == file)
			forget_change(i);
	image_free(&disk.files[file].now);
	image_free(&disk.files[file].durable);
	disk.files[file] = (struct file){0};
}

static void collect(void)
{
	for (int i = 0; i < FILES_MAX; i++)
		if (disk.files[i].used && !is_in_use(i))
			release(i);
}

static int new_file(void)
{
	for (int tries = 0; tries < 2; tries++) {
		for (int i = 0; i < FILES_MAX; i++) {
			if (disk.files[i].used)
				continue;
			disk.files[i] = (struct file){.used = true};
			return i;
		}
		collect();
	}
	fputs("the disk has no room for a file\n", stderr);
	exit(99);
}

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
			image_write(image, offset, die == 2 ? noise : change->bytes + done, size);
		done += size;
	}
}

static void reach_disk(const struct change *change, enum policy policy, uint64_t *seed)
{
	struct image *image = &disk.files[change->file].durable;

	switch (change->kind) {
	case CHANGE_WRITE:
		if (policy == POLICY_TORN || policy == POLICY_GARBAGE)
			tear(image, change, policy == POLICY_GARBAGE, seed);
		else
			image_write(image, change->offset, change->bytes, change->size);
		break;
	case CHANGE_RESIZE:
		image_resize(image, (size_t)change->offset);
		break;
	case CHANGE_LINK:
		names_set(&disk.durable, change->name, change->file);
		break;
	case CHANGE_UNLINK:
		names_remove(&disk.durable, change->name);
		break;
	case CHANGE_RENAME:
		names_remove(&disk.durable, change->name);
		names_set(&disk.durable, change->to, change->file);
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
	const int moment = (int)(disk_random(&seed) % (uint64_t)(disk.change_count + 1));

	for (int i = 0; i < disk.change_count; i++)
		if (survives(policy, i, moment, &seed))
			reach_disk(&disk.changes[i], policy, &seed);
	while (disk.change_count)
		forget_change(disk.change_count - 1);
	disk.now = disk.durable;
	collect();
	for (int i = 0; i < FILES_MAX; i++)
		if (disk.files[i].used)
			image_copy(&disk.files[i].now, &disk.files[i].durable);
	state.dead = false;
	state.cut = 0;
}

void disk_settle(void)
{
	disk_cycle(POLICY_KEEP, 0);
}

/* ---- the tests' side ---- */

static void empty(struct disk *d)
{
	for (int i = 0; i < FILES_MAX; i++) {
		image_free(&d->files[i].now);
		image_free(&d->files[i].durable);
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
		image_copy(&to->files[i].now, &from->files[i].now);
		image_copy(&to->files[i].durable, &from->files[i].durable);
	}
	to->change_count = to->change_room = from->change_count;
	if (!from->change_count)
		return;
	to->changes = must(malloc((size_t)to->change_room * sizeof(*to->changes)));
	for (int i = 0; i < from->change_count; i++) {
		to->changes[i] = from->changes[i];
		if (!from->changes[i].bytes)
			continue;
		to->changes[i].bytes = must(malloc(from->changes[i].size));
		memcpy(to->changes[i].bytes, from->changes[i].bytes, from->changes[i].size);
	}
}

struct disk *disk_save(void)
{
	struct disk *saved = must(calloc(1, sizeof(*saved)));

	copy(saved, &disk);
	return saved;
}

void disk_load(const struct disk *saved)
{
	disk_format();
	copy(&disk, saved);
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
	empty(&disk);
	disk_begin(0, NULL);
	state.dead = false;
	state.limit = 0;
}

void disk_begin(long long cut, const struct fault *fault)
{
	state.fault = fault ? *fault : (struct fault){.calls = CALL_ALL};
	state.cut = cut;
	state.changes = state.calls = 0;
}

void disk_end(void)
{
	state.fault.at = 0;
	state.cut = 0;
}

long long disk_changes(void)
{
	return state.changes;
}

long long disk_calls(void)
{
	return state.calls;
}

bool disk_is_dead(void)
{
	return state.dead;
}

void disk_limit(long long bytes, bool tell)
{
	state.limit = bytes;
	state.tells_limit = tell;
}

long long disk_used(void)
{
	long long used = 0;

	for (int i = 0; i < FILES_MAX; i++)
		used += (long long)disk.files[i].now.size;
	return used;
}

void disk_ignore_syncs(bool ignore)
{
	state.ignores_syncs = ignore;
}

int disk_open_handles(void)
{
	int handles = 0;

	for (int i = 0; i < FILES_MAX; i++)
		handles += disk.files[i].handles;
	return handles;
}

int disk_count_names(const char *part)
{
	int count = 0;

	for (int i = 0; i < disk.now.count; i++)
		count += strstr(disk.now.list[i].text, part) != NULL;
	return count;
}

const char *disk_find_name(const char *part, const char *end)
{
	for (int i = 0; i < disk.now.count; i++) {
		const char *text = disk.now.list[i].text;
		const size_t length = strlen(text), tail = strlen(end);

		if (strstr(text, part) && length >= tail && !strcmp(text + length - tail, end))
			return text;
	}
	return NULL;
}

/* ---- the program's side ---- */

int disk_admit(int call)
{
	const struct fault *fault = &state.fault;
	bool due;

	if (state.dead)
		return -EIO;
	if (!(call & fault->calls))
		return 0;
	state.calls++;
	due = fault->at && (fault->lasting ? state.calls >= fault->at : state.calls == fault->at);
	if (due && fault->act)
		fault->act(fault->context);
	return due ? -fault->error : 0;
}

int disk_lookup(const char *path)
{
	const struct name *name = find(&disk.now, plain(path));

	return name ? name->file : -ENOENT;
}

bool disk_has_name(int file)
{
	return names_hold(&disk.now, file);
}

const char *disk_name(int i)
{
	return i < disk.now.count ? disk.now.list[i].text : NULL;
}

static int set_name(enum change_kind kind, int file, const char *name, const char *to)
{
	struct change *change = note(kind, file);

	snprintf(change->name, NAME_SIZE, "%s", name);
	snprintf(change->to, NAME_SIZE, "%s", to ? to : "");
	if (kind != CHANGE_LINK)
		names_remove(&disk.now, name);
	if (kind != CHANGE_UNLINK)
		names_set(&disk.now, to ? to : name, file);
	return changed();
}

int disk_create(const char *path)
{
	int file, rc;

	if (disk_lookup(path) >= 0)
		return -EEXIST;
	file = new_file();
	rc = set_name(CHANGE_LINK, file, plain(path), NULL);
	return rc ? rc : file;
}

int disk_create_nameless(void)
{
	const int file = new_file();

	disk.files[file].nameless = true;
	return file;
}

int disk_link(const char *from, const char *to)
{
	const int file = disk_lookup(from);

	if (file < 0)
		return file;
	return disk_lookup(to) >= 0 ? -EEXIST : set_name(CHANGE_LINK, file, plain(to), NULL);
}

int disk_rename(const char *from, const char *to)
{
	const int file = disk_lookup(from);

	return file < 0 ? file : set_name(CHANGE_RENAME, file, plain(from), plain(to));
}

int disk_unlink(const char *path)
{
	const int file = disk_lookup(path);

	return file < 0 ? file : set_name(CHANGE_UNLINK, file, plain(path), NULL);
}

int disk_sync_names(void)
{
	int rc = changed();

	if (rc || state.ignores_syncs)
		return rc;
	for (int i = disk.change_count - 1; i >= 0; i--)
		if (is_of_names(&disk.changes[i]))
			forget_change(i);
	disk.durable = disk.now;
	return 0;
}

void disk_hold(int file, int handles)
{
	struct file *held = &disk.files[file];

	held->handles += handles;
	if (held->handles)
		return;
	disk_locks_free(held->locks);
	held->locks = NULL;
	if (held->nameless)
		release(file);
}

struct disk_locks **disk_locks_of(int file)
{
	return &disk.files[file].locks;
}

long long disk_size(int file)
{
	return (long long)disk.files[file].now.size;
}

long long disk_read(int file, long long offset, void *bytes, size_t size)
{
	const struct image *image = &disk.files[file].now;
	size_t there = (size_t)offset < image->size ? image->size - (size_t)offset : 0;

	if (there > size)
		there = size;
	if (there)
		memcpy(bytes, image->bytes + offset, there);
	return (long long)there;
}

long long disk_space(void)
{
	const long long free = state.limit - disk_used();

	if (!state.limit || !state.tells_limit)
		return ENDLESS;
	return free > 0 ? free : 0;
}

static int write_some(int file, long long offset, const void *bytes, size_t size)
{
	struct file *to = &disk.files[file];
	const long long growth = offset + (long long)size - (long long)to->now.size;
	struct change *change;

	if (state.limit && growth > 0 && disk_used() + growth > state.limit)
		return -ENOSPC;
	image_write(&to->now, offset, bytes, size);
	if (to->nameless)
		return 0;
	change = note(CHANGE_WRITE, file);
	change->offset = offset;
	change->size = size;
	change->bytes = must(malloc(size ? size : 1));
	memcpy(change->bytes, bytes, size);
	return changed();
}

int disk_write(int file, long long offset, const void *bytes, size_t size)
{
	int rc = disk_admit(CALL_WRITE);

	if (rc && state.fault.halfway && !state.dead)
		write_some(file, offset, bytes, size / 2);
	return rc ? rc : write_some(file, offset, bytes, size);
}

int disk_resize(int file, long long size)
{
	int rc = disk_admit(CALL_WRITE);

	if (rc)
		return rc;
	image_resize(&disk.files[file].now, (size_t)size);
	if (disk.files[file].nameless)
		return 0;
	note(CHANGE_RESIZE, file)->offset = size;
	return changed();
}

int disk_sync(int file)
{
	int rc = changed();

	if (rc || state.ignores_syncs)
		return rc;
	for (int i = disk.change_count - 1; i >= 0; i--)
		if (disk.changes[i].file == file && !is_of_names(&disk.changes[i]))
			forget_change(i);
	image_copy(&disk.files[file].durable, &disk.files[file].now);
	return 0;
}
