# SPDX-License-Identifier: MIT
#
# Virtual tables whose module or tokenizer nobody has loaded: they and the tables that they keep their
# content in stay as they are, whatever happens beside them, and are in nobody's way; what would
# have to change one is refused before the first write.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
	sqlite3 app.db "CREATE TABLE word(id INTEGER PRIMARY KEY, w TEXT, n);
		INSERT INTO word VALUES (1, 'one', 1), (2, 'two', 2), (9, 'nine', 9);
		CREATE VIRTUAL TABLE full USING fts5(body); INSERT INTO full VALUES ('some text');
		CREATE VIRTUAL TABLE old USING fts4(body); INSERT INTO old VALUES ('older text');
		CREATE TABLE near_rows(a, b); INSERT INTO near_rows VALUES (1, x'00ff'), (2, NULL);
		CREATE INDEX near_by ON near_rows(a);
		CREATE VIEW known AS SELECT id FROM word;
		CREATE VIEW unknown AS SELECT * FROM near;
		CREATE TRIGGER follow AFTER INSERT ON word BEGIN INSERT INTO near(a) VALUES (new.id); END"
	by_hand app.db "INSERT INTO sqlite_master VALUES ('table', 'near', 'near', 0, 'CREATE VIRTUAL TABLE near USING vectors(a float[3])');
		UPDATE sqlite_master SET sql = replace(sql, '(body)', '(body, tokenize=\"klingon\")') WHERE name = 'full';
		UPDATE sqlite_master SET sql = replace(sql, '(body)', '(body, tokenize=klingon)') WHERE name = 'old'"
	"$MOULT" dump app.db >have.xml
}

# What the modules have in the file.
content() {
	sqlite3 "${1:-app.db}" ".dump near_% full_% old_%" "SELECT sql FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'"
}

refused() {
	local before
	before=$(cksum app.db)
	for command in plan rehearse apply; do
		expect 2 $command app.db want.xml --allow all --prune
		for words in "$@" hint: --load-extension; do
			[[ $stderr == *"$words"* ]]
		done
	done
	[ "$before" = "$(cksum app.db)" ]
}

@test "the document has them, and nothing of what they keep" {
	[ "$(grep -c '<virtual-table' have.xml)" = 3 ]
	grep -q 'name="near" using="vectors" args="a float\[3\]"' have.xml
	! grep -q near_ have.xml
	expect 0 diff app.db have.xml
	expect 0 apply app.db have.xml
	[[ $output == *"nothing to do"* ]]
}

@test "whatever becomes of a table beside them, they stay; and there is a way back" {
	local before edit strategy
	before=$(content)
	cp app.db kept.db
	for edit in 's,name="n"/>,&<column name="m"/>,' 's,name="n"/>,name="n" type="REAL"/>,' 's,name="n"/>,name="o" was="n"/>,' \
		's,name="n"/>,name="n" not-null="true"/>,' 's,table name="word",& strict="true",;s,name="n",& type="ANY",' \
		's,name="known">[^<]*,name="known">SELECT w FROM word,' '/name="n"/d'; do
		for strategy in auto rebuild; do
			becomes "$edit"
			expect 0 apply app.db want.xml --strategy $strategy --prune --allow all
			[ "$before" = "$(content)" ]
			expect 0 verify app.db
			expect 0 diff app.db want.xml
			expect 0 rollback app.db
			[ "$(without_history kept.db)" = "$(without_history app.db)" ]
			rm -f app.db.moult-*
		done
	done
}

@test "undeclared, they are kept" {
	local before
	before=$(content)
	echo '<database xmlns="urn:moult:schema:1"><table name="word"><column name="id" type="INTEGER" primary-key="true"/>
		<column name="w" type="TEXT" not-null="true"/><column name="n"/></table></database>' >want.xml
	expect 0 apply app.db want.xml
	[ "$before" = "$(content)" ]
}

@test "one that is new, dropped, renamed or changed" {
	becomes 's,<virtual-table name="near",<virtual-table name="more" using="vectors"/>&,'
	refused DOC015 "no such module: vectors" "want.xml:"
	becomes 's,body\, tokenize="klingon",title\, &,'
	becomes 's,body\, ,title\, &,'
	refused DOC015 "klingon" "want.xml:"
	becomes '/name="near"/d'
	refused RUN017 "no such module: vectors" "DROP TABLE near"
	becomes 's,name="near",name="far" was="near",'
	refused DOC017 "near cannot be renamed to far" "no such module: vectors"
}

@test "a table of the name of one that they could keep" {
	becomes 's,<virtual-table name="near",<table name="near_ly"><column name="a"/></table>&,'
	refused DOC013 near_ly
}

@test "in a new file they cannot be" {
	expect 2 check have.xml
	[[ $stderr == *DOC015*--load-extension* ]]
	expect 2 apply new.db have.xml
	[[ $stderr == *DOC015*--load-extension* ]]
	[ ! -e new.db ]
}

@test "scripts" {
	local before
	before=$(content)
	becomes 's,name="n"/>,name="n" not-null="true"/>,'
	cp app.db device.db
	expect 0 apply app.db want.xml
	for have in device.db have.xml; do
		cp device.db copy.db
		"$MOULT" plan "$have" want.xml --format sql --sqlite 3.26.0 >up.sql
		sqlite3 copy.db <up.sql
		[ "$before" = "$(content copy.db)" ]
		expect 0 diff copy.db want.xml
		[ "$(sqlite3 copy.db "SELECT * FROM word")" = "$(sqlite3 app.db "SELECT * FROM word")" ]
	done
}

@test "a script locks the file by a table whose DELETE needs nobody" {
	sqlite3 app.db "CREATE TABLE other(a); CREATE TRIGGER gone AFTER DELETE ON word BEGIN DELETE FROM near; END"
	"$MOULT" dump app.db >have.xml
	becomes 's,<column name="a"/>,<column name="a" not-null="true"/>,'
	"$MOULT" plan app.db want.xml --format sql --sqlite 3.26.0 >up.sql
	sqlite3 -bail app.db <up.sql
	expect 0 diff app.db want.xml
}

@test "a schema in SQL, as a developer writes it and as .schema and .dump do" {
	cat >want.sql <<-'EOF'
		CREATE TABLE word(id INTEGER PRIMARY KEY, w TEXT, n);
		CREATE VIRTUAL TABLE IF NOT EXISTS full USING fts5(body, tokenize="klingon"); -- their own
		CREATE VIRTUAL TABLE old USING fts4(body, tokenize=klingon);
		CREATE VIRTUAL TABLE near USING vectors(a float[3]);
		CREATE VIEW known AS SELECT id FROM word;
		CREATE VIEW unknown AS SELECT * FROM near;
		CREATE TRIGGER follow AFTER INSERT ON word BEGIN INSERT INTO near(a) VALUES (new.id); END;
	EOF
	expect 0 diff app.db want.sql
	sqlite3 app.db .schema >want.sql
	expect 0 diff app.db want.sql
	sqlite3 app.db .dump >want.sql
	expect 0 diff app.db want.sql
}

@test "lint plays scripts beside them" {
	echo "ALTER TABLE word ADD COLUMN m; DELETE FROM near;" >1.sql
	expect 1 lint 1.sql app.db
	[[ $output$stderr == *LN102*"no such module: vectors"* ]]
	echo "ALTER TABLE word ADD COLUMN n;" >1.sql
	expect 1 lint 1.sql app.db
	[[ $output$stderr == *LN101*"duplicate column name: n"* ]]
}

# Nobody reads or writes what it sorts: the pages can be checked, and anything be done beside it.
@test "indexes of a collation that nobody knows" {
	local edit
	sqlite3 app.db "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE UNIQUE, n INTEGER);
		INSERT INTO person VALUES (1, 'Ärger', 1), (2, 'b', NULL), (7, NULL, 3);
		CREATE INDEX person_n ON person(n, name); CREATE INDEX word_w ON word(w COLLATE NOCASE)"
	by_hand app.db "UPDATE sqlite_master SET sql = replace(sql, 'NOCASE', 'phonebook') WHERE sql LIKE '%NOCASE%'"
	"$MOULT" dump app.db >have.xml
	expect 0 verify app.db
	[[ $stderr == *RUN035*"no such collation sequence: phonebook"*--load-extension* ]]
	cp app.db kept.db
	for edit in 's,name="n" type="INTEGER"/>,&<column name="m" default="5"/>,' 's,table name="near",&,;/person_n/d' \
		's,<index name="person_n",<index name="person_id" columns="n \, id"/>&,' \
		's,name="known">[^<]*,name="known">SELECT n FROM person,'; do
		becomes "$edit"
		for how in --no-backup "--verify quick" "--backup-dir ."; do
			cp kept.db app.db
			expect 0 apply app.db want.xml --prune $how
			expect 0 diff app.db want.xml
			[ "$(sqlite3 app.db "SELECT id, name, n FROM person NOT INDEXED")" = "$(sqlite3 kept.db "SELECT id, name, n FROM person NOT INDEXED")" ]
			expect 0 verify app.db
		done
		expect 0 rollback app.db
	done
	becomes 's,name="n" type="INTEGER"/>,name="o" was="n" type="INTEGER"/>,;s,columns="n\,,columns="o\,,'
	expect 2 apply app.db want.xml
	[[ $stderr == *want.xml:*RUN032*phonebook*--load-extension* ]]
}
