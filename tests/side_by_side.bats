# SPDX-License-Identifier: MIT
#
# Old and new code on one file: apply --side-by-side, finish, downgrade.  tests/side_by_side/fuzz holds what
# they write against old code alone; here is what is said, what is refused, and what interrupts it.

bats_require_minimum_version 1.5.0
load common

HEAD='<database xmlns="urn:moult:schema:1">'
ID='<column name="id" type="INTEGER" primary-key="true"/>'

setup() {
	begin
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT NOT NULL);
		INSERT INTO t VALUES(1, 'one'), (2, 'two')"
	want '<column name="b" was="a" type="TEXT" not-null="true"/>'
}

# want COLUMNS [MORE]: the document; MORE stands beside the table t.
want() {
	echo "$HEAD<table name=\"t\">$ID$1</table>$2</database>" >app.xml
}

# t COLUMNS [ROWS]: another file, with that table.
file() {
	rm -f app.db
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, $1); $2"
}

rows() {
	sqlite3 app.db "SELECT ${1:-*} FROM t ORDER BY id" | tr '\n' ' '
}

share() {
	expect 0 apply --side-by-side app.db app.xml
}

# refused WORDS: before anything is begun.
refused() {
	cp app.db before.db
	expect 3 apply --side-by-side app.db app.xml
	[[ $stderr == *RUN100*"$1"* ]]
	cmp app.db before.db
}

@test "renamed: old and new code, finish" {
	share
	[[ $stderr == *"RUN104: column t.b: kept in step with a, which goes at the end"* ]]
	[[ $output == *"old and new code can run"*"moult finish app.db"*"moult downgrade app.db"* ]]
	[ "$(rows 'a, b')" = "one|one two|two " ]
	sqlite3 app.db "INSERT INTO t(a) VALUES('old'); INSERT INTO t(b) VALUES('new');
		UPDATE t SET a = 'ONE' WHERE id = 1; UPDATE t SET b = 'TWO' WHERE id = 2"
	[ "$(rows 'a, b')" = "ONE|ONE TWO|TWO old|old new|new " ]
	expect 0 finish app.db
	[ "$(rows)" = "1|ONE 2|TWO 3|old 4|new " ]
	expect 0 diff app.db app.xml
	[ -z "$(sqlite3 app.db "SELECT name FROM sqlite_master WHERE type = 'trigger'")" ]
	[ "$(sqlite3 app.db "SELECT count(*) FROM sqlite_master WHERE name = '_moult_under_way'")" = 0 ]
	expect 0 finish app.db
	[[ $output == *"nothing to do"* ]]
}

@test "renamed: downgrade leaves what old code alone would have" {
	cp app.db alone.db
	share
	sqlite3 app.db "INSERT INTO t(b) VALUES('new'); UPDATE t SET b = 'TWO' WHERE id = 2"
	sqlite3 alone.db "INSERT INTO t(a) VALUES('new'); UPDATE t SET a = 'TWO' WHERE id = 2"
	expect 0 downgrade app.db
	for db in app.db alone.db; do
		sqlite3 $db "SELECT * FROM t; SELECT sql FROM sqlite_master WHERE name = 't'" |
			tr -d ' \n' >$db.txt
	done
	cmp app.db.txt alone.db.txt
}

@test "nothing else is applied meanwhile, and status says so" {
	share
	expect 0 status app.db
	[[ $output == *"side by side, begun "*": in step"* ]]
	expect 0 status --json app.db
	echo "$output" >status.json
	[ "$(sqlite3 :memory: "SELECT json_extract(readfile('status.json'), '$.under_way.kind')")" = "side by side" ]
	want '<column name="c" was="a" type="TEXT"/>'
	expect 3 apply app.db app.xml
	[[ $stderr == *RUN080* ]]
	expect 3 apply --side-by-side app.db app.xml
	[[ $stderr == *RUN080* ]]
	for option in --side-by-side --check; do
		expect 3 plan $option app.db app.xml
		[[ $stderr == *RUN080* ]]
	done
}

@test "the same command again has nothing to do" {
	share
	share
	[[ $output == *"nothing to do"* ]]
}

@test "plan shows the way to both shapes, and apply goes it" {
	expect 0 plan --side-by-side app.db app.xml
	[[ $output == *"ADD COLUMN b"* ]]
	[[ $output == *"INSERT INTO main._moult_under_way"* ]]
	[[ $stderr == *RUN104*"RUN087: one lock, of about "*" ms, makes both shapes, with the backup, and proves them"* ]]
	[[ $stderr == *"RUN087: table t: filled afterwards beside its writers: about 2 rows in batches, each under a lock of at most 50 ms"* ]]
	"$MOULT" plan --side-by-side app.db app.xml --json | jq -e '[.steps[] | .lock == "once" and .lock_ms >= 0] | all' >/dev/null
	id=$(echo "$output" | sed -n 's/^plan \([0-9a-f]*\),.*/\1/p')
	expect 0 apply --side-by-side --expect "$id" app.db app.xml
}

@test "what was broken off goes on" {
	share
	sqlite3 app.db "PRAGMA writable_schema = 0; UPDATE _moult_under_way SET phase = 'fill';
		UPDATE t SET b = x'006d6f756c743a756e736574' WHERE id = 2" 2>/dev/null || true
	sqlite3 app.db "UPDATE _moult_under_way SET phase = 'fill'"
	expect 3 finish app.db
	[[ $stderr == *RUN102* ]]
	share
	expect 0 finish app.db
	[ "$(rows)" = "1|one 2|two " ]
}

@test "killed while it fills" {
	sqlite3 app.db "WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
		INSERT INTO t SELECT i, 'row ' || i FROM n"
	"$MOULT" apply --side-by-side --no-backup app.db app.xml >/dev/null 2>&1 &
	while ! sqlite3 app.db "SELECT 1 FROM _moult_under_way" >/dev/null 2>&1; do sleep 0.02; done
	kill -9 $!
	wait $! || true
	sqlite3 app.db "INSERT INTO t(a) VALUES('meanwhile')"
	share
	[ "$(sqlite3 app.db "SELECT count(*) FROM t WHERE a IS NOT b")" = 0 ]
	expect 0 finish app.db
	[ "$(sqlite3 app.db "SELECT count(*), max(b) FROM t; PRAGMA integrity_check" | tr '\n' ' ')" = "60000|two ok " ] ||
		[ "$(sqlite3 app.db "SELECT count(*) FROM t")" = 60001 ]
}

@test "somebody changes the schema, or writes without the triggers" {
	share
	sqlite3 app.db "CREATE TABLE mine(x)"
	expect 0 status app.db
	sqlite3 app.db "DROP TRIGGER _moult_new_written_1_t; UPDATE t SET b = 'else' WHERE id = 1"
	for command in finish downgrade; do
		expect 3 $command app.db
		[[ $stderr == *RUN101* ]]
	done
}

@test "rows that do not agree refuse the end" {
	share
	trigger=$(sqlite3 app.db "SELECT sql || ';' FROM sqlite_master WHERE name = '_moult_new_written_1_t'")
	sqlite3 app.db "DROP TRIGGER _moult_new_written_1_t; UPDATE t SET b = 'else' WHERE id = 1; $trigger"
	expect 3 finish app.db
	[[ $stderr == *"RUN103"*"1 row of t"* ]]
	sqlite3 app.db "UPDATE t SET b = 'right' WHERE id = 1"
	expect 0 finish app.db
	[ "$(rows)" = "1|right 2|two " ]
}

@test "a column for which old code has no value, and one for which new code has none" {
	file "v INT" "INSERT INTO t VALUES(1, 5)"
	want '<column name="v" type="INT"/><column name="w" type="INT" not-null="true" using="v * 2"/>'
	share
	sqlite3 app.db "INSERT INTO t(v) VALUES(7); INSERT INTO t(v, w) VALUES(8, 1)"
	[ "$(rows)" = "1|5|10 2|7|14 3|8|1 " ]
	expect 0 finish app.db
	[ "$(rows)" = "1|5|10 2|7|14 3|8|1 " ]

	file "v INT, w INT NOT NULL" "INSERT INTO t VALUES(1, 5, 6)"
	want '<column name="v" type="INT"/><dropped column="w" back="new.v * 2"/>'
	share
	sqlite3 app.db "INSERT INTO t(v) VALUES(7); INSERT INTO t(v, w) VALUES(8, 1)"
	[ "$(rows)" = "1|5|6 2|7|14 3|8|1 " ]
	cp app.db other.db
	expect 0 finish app.db
	[ "$(rows)" = "1|5 2|7 3|8 " ]
	expect 0 downgrade other.db
	[ "$(sqlite3 other.db "SELECT * FROM t" | tr '\n' ' ')" = "1|5|6 2|7|14 3|8|1 " ]
}

@test "what needs nothing is there at once, and the rest at the end" {
	want '<column name="b" was="a" type="TEXT" not-null="true" check="length(b) &lt; 9"/>
		<column name="n" type="INT" default="3"/><index name="tb" columns="n"/>' \
		'<table name="u"><column name="x"/></table><view name="w">SELECT b FROM t</view>
		<pragma user-version="7"/>'
	share
	[ "$(sqlite3 app.db "SELECT name FROM sqlite_master WHERE name IN ('u', 'w', 'tb') ORDER BY 1" | tr '\n' ' ')" = "tb u w " ]
	[ "$(sqlite3 app.db "PRAGMA user_version")" = 0 ]
	sqlite3 app.db "INSERT INTO t(b) VALUES('longer than nine')"
	expect 3 finish app.db
	[[ $stderr == *MF105* ]]
	sqlite3 app.db "UPDATE t SET b = 'short' WHERE id = 3"
	expect 0 finish app.db
	[ "$(sqlite3 app.db "PRAGMA user_version")" = 7 ]
	expect 0 diff app.db app.xml
}

@test "what the rows refuse is refused before anything is begun" {
	file "a TEXT" "INSERT INTO t VALUES(1, NULL)"
	expect 3 apply --side-by-side app.db app.xml
	[[ $stderr == *MF104* ]]
	[ "$(rows)" = "1| " ]
}

@test "refused, each with its reason" {
	file "a TEXT UNIQUE"
	want '<column name="b" was="a" type="TEXT" unique="true" using="lower(old.a)" back="new.b"/>'
	refused "UNIQUE"
	rm app.db
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT NOT NULL) STRICT"
	want '<column name="b" was="a" type="TEXT" not-null="true"/>'
	sed -i 's/<table name="t"/& strict="true"/' app.xml
	refused "STRICT"
	rm app.db
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT NOT NULL) WITHOUT ROWID"
	sed -i 's/strict="true"/without-rowid="true"/' app.xml
	refused "WITHOUT ROWID"
	file "a TEXT NOT NULL"
	want '<column name="a" type="INTEGER" not-null="true"/>'
	refused "one column has one type"
	want '<column name="b" was="a" type="TEXT" using="(SELECT max(a) FROM t)"/>'
	refused "reads tables"
	want '<column name="b" was="a" type="TEXT" using="old.a || random()"/>'
	refused "another result"
	want '<column name="b" was="a" type="TEXT" back="none"/>'
	refused "none"
	want '<column name="f" type="TEXT" using="substr(a, 1, 1)"/><dropped column="a"/>'
	refused "nothing says how"
	want '<column name="f" type="TEXT"/><dropped column="a"/>'
	refused "gives it no value"
	want '<column name="b" was="a" type="TEXT"/><from>SELECT 1</from>' ''
	want '<column name="b" was="a" type="TEXT"/>' '<step name="s" at="after">DELETE FROM t</step>'
	refused "step"
	echo "$HEAD<table name=\"u\" was=\"t\">$ID<column name=\"a\" type=\"TEXT\" not-null=\"true\"/></table></database>" >app.xml
	refused "one name"
}

@test "renamed under UNIQUE: both sides have their key" {
	file "a TEXT UNIQUE" "INSERT INTO t VALUES(1, 'one'), (2, 'two')"
	want '<column name="b" was="a" type="TEXT" unique="true"/>'
	share
	sqlite3 app.db "INSERT INTO t(b) VALUES('one') ON CONFLICT(b) DO UPDATE SET b = 'ONE';
		INSERT INTO t(a) VALUES('two') ON CONFLICT(a) DO UPDATE SET a = 'TWO'; INSERT OR IGNORE INTO t(b) VALUES('TWO')"
	[ "$(rows 'id, a, b')" = "1|ONE|ONE 2|TWO|TWO " ]
	cp app.db back.db
	expect 0 finish app.db
	expect 0 diff app.db app.xml
	expect 0 downgrade back.db
	[ "$(sqlite3 back.db "SELECT sql FROM sqlite_master WHERE sql LIKE '%_moult_key%'")" = "" ]
}

@test "triggers that cannot be kept apart are refused" {
	want '<column name="b" was="a" type="TEXT" not-null="true"/>'
	sqlite3 app.db "CREATE TRIGGER x BEFORE INSERT ON t WHEN length(new.a) > 5 BEGIN SELECT RAISE(ABORT, 'long'); END"
	refused "before a row of new code"
	sqlite3 app.db "DROP TRIGGER x; CREATE TRIGGER x AFTER UPDATE ON t BEGIN SELECT RAISE(IGNORE); END"
	refused "RAISE(IGNORE)"
}

@test "odd names" {
	rm app.db
	sqlite3 app.db "CREATE TABLE \"t \"\"x\"(id INTEGER PRIMARY KEY, \"a b\" TEXT NOT NULL, \"select\" TEXT, rowid TEXT, ü TEXT);
		INSERT INTO \"t \"\"x\" VALUES(1, 'one', 's', 'r', 'u')"
	cat >app.xml <<-'E'
	<database xmlns="urn:moult:schema:1"><table name="t &quot;x">
	<column name="id" type="INTEGER" primary-key="true"/>
	<column name="c &quot;d" was="&quot;a b&quot;" type="TEXT" not-null="true"/>
	<column name="from" was="&quot;select&quot;" type="TEXT"/>
	<column name="rowid" type="TEXT"/>
	<column name="ö" was="ü" type="TEXT"/>
	</table></database>
	E
	share
	sqlite3 app.db "INSERT INTO \"t \"\"x\"(\"a b\", \"from\") VALUES('old', 'f')"
	sqlite3 app.db "UPDATE \"t \"\"x\" SET \"c \"\"d\" = 'two', ü = 'v' WHERE id = 1"
	[ "$(sqlite3 app.db "SELECT \"a b\", \"c \"\"d\", \"select\", \"from\", ü, ö FROM \"t \"\"x\"" | tr '\n' ' ')" = \
		"two|two|s|s|v|v old|old|f|f|| " ]
	expect 0 finish app.db
	expect 0 diff app.db app.xml
}

@test "rollback puts the file back where nothing was written" {
	sqlite3 app.db .dump >before.sql
	share
	sqlite3 app.db "INSERT INTO t(b) VALUES('new')"
	expect 3 rollback app.db
	expect 0 rollback --discard-newer app.db
	sqlite3 app.db "DROP TABLE IF EXISTS _moult_history; DROP TABLE IF EXISTS _moult_way_back" .dump >after.sql
	cmp before.sql after.sql
}

@test "what the file says of it is believed no further than a way back" {
	share
	"$MOULT" dump app.db >/dev/null
	sqlite3 app.db "UPDATE _moult_under_way SET text = replace(text, '</database>',
		'<virtual-table name=\"evil\" module=\"fsdir\"/></database>')"
	run -0 cp app.db before.db
	run "$MOULT" finish app.db
	[ "$status" -ne 0 ]
	cmp app.db before.db
	sqlite3 app.db "UPDATE _moult_under_way SET text = 'no document'"
	run "$MOULT" finish app.db
	[ "$status" -eq 1 ] || [ "$status" -eq 2 ]
}

@test "the end copies no row, though an index follows, and foreign keys do" {
	rm app.db
	sqlite3 app.db "CREATE TABLE p(k TEXT PRIMARY KEY); INSERT INTO p VALUES('one'), ('two');
		CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT NOT NULL REFERENCES p ON UPDATE CASCADE);
		CREATE INDEX ta ON t(a); INSERT INTO t VALUES(1, 'one')"
	"$MOULT" dump app.db | sed 's/name="a"/name="b" was="a"/; s/columns="a"/columns="b"/' >app.xml
	share
	[[ $stderr == *"RUN104: index ta: follows at the end"* ]]
	sqlite3 app.db "PRAGMA foreign_keys = 1; INSERT INTO t(b) VALUES('two'); UPDATE p SET k = 'ONE' WHERE k = 'one'"
	run sqlite3 app.db "PRAGMA foreign_keys = 1; INSERT INTO t(b) VALUES('three')"
	[[ $output == *"FOREIGN KEY constraint failed"* ]]
	[ "$(rows 'a, b')" = "ONE|ONE two|two " ]
	expect 0 finish app.db
	[[ $output != *copied* ]]
	expect 0 diff app.db app.xml
	[ "$(rows)" = "1|ONE 2|two " ]
}

@test "VACUUM while rows are filled: those that get other numbers are filled, too" {
	rm app.db
	sqlite3 app.db "PRAGMA journal_mode = WAL; CREATE TABLE t(id INT, a TEXT);
		WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 20000)
		INSERT INTO t SELECT i, 'a' || i FROM s; DELETE FROM t WHERE id BETWEEN 2 AND 10000" >/dev/null
	echo "$HEAD<table name=\"t\"><column name=\"id\" type=\"INT\"/><column name=\"b\" was=\"a\" type=\"TEXT\"/></table></database>" >app.xml
	"$MOULT" apply --side-by-side app.db app.xml --yes --no-backup --duty 3 --max-lock 4ms >out 2>err &
	for ((i = 0; i < 1000; i++)); do
		[[ $(sqlite3 -cmd '.timeout 2000' app.db "SELECT count(*) FROM t WHERE typeof(b) = 'text'" 2>/dev/null) -eq 0 ]] || break
	done
	sqlite3 -cmd '.timeout 20000' app.db VACUUM
	wait $!
	[ "$(sqlite3 app.db "SELECT count(*), sum(b IS a), max(rowid) FROM t")" = "10001|10001|10001" ]
	expect 0 finish app.db
}
