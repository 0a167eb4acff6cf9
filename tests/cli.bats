# SPDX-License-Identifier: MIT
#
# The program as other tools use it: operands, options, exit statuses, what
# goes to which stream.  What a migration does is held by tests/laws.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
	sqlite3 app.db "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT);
		INSERT INTO person VALUES (1, 'Ada'), (2, NULL);"
	document '<column name="mail" type="TEXT"/>' >app.xml
}

# A document of the table, with a column more.
document() {
	echo '<database xmlns="urn:moult:schema:1"><table name="person">'
	echo '<column name="id" type="INTEGER" primary-key="true"/><column name="name" type="TEXT"/>'
	echo "$1</table></database>"
}

moult() {
	"$MOULT" "$@"
}

is_json() {
	[ "$(sqlite3 :memory: "SELECT json_extract('${output//\'/\'\'}', '\$.moult')")" = 1 ]
}

columns() {
	sqlite3 "$1" "SELECT group_concat(name) FROM pragma_table_info('person')"
}

# ---- help and usage ----

@test "--help lists every command, --version the version" {
	expect 0 --help
	for command in dump check diff plan apply rollback status history verify lint; do
		[[ $output == *$'\n'"  $command "* ]]
	done
	expect 0 --version
	[[ $output == "moult "* ]]
}

@test "help of a command in three ways" {
	expect 0 help plan
	local page=$output
	[[ $page == *"Usage: moult plan"* && $page == *--check* && $page == *"Exit status:"* ]]
	[[ $page != *--discard-newer* ]]
	expect 0 plan --help
	[ "$output" = "$page" ]
	expect 0 plan -h app.db
	[ "$output" = "$page" ]
}

@test "no line of help is wider than a terminal" {
	for command in dump check diff plan apply rollback status history verify lint help; do
		expect 0 help $command
		[ -z "$(awk 'length > 80' <<<"$output")" ]
	done
}

@test "usage errors are 2, say what was meant, and print nothing on stdout" {
	expect 2
	[ -z "$output" ]
	expect 2 aply app.db app.xml
	[[ $stderr == *"did you mean apply?"* ]]
	expect 2 apply --pruen app.db app.xml
	[[ $stderr == *"did you mean --prune?"* ]]
	expect 2 apply --pruen=3 app.db app.xml
	[[ $stderr == *"did you mean --prune?"* ]]
	expect 2 apply app.db
	[[ $stderr == *"usage: moult apply DB... WANT"* ]]
	expect 2 rollback app.db app.db more
	[[ $stderr == *"one too many"* ]]
	expect 2 diff app.db app.xml --yes
	[[ $stderr == *"does not take --yes"* ]]
	expect 2 apply app.db app.xml --timeout
	[[ $stderr == *"--timeout needs TIME"* ]]
	expect 2 plan app.db app.xml --check=1
	[[ $stderr == *"takes no value"* ]]
	[ -z "$output" ]
}

@test "values that are none are refused" {
	for option in --timeout=5x --timeout=-1 --timeout= --timeout=1.  --deadline=1e3 --memory=12Q \
		"--memory= " --memory=KK --keep=-1 --keep=many --sqlite=4.0 --sqlite=3.35. --sqlite=3 \
		--verify=never --color=red --allow=; do
		expect 2 apply app.db app.xml "$option"
		[[ $stderr == *"wrong value"* ]]
	done
	[ "$(columns app.db)" = id,name ]
}

@test "options that a command could not heed are refused by name" {
	expect 2 rollback app.db --verify quick
	[[ $stderr == *"moult rollback does not take --verify"* ]]
	expect 2 rollback app.db --keep 1
	[[ $stderr == *"moult rollback does not take --keep"* ]]
}

@test "values in all their forms" {
	expect 0 apply app.db app.xml --timeout 0.5 --deadline=2m --memory 64K --keep=0 --sqlite 3.45.1 --verify quick
	expect 0 apply --timeout=500ms app.db --deadline 30s app.xml --memory=1G --sqlite=3.40 --color never
}

@test "options after operands, -- ends them, short options together" {
	expect 0 plan app.db app.xml -qv
	cp app.db ./--odd.db
	expect 0 dump -o out.xml -- --odd.db
	[ -s out.xml ]
	expect 0 dump -oother.xml app.db
	cmp out.xml other.xml
}

# ---- looking ----

@test "dump, check, sql and diff go together" {
	expect 0 dump app.db -o have.xml
	expect 0 check have.xml app.xml
	expect 0 diff app.db have.xml
	expect 0 dump have.xml --format sql
	sqlite3 other.db "$output"
	expect 0 diff other.db have.xml
	expect 1 diff app.db app.xml
}

@test "a new file has its tables in the order of the document" {
	cat >order.xml <<-'EOF'
		<?xml version="1.0" encoding="UTF-8"?>
		<?xml-model href="urn:moult:schema:1" type="application/xml" schematypens="http://www.w3.org/2001/XMLSchema"?>
		<database xmlns="urn:moult:schema:1">
		  <table name="zebra">
		    <column name="id" type="INTEGER" primary-key="true"/>
		    <index name="stripes" columns="id"/>
		  </table>

		  <table name="Ant">
		    <column name="zebra" references="zebra"/>
		    <index name="legs" columns="zebra"/>
		  </table>

		  <table name="mouse">
		    <column name="name" type="LONG  VARCHAR( 20 )"/>
		  </table>
		</database>
	EOF
	expect 0 apply new.db order.xml --no-backup
	expect 0 dump new.db -o again.xml
	diff order.xml again.xml
}

@test "new tables in a file come in the order of the document, beside what is replaced" {
	sqlite3 have.db "CREATE TABLE mouse(fur); CREATE TABLE owl(x); INSERT INTO owl VALUES (1)"
	cat >order.xml <<-'EOF'
		<database xmlns="urn:moult:schema:1">
		  <table name="zebra"><column name="id"/></table>
		  <table name="mouse"><column name="tail"/></table>
		  <table name="ant"><column name="id"/></table>
		  <table name="owl"><column name="x" type="TEXT" not-null="true"/></table>
		</database>
	EOF
	expect 0 apply have.db order.xml --prune --allow all --no-backup
	[ "$(sqlite3 have.db "SELECT group_concat(name, ' ') FROM sqlite_schema WHERE name IN ('zebra', 'mouse', 'ant')")" = "zebra mouse ant" ]
}

@test "- is standard input, once" {
	run -0 bash -c '"$0" diff app.db - <app.xml || [ $? -eq 1 ]' "$MOULT"
	run -0 bash -c '"$0" check - <app.xml' "$MOULT"
	expect 2 diff - -
	[[ $stderr == *"only once"* ]]
	expect 2 apply - app.xml
	[ ! -e ./- ]
}

@test "check names file, line and column of every mistake" {
	printf '<database xmlns="urn:moult:schema:1">\n <tabel name="t"/>\n</database>\n' >bad.xml
	expect 2 check app.xml bad.xml
	[[ $stderr == *"bad.xml:2:"* ]]
	[ -z "$output" ]
	expect 2 check bad.xml --json
	is_json
}

@test "what SQLite refuses is shown where it stands" {
	cat >refused.xml <<-'EOF'
		<database xmlns="urn:moult:schema:1">
		  <table name="dog">
		    <column name="id" type="INT" primary-key="true" autoincrement="true"/>
		    <column name="name" type="TEXT" check="length(nmae) &gt; 0"/>
		    <column name="age" type="INT" generated="born - 1"/>
		    <column name="owner" type="INT"/>
		    <unique columns="name, ower"/>
		    <check>age &lt;</check>
		    <foreign-key columns="owner" references="dog(id, name)"/>
		    <index name="by_name" columns="name"/>
		    <index name="by_colour" columns="colour"/>
		  </table>
		  <table name="cat" strict="true">
		    <column name="id" type="INTEGER" primary-key="true"/>
		    <column name="name" type="VARCHAR(20)"/>
		  </table>
		  <table name="cow" without-rowid="true">
		    <column name="name" type="TEXT" unique="true"/>
		  </table>
		</database>
	EOF
	expect 2 check refused.xml
	[ "$(sed -n 's/^refused.xml:\([0-9]*\):.*DOC015.*/\1/p' <<<"$stderr" | sort -n | xargs)" = "3 4 5 7 8 9 11 15 17" ]
	[[ $stderr == *"refused.xml:3:"*"column dog.id: SQLite"*AUTOINCREMENT* ]]
	[[ $stderr == *"refused.xml:7:"*"table dog: SQLite"*ower* ]]
	[[ $stderr == *"refused.xml:17:"*"PRIMARY KEY missing"* ]]
	[[ $stderr == *"9 errors"* ]]
}

@test "a script knows its file in every encoding" {
	local encoding
	echo '<database xmlns="urn:moult:schema:1"><table name="t"><column name="a"/><column name="b"/></table></database>' >b.xml
	for encoding in UTF-8 UTF-16le UTF-16be; do
		rm -f names.db
		sqlite3 names.db "PRAGMA encoding = '$encoding'; CREATE TABLE t(a, \"ẞ\", \"É\", \"é\", \"z\", \"中\", \"😀\", \"ﬀ\", \"x \", \"x\")"
		expect 0 plan names.db b.xml --format sql
		sqlite3 -bail names.db <<<"$output"
		expect 0 plan names.db b.xml --check
	done
}

@test "check warns of what SQLite takes and cannot work" {
	cat >typo.xml <<-'EOF'
		<database xmlns="urn:moult:schema:1">
		  <table name="owner"><column name="id"/></table>
		  <table name="dog">
		    <column name="owner" references="owner(id)"/>
		    <column name="kennel" references="kenel(id)"/>
		    <index name="by_owner" columns="owner"/>
		    <index name="by_kennel" columns="kennel"/>
		    <trigger name="barks" after="insert">UPDATE dog SET noise = 1;</trigger>
		  </table>
		  <view name="dogs">SELECT naem FROM dog</view>
		</database>
	EOF
	expect 0 check typo.xml
	[ "$output" = "typo.xml: good" ]
	[ "$(grep -c warning <<<"$stderr")" = 4 ]
	[[ $stderr == *"typo.xml:4:"*MS102*"not a primary key"* ]]
	[[ $stderr == *"typo.xml:5:"*MS102*"no table kenel"* ]]
	[[ $stderr == *"typo.xml:8:"*MS101*"no such column: noise"* ]]
	[[ $stderr == *"typo.xml:10:"*MS101*"no such column: naem"* ]]
	expect 0 check typo.xml -q
	[ -z "$stderr" ]
}

@test "an empty file is nothing to want, an empty document is" {
	local before
	before=$(cksum app.db)
	: >empty.xml
	printf '\n' >blank.sql
	expect 2 plan app.db empty.xml --prune
	[[ $stderr == *RUN034* ]]
	expect 2 apply app.db empty.xml --prune --allow all
	expect 2 apply app.db blank.sql --prune --allow all
	expect 2 rehearse app.db empty.xml --prune --allow all
	run -2 bash -c '"$0" apply app.db - --prune --allow all </dev/null' "$MOULT"
	[ "$before" = "$(cksum app.db)" ]
	expect 0 apply new.db empty.xml --no-backup
	expect 1 diff app.db empty.xml --prune
	expect 0 plan empty.xml app.xml
	echo '<database xmlns="urn:moult:schema:1"/>' >nothing.xml
	expect 0 apply app.db nothing.xml --prune --allow all
	[ -z "$(sqlite3 app.db "SELECT name FROM sqlite_schema WHERE name NOT LIKE '_moult%'")" ]
}

@test "plan shows steps, writes nothing, --check says 1" {
	local before
	before=$(cksum <app.db)
	expect 0 plan app.db app.xml
	[[ $output == *"ALTER TABLE"* ]]
	expect 1 plan app.db app.xml --check
	expect 0 plan app.db app.xml --format sql -o up.sql
	[[ $(cat up.sql) == *"ALTER TABLE"* ]]
	[ "$before" = "$(cksum <app.db)" ]
	expect 0 apply app.db app.xml
	expect 0 plan app.db app.xml --check
}

@test "a script carries the mark of a table however its file spells the name" {
	sqlite3 device.db "CREATE TABLE Ticket(ID INTEGER PRIMARY KEY AUTOINCREMENT, a);
		INSERT INTO ticket VALUES (70, 1); DELETE FROM ticket"
	echo "CREATE TABLE ticket(id INTEGER PRIMARY KEY AUTOINCREMENT, a)" >v1.sql
	echo "CREATE TABLE ticket(id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT UNIQUE)" >v2.sql
	expect 0 plan v1.sql v2.sql --format shell -o up.sh
	sqlite3 device.db <up.sh
	[ "$(sqlite3 device.db "SELECT * FROM sqlite_sequence")" = "ticket|70" ]
}

@test "a script has no ALTER that its SQLite gets wrong" {
	local release table
	sqlite3 have.db "CREATE TABLE a(x, y TEXT); CREATE TABLE c(b, d, e AS (d + 1))"
	table='<table name="c"><column name="b"/><column name="d"/><column name="e" generated="d + 1"/></table>'
	printf '<database xmlns="urn:moult:schema:1"><table name="a"><column name="x"/>%s</table>%s</database>' \
		'<column name="z" type="TEXT" was="y"/>' "$table" >want.xml
	moult plan have.db want.xml >said 2>&1 || ! grep -q DOC017 said || skip "this SQLite is one of them"
	for release in 3.31.0 3.34.1; do
		expect 0 plan have.db want.xml --format sql --sqlite $release
		[[ $output != *"RENAME COLUMN"* && $output == *"COMMIT;"* ]]
	done
	expect 0 plan have.db want.xml --format sql --sqlite 3.35.0
	[[ $output == *"RENAME COLUMN"* ]]
	sed -i 's/"z"/"oid"/' want.xml
	moult plan have.db want.xml >said 2>&1 || ! grep -q DOC017 said || skip "this SQLite has no such name"
	expect 0 plan have.db want.xml --format sql --sqlite 3.35.0
	[[ $output != *"RENAME COLUMN"* && $output == *"COMMIT;"* ]]
}

@test "a script knows orphans under a second key of the same column, and blames none twice" {
	sqlite3 app.db "CREATE TABLE p(id INTEGER PRIMARY KEY, n TEXT UNIQUE);
		CREATE TABLE c(id INTEGER PRIMARY KEY, a TEXT REFERENCES p(id));
		INSERT INTO p VALUES (1, '1.0'); INSERT INTO c VALUES (1, '1'), (2, '2')"
	sqlite3 app.db .schema >v1.sql
	printf '<database xmlns="urn:moult:schema:1">%s<table name="c">%s%s</table></database>' \
		'<table name="p"><column name="id" type="INTEGER" primary-key="true"/><column name="n" type="TEXT" unique="true"/></table>' \
		'<column name="id" type="INTEGER" primary-key="true"/><column name="b" was="a" type="TEXT" references="p(id)"/>' \
		'<foreign-key columns="b" references="p" on-update="cascade"/>' >app.xml
	expect 0 plan v1.sql app.xml --format sql -o up.sql
	cp app.db other.db
	sqlite3 -bail other.db <up.sql
	[ "$(sqlite3 other.db "SELECT group_concat(b) FROM c; PRAGMA foreign_key_check" | tr '\n' ' ')" = "1,2 c|2|p|0 c|2|p|1 " ]
	# A number is compared as the parent's column has it: '1.0' is not 1.
	sed -i 's/"p(id)"/"p(n)"/; s/on-update="cascade"/on-delete="cascade"/' app.xml
	expect 0 plan v1.sql app.xml --format sql -o up.sql
	run ! sqlite3 -bail app.db <up.sql
	[[ $output == *"MF106"* || $output == *"would violate a foreign key"* ]]
}

@test "what no shape shows a script does each time, and a unit not at all" {
	echo 'CREATE TABLE t(a, b, CONSTRAINT pair UNIQUE (a, b));' >v1.sql
	echo 'CREATE TABLE t(a, b, UNIQUE (a, b));' >v2.sql
	sqlite3 other.db ".read v1.sql" "INSERT INTO t VALUES (1, 2)"
	expect 2 plan v1.sql v2.sql --format c -o up.c
	[[ $stderr == *"RUN022: a unit cannot tell a file of v1.sql from one of v2.sql"* ]]
	expect 0 plan v1.sql v2.sql --format sql -o up.sql
	for time in 1 2; do
		sqlite3 -bail other.db <up.sql
		[ "$(sqlite3 other.db "SELECT sql LIKE '%pair%' FROM sqlite_master WHERE name = 't'; SELECT * FROM t" | tr '\n' ' ')" = "0 1|2 " ]
	done
}

@test "a script runs elsewhere, once" {
	document '<column name="mail" type="TEXT" not-null="true" default="&apos;-&apos;"/>' >app.xml
	sqlite3 app.db .schema >v1.sql
	expect 0 plan v1.sql app.xml --format shell -o up.sh
	[ "$(head -n 1 up.sh)" = ".bail on" ]
	sqlite3 app.db <up.sh
	[ "$(columns app.db)" = id,name,mail ]
	run -1 sqlite3 app.db <up.sh
	[[ $output == *"already at the wanted schema: nothing to do"* ]]
	expect 2 plan v1.sql app.xml --format sql --sqlite 3.15
	[[ $stderr == *3.16* ]]
	expect 2 plan v1.sql v1.sql app.xml --format sql
	[[ $stderr == *"it makes one table"* ]]
}

@test "a C unit is two files, from several versions, and refuses what the plan refuses" {
	: >v0.sql
	sqlite3 app.db .schema >v1.sql
	expect 2 plan v0.sql v1.sql app.xml --format c
	[[ $stderr == *NAME.c* ]]
	expect 0 plan v0.sql v1.sql app.xml --format c -o up-grade.c
	grep -q 'enum up_grade_result up_grade_upgrade(sqlite3 \*db);' up_grade.h
	# shellcheck disable=SC2086
	${CC:-cc} -std=c99 -pedantic -Wall -Wextra -Werror ${SQLITE_CFLAGS-} -c up-grade.c
	expect 1 plan v1.sql app.xml --format c -o up.c --check
	expect 3 plan app.db <(document '<column name="mail" type="TEXT" not-null="true"/>') --format c -o no.c
	[[ $stderr == *MF103* ]]
	[ ! -e no.c ] && [ ! -e no.h ]
}

@test "a unit reads as moult does, whatever the connection has been told, and tells it so again" {
	sqlite3 have.db "CREATE TABLE t(a); INSERT INTO t VALUES ('Red'), ('blue'); CREATE TABLE u(v); INSERT INTO u VALUES ('r%')"
	cat >want.xml <<-'END'
		<database xmlns="urn:moult:schema:1">
		<table name="t"><column name="a"/><column name="b" using="a LIKE (SELECT v FROM u)"/></table>
		<table name="u"><column name="v"/></table>
		</database>
	END
	moult plan have.db want.xml --format c -o up.c -q
	cat >main.c <<-'END'
		#include "up.h"
		#include <stdio.h>
		static int show(void *context, int count, char **values, char **names)
		{
			(void)context, (void)count, (void)names;
			return !puts(values[0] ? values[0] : "NULL");
		}
		int main(void)
		{
			sqlite3 *db;
			int result;
			if (sqlite3_open("have.db", &db))
				return 1;
			sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
			sqlite3_exec(db, "PRAGMA case_sensitive_like = ON", 0, 0, 0);
			result = up_upgrade(db);
			sqlite3_exec(db, "SELECT group_concat(b) FROM t UNION ALL SELECT 'a' LIKE 'A'", show, 0, 0);
			sqlite3_close(db);
			return result != UP_UPGRADED;
		}
	END
	# shellcheck disable=SC2086
	${CC:-cc} ${SQLITE_CFLAGS-} -o up main.c up.c ${SQLITE_LIBS--lsqlite3}
	run -0 ./up
	[ "$output" = "1,0"$'\n'"0" ]
}

@test "plan exits 0 where a hazard would refuse, and says so" {
	document '<dropped column="nothing"/>' >prune.xml
	sqlite3 app.db "CREATE TABLE stranger(x); INSERT INTO stranger VALUES (1)"
	expect 0 plan app.db prune.xml --prune
	[[ $output$stderr == *MD101* ]]
	expect 3 apply app.db prune.xml --prune
	[[ $stderr == *MD101* ]]
	expect 3 apply app.db prune.xml --prune --allow MD102
	expect 0 apply app.db prune.xml --prune --allow MD102 --allow MD101:stranger
}

@test "consent is for one object, whatever dots its name has" {
	echo '<database xmlns="urn:moult:schema:1"><table name="a"><column name="id" type="INTEGER"/></table>
		<table name="a.b"><column name="id" type="INTEGER"/></table></database>' >want.xml
	sqlite3 dots.db "CREATE TABLE a(id INTEGER, \"b.c\" TEXT); CREATE TABLE \"a.b\"(id INTEGER, c TEXT);
		INSERT INTO a VALUES (1, 'x'); INSERT INTO \"a.b\" VALUES (1, 'y')"
	expect 2 apply dots.db want.xml --prune --allow MD102:a.b.c
	[[ $stderr == *"RUN022"*"a.b.c is not one object"*'MD102:"a.b".c'* ]]
	expect 3 apply dots.db want.xml --prune --allow 'MD102:"a.b".c'
	[[ $stderr == *"'MD102:a.\"b.c\"'"* && $stderr == *"warning"*"column a.b.c"* ]]
	expect 3 apply dots.db want.xml --prune --allow 'MD102:A."B.c"'
	[[ $stderr == *"'MD102:\"a.b\".c'"* ]]
	expect 0 plan dots.db want.xml --prune
	[[ $output == *"--allow 'MD102:a.\"b.c\"'"* ]]
	expect 0 apply dots.db want.xml --prune --allow 'MD102:"A.B"."C", MD102:"a"."b.c"'

	# A table whose name has a dot, and a column of another table.
	echo '<database xmlns="urn:moult:schema:1"><dropped table="t.a"/><table name="t"><column name="id"/>
		<dropped column="b"/></table></database>' >want.xml
	sqlite3 table.db "CREATE TABLE t(id, a); CREATE TABLE \"t.a\"(x);
		INSERT INTO t VALUES (1, 2), (3, 4); INSERT INTO \"t.a\" VALUES (5), (6), (7)"
	expect 3 apply table.db want.xml --prune --allow 'MD102:"t.a"'
	[[ $stderr == *"MD102"*"column t.a"* ]]
	expect 0 apply table.db want.xml --prune --allow MD102:t.a
}

# ---- changing ----

@test "apply migrates, says where the backup is, and rollback brings it back" {
	local before
	before=$(sqlite3 app.db .dump)
	expect 0 apply app.db app.xml
	[[ $output == *"app.db: migrated"*backup*"moult rollback app.db"* ]]
	[ "$(columns app.db)" = id,name,mail ]
	expect 0 apply app.db app.xml
	[[ $output == *"nothing to do"* ]]
	expect 0 history app.db --check
	expect 0 status app.db app.xml
	expect 0 rollback app.db
	sqlite3 app.db "SELECT kind, undone FROM _moult_history ORDER BY number" >history
	[ "$(cat history)" = $'|2\nrollback|' ]
	[ "$before" = "$(without_history app.db)" ]
	expect 1 status app.db app.xml
}

@test "rollback tells newer rows in tables that the migration left alone, or renamed, or rewrote" {
	sqlite3 app.db "CREATE TABLE log(a); INSERT INTO log VALUES (1); CREATE TABLE old(a, b); INSERT INTO old VALUES (1, 2);
		CREATE TABLE keyless(a INTEGER); INSERT INTO keyless(rowid, a) VALUES (7, 1);"
	document '<column name="mail" type="TEXT" not-null="true" default="1"/>' | sed "s|</database>|<table name='new' was='old'>\
		<column name='a'/><column name='b'/></table><table name='keyless'><column name='a' type='TEXT'/></table>&|" >app.xml
	expect 0 apply app.db app.xml --allow all
	cp app.db migrated.db
	for change in "INSERT INTO log VALUES (2)" "UPDATE new SET b = 3" "DELETE FROM person WHERE id = 1" \
		"UPDATE keyless SET a = 2" "CREATE TABLE more(a)"; do
		cp migrated.db app.db
		sqlite3 app.db "$change"
		expect 3 rollback app.db
		[[ $stderr == *RUN021* ]]
	done
	cp migrated.db app.db
	expect 0 rollback app.db
}

@test "apply makes a file that does not exist" {
	expect 0 apply new.db app.xml
	[[ $output == *"new.db: created"* ]]
	expect 0 diff new.db app.xml
	expect 0 verify new.db app.xml
}

@test "--expect takes the plan that was reviewed and no other" {
	expect 0 plan app.db app.xml --json
	local id
	id=$(sqlite3 :memory: "SELECT json_extract('${output//\'/\'\'}', '\$.plan')")
	[ ${#id} -eq 32 ]
	expect 3 apply app.db app.xml --expect 00000000000000000000000000000000
	[ "$(columns app.db)" = id,name ]
	expect 0 apply app.db app.xml --expect "$id"
	[ "$(columns app.db)" = id,name,mail ]
}

@test "--no-backup makes none, --backup-dir says where" {
	mkdir there
	expect 0 apply app.db app.xml --backup-dir there
	[ -n "$(ls there)" ]
	expect 0 rollback app.db --backup-dir there --yes
	cp app.db bare.db
	expect 0 apply bare.db app.xml --no-backup
	[ -z "$(ls | grep bare.db.)" ]
}

@test "a locked file is 5, and nothing is changed" {
	mkfifo in out
	sqlite3 app.db <in >out 2>&1 3>&- &
	exec 8>in 9<out
	echo "BEGIN IMMEDIATE; SELECT 'locked';" >&8
	read -r -u 9 line
	[ "$line" = locked ]
	expect 5 apply app.db app.xml --timeout 100ms
	exec 8>&- 9<&-
	wait
	[ "$(columns app.db)" = id,name ]
}

@test "not a database, not a document, not there: 2" {
	head -c 5000 /dev/urandom >noise.db
	expect 2 apply noise.db app.xml
	expect 2 apply app.db noise.db
	expect 2 apply app.db none.xml
	[[ $stderr == *none.xml* ]]
	expect 2 dump none.db
	[ ! -e none.db ]
	expect 2 verify none.db
	expect 2 rollback none.db
	[ ! -e none.db ]
}

@test "lint finds what is wrong, and says where" {
	echo "ALTER TABLE person ADD COLUMN a; ALTER TABLE person ADD COLUMN b TEXT NOT NULL;" >1.sql
	expect 1 lint 1.sql app.db
	[[ $output == *"1.sql:1:1: warning: LN106:"* && $output == *"1.sql:1:64: error: MF103:"* ]]
	[[ $output == *"2 findings in 1 script"* && -z $stderr ]]
	expect 0 lint 1.sql app.db --transaction on --disable MF103
	[ "$output" = "0 findings in 1 script" ]
	expect 0 lint -q 1.sql app.xml --disable all
	[ -z "$output" ]
	expect 1 lint --json -o findings.json 1.sql app.db
	[ "$(sqlite3 :memory: "SELECT json_array_length(readfile('findings.json'), '\$.findings')")" = 2 ]
	[ "$(columns app.db)" = id,name ]
}

@test "lint reads a folder and standard input, and knows what is no script" {
	mkdir m empty
	echo "CREATE TABLE a (b);" >m/1_a.sql
	: >m/2_b.sql
	expect 0 lint m
	[ "$output" = "0 findings in 2 scripts" ]
	run -1 --separate-stderr bash -c '"$0" lint - app.db <<<"ALTER TABLE none ADD COLUMN a;"' "$MOULT"
	[[ $output == *"<stdin>:1:1: error: LN101:"* ]]
	expect 2 lint empty
	expect 2 lint none.sql
	expect 2 lint app.db
	expect 2 lint app.db m/1_a.sql
	expect 2 lint m --disable LN999
	[[ $stderr == *"there is no rule LN999"* ]]
	[ -z "$output" ]
}

@test "lint writes SARIF: each result has its rule, its level and a place of its own" {
	local sql="SELECT j ->> '\$.version' = '2.1.0' AND j ->> '\$.runs[0].tool.driver.name' = 'moult'
		AND json_array_length(j, '\$.runs') = 1 AND json_array_length(j, '\$.runs[0].results') = 2
		AND (SELECT count(*) FROM json_each(j, '\$.runs[0].results') r
			WHERE r.value ->> '\$.ruleId' = json_extract(j, '\$.runs[0].tool.driver.rules[' || (r.value ->> '\$.ruleIndex') || '].id')
			AND r.value ->> '\$.level' IN ('warning', 'error') AND length(r.value ->> '\$.message.text') > 9
			AND r.value ->> '\$.locations[0].physicalLocation.artifactLocation.uri' = 'a%20b.sql'
			AND r.value ->> '\$.locations[0].physicalLocation.region.startLine' = 2
			AND r.value ->> '\$.locations[0].physicalLocation.region.endColumn' > r.value ->> '\$.locations[0].physicalLocation.region.startColumn') = 2
		FROM (SELECT CAST(readfile('out.sarif') AS TEXT) AS j)"
	printf '%s\n' "-- two" "/* é */ ALTER TABLE person ADD COLUMN a; ALTER TABLE person ADD COLUMN b TEXT NOT NULL;" >"a b.sql"
	expect 1 lint --sarif "a b.sql" app.db -o out.sarif
	[ "$(sqlite3 :memory: "$sql")" = 1 ]
	[[ $(cat out.sarif) == *'"startColumn": 9,'* ]]
}

@test "a script of a plan has nothing to find in it" {
	echo '<database xmlns="urn:moult:schema:1"><table name="person">
		<column name="id" type="INTEGER" primary-key="true"/><column name="name" type="INTEGER" not-null="true"/>
		<column name="friend" type="INTEGER" not-null="true" references="person"/></table></database>' >other.xml
	moult dump app.db -o have.xml
	for format in sql shell; do
		moult plan have.xml other.xml --format $format -o script.sql
		expect 0 lint script.sql have.xml
		expect 1 lint script.sql have.xml --transaction on
	done
}

@test "verify finds what is wrong" {
	expect 0 verify app.db
	expect 1 verify app.db app.xml
	sqlite3 app.db "CREATE TABLE c(x REFERENCES person(id)); INSERT INTO c VALUES (77)"
	expect 1 verify app.db
}

# ---- output ----

@test "--json is JSON alone on stdout, for success and failure" {
	local call
	for call in "dump app.db" "dump app.xml --format sql" "check app.xml" "diff app.db app.db" "plan app.db app.xml" \
		"status app.db" "history app.db" "verify app.db" "apply app.db app.xml" "rollback app.db" \
		"--version" "--help" "help plan"; do
		# shellcheck disable=SC2086
		expect 0 $call --json
		is_json
	done
	for call in "dump none.db" "check none.xml" "plan none.db app.xml" "apply app.db none.xml" "plan" "nonsense" \
		"plan --nonsense" "rollback none.db"; do
		# shellcheck disable=SC2086
		expect 2 $call --json
		is_json
	done
	expect 1 diff --json app.db app.xml
	is_json
}

@test "-q leaves reports and errors" {
	expect 0 apply app.db app.xml -q
	[ -z "$output$stderr" ]
	expect 2 apply app.db none.xml -q
	[ -n "$stderr" ]
}

@test "a full disk or a closed stdout is 2" {
	[ -e /dev/full ] || skip
	run -2 --separate-stderr bash -c '"$0" dump app.db >/dev/full' "$MOULT"
	[ -n "$stderr" ]
	run -2 --separate-stderr bash -c '"$0" dump app.db >&-' "$MOULT"
	[ -n "$stderr" ]
	run -2 --separate-stderr bash -c '"$0" --help >/dev/full' "$MOULT"
	expect 2 dump app.db -o /dev/full
}

@test "-o replaces a file whole, keeps its rights, and leaves it where the command fails" {
	echo precious >out.xml
	chmod 640 out.xml
	ln -s out.xml link.xml
	expect 2 dump none.db -o out.xml
	[ "$(cat out.xml)" = precious ]
	expect 0 dump app.db -o link.xml
	[ -L link.xml ]
	[ "$(stat -c %a out.xml)" = 640 ]
	grep -q person out.xml
	expect 2 dump app.db -o /nowhere/out.xml
	[ "$(ls | grep -c out.xml)" -eq 1 ]
}

@test "colour only where it is asked for" {
	expect 1 diff app.db app.xml
	[[ $output != *$'\033'* ]]
	expect 1 diff app.db app.xml --color always
	[[ $output == *$'\033'* ]]
}

@test "an extension that is not there is said, once" {
	expect 2 dump app.db --load-extension ./none.so:entry
	[[ $stderr == *none.so* ]]
	[[ $stderr != *"not an error"* && $stderr != *$'\n'* ]]
}

@test "what nobody can consent to is said of --allow" {
	for id in MF103 MF101:person MP101 MD122 RUN010; do
		expect 2 apply app.db app.xml --allow "$id"
		[[ $stderr == *RUN022*"${id%%:*} cannot be consented to"* ]]
	done
	expect 0 plan app.db app.xml --allow MC101,MD102,ML106,MC106
}

@test "a history of a file that never was" {
	expect 2 history none.db
	[[ $stderr == *RUN001*none.db* ]]
	expect 0 apply app.db app.xml
	rm app.db
	expect 0 history app.db
	expect 2 history none.db --json
}

@test "a plan from a document to a database says which way it leads" {
	expect 0 plan app.xml app.db
	[[ $stderr == *"moult plan app.db app.xml"* ]]
	expect 0 plan app.xml app.db --json
	[ -z "$stderr" ]
	expect 0 plan app.db app.xml
	[ -z "$stderr" ]
	expect 0 plan app.xml app.xml
	[ -z "$stderr" ]
}

@test "SIGTERM rolls back: 4, and the file is what it was" {
	sqlite3 big.db "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT);
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000)
		INSERT INTO person SELECT i, 'somebody by the name of ' || i FROM n;"
	# Another affinity takes a rebuild, which is not over at once; a journal says that it writes.
	document '<check>length(name) &gt; 3</check>' | sed 's/type="TEXT"/type="BLOB"/' >want.xml
	local before i status=0
	before=$(cksum <big.db)
	"$MOULT" apply big.db want.xml --no-backup 3>&- &
	for i in $(seq 2000); do
		[ ! -e big.db-journal ] || break
		sleep 0.005
	done
	kill -TERM $!
	wait $! || status=$?
	[ "$status" -eq 4 ]
	[ "$before" = "$(cksum <big.db)" ]
}

@test "at a terminal apply shows the plan and asks" {
	script -qec true /dev/null >/dev/null 2>&1 || skip "no terminal can be made here"
	run -3 bash -c 'echo n | script -qec "\"$0\" apply app.db app.xml" /dev/null' "$MOULT"
	[[ $output == *"ALTER TABLE"*"Go ahead? [y/N]"* ]]
	[ "$(columns app.db)" = id,name ]
	run -0 bash -c 'echo y | script -qec "\"$0\" apply app.db app.xml" /dev/null' "$MOULT"
	[ "$(columns app.db)" = id,name,mail ]
	run -3 bash -c 'echo | script -qec "\"$0\" rollback app.db" /dev/null' "$MOULT"
	run -0 bash -c 'script -qec "\"$0\" rollback app.db --yes" /dev/null' "$MOULT"
	[ "$(columns app.db)" = id,name ]
}

@test "all that is in the way in one table is said, each with its rows" {
	local check ids
	for check in "kind <> 'x'" "json_extract(kind, '\$.a') IS NULL"; do
		rm -f app.db
		sqlite3 app.db "CREATE TABLE part(price INTEGER, name TEXT, kind TEXT, maker INTEGER); CREATE TABLE maker(id INTEGER PRIMARY KEY);
			INSERT INTO part VALUES (5, 'a', 'x', 7), (-5, NULL, 'x', 7), (-6, 'c', NULL, 7)"
		cat >want.xml <<-END
			<database xmlns="urn:moult:schema:1">
			  <table name="part">
			    <column name="price" type="INTEGER" check="price > 0"/><column name="name" type="TEXT" not-null="true"/>
			    <column name="kind" type="TEXT"><check>$(sed 's/</\&lt;/' <<<"$check")</check></column>
			    <column name="maker" type="INTEGER" references="maker(id)"/>
			  </table>
			  <table name="maker"><column name="id" type="INTEGER" primary-key="true"/></table>
			</database>
		END
		expect 3 apply app.db want.xml --json
		ids=$(sqlite3 :memory: "SELECT group_concat(json_extract(value, '\$.id') || ':' || json_extract(value, '\$.count'), ' ')
			FROM json_each('${output//\'/\'\'}', '\$.diagnostics') WHERE json_extract(value, '\$.severity') = 'error'")
		[[ $check == kind* ]] || [ "$ids" = "MF104:1 MF105:2 MF112:2 MF106:3" ]
		[[ $check != kind* ]] || [ "$ids" = "MF104:1 MF105:2 MF105:2 MF106:3" ]
	done
}

@test "columns that come to many tables are one edit of the text that ALTER would leave" {
	local case=${MOULT_SOURCE:-.}/tests/cases/columns-come-to-many-tables
	sqlite3 many.db <"$case/have.sql"
	cp many.db alter.db
	expect 0 apply alter.db "$case/want.xml" --yes --strategy alter --no-backup
	expect 0 plan many.db "$case/want.xml" --json
	[ "$(grep -c 'UPDATE sqlite_master' <<<"$output")" -eq 35 ]
	[ "$(grep -c 'ALTER TABLE' <<<"$output")" -eq 1 ] # of the one WITHOUT ROWID
	expect 0 apply many.db "$case/want.xml" --yes --no-backup
	texts="SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '\_moult%' ESCAPE '\' ORDER BY name"
	[ "$(sqlite3 many.db "$texts")" = "$(sqlite3 alter.db "$texts")" ]
	sqlite3 many.db "SELECT sql FROM sqlite_master WHERE name = 't1'" | grep -q '/\* kept \*/'
	[ "$(sqlite3 many.db "PRAGMA integrity_check")" = ok ]
	# With a few tables fewer it is the statements that everybody knows.
	sqlite3 few.db <"$case/have.sql"
	grep -v -e 'name="t1[0-9]"' -e 'name="t2"' "$case/want.xml" >few.xml
	expect 0 plan few.db few.xml --json
	[ "$(grep -c 'UPDATE sqlite_master' <<<"$output")" -eq 0 ]
}

@test "the synopsis of moult(1) has each command with its options and operands" {
	local page=$MOULT_SOURCE/man/moult.1 command option
	for command in dump check lint diff plan rehearse apply downgrade rollback finish status history verify help; do
		block=$(awk -v command="$command" '/^\.Sh DESCRIPTION/ { exit }
			/^\.Nm/ { inside = 0 } $1 == ".Cm" && $2 == command { inside = 1 } inside' "$page")
		[ -n "$block" ]
		expect 0 help $command
		for option in $(sed -n '/^Options:/,/^Everywhere:/s/^  \(-., \)\{0,1\} *--\([a-z-]*\).*/\2/p' <<<"$output"); do
			case $option in
			output) option=o ;;
			yes) option=y ;;
			*) option=-$option ;;
			esac
			grep -qE "^\.Op Fl $option( |\$)" <<<"$block" || { echo "$command: $option"; false; }
		done
		[ "$(grep -c '^\.Op Fl' <<<"$block")" -eq "$(sed -n '/^Options:/,/^Everywhere:/p' <<<"$output" | grep -cE '^  (-|    --)')" ]
	done
}

@test "a document in the place of the database, and options that others have" {
	for command in sql backups; do
		expect 2 $command app.db
		[[ $stderr == *"there is no command $command any more"*moult* ]]
	done
	for command in apply rehearse status verify rollback; do
		expect 2 $command app.xml app.db
		[[ $stderr == *"RUN002: app.xml is a document"*"the database comes first"* ]]
	done
	expect 2 apply app.db app.xml --dry-run
	[[ $stderr == *"moult plan"*"moult rehearse"* ]]
	expect 2 plan app.db app.xml --sqlite banana
	[[ $stderr == *3.35.5* ]]
	expect 2 dump app.db --format text
	[[ $stderr == *"use xml, sql, mermaid"* ]]
	expect 2 plan app.db app.xml --format xml
}

@test "history --check reads each backup through" {
	expect 0 apply app.db app.xml --yes
	expect 0 history app.db
	[[ $output == *"migration"*"app.xml"*"before-apply"* ]]
	local backup
	backup=$(echo app.db.moult-*.backup)
	printf x | dd of="$backup" bs=1 seek=5000 conv=notrunc 2>/dev/null
	expect 0 history app.db
	[[ $output != *"not to be used"* ]]
	expect 0 history app.db --check
	[[ $output == *"not to be used"*checksum* ]]
	rm app.db
	expect 0 history app.db
	[[ $output == *"no migration yet"*"before-apply"* ]]
}

@test "check --strict fails for a warning, -q leaves warnings out, and a script is refused at its place" {
	sed 's,</database>,<view name="v">SELECT nosuch FROM person</view>&,' app.xml >warned.xml
	expect 0 check warned.xml
	[[ $stderr == *"MS101: view v"* ]]
	expect 1 check warned.xml --strict -q
	[ -z "$stderr" ]
	expect 0 check app.xml --strict
	expect 1 check warned.xml --strict --json
	[[ $output == *'"warnings": 1'* && $output == *'"id": "MS101"'* ]]
	printf 'CREATE TABLE a(x);\n\n-- b\nCREATE TABLE b(x,, y);\n' >bad.sql
	expect 2 dump bad.sql
	[[ $stderr == *"bad.sql:4:18: error: SQL002"* ]]
	expect 2 apply app.db bad.sql -q
	[[ $stderr == *"bad.sql:4:18: error: SQL002"* ]]
}
