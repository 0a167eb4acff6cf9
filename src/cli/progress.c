/* SPDX-License-Identifier: MIT */
/*
 * progress.c: how far the work has come, for a person who waits.
 *
 *	copy table orders: 412,000 of 1,000,000 rows (41 %), 385,000 a second, 1.5 s left
 *
 * On a terminal one line, drawn over itself and taken away at the end; into a
 * log a line every ten seconds.  Where the total or the count is not known, as
 * of an index or a check, the line has the time that has gone by.  Work that
 * is soon done shows nothing at all.
 */
#define _DEFAULT_SOURCE /* struct winsize */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"

#define DRAW_MS 100	/* between two lines on a terminal */
#define PATIENCE_MS 400 /* before the first of them */
#define LOG_MS 10000	/* between two lines in a log */
#define RATE_MS 500	/* before a rate means anything */
#define WIDTH 80	/* of a terminal that does not say */

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* One that can draw a line over itself. */
static bool is_terminal(void)
{
	const char *kind = getenv("TERM");

	return isatty(STDERR_FILENO) && kind && *kind && strcmp(kind, "dumb") != 0;
}

int mo_cli_width(int descriptor)
{
	struct winsize size = {0, 0, 0, 0};

	if (ioctl(descriptor, TIOCGWINSZ, &size) || size.ws_col < 2)
		return WIDTH;
	return size.ws_col;
}

/* 1234567 as 1,234,567 */
static void append_count(sqlite3_str *out, long long count)
{
	if (count >= 1000) {
		append_count(out, count / 1000);
		sqlite3_str_appendf(out, ",%03d", (int)(count % 1000));
	} else {
		sqlite3_str_appendf(out, "%lld", count);
	}
}

static void append_time(sqlite3_str *out, long long ms)
{
	const long long seconds = (ms + 500) / 1000;

	if (ms < 10000)
		sqlite3_str_appendf(out, "%lld.%lld s", ms / 1000, ms % 1000 / 100);
	else if (seconds < 120)
		sqlite3_str_appendf(out, "%lld s", seconds);
	else if (seconds < 7200)
		sqlite3_str_appendf(out, "%lld min %02lld s", seconds / 60, seconds % 60);
	else
		sqlite3_str_appendf(out, "%lld h %02lld min", seconds / 3600, seconds % 3600 / 60);
}

static void append_pace(sqlite3_str *out, const moult_progress *progress, long long done,
			long long ms)
{
	const double rate = ms >= RATE_MS ? (double)done * 1000 / (double)ms : 0;

	if (rate < 1)
		return;
	sqlite3_str_appendall(out, ", ");
	append_count(out, (long long)rate);
	sqlite3_str_appendall(out, " a second");
	if (progress->total <= 0)
		return;
	sqlite3_str_appendall(out, ", ");
	append_time(out, (long long)((double)(progress->total - progress->done) * 1000 / rate));
	sqlite3_str_appendall(out, " left");
}

/* "copy table t: "; an index says itself what is done with it. */
static void append_subject(sqlite3_str *out, const moult_progress *progress)
{
	const size_t length = strlen(progress->phase);
	const char *object = progress->object ? progress->object : "";
	const bool says_it = !strncmp(object, progress->phase, length) && object[length] == ' ';

	sqlite3_str_appendf(out, "%s%s", says_it ? "" : progress->phase,
			    *object && !says_it ? " " : "");
	moult_show_line(out, object);
	sqlite3_str_appendall(out, ": ");
}

/* What is done, how far, and how long it takes; rate and time count from when it began. */
static char *line_of(const struct call *call, const moult_progress *progress, long long now)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	append_subject(out, progress);
	if (progress->done <= 0) {
		append_time(out, now - call->phase_ms);
		return sqlite3_str_finish(out);
	}
	append_count(out, progress->done);
	if (progress->total > 0) {
		sqlite3_str_appendall(out, " of ");
		append_count(out, progress->total);
	}
	sqlite3_str_appendf(out, " %s", progress->unit);
	if (progress->total > 0)
		sqlite3_str_appendf(out, " (%d %%)",
				    (int)((double)progress->done * 100 / (double)progress->total));
	append_pace(out, progress, progress->done - call->phase_done, now - call->phase_ms);
	if (progress->longest_lock_ms)
		sqlite3_str_appendf(out, ", locks of %lld ms, longest %lld", progress->lock_ms,
				    progress->longest_lock_ms);
	return sqlite3_str_finish(out);
}

/* The bytes of a line that fit so many places; a letter of UTF-8 is taken for one. */
static int fitting(const char *line, int places)
{
	int length = 0;

	for (; line[length]; length++)
		if (((unsigned char)line[length] & 0xc0) != 0x80 && places-- == 0)
			break;
	return length;
}

static void draw(struct call *call, const char *line)
{
	fprintf(stderr, "\r\033[K%.*s", fitting(line, mo_cli_width(STDERR_FILENO) - 1), line);
	fflush(stderr);
	call->drawn = true;
}

void mo_cli_wipe(struct call *call)
{
	if (call->drawn)
		fputs("\r\033[K", stderr);
	call->drawn = false;
}

/* Another thing is being done than the last time, or it begins again. */
static bool is_another(const struct call *call, const moult_progress *progress)
{
	const char *object = progress->object ? progress->object : "";

	return strcmp(call->phase, progress->phase) != 0 ||
	       strncmp(call->object, object, sizeof(call->object) - 1) != 0 ||
	       progress->done < call->last_done;
}

static void enter(struct call *call, const moult_progress *progress, long long now)
{
	if (is_another(call, progress)) {
		sqlite3_snprintf((int)sizeof(call->phase), call->phase, "%s", progress->phase);
		sqlite3_snprintf((int)sizeof(call->object), call->object, "%s",
				 progress->object ? progress->object : "");
		call->phase_ms = now;
		call->phase_done = progress->done;
	}
	call->last_done = progress->done;
}

void mo_cli_show(struct call *call, const moult_progress *progress)
{
	const long long now = now_ms();
	char *line;

	if (call->quiet || call->json)
		return;
	enter(call, progress, now);
	if (now < call->next_ms)
		return;
	call->next_ms = now + (call->terminal ? DRAW_MS : LOG_MS);
	line = line_of(call, progress, now);
	if (line && call->terminal)
		draw(call, line);
	else if (line)
		fprintf(stderr, "moult: %s\n", line);
	sqlite3_free(line);
}

void mo_cli_show_begin(struct call *call)
{
	call->terminal = is_terminal();
	call->next_ms = now_ms() + (call->terminal ? PATIENCE_MS : LOG_MS);
}
