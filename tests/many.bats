# SPDX-License-Identifier: MIT
#
# One command on many files: which files, which of them are left out, what holds nobody up,
# what ends the work early, and that table, JSON, journal and exit status are true.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin_with_people
	mkdir fleet
	cp app.xml want.xml
}

teardown() {
	[ -z "$holder" ] || let_go
}

# fleet COUNT: fleet/1.db and so on; $poison is one in whose way rows are.
fleet() {
	local i
	for ((i = 1; i <= $1; i++)); do
		cp app.db "fleet/$i.db"
	done
	[ -z "$poison" ] || sqlite3 "fleet/$poison.db" "INSERT INTO person(name) VALUES (NULL)"
	seq -f 'fleet/%g.db' "$1" >list
}

# hold FILE: somebody has its lock, until let_go.
hold() {
	mkfifo hold.in hold.out
	sqlite3 "$1" <hold.in >hold.out 2>&1 3>&- &
	holder=$!
	exec 8>hold.in 9<hold.out
	echo "BEGIN EXCLUSIVE; SELECT 'held';" >&8
	read -r -u 9 _
}

let_go() {
	exec 8>&- 9<&-
	wait "$holder" || true
	holder=
	rm hold.in hold.out
}

until_there() {
	local i
	for ((i = 0; i < 200; i++)); do
		[ ! -s "$1" ] && [ ! -e "$1" ] || return 0
		sleep 0.05
	done
	return 1
}

# How many files of the fleet are as the document says.
migrated() {
	local file count=0
	for file in fleet/*.db; do
		! is_migrated "$file" || count=$((count + 1))
	done
	echo "$count"
}

# in_json FILE STATUS RESULT: the line of that file says so.
in_json() {
	echo "$output" | sqlite3 :memory: "CREATE TABLE line(j)" ".mode list" ".separator \\001" ".import /dev/stdin line" \
		"SELECT json_extract(j, '\$.status') IS $2 AND json_extract(j, '\$.result') = '$3' FROM line
			WHERE json_extract(j, '\$.file') = '$1'" | grep -qx 1
}

@test "the last operand is what is wanted, and a list adds to the files" {
	fleet 6
	expect 0 apply fleet/1.db fleet/2.db want.xml
	[ "$(migrated)" = 2 ]
	[[ $output == *"fleet/2.db"*migrated* && $output == *"2 files: 2 migrated"* ]]
	sed -n 3p list | tr '\n' '\0' >null
	expect 0 apply --null --files null want.xml
	[ "$(migrated)" = 3 ]
	printf '\357\273\277fleet/4.db\r\n\r\nfleet/5.db' | { run -0 "$MOULT" apply --files - fleet/1.db want.xml; }
	printf '\357\273\277fleet/4.db\r\n\r\nfleet/5.db' >windows
	expect 0 apply fleet/1.db want.xml --files windows
	[[ $output == *"3 files: "* ]]
	[ "$(migrated)" = 5 ]
	expect 1 status --files list want.xml
	[[ $output == *"6 files: 5 in shape, 1 differs"* ]]
	expect 0 status --files list
	[[ $output == *"6 files: 6 looked at"* ]]
	expect 1 verify --files list want.xml
	[[ $output == *"6 files: 5 good, 1 wrong"* ]]
	expect 0 plan --files list want.xml
	[[ $output == *"6 files: 5 nothing, 1 planned"* ]]
	expect 1 plan --check --files list want.xml
	expect 0 rehearse --files list want.xml
	[ "$(migrated)" = 5 ]
	expect 0 apply -j 3 --files list -q want.xml
	[ "$(migrated)" = 6 ] && [ -z "$output$stderr" ]
}

@test "one file with an option of many is many" {
	fleet 1
	expect 0 apply --jobs 1 fleet/1.db want.xml --json
	in_json fleet/1.db 0 migrated
	expect 0 status --jobs 1 fleet/1.db
	[[ $output == *"1 files: 1 looked at"* ]]
}

@test "what cannot be is one file's trouble, and what cannot be at all is said first" {
	fleet 3
	mkdir fleet/dir
	echo nonsense >fleet/text.db
	expect 2 apply fleet/1.db fleet/dir fleet/none.db fleet/text.db fleet/2.db want.xml --json
	in_json fleet/1.db 0 migrated
	in_json fleet/2.db 0 migrated
	in_json fleet/dir 2 trouble
	in_json fleet/none.db 2 trouble
	in_json fleet/text.db 2 trouble
	[[ $output == *RUN066* && ! -e fleet/none.db ]]
	expect 2 apply --files list none.xml
	expect 2 apply --files none want.xml
	[[ $stderr == *"the list none cannot be read"* ]] # RUN067
	expect 2 apply --files null want.xml
	printf 'fleet/3.db\0' >null
	expect 2 apply --files null want.xml
	[[ $stderr == *"--null"* ]]
	expect 2 plan fleet/1.db fleet/2.db want.xml --format sql
	expect 2 rollback fleet/1.db fleet/2.db fleet/3.db
	expect 2 status --null fleet/1.db
	expect 2 apply --max-failures 101% fleet/3.db want.xml
	! is_migrated fleet/3.db
	: >empty
	expect 0 apply --files empty want.xml
	[[ $stderr == *"names no file"* ]]
	expect 0 apply fleet/none.db want.xml
	[ -e fleet/none.db ]
}

@test "a file that is named twice is worked on once" {
	fleet 2
	ln -s 1.db fleet/link.db
	ln fleet/2.db fleet/hard.db
	expect 0 apply fleet/1.db ./fleet/1.db fleet/link.db fleet/hard.db fleet/2.db want.xml
	[[ $output == *"5 files: 2 migrated, 3 named twice"* ]]
	[ "$(sqlite3 fleet/1.db "SELECT count(*) FROM _moult_history")" = 1 ]
}

@test "odd names" {
	local name
	poison='' fleet 1
	: >list
	for name in "a b" '"x"' "ü" "-q" "line
feed" 'tab	%s' "$(printf 'not\377utf8')"; do
		cp app.db "fleet/$name" && printf '%s\0' "fleet/$name" >>list
	done
	cd fleet
	cp app.db . 2>/dev/null || cp ../app.db app.db
	expect 0 apply -j 2 -- -q app.db ../want.xml
	is_migrated ./-q
	cd ..
	expect 0 apply -0 --files list want.xml --json --journal j
	[ "$(wc -l <<<"$output")" = 7 ]
	while IFS= read -rd '' name; do
		is_migrated "$name"
	done <list
	expect 0 apply -0 --files list want.xml --json --journal j
	[ "$(grep -c '"done before"' <<<"$output")" = 6 ] # what is no UTF-8 cannot be told, and is looked at again
}

@test "a poisoned file among forty" {
	poison=17 fleet 40
	expect 3 apply --files list want.xml
	[ "$(migrated)" = 39 ]
	[[ $output == *"fleet/17.db"*refused*MF104* && $output == *"40 files: 39 migrated, 1 refused"* ]]
	expect 3 apply --files list -q want.xml
	[[ $output == fleet/17.db* && $(wc -l <<<"$output") = 1 ]]
	expect 3 apply --files list --json want.xml
	[ "$(wc -l <<<"$output")" = 40 ]
	in_json fleet/17.db 3 refused
	in_json fleet/18.db 0 nothing
	expect 0 plan --files list want.xml
	[[ $output == *"fleet/17.db"*refused*MF104* ]]
}

@test "canaries go first, and where one fails no other file is begun" {
	poison=3 fleet 8
	expect 3 apply --files list --canary 3 want.xml
	[ "$(migrated)" = 2 ]
	[[ $output == *"8 files: 2 migrated, 1 refused, 5 not started"* ]]
	expect 3 apply --files list --canary 3 --json want.xml
	in_json fleet/8.db NULL "not started"
	expect 3 apply --files list --canary 2 want.xml
	[ "$(migrated)" = 7 ]
}

@test "more failures than are allowed end it" {
	local i
	fleet 10
	for i in 2 4; do
		sqlite3 "fleet/$i.db" "INSERT INTO person(name) VALUES (NULL)"
	done
	expect 3 apply --files list -j 1 --max-failures 0 want.xml
	[ "$(migrated)" = 1 ]
	expect 3 apply --files list -j 1 --max-failures 10% want.xml
	[ "$(migrated)" = 2 ]
	expect 3 apply --files list -j 1 --max-failures 2 want.xml
	[ "$(migrated)" = 8 ]
}

@test "a lock holds nobody up, and is waited for at the end" {
	fleet 4
	hold fleet/1.db
	expect 5 apply --files list -j 1 --timeout 0 want.xml
	[ "$(rm -f fleet/1.db-journal; sqlite3 fleet/4.db "SELECT count(*) FROM _moult_history")" = 1 ]
	[[ $output == *"4 files: 1 busy, 3 migrated"* ]]
	"$MOULT" apply --files list -j 1 --timeout 30 --json want.xml >out 2>err 3>&- 8>&- 9<&- &
	until_there out
	for ((i = 0; i < 200; i++)); do
		[ "$(grep -c nothing out)" != 3 ] || break
		sleep 0.05
	done
	! grep -q fleet/1.db out
	let_go
	wait $!
	[ "$(migrated)" = 4 ]
}

@test "the journal: what is done is left out, what is missing runs" {
	poison=2 fleet 4
	expect 3 apply --files list --journal j want.xml
	[[ $output == *"3 migrated"* ]]
	sqlite3 fleet/2.db "DELETE FROM person WHERE name IS NULL"
	printf '{"moult":1,"comm' >>j
	tac list >back
	expect 0 apply --files back --journal j want.xml
	[[ $output == *"4 files: 3 done before, 1 migrated"* || $output == *"4 files: 2 done before, 1 migrated"* ]]
	expect 0 apply --files list --journal j want.xml
	[[ $output == *"4 files: 4 done before"* ]]
	sed 's/<table/<!-- another --><table/' want.xml >other.xml
	expect 0 apply --files list --journal j other.xml
	[[ $output == *"4 files: 4 nothing"* ]]
	expect 0 apply --files list --journal j --prune want.xml
	[[ $output == *"4 files: 4 nothing"* ]]
	expect 2 apply --files list --journal want.xml want.xml
	[[ $stderr == *"a file of something else"* ]] # RUN068
	cmp want.xml app.xml
	expect 2 apply --files list --journal fleet want.xml
}

@test "RUN069: two at once on one journal, and the second is refused" {
	fleet 2
	hold fleet/1.db
	"$MOULT" apply --files list --journal j --timeout 30 want.xml >out 2>err 3>&- 8>&- 9<&- &
	local first=$!
	until_there j
	for ((i = 0; i < 200 && $(wc -c <j) == 0; i++)); do
		sleep 0.05
	done
	expect 5 apply --files list --journal j --json want.xml
	[[ $output == *RUN069* ]]
	let_go
	wait $first
	[ "$(migrated)" = 2 ]
}

@test "a signal: each rolls back, the rest is not started, the journal is true" {
	local signal
	fleet 3
	for signal in INT TERM; do
		hold fleet/1.db
		rm -f j out
		"$MOULT" apply --files list --journal j --timeout 60 want.xml >out 2>err 3>&- 8>&- 9<&- &
		local first=$!
		until_there j
		for ((i = 0; i < 200 && $(wc -l <j) < 2; i++)); do
			sleep 0.05
		done
		sleep 0.2
		trap : $signal
		kill -$signal $first
		status=0
		wait $first || status=$?
		trap - $signal
		[ "$status" = 4 ]
		grep -q 'fleet/1.db.*failed.*RUN014' out
		[ "$(grep -c '"status":0' j)" = 2 ]
		let_go
	done
	[ "$(sqlite3 fleet/1.db "PRAGMA integrity_check")" = ok ]
	expect 0 apply --files list --journal j want.xml
	[[ $output == *"3 files: 1 migrated, 2 done before"* ]]
}

@test "a second signal kills, and a kill takes one file with it" {
	fleet 2
	hold fleet/1.db
	"$MOULT" apply --files list --timeout 60 --jobs 1 want.xml >out 2>err 3>&- 8>&- 9<&- &
	local first=$! worker
	for ((i = 0; i < 200; i++)); do
		! is_migrated fleet/2.db || break
		sleep 0.05
	done
	sleep 0.3
	worker=$(ps -o pid= --ppid $first)
	kill -KILL $worker
	status=0
	wait $first || status=$?
	[ "$status" = 4 ]
	grep -q 'fleet/1.db.*failed.*RUN065: signal 9' out
	let_go
	expect 0 apply --files list want.xml
	[ "$(migrated)" = 2 ]
}

@test "five thousand names" {
	local i
	fleet 2
	for ((i = 0; i < 2500; i++)); do
		echo fleet/1.db
		echo fleet/2.db
	done >list
	expect 0 apply --files list --json want.xml
	[ "$(wc -l <<<"$output")" = 5000 ]
	[ "$(grep -c '"named twice"' <<<"$output")" = 4998 ]
}

@test "on a terminal one question is asked of all" {
	command -v script >/dev/null || skip "no script here"
	fleet 3
	echo n | script -qec "$MOULT apply fleet/1.db fleet/2.db fleet/3.db want.xml" /dev/null >out || true
	grep -q "the plan of the first file" out
	[ "$(grep -c 'Go ahead with 3 files' out)" = 1 ]
	[ "$(migrated)" = 0 ]
	echo y | script -qec "$MOULT apply fleet/1.db fleet/2.db fleet/3.db want.xml" /dev/null >out
	[ "$(migrated)" = 3 ]
}

@test "standard output that cannot be written begins no other" {
	fleet 40
	[ -e /dev/full ] || skip "no /dev/full here"
	status=0
	"$MOULT" apply --files list -j 1 --json want.xml >/dev/full 2>err || status=$?
	[ "$status" = 2 ]
	[ "$(migrated)" = 1 ]
	grep -q "standard output" err
}
