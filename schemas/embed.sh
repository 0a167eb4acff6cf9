#!/bin/sh
# SPDX-License-Identifier: MIT
#
# embed.sh: writes a file as a C array, so that the library carries its schema.
#
#	embed.sh schemas/moult.xsd > src/xml/moult-xsd.c
#
# Bytes instead of a string literal: a C compiler need not take a string of more
# than 4095 characters.
set -eu
[ $# -eq 1 ] || { echo "usage: $0 FILE" >&2; exit 2; }

cat <<END
/* SPDX-License-Identifier: MIT */
/* Made by schemas/embed.sh from moult.xsd. */
#include "xml/xsd.h"

const char mo_xsd[] = {
END
od -An -v -tx1 "$1" | sed 's/[[:space:]]*\([0-9a-f][0-9a-f]\)/0x\1,/g'
cat <<END
};

const size_t mo_xsd_size = sizeof(mo_xsd);
END
