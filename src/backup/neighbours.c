/* SPDX-License-Identifier: MIT */
/* neighbours.c: see backup/neighbours.h. */
#include "backup/neighbours.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "backup/file.h"
#include "base/text.h"

#define COARSEST 2 /* seconds: the times of files on FAT */

/* Of one directory, the one that was asked for last. */
struct neighbours {
	struct arena *arena; /* of itself, and of all that is here */
	const char *directory;
	const char *base;  /* of the first database in it that was asked for */
	bool are_read;	   /* or else there is only the note that somebody asked */
	time_t changed;	   /* the directory, when it was read */
	struct list names; /* sorted */
};

void mo_neighbours_free(struct neighbours *neighbours)
{
	if (neighbours)
		mo_arena_free(neighbours->arena);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* NULL without memory: then the names are not kept. */
static struct neighbours *neighbours_new(const char *directory, const char *base)
{
	struct arena *arena = mo_arena_new();
	struct neighbours *neighbours = arena ? mo_arena_make(arena, struct neighbours) : NULL;

	if (neighbours) {
		neighbours->arena = arena;
		neighbours->directory = mo_arena_text(arena, directory);
		neighbours->base = mo_arena_text(arena, base);
	}
	if (arena && mo_arena_rc(arena)) {
		mo_arena_free(arena);
		return NULL;
	}
	return neighbours;
}

static void keep(struct moult *m, struct neighbours *neighbours)
{
	mo_neighbours_free(m->neighbours);
	m->neighbours = neighbours;
}

/* Reads the whole directory and keeps it. */
static int read_all(struct moult *m, const char *directory, const char *base, enum diag_id id)
{
	struct neighbours *all = neighbours_new(directory, base);
	struct stat status = {0};
	int rc = all ? MOULT_OK : mo_diag_memory(&m->diags);

	if (!rc &&
	    stat(directory, &status)) /* before it is read: what comes meanwhile is younger */
		rc = mo_diag_errno(&m->diags, id, directory, "look at");
	if (!rc)
		rc = mo_file_list(&all->names, all->arena, directory, "", &m->diags, id);
	if (rc) {
		mo_neighbours_free(all);
		return rc;
	}
	all->are_read = true;
	all->changed = status.st_mtime;
	if (all->names.count)
		qsort(all->names.items, (size_t)all->names.count, sizeof(void *), by_name);
	keep(m, all);
	return MOULT_OK;
}

static bool is_good_for(const struct neighbours *neighbours, const struct stat *database)
{
	return neighbours->are_read && database->st_ctime < neighbours->changed - COARSEST;
}

static int first_from(const struct list *names, const char *text)
{
	int low = 0, high = names->count;

	while (low < high) {
		const int middle = low + (high - low) / 2;

		if (strcmp(names->items[middle], text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int copy_names(struct list *names, struct arena *arena, const struct list *all,
		      const char *base, struct diags *diags)
{
	const size_t length = strlen(base);

	for (int i = first_from(all, base); i < all->count; i++) {
		if (strncmp(all->items[i], base, length) != 0)
			break;
		mo_list_add(arena, names, mo_arena_text(arena, all->items[i]));
	}
	return mo_arena_rc(arena) ? mo_diag_memory(diags) : MOULT_OK;
}

/* Whether there are more databases in the directory than one that somebody asks for. */
static bool is_shared(struct moult *m, const char *directory, const char *base)
{
	if (m->neighbours && mo_same(m->neighbours->directory, directory))
		return m->neighbours->are_read || !mo_same(m->neighbours->base, base);
	keep(m, neighbours_new(directory, base));
	return false;
}

int mo_neighbours(struct list *names, struct arena *arena, struct moult *m, const char *directory,
		  const char *base, const char *path, enum diag_id id)
{
	const char *log = path ? mo_arena_format(arena, "%s-wal", path) : NULL;
	struct stat status;
	int rc = MOULT_OK;

	if (!log || !is_shared(m, directory, base) || mo_file_exists(log) || stat(path, &status))
		return mo_file_list(names, arena, directory, base, &m->diags, id);
	if (!is_good_for(m->neighbours, &status))
		rc = read_all(m, directory, base, id);
	return rc ? rc : copy_names(names, arena, &m->neighbours->names, base, &m->diags);
}
