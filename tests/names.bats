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
	undefended app.db "CREATE TABLE book(id INTEGER PRIMARY KEY, title TEXT, path TEXT); CREATE TABLE log(x);
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

@test "a trigger whose UPDATE OF names a column that goes can never fire again" {
	breaks "CREATE TRIGGER g AFTER UPDATE OF path ON book BEGIN INSERT INTO log VALUES (1); END" "trigger g" "UPDATE OF names path"
	breaks "CREATE TRIGGER g BEFORE UPDATE OF title, \"PATH\" ON book BEGIN INSERT INTO log VALUES (uuid4()); END" "trigger g"
	breaks "CREATE VIEW v AS SELECT * FROM book; CREATE TRIGGER g INSTEAD OF UPDATE OF path ON v BEGIN SELECT 1; END" "view v has no such column"
	# What was so before is nobody's fault; a rowid is set by its name.
	works "CREATE TRIGGER g AFTER UPDATE OF gone, rowid, id, title ON book BEGIN SELECT 1; END"
}

@test "SQLite renames a column in UPDATE OF; a document that does not is told the new name" {
	local trigger="CREATE TRIGGER g AFTER UPDATE OF title ON book BEGIN INSERT INTO log VALUES (new.id); END"
	have "$trigger"
	sed 's,name="title",name="name" was="title",' want.xml >renamed.xml
	expect 0 apply app.db renamed.xml --allow all
	sqlite3 app.db "UPDATE book SET name = 'Bob'"
	[ "$(sqlite3 app.db "SELECT x FROM log")" = 1 ]
	have "$trigger"
	sed 's,</table>,<trigger name="g" after="update of title">INSERT INTO log VALUES (new.id);</trigger>&,' renamed.xml >want.xml
	for command in check "apply app.db"; do
		expect 3 $command want.xml
		[[ $stderr == *"want.xml:"*"MF114: trigger g: it can never fire"*"write name, as the column is called now"* ]]
	done
	sed 's,was="title",,; s,update of title,update of nam,' want.xml >slip.xml
	expect 3 check slip.xml
	[[ $stderr == *"did you mean name?"* ]]
	sed 's,type="TEXT",generated="id + 1",; s,was="title",,; s,update of title,update of name,' want.xml >generated.xml
	expect 0 check generated.xml
}

@test "scripts that leave UPDATE OF without its column" {
	local rest="CREATE TABLE n(id INTEGER PRIMARY KEY, name TEXT); INSERT INTO n SELECT id, title FROM book;
		DROP TABLE book; ALTER TABLE n RENAME TO book; COMMIT; PRAGMA foreign_keys = ON;"
	have "CREATE TRIGGER g AFTER UPDATE OF title ON book BEGIN SELECT 1; END"
	echo "ALTER TABLE book RENAME title TO name;" >1.sql
	expect 0 lint 1.sql app.db --disable MC102
	printf '%s\n' "PRAGMA foreign_keys = OFF; BEGIN;" "$rest" \
		"CREATE TRIGGER g AFTER UPDATE OF title ON book BEGIN SELECT 1; END;" >1.sql
	expect 1 lint 1.sql app.db --transaction off
	[[ $output == *"MF114: trigger g can never fire for it: UPDATE OF names title"* ]]
	echo "CREATE TRIGGER more AFTER UPDATE OF titel ON book BEGIN SELECT 1; END;" >1.sql
	expect 1 lint 1.sql app.db
	[[ $output == *"MF114: trigger more can never fire"* ]]
	# What was so before is nobody's fault.
	sqlite3 app.db "CREATE TRIGGER stale AFTER UPDATE OF gone ON book BEGIN SELECT 1; END"
	echo "ALTER TABLE book ADD COLUMN more;" >1.sql
	expect 0 lint 1.sql app.db
}

# loses SQL WORDS: an index that goes with the column path took a rule along that holds for others.
loses() {
	local way
	for way in auto rebuild alter; do
		have "$1"
		expect 0 apply app.db want.xml --strategy $way
		[[ $stderr == *"MD114: "*"is dropped with a column that it speaks of"* ]]
		[[ $stderr == *"$2"* ]]
	done
	have "$1"
	for way in --prune "--format sql" "--format shell --sqlite 3.26.0"; do
		expect 0 plan app.db want.xml $way
		[[ $output == *MD114* ]]
	done
	sed 's,urn:moult:schema:1",& undeclared="drop",' want.xml >drop.xml
	expect 0 apply app.db drop.xml
	[[ $stderr == *MD114* ]]
}

@test "a rule of a UNIQUE index goes with a column" {
	loses "CREATE UNIQUE INDEX i ON book(title, path)" 'declare <index name="i" columns="title" unique="true"/> in table book'
	loses "CREATE UNIQUE INDEX i ON book(title) WHERE path > 0" 'columns="title" unique="true"/>'
	loses "CREATE UNIQUE INDEX i ON book(lower(title), \"PATH\") WHERE title < 'z'" "columns=\"lower(title)\" unique=\"true\" where=\"title &lt; 'z'\"/>"
	loses "CREATE UNIQUE INDEX i ON book(title || path)"
	loses "CREATE UNIQUE INDEX i ON book(title COLLATE NOCASE, 'path')" 'columns="title COLLATE NOCASE"'
}

@test "an index of which nothing is lost but speed, or that is meant to go" {
	local sql
	for sql in "INDEX i ON book(title, path)" "UNIQUE INDEX i ON book(path)" "UNIQUE INDEX i ON book(id, path)"; do
		have "CREATE $sql"
		expect 0 apply app.db want.xml
		[[ $stderr != *MD114* ]]
		[[ $stderr == *"MD118: index i: the document does not declare it, and it is dropped: it speaks of a column that goes"* ]]
	done
	have "CREATE UNIQUE INDEX i ON book(title, path)"
	sed 's,</table>,<dropped index="i"/>&,' want.xml >meant.xml
	expect 0 plan app.db meant.xml
	[[ $output != *MD114* && $output != *"MD118 index"* ]]
	sed 's,</table>,<unique columns="title"/>&,' want.xml >declared.xml
	expect 0 plan app.db declared.xml
	[[ $output != *MD114* ]]
	sed 's,urn:moult:schema:1",& undeclared="error",; s,</database>,<ignore name="log"/>&,' want.xml >error.xml
	expect 3 apply app.db error.xml
	[[ $stderr == *"MD120: index i"* ]]
}

@test "other rules that are dropped: an index that is pruned, that is UNIQUE no more, a table that becomes a view" {
	have "CREATE UNIQUE INDEX i ON book(title)"
	expect 0 plan app.db want.xml --prune --allow all
	[[ $output == *"MD114 index i: UNIQUE (title) is dropped"* ]]
	sed 's,</table>,<index name="i" columns="title"/>&,' want.xml >plain.xml
	expect 0 plan app.db plain.xml
	[[ $output == *"MD114 index i: UNIQUE (title) is dropped"* ]]
	sed 's,</table>,<index name="i" columns="title COLLATE NOCASE" unique="true"/>&,' want.xml >closer.xml
	expect 0 plan app.db closer.xml
	[[ $output != *MD114* ]]
	have "CREATE TRIGGER g AFTER INSERT ON log BEGIN SELECT 1; END"
	sed 's,</database>,<view name="log">SELECT 1 AS x</view>&,' want.xml >view.xml
	expect 0 plan app.db view.xml --allow all
	[[ $output == *"MD118 trigger g: the document does not declare it, and it is dropped"* ]]
}

@test "a name in double quotes that turns into a text when its column goes" {
	local part
	breaks_silently() {
		expect 3 apply app.db "$1"
		[[ $stderr == *"MF114: $2"*"\"path\" for the text 'path'"* ]]
		expect 3 apply app.db "$1" --strategy rebuild
		[[ $stderr == *MF114* ]]
	}
	have 'CREATE VIEW v AS SELECT "old text", "path" FROM book'
	breaks_silently want.xml "view v"
	have 'CREATE TRIGGER g AFTER INSERT ON book WHEN new.id BEGIN UPDATE book SET title = uuid4() WHERE "path" = 2; END'
	breaks_silently want.xml "trigger g"
	have ""
	for part in '<check>"path" &lt;&gt; 1</check>' '<column name="more" generated="&quot;path&quot; || 1"/>' \
		'<unique columns="title"/><check>title &lt;&gt; lower("path")</check>'; do
		sed "s,</table>,${part//&/\\&}&," want.xml >part.xml
		breaks_silently part.xml "table book"
	done
	for part in 'columns="title" where="&quot;path&quot; = 1"' 'columns="lower(&quot;path&quot;), title"' 'columns="&quot;path&quot;"'; do
		sed "s|</table>|<index name=\"i\" ${part//&/\\&}/>&|" want.xml >part.xml
		breaks_silently part.xml "index i"
	done
	# A document that renames the column, and still says the old name somewhere.
	sed 's,<dropped column="path"/>,<column name="place" was="path"/>,; s,</database>,<view name="v">SELECT "path" FROM book</view>&,' \
		want.xml >part.xml
	breaks_silently part.xml "view v"
	expect 3 check part.xml
	[[ $stderr == *"MF114: view v"* ]]
}

@test "text in double quotes, aliases, and names of other columns are none of that" {
	works 'CREATE VIEW v AS SELECT title FROM book WHERE title = "active"'
	works 'CREATE VIEW v AS SELECT title AS "path" FROM book'
	works 'CREATE VIEW v AS SELECT x FROM log WHERE x = "path" AND EXISTS (SELECT 1 FROM book)'
	works 'CREATE VIEW v AS SELECT "path" FROM (SELECT x AS "path" FROM log)  WHERE EXISTS (SELECT 1 FROM book b WHERE b.id = 1) AND "title" <> "old text"'
}

@test "views and triggers that nobody changed, and that would mean something else" {
	local columns='<column name="id" type="INTEGER" primary-key="true"/>'
	means() {
		expect 0 plan app.db want.xml --allow all
		[[ $output == *MS105* ]]
		expect 0 apply app.db want.xml --allow all
		[[ $stderr == *"MS105: $1"* ]]
		expect 0 plan app.db want.xml
		[[ $output != *MS105* ]]
	}
	have "CREATE TABLE other(id INTEGER PRIMARY KEY, y); CREATE VIEW v AS SELECT title FROM book WHERE EXISTS (SELECT 1 FROM other WHERE y = title)"
	echo "<database xmlns=\"urn:moult:schema:1\"><table name=\"other\">$columns<column name=\"y\"/><column name=\"title\"/></table></database>" >want.xml
	means "view v: it would read title of other, which comes, where title of book is meant now"
	have "CREATE TABLE other(id INTEGER PRIMARY KEY, y); CREATE TRIGGER g AFTER INSERT ON other BEGIN INSERT INTO log VALUES (new.oid); END"
	sed -i 's/name="title"/name="oid"/' want.xml
	means "trigger g: it would read oid of other"
	have "CREATE TABLE other(id INTEGER PRIMARY KEY, y); CREATE VIEW v AS SELECT y, uf(path) FROM book NATURAL JOIN other"
	sed -i 's/name="oid"/name="title"/' want.xml
	means "view v: NATURAL JOIN"
	have "CREATE TABLE other(y, z); CREATE VIEW v(first, second) AS SELECT * FROM other"
	echo '<database xmlns="urn:moult:schema:1"><table name="other"><column name="z"/><column name="y" type="REAL"/></table></database>' >want.xml
	means "view v: SELECT * takes the columns of other by their places"
}

@test "an INSERT without a list of columns, where others stand at their places" {
	have "CREATE TABLE other(y, z); CREATE TRIGGER g AFTER INSERT ON log BEGIN SELECT 1; INSERT INTO other VALUES (new.x, uuid4()); END"
	echo '<database xmlns="urn:moult:schema:1"><table name="other"><column name="z"/><column name="y" type="REAL"/></table></database>' >want.xml
	expect 3 apply app.db want.xml
	[[ $stderr == *"MF114: trigger g: its INSERT into other names no columns"* ]]
	[[ $stderr == *"MC105: table other: its columns get another order"* ]]
	echo '<database xmlns="urn:moult:schema:1"><table name="other"><column name="y" type="REAL"/><column name="z"/></table></database>' >want.xml
	expect 0 apply app.db want.xml
	[[ $stderr != *MC105* ]]
}

@test "a view that only who has a module can judge is said to be so" {
	local near="PRAGMA writable_schema = ON; INSERT INTO sqlite_master VALUES ('table', 'near', 'near', 0, 'CREATE VIRTUAL TABLE near USING vectors(a)')"
	have "CREATE VIEW v AS SELECT path, value FROM book, generate_numbers(1, 10); CREATE VIEW w AS SELECT title, value FROM book, generate_numbers(1, 10)"
	expect 0 apply app.db want.xml
	[[ $stderr == *"MS106: view v: it names path"*"no such table: main.generate_numbers"* ]]
	[[ $stderr != *"MS106: view w"* ]]
	have "CREATE VIEW v AS SELECT path FROM book, near; CREATE VIEW w AS SELECT title FROM book, near;
		CREATE TRIGGER g AFTER INSERT ON book BEGIN INSERT INTO near VALUES (new.path); END; $near"
	expect 0 apply app.db want.xml
	[[ $stderr == *"MS106: view v"*"no such module: vectors"* ]]
	[[ $stderr == *"MS106: trigger g"* && $stderr != *"MS106: view w"* ]]
}
