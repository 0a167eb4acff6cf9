/* SPDX-License-Identifier: MIT */
/*
 * fleet_pool.c: processes, so many at once, each with one file at a time.
 *
 *	orders	index of the item		 pool ---> worker
 *	reports	what it came to, NUL, exit status	 <---
 *
 * A process that ends without those last two bytes takes its file with it, and
 * another is made in its place.  A file that somebody has locked is not waited for
 * before all others are done: in the first pass its lock is asked for once, in the
 * second for as long as --timeout says.
 *
 * Each process is in a group of its own, so that Ctrl-C comes to this one alone,
 * which sends the signal on: the process rolls back and says so.  A second signal
 * kills them.  Either way this process waits for all that it has begun, so that the
 * table and the journal are true.
 */
#define _XOPEN_SOURCE 700
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/fleet.h"

#define GLANCE_MS 500 /* between two looks at the clock, for the line of progress */

struct worker {
	pid_t pid; /* 0: there is none */
	int line;  /* a socket, to and from it; the end of what comes is that of the process */
	sqlite3_str *text; /* of the report, as far as it came */
	struct item *item; /* what it is at; NULL: it waits */
};

struct pool {
	struct fleet *fleet;
	struct worker *workers;
	struct pollfd *polled; /* that of the signals, then one for each worker */
	int room;
	int running;
	int next; /* item */
	int last;
	int most_failures;
	const char *why; /* no other is begun when there are more */
	bool waits;	 /* for locks */
};

static const int heard[] = {SIGINT, SIGTERM, SIGHUP};
#define HEARD_COUNT ((int)(sizeof(heard) / sizeof(*heard)))

static volatile sig_atomic_t signal_count;
static volatile sig_atomic_t last_signal;
static int signals_sent_on;
static int bell[2]; /* a pipe: a signal wakes poll() up */

static void on_signal(int number)
{
	const int saved = errno;

	signal_count++;
	last_signal = number;
	if (write(bell[1], "", 1) < 0) /* it is full: that wakes up, too */
		errno = saved;
	errno = saved;
}

static void handle(void (*handler)(int))
{
	struct sigaction action;
	int i;

	memset(&action, 0, sizeof(action));
	action.sa_handler = handler;
	for (i = 0; i < HEARD_COUNT; i++)
		sigaction(heard[i], &action, NULL);
}

static void block(bool blocked)
{
	sigset_t set;
	int i;

	sigemptyset(&set);
	for (i = 0; i < HEARD_COUNT; i++)
		sigaddset(&set, heard[i]);
	sigprocmask(blocked ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

/* Lets go of what leads to and from a process. */
static void forget(struct worker *worker)
{
	if (!worker->pid)
		return;
	close(worker->line);
	sqlite3_free(sqlite3_str_finish(worker->text));
	worker->pid = 0;
}

/* ---- in a process that works ---- */

static void close_stdin(void)
{
	const int null = open("/dev/null", O_RDONLY);

	if (null >= 0 && null != STDIN_FILENO) {
		dup2(null, STDIN_FILENO);
		close(null);
	}
}

static int read_order(int line)
{
	int index;
	const ssize_t size = read(line, &index, sizeof(index));

	return size == (ssize_t)sizeof(index) ? index : -1;
}

/* Does for one file after the other what the program would do, and ends with the orders. */
static void work(const struct pool *pool, int line)
{
	const struct fleet *fleet = pool->fleet;
	struct call *call = fleet->call;
	int i;

	handle(SIG_DFL);
	block(false);
	close_stdin();
	close(bell[0]);
	close(bell[1]);
	for (i = 0; i < pool->room; i++)
		forget(&pool->workers[i]);
	call->options.timeout_ms = pool->waits ? call->options.timeout_ms : 0;
	while ((i = read_order(line)) >= 0) {
		char end[2] = {0};

		dup2(line, STDOUT_FILENO); /* which is closed when all is written */
		end[1] = (char)mo_cli_work(call, fleet->items[i].name);
		if (write(line, end, sizeof(end)) != (ssize_t)sizeof(end))
			break;
	}
	_exit(0); /* what the libraries do at the end is not for a copy of them */
}

/* ---- in this one ---- */

static void settle(struct pool *pool, struct item *item)
{
	struct fleet *fleet = pool->fleet;

	item->is_settled = true;
	fleet->settled++;
	fleet->failed += mo_fleet_is_failure(item->status);
	mo_verdict_line(fleet, item);
	if (mo_journal_add(fleet, item))
		fleet->stopped_by = "the journal cannot be written";
	if (fleet->failed > pool->most_failures && !fleet->stopped_by)
		fleet->stopped_by = pool->why;
}

/* Whether the file is left for later, since its lock is somebody's. */
static bool is_put_off(const struct pool *pool, const struct item *item)
{
	return !pool->waits && item->status == -MOULT_BUSY && item->why &&
	       strncmp(item->why, "RUN015", 6) != 0; /* not its deadline */
}

/* It ends when it is done with what it is at. */
static void end_orders(const struct worker *worker)
{
	shutdown(worker->line, SHUT_WR);
}

static void settle_or_put_off(struct pool *pool, struct worker *worker)
{
	struct item *item = worker->item;

	worker->item = NULL;
	if (!is_put_off(pool, item))
		settle(pool, item);
}

/* It has ended; a file that it was at, it has not come to the end of. */
static void end_worker(struct pool *pool, struct worker *worker)
{
	int status = 0;

	while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (worker->item) {
		const char *report = sqlite3_str_value(worker->text);

		mo_verdict_take(pool->fleet, worker->item, status, report ? report : "");
		settle_or_put_off(pool, worker);
	}
	forget(worker);
	pool->running--;
}

static int begin_worker(struct pool *pool, struct worker *worker)
{
	int ends[2], error;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		return errno;
	block(true); /* until the process has its own way with signals */
	worker->pid = fork();
	error = errno;
	if (!worker->pid) {
		setpgid(0, 0);
		close(ends[0]);
		work(pool, ends[1]);
	}
	block(false);
	close(ends[1]);
	if (worker->pid < 0) {
		close(ends[0]);
		worker->pid = 0;
		return error;
	}
	setpgid(worker->pid, worker->pid); /* here too: a signal may come before the process runs */
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	worker->line = ends[0];
	worker->text = sqlite3_str_new(NULL);
	worker->item = NULL;
	pool->running++;
	return 0;
}

static struct item *next_item(struct pool *pool)
{
	while (!pool->fleet->stopped_by && pool->next < pool->last) {
		struct item *item = &pool->fleet->items[pool->next];

		if (!item->is_settled)
			return item;
		pool->next++;
	}
	return NULL;
}

/* Gives it the next file; one that has died takes none, and its end is read. */
static void give_order(struct pool *pool, struct worker *worker)
{
	const struct item *item = next_item(pool);

	if (item &&
	    write(worker->line, &pool->next, sizeof(pool->next)) == (ssize_t)sizeof(pool->next))
		worker->item = &pool->fleet->items[pool->next++];
	else
		end_orders(worker);
}

/* Where no more processes are to be had, those that run are given the files. */
static void begin_workers(struct pool *pool)
{
	struct item *item;
	int i, error = 0;

	for (i = 0; i < pool->room && !error; i++) {
		struct worker *worker = &pool->workers[i];

		if (!worker->pid && next_item(pool)) {
			error = begin_worker(pool, worker);
			if (!error)
				give_order(pool, worker);
		}
	}
	while (error && !pool->running && (item = next_item(pool)) != NULL) {
		mo_verdict_say(item, -MOULT_TROUBLE, "trouble", "RUN065: no process: %s",
			       strerror(error));
		settle(pool, item);
	}
}

static void send_on(struct pool *pool)
{
	int i;

	if (signal_count == signals_sent_on)
		return;
	pool->fleet->is_interrupted = true;
	pool->fleet->stopped_by = "interrupted";
	for (i = 0; i < pool->room; i++)
		if (pool->workers[i].pid)
			kill(pool->workers[i].pid, signal_count > 1 ? SIGKILL : last_signal);
	signals_sent_on = signal_count;
}

/* Whether a report is there to its end; then its file is done with. */
static bool take_report(struct pool *pool, struct worker *worker)
{
	const char *text = sqlite3_str_value(worker->text);
	const int length = sqlite3_str_length(worker->text);

	if (!text || length < 2 || text[length - 2] != '\0')
		return false;
	mo_verdict_report(pool->fleet, worker->item, (unsigned char)text[length - 1], text);
	sqlite3_str_reset(worker->text);
	settle_or_put_off(pool, worker);
	return true;
}

static void read_worker(struct pool *pool, struct worker *worker)
{
	char part[65536];
	ssize_t size;

	while ((size = read(worker->line, part, sizeof(part))) > 0)
		sqlite3_str_append(worker->text, part, (int)size);
	if (!size || (errno != EAGAIN && errno != EINTR))
		end_worker(pool, worker);
	else if (sqlite3_str_errcode(worker->text))
		end_orders(worker); /* what it says has no room here */
	else if (worker->item && take_report(pool, worker))
		give_order(pool, worker);
}

static void wait_for_workers(struct pool *pool)
{
	char rung[64];
	int i;

	pool->polled[0] = (struct pollfd){bell[0], POLLIN, 0};
	for (i = 0; i < pool->room; i++)
		pool->polled[i + 1] = (struct pollfd){
			pool->workers[i].pid ? pool->workers[i].line : -1, POLLIN, 0};
	if (poll(pool->polled, (nfds_t)pool->room + 1, GLANCE_MS) < 0)
		return;
	while (pool->polled[0].revents && read(bell[0], rung, sizeof(rung)) > 0)
		;
	for (i = 0; i < pool->room; i++)
		if (pool->polled[i + 1].revents)
			read_worker(pool, &pool->workers[i]);
}

static void show(const struct pool *pool)
{
	const struct fleet *fleet = pool->fleet;
	char unit[40] = "files";
	const moult_progress progress = {
		fleet->call->command->name, NULL, unit, fleet->settled, fleet->count, 0, 0};

	if (fleet->failed)
		sqlite3_snprintf((int)sizeof(unit), unit, "files, %d failed", fleet->failed);
	mo_cli_show(fleet->call, &progress);
}

static void pass(struct pool *pool, int first)
{
	pool->next = first;
	begin_workers(pool);
	while (pool->running) {
		wait_for_workers(pool);
		send_on(pool);
		begin_workers(pool);
		show(pool);
	}
}

/* What was put off for its lock and is not asked again keeps the answer that came. */
static void settle_rest(struct pool *pool, int first)
{
	int i;

	for (i = first; i < pool->last; i++) {
		struct item *item = &pool->fleet->items[i];

		if (!item->is_settled && item->status != FLEET_NOT_STARTED)
			settle(pool, item);
	}
}

int mo_pool_begin(struct fleet *fleet)
{
	int i;

	if (pipe(bell))
		return mo_cli_fail(fleet->call, "RUN065", NULL, "no process can be made: %s",
				   strerror(errno));
	for (i = 0; i < 2; i++)
		fcntl(bell[i], F_SETFL, O_NONBLOCK);
	handle(on_signal);
	return MOULT_OK;
}

void mo_pool_end(const struct fleet *fleet)
{
	(void)fleet;
	handle(SIG_DFL);
	close(bell[0]);
	close(bell[1]);
}

/* Who only looks has no --timeout, and waits at once. */
static void run_passes(struct pool *pool, int first)
{
	const struct call *call = pool->fleet->call;

	pool->waits = !call->command->changes || !call->options.timeout_ms;
	pass(pool, first);
	pool->waits = true;
	pass(pool, first);
	settle_rest(pool, first);
}

int mo_pool_run(struct fleet *fleet, int first, int last, int at_once, int most_failures,
		const char *why)
{
	struct pool pool = {.fleet = fleet,
			    .workers = calloc((size_t)at_once, sizeof(*pool.workers)),
			    .polled = calloc((size_t)at_once + 1, sizeof(*pool.polled)),
			    .room = at_once,
			    .last = last,
			    .most_failures = most_failures,
			    .why = why};
	int rc = MOULT_OK;

	if (pool.workers && pool.polled)
		run_passes(&pool, first);
	else
		rc = mo_cli_fail(fleet->call, "RUN023", NULL, "out of memory");
	free(pool.workers);
	free(pool.polled);
	return rc;
}
