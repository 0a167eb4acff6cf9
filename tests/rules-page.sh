#!/bin/sh
# SPDX-License-Identifier: MIT
#
# docs/rules.md against what is there: every hazard has a row, every row has a
# case that makes it speak and one where it is silent, and the cases say so.
cd "${MOULT_SOURCE:-$(dirname "$0")/..}" || exit 1

page=docs/rules.md
number=0

# report NAME FINDINGS: passes where there are no findings.
report() {
	number=$((number + 1))
	findings=$(echo "$2" | sed '/^$/d; s/^/# /')
	if [ -z "$findings" ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		echo "$findings"
	fi
}

hazards() {
	sed -n 's/^DIAGNOSTIC(\(M[A-Z][0-9]*\), .*/\1/p' src/base/diagnostics.def
}

# The title that a hazard has in the table of diagnostics.
title_of() {
	sed -n "s/^DIAGNOSTIC($1, .*, \"\\(.*\\)\")/\\1/p" src/base/diagnostics.def
}

# cell ID N: the N-th cell of a hazard's row, from 1.
cell() {
	awk -F ' *[|] *' -v id="$1" -v n="$2" '$2 == id { print $(n + 1) }' "$page"
}

# missing ID CELL WORD...: the tests that a cell names and that do not say one of the words.
missing() {
	id=$1
	tests=$2
	shift 2
	for test in $(echo "$tests" | tr -d ' ' | tr ',' ' '); do
		case $test in
		*/*)
			grep -q "$id" "$test" 2>/dev/null || echo "$id: $test does not speak of it"
			continue
			;;
		esac
		found=
		for word in "$@"; do
			grep -qx "$word $id" "tests/cases/$test/expect" 2>/dev/null && found=1
		done
		[ -n "$found" ] || echo "$id: tests/cases/$test/expect does not say \"$1 $id\""
	done
}

rows=
titles=
speaks=
converted=
silent=
for id in $(hazards); do
	[ "$(cell "$id" 2)" = "$(title_of "$id")" ] || titles="$titles$id: $(title_of "$id")
"
	case $(cell "$id" 3) in
	'') rows="$rows$id
" ;;
	'*'*) continue ;;
	esac
	[ -n "$(cell "$id" 5)" ] || rows="$rows$id has no test that shows it silent
"
	speaks="$speaks$(missing "$id" "$(cell "$id" 3)" refused says)
"
	converted="$converted$(missing "$id" "$(cell "$id" 4)" refused says)
"
	silent="$silent$(missing "$id" "$(cell "$id" 5)" silent)
"
	for test in $(cell "$id" 4 | tr -d ' ' | tr ',' ' '); do
		grep -q using "tests/cases/$test/want.xml" || converted="$converted$id: $test has no using
"
	done
done

# The number of planted faults that the page says somebody finds.
said() {
	awk -F ' *[|] *' -v who="$1" '$2 ~ /^[0-9]+$/ && index($3, who) { print $2 }' "$page"
}

# The number of those in the test.
planted() {
	tr -d '\n\t ' <tests/unit/test_planted.c | grep -o "\",$1,\"RUN" | wc -l | tr -d ' '
}

counts=
while read -r finder words; do
	[ "$(said "$words")" = "$(planted "$finder")" ] ||
		counts="$counts$words: $(said "$words") are said, $(planted "$finder") are planted
"
done <<END
GUARD the write guard
COUNT the count of changed rows
PROOF the proof (\`proof
EVERY the proof with
END

# The rows of the linter's table: the rule, its title, and its cases.
lint_cell() {
	awk -F ' *[|] *' -v id="$1" -v n="$2" '/^## /{ inside = /linter/ } inside && $2 == id { print $(n + 1) }' "$page"
}

lint=
for id in $(sed -n 's/^DIAGNOSTIC(\(LN[0-9]*\), .*/\1/p' src/base/diagnostics.def); do
	[ "$(lint_cell "$id" 2)" = "$(title_of "$id")" ] || lint="$lint$id has no row with its title
"
	[ -n "$(lint_cell "$id" 3)" ] && [ -n "$(lint_cell "$id" 4)" ] || lint="$lint$id has no cases
"
	for test in $(lint_cell "$id" 3 | tr ',' ' '); do
		grep -q "^finds $id " "tests/lint/$test/expect" || lint="$lint$id: $test does not find it
"
	done
	for test in $(lint_cell "$id" 4 | tr ',' ' '); do
		[ -f "tests/lint/$test/expect" ] && ! grep -q "^finds $id " "tests/lint/$test/expect" ||
			lint="$lint$id: $test is not silent
"
	done
done

# Documents, scripts and runs: the title, tests that speak of the rule, and one whose name or line is there.
others=
for id in $(sed -n 's/^DIAGNOSTIC(\(\(DOC\|SQL\|RUN\|REL\)[0-9]*\), .*/\1/p' src/base/diagnostics.def); do
	[ "$id" != DOC020 ] && [ "$id" != REL013 ] && [ "$id" != RUN050 ] || continue
	[ "$(cell "$id" 2)" = "$(title_of "$id")" ] || others="$others$id has no row with its title
"
	[ -n "$(cell "$id" 3)" ] || others="$others$id has no test
"
	for test in $(cell "$id" 3 | tr ',' ' '); do
		grep -q "$id" "$test" 2>/dev/null || others="$others$id: $test does not speak of it
"
	done
	grep -rqF --include='*.bats' --include='*.c' -e "$(cell "$id" 4)" tests 2>/dev/null &&
		[ -n "$(cell "$id" 4)" ] || others="$others$id: there is no \"$(cell "$id" 4)\" in the tests
"
done

manual=
for id in $(sed -n 's/^DIAGNOSTIC(\([A-Z]*[0-9]*\), .*/\1/p' src/base/diagnostics.def); do
	grep -q "^\.It Cm $id\$" man/moult-hazards.7 || manual="$manual$id
"
done

echo 1..10
report "every rule about documents and runs has a row, with tests" "$others"
report "every rule has an entry in moult-hazards(7)" "$manual"
report "the planted faults are as many as the page says" "$counts"
report "every hazard has a row, with tests" "$rows"
report "the rows have the titles of the diagnostics" "$titles"
report "what is to speak is made to speak" "$speaks"
report "conversions by using are among it" "$converted"
report "what is to be silent is shown to be" "$silent"
report "there are no rows of hazards that do not exist" \
	"$(sed -n 's/^| \(M[A-Z][0-9]*\) |.*/\1/p' "$page" | sort >"${TMPDIR:-/tmp}/rules.$$"
	hazards | sort | comm -13 - "${TMPDIR:-/tmp}/rules.$$"; rm -f "${TMPDIR:-/tmp}/rules.$$")"
report "every rule of the linter has cases in which it speaks and is silent" "$lint"
