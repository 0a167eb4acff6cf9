/* SPDX-License-Identifier: MIT */
/*
 * verify.c: what is wrong with a file, or that nothing is.
 *
 *	app.db: ok (integrity, foreign keys)
 *
 *	{
 *	  "moult": 1,
 *	  "database": "app.db",
 *	  "ok": false,
 *	  "checked": ["integrity", "foreign keys", "schema"],
 *	  "findings": [
 *	    {
 *	      "what": "foreign keys",   one of those checked
 *	      "object": "table visit",  or null
 *	      "message": "..."
 *	    }
 *	  ],
 *	  "kept": [...]                 as in changes.c; empty where no document was given
 *	}
 */
#include "report/changes.h"
#include "report/report.h"

static void say_finding(const struct style *style, const struct finding *finding)
{
	mo_sayf(style, PAINT_ERROR, "%s:", finding->what);
	sqlite3_str_appendchar(style->out, 1, ' ');
	if (finding->object)
		mo_sayf(style, PAINT_NONE, "%s: ", finding->object);
	mo_say(style, PAINT_NONE, finding->message);
	sqlite3_str_appendchar(style->out, 1, '\n');
}

static void say_verdict(const struct style *style, const struct verification *verification)
{
	const int count = verification->findings.count;

	mo_sayf(style, PAINT_HEAD, "%s: ", verification->path);
	mo_sayf(style, count ? PAINT_ERROR : PAINT_GOOD, count ? "%d finding%s" : "ok", count,
		count == 1 ? "" : "s");
	for (int i = 0; i < verification->checked.count; i++)
		mo_sayf(style, PAINT_NONE, "%s%s", i ? ", " : " (",
			(const char *)verification->checked.items[i]);
	sqlite3_str_appendall(style->out, verification->checked.count ? ")\n" : "\n");
}

static void write_report(const struct style *style, const struct verification *verification)
{
	struct json json = {.out = style->out};

	mo_json_open(&json, NULL, '{');
	mo_json_integer(&json, "moult", 1);
	mo_json_text(&json, "database", verification->path);
	mo_json_bool(&json, "ok", !verification->findings.count);
	mo_json_texts(&json, "checked", &verification->checked);
	mo_json_open(&json, "findings", '[');
	EACH (const struct finding, finding, &verification->findings) {
		mo_json_open(&json, NULL, '{');
		mo_json_text(&json, "what", finding->what);
		mo_json_text(&json, "object", finding->object);
		mo_json_text(&json, "message", finding->message);
		mo_json_close(&json, '}');
	}
	mo_json_close(&json, ']');
	mo_json_kept(&json, style, "kept", verification->diff);
	mo_json_close(&json, '}');
}

void mo_report_verify(sqlite3_str *out, const struct verification *verification, struct page page)
{
	struct style style;

	if (!mo_style_begin(&style, out, page))
		return;
	if (page.format == MOULT_JSON) {
		write_report(&style, verification);
	} else {
		for (int i = 0; i < verification->findings.count; i++)
			say_finding(&style, verification->findings.items[i]);
		if (verification->diff)
			mo_say_kept(&style, "", verification->diff);
		say_verdict(&style, verification);
	}
	mo_style_end(&style);
}
