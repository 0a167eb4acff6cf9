# SPDX-License-Identifier: MIT
#
# A bad box, hostile documents, hostile databases: nothing is half done, nothing
# gets through, and each is refused with a word.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin_with_people
}

# Ends what a test left behind.
teardown() {
	touch stop
}

content() {
	sqlite3 "$1" .dump | sed '/^CREATE TABLE _moult/,/);$/d' | grep -v _moult | cksum
}

# ---- a bad box ----

@test "16 MiB of data, on a file of 20 MiB" {
	sqlite3 app.db "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
		INSERT INTO person SELECT i + 10, hex(zeroblob(100)) || i FROM n"
	(ulimit -d 16384 && "$MOULT" --version) >said 2>&1 || skip "not a program starts here with 16 MiB"
	(
		ulimit -d 16384
		"$MOULT" apply app.db app.xml -q --yes --memory 4M
	)
	is_migrated app.db
	[ "$(sqlite3 app.db "SELECT count(*) FROM person")" = 100002 ]
}

@test "no environment at all: no HOME, no TMPDIR, no PATH" {
	env -i "$(command -v "$MOULT")" apply app.db app.xml -q --yes
	is_migrated app.db
}

@test "temporary directories that are not there" {
	TMPDIR=/nowhere SQLITE_TMPDIR=/nowhere "$MOULT" apply app.db app.xml -q --yes
	is_migrated app.db
}

@test "standard streams that are closed, in all eight ways" {
	local before after way in out err
	before=$(content app.db)
	for way in 0 1 2 3 4 5 6 7; do
		rm -f new.db*
		cp app.db new.db
		(
			[ $((way & 1)) -eq 0 ] || exec <&-
			[ $((way & 2)) -eq 0 ] || exec >&-
			[ $((way & 4)) -eq 0 ] || exec 2>&-
			exec "$MOULT" apply new.db app.xml --yes
		) || true
		[ "$(sqlite3 new.db "PRAGMA integrity_check")" = ok ]
		[ "$(sqlite3 new.db "SELECT group_concat(name) FROM person")" = Ada,Bob ]
		# What is printed never lands in the file.
		is_migrated new.db || [ "$(content new.db)" = "$before" ]
	done
}

@test "--deadline at every ten milliseconds of a run" {
	local ms before status
	sqlite3 app.db "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
		INSERT INTO person SELECT i + 10, hex(zeroblob(50)) || i FROM n"
	before=$(content app.db)
	for ms in $(seq 1 10 301); do
		rm -f new.db*
		cp app.db new.db
		status=0
		"$MOULT" apply new.db app.xml -q --yes --deadline ${ms}ms 2>/dev/null || status=$?
		[ "$(sqlite3 new.db "PRAGMA integrity_check")" = ok ]
		if [ $status -eq 0 ]; then
			is_migrated new.db
		else
			[ $status -eq 5 ]
			[ "$(content new.db)" = "$before" ]
		fi
	done
}

# A clock that stands at the epoch, between the program and the C library.
stop_the_clock() {
	cat >epoch.c <<'END'
#include <string.h>
#include <sys/time.h>
#include <time.h>
time_t time(time_t *now) { if (now) *now = 0; return 0; }
int gettimeofday(struct timeval *now, void *zone) { (void)zone; memset(now, 0, sizeof(*now)); return 0; }
END
	${CC:-cc} -shared -fPIC -o epoch.so epoch.c 2>/dev/null || skip "no compiler"
	[ "$(LD_PRELOAD=./epoch.so date +%Y 2>/dev/null)" ] || skip "LD_PRELOAD is not to be had"
	[ "$(LD_PRELOAD=./epoch.so sqlite3 :memory: "SELECT date('now')" 2>/dev/null)" = 1970-01-01 ] ||
		skip "SQLite does not see the clock"
}

at_the_epoch() {
	LD_PRELOAD=./epoch.so "$MOULT" "$@"
}

@test "a clock that says 1970, and does not go" {
	local before
	stop_the_clock
	before=$(content app.db)
	at_the_epoch apply app.db app.xml -q --yes --timeout 1 || skip "a program that takes no LD_PRELOAD"
	is_migrated app.db
	[[ $(ls app.db.moult-*.backup) == *-19700101T* ]] || skip "a program that takes no LD_PRELOAD"
	document '' >back.xml
	at_the_epoch apply app.db back.xml -q --yes --allow all
	run ! is_migrated app.db
	at_the_epoch rollback app.db -q --yes
	is_migrated app.db
	at_the_epoch rollback app.db -q --yes
	[ "$(content app.db)" = "$before" ]
	# When the clock is right again, the newest is still the newest.
	"$MOULT" apply app.db app.xml -q --yes
	is_migrated app.db
	[ "$(sqlite3 app.db "PRAGMA integrity_check")" = ok ]
}

# In a space of mounts of its own; nothing outside of the file's directory can be written, /tmp neither.
@test "a root that is read-only, but for the directory of the file" {
	local status=0
	cat >within.sh <<'END'
mount --bind "$1" "$1" && mount -o remount,bind,ro / || exit 77
cd "$1"
if touch /moult-was-here 2>/dev/null || touch "${1%/*}/moult-was-here" 2>/dev/null; then exit 77; fi
unset TMPDIR SQLITE_TMPDIR
set -e
"$2" apply app.db app.xml -q --yes
"$2" rollback app.db -q --yes
"$2" apply app.db app.xml -q --yes --strategy rebuild
END
	unshare -rm sh within.sh "$PWD" "$(realpath "$MOULT")" || status=$?
	[ $status -ne 77 ] && [ $status -ne 1 ] || skip "no space of mounts can be made here"
	[ $status -eq 0 ]
	is_migrated app.db
}

@test "a directory that is read-only: 2, and a word" {
	[ "$(id -u)" -ne 0 ] || skip "root may write everywhere"
	mkdir shut
	cp app.db shut
	chmod a-w shut
	run --separate-stderr "$MOULT" apply shut/app.db app.xml --yes
	chmod u+w shut
	[ "$status" -ge 2 ] && [ "$status" -lt 6 ]
	[ -n "$stderr" ]
	run ! is_migrated shut/app.db
	[ "$(ls shut)" = app.db ]
}

# ---- hostile documents ----

# refused NAME: the document on standard input is refused with this.
refused() {
	cat >bad.xml
	expect 2 apply app.db bad.xml --yes
	[[ $stderr == *"$1"* ]]
	run ! is_migrated app.db
}

@test "entities that multiply, and external ones" {
	refused DOC010 <<'END'
<!DOCTYPE database [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>
<database xmlns="urn:moult:schema:1"><doc>&c;</doc></database>
END
	refused DOC010 <<'END'
<!DOCTYPE database [<!ENTITY passwords SYSTEM "file:///etc/passwd">]>
<database xmlns="urn:moult:schema:1"><doc>&passwords;</doc></database>
END
	refused DOC010 <<'END'
<!DOCTYPE database SYSTEM "http://127.0.0.1/moult.dtd">
<database xmlns="urn:moult:schema:1"/>
END
}

@test "a hundred thousand elements deep, and an attribute of a megabyte" {
	{
		echo '<database xmlns="urn:moult:schema:1">'
		head -c 100000 /dev/zero | sed 's/\x0/<doc>/g'
	} >deep.xml
	expect 2 check deep.xml
	{
		printf '<database xmlns="urn:moult:schema:1"><table name="'
		head -c 1000000 /dev/zero | tr '\0' a
		echo '"/></database>'
	} >wide.xml
	expect 2 check wide.xml
}

@test "bytes that are not UTF-8, and a document of 17 MiB" {
	printf '<database xmlns="urn:moult:schema:1"><doc>\xc3\x28\xed\xa0\x80</doc></database>' >bytes.xml
	expect 2 check bytes.xml
	{
		echo '<database xmlns="urn:moult:schema:1"><!--'
		head -c 17825792 /dev/zero | tr '\0' ' '
		echo '--></database>'
	} >large.xml
	expect 2 check large.xml
}

@test "includes that climb out, by dots, by root, by a link" {
	mkdir -p inside outside
	document >outside/other.xml
	for path in ../outside/other.xml "$PWD/outside/other.xml" sub/../../outside/other.xml file:///etc/passwd; do
		echo "<database xmlns=\"urn:moult:schema:1\"><include href=\"$path\"/></database>" >inside/app.xml
		expect 2 check inside/app.xml
	done
	document >inside/other.xml
	echo '<database xmlns="urn:moult:schema:1"><include href="other.xml"/></database>' >inside/app.xml
	expect 0 check inside/app.xml
	ln -s ../outside/other.xml inside/link.xml
	echo '<database xmlns="urn:moult:schema:1"><include href="link.xml"/></database>' >inside/app.xml
	expect 2 check inside/app.xml
}

# ---- hostile databases ----

@test "names, defaults and bodies that look like the end of a statement" {
	sqlite3 evil.db <<'END'
CREATE TABLE "t""; DROP TABLE keep; --"(id INTEGER PRIMARY KEY, "a'); DELETE FROM keep; --" TEXT DEFAULT '''); DROP TABLE keep; --');
CREATE TABLE keep(x); INSERT INTO keep VALUES (1), (2);
CREATE TRIGGER "g""; DROP TABLE keep; --" AFTER INSERT ON "t""; DROP TABLE keep; --" BEGIN SELECT 'END; DROP TABLE keep; --'; END;
CREATE VIEW "v'; DROP TABLE keep; --" AS SELECT '; DROP TABLE keep; --' AS "a""b";
INSERT INTO "t""; DROP TABLE keep; --" VALUES (1, '''); DROP TABLE keep; --');
END
	expect 0 dump evil.db -o evil.xml
	"$MOULT" apply evil.db evil.xml -q --yes
	sed 's/type="TEXT"/type="INTEGER"/' evil.xml >other.xml
	"$MOULT" apply evil.db other.xml -q --yes --allow all
	[ "$(sqlite3 evil.db "SELECT count(*) FROM keep")" = 2 ]
	rm -f fresh.db
	"$MOULT" apply fresh.db other.xml -q --yes
	expect 0 diff evil.db fresh.db
}

@test "rows of sqlite_schema that somebody wrote by hand" {
	for sql in \
		"UPDATE sqlite_schema SET sql = 'CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT); DROP TABLE person'" \
		"UPDATE sqlite_schema SET rootpage = 1 WHERE name = 'person'" \
		"UPDATE sqlite_schema SET name = 'sqlite_person', tbl_name = 'sqlite_person'" \
		"INSERT INTO sqlite_schema VALUES ('table', 'other', 'other', 2, 'CREATE TABLE other(a)')" \
		"INSERT INTO sqlite_schema VALUES ('trigger', 'g', 'person', 0, 'CREATE TABLE g(a)')"; do
		rm -f bad.db*
		cp app.db bad.db
		by_hand bad.db "$sql" 2>/dev/null || true
		before=$(cksum <bad.db)
		run "$MOULT" apply bad.db app.xml --yes
		[ "$status" -lt 6 ]
		[ "$status" -eq 0 ] || [ "$(cksum <bad.db)" = "$before" ]
	done
}

# keep: a table that a trigger must not empty, and a file that was migrated before.
begin_with_a_history() {
	sqlite3 app.db "CREATE TABLE keep(x); INSERT INTO keep VALUES (1), (2)"
	document "" VARCHAR >before.xml
	"$MOULT" apply app.db before.xml -q --yes
}

# refused_as_own SQL [FILE]: once SQL ran on a copy, nothing is done with it, and nothing is lost in it.
refused_as_own() {
	rm -f bad.db*
	cp "${2:-app.db}" bad.db
	sqlite3 bad.db "$1"
	for command in "apply bad.db app.xml --yes" "rehearse bad.db app.xml" "plan bad.db app.xml" \
		"diff bad.db app.xml" "status bad.db" "verify bad.db" "dump bad.db" "rollback bad.db --yes" \
		"plan bad.db app.xml --format sql" "lint empty.sql bad.db"; do
		expect 2 $command
		[[ $stderr == *RUN037*hint:*drop* ]]
	done
	[ "$(sqlite3 bad.db "SELECT count(*) FROM keep")" = 2 ]
	run ! is_migrated bad.db
}

# The document is refused, since SQLite does not answer what would be lost of f; and can be allowed.
unasked() {
	local before
	before=$(cksum app.db)
	expect 0 plan app.db app.xml "$@"
	[[ $output == *"refused "*"MD119"*"the rows could not"*"nothing would be run"* ]]
	expect 3 apply app.db app.xml -y "$@"
	[[ $stderr == *"MD119"*"the rows could not be asked: "*"--allow MD119:f"* ]]
	[ "$before" = "$(cksum app.db)" ]
	run --separate-stderr "$MOULT" apply app.db app.xml -y "$@" --allow MD119:f
	# SQLite 3.44 and later take an index of FTS4 without its content for a damaged one.
	[ "$status" -eq 0 ] || [[ $status == 2 && $stderr == *"unable to validate the inverted index"* ]]
}

@test "what cannot be looked at is not lost: a question without an answer refuses" {
	local args
	# A collation that is not loaded stands in for as long as rows are counted.
	rm app.db
	sqlite3 app.db "CREATE TABLE w(k TEXT COLLATE NOCASE PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO w VALUES ('a', 1), ('b', 2);
		CREATE TABLE x(a, b); CREATE INDEX xa ON x(a COLLATE NOCASE, b); INSERT INTO x VALUES (1, 2)"
	by_hand app.db "UPDATE sqlite_master SET sql = replace(sql, 'NOCASE', 'klingon')"
	echo '<database xmlns="urn:moult:schema:1" undeclared="drop"/>' >app.xml
	expect 0 plan app.db app.xml
	[[ $output == *"w: drop, 2 rows"*"x: drop, 1 row"* ]]
	expect 3 apply app.db app.xml -y
	[[ $stderr == *"MD101: table w"*"(2 rows)"*"MD101: table x"*"(1 row)"* ]]
	expect 0 apply app.db app.xml -y --allow MD101

	for args in "fts4(body, content='')" "fts5(body, content='gone')" "fts4(body, content='gone')"; do
		rm -f app.db*
		sqlite3 app.db "CREATE VIRTUAL TABLE f USING $args; INSERT INTO f(rowid, body) VALUES (1, 'some text')"
		echo '<database xmlns="urn:moult:schema:1"><table name="t"><column name="a"/></table></database>' >app.xml
		unasked --prune
	done
	rm -f app.db*
	sqlite3 app.db "CREATE VIRTUAL TABLE f USING fts4(body, content=''); INSERT INTO f(rowid, body) VALUES (1, 'some text')"
	echo '<database xmlns="urn:moult:schema:1"><virtual-table name="f" using="fts4" args="body, content=&apos;&apos;, prefix=&quot;2&quot;"/></database>' >app.xml
	unasked
}

@test "a row, or a name, that speaks like SQLite of a function that is missing" {
	sqlite3 app.db "INSERT INTO person VALUES (7, '\$[no such function: f')"
	echo '<database xmlns="urn:moult:schema:1"><table name="person"><column name="id" type="INTEGER" primary-key="true"/>
		<column name="name" type="TEXT"/><column name="part" generated="json_extract(&apos;[]&apos;, name)"/></table></database>' >app.xml
	expect 3 apply app.db app.xml -y
	[[ $stderr == *MF112*"id 7"* ]]
	sqlite3 app.db 'DELETE FROM person WHERE id = 7; ALTER TABLE person ADD COLUMN "no such module: m";
		CREATE VIEW v AS SELECT "no such module: m" AS m FROM person'
	echo '<database xmlns="urn:moult:schema:1"><table name="person"><column name="id" type="INTEGER" primary-key="true"/>
		<column name="name" type="TEXT"/><dropped column="no such module: m"/></table></database>' >app.xml
	expect 3 apply app.db app.xml -y
	[[ $stderr == *MF114*"view v"* ]]
}

@test "what has moult's name and is not moult's is refused by every command" {
	echo "SELECT 1;" >empty.sql
	sqlite3 app.db "CREATE TABLE keep(x); INSERT INTO keep VALUES (1), (2)"
	refused_as_own "CREATE VIEW _moult_history AS WITH RECURSIVE n(number) AS
		(SELECT 1 UNION ALL SELECT number + 1 FROM n) SELECT number FROM n"
	refused_as_own "CREATE VIEW _moult_history AS SELECT 1 AS number; CREATE TRIGGER e INSTEAD OF INSERT
		ON _moult_history BEGIN DELETE FROM keep; END"
	refused_as_own "CREATE TABLE _moult_history(number INTEGER PRIMARY KEY, format)"
	refused_as_own "CREATE VIRTUAL TABLE \"_MOULT_history\" USING fts5(number, format)"
	refused_as_own "CREATE INDEX _moult_history ON person(name)"
}

@test "triggers, indexes and expressions on the history are refused by every command" {
	begin_with_a_history
	echo "SELECT 1;" >empty.sql
	refused_as_own "CREATE TRIGGER e AFTER INSERT ON _moult_history BEGIN DELETE FROM keep; END"
	refused_as_own "CREATE TRIGGER e BEFORE INSERT ON [_MOULT_HISTORY] BEGIN SELECT RAISE(IGNORE); END"
	refused_as_own "CREATE UNIQUE INDEX once ON _moult_history(document)"
	refused_as_own "ALTER TABLE _moult_history ADD COLUMN more AS (abs(number))"
	refused_as_own "CREATE TABLE more AS SELECT * FROM _moult_history;
		DROP TABLE _moult_history; ALTER TABLE more RENAME TO _moult_history"
	# By the same words a file goes on once it is gone.
	"$MOULT" apply app.db app.xml -q --yes
	is_migrated app.db
}

@test "other things called _moult_ are the application's: kept, shown, and not lost in a rollback" {
	begin_with_a_history
	sqlite3 app.db "CREATE TABLE _moult_new_person(x); INSERT INTO _moult_new_person VALUES (7);
		CREATE TABLE _moult_mine(x); CREATE TRIGGER _moult_history AFTER INSERT ON keep BEGIN SELECT 1; END"
	"$MOULT" apply app.db app.xml -q --yes --strategy rebuild
	is_migrated app.db
	[ "$(sqlite3 app.db "SELECT x FROM _moult_new_person")" = 7 ]
	expect 0 dump app.db
	[[ $output == *'"_moult_new_person"'*'"_moult_mine"'* ]]
	[[ $output == *'trigger name="_moult_history"'* ]]
	[[ $output != *'table name="_moult_history"'* ]]
	sqlite3 app.db "INSERT INTO _moult_mine VALUES (1)"
	expect 3 rollback app.db --yes
	[[ $stderr == *RUN021*_moult_mine* ]]
}

# FORMAT: how a file has something under the name of each pragma that moult asks.
begin_with_pragmas() {
	rm -f app.db*
	sqlite3 app.db "CREATE TABLE u(id INTEGER PRIMARY KEY); INSERT INTO u VALUES (1);
		CREATE TABLE person(id INTEGER PRIMARY KEY, name, p REFERENCES u(id)); CREATE INDEX person_name ON person(name);
		INSERT INTO person VALUES (1, 'Ada', 1), (2, 'Bob', 7)"
	for pragma in foreign_key_check foreign_key_list table_info table_xinfo table_list index_list \
		index_xinfo user_version foreign_keys; do
		sqlite3 app.db "${1//%/pragma_$pragma}"
	done
	sqlite3 app.db "CREATE TABLE json_each(value)"
	document 'not-null="true"' >app.xml
	sed -i 's#</table>#<column name="p" references="u(id)"/><index name="person_name" columns="name"/></table>#' app.xml
}

@test "tables called pragma_something answer for nobody" {
	for how in "CREATE VIRTUAL TABLE % USING fts5(parent, fkid, name, cid, x)" "CREATE VIEW % AS SELECT 1 AS name, 2 AS hidden" \
		"CREATE TABLE %(name, hidden, pk, \"unique\", partial)" "CREATE VIRTUAL TABLE % USING fts4(name, cid, parent)"; do
		for strategy in auto rebuild alter; do
			begin_with_pragmas "$how"
			expect 1 verify app.db
			[[ $output == *"1 rows have no parent in u (columns p)"* ]]
			"$MOULT" apply app.db app.xml -q --yes --strategy $strategy
			sqlite3 app.db "INSERT INTO person VALUES (3, 'Eve', NULL)"
			expect 3 rollback app.db --yes
			[[ $stderr == *RUN021* ]]
			"$MOULT" rollback app.db -q --yes --discard-newer
			[ "$(sqlite3 app.db "SELECT group_concat(name || p) FROM person")" = "Ada1,Bob7" ]
		done
		for format in sql shell; do
			expect 2 plan app.db app.xml --format $format
			[[ $stderr == *RUN040*hint:* ]]
		done
	done
}

@test "a script and a unit refuse a file that hides what they ask" {
	document >before.xml
	"$MOULT" plan before.xml app.xml --format sql -o up.sql
	cp app.db plain.db
	sqlite3 app.db "CREATE VIEW PRAGMA_Table_XInfo AS SELECT 1 AS cid"
	run ! sqlite3 app.db <up.sql
	[[ $output == *"hides what this script asks"* ]]
	run ! is_migrated app.db
	sqlite3 plain.db <up.sql
	is_migrated plain.db
}

@test "a script refuses temporary triggers and names that are in its way, whatever they are called" {
	document >before.xml
	"$MOULT" plan before.xml app.xml --format sql -o up.sql
	for sql in "CREATE TEMP TRIGGER _moult_e AFTER INSERT ON person BEGIN SELECT 1; END" \
		"CREATE TEMP TABLE Person(id, name)" "CREATE TEMP VIEW person AS SELECT 1 AS id" \
		"CREATE TABLE _moult_guard(step, holds)" "CREATE VIEW _moult_shape AS SELECT 'x' AS line"; do
		cp app.db bad.db
		run ! sqlite3 bad.db "$sql" ".read up.sql"
		run ! is_migrated bad.db
		[ "$(sqlite3 bad.db "SELECT group_concat(name) FROM person")" = Ada,Bob ]
	done
}

# keep_check EXPRESSION: a table of one row, whose CHECK was written into the schema by hand.
keep_check() {
	sqlite3 app.db "CREATE TABLE IF NOT EXISTS keep(x)" "INSERT INTO keep VALUES (1)"
	sqlite3 app.db ".dbconfig defensive off" "PRAGMA writable_schema = ON; UPDATE sqlite_master
		SET sql = 'CREATE TABLE keep(x, CHECK ($1 IS NOT NULL))' WHERE name = 'keep'" >/dev/null
}

@test "one call of a function outlives neither deadline nor signal" {
	keep_check "instr(hex(zeroblob(30000000)), hex(zeroblob(12000000)) || 1)"
	before=$(cksum <app.db)
	SECONDS=0
	expect 5 verify app.db --deadline 500ms
	[[ $stderr == *RUN015* ]]
	expect 0 status app.db --deadline 30
	expect 5 apply app.db app.xml -q --yes --no-backup --deadline 500ms
	[[ $stderr == *RUN015*"nothing is changed"* ]]
	expect 5 apply app.db app.xml -q --yes --no-backup --deadline 500ms --json
	[[ $output == *'"id":"RUN015"'* ]]
	"$MOULT" apply app.db app.xml -q --yes --no-backup 2>said &
	sleep 1
	kill -TERM $!
	status=0
	wait $! || status=$?
	[ "$status" -eq 4 ]
	grep -q RUN014 said
	# The second signal, of whatever kind, ends it at once.
	"$MOULT" apply app.db app.xml -q --yes --no-backup 2>said &
	sleep 1
	kill -TERM $!
	sleep 0.2
	kill -HUP $!
	status=0
	wait $! || status=$?
	[ "$status" -gt 128 ]
	[ "$SECONDS" -lt 25 ]
	[ "$(sqlite3 app.db "SELECT group_concat(name) FROM person")" = Ada,Bob ]
	[ "$(cksum <app.db)" = "$before" ]
}

@test "a value out of all proportion is refused by name" {
	keep_check "zeroblob(100000000)"
	expect 2 verify app.db
	[[ $stderr == *RUN041*hint:* ]]
	expect 2 apply app.db app.xml --yes --no-backup
	[[ $stderr == *RUN041* ]]
	run ! is_migrated app.db
}

@test "rows that are large are no harm" {
	sqlite3 app.db "INSERT INTO person VALUES (3, hex(zeroblob(40000000)))"
	"$MOULT" apply app.db app.xml -q --yes --strategy rebuild
	is_migrated app.db
	[ "$(sqlite3 app.db "SELECT length(name) FROM person WHERE id = 3")" = 80000000 ]
	expect 0 verify app.db
	"$MOULT" rollback app.db -q --yes
}

@test "a document cannot declare what moult keeps" {
	refused DOC013 <<'END'
<database xmlns="urn:moult:schema:1"><table name="_Moult_History"><column name="id" type="INTEGER" primary-key="true"/></table></database>
END
}

@test "a backup's path that leads elsewhere is not followed" {
	"$MOULT" apply app.db app.xml -q --yes
	manifest=$(ls app.db.moult-*.json 2>/dev/null || ls app.db.moult-* | grep -v 'backup$')
	cp app.db precious.db
	before=$(cksum <precious.db)
	sed -i 's#"app.db.moult-[^"]*backup"#"../precious.db"#' $manifest
	run "$MOULT" rollback app.db --yes
	[ "$status" -lt 6 ]
	[ "$(cksum <precious.db)" = "$before" ]
	[ "$(sqlite3 app.db "SELECT group_concat(name) FROM person")" = Ada,Bob ]
}

@test "names in the backup directory that are swapped while apply runs" {
	local way i
	command -v perl >/dev/null || skip "no perl"
	rows app.db 1000
	cp app.db before.db
	echo "what must stay" >victim
	mkdir dir
	for way in symlink link rename; do
		# shellcheck disable=SC2016
		perl -e '
			my ($way, $i) = ($ARGV[0], 0);
			my $end = time + 60;
			while (!-e "stop" && time < $end) {
				for (glob("dir/*.tmp")) {
					unlink $_;
					symlink("../victim", $_) if $way eq "symlink";
					link("victim", $_) if $way eq "link";
					if ($way eq "rename") { open(F, ">other"); close(F); rename("other", $_); }
				}
			}' $way 3>&- &
		for i in $(seq 1 8); do
			rm -f app.db*
			cp before.db app.db
			run "$MOULT" apply app.db app.xml --yes --backup-dir dir
			[ "$status" -eq 0 ] || [[ $output == *RUN007* ]]
			[ "$(cat victim)" = "what must stay" ]
			[ "$status" -eq 0 ] || cmp app.db before.db
			if [ "$status" -eq 0 ]; then
				is_migrated app.db
				expect 0 history app.db --check --backup-dir dir
				[[ $output == *before-apply* && $output != *trusted* ]]
			fi
			rm -rf dir/*
		done
		touch stop
		wait
		rm -f stop
	done
}

# ---- hostile scripts ----

# What a script computes is broken off: LN102 in lint, and SQL002 where it is a schema.
@test "scripts that want all memory, or never end" {
	local sql many="WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
	for sql in "CREATE TABLE a AS $many SELECT randomblob(15000000) FROM n" \
		"CREATE TABLE a AS $many SELECT randomblob(900000) FROM n" \
		"CREATE TABLE a AS SELECT instr(zeroblob(16000000), zeroblob(8000000) || 'y')" \
		"CREATE TABLE a AS $many SELECT count(*) FROM n"; do
		echo "$sql;" >evil.sql
		run timeout 60 bash -c 'ulimit -v 1500000; exec "$@"' - "$MOULT" lint evil.sql
		[ "$status" -eq 1 ]
		[[ $output == *"LN102"*"not tried, since it "* ]]
		run timeout 60 bash -c 'ulimit -v 1500000; exec "$@"' - "$MOULT" dump evil.sql
		[ "$status" -eq 2 ]
		[[ $output == *"SQL002"*"broken off: it "* ]]
	done
	echo "CREATE TABLE a AS SELECT printf('%.*c', 1000000000, 'x') AS x;" >evil.sql
	run timeout 9 "$MOULT" lint evil.sql
	[ "$status" -eq 0 ]
	run timeout 9 "$MOULT" dump evil.sql
	[ "$status" -eq 0 ]
	echo "CREATE TABLE a(x); INSERT INTO a $many SELECT i FROM n;" >evil.sql
	run timeout 9 "$MOULT" lint evil.sql # compiled only
	[ "$status" -lt 2 ]
	[[ $output != *LN102* ]]
	run timeout 60 "$MOULT" plan app.db evil.sql
	[ "$status" -eq 2 ]
}

@test "a script of thousands of tables is long, not hostile" {
	seq 2100 | awk '{ print "CREATE TABLE t" $1 "(id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT);"
		print "CREATE INDEX i" $1 " ON t" $1 "(a, b);" }' >long.sql
	"$MOULT" dump long.sql >long.xml
	[ "$(grep -c "<table " long.xml)" -eq 2100 ]
}
