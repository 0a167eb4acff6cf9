/* SPDX-License-Identifier: MIT */
/*
 * verdict.h: what a change means to code that was written for the other side of it.
 *
 * Between two releases of an application old code meets the new file (a device
 * falls back, two programs share a file) and new code meets the old one.  This
 * is the one table of what then happens, by kind of change.  The hazards MC and
 * the linter take their words from it; moult diff --compat takes its verdicts,
 * and holds them against statements that it really runs (compat/compat.h).
 *
 * It also says when a change can be made while code of both releases writes (online/side_by_side.h): at
 * once, since old code does not see it; by columns that are kept in step; only when the old code is
 * gone; or not in this way at all.
 */
#ifndef MOULT_DIFF_VERDICT_H
#define MOULT_DIFF_VERDICT_H

#include "diff/diff.h"

/* Whether statements work: all, those with some values alone, or none.  The greater is worse. */
enum fit { FIT_YES, FIT_MAYBE, FIT_NO };

/* Old code on the new file, new code on the old one. */
enum side { SIDE_OLD, SIDE_NEW, SIDE_COUNT };

enum traffic { TRAFFIC_READS, TRAFFIC_WRITES, TRAFFIC_COUNT };

/* What becomes of the rows when the change is taken back. */
enum back {
	BACK_EXACT,
	BACK_EXPRESSION, /* by the document's back="..." */
	BACK_CHECKED,	 /* exact, unless rows stand in the way of a constraint that comes back */
	BACK_LOSSY
};

struct effect {
	enum fit fit;
	const char *words; /* why, or what is to be known all the same; NULL: nothing */
};

enum verdict_kind {
	VERDICT_TABLE_ADDED,
	VERDICT_TABLE_DROPPED,
	VERDICT_TABLE_RENAMED,
	VERDICT_VIRTUAL_CHANGED,
	VERDICT_VIEW_ADDED,
	VERDICT_VIEW_DROPPED,
	VERDICT_VIEW_CHANGED,
	VERDICT_INDEX_ADDED,
	VERDICT_INDEX_DROPPED,
	VERDICT_INDEX_CHANGED,
	VERDICT_UNIQUE_ADDED, /* the constraint or an index */
	VERDICT_UNIQUE_DROPPED,
	VERDICT_UNIQUE_CHANGED,
	VERDICT_TRIGGER_ADDED,
	VERDICT_TRIGGER_REFUSES, /* added, and it can RAISE */
	VERDICT_TRIGGER_DROPPED,
	VERDICT_TRIGGER_CHANGED,
	VERDICT_COLUMN_ADDED,
	VERDICT_COLUMN_REQUIRED, /* added, NOT NULL without a DEFAULT */
	VERDICT_GENERATED_ADDED,
	VERDICT_COLUMN_DROPPED,
	VERDICT_REQUIRED_DROPPED,
	VERDICT_GENERATED_DROPPED,
	VERDICT_COLUMN_RENAMED,
	VERDICT_TYPE_CHANGED,
	VERDICT_TYPE_NAMED, /* of the same affinity */
	VERDICT_DEFAULT_CHANGED,
	VERDICT_DEFAULT_GIVEN,	 /* to a column that is NOT NULL */
	VERDICT_DEFAULT_DROPPED, /* the same */
	VERDICT_COLLATION_CHANGED,
	VERDICT_GENERATED_CHANGED,
	VERDICT_BECOMES_GENERATED,
	VERDICT_BECOMES_ORDINARY,
	VERDICT_NOT_NULL_ADDED,
	VERDICT_NOT_NULL_DROPPED,
	VERDICT_CHECK_ADDED,
	VERDICT_CHECK_DROPPED,
	VERDICT_FOREIGN_KEY_ADDED,
	VERDICT_FOREIGN_KEY_DROPPED,
	VERDICT_KEY_CHANGED,
	VERDICT_STRICT_ADDED,
	VERDICT_STRICT_DROPPED,
	VERDICT_ROWID_DROPPED, /* becomes WITHOUT ROWID */
	VERDICT_ROWID_ADDED,
	VERDICT_ORDER_CHANGED,
	VERDICT_NUMBER_CHANGED, /* user_version, application_id */
	VERDICT_COUNT
};

enum side_when { SIDE_AT_ONCE, SIDE_IN_STEP, SIDE_AT_THE_END, SIDE_REFUSED, SIDE_WHENS };

/* "at once", "in step", "at the end", "refused" */
extern const char *const mo_side_whens[SIDE_WHENS];

struct side_verdict {
	enum side_when when;
	const char *words; /* until the end, what new code finds; why it is refused; or NULL */
	const char *hint;  /* where it is refused: what does instead */
};

struct verdict {
	const char *name; /* in JSON */
	struct effect effects[SIDE_COUNT][TRAFFIC_COUNT];
	enum back back;
	const char *back_words; /* or NULL */
	/* how two releases do what one cannot; NULL: one step */
	const char *releases;
	struct side_verdict shared; /* by old and new code that run at the same time */
};

extern const struct verdict mo_verdicts[VERDICT_COUNT];
/* What there is to say of old code that writes. */
const char *mo_verdict_of_writes(enum verdict_kind kind);

/* A change of a column or table may be several at once: the kind of each. */
#define MO_VERDICTS_AT_ONCE 8
int mo_verdict_kinds(enum verdict_kind kinds[MO_VERDICTS_AT_ONCE], const struct change *change);
enum verdict_kind mo_verdict_of_rename(const struct rename *rename);

#endif
