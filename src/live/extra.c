/* SPDX-License-Identifier: MIT */
/*
 * extra.c: see extra.h.
 *
 * A script is played in memory, and its schema is read back.  Rows, temporary objects and what the
 * file keeps beside its schema are not: whoever wrote them must hear of it.  Nothing is said of
 * what serves to make the schema, as the sqlite3 program's .dump has it: transactions,
 * sqlite_sequence, virtual tables that are written into sqlite_schema, the rows of their shadow
 * tables and of moult's own, settings of the connection.
 */
#include "live/extra.h"

#include <string.h>

#include "base/text.h"
#include "sql/script.h"

enum aside {
	ASIDE_INSERT,
	ASIDE_UPDATE,
	ASIDE_DELETE,
	ASIDE_SELECT,
	ASIDE_TEMP,
	ASIDE_PRAGMA,
	ASIDE_COUNT,
	ASIDE_NONE = ASIDE_COUNT
};

static const char *const words[ASIDE_COUNT] = {
	[ASIDE_INSERT] = "INSERT into %s: rows are no part of a schema, and are left out",
	[ASIDE_UPDATE] = "UPDATE of %s: rows are no part of a schema, and it is left out",
	[ASIDE_DELETE] = "DELETE from %s: rows are no part of a schema, and it is left out",
	[ASIDE_SELECT] =
		"table %s is made by SELECT: its rows are no part of a schema, and are left out",
	[ASIDE_TEMP] = "%s is temporary, which is no part of a schema, and is left out",
	[ASIDE_PRAGMA] = "PRAGMA %s is no part of a script's schema, and is left out",
};

static const char *const hints[ASIDE_COUNT] = {
	[ASIDE_INSERT] = "run it on the file yourself: moult changes its schema",
	[ASIDE_UPDATE] = "run it on the file yourself, or say it with using in a document",
	[ASIDE_DELETE] = "run it on the file yourself: moult changes its schema",
	[ASIDE_SELECT] = "run the SELECT on the file yourself: moult changes its schema",
	[ASIDE_TEMP] = NULL,
	[ASIDE_PRAGMA] = "say it with <pragma> in a document",
};

/* What a file keeps, and a script's schema has not, but for an encoding that is not the usual one. */
static bool is_kept_pragma(const struct statement *statement, const struct schema *schema)
{
	static const char *const names[] = {"encoding", "page_size", "auto_vacuum", "journal_mode"};

	if (mo_same_name(statement->name, "encoding") &&
	    !mo_same_name(schema->pragmas.encoding, "UTF-8"))
		return false;
	for (size_t i = 0; statement->other && i < sizeof(names) / sizeof(*names); i++)
		if (mo_same_name(statement->name, names[i]))
			return true;
	return false;
}

static enum aside aside_of(const struct statement *statement, const struct schema *schema)
{
	const char *name = statement->name ? statement->name : "";

	if (statement->act == ACT_PRAGMA)
		return is_kept_pragma(statement, schema) ? ASIDE_PRAGMA : ASIDE_NONE;
	if (sqlite3_strnicmp(name, "sqlite_", 7) == 0 || mo_schema_is_shadow(schema, name))
		return ASIDE_NONE;
	if (statement->act == ACT_CREATE && statement->is_temp)
		return ASIDE_TEMP;
	if (statement->act == ACT_CREATE && statement->kind == KIND_TABLE && statement->selects)
		return ASIDE_SELECT;
	if (statement->act == ACT_INSERT)
		return ASIDE_INSERT;
	if (statement->act == ACT_UPDATE)
		return ASIDE_UPDATE;
	return statement->act == ACT_DELETE ? ASIDE_DELETE : ASIDE_NONE;
}

static void warn(struct moult *m, enum aside aside, const struct moult_place *place,
		 const struct statement *first, int count)
{
	struct arena *arena = m->diags.arena;
	const char *text = mo_arena_format(arena, words[aside], first->name ? first->name : "?");

	if (count > 1)
		text = mo_arena_format(arena, "%s (%,d statements like it)", text, count);
	mo_diag(&m->diags, DIAG_SQL003, place, NULL, "%s", text ? text : "");
	if (hints[aside])
		mo_diag_hint(&m->diags, "%s", hints[aside]);
}

int mo_extra_warn(struct moult *m, const char *name, const char *script,
		  const struct schema *schema)
{
	struct arena *arena = mo_arena_new();
	const struct statement *first[ASIDE_COUNT] = {NULL};
	int count[ASIDE_COUNT] = {0};
	struct list statements = {0};
	struct list remarks = {0};
	int rc;

	if (!arena)
		return mo_diag_memory(&m->diags);
	mo_script_read(arena, &statements, &remarks, script);
	EACH (const struct statement, statement, &statements) {
		const enum aside aside = aside_of(statement, schema);

		if (aside != ASIDE_NONE && !count[aside]++)
			first[aside] = statement;
	}
	for (enum aside i = 0; i < ASIDE_COUNT; i++) {
		const struct moult_place place =
			first[i] ? mo_script_place(arena, name, script, first[i]->text,
						   first[i]->length)
				 : (struct moult_place){0};

		if (first[i])
			warn(m, i, &place, first[i], count[i]);
	}
	rc = mo_arena_rc(arena) ? mo_diag_memory(&m->diags) : MOULT_OK;
	mo_arena_free(arena);
	return rc;
}

/* ---- other files --------------------------------------------------------------------------- */

/* VACUUM attaches a file without a name, VACUUM INTO the one that it writes. */
static int authorize(void *context, int action, const char *file, const char *unused,
		     const char *database, const char *trigger)
{
	bool *denied = context;

	(void)unused, (void)database, (void)trigger;
	if (action != SQLITE_ATTACH || (file && (!*file || mo_same(file, ":memory:"))))
		return SQLITE_OK;
	*denied = true;
	return SQLITE_DENY;
}

void mo_extra_deny(sqlite3 *db, bool *denied)
{
	*denied = false;
	sqlite3_set_authorizer(db, authorize, denied);
}
