/* SPDX-License-Identifier: MIT */
/*
 * status.h: where a file stands, and what is wrong with it: what src/moult.c
 * gathers for the reports of `moult status` and `moult verify`.
 */
#ifndef MOULT_REPORT_STATUS_H
#define MOULT_REPORT_STATUS_H

#include "back/way_row.h"
#include "backup/backup.h"
#include "diff/diff.h"
#include "live/tools.h"
#include "live/under_way.h"
#include "plan/plan.h"
#include "report/standing.h"
#include "session/history.h"

/* Texts may be NULL: not known. */
struct status {
	const char *path;
	const char *sqlite;  /* the version of the library that read it */
	long long page_size; /* bytes */
	long long page_count;
	const char *journal_mode;
	const char *encoding;
	long long user_version;
	long long application_id;
	const char *shape;	    /* fingerprint, "moult1:..." */
	const struct history *last; /* NULL: moult has not changed the file yet */
	struct list tools;	    /* of struct tool_mark: other tools that migrated the file */
	struct list ways;	    /* back, of struct way_row, newest first */
	const struct under_way *under_way; /* NULL: nothing is */
	long long parked;		   /* values that are kept for the newest */
	long long parked_bytes;
	long long parked_rows; /* out of the way of going back (back/park_rows.h) */
	struct list backups;   /* of struct backup_entry, newest first */
	int drift; /* differences from the document; -1: there is none to compare with */
	const struct diff *diff;  /* NULL where drift is -1 */
	const struct plan *plan;  /* whose hazards stand whatever there is to do; NULL likewise */
	struct list due;	  /* of struct data_step: the file has no mark of them */
	struct standing standing; /* in the folder of releases that was given */
};

/* What a file has been through, the newest first. */
struct past {
	const char *path;
	bool is_checked;	  /* each backup was read through */
	struct list migrations;	  /* of struct history */
	struct list backups;	  /* of struct backup_entry */
	struct standing standing; /* in the folder of releases that was given */
};

/* One thing that is wrong. */
struct finding {
	const char *what;   /* "integrity", "foreign keys", "schema", ... */
	const char *object; /* "table t", or NULL */
	const char *message;
};

struct verification {
	const char *path;
	/* of char *: "integrity", "foreign keys", "schema": what was looked at */
	struct list checked;
	struct list findings;	 /* of struct finding */
	const struct diff *diff; /* from the document, for what is kept; NULL: there is none */
};

#endif
