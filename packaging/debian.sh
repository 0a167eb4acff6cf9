#!/bin/sh
# SPDX-License-Identifier: MIT
#
# debian.sh [--bare RELEASE] [DIR]: the Debian packages moult, libmoult0 and libmoult-dev, into
# DIR (.), by dpkg-buildpackage, from what `make dist` makes and debian/.  lintian reads them.
# With --bare each test of debian/tests then has a bare Debian of that release (a chroot made by
# debootstrap), with what it depends on; at the end the packages are purged and have left nothing.
# The release is the one that the packages are built on, since they depend on its libraries.
#
# Runs in the folder where moult was configured.  Needs debhelper, and lintian where it is to be
# asked; --bare needs root.  DEB_BUILD_OPTIONS=nocheck leaves the tests of the build out.
# Ends with 77 where there is no debhelper.
set -u
top=$(cd "$(dirname "$0")/.." && pwd) || exit 2
. "$top/tests/distributions/bare.sh"
here=$(pwd)
release=

die() {
	echo "debian.sh: $*" >&2
	exit 2
}

if [ "${1-}" = --bare ]; then
	[ $# -gt 1 ] || die "--bare needs a release, such as bookworm"
	release=$2
	shift 2
	can_be_bare || exit 2
fi
out=${1:-.}
mkdir -p "$out" && out=$(cd "$out" && pwd) || exit 2
if ! command -v dh >/dev/null || ! command -v dpkg-buildpackage >/dev/null; then
	echo "debian.sh: skipped: there is no debhelper" >&2
	exit 77
fi
[ -f "$top/debian/changelog" ] || die "there is no debian/ in $top: take a checkout, not a tarball"
version=$(sed -n 's/^AC_INIT(\[moult\], \[\(.*\)\])$/\1/p' "$top/configure.ac")
[ "$version" = "$(sed -n '1s/^moult (\(.*\)-[0-9]*) .*/\1/p' "$top/debian/changelog")" ] ||
	die "debian/changelog is not of version $version"
begin_bare || exit 2

# A symbol that debian/libmoult0.symbols has not, or has and the library has not, is an error.
build() {
	make -s dist >"$work/log" 2>&1 || { tail -n 30 "$work/log" >&2; die "make dist failed"; }
	mkdir "$work/build" && mv "$here/moult-$version.tar.gz" "$work/build/moult_$version.orig.tar.gz" &&
		cd "$work/build" && tar -xf "moult_$version.orig.tar.gz" &&
		cp -R "$top/debian" "moult-$version/" && cd "moult-$version" || exit 2
	DPKG_GENSYMBOLS_CHECK_LEVEL=4 dpkg-buildpackage -us -uc >"$work/log" 2>&1 || {
		tail -n 60 "$work/log" >&2
		die "dpkg-buildpackage failed"
	}
	cd .. && cp ./*.deb ./*.dsc ./*.tar.* ./*.changes ./*.buildinfo "$out" || exit 2
}

# There is no bug to close in a distribution that moult is not part of.
read_by_lintian() {
	command -v lintian >/dev/null || {
		echo "debian.sh: there is no lintian" >&2
		return
	}
	lintian --allow-root --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs \
		"$out/moult_$version"-*.changes || die "lintian has found something"
}

# tests: NAME and what it depends on, for each test of debian/tests/control.
tests() {
	awk '/^Tests: / { name = $2 } /^Depends: / { sub(/^Depends: /, ""); print name, $0 }' "$top/debian/tests/control"
}

# in_bare WHAT COMMAND: in the copy, where the packages are a repository of apt.
in_bare() {
	run_bare 15 "$2" && echo "debian.sh: $release: $1" && return
	tail -n 60 "$work/log" >&2
	die "$release: $1: failed"
}

bare() {
	make_bare "$release" || { tail -n 30 "$work/log" >&2; die "debootstrap failed"; }
	(cd "$work/build" && dpkg-scanpackages . >Packages 2>/dev/null) || exit 2
	tests | while read -r name depends; do
		copy_bare "$release" && cp -R "$work/build/moult-$version" "$work/root/root/moult" &&
			mkdir "$work/root/packages" && cp "$work/build"/*.deb "$work/build/Packages" "$work/root/packages" &&
			echo 'deb [trusted=yes] file:/packages ./' >"$work/root/etc/apt/sources.list.d/moult.list" || exit 2
		in_bare "debian/tests/$name" "apt-get -qq update && export DEBIAN_FRONTEND=noninteractive &&
			apt-get -y satisfy --no-install-recommends '$depends' && debian/tests/$name"
		in_bare "purged after $name" "apt-get -y purge moult libmoult0 libmoult-dev &&
			left=\$(find / -xdev -path /root -prune -o -path /packages -prune -o -path /var/lib/apt -prune -o \
				-path /etc/apt -prune -o -name '*moult*' -print) && echo \"\$left\" && [ -z \"\$left\" ]"
		keep_packages "$release"
	done || exit 2
}

build
read_by_lintian
[ -z "$release" ] || bare
ls "$out"/*.deb
