/* SPDX-License-Identifier: MIT */
/* law_file.c: the laws of one file: its document, its SQL, and the file that comes of them. */
#include "judge.h"

#include <string.h>

static void law_document(struct judge *j, const char *file, const char *document)
{
	moult *m = judge_handle();
	moult_schema *have = NULL, *want = NULL;
	int rc = moult_schema_read(&have, m, file);

	if (!rc)
		rc = moult_schema_parse(&want, m, document, strlen(document), "have.xml");
	if (rc)
		judge_find(j, LAW_DOCUMENT, judge_said(j, m, "document", rc));
	else
		judge_same(j, LAW_DOCUMENT, m, have, want);
	moult_schema_free(want);
	moult_schema_free(have);
	moult_free(m);
}

static void law_fresh(struct judge *j, const char *file, const char *document)
{
	moult *m = judge_handle();
	char *fresh = judge_path(j, "fresh.db");
	sqlite3 *a, *b;
	int rc;

	file_remove(j->dice, fresh);
	rc = judge_apply(m, fresh, document, &j->trial->options, NULL);
	if (rc) {
		judge_find(j, LAW_FRESH, judge_said(j, m, "a new file", rc));
	} else {
		a = file_open(file);
		b = file_open(fresh);
		judge_same_look(j, LAW_FRESH, a, b, true);
		sqlite3_close(b);
		sqlite3_close(a);
	}
	moult_free(m);
}

static void law_nothing(struct judge *j, const char *file, const char *document)
{
	moult *m = judge_handle();
	moult_outcome outcome = MOULT_OUTCOME_INIT;
	size_t before_size, after_size;
	char *before = file_read(j->dice, file, &before_size), *after;
	int rc = judge_apply(m, file, document, &j->trial->options, &outcome);

	after = file_read(j->dice, file, &after_size);
	if (rc)
		judge_find(j, LAW_NOTHING, judge_said(j, m, "its own document", rc));
	else if (outcome.steps || before_size != after_size ||
		 memcmp(before, after, after_size) != 0)
		judge_find(j, LAW_NOTHING,
			   dice_format(j->dice, "%d steps, bytes changed", outcome.steps));
	moult_outcome_done(&outcome);
	moult_free(m);
}

static void law_script(struct judge *j, const char *file)
{
	moult *m = judge_handle();
	moult_schema *have = NULL;
	sqlite3_str *out = sqlite3_str_new(NULL);
	sqlite3 *a = file_open(file), *b = file_open(":memory:");
	char *sql, *error = NULL;
	int rc = moult_schema_read(&have, m, file);

	if (!rc)
		rc = moult_schema_sql(m, have, judge_append, out);
	sql = judge_take(j, out);
	sqlite3_exec(b, j->trial->begin, NULL, NULL, NULL);
	if (rc)
		judge_find(j, LAW_SCRIPT, judge_said(j, m, "sql", rc));
	else if (sqlite3_exec(b, sql, NULL, NULL, &error))
		judge_find(j, LAW_SCRIPT, dice_format(j->dice, "%s\n%s", error, sql));
	else
		judge_same_look(j, LAW_SCRIPT, a, b, true);
	sqlite3_free(error);
	sqlite3_close(b);
	sqlite3_close(a);
	moult_schema_free(have);
	moult_free(m);
}

/* A document with a table more than another; one without any table stays as it is. */
static const char *with_more(struct judge *j, const char *document)
{
	static const char table[] = "<table name=\"moult_law_more\"><column name=\"a\"/></table>\n";
	static const char end[] = "</database>\n";
	const size_t size = strlen(document);
	const size_t at = size < strlen(end) ? size : size - strlen(end);

	if (strcmp(document + at, end) != 0)
		return document;
	return dice_format(j->dice, "%.*s%s%s", (int)at, document, table, end);
}

/* The script that leads from a document to the same with a table more. */
static char *script_from(struct judge *j, const char *document)
{
	const char *more = with_more(j, document);
	moult *m = judge_handle();
	moult_schema *have = NULL, *want = NULL;
	moult_options options = MOULT_OPTIONS_INIT;
	moult_plan *plan = NULL;
	sqlite3_str *out = sqlite3_str_new(NULL);
	char *sql;
	int rc = moult_schema_parse(&have, m, document, strlen(document), "have.xml");

	options.script = true;
	if (!rc)
		rc = moult_schema_parse(&want, m, more, strlen(more), "want.xml");
	if (!rc)
		rc = moult_plan_new(&plan, m, have, want, &options);
	if (!rc)
		rc = moult_plan_report(m, plan, MOULT_SQL, judge_append, out);
	sql = judge_take(j, out);
	moult_plan_free(plan);
	moult_schema_free(want);
	moult_schema_free(have);
	moult_free(m);
	return rc ? NULL : sql;
}

/* In the head of a trigger the query of a script cannot tell such a name from a word: it refuses. */
static const char worded[] = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND"
			     " (lower(name) IN ('of', 'begin', 'before', 'for', 'on', 'when') OR"
			     " lower(tbl_name) IN ('of', 'begin', 'before', 'for', 'on', 'when'))";

/* SQLite takes the quotes of such a type for those of all that pragma_table_xinfo tells of it. */
static const char half_a_type[] =
	"SELECT 1 FROM sqlite_master m, pragma_table_xinfo(m.name) c WHERE"
	" m.type = 'table' AND c.type GLOB '*/[*]*[*]'";

/*
 * A script that starts from the document of a file takes that file for its own, however its SQL
 * is spelled.
 */
static void law_field(struct judge *j, const char *file, const char *document)
{
	char *field = judge_path(j, "field.db"), *error = NULL;
	const char *sql = script_from(j, document);
	sqlite3 *db;

	if (!sql)
		return;
	file_copy(j->dice, file, field);
	db = file_open(field);
	if (!look_text(j->dice, db, worded) && !look_text(j->dice, db, half_a_type) &&
	    sqlite3_exec(db, sql, NULL, NULL, &error) &&
	    strstr(error, "that this upgrade starts from"))
		judge_find(j, LAW_FIELD, dice_format(j->dice, "%s", error));
	sqlite3_free(error);
	sqlite3_close(db);
	file_remove(j->dice, field);
}

/* A shape that SQLite takes in two spellings is one schema. */
void law_spelling(struct judge *j)
{
	struct trial *trial = j->trial;
	sqlite3 *a = file_memory(trial, &trial->plain), *b = file_memory(trial, &trial->again);
	moult *m = judge_handle();
	moult_schema *have = NULL, *want = NULL;
	bool same = trial->plain.count == trial->again.count;
	int i, rc;

	for (i = 0; same && i < trial->plain.count; i++)
		same = trial->plain.failed[i] == trial->again.failed[i];
	rc = moult_schema_from_db(&have, m, a);
	if (!rc)
		rc = moult_schema_from_db(&want, m, b);
	if (rc)
		judge_find(j, LAW_SPELLING, judge_said(j, m, "read", rc));
	else if (same)
		judge_same(j, LAW_SPELLING, m, have, want);
	moult_schema_free(want);
	moult_schema_free(have);
	moult_free(m);
	sqlite3_close(b);
	sqlite3_close(a);
}

void judge_file(struct judge *j, const char *file)
{
	char *document = judge_dump(j, file, LAW_DOCUMENT);

	j->verdict->document = document;
	if (!judge_is_done(j))
		law_document(j, file, document);
	if (!judge_is_done(j))
		law_fresh(j, file, document);
	if (!judge_is_done(j))
		law_script(j, file);
	if (!judge_is_done(j))
		law_field(j, file, document);
	if (!judge_is_done(j))
		law_nothing(j, file, document);
}
