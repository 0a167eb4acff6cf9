/* SPDX-License-Identifier: MIT */
/* trees.c: see trees.h. */
#include "live/trees.h"

#include <stdbool.h>
#include <string.h>

#include "live/connect.h"

/* SQLite has it without being asked from 3.36.0 on. */
#if SQLITE_VERSION_NUMBER >= 3036000 && !defined(SQLITE_OMIT_DESERIALIZE)

/* https://sqlite.org/fileformat2.html#the_database_header */
#define HEADER_PAGE_SIZE 16
#define HEADER_RESERVED 20 /* bytes at the end of each page */
#define HEADER_PAGE_COUNT 28
#define HEADER_SCHEMA_FORMAT 44 /* 4: what DESC in an index means since SQLite 3.3.0 */
#define HEADER_AUTO_VACUUM 52	/* 4 bytes; not 0: some pages say where others belong */
#define HEADER_ENCODING 56	/* 1: UTF-8 */

#define PAGE_OF_TABLE 0x0d
#define PAGE_OF_INDEX 0x0a
#define PAGE_CONTENT 5 /* of 2 bytes: where the cells begin, the end of the page */

static void put_number(unsigned char *at, unsigned number, int bytes)
{
	for (int i = 0; i < bytes; i++)
		at[i] = (unsigned char)(number >> 8 * (bytes - 1 - i));
}

/* The pages of a database that has its header, with what a first CREATE writes there. */
static int read_image(unsigned char **image, sqlite3_int64 *size, sqlite3 *db)
{
	const int rc = mo_exec(db, "PRAGMA user_version = 0");

	*image = rc ? NULL : sqlite3_serialize(db, "main", size, 0);
	if (!*image)
		return rc ? rc : SQLITE_NOMEM;
	put_number(*image + HEADER_SCHEMA_FORMAT, 4, 4);
	put_number(*image + HEADER_ENCODING, 1, 4);
	return SQLITE_OK;
}

/* The image grows by so many pages; on failure it is freed. */
static int grow(unsigned char **image, sqlite3_int64 *size, int page, int tables, int indexes)
{
	const int count = tables + indexes;
	const sqlite3_int64 size_after = *size + (sqlite3_int64)count * page;
	unsigned char *grown = sqlite3_realloc64(*image, (sqlite3_uint64)size_after);

	if (!grown) {
		sqlite3_free(*image);
		return SQLITE_NOMEM;
	}
	memset(grown + *size, 0, (size_t)(size_after - *size));
	for (int i = 0; i < count; i++) {
		unsigned char *tree = grown + *size + (sqlite3_int64)i * page;

		*tree = i < tables ? PAGE_OF_TABLE : PAGE_OF_INDEX;
		put_number(tree + PAGE_CONTENT, (unsigned)page, 2);
	}
	put_number(grown + HEADER_PAGE_COUNT, (unsigned)(size_after / page), 4);
	*image = grown;
	*size = size_after;
	return SQLITE_OK;
}

/* The image becomes the content of a database, and is freed whatever happens. */
static int put_image(sqlite3 *db, unsigned char *image, sqlite3_int64 size)
{
	sqlite3 *source = NULL;
	sqlite3_backup *backup = NULL;
	int rc = sqlite3_open_v2(":memory:", &source, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
				 NULL);

	if (rc)
		sqlite3_free(image);
	else
		rc = sqlite3_deserialize(source, "main", image, size, size,
					 SQLITE_DESERIALIZE_FREEONCLOSE);
	if (!rc)
		backup = sqlite3_backup_init(db, "main", source, "main");
	if (backup) {
		sqlite3_backup_step(backup, -1);
		rc = sqlite3_backup_finish(backup);
	} else if (!rc) {
		rc = sqlite3_errcode(db);
	}
	sqlite3_close(source);
	return rc;
}

/* Whether all of each page behind the first is a tree's, as SQLite was built; 65536 is written as 1. */
static bool is_plain(const unsigned char *image)
{
	static const unsigned char none[4];

	return image[HEADER_PAGE_SIZE] && !image[HEADER_RESERVED] &&
	       memcmp(image + HEADER_AUTO_VACUUM, none, sizeof(none)) == 0;
}

int mo_trees_add(sqlite3 *db, int tables, int indexes, int *first)
{
	unsigned char *image = NULL;
	sqlite3_int64 size = 0;
	int page;
	int rc = read_image(&image, &size, db);

	*first = 0;
	if (rc)
		return rc;
	if (!is_plain(image)) {
		sqlite3_free(image);
		return SQLITE_OK;
	}
	page = image[HEADER_PAGE_SIZE] << 8 | image[HEADER_PAGE_SIZE + 1];
	*first = (int)(size / page) + 1;
	rc = grow(&image, &size, page, tables, indexes);
	return rc ? rc : put_image(db, image, size);
}

#else

int mo_trees_add(sqlite3 *db, int tables, int indexes, int *first)
{
	(void)db;
	(void)tables;
	(void)indexes;
	*first = 0;
	return SQLITE_OK;
}

#endif
