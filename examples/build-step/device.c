/* SPDX-License-Identifier: MIT */
/*
 * device.c: device FILE: firmware that has no moult in it, only the unit made of the
 * documents.  Exit status 0 where the file is at this version now.
 */
#include <stdio.h>
#include <sqlite3.h>

#include "upgrade.h"

static void log_line(void *context, int code, const char *message)
{
	fprintf((FILE *)context, "%d: %s\n", code, message);
}

int main(int argc, char **argv)
{
	enum upgrade_result result = UPGRADE_FAILED;
	sqlite3 *db = NULL;

	if (argc != 2)
		return 2;
	sqlite3_config(SQLITE_CONFIG_LOG, log_line, stderr);
	if (sqlite3_open(argv[1], &db) == SQLITE_OK) {
		sqlite3_busy_timeout(db, 2000);
		result = upgrade_upgrade(db);
	}
	sqlite3_close(db);
	switch (result) {
	case UPGRADE_PRESENT:
		puts("present");
		return 0;
	case UPGRADE_UPGRADED:
		puts("upgraded");
		return 0;
	case UPGRADE_BUSY:
		puts("try later");
		return 5;
	default:
		puts("as it was");
		return 3;
	}
}
