/* SPDX-License-Identifier: MIT */
/* attack.h: the ways in which things go wrong. */
#ifndef MOULT_TESTS_TORTURE_ATTACK_H
#define MOULT_TESTS_TORTURE_ATTACK_H

#include "judge.h"

#define SAMPLES 6 /* of each attack on each scenario in each mode, where not all is tried */

extern const char *const modes[]; /* of the journal */
extern const int mode_count;

struct attack {
	const char *name;
	void (*run)(struct torture *t, struct stage *stage);
	const char *scenario; /* NULL: each */
};

extern const struct attack attacks[];
extern const int attack_count;

void attack_power(struct torture *t, struct stage *stage);

/* In attack_memory.c. */
void attack_memory(struct torture *t, struct stage *stage);
void attack_document(struct torture *t, struct stage *stage);

#endif
