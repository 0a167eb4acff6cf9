# SPDX-License-Identifier: MIT
#
# Names, values and paths are the words of others: nothing of them moves the
# cursor, hides what it says, or gets out of a comment or literal.

bats_require_minimum_version 1.5.0
load common

ESC=$'\e[2J'
C1=$'\xc2\x9b31m'
BIDI=$'\xe2\x80\xae'
ISOLATE=$'\xe2\x81\xa6'
NAME="n$ESC$C1$BIDI$ISOLATE"$'\x7f\xd8\x9c\x07'

setup() {
	begin
	sqlite3 "a$ESC.db" "CREATE TABLE \"t$NAME\"(id INTEGER PRIMARY KEY, \"a$NAME\" TEXT CHECK (\"a$NAME\" <> '$NAME'),
			b TEXT DEFAULT '$NAME');
		CREATE INDEX \"i$NAME\" ON \"t$NAME\"(b);
		CREATE VIEW \"v$NAME\" AS SELECT * FROM \"t$NAME\";
		INSERT INTO \"t$NAME\" VALUES (1, '$ESC$C1', NULL), (2, '$BIDI', '$NAME'), (3, 'x', '$NAME');"
	cp "a$ESC.db" app.db
	"$MOULT" dump app.db --format sql >app.sql
	sed 's/^  b TEXT DEFAULT.*/  b TEXT NOT NULL UNIQUE/' app.sql >want.sql
	echo "CREATE TABLE \"u$NAME\"(x); DROP TABLE \"t$NAME\"; SELECT \"$NAME\";" >"s$ESC.sql"
}

# Nothing in FILE that a terminal would obey.  What \r there is comes from the terminal itself.
is_clean() {
	! LC_ALL=C grep -aqP '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]|\xd8\x9c|\xff' "$1"
}

# What a command says, with both streams in files and on a terminal, is clean.
clean() {
	"$MOULT" "$@" --color never >out 2>err </dev/null || true
	[ -s out ] || [ -s err ]
	is_clean err
	[ -n "$exact" ] || is_clean out
	command -v script >/dev/null || return 0
	printf '%q ' "$MOULT" "$@" --color never >run
	script -qc "stty -opost 2>/dev/null; $(cat run)" /dev/null </dev/null >typescript
	[ -s typescript ]
	is_clean typescript
}

@test "on a terminal and in JSON" {
	local json
	for json in "" --json; do
		exact=
		clean diff app.db want.sql $json
		clean plan "a$ESC.db" want.sql $json
		clean plan app.sql want.sql $json
		clean rehearse "a$ESC.db" want.sql $json
		clean apply "a$ESC.db" want.sql $json --yes
		clean apply "a$ESC.db" app.sql $json --yes --verbose
		clean apply "a$ESC.db" want.sql $json --allow all # which asks on a terminal
		clean rollback "a$ESC.db" $json
		clean status "a$ESC.db" want.sql $json
		clean verify "a$ESC.db" want.sql $json
		clean lint "s$ESC.sql" "a$ESC.db" $json
		clean lint "s$ESC.sql" "a$ESC.db" --sarif
		clean history "a$ESC.db" $json
		clean check "s$ESC.sql" $json
		clean check "no$NAME.xml" $json
		clean "no$NAME" $json
		clean plan --"no$NAME" $json
		clean plan app.db want.sql "more$NAME" $json
		clean plan app.db want.sql --allow "no$NAME" $json
		clean plan app.db want.sql --strategy "no$NAME" $json
		clean dump "a$ESC.db" $json # no XML can hold such a name
	done
}

@test "scripts are exact in a file and in a pipe, and shown on a terminal" {
	exact=yes
	clean dump "a$ESC.db" --format sql
	clean plan app.sql want.sql --format sql --allow all
	clean plan app.sql want.sql --format shell --allow all
	LC_ALL=C grep -aqF "t$NAME" app.sql
	sqlite3 new.db <app.sql
	expect 0 diff app.db new.db
	expect 0 dump app.db --format sql -o file.sql
	cmp app.sql file.sql
	if command -v script >/dev/null; then
		# shellcheck disable=SC2016
		MOULT="$MOULT" script -qec '"$MOULT" dump app.db --format sql' /dev/null </dev/null >typescript
		[[ $(cat typescript) == *"<U+001B>[2J<U+009B>31m<U+202E><U+2066><U+007F><U+061C><U+0007>"* ]]
	fi
}

@test "bytes that are no UTF-8, overlong ones too" {
	printf 'CREATE TABLE t("a\xff\xc0\x9b\xe0\x80\x9b\xed\xa0\x80");' >bad.sql
	for command in "diff app.db bad.sql" "plan app.db bad.sql"; do
		# shellcheck disable=SC2086
		run "$MOULT" $command
		is_clean <(echo "$output")
		# shellcheck disable=SC2086
		run "$MOULT" $command --json
		is_clean <(echo "$output")
	done
}

@test "names that would end a comment or a literal, in scripts and units" {
	local evil
	for evil in $'x\n; DROP TABLE keep; --' $'x*/ DROP TABLE keep; /*' $'x"; DROP TABLE keep; --' \
		$'x??/\n' $'x\\' $'x\r; DROP TABLE keep; --' $'x\f\v' $'x\xe2\x80\xa8; DROP TABLE keep;' \
		$'x\n.shell touch pwned\n' $'%s%n??=' $'x??/' $'x*??/\n/'; do
		rm -f e.db keep.db up.[cho]
		sqlite3 e.db "CREATE TABLE keep(a); INSERT INTO keep VALUES (1);
			CREATE TABLE \"${evil//\"/\"\"}\"(id INTEGER PRIMARY KEY, a TEXT, b);"
		"$MOULT" dump e.db --format sql >e.sql
		sqlite3 keep.db <e.sql
		expect 0 diff e.db keep.db
		sed 's/a TEXT/a TEXT NOT NULL/' e.sql >w.sql
		run ! cmp -s e.sql w.sql
		for format in sql shell; do
			cp keep.db run.db
			"$MOULT" plan e.sql w.sql --format $format --allow all >up.sql
			sqlite3 -bail run.db <up.sql
			[ "$(sqlite3 run.db "SELECT count(*) FROM keep")" -ge 0 ]
			expect 0 diff run.db w.sql
			[ ! -e pwned ]
			# refused: comments only
			"$MOULT" plan e.db w.sql --format $format >up.sql || true
			grep -v -e ^-- -e '^$' -e '^\.bail on$' up.sql >rest || true
		done
		"$MOULT" plan e.sql w.sql --format c -o up.c --allow all
		command -v "${CC%% *}" >/dev/null || continue
		# shellcheck disable=SC2086
		${CC:-cc} -std=c99 -trigraphs -Wall -Wextra -Werror -c up.c -o up.o
	done
}
