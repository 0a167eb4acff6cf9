/* SPDX-License-Identifier: MIT */
/*
 * data.c: the database on a device without moult, through updates and falls back.
 *
 *	data start DB	before the application starts, in whatever system has been booted
 *	data good DB	where the boot counter is cleared: the system stays
 *
 * It is built into each system with the unit of that system's version (make-data).  After an update
 * `start` brings the file up, and the unit leaves in it how to get back.  The old system, started
 * again because the new one failed, finds a file that is newer than it: it goes back by what is in the
 * file, with the rows that the new one wrote.
 *
 *	system 1	   start --> 2, way back kept	   good --> nothing kept
 *	     `-- boot counter, system 1 again --> start --> 1, with all rows
 *
 * Exit status: 0 go on, 1 the same again later, 2 this system cannot have the file.
 */
#include <stdio.h>
#include <string.h>

#include "upgrade.h"

static void say(void *context, int rc, const char *text)
{
	(void)context;
	fprintf(stderr, "data: %s (%d)\n", text, rc);
}

static enum upgrade_result start(sqlite3 *db)
{
	const enum upgrade_result result = upgrade_upgrade(db);

	return result == UPGRADE_NEWER ? upgrade_downgrade(db) : result;
}

int main(int argc, char **argv)
{
	const int is_start = argc == 3 && !strcmp(argv[1], "start");
	enum upgrade_result result;
	sqlite3 *db;

	if (!is_start && (argc != 3 || strcmp(argv[1], "good") != 0)) {
		fprintf(stderr, "usage: data start|good DB\n");
		return 2;
	}
	sqlite3_config(SQLITE_CONFIG_LOG, say, NULL);
	if (sqlite3_open(argv[2], &db) != SQLITE_OK)
		return 2;
	sqlite3_busy_timeout(db, 10000);
	result = is_start ? start(db) : upgrade_finish(db);
	sqlite3_close(db);
	switch (result) {
	case UPGRADE_PRESENT:
	case UPGRADE_UPGRADED:
	case UPGRADE_DOWNGRADED:
	case UPGRADE_FINISHED:
		return 0;
	case UPGRADE_BUSY:
		return 1;
	default:
		return 2;
	}
}
