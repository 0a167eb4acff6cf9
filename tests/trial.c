/* SPDX-License-Identifier: MIT */
/*
 * trial.c: see trial.h.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "evidence.h"
#include "trial.h"

/* ---- files ---- */

char *trial_read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *text = NULL;
	long length;

	if (!file)
		return NULL;
	if (!fseek(file, 0, SEEK_END) && (length = ftell(file)) >= 0 && !fseek(file, 0, SEEK_SET)) {
		text = sqlite3_malloc64((sqlite3_uint64)length + 1);
		if (text) {
			size_t got = fread(text, 1, (size_t)length, file);

			text[got] = '\0';
			if (size)
				*size = got;
		}
	}
	fclose(file);
	return text;
}

bool trial_same_bytes(const char *a, const char *b)
{
	size_t a_size = 0, b_size = 0;
	char *a_text = trial_read_file(a, &a_size), *b_text = trial_read_file(b, &b_size);
	bool same = a_text && b_text && a_size == b_size && !memcmp(a_text, b_text, a_size);

	sqlite3_free(a_text);
	sqlite3_free(b_text);
	return same;
}

void trial_copy_file(const char *from, const char *to)
{
	size_t size = 0;
	char *text = trial_read_file(from, &size);
	FILE *file = fopen(to, "wb");

	if (!text || !file || fwrite(text, 1, size, file) != size) {
		perror(to);
		exit(99);
	}
	fclose(file);
	sqlite3_free(text);
}

/* The path of a file in the case's work directory; the caller frees it. */
char *trial_path(const struct trial *trial, const char *name)
{
	return sqlite3_mprintf("%s/%s", trial->work, name);
}

static void empty_folder(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		char *file = sqlite3_mprintf("%s/%s", path, entry->d_name);

		if (entry->d_name[0] != '.' || strlen(entry->d_name) > 2)
			unlink(file);
		sqlite3_free(file);
	}
	if (folder)
		closedir(folder);
}

sqlite3 *trial_open_file(const char *path)
{
	sqlite3 *db = NULL;

	if (sqlite3_open(path, &db)) {
		fprintf(stderr, "%s: %s\n", path, sqlite3_errmsg(db));
		exit(99);
	}
	return db;
}

void trial_attach(sqlite3 *db, const char *path, const char *name)
{
	char *sql = sqlite3_mprintf("ATTACH %Q AS %s", path, name);

	if (sqlite3_exec(db, sql, NULL, NULL, NULL)) {
		fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
		exit(99);
	}
	sqlite3_free(sql);
}

uint64_t trial_content(const char *path)
{
	sqlite3 *db = trial_open_file(path);
	uint64_t digest = evidence_content(db);

	sqlite3_close(db);
	return digest;
}

/* ---- the case ---- */

static void add_program_option(struct trial *trial, const char *option, const char *value)
{
	char *all = trial->program_options;
	size_t used = strlen(all);

	sqlite3_snprintf((int)(sizeof(trial->program_options) - used), all + used,
			 value ? " --%s '%s'" : " --%s", option, value);
}

static int read_release(const char *text)
{
	int major = 0, minor = 0, patch = 0;

	sscanf(text, "%d.%d.%d", &major, &minor, &patch);
	return major * 1000000 + minor * 1000 + patch;
}

static void add_allow(struct trial *trial, const char *value)
{
	char *joined = sqlite3_mprintf("%s%s%s", trial->allow ? trial->allow : "",
				       trial->allow ? "," : "", value);

	sqlite3_free(trial->allow);
	trial->allow = joined;
	trial->options.allow = joined;
	add_program_option(trial, "allow", value);
}

/* What must come of it; false for other words. */
static bool read_end(struct trial *trial, const char *word, const char *value)
{
	static const char *const words[] = {"done", "nothing", "refused", "wrong"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(word, words[i]) != 0)
			continue;
		trial->expected = (enum expected)i;
		trial->refusal = value;
		return true;
	}
	return false;
}

/* Of "3.44.0 wrong DOC015" what is behind the release, where that is linked or a later one. */
static char *since(char *value)
{
	char *rest = value + strcspn(value, " ");
	const int release = read_release(value);

	return *rest && sqlite3_libversion_number() >= release ? rest + 1 : NULL;
}

/* A line of expect: a word and, for some, a value. */
static void read_expectation(struct trial *trial, char *word)
{
	char *value = word + strcspn(word, " ");

	if (!strncmp(word, "from ", 5)) {
		word = since(word + 5);
		if (!word)
			return;
		value = word + strcspn(word, " ");
	}
	if (*value)
		*value++ = '\0';
	if (read_end(trial, word, value)) {
		return;
	} else if (!strcmp(word, "gone") && trial->gone_count < NAMES_MAX) {
		trial->gone[trial->gone_count++] = value;
	} else if (!strcmp(word, "says") && trial->says_count < NAMES_MAX) {
		trial->says[trial->says_count++] = value;
	} else if (!strcmp(word, "silent") && trial->silent_count < NAMES_MAX) {
		trial->silent[trial->silent_count++] = value;
	} else if (!strcmp(word, "back")) {
		trial->back = strcmp(value, "lossy") ? BACK_REFUSED : BACK_LOSSY;
	} else if (!strcmp(word, "data") && !strcmp(value, "lossy")) {
		trial->loses_data = true;
	} else if (!strcmp(word, "allow")) {
		add_allow(trial, value);
	} else if (!strcmp(word, "prune") || !strcmp(word, "column-order")) {
		*(*word == 'p' ? &trial->options.prune : &trial->options.column_order) = 1;
		add_program_option(trial, word, NULL);
	} else if (!strcmp(word, "strategy")) {
		trial->options.strategy = value;
		add_program_option(trial, word, value);
	} else if (!strcmp(word, "sqlite")) {
		trial->options.sqlite = read_release(value);
		add_program_option(trial, word, value);
	} else if (!strcmp(word, "needs")) {
		trial->needs = read_release(value);
	} else {
		fprintf(stderr, "%s/expect: unknown word \"%s\"\n", trial->folder, word);
		exit(99);
	}
}

static void read_expect(struct trial *trial)
{
	char *line = trial->expect, *next;

	for (; line && *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		if (*line && *line != '#')
			read_expectation(trial, line);
	}
}

static char *make_work(void)
{
	const char *parent = getenv("TMPDIR");
	char *work = sqlite3_mprintf("%s/moult-laws-XXXXXX", parent && *parent ? parent : "/tmp");

	if (!mkdtemp(work)) {
		perror(work);
		exit(99);
	}
	return work;
}

static void make_have(struct trial *trial)
{
	char *path = trial_path(trial, "have.db"), *error = NULL;
	sqlite3 *db = trial_open_file(path);

	if (sqlite3_exec(db, trial->have, NULL, NULL, &error)) {
		fprintf(stderr, "%s/have.sql: %s\n", trial->folder, error);
		exit(99);
	}
	sqlite3_close(db);
	fclose(fopen(path, "ab")); /* SQLite makes no file for no tables */
	sqlite3_free(path);
}

bool trial_lacks(const struct trial *trial)
{
	return sqlite3_libversion_number() < trial->needs;
}

void trial_open(struct trial *trial, const char *cases, const char *name)
{
	static const moult_options defaults = MOULT_OPTIONS_INIT;
	char *path;

	memset(trial, 0, sizeof(*trial));
	trial->options = defaults;
	trial->name = sqlite3_mprintf("%s", name);
	trial->folder = sqlite3_mprintf("%s/%s", cases, name);
	trial->want = sqlite3_mprintf("%s/want.xml", trial->folder);
	path = sqlite3_mprintf("%s/have.sql", trial->folder);
	trial->have = trial_read_file(path, NULL);
	if (!trial->have) {
		perror(path);
		exit(99);
	}
	sqlite3_free(path);
	path = sqlite3_mprintf("%s/expect", trial->folder);
	trial->expect = trial_read_file(path, NULL);
	sqlite3_free(path);
	read_expect(trial);
	trial->work = make_work();
	if (!trial_lacks(trial))
		make_have(trial);
}

void trial_close(struct trial *trial)
{
	empty_folder(trial->work);
	rmdir(trial->work);
	sqlite3_free(trial->work);
	sqlite3_free(trial->allow);
	sqlite3_free(trial->expect);
	sqlite3_free(trial->have);
	sqlite3_free(trial->want);
	sqlite3_free(trial->folder);
	sqlite3_free(trial->name);
}

/* A fresh copy of have.db under another name; the caller frees the path. */
char *trial_copy(const struct trial *trial, const char *name)
{
	char *from = trial_path(trial, "have.db"), *to = trial_path(trial, name);

	trial_copy_file(from, to);
	sqlite3_free(from);
	return to;
}
