# SPDX-License-Identifier: MIT
#
# Others who have the file open: readers, writers, another moult; and signals.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin_with_people
}

# Another program that has the file open, and does what say() tells it.
open_other() {
	mkfifo in out
	sqlite3 "$1" <in >out 2>&1 3>&- &
	other=$!
	exec 8>in 9<out
}

# Runs SQL in the other program, which answers with its last line.
say() {
	echo "$1; SELECT 'end';" >&8
	heard=
	while read -r -u 9 line; do
		[ "$line" != end ] || return 0
		heard=$line
	done
}

close_other() {
	exec 8>&- 9<&-
	wait "$other" || true
}

# Waits until a migration writes.
writing() {
	local i
	for i in $(seq 2000); do
		[ ! -e "$1-journal" ] || return 0
		sleep 0.005
	done
	false
}

now_ms() {
	date +%s%3N
}

# ---- the question ----

# Asks at a terminal, in the background: whether moult does that, with these words.
ask() {
	script -qec true /dev/null >/dev/null 2>&1 || skip "no terminal can be made here"
	mkfifo answers
	script -qec "\"$MOULT\" $*" /dev/null <answers >said 2>&1 3>&- &
	asking=$!
	exec 7>answers
	asked 1
}

# Waits until the question has been put that often.
asked() {
	local i
	for i in $(seq 1000); do
		[ "$(grep -ac '\[y/N\]' said)" -lt "$1" ] || return 0
		sleep 0.01
	done
	cat said
	false
}

# Gives an answer; the last one with the exit status that it leads to.
answer() {
	local status=0
	echo "$1" >&7
	[ "$#" -gt 1 ] || return 0
	exec 7>&-
	wait "$asking" || status=$?
	cat said
	[ "$status" -eq "$2" ]
}

@test "while the question stands others write, and no clock runs" {
	ask apply app.db app.xml --deadline 2
	sqlite3 app.db "INSERT INTO person VALUES (3, 'Cleo')"
	sleep 3
	answer y 0
	is_migrated app.db
	[ "$(sqlite3 app.db "SELECT count(*) FROM person")" = 3 ]
	[ "$(sqlite3 app.db "SELECT elapsed_ms < 2000 FROM _moult_history")" = 1 ]
	[[ $(grep -a "app.db: migrated" said) == *", 0."* ]]
	[ "$(grep -ac '\[y/N\]' said)" = 1 ]
}

@test "while the question of rollback stands others write" {
	run -0 "$MOULT" apply app.db app.xml
	ask rollback app.db
	sqlite3 app.db "INSERT INTO person VALUES (3, 'Cleo')"
	answer y 3
	[ "$(sqlite3 app.db "SELECT count(*) FROM person")" = 3 ]
}

@test "a row that comes while the question stands is in the way" {
	ask apply app.db app.xml
	sqlite3 app.db "INSERT INTO person VALUES (3, NULL)"
	answer y 3
	grep -a "MF104.*1 row: id 3" said
	run ! is_migrated app.db
	[ ! -e app.db-journal ]
}

@test "a danger that comes while the question stands is another question" {
	sqlite3 app.db "ALTER TABLE person ADD COLUMN mail TEXT"
	sed 's|</table>|<dropped column="mail"/></table>|' app.xml >want.xml
	ask apply app.db want.xml
	run ! grep -a MD102 said
	sqlite3 app.db "UPDATE person SET mail = 'ada@example.org' WHERE id = 1"
	answer y
	asked 2
	grep -a "1 row: 'ada@example.org'" said
	sqlite3 app.db "UPDATE person SET mail = 'bob@example.org' WHERE id = 2"
	answer y 0
	is_migrated app.db
	[ "$(grep -ac '\[y/N\]' said)" = 2 ]
}

@test "a schema that changes while the question stands is another question" {
	ask apply app.db app.xml
	sqlite3 app.db "CREATE TABLE other(x)"
	answer y
	asked 2
	answer n 3
	grep -a RUN018 said
	run ! is_migrated app.db
}

@test "a reviewed plan is no more when the schema changes while the question stands" {
	id=$("$MOULT" plan app.db app.xml | sed -n 's/^plan \([0-9a-f]*\),.*/\1/p')
	ask apply app.db app.xml --expect "$id"
	sqlite3 app.db "CREATE TABLE other(x)"
	answer y 3
	grep -a RUN006 said
}

# ---- talking ----

# What moult says on standard error at a terminal of that kind, while a writer keeps it waiting.
waiting_at() {
	local kind=$1
	shift
	script -qec true /dev/null >/dev/null 2>&1 || skip "no terminal can be made here"
	open_other app.db
	say "BEGIN IMMEDIATE"
	TERM=$kind script -qec "\"$MOULT\" apply app.db app.xml --yes --timeout 1 $*" /dev/null </dev/null >said 3>&- || true
	close_other
}

@test "at a terminal a wait is seen, and the line is taken away" {
	waiting_at xterm
	grep -q $'\r\e\[Klock: 0\.[0-9] s' said
	[[ $(cat said) == *$'\r\e[K'*RUN004* ]]
}

@test "NO_COLOR takes the colour, not the progress" {
	NO_COLOR=1 waiting_at xterm
	grep -q "lock: 0" said
	run ! grep -q $'\e\[[0-9;]*m' said
}

@test "neither -q nor --json nor a dumb terminal has anything drawn" {
	waiting_at xterm -q
	run ! grep -q $'\e\[K' said
	rm in out
	waiting_at xterm --json
	run ! grep -q $'\e' said
	rm in out
	waiting_at dumb
	run ! grep -q $'\e' said
}

# ---- the lock ----

@test "a writer: waits as long as it may, then 5, and says what to do" {
	local began
	open_other app.db
	say "BEGIN IMMEDIATE"
	began=$(now_ms)
	expect 5 apply app.db app.xml --timeout 700ms
	[ $(($(now_ms) - began)) -ge 650 ]
	[ $(($(now_ms) - began)) -lt 5000 ]
	[[ $stderr == *RUN004*"another connection is writing"*"--timeout"*"fuser"* ]]
	[[ $stderr =~ "database is locked; process "[0-9]+" (sqlite3) is writing" ]]
	close_other
	run ! is_migrated app.db
	[ -z "$(ls | grep backup)" ]
}

@test "who has the lock is named: with a log, alone" {
	local held
	for held in "PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; DELETE FROM person WHERE 0" \
		"PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE" \
		"PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; DELETE FROM person WHERE 0; COMMIT; SELECT count(*) FROM person"; do
		open_other app.db
		say "$held"
		expect 5 apply app.db app.xml --timeout 100ms
		[[ $stderr =~ "locked; process "[0-9]+" (sqlite3) is writing" ]]
		close_other
		rm in out
	done
	expect 0 apply app.db app.xml --yes
}

@test "a writer who ends in time is waited for" {
	open_other app.db
	say "BEGIN IMMEDIATE; INSERT INTO person VALUES (3, 'Cid')"
	(sleep 0.5; echo "COMMIT;" >&8) 3>&- &
	expect 0 apply app.db app.xml --timeout 20
	close_other
	is_migrated app.db
	[ "$(sqlite3 app.db "SELECT count(*) FROM person")" = 3 ]
}

@test "a reader with a rollback journal is waited for" {
	open_other app.db
	say "BEGIN; SELECT count(*) FROM person"
	(sleep 0.7; echo "COMMIT;" >&8) 3>&- &
	expect 0 apply app.db app.xml --timeout 20
	close_other
	is_migrated app.db
}

@test "a reader who does not end: 5, and everything is rolled back" {
	local before
	before=$(cksum app.db)
	open_other app.db
	say "BEGIN; SELECT count(*) FROM person"
	expect 5 apply app.db app.xml --timeout 300ms
	[[ $stderr == *RUN004*"reading"* ]]
	[[ $stderr =~ "process "[0-9]+" (sqlite3) is reading" ]]
	close_other
	[ "$before" = "$(cksum app.db)" ]
	[ -z "$(ls | grep backup)" ]
}

@test "readers in WAL mode read on, and see the file of before until they end" {
	sqlite3 app.db "PRAGMA journal_mode = WAL" >/dev/null
	open_other app.db
	say "BEGIN; SELECT count(*) FROM person"
	[ "$heard" = 2 ]
	expect 0 apply app.db app.xml --timeout 300ms
	say "SELECT \"notnull\" FROM pragma_table_info('person') WHERE name = 'name'"
	[ "$heard" = 0 ]
	say "COMMIT; SELECT \"notnull\" FROM pragma_table_info('person') WHERE name = 'name'"
	[ "$heard" = 1 ]
	say "INSERT INTO person VALUES (5, 'Eve'); SELECT count(*) FROM person"
	[ "$heard" = 3 ]
	close_other
	is_migrated app.db
}

@test "the backup of a file in WAL mode has what was only in the WAL" {
	sqlite3 app.db "PRAGMA journal_mode = WAL" >/dev/null
	open_other app.db
	say "PRAGMA wal_autocheckpoint = 0; INSERT INTO person VALUES (5, 'Eve')"
	expect 0 apply app.db app.xml
	[ "$(sqlite3 ./*.backup "SELECT count(*) FROM person")" = 3 ]
	close_other
}

@test "two at once: one migrates, the other finds nothing to do" {
	local first=0 second=0
	rows app.db 100000
	"$MOULT" apply app.db app.xml --timeout 60 >one 2>&1 3>&- &
	local one=$!
	"$MOULT" apply app.db app.xml --timeout 60 >two 2>&1 3>&- &
	wait $one || first=$?
	wait $! || second=$?
	[ "$first" = 0 ] && [ "$second" = 0 ]
	[ "$(cat one two | grep -c 'nothing to do')" = 1 ]
	[ "$(cat one two | grep -c 'migrated')" = 1 ]
	[ "$(ls | grep -c 'backup$')" = 1 ]
	is_migrated app.db
}

@test "five at once on a file that does not exist" {
	local i failed=0 pids=
	for i in 1 2 3 4 5; do
		"$MOULT" apply new.db app.xml --timeout 60 >"out$i" 2>&1 3>&- &
		pids="$pids $!"
	done
	for i in $pids; do
		wait "$i" || failed=1
	done
	cat out?
	[ "$failed" = 0 ]
	expect 0 diff new.db app.xml
}

# ---- the plan that was reviewed ----

@test "a schema that moved on before: the plan is another (RUN005)" {
	local id
	expect 0 plan app.db app.xml --json
	id=$(sqlite3 :memory: "SELECT json_extract('${output//\'/\'\'}', '\$.plan')")
	sqlite3 app.db "CREATE TABLE stranger(x)"
	expect 3 apply app.db app.xml --expect "$id"
	[[ $stderr == *RUN005*"$id"* ]]
	run ! is_migrated app.db
}

@test "a schema that moves on between plan and lock is refused by name (RUN006)" {
	local id status=0
	expect 0 plan app.db app.xml --json
	id=$(sqlite3 :memory: "SELECT json_extract('${output//\'/\'\'}', '\$.plan')")
	open_other app.db
	say "BEGIN IMMEDIATE"
	"$MOULT" apply app.db app.xml --expect "$id" --timeout 20 >said 2>&1 3>&- 8>&- 9<&- &
	sleep 0.7
	say "CREATE TABLE stranger(x); COMMIT"
	wait $! || status=$?
	cat said
	[ "$status" = 3 ]
	grep -q RUN006 said
	close_other
	run ! is_migrated app.db
}

@test "without --expect it plans again for what it finds under the lock" {
	local status=0
	open_other app.db
	say "BEGIN IMMEDIATE"
	"$MOULT" apply app.db app.xml --timeout 20 >said 2>&1 3>&- 8>&- 9<&- &
	sleep 0.7
	say "ALTER TABLE person ADD COLUMN late TEXT DEFAULT 'x'; COMMIT"
	wait $! || status=$?
	cat said
	[ "$status" = 0 ]
	close_other
	is_migrated app.db
	[ "$(sqlite3 app.db "SELECT count(late) FROM person")" = 2 ]
}

@test "the deadline: 5, and everything is rolled back" {
	rows app.db 300000
	local before
	before=$(cksum app.db)
	expect 5 apply app.db app.xml --strategy rebuild --deadline 50ms
	[[ $stderr == *RUN015* ]]
	[ "$before" = "$(cksum app.db)" ]
	[ -z "$(ls | grep -e backup -e journal)" ]
}

# ---- signals ----

signalled() {
	local status=0 before
	rows app.db 300000
	before=$(cksum app.db)
	"$MOULT" apply app.db app.xml --strategy rebuild >said 2>&1 3>&- &
	writing app.db
	kill "-$1" $!
	wait $! || status=$?
	cat said
	[ "$status" = 4 ]
	grep -q "RUN014.*nothing is changed" said
	[ "$before" = "$(cksum app.db)" ]
	[ -z "$(ls | grep -e backup -e journal)" ]
}

@test "SIGTERM rolls back and says so: 4" {
	signalled TERM
}

@test "SIGHUP likewise" {
	signalled HUP
}

@test "while it waits for the lock, too" {
	local status=0
	open_other app.db
	say "BEGIN IMMEDIATE"
	"$MOULT" apply app.db app.xml --timeout 60 >said 2>&1 3>&- 8>&- 9<&- &
	sleep 0.5
	kill -TERM $!
	wait $! || status=$?
	cat said
	[ "$status" = 4 ]
	grep -q RUN014 said
	close_other
}

@test "killed: the next one rolls back what it left, and migrates" {
	rows app.db 300000
	"$MOULT" apply app.db app.xml >/dev/null 2>&1 3>&- &
	writing app.db
	kill -KILL $!
	wait $! || true
	expect 0 apply app.db app.xml
	is_migrated app.db
	[ "$(sqlite3 app.db "SELECT count(*) FROM person")" = 300002 ]
	[ -z "$(ls | grep tmp)" ]
}

# ---- rollback beside writers ----

@test "rollback waits for readers, and says 5 where they do not end" {
	expect 0 apply app.db app.xml
	open_other app.db
	say "BEGIN; SELECT count(*) FROM person"
	expect 5 rollback app.db --timeout 300ms
	is_migrated app.db
	say "COMMIT"
	expect 0 rollback app.db --timeout 300ms
	say "SELECT \"notnull\" FROM pragma_table_info('person') WHERE name = 'name'"
	[ "$heard" = 0 ]
	close_other
}

@test "rollback heeds a deadline and a signal while it waits, and changes nothing" {
	local status=0
	expect 0 apply app.db app.xml
	open_other app.db
	say "BEGIN IMMEDIATE"
	expect 5 rollback app.db --timeout 60 --deadline 300ms
	[[ $stderr == *"RUN015"*"the deadline of 300 ms passed; nothing is changed"* ]]
	[[ $stderr != *RUN004* ]]
	"$MOULT" rollback app.db --timeout 60 >said 2>&1 3>&- 8>&- 9<&- &
	sleep 0.5
	kill -TERM $!
	wait $! || status=$?
	cat said
	[ "$status" = 4 ]
	grep -q "RUN014.*nothing is changed" said
	say "ROLLBACK"
	close_other
	is_migrated app.db
	[ "$(ls | grep -c 'backup$')" = 1 ]
}

@test "rollback beside an open connection in WAL mode, which sees it" {
	sqlite3 app.db "PRAGMA journal_mode = WAL" >/dev/null
	expect 0 apply app.db app.xml
	open_other app.db
	say "SELECT count(*) FROM person"
	expect 0 rollback app.db
	say "SELECT \"notnull\" FROM pragma_table_info('person') WHERE name = 'name'"
	[ "$heard" = 0 ]
	say "INSERT INTO person VALUES (5, 'Eve'); SELECT count(*) FROM person"
	[ "$heard" = 3 ]
	close_other
	[ "$(sqlite3 app.db "PRAGMA integrity_check")" = ok ]
}

@test "a rollback can be undone" {
	expect 0 apply app.db app.xml
	local after
	after=$(without_history app.db)
	expect 0 rollback app.db
	run ! is_migrated app.db
	expect 0 rollback app.db "$(ls | grep 'moult-0002.*backup$')"
	[ "$after" = "$(without_history app.db)" ]
}
