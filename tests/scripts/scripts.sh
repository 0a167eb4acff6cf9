#!/bin/sh
# SPDX-License-Identifier: MIT
#
# scripts.sh [--corpus DIR | --cases DIR] [--pace N] [--attack N] [PREFIX]...: scripts and C
# units against `apply`.
#
# For every case of tests/cases a file is made and changed three times: by
# `moult apply`, by the script of `moult plan --format sql`, whose HAVE is the
# text of have.sql, and by a C unit whose HAVE is the file.  What apply makes of
# it the others must make; what apply refuses they must leave as it was.  Each
# PREFIX (include/, lib/libsqlite3.so; its last part is the release) stands for
# a device with that SQLite, which makes the file and runs script and unit;
# without one it is the SQLite at hand, and the sqlite3 program runs a script
# for shells too.  Every N-th script that changes something is also attacked, and its unit (95; each
# device begins elsewhere); one, on the first device, is cut off at every byte.
#
# --pace N: every N-th case; each device begins elsewhere, so that N devices have all of them.  At hand
# it is every fourth one, unless N is said.
#
# --corpus DIR: instead of the cases, folders of schema versions, *.sql, each to
# the next, with rows (--pace N: every N-th, the last of all among them), and one unit a
# folder for all (with the first among them).
#
# --cases DIR: these instead of tests/cases, such as tests/random/random --cases DIR writes.  Their
# steps have not run, whatever shape the file has; one that the SQLite at hand cannot read is passed over.
set -u
: "${MOULT:?}" "${MOULT_SOURCE:?}"
here=$MOULT_SOURCE/tests/scripts
cc=${CC:-cc}
corpus=
cases=$MOULT_SOURCE/tests/cases
invented=
pace=
attack=
while [ $# -gt 1 ]; do
	case $1 in
	--corpus) corpus=$2 ;;
	--cases) cases=$2 invented=1 ;;
	--pace) pace=$2 ;;
	--attack) attack=$2 ;;
	*) break ;;
	esac
	shift 2
done
[ -n "$pace" ] || { [ -z "$corpus" ] && [ $# -eq 0 ] && pace=4; } || pace=1

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM
cd "$work" || exit 99

at_hand=$("$MOULT" --version | sed -n 's/.*SQLite \([0-9.]*\).*/\1/p')
wrong=
tested=0
failed=0
passed=0
refused=0
newer=0
attacks=0
ways=0
devices=0

# fail WHAT...: the case at hand, and what was said last.
fail() {
	tested=$((tested + 1))
	failed=$((failed + 1))
	echo "not ok $tested - $device: $name: $*"
	head -n 12 said | sed 's/^/# /'
}

# What the runner says it has done: "ok - 878 attacks".
count_attacks() {
	ways=$((ways + $(sed -n 's/^ok - \([0-9]*\) attacks$/\1/p' said | tail -n 1 | grep . || echo 0)))
}

pass() {
	passed=$((passed + 1))
}

# The runner, and what is the same in the runner of every unit.  $flags and $libs are the device's.
# shellcheck disable=SC2086
build() {
	{
		$cc -w -O1 $flags -I"$here" -c -o attack.o "$here/attack.c" &&
			$cc -w -O1 $flags -I"$here" -DUNIT -c -o with-unit.o "$here/runner.c" &&
			$cc -w -O1 $flags -I"$here" -o runner "$here/runner.c" attack.o $libs
	} >said 2>&1
}

# build_unit: up.c into a runner of its own.
# shellcheck disable=SC2086
build_unit() {
	$cc -Wall -Wextra -Wshadow -Werror -pedantic -std=c99 -O0 $flags -c -o up.o up.c >said 2>&1 &&
		$cc -o unit with-unit.o attack.o up.o $libs >said 2>&1
}

# rows FILE: of the SQLite at hand; a DEFAULT may have filled in what the time was, and an old SQLite
# may have noted no number of an AUTOINCREMENT that none has used.
rows() {
	"$home" rows "$1" | sed "s/$(date -u +%Y-%m-%d)[ T][0-9:.]*/now/g; s/'[0-2][0-9]:[0-5][0-9]:[0-5][0-9]'/'now'/g
		/^sqlite_sequence|/s/|NULL$/|0/"
}

# apply ARGUMENT...: of an invented case as a program does that has the device's SQLite, where moult takes that.
# shellcheck disable=SC2086
apply() {
	LD_LIBRARY_PATH=$loads${LD_LIBRARY_PATH+:$LD_LIBRARY_PATH} "$MOULT" apply "$@" $options --no-backup --yes -q >said 2>&1
}

# same A B: the same schema for moult, the same rows for the SQLite at hand.
same() {
	"$MOULT" diff "$1" "$2" >said 2>&1 || return 1
	rows "$1" >rows-a
	rows "$2" >rows-b
	diff rows-a rows-b >said
}

# verdict WHAT STATUS FILE: after a script or unit has had the file.
verdict() {
	if [ "$applied" -eq 0 ]; then
		if [ "$2" -ne 0 ]; then
			fail "$1 fails"
		elif same "$3" want.db; then
			pass
		else
			fail "$1 makes another file than apply"
		fi
	elif cmp -s "$3" have.db || same "$3" have.db; then
		refused=$((refused + 1))
	else
		fail "$1 changes what apply refuses"
	fi
}

# plan ARGUMENT...: 0, or 1 where the SQLite of the device is too old for the schema.
plan() {
	"$MOULT" plan "$@" $options --sqlite "$sqlite" -q >said 2>&1
	status=$?
	grep -q MP101 said && status=3
	return $status
}

# truth FILE: whether all that is too new is TRUE and FALSE, which an older one takes to mean something else.
truth() {
	tr '\n' ' ' <"$1" | sed 's/ --  */ /g; s/MP101/\n&/g' | grep '^MP101' | grep -qv 'TRUE and FALSE' && return 1
	return 0
}

# too_new WANT FILE: FILE says MP101, and the device must indeed not take the schema.
too_new() {
	cp "$2" new.said
	case $1 in
	*.sql) cp "$1" want.sql ;;
	*) "$MOULT" dump "$1" --format sql >want.sql 2>said || return ;;
	esac
	rm -f new.db
	if ./runner stop new.db want.sql >said 2>&1 && ! truth new.said; then
		fail "MP101 is said of a schema that the device takes"
	else
		newer=$((newer + 1))
	fi
}

# No plan at all, for a table that SQLite could not read or make, or a document that is wrong for the SQLite at hand.
has_no_plan() {
	case $status$applied in
	33) grep -Eq 'MF108|MF11[24]|RUN112' said ;;
	23) grep -Eq 'RUN043|RUN022: script: .* has triggers' said ;;
	20) grep -q 'RUN022: script: .* has triggers' said ;;
	22) [ -n "$invented" ] || { [ -n "$wrong" ] && grep -q "$wrong" said; } ;;
	24) [ -n "$invented" ] && grep -q 'RUN022: script: .* has triggers' said ;;
	*) return 1 ;;
	esac
}

attack_script() {
	attacks=$((attacks + 1))
	./runner abuse "$work/have.db" up.sql >said 2>&1 || fail "an attack succeeds"
	count_attacks
	if [ -z "$prefix" ] || [ "$devices" -gt 1 ] || [ "$attacks" -gt 1 ]; then
		return
	fi
	./runner cut "$work/have.db" up.sql >said 2>&1 || fail "it is cut off, and harms"
	count_attacks
}

# try HAVE.sql WANT: have.db is there.
try() {
	cp have.db want.db
	apply want.db "$2"
	applied=$?
	rm -f up.sql up.sh up.c up.h
	plan "$1" "$2" --format sql -o up.sql
	if grep -q '^-- refused MP101' up.sql 2>/dev/null; then
		too_new "$2" up.sql
		return
	fi
	if [ ! -f up.sql ] && has_no_plan; then
		refused=$((refused + 1))
		return
	fi
	if [ -f up.sql ]; then
		cp have.db script.db
		./runner stop script.db up.sql >said 2>&1
		verdict script $? script.db
	elif ! grep -q 'RUN022: step' said; then # such a step runs in a unit alone
		fail "there is no script"
		return
	fi
	due=$((due - 1))
	attacked=
	if [ "$due" -le 0 ] && [ "$applied" -eq 0 ] && grep -qs '^COMMIT' up.sql; then
		due=$every
		# An attack is judged by quick_check, which must have nothing to say before.
		[ "$(sqlite3 have.db "PRAGMA quick_check")" = ok ] && attacked=1
		[ -z "$attacked" ] || attack_script
	fi
	if [ -z "$prefix" ] && [ -f up.sql ]; then
		plan "$1" "$2" --format shell -o up.sh
		cp have.db shell.db
		sqlite3 -cmd ".dbconfig defensive off" shell.db <up.sh >said 2>&1
		verdict "script for shells" $? shell.db
	fi
	plan have.db "$2" --format c -o up.c
	status=$?
	if [ "$status" -eq 3 ] && [ "$applied" -ne 0 ]; then
		refused=$((refused + 1))
		return
	fi
	if [ ! -f up.c ] && grep -q MP101 said; then # and no script, for another reason
		too_new "$2" said
		return
	fi
	if [ ! -f up.c ] && grep -q 'RUN022: a unit cannot tell' said; then # no shape shows what changes
		refused=$((refused + 1))
		return
	fi
	[ -f up.c ] || { fail "there is no unit"; return; }
	build_unit || { fail "the unit does not compile"; return; }
	cp have.db unit.db
	./unit unit unit.db >said 2>&1
	verdict unit $? unit.db
	[ -z "$attacked" ] || {
		./unit abuse-unit "$work/have.db" >said 2>&1 || fail "an attack on the unit succeeds"
		count_attacks
	}
}

# A table of more pages than the cache of the attacks holds, so that it is written while it is copied.
try_large() {
	name="a large table"
	options=
	cat >large.sql <<-'END'
		CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, b);
		CREATE INDEX t_a ON t(a);
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
		INSERT INTO t SELECT i, hex(zeroblob(100)) || i, i FROM n;
	END
	echo 'CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT NOT NULL, b);
		CREATE INDEX t_a ON t(a);' >want.sql
	rm -f have.db
	./runner stop have.db large.sql >said 2>&1 || { fail "cannot be made"; return; }
	due=1
	try large.sql want.sql
}

# The options of a case, as moult takes them.
options_of() {
	awk '$1 == "prune" || $1 == "column-order" { print "--" $1 }
		$1 == "allow" || $1 == "strategy" { print "--" $1, $2 }' "$1" 2>/dev/null
}

# wrong_for RELEASE EXPECT: what is wrong with a case for that SQLite: RUN003 of "from 3.51.0 wrong RUN003".
wrong_for() {
	awk -v sqlite="$1" 'function number(release, part) {
			split(release, part, ".")
			return part[1] * 1000000 + part[2] * 1000 + part[3]
		}
		$1 == "from" && number(sqlite) < number($2) { next }
		$1 == "from" { $0 = $3 " " $4 }
		$1 ~ /^(done|nothing|refused|wrong)$/ { wrong = $1 == "wrong" ? $2 : "" }
		END { print wrong }' "$2" 2>/dev/null
}

try_cases() {
	turn=$devices
	for folder in "$cases"/*/; do
		turn=$((turn + 1))
		[ $((turn % pace)) -eq 0 ] || continue
		name=$(basename "$folder")
		# The device cannot read the file of the case.
		[ "$(wrong_for "$sqlite" "$folder/expect")" != RUN003 ] || continue
		wrong=$(wrong_for "$at_hand" "$folder/expect")
		options=$(options_of "$folder/expect")
		rm -f have.db
		./runner stop have.db "$folder/have.sql" >said 2>&1 || continue
		[ -f have.db ] && [ -s have.db ] || continue
		if [ -n "$invented" ]; then
			options="$options --steps run"
			sqlite3 have.db "PRAGMA integrity_check" >said 2>&1 && ! grep -q '^\*\*\*' said || continue
		fi
		try "$folder/have.sql" "$folder/want.xml"
	done
}

try_history() {
	before=
	left=$(find "$1" -name '*.sql' | wc -l)
	for version in "$1"/*.sql; do
		left=$((left - 1))
		if [ -n "$before" ] && [ $((left % pace)) -eq 0 ]; then
			name="$(basename "$1") $(basename "$before" .sql) to $(basename "$version" .sql)"
			rm -f have.db
			if ./runner stop have.db "$before" >said 2>&1; then
				./runner fill have.db
				try "$before" "$version"
			fi
		fi
		before=$version
	done
	one_unit "$1"
}

# Every version to the newest, by one unit, which also finds nothing to do afterwards.
one_unit() {
	name="$(basename "$1"), all versions"
	newest=$(find "$1" -name '*.sql' | sort | tail -n 1)
	find "$1" -name '*.sql' | sort | awk -v pace="$pace" 'NR % pace == 1 % pace' | grep -vxF "$newest" >versions
	[ -s versions ] || return
	# shellcheck disable=SC2046
	plan $(cat versions) "$newest" --format c -o up.c
	status=$?
	[ $status -ne 3 ] || { too_new "$newest" said; return; }
	[ $status -eq 0 ] || { fail "there is no unit"; return; }
	build_unit || { fail "the unit does not compile"; return; }
	cp unit all
	while read -r version; do
		name="$(basename "$1"), $(basename "$version") by the unit for all"
		rm -f have.db
		./runner stop have.db "$version" >said 2>&1 || continue
		./runner fill have.db
		cp have.db want.db
		apply want.db "$newest"
		applied=$?
		cp have.db unit.db
		./all unit unit.db >said 2>&1
		verdict unit $? unit.db
		[ "$applied" -ne 0 ] || [ "$(./all unit unit.db 2>said)" = 0 ] || fail "a second run does not find it done"
	done <versions
}

# try_device [PREFIX]
try_device() {
	prefix=${1-}
	every=${attack:-95}
	due=$((every - devices * 8 % every))
	devices=$((devices + 1))
	if [ -n "$prefix" ]; then
		sqlite=$(basename "$prefix")
		flags=-I$prefix/include
		libs="-L$prefix/lib -Wl,-rpath,$prefix/lib -lsqlite3"
		loads=
		[ -z "$invented" ] || [ "$(echo "$sqlite" | cut -d. -f2)" -lt 33 ] || loads=$prefix/lib
	else
		loads=
		sqlite=$at_hand
		flags=${SQLITE_CFLAGS-}
		libs=${SQLITE_LIBS--lsqlite3}
	fi
	device="SQLite $sqlite"
	name=runner
	build || { fail "does not compile"; return; }
	if [ -n "$corpus" ]; then
		options="--prune --allow all"
		for history in "$corpus"/*/; do
			try_history "${history%/}"
		done
	else
		try_cases
		[ -n "$invented" ] || try_large
	fi
	tested=$((tested + 1))
	echo "ok $tested - $device: $passed as apply, $refused refused as by apply, $newer too new, $attacks attacked in $ways ways"
	passed=0 refused=0 newer=0 attacks=0 ways=0
}

prefix=
loads=
flags=${SQLITE_CFLAGS-}
libs=${SQLITE_LIBS--lsqlite3}
device=here
name=runner
build || { cat said >&2; exit 99; }
mv runner home
home=$work/home
if [ $# -eq 0 ]; then
	try_device
fi
for prefix; do
	try_device "$prefix"
done
echo "1..$tested"
[ "$failed" -eq 0 ]
