/* SPDX-License-Identifier: MIT */
/*
 * runner.c: transactions, and whether foreign_keys is on when a table goes.
 *
 * DROP TABLE deletes the rows first where foreign_keys is on, and the children
 * act: ON DELETE CASCADE deletes theirs.  The pragma does nothing inside a
 * transaction, and nobody says so.  Many runners begin one around each script;
 * a script that begins its own shows that its runner does not.
 * https://sqlite.org/foreignkeys.html#fk_schemacommands
 */
#include <string.h>

#include "base/text.h"
#include "lint/find.h"
#include "lint/life.h"
#include "lint/runner.h"
#include "lint/scene.h"
#include "lint/words.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "model/schema.h"

static enum setting setting_of(enum moult_runner_setting given)
{
	return given == MOULT_ON ? SETTING_ON : given == MOULT_OFF ? SETTING_OFF : SETTING_UNKNOWN;
}

static enum wrap wrap_of(const struct work *work)
{
	if (work->lint->options.transaction == MOULT_ON)
		return WRAP_YES;
	return work->lint->options.transaction == MOULT_OFF ? WRAP_NO : work->script->wrap;
}

/* Django copies to "new__" and a table's name, and turns foreign_keys off before its BEGIN. */
static bool is_of_django(const struct script *script)
{
	EACH (const struct statement, statement, &script->statements) {
		if (statement->act == ACT_CREATE && statement->kind == KIND_TABLE &&
		    statement->name && strncmp(statement->name, "new__", 5) == 0)
			return true;
	}
	return false;
}

void mo_runner_begin(struct work *work)
{
	work->foreign_keys = setting_of(work->lint->options.foreign_keys);
	if (work->foreign_keys == SETTING_UNKNOWN && is_of_django(work->script))
		work->foreign_keys = SETTING_OFF;
	if (wrap_of(work) == WRAP_YES)
		mo_scene_exec(work->scene, "BEGIN");
}

/* ---- PRAGMA foreign_keys -------------------------------------------------------------- */

static enum setting value_of(const char *value)
{
	static const char *const on[] = {"1", "on", "yes", "true"};

	for (int i = 0; i < 4; i++)
		if (mo_same_name(value, on[i]))
			return SETTING_ON;
	return SETTING_OFF;
}

static void set_foreign_keys(struct work *work, const struct statement *statement)
{
	const enum setting value = value_of(statement->other);
	const bool wrapped = wrap_of(work) == WRAP_YES;

	if (!mo_same_name(statement->name, "foreign_keys") || !statement->other)
		return;
	if (!work->in_transaction && !wrapped) {
		work->foreign_keys = value;
		work->is_doubtful = wrap_of(work) == WRAP_UNKNOWN && !work->has_transaction &&
				    value == SETTING_OFF;
		return;
	}
	if (work->foreign_keys != value && !work->unheard[value == SETTING_OFF])
		work->unheard[value == SETTING_OFF] = statement;
}

/*
 * Violations wait for COMMIT under defer_foreign_keys, and are forgotten when it is turned off
 * before: https://sqlite.org/pragma.html#pragma_defer_foreign_keys
 */
static void set_deferred(struct work *work, const struct statement *statement)
{
	if (!mo_same_name(statement->name, "defer_foreign_keys") || !statement->other)
		return;
	work->defers = value_of(statement->other) == SETTING_ON &&
		       (work->in_transaction || wrap_of(work) == WRAP_YES);
	for (int i = 0; !work->defers && i < work->drops.count; i++) {
		struct drop *drop = work->drops.items[i];

		drop->is_forgiven |= drop->is_deferred;
	}
}

/* ---- transactions ------------------------------------------------------------------------- */

static bool is_on_temporary(const struct work *work, const struct statement *statement)
{
	const struct life *life = mo_life_of(work, statement->name);

	return life && life->is_temp;
}

static void follow_transaction(struct work *work, const struct statement *statement)
{
	const bool open = sqlite3_get_autocommit(work->scene->db) == 0 && wrap_of(work) != WRAP_YES;

	if (open && !work->in_transaction) {
		work->opened = statement;
		work->has_transaction = true;
		work->is_doubtful = false;
	}
	if (work->in_transaction && !open)
		work->defers = false;
	work->in_transaction = open;
}

static void count_loose(struct work *work, const struct statement *statement)
{
	if (work->in_transaction || wrap_of(work) == WRAP_YES ||
	    (!mo_changes_schema(statement) && !mo_changes_rows(statement)) ||
	    is_on_temporary(work, statement) ||
	    (mo_changes_rows(statement) && statement->name && mo_is_ledger(statement->name)))
		return;
	work->loose = work->loose ? work->loose : statement;
	work->loose_changes++;
}

/* ---- DROP TABLE ---------------------------------------------------------------------------- */

static bool acts(enum action action)
{
	return action == ACTION_CASCADE || action == ACTION_SET_NULL ||
	       action == ACTION_SET_DEFAULT;
}

/*
 * Whether a table holds rows, as far as can be told: it is, or has been copied from, one that was
 * there.
 */
static bool holds_rows(const struct work *work, const char *name)
{
	const struct life *life = mo_life_of(work, name);

	return life && life->origin;
}

static const struct constraint *key_to(const struct table *child, const char *parent)
{
	const struct constraint *found = NULL;

	EACH (const struct constraint, key, &child->constraints) {
		if (key->kind == CONSTRAINT_FOREIGN_KEY &&
		    mo_same_name(key->reference.table, parent) &&
		    (!found || acts(key->reference.on_delete)))
			found = key;
	}
	return found;
}

static void add_child(struct work *work, struct drop *drop, const struct table *child,
		      const struct constraint *key)
{
	const bool worse = acts(key->reference.on_delete) && !acts(drop->action);

	if (drop->children.count && !worse && acts(key->reference.on_delete) != acts(drop->action))
		return;
	if (worse)
		drop->children = (struct list){0};
	if (!drop->children.count)
		drop->action = key->reference.on_delete;
	mo_list_add(work->arena, &drop->children, mo_arena_text(work->arena, child->object.name));
}

/* Whether the text of some table may reference one; to read all of them takes time. */
static bool may_have_children(const struct work *work, const char *name)
{
	const char *sql = mo_arena_format(
		work->arena,
		"SELECT count(*) FROM main.sqlite_master WHERE sql LIKE '%%REFERENCES%%' AND name <> %Q "
		"COLLATE NOCASE AND instr(lower(replace(sql, '\"\"', '\"')), lower(%Q))",
		name, name);
	int rc = SQLITE_NOMEM;
	const long long found = sql ? mo_query_integer(work->scene->db, sql, 1, &rc) : 1;

	work->scene->starved |= (rc & 0xff) == SQLITE_NOMEM;
	return found != 0;
}

/* What a table's children would do, before it goes. */
static int look_at_drop(struct work *work, const struct statement *statement)
{
	const struct life *life = mo_life_of(work, statement->name);
	struct schema *schema = NULL;
	struct drop *drop;
	int rc;

	if (work->foreign_keys == SETTING_OFF && !work->is_doubtful)
		return MOULT_OK;
	if (!life || !life->origin || life->is_temp || !may_have_children(work, statement->name))
		return MOULT_OK;
	drop = mo_arena_make(work->arena, struct drop);
	rc = drop ? mo_catalogue_read(&schema, work->m, work->scene->db)
		  : mo_diag_memory(&work->m->diags);
	for (int i = 0; !rc && i < schema->objects[KIND_TABLE].count; i++) {
		const struct table *child = schema->objects[KIND_TABLE].items[i];
		const struct constraint *key = key_to(child, statement->name);

		if (key && !mo_same_name(child->object.name, statement->name) &&
		    holds_rows(work, child->object.name))
			add_child(work, drop, child, key);
	}
	mo_schema_free(schema);
	if (rc)
		return rc;
	drop->statement = statement;
	drop->origin = life->origin;
	drop->is_deferred = work->defers;
	if (drop->children.count)
		mo_list_add(work->arena, &work->drops, drop);
	return MOULT_OK;
}

/* Whether a statement that is no UPDATE, or sets one of the columns, minds a foreign key. */
static bool sets_any(const struct statement *statement, const struct list *columns)
{
	if (statement->act != ACT_UPDATE || !columns->count)
		return true;
	for (int i = 0; i < columns->count; i++)
		if (mo_names_have(&statement->columns, columns->items[i]))
			return true;
	return false;
}

/* Whether rows change that a foreign key of before speaks of, in the child or in the parent. */
static bool minds_keys(const struct work *work, const struct statement *statement)
{
	const struct life *life =
		mo_changes_rows(statement) ? mo_life_of(work, statement->name) : NULL;

	if (!life || !life->is_original)
		return false;
	EACH (const struct table, table, &work->before->objects[KIND_TABLE])
		EACH (const struct constraint, key, &table->constraints) {
			if (key->kind != CONSTRAINT_FOREIGN_KEY)
				continue;
			if (mo_same_name(table->object.name, life->origin) &&
			    sets_any(statement, &key->columns))
				return true;
			if (mo_same_name(key->reference.table, life->origin) &&
			    sets_any(statement, &key->reference.columns))
				return true;
		}
	return false;
}

int mo_runner_look(struct work *work, const struct statement *statement)
{
	if (statement->act == ACT_PRAGMA) {
		set_foreign_keys(work, statement);
		set_deferred(work, statement);
	}
	work->minds_keys = work->minds_keys || minds_keys(work, statement);
	follow_transaction(work, statement);
	count_loose(work, statement);
	if (statement->act == ACT_DROP && statement->kind == KIND_TABLE)
		return look_at_drop(work, statement);
	return MOULT_OK;
}

/* ---- at the end ---------------------------------------------------------------------------- */

/*
 * The child is there afterwards: one that is dropped too, or made anew from nothing, loses its
 * rows anyway.
 */
static const char *first_that_stays(const struct work *work, const struct drop *drop)
{
	for (int i = 0; i < drop->children.count; i++)
		if (holds_rows(work, drop->children.items[i]) ||
		    mo_rebuild_from(work, drop->children.items[i]))
			return drop->children.items[i];
	return NULL;
}

static const char *why_on(const struct work *work)
{
	if (work->foreign_keys == SETTING_ON)
		return "foreign_keys is on here";
	if (work->is_doubtful)
		return "PRAGMA foreign_keys = OFF does nothing if the runner has begun a transaction, as many do";
	return "the runner may have foreign_keys on";
}

static void say_drop(struct work *work, const struct drop *drop)
{
	static const char *const does[ACTION_COUNT] = {
		[ACTION_SET_NULL] = "sets to NULL the keys in",
		[ACTION_SET_DEFAULT] = "sets to the default the keys in",
		[ACTION_CASCADE] = "deletes the rows of"};
	const char *child = first_that_stays(work, drop);
	const char *object = mo_arena_format(work->arena, "table %s", drop->origin);
	const struct lint_spot spot = mo_spot(drop->statement);
	const char *words =
		"write PRAGMA foreign_keys = OFF before BEGIN, check with PRAGMA foreign_key_check before COMMIT,"
		" and run it where no transaction is open (--transaction off says so)";

	if (!child || (drop->is_forgiven && !acts(drop->action)))
		return;
	if (acts(drop->action)) {
		if (mo_find(work, DIAG_LN103, spot, object,
			    "this deletes the rows of %s first, and that %s %s%s: %s",
			    drop->statement->name, does[drop->action], child,
			    drop->children.count > 1 ? " and of other tables" : "", why_on(work)))
			mo_find_hint(work, "%s", words);
		return;
	}
	if (mo_find(work, DIAG_LN104, spot, object,
		    "to drop %s fails where %s has rows that reference it: %s",
		    drop->statement->name, child, why_on(work)))
		mo_find_hint(work, "%s", words);
}

/* A pragma that does nothing is no matter where nothing depends on it. */
static void say_unheard(struct work *work)
{
	const struct statement *off = work->unheard[true];
	const struct statement *first = off ? off : work->unheard[false];
	const bool wrapped = wrap_of(work) == WRAP_YES;
	bool matters = work->minds_keys;

	for (int i = 0; off && i < work->drops.count; i++)
		matters |= first_that_stays(work, work->drops.items[i]) != NULL;
	if (first && matters &&
	    mo_find(work, DIAG_LN105, mo_spot(first), NULL,
		    "foreign_keys is set inside a transaction%s, where it does nothing, without a word",
		    wrapped ? " of the runner" : ""))
		mo_find_hint(
			work,
			wrapped ? "have the runner begin no transaction for this script, and write the pragma, BEGIN and COMMIT in it"
				: "write it before BEGIN, and back after COMMIT");
}

void mo_runner_end(struct work *work)
{
	say_unheard(work);
	for (int i = 0; i < work->drops.count; i++)
		say_drop(work, work->drops.items[i]);
	if (work->in_transaction && work->opened &&
	    mo_find(work, DIAG_LN107, mo_spot(work->opened), NULL,
		    "the transaction that begins here is not committed: all of it is rolled back when the connection closes"))
		mo_find_hint(work, "end the script with COMMIT");
	if (work->loose_changes > 1 &&
	    mo_find(work, DIAG_LN106, mo_spot(work->loose), NULL,
		    "%d changes without a transaction: what fails half way stays half done",
		    work->loose_changes))
		mo_find_hint(
			work,
			"write BEGIN before and COMMIT behind them; if the runner begins a transaction around each script, say --transaction on");
	if (!sqlite3_get_autocommit(work->scene->db))
		mo_scene_exec(work->scene, "COMMIT");
}
