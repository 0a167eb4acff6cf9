/* SPDX-License-Identifier: MIT */
/*
 * include.c: <include href="parts/radio.xml"/>.
 *
 * XInclude is not used: it would bring fragments, entities and the network.
 * An include here is a whole document, in a regular file below the directory of
 * the first one, read once.  What a path is like is judged before the file
 * system is asked, and where it leads, after symbolic links, when it has been.
 */
#define _XOPEN_SOURCE 700 /* realpath */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "xml/reader.h"

#define INCLUDE_DEPTH 32

/* ---- paths ----------------------------------------------------------------- */

static bool has_dots(const char *path)
{
	for (const char *part = path; part; part = strchr(part, '/')) {
		part += *part == '/';
		if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || !part[2]))
			return true;
	}
	return false;
}

/* What is wrong with a path by itself, or NULL. */
static const char *fault_of(const char *href)
{
	if (*href == '/')
		return "the path must be relative";
	if (strcspn(href, ":") < strcspn(href, "/"))
		return "the path must be that of a file here, without a scheme or drive";
	if (strchr(href, '\\'))
		return "the parts of a path have / between them";
	if (has_dots(href))
		return "the path must not go up with ..";
	return NULL;
}

static char *join(struct arena *arena, const char *directory, const char *path)
{
	const size_t length = strlen(directory);

	if (!length || mo_same(directory, "."))
		return mo_arena_text(arena, path);
	return mo_arena_format(arena, directory[length - 1] == '/' ? "%s%s" : "%s/%s", directory,
			       path);
}

static char *directory_of(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? mo_arena_slice(arena, path, (size_t)(slash - path) + (slash == path))
		     : mo_arena_text(arena, ".");
}

/* The path without symbolic links; NULL where it leads nowhere. */
static char *canonical(struct arena *arena, const char *path)
{
	char *real = realpath(*path ? path : ".", NULL);
	char *copy = mo_arena_text(arena, real);
	const int saved = errno;

	free(real);
	errno = saved;
	return copy;
}

static bool is_below(const char *path, const char *root)
{
	const size_t length = strlen(root);

	return mo_same(root, "/") || (strncmp(path, root, length) == 0 && path[length] == '/');
}

/* ---- refusing -------------------------------------------------------------- */

static void refuse(struct reader *r, const xmlNode *node, const char *why)
{
	const struct moult_place place = mo_reader_value_place(r, mo_node_attribute(node, "href"));

	mo_diag(r->diags, DIAG_DOC014, &place, NULL, "\"%.200s\" cannot be included: %s",
		mo_node_value(node, "href"), why);
}

static const char *why_not(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return "there is no such file";
	case EACCES:
		return "it may not be read";
	case ELOOP:
		return "its symbolic links go round in a circle";
	default:
		return "it cannot be read";
	}
}

/* Whether the file was read before, or is being read and so includes itself. */
static bool is_known(struct reader *r, const xmlNode *node, const char *path)
{
	const char *first = canonical(r->scratch, r->source->name);

	for (int i = 0; i < r->files.count; i++) {
		const struct file *file = r->files.items[i];
		const char *known = i ? file->path : first;

		if (!mo_same(known, path) || !known)
			continue;
		refuse(r, node, file->open ? "it would include itself" : "it is included already");
		return true;
	}
	return false;
}

static int open_files(const struct reader *r)
{
	int count = 0;

	EACH (const struct file, file, &r->files)
		count += file->open;
	return count;
}

/* ---- reading --------------------------------------------------------------- */

/* The size of a regular file that still fits; -1, said why, for all else. */
static long long size_of(struct reader *r, const xmlNode *node, const char *path)
{
	struct stat status;

	if (stat(path, &status)) {
		refuse(r, node, why_not(errno));
		return -1;
	}
	if (!S_ISREG(status.st_mode)) {
		refuse(r, node, "it is not a file");
		return -1;
	}
	if ((unsigned long long)status.st_size > MO_DOCUMENT_LIMIT - r->size) {
		const struct moult_place place =
			mo_reader_value_place(r, mo_node_attribute(node, "href"));

		mo_diag(r->diags, DIAG_DOC003, &place, NULL,
			"a document is at most 16 MiB, with all that it includes");
		return -1;
	}
	return status.st_size;
}

static char *read_text(struct reader *r, const xmlNode *node, const char *path, size_t *size)
{
	const long long expected = size_of(r, node, path);
	char *text = expected < 0 ? NULL : mo_arena_alloc(r->scratch, (size_t)expected + 1);
	FILE *stream = text ? fopen(path, "rb") : NULL;

	if (!text)
		return NULL;
	if (!stream) {
		refuse(r, node, why_not(errno));
		return NULL;
	}
	*size = fread(text, 1, (size_t)expected, stream);
	if (ferror(stream) || *size != (size_t)expected) {
		refuse(r, node, "it cannot be read");
		text = NULL;
	}
	fclose(stream);
	if (text)
		mo_hash_piece(&r->schema->read, text, *size);
	return text;
}

static void include(struct reader *r, const xmlNode *node, const char *path, const char *real)
{
	struct file *file = mo_arena_make(r->scratch, struct file);
	size_t size = 0;
	const char *text = file ? read_text(r, node, real, &size) : NULL;

	if (!text)
		return;
	file->path = real;
	mo_list_add(r->schema->arena, &r->schema->included, mo_arena_text(r->schema->arena, real));
	file->directory = directory_of(r->scratch, path);
	r->size += size;
	if (file->directory)
		mo_read_file(r, file, path, text, size);
}

/* Where the href of an element leads: *path as it is written, and *real; false, said why. */
static bool follow(struct reader *r, const xmlNode *node, const char **path, const char **real)
{
	const char *href = mo_node_value(node, "href");
	const char *fault = href ? fault_of(href) : NULL;
	const char *root;

	if (!href || mo_is_blank(href))
		return false;
	if (!r->source->directory || fault || open_files(r) == INCLUDE_DEPTH) {
		refuse(r, node,
		       fault		      ? fault
		       : r->source->directory ? "files include files more than 32 deep"
					      : "this document stands in no directory");
		return false;
	}
	*path = join(r->scratch, r->file->directory, href);
	root = canonical(r->scratch, r->source->directory);
	*real = *path ? canonical(r->scratch, *path) : NULL;
	if (mo_arena_rc(r->scratch))
		return false;
	if (!*real || !root)
		refuse(r, node, why_not(errno));
	else if (!is_below(*real, root))
		refuse(r, node, "it leads out of the first document's directory");
	else
		return true;
	return false;
}

void mo_read_include(struct reader *r, const xmlNode *node)
{
	const char *path, *real;

	if (follow(r, node, &path, &real) && !is_known(r, node, real))
		include(r, node, path, real);
}

char *mo_read_beside(struct reader *r, const xmlNode *node, const char **path, size_t *size)
{
	const char *real;
	char *text = follow(r, node, path, &real) ? read_text(r, node, real, size) : NULL;

	if (!text)
		return NULL;
	r->size += *size;
	mo_list_add(r->schema->arena, &r->schema->included, mo_arena_text(r->schema->arena, real));
	return text;
}
