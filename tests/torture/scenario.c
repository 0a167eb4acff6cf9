/* SPDX-License-Identifier: MIT */
/* scenario.c: see scenario.h. */
#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evidence.h"

#define DOCUMENT(inside) "<database xmlns=\"urn:moult:schema:1\">" inside "</database>"
#define ID "<column name=\"id\" type=\"INTEGER\" primary-key=\"true\"/>"

#define FAMILY_HAVE                                                                         \
	"CREATE TABLE parent(id INTEGER PRIMARY KEY, name TEXT, score INTEGER);"            \
	"CREATE TABLE child(id INTEGER PRIMARY KEY,"                                        \
	" parent INTEGER NOT NULL REFERENCES parent ON DELETE CASCADE, word TEXT);"         \
	"CREATE TABLE diary(at INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT);"              \
	"CREATE INDEX child_of ON child(parent);"                                           \
	"CREATE TRIGGER gone AFTER DELETE ON parent BEGIN"                                  \
	" INSERT INTO diary(what) VALUES ('gone ' || old.name); END;"                       \
	"CREATE TRIGGER scored AFTER UPDATE OF score ON parent BEGIN"                       \
	" INSERT INTO diary(what) VALUES (new.name || new.score); END;"                     \
	"INSERT INTO parent SELECT n, 'name' || r, r FROM n;"                               \
	"INSERT INTO child SELECT n, 1 + r % (SELECT max(n) FROM n), hex(zeroblob(r % 40))" \
	" FROM n;"                                                                          \
	"INSERT INTO diary(what) SELECT 'day ' || n FROM n WHERE n % 5 = 0;"

#define FAMILY_WANT                                                                          \
	DOCUMENT("<table name=\"parent\">" ID                                                \
		 "<column name=\"name\" type=\"TEXT\" not-null=\"true\"/>"                   \
		 "<column name=\"score\" type=\"INTEGER\" not-null=\"true\" default=\"0\"/>" \
		 "<column name=\"grade\" type=\"TEXT\" using=\"'g' || (score / 100)\"/>"     \
		 "<check>score &gt;= 0</check>"                                              \
		 "<index name=\"parent_score\" columns=\"score, name\"/>"                    \
		 "</table>"                                                                  \
		 "<table name=\"child\">" ID                                                 \
		 "<column name=\"parent\" type=\"INTEGER\" not-null=\"true\""                \
		 " references=\"parent\" on-delete=\"cascade\"/>"                            \
		 "<column name=\"word\" type=\"TEXT\"/>"                                     \
		 "</table>")

/* Columns go and are converted, and a table goes. */
#define FAMILY_AFTER                                                                     \
	DOCUMENT("<table name=\"parent\">" ID                                            \
		 "<column name=\"score\" type=\"TEXT\" using=\"'s' || score\"/>"         \
		 "<column name=\"grade\" type=\"TEXT\" using=\"'g' || (score / 100)\"/>" \
		 "<dropped column=\"name\"/></table>"                                    \
		 "<table name=\"child\">" ID                                             \
		 "<column name=\"of\" was=\"parent\" type=\"INTEGER\" not-null=\"true\"" \
		 " references=\"parent\" on-delete=\"cascade\"/>"                        \
		 "<column name=\"word\" type=\"TEXT\"/></table>"                         \
		 "<dropped table=\"diary\"/><dropped trigger=\"gone\"/>"                 \
		 "<dropped trigger=\"scored\"/>")

/* As moult spells it: given up, the file has the same texts. */
#define SIDE_HAVE                                                                    \
	"CREATE TABLE lamp (\n  id INTEGER PRIMARY KEY,\n  watt INTEGER NOT NULL,\n" \
	"  place TEXT UNIQUE\n);"                                                    \
	"INSERT INTO lamp SELECT n, r % 100, 'place ' || n FROM n;"
#define SIDE_WANT                                                                      \
	DOCUMENT("<table name=\"lamp\">" ID                                            \
		 "<column name=\"power\" was=\"watt\" type=\"REAL\" not-null=\"true\"" \
		 " using=\"old.watt / 1000.0\""                                        \
		 " back=\"CAST(round(new.power * 1000) AS INTEGER)\"/>"                \
		 "<column name=\"spot\" was=\"place\" type=\"TEXT\" unique=\"true\"/></table>")

/* Rows with neither name nor code that is theirs alone, and what refers to them; one key is used again. */
#define PARK_HAVE                                                                                  \
	"CREATE TABLE guest(id INTEGER PRIMARY KEY, name TEXT NOT NULL, code TEXT UNIQUE,"         \
	" age INTEGER CHECK (age < 1000));"                                                        \
	"CREATE TABLE stay(guest INTEGER NOT NULL REFERENCES guest ON DELETE CASCADE, bill TEXT);" \
	"CREATE TABLE tag(guest INTEGER REFERENCES guest, word TEXT, PRIMARY KEY (guest, word))"   \
	" WITHOUT ROWID; CREATE INDEX stay_of ON stay(guest);"                                     \
	"INSERT INTO guest SELECT n, 'name' || r, 'code' || n, r FROM n;"                          \
	"INSERT INTO stay SELECT n, hex(zeroblob(r % 40)) FROM n;"                                 \
	"INSERT INTO tag SELECT n, 'tag' || r FROM n WHERE n % 4 = 0;"
#define PARK_WANT                                                                    \
	DOCUMENT("<table name=\"guest\">" ID "<column name=\"name\" type=\"TEXT\"/>" \
		 "<column name=\"code\" type=\"TEXT\"/><column name=\"age\""         \
		 " type=\"INTEGER\" using=\"old.age + 1\"/></table>"                 \
		 "<table name=\"stay\"><column name=\"guest\" type=\"INTEGER\""      \
		 " not-null=\"true\" references=\"guest\" on-delete=\"cascade\"/>"   \
		 "<column name=\"bill\" type=\"TEXT\"/>"                             \
		 "<index name=\"stay_of\" columns=\"guest\"/></table>"               \
		 "<table name=\"tag\" without-rowid=\"true\">"                       \
		 "<column name=\"guest\" type=\"INTEGER\" references=\"guest\"/>"    \
		 "<column name=\"word\" type=\"TEXT\"/>"                             \
		 "<primary-key columns=\"guest, word\"/></table>")
#define PARK_THEN                                                                 \
	"INSERT INTO guest SELECT 1000 + n, CASE WHEN n % 3 THEN 'new' || r END," \
	" 'code' || (n / 2), iif(n % 7, r, 2000) FROM n;"                         \
	"INSERT INTO stay SELECT 1000 + n, zeroblob(n) FROM n WHERE n % 2;"       \
	"INSERT INTO tag SELECT 1000 + n, 'late' FROM n WHERE n % 2;"             \
	"UPDATE guest SET name = NULL WHERE id = 2;"

static const moult_options beside_writers = {.size = sizeof(moult_options),
					     .no_backup = 1,
					     .allow = "all",
					     .online = 1,
					     .max_lock_ms = 1000,
					     .duty = 100};
static const moult_options side_by_side = {.size = sizeof(moult_options),
					   .no_backup = 1,
					   .allow = "all",
					   .side_by_side = 1,
					   .max_lock_ms = 1000,
					   .duty = 100};
/* So short that each index is made beside those who write its table, and each batch is small. */
static const moult_options beside_index = {.size = sizeof(moult_options),
					   .no_backup = 1,
					   .allow = "all",
					   .online = 1,
					   .max_lock_ms = 1,
					   .duty = 100};

/* Rows go from an ID to its negative and back, with victims of REPLACE; total_changes() says whose turn it is. */
#define LAMP_WRITES                                                                           \
	"UPDATE lamp SET watt = -watt WHERE abs(id) % 7 = total_changes() % 7;"               \
	"UPDATE lamp SET id = -id WHERE abs(id) % 5 = total_changes() % 5;"                   \
	"REPLACE INTO lamp(id, watt, place) SELECT -id, -watt, place FROM lamp"               \
	" WHERE abs(id) % 9 = total_changes() % 9;"                                           \
	"DELETE FROM lamp WHERE id = 1000; INSERT OR IGNORE INTO lamp VALUES (1000, 7, 'new')"
#define LAMP_CALM \
	"DELETE FROM lamp WHERE abs(id) = 1000; UPDATE lamp SET id = abs(id), watt = abs(watt)"

const struct scenario scenarios[] = {
	{.name = "alter",
	 .have = "CREATE TABLE lamp(id INTEGER PRIMARY KEY, watt INTEGER, place TEXT);"
		 "CREATE INDEX lamp_place ON lamp(place);"
		 "CREATE VIEW bright AS SELECT id, place FROM lamp WHERE watt > 50;"
		 "INSERT INTO lamp SELECT n, r % 100, 'room ' || r FROM n;",
	 .want = DOCUMENT(
		 "<pragma user-version=\"2\"/>"
		 "<table name=\"lamp\">" ID "<column name=\"watt\" type=\"INTEGER\"/>"
		 "<column name=\"room\" was=\"place\" type=\"TEXT\"/>"
		 "<column name=\"socket\" type=\"TEXT\" not-null=\"true\" default=\"'E27'\"/>"
		 "<index name=\"lamp_watt\" columns=\"watt\"/>"
		 "</table>")},
	{.name = "edit",
	 .have = "CREATE TABLE room(name TEXT UNIQUE, floor INT, id INTEGER PRIMARY KEY);"
		 "CREATE TABLE lamp(place TEXT, watt INT, UNIQUE(watt, place));"
		 "CREATE INDEX lamp_place ON lamp(place);"
		 "CREATE VIEW bright AS SELECT place FROM lamp WHERE watt > 50;"
		 "INSERT INTO room SELECT 'room ' || n, r % 9, n FROM n;"
		 "INSERT INTO lamp SELECT 'room ' || n, r % 100 FROM n;",
	 .want = DOCUMENT(
		 "<table name=\"room\">" ID
		 "<column name=\"name\" type=\"VARCHAR(40)\" unique=\"true\" not-null=\"true\"/>"
		 "<column name=\"floor\" type=\"BIGINT\" check=\"floor &gt;= 0\"/>"
		 "<column name=\"roof\" type=\"INT\"/></table>"
		 "<table name=\"lamp\">"
		 "<column name=\"place\" type=\"TEXT\" references=\"room(name)\"/>"
		 "<column name=\"watt\" type=\"INT\" not-null=\"true\"/>"
		 "<unique columns=\"watt, place\"/></table>")},
	{.name = "exchange",
	 .have = "CREATE TABLE room(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, floor TEXT);"
		 "CREATE TABLE lamp(place TEXT, watt TEXT, kind TEXT, room INTEGER REFERENCES room);"
		 "CREATE INDEX lamp_place ON lamp(place, kind);"
		 "CREATE INDEX lamp_watt ON lamp(watt);"
		 "CREATE INDEX lamp_room ON lamp(room) WHERE room IS NOT NULL;"
		 "CREATE VIEW bright AS SELECT place FROM lamp WHERE watt > 50;"
		 "CREATE TRIGGER lit AFTER INSERT ON lamp BEGIN"
		 " UPDATE room SET floor = new.watt WHERE id = new.room; END;"
		 "INSERT INTO room SELECT n, 'room ' || n, r % 9 FROM n;"
		 "INSERT INTO lamp SELECT 'place ' || r, r % 100, 'kind ' || n % 3, n FROM n; ANALYZE;",
	 .want = DOCUMENT(
		 "<table name=\"room\"><column name=\"id\" type=\"INTEGER\">"
		 "<primary-key autoincrement=\"true\"/></column>"
		 "<column name=\"name\" type=\"TEXT\" unique=\"true\"/>"
		 "<column name=\"floor\" type=\"INTEGER\" not-null=\"true\"/></table>"
		 "<table name=\"lamp\"><column name=\"place\" type=\"TEXT\"/>"
		 "<column name=\"watt\" type=\"INTEGER\" check=\"watt &gt;= 0\"/>"
		 "<column name=\"kind\" type=\"TEXT\" using=\"upper(kind)\"/>"
		 "<column name=\"room\" type=\"INTEGER\" references=\"room\"/>"
		 "<index name=\"lamp_place\" columns=\"place, kind\"/>"
		 "<index name=\"lamp_watt\" columns=\"watt\"/>"
		 "<index name=\"lamp_room\" columns=\"room\" where=\"room IS NOT NULL\"/></table>")},
	{.name = "rebuild", .have = FAMILY_HAVE, .want = FAMILY_WANT},
	{.name = "several",
	 .have = "CREATE TABLE a(id INTEGER PRIMARY KEY, x TEXT, y INTEGER);"
		 "CREATE TABLE b(k TEXT PRIMARY KEY, v BLOB) WITHOUT ROWID;"
		 "CREATE TABLE c(x, y, UNIQUE(x, y));"
		 "CREATE INDEX a_x ON a(x); CREATE INDEX b_v ON b(v) WHERE v IS NOT NULL;"
		 "CREATE VIEW both AS SELECT a.x, c.y FROM a JOIN c ON a.y = c.x;"
		 "INSERT INTO a SELECT n, 'x' || r, r FROM n;"
		 "INSERT INTO b SELECT 'key' || n, zeroblob(r % 60) FROM n;"
		 "INSERT INTO c SELECT n, r FROM n; ANALYZE;",
	 .want = DOCUMENT(
		 "<table name=\"a\">" ID "<column name=\"x\" type=\"TEXT\" unique=\"true\""
		 " using=\"x || ':' || id\"/>"
		 "<column name=\"y\" type=\"INTEGER\" not-null=\"true\"/></table>"
		 "<table name=\"b\">"
		 "<column name=\"k\" type=\"TEXT\" primary-key=\"true\" not-null=\"true\"/>"
		 "<column name=\"v\" type=\"BLOB\" default=\"x''\"/></table>"
		 "<table name=\"c\">"
		 "<column name=\"x\"/><column name=\"y\" not-null=\"true\"/></table>"
		 "<table name=\"d\">" ID "<column name=\"t\" type=\"TEXT\"/></table>"
		 "<view name=\"both\">SELECT a.x, c.y FROM a JOIN c ON a.id = c.x</view>")},
	{.name = "full-text",
	 .have = "CREATE TABLE page(id INTEGER PRIMARY KEY, body TEXT);"
		 "INSERT INTO page SELECT n, 'the running fox ' || r || ' jumps' FROM n;"
		 "CREATE VIRTUAL TABLE page_find"
		 " USING fts5(body, content='page', content_rowid='id');"
		 "INSERT INTO page_find(page_find) VALUES ('rebuild');",
	 .want = DOCUMENT(
		 "<table name=\"page\">" ID
		 "<column name=\"body\" type=\"TEXT\" not-null=\"true\"/></table>"
		 "<virtual-table name=\"page_find\" using=\"fts5\""
		 " args=\"body, content='page', content_rowid='id', tokenize='porter'\">"
		 "<populate>INSERT INTO page_find(page_find) VALUES ('rebuild');</populate>"
		 "</virtual-table>"),
	 .needs = "ENABLE_FTS5"},
	{.name = "drop",
	 .have = "CREATE TABLE keep(id INTEGER PRIMARY KEY, secret TEXT, name TEXT);"
		 "CREATE TABLE legacy(id INTEGER PRIMARY KEY, junk TEXT);"
		 "CREATE INDEX legacy_junk ON legacy(junk);"
		 "INSERT INTO keep SELECT n, 's' || r, 'n' || r FROM n;"
		 "INSERT INTO legacy SELECT n, hex(zeroblob(r % 100)) FROM n;",
	 .want = DOCUMENT("<dropped table=\"legacy\"/>"
			  "<table name=\"keep\">" ID "<column name=\"name\" type=\"TEXT\"/>"
			  "<dropped column=\"secret\"/></table>")},
	/* One run more would add to sums and rows. */
	{.name = "steps",
	 .have = "CREATE TABLE account(id INTEGER PRIMARY KEY, cents INTEGER, city TEXT);"
		 "CREATE TABLE entry(id INTEGER PRIMARY KEY, what TEXT);"
		 "INSERT INTO account SELECT n, r, 'city ' || r % 7 FROM n;",
	 .want = DOCUMENT(
		 "<step name=\"fee\" at=\"before\">UPDATE account SET cents = cents - 1;"
		 " INSERT INTO entry(what) SELECT 'fee ' || id FROM account WHERE id % 9 = 0</step>"
		 "<table name=\"city\">" ID "<column name=\"name\" type=\"TEXT\" unique=\"true\"/>"
		 "<from>SELECT DISTINCT city AS name FROM account</from></table>"
		 "<table name=\"account\">" ID "<column name=\"cents\" type=\"INTEGER\"/>"
		 "<column name=\"city\" type=\"INTEGER\" references=\"city\""
		 " using=\"(SELECT c.id FROM city c WHERE c.name = old.city)\"/>"
		 "<index name=\"account_city\" columns=\"city\"/></table>"
		 "<table name=\"entry\">" ID "<column name=\"what\" type=\"TEXT\"/></table>"
		 "<step name=\"gift\" at=\"after\">UPDATE account SET cents = cents + city;"
		 " INSERT INTO entry(what) VALUES ('gift')</step>"),
	 .mode = "delete",
	 .has_steps = true},
	{.name = "new-file",
	 .have = "",
	 .want = DOCUMENT("<table name=\"t\">" ID
			  "<column name=\"a\" type=\"TEXT\" unique=\"true\"/>"
			  "<index name=\"t_a\" columns=\"a DESC\"/></table>"
			  "<view name=\"v\">SELECT a FROM t</view>"),
	 .is_new = true},
	{.name = "rollback", .have = FAMILY_HAVE, .want = FAMILY_WANT, .deed = DEED_ROLLBACK},
	{.name = "downgrade", .have = FAMILY_HAVE, .want = FAMILY_AFTER, .deed = DEED_DOWNGRADE},
	{.name = "finish", .have = FAMILY_HAVE, .want = FAMILY_AFTER, .deed = DEED_FINISH},
	{.name = "park",
	 .have = PARK_HAVE,
	 .want = PARK_WANT,
	 .then = PARK_THEN,
	 .deed = DEED_DOWNGRADE,
	 .short_mode = "delete"},
	{.name = "return",
	 .have = PARK_HAVE,
	 .want = PARK_WANT,
	 .then = PARK_THEN,
	 .since =
		 "INSERT INTO guest VALUES (2, 'again', 'x', 1); INSERT INTO stay VALUES (2, 'y');",
	 .deed = DEED_RETURN,
	 .short_mode = "wal"},
	{.name = "online",
	 .have = "CREATE TABLE lamp(id INTEGER PRIMARY KEY, watt TEXT, place TEXT UNIQUE);"
		 "CREATE INDEX lamp_watt ON lamp(place, id);"
		 "CREATE TABLE room(name TEXT, floor TEXT); CREATE INDEX room_name ON room(name);"
		 "INSERT INTO lamp SELECT n, r % 100, 'place ' || n FROM n;"
		 "INSERT INTO room SELECT 'room ' || r, n FROM n;",
	 .want = DOCUMENT("<table name=\"lamp\">" ID "<column name=\"watt\" type=\"INTEGER\"/>"
			  "<column name=\"place\" type=\"TEXT\" unique=\"true\"/>"
			  "<index name=\"lamp_watt\" columns=\"place, id\"/></table>"
			  "<table name=\"room\"><column name=\"name\" type=\"TEXT\"/>"
			  "<column name=\"floor\" type=\"INTEGER\"/>"
			  "<index name=\"room_name\" columns=\"name\"/></table>"),
	 .options = &beside_writers,
	 .is_gradual = true,
	 .short_mode = "wal"},
	{.name = "online-writer",
	 .have = "CREATE TABLE lamp(id INTEGER PRIMARY KEY, watt REAL, place TEXT UNIQUE);"
		 "INSERT INTO lamp SELECT n, r % 100, 'place ' || n FROM n;",
	 .want = DOCUMENT("<table name=\"lamp\">" ID "<column name=\"watt\" type=\"INTEGER\"/>"
			  "<column name=\"place\" type=\"TEXT\" unique=\"true\"/></table>"),
	 .options = &beside_writers,
	 .is_gradual = true,
	 .writes = LAMP_WRITES,
	 .calm = LAMP_CALM,
	 .is_for_long = true,
	 .short_mode = "wal"},
	/* Whether entries are those of the rows integrity_check says, once it is an index. */
	{.name = "online-index",
	 .have = "CREATE TABLE lamp(id INTEGER PRIMARY KEY, watt INTEGER, place TEXT UNIQUE);"
		 "CREATE INDEX lamp_watt ON lamp(watt);"
		 "INSERT INTO lamp SELECT n, CASE WHEN n % 3 THEN r % 100 END, 'place ' || n FROM n;",
	 .want = DOCUMENT(
		 "<table name=\"lamp\">" ID "<column name=\"watt\" type=\"INTEGER\"/>"
		 "<column name=\"place\" type=\"TEXT\" unique=\"true\"/>"
		 "<index name=\"lamp_watt\" columns=\"watt DESC, upper(place)\"/>"
		 "<index name=\"lamp_place\" columns=\"place COLLATE NOCASE, id\" unique=\"true\""
		 " where=\"watt &gt; -50\"/></table>"),
	 .options = &beside_index,
	 .is_gradual = true,
	 .writes = LAMP_WRITES,
	 .calm = LAMP_CALM,
	 .short_mode = "wal"},
	{.name = "online-index-without-rowid",
	 .have = "CREATE TABLE lamp(id INT, watt TEXT, place TEXT UNIQUE,"
		 " PRIMARY KEY(id)) WITHOUT ROWID;"
		 "INSERT INTO lamp SELECT n, CASE WHEN n % 3 THEN r % 100 END, 'place ' || n FROM n;",
	 .want = DOCUMENT(
		 "<table name=\"lamp\" without-rowid=\"true\"><column name=\"id\" type=\"INT\""
		 " primary-key=\"true\"/><column name=\"watt\" type=\"TEXT\"/>"
		 "<column name=\"place\" type=\"TEXT\" unique=\"true\"/>"
		 "<index name=\"lamp_watt\" columns=\"watt, place DESC\"/></table>"),
	 .options = &beside_index,
	 .is_gradual = true,
	 .writes = LAMP_WRITES,
	 .calm = "DELETE FROM lamp WHERE abs(id) = 1000;"
		 "UPDATE lamp SET id = abs(id), watt = ltrim(watt, '-')",
	 .is_for_long = true,
	 .short_mode = "wal"},
	/* What only goes, with NULL in its index, and a table with indexes of its own. */
	{.name = "online-goes",
	 .have = "CREATE TABLE lamp(id INTEGER PRIMARY KEY, watt INTEGER, place TEXT UNIQUE);"
		 "CREATE INDEX lamp_watt ON lamp(watt, place);"
		 "INSERT INTO lamp SELECT n, CASE WHEN n % 3 THEN r % 100 END, 'place ' || n FROM n;"
		 "CREATE TABLE gone(a TEXT PRIMARY KEY, b UNIQUE); CREATE INDEX gone_b ON gone(b, a);"
		 "INSERT INTO gone SELECT place, CASE WHEN watt > 9 THEN id END FROM lamp;",
	 .want = DOCUMENT("<table name=\"lamp\">" ID "<column name=\"watt\" type=\"INTEGER\"/>"
			  "<column name=\"place\" type=\"TEXT\" unique=\"true\"/>"
			  "<dropped index=\"lamp_watt\"/></table><dropped table=\"gone\"/>"),
	 .options = &beside_index,
	 .is_gradual = true,
	 .writes = LAMP_WRITES,
	 .calm = LAMP_CALM,
	 .short_mode = "wal"},
	{.name = "side-by-side",
	 .have = SIDE_HAVE,
	 .want = SIDE_WANT,
	 .options = &side_by_side,
	 .is_gradual = true,
	 .mode = "truncate"},
	{.name = "side-by-side-finish",
	 .have = SIDE_HAVE,
	 .want = SIDE_WANT,
	 .options = &side_by_side,
	 .deed = DEED_FINISH,
	 .is_for_long = true,
	 .mode = "wal"},
	{.name = "side-by-side-downgrade",
	 .have = SIDE_HAVE,
	 .want = SIDE_WANT,
	 .options = &side_by_side,
	 .deed = DEED_DOWNGRADE,
	 .is_for_long = true,
	 .mode = "persist"},
};
const int scenario_count = sizeof(scenarios) / sizeof(scenarios[0]);

/* ---- callbacks ---- */

/* Every connection of the library: in the mode that is asked for, and with little room. */
static int on_open(void *context, sqlite3 *db)
{
	struct stage *stage = context;
	char *sql = sqlite3_mprintf("PRAGMA cache_size=%d;%s%s", stage->cache,
				    strcmp(stage->mode, "wal") != 0 ? "PRAGMA journal_mode=" : "",
				    strcmp(stage->mode, "wal") != 0 ? stage->mode : "");

	if (!sql)
		return SQLITE_NOMEM;
	sqlite3_exec(db, sql, NULL, NULL, NULL);
	sqlite3_free(sql);
	if (stage->db)
		return SQLITE_OK;
	stage->db = db;
	if (stage->intruder) {
		sqlite3_open(DATABASE, stage->intruder);
		sqlite3_exec(*stage->intruder,
			     "BEGIN; CREATE TABLE theirs(a); INSERT INTO theirs VALUES (1)", NULL,
			     NULL, NULL);
		if (!stage->intruder_is_late)
			sqlite3_exec(*stage->intruder, "COMMIT", NULL, NULL, NULL);
	}
	return SQLITE_OK;
}

static int on_progress(void *context, const moult_progress *progress)
{
	struct stage *stage = context;
	const char *writes = stage->scenario->writes;

	(void)progress;
	if (writes && !stage->writer && !sqlite3_open(DATABASE, &stage->writer))
		sqlite3_exec(stage->writer, "PRAGMA wal_autocheckpoint = 50", NULL, NULL, NULL);
	/* Whether it may or not: where moult has the lock, or the power is gone, nothing is written. */
	if (writes)
		sqlite3_exec(stage->writer, writes, NULL, NULL, NULL);
	return ++stage->calls == stage->stop_at;
}

/* ---- content ---- */

/*
 * Of a table WITHOUT ROWID whose key is not its first column SQLite 3.40 says "TEXT value in t.a" where
 * the column has a DEFAULT, also of one that it made alone: types are compared with the rows.
 */
bool content_is_sound(sqlite3 *db)
{
	static const char sql[] =
		"SELECT count(*) FROM pragma_integrity_check WHERE"
		" integrity_check <> 'ok' AND integrity_check NOT LIKE '% value in %'";
	sqlite3_stmt *stmt = NULL;
	const bool sound = !sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) &&
			   sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_int(stmt, 0) == 0;

	sqlite3_finalize(stmt);
	return sound;
}

/* What is kept for a way back is no content of the application's, and all that finish takes. */
static uint64_t digest_of_kept(sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	uint64_t sum = 0;

	sqlite3_prepare_v2(db,
			   "SELECT type, name FROM sqlite_master"
			   " WHERE name LIKE '\\_moult\\_parked%' ESCAPE '\\' ORDER BY 2",
			   -1, &stmt, NULL);
	while (stmt && sqlite3_step(stmt) == SQLITE_ROW) {
		char *sql =
			sqlite3_mprintf("SELECT * FROM main.\"%w\"", sqlite3_column_text(stmt, 1));
		const bool has_rows = !strcmp((const char *)sqlite3_column_text(stmt, 0), "table");

		sum = sum * 31 + (has_rows ? evidence_digest(db, sql) : 0) + 1;
		sqlite3_free(sql);
	}
	sqlite3_finalize(stmt);
	return sum;
}

/* Nothing of it is written. */
static uint64_t digest_of(const struct stage *stage, sqlite3 *db)
{
	const char *calm = stage->scenario->calm;
	uint64_t digest;

	if (!calm)
		return evidence_content(db);
	sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
	if (sqlite3_exec(db, calm, NULL, NULL, NULL))
		printf("# %s: %s\n", calm, sqlite3_errmsg(db));
	digest = evidence_content(db);
	sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return digest;
}

struct content content_of(const struct stage *stage)
{
	struct content content = {false, 0, -1};
	sqlite3 *db = NULL;
	int rc = sqlite3_open_v2(DATABASE, &db, SQLITE_OPEN_READWRITE, NULL);

	if ((rc & 0xff) == SQLITE_CANTOPEN && disk_lookup(DATABASE) < 0) {
		sqlite3_close(db);
		rc = sqlite3_open(":memory:", &db);
	}
	content.sound = !rc && content_is_sound(db);
	if (content.sound) {
		content.digest = digest_of(stage, db) + digest_of_kept(db);
		content.history = 0;
		if (evidence_number(
			    db, "SELECT count(*) FROM sqlite_master WHERE name='_moult_history'") ==
		    1)
			content.history =
				evidence_number(db, "SELECT count(*) FROM _moult_history");
	}
	sqlite3_close(db);
	return content;
}

/* ---- runs ---- */

static struct outcome finish(struct stage *stage, int rc, moult_outcome *result)
{
	struct outcome outcome = {.rc = rc};
	const size_t count = moult_diagnostic_count(stage->m);
	const moult_diagnostic *last = count ? moult_diagnostic_at(stage->m, count - 1) : NULL;

	sqlite3_close(stage->writer);
	stage->writer = NULL;
	if (!rc)
		outcome.steps = result->steps;
	if (!rc && result->backup)
		snprintf(outcome.backup, sizeof(outcome.backup), "%s", result->backup);
	if (last)
		snprintf(outcome.said, sizeof(outcome.said), "%s %s", last->id,
			 last->message ? last->message : "");
	moult_outcome_done(result);
	moult_diagnostics_clear(stage->m);
	return outcome;
}

static void begin(struct stage *stage)
{
	stage->db = NULL;
	stage->calls = 0;
	disk_seed(stage->seed);
}

struct outcome stage_migrate(struct stage *stage)
{
	moult_options options = MOULT_OPTIONS_INIT;
	moult_outcome result = {.size = sizeof(result)};
	int rc;

	if (stage->scenario->options)
		options = *stage->scenario->options;
	if (stage->scenario->deed >= DEED_DOWNGRADE && !options.side_by_side) {
		options.way_back = "data";
		options.allow = "all";
	}
	options.timeout_ms = 40;
	options.expect = stage->expect;
	options.memory = (long long)stage->cache * stage->page_size;
	begin(stage);
	rc = moult_migrate_file(stage->m, DATABASE, stage->want, &options, &result);
	return finish(stage, rc, &result);
}

struct outcome stage_roll_back(struct stage *stage)
{
	moult_options options = MOULT_OPTIONS_INIT;
	moult_outcome result = {.size = sizeof(result)};
	int rc;

	options.timeout_ms = 40;
	begin(stage);
	rc = moult_rollback(stage->m, DATABASE, NULL, &options, &result);
	return finish(stage, rc, &result);
}

struct outcome stage_abandon(struct stage *stage)
{
	moult_options options = MOULT_OPTIONS_INIT;
	moult_outcome result = {.size = sizeof(result)};
	int rc;

	options.timeout_ms = 40;
	options.no_backup = 1;
	options.allow = "all";
	begin(stage);
	rc = moult_downgrade_file(stage->m, DATABASE, NULL, &options, &result);
	return finish(stage, rc, &result);
}

/* Where the values were kept that the migration took. */
static struct outcome stage_downgrade(struct stage *stage)
{
	moult_options options = MOULT_OPTIONS_INIT;
	moult_outcome result = {.size = sizeof(result)};
	int rc;

	options.timeout_ms = 40;
	options.allow = "all";
	options.park_rows = stage->scenario->then != NULL;
	begin(stage);
	rc = stage->scenario->deed == DEED_FINISH
		     ? moult_finish_file(stage->m, DATABASE, &options, &result)
		     : moult_downgrade_file(stage->m, DATABASE, NULL, &options, &result);
	return finish(stage, rc, &result);
}

struct outcome stage_run(struct stage *stage)
{
	switch (stage->scenario->deed) {
	case DEED_ROLLBACK:
		return stage_roll_back(stage);
	case DEED_DOWNGRADE:
	case DEED_FINISH:
		return stage_downgrade(stage);
	case DEED_MIGRATION:
	case DEED_RETURN:
		break;
	}
	return stage_migrate(stage);
}

/* ---- preparation ---- */

static bool execute(sqlite3 *db, char *sql)
{
	char *error = NULL;
	const bool done = sql && !sqlite3_exec(db, sql, NULL, NULL, &error);

	if (error)
		printf("# %s\n", error);
	sqlite3_free(error);
	sqlite3_free(sql);
	return done;
}

/* What the application does, with the table n. */
static bool write_as_application(const struct stage *stage, const char *sql)
{
	sqlite3 *db = NULL;
	bool done = !sqlite3_open(DATABASE, &db);

	done = done &&
	       execute(db,
		       sqlite3_mprintf(
			       "PRAGMA page_size=%d; %s; PRAGMA journal_mode=%s;"
			       "CREATE TEMP TABLE n AS WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL"
			       " SELECT n + 1 FROM s WHERE n < %d)"
			       " SELECT n, (n * 7919 + %lld) * 48271 %% 997 AS r FROM s;",
			       stage->page_size,
			       stage->scenario->begin ? stage->scenario->begin : "", stage->mode,
			       stage->rows, (long long)(stage->seed % 1000)));
	done = done && execute(db, sqlite3_mprintf("%s", sql));
	sqlite3_close(db);
	return done;
}

static bool fail(const struct stage *stage, const struct outcome *outcome, const char *what)
{
	printf("# %s, %s: %s: %d %s\n", stage->scenario->name, stage->mode, what, outcome->rc,
	       outcome->said);
	return false;
}

/* Once without a fault: what it comes to. */
static bool rehearse(struct stage *stage)
{
	struct content content = content_of(stage);
	struct outcome outcome;

	stage->before = content.digest;
	stage->history_before = content.history;
	disk_begin(0, NULL);
	outcome = stage_run(stage);
	stage->changes = disk_changes();
	stage->makes_backup = outcome.backup[0];
	if (outcome.rc)
		return fail(stage, &outcome, "it does not even work");
	content = content_of(stage);
	stage->after = content.digest;
	stage->history_after = content.history;
	if (!content.sound || stage->after == stage->before)
		return fail(stage, &outcome, "it does nothing");
	return true;
}

/* What comes before a deed that is not the migration. */
static bool go_there(struct stage *stage)
{
	const struct scenario *scenario = stage->scenario;
	struct outcome outcome = stage_migrate(stage);

	if (outcome.rc)
		return fail(stage, &outcome, "the migration");
	if (scenario->then && !write_as_application(stage, scenario->then))
		return false;
	if (scenario->deed != DEED_RETURN)
		return true;
	outcome = stage_downgrade(stage);
	return outcome.rc ? fail(stage, &outcome, "the way back")
			  : write_as_application(stage, scenario->since);
}

bool stage_open(struct stage *stage)
{
	struct outcome outcome;

	disk_format();
	if (moult_new(&stage->m))
		return false;
	moult_set_open(stage->m, on_open, stage);
	moult_set_progress(stage->m, on_progress, stage);
	if (moult_schema_parse(&stage->want, stage->m, stage->scenario->want,
			       strlen(stage->scenario->want), "want.xml")) {
		outcome = finish(stage, -1, &(moult_outcome){.size = sizeof(moult_outcome)});
		return fail(stage, &outcome, "the document");
	}
	if (!stage->scenario->is_new && !write_as_application(stage, stage->scenario->have))
		return false;
	stage->history_made = content_of(stage).history;
	if (stage->scenario->deed != DEED_MIGRATION && !go_there(stage))
		return false;
	disk_settle();
	stage->disk = disk_save();
	return rehearse(stage);
}

void stage_close(struct stage *stage)
{
	if (stage->disk)
		disk_free(stage->disk);
	moult_schema_free(stage->want);
	moult_free(stage->m);
	stage->disk = NULL;
	stage->want = NULL;
	stage->m = NULL;
}
