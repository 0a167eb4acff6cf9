#!/bin/sh
# SPDX-License-Identifier: MIT
#
# moult.h is read by other people's compilers, with their warnings as errors.
source=${MOULT_SOURCE:-$(dirname "$0")/..}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
number=0

cat >"$work/user.c" <<'END'
#include <moult.h>

int main(void)
{
	moult_options options = MOULT_OPTIONS_INIT;
	moult_outcome outcome = MOULT_OUTCOME_INIT;

	outcome.steps = 0;
	return options.size == sizeof(moult_options) && outcome.size ? 0 : 1;
}
END
cp "$work/user.c" "$work/user.cc"

# compile NAME COMPILER FLAG...; a compiler may be several words
# shellcheck disable=SC2086
compile() {
	number=$((number + 1))
	name=$1
	compiler=$2
	shift 2
	if [ -z "$compiler" ]; then
		echo "ok $number - $name # SKIP no compiler"
	elif $compiler "$@" -I "$source/include" $SQLITE_CFLAGS -fsyntax-only 2>"$work/messages"; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		sed 's/^/# /' "$work/messages"
	fi
}

echo 1..3
compile "moult.h is C99" "${CC:-cc}" -std=c99 -pedantic -Wall -Wextra -Werror "$work/user.c"
compile "moult.h is C11" "${CC:-cc}" -std=c11 -pedantic -Wall -Wextra -Wstrict-prototypes -Werror "$work/user.c"
compile "moult.h is C++" "$CXX" -std=c++11 -Wall -Wextra -Werror "$work/user.cc"
