/* SPDX-License-Identifier: MIT */
/* undone.c: see undone.h. */
#include "back/undone.h"

#include "backup/file.h"
#include "base/text.h"

/*
 * Going back before a migration undoes it and all that came after it; going
 * back before a rollback puts in force again what that had undone.
 */
static long long undone_after(const struct undoing *undoing, const struct manifest *manifest)
{
	const struct manifest *chosen = &undoing->chosen->manifest;
	const long long saved = undoing->saved->manifest.number;

	if (mo_same(chosen->kind, MO_KIND_BEFORE_ROLLBACK) && manifest->undone == chosen->number)
		return 0;
	if (manifest->undone || manifest->number < chosen->number || manifest->number >= saved)
		return manifest->undone;
	return saved;
}

void mo_undone_mark(struct moult *m, struct arena *arena, const struct undoing *undoing)
{
	struct list entries = {0};
	const char *directory = mo_file_directory(arena, undoing->chosen->path);

	if (!directory || mo_backup_list_records(&entries, arena, m, directory, undoing->path)) {
		mo_diag(&m->diags, DIAG_RUN026, NULL, undoing->path,
			"the manifests could not be marked");
		return;
	}
	EACH (const struct backup_entry, entry, &entries) {
		const long long undone = undone_after(undoing, &entry->manifest);

		if (entry->fault || undone == entry->manifest.undone ||
		    !mo_same(entry->manifest.directory, undoing->chosen->manifest.directory))
			continue;
		if (mo_manifest_set_undone(entry->record, undone, undoing->saved->temporary,
					   undoing->path, m))
			mo_diag(&m->diags, DIAG_RUN026, NULL, entry->record,
				"%s could not be marked as undone", entry->record);
	}
}
