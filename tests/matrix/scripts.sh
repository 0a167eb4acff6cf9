#!/bin/sh
# SPDX-License-Identifier: MIT
#
# scripts.sh [--cache DIR] [--corpus DIR] [--pace N] [RELEASE]...: scripts and C
# units on devices with other releases of SQLite (tests/scripts/scripts.sh), and their
# ways back (tests/scripts/back.sh).
# Without a name: a dozen that cover every boundary.
#
# MOULT names the program, build/moult where it is not said.  A release that
# cannot be fetched is skipped, and said so.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 2
MOULT_SOURCE=$(cd "$here/../.." && pwd) || exit 2
MOULT=${MOULT-$MOULT_SOURCE/build/moult}
export MOULT MOULT_SOURCE
cache=${XDG_CACHE_HOME:-$HOME/.cache}/moult-sqlite
options=

while [ $# -gt 1 ]; do
	case $1 in
	--cache) cache=$2 ;;
	--corpus | --pace) options="$options $1 $2" ;;
	*) break ;;
	esac
	shift 2
done
[ $# -gt 0 ] || set -- 3.18.0 3.21.0 3.24.0 3.26.0 3.28.0 3.32.3 3.33.0 3.37.0 3.40.1 3.44.2 3.53.4 3.54.1

prefixes=
failures=0
for release; do
	prefix=$("$here/fetch.sh" --cache "$cache" "$release")
	case $? in
	0) prefixes="$prefixes $prefix" ;;
	77) echo "# SQLite $release: skipped" ;;
	*) failures=1 ;;
	esac
done
if [ -n "$prefixes" ]; then
	# shellcheck disable=SC2086
	sh "$MOULT_SOURCE/tests/scripts/scripts.sh" $options $prefixes || failures=1
	case $options in
	*--corpus*) ;;
	# shellcheck disable=SC2086
	*) sh "$MOULT_SOURCE/tests/scripts/back.sh" $prefixes || failures=1 ;;
	esac
fi
[ "$failures" -eq 0 ]
