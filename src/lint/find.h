/* SPDX-License-Identifier: MIT */
/* find.h: findings, with their places in the script. */
#ifndef MOULT_LINT_FIND_H
#define MOULT_LINT_FIND_H

#include "lint/work.h"

struct lint_spot {
	const struct statement *statement; /* NULL: the head of the script */
	const char *at;			   /* in the script; NULL: where the statement begins */
	int width;			   /* 0: to the end of the line or statement */
};

/*
 * Adds a finding, unless it is off or allowed; object may be NULL. Returns whether it was added.
 */
bool mo_find(struct work *work, enum diag_id id, struct lint_spot spot, const char *object,
	     const char *format, ...);
/* Of the finding added last, by a call that returned true. */
void mo_find_hint(struct work *work, const char *format, ...);
struct lint_spot mo_spot(const struct statement *statement);
/* The place of a token of the statement's own text. */
struct lint_spot mo_spot_token(const struct statement *statement, const struct token *token);
/* Where the statement names something, else all of it. */
struct lint_spot mo_spot_name(const struct statement *statement, const char *name);
struct moult_place mo_spot_place(const struct script *script, struct lint_spot spot,
				 struct arena *arena);
/* RUN022 for an unknown ID. */
int mo_lint_switch(struct lint *lint, const char *ids, bool off);
bool mo_lint_is_known(const char *ids, size_t length);
/* How long a word is that ends before one of ends, outside of double quotes. */
size_t mo_lint_word(const char *text, const char *ends);

#endif
