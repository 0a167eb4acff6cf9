/* SPDX-License-Identifier: MIT */
/*
 * numbers.h: user_version and application_id, which stand in the header of the
 * file and in no table: what the document says of them, else what they were.
 * And schema_version, which must have counted on where a text was edited.
 */
#ifndef MOULT_PROOF_NUMBERS_H
#define MOULT_PROOF_NUMBERS_H

#include "plan/plan.h"
#include "session/session.h"

/* After the last step; RUN013 where one is another. */
int mo_check_numbers(struct session *session, const struct plan *plan);

#endif
