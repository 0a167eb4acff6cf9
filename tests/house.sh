#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The rules of the house that a search can see (docs/design.md): what is built
# is what is there, folders look only to their left, the program sees moult.h
# alone, and SQL that changes anything is written in one place.
cd "${MOULT_SOURCE:-$(dirname "$0")/..}" || exit 1

number=0

# report NAME FINDINGS: passes where there are no findings.
report() {
	number=$((number + 1))
	if [ -z "$2" ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		echo "$2" | sed 's/^/# /'
	fi
}

# The files that a variable of Makefile.am lists, one a line.
listed() {
	awk -v variable="$1" '
		$1 == variable && $2 == "=" { inside = 1 }
		inside { for (i = 1; i <= NF; i++) if ($i ~ /\//) print $i; if (!/\\$/) exit }
	' Makefile.am
}

# The sources below src that are compiled, but for those that are made.
present() {
	find src -name '*.[ch]' -o -name '*.def' | grep -vE '(shape-sql|frame-[ch]|frame-back-c|page-css|frame|frame_back)\.[ch]$'
}

# What is in one of two lists only.
differ() {
	printf '%s\n' "$1" "$2" | sort | uniq -u
}

# Headers that $1, a folder or file, may not include: those of folders that are none of $2.
outside() {
	grep -rn --include='*.[ch]' '^#include "' "$1" 2>/dev/null |
		grep -vE "\"(moult\\.h|($2)/[^/\"]*)\""
}

echo 1..12
report "Makefile.am lists every source of the library" \
	"$(differ "$(listed libmoultcore_la_SOURCES)" "$(present | grep -v ^src/cli/)")"
report "Makefile.am lists every source of the program" \
	"$(differ "$(listed moult_SOURCES)" "$(present | grep ^src/cli/)")"
report "Makefile.am names every source of the tests" \
	"$(find tests -name '*.[ch]' | while read -r file; do
		grep -qE "(^|[[:space:]])${file%.c}(\.c)?([[:space:]]|\$)" Makefile.am || echo "$file"
	done)"
report "no two tests have one name: they would have one log, and one of them would not run" \
	"$({ listed scripts; listed bats; listed unit_tests; } | sed 's/\.[a-z]*$//' | sort | uniq -d)"
report "the lists are sorted" \
	"$({ listed libmoultcore_la_SOURCES | LC_ALL=C sort -c; listed moult_SOURCES | LC_ALL=C sort -c;
		listed unit_tests | LC_ALL=C sort -c; } 2>&1)"

# base < model < sql < { xml, live } < pages < digest < diff < plan < hazard < backup
# < session < trial < { proof, back } < run < online < release < compat < lint < report < moult.c | cli
left=base
found=$(outside src/base "$left")
for folder in model sql; do
	left="$left|$folder"
	found="$found$(outside "src/$folder" "$left")"
done
for folder in xml live; do
	found="$found$(outside "src/$folder" "$left|$folder")"
done
left="$left|xml|live"
for folder in pages digest diff plan hazard backup session trial; do
	left="$left|$folder"
	found="$found$(outside "src/$folder" "$left")"
done
for folder in proof back; do
	found="$found$(outside "src/$folder" "$left|$folder")"
done
left="$left|proof|back"
for folder in run online release compat lint report; do
	left="$left|$folder"
	found="$found$(outside "src/$folder" "$left")"
done
for file in src/*.[ch]; do
	found="$found$(outside "$file" "$left" | grep -v '"moult_private\.h"')"
done
report "a folder includes only folders to its left" "$found"
report "no two headers give one tag" \
	"$(sed -nE 's/^(struct|enum|union) ([a-z_0-9]+) \{.*/\2/p' src/*.h src/*/*.h | sort | uniq -d)"
report "no two sources have one name" \
	"$(find src -name '*.[ch]' | sed 's|.*/||' | sort | uniq -d)"
report "the program includes moult.h and its own headers only" "$(outside src/cli cli)"

changing='(CREATE (TEMP |UNIQUE |VIRTUAL )?(TABLE|INDEX|VIEW|TRIGGER)|ALTER TABLE|DROP (TABLE|INDEX|VIEW|TRIGGER)|(INSERT|REPLACE) (OR [A-Z]+ )?INTO|UPDATE [^ ]+ SET|DELETE FROM)'
report "SQL that changes schema or rows is written in src/sql only" \
	"$(grep -rnE "\"([^\"]*; ?)?$changing " src --include='*.[ch]' | grep -v '^src/sql/')"
# The child of live/holder.c ends by itself.
report "the library neither prints nor exits" \
	"$(find src -name '*.c' | grep -vE '^src/(cli/|live/holder)' |
		xargs grep -nE '\<(printf|fprintf|puts|fputs|putchar|perror|exit|_exit|abort) ?\(')"
report "every file says its licence first" \
	"$(find src include tests -name '*.[ch]' -o -name '*.sh' -o -name '*.bats' -o -name '*.def' |
		grep -vE '(shape-sql|frame-[ch]|frame-back-c|page-css)\.c$' |
		while read -r file; do head -n 2 "$file" | grep -q 'SPDX-License-Identifier: MIT' || echo "$file"; done)"
