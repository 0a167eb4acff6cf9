#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run.sh: the long form of everything that make check takes a sample of, from
# where the last time ended.  Run by make torture, in the build directory.
#
#	torture.totals		of tests/torture: "cuts 1234", "next-pair 99", ...
#	torture.counts		of the rest, in the same form
#
# PAIRS, ROUNDS, SEEDS, MUTANTS, KILLS, FUZZ (seconds for each fuzz target that
# is built) say how much is done this time; 0 leaves a part out.  Whatever goes
# wrong is said, counted in "bad", and the rest goes on.
PAIRS=${PAIRS:-50} ROUNDS=${ROUNDS:-1} SEEDS=${SEEDS:-1000} MUTANTS=${MUTANTS:-5000}
KILLS=${KILLS:-100} FUZZ=${FUZZ:-60}
counts=torture.counts
source=${MOULT_SOURCE:?}
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

# part NAME COMMAND...: runs it, and keeps count of its seconds and of failure.
part() {
	name=$1 began=$(date +%s)
	shift
	echo "== $name"
	"$@" || { echo "== $name: NOT OK"; add bad 1; }
	add "$name-seconds" $(($(date +%s) - began))
}

# range NAME NUMBER: the next seeds, counted as done.
range() {
	first=$(($(count "$1") + 1))
	add "$1" "$2"
}

[ "$PAIRS" -eq 0 ] || part pairs tests/torture/torture --long --pairs "$PAIRS" --totals torture.totals
[ "$ROUNDS" -eq 0 ] || part rounds tests/torture/torture --long --rounds "$ROUNDS" --totals torture.totals
if [ "$SEEDS" -gt 0 ]; then
	range schema-pairs "$SEEDS"
	part schema-pairs tests/random/random --seed "$first" --count "$SEEDS"
fi
if [ "$MUTANTS" -gt 0 ]; then
	range mutants "$MUTANTS"
	part mutants tests/teeth/teeth --seed "$first" --count "$MUTANTS"
fi
if [ "$KILLS" -gt 0 ]; then
	range kills "$KILLS"
	part kills env SEED="$first" KILLS="$KILLS" sh "$source/tests/torture/kill.sh"
fi
for target in document sql file pair; do
	[ "$FUZZ" -gt 0 ] && [ -x "tests/fuzz/fuzz-$target" ] || continue
	mkdir -p "fuzz/$target"
	part "fuzz-$target" "tests/fuzz/fuzz-$target" -max_total_time="$FUZZ" -print_final_stats=1 -max_len=2048 \
		-artifact_prefix="fuzz/$target-" "fuzz/$target" "$source/tests/fuzz/corpus/$target" 2>"fuzz/$target.log"
	add "fuzz-$target" "$(awk '$1 ~ /executed_units/ { n = $2 } END { print n + 0 }' "fuzz/$target.log")"
done
echo "== so far"
cat torture.totals "$counts" 2>/dev/null
[ "$(count bad)" -eq 0 ]
