#!/bin/sh
# SPDX-License-Identifier: MIT
#
# debian.sh [DIR]: the Debian packages moult, libmoult0 and libmoult-dev, into DIR (.), by
# dpkg-buildpackage, from what `make dist` makes and debian/; then lintian reads them, and
# the tests of debian/tests run on what they install in a bare chroot, where one can be made.
#
# Runs in the folder where moult was configured.  Needs debhelper; lintian and debootstrap
# where they are to be asked.  DEB_BUILD_OPTIONS=nocheck leaves the tests of the build out.
set -u
root=$(cd "$(dirname "$0")/.." && pwd) || exit 2
mkdir -p "${1:-.}" && out=$(cd "${1:-.}" && pwd) || exit 2
here=$(pwd)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM

die() {
	echo "debian.sh: $*" >&2
	exit 2
}

command -v dh >/dev/null && command -v dpkg-buildpackage >/dev/null || {
	echo "debian.sh: skipped: there is no debhelper" >&2
	exit 77
}
version=$(sed -n 's/^AC_INIT(\[moult\], \[\(.*\)\])$/\1/p' "$root/configure.ac")
[ "$version" = "$(sed -n '1s/^moult (\(.*\)-[0-9]*) .*/\1/p' "$root/debian/changelog")" ] ||
	die "debian/changelog is not of version $version"

make -s dist >"$work/log" 2>&1 || { tail -n 30 "$work/log" >&2; die "make dist failed"; }
mv "$here/moult-$version.tar.gz" "$work/moult_$version.orig.tar.gz" || exit 2
cd "$work" && tar -xf "moult_$version.orig.tar.gz" || exit 2
cp -R "$root/debian" "moult-$version/" && cd "moult-$version" || exit 2
dpkg-buildpackage -us -uc >"$work/log" 2>&1 || { tail -n 60 "$work/log" >&2; die "dpkg-buildpackage failed"; }
cd "$work" || exit 2
if command -v lintian >/dev/null; then
	lintian --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs ./*.changes || die "lintian has found something"
fi
cp ./*.deb ./*.dsc ./*.tar.* ./*.changes ./*.buildinfo "$out" || exit 2
ls "$out"/*.deb
