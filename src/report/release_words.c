/* SPDX-License-Identifier: MIT */
/*
 * release_words.c: see release_words.h.
 *
 *	{
 *	  "moult": 1,
 *	  "diagnostics": [...],         what an earlier release has consumed (REL017)
 *	  "errors": 0, "warnings": 0,
 *	  "release": "20261128153000_split_name",
 *	  "file": "releases/20261128153000_split_name.xml",
 *	  "before": "20261101090000_begin",   null: it is the first
 *	  "steps": 7,                   from the release before, on a file that it fits
 *	  "amended": false,
 *	  "document": "app.xml",
 *	  "cut": 0                      places that --tidy took out of the document
 *	}
 *
 *	{
 *	  "moult": 1,
 *	  "diagnostics": [...], "errors": 0, "warnings": 0,
 *	  "folder": "releases",
 *	  "releases": [{"release": "...", "file": "...", "steps": 7}],	null: it is the first
 *	  "document": "app.xml",        null: none was given
 *	  "files": [{"file": "kept/v1.db", "status": 0}],	as rehearse would exit
 *	  "findings": 0
 *	}
 */
#include "report/release_words.h"

static void say_frozen(const struct style *style, const struct frozen *frozen)
{
	mo_say_line(style, "%s: %s", frozen->path, frozen->is_amended ? "frozen again" : "frozen");
	if (frozen->before) {
		mo_say_text(style, "from", frozen->before);
		mo_say_number(style, "steps", frozen->steps);
	}
	if (frozen->cut) {
		mo_sayf(style, PAINT_NONE, "%s: ", frozen->document);
		mo_say_count(style, frozen->cut, "place", "places");
		sqlite3_str_appendall(style->out, " tidied\n");
	}
}

static void write_frozen(const struct style *style, const struct frozen *frozen,
			 const struct diags *diags)
{
	struct json json = {.out = style->out};

	mo_json_open(&json, NULL, '{');
	mo_json_integer(&json, "moult", 1);
	mo_json_all_diagnostics(&json, diags);
	mo_json_text(&json, "release", frozen->name);
	mo_json_text(&json, "file", frozen->path);
	mo_json_text(&json, "before", frozen->before);
	mo_json_integer(&json, "steps", frozen->steps);
	mo_json_bool(&json, "amended", frozen->is_amended);
	mo_json_text(&json, "document", frozen->document);
	mo_json_integer(&json, "cut", frozen->cut);
	mo_json_close(&json, '}');
}

void mo_report_frozen(sqlite3_str *out, const struct frozen *frozen, const struct diags *diags,
		      struct page page)
{
	struct style style;

	if (!mo_style_begin(&style, out, page))
		return;
	if (page.format == MOULT_JSON)
		write_frozen(&style, frozen, diags);
	else
		say_frozen(&style, frozen);
	mo_style_end(&style);
}

/* ---- a folder that was judged ------------------------------------------------------------------- */

static void say_gate(const struct style *style, const struct gate_report *gate)
{
	/* Of a folder that is not what was frozen there is no more to say. */
	if (!gate->releases.count)
		return;
	mo_sayf(style, PAINT_HEAD, "%s: ", gate->folder);
	mo_say_count(style, gate->releases.count, "release", "releases");
	sqlite3_str_appendchar(style->out, 1, '\n');
	EACH (const struct gate_release, release, &gate->releases) {
		mo_sayf(style, PAINT_NONE, "  %s", release->name);
		if (release->steps >= 0) {
			sqlite3_str_appendall(style->out, "  ");
			mo_say_count(style, release->steps, "step", "steps");
		}
		sqlite3_str_appendchar(style->out, 1, '\n');
	}
	EACH (const struct gate_file, file, &gate->files)
		mo_say_line(style, "%s: %s", file->path,
			    file->result ? "cannot be brought up" : "rehearsed");
	if (!gate->findings)
		mo_say_line(style, "%s", "good");
}

static void write_gate(const struct style *style, const struct gate_report *gate,
		       const struct diags *diags)
{
	struct json json = {.out = style->out};

	mo_json_open(&json, NULL, '{');
	mo_json_integer(&json, "moult", 1);
	mo_json_all_diagnostics(&json, diags);
	mo_json_text(&json, "folder", gate->folder);
	mo_json_open(&json, "releases", '[');
	EACH (const struct gate_release, release, &gate->releases) {
		mo_json_open(&json, NULL, '{');
		mo_json_text(&json, "release", release->name);
		mo_json_text(&json, "file", release->path);
		mo_json_count(&json, "steps", release->steps);
		mo_json_close(&json, '}');
	}
	mo_json_close(&json, ']');
	mo_json_text(&json, "document", gate->document);
	mo_json_open(&json, "files", '[');
	EACH (const struct gate_file, file, &gate->files) {
		mo_json_open(&json, NULL, '{');
		mo_json_text(&json, "file", file->path);
		mo_json_integer(&json, "status", -file->result);
		mo_json_close(&json, '}');
	}
	mo_json_close(&json, ']');
	mo_json_integer(&json, "findings", gate->findings);
	mo_json_close(&json, '}');
}

void mo_report_gate(sqlite3_str *out, const struct gate_report *gate, const struct diags *diags,
		    struct page page)
{
	struct style style;

	if (!mo_style_begin(&style, out, page))
		return;
	if (page.format == MOULT_JSON)
		write_gate(&style, gate, diags);
	else
		say_gate(&style, gate);
	mo_style_end(&style);
}
