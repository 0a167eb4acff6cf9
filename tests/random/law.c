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

#include "judge.h"

/* ---- b: from one to the other ---- */

/* A file before and after, and what it should be. */
struct passage {
	sqlite3 *before;
	sqlite3 *old; /* what steps have left of it */
	sqlite3 *after;
	sqlite3 *want;
	const char *old_path;
	char *broken;  /* a step that did not run by hand */
	bool unwanted; /* a requirement is not met */
	int steps;
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
	p->before = file_open(judge_path(j, "before.db"));
	p->unwanted = data_misses(j->trial, p->before, DATUM_MUST_BEFORE);
	p->old_path = judge_path(j, "old.db");
	file_copy(j->dice, judge_path(j, "before.db"), p->old_path);
	p->old = file_open(p->old_path);
	p->broken = data_run(j->trial, p->old, DATUM_BEFORE);
	p->after = file_open(after);
	p->want = file_open(judge_path(j, "want.db"));
	p->match = match_files(j->trial, p->before, done && j->trial->careful ? p->after : p->want);
	p->faults = faults_of(j, p->before);
	p->doubtful = !is_sound(j, p->before);
}

static void close_passage(struct passage *p)
{
	sqlite3_close(p->want);
	sqlite3_close(p->after);
	sqlite3_close(p->old);
	sqlite3_close(p->before);
}

static bool compiles(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	bool fine = !sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	sqlite3_finalize(stmt);
	return fine;
}

/* A full-text table finds out that its content is not there when it is read. */
static bool can_be_read(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	bool fine =
		!sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) && sqlite3_step(stmt) != SQLITE_ERROR;

	sqlite3_finalize(stmt);
	return fine;
}

/* Whether all views and triggers of a schema compile, and its virtual tables can be read. */
static bool all_compile(struct judge *j, sqlite3 *db)
{
	struct lines virtuals = look_texts(
		j->dice, db, "SELECT name FROM sqlite_master WHERE sql LIKE 'create virtual %'");
	struct lines views =
		look_texts(j->dice, db, "SELECT name FROM sqlite_master WHERE type = 'view'");
	struct lines grounds =
		look_texts(j->dice, db,
			   "SELECT DISTINCT tbl_name || char(10) || (sql LIKE"
			   " '%instead%of%') FROM sqlite_master WHERE type = 'trigger'");
	bool fine = true;
	int i;

	for (i = 0; i < virtuals.count; i++)
		fine &= can_be_read(
			db, dice_format(j->dice, "SELECT * FROM \"%w\"", virtuals.items[i]));
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

/*
 * A step, or a declared row, may give an orphan another key: then it is told as another row, which
 * has no parent either.
 */
static bool may_tell_another_orphan(const struct judge *j, const char *refusal,
				    const struct lines *before)
{
	return before->count && strstr(refusal, "would have no parent") &&
	       (data_has(j->trial, DATUM_BEFORE) || data_has(j->trial, DATUM_AFTER) ||
		data_has(j->trial, DATUM_ROWS));
}

/* Triggers on a table whose rows are declared: the plain copy has them not yet. */
static bool fires_on_rows(struct judge *j)
{
	struct trial *trial = j->trial;
	sqlite3 *db = file_memory(trial, &trial->want);
	bool fires = false;
	int i;

	for (i = 0; i < trial->data_count; i++)
		fires |= data_has_rows(trial, trial->data[i].table) &&
			 look_text(j->dice, db,
				   dice_format(j->dice,
					       "SELECT 1 FROM sqlite_master WHERE type = 'trigger'"
					       " AND tbl_name = %Q COLLATE NOCASE",
					       trial->data[i].table));
	sqlite3_close(db);
	return fires;
}

/*
 * A key that is NULL is refused, for which SQLite would choose a number; and a row that a trigger
 * makes of a declared one, if it does not fit.
 */
static bool is_refused_for_good(struct judge *j, const char *refusal)
{
	return strstr(refusal, "rows of its from have other keys") ||
	       (strstr(refusal, "RUN027") && fires_on_rows(j));
}

/* Orphans that a step after the change would mend are refused before it. */
static bool has_new_orphans(const struct lines *before, const struct lines *between,
			    const struct lines *after)
{
	return !is_blind(before) && (new_orphans(before, between) || new_orphans(before, after));
}

/*
 * Refused although everybody could do it.  SQLite says nothing of a trigger that can never fire, of a
 * text that turns into a column, of a key to no table, nor of an INSERT that lacks a column.
 */
static void law_need(struct judge *j, struct passage *p, char *refusal)
{
	struct copy copy;
	struct lines before, after;

	if (strstr(refusal, "never fire") || strstr(refusal, "would not fire") ||
	    strstr(refusal, "for the column that comes") || strstr(refusal, "there is no table") ||
	    strstr(refusal, "which is required then"))
		return;
	if (p->broken || p->unwanted || is_refused_for_good(j, refusal))
		return;
	copy = naive_copy(j->trial, &p->match, p->old_path, p->want);
	if (!copy.error && !copy.unwanted && is_sound(j, copy.db) && all_compile(j, p->want)) {
		before = naive_orphans(j->trial, p->before, &p->match, true);
		after = naive_orphans(j->trial, copy.db, &p->match, false);
		if (!may_tell_another_orphan(j, refusal, &before) &&
		    !has_new_orphans(&before, &copy.orphans, &after))
			judge_find(j, LAW_NEED, refusal);
	}
	sqlite3_close(copy.db);
}

static void same_rows(struct judge *j, struct passage *p, sqlite3 *copy, const struct pair *pair)
{
	char *sql = naive_query(j->trial, pair, p->old, p->after);
	struct lines a = look_rows(j->dice, copy, sql), b = look_rows(j->dice, p->after, sql);
	char *text = lines_difference(j->dice, &a, &b);

	if (text)
		judge_find(j, LAW_ROWS, dice_format(j->dice, "%s\n%s", sql, text));
}

static void law_rows(struct judge *j, struct passage *p)
{
	struct copy copy = naive_copy(j->trial, &p->match, p->old_path, p->after);
	int i;

	if (p->broken)
		judge_find(j, LAW_ROWS, dice_format(j->dice, "done, but %s", p->broken));
	if (p->steps && (p->unwanted || copy.unwanted))
		judge_find(j, LAW_ROWS, dice_format(j->dice, "done, but a requirement is not met"));
	/* Rows that were wrong before may stay, but cannot be copied. */
	if (copy.error && !p->doubtful)
		judge_find(j, LAW_ROWS,
			   dice_format(j->dice, "done, but a plain copy fails: %s", copy.error));
	for (i = 0; i < p->match.count && !copy.error; i++)
		same_rows(j, p, copy.db, &p->match.tables[i]);
	for (i = 0; i < j->trial->data_count && !copy.error && !j->trial->is_back; i++) {
		const struct datum *datum = &j->trial->data[i];
		const struct pair pair = {.want = datum->table};

		if (datum->is_said && datum->kind != DATUM_BEFORE &&
		    datum->kind != DATUM_MUST_BEFORE && !match_want(&p->match, datum->table))
			same_rows(j, p, copy.db, &pair);
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
		char *before = look_text(j->dice, p->old, dice_format(j->dice, mark, pair->have));
		char *after = look_text(j->dice, p->after, dice_format(j->dice, mark, pair->want));

		if (before && naive_keeps_anything(j->trial, pair, p->before, p->after) &&
		    look_text(j->dice, p->after, dice_format(j->dice, has, pair->want)) &&
		    (!after || strcmp(before, after) != 0))
			judge_find(j, LAW_ROWS,
				   dice_format(j->dice, "the mark of %s was %s and is %s",
					       pair->want, before, after ? after : "gone"));
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
					" '\\_moult%' ESCAPE '\\' AND tbl_name NOT IN"
					" ('_moult_history', '_moult_done', '_moult_way_back')");

	if (!is_blind(&had) && new_orphans(&had, &has) &&
	    strncmp(new_orphans(&had, &has), "error", 5) != 0)
		judge_find(j, LAW_SOUND,
			   dice_format(j->dice, "more orphans: %s", new_orphans(&had, &has)));
	for (i = 0; i < check.count; i++)
		if (!lines_have(&p->faults, check.items[i]))
			judge_find(j, LAW_SOUND, check.items[i]);
	if (waste.count)
		judge_find(j, LAW_SOUND, dice_format(j->dice, "left over: %s", waste.items[0]));
}

/* Every line of want's is there too; names that nobody wants may be there beside them. */
static void law_schema(struct judge *j, struct passage *p)
{
	struct lines want, have;
	int i;

	if (!j->trial->careful) {
		judge_same_look(j, LAW_SCHEMA, p->want, p->after, j->trial->options.column_order);
		return;
	}
	want = look_schema(j->dice, p->want, false);
	have = look_schema(j->dice, p->after, false);
	for (i = 0; i < want.count; i++)
		if (strncmp(want.items[i], look_bag, strlen(look_bag)) != 0 &&
		    !lines_have(&have, want.items[i]))
			judge_find(j, LAW_SCHEMA,
				   dice_format(j->dice, "missing: %s", want.items[i]));
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
				judge_find(j, LAW_KEPT,
					   dice_format(j->dice, "%s.%s is gone", tables.items[i],
						       columns.items[k]));
		}
	}
}

static void law_rest(struct judge *j, const char *file, const char *document)
{
	moult *m = judge_handle();
	moult_schema *have = NULL, *want = NULL;
	moult_outcome outcome = MOULT_OUTCOME_INIT;
	size_t before_size, after_size;
	char *before = file_read(j->dice, file, &before_size), *after;
	int rc = moult_schema_read(&have, m, file);

	if (!rc)
		rc = moult_schema_parse(&want, m, document, strlen(document), "want.xml");
	if (rc)
		judge_find(j, LAW_REST, judge_said(j, m, "again", rc));
	else
		judge_same(j, LAW_REST, m, have, want);
	moult_schema_free(have);
	if (!rc)
		rc = moult_migrate_file(m, file, want, &j->trial->options, &outcome);
	after = file_read(j->dice, file, &after_size);
	if (rc)
		judge_find(j, LAW_REST, judge_said(j, m, "again", rc));
	else if (outcome.steps || before_size != after_size ||
		 memcmp(before, after, after_size) != 0)
		judge_find(j, LAW_REST,
			   dice_format(j->dice, "%d steps, bytes changed", outcome.steps));
	moult_schema_free(want);
	moult_outcome_done(&outcome);
	moult_free(m);
}

static void judge_done(struct judge *j, struct passage *p, const char *file, const char *document)
{
	if (!judge_is_done(j))
		law_schema(j, p);
	if (!judge_is_done(j))
		law_rows(j, p);
	if (!judge_is_done(j) && !data_inserts(j->trial))
		law_marks(j, p);
	if (!judge_is_done(j))
		law_sound(j, p);
	if (!judge_is_done(j) && j->trial->careful)
		law_kept(j, p);
	if (!judge_is_done(j))
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
	return judge_was_said(m, "RUN011") && (strstr(judge_said(j, m, "", 0), "virtual table") ||
					       (sqlite3_libversion_number() / 1000 == 3040 &&
						strstr(judge_said(j, m, "", 0), " value in ")) ||
					       judge_was_said(m, "RUN024"));
}

/*
 * A column that is kept has a type that a table which becomes STRICT cannot have,
 * or a place in a key beside one that becomes generated.
 */
static bool cannot_keep(struct judge *j, moult *m, int rc)
{
	return rc == MOULT_TROUBLE && j->trial->careful &&
	       (strstr(judge_said(j, m, "", 0), "unknown datatype") ||
		strstr(judge_said(j, m, "", 0), "missing datatype") ||
		strstr(judge_said(j, m, "", 0),
		       "generated columns cannot be part of the PRIMARY KEY"));
}

/*
 * A step writes more than it says by a trigger: of what is kept though nobody declares it, or into
 * a table whose rows are declared, which it may not say.
 */
static bool cannot_say(struct judge *j, moult *m, int rc)
{
	return rc == MOULT_TROUBLE && (j->trial->careful || data_has(j->trial, DATUM_ROWS)) &&
	       judge_was_said(m, "DOC025") && strstr(judge_said(j, m, "", 0), "does not say so");
}

/* A column that is kept though nobody declares it, and that a declared row leaves NULL. */
static bool lacks_a_kept_value(struct judge *j, moult *m, int rc)
{
	return rc == MOULT_TROUBLE && j->trial->careful && data_has(j->trial, DATUM_ROWS) &&
	       judge_was_said(m, "RUN017") &&
	       strstr(judge_said(j, m, "", 0), "NOT NULL constraint failed");
}

/*
 * A row that not even an empty table takes is a mistake of the document, as is one whose trigger
 * cannot fire, or takes it away; so is one by which a trigger writes other rows.
 */
static bool cannot_declare(struct judge *j, moult *m, int rc)
{
	sqlite3 *db;
	bool cannot;

	if (rc == MOULT_TROUBLE && judge_was_said(m, "DOC025") &&
	    strstr(judge_said(j, m, "", 0), "of their own table alone"))
		return true;
	if (rc == MOULT_FAILED && judge_was_said(m, "RUN010"))
		return fires_on_rows(j);
	if (rc != MOULT_TROUBLE || (!judge_was_said(m, "DOC015") && !judge_was_said(m, "RUN017")))
		return false;
	db = file_memory(j->trial, &j->trial->want);
	cannot = data_run(j->trial, db, DATUM_ROWS) != NULL || fires_on_rows(j);
	sqlite3_close(db);
	return cannot;
}

/* A table or column that a using reads was not to be made: SQLite took no such statement. */
static bool cannot_fill(struct judge *j, moult *m, int rc, struct passage *p)
{
	const struct trial *trial = j->trial;
	struct copy copy;
	bool all = true;
	int i;

	if (rc != MOULT_TROUBLE || !judge_was_said(m, "DOC015") ||
	    !strstr(judge_said(j, m, "", 0), "its using cannot be evaluated"))
		return false;
	copy = naive_copy(j->trial, &p->match, p->old_path, p->want);
	for (i = 0; i < trial->filling_count; i++) {
		const struct filling *filling = &trial->fillings[i];
		const struct pair *pair = match_want(&p->match, filling->table);

		all &= !pair || !filling->is_said ||
		       compiles(copy.db, dice_format(j->dice, "SELECT %s FROM have.\"%w\" AS old",
						     filling->naive, pair->have));
	}
	sqlite3_close(copy.db);
	return !all;
}

static void judge_passage(struct judge *j, const char *file, const char *document)
{
	moult *m = judge_handle();
	moult_outcome outcome = MOULT_OUTCOME_INIT;
	struct passage p;
	size_t before_size, after_size;
	char *before, *after;
	int rc, steps;

	file_copy(j->dice, file, judge_path(j, "before.db"));
	before = file_read(j->dice, file, &before_size);
	rc = judge_apply(m, file, document, &j->trial->options, &outcome);
	steps = outcome.steps;
	moult_outcome_done(&outcome);
	after = file_read(j->dice, file, &after_size);
	j->verdict->document = (char *)document;
	if (is_misled(j, m) || cannot_keep(j, m, rc) ||
	    (rc == MOULT_TROUBLE && judge_was_said(m, "DOC017") &&
	     (has_swap(j->trial) || !can_rename(j, file)))) {
		moult_free(m);
		return;
	}
	if (rc && (before_size != after_size || memcmp(before, after, after_size) != 0))
		judge_find(j, LAW_REFUSED, judge_said(j, m, "the file changed", rc));
	open_passage(j, &p, file, !rc);
	p.steps = steps;
	if (rc && rc != MOULT_REFUSED && !p.broken && !cannot_fill(j, m, rc, &p) &&
	    !cannot_declare(j, m, rc) && !lacks_a_kept_value(j, m, rc) && !cannot_say(j, m, rc))
		judge_find(j, LAW_DONE, judge_said(j, m, "migration", rc));
	if (rc == MOULT_REFUSED && !j->trial->careful)
		law_need(j, &p, judge_said(j, m, "migration", rc));
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

char *judge_wanted(struct judge *j, struct script *script)
{
	char *want = judge_path(j, "want.db"), *document;

	file_build(j->trial, want, script);
	document = judge_dump(j, want, LAW_DONE);
	if (judge_is_done(j))
		return document;
	document = document_with_more(j->trial, document);
	return j->trial->is_back ? document : document_with_data(j->trial, document);
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
	char *have = judge_path(j, "have.db"), *work = judge_path(j, "work.db"), *document;

	file_build(j->trial, have, &j->trial->have);
	if (is_nothing(j, have))
		return;
	file_copy(j->dice, have, work);
	judge_file(j, work);
	if (!judge_is_done(j))
		law_spelling(j);
	if (judge_is_done(j))
		return;
	document = judge_wanted(j, &j->trial->want);
	if (!judge_is_done(j))
		judge_passage(j, work, document);
	if (judge_is_done(j) || !j->trial->there_and_back)
		return;
	turn_round(j->trial);
	j->trial->is_back = true;
	document = judge_wanted(j, &j->trial->back);
	if (!judge_is_done(j))
		judge_passage(j, work, document);
	turn_round(j->trial);
	j->trial->is_back = false;
}

struct verdict trial_judge(struct trial *trial)
{
	struct verdict verdict = {NULL, NULL, NULL};
	struct judge j = {trial, trial->dice, &verdict};
	sqlite3_int64 before = sqlite3_memory_used();

	judge_all(&j);
	if (sqlite3_memory_used() != before)
		judge_find(&j, LAW_MEMORY,
			   dice_format(trial->dice, "%lld bytes", sqlite3_memory_used() - before));
	return verdict;
}
