# SPDX-License-Identifier: MIT
#
# An expression runs on a file once, and on each column that it is meant for: what
# _moult_done remembers goes where the columns go.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
}

key='<column name="id" type="INTEGER" primary-key="true"/>'

# doc FILE COLUMNS [MORE]: table t with these.
doc() {
	echo "<database xmlns=\"urn:moult:schema:1\"><table name=\"${4-t}\"${5+ was=\"$5\"}>$key$2</table>${3-}</database>" >"$1"
}

made() {
	rm -f app.db
	sqlite3 app.db "$1"
}

has() {
	[ "$(sqlite3 app.db "$1")" = "$2" ] || { sqlite3 app.db "$1; SELECT * FROM _moult_done"; return 1; }
}


# There is nothing left to do.
applied() {
	"$MOULT" apply app.db "$1" --yes --no-backup -q
	"$MOULT" plan app.db "$1" --check -q
}

@test "names are taken in a chain" {
	made "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b TEXT); INSERT INTO t VALUES (1, '3', '5')"
	doc 1.xml '<column name="a" type="INTEGER" using="a*2"/><column name="b" type="INTEGER" using="b*10"/>'
	doc 2.xml '<column name="b" was="a" type="INTEGER" using="a*2"/><column name="c" was="b" type="INTEGER" using="b*10"/>'
	doc 3.xml '<column name="d" was="b, a" type="INTEGER" using="a*2"/><column name="c" type="INTEGER" using="b*10"/>'
	applied 1.xml
	applied 2.xml
	has "SELECT group_concat(object) FROM (SELECT object FROM _moult_done ORDER BY 1)" t.b,t.c
	applied 3.xml
	has "SELECT d || ' ' || c FROM t" '6 50'
}

@test "a table gets another name" {
	made "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, '3')"
	doc 1.xml '<column name="a" type="INTEGER" using="a*2"/>'
	doc 2.xml '<column name="a" type="INTEGER" using="a*2"/>' '' u t
	doc 3.xml '<column name="c" was="a" type="INTEGER" using="a*2"/>' '' u t
	applied 1.xml
	applied 2.xml
	has "SELECT object FROM _moult_done" u.a
	applied 3.xml
	has "SELECT c FROM u" 6
}

@test "a script knows what has run, whatever its HAVE says" {
	made "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, '3')"
	doc 1.xml '<column name="a" type="INTEGER" using="a*2"/>'
	doc 2.xml '<column name="b" was="a" type="INTEGER" using="a*2"/>'
	applied 1.xml
	"$MOULT" dump app.db -o dumped.xml
	"$MOULT" plan dumped.xml 2.xml --format sql -q >up.sql
	run ! sqlite3 -bail app.db ".read up.sql"
	[[ $output == *"using of column t.b has run on this file already"* ]]
	has "SELECT a FROM t" 6
	"$MOULT" plan 1.xml 2.xml --format sql -q >up.sql
	sqlite3 -bail app.db ".read up.sql"
	has "SELECT b || (SELECT object FROM _moult_done) FROM t" 6t.b
}

@test "a script asks for what its HAVE takes for done" {
	made "CREATE TABLE t(id INTEGER PRIMARY KEY, kb TEXT); INSERT INTO t VALUES (1, '3')"
	doc 1.xml '<column name="kb" type="TEXT" using="kb*1024"/>'
	doc 2.xml '<column name="kb" type="INTEGER" using="kb*1024"/>'
	"$MOULT" apply app.db 1.xml --yes --no-backup -q
	"$MOULT" plan 1.xml 2.xml --format sql -q >up.sql
	run ! sqlite3 -bail app.db ".read up.sql"
	[[ $output == *"using of column t.kb has not run on this file, as HAVE says: leave it out there"* ]]
	has "SELECT kb FROM t" 3
	doc 1.xml '<column name="kb" type="TEXT"/>'
	"$MOULT" plan 1.xml 2.xml --format sql -q >up.sql
	sqlite3 -bail app.db ".read up.sql"
	has "SELECT kb FROM t" 3072
}

@test "a column that goes takes its rows along" {
	made "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b TEXT); INSERT INTO t VALUES (1, '3 KB', '9 KB')"
	kb='using="CAST(old.a AS INTEGER) * 1024"'
	doc 1.xml "<column name=\"a\" type=\"INTEGER\" $kb/><column name=\"b\" type=\"TEXT\"/>"
	doc 2.xml '<column name="b" type="TEXT"/><dropped column="a"/>'
	doc 3.xml "<column name=\"a\" was=\"b\" type=\"INTEGER\" $kb/>"
	"$MOULT" apply app.db 1.xml --yes --no-backup -q
	applied 2.xml
	has "SELECT count(*) FROM _moult_done" 0
	"$MOULT" apply app.db 3.xml --yes --no-backup -q
	has "SELECT a FROM t" 9216
	doc 4.xml '' '<dropped table="t"/>' u
	"$MOULT" apply app.db 4.xml --yes --no-backup -q
	has "SELECT count(*) FROM _moult_done" 0
}

@test "a column that somebody else dropped leaves nothing to the next of its name" {
	made "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, '3')"
	doc 1.xml '<column name="a" type="INTEGER" using="a*2"/>'
	doc 2.xml '<column name="a" type="TEXT"/><column name="y"/>'
	doc 3.xml '<column name="a" type="INTEGER" using="a*2"/><column name="y"/>'
	"$MOULT" apply app.db 1.xml --yes --no-backup -q
	sqlite3 app.db "ALTER TABLE t RENAME TO o; CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t SELECT id FROM o; DROP TABLE o"
	"$MOULT" apply app.db 2.xml --yes --no-backup -q
	sqlite3 app.db "UPDATE t SET a = '7'"
	"$MOULT" apply app.db 3.xml --yes --no-backup -q
	has "SELECT a FROM t" 14
}

@test "a column under a name given by hand is neither taken for done nor done twice" {
	made "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, '3')"
	doc 1.xml '<column name="a" type="INTEGER" using="a*2"/>'
	doc 2.xml '<column name="a" was="x" type="INTEGER" using="a*2"/>'
	"$MOULT" apply app.db 1.xml --yes --no-backup -q
	sqlite3 app.db "ALTER TABLE t RENAME COLUMN a TO x"
	expect 2 apply app.db 2.xml --yes --no-backup
	[[ $stderr == *"by _moult_done it has run on a column t.a, which is not there"* ]]
	[[ $stderr == *"DELETE FROM _moult_done WHERE object = 't.a'"* ]]
	cp app.db kept.db
	sqlite3 app.db "DELETE FROM _moult_done WHERE object = 't.a'"
	"$MOULT" apply app.db 2.xml --yes --no-backup -q
	has "SELECT a FROM t" 12
	mv kept.db app.db
	doc 3.xml '<column name="a" was="x" type="INTEGER"/>'
	"$MOULT" apply app.db 3.xml --yes --no-backup -q
	has "SELECT a FROM t" 6
}
