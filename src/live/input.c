/* SPDX-License-Identifier: MIT */
/* input.c: see input.h. */
#include "live/input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/show.h"
#include "base/text.h"
#include "live/connect.h"

#define LARGEST ((sqlite3_int64)16 << 20) /* of a document or script, in bytes */
#define HEAD 16
#define CHUNK 65536

static const char magic[HEAD] = "SQLite format 3";

void mo_content_done(struct content *content)
{
	sqlite3_free(content->text);
	*content = (struct content){0};
}

/* ---- telling apart --------------------------------------------------------------------- */

/* Which UTF-16 a text is in, by its byte order mark or the < of its first tag; NULL: none. */
static const char *wide_code(const struct content *content)
{
	const char *text = content->text;

	if (content->size < 4)
		return NULL;
	if (memcmp(text, "\xFF\xFE", 2) == 0 || (text[0] == '<' && !text[1] && text[2] && !text[3]))
		return "UTF-16LE";
	return memcmp(text, "\xFE\xFF", 2) == 0 || (!text[0] && text[1] == '<' && !text[2])
		       ? "UTF-16BE"
		       : NULL;
}

static int refuse_bytes(const struct content *content, struct moult *m, const char *name)
{
	const char *code = wide_code(content);
	int rc;

	if (!code)
		return mo_diag(
			&m->diags, DIAG_RUN002, NULL, name,
			"%s is no document, no SQL and no SQLite database (or it is encrypted)",
			name);
	rc = mo_diag(&m->diags, DIAG_RUN002, NULL, name, "%s is in UTF-16, and must be in UTF-8",
		     name);
	mo_diag_hint(
		&m->diags,
		"convert it with iconv -f %s -t UTF-8 %s, and write encoding=\"UTF-8\" where it "
		"says another",
		code, mo_shell_word(m->diags.arena, name));
	return rc;
}

/* A text has no byte 0; a document begins with a tag, behind space and a byte order mark. */
static int classify(struct content *content, struct moult *m, const char *name)
{
	const char *text = content->text;

	if (memchr(text, 0, content->size))
		return refuse_bytes(content, m, name);
	if (strncmp(text, "\xEF\xBB\xBF", 3) == 0)
		text += 3;
	while (mo_is_space(*text))
		text++;
	content->source = *text == '<' ? MOULT_DOCUMENT : MOULT_SCRIPT;
	return MOULT_OK;
}

int mo_content_copy(struct content *content, struct moult *m, const char *text, size_t size,
		    const char *name)
{
	*content = (struct content){0};
	content->text = sqlite3_malloc64(size + 1);
	if (!content->text)
		return mo_diag_memory(&m->diags);
	memcpy(content->text, text, size);
	content->text[size] = '\0';
	content->size = size;
	if (classify(content, m, name) == MOULT_OK)
		return MOULT_OK;
	mo_content_done(content);
	return MOULT_TROUBLE;
}

static int too_large(struct moult *m, const char *path)
{
	return mo_diag(&m->diags, DIAG_DOC003, NULL, path, "%s is larger than %d MiB", path,
		       (int)(LARGEST >> 20));
}

/* ---- streams ------------------------------------------------------------------------------ */

static bool grow(struct content *content, size_t size)
{
	char *text = sqlite3_realloc64(content->text, size + 1);

	if (text)
		content->text = text;
	return text;
}

static int read_stream(struct content *content, struct moult *m, int fd, const char *path)
{
	ssize_t got = 1;

	while (got > 0) {
		if ((sqlite3_int64)content->size > LARGEST)
			return too_large(m, path);
		if (!grow(content, content->size + CHUNK))
			return mo_diag_memory(&m->diags);
		do
			got = read(fd, content->text + content->size, CHUNK);
		while (got < 0 && errno == EINTR);
		content->size += got > 0 ? (size_t)got : 0;
	}
	if (got < 0)
		return mo_diag_errno(&m->diags, DIAG_RUN001, path, "read");
	content->text[content->size] = '\0';
	if (content->size >= HEAD && memcmp(content->text, magic, HEAD) == 0)
		return mo_diag(&m->diags, DIAG_RUN001, NULL, path,
			       "a database must be a file; %s is a stream", path);
	return classify(content, m, path);
}

/* ---- files ---------------------------------------------------------------------------------- */

static int read_file(struct content *content, struct moult *m, sqlite3_file *file, const char *path)
{
	sqlite3_int64 size = 0;
	char head[HEAD] = {0};
	int rc = file->pMethods->xFileSize(file, &size);

	if (!rc && size)
		rc = file->pMethods->xRead(file, head, size < HEAD ? (int)size : HEAD, 0);
	if (rc)
		return mo_diag(&m->diags, DIAG_RUN001, NULL, path, "%s cannot be read", path);
	if (!size || memcmp(head, magic, HEAD) == 0) {
		content->source = MOULT_DATABASE;
		return MOULT_OK;
	}
	/* What looks like noise may be a database that the opening callback has the key of. */
	if (m->on_open && memchr(head, 0, sizeof(head)) && size % 512 == 0) {
		content->source = MOULT_DATABASE;
		return MOULT_OK;
	}
	if (size > LARGEST)
		return too_large(m, path);
	if (!grow(content, (size_t)size))
		return mo_diag_memory(&m->diags);
	if (file->pMethods->xRead(file, content->text, (int)size, 0) != SQLITE_OK)
		return mo_diag(&m->diags, DIAG_RUN001, NULL, path, "%s cannot be read", path);
	content->size = (size_t)size;
	content->text[size] = '\0';
	return classify(content, m, path);
}

/*
 * Where links lead, as SQLite finds it: xOpen follows none. To be freed by
 * sqlite3_free_filename().
 */
static const char *real_name(sqlite3_vfs *vfs, const char *path)
{
	char *full = sqlite3_malloc64((sqlite3_uint64)vfs->mxPathname + 2);
	const char *name = NULL;
	int rc;

	if (!full)
		return NULL;
	rc = vfs->xFullPathname(vfs, path, vfs->mxPathname + 1, full) & 0xff;
	name = sqlite3_create_filename(!rc ? full : path, "", "", 0, NULL);
	sqlite3_free(full);
	return name;
}

/* A file as SQLite's VFS has it open. */
struct opened {
	sqlite3_file *file;
	const char *name; /* lives as long as the file is open */
};

static int open_path(struct opened *opened, const char *path)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;

	opened->file = sqlite3_malloc64((sqlite3_uint64)vfs->szOsFile);
	if (!opened->file)
		return SQLITE_NOMEM;
	memset(opened->file, 0, (size_t)vfs->szOsFile);
	opened->name = real_name(vfs, path);
	if (!opened->name)
		return SQLITE_NOMEM;
	return vfs->xOpen(vfs, opened->name, opened->file, flags, &flags);
}

static void close_path(struct opened *opened)
{
	if (opened->file && opened->file->pMethods)
		opened->file->pMethods->xClose(opened->file);
	sqlite3_free_filename((char *)opened->name);
	sqlite3_free(opened->file);
}

static int read_path(struct content *content, struct moult *m, const char *path)
{
	struct opened opened = {NULL, NULL};
	int rc = open_path(&opened, path);

	if (!rc)
		rc = read_file(content, m, opened.file, path);
	else if (rc == SQLITE_NOMEM)
		rc = mo_diag_memory(&m->diags);
	else
		rc = mo_diag_errno(&m->diags, DIAG_RUN001, path, "open");
	close_path(&opened);
	return rc;
}

int mo_content_read(struct content *content, struct moult *m, const char *path)
{
	struct stat status;
	int rc;

	*content = (struct content){0};
	if (mo_same(path, "-")) {
		rc = read_stream(content, m, STDIN_FILENO, "standard input");
	} else if (!mo_is_file_name(path)) {
		rc = mo_path_check(m, path);
	} else if (stat(path, &status) != 0) {
		rc = mo_diag_errno(&m->diags, DIAG_RUN001, path, "open");
	} else if (S_ISDIR(status.st_mode)) {
		rc = mo_diag(&m->diags, DIAG_RUN001, NULL, path, "%s is a directory", path);
	} else if (S_ISREG(status.st_mode)) {
		rc = read_path(content, m, path);
	} else {
		FILE *stream = fopen(path, "rb");

		rc = stream ? read_stream(content, m, fileno(stream), path)
			    : mo_diag_errno(&m->diags, DIAG_RUN001, path, "open");
		if (stream)
			fclose(stream);
	}
	if (!rc)
		rc = mo_source_note(m, path);
	if (rc)
		mo_content_done(content);
	return rc;
}

/* ---- what was read ------------------------------------------------------------------------- */

int mo_source_note(struct moult *m, const char *path)
{
	if (!m->memory)
		m->memory = mo_arena_new();
	if (m->memory)
		mo_list_add(m->memory, &m->inputs, mo_arena_text(m->memory, path));
	return m->memory && !mo_arena_rc(m->memory) ? MOULT_OK : mo_diag_memory(&m->diags);
}

int mo_source_note_included(struct moult *m, const struct schema *document)
{
	int rc = MOULT_OK;

	for (int i = 0; !rc && i < document->included.count; i++)
		rc = mo_source_note(m, document->included.items[i]);
	return rc;
}

/* ---- questions ----------------------------------------------------------------------------- */

/* The first bytes of a regular file; false where it has fewer. */
static bool read_head(char head[HEAD], const char *path)
{
	struct opened opened = {NULL, NULL};
	struct stat status;
	bool is;

	if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
		return false;
	is = open_path(&opened, path) == SQLITE_OK &&
	     opened.file->pMethods->xRead(opened.file, head, HEAD, 0) == SQLITE_OK;
	close_path(&opened);
	return is;
}

bool mo_source_is_database(const char *path)
{
	char head[HEAD] = {0};

	return read_head(head, path) && memcmp(head, magic, HEAD) == 0;
}

/*
 * SQLite says of such a file that it is empty, since it writes an S into one itself where the file
 * system is FAT: unixFileSize() in os_unix.c.
 */
static bool is_one_byte(const char *path)
{
	struct opened opened = {NULL, NULL};
	struct stat status;
	char byte = 'S';

	if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size != 1)
		return false;
	if (open_path(&opened, path) == SQLITE_OK)
		opened.file->pMethods->xRead(opened.file, &byte, 1, 0);
	close_path(&opened);
	return byte != 'S';
}

int mo_source_refuse_document(struct moult *m, const char *path)
{
	char head[HEAD + 1] = {0};

	if (is_one_byte(path))
		return mo_diag(&m->diags, DIAG_RUN002, NULL, path,
			       "%s is one byte, and no SQLite database", path);
	if (!read_head(head, path) || (head[0] != '<' && strncmp(head, "\xEF\xBB\xBF<", 4) != 0))
		return MOULT_OK;
	mo_diag(&m->diags, DIAG_RUN002, NULL, path, "%s is a document, and no SQLite database",
		path);
	mo_diag_hint(&m->diags, "the database comes first, then the document");
	return MOULT_TROUBLE;
}

bool mo_source_exists(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0;
}

/*
 * The lock is what tells: without it another program may have begun its first transaction, of
 * which the file shows nothing.
 */
void mo_source_remove_empty(const char *path)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	sqlite3_file *file = NULL;
	sqlite3_int64 size = -1;
	sqlite3 *db = NULL;

	if (mo_is_file_name(path) &&
	    sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
	    mo_exec(db, "BEGIN EXCLUSIVE") == SQLITE_OK &&
	    sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK &&
	    file->pMethods->xFileSize(file, &size) == SQLITE_OK && size == 0)
		vfs->xDelete(vfs, sqlite3_db_filename(db, "main"), 0);
	sqlite3_close_v2(db);
}
