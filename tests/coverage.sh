#!/bin/sh
# SPDX-License-Identifier: MIT
#
# coverage.sh: how much of the library's lines and branches tests have reached, in a build directory
# that was configured with --enable-coverage: all of it, then the files with most lines not reached.
# Run by make coverage.
find src -name '*.gcda' ! -path 'src/cli/*' -exec gcov -b -n {} + 2>/dev/null | awk '
	# "95.00% of 120"
	function reached(text, part) { split(text, part, /% of /); return int(part[1] * part[2] / 100 + 0.5) }
	function of(text, part) { split(text, part, /% of /); return part[2] }

	/^File / { file = $0; gsub(/^File .*src\/|.$/, "", file); is_ours = $0 ~ /src\/.*\.c.$/ }
	!is_ours { next }
	sub(/^Lines executed:/, "") { lines += of($0); hit += reached($0); missed[file] = of($0) - reached($0) }
	sub(/^Taken at least once:/, "") { branches += of($0); taken += reached($0) }
	END {
		if (!lines) {
			print "coverage.sh: nothing was counted: configure --enable-coverage, then make check" >"/dev/stderr"
			exit 2
		}
		printf "lines: %d of %d, %.1f %%\nbranches: %d of %d, %.1f %%\n",
			hit, lines, 100 * hit / lines, taken, branches, 100 * taken / branches
		for (file in missed)
			if (missed[file])
				print missed[file], file | "sort -rn | head -n 20"
	}'
