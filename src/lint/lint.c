/* SPDX-License-Identifier: MIT */
/* lint.c: the scripts one after the other; see lint.h. */

#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "lint/down.h"
#include "lint/find.h"
#include "lint/folder.h"
#include "lint/lint.h"
#include "lint/marks.h"
#include "lint/scene.h"
#include "lint/work.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "live/input.h"
#include "live/reference.h"
#include "xml/document.h"

#define READ_TIMEOUT_MS 5000

/* What the scripts begin with. */
struct ground {
	sqlite3 *db;
	bool owns_db;
	struct schema *schema;
	const struct schema *borrowed;
};

struct lint *mo_lint_new(struct moult *m, const moult_lint_options *options)
{
	struct arena *arena = mo_arena_new();
	struct lint *lint = arena ? mo_arena_make(arena, struct lint) : NULL;

	if (!lint || mo_diags_init(&lint->findings) != MOULT_OK) {
		mo_arena_free(arena);
		mo_diag_memory(&m->diags);
		return NULL;
	}
	lint->m = m;
	lint->arena = arena;
	lint->options = *options;
	if (mo_lint_switch(lint, options->disable, true) == MOULT_OK &&
	    mo_lint_switch(lint, options->enable, false) == MOULT_OK)
		return lint;
	mo_lint_free(lint);
	return NULL;
}

void mo_lint_free(struct lint *lint)
{
	if (!lint)
		return;
	mo_diags_done(&lint->findings);
	mo_arena_free(lint->arena);
}

int mo_lint_count(const struct lint *lint)
{
	int count = 0;

	for (int i = 0; i < lint->findings.list.count; i++)
		count += ((const moult_diagnostic *)lint->findings.list.items[i])->severity !=
			 MOULT_NOTE;
	return count;
}

/* ---- scripts ------------------------------------------------------------------------------ */

static void read_script(struct script *script, struct arena *arena, const char *path,
			const char *text)
{
	*script = (struct script){.path = path, .text = text, .down = -1};
	mo_script_read(arena, &script->statements, &script->remarks, text);
	mo_marks_read(script, arena);
}

/* An empty file is an empty database too; a name that ends so makes it a script. */
static bool is_empty_script(const char *path)
{
	const size_t length = strlen(path);
	struct stat status;

	return length > 4 && sqlite3_stricmp(path + length - 4, ".sql") == 0 &&
	       stat(path, &status) == 0 && !status.st_size;
}

/* NULL after a diagnostic. */
static const char *read_text(struct lint *lint, const char *path)
{
	struct content content = {0};
	const char *text = NULL;
	int rc = mo_content_read(&content, lint->m, path);

	if (rc)
		return NULL;
	if (content.source == MOULT_SCRIPT)
		text = mo_arena_slice(lint->arena, content.text, content.size);
	else if (!content.text && is_empty_script(path))
		text = "";
	else
		mo_diag(&lint->m->diags, DIAG_RUN022, NULL, path,
			"%s is no script; a database or document is named last", path);
	mo_content_done(&content);
	if (!text && mo_arena_rc(lint->arena))
		mo_diag_memory(&lint->m->diags);
	return text;
}

/* The way there on the scene, then the way back on a copy of it. */
static int play_both(struct lint *lint, struct scene *scene, const struct script *up,
		     const struct script *down, sqlite3 *live)
{
	struct schema *before = NULL;
	int rc = down ? mo_catalogue_read(&before, lint->m, scene->db) : MOULT_OK;

	mo_list_add(lint->arena, &lint->files, up->path);
	if (!rc)
		rc = mo_work(lint, scene, up, live, false);
	if (!rc && down)
		rc = mo_down(lint, scene, down, before);
	mo_schema_free(before);
	return rc;
}

static int play_entry(struct lint *lint, struct scene *scene, const struct entry *entry,
		      sqlite3 *live)
{
	const char *text = read_text(lint, entry->path);
	struct script up, back;
	const struct script *down = NULL;

	if (!text)
		return MOULT_TROUBLE;
	read_script(&up, lint->arena, mo_same(entry->path, "-") ? "<stdin>" : entry->path, text);
	if (entry->back) {
		text = read_text(lint, entry->back->path);
		if (!text)
			return MOULT_TROUBLE;
		read_script(&back, lint->arena, entry->back->path, text);
		down = &back;
	} else if (up.down >= 0) {
		down = &up;
	}
	return play_both(lint, scene, &up, down, live);
}

/* ---- the ground ------------------------------------------------------------------------------ */

static int read_document(struct ground *ground, struct lint *lint, const struct content *content,
			 const char *path)
{
	const char *slash = strrchr(path, '/');
	const struct document_source source = {
		path, content->text, content->size,
		slash ? mo_arena_slice(lint->arena, path, (size_t)(slash - path + 1)) : "."};

	const int rc = mo_document_read(&ground->schema, &source, &lint->m->diags);

	return rc ? rc : mo_source_note_included(lint->m, ground->schema);
}

static int read_database(struct ground *ground, struct lint *lint, const char *path)
{
	int rc = mo_connect(&ground->db, lint->m, path, SQLITE_OPEN_READWRITE);

	if (rc)
		return rc;
	ground->owns_db = true;
	sqlite3_busy_timeout(ground->db, READ_TIMEOUT_MS);
	mo_exec(ground->db, "PRAGMA query_only = ON");
	return MOULT_OK;
}

/* Whether the last path is what the scripts begin with; it leaves the list then. */
static int read_ground(struct ground *ground, struct lint *lint, struct list *entries)
{
	struct entry *last = entries->items[entries->count - 1];
	struct content content = {0};
	int rc = MOULT_OK;

	if (last->from_folder || mo_same(last->path, "-"))
		return MOULT_OK;
	rc = mo_content_read(&content, lint->m, last->path);
	if (rc)
		return rc;
	if (content.source == MOULT_SCRIPT || is_empty_script(last->path)) {
		mo_content_done(&content);
		return MOULT_OK;
	}
	rc = content.source == MOULT_DOCUMENT ? read_document(ground, lint, &content, last->path)
					      : read_database(ground, lint, last->path);
	mo_content_done(&content);
	mo_list_remove(entries, entries->count - 1);
	return rc;
}

static void leave_ground(struct ground *ground)
{
	if (ground->owns_db)
		mo_disconnect(ground->db);
	mo_schema_free(ground->schema);
}

/* ---- all of them --------------------------------------------------------------------------- */

static int play_all(struct lint *lint, const struct ground *ground, struct list *entries)
{
	const struct schema *schema = ground->schema ? ground->schema : ground->borrowed;
	struct scene scene = {.db = NULL};
	int rc = mo_scene_open(&scene, lint->m, ground->db, schema);

	/* The rows are those of before the first script only. */
	for (int i = 0; !rc && i < entries->count; i++)
		rc = play_entry(lint, &scene, entries->items[i], i ? NULL : ground->db);
	mo_scene_close(&scene);
	return rc;
}

int mo_lint_paths(struct lint *lint, const char *const *paths, int count)
{
	struct ground ground = {0};
	struct list entries = {0};
	int rc = MOULT_OK;

	for (int i = 0; !rc && i < count; i++)
		rc = mo_folder_read(&entries, lint->arena, lint->m, paths[i]);
	if (!rc && mo_arena_rc(lint->arena))
		rc = mo_diag_memory(&lint->m->diags);
	if (!rc)
		rc = read_ground(&ground, lint, &entries);
	if (!rc && !entries.count)
		rc = mo_diag(&lint->m->diags, DIAG_RUN022, NULL, NULL,
			     "there is no script to look at");
	if (!rc) {
		mo_folder_judge(lint, &entries);
		rc = play_all(lint, &ground, &entries);
	}
	leave_ground(&ground);
	return rc;
}

int mo_lint_text(struct lint *lint, const char *text, const char *name, sqlite3 *db,
		 const struct schema *schema)
{
	struct scene scene = {.db = NULL};
	struct script script;
	int rc = mo_scene_open(&scene, lint->m, db, schema);

	if (!rc) {
		read_script(&script, lint->arena, name, text);
		rc = play_both(lint, &scene, &script, script.down >= 0 ? &script : NULL, db);
	}
	mo_scene_close(&scene);
	return rc;
}
