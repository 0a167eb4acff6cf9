/* SPDX-License-Identifier: MIT */
/* words.h: what one statement says. */
#ifndef MOULT_LINT_WORDS_H
#define MOULT_LINT_WORDS_H

#include "lint/work.h"

void mo_words_look(struct work *work, const struct statement *statement);
void mo_words_end(struct work *work);

#endif
