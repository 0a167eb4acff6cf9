# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# common.bash: what the tests of the program share.

# Which program, and a directory for each test.
begin() {
	: "${MOULT:=$BATS_TEST_DIRNAME/../build/moult}"
	: "${MOULT_SOURCE:=$BATS_TEST_DIRNAME/..}"
	cd "$BATS_TEST_TMPDIR" || return
}

# Runs moult and holds its exit status, and its two streams apart.
expect() {
	local status=$1
	shift
	run -"$status" --separate-stderr "$MOULT" "$@"
}
