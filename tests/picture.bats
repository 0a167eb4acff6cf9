# SPDX-License-Identifier: MIT
#
# Schemas to look at: pictures for Mermaid and Graphviz, and pages.  Whatever a name is, it is text in
# them: a picture is drawn, and a page has no element, no attribute and no link but moult's own.

bats_require_minimum_version 1.5.0
load common
load page

setup() {
	begin
}

shop() {
	sqlite3 shop.db <<'END'
CREATE TABLE author(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, "born in" DECIMAL(4, 0));
CREATE TABLE book(id INTEGER PRIMARY KEY, author INTEGER REFERENCES author ON DELETE CASCADE,
	title TEXT NOT NULL, sequel_of REFERENCES book(id));
CREATE TABLE cover(book INTEGER PRIMARY KEY REFERENCES Book(id), picture BLOB NOT NULL);
CREATE TABLE edition(book INT NOT NULL, number INT NOT NULL, PRIMARY KEY(book, number),
	FOREIGN KEY(book) REFERENCES book(id)) WITHOUT ROWID;
CREATE TABLE loan(book INT NOT NULL, number INT NOT NULL, who, FOREIGN KEY(book, number) REFERENCES edition);
CREATE TABLE word(PK TEXT);
CREATE VIEW shelf AS SELECT name, title FROM book JOIN author ON author.id = book.author;
CREATE TRIGGER keep AFTER UPDATE OF title, author ON book BEGIN SELECT 1; END;
END
}

# Names that are markup, words of the languages, nothing at all, or what a terminal obeys.
odd() {
	sqlite3 odd.db <<'END'
CREATE TABLE "a b"("x""y" INTEGER PRIMARY KEY, "select" TEXT NOT NULL
	DEFAULT '</style><script>alert(1)</script>', "PK" DECIMAL(10, 2), "ü" "my ""type"" <b>", "" BLOB,
	"1st" TEXT UNIQUE, parent INTEGER REFERENCES "a b"("x""y"), UNIQUE("select", "PK"));
CREATE TABLE "</style><img src=x onerror=alert(1)>"("javascript:alert(1)" TEXT, "&amp;&lt;" TEXT);
CREATE TABLE ""("" TEXT, a INTEGER NOT NULL UNIQUE REFERENCES "a b");
CREATE TABLE "x""y\"(a, b, c REFERENCES nowhere(z), "--x" INT, "]]>" CHECK("]]>" <> '</code>'),
	FOREIGN KEY(a, b) REFERENCES "a b"("select", "PK") ON DELETE CASCADE);
CREATE TABLE "line
break	tab"(a INT NOT NULL, b INT NOT NULL, PRIMARY KEY(a, b),
	FOREIGN KEY(a, b) REFERENCES "line
break	tab"(a, b));
CREATE TABLE "%%{init: {}}%%`**bold**` __proto__ #quot; 😀 日本"(style TEXT, g AS (length(style)));
CREATE TABLE style("class" TEXT, direction TEXT);
CREATE TABLE graph(node TEXT, edge REFERENCES style);
CREATE VIEW "v <i>" AS SELECT "x""y" /* </code></pre><script> */ FROM "a b" JOIN style;
CREATE INDEX "i<b>" ON "a b"("select" DESC, lower("ü")) WHERE "PK" > '</summary>';
CREATE TRIGGER "t""<u>" AFTER UPDATE OF "select" ON "a b" BEGIN SELECT '<script>'; END;
END
	sqlite3 odd.db "CREATE TABLE \"$(printf 'esc\033[31m\342\200\256rev')\"(\"$(printf 'c\007')\" INT)"
}

has_dot() {
	command -v dot >/dev/null || skip "no Graphviz"
}

@test "mermaid: columns, keys and how many" {
	shop
	expect 0 dump shop.db --format mermaid
	diff - <(echo "$output") <<'END'
erDiagram
    "author" {
        INTEGER id PK
        TEXT name UK "not null"
        DECIMAL(4__0) born_in "born in"
    }
    "book" {
        INTEGER id PK
        INTEGER author FK
        TEXT title "not null"
        any sequel_of FK
    }
    "cover" {
        INTEGER book PK, FK
        BLOB picture "not null"
    }
    "edition" {
        INT book PK, FK
        INT number PK
    }
    "loan" {
        INT book FK "not null"
        INT number FK "not null"
        any who
    }
    "word" {
        TEXT _PK "PK"
    }
    "author" |o--o{ "book" : "author"
    "book" |o--o{ "book" : "sequel_of"
    "book" ||--o| "cover" : "book"
    "book" ||--o{ "edition" : "book"
    "edition" ||--o{ "loan" : "book, number"
END
}

@test "mermaid: any name makes a line of its grammar" {
	odd
	expect 0 dump odd.db --format mermaid --with views,triggers
	quoted='"[^"#<>&%\\`*]*(#[0-9]+;[^"#<>&%\\`*]*)*"'
	word='[^]["#<>&%\\`*(){}:;,.!?/ 0-9-][^]["#<>&%\\`*{}:;,.!?/ -]*'
	[ -z "$(echo "$output" | grep -vE "^(erDiagram|    $quoted( \{)?|    \}|        $word $word( (PK|FK|UK)(, (PK|FK|UK))*)?( $quoted)?|    $quoted (\|\||\|o|\}o)(--|\.\.)o[|{] $quoted : $quoted)$")" ]
	[ "$(echo "$output" | grep -cE "^        [^ ]+ (PK|FK|UK)( |$)")" = 0 ]
	[ "$(echo "$output" | grep -c '^    ".*" {$')" = 9 ]
}

@test "--around and --depth: a table and what is near" {
	shop
	expect 0 dump shop.db --format mermaid --around cover
	[ "$(grep -oE '^    "[a-z]+" \{' <<<"$output" | tr -d ' "{' | paste -sd,)" = book,cover ]
	expect 0 dump shop.db --format mermaid --around COVER --depth 2
	[ "$(grep -oE '^    "[a-z]+" \{' <<<"$output" | tr -d ' "{' | paste -sd,)" = author,book,cover,edition ]
	expect 0 dump shop.db --format mermaid --around word --depth 9
	[ "$(grep -oE '^    "[a-z]+" \{' <<<"$output" | tr -d ' "{' | paste -sd,)" = word ]
	expect 0 dump shop.db --format mermaid --around cover --depth 0
	[ "$(grep -oE '^    "[a-z]+" \{' <<<"$output" | tr -d ' "{' | paste -sd,)" = cover ]
	expect 2 dump shop.db --format mermaid --around nothing
	[[ $stderr == *"RUN022"*"no table or view nothing"* ]]
	[ -z "$output" ]
}

@test "--with: views with what they read, triggers in their tables" {
	shop
	expect 0 dump shop.db --format mermaid
	[[ $output != *shelf* && $output != *keep* ]]
	expect 0 dump shop.db --format mermaid --with views
	[[ $output == *'"author" }o..o{ "shelf" : "read by"'* ]]
	[[ $output == *'"book" }o..o{ "shelf" : "read by"'* ]]
	[[ $output != *keep* ]]
	expect 0 dump shop.db --format mermaid --with triggers,views
	[[ $output == *'trigger keep "AFTER UPDATE OF title, author"'* ]]
	expect 0 dump shop.db --format mermaid --around shelf --with views
	[[ $output == *'"author" {'*'"book" {'*'"shelf"'* && $output != *cover* ]]
}

@test "what cannot be drawn is said, and nothing is written" {
	shop
	expect 2 dump shop.db --around book
	[[ $stderr == *"--around is for pictures"* ]]
	expect 2 dump shop.db --format sql --with views
	[[ $stderr == *"--with is for pictures"* ]]
	expect 2 dump shop.db --format dot --depth 2
	[[ $stderr == *"--depth is for --around"* ]]
	expect 2 dump shop.db --format dot --with views,indexes
	[[ $stderr == *'no "indexes"'* ]]
	expect 2 dump shop.db --format html --rows book
	[[ $stderr == *"--rows is for documents"* ]]
	expect 2 dump shop.db --format png --json
	[[ $output == *"no text"* ]]
	mkdir empty
	run -2 --separate-stderr env PATH="$PWD/empty" "$MOULT" dump shop.db --format svg -o shop.svg
	[[ $stderr == *"Graphviz"*"not there"*"mermaid"* ]]
	[ ! -e shop.svg ]
	expect 2 dump shop.db --format dot -o shop.db
	[[ $stderr == *RUN038* ]]
	expect 2 plan shop.db shop.db --format dot
	[[ $stderr == *"no format dot"* ]]
}

@test "no tables at all" {
	sqlite3 none.db "PRAGMA user_version = 3"
	expect 0 dump none.db --format mermaid
	[ "$output" = erDiagram ]
	expect 0 dump none.db --format dot
	[[ $output == "digraph schema {"*"}" ]]
	"$MOULT" dump none.db --format html -o none.html
	is_our_page none.html
	grep -q 'user_version <b>3</b>' none.html
	grep -q 'There is no table and no view' none.html
}

@test "dot: Graphviz draws any name, and every table is in the picture" {
	has_dot
	odd
	"$MOULT" dump odd.db --format dot --with views,triggers -o odd.dot
	[ -z "$(dot -Tsvg odd.dot -o odd.svg 2>&1)" ]
	[ "$(grep -c 'class="node"' odd.svg)" = 11 ]
	[ "$(grep -c 'class="edge"' odd.svg)" = 8 ]
	grep -q '&lt;/style&gt;&lt;img' odd.svg
	! grep -qE '<img|<script|<a |\[31m.*'"$(printf '\033')" odd.svg
}

@test "svg and png are drawn by dot" {
	has_dot
	shop
	"$MOULT" dump shop.db --format svg -o shop.svg
	grep -q '</svg>' shop.svg
	for table in author book cover edition loan word; do
		grep -q ">$table</text>" shop.svg
	done
	"$MOULT" dump shop.db --format png -o shop.png
	[ "$(head -c 4 shop.png | tail -c 3)" = PNG ]
	expect 0 dump shop.db --format svg --json
	[ "$(sqlite3 :memory: "SELECT json_extract('${output//\'/\'\'}', '\$.svg') LIKE '%</svg>%'")" = 1 ]
}

@test "a dot that fails, or gives nothing back, is said" {
	shop
	mkdir bin
	printf '#!/bin/sh\nexit 3\n' >bin/dot
	chmod +x bin/dot
	run -2 --separate-stderr env PATH="$PWD/bin:$PATH" "$MOULT" dump shop.db --format svg
	[[ $stderr == *"gave no picture"* ]]
	[ -z "$output" ]
	run -0 --separate-stderr env PATH="$PWD/bin:$PATH" "$MOULT" dump shop.db --format html
	[[ $output == *"</html>" && $output != *"<svg"* ]]
	# One that answers before it has read, and more than a pipe holds.
	printf '#!/bin/sh\nhead -c 300000 /dev/zero | tr "\\0" x\ncat >/dev/null\n' >bin/dot
	[ "$(PATH=$PWD/bin:$PATH "$MOULT" dump shop.db --format svg | wc -c)" = 300000 ]
}

@test "html: all that is there, and what refers to what" {
	shop
	"$MOULT" dump shop.db --format html -o shop.html
	is_our_page shop.html
	text=$(sed '/^<style>$/,/^<\/style>/d; /^<svg/,/^<\/svg>/d' shop.html)
	for name in author book cover edition loan word shelf; do
		[[ $text == *"id=\"$name\""* ]]
	done
	[[ $text == *'<a href="#book">book</a>: <code>FOREIGN KEY (book) REFERENCES Book(id)</code>'* ]]
	[[ $text == *'<a href="#loan">loan</a> by <code>book, number</code>'* ]]
	[[ $text == *"<summary>keep AFTER UPDATE OF title, author</summary>"* ]]
	[[ $text == *"SELECT name, title FROM book JOIN author"* ]]
}

@test "html: what a document says of its tables" {
	cat >app.xml <<'END'
<database xmlns="urn:moult:schema:1" name="Library &amp; more"><doc>All books.
And &lt;who&gt; has them.</doc>
<table name="book" doc="one &lt;copy&gt; each"><column name="id" type="INTEGER" primary-key="true" doc="on the spine"/>
<column name="title" type="TEXT" default="'&lt;none&gt;'" collate="NOCASE"/></table></database>
END
	"$MOULT" dump app.xml --format html -o app.html
	is_our_page app.html
	grep -q '<h1>Library &amp; more</h1>' app.html
	grep -q 'And &lt;who&gt; has them' app.html
	grep -q 'one &lt;copy&gt; each' app.html
	grep -q 'on the spine' app.html
	grep -q "DEFAULT &#39;&lt;none&gt;&#39;" app.html
	grep -q 'COLLATE NOCASE' app.html
}

@test "html: markup in names, defaults, checks and SQL is text" {
	odd
	"$MOULT" dump odd.db --format html --with views,triggers -o odd.html
	is_our_page odd.html
	! grep -qE '<(script|img|u|i)[> ]' odd.html
	! grep -q "$(printf '\033')" odd.html
	grep -q 'alert(1)&lt;/script&gt;' odd.html
	grep -q '&lt;U+202E&gt;' odd.html
	grep -q 'nowhere (not there)' odd.html
}

@test "a schema that changes nothing but its order of tables has the same picture" {
	echo 'CREATE TABLE a(x INTEGER PRIMARY KEY); CREATE TABLE b(y REFERENCES a);' >1.sql
	echo 'CREATE TABLE b(y REFERENCES a); CREATE TABLE a(x INTEGER PRIMARY KEY);' >2.sql
	for format in mermaid dot; do
		cmp <("$MOULT" dump 1.sql --format $format) <("$MOULT" dump 2.sql --format $format)
	done
}
