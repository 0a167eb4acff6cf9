# SPDX-License-Identifier: MIT
#
# Rows written after a migration that only added columns: no table was read for its
# manifest, which says instead what each row had in them. Whatever is changed after it is seen by
# rollback, and nothing else is taken for a change.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
}

document() {
	echo '<database xmlns="urn:moult:schema:1"><table name="t"><column name="a" type="INTEGER" primary-key="true"/>'
	echo "<column name=\"b\"/>$1</table></database>"
}

# altered ROWS COLUMNS...: a file with rows whose table got columns by ALTER.
altered() {
	rm -rf place
	mkdir place
	sqlite3 place/app.db "PRAGMA encoding = '${encoding:-UTF-8}'; CREATE TABLE t(a INTEGER PRIMARY KEY, b); $1"
	document "$2" >want.xml
	expect 0 apply -q place/app.db want.xml
	json=$(ls place/*.json)
}

rows="INSERT INTO t VALUES (1, 'one'), (2, NULL), (7, x'00ff'), (8, 2.5)"

added() {
	sqlite3 :memory: "SELECT group_concat(json_extract(value, '\$.added'), ' ') FROM json_each(readfile('$json'), '\$.digests')"
}

unchanged_goes_back() {
	expect 0 rollback place/app.db
	[ "$(sqlite3 place/app.db "SELECT group_concat(name) FROM pragma_table_info('t')")" = a,b ]
}

# Each statement alone is seen as a change.
changed_is_refused() {
	local sql
	for sql in "$@"; do
		cp place/app.db kept
		sqlite3 place/app.db "$sql"
		expect 3 rollback place/app.db
		[[ $stderr == *"RUN021"*"table t"* ]]
		cp kept place/app.db
	done
}

everything=("UPDATE t SET b = 'two' WHERE a = 2" "UPDATE t SET b = '' WHERE a = 2" "DELETE FROM t WHERE a = 1"
	"INSERT INTO t(a) VALUES (3)" "UPDATE t SET c = 'new' WHERE a = 8" "UPDATE t SET c = x'31' WHERE a = 8"
	"UPDATE t SET a = 9 WHERE a = 8" "DELETE FROM t")

@test "without a DEFAULT" {
	altered "$rows" '<column name="c"/>'
	[ "$(added)" = '[null]' ]
	changed_is_refused "${everything[@]}"
	unchanged_goes_back
}

@test "with a DEFAULT of each type" {
	local default
	for default in 0 -9223372036854775808 9223372036854775807 "'x'" "''" "'a \&quot;b\&quot; \\ ü&#10;'" 1.5 -0.0 9e999 "x'00'" \
		true "'1'"; do
		altered "$rows" "<column name=\"c\" default=\"$default\"/>"
		changed_is_refused "${everything[@]}"
		unchanged_goes_back
	done
}

@test "what JSON cannot hold is read" {
	altered "$rows" '<column name="c" type="REAL" default="1.5"/>'
	[ "$(added)" = '' ]
	grep -q '"rows": 4' "$json"
	altered "$rows" "<column name=\"c\" default=\"x'00'\"/>"
	grep -q '"rows": 4' "$json"
}

@test "the DEFAULT as the column's type stores it" {
	local type
	for type in INTEGER TEXT REAL BLOB NUMERIC; do
		altered "$rows" "<column name=\"c\" type=\"$type\" default=\"'12'\"/>" 2>/dev/null || continue
		changed_is_refused "UPDATE t SET c = 13 WHERE a = 2"
		unchanged_goes_back
	done
}

@test "several columns, in between in the document, one of them generated" {
	altered "$rows" '<column name="c" default="1"/><column name="g" generated="a + 1"/><column name="d" default="&apos;x&apos;"/>'
	[ "$(added)" = '[1,"x"]' ]
	changed_is_refused "${everything[@]}" "UPDATE t SET d = 'y' WHERE a = 1" "UPDATE t SET c = 'x', d = 1"
	unchanged_goes_back
}

@test "no rows" {
	altered "" '<column name="c" default="1"/>'
	changed_is_refused "INSERT INTO t(a) VALUES (1)"
	unchanged_goes_back
}

@test "in UTF-16" {
	encoding=UTF-16le altered "$rows" "<column name=\"c\" default=\"'ü'\"/>"
	[ "$(added)" = '["ü"]' ]
	changed_is_refused "${everything[@]}"
	unchanged_goes_back
}

@test "with names that change" {
	rm -rf place
	mkdir place
	sqlite3 place/app.db "CREATE TABLE o(a INTEGER PRIMARY KEY, x); INSERT INTO o VALUES (1, 'one'), (2, NULL)"
	document '<column name="c" default="5"/>' |
		sed 's/table name="t"/table name="t" was="o"/; s/name="b"/name="b" was="x"/' >want.xml
	expect 0 apply -q place/app.db want.xml
	json=$(ls place/*.json)
	[ "$(added)" = '[5]' ]
	changed_is_refused "UPDATE t SET c = 6" "UPDATE t SET b = 1" "DELETE FROM t"
	expect 0 rollback place/app.db
	[ "$(sqlite3 place/app.db "SELECT group_concat(quote(x)) FROM o")" = "'one',NULL" ]
}

@test "with an index on what came" {
	altered "$rows" '<column name="c" default="5"/><index name="i" columns="c,b"/>'
	[ "$(added)" = '[5]' ]
	changed_is_refused "${everything[@]}"
	unchanged_goes_back
}

@test "the plan says that ALTER writes no row" {
	sqlite3 app.db "CREATE TABLE t(a INTEGER PRIMARY KEY, b)"
	document '<column name="c" default="5"/>' >want.xml
	expect 0 plan --json app.db want.xml
	[ "$(sqlite3 :memory: "SELECT json_extract('${output//\'/\'\'}', '\$.steps[0].writes.altered[0]')")" = t ]
	[ "$(sqlite3 :memory: "SELECT json_array_length('${output//\'/\'\'}', '\$.steps[0].writes.tables')")" = 0 ]
}
