/* SPDX-License-Identifier: MIT */
/* can.h: what can be done online, and why something cannot. */
#ifndef MOULT_ONLINE_CAN_H
#define MOULT_ONLINE_CAN_H

#include "live/under_way.h"
#include "run/route.h"
#include "session/session.h"

/*
 * RUN083 for each thing of a route that keeps it from being done online; costs go into its plan, and which
 * indexes are made beside the writers: those of run, what is under way, or, where it is NULL, those
 * that would take a whole lock.
 */
int mo_online_can(struct session *session, const struct route *route, const struct under_way *run);
/* RUN093 where the file has a rollback journal. */
void mo_online_warn(struct session *session);
/* RUN087 for each part of a route that can be: how long it keeps writers waiting. */
void mo_online_explain(struct session *session, const struct route *route);
/* The same of the way to both shapes (online/both.h), which is made at once, and then filled. */
int mo_online_explain_both(struct session *session, const struct route *route);
/* Whether a move is one whose table is copied beside its writers. */
bool mo_online_is_piece(const struct move *move);

#endif
