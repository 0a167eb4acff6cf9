#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run.sh [--cache DIR] [RELEASE]...: builds moult with other releases of SQLite
# and holds it to its laws with each: tests/laws, invented schemas, and an application that writes beside it.
# Without a name: the oldest that moult takes, those of Debian and Ubuntu, the newest.
#
# A release that cannot be fetched is skipped, and said so.  Everything is built
# outside the tree, which must not be configured itself.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 2
root=$(cd "$here/../.." && pwd) || exit 2
cache=${XDG_CACHE_HOME:-$HOME/.cache}/moult-sqlite
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

if [ "${1-}" = --cache ]; then
	[ $# -gt 1 ] || { echo "run.sh: --cache needs a directory" >&2; exit 2; }
	cache=$2
	shift 2
fi
[ $# -gt 0 ] || set -- 3.33.0 3.37.0 3.40.1 3.44.2 3.45.3 3.46.1 3.53.4 3.54.1

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM

programs="tests/laws tests/random/random tests/online/fuzz tests/side_by_side/fuzz"

# build PREFIX FOLDER: moult and the programs of its laws.
build() {
	mkdir "$2" && cd "$2" || return 1
	PKG_CONFIG_PATH=$1/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
	export PKG_CONFIG_PATH
	"$root/configure" -q --enable-silent-rules CFLAGS='-O1 -g' || return 1
	# shellcheck disable=SC2086
	make -s -j"$jobs" moult $programs
}

# laws FOLDER: runs them; all they say goes to FOLDER/laws.log.
laws() {
	cd "$1" || return 1
	status=0
	for program in $programs; do
		MOULT=$1/moult MOULT_SOURCE=$root "$program" >>laws.log 2>&1 || status=1
	done
	return $status
}

[ -x "$root/configure" ] || (cd "$root" && ./autogen.sh >/dev/null 2>&1) || exit 2
failures=0
for release; do
	prefix=$("$here/fetch.sh" --cache "$cache" "$release")
	case $? in
	0) ;;
	77)
		echo "SQLite $release: skipped"
		continue
		;;
	*)
		failures=$((failures + 1))
		continue
		;;
	esac
	if ! (build "$prefix" "$work/$release") >"$work/log" 2>&1; then
		tail -n 30 "$work/log"
		echo "SQLite $release: moult does not build"
		failures=$((failures + 1))
		continue
	fi
	(laws "$work/$release")
	status=$?
	log=$work/$release/laws.log
	passed=$(grep -c '^ok' "$log")
	failed=$(grep -c '^not ok' "$log")
	skipped=$(grep -c '^ok.* # SKIP' "$log")
	grep -A 12 '^not ok' "$log" | head -n 200
	[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || tail -n 5 "$log"
	[ "$status" -eq 0 ] || failures=$((failures + 1))
	echo "SQLite $release: $((passed - skipped)) passed, $failed failed, $skipped skipped"
	rm -rf "${work:?}/$release"
done
[ "$failures" -eq 0 ]
