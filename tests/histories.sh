#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The histories of applications as folders of releases.
#
#	histories.sh [DIR...]
#
# A DIR has the versions of one schema as SQL, v1.sql, v2.sql and so on.  Each becomes a release, that
# drops what its predecessor had and it has not, as undeclared="drop" says; those that differ in
# nothing are passed over.  Then: check has no finding, and a file of each version that is brought
# to the folder is what the last version says.  Without a DIR a small history is made up.
MOULT=$(command -v "${MOULT:-moult}") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
number=0

made_up() {
	mkdir "$work/made-up"
	echo 'CREATE TABLE a(id INTEGER PRIMARY KEY, x);' >"$work/made-up/v1.sql"
	echo 'CREATE TABLE a(id INTEGER PRIMARY KEY, x, y TEXT DEFAULT 1); CREATE INDEX i ON a(y);' >"$work/made-up/v2.sql"
	cp "$work/made-up/v2.sql" "$work/made-up/v9.sql"
	echo 'CREATE TABLE a(id INTEGER PRIMARY KEY, y TEXT NOT NULL DEFAULT 1); CREATE TABLE b(z REFERENCES a);' >"$work/made-up/v10.sql"
}

versions() {
	find "$1" -name '*.sql' | sort -V
}

# release DIR: $work/releases, of all its versions; what went wrong.
release() {
	rm -rf "$work/releases"
	versions "$1" | while read -r sql; do
		"$MOULT" dump "$sql" 2>"$work/said" >"$work/dumped.xml" || { cat "$work/said"; continue; }
		sed 's/^<database /&undeclared="drop" /' "$work/dumped.xml" >"$work/app.xml"
		"$MOULT" release "$work/app.xml" "$work/releases" --name "$(basename "$sql" .sql)" -q 2>"$work/said" ||
			grep -q 'REL012' "$work/said" || { echo "$sql"; cat "$work/said"; }
	done
	"$MOULT" check "$work/releases" -q 2>&1
}

# bring DIR: a file of each of its versions to the newest release; what went wrong.
bring() {
	last=$(versions "$1" | tail -n 1)
	versions "$1" | while read -r sql; do
		rm -f "$work/app.db"
		sqlite3 "$work/app.db" <"$sql" >/dev/null 2>&1
		"$MOULT" apply "$work/app.db" "$work/releases" --yes --no-backup -q >"$work/said" 2>&1 &&
			"$MOULT" diff "$work/app.db" "$last" >"$work/said" 2>&1 ||
			{ echo "$sql"; cat "$work/said"; }
	done
}

# report NAME FINDINGS: passes where there are no findings.
report() {
	number=$((number + 1))
	[ -z "$2" ] && echo "ok $number - $1" && return
	echo "not ok $number - $1"
	echo "$2" | sed 's/^/# /'
}

[ $# -gt 0 ] || { made_up && set -- "$work/made-up"; }
echo "1..$(($# * 2))"
for dir; do
	report "${dir##*/}: a folder of releases" "$(release "$dir")"
	report "${dir##*/}: a file of each version comes to what the last one is" "$(bring "$dir")"
done
