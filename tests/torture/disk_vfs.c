/* SPDX-License-Identifier: MIT */
/*
 * disk_vfs.c: see disk_vfs.h.  It does what SQLite's own VFS for unix does,
 * down to which syncs also sync the directory.
 *
 * Time passes only while somebody sleeps, and then at once; it begins anew with
 * disk_seed(), so that the same disk always comes to the same.
 */
#include "disk_vfs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sqlite3.h>

#include "disk.h"

#define REGIONS_MAX 8
#define START ((sqlite3_int64)212650000000000)	   /* in November 2026, as Julian milliseconds */
#define JULIAN_EPOCH ((sqlite3_int64)210866760000) /* 1970, as Julian seconds */

struct handle {
	sqlite3_file base;
	int file;
	int level;  /* SQLITE_LOCK_NONE... */
	int shared; /* bits of the locks on the shared memory */
	int exclusive;
	bool maps;
	bool sync_names;     /* with the next sync */
	char *remove;	     /* this path, when closed; malloc'ed */
	struct handle *next; /* of the same file */
};

struct disk_locks {
	struct handle *handles;
	int maps;
	void *regions[REGIONS_MAX];
};

static struct {
	uint64_t seed;
	sqlite3_int64 slept; /* microseconds */
} world;

void disk_seed(uint64_t seed)
{
	world.seed = seed;
	world.slept = 0;
	sqlite3_randomness(0, NULL);
}

/* In place of the C library's, for the names of backups and the history. */
time_t time(time_t *now)
{
	const time_t seconds = (time_t)(START / 1000 - JULIAN_EPOCH + world.slept / 1000000);

	if (now)
		*now = seconds;
	return seconds;
}

static int code(int rc, int otherwise)
{
	return rc == -ENOSPC ? SQLITE_FULL : otherwise;
}

static struct disk_locks *locks_of(const struct handle *handle)
{
	return *disk_locks_of(handle->file);
}

static void free_regions(struct disk_locks *locks)
{
	for (int i = 0; i < REGIONS_MAX; i++) {
		free(locks->regions[i]);
		locks->regions[i] = NULL;
	}
}

void disk_locks_free(struct disk_locks *locks)
{
	if (locks)
		free_regions(locks);
	free(locks);
}

/* ---- files ---- */

static int file_close(sqlite3_file *base)
{
	struct handle *handle = (struct handle *)base;
	struct handle **link = &locks_of(handle)->handles;

	while (*link != handle)
		link = &(*link)->next;
	*link = handle->next;
	if (handle->remove && !disk_is_dead())
		disk_unlink(handle->remove);
	free(handle->remove);
	disk_hold(handle->file, -1);
	return SQLITE_OK;
}

static int file_read(sqlite3_file *base, void *bytes, int size, sqlite3_int64 offset)
{
	const struct handle *handle = (struct handle *)base;
	long long got;

	if (disk_admit(CALL_READ))
		return SQLITE_IOERR_READ;
	got = disk_read(handle->file, offset, bytes, (size_t)size);
	if (got == size)
		return SQLITE_OK;
	memset((char *)bytes + got, 0, (size_t)(size - got));
	return SQLITE_IOERR_SHORT_READ;
}

static int file_write(sqlite3_file *base, const void *bytes, int size, sqlite3_int64 offset)
{
	const struct handle *handle = (struct handle *)base;
	int rc = disk_write(handle->file, offset, bytes, (size_t)size);

	return rc ? code(rc, SQLITE_IOERR_WRITE) : SQLITE_OK;
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size)
{
	const struct handle *handle = (struct handle *)base;

	return disk_resize(handle->file, size) ? SQLITE_IOERR_TRUNCATE : SQLITE_OK;
}

static int file_sync(sqlite3_file *base, int flags)
{
	struct handle *handle = (struct handle *)base;

	(void)flags;
	if (disk_admit(CALL_SYNC) || disk_sync(handle->file))
		return SQLITE_IOERR_FSYNC;
	if (handle->sync_names && disk_sync_names())
		return SQLITE_IOERR_DIR_FSYNC;
	handle->sync_names = false;
	return SQLITE_OK;
}

static int file_size(sqlite3_file *base, sqlite3_int64 *size)
{
	const struct handle *handle = (struct handle *)base;

	if (disk_admit(CALL_READ))
		return SQLITE_IOERR_FSTAT;
	*size = disk_size(handle->file);
	return SQLITE_OK;
}

/* ---- locks: https://sqlite.org/lockingv3.html ---- */

/* Whether another handle of the file has this lock or a stronger one. */
static bool others_have(const struct handle *handle, int level)
{
	for (const struct handle *other = locks_of(handle)->handles; other; other = other->next)
		if (other != handle && other->level >= level)
			return true;
	return false;
}

static int file_lock(sqlite3_file *base, int level)
{
	struct handle *handle = (struct handle *)base;

	if (handle->level >= level)
		return SQLITE_OK;
	if (disk_admit(CALL_LOCK))
		return SQLITE_IOERR_LOCK;
	if (level == SQLITE_LOCK_SHARED && others_have(handle, SQLITE_LOCK_PENDING))
		return SQLITE_BUSY;
	if (level > SQLITE_LOCK_SHARED && others_have(handle, SQLITE_LOCK_RESERVED))
		return SQLITE_BUSY;
	if (level == SQLITE_LOCK_EXCLUSIVE && others_have(handle, SQLITE_LOCK_SHARED)) {
		handle->level = SQLITE_LOCK_PENDING;
		return SQLITE_BUSY;
	}
	handle->level = level;
	return SQLITE_OK;
}

static int file_unlock(sqlite3_file *base, int level)
{
	struct handle *handle = (struct handle *)base;

	if (handle->level > level)
		handle->level = level;
	return SQLITE_OK;
}

static int file_check_reserved(sqlite3_file *base, int *is)
{
	const struct handle *handle = (struct handle *)base;

	if (disk_admit(CALL_LOCK))
		return SQLITE_IOERR_CHECKRESERVEDLOCK;
	*is = handle->level >= SQLITE_LOCK_RESERVED || others_have(handle, SQLITE_LOCK_RESERVED);
	return SQLITE_OK;
}

static int file_control(sqlite3_file *base, int operation, void *argument)
{
	const struct handle *handle = (struct handle *)base;

	switch (operation) {
	case SQLITE_FCNTL_HAS_MOVED:
		*(int *)argument = !disk_has_name(handle->file);
		return SQLITE_OK;
	case SQLITE_FCNTL_VFSNAME:
		/* It stores a page as it is: moult may read the pages of its files. */
		*(char **)argument = sqlite3_mprintf("unix");
		return SQLITE_OK;
	default:
		return SQLITE_NOTFOUND;
	}
}

static int file_sector_size(sqlite3_file *base)
{
	(void)base;
	return 512;
}

static int file_characteristics(sqlite3_file *base)
{
	(void)base;
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

/* ---- shared memory ---- */

static int shm_map(sqlite3_file *base, int region, int size, int extend, void volatile **memory)
{
	struct handle *handle = (struct handle *)base;
	struct disk_locks *locks = locks_of(handle);

	*memory = NULL;
	if (disk_admit(CALL_SHARE) || region >= REGIONS_MAX)
		return SQLITE_IOERR_SHMMAP;
	if (!handle->maps) {
		handle->maps = true;
		locks->maps++;
	}
	if (!locks->regions[region] && extend)
		locks->regions[region] = calloc(1, (size_t)size);
	if (!locks->regions[region] && extend)
		return SQLITE_IOERR_SHMMAP;
	*memory = locks->regions[region];
	return SQLITE_OK;
}

static int shm_lock(sqlite3_file *base, int offset, int count, int flags)
{
	struct handle *handle = (struct handle *)base;
	const int bits = ((1 << count) - 1) << offset;

	if (flags & SQLITE_SHM_UNLOCK) {
		handle->shared &= ~bits;
		handle->exclusive &= ~bits;
		return SQLITE_OK;
	}
	if (disk_admit(CALL_SHARE))
		return SQLITE_IOERR_SHMLOCK;
	for (const struct handle *other = locks_of(handle)->handles; other; other = other->next) {
		const int held = flags & SQLITE_SHM_SHARED ? other->exclusive
							   : other->exclusive | other->shared;

		if (other != handle && held & bits)
			return SQLITE_BUSY;
	}
	*(flags & SQLITE_SHM_SHARED ? &handle->shared : &handle->exclusive) |= bits;
	return SQLITE_OK;
}

static void shm_barrier(sqlite3_file *base)
{
	(void)base;
}

/* As with the file of SQLite's own VFS, who comes first finds nothing in it. */
static int shm_unmap(sqlite3_file *base, int remove)
{
	struct handle *handle = (struct handle *)base;
	struct disk_locks *locks = locks_of(handle);

	(void)remove;
	if (!handle->maps)
		return SQLITE_OK;
	handle->maps = false;
	handle->shared = handle->exclusive = 0;
	if (--locks->maps == 0)
		free_regions(locks);
	return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_sync,
	.xFileSize = file_size,
	.xLock = file_lock,
	.xUnlock = file_unlock,
	.xCheckReservedLock = file_check_reserved,
	.xFileControl = file_control,
	.xSectorSize = file_sector_size,
	.xDeviceCharacteristics = file_characteristics,
	.xShmMap = shm_map,
	.xShmLock = shm_lock,
	.xShmBarrier = shm_barrier,
	.xShmUnmap = shm_unmap,
};

/* ---- the file system ---- */

static int open_file(const char *path, int flags, bool *created)
{
	int file;

	if (!path)
		return disk_create_nameless();
	file = disk_lookup(path);
	*created = file < 0 && flags & SQLITE_OPEN_CREATE;
	if (*created)
		return disk_create(path);
	return file >= 0 && flags & SQLITE_OPEN_EXCLUSIVE ? -EEXIST : file;
}

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *out)
{
	struct handle *handle = (struct handle *)base;
	struct disk_locks **locks;
	bool created = false;
	int file;

	(void)vfs;
	*handle = (struct handle){.base = {NULL}};
	file = disk_admit(CALL_NAME);
	if (!file)
		file = open_file(path, flags, &created);
	if (file < 0)
		return SQLITE_CANTOPEN;
	disk_hold(file, 1);
	locks = disk_locks_of(file);
	if (!*locks)
		*locks = calloc(1, sizeof(**locks));
	if (!*locks)
		abort();
	handle->file = file;
	handle->next = (*locks)->handles;
	(*locks)->handles = handle;
	handle->sync_names = created && flags & (SQLITE_OPEN_MAIN_JOURNAL |
						 SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL);
	if (path && flags & SQLITE_OPEN_DELETEONCLOSE)
		handle->remove = strdup(path);
	handle->base.pMethods = &methods;
	if (out)
		*out = flags;
	return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
	int rc = disk_admit(CALL_NAME);

	(void)vfs;
	if (!rc)
		rc = disk_unlink(path);
	if (rc)
		return rc == -ENOENT ? SQLITE_IOERR_DELETE_NOENT : SQLITE_IOERR_DELETE;
	if (sync && (disk_admit(CALL_SYNC) || disk_sync_names()))
		return SQLITE_IOERR_DIR_FSYNC;
	return SQLITE_OK;
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *is)
{
	int file = disk_admit(CALL_NAME);

	(void)vfs;
	if (file)
		return SQLITE_IOERR_ACCESS;
	file = disk_lookup(path);
	*is = file >= 0 && (flags != SQLITE_ACCESS_EXISTS || disk_size(file) > 0);
	return SQLITE_OK;
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *path, int size, char *full)
{
	(void)vfs;
	sqlite3_snprintf(size, full, "%s%s", *path == '/' ? "" : DISK_FOLDER "/", path);
	return SQLITE_OK;
}

static int vfs_randomness(sqlite3_vfs *vfs, int size, char *bytes)
{
	(void)vfs;
	for (int i = 0; i < size; i++)
		bytes[i] = (char)disk_random(&world.seed);
	return size;
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds)
{
	(void)vfs;
	world.slept += microseconds;
	return microseconds;
}

static int vfs_time(sqlite3_vfs *vfs, sqlite3_int64 *now)
{
	(void)vfs;
	*now = START + world.slept / 1000;
	return SQLITE_OK;
}

static int vfs_days(sqlite3_vfs *vfs, double *now)
{
	sqlite3_int64 milliseconds;

	vfs_time(vfs, &milliseconds);
	*now = (double)milliseconds / 86400000.0;
	return SQLITE_OK;
}

static int vfs_last_error(sqlite3_vfs *vfs, int size, char *text)
{
	(void)vfs;
	(void)size;
	(void)text;
	return 0;
}

void disk_register(void)
{
	static sqlite3_vfs vfs = {
		.iVersion = 2,
		.szOsFile = sizeof(struct handle),
		.mxPathname = 200,
		.zName = "moult-torture", /* by which live/buffered.c knows it */
		.xOpen = vfs_open,
		.xDelete = vfs_delete,
		.xAccess = vfs_access,
		.xFullPathname = vfs_full_path,
		.xRandomness = vfs_randomness,
		.xSleep = vfs_sleep,
		.xCurrentTime = vfs_days,
		.xGetLastError = vfs_last_error,
		.xCurrentTimeInt64 = vfs_time,
	};

	sqlite3_vfs_register(&vfs, 1);
}
