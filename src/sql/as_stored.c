/* SPDX-License-Identifier: MIT */
/* as_stored.c: see as_stored.h. */
#include "sql/as_stored.h"

#define NUMBER_OF_TEXT "WHEN 'text' THEN CASE WHEN CAST(%s AS NUMERIC) = %s"

char *mo_sql_as_stored(struct arena *arena, const char *name, char affinity)
{
	switch (affinity) {
	case 'T':
		return mo_arena_format(arena,
				       "CASE WHEN typeof(%s) IN ('integer', 'real')"
				       " THEN CAST(%s AS TEXT) ELSE %s END",
				       name, name, name);
	case 'R':
		return mo_arena_format(
			arena,
			"CASE typeof(%s) WHEN 'integer' THEN CAST(%s AS REAL) " NUMBER_OF_TEXT
			" THEN CAST(%s AS REAL) ELSE %s END ELSE %s END",
			name, name, name, name, name, name, name);
	case 'I':
	case 'N':
		/* Reals beyond that are beyond all integers, or near to them. */
		return mo_arena_format(
			arena,
			"CASE typeof(%s) " NUMBER_OF_TEXT " THEN CAST(%s AS NUMERIC) ELSE %s END"
			" WHEN 'real' THEN CASE WHEN abs(%s) < 9.2e18 AND CAST(%s AS INTEGER) = %s"
			" THEN CAST(%s AS INTEGER) ELSE %s END ELSE %s END",
			name, name, name, name, name, name, name, name, name, name, name);
	default:
		return mo_arena_text(arena, name);
	}
}

char *mo_sql_as_compared(struct arena *arena, const char *name, char affinity)
{
	/* Nothing compares by INTEGER and NUMERIC otherwise, and a CAST to INTEGER cuts 1.5 off. */
	const char *type = affinity == 'T' ? "TEXT" : affinity == 'R' ? "REAL" : "NUMERIC";

	return mo_arena_format(arena, "CAST(%s AS %s)", name, type);
}
