/* SPDX-License-Identifier: MIT */
/*
 * scratch.h: a directory, a handle and a few questions, for tests that work on
 * files.  Everything is static, so that each test stays one program.
 */
#ifndef MOULT_TESTS_SCRATCH_H
#define MOULT_TESTS_SCRATCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backup/neighbours.h"
#include "base/handle.h"
#include "live/buffered.h"

struct scratch {
	char directory[200];
	struct moult m;
	struct arena *arena;
	sqlite3_int64 used; /* memory of SQLite before the test */
};

static inline int scratch_set_up(void **state)
{
	struct scratch *scratch = calloc(1, sizeof(*scratch));
	const char *parent = getenv("TMPDIR");

	assert_non_null(scratch);
	scratch->used = sqlite3_memory_used();
	snprintf(scratch->directory, sizeof(scratch->directory), "%s/moult-test-XXXXXX",
		 parent ? parent : "/tmp");
	assert_non_null(mkdtemp(scratch->directory));
	assert_int_equal(mo_diags_init(&scratch->m.diags), 0);
	scratch->arena = mo_arena_new();
	assert_non_null(scratch->arena);
	*state = scratch;
	return 0;
}

static inline void scratch_remove(const char *directory)
{
	DIR *stream = opendir(directory);
	struct dirent *entry;
	char path[600];

	assert_non_null(stream);
	while ((entry = readdir(stream)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		sqlite3_snprintf(sizeof(path), path, "%s/%s", directory, entry->d_name);
		if (unlink(path))
			scratch_remove(path);
	}
	closedir(stream);
	assert_int_equal(rmdir(directory), 0);
}

static inline int scratch_tear_down(void **state)
{
	struct scratch *scratch = *state;
	const sqlite3_int64 used = scratch->used;

	scratch_remove(scratch->directory);
	mo_neighbours_free(scratch->m.neighbours);
	mo_buffered_free(scratch->m.buffered);
	mo_arena_free(scratch->m.memory);
	mo_diags_done(&scratch->m.diags);
	mo_arena_free(scratch->arena);
	free(scratch);
	assert_int_equal(sqlite3_memory_used(), used);
	return 0;
}

static inline char *scratch_path(struct scratch *scratch, const char *name)
{
	return mo_arena_format(scratch->arena, "%s/%s", scratch->directory, name);
}

static inline sqlite3 *scratch_open(struct scratch *scratch, const char *name)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(scratch_path(scratch, name), &db), SQLITE_OK);
	return db;
}

static inline void run_sql(sqlite3 *db, const char *sql)
{
	char *message = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &message))
		fail_msg("%s: %s", sql, message);
}

/* The first value of a query as a text, good until the next call but three. */
static inline const char *ask(sqlite3 *db, const char *sql)
{
	static char texts[4][800];
	static int turn;
	char *text = texts[turn++ % 4];
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	if (!rc)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		sqlite3_snprintf(sizeof(texts[0]), text, "%s", sqlite3_column_text(stmt, 0));
	else
		sqlite3_snprintf(sizeof(texts[0]), text, "%s",
				 rc == SQLITE_DONE ? "none" : sqlite3_errmsg(db));
	sqlite3_finalize(stmt);
	return text;
}

static inline bool said(struct scratch *scratch, const char *id, const char *words)
{
	EACH (const moult_diagnostic, diagnostic, &scratch->m.diags.list)
		if (strcmp(diagnostic->id, id) == 0 && strstr(diagnostic->message, words))
			return true;
	return false;
}

static inline void all_said(struct scratch *scratch)
{
	EACH (const moult_diagnostic, diagnostic, &scratch->m.diags.list)
		print_message("%s: %s\n", diagnostic->id, diagnostic->message);
}

/* The number of files whose names hold a text. */
static inline int count_files(struct scratch *scratch, const char *part)
{
	DIR *stream = opendir(scratch->directory);
	struct dirent *entry;
	int count = 0;

	assert_non_null(stream);
	while ((entry = readdir(stream)) != NULL)
		count += strstr(entry->d_name, part) != NULL;
	closedir(stream);
	return count;
}

static inline void put_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

#endif
