/* SPDX-License-Identifier: MIT */
/*
 * guard.c: the questions of the authorizer, and who answers each.
 *
 *	read, select, functions, savepoints	always, but for load_extension()
 *	begin, rollback				never
 *	commit					as the end of the run
 *	reindex					always: CREATE INDEX asks it, and no row changes
 *	insert, update, delete			by the table
 *	create, drop, alter			by the object or its table
 *	pragma					readers always, others by name
 *	attach, detach				never
 *
 * An action that this file does not know is denied: a later SQLite may learn
 * to write in a new way.
 */
#include "session/guard.h"

#include <string.h>

#include "base/text.h"

#define ACTIONS 34

/* Where an action's names are among the four texts that SQLite passes. */
enum rule {
	RULE_DENY,
	RULE_ALLOW,
	RULE_END,
	RULE_FUNCTION,
	RULE_ROWS,
	RULE_OBJECT,
	RULE_OBJECT_OF_TABLE,
	RULE_ALTER,
	RULE_ANALYZE,
	RULE_PRAGMA
};

struct action {
	const char *words;
	enum rule rule;
};

/* https://sqlite.org/c3ref/c_alter_table.html */
static const struct action actions[ACTIONS] = {
	[0] = {"copy", RULE_DENY},
	[SQLITE_CREATE_INDEX] = {"create index", RULE_OBJECT_OF_TABLE},
	[SQLITE_CREATE_TABLE] = {"create table", RULE_OBJECT},
	[SQLITE_CREATE_TEMP_INDEX] = {"create temporary index", RULE_OBJECT_OF_TABLE},
	[SQLITE_CREATE_TEMP_TABLE] = {"create temporary table", RULE_OBJECT},
	[SQLITE_CREATE_TEMP_TRIGGER] = {"create temporary trigger", RULE_DENY},
	[SQLITE_CREATE_TEMP_VIEW] = {"create temporary view", RULE_DENY},
	[SQLITE_CREATE_TRIGGER] = {"create trigger", RULE_OBJECT_OF_TABLE},
	[SQLITE_CREATE_VIEW] = {"create view", RULE_OBJECT},
	[SQLITE_DELETE] = {"delete rows of", RULE_ROWS},
	[SQLITE_DROP_INDEX] = {"drop index", RULE_OBJECT_OF_TABLE},
	[SQLITE_DROP_TABLE] = {"drop table", RULE_OBJECT},
	[SQLITE_DROP_TEMP_INDEX] = {"drop temporary index", RULE_OBJECT_OF_TABLE},
	[SQLITE_DROP_TEMP_TABLE] = {"drop temporary table", RULE_OBJECT},
	[SQLITE_DROP_TEMP_TRIGGER] = {"drop temporary trigger", RULE_OBJECT_OF_TABLE},
	[SQLITE_DROP_TEMP_VIEW] = {"drop temporary view", RULE_DENY},
	[SQLITE_DROP_TRIGGER] = {"drop trigger", RULE_OBJECT_OF_TABLE},
	[SQLITE_DROP_VIEW] = {"drop view", RULE_OBJECT},
	[SQLITE_INSERT] = {"insert rows into", RULE_ROWS},
	[SQLITE_PRAGMA] = {"run pragma", RULE_PRAGMA},
	[SQLITE_READ] = {"read", RULE_ALLOW},
	[SQLITE_SELECT] = {"select", RULE_ALLOW},
	[SQLITE_TRANSACTION] = {"end or begin a transaction", RULE_END},
	[SQLITE_UPDATE] = {"update rows of", RULE_ROWS},
	[SQLITE_ATTACH] = {"attach", RULE_DENY},
	[SQLITE_DETACH] = {"detach", RULE_DENY},
	[SQLITE_ALTER_TABLE] = {"alter table", RULE_ALTER},
	[SQLITE_REINDEX] = {"reindex", RULE_ALLOW},
	[SQLITE_ANALYZE] = {"analyze", RULE_ANALYZE},
	[SQLITE_CREATE_VTABLE] = {"create virtual table", RULE_OBJECT},
	[SQLITE_DROP_VTABLE] = {"drop virtual table", RULE_OBJECT},
	[SQLITE_FUNCTION] = {"call", RULE_FUNCTION},
	[SQLITE_SAVEPOINT] = {"savepoint", RULE_ALLOW},
	[SQLITE_RECURSIVE] = {"recursive", RULE_ALLOW},
};

/* Pragmas that only read, whatever their argument. */
static const char *const readers[] = {
	"table_info",
	"table_xinfo",
	"table_list",
	"index_list",
	"index_info",
	"index_xinfo",
	"foreign_key_list",
	"foreign_key_check",
	"integrity_check",
	"quick_check",
	"database_list",
	"collation_list",
	"function_list",
	"module_list",
	"pragma_list",
	"compile_options",
	NULL,
};

/* Pragmas that only read while they have no argument; modules ask some of them. */
static const char *const questions[] = {
	"data_version",	      "page_size",
	"page_count",	      "freelist_count",
	"user_version",	      "application_id",
	"schema_version",     "encoding",
	"auto_vacuum",	      "journal_mode",
	"foreign_keys",	      "defer_foreign_keys",
	"legacy_alter_table", "writable_schema",
	"synchronous",	      "recursive_triggers",
	"cache_size",	      "cache_spill",
	"secure_delete",      "temp_store",
	"query_only",	      NULL,
};

static bool is_one_of(const char *const *names, const char *name)
{
	for (; *names; names++)
		if (mo_same_name(*names, name))
			return true;
	return false;
}

static bool list_has(const struct list *names, const char *name)
{
	for (int i = 0; i < names->count; i++)
		if (mo_same_name(names->items[i], name))
			return true;
	return false;
}

/* "f" allows "f" and, as its shadow tables, "f_data", "f_idx", ... */
static bool virtuals_have(const struct list *names, const char *name)
{
	EACH (const char, virtual_name, names) {
		const size_t length = strlen(virtual_name);

		if (mo_name_has_prefix(name, virtual_name) &&
		    (!name[length] || name[length] == '_'))
			return true;
	}
	return false;
}

static bool may_write_schema(const struct guard *guard, const char *name)
{
	return guard->allowed.schema &&
	       (mo_same_name(name, "sqlite_master") || mo_same_name(name, "sqlite_temp_master") ||
		mo_same_name(name, "sqlite_schema") || mo_same_name(name, "sqlite_temp_schema"));
}

static bool may_write_own(const struct guard *guard, const char *name)
{
	if (mo_same_name(name, "sqlite_sequence"))
		return guard->allowed.sequence;
	if (mo_same_name(name, "sqlite_stat1") || mo_same_name(name, "sqlite_stat3") ||
	    mo_same_name(name, "sqlite_stat4"))
		return guard->allowed.statistics;
	return may_write_schema(guard, name);
}

static bool may_touch(const struct guard *guard, const char *name, const char *database)
{
	if (!name || !database)
		return false;
	if (mo_name_has_prefix(name, "sqlite_") && may_write_own(guard, name))
		return mo_same_name(database, "main") || mo_same_name(database, "temp");
	if (mo_same_name(database, "temp"))
		return list_has(&guard->allowed.temp, name);
	if (!mo_same_name(database, "main"))
		return false;
	if (list_has(&guard->allowed.tables, name))
		return true;
	return (virtuals_have(&guard->allowed.virtuals, name) ||
		virtuals_have(&guard->late, name)) &&
	       !list_has(&guard->strangers, name);
}

/*
 * Whoever connects to a virtual table, if only to read pragma_table_info(), is
 * asked for an update of sqlite_master that never happens.  A statement that
 * says so itself is refused by SQLite while writable_schema is off.
 */
static bool is_idle_update(const struct guard *guard, int action, const char *name)
{
	int writable = 1;

	if (action != SQLITE_UPDATE || !mo_same_name(name, "sqlite_master"))
		return false;
	sqlite3_db_config(guard->db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, -1, &writable);
	return !writable;
}

static bool is_name(const char *column)
{
	return mo_same_name(column, "type") || mo_same_name(column, "name") ||
	       mo_same_name(column, "tbl_name") || mo_same_name(column, "rowid");
}

static bool is_edit(const struct guard *guard, int action, const char *name, const char *column)
{
	return action == SQLITE_UPDATE && mo_same_name(name, "sqlite_master") &&
	       ((guard->allowed.text && mo_same_name(column, "sql")) ||
		(guard->allowed.names && is_name(column)) ||
		(guard->allowed.roots && mo_same_name(column, "rootpage")));
}

/* Triggers of the temp database stand on tables of main, and go with them. */
static bool may_drop_temp_trigger(const struct guard *guard, int action, const char *table)
{
	return action == SQLITE_DROP_TEMP_TRIGGER && guard->allowed.schema &&
	       may_touch(guard, table, "main");
}

static bool may_run_pragma(const struct guard *guard, const char *name, const char *argument)
{
	if (is_one_of(readers, name) || (!argument && is_one_of(questions, name)))
		return true;
	return list_has(&guard->allowed.pragmas, name);
}

/* A statement that no trigger or view stands behind. */
static bool may_directly(const struct guard *guard, int action, const char *name,
			 const char *database)
{
	return actions[action].rule == RULE_ROWS && mo_same_name(database, "main") &&
	       list_has(&guard->allowed.direct, name);
}

static bool may(const struct guard *guard, int action, const char *first, const char *second,
		const char *database)
{
	switch (actions[action].rule) {
	case RULE_ALLOW:
		return true;
	case RULE_END:
		return guard->allowed.commit && mo_same_name(first, "COMMIT");
	case RULE_FUNCTION:
		return !mo_same_name(second, "load_extension");
	case RULE_ROWS:
		return guard->relaxed || may_touch(guard, first, database) ||
		       is_idle_update(guard, action, first) ||
		       (is_edit(guard, action, first, second) && mo_same_name(database, "main"));
	case RULE_OBJECT:
		return may_touch(guard, first, database);
	case RULE_OBJECT_OF_TABLE:
		return may_touch(guard, first, database) || may_touch(guard, second, database) ||
		       may_drop_temp_trigger(guard, action, second);
	case RULE_ALTER:
		return may_touch(guard, second, first) ||
		       (mo_same_name(first, "main") && list_has(&guard->allowed.altered, second));
	case RULE_ANALYZE:
		return guard->allowed.statistics;
	case RULE_PRAGMA:
		return may_run_pragma(guard, first, second);
	case RULE_DENY:
	default:
		return false;
	}
}

static const char *object_of(int action, const char *first, const char *second)
{
	const enum rule rule = actions[action].rule;

	if ((rule == RULE_ALTER || rule == RULE_FUNCTION) && second)
		return second;
	return first ? first : "";
}

static void record(struct guard *guard, int action, const char *object, const char *cause)
{
	if (guard->denied)
		return;
	guard->denied = true;
	guard->action = action;
	sqlite3_snprintf(sizeof(guard->object), guard->object, "%s", object);
	sqlite3_snprintf(sizeof(guard->cause), guard->cause, "%s", cause ? cause : "");
}

static int authorize(void *context, int action, const char *first, const char *second,
		     const char *database, const char *cause)
{
	struct guard *guard = context;
	const bool known = action >= 0 && action < ACTIONS;

	if (known && (may(guard, action, first, second, database) ||
		      (!cause && may_directly(guard, action, first, database))))
		return SQLITE_OK;
	record(guard, action, known ? object_of(action, first, second) : "", cause);
	return SQLITE_DENY;
}

int mo_guard_begin(struct guard *guard, sqlite3 *db)
{
	*guard = (struct guard){.db = db};
	return sqlite3_set_authorizer(db, authorize, guard) ? MOULT_TROUBLE : MOULT_OK;
}

void mo_guard_clear(struct guard *guard)
{
	guard->allowed = (struct guard_allowed){0};
	guard->relaxed = false;
}

void mo_guard_end(struct guard *guard)
{
	if (guard->db)
		sqlite3_set_authorizer(guard->db, NULL, NULL);
	guard->db = NULL;
}

int mo_guard_diag(const struct guard *guard, struct diags *diags)
{
	const bool known = guard->action >= 0 && guard->action < ACTIONS;
	const char *words = known ? actions[guard->action].words : "do something unknown to";

	if (*guard->cause)
		return mo_diag(diags, DIAG_RUN009, NULL, guard->object,
			       "the statement would %s \"%w\" through \"%w\", "
			       "which its step does not declare",
			       words, guard->object, guard->cause);
	return mo_diag(diags, DIAG_RUN009, NULL, guard->object,
		       "the statement would %s \"%w\", which its step does not declare", words,
		       guard->object);
}
