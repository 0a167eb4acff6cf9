# SPDX-License-Identifier: MIT
#
# Views and triggers whose names lose what they mean: because a column goes, while a function that nobody
# has loaded keeps SQLite from saying so; because SQLite resolves the name late, or never.

bats_require_minimum_version 1.5.0
load common

# A table of which a column goes, with a row, and whatever else a test makes beside it.
setup() {
	begin
	echo '<database xmlns="urn:moult:schema:1"><table name="book"><column name="id" type="INTEGER" primary-key="true"/>
		<column name="title" type="TEXT"/><dropped column="path"/></table></database>' >want.xml
}

have() {
	rm -f app.db*
	sqlite3 app.db "CREATE TABLE book(id INTEGER PRIMARY KEY, title TEXT, path TEXT); CREATE TABLE log(x);
		INSERT INTO book VALUES (1, 'Ada', 'a'); $1"
}

# breaks SQL [WORDS...]: what the SQL makes works no more without the column, and that is said, whatever the way.
breaks() {
	local way words=$1
	have "$1"
	shift
	for way in auto rebuild alter; do
		expect 3 apply app.db want.xml --strategy $way
		[[ $stderr == *MF114* ]]
		for words in "$@"; do
			[[ $stderr == *"$words"* ]]
		done
	done
	expect 0 plan app.db want.xml --format sql
	[[ $output == *MF114* ]]
	! grep -v -e '^--' -e '^$' <<<"$output"
	[ "$(sqlite3 app.db "SELECT path FROM book")" = a ]
	echo "ALTER TABLE book DROP COLUMN path;" >1.sql
	expect 1 lint 1.sql app.db
	[[ $output == *MF114* || $output == *LN101* ]]
}

# works SQL: nothing of it is in the way.
works() {
	have "$1"
	expect 0 apply app.db want.xml
	[[ $stderr != *MF114* ]]
}

@test "a trigger calls a function that nobody knows, and names a column that goes" {
	local body
	for body in "BEGIN UPDATE book SET path = uuid4() WHERE id = new.id; END" "BEGIN SELECT uuid4(); UPDATE book SET path = 1; END" \
		"BEGIN INSERT INTO log SELECT uuid4() || path FROM book; END" "WHEN uuid4() AND new.path IS NULL BEGIN SELECT 1; END" \
		"WHEN new.title = 'x' COLLATE klingon AND new.path BEGIN SELECT 1; END"; do
		breaks "CREATE TRIGGER g AFTER INSERT ON book $body" "trigger g"
	done
	breaks "CREATE TRIGGER g AFTER UPDATE OF title ON book BEGIN INSERT INTO log VALUES (uuid4()); INSERT INTO log VALUES (old.path); END"
	breaks "CREATE VIEW v AS SELECT * FROM book; CREATE TRIGGER g INSTEAD OF DELETE ON v BEGIN SELECT uuid4(), old.path; END" "no such column: old.path"
}

@test "one trigger calls it, and another names the column, whichever was made first" {
	local one="CREATE TRIGGER one AFTER INSERT ON book BEGIN SELECT uuid4(), uf(new.title) OVER (); END"
	local two="CREATE TRIGGER two AFTER INSERT ON book BEGIN UPDATE book SET path = 1; END"
	breaks "$one; $two" "trigger two"
	[[ $stderr != *"trigger one"* ]]
	breaks "$two; $one" "trigger two"
	[[ $stderr != *"trigger one"* ]]
}

@test "views, and views on views, with functions, aggregates, windows and collations that nobody knows" {
	local select
	for select in "uf(title), path FROM book" "agg(DISTINCT title), path FROM book" "agg(title) FILTER (WHERE id > 1), path FROM book" \
		"agg(title, ', ' ORDER BY id), path FROM book" "uf(title) OVER (PARTITION BY id), path FROM book" \
		"uf(title) OVER w, path FROM book WINDOW w AS (ORDER BY id)" "uf(title) FROM book GROUP BY other(id) HAVING uf(title) > path" \
		"title FROM book WHERE title = 'x' COLLATE klingon AND path" "title FROM book ORDER BY title COLLATE klingon, path" \
		"id FROM book WHERE title REGEXP 'x' AND path MATCH 'y'" "(SELECT uf(b.path) FROM book b WHERE b.id = book.id) FROM book"; do
		case $select in *"ORDER BY id)"*) [ "$(sqlite3 :memory: "SELECT sqlite_version() >= '3.44.0'")" = 1 ] || continue ;; esac
		breaks "CREATE VIEW v AS SELECT $select" "view v"
		breaks "CREATE VIEW v AS SELECT $select; CREATE VIEW w AS SELECT *, more(1) FROM v" "view v" "view w"
	done
}

@test "what only calls functions that nobody knows is in nobody's way" {
	works "CREATE TRIGGER g AFTER INSERT ON book BEGIN UPDATE book SET title = uuid4(new.id) WHERE id = new.id; END"
	works "CREATE VIEW v AS SELECT uf(title) OVER (ORDER BY id), uf(id) FROM book; CREATE VIEW w AS SELECT uf(title) FROM book"
	works "CREATE VIEW v AS SELECT agg(DISTINCT title), agg(id) FILTER (WHERE id), other(title) COLLATE klingon FROM book"
	works "CREATE VIEW stale AS SELECT uuid4(), gone FROM book; CREATE TRIGGER old AFTER INSERT ON book BEGIN SELECT uuid4(), new.gone; END"
}
