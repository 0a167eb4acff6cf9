#!/bin/sh
# SPDX-License-Identifier: MIT
#
# rqlite.sh HOST:PORT upgrade.json: runs the array on a cluster, all of it or nothing.  Needs curl and jq.
set -eu
answer=$(curl -sS --fail -H 'Content-Type: application/json' --data-binary "@$2" "http://$1/db/execute?transaction")
echo "$answer" | jq -er 'if .error then .error | halt_error else [.results[] | .error // empty] | if length > 0 then .[0] | halt_error else "done" end end'
