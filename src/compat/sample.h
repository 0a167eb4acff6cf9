/* SPDX-License-Identifier: MIT */
/*
 * sample.h: rows to try statements with.
 *
 * A verdict needs rows that the code's own shape takes, and among them one that
 * the other refuses, if there is any.  So a sample has plain values by affinity,
 * NULLs, empty and negative ones, values of another type, and the literals that
 * stand in the CHECKs, with their neighbours.
 */
#ifndef MOULT_COMPAT_SAMPLE_H
#define MOULT_COMPAT_SAMPLE_H

#include "model/schema.h"

#define MO_SAMPLES 16

/*
 * The i-th value, from 0 to MO_SAMPLES - 1, for a column, as SQL, in the arena.  table is NULL
 * where it is one of a view or a virtual table.
 */
const char *mo_sample(struct arena *arena, const struct table *table, const char *column, int i);

#endif
