/* SPDX-License-Identifier: MIT */
/*
 * picture_dot.c: a picture in the language of Graphviz, for dot.
 *
 *	digraph schema {
 *	  "author" [label=<<table>...</table>>];
 *	  "author":k0 -> "book":f1 [arrowtail=teeodot, arrowhead=crowodot];
 *	}
 *
 * A box is a table of HTML-like labels, a row a column, with a port at each side: k0 for the key
 * that others refer to, f0 for the column that refers.  The heads of edges are crow's feet.  The
 * colours are few and named here: page.css turns them into those of a dark page.
 * https://graphviz.org/doc/info/shapes.html#html
 */
#include <string.h>

#include "base/show.h"
#include "base/text.h"
#include "report/html.h"
#include "report/picture.h"

#define INK "#1c2733"
#define PALE "#66758a"
#define RULE "#a9b4c2"
#define HEAD "#e6ebf2"
#define PAPER "#ffffff"

#define LONGEST 60 /* code points of a name in a box */

static const char *const fills[MARK_COUNT] = {[MARK_NONE] = PAPER,
					      [MARK_ADD] = "#d5f2dc",
					      [MARK_DROP] = "#fadbdb",
					      [MARK_CHANGE] = "#fcefc4"};

/* In a quoted string a quote, and whatever a reader of labels would take for an escape, is escaped. */
static void put_name(sqlite3_str *out, struct arena *arena, const char *name)
{
	const char *at = mo_said_line(arena, mo_seen(name));

	sqlite3_str_appendchar(out, 1, '"');
	for (; at && *at; at++) {
		if (*at == '"' || *at == '\\')
			sqlite3_str_appendchar(out, 1, '\\');
		sqlite3_str_appendchar(out, 1, *at);
	}
	sqlite3_str_appendchar(out, 1, '"');
}

static void put_label(sqlite3_str *out, struct arena *arena, const char *text)
{
	size_t end = 0;
	int length;

	if (mo_code_points(text, strlen(text)) > LONGEST) {
		for (int i = 0; i < LONGEST; i++, end += (size_t)length)
			mo_utf8_read(text + end, &length);
		text = mo_arena_format(arena, "%.*s...", (int)end, text);
	}
	mo_html_text(out, text);
}

/* ---- boxes ---- */

static void put_head(sqlite3_str *out, struct arena *arena, const struct box *box)
{
	sqlite3_str_appendf(out, "    <tr><td colspan=\"3\" align=\"left\" bgcolor=\"%s\"><b>",
			    box->mark ? fills[box->mark] : HEAD);
	put_label(out, arena, mo_seen(box->name));
	sqlite3_str_appendall(out, "</b>");
	if (box->what)
		sqlite3_str_appendf(out, " <font color=\"" PALE "\">%s</font>", box->what);
	if (box->note) {
		sqlite3_str_appendall(out, " <i>");
		put_label(out, arena, box->note);
		sqlite3_str_appendall(out, "</i>");
	}
	sqlite3_str_appendall(out, "</td></tr>\n");
}

static void put_flags(sqlite3_str *out, struct arena *arena, const struct box_line *line)
{
	const char *flags = mo_arena_format(
		arena, "%s%s%s%s", line->is_primary ? " PK" : "", line->is_foreign ? " FK" : "",
		line->is_unique && !line->is_primary ? " UNIQUE" : "",
		line->is_not_null && !line->is_primary ? " NOT NULL" : "");

	if (flags && *flags)
		sqlite3_str_appendf(out, "<font color=\"" PALE "\" point-size=\"8\">%s</font>",
				    flags + 1);
	if (line->note) {
		sqlite3_str_appendall(out, flags && *flags ? " <i>" : "<i>");
		put_label(out, arena, line->note);
		sqlite3_str_appendall(out, "</i>");
	}
}

static void put_line(sqlite3_str *out, struct arena *arena, const struct box_line *line, int number)
{
	const char *fill = fills[line->mark];

	sqlite3_str_appendf(out,
			    "    <tr><td port=\"f%d\" align=\"left\" bgcolor=\"%s\" sides=\"LB\">",
			    number, fill);
	put_label(out, arena, mo_seen(line->name));
	sqlite3_str_appendf(out, "</td><td align=\"left\" bgcolor=\"%s\" sides=\"B\">", fill);
	if (*line->type) {
		sqlite3_str_appendall(out, "<font color=\"" PALE "\">");
		put_label(out, arena, line->type);
		sqlite3_str_appendall(out, "</font>");
	}
	sqlite3_str_appendf(out,
			    "</td><td port=\"k%d\" align=\"left\" bgcolor=\"%s\" sides=\"RB\">",
			    number, fill);
	put_flags(out, arena, line);
	sqlite3_str_appendall(out, "</td></tr>\n");
}

static void put_trigger(sqlite3_str *out, struct arena *arena, const struct trigger *trigger)
{
	sqlite3_str_appendall(out,
			      "    <tr><td colspan=\"3\" align=\"left\" bgcolor=\"" PAPER "\">");
	put_label(out, arena, mo_seen(trigger->object.name));
	sqlite3_str_appendall(out, " <font color=\"" PALE "\" point-size=\"8\">");
	put_label(out, arena, mo_trigger_words(arena, trigger));
	sqlite3_str_appendall(out, "</font></td></tr>\n");
}

static void put_box(sqlite3_str *out, const struct picture *picture, const struct box *box)
{
	int number = 0;

	sqlite3_str_appendall(out, "  ");
	put_name(out, picture->arena, box->name);
	sqlite3_str_appendf(out,
			    " [label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" "
			    "cellpadding=\"4\" color=\"" RULE "\"%s>\n",
			    box->what ? " style=\"dashed\"" : "");
	put_head(out, picture->arena, box);
	EACH (const struct box_line, line, &box->lines)
		put_line(out, picture->arena, line, number++);
	if (picture->has_triggers && box->object)
		EACH (const struct trigger, trigger, &box->object->triggers)
			put_trigger(out, picture->arena, trigger);
	sqlite3_str_appendall(out, "  </table>>];\n");
}

/* ---- edges ---- */

static void put_end(sqlite3_str *out, struct arena *arena, const struct box *box, char port,
		    const struct box_line *line)
{
	put_name(out, arena, box->name);
	for (int i = 0; line && i < box->lines.count; i++)
		if (box->lines.items[i] == line)
			sqlite3_str_appendf(out, ":%c%d", port, i);
}

/* A table that refers to itself does so at its right side. */
static void put_relation(sqlite3_str *out, struct arena *arena, const struct relation *relation)
{
	const bool is_loop = relation->parent == relation->child && relation->key;

	sqlite3_str_appendall(out, "  ");
	put_end(out, arena, relation->parent, 'k', relation->key);
	sqlite3_str_appendall(out, is_loop ? ":e -> " : " -> ");
	put_end(out, arena, relation->child, is_loop ? 'k' : 'f', relation->foreign);
	sqlite3_str_appendall(out, is_loop ? ":e" : "");
	if (!relation->constraint)
		sqlite3_str_appendall(out, " [style=dashed, arrowhead=vee];\n");
	else
		sqlite3_str_appendf(out, " [dir=both, arrowtail=%s, arrowhead=%s];\n",
				    relation->is_optional ? "teeodot" : "teetee",
				    relation->is_single ? "teeodot" : "crowodot");
}

void mo_draw_dot(sqlite3_str *out, const struct picture *picture)
{
	sqlite3_str_appendall(
		out, "digraph schema {\n"
		     "  graph [rankdir=LR, nodesep=0.35, ranksep=0.9, pack=24, packmode=\"array\", "
		     "bgcolor=\"transparent\"];\n"
		     "  node [shape=plain, fontname=\"Helvetica\", fontsize=10, fontcolor=\"" INK
		     "\"];\n"
		     "  edge [color=\"" PALE "\", arrowsize=0.8];\n");
	EACH (const struct box, box, &picture->boxes)
		put_box(out, picture, box);
	EACH (const struct relation, relation, &picture->relations)
		put_relation(out, picture->arena, relation);
	sqlite3_str_appendall(out, "}\n");
}
