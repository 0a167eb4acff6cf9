#!/bin/sh
# SPDX-License-Identifier: MIT
#
# static.sh [--host TRIPLET] [--sqlite RELEASE] [--libxml2 DIR] [-o FILE]: moult as one
# file that needs nothing: no library, no interpreter, no /tmp.  For firmware, for bundles
# of updaters, for a rescue system.
#
#	SQLite (npm) ------> tests/matrix/fetch.sh --+
#	libxml2 (apt-get) -> packaging/libxml2.sh ---+--> moult -all-static --> FILE
#
# With musl-gcc where there is one, which makes it half as large; else with CC or cc.
# CC names the compiler of another machine: CC=aarch64-linux-gnu-gcc with --host.
# Exit status 77 where a source is not to be had.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 2
root=$(cd "$here/.." && pwd) || exit 2
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

die() {
	echo "static.sh: $*" >&2
	exit 2
}

host=
release=3.54.1
libxml2=
out=moult-static
while [ $# -gt 1 ]; do
	case $1 in
	--host) host=$2 ;;
	--sqlite) release=$2 ;;
	--libxml2) libxml2=$2 ;;
	-o) out=$2 ;;
	*) die "there is no option $1" ;;
	esac
	shift 2
done
[ $# -eq 0 ] || die "usage: static.sh [--host TRIPLET] [--sqlite RELEASE] [--libxml2 DIR] [-o FILE]"
if [ -z "${CC-}" ] && [ -n "$host" ]; then
	CC=$host-gcc
elif [ -z "${CC-}" ]; then
	CC=$(command -v musl-gcc || echo cc)
fi

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM

# Every part is compiled for size, and what nothing calls is left out by the linker.
cat >"$work/cc" <<END
#!/bin/sh
exec $CC "\$@" -Os -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables
END
chmod +x "$work/cc" || exit 2

CC=$work/cc "$root/tests/matrix/fetch.sh" --cache "$work/sqlite" "$release" >/dev/null || exit
CC=$work/cc CFLAGS='' "$here/libxml2.sh" ${libxml2:+--source "$libxml2"} ${host:+--host "$host"} \
	"$work/libxml2" || exit

# In a tree of its own: the checkout may be configured.
build() {
	[ -x "$root/configure" ] || (cd "$root" && ./autogen.sh) || return 1
	mkdir "$work/moult" && cd "$work/moult" || return 1
	PKG_CONFIG_LIBDIR=$work/sqlite/$release/lib/pkgconfig:$work/libxml2/lib/pkgconfig
	export PKG_CONFIG_LIBDIR
	"$root/configure" -q ${host:+--host="$host"} --disable-shared CC="$work/cc" CFLAGS= &&
		make -j"$jobs" moult LDFLAGS='-all-static -Wl,--gc-sections -s'
}
(build) >"$work/log" 2>&1 || {
	tail -n 30 "$work/log" >&2
	die "moult does not build"
}
cp "$work/moult/moult" "$out" || exit 2
echo "$out: $(wc -c <"$out") bytes, SQLite $release"
