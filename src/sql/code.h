/* SPDX-License-Identifier: MIT */
/* code.h: the statements that an application writes for one table or view. */
#ifndef MOULT_SQL_CODE_H
#define MOULT_SQL_CODE_H

#include "base/arena.h"

enum statement_form {
	DEED_SELECT,	 /* SELECT a, b FROM t */
	DEED_SELECT_ALL, /* SELECT * FROM t */
	DEED_INSERT,	 /* INSERT INTO t(a, b) VALUES (...) */
	DEED_INSERT_ALL, /* INSERT INTO t VALUES (...) */
	DEED_UPDATE,	 /* UPDATE t SET a = ... */
	DEED_UPSERT, /* INSERT INTO t(a, b) VALUES (...) ON CONFLICT(a) DO UPDATE SET b = excluded.b */
	DEED_REPLACE, /* REPLACE INTO t(a, b) VALUES (...) */
	DEED_DELETE,  /* DELETE FROM t */
	DEED_COUNT
};

struct code {
	enum statement_form deed;
	const char *relation;
	const struct list *columns; /* of char *: all that the code knows; of an UPDATE: the one */
	const struct list *key;	    /* of char *: of an UPSERT */
	const char *set;	    /* the column that an UPSERT sets */
};

/*
 * values: of char *, a literal for each column; NULL: parameters.  In the arena; NULL without memory.
 */
char *mo_sql_code(struct arena *arena, const struct code *code, const struct list *values);

#endif
