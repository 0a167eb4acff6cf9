#!/bin/sh
# SPDX-License-Identifier: MIT
#
# back.sh [--pace N] [PREFIX]...: ways back that scripts leave, gone by a C unit, against `apply` and `downgrade`.
#
# Every N-th case of tests/cases (40; 1 takes two minutes) goes there and back twice, with --way-back data: by the program, and by
# the script of `moult plan --format sql` and an old unit, which has nothing but the file.  Both must
# come to the same file, and leave the same row of _moult_way_back; what is refused changes nothing.
# Each PREFIX is a device with another SQLite, as of scripts.sh.
set -u
: "${MOULT:?}" "${MOULT_SOURCE:?}"
here=$MOULT_SOURCE/tests/scripts
cc=${CC:-cc}
pace=40
[ "${1-}" != --pace ] || { pace=$2; shift 2; }

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM
cd "$work" || exit 99
tested=0 failed=0

fail() {
	tested=$((tested + 1)) failed=$((failed + 1))
	echo "not ok $tested - $device: $name: $*"
	head -n 12 said | sed 's/^/# /'
}

# The old unit, and what runs scripts.
# shellcheck disable=SC2086
build() {
	echo "CREATE TABLE none(a);" >none.sql
	{
		"$MOULT" plan none.sql none.sql --format c --way-back shape --sqlite "$sqlite" -q -o up.c &&
			sed -i 's/^static const struct state present/static struct state present/' up.c &&
			$cc -w -O1 $flags -I. -o back "$here/back.c" $libs &&
			$cc -w -O1 $flags -I"$here" -o runner "$here/runner.c" "$here/attack.c" $libs
	} >said 2>&1
}

# All but when it was and which generation, as text: a script, which knows no file, has places from 1.
way_of() {
	{
		sqlite3 "$1" "SELECT number, format, version, shape_from, shape_to, document,
			replace(replace(replace(marks, 'values 1' || char(10), ''), strftime('%Y-%m-%dT%H:%M', 'now'), 'now'), strftime('%Y-%m-%dT%H:%M', 'now', '-1 minutes'), 'now')
			FROM _moult_way_back" | sed "s/'now:[0-9]*Z'/'now'/"
		sqlite3 "$1" "SELECT * FROM _moult_parked ORDER BY 1, 2;
			SELECT name, sql FROM sqlite_master WHERE name GLOB '_moult_parked_*' ORDER BY name" 2>/dev/null
	} | awk -v first=1048576 '{
		while (match($0, /10485[0-9][0-9]/))
			$0 = substr($0, 1, RSTART - 1) (substr($0, RSTART, 7) - first) substr($0, RSTART + 7)
		if ($0 != "") print
	}'
}

same() {
	"$MOULT" diff "$1" "$2" >said 2>&1 || return 1
	for file in "$1" "$2"; do
		"$home" rows "$file" | sed "s/$(date -u +%Y-%m-%d)[ T][0-9:.]*/now/g" >"rows-$file"
	done
	diff "rows-$1" "rows-$2" >said
}

# There: the same row by both.  1 where this case has no way there.
go_there() {
	cp have.db program.db && cp have.db unit.db
	# shellcheck disable=SC2086
	"$MOULT" apply program.db "$folder/want.xml" $options --way-back data --no-backup --yes -q >said 2>&1 || return
	# shellcheck disable=SC2086
	"$MOULT" plan have.db "$folder/want.xml" $options --way-back data --format sql --sqlite "$sqlite" -q -o up.sql \
		>said 2>&1 || return
	grep -q '^COMMIT' up.sql || return
	./runner stop unit.db up.sql >said 2>&1 || { fail "the script fails"; return 1; }
	same program.db unit.db || { fail "the script makes another file"; return 1; }
	way_of program.db >said-a
	way_of unit.db >said-b
	diff said-a said-b >said || { fail "the script leaves another way back"; return 1; }
}

try() {
	"$MOULT" downgrade program.db --allow all --no-backup --yes -q >said 2>&1
	status=$?
	cp unit.db there.db
	if [ "$(sqlite3 unit.db "SELECT typeof(statements) FROM _moult_way_back ORDER BY number DESC LIMIT 1")" != text ]; then
		documents=$((documents + 1))
		return
	fi
	./back unit.db like have.db upgrade downgrade downgrade >outcome 2>said
	case $status:$(cat outcome) in
	"0:newer downgraded present") same program.db unit.db || fail "the unit makes another file" ;;
	0:*) fail "the unit does not go back: $(cat outcome)" ;;
	"3:newer refused refused" | "3:newer failed failed")
		same there.db unit.db || fail "a refusal changes the file"
		refused=$((refused + 1)) ;;
	*) fail "the program ends with $status, the unit with $(cat outcome)" ;;
	esac
	passed=$((passed + 1))
}

options_of() {
	awk '$1 == "prune" || $1 == "column-order" { print "--" $1 }
		$1 == "allow" || $1 == "strategy" { print "--" $1, $2 }' "$1" 2>/dev/null
}

try_device() {
	passed=0 refused=0 documents=0 left=$pace
	device="SQLite $sqlite" name=unit
	build || { fail "does not compile"; return; }
	home=${home-$work/runner-home}
	[ -x "$home" ] || cp runner "$home"
	for folder in "$MOULT_SOURCE"/tests/cases/*/; do
		left=$((left - 1))
		[ "$left" -eq 0 ] || continue
		left=$pace
		name=$(basename "$folder")
		options=$(options_of "$folder/expect")
		# To the old unit of this test, which is nobody's, the order of columns is no difference.
		[ "$options" != --column-order ] || continue
		rm -f ./*.db up.sql
		./runner stop have.db "$folder/have.sql" >said 2>&1 && [ -s have.db ] || continue
		go_there && try
	done
	tested=$((tested + 1))
	echo "ok $tested - $device: $passed back as by the program, $refused of them refused, $documents by a document alone"
}

if [ $# -eq 0 ]; then
	sqlite=$("$MOULT" --version | sed -n 's/.*SQLite \([0-9.]*\).*/\1/p')
	flags=${SQLITE_CFLAGS-} libs=${SQLITE_LIBS--lsqlite3}
	try_device
fi
for prefix; do
	sqlite=$(basename "$prefix")
	flags=-I$prefix/include libs="-L$prefix/lib -Wl,-rpath,$prefix/lib -lsqlite3"
	try_device
done
echo "1..$tested"
[ "$failed" -eq 0 ]
