# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# page.bash: what holds of every page that moult writes.

# Elements as moult writes them, and no other.  Where a picture is in the page, Graphviz' are there, too.
is_our_page() {
	local value='[A-Za-z0-9_ .%#:;,/=()-]*'
	grep -q '^<!DOCTYPE html>$' "$1"
	grep -q '^</html>$' "$1"
	[ -z "$(sed '/^<style>$/,/^<\/style>/d; /^<svg/,/^<\/svg>/d' "$1" | grep -oE '<[^>]*>?' |
		grep -vE "^</?(a|b|body|code|div|dl|dt|dd|details|figure|figcaption|footer|h[123]|head|header|html|i|li|main|meta|nav|p|pre|section|small|span|style|summary|table|tbody|td|th|thead|title|tr|ul)( (class|id|href|lang|name|content|charset|http-equiv|tabindex|aria-label|colspan|scope|open)(=\"($value|'none')*\")?)*>$" |
		grep -vE '^<(!DOCTYPE html|meta http-equiv="Content-Security-Policy" content="default-src .none.; style-src .unsafe-inline.")>$')" ]
	# Every link leads to a section of the page.
	[ -z "$(comm -23 <(grep -oE 'href="[^"]*"' "$1" | sed 's/^href="#/id="/' | sort -u) \
		<(grep -oE 'id="[^"]*"' "$1" | sort -u))" ]
	# What opens is closed.
	for element in a code details div figure li main nav p pre section span table td tr ul; do
		[ "$(grep -oE "<$element[ >]" "$1" | wc -l)" = "$(grep -o "</$element>" "$1" | wc -l)" ]
	done
	if command -v tidy >/dev/null; then
		[ -z "$(tidy -q -e "$1" 2>&1 | grep -v '<svg> attribute')" ]
	fi
}
