# SPDX-License-Identifier: MIT
#
# Rows that a document declares: written once, told in numbers, and told from what somebody made of them.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
}

# doc FILE ROWS [COLUMNS [MORE]]: countries with these rows.
doc() {
	echo "<database xmlns=\"urn:moult:schema:1\"><table name=\"country\">
		<column name=\"code\" type=\"TEXT\" not-null=\"true\" primary-key=\"true\"/>
		<column name=\"name\" type=\"TEXT\"/>${3-}<rows>$2</rows></table>${4-}</database>" >"$1"
}

has() {
	[ "$(sqlite3 "${3-app.db}" "$1")" = "$2" ] || { sqlite3 "${3-app.db}" "$1; SELECT * FROM _moult_done"; return 1; }
}

# There is nothing left to do.
applied() {
	"$MOULT" apply app.db "$1" --yes --no-backup -q
	"$MOULT" plan app.db "$1" --check -q
}

refused() {
	run -3 --separate-stderr "$MOULT" apply app.db "$1" --yes --no-backup
	[[ "$stderr" == *"$2"* ]]
}

one='<row code="CH" name="Schweiz"/><row code="DD" name="DDR"/><row code="FR" name="France"/>'
two='<row code="FR" name="France"/><row code="CH" name="Suisse"/><dropped row="DD"/><row code="LI" name="Liechtenstein"/>'

@test "what the release before declared is brought up to date, and what somebody made of it is not" {
	doc 1.xml "$one"
	doc 2.xml "$two"
	applied 1.xml
	sqlite3 app.db "INSERT INTO country VALUES ('IT', 'Italia')"
	run -0 --separate-stderr "$MOULT" plan app.db 2.xml
	[[ "$output" == *"rows of table country: 1 to insert, 1 to update, 1 to delete, 1 as declared"* ]]
	run -0 --separate-stderr "$MOULT" plan app.db 2.xml --json
	[[ "$(echo "$output" | tr -d ' \n')" == *'"rows":[{"table":"country","declared":4,"insert":1,"update":1,"delete":1,"same":1}]'* ]]
	applied 2.xml
	has "SELECT group_concat(code || name) FROM (SELECT * FROM country ORDER BY 1)" CHSuisse,FRFrance,ITItalia,LILiechtenstein
	sqlite3 app.db "UPDATE country SET name = 'Helvetia' WHERE code = 'CH'; UPDATE country SET name = NULL WHERE code = 'LI'"
	refused 1.xml "name is 'Helvetia', declared 'Schweiz'"
	refused 2.xml "name is NULL, declared 'Liechtenstein'"
	doc 3.xml '<row code="CH" name="Helvetia"/>'
	applied 3.xml
	doc 3.xml '<row code="LI" name="Liechtenstein" update="true"/>'
	applied 3.xml
	doc 3.xml '<row code="FR" name="Gallia"/>'
	sqlite3 app.db "UPDATE country SET name = 'x' WHERE code = 'FR'"
	refused 3.xml MD121
	"$MOULT" apply app.db 3.xml --yes --no-backup -q --allow MD121:country
	has "SELECT name FROM country WHERE code = 'FR'" Gallia
}

@test "a column that the release before did not declare is nobody's change at its DEFAULT" {
	doc 1.xml '<row code="CH"/>' '<column name="n" type="INTEGER" default="7"/>'
	doc 2.xml '<row code="CH" name="Schweiz" n="8"/>' '<column name="n" type="INTEGER" default="7"/>'
	applied 1.xml
	cp app.db other.db
	applied 2.xml
	has "SELECT name || n FROM country" Schweiz8
	cp other.db app.db
	sqlite3 app.db "UPDATE country SET n = 9"
	refused 2.xml "n is 9, declared 8"
}

@test "a value that somebody gave is theirs, though the column gets it for its DEFAULT" {
	doc 1.xml '<row code="CH"/>' '<column name="n" type="INTEGER" default="7"/>'
	doc 2.xml '<row code="CH" n="8"/>' '<column name="n" type="INTEGER" default="9"/>'
	applied 1.xml
	cp app.db other.db
	sqlite3 app.db "UPDATE country SET n = 9"
	refused 2.xml "n is 9, declared 8"
	"$MOULT" plan 1.xml 2.xml --format sql -o up.sql 2>/dev/null
	run ! --separate-stderr sqlite3 -bail app.db <up.sql
	[[ "$stderr" == *MD121* ]]
	cp other.db app.db
	sqlite3 -bail other.db <up.sql
	applied 2.xml
	has "SELECT n FROM country" 8
	has "SELECT n FROM country" 8 other.db
}

@test "rows exchange unique values, hand them on, and leave them to new rows" {
	for kind in 'TEXT" unique="true" collate="NOCASE' 'INTEGER" unique="true" not-null="true' 'TEXT" unique="true" not-null="true' \
		'BLOB" unique="true" not-null="true' 'TEXT" unique="true" not-null="true" check="length(n) = 1' 'INTEGER'; do
		index=
		[ "$kind" != INTEGER ] || index='<index name="i" columns="n, v DESC" unique="true"/>'
		rm -f app.db
		for n in 1 2 3; do
			case $n in
			1) rows='<row code="A" n="1" v="x"/><row code="B" n="2"/><row code="C" n="3" v="x"/>' ;;
			2) rows='<row code="A" n="3" v="x"/><row code="B" n="1"/><row code="C" n="2" v="x"/>' ;;
			3) rows='<row code="X" n="1"/><row code="A" n="2"/><row code="B" n="3" v="x"/><row code="C" n="4"/>' ;;
			esac
			doc $n.xml "$rows" "<column name=\"n\" type=\"$kind\"/><column name=\"v\"/>$index"
			[ $n = 1 ] || cp app.db script.db
			run -0 --separate-stderr "$MOULT" apply app.db $n.xml --yes --no-backup
			[ $n != 2 ] || [[ "$output$stderr" == *"3 rows updated"* ]]
			"$MOULT" plan app.db $n.xml --check -q
			[ $n != 1 ] || continue
			"$MOULT" plan $((n - 1)).xml $n.xml --format sql -o up.sql 2>/dev/null
			sqlite3 -bail script.db <up.sql
			has "SELECT * FROM country ORDER BY 1" "$(sqlite3 app.db "SELECT * FROM country ORDER BY 1")" script.db
		done
		has "SELECT group_concat(code || n) FROM (SELECT * FROM country ORDER BY 1)" A2,B3,C4,X1
	done
	sqlite3 app.db "INSERT INTO country VALUES ('W', NULL, 9, 'x')"
	doc 4.xml '<row code="A" n="9" v="x"/><row code="B" n="2" v="x"/>' "<column name=\"n\" type=\"INTEGER\"/><column name=\"v\"/>$index"
	refused 4.xml RUN027
}

@test "marks follow a column to its new type" {
	doc 1.xml '<row code="CH" n="8"/><row code="FR" n="x"/>' '<column name="n" type="TEXT"/>'
	doc 2.xml '<row code="CH" n="8"/><row code="FR" n="x"/>' '<column name="n" type="INTEGER"/>'
	doc 3.xml '<row code="CH" n="9"/><row code="FR" n="x"/>' '<column name="n" type="INTEGER"/>'
	applied 1.xml
	cp app.db script.db
	applied 2.xml
	applied 3.xml
	for to in 2 3; do
		"$MOULT" plan $((to - 1)).xml $to.xml --format sql -o up.sql 2>/dev/null
		sqlite3 -bail script.db <up.sql
	done
	for file in app.db script.db; do has "SELECT group_concat(typeof(n) || n) FROM country" integer9,textx $file; done
}

@test "a script and a C unit do what apply does, once, and refuse what it refuses" {
	doc 1.xml "$one"
	doc 2.xml "$two"
	applied 1.xml
	cp app.db script.db
	cp app.db edited.db
	cp app.db unit.db
	"$MOULT" plan 1.xml 2.xml --format sql -o up.sql 2>/dev/null
	sqlite3 -bail script.db <up.sql
	applied 2.xml
	for what in "SELECT * FROM country ORDER BY 1" "SELECT kind, object, digest FROM _moult_done ORDER BY 1, 2"; do
		has "$what" "$(sqlite3 app.db "$what")" script.db
	done
	"$MOULT" plan script.db 2.xml --check -q
	run ! --separate-stderr sqlite3 -bail script.db <up.sql
	[[ "$stderr" == *"nothing to do"* ]]
	sqlite3 edited.db "UPDATE country SET name = 'x' WHERE code = 'CH'"
	run ! --separate-stderr sqlite3 -bail edited.db <up.sql
	[[ "$stderr" == *MD121* ]]
	has "SELECT count(*) FROM country WHERE code = 'LI'" 0 edited.db
	# one that goes on after errors changes nothing either
	run ! --separate-stderr sqlite3 edited.db <up.sql
	has "SELECT group_concat(code || name) FROM (SELECT * FROM country ORDER BY 1)" CHx,DDDDR,FRFrance edited.db

	"$MOULT" plan 1.xml 2.xml --format c -o up.c 2>/dev/null
	cat >main.c <<-'C'
		#include "up.h"
		int main(int count, char **names)
		{
			sqlite3 *db;
			int result = sqlite3_open(names[count - 1], &db) ? 99 : (int)up_upgrade(db);

			sqlite3_close(db);
			return result;
		}
	C
	cc -o up main.c up.c -lsqlite3 || skip "no C compiler"
	first=0; ./up unit.db || first=$?
	has "SELECT * FROM country ORDER BY 1" "$(sqlite3 app.db "SELECT * FROM country ORDER BY 1")" unit.db
	second=0; ./up unit.db || second=$?
	[ "$first" != "$second" ]
	"$MOULT" plan unit.db 2.xml --check -q
}

@test "a script brings back rows that somebody deleted" {
	doc 1.xml "$one"
	applied 1.xml
	sqlite3 app.db "DELETE FROM country WHERE code = 'CH'"
	"$MOULT" plan app.db 1.xml --format sql -o up.sql 2>/dev/null
	for n in 1 2; do
		sqlite3 -bail app.db <up.sql
		has "SELECT group_concat(code || name) FROM (SELECT * FROM country ORDER BY 1)" CHSchweiz,DDDDR,FRFrance
	done
	"$MOULT" plan app.db 1.xml --check -q
}

@test "a new file, a migrated one and one made by SQL have the same rows, in whatever order they are declared" {
	more='<table name="town"><column name="id" type="INTEGER" primary-key="true" autoincrement="true"/><column name="country" type="TEXT" references="country"/><rows>ROWS</rows></table>'
	doc 1.xml '<row code="CH"/>'
	doc 2.xml "$two" '' "${more/ROWS/<row id=\"7\" country=\"LI\"/><row id=\"3\" country=\"CH\"/>}"
	echo "<database xmlns=\"urn:moult:schema:1\">${more/ROWS/<row country=\"CH\" id=\"03\"/><row id=\"7\" country=\"LI\"/>}$(sed 's/.*\(<table name="country">\)/\1/; s/<table name="town.*//' 2.xml | grep -v '</database>')</database>" >3.xml
	"$MOULT" apply app.db 1.xml --yes --no-backup -q
	"$MOULT" apply app.db 2.xml --yes --no-backup -q --allow MD121
	"$MOULT" apply new.db 3.xml --yes -q
	"$MOULT" dump 2.xml --format sql 2>/dev/null | sqlite3 made.db
	for file in new.db made.db; do
		"$MOULT" plan $file 2.xml --check -q
		for what in "SELECT * FROM country ORDER BY 1" "SELECT * FROM town" "SELECT * FROM sqlite_sequence"; do
			has "$what" "$(sqlite3 app.db "$what")" $file
		done
	done
}

@test "rows without a parent refuse, in a new file too" {
	town='<table name="town"><column name="id" type="INTEGER" primary-key="true"/><column name="country" type="TEXT" references="country"/><index name="i" columns="country"/><rows><row id="1" country="COUNTRY"/></rows></table>'
	doc 1.xml "$one" '' "${town/COUNTRY/XX}"
	refused 1.xml RUN012
	[ ! -s app.db ]
	doc 1.xml "$one" '' "${town/COUNTRY/DD}"
	applied 1.xml
	doc 2.xml "$two" '' "${town/COUNTRY/DD}"
	refused 2.xml RUN012
	"$MOULT" plan 1.xml 2.xml --format sql -o up.sql 2>/dev/null
	run ! --separate-stderr sqlite3 -bail app.db <up.sql
	[[ "$stderr" == *"foreign key"* ]]
}

@test "a table may have columns with the names of moult's own" {
	own='<column name="_MOULT_SET" type="INTEGER" default="0"/><column name="_moult_update" type="INTEGER" default="5"/><column name="s"/><column name="lacks"/><column name="column1"/>'
	doc 1.xml '<row code="CH" _MOULT_SET="0" s="1"/><row code="FR" name="France" _moult_update="0" column1="7"/>' "$own"
	doc 2.xml '<row code="CH" _MOULT_SET="3" s="2" lacks="1"/><row code="FR" name="Gallia" _moult_update="1"/>' "$own"
	applied 1.xml
	cp app.db script.db
	"$MOULT" plan 1.xml 2.xml --format sql -o up.sql 2>/dev/null
	sqlite3 -bail script.db <up.sql
	applied 2.xml
	for file in app.db script.db; do
		has "SELECT group_concat(code || _moult_set || _moult_update || ifnull(s, '') || ifnull(lacks, '') || ifnull(column1, '')) FROM (SELECT * FROM country ORDER BY 1)" CH3521,FR017 $file
	done
	sqlite3 app.db "UPDATE country SET _moult_set = 4 WHERE code = 'CH'"
	refused 1.xml "is 4, declared 0"
}

@test "a NULL for an INTEGER PRIMARY KEY leaves the number to SQLite" {
	printf 'id,name\n,A\n3,B\n' >rows.csv
	echo '<database xmlns="urn:moult:schema:1"><table name="t"><column name="id" type="INTEGER" primary-key="true"/>
		<column name="name" type="TEXT" not-null="true" unique="true"/><rows key="name" href="rows.csv"/></table></database>' >1.xml
	applied 1.xml
	has "SELECT group_concat(name || (id > 0) || (id = 3)) FROM (SELECT * FROM t ORDER BY name)" A10,B11
}

@test "an orphan that goes makes no room for another" {
	for without in '' 'without-rowid="true"'; do
		rm -f app.db
		sqlite3 app.db "CREATE TABLE country(code TEXT NOT NULL PRIMARY KEY, name TEXT); INSERT INTO country VALUES ('DD', NULL);
			CREATE TABLE town(id INTEGER PRIMARY KEY, country TEXT REFERENCES country) $([ -z "$without" ] || echo WITHOUT ROWID); CREATE INDEX i ON town(country);
			INSERT INTO town VALUES (1, 'DD'), (2, 'XX'), (3, 'YY')"
		town='<table name="town" '"$without"'><column name="id" type="INTEGER" primary-key="true"/><column name="country" type="TEXT" references="country"/><index name="i" columns="country"/></table>'
		doc 1.xml '<row code="XX"/>' '' "$town"
		applied 1.xml
		sqlite3 app.db "DELETE FROM country WHERE code = 'XX'"
		doc 2.xml '<row code="XX"/><dropped row="DD"/>' '' "$town"
		run -3 --separate-stderr "$MOULT" apply app.db 2.xml --yes --no-backup --allow MD121
		[[ "$stderr" == *RUN012*"2 rows of table town"*"before: 1); the first: id 1, country 'DD'"* ]]
		has "SELECT group_concat(code) FROM country" DD
		[ -z "$without" ] || continue
		"$MOULT" plan 1.xml 2.xml --format sql --allow MD121 -o up.sql 2>/dev/null
		run ! --separate-stderr sqlite3 -bail app.db <up.sql
		[[ "$stderr" == *"rows would violate a foreign key that did not before"* ]]
		has "SELECT group_concat(code) FROM country" DD
	done
}

@test "triggers fire, and one that changes what is declared, or another table, refuses" {
	doc 1.xml "$one" '<column name="n" type="INTEGER" default="0"/><trigger name="g" after="insert">UPDATE country SET n = n + 1 WHERE code = new.code;</trigger>'
	applied 1.xml
	has "SELECT sum(n) FROM country" 3
	doc 2.xml '<row code="IT" name="x"/>' '<column name="n" type="INTEGER" default="0"/><trigger name="g" after="insert">UPDATE country SET name = upper(name) WHERE code = new.code;</trigger>'
	run ! --separate-stderr "$MOULT" apply app.db 2.xml --yes --no-backup
	[[ "$stderr" == *RUN010* ]]
	doc 2.xml '<row code="IT" name="x"/>' '<column name="n" type="INTEGER" default="0"/><trigger name="g" after="insert">DELETE FROM country WHERE code = '"'CH'"';</trigger>'
	run ! --separate-stderr "$MOULT" apply app.db 2.xml --yes --no-backup
	[[ "$stderr" == *RUN010* ]]
	has "SELECT count(*) FROM country" 3
}

@test "rows that a trigger would write elsewhere are refused at their place, without a file" {
	echo '<database xmlns="urn:moult:schema:1"><table name="log"><column name="a"/></table>
<table name="t"><column name="a" type="TEXT" primary-key="true" not-null="true"/>
<trigger name="g" after="insert">INSERT INTO log VALUES (new.a);</trigger>
<rows><row a="x"/></rows></table></database>' >1.xml
	run -2 --separate-stderr "$MOULT" check 1.xml
	[[ "$stderr" == *"1.xml:4:1: error: DOC025"*"would write log through \"g\""* ]]
	run -2 --separate-stderr "$MOULT" apply app.db 1.xml --yes
	[ ! -e app.db ]
	sed -i 's/INSERT INTO log VALUES (new.a)/UPDATE t SET a = a WHERE 0/' 1.xml
	"$MOULT" apply app.db 1.xml --yes
	has "SELECT a FROM t" x
}

@test "rows that a file has are dumped, and are then as declared" {
	sqlite3 app.db "CREATE TABLE t(a TEXT NOT NULL COLLATE NOCASE PRIMARY KEY, b INTEGER, c, d REAL, e TEXT, f BLOB, g NUMERIC, \"odd name\" TEXT, \"update\" INT, h AS (b + 1));
		INSERT INTO t VALUES
			('k1', 5, 5, 5, 5, x'00ff', 5.5, 'x', 1),
			('k2', -9223372036854775808, '5', 0.1, 'a' || char(10) || 'b' || char(9) || 'c''\"<&>', zeroblob(0), 1e300, NULL, NULL),
			('k3', 'abc', 9e999, -9e999, 'nul' || char(0) || 'x' || char(7), 'txt', 123456789012345678, '', 0),
			('k4', NULL, 1.0, 1 / 3.0, CAST(x'ff41' AS TEXT), 2.5, '12x', ' sp ', 2),
			('k5', NULL, -0.0, -0.0, ' ', 2, '0x10', char(13, 65534), 2);
		CREATE TABLE v(x INT NOT NULL, y INT NOT NULL, UNIQUE (y, x)); INSERT INTO v VALUES (1, 2), (3, 4);
		CREATE TABLE u(a TEXT PRIMARY KEY)"
	"$MOULT" dump app.db --rows t,v -o app.xml
	"$MOULT" plan app.db app.xml --check -q
	"$MOULT" apply new.db app.xml --yes -q
	"$MOULT" dump app.db --rows t,v --format sql | sqlite3 made.db
	for file in new.db made.db; do
		"$MOULT" plan $file app.xml --check -q
		for what in "SELECT a, b, c, d, hex(e), typeof(e), hex(f), typeof(f), g, typeof(g), hex(\"odd name\"), \"update\", typeof(c) FROM t ORDER BY a" "SELECT * FROM v ORDER BY 1"; do
			has "$what" "$(sqlite3 app.db "$what")" $file
		done
	done
	run -2 --separate-stderr "$MOULT" dump app.db --rows tt
	[[ "$stderr" == *"did you mean t?"* ]]
	run -2 --separate-stderr "$MOULT" dump app.db --rows u
	[[ "$stderr" == *"no key that tells each of its rows"* ]]
	run -2 --separate-stderr "$MOULT" dump app.xml --rows t
	[[ "$stderr" == *"app.xml is a document, and has no rows of its own"* ]]
}

@test "texts that are half a character come out of a file in UTF-16 as they are" {
	for bytes in 'UTF-16le 00d8 00d84100 dcdc' 'UTF-16be d800 d8000041 dcdc' 'UTF-8 eda080 eda08041 ff'; do
		rm -f app.db new.db made.db
		set -- $bytes
		sqlite3 app.db "PRAGMA encoding = '$1'; CREATE TABLE t(a TEXT NOT NULL PRIMARY KEY, b TEXT);
			INSERT INTO t VALUES (1, CAST(x'$2' AS TEXT)), (2, CAST(x'$3' AS TEXT)), (3, CAST(x'$4' AS TEXT)), (4, 'ü')"
		"$MOULT" dump app.db --rows t -o app.xml
		"$MOULT" plan app.db app.xml --check -q
		"$MOULT" apply new.db app.xml --yes -q
		"$MOULT" dump app.db --rows t --format sql | sqlite3 made.db
		for file in new.db made.db; do
			has "SELECT a, hex(b) FROM t" "$(sqlite3 app.db "SELECT a, hex(b) FROM t")" $file
			"$MOULT" plan $file app.xml --check -q
		done
	done
}

@test "what a file of rows lacks is said at its line and column" {
	doc 1.xml ''
	sed -i 's,<rows>,<rows href="rows.csv">,' 1.xml
	printf 'code,name\nCH,Schweiz\nDE\n' >rows.csv
	run -2 --separate-stderr "$MOULT" apply app.db 1.xml --yes
	[[ "$stderr" == *"rows.csv:3:3: error: DOC023"* ]]
	printf 'code,name\nCH,Schweiz\nCH,\n' >rows.csv
	run -2 --separate-stderr "$MOULT" check 1.xml
	[[ "$stderr" == *"rows.csv:3:1: error: DOC013"* && "$stderr" == *"rows.csv:2:1"* ]]
	printf 'code,name\nCH,\nDE,""\n' >rows.csv
	applied 1.xml
	has "SELECT group_concat(quote(code) || quote(name)) FROM country" "'CH'NULL,'DE'''"
}

@test "what was written is told in numbers" {
	doc 1.xml "$one"
	doc 2.xml "$two"
	run -0 --separate-stderr "$MOULT" apply app.db 1.xml --yes
	[[ "$stdout$output$stderr" == *"3 rows inserted, "* ]]
	run -0 --separate-stderr "$MOULT" rehearse app.db 2.xml
	[[ "$output" == *"1 row inserted, 1 row updated, 1 row deleted, "* ]]
	run -0 --separate-stderr "$MOULT" apply app.db 2.xml --yes --no-backup --json
	[[ "$(echo "$output" | tr -d ' \n')" == *'"inserted":1,"updated":1,"deleted":1'* ]]
}

@test "columns of a file without rows, an empty field, and how many rows a refusal leaves out, are said" {
	local t='<table name="k"><column name="code" type="TEXT" primary-key="true" not-null="true"/><column name="name" type="TEXT" not-null="true"/>'
	echo "<database xmlns=\"urn:moult:schema:1\">$t<rows href=\"k.csv\"/></table></database>" >k.xml
	echo 'c1,a' >k.csv
	expect 2 check k.xml
	[[ $stderr == *"k.csv:1:1: error: DOC007: table k has no column c1"* ]]
	printf 'code,name\nc1,\n' >k.csv
	expect 2 check k.xml
	[[ $stderr == *'hint: give it a value; the empty text is "" in a file of rows'* ]]
	sqlite3 k.db "CREATE TABLE k(code TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL);
		WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6) INSERT INTO k SELECT i, i FROM n"
	printf 'code,name\n1,a\n2,a\n3,a\n4,a\n5,a\n' >k.csv
	expect 3 apply k.db k.xml
	[[ $stderr == *"code '5': name is '5', declared 'a')"* ]]
	echo '6,a' >>k.csv
	expect 3 apply k.db k.xml
	[[ $stderr == *"code '5': name is '5', declared 'a', ...)"* ]]
	sed -i 's|<rows href="k.csv"/>|<rows><dropped row="1"/></rows>|' k.xml
	expect 3 apply k.db k.xml
	[[ $stderr == *"MD121: table k: rows that are to go are there, and the file does not remember that a document declared them"* ]]
}
