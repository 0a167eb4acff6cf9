# SPDX-License-Identifier: MIT
#
# An older document on a newer file: what the newer one brought must not be
# taken back by a program that knows nothing of it.

bats_require_minimum_version 1.5.0
load common

# version ATTRIBUTES COLUMNS: a document of table t with an id and these columns.
version() {
	echo "<database xmlns=\"urn:moult:schema:1\">$1<table name=\"t\">"
	echo '<column name="id" type="INTEGER" primary-key="true"/>'"$2</table></database>"
}

numbered() {
	echo "<pragma user-version=\"$1\"/>"
}

columns() {
	sqlite3 app.db "SELECT group_concat(name) FROM pragma_table_info('t')"
}

setup() {
	begin
	version "$(numbered 1)" '<column name="v" type="REAL"/>' >v1.xml
	version "$(numbered 2)" '<column name="value" type="REAL" was="v"/>' >v2.xml
	version "" '<column name="v" type="REAL"/>' >a.xml
	version "" '<column name="value" type="TEXT" was="v"/>' >b.xml
}

# A file that two documents have been applied to.
made_by() {
	rm -f app.db*
	expect 0 apply app.db "$1"
	sqlite3 app.db "INSERT INTO t VALUES (1, 0.5)"
	expect 0 apply app.db "$2"
}

@test "a lower user-version is refused by name, with both numbers" {
	made_by v1.xml v2.xml
	before=$(sha256sum app.db)
	expect 3 apply app.db v1.xml
	[[ $stderr == *"MD123: the file is newer than this document: its user_version is 2, and the document's is 1"* ]]
	expect 3 rehearse app.db v1.xml
	[[ $output == *MD123* ]]
	[ "$(sha256sum app.db)" = "$before" ]
	expect 0 plan app.db v1.xml
	[[ $output == *"refused   MD123 file: the file is newer"* ]]
	expect 0 plan app.db v1.xml --json
	[ "$(sqlite3 :memory: "SELECT json_extract('${output//\'/\'\'}', '\$.hazards[0].id', '\$.hazards[0].refuses')")" = '["MD123",true]' ]
	expect 0 plan app.db v1.xml --format sql
	[[ $output == *"-- REFUSED"* ]]
	expect 3 plan app.db v1.xml --format c -o up.c
	[ ! -e up.c ]
}

@test "who asks for it gets it; the same number and a higher one are no matter" {
	made_by v1.xml v2.xml
	expect 0 apply app.db v2.xml
	version "$(numbered 3)" '<column name="v" type="REAL" was="value"/>' >v3.xml
	expect 0 apply app.db v3.xml
	expect 3 apply app.db v2.xml --allow MD103
	expect 0 apply app.db v2.xml --allow MD123:file
	[ "$(sqlite3 app.db "PRAGMA user_version")" = 2 ]
}

@test "a file without a number, and documents that say nothing of one" {
	made_by a.xml b.xml
	sqlite3 app.db "PRAGMA user_version = 7"
	expect 0 apply app.db b.xml
	[ "$(sqlite3 app.db "PRAGMA user_version")" = 7 ]
	sqlite3 new.db "PRAGMA user_version = 0; CREATE TABLE t(id INTEGER PRIMARY KEY)"
	version "$(numbered -3)" '' >minus.xml
	expect 0 apply new.db minus.xml
}

@test "without numbers the history tells" {
	made_by a.xml b.xml
	expect 3 apply app.db a.xml --allow MD103
	[[ $stderr == *"MD123: the file is newer than this document: migration 2 of it, at 20"*"went on from the document's schema"* ]]
	[ "$(columns)" = id,value ]
	expect 0 apply app.db a.xml --allow MD103,MD123
	[ "$(columns)" = id,value,v ]
	# What the file was before moult came to it is a schema that was left behind, too.
	rm app.db*
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, v REAL CHECK (v > 0))"
	expect 0 dump app.db -o found.xml
	expect 0 apply app.db a.xml
	expect 3 apply app.db found.xml
	[[ $stderr == *"migration 1 of it"* ]]
}

@test "one that goes back on purpose is not older" {
	version "" '<column name="v" type="REAL"/><column name="more"/>' >more.xml
	version "" '<column name="v" type="REAL"/><dropped column="more"/>' >less.xml
	version "" '<column name="v" type="REAL" was="value"/>' >back.xml
	made_by a.xml more.xml || true
	expect 0 apply app.db less.xml
	[ "$(columns)" = id,v ]
	made_by a.xml b.xml
	expect 0 apply app.db back.xml
	[ "$(columns)" = id,v ]
	# There is nothing to do: what came since is kept.
	made_by a.xml more.xml
	expect 0 apply app.db a.xml
	[[ $output == *"nothing to do"* ]]
}

@test "where all that came since is kept, nothing is done, and said so; rows are not taken back" {
	version "" '<column name="v" type="REAL"/><column name="more"/>' >more.xml
	made_by a.xml more.xml
	before=$(sha256sum app.db)
	expect 0 apply app.db a.xml
	[[ $output == *"nothing to do"* ]]
	[[ $stderr == *"warning: RUN074: the file is newer than this document, and keeps what came since: migration 2 of it, at 20"*"moult downgrade goes back"* ]]
	expect 0 plan app.db a.xml
	[[ $stderr == *RUN074* ]]
	[ "$(sha256sum app.db)" = "$before" ]
	expect 0 apply app.db more.xml
	[[ $stderr != *RUN074* ]]
	for name in a more; do
		sed "s|</table>|<rows><row id=\"1\" v=\"${#name}\"/></rows></table>|" $name.xml >$name-rows.xml
	done
	rm app.db*
	expect 0 apply app.db a-rows.xml
	expect 0 apply app.db more-rows.xml
	expect 3 apply app.db a-rows.xml
	[[ $stderr == *MD123* ]]
	[ "$(sqlite3 app.db "SELECT v FROM t")" = 4.0 ]
	expect 0 downgrade app.db --yes --allow MD116
	[ "$(columns)" = id,v ]
}

@test "a document that a migration left is older, whatever somebody else changed since" {
	made_by a.xml b.xml
	sqlite3 app.db "ALTER TABLE t ADD COLUMN hand TEXT; CREATE VIEW report AS SELECT 1"
	expect 3 apply app.db a.xml
	[[ $stderr == *MD123* ]]
	[[ $(columns) == id,value,hand ]]
}

@test "a rollback is no newer file" {
	made_by v1.xml v2.xml
	expect 0 rollback app.db --yes
	expect 0 apply app.db v1.xml
	[[ $output == *"nothing to do"* ]]
	expect 0 apply app.db v2.xml
}

@test "no script takes the number of a file back" {
	echo "CREATE TABLE t(id INTEGER PRIMARY KEY, v REAL);" >v0.sql
	expect 0 plan v0.sql v2.xml --format sql -o up.sql
	sqlite3 app.db <v0.sql
	sqlite3 app.db "PRAGMA user_version = 3"
	run ! sqlite3 -bail app.db <up.sql
	[[ $output == *"the file is newer than what this upgrade leads to"* ]]
	[ "$(sqlite3 app.db "PRAGMA user_version")" = 3 ]
	sqlite3 app.db "PRAGMA user_version = 1"
	sqlite3 -bail app.db <up.sql
	[ "$(sqlite3 app.db "PRAGMA user_version")" = 2 ]
}
