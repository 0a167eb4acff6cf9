#!/bin/sh
# SPDX-License-Identifier: MIT
#
# amalgamation.sh: moult.c and moult.h as an application takes them: compiled by each compiler
# that is there, with warnings as errors, and linked into the programs of examples/embed.
# Runs in the folder where moult was built.
set -u
source=${MOULT_SOURCE:-$(cd "$(dirname "$0")/.." && pwd)}
root=$(mktemp -d) || exit 1
trap 'rm -rf "$root"' EXIT
number=0
unset MAKEFLAGS MAKELEVEL

# claim WHAT COMMAND...
claim() {
	number=$((number + 1))
	what=$1
	shift
	if "$@" >"$root/said" 2>&1; then
		echo "ok $number - $what"
	else
		echo "not ok $number - $what"
		sed 's/^/# /' "$root/said" | head -n 40
	fi
}

skip() {
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

amalgamates() {
	make amalgamation && mv moult.c moult.h "$root" &&
		grep -q '^int moult_migrate(' "$root/moult.c"
}

# compiles COMPILER FLAG...: a compiler may be several words.
# shellcheck disable=SC2086
compiles() {
	compiler=$1
	shift
	$compiler -std=c11 -Wall -Wextra -Werror "$@" ${SQLITE_CFLAGS-} $libxml_cflags "$root/moult.c"
}

# The headers of SQLite and libxml2 are the same on every machine, those of libc are not.
compiles_for_aarch64() {
	mkdir "$root/headers"
	for header in sqlite3.h libxml2/libxml unicode; do
		[ ! -e "/usr/include/$header" ] || ln -s "/usr/include/$header" "$root/headers/${header##*/}"
	done
	clang --target=aarch64-linux-gnu -nostdlibinc -isystem /usr/aarch64-linux-gnu/include -std=c11 -Wall -Wextra \
		-Werror -fsyntax-only -I"$root/headers" "$root/moult.c" &&
		"${MOULT:-./moult}" plan "$source/examples/releases/releases" --quiet --format c -o "$root/unit.c" &&
		clang --target=aarch64-linux-gnu -nostdlibinc -isystem /usr/aarch64-linux-gnu/include -std=c99 -Wall -Wextra \
			-Werror -fsyntax-only -I"$root/headers" "$root/unit.c"
}

builds() {
	cd "$root" && make -f "$source/examples/embed/Makefile" SOURCE="$source/examples/embed" \
		CC="${CC:-cc}" CXX="${CXX-}" LDFLAGS="${LDFLAGS-}" moult_cflags=-I. \
		moult_libs="moult.o ${SQLITE_LIBS--lsqlite3} $libxml_libs -lpthread" $programs
}

runs() {
	rm -f "$root/my.db"
	[ "$("$root/$1" "$root/my.db" 'A first note')" = 'A first note  #a-first-note' ] &&
		[ "$("$root/$1" "$root/my.db")" = 'A first note  #a-first-note' ]
}

libxml_cflags=$(pkg-config --cflags libxml-2.0)
libxml_libs=$(pkg-config --libs libxml-2.0)
programs=notes
[ -z "${CXX-}" ] || programs='notes notes++'

claim "make amalgamation" amalgamates
claim "${CC:-cc} compiles it" compiles "${CC:-cc}" -c -o "$root/moult.o"
if command -v clang >/dev/null; then
	claim "clang compiles it" compiles clang -fsyntax-only
else
	skip "clang compiles it" "there is no clang"
fi
if command -v clang >/dev/null && [ -d /usr/aarch64-linux-gnu/include ]; then
	claim "clang compiles it for aarch64" compiles_for_aarch64
else
	skip "clang compiles it for aarch64" "there is no clang, or no libc6-dev-arm64-cross"
fi
claim "examples/embed is built with it" builds
for program in $programs; do
	claim "$program runs" runs "$program"
done
echo "1..$number"
