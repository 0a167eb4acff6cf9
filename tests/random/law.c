/* SPDX-License-Identifier: MIT */
/*
 * law.c: the laws, and what happens to one seed under them.
 *
 *	a	a file, its document, and the file again
 *	b	have -> want: done or refused, and what comes of it
 *	c	want -> have: the way back
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trial.h"

enum law {
	LAW_DOCUMENT,
	LAW_NOTHING,
	LAW_FRESH,
	LAW_SPELLING,
	LAW_SCRIPT,
	LAW_DONE,
	LAW_REFUSED,
	LAW_REST,
	LAW_SCHEMA,
	LAW_ROWS,
	LAW_NEED,
	LAW_SOUND,
	LAW_KEPT,
	LAW_MEMORY,
	LAW_COUNT
};

const char *const law_names[] = {
	[LAW_DOCUMENT] = "no difference from its own document",
	[LAW_NOTHING] = "its own document writes nothing",
	[LAW_FRESH] = "a file made of its document is the same",
	[LAW_SPELLING] = "spelling is no difference",
	[LAW_SCRIPT] = "a file made of its SQL is the same",
	[LAW_DONE] = "a migration is done or refused",
	[LAW_REFUSED] = "a refusal changes nothing",
	[LAW_REST] = "afterwards there is nothing to do",
	[LAW_SCHEMA] = "migrated equals fresh",
	[LAW_ROWS] = "rows are those of a plain copy",
	[LAW_NEED] = "nothing is refused without need",
	[LAW_SOUND] = "sound afterwards",
	[LAW_KEPT] = "what is undeclared is kept",
	[LAW_MEMORY] = "no memory is left over",
};
const int law_count = LAW_COUNT;

struct judge {
	struct trial *trial;
	struct dice *dice;
	struct verdict *verdict;
};

static void find(struct judge *j, enum law law, char *text)
{
	if (j->verdict->law)
		return;
	j->verdict->law = law_names[law];
	j->verdict->text = text;
}

static bool is_guilty(const struct judge *j)
{
	return j->verdict->law != NULL;
}

static char *path(struct judge *j, const char *name)
{
	return dice_format(j->dice, "%s/%s", j->trial->folder, name);
}

/* ---- moult ---- */

static int append(void *context, const char *text, size_t size)
{
	sqlite3_str_append(context, text, (int)size);
	return 0;
}

static char *take(struct judge *j, sqlite3_str *out)
{
	char *text = sqlite3_str_finish(out), *copy = dice_format(j->dice, "%s", text ? text : "");

	sqlite3_free(text);
	return copy;
}

static char *said(struct judge *j, moult *m, const char *what, int rc)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "%s: %d\n", what, rc);
	moult_report_diagnostics(m, MOULT_TEXT, append, out);
	return take(j, out);
}

static moult *new_handle(void)
{
	moult *m;

	if (moult_new(&m))
		exit(99);
	return m;
}

static bool was_said(moult *m, const char *id)
{
	size_t i;

	for (i = 0; i < moult_diagnostic_count(m); i++)
		if (!strcmp(moult_diagnostic_at(m, i)->id, id))
			return true;
	return false;
}

/* ---- a: a file and its document ---- */

static char *dump(struct judge *j, const char *file, enum law law)
{
	moult *m = new_handle();
	moult_schema *have = NULL;
	sqlite3_str *out = sqlite3_str_new(NULL);
	int rc = moult_schema_read(&have, m, file);

	if (!rc)
		rc = moult_schema_dump(m, have, append, out);
	if (rc)
		find(j, law, said(j, m, "dump", rc));
	moult_schema_free(have);
	moult_free(m);
	return take(j, out);
}

/* What moult finds different between two schemas. */
static void expect_same(struct judge *j, enum law law, moult *m, moult_schema *have,
			moult_schema *want)
{
	moult_diff *diff = NULL;
	moult_plan *plan = NULL;
	sqlite3_str *out = sqlite3_str_new(NULL);
	int rc = moult_diff_new(&diff, m, have, want, &j->trial->options);

	if (!rc)
		rc = moult_plan_new(&plan, m, have, want, &j->trial->options);
	if (rc) {
		find(j, law, said(j, m, "diff", rc));
	} else if (moult_diff_count(diff) || moult_plan_step_count(plan)) {
		moult_diff_report(m, diff, MOULT_TEXT, append, out);
		moult_plan_report(m, plan, MOULT_TEXT, append, out);
		find(j, law, take(j, out));
		out = sqlite3_str_new(NULL);
	}
	sqlite3_free(sqlite3_str_finish(out));
	moult_plan_free(plan);
	moult_diff_free(diff);
}

static void law_document(struct judge *j, const char *file, const char *document)
{
	moult *m = new_handle();
	moult_schema *have = NULL, *want = NULL;
	int rc = moult_schema_read(&have, m, file);

	if (!rc)
		rc = moult_schema_parse(&want, m, document, strlen(document), "have.xml");
	if (rc)
		find(j, LAW_DOCUMENT, said(j, m, "document", rc));
	else
		expect_same(j, LAW_DOCUMENT, m, have, want);
	moult_schema_free(want);
	moult_schema_free(have);
	moult_free(m);
}

/* Applies a document to a file, which may be a new one. */
static int apply(struct judge *j, moult *m, const char *file, const char *document,
		 const moult_options *options, moult_outcome *outcome)
{
	moult_schema *want = NULL;
	int rc = moult_schema_parse(&want, m, document, strlen(document), "want.xml");

	(void)j;
	if (!rc)
		rc = moult_migrate_file(m, file, want, options, outcome);
	moult_schema_free(want);
	return rc;
}

static void expect_same_look(struct judge *j, enum law law, sqlite3 *a, sqlite3 *b, bool order)
{
	struct lines x = look_schema(j->dice, a, order), y = look_schema(j->dice, b, order);
	char *text = lines_difference(j->dice, &x, &y);

	if (text)
		find(j, law, text);
}

static void law_fresh(struct judge *j, const char *file, const char *document)
{
	moult *m = new_handle();
	char *fresh = path(j, "fresh.db");
	sqlite3 *a, *b;
	int rc;

	file_remove(j->dice, fresh);
	rc = apply(j, m, fresh, document, &j->trial->options, NULL);
	if (rc) {
		find(j, LAW_FRESH, said(j, m, "a new file", rc));
	} else {
		a = file_open(file);
		b = file_open(fresh);
		expect_same_look(j, LAW_FRESH, a, b, true);
		sqlite3_close(b);
		sqlite3_close(a);
	}
	moult_free(m);
}

static void law_nothing(struct judge *j, const char *file, const char *document)
{
	moult *m = new_handle();
	moult_outcome outcome = {sizeof(outcome), NULL, NULL, 0, 0, 0};
	size_t before_size, after_size;
	char *before = file_read(j->dice, file, &before_size), *after;
	int rc = apply(j, m, file, document, &j->trial->options, &outcome);

	after = file_read(j->dice, file, &after_size);
	if (rc)
		find(j, LAW_NOTHING, said(j, m, "its own document", rc));
	else if (outcome.steps || before_size != after_size ||
		 memcmp(before, after, after_size) != 0)
		find(j, LAW_NOTHING,
		     dice_format(j->dice, "%d steps, bytes changed", outcome.steps));
	moult_outcome_done(&outcome);
	moult_free(m);
}

static void law_script(struct judge *j, const char *file)
{
	moult *m = new_handle();
	moult_schema *have = NULL;
	sqlite3_str *out = sqlite3_str_new(NULL);
	sqlite3 *a = file_open(file), *b = file_open(":memory:");
	char *sql, *error = NULL;
	int rc = moult_schema_read(&have, m, file);

	if (!rc)
		rc = moult_schema_sql(m, have, append, out);
	sql = take(j, out);
	sqlite3_exec(b, j->trial->begin, NULL, NULL, NULL);
	if (rc)
		find(j, LAW_SCRIPT, said(j, m, "sql", rc));
	else if (sqlite3_exec(b, sql, NULL, NULL, &error))
		find(j, LAW_SCRIPT, dice_format(j->dice, "%s\n%s", error, sql));
	else
		expect_same_look(j, LAW_SCRIPT, a, b, true);
	sqlite3_free(error);
	sqlite3_close(b);
	sqlite3_close(a);
	moult_schema_free(have);
	moult_free(m);
}

/* A shape that SQLite takes in two spellings is one schema. */
static void law_spelling(struct judge *j)
{
	struct trial *trial = j->trial;
	sqlite3 *a = file_memory(trial, &trial->plain), *b = file_memory(trial, &trial->again);
	moult *m = new_handle();
	moult_schema *have = NULL, *want = NULL;
	bool same = trial->plain.count == trial->again.count;
	int i, rc;

	for (i = 0; same && i < trial->plain.count; i++)
		same = trial->plain.failed[i] == trial->again.failed[i];
	rc = moult_schema_from_db(&have, m, a);
	if (!rc)
		rc = moult_schema_from_db(&want, m, b);
	if (rc)
		find(j, LAW_SPELLING, said(j, m, "read", rc));
	else if (same)
		expect_same(j, LAW_SPELLING, m, have, want);
	moult_schema_free(want);
	moult_schema_free(have);
	moult_free(m);
	sqlite3_close(b);
	sqlite3_close(a);
}

static void judge_file(struct judge *j, const char *file)
{
	char *document = dump(j, file, LAW_DOCUMENT);

	j->verdict->document = document;
	if (!is_guilty(j))
		law_document(j, file, document);
	if (!is_guilty(j))
		law_fresh(j, file, document);
	if (!is_guilty(j))
		law_script(j, file);
	if (!is_guilty(j))
		law_nothing(j, file, document);
}

/* ---- b: from one to the other ---- */

/* A file before and after, and what it should be. */
struct passage {
	sqlite3 *before;
	sqlite3 *after;
	sqlite3 *want;
	const char *before_path;
	struct match match;
	struct lines faults; /* what integrity_check said before */
	bool doubtful;	     /* it said anything at all */
};

/*
 * Whether integrity_check faults a VIRTUAL column of a STRICT table for its type: before
 * 3.51 SQLite takes such rows, and the fault goes along under another name.
 */
static bool is_taken(struct judge *j, sqlite3 *db, const char *fault)
{
	const char *where = strstr(fault, " value in ");

	return where && sqlite3_libversion_number() < 3051000 &&
	       look_text(j->dice, db,
			 dice_format(j->dice,
				     "SELECT 1 FROM sqlite_master m, pragma_table_xinfo(m.name) c"
				     " WHERE c.hidden = 2 AND m.name || '.' || c.name = %Q",
				     where + strlen(" value in ")));
}

/* What integrity_check says; SQLite 3.40 looks at the wrong columns of WITHOUT ROWID tables. */
static struct lines faults_of(struct judge *j, sqlite3 *db)
{
	struct lines all = look_texts(j->dice, db, "PRAGMA integrity_check"), lines = {0};
	int i;

	for (i = 0; i < all.count; i++)
		if (strcmp(all.items[i], "ok") != 0 &&
		    (sqlite3_libversion_number() / 1000 != 3040 ||
		     !strstr(all.items[i], " value in ")) &&
		    !is_taken(j, db, all.items[i]))
			lines_add(j->dice, &lines, all.items[i]);
	return lines;
}

static bool is_sound(struct judge *j, sqlite3 *db)
{
	return !strcmp(look_text(j->dice, db, "PRAGMA integrity_check"), "ok");
}

/* Where things are kept that nobody wants, only the file itself says how its tables match. */
static void open_passage(struct judge *j, struct passage *p, const char *after, bool done)
{
	p->before_path = path(j, "before.db");
	p->before = file_open(p->before_path);
	p->after = file_open(after);
	p->want = file_open(path(j, "want.db"));
	p->match = match_files(j->trial, p->before, done && j->trial->careful ? p->after : p->want);
	p->faults = faults_of(j, p->before);
	p->doubtful = !is_sound(j, p->before);
}

static void close_passage(struct passage *p)
{
	sqlite3_close(p->want);
	sqlite3_close(p->after);
	sqlite3_close(p->before);
}

static bool compiles(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	bool fine = !sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	sqlite3_finalize(stmt);
	return fine;
}

/* Whether all views and triggers of a schema compile. */
static bool all_compile(struct judge *j, sqlite3 *db)
{
	struct lines views =
		look_texts(j->dice, db, "SELECT name FROM sqlite_master WHERE type = 'view'");
	struct lines grounds =
		look_texts(j->dice, db,
			   "SELECT DISTINCT tbl_name || char(10) || (sql LIKE"
			   " '%instead%of%') FROM sqlite_master WHERE type = 'trigger'");
	bool fine = true;
	int i;

	for (i = 0; i < views.count; i++)
		fine &= compiles(db, dice_format(j->dice, "SELECT 1 FROM \"%w\"", views.items[i]));
	for (i = 0; fine && i < grounds.count; i++) {
		char *on = grounds.items[i], *end = strrchr(on, '\n');
		char *columns;

		*end = '\0';
		columns = look_text(j->dice, db,
				    dice_format(j->dice,
						"SELECT group_concat(printf('\"%%w\" = 1', name))"
						" FROM pragma_table_info(%Q)",
						on));
		fine = compiles(db,
				dice_format(j->dice, "INSERT INTO \"%w\" DEFAULT VALUES", on)) &&
		       compiles(db, dice_format(j->dice, "DELETE FROM \"%w\"", on)) && columns &&
		       compiles(db, dice_format(j->dice, "UPDATE \"%w\" SET %s", on, columns));
	}
	return fine;
}

/* Where a foreign key cannot work the others are not judged. */
static bool is_blind(const struct lines *orphans)
{
	int i;

	for (i = 0; i < orphans->count; i++)
		if (!strncmp(orphans->items[i], "error", 5))
			return true;
	return false;
}

/* Violations that are more in one list than in the other; NULL: none. */
static char *new_orphans(const struct lines *before, const struct lines *after)
{
	int i;

	for (i = 0; i < after->count; i++)
		if (!strncmp(after->items[i], "error", 5) ||
		    lines_times(after, after->items[i]) > lines_times(before, after->items[i]))
			return after->items[i];
	return NULL;
}

/* Refused although everybody could do it. */
static void law_need(struct judge *j, struct passage *p, char *refusal)
{
	struct copy copy = naive_copy(j->trial, &p->match, p->before_path, p->want);
	struct lines before, after;

	if (!copy.error && is_sound(j, copy.db) && all_compile(j, p->want)) {
		before = naive_orphans(j->trial, p->before, &p->match, true);
		after = naive_orphans(j->trial, copy.db, &p->match, false);
		if (is_blind(&before) || !new_orphans(&before, &after))
			find(j, LAW_NEED, refusal);
	}
	sqlite3_close(copy.db);
}

static void law_rows(struct judge *j, struct passage *p)
{
	struct copy copy = naive_copy(j->trial, &p->match, p->before_path, p->after);
	int i;

	/* Rows that were wrong before may stay, but cannot be copied. */
	if (copy.error && !p->doubtful)
		find(j, LAW_ROWS,
		     dice_format(j->dice, "done, but a plain copy fails: %s", copy.error));
	for (i = 0; i < p->match.count && !is_guilty(j) && !copy.error; i++) {
		char *sql = naive_query(j->trial, &p->match.tables[i], p->before, p->after);
		struct lines a = look_rows(j->dice, copy.db, sql),
			     b = look_rows(j->dice, p->after, sql);
		char *text = lines_difference(j->dice, &a, &b);

		if (text)
			find(j, LAW_ROWS, dice_format(j->dice, "%s\n%s", sql, text));
	}
	sqlite3_close(copy.db);
}

static void law_marks(struct judge *j, struct passage *p)
{
	static const char mark[] = "SELECT seq FROM sqlite_sequence WHERE name = %Q COLLATE NOCASE";
	/* Not as a name: it is a keyword, and so has quotes there. */
	static const char has[] =
		"SELECT 1 FROM sqlite_master WHERE name = %Q COLLATE NOCASE AND"
		" replace(replace(replace(replace(lower(sql), '[autoincrement]', ''),"
		" '`autoincrement`', ''), '\"autoincrement\"', ''), '''autoincrement''', '')"
		" LIKE '%%autoincrement%%'";
	int i;

	for (i = 0; i < p->match.count; i++) {
		const struct pair *pair = &p->match.tables[i];
		char *before =
			look_text(j->dice, p->before, dice_format(j->dice, mark, pair->have));
		char *after = look_text(j->dice, p->after, dice_format(j->dice, mark, pair->want));

		if (before && naive_keeps_anything(j->trial, pair, p->before, p->after) &&
		    look_text(j->dice, p->after, dice_format(j->dice, has, pair->want)) &&
		    (!after || strcmp(before, after) != 0))
			find(j, LAW_ROWS,
			     dice_format(j->dice, "the mark of %s was %s and is %s", pair->want,
					 before, after ? after : "gone"));
	}
}

static void law_sound(struct judge *j, struct passage *p)
{
	struct lines had = naive_orphans(j->trial, p->before, &p->match, true);
	struct lines has = naive_orphans(j->trial, p->after, &p->match, false);
	struct lines check = faults_of(j, p->after);
	int i;
	struct lines waste = look_texts(j->dice, p->after,
					"SELECT name FROM sqlite_master WHERE name LIKE"
					" '\\_moult%' ESCAPE '\\' AND name <> '_moult_history'"
					" AND tbl_name <> '_moult_history'");

	if (!is_blind(&had) && new_orphans(&had, &has) &&
	    strncmp(new_orphans(&had, &has), "error", 5) != 0)
		find(j, LAW_SOUND,
		     dice_format(j->dice, "more orphans: %s", new_orphans(&had, &has)));
	for (i = 0; i < check.count; i++)
		if (!lines_have(&p->faults, check.items[i]))
			find(j, LAW_SOUND, check.items[i]);
	if (waste.count)
		find(j, LAW_SOUND, dice_format(j->dice, "left over: %s", waste.items[0]));
}

/* Every line of want's is there too; names that nobody wants may be there beside them. */
static void law_schema(struct judge *j, struct passage *p)
{
	struct lines want, have;
	int i;

	if (!j->trial->careful) {
		expect_same_look(j, LAW_SCHEMA, p->want, p->after, j->trial->options.column_order);
		return;
	}
	want = look_schema(j->dice, p->want, false);
	have = look_schema(j->dice, p->after, false);
	for (i = 0; i < want.count; i++)
		if (strncmp(want.items[i], look_bag, strlen(look_bag)) != 0 &&
		    !lines_have(&have, want.items[i]))
			find(j, LAW_SCHEMA, dice_format(j->dice, "missing: %s", want.items[i]));
}

/* Without consent nothing goes: each table and column is there under its own name or its new one. */
static void law_kept(struct judge *j, struct passage *p)
{
	static const char has[] =
		"SELECT 1 FROM pragma_table_xinfo(%Q) WHERE name = %Q COLLATE NOCASE";
	static const char gone[] =
		"SELECT 1 FROM sqlite_master WHERE name = %Q COLLATE NOCASE AND NOT"
		" (type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%%')";
	struct lines tables = look_texts(j->dice, p->before, look_tables);
	int i, k;

	for (i = 0; i < tables.count; i++) {
		const struct pair *pair = match_have(&p->match, tables.items[i]);
		struct lines columns =
			look_texts(j->dice, p->before,
				   dice_format(j->dice, "SELECT name FROM pragma_table_xinfo(%Q)",
					       tables.items[i]));

		/* Another kind of object has taken the name; the table had no rows. */
		if (!pair &&
		    look_text(j->dice, p->want, dice_format(j->dice, gone, tables.items[i])))
			continue;
		for (k = 0; k < columns.count; k++) {
			const char *want = columns.items[k];
			int n;

			for (n = 0; pair && n < pair->count; n++)
				if (!strcmp(pair->columns[n].have, want))
					want = pair->columns[n].want;
			if (!look_text(j->dice, p->after,
				       dice_format(j->dice, has,
						   pair ? pair->want : tables.items[i], want)))
				find(j, LAW_KEPT,
				     dice_format(j->dice, "%s.%s is gone", tables.items[i],
						 columns.items[k]));
		}
	}
}

static void law_rest(struct judge *j, const char *file, const char *document)
{
	moult *m = new_handle();
	moult_schema *have = NULL, *want = NULL;
	moult_outcome outcome = {sizeof(outcome), NULL, NULL, 0, 0, 0};
	size_t before_size, after_size;
	char *before = file_read(j->dice, file, &before_size), *after;
	int rc = moult_schema_read(&have, m, file);

	if (!rc)
		rc = moult_schema_parse(&want, m, document, strlen(document), "want.xml");
	if (rc)
		find(j, LAW_REST, said(j, m, "again", rc));
	else
		expect_same(j, LAW_REST, m, have, want);
	moult_schema_free(have);
	if (!rc)
		rc = moult_migrate_file(m, file, want, &j->trial->options, &outcome);
	after = file_read(j->dice, file, &after_size);
	if (rc)
		find(j, LAW_REST, said(j, m, "again", rc));
	else if (outcome.steps || before_size != after_size ||
		 memcmp(before, after, after_size) != 0)
		find(j, LAW_REST, dice_format(j->dice, "%d steps, bytes changed", outcome.steps));
	moult_schema_free(want);
	moult_outcome_done(&outcome);
	moult_free(m);
}

static void judge_done(struct judge *j, struct passage *p, const char *file, const char *document)
{
	if (!is_guilty(j))
		law_schema(j, p);
	if (!is_guilty(j))
		law_rows(j, p);
	if (!is_guilty(j))
		law_marks(j, p);
	if (!is_guilty(j))
		law_sound(j, p);
	if (!is_guilty(j) && j->trial->careful)
		law_kept(j, p);
	if (!is_guilty(j))
		law_rest(j, file, document);
}

/* Whether SQLite itself makes every rename of a column, without views and triggers. */
static bool can_rename(struct judge *j, const char *file)
{
	struct dice *dice = j->dice;
	struct lines made;
	sqlite3 *have = file_open(file), *db = file_open(":memory:");
	bool can = true;
	int i, k;

	/* Before 3.35 RENAME COLUMN writes the name into generated columns of other tables too. */
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	made = look_texts(
		dice, have,
		"SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS"
		" NOT NULL AND name NOT LIKE 'sqlite%' AND sql NOT LIKE 'CREATE VIRTUAL%'");
	for (i = 0; i < made.count; i++)
		sqlite3_exec(db, made.items[i], NULL, NULL, NULL);
	for (i = 0; i < j->trial->former_count; i++) {
		const struct former *former = &j->trial->formers[i];
		const char *table = former->table;

		for (k = 0; table && k < j->trial->former_count; k++)
			if (!j->trial->formers[k].table &&
			    !strcmp(j->trial->formers[k].want, table))
				table = j->trial->formers[k].have;
		if (table)
			can &= !sqlite3_exec(
				db,
				dice_format(
					dice,
					"ALTER TABLE \"%w\" RENAME COLUMN \"%w\" TO \"a new name\"",
					table, former->have),
				NULL, NULL, NULL);
	}
	/* "cannot rename to rowid alias" */
	for (i = 0; sqlite3_libversion_number() >= 3054000 && i < j->trial->former_count; i++)
		can &= !j->trial->formers[i].table ||
		       (sqlite3_stricmp(j->trial->formers[i].want, "rowid") &&
			sqlite3_stricmp(j->trial->formers[i].want, "oid") &&
			sqlite3_stricmp(j->trial->formers[i].want, "_rowid_"));
	sqlite3_close(db);
	sqlite3_close(have);
	return can;
}

/* Two that are each said to have been the other: the one document that moult need not follow. */
static bool has_swap(const struct trial *trial)
{
	int i, k;

	for (i = 0; i < trial->former_count; i++)
		for (k = 0; k < i; k++)
			if (!sqlite3_stricmp(trial->formers[i].have, trial->formers[k].want) &&
			    !sqlite3_stricmp(trial->formers[i].want, trial->formers[k].have))
				return true;
	return false;
}

/*
 * SQLite 3.40 looks at the wrong columns of WITHOUT ROWID tables, and moult
 * believes it; a fault of before is another one to it in a table that is renamed;
 * and it finds a full-text index of external content broken that is not yet filled.
 */
static bool is_misled(struct judge *j, moult *m)
{
	return was_said(m, "RUN011") && (strstr(said(j, m, "", 0), "virtual table") ||
					 (sqlite3_libversion_number() / 1000 == 3040 &&
					  strstr(said(j, m, "", 0), " value in ")) ||
					 was_said(m, "RUN024"));
}

/*
 * A column that is kept has a type that a table which becomes STRICT cannot have,
 * or a place in a key beside one that becomes generated.
 */
static bool cannot_keep(struct judge *j, moult *m, int rc)
{
	return rc == MOULT_TROUBLE && j->trial->careful &&
	       (strstr(said(j, m, "", 0), "unknown datatype") ||
		strstr(said(j, m, "", 0), "missing datatype") ||
		strstr(said(j, m, "", 0), "generated columns cannot be part of the PRIMARY KEY"));
}

static void judge_passage(struct judge *j, const char *file, const char *document)
{
	moult *m = new_handle();
	struct passage p;
	size_t before_size, after_size;
	char *before, *after;
	int rc;

	file_copy(j->dice, file, path(j, "before.db"));
	before = file_read(j->dice, file, &before_size);
	rc = apply(j, m, file, document, &j->trial->options, NULL);
	after = file_read(j->dice, file, &after_size);
	j->verdict->document = (char *)document;
	if (is_misled(j, m) || cannot_keep(j, m, rc) ||
	    (rc == MOULT_TROUBLE && was_said(m, "DOC017") &&
	     (has_swap(j->trial) || !can_rename(j, file)))) {
		moult_free(m);
		return;
	}
	if (rc && (before_size != after_size || memcmp(before, after, after_size) != 0))
		find(j, LAW_REFUSED, said(j, m, "the file changed", rc));
	if (rc && rc != MOULT_REFUSED)
		find(j, LAW_DONE, said(j, m, "migration", rc));
	open_passage(j, &p, file, !rc);
	if (rc == MOULT_REFUSED && !j->trial->careful)
		law_need(j, &p, said(j, m, "migration", rc));
	else if (!rc)
		judge_done(j, &p, file, document);
	close_passage(&p);
	moult_free(m);
}

static void turn_round(struct trial *trial)
{
	int i, k;

	for (i = 0; i < trial->former_count; i++) {
		struct former *former = &trial->formers[i];
		const char *have = former->have;

		former->have = former->want;
		former->want = have;
	}
	/* Columns are said of by the name of the table as it is wanted. */
	for (i = 0; i < trial->former_count; i++)
		for (k = 0; trial->formers[i].table && k < trial->former_count; k++)
			if (!trial->formers[k].table &&
			    trial->formers[k].have == trial->formers[i].table) {
				trial->formers[i].table = trial->formers[k].want;
				break;
			}
}

static char *wanted_document(struct judge *j, struct script *script)
{
	char *want = path(j, "want.db"), *document;

	file_build(j->trial, want, script);
	document = dump(j, want, LAW_DONE);
	return is_guilty(j) ? document : document_with_formers(j->trial, document);
}

/* A file without a table has no encoding yet. */
static bool is_nothing(struct judge *j, const char *file)
{
	sqlite3 *db = file_open(file);
	bool nothing = !look_text(j->dice, db, "SELECT 1 FROM sqlite_master");

	sqlite3_close(db);
	return nothing && strstr(j->trial->begin, "encoding");
}

static void judge_all(struct judge *j)
{
	char *have = path(j, "have.db"), *work = path(j, "work.db"), *document;

	file_build(j->trial, have, &j->trial->have);
	if (is_nothing(j, have))
		return;
	file_copy(j->dice, have, work);
	judge_file(j, work);
	if (!is_guilty(j))
		law_spelling(j);
	if (is_guilty(j))
		return;
	document = wanted_document(j, &j->trial->want);
	if (!is_guilty(j))
		judge_passage(j, work, document);
	if (is_guilty(j) || !j->trial->there_and_back)
		return;
	turn_round(j->trial);
	document = wanted_document(j, &j->trial->back);
	if (!is_guilty(j))
		judge_passage(j, work, document);
	turn_round(j->trial);
}

struct verdict trial_judge(struct trial *trial)
{
	struct verdict verdict = {NULL, NULL, NULL};
	struct judge j = {trial, trial->dice, &verdict};
	sqlite3_int64 before = sqlite3_memory_used();

	judge_all(&j);
	if (sqlite3_memory_used() != before)
		find(&j, LAW_MEMORY,
		     dice_format(trial->dice, "%lld bytes", sqlite3_memory_used() - before));
	return verdict;
}
