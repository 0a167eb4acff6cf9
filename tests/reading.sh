#!/bin/sh
# SPDX-License-Identifier: MIT
#
# reading.sh: the law of reading.  What a document's expressions read is the file
# as it was; so what comes of it depends neither on the names of the tables, nor on
# their order in the document, nor on the way that the plan takes.
#
# Each scene is a file, a document and what must come of the rows, over tables that
# are called @A@, @B@ and @C@.  It is tried under all orders of three names, some of
# them odd, with the tables of the document as they stand and turned about; by apply
# with each strategy and by a script.
set -u
: "${MOULT:?}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
number=0

# In files @A@ is a name in SQL, %A% the bare name.
names='aaa mmm zzz
aaa zzz mmm
mmm aaa zzz
mmm zzz aaa
zzz aaa mmm
zzz mmm aaa
old new select
x_b x a'

# as TEXT A B C: a text with these names.
as() {
	sed "s/@A@/\"$2\"/g; s/@B@/\"$3\"/g; s/@C@/\"$4\"/g; s/%A%/$2/g; s/%B%/$3/g; s/%C%/$4/g" "$1"
}

document() {
	echo '<database xmlns="urn:moult:schema:1">'
	cat "$1"
	echo '</database>'
}

# tried HOW: what came of it is in out.db.
tried() {
	tries=$((tries + 1))
	got=$(sqlite3 -batch out.db 2>&1 <rows)
	[ "$got" = "$expected" ] && return
	wrong="$wrong
# $1, names $line, order $order: $(echo "$got" | tr '\n' ' ')"
}

by_all_ways() {
	for way in auto rebuild alter alter,edit,exchange; do
		cp have.db out.db
		"$MOULT" apply out.db want.xml --yes --no-backup -q --allow all --strategy "$way" >said 2>&1 ||
			wrong="$wrong
# $(head -n 1 said)"
		tried "--strategy $way"
	done
	cp have.db out.db
	"$MOULT" plan have.db want.xml --allow all --format shell >up.sql 2>said && sqlite3 -batch out.db <up.sql >>said 2>&1 ||
		wrong="$wrong
# $(head -n 1 said)"
	tried "a script"
}

# scene NAME EXPECTED: of have.sql, want (a table of the document a line) and the answer to rows.sql.
scene() {
	wrong=
	tries=0
	expected=$2
	while read -r line; do
		# shellcheck disable=SC2086
		set -- "$1" $line
		as have.sql "$2" "$3" "$4" >have
		as rows.sql "$2" "$3" "$4" >rows
		rm -f have.db
		sqlite3 have.db <have
		order=${orders%%,*}
		orders=${orders#*,},$order
		as want "$2" "$3" "$4" | $order >turned
		document turned >want.xml
		by_all_ways
	done <names
	number=$((number + 1))
	if [ -z "$wrong" ]; then
		echo "ok $number - $1 ($tries ways)"
	else
		echo "not ok $number - $1"
		echo "$wrong" | sed 1d | head -n 12
	fi
}

echo "$names" >names
orders='cat,sort,sort -r' # each in its turn: the names of a scene are eight, so that the next begins elsewhere
key='<column name="id" type="INTEGER" primary-key="true"/>'

# ---- a column moves to another table, which is written anew itself ----
cat >have.sql <<'END'
CREATE TABLE @A@(id INTEGER PRIMARY KEY, size INTEGER, note TEXT);
CREATE TABLE @B@(id INTEGER PRIMARY KEY, a INT, k INT);
INSERT INTO @A@ VALUES (1, 5, 'x'), (2, 7, 'y');
INSERT INTO @B@ VALUES (10, 1, 1), (11, 2, 2), (12, 3, 3);
END
cat >want <<END
<table name="%A%">$key<column name="note" type="INTEGER"/><dropped column="size"/></table>
<table name="%B%">$key<column name="a" type="INT"/><column name="k" type="TEXT"/><column name="size" type="INTEGER" using="(SELECT p.size FROM [%A%] p WHERE p.id = old.a)"/></table>
END
echo 'SELECT a, k, typeof(k), size FROM @B@ ORDER BY id;' >rows.sql
scene "a column moves to another table" '1|1|text|5
2|2|text|7
3|3|text|'

# ---- what is read is retyped, and renamed, table and column ----
cat >want <<END
<table name="%C%" was="%A%">$key<column name="bytes" was="size" type="TEXT" using="old.size * 1024"/><column name="note" type="TEXT"/></table>
<table name="%B%">$key<column name="a" type="INT"/><column name="k" type="INT"/><column name="size" type="INTEGER" using="(SELECT p.size FROM [%A%] p WHERE p.id = old.a) + old.k"/></table>
END
echo 'SELECT a, size FROM @B@ ORDER BY id; SELECT bytes FROM @C@ ORDER BY id;' >rows.sql
scene "what is read is retyped and renamed" '1|6
2|9
3|
5120
7168'

# ---- three tables pass a column round ----
cat >have.sql <<'END'
CREATE TABLE @A@(id INTEGER PRIMARY KEY, v INT);
CREATE TABLE @B@(id INTEGER PRIMARY KEY, v INT);
CREATE TABLE @C@(id INT PRIMARY KEY, v INT) WITHOUT ROWID;
INSERT INTO @A@ VALUES (1, 10), (2, 11);
INSERT INTO @B@ VALUES (1, 20), (2, 21);
INSERT INTO @C@ VALUES (1, 30), (2, 31);
END
cat >want <<END
<table name="%A%">$key<column name="v" type="TEXT" using="(SELECT n.v FROM [%B%] n WHERE n.id = old.id)"/></table>
<table name="%B%">$key<column name="v" type="TEXT" using="(SELECT n.v FROM [%C%] n WHERE n.id = old.id)"/></table>
<table name="%C%" without-rowid="true"><column name="id" type="INT" primary-key="true"/><column name="v" type="TEXT" using="(SELECT n.v FROM [%A%] n WHERE n.id = old.id)"/></table>
END
echo 'SELECT v FROM @A@ ORDER BY id; SELECT v FROM @B@ ORDER BY id; SELECT v FROM @C@ ORDER BY id;' >rows.sql
scene "tables pass a column round" '20
21
30
31
10
11'

# ---- a name is used again: the old rows stand under another ----
cat >want <<END
<table name="kept" was="%A%">$key<column name="v" type="INT"/></table>
<table name="%A%">$key<column name="v" type="INT"/></table>
<table name="%B%">$key<column name="v" type="INT"/><column name="w" type="INT" using="(SELECT n.v FROM [%A%] n WHERE n.id = old.id) * 2"/></table>
<table name="%C%" without-rowid="true"><column name="id" type="INT" primary-key="true"/><column name="v" type="INT"/></table>
END
echo 'SELECT v, w FROM @B@ ORDER BY id; SELECT count(*) FROM @A@; SELECT v FROM kept ORDER BY id;' >rows.sql
scene "a name is used again" '20|20
21|22
0
10
11'

# ---- a table goes, and its rows are in an index from now on; a view of it is read, too ----
cat >have.sql <<'END'
CREATE TABLE @A@(id INTEGER PRIMARY KEY, words TEXT);
CREATE TABLE @B@(id INTEGER PRIMARY KEY, a INT);
CREATE VIEW seen AS SELECT id AS n, upper(words) AS w FROM @A@;
INSERT INTO @A@ VALUES (1, 'one'), (2, 'two');
INSERT INTO @B@ VALUES (5, 2);
END
cat >want <<END
<dropped table="%A%"/>
<dropped view="seen"/>
<table name="%B%">$key<column name="a" type="INT"/><column name="w" type="TEXT" using="(SELECT s.w FROM seen s WHERE s.n = old.a)"/></table>
<virtual-table name="%C%" using="fts5" args="words"><populate>INSERT INTO [%C%](rowid, words) SELECT id, words FROM [%A%]</populate></virtual-table>
END
echo 'SELECT a, w FROM @B@; SELECT rowid FROM @C@ ORDER BY rowid; SELECT words FROM @C@ ORDER BY rowid;' >rows.sql
scene "a table goes into an index" '2|TWO
1
2
one
two'

# ---- rows in the way of a key are repaired by what another table says ----
cat >have.sql <<'END'
CREATE TABLE @A@(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE @B@(id INTEGER PRIMARY KEY, tag TEXT);
INSERT INTO @A@ VALUES (1, 'x'), (2, 'x'), (3, 'y'), (4, NULL);
INSERT INTO @B@ VALUES (2, 'red'), (3, 'blue');
END
cat >want <<END
<table name="%A%">$key<column name="name" type="TEXT" unique="true" using="old.name || '/' || (SELECT t.tag FROM [%B%] t WHERE t.id = old.id)"/></table>
<table name="%B%">$key<column name="tag" type="TEXT" check="tag &lt;&gt; 'red'" using="'green'"/></table>
END
echo 'SELECT quote(name) FROM @A@ ORDER BY id; SELECT tag FROM @B@ ORDER BY id;' >rows.sql
scene "rows in the way are repaired" "'x'
'x/red'
'y'
NULL
green
blue"

# ---- a table is split: the new one is filled, and looked up; what it reads is renamed ----
cat >have.sql <<'END'
CREATE TABLE @A@(id INTEGER PRIMARY KEY, street TEXT, city TEXT);
CREATE TABLE @C@(id INTEGER PRIMARY KEY, city TEXT COLLATE NOCASE, zip TEXT);
INSERT INTO @A@ VALUES (1, 'b', 'x'), (2, 'a', 'y'), (3, 'b', 'x'), (4, NULL, 'y'), (5, 'b', NULL);
INSERT INTO @C@ VALUES (1, 'X', '010'), (2, 'y', '20');
END
cat >want <<END
<table name="%B%">$key<column name="street" type="TEXT"/><column name="zip" type="TEXT"/><from>SELECT DISTINCT n.zip, m.street FROM [%A%] m LEFT JOIN [%C%] n ON m.city = n.city COLLATE NOCASE WHERE m.street IS NOT NULL</from></table>
<table name="%A%">$key<column name="at" type="INTEGER" references="[%B%]" using="(SELECT p.id FROM [%B%] p LEFT JOIN [%C%] n ON n.zip = p.zip WHERE p.street = old.street AND n.city IS old.city)"/><dropped column="street"/><dropped column="city"/></table>
<table name="kept" was="%C%">$key<column name="zip" was="city" type="TEXT"/><column name="code" was="zip" type="INTEGER" using="old.zip + 0"/></table>
END
echo "SELECT id, coalesce(zip, '-'), street FROM @B@ ORDER BY id; SELECT id, coalesce(at, '-') FROM @A@ ORDER BY id; SELECT zip, code FROM kept ORDER BY id" >rows.sql
scene "a filled table is looked up" '1|-|b
2|010|b
3|20|a
1|2
2|3
3|2
4|-
5|1
X|10
y|20'

# ---- a filled table takes the name of one that the file has, which is what expressions read ----
cat >have.sql <<'END'
CREATE TABLE @A@(id INTEGER PRIMARY KEY, v INT);
CREATE TABLE @B@(id INTEGER PRIMARY KEY, v INT);
INSERT INTO @A@ VALUES (1, 10), (2, 11);
INSERT INTO @B@ VALUES (1, 20), (2, 21);
END
cat >want <<END
<table name="kept" was="%A%">$key<column name="v" type="INT"/></table>
<table name="%A%">$key<column name="v" type="INT"/><from>SELECT m.v + n.v AS v FROM [%A%] m, [%C%] n WHERE m.id = 1</from></table>
<table name="%C%">$key<column name="v" type="INT"/><from>SELECT v + (SELECT v FROM [%A%] WHERE id = 2) AS v FROM [%B%]</from></table>
<table name="%B%">$key<column name="v" type="INT"/><column name="w" type="INT" using="(SELECT n.v FROM [%A%] n WHERE n.id = old.id) * (SELECT v FROM [%C%] WHERE id = old.id)"/></table>
END
echo 'SELECT v FROM @A@ ORDER BY id; SELECT v FROM @C@ ORDER BY id; SELECT v, w FROM @B@ ORDER BY id; SELECT v FROM kept ORDER BY id;' >rows.sql
scene "a filled table takes a name of the file" '41
42
31
32
20|310
21|352
10
11'

# ---- what a view makes up, nobody foretells ----
cat >have.sql <<'END'
CREATE TABLE @A@(id INTEGER PRIMARY KEY);
CREATE TABLE @B@(id INTEGER PRIMARY KEY);
CREATE VIEW dice AS SELECT id, random() AS n FROM @B@;
CREATE VIEW thrown AS SELECT id, n FROM dice;
INSERT INTO @A@ VALUES (1), (2);
INSERT INTO @B@ VALUES (1), (2);
END
cat >want <<END
<table name="%A%">$key<column name="n" using="(SELECT d.n FROM thrown d WHERE d.id = old.id)"/></table>
END
echo "SELECT count(*) FROM @A@ WHERE typeof(n) = 'integer';" >rows.sql
scene "a view that varies" 2

# ---- an aggregate of a window is a value of its row ----
cat >have.sql <<'END'
CREATE TABLE @A@(id INTEGER PRIMARY KEY, a INT);
CREATE TABLE @B@(id INTEGER PRIMARY KEY, a INT);
INSERT INTO @A@ VALUES (1, 10), (2, 20), (3, 30);
INSERT INTO @B@ VALUES (1, 1), (2, 2);
END
cat >want <<END
<table name="%A%">$key<column name="a" type="INT"/><column name="n" using="sum(a) OVER (ORDER BY id)"/></table>
<table name="%B%">$key<column name="a" type="INT"/><column name="n" using="max(a) OVER () + (SELECT max(m.a) FROM [%A%] m)"/></table>
END
echo "SELECT group_concat(n) FROM @A@; SELECT group_concat(n) FROM @B@;" >rows.sql
scene "an aggregate of a window" '10,30,60
32,32'

echo "1..$number"
