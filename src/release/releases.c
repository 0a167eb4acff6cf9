/* SPDX-License-Identifier: MIT */
/* releases.c: see releases.h. */
#include "release/releases.h"

#include <string.h>

#include "backup/file.h"
#include "base/show.h"
#include "base/text.h"
#include "release/sum.h"

#define STAMP 15 /* the time in front of a name, with its underline */

bool mo_is_releases(const char *path)
{
	struct arena *arena = mo_arena_new();
	struct diags ignored = {.arena = arena};
	struct list names = {0};
	bool is = false;

	if (arena && mo_file_is_folder(path))
		mo_file_list(&names, arena, path, "", &ignored, DIAG_RUN001);
	EACH (const char, name, &names)
		is |= mo_same(name, MO_SUM_NAME) || mo_sum_is_name(name);
	mo_arena_free(arena);
	return is;
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool is_document(const char *name)
{
	const size_t length = strlen(name);

	return *name != '.' && length > 4 && strcmp(name + length - 4, ".xml") == 0;
}

/* In the order of names, which is that of the times. */
static void insert(struct releases *releases, struct release *release)
{
	struct release **items;
	int at = releases->list.count;

	mo_list_add(releases->arena, &releases->list, release);
	if (mo_arena_rc(releases->arena))
		return;
	items = (struct release **)releases->list.items;
	for (; at > 0 && strcmp(release->name, items[at - 1]->name) < 0; at--)
		items[at] = items[at - 1];
	items[at] = release;
}

/*
 * A file of the folder, or that it cannot be read.  What is no file, as a pipe, is not opened: the
 * reader of one waits for a writer.
 */
static int read_content(struct content *content, bool *is_unread, struct moult *m, const char *path)
{
	const int rc = mo_file_is_special(path) ? mo_diag(&m->diags, DIAG_RUN001, NULL, path,
							  "%s is no regular file", path)
						: mo_content_read(content, m, path);

	if (!rc || mo_diag_is_starved(&m->diags))
		return rc;
	*is_unread = true;
	mo_diag_hint(&m->diags,
		     "it must be what was frozen, and this user must be allowed to read it: git "
		     "checkout -- %s gets it back from version control",
		     mo_shell_word(m->diags.arena, path));
	return MOULT_OK;
}

static int add(struct releases *releases, struct moult *m, const char *name)
{
	struct release *release = mo_arena_make(releases->arena, struct release);

	if (!release)
		return mo_diag_memory(&m->diags);
	release->name = mo_arena_slice(releases->arena, name, strlen(name) - 4);
	release->path = mo_file_join(releases->arena, releases->path, name);
	if (!release->name || !release->path)
		return mo_diag_memory(&m->diags);
	insert(releases, release);
	return read_content(&release->content, &release->is_unread, m, release->path);
}

static int read_sum(struct releases *releases, struct moult *m)
{
	struct content content = {.text = NULL};
	int rc;

	releases->has_sum = mo_source_exists(releases->sum_path);
	if (!releases->has_sum)
		return MOULT_OK;
	rc = read_content(&content, &releases->is_sum_unread, m, releases->sum_path);
	if (!rc && content.text)
		mo_sum_read(&releases->lines, releases->arena, content.text);
	mo_content_done(&content);
	return rc;
}

static int fill(struct releases *releases, struct moult *m)
{
	struct list names = {0};
	int rc = MOULT_OK;

	if (mo_source_exists(releases->path))
		rc = mo_file_list(&names, releases->arena, releases->path, "", &m->diags,
				  DIAG_RUN001);
	EACH (const char, name, &names)
		if (!rc && is_document(name))
			rc = add(releases, m, name);
	if (!rc)
		rc = read_sum(releases, m);
	return !rc && mo_arena_rc(releases->arena) ? mo_diag_memory(&m->diags) : rc;
}

static char *without_slash(struct arena *arena, const char *path)
{
	size_t length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		length--;
	return mo_arena_slice(arena, path, length);
}

int mo_releases_read(struct releases **out, struct moult *m, const char *path)
{
	struct arena *arena = mo_arena_new();
	struct releases *releases = arena ? mo_arena_make(arena, struct releases) : NULL;
	int rc;

	if (!releases) {
		mo_arena_free(arena);
		return mo_diag_memory(&m->diags);
	}
	releases->arena = arena;
	releases->path = without_slash(arena, path);
	releases->sum_path =
		releases->path ? mo_file_join(arena, releases->path, MO_SUM_NAME) : NULL;
	rc = mo_arena_rc(arena) ? mo_diag_memory(&m->diags) : fill(releases, m);
	if (!rc)
		*out = releases;
	else
		mo_releases_free(releases);
	return rc;
}

void mo_releases_free(struct releases *releases)
{
	if (!releases)
		return;
	EACH (struct release, release, &releases->list)
		mo_content_done(&release->content);
	mo_arena_free(releases->arena);
}

/* ---- the newest ------------------------------------------------------------------------------- */

static bool is_line_before(const struct sum_line *a, const struct sum_line *b)
{
	return strcmp(a->name, b->name) < 0;
}

/* What a merge made of the lines, as it would be without one: sorted, each once, no marks. */
static struct list straighten(const struct releases *releases)
{
	struct list lines = {0};

	EACH (struct sum_line, line, &releases->lines) {
		int at = lines.count;

		if (line->kind == SUM_MARKER)
			continue;
		while (line->kind == SUM_RELEASE && at > 0 &&
		       ((struct sum_line *)lines.items[at - 1])->kind == SUM_RELEASE &&
		       is_line_before(line, lines.items[at - 1]))
			at--;
		if (at && mo_same(line->text, ((struct sum_line *)lines.items[at - 1])->text))
			continue;
		mo_list_add(releases->arena, &lines, line);
		if (mo_arena_rc(releases->arena))
			break;
		memmove(lines.items + at + 1, lines.items + at,
			sizeof(*lines.items) * (size_t)(lines.count - 1 - at));
		lines.items[at] = line;
	}
	return lines;
}

struct release *mo_releases_take_newest(struct releases *releases)
{
	struct release *newest = mo_releases_newest(releases);

	if (!newest)
		return NULL;
	releases->lines = straighten(releases);
	mo_list_remove(&releases->list, releases->list.count - 1);
	for (int i = releases->lines.count - 1; i >= 0; i--) {
		const struct sum_line *line = releases->lines.items[i];

		if (line->kind == SUM_RELEASE && mo_same(line->name, mo_file_base(newest->path)))
			mo_list_remove(&releases->lines, i);
	}
	mo_content_done(&newest->content);
	return newest;
}

/* ---- by name ----------------------------------------------------------------------------------- */

struct release *mo_releases_newest(const struct releases *releases)
{
	return releases->list.count ? releases->list.items[releases->list.count - 1] : NULL;
}

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static int say_none(struct moult *m, const struct releases *releases, const char *name)
{
	const char **names =
		mo_arena_alloc(m->diags.arena, sizeof(*names) * 2 * (size_t)releases->list.count);
	const char *meant;
	int count = 0, rc;

	if (!names && releases->list.count)
		return mo_diag_memory(&m->diags);
	EACH (const struct release, release, &releases->list) {
		names[count++] = release->name;
		names[count++] = release->name + STAMP;
	}
	meant = mo_nearest(name, names, count);
	rc = mo_diag(&m->diags, DIAG_REL010, NULL, name, "%s has no release %s%s%s%s",
		     releases->path, name, meant ? "; did you mean " : "", meant ? meant : "",
		     meant ? "?" : "");
	mo_diag_hint(&m->diags, "moult check %s lists them",
		     mo_shell_word(m->diags.arena, releases->path));
	return rc;
}

int mo_releases_find(struct release **out, struct moult *m, const struct releases *releases,
		     const char *name)
{
	const char *other = NULL;
	struct release *found = NULL;
	struct release *named = NULL; /* all of whose name it is, behind the time */
	int count = 0;
	int rc;

	EACH (struct release, release, &releases->list) {
		if (mo_same(release->name, name) || mo_same(mo_file_base(release->path), name)) {
			*out = release;
			return MOULT_OK;
		}
		if (!begins(release->name, name) && !begins(release->name + STAMP, name))
			continue;
		other = found ? found->name : NULL;
		found = release;
		if (mo_same(release->name + STAMP, name)) {
			named = release;
			count++;
		}
	}
	if (count == 1)
		found = named;
	if (!found)
		return say_none(m, releases, name);
	if (!other || count == 1) {
		*out = found;
		return MOULT_OK;
	}
	rc = mo_diag(&m->diags, DIAG_REL011, NULL, name,
		     "several releases begin with %s: %s and %s are two of them", name, other,
		     found->name);
	mo_diag_hint(&m->diags, "write more of the name");
	return rc;
}
