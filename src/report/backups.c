/* SPDX-License-Identifier: MIT */
/*
 * backups.c: the backups of a file, newest first, as a part of other reports.
 *
 *	4  2026-11-21T01:45:21Z  before-apply, 48.0 KiB
 *	   /var/lib/app/app.db.moult-0004-20261121T014521Z.backup
 *	   plan 6f1c...
 *
 *	{
 *	  "number": 4,              rises with every backup of a database
 *	  "created": "2026-11-21T01:45:21Z",
 *	  "kind": "before-apply",   or "before-rollback"
 *	  "size": 49152,            bytes
 *	  "plan": "6f1c...",        the plan that was run after it; null: none
 *	  "undone": null,           the number of the backup whose rollback undid the migration
 *	  "path": "/var/lib/app/...",
 *	  "fault": null             why it cannot be trusted; the members above may be null then
 *	}
 */
#include "report/backups.h"

#include "backup/backup.h"

void mo_say_size(const struct style *style, long long bytes)
{
	static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
	double size = (double)bytes / 1024;
	int unit = 0;

	if (bytes < 1024) {
		mo_say_count(style, bytes, "byte", "bytes");
		return;
	}
	for (; size >= 1024 && unit < 3; unit++)
		size /= 1024;
	sqlite3_str_appendf(style->out, "%.1f %s", size, units[unit]);
}

static void say_one(const struct style *style, const char *indent, const struct backup_entry *entry)
{
	const struct manifest *manifest = &entry->manifest;

	sqlite3_str_appendf(style->out, "%s%4lld  ", indent, manifest->number);
	if (manifest->created)
		mo_sayf(style, PAINT_NONE, "%s  %s, ", manifest->created,
			manifest->kind ? manifest->kind : "");
	if (manifest->created)
		mo_say_size(style, manifest->size);
	if (manifest->undone)
		sqlite3_str_appendf(style->out, ", undone by %lld", manifest->undone);
	if (entry->fault) {
		sqlite3_str_appendall(style->out, manifest->created ? ", " : "");
		mo_say(style, PAINT_ERROR, "not to be used");
	}
	sqlite3_str_appendf(style->out, "\n%s      ", indent);
	mo_say(style, PAINT_NONE, entry->path);
	sqlite3_str_appendchar(style->out, 1, '\n');
	if (manifest->plan)
		mo_sayf(style, PAINT_DIM, "%s      plan %s", indent, manifest->plan);
	if (manifest->plan)
		sqlite3_str_appendchar(style->out, 1, '\n');
	if (entry->fault)
		mo_say_lines(style, mo_arena_format(style->arena, "%s      ", indent),
			     entry->fault);
}

void mo_say_backups(const struct style *style, const char *indent, const struct list *entries)
{
	for (int i = 0; i < entries->count; i++)
		say_one(style, indent, entries->items[i]);
}

static void write_one(struct json *json, const struct backup_entry *entry)
{
	const struct manifest *manifest = &entry->manifest;

	mo_json_open(json, NULL, '{');
	mo_json_integer(json, "number", manifest->number);
	mo_json_text(json, "created", manifest->created);
	mo_json_text(json, "kind", manifest->kind);
	mo_json_count(json, "size", manifest->created ? manifest->size : -1);
	mo_json_text(json, "plan", manifest->plan);
	mo_json_count(json, "undone", manifest->undone ? manifest->undone : -1);
	mo_json_text(json, "path", entry->path);
	mo_json_text(json, "fault", entry->fault);
	mo_json_close(json, '}');
}

void mo_json_backups(struct json *json, const char *name, const struct list *entries)
{
	mo_json_open(json, name, '[');
	for (int i = 0; i < entries->count; i++)
		write_one(json, entries->items[i]);
	mo_json_close(json, ']');
}
