/* SPDX-License-Identifier: MIT */
/*
 * power.c: a C unit on a disk whose power is cut (tests/torture/disk.h), and whose calls fail.
 *
 *	power FILE upgrade|downgrade|finish MODE [PACE]
 *
 * FILE is put on a disk in memory, in a mode of the journal.  At each change of that disk the power is
 * cut, and for each policy: what is there is all that was before or all that the unit makes of it; after
 * a good result it is that; and the same call again comes to it.  The same where a call of the disk
 * fails, once and for good, and where an allocation does.  Of all these moments every PACE-th is tried.  TAP, one line.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk.h"
#include "evidence.h"
#include "up.h"

#define DATABASE DISK_FOLDER "/app.db"
#define KNOWN 4096

static struct {
	enum up_result (*deed)(sqlite3 *db);
	enum up_result good;
	const char *mode;
	struct disk *disk;
	uint64_t before, after;
	int pace;
	long long cuts, states, faults, allocations, failures;
	uint64_t known[KNOWN]; /* disks that were judged */
	int known_count;
} job;

static void die(const char *what)
{
	printf("Bail out! %s\n", what);
	exit(99);
}

/* ---- what is in the file ---- */

static sqlite3 *open_file(void)
{
	sqlite3 *db = NULL;

	if (sqlite3_open(DATABASE, &db))
		die(sqlite3_errmsg(db));
	return db;
}

/* When something was done is no part of it. */
static char *query_of(const char *table)
{
	return !strcmp(table, "_moult_done")
		       ? sqlite3_mprintf("SELECT kind, object, digest FROM _moult_done")
		       : sqlite3_mprintf("SELECT * FROM main.\"%w\"", table);
}

/* Everything, or 0 where the file is not sound. */
static uint64_t content(void)
{
	sqlite3 *db = open_file();
	struct finding unsound = {""};
	sqlite3_stmt *stmt = NULL;
	uint64_t sum = evidence_digest(db, "SELECT type, name, tbl_name,"
					   " replace(replace(sql, ' ', ''), char(10), '')"
					   " FROM sqlite_master");

	sum = sum * 31 + (uint64_t)evidence_number(db, "PRAGMA user_version");
	sqlite3_prepare_v2(
		db,
		"SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 ORDER BY 1",
		-1, &stmt, NULL);
	while (stmt && sqlite3_step(stmt) == SQLITE_ROW) {
		char *sql = query_of((const char *)sqlite3_column_text(stmt, 0));

		sum = sum * 31 + evidence_digest(db, sql);
		sqlite3_free(sql);
	}
	sqlite3_finalize(stmt);
	evidence_is_true(db, "SELECT integrity_check = 'ok' FROM pragma_integrity_check", &unsound);
	sqlite3_close(db);
	return *unsound.text ? 0 : sum;
}

/* ---- a run, and what is left ---- */

/* Little of the file is in memory, so the disk is written to before the end. */
static int run(void)
{
	sqlite3 *db = NULL;
	int result = -1;

	disk_seed(1);
	if (!sqlite3_open(DATABASE, &db)) {
		sqlite3_exec(db, "PRAGMA cache_size = 5", NULL, NULL, NULL);
		if (strcmp(job.mode, "wal") != 0) {
			char *sql = sqlite3_mprintf("PRAGMA journal_mode = %s", job.mode);

			sqlite3_exec(db, sql, NULL, NULL, NULL);
			sqlite3_free(sql);
		}
		result = job.deed(db);
	}
	if (sqlite3_close(db))
		die("a statement is left");
	return result;
}

static bool is_known(uint64_t fingerprint)
{
	for (int i = 0; i < job.known_count; i++)
		if (job.known[i] == fingerprint)
			return true;
	if (job.known_count < KNOWN)
		job.known[job.known_count++] = fingerprint;
	return false;
}

static void judge(const char *how, long long number, const char *policy, int result)
{
	const bool is_old_news = is_known(disk_fingerprint(false) + (result == (int)job.good));
	const uint64_t now = is_old_news ? job.after : content();
	const char *what = NULL;

	job.states++;
	if (!now)
		what = "the file is damaged";
	else if (now != job.before && now != job.after)
		what = "the file is neither the old one nor the new one";
	else if (result == (int)job.good && now != job.after)
		what = "it reported success, and did not last";
	else if (now == job.before && (run() != (int)job.good || content() != job.after))
		what = "the same call again does not converge";
	if (!what)
		return;
	job.failures++;
	printf("# %s %lld, %s: %s (result %d)\n", how, number, policy, what, result);
}

/* ---- attacks ---- */

static void cut(long long number)
{
	struct disk *remains;
	int result;

	disk_load(job.disk);
	disk_begin(number, NULL);
	result = run();
	disk_end();
	remains = disk_save();
	job.cuts++;
	for (int policy = 0; policy < POLICIES; policy++) {
		disk_load(remains);
		disk_cycle((enum policy)policy, (uint64_t)number * 31 + (uint64_t)policy);
		judge("power cut with change", number, disk_policy_names[policy], result);
	}
	disk_free(remains);
}

/* Whether there was such a call. */
static bool fail(struct fault *fault, const char *name)
{
	bool is_met;
	int result;

	disk_load(job.disk);
	disk_begin(0, fault);
	result = run();
	is_met = disk_calls() >= fault->at;
	disk_end();
	disk_cycle(POLICY_DROP, 0);
	judge(name, fault->at, fault->lasting ? "for good" : "once", result);
	job.faults++;
	return is_met;
}

static void fail_calls(void)
{
	static const struct {
		const char *name;
		struct fault fault;
	} kinds[] = {
		{"read", {.calls = CALL_READ, .error = EIO}},
		{"write", {.calls = CALL_WRITE, .error = EIO}},
		{"short write", {.calls = CALL_WRITE, .error = ENOSPC, .halfway = true}},
		{"sync", {.calls = CALL_SYNC, .error = EIO}},
		{"open or delete", {.calls = CALL_NAME, .error = EIO}},
		{"lock", {.calls = CALL_LOCK, .error = EIO}},
	};

	for (size_t i = 0; i < 2 * sizeof(kinds) / sizeof(*kinds); i++) {
		struct fault fault = kinds[i / 2].fault;

		fault.lasting = i % 2;
		do
			fault.at += job.pace;
		while (fail(&fault, kinds[i / 2].name));
	}
}

/* ---- memory ---- */

static sqlite3_mem_methods memory;
static long long allocations, failing; /* the one that fails; 0: none */

static void *allocate(int size)
{
	return ++allocations == failing ? NULL : memory.xMalloc(size);
}

static void *reallocate(void *pointer, int size)
{
	return ++allocations == failing ? NULL : memory.xRealloc(pointer, size);
}

static void use_own_memory(void)
{
	sqlite3_mem_methods mine;

	sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory);
	mine = memory;
	mine.xMalloc = allocate;
	mine.xRealloc = reallocate;
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &mine) ||
	    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0))
		die("memory cannot be replaced");
}

/* There are so many that they lie further and further apart. */
static void fail_allocations(void)
{
	bool is_met = true;

	for (long long at = 1; is_met; at += job.pace * (1 + at / 64)) {
		int result;

		disk_load(job.disk);
		allocations = 0;
		failing = at;
		result = run();
		is_met = allocations >= at;
		failing = 0;
		disk_cycle(POLICY_DROP, 0);
		judge("allocation", at, "fails", result);
		job.allocations++;
	}
}

/* ---- the program ---- */

static void load(const char *path)
{
	FILE *file = fopen(path, "rb");
	const int to = disk_create(DATABASE);
	char bytes[4096], *sql;
	long long at = 0;
	size_t size;
	sqlite3 *db;

	while (file && (size = fread(bytes, 1, sizeof(bytes), file)) > 0) {
		disk_write(to, at, bytes, size);
		at += (long long)size;
	}
	if (!file || fclose(file) || !at)
		die(path);
	db = open_file();
	sql = sqlite3_mprintf("PRAGMA journal_mode = %s", job.mode);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL))
		die(sqlite3_errmsg(db));
	sqlite3_free(sql);
	sqlite3_close(db);
	disk_settle();
	job.disk = disk_save();
}

static bool choose(const char *word)
{
	job.deed = !strcmp(word, "upgrade")	? up_upgrade
		   : !strcmp(word, "downgrade") ? up_downgrade
		   : !strcmp(word, "finish")	? up_finish
						: NULL;
	job.good = !strcmp(word, "upgrade")	? UP_UPGRADED
		   : !strcmp(word, "downgrade") ? UP_DOWNGRADED
						: UP_FINISHED;
	return job.deed != NULL;
}

int main(int argc, char **argv)
{
	long long changes;

	if (argc < 4 || !choose(argv[2]))
		die("usage: power FILE upgrade|downgrade|finish MODE [PACE]");
	job.mode = argv[3];
	job.pace = argc > 4 ? atoi(argv[4]) : 1;
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	use_own_memory();
	disk_register();
	disk_format();
	load(argv[1]);
	job.before = content();
	disk_load(job.disk);
	disk_begin(0, NULL);
	if (run() != (int)job.good)
		die("it does not even work");
	changes = disk_changes();
	job.after = content();
	if (!job.before || !job.after || job.before == job.after)
		die("it changes nothing, or harms the file");
	for (long long number = 1; number <= changes; number += job.pace)
		cut(number);
	fail_calls();
	fail_allocations();
	printf("%sok 1 - %s, %s: %lld cuts, %lld failing calls, %lld failing allocations,"
	       " %lld states\n1..1\n",
	       job.failures ? "not " : "", argv[2], job.mode, job.cuts, job.faults, job.allocations,
	       job.states);
	return job.failures != 0;
}
