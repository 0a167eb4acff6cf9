# SPDX-License-Identifier: MIT
#
# report.awk: what the results of bench/matrix say, in Markdown: the worst cells, how the others
# are spread, how the costs grow, and what many tables cost.
#
# A result is a line: rows, shape, kind, group, way, run, ok or over or failed, CPU s, wall s,
# peak KiB, bytes written, with tabs between.  A cell is rows, shape and kind.
# Names behind four spaces in the head of a function are its own.

BEGIN {
	FS = "\t"
	worst = worst ? worst : 30
	way_count = split("cp plain hand apply quick bare check", way_names, " ") - 1
}
/^#/ { said[++said_count] = substr($0, 3); next }
$7 == "failed" { failed[++failed_count] = $2 ", " $3 ", " $5; next }
{
	cell = $1 FS $2 FS $3
	if (!(cell in group))
		cells[++cell_count] = cell
	group[cell] = $4
	if ($4 != "tables" && $1 + 0 > most_rows)
		most_rows = $1 + 0
	cost[cell, $5, ++runs[cell, $5]] = $8 + 0
	if ($7 == "over")
		is_over[cell, $5] = 1
	written[cell, $5] = $11 + 0
	is_measured[$5] = 1
	if ($10 + 0 > peak[$5]) {
		peak[$5] = $10 + 0
		peak_at[$5] = $2 ", " $3 ", " $1 ($4 == "tables" ? " tables" : " rows")
	}
}

END {
	for (i = 1; i <= said_count; i++)
		print said[i] "."
	for (i = 1; i <= failed_count; i++)
		print "\nFailed: " failed[i] "."
	find_medians()
	if (most_rows) {
		find_ratios()
		write_summary()
		write_worst()
		write_spread("shape")
		write_spread("group")
		write_growth()
	}
	write_tables()
	write_peaks()
}

# ---- numbers --------------------------------------------------------------------------------

function sort(list, n,    i, k, one) {
	for (i = 2; i <= n; i++) {
		one = list[i]
		for (k = i - 1; k > 0 && list[k] > one; k--)
			list[k + 1] = list[k]
		list[k + 1] = one
	}
}

# The value that a part of the N sorted ones do not exceed.
function quantile(list, n, part,    at) {
	if (part == 0.5 && n % 2 == 0)
		return (list[n / 2] + list[n / 2 + 1]) / 2
	at = int(part * n)
	return list[at < part * n ? at + 1 : at]
}

# Of all ways, the last of which, check, is one of many tables only.
function find_medians(    c, w, i, key, list) {
	for (c = 1; c <= cell_count; c++)
		for (w = 1; w <= way_count + 1; w++) {
			key = cells[c] SUBSEP way_names[w]
			if (!(key in runs))
				continue
			for (i = 1; i <= runs[key]; i++)
				list[i] = cost[key, i]
			sort(list, runs[key])
			median[key] = quantile(list, runs[key], 0.5)
		}
}

# The ratio of two ways, "" where one was not measured, the second was ended, or is plain and writes
# no row.
function ratio(cell, way, base) {
	if (!((cell, way) in median) || !((cell, base) in median) || median[cell, base] <= 0)
		return ""
	if ((cell, base) in is_over)
		return ""
	if (base == "plain" && written[cell, base] * 50 < written[cell, "hand"])
		return ""
	return median[cell, way] / median[cell, base]
}

function part_of(cell, n,    part) {
	split(cell, part, FS)
	return part[n]
}

# ranked: the cells of the most rows, in the order of apply to hand, the worst first.
function find_ratios(    c, i, one) {
	for (c = 1; c <= cell_count; c++) {
		if (group[cells[c]] == "tables" || part_of(cells[c], 1) + 0 != most_rows)
			continue
		one = cells[c]
		for (i = ranked_count++; i > 0 && rank(ranked[i]) < rank(one); i--)
			ranked[i + 1] = ranked[i]
		ranked[i + 1] = one
	}
}

function rank(cell) {
	return ratio(cell, "apply", "hand") + 0
}

# ---- tables of the report -------------------------------------------------------------------

function number(value, places) {
	return value == "" ? "-" : sprintf("%." places "f", value)
}

function seconds(cell, way) {
	if (!((cell, way) in median))
		return "-"
	return ((cell, way) in is_over ? "over " : "") number(median[cell, way], 3)
}

# The names of the ways that were measured, or what they cost in a cell.
function each_way(cell,    w, text) {
	for (w = 1; w <= way_count; w++)
		if (way_names[w] in is_measured)
			text = text " | " (cell == "" ? way_names[w] : seconds(cell, way_names[w]))
	return text
}

function rule(count,    text) {
	while (count-- > 0)
		text = text "|---"
	return text "|"
}

function ways_measured(    w, n) {
	for (w = 1; w <= way_count; w++)
		n += way_names[w] in is_measured
	return n
}

function write_summary(    i, n, above, beside, value, quick, slower) {
	for (i = 1; i <= ranked_count; i++) {
		value = ratio(ranked[i], "apply", "hand")
		if (value != "") {
			n++
			above += value > 1
			beside += value > 0.75
		}
		value = ratio(ranked[i], "quick", "plain")
		if (value != "") {
			quick++
			slower += value > 1
		}
	}
	printf "\n%d cells of %d rows: apply costs more than hand in %d of %d, more than 0.75 of it in %d;\n",
		ranked_count, most_rows, above, n, beside
	printf "quick costs more than plain in %d of %d where plain writes rows.\n", slower, quick
}

function write_worst(    i, cell) {
	printf "\nThe worst, CPU seconds and ratios:\n\n"
	print "| shape | kind" each_way("") " | apply of hand | apply of plain | quick of plain | bare of plain |"
	print rule(6 + ways_measured())
	for (i = 1; i <= ranked_count && i <= worst; i++) {
		cell = ranked[i]
		printf "| %s | %s%s | %s | %s | %s | %s |\n", part_of(cell, 2), part_of(cell, 3), each_way(cell),
			number(ratio(cell, "apply", "hand"), 2), number(ratio(cell, "apply", "plain"), 2),
			number(ratio(cell, "quick", "plain"), 2), number(ratio(cell, "bare", "plain"), 2)
	}
}

# Median, 90 % and greatest of one ratio over the cells of a name; all for every cell.
function three(by, name, way, base,    n, i, list, value) {
	for (i = 1; i <= ranked_count; i++) {
		value = ratio(ranked[i], way, base)
		if (value != "" && (name == "all" || name_of(by, ranked[i]) == name))
			list[++n] = value
	}
	if (!n)
		return "- | - | -"
	sort(list, n)
	return number(quantile(list, n, 0.5), 2) " | " number(quantile(list, n, 0.9), 2) " | " number(list[n], 2)
}

function name_of(by, cell) {
	return by == "group" ? group[cell] : part_of(cell, 2)
}

function write_spread(by,    c, i, n, names, count, cell, name) {
	for (c = 1; c <= cell_count; c++) {
		cell = cells[c]
		if (group[cell] == "tables" || part_of(cell, 1) + 0 != most_rows)
			continue
		name = name_of(by, cell)
		if (!count[name]++)
			names[++n] = name
		count["all"]++
	}
	names[++n] = "all"
	printf "\nBy %s: the median of the cells, what nine of ten do not exceed, and the greatest:\n\n",
		(by == "group" ? "group of kinds" : "shape")
	print "| " by " | cells | apply of hand: median | 90 % | greatest | quick of plain: median | 90 % | greatest" \
		" | bare of plain: median | 90 % | greatest |"
	print rule(11)
	for (i = 1; i <= n; i++)
		printf "| %s | %d | %s | %s | %s |\n", names[i], count[names[i]], three(by, names[i], "apply", "hand"),
			three(by, names[i], "quick", "plain"), three(by, names[i], "bare", "plain")
}

# ---- growth: the exponent from the fewest to the most rows ----------------------------------

function exponent(first, last, way) {
	if (!((first, way) in median) || !((last, way) in median) || median[first, way] <= 0)
		return ""
	if ((first, way) in is_over || (last, way) in is_over)
		return ""
	return log(median[last, way] / median[first, way]) / log(part_of(last, 1) / part_of(first, 1))
}

function write_growth(    c, i, cell, name, fewest, list, n, value, ways, w, greatest) {
	for (c = 1; c <= cell_count; c++)
		if (group[cells[c]] != "tables" && (!fewest || part_of(cells[c], 1) + 0 < fewest))
			fewest = part_of(cells[c], 1) + 0
	if (fewest == most_rows)
		return
	printf "\nGrowth from %d rows to %d, as an exponent of the rows:\n\n", fewest, most_rows
	print "| way | cells | median | 90 % | greatest | where |\n" rule(6)
	for (w = 1; w <= split("plain hand apply quick bare", ways, " "); w++) {
		n = 0
		name = ""
		for (i = 1; i <= ranked_count; i++) {
			cell = ranked[i]
			value = exponent(fewest FS part_of(cell, 2) FS part_of(cell, 3), cell, ways[w])
			if (value == "")
				continue
			list[++n] = value
			if (name == "" || value > greatest) {
				greatest = value
				name = part_of(cell, 2) ", " part_of(cell, 3)
			}
		}
		if (!n)
			continue
		sort(list, n)
		printf "| %s | %d | %.2f | %.2f | %.2f | %s |\n", ways[w], n, quantile(list, n, 0.5),
			quantile(list, n, 0.9), list[n], name
	}
	write_sizes(fewest)
}

# The spread of apply to hand at each number of rows.
function write_sizes(    c, i, n, size, has, sizes, count, value, list) {
	for (c = 1; c <= cell_count; c++) {
		size = part_of(cells[c], 1) + 0
		if (group[cells[c]] != "tables" && !has[size]++)
			sizes[++count] = size
	}
	sort(sizes, count)
	print "\nApply of hand at each number of rows:\n\n| rows | cells | median | 90 % | greatest |\n" rule(5)
	for (i = 1; i <= count; i++) {
		n = 0
		for (c = 1; c <= cell_count; c++) {
			value = ratio(cells[c], "apply", "hand")
			if (group[cells[c]] != "tables" && part_of(cells[c], 1) + 0 == sizes[i] && value != "")
				list[++n] = value
		}
		if (!n)
			continue
		sort(list, n)
		printf "| %d | %d | %.2f | %.2f | %.2f |\n", sizes[i], n, quantile(list, n, 0.5),
			quantile(list, n, 0.9), list[n]
	}
}

# ---- the rest -------------------------------------------------------------------------------

function write_tables(    c, cell, any) {
	for (c = 1; c <= cell_count; c++) {
		cell = cells[c]
		if (group[cell] != "tables")
			continue
		if (!any++) {
			print "\nMany tables, CPU seconds; check is `moult check` of the document:\n"
			print "| tables | kind" each_way("") " | check | apply of hand |"
			print rule(4 + ways_measured())
		}
		printf "| %s | %s%s | %s | %s |\n", part_of(cell, 1), part_of(cell, 3), each_way(cell),
			seconds(cell, "check"), number(ratio(cell, "apply", "hand"), 2)
	}
	if (any)
		write_growth_of_tables()
}

# From each kind's first number of tables to its last.
function write_growth_of_tables(    c, w, kind, kinds, count, first, last, value, text) {
	for (c = 1; c <= cell_count; c++)
		if (group[cells[c]] == "tables") {
			kind = part_of(cells[c], 3)
			if (!(kind in first)) {
				first[kind] = cells[c]
				kinds[++count] = kind
			}
			last[kind] = cells[c]
		}
	if (first[kind] == last[kind])
		return
	printf "\nGrowth from %d tables to %d, as an exponent of the tables:", part_of(first[kind], 1),
		part_of(last[kind], 1)
	for (c = 1; c <= count; c++) {
		text = ""
		for (w = 1; w <= way_count + 1; w++) {
			value = exponent(first[kinds[c]], last[kinds[c]], way_names[w])
			if (value != "")
				text = text " " way_names[w] " " number(value, 2) ","
		}
		printf "%s %s%s", (c > 1 ? ";" : ""), kinds[c], substr(text, 1, length(text) - 1)
	}
	print "."
}

# The median of what a way writes, of what hand does.
function written_of_hand(way,    c, n, list) {
	for (c = 1; c <= cell_count; c++)
		if (written[cells[c], "hand"] > 0 && (cells[c], way) in written)
			list[++n] = written[cells[c], way] / written[cells[c], "hand"]
	if (!n)
		return "-"
	sort(list, n)
	return number(quantile(list, n, 0.5), 2)
}

function write_peaks(    w) {
	print "\nMost memory at once, and what is written, of what hand writes (median):\n"
	print "| way | MiB | where | written of hand |\n" rule(4)
	for (w = 1; w <= way_count + 1; w++)
		if (way_names[w] in peak)
			printf "| %s | %.0f | %s | %s |\n", way_names[w], peak[way_names[w]] / 1024, peak_at[way_names[w]],
				written_of_hand(way_names[w])
}
