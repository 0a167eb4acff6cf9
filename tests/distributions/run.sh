#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run.sh [--cache DIR] [--tests "TEST..."] [RELEASE]...: both commands of README.md on bare
# Debian, with a clean clone of HEAD: all tests, or those that are named.  bookworm and trixie
# without a name.  Ends with a line "N passed, N failed".
#
#	a bare chroot (bare.sh), with the clone -> sh examples/run (counts as one test), sh tests/run
set -u
root=$(cd "$(dirname "$0")/../.." && pwd) || exit 2
. "$root/tests/distributions/bare.sh"
passed=0
failed=0

die() {
	echo "run.sh: $*" >&2
	exit 2
}

named=
while :; do
	case ${1-} in
	--cache) cache=${2:?"--cache needs a directory"} ;;
	--tests) named=${2:?"--tests needs names of tests"} ;;
	*) break ;;
	esac
	shift 2
done
[ $# -gt 0 ] || set -- bookworm trixie

can_be_bare || exit 2
command -v git >/dev/null || die "there is no git"
head=$(git -C "$root" log -1 --format='%h %s') || die "$root is no git checkout, and HEAD is what is tested"
[ -z "$(git -C "$root" status --porcelain)" ] ||
	echo "run.sh: what is not committed is not tested; HEAD is $head" >&2
begin_bare || exit 2

# verdict WHAT STATUS BEGAN PASSED FAILED: one line, and before it what was printed, if anything failed.
verdict() {
	[ "$5" -eq 0 ] || tail -n 300 "$work/log" | sed 's/^/    /'
	[ "$2" -ne 124 ] || echo "    broken off: it took too long"
	echo "$name: $1: $4 passed, $5 failed, $(($(date +%s) - $3)) s"
	passed=$((passed + $4))
	failed=$((failed + $5))
}

example() {
	began=$(date +%s)
	run_bare 15 "sh examples/run"
	status=$?
	verdict "sh examples/run" $status "$began" $((status == 0)) $((status != 0))
}

# Its own last line is what counts; 0 without such a line, or with failure in spite of it, is one failure.
tests() {
	began=$(date +%s)
	run_bare 30 "sh tests/run $named"
	status=$?
	sum=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$work/log" | tail -n 1)
	ok=${sum% *} bad=${sum#* }
	[ "$status" -eq 0 ] && [ -n "$sum" ] || [ "${bad:-0}" -gt 0 ] || bad=1
	[ "${bad:-0}" -gt 0 ] || grep -E '^SKIP:|skipped' "$work/log" | sed 's/^/    /'
	verdict "sh tests/run" $status "$began" "${ok:-0}" "${bad:-1}"
}

for release; do
	name=$release
	began=$(date +%s)
	if make_bare "$release" && copy_bare "$release" && git clone -q "$root" "$work/root/root/moult"; then
		name="Debian $(cat "$work/root/etc/debian_version") ($release)"
		example
		tests
		keep_packages "$release"
	else
		verdict debootstrap $? "$began" 0 1
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
