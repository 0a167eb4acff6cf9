/* SPDX-License-Identifier: MIT */
/* stage.c: see stage.h. */
#include "run/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup/file.h"
#include "base/text.h"

#define OWNER "owner"
#define TRIES 100 /* at names that are taken */

static bool take_lock(int fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fcntl(fd, F_SETLK, &lock) == 0;
}

/* ---- removing ---- */

static void remove_directory(struct arena *arena, const char *directory, struct diags *diags)
{
	struct list names = {0};

	if (mo_file_list(&names, arena, directory, "", diags, DIAG_RUN026))
		return;
	for (int i = 0; i < names.count; i++) {
		const char *path = mo_file_is_plain(names.items[i])
					   ? mo_file_join(arena, directory, names.items[i])
					   : NULL;

		if (path)
			mo_file_remove(path, diags, DIAG_RUN026);
	}
	if (rmdir(directory) && errno != ENOENT)
		mo_diag_errno(diags, DIAG_RUN026, directory, "remove");
}

/* Not a link that somebody put there, nor a directory of somebody else. */
static bool is_ours(const char *directory)
{
	struct stat status;

	return lstat(directory, &status) == 0 && S_ISDIR(status.st_mode) &&
	       status.st_uid == geteuid();
}

/* Whether the process that made a stage is gone; one that has no owner yet is being made. */
static bool is_abandoned(struct arena *arena, const char *directory)
{
	const char *path = mo_file_join(arena, directory, OWNER);
	int fd = path ? open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW) : -1;
	bool abandoned = fd >= 0 && take_lock(fd);

	if (fd >= 0)
		close(fd);
	return abandoned;
}

/*
 * A lock of this very process would not be seen, and closing would drop it; so its stages are told
 * by name.
 */
static void remove_abandoned(struct arena *arena, const char *parent, const char *prefix,
			     const char *own_prefix, struct diags *diags)
{
	struct list names = {0};

	if (mo_file_list(&names, arena, parent, prefix, diags, DIAG_RUN031))
		return;
	for (int i = 0; i < names.count; i++) {
		const char *name = names.items[i], *path;

		if (strncmp(name, own_prefix, strlen(own_prefix)) == 0)
			continue;
		path = mo_file_join(arena, parent, name);
		if (path && is_ours(path) && is_abandoned(arena, path))
			remove_directory(arena, path, diags);
	}
}

/* ---- making ---- */

static int make_directory(struct stage *stage, struct arena *arena, const char *parent,
			  const char *own_prefix, struct diags *diags)
{
	const char *path = NULL;

	for (int i = 1; i <= TRIES; i++) {
		path = mo_arena_format(arena, "%s/%s%d", parent, own_prefix, i);
		if (!path)
			return mo_diag_memory(diags);
		if (mkdir(path, S_IRWXU) == 0) {
			stage->directory = path;
			return MOULT_OK;
		}
		if (errno != EEXIST)
			break;
	}
	return mo_diag_errno(diags, DIAG_RUN031, path, "make the directory");
}

static int make_owner(struct stage *stage, struct arena *arena, struct diags *diags)
{
	const char *path = mo_file_join(arena, stage->directory, OWNER);

	if (!path)
		return mo_diag_memory(diags);
	stage->owner = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
	if (stage->owner < 0)
		return mo_diag_errno(diags, DIAG_RUN031, path, "create");
	/* A file system without locks leaves the stage to be removed by hand after a crash. */
	take_lock(stage->owner);
	return MOULT_OK;
}

int mo_stage_open(struct stage *stage, struct arena *arena, const char *parent, const char *base,
		  struct diags *diags)
{
	const char *prefix = mo_arena_format(arena, "%s.moult-rehearsal-", base);
	const char *own_prefix = mo_arena_format(arena, "%s%lld-", prefix, (long long)getpid());
	int rc;

	*stage = (struct stage){.owner = -1};
	if (!prefix || !own_prefix)
		return mo_diag_memory(diags);
	remove_abandoned(arena, parent, prefix, own_prefix, diags);
	rc = make_directory(stage, arena, parent, own_prefix, diags);
	if (!rc)
		rc = make_owner(stage, arena, diags);
	if (rc)
		return rc;
	stage->copy = mo_file_join(arena, stage->directory, base);
	return stage->copy ? MOULT_OK : mo_diag_memory(diags);
}

void mo_stage_close(struct stage *stage, struct arena *arena, struct diags *diags)
{
	if (stage->directory)
		remove_directory(arena, stage->directory, diags);
	if (stage->owner >= 0)
		close(stage->owner);
	*stage = (struct stage){.owner = -1};
}
