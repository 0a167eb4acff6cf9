/* SPDX-License-Identifier: MIT */
/*
 * queries.h: the application's own statements, compiled against both shapes.
 *
 * Each is compiled and explained, and none is run.  The shapes are empty and have
 * no statistics, so a plan is what SQLite chooses by the schema alone.
 */
#ifndef MOULT_COMPAT_QUERIES_H
#define MOULT_COMPAT_QUERIES_H

#include "compat/compat.h"

enum outcome {
	OUTCOME_SAME,
	OUTCOME_FAILS,	 /* on NEW: it is old code's */
	OUTCOME_NEW,	 /* on OLD: it is new code's */
	OUTCOME_BROKEN,	 /* on both */
	OUTCOME_CHANGED, /* its result columns */
	OUTCOME_SCANS	 /* a table that was searched */
};

struct query {
	enum outcome outcome;
	struct moult_place place;
	const char *sql;
	const char *message; /* NULL: nothing */
	const char *scan;    /* what it goes through where it searched; or NULL */
};

/* text is a script with statements, parameters allowed; it and name must stay. */
int mo_compat_queries(struct compat *compat, const char *text, const char *name);

#endif
