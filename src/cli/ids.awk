# SPDX-License-Identifier: MIT
#
# ids.awk: what moult-hazards(7) says of each ID, as plain text for `moult help ID`.
#
#	awk -f ids.awk diagnostics.def moult-hazards.7
#
# An entry begins with a form feed, the ID and its title; a paragraph is a line, with an empty one
# before it, and what stands as it is begins with four blanks.  mdoc(7) has more macros than are
# read here: what moult-hazards.7 uses.
BEGIN {
	print "# What moult-hazards(7) says.\n"
}

FILENAME ~ /\.def$/ {
	if (match($0, /^DIAGNOSTIC\([A-Z0-9]+/)) {
		id = substr($0, 12, RLENGTH - 11)
		split($0, part, "\"")
		title[id] = part[2]
	}
	next
}

/^\.It Cm [A-Z]+[0-9]+$/ {
	end_paragraph()
	inside = 1
	printf "\f%s\n%s\n", $3, title[$3]
	next
}
/^\.(Sh|Ss)/ || (/^\.El/ && !lists) { end_paragraph(); inside = 0 }
!inside { next }
/^\.Bl/ { lists++; next }
/^\.El/ { lists--; end_paragraph(); next }
/^\.Bd/ { end_paragraph(); literal = 1; print ""; next }
/^\.Ed/ { literal = 0; next }
/^\.Pp/ { end_paragraph(); next }
/^\.It/ { end_paragraph(); sub(/^\.It/, ".Li") }
literal { print "    " plain($0); next }
/^\./ { add(macro(substr($0, 2))); next }
{ add(plain($0)) }
END { end_paragraph() }

function end_paragraph() {
	if (inside && paragraph != "")
		print "\n" paragraph
	paragraph = ""
}

function add(words) {
	paragraph = paragraph == "" ? words : paragraph " " words
}

# The escapes of roff: \(dq is a quotation mark, \& nothing.
function plain(text) {
	gsub(/\\\(dq/, "\"", text)
	gsub(/\\\(aq/, "'", text)
	gsub(/\\&/, "", text)
	gsub(/\\-/, "-", text)
	gsub(/\\e/, "\\", text)
	return text
}

# A line of macros: the words without them, marks of punctuation at the word before.
function macro(line,    word, count, i, out, glued, before, quote, end) {
	count = split(line, word, " ")
	glued = 1
	for (i = 1; i <= count; i++) {
		if (word[i] ~ /^(Li|Em|Fn|Nm|Pa|Lk|Cm|Ar|No)$/) {
			continue
		} else if (word[i] == "Ns") {
			glued = 1
			continue
		} else if (word[i] == "Ql") {
			quote = 1
			continue
		} else if (word[i] == "Pq" || word[i] == "Dq") {
			before = word[i] == "Pq" ? "(" : "\""
			end = word[i] == "Pq" ? ")" : "\""
			continue
		} else if (word[i] == "Fl") {
			before = before "-"
			continue
		} else if (word[i] == "Xr") {
			word[i + 2] = word[i + 1] "(" word[i + 2] ")"
			i += 2
		}
		if (quote && word[i] !~ /^[.,;:]$/) {
			word[i] = "\"" word[i] "\""
			quote = 0
		}
		if (end != "" && i == count) {
			word[i] = word[i] ~ /^[.,;:]$/ ? end word[i] : word[i] end
			glued = glued || word[i] ~ /^[)"]/
		}
		out = out (glued || word[i] ~ /^[.,;:]$/ ? "" : " ") before word[i]
		glued = 0
		before = ""
	}
	return plain(out)
}
