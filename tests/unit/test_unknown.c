/* SPDX-License-Identifier: MIT */
/*
 * test_unknown.c: a file that needs what the connection does not know, a
 * function, a collation or a module, anywhere in it, under every way to change
 * a table: the one that needs it, or another.
 *
 *	place	where the file needs it			index, CHECK, view, ...
 *	change	what becomes of table t			a column more, a rename, a rebuild, ...
 *	table	the place is in t, or in another
 *	known	declared in the document, or kept
 *
 * Each of them is made, or refused before the first write with the file as it
 * was; a failure half way (MOULT_FAILED) is a hole.  With a connection that
 * knows, all are made.  A virtual table stays as it is, and stops nothing; nor
 * does any table that is not changed, or of which no index is written or compiled.
 */
#include "scratch.h"

#include "backup/file.h"
#include "moult.h"

#define DB "app.db"

/* In texts, @t is the table and @a its column. */
struct place {
	const char *name;
	const char *key;     /* after the type of id */
	const char *column;  /* after that of a */
	const char *more;    /* after the last column */
	const char *options; /* of the table */
	const char *object;  /* beside the table */
};

static const struct place places[] = {
	{"nowhere", " PRIMARY KEY", "", "", "", ""},
	{"function of an index", " PRIMARY KEY", "", "", "", "CREATE INDEX x ON @t(sounds(@a));"},
	{"function of a partial index", " PRIMARY KEY", "", "", "",
	 "CREATE INDEX x ON @t(id) WHERE sounds(@a) IS NOT NULL;"},
	{"collation of an index", " PRIMARY KEY", "", "", "",
	 "CREATE INDEX x ON @t(@a COLLATE german);"},
	{"collation of a partial index", " PRIMARY KEY", "", "", "",
	 "CREATE INDEX x ON @t(id) WHERE @a COLLATE german > 'a';"},
	{"function of a column's CHECK", " PRIMARY KEY", " CHECK (sounds(@a) > 0)", "", "", ""},
	{"function of a table's CHECK", " PRIMARY KEY", "", ", CHECK (sounds(@a) > 0)", "", ""},
	{"collation of a CHECK", " PRIMARY KEY", " CHECK (@a COLLATE german <> '')", "", "", ""},
	{"collation of a column", " PRIMARY KEY", " COLLATE german", "", "", ""},
	{"collation of a column with an index", " PRIMARY KEY", " COLLATE german", "", "",
	 "CREATE INDEX x ON @t(@a);"},
	{"collation of a unique column", " PRIMARY KEY", " COLLATE german UNIQUE", "", "", ""},
	{"collation of a key", "", " COLLATE german PRIMARY KEY", "", "", ""},
	{"collation of a key without rowid", "", " COLLATE german PRIMARY KEY", "",
	 " WITHOUT ROWID", ""},
	{"function of a stored column", " PRIMARY KEY", "", ", g AS (sounds(@a)) STORED", "", ""},
	{"function of a virtual column", " PRIMARY KEY", "", ", g AS (sounds(@a))", "", ""},
	{"function of a default", " PRIMARY KEY", "", ", d DEFAULT (sounds('x'))", "", ""},
	{"function of a view", " PRIMARY KEY", "", "", "",
	 "CREATE VIEW x AS SELECT sounds(@a) AS s FROM @t;"},
	{"collation of a view", " PRIMARY KEY", "", "", "",
	 "CREATE VIEW x AS SELECT @a FROM @t ORDER BY @a COLLATE german;"},
	{"function of a trigger", " PRIMARY KEY", "", "", "",
	 "CREATE TRIGGER x AFTER UPDATE ON @t BEGIN INSERT INTO log SELECT sounds(new.@a); END;"},
	{"function of a trigger's WHEN", " PRIMARY KEY", "", "", "",
	 "CREATE TRIGGER x AFTER INSERT ON @t WHEN sounds(new.@a) BEGIN SELECT 1; END;"},
	{"module", " PRIMARY KEY", "", "", "", "CREATE VIRTUAL TABLE x USING lookup;"},
};

struct change {
	const char *name;
	const char *table; /* what t is called after it */
	const char *a;	   /* likewise a, */
	const char *b;	   /* b with its type, */
	const char *n;	   /* and n */
	const char *object;
	const char *was[2]; /* in the document, and with its former name */
};

static const struct change changes[] = {
	{"nothing", "t", "a", ", b TEXT", ", n INTEGER", "", {"", ""}},
	{"a column is added",
	 "t",
	 "a",
	 ", b TEXT, more TEXT DEFAULT 'x'",
	 ", n INTEGER",
	 "",
	 {"", ""}},
	{"a column of a collation is added",
	 "t",
	 "a",
	 ", b TEXT, more TEXT COLLATE german",
	 ", n INTEGER",
	 "",
	 {"", ""}},
	{"a column is renamed",
	 "t",
	 "a",
	 ", bb TEXT",
	 ", n INTEGER",
	 "",
	 {"<column name=\"bb\"", "<column name=\"bb\" was=\"b\""}},
	{"the column is renamed",
	 "t",
	 "aa",
	 ", b TEXT",
	 ", n INTEGER",
	 "",
	 {"<column name=\"aa\"", "<column name=\"aa\" was=\"a\""}},
	{"the table is renamed",
	 "tt",
	 "a",
	 ", b TEXT",
	 ", n INTEGER",
	 "",
	 {"<table name=\"tt\"", "<table name=\"tt\" was=\"t\""}},
	{"a column is dropped", "t", "a", "", ", n INTEGER", "", {"", ""}},
	{"a constraint comes", "t", "a", ", b TEXT", ", n INTEGER NOT NULL", "", {"", ""}},
	{"a type changes", "t", "a", ", b TEXT", ", n TEXT", "", {"", ""}},
	{"an index comes",
	 "t",
	 "a",
	 ", b TEXT",
	 ", n INTEGER",
	 "CREATE INDEX fresh ON t(b);",
	 {"", ""}},
	{"a view comes",
	 "t",
	 "a",
	 ", b TEXT",
	 ", n INTEGER",
	 "CREATE VIEW fresh AS SELECT b FROM t;",
	 {"", ""}},
	{"a trigger comes",
	 "t",
	 "a",
	 ", b TEXT",
	 ", n INTEGER",
	 "CREATE TRIGGER fresh AFTER DELETE ON t BEGIN DELETE FROM log; END;",
	 {"", ""}},
	{"a table comes", "t", "a", ", b TEXT", ", n INTEGER", "CREATE TABLE fresh(z);", {"", ""}},
};

#define PLACES (int)(sizeof(places) / sizeof(*places))
#define CHANGES (int)(sizeof(changes) / sizeof(*changes))

/* Nothing here is about power cuts, and a sync for each of thousands of files would take minutes. */
int fsync(int descriptor)
{
	(void)descriptor;
	return 0;
}

int fdatasync(int descriptor)
{
	(void)descriptor;
	return 0;
}

/* ---- what an application knows --------------------------------------------------------- */

static void sounds(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	sqlite3_result_int(context, sqlite3_value_bytes(values[0]) + 1);
}

static int german(void *context, int a_size, const void *a, int b_size, const void *b)
{
	const int order = memcmp(a, b, (size_t)(a_size < b_size ? a_size : b_size));

	(void)context;
	return order ? order : a_size - b_size;
}

/* A virtual table without rows. */
static int connect_lookup(sqlite3 *db, void *aux, int argc, const char *const *argv,
			  sqlite3_vtab **out, char **error)
{
	(void)aux;
	(void)argc;
	(void)argv;
	(void)error;
	*out = sqlite3_malloc(sizeof(**out));
	assert_non_null(*out);
	memset(*out, 0, sizeof(**out));
	return sqlite3_declare_vtab(db, "CREATE TABLE x(v)");
}

static int disconnect_lookup(sqlite3_vtab *table)
{
	sqlite3_free(table);
	return SQLITE_OK;
}

static int best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
	(void)table;
	(void)info;
	return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
	(void)table;
	*out = sqlite3_malloc(sizeof(**out));
	assert_non_null(*out);
	memset(*out, 0, sizeof(**out));
	return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *cursor)
{
	sqlite3_free(cursor);
	return SQLITE_OK;
}

static int filter(sqlite3_vtab_cursor *cursor, int number, const char *text, int argc,
		  sqlite3_value **argv)
{
	(void)cursor;
	(void)number;
	(void)text;
	(void)argc;
	(void)argv;
	return SQLITE_OK;
}

static int next(sqlite3_vtab_cursor *cursor)
{
	(void)cursor;
	return SQLITE_OK;
}

static int is_at_end(sqlite3_vtab_cursor *cursor)
{
	(void)cursor;
	return 1;
}

static int column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int i)
{
	(void)cursor;
	(void)i;
	sqlite3_result_null(context);
	return SQLITE_OK;
}

static int rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *id)
{
	(void)cursor;
	*id = 1;
	return SQLITE_OK;
}

static const sqlite3_module lookup = {
	.xCreate = connect_lookup,
	.xConnect = connect_lookup,
	.xBestIndex = best_index,
	.xDisconnect = disconnect_lookup,
	.xDestroy = disconnect_lookup,
	.xOpen = open_cursor,
	.xClose = close_cursor,
	.xFilter = filter,
	.xNext = next,
	.xEof = is_at_end,
	.xColumn = column,
	.xRowid = rowid,
};

static int teach(void *context, sqlite3 *db)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;

	(void)context;
	sqlite3_create_function_v2(db, "sounds", 1, flags, NULL, sounds, NULL, NULL, NULL);
	sqlite3_create_collation_v2(db, "german", SQLITE_UTF8, NULL, german, NULL);
	return sqlite3_create_module_v2(db, "lookup", &lookup, NULL, NULL);
}

/* ---- one combination ------------------------------------------------------------------------ */

struct trial {
	const struct place *place;
	const struct change *change;
	bool other;    /* the place is in another table than the change */
	bool declared; /* what stands beside the table is in the document */
	moult_options options;
};

static char *replace(struct scratch *scratch, const char *text, const char *what, const char *by)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	const char *found;
	char *all, *kept;

	for (; *what && (found = strstr(text, what)) != NULL; text = found + strlen(what)) {
		sqlite3_str_append(out, text, (int)(found - text));
		sqlite3_str_appendall(out, by);
	}
	sqlite3_str_appendall(out, text);
	all = sqlite3_str_finish(out);
	kept = mo_arena_text(scratch->arena, all);
	sqlite3_free(all);
	return kept;
}

/* The statements of the file after a change; nothing is changed where it is the first. */
static char *script(struct scratch *scratch, const struct trial *trial, const struct change *change,
		    bool with_object)
{
	static const struct place plain = {"nowhere", " PRIMARY KEY", "", "", "", ""};
	const struct place *t = trial->other ? &plain : trial->place;
	const struct place *o = trial->other ? trial->place : &plain;
	const char *object = with_object ? trial->place->object : "";
	char *sql = mo_arena_format(scratch->arena,
				    "CREATE TABLE log(l);"
				    "CREATE TABLE @t(id INTEGER%s, @a TEXT%s%s%s%s)%s;",
				    t->key, t->column, change->b, change->n, t->more, t->options);

	if (!trial->other)
		sql = mo_arena_format(scratch->arena, "%s%s", sql, object);
	sql = replace(scratch, replace(scratch, sql, "@t", change->table), "@a", change->a);
	sql = mo_arena_format(scratch->arena, "%s CREATE TABLE o(id INTEGER%s, a TEXT%s%s)%s;%s",
			      sql, o->key, o->column, o->more, o->options,
			      trial->other ? object : "");
	sql = replace(scratch, replace(scratch, sql, "@t", "o"), "@a", "a");
	return mo_arena_format(scratch->arena, "%s%s", sql, change->object);
}

static void make_file(struct scratch *scratch, const struct trial *trial)
{
	sqlite3 *db = scratch_open(scratch, DB);

	teach(NULL, db);
	run_sql(db, script(scratch, trial, &changes[0], true));
	run_sql(db, "INSERT INTO t(id, a, b, n) VALUES (1, 'one', 'x', 1), (2, 'two', 'y', 2);"
		    "INSERT INTO o(id, a) VALUES (1, 'one'), (2, 'two')");
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int append(void *context, const char *text, size_t size)
{
	sqlite3_str_append(context, text, (int)size);
	return 0;
}

/* The document of what it shall be, as dump writes it, with the former name. */
static moult_schema *make_document(struct scratch *scratch, const struct trial *trial)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	moult_schema *schema = NULL;
	sqlite3 *db = NULL;
	char *text, *document;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	teach(NULL, db);
	run_sql(db, script(scratch, trial, trial->change, trial->declared));
	assert_int_equal(moult_schema_from_db(&schema, &scratch->m, db), MOULT_OK);
	assert_int_equal(moult_schema_dump(&scratch->m, schema, append, out), MOULT_OK);
	moult_schema_free(schema);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	text = sqlite3_str_finish(out);
	assert_non_null(text);
	document = replace(scratch, text, trial->change->was[0], trial->change->was[1]);
	schema = NULL;
	if (moult_schema_parse(&schema, &scratch->m, document, strlen(document), "want.xml")) {
		all_said(scratch);
		fail_msg("%s", document);
	}
	sqlite3_free(text);
	return schema;
}

static char *bytes_of(struct scratch *scratch)
{
	char text[MO_HASH_TEXT];

	assert_int_equal(mo_file_checksum(text, scratch_path(scratch, DB), NULL, &scratch->m.diags,
					  DIAG_RUN020),
			 MOULT_OK);
	return mo_arena_text(scratch->arena, text);
}

static int migrate(struct scratch *scratch, const struct trial *trial, const moult_schema *want)
{
	moult_options options = trial->options;

	options.prune = strcmp(trial->change->name, "a column is dropped") == 0;
	options.allow = "all";
	return moult_migrate_file(&scratch->m, scratch_path(scratch, DB), want, &options, NULL);
}

/* What an application that knows everything finds: the shape of the document, and a sound file. */
static bool is_migrated(struct scratch *scratch, const struct trial *trial,
			const moult_schema *want)
{
	moult_options options = MOULT_OPTIONS_INIT;
	sqlite3 *db = scratch_open(scratch, DB);
	moult_schema *have = NULL;
	moult_diff *diff = NULL;
	bool same;

	teach(NULL, db);
	options.prune = strcmp(trial->change->name, "a column is dropped") == 0;
	assert_int_equal(moult_schema_from_db(&have, &scratch->m, db), MOULT_OK);
	assert_int_equal(moult_diff_new(&diff, &scratch->m, have, want, &options), MOULT_OK);
	same = moult_diff_count(diff) == 0 &&
	       strcmp(ask(db, "PRAGMA integrity_check"), "ok") == 0 &&
	       strcmp(ask(db, "SELECT count(*) FROM o"), "2") == 0;
	moult_diff_free(diff);
	moult_schema_free(have);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return same;
}

static void remove_files(struct scratch *scratch)
{
	scratch_remove(scratch->directory);
	assert_int_equal(mkdir(scratch->directory, 0700), 0);
}

struct counts {
	int made, refused, wrong;
};

/* The last thing that is said is that a name is missing, and how to have it; a module nobody needs here. */
static bool names_it(struct scratch *scratch, const struct trial *trial)
{
	const moult_diagnostic *last = mo_diag_last(&scratch->m.diags);

	return last && last->hint && strstr(last->hint, "--load-extension") &&
	       strcmp(last->id, "RUN032") == 0 &&
	       (strcmp(trial->place->name, "module") != 0 || strstr(trial->change->b, "german"));
}

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

/* SQLite itself can do it without the name: nothing that it does comes near what needs it. */
static bool is_refused_without_need(const struct trial *trial)
{
	static const char *const harmless[] = {"a column is added", "an index comes",
					       "a view comes",	    "a trigger comes",
					       "a table comes",	    NULL};
	static const char *const sorted[] = {"collation of an index",
					     "collation of a partial index",
					     "collation of a column",
					     "collation of a column with an index",
					     "collation of a unique column",
					     "collation of a key",
					     NULL};

	if (trial->options.every_row || strstr(trial->change->b, "german"))
		return false;
	/* Before 3.38 a RENAME or DROP COLUMN compiles the indexes of all tables. */
	if (trial->other)
		return sqlite3_libversion_number() >= 3038000 ||
		       (!trial->options.strategy && is_one_of(trial->change->name, harmless));
	return !trial->options.strategy && is_one_of(trial->place->name, sorted) &&
	       is_one_of(trial->change->name, harmless);
}

/* Refused: the file is what it was, and whoever knows the name can have it. */
static bool repairs(struct scratch *scratch, const struct trial *trial, const moult_schema *want,
		  int rc, const char *before)
{
	bool good = (rc == MOULT_TROUBLE || rc == MOULT_REFUSED) && names_it(scratch, trial) &&
		    strcmp(before, bytes_of(scratch)) == 0 && count_files(scratch, ".moult-") == 0;

	if (!good)
		return false;
	moult_diagnostics_clear(&scratch->m);
	moult_set_open(&scratch->m, teach, NULL);
	good = migrate(scratch, trial, want) == MOULT_OK && is_migrated(scratch, trial, want);
	moult_set_open(&scratch->m, NULL, NULL);
	return good;
}

static void try_one(struct scratch *scratch, const struct trial *trial, struct counts *counts)
{
	moult_schema *want = make_document(scratch, trial);
	const char *before;
	bool good;
	int rc;

	make_file(scratch, trial);
	before = bytes_of(scratch);
	rc = migrate(scratch, trial, want);
	if (rc == MOULT_OK)
		good = is_migrated(scratch, trial, want);
	else
		good = !is_refused_without_need(trial) && repairs(scratch, trial, want, rc, before);
	counts->made += rc == MOULT_OK;
	counts->refused += rc != MOULT_OK;
	counts->wrong += !good;
	if (!good) {
		print_message("# %s, %s, in %s table, %s: %d\n", trial->place->name,
			      trial->change->name, trial->other ? "another" : "the same",
			      trial->declared ? "declared" : "kept", rc);
		all_said(scratch);
	}
	moult_diagnostics_clear(&scratch->m);
	moult_schema_free(want);
	remove_files(scratch);
}

/* A column that is dropped needs --prune, which would take what is kept. */
static bool makes_sense(const struct trial *trial)
{
	return trial->declared ||
	       (*trial->place->object && strcmp(trial->change->name, "a column is dropped") != 0);
}

static void made_or_refused(struct scratch *scratch, const moult_options *options, bool other)
{
	struct counts counts = {0, 0, 0};

	for (int i = 0; i < PLACES * CHANGES * 2; i++) {
		const struct trial trial = {&places[i / 2 / CHANGES], &changes[i / 2 % CHANGES],
					    other, i % 2 == 0, *options};

		if (makes_sense(&trial))
			try_one(scratch, &trial, &counts);
	}
	printf("# made: %d, refused: %d, wrong: %d\n", counts.made, counts.refused, counts.wrong);
	assert_int_equal(counts.wrong, 0);
	assert_true(counts.made > 0);
}

static void in_the_table_itself(void **state)
{
	const moult_options options = MOULT_OPTIONS_INIT;

	made_or_refused(*state, &options, false);
}

static void in_the_table_itself_rebuilt(void **state)
{
	moult_options options = MOULT_OPTIONS_INIT;

	options.strategy = "rebuild";
	made_or_refused(*state, &options, false);
}

static void in_the_table_itself_verified_quickly(void **state)
{
	moult_options options = MOULT_OPTIONS_INIT;

	options.quick = 1;
	options.no_backup = 1;
	made_or_refused(*state, &options, false);
}

static void in_the_table_itself_verified_to_the_row(void **state)
{
	moult_options options = MOULT_OPTIONS_INIT;

	options.every_row = 1;
	made_or_refused(*state, &options, false);
}

static void in_another_table(void **state)
{
	const moult_options options = MOULT_OPTIONS_INIT;

	made_or_refused(*state, &options, true);
}

static void in_another_table_verified_quickly(void **state)
{
	moult_options options = MOULT_OPTIONS_INIT;

	options.quick = 1;
	options.no_backup = 1;
	made_or_refused(*state, &options, true);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_set_up, scratch_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(in_the_table_itself),
		TEST(in_the_table_itself_rebuilt),
		TEST(in_the_table_itself_verified_quickly),
		TEST(in_the_table_itself_verified_to_the_row),
		TEST(in_another_table),
		TEST(in_another_table_verified_quickly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
