# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# action.sh: what action.yml does, as functions of the shell, so that it is tested without GitHub.
#
#	build	moult, from the sources of the action, into $RUNNER_TEMP, and into the PATH of later steps
#	look	$DOCUMENTS checked, $LINT linted into $SARIF, and the plan from $HAVE to $WANT as
#		Markdown in the summary and in a file, whose path is the output "plan"
#
# A finding fails the step, when all has been looked at.

build() {
	set -eu
	sudo apt-get update -qq
	sudo apt-get install -y -qq --no-install-recommends build-essential autoconf automake libtool \
		pkg-config libsqlite3-dev libxml2-dev >/dev/null
	cd "$GITHUB_ACTION_PATH"
	./autogen.sh >/dev/null
	mkdir -p "$RUNNER_TEMP/moult" && cd "$RUNNER_TEMP/moult"
	"$GITHUB_ACTION_PATH/configure" -q --enable-silent-rules --disable-shared
	make -s -j"$(nproc)" moult
	echo "$RUNNER_TEMP/moult" >>"$GITHUB_PATH"
}

# note COMMAND...: remembers that it found something, and goes on.
note() {
	"$@" || found=1
}

look() {
	set -u
	found=0
	# shellcheck disable=SC2086 # blanks stand between documents
	[ -z "$DOCUMENTS" ] || note moult check $DOCUMENTS
	if [ -n "$LINT" ]; then
		# shellcheck disable=SC2086
		note moult lint $LINT ${SQLITE:+--sqlite "$SQLITE"}
		# shellcheck disable=SC2086
		moult lint $LINT ${SQLITE:+--sqlite "$SQLITE"} --sarif -o "$SARIF" || [ -s "$SARIF" ] || found=1
	fi
	if [ -n "$WANT" ]; then
		plan=$RUNNER_TEMP/moult-plan.md
		note moult plan "$HAVE" "$WANT" ${SQLITE:+--sqlite "$SQLITE"} --format markdown -o "$plan"
		[ ! -s "$plan" ] || cat "$plan" >>"$GITHUB_STEP_SUMMARY"
		echo "plan=$plan" >>"$GITHUB_OUTPUT"
	fi
	[ "$found" -eq 0 ]
}
