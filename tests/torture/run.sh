#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run.sh: the long form of everything that make check takes a sample of, from
# where the last time ended.  Run by make torture, in the build directory.
#
#	torture.totals		of tests/torture: "cuts 1234", "next-pair 99", ...
#	torture.counts		of the rest, in the same form
#
# PAIRS, ROUNDS, SEEDS, MUTANTS, KILLS, WRITERS (seconds in each journal mode),
# FUZZ (seconds for each fuzz target that is built) and OUT_OF_MEMORY (1) say how much
# is done this time; 0 leaves a part out.  STRATEGY, where it is given, is how all
# pairs are migrated.  Whatever goes wrong is said, counted in "bad", and the rest
# goes on.  A part that is broken off is not counted, and its seeds come again.
PAIRS=${PAIRS:-50} ROUNDS=${ROUNDS:-1} SEEDS=${SEEDS:-1000} MUTANTS=${MUTANTS:-5000}
KILLS=${KILLS:-100} WRITERS=${WRITERS:-60} FUZZ=${FUZZ:-60} OUT_OF_MEMORY=${OUT_OF_MEMORY:-0}
counts=torture.counts
source=${MOULT_SOURCE:?}
strategy=${STRATEGY:+--strategy $STRATEGY}
touch "$counts" || exit 99

# count NAME: what it came to so far; 0 where it is new.
count() {
	awk -v name="$1" '$1 == name { n = $2 } END { print n + 0 }' "$counts"
}

# add NAME NUMBER
add() {
	total=$(($(count "$1") + $2))
	{
		grep -v "^$1 " "$counts"
		echo "$1 $total"
	} >"$counts.new"
	mv "$counts.new" "$counts"
}

# part NAME COMMAND...: runs it, and keeps count of its seconds and of failure; what it says is in $said.
part() {
	name=$1 began=$(date +%s)
	shift
	echo "== $name"
	{ "$@" || { echo "== $name: NOT OK"; add bad 1; }; } 2>&1 | tee "$said"
	add "$name-seconds" $(($(date +%s) - began))
}

# number PATTERN: of what was said last, the sum of the numbers before these words.
number() {
	sed -n "s/.*[ (]\\([0-9][0-9]*\\) $1.*/\\1/p" "$said" | awk '{ n += $1 } END { print n + 0 }'
}

said=torture.said
trap 'rm -f "$said"' EXIT
[ "$PAIRS" -eq 0 ] || part pairs tests/torture/torture --long --pairs "$PAIRS" $strategy --totals torture.totals
[ "$ROUNDS" -eq 0 ] || part rounds tests/torture/torture --long --rounds "$ROUNDS" --totals torture.totals
if [ "$SEEDS" -gt 0 ]; then
	part schema-pairs tests/random/random --seed $(($(count schema-pairs) + 1)) --count "$SEEDS" $strategy
	add schema-pairs "$SEEDS"
fi
if [ "$MUTANTS" -gt 0 ]; then
	part mutants tests/mutation/mutation --seed $(($(count mutants-last-seed) + 1)) --count "$MUTANTS"
	add mutants "$(sed -n 's/^# seeds .* \([0-9]*\) mutants,.*/\1/p' "$said")"
	add mutants-last-seed $(($(sed -n 's/.*seeds [0-9]* to \([0-9]*\),.*/\1/p' "$said") - $(count mutants-last-seed)))
fi
if [ "$KILLS" -gt 0 ]; then
	part kills env SEED=$(($(count kills) + 1)) KILLS="$KILLS" sh "$source/tests/torture/kill.sh"
	add kills "$(number kills,)"
	part online-kills tests/online/kills "$KILLS" $(($(count online-kills) + 1))
	add online-kills "$(number kills,)"
fi
if [ "$WRITERS" -gt 0 ]; then
	part writers tests/torture/writers --seconds "$WRITERS" --seed $(($(count writers-runs) + 1))
	add writers-runs 1
	add writers-commits "$(number commits,)"
	add writers-looks "$(number looks,)"
	add writers-migrations "$(number migrations,)"
fi
[ "$OUT_OF_MEMORY" -eq 0 ] || part out-of-memory env MOULT_OUT_OF_MEMORY=all tests/out_of_memory
# What the cases are is what most ways begin with: fuzz/TARGET-cases.
take_cases() {
	for file in "$source"/tests/cases/*/"$2"; do
		case=${file%/*}
		cp "$file" "fuzz/$1-cases/${case##*/}"
	done
}

for target in document sql file pair way; do
	[ "$FUZZ" -gt 0 ] && [ -x "tests/fuzz/fuzz-$target" ] || continue
	mkdir -p "fuzz/$target" "fuzz/$target-cases"
	case $target in
	document) take_cases "$target" want.xml ;;
	sql) take_cases "$target" have.sql ;;
	esac
	part "fuzz-$target" "tests/fuzz/fuzz-$target" -max_total_time="$FUZZ" -print_final_stats=1 -max_len=2048 \
		-artifact_prefix="fuzz/$target-" "fuzz/$target" "fuzz/$target-cases" "$source/tests/fuzz/corpus/$target" |
		grep -v '^#'
	add "fuzz-$target" "$(awk '$1 ~ /executed_units/ { n = $2 } END { print n + 0 }' "$said")"
done
echo "== so far"
cat torture.totals "$counts" 2>/dev/null
[ "$(count bad)" -eq 0 ]
