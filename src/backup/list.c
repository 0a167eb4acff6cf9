/* SPDX-License-Identifier: MIT */
/*
 * list.c: the backups that are there, and whether they can be trusted.
 *
 * What a directory holds was perhaps not put there by us.  A backup is trusted
 * when its manifest is one, names this very file, and the file is a regular
 * one of the size and checksum that the manifest says, which SQLite opens and
 * finds sound.  In a list, what is wrong with one backup is a text of its
 * entry; only asking for one by name makes it an error.
 */
#include "backup/backup.h"

#include <stdlib.h>
#include <string.h>

#include "backup/file.h"
#include "backup/name.h"
#include "backup/neighbours.h"
#include "base/json.h"
#include "base/text.h"
#include "live/connect.h"
#include "live/watch.h"

/* ---- one backup ---- */

static int distrust(struct moult *m, const struct backup_entry *entry, const char *why)
{
	return mo_diag(&m->diags, DIAG_RUN020, NULL, entry->path, "%s cannot be trusted: %s",
		       entry->path, why);
}

static int read_record(struct backup_entry *entry, struct arena *arena, struct moult *m)
{
	int rc;

	if (!mo_file_is_regular(entry->record))
		return distrust(m, entry, "it has no manifest beside it");
	rc = mo_manifest_read(&entry->manifest, arena, m, entry->record);
	if (rc)
		return rc;
	if (!mo_json_is(entry->manifest.backup, mo_file_base(entry->path)))
		return distrust(m, entry, "its manifest is of another backup");
	return MOULT_OK;
}

static bool tell(void *context, long long done, long long total)
{
	const moult_progress progress = {"check", "backup", "bytes", done, total, 0, 0};

	return mo_goes_on(context, &progress);
}

static int check_size(const struct backup_entry *entry, struct moult *m)
{
	long long size;
	int rc;

	if (!mo_file_is_regular(entry->path))
		return distrust(m, entry, "it is missing, or no regular file");
	rc = mo_file_size(&size, entry->path, &m->diags, DIAG_RUN020);
	if (rc)
		return rc;
	if (size != entry->manifest.size)
		return distrust(m, entry, "its size is not the one that was written");
	return MOULT_OK;
}

static int check_bytes(const struct backup_entry *entry, struct moult *m)
{
	const struct file_watcher watcher = {tell, m};
	char checksum[MO_HASH_TEXT];
	int rc = check_size(entry, m);

	if (rc)
		return rc;
	rc = mo_file_checksum(checksum, entry->path, &watcher, &m->diags, DIAG_RUN020);
	if (!rc && !mo_same(checksum, entry->manifest.checksum))
		rc = distrust(m, entry, "its checksum is not the one that was written");
	return rc;
}

/* A backup of a database that had faults has the same faults. */
static int check_content(const struct backup_entry *entry, struct arena *arena, struct moult *m)
{
	const char *verdict = NULL;
	sqlite3 *db = NULL;
	int rc = mo_backup_open(&db, m, entry->path, NULL);

	if (rc)
		return rc;
	rc = mo_backup_judge(&verdict, arena, m, db);
	mo_disconnect(db);
	if (rc)
		return rc;
	if (mo_backup_is_sound(verdict) || !mo_backup_is_sound(entry->manifest.quick_check))
		return MOULT_OK;
	return mo_diag(&m->diags, DIAG_RUN020, NULL, entry->path, "%s is damaged: %s", entry->path,
		       verdict);
}

/* What is told without reading it. */
static int look(struct backup_entry *entry, struct arena *arena, struct moult *m)
{
	(void)arena;
	return check_size(entry, m);
}

static int check(struct backup_entry *entry, struct arena *arena, struct moult *m)
{
	int rc = check_bytes(entry, m);

	return rc ? rc : check_content(entry, arena, m);
}

int mo_backup_find(struct backup_entry **out, struct arena *arena, struct moult *m,
		   const char *backup)
{
	struct backup_entry *entry = mo_arena_make(arena, struct backup_entry);
	const size_t tail = strlen(MO_BACKUP_SUFFIX);
	size_t length;
	char *path = NULL;
	int rc = entry ? mo_file_absolute(&path, arena, backup, &m->diags, DIAG_RUN020)
		       : mo_diag_memory(&m->diags);

	if (rc)
		return rc;
	entry->path = path;
	length = strlen(path);
	if (length <= tail || strcmp(path + length - tail, MO_BACKUP_SUFFIX) != 0)
		return distrust(m, entry, "a backup's name ends in " MO_BACKUP_SUFFIX);
	entry->record = mo_arena_format(arena, "%.*s" MO_RECORD_SUFFIX, (int)(length - tail), path);
	rc = entry->record ? read_record(entry, arena, m) : mo_diag_memory(&m->diags);
	if (!rc)
		rc = check(entry, arena, m);
	if (!rc)
		*out = entry;
	return rc;
}

/* ---- all of them ---- */

/* Runs a check with diagnostics of its own; the last of them becomes the fault of the entry. */
static int look_quietly(struct backup_entry *entry, struct arena *arena, struct moult *m,
			int (*check_it)(struct backup_entry *, struct arena *, struct moult *))
{
	struct moult quiet = *m;
	const moult_diagnostic *last;

	if (mo_diags_init(&quiet.diags))
		return mo_diag_memory(&m->diags);
	if (check_it(entry, arena, &quiet)) {
		last = mo_diag_last(&quiet.diags);
		entry->fault = last ? mo_arena_text(arena, last->message) : "it cannot be read";
	}
	mo_diags_done(&quiet.diags);
	return mo_arena_rc(arena) ? mo_diag_memory(&m->diags) : MOULT_OK;
}

static struct backup_entry *entry_new(struct arena *arena, const char *directory, const char *name,
				      const struct backup_name *parts)
{
	struct backup_entry *entry = mo_arena_make(arena, struct backup_entry);
	const char *stem = mo_arena_slice(arena, name, parts->stem);
	const char *path = stem ? mo_file_join(arena, directory, stem) : NULL;

	if (!entry || !path)
		return NULL;
	entry->path = mo_arena_format(arena, "%s" MO_BACKUP_SUFFIX, path);
	entry->record = mo_arena_format(arena, "%s" MO_RECORD_SUFFIX, path);
	entry->manifest.number = parts->number;
	return entry->record ? entry : NULL;
}

/* Newest first. */
static int by_number(const void *a, const void *b)
{
	const struct backup_entry *const *first = a;
	const struct backup_entry *const *second = b;
	const long long difference = (*second)->manifest.number - (*first)->manifest.number;

	return difference ? (difference > 0 ? 1 : -1) : strcmp((*second)->path, (*first)->path);
}

static bool has_entry(const struct list *entries, const char *path)
{
	EACH (const struct backup_entry, entry, entries)
		if (mo_same(entry->path, path))
			return true;
	return false;
}

static int add_entries(struct list *entries, struct arena *arena, struct moult *m,
		       const char *directory, const char *base, const struct list *names)
{
	struct backup_name parts;

	for (int i = 0; i < names->count; i++) {
		struct backup_entry *entry;

		if (!mo_backup_name_read(&parts, names->items[i], base) ||
		    (!mo_same(parts.suffix, MO_BACKUP_SUFFIX) &&
		     !mo_same(parts.suffix, MO_RECORD_SUFFIX)))
			continue;
		entry = entry_new(arena, directory, names->items[i], &parts);
		if (!entry)
			return mo_diag_memory(&m->diags);
		if (!has_entry(entries, entry->path))
			mo_list_add(arena, entries, entry);
	}
	if (entries->count)
		qsort(entries->items, (size_t)entries->count, sizeof(void *), by_number);
	return mo_arena_rc(arena) ? mo_diag_memory(&m->diags) : MOULT_OK;
}

int mo_backup_read_records(struct list *entries, struct arena *arena, struct moult *m,
			   const char *directory, const char *base, const struct list *names)
{
	int rc = add_entries(entries, arena, m, directory, base, names);

	for (int i = 0; !rc && i < entries->count; i++)
		rc = look_quietly(entries->items[i], arena, m, read_record);
	return rc;
}

int mo_backup_list_records(struct list *entries, struct arena *arena, struct moult *m,
			   const char *directory, const char *path)
{
	const char *base = mo_file_base(path);
	struct list names = {0};
	int rc = mo_neighbours(&names, arena, m, directory, base, path, DIAG_RUN019);

	return rc ? rc : mo_backup_read_records(entries, arena, m, directory, base, &names);
}

/* In a directory that many databases share, one of the same name from elsewhere is not this one. */
static bool is_of(const struct backup_entry *entry, const char *directory, const char *own)
{
	return mo_same(directory, own) || !entry->manifest.directory ||
	       mo_json_is(entry->manifest.directory, own);
}

int mo_backup_list(struct list *entries, struct arena *arena, struct moult *m, const char *path,
		   const moult_options *options)
{
	struct list all = {0};
	char *database = NULL, *own, *directory;
	int rc = mo_path_check(m, path);

	if (!rc)
		rc = mo_file_absolute(&database, arena, path, &m->diags, DIAG_RUN019);
	if (rc)
		return rc;
	own = directory = mo_file_directory(arena, database);
	if (options->backup_dir)
		rc = mo_file_absolute(&directory, arena, options->backup_dir, &m->diags,
				      DIAG_RUN019);
	if (!rc)
		rc = directory ? mo_backup_list_records(&all, arena, m, directory, database)
			       : mo_diag_memory(&m->diags);
	for (int i = 0; !rc && i < all.count; i++) {
		struct backup_entry *entry = all.items[i];

		if (!is_of(entry, directory, own))
			continue;
		if (!entry->fault)
			rc = look_quietly(entry, arena, m, options->check ? check : look);
		mo_list_add(arena, entries, entry);
	}
	return !rc && mo_arena_rc(arena) ? mo_diag_memory(&m->diags) : rc;
}
