/* SPDX-License-Identifier: MIT */
/*
 * space.c: the pages that a plan takes, gives back and writes twice.
 *
 * The tables are gone through as the plan does, with three numbers:
 *
 *	a copy takes	first what was dropped in this transaction: SQLite
 *			journals such a page, for it was in use before
 *			then the freelist, whose pages need no journal
 *			then the end of the file: growth
 *	a drop gives	the pages of the table and its indexes
 *
 * A rollback journal holds the pages that were in use before and are written;
 * a WAL holds all that are written, and lies beside the growth until it is
 * checkpointed.  https://sqlite.org/fileformat2.html
 *
 * How large a table is a sample of its rows says; where room is short dbstat
 * does, which reads all of it (live/sizes.h).
 */
#include "run/space.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "backup/file.h"
#include "base/text.h"
#include "hazard/assess.h"
#include "live/connect.h"
#include "live/sizes.h"
#include "run/cost.h"

#define SMALL_CHANGE 64 /* pages: of the schema, the history, the freelist */
#define FRAME_HEAD 24	/* bytes of a WAL beside each page */
#define RECORD_HEAD 8	/* likewise of a journal */
#define PLENTY 8	/* times the size of the file: more than any plan takes */
#define MOST_MERGED 16	/* sorted runs that SQLite merges at once; with more it writes twice */

struct tally {
	long long free;	 /* pages of the freelist as it was */
	long long given; /* that drops gave back */
	long long growth;
	long long rewritten; /* that were in use before */
	long long written;
	long long sorted; /* of the largest index that is made */
};

struct count {
	struct arena *arena;
	struct moult *m;
	sqlite3 *db;
	const struct plan *plan;
	const moult_options *options;
	struct sizes sizes;
	struct tally tally;
	long long old_rows; /* pages that are given back when all copies are made */
};

/* ---- pages ---- */

static void take(struct tally *tally, long long pages)
{
	const long long again = pages < tally->given ? pages : tally->given;
	const long long left = pages - again;
	const long long clean = left < tally->free ? left : tally->free;

	tally->given -= again;
	tally->free -= clean;
	tally->rewritten += again;
	tally->growth += left - clean;
	tally->written += pages;
}

static long long pages_of_indexes(struct count *e, const struct table *table)
{
	long long pages = 0;

	EACH (const struct object, index, &table->object.indexes)
		pages += mo_sizes_index(&e->sizes, index->name);
	return pages;
}

static bool drops_columns(const struct move *move)
{
	EACH (const struct change, change, &move->changes)
		if (change->part == PART_COLUMN && change->verb == VERB_DROP)
			return true;
	return false;
}

static void count_move(struct count *e, const struct move *move)
{
	struct tally *tally = &e->tally;
	const bool rewrites =
		(move->way == WAY_NATIVE || move->way == WAY_EDIT) && drops_columns(move);
	long long pages, keys;

	if (!mo_move_copies(move) && move->way != WAY_DROP && !rewrites)
		return;
	/* What was copied beside the writers is there, and what was goes later. */
	if (move->want && mo_plan_is_ready(e->plan, move->want->object.name))
		return;
	pages = mo_sizes_table(&e->sizes, move->former);
	keys = mo_sizes_keys(&e->sizes, move->former);
	if (rewrites) {
		tally->rewritten += pages;
		tally->written += pages;
		return;
	}
	if (move->way == WAY_EXCHANGE) {
		take(tally, pages);
		if (e->plan->together)
			e->old_rows += pages;
		else
			tally->given += pages;
		return;
	}
	if (move->way == WAY_REBUILD)
		take(tally, pages + keys);
	tally->given += pages + keys + pages_of_indexes(e, move->have);
}

/* One that is there stays as large as it is. */
static long long pages_to_make(struct count *e, const struct index *index)
{
	const long long pages = mo_sizes_index(&e->sizes, index->object.name);

	if (pages || !mo_schema_table(e->plan->diff->renamed, index->table))
		return pages;
	return mo_sizes_terms(&e->sizes, mo_diff_former_table(e->plan->diff, index->table),
			      &index->terms);
}

static void count_index(struct count *e, const struct index *index)
{
	const long long pages = pages_to_make(e, index);

	take(&e->tally, pages);
	if (pages > e->tally.sorted)
		e->tally.sorted = pages;
}

static void count_moves(struct count *e)
{
	for (int i = 0; i < e->plan->moves.count; i++)
		count_move(e, e->plan->moves.items[i]);
	e->tally.given += e->old_rows;
	EACH (const struct step, step, &e->plan->steps)
		if (step->index && !mo_plan_has_entries(e->plan, step->index->object.name))
			count_index(e, step->index);
}

static void count_pages(struct count *e)
{
	e->tally.free = e->sizes.free;
	count_moves(e);
}

/* ---- bytes, and where ---- */

static long long file_size(const struct sizes *sizes)
{
	return (sizes->used + sizes->free) * sizes->page_size;
}

static bool is_wal(const struct count *e)
{
	return mo_same_name(e->plan->diff->have->pragmas.journal_mode, "wal");
}

/*
 * The pages that are freed and written all the same: with zeros, or since others move to where
 * they were.
 */
static long long freed_pages(struct count *e)
{
	const bool writes = mo_sizes_ask(&e->sizes, "PRAGMA main.secure_delete", 0) == 1 ||
			    mo_sizes_ask(&e->sizes, "PRAGMA main.auto_vacuum", 0) == 1;

	return writes ? e->tally.given : 0;
}

static long long journal_bytes(struct count *e)
{
	const struct tally *tally = &e->tally;
	const long long freed = freed_pages(e);

	if (is_wal(e))
		return (tally->written + freed + SMALL_CHANGE) * (e->sizes.page_size + FRAME_HEAD);
	return (tally->rewritten + freed + SMALL_CHANGE) * (e->sizes.page_size + RECORD_HEAD);
}

static long long sorting_bytes(const struct count *e)
{
	const long long bytes = e->tally.sorted * e->sizes.page_size;

	if (bytes <= e->options->memory)
		return 0;
	return bytes > e->options->memory * MOST_MERGED ? 2 * bytes : bytes;
}

static bool is_temporary_directory(const char *path)
{
	struct stat status;

	return path && stat(path, &status) == 0 && S_ISDIR(status.st_mode) &&
	       access(path, W_OK | X_OK) == 0;
}

/* What PRAGMA temp_store and the build make of it: https://sqlite.org/tempfiles.html */
static bool sorts_in_memory(sqlite3 *db)
{
	const long long asked = mo_query_integer(db, "PRAGMA temp_store", 0, NULL);

	if (sqlite3_compileoption_used("TEMP_STORE=3"))
		return true;
	if (sqlite3_compileoption_used("TEMP_STORE=2"))
		return asked != 1;
	return asked == 2 && !sqlite3_compileoption_used("TEMP_STORE=0");
}

const char *mo_space_temporary(struct arena *arena, sqlite3 *db)
{
	const char *places[] = {sqlite3_temp_directory,
				getenv("SQLITE_TMPDIR"),
				getenv("TMPDIR"),
				"/var/tmp",
				"/usr/tmp",
				"/tmp",
				"."};
	sqlite3_vfs *vfs = NULL;

	if (sorts_in_memory(db) ||
	    sqlite3_file_control(db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs) || !vfs ||
	    !mo_name_has_prefix(vfs->zName, "unix"))
		return NULL;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (is_temporary_directory(places[i]))
			return mo_arena_text(arena, places[i]);
	return NULL;
}

/* Bytes that are free for us; -1 where the file system does not say. */
static long long free_at(const char *directory)
{
	struct statvfs status;

	if (statvfs(directory, &status) || !status.f_blocks)
		return -1;
	return (long long)status.f_bavail * (long long)status.f_frsize;
}

/* The need on the file system of a directory; NULL where it does not say what is free. */
static struct space_need *need_at(struct space *space, const struct count *e, const char *directory)
{
	struct space_need *need;
	struct stat here, there;
	long long free;

	if (!directory || stat(directory, &here))
		return NULL;
	for (int i = 0; i < space->needs.count; i++) {
		need = space->needs.items[i];
		if (!stat(need->directory, &there) && there.st_dev == here.st_dev)
			return need;
	}
	free = free_at(directory);
	if (free < 0)
		return NULL;
	need = mo_arena_make(e->arena, struct space_need);
	if (!need)
		return NULL;
	need->directory = directory;
	need->free = free;
	mo_list_add(e->arena, &space->needs, need);
	return need;
}

static void place_needs(struct space *space, const struct count *e)
{
	const struct space_need *all = &space->all;
	const char *home = mo_file_directory(e->arena, sqlite3_db_filename(e->db, "main"));
	const char *backups = e->options->backup_dir ? e->options->backup_dir : home;
	struct space_need *need = need_at(space, e, home);

	if (need) {
		need->growth = all->growth;
		need->journal = all->journal;
	}
	need = all->backup ? need_at(space, e, backups) : NULL;
	if (need)
		need->backup = all->backup;
	need = all->sorting ? need_at(space, e, mo_space_temporary(e->arena, e->db)) : NULL;
	if (need)
		need->sorting = all->sorting;
}

long long mo_space_total(const struct space_need *need)
{
	return need->growth + need->journal + need->backup + need->sorting;
}

static int cannot_estimate(struct moult *m, sqlite3 *db, int rc)
{
	return mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN003, NULL, "estimate the space");
}

int mo_space_estimate(struct space *space, struct arena *arena, struct moult *m, sqlite3 *db,
		      struct plan *plan, const moult_options *options, bool exact)
{
	struct count e = {.arena = arena, .m = m, .db = db, .plan = plan, .options = options};

	mo_sizes_begin(&e.sizes, arena, db, plan->diff->have, exact);
	mo_cost_rows(plan, &e.sizes);
	count_pages(&e);
	*space = (struct space){
		.all = {.growth = (e.tally.growth + SMALL_CHANGE) * e.sizes.page_size,
			.journal = journal_bytes(&e),
			.backup = options->no_backup ? 0 : file_size(&e.sizes),
			.sorting = sorting_bytes(&e)}};
	place_needs(space, &e);
	mo_cost_steps(plan, &e.sizes);
	plan->estimate.disk = mo_space_total(&space->all);
	plan->estimate.all.bytes += space->all.journal + space->all.backup + space->all.sorting +
				    freed_pages(&e) * e.sizes.page_size;
	plan->estimate.all.ms += mo_cost_of_backup(space->all.backup);
	mo_sizes_end(&e.sizes);
	if (e.sizes.rc)
		return cannot_estimate(m, db, e.sizes.rc);
	return mo_arena_rc(arena) ? mo_diag_memory(&m->diags) : MOULT_OK;
}

/* ---- several legs ---- */

/* What the tables behind a leg are called in the file. */
static void follow_names(struct sizes *sizes, const struct plan *plan)
{
	struct list names = {0};

	EACH (const struct object, table, &plan->diff->goal->objects[KIND_TABLE]) {
		struct size_name *name = mo_arena_make(sizes->arena, struct size_name);
		const struct move *move = mo_plan_move(plan, table->name);

		if (!name)
			return;
		name->name = table->name;
		if (!move || move->have)
			name->file =
				mo_sizes_name(sizes, mo_diff_former_table(plan->diff, table->name));
		mo_list_add(sizes->arena, &names, name);
	}
	sizes->names = names;
}

static void estimate_leg(struct count *e, struct plan *plan, struct estimate *all)
{
	struct estimate *own = &plan->estimate;
	const bool is_first = !e->sizes.names.count;

	e->plan = plan;
	e->old_rows = 0;
	if (is_first)
		mo_cost_rows(plan, &e->sizes);
	count_moves(e);
	mo_cost_steps(plan, &e->sizes);
	own->disk = (e->tally.growth + SMALL_CHANGE) * e->sizes.page_size + journal_bytes(e) +
		    sorting_bytes(e) + (e->options->no_backup ? 0 : file_size(&e->sizes));
	all->is_known = true;
	all->all.rows += own->all.rows;
	all->all.bytes += own->all.bytes;
	all->all.ms += own->all.ms;
	all->disk = own->disk;
	follow_names(&e->sizes, plan);
}

int mo_space_route(struct route *route, struct moult *m, sqlite3 *db, const moult_options *options)
{
	const struct plan *first = mo_route_first(route);
	struct count e = {
		.arena = route->arena, .m = m, .db = db, .plan = first, .options = options};
	const char *path = sqlite3_db_filename(db, "main");

	if (!path || !*path)
		return MOULT_OK;
	mo_sizes_begin(&e.sizes, route->arena, db, first->diff->have, false);
	e.tally.free = e.sizes.free;
	EACH (const struct leg, leg, &route->legs)
		estimate_leg(&e, leg->plan, &route->estimate);
	if (!options->no_backup) {
		route->estimate.all.bytes += file_size(&e.sizes);
		route->estimate.all.ms += mo_cost_of_backup(file_size(&e.sizes));
	}
	route->estimate.all.bytes += journal_bytes(&e);
	mo_sizes_end(&e.sizes);
	if (e.sizes.rc)
		return cannot_estimate(m, db, e.sizes.rc);
	return mo_arena_rc(route->arena) ? mo_diag_memory(&m->diags) : MOULT_OK;
}

/* ---- the verdict ---- */

char *mo_space_text(struct arena *arena, long long bytes)
{
	static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
	double size = (double)bytes / 1024;
	int unit = 0;

	for (; size >= 1024 && unit < 3; unit++)
		size /= 1024;
	return mo_arena_format(arena, "%.1f %s", size, units[unit]);
}

static void add_part(sqlite3_str *out, struct arena *arena, long long bytes, const char *words)
{
	if (bytes)
		sqlite3_str_appendf(out, "%s%s %s", sqlite3_str_length(out) ? ", " : "",
				    mo_space_text(arena, bytes), words);
}

static const char *parts_of(struct arena *arena, const struct space_need *need)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	add_part(out, arena, need->growth, "for tables and indexes");
	add_part(out, arena, need->journal, "for the journal");
	add_part(out, arena, need->backup, "for the backup");
	add_part(out, arena, need->sorting, "for sorting");
	return mo_arena_take(arena, out);
}

static void refuse(struct plan *plan, const struct space_need *need)
{
	struct arena *arena = plan->arena;
	struct hazard *hazard = mo_hazard_of_other(
		plan, DIAG_ML106, mo_arena_format(arena, "directory %s", need->directory),
		need->directory,
		mo_arena_format(arena, "about %s are needed in %s (%s), and %s are free there",
				mo_space_text(arena, mo_space_total(need)), need->directory,
				parts_of(arena, need), mo_space_text(arena, need->free)));

	if (!hazard)
		return;
	hazard->hint =
		need->backup ? "make room, or put the backup elsewhere with --backup-dir"
		: need->growth
			? "make room"
			: "make room, or name a directory for SQLite to sort in with SQLITE_TMPDIR";
}

/* Without batches everything is one transaction, and so one lock. */
static void refuse_long(struct plan *plan, int most_ms)
{
	const long long ms = plan->estimate.all.ms;
	const struct step *longest = NULL;
	struct hazard *hazard;

	EACH (const struct step, step, &plan->steps)
		if (!longest || step->cost.ms > longest->cost.ms)
			longest = step;
	if (ms <= most_ms || !longest)
		return;
	hazard = mo_hazard_of_other(
		plan, DIAG_RUN086, longest->object, longest->object,
		mo_arena_format(
			plan->arena,
			"the write lock would last for about %lld ms, and --max-lock allows "
			"%d; most of it are %lld ms for %s",
			ms, most_ms, longest->cost.ms, longest->object));
	if (hazard)
		hazard->hint = "apply --online copies tables in short transactions, where it can "
			       "(plan --online says where); or allow that with --max-lock";
}

/* Where there is room for several times the file nobody needs to count exactly. */
static bool is_roomy(struct arena *arena, sqlite3 *db, long long size, const moult_options *options)
{
	const char *const directories[] = {
		mo_file_directory(arena, sqlite3_db_filename(db, "main")),
		options->no_backup ? NULL : options->backup_dir,
		mo_space_temporary(arena, db),
	};
	const long long plenty = size * PLENTY + (8LL << 20);

	for (size_t i = 0; i < sizeof(directories) / sizeof(*directories); i++)
		if (directories[i] && free_at(directories[i]) < plenty)
			return false;
	return true;
}

int mo_space_judge(struct plan *plan, struct moult *m, sqlite3 *db, const moult_options *options)
{
	const char *path = sqlite3_db_filename(db, "main");
	struct sizes sizes;
	struct space space;
	bool roomy, exact;
	int rc;

	if (!plan->steps.count || !path || !*path)
		return MOULT_OK;
	mo_sizes_begin(&sizes, plan->arena, db, plan->diff->have, false);
	mo_sizes_end(&sizes);
	if (sizes.rc)
		return cannot_estimate(m, db, sizes.rc);
	if (!file_size(&sizes))
		return MOULT_OK;
	roomy = is_roomy(plan->arena, db, file_size(&sizes), options);
	/* Beside writers, who wait, nothing may take the time of all pages. */
	exact = !roomy && !plan->facts.ready.count;
	rc = mo_space_estimate(&space, plan->arena, m, db, plan, options, exact);
	for (int i = 0; !rc && !roomy && i < space.needs.count; i++) {
		const struct space_need *need = space.needs.items[i];

		if (mo_space_total(need) > need->free)
			refuse(plan, need);
	}
	if (!rc && options->max_lock_ms && !options->online && !options->side_by_side)
		refuse_long(plan, options->max_lock_ms);
	return rc ? rc : mo_plan_consent(plan, options->allow, &m->diags);
}
