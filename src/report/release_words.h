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

#endif
