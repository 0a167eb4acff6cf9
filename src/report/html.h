/* SPDX-License-Identifier: MIT */
/*
 * html.h: pages that stand alone: one file, no network, no script.
 *
 * What others wrote (names, values, SQL, messages) enters a page through mo_html_text() and
 * mo_html_lines() and nowhere else, so nothing of it is markup, an address or a style.  The style of
 * all pages is page.css: light and dark as the reader has it, for paper and for a phone.
 */
#ifndef MOULT_REPORT_HTML_H
#define MOULT_REPORT_HTML_H

#include "report/picture.h"
#include "report/style.h"

/* On one line: line ends and tabs are spaces; control characters are shown (base/show.h). */
void mo_html_text(sqlite3_str *out, const char *text);
/* The same with its lines. */
void mo_html_lines(sqlite3_str *out, const char *text);
/* <TAG>text</TAG>, where TAG may have attributes: "td class=\"name\"".  A text that is NULL: nothing. */
void mo_html_element(sqlite3_str *out, const char *tag, const char *text);
/* <pre class="sql"><code>...</code></pre> */
void mo_html_sql(sqlite3_str *out, const char *sql);

/* From the doctype to the begin of what is read, and from there to the end. */
void mo_html_begin(sqlite3_str *out, const char *title);
void mo_html_end(sqlite3_str *out);

/*
 * A picture as a figure, if it has boxes, not too many to be looked at, and somebody who draws:
 * moult_set_draw().
 */
void mo_html_picture(sqlite3_str *out, const struct moult *m, const struct picture *picture,
		     const char *caption);

#endif
