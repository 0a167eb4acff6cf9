#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The texts that the library embeds, each by itself: the query for shapes as it stands, and
# the frame of a C unit, with as little before it as it needs.
: "${MOULT_SOURCE:=$(dirname "$0")/..}"
MOULT_SOURCE=$(cd "$MOULT_SOURCE" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
number=0

# check NAME COMMAND...
check() {
	name=$1
	number=$((number + 1))
	shift
	if "$@" >said 2>&1; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		sed 's/^/# /' said
	fi
}

# The lines of a schema's shape.
shape() {
	printf '%s;\n' "$1" | sqlite3 shape.db && sqlite3 shape.db <"$MOULT_SOURCE/src/sql/shape.sql"
	rm -f shape.db
}

same_shape() {
	shape "$1" >one && shape "$2" >two && grep -q '^table t$' one && diff one two
}

other_shape() {
	! same_shape "$1" "$2"
}

# What plan_c.c writes before the frame, for a unit without a start; with UNIT_WAY_BACK all of it.
frame() {
	cat <<-END
		#include <stddef.h>
		$(cat "$MOULT_SOURCE/src/report/frame.h")
		#define LEAST 3016000
		struct state { sqlite3_uint64 shape; int has_version; int version; int lacks_rows; };
		static const char *const shape[] = { "SELECT 1", 0 };
		static const char *const lines_1[] = { 0 };
		static const struct start { struct state state; const char *const *lines; const char *const *since; } starts[] = {
			{ { 0, 0, 0, 0 }, lines_1, 0 } };
		static const struct state present[] = { { 1, 0, 0, 0 } };
		static const char *const rows[] = { 0 };
		#define MARKS 0
		#define FIRES 0
		#define IS_CHAIN 0
		static const char *const marks[] = { 0 };
		static const char *const cleaning[] = { 0 };
		$(cat "$MOULT_SOURCE/src/report/frame.c")
		#ifdef UNIT_WAY_BACK
		static const char *const own_ways[] = { 0 };
		static const char *const park_triggers[] = { 0 };
		static const char *const kept[] = { 0 };
		$(cat "$MOULT_SOURCE/src/report/frame_back.c")
		#endif
	END
}

compile() {
	frame >"frame.$1" && ${CC:-cc} -fsyntax-only -Wall -Wextra -Wpedantic -Werror "$2" "frame.$1"
}

echo 1..6
check "shape.sql: spelling, case, comments and quotes are no difference" same_shape \
	"CREATE TABLE t(a INTEGER NOT NULL DEFAULT 1, CHECK (a > 0)); CREATE INDEX i ON t(a)" \
	"create table [T] (\"A\" integer not null /* one */ default 1, check (A>0)); create index I on T(a)"
check "shape.sql: the order of columns is none" same_shape "CREATE TABLE t(a, b TEXT)" "CREATE TABLE t(b TEXT, a)"
check "shape.sql: a CHECK is" other_shape "CREATE TABLE t(a, CHECK (a > 0))" "CREATE TABLE t(a, CHECK (a > 1))"
check "shape.sql: a collation is" other_shape "CREATE TABLE t(a)" "CREATE TABLE t(a COLLATE NOCASE)"
check "frame.c compiles without a warning" compile c -std=c99
check "frame_back.c compiles without a warning" compile c -DUNIT_WAY_BACK
