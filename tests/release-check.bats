#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# packaging/release-check.sh, as far as it costs nothing: `make release-check` is the whole.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
	mkdir -p tree/include tree/debian tree/packaging
	cp "$MOULT_SOURCE/configure.ac" "$MOULT_SOURCE/NEWS.md" tree
	cp "$MOULT_SOURCE/include/moult.h" tree/include
	cp "$MOULT_SOURCE/packaging/release-check.sh" tree/packaging
	[ ! -f "$MOULT_SOURCE/debian/changelog" ] || cp "$MOULT_SOURCE/debian/changelog" tree/debian
	chmod -R u+w tree
}

@test "the version is the same wherever it stands" {
	run -0 sh tree/packaging/release-check.sh versions
	[[ $output == *"ok 1 - one version"* ]]
}

@test "another version in one of the places is said" {
	sed -i 's/^## .*/## 9.9.9/' tree/NEWS.md
	run -1 sh tree/packaging/release-check.sh versions
	[[ $output == *"NEWS.md names 9.9.9"* ]]
	sed -i 's/MOULT_VERSION_NUMBER [0-9]*/MOULT_VERSION_NUMBER 7/' tree/include/moult.h
	run -1 sh tree/packaging/release-check.sh versions
	[[ $output == *"MOULT_VERSION_NUMBER is not"* ]]
}

@test "a page whose date is before its last change is said" {
	command -v git >/dev/null || skip "there is no git"
	date -d 'May 1, 2020' >/dev/null 2>&1 || skip "date(1) reads no dates here"
	mkdir tree/man
	echo '.Dd May 1, 2020' >tree/man/moult.1
	git -C tree init -q
	git -C tree add .
	git -C tree -c user.name=a -c user.email=a@b commit -qm begin
	run -1 sh tree/packaging/release-check.sh versions tree
	[[ $output == *"moult.1 says 20200501"* && $output == *"ok 2 - everything is committed"* ]]
	echo more >>tree/NEWS.md
	run -1 sh tree/packaging/release-check.sh tree
}
