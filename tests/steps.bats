# SPDX-License-Identifier: MIT
#
# What a document says beside the schema: consent (<allow>), requirements (<require>).

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
}

# doc FILE ELEMENTS: a document with these in it.
doc() {
	echo "<database xmlns=\"urn:moult:schema:1\">$2</database>" >"$1"
}

# refused STATUS ID LINE:COLUMN WORDS COMMAND...: this is said, at this place.
refused() {
	local status=$1 id=$2 place=$3 words=$4
	shift 4
	run -"$status" "$MOULT" "$@"
	[[ $output == *"$place: error: $id"*"$words"* ]] || { echo "$output"; return 1; }
}

@test "allow: the document consents, and the plan says where and why" {
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, '007')"
	doc want.xml '<allow id="MD105" object="t.a" doc="zeros do not count"/>
<table name="t"><column name="id" type="INTEGER" primary-key="true"/><column name="a" type="INTEGER"/></table>'
	run -0 "$MOULT" plan app.db want.xml
	[[ $output == *"allowed   MD105"*"allowed at want.xml:1:38: zeros do not count"* ]]
	"$MOULT" plan app.db want.xml --json >plan.json
	grep -q '"doc": "zeros do not count"' plan.json
	"$MOULT" plan app.db want.xml --format sql >up.sql
	cp app.db script.db
	sqlite3 script.db <up.sql
	"$MOULT" apply app.db want.xml --yes --no-backup -q
	[ "$(sqlite3 app.db "SELECT quote(a) FROM t")" = 7 ]
	[ "$(sqlite3 script.db "SELECT quote(a) FROM t")" = 7 ]
	"$MOULT" plan app.db want.xml --check
}

@test "allow: what can never be allowed is said" {
	for wrong in 'id="MD15"' 'id="MF104"' 'id="ML101"' 'id="all"' 'id="MD105" object="a.b.c"' 'id="MD105" object="a,b"'; do
		doc want.xml "<allow $wrong/><table name='t'><column name='a'/></table>"
		refused 2 DOC007 want.xml:1:38 allow check want.xml
	done
	doc want.xml '<allow object="a"/>'
	refused 2 DOC006 want.xml:1:38 "must have id" check want.xml
	doc want.xml '<alow id="MD105"/>'
	refused 2 DOC004 want.xml:1:38 "did you mean <allow>" check want.xml
	doc want.xml '<allow id="MD105" object="nobody.x"/><table name="t"><column name="a"/></table>'
	"$MOULT" check want.xml
}

people='<table name="person"><column name="id" type="INTEGER" primary-key="true"/><column name="mail" type="TEXT"/><column name="age"/></table>'

@test "require: a mistake is said at its place" {
	doc want.xml "<require name=\"a\" at=\"before\">
  DELETE FROM person</require>$people"
	refused 2 DOC012 want.xml:2:3 "require is not a SELECT" check want.xml
	doc want.xml "<require name=\"a\" at=\"before\">SELECT 1 WHERE (</require>$people"
	refused 2 DOC012 want.xml:1:84 "require" check want.xml
	doc want.xml "<require name=\"a\" at=\"later\">SELECT 1</require>$people"
	refused 2 DOC007 want.xml:1:60 "at cannot be" check want.xml
	doc want.xml "<require name=\"a\" at=\"after\">SELECT nick FROM person</require>$people"
	refused 2 RUN017 want.xml:1:38 "no such column: nick" check want.xml
	doc want.xml "<require name=\"a\" at=\"after\">SELECT 1</require><require name=\"A\" at=\"before\">SELECT 1</require>$people"
	refused 2 DOC013 want.xml:1:85 "declared already" check want.xml
	doc want.xml "<require at=\"after\">SELECT 1</require>$people"
	refused 2 DOC006 want.xml:1:38 "must have name" check want.xml
}

@test "require: what is asked of the file is compiled by plan" {
	sqlite3 app.db "CREATE TABLE person(id INTEGER PRIMARY KEY, mail TEXT)"
	doc want.xml "<require name=\"a\" at=\"before\">SELECT nick FROM person</require>$people"
	"$MOULT" check want.xml
	refused 2 RUN017 want.xml:1:38 "no such column: nick" plan app.db want.xml
	refused 2 RUN017 want.xml:1:38 "no such column: nick" apply app.db want.xml --yes
}

@test "require: asked only where something is changed, and not of a new file" {
	sqlite3 app.db "CREATE TABLE person(id INTEGER PRIMARY KEY, mail TEXT, age); INSERT INTO person VALUES (1, NULL, 1)"
	doc want.xml "<require name=\"a\" at=\"before\">SELECT * FROM person WHERE mail IS NULL</require>$people"
	"$MOULT" apply app.db want.xml --yes
	"$MOULT" apply new.db want.xml --yes
	doc want.xml "<require name=\"a\" at=\"after\">SELECT 1 AS one, 'x' AS two WHERE NOT EXISTS (SELECT 1 FROM person)</require>$people"
	refused 3 MR101 want.xml:1:38 "1 row: one 1, two 'x'" apply other.db want.xml --yes
	[ ! -e other.db ]
}

@test "require: what speaks of something that went is not asked" {
	sqlite3 app.db "CREATE TABLE person(id INTEGER PRIMARY KEY, mail TEXT)"
	doc want.xml "<require name=\"a\" at=\"before\">SELECT * FROM legacy</require><dropped table=\"legacy\"/>$people"
	"$MOULT" apply app.db want.xml --yes
}

@test "require: a script holds it, and rolls back" {
	sqlite3 app.db "CREATE TABLE person(id INTEGER PRIMARY KEY, mail TEXT)"
	doc want.xml "<require name=\"b\" at=\"before\" message=\"a mail is missing\">SELECT * FROM person WHERE mail IS NULL</require>
<require name=\"a\" at=\"after\" message=\"too many people\">SELECT 1 FROM person LIMIT -1 OFFSET 1 -- more than one
</require>$people"
	"$MOULT" plan app.db want.xml --format sql >up.sql
	for rows in "(1, NULL)" "(1, 'a'), (2, 'b')"; do
		rm -f script.db
		cp app.db script.db
		sqlite3 script.db "INSERT INTO person VALUES $rows"
		run -1 sqlite3 -bail script.db ".read up.sql"
		[[ $output == *MR101* ]]
		sqlite3 script.db ".read up.sql" || true # goes on after errors
		[ -z "$(sqlite3 script.db "SELECT 1 FROM pragma_table_info('person') WHERE name = 'age'")" ]
	done
	sqlite3 app.db "INSERT INTO person VALUES (1, 'a')"
	sqlite3 -bail app.db ".read up.sql"
	"$MOULT" plan app.db want.xml --check
}
