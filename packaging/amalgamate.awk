# SPDX-License-Identifier: MIT
#
# amalgamate.awk: the sources of the library as one text, for amalgamate.sh.
#
#	awk -v folders='DIR...' -f amalgamate.awk FILE.c... > moult.c
#
# A header stands where the first file includes it, and nowhere again.  What a file keeps to
# itself, a static name or the tag of a struct, may be called alike in another file: such a
# name gets the name of its file behind it.  A macro of a file ends with the file.
#
# The layout that clang-format gives is relied on: what begins in the first column is of the
# file, and everything else is inside something.
BEGIN {
	count_of_folders = split(folders, folder, " ")
	word = "[A-Za-z_][A-Za-z_0-9]*"
	# What <unistd.h> and its kind declare.
	system_names = split("accept bind close index link open pipe read remove rename select send signal time unlink write", name, " ")
	for (i = 1; i <= system_names; i++)
		own("the system", "", name[i])
	for (i = 1; i < ARGC; i++)
		learn(ARGV[i])
	print "/* SPDX-License-Identifier: MIT */"
	print "/*"
	print " * moult.c: the library as one file, made by `make amalgamation`.  Change the sources instead."
	print " * It needs moult.h beside it, and sqlite3 and libxml2."
	print " */"
	print "#define _DEFAULT_SOURCE"
	print "#ifndef _XOPEN_SOURCE"
	print "#define _XOPEN_SOURCE 700"
	print "#endif"
	print "#include \"moult.h\""
	for (i = 1; i < ARGC; i++)
		put(ARGV[i])
	exit bad
}

function find(name,    i, path, line) {
	for (i = 1; i <= count_of_folders; i++) {
		path = folder[i] "/" name
		if ((getline line < path) >= 0) {
			close(path)
			return path
		}
	}
	print "amalgamate.awk: there is no " name > "/dev/stderr"
	bad = 1
	return ""
}

# ---- what each file keeps to itself ---------------------------------------------------------

# own("x.c", "", "probe") for a name, own("x.c", "struct ", "attempt") for a tag.
function own(file, kind, name) {
	if (name == "" || (file, kind, name) in is_own)
		return
	is_own[file, kind, name] = 1
	owners[kind, name]++
}

function last_word(text) {
	sub(/[^A-Za-z_0-9]*$/, "", text)
	sub(/^.*[^A-Za-z_0-9]/, "", text)
	return text
}

function learn(file,    line, more, in_enum) {
	while ((getline line < file) > 0) {
		if (line ~ /^#include ".*\.h"/) {
			split(line, part, "\"")
			if (part[2] != "moult.h" && !(part[2] in is_learnt)) {
				is_learnt[part[2]] = 1
				learn(find(part[2]))
			}
		} else if (line ~ /^static .*\{$/ && line !~ /[(=]/) {
			if (match(line, /(struct|enum|union) [A-Za-z_0-9]+ \{$/))
				own(file, "tag", last_word(substr(line, 1, length(line) - 2)))
			while (line !~ /^}/ && (getline line < file) > 0)
				;
			own(file, "", last_word(substr(line, 1, match(line, /( =|\[|;)/) - 1)))
		} else if (line ~ /^static /) {
			while (line !~ /[(=;]/ && (getline more < file) > 0)
				line = line " " more
			sub(/[(=;].*/, "", line)
			sub(/(\[[^]]*\])+ *$/, "", line)
			own(file, "", last_word(line))
		} else if (line ~ /^(struct|enum|union) [A-Za-z_0-9]+ \{/) {
			in_enum = line ~ /^enum/
			split(line, part, " ")
			own(file, "tag", part[2])
		} else if (line ~ /^enum \{/) {
			in_enum = 1
		} else if (line ~ /^}/) {
			in_enum = 0
		}
		if (in_enum)
			learn_enumerators(file, line)
	}
	close(file)
}

function learn_enumerators(file, line,    count, i, item) {
	sub(/^enum [A-Za-z_0-9]* *\{/, "", line)
	gsub(/\/\*([^*]|\*[^\/])*\*\//, "", line)
	sub(/\/\*.*/, "", line)
	count = split(line, item, ",")
	for (i = 1; i <= count; i++)
		if (match(item[i], "^[ \t]*" word "[ \t]*(=|$|})"))
			own(file, "", last_word(substr(item[i], RSTART, RLENGTH - (item[i] ~ /=/))))
}

# ---- writing --------------------------------------------------------------------------------

function renamed(file, kind, name,    stem) {
	if (!((file, kind, name) in is_own) || owners[kind, name] < 2)
		return name
	stem = file
	sub(/\.c$/, "", stem)
	sub(/^.*\/src\//, "", stem)
	gsub(/[^A-Za-z_0-9]/, "_", stem)
	return name "_in_" stem
}

# The line with the names of its file made unique.  What is behind a dot or an arrow is a member.
function rewrite(file, line,    out, token, before, kind) {
	out = ""
	before = ""
	while (line != "") {
		if (in_comment) {
			if (!match(line, /\*\//))
				return out line
			token = substr(line, 1, RSTART + 1)
			in_comment = 0
		} else if (match(line, /^\/\*/)) {
			in_comment = 1
			token = "/*"
		} else if (match(line, /^"([^"\\]|\\.)*"/) || match(line, /^'([^'\\]|\\.)*'/) ||
			   match(line, /^[ \t]+/) || match(line, /^->/) ||
			   match(line, /^[0-9][A-Za-z_0-9.]*/) || match(line, "^" word)) {
			token = substr(line, 1, RLENGTH)
		} else {
			token = substr(line, 1, 1)
		}
		line = substr(line, length(token) + 1)
		if (token ~ /^[A-Za-z_]/ && before != "." && before != "->") {
			kind = before ~ /^(struct|enum|union)$/ ? "tag" : ""
			if (kind == "tag" || !in_struct)
				token = renamed(file, kind, token)
		}
		out = out token
		if (token !~ /^[ \t]/)
			before = token
	}
	return out
}

function put(file,    line, name, path, count, i, macros) {
	in_comment = in_struct = count = 0
	while ((getline line < file) > 0) {
		if (line ~ /^#include "/) {
			split(line, part, "\"")
			name = part[2]
			if (name == "moult.h" || (name ~ /\.h$/ && name in is_there))
				continue
			is_there[name] = 1
			path = find(name)
			if (path != "")
				put(path)
			in_comment = in_struct = 0
			continue
		}
		if (line ~ /^#define / && file ~ /\.c$/) {
			split(line, part, /[ (]/)
			if (part[2] !~ /^_/)
				macros[++count] = part[2]
		}
		if (line ~ /^(static |const )*(struct|union) ([A-Za-z_0-9]+ )?\{$/)
			in_struct = 1
		if (line ~ /^}/)
			in_struct = 0
		print file ~ /\.c$/ ? rewrite(file, line) : line
	}
	close(file)
	for (i = 1; i <= count; i++)
		print "#undef " macros[i]
}
