# SPDX-License-Identifier: MIT
#
# Where output goes: never over what was read, nor over a database or what is
# kept beside one.  And what is written is written whole, or not at all.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin_with_people
}

# The command with -o FILE is refused, FILE is what it was, and nothing is left beside it.
refused() {
	local file=$1 before after
	shift
	before=$(state "$file")
	expect 2 "$@" -o "$file"
	[[ $stderr == *"RUN038"* ]]
	[ -z "$output" ]
	[ "$before" = "$(state "$file")" ]
}

state() {
	ls -ld --time-style=full-iso "$1" 2>&1
	cksum "$1" 2>&1
	ls -A | grep -v ^separate-stderr
}

@test "RUN038: a database that was read, by every name that it has" {
	ln app.db hard.db
	ln -s app.db soft.db
	mkdir sub
	for file in app.db ./app.db .//app.db sub/../app.db "$PWD/app.db" hard.db soft.db; do
		refused "$file" dump app.db
	done
	refused app.db dump soft.db
	refused app.db dump app.db --format sql
	refused app.db diff app.db app.xml
	refused app.db plan app.db app.xml
	refused app.db plan app.xml app.db
	refused app.db plan app.db app.xml --format sql
	echo "CREATE TABLE more(a);" >1.sql
	refused app.db lint 1.sql app.db --sarif
	[ "$(sqlite3 app.db "SELECT count(*) FROM person")" = 2 ]
}

@test "RUN038: documents, what they include, and scripts" {
	mkdir parts scripts
	echo '<database xmlns="urn:moult:schema:1"><include href="parts/one.xml"/></database>' >whole.xml
	cp app.xml parts/one.xml
	echo "CREATE TABLE a(x);" >scripts/1_a.sql
	echo "CREATE TABLE b(x);" >scripts/2_b.sql
	refused whole.xml dump whole.xml --format sql
	refused parts/one.xml dump whole.xml --format sql
	refused parts/one.xml diff app.db whole.xml
	refused scripts/2_b.sql lint scripts
	refused scripts/1_a.sql dump scripts/1_a.sql
	refused whole.xml lint scripts whole.xml
	refused parts/one.xml lint scripts whole.xml
	expect 0 dump whole.xml --format sql -o scripts/3_c.sql
}

@test "RUN038: a document that came by redirection" {
	"$MOULT" dump app.db >have.xml
	cp have.xml kept.xml
	run -2 --separate-stderr "$MOULT" diff app.db - -o have.xml <have.xml
	[[ $stderr == *RUN038* ]]
	cmp have.xml kept.xml
	"$MOULT" diff app.db - -o out.txt <have.xml
	cat have.xml | "$MOULT" diff app.db - -o out.txt
}

@test "RUN038: what SQLite keeps beside a database, there or not yet" {
	for end in wal shm journal mj0123ABCD WAL; do
		refused app.db-$end dump app.db
		[ ! -e app.db-$end ]
	done
	ln -s app.db soft.db
	refused app.db-journal dump soft.db
	ln -s . here
	refused here/app.db-wal dump app.db
	expect 0 dump app.db -o app.xml-wal
	expect 0 dump app.db -o app.db-new
	# a database that was not read, and an empty one
	sqlite3 other.db "CREATE TABLE t(a)"
	refused other.db dump app.db
	refused other.db-wal dump app.db
	: >empty.db
	refused empty.db-journal dump empty.db
	refused empty.db dump empty.db
}

@test "RUN038: rows that are committed to a WAL stay" {
	sqlite3 app.db "PRAGMA journal_mode = WAL" >/dev/null
	mkfifo open
	(exec 9<open; echo "INSERT INTO person VALUES (3, 'Cy');"; cat <&9) | sqlite3 app.db &
	exec 8>open
	while [ ! -s app.db-wal ]; do sleep 0.05; done
	ln app.db-wal hard
	expect 2 dump app.db -o app.db-wal
	[[ $stderr == *RUN038* ]]
	expect 2 dump app.db -o hard
	[[ $stderr == *RUN038* ]]
	exec 8>&-
	wait
	[ "$(sqlite3 app.db "SELECT count(*) FROM person")" = 3 ]
}

@test "RUN038: backups and manifests" {
	expect 0 apply app.db app.xml --yes
	backup=$(echo app.db.moult-*.backup)
	record=$(echo app.db.moult-*.json)
	refused "$backup" dump app.db
	refused "$record" dump app.db
	refused "$record" dump "$backup"
	ln "$record" hard
	refused hard dump app.db
	mkdir elsewhere
	mv "$record" elsewhere
	refused "elsewhere/$record" dump app.db
}

@test "RUN038: neither file of a C unit is written" {
	cp app.xml v1.xml
	sed 's/not-null="true"//' app.xml >v2.xml
	cp v1.xml up.h
	expect 2 plan up.h v2.xml --format c -o up.c
	[[ $stderr == *RUN038* ]]
	[ ! -e up.c ]
	cmp v1.xml up.h
	cp v2.xml up.c
	rm up.h
	expect 2 plan v1.xml up.c --format c -o up.c
	[[ $stderr == *RUN038* ]]
	[ ! -e up.h ]
	cmp v2.xml up.c
}

@test "RUN038 in JSON" {
	expect 2 dump app.db -o app.db --json
	[[ $output == *'"id": "RUN038"'* ]]
	[ -z "$stderr" ]
}

@test "a failure leaves the file that was there" {
	echo kept >out
	expect 2 dump nowhere.db -o out
	expect 2 check nowhere.xml
	[ "$(cat out)" = kept ]
	mkdir folder
	expect 2 dump app.db -o folder
	[[ $stderr == *RUN028* || $stderr == *"folder: Is a directory"* ]]
	expect 2 dump app.db -o nowhere/out
	[[ $stderr == *"nowhere/out"* ]]
}

@test "devices and pipes take the output" {
	"$MOULT" dump app.db >plain
	"$MOULT" dump app.db -o /dev/stdout | cmp - plain
	"$MOULT" dump app.db -o /dev/null
	mkfifo pipe
	cat pipe >got &
	"$MOULT" dump app.db -o pipe
	wait
	cmp got plain
	echo before >log
	"$MOULT" dump app.db -o /dev/stdout >>log
	{ echo before; cat plain; } | cmp - log
	"$MOULT" dump app.db -o /dev/stdout >new
	cmp new plain
}

@test "a file that may not grow is an error like a full disk" {
	rows app.db 20000
	{
		echo '<database xmlns="urn:moult:schema:1">'
		seq 3000 | sed 's/.*/<table name="a_table_with_a_long_name_&"><column name="a"\/><\/table>/'
		echo '</database>'
	} >long.xml
	echo kept >out
	before=$(cksum app.db)
	limited() {
		local status=$1
		shift
		run -"$status" --separate-stderr bash -c 'ulimit -f 100; exec "$@"' - "$MOULT" "$@"
		[[ $stderr == *"$words"* ]]
		[ "$before" = "$(cksum app.db)" ]
		[ -z "$(ls | grep -e backup -e rehearsal -e journal -e wal)" ]
	}
	words="File too large" limited 2 apply app.db app.xml
	words="File too large" limited 2 rehearse app.db app.xml
	words="nothing is changed" limited 4 apply app.db app.xml --no-backup --strategy rebuild
	words="File too large" limited 2 dump long.xml --format sql -o out
	[ "$(cat out)" = kept ]
	[ -z "$(ls | grep ^out-)" ]
	run -2 bash -c 'ulimit -f 100; exec "$@" >part' - "$MOULT" dump long.xml --format sql
	[[ $output == *"RUN028"* || $output == *"standard output: File too large"* ]]
	expect 0 verify app.db
}

@test "a reader that went away is an error like a full disk" {
	run -2 --separate-stderr bash -c '{ sleep 0.3; "$1" dump app.db; } | true
		exit "${PIPESTATUS[0]}"' - "$MOULT"
	[[ $stderr == *"standard output"* ]]
	run -2 --separate-stderr bash -c '{ sleep 0.3; "$1" apply app.db app.xml; } | true
		exit "${PIPESTATUS[0]}"' - "$MOULT"
	[[ $stderr == *"the database was changed all the same"* ]]
	expect 0 verify app.db app.xml
}

@test "many exchanges share one change of the stored schema, and each of a few has its own" {
	for count in 20 40; do
		rm -f some.db
		seq "$count" | sed 's/.*/CREATE TABLE t&(id INTEGER PRIMARY KEY, a TEXT, b TEXT UNIQUE);/' | sqlite3 some.db
		expect 0 dump some.db -o some.xml
		sed -i 's/name="a" type="TEXT"/name="a" type="INTEGER"/' some.xml
		expect 0 plan some.db some.xml --json
		[ "$(grep -c '"way": "exchange"' <<<"$output")" = "$count" ]
		changes=$(grep -c '"sql": "PRAGMA schema_version' <<<"$output")
		[ "$changes" = $((count < 32 ? count : 1)) ]
	done
	expect 0 apply some.db some.xml --yes
	expect 0 diff some.db some.xml
}
