# SPDX-License-Identifier: MIT
#
# Rules that no other test fires: each speaks where it must, and is silent in
# the same place without its reason.  docs/rules.md lists all of them.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
	sqlite3 app.db "CREATE TABLE t(a INT); INSERT INTO t VALUES (1), (2)"
}

# A document of table t with what is given inside it, after its column.
document() {
	echo '<database xmlns="urn:moult:schema:1">'"$2"
	echo '<table name="t"><column name="a" type="INT"/>'"$1"'</table></database>'
}

# The run ends with this status and says, or does not say, the rule.
speaks() {
	local id=$1
	shift
	expect "$@"
	[[ $stderr == *"$id: "* ]]
}

silent() {
	local id=$1
	shift
	expect "$@"
	[[ $stderr != *"$id"* ]]
}

@test "MD105: texts that a REAL column would spell otherwise" {
	sqlite3 words.db "CREATE TABLE t(a TEXT); INSERT INTO t VALUES ('0.5'), ('-12.25'), ('0.0'), ('0.0001'),
		('123456789.123456'), ('x'), (x'30'), (NULL);
		INSERT INTO t VALUES ('0.50'), ('00.5'), ('.5'), ('5.'), ('-0.0'), ('+0.5'), (' 0.5'), ('7'), ('1.5e0'), ('0.00001'),
		('01.5'), ('-.5'), ('1.0000000000000001')"
	"$MOULT" dump words.db | sed 's/type="TEXT"/type="REAL"/' >want.xml
	speaks MD105 3 apply --yes words.db want.xml
	[[ $stderr == *"(13 rows"* ]]
	sqlite3 words.db "DELETE FROM t WHERE rowid > 8"
	silent MD105 0 apply --yes words.db want.xml
}

@test "DOC015: SQLite does not accept it" {
	document '<index name="i" columns="nope"/>' >want.xml
	speaks DOC015 2 check want.xml
	[[ $stderr == *"want.xml:2:"*"no such column: nope"* ]]
	document '<index name="i" columns="a"/>' >want.xml
	silent DOC015 0 check want.xml
}

@test "DOC021: a using that has done its work" {
	document '<column name="b" using="a + 1"/>' >want.xml
	silent DOC021 0 plan app.db want.xml
	expect 0 apply app.db want.xml
	speaks DOC021 0 plan app.db want.xml
	[ "$(sqlite3 app.db "SELECT group_concat(b) FROM t")" = 2,3 ]
}

@test "DOC022: a line break in a string of an attribute" {
	document $'<column name="b" default="\'one\ntwo\'"/>' >want.xml
	speaks DOC022 0 check want.xml
	[[ $stderr == *"want.xml:2:76: "* ]]
	document $'<column name="b" default="(\'one\'\n ||\t\'two\')"/>' >want.xml
	silent DOC022 0 check want.xml
	document '<column name="b" default="'"'one&#10;two'"'"/>' >want.xml
	silent DOC022 0 check want.xml
	document $'<column name="b"><default>\'one\ntwo\'</default></column>' >want.xml
	silent DOC022 0 check want.xml
}

@test "SQL001: a text in the file that is more than a statement" {
	by_hand app.db "UPDATE sqlite_master SET sql = 'CREATE TABLE t(a INT); and more'"
	speaks SQL001 2 dump app.db
	by_hand app.db "UPDATE sqlite_master SET sql = 'CREATE TABLE t(a INT)'"
	silent SQL001 0 dump app.db
}

@test "SQL002: a script that SQLite refuses" {
	echo "CREATE TABLE t(a INT" >want.sql
	speaks SQL002 2 plan app.db want.sql
	echo "CREATE TABLE t(a INT)" >want.sql
	silent SQL002 0 plan app.db want.sql
}

@test "RUN008: a disk that fills up half way" {
	sqlite3 app.db "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
		INSERT INTO t SELECT i FROM n"
	document '<column name="b" type="TEXT" using="printf(&apos;%0100d&apos;, a)"/>' >want.xml
	local before status=0
	before=$(cksum app.db)
	(
		trap '' XFSZ
		ulimit -f 1500 # KiB; the file has 500, the rows to come take 5 MB
		exec "$MOULT" apply app.db want.xml --no-backup --allow ML106 >out 2>said
	) || status=$?
	cat said
	[ "$status" = 4 ]
	grep -q "RUN008: " said
	[ "$before" = "$(cksum app.db)" ]
	silent RUN008 0 apply app.db want.xml
}

@test "RUN007: a disk that fills up under the backup" {
	sqlite3 app.db "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
		INSERT INTO t SELECT i FROM n"
	document '<column name="b"/>' >want.xml
	local before status=0
	before=$(cksum app.db)
	(
		trap '' XFSZ
		ulimit -f 100 # KiB
		exec "$MOULT" apply app.db want.xml >out 2>said
	) || status=$?
	cat said
	[ "$status" = 2 ]
	grep -q "RUN007: .*could not copy pages into .*app.db.moult-0001-.*: File too large" said
	[ "$before" = "$(cksum app.db)" ]
	[ -z "$(ls | grep moult-)" ]
	silent RUN007 0 apply app.db want.xml
}

@test "MF112: rows on which an expression raises are named by their keys" {
	cat >have.sql <<-'SQL'
		CREATE TABLE t(a INT);
		INSERT INTO t VALUES ('{}'), ('{'), ('['), (NULL);
		CREATE TABLE "two keys"("first one" TEXT COLLATE NOCASE, b REAL, doc,
			PRIMARY KEY ("first one", b)) WITHOUT ROWID;
		INSERT INTO "two keys" VALUES ('a', 1.5, '{'), ('it''s', 2.5, '{}'), ('ü', 3.5, '[');
	SQL
	for encoding in UTF-8 UTF-16; do
		rm -f app.db
		sqlite3 app.db "PRAGMA encoding = '$encoding'" ".read have.sql"
		document '<column name="g" generated="a -> 0"/>' >want.xml
		speaks MF112 3 apply app.db want.xml
		[[ $stderr == *"column t.g: the generated column raises an error on rows: malformed JSON (2 rows: rowid 2, rowid 3)"* ]]
		cat >want.xml <<-'XML'
			<database xmlns="urn:moult:schema:1">
			<table name="more keys" was="&quot;two keys&quot;" without-rowid="true">
			<column name="one" was="&quot;first one&quot;" type="TEXT" collate="NOCASE"/>
			<column name="b" type="REAL"/><column name="doc"/>
			<column name="c" using="json(doc)" check="c IS NOT 1"/>
			<primary-key columns="one, b"/></table></database>
		XML
		speaks MF112 3 apply app.db want.xml
		[[ $stderr == *"column more keys.c: using raises an error on rows: malformed JSON (2 rows: first one 'a', b 1.5, first one 'ü', b 3.5)"* ]]
		[[ $stderr != *MF105* ]]
	done
}

@test "MF112: two expressions that raise, each on rows of its own" {
	document '<column name="b" using="abs(iif(a = 1, -9223372036854775808, 1))"/>
		<column name="c" generated="zeroblob(iif(a = 2, 2000000000, 1))"/>
		<column name="d" generated="b + abs(1)"/>' >want.xml
	expect 1 plan app.db want.xml --check
	[[ $output == *"MF112 column t.b"*"MF112 column t.c"* ]]
	expect 3 apply app.db want.xml
	[[ $stderr == *"column t.b: using raises an error on rows: integer overflow (1 row: rowid 1)"* ]]
	[[ $stderr == *"column t.c: the generated column raises an error on rows: string or blob too big (1 row: rowid 2)"* ]]
	[[ $stderr != *"column t.d"* ]]
}

@test "MF112: of a row that nobody could read before nothing new is said" {
	sqlite3 app.db "ALTER TABLE t ADD COLUMN g AS (zeroblob(a * 1000000000))"
	document '<column name="g" generated="zeroblob(a * 1000000000)"/><column name="more"/>' >want.xml
	silent MF112 0 apply app.db want.xml
	document '<column name="g" generated="zeroblob(a * 1000000000)" not-null="true"/><column name="more"/>' >want.xml
	speaks MF112 3 apply app.db want.xml
}

@test "MF112: a script that meets such a row changes nothing" {
	sqlite3 empty.db "CREATE TABLE t(a INT)"
	document '<column name="g" generated="abs(a)"/>' >want.xml
	sqlite3 app.db "INSERT INTO t VALUES (-9223372036854775808)"
	run -0 "$MOULT" plan empty.db want.xml --format sql -o up.sql
	run sqlite3 -bail app.db ".read up.sql"
	[[ $output == *"integer overflow"* ]]
	# A runner that goes on.
	run sqlite3 app.db ".read up.sql"
	[[ $output == *"nothing was changed"* ]]
	[ "$(sqlite3 app.db ".schema t")" = "CREATE TABLE t(a INT);" ]
	sqlite3 app.db "DELETE FROM t WHERE a < 0"
	run -0 sqlite3 -bail app.db ".read up.sql"
	[ "$(sqlite3 app.db "SELECT group_concat(g) FROM t")" = 1,2 ]
}

@test "RUN012: a key that only the rows break" {
	sqlite3 app.db "CREATE TABLE p(id INTEGER PRIMARY KEY); INSERT INTO p VALUES (0)"
	document '' '<table name="c"><column name="id" type="INTEGER" primary-key="true"/><column name="p" references="p"/>
		<rows><row id="1" p="7"/></rows></table>' >want.xml
	speaks RUN012 3 apply app.db want.xml
	sed -i 's/p="7"/p="0"/' want.xml
	silent RUN012 0 apply app.db want.xml
}

@test "RUN017: a populate that does not work on an empty copy" {
	document '' '<virtual-table name="f" using="fts5" args="x"><populate>INSERT INTO f(y) VALUES (1)</populate></virtual-table>' >want.xml
	speaks RUN017 2 apply app.db want.xml
	document '' '<virtual-table name="f" using="fts5" args="x"><populate>INSERT INTO f(x) VALUES (1)</populate></virtual-table>' >want.xml
	silent RUN017 0 apply app.db want.xml
}

@test "DOC015: a populate that reads what is nowhere" {
	document '' '<virtual-table name="f" using="fts5" args="x"><populate>INSERT INTO f(x) SELECT x FROM gone</populate></virtual-table>' >want.xml
	speaks DOC015 2 apply app.db want.xml
	expect 0 apply new.db want.xml # there is nothing to read
}

@test "DOC015: a from that cannot fill its table" {
	while IFS='|' read -r query words; do
		document '' "<table name=\"u\"><column name=\"n\"/><column name=\"g\" generated=\"n\"/><from>$query</from></table>" >want.xml
		expect 2 plan app.db want.xml
		[[ $stderr == *"error: DOC015: table u: "*"$words"* ]] || { echo "$query: $stderr"; false; }
		expect 2 apply app.db want.xml
	done <<-END
		SELECT a FROM t|it yields a column a, and the table has none of that name
		SELECT count(*) FROM t|it yields a column count(*)
		SELECT a AS n, a AS N FROM t|it yields two columns n
		SELECT a AS g FROM t|column g is generated
		SELECT a AS n FROM tt|no such table: tt
		SELECT b AS n FROM t|no such column: b
		SELECT "x" AS n FROM t|no such column: 
		SELECT a AS n FROM t WHERE|incomplete input
		SELECT a AS n FROM order|near "order"
		WITH x AS (SELECT 1) DELETE FROM t|it is no query
		SELECT random() AS n FROM t|it gives other rows each time
		SELECT name AS n FROM sqlite_master|it reads sqlite_master
		VALUES (1)|column1
	END
	document '' '<table name="u"><column name="n" type="INTEGER" primary-key="true"/><from>SELECT a AS n FROM t</from><rows><row n="7"/></rows></table>
		<table name="w"><column name="n"/><from>SELECT n FROM u</from></table>' >want.xml
	speaks DOC015 2 plan app.db want.xml
	# There is nothing to read in a new file.
	document '' '<table name="u"><column name="n"/><from>SELECT a AS n FROM gone</from></table>' >want.xml
	expect 0 apply new.db want.xml
	[ "$(sqlite3 new.db "SELECT count(*) FROM u")" = 0 ]
}

@test "a from runs where its table is made, and nowhere else" {
	document '' '<table name="u"><column name="n"/><from>SELECT a AS n FROM t</from></table>' >want.xml
	expect 0 apply app.db want.xml
	[ "$(sqlite3 app.db "SELECT count(*) FROM u")" = "$(sqlite3 app.db "SELECT count(*) FROM t")" ]
	sqlite3 app.db "DELETE FROM u; INSERT INTO t(a) VALUES (77)"
	expect 0 plan --check app.db want.xml
	expect 0 apply app.db want.xml
	[ "$(sqlite3 app.db "SELECT count(*) FROM u")" = 0 ]
	# Its mark follows it, and goes with it.
	sed 's/<table name="u">/<table name="v" was="u">/' want.xml >renamed.xml
	expect 0 apply app.db renamed.xml
	[ "$(sqlite3 app.db "SELECT kind, object FROM _moult_done")" = "from|v" ]
	document '' '<dropped table="v"/>' >gone.xml
	expect 0 apply app.db gone.xml
	[ "$(sqlite3 app.db "SELECT count(*) FROM _moult_done")" = 0 ]
	# A query on a column of the time is a default.
	document '' '<table name="w"><column name="n"/><column name="at" not-null="true" default="CURRENT_TIMESTAMP"/><from>SELECT a AS n FROM t</from></table>' >want.xml
	expect 0 apply app.db want.xml
}

@test "using runs on a file once, whatever becomes of the column" {
	document '<column name="b" type="INT" using="a * 10"/>' >want.xml
	expect 0 apply app.db want.xml
	document '<column name="b" type="TEXT" using="a * 10"/>' >want.xml
	sqlite3 app.db "UPDATE t SET a = 7"
	expect 0 apply app.db want.xml
	[ "$(sqlite3 app.db "SELECT group_concat(b) FROM t")" = 10,20 ]
	# Under another name, too, of column and table.
	sed 's/<table name="t">/<table name="u" was="t">/; s/name="b" type="TEXT"/name="c" was="b" type="BLOB"/' want.xml >renamed.xml
	expect 0 apply app.db renamed.xml
	[ "$(sqlite3 app.db "SELECT group_concat(c) FROM u; SELECT object FROM _moult_done")" = "10,20
u.c" ]
	# A file that is made new has nothing to convert, now or later.
	expect 0 apply new.db renamed.xml
	sqlite3 new.db "INSERT INTO u VALUES (1, 2)"
	sed 's/type="BLOB"/type="INT"/' renamed.xml >later.xml
	expect 0 apply new.db later.xml
	[ "$(sqlite3 new.db "SELECT c FROM u")" = 2 ]
	# Another expression is another matter.
	sed 's/a \* 10/c + 1/; s/type="INT" using/type="REAL" using/' later.xml >other.xml
	expect 0 apply new.db other.xml
	[ "$(sqlite3 new.db "SELECT c FROM u")" = 3.0 ]
}

@test "a script runs no using twice" {
	document '<column name="b" type="INT" using="a * 10"/>' >v1.xml
	document '<column name="b" type="TEXT" using="b * 10"/>' >v2.xml
	expect 0 apply app.db v1.xml
	cp app.db other.db
	expect 0 plan v1.xml v2.xml --format shell -o up.sql
	sqlite3 app.db <up.sql
	[ "$(sqlite3 app.db "SELECT group_concat(b) FROM t")" = 100,200 ]
	# The same expression ran there, and the column is what it was before.
	sqlite3 app.db "ALTER TABLE t DROP COLUMN b; ALTER TABLE t ADD COLUMN b INT; UPDATE t SET b = 5"
	run sqlite3 app.db <up.sql
	[[ $output == *"using of column t.b has run on this file already"* ]]
	[ "$(sqlite3 app.db "SELECT group_concat(b) FROM t")" = 5,5 ]
	# From a document that has it already it is not run either.
	document '<column name="b" type="BLOB" using="b * 10"/>' >v3.xml
	expect 0 plan v2.xml v3.xml --format shell -o up.sql
	! grep -q 'b \* 10' up.sql
}

@test "DOC015: an expression that cannot be evaluated over the old row" {
	document '<column name="b" using="nope + 1"/>' >want.xml
	speaks DOC015 2 apply app.db want.xml
	[[ $stderr == *"no such column: nope"* ]]
	[[ $stderr != *"INSERT INTO"* ]]
	document '<column name="b" using="(SELECT a + nope)"/>' >want.xml
	speaks DOC015 2 apply app.db want.xml
	document '<column name="b" using="a + 1"/>' >want.xml
	silent DOC015 0 apply app.db want.xml
}

@test "RUN018: not confirmed" {
	script -qec true /dev/null >/dev/null 2>&1 || skip "no terminal can be made here"
	document '<column name="b"/>' >want.xml
	run -3 bash -c 'echo n | script -qec "\"$0\" apply app.db want.xml" /dev/null' "$MOULT"
	[[ $output == *"RUN018: "*"nothing is changed"* ]]
	run -0 bash -c 'echo y | script -qec "\"$0\" apply app.db want.xml" /dev/null' "$MOULT"
	[[ $output != *RUN018* ]]
}

@test "RUN022: an option that cannot be used" {
	document "" >want.xml
	expect 2 plan app.db want.xml --strategy magic
	[[ $stderr == *"RUN022: "* ]]
	expect 2 plan app.db want.xml --strategy magic --json
	[[ $output == *'"RUN022"'* ]]
	silent RUN022 0 plan app.db want.xml --strategy alter
}

@test "RUN024: what was broken before" {
	sqlite3 app.db "CREATE TABLE u(x CHECK (x > 1)); PRAGMA ignore_check_constraints = ON;
		INSERT INTO u VALUES (1)"
	document '<column name="b"/>' >want.xml
	speaks RUN024 0 apply app.db want.xml --no-backup
	sqlite3 app.db "DELETE FROM u"
	document '<column name="b"/><column name="c"/>' >want.xml
	silent RUN024 0 apply app.db want.xml --no-backup
}

@test "RUN025: another encoding" {
	document "" '<pragma encoding="UTF-16le"/>' >want.xml
	speaks RUN025 2 apply app.db want.xml
	[[ $stderr == *"UTF-8"*"UTF-16le"* ]]
	silent RUN025 0 apply new.db want.xml
}

@test "RUN026: done, but the journal mode could not be changed" {
	# There is nothing to migrate but the mode: the reader would keep a COMMIT waiting.
	document "" '<pragma journal-mode="wal"/>' >want.xml
	mkfifo in out
	sqlite3 app.db <in >out 3>&- &
	exec 8>in 9<out
	echo "BEGIN; SELECT count(*) FROM t;" >&8
	read -r -u 9 heard
	[ "$heard" = 2 ]
	speaks RUN026 0 apply app.db want.xml --timeout 0
	exec 8>&- 9<&-
	wait
	silent RUN026 0 apply app.db want.xml
	[ "$(sqlite3 app.db "PRAGMA journal_mode")" = wal ]
}

@test "RUN027: a row that only the steps find not to fit" {
	sqlite3 app.db "DROP TABLE t; CREATE TABLE t(a INT PRIMARY KEY NOT NULL, b UNIQUE); INSERT INTO t VALUES (1, 1)"
	echo '<database xmlns="urn:moult:schema:1"><table name="t"><column name="a" type="INT" primary-key="true" not-null="true"/>
		<column name="b" unique="true"/><rows><row a="2"><value column="b" sql="1"/></row></rows></table></database>' >want.xml
	local before
	before=$(cksum app.db)
	speaks RUN027 3 apply app.db want.xml
	[ "$before" = "$(cksum app.db)" ]
	sed -i 's/sql="1"/sql="2"/' want.xml
	silent RUN027 0 apply app.db want.xml
}

@test "RUN028: output that cannot be written" {
	[ -c /dev/full ] || skip "there is no /dev/full here"
	run -2 --separate-stderr bash -c '"$0" dump app.db >/dev/full' "$MOULT"
	[[ $stderr == *"standard output"* ]]
	expect 2 dump app.db -o none/out.xml --json
	[[ $output == *'"RUN028"'* ]]
	silent RUN028 0 dump app.db -o out.xml
}

@test "RUN029: a page size that only a new file can have" {
	document "" '<pragma page-size="8192"/>' >want.xml
	speaks RUN029 0 apply app.db want.xml
	silent RUN029 0 apply new.db want.xml
	[ "$(sqlite3 new.db "PRAGMA page_size")" = 8192 ]
}

@test "a script does not write a _moult_done that is somebody else's" {
	document '<column name="b" type="INT" using="a * 10"/>' >want.xml
	expect 0 plan app.db want.xml --format shell -o up.sql
	cp app.db before.db
	for trick in "CREATE VIEW _moult_done AS SELECT 1 AS kind, 2 AS object, 3 AS digest, 4 AS at;
		CREATE TRIGGER x INSTEAD OF INSERT ON _moult_done BEGIN DELETE FROM t; END" \
		"CREATE TABLE _moult_done(kind, object, digest, at)" \
		"CREATE TABLE _MOULT_DONE (
  kind TEXT NOT NULL,
  object TEXT NOT NULL,
  digest TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (kind, object, digest)
); CREATE TRIGGER x AFTER INSERT ON _moult_done BEGIN DELETE FROM t; END"; do
		cp before.db app.db
		sqlite3 app.db "$trick"
		run sqlite3 app.db <up.sql
		[ "$status" -ne 0 ]
		[ "$(sqlite3 app.db "SELECT count(*) FROM t")" = 2 ]
		run "$MOULT" apply app.db want.xml
		[ "$status" -eq 2 ]
		[[ $output == *RUN037* ]]
	done
}
