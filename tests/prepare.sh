# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# prepare.sh: from a bare Debian to build/moult.  tests/run and examples/run
# read it; `root` is the checkout.  Steps that succeed say nothing.

: "${root:?}"

# What is needed, as packages of Debian and Ubuntu; the last two by what links statically.
packages="build-essential autoconf automake libtool pkg-config libsqlite3-dev libxml2-dev
	libcmocka-dev bats jq sqlite3 zlib1g-dev liblzma-dev"

# quiet WHAT COMMAND...: shows what the command printed only if it fails, and ends there.
quiet() {
	what=$1
	shift
	log=$(mktemp)
	if "$@" >"$log" 2>&1 </dev/null; then
		rm -f "$log"
		return 0
	fi
	tail -n 60 "$log" >&2
	rm -f "$log"
	echo "failed: $what" >&2
	exit 2
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		env DEBIAN_FRONTEND=noninteractive "$@"
	else
		sudo env DEBIAN_FRONTEND=noninteractive "$@"
	fi
}

has_everything() {
	for tool in cc make autoconf automake libtoolize pkg-config bats jq sqlite3; do
		command -v "$tool" >/dev/null 2>&1 || return 1
	done
	pkg-config --exists sqlite3 libxml-2.0 cmocka
}

# shellcheck disable=SC2086
install_packages() {
	has_everything && return
	if ! command -v apt-get >/dev/null 2>&1; then
		echo "needed, and no apt-get to install it with:" $packages >&2
		exit 2
	fi
	quiet "apt-get update" as_root apt-get update
	quiet "apt-get install" as_root apt-get install -y --no-install-recommends $packages
}

# Make itself sees to it that configure and the Makefile follow their sources.  libtool runs
# once a source: in the plain shell, which starts in half the time of bash.
build() {
	jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
	cd "$root" || exit 2
	[ -x configure ] || quiet "autogen.sh" ./autogen.sh
	mkdir -p build && cd build || exit 2
	[ -f Makefile ] || quiet "configure" env CONFIG_SHELL=/bin/sh ../configure --enable-silent-rules
	quiet "make" make -j"$jobs"
}

install_packages
build
