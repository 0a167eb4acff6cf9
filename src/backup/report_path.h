/* SPDX-License-Identifier: MIT */
/*
 * report_path.h: where a report may be written.
 *
 * A report replaces the file that it is written to.  That file must be none
 * that the handle has read, whatever name it has this time (a link, another
 * case, a detour), for the next run would read the report; and no database, nor
 * what SQLite or moult keeps beside one: a journal that appears is played back,
 * and a WAL that is replaced takes committed rows with it.
 */
#ifndef MOULT_BACKUP_REPORT_PATH_H
#define MOULT_BACKUP_REPORT_PATH_H

#include "base/handle.h"

/* RUN038 where a report may not be written to path.  Devices and pipes take every report. */
int mo_output_check(struct moult *m, const char *path);

#endif
