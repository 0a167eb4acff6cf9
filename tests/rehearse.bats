# SPDX-License-Identifier: MIT
#
# Rehearsals: the verdict is apply's, the file is only read, the copy goes.
# And the room that a migration needs (ML106), on a file system that is small.

bats_require_minimum_version 1.5.0
load common

# The wanted affinity of name is another than the file's: only a rebuild does that.
setup() {
	begin_with_people INTEGER
}

teardown() {
	[ ! -d small ] || umount small || true
}

# A member of the JSON on standard output.
member() {
	sqlite3 :memory: "SELECT json_extract('${output//\'/\'\'}', '\$.$1')"
}

# Waits until the copy is written.
writing() {
	local i
	for i in $(seq 2000); do
		! ls app.db.moult-rehearsal-*/app.db-journal >/dev/null 2>&1 || return 0
		sleep 0.005
	done
	false
}

# Nothing beside the files that the test made.
is_tidy() {
	[ -z "$(ls | grep -v -e '^app\.db$' -e '^app\.xml$' -e '^small$' -e '^separate-stderr')" ]
}

@test "a rehearsal says what apply would do, and does nothing" {
	local before
	before=$(cksum app.db)
	expect 0 rehearse app.db app.xml
	[[ $output == *"table person: rebuild, 2 rows"*"apply would succeed"* ]]
	[ "$before" = "$(cksum app.db)" ]
	is_tidy
}

@test "its JSON has time, rows, space, hazards and the verdict" {
	expect 0 rehearse app.db app.xml --json
	[ "$(member verdict)" = done ]
	[ "$(member status)" = 0 ]
	[ "$(member rows)" = 2 ]
	[ "$(member 'tables[0].way')" = rebuild ]
	[ "$(member bytes.before)" -gt 0 ]
	[ "$(member bytes.peak)" -gt "$(member bytes.before)" ]
	[ "$(member 'needs[0].bytes')" -gt 0 ]
	[ "$(member 'hazards[1].id')" = ML101 ]
	[ "$(member elapsed_ms)" -ge 0 ]
}

@test "an edit copies no row, writes next to nothing, and is refused as any other" {
	local version
	version=$("$MOULT" --version | sed -n 's/.*SQLite 3\.\([0-9]*\).*/\1/p')
	[ "$version" -ge 33 ] || skip "this SQLite cannot read a schema again"
	rows app.db 40000
	document 'not-null="true"' VARCHAR >app.xml
	expect 0 rehearse app.db app.xml --json
	[ "$(member verdict)" = done ]
	[ "$(member 'tables[0].way')" = edit ]
	[ "$(member rows)" = 0 ]
	[ -z "$(member 'tables[0].rows')" ]
	[ "$(member 'hazards[0].id')" = MC104 ]
	[ "$(member 'hazards[1]')" = "" ]
	[ "$(member bytes.peak)" -lt $(($(member bytes.before) + 65536)) ]
	sqlite3 app.db "INSERT INTO person VALUES (3, NULL)"
	expect 3 rehearse app.db app.xml
	[[ $output == *"apply would be refused"* && $stderr == *MF104* ]]
}

# estimate_holds DOCUMENT: the room it says is there, the sample near it, and nothing grows beyond.
estimate_holds() {
	local disk bytes needs peak
	expect 0 plan app.db "$1" --json --allow all
	disk=$(member estimate.disk)
	bytes=$(member estimate.bytes)
	[ "$(member 'steps[0].estimate.bytes')" -ge 0 ]
	expect 0 rehearse app.db "$1" --json --allow all
	needs=$(member 'needs[0].bytes')
	peak=$(($(member bytes.peak) - $(member bytes.before)))
	echo "# $1: disk $disk, needs $needs, grew by $peak, writes $bytes"
	[ "$(($(member 'needs[0].growth') + $(member 'needs[0].journal')))" -ge "$peak" ]
	[ "$disk" -ge $((needs * 7 / 10)) ]
	[ "$disk" -le $((needs * 15 / 10)) ]
	[ "$bytes" -ge "$peak" ]
}

@test "estimates hold: for a copy, an edit, an ALTER, a drop and an index, by any strategy" {
	sqlite3 app.db "WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
		INSERT INTO person SELECT i, 'somebody of the name of ' || i FROM n;
		ALTER TABLE person ADD COLUMN note; CREATE INDEX person_name ON person(name);
		CREATE TABLE gone(a); INSERT INTO gone SELECT name FROM person"
	local column='<column name="id" type="INTEGER" primary-key="true"/><column name="name" type'
	local rest='<index name="person_name" columns="name"/></table></database>'
	local head='<database xmlns="urn:moult:schema:1"><table name="person">'
	echo "$head$column=\"BLOB\"/>$rest" >copy.xml
	echo "$head$column=\"TEXT\" not-null=\"true\"/>$rest" >edit.xml
	echo "$head$column=\"TEXT\"/><dropped column=\"note\"/>$rest" >alter.xml
	echo "$head$column=\"TEXT\"/><index name=\"other\" columns=\"name, id\"/>$rest" >index.xml
	echo "${head/<table/<dropped table=\"gone\"\/><table}$column=\"TEXT\"/>$rest" >drop.xml
	for document in copy edit alter index drop; do
		estimate_holds $document.xml
	done
	for mode in wal delete; do
		sqlite3 app.db "PRAGMA journal_mode = $mode" >mode
		estimate_holds copy.xml
	done
}

@test "the plan that was rehearsed is the one that apply takes" {
	local id
	expect 0 rehearse app.db app.xml --json
	id=$(member plan)
	expect 3 rehearse app.db app.xml --expect 00000000000000000000000000000000
	expect 0 rehearse app.db app.xml --expect "$id"
	expect 0 apply app.db app.xml --expect "$id"
	expect 0 rehearse app.db app.xml --json
	[ "$(member verdict)" = nothing ]
}

@test "a refusal is rehearsed too, with apply's exit status" {
	sqlite3 app.db "INSERT INTO person VALUES (3, NULL)"
	expect 3 rehearse app.db app.xml
	[[ $output == *"apply would be refused"* && $stderr == *MF104* ]]
	is_tidy
	expect 3 rehearse app.db app.xml --json
	[ "$(member verdict)" = refused ]
	[ "$(member status)" = 3 ]
	[ "$(member 'diagnostics[1].id')" = MF104 ]
	expect 3 apply app.db app.xml
}

@test "in WAL mode, beside writers" {
	sqlite3 app.db "PRAGMA journal_mode = WAL" >/dev/null
	mkfifo in out
	sqlite3 app.db <in >out 2>&1 3>&- &
	exec 8>in 9<out
	echo "BEGIN IMMEDIATE; INSERT INTO person VALUES (9, NULL); SELECT 'writing';" >&8
	read -r -u 9 line
	expect 0 rehearse app.db app.xml
	[[ $output == *"2 rows copied"* ]]
	exec 8>&- 9<&-
	wait
	[ -z "$(ls | grep rehearsal)" ]
}

@test "a file that does not exist is rehearsed, and not made" {
	expect 0 rehearse new.db app.xml
	[[ $output == *"table person: create"* ]]
	[ ! -e new.db ]
	is_tidy
}

@test "a directory that takes no copy: said, with what to do" {
	local dir
	: >file
	for dir in none file; do
		expect 2 rehearse app.db app.xml --dir $dir
		[[ $stderr == *"RUN031: "*"name a directory that is there and can be written with --dir"* ]]
	done
}

@test "--dir says where the copy goes" {
	mkdir there
	expect 0 rehearse app.db app.xml --dir there --json
	[ "$(member directory)" = "$(realpath there)" ]
	[ -z "$(ls -A there)" ]
	expect 2 rehearse app.db app.xml --dir nowhere
	[[ $stderr == *RUN031* ]]
	rmdir there
	is_tidy
}

@test "a symbolic link is followed, and what is beside the file is left alone" {
	mkdir real
	mv app.db real/app.db
	ln -s real/app.db app.db
	expect 0 rehearse app.db app.xml
	[ "$(ls real)" = app.db ]
	[ -L app.db ]
}

@test "no database, no document, not there" {
	head -c 4096 /dev/urandom >noise.db
	expect 2 rehearse noise.db app.xml
	[[ $stderr == *RUN002* ]]
	expect 2 rehearse app.db noise.db
	expect 2 rehearse nowhere/app.db app.xml
	rm noise.db
	is_tidy
}

@test "interrupted: 4, and the copy is gone" {
	local status=0
	rows app.db 300000
	"$MOULT" rehearse app.db app.xml 3>&- &
	writing
	kill -INT $!
	wait $! || status=$?
	[ "$status" -eq 4 ]
	is_tidy
}

@test "killed: the next rehearsal removes what is left, and nobody else's" {
	rows app.db 300000
	"$MOULT" rehearse app.db app.xml 3>&- &
	writing
	kill -KILL $!
	wait $! || true
	[ -n "$(ls | grep rehearsal)" ]
	mkdir app.db.moult-rehearsal-1-1 # has no owner: it may be being made
	expect 0 rehearse app.db app.xml -q
	rmdir app.db.moult-rehearsal-1-1
	is_tidy
}

@test "a file that cannot be written: the rehearsal says what apply would" {
	[ "$(id -u)" -ne 0 ] || skip "root writes everything"
	chmod 444 app.db
	expect 2 apply app.db app.xml
	expect 2 rehearse app.db app.xml
}

# ---- room ----

small() {
	mkdir small
	mount -t tmpfs -o size="$1" moult small 2>/dev/null || {
		rmdir small
		skip "no file system can be mounted here"
	}
}

@test "ML106: no room for the change, with numbers, before the first write" {
	small 4m
	cp app.db small/app.db
	rows small/app.db 40000
	expect 3 apply small/app.db app.xml
	[[ $stderr == *ML106*"needed in"*"for the backup"*"are free there"*"--backup-dir"* ]]
	[ "$(ls small)" = app.db ]
	expect 0 plan small/app.db app.xml
	[[ $output == *ML106* ]]
	expect 3 rehearse small/app.db app.xml --dir .
	[[ $stderr == *ML106* && $output == *"apply would be refused"* ]]
	expect 2 rehearse small/app.db app.xml
	[[ $stderr == *RUN031*"no room to rehearse"* ]]
	[ "$(ls small)" = app.db ]
}

@test "ML106 allowed: a full disk rolls back, and the file is what it was" {
	small 4m
	cp app.db small/app.db
	rows small/app.db 40000
	local before
	before=$(cksum small/app.db)
	expect 4 apply small/app.db app.xml --allow ML106 --no-backup
	[ "$before" = "$(cksum small/app.db)" ]
	[ "$(ls small)" = app.db ]
}

@test "ML106 is silent where it fits" {
	small 16m
	cp app.db small/app.db
	rows small/app.db 40000
	expect 0 apply small/app.db app.xml
	[[ $stderr != *ML106* ]]
}

@test "a link that is called like an abandoned copy is not followed" {
	mkdir precious
	touch precious/owner precious/more
	ln -s precious app.db.moult-rehearsal-1-1
	expect 0 rehearse app.db app.xml
	[ -e precious/owner ]
	[ -e precious/more ]
}
