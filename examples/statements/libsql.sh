#!/bin/sh
# SPDX-License-Identifier: MIT
#
# libsql.sh URL upgrade.json: runs the array on a libSQL server, all of it or nothing.  Needs curl and jq.
#
# Each step runs only where the one before did, and the last takes all back where COMMIT did not run.
set -eu
jq -c '(["BEGIN"] + . + ["COMMIT"]) as $all | {requests: [{type: "batch", batch: {steps:
	([$all | to_entries[] | {stmt: {sql: .value}} + if .key > 0 then {condition: {type: "ok", step: (.key - 1)}} else {} end]
	+ [{stmt: {sql: "ROLLBACK"}, condition: {type: "not", cond: {type: "ok", step: ($all | length - 1)}}}])}},
	{type: "close"}]}' "$2" |
	curl -sS --fail -H 'Content-Type: application/json' ${TOKEN:+-H "Authorization: Bearer $TOKEN"} --data-binary @- "$1/v2/pipeline" |
	jq -er '.results[0] | if .type == "error" then .error.message | halt_error
		else [.response.result.step_errors[] | select(.) | .message] | if length > 0 then .[0] | halt_error else "done" end end'
