#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The cases of the linter, tests/lint/NAME/.  have.sql is the schema that the
# scripts begin with, if there is one; expect says
#
#	options ...		of the command line
#	operands ...		the scripts; else 1.sql
#	database		have.sql is made a database, with its rows
#	finds ID FILE:LINE	a finding; there are no others
#	silent ID...		rules that the case shows silent, as all that find nothing
source=${MOULT_SOURCE:-$(dirname "$0")/..}
MOULT=${MOULT:-moult}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
number=0

# say CASE: what a file of expectations says behind a word.
say() {
	sed -n "s/^$1 //p" "$work/case/expect"
}

# The findings as expect would say them.
found() {
	awk -F '"' '
		$2 == "id" { id = $4 }
		$2 == "file" { file = $4 }
		$2 == "line" && id { gsub(/[^0-9]/, "", $3); print id, file ":" $3; id = "" }
	' "$work/json" | sort
}

run() {
	options=$(say options)
	operands=$(say operands)
	base=
	if [ -f have.sql ] && grep -q '^database' expect; then
		sqlite3 base.db <have.sql || return 1
		base=base.db
	elif [ -f have.sql ]; then
		"$MOULT" dump have.sql -o base.xml || return 1
		base=base.xml
	fi
	# shellcheck disable=SC2086
	"$MOULT" lint --json $options ${operands:-1.sql} $base >"$work/json"
	status=$?
	say finds | sort >"$work/wanted"
	found >"$work/found"
	diff "$work/wanted" "$work/found" || return 1
	if [ -s "$work/wanted" ]; then
		[ $status -eq 1 ]
	else
		[ $status -eq 0 ]
	fi
}

set -- "$source"/tests/lint/*/expect
echo 1..$#
for folder; do
	folder=$(dirname "$folder")
	number=$((number + 1))
	rm -rf "$work/case"
	cp -R "$folder" "$work/case"
	name=$(basename "$folder")
	if ! command -v sqlite3 >/dev/null && grep -q '^database' "$folder/expect"; then
		echo "ok $number - $name # SKIP no sqlite3"
	elif (cd "$work/case" && run) >"$work/said" 2>&1; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		sed 's/^/# /' "$work/said"
	fi
done
