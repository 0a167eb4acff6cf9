/* SPDX-License-Identifier: MIT */
/* inspect.h: what is wrong with a file, whoever made it so: for `moult verify`. */
#ifndef MOULT_PROOF_INSPECT_H
#define MOULT_PROOF_INSPECT_H

#include "base/handle.h"
#include "model/schema.h"

/* Called for each thing that is wrong; texts live in the arena given to mo_inspect. */
typedef void mo_on_fault(void *context, const char *what, const char *object, const char *message);

/* integrity_check (quick_check if quick) and foreign keys of a database that is only read. */
int mo_inspect(struct moult *m, struct arena *arena, sqlite3 *db, const struct schema *schema,
	       bool quick, mo_on_fault *on_fault, void *context);

#endif
