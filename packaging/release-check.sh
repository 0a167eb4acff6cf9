#!/bin/sh
# SPDX-License-Identifier: MIT
#
# release-check.sh [CHECK]...: what must hold before a release; all of these without a name:
#
#	versions	configure.ac, moult.h, NEWS.md and debian/changelog name one version; the manual's
#			pages have the date of the last change to each, or a later one
#	manual		mandoc has nothing against the pages
#	tree		a checkout of which everything is committed
#	amalgamation	moult.c is compiled, and examples/embed is built with it
#	debian		the packages, lintian, and the tests on a bare Debian where root may make one
#	distcheck	the tarball: built, tested, installed, and nothing left behind
#
# Runs in the folder where moult was configured.  TAP; a check whose tool is not there is skipped,
# and a release wants none skipped.
# shellcheck disable=SC2317 # claim calls them
set -u
top=$(cd "$(dirname "$0")/.." && pwd) || exit 2
number=0
status=0

# claim WHAT COMMAND...: 77 is a skip.
claim() {
	number=$((number + 1))
	what=$1
	shift
	said=$("$@" 2>&1)
	case $? in
	0) echo "ok $number - $what" ;;
	77) echo "ok $number - $what # SKIP $(printf '%s' "$said" | tail -n 1)" ;;
	*)
		echo "not ok $number - $what"
		printf '%s\n' "$said" | tail -n 60 | sed 's/^/# /'
		status=1
		;;
	esac
}

version() {
	sed -n 's/^AC_INIT(\[moult\], \[\(.*\)\])$/\1/p' "$top/configure.ac"
}

# is NAME FOUND: whether a file names the version.
is() {
	[ "$2" = "$(version)" ] || echo "$1 names $2, and configure.ac $(version)"
}

# MAJOR * 1000000 + MINOR * 1000 + PATCH
as_number() {
	version | awk -F. '{ print $1 * 1000000 + $2 * 1000 + $3 }'
}

versions() {
	wrong=$(
		is moult.h "$(sed -n 's/^#define MOULT_VERSION "\(.*\)"$/\1/p' "$top/include/moult.h")"
		is NEWS.md "$(sed -n 's/^## //p' "$top/NEWS.md" | head -n 1)"
		[ ! -f "$top/debian/changelog" ] ||
			is debian/changelog "$(sed -n '1s/^moult (\(.*\)-[0-9]*) .*/\1/p' "$top/debian/changelog")"
		grep -q "^#define MOULT_VERSION_NUMBER $(as_number) " "$top/include/moult.h" ||
			echo "MOULT_VERSION_NUMBER is not $(as_number)"
		[ ! -e "$top/.git" ] || dates
	)
	[ -z "$wrong" ] || { echo "$wrong"; return 1; }
}

# Pages whose date is before that of the last commit that changed them.
dates() {
	for page in "$top"/man/*.[1-7]; do
		says=$(date -d "$(sed -n 's/^\.Dd //p' "$page")" +%Y%m%d)
		changed=$(git -C "$top" log -1 --format=%cd --date=format:%Y%m%d -- "$page")
		[ "$says" -ge "${changed:-0}" ] || echo "$page says $says, and was changed $changed"
	done
}

manual() {
	command -v mandoc >/dev/null || { echo "there is no mandoc"; return 77; }
	mandoc -T lint -W warning "$top"/man/*.[1-7]
}

tree() {
	[ -e "$top/.git" ] || { echo "this is no checkout"; return 77; }
	left=$(git -C "$top" status --porcelain)
	[ -z "$left" ] || { echo "$left"; return 1; }
}

amalgamation() {
	MOULT_SOURCE=$top sh "$top/tests/amalgamation.sh" | grep -A 20 '^not ok' && return 1
	return 0
}

debian() {
	[ -f "$top/debian/changelog" ] || { echo "there is no debian/ in a tarball"; return 77; }
	codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release 2>/dev/null)
	if [ "$(id -u)" -eq 0 ] && command -v debootstrap >/dev/null && grep -q '^ID=debian' /etc/os-release; then
		sh "$top/packaging/debian.sh" --bare "$codename" packages
	else
		sh "$top/packaging/debian.sh" packages
	fi
}

[ $# -gt 0 ] || set -- versions manual tree amalgamation debian distcheck
echo "1..$#"
for check; do
	case $check in
	versions) claim "one version, and pages of its day" versions ;;
	manual) claim "mandoc has nothing against the manual" manual ;;
	tree) claim "everything is committed" tree ;;
	amalgamation) claim "moult.c is built" amalgamation ;;
	debian) claim "the Debian packages" debian ;;
	distcheck) claim "make distcheck" make -s distcheck ;;
	*)
		echo "release-check.sh: there is no check $check" >&2
		exit 2
		;;
	esac
done
exit $status
