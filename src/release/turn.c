/* SPDX-License-Identifier: MIT */
/* turn.c: see turn.h. */
#include "release/turn.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup/file.h"
#include "base/text.h"
#include "release/sum.h"

#define LOCK_NAME MO_SUM_NAME "-lock"

const char *mo_releases_last_line(const struct releases *releases)
{
	const struct list *lines = &releases->lines;
	const struct sum_line *last = lines->count ? lines->items[lines->count - 1] : NULL;

	return last ? last->text : NULL;
}

static int wait_for_lock(int fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int rc;

	do
		rc = fcntl(fd, F_SETLKW, &lock);
	while (rc && errno == EINTR);
	return rc;
}

/* Whoever had the lock before has removed the file: then this lock is of no name. */
static bool is_named(const struct turn *turn)
{
	struct stat file, named;

	return !fstat(turn->fd, &file) && !lstat(turn->path, &named) &&
	       file.st_dev == named.st_dev && file.st_ino == named.st_ino;
}

static int lock(struct turn *turn, struct diags *diags)
{
	const int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW;

	for (;;) {
		turn->fd = open(turn->path, flags, S_IRUSR | S_IWUSR);
		if (turn->fd < 0)
			return mo_diag_errno(diags, DIAG_RUN028, turn->path, "create");
		if (wait_for_lock(turn->fd))
			return mo_diag_errno(diags, DIAG_RUN028, turn->path, "lock");
		if (is_named(turn))
			return MOULT_OK;
		mo_file_close(&turn->fd);
	}
}

static int refuse(struct moult *m, const char *folder)
{
	mo_diag(&m->diags, DIAG_REL018, NULL, folder,
		"somebody else has frozen a release in %s meanwhile; nothing is written", folder);
	mo_diag_hint(&m->diags, "run it again: it goes on from there");
	return mo_diag_kinds[DIAG_REL018].result;
}

int mo_turn_begin(struct turn *turn, struct arena *arena, struct moult *m, const char *folder)
{
	*turn = (struct turn){mo_file_join(arena, folder, LOCK_NAME), -1};
	return turn->path ? lock(turn, &m->diags) : mo_diag_memory(&m->diags);
}

int mo_turn_check(struct moult *m, const char *folder, const char *last_line)
{
	struct releases *now = NULL;
	int rc = mo_releases_read(&now, m, folder);

	if (!rc && !mo_same(mo_releases_last_line(now), last_line))
		rc = refuse(m, folder);
	mo_releases_free(now);
	return rc;
}

void mo_turn_end(struct turn *turn)
{
	if (turn->fd >= 0)
		unlink(turn->path);
	mo_file_close(&turn->fd);
}
