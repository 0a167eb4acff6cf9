#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# packaging/action.sh, which action.yml runs on GitHub, and the hooks of pre-commit, without either.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
	mkdir bin
	ln -s "$MOULT" bin/moult
	PATH=$PWD/bin:$PATH
	export GITHUB_STEP_SUMMARY=$PWD/summary GITHUB_OUTPUT=$PWD/output RUNNER_TEMP=$PWD
	export DOCUMENTS='' LINT='' HAVE='' WANT='' SQLITE='' SARIF=$PWD/moult.sarif
	. "$MOULT_SOURCE/packaging/action.sh"
	document '' >have.xml
	document 'not-null="true" default="1"' >want.xml
	mkdir scripts
	echo 'CREATE TABLE t(a);' >scripts/1.sql
	: >summary
	: >output
}

@test "action: documents, scripts and the plan" {
	export DOCUMENTS='have.xml want.xml' LINT=scripts HAVE=have.xml WANT=want.xml SQLITE=3.24.0
	run -0 look
	grep -q '"version": *"2.1.0"' moult.sarif
	grep -q person summary
	[ "$(cat output)" = "plan=$PWD/moult-plan.md" ]
}

@test "action: a finding fails the step, and the rest is looked at all the same" {
	echo '<database/>' >broken.xml
	echo 'ALTER TABLE t ADD COLUMN b NOT NULL;' >scripts/2.sql
	export DOCUMENTS=broken.xml LINT=scripts HAVE=have.xml WANT=want.xml
	run ! look
	[[ $output == *broken.xml* ]]
	grep -q '"ruleId"' moult.sarif
	grep -q person summary
}

@test "action: its inputs are the variables of the script" {
	for name in $(sed -n 's/^        \([A-Z]*\): \${{ inputs\.[a-z]* }}$/\1/p' "$MOULT_SOURCE/action.yml"); do
		grep -q "\$$name" "$MOULT_SOURCE/packaging/action.sh"
	done
	[ "$(grep -c 'inputs\.' "$MOULT_SOURCE/action.yml")" = 6 ]
}

@test "pre-commit: the hooks find what they are for" {
	hook() {
		sed -n "/^- id: $1\$/,/^- id: /s/^  entry: //p" "$MOULT_SOURCE/.pre-commit-hooks.yaml"
	}
	run -0 sh -c "$(hook moult-check) want.xml"
	echo '<database/>' >broken.xml
	run -2 sh -c "$(hook moult-check) broken.xml"
	run -0 sh -c "$(hook moult-lint) scripts"
	echo 'ALTER TABLE t ADD COLUMN b NOT NULL;' >scripts/2.sql
	run -1 sh -c "$(hook moult-lint) scripts"
	"$MOULT" release have.xml releases --name begin --quiet
	run -0 sh -c "$(hook moult-releases) releases have.xml"
	run -1 sh -c "$(hook moult-releases) releases want.xml"
	[[ $output == *REL014* ]]
}
