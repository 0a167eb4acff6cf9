#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# compat.bats: what code of one release sees in a file of the other.
#
# Each kind of change is a call of meets: two shapes, the verdicts, and statements of old and new code.
# The verdicts must be those that moult gives, and what the statements come to, run on real files:
#
#	yes	they run on the other file
#	no	they run on their own file, and fail on the other
#	maybe	they run on their own file, and on the other fail or give something else

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
}

# shape NAME TEXT: a script, or the inside of a document, and a file of that shape.
shape() {
	if [ "${2#<}" = "$2" ]; then
		echo "$2" >"$1"
		sqlite3 "$1.db" <"$1"
	else
		echo "<database xmlns=\"urn:moult:schema:1\">$2</database>" >"$1"
		"$MOULT" dump "$1" --format sql | sqlite3 "$1.db"
	fi
}

# What statements come to on a file, which stays as it is: their rows, and whether they fail.
outcome() {
	sqlite3 "$1.db" "PRAGMA foreign_keys = ${foreign_keys:-0}; BEGIN; $2" 2>/dev/null || echo failed
}

# agrees VERDICT OWN OTHER STATEMENTS
agrees() {
	local own other
	[ -n "$4" ] || return 0
	own=$(outcome "$2" "$4")
	other=$(outcome "$3" "$4")
	[[ "$own" != *failed ]] || { echo "its own file refuses: $4"; return 1; }
	case $1 in
	yes) [[ "$other" != *failed ]] ;;
	no) [[ "$other" == *failed ]] ;;
	maybe) [ "$own" != "$other" ] ;;
	esac || { echo "not $1: $4"; return 1; }
}

# said QUERY: from the last report.
said() {
	jq -r "$1" report.json
}

# The verdicts, whether all fits, the kinds of change, and of each side an INSERT that was seen to fail.
summary='([.old_on_new.reads, .old_on_new.writes, .new_on_old.reads, .new_on_old.writes, .fits] | map(tostring) | join(" ")),
	([.changes[].kind] | join(" ")),
	(.old_on_new, .new_on_old | first(.failed[] | select(.example and (.statement | test("^INSERT [^?]*[?, ]*[)]$"))) | .example) // "")'

# meets KIND "READS WRITES READS WRITES" HAVE WANT OLD-READS OLD-WRITES NEW-READS NEW-WRITES
meets() {
	local kind=$1 verdicts found fits status=0
	read -ra verdicts <<<"$2"
	rm -f have* want*
	shape have "$3"
	shape want "$4"
	"$MOULT" diff have want --compat --json >report.json || status=$?
	mapfile -t found < <(said "$summary")
	fits=$([ "$2" = "yes yes yes yes" ] && echo true || echo false)
	[ "${found[0]}" = "$2 $fits" ]
	[[ " ${found[1]} " == *" $kind "* ]]
	[ "$status" = "$([ $fits = true ] && echo 0 || echo 1)" ]
	agrees "${verdicts[0]}" have want "$5"
	agrees "${verdicts[1]}" have want "$6"
	agrees "${verdicts[2]}" want have "$7"
	agrees "${verdicts[3]}" want have "$8"
	agrees no have want "${found[2]}"
	agrees no want have "${found[3]}"
}

old='CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);'

@test "nothing differs" {
	shape have "$old"
	expect 0 diff have have --compat
	[[ "$output" == *"old code on the new file: reads, writes"* ]]
}

@test "columns that come" {
	meets column-added "yes yes no no" "$old" 'CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b TEXT);' \
		"SELECT id, a FROM t" "INSERT INTO t(a) VALUES ('x'); UPDATE t SET a = 'y'; DELETE FROM t" \
		"SELECT b FROM t" "INSERT INTO t(a, b) VALUES (1, 2)"
	[ "$(said '.changes[0].advice')" = "one step" ]
	[ "$(said '.old_on_new.failed | map(select(.decides)) | length')" = 0 ]
	[ "$(said '.old_on_new.failed | length')" = 2 ]
	meets column-added "yes yes no no" "$old" "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b NOT NULL DEFAULT 'x');" \
		"SELECT id, a FROM t" "INSERT INTO t(a) VALUES ('x')" "SELECT b FROM t" "UPDATE t SET b = 1"
	meets required-column-added "yes no no no" "$old" 'CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b NOT NULL);' \
		"SELECT id, a FROM t" "INSERT INTO t(a) VALUES ('x')" "SELECT b FROM t" "INSERT INTO t(a, b) VALUES (1, 2)"
	[ "$(said '.changes[0].advice')" = "two releases" ]
	meets generated-column-added "yes yes no yes" "$old" \
		'CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b AS (upper(a)));' \
		"SELECT id, a FROM t" "INSERT INTO t VALUES (1, 'x')" "SELECT b FROM t" "INSERT INTO t VALUES (1, 'x')"
}

@test "columns that go" {
	meets column-dropped "no no yes yes" 'CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b TEXT);' "$old" \
		"SELECT b FROM t" "INSERT INTO t(a, b) VALUES (1, 2)" "SELECT a FROM t" "INSERT INTO t(a) VALUES (1)"
	[ "$(said '.changes[0].way_back')" = lossy ]
	meets required-column-dropped "no no yes no" 'CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b TEXT NOT NULL);' "$old" \
		"SELECT b FROM t" "INSERT INTO t(a, b) VALUES (1, 2)" "SELECT a FROM t" "INSERT INTO t(a) VALUES (1)"
	meets generated-column-dropped "no yes yes yes" 'CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b AS (1));' "$old" \
		"SELECT b FROM t" "INSERT INTO t(a) VALUES (1)" "SELECT a FROM t" "INSERT INTO t(a) VALUES (1)"
}

id='<column name="id" type="INTEGER" primary-key="true"/>'

@test "names that change" {
	meets column-renamed "no no no no" "<table name=\"t\">$id<column name=\"a\"/></table>" \
		"<table name=\"t\">$id<column name=\"b\" was=\"a\"/></table>" \
		"SELECT a FROM t" "INSERT INTO t(a) VALUES (1)" "SELECT b FROM t" "INSERT INTO t(b) VALUES (1)"
	meets column-renamed "yes no no no" "<table name=\"t\">$id<column name=\"a\"/></table>" \
		"<table name=\"t\">$id<column name=\"b\" was=\"a\"/><column name=\"a\" generated=\"b\"/></table>" \
		"SELECT a FROM t" "INSERT INTO t(a) VALUES (1)" "SELECT b FROM t" "INSERT INTO t(b) VALUES (1)"
	meets table-renamed "no no no no" "<table name=\"t\">$id</table>" "<table name=\"u\" was=\"t\">$id</table>" \
		"SELECT id FROM t" "INSERT INTO t(id) VALUES (1)" "SELECT id FROM u" "INSERT INTO u(id) VALUES (1)"
	meets table-renamed "yes no no no" "<table name=\"t\">$id</table>" \
		"<table name=\"u\" was=\"t\">$id</table><view name=\"t\">SELECT id FROM u</view>" \
		"SELECT id FROM t" "INSERT INTO t(id) VALUES (1)" "SELECT id FROM u" "INSERT INTO u(id) VALUES (1)"
}

@test "what a column is" {
	meets type-changed "maybe maybe maybe maybe" "$old" 'CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER);' \
		"INSERT INTO t(a) VALUES ('5'); SELECT typeof(a) FROM t" "INSERT INTO t(a) VALUES ('5'); SELECT typeof(a) FROM t" \
		"INSERT INTO t(a) VALUES (5); SELECT typeof(a) FROM t" "INSERT INTO t(a) VALUES (5); SELECT typeof(a) FROM t"
	meets type-renamed "yes yes yes yes" "$old" 'CREATE TABLE t(id INTEGER PRIMARY KEY, a VARCHAR(9));' \
		"SELECT a FROM t" "INSERT INTO t(a) VALUES (5)" "SELECT a FROM t" "INSERT INTO t(a) VALUES (5)"
	meets collation-changed "maybe maybe maybe maybe" "$old" 'CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE);' \
		"INSERT INTO t(a) VALUES ('x'); SELECT a = 'X' FROM t" "" "INSERT INTO t(a) VALUES ('x'); SELECT a = 'X' FROM t" ""
	meets default-dropped "yes maybe yes yes" "CREATE TABLE t(a, b NOT NULL DEFAULT 1);" "CREATE TABLE t(a, b NOT NULL);" \
		"SELECT a, b FROM t" "INSERT INTO t(a) VALUES (1)" "SELECT b FROM t" "INSERT INTO t VALUES (1, 2)"
	meets default-added "yes yes yes maybe" "CREATE TABLE t(a, b NOT NULL);" "CREATE TABLE t(a, b NOT NULL DEFAULT 1);" \
		"SELECT a, b FROM t" "INSERT INTO t VALUES (1, 2)" "SELECT b FROM t" "INSERT INTO t(a) VALUES (1)"
	meets becomes-generated "yes no maybe maybe" "CREATE TABLE t(a, b);" "CREATE TABLE t(a, b AS (a));" \
		"SELECT b FROM t" "UPDATE t SET b = 1" "INSERT INTO t(a) VALUES (1); SELECT b FROM t" ""
}

@test "what rows must be" {
	meets not-null-added "yes maybe maybe yes" "$old" 'CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT NOT NULL);' \
		"SELECT a FROM t" "INSERT INTO t(id) VALUES (1)" "" "INSERT INTO t(a) VALUES (1)"
	meets not-null-dropped "maybe yes yes maybe" 'CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT NOT NULL);' "$old" \
		"" "INSERT INTO t(a) VALUES (1)" "SELECT a FROM t" "INSERT INTO t(id) VALUES (1)"
	meets check-added "yes maybe yes yes" "CREATE TABLE t(a INTEGER);" "CREATE TABLE t(a INTEGER CHECK (a > 40));" \
		"SELECT a FROM t" "INSERT INTO t VALUES (40)" "SELECT a FROM t" "INSERT INTO t VALUES (41)"
	[ "$(said '.old_on_new.failed | map(select(.message | test("CHECK"))) | length > 0')" = true ]
	meets check-dropped "yes yes yes maybe" "CREATE TABLE t(a CHECK (a IN ('x', 'y')));" "CREATE TABLE t(a);" \
		"SELECT a FROM t" "INSERT INTO t VALUES ('y')" "SELECT a FROM t" "INSERT INTO t VALUES ('z')"
	meets unique-added "yes maybe yes maybe" "CREATE TABLE t(a, b);" "CREATE TABLE t(a, b UNIQUE);" \
		"SELECT a FROM t" "INSERT INTO t(b) VALUES (1), (1)" "SELECT a FROM t" \
		"INSERT INTO t(b) VALUES (1) ON CONFLICT(b) DO NOTHING"
	meets unique-dropped "yes maybe yes maybe" "CREATE TABLE t(a, b UNIQUE);" "CREATE TABLE t(a, b);" \
		"SELECT a FROM t" "INSERT INTO t(b) VALUES (1) ON CONFLICT(b) DO NOTHING" "SELECT a FROM t" \
		"INSERT INTO t(b) VALUES (1), (1)"
	foreign_keys=1
	meets foreign-key-added "yes maybe yes yes" "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE t(a);" \
		"CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE t(a REFERENCES p);" \
		"SELECT a FROM t" "INSERT INTO t VALUES (7)" "SELECT a FROM t" "INSERT INTO t VALUES (NULL)"
}

@test "what a table is" {
	meets table-added "yes yes no no" "$old" "$old CREATE TABLE u(a);" "SELECT a FROM t" "INSERT INTO t(a) VALUES (1)" \
		"SELECT a FROM u" "INSERT INTO u VALUES (1)"
	meets table-dropped "no no yes yes" "$old CREATE TABLE u(a);" "$old" "SELECT a FROM u" "INSERT INTO u VALUES (1)" \
		"SELECT a FROM t" "INSERT INTO t(a) VALUES (1)"
	meets key-changed "yes maybe yes maybe" "CREATE TABLE t(a INTEGER, b INTEGER, PRIMARY KEY(a));" \
		"CREATE TABLE t(a INTEGER, b INTEGER, PRIMARY KEY(a, b));" "SELECT a, b FROM t" \
		"INSERT INTO t VALUES (1, 2) ON CONFLICT(a) DO NOTHING" "SELECT a, b FROM t" \
		"INSERT INTO t VALUES (1, 2) ON CONFLICT(a, b) DO NOTHING"
	meets without-rowid-added "maybe maybe yes yes" "CREATE TABLE t(a TEXT PRIMARY KEY, b);" \
		"CREATE TABLE t(a TEXT PRIMARY KEY, b) WITHOUT ROWID;" "SELECT rowid FROM t" "INSERT INTO t(b) VALUES (1)" \
		"SELECT a FROM t" "INSERT INTO t VALUES (1, 2)"
	meets strict-added "yes maybe yes yes" "CREATE TABLE t(a INTEGER);" "CREATE TABLE t(a INTEGER) STRICT;" \
		"SELECT a FROM t" "INSERT INTO t VALUES ('x')" "SELECT a FROM t" "INSERT INTO t VALUES (1)"
}

@test "indexes, views and triggers" {
	meets index-dropped "yes yes yes yes" "$old CREATE INDEX i ON t(a);" "$old" "SELECT a FROM t" "DELETE FROM t" \
		"SELECT a FROM t" "INSERT INTO t(a) VALUES (1)"
	meets index-added "yes yes yes yes" "$old" "$old CREATE INDEX i ON t(a);" "SELECT a FROM t" "DELETE FROM t" \
		"SELECT a FROM t" "INSERT INTO t(a) VALUES (1)"
	meets unique-added "yes maybe yes maybe" "$old" "$old CREATE UNIQUE INDEX i ON t(a);" "SELECT a FROM t" \
		"INSERT INTO t(a) VALUES (1), (1)" "SELECT a FROM t" "INSERT INTO t(a) VALUES (1) ON CONFLICT(a) DO NOTHING"
	meets view-added "yes yes no yes" "$old" "$old CREATE VIEW v AS SELECT a FROM t;" "SELECT a FROM t" "DELETE FROM t" \
		"SELECT a FROM v" "DELETE FROM t"
	meets view-changed "maybe yes maybe yes" "$old CREATE VIEW v AS SELECT 1 AS x;" "$old CREATE VIEW v AS SELECT 2 AS x;" \
		"SELECT x FROM v" "DELETE FROM t" "SELECT x FROM v" "DELETE FROM t"
	meets view-changed "no yes no yes" "$old CREATE VIEW v AS SELECT 1 AS x;" "$old CREATE VIEW v AS SELECT 1 AS y;" \
		"SELECT x FROM v" "DELETE FROM t" "SELECT y FROM v" "DELETE FROM t"
	meets trigger-added "yes yes yes maybe" "$old" \
		"$old CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE t SET a = 'by trigger' WHERE id = new.id; END;" \
		"SELECT a FROM t" "INSERT INTO t(a) VALUES (1)" "SELECT a FROM t" "INSERT INTO t(a) VALUES (1); SELECT a FROM t"
	meets trigger-added "yes maybe yes maybe" "$old" \
		"$old CREATE TRIGGER r BEFORE INSERT ON t WHEN new.a = 'no' BEGIN SELECT RAISE(ABORT, 'no'); END;" \
		"SELECT a FROM t" "INSERT INTO t(a) VALUES ('no')" "SELECT a FROM t" ""
	meets trigger-added "yes no yes maybe" "$old" \
		"$old CREATE TRIGGER r BEFORE INSERT ON t BEGIN SELECT RAISE(ABORT, 'never'); END;" \
		"SELECT a FROM t" "INSERT INTO t(a) VALUES ('x')" "SELECT a FROM t" ""
	meets trigger-dropped "yes maybe yes yes" \
		"$old CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE t SET a = 'by trigger' WHERE id = new.id; END;" "$old" \
		"SELECT a FROM t" "INSERT INTO t(a) VALUES (1); SELECT a FROM t" "SELECT a FROM t" "INSERT INTO t(a) VALUES (1)"
}

queries() {
	shape have "$old CREATE INDEX i ON t(a); CREATE TABLE u(x, y);"
	shape want "$old CREATE TABLE u(x INTEGER, y); CREATE TABLE w(z);"
	cat >app.sql <<'EOF'
-- all of it is the application's
SELECT id FROM t WHERE a = ?1;
SELECT x FROM u WHERE y = :y;
SELECT a, b FROM t;
SELECT z FROM w;
WITH n AS (SELECT id FROM t) SELECT * FROM n;
INSERT INTO t(a) VALUES (@a) RETURNING id;
SELECT id FROM t WHERE a = "a text";
DELETE FROM u;
PRAGMA user_version = 7;
BEGIN; DROP TABLE t; COMMIT;
EOF
}

@test "the application's own statements" {
	queries
	expect 1 diff have want --compat --queries app.sql --json
	echo "$output" >report.json
	[ "$(said '[.queries[] | .outcome] | join(" ")')" = "scans changed broken new same same scans same" ]
	[ "$(said '.queries[0].scan')" = "SCAN t" ] || [ "$(said '.queries[0].scan')" = "SCAN TABLE t" ]
	[ "$(said '.queries[0].place.line')" = 2 ]
	[[ "$(said '.queries[1].message')" == *"x is INTEGER"* ]]
	[ "$(said .passed_over)" = 4 ]
	expect 1 diff have want --compat --queries app.sql
	[[ "$output" == *"app.sql:4:1: compiles on neither: no such column: b"* ]]
	[[ "$output" == *"8 queries: 3 as before, 5 not; 4 other statements passed over"* ]]
}

@test "queries are compiled, and never run on a file" {
	queries
	cp have.db app.db
	sqlite3 app.db "INSERT INTO u VALUES (1, 2)"
	cp app.db before.db
	expect 1 diff app.db want --compat --queries app.sql
	cmp app.db before.db
	[ ! -e app.db-wal ] && [ ! -e app.db-journal ]
	echo "ATTACH 'made.db' AS x; SELECT load_extension('no'); SELECT * FROM t; VACUUM INTO 'made.db';" >evil.sql
	expect 0 diff have have --compat --queries evil.sql
	[ ! -e made.db ]
	expect 0 diff have have --compat --queries - <evil.sql
}

@test "what makes no comparison" {
	shape have "$old"
	echo '<database xmlns="urn:moult:schema:1"/>' >doc.xml
	expect 2 diff have have --queries have
	[[ "$stderr" == *"--queries is for --compat"* ]]
	expect 2 diff have have --compat --queries doc.xml
	[[ "$stderr" == *"has no statements of SQL"* ]]
	expect 2 diff have have --compat --queries nowhere.sql
	expect 2 diff - have --compat --queries - <have
	[[ "$stderr" == *"only once"* ]]
	expect 2 plan have have --compat
}

@test "the way back and the cost" {
	shape have "<table name=\"t\">$id<column name=\"a\"/><column name=\"b\" type=\"TEXT\"/></table>"
	sqlite3 have.db "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
		INSERT INTO t SELECT i, i, i FROM n"
	shape want "<table name=\"t\">$id<column name=\"b\" type=\"INTEGER\" back=\"new.b || ''\"/>
		<dropped column=\"a\" back=\"new.id\"/></table>"
	expect 1 diff have.db want --compat --json
	echo "$output" >report.json
	[ "$(said '[.changes[] | .way_back] | join(" ")')" = "expression expression" ]
	[ "$(said '[.changes[] | .cost] | unique | join(" ")')" = copy ]
	[ "$(said '.changes[0].rows')" = 5000 ]
	[ "$(said '.locked_ms > 0')" = true ]
	expect 1 diff have.db want --compat
	[[ "$output" == *"way back: by the expression"* && "$output" == *"nobody else reads or writes meanwhile"* ]]
	sqlite3 have.db "PRAGMA journal_mode = wal" >/dev/null
	expect 1 diff have.db want --compat
	[[ "$output" == *"nobody else writes meanwhile"* ]]
}

@test "odd names, and shapes that are hard to fill" {
	meets column-dropped "no no yes yes" \
		'CREATE TABLE "a ""b"(id INTEGER PRIMARY KEY, "select" TEXT, "ü x" TEXT);' \
		'CREATE TABLE "a ""b"(id INTEGER PRIMARY KEY, "select" TEXT);' \
		'SELECT "a ""b"."ü x" FROM "a ""b"' 'UPDATE "a ""b" SET "ü x" = 1' 'SELECT "select" FROM "a ""b"' \
		'INSERT INTO "a ""b"("select") VALUES (1)'
	# no sample is taken, and what does not compile is seen all the same
	meets column-dropped "no no yes yes" "CREATE TABLE t(a CHECK (a GLOB 'q[0-9]z'), b);" \
		"CREATE TABLE t(a CHECK (a GLOB 'q[0-9]z'));" "SELECT b FROM t" "INSERT INTO t VALUES ('q1z', 1)" \
		"SELECT a FROM t" "INSERT INTO t(a) VALUES ('q1z')"
	meets strict-dropped "yes yes yes maybe" "CREATE TABLE t(a INTEGER PRIMARY KEY, b ANY, c BLOB NOT NULL) STRICT;" \
		"CREATE TABLE t(a INTEGER PRIMARY KEY, b ANY, c BLOB NOT NULL);" "SELECT a FROM t" \
		"INSERT INTO t VALUES (1, 2, x'00')" "SELECT b FROM t" "INSERT INTO t VALUES (1, 2, 'text')"
	# a trigger without an end, one that reads too much, and conflicts that roll back
	meets trigger-added "yes no yes maybe" "$old" "$old CREATE TRIGGER r AFTER INSERT ON t BEGIN
		SELECT max(i) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n); END;"
	meets not-null-added "yes maybe maybe yes" "$old" \
		"CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT NOT NULL ON CONFLICT ROLLBACK);" "" "INSERT INTO t(id) VALUES (1)"
	meets view-changed "maybe yes maybe yes" \
		"$old CREATE VIEW v AS SELECT id, a FROM t; CREATE TRIGGER r INSTEAD OF INSERT ON v BEGIN INSERT INTO t(a) VALUES (new.a); END;" \
		"$old CREATE VIEW v AS SELECT id, a FROM t WHERE a; CREATE TRIGGER r INSTEAD OF INSERT ON v BEGIN INSERT INTO t(a) VALUES (new.a); END;" \
		"" "INSERT INTO v(a) VALUES (1)" "" "INSERT INTO v(a) VALUES (1)"
}

@test "check DIR --compat: each release and the next, and the newest and the document" {
	mkdir -p history
	release() {
		echo "<database xmlns=\"urn:moult:schema:1\"><table name=\"t\"><column name=\"id\" type=\"INTEGER\" primary-key=\"true\"/>$1</table></database>" >app.xml
		[ -z "$2" ] || "$MOULT" release app.xml history --name "$2" -q
	}
	release '<column name="a" type="TEXT"/>' first
	release '<column name="a" type="TEXT"/><index name="by_a" columns="a"/>' second
	run -0 "$MOULT" check history --compat
	[[ $output == *first*" to "*second* ]]
	release '<column name="b" was="a" type="TEXT"/><dropped index="by_a"/>' third
	release '<column name="b" type="TEXT" not-null="true" default="1"/>' ''
	echo 'SELECT a FROM t;' >app.sql
	run -1 "$MOULT" check history app.xml --compat --queries app.sql
	[[ $output == *second*" to "*third*"SELECT a FROM t"*third*" to app.xml"* ]]
	run -1 "$MOULT" check history --compat --json
	[ "$(jq 'length, .[1].fits, .[2].fits' <<<"$output" | tr '\n' ' ')" = "3 true false " ]
	run -2 "$MOULT" check app.xml --compat
}
