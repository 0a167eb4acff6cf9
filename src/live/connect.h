/* SPDX-License-Identifier: MIT */
/*
 * connect.h: opening connections, and the small questions that are put to one.
 */
#ifndef MOULT_LIVE_CONNECT_H
#define MOULT_LIVE_CONNECT_H

#include "base/handle.h"

/*
 * A path is the name of a file.  What SQLite takes for something else is refused (RUN001): a URI,
 * whose parameters would have another file, none, or no locks; ":memory:"; an empty name, a file
 * that vanishes.
 */
int mo_path_check(struct moult *m, const char *path);
/* RUN001 where it is there and no regular file: a pipe would be waited for, for ever. */
int mo_path_check_regular(struct moult *m, const char *path);
bool mo_is_file_name(const char *path);

/*
 * Opens a file, with the flags of sqlite3_open_v2, and shows it to the opening callback.  With
 * SQLITE_OPEN_URI the path is a URI, with SQLITE_OPEN_MEMORY the database is in memory.
 */
int mo_connect(sqlite3 **db, struct moult *m, const char *path, int flags);
/*
 * The same for a file of which much will be read or written (buffered.h).  To be disconnected before m is
 * freed; and so is what is opened with the name of its VFS.
 */
int mo_connect_buffered(sqlite3 **db, struct moult *m, const char *path, int flags);
void mo_disconnect(sqlite3 *db); /* NULL is allowed */

/*
 * Has SQLite make no value that is much larger than the file: the expressions of a schema are
 * whoever's that made the file.  No row of the file is as large.  Gives the limit that was
 * (SQLITE_LIMIT_LENGTH), to be put back.
 */
int mo_limit_values(sqlite3 *db);

/*
 * Whether a result is about the machine, or about others who have the file:
 * memory, disk, an interrupt, a lock.  Of the statement it says nothing then.
 */
bool mo_is_trouble(int rc);

/* Runs a text of SQL; SQLite's own result code, and SQLITE_NOMEM where there is none. */
int mo_exec(sqlite3 *db, const char *sql);

/*
 * Compiles PRAGMA main.NAME, or main.NAME('argument').  The same as a table-valued function,
 * pragma_NAME, would be whatever the file has under that name, and must not be asked.
 */
int mo_pragma_prepare(sqlite3_stmt **stmt, sqlite3 *db, const char *name, const char *argument);

/* The columns of what such pragmas answer.  https://sqlite.org/pragma.html */
enum { MO_TABLE_XINFO_CID, MO_TABLE_XINFO_NAME, MO_TABLE_XINFO_PK = 5, MO_TABLE_XINFO_HIDDEN };
enum { MO_INDEX_LIST_NAME = 1, MO_INDEX_LIST_UNIQUE, MO_INDEX_LIST_ORIGIN, MO_INDEX_LIST_PARTIAL };
enum {
	MO_INDEX_XINFO_SEQNO,
	MO_INDEX_XINFO_CID,
	MO_INDEX_XINFO_NAME,
	MO_INDEX_XINFO_DESC,
	MO_INDEX_XINFO_COLL,
	MO_INDEX_XINFO_KEY
};
enum {
	MO_FOREIGN_KEY_ID,
	MO_FOREIGN_KEY_SEQ,
	MO_FOREIGN_KEY_TABLE,
	MO_FOREIGN_KEY_FROM,
	MO_FOREIGN_KEY_TO
};

/*
 * The first column of the first row of a query; fallback where there is none. *rc (may be NULL)
 * has SQLite's code.
 */
long long mo_query_integer(sqlite3 *db, const char *sql, long long fallback, int *rc);
/* The same as a text, in the arena; NULL where there is none. */
char *mo_query_text(struct arena *arena, sqlite3 *db, const char *sql, int *rc);
/* Whether main is in WAL mode; false where that is not to be learned. */
bool mo_has_wal(struct arena *arena, sqlite3 *db);

/*
 * Whether a statement of the connection is running, or a blob open.  SQLite takes away no
 * function meanwhile, and changes no schema.
 */
bool mo_has_running(sqlite3 *db);
/* Says so (RUN016). */
int mo_diag_running(struct moult *m);

/* Whether a row of integrity_check or quick_check is a complaint. */
bool mo_is_complaint(const char *line);
/*
 * The code behind a complaint that a page could not be read, which is no verdict about the file;
 * SQLITE_OK for others.
 */
int mo_unread_code(const char *line);

/*
 * Whether a message of SQLite complains of what an extension or an application
 * has and this process has not: a virtual table's module or tokenizer; or that, a
 * function or a collation.  What it says of a row, and names that hold such words, do not count:
 * only how it begins.
 */
bool mo_lacks_module(const char *message);
bool mo_lacks_name(const char *message);
/* A message without what it is said of: "error in view v: " and the like. */
const char *mo_error_itself(const char *message);
/* What stands between the first and the last double quote of a message; NULL where nothing does. */
char *mo_error_quoted(struct arena *arena, const char *message);
/*
 * Whether it speaks of a WITHOUT ROWID table whose key it cannot compare, for want of a collation.
 */
bool mo_is_unsortable(const char *message);

/* The hint for that. */
#define MO_LOAD_EXTENSION "load the extension that has it: --load-extension FILE"

/*
 * A diagnostic for what a connection says went wrong: locked, damaged, not a database, no memory,
 * or id.
 */
int mo_diag_sqlite(struct diags *diags, sqlite3 *db, int rc, enum diag_id id, const char *object,
		   const char *doing);

#endif
