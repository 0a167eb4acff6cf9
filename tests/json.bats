# SPDX-License-Identifier: MIT
#
# --json: whatever a command comes to, standard output is one object with
# "moult": 1 and the members that moult-formats(5) names.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
	sqlite3 app.db "CREATE TABLE t(a INT); INSERT INTO t VALUES (1), (2), (NULL)"
	document '<column name="b"/>' >more.xml
	document '<column name="b" not-null="true"/>' >refused.xml
	document '<dropped column="x"/><column name="a"/>' >wrong.xml
	echo "CREATE TABLE t(a INT);" >script.sql
	echo "noise" >noise
}

document() {
	echo '<database xmlns="urn:moult:schema:1"><table name="t"><column name="a" type="INT"/>'
	echo "$1</table></database>"
}

# json STATUS MEMBERS ARGUMENT...: the exit status, and the names in the object, sorted.
json() {
	local status=$1 members=$2 text
	shift 2
	run -"$status" --separate-stderr "$MOULT" "$@" --json
	text=${output//\'/\'\'}
	[ "$(sqlite3 :memory: "SELECT json_extract('$text', '\$.moult') || ' ' || group_concat(key) FROM
		(SELECT key FROM json_each('$text') WHERE key <> 'moult' ORDER BY key)")" = "1 $members" ] || {
		echo "moult $*: $output"
		return 1
	}
}

failed=diagnostics,errors,warnings
usage=diagnostics
done=backup,database,deleted,diagnostics,elapsed_ms,errors,inserted,locked_ms,locks,longest_lock_ms,parked,paused_ms,plan,result,rows,steps,still_parked,unparked,updated,warnings,ways
plan=changes,estimate,fingerprint,hazards,kept,plan,refused,release,renames,rows,sqlite,steps,tables,way_back

@test "usage: no command, no operands, too many, options that are none" {
	json 2 "$usage"
	json 2 "$usage" nonsense
	for command in dump check diff plan rehearse apply downgrade rollback finish status history verify lint; do
		json 2 "$usage" "$command"
		json 2 "$usage" "$command" app.db --nonsense
		json 2 "$usage" "$command" app.db more.xml --timeout never
		json 0 help "$command" --help
		json 0 help help "$command"
	done
	json 2 "$usage" rollback app.db more.xml more.xml
	json 2 "$usage" apply - more.xml
	json 2 "$usage" dump app.db --load-extension ./none.so
	json 2 "$usage" help nonsense
	json 0 sqlite,version --version
}

@test "dump, sql, check" {
	json 0 document dump app.db
	json 0 output dump app.db -o out.xml
	[ "$(head -c 5 out.xml)" = "<?xml" ]
	json 2 "$usage" dump app.db -o none/out.xml
	json 2 "$failed" dump none.db
	json 2 "$failed" dump noise
	json 0 sql dump more.xml --format sql
	json 0 output dump more.xml --format sql -o out.sql
	json 2 "$failed" dump wrong.xml --format sql
	json 0 diagnostics,errors,warnings check more.xml refused.xml
	json 2 "$failed" check more.xml wrong.xml
	json 2 "$failed" check none.xml
}

@test "diff, plan, in all formats and into files" {
	json 0 count,differences,kept diff app.db app.db
	json 1 count,differences,kept diff app.db more.xml
	json 1 output diff app.db more.xml -o out
	[ "$(sqlite3 :memory: "SELECT json_extract(CAST(readfile('out') AS TEXT), '\$.count')")" = 1 ]
	json 2 "$failed" diff app.db wrong.xml
	json 0 "$plan" plan app.db more.xml
	json 0 "$plan" plan app.db more.xml --format text
	json 0 "$plan" plan app.db refused.xml
	json 1 "$plan" plan app.db more.xml --check
	json 0 output plan app.db more.xml -o out
	json 0 script plan app.db more.xml --format sql
	json 0 script plan app.db more.xml --format shell
	json 0 output plan app.db more.xml --format sql -o out.sql
	[ "$(sqlite3 app.db <out.sql && sqlite3 app.db "SELECT count(b IS NULL) FROM t")" = 3 ]
	json 0 output plan script.sql more.xml --format c -o unit.c
	[ -s unit.c ] && [ -s unit.h ]
	json 2 "$usage" plan app.db more.xml --format c
	json 2 "$failed" plan app.db none.xml
	json 2 "$failed" plan app.db more.xml --strategy magic
}

@test "rehearse" {
	local verdict=back,bytes,copy_ms,database,deleted,diagnostics,directory,elapsed_ms,hazards,inserted,needs,plan,rows,status,steps,tables,updated,verdict
	json 0 $verdict rehearse app.db more.xml
	json 0 $verdict rehearse app.db app.db
	json 3 $verdict rehearse app.db refused.xml
	json 2 "$failed" rehearse noise more.xml
	json 2 "$failed" rehearse app.db more.xml --dir none
}

@test "apply and rollback" {
	json 3 "$failed" apply app.db refused.xml
	json 3 "$failed" apply app.db more.xml --expect 00
	json 2 "$failed" apply app.db wrong.xml
	json 2 "$failed" apply noise more.xml
	json 2 "$failed" apply none/app.db more.xml
	json 2 "$failed" apply app.db more.xml --backup-dir none
	json 2 "$failed" rollback app.db
	json 0 "$done" apply app.db more.xml
	json 0 "$done" apply app.db more.xml
	json 0 "$done" apply app.db more.xml --quiet
	json 0 "$done" apply app.db more.xml --verbose
	json 0 "$done" apply new.db more.xml
	json 2 "$failed" rollback app.db none.backup
	sqlite3 app.db "INSERT INTO t VALUES (4, 4)"
	json 3 "$failed" rollback app.db
	json 0 "$done" rollback app.db --discard-newer
	json 2 "$failed" rollback app.db
	json 2 "$failed" rollback none.db
}

@test "what there is to say of a success is in it" {
	json 0 "$done" apply app.db more.xml
	[ "$(sqlite3 :memory: "SELECT json_extract('${output//\'/\'\'}', '\$.diagnostics[0].id')")" = MC105 ]
}

@test "backups, status, verify" {
	json 0 "$done" apply app.db more.xml
	json 0 backups,checked,database,folder,history history app.db --check
	json 2 "$failed" history none.db
	local status=application_id,backups,database,differences,drift,due,encoding,folder,hazards,journal_mode,kept,last,page_count,page_size,parked,parked_bytes,parked_rows,shape,sqlite,tools,under_way,user_version,ways_back
	json 0 $status status app.db
	json 0 $status status app.db more.xml
	json 1 $status status app.db refused.xml
	json 2 "$failed" status none.db
	json 2 "$failed" status app.db wrong.xml
	json 0 checked,database,findings,kept,ok verify app.db
	json 1 checked,database,findings,kept,ok verify app.db refused.xml
	json 2 "$failed" verify noise
}

@test "lint" {
	echo "DROP TABLE t;" >bad.sql
	json 0 errors,findings,rebuilt,scripts,warnings lint script.sql
	json 1 errors,findings,rebuilt,scripts,warnings lint bad.sql
	json 1 output lint bad.sql -o out
	json 2 "$failed" lint none.sql
	json 2 "$usage" lint bad.sql --sarif
}

@test "busy, late and interrupted" {
	local status=0
	mkfifo in out
	sqlite3 app.db <in >out 3>&- &
	exec 8>in 9<out
	echo "BEGIN IMMEDIATE; SELECT 1;" >&8
	read -r -u 9 _
	json 5 "$failed" apply app.db more.xml --timeout 0
	json 5 "$failed" apply app.db more.xml --timeout 60 --deadline 200ms
	"$MOULT" apply app.db more.xml --timeout 60 --json >said 3>&- 8>&- 9<&- &
	sleep 0.5
	kill -TERM $!
	wait $! || status=$?
	[ "$status" = 4 ]
	[ "$(sqlite3 :memory: "SELECT json_extract(CAST(readfile('said') AS TEXT), '\$.diagnostics[0].id')")" = RUN014 ]
	exec 8>&- 9<&-
	wait
}
