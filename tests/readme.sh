#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The section of README.md about releases, run line by line as a reader would: each command ends
# as it says there, with the output that stands under it, but for the time in a release's name.
# With --write the section is printed with what came, for whoever changes it.
source=$(cd "${MOULT_SOURCE:-$(dirname "$0")/..}" && pwd) || exit 1
MOULT=$(command -v "${MOULT:-moult}") || exit 1
title="## Releases: the first five minutes"
work=$(mktemp -d) && cd "$work" || exit 1
trap 'cd /; rm -rf "$work"' EXIT

mkdir bin
ln -s "$MOULT" bin/moult
PATH=$work/bin:$PATH
export PATH

section() {
	awk -v title="$title" '/^## /{ inside = $0 == title } inside' "${1:-$source/README.md}"
}

# The same with each command run, and its output in the place of what stands there.
run() {
	mkdir shop
	cd shop || exit 1
	command=
	while IFS= read -r line; do
		case $line in
		'    $ '*) command=${line#'    $ '} ;;
		'    '*) [ -n "$here" ] || continue ;;
		esac
		printf '%s\n' "$line"
		case $line in
		'    $ '*"<<'END'") here=1 ;;
		'    END')
			here=
			script="$script
END"
			sh -c "$script" 2>&1
			script=
			;;
		'    $ '*) sh -c "$command" 2>&1 | sed 's/^/    /' ;;
		esac
		case $line in
		'    $ '*"<<'END'") script=$command ;;
		'    '*) [ -z "$here" ] || script="$script
${line#'    '}" ;;
		esac
	done
}

without_times() {
	sed -E 's/[0-9]{14}_/TIME_/g'
}

section "$2" >section
(run <section) >came
if [ "$1" = --write ]; then
	cat came
	exit
fi
echo 1..2
without_times <section >wanted
without_times <came >got
if diff wanted got >differences; then
	echo "ok 1 - each command of README's section on releases says what stands there"
else
	echo "not ok 1 - each command of README's section on releases says what stands there"
	sed 's/^/# /' differences
fi
[ "$(grep -c '^    \$ moult' section)" -gt 5 ] || echo "not "
echo "ok 2 - there are commands in it"
