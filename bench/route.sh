#!/bin/sh
# SPDX-License-Identifier: MIT
#
# route.sh [ROWS [RELEASES]]: a route of many releases (60) over many rows (1000000), beside one release alone.
#
# Every fifth release writes the table anew, the others add a column, an index or a table.  Memory must
# not grow with the number of releases by more than their plans take.  MOULT names the program.
: "${MOULT:?}"
rows=${1:-1000000}
releases=${2:-60}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

columns='<column name="id" type="INTEGER" primary-key="true"/><column name="a" type="INTEGER"/><column name="b" type="TEXT"/>'
more=
tables=
type=INTEGER

document() {
	echo "<database xmlns=\"urn:moult:schema:1\"><table name=\"t\">$(echo "$columns" | sed "s/\"a\" type=\"INTEGER\"/\"a\" type=\"$type\"/")$more</table>$tables</database>" >app.xml
	"$MOULT" release app.xml --name "r$1" --quiet
}

measure() {
	cp old.db app.db
	/usr/bin/time -f '%U s of CPU, %M KiB at most' "$MOULT" apply app.db releases "$@" --yes --quiet --no-backup
}

document 0
i=0
while [ $((i += 1)) -lt "$releases" ]; do
	case $((i % 5)) in
	0) [ $type = INTEGER ] && type=TEXT || type=INTEGER ;;
	1 | 2 | 3) more="$more<column name=\"c$i\" type=\"TEXT\" default=\"'$i'\"/>" ;;
	4) tables="$tables<table name=\"t$i\"><column name=\"x\" type=\"TEXT\"/></table>" ;;
	esac
	document $i
done
sqlite3 old.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER, b TEXT);
	WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $rows)
	INSERT INTO t SELECT i, i, 'text of row ' || i FROM n"
printf '%s rows, to the sixth release: ' "$rows"
measure --to r5
printf '%s rows, %s releases: ' "$rows" "$releases"
measure
