/* SPDX-License-Identifier: MIT */
/*
 * own.c: see own.h.
 *
 * The columns of _moult_history are read by other programs and later versions:
 * new ones are added at the end, with a higher format in the rows that have
 * them, and none is ever renamed or dropped.
 */
#include "sql/own.h"

const char mo_sql_history_create[] = "CREATE TABLE IF NOT EXISTS main." MO_HISTORY_TABLE " (\n"
				     "  number INTEGER PRIMARY KEY,\n"
				     "  format INTEGER NOT NULL,\n"
				     "  at TEXT NOT NULL,\n"
				     "  version TEXT NOT NULL,\n"
				     "  \"plan\" TEXT,\n"
				     "  document TEXT,\n"
				     "  shape_before TEXT,\n"
				     "  shape_after TEXT,\n"
				     "  user_version_before INTEGER,\n"
				     "  user_version_after INTEGER,\n"
				     "  statements INTEGER,\n"
				     "  rows_copied INTEGER,\n"
				     "  elapsed_ms INTEGER,\n"
				     "  backup TEXT\n"
				     ")";

const char mo_sql_history_add[] =
	"INSERT INTO main." MO_HISTORY_TABLE
	" (format, at, version, \"plan\", document, shape_before, shape_after,"
	" user_version_before, user_version_after, statements, rows_copied, elapsed_ms, backup)"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";

const char mo_sql_history_last[] =
	"SELECT number, format, at, version, \"plan\", document, shape_before, shape_after,"
	" user_version_before, user_version_after, statements, rows_copied, elapsed_ms, backup"
	" FROM main." MO_HISTORY_TABLE " ORDER BY number DESC LIMIT 1";
