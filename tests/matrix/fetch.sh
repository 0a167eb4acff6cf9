#!/bin/sh
# SPDX-License-Identifier: MIT
#
# fetch.sh [--cache DIR] RELEASE: a SQLite release as a library, to build moult with.
#
# Its source comes out of a package of the npm registry (see versions), is held
# against its SHA-256, and is built into DIR/RELEASE with include/, lib/ and
# lib/pkgconfig/, shared and static.  That folder is printed; it is made once.
# Exit status 77 where there is nothing to fetch it with.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 2
cache=${XDG_CACHE_HOME:-$HOME/.cache}/moult-sqlite

die() {
	echo "fetch.sh: $*" >&2
	exit 2
}

skip() {
	echo "fetch.sh: skipped: $*" >&2
	exit 77
}

if [ "${1-}" = --cache ]; then
	[ $# -gt 1 ] || die "--cache needs a directory"
	cache=$2
	shift 2
fi
[ $# -eq 1 ] || die "usage: fetch.sh [--cache DIR] RELEASE"
release=$1
package=$(awk -v release="$release" '$1 == release { print $2 }' "$here/versions")
sum=$(awk -v release="$release" '$1 == release { print $3 }' "$here/versions")
[ -n "$package" ] || die "tests/matrix/versions has no release $release"

mkdir -p "$cache" || exit 2
prefix=$(cd "$cache" && pwd)/$release || exit 2
if [ -f "$prefix/lib/pkgconfig/sqlite3.pc" ]; then
	echo "$prefix"
	exit 0
fi

work=$(mktemp -d "$cache/fetch-XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM

# The amalgamation lies in the package as it is, or in an archive of its own.
unpack() {
	tar -xzf "$work"/*.tgz -C "$work" || die "$package cannot be unpacked"
	for archive in "$work"/package/deps/sqlite*.tar.gz; do
		[ ! -f "$archive" ] || tar -xzf "$archive" -C "$work/package/deps" ||
			die "$archive cannot be unpacked"
	done
	source=$(find "$work/package/deps" -name sqlite3.c | head -n 1)
	[ -n "$source" ] || die "$package has no sqlite3.c"
}

check() {
	found=$(sha256sum "$source" | cut -d ' ' -f 1)
	[ "$sum" = - ] || [ "$found" = "$sum" ] || die "sqlite3.c of $package has the SHA-256 $found, not $sum"
	grep -q "^#define SQLITE_VERSION  *\"$release\"" "$source" || die "$package is not SQLite $release"
}

# What distributions build it with.
options='-DSQLITE_THREADSAFE=1 -DSQLITE_ENABLE_FTS3 -DSQLITE_ENABLE_FTS3_PARENTHESIS
	-DSQLITE_ENABLE_FTS4 -DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_RTREE -DSQLITE_ENABLE_JSON1
	-DSQLITE_ENABLE_STAT4 -DSQLITE_ENABLE_COLUMN_METADATA -DSQLITE_ENABLE_DBSTAT_VTAB
	-DSQLITE_USE_URI'
# Its parser was made for this, and does not compile without.
[ "$release" != 3.33.0 ] || options="$options -DSQLITE_ENABLE_UPDATE_DELETE_LIMIT"

# shellcheck disable=SC2086
build() {
	into=$work/prefix
	mkdir -p "$into/include" "$into/lib/pkgconfig" || exit 2
	"${CC:-cc}" -O1 -w -fPIC $options -c -o "$work/sqlite3.o" "$source" &&
		"${CC:-cc}" -shared -Wl,-soname,libsqlite3.so.0 -o "$into/lib/libsqlite3.so.0" \
			"$work/sqlite3.o" -lpthread -ldl -lm &&
		ln -s libsqlite3.so.0 "$into/lib/libsqlite3.so" &&
		ar rc "$into/lib/libsqlite3.a" "$work/sqlite3.o" &&
		cp "${source%.c}.h" "${source%.c}ext.h" "$into/include" || die "SQLite $release does not build"
	cat >"$into/lib/pkgconfig/sqlite3.pc" <<-END
		prefix=$prefix
		Name: SQLite
		Description: SQLite $release, for tests
		Version: $release
		Libs: -L\${prefix}/lib -Wl,-rpath,\${prefix}/lib -lsqlite3
		Libs.private: -lpthread -ldl -lm
		Cflags: -I\${prefix}/include
	END
}

command -v npm >/dev/null 2>&1 || skip "there is no npm"
(cd "$work" && npm pack --silent "$package" >/dev/null 2>&1) ||
	skip "the npm registry does not give $package"
unpack
check
build
rm -rf "$prefix"
mv "$into" "$prefix" || exit 2
echo "$prefix"
