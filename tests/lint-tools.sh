#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Scripts in the shape of those that tools write, tests/lint/tools/TOOL/NAME.sql:
# what each tool is known to do wrong, and what is fine.  Each is played on
# base.sql twice: as the script after it, and on a database with rows.sql.  Its
# first lines say
#
#	-- options ...			of the command line
#	-- have SQL;			more of what was there before
#	-- finds ID LINE		a finding; there are no others
#	-- finds-with-rows ID LINE	one that is found in the database only
#	-- finds-without-rows ID LINE	one that is found without it only
#
# What is not found is a miss, what is found and not said a false alarm; both are
# counted.
source=${MOULT_SOURCE:-$(dirname "$0")/..}
MOULT=${MOULT:-moult}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
number=0
misses=0
alarms=0

# say WORD: what the script says behind a word, a regular expression.
say() {
	sed -n "s/^-- $1 //p" "$work/script.sql"
}

# Findings in the script itself, as its first lines would say them.
found() {
	awk -F '"' '
		$2 == "id" { id = $4 }
		$2 == "file" { file = $4 }
		$2 == "line" && id { gsub(/[^0-9]/, "", $3); if (file == "script.sql") print id, $3; id = "" }
	' "$work/json" | sort
}

# lint HOW OPERAND...: compares what is found with what is said.
lint() {
	how=$1
	shift
	# shellcheck disable=SC2046
	(cd "$work" && "$MOULT" lint --json $(say options) "$@" >json 2>said)
	[ $? -le 1 ] || sed "s/^/# $how: /" "$work/said"
	say "finds\(-$how\)\{0,1\}" | sort >"$work/wanted"
	found >"$work/found"
	cmp -s "$work/wanted" "$work/found" && return
	comm -23 "$work/wanted" "$work/found" | sed "s/^/$how, missed: /" >>"$work/missed"
	comm -13 "$work/wanted" "$work/found" | sed "s/^/$how, false alarm: /" >>"$work/false"
}

# run SCRIPT: fails if it is found to be otherwise than it says.
run() {
	rm -f "$work"/*
	: >"$work/missed" >"$work/false"
	cp "$1" "$work/script.sql"
	{
		cat "${1%/*}/base.sql"
		say have
	} >"$work/have.sql"
	lint without-rows have.sql script.sql
	cat "$work/have.sql" "${1%/*}/rows.sql" | sqlite3 "$work/base.db" || return 1
	lint with-rows script.sql base.db
	! [ -s "$work/missed" ] && ! [ -s "$work/false" ] && return
	misses=$((misses + $(wc -l <"$work/missed")))
	alarms=$((alarms + $(wc -l <"$work/false")))
	return 1
}

if ! command -v sqlite3 >/dev/null; then
	echo "1..0 # SKIP no sqlite3"
	exit 0
fi
for script in "$source"/tests/lint/tools/*/*.sql; do
	name=${script#"$source"/tests/lint/tools/}
	name=${name%.sql}
	case $name in
	*/base | */rows) continue ;;
	esac
	number=$((number + 1))
	if run "$script"; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		cat "$work/missed" "$work/false" | sed 's/^/# /'
	fi
done
echo "1..$number"
echo "# $number scripts, each with rows and without: $misses misses, $alarms false alarms"
