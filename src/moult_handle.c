/* SPDX-License-Identifier: MIT */
/* moult_handle.c: the handle, its diagnostics, and what every call does with options and output. */
#include <string.h>

#include "backup/neighbours.h"
#include "backup/report_path.h"
#include "base/json.h"
#include "base/show.h"
#include "base/text.h"
#include "live/buffered.h"
#include "model/way.h"
#include "moult_private.h"
#include "plan/ways.h"
#include "report/report.h"
#include "run/migrate.h"

#define USUAL_WIDTH 100
#define LEAST_WIDTH 40
#define OLDEST_FOR_SCRIPTS 3016000 /* the first that asks pragmas in queries */

const char *moult_version(void)
{
	return MOULT_VERSION;
}

int moult_new(moult **out)
{
	struct moult *m;

	if (sqlite3_initialize() != SQLITE_OK)
		return MOULT_TROUBLE;
	m = sqlite3_malloc64(sizeof(*m));
	if (!m)
		return MOULT_TROUBLE;
	*m = (struct moult){0};
	if (mo_diags_init(&m->diags) != MOULT_OK) {
		sqlite3_free(m);
		return MOULT_TROUBLE;
	}
	*out = m;
	return MOULT_OK;
}

void moult_free(moult *m)
{
	if (!m)
		return;
	mo_buffered_free(m->buffered);
	mo_neighbours_free(m->neighbours);
	mo_arena_free(m->memory);
	mo_diags_done(&m->diags);
	sqlite3_free(m);
}

size_t moult_diagnostic_count(const moult *m)
{
	return (size_t)m->diags.list.count;
}

const moult_diagnostic *moult_diagnostic_at(const moult *m, size_t i)
{
	return i < (size_t)m->diags.list.count ? m->diags.list.items[i] : NULL;
}

void moult_diagnostics_clear(moult *m)
{
	mo_diags_clear(&m->diags);
}

void moult_set_progress(moult *m, moult_on_progress *callback, void *context)
{
	m->on_progress = callback;
	m->progress_context = context;
}

void moult_set_open(moult *m, moult_on_open *callback, void *context)
{
	m->on_open = callback;
	m->open_context = context;
}

void moult_set_confirm(moult *m, moult_on_confirm *callback, void *context)
{
	m->on_confirm = callback;
	m->confirm_context = context;
}

void moult_set_draw(moult *m, moult_on_draw *callback, void *context)
{
	m->on_draw = callback;
	m->draw_context = context;
}

void mo_take_options(void *options, size_t size, const void *given)
{
	size_t known;

	if (!given)
		return;
	memcpy(&known, given, sizeof(known));
	memcpy(options, given, known < size ? known : size);
	memcpy(options, &size, sizeof(size));
}

moult_options mo_with_defaults(const moult_options *given)
{
	moult_options options = MOULT_OPTIONS_INIT;

	mo_take_options(&options, sizeof(options), given);
	options.script |= options.statements != 0;
	return options;
}

static bool is_way_back(const char *word)
{
	for (int i = 0; i < MO_WAY_BACK_WORDS; i++)
		if (mo_same(word, mo_way_back_words[i]))
			return true;
	return false;
}

int mo_options_check(moult *m, const moult_options *options)
{
	const bool is_batched = options->online || options->side_by_side;
	unsigned ways;

	if (options->script && options->sqlite && options->sqlite < OLDEST_FOR_SCRIPTS)
		return mo_diag(&m->diags, DIAG_RUN022, NULL, "sqlite",
			       "scripts and C units need SQLite 3.16 or later");
	if (options->steps && !mo_same(options->steps, "run") && !mo_same(options->steps, "done")) {
		mo_diag(&m->diags, DIAG_RUN022, NULL, "steps", "steps cannot be \"%s\"",
			options->steps);
		mo_diag_hint(&m->diags, "use run or done");
		return MOULT_TROUBLE;
	}
	if (options->way_back && !is_way_back(options->way_back)) {
		mo_diag(&m->diags, DIAG_RUN022, NULL, "way-back", "way-back cannot be \"%s\"",
			options->way_back);
		mo_diag_hint(&m->diags, "use shape, data or none");
		return MOULT_TROUBLE;
	}
	if (is_batched && (options->duty < 1 || options->duty > 100)) {
		mo_diag(&m->diags, DIAG_RUN022, NULL, "duty", "duty cannot be %d percent",
			options->duty);
		mo_diag_hint(&m->diags, "use 1 to 100");
		return MOULT_TROUBLE;
	}
	if (options->max_lock_ms < 0) {
		mo_diag(&m->diags, DIAG_RUN022, NULL, "max-lock", "max-lock cannot be %d ms",
			options->max_lock_ms);
		mo_diag_hint(&m->diags, "use 20ms or more");
		return MOULT_TROUBLE;
	}
	if (mo_ways_read(&ways, options->strategy))
		return MOULT_OK;
	mo_diag(&m->diags, DIAG_RUN022, NULL, "strategy", "there is no strategy \"%s\"",
		options->strategy);
	mo_diag_hint(&m->diags, "use auto, rebuild, or alter,edit or one of them");
	return MOULT_TROUBLE;
}

void moult_set_quiet(moult *m, int quiet)
{
	m->diags.quiet = quiet != 0;
}

void moult_set_width(moult *m, int columns)
{
	m->width = columns < LEAST_WIDTH ? LEAST_WIDTH : columns;
}

struct page mo_page(const moult *m, enum moult_format format)
{
	return (struct page){format, m->width ? m->width : USUAL_WIDTH};
}

int mo_deliver(moult *m, sqlite3_str *text, moult_write *write, void *context)
{
	int rc = sqlite3_str_errcode(text) ? mo_diag_memory(&m->diags) : MOULT_OK;

	if (!rc && sqlite3_str_length(text) &&
	    write(context, sqlite3_str_value(text), (size_t)sqlite3_str_length(text)) != 0)
		rc = mo_diag(&m->diags, DIAG_RUN028, NULL, NULL, "the output cannot be written");
	sqlite3_free(sqlite3_str_finish(text));
	return rc;
}

void moult_show_text(sqlite3_str *out, const char *text)
{
	mo_show_lines(out, text);
}

void moult_show_line(sqlite3_str *out, const char *text)
{
	mo_show_line(out, text, strlen(text));
}

const char *moult_nearest(const char *name, const char *const *candidates, int count)
{
	return mo_nearest(name, candidates, count);
}

void moult_json_string(sqlite3_str *out, const char *text)
{
	mo_json_string(out, text);
}

int moult_output_check(moult *m, const char *path)
{
	return mo_output_check(m, path);
}

int moult_report_diagnostics(const moult *m, enum moult_format format, moult_write *write,
			     void *context)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	int rc = MOULT_OK;

	mo_report_diagnostics(out, &m->diags, mo_page(m, format));
	if (sqlite3_str_errcode(out) ||
	    (sqlite3_str_length(out) &&
	     write(context, sqlite3_str_value(out), (size_t)sqlite3_str_length(out)) != 0))
		rc = MOULT_TROUBLE;
	sqlite3_free(sqlite3_str_finish(out));
	return rc;
}

#define HAS(outcome, member) \
	((outcome)->size >= offsetof(moult_outcome, member) + sizeof((outcome)->member))

void mo_outcome_give(moult_outcome *out, moult_outcome *outcome)
{
	if (HAS(out, plan_id)) {
		out->plan_id = outcome->plan_id;
		outcome->plan_id = NULL;
	}
	if (HAS(out, backup)) {
		out->backup = outcome->backup;
		outcome->backup = NULL;
	}
	if (HAS(out, steps))
		out->steps = outcome->steps;
	if (HAS(out, rows))
		out->rows = outcome->rows;
	if (HAS(out, elapsed_ms))
		out->elapsed_ms = outcome->elapsed_ms;
	if (HAS(out, deed))
		out->deed = outcome->deed;
	if (HAS(out, inserted))
		out->inserted = outcome->inserted;
	if (HAS(out, updated))
		out->updated = outcome->updated;
	if (HAS(out, deleted))
		out->deleted = outcome->deleted;
	if (HAS(out, ways))
		out->ways = outcome->ways;
	if (HAS(out, locks))
		out->locks = outcome->locks;
	if (HAS(out, locked_ms))
		out->locked_ms = outcome->locked_ms;
	if (HAS(out, paused_ms))
		out->paused_ms = outcome->paused_ms;
	if (HAS(out, longest_lock_ms))
		out->longest_lock_ms = outcome->longest_lock_ms;
	if (HAS(out, parked))
		out->parked = outcome->parked;
	if (HAS(out, unparked))
		out->unparked = outcome->unparked;
	if (HAS(out, still_parked))
		out->still_parked = outcome->still_parked;
}

void moult_outcome_done(moult_outcome *outcome)
{
	moult_outcome texts = MOULT_OUTCOME_INIT;

	if (HAS(outcome, plan_id))
		texts.plan_id = outcome->plan_id;
	if (HAS(outcome, backup))
		texts.backup = outcome->backup;
	mo_outcome_done(&texts);
	if (HAS(outcome, plan_id))
		outcome->plan_id = NULL;
	if (HAS(outcome, backup))
		outcome->backup = NULL;
}
