/* SPDX-License-Identifier: MIT */
/*
 * invented.c: see invented.h.
 *
 *	number --> two scripts, options (tests/random) --> in memory
 *	                                                     |
 *	           have: the statements that worked  <-------+
 *	           want: the document of the second  <-------'
 *
 * Between them these come to every kind of object and every kind of change.
 */
#include "invented.h"

#include <stdlib.h>
#include <string.h>

#include "evidence.h"
#include "random/trial.h"

struct invented {
	struct dice dice;
	struct trial trial;
	struct scenario scenario;
};

static int append(void *context, const char *text, size_t size)
{
	sqlite3_str_append(context, text, (int)size);
	return 0;
}

/* Marks what does not work, and gives the rest as one text. */
static char *working(struct invented *pair, struct script *script)
{
	char *text = dice_format(&pair->dice, "");

	sqlite3_close(file_memory(&pair->trial, script));
	for (int i = 0; i < script->count; i++)
		if (!script->failed[i])
			text = dice_format(&pair->dice, "%s%s;\n", text, script->statements[i]);
	return text;
}

static char *dump(struct invented *pair, sqlite3 *db)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	moult_schema *schema = NULL;
	moult *m = NULL;
	char *text, *copy = NULL;
	int rc = moult_new(&m);

	if (!rc)
		rc = moult_schema_from_db(&schema, m, db);
	if (!rc)
		rc = moult_schema_dump(m, schema, append, out);
	moult_schema_free(schema);
	moult_free(m);
	text = sqlite3_str_finish(out);
	if (!rc && text)
		copy = dice_format(&pair->dice, "%s", text);
	sqlite3_free(text);
	return copy;
}

/*
 * What the rows and the schema come to; 0 where the migration is refused, or nothing of them
 * changes, or SQLite's own check is not content with the file to begin with.
 */
static uint64_t migrated(struct invented *pair, moult *m, const moult_schema *want)
{
	sqlite3 *db = file_memory(&pair->trial, &pair->trial.have);
	moult_outcome outcome = {.size = sizeof(outcome)};
	const uint64_t before = content_is_sound(db) ? evidence_content(db) : 0;
	uint64_t after = 0;

	if (before && !moult_migrate(m, db, want, &pair->trial.options, &outcome) && outcome.steps)
		after = evidence_content(db);
	moult_outcome_done(&outcome);
	sqlite3_close(db);
	return after == before ? 0 : after;
}

/* Whether it migrates, and to the same each time: random() may be a DEFAULT. */
static bool migrates(struct invented *pair)
{
	moult_schema *want = NULL;
	uint64_t after = 0;
	moult *m = NULL;
	int rc = moult_new(&m);

	if (!rc)
		rc = moult_schema_parse(&want, m, pair->scenario.want, strlen(pair->scenario.want),
					"want");
	if (!rc)
		after = migrated(pair, m, want);
	if (after && migrated(pair, m, want) != after)
		after = 0;
	moult_schema_free(want);
	moult_free(m);
	return after;
}

struct invented *invented_new(uint64_t number, const char *strategy)
{
	struct invented *pair = calloc(1, sizeof(*pair));
	char *document;
	sqlite3 *want;

	if (!pair)
		exit(99);
	dice_seed(&pair->dice, number);
	trial_make(&pair->trial, &pair->dice, DISK_FOLDER, false);
	if (strategy)
		pair->trial.options.strategy = strategy;
	want = file_memory(&pair->trial, &pair->trial.want);
	document = dump(pair, want);
	sqlite3_close(want);
	pair->scenario = (struct scenario){
		.name = dice_format(&pair->dice, "pair %lld", (long long)number),
		.have = working(pair, &pair->trial.have),
		.want = document ? document_with_more(&pair->trial, document) : NULL,
		.deed = number % 4 == 3 ? DEED_ROLLBACK : DEED_MIGRATION,
		.begin = pair->trial.begin,
		.options = &pair->trial.options,
	};
	if (pair->scenario.want && migrates(pair)) {
		pair->trial.options.no_backup = 0;
		return pair;
	}
	invented_free(pair);
	return NULL;
}

const struct scenario *invented_scenario(const struct invented *pair)
{
	return &pair->scenario;
}

void invented_free(struct invented *pair)
{
	if (!pair)
		return;
	dice_done(&pair->dice);
	free(pair);
}
