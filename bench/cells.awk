# SPDX-License-Identifier: MIT
#
# cells.awk: what bench/matrix needs for each cell, from bench/shapes and bench/kinds.
#
#	awk -f cells.awk -v out=DIR -v rows=N -v seed=N -v shapes=LIST -v kinds=LIST shapes kinds
#
# Prints a line for each cell: shape, kind, group and what is to be allowed, or -.  In DIR it makes
# SHAPE.sql, which fills a database, and for each cell SHAPE.KIND.want.sql, the schema that is
# wanted, SHAPE.KIND.sql, the change by hand, and SHAPE.KIND.sed, which adds to a dump of that
# schema what a schema cannot say.  LIST is names with commas between, of shapes, and of kinds or their
# groups; all is all.  With sample=1 a kind is tried on one shape, and each shape with an eighth of
# its other kinds.
#
# Names behind four spaces in the head of a function are its own.

FNR == 1 { file++ }
/^#/ || !NF { next }
{ sub(/^[ \t]+/, "") }
$2 == "*" {
	times = $1
	line = behind(2)
	for (number = 1; number <= times; number++) {
		$0 = line
		gsub(/#/, number)
		take()
	}
	next
}
{ take() }

END {
	listed(shapes, wanted_shape)
	listed(kinds, wanted_kind)
	if (!all_known())
		exit 1
	for (s = 1; s <= shape_count; s++)
		if (shape_kinds[shape_name[s]] != "" && is_wanted(wanted_shape, shape_name[s]))
			make_shape(shape_name[s])
}

# The line without its first N words.
function behind(n,    text) {
	text = $0
	while (n-- > 0)
		sub(/^[^ \t]+[ \t]*/, "", text)
	return text
}

function take() {
	if (file == 1)
		take_shape()
	else
		take_kind()
}

# ---- shapes: have[SHAPE, VERB, N] are the lines of a shape, have[SHAPE, VERB] is their number

function add_to(shape, verb, text) {
	have[shape, verb, ++have[shape, verb]] = text
}

function take_shape(    verbs, count, v, i) {
	if ($1 == "shape") {
		shape = shape_name[++shape_count] = $2
		count = split("column pragma option index trigger other fill divide", verbs, " ")
		for (v = 1; v <= count; v++)
			for (i = 1; i <= have[$3, verbs[v]]; i++)
				add_to(shape, verbs[v], have[$3, verbs[v], i])
	} else if ($1 == "kinds") {
		shape_kinds[shape] = behind(1)
	} else if ($1 == "column") {
		take_column(behind(1))
	} else {
		add_to(shape, $1, behind(1))
	}
}

# A shape may say a column of the one it is like once more.
function take_column(text,    name, i) {
	name = text
	sub(/ .*/, "", name)
	for (i = 1; i <= have[shape, "column"]; i++)
		if (index(have[shape, "column", i], name " ") == 1) {
			have[shape, "column", i] = text
			return
		}
	add_to(shape, "column", text)
}

# ---- kinds: edit[KIND, N] are the lines of a kind, edit[KIND] is their number ---------------

function begin_kind(name, groups) {
	kind = kind_name[++kind_count] = name
	kind_groups[kind] = groups
}

function take_kind(    i) {
	if ($1 == "kind") {
		begin_kind($2, behind(2))
	} else if ($1 == "pair") {
		for (i = 4; i <= NF; i++) {
			begin_kind($3 ">" $i, "pair")
			edit[kind, ++edit[kind]] = "column " $2 " " $i
		}
	} else {
		edit[kind, ++edit[kind]] = $0
	}
}

# ---- what is asked for ----------------------------------------------------------------------

function listed(list, names,    count, i, part) {
	count = split(list, part, ",")
	for (i = 1; i <= count; i++)
		names[part[i]] = 1
}

function is_wanted(names, name) {
	return ("all" in names) || (name in names)
}

function all_known(    k, count, i, part, name, unknown) {
	known["all"] = known["none"] = 1
	for (k = 1; k <= shape_count; k++)
		known[shape_name[k]] = 1
	for (k = 1; k <= kind_count; k++) {
		count = split(kind_name[k] " " kind_groups[kind_name[k]], part, " ")
		for (i = 1; i <= count; i++)
			known[part[i]] = 1
	}
	count = split(shapes "," kinds, part, ",")
	for (i = 1; i <= count; i++)
		if (!(part[i] in known)) {
			print "there is no " part[i] >"/dev/stderr"
			unknown++
		}
	return !unknown
}

# Whether one of the kind's groups, or its name, is in the list.
function is_of(kind, names,    count, i, part) {
	count = split(kind " " kind_groups[kind], part, " ")
	for (i = 1; i <= count; i++)
		if (is_wanted(names, part[i]))
			return 1
	return 0
}

# And makes the cell, where it is.
function is_tried(shape, kind,    count, i, part, takes) {
	if (!is_of(kind, wanted_kind))
		return 0
	split("", takes)
	count = split(shape_kinds[shape], part, " ")
	for (i = 1; i <= count; i++)
		takes[part[i]] = 1
	return is_of(kind, takes) && applies(shape, kind)
}

function is_left_out(shape, kind) {
	if (!sample)
		return 0
	if (!tried_kind[kind]++)
		return 0
	if (!(shape in tried_shape))
		tried_shape[shape] = sampled++
	return tried_shape[shape]++ % 8
}

# ---- a cell: the table as it is wanted ------------------------------------------------------

function word(text, n,    part) {
	split(text, part, " ")
	return part[n]
}

function rest(text, n) {
	while (n-- > 0)
		sub(/^[^ \t]+[ \t]*/, "", text)
	return text
}

function declared(text) {
	sub(/ = .*/, "", text)
	sub(/ none/, "", text)
	return text
}

# Fills order, column, index_order, indexed, fills (by hand), using (of moult), option, constraint,
# plain and allow.
function begin_cell(shape,    i, text) {
	split("", column); split("", order); split("", indexed); split("", index_order)
	split("", fills); split("", using); split("", gone); split("", renamed)
	columns = index_count = gone_count = 0
	constraint = plain = ""
	allow = "-"
	for (i = 1; i <= have[shape, "column"]; i++) {
		text = have[shape, "column", i]
		order[++columns] = word(text, 1)
		column[word(text, 1)] = declared(text)
		fills[word(text, 1)] = word(text, 1)
	}
	for (i = 1; i <= have[shape, "index"]; i++)
		add_index("INDEX", have[shape, "index", i])
	option = have[shape, "option"] ? have[shape, "option", have[shape, "option"]] : ""
}

function add_index(what, text) {
	index_order[++index_count] = word(text, 1)
	indexed[word(text, 1)] = "CREATE " what " " word(text, 1) " ON t(" index_keys(rest(text, 1)) ";"
}

# "a, b" or "a WHERE ...".
function index_keys(text) {
	return sub(/ WHERE /, ") WHERE ", text) ? text : text ")"
}

# Makes the change; 0 where it speaks of what the shape has not.
function applies(shape, kind,    i, text, verb, name) {
	begin_cell(shape)
	for (i = 1; i <= edit[kind]; i++) {
		text = edit[kind, i]
		verb = word(text, 1)
		name = word(text, 2)
		if (verb ~ /^(column|drop|rename)$/ && !(name in column))
			return 0
		if (verb == "unindex" && !(name in indexed))
			return 0
		if (!is_known(rest(text, 2), verb))
			return 0
		change(verb, name, rest(text, 1))
	}
	return 1
}

# Indexes and what fills columns may only speak of columns that are there.
function is_known(text, verb,    names, count, i) {
	if (verb == "index" || verb == "unique")
		return (word(text, 1) in column)
	if (verb == "using") {
		gsub(/'[^']*'|\([^)]*SELECT.*\)/, " ", text)
		count = split(text, names, /[^a-z]+/)
		for (i = 1; i <= count; i++)
			if (names[i] != "" && names[i] != "printf" && !(names[i] in column))
				return 0
	}
	return 1
}

function change(verb, name, text) {
	if (verb == "column") {
		column[name] = declared(text)
	} else if (verb == "add") {
		order[++columns] = name
		column[name] = declared(text)
	} else if (verb == "drop") {
		delete column[name]
		gone[++gone_count] = "column=\"" name "\""
	} else if (verb == "rename") {
		renamed[name] = rest(text, 1)
	} else if (verb == "using") {
		using[name] = fills[name] = rest(text, 1)
	} else if (verb == "copy") {
		fills[name] = rest(text, 1)
	} else if (verb == "constraint") {
		constraint = constraint ", " text
	} else if (verb == "option") {
		option = text == "-" ? "" : text
	} else if (verb == "index" || verb == "unique") {
		add_index(verb == "unique" ? "UNIQUE INDEX" : "INDEX", text)
	} else if (verb == "unindex") {
		delete indexed[name]
		gone[++gone_count] = "index=\"" name "\""
	} else if (verb == "plain") {
		plain = text
	} else if (verb == "allow") {
		allow = text
	}
}

# ---- what is written ------------------------------------------------------------------------

function table_sql(name,    i, text, one) {
	for (i = 1; i <= columns; i++)
		if (order[i] in column) {
			one = column[order[i]]
			if (order[i] in renamed)
				one = renamed[order[i]] " " rest(one, 1)
			text = text (text ? ", " : "") one
		}
	return "CREATE TABLE " name "(" text constraint ") " option ";"
}

function indexes_sql(    i, text) {
	for (i = 1; i <= index_count; i++)
		if (index_order[i] in indexed)
			text = text indexed[index_order[i]] "\n"
	return text
}

function lines(shape, verb, before,    i, text) {
	for (i = 1; i <= have[shape, verb]; i++)
		text = text before have[shape, verb, i] ";\n"
	return text
}

# h(K): a multiplicative hash of the row's number and a salt.
function hashed(text,    salt) {
	while (match(text, /h\([0-9]+\)/)) {
		salt = substr(text, RSTART + 2, RLENGTH - 3)
		text = substr(text, 1, RSTART - 1) "((i * 2654435761 + " (salt + seed) * 40503 \
			") & 4294967295)" substr(text, RSTART + RLENGTH)
	}
	return text
}

function values(shape,    i, text, one) {
	for (i = 1; i <= have[shape, "column"]; i++) {
		one = have[shape, "column", i]
		text = text (i > 1 ? ", " : "") substr(one, index(one, " = ") + 3)
	}
	return hashed(text)
}

function make_shape(shape,    file, count, fill, k) {
	for (k = 1; k <= kind_count; k++)
		if (is_tried(shape, kind_name[k]) && !is_left_out(shape, kind_name[k])) {
			make_cell(shape, kind_name[k])
			count++
		}
	if (!count)
		return
	begin_cell(shape)
	file = out "/" shape ".sql"
	rows_here = have[shape, "divide"] ? int(rows / have[shape, "divide", 1]) : rows
	fill = hashed(lines(shape, "fill", ""))
	gsub(/ROWS/, rows_here, fill)
	printf "%s%s\nBEGIN;\n%s", lines(shape, "pragma", "PRAGMA "), table_sql("t"),
		lines(shape, "other", "") >file
	printf "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < %d)\n",
		rows_here >file
	printf "INSERT INTO t SELECT %s FROM n;\n", values(shape) >file
	gsub(/WITH n/, "WITH RECURSIVE n", fill)
	printf "%s%s%sCOMMIT;\n", fill, indexes_sql(), lines(shape, "trigger", "CREATE TRIGGER ") >file
	close(file)
}

function make_cell(shape, kind,    file) {
	print shape, kind, word(kind_groups[kind], 1), allow
	file = out "/" shape "." kind
	printf "%s\n%s%s%s", table_sql("t"), indexes_sql(), lines(shape, "other", ""),
		lines(shape, "trigger", "CREATE TRIGGER ") >(file ".want.sql")
	close(file ".want.sql")
	print plain ? "BEGIN; " plain "; COMMIT;" : twelve_steps(shape) >(file ".sql")
	close(file ".sql")
	printf "%s", more() >(file ".sed")
	close(file ".sed")
}

# Those of sqlite.org/lang_altertable.html.
function twelve_steps(shape,    i, names, from) {
	for (i = 1; i <= columns; i++)
		if ((order[i] in column) && (order[i] in fills)) {
			names = names (names ? ", " : "") order[i]
			from = from (from ? ", " : "") fills[order[i]]
		}
	return "PRAGMA foreign_keys = OFF;\nBEGIN;\n" table_sql("t_new") \
		"\nINSERT INTO t_new(" names ") SELECT " from " FROM t AS old;\n" \
		"DROP TABLE t;\nALTER TABLE t_new RENAME TO t;\n" indexes_sql() \
		lines(shape, "trigger", "CREATE TRIGGER ") "COMMIT;"
}

function escaped(text) {
	gsub(/&/, "\\&amp;", text)
	gsub(/</, "\\&lt;", text)
	gsub(/"/, "\\&quot;", text)
	gsub(/[\\&~]/, "\\\\&", text)
	return text
}

# In the table t of a dump: using and was of columns, and tombstones.
function more(    i, name, text) {
	for (i = 1; i <= columns; i++) {
		name = order[i]
		if (name in using)
			text = text "s~<column name=\"" name "\"~& using=\"" escaped(using[name]) "\"~\n"
		if (name in renamed)
			text = text "s~<column name=\"" renamed[name] "\"~& was=\"" name "\"~\n"
	}
	for (i = 1; i <= gone_count; i++)
		text = text "s~</table>~<dropped " gone[i] "/>&~\n"
	return text ? "/<table name=\"t\"/,/<\\/table>/{\n" text "}\n" : ""
}
