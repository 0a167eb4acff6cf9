/* SPDX-License-Identifier: MIT */
/* runner.h: between runner.c, which runs scripts, and attack.c, which tries to break them. */
#ifndef MOULT_TESTS_RUNNER_H
#define MOULT_TESTS_RUNNER_H

#include <stddef.h>
#include <sqlite3.h>

void die(const char *what, const char *why);
sqlite3 *open_file(const char *path);
char *read_text(const char *path); /* the caller's, by malloc */

/* SQLite's code, and in why what it says. */
int run_stop(sqlite3 *db, const char *script, char *why, size_t size);

/* Asked before each statement: whether that is left out. */
typedef int before_statement(sqlite3 *db, int number, const char *sql);
int run_on(sqlite3 *db, const char *script, before_statement *before, char *why, size_t size);
int is_savepoint(const char *sql);

/* A C unit; its first two results are good. */
typedef int unit(sqlite3 *db);

/* Whether anything was found. */
int abuse(const char *path, const char *script);
int abuse_by_cuts(const char *path, const char *script); /* at every byte */
int abuse_by_failures(const char *path, const char *script); /* of each statement */
int abuse_unit(const char *path, unit *upgrade);

#endif
