/* SPDX-License-Identifier: MIT */
/*
 * moult_folder.c: a folder of releases as a schema.
 *
 * The schema of a folder is that of its newest release, and carries the others.
 */
#include "moult_private.h"
#include "base/show.h"
#include "base/text.h"

static int say_empty(moult *m, const char *path)
{
	const int rc =
		mo_diag(&m->diags, DIAG_RUN001, NULL, path, "there is no release in %s", path);

	mo_diag_hint(&m->diags, "make the first: moult release DOC %s --name begin",
		     mo_shell_word(m->diags.arena, path));
	return rc;
}

/* The sum was held against the files before: what is read is what was frozen. */
int mo_folder_fill(struct releases *releases, moult *m)
{
	int rc = releases->list.count ? MOULT_OK : say_empty(m, releases->path);

	EACH (struct release, release, &releases->list) {
		if (!rc)
			rc = mo_schema_load(&release->schema, m, &release->content, release->path,
					    release->path);
		if (rc)
			return rc;
		if (!release->schema->document)
			return mo_diag(&m->diags, DIAG_RUN002, NULL, release->path,
				       "%s is a release, and no document", release->path);
	}
	return rc;
}

int mo_folder_load(moult_schema **out, moult *m, const char *path)
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
