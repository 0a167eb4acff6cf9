/* SPDX-License-Identifier: MIT */
/* words.h: what one statement says. */
#ifndef MOULT_LINT_WORDS_H
#define MOULT_LINT_WORDS_H

#include "lint/work.h"

/* Where runners and applications write down how far they have come. */
bool mo_is_ledger(const char *table);
void mo_words_look(struct work *work, const struct statement *statement);
void mo_words_end(struct work *work);

#endif
