#!/bin/sh
# SPDX-License-Identifier: MIT
#
# limits.sh: large files, long tables, many tables, long rows; what time and
# memory they take.  It needs about four times the size of the file as room in
# TMPDIR, and nobody asserts the figures: it fails where something is not done.
#
#	ROWS	of one table (20,000,000: 4.4 GB)
#	WIDTH	of its text, in bytes, which an index holds too (90)
#	TABLES	(10,000)
#	BYTES	of one value (100,000,000)
#
# 0 leaves one out.
MOULT=${MOULT:-./moult}
ROWS=${ROWS:-20000000} WIDTH=${WIDTH:-90} TABLES=${TABLES:-10000} BYTES=${BYTES:-100000000}
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
command -v sqlite3 >/dev/null || { echo "1..0 # SKIP there is no sqlite3"; exit 0; }
test=0 bad=0

# measured COMMAND...: its seconds, and the most memory that it held, in KiB (where /proc tells).
measured() {
	began=$(date +%s%N)
	"$@" &
	pid=$! most=0
	while kill -0 $pid 2>/dev/null; do
		now=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' /proc/$pid/status 2>/dev/null)
		[ "${now:-0}" -le "$most" ] || most=$now
		sleep 0.02
	done
	wait $pid
	status=$?
	took=$((($(date +%s%N) - began) / 1000000))
	return $status
}

# try NAME COMMAND...
try() {
	name=$1
	shift
	test=$((test + 1))
	if measured "$@" >said 2>&1; then
		echo "ok $test - $name: $((took / 1000)).$((took / 100 % 10)) s, $((most / 1024)) MiB of memory"
	else
		echo "not ok $test - $name"
		sed 's/^/# /' said
		bad=1
	fi
}

document() {
	echo '<database xmlns="urn:moult:schema:1">'
	cat
	echo '</database>'
}

size() {
	echo "# $1: $(($(wc -c <"$1") / 1000000)) MB"
}

echo 1..10

if [ "$ROWS" -gt 0 ]; then
	sqlite3 long.db "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
		CREATE TABLE t(id INTEGER PRIMARY KEY, n TEXT, s TEXT); CREATE INDEX t_s ON t(s);
		WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < $ROWS)
		INSERT INTO t SELECT i, i % 1000, substr('$(printf "%0${WIDTH}d" 0)' || i, -$WIDTH) FROM r" >/dev/null
	size long.db
	document >long.xml <<'END'
<table name="t"><column name="id" type="INTEGER" primary-key="true"/><column name="n" type="INTEGER" not-null="true"/>
<column name="s" type="TEXT"/><index name="t_s" columns="s"/></table>
END
	try "$ROWS rows, a plan" "$MOULT" plan long.db long.xml
	try "$ROWS rows, a column retyped, with a backup" "$MOULT" apply long.db long.xml --yes -q
	try "$ROWS rows, nothing to do" "$MOULT" apply long.db long.xml --yes -q
	try "$ROWS rows, the way back" "$MOULT" rollback long.db --yes -q
	try "$ROWS rows, with --memory 8M" "$MOULT" apply long.db long.xml --yes -q --memory 8M --keep 1
	rm -f long.*
fi

if [ "$TABLES" -gt 0 ]; then
	i=0
	while [ $i -lt "$TABLES" ]; do
		i=$((i + 1))
		echo "CREATE TABLE t$i(id INTEGER PRIMARY KEY, a TEXT, b REFERENCES t1); CREATE INDEX i$i ON t$i(a);"
	done >many.sql
	{ echo "BEGIN;"; cat many.sql; echo "COMMIT;"; } | sqlite3 many.db
	size many.db
	try "$TABLES tables, dumped" "$MOULT" dump many.db -o many.xml
	sed 's/<table name="t7">/&<column name="more"\/>/' many.xml >more.xml
	try "$TABLES tables, one column more" "$MOULT" apply many.db more.xml --yes -q --no-backup
	sed '/<table name="t[0-9][0-9]">/,/<\/table>/ s/name="a" type="TEXT"/name="a" type="BLOB"/' more.xml >other.xml
	try "$TABLES tables, ninety of them retyped" "$MOULT" apply many.db other.xml --yes -q --no-backup
	rm -f many.* other.xml more.xml
fi

if [ "$BYTES" -gt 0 ]; then
	sqlite3 wide.db "CREATE TABLE t(a TEXT, b BLOB); INSERT INTO t VALUES ('1', zeroblob($BYTES)), ('2', randomblob($BYTES))"
	size wide.db
	document >wide.xml <<'END'
<table name="t"><column name="a" type="INTEGER"/><column name="b" type="BLOB" not-null="true"/></table>
END
	try "two rows of $BYTES bytes, rebuilt" "$MOULT" apply wide.db wide.xml --yes -q --strategy rebuild
	try "two rows of $BYTES bytes, the way back" "$MOULT" rollback wide.db --yes -q
fi
[ $bad -eq 0 ]
