/* SPDX-License-Identifier: MIT */
/* judge.h: a trial before its laws, and what all of them ask of moult. */
#ifndef MOULT_TESTS_RANDOM_JUDGE_H
#define MOULT_TESTS_RANDOM_JUDGE_H

#include "trial.h"

enum law {
	LAW_DOCUMENT,
	LAW_NOTHING,
	LAW_FRESH,
	LAW_SPELLING,
	LAW_SCRIPT,
	LAW_FIELD,
	LAW_DONE,
	LAW_REFUSED,
	LAW_REST,
	LAW_SCHEMA,
	LAW_ROWS,
	LAW_NEED,
	LAW_SOUND,
	LAW_KEPT,
	LAW_MEMORY,
	LAW_COUNT
};

struct judge {
	struct trial *trial;
	struct dice *dice;
	struct verdict *verdict;
};

/* A law is broken, and why; what was found before stays. */
void judge_find(struct judge *j, enum law law, char *text);
bool judge_is_done(const struct judge *j);
/* Of a file of the trial. */
char *judge_path(struct judge *j, const char *name);
/* A moult_write on a sqlite3_str, and the text that it holds then. */
int judge_append(void *context, const char *text, size_t size);
char *judge_take(struct judge *j, sqlite3_str *out);
/* All that moult said when it did something. */
char *judge_said(struct judge *j, moult *m, const char *what, int rc);
moult *judge_handle(void);
bool judge_was_said(moult *m, const char *id);
/* The document of a file. */
char *judge_dump(struct judge *j, const char *file, enum law law);
/* To moult there is nothing between two schemas, and to SQLite, of two files. */
void judge_same(struct judge *j, enum law law, moult *m, moult_schema *have, moult_schema *want);
void judge_same_look(struct judge *j, enum law law, sqlite3 *a, sqlite3 *b, bool order);
/* A document to a file, which may be a new one. */
int judge_apply(moult *m, const char *file, const char *document, const moult_options *options,
		moult_outcome *outcome);

/* ---- law.c ---- */

/* The document of a script's schema, with all that the trial says beside it; have.db is there. */
char *judge_wanted(struct judge *j, struct script *script);

/* ---- law_file.c ---- */

void judge_file(struct judge *j, const char *file);
void law_spelling(struct judge *j);

#endif
