/* SPDX-License-Identifier: MIT */
/* backups.h: a list of backups, for the reports of backups and of status. */
#ifndef MOULT_REPORT_BACKUPS_H
#define MOULT_REPORT_BACKUPS_H

#include "report/style.h"

/* entries: of struct backup_entry.  The shape is described in backups.c. */
void mo_say_backups(const struct style *style, const char *indent, const struct list *entries);
void mo_json_backups(struct json *json, const char *name, const struct list *entries);

/* "48.0 KiB" */
void mo_say_size(const struct style *style, long long bytes);

#endif
