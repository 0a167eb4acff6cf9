#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The two sections of README.md that are to be typed, run line by line as a reader would: each
# command ends as it says there, with the output that stands under it, but for times, the SQLite in
# use and the reader's folder.  Where the first tells the reader to change the document, edit() does.
# The picture is what dump makes.  With --write both sections are printed with what came, for
# whoever changes them.
source=$(cd "${MOULT_SOURCE:-$(dirname "$0")/..}" && pwd) || exit 1
MOULT=$(command -v "${MOULT:-moult}") || exit 1
work=$(mktemp -d) && cd "$work" || exit 1
trap 'cd /; rm -rf "$work"' EXIT

mkdir bin
ln -s "$MOULT" bin/moult
PATH=$work/bin:$PATH
export PATH

section() {
	awk -v title="## $1" '/^## /{ inside = $0 == title } inside' "$source/README.md"
}

# What the text between the commands tells the reader to do.
edit() {
	case $1 in
	'Change three things in `books.xml`'*)
		sed -i.old -e 's|name="author" type="INTEGER"|name="author_id" was="author" type="INTEGER"|' \
			-e 's|name="pages" type="TEXT"/>|name="pages" type="INTEGER"/>\n    <column name="lent_to" type="TEXT"/>|' \
			-e 's|= book.author<|= book.author_id<|' books.xml
		;;
	'A plain copy would have stored'*)
		sed -i.old 's|name="pages" type="INTEGER"|& using="CAST(pages AS INTEGER)"|' books.xml
		;;
	esac
}

# run FOLDER: the same with each command run, and its output in the place of what stands there.  What
# is indented between a line that is no command and the next paragraph is of the document, and stays.
run() {
	mkdir "$1"
	cd "$1" || exit 1
	here='' shown=1 script='' gap=''
	while IFS= read -r line; do
		case $here$shown$line in
		'    $ '*) ;;
		'    '*) gap= && continue ;;
		'') gap=1 && continue ;;
		esac
		[ -z "$gap" ] || echo
		gap=''
		case $line in
		'    $ '*) shown= ;;
		[!\ ]*) shown=1 && edit "$line" ;;
		esac
		printf '%s\n' "$line"
		case $line in
		'    $ '*"<<'END'") here=1 script=${line#'    $ '} ;;
		'    $ '*) sh -c "${line#'    $ '}" 2>&1 | sed 's/^\(.\)/    \1/' ;;
		'    END')
			sh -c "$script
END" 2>&1
			here=
			;;
		'    '*) [ -z "$here" ] || script="$script
${line#'    '}" ;;
		esac
	done
}

plain() {
	sed -E -e 's/[0-9]{14}_/TIME_/g' -e 's/[0-9]{8}T[0-9]{6}Z/TIME/g' -e 's/[0-9]+\.[0-9]+ s$/TIME s/' \
		-e 's/, [0-9.]+ s, /, TIME s, /' -e 's/SQLite 3\.[0-9.]+/SQLite X/' -e 's/^plan [0-9a-f]{32}/plan ID/' \
		-e 's/^    plan [0-9a-f]{32}/    plan ID/' -e "s|$work/[a-z0-9]*/|/home/ada/|" -e 's/[0-9.]+ [KM]iB/SIZE/g'
}

if [ "$1" = --write ]; then
	section "The first five minutes" | (run books) | sed "s|$work/books/|/home/ada/|"
	section "Releases: the first five minutes" | (run shop)
	exit
fi
echo 1..3
number=0
for title in "The first five minutes" "Releases: the first five minutes"; do
	number=$((number + 1))
	section "$title" >section
	(run "$number" <section) >came
	plain <section >wanted
	plain <came >got
	if diff wanted got >differences && [ "$(grep -c '^    \$ moult' section)" -gt 4 ]; then
		echo "ok $number - README, $title: each command says what stands there"
	else
		echo "not ok $number - README, $title: each command says what stands there"
		sed 's/^/# /' differences
	fi
done

# The books as they are at the beginning.
section "The first five minutes" | awk '/^    \$ .*<<.END.$/ { inside = 1; next } /^    END$/ { exit } inside' | sqlite3 seen.db
section "See it" | awk '/^```mermaid$/ { inside = 1; next } /^```$/ { exit } inside' >wanted
moult dump seen.db --format mermaid >got
if [ -s wanted ] && diff wanted got >differences; then
	echo "ok 3 - README, See it: the picture is what dump makes"
else
	echo "not ok 3 - README, See it: the picture is what dump makes"
	sed 's/^/# /' differences
fi
