#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run.sh [--cache DIR] [--tests "TEST..."] [RELEASE]...: both commands of README.md on bare
# Debian, with a clean clone of HEAD: all tests, or those that are named.  bookworm and trixie
# without a name.  Ends with a line "N passed, N failed".
#
#	debootstrap -> DIR/RELEASE, made once -> a copy of it, with the clone -> chroot:
#	sh examples/run (counts as one test), sh tests/run
#
# Whatever is mounted, is mounted in a mount namespace, and whatever is started, in a PID
# namespace: both end with their first process, so nothing stays mounted or runs on.  Nothing
# of the environment is handed on but http_proxy.
#
# The mirror is MIRROR, else the one that apt has here, else debootstrap's own.  Packages that a
# run has fetched lie in DIR/RELEASE, as files, for the next.  Needs root and debootstrap.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd) || exit 2
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/moult-distributions
archives=var/cache/apt/archives
passed=0
failed=0
child=

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

PATH=$PATH:/usr/sbin:/sbin
[ "$(id -u)" -eq 0 ] || die "needs root, for debootstrap and chroot"
for tool in debootstrap git; do
	command -v "$tool" >/dev/null || die "there is no $tool: apt-get install $tool"
done
unshare --mount --pid --fork true || die "no mount namespace can be made here"
head=$(git -C "$root" log -1 --format='%h %s') || die "$root is no git checkout, and HEAD is what is tested"
[ -z "$(git -C "$root" status --porcelain)" ] ||
	echo "run.sh: what is not committed is not tested; HEAD is $head" >&2

mkdir -p "$cache" && work=$(mktemp -d "$cache/run-XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
trap 'kill $child 2>/dev/null; wait; exit 2' HUP INT TERM

# What apt has here, without the mirrors of updates for security.
mirror() {
	sed '/^ *#/d' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
		grep -oE '[a-z]+://[^ ]*/debian(/| |$)' | tr -d ' ' | head -n 1
}

# apart MINUTES COMMAND...: in namespaces of its own; 124 where the time was not enough.
apart() {
	minutes=$1
	shift
	setpriv --pdeathsig TERM timeout --foreground -k 10 "${minutes}m" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin \
		${http_proxy:+"http_proxy=$http_proxy"} \
		unshare --mount --pid --fork --kill-child "$@" >"$work/log" 2>&1 </dev/null &
	child=$!
	wait "$child"
}

# make_bare RELEASE: into the cache, when it is whole.
make_bare() {
	[ -d "$cache/$1" ] && return
	: "${MIRROR=$(mirror)}"
	apart 10 debootstrap --variant=minbase "$1" "$work/bare" ${MIRROR:+"$MIRROR"} &&
		mv -T "$work/bare" "$cache/$1"
}

# copy RELEASE: with HEAD in /root/moult, and the host's way to other machines.
copy() {
	rm -rf "$work/root" && cp -a "$cache/$1" "$work/root" &&
		cp -L /etc/resolv.conf /etc/hosts "$work/root/etc" &&
		git clone -q "$root" "$work/root/root/moult"
}

# run MINUTES COMMAND: in the copy.
run() {
	# shellcheck disable=SC2016 # of the shell in there
	apart "$1" sh -c 'mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" &&
		mount -t tmpfs tmpfs "$1/tmp" && exec chroot "$1" sh -c "cd /root/moult && $2"' - "$work/root" "$2"
}

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
	run 15 "sh examples/run"
	status=$?
	verdict "sh examples/run" $status "$began" $((status == 0)) $((status != 0))
}

# Its own last line is what counts; 0 without such a line, or with failure in spite of it, is one failure.
tests() {
	began=$(date +%s)
	run 30 "sh tests/run $named"
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
	if make_bare "$release" && copy "$release"; then
		name="Debian $(cat "$work/root/etc/debian_version") ($release)"
		example
		tests
		cp -n "$work/root/$archives"/*.deb "$cache/$release/$archives" 2>/dev/null
	else
		verdict debootstrap $? "$began" 0 1
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
