# SPDX-License-Identifier: MIT
#
# The way back with the new rows: what a migration leaves in the file, and downgrade.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
	sqlite3 app.db "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT NOT NULL, cents INTEGER, nick TEXT DEFAULT '-');
		CREATE TABLE past(a); CREATE INDEX by_name ON person(name); CREATE VIEW names AS SELECT name FROM person;
		INSERT INTO person VALUES (1, 'Ada Lovelace', 150, 'a'), (7, 'Bob Ross', 99, 'b'); INSERT INTO past VALUES (1);"
	cp app.db old.db
	"$MOULT" dump app.db >v1.xml
	cat >v2.xml <<-'X'
		<database xmlns="urn:moult:schema:1">
		  <pragma user-version="2"/>
		  <dropped table="past"/><dropped view="names"/>
		  <table name="people" was="person">
		    <column name="id" type="INTEGER" primary-key="true"/>
		    <column name="given" type="TEXT" using="substr(name, 1, instr(name, ' ') - 1)"/>
		    <column name="family" type="TEXT" using="substr(name, instr(name, ' ') + 1)"/>
		    <column name="euros" was="cents" type="REAL" using="cents / 100.0" back="CAST(round(new.euros * 100) AS INTEGER)"/>
		    <column name="nick" type="TEXT" default="'-'"/>
		    <dropped column="name" back="new.given || ' ' || new.family"/>
		    <dropped index="by_name"/>
		  </table>
		  <table name="fresh"><column name="x"/></table>
		</database>
	X
}

up() {
	"$MOULT" apply app.db v2.xml --yes --allow MD101,MD102,MD105 --no-backup -q "$@"
}

down() {
	"$MOULT" downgrade app.db --yes --no-backup -q "$@"
}

# forged EXPRESSION: the way back fills names with that.
forged() {
	sqlite3 app.db "UPDATE _moult_way_back SET document = replace(document, 'old.given || '' '' || old.family', '$1')"
}

# kept ID WORDS COMMAND...: refused, and not a byte changed.
kept() {
	local id=$1 words=$2 status
	shift 2
	cp app.db before.db
	status=0
	output=$("$MOULT" "$@" 2>&1) || status=$?
	[[ $status != 0 && $output == *"$id"*"$words"* ]] || { echo "$status $output"; return 1; }
	cmp app.db before.db
}

@test "there, writes, back: old rows as old code left them, new rows there" {
	up
	sqlite3 app.db "INSERT INTO people VALUES (8, 'Cleo', 'Day', 2.5, 'c'); DELETE FROM people WHERE id = 7;
		UPDATE people SET family = 'King' WHERE id = 1; INSERT INTO fresh VALUES (1)"
	run -0 "$MOULT" downgrade app.db --yes
	[[ $output == *"MD131: table past: it had gone, and comes back without rows"* && $output != *MC10* ]]
	[ "$(sqlite3 app.db "SELECT group_concat(quote(id) || name || cents || nick, ';') FROM person")" = "1Ada King150a;8Cleo Day250c" ]
	[ "$(sqlite3 app.db "PRAGMA user_version")" = 0 ]
	"$MOULT" diff app.db old.db
	[ "$(sqlite3 app.db "SELECT count(*) FROM _moult_way_back")" = 0 ]
	[ "$(sqlite3 app.db "SELECT count(*) FROM _moult_done")" = 0 ]
	[ "$(sqlite3 app.db "SELECT count(*) FROM _moult_history")" = 2 ]
}

@test "there, back, there: expressions run again" {
	up
	cp app.db there.db
	down
	up
	[ "$(sqlite3 app.db "SELECT * FROM people")" = "$(sqlite3 there.db "SELECT * FROM people")" ]
	[ "$(sqlite3 app.db "SELECT kind, object, digest FROM _moult_done ORDER BY 1, 2")" = \
		"$(sqlite3 there.db "SELECT kind, object, digest FROM _moult_done ORDER BY 1, 2")" ]
}

@test "what is kept is nobody's: no difference, in no dump, shape and plan as without" {
	up
	"$MOULT" plan app.db v2.xml --check
	"$MOULT" diff app.db v2.xml
	[[ "$("$MOULT" dump app.db)$("$MOULT" dump app.db --format sql)" != *_moult* ]]
	cp old.db app.db
	up --way-back none
	[ -z "$(sqlite3 app.db "SELECT name FROM sqlite_master WHERE name = '_moult_way_back'")" ]
	kept RUN056 "no migration left one" downgrade app.db --yes
}

@test "plan and dump show the way back, and the last three are kept" {
	up
	run -0 "$MOULT" plan app.db --back
	[[ $output == *"table person: "*", was people"*"would run "* ]]
	"$MOULT" dump app.db --back >back.xml
	"$MOULT" check back.xml
	grep -q '<table name="person" was="people">' back.xml
	"$MOULT" apply app.db back.xml --yes --no-backup -q --allow MD123
	"$MOULT" diff app.db old.db
	for i in 1 2 3 4 5; do
		sed "s/<table name=\"fresh\">/<table name=\"fresh\"><column name=\"n$i\"\/>/" v2.xml >next.xml
		"$MOULT" apply app.db next.xml --yes --no-backup -q --allow all
	done
	[ "$(sqlite3 app.db "SELECT count(*) FROM _moult_way_back")" = 3 ]
	run -2 "$MOULT" plan app.db
	run -2 "$MOULT" dump v2.xml --back
}

@test "to an older document, over several migrations, or nowhere" {
	up
	sed 's/<table name="fresh">/<table name="fresher" was="fresh">/' v2.xml >v3.xml
	"$MOULT" apply app.db v3.xml --yes --no-backup -q
	kept RUN056 "no way back in the file leads to what is wanted" downgrade app.db <(echo '<database xmlns="urn:moult:schema:1"><table name="else"><column name="a"/></table></database>') --yes
	down v1.xml
	"$MOULT" diff app.db v1.xml
	down v1.xml
	kept RUN056 "no migration left one" downgrade app.db --yes
	run -2 "$MOULT" downgrade missing.db --yes
	[ ! -e missing.db ]
}

@test "plan shows all shapes on the way to an older one" {
	up
	cp v2.xml v3.xml && sed -i 's/<table name="fresh">/<table name="fresher" was="fresh">/' v3.xml
	"$MOULT" apply app.db v3.xml --yes --no-backup -q
	run -0 "$MOULT" plan app.db v1.xml --back
	[[ $output == *"through 2 shapes in one transaction"*"back to the shape "*"table fresh: "*"was fresher"*"back to the shape "*"table person: "* ]]
	run -0 "$MOULT" plan app.db v1.xml --back --format markdown
	[[ $output == *"## app.db to the shape "*"## the shape "*" to v1.xml"* ]]
	"$MOULT" plan app.db v1.xml --back --json >plan.json
	[ "$(jq -r '[.shapes[].back_to] == ["'"$(sqlite3 app.db "SELECT group_concat(shape_from, '\",\"') FROM (SELECT * FROM _moult_way_back ORDER BY number DESC)")"'"]' plan.json)" = true ]
	run -2 "$MOULT" plan app.db v1.xml --back --format sql
	[[ $output == *"from one shape to the next, and here are 2"* ]]
	run -3 "$MOULT" plan app.db <(echo '<database xmlns="urn:moult:schema:1"><table name="else"><column name="a"/></table></database>') --back
	[[ $output == *RUN056* ]]
	run -0 "$MOULT" plan app.db v3.xml --back
	[[ $output == *"nothing to do"* ]]
	# By the name of a release, and that plan is what runs.
	mkdir releases && "$MOULT" release v1.xml releases --name one -q && "$MOULT" release v3.xml releases --name three -q
	run -2 "$MOULT" downgrade app.db --to one --yes
	[ "$("$MOULT" plan app.db releases --to one --back --json | jq .plan)" = "$(jq .plan plan.json)" ]
	"$MOULT" downgrade app.db releases --to one --yes --no-backup -q --allow all --expect "$(jq -r .plan plan.json)"
	"$MOULT" diff app.db v1.xml
}

@test "plan says what the way back does to rows, and nothing where all comes back" {
	run -0 "$MOULT" plan app.db v2.xml
	[[ $output == *"way back"*"column person.name: by old.given || ' ' || old.family"*"lossy   table past: it comes back without its rows"* ]]
	"$MOULT" plan app.db v2.xml --json | grep -q '"message": "by old.given'
	run -0 "$MOULT" plan app.db v2.xml --way-back none
	[[ $output != *"way back"* ]]
	sed 's/NOT NULL//; s/ not-null="true"//' v1.xml >loose.xml
	run -0 "$MOULT" plan app.db loose.xml
	[[ $output == *"way back"*"rows that it refuses are in the way of going back"* ]]
	sed 's/<column name="nick"/<column name="more"\/><column name="nick"/' v1.xml >more.xml
	run -0 "$MOULT" plan app.db more.xml
	[[ $output != *"way back"* ]]
}

@test "rows of the new shape that the old one refuses are in the way" {
	up
	sqlite3 app.db "INSERT INTO people(id, given) VALUES (9, 'alone')"
	kept MF104 "1 row" downgrade app.db --yes
	sqlite3 app.db "DELETE FROM people WHERE id = 9; ALTER TABLE people ADD COLUMN more"
	kept RUN056 "the schema was changed since" downgrade app.db --yes
}

@test "steps: back undoes them, and what has none is consented to; rows too" {
	sqlite3 app.db "CREATE TABLE land(code TEXT PRIMARY KEY NOT NULL, name TEXT)"
	cat >steps.xml <<-'X'
		<database xmlns="urn:moult:schema:1">
		  <step name="up" at="after">UPDATE person SET nick = upper(nick)<back>UPDATE person SET nick = lower(nick)</back></step>
		  <step name="lost" at="before">UPDATE person SET cents = 0</step>
		  <table name="land"><column name="code" type="TEXT" primary-key="true" not-null="true"/><column name="name" type="TEXT"/>
		    <rows><row code="CH" name="Switzerland"/></rows></table>
		</database>
	X
	"$MOULT" apply app.db steps.xml --yes --no-backup -q --steps run
	[ "$(sqlite3 app.db "SELECT group_concat(nick || cents) FROM person")" = A0,B0 ]
	kept MD116 "step lost" downgrade app.db --yes
	kept MD116 "table land: the rows that the document declared" downgrade app.db --yes --allow MD116:lost
	down --allow MD116
	[ "$(sqlite3 app.db "SELECT group_concat(nick || cents) FROM person")" = a0,b0 ]
	[ "$(sqlite3 app.db "SELECT count(*) FROM _moult_done")" = 0 ]
	"$MOULT" plan app.db steps.xml --json >plan.json
	grep -q '"sql": "UPDATE person SET cents = 0"' plan.json
}

@test "values that an expression made, and no back unmakes, are consented to" {
	sed 's/ back="CAST[^"]*"//' v2.xml >lossy.xml
	"$MOULT" apply app.db lossy.xml --yes --no-backup -q --allow MD101,MD102,MD105
	kept MD130 "column person.cents" downgrade app.db --yes
	down --allow MD130:person.cents,MD105
}

@test "names that trouble, keys of all kinds, and an old program's view of them" {
	rm app.db
	sqlite3 app.db "CREATE TABLE \"a b\"(\"x\"\"y\" TEXT, \"select\" INTEGER, \"ü\" BLOB, PRIMARY KEY (\"x\"\"y\", \"select\")) WITHOUT ROWID;
		INSERT INTO \"a b\" VALUES ('it''s', 1, x'00ff'), ('', 2, NULL);
		CREATE TABLE \"old\"(\"new\" INTEGER PRIMARY KEY AUTOINCREMENT, g AS (\"new\" * 2)); INSERT INTO \"old\"(\"new\") VALUES (5), (9);
		DELETE FROM \"old\" WHERE \"new\" = 9; CREATE TRIGGER \"t r\" AFTER INSERT ON \"old\" BEGIN DELETE FROM \"a b\" WHERE \"select\" = 2; END"
	cp app.db old.db
	"$MOULT" dump app.db | sed 's/<table name="a b"/<table name="c d" was="\&quot;a b\&quot;"/; s/<column name="ü" type="BLOB"/<column name="ö" was="ü" type="BLOB"/
		s/FROM &quot;a b&quot;/FROM "c d"/; s/FROM "a b"/FROM "c d"/' >want.xml
	"$MOULT" apply app.db want.xml --yes --no-backup -q
	sqlite3 app.db "SELECT \"ö\" FROM \"c d\"" >/dev/null
	down
	"$MOULT" diff app.db old.db
	[ "$(sqlite3 app.db "SELECT quote(\"x\"\"y\"), \"select\", quote(\"ü\") FROM \"a b\"; SELECT * FROM \"old\"; SELECT seq FROM sqlite_sequence WHERE name = 'old'")" = \
		"$(sqlite3 old.db "SELECT quote(\"x\"\"y\"), \"select\", quote(\"ü\") FROM \"a b\"; SELECT * FROM \"old\"; SELECT seq FROM sqlite_sequence WHERE name = 'old'")" ]
}

@test "a forged way back: functions, tables and statements that are not the file's" {
	up
	cp app.db good.db
	while IFS='|' read -r expression id; do
		cp good.db app.db
		forged "$expression"
		kept "$id" "" downgrade app.db --yes
		kept "$id" "" plan app.db --back
	done <<-'X'
		load_extension(''x'')|RUN057
		writefile(''x'', old.given)|RUN057
		&quot;edit&quot;(old.given)|RUN057
		fts3_tokenizer(''simple'')|RUN057
		(SELECT data FROM sqlite_dbpage)|
		(SELECT name FROM pragma_table_info(''people''))|RUN057
		(SELECT name FROM fsdir(''/''))|
		(SELECT sql FROM sqlite_master)|RUN057
	X
	cp good.db app.db
	sqlite3 app.db "UPDATE _moult_way_back SET document = replace(document, '<dropped', '<step name=\"s\" at=\"before\">ATTACH ''x.db'' AS x</step><dropped')"
	kept DOC ATTACH downgrade app.db --yes
	[ ! -e x.db ]
}

@test "a forged way back: another shape, rows, includes, virtual tables, what is no document" {
	up
	cp app.db good.db
	echo '<database xmlns="urn:moult:schema:1"><table name="inc"><column name="a"/></table></database>' >inc.xml
	while IFS='|' read -r set words; do
		cp good.db app.db
		sqlite3 app.db "UPDATE _moult_way_back SET $set"
		kept "" "$words" downgrade app.db --yes
	done <<-'X'
		document = replace(document, 'name="nick"', 'name="neck"')|RUN057
		document = replace(document, '<view', '<virtual-table name="c" using="csv" args="filename=x.csv"/><view')|RUN057
		document = replace(document, '<dropped table="fresh"/>', '<include href="inc.xml"/>')|DOC014
		document = replace(document, '<table name="past">', '<table name="past"><rows key="a" href="inc.xml"/>')|DOC0
		document = 'no document'|DOC0
		document = x'00ff'|
		document = zeroblob(20000000)|RUN057
		marks = 'DROP TABLE person'|RUN057
		format = 99|RUN057
		shape_to = 'moult1:0'|RUN056
		shape_from = 'moult1:0'|RUN057
	X
	cp good.db app.db
	sqlite3 app.db "CREATE TRIGGER evil AFTER DELETE ON _moult_way_back BEGIN DELETE FROM people; END"
	kept RUN037 evil downgrade app.db --yes
}

@test "a forged way back that never ends is stopped by the deadline" {
	up
	forged "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n)"
	kept RUN015 "" downgrade app.db --yes --deadline 1
}

@test "a downgrade that stops anywhere leaves the file as it was, and is rolled back like any" {
	up
	"$MOULT" plan app.db --back --json >plan.json
	id=$(sed -n 's/^.*"plan": "\([0-9a-f]*\)".*$/\1/p' plan.json | head -1)
	kept RUN005 "" downgrade app.db --yes --expect 0123456789abcdef0123456789abcdef
	cp app.db there.db
	"$MOULT" downgrade app.db --yes -q --expect "$id"
	"$MOULT" rollback app.db --yes -q
	[ "$(without_history app.db)" = "$(without_history there.db)" ]
	down
}

@test "a name that another took cannot be gone back to, and is said so" {
	cat >want.xml <<-'X'
		<database xmlns="urn:moult:schema:1"><table name="past"><column name="b" was="a"/><column name="a"/></table></database>
	X
	run -0 "$MOULT" apply app.db want.xml --yes --no-backup
	[[ $output == *"RUN055"*"the name of a is taken by another"* ]]
	kept RUN056 "no migration left one" downgrade app.db --yes
}

@test "finish: what is kept goes, and nothing else; again there is nothing to do" {
	[ "$("$MOULT" finish app.db)" = "app.db: nothing to do" ]
	cmp app.db old.db
	up
	sqlite3 app.db "INSERT INTO fresh VALUES (1)"
	sqlite3 app.db .dump | grep -v "INTO _moult_way_back" >there.sql
	run -0 "$MOULT" finish app.db
	[[ $output == "app.db: finished, 1 way back is gone, "* ]]
	[ "$(sqlite3 app.db .dump)" = "$(cat there.sql)" ]
	"$MOULT" plan app.db v2.xml --check
	kept RUN056 "no migration left one" downgrade app.db --yes
	cp app.db before.db
	chmod 444 app.db
	[[ "$("$MOULT" finish app.db --json)" == *'"result": "nothing"'*'"ways": 0'* ]]
	cmp app.db before.db
	run -2 "$MOULT" finish missing.db
	[ ! -e missing.db ]
	run -2 "$MOULT" finish v2.xml
}

@test "finish: locked, read-only, in WAL, forged, and many" {
	up
	chmod 444 app.db
	[ "$(id -u)" = 0 ] || kept RUN001 "cannot be written" finish app.db
	chmod 644 app.db
	local locker
	coproc sqlite3 app.db
	locker=$COPROC_PID
	echo "BEGIN IMMEDIATE; SELECT 'locked';" >&"${COPROC[1]}"
	read -r _ <&"${COPROC[0]}"
	run -5 "$MOULT" finish app.db --timeout 0
	[[ $output == *RUN004*"another connection is writing"* ]]
	printf 'ROLLBACK;\n.quit\n' >&"${COPROC[1]}"
	wait "$locker"
	cp app.db evil.db
	sqlite3 evil.db "CREATE TRIGGER evil AFTER DELETE ON _moult_way_back BEGIN DELETE FROM people; END"
	cp app.db wal.db
	sqlite3 wal.db "PRAGMA journal_mode = WAL" >/dev/null
	run -2 "$MOULT" finish app.db wal.db old.db evil.db
	[[ $output == *app.db*finished*"ways back that are gone: 1"* && $output == *old.db*nothing*"keeps no way back"* &&
		$output == *evil.db*trouble*RUN037* ]]
	for left in app:0 wal:0 evil:1; do
		[ "$(sqlite3 "${left%:*}.db" "SELECT count(*) FROM _moult_way_back")" = "${left#*:}" ]
	done
	[ "$(sqlite3 evil.db "SELECT count(*) FROM people")" = 2 ]
	[ "$(sqlite3 wal.db "PRAGMA journal_mode")" = wal ]
}

@test "status says to what shapes there is a way back, since when, and how large" {
	run -0 "$MOULT" status app.db
	[[ $output != *"ways back"* ]]
	[[ "$("$MOULT" status app.db --json)" == *'"ways_back": []'* ]]
	local before=$("$MOULT" status app.db --json | sed -n 's/^  "shape": "\(.*\)",$/\1/p')
	up
	run -0 "$MOULT" status app.db
	[[ $output == *"ways back"*"   1  20"*"Z  to $before, "*" KiB"* ]]
	"$MOULT" status app.db --json >status.json
	[ "$(sqlite3 app.db "SELECT json_extract(w.value, '$.number', '$.shape_from', '$.release_from', '$.bytes')
		= json_array(1, '$before', NULL, length(CAST(document || marks AS BLOB)))
		FROM json_each(readfile('status.json'), '$.ways_back') AS w, _moult_way_back")" = 1 ]
	sqlite3 app.db "UPDATE _moult_way_back SET release_from = 'first' || char(27)"
	[[ "$("$MOULT" status app.db)" == *"to first<U+001B>, "* ]]
	"$MOULT" finish app.db -q
	[[ "$("$MOULT" status app.db)" != *"ways back"* ]]
}

@test "rehearse --there-and-back: what comes back is compared, and what does not is named" {
	cp app.db before.db
	run -3 "$MOULT" rehearse app.db v2.xml --allow MD101,MD102,MD105 --there-and-back
	[[ $output == *"apply would succeed"*"there and back it is not what it was" ]]
	[[ $output == *"RUN058: table past: there and back: it had 1 row, and now has 0 rows"* && $output != *"RUN058: table person"* ]]
	sed -i 's/<dropped table="past"\/>/<table name="past" was="past"><column name="a"\/><\/table>/' v2.xml
	run -0 "$MOULT" rehearse app.db v2.xml --allow MD101,MD102,MD105 --there-and-back
	[[ $output == *"back     by 1 way back, 2 rows copied"*"consent  to MD102:person.given, for downgrade"*"there and back it is what it was"* ]]
	"$MOULT" rehearse app.db v2.xml --allow MD101,MD102,MD105 --there-and-back --json >back.json
	[ "$(jq -c '[.verdict, .status, .back.verdict, .back.ways, .back.needs_allow, .back.tables]' back.json)" = \
		'["done",0,"same",1,["MD102:person.given","MD102:person.family"],[]]' ]
	sed -i "s/new.given || ' '/new.given || '  '/" v2.xml
	"$MOULT" rehearse app.db v2.xml --allow MD101,MD102,MD105 --there-and-back --json >back.json || [ $? = 3 ]
	[ "$(jq -c '.back | [.verdict, .tables[]]' back.json)" = '["differs",{"name":"person","rows_before":2,"rows_after":2}]' ]
	run -3 "$MOULT" rehearse app.db v2.xml --allow all --there-and-back --way-back none
	[[ $output == *"RUN058: there and back: the migration leaves no way back in the file"* ]]
	run -0 "$MOULT" rehearse new.db v2.xml --there-and-back --json
	[ "$(jq .back <<<"$output")" = null ]
	cmp app.db before.db
	run -0 ls
	[[ $output != *rehearsal* ]]
}

@test "rehearse --there-and-back: a shape in which old rows stand in the way, and more releases than ways back" {
	sqlite3 app.db "CREATE TABLE n(a INTEGER PRIMARY KEY, b TEXT UNIQUE)"
	printf '<database xmlns="urn:moult:schema:1"><table name="n"><column name="a" type="INTEGER" primary-key="true"/><column name="b" type="TEXT"/>%s</table>%s</database>' \
		"" '<step name="twice" at="after">INSERT INTO n(b) VALUES (1), (1)</step>' >loose.xml
	run -3 "$MOULT" rehearse app.db loose.xml --there-and-back
	[[ $output == *MF101*"RUN058: there and back: downgrade would be refused"*"apply would succeed"* ]]
	sqlite3 app.db "DROP TABLE n"
	up
	for i in 0 1 2 3 4; do
		sed "s/<table name=\"fresh\">/<table name=\"fresh\"><column name=\"n$i\"\/>/; s/user-version=\"2\"/user-version=\"$((i + 2))\"/" v2.xml >next.xml
		[ $i = 0 ] && cp v2.xml next.xml
		"$MOULT" release next.xml releases --name "r$i" -q
	done
	run -3 "$MOULT" rehearse app.db releases --there-and-back --allow all
	[[ $output == *"RUN058: there and back: the ways back that are kept do not lead to the beginning"*"by 3 ways back"* ]]
	"$MOULT" apply app.db releases --allow all --yes --no-backup -q
	[ "$(sqlite3 app.db "SELECT group_concat(substr(release_from, 16) || substr(release_to, 16), ' ')
		FROM (SELECT * FROM _moult_way_back ORDER BY number)")" = "r1r2 r2r3 r3r4" ]
}

# parked: a file with values kept for two tables, one of which has a key of two columns.
parked() {
	rm -f app.db*
	sqlite3 app.db "PRAGMA foreign_keys = ON;
		CREATE TABLE boss(id INTEGER PRIMARY KEY, pay TEXT);
		CREATE TABLE man(a TEXT NOT NULL, b REAL NOT NULL, boss INTEGER REFERENCES boss ON DELETE CASCADE ON UPDATE CASCADE,
			secret, money, PRIMARY KEY (a, b)) WITHOUT ROWID;
		INSERT INTO boss VALUES (1, 'one'), (2, 'two'), (3, 'three'), (4, 'four');
		INSERT INTO man VALUES ('x', 1, 1, 'sx', '1.50'), ('y,', 2.5, 2, x'00ff', 7), ('''z', 0.1, 2, NULL, 2.25), ('w', 4, 3, 4.0, NULL)"
	cat >next.xml <<-'X'
		<database xmlns="urn:moult:schema:1">
		  <table name="chief" was="boss"><column name="key" was="id" type="INTEGER" primary-key="true"/><dropped column="pay"/></table>
		  <table name="man" without-rowid="true">
		    <column name="a" type="TEXT" not-null="true"/><column name="b" type="REAL" not-null="true"/>
		    <column name="boss" type="INTEGER" references="chief" on-delete="cascade" on-update="cascade"/>
		    <column name="money" type="INTEGER" using="CAST(money AS INTEGER)"/>
		    <dropped column="secret" back="'made'"/>
		    <primary-key columns="a, b"/>
		  </table>
		</database>
	X
	"$MOULT" apply app.db next.xml --yes --no-backup -q --way-back data --allow MD102
}

@test "data: what is parked is true to its rows, whatever was written" {
	parked
	[ "$(sqlite3 app.db "SELECT count(*) FROM _moult_parked")" = 12 ]
	sqlite3 app.db "PRAGMA foreign_keys = ON; DELETE FROM chief WHERE key = 1; INSERT INTO chief VALUES (1);
		UPDATE chief SET key = 30 WHERE key = 3; REPLACE INTO chief VALUES (4); INSERT INTO man VALUES ('x', 1, 1, 5);
		UPDATE chief SET rowid = 31 WHERE key = 30; UPDATE chief SET oid = 30 WHERE key = 31;
		UPDATE man SET a = 'v' WHERE a = 'w'; UPDATE man SET money = 8 WHERE a = 'y,'; INSERT INTO man VALUES ('w', 4, 30, 9);
		INSERT INTO chief VALUES (5) ON CONFLICT DO NOTHING; INSERT INTO chief VALUES (2) ON CONFLICT(key) DO UPDATE SET key = 20;
		VACUUM"
	[ "$(sqlite3 app.db "SELECT count(*) FROM _moult_parked")" = 8 ]
	run -0 "$MOULT" status app.db
	[[ $output == *"with 8 values that are kept, "* ]]
	run -0 "$MOULT" downgrade app.db --yes --no-backup -q --way-back shape
	[ "$(sqlite3 app.db "SELECT group_concat(id || ifnull(pay, '-'), ' ') FROM (SELECT * FROM boss ORDER BY id)")" = "1- 4- 5- 20two 30three" ]
	[ "$(sqlite3 app.db "SELECT quote(a), b, boss, quote(secret), quote(money) FROM man ORDER BY boss, a")" = \
		"$(printf "'x'|1.0|1|'made'|5\n'''z'|0.1|20|NULL|2.25\n'y,'|2.5|20|X'00FF'|8\n'v'|4.0|30|4.0|NULL\n'w'|4.0|30|'made'|9")" ]
	[ "$(sqlite3 app.db "SELECT count(*) FROM _moult_parked")" = 0 ]
	[ -z "$(sqlite3 app.db "SELECT name FROM sqlite_master WHERE type = 'trigger'")" ]
}

@test "data: nobody's, in no dump and no difference; finish takes it out, and the next migration leaves it" {
	parked
	"$MOULT" diff app.db next.xml
	"$MOULT" plan app.db next.xml --check
	[[ "$("$MOULT" dump app.db)$("$MOULT" dump app.db --format sql)" != *_moult* ]]
	local shape=$("$MOULT" status app.db --json | jq -r .shape)
	cp app.db there.db
	run -0 "$MOULT" finish app.db
	[ "$(sqlite3 app.db "SELECT count(*) FROM sqlite_master WHERE name GLOB '_moult_parked*'")" = 0 ]
	[ "$("$MOULT" status app.db --json | jq -r '.shape, .parked')" = "$shape"$'\n'0 ]
	[ "$(sqlite3 app.db "PRAGMA integrity_check")" = ok ]
	cp there.db app.db
	sed 's/<\/database>/<table name="more"><column name="m"\/><\/table>&/' next.xml >later.xml
	"$MOULT" apply app.db later.xml --yes --no-backup -q
	[ "$(sqlite3 app.db "SELECT * FROM _moult_parked; SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY 1")" = \
		"$(sqlite3 there.db "SELECT * FROM _moult_parked; SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY 1")" ]
	"$MOULT" downgrade app.db --yes --no-backup -q
	"$MOULT" diff app.db next.xml
	"$MOULT" downgrade app.db --yes --no-backup -q
	[ "$(sqlite3 app.db "SELECT quote(secret) FROM man ORDER BY a")" = "$(printf "NULL\n4.0\n'sx'\nX'00FF'")" ]
	cp there.db app.db
	"$MOULT" apply app.db later.xml --yes --no-backup -q --way-back none
	[ "$(sqlite3 app.db "SELECT count(*) FROM _moult_parked; SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")" = $'0\n0' ]
}

@test "data: a table without a key is refused; a trigger that does more is no trigger of moult's" {
	sqlite3 bare.db "CREATE TABLE t(a, b); INSERT INTO t VALUES (1, 2)"
	echo '<database xmlns="urn:moult:schema:1"><table name="t"><column name="a"/><dropped column="b"/></table></database>' >bare.xml
	run -3 "$MOULT" apply bare.db bare.xml --yes --no-backup --way-back data --allow MD102
	[[ $output == *"MD132: table t: "* ]]
	run -2 "$MOULT" apply bare.db bare.xml --yes --way-back all
	parked
	sqlite3 app.db "CREATE TRIGGER _moult_parked_9_insert AFTER INSERT ON man BEGIN
		DELETE FROM _moult_parked WHERE _moult_key = (SELECT a FROM man); END;
		CREATE TRIGGER _moult_parked_8_insert AFTER INSERT ON man BEGIN DELETE FROM man; END"
	[ "$("$MOULT" dump app.db | grep -c '<trigger name="_moult_parked_')" = 2 ]
	sqlite3 app.db "DROP TRIGGER _moult_parked_9_insert; DROP TRIGGER _moult_parked_8_insert;
		CREATE TRIGGER evil AFTER DELETE ON _moult_parked BEGIN DELETE FROM man; END"
	kept RUN037 "stands on _moult_parked" downgrade app.db --yes
}

@test "rehearse --there-and-back with data: nothing is lost" {
	run -0 "$MOULT" rehearse app.db v2.xml --allow MD101,MD102,MD105 --there-and-back --way-back data
	[[ $output == *"there and back it is what it was"* ]]
	run -0 "$MOULT" plan app.db v2.xml --way-back data
	[[ $output == *"table past: its rows are kept in the file"* && $output == *"column person.name: its values are kept in the file"* && $output != *lossy* ]]
}

# there_and_back SQL DOCUMENT: with data; what comes back is what was, with its rowids.
there_and_back() {
	rm -f app.db
	sqlite3 app.db "$1"
	cp app.db old.db
	echo "<database xmlns=\"urn:moult:schema:1\" undeclared=\"drop\">$2</database>" >there.xml
	"$MOULT" apply app.db there.xml --yes --no-backup -q --way-back data --allow all
	"$MOULT" downgrade app.db --yes --no-backup -q --allow all
	"$MOULT" diff app.db old.db
	for table in $(sqlite3 old.db "SELECT name FROM sqlite_master WHERE type = 'table'"); do
		[ "$(sqlite3 app.db "SELECT quote(rowid), * FROM $table ORDER BY 1")" = "$(sqlite3 old.db "SELECT quote(rowid), * FROM $table ORDER BY 1")" ]
	done
}

@test "data: a DEFAULT in double quotes or without, rowids of a table that goes, orphans of before" {
	there_and_back "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT DEFAULT \"\", b DEFAULT word, c DEFAULT TRUE, d DEFAULT CURRENT_DATE);
		INSERT INTO t(id, a) VALUES (1, 'x'), (2, NULL)" '<table name="t"><column name="id" type="INTEGER" primary-key="true"/></table>'
	there_and_back "CREATE TABLE t(a, \"rowid\"); INSERT INTO t(_rowid_, a) VALUES (5, 'z'), (9, 'b'), (-2, NULL);
		CREATE TABLE u(b TEXT UNIQUE); INSERT INTO u(oid, b) VALUES (7, 'x'), (3, 'y')" '<table name="other"><column name="a"/></table>'
	there_and_back "CREATE TABLE p(id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1);
		CREATE TABLE t(a REFERENCES p, b REFERENCES gone(x)); INSERT INTO t VALUES (1, NULL), (8, 9), ('x', 'y')" \
		'<table name="p"><column name="id" type="INTEGER" primary-key="true"/></table>'
	there_and_back "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE t(id INTEGER PRIMARY KEY, a REFERENCES p); INSERT INTO t VALUES (1, NULL), (8, 9)" \
		'<table name="p"><column name="id" type="INTEGER" primary-key="true"/></table><table name="t"><column name="id" type="INTEGER" primary-key="true"/><column name="a"/></table>'
	"$MOULT" apply app.db there.xml --yes --no-backup -q --way-back data --allow all
	kept MD133 "1 row: id 8: 9" downgrade app.db --yes
	sqlite3 app.db "INSERT INTO p VALUES (9)"
	run -0 "$MOULT" downgrade app.db --yes
	[[ $output != *MD133* ]]
}

# generations: v1.db, and v2.xml to v4.xml, each of which drops something; t is called otherwise, u goes.
generations() {
	local id='<column name="id" type="INTEGER" primary-key="true"/>' key='<column name="key" was="id" type="INTEGER" primary-key="true"/>' i=1 table
	rm -f app.db
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b, c); CREATE TABLE u(k TEXT PRIMARY KEY NOT NULL, x, y);
		INSERT INTO t VALUES (1, 'a1', 'b1', 'c1'), (2, 'a2', 'b2', 'c2'), (3, 'a3', 'b3', 'c3'); INSERT INTO u VALUES ('p', 'x1', 'y1'), ('q', 'x2', 'y2')"
	cp app.db v1.db
	for table in "<table name=\"t\">$id<column name=\"b\"/><column name=\"c\"/></table><table name=\"u\"><column name=\"k\" type=\"TEXT\" primary-key=\"true\" not-null=\"true\"/><column name=\"x\"/></table>" \
		"<table name=\"tt\" was=\"t\">$key<column name=\"c\"/></table>" "<table name=\"tt\">$key</table>"; do
		i=$((i + 1))
		echo "<database xmlns=\"urn:moult:schema:1\" undeclared=\"drop\">$table</database>" >v$i.xml
		"$MOULT" apply app.db v$i.xml --yes --no-backup -q --way-back data --allow all
	done
}

@test "way-back on the root of the document; the option wins" {
	for how in data none shape; do
		cp old.db app.db
		sed "s/<database /&way-back=\"$how\" /" v2.xml >$how.xml
		"$MOULT" check $how.xml
		"$MOULT" apply app.db $how.xml --yes --allow MD101,MD102,MD105 --no-backup -q
		[ "$(sqlite3 app.db "SELECT group_concat(name) FROM (SELECT * FROM sqlite_master WHERE name IN ('_moult_parked', '_moult_way_back') ORDER BY 1, 2)")" = \
			"$([ $how = data ] && echo _moult_parked,)$([ $how = none ] || echo _moult_way_back)" ] || [ $how = none ]
	done
	[ "$(sqlite3 app.db "SELECT count(*) FROM sqlite_master WHERE name = '_moult_parked'")" = 0 ]
	cp old.db app.db
	"$MOULT" apply app.db data.xml --yes --allow MD101,MD102,MD105 --no-backup -q --way-back none
	kept RUN056 "no migration left one" downgrade app.db --yes
	run -0 "$MOULT" plan old.db data.xml
	[[ $output == *"its rows are kept in the file"* ]]
	sed 's/way-back="data"/way-back="all"/' data.xml >wrong.xml
	run -2 "$MOULT" check wrong.xml
	[[ $output == *way-back*data* ]]
}

@test "data: of three migrations, over renames and a table that goes and is back" {
	generations
	[ "$(sqlite3 app.db "SELECT count(*) FROM _moult_parked; SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")" = $'15\n9' ]
	sqlite3 app.db "DELETE FROM tt WHERE key = 2; INSERT INTO tt VALUES (2), (9); UPDATE tt SET key = 30 WHERE key = 3"
	down
	sqlite3 app.db "UPDATE tt SET key = 31 WHERE key = 30"
	down
	sqlite3 app.db "INSERT INTO u VALUES ('r', 'x3'); DELETE FROM u WHERE k = 'q'; INSERT INTO u VALUES ('q', 'x4')"
	down
	"$MOULT" diff app.db v1.db
	[ "$(sqlite3 app.db "SELECT * FROM t; SELECT * FROM u ORDER BY k")" = "$(printf '%s\n' '1|a1|b1|c1' '2|||' '9|||' '31|a3|b3|c3' 'p|x1|y1' 'q|x4|' 'r|x3|')" ]
	[ "$(sqlite3 app.db "SELECT count(*) FROM _moult_parked; SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")" = $'0\n0' ]
}

@test "data: what is kept goes with its way back, and where a key changes it is asked" {
	generations
	local id='<column name="key" type="INTEGER" primary-key="true"/>'
	for i in 1 2; do
		echo "<database xmlns=\"urn:moult:schema:1\"><table name=\"tt\">$id</table><table name=\"more$i\"><column name=\"a\"/></table></database>" >more.xml
		"$MOULT" apply app.db more.xml --yes --no-backup -q
	done
	[ "$(sqlite3 app.db "SELECT count(*) FROM _moult_parked; SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")" = $'3\n3' ]
	down
	down
	down
	[ "$(sqlite3 app.db "SELECT group_concat(c) FROM tt")" = c1,c2,c3 ]
	generations
	echo '<database xmlns="urn:moult:schema:1"><table name="tt"><column name="n" type="INTEGER" primary-key="true" using="old.key + 1"/><dropped column="key"/></table></database>' >key.xml
	kept MD134 "its key changes" apply app.db key.xml --yes --allow MD102
	"$MOULT" apply app.db key.xml --yes --no-backup -q --allow MD102,MD109,MD134
	[ "$(sqlite3 app.db "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")" = 0 ]
}

@test "data: a table that somebody made anew has no triggers, and its values are asked for" {
	there() {
		rm -f app.db
		sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, 'secret')"
		"$MOULT" apply app.db <(echo '<database xmlns="urn:moult:schema:1" way-back="data"><table name="t"><column name="id" type="INTEGER" primary-key="true"/><dropped column="a"/></table></database>') \
			--yes --no-backup -q --allow MD102
	}
	there
	sqlite3 app.db "CREATE TABLE n(id INTEGER PRIMARY KEY); INSERT INTO n SELECT id FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;
		DELETE FROM t; INSERT INTO t VALUES (1)"
	kept MD135 "may get what another had" downgrade app.db --yes
	down --allow MD135:t
	there
	sqlite3 app.db "DELETE FROM t; INSERT INTO t VALUES (1)"
	run -0 "$MOULT" downgrade app.db --yes
	[[ $output != *MD135* && "$(sqlite3 app.db "SELECT quote(a) FROM t")" = NULL ]]
}

# kept_forth: how many values going back keeps for going there again.
kept_forth() {
	sqlite3 app.db "SELECT count(*) FROM _moult_parked WHERE _moult_place % 1048576"
}

# rich: a file at a newer shape with a column more, one that is converted and two tables more, and rows of each.
rich() {
	rm -f app.db*
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, '1'), (2, 'x'), (3, '3.50'), (4, '4')"
	cat >next.xml <<-'X'
		<database xmlns="urn:moult:schema:1">
		  <table name="t">
		    <column name="id" type="INTEGER" primary-key="true"/>
		    <column name="a" type="INTEGER" using="CAST(a AS INTEGER)" back="'a' || new.a"/>
		    <column name="b" type="TEXT" default="'d'" using="'u' || id"/>
		  </table>
		  <table name="u" without-rowid="true"><column name="k" type="TEXT" primary-key="true"/><column name="v"/></table>
		  <table name="w"><column name="z"/></table>
		</database>
	X
	"$MOULT" dump app.db >older.xml
	"$MOULT" apply app.db next.xml --yes --no-backup -q --way-back data "$@"
	sqlite3 app.db "UPDATE t SET b = X'00' WHERE id = 1; UPDATE t SET a = 22, b = NULL WHERE id = 2; INSERT INTO t VALUES (9, 9, 'nine');
		INSERT INTO u VALUES ('k', 1), ('l', NULL); INSERT INTO w VALUES (1), (2); DELETE FROM w WHERE z = 1"
	content >there
}

# content: all rows of all tables but moult's.
content() {
	for table in $(sqlite3 app.db "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\_moult%' ESCAPE '\' ORDER BY name"); do
		sqlite3 -cmd ".mode insert $table" app.db "SELECT * FROM $table ORDER BY 1"
	done
}

@test "there, back and there again: what the newer shape had is there" {
	rich
	down
	[ "$(sqlite3 app.db "SELECT group_concat(id || quote(a), ' ') FROM t")" = "1'1' 2'a22' 3'3.50' 4'4' 9'a9'" ]
	[ "$(kept_forth)" = 15 ]
	run -0 "$MOULT" status app.db
	[[ $output == *"the way there again"*"with 15 values that are kept, "* ]]
	"$MOULT" diff app.db older.xml
	"$MOULT" plan app.db older.xml --check
	"$MOULT" apply app.db older.xml --yes --no-backup -q
	run -0 "$MOULT" plan app.db next.xml
	[[ $output == *"values that were kept come back"* ]]
	"$MOULT" apply app.db next.xml --yes --no-backup -q --way-back data
	content | diff - there
	"$MOULT" plan app.db next.xml --check
	down
	[ "$(sqlite3 app.db "SELECT group_concat(id || quote(a), ' ') FROM t")" = "1'1' 2'a22' 3'3.50' 4'4' 9'a9'" ]
	"$MOULT" finish app.db -q
	[ -z "$(sqlite3 app.db "SELECT name FROM sqlite_master WHERE name LIKE '%parked%'")" ]
}

@test "there again: what old code wrote in between has its values, and no key that is used again another's" {
	rich
	down
	sqlite3 app.db "DELETE FROM t WHERE id = 1; INSERT INTO t VALUES (1, '7'); UPDATE t SET id = 30 WHERE id = 3;
		UPDATE t SET a = '44' WHERE id = 4; REPLACE INTO t VALUES (9, '1'); INSERT INTO t VALUES (10, '5'); VACUUM"
	"$MOULT" apply app.db next.xml --yes --no-backup -q --way-back data
	[ "$(sqlite3 app.db "SELECT group_concat(id || ':' || a || quote(b), ' ') FROM (SELECT * FROM t ORDER BY id)")" = \
		"1:7'u1' 2:22NULL 4:44'u4' 9:1'u9' 10:5'u10' 30:3'u3'" ]
}

@test "there again: a hotfix of another shape gets what it has a place for, and the rest waits" {
	rich
	down
	sed 's|<table name="w">.*|<table name="more"><column name="x"/></table>|' next.xml >fix.xml
	"$MOULT" apply app.db fix.xml --yes --no-backup -q --way-back data
	[ "$(sqlite3 app.db "SELECT group_concat(id || quote(b), ' ') FROM t; SELECT count(*) FROM u")" = "1X'00' 2NULL 3'u3' 4'u4' 9'nine'
2" ]
	[ "$(sqlite3 app.db "SELECT count(*) FROM _moult_parked WHERE _moult_key = 'way forth'")" = 1 ]
	"$MOULT" downgrade app.db --yes --no-backup -q
	"$MOULT" apply app.db next.xml --yes --no-backup -q
	content | diff - there
}

@test "there again over two releases, each from what its own way back kept" {
	rich
	sed 's|</database>|<table name="s"><column name="q" type="INTEGER" primary-key="true"/></table></database>|
		s|<column name="v"/>|<column name="v"/><column name="v2"/>|' next.xml >third.xml
	"$MOULT" apply app.db third.xml --yes --no-backup -q --way-back data
	sqlite3 app.db "UPDATE u SET v2 = k || '2'; INSERT INTO s VALUES (5)"
	content >third
	"$MOULT" downgrade app.db older.xml --yes --no-backup -q
	"$MOULT" diff app.db older.xml
	"$MOULT" apply app.db next.xml --yes --no-backup -q
	content | diff - there
	"$MOULT" apply app.db third.xml --yes --no-backup -q
	content | diff - third
}

@test "back over several shapes is one transaction: all of them, or none" {
	up
	"$MOULT" dump app.db >v2all.xml
	sed 's|<column name="x"/>|&<column name="y"/>|' v2all.xml >v3.xml
	"$MOULT" apply app.db v3.xml --yes --no-backup -q --way-back data
	sed 's|<column name="y"/>|<column name="y"/><column name="z"/>|' v3.xml >v4.xml
	"$MOULT" apply app.db v4.xml --yes --no-backup -q
	sqlite3 app.db "INSERT INTO people VALUES (8, NULL, NULL, 1, 'c'); INSERT INTO fresh VALUES (1, 2, 3)"
	# The rows are refused by the third way back, which is asked behind the two others.
	kept MF104 "RUN051: back to the shape" downgrade app.db v1.xml --yes
	[[ $output == *MF104*"3 of 3 on the way"*"downgrade without WANT"* ]] || { echo "$output"; return 1; }
	run -0 "$MOULT" downgrade app.db <(sed 's|<column name="y"/>|&<dropped column="z"/>|' v3.xml) --yes --no-backup
	[ "$(sqlite3 app.db "SELECT count(*), max(y) FROM fresh; SELECT count(*) FROM _moult_way_back")" = "1|2
2" ]
	sqlite3 app.db "DELETE FROM people WHERE id = 8"
	run -0 "$MOULT" downgrade app.db v1.xml --yes
	"$MOULT" diff app.db v1.xml
	[ "$(ls app.db.moult-*.backup | wc -l)" = 1 ]
	[ "$(sqlite3 app.db "SELECT count(*) FROM _moult_way_back; SELECT group_concat(name) FROM person")" = "0
Ada Lovelace,Bob Ross" ]
	"$MOULT" rollback app.db --yes -q
	"$MOULT" diff app.db v2all.xml
}

@test "an id that AUTOINCREMENT has given out is not given out again behind the way back" {
	for how in shape data; do
		rm -f app.db*
		sqlite3 app.db "CREATE TABLE \"a 'log'\"(id INTEGER PRIMARY KEY AUTOINCREMENT, x); CREATE TABLE c(id INTEGER PRIMARY KEY AUTOINCREMENT, x);
			CREATE TABLE never(id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO \"a 'log'\" VALUES (57, 1); DELETE FROM \"a 'log'\";
			INSERT INTO \"a 'log'\" VALUES (3, 1); INSERT INTO c VALUES (90, 2); DELETE FROM c; INSERT INTO c VALUES (5, 5)"
		"$MOULT" apply app.db <(echo '<database xmlns="urn:moult:schema:1" undeclared="drop"><table name="d" was="c"><column name="id" type="INTEGER" primary-key="true"/>
			<column name="x"/></table></database>') --yes --no-backup -q --allow all --way-back $how
		sqlite3 app.db "INSERT INTO d VALUES (7, 7)"
		"$MOULT" downgrade app.db --yes --no-backup -q --allow all
		[ "$(sqlite3 app.db "SELECT group_concat(name || seq) FROM (SELECT * FROM sqlite_sequence WHERE seq ORDER BY name)")" = "a 'log'57,c90" ]
		sqlite3 app.db "INSERT INTO c VALUES (NULL, 0); INSERT INTO \"a 'log'\" VALUES (NULL, 0)"
		[ "$(sqlite3 app.db "SELECT max(id) FROM c; SELECT max(id) FROM \"a 'log'\"")" = "91
58" ]
	done
}

@test "a key that changes its letters' case alone takes its values along" {
	rm -f app.db*
	sqlite3 app.db "CREATE TABLE t(k TEXT PRIMARY KEY NOT NULL COLLATE NOCASE, secret); INSERT INTO t VALUES ('A', x'01'), ('b ', 2);
		CREATE TABLE u(x INT NOT NULL, y TEXT NOT NULL COLLATE NOCASE, secret, PRIMARY KEY(x, y)) WITHOUT ROWID; INSERT INTO u VALUES (1, 'a', 3)"
	"$MOULT" apply app.db <(echo '<database xmlns="urn:moult:schema:1"><table name="t"><column name="k" type="TEXT" not-null="true" primary-key="true" collate="NOCASE"/>
		<dropped column="secret"/></table><table name="u" without-rowid="true"><column name="x" type="INT" not-null="true"/>
		<column name="y" type="TEXT" not-null="true" collate="NOCASE"/><dropped column="secret"/><primary-key columns="x, y"/></table></database>') \
		--yes --no-backup -q --way-back data
	sqlite3 app.db "UPDATE t SET k = lower(k); UPDATE u SET y = 'A'; INSERT OR REPLACE INTO t VALUES ('B ')"
	down
	[ "$(sqlite3 app.db "SELECT group_concat(k || quote(secret)) FROM t; SELECT * FROM u")" = "aX'01',B NULL
1|A|3" ]
}

@test "there again, an id is not given out twice either" {
	rm -f app.db*
	sqlite3 app.db "CREATE TABLE t(a)"
	echo '<database xmlns="urn:moult:schema:1"><table name="t"><column name="a"/></table><table name="a '"'"'log'"'"'">
		<column name="id" type="INTEGER" primary-key="true" autoincrement="true"/><column name="b"/></table></database>' >want.xml
	"$MOULT" apply app.db want.xml --yes --no-backup -q --way-back data
	sqlite3 app.db "INSERT INTO \"a 'log'\" VALUES (57, 1); DELETE FROM \"a 'log'\"; INSERT INTO \"a 'log'\" VALUES (3, 1)"
	down
	cp app.db kept.db
	"$MOULT" apply app.db want.xml --yes --no-backup -q
	sqlite3 app.db "INSERT INTO \"a 'log'\" VALUES (NULL, 2)"
	[ "$(sqlite3 app.db "SELECT group_concat(id) FROM \"a 'log'\"; SELECT count(*) FROM _moult_parked")" = "3,58
0" ]
	for value in "'x'" 0.5 NULL -5 "x'00'"; do
		cp kept.db app.db
		sqlite3 app.db "UPDATE _moult_parked SET _moult_value = $value WHERE _moult_key LIKE 'sequence %'"
		"$MOULT" apply app.db want.xml --yes --no-backup -q
		[ "$(sqlite3 app.db "SELECT seq FROM sqlite_sequence")" = 3 ]
	done
}

@test "there again: a table without a key keeps nothing, which is said; a note that is no note is none" {
	rm -f app.db*
	sqlite3 app.db "CREATE TABLE t(a); INSERT INTO t VALUES (1)"
	cat >want.xml <<-'X'
		<database xmlns="urn:moult:schema:1"><table name="t"><column name="a"/><column name="b"/></table>
		<table name="u"><column name="v"/></table></database>
	X
	"$MOULT" apply app.db want.xml --yes --no-backup -q --way-back data
	sqlite3 app.db "UPDATE t SET b = 2; INSERT INTO u VALUES (3)"
	run -0 "$MOULT" downgrade app.db --yes --no-backup
	[[ $output == *"MD136: table t: "* ]]
	cp app.db kept.db
	for value in "'forth 1 1'" "X'00'" "NULL" "replace(_moult_value, 'row 1048577', 'row 1')" "replace(_moult_value, 'forth 1 ', 'forth 1 9')" \
		"_moult_value || ' DROP TABLE t'" "_moult_value || ' trigger ''_moult_parked_1_insert'' ''CREATE TRIGGER a'''"; do
		cp kept.db app.db
		sqlite3 app.db "UPDATE _moult_parked SET _moult_value = $value WHERE _moult_key = 'way forth'"
		"$MOULT" apply app.db want.xml --yes --no-backup -q
		[ "$(sqlite3 app.db "SELECT count(*) FROM u")" = 0 ]
	done
	cp kept.db app.db
	"$MOULT" apply app.db want.xml --yes --no-backup -q
	[ "$(sqlite3 app.db "SELECT * FROM u")" = 3 ]
}

@test "an index of columns that its content never had comes back, and stays, as it was" {
	sqlite3 app.db "CREATE TABLE u(id INTEGER PRIMARY KEY, a); CREATE VIRTUAL TABLE f USING fts5(late, content='u'); CREATE VIRTUAL TABLE g USING fts5(late, a, content='u')" || skip
	sqlite3 app.db "INSERT INTO u VALUES (1, 'x')"
	"$MOULT" dump app.db >v1.xml
	sed 's/<column name="a"\/>/&<column name="late"\/>/; s/<virtual-table name="f".*\/>/<dropped table="f"\/>/' v1.xml >v2.xml
	"$MOULT" apply app.db v2.xml --yes --allow all --no-backup -q
	sqlite3 app.db "INSERT INTO u VALUES (2, 'y', 'z')"
	"$MOULT" downgrade app.db --yes --allow all --no-backup -q 2>/dev/null
	"$MOULT" diff app.db v1.xml
	[ "$(sqlite3 app.db "SELECT group_concat(a) FROM u")" = x,y ]
}
