#!/bin/sh
# SPDX-License-Identifier: MIT
#
# embed.sh: writes a file as a C array with a 0 behind it, so that the library carries it.
#
#	embed.sh NAME FILE > FILE.c
#
# The comment that the file begins with, to the first empty line, is left out.
# Bytes instead of a string literal: a C compiler need not take a string of more
# than 4095 characters.
set -eu
[ $# -eq 2 ] || { echo "usage: $0 NAME FILE" >&2; exit 2; }

cat <<END
/* SPDX-License-Identifier: MIT */
/* Made by embed.sh from $(basename "$2"). */
extern const char $1[];

const char $1[] = {
END
sed '1,/^$/d' "$2" | od -An -v -tx1 | sed 's/[[:space:]]*\([0-9a-f][0-9a-f]\)/0x\1,/g'
cat <<END
0};
END
