/* SPDX-License-Identifier: MIT */
/* release_words.h: what a freezing came to, and what a folder of releases is like. */
#ifndef MOULT_REPORT_RELEASE_WORDS_H
#define MOULT_REPORT_RELEASE_WORDS_H

#include "base/diag.h"
#include "report/style.h"

/* A release that was made. */
struct frozen {
	const char *name;
	const char *path;
	const char *before; /* the name of the release before; NULL: it is the first */
	int steps;	    /* from that to it */
	bool is_amended;
	const char *document;
	int cut; /* how many places of the document an earlier release had consumed, and are gone */
};

void mo_report_frozen(sqlite3_str *out, const struct frozen *frozen, const struct diags *diags,
		      struct page page);

/* A folder that was judged. */
struct gate_release {
	const char *name;
	const char *path;
	int steps; /* from the one before to it; -1: it is the first, or there is no way */
};

struct gate_file {
	const char *path;
	int result; /* of the rehearsal */
};

struct gate_report {
	const char *folder;
	struct list releases; /* of struct gate_release */
	const char *document; /* NULL: none was asked for */
	struct list files;    /* of struct gate_file */
	int findings;
};

void mo_report_gate(sqlite3_str *out, const struct gate_report *gate, const struct diags *diags,
		    struct page page);

#endif
