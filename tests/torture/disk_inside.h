/* SPDX-License-Identifier: MIT */
/*
 * disk_inside.h: what disk.c (what is on it, and what programs do to it) and
 * disk_power.c (what becomes of it) share.
 */
#ifndef MOULT_TESTS_TORTURE_DISK_INSIDE_H
#define MOULT_TESTS_TORTURE_DISK_INSIDE_H

#include "disk.h"

#define FILES_MAX 64
#define NAMES_MAX 64
#define NAME_SIZE 96

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

struct disk_state {
	struct fault fault;
	bool (*at_change)(void *context, long long n);
	void *context;
	long long cut;
	long long changes;
	long long calls;
	bool dead;
	bool ignores_syncs;
	bool tells_limit;
	long long limit;
};

extern struct disk the_disk;
extern struct disk_state the_state;

void *disk_must(void *memory); /* ends the program where there is none */

void disk_image_resize(struct image *image, size_t size);
void disk_image_write(struct image *image, long long offset, const void *bytes, size_t size);
void disk_image_copy(struct image *to, const struct image *from);
void disk_image_free(struct image *image);

void disk_names_set(struct names *names, const char *text, int file);
void disk_names_remove(struct names *names, const char *text);

void disk_forget_change(int i);
void disk_collect(void); /* files that nothing names any more */

#endif
