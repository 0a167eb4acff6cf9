/* SPDX-License-Identifier: MIT */
/*
 * shadows.h: which tables of a file are a virtual table's own, and which only
 * have a name like one.
 *
 *	CREATE VIRTUAL TABLE log USING fts3(body)	log_content, log_segments, log_segdir: log's own
 *	CREATE TABLE log_stat(day, hits)		the application's; but DROP TABLE log takes it
 *
 * SQLite says "shadow" of whatever ends like one.  Here each virtual table is made in a
 * database in memory: the tables that come with it are its own, where the file has them with the
 * same columns.  A later release may have added some at the end.
 *
 * Modules drop and rename by name too: FTS3 takes log_stat and log_docsize with it, though it
 * makes neither.  So it is tried there what becomes of tables that are called so.
 *
 * A virtual table that cannot be made here, since its module or tokenizer is not loaded, keeps
 * whatever could be its own.
 */
#ifndef MOULT_LIVE_SHADOWS_H
#define MOULT_LIVE_SHADOWS_H

#include "base/handle.h"
#include "model/schema.h"

/* Fills shadows, closed and prey of a schema that has the virtual tables of main so far. */
int mo_shadows_read(struct schema *schema, struct moult *m, sqlite3 *db);

#endif
