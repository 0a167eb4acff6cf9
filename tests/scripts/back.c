/* SPDX-License-Identifier: MIT */
/*
 * back.c: an old unit, which is told by a file what its version is.
 *
 *	back FILE upgrade|downgrade|finish|SQL...	what up.c does to FILE, and what others do in between
 *	back FILE like OLD downgrade			as the unit of a version whose file is OLD
 *
 * Says of each what came of it, on one line.  It includes up.c, the unit of the test, in which the
 * present version is no constant.  On its connection is a function that nobody may call, shout(), and
 * foreign keys are in force.
 */
#include <stdio.h>
#include <string.h>

#include "up.c"

static const char *const words[] = {"present", "upgraded", "unknown", "refused",    "busy",    "misuse",
				    "too old", "failed",   "newer",   "downgraded", "finished"};

static void log_error(void *context, int rc, const char *text)
{
	(void)context;
	fprintf(stderr, "%d: %.300s\n", rc, text);
}

static sqlite3 *open_file(const char *path)
{
	sqlite3 *db;

	if (sqlite3_open(path, &db) != SQLITE_OK)
		fprintf(stderr, "%s: %s\n", path, sqlite3_errmsg(db));
	return db;
}

static void shout(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	(void)values;
	printf("CALLED ");
	sqlite3_result_int(context, 1);
}

static void learn(const char *path)
{
	sqlite3 *db = open_file(path);

	look(db, &present[0]);
	present[0].has_version = 1;
	sqlite3_close(db);
}

static int run_word(sqlite3 *db, const char *word)
{
	if (!strcmp(word, "upgrade"))
		return up_upgrade(db);
	if (!strcmp(word, "downgrade"))
		return up_downgrade(db);
	if (!strcmp(word, "finish"))
		return up_finish(db);
	return -1;
}

int main(int argc, char **argv)
{
	const char *gap = "";
	sqlite3 *db;
	int i;

	sqlite3_config(SQLITE_CONFIG_LOG, log_error, NULL);
	db = open_file(argv[1]);
	sqlite3_exec(db, "PRAGMA foreign_keys = ON", 0, 0, 0);
	sqlite3_create_function(db, "shout", -1, SQLITE_UTF8, 0, shout, 0, 0);
	for (i = 2; i < argc; i++) {
		const int result = run_word(db, argv[i]);

		if (result >= 0) {
			printf("%s%s", gap, words[result]);
			gap = " ";
		} else if (!strcmp(argv[i], "like")) {
			learn(argv[++i]);
		} else if (sqlite3_exec(db, argv[i], 0, 0, 0) != SQLITE_OK) {
			printf("%s", sqlite3_errmsg(db));
			return 1;
		}
	}
	printf("\n");
	sqlite3_close(db);
	return 0;
}
