/* SPDX-License-Identifier: MIT */
/*
 * report_path.c: see report_path.h.
 *
 * Files that are there are compared by device and inode.  A file that is not
 * there yet has only its name: "NAME-journal" belongs to NAME, if NAME is there
 * and is a database.  Links in the directory of a name are followed first.
 */
#include "backup/report_path.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup/file.h"
#include "backup/name.h"
#include "base/text.h"
#include "live/input.h"

#define SUPER_JOURNAL "-mj" /* of a transaction over several databases; digits follow */

static const char *const sidecars[] = {"-wal", "-shm", "-journal", NULL};

struct target {
	struct moult *m;
	struct arena *arena;
	const char *path; /* as it was named */
	const char *real;
	struct stat status;
	bool exists;
};

static int refuse(const struct target *target, const char *what, const char *other)
{
	struct diags *diags = &target->m->diags;
	const int rc = mo_diag(diags, DIAG_RUN038, NULL, target->path,
			       "%s is not written: it is %s%s", target->path, what, other);

	mo_diag_hint(diags, "write to another file");
	return rc;
}

/* "-" is standard input, which may be a file. */
static bool look_at_input(struct stat *status, const char *path)
{
	return (mo_same(path, "-") ? fstat(STDIN_FILENO, status) : stat(path, status)) == 0;
}

static bool is_target(const struct target *target, const char *path)
{
	struct stat status;

	return target->exists && path && look_at_input(&status, path) &&
	       status.st_dev == target->status.st_dev && status.st_ino == target->status.st_ino;
}

/* Whether a path leads to a file that was read. */
static bool is_input(const struct moult *m, const char *path)
{
	struct stat file, input;

	if (stat(path, &file) != 0)
		return false;
	for (int i = 0; i < m->inputs.count; i++)
		if (look_at_input(&input, m->inputs.items[i]) && input.st_dev == file.st_dev &&
		    input.st_ino == file.st_ino)
			return true;
	return false;
}

/* ---- by name ------------------------------------------------------------------- */

/*
 * The database that a file beside it belongs to by its name, there or not; NULL where it has no
 * such name.
 */
static char *owner_of(const struct target *target)
{
	const size_t length = strlen(target->real);
	const char *super = strstr(mo_file_base(target->real), SUPER_JOURNAL);

	for (int i = 0; sidecars[i]; i++) {
		const size_t tail = strlen(sidecars[i]);

		if (length > tail && mo_same_name(target->real + length - tail, sidecars[i]))
			return mo_arena_slice(target->arena, target->real, length - tail);
	}
	return super ? mo_arena_slice(target->arena, target->real, (size_t)(super - target->real))
		     : NULL;
}

static int check_name(const struct target *target)
{
	const char *owner = owner_of(target);

	if (owner && (is_input(target->m, owner) || mo_source_is_database(owner)))
		return refuse(target, "the name of a file that SQLite keeps beside ", owner);
	if (mo_backup_name_is_any(mo_file_base(target->real)))
		return refuse(target, "the name of a backup or of its manifest", "");
	return MOULT_OK;
}

/* ---- by device and inode ----------------------------------------------------------- */

static int check_beside(const struct target *target, const char *input)
{
	const char *directory = mo_file_directory(target->arena, input);
	struct diags ignored = {.arena = target->arena};
	struct list names = {0};

	for (int i = 0; sidecars[i]; i++)
		if (is_target(target, mo_arena_format(target->arena, "%s%s", input, sidecars[i])))
			return refuse(target, "a file that SQLite keeps beside ", input);
	if (!directory || mo_file_list(&names, target->arena, directory, "", &ignored, DIAG_RUN038))
		return MOULT_OK;
	for (int i = 0; i < names.count; i++)
		if (mo_backup_name_is_any(names.items[i]) &&
		    is_target(target, mo_file_join(target->arena, directory, names.items[i])))
			return refuse(target, "the backup or manifest ", names.items[i]);
	return MOULT_OK;
}

static int check_file(const struct target *target)
{
	int rc = MOULT_OK;

	for (int i = 0; i < target->m->inputs.count; i++)
		if (is_target(target, target->m->inputs.items[i]))
			return refuse(target, "what was read as ", target->m->inputs.items[i]);
	if (mo_source_is_database(target->path))
		return refuse(target, "a SQLite database", "");
	for (int i = 0; !rc && i < target->m->inputs.count; i++) {
		char *real = NULL;
		struct diags ignored = {.arena = target->arena};

		if (target->status.st_nlink > 1 &&
		    mo_file_absolute(&real, target->arena, target->m->inputs.items[i], &ignored,
				     DIAG_RUN038) == MOULT_OK)
			rc = check_beside(target, real);
	}
	return rc;
}

int mo_output_check(struct moult *m, const char *path)
{
	struct target target = {.m = m, .arena = mo_arena_new(), .path = path};
	struct diags ignored = {.arena = target.arena};
	char *real = NULL;
	int rc = MOULT_OK;

	if (!target.arena)
		return mo_diag_memory(&m->diags);
	target.exists = stat(path, &target.status) == 0;
	/* A directory that is not there is found out when the file is made. */
	if ((!target.exists || S_ISREG(target.status.st_mode)) &&
	    mo_file_absolute(&real, target.arena, path, &ignored, DIAG_RUN038) == MOULT_OK) {
		target.real = real;
		rc = check_name(&target);
		if (!rc && target.exists)
			rc = check_file(&target);
	}
	if (!rc && mo_arena_rc(target.arena))
		rc = mo_diag_memory(&m->diags);
	mo_arena_free(target.arena);
	return rc;
}
