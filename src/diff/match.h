/* SPDX-License-Identifier: MIT */
/*
 * match.h: which object of have is which of want: by name, or through `was`.
 *
 * A rename is looked for only where the present name is absent from the file.
 * It takes the former name even if the document declares something new under
 * it; that one is then absent too and may itself have been renamed, so that a
 * chain (a becomes b, b becomes c) is followed in one run.
 */
#ifndef MOULT_DIFF_MATCH_H
#define MOULT_DIFF_MATCH_H

#include "base/diag.h"
#include "model/schema.h"

struct rename {
	enum kind kind; /* KIND_TABLE or KIND_VIRTUAL */
	/* of a column: the table's present name, after renames of tables; else NULL */
	const char *table;
	const char *have; /* the former name */
	const char *want; /* the name it gets */
	struct moult_place place;
};

/* Adds the renames to the list, in an order in which they can be run one by one. */
int mo_match(struct list *renames, struct arena *arena, const struct schema *have,
	     const struct schema *want, struct diags *diags);

#endif
