/* SPDX-License-Identifier: MIT */
/*
 * disk.c: see disk.h.
 *
 * A power cut with the n-th change: that change is noted, and from then on
 * every call fails, so that the library finds its way out.  A sync counts as a
 * change too: cut there, it has done nothing.
 */
#include "disk_inside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk_vfs.h"

#define ENDLESS (1LL << 40)

struct disk the_disk;
struct disk_state the_state;

/* ---- small things ---- */

void *disk_must(void *memory)
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

void disk_image_resize(struct image *image, size_t size)
{
	if (size > image->room) {
		image->room = size + size / 2 + 4096;
		image->bytes = disk_must(realloc(image->bytes, image->room));
	}
	if (size > image->size)
		memset(image->bytes + image->size, 0, size - image->size);
	image->size = size;
}

void disk_image_write(struct image *image, long long offset, const void *bytes, size_t size)
{
	if ((size_t)offset + size > image->size)
		disk_image_resize(image, (size_t)offset + size);
	memcpy(image->bytes + offset, bytes, size);
}

void disk_image_copy(struct image *to, const struct image *from)
{
	disk_image_resize(to, 0);
	if (from->size)
		disk_image_write(to, 0, from->bytes, from->size);
}

void disk_image_free(struct image *image)
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

void disk_names_set(struct names *names, const char *text, int file)
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

void disk_names_remove(struct names *names, const char *text)
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

void disk_forget_change(int i)
{
	free(the_disk.changes[i].bytes);
	memmove(&the_disk.changes[i], &the_disk.changes[i + 1],
		(size_t)(--the_disk.change_count - i) * sizeof(*the_disk.changes));
}

static struct change *note(enum change_kind kind, int file)
{
	if (the_disk.change_count == the_disk.change_room) {
		the_disk.change_room = the_disk.change_room * 2 + 64;
		the_disk.changes =
			disk_must(realloc(the_disk.changes, (size_t)the_disk.change_room *
								    sizeof(*the_disk.changes)));
	}
	the_disk.changes[the_disk.change_count] = (struct change){.kind = kind, .file = file};
	return &the_disk.changes[the_disk.change_count++];
}

/* Counts a change that was made; a power cut may come with it. */
static int changed(void)
{
	the_state.changes++;
	if (the_state.cut && the_state.changes == the_state.cut)
		the_state.dead = true;
	if (the_state.at_change && the_state.at_change(the_state.context, the_state.changes))
		the_state.dead = true;
	return the_state.dead ? -EIO : 0;
}

static bool is_of_names(const struct change *change)
{
	return change->kind >= CHANGE_LINK;
}

static bool is_in_use(int file)
{
	if (the_disk.files[file].handles || names_hold(&the_disk.now, file) ||
	    names_hold(&the_disk.durable, file))
		return true;
	for (int i = 0; i < the_disk.change_count; i++)
		if (the_disk.changes[i].file == file && is_of_names(&the_disk.changes[i]))
			return true;
	return false;
}

static void release(int file)
{
	for (int i = the_disk.change_count - 1; i >= 0; i--)
		if (the_disk.changes[i].file == file)
			disk_forget_change(i);
	disk_image_free(&the_disk.files[file].now);
	disk_image_free(&the_disk.files[file].durable);
	the_disk.files[file] = (struct file){0};
}

void disk_collect(void)
{
	for (int i = 0; i < FILES_MAX; i++)
		if (the_disk.files[i].used && !is_in_use(i))
			release(i);
}

static int new_file(void)
{
	for (int tries = 0; tries < 2; tries++) {
		for (int i = 0; i < FILES_MAX; i++) {
			if (the_disk.files[i].used)
				continue;
			the_disk.files[i] = (struct file){.used = true};
			return i;
		}
		disk_collect();
	}
	fputs("the disk has no room for a file\n", stderr);
	exit(99);
}

/* ---- the tests' side ---- */

void disk_begin(long long cut, const struct fault *fault)
{
	the_state.fault = fault ? *fault : (struct fault){.calls = CALL_ALL};
	the_state.cut = cut;
	the_state.at_change = NULL;
	the_state.changes = the_state.calls = 0;
}

void disk_watch(bool (*at_change)(void *context, long long n), void *context)
{
	the_state.at_change = at_change;
	the_state.context = context;
}

void disk_end(void)
{
	the_state.fault.at = 0;
	the_state.at_change = NULL;
	the_state.cut = 0;
}

long long disk_changes(void)
{
	return the_state.changes;
}

long long disk_calls(void)
{
	return the_state.calls;
}

bool disk_is_dead(void)
{
	return the_state.dead;
}

void disk_limit(long long bytes, bool tell)
{
	the_state.limit = bytes;
	the_state.tells_limit = tell;
}

long long disk_used(void)
{
	long long used = 0;

	for (int i = 0; i < FILES_MAX; i++)
		used += (long long)the_disk.files[i].now.size;
	return used;
}

void disk_ignore_syncs(bool ignore)
{
	the_state.ignores_syncs = ignore;
}

int disk_open_handles(void)
{
	int handles = 0;

	for (int i = 0; i < FILES_MAX; i++)
		handles += the_disk.files[i].handles;
	return handles;
}

int disk_count_names(const char *part)
{
	int count = 0;

	for (int i = 0; i < the_disk.now.count; i++)
		count += strstr(the_disk.now.list[i].text, part) != NULL;
	return count;
}

const char *disk_find_name(const char *part, const char *end)
{
	for (int i = 0; i < the_disk.now.count; i++) {
		const char *text = the_disk.now.list[i].text;
		const size_t length = strlen(text), tail = strlen(end);

		if (strstr(text, part) && length >= tail && !strcmp(text + length - tail, end))
			return text;
	}
	return NULL;
}

/* ---- the program's side ---- */

int disk_admit(int call)
{
	const struct fault *fault = &the_state.fault;
	bool due;

	if (the_state.dead)
		return -EIO;
	if (!(call & fault->calls))
		return 0;
	the_state.calls++;
	due = fault->at &&
	      (fault->lasting ? the_state.calls >= fault->at : the_state.calls == fault->at);
	if (due && fault->act)
		fault->act(fault->context);
	return due ? -fault->error : 0;
}

int disk_lookup(const char *path)
{
	const struct name *name = find(&the_disk.now, plain(path));

	return name ? name->file : -ENOENT;
}

bool disk_has_name(int file)
{
	return names_hold(&the_disk.now, file);
}

const char *disk_name(int i)
{
	return i < the_disk.now.count ? the_disk.now.list[i].text : NULL;
}

static int set_name(enum change_kind kind, int file, const char *name, const char *to)
{
	struct change *change = note(kind, file);

	snprintf(change->name, NAME_SIZE, "%s", name);
	snprintf(change->to, NAME_SIZE, "%s", to ? to : "");
	if (kind != CHANGE_LINK)
		disk_names_remove(&the_disk.now, name);
	if (kind != CHANGE_UNLINK)
		disk_names_set(&the_disk.now, to ? to : name, file);
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

	the_disk.files[file].nameless = true;
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

	if (rc || the_state.ignores_syncs)
		return rc;
	for (int i = the_disk.change_count - 1; i >= 0; i--)
		if (is_of_names(&the_disk.changes[i]))
			disk_forget_change(i);
	the_disk.durable = the_disk.now;
	return 0;
}

void disk_hold(int file, int handles)
{
	struct file *held = &the_disk.files[file];

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
	return &the_disk.files[file].locks;
}

long long disk_size(int file)
{
	return (long long)the_disk.files[file].now.size;
}

long long disk_read(int file, long long offset, void *bytes, size_t size)
{
	const struct image *image = &the_disk.files[file].now;
	size_t there = (size_t)offset < image->size ? image->size - (size_t)offset : 0;

	if (there > size)
		there = size;
	if (there)
		memcpy(bytes, image->bytes + offset, there);
	return (long long)there;
}

long long disk_space(void)
{
	const long long free = the_state.limit - disk_used();

	if (!the_state.limit || !the_state.tells_limit)
		return ENDLESS;
	return free > 0 ? free : 0;
}

static int write_some(int file, long long offset, const void *bytes, size_t size)
{
	struct file *to = &the_disk.files[file];
	const long long growth = offset + (long long)size - (long long)to->now.size;
	struct change *change;

	if (the_state.limit && growth > 0 && disk_used() + growth > the_state.limit)
		return -ENOSPC;
	disk_image_write(&to->now, offset, bytes, size);
	if (to->nameless)
		return 0;
	change = note(CHANGE_WRITE, file);
	change->offset = offset;
	change->size = size;
	change->bytes = disk_must(malloc(size ? size : 1));
	memcpy(change->bytes, bytes, size);
	return changed();
}

int disk_write(int file, long long offset, const void *bytes, size_t size)
{
	int rc = disk_admit(CALL_WRITE);

	if (rc && the_state.fault.halfway && !the_state.dead)
		write_some(file, offset, bytes, size / 2);
	return rc ? rc : write_some(file, offset, bytes, size);
}

int disk_resize(int file, long long size)
{
	int rc = disk_admit(CALL_WRITE);

	if (rc)
		return rc;
	disk_image_resize(&the_disk.files[file].now, (size_t)size);
	if (the_disk.files[file].nameless)
		return 0;
	note(CHANGE_RESIZE, file)->offset = size;
	return changed();
}

int disk_sync(int file)
{
	int rc = changed();

	if (rc || the_state.ignores_syncs)
		return rc;
	for (int i = the_disk.change_count - 1; i >= 0; i--)
		if (the_disk.changes[i].file == file && !is_of_names(&the_disk.changes[i]))
			disk_forget_change(i);
	disk_image_copy(&the_disk.files[file].durable, &the_disk.files[file].now);
	return 0;
}
