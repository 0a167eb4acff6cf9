#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Every hint is tried.  tests/hints/ID, a piece of shell, brings the rule about, has the hint word
# for word, does what it says, and shows that this leads on.  A rule of diagnostics.def without
# such a file is a failure; so is a hint that says something else than what the file follows.
#
#	file SQL		app.db is made anew with this
#	root ATTRIBUTES		what the root element of the next documents has
#	want XML		want.xml: a document with this in it
#	edit PROGRAM		sed changes want.xml
#	frozen			want.xml in the folder releases, as $a, then with another column as $b
#	script SQL		1.sql is this
#	borrow CASE		what is in tests/lint/CASE; base.db and base.xml are made of its have.sql
#	mend PROGRAM		sed changes 1.sql
#	hold SQL, release	another connection has app.db so, until it is let go
#	extension		known.so has nobody_knows() and COLLATE phonebook; false where none can be made
#	says STATUS HINT ...	this command ends so and says the rule with this hint, or "-" for none
#	leads STATUS ...	this command ends so, and the rule is not said, or allowed
#	holds SQL		this gives 1 in app.db
#	untried TEST WHY	nothing can be done about it from here; that test brings it about
source=${MOULT_SOURCE:-$(dirname "$0")/..}
source=$(cd "$source" && pwd) || exit 1
MOULT=${MOULT:-moult}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
number=0

fail() {
	echo "$*" >&2
	exit 1
}

# The shells of newer releases are in defensive mode, where none can make what some cases begin with.
sqlite3() {
	command sqlite3 -cmd ".output /dev/null" -cmd ".dbconfig defensive off" -cmd ".output stdout" "$@"
}

file() {
	rm -f app.db app.db-* app.db.moult-*
	sqlite3 app.db "$1" || fail "file: $1"
}

root=
root() {
	root=$1
}

want() {
	echo "<database xmlns=\"urn:moult:schema:1\" $root>$1</database>" >want.xml
}

edit() {
	cp want.xml before.xml
	sed "$1" before.xml >want.xml
	! cmp -s before.xml want.xml || fail "nothing to edit: $1"
}

frozen() {
	want '<table name="t"><column name="a"/></table>'
	"$MOULT" release want.xml --name a >also 2>&1 || fail "release: $(cat also)"
	edit 's|</table>|<column name="b"/></table>|'
	"$MOULT" release want.xml --name b >also 2>&1 || fail "release: $(cat also)"
	a=$(echo releases/*_a.xml) b=$(echo releases/*_b.xml)
}

script() {
	echo "$1" >1.sql
}

hold() {
	rm -f in out
	mkfifo in out
	sqlite3 app.db <in >out 2>&1 &
	exec 8>in 9<out
	echo "$1; SELECT 'held';" >&8
	while read -r line <&9 && [ "$line" != held ]; do :; done
}

release() {
	exec 8>&- 9<&-
	wait
}

extension() {
	cat >known.c <<-'END'
		#include <sqlite3ext.h>
		#include <string.h>
		SQLITE_EXTENSION_INIT1
		static void knows(sqlite3_context *context, int count, sqlite3_value **values)
		{
			(void)count;
			sqlite3_result_value(context, values[0]);
		}
		static int collate(void *context, int size, const void *a, int other, const void *b)
		{
			const int order = memcmp(a, b, (size_t)(size < other ? size : other));

			(void)context;
			return order ? order : size - other;
		}
		int sqlite3_known_init(sqlite3 *db, char **error, const sqlite3_api_routines *api)
		{
			(void)error;
			SQLITE_EXTENSION_INIT2(api);
			sqlite3_create_collation(db, "phonebook", SQLITE_UTF8, 0, collate);
			return sqlite3_create_function(db, "nobody_knows", 1, SQLITE_UTF8, 0, knows, 0, 0);
		}
	END
	# shellcheck disable=SC2086
	${CC:-cc} ${SQLITE_CFLAGS:-} -shared -fPIC -o known.so known.c
}

borrow() {
	rm -rf -- *
	cp -R "$source/tests/lint/$1/." .
	[ -f have.sql ] || return 0
	sqlite3 base.db <have.sql || fail "borrow: $1"
	"$MOULT" dump base.db -o base.xml || fail "borrow: $1"
}

mend() {
	cp 1.sql before.sql
	sed "$1" before.sql >1.sql
	! cmp -s before.sql 1.sql || fail "nothing to mend: $1"
}

run() {
	status=0
	"$MOULT" "$@" --json >said 2>also </dev/null || status=$?
}

# What is said of the rule, in these severities: its hints, one a line; as JSON, and as text.
hints() {
	sqlite3 :memory: "WITH said(text) AS (SELECT CAST(readfile('said') AS TEXT))
		SELECT coalesce(replace(json_extract(value, '\$.hint'), char(10), ' '), '-')
		FROM said, json_tree(iif(json_valid(text), text, '{}'))
		WHERE type = 'object' AND json_extract(value, '\$.id') = '$rule' AND
			instr('$1', iif(json_extract(value, '\$.refuses') = 0, 'warning',
				json_extract(value, '\$.severity')))"
	awk -v rule="$rule" -v severities="$1" '
		/^ *= hint: / && open { sub(/^ *= hint: /, ""); print; open = 0 }
		match($0, /(error|warning|note): [A-Z]+[0-9]+: /) {
			if (open) print "-"
			split(substr($0, RSTART, RLENGTH), word, ": ")
			open = word[2] == rule && index(severities, word[1])
		}
		END { if (open) print "-" }' also
}

says() {
	wanted=$1
	hint=$2
	shift 2
	run "$@"
	[ $status -eq "$wanted" ] || fail "$*: status $status, $(cat said also)"
	hints error,warning,note | grep -qxF -e "$hint" ||
		fail "$*: $rule does not say \"$hint\", but \"$(hints error,warning,note)\""
	: >"$work/spoke"
}

leads() {
	wanted=$1
	shift
	run "$@"
	[ $status -eq "$wanted" ] || fail "$*: the hint leads to status $status, $(cat said also)"
	if grep -qF "$rule" said also; then
		[ -z "$(hints error)" ] || fail "$*: $rule is said again: $(cat said also)"
		[ -n "$allowed" ] || [ -z "$(hints warning,note)" ] || fail "$*: $rule is said again"
	fi
	[ "$1" != apply ] || [ "$wanted" != 0 ] || converged "$2" "$3"
}

# After apply there is nothing left to do.
converged() {
	"$MOULT" plan "$1" "$2" --check >said 2>also || fail "plan $1 $2: $(cat said also)"
}

# allowed ...: the command goes on, and the rule is a warning.
allowed() {
	allowed=1
	leads 0 "$@"
	allowed=
}

holds() {
	[ "$(sqlite3 app.db "$1")" = 1 ] || fail "does not hold: $1"
}

untried() {
	grep -q "$rule" "$source/$1" || fail "$1 does not speak of $rule"
	: >"$work/spoke"
}

try() {
	rule=$1
	allowed=
	rm -rf "$work/case" "$work/spoke"
	mkdir "$work/case"
	[ -f "$source/tests/hints/$rule" ] || fail "there is no tests/hints/$rule"
	(
		set -eu
		cd "$work/case"
		# shellcheck source=/dev/null
		. "$source/tests/hints/$rule"
	) || exit 1
	[ -f "$work/spoke" ] || fail "tests/hints/$rule tries no hint"
}

rules=$(sed -n 's/^DIAGNOSTIC(\([A-Z]*[0-9]*\), .*/\1/p' "$source/src/base/diagnostics.def")
others=$(cd "$source/tests/hints" && printf '%s\n' * | grep -vxF -e "$rules" | sed 's/^/# there is no rule /')

# shellcheck disable=SC2086
set -- $rules
echo 1..$(($# + 1))
for rule; do
	number=$((number + 1))
	if ! command -v sqlite3 >/dev/null; then
		echo "ok $number - $rule # SKIP no sqlite3"
	elif (try "$rule") >"$work/told" 2>&1; then
		echo "ok $number - $rule"
	else
		echo "not ok $number - $rule"
		sed 's/^/# /' "$work/told"
	fi
done
number=$((number + 1))
if [ -z "$others" ]; then
	echo "ok $number - every file of tests/hints is of a rule"
else
	echo "not ok $number - every file of tests/hints is of a rule"
	echo "$others"
fi
