/* SPDX-License-Identifier: MIT */
/*
 * stand_in.h: a connection to a database in memory that takes any schema: what
 * only an application has, collations and functions, has a stand-in there, and
 * virtual tables whose module it does not know stand there unmade.
 * And for moments, a live connection that takes what SQLite will not look into.
 */
#ifndef MOULT_LIVE_STAND_IN_H
#define MOULT_LIVE_STAND_IN_H

#include "base/arena.h"
#include "base/handle.h"

int mo_reference_open(sqlite3 **db, struct moult *m);

/*
 * Whether a name in double quotes that is no column's is a text, as it is in a reference unless
 * told otherwise.
 */
void mo_reference_take_strings(sqlite3 *db, bool take);

/*
 * Runs SQL; a function that is not known gets a stand-in and the statement a second try. SQLite's
 * own code; NULL is a text that found no memory.
 */
int mo_reference_exec(sqlite3 *db, const char *sql);

/*
 * The same for what declares a schema that exists, or shall: a virtual table
 * whose module or tokenizer is not loaded is put into the stored schema, as a
 * file that is opened without them has it.  It cannot be read, renamed or dropped.
 * *at (at may be NULL) is where the statement begins that was run last.
 */
int mo_reference_declare(struct moult *m, sqlite3 *db, const char *sql, const char **at);

/* Prepares the first statement of a text in the same way; *stmt is NULL where it is blank. */
int mo_reference_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **stmt, const char **tail);

/*
 * The same with names in double quotes as names alone.  SQLite's code; NULL is a text that found no
 * memory.
 */
int mo_reference_compile(sqlite3 *db, const char *sql, sqlite3_stmt **stmt);

/*
 * The function that the last error complains of, the caller's by sqlite3_free(); NULL where it is
 * another error.
 */
char *mo_reference_lacks(sqlite3 *db);
/*
 * A stand-in takes any number of arguments.  It is a window function, which can be an aggregate
 * too, where the statement, or a view or trigger of the schema, calls the name so; else a scalar
 * function.
 */
bool mo_reference_stand_in(sqlite3 *db, const char *function, const char *sql);
/*
 * A stand-in for the function or collation that it complains of in a statement; false where it is
 * another error.
 */
bool mo_reference_supply(sqlite3 *db, const char *sql);

/*
 * Stand-ins that a live connection has while SQLite goes through pages and counts entries, and no
 * longer: quick_check compares no keys and calls nothing but CHECKs, which are not asked meanwhile.
 */
struct stand_ins {
	struct list collations; /* of char * */
	struct list functions;
	long long checks_ignored; /* as it was */
};

/*
 * One for what the last error of the connection complains of; false where it complains of
 * something else.
 */
bool mo_stand_ins_add(struct stand_ins *all, struct arena *arena, sqlite3 *db);
/*
 * One for each of these collations (char *) that the connection does not know, where SQLite has not
 * said which it lacks; false where there is none such.  The schema is read again, since SQLite keeps
 * in mind what it could not sort.
 */
bool mo_stand_ins_add_all(struct stand_ins *all, struct arena *arena, sqlite3 *db,
			  const struct list *collations);
void mo_stand_ins_remove(const struct stand_ins *all, sqlite3 *db);

/* A statement that still lacks a function after so many is given up. */
#define MO_MOST_STAND_INS 1000

#endif
