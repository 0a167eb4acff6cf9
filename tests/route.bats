#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# A file goes through a folder of releases, one after the other, in one transaction.  Whatever the
# way, the file must come out the same; whatever stops it, as it was.

bats_require_minimum_version 1.5.0
load common

id='<column name="id" type="INTEGER" primary-key="true"/>'

# release NAME BODY
release() {
	printf '<database xmlns="urn:moult:schema:1">%s</database>\n' "$2" >app.xml
	"$MOULT" release app.xml --name "$1" --quiet
}

# of_output SQL: a value of the JSON that was written last, which is j.
of_output() {
	printf %s "$output" >output.json
	sqlite3 :memory: "SELECT $1 FROM (SELECT CAST(readfile('output.json') AS TEXT) AS j)"
}

releases_of_output() {
	of_output "(SELECT group_concat(substr(json_extract(value, '$.release'), 16))
		FROM json_each(j, '$.releases'))"
}

history_of_output() {
	of_output "(SELECT group_concat(json_extract(value, '$.number') || ' ' || json_extract(value, '$.kind')
		|| ' ' || coalesce(json_extract(value, '$.undone'), '-')) FROM json_each(j, '$.history'))"
}

# A rename, a value by an expression, a tombstone, then rows and a step that leave the shape.
setup_file() {
	local people="<table name=\"people\">$id" full='<column name="full_name" type="TEXT"'

	: "${MOULT:=$BATS_TEST_DIRNAME/../build/moult}"
	export MOULT
	cd "$BATS_FILE_TMPDIR" || return
	release one "<table name=\"person\">$id<column name=\"name\" type=\"TEXT\"/><column name=\"nick\" type=\"TEXT\"/></table>"
	release two "<table name=\"people\" was=\"person\">$id<column name=\"name\" type=\"TEXT\"/><column name=\"nick\" type=\"TEXT\"/></table>"
	release three "$people$full was=\"name\" not-null=\"true\" using=\"upper(name)\"/><column name=\"age\" type=\"INTEGER\" default=\"3\"/><dropped column=\"nick\"/></table>"
	people="$people$full not-null=\"true\"/><column name=\"age\" type=\"INTEGER\" default=\"3\"/></table><table name=\"code\"><column name=\"c\" type=\"TEXT\" primary-key=\"true\" not-null=\"true\"/>"
	release four "$people<rows key=\"c\"><row c=\"x\"/></rows></table>"
	release five "$people<rows key=\"c\"><row c=\"x\"/></rows></table><step name=\"older\" at=\"after\">UPDATE people SET age = age + 1</step>"
	sqlite3 old.db "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT, nick TEXT);
		INSERT INTO person VALUES (1, 'ann', 'a'), (2, 'bob', NULL)"
}

setup() {
	begin
	cp -r "$BATS_FILE_TMPDIR"/{releases,old.db} .
	cp old.db app.db
}

# All but what tells when, by which plan and document it was made.
content() {
	sqlite3 "$1" "PRAGMA user_version" \
		"SELECT type, name, sql FROM sqlite_master ORDER BY name, type" \
		"SELECT rowid, * FROM people" "SELECT rowid, * FROM code" \
		"SELECT kind, object, digest FROM _moult_done ORDER BY kind, object" \
		"SELECT number, format, document, shape_before, shape_after, user_version_before,
			user_version_after, rows_copied, kind, release, undone
			FROM _moult_history"
}

names() {
	sqlite3 "$1" "SELECT group_concat(substr(release, 16)) FROM (SELECT * FROM _moult_history ORDER BY number)"
}

@test "the route is what its releases are in separate runs" {
	expect 0 apply app.db releases
	for name in two three four five; do
		expect 0 apply old.db releases --to "$name"
	done
	[ "$(names app.db)" = two,three,four,five ]
	[ "$(content app.db)" = "$(content old.db)" ]
	[ "$(sqlite3 app.db "SELECT group_concat(full_name || age) FROM people")" = ANN4,BOB4 ]
	[ "$(sqlite3 app.db "SELECT count(DISTINCT plan) FROM _moult_history")" = 1 ]
	[ "$(find . -name 'app.db*.backup' | wc -l)" = 1 ]
	expect 0 apply app.db releases
	[[ $output == *"nothing to do"* ]]
}

@test "one ID for all of it, and each release with its statements and hazards" {
	expect 0 plan app.db releases --json
	id=$(of_output "json_extract(j, '$.plan')")
	[ "$(releases_of_output)" = two,three,four,five ]
	[ "$(of_output "(SELECT count(*) FROM json_each(j, '$.releases[1].hazards')
		WHERE json_extract(value, '$.id') = 'MF104' AND json_extract(value, '$.open'))")" = 1 ]
	[ "$(of_output "(SELECT count(*) FROM json_each(j, '$.releases[3].steps')
		WHERE json_extract(value, '$.sql') LIKE 'UPDATE people%')")" -gt 0 ]
	expect 0 plan app.db releases
	[[ $output == *"plan $id, through 4 releases"* && $output == *"release "*_three* ]]
	expect 3 apply app.db releases --expect 00000000000000000000000000000000
	[[ $stderr == *RUN005* ]]
	expect 0 rehearse app.db releases --expect "$id"
	cmp app.db old.db
	expect 0 apply app.db releases --expect "$id"
}

@test "a release that is refused takes all before it back, and is named" {
	sqlite3 app.db "INSERT INTO person VALUES (3, NULL, 'c')"
	cp app.db before.db
	expect 3 apply app.db releases
	[[ $stderr == *MF104* && $stderr == *RUN051*_three* && $stderr == *"--to "*_two* ]]
	cmp app.db before.db
	[ -z "$(find . -name 'app.db?*')" ]
	expect 0 apply app.db releases --to two
	[ "$(names app.db)" = two ]
}

@test "a step of a later release that fails leaves the old file" {
	sqlite3 app.db "CREATE TABLE log(x); CREATE TRIGGER stop BEFORE UPDATE ON person
		BEGIN SELECT RAISE(ABORT, 'no'); END"
	cp app.db before.db
	expect 3 apply app.db releases
	[[ $stderr == *RUN027*RUN051*_five* ]]
	cmp app.db before.db
}

@test "a new file is made straight as the newest, and its steps are marked" {
	expect 0 apply new.db releases
	[ "$(names new.db)" = five ]
	[ "$(sqlite3 new.db "SELECT count(*) FROM _moult_done WHERE kind = 'step'")" = 1 ]
	expect 0 apply new.db releases
	[[ $output == *"nothing to do"* ]]
}

@test "by name, by a beginning of it, and by none" {
	expect 0 apply app.db releases --to thr
	[ "$(names app.db)" = two,three ]
	expect 3 apply app.db releases --to two
	[[ $stderr == *RUN053*_three*newer*_two* ]]
	expect 2 apply app.db releases --to tree
	[[ $stderr == *REL010*"did you mean three"* ]]
	expect 2 apply app.db app.xml --to two
	expect 2 apply app.db releases --to f
	[[ $stderr == *REL011* ]]
}

@test "a tombstone that is still due is seen: what is kept is no proof" {
	expect 0 apply app.db releases --to two
	sqlite3 app.db "DROP TABLE _moult_history; ALTER TABLE people ADD COLUMN mine"
	expect 0 plan app.db releases --json
	[ "$(releases_of_output)" = three,four,five ]
}

@test "a file that stands nowhere, and goes on from where it is said to be" {
	sqlite3 app.db "ALTER TABLE person DROP COLUMN nick; ALTER TABLE person ADD COLUMN nick INTEGER"
	expect 3 apply app.db releases
	[[ $stderr == *RUN052*nearest*_one* && $stderr == *"--from "*_one* ]]
	expect 0 apply app.db releases --from one
	[ "$(names app.db)" = two,three,four,five ]
}

@test "a file that could stand at two releases" {
	expect 0 apply app.db releases --to four
	sqlite3 app.db "DROP TABLE _moult_history; DROP TABLE _moult_done"
	expect 3 apply app.db releases
	[[ $stderr == *RUN054*_four*_five* && $stderr == *"--from "*_four* ]]
	expect 0 apply app.db releases --from four --steps run
	[ "$(sqlite3 app.db "SELECT group_concat(age) FROM people")" = 4,4 ]
}

@test "a file that moult knows stands before what is not marked" {
	expect 0 apply app.db releases --to four
	sqlite3 app.db "UPDATE _moult_history SET release = NULL"
	expect 0 apply app.db releases
	[ "$(names app.db)" = five ]
}

# What is pending in a folder, as JSON tells it.
pending_of_output() {
	of_output "(SELECT group_concat(substr(json_extract(value, '$.release'), 16) ||
		json_extract(value, '$.steps'), ' ') FROM json_each(j, '$.folder.pending'))"
}

@test "a step of the release at which a file stands does not run a second time" {
	local t step='<step name="up" at="after">UPDATE t SET a = a + 1</step>'
	rm -r releases
	t="<table name=\"t\">$id<column name=\"a\" type=\"INTEGER\"/>"
	release a "$t</table>"
	release b "$t<column name=\"b\"/></table>$step"
	release c "$t<column name=\"b\"/><column name=\"c\"/></table>$step"
	sqlite3 t.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER, b); INSERT INTO t VALUES (1, 5, 0)"
	cp t.db other.db
	expect 3 apply t.db releases
	[[ $stderr == *RUN054*"whether step up of it has run"*"--from "*_b*"--from "*_a" --steps run"* ]]
	expect 0 apply t.db releases --from b
	[ "$(sqlite3 t.db "SELECT a FROM t")" = 5 ]
	[ "$(sqlite3 t.db "SELECT object FROM _moult_done")" = up ]
	expect 0 apply other.db releases --from a --steps run
	[ "$(sqlite3 other.db "SELECT a FROM t")" = 6 ]

	# One that moult knows stands before what is not marked, whoever gave it its shape.
	rm other.db
	expect 0 apply other.db releases --to a
	sqlite3 other.db "INSERT INTO t VALUES (1, 5); ALTER TABLE t ADD COLUMN b"
	expect 1 status other.db releases --json
	[ "$(of_output "json_array_length(j, '$.folder.pending')")" = 2 ]
	expect 0 apply other.db releases
	[ "$(sqlite3 other.db "SELECT a FROM t")" = 6 ]
}

@test "rows that another tool has inserted are those of the release at which the file stands" {
	local t="<table name=\"role\"><column name=\"code\" type=\"TEXT\" primary-key=\"true\" not-null=\"true\"/><column name=\"name\" type=\"TEXT\"/>"
	rm -r releases
	release a "$t<rows><row code=\"a\" name=\"Admin\"/><row code=\"u\" name=\"User\"/><row code=\"x\" name=\"X|%\"/></rows></table>"
	release b "$t<rows><row code=\"a\" name=\"Admin\"/><row code=\"u\" name=\"Member\"/><dropped row=\"x\"/></rows></table>"
	release c "<table name=\"roles\" was=\"role\"><column name=\"code\" type=\"TEXT\" primary-key=\"true\" not-null=\"true\"/><column name=\"label\" was=\"name\" type=\"TEXT\"/><rows><row code=\"a\" label=\"Boss\"/><row code=\"u\" label=\"Person\"/></rows></table>"
	sqlite3 t.db "CREATE TABLE role(code TEXT PRIMARY KEY NOT NULL, name TEXT);
		INSERT INTO role VALUES ('a', 'Admin'), ('u', 'User'), ('x', 'X|%'), ('own', 'Own')"
	cp t.db edited.db
	cp t.db moved.db
	expect 1 status t.db releases --json
	[ "$(of_output "substr(json_extract(j, '$.folder.release'), 16)")" = a ]
	expect 0 apply t.db releases
	[ "$(sqlite3 t.db "SELECT group_concat(code || label) FROM roles")" = aBoss,uPerson,ownOwn ]

	# Straight to one that has other names for them; and what somebody has changed is somebody's.
	rm releases/*
	release a "$t<rows><row code=\"a\" name=\"Admin\"/><row code=\"u\" name=\"User\"/></rows></table>"
	release c "<table name=\"roles\" was=\"role\"><column name=\"code\" type=\"TEXT\" primary-key=\"true\" not-null=\"true\"/><column name=\"label\" was=\"name\" type=\"TEXT\"/><rows><row code=\"a\" label=\"Boss\"/><row code=\"u\" label=\"Person\"/></rows></table>"
	expect 0 apply moved.db releases
	[ "$(sqlite3 moved.db "SELECT group_concat(code || label) FROM roles")" = 'aBoss,uPerson,xX|%,ownOwn' ]
	sqlite3 edited.db "UPDATE role SET name = 'Root' WHERE code = 'a'"
	expect 3 apply edited.db releases
	[[ $stderr == *"MD121"*"code 'a': label is 'Root', declared 'Boss'"* && $stderr != *"code 'u'"* ]]
}

@test "what no release declares is said once on the way" {
	sqlite3 app.db "CREATE TABLE extra(x); ALTER TABLE person ADD COLUMN more"
	expect 0 apply app.db releases --from one
	[ "$(grep -c "MD118: table extra" <<<"$stderr")" = 1 ]
	[ "$(grep -c "MD117: column [a-z]*.more" <<<"$stderr")" = 1 ]
}

@test "status and history say where a file stands, and what is pending" {
	expect 0 apply app.db releases --to three
	expect 1 status app.db releases --json
	[ "$(pending_of_output)" = 'four[] five["older"]' ]
	[[ $(of_output "json_extract(j, '$.folder.release')") == *_three ]]
	expect 0 history app.db releases --json
	[ "$(pending_of_output)" = 'four[] five["older"]' ]
	expect 1 status app.db releases --to four --json
	[ "$(pending_of_output)" = 'four[]' ]
	expect 0 history app.db releases
	[[ $output == *"stands at"*_three*"pending"*"2 releases"*"_five, with step older"* ]]
	# The newest, without its document, still has work that leaves the shape.
	expect 0 apply app.db releases --to four
	expect 1 status app.db releases
	[[ $output == *"1 release"*"_five, with step older"* ]]
	expect 0 apply app.db releases
	expect 0 status app.db releases
	[[ $output == *"pending        nothing"* ]]
	expect 0 status app.db releases --to three
	[[ $output == *"pending        nothing"* ]]
	expect 2 history app.db "$BATS_FILE_TMPDIR/app.xml"
	[[ $stderr == *"is no folder of releases"* ]]
	expect 0 status app.db "$BATS_FILE_TMPDIR/app.xml" --json
	[ "$(of_output "json_type(j, '$.folder')")" = null ]
}

@test "status of a file that stands nowhere says so, and fails" {
	sqlite3 app.db "ALTER TABLE person DROP COLUMN nick; ALTER TABLE person ADD COLUMN nick INTEGER"
	expect 1 status app.db releases --json
	[ "$(of_output "json_extract(j, '$.folder.found') || json_array_length(j, '$.folder.pending')")" = 00 ]
	[[ $stderr == *RUN052*_one* ]]
	expect 1 status app.db releases
	[[ $output == *"stands at "*"not known"* ]]
	: >new.db
	expect 0 history new.db releases
	[[ $output == *"none yet"*"1 release"*_five* ]]
	expect 2 status gone.db releases
}

@test "a folder that is older than the file is refused by name" {
	expect 0 apply app.db releases
	sqlite3 app.db "UPDATE _moult_history SET release = '20990101000000_later' WHERE number = 4"
	expect 3 apply app.db releases
	[[ $stderr == *RUN053*20990101000000_later* ]]
}

@test "history survives a rollback, and goes on from there" {
	expect 0 apply app.db releases --to three
	expect 0 rollback app.db --yes
	expect 0 history app.db --json
	[ "$(history_of_output)" = '3 rollback -,2 migration 3,1 migration 3' ]
	[ "$(sqlite3 app.db "SELECT count(*) FROM person")" = 2 ]
	expect 0 apply app.db releases --to two
	expect 0 history app.db --json
	[ "$(history_of_output)" = '4 migration -,3 rollback -,2 migration 3,1 migration 3' ]
}

@test "a script goes from one release to the next" {
	expect 2 plan releases --from one --to three --format sql
	[[ $stderr == *RUN022*"--from"* ]]
	expect 0 plan releases --from one --to two --format sql -o up.sql
	sqlite3 -bail app.db <up.sql
	expect 0 diff app.db releases --to two
}

@test "many releases, killed anywhere: the old file or the new one" {
	local body="<table name=\"person\">$id<column name=\"name\" type=\"TEXT\"/><column name=\"nick\" type=\"TEXT\"/>"

	sqlite3 app.db "WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
		INSERT INTO person SELECT i, 'n' || i, NULL FROM n; PRAGMA user_version = 1"
	rm -r releases
	release first "<pragma user-version=\"1\"/>$body</table>"
	for i in 2 3 4 5 6 7 8 9; do
		body="$body<column name=\"c$i\" type=\"INTEGER\" not-null=\"true\" default=\"$i\"><check>c$i &gt; 0</check></column>"
		release "c$i" "<pragma user-version=\"$i\"/>$body</table>"
	done
	cp app.db whole.db
	for wait in 0.05 0.15 0.3 0.5; do
		cp whole.db app.db
		rm -f app.db-journal
		timeout -s KILL $wait "$MOULT" apply app.db releases --quiet --no-backup || true
		version=$(sqlite3 app.db "PRAGMA integrity_check; PRAGMA user_version" | tr '\n' ' ')
		[[ $version == "ok 1 " || $version == "ok 9 " ]]
	done
	expect 0 apply app.db releases
	[ "$(sqlite3 app.db "PRAGMA user_version")" = 9 ]
}

@test "a release that a file has already, by hand, is passed on the way" {
	local columns name
	rm -r releases
	for name in a b c d; do
		columns="$columns<column name=\"$name\"/>"
		release $name "<table name=\"t\">$id$columns</table>"
	done
	for columns in a,b a,c a,d a,b,d a,c,d; do
		rm -f t.db
		sqlite3 t.db "CREATE TABLE t(id INTEGER PRIMARY KEY, $columns); INSERT INTO t(id, a) VALUES (1, 'x')"
		expect 0 apply t.db releases --from a
		[ "$(sqlite3 t.db "SELECT a, b IS NULL, c IS NULL, d IS NULL FROM t")" = "x|1|1|1" ]
		expect 0 rollback t.db
		[ "$(sqlite3 t.db "SELECT * FROM t")" = "1|x$(sed 's/a//; s/[^,]//g; s/,/|/g' <<<"$columns")" ]
	done
}

# A module that is connected in the transaction may keep what it has read open, and then SQLite makes no function anew.
@test "a full-text table on the way, in a file that has a history" {
	local text='<column name="a" type="TEXT"' full='<virtual-table name="f" using="fts5" args="a, content=t, content_rowid=id"/>'

	rm -rf releases app.db
	release one "<table name=\"t\">$id</table>"
	release two "<table name=\"t\">$id$text/></table>"
	release three "<table name=\"t\">$id$text/></table>$full"
	release four "<table name=\"t\">$id$text check=\"a &lt;> 'x'\"/></table>$full"
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)"
	"$MOULT" apply app.db releases --to two --yes --quiet
	sqlite3 app.db "UPDATE t SET a = 'word'"
	"$MOULT" apply app.db releases --yes --quiet
	[ "$(sqlite3 app.db "SELECT rowid FROM f WHERE f MATCH 'word'")" = 1 ]
	"$MOULT" diff app.db releases
}

@test "plan estimates each release on the way, by the rows that the file has now" {
	rm -rf releases app.db
	release one "<table name=\"t\">$id<column name=\"a\" type=\"INT\"/></table>"
	release two "<table name=\"p\" was=\"t\">$id<column name=\"a\" type=\"TEXT\"/></table>"
	release three "<table name=\"p\">$id<column name=\"a\" type=\"TEXT\" check=\"a &lt;> ''\"/></table><table name=\"t\">$id</table><step name=\"s\" at=\"after\">UPDATE p SET a = a || 'x'</step>"
	release four "<table name=\"q\" was=\"p\">$id<column name=\"a\" type=\"INT\"/></table><table name=\"t\">$id<column name=\"b\" type=\"INT\"/></table>"
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a INT);
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO t SELECT i, i FROM n"
	run --separate-stderr "$MOULT" plan app.db releases --json
	[ "$(of_output "(SELECT group_concat(json_extract(value, '$.estimate.rows')) FROM json_each(j, '$.releases'))")" = 2000,0,2000 ]
	[ "$(of_output "json_extract(j, '$.estimate.rows')")" = 4000 ]
	[ "$(of_output "(SELECT max(json_extract(value, '$.estimate.rows')) FROM json_each(j, '$.releases[1].steps') WHERE json_extract(value, '$.kind') = 'data')")" = 2000 ]
	[ "$(of_output "json_extract(j, '$.estimate.disk') = json_extract(j, '$.releases[2].estimate.disk')
		AND json_extract(j, '$.releases[0].estimate.disk') < json_extract(j, '$.estimate.disk')")" = 1 ]
	run --separate-stderr "$MOULT" plan app.db releases
	[ "$(grep -c '^estimate: ' <<<"$output")" = 4 ]
	for format in html markdown; do
		expect 0 plan app.db releases --format $format
		[[ $output == *"through "[0-9]" releases in one transaction"*"estimate: "*" rows copied"*_two* ]]
	done
}

@test "--to takes the name of a release before those that begin with it" {
	rm -rf releases app.db
	release r1 "<table name=\"t\">$id</table>"
	release r11 "<table name=\"t\">$id<column name=\"a\"/></table>"
	release r12 "<table name=\"t\">$id<column name=\"a\"/><column name=\"b\"/></table>"
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY)"
	expect 0 apply app.db releases --to r1 --yes
	expect 2 apply app.db releases --to r --yes
	[[ $stderr == *REL011* ]]
	expect 0 apply app.db releases --to r11 --yes
	"$MOULT" diff app.db releases/*_r11.xml
}
