#!/bin/sh
# SPDX-License-Identifier: MIT
#
# postfailure.sh: a script of the type postfailure, which newer releases of SWUpdate call
# when an update has failed: what data.sh had already migrated goes back.
set -u
: "${DATA:=/data/app.db}" "${HERE:=/data/update}"

[ ! -x "$HERE/upgrade-data" ] || "$HERE/upgrade-data" back "$DATA"
