/* SPDX-License-Identifier: MIT */
/*
 * documents.h: documents read from texts and from files, and what is said of
 * them, for tests of the reader and the writer.
 *
 * tests/documents/right holds documents that come back the same after reading,
 * writing and reading; tests/documents/wrong holds documents with mistakes, and
 * beside each, in NAME.expect, what is said of it, in that order:
 *
 *	DOC005 3:22			ID, line and column in the document itself
 *	DOC005 3:22 parts/mistake.xml	the same in a file that it includes
 */
#ifndef MOULT_TESTS_DOCUMENTS_H
#define MOULT_TESTS_DOCUMENTS_H

#include "scratch.h"

#include "xml/document.h"

#define ROOT "<database xmlns=\"urn:moult:schema:1\">"

static inline struct schema *read_text(struct scratch *scratch, const char *name, const char *text,
				       size_t size, const char *directory)
{
	const struct document_source source = {name, text, size, directory};
	struct schema *schema = NULL;
	const int rc = mo_document_read(&schema, &source, &scratch->m.diags);

	assert_true(rc == MOULT_OK || rc == MOULT_TROUBLE);
	assert_int_equal(rc == MOULT_OK, schema != NULL);
	assert_int_equal(rc == MOULT_OK, mo_diag_errors(&scratch->m.diags, 0) == 0);
	return schema;
}

static inline struct schema *read_string(struct scratch *scratch, const char *text)
{
	return read_text(scratch, "test.xml", text, strlen(text), NULL);
}

static inline char *read_file(struct scratch *scratch, const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *text;

	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	*size = (size_t)ftell(file);
	rewind(file);
	text = mo_arena_alloc(scratch->arena, *size + 1);
	assert_non_null(text);
	assert_int_equal(fread(text, 1, *size, file), *size);
	fclose(file);
	return text;
}

/* What was said, a line each: ID line:column [file]. */
static inline char *said_text(struct scratch *scratch, const char *name)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	EACH (const moult_diagnostic, diagnostic, &scratch->m.diags.list) {
		const moult_place *place = &diagnostic->want;

		sqlite3_str_appendf(out, "%s %d:%d", diagnostic->id, place->line, place->column);
		if (place->file && strcmp(place->file, name) != 0)
			sqlite3_str_appendf(out, " %s", place->file);
		sqlite3_str_appendall(out, "\n");
		assert_true(place->width >= 1);
		assert_true(!place->source || place->column - 1 <= (int)strlen(place->source));
	}
	return mo_arena_take(scratch->arena, out);
}

static inline const char *documents(struct scratch *scratch, const char *folder)
{
	const char *source = getenv("MOULT_SOURCE");

	return mo_arena_format(scratch->arena, "%s/tests/documents/%s", source ? source : ".",
			       folder);
}

/* Calls check for each NAME.xml of a folder of documents. */
static inline int each_document(struct scratch *scratch, const char *folder,
				void (*check)(struct scratch *, const char *))
{
	char here[1000];
	DIR *stream;
	struct dirent *entry;
	int count = 0;

	assert_non_null(getcwd(here, sizeof(here)));
	assert_int_equal(chdir(documents(scratch, folder)), 0);
	stream = opendir(".");
	assert_non_null(stream);
	while ((entry = readdir(stream)) != NULL) {
		const size_t length = strlen(entry->d_name);

		if (length < 4 || strcmp(entry->d_name + length - 4, ".xml") != 0)
			continue;
		mo_diags_clear(&scratch->m.diags);
		check(scratch, mo_arena_text(scratch->arena, entry->d_name));
		count++;
	}
	closedir(stream);
	assert_int_equal(chdir(here), 0);
	return count;
}

#endif
