# SPDX-License-Identifier: MIT
#
# Plans and rehearsals to read: as pages, and as Markdown for a review.

bats_require_minimum_version 1.5.0
load common
load page

setup() {
	begin
	sqlite3 app.db <<'END'
CREATE TABLE author(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE book(id INTEGER PRIMARY KEY, author INTEGER REFERENCES author(id), title TEXT NOT NULL, pages TEXT,
	note TEXT);
CREATE TABLE old(x);
CREATE TABLE far(y);
CREATE VIEW shelf AS SELECT title FROM book;
INSERT INTO author VALUES (1, 'Le Guin');
INSERT INTO book VALUES (1, 1, 'The Dispossessed', '341', NULL), (3, 1, 'Rocannon''s World', '0165', '</td><script>');
END
	sed 's/^	//' >app.xml <<'END'
	<database xmlns="urn:moult:schema:1">
	<table name="author"><column name="id" type="INTEGER" primary-key="true"/>
	<column name="name" type="TEXT" not-null="true"/></table>
	<table name="book"><column name="id" type="INTEGER" primary-key="true"/>
	<column name="author_id" was="author" type="INTEGER" references="author(id)"/>
	<column name="title" type="TEXT" not-null="true"/><column name="pages" type="INTEGER"/>
	<column name="lent_to" type="TEXT"/><dropped column="note"/><check>id &gt; 0</check></table>
	<table name="far"><column name="y"/></table>
	<table name="word"><column name="text" type="TEXT" check="text &lt;> ''"/></table>
	<dropped table="old"/>
	<view name="shelf">SELECT title, pages FROM book</view>
	</database>
END
}

# The page without the pictures.
text_of() {
	sed '/^<style>$/,/^<\/style>/d; /^<svg/,/^<\/svg>/d' "$1"
}

@test "a page of a plan: verdict, hazards with their rows, both sides, statements" {
	"$MOULT" plan app.db app.xml --format html -o plan.html
	is_our_page plan.html
	text=$(text_of plan.html)
	[[ $text == *"<h1>app.db to app.xml</h1>"* ]]
	[[ $text == *'class="verdict bad"'*"refused: 1 hazard stands, nothing would be run"* ]]
	[[ $text == *"refused MD105</span> <b>column book.pages</b>"*"rowid 3: &#39;0165&#39;"* ]]
	[[ $text == *"allowed MD102"*"<dt>rows</dt><dd>1: &#39;&lt;/td&gt;&lt;script&gt;&#39;</dd>"* ]]
	[[ $text == *"<dt>or consent</dt><dd>--allow MD105:book.pages</dd>"* ]]
	[[ $text == *'<td class="change"><code>author INTEGER</code></td><td class="change"><code>author_id INTEGER</code></td>'* ]]
	[[ $text == *'<tr class="same"><td><code>title TEXT NOT NULL</code></td><td><code>title TEXT NOT NULL</code></td></tr>'* ]]
	[[ $text == *'<td></td><td class="add"><code>lent_to TEXT</code></td>'* ]]
	[[ $text == *'<td class="drop"><code>x</code></td><td></td>'* ]]
	[[ $text == *'<code>CHECK (id &gt; 0)</code>'* ]]
	[[ $text == *'<td></td><td class="add"><code>CHECK (text &lt;&gt; &#39;&#39;)</code></td>'* ]]
	[[ $text == *"view shelf: is changed"*"SELECT title FROM book"*"SELECT title, pages FROM book"* ]]
	[[ $text == *"ALTER TABLE book RENAME COLUMN author TO author_id;"* ]]
	expect 0 plan app.db app.xml --json
	id=$(sqlite3 :memory: "SELECT json_extract('${output//\'/\'\'}', '$.plan')")
	grep -q "<code>$id</code>" plan.html
	# Every statement of the plan is there.
	[ "$(text_of plan.html | grep -cE ';(</code></pre>)?$')" -ge "$("$MOULT" plan app.db app.xml --json | grep -c '"sql"')" ]
}

@test "pictures of a plan have what changes and what is next to it, in colours" {
	command -v dot >/dev/null || skip "no Graphviz"
	"$MOULT" plan app.db app.xml --format html -o plan.html
	[ "$(grep -c '^<svg' plan.html)" = 2 ]
	pictures=$(sed -n '/^<svg/,/^<\/svg>/p' plan.html)
	before=${pictures%%</svg>*}
	after=${pictures#*</svg>}
	[[ $before == *">author</text>"* && $before == *">old</text>"* && $before == *"becomes author_id"* ]]
	[[ $after == *"was author<"* && $after == *"type TEXT becomes INTEGER"* && $after == *">word</text>"* ]]
	[[ $after != *">old</text>"* && $pictures != *">far</text>"* ]]
	[[ $before == *fadbdb* && $before != *d5f2dc* && $after == *d5f2dc* && $after != *fadbdb* ]]
}

@test "a plan with nothing to do, and one that may run" {
	"$MOULT" plan app.db app.db --format html -o plan.html
	is_our_page plan.html
	text=$(text_of plan.html)
	[[ $text == *'class="verdict good"'*"nothing to do"* && $text != *"<h2>Changes"* ]]
	"$MOULT" plan app.db app.xml --allow all --format html -o plan.html
	text=$(text_of plan.html)
	[[ $text == *'class="verdict good"'*"would run "*"estimate: "* ]]
	[[ $text == *"allowed MD105"* ]]
	"$MOULT" plan app.xml app.xml --format html >plan.html
	is_our_page plan.html
	expect 0 plan app.db app.xml --format html --json
	[ "$(sqlite3 :memory: "SELECT json_extract('${output//\'/\'\'}', '$.html') LIKE '<!DOCTYPE html>%'")" = 1 ]
}

@test "a rehearsal as a page, good, refused and failed" {
	expect 3 rehearse app.db app.xml --format html -o refused.html
	is_our_page refused.html
	[[ $(text_of refused.html) == *'class="verdict bad"'*"apply would be refused"*"MD105"* ]]
	expect 0 rehearse app.db app.xml --allow all --format html -o good.html
	is_our_page good.html
	text=$(text_of good.html)
	[[ $text == *'class="verdict good"'*"apply would succeed"* ]]
	[[ $text == *"<dt>rows</dt><dd>2 rows copied, "* && $text == *"<dt>space</dt>"* ]]
	[[ $text == *"ALTER TABLE book RENAME COLUMN author TO author_id;"* ]]
	[ "$(sqlite3 app.db "SELECT count(*) FROM pragma_table_info('book')")" = 5 ]
	before=$(cksum app.db)
	expect 2 rehearse app.db app.xml --format html -o app.db
	[[ $stderr == *RUN038* ]]
	[ "$before" = "$(cksum app.db)" ]
	expect 2 rehearse app.db app.xml --format markdown
	[[ $stderr == *"no format markdown"* ]]
}

@test "markdown: verdict, hazards, changes, a picture, statements" {
	expect 0 plan app.db app.xml --format markdown
	[[ $output == "## app.db to app.xml"*"**refused: 1 hazard stands, nothing would be run**"* ]]
	[[ $output == *$'\n- **refused MD105** column book.pages: '* ]]
	[[ $output == *"  - 1 row: '\\</td\\>\\<script\\>'"* ]]
	[[ $output == *'  - or consent by --allow: `MD105:book.pages`'* ]]
	[[ $output == *$'\n+ column lent_to TEXT\n'* && $output == *$'\n> column author_id, was author\n'* ]]
	[[ $output == *$'```mermaid\nerDiagram\n'*'INTEGER author_id FK "was author"'*$'\n```\n'* ]]
	[[ $output == *$'```sql\n'*"ALTER TABLE book RENAME COLUMN author TO author_id;"*$'```\n\n</details>'* ]]
	[ $(($(grep -c '^```' <<<"$output") % 2)) = 0 ]
}

@test "names that are markup are text in a plan, and no fence ends in one" {
	sqlite3 odd.db <<'END'
CREATE TABLE "</table><script>"("a ``` b" TEXT, "@team #12 *x*" TEXT, "
```
# head" TEXT);
END
	sqlite3 want.db <<'END'
CREATE TABLE "</table><script>"("a ``` b" INT, "@team #12 *x*" TEXT NOT NULL, "
```
# head" INT);
CREATE TABLE "<img src=x>"("javascript:alert(1)" REFERENCES "</table><script>");
END
	"$MOULT" plan odd.db want.db --format html -o plan.html
	is_our_page plan.html
	expect 0 plan odd.db want.db --format markdown
	plain=$(sed -E '/^(`{3,})/,/^`{3,}$/d' <<<"$output")
	[[ $plain != *"<script>"* && $plain != *"@team"* && $plain != *" *x*"* ]]
	[[ $output == *'````sql'* ]]
	[ -z "$(awk '/^`{4,}/ { inside = !inside; next } /^```$/ && !inside { print; }' <<<"$(sed '/^```mermaid/,/^```$/d' <<<"$output")")" ]
}
