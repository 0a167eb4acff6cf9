# SPDX-License-Identifier: MIT
#
# Whose a table is that is called after a virtual one: the application's, unless the module makes
# it.  apply, scripts and units give one answer.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
	undefended app.db "CREATE VIRTUAL TABLE msg USING fts5(body); INSERT INTO msg VALUES ('some text');
		CREATE TABLE msg_info(id INTEGER PRIMARY KEY, a TEXT); INSERT INTO msg_info VALUES (1, '5');
		CREATE VIRTUAL TABLE log USING fts3(body); INSERT INTO log VALUES ('some text');
		CREATE TABLE log_stat(day TEXT, hits INT); INSERT INTO log_stat VALUES ('monday', 7)"
	"$MOULT" dump app.db >have.xml
}

# Every way to the document is refused with these words, and nothing is changed.
refused() {
	local before
	before=$(cksum app.db)
	for options in "" "--prune" "--allow all" "--strategy rebuild" "--strategy alter"; do
		# shellcheck disable=SC2086
		expect 3 apply app.db want.xml --allow MD119 $options
		[[ $stderr == *"$1"* ]]
	done
	expect 3 rehearse app.db want.xml --allow all
	[[ $stderr == *"$1"* ]]
	expect 0 plan app.db want.xml --allow all --format sql
	[[ $output == *"$1"*"for reading only"* ]]
	[ "$(grep -cv '^--' <<<"$output")" = 0 ]
	[ "$before" = "$(cksum app.db)" ]
}

# The script for the document, tried on a file.
runs() {
	expect 0 plan app.db want.xml --allow all --format sql
	echo "$output" >up.sql
	sqlite3 -bail "$1" <up.sql >out 2>&1
}

# refuses FILE WORDS: the script, which says so and leaves the file as it was.
refuses() {
	local before
	before=$(cksum "$1")
	run -1 sqlite3 -bail "$1" ".read up.sql"
	[[ $output == *"$2"* ]]
	[ "$before" = "$(cksum "$1")" ]
}

@test "the document has all that is the application's, and nothing else" {
	undefended app.db "CREATE TABLE note_content(id INTEGER PRIMARY KEY, body);
		CREATE VIRTUAL TABLE note USING fts5(body, content='note_content', content_rowid='id');
		CREATE TABLE page_content(id INTEGER PRIMARY KEY, body);
		CREATE VIRTUAL TABLE page USING fts4(content='page_content');
		CREATE TABLE bare_docsize(a); CREATE VIRTUAL TABLE bare USING fts5(body, columnsize=0);
		CREATE TABLE \"o'd \"\"d_stat\"(a); CREATE VIRTUAL TABLE \"o'd \"\"d\" USING fts3(body);
		CREATE VIRTUAL TABLE msg_box USING rtree(id, x0, x1); CREATE VIEW msg_view AS SELECT 1 AS a;
		CREATE TABLE LOG_info(a)"
	expect 0 dump app.db
	[ "$(grep -c '<table ' <<<"$output")" = 7 ]
	[ "$(grep -c '<virtual-table ' <<<"$output")" = 7 ]
	echo "$output" >all.xml
	expect 0 diff app.db all.xml
	expect 0 apply fresh.db all.xml
	expect 0 diff fresh.db all.xml
}

@test "a table that would go with a virtual one stops its drop, its rename and its other arguments" {
	becomes '/name="log"/s,args="body"/>,args="body\, title"><populate>INSERT INTO log(body) VALUES (1)</populate></virtual-table>,'
	refused MD122
	becomes 's,.*name="log" using.*,<dropped table="log"/>,'
	refused MD122
	becomes '/name="log" using/d'
	expect 3 apply app.db want.xml --prune --allow all
	[[ $stderr == *"MD122: table log_stat"* ]]
	becomes 's,name="log" using,name="logbook" was="log" using,'
	refused MD122
}

@test "it may go with it if the document says so, or be renamed before" {
	becomes '/name="log_stat"/,/<\/table>/d; s,.*name="log" using.*,<dropped table="log"/><dropped table="log_stat"/>,'
	cp app.db other.db
	expect 0 apply app.db want.xml
	[ "$(sqlite3 app.db "SELECT count(*) FROM sqlite_master WHERE name LIKE 'log%'")" = 0 ]
	mv other.db app.db
	becomes 's,name="log_stat",name="hits" was="log_stat",; s,.*name="log" using.*,<dropped table="log"/>,'
	expect 0 apply app.db want.xml
	[ "$(sqlite3 app.db "SELECT * FROM hits")" = "monday|7" ]
}

@test "what FTS3 makes when it merges is its own" {
	undefended app.db "DROP TABLE log_stat; INSERT INTO log(log) VALUES ('automerge=4')"
	[ "$(sqlite3 app.db "SELECT count(*) FROM sqlite_master WHERE name = 'log_stat'")" = 1 ]
	"$MOULT" dump app.db >have.xml
	[ "$(grep -c log_stat have.xml)" = 0 ]
	becomes 's,name="log" using,name="logbook" was="log" using,'
	runs app.db
	expect 0 diff app.db want.xml
	[ "$(sqlite3 app.db "SELECT count(*) FROM sqlite_master WHERE name = 'logbook_stat'")" = 1 ]
	[ "$("$MOULT" dump app.db | grep -c _stat)" = 0 ]
}

@test "a full-text table is not made where it would use a table of the application's" {
	undefended app.db "CREATE TABLE new_stat(day, hits)"
	sed 's,</database>,<table name="new_stat"><column name="day"/><column name="hits"/></table><virtual-table name="new" using="fts4" args="body"/>&,' have.xml >want.xml
	expect 3 apply app.db want.xml
	[[ $stderr == *"MD122: table new_stat"* ]]
}

@test "a script adds a column to a table that is called after a virtual one, once" {
	becomes 's,name="a" type="TEXT"/>,&<column name="b"/>,'
	runs app.db
	[ "$(sqlite3 app.db "SELECT quote(b) FROM msg_info")" = NULL ]
	expect 0 diff app.db want.xml
	refuses app.db "already at the wanted schema"
}

@test "a script refuses a file that has a column, a view or a virtual table more" {
	becomes 's,name="a" type="TEXT",name="a" type="INTEGER" using="CAST(a AS INTEGER)",'
	expect 0 plan app.db want.xml --allow all --format sql
	echo "$output" >up.sql
	for sql in "ALTER TABLE msg_info ADD COLUMN more DEFAULT 8" "CREATE VIEW msg_view AS SELECT 1" \
		"CREATE VIRTUAL TABLE msg_more USING fts5(x)" "CREATE VIRTUAL TABLE msg_info_i USING rtree(a, b, c)" \
		"CREATE TABLE msg_more(a)" "CREATE TABLE log_docsize(a)" "CREATE INDEX msg_i ON msg_info(a)" \
		"CREATE TRIGGER msg_t AFTER INSERT ON msg_info BEGIN SELECT 1; END"; do
		cp app.db other.db
		sqlite3 other.db "$sql"
		refuses other.db "the schema is not the one that this upgrade starts from"
	done
	runs app.db
	[ "$(sqlite3 app.db "SELECT typeof(a) FROM msg_info")" = integer ]
}

@test "a script takes a file whose virtual table comes, goes or is renamed" {
	undefended app.db "DROP TABLE log_stat; DROP TABLE log"
	"$MOULT" dump app.db >have.xml
	cp app.db kept.db
	for edit in 's,<virtual-table name="msg".*,<dropped table="msg"/>,' 's,name="msg",name="mail" was="msg",' \
		's,</database>,<virtual-table name="new" using="rtree" args="id\, a\, b"/>&,'; do
		cp kept.db app.db
		becomes "$edit"
		runs app.db
		expect 0 diff app.db want.xml
		refuses app.db "already at the wanted schema"
	done
}

@test "a script that could not tell whose a table is, is not written" {
	undefended app.db "DROP TABLE log_stat; DROP TABLE log; CREATE TABLE bare_content(id INTEGER PRIMARY KEY, c0);
		CREATE VIRTUAL TABLE bare USING fts5(body, content='')"
	"$MOULT" dump app.db >have.xml
	becomes '/name="bare_content"/,/<\/table>/d; s,args="body\, content=.*/>,args="body"/><dropped table="bare_content"/>,'
	expect 2 plan app.db want.xml --allow all --format sql
	[[ $stderr == *"RUN043"*"bare_content"* ]]
}

@test "triggers and indexes on the tables of a virtual one go with it only if that is said; they are in nobody's way" {
	undefended app.db "CREATE TRIGGER audit AFTER DELETE ON msg_content BEGIN DELETE FROM msg_info; END;
		CREATE INDEX by_text ON msg_content(c0); CREATE INDEX by_hits ON log_stat(hits)"
	expect 0 apply app.db have.xml -y
	becomes 's,name="hits",name="clicks" was="hits",; s,name="msg" using,name="post" was="msg" using,'
	expect 0 apply app.db want.xml -y
	[ "$(sqlite3 app.db ".dbconfig defensive off" "SELECT group_concat(name || ' ' || tbl_name) FROM (SELECT * FROM sqlite_master WHERE name IN ('audit', 'by_text') ORDER BY name)" | tail -n 1)" = "audit post_content,by_text post_content" ]
	sed -i '/name="post"/s,args="body"/>,args="body\, prefix=2"/>,; s, was="[a-z]*",,' want.xml
	expect 3 apply app.db want.xml -y
	[[ $stderr == *"trigger audit stands on post_content"* ]]
	[[ $stderr == *"index by_text stands on post_content"* ]]
	expect 0 apply app.db want.xml -y --allow MD119
}

@test "what FTS5 was told stays where the table stays, and does not go in silence" {
	sqlite3 app.db "INSERT INTO msg(msg, rank) VALUES ('rank', 'bm25(10.0)'), ('automerge', 8)"
	expect 0 apply app.db have.xml -y
	becomes '/name="msg"/s,args="body"/>,args="body\, prefix=2"/>,'
	expect 3 apply app.db want.xml -y
	[[ $stderr == *MD119*"its settings go (2 rows: automerge 8, rank 'bm25(10.0)')"* ]]
	sed -i "/name=\"msg\"/s,/>,><populate>INSERT INTO msg(rowid\, body) SELECT rowid\, body FROM msg; INSERT INTO msg(msg\, rank) VALUES ('rank'\, 'bm25(10.0)')</populate></virtual-table>," want.xml
	expect 0 apply app.db want.xml -y
	[ "$(sqlite3 app.db "SELECT v FROM msg_config WHERE k = 'rank'")" = "bm25(10.0)" ]
	[ "$(sqlite3 app.db "SELECT body FROM msg('text')")" = "some text" ]
}
