/* SPDX-License-Identifier: MIT */
/*
 * moult_folder.c: a folder as a schema.
 *
 *	of releases	the schema of the newest, which carries the others
 *	of scripts	what they make, played in memory in the order of their numbers
 */
#include "moult_private.h"
#include "base/show.h"
#include "base/text.h"
#include "lint/folder.h"
#include "lint/lint.h"
#include "lint/marks.h"
#include "live/connect.h"
#include "live/reference.h"
#include "sql/write.h"

/* Whether a folder has migration scripts; nothing is said where it has none. */
static int find_scripts(bool *has, moult *m, const char *path)
{
	struct arena *arena = mo_arena_new();
	struct list entries = {0};
	moult quiet = *m;
	bool is_starved;

	*has = false;
	if (!arena || mo_diags_init(&quiet.diags)) {
		mo_arena_free(arena);
		return mo_diag_memory(&m->diags);
	}
	*has = mo_source_exists(path) && !mo_folder_read(&entries, arena, &quiet, path);
	is_starved = mo_diag_is_starved(&quiet.diags) || mo_arena_rc(arena);
	mo_diags_done(&quiet.diags);
	mo_arena_free(arena);
	return is_starved ? mo_diag_memory(&m->diags) : MOULT_OK;
}

static int say_empty(moult *m, const char *path)
{
	const char *word = mo_shell_word(m->diags.arena, path);
	bool has_scripts;
	int rc = find_scripts(&has_scripts, m, path);

	if (rc)
		return rc;
	if (has_scripts) {
		rc = mo_diag(&m->diags, DIAG_REL020, NULL, path,
			     "%s has migration scripts, and no release", path);
		mo_diag_hint(
			&m->diags,
			"moult lint %s judges them, and moult diff %s DOC says whether they make "
			"what DOC says",
			word, word);
		return rc;
	}
	rc = mo_diag(&m->diags, DIAG_RUN001, NULL, path, "there is no release in %s", path);
	mo_folder_hint_at_program(m, path);
	mo_diag_hint_of(&m->diags, DIAG_RUN001, "make the first: moult release DOC %s --name begin",
			word);
	return rc;
}

/* Whoever froze it could read it, and nobody may mend it. */
static int refuse_frozen(moult *m, const struct release *release, const struct releases *releases)
{
	struct diags *diags = &m->diags;
	const int rc =
		mo_diag(diags, DIAG_REL022, NULL, release->path,
			"%s is as it was frozen, and this moult cannot read it", release->path);

	mo_diag_hint(diags,
		     release == mo_releases_newest(releases)
			     ? "take the moult that froze it, or a newer one; or, if it was not "
			       "shipped: moult release DOC %s --amend"
			     : "take the moult that froze it, or a newer one: a release is never "
			       "edited",
		     mo_shell_word(diags->arena, releases->path));
	return rc;
}

int mo_folder_fill_one(struct release *release, const struct releases *releases, moult *m)
{
	int rc = mo_schema_load(&release->schema, m, &release->content, release->path,
				release->path);

	if (!rc && !release->schema->document)
		rc = mo_diag(&m->diags, DIAG_RUN002, NULL, release->path,
			     "%s is a release, and no document", release->path);
	if (!rc)
		release->schema->release = release->name;
	return !rc || mo_diag_is_starved(&m->diags) ? rc : refuse_frozen(m, release, releases);
}

/* The sum was held against the files before: what is read is what was frozen. */
int mo_folder_fill(struct releases *releases, moult *m)
{
	int rc = releases->list.count ? MOULT_OK : say_empty(m, releases->path);

	EACH (struct release, release, &releases->list) {
		if (!rc || !mo_diag_is_starved(&m->diags)) {
			const int its = mo_folder_fill_one(release, releases, m);

			rc = rc ? rc : its;
		}
	}
	return rc;
}

/* ---- scripts --------------------------------------------------------------------------------- */

/* The way there of a script; the way back behind a mark is not played. */
static int add_script(struct list *scripts, struct arena *arena, moult *m, const char *path)
{
	struct script_text *text = mo_arena_make(arena, struct script_text);
	struct script script = {.path = path, .down = -1};
	struct content content = {.text = NULL};
	int rc = text ? mo_content_read(&content, m, path) : mo_diag_memory(&m->diags);

	if (rc)
		return rc;
	script.text = mo_arena_text(arena, content.text ? content.text : "");
	mo_content_done(&content);
	if (!script.text)
		return mo_diag_memory(&m->diags);
	mo_script_read(arena, &script.statements, &script.remarks, script.text);
	mo_marks_read(&script, arena);
	text->name = path;
	text->text = script.text;
	if (script.down >= 0 && script.down < script.statements.count) {
		const struct statement *down = script.statements.items[script.down];

		text->text = mo_arena_slice(arena, script.text, (size_t)(down->text - script.text));
	}
	mo_list_add(arena, scripts, text);
	return mo_arena_rc(arena) ? mo_diag_memory(&m->diags) : MOULT_OK;
}

/* What is odd about their numbers is as much a finding here as for the linter. */
static int say_numbers(const struct lint *lint, moult *m)
{
	EACH (const moult_diagnostic, finding, &lint->findings.list) {
		const bool is_gap = mo_same(finding->id, mo_diag_kinds[DIAG_LN131].id);

		mo_diag(&m->diags, is_gap ? DIAG_LN131 : DIAG_LN132, &finding->want,
			finding->object, "%s", finding->message);
		mo_diag_hint(&m->diags, "%s", finding->hint);
	}
	return mo_diag_errors(&lint->findings, 0) ? MOULT_TROUBLE : MOULT_OK;
}

static int play_scripts(struct moult_schema *schema, struct lint *lint, moult *m)
{
	struct list entries = {0}, scripts = {0};
	int rc = mo_folder_read(&entries, lint->arena, m, schema->name);

	if (rc) {
		mo_diag_hint_of(&m->diags, DIAG_RUN001,
				"for a folder of releases make the first: moult release DOC %s "
				"--name begin",
				mo_shell_word(m->diags.arena, schema->name));
		return rc;
	}
	mo_folder_judge(lint, &entries);
	rc = say_numbers(lint, m);
	EACH (const struct entry, entry, &entries)
		if (!rc && !entry->is_down)
			rc = add_script(&scripts, lint->arena, m, entry->path);
	if (!rc)
		rc = mo_reference_scripts(&schema->stored, &schema->played, m, &scripts);
	if (rc)
		return rc;
	EACH (const struct script_text, script, &scripts)
		mo_hash_piece(&schema->stored->read, script->text, strlen(script->text));
	mo_schema_leave_unsaid(schema);
	schema->is_folder_of_scripts = true;
	return MOULT_OK;
}

static int load_scripts(moult_schema **out, moult *m, const char *path)
{
	const moult_lint_options options = MOULT_LINT_OPTIONS_INIT;
	struct moult_schema *schema = mo_schema_begin(m, path, MOULT_SCRIPT);
	struct lint *lint = schema ? mo_lint_new(m, &options) : NULL;
	int rc = lint ? play_scripts(schema, lint, m) : MOULT_TROUBLE;

	mo_lint_free(lint);
	if (!rc)
		*out = schema;
	else
		moult_schema_free(schema);
	return rc;
}

/* Whether a table that the scripts made has a row.  One that cannot be asked has none to tell of. */
static bool has_row(sqlite3 *db, struct diags *diags, const struct table *table)
{
	char *sql = mo_arena_format(diags->arena, "SELECT EXISTS (SELECT 1 FROM main.\"%w\")",
				    table->object.name);
	int rc = SQLITE_OK;
	const bool has = sql && mo_query_integer(db, sql, 0, &rc) == 1;

	if (rc == SQLITE_NOMEM)
		mo_diag_memory(diags);
	return has;
}

int mo_folder_say_rows(moult *m, const moult_schema *scripts)
{
	const struct list *tables = &scripts->stored->objects[KIND_TABLE];
	struct diags *diags = &m->diags;
	sqlite3_str *names = sqlite3_str_new(NULL);
	const char *list;
	int count = 0;

	EACH (const struct table, table, tables) {
		if (!has_row(scripts->played, diags, table))
			continue;
		sqlite3_str_appendall(names, count++ ? "," : "");
		mo_write_name(names, table->object.name);
	}
	list = mo_arena_take(diags->arena, names);
	if (mo_diag_is_starved(diags) || mo_arena_rc(diags->arena))
		return mo_diag_memory(diags);
	if (!count)
		return MOULT_OK;
	mo_diag(diags, DIAG_SQL003, NULL, scripts->name,
		"the scripts leave rows in %d table%s: rows are no part of a schema, and are left out",
		count, count == 1 ? "" : "s");
	mo_diag_hint(diags, "declare them in a document: moult dump %s --rows %s -o DOC",
		     mo_shell_word(diags->arena, scripts->name), mo_shell_word(diags->arena, list));
	return MOULT_OK;
}

/* ---- either ------------------------------------------------------------------------------------ */

static int load_newest(moult_schema **out, moult *m, const char *path)
{
	struct releases *releases = NULL;
	int rc = mo_releases_read(&releases, m, path);

	if (!rc)
		rc = mo_releases_judge(releases, m);
	if (!rc)
		rc = mo_folder_fill(releases, m);
	if (rc) {
		mo_folder_free(releases);
		return rc;
	}
	*out = mo_releases_newest(releases)->schema;
	(*out)->releases = releases;
	return MOULT_OK;
}

int mo_folder_load(moult_schema **out, moult *m, const char *path)
{
	return mo_is_releases(path) ? load_newest(out, m, path) : load_scripts(out, m, path);
}

void mo_folder_free(struct releases *releases)
{
	if (!releases)
		return;
	EACH (struct release, release, &releases->list)
		moult_schema_free(release->schema);
	mo_releases_free(releases);
}

void mo_folder_unload(struct moult_schema *schema)
{
	if (!schema->releases)
		return;
	mo_releases_newest(schema->releases)->schema = NULL;
	mo_folder_free(schema->releases);
}

int moult_schema_release(const moult_schema **out, moult *m, const moult_schema *folder,
			 const char *name)
{
	struct release *release = NULL;
	int rc;

	if (!folder->releases)
		return mo_diag(&m->diags, DIAG_RUN022, NULL, folder->name,
			       "%s is no folder of releases", folder->name);
	if (!name) {
		*out = folder;
		return MOULT_OK;
	}
	rc = mo_releases_find(&release, m, folder->releases, name);
	if (!rc)
		*out = release->schema;
	return rc;
}

const moult_schema *moult_schema_release_at(const moult_schema *folder, int at)
{
	const struct release *release =
		folder->releases && at >= 0 && at < folder->releases->list.count
			? folder->releases->list.items[at]
			: NULL;

	return release ? release->schema : NULL;
}
