#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The histories of applications as folders of releases.
#
#	histories.sh [--every N] [DIR...]
#
# A DIR has the versions of one schema as SQL, v1.sql, v2.sql and so on.  Each becomes a release, that
# drops what its predecessor had and it has not, as undeclared="drop" says; those that differ in
# nothing are passed over, and so are those that are broken, to which no file is brought without a
# folder, either.  Then, with rows in every file:
#
#	check has no finding;
#	a file of each version, brought to the folder, is what the last version says, as is the same file
#	brought there straight; one whose rows do not fit a release is left as it was, and then goes without rows;
#	the route from the first version and from every Nth (10th) after it leaves the file that one run
#	for each release leaves;
#	the C unit of the folder, on a file of each version, and the scripts from release to release, from the
#	first and from every Nth, leave what the route leaves, or the file as it was where that is refused.
#	There is no unit of a folder that comes back to a shape which it has had.
#
# Without a DIR a small history is made up.
MOULT=$(command -v "${MOULT:-moult}") || exit 1
here=$(cd "$(dirname "$0")" && pwd) || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
number=0
failed=0
every=10

made_up() {
	mkdir "$work/made-up"
	echo 'CREATE TABLE a(id INTEGER PRIMARY KEY, x);' >"$work/made-up/v1.sql"
	echo 'CREATE TABLE a(id INTEGER PRIMARY KEY, x, y TEXT DEFAULT 1); CREATE INDEX i ON a(y);' >"$work/made-up/v2.sql"
	cp "$work/made-up/v2.sql" "$work/made-up/v9.sql"
	echo 'CREATE TABLE a(id INTEGER PRIMARY KEY, y TEXT NOT NULL DEFAULT 1); CREATE TABLE b(z REFERENCES a);' >"$work/made-up/v10.sql"
	cp "$work/made-up/v2.sql" "$work/made-up/v11.sql"
	cp "$work/made-up/v10.sql" "$work/made-up/v12.sql"
}

versions() {
	find "$1" -name '*.sql' | sort -V
}

# is_broken BEFORE: no file of that version is brought to what app.xml says without a folder, either.
is_broken() {
	grep -q 'REL015' "$work/said" || return
	make "$work/app.db" "$1"
	cp "$work/said" "$work/refused"
	! apply "$work/app.db" "$work/app.xml"
	broken=$?
	cp "$work/refused" "$work/said"
	return $broken
}

# release DIR: $work/releases, of all its versions, and $work/names, the release of each; what went wrong.
release() {
	rm -rf "$work/releases" "$work/names"
	name=
	before=
	for sql in $(versions "$1"); do
		"$MOULT" dump "$sql" 2>"$work/said" >"$work/dumped.xml" || { cat "$work/said"; continue; }
		sed 's/^<database /&undeclared="drop" /' "$work/dumped.xml" >"$work/app.xml"
		if "$MOULT" release "$work/app.xml" "$work/releases" --name "$(basename "$sql" .sql)" -q 2>"$work/said"; then
			name=$(basename "$sql" .sql)
			before=$sql
		elif is_broken "$before"; then
			continue
		elif ! grep -q 'REL012' "$work/said"; then
			echo "$sql"
			cat "$work/said"
		fi
		echo "$name $sql" >>"$work/names"
	done
	"$MOULT" check "$work/releases" -q 2>&1
}

# make DB SQL: of a version, without rows.
make() {
	rm -f "$1"
	sqlite3 "$1" <"$2" >/dev/null 2>&1
}

# rows DB: a DEFAULT may have filled in what the time was.
rows() {
	"$work/runner" rows "$1" | sed "s/$(date -u +%Y-%m-%d)[ T][0-9:.]*/now/g"
}

# apply DB ARGUMENT...: what moult says is in $work/said.
apply() {
	"$MOULT" apply "$@" --yes --allow all --no-backup -q >"$work/said" 2>&1
}

# go DB NAME ARGUMENT...: along the folder; where the file could stand at several releases it is told at which.
go() {
	db=$1
	from=$2
	shift 2
	apply "$db" "$work/releases" "$@"
	status=$?
	if grep -q RUN054 "$work/said"; then
		apply "$db" "$work/releases" --from "${from:?}" "$@"
		status=$?
	fi
	return $status
}

# found WHAT SQL: what went wrong with a version.
found() {
	echo "$2: $1"
	head -n 12 "$work/said"
}

# compare SQL NAME: app.db by the route and a copy of it straight to the last version; what went wrong.
# 3 where either was refused.
compare() {
	cp "$work/app.db" "$work/straight.db"
	cp "$work/app.db" "$work/before.db"
	go "$work/app.db" "$2"
	route=$?
	if [ "$route" -eq 3 ]; then
		cmp -s "$work/app.db" "$work/before.db" || found "it was refused and is another" "$1"
		return 3
	fi
	[ "$route" -eq 0 ] || { found "the route says $route" "$1"; return 0; }
	"$MOULT" diff "$work/app.db" "$last" >"$work/said" 2>&1 || found "not as the last version says" "$1"
	apply "$work/straight.db" "$last" --prune || return
	"$MOULT" diff "$work/app.db" "$work/straight.db" >"$work/said" 2>&1 || found "not as straight" "$1"
}

# bring DIR: a file of each of its versions to the newest release; what went wrong.
bring() {
	last=$(versions "$1" | tail -n 1)
	while read -r name sql; do
		make "$work/app.db" "$sql"
		"$work/runner" fill "$work/app.db"
		compare "$sql" "$name" && continue
		make "$work/app.db" "$sql"
		compare "$sql" "$name" || found "it is refused without rows, too" "$sql"
	done <"$work/names"
}

# one_by_one FROM: a file of that version by one route, and release by release; what went wrong.
one_by_one() {
	sql=$(sed -n "$1{s/^[^ ]* //;p;q}" "$work/names")
	make "$work/app.db" "$sql"
	"$work/runner" fill "$work/app.db"
	cp "$work/app.db" "$work/steps.db"
	go "$work/app.db" "$(sed -n "$1{s/ .*//;p;q}" "$work/names")"
	route=$?
	runs=0
	here=
	for name in $(sed -n "$1,\${s/ .*//;p}" "$work/names" | uniq); do
		[ -z "$here" ] || go "$work/steps.db" "$here" --to "$name" || { runs=$?; break; }
		here=$name
	done
	if [ "$route" -ne "$runs" ]; then
		found "the route says $route, one run for each release $runs at $here" "$sql"
	elif [ "$route" -eq 0 ]; then
		rows "$work/app.db" >"$work/route.rows"
		rows "$work/steps.db" >"$work/steps.rows"
		diff "$work/route.rows" "$work/steps.rows" >"$work/said" || found "other rows by one run for each release" "$sql"
		"$MOULT" diff "$work/app.db" "$work/steps.db" >"$work/said" 2>&1 || found "another schema by one run for each release" "$sql"
	fi
}

# walk DIR: what went wrong.
walk() {
	i=1
	count=$(wc -l <"$work/names")
	while [ "$i" -le "$count" ]; do
		one_by_one "$i"
		i=$((i + every))
	done
}

# write_out: $work/unit, of the whole folder, and $work/hops/NAME.sql, which lead to each release from the one before.
write_out() {
	rm -rf "$work/hops" "$work/unit" && mkdir "$work/hops"
	before=
	for name in $(sed 's/ .*//' "$work/names" | uniq); do
		[ -z "$before" ] || "$MOULT" plan "$work/releases" --from "$before" --to "$name" --allow all --format sql \
			-o "$work/hops/$name.sql" -q >"$work/said" 2>&1 || found "no script from $before" "$name"
		before=$name
	done
	# shellcheck disable=SC2086
	"$MOULT" plan "$work/releases" --allow all --format c -o "$work/up.c" -q >"$work/said" 2>&1 &&
		${CC:-cc} -w -O0 ${SQLITE_CFLAGS-} -I"$here/scripts" -DUNIT -o "$work/unit" "$here/scripts/runner.c" \
			"$here/scripts/attack.c" "$work/up.c" ${SQLITE_LIBS--lsqlite3} >"$work/said" 2>&1 ||
		grep -q 'cannot tell a file' "$work/said" || found "no unit" "$work/releases"
}

# same_as WHAT STATUS DB SQL: what left app.db or was refused by the route; what went wrong.
same_as() {
	if [ "$route" -ne 0 ]; then
		rows "$work/before.db" >"$work/route.rows"
		[ "$2" -ne 0 ] || found "$1 does what the route refuses" "$4"
	else
		rows "$work/app.db" >"$work/route.rows"
		[ "$2" -eq 0 ] || { found "$1 fails" "$4"; return; }
		"$MOULT" diff "$work/app.db" "$3" >"$work/said" 2>&1 || { found "another schema by $1" "$4"; return; }
	fi
	rows "$3" >"$work/its.rows"
	diff "$work/route.rows" "$work/its.rows" >"$work/said" || found "other rows by $1" "$4"
}

# by_scripts NAME: before.db, as copy.db, from that release on, one script after the other.
by_scripts() {
	for hop in $(awk -v from="$1" 'is_behind && $1 != last { print last = $1 } $1 == from { is_behind = 1; last = $1 }' "$work/names"); do
		cp "$work/copy.db" "$work/hop.db"
		"$work/runner" stop "$work/copy.db" "$work/hops/$hop.sql" >"$work/said" 2>&1 || {
			cp "$work/hop.db" "$work/copy.db"
			return 1
		}
	done
}

# elsewhere: what went wrong with scripts and the unit.
elsewhere() {
	write_out
	i=0
	while read -r name sql; do
		make "$work/before.db" "$sql"
		"$work/runner" fill "$work/before.db"
		cp "$work/before.db" "$work/app.db"
		go "$work/app.db" "$name"
		route=$?
		if [ -x "$work/unit" ]; then
			cp "$work/before.db" "$work/copy.db"
			"$work/unit" unit "$work/copy.db" >"$work/said" 2>&1
			same_as "the unit" $? "$work/copy.db" "$sql"
		fi
		if [ $((i % every)) -eq 0 ] && [ "$route" -eq 0 ]; then
			cp "$work/before.db" "$work/copy.db"
			by_scripts "$name"
			same_as "scripts" $? "$work/copy.db" "$sql"
		fi
		i=$((i + 1))
	done <"$work/names"
}

# report NAME FINDINGS: passes where there are no findings.
report() {
	number=$((number + 1))
	[ -z "$2" ] && echo "ok $number - $1" && return
	failed=1
	echo "not ok $number - $1"
	echo "$2" | sed 's/^/# /'
}

[ "$1" != --every ] || { every=$2; shift 2; }
# shellcheck disable=SC2086
${CC:-cc} -w -O1 ${SQLITE_CFLAGS-} -I"$here/scripts" -o "$work/runner" "$here/scripts/runner.c" "$here/scripts/attack.c" \
	${SQLITE_LIBS--lsqlite3} || exit 1
[ $# -gt 0 ] || { made_up && set -- "$work/made-up"; }
echo "1..$(($# * 4))"
for dir; do
	dir=${dir%/}
	report "${dir##*/}: a folder of releases" "$(release "$dir")"
	report "${dir##*/}: a file of each version comes to what the last one is" "$(bring "$dir")"
	report "${dir##*/}: the route is release by release" "$(walk "$dir")"
	report "${dir##*/}: the unit and the scripts are the route" "$(elsewhere)"
done
exit $failed
