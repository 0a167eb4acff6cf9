/* SPDX-License-Identifier: MIT */
/*
 * trial.h: what one seed comes to, and the laws it must obey.
 *
 *	seed --> have.sql (with rows), want.sql, former names, options
 *	     --> have.db, want.db --> documents --> moult --> the laws
 */
#ifndef MOULT_TESTS_RANDOM_TRIAL_H
#define MOULT_TESTS_RANDOM_TRIAL_H

#include "look.h"
#include "moult.h"
#include "shape.h"

/* What fills a column, over the file as it was; see fill.c. */
struct filling {
	const char *table; /* as it is wanted */
	const char *column;
	const char *expr;  /* as the document says it */
	const char *naive; /* the same where the old file is attached as have */
	bool is_said;	   /* the document has the column, and says it */
};

/* What a document says of rows beside its columns; see data.c. */
enum datum_kind {
	DATUM_FROM,
	DATUM_ROWS,
	DATUM_BEFORE,
	DATUM_AFTER,
	DATUM_MUST_BEFORE,
	DATUM_MUST_AFTER
};

struct datum {
	enum datum_kind kind;
	int id;		     /* of the table */
	const char *table;   /* as it is wanted, or, before, as it is */
	const char *text;    /* as the document says it */
	const char *naive;   /* the same to the naive copy; before, to the old file */
	bool is_said;	     /* the document has it */
	struct shape *shape; /* in which a step runs */
};

/* Everything that a failure needs to be seen again. */
struct trial {
	struct dice *dice;
	const char *folder; /* for the files */
	struct script have;
	struct script again; /* the same in another spelling, without rows */
	struct script plain; /* and that in the first spelling */
	struct script want;
	struct script back; /* have's schema once more, for the way back */
	struct former *formers;
	int former_count;
	struct filling *fillings;
	int filling_count;
	struct datum *data;
	int data_count;
	bool is_back;	   /* the way back fills nothing, and has no data */
	const char *begin; /* pragmas of a new file */
	moult_options options;
	bool careful; /* nothing is pruned or allowed */
	bool there_and_back;
};

/* The first law that was broken. */
struct verdict {
	const char *law; /* NULL: none */
	char *text;
	char *document;
};

extern const char *const law_names[];
extern const int law_count;

/* data: the document says something of rows, wherever it can. */
void trial_make(struct trial *trial, struct dice *dice, const char *folder, bool data);
struct verdict trial_judge(struct trial *trial);
/* Leaves out whatever the verdict does not need. */
void trial_reduce(struct trial *trial, const struct verdict *verdict);
void trial_print(const struct trial *trial, const struct verdict *verdict);
/* As a case in a folder of its own. */
void trial_write(struct trial *trial, const char *folder);

/* ---- file.c ---- */

sqlite3 *file_open(const char *path);
/* Runs what can be run of a script, marks the rest, and writes the file anew. */
void file_build(struct trial *trial, const char *path, struct script *script);
sqlite3 *file_memory(struct trial *trial, struct script *script);
char *file_read(struct dice *dice, const char *path, size_t *size);
void file_copy(struct dice *dice, const char *from, const char *to);
void file_remove(struct dice *dice, const char *path);
/*
 * Makes every sync a word, for nothing here is about power cuts; and the clock
 * stands, for what two runs come to is compared.
 */
void file_keep_still(void);

/* ---- fill.c ---- */

/* I, T, B, R or N: https://sqlite.org/datatype3.html, 3.1 */
char fill_affinity(const char *type);

void fill_make(struct trial *trial, struct shape *have, struct shape *want);
/* What fills a column of a table of want, or NULL. */
const struct filling *fill_of(const struct trial *trial, const char *table, const char *column);

/* ---- data.c ---- */

void data_make(struct trial *trial, struct shape *have, struct shape *want);
/* The document with all of its data; have.db and want.db are there. */
char *document_with_data(struct trial *trial, const char *document);
/* Does what is said of a kind, by hand; an error, or NULL. */
char *data_run(struct trial *trial, sqlite3 *db, enum datum_kind kind);
/* Whether rows come to a requirement to which none may come. */
bool data_misses(struct trial *trial, sqlite3 *db, enum datum_kind kind);
bool data_has(const struct trial *trial, enum datum_kind kind);
/* Whether a document declares rows of a table. */
bool data_has_rows(const struct trial *trial, const char *table);
/* Whether rows may come that have their DEFAULTs. */
bool data_inserts(const struct trial *trial);

/* ---- naive.c ---- */

/* How tables and columns of two files match, worked out from names alone. */
struct pair {
	const char *have; /* NULL: a table that comes */
	const char *want;
	struct pair *columns;
	int count;
};

struct match {
	struct pair *tables;
	int count;
};

struct match match_files(struct trial *trial, sqlite3 *have, sqlite3 *want);
const struct pair *match_want(const struct match *match, const char *table);
const struct pair *match_have(const struct match *match, const char *table);

/* A file of want's schema, filled from the tables of have column by column, and by the data. */
struct copy {
	sqlite3 *db;
	char *error;	      /* a row that did not fit; or NULL */
	bool unwanted;	      /* a requirement is not met */
	struct lines orphans; /* before the steps that come after the change */
};

struct copy naive_copy(struct trial *trial, const struct match *match, const char *have,
		       sqlite3 *want);
/* Whether any value of have's table finds its way into want's. */
bool naive_keeps_anything(struct trial *trial, const struct pair *pair, sqlite3 *have,
			  sqlite3 *want);
/* The rows that both should have of a table. */
char *naive_query(struct trial *trial, const struct pair *pair, sqlite3 *have, sqlite3 *want);

/* Violated foreign keys, by the names that want has; an error is a line too. */
struct lines naive_orphans(struct trial *trial, sqlite3 *db, const struct match *match,
			   bool is_have);

/* ---- document.c ---- */

/* The document with former names, and with what fills its columns. */
char *document_with_more(struct trial *trial, const char *document);

#endif
