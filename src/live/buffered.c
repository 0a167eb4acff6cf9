/* SPDX-License-Identifier: MIT */
/* buffered.c: see buffered.h.  What a VFS has to do: https://sqlite.org/c3ref/io_methods.html */
#include "live/buffered.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

#define ROOM 65536	  /* bytes of a buffer */
#define SMALLEST_PAGE 512 /* what is less is no page, and read as it is asked for */

struct buffered {
	sqlite3_vfs vfs; /* first: SQLite hands it back */
	sqlite3_vfs *behind;
	char name[80];
};

/* A piece of a file in memory. */
struct piece {
	unsigned char *bytes; /* ROOM of them, or NULL: not yet needed */
	sqlite3_int64 at;
	int size;
};

struct file {
	sqlite3_file base;
	sqlite3_file *real;	 /* behind this struct */
	struct file *database;	 /* of a journal; itself for a database */
	struct file *journal;	 /* of a database; NULL while none is open */
	bool is_direct;		 /* others may write meanwhile */
	struct piece read;	 /* ahead */
	struct piece written;	 /* and to be written yet */
	sqlite3_int64 last_read; /* where that was */
	int ahead;		 /* bytes that were read at once, last */
	int failed; /* of a database: what SQLite was not told yet, of its journal too */
	/* of a write-ahead log: how far it was written under the lock to do so; -1: that is not held */
	sqlite3_int64 end;
};

static bool is_within(const struct piece *piece, sqlite3_int64 at, int size)
{
	return at >= piece->at && at + size <= piece->at + piece->size;
}

static bool touches(const struct piece *piece, sqlite3_int64 at, int size)
{
	return piece->size && at < piece->at + piece->size && piece->at < at + size;
}

static bool make_room(struct piece *piece)
{
	if (!piece->bytes)
		piece->bytes = sqlite3_malloc64(ROOM);
	return piece->bytes != NULL;
}

/* ---- what was gathered ---------------------------------------------------------------------- */

static int put_out(struct file *file)
{
	struct piece *piece = &file->written;
	int rc = SQLITE_OK;

	if (piece->size)
		rc = file->real->pMethods->xWrite(file->real, piece->bytes, piece->size, piece->at);
	piece->at += piece->size;
	piece->size = 0;
	return rc;
}

/* The journal first.  Where that fails, the database is not to have what depends on it. */
static int put_out_both(struct file *database)
{
	int rc = database->journal ? put_out(database->journal) : SQLITE_OK;

	if (rc)
		database->written.size = 0;
	return rc ? rc : put_out(database);
}

/* Everything that was written before; what failed is kept until SQLite was told. */
static int settle(struct file *file)
{
	const int rc = put_out_both(file->database);

	if (rc)
		file->database->failed = rc;
	return file->database->failed;
}

/* The same for a call that nobody makes but SQLite, which heeds what comes of it. */
static int settle_and_tell(struct file *file)
{
	const int rc = settle(file);

	file->database->failed = SQLITE_OK;
	return rc;
}

static bool goes_on(const struct piece *piece, sqlite3_int64 at)
{
	return at == piece->at + piece->size;
}

/* A journal that only grows needs nothing of the database. */
static int end_piece(struct file *file, sqlite3_int64 at)
{
	int rc;

	if (file == file->database || !goes_on(&file->written, at))
		return settle_and_tell(file);
	rc = put_out(file);
	if (rc)
		file->database->written.size = 0;
	return rc;
}

static int gather(struct file *file, const void *bytes, int size, sqlite3_int64 at)
{
	struct piece *piece = &file->written;
	int rc = SQLITE_OK;

	if (!goes_on(piece, at) || size > ROOM - piece->size)
		rc = end_piece(file, at);
	if (rc)
		return rc;
	if (!make_room(piece) || size > ROOM - piece->size)
		return file->real->pMethods->xWrite(file->real, bytes, size, at);
	if (!piece->size)
		piece->at = at;
	memcpy(piece->bytes + piece->size, bytes, (size_t)size);
	piece->size += size;
	return SQLITE_OK;
}

static int write_file(sqlite3_file *base, const void *bytes, int size, sqlite3_int64 at)
{
	struct file *file = (struct file *)base;
	int rc = SQLITE_OK;

	if (touches(&file->read, at, size))
		file->read.size = 0;
	if (file->end >= 0 && at + size > file->end)
		file->end = at + size;
	if (file->is_direct || file->database->failed)
		rc = settle_and_tell(file);
	if (rc)
		return rc;
	return file->is_direct ? file->real->pMethods->xWrite(file->real, bytes, size, at)
			       : gather(file, bytes, size, at);
}

/* ---- what is read ahead --------------------------------------------------------------------- */

/* How much to read at once: where one page follows another, in either direction, more and more. */
static int how_much(struct file *file, int size, sqlite3_int64 apart)
{
	const bool follows = apart && apart <= 2 * size && apart >= -2 * size;

	file->ahead = follows && file->ahead ? file->ahead * 2 : size;
	if (file->ahead > ROOM)
		file->ahead = ROOM;
	return file->ahead;
}

/* At an end of the file there is less than that: then only what was asked for is read. */
static bool read_ahead(struct file *file, int size, sqlite3_int64 at)
{
	const int most = how_much(file, size, at - file->last_read);
	const sqlite3_int64 from = at < file->last_read ? at + size - most : at;

	file->last_read = at;
	if (most <= size || from < 0 || touches(&file->written, from, most) ||
	    !make_room(&file->read))
		return false;
	file->read.size = 0;
	if (file->real->pMethods->xRead(file->real, file->read.bytes, most, from)) {
		file->ahead = 0;
		return false;
	}
	file->read.at = from;
	file->read.size = most;
	return true;
}

static bool is_page(const struct file *file, int size)
{
	return size >= SMALLEST_PAGE && size < ROOM && !file->is_direct;
}

static int read_database(struct file *file, void *bytes, int size, sqlite3_int64 at)
{
	if (touches(&file->written, at, size) || file->failed) {
		const int rc = settle(file);

		if (rc)
			return rc;
	}
	if (!is_page(file, size) ||
	    (!is_within(&file->read, at, size) && !read_ahead(file, size, at)))
		return file->real->pMethods->xRead(file->real, bytes, size, at);
	file->last_read = at;
	memcpy(bytes, file->read.bytes + (at - file->read.at), (size_t)size);
	return SQLITE_OK;
}

static int read_file(sqlite3_file *base, void *bytes, int size, sqlite3_int64 at)
{
	struct file *file = (struct file *)base;
	int rc;

	if (file == file->database)
		return read_database(file, bytes, size, at);
	rc = settle_and_tell(file);
	return rc ? rc : file->real->pMethods->xRead(file->real, bytes, size, at);
}

/* ---- the other calls ------------------------------------------------------------------------ */

static sqlite3_file *real_of(sqlite3_file *base)
{
	return ((struct file *)base)->real;
}

static int close_file(sqlite3_file *base)
{
	struct file *file = (struct file *)base;
	int rc;

	settle(file);
	if (file->journal)
		file->journal->database = file->journal;
	if (file->database != file)
		file->database->journal = NULL;
	rc = file->real->pMethods->xClose(file->real);
	sqlite3_free(file->read.bytes);
	sqlite3_free(file->written.bytes);
	return rc;
}

static int truncate_file(sqlite3_file *base, sqlite3_int64 size)
{
	struct file *file = (struct file *)base;
	const int rc = settle_and_tell(file);

	file->read.size = 0;
	return rc ? rc : file->real->pMethods->xTruncate(file->real, size);
}

static int sync_file(sqlite3_file *base, int flags)
{
	struct file *file = (struct file *)base;
	const int rc = settle_and_tell(file);

	return rc ? rc : file->real->pMethods->xSync(file->real, flags);
}

static int size_of_file(sqlite3_file *base, sqlite3_int64 *size)
{
	struct file *file = (struct file *)base;
	const int rc = settle(file);

	return rc ? rc : file->real->pMethods->xFileSize(file->real, size);
}

static int lock_file(sqlite3_file *base, int level)
{
	struct file *file = (struct file *)base;

	if (level == SQLITE_LOCK_SHARED)
		file->read.size = 0;
	return file->real->pMethods->xLock(file->real, level);
}

static int unlock_file(sqlite3_file *base, int level)
{
	struct file *file = (struct file *)base;

	settle(file);
	if (level == SQLITE_LOCK_NONE)
		file->read.size = 0;
	return file->real->pMethods->xUnlock(file->real, level);
}

static int check_lock(sqlite3_file *base, int *is_locked)
{
	return real_of(base)->pMethods->xCheckReservedLock(real_of(base), is_locked);
}

/* SQLite says SYNC before it would sync, where it was told not to, too. */
static int control_file(sqlite3_file *base, int what, void *argument)
{
	struct file *file = (struct file *)base;
	const int rc = what == SQLITE_FCNTL_SYNC ? settle_and_tell(file) : SQLITE_OK;

	if (what == MO_FCNTL_LOG_END) {
		*(sqlite3_int64 *)argument = file->journal ? file->journal->end : -1;
		return SQLITE_OK;
	}
	return rc ? rc : real_of(base)->pMethods->xFileControl(real_of(base), what, argument);
}

static int sector_of_file(sqlite3_file *base)
{
	return real_of(base)->pMethods->xSectorSize(real_of(base));
}

/* Without batches of writes that become one: what is gathered would come too late for theirs. */
static int traits_of_file(sqlite3_file *base)
{
	const int traits = real_of(base)->pMethods->xDeviceCharacteristics(real_of(base));

	return traits & ~SQLITE_IOCAP_BATCH_ATOMIC;
}

/* The first call of a connection that is about to read through a write-ahead log. */
static int map_shared(sqlite3_file *base, int region, int size, int extend, void volatile **map)
{
	struct file *file = (struct file *)base;
	const int rc = settle(file);

	file->is_direct = true;
	file->read.size = 0;
	return rc ? rc : file->real->pMethods->xShmMap(file->real, region, size, extend, map);
}

/* The first of the locks is that to write: https://sqlite.org/walformat.html#wal_locks */
static int lock_shared(sqlite3_file *base, int offset, int count, int flags)
{
	struct file *file = (struct file *)base;
	const int rc = file->real->pMethods->xShmLock(file->real, offset, count, flags);

	if (!offset && !rc && (flags & SQLITE_SHM_EXCLUSIVE) && file->journal)
		file->journal->end = flags & SQLITE_SHM_LOCK ? 0 : -1;
	return rc;
}

static void barrier(sqlite3_file *base)
{
	real_of(base)->pMethods->xShmBarrier(real_of(base));
}

static int unmap_shared(sqlite3_file *base, int remove)
{
	return real_of(base)->pMethods->xShmUnmap(real_of(base), remove);
}

#define OF_ANY_FILE                                                                   \
	.xClose = close_file, .xRead = read_file, .xWrite = write_file,               \
	.xTruncate = truncate_file, .xSync = sync_file, .xFileSize = size_of_file,    \
	.xLock = lock_file, .xUnlock = unlock_file, .xCheckReservedLock = check_lock, \
	.xFileControl = control_file, .xSectorSize = sector_of_file,                  \
	.xDeviceCharacteristics = traits_of_file

/*
 * Of version 2, without xFetch(): a page that SQLite finds in a memory map of the file would not be
 * the one that was gathered.
 */
static const sqlite3_io_methods methods = {
	.iVersion = 2,
	OF_ANY_FILE,
	.xShmMap = map_shared,
	.xShmLock = lock_shared,
	.xShmBarrier = barrier,
	.xShmUnmap = unmap_shared,
};

/* VFSs without shared memory say so by an older version. */
static const sqlite3_io_methods methods_without_log = {.iVersion = 1, OF_ANY_FILE};

/* ---- the VFS -------------------------------------------------------------------------------- */

static sqlite3_vfs *behind(sqlite3_vfs *vfs)
{
	return ((struct buffered *)vfs)->behind;
}

/*
 * A journal is tied to its database.  What is opened only to be read may be the journal of another
 * one, by a name that says nothing of it.
 */
static bool is_buffered(int flags)
{
	return (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) ||
	       ((flags & SQLITE_OPEN_MAIN_JOURNAL) && (flags & SQLITE_OPEN_READWRITE));
}

static void tie(struct file *journal, const char *name)
{
	journal->database = (struct file *)sqlite3_database_file_object(name);
	journal->database->journal = journal;
}

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *got)
{
	struct file *file = (struct file *)base;
	int rc;

	if (!is_buffered(flags))
		return behind(vfs)->xOpen(behind(vfs), name, base, flags, got);
	*file = (struct file){.real = (sqlite3_file *)(file + 1),
			      .database = file,
			      .is_direct = (flags & SQLITE_OPEN_WAL) != 0,
			      .end = -1};
	file->real->pMethods = NULL;
	rc = behind(vfs)->xOpen(behind(vfs), name, file->real, flags, got);
	if (!file->real->pMethods)
		return rc;
	base->pMethods = file->real->pMethods->iVersion > 1 ? &methods : &methods_without_log;
	if (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL))
		tie(file, name);
	return rc;
}

static int delete_file(sqlite3_vfs *vfs, const char *name, int sync)
{
	return behind(vfs)->xDelete(behind(vfs), name, sync);
}

static int access_file(sqlite3_vfs *vfs, const char *name, int what, int *answer)
{
	return behind(vfs)->xAccess(behind(vfs), name, what, answer);
}

static int full_name(sqlite3_vfs *vfs, const char *name, int size, char *full)
{
	return behind(vfs)->xFullPathname(behind(vfs), name, size, full);
}

static void *open_library(sqlite3_vfs *vfs, const char *name)
{
	return behind(vfs)->xDlOpen(behind(vfs), name);
}

static void library_error(sqlite3_vfs *vfs, int size, char *message)
{
	behind(vfs)->xDlError(behind(vfs), size, message);
}

static void (*find_symbol(sqlite3_vfs *vfs, void *library, const char *name))(void)
{
	return behind(vfs)->xDlSym(behind(vfs), library, name);
}

static void close_library(sqlite3_vfs *vfs, void *library)
{
	behind(vfs)->xDlClose(behind(vfs), library);
}

static int give_randomness(sqlite3_vfs *vfs, int size, char *bytes)
{
	return behind(vfs)->xRandomness(behind(vfs), size, bytes);
}

static int sleep_for(sqlite3_vfs *vfs, int microseconds)
{
	return behind(vfs)->xSleep(behind(vfs), microseconds);
}

static int tell_days(sqlite3_vfs *vfs, double *days)
{
	return behind(vfs)->xCurrentTime(behind(vfs), days);
}

static int last_error(sqlite3_vfs *vfs, int size, char *message)
{
	return behind(vfs)->xGetLastError(behind(vfs), size, message);
}

static int tell_time(sqlite3_vfs *vfs, sqlite3_int64 *now)
{
	return behind(vfs)->xCurrentTimeInt64(behind(vfs), now);
}

static void set_up(struct buffered *buffered, sqlite3_vfs *real)
{
	sqlite3_snprintf(sizeof(buffered->name), buffered->name, "%.40s-buffered-%p", real->zName,
			 (void *)buffered);
	buffered->behind = real;
	buffered->vfs = (sqlite3_vfs){
		.iVersion = real->iVersion > 1 && real->xCurrentTimeInt64 ? 2 : 1,
		.szOsFile = (int)sizeof(struct file) + real->szOsFile,
		.mxPathname = real->mxPathname,
		.zName = buffered->name,
		.xOpen = open_file,
		.xDelete = delete_file,
		.xAccess = access_file,
		.xFullPathname = full_name,
		.xDlOpen = open_library,
		.xDlError = library_error,
		.xDlSym = find_symbol,
		.xDlClose = close_library,
		.xRandomness = give_randomness,
		.xSleep = sleep_for,
		.xCurrentTime = tell_days,
		.xGetLastError = last_error,
		.xCurrentTimeInt64 = tell_time,
	};
}

/* They take reads and writes of any size, others may not; the last is the one of tests/torture. */
static bool is_plain(const char *name)
{
	static const char *const names[] = {"unix", "unix-excl", "unix-dotfile", "unix-none",
					    "moult-torture"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (mo_same(name, names[i]))
			return true;
	return false;
}

const char *mo_buffered_name(struct buffered **buffered)
{
	sqlite3_vfs *real = sqlite3_vfs_find(NULL);
	struct buffered *made;

	if (*buffered)
		return (*buffered)->name;
	if (!real || !is_plain(real->zName))
		return NULL;
	made = sqlite3_malloc64(sizeof(*made));
	if (!made)
		return NULL;
	set_up(made, real);
	if (sqlite3_vfs_register(&made->vfs, 0)) {
		sqlite3_free(made);
		return NULL;
	}
	*buffered = made;
	return made->name;
}

void mo_buffered_free(struct buffered *buffered)
{
	if (!buffered)
		return;
	sqlite3_vfs_unregister(&buffered->vfs);
	sqlite3_free(buffered);
}
