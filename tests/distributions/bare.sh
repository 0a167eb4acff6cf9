# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# bare.sh: bare Debian in a chroot, for the scripts that read this file.
#
#	debootstrap -> $cache/RELEASE, made once -> $work/root, a copy of it -> chroot
#
# Whatever is mounted, is mounted in a mount namespace, and whatever is started, in a PID
# namespace: both end with their first process, so nothing stays mounted or runs on.  Nothing
# of the environment is handed on but http_proxy.
#
# The mirror is MIRROR, else the one that apt has here, else debootstrap's own.  Packages that a
# run has fetched lie in $cache/RELEASE, as files, for the next.  Needs root and debootstrap.
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/moult-distributions
archives=var/cache/apt/archives
child=
work=
PATH=$PATH:/usr/sbin:/sbin

# can_be_bare: whether that can be done here; says what is missing.
can_be_bare() {
	[ "$(id -u)" -eq 0 ] || { echo "needs root, for debootstrap and chroot" >&2; return 1; }
	command -v debootstrap >/dev/null || { echo "there is no debootstrap: apt-get install debootstrap" >&2; return 1; }
	unshare --mount --pid --fork true || { echo "no mount namespace can be made here" >&2; return 1; }
}

# begin_bare: makes $work, which goes with the script, and so does what runs.
begin_bare() {
	mkdir -p "$cache" && work=$(mktemp -d "$cache/run-XXXXXX") || return 1
	trap 'rm -rf "$work"' EXIT
	trap 'kill $child 2>/dev/null; wait; exit 2' HUP INT TERM
}

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

# copy_bare RELEASE: with the host's way to other machines.
copy_bare() {
	rm -rf "$work/root" && cp -a "$cache/$1" "$work/root" &&
		cp -L /etc/resolv.conf /etc/hosts "$work/root/etc"
}

# run_bare MINUTES COMMAND: in the copy, in its /root/moult.
run_bare() {
	# shellcheck disable=SC2016 # of the shell in there
	apart "$1" sh -c 'mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" &&
		mount -t tmpfs tmpfs "$1/tmp" && exec chroot "$1" sh -c "cd /root/moult && $2"' - "$work/root" "$2"
}

# keep_packages RELEASE: what apt has fetched, for the next run.
keep_packages() {
	cp -n "$work/root/$archives"/*.deb "$cache/$1/$archives" 2>/dev/null
}
