/* SPDX-License-Identifier: MIT */
/*
 * diag.h: what there is to say, in a list, many in one run, like a compiler's.
 *
 * mo_diag() returns the result that belongs to the ID, so that a function can
 * end with `return mo_diag(...)`.  Diagnostics are the public struct of
 * moult.h; this list owns their texts.
 */
#ifndef MOULT_BASE_DIAG_H
#define MOULT_BASE_DIAG_H

#include <stdbool.h>

#include "base/arena.h"
#include "moult.h"

enum diag_id {
#define DIAGNOSTIC(id, severity, result, title) DIAG_##id,
#include "base/diagnostics.def"
#undef DIAGNOSTIC
	DIAG_COUNT
};

struct diag_kind {
	const char *id;
	enum moult_severity severity;
	int result;
	const char *title;
};

extern const struct diag_kind mo_diag_kinds[DIAG_COUNT];

/* What ends a run early: the caller's wish, or the deadline. */
enum ending { STOP_NOTHING, STOP_WISH, STOP_DEADLINE };

struct diags {
	struct arena *arena;
	struct list list; /* of moult_diagnostic */
	bool quiet;	  /* reports in text have errors alone */
	bool starved;	  /* a diagnostic, or its hint, was lost for want of memory */
	/* What was broken off is said so: RUN014 for a lock that was not waited for, RUN015 for both. */
	enum ending stop;
	int deadline_ms; /* that passed */
};

int mo_diags_init(struct diags *diags); /* 0, or MOULT_TROUBLE without memory */
void mo_diags_done(struct diags *diags);
void mo_diags_clear(struct diags *diags);

/* Adds a diagnostic; format as sqlite3_mprintf.  place and object may be NULL; both are copied. */
int mo_diag(struct diags *diags, enum diag_id id, const struct moult_place *place,
	    const char *object, const char *format, ...);

/* The diagnostic added last, to hang a count or a second place on; NULL when there is none. */
moult_diagnostic *mo_diag_last(struct diags *diags);
/* Gives it its second place, of which a copy is kept. */
void mo_diag_have(struct diags *diags, const struct moult_place *place);
void mo_diag_hint(struct diags *diags, const char *format, ...);
/* The same where the diagnostic added last is of that ID, and has no hint of its own. */
void mo_diag_hint_of(struct diags *diags, enum diag_id id, const char *format, ...);
/* Takes a diagnostic out of the list; its texts stay in the arena. */
void mo_diag_withdraw(struct diags *diags, const moult_diagnostic *diagnostic);

/* Adds RUN023 and returns its result. */
int mo_diag_memory(struct diags *diags);
/* Whether what was said last is that, or something could not even be said for want of memory. */
bool mo_diag_is_starved(struct diags *diags);

/* "could not DOING PATH: " and what errno says; the object is the path. */
int mo_diag_errno(struct diags *diags, enum diag_id id, const char *path, const char *doing);

/* The number of errors among the diagnostics from index on. */
int mo_diag_errors(const struct diags *diags, int from);

#endif
