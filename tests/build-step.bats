# SPDX-License-Identifier: MIT
#
# examples/build-step, with make, CMake and Meson: what is generated serves every release, is
# known to be up to date or not, and a change that is not compatible does not build.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
	unset MAKEFLAGS MAKELEVEL SQLITE FORBIDDEN
	cp -R "$MOULT_SOURCE/examples/build-step" step
	cd step
	chmod -R u+w .
	echo 'int main(void){return 0;}' >works.c
	${CC:-cc} -o works works.c && ./works || skip "what is built does not run here"
}

build() {
	make --no-print-directory MOULT="$MOULT" CC="${CC:-cc}" "$@"
}

# Files of each release, with rows, become one that fits schema.xml.
serves_every_release() {
	for release in 1 2; do
		rm -f old.db*
		"$MOULT" apply old.db releases/$release.xml --quiet
		sqlite3 old.db "INSERT INTO sensor VALUES (1, 'cellar', 'C'), (5, NULL, 'F')"
		[ "$($1 old.db)" = upgraded ]
		[ "$($1 old.db)" = present ]
		"$MOULT" plan old.db schema.xml --check
		[ "$(sqlite3 old.db "SELECT group_concat(id || room || unit) FROM sensor")" = 1cellarC,5somewhereF ]
	done
	sqlite3 strange.db "CREATE TABLE t(a)"
	run -3 --separate-stderr "$1" strange.db
	[[ $stderr == *"upgrade_upgrade: the file is at none of the versions"* ]]
}

@test "make: the unit serves every release, and a new file" {
	build
	build check
	serves_every_release ./device
	run -0 build
	[[ $output != *"--format c"* ]]
}

@test "make: the script brings the last release up to date" {
	build upgrade.sql
	"$MOULT" apply old.db releases/2.xml --quiet
	sqlite3 -bail old.db <upgrade.sql
	"$MOULT" plan old.db schema.xml --check
}

@test "make: what is generated is made again, or said not to be up to date" {
	build
	sed -i 's|<column name="value" type="REAL"/>|&<column name="quality" type="INTEGER"/>|' schema.xml
	touch upgrade.c upgrade.h upgrade.sql device
	run ! build check
	[[ $output == *"differ"* ]]
	touch schema.xml
	build check
}

@test "make: a change that is not compatible fails with its rule" {
	build
	sed -i '/name="unit"/d' schema.xml
	touch -d '+2 seconds' schema.xml
	run ! build
	[[ $output == *"MD117"*"unit"*"not compatible with releases/1.xml"* ]]
	sed -i 's|<table name="sensor">|&<dropped column="unit"/>|' schema.xml
	touch -d '+4 seconds' schema.xml
	build
}

@test "make: a rename that nobody said fails with its rule" {
	sed -i 's/ was="place"//; s/ using="coalesce(place[^"]*"//' schema.xml
	run ! build
	[[ $output =~ MD1(03|17) ]]
}

# A column that is gone, and that no document says goodbye to: BUILD fails, and says so.
refuses_incompatible() {
	sed -i '/name="unit"/d' schema.xml
	touch -d '+2 seconds' schema.xml
	run ! "$@"
	[[ $output == *MD117*"not compatible with"* ]]
}

@test "CMake: the same" {
	command -v cmake >/dev/null || skip "there is no cmake"
	cmake -S . -B made -Dmoult_DIR="$MOULT_SOURCE/packaging/cmake" -Dmoult_EXECUTABLE="$MOULT" \
		-DCMAKE_C_COMPILER="$(command -v cc)" >said 2>&1 || {
		cat said
		grep -q 'Could NOT find SQLite3' said && skip "CMake does not find SQLite"
		return 1
	}
	cmake --build made
	(cd made && ctest --output-on-failure)
	serves_every_release made/device
	run -0 cmake --build made
	[[ $output != *"making the upgrade"* ]]
	refuses_incompatible cmake --build made
}

@test "CMake: what moult itself refuses fails the build, and a folder without a release is said" {
	command -v cmake >/dev/null || skip "there is no cmake"
	configure() {
		cmake -S . -B made -Dmoult_DIR="$MOULT_SOURCE/packaging/cmake" -Dmoult_EXECUTABLE="$MOULT"
	}
	printf '%s\n' 'cmake_minimum_required(VERSION 3.14)' 'project(device C)' \
		'find_package(moult REQUIRED COMPONENTS program)' \
		'moult_add_upgrade(TARGET upgrade RELEASES frozen)' >CMakeLists.txt
	run ! configure
	grep -q 'Could NOT find SQLite3' <<<"$output" && skip "CMake does not find SQLite"
	[[ $output == *"there is no release in"*"/frozen"* ]]
	"$MOULT" release schema.xml frozen --name begin --quiet
	configure
	cmake --build made
	sed -i 's|INTEGER|BLOB|' frozen/*.xml
	touch -d '+2 seconds' frozen/*.xml
	run ! cmake --build made
	[[ $output == *REL005* ]]
}

@test "Meson: the same" {
	command -v meson >/dev/null || skip "there is no meson"
	printf '[binaries]\nmoult = %s\n' "'$MOULT'" >native.ini
	meson setup made --native-file native.ini
	meson compile -C made
	meson test -C made --print-errorlogs
	serves_every_release made/device
	refuses_incompatible meson compile -C made
}

@test "plan --check says whether a file has drifted" {
	"$MOULT" apply new.db schema.xml --quiet
	run -0 "$MOULT" plan new.db schema.xml --check --quiet
	sqlite3 new.db "ALTER TABLE reading RENAME COLUMN value TO measure"
	run -1 "$MOULT" plan new.db schema.xml --check --quiet
}
