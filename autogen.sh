#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes configure and Makefile.in from their sources in a fresh checkout.
set -e
cd "$(dirname "$0")"
mkdir -p m4
autoreconf --install "$@"
