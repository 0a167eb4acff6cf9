# SPDX-License-Identifier: MIT
#
# The C unit of a folder of releases: it goes from release to release, none left out, in one
# transaction, and comes to what apply comes to with one document after the other.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
	command -v cc >/dev/null || skip "no C compiler"
}

id='<column name="id" type="INTEGER" primary-key="true"/>'
fax="<table name=\"fax\">$id<column name=\"number\"/></table>"

# release NAME ELEMENTS: app.xml gets these, and is frozen.
release() {
	echo "<database xmlns=\"urn:moult:schema:1\">$2</database>" >app.xml
	"$MOULT" release app.xml --name "$1" -q
}

# A table renamed, two steps that must not run twice, a table dropped, a column that needs a value:
# what says so stands in one release, and is tidied away in the next.
six() {
	local dots='<trigger name="dots" after="update">UPDATE "a person" SET called = called || '"'.'"' WHERE id = new.id;</trigger>'
	local people="<table name=\"a person\">$dots$id<column name=\"called\" type=\"TEXT\"/>"
	release begin "<table name=\"who\">$id<column name=\"name\" type=\"TEXT\"/></table>$fax"
	release renamed "<table name=\"a person\" was=\"who\">$dots$id<column name=\"called\" type=\"TEXT\" was=\"name\"/></table>$fax"
	release first "$people</table>$fax<step name=\"first\" at=\"after\">UPDATE \"a person\" SET called = called || '!'</step>"
	release second "$people</table>$fax<step name=\"second\" at=\"after\">UPDATE \"a person\" SET called = called || '?'</step>"
	release dropped "$people</table><dropped table=\"fax\"/>"
	release sized "$people<column name=\"size\" type=\"INTEGER\" not-null=\"true\" using=\"length(called)\"/></table>"
}

# compiled OPERAND...: the unit of that, as ./up FILE, which says what came of it.
compiled() {
	"$MOULT" plan "$@" --format c -o up.c 2>said || {
		cat said
		return 1
	}
	cat >main.c <<-'C'
		#include <stdio.h>
		#include "up.h"
		static void say(void *context, int code, const char *words)
		{
			fprintf((FILE *)context, "%d: %s\n", code, words);
		}
		int main(int count, char **names)
		{
			static const char *const words[] = {"present", "upgraded", "unknown", "refused", "busy", "misuse", "old", "failed"};
			enum up_result result = UP_FAILED;
			sqlite3 *db;

			sqlite3_config(SQLITE_CONFIG_LOG, say, stderr);
			if (sqlite3_open(names[count - 1], &db) == SQLITE_OK) {
				/* The steps need the triggers that it has switched off. */
				sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)0);
				result = up_upgrade(db);
			}
			puts(words[result]);
			return sqlite3_close(db);
		}
	C
	cc -Wall -Wextra -Werror -std=c99 -o up main.c up.c -lsqlite3
}

# says FILE WORD: what the unit says of it.
says() {
	run -0 --separate-stderr ./up "$1"
	[ "$output" = "$2" ] || { echo "$1: $output $stderr"; return 1; }
}

# All that a file has, but for when and by whom it was brought there.
all_of() {
	sqlite3 "$1" "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT GLOB '*_moult_*' ORDER BY 1, 2" \
		'SELECT id, * FROM "a person" ORDER BY 1' "SELECT kind, object, digest FROM _moult_done ORDER BY 1, 2, 3"
}

# went NUMBER FILE: a file with rows that has come, by documents, to that release.
went() {
	local documents=(releases/*.xml) i
	"$MOULT" apply "$2" "${documents[0]}" -q
	sqlite3 "$2" "INSERT INTO who VALUES (1, 'Ada'), (7, NULL), (9, 'Bob'); INSERT INTO fax VALUES (1, '555')"
	sqlite3 "$2" "UPDATE who SET name = '' WHERE id = 7"
	for ((i = 1; i < $1; i++)); do
		"$MOULT" apply "$2" "${documents[i]}" -q --yes --no-backup 2>said || { cat said; return 1; }
	done
}

@test "from every release, data-only ones included, as apply goes by one document after the other" {
	six
	went 6 apply.db
	compiled releases
	for number in 1 2 3 4 5; do
		went $number $number.db
		says $number.db upgraded
		[ "$(all_of $number.db)" = "$(all_of apply.db)" ]
		"$MOULT" plan $number.db releases/*_sized.xml --check -q
		[ "$(sqlite3 $number.db 'SELECT called FROM "a person" WHERE id = 1; PRAGMA integrity_check')" = $'Ada!.?.\nok' ]
		says $number.db present
		[ "$(all_of $number.db)" = "$(all_of apply.db)" ]
	done
	says apply.db present
	# new files of a release, which need none of the steps
	for number in 1 3 4 6; do
		documents=(releases/*.xml)
		"$MOULT" apply new$number.db "${documents[number - 1]}" -q
		[ $number = 6 ] || says new$number.db upgraded
		says new$number.db present
		"$MOULT" plan new$number.db releases/*_sized.xml --check -q
	done
	sqlite3 strange.db "CREATE TABLE t(a)"
	says strange.db unknown
}

@test "the way back of each hop names both releases, by unit, by scripts and by apply" {
	local columns="$id" name before='' file
	for name in one two three; do
		columns="$columns<column name=\"$name\"/>"
		release $name "<table name=\"t\">$columns</table>"
	done
	sqlite3 apply.db "CREATE TABLE t(id INTEGER PRIMARY KEY, one)"
	cp apply.db unit.db && cp apply.db script.db && cp apply.db said.db
	"$MOULT" apply apply.db releases --way-back shape --yes --no-backup -q
	compiled releases --way-back shape
	says unit.db upgraded
	for name in one two three; do
		[ -z "$before" ] || "$MOULT" plan releases --from $before --to $name --format sql --way-back shape -q -o $name.sql
		before=$name
	done
	sqlite3 script.db <two.sql
	sqlite3 script.db <three.sql
	for file in apply unit script; do
		[ "$(sqlite3 $file.db "SELECT group_concat(substr(release_from, 16) || substr(release_to, 16), ' ')
			FROM (SELECT * FROM _moult_way_back ORDER BY number)")" = "onetwo twothree" ] || { echo $file; return 1; }
	done
	# Where it is only said that a file stands at a release, it may be another.
	sqlite3 said.db "ALTER TABLE t ADD COLUMN other"
	"$MOULT" apply said.db releases --from one --way-back shape --yes --no-backup -q
	[ "$(sqlite3 said.db "SELECT count(*) || group_concat(substr(release_from, 16)) FROM _moult_way_back")" = 2two ]
}

@test "releases that declare other rows, and nothing else" {
	local table='<table name="list"><column name="word" type="TEXT" not-null="true" primary-key="true"/><column name="n"/><rows>'
	release begin "$table<row word=\"a\" n=\"1\"/></rows></table>"
	release more "$table<row word=\"a\" n=\"2\"/><row word=\"b\" n=\"1\"/></rows></table>"
	release again "$table<row word=\"a\" n=\"3\"/><row word=\"b\" n=\"1\"/></rows></table>"
	compiled releases
	documents=(releases/*.xml)
	for number in 0 1 2; do
		"$MOULT" apply $number.db "${documents[number]}" -q
		sqlite3 $number.db "INSERT INTO list VALUES ('mine', $number)"
		[ $number = 2 ] || says $number.db upgraded
		says $number.db present
		[ "$(sqlite3 $number.db "SELECT group_concat(word || n) FROM list WHERE word <> 'mine'")" = a3,b1 ]
		[ "$(sqlite3 $number.db "SELECT n FROM list WHERE word = 'mine'")" = $number ]
		"$MOULT" plan $number.db "${documents[2]}" --check -q
	done
}

@test "rows that another tool has inserted are the first release's, by unit, by scripts and by apply" {
	local key='<column name="code" type="TEXT" primary-key="true" not-null="true"/>' name before='' file
	local role="<table name=\"role\">$key<column name=\"name\" type=\"TEXT\"/><rows><row code=\"a\" name=\"Admin\"/>"
	release one "$role<row code=\"u\" name=\"User\"/><row code=\"x\" name=\"X|%\"/><row code=\"k\" name=\"K\"/></rows></table>"
	release two "$role<row code=\"u\" name=\"Member\"/><dropped row=\"x\"/></rows></table>"
	release three "<table name=\"roles\" was=\"role\">$key<column name=\"label\" type=\"TEXT\" was=\"name\"/><rows><row code=\"a\" label=\"Boss\"/><row code=\"k\" label=\"L\"/></rows></table>"
	sqlite3 apply.db "CREATE TABLE role(code TEXT PRIMARY KEY NOT NULL, name TEXT);
		INSERT INTO role VALUES ('a', 'Admin'), ('u', 'User'), ('x', 'X|%'), ('k', 'K'), ('own', 'Own')"
	for file in unit script edited; do cp apply.db $file.db; done
	sqlite3 edited.db "UPDATE role SET name = 'Root' WHERE code = 'u'"
	compiled releases
	for name in one two three; do
		[ -z "$before" ] || "$MOULT" plan releases --from $before --to $name --format sql -q -o $name.sql
		before=$name
	done
	says unit.db upgraded
	sqlite3 -bail script.db <two.sql
	sqlite3 -bail script.db <three.sql
	expect 0 apply apply.db releases --yes --no-backup
	for file in apply unit script; do
		[ "$(sqlite3 $file.db "SELECT group_concat(code || label) FROM roles")" = aBoss,uMember,kL,ownOwn ] || { echo $file; return 1; }
		sqlite3 $file.db "SELECT kind, object, digest FROM _moult_done ORDER BY 1, 2" >$file.marks
		diff $file.marks apply.marks
	done
	# What somebody has changed is somebody's.
	says edited.db refused
	run ! sqlite3 -bail edited.db <two.sql
	[[ $output == *"MD121 table role"* ]]
}

@test "a folder and a document; --from and --to say which releases" {
	six
	sed 's/\(name="size"[^>]*\) using="[^"]*"/\1 was="size"/; s/name="size"/name="length"/' app.xml >next.xml
	compiled releases next.xml --from renamed
	went 3 3.db
	says 3.db upgraded
	[ "$(sqlite3 3.db 'SELECT group_concat(id || called || length) FROM "a person"')" = 1Ada!.?.7,7!.?.4,9Bob!.?.7 ]
	"$MOULT" plan 3.db next.xml --check -q
	went 1 1.db
	says 1.db unknown
	# --to is the last
	compiled releases --from renamed --to dropped
	went 2 2.db
	says 2.db upgraded
	"$MOULT" plan 2.db releases/*_dropped.xml --check -q
	says 3.db unknown
	# what the newest release is already is no hop more
	compiled releases app.xml
	says 1.db upgraded
	expect 2 plan releases --format c -o up.c --from nobody
	[[ $stderr == *REL010* ]]
	expect 2 plan releases app.xml next.xml --format c -o up.c
	[[ $stderr == *"a folder of releases is the only HAVE of a unit"* ]]
}

@test "a row in the way of the last hop leaves the file as the first found it" {
	six
	compiled releases
	went 1 1.db
	sqlite3 1.db "UPDATE who SET name = NULL WHERE id = 9"
	sqlite3 1.db .dump >before
	says 1.db refused
	sqlite3 1.db .dump >after
	cmp before after
	sqlite3 1.db "UPDATE who SET name = 'Bob' WHERE id = 9"
	says 1.db upgraded
}

@test "what a unit could not tell apart, or go on from, is refused" {
	local one="<table name=\"a\">$id</table>"
	release begin "$one"
	release with "$one$fax"
	release without "$one<dropped table=\"fax\"/>"
	expect 2 plan releases --format c -o up.c
	[[ $stderr == *"RUN022"*"cannot tell a file of "*_begin*" from one of "*_without*"user-version"* ]]
	compiled releases --from "$(basename releases/*_with.xml .xml)"
	rm -r releases
	release begin "$one"
	release kept "$one<pragma application-id=\"7\"/>"
	release more "$one$fax<pragma application-id=\"7\"/>"
	expect 2 plan releases --format c -o up.c
	[[ $stderr == *"cannot tell a file of "*_begin*" from one of "*_kept* ]]
	rm -r releases
	release begin "$one$fax"
	release forgotten "$one<table name=\"b\">$id</table>"
	release more "$one<table name=\"b\">$id</table><table name=\"c\">$id</table>"
	expect 2 plan releases --format c -o up.c
	[[ $stderr == *"from "*_begin*" is not as a new one of "*_forgotten*"it keeps table fax"*"--from "*_forgotten* ]]
	rm -r releases
	release begin "$one"
	release ignoring "$one$fax<ignore name=\"b*\"/>"
	release more "$one$fax<table name=\"b\">$id</table>"
	expect 2 plan releases --format c -o up.c
	[[ $stderr == *_begin*" and "*_ignoring*" ignore other objects"*"--from NAME"* ]]
	expect 2 plan releases --from "$(basename releases/*_begin.xml .xml)" --format c -o up.c
	[[ $stderr == *_ignoring*" and "*_more*" ignore other objects"* ]]
}

@test "a new file goes through all releases, and a folder of one release makes it" {
	local one="<table name=\"who\">$id</table>"
	release begin "$one<pragma user-version=\"1\"/>"
	compiled releases
	[ "$(./up new.db)" = upgraded ]
	[ "$(./up new.db)" = present ]
	"$MOULT" plan new.db releases --check
	release more "$one$fax<pragma user-version=\"2\"/>"
	compiled releases
	[ "$(./up new.db)" = upgraded ]
	[ "$(./up other.db)" = upgraded ]
	"$MOULT" plan new.db releases --check
	"$MOULT" plan other.db releases --check
	compiled releases --from "$(basename releases/*_begin.xml .xml)"
	[ "$(./up third.db 2>/dev/null)" = unknown ]
}

@test "what user-version tells apart has one shape" {
	local one="<table name=\"a\">$id</table>"
	release begin "<pragma user-version=\"1\"/>$one"
	release with "<pragma user-version=\"2\"/>$one$fax"
	release without "<pragma user-version=\"3\"/>$one<dropped table=\"fax\"/>"
	compiled releases
	"$MOULT" apply 1.db releases/*_begin.xml -q
	says 1.db upgraded
	says 1.db present
	[ "$(sqlite3 1.db "PRAGMA user_version")" = 3 ]
}

@test "examples/releases: a file of the first release" {
	cp -R "$MOULT_SOURCE/examples/releases" shop
	compiled shop/releases
	sqlite3 1.db <shop/kept/begin.sql
	cp 1.db apply.db
	says 1.db upgraded
	says 1.db present
	for document in shop/releases/*.xml; do
		"$MOULT" apply apply.db "$document" -q --yes --no-backup
	done
	"$MOULT" verify 1.db -q
	for table in customer sale product country; do
		[ "$(sqlite3 1.db "SELECT * FROM $table ORDER BY 1")" = "$(sqlite3 apply.db "SELECT * FROM $table ORDER BY 1")" ]
	done
	"$MOULT" plan 1.db shop/app.xml --check -q
}
