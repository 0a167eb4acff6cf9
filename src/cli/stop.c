/* SPDX-License-Identifier: MIT */
/*
 * stop.c: a wish to stop, by a signal or by the clock.
 *
 * A signal sets a flag; the progress callback reads it and the library rolls
 * back.  A deadline is the library's to keep.  Both go through SQLite, which
 * asks between two instructions of its machine; one call of a function, or the
 * merge of a large sort, is one instruction, and may take as long as whoever
 * wrote the expression likes.  So an alarm stands behind both: where nobody
 * has asked GRACE_MS later, the program ends itself.  A second signal ends the
 * program at once.  Either leaves the file as it was: the next program that
 * opens it rolls back.
 *
 * From the COMMIT on, and from the moment that a backup is being put back, the
 * alarm is off: then "nothing is changed" could be a lie.
 */
#define _XOPEN_SOURCE 700
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"

#define GRACE_MS 2000

/*
 * What is written where the program ends itself; made beforehand, since a signal's handler makes
 * nothing.
 */
struct last_words {
	char text[320];
	size_t length;
	int status;
};

static struct last_words words_of_a_signal, words_of_the_deadline;
static int descriptor;
static volatile sig_atomic_t interrupted;
static volatile sig_atomic_t settled; /* what is done may be in the file when it ends */

static void end(const struct last_words *words)
{
	if (write(descriptor, words->text, words->length) < 0)
		_exit(words->status);
	_exit(words->status);
}

static void on_alarm(int number)
{
	(void)number;
	end(interrupted ? &words_of_a_signal : &words_of_the_deadline);
}

static void on_signal(int number)
{
	if (interrupted) {
		signal(number, SIG_DFL);
		raise(number); /* comes once this handler has returned */
		return;
	}
	interrupted = 1;
	if (!settled)
		alarm(GRACE_MS / 1000);
}

static void handle(int number, void (*handler)(int))
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = handler;
	action.sa_flags = 0; /* a read of the answer must be broken off: no SA_RESTART */
	sigaction(number, &action, NULL);
}

static void prepare(struct last_words *words, const struct call *call, int result, const char *id,
		    const char *message)
{
	if (call->json)
		sqlite3_snprintf(
			sizeof(words->text), words->text,
			"{\"moult\":1,\"diagnostics\":[{\"severity\":\"error\",\"id\":\"%s\","
			"\"message\":\"%s\",\"hint\":null}]}\n",
			id, message);
	else
		sqlite3_snprintf(sizeof(words->text), words->text, "error: %s: %s\n", id, message);
	words->length = strlen(words->text);
	words->status = -result;
}

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void set_alarm(long long ms)
{
	const struct itimerval timer = {{0, 0}, {(time_t)(ms / 1000), (ms % 1000) * 1000}};

	setitimer(ITIMER_REAL, &timer, NULL);
}

/* What only reads has nothing to roll back, and ends at its deadline. */
static void begin_deadline(struct call *call)
{
	const long long grace = call->command->changes ? GRACE_MS : 0;

	call->alarm_ms = now_ms() + call->options.deadline_ms + grace / 2;
	handle(SIGALRM, on_alarm);
	set_alarm(call->options.deadline_ms + grace);
}

void mo_cli_stop_begin(struct call *call)
{
	char message[120];

	settled = 0;
	descriptor = call->json ? STDOUT_FILENO : STDERR_FILENO;
	prepare(&words_of_a_signal, call, MOULT_FAILED, "RUN014",
		"interrupted in the middle of a statement; nothing is changed");
	sqlite3_snprintf(
		sizeof(message), message,
		"the deadline of %d ms passed in the middle of a statement; nothing is changed",
		call->options.deadline_ms);
	prepare(&words_of_the_deadline, call, MOULT_BUSY, "RUN015", message);
	if (call->command->changes) {
		handle(SIGALRM, on_alarm);
		handle(SIGINT, on_signal);
		handle(SIGTERM, on_signal);
		handle(SIGHUP, on_signal);
	}
	if (call->options.deadline_ms > 0)
		begin_deadline(call);
}

void mo_cli_stop_end(void)
{
	if (!interrupted)
		set_alarm(0);
}

bool mo_cli_must_stop(struct call *call, const char *phase)
{
	if (strcmp(phase, "commit") == 0 || strcmp(phase, "restore") == 0)
		settled = 1;
	if (interrupted || settled || (call->alarm_ms && now_ms() > call->alarm_ms)) {
		set_alarm(0);
		call->alarm_ms = 0;
	}
	return interrupted;
}
