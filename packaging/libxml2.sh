#!/bin/sh
# SPDX-License-Identifier: MIT
#
# libxml2.sh [--source DIR] [--host TRIPLET] PREFIX: a libxml2 with what moult uses and no
# more, parser, tree and XML Schema, as a static library, for a program that has all inside.
#
# A distribution's libxml2.a brings compression, ICU and with it C++, which is ten times
# what moult needs.  The source is that of the distribution, by apt-get (whose signatures
# vouch for it), or DIR, where one has been unpacked.  CC and CFLAGS are looked at.
# Exit status 77 where there is no source to be had.
set -u

die() {
	echo "libxml2.sh: $*" >&2
	exit 2
}

source=
host=
while [ $# -gt 1 ]; do
	case $1 in
	--source) source=$(cd "$2" && pwd) || exit 2 ;;
	--host) host=$2 ;;
	*) die "there is no option $1" ;;
	esac
	shift 2
done
[ $# -eq 1 ] || die "usage: libxml2.sh [--source DIR] [--host TRIPLET] PREFIX"
mkdir -p "$1" && prefix=$(cd "$1" && pwd) || exit 2
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM

# apt COMMAND...: with lists of sources of its own, so that the machine's stay as they are.
apt() {
	apt-get -q -o APT::Sandbox::User=root -o Dir::Etc::SourceList="$work/sources.list" \
		-o Dir::Etc::SourceParts=- -o Dir::State::Lists="$work/lists" \
		-o Dir::Cache="$work/cache" "$@"
}

# Where the machine has its packages from, there are their sources.
fetch() {
	command -v apt-get >/dev/null 2>&1 || return 1
	mkdir -p "$work/lists/partial" "$work/cache/archives/partial" || return 1
	# shellcheck disable=SC2016 # apt-get's own variables
	apt-get indextargets --format '$(SITE) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
		grep -E '(debian|ubuntu).* main$' | sort -u | sed 's/^/deb-src /' >"$work/sources.list"
	[ -s "$work/sources.list" ] || return 1
	cd "$work" && apt update >log 2>&1 && apt --download-only source libxml2 >>log 2>&1 || return 1
	mkdir source && tar -xf libxml2_*.orig.tar.* -C source --strip-components=1 || return 1
	for patches in libxml2_*.debian.tar.*; do
		[ ! -f "$patches" ] || tar -xf "$patches" -C source || return 1
	done
	[ ! -f source/debian/patches/series ] || mend
}

# The distribution's mends, above all those of security.
mend() {
	cd "$work/source" || return 1
	grep -v '^#' debian/patches/series | while read -r name _; do
		[ -z "$name" ] || patch -s -p1 -f <"debian/patches/$name" || exit 1
	done || return 1
	# What is generated is as old as what it is made of: nothing is made again.
	find . -type f -exec touch -d '2000-01-01' {} +
}

if [ -z "$source" ]; then
	if ! (fetch); then
		echo "libxml2.sh: skipped: no source of libxml2 to be had" >&2
		exit 77
	fi
	source=$work/source
fi
[ -x "$source/configure" ] || die "$source has no configure"

# --with-minimum, then what XML Schema stands on.
# shellcheck disable=SC2086
build() {
	mkdir "$work/build" && cd "$work/build" || return 1
	"$source/configure" -q ${host:+--host=$host} --prefix="$prefix" --disable-shared --enable-static \
		--with-minimum --with-tree --with-regexps --with-schemas --without-threads \
		--without-python --without-zlib --without-lzma --without-icu --without-iconv \
		CC="${CC:-cc}" CFLAGS="${CFLAGS--Os -ffunction-sections -fdata-sections} -w" &&
		make -j"$jobs" libxml2.la && make install-libLTLIBRARIES install-pkgconfigDATA &&
		make -C include install
}

if ! (build) >"$work/log" 2>&1; then
	tail -n 30 "$work/log" >&2
	die "libxml2 does not build"
fi
sed -n 's/^Version: */libxml2 /p' "$prefix/lib/pkgconfig/libxml-2.0.pc"
