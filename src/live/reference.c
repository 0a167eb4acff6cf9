/* SPDX-License-Identifier: MIT */
/* reference.c: see reference.h. */
#include "live/reference.h"

#include <string.h>

#include "base/text.h"
#include "live/advice.h"
#include "live/blame.h"
#include "live/bounds.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "live/extra.h"
#include "live/shards.h"
#include "live/trees.h"
#include "sql/parked_table.h"
#include "sql/rebuild.h"
#include "sql/script.h"
#include "sql/token.h"
#include "sql/write.h"

/* What an index or a trigger stands on must be declared, too. */
static void hint_at_ground(struct moult *m, const struct schema *schema,
			   const struct object *object)
{
	const char *name = mo_object_ground(object);

	if (!name || mo_schema_find_relation(schema, name))
		return;
	mo_diag_hint(&m->diags,
		     "%s is not declared here, and what stands on it cannot be without: declare it "
		     "as \"moult dump\" writes it, or leave the %s out: the file's own is kept",
		     name, mo_kind_names[object->kind]);
}

static int diag_refused(struct moult *m, sqlite3 *db, int rc, const struct schema *schema,
			const struct object *object)
{
	const char *message = mo_arena_text(m->diags.arena, sqlite3_errmsg(db));
	const bool is_document = object->place.file;
	const enum diag_id id = is_document ? DIAG_DOC015 : DIAG_SQL002;
	const char *hint;
	char *label;

	if ((rc & 0xff) == SQLITE_NOMEM || !message)
		return mo_diag_memory(&m->diags);
	if (is_document && object->kind == KIND_TABLE &&
	    mo_blame(m, db, schema, (const struct table *)object))
		return MOULT_TROUBLE;
	label = mo_arena_format(m->diags.arena, "%s %s", mo_kind_names[object->kind], object->name);
	rc = mo_diag(&m->diags, id, &object->place, label, "SQLite %s does not accept this: %s",
		     sqlite3_libversion(), message);
	hint = mo_advice(m->diags.arena, schema, object, message);
	if (hint)
		mo_diag_hint(&m->diags, "%s", hint);
	else if (mo_lacks_module(message))
		mo_diag_hint(&m->diags, MO_LOAD_EXTENSION);
	else if (is_document)
		hint_at_ground(m, schema, object);
	return rc;
}

static int set_versions(sqlite3 *db, struct arena *arena, const struct pragmas *pragmas)
{
	const char *user = mo_sql_pragma(arena, "user_version", pragmas->user_version);
	const char *application = mo_sql_pragma(arena, "application_id", pragmas->application_id);

	int rc = user && application ? SQLITE_OK : SQLITE_NOMEM;

	if (!rc && pragmas->has_user_version)
		rc = mo_exec(db, user);
	if (!rc && pragmas->has_application_id)
		rc = mo_exec(db, application);
	return rc;
}

static int begin(sqlite3 *db, struct arena *arena, struct moult *m, const struct pragmas *pragmas)
{
	int rc = set_versions(db, arena, pragmas);

	if (!rc)
		rc = mo_exec(db, "BEGIN");
	return rc ? mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN003, NULL, "begin in memory")
		  : MOULT_OK;
}

/* Where nobody is told of an error yet it is one of memory: all was made that was asked for. */
static int end(sqlite3 *db, struct moult *m, int errors)
{
	const int rc = mo_exec(db, "COMMIT");

	return rc && !errors
		       ? mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN003, NULL, "commit in memory")
		       : MOULT_OK;
}

/* Most trees stay empty, and a page for each is to be had, and cleared. */
#define SMALL_PAGES "PRAGMA page_size = 512"

/* ---- all objects of a schema --------------------------------------------------------------- */

struct building {
	struct moult *m;
	sqlite3 *db;
	const struct schema *schema;
	struct arena *arena;
	int errors;		   /* the result of the last that was refused */
	struct shards shards;	   /* where there are so many objects */
	int since;		   /* the last cut: objects that were declared */
	const struct known *known; /* NULL: nothing is */
	bool *is_put;		   /* of each table, in their order: it needs no CREATE */
};

static const char *text_of(struct building *b, const struct object *object)
{
	return object->sql ? object->sql : mo_sql_create(b->arena, object);
}

static void declare(struct building *b, const struct object *object)
{
	const int rc = mo_reference_declare(b->m, b->db, text_of(b, object), NULL);

	b->since++;
	if (rc == SQLITE_OK)
		return;
	b->errors = diag_refused(b->m, b->db, rc, b->schema, object);
	/* The error may have rolled back what was made so far; the rest is still worth judging. */
	if (sqlite3_get_autocommit(b->db)) {
		b->shards.rows.count = 0;
		mo_exec(b->db, "BEGIN");
	}
}

static void declare_each(struct building *b, const struct list *objects)
{
	EACH (const struct object, object, objects)
		declare(b, object);
}

static void declare_all(struct building *b)
{
	static const enum kind order[] = {KIND_TABLE, KIND_VIEW, KIND_VIRTUAL, KIND_INDEX,
					  KIND_TRIGGER};

	for (size_t k = 0; k < sizeof(order) / sizeof(*order); k++)
		declare_each(b, &b->schema->objects[order[k]]);
}

static void put_all(struct building *b, int table_root, int index_root)
{
	EACH (const struct table, table, &b->schema->objects[KIND_TABLE]) {
		if (!b->is_put[table_at])
			continue;
		mo_shards_put(&b->shards, &table->object, table, text_of(b, &table->object),
			      table_root++);
		EACH (const struct object, index, &table->object.indexes)
			mo_shards_put(&b->shards, index, table, text_of(b, index), index_root++);
	}
}

/* What is known whole gets its rows and trees.  SQLite's code. */
static int put_known(struct building *b)
{
	const struct list *tables = &b->schema->objects[KIND_TABLE];
	int count = 0;
	int indexes = 0;
	int first = 0;
	int rc = SQLITE_OK;

	b->is_put = mo_arena_alloc(b->arena, (size_t)tables->count + 1);
	if (!b->is_put)
		return SQLITE_NOMEM;
	EACH (const struct table, table, tables) {
		b->is_put[table_at] = b->known && mo_known_whole(b->known, b->schema, table);
		if (!b->is_put[table_at])
			continue;
		count++;
		indexes += table->object.indexes.count;
	}
	if (count)
		rc = mo_trees_add(b->db, count, indexes, &first);
	if (!rc && first)
		put_all(b, first, first + count);
	else
		memset(b->is_put, 0, (size_t)tables->count);
	return rc;
}

/* Tables or views, with what stands on them. */
static int declare_relations(struct building *b, enum kind kind)
{
	int rc = SQLITE_OK;

	EACH (const struct object, relation, &b->schema->objects[kind]) {
		if (kind == KIND_TABLE && b->is_put[relation_at])
			continue;
		declare(b, relation);
		declare_each(b, &relation->indexes);
		declare_each(b, &relation->triggers);
		if (b->since < MO_SHARD)
			continue;
		b->since = 0;
		rc = mo_shards_cut(&b->shards);
		if (rc)
			break;
	}
	return rc;
}

/* What stands on something that is neither table nor view of the schema. */
static void declare_strays(struct building *b, enum kind kind)
{
	EACH (const struct object, object, &b->schema->objects[kind]) {
		const char *ground = mo_object_ground(object);

		if (!mo_schema_find(b->schema, KIND_TABLE, ground) &&
		    (kind == KIND_INDEX || !mo_schema_find(b->schema, KIND_VIEW, ground)))
			declare(b, object);
	}
}

/* Virtual tables make others, and come when all the names are there that theirs may meet. */
static int declare_in_shards(struct building *b)
{
	int rc = declare_relations(b, KIND_TABLE);

	if (!rc)
		rc = declare_relations(b, KIND_VIEW);
	if (!rc)
		rc = mo_shards_cut(&b->shards);
	if (!rc)
		rc = mo_shards_join(&b->shards, b->schema);
	if (rc)
		return rc;
	declare_each(b, &b->schema->objects[KIND_VIRTUAL]);
	declare_strays(b, KIND_INDEX);
	declare_strays(b, KIND_TRIGGER);
	return SQLITE_OK;
}

/* *errors is the result of the last object that was refused. */
static int build(sqlite3 **db, int *errors, struct moult *m, const struct schema *schema,
		 const struct known *known, bool in_shards)
{
	struct building b = {.m = m, .schema = schema, .arena = mo_arena_new(), .known = known};
	int rc = b.arena ? mo_reference_open(&b.db, m) : mo_diag_memory(&m->diags);

	*db = b.db;
	b.shards.arena = b.arena;
	b.shards.db = b.db;
	if (!rc)
		mo_exec(b.db, SMALL_PAGES);
	if (!rc && in_shards && (rc = put_known(&b)) == SQLITE_NOMEM)
		rc = mo_diag_memory(&m->diags);
	if (!rc)
		rc = begin(b.db, b.arena, m, &schema->pragmas);
	if (!rc && in_shards && (rc = declare_in_shards(&b)) == SQLITE_NOMEM)
		rc = mo_diag_memory(&m->diags);
	else if (!rc && !in_shards)
		declare_all(&b);
	if (!rc)
		rc = end(b.db, m, b.errors);
	mo_arena_free(b.arena);
	*errors = b.errors;
	return rc;
}

int mo_reference_build_known(sqlite3 **out, struct moult *m, const struct schema *schema,
			     const struct known *known)
{
	const bool in_shards = mo_shards_do(schema);
	sqlite3 *db = NULL;
	int errors = 0;
	int rc = build(&db, &errors, m, schema, known, in_shards);

	/* Whatever SQLite has against the schema that was put together, it says of its objects, too. */
	if (rc > 0 && in_shards && !errors) {
		mo_disconnect(db);
		rc = build(&db, &errors, m, schema, NULL, false);
	}
	/* What is parked in a file is read by the way back, as a table of the file. */
	if (!rc && !errors && schema->has_parked && mo_exec(db, mo_sql_parked_create))
		rc = mo_diag_memory(&m->diags);
	if (!rc && !errors)
		*out = db;
	else
		mo_disconnect(db);
	return rc < 0 ? rc : errors;
}

int mo_reference_build(sqlite3 **db, struct moult *m, const struct schema *schema)
{
	return mo_reference_build_known(db, m, schema, NULL);
}

/* Where in its statement SQLite found the last error; -1 where it does not say. */
static int error_offset(sqlite3 *db)
{
#if SQLITE_VERSION_NUMBER >= 3038000
	return sqlite3_error_offset(db);
#else
	(void)db;
	return -1;
#endif
}

/* The byte of a statement that begins at a place, behind spaces and comments; or its first token. */
static struct moult_place place_of(struct moult *m, const char *name, const char *script,
				   const char *at, int offset)
{
	const struct token first = mo_token_next(at);
	const struct token token = offset < 0 ? first : mo_token_next(at + offset);

	return mo_script_place(m->diags.arena, name, script, token.text, (size_t)token.length);
}

static int play(sqlite3 *db, struct moult *m, const struct script_text *script, const bool *denied)
{
	struct bounds bounds;
	const char *at = script->text;
	const char *passed;
	struct moult_place place;
	int declared;

	mo_bounds_put(&bounds, m, db, "script");
	mo_bounds_begin(&bounds, db, script->text);
	declared = mo_reference_declare(m, db, script->text, &at);
	place = place_of(m, script->name, script->text, at,
			 declared == SQLITE_OK ? -1 : error_offset(db));
	passed = mo_bounds_passed(&bounds, declared);
	sqlite3_progress_handler(db, 0, NULL, NULL);
	if (passed)
		return mo_diag(&m->diags, DIAG_SQL002, &place, script->name,
			       "a statement of this script is broken off: %s", passed);
	if (*denied)
		return mo_diag(
			&m->diags, DIAG_SQL002, &place, script->name,
			"%s opens another file, which a script that is read may not: ATTACH or"
			" VACUUM INTO",
			script->name);
	if (declared != SQLITE_OK)
		return mo_diag(&m->diags, DIAG_SQL002, &place, script->name,
			       "SQLite %s does not accept this script: %s", sqlite3_libversion(),
			       sqlite3_errmsg(db));
	/*
	 * One that leaves rows without parents cannot be committed; its schema is there all the
	 * same.
	 */
	if (sqlite3_get_autocommit(db) == 0 && mo_is_trouble(mo_exec(db, "COMMIT")))
		return mo_diag_memory(&m->diags);
	return MOULT_OK;
}

int mo_reference_scripts(struct schema **schema, sqlite3 **out, struct moult *m,
			 const struct list *scripts)
{
	sqlite3 *db = NULL;
	bool denied = false;
	int rc = mo_reference_open(&db, m);

	if (rc)
		return rc;
	mo_extra_deny(db, &denied);
	EACH (const struct script_text, script, scripts)
		if (!rc)
			rc = play(db, m, script, &denied);
	/* .dump writes virtual tables into sqlite_master, and SQLite has not read them there. */
	if (mo_exec(db, "PRAGMA writable_schema = RESET") == SQLITE_NOMEM)
		rc = mo_diag_memory(&m->diags);
	if (!rc)
		rc = mo_catalogue_read(schema, m, db);
	sqlite3_set_authorizer(db, NULL, NULL);
	if (!rc && out)
		*out = db;
	else
		mo_disconnect(db);
	return rc;
}

int mo_reference_script(struct schema **schema, sqlite3 **db, struct moult *m, const char *name,
			const char *script)
{
	struct script_text text = {name, script};
	void *items[] = {&text};
	const struct list scripts = {items, 1, 1};
	const int rc = mo_reference_scripts(schema, db, m, &scripts);

	return rc ? rc : mo_extra_warn(m, name, script, *schema);
}

int mo_reference_stat4(sqlite3 *db)
{
	int rc;

	sqlite3_db_config(db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, NULL);
	rc = mo_exec(db, mo_sql_stat4_create);
	sqlite3_db_config(db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0, NULL);
	return rc;
}
