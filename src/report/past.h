/* SPDX-License-Identifier: MIT */
/* past.h: a migration that was, for the reports of history and of status. */
#ifndef MOULT_REPORT_PAST_H
#define MOULT_REPORT_PAST_H

#include "report/style.h"
#include "session/history.h"

/* Lines of names and values. */
void mo_say_migration(const struct style *style, const struct history *migration);
/* An object; null where there is none.  Its shape is described in past.c. */
void mo_json_migration(struct json *json, const char *name, const struct history *migration);

/* "3 rows inserted, 1 row updated, ": of rows that the document declares; nothing for none. */
void mo_say_declared(const struct style *style, const moult_outcome *outcome);

#endif
