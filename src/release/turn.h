/* SPDX-License-Identifier: MIT */
/*
 * turn.h: one release at a time is written into a folder.
 *
 * A file beside the sum is locked from before the folder is read until the release is written, and
 * gone afterwards.  A process that is killed leaves the file, but no lock.  Where there is no folder
 * to lock as yet, the second of two finds that it is there by now: REL018.
 */
#ifndef MOULT_RELEASE_TURN_H
#define MOULT_RELEASE_TURN_H

#include "release/releases.h"

struct turn {
	char *path; /* of the locked file */
	int fd;	    /* -1: nothing is locked */
};

/* The last line of the sum as it was read; NULL: there was none. */
const char *mo_releases_last_line(const struct releases *releases);

/* Waits for the lock, in a folder that is there; mo_turn_end() also after a failure. */
int mo_turn_begin(struct turn *turn, struct arena *arena, struct moult *m, const char *folder);
void mo_turn_end(struct turn *turn);

/* Of a folder that was read before the turn began: REL018 where it has another last line by now. */
int mo_turn_check(struct moult *m, const char *folder, const char *last_line);

#endif
