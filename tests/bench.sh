#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The benchmark's databases and changes (bench/matrix): a sample of its cells, with each shape and
# each kind, arrives by hand and by moult at one schema and the same rows.  No times.
source=${MOULT_SOURCE:-$(dirname "$0")/..}

# STRICT is that of 3.37.
if ! sqlite3 :memory: "CREATE TABLE t(a ANY) STRICT; CREATE VIRTUAL TABLE f USING fts5(a);" 2>/dev/null; then
	echo "1..0 # SKIP no sqlite3, or an old one, or without FTS5"
	exit 0
fi
exec sh "$source/bench/matrix" --smoke
