/* SPDX-License-Identifier: MIT */
/*
 * fleet_pool.c: processes, so many at once, each with a file.
 *
 * A process is over when its pipe has ended.  A file that somebody has locked is
 * not waited for before all others are done: the first process asks for the lock
 * once, and a second, made at the end, waits as long as --timeout says.
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
#include <sys/wait.h>
#include <unistd.h>

#include "cli/fleet.h"

#define GLANCE_MS 500 /* between two looks at the clock, for the line of progress */

struct worker {
	pid_t pid; /* 0: it has nothing to do */
	int fd;
	sqlite3_str *report;
	struct item *item;
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

/* ---- in the process of a file ---- */

static void redirect(int to)
{
	const int null = open("/dev/null", O_RDONLY);

	if (null >= 0 && null != STDIN_FILENO) {
		dup2(null, STDIN_FILENO);
		close(null);
	}
	dup2(to, STDOUT_FILENO);
	close(to);
}

/* Does for one file what the program would do, and ends. */
static void work(const struct pool *pool, const struct item *item, int to)
{
	struct call *call = pool->fleet->call;
	int i;

	handle(SIG_DFL);
	block(false);
	redirect(to);
	close(bell[0]);
	close(bell[1]);
	for (i = 0; i < pool->room; i++)
		if (pool->workers[i].pid)
			close(pool->workers[i].fd);
	call->operands[0] = item->name;
	call->options.timeout_ms = pool->waits ? call->options.timeout_ms : 0;
	_exit(mo_cli_work(call)); /* what the libraries do at the end is not for a copy of them */
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

static void end_worker(struct pool *pool, struct worker *worker)
{
	struct item *item = worker->item;
	char *report = sqlite3_str_finish(worker->report);
	int status = 0;

	close(worker->fd);
	while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
		;
	mo_verdict_take(pool->fleet, item, status, report ? report : "");
	sqlite3_free(report);
	worker->pid = 0;
	pool->running--;
	if (!is_put_off(pool, item))
		settle(pool, item);
}

static int begin_worker(struct pool *pool, struct worker *worker, struct item *item)
{
	int ends[2];

	if (pipe(ends))
		return errno;
	block(true); /* until the process has its own way with signals */
	worker->pid = fork();
	if (!worker->pid) {
		setpgid(0, 0);
		close(ends[0]);
		work(pool, item, ends[1]);
	}
	block(false);
	close(ends[1]);
	if (worker->pid < 0) {
		close(ends[0]);
		worker->pid = 0;
		return errno;
	}
	setpgid(worker->pid, worker->pid); /* here too: a signal may come before the process runs */
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	worker->fd = ends[0];
	worker->item = item;
	worker->report = sqlite3_str_new(NULL);
	pool->running++;
	return 0;
}

static struct item *next_item(struct pool *pool)
{
	while (pool->next < pool->last) {
		struct item *item = &pool->fleet->items[pool->next++];

		if (!item->is_settled)
			return item;
	}
	return NULL;
}

static struct worker *idle_worker(const struct pool *pool)
{
	int i;

	for (i = 0; i < pool->room; i++)
		if (!pool->workers[i].pid)
			return &pool->workers[i];
	return NULL;
}

/* Where no more processes are to be had, those that run are waited for. */
static void begin_workers(struct pool *pool)
{
	struct worker *worker;
	struct item *item;
	int error;

	while (!pool->fleet->stopped_by && (worker = idle_worker(pool)) != NULL &&
	       (item = next_item(pool)) != NULL) {
		error = begin_worker(pool, worker, item);
		if (!error)
			continue;
		if (pool->running) {
			pool->next--;
			return;
		}
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

/* Reads what there is; the end of it is the end of the process. */
static void read_worker(struct pool *pool, struct worker *worker)
{
	char part[65536];
	ssize_t size;

	while ((size = read(worker->fd, part, sizeof(part))) > 0)
		sqlite3_str_append(worker->report, part, (int)size);
	if (!size || (errno != EAGAIN && errno != EINTR))
		end_worker(pool, worker);
}

static void wait_for_workers(struct pool *pool)
{
	char rung[64];
	int i;

	pool->polled[0] = (struct pollfd){bell[0], POLLIN, 0};
	for (i = 0; i < pool->room; i++)
		pool->polled[i + 1] =
			(struct pollfd){pool->workers[i].pid ? pool->workers[i].fd : -1, POLLIN, 0};
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
