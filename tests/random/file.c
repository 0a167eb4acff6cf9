/* SPDX-License-Identifier: MIT */
/* file.c: files made of scripts; see trial.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trial.h"

/* ---- a file system that takes every sync for done, in a moment that does not pass ---- */

static struct {
	sqlite3_vfs vfs;
	sqlite3_vfs *base;
	sqlite3_io_methods methods[8];
	const sqlite3_io_methods *of[8];
} quick;

static int no_sync(sqlite3_file *file, int flags)
{
	(void)file;
	(void)flags;
	return SQLITE_OK;
}

/* Noon of 21 November 2026, in milliseconds since noon of 24 November 4714 BC. */
static int no_time_passes(sqlite3_vfs *vfs, sqlite3_int64 *now)
{
	(void)vfs;
	*now = 212662022400000;
	return SQLITE_OK;
}

static int quick_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
	int i, rc = quick.base->xOpen(quick.base, name, file, flags, out);

	(void)vfs;
	for (i = 0; rc == SQLITE_OK && file->pMethods && i < 8; i++) {
		if (!quick.of[i]) {
			quick.of[i] = file->pMethods;
			quick.methods[i] = *file->pMethods;
			quick.methods[i].xSync = no_sync;
		}
		if (quick.of[i] != file->pMethods)
			continue;
		file->pMethods = &quick.methods[i];
		break;
	}
	return rc;
}

void file_keep_still(void)
{
	quick.base = sqlite3_vfs_find(NULL);
	if (!quick.base)
		return;
	quick.vfs = *quick.base;
	quick.vfs.pNext = NULL;
	quick.vfs.zName = "quick";
	quick.vfs.xOpen = quick_open;
	if (quick.vfs.iVersion >= 2)
		quick.vfs.xCurrentTimeInt64 = no_time_passes;
	sqlite3_vfs_register(&quick.vfs, 1);
}

/* ---- files ---- */

sqlite3 *file_open(const char *path)
{
	sqlite3 *db;

	if (sqlite3_open(path, &db)) {
		fprintf(stderr, "%s: %s\n", path, sqlite3_errmsg(db));
		exit(99);
	}
	return db;
}

void file_remove(struct dice *dice, const char *path)
{
	static const char *const suffixes[] = {"", "-journal", "-wal", "-shm"};
	size_t i;

	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		remove(dice_format(dice, "%s%s", path, suffixes[i]));
}

char *file_read(struct dice *dice, const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *bytes;
	long length;

	*size = 0;
	if (!file)
		return NULL;
	fseek(file, 0, SEEK_END);
	length = ftell(file);
	rewind(file);
	bytes = dice_memory(dice, (size_t)length + 1);
	*size = fread(bytes, 1, (size_t)length, file);
	fclose(file);
	return bytes;
}

void file_copy(struct dice *dice, const char *from, const char *to)
{
	size_t size;
	char *bytes = file_read(dice, from, &size);
	FILE *file;

	file_remove(dice, to);
	file = bytes ? fopen(to, "wb") : NULL;
	if (!file || fwrite(bytes, 1, size, file) != size || fclose(file)) {
		perror(to);
		exit(99);
	}
}

sqlite3 *file_memory(struct trial *trial, struct script *script)
{
	sqlite3 *db = file_open(":memory:");
	int i;

	sqlite3_exec(db, trial->begin, NULL, NULL, NULL);
	for (i = 0; i < script->count; i++)
		script->failed[i] = script->skip[i] ||
				    sqlite3_exec(db, script->statements[i], NULL, NULL, NULL);
	return db;
}

void file_build(struct trial *trial, const char *path, struct script *script)
{
	sqlite3 *memory = file_memory(trial, script), *db;
	sqlite3_backup *backup;

	file_remove(trial->dice, path);
	db = file_open(path);
	sqlite3_exec(db, trial->begin, NULL, NULL, NULL);
	backup = sqlite3_backup_init(db, "main", memory, "main");
	if (!backup || sqlite3_backup_step(backup, -1) != SQLITE_DONE) {
		fprintf(stderr, "%s: %s\n", path, sqlite3_errmsg(db));
		exit(99);
	}
	sqlite3_backup_finish(backup);
	sqlite3_close(memory);
	sqlite3_close(db);
}
