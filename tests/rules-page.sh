#!/bin/sh
# SPDX-License-Identifier: MIT
#
# docs/rules.md against what is there: every rule has a row with its title, every row has
# tests that make the rule speak and be silent, and the tests say so.
cd "${MOULT_SOURCE:-$(dirname "$0")/..}" || exit 1

find tests -name '*.bats' -o -name '*.c' | awk '
# The text of a file, behind a line break; empty where there is no such file.
function read(path,   line, text, more) {
	if (path in texts)
		return texts[path]
	text = "\n"
	while ((more = getline line <path) > 0)
		text = text line "\n"
	close(path)
	return texts[path] = more < 0 ? "" : text
}

# "a, b" as names[1], names[2]: how many.
function split_names(cell, names) {
	gsub(/ /, "", cell)
	return split(cell, names, ",")
}

function report(name, findings) {
	print (findings == "" ? "ok " : "not ok ") ++number " - " name
	gsub(/[^\n]*\n/, "# &", findings)
	printf "%s", findings
}

# The tests of a cell that do not say one of the words of a rule, in lines "WORD ID".
function missing(id, cell, words,   count, names, i, word, j, several, path, found, out) {
	count = split_names(cell, names)
	several = split(words, word, " ")
	for (i = 1; i <= count; i++) {
		path = names[i] ~ "/" ? names[i] : "tests/cases/" names[i] "/expect"
		found = names[i] ~ "/" && index(read(path), id)
		for (j = 1; names[i] !~ "/" && j <= several; j++)
			if (index(read(path), "\n" word[j] " " id "\n"))
				found = 1
		if (!found)
			out = out id ": " path " does not say it\n"
	}
	return out
}

function judge_hazard(id,   count, names, i) {
	if (cell[id, 2] != title[id])
		titles = titles id ": " title[id] "\n"
	if (cell[id, 3] == "")
		rows = rows id "\n"
	if (cell[id, 3] ~ /^[*]/)
		return
	if (cell[id, 5] == "")
		rows = rows id " has no test that shows it silent\n"
	speaks = speaks missing(id, cell[id, 3], "refused says")
	converted = converted missing(id, cell[id, 4], "refused says")
	silent = silent missing(id, cell[id, 5], "silent")
	count = split_names(cell[id, 4], names)
	for (i = 1; i <= count; i++)
		if (!index(read("tests/cases/" names[i] "/want.xml"), "using"))
			converted = converted id ": " names[i] " has no using\n"
}

function judge_lint(id,   count, names, i, text) {
	if (cell[id, 2] != title[id])
		lint = lint id " has no row with its title\n"
	if (cell[id, 3] == "" || cell[id, 4] == "")
		lint = lint id " has no cases\n"
	count = split_names(cell[id, 3], names)
	for (i = 1; i <= count; i++)
		if (!index(read("tests/lint/" names[i] "/expect"), "\nfinds " id " "))
			lint = lint id ": " names[i] " does not find it\n"
	count = split_names(cell[id, 4], names)
	for (i = 1; i <= count; i++) {
		text = read("tests/lint/" names[i] "/expect")
		if (text == "" || index(text, "\nfinds " id " "))
			lint = lint id ": " names[i] " is not silent\n"
	}
}

# Documents, scripts and runs: tests that speak of the rule, and a name or line of one.
function judge_other(id,   count, names, i) {
	if (id == "DOC020" || id == "REL013" || id == "RUN050")
		return
	if (cell[id, 2] != title[id])
		others = others id " has no row with its title\n"
	count = split_names(cell[id, 3], names)
	if (!count)
		others = others id " has no test\n"
	for (i = 1; i <= count; i++)
		if (!index(read(names[i]), id))
			others = others id ": " names[i] " does not speak of it\n"
	if (cell[id, 4] == "" || !index(tests, cell[id, 4]))
		others = others id ": there is no \"" cell[id, 4] "\" in the tests\n"
}

# The planted faults that the page says somebody finds are those of the test.
function judge_planted(finder, words,   text, planted) {
	text = read("tests/unit/test_planted.c")
	gsub(/[\n\t ]/, "", text)
	planted = gsub("\"," finder ",\"RUN", "", text)
	if (planted != said[words])
		counts = counts words ": " said[words] + 0 " are said, " planted " are planted\n"
}

function read_diagnostics(   path, line, id, i, part) {
	path = "src/base/diagnostics.def"
	while ((getline line <path) > 0) {
		if (line !~ /^DIAGNOSTIC\(/)
			continue
		id = substr(line, 12, index(line, ",") - 12)
		match(line, /"[^"]*"/)
		title[id] = substr(line, RSTART + 1, RLENGTH - 2)
		ids[++last] = id
	}
}

function read_page(   path, line, count, parts, i, word) {
	path = "docs/rules.md"
	while ((getline line <path) > 0) {
		count = split(line, parts, / *[|] */)
		if (parts[2] ~ /^[A-Z]+[0-9]+$/)
			for (i = 2; i <= count; i++)
				cell[parts[2], i - 1] = parts[i]
		if (parts[2] ~ /^M[A-Z][0-9]+$/ && !(parts[2] in title))
			nobody = nobody parts[2] "\n"
		for (word in said)
			if (parts[2] ~ /^[0-9]+$/ && index(parts[3], word))
				said[word] = parts[2]
	}
}

{ tests = tests read($0) }

END {
	said["the write guard"] = said["the count of changed rows"] = ""
	said["the proof (`proof"] = said["the proof with"] = ""
	read_diagnostics()
	read_page()
	manual_page = read("man/moult-hazards.7")
	for (i = 1; i <= last; i++) {
		id = ids[i]
		if (!index(manual_page, "\n.It Cm " id "\n"))
			manual = manual id "\n"
		if (id ~ /^M/)
			judge_hazard(id)
		else if (id ~ /^LN/)
			judge_lint(id)
		else
			judge_other(id)
	}
	judge_planted("GUARD", "the write guard")
	judge_planted("COUNT", "the count of changed rows")
	judge_planted("PROOF", "the proof (`proof")
	judge_planted("EVERY", "the proof with")

	print "1..10"
	report("every rule about documents and runs has a row, with tests", others)
	report("every rule has an entry in moult-hazards(7)", manual)
	report("the planted faults are as many as the page says", counts)
	report("every hazard has a row, with tests", rows)
	report("the rows have the titles of the diagnostics", titles)
	report("what is to speak is made to speak", speaks)
	report("conversions by using are among it", converted)
	report("what is to be silent is shown to be", silent)
	report("there are no rows of hazards that do not exist", nobody)
	report("every rule of the linter has cases in which it speaks and is silent", lint)
}'
