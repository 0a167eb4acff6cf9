# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# common.bash: what the tests of the program share.

# Which program, and a directory for each test.
begin() {
	: "${MOULT:=$BATS_TEST_DIRNAME/../build/moult}"
	: "${MOULT_SOURCE:=$BATS_TEST_DIRNAME/..}"
	cd "$BATS_TEST_TMPDIR" || return
}

# Runs moult and holds its exit status, and its two streams apart.
expect() {
	local status=$1
	shift
	run -"$status" --separate-stderr "$MOULT" "$@"
}

# A database as SQL, but for its history, which a rollback adds to.
without_history() {
	cp "$1" without-history.db
	sqlite3 without-history.db "DROP TABLE IF EXISTS _moult_history" .dump
	rm without-history.db
}

# The document have.xml, edited by sed, becomes want.xml.
becomes() {
	sed "$1" have.xml >want.xml
	! cmp -s have.xml want.xml
}

# A database of two people, and a document that wants each to have a name.  $1: its type, for TEXT.
begin_with_people() {
	begin
	sqlite3 app.db "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT);
		INSERT INTO person VALUES (1, 'Ada'), (2, 'Bob');"
	document 'not-null="true"' "$1" >app.xml
}

# document ATTRIBUTES [TYPE]: people whose names are of that kind.  Tests with other tables have their own.
document() {
	echo '<database xmlns="urn:moult:schema:1"><table name="person">'
	echo '<column name="id" type="INTEGER" primary-key="true"/>'
	echo "<column name=\"name\" type=\"${2:-TEXT}\" $1/></table></database>"
}

# rows FILE COUNT: that many people more.
rows() {
	sqlite3 "$1" "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
		INSERT INTO person SELECT i + 10, 'somebody by the name of ' || i FROM n"
}

# by_hand FILE SQL: SQL that writes sqlite_master.  Shells of newer releases are in defensive mode, where none can.
by_hand() {
	sqlite3 "$1" ".dbconfig defensive off" "PRAGMA writable_schema = ON; $2" >/dev/null
}

# undefended FILE SQL: SQL that defensive mode refuses, such as a table that is called like a shadow table.
undefended() {
	sqlite3 "$1" ".dbconfig defensive off" "$2" >/dev/null
}

# Whether no name may be missing any more.
is_migrated() {
	[ "$(sqlite3 "$1" "SELECT \"notnull\" FROM pragma_table_info('person') WHERE name = 'name'")" = 1 ]
}

# ---- apply --online of next.xml to app.db, ended where it is --------------------------------------

# Where its tables and indexes stand, in one line; nothing where nothing is under way, or it is locked.
phases() {
	sqlite3 app.db "SELECT group_concat(phase) FROM _moult_under_way WHERE what IN ('table', 'index')" 2>/dev/null
}

# With small batches and long rests, and stopped whenever it is looked at.
kill_once() { # PHASE SIGNAL
	"$MOULT" apply app.db next.xml --online --yes --no-backup --allow all --duty 3 --max-lock "${MAX_LOCK:-4ms}" >out 2>err &
	local pid=$!
	while kill -STOP $pid 2>/dev/null && [[ $(phases) != *$1* ]]; do
		kill -CONT $pid
		sleep 0.005
	done
	kill -"$2" $pid 2>/dev/null
	kill -CONT $pid 2>/dev/null
	wait $pid
}

# Where it slipped through, from the same file once more: a phase that lasts is met, one of a moment maybe.
kill_in() { # PHASE [SIGNAL]
	local status=0 i
	mkdir kept
	cp app.db* kept
	for ((i = 0; i < 10; i++)); do
		kill_once "$1" "${2:-KILL}" || status=$?
		[[ $(phases) == *$1* ]] && break
		rm app.db*
		cp kept/* .
	done
	rm -r kept
	return $status
}
