# SPDX-License-Identifier: MIT
#
# What one side has and the other has not: between databases it is a
# difference from either side; what a document does not declare is always
# named, and is one where that is asked for.  And what is kept undeclared can
# be in the way of the document (MC106).

bats_require_minimum_version 1.5.0
load common

# document ATTRIBUTES INSIDE: the two columns that both files have.
document() {
	echo "<database xmlns=\"urn:moult:schema:1\" $1>$2<table name=\"t\">"
	echo '<column name="id" type="INTEGER" primary-key="true"/><column name="a" type="TEXT"/>'
	echo '</table></database>'
}

setup() {
	begin
	plain="CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);"
	sqlite3 plain.db "$plain"
	document "" >app.xml
}

# more SQL: a database with something more than plain.db.
more() {
	rm -f more.db
	sqlite3 more.db "$plain $1"
}

json() {
	sqlite3 :memory: "SELECT json_extract('${output//\'/\'\'}', '$1')"
}

@test "two databases or scripts differ from either side" {
	for sql in "ALTER TABLE t ADD COLUMN b" "CREATE TABLE u(x)" "CREATE INDEX i ON t(a)" \
		"CREATE VIEW v AS SELECT 1 AS x" "CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END" \
		"CREATE VIRTUAL TABLE f USING fts5(x)" "CREATE TABLE android_metadata(locale)"; do
		more "$sql"
		sqlite3 more.db "SELECT sql || ';' FROM sqlite_master WHERE name NOT GLOB 'f_*'" >more.sql
		for pair in "more.db plain.db" "plain.db more.db" "more.sql plain.db" "plain.db more.sql"; do
			expect 1 diff $pair
		done
		for command in status verify; do
			expect 1 "$command" more.db plain.db
			expect 1 "$command" plain.db more.db
		done
	done
	more "PRAGMA user_version = 4"
	expect 1 diff more.db plain.db
	expect 1 diff plain.db more.db
	expect 0 diff more.db more.db
	echo "$plain" >plain.sql
	expect 0 diff plain.db plain.sql
	# What is not set in a script is not asked for, from either side.
	expect 0 diff more.db plain.sql
	expect 0 diff plain.sql more.db
}

@test "apply with a database as WANT drops nothing all the same" {
	more "CREATE TABLE u(x); INSERT INTO u VALUES (1)"
	expect 0 apply more.db plain.db
	[[ $output == *"nothing to do"* && $stderr == *"MD118"*"table u"* ]]
	expect 1 diff more.db plain.db
	[[ $output == *"- table u"* ]]
}

@test "what is undeclared is named by diff, status and verify" {
	more "ALTER TABLE t ADD COLUMN b; CREATE TABLE u(x)"
	for attributes in "" 'undeclared="keep"'; do
		document "$attributes" >app.xml
		for command in diff status verify; do
			expect 0 "$command" more.db app.xml
			[[ $output == *"undeclared, and kept: column t.b, table u"* ]]
			expect 0 "$command" more.db app.xml --json
			[ "$(json '$.kept[0].object')" = "column t.b" ]
		done
	done
}

@test "--strict makes it a difference, but not of what is ignored" {
	more "ALTER TABLE t ADD COLUMN b; CREATE TABLE u(x); CREATE TABLE android_metadata(locale)"
	expect 1 diff more.db app.xml --strict
	[[ $output == *"- column b (undeclared)"*"- table u (undeclared)"*"2 differences"* ]]
	expect 1 status more.db app.xml --strict
	[[ $output == *"not what the document says: 2 differences"* ]]
	expect 1 verify more.db app.xml --strict
	[[ $output == *"table u: differs from the document"* ]]
	expect 1 plan more.db app.xml --check --strict
	expect 0 plan more.db app.xml --check
	expect 2 plan more.db app.xml --strict
	[[ $stderr == *"--strict is for --check"* ]]
	document "" '<ignore name="u"/>' >app.xml
	sqlite3 more.db "ALTER TABLE t DROP COLUMN b"
	for command in diff status verify; do
		expect 0 "$command" more.db app.xml --strict
		expect 0 "$command" more.db app.xml --json
		[ "$(json '$.kept[0].fate')" = "ignored" ]
	done
	expect 0 plan more.db app.xml --check --strict
}

@test "a document that allows nothing undeclared needs no --strict" {
	more "CREATE TABLE u(x)"
	document 'undeclared="error"' >app.xml
	for command in diff status verify; do
		expect 1 "$command" more.db app.xml
		[[ $output == *"table u"* ]]
	done
}

@test "a kept column that nobody fills is refused, and said by status and verify" {
	more "ALTER TABLE t ADD COLUMN unit TEXT; DROP TABLE t; CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, unit TEXT NOT NULL)"
	expect 3 apply more.db app.xml
	[[ $stderr == *"app.xml:1:"*"MC106: column t.unit: the document does not declare it, so INSERTs do not name it, and fail: it is NOT NULL, and has no default"* ]]
	[[ $stderr == *"declare the column; or drop it with"*"; or declare it with a default"*"--allow MC106:t.unit"* ]]
	expect 0 plan more.db app.xml
	[[ $output == *"refused   MC106"*"refused: 1 hazard stands"* ]]
	expect 1 plan more.db app.xml --check
	expect 3 rehearse more.db app.xml
	expect 1 status more.db app.xml
	[[ $output == *"the file has what the document says, and more that is in its way"*"refused   MC106 column t.unit"* ]]
	expect 1 status more.db app.xml --json
	[ "$(json '$.hazards[0].id')" = MC106 ]
	[ "$(json '$.hazards[0].count')" = "" ]
	expect 1 verify more.db app.xml
	[[ $output == *"schema: column t.unit: the document does not declare it"* ]]
	expect 0 apply more.db app.xml --allow MC106
	expect 0 apply more.db app.xml --allow MC106:t.unit
}

@test "the one with the older document says so in status, too" {
	sqlite3 more.db "$plain PRAGMA user_version = 3"
	document "" '<pragma user-version="2"/>' >app.xml
	expect 1 status more.db app.xml
	[[ $output == *"the file is newer than this document: its user_version is 3"* ]]
	expect 1 verify more.db app.xml
	[[ $output == *"schema: file: the file is newer"* ]]
}

@test "a constraint that takes a function of the application is no matter of MC106" {
	sqlite3 more.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, unit TEXT)"
	undefended more.db "PRAGMA writable_schema = ON;
		UPDATE sqlite_master SET sql = 'CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, unit TEXT CHECK (is_unit(unit)))'"
	expect 0 apply more.db app.xml
	expect 0 status more.db app.xml
}
