#!/bin/sh
# SPDX-License-Identifier: MIT
#
# install.sh: what an application sees of moult: the package as it is installed, into a
# folder of its own, and examples/embed, built against it by pkg-config and run.
# Runs in the folder where moult was built.
set -u
source=${MOULT_SOURCE:-$(cd "$(dirname "$0")/.." && pwd)}
root=$(mktemp -d) || exit 1
trap 'rm -rf "$root"' EXIT
number=0
here=$(pwd)
unset MAKEFLAGS MAKELEVEL
for tool in pkg-config sqlite3; do
	command -v "$tool" >/dev/null || {
		echo "1..0 # SKIP there is no $tool"
		exit 0
	}
done

echo 'int main(void) { return 0; }' >"$root/runs.c"
# shellcheck disable=SC2086
if ! ${CC:-cc} ${LDFLAGS-} -o "$root/runs" "$root/runs.c" 2>/dev/null || ! "$root/runs" 2>/dev/null; then
	echo "1..0 # SKIP what is built does not run here"
	exit 0
fi

# claim WHAT COMMAND...
claim() {
	number=$((number + 1))
	what=$1
	shift
	if "$@" >"$root/said" 2>&1; then
		echo "ok $number - $what"
	else
		echo "not ok $number - $what"
		sed 's/^/# /' "$root/said"
	fi
}

skip() {
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

# ends STATUS COMMAND...
ends() {
	expected=$1
	shift
	"$@"
	status=$?
	[ "$status" -eq "$expected" ] || {
		echo "ended with $status, not $expected"
		return 1
	}
}

installs() {
	make install DESTDIR="$root/image" && header=$(find "$root/image" -name moult.h) && [ -n "$header" ]
}

# The names of moult.h, without its types, and those of the library are the same.
exports_header() {
	sed -n 's/^[a-z].*[ *]\(moult_[a-z_]*\)(.*/\1/p' "$source/include/moult.h" | sort -u |
		grep -vxE 'moult_(write|on_[a-z]*)' >"$root/declared"
	nm -D --defined-only "$libdir/libmoult.so" | awk '{ print $3 }' | sort -u >"$root/exported"
	diff "$root/declared" "$root/exported" && [ "$(wc -l <"$root/exported")" -gt 30 ]
}

has_soname() {
	readelf -d "$libdir/libmoult.so" | grep -q 'SONAME.*\[libmoult\.so\.[0-9]*\]'
}

# build FOLDER STATIC: examples/embed, against what is installed.
build() {
	mkdir -p "$root/$1" && cd "$root/$1" || return 1
	# shellcheck disable=SC2086
	make -f "$source/examples/embed/Makefile" SOURCE="$source/examples/embed" CC="$CC" CXX="$CXX" \
		CFLAGS='-O1 -Wall -Wextra -Werror -pedantic' CXXFLAGS='-O1 -Wall -Wextra -Werror -pedantic' \
		LDFLAGS="${LDFLAGS-}" STATIC="$2" $programs
}

first() {
	rm -f notes.db*
	sqlite3 notes.db "CREATE TABLE note(id INTEGER PRIMARY KEY, name TEXT, body TEXT);
		INSERT INTO note VALUES (1, 'Note 10', 'x'), (2, 'Note 9', 'y'), (7, $1, 'z')"
}

makes_new() {
	rm -f notes.db*
	ends 0 "$1" notes.db 'Hello, World' && [ "$("$1" notes.db 2>/dev/null)" = 'Hello, World  #hello-world' ]
}

brings_up() {
	first "'An end'"
	ends 0 "$1" notes.db >listed 2>told || return 1
	cat told
	printf '%s\n' 'An end  #an-end' 'Note 9  #note-9' 'Note 10  #note-10' | diff listed - &&
		grep -q '^done, 3 notes.*backup$' told && grep -q '^  copy ' told &&
		[ "$(sqlite3 notes.db 'SELECT group_concat(id) FROM (SELECT id FROM note NOT INDEXED ORDER BY id)')" = 1,2,7 ] &&
		ends 0 "$1" notes.db >again 2>told && diff listed again && [ ! -s told ]
}

says_why() {
	first NULL
	cp notes.db before.db
	ends 3 "$1" notes.db 2>told && grep -q 'notes.xml:.*MF104' told && cmp notes.db before.db
}

waits() {
	first "'c'"
	sqlite3 notes.db 'BEGIN EXCLUSIVE' ".shell $1 notes.db >told 2>&1; echo \$? >status"
	cat told
	[ "$(cat status)" = 5 ]
}

has_trouble() {
	echo 'this is no database, as long as it may be' >notes.db
	ends 2 "$1" notes.db
}

# A project that finds moult, makes the unit of a folder of releases, and runs both.
finds_package() {
	mkdir -p "$root/cmake" && cd "$root/cmake" || return 1
	cp -R "$source/examples/releases/releases" .
	cat >main.c <<-END
		#include <moult.h>
		#include "shop_upgrade.h"

		int main(void)
		{
			sqlite3 *db = 0;
			int rc = sqlite3_open("shop.db", &db);

			return rc ? rc : !*moult_version() || shop_upgrade_upgrade(db) != SHOP_UPGRADE_UPGRADED;
		}
	END
	cat >CMakeLists.txt <<-END
		cmake_minimum_required(VERSION 3.14)
		project(shop C)
		find_package(moult 0.2 REQUIRED)
		moult_add_upgrade(TARGET shop_upgrade RELEASES releases)
		add_executable(shop main.c)
		target_link_libraries(shop PRIVATE shop_upgrade moult::moult)
	END
	CC=$CC cmake -S . -B made -DCMAKE_PREFIX_PATH="${libdir%/lib*}" &&
		cmake --build made && "$program" apply shop.db releases/*_begin.xml --yes -q && made/shop &&
		"$program" plan shop.db releases --check && rm shop.db && made/shop &&
		"$program" plan shop.db releases --check || return 1
	sed -i.old 's/INTEGER/BLOB/' releases/*_begin.xml && sleep 1 && touch releases/*_begin.xml
	! cmake --build made >edited 2>&1 && grep REL005 edited
}

uninstalls() {
	make uninstall DESTDIR="$root/image" && left=$(find "$root/image" ! -type d) && echo "$left" && [ -z "$left" ]
}

# What SQLite and libxml2 say they need then: zlib and lzma come in packages of their own.
can_link_static() {
	echo 'int main(void) { return 0; }' >"$root/empty.c"
	# shellcheck disable=SC2046
	env -u PKG_CONFIG_SYSROOT_DIR sh -c \
		'${CC:-cc} -o "$1" "$1.c" $(pkg-config --static --libs sqlite3 libxml-2.0)' \
		sh "$root/empty" >/dev/null 2>&1
}

claim "make install, into an image" installs
pc=$(find "$root/image" -name moult.pc)
libdir=${pc%/pkgconfig/moult.pc}
PKG_CONFIG_PATH=${pc%/*}${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
PKG_CONFIG_SYSROOT_DIR=$root/image
LD_LIBRARY_PATH=$libdir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR LD_LIBRARY_PATH
programs=notes
[ -z "${CXX-}" ] || programs='notes notes++'

if [ -f "$libdir/libmoult.so" ]; then
	claim "libmoult exports moult.h and nothing else" exports_header
	claim "libmoult.so has a version" has_soname
else
	skip "libmoult exports moult.h" "no shared library was built"
fi
claim "examples/embed is built by pkg-config" build shared ''
for program in $programs; do
	cd "$root/shared" || exit 1
	claim "$program makes a new file" makes_new "./$program"
	claim "$program brings a file of the first release up to date, once" brings_up "./$program"
	claim "$program says which rows do not fit, and changes nothing" says_why "./$program"
	claim "$program does not wait for ever" waits "./$program"
	claim "$program does not take what is no database" has_trouble "./$program"
	cd "$here" || exit 1
done
if command -v cmake >/dev/null; then
	program=$(find "$root/image" -path '*/bin/moult')
	claim "find_package(moult) of CMake, and moult_add_upgrade()" finds_package
	cd "$here" || exit 1
else
	skip "find_package(moult) of CMake" "there is no cmake"
fi
[ -n "${CXX-}" ] || skip "notes++" "no C++ compiler"
if [ -f "$libdir/libmoult.a" ] && ! can_link_static; then
	skip "pkg-config --static" "what SQLite and libxml2 need for it is not installed"
elif [ -f "$libdir/libmoult.a" ]; then
	rm -f "$libdir"/libmoult.so*
	claim "the same, with pkg-config --static" build static --static
	cd "$root/static" || exit 1
	claim "notes, static, brings a file up to date" brings_up ./notes
else
	skip "pkg-config --static" "no static library was built"
fi
cd "$here" || exit 1
claim "make uninstall leaves nothing" uninstalls
echo "1..$number"
