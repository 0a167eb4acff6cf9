/* SPDX-License-Identifier: MIT */
/*
 * digest.h: what rows hold, in 128 bits, whatever their order.
 *
 *	digest = sum over the rows, modulo 2^128, of hash(row)
 *
 * A digest is exact about repeated rows (an XOR would lose pairs of them), and
 * can be had in one pass in any order.  Two tables with equal digests hold
 * equal rows, but for an accident of one in 2^128.
 *
 * Functions of SQL, to be had between mo_digest_register() and
 * mo_digest_unregister():
 *
 *	_moult_affinity(value, 'T')	    the value as a column of that affinity stores it
 *	_moult_item(items, number)	    one of many texts: items.h
 *	_moult_row(affinities, v1, ...)	    the hash of one row, a blob of 16 bytes
 *	_moult_digest(affinities, v1, ...)  aggregate: "0123456789abcdef0123456789abcdef:42",
 *					    the digest as 32 digits, then the number of rows
 *	_moult_distinct(dashes, v1, ...)    aggregate: whether all rows differ: distinct.h
 *
 * affinities is a text with one letter for each value that follows: T, N, I,
 * R, B as in struct column, or '-' to take the value as it is.  Values are
 * hashed with their types: 5, 5.0, '5' and x'35' are four values.
 */
#ifndef MOULT_DIGEST_DIGEST_H
#define MOULT_DIGEST_DIGEST_H

#include <stdbool.h>
#include <sqlite3.h>

#include "base/arena.h"

/* 32 digits, a colon, a row count and the end. */
#define MO_DIGEST_TEXT 56

/* Makes the functions; no statement may be running.  MOULT_TROUBLE where SQLite refuses. */
int mo_digest_register(sqlite3 *db);
void mo_digest_unregister(sqlite3 *db);

/*
 * Writes "_moult_digest('TN-', a, b, c)" for a list of expressions (char *).
 * SQLite takes 127 arguments or fewer; more values are written as groups of
 * _moult_row(), so the same list has the same digest everywhere.
 */
void mo_digest_write(sqlite3_str *out, const char *affinities, const struct list *expressions);

#endif
