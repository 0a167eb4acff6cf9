/* SPDX-License-Identifier: MIT */
/* statement.h: the reader of one statement, for script.c. */
#ifndef MOULT_SQL_STATEMENT_H
#define MOULT_SQL_STATEMENT_H

#include "sql/script.h"

/* From its sql; what it cannot read is ACT_OTHER. */
void mo_statement_read(struct statement *statement, struct arena *arena);

#endif
