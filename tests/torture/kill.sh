#!/bin/sh
# SPDX-License-Identifier: MIT
#
# kill.sh: the real program on real files of 10 MB, with backups, ended by
# kill -9 at random moments; the outcome must be the old state or the new one,
# and the same command again must converge and leave no temporary files.
#
# KILLS is how many times (100), SEED where the random moments begin (1).
MOULT=${MOULT:-./moult}
KILLS=${KILLS:-100}
SEED=${SEED:-1}

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99

echo 1..1
for tool in sqlite3 timeout; do
	if ! command -v "$tool" >/dev/null; then
		echo "ok 1 # SKIP there is no $tool"
		exit 0
	fi
done

cat >want.xml <<'END'
<database xmlns="urn:moult:schema:1">
  <table name="parent">
    <column name="id" type="INTEGER" primary-key="true"/>
    <column name="name" type="TEXT" not-null="true"/>
    <column name="score" type="INTEGER" not-null="true" default="0"/>
    <column name="grade" type="TEXT" using="'g' || (score / 100)"/>
    <index name="parent_name" columns="name"/>
  </table>
  <table name="child">
    <column name="id" type="INTEGER" primary-key="true"/>
    <column name="parent" type="INTEGER" not-null="true" references="parent" on-delete="cascade"/>
    <column name="word" type="TEXT" not-null="true"/>
  </table>
</database>
END

make_file() {
	sqlite3 "$1.db" >/dev/null <<END || exit 99
PRAGMA journal_mode = $1;
CREATE TABLE parent(id INTEGER PRIMARY KEY, name TEXT, score INTEGER);
CREATE TABLE child(id INTEGER PRIMARY KEY,
	parent INTEGER NOT NULL REFERENCES parent ON DELETE CASCADE, word TEXT);
CREATE INDEX child_of ON child(parent);
WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 60000)
	INSERT INTO parent SELECT n, 'name ' || n * 7919 % 60013, n % 997 FROM n;
INSERT INTO child SELECT id, 1 + id * 31 % 60000, hex(zeroblob(35)) || name FROM parent;
END
}

# Everything but moult's own table, as one line.
content() {
	sqlite3 "$1" "SELECT sql FROM sqlite_master WHERE tbl_name <> '_moult_history' ORDER BY name;
		SELECT * FROM parent; SELECT * FROM child" | cksum
}

sound() {
	[ "$(sqlite3 "$1" 'PRAGMA integrity_check')" = ok ]
}

milliseconds() {
	echo $(($(date +%s%N) / 1000000))
}

# The next number below $1.
random() {
	SEED=$(((SEED * 1103515245 + 12345) % 2147483648))
	chance=$((SEED / 8 % $1))
}

fail() {
	echo "not ok 1 - kill -9"
	echo "# kill $kill of $KILLS, $mode, $what after $chance ms: $1"
	exit 1
}

# run COMMAND...: does to the file what $what says, as an argument of the command.
run() {
	case $what in
	apply) "$@" "$MOULT" apply app.db want.xml --yes -q >said 2>&1 ;;
	rollback) "$@" "$MOULT" rollback app.db --yes -q >said 2>&1 ;;
	esac
}

# What is killed must be the program itself, and be gone before anyone looks.
run_and_kill() {
	limit=$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))
	run timeout --foreground -s KILL "$limit"
}

# The way back begins where a migration ended, once for each mode.
prepare() {
	rm -f app.db*
	if [ "$what" = apply ]; then
		cp "$mode.db" app.db
	elif [ -d "$mode" ]; then
		cp "$mode"/* .
	else
		cp "$mode.db" app.db
		what=apply
		run env || fail "apply: $(cat said)"
		what=rollback
		mkdir "$mode"
		cp app.db* "$mode"
	fi
}

# The outcome of a kill: counts it, and takes the same way again.
judge() {
	sound app.db || fail "the file is corrupt"
	now=$(content app.db)
	case $now in
	"$start") untouched=$((untouched + 1)) ;;
	"$goal") done_already=$((done_already + 1)) ;;
	*) fail "neither the old state nor the new one" ;;
	esac
	[ "$status" -ne 0 ] || [ "$now" = "$goal" ] || fail "it reported success"
	if [ "$what" = apply ] || [ "$now" = "$start" ]; then
		run env || fail "again: $(cat said)"
	fi
	[ "$(content app.db)" = "$goal" ] || fail "the same command again does not converge"
	sound app.db || fail "corrupt after the same command again"
	[ "$what" = apply ] || [ "$now" = "$start" ] || return
	set -- app.db*.tmp
	[ ! -e "$1" ] || fail "$1 stays"
}

began=$(milliseconds)
untouched=0 done_already=0 kill=0
make_file delete
make_file wal
before=$(content delete.db)
what=apply mode=delete chance=0
prepare
from=$(milliseconds)
run env || fail "apply: $(cat said)"
took=$(($(milliseconds) - from))
after=$(content app.db)
[ "$before" != "$after" ] || fail "nothing happens"

while [ $kill -lt "$KILLS" ]; do
	kill=$((kill + 1))
	[ $((kill % 2)) -eq 0 ] && mode=wal || mode=delete
	[ $((kill % 4)) -lt 2 ] && what=apply || what=rollback
	[ $what = apply ] && start=$before goal=$after || start=$after goal=$before
	prepare
	random $((took + took / 10 + 1))
	run_and_kill "$chance" 2>/dev/null
	status=$?
	judge
done
echo "ok 1 - kill -9: $KILLS kills, $untouched found the old state, $done_already the new one"
echo "# within $took ms each, $((($(milliseconds) - began) / 1000)) seconds"
