#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# What the program says of itself: `help ID` and `help --completion`.
bats_require_minimum_version 1.5.0
load common

setup() {
	begin
}

# complete_words WORD...: what bash offers for the last of the words of a command line.
complete_words() {
	bash -c '. /dev/stdin <<<"$1"; shift
		COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
		_moult; printf "%s\n" "${COMPREPLY[@]}"' bash "$("$MOULT" help --completion bash)" "$@"
}

@test "help ID: every ID has its entry, with its title" {
	count=0
	while read -r id title; do
		run -0 "$MOULT" help "$id"
		[ "${lines[0]}" = "$id: $title" ]
		[ "${#lines[@]}" -gt 1 ]
		count=$((count + 1))
	done < <(sed -n 's/^DIAGNOSTIC(\([A-Z0-9]*\), .*, "\(.*\)")$/\1 \2/p' \
		"$MOULT_SOURCE/src/base/diagnostics.def" | sed 's/\\"/"/g' | grep -v '^DOC020')
	[ "$count" -gt 100 ]
}

@test "help ID: in any case, as JSON, and one that is not there" {
	run -0 "$MOULT" help md105
	[ "${lines[0]}" = "MD105: values changed by affinity" ]
	run -0 "$MOULT" help MD105 --json
	[[ $output == '{"moult":1,"help":"MD105: '* ]]
	run -2 "$MOULT" help MD999
	[[ $output == *"there is no ID MD999"* ]]
}

@test "bash completes commands, options and the words of an option" {
	run -0 complete_words moult r
	[ "$output" = $'rehearse\nrollback\nrelease' ]
	run -0 complete_words moult apply --no
	[ "$output" = --no-backup ]
	run -0 complete_words moult -v apply --verify ''
	[ "$output" = $'full\nquick\nevery' ]
	run -0 complete_words moult apply --keep ''
	[ -z "$output" ]
	run -0 complete_words moult help app
	[ "$output" = apply ]
}

@test "bash completes names of files, with blanks too" {
	mkdir 'a folder'
	: >'a file'
	run -0 complete_words moult apply 'a f'
	[ "$(sort <<<"$output")" = $'a file\na folder' ]
	run -0 complete_words moult rehearse --dir 'a f'
	[ "$output" = 'a folder' ]
}

@test "zsh and fish take theirs" {
	"$MOULT" help --completion zsh >_moult
	"$MOULT" help --completion fish >moult.fish
	grep -q "^#compdef moult" _moult
	grep -q -- "-l no-backup" moult.fish
	! command -v zsh || zsh -n _moult
	! command -v fish || fish -n moult.fish
}
